"""Data at addresses of the web through the command line: figures of a local copy, whatever the connection does."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from corpora import Outcome, corpus_rows
from curate.corpus.columns import settle_files
from curate.corpus.files import find_files
from curate.corpus.read import read_documents
from curate.corpus.remote import arrived
from curate.schema import Columns
from web_server import Site, forget_stores, serving

Curate = Callable[..., Outcome]
ROWS = corpus_rows(120)


def lines(rows: list[dict[str, Any]] = ROWS) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet(rows: list[dict[str, Any]] = ROWS, **more: list[Any]) -> bytes:
    table = pa.Table.from_pylist(rows)
    for name, values in more.items():
        table = table.append_column(name, pa.array(values))
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=40)
    return sink.getvalue()


NAMES = ("a b.jsonl", "100%.jsonl", "a+b.jsonl", "中文 数据.jsonl", "a%20b.jsonl", "a%2Fb.jsonl", "é#1.jsonl")
FILES = {
    "/a.jsonl": lines(),
    "/a.jsonl.gz": gzip.compress(lines()),
    "/a.json": json.dumps(ROWS).encode(),
    "/a.parquet": parquet(),
}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("curate.corpus.remote.patience.pause", lambda _: None)
    with serving(Site(dict(FILES))) as there:
        yield there


def documents(place: str) -> list[dict[str, Any]]:
    """All that is read of a file, and its name."""
    files, bad = find_files([place])
    assert not bad
    read = [one for file, columns in settle_files(files, Columns()).settled for shard in file.shards
            for one in read_documents(shard, columns)]  # fmt: skip
    assert all(isinstance(one, pa.RecordBatch) for one in read)
    return pa.Table.from_batches(read).to_pylist()


def read_as_local(site: Site, tmp_path: Path, path: str) -> None:
    """The documents that are read from the site are those of a local copy."""
    local = tmp_path / path.rpartition("/")[2]
    local.write_bytes(site.files[path])
    forget_stores()
    assert documents(site.url + path) == documents(str(local))


@pytest.mark.parametrize("path", FILES)
def test_figures_are_those_of_a_local_copy(curate: Curate, site: Site, tmp_path: Path, path: str) -> None:
    local = tmp_path / path[1:]
    local.write_bytes(site.files[path])
    found = curate("scan", site.url + path, "--json")
    assert found.code == 0, found.err
    assert found.json == curate("scan", local, "--json").json


def test_parquet_is_read_by_its_columns(site: Site, tmp_path: Path) -> None:
    wide = [f"{seed:032x}" * 2000 for seed in range(len(ROWS))]  # 64 KB a row
    rng = random.Random(7)
    site.files["/a.parquet"] = parquet(image=[rng.randbytes(32_000) for _ in wide])
    whole = len(site.files["/a.parquet"])
    assert whole > 3_000_000
    read_as_local(site, tmp_path, "/a.parquet")
    assert site.sent < 600_000  # six ends of column chunks and the footer, in blocks of 64 KiB


@pytest.mark.parametrize("path", FILES)
def test_nothing_is_fetched_twice(curate: Curate, site: Site, path: str) -> None:
    before = arrived.so_far()
    documents(site.url + path)
    assert 0 < arrived.so_far() - before <= len(site.files[path])
    assert site.sent <= len(site.files[path]) + 3  # the first byte, when it is looked for and looked for again
    before = site.sent
    forget_stores()
    assert curate("mix", site.url + path, "--human-ratio", "0.1", "-o", "mix").code in (0, 1)
    assert site.sent <= before + 6


@pytest.mark.parametrize("path", FILES)
def test_a_mix_is_that_of_a_local_copy(curate: Curate, site: Site, tmp_path: Path, path: str) -> None:
    local = tmp_path / path[1:]
    local.write_bytes(site.files[path])
    options = ("--label-column", "origin", "--human-ratio", "0.3")
    for place, output in ((site.url + path, "remote"), (local, "local")):
        done = curate("mix", place, *options, "-o", output)
        assert done.code == 0, done.err
    here, there = ({p.name: p.read_bytes() for p in Path(each, "data").iterdir()} for each in ("local", "remote"))
    assert here == there
    assert curate("verify", "remote").code == 0


@pytest.mark.parametrize("parts", [True, False])
def test_what_a_torn_answer_lacks_is_asked_for_again(site: Site, tmp_path: Path, parts: bool) -> None:  # noqa: FBT001
    site.parts = parts
    site.cut = lambda _, number: 20_000 if number in (2, 4) else None
    read_as_local(site, tmp_path, "/a.jsonl")


def test_a_connection_that_is_always_cut_is_named_and_goes_on_later(curate: Curate, site: Site, tmp_path: Path) -> None:
    site.files["/a.jsonl"] = lines(corpus_rows(1000))
    size = len(site.files["/a.jsonl"])
    site.cut = lambda _, number: 1 if number == 1 else 100_000 if number == 2 else 0
    failed = curate("scan", site.url + "/a.jsonl")
    assert failed.code == 3
    assert "a.jsonl: the connection is cut again and again, last at byte 100,000 of" in failed.err
    assert not (tmp_path / ".curate").exists()
    site.cut, site.sent = lambda *_: None, 0
    forget_stores()
    documents(site.url + "/a.jsonl")
    assert site.sent <= size - 65_536 + 2


def test_a_file_without_a_state_is_fetched_whole_each_time(site: Site, tmp_path: Path) -> None:
    site.tags = False
    for path in FILES:
        read_as_local(site, tmp_path, path)


def test_a_weak_state_is_no_name_of_contents(site: Site, tmp_path: Path) -> None:
    site.weak = True
    read_as_local(site, tmp_path, "/a.parquet")
    assert site.sent >= len(FILES["/a.parquet"])


@pytest.mark.parametrize("status", [429, 503, 500])
def test_patience_is_had_as_long_as_the_store_asks(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("curate.corpus.remote.patience.pause", waited.append)
    site.before = lambda request: len(site.asked) in (1, 3) and (request.say(status, Retry_After="7") or True)
    read_as_local(site, tmp_path, "/a.parquet")
    assert waited == [7.0, 7.0]


@pytest.mark.parametrize(
    ("status", "after", "said"),
    [
        (429, "3600", "too many requests (429), to wait 3,600 s"),
        (429, "", "too many requests (429)"),
        (503, "0", "out of order (503), and after 6 tries too"),
        (401, "", "wants a name and a password (401)"),
        (403, "", "is refused to you (403)"),
        (404, "", "is not there (404)"),
        (418, "", "cannot be read: the server answers (418)"),
    ],
)
def test_what_a_store_refuses_is_said(curate: Curate, site: Site, status: int, after: str, said: str) -> None:
    site.before = lambda request: request.say(status, **({"Retry_After": after} if after else {})) or True
    failed = curate("scan", site.url + "/a.jsonl")
    assert (failed.code, said in failed.err) == (3, True), failed.err
    assert len(failed.err.splitlines()) <= 2
    assert len(site.asked) == (6 if status in (429, 503) and after != "3600" else 1)


def test_a_stream_without_an_end_is_refused(curate: Curate, site: Site) -> None:
    site.length = site.parts = False
    failed = curate("scan", site.url + "/a.jsonl")
    assert failed.code == 3
    assert "its server does not say how long it is" in failed.err


@pytest.mark.parametrize("tags", [True, False])
@pytest.mark.parametrize("path", ["/a.jsonl", "/a.parquet"])
@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_file_that_changes_is_named(
    curate: Curate, site: Site, tmp_path: Path, path: str, moment: int, *, tags: bool
) -> None:
    site.tags = tags

    def change(_: object) -> bool:
        if len(site.asked) == moment + 1:
            site.files[path] = {"/a.jsonl": lines, "/a.parquet": parquet}[path](corpus_rows(130))
        return False

    site.before = change
    failed = curate("scan", site.url + path)
    if len(site.asked) <= moment:
        pytest.skip("all was read before")
    assert failed.code == 3, failed.out
    assert "another file by now" in failed.err or "changed or vanished" in failed.err
    assert not list(tmp_path.glob(".curate/*/scan.json"))


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_letters(site: Site, name: str) -> None:
    site.files = {f"/{name}": lines()}
    (file,), _ = find_files([f"{site.url}/{quote(name, safe='')}"])
    assert file.name == name
    assert len(documents(file.path)) == len(ROWS)


@pytest.mark.parametrize("name", ["a b.jsonl", "中文 数据.jsonl", "a+b.jsonl"])
def test_an_address_may_be_written_as_people_write_it(site: Site, name: str) -> None:
    site.files = {f"/{name}": lines()}
    assert len(documents(f"{site.url}/{name}")) == len(ROWS)


def test_secrets_of_an_address_are_written_nowhere(curate: Curate, site: Site, tmp_path: Path) -> None:
    secret = {"user": "Ursula77", "password": "pa55w0rd", "signature": "5ig9atur3"}
    host = site.url.removeprefix("http://")
    url = f"http://{secret['user']}:{secret['password']}@{host}/a.jsonl?download=true&X-Amz-Signature={secret['signature']}"
    asked: list[tuple[str, str]] = []

    def note(request: Any) -> bool:
        asked.append((request.headers.get("Authorization", ""), request.path))
        return False

    site.before = note
    options = ("--label-column", "origin", "--human-ratio", "0.3", "-o", "mix")
    outcomes = [
        curate("scan", url), curate("scan", url, "--json"), curate("mix", url, *options),
        curate("scan", url, "--nosuch"),
        curate("check", url, "--baseline", url), curate("compare", url, url), curate("scan", url + ".gone.jsonl"),
        curate("scan", "x", f"--human-reference={url}"),
    ]  # fmt: skip
    assert outcomes[0].code == outcomes[2].code == 0
    assert all(path.endswith(secret["signature"]) or ".gone" in path for _, path in asked)
    assert {who for who, _ in asked} == {"Basic " + b64encode(b"Ursula77:pa55w0rd").decode()}
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    written += "".join(one.out + one.err for one in outcomes).encode()
    for one in secret.values():
        assert one.encode() not in written
    assert b"***" in written


def test_a_name_and_a_password_go_to_their_own_host_alone(curate: Curate, site: Site) -> None:
    asked: list[str] = []
    with serving(Site(dict(FILES))) as other:
        other.before = lambda request: asked.append(request.headers.get("Authorization", "")) or False
        site.before = lambda request: request.say(302, Location=other.url + "/a.jsonl") or True
        assert curate("scan", site.url.replace("//", "//u:p@") + "/a.jsonl").code == 0
    assert set(asked) == {""}


def test_a_redirect_without_end_is_named(curate: Curate, site: Site) -> None:
    site.before = lambda request: request.say(302, Location="/a.jsonl") or True
    failed = curate("scan", site.url + "/a.jsonl")
    assert (failed.code, "is redirected more than 10 times" in failed.err) == (3, True)


def test_nobody_at_home_is_named(curate: Curate, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = site.url
    with serving(Site()) as closed:
        gone = closed.url
    waited: list[float] = []
    monkeypatch.setattr("curate.corpus.remote.patience.pause", waited.append)
    failed = curate("scan", f"{gone}/a.jsonl")
    assert failed.code == 3
    assert "cannot be reached: nothing answers at its host and port" in failed.err
    assert "are host and port written right" in failed.err
    assert ("Errno" in failed.err, "goes on" in failed.err) == (False, False)
    assert 0 < len(waited) <= 2  # not the patience that is had with a host which has answered


REASONS = {
    "no name": (NameResolutionError("h", None, OSError("x")), "no host of that name is known here"),  # type: ignore[arg-type]
    "silent": (ReadTimeoutError(None, "u", "Read timed out. (read timeout=60)"), "its server has been silent for 60 s"),  # type: ignore[arg-type]
    "too far": (ConnectTimeoutError(None, "timed out"), "no answer within 20 s"),
    "reset": (ProtocolError("aborted", ConnectionResetError(104, "reset by peer")), "its server cuts the connection"),
    "cut": (ProtocolError("aborted", ssl.SSLEOFError(8, "EOF occurred in violation of protocol (_ssl.c:1)")), "https"),
    "no https": (SSLError(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1)")), "https"),
    "proxy": (ProxyError("Unable to connect", OSError("x")), "the proxy of the environment does not answer"),
}


@pytest.mark.parametrize("case", REASONS)
def test_what_goes_wrong_with_a_connection_is_said_in_words(
    curate: Curate, site: Site, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    error, said = REASONS[case]

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("curate.corpus.remote.web._followed", fails)
    failed = curate("scan", f"{site.url}/a.jsonl")
    assert (failed.code, said in failed.err) == (3, True), failed.err
    assert [one for one in ("Errno", "_ssl", "Error", "u'", "[") if one in failed.err] == []


@pytest.mark.parametrize("packed", ["gz", "zst", "bz2", "xz"])
@pytest.mark.parametrize("path", ["/a.jsonl", "/a.json"])
def test_a_text_that_its_store_keeps_packed_is_read(site: Site, tmp_path: Path, packed: str, path: str) -> None:
    ways = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    plain = site.files[path]
    (tmp_path / path[1:]).write_bytes(plain)
    site.files[path] = ways[packed](plain) if packed in ways else pa.compress(plain, codec="zstd", asbytes=True)
    assert documents(site.url + path) == documents(str(tmp_path / path[1:]))


def test_a_packing_that_is_not_read_is_named(curate: Curate, site: Site) -> None:
    site.before = lambda request: request.say(200, Content_Encoding="br") or True
    failed = curate("scan", site.url + "/a.jsonl")
    assert (failed.code, "its server packs it as 'br'" in failed.err) == (3, True), failed.err


def test_a_page_in_place_of_a_table_is_quoted_as_text(curate: Curate, site: Site) -> None:
    site.files["/a.parquet"] = b"<!DOCTYPE html><p>"
    failed = curate("scan", site.url + "/a.parquet")
    assert "it begins with '<!DOCTYPE html><'" in failed.err, failed.err
    site.files["/b.parquet"] = b"\x01\x02\x03" * 9
    assert "it begins with bytes that are no text" in curate("scan", site.url + "/b.parquet").err


@pytest.mark.parametrize("part", ["#sig=5ig9atur3", "#5ig9atur3", "?x=1#sig=5ig9atur3", "?sig=5ig9atur3#a=5ig9atur3&b"])
def test_no_part_of_an_address_that_may_be_a_signature_is_shown(curate: Curate, site: Site, part: str) -> None:
    for place in (site.url + "/a.jsonl", site.url + "/none.jsonl"):
        shown = curate("scan", place + part, "-v")
        assert ("5ig9atur3" in shown.out + shown.err, "***" in shown.out + shown.err) == (False, True)


def test_a_column_is_named_behind_a_signature_too(curate: Curate, site: Site, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines())
    rows = [{"id": row["id"], "question": row["text"], "other": f"{row['text']} Quite so."} for row in ROWS]
    site.files["/q.jsonl"] = lines(rows)
    mix = ("mix", "a.jsonl", "--human-ratio", "0", "--dry-run", "--json", "--exclude")
    named = curate(*mix, f"{site.url}/q.jsonl?sig=5ig9atur3:question")
    assert "excluded-text" in named.out + named.err, named.err
    assert "5ig9atur3" not in named.out + named.err
    missing = curate(*mix, f"{site.url}/q.jsonl?sig=5ig9atur3:nowhere")
    assert (missing.code, "nowhere" in missing.err, "5ig9atur3" in missing.err) == (2, True, False), missing.err


def test_a_server_that_drips_for_ever_is_named(curate: Curate, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curate.corpus.remote.https._TIME_TO_BEGIN", 0)
    monkeypatch.setattr("curate.corpus.remote.https._PACE", 1 << 40)  # what any server comes short of
    site.files["/a.jsonl"] = lines(corpus_rows(1000))  # more than six reads give
    failed = curate("scan", site.url + "/a.jsonl")
    assert failed.code == 3
    assert "the connection is cut again and again" in failed.err


@pytest.mark.parametrize("said", [1 << 44, 1 << 62])
def test_a_length_beyond_reason_is_refused(curate: Curate, site: Site, said: int) -> None:
    def lie(request: Any) -> bool:
        request.send_response(206)
        request.send_header("Content-Range", f"bytes 0-0/{said}")
        request.send_header("Content-Length", "1")
        request.end_headers()
        request.wfile.write(b"{")
        return True

    site.before = lie
    failed = curate("scan", site.url + "/a.jsonl")
    assert (failed.code, "more than is read of one file" in failed.err) == (3, True), failed.err


def test_a_disk_without_room_is_named_before_it_is_full(
    curate: Curate, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curate.corpus.remote.kept.shutil.disk_usage", lambda _: SimpleNamespace(free=5))
    failed = curate("scan", site.url + "/a.jsonl")
    assert (failed.code, "and 5 bytes are free" in failed.err) == (4, True), failed.err
    assert not list(tmp_path.glob(".curate/*"))


@pytest.mark.parametrize("place", ["s3://bucket/x", "https://host/x", "hf://datasets/a/b"])
@pytest.mark.parametrize(
    "command",
    [
        ("scan", "a.jsonl", "-o"), ("scan", "a.jsonl", "--index"), ("audit", "draw", "a.jsonl", "-o"), ("train", "-o"),
        ("scan", "a.jsonl", "--labels"), ("mix", "a.jsonl", "--human-ratio", "0.1", "--labels"),
    ],
)  # fmt: skip
def test_a_folder_is_never_called_after_a_store(
    curate: Curate, tmp_path: Path, place: str, command: tuple[str, ...]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines())
    failed = curate(*command, place)
    assert (failed.code, "is read and written on this disk only" in failed.err) == (2, True), failed.err
    assert place in failed.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_nor_by_a_file_of_settings(curate: Curate, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines())
    (tmp_path / "curate.toml").write_text('output = "s3://bucket/run"\n')
    failed = curate("scan", "a.jsonl", "-c", "curate.toml")
    assert (failed.code, "must be a path on this disk, not 's3://bucket/run'" in failed.err) == (2, True), failed.err


def test_the_proxy_of_the_environment_is_asked(curate: Curate, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    host = site.url.removeprefix("http://")
    monkeypatch.setenv("http_proxy", f"http://me:secret77@{host}")
    seen: list[str | None] = []
    site.before = lambda request: seen.append(request.headers.get("Proxy-Authorization")) or False
    assert len(documents("http://nowhere.invalid/a.jsonl")) == len(ROWS)
    assert set(seen) == {"Basic " + b64encode(b"me:secret77").decode()}
    monkeypatch.setenv("no_proxy", "nowhere.invalid")
    failed = curate("scan", "http://nowhere.invalid/b.jsonl")
    assert (failed.code, "cannot be reached" in failed.err, "secret77" in failed.err) == (3, True, False), failed.err


def test_names_of_hosts_are_taken_from_netrc(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret77\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen: list[str | None] = []
    site.before = lambda request: seen.append(request.headers.get("Authorization")) or False
    documents(site.url + "/a.jsonl")
    assert set(seen) == {"Basic " + b64encode(b"me:secret77").decode()}


@pytest.mark.parametrize("key", ["human-reference", "exclude"])
def test_settings_that_came_with_the_data_ask_no_store(curate: Curate, site: Site, tmp_path: Path, key: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines())
    (tmp_path / "curate.toml").write_text(f'{key} = ["{site.url}/a.jsonl?token=secret77"]\n')
    failed = curate("mix", "a.jsonl", "--human-ratio", "0.1", "-o", "mix")
    assert (failed.code, "leads out of the repository" in failed.err, "secret77" in failed.err) == (2, True, False)
    assert site.asked == []


def test_no_redirect_leads_from_https_to_http(curate: Curate, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate of a server is not needed for that: the pool of connections stands in for it."""
    moved = SimpleNamespace(status=302, headers={"Location": site.url + "/a.jsonl"}, close=lambda: None)
    monkeypatch.setattr("curate.corpus.remote.web._pool", lambda _: SimpleNamespace(request=lambda *_, **__: moved))
    failed = curate("scan", "https://host/a.jsonl")
    assert (failed.code, "is redirected from https to an address without it" in failed.err) == (3, True), failed.err
    assert site.asked == []


@pytest.mark.parametrize("line", [
    'human-reference = ["http://Ursula77:pa55w0rd@{host}/a.jsonl?sig=5ig9atur3"]',
    'exclude = "HTTP://Ursula77:pa55w0rd@{host}/a.jsonl?sig=5ig9atur3"',
    'seed = "http://Ursula77:pa55w0rd@{host}/a.jsonl?sig=5ig9atur3"',
    'weights = {{"http://Ursula77:pa55w0rd@{host}/?sig=5ig9atur3" = "https://h/?sig=5ig9atur3"}}',
    '"http://Ursula77:pa55w0rd@{host}/?sig=5ig9atur3" = 1',
])  # fmt: skip
def test_settings_of_a_file_show_no_secret(curate: Curate, site: Site, tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines())
    (tmp_path / "mine.toml").write_text(line.format(host=site.url.removeprefix("http://")) + "\n")
    outcomes = [
        curate("scan", "a.jsonl", "-c", "mine.toml", "-v"),
        curate("mix", "a.jsonl", "-c", "mine.toml", "-v", "--human-ratio", "0.1", "-o", "mix"),
    ]
    said = "".join(one.out + one.err for one in outcomes)
    assert [one for one in ("Ursula77", "pa55w0rd", "5ig9atur3") if one in said] == []
    assert "***" in said


@pytest.mark.parametrize("key", ["human-reference", "exclude"])
def test_a_place_of_a_file_is_read_with_its_secrets(curate: Curate, site: Site, tmp_path: Path, key: str) -> None:
    asked: list[tuple[str, str]] = []
    site.before = lambda request: asked.append((request.headers.get("Authorization", ""), request.path)) or False
    (tmp_path / "a.jsonl").write_bytes(lines())
    place = site.url.replace("http://", "HTTP://Ursula77:pa55w0rd@") + "/a.jsonl?sig=5ig9atur3"
    (tmp_path / "mine.toml").write_text(f'{key} = ["{place}"]\n')
    ways = {"human-reference": ("scan", "-o", "run"), "exclude": ("mix", "--human-ratio", "0", "-o", "mix")}
    said = curate(*ways[key], "a.jsonl", "-c", "mine.toml", "-v")
    assert set(asked) == {("Basic " + b64encode(b"Ursula77:pa55w0rd").decode(), "/a.jsonl?sig=5ig9atur3")}
    (tmp_path / "mine.toml").unlink()
    told = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    told += (said.out + said.err).encode()
    assert [one for one in (b"Ursula77", b"pa55w0rd", b"5ig9atur3") if one in told] == []


def test_schemes_are_written_in_any_case(curate: Curate, site: Site) -> None:
    places = [site.url.replace("http", scheme) + "/a.jsonl" for scheme in ("http", "HTTP", "Http")]
    shown = [curate("scan", place, "--json") for place in places]
    assert [one.code for one in shown] == [0, 0, 0], shown[1].err
    told = [json.loads(one.out)["tokens"] for one in shown]
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize("place", ["HF://models/org/name", "GS://bucket/a", "S3://", "HTTPS://[::1"])
def test_no_case_of_a_scheme_is_a_path_of_this_disk(curate: Curate, place: str) -> None:
    failed = curate("scan", place)
    assert failed.code in (2, 3)
    assert "no such file" not in failed.err


@pytest.mark.parametrize("place", [
    "http:/u:pa55w0rd@h/x.jsonl", "HTTP:///u:pa55w0rd@h/x.jsonl", "ssh://u:pa55w0rd@h/x", "S3:/u:pa55w0rd@b/x",
    "--human-reference=Http:/u:pa55w0rd@h/x", "-ohttp://u:pa55w0rd@h/x", "http://u:pa55w0rd@[::1/x.jsonl",
    "http://u:n/pa55w0rd@h/x.jsonl", "http:/h/x.jsonl?sig=pa55w0rd", " http://u:pa55w0rd@h/x",
    "http://pa55w0rd:@h:abc/x",
])  # fmt: skip
def test_what_looks_like_an_address_shows_no_password(curate: Curate, place: str) -> None:
    failed = curate("scan", *(("x",) if place.startswith("-") else ()), place)
    assert failed.code in (2, 3)
    assert ("pa55w0rd" in failed.err, "Traceback" in failed.err) == (False, False)


def test_a_file_of_this_disk_keeps_its_name(curate: Curate, tmp_path: Path) -> None:
    (tmp_path / "http:").mkdir()
    (tmp_path / "http:" / "u:p@h.jsonl").write_bytes(lines())
    assert curate("scan", "http:/u:p@h.jsonl").code == 0


@pytest.mark.parametrize("place", [
    "http://[::1/x.jsonl", "http://::1]/x.jsonl", "http://h:abc/x.jsonl", "http://h:99999/x.jsonl", "http://h:-1/x.jsonl",
    "http:///x.jsonl", "http://", "http://u:p@/x.jsonl", "http://h\u2100/x.jsonl", "http://a b/x.jsonl",
    "http://" + "a" * 64 + "/x.jsonl", "http://[v1.x]/x.jsonl",
])  # fmt: skip
def test_an_address_that_is_none_is_named_as_such(curate: Curate, place: str) -> None:
    failed = curate("scan", place)
    assert failed.code in (2, 3)
    assert "check the address" in failed.err
    assert ("Traceback" in failed.err, "goes on" in failed.err) == (False, False)
    assert len(failed.err.splitlines()) <= 2


@pytest.mark.parametrize(("place", "said"), [
    ("file:///etc/passwd", "is redirected to an address that is not of the web"),
    ("ftp://h/x", "is redirected to an address that is not of the web"),
    ("http://[::1/x", "is redirected to what is no address"),
    ("http://h:abc/x", "is redirected to what is no address"),
])  # fmt: skip
def test_where_a_redirect_leads_is_said_as_it_is(curate: Curate, site: Site, place: str, said: str) -> None:
    site.before = lambda request: request.say(302, Location=place) or True
    failed = curate("scan", site.url + "/a.jsonl")
    assert (failed.code, said in failed.err, "Traceback" in failed.err) == (3, True, False), failed.err


def test_a_proxy_that_is_no_address_is_named(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://u:pa55w0rd@[::1")
    monkeypatch.setenv("no_proxy", "")
    failed = curate("scan", "http://host.invalid/a.jsonl")
    assert (failed.code, "HTTP_PROXY" in failed.err, "pa55w0rd" in failed.err) == (3, True, False), failed.err


def test_a_host_that_no_name_server_knows_is_asked_after(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise NameResolutionError("host.invalid", HTTPConnection("host.invalid"), OSError("not known"))  # type: ignore[arg-type]

    monkeypatch.setattr("curate.corpus.remote.web._pool", lambda _: SimpleNamespace(request=unknown))
    monkeypatch.setattr("curate.corpus.remote.web.wait", lambda *_: True)
    failed = curate("scan", "http://host.invalid/a.jsonl")
    assert (failed.code, "is the host written right" in failed.err) == (3, True), failed.err


def test_a_mix_of_the_same_bytes_at_another_address_is_told_of_as_such(curate: Curate, site: Site) -> None:
    site.files["/else/a.parquet"] = site.files["/a.parquet"]
    assert curate("mix", site.url + "/a.parquet", "--human-ratio", "0", "-o", "mix").code == 0
    other = curate("verify", "mix", "--inputs", site.url + "/else/a.parquet")
    assert (other.code, "the fingerprint includes the address" in " ".join(other.out.split())) == (1, True), other.out
    assert "address" not in curate("verify", "mix", "--inputs", site.url + "/a.parquet").out
    assert "address" not in curate("verify", "mix", "--inputs", site.url + "/a.jsonl").out
