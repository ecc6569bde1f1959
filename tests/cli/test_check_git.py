"""curate check against a revision: which rows are new, what they repeat, and what merging makes of the figures."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpora import Outcome, corpus_rows, write_parquet
from repositories import Repo, at_home, lines, new_repo

Curate = Callable[..., Outcome]
ROWS = corpus_rows(240)
BASE, NEW = ROWS[:160], ROWS[170:]  # rows of NEW have no near-duplicates in BASE


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """data/a.jsonl and data/b.jsonl on main; the command runs at its root."""
    at_home(tmp_path, monkeypatch)
    return new_repo(Path.cwd(), {"data/a.jsonl": lines(BASE[:80]), "data/b.jsonl": lines(BASE[80:]), "readme.md": "x"})


def checked(curate: Curate, *arguments: object) -> dict[str, Any]:
    outcome = curate("check", "data", "--baseline", "main", "--json", "-q", *arguments)
    assert outcome.code in (0, 1), outcome.err
    return outcome.json


def kept() -> Path:
    """Cached baseline."""
    (folder,) = Path(".user-cache/baselines").iterdir()
    return folder


def files_of(found: dict[str, Any]) -> dict[str, tuple[str, str, int, int]]:
    return {one["path"]: (one["state"], one["before"], one["rows"], one["removed"]) for one in found["files"]}


@pytest.mark.usefixtures("repo")
def test_nothing_changed(curate: Curate) -> None:
    found = checked(curate)
    assert (found["level"], found["files"], found["change"]) == ("pass", [], None)
    assert found["whole"]["documents"] == 160
    assert set(found["difference"].values()) <= {0, None}


def test_every_kind_of_change_and_its_rows(curate: Curate, repo: Repo) -> None:
    repo.commit(
        {"data/moved.jsonl": lines(NEW[:20]), "data/gone.jsonl": lines(NEW[20:30]), "data/t.jsonl": lines(NEW[30:40])}
    )
    repo.git("checkout", "-q", "-b", "topic")
    edited = [*BASE[:3], {**BASE[3], "text": NEW[40]["text"]}, *BASE[4:80], *NEW[41:43]]
    repo.git("mv", "data/moved.jsonl", "data/elsewhere.jsonl")
    repo.commit({"data/a.jsonl": lines(edited), "data/added.jsonl": lines(NEW[43:50])})
    repo.git("rm", "-q", "data/gone.jsonl")
    repo.write({"data/untracked.jsonl": lines([*NEW[50:52], *NEW[20:23]]), "data/t.jsonl": lines(NEW[30:40][::-1])})
    assert files_of(checked(curate)) == {
        "data/a.jsonl": ("changed", "", 3, 1),
        "data/added.jsonl": ("added", "", 7, 0),
        "data/elsewhere.jsonl": ("renamed", "data/moved.jsonl", 0, 0),
        "data/gone.jsonl": ("deleted", "", 0, 7),  # three of its ten rows moved
        "data/t.jsonl": ("changed", "", 0, 0),  # another order
        "data/untracked.jsonl": ("added", "", 2, 0),
    }


@pytest.mark.parametrize(
    "spelt",
    [
        lambda rows: lines(rows).replace("\n", "\r\n"),
        lambda rows: "\ufeff" + lines(rows),
        lambda rows: lines(rows[::-1]).replace("\n", "\n\n"),
        lambda rows: "".join(json.dumps(dict(reversed(row.items())), indent=None) + "\n" for row in rows),
        lambda rows: lines([{**row, "id": f"other-{row['id']}"} for row in rows]),
    ],
)
def test_other_bytes_for_the_same_rows_are_no_new_text(
    curate: Curate, repo: Repo, spelt: Callable[[Sequence[dict[str, Any]]], str]
) -> None:
    repo.write({"data/a.jsonl": spelt([*BASE[:80], NEW[0]])})
    assert files_of(checked(curate)) == {"data/a.jsonl": ("changed", "", 1, 0)}


def test_a_change_of_columns_that_are_no_text_is_said_to_be_unjudged(curate: Curate, repo: Repo) -> None:
    repo.write(
        {"data/a.jsonl": lines([{**row, "response": "As an AI language model, I cannot."} for row in BASE[:80]])}
    )
    shown = " ".join(curate("check", "data", "--baseline", "main").out.split())
    assert (
        "PASS nothing here speaks against merging; 1 changed file brings no new text, and what else changed was not"
        in shown
    )


def test_another_format_is_no_new_text(curate: Curate, repo: Repo) -> None:
    write_parquet(Path("data/a.parquet"), [*BASE[:80], NEW[0]])
    (repo.root / "data/a.jsonl").unlink()
    assert files_of(checked(curate)) == {
        "data/a.jsonl": ("deleted", "", 0, 0),
        "data/a.parquet": ("added", "", 1, 0),
    }


def test_a_copy_is_found_by_its_line_with_the_row_it_repeats(curate: Curate, repo: Repo) -> None:
    near = BASE[5]["text"].replace(BASE[5]["text"].split()[30], "changed", 1)
    repo.write({"data/new.jsonl": lines([*NEW[:10], {"text": BASE[90]["text"]}, {"text": near}])})
    found = checked(curate)
    places = {(one["line"], one["row"]): one["message"] for one in found["places"] if one["kind"] == "copy"}
    assert set(places) == {(11, 10), (12, 11)}
    assert found["change"]["duplicates"]["index"]["documents"] == 2
    assert found["change"]["duplicates"]["index"]["exact"] == 1


def test_what_is_taken_away_is_not_repeated(curate: Curate, repo: Repo) -> None:
    """A typo mended is no copy of what stood there before; a row that stays elsewhere is."""
    words = BASE[5]["text"].split()
    mended = {**BASE[5], "text": " ".join([*words[:30], "mended", *words[31:]])}
    repo.write({"data/a.jsonl": lines([*BASE[:5], mended, *BASE[6:80]])})
    found = checked(curate)
    assert files_of(found) == {"data/a.jsonl": ("changed", "", 1, 1)}
    assert found["change"]["duplicates"]["index"]["documents"] == 0
    repo.commit({"data/a.jsonl": lines(BASE[:80]), "data/c.jsonl": lines([BASE[5]])})
    repo.write({"data/a.jsonl": lines([*BASE[:5], mended, *BASE[6:80]])})
    assert checked(curate)["change"]["duplicates"]["index"]["near"] == 1


def told(figures: Any, name: str = "") -> dict[str, Any]:
    """Every figure by its dotted name, but those that a check leaves to a scan."""
    if isinstance(figures, dict):
        unknown = {"paragraph_token_share", "across_sources", "largest", "unread", "left_out", "labels", "columns"}
        unknown |= {"mended", "doubled_keys", "crosscheck", "turns"}
        return {k: v for key in figures if key not in unknown for k, v in told(figures[key], f"{name}.{key}").items()}
    if isinstance(figures, list):
        return {k: v for number, one in enumerate(figures) for k, v in told(one, f"{name}.{number}").items()}
    return {name: figures}


def same_figures(whole: dict[str, Any], scanned: dict[str, Any]) -> None:
    """All that is told after merging is what a scan of the merged files says."""
    found, expected = told(whole), told(scanned)
    rules = {name for name, value in found.items() if value is None and name.startswith((".rules.", ".books."))}
    assert len(rules) < len(whole["rules"]) / 2
    assert set(found) == set(expected)
    assert {name: found[name] for name in found if name not in rules} == pytest.approx(
        {name: expected[name] for name in expected if name not in rules}
    )


@pytest.mark.parametrize("seed", range(4))
def test_after_merging_the_figures_are_those_of_a_scan(curate: Curate, repo: Repo, seed: int) -> None:
    import random

    draw = random.Random(seed)
    leak = {
        "site": "s0",
        "text": "As an AI language model, I cannot say more about any of the many things that you asked.",
    }
    pool = [*ROWS, *({**row, "text": row["text"] + " and so on"} for row in ROWS[::3]), *[leak] * 20]
    before = [draw.choices(pool, k=60) for _ in range(3)]
    repo.commit({f"data/{name}.jsonl": lines(rows) for name, rows in zip("abc", before, strict=True)})
    after = [[row for row in rows if draw.random() < 0.8] + draw.choices(pool, k=15) for rows in before]
    repo.write({f"data/{name}.jsonl": lines(rows) for name, rows in zip("ab", after, strict=False)})
    (repo.root / "data/c.jsonl").unlink()
    repo.write({"data/d.jsonl": lines(after[2]) + '{"text": torn\n'})
    options = ("--label-column", "origin", "--source-column", "site")
    Path("trust.toml").write_text('trust_changes = ["label"]\n')  # a scan believes what any row says
    whole = checked(curate, *options, "--policy", "default", "--policy", "trust.toml")["whole"]
    same_figures(whole, curate("scan", ".", "--json", "-q", *options).json)


def test_pointers_and_submodules_are_named_and_the_rest_is_checked(curate: Curate, repo: Repo, tmp_path: Path) -> None:
    oid = hashlib.sha256(b"x").hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 9\n"
    other = new_repo(tmp_path / "other", {"inner.jsonl": lines(NEW[:3])})
    repo.git("submodule", "add", "-q", str(other.root), "data/sub")
    repo.commit({"data/was.jsonl": pointer})
    Repo(repo.root / "data/sub").commit({"inner.jsonl": lines(NEW[:9])})
    repo.write({"data/big.jsonl": pointer, "data/new.jsonl": lines(NEW[:4]), "data/was.jsonl": lines(NEW[4:6])})
    found = checked(curate)
    assert files_of(found) == {
        "data/big.jsonl": ("pointer", "", 0, 0),
        "data/new.jsonl": ("added", "", 4, 0),
        "data/sub": ("skipped", "", 0, 0),
        "data/was.jsonl": ("changed", "", 2, 0),
    }
    notes = {one["path"]: one["note"] for one in found["files"]}
    assert "git lfs pull" in notes["data/big.jsonl"]
    assert "git submodule update --init -- data/sub" in notes["data/sub"]
    assert "git lfs fetch origin main --include=data/was.jsonl" in notes["data/was.jsonl"]


def test_a_shallow_clone_says_what_to_fetch(curate: Curate, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"data/new.jsonl": lines(NEW[:4])})
    repo.git("clone", "-q", "--depth=1", "-b", "topic", f"file://{repo.root}", "../clone")
    monkeypatch.chdir("../clone")
    outcome = curate("check", "data", "--baseline", "main")
    assert outcome.code == 2
    assert "git fetch --depth=1 origin main" in outcome.err
    Repo(Path.cwd()).git("fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main")
    assert files_of(checked(curate)) == {"data/new.jsonl": ("added", "", 4, 0)}


def test_a_revision_wants_a_repository_and_a_program(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    Path("data").mkdir()
    Path("data/a.jsonl").write_text(lines(NEW[:4]))
    outcome = curate("check", "data", "--baseline", "main")
    assert outcome.code == 3
    assert "no git repository" in outcome.err
    monkeypatch.setenv("PATH", "")
    outcome = curate("check", "data", "--baseline", "main")
    assert outcome.code == 4
    assert "git is not installed" in outcome.err


def test_names_that_try_something(curate: Curate, repo: Repo) -> None:
    hostile = [
        'data/a "q" $(touch x).jsonl',
        "data/two\nlines.jsonl",
        "data/文本 é.jsonl",
        os.fsdecode(b"data/\xff.jsonl"),
    ]
    repo.git("checkout", "-q", "--detach")
    for number, name in enumerate(hostile):
        repo.write({name: lines(NEW[10 * number : 10 * number + 3])})
    found = files_of(checked(curate))
    assert sorted(found.values()) == [("added", "", 3, 0)] * 4
    assert not Path("x").exists()


def test_what_was_found_of_the_baseline_is_kept_and_follows_it(curate: Curate, repo: Repo) -> None:
    repo.write({"data/new.jsonl": lines([*NEW[:4], BASE[0], BASE[100]])})
    first = checked(curate)
    assert first["change"]["duplicates"]["index"]["documents"] == 2
    shards = {path: path.stat().st_ino for path in (kept() / "shards").iterdir()}
    assert shards
    assert checked(curate) == first
    new = (repo.root / "data/new.jsonl").read_bytes()
    (repo.root / "data/new.jsonl").unlink()
    repo.git("rm", "-q", "data/b.jsonl")
    repo.commit()
    repo.write({"data/new.jsonl": new})
    moved = checked(curate)
    assert moved["change"]["duplicates"]["index"]["documents"] == 1, "a text that is no more in the baseline was found"
    assert moved["whole"]["documents"] == 86
    again = {path: path.stat().st_ino for path in (kept() / "shards").iterdir()}
    assert again.items() <= shards.items(), "a shard that had been read was read again"
    assert not list(kept().glob("tmp-*"))


def test_a_cache_that_was_cut_off_is_mended(curate: Curate, repo: Repo) -> None:
    repo.write({"data/new.jsonl": lines([*NEW[:4], BASE[0]])})
    first = checked(curate)
    whole = sorted(path for path in kept().rglob("*") if path.is_file() and path.name != ".lock")
    for path in whole:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert checked(curate) == first
    for start in range(3):  # each file is among the third that goes, the mark of whose folder it is too
        for path in whole[start::3]:
            path.unlink(missing_ok=True)
        assert checked(curate) == first, whole[start::3]


def test_a_name_of_two_things_is_not_guessed(curate: Curate, repo: Repo) -> None:
    repo.write({"main/a.jsonl": lines(NEW[:4]), "data/new.jsonl": lines(NEW[:5])})
    outcome = curate("check", "data/new.jsonl", "--baseline", "main")
    assert outcome.code == 2
    assert "./main is the path" in outcome.err
    assert curate("check", "data", "--baseline", "./main", "--json", "-q").json["whole"]["documents"] == 169
    found = curate("check", "data", "--baseline", "heads/main", "--json", "-q").json
    assert files_of(found) == {"data/new.jsonl": ("added", "", 5, 0)}


def test_without_a_cache_it_says_what_it_does(curate: Curate, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    monkeypatch.setattr("curate.cli.watch._Lines.show", lambda _, step: steps.append(step.phase))
    repo.write({"data/new.jsonl": lines(NEW[:5])})
    curate("check", "data", "--baseline", "main")
    assert "reading the baseline (once: it is kept)" in steps
    steps.clear()
    curate("check", "data", "--baseline", "main")
    assert "comparing with main" in steps
    assert "reading the baseline (once: it is kept)" not in steps
