"""curate verify: the certificate of a mix, recomputed from the written bytes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curate.cli import options

if TYPE_CHECKING:
    from curate.cli.idle_options import IdleOptions
    from curate.cli.settings import Settings
    from curate.errors import UsageError
    from curate.jobs.run.progress import Job
    from curate.jobs.verify.job import Verification
    from curate.jobs.verify.replay_plan import Sources


def verify(
    context: typer.Context,
    folder: Annotated[
        str, typer.Argument(metavar="OUT", help="Folder, or place in s3:// or hf://, that `curate mix` wrote.")
    ],
    digest: Annotated[
        str | None, typer.Option("--digest", metavar="HEX", help="Require the digest that `curate mix` printed.")
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--inputs",
            metavar="PATH",
            help="Repeat the mix from these inputs and require the same result; repeatable.",
        ),
    ] = None,
    rules: options.Rules = None,
    exclude: options.Exclude = None,
    index: options.IndexWithInputs = None,
    follow_links: options.FollowLinks = False,
    labels: options.Labels = None,
    label_map: options.LabelMap = None,
    detector: options.Detector = None,
    tokenizer: options.Tokenizer = None,
    config: options.Config = None,
    num_proc: options.NumProc = None,
    memory: options.Memory = None,
    json_output: options.Json = False,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> int:
    """Recompute every figure of a certificate from the written files. Exit 1 on any difference.

    With --labels, the labels of a draw from this mix are first counted into its certificate.

    Example:  curate verify mix/

    With what it was made of:  curate verify mix/ --inputs corpus/
    """
    from curate.cli.settings import only_file, settle
    from curate.cli.watch import watch
    from curate.errors import UsageError
    from curate.jobs.verify.replay_plan import Sources
    from curate.memory import give
    from curate.settings import scan as of

    settings = settle(context.params, of.SCAN, config, without=(of.LABELS,))
    file = only_file(labels)
    of.MEMORY.check(settings[of.MEMORY])
    give(settings[of.MEMORY])
    told = settings[of.RULES], tuple(exclude or ()), index
    sources = Sources(tuple(inputs), *told, follow_links=follow_links) if inputs else None
    needed = (("rules", rules), ("exclude", exclude), ("index", index), ("follow-links", follow_links))
    alone = [name for name, given in needed if given]
    if alone and sources is None:
        raise UsageError(f"--{alone[0]} goes with --inputs", hint="--inputs PATH: what the mix was made of")
    if file is not None and (sources is not None or digest is not None):
        raise _changed_by_labels("--digest pins" if sources is None else "--inputs checks")
    job = _job(folder, settings, file, digest, tokenizer or "", sources)
    result = watch(job, shown=not (quiet or no_progress))
    _answer(result, _idle(settings, file, sources), json_output=json_output, quiet=quiet)
    return 0 if result.holds else 1


def _changed_by_labels(what: str) -> UsageError:
    from curate.errors import UsageError

    hint = "add labels first, then verify" if "inputs" in what else "verify it first, then add labels"
    return UsageError(f"--labels changes the certificate that {what}", hint=hint)


def _job(
    folder: str, settings: Settings, labels: Path | None, digest: str | None, tokenizer: str, sources: Sources | None
) -> Job[Verification]:
    """The verification of a mix as it is, or with labels that are first counted into its certificate."""
    from curate.corpus.label_words import parse_label_map
    from curate.errors import UsageError
    from curate.jobs.audit.mix import apply_audit
    from curate.jobs.verify.elsewhere import verify_there
    from curate.jobs.verify.job import verify as verify_job
    from curate.settings.columns import LABEL_MAP
    from curate.settings.kinds import is_elsewhere
    from curate.settings.scan import DETECTOR, NUM_PROC

    judge, workers = settings[DETECTOR], settings[NUM_PROC]
    if labels is None:
        check = partial(
            verify_job, digest_expected=digest, detector=judge, tokenizer=tokenizer, workers=workers, sources=sources
        )
        return verify_there(folder, check) if is_elsewhere(folder) else check(Path(folder))
    if is_elsewhere(folder):
        raise UsageError("--labels changes the certificate, which lies in a store", hint="copy the mix to a folder")
    mapping = parse_label_map(settings[LABEL_MAP])
    return apply_audit(Path(folder), labels, detector=judge, tokenizer=tokenizer, workers=workers, mapping=mapping)


def _idle(settings: Settings, labels: Path | None, sources: Sources | None) -> IdleOptions:
    """Options that this verification does not use."""
    from curate.cli.idle_options import idle_options, idle_words
    from curate.settings.columns import LABEL_MAP
    from curate.settings.scan import RULES

    idle = idle_options(settings, () if sources else (RULES,), "rules are read where a mix is repeated, with --inputs")
    if labels is None:
        return idle.and_also(*idle_options(settings, (LABEL_MAP,), "no label is read without --labels"))
    return idle.and_also(idle_words(settings, [labels]).without_effect)


def _answer(result: Verification, idle: IdleOptions, *, json_output: bool, quiet: bool) -> None:
    from curate.cli.draw_verify import draw_verify
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal

    if not quiet:
        idle.say()
    if json_output:
        print_json(idle.in_json(result.to_json()))
    else:
        draw_verify(terminal(), result)
