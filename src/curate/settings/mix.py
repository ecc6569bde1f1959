"""Settings of a mix, and of an audit draw from a corpus."""

from __future__ import annotations

from dataclasses import replace

from curate.settings.kinds import NUMBER, SIZE, TEXT, TEXTS, WEIGHTS, WHOLE
from curate.settings.scan import HUMAN_REFERENCE, INDEX, OUTPUT, SCAN
from curate.settings.setting import Setting

HUMAN_RATIO = Setting(
    "--human-ratio",
    NUMBER,
    "Require this share of human tokens in the mix, {low} to {high}, such as 0.7.",
    metavar="NUMBER",
    low=0,
    high=1,
    usual="0.3",
)
BUDGET = Setting(
    "--budget",
    TEXT,
    "Write at most this many tokens, such as 50M (default: no limit).",
    metavar="TOKENS",
)
TRUST = Setting(
    "--trust",
    TEXT,
    "Set the weakest evidence that counts as human: {choices} (default {default}).",
    default="detected",
    metavar="EVIDENCE",
    choices=("detected", "declared", "audited"),  # weakest first
)
KEEP = Setting(
    "--keep",
    TEXT,
    "Keep this document of a near-duplicate cluster: {choices} (default {default}).",
    default="human",
    metavar="CHOICE",
    choices=("human", "longest", "first", "source"),
)
WEIGHTS_OF_SOURCES = Setting(
    "--weights",
    WEIGHTS,
    "Set the share of each source, such as web=0.7,books=0.3 (default: natural shares).",
    default="",
    metavar="SOURCE=SHARE,...",
)
TEMPERATURE = Setting(
    "--temperature",
    NUMBER,
    "Even out sources and languages: 1 keeps natural shares, 100 makes them equal (default {default:g}).",
    default=1.0,
    metavar="NUMBER",
    usual="1",
)
MAX_REPEAT = Setting(
    "--max-repeat",
    WHOLE,
    "Repeat declared human text up to this often to fill --budget, {low} to {high} (default {default}).",
    default=1,
    metavar="NUMBER",
    low=1,
    high=100,
    usual="2",
)
EXCLUDE = Setting(
    "--exclude",
    TEXTS,
    "Leave out documents that share 13 words in a row with these texts (Chinese, Japanese: 13 characters); "
    "FILE or FILE:COLUMN, repeatable.",
    default=(),
    metavar="FILE",
    place=True,
)
DROP_COLUMN = Setting(
    "--drop-column",
    TEXTS,
    "Write the rows without this column; repeatable.",
    default=(),
    metavar="COLUMN",
)
TOKENIZER = Setting(
    "--tokenizer",
    TEXT,
    "Count tokens with this tokenizer.json, or bytes (default: words).",
    default="",
    metavar="FILE",
    may_be_empty=True,  # which then is curate's own
)
FORMAT = Setting(
    "--format",
    TEXT,
    "Write files of this format: {choices} (default {default}).",
    default="parquet",
    metavar="NAME",
    choices=("parquet", "jsonl", "jsonl.zst"),
)
SHARD_SIZE = Setting(
    "--shard-size",
    SIZE,
    "Write at most this much text per file, {low} to {high} (default {default}).",
    default="128MiB",
    metavar="SIZE",
    low=4096,
    high=1 << 34,
    usual="128MiB",
)
MAX_TAIL_LOSS = Setting(
    "--max-tail-loss",
    NUMBER,
    "Refuse a mix that may lose more than this share of the rare words, {low} to {high}, such as 0.05 (default: no "
    "limit).",
    metavar="NUMBER",
    low=0,
    high=1,
    usual="0.05",
)
INDEX_OF_MIX = replace(INDEX, help="Leave out copies of documents in this index of `scan --index`; adds nothing to it.")
INDEX_WITH_INPUTS = replace(INDEX, help="With --inputs: use the index that the mix used.")
UNUSED_REFERENCE = replace(
    HUMAN_REFERENCE, help="Accepted for a shared curate.toml; a mix does not use it.", panel=None
)  # fmt: skip
OUTPUT_OF_MIX = Setting(
    OUTPUT.option,
    TEXT,
    "Write to this folder, s3://BUCKET/FOLDER or hf://datasets/ORG/NAME.",
    metavar="PLACE",
    aliases=OUTPUT.aliases,
    place=True,
)
MIX = (
    *(OUTPUT_OF_MIX if one is OUTPUT else one for one in SCAN),
    HUMAN_RATIO, BUDGET, TRUST, KEEP, WEIGHTS_OF_SOURCES, TEMPERATURE, MAX_REPEAT, EXCLUDE, TOKENIZER, FORMAT,
    SHARD_SIZE, MAX_TAIL_LOSS, DROP_COLUMN,
)  # fmt: skip

# Of a draw for an audit; no keys of curate.toml.
COUNT = Setting(
    "--count",
    WHOLE,
    "Draw this many documents, {low} to {high} (default: as --width needs).",
    metavar="NUMBER",
    aliases=("-n",),
    low=1,
    high=100_000,
    usual="200",
    named="-n",
)
WIDTH = Setting(
    "--width",
    NUMBER,
    "Draw as few documents as give an interval this wide, {low} to {high} (default {default}).",
    default=0.2,
    metavar="NUMBER",
    low=0.005,
    high=0.999,
    usual="0.1",
)
