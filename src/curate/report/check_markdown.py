"""A verdict as Markdown: the summary of a job and the one comment under a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curate.amounts import count, percent, points
from curate.figure_names import name_of
from curate.report.findings import (
    HEADLINES,
    RANK,
    SCOPES,
    columns,
    figure,
    headline,
    losses,
    remarks,
    summary,
    unlisted,
    where,
)
from curate.report.markdown import code, prose, table
from curate.report.verdict import ChangedFile, GateResult, Place, Verdict

MARKER = "<!-- curate-check -->"  # the first line: by it the comment of an earlier run is found and replaced
MOST_BYTES = 60_000  # a comment holds 65,536 characters, a summary 1 MiB
MOST_ROWS = 50  # of a table: who wants them all reads the JSON or SARIF
LONGEST = 400  # characters of a sentence
MARKS = {"fail": "✗ fail", "warning": "! warning", "pass": "✓ pass"}
FIGURES = (
    *("documents", "tokens", "machine_share.low", "machine_share.if_known_kinds.estimate"),
    *("machine_share.if_known_kinds.high", "machine_share.estimate", "machine_share.high"),
    *("duplicates.token_share", "diversity.tail_recall", "quarantined"),
)
COUNTS = {"documents", "tokens", "quarantined"}


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading over rows that may be cut; `head` is empty for a list, whose rows are whole lines.

    words: columns to the left that hold words, all others hold numbers.
    """

    title: str
    head: tuple[str, ...]
    words: int
    rows: tuple[tuple[str, ...], ...]
    more: int = 0  # rows that were never there to show

    def text(self, most: int) -> str:
        """With the first `most` rows, and how many were left out."""
        shown = self.rows[:most]
        lines = [
            f"#### {self.title}",
            table(self.head, shown, self.words) if self.head else "\n".join(row[0] for row in shown),
        ]
        left_out = len(self.rows) - len(shown) + self.more
        return "\n\n".join([*lines, *([f"and {left_out:,} more"] if left_out else [])])


def check_markdown(verdict: Verdict) -> str:
    """At most MOST_BYTES of UTF-8, the most important first; begins with MARKER."""
    text = f"{MARKER}\n### curate check: {HEADLINES[verdict.level]}{_rest(verdict)}\n\n{prose(summary(verdict))}\n"
    text += "".join(f"\n{prose(remark, LONGEST)}\n" for remark in (*remarks(verdict), *columns(verdict)))
    for block in _blocks(verdict):
        room = MOST_BYTES - _size(text) - 2
        most = min(MOST_ROWS, len(block.rows))
        while most and _size(block.text(most)) > room:
            most //= 2
        if most:
            text += f"\n{block.text(most)}\n"
    return text


def _rest(verdict: Verdict) -> str:
    said = headline(verdict)
    return f"; {prose(said, LONGEST)}" if said else ""


def _size(text: str) -> int:
    return len(text.encode())


def _blocks(verdict: Verdict) -> Iterator[_Block]:
    """Blocks with content, the most important first."""
    gates = sorted(verdict.gates, key=lambda gate: (RANK[gate.level], gate.known))
    blocks = (
        _Block("Gates", ("", "gate", "of", "found"), 4, tuple(_gate(gate) for gate in gates)),
        _Block("What to do", (), 0, tuple((_advice(gate),) for gate in gates if gate.level != "pass")),
        _Block("What it brings", (), 0, tuple((f"- {prose(line, LONGEST)}",) for line in verdict.praise)),
        _Block("Where to look", ("where", "", "why", "text"), 4, tuple(_place(p) for p in _sorted(verdict.places))),
        _removed(verdict),
        _Block("Figures", ("", "the change", "after merging", "difference"), 1, tuple(_figures(verdict))),
        _Block("Files", ("file", "", "note", "new", "gone"), 3, tuple(_file(file) for file in verdict.files)),
    )
    return (block for block in blocks if block.rows)


def _sorted(places: Sequence[Place]) -> list[Place]:
    return sorted(places, key=lambda place: RANK[place.level])


def _gate(gate: GateResult) -> tuple[str, ...]:
    return _mark(gate), code(gate.gate), SCOPES[gate.scope], prose(gate.message, LONGEST)


def _mark(gate: GateResult) -> str:
    return "? cannot tell" if gate.level == "pass" and not gate.known else MARKS[gate.level]


def _advice(gate: GateResult) -> str:
    said = [prose(sentence, LONGEST) for sentence in (gate.why, gate.hint) if sentence]
    return f"- {code(gate.gate)}: {' → '.join(said) or 'the policy does not say'}"


def _place(place: Place) -> tuple[str, ...]:
    of = code(place.gate) if place.gate else place.kind
    return code(where(place)), of, prose(place.message, LONGEST), code(place.snippet)


def _file(file: ChangedFile) -> tuple[str, ...]:
    state = f"{file.state} from {code(file.before)}" if file.before else file.state
    return code(file.path), state, prose(file.note, LONGEST), f"{file.rows:,}", f"{file.removed:,}"


def _removed(verdict: Verdict) -> _Block:
    head = ("source", "documents", "tokens", "of its tokens")
    rows = (
        (code(name), count(loss["documents"]), count(loss["tokens"]), percent(loss["token_share"]))
        for name, loss in losses(verdict, "source")
    )
    return _Block("Removed", head, 1, tuple(rows), unlisted(verdict, "source"))


def _figures(verdict: Verdict) -> Iterator[tuple[str, ...]]:
    for metric in FIGURES:
        sides = (figure(verdict.change, metric), figure(verdict.whole, metric), verdict.difference.get(metric))
        if any(value is not None for value in sides):
            change, whole, difference = sides
            yield name_of(metric), _shown(metric, change), _shown(metric, whole), _shown(metric, difference, "+")


def _shown(metric: str, value: float | None, sign: str = "") -> str:
    if value is None:
        return "–"
    if metric in COUNTS:
        return f"{value:{sign},.0f}"
    return points(value) if sign else percent(value)
