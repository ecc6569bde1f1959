"""Chats in which nobody of the role that was asked for speaks: documents without text, which nobody reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from curate.amounts import counted
from curate.corpus.turns import TURNS
from curate.errors import DataError
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.plan import ScanPlan


@dataclass(frozen=True, slots=True)
class Turns:
    """Chats of which only some turns were asked for, and those of them that have no such turn."""

    chats: int
    without: int

    def sentence(self) -> str:
        """How many have none, such as "20 of 60 chats have none ..."; "" where every chat has one."""
        verb = "has" if self.without == 1 else "have"
        few = f"{self.without:,} of {counted(self.chats, 'chat')} {verb} none of the turns asked for"
        return few if self.without else ""


def turns_of(documents: pa.Table, tasks: Sequence[ShardTask]) -> Turns | None:
    """None where no file was read by turns."""
    turned = {task.shard.name for task in tasks if TURNS.search(task.columns.text)}
    if not turned:
        return None
    chats = pc.is_in(documents.column("path"), pa.array(sorted(turned), pa.string()))
    silent = pc.and_(chats, pc.equal(documents.column("text_bytes"), 0))
    return Turns(pc.sum(chats).as_py() or 0, pc.sum(silent).as_py() or 0)


def refuse_silent(documents: pa.Table, tasks: Sequence[ShardTask], plan: ScanPlan) -> None:
    """Raises DataError where no chat has a turn that was asked for, and nothing else has text: nothing was read."""
    found = turns_of(documents, tasks)
    if found is None or found.without < found.chats or pc.sum(documents.column("text_bytes")).as_py():
        return
    role = plan.columns.role
    hint = "--role all reads every turn" if role else "--text-column without [...] reads every turn"
    raise DataError(f"{found.sentence()}, so nothing was read", where=" ".join(plan.paths), hint=hint)
