"""Nothing in the folder of a mix can be altered, added, linked or taken away without `verify` naming it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from curate.jobs.mix.bound_files import files_beside
from forging import in_every_page

Curate = Callable[..., Outcome]
ROWS = corpus_rows(40)
HUB = ".cache/huggingface"
ADDED = (
    *("data/more.parquet", "data/.hidden.parquet", "notes.txt", "data.csv", "sub/deep/x.jsonl", ".env", "audits/x"),
    *(".cache/x.parquet", f"{HUB}/x.jsonl", f"{HUB}/download/data/part-00000.parquet"),
)


@pytest.fixture
def mix(curate: Curate) -> Curate:
    """In mix/, and a copy of it in honest/."""
    write_jsonl(Path("in/a.jsonl"), ROWS)
    made = curate("mix", "in", "--human-ratio", "0.3", "--label-column", "origin", "-o", "mix", "-q")
    assert made.code == 0, made.err
    shutil.copytree("mix", "honest")
    return curate


def again() -> None:
    shutil.rmtree("mix")
    shutil.copytree("honest", "mix")


def fields(outcome: Outcome) -> set[str]:
    assert outcome.code == 1, outcome.out + outcome.err
    return {finding["field"] for finding in outcome.json["findings"]}


def test_every_file_is_bound(mix: Curate) -> None:
    names = sorted(str(path.relative_to("mix")) for path in Path("mix").rglob("*") if path.is_file())
    assert {"README.md", "croissant.json", "removed.parquet", "conflicts.parquet", "rules.json"} <= set(names)
    for name in names:
        if name == "certificate.json":
            continue
        for edit in ("alter", "remove", "link"):
            again()
            path = Path("mix", name)
            if edit == "alter":
                path.write_bytes(path.read_bytes() + b" ")
            else:
                path.unlink()
            if edit == "link":
                path.symlink_to(Path("honest", name).resolve())
            outcome = mix("verify", "mix", "--json", "-q")
            assert outcome.code in (1, 3), (name, edit)
            if outcome.code == 1 and outcome.out:
                assert any(name in found or found.startswith(("outputs", "removed")) for found in fields(outcome))


@pytest.mark.parametrize("name", ADDED)
def test_nothing_else_lies_in_it(mix: Curate, name: str) -> None:
    Path("mix", name).parent.mkdir(parents=True, exist_ok=True)
    Path("mix", name).write_text("{}")
    outcome = mix("verify", "mix", "--json", "-q")
    assert outcome.code == 1
    assert Path(name).name in outcome.out + outcome.err


def test_a_clone_of_the_mix_holds(mix: Curate) -> None:
    Path("mix/.git").mkdir()
    Path("mix/.git/config").write_text("")
    Path("mix/.gitattributes").write_text("*.parquet filter=lfs\n")
    records = Path("mix/.cache/huggingface/download/data")
    records.mkdir(parents=True)
    (records / "part-00000.parquet.metadata").write_text("0" * 40)
    (records.parents[1] / ".gitignore").write_text("*")
    outcome = mix("verify", "mix", "-q")
    assert outcome.code == 0
    told = "no part of the mix, and not looked at: .git, .gitattributes, .cache/huggingface (2 files)"
    assert told in " ".join(outcome.out.split())
    assert mix("verify", "mix", "--json", "-q").json["not_bound"] == told.partition(": ")[2].split(", ")


@pytest.mark.parametrize("name", ["README.md", "croissant.json", "certificate.json", "rules.json", "removed.parquet",
                                  "data/part-00000.parquet", "pipe"])  # fmt: skip
def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(mix: Curate, name: str) -> None:
    Path("mix", name).unlink(missing_ok=True)
    os.mkfifo(Path("mix", name))
    outcome = mix("verify", "mix", "-q")
    assert outcome.code == 1
    assert name.rpartition("/")[2] in outcome.out + outcome.err


@pytest.mark.parametrize("name", ["certificate.json", ".cache", ".cache/huggingface/download/a.metadata"])
def test_no_link_lies_in_it(mix: Curate, name: str) -> None:
    path = Path("mix", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    target = Path("honest", name).resolve()
    if not target.exists():
        Path("honest/.cache").mkdir()
        target = Path("honest/.cache").resolve()
    path.unlink(missing_ok=True)
    path.symlink_to(target)
    assert f"files.{name}" in fields(mix("verify", "mix", "--json", "-q"))


@pytest.mark.parametrize("name", ["README.md", "croissant.json"])
def test_a_page_that_claims_more_is_found_also_where_the_certificate_binds_it(mix: Curate, name: str) -> None:
    from curate.jobs.run.file_hash import sha256

    path = Path("mix", name)
    path.write_text(path.read_text().replace("human", "purely human", 1))
    told = json.loads(Path("mix/certificate.json").read_text())
    told["files"][name] = sha256(path)
    Path("mix/certificate.json").write_text(json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
    assert fields(mix("verify", "mix", "--json", "-q")) == {f"files.{name}"}


@pytest.mark.parametrize("edit", ["twice", "unknown", "missing", "retyped", "fraction"])
def test_a_certificate_is_read_strictly(mix: Curate, edit: str) -> None:
    path = Path("mix/certificate.json")
    text = path.read_text()
    told = json.loads(text)
    if edit == "twice":
        path.write_text(text.replace("{", '{"documents": 9999,', 1))
    else:
        if edit == "unknown":
            told["blessed"] = True
        elif edit == "missing":
            del told["tails"]
        elif edit == "retyped":
            told["documents"] = float(told["documents"])
        else:
            told["confidence"] = 1
        path.write_text(json.dumps(told))
    outcome = mix("verify", "mix", "-q")
    assert outcome.code == 1
    assert "certificate.json" in outcome.err + outcome.out


def test_what_a_self_made_certificate_proves_is_said_first(mix: Curate) -> None:
    plain = mix("verify", "mix", "-q")
    assert "consistency, not origin" in " ".join(plain.out.splitlines()[:2])
    found = mix("verify", "mix", "--json", "-q").json
    assert found["pinned"] is False
    assert set(found["fields"].values()) == {"recomputed", "taken on trust"}
    pinned = mix("verify", "mix", "--json", "-q", "--digest", found["digest"]).json
    assert pinned["pinned"] is True
    assert set(pinned["fields"].values()) == {"recomputed", "bound by digest"}
    assert "consistency, not origin" not in mix("verify", "mix", "-q", "--digest", found["digest"]).out


def of_another_version(name: str, change: Callable[[str], str]) -> None:
    """A mix that says another version of curate wrote it, with one page changed; every hash fits."""
    told = json.loads(Path("mix/certificate.json").read_text())
    told["versions"]["corpus-curate"] = "0.0.1"
    in_every_page(told, Path("mix"))
    path = Path("mix", name)
    path.write_text(change(path.read_text()))
    told["files"] = files_beside(Path("mix"))
    Path("mix/certificate.json").write_text(json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


def test_pages_of_another_version_are_recomputed_where_they_are_worded_alike(mix: Curate) -> None:
    of_another_version("README.md", str)
    outcome = mix("verify", "mix", "-q")
    assert (outcome.code, "NOT recomputed" in outcome.out) == (0, False)
    assert "files.README.md" not in mix("verify", "mix", "--json", "-q").json["not_rechecked"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("README.md", "by people", "by the best people"), ("croissant.json", "documents, ", "fine documents, ")],
)
def test_what_another_version_worded_otherwise_is_said_in_the_first_lines(
    mix: Curate, name: str, old: str, new: str
) -> None:
    of_another_version(name, lambda text: text.replace(old, new, 1))
    outcome = mix("verify", "mix", "-q")
    assert outcome.code == 0
    assert f"NOT recomputed: {name}, as curate 0.0.1" in " ".join(" ".join(outcome.out.splitlines()[:4]).split())
    assert mix("verify", "mix", "--json", "-q").json["fields"][f"files.{name}"] == "taken on trust"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("README.md", 'path: "data/*', 'path: "other/*'),
        ("README.md", "configs:", "data_dir: other\nconfigs:"),
        ("README.md", "---\n", "---\nconfigs: [{config_name: a, data_files: x.csv}]\n"),
        ("croissant.json", '"contentUrl": "data/', '"contentUrl": "other/'),
        ("croissant.json", '"includes": "data/', '"includes": "other/'),
        ("croissant.json", '"dataType": "sc:Text"', '"dataType": "sc:Float"'),
    ],
)
def test_what_loaders_read_is_recomputed_whatever_version_wrote_it(mix: Curate, name: str, old: str, new: str) -> None:
    of_another_version(name, lambda text: text.replace(old, new, 1))
    assert fields(mix("verify", "mix", "--json", "-q")) == {f"files.{name}"}


def test_columns_that_croissant_tells_of_are_those_of_the_data(mix: Curate) -> None:
    path = Path("mix/croissant.json")
    told = json.loads(path.read_text())
    told["recordSet"][0]["field"][0]["source"]["extract"]["column"] = "no such column"
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    certificate = json.loads(Path("mix/certificate.json").read_text())
    certificate["files"] = files_beside(Path("mix"))
    Path("mix/certificate.json").write_text(json.dumps(certificate))
    assert fields(mix("verify", "mix", "--json", "-q")) == {"files.croissant.json"}


def as_written_before(detector: str, **changes: object) -> None:
    """The mix as a version of before wrote it: other sentences, no mark of their wording, perhaps another detector."""
    told = json.loads(Path("mix/certificate.json").read_text())
    del told["settings"]["wording"]
    told |= {"basis": ["Other words."], "detector": detector or told["detector"], **changes}
    in_every_page(told, Path("mix"))
    told["files"] = files_beside(Path("mix"))
    Path("mix/certificate.json").write_text(json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


@pytest.mark.parametrize("detector", ["", "0" * 32])
def test_a_mix_of_an_earlier_version_is_not_called_broken_and_what_is_not_rechecked_is_said(
    mix: Curate, detector: str
) -> None:
    as_written_before(detector)
    outcome = mix("verify", "mix", "-q")
    assert outcome.code == 0, outcome.out
    said = " ".join(outcome.out.split())
    assert "written by another version of curate (0.1.0); NOT recomputed: sentences of the basis" in said
    assert ("scores, as it had another detector" in said) == bool(detector)
    found = mix("verify", "mix", "--json", "-q").json
    assert {"basis", *(["detector", "tokens_by_class"] if detector else [])} <= set(found["not_rechecked"])


def rule(name: str, pattern: str) -> Path:
    """A book that removes texts: a stand-in for built-in rules of another version."""
    path = Path(f"{name}.toml")
    told = {"id": name, "pattern": pattern, "then": "remove", "source": "own", "why": "filler"}
    path.write_text("[[rule]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items()))
    return path


@pytest.mark.parametrize(("now", "otherwise"), [("nowhere", False), (ROWS[0]["text"][:20], True)])
@pytest.mark.parametrize("detector", ["", "0" * 32])
def test_a_mix_of_an_earlier_version_is_decided_again_but_for_its_detector_and_rules(
    curate: Curate, detector: str, now: str, *, otherwise: bool
) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    given = ("in", "--human-ratio", "0.3", "--label-column", "origin", "--rules", rule("before", "nobody"))
    assert curate("mix", *given, "-o", "mix", "-q").code == 0
    as_written_before(detector)
    again = ("verify", "mix", "--inputs", "in", "-q", "--rules", rule("after", now))
    found = curate(*again, "--json")
    assert ([*found.json["findings"]], found.code) == ([], 0)
    assert {"rules", *(["detector"] if detector else [])} <= set(found.json["not_rechecked"])
    assert ("values" in found.json["not_rechecked"]) == otherwise
    said = " ".join(curate(*again).out.split())
    assert "written by another version of curate (0.1.0); NOT recomputed:" in said
    assert "its built-in rules, which are others now" in said
    assert ("as this version decides otherwise" in said) == otherwise
    write_jsonl(Path("in/a.jsonl"), ROWS[1:])
    assert {one.split(".")[0] for one in fields(curate(*again, "--json"))} == {"inputs"}


def test_what_a_mix_of_an_earlier_version_counts_is_held_to_all_the_same(mix: Curate) -> None:
    told = json.loads(Path("mix/certificate.json").read_text())
    by_class = told["tokens_by_class"]
    for changes in (
        {"human_tokens_at_least": told["human_tokens_at_least"] + 1},
        {"tokens_by_class": {**by_class, "declared": by_class["declared"] + 1, "other": by_class["other"] - 1}},
        {"bound": 0.99},
    ):
        again()
        as_written_before("0" * 32, **changes)
        outcome = mix("verify", "mix", "-q")
        assert outcome.code == 1
        assert "broken" in outcome.out


def test_a_floor_on_scores_of_another_detector_cannot_be_verified_and_is_not_called_broken(mix: Curate) -> None:
    told = json.loads(Path("mix/certificate.json").read_text())
    total = told["tokens"]
    as_written_before(
        "0" * 32,
        tokens_by_class={"audited": 0, "declared": told["tokens_by_class"]["declared"], "detected":
                         total - told["tokens_by_class"]["declared"], "other": 0},
        detected={"threshold": 9.0, "machine_below_threshold_at_most": 0, "pool_tokens": total, "labels": ""},
        evidence="detected", guarantee="conditional", bound=1.0, human_tokens_at_least=total,
        human_ratio=0.99,
        settings={**{k: v for k, v in told["settings"].items() if k != "wording"},
                  "wording": {"value": 1, "origin": "data"},
                  "human_ratio": {**told["settings"]["human_ratio"], "value": 0.99}},
    )  # fmt: skip
    outcome = mix("verify", "mix", "-q")
    assert outcome.code == 1
    assert outcome.out.startswith("cannot be verified: version 0.1.0 of curate wrote this mix"), outcome.out
    found = mix("verify", "mix", "--json", "-q").json
    assert (found["holds"], found["findings"], found["is_unknown"]) == (False, [], True)
