"""The csv files that a scenario names: orders, vehicles, areas with their population."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

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
from scenarios.defaults import default
from scenarios.importers.dpdp import read_dpdp
from scenarios.importers.instance import Instance
from scenarios.importers.loggibud import read_loggibud
from scenarios.importers.vrp import vrplib_instance
from scenarios.importers.vrplib import read_vrplib
from scenarios.localday import LocalDay
from scenarios.orders_table import read_listed, read_orders, unknown_depot
from scenarios.paths import inside
from scenarios.problems import KeyPath, Problem, shown
from scenarios.quantities import read_window, write_clock
from scenarios.requests import Area, Request, VehicleRow
from scenarios.routes_table import read_routes
from scenarios.schema import (
    CsvOrders,
    DpdpOrders,
    LoggibudOrders,
    ScenarioSpec,
    SyntheticOrders,
    VrplibOrders,
)
from scenarios.shorthand import Layer
from twin.errors import NetworkError, ScenarioError
from twin.model import TimeWindow
from twin.units import tick_s


@dataclass(frozen=True, slots=True)
class Tables:
    """What was read from the files that a scenario names.

    Attributes
    ----------
    routes
        The orders of each vehicle with a given route, in turn.
    files
        Name as given and SHA-256 of each file: part of what made a day.
    """

    requests: tuple[Request, ...] = ()
    vehicles: tuple[VehicleRow, ...] = ()
    areas: tuple[Area, ...] = ()
    instance: Instance | None = None
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
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
        Column("skills", read_listed, "what its driver may do, separated by ;"),
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
    """Return the rows of every file that a scenario names, and all that is wrong with them.

    Parameters
    ----------
    layer
        Says where in the scenario a file is named.
    """
    shelf = _Shelf(layer, base_dir)
    local = LocalDay(spec.date, spec.time_zone)
    tables = NO_TABLES
    orders = spec.orders
    if isinstance(orders, CsvOrders):
        file, findings = shelf.take(("orders", "csv"), orders.csv)
        if file is not None:
            found = read_orders(file, orders.mapping, spec, local, findings)
            tables = replace(tables, requests=tuple(found))
        shelf.note(findings)
    elif isinstance(orders, SyntheticOrders):
        population = orders.where.population
        if population is not None:
            path = ("orders", "where", "population", "csv")
            file, findings = shelf.take(path, population.csv)
            if file is not None:
                areas = tuple(read_areas(file, population.weight, findings))
                tables = replace(tables, areas=areas)
            shelf.note(findings)
    else:
        tables = replace(tables, instance=_instance(orders, local, shelf))
    for key in ("file", "matrix"):
        name = None if spec.network is None else getattr(spec.network, key)
        if name is not None:
            shelf.expect(("network", key), name)
    if spec.vehicles is not None:
        file, findings = shelf.take(("vehicles", "csv"), spec.vehicles.csv)
        if file is not None:
            rows = read_vehicles(file, spec.vehicles.mapping, spec, local, findings)
            tables = replace(tables, vehicles=tuple(rows))
        shelf.note(findings)
    routes = _routes(spec, shelf)
    return replace(tables, routes=routes, files=tuple(shelf.files)), shelf.problems


@dataclass(slots=True)
class _Shelf:
    """The files beside a scenario: which were read, and what was wrong with them."""

    layer: Layer
    base_dir: Path
    files: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, path: KeyPath, name: str) -> tuple[Path | None, Findings]:
        """Return a file that a setting names, None if it may not be read."""
        file = inside(self.base_dir, name)
        if isinstance(file, str):
            self.problems.append(Problem(*self.layer.place_of(path), path, file))
            return None, Findings(name)
        if file.is_file():
            self.files.append((name, _sha256(file)))
        elif not file.is_dir():
            # A pipe or a device is no file either: reading one may never end.
            words = f"no such file ({shown(name)}), expected it beside the scenario; check its name"
            self.problems.append(Problem(*self.layer.place_of(path), path, words))
            return None, Findings(name)
        else:
            self.files += [
                (f"{name}/{inner.name}", _sha256(inner))
                for inner in sorted(file.iterdir())
                if inner.is_file() and ".csv" in inner.suffixes
            ]
        return file, Findings(name)

    def expect(self, path: KeyPath, name: str) -> None:
        """Note a file that is not there, or may not be read; its content is read elsewhere."""
        file = inside(self.base_dir, name)
        words = file if isinstance(file, str) else None
        if isinstance(file, Path) and not file.is_file():
            words = f"no such file ({shown(name)}), expected it beside the scenario; check its name"
        if words is not None:
            self.problems.append(Problem(*self.layer.place_of(path), path, words))

    def note(self, findings: Findings) -> None:
        self.problems += [Problem("", None, (), words) for words in findings.listed()]


def _routes(spec: ScenarioSpec, shelf: _Shelf) -> Mapping[str, tuple[str, ...]]:
    """Return the given routes of a table, none where no table is named."""
    name = spec.dispatch.routes
    if not isinstance(name, str):
        return {}
    file, findings = shelf.take(("dispatch", "routes", "csv"), name)
    routes = {} if file is None else read_routes(file, findings)
    shelf.note(findings)
    return routes


def _instance(
    orders: LoggibudOrders | VrplibOrders | DpdpOrders, local: LocalDay, shelf: _Shelf
) -> Instance | None:
    """Return the instance of the literature that orders come from."""
    try:
        if isinstance(orders, LoggibudOrders):
            file, _ = shelf.take(("orders", "loggibud"), orders.loggibud)
            shift = local.elapsed(read_window(default("fleet.shift")))
            return None if file is None else read_loggibud(file, orders.loggibud, shift)
        if isinstance(orders, VrplibOrders):
            file, _ = shelf.take(("orders", "vrplib"), orders.vrplib)
            if file is None:
                return None
            found = read_vrplib(file, orders.vrplib)
            return vrplib_instance(found, unit_s=orders.unit_s, rounding=orders.rounding)
        file, _ = shelf.take(("orders", "dpdp"), orders.dpdp)
        if file is None:
            return None
        return read_dpdp(file, orders.dpdp, orders.instance, orders.starts)
    except (ScenarioError, NetworkError) as error:
        shelf.problems += [Problem("", None, (), words) for words in error.problems]
        return None


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
