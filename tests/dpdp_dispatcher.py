"""The simple dispatcher that the dynamic pick-up and delivery instance is checked with.

Asked at 0, 600, 1200, ... seconds; deals open items to vans in turn, anew each time, and leaves
alone what a van is doing and will do next.
"""

from collections.abc import Iterable

from twin import Briefing, Deliver, LoadOrders, OrderView, Plan, Stop, VehicleView, View
from twin.model import OrderId, PlaceId, VehicleId

EPOCH_S = 600.0
CAPACITY_G = 15_000


def order_of(item: OrderId) -> str:
    """Return the order that an item belongs to: items are numbered after a dash."""
    return item.rpartition("-")[0]


class Dealer:
    """Deals lots of at most a van's capacity to the vans in turn, at every epoch from the first."""

    def __init__(self, briefing: Briefing) -> None:
        self._vans = [vehicle.id for vehicle in briefing.vehicles]
        self._items: dict[OrderId, PlaceId] = {}

    def decide(self, view: View) -> Plan:
        """Return all routes anew if an epoch has come; carry on otherwise."""
        again_at_s = (view.now_s // EPOCH_S + 1) * EPOCH_S
        if view.now_s % EPOCH_S:
            return Plan(ask_again_at_s=again_at_s)
        routes = {van.id: self._kept(van, view) for van in view.vehicles}
        kept = {
            order_id
            for route in routes.values()
            for stop in route
            for action in stop.actions
            for order_id in (action.orders if isinstance(action, LoadOrders) else (action.order,))
        }
        open_items = [
            row for row in view.orders
            if row.can_be_planned and row.id not in kept and row.vehicle is None
            and row.order.placed_at_s < view.now_s
        ]  # fmt: skip
        for number, lot in enumerate(lots(open_items)):
            van = self._vans[number % len(self._vans)]
            routes[van] = with_lot(routes[van], lot)
        return Plan({van: tuple(route) for van, route in routes.items()}, ask_again_at_s=again_at_s)

    def _kept(self, van: VehicleView, view: View) -> list[Stop]:
        """Return the rest of the stop a van is at, its next stop, and where that takes goods."""
        route = list(van.route)
        at_it = bool(route) and van.busy and route[0].place == van.place
        kept = route[: 2 if at_it else 1]
        picked = [
            order_id
            for stop in kept
            for action in stop.actions
            if isinstance(action, LoadOrders)
            for order_id in action.orders
        ]
        done = {
            action.order for stop in kept for action in stop.actions if isinstance(action, Deliver)
        }
        rest = [order_id for order_id in picked if order_id not in done]
        return kept + deliveries([view.by_order[order_id] for order_id in reversed(rest)])


def lots(items: Iterable[OrderView]) -> list[list[OrderView]]:
    """Return items in lots: orders by creation, largest first, each lot of one order."""
    by_order: dict[tuple[float, str], list[OrderView]] = {}
    for row in items:
        key = (row.order.placed_at_s, order_of(row.id))
        by_order.setdefault(key, []).append(row)
    found: list[list[OrderView]] = []
    for key in sorted(by_order):
        room = 0
        for row in sorted(by_order[key], key=lambda row: (-row.order.load.grams, row.id)):
            if row.order.load.grams > room:
                found.append([])
                room = CAPACITY_G
            found[-1].append(row)
            room -= row.order.load.grams
    return found


def deliveries(rows: list[OrderView]) -> list[Stop]:
    """Return the stops that deliver these goods in this order, one for each run of a place."""
    stops: list[Stop] = []
    for row in rows:
        place, action = row.order.destination, Deliver(row.id)
        if stops and stops[-1].place == place:
            stops[-1] = Stop(place, (*stops[-1].actions, action))
        else:
            stops.append(Stop(place, (action,)))
    return stops


def with_lot(route: list[Stop], lot: list[OrderView]) -> list[Stop]:
    """Return a route with a lot's pick-up, merged into its last stop, and its delivery after."""
    place = lot[0].order.origin
    load = LoadOrders(tuple(row.id for row in lot))
    if route and route[-1].place == place:
        route = [*route[:-1], Stop(place, (*route[-1].actions, load))]
    else:
        route = [*route, Stop(place, (load,))]
    return route + deliveries(list(reversed(lot)))


def van_of(number: int) -> VehicleId:
    """Return the id of the van with this number, from 1."""
    return VehicleId(f"V_{number}")
