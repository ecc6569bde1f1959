"""Request of a user for a mix, checked before a byte is read; no data is touched here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isfinite

from curate.errors import UsageError
from curate.mixing.weights import parse_weights
from curate.settings import mix as settings
from curate.settings.scan import CONFIDENCE, SEED, check_seed

RATIO_STEPS = 10**6  # ratios are whole millionths, so that floors are exact in int64 up to 10^12 tokens and more

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([kmbgt]?)", re.ASCII)
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}


@dataclass(frozen=True, slots=True)
class MixRequest:
    """The promise that a mix must keep; raises UsageError where it cannot be meant.

    `human_ratio` and `confidence` are shares in [0, 1], `budget` counts tokens (None: as much as the floor allows),
    `trust` is the weakest evidence that may count, `keep` says which document of a near-duplicate cluster stays,
    `weights` ("a=0.5,b=0.5", "" for natural shares) and `temperature` how sources share the mix, `max_repeat` how often
    a document that is declared human may stand in it. Texts of the files `exclude` must not be in it; `tokenizer` says
    what a token is: "" our own, "bytes", or a file. The mix may lack the share `max_tail_loss` of the corpus's tail,
    surely no more (None: whatever it turns out to be). Columns named in `drop_column` are not written.
    """

    human_ratio: float
    budget: int | None = None
    trust: str = settings.TRUST.value
    confidence: float = CONFIDENCE.value
    seed: int = SEED.value
    keep: str = settings.KEEP.value
    weights: str = ""
    temperature: float = settings.TEMPERATURE.value
    max_repeat: int = settings.MAX_REPEAT.value
    exclude: tuple[str, ...] = ()
    tokenizer: str = ""
    max_tail_loss: float | None = None
    drop_column: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, by the name of the option."""
        if not 0 <= self.human_ratio <= 1:
            share, percent = _meant(self.human_ratio, 0.3)
            raise UsageError(
                f"a share from 0 to 1 is needed, not {self.human_ratio}",
                where="--human-ratio",
                hint=f"{share:g} means: at least {percent:g} % of the tokens written are human",
            )
        CONFIDENCE.check(self.confidence)
        if self.budget is not None and self.budget < 1:
            raise UsageError(f"at least 1 token is needed, not {self.budget}", where="--budget")
        check_seed(self.seed)
        if self.max_tail_loss is not None and not 0 <= self.max_tail_loss <= 1:
            share, percent = _meant(self.max_tail_loss, 0.05)
            raise UsageError(
                f"a share from 0 to 1 is needed, not {self.max_tail_loss:g}",
                where="--max-tail-loss",
                hint=f"{share:g} means: {percent:g} % of the rare words may be lost",
            )
        settings.TRUST.check_choice(self.trust)
        settings.KEEP.check_choice(self.keep)
        self._check_shares()

    def _check_shares(self) -> None:
        if not (isfinite(self.temperature) and self.temperature > 0):
            raise UsageError(
                f"a number above 0 is needed, not {self.temperature:g}",
                where="--temperature",
                hint="1 keeps natural shares, 3 evens them out, 100 makes sources all but equal",
            )
        if self.weights:
            parse_weights(self.weights)
        if not settings.MAX_REPEAT.low <= self.max_repeat <= settings.MAX_REPEAT.high:
            raise UsageError(f"1 to {settings.MAX_REPEAT.high} times, not {self.max_repeat}", where="--max-repeat")
        if self.max_repeat > 1 and self.budget is None:
            raise UsageError("says how often, not how much", where="--max-repeat", hint="add --budget 50M")

    @property
    def ratio(self) -> Fraction:
        """`human_ratio` in whole millionths, as it is written (0.3 is 3/10); finer ratios are rounded up."""
        return exact_ratio(self.human_ratio)


def exact_ratio(human_ratio: float) -> Fraction:
    """The share as a fraction over RATIO_STEPS, never below what was asked."""
    return Fraction(ceil(Fraction(repr(float(human_ratio))) * RATIO_STEPS), RATIO_STEPS)


def parse_budget(text: str) -> int:
    """Tokens from "50M", "1.5B", "20_000": K, M, B or G, T; raises UsageError for anything but whole tokens above 0."""
    found = _AMOUNT.fullmatch(text.strip().lower().replace("_", "").replace(",", ""))
    tokens = Fraction(found[1]) * _FACTORS[found[2]] if found else Fraction(0)
    if tokens < 1 or tokens.denominator != 1:
        raise UsageError(
            f'a number of tokens is needed, not "{text}"',
            where="--budget",
            hint="write 50M, 1.5B, 200K or 50000000",
        )
    return int(tokens)


def _meant(given: float, usual: float) -> tuple[float, float]:
    """A share and its percentage: those that a number of percent means, else of the usual share."""
    share = given / 100 if 1 < given <= 100 else usual
    return share, 100 * share
