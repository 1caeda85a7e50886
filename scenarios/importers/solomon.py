"""Tables in Solomon's format: name, vehicles, then one line a customer from the depot."""

import re

import numpy as np

from scenarios.importers.lines import Findings, NumberedLines, number
from scenarios.importers.vrp import VrpInstance
from scenarios.problems import shown

_COLUMNS = ("customer", "x", "y", "demand", "ready", "due", "service")


def is_solomon(lines: NumberedLines) -> bool:
    """Whether a file is such a table, by the heading of its customers."""
    return any(text.upper().startswith("CUST NO") for _, text in lines)


def solomon(lines: NumberedLines, source: str) -> VrpInstance:
    """Return the instance of a table.

    Raises
    ------
    ScenarioError
        With file, line, what was found and what was expected.
    """
    file = Findings(source)
    name = lines[0][1]
    rows: list[tuple[int, list[float]]] = []
    for line, text in lines[1:]:
        if not re.match(r"[-+.0-9]", text):
            continue  # a heading
        numbers = [number(cell) for cell in text.split()]
        if any(number is None for number in numbers):
            file.add(line, f"{shown(text)}, expected numbers")
        else:
            rows.append((line, [n for n in numbers if n is not None]))
    file.refuse_if_wrong()
    if not rows or len(rows[0][1]) != 2:  # noqa: PLR2004
        file.add(
            rows[0][0] if rows else 1, "no number and capacity of vehicles, expected two numbers"
        )
    for expected, (line, cells) in enumerate(rows[1:]):
        if len(cells) != 7:  # noqa: PLR2004
            file.add(
                line,
                f"{len(cells)} numbers, expected 7: customer, x, y, demand, ready, due, service",
            )
        elif cells[0] != expected:
            file.add(line, f"customer {cells[0]:g}, expected {expected}: they count up from 0")
    if len(rows) < 3:  # noqa: PLR2004
        file.add(1, "no customers, expected a depot and at least one")
    file.refuse_if_wrong()
    vehicles, capacity = rows[0][1]
    table = np.array([cells for _, cells in rows[1:]])
    return file.checked(
        VrpInstance(
            name=name,
            coordinates=table[:, 1:3],
            demands=table[:, 3],
            services=table[:, 6],
            windows=table[:, 4:6],
            capacities=(capacity,) * int(vehicles),
        )
    )
