"""Additions of a change: languages, sources and words that the baseline lacks, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from curate.amounts import percent
from curate.diversity.gained import gained_words
from curate.diversity.sample import SAMPLE_TOKENS, Sample
from curate.jobs.check.baseline_state import Base
from curate.jobs.check.change import Change
from curate.jobs.check.figures import Figures
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.summary import amounts
from curate.rulebook.metrics import figure_of

NAMED = 8
LEAST_WORDS = 5  # rare words that came: any text of some pages brings one or two
LEAST_SHARE = 0.01  # of the new tokens: what is less may be a mistake about the language
LEAST_RECALL = 0.005


def praise_of(change: Change, sides: tuple[Figures | None, Figures | None]) -> tuple[str, ...]:
    """New languages and sources, rare words that were missing, a longer tail; () without a baseline or new rows.

    sides: figures of the baseline and of the whole, diversity at one size.
    """
    if change.scan is None or change.base is None:
        return ()
    words = _words(change.base.sample(), change.scan.sample)
    return (
        *_languages(change.scan, change.base.figures), *_sources(change.scan, change.base), *words, *_recall(*sides)
    )  # fmt: skip


def _languages(scan: Corpus, before: Figures) -> Iterator[str]:
    there = before["languages"]
    least = LEAST_SHARE * scan.figures.tokens
    for code, amount in scan.figures.languages.items():
        if code != "und" and amount.tokens > least and not there.get(code, {}).get("tokens"):
            yield f"a language that was not there: {code} ({amount.documents:,} documents, {amount.tokens:,} tokens)"


def _sources(scan: Corpus, base: Base) -> Iterator[str]:
    """Only where a column names sources: a new file is no news."""
    if not scan.plan.columns.source:
        return
    known = set(base.documents.column("source").unique().to_pylist())
    new = [(name, amount) for name, amount in amounts(scan.documents, "source").items() if name not in known]
    for name, amount in new[:NAMED]:
        yield f"a source that was not there: {name} ({amount.documents:,} documents, {amount.tokens:,} tokens)"
    if len(new) > NAMED:
        yield f"{len(new) - NAMED:,} more sources that were not there"


def _words(before: Sample, new: Sample) -> Iterator[str]:
    among = " in a sample of a million tokens" if before.token_count >= SAMPLE_TOKENS else ""
    for one in gained_words(before, new, NAMED):
        if one.count >= LEAST_WORDS:
            more = ", …" if one.count > len(one.words) else ""
            yield f"{one.count:,} rare words ({one.language}) that were missing{among}: {', '.join(one.words)}{more}"


def _recall(before: Figures | None, whole: Figures | None) -> Iterator[str]:
    was, now = (figure_of(side, "diversity.tail_recall").value for side in (before, whole))
    if was is not None and now is not None and now - was >= LEAST_RECALL:
        yield f"a longer tail: {percent(now)} of the rare words that are expected, {percent(was)} before"
