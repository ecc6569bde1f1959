"""Scratch folders in a cache: one that is in use stays, what a killed process left goes with the next run."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from curate.corpus.held_folders import scratch_folder

HOLD = """
import sys
from pathlib import Path
from curate.corpus.held_folders import scratch_folder
with scratch_folder(Path(sys.argv[1]), "tmp-") as scratch:
    print(scratch, flush=True)
    input()
"""


def test_it_goes_when_the_block_ends(tmp_path: Path) -> None:
    with scratch_folder(tmp_path, "tmp-") as scratch:
        (scratch / "file").touch()
    assert list(tmp_path.iterdir()) == []


def test_it_stays_while_it_is_used_and_goes_after_a_kill(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    other = Path(process.stdout.readline().strip())
    with scratch_folder(tmp_path, "tmp-"):
        assert other.is_dir()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert other.is_dir()
    with scratch_folder(tmp_path, "tmp-") as scratch:
        assert list(tmp_path.iterdir()) == [scratch]


def test_what_curate_did_not_make_stays(tmp_path: Path) -> None:
    (tmp_path / "tmp-theirs").mkdir()
    (tmp_path / "tmp-theirs" / "file").touch()
    (tmp_path / "tmp-at-once").mkdir()  # of a process that was killed before it marked its folder
    (tmp_path / "tmp-link").symlink_to("tmp-theirs")
    with scratch_folder(tmp_path, "tmp-"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {"tmp-theirs", "tmp-link"}
    assert (tmp_path / "tmp-theirs" / "file").exists()
