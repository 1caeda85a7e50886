"""What a scenario resolves to, and what about it looks odd without being wrong."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from networks.network import Network
from scenarios.defaults import default
from scenarios.hours import HOURS_LAWS
from scenarios.incidents import PLANNED
from scenarios.quantities import LENGTH
from twin.model import (
    DRIVE,
    UNBOUNDED_S,
    Duty,
    Order,
    OrderKind,
    PlaceId,
    PlaceKind,
    Vehicle,
    VehicleId,
)
from twin.units import clock
from twin.world import World

SAMPLE: Final = 100
"""Doors whose legs are looked up for the estimate of driving."""
FAR_M: Final = LENGTH.read(default("orders.max_snap"))
"""Doors farther from a street than this are doubted, whatever the scenario allows."""
MAX_NAMED: Final = 5
"""Orders named in one warning; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """What can be said of a scenario before it is run.

    Attributes
    ----------
    facts
        Plain values by name, in the order they are shown.
    warnings
        One line each: legal, but probably not meant.
    """

    facts: Mapping[str, Any]
    warnings: tuple[str, ...]


def check(world: World, network: Network) -> Check:
    """Return what one day of a scenario amounts to.

    Parameters
    ----------
    world
        Any day of it, the first for want of a reason.
    """
    facts = {**_demand(world), **_fleet(world), **_network(world, network), **_in_the_way(world)}
    facts.update(_work(world))
    return Check(facts, tuple(_warnings(world, facts)))


def _demand(world: World) -> dict[str, Any]:
    orders = world.orders
    begins_at_s = world.rules.begins_at_s
    customers = {order.customer for order in orders}
    return {
        "orders": len(orders),
        "collections": sum(order.kind is OrderKind.COLLECTION for order in orders),
        "doors": sum(world.places[place].kind is not PlaceKind.LOCKER for place in customers),
        "lockers": sum(place.kind is PlaceKind.LOCKER for place in world.places.values()),
        "to_lockers": sum(world.places[o.customer].kind is PlaceKind.LOCKER for o in orders),
        "parcels": sum(order.load.parcels for order in orders),
        "weight_kg": round(sum(order.load.grams for order in orders) / 1000, 1),
        "volume_m3": round(sum(order.load.millilitres for order in orders) / 1e6, 2),
        "known_at_begin": sum(order.placed_at_s <= begins_at_s for order in orders),
        "day_begins": clock(begins_at_s),
    }


def _fleet(world: World) -> dict[str, Any]:
    types = Counter(vehicle.type for vehicle in world.vehicles)
    # Spares carry nothing unless another vehicle fails.
    count = len(world.vehicles) - len(world.spares)
    shift_s = sum(_length_s(duty) for duty in world.duties)
    return {
        "vehicles": dict(sorted(types.items())),
        "spares": len(world.spares),
        "orders_per_vehicle": round(len(world.orders) / count, 1) if count else None,
        "shift_hours": round(shift_s / 3600, 1),
    }


def _length_s(duty: Duty) -> float:
    return duty.shift.closes_at_s - duty.shift.opens_at_s


def _network(world: World, network: Network) -> dict[str, Any]:
    doors = [world.places[order.customer] for order in world.orders]
    snaps = [place.snap_m for place in doors]
    depots = {
        place.id: {
            "lat": place.lat,
            "lon": place.lon,
            "node": int(next(iter(place.nodes.values()))),
        }
        for place in world.known_places().values()
        if place.kind == "depot"
    }
    return {
        "network": network.name,
        "junctions": network.node_count,
        "modes": [str(mode) for mode in network.modes],
        "depots": depots,
        "farthest_door_m": max(snaps, default=0.0),
    }


def _in_the_way(world: World) -> dict[str, Any]:
    planned = sum(incident.id.startswith(PLANNED) for incident in world.incidents)
    return {"closures": planned, "incidents": len(world.incidents) - planned}


def _work(world: World) -> dict[str, Any]:
    """Estimate the hours that the day's work takes against the hours there are.

    Driving is the mean leg of a nearest-neighbour tour over up to `SAMPLE` doors, shortened by
    the root of how much denser all doors lie: rough, and said to be so.
    """
    serving_s = 0.0
    for order in world.orders:
        given_s = order.unload_s if order.kind is OrderKind.DELIVERY else order.load_s
        expected = world.places[order.customer].expected
        serving_s += expected.per_parcel_s * order.load.parcels if given_s is None else given_s
    doors = sorted({order.customer for order in world.orders})
    looking = sum(vehicle.looks_for_parking for vehicle in world.vehicles)
    parks = looking / len(world.vehicles) if world.vehicles else 1.0
    for door in doors:
        expected = world.places[door].expected
        serving_s += parks * expected.parking_s + expected.walk_s + expected.fixed_s
    driving_s = _mean_leg_s(world, doors) * len(doors)
    return {
        "service_hours": round(serving_s / 3600, 1),
        "driving_hours_estimate": round(driving_s / 3600, 1),
        "work_hours_estimate": round((serving_s + driving_s) / 3600, 1),
    }


def _mean_leg_s(world: World, doors: Sequence[PlaceId]) -> float:
    """Return the seconds of a typical leg between stops, 0 where nothing can be said."""
    modes = Counter(vehicle.mode for vehicle in world.vehicles)
    mode = max(sorted(modes), key=lambda m: modes[m], default=DRIVE)
    step = max(1, len(doors) // SAMPLE)
    sample = [world.places[door] for door in doors[::step][:SAMPLE]]
    nodes = [place.nodes[mode] for place in sample if mode in place.nodes]
    if len(nodes) < 2:  # noqa: PLR2004
        return 0.0
    first_s = min((duty.shift.opens_at_s for duty in world.duties), default=8 * 3600.0)
    times_s = world.travel.matrix(nodes, mode, first_s + 2 * 3600)
    left = np.ones(len(nodes), np.bool_)
    left[0] = False
    at, total_s, legs = 0, 0.0, 0
    while left.any():
        row = np.where(left, times_s[at], math.inf)
        nearest = int(np.argmin(row))
        if not math.isfinite(row[nearest]):
            break
        total_s, legs, at = total_s + float(row[nearest]), legs + 1, nearest
        left[nearest] = False
    return total_s / legs * math.sqrt(len(nodes) / len(doors)) if legs else 0.0


def _warnings(world: World, facts: Mapping[str, Any]) -> Iterator[str]:
    if not world.orders:
        yield "no orders: the day is empty"
        return
    if not world.vehicles:
        yield "no vehicles: every order stays where it is"
        return
    yield from _unservable(world)
    far = [order for order in world.orders if world.places[order.customer].snap_m > FAR_M]
    if far:
        yield (
            f"{_named(far)} more than {FAR_M:g} m from every street, served from the nearest "
            "junction"
        )
    if facts["work_hours_estimate"] > facts["shift_hours"]:
        yield (
            f"about {facts['work_hours_estimate']} hours of work (a rough estimate) for "
            f"{facts['shift_hours']} hours of shift: expect orders to be left over"
        )
    last_s = max(duty.shift.closes_at_s + duty.overtime_s for duty in world.duties)
    late = [order for order in world.orders if order.placed_at_s > last_s]
    if late:
        yield f"{_named(late)} placed after the last shift ended at {clock(last_s)}"
    yield from _long_duties(world)
    unready = [order for order in world.orders if order.placed_at_s <= last_s < order.ready_at_s]
    if unready:
        yield f"{_named(unready)} announced to be ready after the last shift ended"
    outside = [
        order
        for order in world.orders
        if order.window.opens_at_s > last_s
        or order.window.closes_at_s < min(duty.shift.opens_at_s for duty in world.duties)
    ]
    if outside:
        yield f"{_named(outside)} with a window outside every shift"
    closed = [order for order in world.orders if _is_closed(order, world)]
    if closed:
        yield f"{_named(closed)} at places that are closed during every shift"


def _is_closed(order: Order, world: World) -> bool:
    hours = world.places[order.customer].hours
    return bool(hours) and not any(
        opening.overlaps(duty.shift) for opening in hours for duty in world.duties
    )


def _long_duties(world: World) -> Iterator[str]:
    """Warn of duties that may last longer than their rule set allows."""
    for name in sorted({duty.hours.name for duty in world.duties}):
        most_s = HOURS_LAWS[name].duty_most_s if name in HOURS_LAWS else UNBOUNDED_S
        long = [
            duty
            for duty in world.duties
            if duty.hours.name == name and _length_s(duty) + duty.overtime_s > most_s
        ]
        if long:
            yield (
                f"{len(long):,} dut{'ies' if len(long) > 1 else 'y'} of {long[0].vehicle} and the "
                f"like may last longer than the {most_s / 3600:g} h of {name}, overtime included"
            )


def _unservable(world: World) -> Iterator[str]:
    """Warn of orders that no vehicle can serve, each kind of reason once."""
    skills = _skills_of(world)
    too_large, unreachable, unskilled = [], [], []
    for order in world.orders:
        reach = [v for v in world.vehicles if v.mode in world.places[order.customer].nodes]
        if not reach:
            unreachable.append(order)
        elif not any(_fits(order, vehicle) for vehicle in reach):
            too_large.append(order)
        elif not any(set(order.skills) <= skills.get(v.id, set()) for v in reach):
            unskilled.append(order)
    if too_large:
        yield f"{_named(too_large)} larger or heavier than every vehicle that can reach it"
    if unreachable:
        yield f"{_named(unreachable)} that no vehicle of the fleet can reach"
    if unskilled:
        yield f"{_named(unskilled)} asking for skills that no driver has"


def _fits(order: Order, vehicle: Vehicle) -> bool:
    longest_mm = max(parcel.longest_mm for parcel in order.parcels)
    return order.load.fits_in(vehicle.capacity) and longest_mm <= vehicle.longest_mm


def _skills_of(world: World) -> dict[VehicleId, set[str]]:
    drivers = {driver.id: set(driver.skills) for driver in world.drivers}
    found: dict[VehicleId, set[str]] = {}
    for duty in world.duties:
        found.setdefault(duty.vehicle, set()).update(drivers[duty.driver])
    return found


def _named(orders: Sequence[Order]) -> str:
    names = ", ".join(order.id for order in orders[:MAX_NAMED])
    more = f" and {len(orders) - MAX_NAMED:,} more" if len(orders) > MAX_NAMED else ""
    return f"{len(orders):,} order{'s' if len(orders) != 1 else ''} ({names}{more})"
