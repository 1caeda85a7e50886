"""What commands print: tables for people, JSON for programs; never a character that steers."""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.exits import printable
from experiments.streams import to_stdout

MOST_COLUMNS: Final = 8
WIDTH: Final = 100
"""Characters; also where there is no terminal, so that kept output is the same everywhere."""
LONGEST_NAME: Final = 40


def width() -> int:
    """Return how wide a table may be: the terminal, at most `WIDTH`."""
    if not sys.stdout.isatty():
        return WIDTH
    return min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)


def table(
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[str]],
    *,
    longest_name: int = LONGEST_NAME,
) -> Table:
    """Return a table.

    Parameters
    ----------
    columns
        Heading of each, and ``<`` or ``>`` for what its cells are flush with. At most eight.
    rows
        The cells as text.
    longest_name
        Characters of a first cell that is not broken.

    Raises
    ------
    ValueError
        If there are more columns than fit.
    """
    if len(columns) > MOST_COLUMNS:
        raise ValueError(f"{len(columns)} columns, at most {MOST_COLUMNS} can be read")
    made = Table(
        title=Text(printable(title), style="bold"), title_justify="left", box=box.SIMPLE_HEAD
    )
    for place, (heading, side) in enumerate(columns):
        longest = max((len(row[place]) for row in rows), default=0)
        made.add_column(
            Text(heading),
            justify="right" if side == ">" else "left",
            # Figures, and names that are short, are not broken in two.
            no_wrap=side == ">" or (place == 0 and longest <= longest_name),
            overflow="fold",
        )
    for row in rows:
        made.add_row(*(Text(printable(cell)) for cell in row))
    return made


def grouped_table(
    title: str,
    columns: Sequence[tuple[str, str]],
    groups: Mapping[str, Sequence[Sequence[str]]],
) -> Table:
    """Return a table whose rows stand in groups, each under its name; empty ones are left out."""
    made = table(title, columns, ())
    for name, rows in groups.items():
        if rows:
            made.add_row(Text(printable(name), style="bold"))
        for place, row in enumerate(rows):
            cells = (Text(printable(cell)) for cell in row)
            made.add_row(*cells, end_section=place == len(rows) - 1)
    return made


def put(*things: Table | str) -> None:
    """Print tables and lines to stdout.

    Raises
    ------
    UnreadError
        If nobody reads them any more.
    """
    console = Console(
        file=sys.stdout,
        width=width(),
        no_color=bool(os.environ.get("NO_COLOR")) or None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as captured:
        for thing in things:
            console.print(Text(printable(thing)) if isinstance(thing, str) else thing)
    to_stdout(captured.get())


def put_json(data: Mapping[str, Any]) -> None:
    """Print data as JSON to stdout, in the order given; what is not a number is null.

    Raises
    ------
    UnreadError
        If nobody reads it any more.
    """
    to_stdout(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def number(value: float | None, unit: str = "", like: float | None = None) -> str:
    """Return a figure as people read it; ``%`` is of a share from 0 to 1, ``-`` is nothing.

    Parameters
    ----------
    like
        The figure beside which it stands, with whose decimals it is shown.
    """
    if value is None:
        return "-"
    if unit == "%":
        return f"{value:.1%}".removesuffix("%")
    if max(abs(value), abs(like or 0.0)) >= 1000:  # noqa: PLR2004 # decimals say nothing there
        return f"{value:,.0f}"
    if unit == "count":
        return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"
    return f"{value:.2f}"
