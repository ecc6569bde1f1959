"""Settled settings of a scan: what is measured and how, where it runs, and where each setting came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from curate.corpus.label_words import parse_label_map
from curate.corpus.remote.hidden import hide
from curate.corpus.turns import EVERY, SPEAKERS, TURNS, turns_of
from curate.errors import UsageError
from curate.mixing.request import MixRequest
from curate.neardup.bands import choose_bands
from curate.rulebook.read import read_rule_books
from curate.rulebook.rules import RuleBook
from curate.schema import TEXT_UNITS, Columns
from curate.settings import scan as settings
from curate.settings.mix import FORMAT, SHARD_SIZE


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """Everything a scan depends on. `origins` says of each setting: "flag", a file's name, or "default"."""

    paths: tuple[str, ...]
    output: Path | None = None  # the run folder; None: .curate/<input fingerprint>
    columns: Columns = field(default_factory=Columns)
    threshold: float = settings.THRESHOLD.value  # Jaccard similarity from which two documents are near-duplicates
    ngram_size: int = settings.NGRAM_SIZE.value
    num_perm: int = settings.NUM_PERM.value
    detector: Path | None = None  # None: the shipped one
    human_reference: tuple[str, ...] = ()  # human text of the corpus's own kind
    labels: Path | None = None  # documents that somebody has judged
    label_map: tuple[str, ...] = ()  # what words of labels mean, such as "gpt-4=machine"
    rules: tuple[Path, ...] = ()
    index: Path | None = None  # of corpora scanned before, to match this one with
    add_to_index: bool = True
    trusted: tuple[str, ...] | None = None  # kinds of what rows say of themselves that count; None: all
    follow_links: bool = False  # read links that lead out of the paths
    crosscheck: bool = False  # find the near-duplicates of a sample again, with other software
    index_corpora: int | None = None  # its first so many, as it was once; None: all that were there before this one
    confidence: float = settings.CONFIDENCE.value
    seed: int = settings.SEED.value
    workers: int = 1
    memory: int = settings.MEMORY.value  # bytes
    origins: dict[str, str] = field(default_factory=dict)
    book: RuleBook | None = field(default=None, compare=False, repr=False)  # of `rules`, where they have been read

    def rule_book(self) -> RuleBook:
        """The rule books, read once where `with_book` has made the plan. Raises UsageError."""
        return self.book or read_rule_books(self.rules)

    def with_book(self) -> ScanPlan:
        """The plan of a command that scans several times, with its rule books."""
        return replace(self, book=self.rule_book())

    def __post_init__(self) -> None:
        """Raises UsageError for settings that cannot be meant."""
        object.__setattr__(self, "paths", tuple(map(hide, self.paths)))  # what a plan says is written and shown
        object.__setattr__(self, "human_reference", tuple(map(hide, self.human_reference)))
        if not self.paths:
            raise UsageError("no path given", hint="curate scan FOLDER")
        parse_label_map(self.label_map)
        if (role := self.columns.role) not in ("", *SPEAKERS, EVERY):
            raise UsageError(f"is {role[:40]!r}, not assistant, user or all", where="--role", hint="--role assistant")
        if (unit := self.columns.txt) not in ("", *TEXT_UNITS):
            raise UsageError(f"is {unit[:40]!r}, not {', '.join(TEXT_UNITS)}", where="--txt", hint="--txt lines")
        check_turns(self.columns)
        settings.THRESHOLD.check(self.threshold)
        settings.NGRAM_SIZE.check(self.ngram_size)
        settings.NUM_PERM.check(self.num_perm)
        choose_bands(self.threshold, self.num_perm)  # so few slots may not do: say it before anything is read
        settings.CONFIDENCE.check(self.confidence)
        settings.NUM_PROC.check(self.workers)
        settings.MEMORY.check(self.memory)
        settings.MAX_DOCUMENT_SIZE.check(self.columns.longest)
        settings.check_seed(self.seed)


def check_turns(columns: Columns) -> None:
    """Check that a role and the text column choose turns of the same speakers. Raises UsageError."""
    role, chosen = columns.role, [found[0] for found in TURNS.finditer(columns.text)]
    if role and any(role == EVERY or turns_of(one)[1] != turns_of(f"[role={role}]")[1] for one in chosen):
        bare = TURNS.sub("", columns.text)
        raise UsageError(
            f"--role {role} and --text-column {columns.text} choose different turns",
            hint=f"--role {role} --text-column '{bare}', or the text column alone",
        )


@dataclass(frozen=True, slots=True)
class MixPlan:
    """A mix: what is scanned, what is asked of the mix, and where it is written (None: nowhere, a dry run)."""

    scan: ScanPlan
    request: MixRequest
    output: Path | None
    format: str = FORMAT.value
    part_bytes: int = SHARD_SIZE.value  # of text in one output file
    store: str = ""  # a place in a remote store, in place of output

    def __post_init__(self) -> None:
        """Raises UsageError for a form or a size that there is not."""
        FORMAT.check_choice(self.format)
        SHARD_SIZE.check(self.part_bytes)
