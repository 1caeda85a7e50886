"""Which depot an order goes through, which vehicles work from it, and which wait for work."""

import math
from collections.abc import Iterable, Mapping, Sequence

from policies.blocks.stops import needs_goods
from twin import OrderView, Place, PlaceKind, Rules, VehicleView, View
from twin.model import PlaceId, VehicleId
from twin.rules import WhenIdle
from twin.units import TICK_S


def depot_of(row: OrderView, view: View) -> PlaceId | None:
    """Return the depot where an order's goods are, or that they are to be brought to, if any."""
    depot = row.place if needs_goods(row) else row.order.destination
    is_depot = depot is not None and view.places[depot].kind is PlaceKind.DEPOT
    return depot if is_depot else None


def by_depot(rows: Iterable[OrderView], view: View) -> dict[PlaceId, list[OrderView]]:
    """Return the orders that go through each depot."""
    found: dict[PlaceId, list[OrderView]] = {}
    for row in rows:
        depot = depot_of(row, view)
        if depot is not None:
            found.setdefault(depot, []).append(row)
    return found


def working_from(
    depots: Mapping[PlaceId, Sequence[OrderView]], view: View
) -> dict[PlaceId, list[VehicleView]]:
    """Return the vehicles that work from each depot and can get there within their hours.

    A vehicle that stands at a depot works from there, any other from the nearest one given.
    """
    found: dict[PlaceId, list[VehicleView]] = {depot: [] for depot in depots}
    for vehicle in view.vehicles:
        if vehicle.broken_down:
            continue
        near = [vehicle.place] if stands_at_depot(vehicle, view) else list(depots)
        way, _, depot = min(
            (way_s(vehicle, view.places[depot], view), number, depot)
            for number, depot in enumerate(near)
            if depot is not None
        )
        duty = vehicle.duty
        begins_s = max(duty.shift.opens_at_s, vehicle.free_at_s) + way
        if depot in found and begins_s <= duty.shift.closes_at_s + duty.overtime_s:
            found[depot].append(vehicle)
    return found


def way_s(vehicle: VehicleView, depot: Place, view: View) -> float:
    """Return believed seconds from where a vehicle is free to a depot, ``inf`` without a way."""
    if vehicle.place == depot.id:
        return 0.0
    mode = vehicle.vehicle.mode
    if mode not in depot.nodes:
        return math.inf
    at_s = max(vehicle.duty.shift.opens_at_s, vehicle.free_at_s)
    return view.travel.between(vehicle.free_at_node, depot.nodes[mode], mode, at_s)


def stands_at_depot(vehicle: VehicleView, view: View) -> bool:
    """Whether a vehicle stands at a depot."""
    return vehicle.place is not None and view.places[vehicle.place].kind is PlaceKind.DEPOT


def is_free(vehicle: VehicleView) -> bool:
    """Whether a vehicle on duty stands somewhere with nothing to do, and is whole."""
    return (
        vehicle.on_duty
        and not vehicle.route
        and not vehicle.busy
        and not vehicle.broken_down
        and vehicle.place is not None
    )


def waits_for_work(vehicle: VehicleView, view: View, rules: Rules) -> bool:
    """Whether a vehicle is free at a depot, or where it will not come to one by itself."""
    if not is_free(vehicle) or stands_at_depot(vehicle, view):
        return is_free(vehicle)
    ends_at = vehicle.vehicle.ends_at
    goes_home = rules.when_idle is WhenIdle.HOME and ends_at not in {None, vehicle.place}
    return not goes_home


def sent_and_counted(view: View, rules: Rules) -> tuple[frozenset[VehicleId], list[VehicleView]]:
    """Return who may be sent now, and who is counted on in giving orders out, in that sequence.

    Those that wait for work may be sent, and hired vehicles at their last call. What is left for
    these is what would be left over if all vehicles that stand at depots went out now, those of
    shifts to come as well; without a last call nobody counts on shifts to come.
    """
    free = [one for one in view.vehicles if waits_for_work(one, view, rules)]
    called = [one for one in view.vehicles if last_call(one, view.now_s, rules)]
    going = frozenset(one.id for one in (*free, *called))
    if not called:
        return going, free
    to_come = [
        one
        for one in view.vehicles
        if not (one.id in going or one.on_duty or one.route or one.broken_down)
    ]
    return going, [*free, *to_come, *called]


def last_call(vehicle: VehicleView, now_s: float, rules: Rules) -> bool:
    """Whether a hired duty is not called if it is given no route now."""
    return now_s >= _last_call_s(vehicle, rules)


def next_call_s(view: View, rules: Rules) -> float:
    """Return when the next hired duty without a route is to be called, ``inf`` for none."""
    calls_s = (_last_call_s(vehicle, rules) for vehicle in view.vehicles)
    return min((call_s for call_s in calls_s if call_s > view.now_s), default=math.inf)


def _last_call_s(vehicle: VehicleView, rules: Rules) -> float:
    """Return the last instant at which an answer comes in time; ``inf`` if there is no call."""
    call_by_s = vehicle.duty.call_by_s
    if call_by_s is None or vehicle.on_duty or vehicle.route or vehicle.broken_down:
        return math.inf
    return call_by_s - rules.latency_s - TICK_S  # at the instant itself it is called off already
