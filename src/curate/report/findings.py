"""Sentences of a verdict that all formats share, in the same order: without mark-up or escaping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curate.amounts import counted
from curate.corpus.taken_columns import read_columns
from curate.report.columns import taken_sentences
from curate.report.verdict import GateResult, Level, Place, Scope, Verdict

RANK: dict[Level, int] = {"fail": 0, "warning": 1, "pass": 2}
SCOPES: dict[Scope, str] = {
    "change": "the change",
    "whole": "the whole after merging",
    "difference": "the difference to before",
    "removed": "what is removed",
}
HEADLINES: dict[Level, str] = {"pass": "passed", "warning": "passed with warnings", "fail": "failed"}
NAMED = 4  # gates that a first line names
Finding = GateResult | Place


def findings(verdict: Verdict) -> list[Finding]:
    """Gates that did not pass and rows that count against the change, worst first, a gate before its rows."""
    found: list[Finding] = [*verdict.gates, *verdict.places]
    return sorted((f for f in found if f.level != "pass"), key=lambda finding: RANK[finding.level])


def headline(verdict: Verdict) -> str:
    """First line of a page: what was not looked at, gates that fail, gates that cannot tell."""
    return ", ".join(filter(None, (*_conditions(verdict), failed_gates(verdict), _cannot_tell(verdict))))


def conditions(verdict: Verdict) -> str:
    """Conditions of the verdict for the first line of every report: unread or unknown parts; "" for none."""
    return ", ".join(filter(None, (*_conditions(verdict), _cannot_tell(verdict))))


def _conditions(verdict: Verdict) -> list[str]:
    others = len(verdict.mostly_quarantined) - 1
    lost = [*verdict.mostly_quarantined[:1], *([f"so in {counted(others, 'more file')}"] if others > 0 else [])]
    found = (not_looked_at, _without_turns, not_judged, _moved, _not_understood)
    return [*lost, *(one(verdict) for one in found)]


def _cannot_tell(verdict: Verdict) -> str:
    unknown = [gate.gate for gate in verdict.gates if not gate.known]
    return f"{counted(len(unknown), 'gate')} cannot tell ({_named(unknown)})" if unknown else ""


def failed_gates(verdict: Verdict) -> str:
    """The gates that fail by a figure, for the headline; "" for none."""
    gates = [gate.gate for gate in verdict.gates if gate.level == "fail" and gate.known]
    return f"{counted(len(gates), 'gate')} {'fails' if len(gates) == 1 else 'fail'} ({_named(gates)})" if gates else ""


def _named(gates: list[str]) -> str:
    more = [f"{len(gates) - NAMED} more"] if len(gates) > NAMED else []
    return ", ".join([*gates[:NAMED], *more])


def not_looked_at(verdict: Verdict) -> str:
    """Unread parts of the change; "" where all of it was read."""
    parts = []
    if verdict.unread:
        verb = "looks" if verdict.unread == 1 else "look"
        parts.append(f"{counted(verdict.unread, 'file')} that {verb} like data {_were(verdict.unread)} not read")
    if other := len(verdict.other_files):
        verb = "is" if other == 1 else "are"
        parts.append(f"{counted(other, 'changed file')} that {verb} no data {_were(other)} not read")
    same = [one for one in verdict.files if one.state == "changed" and not (one.rows or one.removed or one.note)]
    if same:
        verb = "brings" if len(same) == 1 else "bring"
        parts.append(f"{counted(len(same), 'changed file')} {verb} no new text, and what else changed was not judged")
    return ", ".join(parts)


def not_judged(verdict: Verdict) -> str:
    """The columns in which a change brings prose that nobody judged, those that count most first; "" for none."""
    named = ((verdict.change or {}).get("unjudged") or {}).get("named", ())
    told = sorted(named, key=lambda one: (not one["counts"], -one["bytes"]))
    if not told:
        return ""
    shown = ", ".join(f"{one['column']} of {counted(one['rows'], 'row')}" for one in told[:NAMED])
    more = f" and {counted(len(told) - NAMED, 'more column')}" if len(told) > NAMED else ""
    return f"new prose in column {shown}{more} was not judged"


def _without_turns(verdict: Verdict) -> str:
    """New chats in which nobody speaks whose turns were asked for, or are judged."""
    turns = (verdict.change or {}).get("turns") or {}
    if not turns.get("without"):
        return ""
    chats = counted(int(turns["chats"]), "new chat")
    if turns.get("judged_tokens") is not None:
        return f"{turns['without']:,} of {chats} without a turn of an assistant {_were(turns['without'])} not judged"
    return f"{turns['without']:,} of {chats} without a turn that was asked for {_were(turns['without'])} not read"


def _moved(verdict: Verdict) -> str:
    """Rows that changed their file, between the files of most rows; "" for none."""
    found = (verdict.change or {}).get("moved") or {}
    if not found.get("rows"):
        return ""
    first = found["files"][0]
    between = f"from {first['from']} to {first['to']}"
    rest = f", {first['rows']:,} of them {between}" if found["pairs"] > 1 else f" {between}"
    return f"{counted(found['rows'], 'row')} moved{rest}"


def _not_understood(verdict: Verdict) -> str:
    number = int(((verdict.change or {}).get("labels") or {}).get("unknown", 0))
    return f"{counted(number, 'label')} of words not known {_were(number)} not understood" if number else ""


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def summary(verdict: Verdict) -> str:
    """One sentence: what was compared with what, and how much of it is new."""
    rows = sum(file.rows for file in verdict.files)
    removed = sum(file.removed for file in verdict.files)
    against = f"against {verdict.baseline}" if verdict.baseline else "without a baseline"
    parts = [f"{counted(len(verdict.files), 'file')} {against}", f"{counted(rows, 'new document')}"]
    parts += [f"{removed:,} removed"] if removed else []
    return ", ".join(parts)


def remarks(verdict: Verdict) -> tuple[str, ...]:
    """Remarks above the gates: on the baseline, the settings, and the declarations of new rows."""
    found = [*([verdict.note] if verdict.note else []), *verdict.remarks]
    for trusted, meaning in ((False, "only by their own account, on which no gate rests"),
                             (True, "by their own account, which the policy trusts")):  # fmt: skip
        claims = [one for one in verdict.claims if one.trusted == trusted]
        if claims:
            total = sum(one.documents for one in claims)
            verb = "is" if total == 1 else "are"
            named = ", ".join(f"{one.kind}: {one.by} {one.documents:,}" for one in claims)
            found.append(f"{counted(total, 'new document')} {verb} human {meaning} ({named})")
    return tuple(found)


def columns(verdict: Verdict) -> tuple[str, ...]:
    """Which columns of the change were taken, a sentence for each layout of its files."""
    layouts = read_columns((verdict.change or {}).get("columns"))
    return tuple(taken_sentences([layout for layout in layouts if layout.text.column is not None]))


def sentence(finding: Finding) -> str:
    """Sentence of a finding, with its row where there is no line, and the text itself."""
    if isinstance(finding, GateResult):
        return finding.message
    row = f"row {finding.row}: " if finding.row is not None and finding.line is None else ""
    return f"{row}{finding.message}" + (f": {finding.snippet}" if finding.snippet else "")


def where(place: Place) -> str:
    """A place as "path:line", or "path#row" in a file without lines."""
    if place.line is not None:
        return f"{place.path}:{place.line}"
    return place.path if place.row is None else f"{place.path}#{place.row}"


def losses(verdict: Verdict, part: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Loss of each source or language, the largest first; [] where nothing is removed or can be."""
    return list(((verdict.removed or {}).get(f"by_{part}") or {}).items())


def unlisted(verdict: Verdict, part: str) -> int:
    """How many more lost something."""
    return int((verdict.removed or {}).get(f"{part}s", 0)) - len(losses(verdict, part))


def figure(figures: Mapping[str, Any] | None, metric: str) -> float | None:
    """A number of the contract by its dotted name; null where it is absent or cannot be told."""
    value: Any = figures
    for key in metric.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, (int, float)) else None
