"""Buckets through the command line: figures of a local copy, few requests, refusals by name."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows
from curate.corpus.files import look_for
from curate.corpus.remote.listing import remote_files
from object_store import Bucket, storing
from web_server import forget_stores

Curate = Callable[..., Outcome]
ROWS = corpus_rows(120)
SETTLED = {
    "AWS_ACCESS_KEY_ID": "key-of-test", "AWS_SECRET_ACCESS_KEY": "secret-of-test", "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}  # fmt: skip


def lines(first: int, stop: int) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in ROWS[first:stop]).encode()


def parquet(path: Path, first: int, stop: int, wide: int = 0) -> bytes:
    table = pa.Table.from_pylist(ROWS[first:stop])
    if wide:
        draw = random.Random(7)
        table = table.append_column("image", pa.array([draw.randbytes(wide) for _ in range(stop - first)]))
    pq.write_table(table, path, row_group_size=40)
    return path.read_bytes()


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    objects = {
        "corpus/a.jsonl": lines(0, 40),
        "corpus/deep/b c+%20中.jsonl": lines(40, 80),
        "corpus/deep/c.parquet": parquet(tmp_path / "c.parquet", 80, 120),
        "corpus/README.md": b"# A data set\n",
        "corpus/notes.psv": b"a|b\n1|2\n",
        "corpus/.hidden.jsonl": lines(0, 3),
        "corpus-other/d.jsonl": lines(0, 9),
    }
    with storing(Bucket(objects=objects)) as there:
        for name, value in {**SETTLED, "AWS_ENDPOINT_URL_S3": there.url}.items():
            monkeypatch.setenv(name, value)
        yield there


def copied(bucket: Bucket, prefix: str, folder: Path) -> Path:
    for key, content in bucket.objects.items():
        if key.startswith(prefix):
            path = folder / key.removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def test_a_folder_of_a_bucket_is_one_on_disk(curate: Curate, bucket: Bucket, tmp_path: Path) -> None:
    local = copied(bucket, "corpus/", tmp_path / "corpus")
    found = curate("scan", "s3://data/corpus", "--json")
    assert found.code == 0, found.err
    assert found.json == curate("scan", local, "--json").json
    assert found.json["documents"] == 120
    options = ("--label-column", "origin", "--human-ratio", "0.3", "-o")
    assert curate("mix", "s3://data/corpus/", *options, "remote").code == 0
    assert curate("mix", local, *options, "local").code == 0
    here, there = ({p.name: p.read_bytes() for p in Path(each, "data").iterdir()} for each in ("local", "remote"))
    assert here == there
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"secret-of-test" not in written
    assert b"key-of-test" not in written


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("s3://data/corpus/a.jsonl", ["a.jsonl"]),
        ("s3://data/corpus/deep/b c+%20中.jsonl", ["b c+%20中.jsonl"]),
        ("s3://data/corpus/*.jsonl", ["a.jsonl"]),
        ("s3://data/corpus/**/*.jsonl", ["a.jsonl", "deep/b c+%20中.jsonl"]),
        ("s3://data/corpus/*/[bc]*", ["deep/b c+%20中.jsonl", "deep/c.parquet"]),
        ("s3://data/corpus/deep", ["b c+%20中.jsonl", "c.parquet"]),
    ],
)
@pytest.mark.usefixtures("curate", "bucket")
def test_files_folders_and_globs(place: str, names: list[str]) -> None:
    assert [file.name for file in look_for([place]).files] == names


@pytest.mark.usefixtures("curate", "bucket")
def test_files_that_are_not_read_are_named() -> None:
    passed = {one.path: one.cause for one in look_for(["s3://data/corpus"]).not_read}
    assert passed == {"notes.psv": "format", ".hidden.jsonl": "hidden"}


@pytest.mark.usefixtures("curate")
def test_two_places_with_a_file_of_one_name_are_told_apart(bucket: Bucket) -> None:
    bucket.objects["other/a.jsonl"] = lines(0, 5)
    names = [file.name for file in look_for(["s3://data/corpus/a.jsonl", "s3://data/other/a.jsonl"]).files]
    assert names == ["data/corpus/a.jsonl", "data/other/a.jsonl"]


@pytest.mark.usefixtures("curate")
def test_a_thousand_files_are_listed_with_a_handful_of_requests(bucket: Bucket) -> None:
    bucket.objects = {f"many/{number:04}.jsonl": b'{"text": "one"}\n' for number in range(1000)}
    found, _ = remote_files("s3://data/many")
    assert len(found) == 1000
    assert len(bucket.asked) <= 3


@pytest.mark.usefixtures("curate")
def test_parquet_is_read_by_its_columns(curate: Curate, bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects = {"a.parquet": parquet(tmp_path / "a.parquet", 0, 120, wide=32_000)}
    assert curate("scan", "s3://data/a.parquet").code == 0
    assert len(bucket.objects["a.parquet"]) > 3_000_000
    assert bucket.sent < 600_000


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "AccessDenied", "is refused to you"),
        (301, "PermanentRedirect", "the bucket lies in another region"),
        (400, "ExpiredToken", "the store does not take the request"),
    ],
)
@pytest.mark.parametrize("place", ["s3://data/corpus", "s3://data/corpus/a.jsonl", "s3://data/*"])
def test_refusals_are_named(curate: Curate, bucket: Bucket, place: str, status: int, code: str, said: str) -> None:
    bucket.refusals[""] = (status, code)
    failed = curate("scan", place)
    assert (failed.code, said in failed.err) == (3, True), failed.err
    assert len(failed.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("s3://data/nothing", "nothing is there"),
        ("s3://other/corpus", "is not there"),
        ("s3://data/corpus/*.arrow", "nothing there has such a name"),
        ("s3://data/corpus/README.md/x", "nothing is there"),
        ("s3://key:secret@data/corpus", "names no bucket"),
    ],
)
@pytest.mark.usefixtures("bucket")
def test_places_without_data_are_named(curate: Curate, place: str, said: str) -> None:
    failed = curate("scan", place)
    assert (failed.code, said in failed.err, "secret" in failed.err) == (3, True, False), failed.err


@pytest.mark.parametrize("place", ["s3://", "s3:///corpus"])
def test_a_place_without_a_bucket_is_a_mistake_of_usage(curate: Curate, place: str) -> None:
    failed = curate("scan", place)
    assert (failed.code, "names no bucket" in failed.err, "keys" in failed.err) == (2, True, False), failed.err


@pytest.mark.parametrize("path", ["corpus/a.jsonl", "corpus/deep/c.parquet"])
def test_an_object_that_changes_is_named(curate: Curate, bucket: Bucket, tmp_path: Path, path: str) -> None:
    class Changing(dict[str, bytes]):
        def __getitem__(self, key: str) -> bytes:
            gets = [one for one in bucket.asked if one[0] == "GET"]
            if len(gets) == 1:
                bucket.written = bucket.written.replace(day=2)
            return super().__getitem__(key)

    bucket.objects = Changing(bucket.objects)
    failed = curate("scan", f"s3://data/{path}")
    assert failed.code == 3
    assert "changed or vanished while it was being read" in failed.err
    assert not list(tmp_path.glob(".curate/*/scan.json"))


def test_what_was_fetched_is_not_fetched_again(curate: Curate, bucket: Bucket) -> None:
    assert curate("scan", "s3://data/corpus").code == 0
    before = bucket.sent
    forget_stores()
    assert curate("mix", "s3://data/corpus", "--human-ratio", "0.1", "-o", "mix").code in (0, 1)
    assert bucket.sent < before + 3000  # the listing
