"""What a day has in store with its drivers: who does not come, who knows which zone, who strays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from scenarios.demand import Chance
from scenarios.localday import LocalDay
from scenarios.schema import ScenarioSpec
from scenarios.spreads import Spread
from twin.model import Driver, Duty, DutyId, Place

DEPARTURES: Final = 1000
"""Draws of a duty on whether its driver keeps to the plan: more than it ever departs for."""


def absent_of(
    spec: ScenarioSpec,
    duties: Sequence[Duty],
    local: LocalDay,
    begins_at_s: float,
    chance: Chance,
    *,
    factor: float = 1.0,
) -> dict[DutyId, float]:
    """Return the duties whose driver does not come, with when that becomes known.

    Parameters
    ----------
    factor
        Of the day's weather on the share of absence.
    """
    share = min(1.0, spec.absence.share * factor)
    if spec.noise == "off":
        return {}
    told_s = spec.absence.known_at_s
    known_at_s = None if told_s is None else local.elapsed_s(told_s)
    found = {}
    for duty in duties:
        if chance.uniform("absence", duty.driver) < share:
            at_shift_s = duty.shift.opens_at_s
            at_s = at_shift_s if known_at_s is None else min(known_at_s, at_shift_s)
            found[duty.id] = max(begins_at_s, at_s)
    return found


def deviations_of(
    drivers: Iterable[Driver], duties: Iterable[Duty], chance: Chance
) -> dict[DutyId, tuple[float, ...]]:
    """Return the draws by which drivers leave the plan, of those who ever may."""
    strays = {driver.id for driver in drivers if driver.adherence < 1}
    return {
        duty.id: tuple(chance.uniform("adherence", duty.driver, k) for k in range(DEPARTURES))
        for duty in duties
        if duty.driver in strays
    }


def with_visits(
    drivers: Sequence[Driver], places: Iterable[Place], spec: ScenarioSpec, chance: Chance
) -> tuple[Driver, ...]:
    """Return drivers with what they know of the zones of a day's places."""
    if spec.familiarity.share == 0:
        return tuple(drivers)
    zones = sorted({place.zone for place in places if place.zone})
    known = spec.familiarity.known
    return tuple(
        replace(driver, visits=tuple(_visits(driver, zones, known, spec, chance)))
        for driver in drivers
    )


def _visits(
    driver: Driver,
    zones: Sequence[str],
    known: Spread | Mapping[str, int],
    spec: ScenarioSpec,
    chance: Chance,
) -> Iterable[tuple[str, int]]:
    for zone in zones:
        if not isinstance(known, Spread):
            stops = known.get(zone, 0)
        elif spec.noise == "off":
            stops = round(known.mean)
        else:
            stops = round(known.at(chance.uniform("known", f"{driver.id} in {zone}")))
        if stops:
            yield zone, stops
