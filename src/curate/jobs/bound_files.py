"""Every file of a mix beside its certificate: bound by hash when it is written, held to that when it is verified."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from curate.jobs.hashes import sha256
from curate.jobs.rounds import FOLDER
from curate.mixing.certificate import Certificate
from curate.mixing.recheck import Finding
from curate.report.card import dataset_card
from curate.report.croissant import croissant_text

CARD, CROISSANT, CERTIFICATE = "README.md", "croissant.json", "certificate.json"
DERIVED = (CARD, CROISSANT)  # say again what the certificate says
ROUND = re.compile(rf"{FOLDER}/round-\d+\.jsonl?")  # counted again, not bound: a round begins before its labels
OF_TOOLS = (".git", ".gitattributes", ".cache")  # a clone of the mix has these, and no loader reads them
PACKAGE = "corpus-curate"


def files_beside(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the data, the certificate and the rounds of audits, by its path from the folder."""
    return {name: sha256(folder / name) for name in sorted(_names(folder)) if _is_beside(name)}


def file_findings(certificate: Certificate, folder: Path) -> list[Finding]:
    """Files that the certificate does not name or names with other bytes, links, and texts that claim otherwise."""
    return [*_listed(certificate, folder), *_claims(certificate, folder)]


def claims_not_rechecked(certificate: Certificate) -> tuple[str, ...]:
    """Texts of another version of curate are held to their hash alone: their wording changes."""
    same = certificate.versions.get(PACKAGE) == version(PACKAGE)
    return () if same else tuple(f"files.{name}" for name in DERIVED)


def columns_of(croissant: str) -> list[tuple[str, str]]:
    """Names and types of the columns that croissant.json has. Raises ValueError, KeyError, TypeError for another."""
    found: dict[str, Any] = json.loads(croissant)
    columns = []
    for field in found.get("recordSet", [{"field": []}])[0]["field"]:
        extract = field["source"]["extract"]
        name = extract["column"] if "column" in extract else json.loads(extract["jsonPath"][2:-1])
        columns.append((str(name), str(field["dataType"])))
    return columns


def _names(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        here = Path(place).relative_to(folder)
        if here == Path():
            folders[:] = [name for name in folders if name not in OF_TOOLS]
            files = [name for name in files if name not in OF_TOOLS]
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from ((here / name).as_posix() for name in (*files, *links))


def _is_beside(name: str) -> bool:
    return name != CERTIFICATE and not name.startswith("data/") and not ROUND.fullmatch(name)


def _listed(certificate: Certificate, folder: Path) -> Iterator[Finding]:
    bound = certificate.files | {output.name: output.sha256 for output in certificate.outputs}
    there = set(_names(folder)) - {CERTIFICATE}
    for name in sorted(there | certificate.files.keys()):
        path = folder / name
        if path.is_symlink():
            yield Finding(f"files.{name}", bound.get(name), "a symbolic link")
        elif name not in there:
            yield Finding(f"files.{name}", bound[name], None)
        elif name not in bound and not ROUND.fullmatch(name):
            yield Finding(f"files.{name}", None, "a file that the certificate does not name")
        elif name in certificate.files and (found := sha256(path)) != bound[name]:
            yield Finding(f"files.{name}", bound[name], found)


def _claims(certificate: Certificate, folder: Path) -> Iterator[Finding]:
    """The dataset card and Croissant, written again from the certificate."""
    if claims_not_rechecked(certificate):
        return
    told = certificate.to_json()
    try:
        if (folder / CARD).read_text(encoding="utf-8") != dataset_card(told):
            yield Finding(f"files.{CARD}", "what the certificate says", "other claims")
        croissant = (folder / CROISSANT).read_text(encoding="utf-8")
        if croissant != croissant_text(told, columns_of(croissant)):
            yield Finding(f"files.{CROISSANT}", "what the certificate says", "other claims")
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        yield Finding("files", "texts of a mix", f"cannot be read: {error}")
