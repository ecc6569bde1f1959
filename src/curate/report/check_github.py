"""A verdict as workflow commands of GitHub Actions: annotations on the file and line of a pull request."""

from __future__ import annotations

from curate.report.findings import Finding, columns, conditions, findings, remarks, sentence
from curate.report.markdown import visible
from curate.report.verdict import GateResult, Verdict
from curate.visible import visible as printable

MOST = 10  # the runner drops what comes after ten of a kind
LONGEST = 400  # characters of a message
COMMANDS = {"fail": "error", "warning": "warning", "pass": "notice"}
IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
IN_PROPERTY = IN_DATA | str.maketrans({":": "%3A", ",": "%2C"})


def check_github(verdict: Verdict) -> str:
    """At most ten lines, worst first; where more was found a line says how much. "" where all is well.

    The last two say what nobody read or can tell and what new rows say of themselves, and which columns were taken.
    """
    said = ("; ".join(filter(None, told)) for told in ([conditions(verdict), *remarks(verdict)], columns(verdict)))
    last = [f"::notice title=curate check::{visible(one, LONGEST).translate(IN_DATA)}" for one in said if one]
    found, room = findings(verdict), MOST - len(last)
    shown = found if len(found) <= room else found[: room - 1]
    lines = [_annotation(finding) for finding in shown]
    if len(found) > len(shown):
        lines.append(f"::notice title=curate check::{len(found) - len(shown)} more; the summary of the job lists them")
    return "".join(f"{line}\n" for line in [*lines, *last])


def _annotation(finding: Finding) -> str:
    properties = {}
    if isinstance(finding, GateResult):
        title = finding.gate
    else:
        properties["file"] = printable(finding.path.translate(IN_PROPERTY))  # escaped first: "::" in a name stays
        properties |= {} if finding.line is None else {"line": str(finding.line)}
        title = finding.gate or finding.kind
    properties["title"] = f"curate check: {visible(title)}".translate(IN_PROPERTY)
    given = ",".join(f"{name}={value}" for name, value in properties.items())
    return f"::{COMMANDS[finding.level]} {given}::{visible(sentence(finding), LONGEST).translate(IN_DATA)}"
