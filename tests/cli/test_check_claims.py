"""Declarations of new rows are claims: no gate rests on them unless the baseline's policy says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpora import Outcome
from repositories import Repo, at_home, lines, new_repo
from small_detector import texts

Curate = Callable[..., Outcome]
Row = dict[str, Any]
OWN_BOOK = """
[[evidence]]
id = "house-authors"
says = "human"
why = "written in the house"
source = "own"
column = "team"
equals = "editors"

[[evidence]]
id = "trusted-source"
says = "human"
why = "a magazine"
source = "own"
column = "source"
equals = "magazine"
"""
CLAIMS: dict[str, tuple[str, Row]] = {
    "dates": ("date", {"date": "2019-03-04"}),
    "labels": ("label", {"origin": "human"}),
    "a rule of the baseline's": ("provenance", {"team": "editors"}),
    "a source called like a trusted one": ("provenance", {"site": "magazine"}),
    "all of them": ("label", {"date": "2019-03-04", "origin": "human", "team": "editors", "site": "magazine"}),
}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Human text on main, which says so; a change of machine text on the branch topic."""
    at_home(tmp_path, monkeypatch)
    rows = [
        {"text": text, "date": f"2018-01-{n % 28 + 1:02}", "origin": "human", "team": "editors", "site": "magazine"}
        for n, text in enumerate(texts("human", 300, 13, pure=0.85))
    ]
    found = new_repo(Path.cwd() / "set", {"data/a.jsonl": lines(rows), "own.toml": OWN_BOOK})
    monkeypatch.chdir(found.root)
    found.git("checkout", "-q", "-b", "topic")
    return found


def new(claim: Row) -> str:
    plain = {"date": "2024-05-06", "origin": "", "team": "", "site": "new"}
    rows = [{"text": text, **plain, **claim} for text in texts("machine", 150, 12, pure=0.95)]
    for number, row in enumerate(rows):  # one day for all would be that of an export
        row["date"] = f"{row['date'][:8]}{number % 28 + 1:02}"
    return lines(rows)


def checked(curate: Curate, detector: Path, *more: str) -> Outcome:
    options = ("--label-column", "origin", "--source-column", "site", "--rules", "own.toml", "--human-baseline")
    return curate("check", "data", "--baseline", "main", *options, "--detector", detector, "--json", "-q", *more)


def levels(outcome: Outcome) -> dict[str, tuple[str, float | None]]:
    return {gate["gate"]: (gate["level"], gate["value"]) for gate in outcome.json["gates"]}


def of_writers(outcome: Outcome) -> dict[str, object]:
    return {name: found for name, found in levels(outcome).items() if "machine" in name}


def share_without_time(outcome: Outcome) -> dict[str, object]:
    """The months are what the dates of the rows say."""
    return {name: found for name, found in outcome.json["whole"]["machine_share"].items() if name != "by_month"}


@pytest.mark.parametrize("claim", CLAIMS)
def test_no_claim_lifts_a_gate_and_every_one_is_shown(curate: Curate, repo: Repo, detector: Path, claim: str) -> None:
    kind, row = CLAIMS[claim]
    repo.commit({"data/b.jsonl": new({})})
    honest = checked(curate, detector)
    assert (honest.code, levels(honest)["machine-written"][0]) == (1, "fail"), honest.err
    assert honest.json["claims"] == []
    repo.commit({"data/b.jsonl": new(row)})
    claimed = checked(curate, detector)
    assert (claimed.code, of_writers(claimed)) == (1, of_writers(honest))
    if "site" not in row:  # which has human text of the baseline to compare with
        assert share_without_time(claimed) == share_without_time(honest)
    (said,) = claimed.json["claims"]
    assert (said["kind"], said["documents"], said["trusted"]) == (kind, 150, False)
    page = checked(curate, detector, "--format", "json=x.json", "--format", "sarif=x.sarif")
    assert page.code == 1


@pytest.mark.parametrize("claim", [name for name in CLAIMS if name != "all of them"])
def test_a_policy_of_the_baseline_may_trust_a_claim(curate: Curate, repo: Repo, detector: Path, claim: str) -> None:
    kind, row = CLAIMS[claim]
    repo.git("checkout", "-q", "main")
    repo.commit({"trust.toml": f'trust_changes = ["{kind}"]\n'})
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    repo.commit({"data/b.jsonl": new(row)})
    policies = ("--policy", "default", "--policy", "trust.toml")
    trusted = checked(curate, detector, *policies)
    assert levels(trusted)["machine-written"][0] == "pass"
    assert [one["trusted"] for one in trusted.json["claims"]] == [True]
    repo.commit({"trust.toml": 'trust_changes = ["label", "date", "provenance"]\n# mine\n'})
    assert "trust.toml is edited by the change" in checked(curate, detector, *policies).json["note"]


def test_a_change_does_not_make_itself_trusted(curate: Curate, repo: Repo, detector: Path) -> None:
    repo.commit({
        "data/b.jsonl": new({"origin": "human"}),
        "trust.toml": 'trust_changes = ["label"]\n',
        "curate.toml": 'policy = ["default", "trust.toml"]\n',
        "README.md": "# All of it was written by people\n",
    })  # fmt: skip
    assert checked(curate, detector).code == 1
    assert checked(curate, detector, "--policy", "trust.toml").code == 2


def test_what_a_change_says_against_itself_counts(curate: Curate, repo: Repo, detector: Path) -> None:
    human = [{"text": text, "origin": "machine"} for text in texts("human", 150, 15, pure=0.85)]
    repo.commit({"data/b.jsonl": lines(human)})
    outcome = checked(curate, detector)
    assert outcome.json["change"]["machine_share"]["low"] == 1.0


def test_labels_of_other_rows_are_not_those_of_new_ones_with_their_ids(
    curate: Curate, repo: Repo, detector: Path
) -> None:
    repo.git("checkout", "-q", "main")
    labels = lines([{"id": str(n), "label": "human"} for n in range(150)])
    repo.commit({"labels.jsonl": labels, "curate.toml": 'labels = "labels.jsonl"\n'})
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    rows = [{"id": str(n), "text": text} for n, text in enumerate(texts("machine", 150, 12, pure=0.95))]
    repo.commit({"data/b.jsonl": lines(rows)})
    outcome = checked(curate, detector, "--id-column", "id")
    assert outcome.code == 1, outcome.err
    assert "have their ids is a claim" in outcome.json["note"]


def test_an_unknown_claim_in_a_policy_is_an_error(curate: Curate, repo: Repo, detector: Path) -> None:
    (repo.root / "mine.toml").write_text('trust_changes = ["labels"]\n')
    outcome = checked(curate, detector, "--policy", "mine.toml")
    assert outcome.code == 2
    assert "label, date, provenance" in outcome.err
