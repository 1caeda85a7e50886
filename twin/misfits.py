"""What does not fit together in a World: everything at once, before the clock starts."""

from itertools import chain, pairwise
from typing import TYPE_CHECKING

from twin.model import Duty, VehicleId

if TYPE_CHECKING:
    from twin.world import World


def misfits(world: "World") -> list[str]:
    """Return what is given twice, named and not there, or in the way of each other.

    Returns
    -------
    problems
        One sentence each; empty if a day can be lived from it.
    """
    checks = (_twice, _places, _duties, _orders)
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


def _orders(world: "World") -> list[str]:
    found: list[str] = []
    for order in world.orders:
        found.extend(
            f"order {order.id}: there is no place {place_id!r}"
            for place_id in (order.origin, order.destination)
            if place_id not in world.places
        )
        if order.service_class not in world.service_classes:
            known = ", ".join(sorted(world.service_classes)) or "none"
            found.append(
                f"order {order.id}: there is no service class {order.service_class!r}; "
                f"there are {known}"
            )
    return found
