"""The definition of one setting: name, type, default, bounds and help text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from curate.amounts import number, size
from curate.errors import UsageError
from curate.limits import check_within
from curate.settings.kinds import NUMBER, SIZE, WHOLE, Kind

T_co = TypeVar("T_co", covariant=True)
DATA, DETECT, RUNNING, GATES = "Data", "Measuring", "Running", "Gates"  # headings of the help


@dataclass(frozen=True, slots=True)
class Setting(Generic[T_co]):
    """An option of the command line, a key of curate.toml and a field of a plan.

    default: as a user would write it. help: {default}, {low}, {high} and {choices} are filled in. low, high: bounds,
    both included. usual: a value to try. named: the name in messages about bounds, where it is not the option's.
    place: names a file or folder whose text could be shown, or which is written to.
    """

    option: str
    kind: Kind[T_co]
    help: str
    default: object = None
    metavar: str | None = None
    panel: str | None = None
    aliases: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    usual: str = ""
    named: str = field(default="")
    place: bool = False
    may_be_empty: bool = False

    @property
    def key(self) -> str:
        """The name of the parameter and of the key in a file, dashes as underscores."""
        return self.option.removeprefix("--").replace("-", "_")

    @property
    def value(self) -> T_co:
        """The default as a plan has it."""
        return self.kind.read(self.default)

    @property
    def parsed(self) -> bool:
        """Return whether the command line reads its value as a number."""
        return self.kind in (NUMBER, WHOLE)

    @property
    def text(self) -> str:
        """The help text."""
        *others, last = self.choices or ("",)
        choices = f"{', '.join(others)} or {last}"
        return self.help.format(
            default=self.default, low=self._plain(self.low), high=self._plain(self.high), choices=choices
        )

    def check(self, value: float) -> None:
        """Raises UsageError for a value outside the bounds."""
        shown: Callable[[float], str] = size if self.kind is SIZE else number
        check_within(self.named or self.option, value, self.low, self.high, shown=shown, usual=self.usual)

    def check_choice(self, value: str) -> None:
        """Raises UsageError for what is none of the choices."""
        if value not in self.choices:
            raise UsageError(f"is {value!r}, not one of {', '.join(self.choices)}", where=self.option)

    def _plain(self, bound: float) -> str:
        if self.kind is SIZE:
            return size(bound).replace(" ", "")
        return f"{bound:,}" if bound >= 10_000 else f"{bound:g}"
