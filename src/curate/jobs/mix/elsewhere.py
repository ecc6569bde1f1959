"""A mix in a remote store: made on this disk first, then sent, the certificate last; all of it or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from curate.corpus.held_folders import scratch_folder
from curate.corpus.owned import refuse_link
from curate.corpus.remote.hidden import hide
from curate.corpus.remote.target import Target, target_of
from curate.corpus.write import RUNS
from curate.errors import CurateError, MachineError, UsageError
from curate.jobs.mix.bound_files import CERTIFICATE
from curate.jobs.mix.job import Mix, mix
from curate.jobs.run.discovery import Looking
from curate.jobs.run.file_hash import sha256
from curate.jobs.run.plan import MixPlan
from curate.jobs.run.progress import Job, Progress
from curate.mixing.certificate import Certificate

_SENDING = "sending-"


def mix_to_store(plan: MixPlan, looking: Looking | None = None) -> Job[Mix]:
    """Write a mix to the plan's place in a store.

    Raises what `mix` raises, UsageError where something is there already, and where sending fails the error of the
    store, which names a folder of this disk with the whole mix.
    """
    target = target_of(plan.store)
    _check_apart(plan.store, plan.scan.paths)
    target.check()
    refuse_link(Path(RUNS))
    with scratch_folder(Path(RUNS), _SENDING) as folder:
        made = folder / "mix"
        result = yield from mix(replace(plan, output=made), looking)
        try:
            yield from _sent(made, result.certificate, target)
        except CurateError as error:
            raise _kept(made, error) from error
    return replace(result, output=target.written())


def _sent(folder: Path, certificate: Certificate, target: Target) -> Job[None]:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = {name: folder / name for name in names}
    bound = certificate.files | {output.name: output.sha256 for output in certificate.outputs}
    for name, path in files.items():
        if name in bound and sha256(path) != bound[name]:
            raise MachineError("is not what was written: this disk changed it", where=name, hint="look at the disk")
    target.check()  # the mix took a while
    total = sum(path.stat().st_size for path in files.values())
    for done in target.send(files, last=CERTIFICATE):
        yield Progress("sending", done, total, "bytes")


def _check_apart(place: str, inputs: Sequence[str]) -> None:
    """Raises UsageError for a place inside an input, whose next scan would read the mix as data."""
    for path in inputs:
        if f"{place.rstrip('/')}/".startswith(f"{path.rstrip('/')}/"):
            raise UsageError(
                f"lies inside {hide(path)}, whose next scan would read it as data", where=f"-o {place}", hint="-o NEW"
            )


def _kept(made: Path, error: CurateError) -> CurateError:
    """The error of a store, after the mix was put where its folder stays."""
    place = Path(f"mix-not-sent-{secrets.token_hex(4)}")
    with suppress(OSError):
        made.rename(place)
        hint = "; ".join(filter(None, (error.hint, f"the whole mix is kept in {place}/")))
        return type(error)(error.message, where=error.where, hint=hint)
    return error
