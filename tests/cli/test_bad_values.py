"""A value that an option cannot mean: exit code 2, our own sentence with the option's name, two lines at most."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer.main

from corpora import Outcome, corpus_rows, write_jsonl
from curate.cli.commands import app

Curate = Callable[..., Outcome]
COMMANDS = {
    "scan": ("in",),
    "mix": ("in", "--human-ratio", "0.5", "--label-column", "origin", "--dry-run"),
    "check": ("in",),
    "compare": ("in", "in"),
    "audit draw": ("in", "-o", "draw.jsonl"),
    "verify": ("out",),
    "audit apply": ("out", "--labels", "draw.jsonl"),
    "audit label": ("draw.jsonl",),
    "audit agree": ("draw.jsonl", "other.jsonl"),
    "train": ("--human", "in", "--machine", "in", "-o", "my.npz"),
    "demo": (),
}
TEXTS = (
    "90%",
    "0,9",
    "abc",
    "",
    " ",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "٠.٩",
    "½",
    "0x10",
    "1_0",
    "--",
    "9" * 5000,
    "1e999x",
)
SIZES = ("2", "0", "-1GB", "4QB", "1e9", "4 G B", "", "nan", "٤GB", "999999999TB")
SAID_BY_OTHERS = ("Input should", "pydantic", "Invalid value", "Traceback", "validation", "is not a valid")
WORDS = ("--trust", "--keep", "--weights", "--format", "--fail-on", "--engine", "--budget", "--label-map")


def options() -> list[tuple[str, str, str]]:
    """Command, option and kind of value, of all that take one."""
    found = []
    group = typer.main.get_command(app)
    commands = {name: group.commands[name] for name in group.commands if name != "audit"}
    commands |= {f"audit {name}": one for name, one in group.commands["audit"].commands.items()}
    for name, command in commands.items():
        for option in command.params:
            if option.opts[0].startswith("-") and not getattr(option, "is_flag", False):
                longest = max(option.opts, key=len) if "--num-proc" not in option.opts else "--num-proc"
                found.append((name, longest, option.metavar or ""))
    assert {name for name, _, _ in found} <= set(COMMANDS)
    return sorted(found)


NUMBERS = [(name, option) for name, option, kind in options() if kind == "NUMBER"]


def refused(outcome: Outcome, option: str, value: str) -> None:
    assert outcome.code == 2, (option, value, outcome)
    assert outcome.out == ""
    assert 1 <= len(outcome.err.splitlines()) <= 2, outcome.err
    assert option in outcome.err or "-n" in outcome.err, outcome.err
    assert not any(said in outcome.err for said in SAID_BY_OTHERS), outcome.err
    assert len(outcome.err) < 400, outcome.err


@pytest.fixture(autouse=True)
def corpus(curate: Curate) -> None:
    del curate  # which makes the folder
    write_jsonl(Path("in/a.jsonl"), corpus_rows(20))


def test_every_number_is_read_by_us() -> None:
    assert len(NUMBERS) > 25
    assert not [(name, option) for name, option, kind in options() if kind.lower() in ("float", "integer")]


@pytest.mark.parametrize(("name", "option"), NUMBERS)
def test_no_number(curate: Curate, name: str, option: str) -> None:
    for value in TEXTS:
        refused(curate(*name.split(), *COMMANDS[name], f"{option}={value}"), option, value)


@pytest.mark.parametrize(("name", "option"), [one for one in NUMBERS if one[0] not in ("verify", "audit apply")])
def test_a_number_that_cannot_be_meant(curate: Curate, name: str, option: str) -> None:
    allowed = ("--seed", "--temperature", "--max-tail-loss", "--permutations", "--count")
    huge = () if option in allowed else ("1e400" if "ratio" in option else str(10**30),)
    for value in ("-1", *huge):
        refused(curate(*name.split(), *COMMANDS[name], f"{option}={value}"), option, value)


@pytest.mark.parametrize("option", ["--memory", "--shard-size"])
def test_a_size(curate: Curate, option: str) -> None:
    for value in SIZES:
        refused(curate("mix", *COMMANDS["mix"], f"{option}={value}"), option, value)
    said = curate("scan", "in", "--memory", "2").err
    assert said == "curate: --memory is 2 bytes, and must be from 256MiB to 1024TiB\n  try: --memory 4GB\n"


@pytest.mark.parametrize(
    ("name", "option"), [(n, o) for n, o, _ in options() if o in WORDS and n not in ("verify", "audit apply")]
)
def test_a_word_that_is_none(curate: Curate, name: str, option: str) -> None:
    for value in ("", "nonsense", "\u202e", "a=", "=", "a=٠.٥,b=0.5", "٥M", "x" * 5000):
        refused(curate(*name.split(), *COMMANDS[name], f"{option}={value}"), option, value)


@pytest.mark.parametrize(
    ("value", "meant"), [("90%", "--human-ratio 0.9"), ("0,9", "--human-ratio 0.9"), ("50 %", "--human-ratio 0.5")]
)
def test_what_was_meant_is_offered_and_works(curate: Curate, value: str, meant: str) -> None:
    outcome = curate("mix", "in", "--human-ratio", value, "--label-column", "origin", "--dry-run")
    assert outcome.err == f"curate: --human-ratio must be a number, not {value!r}\n  try: {meant}\n"
    assert curate("mix", "in", *meant.split(), "--label-column", "origin", "--dry-run").code in (0, 1)


@pytest.mark.parametrize("option", ["--seed", "--threshold", "--confidence", "--num-perm"])
def test_what_is_no_number_at_all_is_answered_with_one_that_works(curate: Curate, option: str) -> None:
    told = curate("scan", "in", f"{option}=nan")
    way_out = told.err.partition("try: ")[2].split()
    assert way_out[0] == option
    assert curate("scan", "in", *way_out, "-q").code == 0


@pytest.mark.parametrize("given", ["1", "0.99995", "95"])
def test_a_bound_is_not_rounded_to_what_is_refused(curate: Curate, given: str) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(3))
    refused = curate("scan", "in", "--confidence", given)
    assert refused.err.splitlines()[0] == f"curate: --confidence is {given}, and must be from 0.5 to 0.9999"
