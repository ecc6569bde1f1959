"""The figures of a scan, as the public contract names them: `asdict` of a ScanFigures is scan.json."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from curate.corpus.doubled_keys import DoubledKeys
from curate.corpus.not_read import Tally
from curate.corpus.remote.hub_origins import HubOrigin
from curate.corpus.taken_columns import TakenColumns
from curate.detect.share import Share
from curate.detect.trend import Trend
from curate.diversity.figures import Diversity
from curate.jobs.scan.label_column import LabelColumn
from curate.jobs.scan.silent_chats import Turns
from curate.neardup.agreement import CrossCheck
from curate.rulebook.date_column import DateColumn
from curate.schema import Amount


@dataclass(frozen=True, slots=True)
class CorpusShare(Share):
    """The share of the whole corpus, and of its parts.

    by_month: of dated texts of unknown writers, by month ("2024-03") or, where that is too little text for an answer,
    by quarter ("2024-Q1") or year ("2024"); `trend` is through those with an answer. placebo_by_year: what texts of
    before chat models read as, beside the others of them: 0 is the truth. by_length: in tokens ("60-149"), of documents
    long enough for a score. parts: how many languages, sources and months there are in all; of languages and sources
    those with most tokens are listed.
    """

    by_language: dict[str, Share] = field(default_factory=dict)
    by_source: dict[str, Share] = field(default_factory=dict)
    by_month: dict[str, Share] = field(default_factory=dict)
    trend: Trend | None = None
    placebo_by_year: dict[str, Share] = field(default_factory=dict)
    by_length: dict[str, Share] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LargeCluster:
    """A cluster by its representative's id."""

    id: str
    documents: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """Members of clusters beside the representatives; across_sources: those whose representative has another."""

    documents: int
    token_share: float  # of all tokens of the corpus
    across_sources: int


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document of the index by its id and source, and how many of this corpus are copies of it."""

    id: str
    source: str
    documents: int


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """A corpus beside those that the index had before it: `documents` = exact + near ones are copies.

    corpora, texts: what there was to compare with; new_texts: distinct texts of this corpus that it did not have.
    """

    corpora: int
    texts: int
    documents: int
    exact: int
    near: int
    token_share: float
    new_texts: int
    largest: tuple[IndexedDocument, ...]


@dataclass(frozen=True, slots=True)
class DuplicateFigures:
    """`documents` counts all members; `token_share` is what lies outside the representatives, of all tokens.

    documents = clusters + exact.documents + near.documents; `exact` has the very text of another document.
    """

    clusters: int
    documents: int
    token_share: float
    largest: tuple[LargeCluster, ...]
    exact: Repeats
    near: Repeats
    paragraph_token_share: float  # of all tokens: in paragraphs that documents outside the cluster have too
    index: IndexFigures | None = None  # with --index only


@dataclass(frozen=True, slots=True)
class ScanFigures:
    """The whole of scan.json."""

    version: int
    documents: int
    tokens: int
    bytes: int  # UTF-8 bytes of the texts
    files: int
    quarantined: int  # rows and files that could not be read
    mostly_quarantined: tuple[str, ...]  # files of which most rows are there, a sentence each
    lost_files: tuple[str, ...]  # damaged files of which all is lost, or all from some row on, a sentence each
    mended: int  # lines that are read without bytes that are no part of a row
    languages: dict[str, Amount]
    machine_share: CorpusShare
    duplicates: DuplicateFigures
    diversity: Diversity
    rules: dict[str, int]  # documents in which each rule fires
    books: dict[str, int]  # documents that a rule of each book says to remove
    unread: Tally  # files among the data that look like data and that nobody reads
    left_out: Tally  # files that would count twice, or that curate wrote
    columns: tuple[TakenColumns, ...]  # taken of which files, and why
    labels: LabelColumn | None = None  # how the words of the label column were read
    dates: tuple[DateColumn, ...] = ()  # columns that were looked at for dates, and how each was read
    without_effect: tuple[str, ...] = ()  # settings that changed nothing, a sentence each
    nothing_to_do: tuple[str, ...] = ()  # settings that found nothing to do, a sentence each
    doubled_keys: DoubledKeys = DoubledKeys()  # noqa: RUF009 - frozen
    turns: Turns | None = None  # chats of which only some turns were asked for
    reference_columns: tuple[TakenColumns, ...] = ()  # of the files of --human-reference
    crosscheck: CrossCheck | None = None  # with --crosscheck only
    hub: tuple[HubOrigin, ...] = ()  # data sets of the Hub that were read, each at its commit

    def to_json(self) -> dict[str, object]:
        """Plain values for `json.dumps`."""
        return asdict(self)
