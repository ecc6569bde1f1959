"""Certificate of a mix: its promise and what it rests on, as certificate.json; recheck verifies it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from curate.errors import VerdictError
from curate.mixing.audits import Audit
from curate.mixing.decode import decode
from curate.mixing.guarantee import DetectedBound, guarantee
from curate.mixing.request import exact_ratio
from curate.schema import Amount
from curate.visible import printable_json

VERSION = 1
WORDING = 3  # of basis, card and Croissant, and what scores: raise it when a mix of before says it otherwise


@dataclass(frozen=True, slots=True)
class Input:
    """One file that was read; `fingerprint` of its whole content."""

    name: str
    fingerprint: str
    text_bytes: int


@dataclass(frozen=True, slots=True)
class Output:
    """One file that was written; `name` relative to the folder of the certificate, `sha256` in hex."""

    name: str
    sha256: str
    documents: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Setting:
    """A settled setting and where it came from: "flag", a file's name, "default"."""

    value: str | int | float | bool | tuple[str, ...] | None
    origin: str


@dataclass(frozen=True, slots=True)
class Tails:
    """Diversity of the corpus and of the mix, by figure, at `tokens` tokens of each.

    `interval` holds the loss with 95 %; None where too few documents are there to say.
    """

    tokens: int
    corpus: dict[str, float]
    mix: dict[str, float]
    interval: tuple[float, ...] | None

    @property
    def figure(self) -> str:
        """Figure that measures the tail: rare words of a human reference, or without one words that occur once."""
        return "tail_recall" if "tail_recall" in self.corpus else "singleton_mass"

    @property
    def loss(self) -> float:
        """Part of the corpus's tail that the mix lacks; below 0 where it has more."""
        before = self.corpus[self.figure]
        return 1 - self.mix[self.figure] / before if before else 0.0

    def keeps(self, most: float) -> bool:
        """Return whether all that the loss may be is within `most`."""
        return self.interval is not None and self.interval[-1] <= most


@dataclass(frozen=True, slots=True)
class Certificate:
    """certificate.json, field by field.

    `human_ratio` was asked for, `bound` (rounded down) is what is proved of the tokens written. `removed` counts
    documents by kind of reason. `detected` is null where no score counted or could count, `tails` where the mix is too
    small to say.
    """

    version: int
    human_ratio: float
    confidence: float
    evidence: str
    guarantee: str
    bound: float
    basis: tuple[str, ...]
    documents: int
    tokens: int
    tokens_by_class: dict[str, int]
    human_tokens_at_least: int
    detected: DetectedBound | None
    removed: dict[str, int]
    languages: dict[str, Amount]
    sources: dict[str, Amount]
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    settings: dict[str, Setting]
    rules: str  # fingerprint of the rule books
    detector: str  # fingerprint of the detector
    versions: dict[str, str]
    tails: Tails | None = None
    audits: tuple[Audit, ...] = ()  # rounds of labels, each kept
    files: dict[str, str] = field(default_factory=dict)  # SHA-256 of every other file, by its path

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`."""
        return asdict(self)


def certificate_text(certificate: Certificate) -> str:
    """The bytes of certificate.json, as text."""
    return printable_json(json.dumps(certificate.to_json(), indent=2, ensure_ascii=False, sort_keys=True)) + "\n"


def digest(certificate: Certificate) -> str:
    """SHA-256, hex, of the canonical JSON: what is published, so that nobody can edit the file unseen."""
    return hashlib.sha256(_canonical(certificate.to_json()).encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def with_audits(certificate: Certificate, audits: tuple[Audit, ...]) -> Certificate:
    """The certificate with these rounds and no others; what it promises follows. Its tokens by class stay."""
    promise = guarantee(
        certificate.tokens_by_class,
        exact_ratio(certificate.human_ratio),
        confidence=certificate.confidence,
        detected=certificate.detected,
        audits=audits,
    )
    return replace(
        certificate,
        evidence=promise.evidence,
        guarantee=promise.guarantee,
        bound=promise.bound,
        basis=promise.basis,
        human_tokens_at_least=promise.human_tokens,
        audits=audits,
    )


def parse_certificate(text: str, *, where: str = "certificate.json") -> Certificate:
    """The certificate in a file; raises VerdictError for anything that is not one, to the last key and type."""
    try:
        return _exactly(_known(json.loads(text, object_pairs_hook=_no_key_twice)))
    except (ValueError, RecursionError) as error:
        raise VerdictError(
            f"not a certificate: {error}", where=where, hint="fetch the file again, or mix again"
        ) from error


def _exactly(found: Any) -> Certificate:
    certificate = decode(Certificate, found)
    if _canonical(found) != _canonical(certificate.to_json()):
        raise ValueError("a number is not written as curate writes it")
    return certificate


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _known(found: Any) -> Any:
    if isinstance(found, dict) and found.get("version", VERSION) != VERSION:
        raise ValueError(f"version {found['version']!r} is not known, {VERSION} is")
    return found
