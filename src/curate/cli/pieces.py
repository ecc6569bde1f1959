"""Pieces that reports are made of: sections, shares and amounts for people, places with a snippet of their text."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from curate.amounts import percent as percent
from curate.cli.plain import one_line, visible
from curate.figure_names import SHARE, FigureName
from curate.jobs.scan.highlights import Highlight

PLACE = 40  # characters of a file and row
LINE = 86  # columns of a place and its snippet


def amount(value: float) -> str:
    """A count for people: 950, 12,345, 4.2 M."""
    for size, unit in ((1e9, " G"), (1e6, " M")):
        if value >= size:
            return f"{value / size:,.1f}{unit}"
    return f"{value:,.0f}"


def shown(figure: FigureName, value: float) -> str:
    """A figure in its unit: 12 %, 24,087, 2.54."""
    if figure.unit == SHARE:
        return percent(value)
    return amount(value) if figure.unit else f"{value:.2f}"


def more(left_out: int, where: str = "") -> list[str]:
    """Last line of a shortened list: ["3 more in scan.json"]; [] where nothing was left out."""
    return [f"{left_out:,} more{f' {where}' if where else ''}"] if left_out > 0 else []


def section(title: str, *body: RenderableType, note: str = "") -> Group:
    """A heading, a note beside it, and what stands under it."""
    heading = Text.assemble((title, "bold"), (f"  {note}" if note else "", "dim"))
    return Group(Text(), heading, *(Padding(item, (0, 0, 0, 2), expand=False) for item in body))


def places(rows: list[tuple[str, Highlight]]) -> Table:
    """A figure, a place and a snippet on one line each; the snippet gives way to the place."""
    table = Table.grid(padding=(0, 2))
    shown = [place(one.path, one.row) for _, one in rows]
    width = max(map(len, shown))
    table.add_column(no_wrap=True, min_width=5)
    table.add_column(no_wrap=True, min_width=width)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for (figure, one), where in zip(rows, shown, strict=True):
        table.add_row(figure, Text(where), snippet(one.text, max(20, LINE - width)))
    return table


def snippet(text: str, cells: int, style: str = "dim") -> Text:
    """The beginning of a text on one line of at most `cells` columns; Chinese takes two each."""
    shown = Text(one_line(text, cells), style)
    shown.truncate(cells, overflow="ellipsis")
    return shown


def place(path: str, row: int | None) -> str:
    """The file and the row, as made ids have them; of a long name the end."""
    shown = visible(path) if row is None else f"{visible(path)}#{row}"
    return shown if len(shown) <= PLACE else f"…{shown[1 - PLACE :]}"


def right(text: str) -> Text:
    """For the figures of a table."""
    return Text(text, justify="right")
