"""What events of duties, of the road and of the vehicle itself change in the state."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from twin.errors import Impossible
from twin.events import (
    Arrived,
    BreakBegan,
    BreakEnded,
    BrokeDown,
    Departed,
    Diverted,
    DutyCancelled,
    DutyEnded,
    DutyMoved,
    IdleBegan,
    RechargeBegan,
    Recharged,
    RepairBegan,
    Repaired,
    ShiftBegan,
    ShiftEnded,
    Towed,
    VehicleFree,
)
from twin.fold_orders import begin_action, nothing
from twin.model import NO_RULES, OrderId, PlaceId
from twin.plan import Break, Recharge, Stop, orders_in
from twin.rows import Status, VehicleState

if TYPE_CHECKING:
    from twin.state import State


def _shift_began(state: "State", event: ShiftBegan) -> None:
    row = state.vehicles[event.vehicle]
    if row.on_duty or row.duty is None or row.duty.id != event.duty:
        raise Impossible(f"duty {event.duty} began while {event.vehicle} had another")
    if row.out_of_service:
        raise Impossible(f"duty {event.duty} began on {event.vehicle}, out of service")
    row.on_duty = True
    if event.at_s >= row.duty.shift.opens_at_s and event.duty not in state.duties_begun:
        row.rested_at_s = event.at_s
        row.drove_s = row.drove_today_s = 0.0
        row.ate = row.driven_out = False
    state.duties_begun[event.duty] = None


def _duty_ended(state: "State", event: DutyEnded) -> None:
    row = state.vehicles[event.vehicle]
    if not row.on_duty or (row.busy and not row.out_of_service):
        raise Impossible(f"duty {event.duty} of {event.vehicle} ended in the middle of work")
    row.on_duty = row.driven_out = False
    _route_is_off(state, row)
    row.packed.clear()
    row.reached = -1
    state.next_duty(row)


def _route_is_off(state: "State", row: VehicleState) -> None:
    for order_id in orders_in(row.route, row.vehicle.id):
        state.plan_order(order_id, None)
    row.route = ()


def _duty_cancelled(state: "State", event: DutyCancelled) -> None:
    """Let nobody come; what was loaded already is put down again where the vehicle stands."""
    row = state.vehicles[event.vehicle]
    if row.on_duty or row.duty is None or row.duty.id != event.duty:
        raise Impossible(f"duty {event.duty} was cancelled, which is not the next of its vehicle")
    state.unpin(event.vehicle)
    _route_is_off(state, row)
    if row.place is not None:
        _put_down(state, row, tuple(row.aboard), row.place)
    state.next_duty(row)
    state.touched[event.vehicle] = None


def _put_down(
    state: "State", row: VehicleState, orders: tuple[OrderId, ...], place: PlaceId
) -> None:
    for order_id in orders:
        order = state.orders[order_id]
        state.leaves(row, order.order)
        status = Status.READY if order.status is Status.ABOARD else order.status
        state.put(replace(order, status=status, place=place, vehicle=None, planned_on=None))


def _duty_moved(state: "State", event: DutyMoved) -> None:
    row, spare = state.vehicles[event.vehicle], state.vehicles[event.spare]
    if row.duty is None or row.duty.id != event.duty or spare.duty is not None:
        raise Impossible(f"duty {event.duty} moved from {event.vehicle} to {event.spare}")
    if spare.out_of_service or spare.place != row.place:
        raise Impossible(f"{event.spare} is not there to take duty {event.duty}")
    spare.duty, spare.driver = row.duty, row.driver
    spare.rested_at_s, spare.ate = row.rested_at_s, row.ate
    spare.driven_out = row.driven_out
    spare.drove_s, spare.drove_today_s = row.drove_s, row.drove_today_s
    row.on_duty = False
    _route_is_off(state, row)
    state.next_duty(row)
    state.touched[event.spare] = None


# On the road


def _departed(state: "State", event: Departed) -> None:
    row = state.vehicles[event.vehicle]
    if row.busy or row.out_of_service or event.node != row.node:
        raise Impossible(f"{event.vehicle} departed from node {event.node}, is at {row.node}")
    if row.parked is not None:
        raise Impossible(f"{event.vehicle} departed while its driver is at {row.place}")
    if row.rest_m is not None:
        edge, _, rest_m = row.rest_m
        if event.edges[:1] != (edge,) or event.lengths_m[:1] != (rest_m,):
            raise Impossible(f"{event.vehicle} left the street in which it broke down")
        row.rest_m = None
    row.leg = event
    row.place = None


def _has_driven(state: "State", row: VehicleState, event: Arrived | Diverted | BrokeDown) -> None:
    """Count the way and the time that a leg, or a part of it, took."""
    leg, energy = row.leg, row.vehicle.energy
    if leg is None or leg.edges[: len(event.edges)] != event.edges:
        raise Impossible(f"{event.vehicle} ended a leg that it did not begin, at {event.node}")
    row.drove_s += event.at_s - leg.at_s
    row.drove_today_s += event.at_s - leg.at_s
    if row.charge_kwh is not None and state.began is not None:
        full_g = row.vehicle.capacity.grams
        share = row.load.grams / full_g if full_g else 0.0
        factor = state.began.rules.consumption
        row.charge_kwh -= energy.used(sum(event.lengths_m), share, factor)
        if row.charge_kwh < -_KWH_ROUNDING:
            raise Impossible(f"{event.vehicle} drove on with an empty battery")
        row.charge_kwh = max(0.0, row.charge_kwh)
    row.leg = None


_KWH_ROUNDING: Final = 1e-6
"""How far below empty the sum of many legs may come out by rounding."""


def _leg_ended(state: "State", event: Arrived | Diverted) -> None:
    row = state.vehicles[event.vehicle]
    leg, driven = row.leg, len(event.edges)
    _has_driven(state, row, event)
    if leg is None or leg.nodes[driven] != event.node:
        raise Impossible(f"{event.vehicle} ended a leg that it did not begin, at {event.node}")
    row.node = event.node
    if isinstance(event, Arrived):
        if driven != len(leg.edges) or event.place != leg.to:
            raise Impossible(f"{event.vehicle} arrived at {event.place} on the way")
        row.place = event.place
        if row.route and row.route[0] == Stop(event.place):
            row.route = row.route[1:]


def _broke_down(state: "State", event: BrokeDown) -> None:
    row = state.vehicles[event.vehicle]
    state.places[event.place.id] = event.place
    leg = row.leg
    if leg is not None:
        _has_driven(state, row, event)
        driven = len(event.edges)
        row.node = leg.nodes[driven]
        if driven and event.lengths_m[-1] < leg.lengths_m[driven - 1]:
            rest_m = leg.lengths_m[driven - 1] - event.lengths_m[-1]
            row.rest_m = (leg.edges[driven - 1], leg.nodes[driven], rest_m)
            row.node = leg.nodes[driven - 1]
    if row.busy or not row.on_duty or event.node != row.node:
        raise Impossible(f"{event.vehicle} broke down at node {event.node}, is at {row.node}")
    row.place = event.place.id
    row.down = event
    state.unpin(event.vehicle)


def _repair_began(state: "State", event: RepairBegan) -> None:
    if state.vehicles[event.vehicle].down is None:
        raise Impossible(f"{event.vehicle} is repaired without being broken down")


def _repaired(state: "State", event: Repaired) -> None:
    row = state.vehicles[event.vehicle]
    if row.down is None or row.out_of_service:
        raise Impossible(f"{event.vehicle} was repaired without being broken down")
    row.down = None


def _towed(state: "State", event: Towed) -> None:
    row = state.vehicles[event.vehicle]
    if row.down is None or event.orders != tuple(row.aboard):
        raise Impossible(f"{event.vehicle} was towed without being broken down, or lost goods")
    row.node, row.place, row.rest_m = event.node, event.place, None
    row.out_of_service = True
    _route_is_off(state, row)
    _put_down(state, row, event.orders, event.place)
    state.touched[event.vehicle] = None


# Rest and energy


def _break_began(state: "State", event: BreakBegan) -> None:
    row = state.vehicles[event.vehicle]
    if row.busy or not row.on_duty or row.place != event.place:
        raise Impossible(f"{event.vehicle} rests at {event.place} while busy or elsewhere")
    row.resting = event
    if event.why == "planned":
        begin_action(row, Break)


def _break_ended(state: "State", event: BreakEnded) -> None:
    row = state.vehicles[event.vehicle]
    if row.resting is None:
        raise Impossible(f"{event.vehicle} ended a break that it never began")
    rules = NO_RULES if row.duty is None else row.duty.hours
    rest_s = event.at_s - row.resting.at_s
    if rest_s >= rules.drive_rest_s:
        row.drove_s = 0.0
    if rest_s >= rules.work_rest_s:
        row.rested_at_s = event.at_s
    row.ate = row.ate or row.resting.why == "meal"
    row.resting = None


def _recharge_began(state: "State", event: RechargeBegan) -> None:
    row = state.vehicles[event.vehicle]
    state.stands_free(row, event.place)
    if row.charge_kwh is None:
        raise Impossible(f"{event.vehicle} is plugged in and has no battery")
    row.charging = event
    begin_action(row, Recharge)


def _recharged(state: "State", event: Recharged) -> None:
    row = state.vehicles[event.vehicle]
    if row.charging is None or row.charge_kwh is None:
        raise Impossible(f"{event.vehicle} was unplugged without being plugged in")
    row.charging = None
    row.charge_kwh += event.kwh


DUTIES: Final[dict[type, Callable[[Any, Any], None]]] = {
    ShiftBegan: _shift_began,
    ShiftEnded: nothing,
    DutyEnded: _duty_ended,
    DutyCancelled: _duty_cancelled,
    DutyMoved: _duty_moved,
    Departed: _departed,
    Diverted: _leg_ended,
    Arrived: _leg_ended,
    BrokeDown: _broke_down,
    RepairBegan: _repair_began,
    Repaired: _repaired,
    Towed: _towed,
    BreakBegan: _break_began,
    BreakEnded: _break_ended,
    RechargeBegan: _recharge_began,
    Recharged: _recharged,
    VehicleFree: nothing,
    IdleBegan: nothing,
}
