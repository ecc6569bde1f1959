"""curate mix: a training mix with a guaranteed minimum of human text."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from curate.cli import options
from curate.cli.numbers import number, whole


def mix(
    paths: options.Paths,
    human_ratio: Annotated[
        float | None,
        typer.Option(
            "--human-ratio",
            parser=number("--human-ratio"),
            metavar="NUMBER",
            help="Require this share of human tokens in the mix, 0 to 1, such as 0.7.",
        ),
    ] = None,
    output: options.Output = None,
    budget: Annotated[
        str | None,
        typer.Option(
            "--budget",
            metavar="TOKENS",
            help="Write at most this many tokens, such as 50M (default: no limit).",
        ),
    ] = None,
    trust: Annotated[
        str | None,
        typer.Option(
            "--trust",
            metavar="EVIDENCE",
            help="Set the weakest evidence that counts as human: detected, declared or audited (default detected).",
        ),
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(
            "--keep",
            metavar="CHOICE",
            help="Keep this document of a near-duplicate cluster: human, longest, first or source (default human).",
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            metavar="SOURCE=SHARE,...",
            help="Set the share of each source, such as web=0.7,books=0.3 (default: natural shares).",
        ),
    ] = None,
    temperature: Annotated[
        float | None,
        typer.Option(
            "--temperature",
            parser=number("--temperature"),
            metavar="NUMBER",
            help="Even out sources and languages: 1 keeps natural shares, 100 makes them equal (default 1).",
        ),
    ] = None,
    max_repeat: Annotated[
        int | None,
        typer.Option(
            "--max-repeat",
            parser=whole("--max-repeat"),
            metavar="NUMBER",
            help="Repeat declared human text up to this often to fill --budget, 1 to 100 (default 1).",
        ),
    ] = None,
    exclude: options.Exclude = None,
    max_tail_loss: Annotated[
        float | None,
        typer.Option(
            "--max-tail-loss",
            parser=number("--max-tail-loss"),
            metavar="NUMBER",
            help="Refuse a mix that may lose more than this share of the rare words, 0 to 1, such as 0.05 (default: no "
            "limit).",
        ),
    ] = None,
    tokenizer: options.Tokenizer = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Write files of this format: parquet, jsonl or jsonl.zst (default parquet).",
        ),
    ] = None,
    shard_size: Annotated[
        str | None,
        typer.Option(
            "--shard-size",
            metavar="SIZE",
            help="Write at most this much text per file, 4KiB to 16GiB (default 128MiB).",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and write nothing.")] = False,
    text_column: options.TextColumn = None,
    role: options.Role = None,
    id_column: options.IdColumn = None,
    source_column: options.SourceColumn = None,
    label_column: options.LabelColumn = None,
    label_map: options.LabelMap = None,
    date_column: options.DateColumn = None,
    human_reference: Annotated[
        list[str] | None,
        typer.Option(
            "--human-reference", metavar="PATH", help="Accepted for a shared curate.toml; a mix does not use it."
        ),
    ] = None,
    labels: options.Labels = None,
    rules: options.Rules = None,
    index: Annotated[
        Path | None,
        typer.Option(
            "--index",
            metavar="DIR",
            help="Leave out copies of documents in this index of `scan --index`; adds nothing to it.",
            rich_help_panel=options.DETECT,
        ),
    ] = None,
    threshold: options.Threshold = None,
    ngram_size: options.NgramSize = None,
    num_perm: options.NumPerm = None,
    detector: options.Detector = None,
    confidence: options.Confidence = None,
    follow_links: options.FollowLinks = False,
    config: options.Config = None,
    engine: options.EngineName = None,
    num_proc: options.NumProc = None,
    memory: options.Memory = None,
    max_document_size: options.MaxDocumentSize = None,
    seed: options.Seed = None,
    json_output: options.Json = False,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    no_progress: options.NoProgress = False,
) -> int:
    """Write a training mix with a guaranteed human share and a certificate, or refuse and print the numbers.

    Example:  curate mix corpus/ --human-ratio 0.7 --label-column origin -o mix/

    Sources by weight:  curate mix corpus/ --human-ratio 0.7 --weights web=0.7,books=0.3 --source-column site -o mix/
    """
    from curate.cli.scan import say_remarks, say_settings, scan_plan
    from curate.cli.settings import MIX_DEFAULTS, settle
    from curate.errors import UsageError

    settings = settle(locals(), MIX_DEFAULTS, config)
    if verbose:
        say_settings(settings)
    if settings.values["human_ratio"] is None:
        raise UsageError("--human-ratio is missing", hint="curate mix corpus/ --human-ratio 0.7 -o mix/")
    target = settings.path("output")
    if target is None and not dry_run:
        raise UsageError("-o/--output is missing", hint="name the folder to write: -o mix/")
    from curate.cli.settings import weights_text
    from curate.jobs.run.plan import MixPlan
    from curate.mixing.request import MixRequest, parse_budget

    settings.values["output"] = None  # the scan keeps its own folder
    if human_reference and not quiet:
        print("curate: --human-reference tells the share of a scan; no floor rests on it", file=sys.stderr)
    settings.values["human_reference"], settings.origins["human_reference"] = [], "default"
    if strict and trust == "detected":
        raise UsageError("--strict takes no score as evidence, and --trust detected asks for it", hint="leave one out")
    if strict and settings.values["trust"] == "detected":  # no score is evidence where nothing may be doubtful
        settings.values["trust"], settings.origins["trust"] = "declared", "--strict"
    request = MixRequest(
        human_ratio=settings.number("human_ratio"),
        budget=parse_budget(settings.text("budget")) if settings.text("budget") else None,
        trust=settings.text("trust"),
        confidence=settings.number("confidence"),
        seed=settings.integer("seed"),
        keep=settings.text("keep"),
        weights=weights_text(settings.values["weights"]),
        temperature=settings.number("temperature"),
        max_repeat=settings.integer("max_repeat"),
        exclude=settings.texts("exclude"),
        tokenizer=settings.text("tokenizer"),
        max_tail_loss=None if settings.values["max_tail_loss"] is None else settings.number("max_tail_loss"),
    )
    plan = MixPlan(
        replace(scan_plan(tuple(paths), settings, follow_links=follow_links), add_to_index=False),
        request,
        target,
        settings.text("format"),
        settings.size("shard_size"),
    )
    from curate.jobs.run.discovery import look

    looking = look(plan.scan)  # before numba is loaded, which takes as long
    from curate.cli.draw_mix import draw_mix
    from curate.cli.draw_unread import say_not_read
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal
    from curate.cli.watch import watch
    from curate.jobs.mix.job import mix as mix_job
    from curate.jobs.mix.job import plan_mix

    job = plan_mix(plan, looking) if dry_run else mix_job(plan, looking)
    result = watch(job, shown=not (quiet or no_progress))
    if verbose:
        say_remarks(result.declared.sentences(), ())
    if not quiet:
        say_not_read(result.not_read)
    if verbose:
        from curate.cli.draw_columns import say_columns

        say_columns(result.layouts)
    if json_output:
        if not quiet:
            asks = (*result.declared.remarks(), *result.declared.silent())
            say_remarks(asks, result.choice.without_effect, result.choice.idle)
        print_json(result.to_json())
    else:
        draw_mix(terminal(), result)
    remarks = (*result.declared.remarks(), *result.choice.without_effect)
    return 3 if strict and (result.quarantined or remarks) else 0
