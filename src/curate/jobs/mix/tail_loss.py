"""Change of the tail from corpus to mix at equal size, and the refusal of a mix that lost too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.amounts import exact, percent
from curate.diversity.figures import BY_TOKENS, COMPRESSION, diversity
from curate.diversity.kept_tail import LEAST_TOKENS, tail_lost
from curate.diversity.sample import Sample, read_sample
from curate.errors import VerdictError
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import fingerprints
from curate.mixing.certificate import Tails

OPTION = "--max-tail-loss"


def tails_of(tasks: Sequence[ShardTask], documents: pa.Table, order: NDArray[np.int64]) -> Tails | None:
    """Figures of the corpus and of the mix at as many tokens as the smaller sample has; None where those are too few.

    `order`: rows of `documents` as they are written. Samples of the scan are read again, texts are not.
    """
    samples = (read_sample(task.run.samples(task.number)) for task in tasks)
    found = tail_lost(samples, fingerprints(documents)[order])
    return None if found is None else Tails(found.tokens, found.before, found.after, found.interval)


def tails_again(told: Tails | None, written: Sample) -> Tails | None:
    """Tail figures of the certificate, recomputed for the mix from the written texts; None where it has none.

    Only the corpus knows how many of the heads that are compressed were in its sample: that figure stays as told.
    """
    if told is None:
        return None
    if not LEAST_TOKENS <= told.tokens <= written.token_count:
        return replace(told, tokens=written.token_count, mix={})
    found = diversity(written.first(told.tokens), told.tokens).to_json()
    names = [name for name in BY_TOKENS if name in told.mix or name != "tail_recall"]  # which needs a corpus's language
    again = {name: value for name in names if (value := found[name]) is not None}
    return replace(told, mix={**again, **{name: told.mix[name] for name in told.mix if name == COMPRESSION}})


def check_tails(tails: Tails | None, most: float | None) -> None:
    """Raises VerdictError unless all that the loss may be is within `most`; not where nothing is asked.

    A limit is there to protect: what may be beyond it is refused, and said to be so, like a floor that is not proved.
    """
    if most is None or (tails is not None and tails.keeps(most)):
        return
    if tails is None or tails.interval is None:
        few = f"a mix of under {LEAST_TOKENS:,} tokens" if tails is None else "so few documents"
        verb = "says" if tails is None else "say"
        hint = "a larger --budget, or leave --max-tail-loss out"
        raise VerdictError(f"{few} {verb} nothing of tails", where=OPTION, hint=hint)
    most_said, sure = exact(most), ceil(1000 * tails.interval[-1]) / 1000
    allow = f"{OPTION} {sure:g} is kept for sure" if sure < 1 else f"leave {OPTION} out"
    before, after = tails.corpus[tails.figure], tails.mix[tails.figure]
    sizes = (
        f"{tails.figure} is {before:.3f} in the corpus and {after:.3f} in the mix, at {tails.tokens:,} tokens of each; "
        f"{tail_said(tails.loss, tails.interval)}"
    )
    if tails.interval[0] > most:
        raise VerdictError(
            f"the mix would lose more than {most_said} of the corpus's tail: {sizes}",
            where=OPTION,
            hint=f"{allow}; or a larger --budget, other --weights, a higher --temperature",
        )
    raise VerdictError(
        f"the mix may lose more than {most_said} of the corpus's tail, and nobody can tell: {sizes}",
        where=OPTION,
        hint=f"{allow}; a larger --budget makes it surer",
    )


def tail_said(loss: float, interval: Sequence[float] | None) -> str:
    """Change of the tail in plain words: lost, grown, or unclear, with all that is possible (95 %)."""
    if interval is None:
        less = "less" if loss > 0 else "more"
        return f"{percent(abs(loss))} {less} of the tail; so few documents cannot tell how sure that is"
    low, high = interval
    if low > 0:
        return f"lost {percent(loss)} of the tail (between {percent(low)} and {percent(high)})"
    if high < 0:
        return f"the tail grew by {percent(-loss)} (between {percent(-high)} and {percent(-low)})"
    return f"no clear change of the tail (between {percent(-low)} more and {percent(high)} less)"
