"""curate audit: its four commands."""

from __future__ import annotations

import typer

from curate.cli.audit_draw import draw
from curate.cli.audit_labels import agree, apply, label
from curate.cli.parsing import Command, Group

audit = typer.Typer(
    cls=Group,
    help="Draw documents to label by hand, and compute what the labels prove.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
audit.command("draw", cls=Command)(draw)
audit.command("label", cls=Command)(label)
audit.command("agree", cls=Command)(agree)
audit.command("apply", cls=Command)(apply)
