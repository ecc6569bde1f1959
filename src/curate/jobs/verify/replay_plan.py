"""Plan of a mix read back from its certificate, with its inputs where they are now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.corpus.taken_columns import ROLES
from curate.corpus.turns import EVERY
from curate.errors import UsageError, VerdictError
from curate.jobs.mix.audit_rounds import POOL
from curate.jobs.run.plan import MixPlan, ScanPlan
from curate.measuring.units import BYTES
from curate.memory import share
from curate.mixing.certificate import Certificate, Setting
from curate.mixing.request import MixRequest
from curate.schema import LONGEST, TEXT_UNITS, Columns

SCANNED = ("threshold", "ngram_size", "num_perm", "confidence", "seed")
ASKED = ("human_ratio", "budget", "trust", "confidence", "seed", "keep", "weights", "temperature", "max_repeat")


@dataclass(frozen=True, slots=True)
class Sources:
    """Inputs of a mix, where they are now; a certificate knows names, not places."""

    paths: tuple[str, ...]
    rules: tuple[Path, ...] = ()
    exclude: tuple[str, ...] = ()
    index: Path | None = None
    follow_links: bool = False


def names_of(setting: Setting | None) -> tuple[str, ...]:
    return setting.value if setting and isinstance(setting.value, tuple) else ()


def plan_of(
    certificate: Certificate, folder: Path, sources: Sources, detector: Path | None, tokenizer: str, workers: int
) -> MixPlan:
    """The plan that wrote the mix. Raises UsageError where sources of it are missing, VerdictError for no settings."""
    told = {name: setting.value for name, setting in certificate.settings.items()}
    _check_given(told, sources)
    try:
        return MixPlan(
            ScanPlan(
                sources.paths,
                columns=_columns(told),
                detector=detector,
                labels=_labels(certificate, folder),
                rules=sources.rules,
                label_map=names_of(certificate.settings.get("label_map")),
                index=sources.index,
                add_to_index=False,
                follow_links=sources.follow_links,
                index_corpora=len(names_of(certificate.settings.get("index"))) or None,
                workers=workers,
                memory=share(1),
                **_settings(told, SCANNED),
            ),
            MixRequest(
                exclude=sources.exclude,
                tokenizer=BYTES if told["tokenizer"] == BYTES else tokenizer,
                drop_column=names_of(certificate.settings.get("drop_column")),
                **_settings(told, ASKED),
            ),
            None,
        )
    except (KeyError, TypeError, ValueError, AttributeError, UsageError) as error:
        said = f"its settings are not those of a mix: {error}"
        raise VerdictError(said, where="certificate.json", hint="fetch the file again") from error


def _check_given(told: dict[str, Any], sources: Sources) -> None:
    for name in ("rules", "exclude", "index"):
        if told.get(name) and not getattr(sources, name):
            raise UsageError(f"was mixed with --{name}", where="--inputs", hint=f"give --{name} as `mix` had it")


def _settings(told: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: told[name] for name in names}


def _columns(told: dict[str, Any]) -> Columns:
    names = [told[f"{role}_column"] for role in ROLES]
    if not all(isinstance(name, str) for name in names):
        raise TypeError("a column has no name")
    text, id, source, label, date = names
    longest = told.get("max_document_size", LONGEST)  # older certificates do not say it
    if not isinstance(longest, int):
        raise TypeError("a size is no number")
    role = told.get("role", EVERY)  # older certificates say it where one was asked for, and judged all turns elsewhere
    if not isinstance(role, str):
        raise TypeError("a role has no name")
    txt = told.get("txt", "")
    if txt not in ("", *TEXT_UNITS):
        raise TypeError("plain text has no unit of that name")
    return Columns(text, id, source, label, date, longest=longest, role=role, txt=txt)


def _labels(certificate: Certificate, folder: Path) -> Path | None:
    """Labels that the threshold rests on, which the mix keeps."""
    bound = certificate.detected
    if bound is None or not bound.labels:
        return None
    return next(iter(sorted((folder / POOL).parent.glob(f"{POOL.name}.*"))), None)
