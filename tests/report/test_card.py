from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from curate.report.card import dataset_card, size_category
from curate.report.markdown import markdown, visible, yaml_scalar

GOLDEN = Path(__file__).parents[1] / "golden" / "card.md"

CERTIFICATE: dict[str, object] = {
    "human_ratio": 0.3,
    "confidence": 0.95,
    "guarantee": "conditional",
    "evidence": "detected",
    "bound": 0.31239,
    "documents": 12_345,
    "tokens": 4_000_000,
    "tokens_by_class": {"audited": 0, "declared": 250_000, "detected": 1_000_001, "other": 2_749_999},
    "removed": {"near-duplicate": 321, "en-as-an-ai": 17, "over-budget": 9_000},
    "languages": {"en": {"documents": 10_000, "tokens": 3_500_000}, "no": {"documents": 2_345, "tokens": 500_000}},
    "inputs": [
        {"name": "web/part-0.parquet", "fingerprint": "5f3a"},
        {"name": "forum.jsonl.gz", "fingerprint": "9b1c"},
    ],
    "settings": {"seed": 42, "threshold": 0.7},
    "versions": {"curate": "0.1.0"},
}
HOSTILE = (
    "x\n---\n# y | <img src=x onerror=alert(1)> [l](javascript:1) ``` \x1b[31m\u202e https://e.example www.e.example"
)


def front_matter(card):
    return yaml.safe_load(card.split("---\n")[1])


def test_the_card_is_the_golden_one():
    assert dataset_card(CERTIFICATE) == GOLDEN.read_text(encoding="utf-8")


def test_the_front_matter_names_the_data_and_quotes_norwegian():
    front = front_matter(dataset_card(CERTIFICATE))
    assert front["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "data/*.parquet"}]}
    ]
    assert front["language"] == ["en", "no"]
    assert front["license"] == "other"
    assert front["size_categories"] == ["10K<n<100K"]
    assert front["annotations_creators"] == ["machine-generated"]
    assert front_matter(dataset_card(CERTIFICATE | {"license": "cc0-1.0"}))["license"] == "cc0-1.0"


@pytest.mark.parametrize("field", ["removed", "languages", "inputs", "guarantee", "evidence", "license", "settings"])
def test_a_hostile_string_stays_in_its_place(field):
    """Same lines and same headings as with a harmless one."""
    counts = {"documents": 1, "tokens": 1}
    values = {
        "removed": lambda s: {s: 1},
        "languages": lambda s: {s: counts},
        "inputs": lambda s: [{"name": s, "fingerprint": s}],
        "settings": lambda s: {"columns": s, s: "```\n---"},
    }
    value = values.get(field, lambda s: s)
    hostile, harmless = (dataset_card(CERTIFICATE | {field: value(text)}) for text in (HOSTILE, "harmless"))
    assert len(hostile.splitlines()) == len(harmless.splitlines())
    starts = [[line[:1] for line in card.splitlines()] for card in (hostile, harmless)]
    assert starts[0] == starts[1]
    assert front_matter(hostile).keys() == front_matter(harmless).keys()
    assert "\x1b" not in hostile
    assert "\u202e" not in hostile
    if field not in {"settings", "license"}:
        assert "<img" not in hostile.replace("\\<img", "")
        cells = [line.replace(r"\|", "").count("|") for line in hostile.splitlines()]
        assert cells == [line.count("|") for line in harmless.splitlines()]


def test_links_and_markup_are_spelt_out():
    assert markdown("a_b*c [x](y) https://e.org www.e.org") == r"a\_b\*c \[x\](y) https\://e.org www\.e.org"
    assert visible("a\r\n\tb\x00\u200b") == "a b\ufffd\ufffd"
    assert len(visible("x" * 9_999)) == 160
    assert yaml.safe_load(yaml_scalar('": {x}\n- "😀\u2028')) == '": {x} - "😀'


def test_the_bound_is_cut_and_may_be_absent():
    assert "at least 0.2999," in dataset_card(CERTIFICATE | {"bound": 0.29999})
    assert "at least 0.3000," in dataset_card(CERTIFICATE | {"bound": 0.3})
    assert "| bound | none |" in dataset_card(CERTIFICATE | {"bound": None})


def test_each_guarantee_says_what_it_rests_on():
    cards = [dataset_card(CERTIFICATE | {"guarantee": name}) for name in ("unconditional", "declared", "conditional")]
    assert ["hand labels of" in card for card in cards] == [True, False, False]
    assert ["no detector was believed" in card for card in cards] == [False, True, False]
    assert ["CONDITIONAL:" in card for card in cards] == [False, False, True]


def test_the_condition_names_declared_text_where_it_counts():
    told = "only if what declares 250,000 of the 4,000,000 tokens human (labels, dates, provenance rules) is right"
    assert told in dataset_card(CERTIFICATE)
    none = {"tokens_by_class": {"audited": 0, "declared": 0, "detected": 1, "other": 1}}
    assert "only if what declares" not in dataset_card(CERTIFICATE | none)


def test_text_that_labels_vouch_for_is_not_said_to_score_as_human():
    card = dataset_card(CERTIFICATE | {"guarantee": "unconditional", "detected": {"threshold": 7.0, "labels": "ab"}})
    assert "detected: below the score that labels vouch for, counted as far as they prove" in card
    assert "scores as human" not in card


def test_many_inputs_are_counted_and_no_documents_are_no_error():
    inputs = [{"name": f"part-{i}", "fingerprint": "0"} for i in range(25)]
    empty = {"documents": 0, "tokens": 0, "languages": {}, "removed": {}, "inputs": inputs}
    card = dataset_card(CERTIFICATE | empty)
    assert "and 5 more" in card
    assert "language" not in front_matter(card)


@pytest.mark.parametrize(
    ("documents", "category"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (9_999, "1K<n<10K"),
        (10_000, "10K<n<100K"),
        (10**9, "1B<n<10B"),
        (10**12 - 1, "100B<n<1T"),
        (10**12, "n>1T"),
        (10**14, "n>1T"),
    ],
)
def test_size_categories_are_the_hubs(documents, category):
    assert size_category(documents) == category


@pytest.mark.filterwarnings("ignore")  # of the library that reads it
def test_load_dataset_reads_data_and_not_removed(tmp_path):
    from datasets import load_dataset

    out = tmp_path / "out"
    (out / "data").mkdir(parents=True)
    pq.write_table(pa.table({"text": ["a", "b"], "stars": [1, 2]}), out / "data" / "00000.parquet")
    pq.write_table(pa.table({"id": ["c"], "reason": ["r"]}), out / "removed.parquet")
    (out / "README.md").write_text(dataset_card(CERTIFICATE), encoding="utf-8")
    mix = load_dataset(str(out), split="train", cache_dir=str(tmp_path / "cache"))
    assert mix.to_dict() == {"text": ["a", "b"], "stars": [1, 2]}
