"""What is left of a plan that was thought about for a while (S16).

Actions that by now are done, cancelled or begun otherwise are dropped and listed. That is no
fault of the policy: it was right about what it was shown.
"""

from twin.model import OrderId, VehicleId
from twin.plan import Action, Collect, Deliver, LoadOrders, Plan, Route, Stop, UnloadOrders
from twin.rows import Status, VehicleState
from twin.state import State


def still_possible(
    plan: Plan, state: State
) -> tuple[dict[VehicleId, Route], tuple[OrderId, ...], tuple[OrderId, ...]]:
    """Return the routes and refusals that can still take force, and the orders dropped."""
    dropped: dict[OrderId, None] = {}
    routes: dict[VehicleId, Route] = {}
    for vehicle_id, route in plan.routes.items():
        row = state.vehicles[vehicle_id]
        if row.duty is None:
            dropped.update((o, None) for stop in route for a in stop.actions for o in _orders(a))
            continue
        routes[vehicle_id] = _route(route, row, state, dropped)
    declined = []
    for order_id in plan.declined:
        order = state.orders[order_id]
        if order.status in (Status.PLACED, Status.READY) and not order.attempts:
            declined.append(order_id)
        else:
            dropped[order_id] = None
    return routes, tuple(declined), tuple(dropped)


def _orders(action: Action) -> tuple[OrderId, ...]:
    if isinstance(action, Deliver | Collect):
        return (action.order,)
    return action.orders if isinstance(action, LoadOrders | UnloadOrders) else ()


def _route(route: Route, row: VehicleState, state: State, dropped: dict[OrderId, None]) -> Route:
    aboard = set(row.aboard)
    if row.handling is not None:
        aboard |= set(row.handling.load)
        aboard -= set(row.handling.unload)
    stops: list[Stop] = []
    for stop in route:
        actions: list[Action] = []
        for action in stop.actions:
            left = _action(action, stop, aboard, state, dropped)
            if isinstance(left, Deliver | Collect) and not _has_skills(row, state, left.order):
                dropped[left.order] = None
                continue
            if left is not None:
                actions.append(left)
        if actions or not stop.actions:
            stops.append(Stop(stop.place, tuple(actions)))
    return tuple(stops)


def _has_skills(row: VehicleState, state: State, order_id: OrderId) -> bool:
    """Whether the driver can serve an order: by now it may be the next duty's driver."""
    skills = () if row.driver is None else row.driver.skills
    return all(skill in skills for skill in state.orders[order_id].order.skills)


def _action(
    action: Action,
    stop: Stop,
    aboard: set[OrderId],
    state: State,
    dropped: dict[OrderId, None],
) -> Action | None:
    """Return what is left of an action; `aboard` goes along with the route."""
    if isinstance(action, LoadOrders):
        there = tuple(
            o
            for o in action.orders
            if o not in aboard
            and state.orders[o].can_be_planned
            and state.orders[o].place == stop.place
        )
        dropped.update((o, None) for o in action.orders if o not in there and o not in aboard)
        aboard.update(there)
        return LoadOrders(there) if there else None
    if isinstance(action, UnloadOrders):
        held = tuple(o for o in action.orders if o in aboard)
        aboard.difference_update(held)
        return UnloadOrders(held) if held or not action.orders else None
    if isinstance(action, Deliver | Collect):
        goods = action.order in aboard if isinstance(action, Deliver) else True
        if goods and state.orders[action.order].can_be_planned:
            return action
        dropped[action.order] = None
        return None
    return action
