"""Every file of a folder counts once, whatever its names are; what is left out is named with the reason."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from curate.corpus.files import DataFiles, look_for
from curate.errors import DataError
from making import write_rows

ROWS = [{"text": f"row {i}", "id": i} for i in range(10)]
MANIFEST = json.dumps({"inputs": [], "measures": "", "versions": {}})
CERTIFICATE = json.dumps({"human_ratio": 0.5, "human_tokens_at_least": 1, "outputs": []})


def write(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_rows(folder / name, ROWS)


def looked(*paths: Path, follow_links: bool = True) -> DataFiles:
    return look_for([str(path) for path in paths], follow_links=follow_links)


def names(found: DataFiles) -> list[str]:
    return [file.name for file in found.files]


def passed(found: DataFiles) -> dict[str, str]:
    return {one.path: one.cause for one in found.not_read}


def test_a_folder_with_names_of_a_run_is_data(tmp_path: Path) -> None:
    write(tmp_path, ["set/annotations/a.jsonl", "set/annotations/00000.parquet", "set/train.jsonl", "b.jsonl"])
    (tmp_path / "set/manifest.json").write_text(json.dumps({"name": "a data set", "files": ["train.jsonl"]}))
    found = looked(tmp_path)
    assert names(found) == ["b.jsonl", "set/annotations/00000.parquet", "set/annotations/a.jsonl", "set/train.jsonl"]
    assert passed(found) == {}
    assert len(names(looked(tmp_path / "set"))) == 3


def test_in_a_run_only_what_curate_wrote_is_left_out(tmp_path: Path) -> None:
    own = ["run/annotations/00000.parquet", "run/clusters.parquet", "run/samples/00001.arrow", "run/quarantine.jsonl"]
    others = ["run/annotations/mine.jsonl", "run/data.jsonl", "run/deep/00000.parquet"]
    write(tmp_path, [*own, *others])
    (tmp_path / "run/manifest.json").write_text(MANIFEST)
    found = looked(tmp_path)
    assert names(found) == others
    assert passed(found) == dict.fromkeys(own, "own")
    with pytest.raises(DataError, match="run of curate"):
        looked(tmp_path / "run")


def test_of_a_mix_only_what_lies_beside_its_data_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, ["mix/data/p.parquet", "mix/removed.parquet", "mix/conflicts.parquet", "mix/extra.jsonl"])
    (tmp_path / "mix/certificate.json").write_text("{}")
    assert len(names(looked(tmp_path))) == 4, "a mark that curate did not write marks nothing"
    (tmp_path / "mix/certificate.json").write_text(CERTIFICATE)
    found = looked(tmp_path)
    assert names(found) == ["mix/data/p.parquet", "mix/extra.jsonl"]
    assert passed(found) == {"mix/conflicts.parquet": "mix", "mix/removed.parquet": "mix"}


def test_links_and_hard_links_count_once_and_where_the_file_lies(tmp_path: Path) -> None:
    write(tmp_path, ["in/z/real.jsonl", "out/far.jsonl"])
    (tmp_path / "in/a.jsonl").symlink_to("z/real.jsonl")
    (tmp_path / "in/folder").symlink_to("z")
    (tmp_path / "in/loop").symlink_to("..")
    (tmp_path / "in/far.jsonl").symlink_to(tmp_path / "out/far.jsonl")
    os.link(tmp_path / "in/z/real.jsonl", tmp_path / "in/z/same.jsonl")
    found = looked(tmp_path / "in")
    assert names(found) == ["far.jsonl", "z/real.jsonl"]
    reasons = {one.path: one.reason for one in found.not_read}
    assert {one.cause for one in found.not_read} == {"copy"}
    assert reasons["a.jsonl"] == "is another name of z/real.jsonl"
    assert reasons["z/same.jsonl"] == "is another name of z/real.jsonl"
    assert "folder" in reasons
    both = looked(tmp_path / "in/a.jsonl", tmp_path / "in/z/real.jsonl")
    assert len(both.files) == 1
    assert len(both.not_read) == 1


LINKS = {
    "file": ("far.jsonl", "out/far.jsonl"),
    "folder": ("deep/far", "out"),
    "link to a link": ("far.jsonl", "hop"),
    "parent": ("deep/loop", "in/.."),
    "itself": ("deep/self.jsonl", "in/deep/self.jsonl"),
    "device": ("zero.jsonl", "/dev/zero"),
    "pipe": ("pipe.jsonl", "out/pipe"),
    "relative": ("up.jsonl", None),
    "a name that begins alike": ("alike.jsonl", "in-private/far.jsonl"),
}


@pytest.mark.parametrize("kind", LINKS)
def test_links_that_lead_out_are_named_and_read_only_if_asked(tmp_path: Path, kind: str) -> None:
    write(tmp_path, ["in/z/real.jsonl", "out/far.jsonl", "in-private/far.jsonl", "in/deep/b.jsonl"])
    os.mkfifo(tmp_path / "out/pipe")
    (tmp_path / "hop").symlink_to("out/far.jsonl")
    name, target = LINKS[kind]
    (tmp_path / "in" / name).symlink_to(tmp_path / target if target else "../out/far.jsonl")
    (tmp_path / "in/inner").symlink_to("z")
    for place in (tmp_path / "in", tmp_path / "in/*", tmp_path / "in/**"):
        found = looked(place, follow_links=False)
        assert {Path(one.name).name for one in found.files} == {"real.jsonl", "b.jsonl"}, place
        outside = {Path(one.path).name for one in found.not_read if one.cause == "outside"}
        assert outside == (set() if kind == "itself" else {Path(name).name}), place
        assert all(not one.is_left_out for one in found.not_read if one.cause == "outside")
    followed = looked(tmp_path / "in")
    assert "outside" not in passed(followed).values()
    more = {"parent": 2, "itself": 0, "device": 0, "pipe": 0}
    assert len(followed.files) == 2 + more.get(kind, 1)


def test_a_path_that_is_named_is_followed_and_its_links_lead_anywhere_named(tmp_path: Path) -> None:
    write(tmp_path, ["in/a.jsonl", "out/far.jsonl"])
    (tmp_path / "in/far.jsonl").symlink_to("../out/far.jsonl")
    (tmp_path / "door").symlink_to("in")
    assert names(looked(tmp_path / "door", follow_links=False)) == ["a.jsonl"]
    assert names(looked(tmp_path / "in/far.jsonl", follow_links=False)) == ["far.jsonl"]
    assert len(looked(tmp_path / "in", tmp_path / "out", follow_links=False).files) == 2
    (tmp_path / "in/a.jsonl").unlink()
    with pytest.raises(DataError, match="only links that lead out of it") as error:
        looked(tmp_path / "in", follow_links=False)
    assert error.value.hint == "--follow-links"


def test_the_same_bytes_in_two_files_are_two_files(tmp_path: Path) -> None:
    write(tmp_path, ["a.jsonl", "b.jsonl"])
    assert len(looked(tmp_path).files) == 2


def hub(tmp_path: Path, *, main: str) -> Path:
    home = tmp_path / "hub/datasets--org--name"
    for revision, blobs in {"a" * 40: ["1", "2"], "b" * 40: ["1", "3"]}.items():
        for number, blob in enumerate(blobs):
            (home / "blobs").mkdir(parents=True, exist_ok=True)
            if not (home / "blobs" / blob).exists():
                write_rows(home / f"blobs/{blob}.jsonl", ROWS).rename(home / "blobs" / blob)
            link = home / "snapshots" / revision / f"data/train-{number}.jsonl"
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(os.path.relpath(home / "blobs" / blob, link.parent))
    (home / "refs").mkdir()
    (home / "refs/main").write_text(main)
    return home


@pytest.mark.parametrize("place", ["", "/data", "/data/*.jsonl", "/*"])
def test_links_into_the_contents_of_their_own_hub_cache_lead_not_out(tmp_path: Path, place: str) -> None:
    home = hub(tmp_path, main="b" * 40)
    snapshot = home / "snapshots" / ("a" * 40)
    (home / "blobs/private").symlink_to(write_rows(tmp_path / "private.jsonl", ROWS))
    (snapshot / "data/private.jsonl").symlink_to("../../../blobs/private")
    found = looked(Path(f"{snapshot}{place}"), follow_links=False)
    assert len(found.files) == 2
    assert [Path(one.path).name for one in found.not_read] == ["private.jsonl"]
    (home / "blobs").rename(tmp_path / "elsewhere")
    (home / "blobs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataError):
        looked(Path(f"{snapshot}{place}"), follow_links=False)


@pytest.mark.parametrize("place", ["hub", "hub/datasets--org--name", "hub/datasets--org--name/snapshots"])
def test_of_a_hub_cache_the_revision_of_main_is_read(tmp_path: Path, place: str) -> None:
    hub(tmp_path, main="b" * 40)
    found = looked(tmp_path / place, follow_links=False)
    assert [Path(file.path).parts[-3:] for file in found.files] == [
        ("b" * 40, "data", f"train-{number}.jsonl") for number in range(2)
    ]
    assert sorted(one.cause for one in found.not_read) == ["revision", "revision"]
    (tmp_path / "hub/datasets--org--name/blobs/4.incomplete").write_text("half")
    assert sum(one.reason == "is a download that was not finished" for one in looked(tmp_path / place).not_read) == 1


@pytest.mark.parametrize("place", ["hub", "hub/datasets--org--name", "hub/datasets--org--name/snapshots"])
def test_so_it_is_where_a_system_has_no_links(tmp_path: Path, place: str) -> None:
    home = hub(tmp_path, main="b" * 40)
    shutil.copytree(home / "snapshots", home / "copies")
    for name in ("snapshots", "blobs"):
        shutil.rmtree(home / name)
    (home / "copies").rename(home / "snapshots")
    found = looked(tmp_path / place, follow_links=False)
    assert {Path(file.path).parts[-3] for file in found.files} == {"b" * 40}
    assert sorted(one.cause for one in found.not_read) == ["revision", "revision"]


@pytest.mark.parametrize("main", ["", "c" * 40, "../../x"])
def test_a_hub_cache_that_does_not_say_which_revision_asks(tmp_path: Path, main: str) -> None:
    home = hub(tmp_path, main=main)
    with pytest.raises(DataError, match="holds 2 revisions of one data set") as error:
        looked(home)
    assert str(home / "snapshots") in error.value.hint
    assert len(looked(home / "snapshots" / ("a" * 40)).files) == 2


def test_caches_of_map_are_left_out_beside_their_data_set(tmp_path: Path) -> None:
    version = tmp_path / "json/default-0123456789abcdef/0.0.0"
    write(version, ["f" * 64 + "/json-train.arrow", "f" * 64 + "/cache-0123456789abcdef.arrow"])
    (version / ("f" * 64) / "dataset_info.json").write_text("{}")
    found = looked(tmp_path)
    assert len(found.files) == 1
    assert [one.cause for one in found.not_read] == ["cache"]
    (version / ("f" * 64) / "json-train.arrow").unlink()
    assert len(looked(tmp_path).files) == 1, "a cache alone is data"


@pytest.mark.parametrize(
    "builds",
    [
        ["default/0.0.0/" + "a" * 40, "default/0.0.0/" + "b" * 40],
        ["default-0123456789abcdef/0.0.0/" + "a" * 64, "default-fedcba9876543210/0.0.0/" + "a" * 64],
    ],
)
def test_two_builds_of_a_data_set_ask(tmp_path: Path, builds: list[str]) -> None:
    for build in builds:
        write(tmp_path, [f"{build}/x-train.arrow"])
        (tmp_path / build / "dataset_info.json").write_text("{}")
    with pytest.raises(DataError, match="holds 2 builds of one data set") as error:
        looked(tmp_path)
    assert "name one" in error.value.hint
    assert len(looked(tmp_path / builds[0]).files) == 1


def test_a_saved_data_set_names_what_it_does_not_list(tmp_path: Path) -> None:
    write(tmp_path, ["data-0.arrow", "data-1.arrow", "cache-12.arrow"])
    (tmp_path / "state.json").write_text(json.dumps({"_data_files": [{"filename": "data-0.arrow"}]}))
    found = looked(tmp_path)
    assert names(found) == ["data-0.arrow"]
    assert passed(found) == {"data-1.arrow": "unlisted", "cache-12.arrow": "cache"}
    assert [one.path for one in found.not_read if not one.is_left_out] == ["data-1.arrow"]


def test_nothing_but_regular_files_is_opened(tmp_path: Path) -> None:
    write(tmp_path, ["a.jsonl"])
    for name in ("pipe", "pipe.psv", ".pipe.jsonl"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "device").symlink_to("/dev/zero")
    (tmp_path / "nowhere.psv").symlink_to("nothing")
    found = looked(tmp_path)
    assert names(found) == ["a.jsonl"]
    assert passed(found) == {"pipe": "special", "pipe.psv": "special", ".pipe.jsonl": "hidden", "nowhere.psv": "link"}
