"""One budget-free order of all documents, of which every mix is a prefix; where to cut it is select's business.

First the declared documents, and with them as many others as they support and as is natural: rider j comes in once the
declared tokens support it (`supports`) and its own queue would not run ahead of its natural share. Where declared text
is enough for the whole corpus, that is all, and every prefix has the corpus's natural proportions. Where it is not, it
is used at the ratio first (the strongest evidence as far as it reaches) and detected text takes over: its documents
follow, at first alone until they outweigh what may be machine among them, then with others as the floor permits.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from curate.mixing.guarantee import UNBOUNDED, supported_total, supports
from curate.mixing.queue import Queue


def chain(
    declared: Queue, detected: Queue, other: Queue, *, ratio: Fraction, machine_tokens: int, repeats: int = 1
) -> NDArray[np.int64]:
    """Positions of the documents in their order; others for which the floor never has room are left out.

    `machine_tokens` is what detected text must outweigh before it proves anything: machine_below_threshold_at_most of
    the DetectedBound. Where a document may come `repeats` times, the second time round comes when all else is used, and
    of declared text alone: repeated detected text would repeat what may be machine among it.
    """
    takes_over = detected_takes_over(
        declared.total, detected.total, other.total, ratio=ratio, machine_tokens=machine_tokens
    )
    early = _early(declared.total, ratio, machine_tokens) if takes_over else UNBOUNDED
    riders, is_detected = _riders(detected, other.first(int(np.searchsorted(other.cumulative, early, side="right"))))
    spine = declared.with_start
    first, used = _weave(declared, riders, room=supports(spine, ratio) - spine)
    again = declared.again(repeats - 1)
    if not takes_over:
        third, _ = _weave(again, riders.after(used), room=supports(again.with_start, ratio) - again.with_start)
        return np.concatenate((first, third))
    used_detected = int(is_detected[:used].sum())
    left, rest = detected.after(used_detected), other.after(used - used_detected)
    human = declared.total + left.with_start
    second, used = _weave(left, rest, room=supports(human - machine_tokens, ratio) - human)
    human = again.with_start + detected.total
    third, _ = _weave(again, rest.after(used), room=supports(human - machine_tokens, ratio) - human)
    return np.concatenate((first, second, third))


def detected_takes_over(declared: int, detected: int, other: int, *, ratio: Fraction, machine_tokens: int) -> bool:
    """Return whether detected text supports a larger mix than declared text alone does; all in tokens."""
    if supported_total(declared, ratio) >= declared + detected + other or detected <= machine_tokens:
        return False
    return supported_total(declared + detected - machine_tokens, ratio) >= declared + detected


def _early(declared: int, ratio: Fraction, machine_tokens: int) -> int:
    """Other tokens that may come in on declared evidence without standing in the way of what detected supports later.

    The next larger total T = D/r + 1 needs M + rT tokens that are declared or detected, which leaves this many.
    """
    total = supported_total(declared, ratio) + 1
    return max(0, total - machine_tokens - ceil(ratio * total))


def _riders(detected: Queue, other: Queue) -> tuple[Queue, NDArray[np.bool_]]:
    """Detected and other documents in natural proportion, and which of them are detected."""
    share = np.concatenate((_share(detected.cumulative, detected.total), _share(other.cumulative, other.total)))
    order = np.argsort(share, kind="stable")
    documents = np.concatenate((detected.documents, other.documents))[order]
    lengths = np.concatenate((np.diff(detected.with_start), np.diff(other.with_start)))[order]
    is_detected = order < len(detected.documents)
    return Queue(documents, np.cumsum(lengths), 0, detected.total + other.total), is_detected


def _weave(spine: Queue, riders: Queue, *, room: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """The spine with riders put in as soon as there is room and it is natural; and how many riders came in.

    room[k] = rider tokens that may be in after k spine documents, never falling.
    """
    allowed = np.searchsorted(room, riders.cumulative, side="left")
    natural = np.searchsorted(
        _share(spine.with_start, spine.total), _share(riders.cumulative, riders.total), side="left"
    )
    after = np.maximum(allowed, natural)
    used = int(np.searchsorted(after, len(spine.documents), side="right"))
    keys = np.concatenate((2 * np.arange(1, len(spine.documents) + 1), 2 * after[:used] + 1))
    documents = np.concatenate((spine.documents, riders.documents[:used]))
    return documents[np.argsort(keys, kind="stable")], used


def _share(cumulative: NDArray[np.int64], total: int) -> NDArray[np.float64]:
    """How much of its queue stands up to here, in [0, 1]; 1 throughout a queue without tokens."""
    return cumulative / total if total else np.ones(len(cumulative))
