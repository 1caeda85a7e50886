"""Where days that are being lived have come to, on stderr, for whoever looks."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from experiments.exits import printable
from experiments.runner import Progress
from twin.units import clock


class Watched:
    """Shows a line for each day that is being lived, and how many are over.

    Parameters
    ----------
    days
        How many there are to live.
    """

    def __init__(self, bar: Bar, days: int) -> None:
        self._bar = bar
        self._days = days
        self._over = 0
        self._lines: dict[tuple[str, int], TaskID] = {}
        self._count = bar.add_task(self._counted(), total=None) if days > 1 else None

    def __call__(self, progress: Progress) -> None:
        """Show where a worker is."""
        label, day = progress.cell.chosen.label, progress.cell.day
        if (label, day) not in self._lines:
            self._lines[label, day] = self._bar.add_task("", total=None)
        where = f"{clock(progress.at_s)[:5]}, question {progress.question}"
        of = f", day {day}" if self._days > 1 else ""
        words = printable(f"{label}{of}: {where}")
        self._bar.update(self._lines[label, day], description=words)

    def over(self, label: str, day: int) -> None:
        """Take the line of a day away and count it."""
        self._over += 1
        line = self._lines.pop((label, day), None)
        if line is not None:
            self._bar.remove_task(line)
        if self._count is not None:
            self._bar.update(self._count, description=self._counted())

    def _counted(self) -> str:
        return f"{self._over:,} of {self._days:,} days lived"


@contextmanager
def watched(days: int = 1, *, quiet: bool) -> Iterator[Watched | None]:
    """Show on stderr where the days are; nothing if nobody looks or all is to be quiet."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Watched(bar, days)
