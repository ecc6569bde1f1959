"""curate check on what a change takes away: text that stands nowhere any more, whatever became of files and rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpora import Outcome, made_up_texts, write_parquet
from repositories import Repo, at_home, lines, new_repo

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(200)  # no two alike
ROWS = [{"text": text, "site": f"s{n % 4}", "origin": ["human", "machine"][n % 2]} for n, text in enumerate(TEXTS)]
A, B, OTHER = ROWS[:80], ROWS[80:160], TEXTS[160:]
FORMATS = ("json", "markdown", "github", "sarif", "junit")
GATES = {"removed", "some-removed", "removed-source", "removed-language", "removed-human", "emptied"}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """data/a.jsonl and data/b.jsonl with 80 rows each on main; the command runs at its root."""
    at_home(tmp_path, monkeypatch)
    return new_repo(Path.cwd(), {"data/a.jsonl": lines(A), "data/b.jsonl": lines(B)})


def checked(curate: Curate, *arguments: object) -> dict[str, Any]:
    outcome = curate("check", "data", "--baseline", "main", "--json", "-q", *arguments)
    assert outcome.code in (0, 1), outcome.err
    return outcome.json


def broken(found: dict[str, Any], level: str = "fail") -> set[str]:
    return {gate["gate"] for gate in found["gates"] if gate["level"] == level} & GATES


def less(found: dict[str, Any]) -> int:
    return int(-found["difference"]["tokens"])


def test_deleted_rows_fail_with_how_much_and_where(curate: Curate, repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines(A[:10]), "data/b.jsonl": lines(B[:-5])})
    found = checked(curate)
    removed = found["removed"]
    assert broken(found) == {"removed", "removed-source"}
    assert (removed["rows"], removed["copies"], removed["documents"]) == (75, 0, 75)
    assert removed["tokens"] == less(found) > 0
    assert removed["token_share"] == pytest.approx(less(found) / (found["whole"]["tokens"] + less(found)))
    assert removed["worst_source"]["name"] == "data/a"
    assert {name: one["documents"] for name, one in removed["by_source"].items()} == {"data/a": 70, "data/b": 5}
    places = [one for one in found["places"] if one["kind"] == "removed"]
    assert {one["path"] for one in places} == {"data/a.jsonl", "data/b.jsonl"}
    assert places[0]["message"].startswith("70 documents lost here")


def test_every_format_says_it(curate: Curate, repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines(A[:10])})
    asked = [word for name in FORMATS for word in ("--format", f"{name}={name}.out")]
    outcome = curate("check", "data", "--baseline", "main", "-q", "--format", "text", *asked)
    assert outcome.code == 1
    for name in ("text", *FORMATS):
        said = " ".join((outcome.out if name == "text" else Path(f"{name}.out").read_text()).split())
        assert "of the tokens that were there are removed" in said, name
        assert "70 documents lost here" in said, name
        assert "data/a.jsonl" in said, name


def reordered(repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines(A[::-1])})


def merged(repo: Repo) -> None:
    (repo.root / "data/b.jsonl").unlink()
    repo.write({"data/a.jsonl": lines([*A, *B][::3] + [*A, *B][1::3] + [*A, *B][2::3])})


def split(repo: Repo) -> None:
    (repo.root / "data/a.jsonl").unlink()
    repo.write({f"data/a-{n}.jsonl": lines(A[n::4]) for n in range(4)})


def converted(repo: Repo) -> None:
    for name, rows in (("a", A), ("b", B)):
        (repo.root / f"data/{name}.jsonl").unlink()
        write_parquet(repo.root / f"data/{name}.parquet", rows)


def renamed(repo: Repo) -> None:
    repo.git("mv", "data/a.jsonl", "data/c.jsonl")


def with_another_source(repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines([{**row, "site": f"new-{row['site']}"} for row in A])})


def with_another_label(repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines([{**row, "origin": "machine"} for row in A])})


def reformatted(repo: Repo) -> None:
    """Other bytes in every text, the same words."""
    repo.write({"data/a.jsonl": lines([{**row, "text": row["text"].replace(" ", "\n")} for row in A])})


@pytest.mark.parametrize(
    "change", [reordered, merged, split, converted, renamed, with_another_source, with_another_label, reformatted]
)
def test_text_that_stands_elsewhere_is_not_removed(curate: Curate, repo: Repo, change: Callable[[Repo], None]) -> None:
    change(repo)
    found = checked(curate, "--source-column", "site", "--label-column", "origin")
    assert broken(found) | broken(found, "warning") == set()
    assert (found["removed"]["documents"], found["removed"]["tokens"]) == (0, 0)


def nearly(text: str) -> str:
    words = text.split()
    return " ".join([*words[:20], "another", *words[21:]])


@pytest.mark.parametrize("copy", [str, nearly])
def test_rows_removed_as_duplicates_of_rows_that_stay(curate: Curate, repo: Repo, copy: Callable[[str], str]) -> None:
    copies = [{**row, "text": copy(row["text"])} for row in A[:60]]
    repo.commit({"data/a.jsonl": lines([*A, *copies])})
    repo.write({"data/a.jsonl": lines(A)})
    found = checked(curate)
    assert broken(found) | broken(found, "warning") == set()
    assert (found["removed"]["rows"], found["removed"]["copies"], found["removed"]["tokens"]) == (60, 60, 0)
    repo.write({"data/a.jsonl": lines(A[60:])})  # the originals too
    assert checked(curate)["removed"]["documents"] == 120 if copy is nearly else 60


def test_as_much_other_text_is_no_excuse(curate: Curate, repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines([*A[:50], *({**A[0], "text": text} for text in OTHER[:30])])})
    found = checked(curate)
    assert broken(found) == {"removed"}
    assert found["removed"]["documents"] == 30


def test_text_made_shorter_counts_by_what_it_lost(curate: Curate, repo: Repo) -> None:
    def shorter(row: dict[str, Any], part: float) -> dict[str, Any]:
        words = row["text"].split()
        return {**row, "text": " ".join(words[: int(part * len(words))])}

    repo.write({"data/a.jsonl": lines([shorter(row, 0.9) for row in A])})
    found = checked(curate)
    assert found["removed"]["tokens"] == less(found) > 0
    assert broken(found, "warning") == {"some-removed"}
    repo.write({"data/a.jsonl": lines([shorter(row, 0.4) for row in A])})
    assert broken(checked(curate)) >= {"removed", "removed-source"}


def test_rows_that_stay_without_their_text(curate: Curate, repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines([*A[:40], *({**row, "text": ""} for row in A[40:42]), *A[42:]])})
    found = checked(curate)
    assert "emptied" in broken(found, "warning")
    assert found["removed"]["emptied"] == 2
    places = {(one["path"], one["line"]) for one in found["places"] if one["gate"] == "emptied"}
    assert places == {("data/a.jsonl", 41), ("data/a.jsonl", 42)}


def test_a_source_that_goes_is_named(curate: Curate, repo: Repo) -> None:
    few = [{**row, "site": "small"} for row in B[:8]]
    repo.commit({"data/a.jsonl": lines([*A, *few]), "data/b.jsonl": lines(B[8:])})
    repo.write({"data/a.jsonl": lines(A)})
    found = checked(curate, "--source-column", "site")
    assert broken(found) == {"removed-source"}
    assert found["removed"]["worst_source"]["name"] == "small"
    (gate,) = (one for one in found["gates"] if one["gate"] == "removed-source")
    assert gate["message"] == "100 % of the tokens of small are removed; allowed: at most 50 %"
    (place,) = (one for one in found["places"] if one["kind"] == "removed" and one["gate"] == "removed-source")
    assert place["path"] == "data/a.jsonl"


def test_human_text_that_goes_is_counted_apart(curate: Curate, repo: Repo) -> None:
    human = [row for row in A if row["origin"] == "human"]
    repo.write({"data/a.jsonl": lines([row for row in A if row not in human[:14]])})
    found = checked(curate, "--label-column", "origin")
    assert broken(found) == {"removed-human"}
    assert found["removed"]["human"]["documents"] == 14
    assert found["removed"]["human"]["tokens"] == less(found)


def test_content_that_is_not_there_to_compare_is_no_pass(curate: Curate, repo: Repo) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 1234567\n"
    repo.commit({"data/large.jsonl": pointer})
    (repo.root / "data/large.jsonl").unlink()
    found = checked(curate)
    assert found["removed"]["unread"] == ["data/large.jsonl"]
    assert broken(found, "warning") >= {"removed"}
    (gate,) = (one for one in found["gates"] if one["gate"] == "removed")
    assert gate["message"].startswith("cannot tell: 0 % of the tokens that were there are removed or more")
    assert "the earlier content of data/large.jsonl is not there" in gate["message"]


def test_the_documentation_allows_it_as_it_says(curate: Curate, repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines(A[:30])})
    page = (Path(__file__).parents[2] / "docs/gates.md").read_text(encoding="utf-8")
    (block,) = [part for part in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if 'id = "removed-source"' in part]
    Path("allow.toml").write_text(block)
    assert broken(checked(curate)) == {"removed", "removed-source"}
    assert broken(checked(curate, "--policy", "default", "--policy", "allow.toml")) == {"removed"}


def test_a_policy_allows_it(curate: Curate, repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines(A[:10])})
    gate = '[[gate]]\nid = "{}"\nmetric = "removed.{}"\nat_most = {}\nthen = "fail"\n'
    allowed = (("removed", "token_share"), ("removed-source", "worst_source.token_share"),
               ("removed-language", "worst_language.token_share"))  # fmt: skip
    Path("mine.toml").write_text("".join(gate.format(id_, metric, 1) for id_, metric in allowed))
    assert broken(checked(curate, "--policy", "default", "--policy", "mine.toml")) == set()
    named = (("a", "by_source.data/a.documents", 69), ("b", "by_source.data/b.tokens", 0), ("rows", "rows", 70))
    Path("named.toml").write_text("".join(gate.format(*one) for one in named))
    gates = {one["gate"]: (one["level"], one["value"]) for one in checked(curate, "--policy", "named.toml")["gates"]}
    assert gates == {"a": ("fail", 70), "b": ("pass", 0), "rows": ("pass", 70)}


def test_a_path_is_added_to_and_says_so(curate: Curate, repo: Repo) -> None:
    repo.write({"new.jsonl": lines([{"text": text} for text in OTHER])})
    outcome = curate("check", "new.jsonl", "--baseline", "data", "--json", "-q")
    assert outcome.json["removed"] is None
    assert GATES.isdisjoint(gate["gate"] for gate in outcome.json["gates"])
    assert "nothing of it counts as removed" in outcome.json["note"]


def test_a_gate_on_a_source_that_never_was_says_so(curate: Curate, repo: Repo) -> None:
    repo.write({"data/a.jsonl": lines(A[:10])})
    gate = '[[gate]]\nid = "{0}"\nmetric = "removed.by_source.{0}.token_share"\nat_most = 0.1\nthen = "fail"\n'
    Path("mine.toml").write_text("".join(gate.format(name) for name in ("data/a", "data/b", "data/aa")))
    gates = {one["gate"]: (one["level"], one["message"]) for one in checked(curate, "--policy", "mine.toml")["gates"]}
    assert {name: level for name, (level, _) in gates.items()} == {
        "data/a": "fail", "data/b": "pass", "data/aa": "warning",
    }  # fmt: skip
    assert "no source is called 'data/aa'; did you mean 'data/a'?" in gates["data/aa"][1]
