"""The folder of a mix is whole or not there, whoever else writes, whatever kills it, wherever it is asked for."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl
from curate.corpus.owned import MARKER, make_owned

Curate = Callable[..., Outcome]
ROWS = corpus_rows(40)
MIX = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o")


@pytest.mark.parametrize("output", ["in/mix", "in/deep/er", "link/mix"])
def test_no_mix_inside_its_own_input(curate: Curate, output: str) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    Path("link").symlink_to("in")
    outcome = curate(*MIX, output)
    assert outcome.code == 2
    assert "inside" in outcome.err
    assert [path.name for path in Path("in").iterdir()] == ["a.jsonl"]


def test_places_that_cannot_be_meant(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    Path("dangling").symlink_to("nowhere")
    for output in (".", "dangling", "in/..", "/"):
        outcome = curate(*MIX, output)
        assert outcome.code == 2, outcome.err
        assert "Traceback" not in outcome.err


def test_an_empty_folder_is_filled(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    Path("out").mkdir()
    assert curate(*MIX, "out/").code == 0
    assert curate("verify", "out").code == 0


def test_what_a_process_killed_at_any_moment_left_is_cleared_away(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    empty, half, whole, last = (Path(f".out.{number:016x}.partial") for number in range(4))
    empty.mkdir()  # before its marker
    half.mkdir()
    (half / f".{MARKER}.0123abcd.tmp").write_text("half a mark")
    make_owned(whole)
    (whole / "mix").mkdir()
    (whole / "mix" / "a.parquet").write_text("half a mix")
    make_owned(last)  # while it was cleared: the marker goes last
    theirs = [Path(".out.00000000000000ff.partial"), Path(".out.00000000000000fe.partial")]
    theirs[0].mkdir()
    (theirs[0] / "precious").write_text("not curate's")
    Path("victim").mkdir()
    theirs[1].symlink_to("victim")
    assert curate(*MIX, "out").code == 0
    assert sorted(Path().glob(".out.*")) == sorted(theirs)
    assert (theirs[0] / "precious").exists()
    assert Path("victim").is_dir()


def test_one_writer_of_an_output(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    other = Path(".out.0123456789abcdef.partial")
    make_owned(other)
    (other / "theirs").write_text("half written")
    handle = os.open(other, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    outcome = curate(*MIX, "out")
    assert outcome.code == 4
    assert "another curate" in outcome.err
    assert (other / "theirs").exists()
    os.close(handle)  # it was killed
    assert curate(*MIX, "out").code == 0
    assert not other.exists()
    assert not (Path("out") / "theirs").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_stopped_while_it_writes(tmp_path: Path, stop: signal.Signals) -> None:
    """A child that hangs in the middle of writing is stopped; then the same command succeeds and leaves no litter."""
    write_jsonl(tmp_path / "in/a.jsonl", ROWS)
    hang = (
        "import sys, time, curate.jobs.mix.job as m; from curate.cli.app import main\n"
        "m._write_beside = lambda *_: [print('hanging', file=sys.stderr), time.sleep(1000)]\n"
        "main(sys.argv[1:])"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", hang, *MIX, "out"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )  # fmt: skip
    assert child.stderr is not None
    assert b"hanging\n" in iter(child.stderr.readline, b"")
    child.send_signal(stop)
    _, complaint = child.communicate(timeout=100)
    assert not (tmp_path / "out").exists()
    if stop == signal.SIGINT:
        assert child.returncode == 130
        assert b"interrupted" in complaint
        assert not list(tmp_path.glob(".out*"))
    subprocess.run([sys.executable, "-m", "curate", *MIX, "out"], cwd=tmp_path, check=True, capture_output=True)
    assert not list(tmp_path.glob(".out*"))


def test_a_piped_report_ends_no_line_in_blanks(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": text} for text in made_up_texts(40)])
    lines = curate("scan", "a.jsonl").out.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
