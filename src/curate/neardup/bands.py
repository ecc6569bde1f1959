"""How a signature is cut into bands: which pairs become candidates; it reads no document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curate.errors import UsageError

RECALL = 0.99
MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Bands:
    """`bands` groups of `rows` slots; a pair is a candidate if it agrees on all slots of one group."""

    bands: int
    rows: int

    def recall(self, similarity: float) -> float:
        """Probability that a pair of this Jaccard similarity becomes a candidate."""
        return float(1.0 - (1.0 - similarity**self.rows) ** self.bands)

    def false_mass(self, threshold: float) -> float:
        """Integral of `recall` below the threshold: the share of candidates in vain, were similarities uniform."""
        grid = (np.arange(1000) + 0.5) / 1000 * threshold
        return float(np.mean(1.0 - (1.0 - grid**self.rows) ** self.bands) * threshold)


def choose_bands(threshold: float, num_perm: int) -> Bands:
    """The most rows a band whose recall is at least 0.99 at threshold + 0.05 (half way to 1 above 0.9).

    More rows a band let fewer dissimilar pairs through. All slots are used: a slot in no band would save a sort and
    cost recall, and candidates are verified anyway. Raises UsageError if no cut of so few slots recalls enough.
    """
    if not 0.0 < threshold <= 1.0:
        raise UsageError(
            f"a similarity threshold lies above 0 and at most at 1, not at {threshold}", hint="--threshold 0.7"
        )
    target = min(threshold + MARGIN, (1.0 + threshold) / 2)
    cuts = [Bands(num_perm // rows, rows) for rows in range(1, num_perm + 1)]
    enough = [cut for cut in cuts if cut.recall(target) >= RECALL]
    if not enough:
        raise UsageError(
            f"{num_perm} slots cannot find 99 % of the pairs at similarity {target:.3f}",
            hint=f"--num-perm {2 * num_perm}, or a higher --threshold",
        )
    return min(enough, key=lambda cut: cut.false_mass(threshold))
