"""curate audit draw, then --labels: the share that labels prove, and every way in which their file can be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, write_jsonl
from curate.corpus.labels import Label
from curate.jobs.audit.labelling import begin_labelling
from small_detector import save_detector, texts

Curate = Callable[..., Outcome]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, detector: Path) -> dict[str, str]:
    """Writes `in`; returns who wrote which id. The detector, which knows these writers, is in curate.toml."""
    monkeypatch.chdir(tmp_path)
    human, machine = texts("human", 220, 31, pure=0.9), texts("machine", 120, 32, pure=0.9)
    write_jsonl(Path("in/a.jsonl"), [{"id": f"d{i}", "text": text} for i, text in enumerate(human + machine)])
    Path("curate.toml").write_text(f'detector = "{detector}"\n')
    return {f"d{i}": "human" if i < len(human) else "machine" for i in range(340)}


def drawn(curate: Curate, *arguments: object) -> list[dict[str, Any]]:
    outcome = curate("audit", "draw", "in", "-o", "labels.jsonl", *arguments)
    assert outcome.code == 0, outcome.err
    return [json.loads(line) for line in Path("labels.jsonl").read_text().splitlines()]


def labelled(rows: list[dict[str, Any]], who: dict[str, str]) -> list[dict[str, Any]]:
    return [{**row, "label": who[row["id"]]} for row in rows]


def share(curate: Curate, file: str = "labels.jsonl") -> dict[str, Any]:
    outcome = curate("scan", "in", "--labels", file, "--json")
    assert outcome.code == 0, outcome.err
    found: dict[str, Any] = outcome.json["machine_share"]
    return found


def truth(who: dict[str, str]) -> float:
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    words = {row["id"]: len(row["text"].split()) for row in rows}
    return sum(count for name, count in words.items() if who[name] == "machine") / sum(words.values())


def test_labels_of_a_draw_tell_the_share(curate: Curate, corpus: dict[str, str]) -> None:
    without = curate("scan", "in", "--json").json["machine_share"]
    assert without["verdict"] == "cannot-tell"
    assert any("curate audit draw PATH -n" in reason for reason in without["reasons"])
    rows = drawn(curate, "-n", "100")
    assert {row["label"] for row in rows} == {None}
    assert all(row["text"] for row in rows)
    write_jsonl(Path("labels.jsonl"), labelled(rows, corpus))
    found = share(curate)
    assert (found["verdict"], found["evidence"]) == ("estimated", "audited")
    assert found["low"] <= truth(corpus) <= found["high"]
    assert found["high"] - found["low"] < 0.15


def test_labels_never_prove_less_than_the_scores_alone_unless_they_speak_against_them(
    curate: Curate, corpus: dict[str, str], tmp_path: Path
) -> None:
    tested = save_detector(tmp_path / "tested.npz", "abcdef")
    Path("curate.toml").write_text(f'detector = "{tested}"\n')
    alone = curate("scan", "in", "--json").json["machine_share"]
    assert alone["low"] > 0.05
    rows = drawn(curate, "-n", "12")
    write_jsonl(Path("labels.jsonl"), labelled(rows, corpus))
    found = share(curate)
    assert alone["low"] <= found["low"] <= truth(corpus) <= found["high"] < 1
    lifted = any("labels alone prove" in reason for reason in found["reasons"])
    assert lifted == (found["low"] == alone["low"])
    told = " ".join(curate("scan", "in", "--labels", "labels.jsonl").out.split())
    assert "of the tokens, by labels (95 % confidence)" in told
    assert ("more labels narrow it: " in told) == (found["verdict"] != "estimated")
    assert "no score bounds the share from above" not in told
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "human"} for row in rows])
    against = share(curate)
    assert (against["low"], against["estimate"]) != (alone["low"], alone["estimate"])
    assert against["low"] == 0


def test_the_answer_is_the_same_from_csv_and_parquet_and_in_any_order(curate: Curate, corpus: dict[str, str]) -> None:
    rows = labelled(drawn(curate, "-n", "60"), corpus)
    write_jsonl(Path("labels.jsonl"), rows)
    expected = share(curate)
    short = [{key: row[key] for key in ("id", "label", "draw")} for row in rows[::-1]]
    lines = ["id,label,draw", *(",".join(row.values()) for row in short)]
    Path("labels.csv").write_text("\n".join(lines) + "\n")
    pq.write_table(pa.Table.from_pylist(short), "labels.parquet")
    for file in ("labels.csv", "labels.parquet"):
        found = share(curate, file)
        assert [found[key] for key in ("low", "estimate", "high")] == [
            expected[key] for key in ("low", "estimate", "high")
        ]


@pytest.mark.usefixtures("corpus")
def test_a_draw_is_repeatable_and_never_overwritten(curate: Curate) -> None:
    first = drawn(curate, "-n", "40")
    again = curate("audit", "draw", "in", "-n", "40", "-o", "labels.jsonl")
    assert again.code == 2
    assert "never overwritten" in again.err
    Path("labels.jsonl").unlink()
    assert drawn(curate, "-n", "40") == first


@pytest.mark.usefixtures("corpus")
def test_no_other_number_seed_or_file_draws_other_documents(curate: Curate) -> None:
    """So nobody can draw until a draw pleases: fewer are the beginning of more, and only texts decide which."""
    first = {row["text"] for row in drawn(curate, "-n", "40")}
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    write_jsonl(Path("in/a.jsonl"), [{**row, "id": f"other-{row['id']}"} for row in rows[100:][::-1]])
    write_jsonl(Path("in/b.jsonl"), rows[:100])
    for arguments in (("-n", "40"), ("-n", "40", "--seed", "7"), ("-n", "90"), ("-n", "40", "--confidence", "0.8")):
        Path("labels.jsonl").unlink()
        found = {row["text"] for row in drawn(curate, *arguments)}
        assert found >= first
        assert arguments[1] == "90" or found == first


def test_a_random_sample_with_nothing_but_id_and_label_serves_too(curate: Curate, corpus: dict[str, str]) -> None:
    write_jsonl(Path("labels.jsonl"), [{"id": f"d{i}", "label": corpus[f"d{i}"]} for i in range(0, 340, 3)])
    found = share(curate)
    assert found["evidence"] == "audited"
    assert found["low"] <= truth(corpus) <= found["high"]
    assert "at random" in found["reasons"][0]
    assert "cannot check" in found["reasons"][1]


def test_labels_of_documents_that_declare_themselves_are_counted(curate: Curate, corpus: dict[str, str]) -> None:
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    write_jsonl(Path("in/a.jsonl"), [{**row, "by": "human" if i < 30 else None} for i, row in enumerate(rows)])
    write_jsonl(Path("labels.jsonl"), [{"id": f"d{i}", "label": corpus[f"d{i}"]} for i in range(0, 340, 3)])
    outcome = curate("scan", "in", "--labels", "labels.jsonl", "--label-column", "by", "--json")
    assert outcome.code == 0, outcome.err
    assert any(
        "10 more labels are of documents that declare" in one for one in outcome.json["machine_share"]["reasons"]
    )


@pytest.mark.usefixtures("corpus")
def test_labels_of_one_class_bound_the_share(curate: Curate) -> None:
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "human"} for row in drawn(curate, "-n", "60")])
    found = share(curate)
    assert (found["low"], found["estimate"]) == (0, 0)
    assert 0.03 < found["high"] < 0.12


BAD = [
    ([{"id": "d1"}], "row 1: has no label"),
    ([{"label": "human"}], "row 1: has no id"),
    ([{"id": "d1", "label": "human"}, {"id": "d2", "label": "robot?"}], "row 2: label 'robot?'"),
    ([{"id": "d1", "label": "human"}, {"id": "nobody", "label": "human"}], "row 2: no document has the id 'nobody'"),
    (
        [{"id": f"d{i}" if i % 4 else f"x{i}", "label": "human"} for i in range(20)],
        "row 1: no document has the id 'x0'; 5 of 20 labels name no document of the corpus",
    ),
    (
        [{"id": "d1", "label": "human"}, {"id": "d1", "label": "machine"}],
        "row 2: says machine of 'd1', and labels.jsonl row 1 says human",
    ),
    ([{"id": "d1", "label": "human"}], "1 labels"),
    ([{"id": "d1", "label": "human", "draw": "share-60-000000000000"}], "is a draw from another corpus"),
    ([], "holds no label"),
]


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize(("rows", "says"), BAD)
def test_what_is_wrong_with_labels_is_said_by_row(curate: Curate, rows: list[dict[str, Any]], says: str) -> None:
    write_jsonl(Path("labels.jsonl"), rows)
    outcome = curate("scan", "in", "--labels", "labels.jsonl")
    assert outcome.code == 3
    assert says in outcome.err


def test_missing_labels_widen(curate: Curate, corpus: dict[str, str]) -> None:
    rows = labelled(drawn(curate, "-n", "80"), corpus)
    write_jsonl(Path("labels.jsonl"), rows)
    full = share(curate)
    write_jsonl(Path("labels.jsonl"), [{**row, "label": None} if i % 5 == 0 else row for i, row in enumerate(rows)])
    holes = share(curate)
    assert holes["low"] < full["low"]
    assert holes["high"] > full["high"]


def test_whoever_stops_early_has_labelled_a_smaller_draw(curate: Curate, corpus: dict[str, str]) -> None:
    few = labelled(drawn(curate, "-n", "40"), corpus)
    write_jsonl(Path("few.jsonl"), few)
    Path("labels.jsonl").unlink()
    rows = drawn(curate, "-n", "120")
    assert [row["id"] for row in rows[: len(few)]] == [row["id"] for row in few]
    done = labelled(rows[: len(few)], corpus) + rows[len(few) :]
    expected = share(curate, "few.jsonl")
    write_jsonl(Path("labels.jsonl"), done)
    stopped = share(curate)
    assert stopped["high"] - stopped["low"] <= expected["high"] - expected["low"]
    write_jsonl(Path("labels.jsonl"), [*done[:-1], {**done[-1], "label": corpus[done[-1]["id"]]}])
    holes = share(curate)
    assert holes["high"] - holes["low"] > 2 * (stopped["high"] - stopped["low"])
    assert any("draws behind the last label are left out" in reason for reason in stopped["reasons"])


def so_far() -> tuple[float, float] | None:
    """Interval that a labeller without the corpus is told."""
    found = begin_labelling(Path("labels.jsonl")).interval()
    return found and (found.low, found.high)


def test_a_labeller_without_the_corpus_is_told_what_a_scan_finds(curate: Curate, corpus: dict[str, str]) -> None:
    """Also where some documents declare their writers, and after any number of labels."""
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    said = {row["id"]: corpus[row["id"]] for row in rows[::9]}
    write_jsonl(Path("in/a.jsonl"), [{**row, "by": said.get(row["id"], "")} for row in rows])
    Path("curate.toml").write_text(f"{Path('curate.toml').read_text()}label_column = 'by'\nconfidence = 0.9\n")
    rows = labelled(drawn(curate, "-n", "120"), corpus)
    assert so_far() is None
    for done in (10, 50, len(rows)):
        some = [row if i < done and i % 7 != 3 else {**row, "label": None} for i, row in enumerate(rows)]
        write_jsonl(Path("labels.jsonl"), some)
        scanned = share(curate)
        assert so_far() == (scanned["low"], scanned["high"])


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:0],
        lambda content: content[:-40],
        lambda content: json.dumps({**json.loads(content), "draw": "share-120-000000000000"}).encode(),
        lambda content: json.dumps({**json.loads(content), "packed": "eJyLBgAAXQBd"}).encode(),
        lambda content: b"[" + content + b"]",
    ],
)
def test_a_record_that_is_damaged_or_of_another_draw_tells_nothing(
    curate: Curate, corpus: dict[str, str], damage: Callable[[bytes], bytes]
) -> None:
    write_jsonl(Path("labels.jsonl"), labelled(drawn(curate, "-n", "60"), corpus))
    assert so_far() is not None
    record = Path("labels.jsonl.draw")
    assert not {name.encode() for name in corpus} & set(record.read_bytes().split(b'"'))
    record.write_bytes(damage(record.read_bytes()))
    assert so_far() is None


def test_a_draw_as_csv_is_labelled_and_read_like_one_in_json(curate: Curate, corpus: dict[str, str]) -> None:
    rows = labelled(drawn(curate, "-n", "60"), corpus)
    write_jsonl(Path("labels.jsonl"), rows)
    expected = share(curate)
    Path("a.csv").write_text("")
    assert curate("audit", "draw", "in", "-n", "60", "-o", "a.csv").code == 2
    assert curate("audit", "draw", "in", "-n", "60", "-o", "labels.csv").code == 0
    labelling = begin_labelling(Path("labels.csv"))
    assert [row["id"] for row in labelling.file.rows] == [row["id"] for row in rows]
    for row in rows:
        labelling.answer(corpus[row["id"]])
    assert share(curate, "labels.csv") == expected
    found = labelling.interval()
    assert found
    assert (found.low, found.high) == (expected["low"], expected["high"])


@pytest.mark.usefixtures("corpus")
def test_files_that_are_no_labels_are_named(curate: Curate) -> None:
    Path("bad.jsonl").write_text("not json\n")
    Path("labels.txt").write_text("d1 human\n")
    for file, says in (("bad.jsonl", "row 1: is not JSON"), ("labels.txt", ".txt"), ("nowhere.csv", "no such file")):
        outcome = curate("scan", "in", "--labels", file)
        assert outcome.code == 3
        assert says in outcome.err


@pytest.mark.usefixtures("corpus")
def test_two_documents_of_one_id_cannot_be_labelled_by_it(curate: Curate) -> None:
    Path("curate.toml").write_text('id_column = "id"\n')  # a column found by itself would be no id
    write_jsonl(Path("in/a.jsonl"), [{"id": "same", "text": text} for text in texts("human", 30, 5)])
    labels = drawn(curate, "-n", "30")
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "human"} for row in labels])
    assert share(curate)["high"] < 0.2  # file and row name them
    write_jsonl(Path("labels.jsonl"), [{"id": "same", "label": "human"}])
    outcome = curate("scan", "in", "--labels", "labels.jsonl")
    assert outcome.code == 3
    assert "30 documents have the id 'same'" in outcome.err


def test_no_more_documents_are_asked_for_than_there_are(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for count, said in ((1, "labels do: 1 document, about 1 minute at 25"), (12, "12 documents, about 5 minutes")):
        write_jsonl(Path(f"in{count}/a.jsonl"), [{"text": f"Too short to be scored, {i}."} for i in range(count)])
        outcome = curate("scan", f"in{count}")
        assert said in " ".join(outcome.out.split())
        assert outcome.out.splitlines()[1].startswith("1 document  ·" if count == 1 else "12 documents  ·")


def test_a_draw_from_documents_without_text_says_so(curate: Curate) -> None:
    write_jsonl(Path("bare/a.jsonl"), [{"id": f"b{n}", "text": ""} for n in range(4)])
    outcome = curate("audit", "draw", "bare", "-o", "bare.jsonl")
    assert outcome.code == 3
    assert "no document has text" in outcome.err


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.csv"])
def test_blanks_around_ids_belong_to_them(curate: Curate, corpus: dict[str, str], name: str) -> None:
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    write_jsonl(Path("in/a.jsonl"), [{**row, "id": f" {row['id']} "} for row in rows])
    assert curate("audit", "draw", "in", "-n", "60", "-o", name).code == 0
    file = begin_labelling(Path(name))
    for row in range(file.documents):
        file.file.set_label(row, corpus[file.file.rows[row]["id"].strip()])
    assert share(curate, name)["evidence"] == "audited"


def test_ids_that_a_spreadsheet_has_rewritten_are_those_of_their_rows(curate: Curate, corpus: dict[str, str]) -> None:
    """000012 comes back as 12, which is another document's id; 1-2 as a date."""
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    told = {"human": [], "machine": []}  # type: dict[str, list[str]]
    for place, row in enumerate(rows):
        told[corpus[row["id"]]].append(row["text"])
        row["id"] = str(place) if place % 2 else f"{place + 1:06}" if place % 4 else f"1-{place % 28 + 1}-{place}"
    write_jsonl(Path("in/a.jsonl"), rows)
    lines = [{**row, "label": "human" if row["text"] in told["human"] else "machine"} for row in drawn(curate)]
    write_jsonl(Path("fine.jsonl"), lines)
    read = [{**row, "id": row["id"].lstrip("0") if row["id"].isdigit() else "02-Jan"} for row in lines]
    assert read != lines
    write_jsonl(Path("read.jsonl"), read)
    assert share(curate, "read.jsonl") == share(curate, "fine.jsonl")
    write_jsonl(Path("lost.jsonl"), [{"id": "1.23457E+19", "label": "human", "draw": lines[0]["draw"]}])
    refused = curate("scan", "in", "--labels", "lost.jsonl")
    assert refused.code == 3
    assert "keep the columns path and row of the draw" in " ".join(refused.err.split())


def test_labels_of_one_class_are_named(curate: Curate, corpus: dict[str, str]) -> None:
    rows = drawn(curate, "-n", "40")
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "human"} for row in rows])
    one = "every label says human: the answer is wrong if only such documents were given a label"
    assert one in share(curate)["reasons"]
    write_jsonl(Path("both.jsonl"), labelled(rows, corpus))
    assert one not in share(curate, "both.jsonl")["reasons"]


def test_equal_texts_are_asked_for_once_and_count_with_all_their_copies(curate: Curate, corpus: dict[str, str]) -> None:
    """A machine's text that stands in the corpus a thousand times is one question, not nearly all of them."""
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    copies = [{**rows[300], "id": f"copy{i}"} for i in range(1000)]
    write_jsonl(Path("in/b.jsonl"), copies)
    who = corpus | {row["id"]: "machine" for row in copies}
    asked = drawn(curate, "-n", "100")
    assert len({row["text"] for row in asked}) == len(asked)
    write_jsonl(Path("labels.jsonl"), labelled(asked, who))
    words = [(len(row["text"].split()), who[row["id"]]) for row in [*rows, *copies]]
    true = sum(n for n, by in words if by == "machine") / sum(n for n, _ in words)
    found = share(curate)
    assert found["low"] <= true <= found["high"]
    assert found["low"] > 0.6
    # a label of any copy is one of the text
    one = next(n for n, row in enumerate(asked) if row["text"] == rows[300]["text"])
    asked[one] |= {"id": "copy7", "path": "in/b.jsonl", "row": 7}
    write_jsonl(Path("labels.jsonl"), labelled(asked, who))
    assert (share(curate)["low"], share(curate)["high"]) == (found["low"], found["high"])


@pytest.mark.parametrize("is_draw", [True, False])
def test_sources_use_the_labels_inside_them_and_prove_no_more_than_the_whole(
    curate: Curate, corpus: dict[str, str], *, is_draw: bool
) -> None:
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    for n, row in enumerate(rows):
        row["source"] = "forum" if corpus[row["id"]] == "human" or n % 4 == 0 else "assistant"
    write_jsonl(Path("in/a.jsonl"), rows)
    with Path("curate.toml").open("a") as settings:
        settings.write('source_column = "source"\n')
    before = curate("scan", "in", "--json").json["machine_share"]["by_source"]
    asked = drawn(curate, "-n", "160")
    if not is_draw:
        asked = [{"id": row["id"]} for row in rows[::2]]
    write_jsonl(Path("labels.jsonl"), labelled(asked, corpus))
    found = share(curate)
    words = {name: sum(len(r["text"].split()) for r in rows if r["source"] == name) for name in found["by_source"]}
    for name, one in found["by_source"].items():
        mine = [(len(r["text"].split()), corpus[r["id"]]) for r in rows if r["source"] == name]
        true = sum(n for n, by in mine if by == "machine") / sum(n for n, _ in mine)
        assert one["evidence"] == "audited"
        assert one["low"] <= true + 1e-9
        assert true <= one["high"] + 1e-9
        assert one["high"] - one["low"] < before[name]["high"] - before[name]["low"] - 0.2
    assert set(words) == {"forum", "assistant"}
    total, ends = sum(words.values()), ("low", "high")
    together = [sum(words[name] * one[end] for name, one in found["by_source"].items()) / total for end in ends]
    assert together[0] <= found["low"] + 0.01
    assert together[1] >= found["high"] - 0.01


def declaring(said: dict[str, str], labelled: dict[str, str], name: str = "labels.jsonl") -> None:
    """Let documents declare their writers in a column, and write labels that are of no draw."""
    rows = [json.loads(line) for line in Path("in/a.jsonl").read_text().splitlines()]
    write_jsonl(Path("in/a.jsonl"), [{**row, "by": said.get(row["id"], "")} for row in rows])
    Path("curate.toml").write_text(f"{Path('curate.toml').read_text()}label_column = 'by'\n")
    write_jsonl(Path(name), [{"id": one, "label": who} for one, who in labelled.items()])


@pytest.mark.parametrize("lying", ["human", "machine"])
def test_labels_that_contradict_declarations_stand_alone(curate: Curate, corpus: dict[str, str], lying: str) -> None:
    """A third of the corpus lies about its writer: what it declares counts nowhere, and that is said."""
    said = dict.fromkeys([name for name in corpus if corpus[name] != lying][:110], lying)
    declaring(said, dict(list(corpus.items())[::3]))
    found = share(curate)
    assert found["evidence"] == "audited"
    assert found["low"] <= truth(corpus) <= found["high"]
    assert found["high"] - found["low"] < 0.25
    reasons = " ".join(found["reasons"])
    assert "labels contradict what their documents declare (labels.jsonl row" in reasons
    assert "count as such" not in reasons


def test_labels_are_not_compared_with_each_other(
    curate: Curate, corpus: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand labels that contradict declarations would be compared a hundred million times."""
    compared = 0

    def counting(one: Label, other: object) -> bool:
        nonlocal compared
        compared += 1
        return one is other

    monkeypatch.setattr(Label, "__eq__", counting)
    said = dict.fromkeys([name for name in corpus if corpus[name] == "machine"], "human")
    declaring(said, corpus)
    assert "120 labels contradict what their documents declare" in " ".join(share(curate)["reasons"])
    assert compared <= len(corpus)


def test_labels_that_agree_with_declarations_leave_them_as_they_are(curate: Curate, corpus: dict[str, str]) -> None:
    said = dict(list(corpus.items())[::4])
    declaring(said, dict(list(corpus.items())[::3]))
    found = share(curate)
    assert found["low"] <= truth(corpus) <= found["high"]
    assert "29 more labels are of documents that declare their writer, and count as those say" in found["reasons"]
    assert any("count as such" in reason for reason in found["reasons"])


def test_too_few_labels_say_that_they_contradict_declarations(curate: Curate, corpus: dict[str, str]) -> None:
    names = list(corpus)[:9]
    declaring(dict.fromkeys(names, "machine"), {name: corpus[name] for name in names})
    outcome = curate("scan", "in", "--labels", "labels.jsonl")
    assert outcome.code == 3
    assert "9 labels contradict what their documents declare" in outcome.err


@pytest.mark.parametrize(
    ("name", "encoding", "byte"), [("l.csv", "cp1252", "96"), ("l.jsonl", "utf-16", "FF"), ("l.tsv", "cp1252", "96")]
)
def test_labels_in_another_encoding_are_told_how_to_save_them(
    curate: Curate, corpus: dict[str, str], name: str, encoding: str, byte: str
) -> None:
    rows = [{"id": id, "label": writer, "text": "one \u2013 \u0153uf"} for id, writer in list(corpus.items())[:3]]
    separator = "\t" if name.endswith("tsv") else ","
    table = "".join(separator.join(row.values()) + "\n" for row in [dict(zip(rows[0], rows[0], strict=True)), *rows])
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    Path(name).write_bytes((lines if name.endswith("jsonl") else table).encode(encoding))
    for command in (("scan", "in", "--labels", name), ("audit", "label", name, "--html", "page.html")):
        outcome = curate(*command)
        assert outcome.code == 3
        assert f"{name}: is not UTF-8 (it has the byte {byte})" in outcome.err
        assert "save it as UTF-8" in " ".join(outcome.err.split())


def test_one_document_to_label_is_told_as_one(curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_jsonl(Path("in/a.jsonl"), [{"id": f"d{i}", "text": texts("human", 1, 3)[0]} for i in range(30)])
    told = curate("audit", "draw", "in", "-o", "labels.jsonl", "-n", "20").out
    assert "1 document to label in labels.jsonl; 20 draws by size fall on it\n" in told
    assert "1 document to label in page.html" in curate("audit", "label", "labels.jsonl", "--html", "page.html").out
