"""Every option, named once. A flag that was not given is None: settings.py then asks curate.toml, then the default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli.numbers import number, whole

DATA, DETECT, RUNNING = "Data", "Measuring", "Running"

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Files, folders or globs to read: Parquet, JSONL (.gz, .zst), Arrow.",
    ),
]
TextColumn = Annotated[
    str | None,
    typer.Option(
        "--text-column",
        "--text-key",
        "--text-field",
        metavar="COLUMN",
        help="Read the text from this column (default: found by name and content). a.b is nested, a+b joins two, a|b "
        "takes the first with text.",
        rich_help_panel=DATA,
    ),
]
Role = Annotated[
    str | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="Read these turns of a chat: assistant, user or all (default: all, but the assistant's for the share).",
        rich_help_panel=DATA,
    ),
]
IdColumn = Annotated[
    str | None,
    typer.Option(
        "--id-column",
        metavar="COLUMN",
        help="Take document ids from this column (default: id, else file and row).",
        rich_help_panel=DATA,
    ),
]
SourceColumn = Annotated[
    str | None,
    typer.Option(
        "--source-column",
        metavar="COLUMN",
        help="Take source names from this column (default: the file name).",
        rich_help_panel=DATA,
    ),
]
LabelColumn = Annotated[
    str | None,
    typer.Option(
        "--label-column",
        metavar="COLUMN",
        help="Take declarations of human or machine from this column (default: none).",
        rich_help_panel=DATA,
    ),
]
LabelMap = Annotated[
    list[str] | None,
    typer.Option(
        "--label-map",
        metavar="WORD=WRITER",
        help="Say what a label means, such as gpt-4=machine or student=human; repeatable.",
        rich_help_panel=DATA,
    ),
]
DateColumn = Annotated[
    str | None,
    typer.Option(
        "--date-column",
        metavar="COLUMN",
        help="Take dates from this column (default: found by name, unless it holds bare years).",
        rich_help_panel=DATA,
    ),
]
HumanReference = Annotated[
    list[str] | None,
    typer.Option(
        "--human-reference",
        metavar="PATH",
        help="Compare with this human text of the same kind, such as the years before 2022; repeatable.",
        rich_help_panel=DETECT,
    ),
]
Labels = Annotated[
    list[Path] | None,
    typer.Option(
        "--labels",
        metavar="FILE",
        help="Use these hand labels of documents that `curate audit draw` drew: JSONL, CSV or Parquet.",
        rich_help_panel=DETECT,
    ),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        metavar="FILE|NAME",
        help="Add a rule book: your own (TOML), or gopher, c4 or fineweb; repeatable.",
        rich_help_panel=DETECT,
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="FILE",
        help="Leave out documents that share 13 words in a row with these texts (Chinese, Japanese: 13 characters); "
        "FILE or FILE:COLUMN, repeatable.",
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        parser=number("--threshold"),
        metavar="NUMBER",
        help="Set the Jaccard similarity from which documents are near-duplicates, 0.05 to 1 (default 0.7).",
        rich_help_panel=DETECT,
    ),
]
Index = Annotated[
    Path | None,
    typer.Option(
        "--index",
        metavar="DIR",
        help="Match with corpora scanned into this folder before, then add this one; made if absent.",
        rich_help_panel=DETECT,
    ),
]
NgramSize = Annotated[
    int | None,
    typer.Option(
        "--ngram-size",
        parser=whole("--ngram-size"),
        metavar="NUMBER",
        help="Set the words per shingle for near-duplicates, 1 to 100 (default 5).",
        rich_help_panel=DETECT,
    ),
]
NumPerm = Annotated[
    int | None,
    typer.Option(
        "--num-perm",
        parser=whole("--num-perm"),
        metavar="NUMBER",
        help="Set the number of MinHash permutations, 16 to 1024 (default 128).",
        rich_help_panel=DETECT,
    ),
]
Detector = Annotated[
    Path | None,
    typer.Option(
        "--detector",
        metavar="FILE|NAME",
        help="Use a detector of your own: a file from `curate train`, or an installed one (default: shipped).",
        rich_help_panel=DETECT,
    ),
]
Confidence = Annotated[
    float | None,
    typer.Option(
        "--confidence",
        parser=number("--confidence"),
        metavar="NUMBER",
        help="Set the confidence level of all intervals and bounds, 0.5 to 0.9999 (default 0.95).",
        rich_help_panel=DETECT,
    ),
]
Tokenizer = Annotated[
    str | None,
    typer.Option(
        "--tokenizer",
        metavar="FILE",
        help="Count tokens with this tokenizer.json, or bytes (default: words).",
    ),
]
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
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        "--output-dir",
        metavar="FOLDER",
        help="Write to this folder.",
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
NumProc = Annotated[
    int | None,
    typer.Option(
        "--num-proc",
        "-j",
        "--workers",
        "--processes",
        parser=whole("--num-proc"),
        metavar="NUMBER",
        help="Set the number of threads, 1 to 1024 (default: all cores).",
        rich_help_panel=RUNNING,
    ),
]
EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="Run the work on this engine: threads.",
        rich_help_panel=RUNNING,
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        "--memory",
        metavar="SIZE",
        help="Limit the memory for texts and results, from 256MiB (default 4GB).",
        rich_help_panel=RUNNING,
    ),
]
MaxDocumentSize = Annotated[
    str | None,
    typer.Option(
        "--max-document-size",
        metavar="SIZE",
        help="Quarantine texts that are longer, up to 1GiB (default 64MiB).",
        rich_help_panel=RUNNING,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        parser=whole("--seed"),
        metavar="NUMBER",
        help="Set the random seed (default 42).",
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
