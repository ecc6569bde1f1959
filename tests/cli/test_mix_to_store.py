"""A mix written to a bucket or the Hub: the bytes of a local one, all or nothing, and nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import huggingface_hub.constants
import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from hub_repository import Repository
from hub_server import Fault, Hub
from object_store import Bucket, storing
from own_hub import own_hub
from web_server import forget_stores

Curate = Callable[..., Outcome]
ASKED = ("mix", "in", "--label-column", "origin", "--human-ratio", "0.3", "-o")
SETTLED = {
    "AWS_ACCESS_KEY_ID": "key-of-test", "AWS_SECRET_ACCESS_KEY": "secret-of-test", "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}  # fmt: skip
# The Hub's client hands a file to its session in a way that the session calls old.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")
HUB, S3 = "hf://datasets/me/mix", "s3://data/mixes/a b+中"


@pytest.fixture(autouse=True)
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_stores()
    monkeypatch.setattr("curate.corpus.remote.kept.cache_folder", lambda: tmp_path / ".user-cache")
    monkeypatch.setattr("curate.jobs.verify.elsewhere.cache_folder", lambda: tmp_path / ".user-cache")
    (tmp_path / "in").mkdir()
    write_jsonl(tmp_path / "in" / "a.jsonl", corpus_rows(80))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with storing(Bucket(objects={"other/x": b"x"})) as there:
        for name, value in {**SETTLED, "AWS_ENDPOINT_URL_S3": there.url}.items():
            monkeypatch.setenv(name, value)
        yield there


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with own_hub(monkeypatch) as there:
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setenv("HF_TOKEN", "hf_right")
        yield there


def local_mix(curate: Curate) -> dict[str, bytes]:
    assert curate(*ASKED, "here", "-q").code == 0
    return {p.relative_to("here").as_posix(): p.read_bytes() for p in Path("here").rglob("*") if p.is_file()}


def leftovers(tmp_path: Path) -> list[str]:
    found = [path.name for path in tmp_path.iterdir() if path.name.startswith("mix")]
    return found + [path.name for path in (tmp_path / ".curate").glob("sending-*")]


def test_a_bucket_holds_what_a_folder_would(curate: Curate, bucket: Bucket, tmp_path: Path) -> None:
    done = curate(*ASKED, S3, "--json", "-q")
    assert done.code == 0, done.err
    assert done.json["output"] == S3
    prefix = "mixes/a b+中/"
    held = {key.removeprefix(prefix): data for key, data in bucket.objects.items() if key != "other/x"}
    assert held == local_mix(curate)
    assert bucket.order[-1] == f"{prefix}certificate.json"
    checked = curate("verify", S3, "--digest", done.json["digest"], "--inputs", "in", "--json", "-q")
    assert (checked.code, checked.json["holds"]) == (0, True), checked.err
    bucket.objects[f"{prefix}data/part-00000.parquet"] = bucket.objects[f"{prefix}removed.parquet"]
    forget_stores()
    assert curate("verify", S3).code == 1
    assert leftovers(tmp_path) == []


def test_the_hub_holds_what_a_folder_would_in_one_commit(curate: Curate, hub: Hub, tmp_path: Path) -> None:
    done = curate(*ASKED, HUB, "--json", "-q")
    assert done.code == 0, done.err
    made = hub.repositories["me/mix"]
    commit = made.refs["main"]
    assert done.json["output"] == f"{HUB}@{commit}"
    assert (made.is_private, len(made.commits)) == (True, 2)
    assert {name: data for name, data in made.commits[commit].items() if name != ".gitattributes"} == local_mix(curate)
    for place in (HUB, f"{HUB}@{commit}"):
        checked = curate("verify", place, "--digest", done.json["digest"], "--json", "-q")
        assert (checked.code, checked.json["holds"]) == (0, True), checked.err
    assert curate("scan", HUB, "-q", "--json").json["documents"] == done.json["documents"]
    assert hub.leaked == []
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("place", ["s3://data/other", "s3://data/other/x", "s3://data"])
def test_what_a_bucket_holds_is_not_overwritten(curate: Curate, bucket: Bucket, place: str) -> None:
    held = dict(bucket.objects)
    failed = curate(*ASKED, place)
    assert (failed.code, "nothing is overwritten" in failed.err) == (2, True), failed.err
    assert bucket.objects == held
    assert not [one for one in bucket.asked if one[0] in ("PUT", "POST", "DELETE")]


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        ("s3://elsewhere/x", 2, "there is no such bucket"), ("s3://", 2, "names no bucket"),
        ("gs://data/x", 2, "is a store that no mix is written to"),
        ("https://host/x", 2, "is a store that no mix is written to"),
        ("file:///x", 2, "is a store that no mix is written to"),
        ("r2://data/x", 2, "is a store that no mix is written to"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("bucket")
def test_a_place_that_cannot_be_written_to(curate: Curate, tmp_path: Path, place: str, code: int, said: str) -> None:
    failed = curate(*ASKED, place)
    assert (failed.code, said in failed.err) == (code, True), failed.err
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == ["in"]


def test_nothing_looks_whole_where_a_bucket_refuses_a_file(curate: Curate, bucket: Bucket, tmp_path: Path) -> None:
    bucket.refusals["PUT mixes/m/removed.parquet"] = (403, "AccessDenied")
    failed = curate(*ASKED, "s3://data/mixes/m")
    assert (failed.code, "is refused to you" in failed.err) == (3, True), failed.err
    assert [key for key in bucket.objects if not key.endswith("/")] == ["other/x"]
    kept = next(name for name in leftovers(tmp_path))
    assert kept in failed.err
    assert curate("verify", kept).code == 0
    bucket.refusals.clear()
    assert curate(*ASKED, "s3://data/mixes/m").code == 0


def test_a_data_set_with_files_is_not_overwritten(curate: Curate, hub: Hub) -> None:
    made = hub.add("me/mix", {".gitattributes": b"", "data/a.jsonl": b"{}"})
    failed = curate(*ASKED, HUB)
    assert (failed.code, "nothing is overwritten" in failed.err) == (2, True), failed.err
    assert len(made.commits) == 1


def test_an_empty_data_set_is_filled_on_its_branch(curate: Curate, hub: Hub) -> None:
    made = hub.add("me/mix", {".gitattributes": b""})
    made.commit({}, "draft")
    done = curate(*ASKED, f"{HUB}@draft")
    assert done.code == 0, done.err
    assert f"curate verify {HUB}@{made.refs['draft']} --digest" in " ".join(done.out.split())
    assert "load_dataset" not in done.out  # which takes no such path
    assert "certificate.json" in made.commits[made.refs["draft"]]
    assert "certificate.json" not in made.commits[made.refs["main"]]


REFUSED: dict[str, tuple[str, str | None, int, str]] = {
    "no token": (HUB, None, 2, "writing needs a token"),
    "a wrong token": (HUB, "hf_wrong", 3, "the token is not valid"),
    "another's name": ("hf://datasets/you/mix", "hf_right", 3, "the Hub does not let you write"),
    "a folder in it": (f"{HUB}/part", "hf_right", 2, "a mix is a data set of its own"),
    "no such branch": (f"{HUB}@nope", "hf_right", 3, "is not on the Hub"),
    "a model": ("hf://models/me/mix", "hf_right", 2, "is no data set of the Hub"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_hub_refuses_is_said(curate: Curate, hub: Hub, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    place, token, code, said = REFUSED[case]
    monkeypatch.delenv("HF_TOKEN")
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    failed = curate(*ASKED, place)
    assert (failed.code, said in " ".join(failed.err.split())) == (code, True), failed.err
    assert hub.repositories == {}
    assert "hf_wrong" not in failed.err


def test_somebody_who_writes_meanwhile_is_not_overwritten(curate: Curate, hub: Hub, tmp_path: Path) -> None:
    made = hub.add("me/mix", {".gitattributes": b""})
    hub.faults.append(Fault("POST /api/datasets/me/mix/commit", 412, body=b'{"error": "A commit has happened since."}'))
    failed = curate(*ASKED, HUB)
    assert (failed.code, "somebody wrote to it meanwhile" in failed.err) == (3, True), failed.err
    assert len(made.commits) == 1
    assert curate("verify", leftovers(tmp_path)[0]).code == 0


def test_a_small_file_that_the_hub_altered_is_noticed(
    curate: Curate, hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit = Repository.commit

    def altered(self: Repository, files: dict[str, bytes | None], ref: str = "main") -> str:
        card = files.get("README.md") or b""
        return commit(self, {**files, "README.md": card.replace(b"human", b"hunan", 1)}, ref)

    monkeypatch.setattr(Repository, "commit", altered)
    failed = curate(*ASKED, HUB)
    assert (failed.code, "/README.md: the Hub does not hold what was sent" in failed.err) == (3, True), failed.err
    made = hub.repositories["me/mix"]
    assert b"hunan" in made.commits[made.refs["main"]]["README.md"]
    assert curate("verify", leftovers(tmp_path)[0]).code == 0


@pytest.mark.parametrize("place", ["s3://data/none", "s3://data/other", "hf://datasets/me/none"])
@pytest.mark.usefixtures("bucket", "hub")
def test_a_place_without_a_mix_is_not_verified(curate: Curate, place: str) -> None:
    failed = curate("verify", place)
    assert (failed.code, failed.out) == (3, ""), failed.err


def test_a_hostile_name_in_a_bucket_stays_in_the_folder(curate: Curate, bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects |= {"m/certificate.json": b"{}", "m/data/../../../../evil.txt": b"x"}
    failed = curate("verify", "s3://data/m")
    assert failed.code in (1, 3), failed.err
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_mix_is_not_written_into_its_own_input(curate: Curate, bucket: Bucket) -> None:
    bucket.objects["corpus/a.jsonl"] = Path("in/a.jsonl").read_bytes()
    failed = curate("mix", "s3://data/corpus", *ASKED[2:], "s3://data/corpus/mix")
    assert (failed.code, "lies inside s3://data/corpus" in failed.err) == (2, True), failed.err


def test_a_dry_run_asks_no_store(curate: Curate, bucket: Bucket) -> None:
    assert curate(*ASKED, S3, "--dry-run").code == 0
    assert not [one for one in bucket.asked if "mixes" in one[1]]
