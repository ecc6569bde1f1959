"""Every option, named once. A flag that was not given is None: settings.py then asks curate.toml, then the default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli.numbers import number, whole

DATA, DETECT, RUNNING = "Data", "Measuring", "Running"

Paths = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files, folders or globs: Parquet, JSONL (.gz, .zst), Arrow.")
]
TextColumn = Annotated[
    str | None,
    typer.Option(
        "--text-column",
        "--text-key",
        "--text-field",
        help="Column with the text: a.b lies within a, a+b joined, a|b the first that has text; found by itself.",
        rich_help_panel=DATA,
    ),
]
Role = Annotated[
    str | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="Whose turns of a chat are its text: assistant, user or all (default all).",
        rich_help_panel=DATA,
    ),
]
IdColumn = Annotated[str | None, typer.Option("--id-column", help="Column with the ids.", rich_help_panel=DATA)]
SourceColumn = Annotated[
    str | None,
    typer.Option("--source-column", help="Column that names the source; default: the file.", rich_help_panel=DATA),
]
LabelColumn = Annotated[
    str | None,
    typer.Option("--label-column", help="Column that declares human or machine.", rich_help_panel=DATA),
]
LabelMap = Annotated[
    list[str] | None,
    typer.Option(
        "--label-map",
        metavar="WORD=WRITER",
        help="What a label means: gpt-4=machine, student=human, or unknown; repeatable.",
        rich_help_panel=DATA,
    ),
]
DateColumn = Annotated[
    str | None,
    typer.Option(
        "--date-column", help="Column with the date; found by itself, if it is not bare years.", rich_help_panel=DATA
    ),
]
HumanReference = Annotated[
    list[str] | None,
    typer.Option(
        "--human-reference",
        metavar="PATH",
        help="Human text of the corpus's own kind, such as its years before 2022; repeatable.",
        rich_help_panel=DETECT,
    ),
]
Labels = Annotated[
    list[Path] | None,
    typer.Option(
        "--labels",
        metavar="FILE",
        help="Labels of some documents (id, label), as `curate audit draw` asks for; JSONL, CSV, Parquet.",
        rich_help_panel=DETECT,
    ),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules", help="A rule book of your own (TOML), or gopher, c4, fineweb; repeatable.", rich_help_panel=DETECT
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="FILE",
        help="Leave out what shares 13 words in a row (Chinese, Japanese: characters) with these texts (FILE or "
        "FILE:COLUMN); repeatable.",
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        parser=number("--threshold"),
        metavar="NUMBER",
        help="Similarity that makes a near-duplicate (default 0.7).",
        rich_help_panel=DETECT,
    ),
]
Index = Annotated[
    Path | None,
    typer.Option(
        "--index",
        metavar="DIR",
        help="Match with the corpora scanned into this folder before, then add this one; made if it is not there.",
        rich_help_panel=DETECT,
    ),
]
NgramSize = Annotated[
    int | None,
    typer.Option(
        "--ngram-size",
        parser=whole("--ngram-size"),
        metavar="NUMBER",
        help="Words in a shingle (default 5).",
        rich_help_panel=DETECT,
    ),
]
NumPerm = Annotated[
    int | None,
    typer.Option(
        "--num-perm",
        parser=whole("--num-perm"),
        metavar="NUMBER",
        help="Slots of a signature (default 128).",
        rich_help_panel=DETECT,
    ),
]
Detector = Annotated[
    Path | None, typer.Option("--detector", help="A detector of your own (.npz).", rich_help_panel=DETECT)
]
Confidence = Annotated[
    float | None,
    typer.Option(
        "--confidence",
        parser=number("--confidence"),
        metavar="NUMBER",
        help="Of every interval and bound (default 0.95).",
        rich_help_panel=DETECT,
    ),
]
Tokenizer = Annotated[
    str | None,
    typer.Option("--tokenizer", metavar="FILE", help="Count a model's own tokens (tokenizer.json), or bytes."),
]
FollowLinks = Annotated[
    bool,
    typer.Option(
        "--follow-links", help="Read links that lead out of PATH too; by default they are named.", rich_help_panel=DATA
    ),
]
CrossCheck = Annotated[
    bool,
    typer.Option(
        "--crosscheck",
        help="Find the near-duplicates of a sample again with datasketch, and print recall and precision.",
        rich_help_panel=DETECT,
    ),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", "--output-dir", help="Folder to write.")]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="Settings (default curate.toml, then pyproject.toml).", rich_help_panel=RUNNING
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
        help="Threads (default all cores).",
        rich_help_panel=RUNNING,
    ),
]
EngineName = Annotated[str | None, typer.Option("--engine", help="Where work runs: threads.", rich_help_panel=RUNNING)]
Memory = Annotated[
    str | None, typer.Option("--memory", help="For texts and what is computed (default 4GB).", rich_help_panel=RUNNING)
]
MaxDocumentSize = Annotated[
    str | None,
    typer.Option(
        "--max-document-size",
        metavar="SIZE",
        help="Longest text that is read; a longer one goes to quarantine (default 64MiB).",
        rich_help_panel=RUNNING,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        parser=whole("--seed"),
        metavar="NUMBER",
        help="For every draw and tie (default 42).",
        rich_help_panel=RUNNING,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Exit 3 if rows went to quarantine, labels are not known, or a setting had no effect; a mix takes no "
        "score as evidence.",
        rich_help_panel=RUNNING,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no remarks.", rich_help_panel=RUNNING)]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say every setting and where it came from.", rich_help_panel=RUNNING)
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="No progress bar.", rich_help_panel=RUNNING)]
