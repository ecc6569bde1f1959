"""Keep language-model training data human enough to train on. Names load what they need when first used (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curate.errors import CurateError
    from curate.jobs.check.job import CheckPlan, check
    from curate.jobs.mix.job import mix
    from curate.jobs.run.plan import MixPlan, ScanPlan
    from curate.jobs.run.progress import finish
    from curate.jobs.scan.job import scan
    from curate.jobs.verify.job import verify
    from curate.measuring.measure import annotate
    from curate.mixing.request import MixRequest

_HOMES = {
    "CheckPlan": "curate.jobs.check.job",
    "CurateError": "curate.errors",
    "MixPlan": "curate.jobs.run.plan",
    "MixRequest": "curate.mixing.request",
    "ScanPlan": "curate.jobs.run.plan",
    "annotate": "curate.measuring.measure",
    "check": "curate.jobs.check.job",
    "finish": "curate.jobs.run.progress",
    "mix": "curate.jobs.mix.job",
    "scan": "curate.jobs.scan.job",
    "verify": "curate.jobs.verify.job",
}

__all__ = [
    "CheckPlan", "CurateError", "MixPlan", "MixRequest", "ScanPlan", "annotate", "check", "finish", "mix", "scan",
    "verify",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """The public name, from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'curate' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
