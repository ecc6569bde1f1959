"""curate audit label: one key a document, every label saved at once, nothing shown that tells the score."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from corpora import Outcome, write_jsonl
from curate.cli.draw_labelled import draw_labelled
from curate.cli.label_terminal import Desk, label
from curate.errors import DataError
from curate.jobs.audit.labelling import Labelling, begin_labelling

Curate = Callable[..., Outcome]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def file_of(count: int, **columns: object) -> Path:
    one = {"source": "gpt-4", "label": None, **columns}
    rows = [{"id": f"secret-{i}", "text": f"text {i}", **one} for i in range(count)]
    return write_jsonl(Path("labels.jsonl"), rows)


def labels() -> list[str | None]:
    return [json.loads(line)["label"] for line in Path("labels.jsonl").read_text().splitlines()]


def typed(keys: str | list[str], labelling: Labelling | None = None) -> tuple[Labelling, str]:
    """Everything that stood on the screen while these keys were pressed."""
    labelling = labelling or begin_labelling(Path("labels.jsonl"))
    console = Console(width=100, height=20, record=True, force_terminal=True, file=StringIO())
    waiting: Iterator[str] = iter(keys)

    def key() -> str:
        try:
            return next(waiting)
        except StopIteration:
            return ""

    label(labelling, console, key)
    return labelling, console.export_text()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_each_key_is_a_label_in_the_file() -> None:
    file_of(5)
    typed("hmu h")
    assert labels() == ["human", "machine", None, None, "human"]


def test_a_label_is_changed_or_taken_back() -> None:
    file_of(4)
    typed("hhbbmbu")
    assert labels() == ["machine", None, None, None]
    file_of(3)
    typed("hbu")
    assert labels() == [None, None, None]


def test_the_same_command_goes_on_after_the_last_label_and_ends_with_what_was_passed_over() -> None:
    file_of(5)
    typed("huhq")
    assert begin_labelling(Path("labels.jsonl")).place == 3
    typed("mm")
    assert labels() == ["human", None, "human", "machine", "machine"]
    assert begin_labelling(Path("labels.jsonl")).place == 1
    typed("h")
    found, shown = typed("")
    assert found.place == found.documents
    assert "5 of 5 labelled" in shown


def test_several_keys_at_once_and_keys_of_the_terminal() -> None:
    file_of(3, text="line\n" * 50)
    labelling, shown = typed(["\x1b[B", "\x1b[15~", "x", "hm", "\x04", "h"])
    assert labels() == ["human", "machine", None]
    assert "page 2" in shown
    assert labelling.place == 2


def test_nothing_on_the_screen_tells_who_wrote_it() -> None:
    file_of(12, machine_score=4.5, draw="share-12-abc")
    _, shown = typed("hm?xu" + "h" * 9)
    for secret in ("secret", "gpt-4", "4.5", "share-12"):
        assert secret not in shown
    assert "a person wrote it" in shown


def test_what_a_document_holds_does_nothing_to_the_terminal() -> None:
    file_of(1, text="\x1b[2J\x1b]0;title\x07 \u202e right [bold]left[/bold] ::error:: \r\n\x00")
    _, shown = typed("")
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[bold]left[/bold]" in shown


def test_time_left_is_assumed_then_measured() -> None:
    file_of(40)
    clock = Clock()
    found = begin_labelling(Path("labels.jsonl"), clock)
    assert found.minutes_left() == pytest.approx(40 * 25 / 60)
    for _ in range(10):
        clock.now += 6
        found.answer("human")
    assert found.minutes_left() == pytest.approx(30 * 6 / 60)
    clock.now += 10_000
    found.answer("human")
    assert found.minutes_left() == pytest.approx(29 * 6 / 60)


def test_what_is_done_is_said_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    file_of(3)
    found, _ = typed("hm")
    draw_labelled(Console(width=100), found, "labels.jsonl")
    told = capsys.readouterr().out
    assert "2 of 3 documents labelled in labels.jsonl: 1 human, 1 machine" in told
    assert "curate audit label labels.jsonl" in told
    assert "curate scan PATH --labels labels.jsonl" in told


def test_labels_of_a_mix_are_for_verify(capsys: pytest.CaptureFixture[str]) -> None:
    file_of(2, draw="floor-1-2-abcdefabcdef")
    draw_labelled(Console(width=100), typed("h")[0], "labels.jsonl")
    assert "curate verify OUT --labels labels.jsonl" in capsys.readouterr().out


def test_a_file_that_changes_meanwhile_keeps_its_change() -> None:
    file_of(3)
    desk = Desk(begin_labelling(Path("labels.jsonl")), Console(width=80, height=20))
    desk.press("h")
    there = Path("labels.jsonl").read_text().replace('"text 2"', '"other"')
    Path("labels.jsonl").write_text(there)
    with pytest.raises(DataError, match="somebody else"):
        desk.press("m")
    assert Path("labels.jsonl").read_text() == there


def test_without_a_terminal_it_says_what_to_do(curate: Curate) -> None:
    file_of(3)
    outcome = curate("audit", "label", "labels.jsonl")
    assert outcome.code == 2
    assert "needs a terminal" in outcome.err
    assert outcome.out == ""


def test_a_real_terminal_shows_labels_and_lets_go_at_once() -> None:
    file_of(3)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    command = [sys.executable, "-m", "curate", "audit", "label", "labels.jsonl"]
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    os.close(theirs)
    shown = until(ours, "1 of 3")
    os.write(ours, b"m")
    until(ours, "2 of 3")
    assert labels() == ["machine", None, None]
    process.send_signal(signal.SIGINT)  # which a terminal makes of Ctrl-C
    shown = rest_of(ours)
    assert "interrupted" in shown
    assert process.wait(timeout=60) == 130
    os.close(ours)
    assert "\x1b[?1049l" in shown
    assert "1 of 3 documents labelled" in shown
    assert labels() == ["machine", None, None]


def until(terminal: int, words: str) -> str:
    """Output of the terminal up to these words."""
    shown, end = b"", time.monotonic() + 300
    while words.encode() not in re.sub(rb"\x1b\[[0-9;]*m", b"", shown):
        assert time.monotonic() < end, shown
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 65536)
    return shown.decode(errors="replace")


def rest_of(terminal: int) -> str:
    """Output of the terminal until its last process closes it, which Linux reports as an error."""
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 65536):
            shown += piece
    return shown.decode(errors="replace")
