"""Kernels use what the code of a scan loads anyway: numba would import its lists or its linear algebra for the rest."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import curate.kernels
from curate.detect.judge import load_judge
from curate.jobs.run.measures import compile_kernels, scan_measures
from curate.jobs.run.warm_up import rehearse
from curate.rulebook.read import read_rule_books

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


def test_no_kernel_holds_numbas_texts() -> None:
    """An array assigned or added to a part of another brings them: numba's message says both shapes."""
    judge = load_judge(None)
    measures = scan_measures(judge, read_rule_books(), 5, 128)
    compile_kernels(measures)
    rehearse(measures, judge.calibration, 0.7)
    kept = list(Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.nbc"))
    names = {path.name.partition("-")[0] for path in kept}
    assert names >= {"minhash._sketch", "candidates.bucket_pairs", "grams.tally"}
    assert [path.name for path in kept if b"numba7cpython7unicode" in path.read_bytes()] == []
