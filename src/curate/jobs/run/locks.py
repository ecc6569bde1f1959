"""One process at a time in a folder that several may want: the others wait, and say so."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from curate.corpus.owned import lock_file, try_lock
from curate.corpus.write import machine_errors
from curate.jobs.run.progress import Job, Progress

PAUSE = 0.1  # seconds


def wait_for(lock: Path, named: str, held: ExitStack) -> Job[None]:
    """Until `held` closes the lock's folder, made here, is this process's; the system lets go whatever happens to it.

    named: what it is in the sentence that somebody who waits reads. Raises MachineError where nothing can be written.
    """
    with machine_errors(lock.parent):
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = held.enter_context(lock_file(lock))
    while not try_lock(file):
        yield Progress(f"waiting for another curate to finish with {named}")
        time.sleep(PAUSE)
