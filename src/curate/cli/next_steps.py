"""Name the commands that follow a scan. They read what it read: options given to it are given to them."""

from __future__ import annotations

from collections.abc import Iterable

from curate.cli.plain import typed
from curate.jobs.run.plan import ScanPlan
from curate.jobs.scan.corpus import Corpus


def next_steps(scan: Corpus) -> Iterable[str]:
    """A mix where something was told of who wrote the text, else labels: a mix without evidence is refused."""
    share, said, plan = scan.figures.machine_share, scan.declared, scan.plan
    dated = any(column.dated for column in said.dates)
    # Declared human text can meet any ratio. Scores alone meet a low one at most, and where they tell little, none.
    if share.verdict in ("estimated", "recognised") or said.labels or dated:
        labels = ("--labels", str(plan.labels)) if plan.labels else ()
        ratio = "0.7" if share.high < 1 else "0.3"
        yield "curate mix " + typed(*plan.paths, "--human-ratio", ratio, *_as_given(plan), *labels, "-o", "mix/")
        return
    yield "curate audit draw " + typed(*plan.paths, *_as_given(plan), "-o", "labels.jsonl")
    yield "or name what you know: --label-column, --date-column, or a provenance rule with --rules"


def _as_given(plan: ScanPlan) -> Iterable[str]:
    """Options of the command line that say what the text is and who wrote it."""
    asked = plan.columns
    values = {
        "text_column": (asked.text,),
        "role": (asked.role,),
        "txt": (asked.txt,),
        "id_column": (asked.id,),
        "source_column": (asked.source,),
        "label_column": (asked.label,),
        "label_map": plan.label_map,
        "date_column": (asked.date,),
        "rules": tuple(map(str, plan.rules)),
    }
    for name, given in values.items():
        if plan.origins.get(name) == "flag":
            for value in given:
                yield from ("--" + name.replace("_", "-"), value)
    if plan.follow_links:
        yield "--follow-links"
