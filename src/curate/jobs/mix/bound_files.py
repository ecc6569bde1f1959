"""Every file of a mix beside its certificate: bound by hash when it is written, held to that when it is verified."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq

from curate.amounts import counted
from curate.corpus.whole_text import read_text
from curate.jobs.mix.audit_rounds import POOL
from curate.jobs.mix.bound_rounds import ROUND, open_note, round_findings
from curate.jobs.mix.croissant_columns import columns_of, croissant_columns
from curate.jobs.run.file_hash import sha256
from curate.mixing.certificate import WORDING, Certificate
from curate.mixing.recheck import Finding
from curate.report.card import dataset_card
from curate.report.croissant import croissant_text

CARD, CROISSANT, CERTIFICATE = "README.md", "croissant.json", "certificate.json"
DERIVED = (CARD, CROISSANT)  # say again what the certificate says
RULES, REMOVED, CONFLICTS, EXCLUDED = "rules.json", "removed.parquet", "conflicts.parquet", "excluded.parquet"
ALWAYS = frozenset({*DERIVED, RULES, REMOVED, CONFLICTS})  # in every mix
TRUSTED = (REMOVED, CONFLICTS, EXCLUDED)  # of the rows in these only reasons are counted
LINES = f"{CROISSANT}.recordSet"  # columns of lines, which have no types of their own
OF_GIT = (".git", ".gitattributes")  # a clone of the mix has these, and no loader reads them
OF_HUB = ".cache/huggingface"  # a download from the Hub has it: records of what was fetched, and no text
_RECORD = re.compile(
    rf"{re.escape(OF_HUB)}/(\.gitignore(\.lock)?|CACHEDIR\.TAG|(download|upload)/.+\.(metadata|lock|incomplete))"
)
PACKAGE = "corpus-curate"
UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, pa.ArrowException)
DESCRIBES = re.compile(r"(license|language|annotations_creators|task_categories|size_categories|tags): \S")


def files_beside(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the data, the certificate and the rounds of audits, by its path from the folder."""
    return {name: sha256(folder / name) for name in sorted(_names(folder)) if _is_beside(name)}


def file_findings(certificate: Certificate, folder: Path) -> list[Finding]:
    """Files that the certificate does not name or names with other bytes, links, and texts that claim otherwise.

    What git and the Hub's client keep beside a mix is left out: `not_bound` names it.
    """
    found = [*_listed(certificate, folder), *_named(certificate), *round_findings(certificate, folder, _names(folder))]
    return [*found, *_claims(certificate, folder)]


def not_bound(certificate: Certificate, folder: Path) -> tuple[str, ...]:
    """Files of other tools beside a mix, which are not compared, and the note of a round that has no labels yet."""
    found = [name for name in OF_GIT if os.path.lexists(folder / name)]
    records = sum(_is_record(folder, name) for name in _names(folder))
    kept = [f"{OF_HUB} ({counted(records, 'file')})"] if records else []
    return (*found, *kept, *open_note(certificate, folder))


def claims_not_rechecked(certificate: Certificate, folder: Path) -> tuple[str, ...]:
    """Files of which not everything is recomputed, and texts that another version of curate words otherwise.

    What loaders read of them is recomputed all the same; their other claims are held to their hash alone.
    """
    told = [f"files.{name}" for name in TRUSTED if name in certificate.files]
    told += [] if _tables(certificate) else [f"files.{LINES}"]
    return (*told, *_of_other_words(certificate, folder))


def _of_other_words(certificate: Certificate, folder: Path) -> tuple[str, ...]:
    if not is_of_other_version(certificate):
        return ()
    try:
        unlike = [claim.name for claim in _written_again(certificate, folder) if claim.there != claim.again]
    except UNREADABLE:
        unlike = list(DERIVED)  # which is a finding too
    return tuple(f"files.{name}" for name in unlike)


def _names(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        here = Path(place).relative_to(folder)
        if here == Path():
            folders[:] = [name for name in folders if name not in OF_GIT]
            files = [name for name in files if name not in OF_GIT]
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from ((here / name).as_posix() for name in (*files, *links))


def _is_beside(name: str) -> bool:
    return name != CERTIFICATE and not name.startswith("data/") and not ROUND.fullmatch(name)


def _listed(certificate: Certificate, folder: Path) -> Iterator[Finding]:
    bound = certificate.files | {output.name: output.sha256 for output in certificate.outputs}
    there = {name for name in _names(folder) if not _is_record(folder, name)} - {CERTIFICATE}
    if (folder / CERTIFICATE).is_symlink():
        yield Finding(f"files.{CERTIFICATE}", None, "a symbolic link")
    for name in sorted(there | certificate.files.keys()):
        path = folder / name
        if path.is_symlink():
            yield Finding(f"files.{name}", bound.get(name), "a symbolic link")
        elif name not in there:
            yield Finding(f"files.{name}", bound[name], None)
        elif not path.is_file():
            yield Finding(f"files.{name}", bound.get(name), "no regular file")
        elif name not in bound and not ROUND.fullmatch(name):
            yield Finding(f"files.{name}", None, "a file that the certificate does not name")
        elif name in certificate.files and (found := sha256(path)) != bound[name]:
            yield Finding(f"files.{name}", bound[name], found)


def _named(certificate: Certificate) -> Iterator[Finding]:
    """Names that the certificate binds and no mix holds, and those that every mix holds and it does not bind."""
    labels = PurePosixPath(POOL) if certificate.detected and certificate.detected.labels else None
    for name in sorted(certificate.files.keys() - ALWAYS - {EXCLUDED}):
        if PurePosixPath(name).with_suffix("") != labels:
            yield Finding(f"files.{name}", certificate.files[name], "no file of a mix")
    for name in sorted(ALWAYS - certificate.files.keys()):
        yield Finding(f"files.{name}", None, "a file of every mix, which the certificate does not bind")


def _is_record(folder: Path, name: str) -> bool:
    return bool(_RECORD.fullmatch(name)) and not (folder / name).is_symlink()


def is_of_other_version(certificate: Certificate) -> bool:
    """Return whether another version of curate wrote it, in other words and perhaps by another shipped detector."""
    wording = certificate.settings.get("wording")
    return wording is None or wording.value != WORDING or certificate.versions.get(PACKAGE) != version(PACKAGE)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A text beside the data as it stands there, and written again. `loaded`: what of it loaders read."""

    name: str
    there: str
    again: str
    loaded: Callable[[str], object]


def _written_again(certificate: Certificate, folder: Path) -> Iterator[_Claim]:
    """Raises what reading hostile texts raises."""
    told = certificate.to_json()
    yield _Claim(CARD, read_text(folder / CARD), dataset_card(told), _front_matter)
    croissant = read_text(folder / CROISSANT)
    again = croissant_text(told, _columns_there(certificate, folder) or columns_of(croissant))
    yield _Claim(CROISSANT, croissant, again, _found_by_loaders)


def _columns_there(certificate: Certificate, folder: Path) -> list[tuple[str, str]]:
    """Columns of the written tables; none of lines, which have no types of their own."""
    tables = _tables(certificate)
    return croissant_columns(pq.read_schema(folder / tables[0])) if tables else []


def _tables(certificate: Certificate) -> list[str]:
    return [output.name for output in certificate.outputs if output.name.endswith(".parquet")]


def _front_matter(card: str) -> list[str]:
    """Lines of the front matter but for those that only describe: where a loader finds what data, above all."""
    head = card.split("\n---\n", 1)[0].splitlines()
    return [line for line in head if not DESCRIBES.match(line)]


def _found_by_loaders(croissant: str) -> object:
    found = json.loads(croissant)
    return found["distribution"], found.get("recordSet")


def _claims(certificate: Certificate, folder: Path) -> Iterator[Finding]:
    """The dataset card and Croissant, written again from the certificate; of another version what loaders read."""
    try:
        for claim in _written_again(certificate, folder):
            if claim.there == claim.again:
                continue
            if not is_of_other_version(certificate):
                yield Finding(f"files.{claim.name}", "what the certificate says", "other claims")
            elif claim.loaded(claim.there) != claim.loaded(claim.again):
                yield Finding(f"files.{claim.name}", "what the certificate says", "other data for loaders")
    except UNREADABLE as error:
        yield Finding("files", "texts of a mix", f"cannot be read: {error}")
