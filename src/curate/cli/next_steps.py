"""Name the commands that follow a scan. They read what it read: its settings are given to them."""

from __future__ import annotations

from collections.abc import Iterable

from curate.cli.plain import typed
from curate.cli.settings import found_configs
from curate.jobs.run.plan import ScanPlan
from curate.jobs.scan.corpus import Corpus


def next_steps(scan: Corpus) -> Iterable[str]:
    """A mix where some text is known to be human, else labels: a mix without evidence is refused."""
    share, plan = scan.figures.machine_share, scan.plan
    if share.low >= 1:
        yield "add human text: all of this is machine-written"
        return
    # Known human text can meet any ratio. Scores alone meet a low one at most, and where they tell little, none.
    if share.high < 1 or share.verdict == "recognised":
        labels = ("--labels", str(plan.labels)) if plan.labels else ()
        ratio = "0.7" if share.high < 1 else "0.3"
        yield "curate mix " + typed(*plan.paths, "--human-ratio", ratio, *_as_given(plan), *labels, "-o", "mix/")
        return
    yield "curate audit draw " + typed(*plan.paths, *_as_given(plan), "-o", "labels.jsonl")
    yield "or name what you know: --label-column, --date-column, or a provenance rule with --rules"


def _as_given(plan: ScanPlan) -> Iterable[str]:
    """Options that say what the text is and who wrote it, unless the next command finds them by itself."""
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
        "detector": (str(plan.detector),),
    }
    found = {path.name for path in found_configs()}
    for name, given in values.items():
        if plan.origins.get(name, "default") not in ("default", *found):
            for value in given:
                yield from ("--" + name.replace("_", "-"), value)
    if plan.follow_links:
        yield "--follow-links"
