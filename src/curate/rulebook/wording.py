"""Sentences for people: what a figure is, and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from curate.amounts import exact, number, percent, points
from curate.figure_names import NAMES
from curate.rulebook.gates import Gate
from curate.rulebook.metric_names import Unit, unit_of
from curate.rulebook.metrics import Figure

_PART = r"machine_share\.by_(?:language|source|month|length)\.(?P<name>.+)"
_YEAR = r"machine_share\.placebo_by_year\.(?P<name>[^.]+)(?:\.if_known_kinds)?"
# The first pattern that fits a figure's name; {} is the figure, of shares that of the tokens.
SENTENCES = (
    (r"machine_share\.if_known_kinds\.low", "at least {} reads as machine-written"),
    (r"machine_share\.if_known_kinds\.estimate", "about {} reads as machine-written"),
    (r"machine_share\.if_known_kinds\.high", "at most {} reads as machine-written"),
    (rf"{_PART}\.if_known_kinds\.low", "at least {} of {name} reads as machine-written"),
    (rf"{_PART}\.if_known_kinds\.estimate", "about {} of {name} reads as machine-written"),
    (rf"{_PART}\.if_known_kinds\.high", "at most {} of {name} reads as machine-written"),
    (rf"{_YEAR}\.low", "at least {} of texts of {name} reads as machine-written"),
    (rf"{_YEAR}\.estimate", "about {} of texts of {name} reads as machine-written"),
    (rf"{_YEAR}\.high", "at most {} of texts of {name} reads as machine-written"),
    (r"machine_share\.low", "at least {} machine-written"),
    (r"machine_share\.estimate", "about {} machine-written"),
    (r"machine_share\.high", "at most {} machine-written"),
    (rf"{_PART}\.low", "at least {} of {name} machine-written"),
    (rf"{_PART}\.estimate", "about {} of {name} machine-written"),
    (rf"{_PART}\.high", "at most {} of {name} machine-written"),
    (r"duplicates\.index\.token_share", "{} of the tokens repeat what is there already"),
    (r"duplicates\.index\.documents", "documents that repeat what is there already: {}"),
    (r"duplicates\.token_share", "{} of the tokens repeat another document"),
    (r"duplicates\.paragraph_token_share", "{} of the tokens are in paragraphs that other documents contain too"),
    (r"quarantined", "rows and files that cannot be read: {}"),
    (r"mended", "lines that hold bytes around their row: {}"),
    (r"doubled_keys\.rows", "rows in which a key that is read stands twice: {}"),
    (r"unread\.files", "files that look like data and are not read: {}"),
    (r"unjudged\.columns", "prose not judged, new or longer than the text: {}"),
    (r"moved\.rows", "rows moved from one file to another: {}"),
    (r"moved\.pairs", "pairs of files that rows move between: {}"),
    (r"held_out\.rows", "rows that are no longer held out: {}"),
    (r"held_out\.near", "new rows that nearly repeat held-out rows: {}"),
    (r"left_out\.files", "files that are left out on purpose: {}"),
    (r"unread\.bytes", "bytes of files that look like data and are not read: {}"),
    (r"books\.leaks", "documents with what a chat model leaves behind: {}"),
    (r"books\.(?P<name>.+)", "documents that a rule of {name} removes: {}"),
    (r"rules\.(?P<name>.+)", "documents in which the rule {name} fires: {}"),
    (r"diversity\.tail_recall", "{} of the rare words that are expected are there"),
    (r"removed\.token_share", "{} of the tokens that were there are removed"),
    (r"removed\.human\.token_share", "{} of the tokens declared human are removed"),
    (r"removed\.worst_(?:source|language)\.token_share", "{} of the tokens of {about} are removed"),
    (r"removed\.by_(?:source|language)\.(?P<name>.+)\.token_share", "{} of the tokens of {name} are removed"),
    (
        r"removed\.by_(?:source|language)\.(?P<name>.+)\.(?P<leaf>documents|tokens)",
        "{leaf} of {name} that are removed: {}",
    ),
    (r"removed\.emptied", "rows that hold no text now: {}"),
    (r"languages\.(?P<name>.+)\.token_share", "{} of the tokens are {name}"),
    (r"languages\.(?P<name>.+)\.(?P<leaf>documents|tokens)", "{leaf} of {name}: {}"),
    (r"(?P<name>documents|tokens|bytes|files)", "{name}: {}"),
)

_OF_PART = (
    r"machine_share\.(?:by_[a-z]+|placebo_by_year)\.(?P<name>.+?)"
    r"\.(?P<leaf>(?:if_known_kinds\.)?(?:low|high|estimate)|placebo)"
)


def said(gate: Gate, figure: Figure, *, known: bool) -> str:
    """One sentence: what was found, beside what is allowed; `known`: whether that settles the gate."""
    return f"{_found(gate, figure, known=known)}; allowed: {_allowed(gate)}"


def _found(gate: Gate, figure: Figure, *, known: bool) -> str:
    unit, limits = unit_of(gate.metric), (gate.at_least, gate.at_most)
    if gate.on == "difference" and figure.value is not None:
        chance = "" if known else ", or by chance"
        return f"{name_of(gate.metric)}: {beside(figure.value, limits, unit, signed=True)} by merging{chance}"
    after = "after merging, " if gate.on == "whole" else ""
    if figure.value is None:
        lead = "nothing to judge" if figure.absent else "cannot tell"
        return f"{lead}: {after}{name_of(gate.metric)}: {figure.unknown or _between(figure, unit)}"
    told = _sentence(gate.metric, beside(figure.value, limits, unit), figure.about or "any part")
    if known:
        return f"{after}{told}"
    bound = re.sub("^at (least|most) ", "", told)
    because = f" ({figure.unknown})" if figure.unknown else ""
    least = figure.low == figure.value
    return f"cannot tell: {after}{'' if least else 'up to '}{bound}{' or more' if least else ''}{because}"


def name_of(metric: str) -> str:
    """Name of a figure for people, whether it has a value or not; never its key."""
    if metric in NAMES:
        return NAMES[metric].name
    if found := re.fullmatch(_OF_PART, metric, re.DOTALL):
        kind, comma, bound = NAMES[f"machine_share.{found['leaf']}"].name.partition(",")
        return f"{kind} in {found['name']}{comma}{bound}"
    for pattern, sentence in SENTENCES:
        if found := re.fullmatch(pattern, metric, re.DOTALL):
            about = {"about": "the part that loses most", **found.groupdict()}
            bare = re.sub(r"^\{\} of the tokens (are|stand) ", r"tokens that \1 ", sentence)
            bare = re.sub(r" are removed$", " that are removed", bare)
            return re.sub(r"^\{\} of the |: \{\}$", "", bare).format("", **about)
    return ", ".join(metric.replace("_", " ").split("."))


def _sentence(metric: str, shown: str, about: str) -> str:
    for pattern, sentence in SENTENCES:
        if found := re.fullmatch(pattern, metric, re.DOTALL):
            return sentence.format(shown, about=about, **found.groupdict())
    return f"{name_of(metric)}: {shown}"


def _allowed(gate: Gate) -> str:
    unit, signed = unit_of(gate.metric), gate.on == "difference"
    if (gate.at_least, gate.at_most, signed) == (None, 0, False):
        return "none"
    parts = []
    if gate.at_least is not None:
        parts.append(f"at least {limit(gate.at_least, unit, signed=signed)}")
    if gate.at_most is not None:
        parts.append(f"at most {limit(gate.at_most, unit, signed=signed)}")
    return ", ".join(parts)


def _between(figure: Figure, unit: Unit) -> str:
    return f"anything from {amount(figure.low, unit)} to {amount(figure.high, unit)}"


def amount(value: float, unit: Unit, *, signed: bool = False) -> str:
    """For people: 12 %, 0.3 %, 1,234, 2.54; with a sign, shares are points of a percentage."""
    if unit == "share":
        return points(value) if signed else percent(value)
    return f"{'+' if signed and value >= 0 else ''}{number(value)}"


def limit(value: float, unit: Unit, *, signed: bool = False) -> str:
    """As it was set."""
    if unit == "number":
        return amount(value, unit, signed=signed)
    sign = "+" if signed and value >= 0 else ""
    return f"{sign}{exact(value)}".replace(" %", " points" if signed else " %")


def beside(value: float, limits: Sequence[float | None], unit: Unit, *, signed: bool = False) -> str:
    """The amount with as many digits as it takes to tell it from the limits."""
    shown = amount(value, unit, signed=signed)
    equal = [one for one in limits if one is not None and limit(one, unit, signed=signed) == shown and one != value]
    if not equal or unit == "number":
        return shown
    for digits in range(2, 8):
        if all(round(100 * value, digits) != round(100 * one, digits) for one in equal):
            sign = "+" if signed and value >= 0 else ""
            return f"{sign}{100 * value:.{digits}f} {'points' if signed else '%'}"
    return shown
