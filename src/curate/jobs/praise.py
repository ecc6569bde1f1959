"""What is good about a change: what it brings that was not there, in plain sentences that name it."""

from __future__ import annotations

from collections.abc import Iterator

from curate.diversity.gained import gained_words
from curate.diversity.sample import SAMPLE_TOKENS, Sample
from curate.jobs.change import Change
from curate.jobs.check_figures import Figures
from curate.jobs.scan import Scan
from curate.jobs.summarise import amounts, merged_sample
from curate.rulebook.metrics import figure_of

NAMED = 8
LEAST_WORDS = 5  # rare words that came: any text of some pages brings one or two
LEAST_SHARE = 0.01  # of the new tokens: what is less may be a mistake about the language
LEAST_RECALL = 0.005


def praise_of(change: Change, sides: tuple[Figures | None, Figures | None]) -> tuple[str, ...]:
    """New languages and sources, rare words that were missing, a longer tail; () without a baseline or new rows.

    sides: figures of the baseline and of the whole, diversity at one size.
    """
    if change.scan is None or change.before is None:
        return ()
    found = [*_languages(change.scan, change.before), *_sources(change.scan, change.known_sources)]
    if change.known_sample is not None:
        found += _words(change.known_sample, merged_sample(change.scan.tasks))
    return (*found, *_recall(*sides))


def _languages(scan: Scan, before: Figures) -> Iterator[str]:
    there = before["languages"]
    least = LEAST_SHARE * scan.figures.tokens
    for code, amount in scan.figures.languages.items():
        if code != "und" and amount.tokens > least and not there.get(code, {}).get("tokens"):
            yield f"a language that was not there: {code} ({amount.documents:,} documents, {amount.tokens:,} tokens)"


def _sources(scan: Scan, known: frozenset[str] | None) -> Iterator[str]:
    """Only where a column names sources: a new file is no news."""
    if known is None or not scan.plan.columns.source:
        return
    for name, amount in list(amounts(scan.documents, "source").items())[:NAMED]:
        if name not in known:
            yield f"a source that was not there: {name} ({amount.documents:,} documents, {amount.tokens:,} tokens)"


def _words(before: Sample, new: Sample) -> Iterator[str]:
    among = " in a sample of a million tokens" if before.token_count >= SAMPLE_TOKENS else ""
    for one in gained_words(before, new, NAMED):
        if one.count >= LEAST_WORDS:
            more = ", …" if one.count > len(one.words) else ""
            yield f"{one.count:,} rare words ({one.language}) that were missing{among}: {', '.join(one.words)}{more}"


def _recall(before: Figures | None, whole: Figures | None) -> Iterator[str]:
    was, now = (figure_of(side, "diversity.tail_recall").value for side in (before, whole))
    if was is not None and now is not None and now - was >= LEAST_RECALL:
        yield f"a longer tail: {100 * now:.1f} % of the rare words that are expected, {100 * was:.1f} % before"
