"""Verdicts for tests of formats: a plain one for the goldens, and any at all, with strings that want to get out."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from curate.report.verdict import ChangedFile, Claim, GateResult, Place, Verdict

ATTACKS = (
    "::set-output name=status::pass",
    "\n::error file=x::y",
    "\r::stop-commands::x\r\n",
    "##[set-output name=a]b",
    "##vso[task.complete]",
    "%0A::add-mask::a",
    "]]><x/>",
    "<!-- curate-check -->",
    "</code></td></tr></table><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;",
    "[link](https://evil.example) ![image](http://evil.example/x.png)",
    "https://evil.example www.evil.example a@evil.example",
    "@octocat #1 GH-1 octo/repo#2",
    "` `` ```\n~~~ | a \\| b \\",
    "**bold** _em_ ~~gone~~ $x$ :smile:",
    "- item\n1. one\n# head\n---\n===\n> quote\n    code",
    "\x1b[31mred\x1b]8;;https://evil.example\x07",
    "\x9b2J \x00 \x7f \x85 \u2028 \u2029",
    "\u202eevil\u2066x\u2069 \u200b\ufeff",
    "\ud800 \udcff",
    "\u3164 \u034f\u115f\u1160\uffa0 \u2800 a\ufe0f\U000e0101\U000e0041 \u180b\u17b4 \xad",
    "##teamcity[buildStop] ###[error] # #vso[",
    "section_start:1560896352:evil[collapsed=true]\r\x1b[0K section_end:1:evil",
    ":::: :\u200b: ::\u202e::",
    "{0} {{1}} \\[x\\](y) [a](1)",
    "../../etc/passwd",
    "a,b:c%d",
    "很抱歉，我无法 مرحبا",
    "",
)

PLAIN = Verdict(
    level="fail",
    baseline="main",
    files=(
        ChangedFile("data/new.jsonl", "added", "", 1_200, 0, ""),
        ChangedFile("data/old.jsonl", "changed", "", 12, 3, ""),
        ChangedFile("data/b.parquet", "renamed", "data/a.parquet", 0, 0, ""),
        ChangedFile("data/gone.jsonl", "deleted", "", 0, 40, ""),
        ChangedFile("data/big.jsonl", "pointer", "", 0, 0, "git lfs pull --include data/big.jsonl"),
    ),
    gates=(
        GateResult("machine-share", "machine_share.low", "change", "fail", 0.61, 0.2, None,
                   "at least 61 % of the tokens are machine-written, at most 20 % may be",
                   "a model trained on it loses the tails", "take the machine-written rows out, or label them"),
        GateResult("possible-machine-share", "machine_share.high", "whole", "warning", 0.31, 0.3, None,
                   "up to 31 % of the tokens may be machine-written, at most 30 % should be", "", ""),
        GateResult("tail", "diversity.tail_recall", "difference", "pass", 0.01, None, -0.02,
                   "rare words found: 1.0 % more", "tails go first", ""),
        GateResult("predictable", "diversity.predictable_share", "whole", "pass", None, 0.3, None,
                   "cannot tell without a human reference", "", "", known=False),
    ),
    places=(
        Place("data/new.jsonl", 2, 3, "rule", "fail", "a chat model names itself", "As an AI model, I", "leaks"),
        Place("data/b.parquet", 7, None, "copy", "warning", "92 % like data/old.jsonl:4", "Once upon a time", ""),
        Place("data/new.jsonl", 9, 10, "machine-like", "pass", "log-odds +10.2", "It is important to note", ""),
    ),
    praise=("12 rare words that the data lacked: busted, pathway, alexandria",),
    change={"documents": 1_212, "tokens": 240_000,
            "machine_share": {
                "verdict": "recognised", "low": 0.61, "estimate": None, "high": 1.0,
                "if_known_kinds": {"low": 0.63, "estimate": 0.7, "high": 0.8},
            },
            "duplicates": {"token_share": 0.011}, "quarantined": 1},
    whole={"documents": 9_000, "tokens": 1_800_000, "machine_share": {"low": 0.1, "estimate": None, "high": 0.31}},
    difference={"machine_share.low": 0.08, "documents": 1_209},
    removed={
        "rows": 43, "sources": 3,
        "by_source": {"forum": {"documents": 40, "tokens": 9_100, "token_share": 0.75},
                      "books": {"documents": 1, "tokens": 12, "token_share": 0.0004}},
    },
)  # fmt: skip

strings = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.lists(st.sampled_from(ATTACKS) | st.text("a`|\\<>[]()@#:*_~&%{}- \n1.", max_size=6), max_size=5).map("".join),
)
levels = st.sampled_from(["pass", "warning", "fail"])
metrics = st.sampled_from(["machine_share.low", "documents", "diversity.tail_recall"]) | strings
gates = st.builds(
    GateResult, strings, metrics, st.sampled_from(["change", "whole", "difference", "removed"]), levels,
    st.none() | st.floats(-1, 1e9), st.none() | st.floats(0, 1), st.none() | st.floats(0, 1), strings, strings, strings,
)  # fmt: skip
places = st.builds(
    Place, strings, st.none() | st.integers(0, 10**9), st.none() | st.integers(1, 10**9),
    st.sampled_from(["rule", "copy", "machine-like", "unreadable", "removed"]), levels, strings, strings, strings,
)  # fmt: skip
changed_files = st.builds(
    ChangedFile, strings, st.sampled_from(["added", "changed", "renamed", "deleted", "pointer", "skipped"]),
    strings, st.integers(0, 10**9), st.integers(0, 10**9), strings,
)  # fmt: skip


def _figures(values: tuple[float | None, ...]) -> dict[str, Any]:
    low, high, recall, documents = values
    return {"documents": documents, "machine_share": {"low": low, "high": high}, "diversity": {"tail_recall": recall}}


figures = st.none() | st.tuples(*[st.none() | st.floats(0, 1)] * 4).map(_figures)


def tuples(of: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


losses = st.fixed_dictionaries(
    {"documents": st.integers(0, 9), "tokens": st.integers(0, 9), "token_share": st.floats(0, 1)}
)
removed = st.none() | st.builds(
    lambda by, more: {"rows": len(by), "sources": len(by) + more, "by_source": by},
    st.dictionaries(strings, losses, max_size=3), st.integers(0, 9),
)  # fmt: skip

claims = st.builds(Claim, st.sampled_from(["label", "date", "provenance"]), strings, st.integers(0, 9), st.booleans())
verdicts = st.builds(
    Verdict, levels, strings, tuples(changed_files, 4), tuples(gates, 4), tuples(places, 14), tuples(strings, 3),
    figures, figures, st.dictionaries(metrics, st.none() | st.floats(-1, 1)), strings,
    removed, claims=tuples(claims, 2),
)  # fmt: skip
