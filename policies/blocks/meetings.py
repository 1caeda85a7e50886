"""Hand-overs that are planned, and whether they can still take place."""

from policies.blocks.planned import planned_with
from twin import Route, View
from twin.model import OrderId, VehicleId
from twin.plan import HandOver, without


def possible_meetings(view: View) -> View:
    """Return a view in whose routes no hand-over stands that can no longer take place.

    A vehicle is towed or repaired before who is to fetch its goods is there, or is driven no more
    today. What was to be done with goods that are not taken over is planned anew.
    """
    routes: dict[VehicleId, Route] = {}
    for one in view.vehicles:
        gone = frozenset(
            order_id
            for stop in one.route
            for action in stop.actions
            if isinstance(action, HandOver)
            for order_id in action.orders
            if not _takes_place(action, order_id, one.id, view)
        )
        if gone:
            routes[one.id] = without(one.route, gone)
    return planned_with(view, routes)


def _takes_place(meeting: HandOver, order_id: OrderId, mine: VehicleId, view: View) -> bool:
    """Whether an order can still be handed over as one of both vehicles has it in its route."""
    row = view.by_order.get(order_id)
    if row is None or row.vehicle != meeting.giver:
        return False
    other = view.by_vehicle.get(meeting.taker if mine == meeting.giver else meeting.giver)
    if other is None:
        return False
    if other.broken_down:
        place = next(s.place for s in view.by_vehicle[mine].route if meeting in s.actions)
        return other.id == meeting.giver and other.place == place
    return any(meeting in stop.actions for stop in other.route)
