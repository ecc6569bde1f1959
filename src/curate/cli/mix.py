"""curate mix: a training mix with a guaranteed minimum of human text."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curate.cli import options

if TYPE_CHECKING:
    from curate.cli.settings import Settings
    from curate.jobs.mix.job import Mix
    from curate.jobs.run.plan import MixPlan
    from curate.mixing.request import MixRequest


def mix(
    context: typer.Context,
    paths: options.Paths,
    human_ratio: options.HumanRatio = None,
    output: options.OutputOfMix = None,
    budget: options.Budget = None,
    trust: options.Trust = None,
    keep: options.Keep = None,
    weights: options.Weights = None,
    temperature: options.Temperature = None,
    max_repeat: options.MaxRepeat = None,
    exclude: options.Exclude = None,
    max_tail_loss: options.MaxTailLoss = None,
    tokenizer: options.Tokenizer = None,
    format: options.Format = None,
    shard_size: options.ShardSize = None,
    drop_column: options.DropColumn = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and write nothing.")] = False,
    config_name: options.ConfigName = None,
    split: options.Split = None,
    text_column: options.TextColumn = None,
    role: options.Role = None,
    txt: options.Txt = None,
    id_column: options.IdColumn = None,
    source_column: options.SourceColumn = None,
    label_column: options.LabelColumn = None,
    label_map: options.LabelMap = None,
    date_column: options.DateColumn = None,
    human_reference: options.UnusedReference = None,
    labels: options.Labels = None,
    rules: options.Rules = None,
    index: options.IndexOfMix = None,
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
    from curate.cli.remarks import say_settings
    from curate.cli.settings import settle
    from curate.errors import UsageError
    from curate.settings.mix import MIX

    settings = settle(context.params, MIX, config)
    if verbose:
        say_settings(settings)
    if strict and trust == "detected":
        raise UsageError("--strict takes no score as evidence, and --trust detected asks for it", hint="leave one out")
    plan = _plan(tuple(paths), settings, dry_run=dry_run, strict=strict, follow_links=follow_links)
    if human_reference and not quiet:
        print("curate: --human-reference tells the share of a scan; no floor rests on it", file=sys.stderr)
    from curate.jobs.run.discovery import look

    looking = look(plan.scan)  # before numba is loaded, which takes as long
    from curate.cli.watch import watch
    from curate.jobs.mix.elsewhere import mix_to_store
    from curate.jobs.mix.job import mix as mix_job
    from curate.jobs.mix.job import plan_mix

    write = mix_to_store if plan.store else mix_job
    result = watch((plan_mix if dry_run else write)(plan, looking), shown=not (quiet or no_progress))
    _tell(result, quiet=quiet, verbose=verbose)
    _answer(result, json_output=json_output, quiet=quiet)
    remarks = (*result.declared.remarks(), *result.choice.without_effect)
    return 3 if strict and (result.quarantined or remarks) else 0


def _plan(paths: tuple[str, ...], settings: Settings, *, dry_run: bool, strict: bool, follow_links: bool) -> MixPlan:
    """The settled plan. Raises UsageError where the ratio is missing, or the folder of a mix that is written."""
    from curate.cli.scan import scan_plan
    from curate.errors import UsageError
    from curate.jobs.run.plan import MixPlan
    from curate.settings import mix as of
    from curate.settings.kinds import is_elsewhere

    if not settings.given(of.HUMAN_RATIO):
        raise UsageError("--human-ratio is missing", hint="curate mix corpus/ --human-ratio 0.7 -o mix/")
    target = settings[of.OUTPUT_OF_MIX]
    if not target and not dry_run:
        raise UsageError("-o/--output is missing", hint="name the folder to write: -o mix/")
    settings.values["output"] = None  # the scan keeps its own folder
    settings.values["human_reference"], settings.origins["human_reference"] = [], "default"
    if strict and settings.values["trust"] == "detected":  # no score is evidence where nothing may be doubtful
        settings.values["trust"], settings.origins["trust"] = "declared", "--strict"
    request = _request(settings)
    scan = replace(scan_plan(paths, settings, follow_links=follow_links), add_to_index=False)
    store = target if is_elsewhere(target) else ""
    output = Path(target) if target and not store else None
    return MixPlan(scan, request, output, settings[of.FORMAT], settings[of.SHARD_SIZE], store)


def _request(settings: Settings) -> MixRequest:
    from curate.mixing.request import MixRequest, parse_budget
    from curate.settings import mix as of
    from curate.settings.scan import CONFIDENCE, SEED

    return MixRequest(
        human_ratio=settings[of.HUMAN_RATIO],
        budget=parse_budget(budget_said) if (budget_said := settings[of.BUDGET]) else None,
        trust=settings[of.TRUST],
        confidence=settings[CONFIDENCE],
        seed=settings[SEED],
        keep=settings[of.KEEP],
        weights=settings[of.WEIGHTS_OF_SOURCES],
        temperature=settings[of.TEMPERATURE],
        max_repeat=settings[of.MAX_REPEAT],
        exclude=settings[of.EXCLUDE],
        tokenizer=settings[of.TOKENIZER],
        max_tail_loss=settings[of.MAX_TAIL_LOSS] if settings.given(of.MAX_TAIL_LOSS) else None,
        drop_column=settings[of.DROP_COLUMN],
    )


def _tell(result: Mix, *, quiet: bool, verbose: bool) -> None:
    """On stderr: files that were not read, and with -v how columns and declarations were taken."""
    from curate.cli.draw_unread import say_not_read
    from curate.cli.remarks import say_remarks

    if verbose:
        say_remarks(result.declared.sentences(), ())
    if not quiet:
        say_not_read(result.not_read)
    if verbose:
        from curate.cli.draw_columns import say_columns

        say_columns(result.layouts)


def _answer(result: Mix, *, json_output: bool, quiet: bool) -> None:
    from curate.cli.draw_mix import draw_mix
    from curate.cli.remarks import say_remarks
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal

    if json_output:
        if not quiet:
            doubled = filter(None, (result.doubled.sentence(),))
            asks = (*doubled, *result.declared.remarks(), *result.declared.silent())
            say_remarks(asks, result.choice.without_effect, result.choice.idle)
        print_json(result.to_json())
    else:
        draw_mix(terminal(), result)
