"""A verdict as JUnit XML, as Jenkins, GitLab and most dashboards read it: a test case a gate."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from curate.report.findings import SCOPES, columns, conditions, remarks, sentence, summary, where
from curate.report.markdown import visible
from curate.report.verdict import GateResult, Place, Verdict

LONGEST = 400  # characters of a message
MOST = 100  # places under one gate


def check_junit(verdict: Verdict) -> str:
    """Gates that fail are failures; warnings stand in system-out; a figure that cannot be told is skipped if it passes.

    Valid by Jenkins's junit-10.xsd. Every foreign string is one printable line, so XML can hold it.
    """
    failures = sum(gate.level == "fail" for gate in verdict.gates)
    counts = {"tests": str(len(verdict.gates)), "failures": str(failures), "errors": "0"}
    root = Element("testsuites", {"name": "curate check", **counts})
    skipped = sum(_is_skipped(gate) for gate in verdict.gates)
    suite = SubElement(root, "testsuite", {"name": "curate check", **counts, "skipped": str(skipped), "time": "0"})
    for gate in verdict.gates:
        _case(suite, gate, [place for place in verdict.places if place.gate == gate.gate])
    named = {gate.gate for gate in verdict.gates}
    opening = "; ".join(filter(None, [summary(verdict), conditions(verdict)]))
    said = [visible(remark, LONGEST) for remark in (opening, *remarks(verdict), *columns(verdict))]
    said += [*_listed(p for p in verdict.places if p.gate not in named)]
    said += [f"file {visible(file.path)}: {visible(file.note, LONGEST)}" for file in verdict.files if file.note]
    SubElement(suite, "system-out").text = "\n".join(said)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, gate: GateResult, places: list[Place]) -> None:
    attributes = {"classname": f"curate.check.{gate.scope}", "name": visible(gate.gate), "time": "0"}
    case = SubElement(suite, "testcase", attributes)
    message = visible(gate.message, LONGEST)
    notes = (("why", gate.why), ("try", gate.hint))
    said = [f"on {SCOPES[gate.scope]}: {message}", *(f"{what}: {visible(s, LONGEST)}" for what, s in notes if s)]
    body = "\n".join([*said, *_listed(places)])  # no foreign string begins a line: "::error" there is a command
    if gate.level == "fail":
        SubElement(case, "failure", {"type": visible(gate.metric), "message": message}).text = body
    elif _is_skipped(gate):
        SubElement(case, "skipped", {"message": message})
    elif gate.level == "warning":
        SubElement(case, "system-out").text = f"warning: {body}"


def _is_skipped(gate: GateResult) -> bool:
    return gate.level == "pass" and not gate.known


def _listed(places: Iterable[Place]) -> list[str]:
    lines = [f"at {visible(where(place))}: {visible(sentence(place), LONGEST)}" for place in places]
    return lines if len(lines) <= MOST else [*lines[:MOST], f"and {len(lines) - MOST} more"]
