"""A floor that rests on scores says so before anything else; where nothing may be doubtful it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, write_jsonl
from small_detector import save_detector, texts

Curate = Callable[..., Outcome]
CONDITION = "if its machine text is of kinds that read as machine-written (AUROC at least 0.85 in its own collection)"


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A detector calibrated on collections enough to be believed, as the shipped one is."""
    return save_detector(tmp_path_factory.mktemp("tested") / "detector.npz", "abcdef")


@pytest.fixture
def mix(curate: Curate, tested: Path) -> Callable[..., Outcome]:
    """Mixes `in`, half of it human and no word about it."""
    both = texts("human", 200, 41, pure=0.85) + texts("machine", 200, 42, pure=0.85)
    write_jsonl(Path("in/a.jsonl"), [{"text": text} for text in both])
    write_jsonl(Path("told/a.jsonl"), [{"text": text, "by": "human"} for text in both[:200]])
    return lambda *given: curate("mix", *given, "--human-ratio", "0.5", "--detector", tested)


def test_the_condition_stands_first_in_report_certificate_card_and_verification(
    curate: Curate, mix: Callable[..., Outcome], tested: Path
) -> None:
    outcome = mix("in", "-o", "out")
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert "CONDITIONAL guarantee" in lines[0]
    assert " ".join(lines[1:3]).startswith(f"CONDITIONAL: the floor holds {CONDITION}")
    certificate = json.loads(Path("out/certificate.json").read_text())
    assert certificate["guarantee"] == "conditional"
    assert certificate["basis"][0] == f"CONDITIONAL: the floor holds {CONDITION}."
    card = Path("out/README.md").read_text()
    assert card.partition("# A training mix with a human floor")[2].strip().startswith("**CONDITIONAL**")
    assert "AUROC of at least 0.85" in card
    assert "conditional guarantee" in Path("out/croissant.json").read_text()
    verified = curate("verify", "out", "--detector", tested)
    assert verified.code == 0, verified.out
    assert "CONDITIONAL guarantee" in " ".join(verified.out.split())
    assert CONDITION in " ".join(verified.out.split())


@pytest.mark.parametrize("option", [("--strict",), ("--trust", "declared"), ("--trust", "declared", "--strict")])
def test_no_doubt_no_score_and_the_refusal_names_labels_first(mix: Callable[..., Outcome], option: tuple[str]) -> None:
    outcome = mix("in", "-o", "out", *option)
    assert outcome.code == 1
    assert not Path("out").exists()
    assert "none counts by its score" in outcome.err
    way = outcome.err.partition("try: ")[2]
    assert way.startswith("label drawn documents, the cheapest proof (`curate audit draw PATH")


def test_strict_writes_what_declarations_support(mix: Callable[..., Outcome]) -> None:
    outcome = mix("told", "--label-column", "by", "--strict", "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.json["guarantee"] == "declared"
    assert outcome.json["settings"]["trust"] == {"value": "declared", "origin": "--strict"}


def test_a_floor_on_declarations_says_nothing_of_a_condition(mix: Callable[..., Outcome]) -> None:
    outcome = mix("told", "--label-column", "by", "-o", "out")
    assert outcome.code == 0, outcome.err
    pages = (outcome.out, Path("out/README.md").read_text(), Path("out/certificate.json").read_text())
    assert not [page for page in pages if "CONDITIONAL" in page]


def test_dates_that_count_beside_scores_are_a_condition_too(curate: Curate, tested: Path) -> None:
    """Text with early dates is part of what the floor counts: every page says that the dates must be right."""
    human, before = texts("human", 200, 41, pure=0.85), texts("human", 60, 42, pure=0.85)
    before += texts("machine", 2, 43, pure=0.85)  # too few for the years before chat models to read as machine-written
    early = [{"text": text, "date": "2018-02-01"} for text in before]
    write_jsonl(Path("in/a.jsonl"), early + [{"text": text, "date": "2024-02-01"} for text in human])
    outcome = curate("mix", "in", "--human-ratio", "0.9", "--detector", tested, "-o", "out")
    assert outcome.code == 0, outcome.err
    certificate = json.loads(Path("out/certificate.json").read_text())
    declared, total = certificate["tokens_by_class"]["declared"], certificate["tokens"]
    told = f"if what declares {declared:,} of the {total:,} tokens human (labels, dates, provenance rules) is right"
    assert declared > 0
    verified = curate("verify", "out", "--detector", tested)
    assert verified.code == 0, verified.out
    pages = (outcome.out, certificate["basis"][0], Path("out/README.md").read_text(), verified.out)
    assert [told in " ".join(page.split()) for page in pages] == [True] * 4
    scanned = " ".join(curate("scan", "in", "--detector", tested).out.split())
    assert "documents declared human score as machine-written" in scanned


def test_no_floor_rests_on_scores_of_a_language_whose_early_text_reads_as_machine_written(
    curate: Curate, tested: Path
) -> None:
    human, machine = texts("human", 200, 41, pure=0.85), texts("machine", 60, 42, pure=0.85)
    later = [{"text": text, "date": "2024-02-01"} for text in human]
    write_jsonl(Path("fine/a.jsonl"), later)
    write_jsonl(Path("in/a.jsonl"), [*({"text": text, "date": "2018-02-01"} for text in machine), *later])
    options = ("--detector", tested, "-o")
    assert curate("mix", "fine", "--human-ratio", "0.5", *options, "fine-out").code == 0
    refused = curate("mix", "in", "--human-ratio", "0.5", "--budget", "20000", *options, "out")
    assert refused.code == 1, refused.out
    doubt = "text of 2018 in en, which must read 0 %, reads at least"
    assert doubt in " ".join(refused.err.split())
    declared = curate("mix", "in", "--human-ratio", "0.5", *options, "dated")
    assert declared.code == 0, declared.err
    assert doubt in " ".join(declared.out.split())
    certificate = json.loads(Path("dated/certificate.json").read_text())
    assert certificate["guarantee"] == "declared"
    assert curate("verify", "dated", "--inputs", "in", "--detector", tested).code == 0
    on_word = curate("mix", "in", "--human-ratio", "0.2", "--trust", "declared", *options, "word")
    assert doubt in " ".join(on_word.out.split())
    for out in ("dated", "word"):
        told = json.loads(Path(out, "certificate.json").read_text())["settings"]["declared_by"]["value"]
        assert any(doubt in sentence for sentence in told)
        assert doubt in Path(out, "README.md").read_text().partition("What the data declares")[2].partition("## ")[0]
