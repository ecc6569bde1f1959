"""Chats in which nobody speaks whose turns were asked for, or are judged: they count for nothing there."""

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
from curate.jobs.scan.judged_turns import BYTES, TOKENS, without_judged


@dataclass(frozen=True, slots=True)
class Turns:
    """Chats of which only some turns were asked for, and those of them that have no such turn.

    judged_tokens: of the assistant's turns, where the machine share alone takes those and nobody asked for any; of
    `tokens` in these chats. None: every figure is of the turns that were asked for.
    """

    chats: int
    without: int
    tokens: int | None = None
    judged_tokens: int | None = None

    def sentence(self) -> str:
        """How many have none, such as "20 of 60 chats have none ..."; "" where every chat has one."""
        verb = "has" if self.without == 1 else "have"
        few = f"{self.without:,} of {counted(self.chats, 'chat')}"
        if not self.without:
            return ""
        if self.judged_tokens is not None:
            return f"{few} {verb} no turn of an assistant: the machine share leaves them out"
        return f"{few} {verb} none of the turns asked for"


def turns_of(documents: pa.Table, tasks: Sequence[ShardTask]) -> Turns | None:
    """None where no file was read by turns."""
    if BYTES in documents.column_names:
        chats = documents.filter(pc.is_valid(documents.column(BYTES)))
        silent = int(without_judged(chats).sum())
        tokens, judged_tokens = (pc.sum(chats.column(name)).as_py() or 0 for name in ("tokens", TOKENS))
        return Turns(chats.num_rows, silent, tokens, judged_tokens)
    turned = {task.shard.name for task in tasks if TURNS.search(task.columns.text)}
    if not turned:
        return None
    chats = pc.is_in(documents.column("path"), pa.array(sorted(turned), pa.string()))
    silent = pc.and_(chats, pc.equal(documents.column("text_bytes"), 0))
    return Turns(pc.sum(chats).as_py() or 0, pc.sum(silent).as_py() or 0)


def refuse_silent(documents: pa.Table, tasks: Sequence[ShardTask], plan: ScanPlan) -> None:
    """Raises DataError where no chat has a turn that was asked for, and nothing else has text: nothing was read."""
    found = turns_of(documents, tasks)
    if found is None or found.judged_tokens is not None or found.without < found.chats:
        return
    if pc.sum(documents.column("text_bytes")).as_py():
        return
    role = plan.columns.role
    hint = "--role all reads every turn" if role else "--text-column without [...] reads every turn"
    raise DataError(f"{found.sentence()}, so nothing was read", where=" ".join(plan.paths), hint=hint)
