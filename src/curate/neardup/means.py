"""Where grouping works: what it may use of the machine, never what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from curate.engines.engine import Engine
from curate.engines.local import Serial


@dataclass(frozen=True, slots=True)
class Means:
    """Threads, memory and disk.

    memory: bytes for what does not grow with the corpus, band keys and n-grams in turn; folder: where the keys that
    do not fit lie meanwhile, None for the system's own.
    """

    engine: Engine = field(default_factory=Serial)
    memory: int = 512 << 20
    folder: Path | None = None
