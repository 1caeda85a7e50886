"""What vehicles run on: filled in from their type, and as the twin takes it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scenarios.carriers import vehicle_type
from scenarios.defaults import default
from scenarios.problems import Finding, shown
from scenarios.quantities import read_share
from scenarios.schema import ScenarioSpec
from scenarios.schema_energy import Consumption, EnergySpec, cold_factor
from scenarios.schema_fleet import GroupSpec
from scenarios.vehicle_types import VEHICLE_TYPES
from twin.model import Energy


def filled_energy(given: EnergySpec, kind: str) -> EnergySpec:
    """Return what a group's vehicles run on, nothing left open that their type knows."""
    known = VEHICLE_TYPES.get(kind)
    update: dict[str, Any] = {}
    if known is not None and given.fuel in (None, known.fuel):
        update["fuel"] = known.fuel
        if given.per_km is None:
            update["per_km"] = Consumption(known.per_km, is_kwh=known.fuel == "electricity")
        if given.battery_kwh is None:
            update["battery_kwh"] = known.battery_kwh
    fuel = update.get("fuel", given.fuel)
    if given.full_load is None and fuel is not None:
        update["full_load"] = read_share(default("fleet.energy.full_load"))
    if given.begins is None and fuel == "electricity":
        update["begins"] = read_share(default("fleet.energy.begins"))
    return given.model_copy(update=update)


def energy_of(given: EnergySpec) -> Energy:
    """Return what vehicles run on, with a group's defaults filled in; nothing if none is known."""
    if given.fuel is None:
        return Energy()
    return Energy(
        fuel=given.fuel,
        per_km=0.0 if given.per_km is None else given.per_km.per_km,
        battery_kwh=given.battery_kwh,
        full_load_share=given.full_load or 0.0,
        charge_kw=given.charge_kw,
        begins_share=1.0 if given.begins is None else given.begins,
    )


def consumption(spec: ScenarioSpec) -> float:
    """Return the factor of the day on what a kilometre takes: its cold."""
    return cold_factor(spec.temperature_c)


def on_the_day(energy: Energy, factor: float) -> Energy:
    """Return energy of which the day's factor makes what a kilometre does take.

    The factor is one for all vehicles and follows from what cold takes from batteries; an engine
    takes as much as on any day.
    """
    if energy.fuel == "electricity" or factor == 1:
        return energy
    return replace(energy, per_km=energy.per_km / factor)


def energy_findings(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield what is wrong between what vehicles run on, their types and each other."""
    rests = frozenset({"fleet", "carriers"})
    first: dict[str, tuple[str, str]] = {}
    for name, group in (spec.fleet or {}).items():
        yield from _against_type(name, group, rests)
        fuel = filled_energy(group.energy, group.type or name).fuel or ""
        kind = vehicle_type(spec, name, group)
        before, its = first.setdefault(kind, (name, fuel))
        if its != fuel:
            yield Finding(
                ("fleet", name, "energy", "fuel"),
                f"another fuel ({fuel}) than {shown(before)} of the same type has ({its}), "
                "expected one for a type; give one of the groups a `type:` of its own",
                rests,
            )


def _against_type(name: str, group: GroupSpec, rests: frozenset[str]) -> Iterator[Finding]:
    given, known = group.energy, VEHICLE_TYPES.get(group.type or name)
    if given.fuel is not None:
        return  # its own model has checked it
    at = ("fleet", name, "energy")
    every = ("per_km", "battery", "charge", "begins", "full_load")
    said = [typed for typed in every if _has(given, typed)]
    if known is None and said:
        yield Finding(at, f"`{said[0]}` without a fuel; add `fuel: electricity`", rests)
        return
    if known is None:
        return
    is_electric = known.fuel == "electricity"
    if given.per_km is not None and given.per_km.is_kwh != is_electric:
        yield Finding(
            (*at, "per_km"), f"another unit than {known.fuel} has; say its `fuel:` too", rests
        )
    for typed in ("battery", "charge", "begins"):
        if not is_electric and _has(given, typed):
            yield Finding(
                (*at, typed), f"of a vehicle on {known.fuel}; add `fuel: electricity`", rests
            )


def _has(given: EnergySpec, typed: str) -> bool:
    names = {"battery": "battery_kwh", "charge": "charge_kw"}
    return getattr(given, names.get(typed, typed)) is not None
