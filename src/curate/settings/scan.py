"""Settings of a scan, which the other commands share."""

from __future__ import annotations

import os

from curate.errors import UsageError
from curate.settings.columns import (
    CONFIG_NAME,
    DATE_COLUMN,
    ID_COLUMN,
    LABEL_COLUMN,
    LABEL_MAP,
    ROLE,
    SOURCE_COLUMN,
    SPLIT,
    TEXT_COLUMN,
    TXT,
)
from curate.settings.kinds import NUMBER, PATH, PATHS, SIZE, TEXT, TEXTS, WHOLE
from curate.settings.setting import DETECT, RUNNING, Setting

OUTPUT = Setting(
    "--output", PATH, "Write to this folder.", metavar="FOLDER", aliases=("-o", "--output-dir"), place=True
)  # fmt: skip
HUMAN_REFERENCE = Setting(
    "--human-reference",
    TEXTS,
    "Compare with this human text of the same kind, such as the years before 2022; repeatable.",
    default=(),
    metavar="PATH",
    panel=DETECT,
    place=True,
)
LABELS = Setting(
    "--labels",
    PATH,
    "Use these hand labels of documents that `curate audit draw` drew: JSONL, JSON, CSV or Parquet.",
    metavar="FILE",
    panel=DETECT,
    place=True,
)
RULES = Setting(
    "--rules",
    PATHS,
    "Add a rule book: your own (TOML), or gopher, c4 or fineweb; repeatable.",
    default=(),
    metavar="FILE|NAME",
    panel=DETECT,
    place=True,
)
INDEX = Setting(
    "--index",
    PATH,
    "Match with corpora scanned into this folder before, then add this one; made if absent.",
    metavar="DIR",
    panel=DETECT,
    place=True,
)
THRESHOLD = Setting(
    "--threshold",
    NUMBER,
    "Set the Jaccard similarity from which documents are near-duplicates, {low} to {high} (default {default}).",
    default=0.7,
    metavar="NUMBER",
    panel=DETECT,
    low=0.05,
    high=1.0,
    usual="0.7",
)
NGRAM_SIZE = Setting(
    "--ngram-size",
    WHOLE,
    "Set the words per shingle for near-duplicates, {low} to {high} (default {default}).",
    default=5,
    metavar="NUMBER",
    panel=DETECT,
    low=1,
    high=100,
    usual="5",
)
NUM_PERM = Setting(
    "--num-perm",
    WHOLE,
    "Set the number of MinHash permutations, {low} to {high} (default {default}).",
    default=128,
    metavar="NUMBER",
    panel=DETECT,
    low=16,
    high=1024,
    usual="128",
)
DETECTOR = Setting(
    "--detector",
    PATH,
    "Use a detector of your own: a file from `curate train`, or an installed one (default: shipped).",
    metavar="FILE|NAME",
    panel=DETECT,
)
CONFIDENCE = Setting(
    "--confidence",
    NUMBER,
    "Set the confidence level of all intervals and bounds, {low} to {high} (default {default}).",
    default=0.95,
    metavar="NUMBER",
    panel=DETECT,
    low=0.5,
    high=0.9999,
    usual="0.95",
)
ENGINE = Setting(
    "--engine",
    TEXT,
    "Run the work on this engine: {default}.",
    default="threads",
    metavar="NAME",
    panel=RUNNING,
)
NUM_PROC = Setting(
    "--num-proc",
    WHOLE,
    "Set the number of threads, {low} to {high} (default: all cores).",
    default=os.cpu_count() or 1,
    metavar="NUMBER",
    panel=RUNNING,
    aliases=("-j", "--workers", "--processes"),
    low=1,
    high=1024,
    usual="4",
    named="-j/--num-proc",
)
MEMORY = Setting(
    "--memory",
    SIZE,
    "Limit the memory for texts and results, from {low} (default {default}).",
    default="4GB",
    metavar="SIZE",
    panel=RUNNING,
    low=256 << 20,
    high=1 << 50,
    usual="4GB",
)
MAX_DOCUMENT_SIZE = Setting(
    "--max-document-size",
    SIZE,
    "Quarantine texts that are longer, up to {high} (default {default}).",
    default="64MiB",
    metavar="SIZE",
    panel=RUNNING,
    low=1,
    high=1 << 30,
    usual="64MiB",
)
SEED = Setting(
    "--seed",
    WHOLE,
    "Set the random seed (default {default}).",
    default=42,
    metavar="NUMBER",
    panel=RUNNING,
    low=0,
    high=2**64 - 1,
    usual="42",
)
SCAN = (
    OUTPUT, CONFIG_NAME, SPLIT, TEXT_COLUMN, ROLE, TXT, ID_COLUMN, SOURCE_COLUMN, LABEL_COLUMN, LABEL_MAP, DATE_COLUMN,
    HUMAN_REFERENCE, LABELS, RULES, INDEX, THRESHOLD, NGRAM_SIZE, NUM_PERM, DETECTOR, CONFIDENCE, ENGINE, NUM_PROC,
    MEMORY, MAX_DOCUMENT_SIZE, SEED,
)  # fmt: skip
READING = (TEXT_COLUMN, ROLE, TXT, ID_COLUMN, SOURCE_COLUMN, MEMORY, MAX_DOCUMENT_SIZE)  # of the files of a corpus


def check_seed(seed: int) -> None:
    """Raises UsageError for a seed that does not fit into 64 bits."""
    if not SEED.low <= seed <= SEED.high:
        raise UsageError(f"--seed is {seed}, and must be a whole number from 0 to 2^64 - 1", hint="--seed 42")
