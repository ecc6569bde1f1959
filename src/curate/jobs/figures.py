"""The figures of a scan, as the public contract names them: `asdict` of a ScanFigures is scan.json."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Amount:
    """Documents and tokens of a language or a source."""

    documents: int
    tokens: int


@dataclass(frozen=True, slots=True)
class ShareFigure:
    """How much is machine-written. `estimate` is null under the verdict cannot-tell; low and high always hold."""

    verdict: str  # "estimated" | "at-least" | "cannot-tell"
    estimate: float | None
    low: float
    high: float
    confidence: float
    unit: str  # "tokens"
    evidence: str  # "detected" | "reference" | "audited"
    reasons: tuple[str, ...]
    placebo: float | None


@dataclass(frozen=True, slots=True)
class CorpusShare(ShareFigure):
    """The share of the whole corpus, and of its parts."""

    by_language: dict[str, ShareFigure] = field(default_factory=dict)
    by_source: dict[str, ShareFigure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LargeCluster:
    """A cluster by its representative's id."""

    id: str
    documents: int


@dataclass(frozen=True, slots=True)
class DuplicateFigures:
    """`documents` counts all members; `token_share` is what lies outside the representatives, of all tokens."""

    clusters: int
    documents: int
    token_share: float
    largest: tuple[LargeCluster, ...]


@dataclass(frozen=True, slots=True)
class DiversityFigures:
    """See diversity.figures; null where the sample is too small. `intervals` are 95 %, `tokens` their size."""

    tail_recall: float | None
    singleton_mass: float | None
    coverage: float | None
    effective_vocabulary: float | None
    effective_bigrams: float | None
    repeated_4gram_share: float | None
    compression_ratio: float | None
    predictable_share: float | None
    tokens: int
    intervals: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class ScanFigures:
    """The whole of scan.json."""

    version: int
    documents: int
    tokens: int
    bytes: int  # UTF-8 bytes of the texts
    files: int
    quarantined: int  # rows and files that could not be read
    languages: dict[str, Amount]
    machine_share: CorpusShare
    duplicates: DuplicateFigures
    diversity: DiversityFigures
    rules: dict[str, int]  # documents in which each rule fires

    def to_json(self) -> dict[str, object]:
        """Plain values for `json.dumps`."""
        return asdict(self)
