"""A verdict does not depend on the machine: another processor or number of threads changes no more than last digits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from curate.jobs.demo.corpus import build_demo

MACHINES = {
    "old processor": {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"},
    "other processor": {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "2"},
    "new processor": {"OPENBLAS_CORETYPE": "SkylakeX", "OPENBLAS_NUM_THREADS": "4"},
}


def run(folder: Path, machine: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in MACHINES["old processor"]}
    command = [sys.executable, "-m", "curate", *arguments]
    return subprocess.run(command, cwd=folder, env=environment | machine, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def mixes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("machines")
    build_demo(folder / "corpus")
    for name, machine in MACHINES.items():
        mix = ("mix", "corpus", "--human-ratio", "0.95", "--label-column", "written_by", "-o", name, "-q")
        done = run(folder, machine, *mix)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("writer", MACHINES)
def test_a_mix_of_one_machine_verifies_on_another(mixes: Path, writer: str, machine: str) -> None:
    assert json.loads((mixes / writer / "certificate.json").read_text())["tails"], "nothing with fractions to compare"
    done = run(mixes, MACHINES[machine], "verify", writer)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def undeclared(mixes: Path) -> Path:
    """A mix that rests on the share of the corpus by labels of a draw, and one that rests on the detector."""
    writer = MACHINES["other processor"]
    assert run(mixes, writer, "audit", "draw", "corpus", "-n", "300", "-o", "labels.jsonl", "-q").returncode == 0
    rows = [json.loads(line) for line in (mixes / "labels.jsonl").read_text().splitlines()]
    labelled = [{**row, "label": "machine" if number % 12 == 0 else "human"} for number, row in enumerate(rows)]
    (mixes / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in labelled))
    for name, ratio, options in (("labelled", "0.5", ("--labels", "labels.jsonl")), ("detected", "0.3", ())):
        done = run(mixes, writer, "mix", "corpus", "--human-ratio", ratio, *options, "-o", name, "-q")
        assert done.returncode == 0, done.stderr
    return mixes


@pytest.mark.parametrize(("mix", "machine"), [("labelled", "old processor"), ("detected", "new processor")])
def test_a_mix_decided_again_from_its_inputs_comes_out_the_same_on_another_machine(
    undeclared: Path, mix: str, machine: str
) -> None:
    shutil.rmtree(undeclared / ".curate")  # lest the writer's scan be read again
    done = run(undeclared, MACHINES[machine], "verify", mix, "--inputs", "corpus", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["findings"]) == (0, []), done.stderr
    assert "detected" not in found["not_rechecked"]
