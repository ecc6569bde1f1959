"""Labels of documents drawn from a mix upgrade its certificate, by either door, and can be verified by anybody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from curate.jobs.audit.labelling import begin_labelling
from curate.statistics.sequence import share_at_least

Curate = Callable[..., Outcome]
MIX = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o", "out", "--json")


@pytest.fixture
def mixed(curate: Curate) -> Outcome:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(80))
    outcome = curate(*MIX)
    assert outcome.code == 0, outcome.err
    return outcome


def drawn(curate: Curate, name: str = "labels.jsonl", *arguments: object) -> list[dict[str, Any]]:
    outcome = curate("audit", "draw", "out", "-o", name, *arguments)
    assert outcome.code == 0, outcome.err
    return [json.loads(line) for line in Path(name).read_text().splitlines()]


def certificate() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("out/certificate.json").read_text())
    return found


@pytest.mark.parametrize("door", [("verify", "out"), ("audit", "apply", "out")])
def test_human_labels_make_the_guarantee_unconditional(curate: Curate, mixed: Outcome, door: tuple[str, ...]) -> None:
    rows = drawn(curate, "labels.jsonl", "-n", "80")
    assert all(row["text"] and row["label"] is None for row in rows)
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "human"} for row in rows])
    applied = curate(*door, "--labels", "labels.jsonl", "--json")
    assert applied.code == 0, applied.err
    found = certificate()
    assert (found["evidence"], found["guarantee"]) == ("audited", "unconditional")
    assert found["bound"] == pytest.approx(share_at_least(80, 80, level=1 - 0.95), abs=1e-4)  # in whole tokens
    assert mixed.json["guarantee"] == "declared"
    again = curate("verify", "out", "--json")
    assert again.code == 0
    assert again.json["digest"] == applied.json["digest"] != mixed.json["digest"]
    assert "unconditional" in Path("out/README.md").read_text()


@pytest.mark.usefixtures("mixed")
def test_a_missing_label_counts_as_machine_and_rounds_go_on_along_the_same_draws(curate: Curate) -> None:
    rows = drawn(curate, "one.jsonl", "-n", "60")
    write_jsonl(Path("one.jsonl"), [{**row, "label": "human"} for row in rows[: len(rows) // 3]])
    assert curate("verify", "out", "--labels", "one.jsonl").code == 0
    first = certificate()
    assert first["guarantee"] == "declared"
    assert first["audits"][0]["human"] < 40
    drawn(curate, "lost.jsonl", "-n", "60")  # never labelled, so it is drawn again
    rows = drawn(curate, "two.jsonl", "-n", "200")
    assert {row["id"] for row in drawn(curate, "again.jsonl", "-n", "60")} < {row["id"] for row in rows}
    write_jsonl(Path("two.jsonl"), [{**row, "label": "human"} for row in rows])
    assert curate("verify", "out", "--labels", "two.jsonl").code == 0
    found = certificate()
    assert [(one["round"], one["draws"]) for one in found["audits"]] == [(1, 60), (2, 200)]
    human = first["audits"][0]["human"] + 200
    assert found["bound"] == pytest.approx(share_at_least(human, 260, level=1 - 0.95), abs=1e-4)
    assert curate("verify", "out").code == 0
    repeated = curate("verify", "out", "--labels", "two.jsonl")
    assert repeated.code == 2
    assert "counts once" in repeated.err
    found["audits"] = found["audits"][1:]  # the bad round left out
    Path("out/certificate.json").write_text(json.dumps(found))
    assert curate("verify", "out").code == 1


def test_no_number_of_draws_deleted_round_seed_or_format_draws_other_documents(curate: Curate) -> None:
    """Texts written decide the draws, so mixing, drawing and deleting again proves nothing new."""
    write_jsonl(Path("in/a.jsonl"), corpus_rows(80))
    texts = []
    for number, options in enumerate(
        [(), ("--seed", "7"), ("--format", "jsonl", "--shard-size", "64KiB"), ("--confidence", "0.9")]
    ):
        assert curate(*MIX, *options).code == 0
        drawn(curate, f"a{number}.jsonl", "-n", "30")
        shutil.rmtree("out/audits")
        texts.append({row["text"] for row in drawn(curate, f"b{number}.jsonl", "-n", "70")})
        few = {json.loads(line)["text"] for line in Path(f"a{number}.jsonl").read_text().splitlines()}
        assert few < texts[-1]
        shutil.rmtree("out")
    assert all(one == texts[0] for one in texts)


@pytest.mark.usefixtures("mixed")
def test_a_changed_label_or_count_breaks_the_certificate(curate: Curate) -> None:
    rows = drawn(curate)
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "human"} for row in rows])
    assert curate("verify", "out", "--labels", "labels.jsonl").code == 0
    kept = Path("out/audits/round-1.jsonl")
    whole = kept.read_text()
    kept.write_text("".join(whole.splitlines(keepends=True)[1:]))
    assert curate("verify", "out").code == 1
    kept.unlink()
    assert curate("verify", "out").code == 1
    kept.write_text(whole)
    assert curate("verify", "out").code == 0
    found = certificate()
    found["audits"][0]["draws"] += 1
    Path("out/certificate.json").write_text(json.dumps(found))
    assert curate("verify", "out").code == 1


@pytest.mark.usefixtures("mixed")
def test_what_does_not_fit_the_draw_is_said(curate: Curate) -> None:
    write_jsonl(Path("early.jsonl"), [{"id": "part-00000.parquet#0", "label": "human"}])
    early = curate("verify", "out", "--labels", "early.jsonl")
    assert (early.code, "nothing was drawn" in early.err) == (3, True)
    rows = drawn(curate)
    cases = [
        ([{**rows[0], "id": "part-00000.parquet#999", "label": "human"}], "was not drawn"),
        (rows, "holds no label yet"),
        ([{**rows[0], "draw": "floor-1-9-000000000000"}], "a draw from another mix"),
        ([{**rows[0], "label": "human"}, {**rows[0], "label": "machine"}], "row 2: says machine"),
    ]
    for number, (labels, says) in enumerate(cases):
        file = write_jsonl(Path(f"bad{number}.jsonl"), labels)
        outcome = curate("verify", "out", "--labels", file)
        assert (outcome.code, says in outcome.err) == (3, True), outcome.err
    assert curate("audit", "draw", "out", "--width", "0.1", "-o", "new.jsonl").code == 2
    assert curate("audit", "apply", "out").code == 2
    assert certificate()["audits"] == []


def test_equal_texts_of_a_mix_are_asked_for_once_and_a_label_counts_for_all(curate: Curate) -> None:
    """A mix may repeat human text; whoever labels it is asked for each text once."""
    write_jsonl(Path("in/a.jsonl"), corpus_rows(30))
    outcome = curate(*MIX, "--max-repeat", "3", "--budget", "5000")
    assert outcome.code == 0, outcome.err
    rows = drawn(curate, "labels.jsonl", "-n", "200")
    assert len({row["text"] for row in rows}) == len(rows) < 40
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "human"} for row in rows])
    assert curate("verify", "out", "--labels", "labels.jsonl").code == 0
    found = certificate()["audits"][0]
    assert (found["human"], found["draws"]) == (200, 200)


@pytest.mark.usefixtures("mixed")
def test_labels_of_a_mix_so_far_tell_its_share_without_the_mix(curate: Curate) -> None:
    rows = drawn(curate, "labels.jsonl", "-n", "60")
    done = [{**row, "label": "machine" if n % 4 == 0 else "human"} for n, row in enumerate(rows)]
    bounds = []
    for count in (10, 20, len(rows)):
        write_jsonl(Path("labels.jsonl"), done[:count] + rows[count:])
        found = begin_labelling(Path("labels.jsonl")).so_far()
        assert found is not None
        assert 0 <= found.low < 0.3 < found.high + 0.1
        bounds.append(found.high - found.low)
    assert bounds[0] > bounds[1] > bounds[2]
