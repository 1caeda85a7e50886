"""Vehicles with their drivers and duties, and where they start and end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scenarios.carriers import carrier_of, own_pay_rule, pay_rule, vehicle_type
from scenarios.demand import Chance
from scenarios.energy import consumption, energy_of, filled_energy, on_the_day
from scenarios.hours import hours_rules
from scenarios.localday import LocalDay
from scenarios.quantities import VOLUME, WEIGHT
from scenarios.requests import Spot, VehicleRow
from scenarios.schema import ScenarioSpec
from scenarios.schema_drivers import Meal
from scenarios.schema_energy import EnergySpec
from scenarios.schema_fleet import GroupSpec, PointSpec, SiteSpec
from scenarios.vehicle_types import VEHICLE_TYPES
from twin.model import (
    UNLIMITED,
    CarrierId,
    Driver,
    DriverId,
    Duty,
    DutyId,
    HoursRules,
    Load,
    Mode,
    PlaceId,
    PlaceKind,
    Vehicle,
    VehicleId,
)
from twin.units import tick_s

NO_LIMIT_MM: Final = 2**53


@dataclass(frozen=True, slots=True)
class Crew:
    """One vehicle with who drives it when; nobody drives a spare.

    Attributes
    ----------
    sites
        Places of its own that are no depot, by their id.
    group
        Its group in the scenario, empty if it is of none.
    """

    vehicle: Vehicle
    drivers: tuple[Driver, ...]
    duties: tuple[Duty, ...]
    sites: tuple[tuple[PlaceId, Spot], ...] = ()
    group: str = ""


def group_crews(
    spec: ScenarioSpec, local: LocalDay, chance: Chance, parcels: int | None = None
) -> Iterator[Crew]:
    """Yield the vehicles of the scenario's groups, whose defaults are filled in.

    Parameters
    ----------
    parcels
        What fits in those of which the scenario does not say how many parcels do.
    """
    for name, group in (spec.fleet or {}).items():
        capacity = group.capacity
        if capacity.parcels is None:
            capacity = capacity.model_copy(update={"parcels": parcels})
        known = group.model_copy(update={"capacity": capacity})
        for number in range(1, group.count + 1):
            crew = _vehicle(spec, name, known, vehicle_name(name, number))
            yield _staffed(crew, group, spec, local, chance)
        for number in range(1, group.spares + 1):
            # Wherever the others start and end: who needs a spare comes to the depot.
            at_depot = known.model_copy(update={"start": None, "end": "depot"})
            yield _vehicle(spec, name, at_depot, spare_name(name, number))


def vehicle_name(group: str, number: int) -> str:
    """Return the id of a group's vehicle, counted from 1."""
    return f"{group}-{number:03d}"


def spare_name(group: str, number: int) -> str:
    """Return the id of a group's spare, counted from 1."""
    return f"{group}-s{number:03d}"


def _vehicle(spec: ScenarioSpec, name: str, group: GroupSpec, vehicle_id: str) -> Crew:
    """Return a vehicle of a group without anybody to drive it."""
    depot = PlaceId(str(group.depot))
    sites: list[tuple[PlaceId, Spot]] = []
    starts_at, ends_at = depot, depot
    if group.start is not None:
        starts_at = PlaceId(f"site/{name} start")
        sites.append((starts_at, point_spot(starts_at, group.start)))
    if isinstance(group.end, SiteSpec):
        ends_at = PlaceId(f"site/{name} end")
        sites.append((ends_at, point_spot(ends_at, group.end)))
    capacity, longest_m = group.capacity, group.capacity.longest_m
    vehicle = Vehicle(
        id=VehicleId(vehicle_id),
        type=vehicle_type(spec, name, group),
        carrier=CarrierId(group.carrier),
        mode=Mode(str(group.mode)),
        capacity=Load(
            _or_no_limit(capacity.weight_g, UNLIMITED.grams),
            _or_no_limit(capacity.volume_ml, UNLIMITED.millilitres),
            _or_no_limit(capacity.parcels, UNLIMITED.parcels),
        ),
        starts_at=starts_at,
        ends_at=None if group.end == "none" else ends_at,
        longest_mm=NO_LIMIT_MM if longest_m is None else round(longest_m * 1000),
        energy=on_the_day(energy_of(group.energy), consumption(spec)),
        looks_for_parking=group.parking is not False,
    )
    return Crew(vehicle, (), (), tuple(sites), name)


def _staffed(
    crew: Crew, group: GroupSpec, spec: ScenarioSpec, local: LocalDay, chance: Chance
) -> Crew:
    """Return a vehicle with one driver and duty for each shift of its group."""
    vehicle_id = crew.vehicle.id
    skills = tuple(sorted(set(group.skills)))
    adherence = 1.0 if spec.noise == "off" or group.adherence is None else group.adherence
    hours = _hours(group.hours or "none", group.meal, local)
    call_by_s = carrier_of(spec, group).call_by_s
    drivers, duties = [], []
    for number, shift in enumerate(group.shifts, start=1):
        # One duty a vehicle is the ordinary case, and its ids stay short.
        tail = f"-{number}" if len(group.shifts) > 1 else ""
        driver_id = DriverId(f"driver of {vehicle_id}{tail}")
        pace = group.pace.mean
        if spec.noise == "on":
            pace = group.pace.at(chance.uniform("pace", driver_id))
        drivers.append(Driver(driver_id, skills, pace, adherence))
        duties.append(
            Duty(
                id=DutyId(f"duty of {vehicle_id}{tail}"),
                driver=driver_id,
                vehicle=vehicle_id,
                shift=local.elapsed(shift),
                overtime_s=group.overtime_s,
                hours=hours,
                pay=pay_rule(spec, crew.group, group),
                call_by_s=None if call_by_s is None else local.elapsed_s(call_by_s),
            )
        )
    return replace(crew, drivers=tuple(drivers), duties=tuple(duties))


def _hours(name: str, meal: Meal | None, local: LocalDay) -> HoursRules:
    if meal is None:
        return hours_rules(name, None, 0.0)
    return hours_rules(name, local.elapsed(meal.window), tick_s(meal.lasts_s))


def _or_no_limit(given: float | None, no_limit: int) -> int:
    return no_limit if given is None else int(given)


def point_spot(key: str, point: PointSpec) -> Spot:
    """Return a point of the scenario as a spot to be found on the network."""
    return Spot(key, point.lat, point.lon, point.node, PlaceKind.SITE)


def row_crews(
    rows: Sequence[VehicleRow],
    spec: ScenarioSpec,
    local: LocalDay,
    parcels: int | None = None,
) -> Iterator[Crew]:
    """Yield the vehicles of a table, or of a file that brings its own; see `group_crews`."""
    hours = _hours(spec.hours, spec.meal, local)
    adherence = 1.0 if spec.noise == "off" else spec.adherence
    for given in rows:
        row = given if given.parcels is not None else replace(given, parcels=parcels)
        depot = PlaceId(row.depot if row.depot is not None else next(iter(spec.depots)))
        sites: tuple[tuple[PlaceId, Spot], ...] = ()
        starts_at = depot
        if row.starts is not None:
            starts_at = PlaceId(row.starts.key)
            sites = ((starts_at, row.starts),)
        known = VEHICLE_TYPES.get(row.type)
        mode = row.mode or (known.mode if known is not None else "drive")
        vehicle = Vehicle(
            id=VehicleId(row.id),
            type=row.type,
            mode=Mode(mode),
            capacity=_row_capacity(row),
            starts_at=starts_at,
            ends_at=None if row.ends_anywhere else starts_at,
            energy=on_the_day(energy_of(filled_energy(EnergySpec(), row.type)), consumption(spec)),
            looks_for_parking=known is None or known.parking,
        )
        driver = Driver(DriverId(f"driver of {row.id}"), row.skills, adherence=adherence)
        duty = Duty(
            id=DutyId(f"duty of {row.id}"),
            driver=driver.id,
            vehicle=vehicle.id,
            shift=row.shift,
            overtime_s=row.overtime_s,
            hours=hours,
            pay=own_pay_rule(spec),
        )
        yield Crew(vehicle, (driver,), (duty,), sites)


def _row_capacity(row: VehicleRow) -> Load:
    known = VEHICLE_TYPES.get(row.type)
    grams, millilitres = row.grams, row.millilitres
    if known is not None and row.mode is None:
        grams = int(WEIGHT.read(known.weight)) if grams is None else grams
        millilitres = int(VOLUME.read(known.volume)) if millilitres is None else millilitres
    return Load(
        _or_no_limit(grams, UNLIMITED.grams),
        _or_no_limit(millilitres, UNLIMITED.millilitres),
        _or_no_limit(row.parcels, UNLIMITED.parcels),
    )
