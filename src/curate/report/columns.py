"""Which columns were taken, in sentences for every kind of report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from curate.corpus.prose_beside import MORE
from curate.corpus.taken_columns import ROLES, SPLITS, UNNAMED, Taken, TakenColumns
from curate.corpus.turns import NO_ASSISTANT, SPLIT

_SHOWN = 3  # layouts
_LONG = 60  # characters of a name: where a CSV file has no head, the first record of its texts is taken for it
_PATH = 40  # characters of a file's path
_NAMED = 6  # columns of prose beside the text
_LACKING = "; rows that lack it are numbered"
_FROM = {"text": "text from", "id": "ids from", "source": "sources from", "label": "labels from", "date": "date column"}
_SUGGESTED = re.compile(r"--source-column .*(?= names others)")
_OPEN = "no labels are read: "
_UNUSED = re.compile(rf"; (column .* {SPLITS} .*)$")
_STAND_IN = {"id": "rows numbered", "source": "sources by file name"}


def taken_sentences(read: Sequence[TakenColumns]) -> Iterator[str]:
    """A line for layouts that differ in their text alone, else one each; and the prose that stands beside it."""
    yield from _taken(_by_roles(read))
    if named := beside_named(read):
        yield f"not judged: prose in {named}"


def _by_roles(read: Sequence[TakenColumns]) -> list[TakenColumns]:
    """One layout of those that differ by the prose beside them alone, those of most files first."""
    found: dict[tuple[Taken, ...], TakenColumns] = {}
    for one in read:
        roles = tuple(getattr(one, role) for role in ROLES)
        if roles in found:
            before = found[roles]
            one = replace(one, files=one.files + before.files, examples=(*before.examples, *one.examples))
        found[roles] = one
    return sorted(found.values(), key=lambda one: -one.files)


def beside_named(read: Sequence[TakenColumns]) -> str:
    """Columns of prose that were not judged, the longest first; "" for none."""
    found = {one.column or "": one.why for layout in read for one in layout.beside}
    found |= {one.column or "": one.why for layout in read for one in layout.beside if MORE in one.why}
    longest = sorted(found, key=lambda name: MORE not in found[name])
    named = [_cut(name) + (f" ({MORE})" if MORE in found[name] else "") for name in longest[:_NAMED]]
    return ", ".join([*named, *([f"{len(found) - _NAMED} more"] if len(found) > _NAMED else [])])


def _taken(read: Sequence[TakenColumns]) -> Iterator[str]:
    others = {"; ".join(_parts(layout, ROLES[1:])) for layout in read}
    texts = [next(_parts(layout, ROLES[:1])) for layout in read[:_SHOWN]]
    more = f" and {len(read) - _SHOWN} more layouts (-v names them)" if len(read) > _SHOWN else ""
    if len(read) == 1 or len(others) == 1:
        counts = [f" in {_files(layout)}" if len(read) > 1 else "" for layout in read]
        text = ", ".join(f"{text}{count}" for text, count in zip(texts, counts, strict=False))
        yield f"columns: {text}{more}; {others.pop()}"
        return
    for layout, text in zip(read, texts, strict=False):
        parts = [part for part in _parts(layout, ROLES[1:]) if not part.startswith(_OPEN)]
        yield f"columns of {_files(layout)}: {'; '.join((text, *parts))}"
    yield from [more.strip()] if more else []
    yield from dict.fromkeys(part for layout in read for part in _parts(layout, ROLES[1:]) if part.startswith(_OPEN))


def _parts(layout: TakenColumns, roles: Sequence[str]) -> Iterator[str]:
    """Every column that was taken, with the reason where it was no usual name; what stands in for others."""
    for role in roles:
        taken: Taken = getattr(layout, role)
        if taken.column is not None:
            why = _UNUSED.sub("", taken.why).removeprefix("found: ")
            plain = why.removesuffix(_LACKING) == "its name" or why.startswith(("named", "their"))
            plain &= not why.endswith((SPLIT, NO_ASSISTANT))
            names = taken.column.split("|") if why.startswith("their") else [taken.column]
            name = ", else ".join(map(_cut, names))
            yield f"{_FROM[role]} {name}" + ("" if plain else f" ({why})")
        elif "repeat" in taken.why or "not in these files" in taken.why:
            yield f"{role}: {taken.why}"
        elif UNNAMED in taken.why:
            yield f"{_OPEN}{taken.why.partition('; ')[2]}"
        elif role in _STAND_IN:
            yield _STAND_IN[role] + (f" (or {option[0]})" if (option := _SUGGESTED.search(taken.why)) else "")
        if unused := _UNUSED.search(taken.why):
            yield unused[1]


def _files(layout: TakenColumns) -> str:
    """The number of files, and the names of as many as a line has room for."""
    shown, *others = layout.examples or ("",)
    if layout.files == 1:
        return _tail(shown) or count_of_files(1)
    more = ", ..." if layout.files > 2 or not others else f", {_tail(others[0])}"
    return count_of_files(layout.files) + (f" ({_tail(shown)}{more})" if shown else "")


def _tail(name: str) -> str:
    """The end of a path, which tells files of one folder apart."""
    return name if len(name) <= _PATH else f"…{name[-_PATH:]}"


def _cut(name: str) -> str:
    return name if len(name) <= _LONG else f"{name[:_LONG].strip()}…"


def count_of_files(count: int) -> str:
    """A number of files with its noun."""
    return f"{count:,} file{'s' * (count != 1)}"
