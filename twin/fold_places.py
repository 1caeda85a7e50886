"""What events at a place change in the state: service, attempts, goods, hand-overs, walking."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from twin.errors import Impossible
from twin.events import (
    AttemptFailed,
    Collected,
    Delivered,
    HandedOver,
    HandOverBegan,
    Loaded,
    LoadingBegan,
    ParkingBegan,
    ServiceBegan,
    TakenOver,
    Unloaded,
    WaitBegan,
    Walked,
    WalkingBegan,
)
from twin.model import OrderId, OrderKind, PlaceKind, Retry
from twin.plan import (
    Action,
    Collect,
    Deliver,
    HandOver,
    LoadOrders,
    Stop,
    UnloadOrders,
    orders_in,
    without,
)
from twin.rows import PLANNABLE, Attempt, OrderView, Status, VehicleState

if TYPE_CHECKING:
    from twin.state import State


def _stands(state: "State", event: ParkingBegan | WaitBegan) -> None:
    if state.vehicles[event.vehicle].place != event.place:
        raise Impossible(f"{event.vehicle} is not at {event.place}")


def _walking_began(state: "State", event: WalkingBegan) -> None:
    row = state.vehicles[event.vehicle]
    if row.place is None or row.busy:
        raise Impossible(f"the driver of {event.vehicle} walks while driving or busy")


def _walked(state: "State", event: Walked) -> None:
    row = state.vehicles[event.vehicle]
    if row.place is None or row.busy:
        raise Impossible(f"the driver of {event.vehicle} walked while driving or busy")
    parked = row.place if row.parked is None else row.parked
    row.place = event.place
    row.parked = None if event.place == parked else parked


# Service


def _begin_actions(row: VehicleState, rest: tuple[Action, ...]) -> None:
    """Leave only the rest of the first stop in the route."""
    first = row.route[0]
    row.route = (Stop(first.place, rest), *row.route[1:]) if rest else row.route[1:]


def _begin_service(row: VehicleState, orders: tuple[OrderId, ...]) -> None:
    if not row.route:
        raise Impossible(f"{row.vehicle.id} serves {orders} without a route")
    _begin_actions(
        row,
        tuple(
            action
            for action in row.route[0].actions
            if not isinstance(action, Deliver | Collect) or action.order not in orders
        ),
    )


def _service_began(state: "State", event: ServiceBegan) -> None:
    row = state.vehicles[event.vehicle]
    state.stands_free(row, event.place)
    for order_id in event.orders:
        order = state.order(order_id, *PLANNABLE)
        if order.order.customer != event.place or (
            order.order.kind is OrderKind.DELIVERY and order_id not in row.aboard
        ):
            raise Impossible(f"{event.vehicle} serves {order_id}, not its own, at {event.place}")
        state.put(
            OrderView(
                order.order,
                Status.SERVING,
                order.place,
                event.vehicle,
                attempts=order.attempts,
                contact=order.contact,
                bound=order.bound,
            )
        )
    row.serving = event
    state.services_at[event.place] = state.services_at.get(event.place, 0) + 1
    if row.duty is not None and (zone := state.places[event.place].zone):
        known = (row.duty.driver, zone)
        state.visits[known] = state.visits.get(known, 0) + 1
    _begin_service(row, event.orders)


def _ends_service(state: "State", event: Delivered | Collected | AttemptFailed) -> OrderView:
    row = state.vehicles[event.vehicle]
    serving = row.serving
    order = state.order(event.order, Status.SERVING)
    if serving is None or event.order not in serving.orders:
        raise Impossible(f"{event.vehicle} ended a service of {event.order} it never began")
    if event.order == serving.orders[-1]:
        row.serving = None
    _has_number(order, event.attempt)
    return order


def _has_number(order: OrderView, attempt: int) -> None:
    number = order.order.attempts_before + len(order.attempts) + 1
    if attempt != number:
        raise Impossible(f"attempt {attempt} of {order.order.id} out of turn, it is no. {number}")


def _delivered(state: "State", event: Delivered) -> None:
    order = _ends_service(state, event)
    state.leaves(state.vehicles[event.vehicle], order.order)
    place = state.places[event.place]
    if place.kind is PlaceKind.LOCKER:
        inside = state.in_lockers.get(place.id, 0) + order.order.load.parcels
        if place.slots is not None and inside > place.slots:
            raise Impossible(f"{inside} parcels in the {place.slots} slots of {place.id}")
        state.in_lockers[place.id] = inside
    state.put(
        OrderView(
            order.order,
            Status.DELIVERED,
            event.place,
            attempts=order.attempts,
            contact=order.contact,
            bound=order.bound,
        )
    )


def _collected(state: "State", event: Collected) -> None:
    order = _ends_service(state, event)
    state.enters(state.vehicles[event.vehicle], order.order)
    state.put(
        OrderView(
            order.order,
            Status.COLLECTED,
            None,
            event.vehicle,
            attempts=order.attempts,
            contact=order.contact,
            bound=order.bound,
        )
    )


def _attempt_failed(state: "State", event: AttemptFailed) -> None:
    row = state.vehicles[event.vehicle]
    if event.began_at_s == event.at_s and row.serving is None:  # no service: window missed
        order = state.order(event.order, *PLANNABLE)
        state.stands_free(row, event.place)
        _has_number(order, event.attempt)
        _begin_service(row, (event.order,))
    else:
        order = _ends_service(state, event)
    attempt = Attempt(event.began_at_s, event.place, event.vehicle, event.cause)
    attempts = (*order.attempts, attempt)
    aboard = event.order in row.aboard
    if aboard and event.order in row.packed:  # taken out, and put back where there was room
        row.reached = row.packed.pop(event.order)
    state.put(
        OrderView(
            order.order,
            Status.ABOARD if aboard else Status.READY,
            None if aboard else order.place,
            event.vehicle if aboard else None,
            None,
            attempts,
            _waits_for(state, order, event),
            contact=order.contact,
            bound=order.bound,
        )
    )


def _waits_for(state: "State", order: OrderView, event: AttemptFailed) -> Retry | None:
    """Return what a failed attempt leaves to be done with the goods, None if it is tried again."""
    service_class = state.service_classes[order.order.service_class]
    if event.attempt > service_class.max_attempts:
        raise Impossible(f"order {event.order} was tried {event.attempt} times")
    if event.attempt == service_class.max_attempts:
        return Retry.RETURN
    retry = service_class.retry
    if retry is Retry.LOCKER:
        is_goods = order.order.kind is OrderKind.DELIVERY  # what is not ours yet goes nowhere
        goes_there = is_goods and order.order.locker not in {None, event.place}
        return None if goes_there else Retry.TOMORROW
    return None if retry is Retry.TODAY else retry


# Goods


def _loading_began(state: "State", event: LoadingBegan) -> None:
    row = state.vehicles[event.vehicle]
    if not event.preloaded or row.on_duty:
        state.stands_free(row, event.place)
    elif row.place != event.place or row.busy:
        raise Impossible(f"{event.vehicle} is loaded at {event.place}, it is at {row.place}")
    for order_id in event.unload:
        if order_id not in row.aboard:
            raise Impossible(f"{order_id} is unloaded from {event.vehicle}: not aboard")
    for order_id in event.load:
        order = state.order(order_id, Status.READY)
        if order.place != event.place:
            raise Impossible(f"{order_id} is loaded at {event.place}, it is at {order.place}")
    row.handling = event
    _goods_actions_begin(row, event)
    for order_id in event.unload:
        order = state.orders[order_id]
        if order.status is Status.ABOARD:
            state.put(replace(order, status=Status.UNLOADING, place=None))
    planned = frozenset(orders_in(row.route, event.vehicle))
    for order_id in event.load:
        order = state.orders[order_id]
        state.put(
            OrderView(
                order.order,
                Status.ABOARD,
                None,
                event.vehicle,
                event.vehicle if order_id in planned else None,
                order.attempts,
                contact=order.contact,
                bound=order.bound,
            )
        )


def _goods_actions_begin(row: VehicleState, event: LoadingBegan) -> None:
    """Take what is begun out of the route: all handling, or of a preloading what is moved."""
    if not row.route or row.route[0].place != event.place:
        return
    actions = row.route[0].actions
    goods = 0
    while goods < len(actions) and isinstance(actions[goods], LoadOrders | UnloadOrders):
        goods += 1
    if not goods:
        return
    left: list[Action] = []
    if event.preloaded:
        for action in actions[:goods]:
            if isinstance(action, LoadOrders):
                rest = tuple(o for o in action.orders if o not in event.load)
                if rest:
                    left.append(LoadOrders(rest))
    _begin_actions(row, (*left, *actions[goods:]))


def _unloaded(state: "State", event: Unloaded) -> None:
    row = state.vehicles[event.vehicle]
    if row.handling is None or event.orders != row.handling.unload:
        raise Impossible(f"{event.vehicle} unloaded what it never began to")
    if not row.handling.load:
        row.handling = None
    route = frozenset(orders_in(row.route, event.vehicle))
    for order_id in event.orders:
        order = state.orders[order_id]
        state.leaves(row, order.order)
        ended = order.status in {Status.COLLECTED, Status.CANCELLED}
        status = order.status if ended else Status.READY
        planned = event.vehicle if status is Status.READY and order_id in route else None
        state.put(
            OrderView(
                order.order,
                status,
                event.place,
                None,
                planned,
                order.attempts,
                order.waits_for,
                contact=order.contact,
                bound=order.bound,
            )
        )


def _loaded(state: "State", event: Loaded) -> None:
    row = state.vehicles[event.vehicle]
    if row.handling is None or event.orders != row.handling.load:
        raise Impossible(f"{event.vehicle} loaded what it never began to")
    row.handling = None
    for order_id in event.orders:
        state.enters(row, state.orders[order_id].order)
    _packed(row, event.orders)


def _packed(row: VehicleState, orders: tuple[OrderId, ...]) -> None:
    """Remember in which sequence goods lie: as they are planned to be delivered."""
    planned = [
        action.order
        for stop in row.route
        for action in stop.actions
        if isinstance(action, Deliver) and action.order in orders
    ]
    first = max(row.packed.values(), default=row.reached) + 1
    row.packed.update((order_id, first + k) for k, order_id in enumerate(dict.fromkeys(planned)))


def _hand_over_began(state: "State", event: HandOverBegan) -> None:
    row = state.vehicles[event.vehicle]
    state.stands_free(row, event.place)
    if state.vehicles[event.other].place != event.place:
        raise Impossible(f"{event.other} is not at {event.place} for a hand-over")
    row.handing = event
    if row.route and row.route[0].place == event.place and row.route[0].actions:
        first, *rest = row.route[0].actions
        if isinstance(first, HandOver):
            _begin_actions(row, tuple(rest))
    if event.gives:
        return
    planned = frozenset(orders_in(row.route, event.vehicle))
    gone = frozenset(event.orders)
    other = state.vehicles[event.other]
    other.route = without(other.route, gone)
    state.touched[event.other] = None
    for order_id in event.orders:
        order = state.order(order_id, Status.ABOARD)
        state.put(
            replace(
                order,
                vehicle=event.vehicle,
                planned_on=event.vehicle if order_id in planned else None,
            )
        )


def _handed_over(state: "State", event: HandedOver) -> None:
    row, taker = state.vehicles[event.vehicle], state.vehicles[event.taker]
    if taker.handing is None or taker.handing.orders != event.orders:
        raise Impossible(f"{event.vehicle} handed over what {event.taker} never began to take")
    row.handing = None
    state.touched[event.vehicle] = None
    for order_id in event.orders:
        state.leaves(row, state.orders[order_id].order)


def _taken_over(state: "State", event: TakenOver) -> None:
    row = state.vehicles[event.vehicle]
    if row.handing is None or row.handing.orders != event.orders:
        raise Impossible(f"{event.vehicle} took over what it never began to")
    row.handing = None
    for order_id in event.orders:
        state.enters(row, state.orders[order_id].order)
    _packed(row, event.orders)


PLACES: Final[dict[type, Callable[[Any, Any], None]]] = {
    ParkingBegan: _stands,
    WaitBegan: _stands,
    WalkingBegan: _walking_began,
    Walked: _walked,
    ServiceBegan: _service_began,
    Delivered: _delivered,
    Collected: _collected,
    AttemptFailed: _attempt_failed,
    LoadingBegan: _loading_began,
    Unloaded: _unloaded,
    Loaded: _loaded,
    HandOverBegan: _hand_over_began,
    HandedOver: _handed_over,
    TakenOver: _taken_over,
}
