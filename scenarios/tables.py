"""The csv files that a scenario names: orders, vehicles, areas with their population."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from scenarios.csvfile import (
    Column,
    Findings,
    read_amount,
    read_count,
    read_latitude,
    read_longitude,
    read_rows,
    read_text,
    time_reader,
)
from scenarios.importers.instance import Instance
from scenarios.localday import LocalDay
from scenarios.orders_table import read_orders, read_skills, unknown_depot
from scenarios.paths import inside
from scenarios.problems import KeyPath, Problem, shown
from scenarios.quantities import write_clock
from scenarios.requests import Area, Request, VehicleRow
from scenarios.schema import CsvOrders, ScenarioSpec, SyntheticOrders
from scenarios.shorthand import Layer
from twin.model import TimeWindow
from twin.units import tick_s


@dataclass(frozen=True, slots=True)
class Tables:
    """What was read from the files that a scenario names.

    Attributes
    ----------
    files
        Name as given and SHA-256 of each file: part of what made a day.
    """

    requests: tuple[Request, ...] = ()
    vehicles: tuple[VehicleRow, ...] = ()
    areas: tuple[Area, ...] = ()
    instance: Instance | None = None
    files: tuple[tuple[str, str], ...] = ()


NO_TABLES: Final = Tables()


def vehicle_columns(local: LocalDay) -> tuple[Column, ...]:
    """Return the columns of a vehicles table, read for a given day."""
    clock = time_reader(local)
    return (
        Column("id", read_text, "the vehicle's id", is_needed=True),
        Column("type", read_text, "van, truck, cargo_bike, e_van"),
        Column("mode", read_text, "drive or bike"),
        Column("depot", read_text, "where it starts and ends"),
        Column("kg", read_amount, "capacity in weight"),
        Column("litres", read_amount, "capacity in volume"),
        Column("parcels", read_count, "capacity in parcels"),
        Column("shift_begins", clock, "begin of its shift", is_needed=True),
        Column("shift_ends", clock, "end of its shift", is_needed=True),
        Column("overtime_min", read_amount, "how long after it a stop may be departed for"),
        Column("skills", read_skills, "what its driver may do, separated by ;"),
    )


def area_columns(weight: str) -> tuple[Column, ...]:
    """Return the columns of an areas table, of which one weighs."""
    return (
        Column("id", read_text, "the area's id", is_needed=True),
        Column("lat", read_latitude, "latitude of its middle", is_needed=True),
        Column("lon", read_longitude, "longitude of its middle", is_needed=True),
        Column(weight, read_amount, "how much demand it has", is_needed=True),
    )


def read_tables(spec: ScenarioSpec, layer: Layer, base_dir: Path) -> tuple[Tables, list[Problem]]:
    """Return the rows of every table that a scenario names, and all that is wrong with them.

    Parameters
    ----------
    layer
        Says where in the scenario a table is named.
    """
    problems: list[Problem] = []
    local = LocalDay(spec.date, spec.time_zone)
    files: list[tuple[str, str]] = []
    opened: list[tuple[KeyPath, str]] = []

    def read(path: KeyPath, name: str, rows: Callable[[Path, Findings], Any]) -> Any:  # noqa: ANN401
        file = inside(base_dir, name)
        source, line = layer.place_of(path)
        if isinstance(file, str):
            problems.append(Problem(source, line, path, file))
            return ()
        findings = Findings(name)
        found = rows(file, findings)
        problems.extend(Problem("", None, (), words) for words in findings.listed())
        opened.append((path, name))
        if file.is_file():
            files.append((name, _sha256(file)))
        return found

    requests: tuple[Request, ...] = ()
    vehicles: tuple[VehicleRow, ...] = ()
    areas: tuple[Area, ...] = ()
    orders = spec.orders
    if isinstance(orders, CsvOrders):
        table = read(
            ("orders", "csv"),
            orders.csv,
            lambda file, findings: read_orders(file, orders.mapping, spec, local, findings),
        )
        requests = tuple(table)
    if isinstance(orders, SyntheticOrders) and orders.where.population is not None:
        population = orders.where.population
        areas = tuple(
            read(
                ("orders", "where", "population", "csv"),
                population.csv,
                lambda file, findings: read_areas(file, population.weight, findings),
            )
        )
    if spec.vehicles is not None:
        mapping = spec.vehicles.mapping
        vehicles = tuple(
            read(
                ("vehicles", "csv"),
                spec.vehicles.csv,
                lambda file, findings: read_vehicles(file, mapping, spec, local, findings),
            )
        )
    return Tables(requests, vehicles, areas, files=tuple(files)), problems


def _sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_vehicles(
    path: Path,
    mapping: Mapping[str, str],
    spec: ScenarioSpec,
    local: LocalDay,
    findings: Findings,
) -> Iterator[VehicleRow]:
    """Return the vehicles of a table, sorted by id."""
    found: dict[str, VehicleRow] = {}
    for row in read_rows(path, vehicle_columns(local), mapping, findings):
        before = findings.count
        if row.get("id") in found:
            line = found[row.get("id")].line
            findings.add(row.line, f"id: {shown(row.get('id'))} stands on line {line} too")
        begins, ends = row.get("shift_begins"), row.get("shift_ends")
        if ends <= begins:
            findings.add(
                row.line,
                f"shift_ends: {write_clock(ends)} is not after {write_clock(begins)}; past "
                "midnight write 25:10",
            )
        if row.get("mode") not in (None, "drive", "bike"):
            findings.add(row.line, f"mode: {shown(row.get('mode'))}, expected drive or bike")
        for words in unknown_depot(row, spec):
            findings.add(row.line, words)
        if row.get("depot") is None and len(spec.depots) > 1:
            findings.add(row.line, f"depot: empty, expected one of {', '.join(spec.depots)}")
        if findings.count > before:
            continue
        kg, litres = row.get("kg"), row.get("litres")
        found[row.get("id")] = VehicleRow(
            id=row.get("id"),
            type=row.get("type") or "van",
            shift=TimeWindow(begins, ends),
            line=row.line,
            mode=row.get("mode"),
            depot=row.get("depot"),
            grams=None if kg is None else round(kg * 1000),
            millilitres=None if litres is None else round(litres * 1000),
            parcels=row.get("parcels"),
            overtime_s=tick_s((row.get("overtime_min") or 0.0) * 60),
            skills=row.get("skills") or (),
        )
    return iter([found[vehicle_id] for vehicle_id in sorted(found)])


def read_areas(path: Path, weight: str, findings: Findings) -> Iterator[Area]:
    """Return the areas of a table that have any demand, sorted by id."""
    found: dict[str, Area] = {}
    lines: dict[str, int] = {}
    for row in read_rows(path, area_columns(weight), {}, findings):
        area_id = row.get("id")
        if area_id in lines:
            findings.add(row.line, f"id: {shown(area_id)} stands on line {lines[area_id]} too")
            continue
        lines[area_id] = row.line
        if row.get(weight) > 0:
            found[area_id] = Area(area_id, row.get("lat"), row.get("lon"), row.get(weight))
    if not found and not findings.count:
        findings.add(1, f"no area with {shown(weight)} above 0, expected at least one")
    return iter([found[area_id] for area_id in sorted(found)])
