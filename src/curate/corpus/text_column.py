"""The text column that nobody named: found by its usual name, else by what the columns hold; a tie is not settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from shlex import quote

import pyarrow as pa

from curate.corpus.column_paths import column_paths
from curate.corpus.counterparts import classes, preferences, tree_levels
from curate.corpus.file_sample import Sample
from curate.corpus.text_looks import EMPTY, JUNK, MARKUP, PROSE, Looks, looks_of
from curate.corpus.text_settings import nested_settings, text_settings, usual_settings
from curate.errors import DataError

_MIXED = 0.3  # of a usual column's values are no text: it is not taken unasked where another holds prose
_FILLED = 0.5  # of the rows, at least, for the same
_CLEAR = 4  # times as much text as the next column: a body beside its title
_MOST, _EMPTIES = 1000, 20  # columns that are looked at, and further on if empty
_SHOWN, _EXAMPLE = 4, 30


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text setting, and why it was taken."""

    setting: str
    why: str


class Tie(DataError):
    """Several columns could be the text; `names` are theirs."""

    def __init__(self, message: str, *, where: str = "", hint: str = "", names: tuple[str, ...] = ()) -> None:
        super().__init__(message, where=where, hint=hint)
        self.names = names


def find_text(sample: Sample, where: str) -> FoundText | None:
    """None where no column holds text. Raises Tie where several may be it."""
    usual = list(usual_settings(sample.schema))
    others = [name for name in islice(text_settings(sample.schema), _MOST) if name not in usual]
    if usual and not others:
        return _by_name(sample, usual)
    looks = {name: _looks(sample, name) for name in usual}
    sound = [name for name in usual if looks[name].kind == PROSE and looks[name].junk < _MIXED]
    if sound and sum(looks[name].filled for name in sound) >= _FILLED * looks[sound[0]].rows:
        return _by_name(sample, [name for name in usual if name in sound or looks[name].kind == EMPTY])
    parts = {".".join(path) for name in usual for path in column_paths(name, sample.schema.names)}
    found = _by_content(sample, [name for name in others if name not in parts], where)
    if found is None and not usual:
        return _by_content(sample, list(islice(nested_settings(sample.schema), _MOST)), where)
    if found is None or not usual:
        return found or _by_name(sample, usual)
    if mixed := next((name for name in usual if looks[name].kind not in JUNK), ""):
        raise _in_part(mixed, found.setting, where)
    return FoundText(found.setting, f"{found.why}; column {usual[0]} holds {looks[usual[0]].kind}")


def _looks(sample: Sample, name: str) -> Looks:
    return looks_of(sample.texts(name)[0])


def _by_name(sample: Sample, usual: Sequence[str]) -> FoundText:
    """The first that has text, and those that may have it where another has none."""
    if len(usual) == 1:
        return FoundText(usual[0], "found: its name")
    texts = dict(zip(usual, sample.texts(*usual), strict=True))
    first = next((name for name in usual if any(texts[name])), usual[0])
    lacking = not all(texts[first])
    taken = [name for name in usual if name == first or lacking or not all(texts[name])]
    if len(taken) == 1:
        return FoundText(first, "found: its name")
    return FoundText("|".join(taken), "found: their names; a row is read by the first that has text")


def _by_content(sample: Sample, names: Sequence[str], where: str) -> FoundText | None:
    """The column that holds by far the most prose; columns of which no row has two take turns."""
    if not names:
        return None
    looks = {name: looks_of(texts) for name, texts in zip(names, sample.texts(*names), strict=True)}
    looks |= {name: _looks(sample, name) for name in islice((n for n in names if looks[n].kind == EMPTY), _EMPTIES)}
    kind = PROSE if any(look.kind == PROSE for look in looks.values()) else MARKUP
    ranked = sorted((name for name in names if looks[name].kind == kind), key=lambda name: -looks[name].weight)
    if not ranked:
        return None
    _check_counterparts(ranked, names, sample.schema, looks, where)
    if len(ranked) == 1:
        return FoundText(ranked[0], f"found: the only column that holds {kind}")
    if looks[ranked[0]].weight >= _CLEAR * looks[ranked[1]].weight:
        return FoundText(ranked[0], f"found: by far the most {kind} of {len(ranked)} columns")
    close = [name for name in names if name in ranked and looks[name].weight * _CLEAR > looks[ranked[0]].weight]
    texts = sample.texts(*close)
    if not any("|" in name for name in close) and all(sum(map(bool, row)) <= 1 for row in zip(*texts, strict=True)):
        return FoundText("|".join(close), "found: prose of which no row has two; a row is read by the one it has")
    raise _tie(close, looks, where)


def _check_counterparts(
    ranked: Sequence[str], names: Sequence[str], schema: pa.Schema, looks: dict[str, Looks], where: str
) -> None:
    """Raises Tie for columns of which none is the text alone, however long each is."""
    prose = [name for name in names if name in ranked]
    if writers := classes(prose):
        shown = ", ".join(f"{name} ({writer})" for name, writer in list(writers.items())[:_SHOWN])
        raise Tie(
            f"a row holds texts of people and of machines: {shown}",
            where=where,
            hint="write a row for each text with its label, as docs/formats.md shows, or name one class: "
            f"--text-column {quote(next(iter(writers)))}",
            names=tuple(writers),
        )
    if pair := preferences(prose):
        raise _tie(pair, looks, where)
    inner = [name for name in islice(nested_settings(schema), _MOST) if name not in prose]
    if levels := tree_levels([*prose, *inner]):
        raise Tie(
            f"the text lies on {len(levels)} levels of a tree: {levels[0]} to {levels[-1]}",
            where=where,
            hint=f"name a level, or all: --text-column {quote('+'.join(levels))}",
            names=tuple(levels),
        )


def _tie(names: Sequence[str], looks: dict[str, Looks], where: str) -> Tie:
    shown = "; ".join(
        f"{name} (middle length {looks[name].median_bytes} bytes, {_example(looks[name].example)!r})"
        for name in names[:_SHOWN]
    )
    more = f"; and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return Tie(
        f"{len(names)} columns could be the text: {shown}{more}",
        where=where,
        hint=f"name it: --text-column {quote(names[0])}, or both joined: --text-column {quote('+'.join(names[:2]))}",
        names=tuple(names),
    )


def _in_part(usual: str, other: str, where: str) -> Tie:
    either = quote(f"{other}|{usual}")
    return Tie(
        f"2 columns could be the text: {usual}, which many rows lack or fill with no prose, and {other}",
        where=where,
        hint=f"name it: --text-column {quote(other)}, or {either}: a row is read by the first that has text",
        names=(usual, other),
    )


def _example(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXAMPLE else f"{line[:_EXAMPLE]}..."
