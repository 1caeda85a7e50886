"""From one day to the next: what a day leaves open, and the next day that begins with it (S23).

In a sequence of days what is carried over is not charged but lived: the order is there again the
next morning, with the attempts that were made of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import inf
from typing import Final

from scenarios.localday import LocalDay
from twin.facts import Facts
from twin.journal import Journal
from twin.model import (
    ALWAYS,
    Chargers,
    DriverId,
    Order,
    OrderId,
    OrderKind,
    Place,
    PlaceId,
    PlaceKind,
    Retry,
    TimeWindow,
    Vehicle,
    VehicleId,
)
from twin.rows import OrderView, Status
from twin.state import State
from twin.world import World

_DOORS: Final = frozenset({PlaceKind.HOUSEHOLD, PlaceKind.BUSINESS})
_LASTING: Final = frozenset({"no access", "wrong address", "refused"})
"""Why an order cannot be served whoever is at the door (S4): tomorrow for the same reason."""
_NAMED: Final = re.compile(r" of day \d+$")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a day hands on to the next.

    Times are seconds since the midnight of the next day, so most of them are negative.

    Attributes
    ----------
    orders
        Still open and to be served: as they were known last, with the attempts made of them in
        `attempts_before`. An order and its door say which day they are of (``o0007 of day 3``),
        because another day may have another order of that name. A window is at the same hours
        of the next day unless it reaches into it; a promise stays where it was.
    places
        Where their goods are and where they go.
    failures
        Those of them that cannot be served whoever is at the door, as an attempt has shown.
    returns
        Orders without an attempt left whose goods are still out: back to the sender.
    elsewhere
        Orders with an overflow carrier that has not told what became of them.
    visits
        By driver: zones with the stops ever made in each, sorted.
    charge_kwh
        What is in each battery when its day is over.
    stands_at
        Where each vehicle stands then, of those that stand at a place.
    worked_s
        Paid seconds of each driver in the days of the sequence so far.
    ended_at_s
        When the day was over.
    """

    orders: tuple[Order, ...] = ()
    places: Mapping[PlaceId, Place] = field(default_factory=dict)
    failures: Mapping[OrderId, str] = field(default_factory=dict)
    returns: tuple[OrderId, ...] = ()
    elsewhere: tuple[OrderId, ...] = ()
    visits: Mapping[DriverId, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    charge_kwh: Mapping[VehicleId, float] = field(default_factory=dict)
    stands_at: Mapping[VehicleId, PlaceId] = field(default_factory=dict)
    worked_s: Mapping[DriverId, float] = field(default_factory=dict)
    ended_at_s: float = 0.0


NOTHING: Final = Carried()
"""What the first day of a sequence begins with."""


def carried(journal: Journal, before: Carried = NOTHING) -> Carried:
    """Return what a day hands on to the next.

    Parameters
    ----------
    journal
        The day, from its header to its end.
    before
        What the day itself began with: hours worked add up.
    """
    state, facts = State.replay(journal), Facts(journal)
    if state.began is None or not state.ended:
        raise ValueError("what a day hands on is known when it is over: the journal has no end")
    identity = state.began.identity
    length_s = LocalDay(identity.date, identity.time_zone).length_s
    orders: list[Order] = []
    places: dict[PlaceId, Place] = {}
    failures: dict[OrderId, str] = {}
    for order_id in state.carried_over():
        row = state.orders[order_id]
        if row.status is Status.TENDERED or row.waits_for is Retry.RETURN:
            continue
        door = state.places[row.order.customer]
        if door.kind in _DOORS:
            door = replace(door, id=PlaceId(_of_day(door.id, identity.day)))
        order = _another_day(row, door.id, _goods_at(row, state), identity.day, length_s)
        orders.append(order)
        places[door.id] = door
        other_end = order.origin if order.customer == order.destination else order.destination
        places[other_end] = state.places[other_end]
        if row.attempts and row.attempts[-1].cause in _LASTING:
            failures[order.id] = row.attempts[-1].cause
    open_rows = [state.orders[order_id] for order_id in state.carried_over()]
    return Carried(
        tuple(orders),
        places,
        failures,
        tuple(row.id for row in open_rows if row.waits_for is Retry.RETURN),
        tuple(row.id for row in open_rows if row.status is Status.TENDERED),
        _visits(state),
        {
            vehicle_id: row.charge_kwh
            for vehicle_id, row in state.vehicles.items()
            if row.charge_kwh is not None
        },
        {
            vehicle_id: row.place
            for vehicle_id, row in state.vehicles.items()
            if row.place is not None
        },
        _worked_s(facts, before),
        state.now_s - length_s,
    )


def _goods_at(row: OrderView, state: State) -> PlaceId:
    """Return where the goods of an open order are in the morning.

    What was still aboard when the day was cut off came home with its vehicle in the night.
    """
    if row.place is not None:
        return row.place
    vehicle = None if row.vehicle is None else state.vehicles[row.vehicle].vehicle
    home = None if vehicle is None else vehicle.ends_at
    return home if home is not None and state.is_depot(home) else row.order.origin


def _another_day(
    row: OrderView, door: PlaceId, goods_at: PlaceId, day: int, length_s: float
) -> Order:
    order = row.order
    is_delivery = order.kind is OrderKind.DELIVERY
    placed_at_s = order.placed_at_s - length_s
    return replace(
        order,
        id=OrderId(_of_day(order.id, day)),
        origin=goods_at if is_delivery else door,
        destination=door if is_delivery else order.destination,
        window=_next_window(order.window, length_s),
        promise=_earlier(order.promise, length_s),
        placed_at_s=placed_at_s,
        ready_at_s=max(placed_at_s, order.ready_at_s - length_s),
        pick_up_window=_next_window(order.pick_up_window, length_s),
        attempts_before=order.attempts_before + len(row.attempts),
    )


def _of_day(name: str, day: int) -> str:
    return name if _NAMED.search(name) else f"{name} of day {day}"


def _earlier(window: TimeWindow, by_s: float) -> TimeWindow:
    return TimeWindow(window.opens_at_s - by_s, window.closes_at_s - by_s)


def _next_window(window: TimeWindow, length_s: float) -> TimeWindow:
    if window == ALWAYS or window.closes_at_s < length_s:
        return window
    return _earlier(window, length_s)


def _visits(state: State) -> dict[DriverId, tuple[tuple[str, int], ...]]:
    found: dict[DriverId, dict[str, int]] = {}
    for (driver, zone), number in state.visits.items():
        found.setdefault(driver, {})[zone] = number
    return {driver: tuple(sorted(zones.items())) for driver, zones in sorted(found.items())}


def _worked_s(facts: Facts, before: Carried) -> dict[DriverId, float]:
    worked = dict(before.worked_s)
    for duty in facts.duties:
        driver = duty.duty.driver
        worked[driver] = worked.get(driver, 0.0) + duty.paid_s
    return worked


def next_day(world: World, before: Carried = NOTHING) -> World:
    """Return a day that begins with what the day before handed on.

    Parameters
    ----------
    world
        The day as it would be alone. An order that it has already under the id that it is
        carried as keeps its customer's place there, and all that was drawn for it and its door;
        one that it lacks is added with its places, at whose door somebody always is, and where a
        visit takes no time, unless the day says otherwise.
    before
        What the day before handed on; nothing for the first day of a sequence.

    Returns
    -------
    world
        With the orders, the drivers' knowledge and the batteries of the evening before, charged
        through the night where they stand at chargers. What is open at its end costs nothing
        then: it is lived on the next day (S21).
    """
    there = {order.id: order for order in world.orders}
    places = dict(world.places)
    for order in before.orders:
        known = there.get(order.id)
        if known is None:
            there[order.id] = order
        elif order.customer == order.destination:
            there[order.id] = replace(order, destination=known.destination)
        else:
            there[order.id] = replace(order, origin=known.origin)
        for place_id in (there[order.id].origin, there[order.id].destination):
            if place_id not in places:
                places[place_id] = before.places[place_id]
    at_hand = {order.id for order in before.orders}
    return replace(
        world,
        places=places,
        orders=tuple(there.values()),
        failures={**world.failures, **before.failures},
        ready_at_s={o: at_s for o, at_s in world.ready_at_s.items() if o not in at_hand},
        drivers=tuple(
            replace(driver, visits=before.visits.get(driver.id, driver.visits))
            for driver in world.drivers
        ),
        vehicles=_charged(world, before),
        rates=replace(world.rates, carried_over=Decimal(0)),
    )


def _charged(world: World, before: Carried) -> tuple[Vehicle, ...]:
    """Return the vehicles with what is in their batteries in the morning."""
    charge_kwh = {
        vehicle.id: before.charge_kwh[vehicle.id]
        for vehicle in world.vehicles
        if vehicle.id in before.charge_kwh and vehicle.energy.battery_kwh is not None
    }
    for place in world.places.values():
        standing = [one for one in world.vehicles if before.stands_at.get(one.id) == place.id]
        plugged = [vehicle for vehicle in standing if vehicle.id in charge_kwh]
        if place.chargers is not None and plugged:
            _charge_in_the_night(world, before, place.chargers, plugged, charge_kwh)
    return tuple(
        replace(vehicle, energy=replace(vehicle.energy, begins_share=_share(vehicle, charge_kwh)))
        if vehicle.id in charge_kwh
        else vehicle
        for vehicle in world.vehicles
    )


def _charge_in_the_night(
    world: World,
    before: Carried,
    chargers: Chargers,
    plugged: list[Vehicle],
    charge_kwh: dict[VehicleId, float],
) -> None:
    """Fill batteries at one place, in the order of ids, with what its chargers give until morning.

    Somebody moves the plugs, so that energy and not the number of plugs is what runs out.
    """
    site_kw = min(chargers.count * chargers.kw, chargers.site_kw or inf)
    left_kwh = site_kw * _night_h(world, before, plugged)
    for vehicle in plugged:
        kw = min(chargers.kw, vehicle.energy.charge_kw or inf)
        lacks_kwh = (vehicle.energy.battery_kwh or 0.0) - charge_kwh[vehicle.id]
        taken_kwh = min(lacks_kwh, kw * _night_h(world, before, [vehicle]), left_kwh)
        charge_kwh[vehicle.id] += taken_kwh
        left_kwh -= taken_kwh


def _night_h(world: World, before: Carried, vehicles: list[Vehicle]) -> float:
    """Return the hours from the end of the day before to the first shift of one of the vehicles."""
    ids = {vehicle.id for vehicle in vehicles}
    shifts = [duty.shift.opens_at_s for duty in world.duties if duty.vehicle in ids]
    until_s = min(shifts, default=world.rules.begins_at_s)
    return max(0.0, until_s - before.ended_at_s) / 3600


def _share(vehicle: Vehicle, charge_kwh: Mapping[VehicleId, float]) -> float:
    battery_kwh = vehicle.energy.battery_kwh or 1.0
    return min(1.0, charge_kwh[vehicle.id] / battery_kwh)
