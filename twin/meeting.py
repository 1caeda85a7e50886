"""Two vehicles at one place: goods change from one to the other (S12)."""

from typing import TYPE_CHECKING

from twin.events import ActionsDropped, HandedOver, HandOverBegan, TakenOver
from twin.model import OrderId
from twin.plan import HandOver
from twin.rows import VehicleState
from twin.units import tick_s
from twin.waits import Waits

if TYPE_CHECKING:
    from twin.engine import Day
    from twin.halt import Halt
    from twin.life import Life


class Meeting:
    """One vehicle's side of a hand-over. The taker begins it once both are there.

    Parameters
    ----------
    day
        The day it is in.
    life
        The life of the vehicle whose side it is.
    halt
        The halt at which it is.
    """

    def __init__(self, day: "Day", life: "Life", halt: "Halt") -> None:
        self._day = day
        self._life = life
        self._halt = halt
        self._id = life.id
        self._row = life.row
        self._place = halt.place.id

    def meets(self, action: HandOver) -> Waits:
        """Give goods to another vehicle or take them from it, or wait until it is here."""
        day = self._day
        gives = action.giver == self._id
        other = day.state.vehicles[action.taker if gives else action.giver]
        there = other.place == self._place and other.on_duty and not other.out_of_service
        ready = there and (other.down is not None or self._waits_for_me(other, action))
        too_late = day.now_s >= self._life.limit_s
        if not ready and (too_late or not self._will_come(other, action)):
            day.emit(ActionsDropped(day.now_s, self._id, action.orders, "nobody meets it"))
            return
        partner = day.lives[other.vehicle.id]
        if gives or not ready:
            if ready:
                partner.wake()
            partner.awaited_by[self._id] = None
            yield from self._halt.wait(max(self._life.limit_s, day.now_s), "hand-over")
            partner.awaited_by.pop(self._id, None)
            if (meeting := day.meetings.get(self._id)) is not None:
                yield meeting
            elif day.now_s >= self._life.limit_s:
                day.emit(ActionsDropped(day.now_s, self._id, action.orders, "nobody meets it"))
        elif (meeting := day.meetings.get(other.vehicle.id)) is not None:
            self._halt.begins_to_wait("hand-over")  # another one is taking goods out of it
            yield meeting
        else:
            yield from self._takes_over(action, other)

    def _takes_over(self, action: HandOver, giver: VehicleState) -> Waits:
        """Take what can be taken of the other vehicle's goods aboard."""
        day, orders, load = self._day, self._day.state.orders, self._row.load
        taken: list[OrderId] = []
        for order_id in action.orders:
            goods = orders[order_id].order.load
            held = order_id in giver.aboard and orders[order_id].can_be_planned
            if held and (load + goods).fits_in(self._row.vehicle.capacity):
                load = load + goods
                taken.append(order_id)
        ids, place, giver_id = tuple(taken), self._place, giver.vehicle.id
        parcels = sum(orders[order_id].order.load.parcels for order_id in ids)
        took_s = tick_s(day.world.rules.hand_over_s * parcels)
        if due := self._life.rest_due(0.0, took_s):
            yield from self._life.takes_break(*due)
            return
        meeting = day.meetings[giver_id] = day.env.event()
        if giver.down is None:
            day.emit(HandOverBegan(day.now_s, giver_id, self._id, place, ids, gives=True))
            day.lives[giver_id].wake()
        day.emit(HandOverBegan(day.now_s, self._id, giver_id, place, ids, gives=False))
        yield from self._life.sleep(took_s)
        day.emit(HandedOver(day.now_s, giver_id, self._id, place, ids))
        day.emit(TakenOver(day.now_s, self._id, giver_id, place, ids))
        del day.meetings[giver_id]
        meeting.succeed()
        left = tuple(o for o in action.orders if o not in ids)
        if left:
            day.emit(ActionsDropped(day.now_s, self._id, left, "not to be had, or no room"))

    def _waits_for_me(self, other: VehicleState, action: HandOver) -> bool:
        """Whether the other vehicle stands here for this very hand-over, doing nothing else."""
        here = bool(other.route) and other.route[0].place == self._place
        is_next = here and other.route[0].actions[:1] == (action,)
        return is_next and not other.busy and self._day.lives[other.vehicle.id].listens

    def _will_come(self, other: VehicleState, action: HandOver) -> bool:
        """Whether the other vehicle still has it in its route."""
        if other.out_of_service:
            return False
        return any(action in stop.actions for stop in other.route)
