from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pyarrow as pa
import pytest

from curate.corpus.files import find_files
from curate.errors import DataError, UsageError
from making import FORMATS, json_lines, write_rows

ROWS = [{"text": f"row {i}", "id": i} for i in range(10)]


def names(*paths: object) -> list[str]:
    return [file.name for file in find_files([str(path) for path in paths])[0]]


def reasons(path: Path) -> dict[str, str]:
    """Why each file of a folder is in quarantine; one good file stands beside them."""
    write_rows(path / "zz-good.jsonl", ROWS)
    files, bad = find_files([str(path)])
    assert [file.name for file in files] == ["zz-good.jsonl"]
    assert all(item.row is None for item in bad)
    return {item.path: item.reason for item in bad}


def test_folders_are_read_in_depth_and_names_are_relative_to_the_argument(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a/c.parquet", "a/d/e.jsonl.gz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write_rows(tmp_path / name, ROWS)
    (tmp_path / "notes.rst").write_text("not data")
    assert names(tmp_path) == ["a/c.parquet", "a/d/e.jsonl.gz", "b.jsonl"]
    assert names(tmp_path / "a" / "c.parquet") == ["c.parquet"]
    assert names(tmp_path / "*.jsonl") == ["b.jsonl"]
    assert names(tmp_path / "**" / "*.gz") == ["e.jsonl.gz"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", ROWS)
    assert names(tmp_path, tmp_path / "a.jsonl") == ["a.jsonl"]


def test_two_arguments_that_give_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("x", "y", "z"):
        (tmp_path / folder).mkdir()
        write_rows(tmp_path / folder / ("a.jsonl" if folder != "z" else "b.jsonl"), ROWS)
    given = names(tmp_path / "x", tmp_path / "y" / "a.jsonl", tmp_path / "z")
    assert given == sorted([str(tmp_path / "x" / "a.jsonl"), str(tmp_path / "y" / "a.jsonl"), "b.jsonl"])


def test_hidden_files_runs_and_all_of_a_mix_but_its_data_are_not_input(tmp_path: Path) -> None:
    for name in (
        ".hidden.jsonl",
        ".curate/x.jsonl",
        "run/annotations/00000.parquet",
        "run/clusters.parquet",
        "mix/data/part-00000.parquet",
        "mix/removed.parquet",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write_rows(tmp_path / name, ROWS)
    (tmp_path / "run/manifest.json").write_text('{"inputs": [], "measures": ""}')
    (tmp_path / "mix/certificate.json").write_text('{"human_ratio": 1, "human_tokens_at_least": 1, "outputs": []}')
    assert names(tmp_path) == ["mix/data/part-00000.parquet"]
    assert names(tmp_path / "mix") == ["data/part-00000.parquet"]
    with pytest.raises(DataError, match="run of curate"):
        find_files([str(tmp_path / "run")])


def test_a_saved_data_set_is_its_listed_files_and_not_its_caches(tmp_path: Path) -> None:
    for name in ("data-00000-of-00001.arrow", "cache-12.arrow"):
        write_rows(tmp_path / name, ROWS)
    state = {"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}
    (tmp_path / "state.json").write_text(json.dumps(state))
    assert names(tmp_path) == ["data-00000-of-00001.arrow"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_fingerprints_are_of_the_content_and_shards_carry_them(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", ROWS)
    (file,) = find_files([str(path)], shard_bytes=20)[0]
    assert file.fingerprint == hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    assert file.text_bytes == path.stat().st_size
    assert {shard.fingerprint for shard in file.shards} == {file.fingerprint}
    assert {(shard.path, shard.name, shard.format) for shard in file.shards} == {(file.path, file.name, file.format)}
    assert (len(file.shards) == 1) == suffix.endswith(("gz", "zst", "stream.arrow"))


def test_shards_do_not_depend_on_the_name_or_on_other_files(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", ROWS)
    write_rows(tmp_path / "b.jsonl", ROWS)
    (a, b), _ = find_files([str(tmp_path)], shard_bytes=50)
    cuts = [[(s.start, s.stop, s.first_row) for s in file.shards] for file in (a, b)]
    assert cuts[0] == cuts[1]
    assert len(cuts[0]) > 2


def test_a_missing_path_is_named_with_its_nearest_neighbour(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with pytest.raises(DataError) as error:
        find_files([str(tmp_path / "corpsu" / "x.jsonl")])
    assert error.value.exit_code == 3
    assert error.value.where.endswith("corpsu/x.jsonl")
    assert error.value.hint == f"did you mean {tmp_path / 'corpus'}?"


def test_an_empty_folder_and_one_without_data_say_what_is_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the folder is empty") as error:
        find_files([str(tmp_path)])
    assert ".parquet" in error.value.hint
    (tmp_path / "a.psv").touch()
    (tmp_path / "b.psv").touch()
    with pytest.raises(DataError, match=r"no data files in this folder, only 2 \.psv"):
        find_files([str(tmp_path)])


@pytest.mark.parametrize("path", ["ftp://host/x.jsonl", "hdfs://host/a.parquet"])
def test_stores_that_are_not_read_are_refused(path: str) -> None:
    with pytest.raises(UsageError, match="a store that is not read"):
        find_files([path])


def test_a_git_lfs_pointer_is_named_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"
    (tmp_path / "a.parquet").write_text(pointer)
    (tmp_path / "b.jsonl").write_text(pointer)
    found = reasons(tmp_path)
    assert found["a.parquet"] == "is a Git LFS pointer; run: git lfs pull --include='a.parquet'"
    assert "git lfs pull" in found["b.jsonl"]


def test_empty_files_are_empty(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.parquet", "c.arrow", "d.jsonl.gz"):
        (tmp_path / name).touch()
    write_rows(tmp_path / "e.jsonl.gz", [])
    write_rows(tmp_path / "f.parquet", ROWS[:0])
    (tmp_path / "g.jsonl").write_text("\n \r\n\n")
    found = reasons(tmp_path)
    assert {name: reason for name, reason in found.items() if "is empty" not in reason} == {
        "g.jsonl": "holds only blank lines"
    }
    assert len(found) == 7


def test_a_file_that_is_not_what_its_suffix_says_is_told_by_its_bytes(tmp_path: Path) -> None:
    parquet = write_rows(tmp_path / "x.parquet", ROWS).read_bytes()
    (tmp_path / "x.parquet").unlink()
    (tmp_path / "a.jsonl").write_bytes(parquet)
    (tmp_path / "b.jsonl.gz").write_bytes(json_lines(ROWS))
    (tmp_path / "c.parquet").write_bytes(json_lines(ROWS))
    (tmp_path / "d.arrow").write_bytes(parquet)
    (tmp_path / "e.jsonl.zst").write_bytes(b"\x1f\x8b" + b"\0" * 20)
    (tmp_path / "f.jsonl").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "g.jsonl").write_text("a,b\n1,2\n")
    (tmp_path / "h.jsonl").write_text('[{"text": "a"}]')
    (tmp_path / "i.jsonl").write_bytes('{"text": "a"}\n'.encode("utf-16"))
    found = reasons(tmp_path)
    told = {
        "a.jsonl": "begins like Parquet",
        "b.jsonl.gz": "is not gzip",
        "c.parquet": "is not Parquet",
        "d.arrow": "begins like Parquet",
        "e.jsonl.zst": "begins like gzip",
        "f.jsonl": "binary data",
        "g.jsonl": "a table of separated values, such as CSV",
        "h.jsonl": "one object a line",
        "i.jsonl": "UTF-16",
    }
    assert {name for name, part in told.items() if part in found[name]} == set(found)


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_truncated_tables_go_to_quarantine(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", ROWS)
    path.write_bytes(path.read_bytes()[:-20])
    assert "torn" in reasons(tmp_path)[f"a.{suffix}"]


def test_a_suffix_that_is_not_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.psv").write_text("x")
    good = write_rows(tmp_path / "b.jsonl", ROWS)
    files, bad = find_files([str(tmp_path / "a.psv"), str(good)])
    assert [file.name for file in files] == ["b.jsonl"]
    assert "suffix" in bad[0].reason


def test_when_nothing_is_readable_every_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    (tmp_path / "b.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(DataError) as error:
        find_files([str(tmp_path)])
    assert error.value.message.startswith("nothing can be read: a.jsonl is empty; b.parquet is a torn Parquet file")


def test_a_link_to_a_parent_folder_is_no_endless_walk(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write_rows(tmp_path / "a" / "x.jsonl", ROWS)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert names(tmp_path) == ["a/x.jsonl"]


def test_datasets_folders_are_read(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    datasets.Dataset.from_list(ROWS).save_to_disk(str(tmp_path / "saved"))
    (file,) = find_files([str(tmp_path / "saved")])[0]
    assert file.format == "arrow"
    with pa.memory_map(file.path) as source:
        assert pa.ipc.open_stream(source).read_all().to_pylist() == ROWS


def test_names_that_are_not_unicode_are_made_printable(tmp_path: Path) -> None:
    write_rows(tmp_path / os.fsdecode(b"\xff.jsonl"), ROWS)
    assert names(tmp_path) == ["\N{REPLACEMENT CHARACTER}.jsonl"]
