"""Every option with its Python type. A flag that was not given is None: `settle` then asks curate.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from curate.cli.numbers import number, whole
from curate.settings import columns, compare, mix, scan
from curate.settings.kinds import NUMBER, WHOLE
from curate.settings.setting import DATA, DETECT, RUNNING, Setting


def option(of: Setting[Any]) -> Any:
    """The setting as an option of the command line."""
    parser = number(of) if of.kind is NUMBER else whole(of) if of.kind is WHOLE else None
    return typer.Option(
        of.option, *of.aliases, parser=parser, metavar=of.metavar, help=of.text, rich_help_panel=of.panel
    )


Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Files, folders, globs, https://, s3:// or hf://: Parquet, Arrow, JSONL, JSON, CSV, text (also packed).",
    ),
]
TextColumn = Annotated[str | None, option(columns.TEXT_COLUMN)]
Txt = Annotated[str | None, option(columns.TXT)]
ConfigName = Annotated[str | None, option(columns.CONFIG_NAME)]
Split = Annotated[list[str] | None, option(columns.SPLIT)]
Role = Annotated[str | None, option(columns.ROLE)]
IdColumn = Annotated[str | None, option(columns.ID_COLUMN)]
SourceColumn = Annotated[str | None, option(columns.SOURCE_COLUMN)]
LabelColumn = Annotated[str | None, option(columns.LABEL_COLUMN)]
LabelMap = Annotated[list[str] | None, option(columns.LABEL_MAP)]
DateColumn = Annotated[str | None, option(columns.DATE_COLUMN)]
HumanReference = Annotated[list[str] | None, option(scan.HUMAN_REFERENCE)]
Labels = Annotated[list[Path] | None, option(scan.LABELS)]
Rules = Annotated[list[Path] | None, option(scan.RULES)]
Exclude = Annotated[list[str] | None, option(mix.EXCLUDE)]
DropColumn = Annotated[list[str] | None, option(mix.DROP_COLUMN)]
Threshold = Annotated[float | None, option(scan.THRESHOLD)]
Index = Annotated[Path | None, option(scan.INDEX)]
NgramSize = Annotated[int | None, option(scan.NGRAM_SIZE)]
NumPerm = Annotated[int | None, option(scan.NUM_PERM)]
Detector = Annotated[Path | None, option(scan.DETECTOR)]
Confidence = Annotated[float | None, option(scan.CONFIDENCE)]
Tokenizer = Annotated[str | None, option(mix.TOKENIZER)]
Output = Annotated[Path | None, option(scan.OUTPUT)]
OutputOfMix = Annotated[str | None, option(mix.OUTPUT_OF_MIX)]
NumProc = Annotated[int | None, option(scan.NUM_PROC)]
EngineName = Annotated[str | None, option(scan.ENGINE)]
Memory = Annotated[str | None, option(scan.MEMORY)]
MaxDocumentSize = Annotated[str | None, option(scan.MAX_DOCUMENT_SIZE)]
Seed = Annotated[int | None, option(scan.SEED)]
HumanRatio = Annotated[float | None, option(mix.HUMAN_RATIO)]
Budget = Annotated[str | None, option(mix.BUDGET)]
Trust = Annotated[str | None, option(mix.TRUST)]
Keep = Annotated[str | None, option(mix.KEEP)]
Weights = Annotated[str | None, option(mix.WEIGHTS_OF_SOURCES)]
Temperature = Annotated[float | None, option(mix.TEMPERATURE)]
MaxRepeat = Annotated[int | None, option(mix.MAX_REPEAT)]
MaxTailLoss = Annotated[float | None, option(mix.MAX_TAIL_LOSS)]
Format = Annotated[str | None, option(mix.FORMAT)]
ShardSize = Annotated[str | None, option(mix.SHARD_SIZE)]
IndexOfMix = Annotated[Path | None, option(mix.INDEX_OF_MIX)]
IndexWithInputs = Annotated[Path | None, option(mix.INDEX_WITH_INPUTS)]
UnusedReference = Annotated[list[str] | None, option(mix.UNUSED_REFERENCE)]
Count = Annotated[int | None, option(mix.COUNT)]
Width = Annotated[float | None, option(mix.WIDTH)]
Control = Annotated[list[str] | None, option(compare.CONTROL)]
Permutations = Annotated[int | None, option(compare.PERMUTATIONS)]
Baseline = Annotated[str | None, option(compare.BASELINE)]
HumanBaseline = Annotated[bool | None, option(compare.HUMAN_BASELINE)]
PolicyFiles = Annotated[list[Path] | None, option(compare.POLICY)]
FailOn = Annotated[str | None, option(compare.FAIL_ON)]
CacheDir = Annotated[Path | None, option(compare.CACHE_DIR)]

FollowLinks = Annotated[
    bool,
    typer.Option(
        "--follow-links",
        help="Read links that lead out of PATH (default: name them and skip them).",
        rich_help_panel=DATA,
    ),
]
CrossCheck = Annotated[
    bool,
    typer.Option(
        "--crosscheck",
        help="Check near-duplicates on a sample with datasketch, and print recall and precision.",
        rich_help_panel=DETECT,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="Read settings from this file (default: curate.toml, then pyproject.toml).",
        rich_help_panel=RUNNING,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a report.")]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Exit 3 for rows in quarantine, unknown labels or settings without effect; a mix then accepts no score as "
        "evidence.",
        rich_help_panel=RUNNING,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="Print no progress and no remarks.",
        rich_help_panel=RUNNING,
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print every setting and its origin.", rich_help_panel=RUNNING)
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Print no progress bar.", rich_help_panel=RUNNING)]
