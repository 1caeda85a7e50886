"""What comes of an attempt at a door: who is there, what is wrong, where goods can be left."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from twin.model import Order, OrderKind, Place, PlaceKind
from twin.world import World

if TYPE_CHECKING:
    from twin.state import State

_BEFORE_THE_DOOR: Final = frozenset({"no access", "wrong address"})
"""Failures that show before anybody could open."""


@dataclass(slots=True)
class Outcome:
    """What comes of one attempt.

    Attributes
    ----------
    cause
        Why it fails, one of `twin.events.CAUSES`; None if it does not.
    how
        To whom goods are handed over, one of `twin.events.HOW`.
    search_s
        Time spent on finding out.
    """

    order: Order
    cause: str | None = None
    how: str = "in person"
    search_s: float = 0.0


class Door:
    """A place as it is at one instant: what one service there would meet.

    Parameters
    ----------
    world, state
        What the day holds in store, and what happened so far.
    place
        The door.
    now_s
        The instant.
    """

    def __init__(self, world: World, state: "State", place: Place, now_s: float) -> None:
        self._world = world
        self._place = place
        self._now_s = now_s
        self._told = state.orders
        self._attempt = state.services_at.get(place.id, 0)
        self._is_open = place.opens_s(now_s) == now_s
        self._free = self._free_slots(state)

    def _free_slots(self, state: "State") -> int | None:
        """Return how many parcels a locker still takes; None is no limit."""
        place = self._place
        if place.kind is not PlaceKind.LOCKER or place.slots is None:
            return None
        taken = self._world.lockers.get(place.id, ())
        held = len(taken) - bisect_right(taken, self._now_s)
        return place.slots - held - state.in_lockers.get(place.id, 0)

    def outcome(self, order: Order) -> Outcome:
        """Return what comes of trying an order; slots of a locker are taken one after the other."""
        fault = self._world.failures.get(order.id)
        if self._place.kind is PlaceKind.LOCKER and order.kind is OrderKind.DELIVERY:
            return self._into_locker(order, fault)
        if fault in _BEFORE_THE_DOOR:
            return Outcome(order, fault, search_s=self._world.search_s.get(order.id, 0.0))
        if fault == "damaged" or (self._is_open and self._somebody_is_there(order)):
            return Outcome(order, fault)
        return self._left(order)

    def _into_locker(self, order: Order, fault: str | None) -> Outcome:
        if not self._is_open:
            return Outcome(order, "no access")
        if fault == "damaged":
            return Outcome(order, fault)
        if self._free is None:
            return Outcome(order, how="locker")
        if self._free < order.load.parcels:
            return Outcome(order, "locker full")
        self._free -= order.load.parcels
        return Outcome(order, how="locker")

    def _somebody_is_there(self, order: Order) -> bool:
        presence = self._world.presence.get(self._place.id)
        if presence is None:
            return True
        agreed = order.agreed and self._now_s in order.window
        notified = order.notified or self._is_expected(order)
        return presence.is_home(self._now_s, self._attempt, agreed=agreed, notified=notified)

    def _is_expected(self, order: Order) -> bool:
        """Whether the customer was last told to expect us now, closely enough to stay in for it."""
        told = self._told[order.id].contact.told
        if told is None or self._now_s not in told:
            return False
        return told.closes_at_s - told.opens_at_s <= self._world.rules.notice_s

    def _left(self, order: Order) -> Outcome:
        """Return where goods are left if nobody is at the door, as its class allows."""
        if order.kind is OrderKind.DELIVERY:
            service_class = self._world.service_classes[order.service_class]
            for where in service_class.leaves_with:
                if where == "neighbour" and self._neighbour_is_there():
                    return Outcome(order, how=where)
                if where == "safe place" and order.id in self._world.safe_places:
                    return Outcome(order, how=where)
        return Outcome(order, "absent")

    def _neighbour_is_there(self) -> bool:
        neighbour = self._world.neighbours.get(self._place.id)
        return neighbour is not None and neighbour.is_home(self._now_s, self._attempt)
