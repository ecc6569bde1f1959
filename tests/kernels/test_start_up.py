"""Kernels use what the code of a scan loads anyway: numba would import its lists or its linear algebra for the rest."""

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import curate.kernels

# NumPy's functions that load nothing; its types do not either.
LIGHT = {"arange", "empty", "exp", "full", "log", "sqrt", "zeros"}


def kernels() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(Path(curate.kernels.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            if {d.id for d in node.decorator_list if isinstance(d, ast.Name)} & {"kernel", "inlined"}:
                yield f"{path.name}: {node.name}", node


def slow(kernel: ast.FunctionDef) -> list[str]:
    found = []
    for node in ast.walk(kernel):
        if isinstance(node, ast.Compare) and any(isinstance(how, ast.In | ast.NotIn) for how in node.ops):
            found.append("in")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
            is_type = isinstance(getattr(np, node.attr), type)
            found += [] if is_type or node.attr in LIGHT else [node.attr]
    return found


def test_no_kernel_loads_more_of_numba_than_a_scan_has() -> None:
    found = dict(kernels())
    assert len(found) > 90
    assert {name: slow(kernel) for name, kernel in found.items() if slow(kernel)} == {}
