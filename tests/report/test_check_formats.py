"""Whatever the strings of a verdict say, each format parses back to what the verdict says, and nothing else."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import example, given

from check_readers import TAGS, Page, acting_lines, junit_schema, sarif_schema
from curate.report.check_formats import FORMATS
from curate.report.markdown import code, prose, visible
from curate.report.verdict import Claim, GateResult, Place, Verdict
from verdicts import ATTACKS, PLAIN, strings, verdicts

GOLDEN = Path(__file__).parents[1] / "golden"
ENDINGS = {"json": "json", "markdown": "md", "github": "txt", "sarif": "sarif", "junit": "xml"}


@pytest.mark.parametrize("name", FORMATS)
def test_the_golden_one(name: str) -> None:
    shown = FORMATS[name](PLAIN)
    golden = GOLDEN / f"verdict.{ENDINGS[name]}"
    if os.environ.get("CURATE_GOLDEN") == "write":
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
@given(verdict=verdicts)
@example(verdict=PLAIN)
def test_nothing_that_acts_on_a_terminal_or_a_runner_survives(name: str, verdict: Verdict) -> None:
    text = FORMATS[name](verdict)
    assert acting_lines(text, name) == []
    text.encode()  # no lone surrogate


@given(verdicts)
def test_json_gives_every_string_back(verdict: Verdict) -> None:
    found = json.loads(FORMATS["json"](verdict))
    assert [place["snippet"] for place in found["places"]] == [place.snippet for place in verdict.places]
    assert [gate["message"] for gate in found["gates"]] == [gate.message for gate in verdict.gates]
    assert [file["path"] for file in found["files"]] == [file.path for file in verdict.files]
    assert found["level"] == verdict.level


def bad(verdict: Verdict) -> list[GateResult | Place]:
    found = [*verdict.gates, *verdict.places]
    return [f for level in ("fail", "warning") for f in found if f.level == level]


def unescaped(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


@given(verdicts)
def test_annotations_are_at_most_ten_and_the_worst_first(verdict: Verdict) -> None:
    verdict = replace(verdict, note="", claims=(), files=())  # which have a line of their own
    lines = FORMATS["github"](verdict).splitlines()
    found = bad(verdict)
    assert len(lines) == min(10, len(found))
    for line, finding in zip(lines[: 10 if len(found) <= 10 else 9], found, strict=False):
        command, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
        assert command == {"fail": "error", "warning": "warning"}[finding.level]
        given = dict(pair.split("=", 1) for pair in properties.split(","))
        assert unescaped(message).startswith(visible(finding.message)[:100]) or isinstance(finding, Place)
        if isinstance(finding, Place):
            assert given.get("line") == (None if finding.line is None else str(finding.line))
            if acting_lines(finding.path.replace("::", ""), "text") == []:
                assert unescaped(given["file"]) == finding.path
        else:
            assert given.keys() == {"title"}
    if len(found) > 10:
        assert f"::{len(found) - 9} more;" in lines[-1]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_what_is_claimed_and_what_is_edited(name: str) -> None:
    claims = (Claim("label", "label-column", 7, trusted=False), Claim("date", "written-early", 3, trusted=True))
    shown = FORMATS[name](replace(PLAIN, note="curate.toml comes with the change and is not used", claims=claims))
    assert "comes with the change" in shown
    if name == "json":
        assert json.loads(shown)["claims"][0] == {
            "kind": "label", "by": "label-column", "documents": 7, "trusted": False
        }  # fmt: skip
    else:
        assert "7 new documents are human only by their own account, on which no gate rests" in shown
        assert "3 new documents are human by their own account, which the policy trusts" in shown


@given(verdicts)
@example(PLAIN)
def test_sarif_is_valid_and_places_every_finding(verdict: Verdict) -> None:
    log = json.loads(FORMATS["sarif"](verdict))
    assert sorted(str(error) for error in sarif_schema().iter_errors(log)) == []
    (run,) = log["runs"]
    found = bad(verdict)
    assert [r["level"] for r in run["results"]] == [{"fail": "error", "warning": "warning"}[f.level] for f in found]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    prints = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]]
    assert len(set(prints)) == len(prints)
    for result, finding in zip(run["results"], found, strict=True):
        assert result["ruleId"] in rules
        text = result["message"]["text"]
        assert "](" not in text
        assert not re.search(r"[{}]", text.replace("{{", "").replace("}}", ""))
        if isinstance(finding, Place) and finding.path:
            place = result["locations"][0]["physicalLocation"]
            uri = place["artifactLocation"]["uri"].removeprefix("file://")
            assert unquote(uri, errors="surrogatepass") == finding.path
            assert re.fullmatch(r"[\w.~/%-]*", uri, re.ASCII)
            assert place["region"]["startLine"] == (finding.line or 1)


def test_sarif_holds_at_most_five_thousand_and_moves_with_the_row() -> None:
    place = PLAIN.places[0]
    many = Verdict("fail", "", (), (), (place,) * 5_001, (), None, None)
    assert len(json.loads(FORMATS["sarif"](many))["runs"][0]["results"]) == 5_000
    lower = Place(place.path, 90, 91, place.kind, place.level, place.message, place.snippet, place.gate)
    moved = [Verdict("fail", "", (), (), (p,), (), None, None) for p in (place, lower)]
    results = [json.loads(FORMATS["sarif"](verdict))["runs"][0]["results"][0] for verdict in moved]
    assert results[0]["partialFingerprints"] == results[1]["partialFingerprints"]
    assert [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results] == [3, 91]


@given(verdicts)
@example(PLAIN)
def test_junit_is_valid_and_counts_right(verdict: Verdict) -> None:
    text = FORMATS["junit"](verdict)
    junit_schema().validate(ElementTree.fromstring(text))
    root = ElementTree.fromstring(text)
    cases = root.findall("./testsuite/testcase")
    assert [case.get("name") for case in cases] == [visible(gate.gate) for gate in verdict.gates]
    failed = [case.find("failure") is not None for case in cases]
    assert failed == [gate.level == "fail" for gate in verdict.gates]
    assert root.get("failures") == str(sum(failed))
    assert root.get("tests") == str(len(cases))
    for case, gate in zip(cases, verdict.gates, strict=True):
        assert {element.tag for element in case} <= {"failure", "skipped", "system-out"}
        if gate.level == "fail":
            assert case.find("failure").get("message") == visible(gate.message, 400)  # type: ignore[union-attr]


@given(verdicts)
@example(PLAIN)
def test_markdown_renders_to_the_verdicts_own_structure(verdict: Verdict) -> None:
    text = FORMATS["markdown"](verdict)
    assert text.startswith("<!-- curate-check -->\n### ")
    page = Page(text)
    assert set(page.tags) <= TAGS
    assert page.comments == [" curate-check "]
    outside = "".join(page.outside)
    assert not re.search(r"@\w|#\d|(?i:gh-\d)|:\w+:|https?:|www\.", outside)
    assert "octocat" not in outside
    bodies = [len(verdict.gates), len(verdict.places), len(verdict.files)]
    widths = [width for width, rows in zip((4, 4, 5), bodies, strict=True) for _ in range(rows + 1) if rows]
    assert [width for width in sorted(page.rows) if width == 5] == [w for w in widths if w == 5]
    figures = page.tags.count("table") - sum(rows > 0 for rows in bodies)
    lost = len((verdict.removed or {}).get("by_source", {}))
    figures -= lost > 0
    assert figures in {0, 1}
    four = page.rows.count(4) - widths.count(4) - (lost + 1 if lost else 0)
    assert four in (range(2, 11) if figures else [0])
    assert page.tags.count("li") == len(verdict.praise) + sum(gate.level != "pass" for gate in verdict.gates)
    assert page.tags.count("h3") == 1
    shown = [code for place in verdict.places if (code := visible(place.snippet).replace("|", "¦").replace("`", "ˋ"))]
    assert all(snippet in page.codes for snippet in shown)


@pytest.mark.parametrize("text", ["x" * 999, "字" * 999, "\U0001f600" * 999])
def test_a_comment_never_grows_over_its_limit(text: str) -> None:
    gate = GateResult(text, text, "whole", "fail", 1.0, 0.0, None, text, text, text)
    place = Place(text, 1, 1, "rule", "fail", text, text, text)
    verdict = Verdict("fail", text, (), (gate,) * 400, (place,) * 400, (text,) * 400, None, None)
    shown = FORMATS["markdown"](verdict)
    assert len(shown.encode()) <= 60_000
    assert set(Page(shown).tags) <= TAGS
    assert re.search(r"and \d+ more", shown)


@pytest.mark.parametrize("attack", [text for text in ATTACKS if text])
def test_a_code_span_holds_any_string_inside_a_table_and_out_of_it(attack: str) -> None:
    for text in (attack, f"x` {attack}", f"x` | {attack}"):
        for markdown in (code(text), prose(text), f"| a |\n| --- |\n| {code(text)} |\n| {prose(text)} |"):
            page = Page(markdown)
            assert set(page.tags) <= TAGS
            assert len(page.codes) <= (2 if markdown.startswith("| a |") else 1)


@given(strings)
def test_plain_words_stay_plain(text: str) -> None:
    assert prose("at least 61 % of the tokens (machine_share.low): too many") == (
        "at least 61 % of the tokens (machine_share.low): too many"
    )
    assert prose(text) in {visible(text), code(text)}
