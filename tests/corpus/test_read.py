from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.corpus.columns import settle_files
from curate.corpus.files import find_files
from curate.corpus.line_blocks import _block
from curate.corpus.read import read_documents
from curate.errors import DataError
from curate.schema import Columns
from making import FORMATS, compress, json_lines, read_path, texts, write_rows

lines_of_a_block = st.sampled_from([b"{}", b"", b" ", b"x\r", b'{"text":"a"}'])
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
quick = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize("suffix", FORMATS)
@quick
@given(
    rows=st.lists(any_text, min_size=1, max_size=30), shard_bytes=st.integers(1, 300), block_bytes=st.integers(1, 300)
)
def test_any_texts_come_back_the_same_however_they_are_cut(
    tmp_path: Path, suffix: str, rows: list[str], shard_bytes: int, block_bytes: int
) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", [{"text": text, "n": 1} for text in rows])
    documents, bad = read_path(path, shard_bytes=shard_bytes, block_bytes=block_bytes)
    assert bad == []
    assert [document["text"] for document in documents] == rows
    assert [document["row"] for document in documents] == list(range(len(rows)))
    assert [document["id"] for document in documents] == [f"a.{suffix}#{row}" for row in range(len(rows))]


lines = st.lists(
    st.sampled_from(
        [
            b'{"text":"good"}',
            b'{"text": "x"} ',
            b"",
            b" ",
            b"\r",
            b'{"text":"crlf"}\r',
            b'{"text":"torn',
            b'{"text":null}',
            b"{}",
            b'{"text":1}',
            b'{"text":"\xff"}',
            b'{"x":"\xff","text":"a"}',
            b"[1]",
            b"null",
            b'{"text":"a"}{"text":"b"}',
            b'{"text":"\\ud800"}',
            b'{"x":"\\ud800","text":"half"}',
            b'{"text":',
            b'"split"}',
            b'{"text":"a","text":"b"}',
            b'{"text":"n\\u0000ul"}',
            b'{"text":"raw\x00nul"}',
            b'{"text":"id","id":7}',
            b'{"text":"id","id":"seven"}',
            b'{"id":1.5,"text":"x"}',
        ],
    ),
    min_size=1,
    max_size=25,
)


def plain_reading(data: bytes) -> tuple[list[tuple[int, str]], list[int]]:
    """The truth: (row, text) of the good lines, and the rows of the bad ones, by Python's own parser."""
    good: list[tuple[int, str]] = []
    bad: list[int] = []
    for row, line in enumerate(data.split(b"\n")):
        if not line.strip():
            continue
        try:
            text = json.loads(line.decode())["text"]
            assert text.encode()
            good.append((row, text))
        except (ValueError, KeyError, TypeError, AttributeError):
            bad.append(row)
    return good, bad


@quick
@given(lines=lines, end=st.sampled_from([b"", b"\n"]), shard_bytes=st.integers(1, 200), block_bytes=st.integers(1, 200))
def test_hostile_lines_are_quarantined_alone_wherever_the_file_is_cut(
    tmp_path: Path, lines: list[bytes], end: bytes, shard_bytes: int, block_bytes: int
) -> None:
    data = b'{"text":"first"}\n' + b"\n".join(lines) + end
    (tmp_path / "a.jsonl").write_bytes(data)
    documents, bad = read_path(tmp_path / "a.jsonl", shard_bytes=shard_bytes, block_bytes=block_bytes)
    good, rows = plain_reading(data)
    assert [(document["row"], document["text"]) for document in documents] == good
    assert [item.row for item in bad if not item.kept] == rows
    twice = [row for row, line in enumerate(data.split(b"\n")) if line.count(b'"text"') == 2 and b"}{" not in line]
    assert [item.row for item in bad if item.kept] == twice
    whole = read_path(tmp_path / "a.jsonl")
    assert (documents, bad) == whole


def test_reasons_say_what_is_wrong_with_each_line(tmp_path: Path) -> None:
    rows = {
        b'{"text": 5}': "the text is a number, not a string",
        b'{"text": true}': "the text is true or false, not a string",
        b'{"text": {"a": 1}}': "the text is an object, not a string",
        b'{"text": [1, 2]}': "the text is a list that holds a number",
        b'{"text": null}': "has no text: text is null or missing",
        b'{"other": "x"}': "has no text: text is null or missing",
        b'{"text": "\xff"}': "invalid UTF-8 at byte 10 of the line",
        b'{"text": "\\ud800"}': "invalid unicode: half a surrogate pair at character 0",
        b'["text"]': "the line is no JSON object",
        b'{"text": "torn': "torn or invalid JSON: unterminated string starting at character 9",
    }
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "good"}\n' + b"\n".join(rows))
    documents, bad = read_path(tmp_path / "a.jsonl")
    assert len(documents) == 1
    assert [(item.path, item.row, item.reason) for item in bad] == [
        ("a.jsonl", row, reason) for row, reason in enumerate(rows.values(), 1)
    ]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + b'{"text": "a"}\r\n\r\n{"text": "b"}\r\n'
    (tmp_path / "a.jsonl").write_bytes(data)
    documents, bad = read_path(tmp_path / "a.jsonl")
    assert [(document["row"], document["text"]) for document in documents] == [(0, "a"), (2, "b")]
    assert bad == []


def test_a_last_line_without_newline_is_read_and_a_torn_one_quarantined(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "a"}\n{"text": "b"}')
    assert texts(tmp_path / "a.jsonl") == ["a", "b"]
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "a"}\n{"text": "b')
    documents, bad = read_path(tmp_path / "a.jsonl")
    assert [document["text"] for document in documents] == ["a"]
    assert [(item.row, item.reason.split(":")[0]) for item in bad] == [(1, "torn or invalid JSON")]


def test_strings_that_look_like_dates_stay_strings(tmp_path: Path) -> None:
    rows = [{"text": "2019-01-01", "id": "2020-02-02 00:00:00", "date": "2019-01-01"}]
    write_rows(tmp_path / "a.jsonl", rows)
    (document,), _ = read_path(tmp_path / "a.jsonl")
    assert {name: document[name] for name in rows[0]} == rows[0]


@pytest.mark.parametrize("suffix", ["jsonl.gz", "jsonl.zst"])
def test_a_torn_archive_gives_its_whole_rows_and_says_where_it_ends(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(1).integers(33, 90, (20_000, 30), np.uint8)
    rows = [{"text": bytes(line).decode("ascii").replace("\\", "/")} for line in noise]
    path = write_rows(tmp_path / f"a.{suffix}", rows)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    documents, bad = read_path(path)
    assert 1000 < len(documents) < len(rows)
    assert [document["text"] for document in documents] == [row["text"] for row in rows[: len(documents)]]
    (torn,) = bad
    assert torn.row == len(documents)
    assert torn.reason.startswith(f"the archive is torn after row {len(documents) - 1}: ")
    path.write_bytes(whole[:-2])
    documents, bad = read_path(path)
    assert suffix == "jsonl.zst" or len(documents) == len(rows)
    assert len(bad) == 1


@pytest.mark.parametrize("suffix", ["jsonl.gz", "jsonl.zst"])
def test_archives_of_several_members_are_read_through(tmp_path: Path, suffix: str) -> None:
    kind = suffix.rpartition(".")[2]
    parts = [compress(json_lines([{"text": name}]), kind) for name in "abc"]
    (tmp_path / f"a.{suffix}").write_bytes(b"".join(parts))
    assert texts(tmp_path / f"a.{suffix}") == ["a", "b", "c"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_null_texts_are_quarantined_and_empty_ones_are_documents(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", [{"text": text} for text in ("a", None, "", "b", None)])
    documents, bad = read_path(path)
    assert [(document["row"], document["text"]) for document in documents] == [(0, "a"), (2, ""), (3, "b")]
    assert [(item.row, item.reason) for item in bad] == [
        (1, "has no text: text is null or missing"),
        (4, "has no text: text is null or missing"),
    ]


@pytest.mark.parametrize("type", [pa.string(), pa.large_string(), pa.binary()])
def test_invalid_utf8_in_a_table_loses_its_rows_only(tmp_path: Path, type: pa.DataType) -> None:
    values = pa.array([b"a", b"\xff\xfe", None, "\u00e9".encode(), b"\xed\xa0\x80"], pa.binary())
    large = values.cast(pa.large_binary()) if pa.types.is_large_string(type) else values
    pq.write_table(pa.table({"text": large.view(type)}), tmp_path / "a.parquet")
    documents, bad = read_path(tmp_path / "a.parquet")
    assert [(document["row"], document["text"]) for document in documents] == [(0, "a"), (3, "\u00e9")]
    assert [(item.row, item.reason[:24]) for item in bad] == [
        (1, "the text is invalid UTF-"),
        (2, "has no text: text is nul"),
        (4, "the text is invalid UTF-"),
    ]


def test_a_damaged_row_group_is_lost_alone(tmp_path: Path) -> None:
    rows = [{"text": f"{i} " * 200} for i in range(30)]
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10, compression="zstd", use_dictionary=False)
    column = pq.read_metadata(tmp_path / "a.parquet").row_group(1).column(0)
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    start = column.data_page_offset
    data[start : start + column.total_compressed_size] = bytes(column.total_compressed_size)
    (tmp_path / "a.parquet").write_bytes(data)
    documents, bad = read_path(tmp_path / "a.parquet")
    assert [document["row"] for document in documents] == [*range(10), *range(20, 30)]
    assert [item.row for item in bad] == [10]
    assert "to row 19 are lost" in bad[0].reason


CHATS = [
    [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}],
    [{"role": "user", "content": ""}, {"role": "tool", "content": None}, {"role": "assistant", "content": "done"}],
    [],
]


@pytest.mark.parametrize("suffix", FORMATS)
def test_chats_are_joined_by_newlines_and_null_messages_are_empty(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", [{"messages": chat} for chat in [*CHATS, None]])
    documents, bad = read_path(path)
    assert [document["text"] for document in documents] == ["hello\nhi", "\n\ndone", ""]
    assert [item.row for item in bad] == [3]
    sharegpt = [{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}]
    assert texts(write_rows(tmp_path / f"b.{suffix}", sharegpt)) == ["q\na"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_messages_of_several_parts_give_their_string_parts(tmp_path: Path, suffix: str) -> None:
    parts = [{"type": "image", "text": None}, {"type": "text", "text": "what is this"}]
    rows = [{"messages": [{"content": parts}, {"content": [{"type": "text", "text": "a cat"}]}]}] * 3
    path = write_rows(tmp_path / f"a.{suffix}", rows)
    assert texts(path) == ["\nwhat is this\na cat"] * 3


def test_plain_messages_and_messages_of_parts_may_stand_in_one_file(tmp_path: Path) -> None:
    rows = [{"messages": [{"content": "plain"}, {"content": [{"type": "text", "text": "part"}, "bare", {"image": 1}]}]}]
    assert texts(write_rows(tmp_path / "a.jsonl", rows)) == ["plain\npart\nbare\n"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_instructions_and_answers_are_joined(tmp_path: Path, suffix: str) -> None:
    rows = [{"instruction": "add", "input": "1 2", "output": "3"}, {"instruction": "say", "input": None, "output": "x"}]
    assert texts(write_rows(tmp_path / f"a.{suffix}", rows)) == ["add\n1 2\n3", "say\nx"]
    none = [{"prompt": "p", "response": "r"}, {"prompt": None, "response": None}]
    documents, bad = read_path(write_rows(tmp_path / f"b.{suffix}", none))
    assert [document["text"] for document in documents] == ["p\nr"]
    assert [item.row for item in bad] == [1]


@pytest.mark.parametrize("suffix", FORMATS)
def test_declared_columns_are_strings_whatever_they_were(tmp_path: Path, suffix: str) -> None:
    rows = [
        {"text": "a", "id": 7, "meta": {"from": "web"}, "who": "Human", "score": 0.5, "year": 2019, "ok": True},
        {"text": "b", "id": 8, "meta": {"from": None}, "who": "LLM", "score": 2.0, "year": None, "ok": None},
        {"text": "c", "id": None, "meta": None, "who": "unknown", "score": None, "year": 2020, "ok": False},
    ]
    wanted = Columns(source="meta.from", label="who", date="year", extra=("score", "ok", "absent"))
    documents, bad = read_path(write_rows(tmp_path / f"a.{suffix}", rows), wanted)
    assert bad == []
    kept = [
        [document[name] for name in ("id", "source", "label", "date", "score", "ok", "absent")]
        for document in documents
    ]
    assert kept == [
        ["7", "web", "Human", "2019", "0.5", "true", None],
        ["8", "a" if "." not in suffix or "json" in suffix else "a.stream", "LLM", None, "2", None, None],
        [f"a.{suffix}#2", kept[1][1], "unknown", "2020", None, "false", None],
    ]


def test_json_ids_of_mixed_types_and_nulls_first_are_read_alike(tmp_path: Path) -> None:
    rows = [{"id": id, "text": "x"} for id in (None, 3, "three", 2.5, True, [1], 2**70)]
    write_rows(tmp_path / "a.jsonl", rows)
    documents, _ = read_path(tmp_path / "a.jsonl", Columns(id="id"))
    ids = [document["id"] for document in documents]
    assert ids == ["a.jsonl#0", "3", "three", "2.5", "true", "a.jsonl#5", str(2**70)]


def test_timestamps_are_iso(tmp_path: Path) -> None:
    moment = datetime(2019, 3, 1, 12, 30, 5, 700, UTC)
    table = pa.table(
        {
            "text": ["a", "b"],
            "date": pa.array([moment.replace(tzinfo=None), None], pa.timestamp("us")),
            "zoned": pa.array([moment, None], pa.timestamp("ms", "Europe/Berlin")),
            "day": pa.array([date(2019, 3, 1), None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    documents, _ = read_path(tmp_path / "a.parquet", Columns(extra=("zoned", "day")))
    assert [documents[0][name] for name in ("date", "zoned", "day")] == [
        "2019-03-01T12:30:05",
        "2019-03-01T12:30:05Z",
        "2019-03-01",
    ]
    assert documents[1]["date"] is None


@pytest.mark.parametrize("type", [pa.dictionary(pa.int32(), pa.string()), pa.string_view(), pa.large_string()])
def test_every_layout_of_strings_is_read(tmp_path: Path, type: pa.DataType) -> None:
    table = pa.table({"text": pa.array(["a", None, "b"]).cast(type)})
    with pa.ipc.new_file(str(tmp_path / "a.arrow"), table.schema) as writer:
        writer.write_table(table)
    documents, bad = read_path(tmp_path / "a.arrow")
    assert [document["text"] for document in documents] == ["a", "b"]
    assert [item.row for item in bad] == [1]


def test_the_source_is_the_file_without_suffix_and_counter(tmp_path: Path) -> None:
    for name in ("web/a.b.jsonl.gz", "web/train-00001-of-00010.parquet", "web/00000-of-00001.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_rows(tmp_path / name, [{"text": "x"}])
    documents, _ = read_path(tmp_path)
    assert sorted(document["source"] for document in documents) == ["web", "web/a.b", "web/train"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_batches_hold_about_a_block_of_text_and_never_more(tmp_path: Path, suffix: str) -> None:
    rows = [{"text": "x" * (10 if i % 3 else 200), "id": i} for i in range(400)]
    rows[100] = {"text": "y" * 5000, "id": 100}
    path = write_rows(tmp_path / f"a.{suffix}", rows, group=150)
    (file,) = find_files([str(path)])[0]
    columns = settle_files([file], Columns()).settled[0][1]
    batches = [batch for shard in file.shards for batch in read_documents(shard, columns, block_bytes=1000)]
    sizes = [sum(len(text) for text in batch["text"].to_pylist()) for batch in batches]
    assert sum(sizes) == sum(len(row["text"]) for row in rows)
    assert [size for size, batch in zip(sizes, batches, strict=True) if size > 1000 and batch.num_rows > 1] == []
    assert len(batches) < 90


def test_a_document_of_many_blocks_is_one_document(tmp_path: Path) -> None:
    rows = [{"text": "a"}, {"text": "long " * 100_000}, {"text": "b"}]
    write_rows(tmp_path / "a.jsonl", rows)
    documents, bad = read_path(tmp_path / "a.jsonl", shard_bytes=10_000, block_bytes=1000)
    assert [document["text"] for document in documents] == [row["text"] for row in rows]
    assert [document["row"] for document in documents] == [0, 1, 2]
    assert bad == []


@pytest.mark.parametrize(("depth", "bad"), [(499, []), (500, ["JSON nested deeper than 500"])])
@pytest.mark.parametrize("beside", [b'{"text":"b"}\n', b"null\n"])
def test_deep_nesting_is_quarantined_whatever_stands_beside_it(
    tmp_path: Path, depth: int, bad: list[str], beside: bytes
) -> None:
    deep = b'{"x":' + b"[" * depth + b"]" * depth + b',"text":"deep"}\n'
    wide = b'{"x":[' + b"[]," * 2000 + b'[]],"text":"wide"}\n'
    (tmp_path / "a.jsonl").write_bytes(b'{"text":"a"}\n' + deep + wide + beside)
    documents, quarantined = read_path(tmp_path / "a.jsonl")
    assert [document["row"] for document in documents if document["row"] < 3] == ([0, 2] if bad else [0, 1, 2])
    assert [item.reason for item in quarantined if item.row == 1] == bad


def test_nesting_that_would_crash_a_parser_is_quarantined(tmp_path: Path) -> None:
    deep = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b',"text":"deep"}\n'
    (tmp_path / "a.jsonl").write_bytes(b'{"text":"a"}\n' + deep)
    documents, bad = read_path(tmp_path / "a.jsonl")
    assert [document["text"] for document in documents] == ["a"]
    assert [(item.row, item.reason) for item in bad] == [(1, "JSON nested deeper than 500")]


def test_a_stream_that_breaks_off_gives_the_batches_before(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.stream.arrow", [{"text": f"row {i}"} for i in range(9)], group=3)
    path.write_bytes(path.read_bytes()[:-150])
    documents, bad = read_path(path)
    assert [document["row"] for document in documents] == list(range(6))
    assert [item.row for item in bad] == [6]


def test_offsets_that_point_nowhere_are_damage_and_no_crash(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.arrow", [{"text": "x" * 7}] * 5, group=5)
    offsets = np.arange(0, 36, 7, dtype=np.int32)
    broken = offsets.copy()
    broken[3] = 2**31 - 1
    data = path.read_bytes()
    assert data.count(offsets.tobytes()) == 1
    path.write_bytes(data.replace(offsets.tobytes(), broken.tobytes()))
    documents, bad = read_path(path)
    assert documents == []
    assert [(item.row, item.reason[:27]) for item in bad] == [(0, "the file is torn or damaged")]


def test_a_file_that_vanishes_after_it_was_found_is_named(tmp_path: Path) -> None:
    for suffix in FORMATS:
        path = write_rows(tmp_path / f"a.{suffix}", [{"text": "a"}])
        (file,) = find_files([str(path)])[0]
        path.unlink()
        with pytest.raises(DataError, match="cannot be read any more") as error:
            list(read_documents(file.shards[0], Columns(text="text")))
        assert error.value.where == str(path)


def test_a_small_file_of_long_repeated_texts_is_read_in_pieces(tmp_path: Path) -> None:
    table = pa.table({"text": pa.array(["long " * 20_000]).take(pa.array(np.zeros(4000, np.int32)))})
    pq.write_table(table, tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    (file,) = find_files([str(tmp_path)])[0]
    before = pa.total_allocated_bytes()
    first = next(iter(read_documents(file.shards[0], Columns(text="text"))))
    assert first.num_rows == 10
    assert pa.total_allocated_bytes() - before < 250_000_000  # of 400 MB


def test_newlines_within_objects_do_not_shift_the_rows_of_others(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text":"a"}{"text":"b"}\n{"text":\n"c"}\n{"text":"d"}\n')
    documents, bad = read_path(tmp_path / "a.jsonl")
    assert [(document["row"], document["text"]) for document in documents] == [(3, "d")]
    assert [item.row for item in bad] == [0, 1, 2]


def test_invalid_utf8_in_a_declared_column_is_made_printable(tmp_path: Path) -> None:
    ids = pa.array([b"a\xff", b"b", None], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"id": ids, "text": ["x", "y", "z"]}), tmp_path / "a.parquet")
    documents, bad = read_path(tmp_path / "a.parquet")
    assert [document["id"] for document in documents] == ["a\N{REPLACEMENT CHARACTER}", "b", "a.parquet#2"]
    assert bad == []


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("chat", [False, True])
def test_no_python_runs_per_document(tmp_path: Path, suffix: str, *, chat: bool) -> None:
    def calls(count: int) -> int:
        rows = [{"messages": CHATS[0]} if chat else {"text": f"t{i}", "id": i} for i in range(count)]
        path = write_rows(tmp_path / f"{count}.{suffix}", rows, group=1000)
        (file,) = find_files([str(path)])[0]
        columns = settle_files([file], Columns()).settled[0][1]
        seen = 0

        def count_call(*_: object) -> None:
            nonlocal seen
            seen += 1

        sys.setprofile(count_call)
        try:
            documents = sum(batch.num_rows for shard in file.shards for batch in read_documents(shard, columns))
        finally:
            sys.setprofile(None)
        assert documents == count
        return seen

    assert calls(1000) < calls(100) + 50


@given(st.lists(lines_of_a_block, max_size=12), st.integers(1, 5))
def test_a_block_is_the_same_in_parts(content: list[bytes], most: int) -> None:
    block = _block(b"".join(line + b"\n" for line in content), 7)
    parts = list(block.parts(most))
    assert [part.line(index) for part in parts for index in range(len(part.rows))] == [
        block.line(index) for index in range(len(block.rows))
    ]
    assert [row for part in parts for row in part.rows.tolist()] == block.rows.tolist()
    assert all(len(part.rows) <= most for part in parts)
