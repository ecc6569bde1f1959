import datetime

import pyarrow as pa
import pytest

from curate.errors import UsageError
from curate.rulebook.decide import declared, fired
from curate.rulebook.read import read_rule_books
from curate.rulebook.rules import Evidence, Rule, RuleBook


def rule(rule_id, **rest):
    return Rule(**{"id": rule_id, "why": "w", "source": "own", "then": "remove"} | rest)


def evidence(evidence_id, says, **rest):
    return Evidence(**{"id": evidence_id, "why": "w", "source": "own", "column": "c", "says": says} | rest)


def annotations(**columns):
    n = len(next(iter(columns.values())))
    hits = columns.pop("rules_hits", [[]] * n)
    return pa.table({"rules_hits": pa.array(hits, pa.list_(pa.string())), **columns})


def test_a_document_outside_the_bounds_fires_and_a_null_measure_never_does():
    book = RuleBook(
        (rule("small", measure="tokens", at_least=5), rule("both", measure="tokens", at_least=2, at_most=9))
    )
    table = annotations(tokens=[1, 4, 5, 9, 10, None])
    assert fired(book, table).to_pylist() == [["small", "both"], ["small"], [], [], ["both"], []]


def test_only_rules_of_the_asked_consequence_fire():
    book = RuleBook((rule("p", pattern="x"), rule("f", pattern="y", then="flag")))
    table = annotations(rules_hits=[["p", "f"], ["gone-rule"], None, ["f"]])
    assert fired(book, table).to_pylist() == [["p"], [], [], []]
    assert fired(book, table, then="flag").to_pylist() == [["f"], [], [], ["f"]]


def test_a_rule_for_a_language_spares_the_others_and_the_unknown():
    book = RuleBook((rule("p", pattern="x", languages=("en", "de")),))
    table = annotations(rules_hits=[["p"]] * 3, language=["de", "zh", None])
    assert fired(book, table).to_pylist() == [["p"], [], []]


def test_chunks_and_slices_keep_their_rows():
    table = annotations(rules_hits=[["a"], ["b"], []], tokens=[1, 9, 1])
    table = pa.concat_tables([table.slice(1), table]).slice(1)
    book = RuleBook((rule("b", pattern="x"), rule("few", measure="tokens", at_least=5)))
    assert fired(book, table).to_pylist() == [["few"], ["few"], ["b"], ["few"]]


def test_no_documents_and_no_rules_give_empty_lists():
    assert fired(RuleBook(), annotations(tokens=[1, 2])).to_pylist() == [[], []]
    assert fired(RuleBook((rule("p", pattern="x"),)), annotations(tokens=[])).to_pylist() == []


def test_an_unknown_measure_is_named_with_the_nearest():
    with pytest.raises(UsageError, match="no measure is called 'token'") as caught:
        fired(RuleBook((rule("r", measure="token", at_least=1),)), annotations(tokens=[1]))
    assert caught.value.hint == "did you mean tokens?"
    assert caught.value.where == "rule r"


@pytest.mark.parametrize(
    ("test", "yes", "no"),
    [
        ({"equals": "cc0"}, ["cc0"], ["CC0", "cc0 ", "", None]),
        ({"one_of": ("a", "b")}, ["a", "b"], ["c", "ab", None]),
        ({"matches": "^gpt-"}, ["gpt-4"], ["a gpt-4", "", None]),
        ({"present": True}, ["x", "0"], ["", "  ", None]),
        (
            {"before": datetime.date(2022, 11, 30)},
            ["1993", "2022-10", "CC-MAIN-2019-35"],
            ["2022", "2022-11", "x", None],
        ),
    ],
)
def test_each_test_of_a_column(test, yes, no):
    book = RuleBook(evidence=(evidence("e", "machine", **test),))
    columns = pa.table({"c": pa.array(yes + no, pa.string())})
    writers, by = declared(book, columns, None)
    assert writers.to_pylist() == ["machine"] * len(yes) + [None] * len(no)
    assert by.to_pylist() == ["e"] * len(yes) + [None] * len(no)


def test_the_label_column_wins_then_machine_then_order():
    book = RuleBook(
        evidence=(
            evidence("h1", "human", present=True),
            evidence("h2", "human", matches="x"),
            evidence("m1", "machine", equals="x2"),
            evidence("m2", "machine", matches="x"),
        )
    )
    columns = pa.record_batch({"c": ["x", "x", "x2", "y", None, "x"]})
    label = pa.array(["human", None, None, "unsure", None, "machine"])
    writers, by = declared(book, columns, label)
    assert writers.to_pylist() == ["human", "machine", "machine", "human", None, "machine"]
    assert by.to_pylist() == ["label-column", "m2", "m1", "h1", None, "label-column"]


def test_an_absent_column_declares_nothing():
    book = RuleBook(evidence=(evidence("e", "human", present=True, column="licence"),))
    assert declared(book, pa.table({"c": ["x"]}), None)[0].to_pylist() == [None]


def test_shipped_provenance_reads_the_date_role():
    columns = pa.table({"date": ["1993", "2019-04-25T12:57:54Z", "2022-11-30", "2022-11-29", "CC-MAIN-2023-06", None]})
    writers, _ = declared(read_rule_books(), columns, None)
    assert writers.to_pylist() == ["human", "human", None, "human", None, None]
