"""Settings of a comparison and of a check of a change."""

from __future__ import annotations

from curate.settings.kinds import FLAG, PATH, PATHS, TEXT, TEXTS, WHOLE
from curate.settings.mix import MIX
from curate.settings.scan import SCAN
from curate.settings.setting import DETECT, GATES, RUNNING, Setting

CONTROL = Setting(
    "--control",
    TEXTS,
    "Use the differences of this human snapshot as normal variation; repeatable.",
    default=(),
    metavar="PATH",
    panel=DETECT,
    place=True,
)
PERMUTATIONS = Setting(
    "--permutations",
    WHOLE,
    "Set the number of permutations of the test, {low} to {high} (default {default}).",
    default=499,
    metavar="NUMBER",
    panel=DETECT,
    low=99,
    high=99_999,
    usual="499",
)
BASELINE = Setting(
    "--baseline",
    TEXT,
    "Compare with this: a git revision (main, HEAD~1), a folder or a file.",
    metavar="REF|PATH",
    panel=GATES,
    place=True,
)
HUMAN_BASELINE = Setting(
    "--human-baseline",
    FLAG,
    "Treat the baseline as human text, and compare new rows with it.",
    default=False,
    panel=GATES,
)
POLICY = Setting(
    "--policy",
    PATHS,
    "Use the gates of this TOML file (default: the shipped policy); repeatable; a later gate replaces one of the same "
    "id.",
    default=(),
    metavar="FILE",
    panel=GATES,
    place=True,
)
FAILING: dict[str, tuple[str, ...]] = {"error": ("fail",), "warning": ("fail", "warning"), "never": ()}  # verdicts
FAIL_ON = Setting(
    "--fail-on",
    TEXT,
    "Exit 1 from this level on: {choices} (default {default}).",
    default="error",
    metavar="LEVEL",
    panel=GATES,
    choices=tuple(FAILING),
)
CACHE_DIR = Setting(
    "--cache-dir",
    PATH,
    "Keep the scanned baseline in this folder (default: the user's cache folder).",
    metavar="DIR",
    panel=RUNNING,
    place=True,
)
COMPARE = (*SCAN, CONTROL, PERMUTATIONS)
CHECK = (*SCAN, BASELINE, HUMAN_BASELINE, POLICY, FAIL_ON, CACHE_DIR)
KNOWN = tuple(dict.fromkeys(one.key for one in (*MIX, *COMPARE, *CHECK)))  # keys of a configuration file
