"""``make bench``: every measurement of this version in one run, as ratios."""

import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.bench import answers, days, engine, noise, paired, roads, solvers
from experiments.bench.clocks import Row


def main() -> None:
    """Measure and print."""
    root = Path(__file__).resolve().parents[2]
    data = Path(os.environ.get("TWIN_DATA", root.parent / "shared" / "data"))
    console = Console(width=100)
    found = [*engine.rows(), *paired.rows()]
    if data.is_dir():
        found += [*roads.rows(data), *solvers.rows(data)]
        with tempfile.TemporaryDirectory() as folder:
            found += days.rows(data, Path(folder))
            found += noise.rows(data, Path(folder))
            found += answers.rows(data, Path(folder))
    else:
        console.print(f"left out: what needs map data, none at {data}; set TWIN_DATA to its folder")
    console.print(table(found))
    for row in found:
        if row.note:
            console.print(f"{row.work}: {row.note}")


def table(found: list[Row]) -> Table:
    """Return the measurements as a table."""
    shown = Table("work", "ours, CPU s", "against", "CPU s", "ours / theirs", "at most")
    for row in found:
        ratio = "" if row.rival_s is None else f"{row.ours_s / row.rival_s:.3g}"
        rival_s = "" if row.rival_s is None else f"{row.rival_s:.3f}"
        shown.add_row(row.work, f"{row.ours_s:.3f}", row.rival, rival_s, ratio, row.target)
    return shown


if __name__ == "__main__":
    main()
