"""A whole rule book as JSON, so that a mix carries the rules it was made by; the TOML of books is read elsewhere."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, fields
from typing import Any

from curate.errors import VerdictError
from curate.rulebook.rules import Evidence, Rule, RuleBook
from curate.visible import printable_json


def book_text(book: RuleBook) -> str:
    """The book as JSON text; `parse_book` gives an equal book back. Where its rules came from is not in it."""
    told = {name: value for name, value in asdict(book).items() if name not in ("home", "asked")}
    return printable_json(json.dumps(told, ensure_ascii=False, indent=1, default=datetime.date.isoformat)) + "\n"


def parse_book(text: str, *, where: str) -> RuleBook:
    """Raises VerdictError for a text that is no book."""
    try:
        found = json.loads(text)
        rules = tuple(Rule(**_tuples(_dated(rule, "since"))) for rule in found["rules"])
        return RuleBook(rules, tuple(_evidence(one) for one in found["evidence"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise VerdictError(
            f"not a rule book: {error}", where=where, hint="fetch the file again, or mix again"
        ) from error


def _evidence(values: dict[str, Any]) -> Evidence:
    return Evidence(**_tuples(_dated(values, "before")))


def _dated(values: dict[str, Any], key: str) -> dict[str, Any]:
    day = values.get(key)
    return {**values, key: datetime.date.fromisoformat(day) if day is not None else None}


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    unknown = set(values) - {f.name for f in (*fields(Rule), *fields(Evidence))}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
