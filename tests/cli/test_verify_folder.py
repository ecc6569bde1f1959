"""Nothing in the folder of a mix can be altered, added, linked or taken away without `verify` naming it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, write_jsonl

Curate = Callable[..., Outcome]
ROWS = corpus_rows(40)
ADDED = ("data/more.parquet", "data/.hidden.parquet", "notes.txt", "data.csv", "sub/deep/x.jsonl", ".env", "audits/x")


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
    assert mix("verify", "mix", "-q").code == 0


@pytest.mark.parametrize("name", ["README.md", "croissant.json"])
def test_a_page_that_claims_more_is_found_also_where_the_certificate_binds_it(mix: Curate, name: str) -> None:
    from curate.jobs.hashes import sha256

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
