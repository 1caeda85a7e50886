"""What a day's vehicles emit by litre, kilowatt hour or kilometre, all of one scope."""

from collections.abc import Iterable
from typing import Any, Final

from scenarios.defaults import default, source_of
from scenarios.schema import ScenarioSpec
from scenarios.schema_emissions import KG_PER_KWH, KG_PER_L, EmissionsSpec
from twin.model import Vehicle
from twin.world import EmissionFactor

_FUELS: Final = {"diesel": KG_PER_L, "petrol": KG_PER_L, "electricity": KG_PER_KWH}


def filled_emissions(given: EmissionsSpec) -> EmissionsSpec:
    """Return factors of which those of every fuel are said."""
    if given.scope == "none":
        return given
    known = default(f"emissions.{given.scope}")
    update: dict[str, Any] = {
        fuel: dimension.read(known[fuel])
        for fuel, dimension in _FUELS.items()
        if getattr(given, fuel) is None
    }
    return given.model_copy(update=update)


def emission_factors(spec: ScenarioSpec, vehicles: Iterable[Vehicle]) -> dict[str, EmissionFactor]:
    """Return factors by vehicle type, with the scenario's defaults filled in.

    A type of which nothing is known, neither what a kilometre emits nor what it takes, has none.
    """
    given = spec.emissions
    if given.scope == "none":
        return {}
    found = {}
    for vehicle in vehicles:
        # A van of another carrier emits what our own vans do, unless it is named itself.
        base = vehicle.type.removesuffix(f" of {vehicle.carrier}")
        own_kg = given.types.get(vehicle.type, given.types.get(base))
        if own_kg is not None:
            found[vehicle.type] = EmissionFactor(own_kg, "km", given.scope, given.source or "")
        elif vehicle.energy.fuel == "muscle":
            found[vehicle.type] = EmissionFactor(0.0, "unit", given.scope, "Nothing is burnt")
        elif vehicle.energy.per_km > 0:
            kg = getattr(given, vehicle.energy.fuel)
            found[vehicle.type] = EmissionFactor(
                kg, "unit", given.scope, _source(given, vehicle.energy.fuel, kg)
            )
    return found


def _source(given: EmissionsSpec, fuel: str, kg: float) -> str:
    """Return who says so: the default's source where the figure is the default."""
    path = f"emissions.{given.scope}"
    if kg == _FUELS[fuel].read(default(path)[fuel]):
        return source_of(path)
    return given.source or ""
