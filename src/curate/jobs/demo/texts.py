"""Texts for the demonstration, from nothing but the installation; nothing of the standard library is run for them.

By people: Python's own documentation. By a machine: machine.jsonl, written for this project by a language
model and said to be so.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import re
import sys
import sysconfig
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from curate.errors import DependencyError

FEWEST_WORDS = 60
SHINGLE = 5  # words
MOST_SHARED = 0.2  # of a text's shingles: documentation copies itself, and the demonstration plants its own copies
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
HEADING = re.compile(r"^(\S.*)\n([*=\-^~\"])\2{2,}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """A text and where it is from; `written_by` is "human" or "machine"."""

    id: str
    text: str
    source: str
    written_by: str


@dataclass(slots=True)
class Shelf:
    """Admits a text if hardly any of it was admitted before."""

    seen: set[tuple[str, ...]]

    def admits(self, text: str) -> bool:
        """True for a long enough text, most of whose shingles are new; then they are no longer."""
        words = text.split()
        if len(words) < FEWEST_WORDS:
            return False
        shingles = set(zip(*(words[i:] for i in range(SHINGLE)), strict=False))
        if len(shingles & self.seen) > MOST_SHARED * len(shingles):
            return False
        self.seen |= shingles
        return True


def documentation(shelf: Shelf, limit: int) -> list[Text]:
    """Sections of the language reference as pydoc carries it, at most `limit`; raises DependencyError without it."""
    try:
        topics: dict[str, str] = importlib.import_module("pydoc_data.topics").topics
    except ModuleNotFoundError as error:
        hint = "install the whole of Python's standard library"
        raise DependencyError("pydoc's topics are not installed", where="curate demo", hint=hint) from error
    found: list[Text] = []
    for topic in sorted(topics):
        parts = HEADING.split(topics[topic])
        sections = [parts[0], *(f"{title}\n\n{body}" for title, body in zip(parts[1::3], parts[3::3], strict=True))]
        for number, section in enumerate(sections):
            if shelf.admits(section):
                found.append(Text(f"docs/{topic}#{number}", section.strip(), "python-docs", "human"))
    return found[:limit]


def docstrings(shelf: Shelf, limit: int) -> list[Text]:
    """Docstrings of the standard library's sources, parsed and never imported, from modules in hashed order.

    Raises DependencyError where Python was installed without its sources.
    """
    found: list[Text] = []
    for path, name in _stdlib_sources():
        for qualified, text in _docstrings_of(path):
            if shelf.admits(text):
                found.append(Text(f"{name}:{qualified}", text, "docstrings", "human"))
        if len(found) >= limit:
            return found[:limit]
    if not found:
        hint = "use a Python that has its library as .py files"
        raise DependencyError("Python's standard library has no sources here", where="curate demo", hint=hint)
    return found


def machine_pieces() -> list[Text]:
    """The 60 pieces, English and Chinese, that a language model wrote for this project."""
    lines = (files("curate.jobs.demo") / "machine.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Text(f"assistant/{row['id']}", row["text"], "assistant", "machine") for row in rows]


def _stdlib_sources() -> list[tuple[Path, str]]:
    root = Path(sysconfig.get_path("stdlib"))
    named = [
        (path, path.relative_to(root).with_suffix("").as_posix())
        for path in (*root.glob("*.py"), *root.glob("*/*.py"))
        if path.relative_to(root).parts[0].removesuffix(".py") in sys.stdlib_module_names
    ]
    return sorted(named, key=lambda pair: hashlib.blake2b(pair[1].encode()).digest())


def _docstrings_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (name:line, cleaned docstring) of a module, its classes and functions; nothing from a broken source."""
    try:
        with tokenize.open(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in sources that are not ours
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return
    nodes: list[ast.stmt | ast.Module] = [tree]
    while nodes:  # ast.walk would visit every expression
        node = nodes.pop()
        if isinstance(node, DOCUMENTED):
            text = ast.get_docstring(node)
            if text:
                yield f"{getattr(node, 'name', 'module')}#{getattr(node, 'lineno', 0)}", text.strip()
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                nodes.extend(reversed(node.body))
