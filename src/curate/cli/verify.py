"""curate verify: the certificate of a mix, recomputed from the written bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli import options


def verify(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `curate mix` wrote.")],
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
    from curate.cli.draw_verify import draw_verify
    from curate.cli.idle_options import idle_options, idle_words
    from curate.cli.settings import only_file, settle
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal
    from curate.cli.watch import watch
    from curate.corpus.label_words import parse_label_map
    from curate.errors import UsageError
    from curate.jobs.audit.mix import apply_audit
    from curate.jobs.verify.job import verify as verify_job
    from curate.jobs.verify.replay_plan import Sources
    from curate.memory import give
    from curate.settings import columns as column
    from curate.settings import scan as of

    settings = settle(context.params, of.SCAN, config, without=(of.LABELS,))
    file = only_file(labels)
    judge, workers = settings[of.DETECTOR], settings[of.NUM_PROC]
    of.MEMORY.check(settings[of.MEMORY])
    give(settings[of.MEMORY])
    told = settings[of.RULES], tuple(exclude or ()), index
    sources = Sources(tuple(inputs), *told, follow_links=follow_links) if inputs else None
    needed = (("rules", rules), ("exclude", exclude), ("index", index), ("follow-links", follow_links))
    alone = [name for name, given in needed if given]
    if alone and sources is None:
        raise UsageError(f"--{alone[0]} goes with --inputs", hint="--inputs PATH: what the mix was made of")
    idle = idle_options(
        settings, () if sources else (of.RULES,), "rules are read where a mix is repeated, with --inputs"
    )
    if file is None:
        idle = idle.and_also(*idle_options(settings, (column.LABEL_MAP,), "no label is read without --labels"))
        job = verify_job(
            folder,
            digest_expected=digest,
            detector=judge,
            tokenizer=tokenizer or "",
            workers=workers,
            sources=sources,
        )
    elif sources is not None:
        raise UsageError("--labels changes the certificate that --inputs checks", hint="add labels first, then verify")
    elif digest is not None:
        raise UsageError("--labels changes the certificate that --digest pins", hint="verify it first, then add labels")
    else:
        idle = idle.and_also(idle_words(settings, [file]).without_effect)
        mapping = parse_label_map(settings[column.LABEL_MAP])
        job = apply_audit(folder, file, detector=judge, tokenizer=tokenizer or "", workers=workers, mapping=mapping)
    result = watch(job, shown=not (quiet or no_progress))
    if not quiet:
        idle.say()
    if json_output:
        print_json(idle.in_json(result.to_json()))
    else:
        draw_verify(terminal(), result)
    return 0 if result.holds else 1
