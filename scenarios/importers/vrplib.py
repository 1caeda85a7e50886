"""VRPLIB instances (.vrp) and solutions (.sol).

Stops are named by their place in the file counted from 0, so stop 0 is the depot and stop n is
customer n of a solution.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from scenarios.importers.lines import Findings, NumberedLines, number, read_lines
from scenarios.importers.solomon import is_solomon, solomon
from scenarios.importers.vrp import Floats, VrpInstance
from scenarios.problems import shown
from twin.errors import ScenarioError

MAX_STOPS: Final = 20_000
"""Of one instance; distances of all pairs are held in memory."""


@dataclass(slots=True)
class _File(Findings):
    """A file being read: its settings and its sections."""

    settings: dict[str, tuple[int, str]] = field(default_factory=dict)
    sections: dict[str, list[tuple[int, list[float]]]] = field(default_factory=dict)


_SETTINGS: Final = frozenset(
    {"NAME", "COMMENT", "TYPE", "DIMENSION", "VEHICLES", "CAPACITY", "SERVICE_TIME"}
    | {"EDGE_WEIGHT_TYPE", "EDGE_WEIGHT_FORMAT", "NODE_COORD_TYPE", "DISPLAY_DATA_TYPE"}
)
_SECTIONS: Final[Mapping[str, int]] = {
    "NODE_COORD_SECTION": 3, "DEMAND_SECTION": 2, "TIME_WINDOW_SECTION": 3,
    "SERVICE_TIME_SECTION": 2, "CAPACITY_SECTION": 2, "VEHICLES_FIXED_COST_SECTION": 2,
    "VEHICLES_UNIT_DISTANCE_COST_SECTION": 2, "DEPOT_SECTION": 1, "EDGE_WEIGHT_SECTION": 0,
}  # fmt: skip
"""Sections we read, with the numbers in each line; 0 is any number of them."""
_SETTING = re.compile(r"([A-Z_]+)\s*:\s*(.*)")


def read_vrplib(path: Path, source: str) -> VrpInstance:
    """Return the instance in a .vrp file, or in a table in Solomon's format.

    Raises
    ------
    ScenarioError
        With file, line, what was found and what was expected.
    """
    lines = read_lines(path, source)
    return solomon(lines, source) if is_solomon(lines) else _vrplib(lines, source)


def _vrplib(lines: NumberedLines, source: str) -> VrpInstance:
    file = _File(source)
    section = ""
    for line, text in lines:
        word = text.rstrip(" :")
        setting = _SETTING.fullmatch(text)
        if word == "EOF":
            break
        if word.endswith("_SECTION"):
            section = word
            if word not in _SECTIONS:
                known = ", ".join(_SECTIONS)
                file.add(line, f"{shown(word)} is not read, expected one of {known}")
            file.sections[word] = []
        elif setting is not None:
            section = ""
            if setting.group(1) not in _SETTINGS:
                file.add(line, f"setting {shown(setting.group(1))} is not read; remove the line")
            file.settings[setting.group(1)] = (line, setting.group(2).strip())
        else:
            _section_line(file, section, line, text)
    file.refuse_if_wrong()
    return _assembled(file)


def _section_line(file: _File, section: str, line: int, text: str) -> None:
    cells = text.split()
    numbers = [number(cell) for cell in cells]
    if not section:
        file.add(line, f"{shown(text)}, expected a setting such as `DIMENSION : 101`")
    elif any(value is None for value in numbers):
        file.add(line, f"{shown(text)} in {section}, expected numbers")
    elif _SECTIONS.get(section) and len(cells) != _SECTIONS[section]:
        file.add(line, f"{len(cells)} numbers in {section}, expected {_SECTIONS[section]}")
    elif section in file.sections:
        file.sections[section].append((line, [value for value in numbers if value is not None]))


def _assembled(file: _File) -> VrpInstance:
    count = _whole_setting(file, "DIMENSION", least=2, most=MAX_STOPS)
    file.refuse_if_wrong()
    kind = file.settings.get("EDGE_WEIGHT_TYPE", (1, "EUC_2D"))
    coordinates = np.zeros((count, 2))
    distances = None
    if kind[1] == "EUC_2D":
        coordinates = _by_id(file, "NODE_COORD_SECTION", count, 2)
    elif kind[1] == "EXPLICIT":
        distances = _explicit(file, count)
    else:
        file.add(kind[0], f"EDGE_WEIGHT_TYPE {shown(kind[1])}, expected EUC_2D or EXPLICIT")
    demands = _by_id(file, "DEMAND_SECTION", count, 1)[:, 0]
    windows = np.tile([-math.inf, math.inf], (count, 1))
    if "TIME_WINDOW_SECTION" in file.sections:
        windows = _by_id(file, "TIME_WINDOW_SECTION", count, 2)
    services = np.zeros(count)
    if "SERVICE_TIME_SECTION" in file.sections:
        services = _by_id(file, "SERVICE_TIME_SECTION", count, 1)[:, 0]
    elif "SERVICE_TIME" in file.settings:
        services[1:] = _whole_setting(file, "SERVICE_TIME", least=0)
    _check_depot(file)
    capacities, fixed, per_distance = _vehicles(file, count)
    file.refuse_if_wrong()
    name = file.settings.get("NAME", (1, file.source))[1]
    return file.checked(
        VrpInstance(
            name,
            coordinates,
            demands,
            services,
            windows,
            capacities,
            fixed,
            per_distance,
            distances,
        )
    )


def _whole_setting(file: _File, name: str, *, least: int, most: int = 10**9) -> int:
    line, text = file.settings.get(name, (1, "nothing"))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        file.add(line, f"{name} is {shown(text)}, expected a whole number from {least} to {most}")
        return least
    return int(text)


def _by_id(file: _File, section: str, count: int, width: int) -> Floats:
    """Return the rows of a section in the order of the ids 1 to count."""
    rows = np.full((count, width), np.nan)
    for line, numbers in file.sections.get(section, []):
        if numbers[0] not in range(1, count + 1):
            file.add(line, f"id {numbers[0]:g} in {section}, expected 1 to {count}")
        elif not np.isnan(rows[int(numbers[0]) - 1, 0]):
            file.add(line, f"id {numbers[0]:g} stands twice in {section}, expected each once")
        else:
            rows[int(numbers[0]) - 1] = numbers[1:]
    missing = np.flatnonzero(np.isnan(rows[:, 0]))
    if len(missing):
        file.add(1, f"{section} lacks {len(missing)} of {count} ids, the first {missing[0] + 1}")
    return rows


def _explicit(file: _File, count: int) -> Floats:
    line, layout = file.settings.get("EDGE_WEIGHT_FORMAT", (1, "nothing"))
    rows = file.sections.get("EDGE_WEIGHT_SECTION", [])
    numbers = [value for _, row in rows for value in row]
    distances = np.zeros((count, count))
    expected = {"FULL_MATRIX": count * count, "LOWER_ROW": count * (count - 1) // 2}
    if layout not in expected:
        file.add(line, f"EDGE_WEIGHT_FORMAT {shown(layout)}, expected FULL_MATRIX or LOWER_ROW")
    elif len(numbers) != expected[layout]:
        file.add(
            line, f"{len(numbers)} edge weights, expected {expected[layout]} for {count} stops"
        )
    elif layout == "FULL_MATRIX":
        distances = np.array(numbers).reshape(count, count)
    else:
        distances[np.tril_indices(count, -1)] = numbers
        distances += distances.T
    return distances


def _check_depot(file: _File) -> None:
    rows = file.sections.get("DEPOT_SECTION", [])
    depots = [(line, int(row[0])) for line, row in rows if row and row[0] != -1]
    if [depot for _, depot in depots] != [1]:
        line = depots[0][0] if depots else 1
        file.add(line, f"depots {[depot for _, depot in depots]}, expected one, the first stop")


def _vehicles(
    file: _File, count: int
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    vehicles = count - 1
    if "VEHICLES" in file.settings:
        vehicles = _whole_setting(file, "VEHICLES", least=1, most=100_000)
    if "CAPACITY_SECTION" in file.sections:
        capacities = tuple(_by_id(file, "CAPACITY_SECTION", vehicles, 1)[:, 0].tolist())
    else:
        capacities = (float(_whole_setting(file, "CAPACITY", least=1)),) * vehicles

    def costs(section: str) -> tuple[float, ...]:
        if section not in file.sections:
            return ()
        return tuple(_by_id(file, section, vehicles, 1)[:, 0].tolist())

    return (
        capacities,
        costs("VEHICLES_FIXED_COST_SECTION"),
        costs("VEHICLES_UNIT_DISTANCE_COST_SECTION"),
    )


def read_solution(path: Path, source: str) -> tuple[tuple[tuple[str, ...], ...], float | None]:
    """Return the routes of a .sol file, as stops by name, and the cost it states.

    Empty routes keep their place: route k belongs to vehicle k.

    Raises
    ------
    ScenarioError
        If a line is neither a route nor the cost.
    """
    routes: list[tuple[str, ...]] = []
    cost: float | None = None
    problems = []
    for line, text in read_lines(path, source):
        route = re.fullmatch(r"Route\s*#?\s*[0-9]+\s*:\s*([0-9\s]*)", text)
        stated = re.fullmatch(r"Cost\s*:?\s*(\S+)", text)
        if route is not None:
            routes.append(tuple(str(int(stop)) for stop in route.group(1).split()))
        elif stated is not None and number(stated.group(1)) is not None:
            cost = number(stated.group(1))
        else:
            problems.append(
                f"{source}:{line}: {shown(text)}, expected `Route #1: 6 268` or `Cost 1`"
            )
    if problems:
        raise ScenarioError(source, problems[:20])
    return tuple(routes), cost
