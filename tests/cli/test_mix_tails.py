"""The tail loss of a mix is reported, promised in the certificate, and refused where it is too large."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts, write_parquet

Curate = Callable[..., Outcome]
MIX = ("mix", "in", "--human-ratio", "0.5", "--label-column", "by", "--source-column", "site", "--json")
NARROW = ("--weights", "few=1")


@pytest.fixture
def corpus(curate: Curate) -> None:  # noqa: ARG001 (it makes the working folder)
    """Two sources of about 20,000 tokens: of one, every text is drawn from the same 200 words."""
    many = made_up_texts(250)
    words = sorted({word.strip(".") for text in many for word in text.split()})[::15][:200]
    draw = random.Random(3)
    few = [" ".join(draw.choices(words, k=80)) for _ in range(250)]
    rows = [{"text": t, "by": "human", "site": site} for site, texts in (("many", many), ("few", few)) for t in texts]
    write_parquet(Path("in/a.parquet"), rows)


@pytest.mark.usefixtures("corpus")
def test_figures_are_those_of_the_written_text(curate: Curate) -> None:
    outcome = curate(*MIX, *NARROW, "-o", "out")
    assert outcome.code == 0, outcome.err
    words = [w.strip(".").lower() for r in pq.read_table("out/data").to_pylist() for w in r["text"].split()]
    tails = json.loads(Path("out/certificate.json").read_text())["tails"]
    assert tails == outcome.json["tails"]
    assert tails["tokens"] == len(words)  # the corpus has more, and is cut to as many
    once = sum(1 for count in Counter(words).values() if count == 1)
    assert tails["mix"]["singleton_mass"] == pytest.approx(once / len(words))
    assert tails["corpus"]["singleton_mass"] > tails["mix"]["singleton_mass"]
    assert curate("verify", "out").code == 0


@pytest.mark.usefixtures("corpus")
def test_a_mix_that_loses_too_much_is_not_written(curate: Curate) -> None:
    for place in (("--dry-run",), ("-o", "out")):
        refused = curate(*MIX, *NARROW, "--max-tail-loss", "0.2", *place)
        assert refused.code == 1
        assert "--max-tail-loss" in refused.err
        assert "would lose more than 20 % of the corpus's tail" in refused.err
        assert "singleton_mass" in refused.err
        assert not Path("out").exists()
        assert not list(Path().glob(".out*"))
    for place in (("--dry-run",), ("-o", "out")):
        kept = curate(*MIX, "--max-tail-loss", "0.2", *place)
        assert kept.code == 0, kept.err
        assert kept.json["settings"]["max_tail_loss"]["value"] == 0.2
    shown = curate(*(one for one in MIX if one != "--json"), *NARROW, "--dry-run")
    assert "Against the corpus" in shown.out
    assert "lost" in shown.out


@pytest.mark.usefixtures("corpus")
def test_a_loss_that_may_be_too_large_is_refused_and_the_limit_that_is_kept_for_sure_is_named(curate: Curate) -> None:
    half = (*MIX, "--budget", "30000", "--dry-run")
    tails = curate(*half).json["tails"]
    low, high = tails["interval"]
    loss = 1 - tails["mix"]["singleton_mass"] / tails["corpus"]["singleton_mass"]
    assert low < loss < high
    middle = max(0.0, round((loss + high) / 2, 4))  # the measured loss is within it, what it may be is not
    refused = curate(*half, "--max-tail-loss", middle)
    assert refused.code == 1
    assert "nobody can tell" in refused.err
    sure = re.search(r"([0-9.]+) is kept for sure", refused.err)
    assert sure is not None
    assert float(sure[1]) >= high > float(sure[1]) - 0.001
    kept = curate(*half, "--max-tail-loss", sure[1])
    assert kept.code == 0, kept.err


@pytest.mark.usefixtures("corpus")
def test_what_nobody_can_say_is_no_promise(curate: Curate) -> None:
    small = curate(*MIX, "--budget", "500", "--max-tail-loss", "0.5", "-o", "out")
    assert small.code == 1
    assert "10,000" in small.err
    assert curate(*MIX, "--budget", "500", "-o", "out").json["tails"] is None
    assert curate(*MIX, "--max-tail-loss", "1.5", "-o", "no").code == 2


@pytest.mark.usefixtures("corpus")
def test_copies_count_as_often_as_they_are_written(curate: Curate) -> None:
    rows = pq.read_table("in/a.parquet").to_pylist()
    write_parquet(Path("in/b.parquet"), rows[:250])
    mix = (*MIX, "--keep", "first")
    outcome = curate(*mix, "-o", "out")
    assert outcome.code == 0, outcome.err
    assert outcome.json["tails"]["tokens"] == outcome.json["tokens"]
    repeated = curate(*mix, "--max-repeat", "2", "--budget", outcome.json["tokens"] * 3 // 2, "-o", "twice")
    assert repeated.code == 0, repeated.err
    assert repeated.json["tails"]["mix"]["singleton_mass"] < outcome.json["tails"]["mix"]["singleton_mass"]
