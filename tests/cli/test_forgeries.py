"""A forged mix passes without the digest only where `verify` says that it takes it on trust, and never with it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from forged_mixes import MIXES
from forgeries import Forgery, forgeries, verdict, verified

COUNT = 25  # of some thousands; scripts/try-forgeries makes all of them
NAMED = "outputs.data/part-00000.parquet.name"  # may name a file that is not there


@pytest.mark.parametrize("name", ["declared", "audited"])
def test_a_forgery_passes_only_where_that_is_said(tmp_path: Path, name: str) -> None:
    detector = MIXES[name](tmp_path)
    honest = tmp_path / "mix"
    digest = verified(honest, "0" * 64, detector).digest
    assert verified(honest, digest, detector).holds
    every = list(forgeries(honest))
    chosen = random.Random(name).sample(every, COUNT) + [one for one in every if _must(one)]
    passed = 0
    for forgery in chosen:
        found = verdict(forgery, honest, tmp_path / "forged", digest, detector)
        if found is not None:
            assert (found.pinned, found.told) == (False, True), forgery
            passed += found.plainly
    assert passed  # of what is taken on trust something may be forged


def _must(forgery: Forgery) -> bool:
    """Files beside the data that nothing is computed from, names that no mix holds, and a level that is none."""
    beside = forgery.place.startswith(("files.audits", "files.conflicts", "files.notes"))
    edited = forgery.kind.startswith(("file added", "file removed", "file bytes added"))
    field = forgery.kind.endswith("edited") and forgery.place in ("confidence", "outputs", NAMED)
    return (edited and beside) or field


def test_another_column_in_croissant_is_on_trust_for_lines_alone(tmp_path: Path) -> None:
    for name, says in (("declared", True), ("audited", False)):
        MIXES[name](tmp_path / name)
        left = verified(tmp_path / name / "mix", "0" * 64).not_rechecked
        assert ("files.croissant.json.recordSet" in left) is says
        assert {"files.removed.parquet", "files.conflicts.parquet"} <= set(left)
