"""How columns of the user's are called beside our own, so that data may have a column `tokens` or `path`."""

from __future__ import annotations

PREFIX = "data:"


def dated_name(column: str) -> str:
    """The name of the days that a column was settled to mean, in ISO form."""
    return f"dated:{column}"


def kept_name(column: str) -> str:
    """The name in annotation files of a column that evidence reads."""
    return PREFIX + column
