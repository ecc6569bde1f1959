"""Every error a user can meet, sorted by what it means for the run; nothing is raised here.

* CurateError              exit 4: a bug, unless a child says otherwise
  + VerdictError           exit 1: the data failed a gate, a floor or a certificate
  + UsageError             exit 2: options or settings that cannot be meant
  + DataError              exit 3: a path is missing or nothing could be read
  + MachineError           exit 4: disk, memory, permissions
    - DependencyError      exit 4: a package is missing
"""

from __future__ import annotations

from typing import ClassVar


class CurateError(Exception):
    """Error for the user: what happened, where (file, row, rule), and what to type next."""

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Keep `where` and `hint` across processes; the default keeps only positional arguments."""
        return (_rebuild, (type(self), self.message, self.where, self.hint))

    def __str__(self) -> str:
        """One line: where, what."""
        return f"{self.where}: {self.message}" if self.where else self.message


class VerdictError(CurateError):
    """Verdict against the data (exit code 1): a failed gate, a floor that cannot be met, a broken certificate."""

    exit_code = 1


class UsageError(CurateError):
    """An option or a setting that cannot be meant."""

    exit_code = 2


class DataError(CurateError):
    """A path is missing, or nothing in it could be read."""

    exit_code = 3


class MachineError(CurateError):
    """Disk, memory or permissions refused."""

    exit_code = 4


class DependencyError(MachineError):
    """An optional package is missing; the hint names the command that installs it."""


def _rebuild(kind: type[CurateError], message: str, where: str, hint: str) -> CurateError:
    return kind(message, where=where, hint=hint)
