"""What events of the day, of orders and of plans change in the state."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from twin.errors import Impossible
from twin.events import (
    FULL,
    OVER,
    ActionsDropped,
    CarrierDelivered,
    CarrierFailed,
    CustomerTold,
    DayBegan,
    DayEnded,
    Event,
    IncidentKnown,
    IncidentOver,
    OfferAnswered,
    OfferMade,
    OrderBound,
    OrderCancelled,
    OrderChanged,
    OrderDeclined,
    OrderPlaced,
    OrderReady,
    OrderTendered,
    PlanMade,
    PolicyFailed,
    Returned,
    SequenceLeft,
)
from twin.model import OrderId, Retry
from twin.pairs import Bound
from twin.plan import Recharge, Stop, orders_in, without
from twin.rows import CHANGEABLE, NOWHERE, OrderView, Status, VehicleState

if TYPE_CHECKING:
    from twin.state import State


def nothing(state: "State", event: Event) -> None:
    """Change nothing: the fact is for the record."""


def _day_began(state: "State", event: DayBegan) -> None:
    if state.began is not None:
        raise Impossible("the day began twice")
    state.began = event
    state.places.update((place.id, place) for place in event.places)
    state.service_classes.update(event.service_classes)
    state.drivers.update((driver.id, driver) for driver in event.drivers)
    for driver in event.drivers:
        state.visits.update(((driver.id, zone), number) for zone, number in driver.visits)
    for vehicle in event.vehicles:
        start = state.places[vehicle.starts_at]
        duties = [duty for duty in event.duties if duty.vehicle == vehicle.id]
        duties.sort(key=lambda duty: (duty.shift.opens_at_s, duty.id))
        state.duties_to_come[vehicle.id] = duties
        node = start.nodes.get(vehicle.mode, NOWHERE)
        row = VehicleState(vehicle, None, None, start.id, node, since_s=event.at_s)
        if vehicle.energy.battery_kwh is not None:
            row.charge_kwh = vehicle.energy.battery_kwh * vehicle.energy.begins_share
        state.vehicles[vehicle.id] = row
        state.next_duty(row)


def _day_ended(state: "State", event: DayEnded) -> None:
    if event.carried_over != state.carried_over():
        raise Impossible("the orders carried over are not the open ones")
    state.ended = True


def _incident_known(state: "State", event: IncidentKnown) -> None:
    state.incidents[event.incident.id] = event.incident


def _incident_over(state: "State", event: IncidentOver) -> None:
    if state.incidents.pop(event.incident, None) is None:
        raise Impossible(f"incident {event.incident} is over, which was not known")


def _order_placed(state: "State", event: OrderPlaced) -> None:
    order = event.order
    if order.id in state.orders:
        raise Impossible(f"order {order.id} was placed twice")
    state.places.update((place.id, place) for place in event.places)
    ready = order.ready_at_s <= event.at_s
    state.put(OrderView(order, Status.READY if ready else Status.PLACED, order.origin))


def _order_bound(state: "State", event: OrderBound) -> None:
    row = state.order(event.order, Status.PLACED, Status.READY)
    pinned_to = None if event.pinned_to in state.unpinned else event.pinned_to
    state.put(replace(row, bound=Bound(pinned_to, event.not_on)))


def _order_ready(state: "State", event: OrderReady) -> None:
    row = state.order(event.order, *Status)
    if row.status is Status.PLACED:  # else it is told all the same, whoever took the order away
        state.put(replace(row, status=Status.READY))


def _order_changed(state: "State", event: OrderChanged) -> None:
    row = state.order(event.order.id, *CHANGEABLE)
    state.places.update((place.id, place) for place in event.places)
    changed = replace(row, order=event.order)
    if changed.order.customer != row.order.customer and row.planned_on is not None:
        _leaves_route(state, row)
        changed = replace(changed, planned_on=None)
    state.put(changed)


def _order_cancelled(state: "State", event: OrderCancelled) -> None:
    row = state.order(event.order, *CHANGEABLE)
    _leaves_route(state, row)
    state.put(replace(row, status=Status.CANCELLED, planned_on=None, waits_for=None))


def _customer_told(state: "State", event: CustomerTold) -> None:
    row = state.order(event.order, *CHANGEABLE)
    state.put(replace(row, contact=replace(row.contact, told=event.expected)))


def _offer_made(state: "State", event: OfferMade) -> None:
    row = state.order(event.offer.order, *CHANGEABLE)
    if row.contact.offer is not None:
        raise Impossible(f"the customer of order {row.id} was asked before answering")
    contact = replace(row.contact, offer=event.offer, offers=row.contact.offers + 1)
    state.put(replace(row, contact=contact))


def _offer_answered(state: "State", event: OfferAnswered) -> None:
    row = state.order(event.order, *Status)
    if row.contact.offer is None:
        raise Impossible(f"the customer of order {row.id} answered without being asked")
    state.put(replace(row, contact=replace(row.contact, offer=None)))


def _leaves_route(state: "State", row: OrderView) -> None:
    """Take all actions about an order out of routes: also of who is to hand its goods over."""
    for vehicle_id in dict.fromkeys((row.planned_on, row.vehicle)):
        if vehicle_id is not None:
            vehicle = state.vehicles[vehicle_id]
            vehicle.route = without(vehicle.route, frozenset({row.order.id}))
            state.touched[vehicle_id] = None


def _order_tendered(state: "State", event: OrderTendered) -> None:
    row = state.order(event.order, Status.PLACED, Status.READY)
    if row.place is None or not state.is_depot(row.place):
        raise Impossible(f"order {event.order} is tendered, but not at a depot")
    _leaves_route(state, row)
    state.tendered[event.carrier] = state.tendered.get(event.carrier, 0) + 1
    state.put(
        replace(row, status=Status.TENDERED, place=None, planned_on=None, carrier=event.carrier)
    )


def _tendered_to(state: "State", event: CarrierDelivered | CarrierFailed) -> OrderView:
    row = state.order(event.order, Status.TENDERED)
    if row.carrier != event.carrier:
        raise Impossible(f"order {event.order} was tendered to {row.carrier}")
    return row


def _carrier_failed(state: "State", event: CarrierFailed) -> None:
    _tendered_to(state, event)


def _carrier_delivered(state: "State", event: CarrierDelivered) -> None:
    row = _tendered_to(state, event)
    state.put(replace(row, status=Status.DELIVERED, place=row.order.destination))


def _order_declined(state: "State", event: OrderDeclined) -> None:
    row = state.order(event.order, Status.PLACED, Status.READY)
    state.put(replace(row, status=Status.DECLINED, planned_on=None))


def _returned(state: "State", event: Returned) -> None:
    row = state.order(event.order, Status.READY)
    if row.waits_for is not Retry.RETURN:
        raise Impossible(f"order {event.order} was returned before its attempts were used up")
    state.put(replace(row, status=Status.RETURNED, place=event.place, waits_for=None))


def _plan_made(state: "State", event: PlanMade) -> None:
    left_out: dict[OrderId, None] = {}
    for vehicle_id in event.routes:
        for order_id in orders_in(state.vehicles[vehicle_id].route, vehicle_id):
            left_out[order_id] = None
    for vehicle_id, route in event.routes.items():
        state.vehicles[vehicle_id].route = route
        state.touched[vehicle_id] = None
        for order_id in orders_in(route, vehicle_id):
            left_out.pop(order_id, None)
            state.plan_order(order_id, vehicle_id)
    for order_id in left_out:
        state.plan_order(order_id, None)


def begin_action(row: VehicleState, kind: type) -> None:
    """Take the first action of the first stop out of the route, if it is of this kind and here."""
    if row.route and row.route[0].place == row.place and row.route[0].actions:
        first, *rest = row.route[0].actions
        if isinstance(first, kind):
            row.route = (
                (Stop(row.route[0].place, tuple(rest)), *row.route[1:]) if rest else row.route[1:]
            )


def _actions_dropped(state: "State", event: ActionsDropped) -> None:
    row = state.vehicles[event.vehicle]
    row.route = without(row.route, frozenset(event.orders))
    if event.why in OVER:
        row.route = ()  # there may be meetings and places to go to, nothing is departed for
    if event.why == FULL:
        begin_action(row, Recharge)
    row.driven_out = row.driven_out or event.why == OVER[1]
    state.touched[event.vehicle] = None
    for order_id in event.orders:
        if state.orders[order_id].planned_on == event.vehicle:
            state.plan_order(order_id, None)


def _sequence_left(state: "State", event: SequenceLeft) -> None:
    row = state.vehicles[event.vehicle]
    at = next((k for k, stop in enumerate(row.route) if stop.place == event.place), None)
    if at is None:
        raise Impossible(f"{event.vehicle} goes to {event.place}, which is not in its route")
    row.route = (row.route[at], *row.route[:at], *row.route[at + 1 :])
    state.touched[event.vehicle] = None


ORDERS: Final[dict[type, Callable[[Any, Any], None]]] = {
    DayBegan: _day_began,
    DayEnded: _day_ended,
    IncidentKnown: _incident_known,
    IncidentOver: _incident_over,
    OrderPlaced: _order_placed,
    OrderBound: _order_bound,
    OrderReady: _order_ready,
    OrderChanged: _order_changed,
    OrderCancelled: _order_cancelled,
    CustomerTold: _customer_told,
    OfferMade: _offer_made,
    OfferAnswered: _offer_answered,
    OrderTendered: _order_tendered,
    CarrierDelivered: _carrier_delivered,
    CarrierFailed: _carrier_failed,
    OrderDeclined: _order_declined,
    Returned: _returned,
    PlanMade: _plan_made,
    PolicyFailed: nothing,
    ActionsDropped: _actions_dropped,
    SequenceLeft: _sequence_left,
}
