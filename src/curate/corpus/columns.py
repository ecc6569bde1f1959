"""Which columns of a file mean what: those the user names, else those found by their usual names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from shlex import quote

import pyarrow as pa

from curate.corpus.answers import has_answers, of_speaker
from curate.corpus.column_paths import with_turns
from curate.corpus.file_sample import Sample, sample_of
from curate.corpus.files import DataFile, nothing_readable
from curate.corpus.found_roles import found_date, found_id, possible_source
from curate.corpus.named_columns import ROWS_NEED, ManyValues, check_somewhere, listed, named_column, named_text
from curate.corpus.prose_beside import packed_prose, prose_beside
from curate.corpus.split_names import split_columns
from curate.corpus.taken_columns import ROLES, FileColumns, Taken
from curate.corpus.text_column import FoundText, Tie, find_text
from curate.corpus.text_settings import holds_text
from curate.corpus.turns import EVERY, JUDGED, NO_ASSISTANT, SPEAKERS, SPLIT
from curate.corpus.unnamed_labels import unnamed_labels
from curate.errors import CurateError, DataError, MachineError, UsageError
from curate.schema import Columns, Quarantined

NO_TEXT = "and none of them holds text"


@dataclass(frozen=True, slots=True)
class Settlement:
    """Files with their columns, files without text, and of each file what was taken and why."""

    settled: tuple[tuple[DataFile, Columns], ...]
    without: tuple[Quarantined, ...]
    taken: tuple[FileColumns, ...]


NOTHING_SETTLED = Settlement((), (), ())


def settle_files(files: Sequence[DataFile], wanted: Columns) -> Settlement:
    """Settle the columns of every file; one without text goes to quarantine, a column that others lack is fine.

    Raises UsageError for a named column that is in no file, DataError when no file has text.
    """
    files = [file.in_units(wanted.txt) for file in files]
    with ThreadPoolExecutor(min(len(files), os.cpu_count() or 1)) as pool:
        samples = list(pool.map(sample_of, files))
        for role in ROLES:
            samples = check_somewhere(getattr(wanted, role), role, files, samples)
        found = list(pool.map(lambda file, sample: _outcome(file, sample, wanted), files, samples))
    is_split = any(isinstance(one, _Settled) and one.answers() for one in found)  # of all files alike, or of none
    outcomes = [one.split(is_split=is_split) if isinstance(one, _Settled) else one for one in found]
    settled = [(file, found[0]) for file, found in zip(files, outcomes, strict=True) if isinstance(found, tuple)]
    bad = [(file, found) for file, found in zip(files, outcomes, strict=True) if isinstance(found, CurateError)]
    if not settled:
        raise _nothing_settled(bad)
    taken = tuple(
        found[1] if isinstance(found, tuple) else _not_read(file, found)
        for file, found in zip(files, outcomes, strict=True)
    )
    without = [Quarantined(file.name, None, f"{error.message} ({error.hint})") for file, error in bad]
    return Settlement(tuple(settled), tuple(without), taken)


def _nothing_settled(bad: Sequence[tuple[DataFile, CurateError]]) -> DataError:
    """The hint is the first file's where it is the only one, or that of all."""
    one = len(bad) == 1 and isinstance(bad[0][1], DataError)
    one = one or (all(isinstance(error, ManyValues) for _, error in bad) and len({error.hint for _, error in bad}) == 1)
    reasons = [
        Quarantined(file.name, None, error.message if one else f"{error.message} ({error.hint})") for file, error in bad
    ]
    return nothing_readable(reasons, bad[0][1].hint if one else "name the column: --text-column NAME")


def _not_read(file: DataFile, error: CurateError) -> FileColumns:
    why = f"{', '.join(error.names)} could be the text" if isinstance(error, Tie) else error.message
    nothing = Taken(None, "not read")
    return FileColumns(file.name, file.text_bytes, Taken(None, f"none: {why}"), nothing, nothing, nothing, nothing)


@dataclass(frozen=True, slots=True)
class _Settled:
    """The columns of a file before it is known whether the corpus has turns of an assistant."""

    columns: Columns
    taken: FileColumns
    sample: Sample

    def answers(self) -> bool:
        """Return whether the first rows hold a turn of an assistant that could be judged alone."""
        named = with_turns(self.columns.text, self.sample.schema, SPEAKERS[0])
        return bool(self.columns.judged) and named != self.columns.text and any(self.sample.texts(named)[0])

    def has_answers(self) -> bool:
        """Return whether its first rows hold prompts with an answer, in columns of their own."""
        names = self.sample.schema.names
        return has_answers(self.columns.text, names) and any(self.sample.texts(self.columns.judged)[0])

    def split(self, *, is_split: bool) -> tuple[Columns, FileColumns]:
        """As they are where the share judges the assistant's turns alone; else all turns are judged.

        is_split: that it does of messages that name who speaks; columns of answers are an assistant's anyway.
        """
        if not self.columns.judged:
            return self.columns, self.taken
        is_split = is_split or self.has_answers()
        judged = self.columns.judged if is_split else ""
        why = f"{self.taken.text.why}; {SPLIT if is_split else NO_ASSISTANT}"
        text = Taken(self.taken.text.column, why)
        return replace(self.columns, judged=judged), replace(self.taken, text=text, judged=judged)


def _outcome(file: DataFile, sample: Sample, wanted: Columns) -> _Settled | CurateError:
    try:
        return _settled(file, sample, wanted)
    except MachineError:
        raise
    except CurateError as error:
        return error
    finally:
        sample.forget()


def _settled(file: DataFile, sample: Sample, wanted: Columns) -> _Settled:
    text, sample = _text(file, sample, wanted.text)
    schema = sample.schema
    taken = {
        role: named_column(schema, getattr(wanted, role), role, file.name) for role in ("id", "source", "label", "date")
    }
    if not wanted.id or taken["id"].column is None:
        taken["id"] = found_id(sample, taken["id"])
    guessed = found_date(schema) if taken["date"].column is None else ""
    if guessed:
        taken["date"] = Taken(guessed, "found: its name")
    if not wanted.source and (more := possible_source(schema)):
        taken["source"] = Taken(None, f"{taken['source'].why}; {more}")
    text, judged = _turns(text, schema, wanted.role)
    others = {*(each.column or "" for each in taken.values()), *text.setting.split("|")}
    unnamed = () if wanted.label else unnamed_labels(sample, others)
    rival = next((one.column for one in unnamed if one.denies), "") if guessed else ""
    names = {role: each.column or "" for role, each in taken.items()}
    columns = Columns(text.setting, **names, extra=wanted.extra, longest=wanted.longest, judged=judged, rival=rival)
    beside = prose_beside(sample, text.setting, (names["source"], names["label"]))
    splits = split_columns(sample, others)
    told = Taken(text.setting, text.why)
    roles = taken["id"], taken["source"], taken["label"], taken["date"]
    found = FileColumns(file.name, file.text_bytes, told, *roles, beside, judged, unnamed, splits)
    return _Settled(columns, found, sample)


def _turns(text: FoundText, schema: pa.Schema, role: str) -> tuple[FoundText, str]:
    """Of chats the turns that were asked for; where nobody asked, all, and those of them that the share judges."""
    chosen = of_speaker(text.setting, schema, role if role in SPEAKERS else JUDGED)
    if chosen == text.setting or role == EVERY:
        return text, ""
    if not role:
        return text, chosen
    return FoundText(chosen, f"{text.why}; turns of the {role} by --role"), ""


def _text(file: DataFile, sample: Sample, named: str) -> tuple[FoundText, Sample]:
    """Looks further into the file where its sample has no text."""
    try:
        found = _one_text(sample, named, file.name)
    except UsageError:
        deeper = sample.searched()
        if deeper is None:
            raise
        return FoundText(named_text(deeper.schema, named, file.name), "named by --text-column"), deeper
    if found is None and (deeper := sample.searched()) is not None:
        sample = deeper
        found = _one_text(sample, named, file.name)
    if found is None:
        names = sample.schema.names
        if not names:
            raise DataError("no text column found: no row holds a column", where=file.name, hint=ROWS_NEED)
        if packed := packed_prose(sample):
            hint = f"unpack them as docs/formats.md shows; --text-column {quote(packed)} reads the JSON as it stands"
            raise DataError(f"no text column found: {packed} holds strings of JSON", where=file.name, hint=hint)
        told = f"no text column found: columns are {listed(names)}"
        if not holds_text(sample.schema):
            raise DataError(f"{told}, {NO_TEXT}", where=file.name, hint=ROWS_NEED)
        raise DataError(told, where=file.name, hint="name one: --text-column NAME")
    return found, sample


def _one_text(sample: Sample, named: str, where: str) -> FoundText | None:
    if named:
        return FoundText(named_text(sample.schema, named, where), "named by --text-column")
    return find_text(sample, where)
