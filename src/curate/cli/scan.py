"""curate scan: what is in a corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from curate.cli import options
from curate.cli.remarks import say_remarks, say_settings

if TYPE_CHECKING:
    from curate.cli.settings import Settings
    from curate.jobs.run.plan import ScanPlan
    from curate.jobs.scan.corpus import Corpus
    from curate.schema import Columns

_NAMED = 8  # files that are lost, beside --json, which has them all


def scan(
    context: typer.Context,
    paths: options.Paths,
    output: options.Output = None,
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
    human_reference: options.HumanReference = None,
    labels: options.Labels = None,
    rules: options.Rules = None,
    index: options.Index = None,
    threshold: options.Threshold = None,
    ngram_size: options.NgramSize = None,
    num_perm: options.NumPerm = None,
    detector: options.Detector = None,
    confidence: options.Confidence = None,
    crosscheck: options.CrossCheck = False,
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
    """Measure a corpus: machine share with its interval, near-duplicates, diversity, unreadable rows.

    Example:  curate scan corpus/

    Where it lies:  curate scan hf://datasets/org/name   or   s3://bucket/corpus

    Against earlier corpora:  curate scan june/ --index seen/

    Against other software:  curate scan corpus/ --crosscheck
    """
    from curate.cli.settings import settle
    from curate.settings.scan import SCAN

    settings = settle(context.params, SCAN, config)
    if verbose:
        say_settings(settings)
    plan = scan_plan(tuple(paths), settings, follow_links=follow_links, crosscheck=crosscheck)
    from curate.cli.watch import watch
    from curate.jobs.run.discovery import look

    looking = look(plan)  # before numba is loaded, which takes as long
    from curate.jobs.scan.job import scan as scan_job

    found = watch(scan_job(plan, looking), shown=not (quiet or no_progress))
    _tell(found, quiet=quiet, verbose=verbose)
    if json_output:
        _answer_json(found, quiet=quiet)
    else:
        from curate.cli.draw_scan import draw_scan
        from curate.cli.terminal import terminal
        from curate.jobs.scan.highlights import highlights

        draw_scan(terminal(), found, highlights(found))
    return _exit_code(found, strict=strict)


def _tell(found: Corpus, *, quiet: bool, verbose: bool) -> None:
    """On stderr: files that were not read, and with -v how columns and declarations were taken."""
    if verbose:
        say_remarks(found.declared.sentences(), ())
    if not quiet:
        from curate.cli.draw_unread import say_not_read

        say_not_read((*found.not_read, *(found.human.not_read if found.human else ())))
    if verbose:
        from curate.cli.draw_columns import say_columns

        say_columns((*found.figures.columns, *found.figures.reference_columns))


def _answer_json(found: Corpus, *, quiet: bool) -> None:
    """Print scan.json; what the report would say beside it goes to stderr."""
    from curate.cli.streams import print_json

    figures = found.figures
    silent = [figures.turns.sentence()] if figures.turns and figures.turns.without else []
    say_remarks((*figures.mostly_quarantined, *figures.lost_files[:_NAMED], *silent), ())
    if not quiet:
        doubled = filter(None, (figures.doubled_keys.sentence(),))
        remarks = (*doubled, *found.declared.remarks(), *found.declared.silent())
        say_remarks(remarks, figures.without_effect, figures.nothing_to_do)
    print_json(figures.to_json())


def _exit_code(found: Corpus, *, strict: bool) -> int:
    """3 where most rows of a file are lost, and with --strict where anything was not read or had no effect."""
    figures = found.figures
    if figures.mostly_quarantined:
        return 3
    unread = any(one.text.column is None for one in figures.reference_columns)
    return 3 if strict and (found.quarantined or unread or found.declared.remarks() or figures.without_effect) else 0


def scan_plan(paths: tuple[str, ...], settings: Settings, *, follow_links: bool, crosscheck: bool = False) -> ScanPlan:
    """The settled plan; raises UsageError for an engine that this installation does not have.

    follow_links is no setting of a file: a data set that brings a curate.toml may not ask for it.
    """
    from curate.corpus.remote.hub_paths import with_choice
    from curate.errors import UsageError
    from curate.jobs.run.plan import ScanPlan
    from curate.settings import columns as column
    from curate.settings import scan as of

    if (engine := settings[of.ENGINE]) != of.ENGINE.value:
        raise UsageError(f"no engine is called {engine!r}", hint="--engine threads")
    asked = "flag" in (settings.origins[column.CONFIG_NAME.key], settings.origins[column.SPLIT.key])
    return ScanPlan(
        paths=with_choice(paths, settings[column.CONFIG_NAME], settings[column.SPLIT], asked=asked),
        output=settings[of.OUTPUT],
        columns=_columns(settings),
        threshold=settings[of.THRESHOLD],
        ngram_size=settings[of.NGRAM_SIZE],
        num_perm=settings[of.NUM_PERM],
        detector=settings[of.DETECTOR],
        human_reference=settings[of.HUMAN_REFERENCE],
        labels=settings[of.LABELS],
        label_map=settings[column.LABEL_MAP],
        rules=settings[of.RULES],
        index=settings[of.INDEX],
        confidence=settings[of.CONFIDENCE],
        seed=settings[of.SEED],
        workers=settings[of.NUM_PROC],
        memory=settings[of.MEMORY],
        follow_links=follow_links,
        crosscheck=crosscheck,
        origins=settings.origins,
    )


def _columns(settings: Settings) -> Columns:
    from curate.schema import Columns
    from curate.settings import columns as column
    from curate.settings.scan import MAX_DOCUMENT_SIZE

    return Columns(
        text=settings[column.TEXT_COLUMN],
        id=settings[column.ID_COLUMN],
        source=settings[column.SOURCE_COLUMN],
        label=settings[column.LABEL_COLUMN],
        date=settings[column.DATE_COLUMN],
        longest=settings[MAX_DOCUMENT_SIZE],
        role=settings[column.ROLE],
        txt=settings[column.TXT],
    )
