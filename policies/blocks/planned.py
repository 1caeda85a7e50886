"""A view as it would be with other routes, and what changes between two sets of routes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from twin import Collect, Deliver, Route, View
from twin.model import OrderId, VehicleId
from twin.plan import Action, Break, HandOver, Recharge, orders_in


def planned_with(view: View, routes: Mapping[VehicleId, Route]) -> View:
    """Return a view in which vehicles have these routes, and what is in none is unplanned."""
    if not routes:
        return view
    vehicles = tuple(
        replace(one, route=routes[one.id]) if one.id in routes else one for one in view.vehicles
    )
    before = {
        order_id
        for vehicle_id in routes
        for order_id in orders_in(view.by_vehicle[vehicle_id].route, vehicle_id)
    }
    now = {order_id for one in vehicles for order_id in orders_in(one.route, one.id)}
    open_again = {
        order_id
        for order_id in before - now
        if order_id in view.by_order and view.by_order[order_id].can_be_planned
    }
    waiting = {row.id for row in view.unplanned} - now | open_again
    return replace(
        view,
        unplanned=tuple(row for row in view.orders if row.id in waiting),
        vehicles=vehicles,
        by_vehicle={one.id: one for one in vehicles},
    )


def served_in(route: Route) -> list[OrderId]:
    """Return the orders of a route in the order in which they are served."""
    return [
        action.order
        for stop in route
        for action in stop.actions
        if isinstance(action, Deliver | Collect)
    ]


def binds(action: Action) -> bool:
    """Whether other vehicles, a charger or a driver's hours rely on an action where it is."""
    return isinstance(action, HandOver | Recharge | Break)


def moved(
    before: Mapping[VehicleId, Route], after: Mapping[VehicleId, Route]
) -> tuple[list[OrderId], list[OrderId]]:
    """Return the planned orders that change vehicle or are put aside, and that change place.

    Parameters
    ----------
    before, after
        Routes of the same vehicles.

    Returns
    -------
    vehicle, place
        Orders of `before`; of those that a vehicle keeps, the fewest that were moved past others.
    """
    now = {order_id: one for one, route in after.items() for order_id in served_in(route)}
    other_vehicle: list[OrderId] = []
    other_place: list[OrderId] = []
    for vehicle_id, route in before.items():
        had = served_in(route)
        other_vehicle += [o for o in had if now.get(o) != vehicle_id]
        kept = [o for o in had if now.get(o) == vehicle_id]
        still = set(kept)
        has = [o for o in served_in(after[vehicle_id]) if o in still]
        other_place += _displaced(kept, has)
    return other_vehicle, other_place


def _displaced(before: Sequence[OrderId], after: Sequence[OrderId]) -> list[OrderId]:
    """Return the fewest orders whose taking out leaves the others in the sequence they had.

    These are the ones outside a longest rising run of the places that they had, found by patience
    sorting: Fredman (1975), "On computing the length of longest increasing subsequences",
    doi 10.1016/0012-365X(75)90103-X. Of several such runs, the one whose places are lowest from
    its end on. O(n log n).
    """
    had = {order_id: k for k, order_id in enumerate(before)}
    tops: list[int] = []  # the lowest place with which a run of each length ends
    follows: dict[int, int] = {}
    for place in (had[order_id] for order_id in after):
        length = bisect_left(tops, place)
        follows[place] = tops[length - 1] if length else -1
        tops[length : length + 1] = [place]
    stays: set[int] = set()
    place = tops[-1] if tops else -1
    while place >= 0:
        stays.add(place)
        place = follows[place]
    return [order_id for k, order_id in enumerate(before) if k not in stays]


def out_of_sequence(packed: Sequence[OrderId], taken: Iterable[OrderId]) -> list[OrderId]:
    """Return the orders that are searched for when goods are taken in another sequence.

    Whoever skips goods that are still there searches, and so does whoever goes back before what
    was taken last.

    Parameters
    ----------
    packed
        Orders in the sequence in which their goods lie.
    taken
        The sequence in which they are delivered; what lies nowhere is passed over.
    """
    lies = {order_id: k for k, order_id in enumerate(packed)}
    left = list(range(len(packed)))
    reached, found = -1, []
    for order_id in taken:
        if order_id not in lies:
            continue
        at = lies[order_id]
        skipped = bisect_right(left, reached)
        if at < reached or left[skipped] < at:
            found.append(order_id)
        left.remove(at)
        reached = at
    return found
