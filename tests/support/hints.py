"""Every hint that the program can print, as the literal words of the code that makes it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import curate

SOURCE = Path(curate.__file__).parent
NAMES = ("hint", "hints")  # of arguments, variables and functions that make one


def hints() -> dict[str, str]:
    """By its longest literal words: the file where a hint is made."""
    found: dict[str, str] = {}
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    imported = {name for tree in trees.values() for name in _named(tree) & _imported(tree)}
    for path, tree in trees.items():
        for made in _made(tree, imported):
            for words in _words(made):
                found.setdefault(words, path.relative_to(SOURCE).as_posix())
    return found


def _made(tree: ast.AST, imported: set[str]) -> Iterator[ast.expr]:
    """Values of `hint=`, of variables called hint, of constants and functions that these name, here or elsewhere."""
    yield from _hints(tree)
    named = _named(tree) | imported
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in named:
            yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None)
        elif isinstance(node, ast.Assign) and any(name in named for target in node.targets for name in _names(target)):
            yield node.value


def _hints(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        assigned = {name for target in targets for name in _names(target)}
        if (isinstance(node, ast.keyword) and node.arg in NAMES) or not assigned.isdisjoint(NAMES):
            assert isinstance(node, ast.keyword | ast.Assign)
            yield node.value


def _named(tree: ast.AST) -> set[str]:
    return {name for value in _hints(tree) for name in _names(value)}


def _imported(tree: ast.AST) -> set[str]:
    froms = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {one.asname or one.name for node in froms for one in node.names}


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _words(node: ast.expr) -> Iterator[str]:
    """The longest literal of each text that an expression may give: of an f-string, of either side of a choice."""
    if isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)
    elif isinstance(node, ast.BoolOp | ast.Tuple | ast.List | ast.Dict):
        for one in node.values if isinstance(node, ast.BoolOp | ast.Dict) else node.elts:
            yield from _words(one)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str) and len(node.value) > 3:
            yield node.value
    else:
        literals = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        longest = max(literals, key=len, default="").strip()
        if len(longest) > 3:
            yield longest
