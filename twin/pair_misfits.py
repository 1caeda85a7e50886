"""What does not fit together in the dispatcher's instructions: pins, forbidden pairs, routes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from twin.model import CarrierKind, Load, Order, OrderId, OrderKind, Vehicle, VehicleId
from twin.units import clock

if TYPE_CHECKING:
    from twin.world import World


def pair_misfits(world: "World") -> list[str]:
    """Return which pins, forbidden pairs and given routes nobody could keep.

    Returns
    -------
    problems
        One sentence each.
    """
    if not (world.pins or world.forbidden or world.routes):
        return []
    return list(_Instructions(world).problems())


def barred(world: "World") -> list[str]:
    """Return which orders are forbidden on every vehicle that could serve them, a sentence each.

    A day with such an order can be lived, with the order open to its end; whoever wrote the pairs
    did hardly mean that. Where an overflow carrier takes what is left, nobody is without a way.
    """
    if not world.forbidden or any(one.kind is CarrierKind.OVERFLOW for one in world.carriers):
        return []
    return list(_Instructions(world).barred())


class _Instructions:
    """The instructions of a day, beside the orders, vehicles and drivers they are about."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._orders = {order.id: order for order in world.orders}
        self._vehicles = {vehicle.id: vehicle for vehicle in world.vehicles}
        skills = {driver.id: driver.skills for driver in world.drivers}
        self._skills: dict[VehicleId, list[tuple[str, ...]]] = {}
        for duty in sorted(world.duties, key=lambda duty: (duty.shift.opens_at_s, duty.id)):
            self._skills.setdefault(duty.vehicle, []).append(skills.get(duty.driver, ()))

    def problems(self) -> Iterator[str]:
        for order_id, vehicle_id in sorted(self._world.pins.items()):
            yield from self._pin(order_id, vehicle_id)
        for order_id, vehicle_id in sorted(self._world.forbidden):
            yield from self._unknown("forbidden", order_id, vehicle_id)
        named = Counter(order for route in self._world.routes.values() for order in route)
        yield from (
            f"routes: order {order_id} is in given routes {times} times, expected once"
            for order_id, times in sorted(named.items())
            if times > 1
        )
        for vehicle_id, route in sorted(self._world.routes.items()):
            yield from self._route(vehicle_id, route)

    def barred(self) -> Iterator[str]:
        """Yield the orders that could be served, but for what is forbidden."""
        not_on: dict[OrderId, set[VehicleId]] = {}
        for order_id, vehicle_id in self._world.forbidden:
            not_on.setdefault(order_id, set()).add(vehicle_id)
        any_driver = [driver.skills for driver in self._world.drivers]
        spares = set(self._world.spares)
        for order_id in sorted(not_on.keys() & self._orders.keys()):
            able = [
                vehicle.id
                for vehicle in self._world.vehicles
                if (drivers := any_driver if vehicle.id in spares else self._skills.get(vehicle.id))
                and not any(self._cannot(self._orders[order_id], vehicle, drivers))
            ]
            if able and not_on[order_id].issuperset(able):
                yield (
                    f"forbidden: order {order_id} is forbidden on {', '.join(able)}, and no other "
                    "vehicle can serve it; take one of them back"
                )

    def _unknown(self, name: str, order_id: OrderId, vehicle_id: VehicleId) -> list[str]:
        found = []
        if order_id not in self._orders:
            found.append(f"{name}: there is no order {order_id!r}; leave it out")
        if vehicle_id not in self._vehicles:
            found.append(f"{name}: there is no vehicle {vehicle_id!r}; leave it out")
        return found

    def _pin(self, order_id: OrderId, vehicle_id: VehicleId) -> Iterator[str]:
        unknown = self._unknown("pins", order_id, vehicle_id)
        yield from unknown
        if unknown:
            return
        if (order_id, vehicle_id) in self._world.forbidden:
            yield (
                f"pins: order {order_id} is pinned to {vehicle_id} and forbidden on it; "
                "take one of the two back"
            )
        order, vehicle = self._orders[order_id], self._vehicles[vehicle_id]
        drivers = self._skills.get(vehicle_id)
        if drivers is None:
            yield f"pins: order {order_id} is pinned to {vehicle_id}, which has no duty"
        else:
            for why in self._cannot(order, vehicle, drivers):
                yield f"pins: order {order_id} is pinned to {vehicle_id}, {why}"

    def _cannot(
        self, order: Order, vehicle: Vehicle, drivers: Sequence[tuple[str, ...]]
    ) -> Iterator[str]:
        """Yield why a vehicle with these drivers, by their skills, can never serve an order."""
        ends = (order.origin, order.destination)
        places = self._world.places
        away = [end for end in ends if end in places and vehicle.mode not in places[end].nodes]
        if away:
            yield f"which has no way to {' and '.join(away)} with its mode {vehicle.mode!r}"
        longest_mm = max((parcel.longest_mm for parcel in order.parcels), default=0)
        if not order.load.fits_in(vehicle.capacity) or longest_mm > vehicle.longest_mm:
            yield "into which it does not fit"
        if not any(set(order.skills) <= set(skills) for skills in drivers):
            yield f"whose driver lacks a skill that it needs ({', '.join(order.skills)})"

    def _route(self, vehicle_id: VehicleId, route: Sequence[OrderId]) -> Iterator[str]:
        vehicle = self._vehicles.get(vehicle_id)
        if vehicle is None:
            yield f"routes: there is no vehicle {vehicle_id!r}; leave it out"
        yield from (
            f"routes: there is no order {order_id!r}; leave it out of the route of {vehicle_id}"
            for order_id in route
            if order_id not in self._orders
        )
        orders = [self._orders[order_id] for order_id in route if order_id in self._orders]
        origins = sorted({o.origin for o in orders if o.kind is OrderKind.DELIVERY})
        if len(origins) > 1:
            yield (
                f"routes: the goods of {vehicle_id} come from {' and '.join(origins)}; "
                "a given route is loaded at one place"
            )
        for order in orders:
            yield from self._in_route(order, vehicle_id)
        if vehicle is None:
            return
        drivers = self._skills.get(vehicle_id)
        if drivers is None:
            yield f"routes: vehicle {vehicle_id} has a given route and no duty"
            return
        unfit = [(o, why) for o in orders for why in self._cannot(o, vehicle, drivers[:1])]
        yield from (f"routes: order {o.id} goes on {vehicle_id}, {why}" for o, why in unfit)
        if not unfit:
            yield from _overloaded(vehicle, orders)

    def _in_route(self, order: Order, vehicle_id: VehicleId) -> Iterator[str]:
        begins_at_s = self._world.rules.begins_at_s
        if order.placed_at_s > begins_at_s:
            yield (
                f"routes: order {order.id} of {vehicle_id} is placed at "
                f"{clock(order.placed_at_s)}, after the day begins at {clock(begins_at_s)}; "
                "leave it out"
            )
        pinned_to = self._world.pins.get(order.id, vehicle_id)
        if pinned_to != vehicle_id:
            yield f"routes: order {order.id} is in the route of {vehicle_id}, pinned to {pinned_to}"
        if (order.id, vehicle_id) in self._world.forbidden:
            yield f"routes: order {order.id} is in the route of {vehicle_id} and forbidden on it"


def _overloaded(vehicle: Vehicle, orders: Sequence[Order]) -> Iterator[str]:
    """Yield where a route that is loaded once holds more than fits."""
    goods = [order.load for order in orders if order.kind is OrderKind.DELIVERY]
    load = reduce(add, goods, Load())
    if not load.fits_in(vehicle.capacity):
        yield (
            f"routes: what {vehicle.id} is to deliver does not fit in at once; "
            "a given route is one tour"
        )
        return
    for order in orders:
        if order.kind is OrderKind.DELIVERY:
            load = load - order.load
            continue
        load = load + order.load
        if not load.fits_in(vehicle.capacity):
            yield f"routes: order {order.id} does not fit into {vehicle.id} when it is collected"
            return
