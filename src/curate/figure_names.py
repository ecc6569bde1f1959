"""Names of figures: one table for reports in the terminal, in Markdown and for gates, and for docs/figures.md.

Keys are those of `scan --json`, dotted. A figure has the same name wherever people read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FigureName:
    """Name of a figure, its unit ("" for a plain number), and a clause on its meaning."""

    name: str
    unit: str
    meaning: str


SHARE, DOCUMENTS, TOKENS = "share", "documents", "tokens"
_READS = "if machine text here is of kinds that the calibration knows"
_AT_MOST = "bounded only by labels, dates or declarations"
NAMES: Mapping[str, FigureName] = {
    "documents": FigureName("documents", DOCUMENTS, "texts that were read"),
    "tokens": FigureName("tokens", TOKENS, "words, numbers, marks; in Chinese and Japanese characters"),
    "bytes": FigureName("bytes", "bytes", "size of the texts in UTF-8"),
    "files": FigureName("files", "files", "files that were read"),
    "quarantined": FigureName(
        "rows and files that cannot be read",
        "rows",
        "quarantine.jsonl lists them; of too many the first, and how many more",
    ),
    "machine_share.low": FigureName("machine-written, at least", SHARE, "whatever wrote it"),
    "machine_share.estimate": FigureName("machine-written, about", SHARE, "where evidence bounds both sides"),
    "machine_share.high": FigureName("machine-written, at most", SHARE, _AT_MOST),
    "machine_share.if_known_kinds.low": FigureName("reads as machine-written, at least", SHARE, _READS),
    "machine_share.if_known_kinds.estimate": FigureName("reads as machine-written, about", SHARE, _READS),
    "machine_share.if_known_kinds.high": FigureName("reads as machine-written, at most", SHARE, _READS),
    "machine_share.placebo": FigureName(
        "known human text that reads as machine-written", SHARE, "should be 0: the share of text known to be human"
    ),
    "duplicates.clusters": FigureName("near-duplicate clusters", "clusters", "groups of near-duplicates"),
    "duplicates.documents": FigureName("documents in clusters", DOCUMENTS, "members of all clusters"),
    "duplicates.token_share": FigureName(
        "tokens that repeat another document", SHARE, "near-duplicates without one document of each cluster"
    ),
    "duplicates.paragraph_token_share": FigureName(
        "tokens in repeated paragraphs", SHARE, "paragraphs that documents of other clusters contain too"
    ),
    "duplicates.index.token_share": FigureName(
        "tokens that repeat what is there already", SHARE, "copies of documents in the index or the baseline"
    ),
    "diversity.tail_recall": FigureName("rare words found", SHARE, "of those that the reference expects"),
    "diversity.singleton_mass": FigureName("words that occur once", SHARE, "of the tokens"),
    "diversity.singleton_pairs": FigureName("pairs that occur once", SHARE, "of the pairs of words"),
    "diversity.coverage": FigureName("vocabulary coverage", SHARE, "chance that the next word is known (Good-Turing)"),
    "diversity.effective_vocabulary": FigureName(
        "effective vocabulary", "words", "equally frequent words (Hill number, q = 1)"
    ),
    "diversity.common_vocabulary": FigureName(
        "effective common words", "words", "equally frequent words (Hill number, q = 2)"
    ),
    "diversity.effective_bigrams": FigureName(
        "effective word pairs", "pairs", "equally frequent pairs (Hill number, q = 1)"
    ),
    "diversity.repeated_4gram_share": FigureName("repeated 4-grams", SHARE, "that another document contains too"),
    "diversity.compression_ratio": FigureName("compression ratio", "", "bytes of text per byte compressed by zlib"),
    "diversity.predictable_share": FigureName(
        "predictable documents", SHARE, "as easy to predict as the easiest tenth of the reference"
    ),
    "removed.token_share": FigureName("tokens that are removed", SHARE, "of the baseline's tokens"),
    "removed.human.token_share": FigureName(
        "tokens declared human that are removed", SHARE, "of the baseline's tokens declared human"
    ),
    "removed.worst_source.token_share": FigureName(
        "tokens of the source that loses most", SHARE, "of that source's tokens in the baseline"
    ),
    "removed.worst_language.token_share": FigureName(
        "tokens of the language that loses most", SHARE, "of that language's tokens in the baseline"
    ),
}


def name_of(key: str) -> str:
    """Name of the figure of a dotted key. Raises KeyError for a figure without a name."""
    return NAMES[key].name


def diversity_name(key: str) -> FigureName:
    """The name of a figure of diversity, by its last key: "coverage"."""
    return NAMES[f"diversity.{key}"]
