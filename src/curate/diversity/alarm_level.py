"""Level of the collapse alarm, and the changes that it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from curate.amounts import percent

WATCH_P, EARLY_P, FAMILY_P = 0.05, 0.01, 0.05
LATE_VOCABULARY, LATE_PREDICTABLE = 0.20, 0.50
LEVELS = ("ok", "watch", "early", "late")
FLOORS = {"tail_recall": 0.05, "singleton_mass": 0.10, "singleton_pairs": 0.03}  # a smaller loss is no alarm
MANY_EDITED = 0.1  # of AFTER's documents, near-copies of BEFORE's: a model of BEFORE foretells them


@dataclass(frozen=True, slots=True)
class Kind:
    """Kind of a figure: its family, whether loss lowers it (-1) or raises it (+1), how far topics alone move it.

    drift: root mean square of the log ratio between human texts of different topics
    (docs/evidence/diversity.md); it stands in for a control that is too small to show the figure.
    """

    family: str
    loss: int
    drift: float


KINDS = {
    "tail_recall": Kind("tail", -1, 0.21),
    "singleton_mass": Kind("tail", -1, 0.20),
    "singleton_pairs": Kind("tail", -1, 0.13),
    "effective_vocabulary": Kind("concentration", -1, 0.27),
    "common_vocabulary": Kind("concentration", -1, 0.25),
    "effective_bigrams": Kind("concentration", -1, 0.19),
    "repeated_4gram_share": Kind("repetition", +1, 0.17),
    "compression_ratio": Kind("repetition", +1, 0.09),
    "predictable_share": Kind("predictability", +1, 0.50),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One figure on both sides at equal size; p_value of its loss, adjusted for all figures; p_alone, not adjusted.

    unseen: the loss, as a log ratio, up to which the adjusted p_value stays at WATCH_P: chance alone moves the figure
    as far; None where nothing would show. drift: how far the control lets this figure move; None without one.
    """

    before: float
    after: float
    log_ratio: float
    p_value: float
    p_alone: float
    scale: float  # of the log ratio by chance
    unseen: float | None
    drift: float | None = None

    def lost(self, name: str) -> bool:
        """Return whether this figure moved towards loss by more than the control; the alarm first tests all figures."""
        return self.p_alone < FAMILY_P and KINDS[name].loss * self.log_ratio > (self.drift or 0.0)


def level_of(
    metrics: dict[str, Change], p_value: float, edited: float, *, trusted: bool
) -> tuple[str, tuple[str, ...]]:
    if p_value >= WATCH_P:
        return "ok", ()
    lost = {name for name, change in metrics.items() if change.lost(name)}
    families = {KINDS[name].family for name in lost}
    deep = any(name in lost and -metrics[name].log_ratio >= floor for name, floor in FLOORS.items())
    if p_value >= EARLY_P or len(families) < 2 or not deep:
        return "watch", (_why_watch(lost, families, edited, deep=deep),)
    if not trusted:
        topics = (
            "a change of topic looks the same: with no usable --control, and no sources that both sides name, "
            "this is no alarm"
        )
        return "watch", (topics,)
    words, predictable = metrics.get("effective_vocabulary"), metrics.get("predictable_share")
    late = (
        words is not None and words.after <= (1 - LATE_VOCABULARY) * words.before and words.lost("effective_vocabulary")
    )
    late = late or (predictable is not None and predictable.after >= LATE_PREDICTABLE)
    return ("late" if late else "early"), ()


def _why_watch(lost: set[str], families: set[str], edited: float, *, deep: bool) -> str:
    if not lost:
        return "what moved may be a change of topic: the control allows as much"
    if lost == {"predictable_share"} and edited >= MANY_EDITED:
        return (
            f"{percent(edited)} of the documents after are near-copies of some before, and so easily predicted from "
            "them, whoever edited them; nothing else moved"
        )
    if not deep:
        return "more than chance, but the tail has not lost enough to matter"
    if len(families) < 2:
        return f"only one kind of figure moved: {next(iter(families))}"
    return "probably more than chance, not surely"
