"""Promises about how a day is drawn: more of one thing changes nothing of another.

No policy is asked: days are drawn, and compared thing by thing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from experiments.given import Given
from experiments.promises_rows import DETERMINISM, Row
from scenarios.realise import realise
from scenarios.schema import ScenarioSpec, SyntheticOrders
from scenarios.tables import Tables
from twin.errors import InputError
from twin.surprises import Presence
from twin.world import World

_DAY: Final = 1
_BY_ORDER: Final = ("failures", "ready_at_s", "search_s", "tendered", "replies")
_BY_VEHICLE: Final = ("breakdowns",)
_BY_PLACE: Final = ("visits", "presence", "neighbours", "lockers")
_FOUND: Final = 3


def draw_promises(given: Given, seed: int) -> Iterator[Row]:
    """Yield what becomes of the promises about draws."""
    day = given.world(seed, _DAY)
    orders = len(day.orders)
    yield _contained(
        "an order more changes no other draw", given, seed, day, _more_orders(given, orders + 1)
    )
    yield _contained(
        "twice the demand contains the day, order for order", given, seed, day,
        _more_orders(given, 2 * orders) if _is_drawn(given) else None,
    )  # fmt: skip
    yield _contained("a van more changes no other draw", given, seed, day, _more_vans(given))
    yield _without_chance(given, seed)


def _is_drawn(given: Given) -> bool:
    return isinstance(given.loaded.spec.orders, SyntheticOrders)


Setting = tuple[ScenarioSpec, Tables, bool]
"""A scenario, its tables, and whether it is the larger of the two."""


def _more_orders(given: Given, count: int) -> Setting | None:
    """Return the scenario with so many orders, or, of a table, without its last one."""
    spec, tables = given.loaded.spec, given.loaded.tables
    if isinstance(spec.orders, SyntheticOrders):
        now = len(given.world(1, _DAY).orders)
        if not now:
            return None
        scale = spec.orders.scale * count / now
        return (
            spec.model_copy(update={"orders": spec.orders.model_copy(update={"scale": scale})}),
            tables,
            True,
        )
    if len(tables.requests) > 1:
        return spec, replace(tables, requests=tables.requests[:-1]), False
    return None


def _more_vans(given: Given) -> Setting | None:
    """Return the scenario with a vehicle more of its first group, or without the table's last."""
    spec, tables = given.loaded.spec, given.loaded.tables
    if spec.fleet:
        name, group = next(iter(spec.fleet.items()))
        larger = group.model_copy(update={"count": group.count + 1})
        return spec.model_copy(update={"fleet": {**spec.fleet, name: larger}}), tables, True
    if len(tables.vehicles) > 1:
        return spec, replace(tables, vehicles=tables.vehicles[:-1]), False
    return None


def _contained(promise: str, given: Given, seed: int, day: World, other: Setting | None) -> Row:
    if other is None:
        why = "nothing of the kind can be added to this scenario"
        return Row(DETERMINISM, promise, "", skipped=why)
    spec, tables, is_larger = other
    try:
        changed = realise(spec, given.network, seed, _DAY, tables=tables, travel=given.travel)
    except InputError as error:
        return Row(DETERMINISM, promise, "", skipped=f"cannot be drawn: {error.problems[0]}")
    small, large = (day, changed) if is_larger else (changed, day)
    found = list(_not_in(small, large))
    looked = f"{len(small.orders)} orders and {len(small.vehicles)} vehicles in the larger day"
    return Row(DETERMINISM, promise, looked, found[:_FOUND])


def _not_in(small: World, large: World) -> Iterator[str]:
    """Yield what of a day is otherwise in a larger one."""
    for name in ("orders", "vehicles", "duties"):
        there = {one.id: one for one in getattr(large, name)}
        for one in getattr(small, name):
            if there.get(one.id) != one:
                yield f"{name}: {one.id} is not the same"
    drivers = {driver.id: driver for driver in large.drivers}
    for driver in small.drivers:
        other = drivers.get(driver.id)
        # There may be zones in the larger day that the smaller one has no door in.
        knows = other is not None and set(driver.visits) <= set(other.visits)
        if other is None or not knows or replace(driver, visits=other.visits) != other:
            yield f"drivers: {driver.id} is not the same"
    if small.incidents != large.incidents:
        yield "incidents are not the same"
    for name in (*_BY_ORDER, *_BY_VEHICLE, *_BY_PLACE, "absent", "deviations"):
        keys = _keys(small, name)
        few, many = getattr(small, name), getattr(large, name)
        yield from (
            f"{name}: {key} is not the same" for key in keys if few.get(key) != many.get(key)
        )
    ids = frozenset(order.id for order in small.orders)
    if small.safe_places != large.safe_places & ids:
        yield "safe places are not the same"
    if small.changes != tuple(one for one in large.changes if one.order in ids):
        yield "changed minds are not the same"


def _keys(small: World, name: str) -> list[Any]:
    """Return whose draws are compared: those of things that the smaller day has."""
    if name in _BY_ORDER:
        return [order.id for order in small.orders]
    rows: Mapping[Any, Any] = getattr(small, name)
    return list(rows)


def _without_chance(given: Given, seed: int) -> Row:
    """All noise off: nothing is left that goes wrong by chance."""
    promise = "noise off: nothing goes wrong by chance"
    spec = given.loaded.spec.model_copy(update={"noise": "off"})
    try:
        day = realise(
            spec, given.network, seed, _DAY, tables=given.loaded.tables, travel=given.travel
        )
    except InputError as error:
        return Row(DETERMINISM, promise, "", skipped=f"cannot be drawn: {error.problems[0]}")
    found = [
        f"{len(getattr(day, name))} {words}"
        for name, words in (
            ("failures", "orders that cannot be served"),
            ("breakdowns", "vehicles that break down"),
            ("absent", "drivers who do not come"),
            ("changes", "customers who change their minds"),
        )
        if getattr(day, name)
    ]
    found += [f"a stop at {place} takes another time each visit" for place in _uneven(day)][:1]
    away = [door for door, there in day.presence.items() if not _always(there)]
    found += [f"nobody is at {door} at times" for door in away[:1]]
    return Row(DETERMINISM, promise, f"day {_DAY}: {len(day.orders)} orders", found[:_FOUND])


def _uneven(day: World) -> list[str]:
    return [
        place
        for place, visit in day.visits.items()
        if any(len(set(t)) > 1 for t in (visit.parking_s, visit.fixed_s, visit.per_parcel_s))
    ]


def _always(there: Presence) -> bool:
    return not there.uniforms or all(u < p for u in there.uniforms for p in _chances(there))


def _chances(there: Presence) -> tuple[float, ...]:
    return (there.probability, *there.probabilities)
