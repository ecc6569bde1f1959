"""curate train: a detector of one's own domain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curate.cli import options

if TYPE_CHECKING:
    from curate.cli.idle_options import IdleOptions
    from curate.cli.settings import Settings
    from curate.jobs.train import TrainResult


def train(
    context: typer.Context,
    human: Annotated[
        list[str] | None,
        typer.Option(
            "--human",
            metavar="PATH",
            help="Train on these texts by people, 660 or more; repeatable.",
        ),
    ] = None,
    machine: Annotated[
        list[str] | None,
        typer.Option(
            "--machine",
            metavar="PATH",
            help="Train on these texts by machines, 660 or more; repeatable.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the detector to this file (.npz).")
    ] = None,
    calibrate_only: Annotated[
        Path | None,
        typer.Option(
            "--calibrate-only",
            metavar="MODEL",
            help="Calibrate this fastText classifier (.bin, .ftz) on texts it has not seen, instead of training.",
        ),
    ] = None,
    text_column: options.TextColumn = None,
    detector: options.Detector = None,
    follow_links: options.FollowLinks = False,
    config: options.Config = None,
    num_proc: options.NumProc = None,
    memory: options.Memory = None,
    max_document_size: options.MaxDocumentSize = None,
    json_output: options.Json = False,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> int:
    """Train and calibrate a detector on texts of known writers, for texts of the same kind and language.

    Example:  curate train --human mine/ --machine generated/ -o my.npz   then   curate scan corpus/ --detector my.npz
    """
    from curate.cli.scan import scan_plan
    from curate.cli.settings import settle
    from curate.errors import UsageError
    from curate.settings.scan import OUTPUT, SCAN

    settings = settle(context.params, SCAN, config, without=(OUTPUT,))
    if output is None:
        raise UsageError("-o/--output is missing", hint="name the file to write: -o my.npz")
    from curate.cli.watch import watch
    from curate.jobs.train import TrainPlan
    from curate.jobs.train import train as train_job

    plan = TrainPlan(
        scan_plan(("own",), settings, follow_links=follow_links),
        tuple(human or ()),
        tuple(machine or ()),
        output,
        calibrate_only,
    )
    result = watch(train_job(plan), shown=not (quiet or no_progress))
    _answer(result, _idle(settings), json_output=json_output, quiet=quiet)
    return 0


def _idle(settings: Settings) -> IdleOptions:
    """Options that training does not use."""
    from curate.cli.idle_options import idle_options
    from curate.settings import columns as column
    from curate.settings import scan as of

    declaring = (column.SOURCE_COLUMN, column.LABEL_COLUMN, column.LABEL_MAP, column.DATE_COLUMN, of.LABELS, of.RULES)
    return idle_options(
        settings, (*declaring, of.HUMAN_REFERENCE, of.INDEX), "--human and --machine alone say who wrote what"
    )


def _answer(result: TrainResult, idle: IdleOptions, *, json_output: bool, quiet: bool) -> None:
    from curate.cli.draw_train import draw_train
    from curate.cli.draw_unread import say_not_read
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal

    if not quiet:
        say_not_read(result.not_read)
        idle.say()
    if json_output:
        print_json(idle.in_json(result.to_json()))
    else:
        draw_train(terminal(), result)
