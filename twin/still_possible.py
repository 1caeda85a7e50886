"""What is left of a plan that was thought about for a while (S16).

Actions that by now are done, cancelled or begun otherwise are dropped and listed. That is no
fault of the policy: it was right about what it was shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from twin.messages import Message, Notify, OfferLocker, span
from twin.model import CarrierId, OrderId, VehicleId
from twin.plan import (
    Action,
    Collect,
    Deliver,
    HandOver,
    LoadOrders,
    Plan,
    Route,
    Stop,
    UnloadOrders,
    orders_of,
)
from twin.rows import CHANGEABLE, Status, VehicleState
from twin.state import State


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a plan; fields as in `twin.plan.Plan`, and the orders dropped."""

    routes: Mapping[VehicleId, Route]
    declined: tuple[OrderId, ...]
    tendered: Mapping[CarrierId, tuple[OrderId, ...]]
    messages: tuple[Message, ...] = ()
    arrivals: Mapping[OrderId, float] = field(default_factory=dict)
    warned: tuple[OrderId, ...] = ()
    dropped: tuple[OrderId, ...] = ()


def still_possible(plan: Plan, state: State, now_s: float | None = None) -> Left:
    """Return what can still take force of a plan, and the orders dropped.

    Parameters
    ----------
    now_s
        When it takes force; left out, when something happened last.
    """
    now_s = state.now_s if now_s is None else now_s
    dropped: dict[OrderId, None] = {}
    routes: dict[VehicleId, Route] = {}
    for vehicle_id, route in plan.routes.items():
        row = state.vehicles[vehicle_id]
        if row.duty is None or row.out_of_service:
            dropped.update((o, None) for stop in route for a in stop.actions for o in orders_of(a))
            continue
        routes[vehicle_id] = _route(route, row, state, dropped)
    declined = _untouched(plan.declined, state, dropped)
    tendered = {}
    for carrier_id, orders in plan.tendered.items():
        left = _untouched(orders, state, dropped)
        most = _takes(carrier_id, state, now_s)
        taken = left[:most]
        dropped.update((order_id, None) for order_id in left[len(taken) :])
        if taken:
            tendered[carrier_id] = taken
    messages = tuple(one for one in plan.messages if _makes_sense(one, state, now_s))
    dropped.update((one.order, None) for one in plan.messages if one not in messages)
    arrivals = {o: at_s for o, at_s in plan.arrivals.items() if o in state.open_orders}
    warned = tuple(order_id for order_id in plan.warned if order_id in state.open_orders)
    return Left(routes, declined, tendered, messages, arrivals, warned, tuple(dropped))


def _makes_sense(message: Message, state: State, now_s: float) -> bool:
    """Whether a message still says something: to who waits for it, of a time that is not over."""
    row = state.orders[message.order]
    window = span(message)
    if row.status not in CHANGEABLE or (window is not None and window.closes_at_s < now_s):
        return False
    if not isinstance(message, Notify) and row.contact.offer is not None:
        return False
    return not isinstance(message, OfferLocker) or row.order.destination != message.locker


def _untouched(
    orders: tuple[OrderId, ...], state: State, dropped: dict[OrderId, None]
) -> tuple[OrderId, ...]:
    """Return the orders that wait at their origin and were never tried."""
    left = []
    for order_id in orders:
        order = state.orders[order_id]
        if order.status in (Status.PLACED, Status.READY) and not order.attempts:
            left.append(order_id)
        else:
            dropped[order_id] = None
    return tuple(left)


def _takes(carrier_id: CarrierId, state: State, now_s: float) -> int | None:
    """Return how many orders an overflow carrier still takes; None is no limit."""
    carriers = () if state.began is None else state.began.carriers
    carrier = next(one for one in carriers if one.id == carrier_id)
    if carrier.tender_by_s is not None and now_s > carrier.tender_by_s:
        return 0
    if carrier.cap is None:
        return None
    return max(0, carrier.cap - state.tendered.get(carrier_id, 0))


def _route(route: Route, row: VehicleState, state: State, dropped: dict[OrderId, None]) -> Route:
    left = _RouteLeft(row, state, dropped)
    stops: list[Stop] = []
    for stop in route:
        actions = tuple(
            rest for action in stop.actions if (rest := left.action(action, stop)) is not None
        )
        if actions or not stop.actions:
            stops.append(Stop(stop.place, actions))
    return tuple(stops)


class _RouteLeft:
    """Walks one route and keeps what can still be done; notes the orders dropped."""

    def __init__(self, row: VehicleState, state: State, dropped: dict[OrderId, None]) -> None:
        self._row = row
        self._state = state
        self._dropped = dropped
        self._aboard = set(row.aboard)
        if row.handling is not None:
            self._aboard |= set(row.handling.load)
            self._aboard -= set(row.handling.unload)
        if row.handing is not None:
            changing = set(row.handing.orders)
            self._aboard = self._aboard - changing if row.handing.gives else self._aboard | changing

    def action(self, action: Action, stop: Stop) -> Action | None:
        """Return what is left of an action."""
        if isinstance(action, LoadOrders):
            return self._load(action, stop)
        if isinstance(action, UnloadOrders):
            held = tuple(o for o in action.orders if o in self._aboard)
            self._aboard.difference_update(held)
            return UnloadOrders(held) if held or not action.orders else None
        if isinstance(action, Deliver | Collect):
            goods = action.order in self._aboard if isinstance(action, Deliver) else True
            order = self._state.orders[action.order]
            there = order.order.customer == stop.place
            if goods and there and order.can_be_planned and self._has_skills(action.order):
                return action
            self._dropped[action.order] = None
            return None
        if isinstance(action, HandOver):
            return self._hand_over(action)
        return action

    def _load(self, action: LoadOrders, stop: Stop) -> LoadOrders | None:
        orders, aboard = self._state.orders, self._aboard
        there = tuple(
            o
            for o in action.orders
            if o not in aboard and orders[o].can_be_planned and orders[o].place == stop.place
        )
        self._dropped.update((o, None) for o in action.orders if o not in there and o not in aboard)
        aboard.update(there)
        return LoadOrders(there) if there else None

    def _has_skills(self, order_id: OrderId) -> bool:
        """Whether the driver can serve an order: by now it may be the next duty's driver."""
        skills = () if self._row.driver is None else self._row.driver.skills
        return all(skill in skills for skill in self._state.orders[order_id].order.skills)

    def _hand_over(self, action: HandOver) -> HandOver | None:
        gives, orders = action.giver == self._row.vehicle.id, self._state.orders
        held = tuple(
            o
            for o in action.orders
            if (o in self._aboard if gives else orders[o].vehicle == action.giver)
            and orders[o].can_be_planned
        )
        self._dropped.update((o, None) for o in action.orders if o not in held)
        if gives:
            self._aboard.difference_update(held)
        else:
            self._aboard.update(held)
        return replace(action, orders=held) if held else None
