"""An index: what is kept of the corpora scanned before, so that a new one is matched without reading their text.

A folder: index.json, which alone says what belongs to it, and segments/*/ (see `index_segment`). Each distinct text is
kept once, under the id and source of the corpus that brought it first: 16 bytes of fingerprint, up to 1,024 hashes of
n-grams, a key for each band. Changes are made under a lock and hold from the moment that index.json names them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.damage import DAMAGE
from curate.corpus.write import machine_errors, write_atomic
from curate.errors import UsageError
from curate.neardup.bands import Bands, choose_bands
from curate.neardup.index_manifest import MANIFEST, VERSION, broken, checksum, read_state
from curate.neardup.index_merge import merge, to_merge
from curate.neardup.index_segment import DOCUMENTS, OpenSegment, Segment, check_segment, open_segment, seal_segment
from curate.visible import printable_json

SEGMENT_NAME = re.compile(r"\d{6,}")


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Settings that an index and a new corpus must share; `threshold` is the lowest it serves."""

    measure: str  # repr and version of the Signature
    ngram_size: int
    num_perm: int
    threshold: float

    @property
    def bands(self) -> Bands:
        """How signatures are cut: recall is at least 0.99 from threshold + 0.05 on."""
        return choose_bands(self.threshold, self.num_perm)


@dataclass(frozen=True, slots=True)
class KnownCorpus:
    """A corpus that was added: the fingerprint of its texts, where it lay, its documents and what was new in it."""

    fingerprint: str
    paths: tuple[str, ...]
    documents: int
    texts: int


@dataclass(frozen=True, slots=True)
class Index:
    """The state of an index at one time."""

    folder: Path
    settings: IndexSettings
    cut: Bands
    corpora: tuple[KnownCorpus, ...] = ()
    segments: tuple[Segment, ...] = ()

    def number_of(self, fingerprint: str) -> int:
        """The number of a corpus: its own, or the next where it was never added."""
        known = [corpus.fingerprint for corpus in self.corpora]
        return known.index(fingerprint) if fingerprint in known else len(known)

    def texts_before(self, corpus: int) -> int:
        """Texts of the corpora with smaller numbers."""
        return sum(segment.before(corpus) for segment in self.segments)

    def open_segments(self) -> list[OpenSegment]:
        """All of them, mapped; raises DataError for a damaged one."""
        opened = [self._open(segment) for segment in self.segments]
        for segment in self.segments:
            check_segment(self.folder / "segments" / segment.name)
        return opened

    def new_segment(self) -> Path:
        """A folder for the next segment; what killed processes left is cleared away. Hold the lock."""
        place = self.folder / "segments"
        with machine_errors(place):
            place.mkdir(parents=True, exist_ok=True)
            named = {segment.name for segment in self.segments}
            for path in place.iterdir():
                if SEGMENT_NAME.fullmatch(path.name) and path.name not in named:
                    shutil.rmtree(path)
            fresh = place / f"{max([int(name) for name in named], default=-1) + 1:06d}"
            fresh.mkdir()
        return fresh

    def with_corpus(self, corpus: KnownCorpus, segment: Segment | None) -> Index:
        """The index with a corpus more, on disk when this returns; segments are joined where they grow many."""
        added = () if segment is None else (segment,)
        for new in added:
            seal_segment(self.folder / "segments" / new.name)
        index = replace(self, corpora=(*self.corpora, corpus), segments=(*self.segments, *added))
        index.save()
        joined = to_merge(index.segments)
        if not joined:
            return index
        old = index.segments[-joined:]
        whole = merge(index.new_segment(), [index._open(part) for part in old])
        seal_segment(self.folder / "segments" / whole.name)
        merged = replace(index, segments=(*index.segments[:-joined], whole))
        merged.save()
        for part in old:
            shutil.rmtree(self.folder / "segments" / part.name, ignore_errors=True)
        return merged

    def save(self) -> None:
        """Write index.json, whole or not at all."""
        state = {
            "curate_index": VERSION,
            "settings": asdict(self.settings),
            "cut": asdict(self.cut),
            "corpora": [asdict(corpus) for corpus in self.corpora],
            "segments": [asdict(segment) for segment in self.segments],
        }
        state["checksum"] = checksum(state)
        write_atomic(
            self.folder / MANIFEST, (printable_json(json.dumps(state, ensure_ascii=False, indent=1)) + "\n").encode()
        )

    def _open(self, segment: Segment) -> OpenSegment:
        return open_segment(self.folder / "segments" / segment.name, segment, self.cut.bands)


def open_index(folder: Path, wanted: IndexSettings) -> Index:
    """The index in the folder, an empty one where there is none yet; nothing is written.

    Raises UsageError for a folder that is something else and for settings that do not fit, DataError for damage.
    """
    state = read_state(folder)
    if state is None:
        return Index(folder, wanted, wanted.bands)
    try:
        index = Index(
            folder,
            IndexSettings(**state["settings"]),
            Bands(**state["cut"]),
            tuple(KnownCorpus(**{**one, "paths": tuple(one["paths"])}) for one in state["corpora"]),
            tuple(_segment(one) for one in state["segments"]),
        )
        _check(index, wanted)
    except DAMAGE as error:
        raise broken(folder, str(error)) from error
    return index


def documents_at(segments: Sequence[OpenSegment], segment: pa.Array, row: pa.Array) -> pa.Table:
    """Id and source, a row a match; `segment` int32 and `row` int64, both null where there is no match."""
    starts = [0]
    for one in segments:
        starts.append(starts[-1] + one.segment.texts)
    first = pa.array(starts[:-1], pa.int64()).take(segment)
    everything = pa.concat_tables([DOCUMENTS.empty_table(), *(one.documents for one in segments)])
    return everything.take(pc.add(first, row))


def _segment(entry: dict[str, Any]) -> Segment:
    segment = Segment(**{**entry, "corpora": tuple((int(n), int(texts)) for n, texts in entry["corpora"])})
    if not SEGMENT_NAME.fullmatch(segment.name) or segment.texts != sum(texts for _, texts in segment.corpora):
        raise ValueError(f"segment {segment.name} does not add up")
    return segment


def _check(index: Index, wanted: IndexSettings) -> None:
    """Raises UsageError where what is asked cannot be answered from what is kept."""
    made, where = index.settings, str(index.folder)
    for name in ("ngram_size", "num_perm"):
        have, want = getattr(made, name), getattr(wanted, name)
        if have != want:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"the index was made with {option} {have}, not {want}", where=where, hint=f"{option} {have}"
            )
    if made.measure != wanted.measure:
        raise UsageError(
            f"the index holds signatures of another curate ({made.measure}; here {wanted.measure})",
            where=where,
            hint="--index NEW, and scan its corpora into it",
        )
    if wanted.threshold < made.threshold:
        raise UsageError(
            f"the index finds similarities from {made.threshold:g} on, not from {wanted.threshold:g}",
            where=where,
            hint=f"--threshold {made.threshold:g}, or --index NEW and scan its corpora into it",
        )
