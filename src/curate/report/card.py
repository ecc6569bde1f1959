"""The dataset card of a mix: what its certificate says, as README.md; nothing is computed that is not in it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from curate.report.markdown import markdown, table, yaml_list, yaml_scalar
from curate.report.turns import turns_counted
from curate.visible import printable_json

INPUTS_SHOWN = 20
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
SIZES = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")
RESTS_ON = {
    "unconditional": "The bound rests on hand labels of documents drawn at random from those written here. It is "
    "exact and assumes nothing but that the labels are right.",
    "declared": "The bound rests on what the data declares about itself (a label, a date, a source). It is as true "
    "as those declarations are; no detector was believed.",
    "conditional": "CONDITIONAL: the bound rests on a detector. It holds if machine text here is of kinds that read as "
    "machine-written: the score tells it from the human text of its own collection with an AUROC of at least 0.85. A "
    "generator, a language or a subject unlike those it knows shifts the scores, and no test on these documents can "
    "see that. Labels of documents drawn from this mix would prove the bound: `curate audit draw`.",
}
CLASSES = {
    "audited": "by people, as hand labels prove",
    "declared": "by people, as the data declares",
    "detected": "scores as human, counted as far as the bound allows",
    "other": "not counted as by people",
}


def dataset_card(certificate: Mapping[str, Any]) -> str:
    """README.md of the folder a mix is written to, with the front matter that `datasets.load_dataset` needs.

    Strings that come from data (sources, reasons, settings) may be hostile: they cannot leave their cell or line.
    The bound is cut, never rounded up. The key `license` may be absent.
    """
    parts = (_front_matter(certificate), _what(certificate), *_written(certificate), _share(certificate))
    return "\n\n".join((*parts, _contents(certificate), _verification(certificate))) + "\n"


def size_category(documents: int) -> str:
    """The dataset hub's word for a number of documents: "n<1K", "1K<n<10K", ..., "n>1T"."""
    magnitude = max(0, len(str(documents)) - 3)  # 1,000 has four digits and is the first of "1K<n<10K"
    if magnitude == 0:
        return f"n<{SIZES[0]}"
    return f"{SIZES[magnitude - 1]}<n<{SIZES[magnitude]}" if magnitude < len(SIZES) else f"n>{SIZES[-1]}"


def _front_matter(certificate: Mapping[str, Any]) -> str:
    languages = [code for code in sorted(certificate["languages"]) if LANGUAGE.fullmatch(code) and code != "und"]
    lines = [
        "---",
        f"license: {yaml_scalar(str(certificate.get('license') or 'other'))}",
        *([f"language: {yaml_list(languages)}"] if languages else []),
        "annotations_creators: [machine-generated]",
        "task_categories: [text-generation]",
        f"size_categories: [{yaml_scalar(size_category(certificate['documents']))}]",
        "tags: [curate]",
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        f'    path: "data/*{_ending(certificate)}"',
        "---",
    ]
    return "\n".join(lines)


def _ending(certificate: Mapping[str, Any]) -> str:
    names = [str(one["name"]) for one in certificate.get("outputs", ())]
    return "".join(PurePosixPath(names[0]).suffixes) if names else ".parquet"


def _what(certificate: Mapping[str, Any]) -> str:
    conditional = certificate["guarantee"] == "conditional"
    return (
        "# A training mix with a human floor\n\n"
        f"{'**CONDITIONAL**, see below what the floor rests on. ' if conditional else ''}"
        f"{certificate['documents']:,} documents, {certificate['tokens']:,} tokens, written by "
        "`curate mix`. The documents stand in `data/` with the columns and values they had; "
        "`removed.parquet` names every document left out and why; `certificate.json` holds every figure of this page."
    )


def _written(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Types and forms of columns that a reader finds otherwise than in the inputs."""
    written = certificate["settings"].get("written")
    changes = written["value"] if written else ()
    if not changes:
        return ()
    told = "\n".join(f"- {markdown(str(change))}" for change in changes)
    return (
        f"## Written otherwise\n\nThe values are those of the inputs; these columns stand in another form:\n\n{told}",
    )


def _share(certificate: Mapping[str, Any]) -> str:
    guarantee = str(certificate["guarantee"])
    evidence = certificate["evidence"]
    names = evidence if isinstance(evidence, Sequence) and not isinstance(evidence, str) else [evidence]
    facts = [
        ("asked for", f"{certificate['human_ratio']:g} of the tokens"),
        ("bound", _bound(certificate)),
        ("guarantee", f"**{markdown(guarantee)}**"),
        ("evidence", ", ".join(markdown(str(name)) for name in names)),
    ]
    by_class = certificate["tokens_by_class"]
    total = certificate["tokens"]
    rows = [
        (f"{name}: {_meaning(name, meaning, certificate)}", f"{count:,}", _part(count, total))
        for name, meaning in CLASSES.items()
        for count in (by_class.get(name, 0),)
    ]
    return "\n\n".join(
        (
            "## Written by people",
            table(("human share", ""), facts),
            _rests_on(certificate),
            *filter(None, [turns_counted((certificate["settings"].get("layouts") or {}).get("value"))]),
            *_declared_by(certificate),
            table(("tokens", "count", "share"), rows),
        )
    )


def _meaning(name: str, meaning: str, certificate: Mapping[str, Any]) -> str:
    """Where labels bound what is machine below a score, that score may be one of machine text."""
    labelled = name == "detected" and (certificate.get("detected") or {}).get("labels")
    return "below the score that labels vouch for, counted as far as they prove" if labelled else meaning


def _rests_on(certificate: Mapping[str, Any]) -> str:
    told = RESTS_ON.get(str(certificate["guarantee"]), "What the bound rests on is not known here.")
    declared = certificate["tokens_by_class"].get("declared", 0)
    if certificate["guarantee"] != "conditional" or not declared:
        return told
    return (
        f"{told} It also holds only if what declares {declared:,} of the {certificate['tokens']:,} tokens human "
        "(labels, dates, provenance rules) is right: they count in full."
    )


def _declared_by(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences on the declarations in the input's columns."""
    setting = certificate["settings"].get("declared_by")
    told = setting["value"] if isinstance(setting, Mapping) else ()
    lines = "\n".join(f"- {markdown(str(sentence))}" for sentence in told)
    return (f"What the data declares:\n\n{lines}",) if told else ()


def _contents(certificate: Mapping[str, Any]) -> str:
    by_tokens = sorted(certificate["languages"].items(), key=lambda item: (-item[1]["tokens"], item[0]))
    languages = [(markdown(code), f"{counts['documents']:,}", f"{counts['tokens']:,}") for code, counts in by_tokens]
    by_count = sorted(certificate["removed"].items(), key=lambda item: (-item[1], item[0]))
    removed = [(markdown(reason), f"{count:,}") for reason, count in by_count]
    inputs = [
        (markdown(str(one["name"])), markdown(str(one["fingerprint"]))) for one in certificate["inputs"][:INPUTS_SHOWN]
    ]
    more = len(certificate["inputs"]) - len(inputs)
    blocks = [
        "## Languages\n\n" + table(("language", "documents", "tokens"), languages),
        "## Left out\n\n" + (table(("reason", "documents"), removed) if removed else "Nothing."),
        "## Made from\n\n" + table(("input", "fingerprint"), inputs),
        *([f"and {more:,} more, all named in `certificate.json`."] if more else []),
        "The licence of a mix follows from those of its inputs: settle it before you publish this folder.",
    ]
    return "\n\n".join(blocks)


def _verification(certificate: Mapping[str, Any]) -> str:
    kept = {"settings": certificate["settings"], "versions": certificate["versions"]}
    # JSON escapes line breaks inside strings, so that no line of it can close the fence.
    settings = printable_json(json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=True, default=str))
    return (
        "## Verify\n\n"
        "`curate verify OUT`, with OUT this folder, counts the tokens again from the bytes in `data/` and compares "
        "every figure. The same inputs, settings and versions give the same bytes.\n\n"
        '```python\nfrom datasets import load_dataset\n\nmix = load_dataset("OUT", split="train")\n```\n\n'
        f"```json\n{settings}\n```"
    )


def _bound(certificate: Mapping[str, Any]) -> str:
    if certificate["bound"] is None:
        return "none"
    cut = math.floor(certificate["bound"] * 10_000 + 1e-9) / 10_000
    return f"at least {cut:.4f}, at confidence {certificate['confidence']:g}"


def _part(count: int, total: int) -> str:
    return f"{count / total:.4f}" if total else "-"
