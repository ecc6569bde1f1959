"""Rounds of audits beside a mix: counted again, not bound by hash, since a round begins before its labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from curate.errors import VerdictError
from curate.jobs.mix.audit_rounds import FOLDER, note_of, rounds_drawn
from curate.mixing.certificate import Certificate
from curate.mixing.recheck import Finding

ROUND = re.compile(rf"{FOLDER}/round-(\d+)\.(jsonl?)")  # a note, and the labels that were given


def round_findings(certificate: Certificate, folder: Path, names: Iterable[str]) -> Iterator[Finding]:
    """Notes and labels of rounds that the certificate counts otherwise, or not at all; one round may be open.

    names: of all files of the mix, from its folder.
    """
    wanted = {_note(one.round): note_of(one.round, one.draws) for one in certificate.audits}
    free = {f"{FOLDER}/round-{one.round}.jsonl" for one in certificate.audits}  # counted again where they are there
    free |= set(open_note(certificate, folder))
    for name in sorted({name for name in names if ROUND.fullmatch(name)} | wanted.keys()):
        if name in wanted:
            if not _holds(folder / name, wanted[name]):
                yield Finding(f"files.{name}", wanted[name].decode().strip(), "another note of the round, or none")
        elif name not in free:
            yield Finding(f"files.{name}", None, "a round that the certificate does not count")


def open_note(certificate: Certificate, folder: Path) -> tuple[str, ...]:
    """Name of the note of the round that comes next, where it stands as curate writes one; else nothing."""
    number = len(certificate.audits) + 1
    try:
        draws = rounds_drawn(folder)[number]
    except (VerdictError, KeyError):
        return ()
    return (_note(number),) if _holds(folder / _note(number), note_of(number, draws)) else ()


def _holds(path: Path, content: bytes) -> bool:
    """Return whether a regular file holds just this; a large one is not read."""
    whole = path.is_file() and not path.is_symlink() and path.stat().st_size == len(content)
    return whole and path.read_bytes() == content


def _note(round: int) -> str:
    return f"{FOLDER}/round-{round}.json"
