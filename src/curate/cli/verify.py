"""curate verify: the certificate of a mix, recomputed from the written bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli import options


def verify(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="A folder that `curate mix` wrote.")],
    digest: Annotated[
        str | None, typer.Option("--digest", help="The digest that `mix` printed; pins the certificate itself.")
    ] = None,
    detector: options.Detector = None,
    config: options.Config = None,
    num_proc: options.NumProc = None,
    json_output: options.Json = False,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> int:
    """Recompute every figure of a certificate from the files beside it; exit 1 on the smallest difference.

    Example:  curate verify mix/
    """
    from curate.cli.draw_verify import draw_verify
    from curate.cli.settings import SCAN_DEFAULTS, settle
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal
    from curate.cli.watch import watch
    from curate.jobs.verify import verify as verify_job

    settings = settle(locals(), SCAN_DEFAULTS, config)
    job = verify_job(
        folder, digest_expected=digest, detector=settings.path("detector"), workers=settings.integer("num_proc")
    )
    result = watch(job, shown=not (quiet or no_progress))
    if json_output:
        print_json(result.to_json())
    else:
        draw_verify(terminal(), result)
    return 0 if result.holds else 1
