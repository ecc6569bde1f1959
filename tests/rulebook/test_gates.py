"""Policies: what can be asked, and one clear sentence for what cannot."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from curate.errors import UsageError
from curate.rulebook.gates import read_policy, shipped_policies
from curate.rulebook.read import read_rule_books

GATE = """
[[gate]]
id = "mine"
metric = "machine_share.low"
then = "fail"
"""
BOOK = read_rule_books()


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_gate_says_why_and_what_to_do() -> None:
    assert [path.name for path in shipped_policies().glob("*.toml")] == ["default.toml"]
    gates = read_policy((), BOOK).gates
    assert all(gate.why and gate.hint for gate in gates)
    assert {gate.metric for gate in gates if gate.then == "fail"} == {
        "machine_share.low", "books.leaks", "quarantined", "duplicates.index.token_share", "removed.token_share",
        "removed.worst_source.token_share", "removed.worst_language.token_share", "removed.human.token_share",
        "unread.files", "unjudged.columns", "held_out.rows",
    }  # fmt: skip


def test_a_policy_of_ones_own_stands_alone_and_a_later_one_replaces_by_id(tmp_path: Path) -> None:
    mine = written(tmp_path, GATE + "at_most = 0.1\n")
    stricter = written(tmp_path, GATE + "at_most = 0.05\non = 'whole'\n", "stricter.toml")
    assert [(gate.id, gate.on, gate.when_unknown) for gate in read_policy((mine,), BOOK).gates] == [
        ("mine", "change", "warn")
    ]
    assert [(gate.at_most, gate.on) for gate in read_policy((mine, stricter), BOOK).gates] == [(0.05, "whole")]
    with_default = read_policy((Path("default"), mine), BOOK).gates
    assert with_default == (*read_policy((), BOOK).gates, *read_policy((mine,), BOOK).gates)


@pytest.mark.parametrize(
    "metric",
    [
        "documents", "languages.en.token_share", "machine_share.by_language.zh.low",
        "machine_share.by_source.a.b.c.high", "machine_share.by_month.2024-03.estimate",
        "machine_share.by_length.400+.high",
        "duplicates.index.near", "duplicates.exact.across_sources", "diversity.tail_recall",
        "diversity.intervals.coverage.low", "rules.too-few-tokens", "books.basics", "removed.emptied",
        "removed.human.documents", "removed.worst_language.tokens", "removed.by_source.a.b.token_share",
    ],
)  # fmt: skip
def test_every_kind_of_figure_can_be_asked_for(tmp_path: Path, metric: str) -> None:
    text = GATE.replace("machine_share.low", metric) + "at_most = 1\n"
    assert read_policy((written(tmp_path, text),), BOOK).gates[0].metric == metric


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[[gate]\n", "not TOML", ""),
        ("", "has no gate", "[[gate]]"),
        ("[[gates]]\nid = 'x'\n", "unknown key 'gates'", "did you mean gate?"),
        ("[gate]\nid = 'x'\n", "gate is not a list of tables", "[[gate]]"),
        (GATE + "at_mots = 1\n", "unknown key 'at_mots'", "did you mean at_most?"),
        (GATE, "at_most or at_least or both", ""),
        (GATE + "at_most = 'few'\n", "at_most must be a number, not 'few'", ""),
        (GATE + "at_most = true\n", "at_most must be a number", ""),
        (GATE + "at_most = nan\n", "a limit must be a number", ""),
        (GATE + "at_most = 0.1\nat_least = 0.2\n", "at_least 0.2 is above at_most 0.1", ""),
        (GATE + "at_most = 0.1\non = 'base'\n", "on must be change or whole or difference or removed, not 'base'", ""),
        (GATE + "at_most = 0.1\non = 'removed'\n", "machine_share.low is no figure of 'removed'", "removed.*"),
        (GATE.replace("machine_share.low", "removed.tokens") + "at_most = 1\non = 'change'\n", "no figure of", ""),
        (GATE.replace("machine_share.low", "removed.token") + "at_most = 1\n", "no figure is called", "removed.tokens"),
        (GATE + "at_most = 0.1\nwhen_unknown = 'flag'\n", "when_unknown must be warn or fail or pass", ""),
        (GATE.replace('"fail"', '"remove"') + "at_most = 0.1\n", "then must be fail or warn", ""),
        (GATE.replace('then = "fail"', "") + "at_most = 0.1\n", "then is missing", ""),
        (GATE.replace("share.low", "share.lo") + "at_most = 1\n", "no figure is called", "machine_share.low"),
        (GATE.replace("machine_share.low", "rules.lorem") + "at_most = 1\n", "no figure", "rules.lorem-ipsum"),
        (GATE.replace("machine_share.low", "books.leak") + "at_most = 1\n", "no figure", "did you mean books.leaks?"),
        (GATE.replace("machine_share.low", "machine_share.verdict") + "at_most = 1\n", "no figure is called", ""),
        (GATE + "at_most = 1\n" + GATE + "at_most = 1\n", "the id 'mine' stands twice", ""),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(tmp_path: Path, text: str, message: str, hint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_policy((path,), BOOK)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.where.startswith(str(path))


def test_a_policy_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the policy cannot be read") as caught:
        read_policy((tmp_path / "absent.toml",), BOOK)
    assert "default" in caught.value.hint


def test_the_gate_of_the_page_on_checks_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/commands/check.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in page.split("```toml")[1:]]
    (text,) = [block for block in blocks if "[[gate]]" in block]
    (gate,) = read_policy((written(tmp_path, text),), BOOK).gates
    assert (gate.id, gate.on) == ("mostly-german", "whole")


def test_the_gate_of_unread_data_names_the_formats_that_are_read() -> None:
    """As the help does: it named JSON lines and Parquet alone when CSV, JSON and text were read."""
    policy = (Path(__file__).parents[2] / "rules/policies/default.toml").read_text(encoding="utf-8")
    [gate] = [gate for gate in tomllib.loads(policy)["gate"] if gate["id"] == "unread-data"]
    for kind in ("Parquet", "Arrow", "JSONL", "JSON", "CSV", "text"):
        assert re.search(rf"\b{kind}\b", gate["why"]), kind
    assert ".csv" not in gate["hint"]
