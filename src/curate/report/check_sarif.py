"""A verdict as SARIF 2.1.0, as code scanning reads it: a rule a gate, a result a finding."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any
from urllib.parse import quote

from curate.report.check_json import one_line_json
from curate.report.findings import SCOPES, Finding, columns, conditions, findings, remarks, sentence
from curate.report.markdown import visible
from curate.report.verdict import GateResult, Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 5_000  # results that code scanning shows of a run
LONGEST = 400  # characters of a message
LEVELS = {"fail": "error", "warning": "warning"}


def check_sarif(verdict: Verdict) -> str:
    """One run; gates that did not pass and rows to look at, worst first. Code scanning wants a place for all of them.

    So a gate without rows points at the first file of the change, and a row of a file without lines at its first.
    """
    files = [file.path for file in verdict.files if file.state != "deleted"]
    seen: Counter[str] = Counter()
    results = [_result(finding, files[:1], seen) for finding in findings(verdict)[:MOST]]
    kinds = sorted({_rule_id(place) for place in verdict.places} - {_rule_id(gate) for gate in verdict.gates})
    rules = [*{_rule_id(gate): _rule(gate) for gate in verdict.gates}.values(), *({"id": kind} for kind in kinds)]
    driver = {"name": "curate", "fullName": "curate check", "rules": rules}
    run: dict[str, Any] = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    run["properties"] = {
        "level": verdict.level,
        "baseline": visible(verdict.baseline),
        "conditions": visible(conditions(verdict)),
    }
    if told := (*remarks(verdict), *columns(verdict)):
        run["properties"]["remarks"] = [visible(remark, LONGEST) for remark in told]
    return one_line_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(gate: GateResult) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": _rule_id(gate),
        "shortDescription": {"text": _plain(f"{gate.metric} of {SCOPES[gate.scope]}")},
    }
    if gate.why:
        rule["fullDescription"] = {"text": _plain(gate.why)}
    if gate.hint:
        rule["help"] = {"text": _plain(gate.hint)}
    return rule


def _result(finding: Finding, files: list[str], seen: Counter[str]) -> dict[str, Any]:
    fingerprint = _fingerprint(finding)
    seen[fingerprint] += 1
    said = sentence(finding)
    if isinstance(finding, GateResult):
        said, path, line = f"{said}. {finding.hint}" if finding.hint else said, "".join(files), None
    else:
        path, line = finding.path, finding.line
    result: dict[str, Any] = {
        "ruleId": _rule_id(finding),
        "level": LEVELS[finding.level],
        "message": {"text": _plain(said)},
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}"},
    }
    if path:
        location = {"artifactLocation": _artifact(path), "region": {"startLine": line or 1}}
        result["locations"] = [{"physicalLocation": location}]
    return result


def _artifact(path: str) -> dict[str, str]:
    encoded = quote(path.encode("utf-8", "surrogatepass"), safe="/")
    if path.startswith("/"):
        return {"uri": f"file://{encoded}"}
    return {"uri": encoded, "uriBaseId": "%SRCROOT%"}


def _rule_id(finding: Finding) -> str:
    return visible(finding.gate if isinstance(finding, GateResult) else finding.gate or finding.kind)


def _fingerprint(finding: Finding) -> str:
    """The same for a row that moved inside its file, so that an alert stays the same alert."""
    parts = [finding.gate]
    if isinstance(finding, GateResult):
        parts += [finding.metric, finding.scope]
    else:
        parts += [finding.path, finding.kind, finding.snippet]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(text: str) -> str:
    """Text of a message: no embedded link begins in it, and braces are doubled (SARIF 3.11.5, 3.11.6)."""
    return visible(text, LONGEST).replace("](", "] (").replace("{", "{{").replace("}", "}}") or "-"
