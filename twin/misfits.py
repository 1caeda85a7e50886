"""What does not fit together in a World: everything at once, before the clock starts."""

from collections.abc import Container, Iterable
from itertools import chain, pairwise
from math import inf
from typing import TYPE_CHECKING, Final

from twin.model import CarrierKind, DriverId, Duty, PlaceKind, VehicleId
from twin.pair_misfits import pair_misfits
from twin.units import clock

if TYPE_CHECKING:
    from twin.world import World


def misfits(world: "World") -> list[str]:
    """Return what is given twice, named and not there, or in the way of each other.

    Returns
    -------
    problems
        One sentence each; empty if a day can be lived from it.
    """
    checks = (
        _twice, _places, _duties, _drivers, _orders, _unknown, _spares, _surprises, _lockers,
        _incidents, _carriers, pair_misfits,
    )  # fmt: skip
    return list(chain.from_iterable(check(world) for check in checks))


def _twice(world: "World") -> list[str]:
    return [
        f"two {name} are called {one.id!r}: every id is given once"
        for name in ("orders", "vehicles", "drivers", "duties", "carriers")
        for one, other in pairwise(sorted(getattr(world, name), key=lambda thing: thing.id))
        if one.id == other.id
    ]


def _places(world: "World") -> list[str]:
    found = [
        f"place {place.id!r} is listed as {key!r}"
        for key, place in world.places.items()
        if key != place.id
    ]
    for vehicle in world.vehicles:
        for does, place_id in (("starts", vehicle.starts_at), ("ends", vehicle.ends_at)):
            if place_id is None:
                continue
            place = world.places.get(place_id)
            if place is None:
                found.append(f"vehicle {vehicle.id} {does} at {place_id!r}, which is no place")
            elif vehicle.mode not in place.nodes:
                found.append(
                    f"vehicle {vehicle.id} {does} at {place_id!r}, out of reach of its mode "
                    f"{vehicle.mode!r}"
                )
    return found


def _duties(world: "World") -> list[str]:
    vehicles = {vehicle.id for vehicle in world.vehicles}
    drivers = {driver.id for driver in world.drivers}
    found: list[str] = []
    of: dict[VehicleId, list[Duty]] = {}
    for duty in sorted(world.duties, key=lambda duty: (duty.shift.opens_at_s, duty.id)):
        of.setdefault(duty.vehicle, []).append(duty)
        if duty.vehicle not in vehicles:
            found.append(f"duty {duty.id}: there is no vehicle {duty.vehicle!r}")
        if duty.driver not in drivers:
            found.append(f"duty {duty.id}: there is no driver {duty.driver!r}")
    found.extend(
        f"duties {one.id} and {other.id} of {one.vehicle} overlap: {one.shift}, {other.shift}"
        for duties in of.values()
        for one, other in pairwise(duties)
        if one.shift.closes_at_s > other.shift.opens_at_s
    )
    return found


def _drivers(world: "World") -> list[str]:
    """Return duties that would have one person in two vehicles at once."""
    of: dict[DriverId, list[Duty]] = {}
    for duty in sorted(world.duties, key=lambda duty: (duty.shift.opens_at_s, duty.id)):
        of.setdefault(duty.driver, []).append(duty)
    return [
        f"duties {one.id} and {other.id} of driver {one.driver} overlap: {one.shift}, {other.shift}"
        for duties in of.values()
        for one, other in pairwise(duties)
        if one.vehicle != other.vehicle and one.shift.closes_at_s > other.shift.opens_at_s
    ]


def _orders(world: "World") -> list[str]:
    found: list[str] = []
    for order in world.orders:
        found.extend(
            f"order {order.id}: there is no place {place_id!r}"
            for place_id in (order.origin, order.destination)
            if place_id not in world.places
        )
        service_class = world.service_classes.get(order.service_class)
        if service_class is None:
            known = ", ".join(sorted(world.service_classes)) or "none"
            found.append(
                f"order {order.id}: there is no service class {order.service_class!r}; "
                f"there are {known}"
            )
        elif order.attempts_before >= service_class.max_attempts:
            found.append(
                f"order {order.id}: tried {order.attempts_before} times before, its class "
                f"{service_class.name!r} allows {service_class.max_attempts}; it goes back instead"
            )
        if order.locker is not None:
            locker = world.places.get(order.locker)
            if locker is None or locker.kind is not PlaceKind.LOCKER:
                found.append(
                    f"order {order.id}: its locker {order.locker!r} is no locker of the day"
                )
    return found


# What the day holds in store


def _unknown(world: "World") -> list[str]:
    """Return what is in store for things that are not there."""
    orders = {order.id for order in world.orders}
    vehicles = {vehicle.id for vehicle in world.vehicles}
    duties = {duty.id for duty in world.duties}
    named: tuple[tuple[str, Iterable[str], Container[str], str], ...] = (
        ("breakdowns", world.breakdowns, vehicles, "vehicle"),
        ("absent", world.absent, duties, "duty"),
        ("deviations", world.deviations, duties, "duty"),
        ("spares", world.spares, vehicles, "vehicle"),
        ("changes", dict.fromkeys(change.order for change in world.changes), orders, "order"),
        ("tendered", world.tendered, orders, "order"),
        ("failures", world.failures, orders, "order"),
        ("ready_at_s", world.ready_at_s, orders, "order"),
        ("search_s", world.search_s, orders, "order"),
        ("replies", world.replies, orders, "order"),
        ("safe_places", sorted(world.safe_places), orders, "order"),
        ("lockers", world.lockers, world.places, "place"),
    )
    return [
        f"{name}: there is no {what} {one!r}; leave it out"
        for name, ids, known, what in named
        for one in ids
        if one not in known
    ]


def _spares(world: "World") -> list[str]:
    found: list[str] = []
    duties = {duty.vehicle: duty.id for duty in world.duties}
    vehicles = {vehicle.id: vehicle for vehicle in world.vehicles}
    for vehicle_id in world.spares:
        if vehicle_id in duties:
            found.append(
                f"vehicle {vehicle_id} is a spare and has duty {duties[vehicle_id]}, "
                "it can be only one of both"
            )
        vehicle = vehicles.get(vehicle_id)
        place = None if vehicle is None else world.places.get(vehicle.starts_at)
        if place is not None and place.kind is not PlaceKind.DEPOT:
            found.append(f"vehicle {vehicle_id} is a spare and stands at {place.id!r}, not a depot")
    found.extend(
        f"vehicle {one} is a spare twice: every spare is named once"
        for one, other in pairwise(world.spares)
        if one == other
    )
    return found


def _surprises(world: "World") -> list[str]:
    """Return what is in store and could not come as it is said."""
    found: list[str] = []
    placed_at_s = {order.id: order.placed_at_s for order in world.orders}
    for change in world.changes:
        at_s = placed_at_s.get(change.order, change.at_s)
        if not at_s <= change.at_s:
            found.append(
                f"order {change.order} is changed at {clock(change.at_s)}, before it is placed at "
                f"{clock(at_s)}"
            )
    for order_id, outside in sorted(world.tendered.items()):
        if outside.served_at_s is not None and not outside.served_at_s <= outside.told_at_s:
            found.append(
                f"order {order_id}: an overflow carrier tells at {clock(outside.told_at_s)} what "
                f"it does at {clock(outside.served_at_s)}; it is told then or later"
            )
    found.extend(
        f"order {order_id}: fails for {cause!r}, expected one of {', '.join(_FAULTS)}"
        for order_id, cause in sorted(world.failures.items())
        if cause not in _FAULTS
    )
    found.extend(
        f"order {order_id}: search_s is {search_s}, expected seconds of at least 0"
        for order_id, search_s in sorted(world.search_s.items())
        if not 0 <= search_s < inf
    )
    found.extend(
        f"duty {duty_id}: deviations are uniform numbers from 0 to 1, got {draws}"
        for duty_id, draws in sorted(world.deviations.items())
        if not all(0 <= draw <= 1 for draw in draws)
    )
    return found


_FAULTS: Final = ("no access", "wrong address", "refused", "damaged")
"""What can be in store for an order; other causes follow from when and where it is tried."""


def _lockers(world: "World") -> list[str]:
    found = [
        f"place {place.id!r} has slots and is no locker, but a {place.kind}"
        for place in world.places.values()
        if place.slots is not None and place.kind is not PlaceKind.LOCKER
    ]
    for place_id, taken in sorted(world.lockers.items()):
        place = world.places.get(place_id)
        if place is None:
            continue
        if place.kind is not PlaceKind.LOCKER:
            found.append(f"lockers: place {place_id!r} is no locker, but a {place.kind}")
        elif place.slots is None:
            found.append(
                f"lockers: others hold slots of {place_id!r}, which has no number of slots; "
                "give it one"
            )
        elif len(taken) > place.slots:
            found.append(
                f"lockers: others hold {len(taken)} slots of {place_id!r}, which has {place.slots}"
            )
        if any(not one <= other for one, other in pairwise(taken)):
            found.append(f"lockers: the times of {place_id!r} are not in rising order")
    return found


def _incidents(world: "World") -> list[str]:
    found = [
        f"two incidents are called {one!r}: every id is given once"
        for one, other in pairwise(sorted(incident.id for incident in world.incidents))
        if one == other
    ]
    found.extend(
        f"incident {incident.id} is on no edge: name the edges, or leave it out"
        for incident in world.incidents
        if not incident.edges
    )
    closing = [incident.id for incident in world.incidents if not incident.speed]
    if closing and not hasattr(world.streets, "way_round"):
        found.append(
            f"incident {closing[0]} closes streets that cannot be closed: they have no way_round"
        )
    return found


def _carriers(world: "World") -> list[str]:
    found: list[str] = []
    overflow = {one.id for one in world.carriers if one.kind is CarrierKind.OVERFLOW}
    found.extend(
        f"vehicle {vehicle.id} belongs to {vehicle.carrier!r}, an overflow carrier, whose vehicles "
        "are not ours to see"
        for vehicle in world.vehicles
        if vehicle.carrier in overflow
    )
    known = ", ".join(sorted(world.rates.pay)) or "none"
    found.extend(
        f"duty {duty.id}: there is no pay rule {duty.pay!r} in the rates; there are {known}"
        for duty in world.duties
        if duty.pay and duty.pay not in world.rates.pay
    )
    return found
