"""curate scan: what is in a corpus."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from curate.cli import options
from curate.cli.plain import visible

if TYPE_CHECKING:
    from curate.cli.settings import Settings
    from curate.jobs.run.plan import ScanPlan

_NAMED = 8  # files that are lost, beside --json, which has them all


def scan(
    paths: options.Paths,
    output: options.Output = None,
    text_column: options.TextColumn = None,
    role: options.Role = None,
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

    Against earlier corpora:  curate scan june/ --index seen/

    Against other software:  curate scan corpus/ --crosscheck
    """
    from curate.cli.settings import SCAN_DEFAULTS, settle

    settings = settle(locals(), SCAN_DEFAULTS, config)
    if verbose:
        say_settings(settings)
    plan = scan_plan(tuple(paths), settings, follow_links=follow_links, crosscheck=crosscheck)
    from curate.cli.streams import print_json
    from curate.cli.watch import watch
    from curate.jobs.run.discovery import look

    looking = look(plan)  # before numba is loaded, which takes as long
    from curate.jobs.scan.job import scan as scan_job

    found = watch(scan_job(plan, looking), shown=not (quiet or no_progress))
    if verbose:
        say_remarks(found.declared.sentences(), ())
    if not quiet:
        from curate.cli.draw_unread import say_not_read

        say_not_read((*found.not_read, *found.reference_not_read))
    if verbose:
        from curate.cli.draw_columns import say_columns

        say_columns((*found.figures.columns, *found.figures.reference_columns))
    if json_output:
        silent = [found.figures.turns.sentence()] if found.figures.turns and found.figures.turns.without else []
        say_remarks((*found.figures.mostly_quarantined, *found.figures.lost_files[:_NAMED], *silent), ())
        if not quiet:
            remarks = (*found.declared.remarks(), *found.declared.silent())
            say_remarks(remarks, found.figures.without_effect, found.figures.nothing_to_do)
        print_json(found.figures.to_json())
    else:
        from curate.cli.draw_scan import draw_scan
        from curate.cli.terminal import terminal
        from curate.jobs.scan.highlights import highlights

        draw_scan(terminal(), found, highlights(found))
    figures = found.figures
    if figures.mostly_quarantined:
        return 3
    unread = any(one.text.column is None for one in figures.reference_columns)
    return 3 if strict and (found.quarantined or unread or found.declared.remarks() or figures.without_effect) else 0


def scan_plan(paths: tuple[str, ...], settings: Settings, *, follow_links: bool, crosscheck: bool = False) -> ScanPlan:
    """The settled plan; raises UsageError for an engine that this installation does not have.

    follow_links is no setting of a file: a data set that brings a curate.toml may not ask for it.
    """
    from curate.cli.settings import label_entries
    from curate.errors import UsageError
    from curate.jobs.run.plan import ScanPlan
    from curate.schema import Columns

    if settings.text("engine") != "threads":
        raise UsageError(f"no engine is called {settings.text('engine')!r}", hint="--engine threads")
    columns = Columns(
        text=settings.text("text_column"),
        id=settings.text("id_column"),
        source=settings.text("source_column"),
        label=settings.text("label_column"),
        date=settings.text("date_column"),
        longest=settings.size("max_document_size"),
        role=settings.text("role"),
    )
    return ScanPlan(
        paths=paths,
        output=settings.path("output"),
        columns=columns,
        threshold=settings.number("threshold"),
        ngram_size=settings.integer("ngram_size"),
        num_perm=settings.integer("num_perm"),
        detector=settings.path("detector"),
        human_reference=settings.texts("human_reference"),
        labels=settings.path("labels"),
        label_map=label_entries(settings.values["label_map"]),
        rules=settings.paths("rules"),
        index=settings.path("index"),
        confidence=settings.number("confidence"),
        seed=settings.integer("seed"),
        workers=settings.integer("num_proc"),
        memory=settings.size("memory"),
        follow_links=follow_links,
        crosscheck=crosscheck,
        origins=settings.origins,
    )


def say_remarks(remarks: Sequence[str], without_effect: Sequence[str], idle: Sequence[str] = ()) -> None:
    """On stderr: what of the evidence was not understood, which settings changed nothing or found nothing to do."""
    settings = (*(f"had no effect: {one}" for one in without_effect), *(f"had nothing to do: {one}" for one in idle))
    for line in (*remarks, *settings):
        print(f"curate: {visible(line)}", file=sys.stderr)


def say_settings(settings: Settings) -> None:
    """Every setting and where it came from, on stderr."""
    for name, value in settings.values.items():
        print(visible(f"{name.replace('_', '-')} = {value!r}  ({settings.origins[name]})"), file=sys.stderr)
    for name in settings.unused:
        print(f"{visible(name)}: not a setting of this command", file=sys.stderr)
