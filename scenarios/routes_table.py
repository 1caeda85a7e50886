"""The table of given routes: one row for each order of a vehicle, in any order of rows."""

from collections.abc import Mapping
from pathlib import Path

from scenarios.csvfile import Column, Findings, read_rows, read_text, read_whole
from scenarios.problems import shown


def route_columns() -> tuple[Column, ...]:
    """Return the columns of a routes table."""
    return (
        Column("vehicle", read_text, "the vehicle's id", is_needed=True),
        Column("sequence", read_whole, "which comes first: lower is earlier", is_needed=True),
        Column("order", read_text, "the order's id", is_needed=True),
    )


def read_routes(path: Path, findings: Findings) -> Mapping[str, tuple[str, ...]]:
    """Return the orders of each vehicle in turn, vehicles sorted by id."""
    rows: dict[str, dict[int, str]] = {}
    lines: dict[tuple[str, int], int] = {}
    placed: dict[str, tuple[int, str]] = {}
    for row in read_rows(path, route_columns(), {}, findings):
        vehicle, sequence = row.get("vehicle"), row.get("sequence")
        if (vehicle, sequence) in lines:
            findings.add(
                row.line,
                f"sequence: {sequence} of {shown(vehicle)} stands on line "
                f"{lines[vehicle, sequence]} too, expected each once",
            )
            continue
        lines[vehicle, sequence] = row.line
        line, other = placed.setdefault(row.get("order"), (row.line, vehicle))
        if line != row.line:
            findings.add(
                row.line,
                f"order: {shown(row.get('order'))} of {shown(vehicle)} stands on line {line} too, "
                f"in the route of {shown(other)}, expected each once; remove one of them",
            )
        rows.setdefault(vehicle, {})[sequence] = row.get("order")
    return {
        vehicle: tuple(order for _, order in sorted(rows[vehicle].items()))
        for vehicle in sorted(rows)
    }
