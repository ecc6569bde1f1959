"""Which measures a scan runs; users ask for figures and rules, never for measures."""

from __future__ import annotations

import pickle
import threading

import pyarrow as pa

from curate.detect.judge import Judge
from curate.detect.score import MachineScore
from curate.kernels.compile import forget_compiled
from curate.measuring.counts import Fingerprint, Language, TextBytes, TokenCount
from curate.measuring.measure import Measure, annotate
from curate.measuring.quality import Quality
from curate.neardup.paragraphs import Paragraphs
from curate.neardup.signature import Signature
from curate.rulebook.patterns import Phrases
from curate.rulebook.rules import RuleBook


def scan_measures(detector: Judge, book: RuleBook, ngram_size: int, num_perm: int) -> tuple[Measure, ...]:
    """Everything a scan, a mix or a check reads from annotation files."""
    asked = any(rule.measure.startswith(f"{Quality.name}_") for rule in book.rules)
    return (
        TokenCount(),
        TextBytes(),
        Fingerprint(),
        Language(),
        MachineScore(detector),
        Signature(ngram_size, num_perm),
        Paragraphs(),
        *((Quality(),) if asked else ()),
        Phrases.of(book),
    )


_ran = threading.Event()  # kernels, once in this process


def compiling() -> str:
    """Message on a wait for kernels; "" where this process has run them."""
    return "" if _ran.is_set() else "compiling kernels (once on this machine)"


def compile_kernels(measures: tuple[Measure, ...]) -> None:
    """Run every measure once on a little text, so that kernels are compiled before workers start.

    Machine code that cannot be loaded (a cut file, another version's) is thrown away and compiled anew.
    """
    text = pa.array(["Kernels compile the first time that they see a text. 汉字也一样。", ""], pa.large_string())
    documents = pa.record_batch([text], ["text"])
    try:
        annotate(documents, measures)
    except (ImportError, EOFError, AttributeError, ValueError, pickle.UnpicklingError):  # what unpickling may raise
        forget_compiled()
        annotate(documents, measures)
    _ran.set()
