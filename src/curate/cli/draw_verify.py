"""Report of a verification in the terminal."""

from __future__ import annotations

import re

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from curate.amounts import at_least
from curate.cli.draw_mix import promise_name, turns_of_chats
from curate.cli.plain import visible
from curate.jobs.mix.bound_files import DERIVED, PACKAGE
from curate.jobs.verify.job import Verification
from curate.mixing.guarantee import CONDITIONAL
from curate.mixing.recheck import BASIS, INPUTS

SHOWN = 20
_OF_PARQUET = re.compile(rf"{INPUTS}\..+\.parquet\.fingerprint", re.IGNORECASE | re.DOTALL)
_SAME_NAMES = (
    "The names are the same. Of Parquet in a store the fingerprint includes the address: the same bytes at another "
    "address, or in a folder, differ. Give --inputs the place that the mix was made from."
)


def draw_verify(console: Console, result: Verification) -> None:
    """One sentence if the certificate holds, every difference if it does not."""
    if result.is_unknown and not result.findings:
        console.print(Text(_other_detector(result), "bold yellow", overflow="fold"))
    elif result.holds:
        _holds(console, result)
    else:
        _fails(console, result)
    console.print(Text(f"digest {result.digest}", "dim", overflow="fold"))
    left = "bound by the digest" if result.pinned else "taken on trust"
    console.print(Text(f"{left}, not recomputed: {', '.join(result.not_rechecked)}", "dim", overflow="fold"))
    if result.not_bound:
        told = f"no part of the mix, and not looked at: {', '.join(result.not_bound)}"
        console.print(Text(told, "dim", overflow="fold"))


def _holds(console: Console, result: Verification) -> None:
    promise = result.certificate
    console.print(
        Text.assemble(
            ("the certificate holds", "bold green"),
            f": {promise.documents:,} documents, {promise.tokens:,} tokens, at least "
            f"{at_least(promise.bound)} human, {promise_name(promise)}"
            f"{'' if result.pinned else '; that proves consistency, not origin: pin it with --digest'}",
        )
    )
    if promise.guarantee == CONDITIONAL and BASIS not in result.not_rechecked:
        console.print(Text(visible(promise.basis[0]), "bold yellow"))
    if not {BASIS, "detector", "rules"}.isdisjoint(result.not_rechecked):
        console.print(Padding(Text(_other_words(result), "yellow", overflow="fold"), (0, 0, 0, 2), expand=False))
    for told in turns_of_chats(promise):
        console.print(Padding(Text(told, "dim"), (0, 0, 0, 2), expand=False))
    _unread_pages(console, result)


def _fails(console: Console, result: Verification) -> None:
    console.print(Text.assemble((_verdict(result), "bold red"), f": {_differences(len(result.findings))}"))
    for finding in result.findings[:SHOWN]:
        line = f"{finding.field}: certified {finding.certified!r}, found {finding.found!r}"
        console.print(Padding(Text(visible(line), overflow="fold"), (0, 0, 0, 2), expand=False))
    if len(result.findings) > SHOWN:
        more = f"and {len(result.findings) - SHOWN} more; --json lists all"
        console.print(Padding(Text(more), (0, 0, 0, 2), expand=False))
    if _only_places(result):
        console.print(Padding(Text(_SAME_NAMES, "yellow"), (0, 0, 0, 2), expand=False))


def _writer(result: Verification) -> str:
    return visible(result.certificate.versions.get(PACKAGE, "of an unknown number")[:40])


def _other_detector(result: Verification) -> str:
    return (
        f"cannot be verified: version {_writer(result)} of curate wrote this mix, with a detector that this version "
        "does not have, and the bound rests on its scores; mix again, or verify with that version"
    )


def _other_words(result: Verification) -> str:
    """Name what is not recomputed of a mix that another version wrote."""
    words = ["sentences of the basis, which it words otherwise"] if BASIS in result.not_rechecked else []
    words += ["decisions of its built-in rules, which are others now"] * ("rules" in result.not_rechecked)
    words += ["which texts are kept, as this version decides otherwise"] * ("values" in result.not_rechecked)
    words += ["scores, as it had another detector; the bound does not rest on them"] * (
        "detector" in result.not_rechecked
    )
    return f"written by another version of curate ({_writer(result)}); NOT recomputed: {' and '.join(words)}"


def _unread_pages(console: Console, result: Verification) -> None:
    """Say at once what another version of curate wrote and this one could not recompute."""
    pages = [name for name in DERIVED if f"files.{name}" in result.not_rechecked]
    if not pages:
        return
    wrote = _writer(result)
    rest = "bound by the digest alone" if result.pinned else "taken on trust"
    line = f"NOT recomputed: {' and '.join(pages)}, as curate {wrote} words them otherwise; their figures are {rest}"
    console.print(Padding(Text(line, "yellow", overflow="fold"), (0, 0, 0, 2), expand=False))


def _verdict(result: Verification) -> str:
    if all(finding.field.split(".")[0] == INPUTS for finding in result.findings):
        return "these are not the inputs of this mix"
    return "the certificate is broken"


def _only_places(result: Verification) -> bool:
    """Return whether all that differs are fingerprints of Parquet files of the same names."""
    return all(_OF_PARQUET.fullmatch(finding.field) for finding in result.findings)


def _differences(count: int) -> str:
    return f"{count} difference{'s' if count > 1 else ''}"
