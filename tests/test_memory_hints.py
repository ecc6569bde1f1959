"""A refusal says what can be done here: no option that asks this machine for more memory than it has."""

from __future__ import annotations

import pytest

from curate import memory
from curate.errors import MachineError


@pytest.mark.parametrize(
    ("need", "hint"),
    [
        (2_950_000_000, "--memory 3GB, or less of it"),
        (73_410_000_000, "a machine with 73.5GB of memory, or less of it"),
    ],
)
def test_a_refusal_asks_for_no_memory_that_is_not_there(monkeypatch: pytest.MonkeyPatch, need: int, hint: str) -> None:
    monkeypatch.setattr(memory, "_machine", lambda: 24e9)
    with pytest.raises(MachineError) as refused:
        memory.check(need, "a footer", instead=", or less of it", bound=500_000_000)
    assert refused.value.hint == hint


def test_the_machine_says_how_much_it_has() -> None:
    assert memory._machine() > 100_000_000
