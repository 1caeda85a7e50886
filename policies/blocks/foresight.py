"""When an attempt at an order will succeed: what a day holds in store, as pieces of time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import floor, inf

from twin import Order, OrderKind, OrderView, Place, Presence, Retry, State, World
from twin.door import Door
from twin.model import OrderId
from twin.rows import Status
from twin.surprises import Change
from twin.units import TICK_S, tick_up_s

AFTER_S = 7200.0
"""How long after the last duty's overtime service is looked for: a stop departed for in time may
be reached later. A choice."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A time in which an attempt at an order succeeds.

    Attributes
    ----------
    opens_s, closes_s
        First and last instant at which the attempt may begin at the door.
    promised_until_s
        End of the promise as it is then.
    """

    opens_s: float
    closes_s: float
    promised_until_s: float

    @property
    def punctual_until_s(self) -> float:
        """The last instant at which it is not late either; before `opens_s` if there is none."""
        return min(self.closes_s, self.promised_until_s)

    @property
    def is_punctual(self) -> bool:
        """Whether it has an instant at which service is not late."""
        return self.punctual_until_s >= self.opens_s

    def earlier(self, by_s: float) -> "Piece":
        """Return it with a promise that ends earlier, as far as it then still is punctual."""
        if not by_s or not self.is_punctual:
            return self
        until_s = max(self.opens_s, self.punctual_until_s - by_s)
        return replace(self, promised_until_s=until_s)

    def away_s(self, at_s: float) -> float:
        """Return how far an instant is from its punctual part, or from all of it without one."""
        until_s = self.punctual_until_s if self.is_punctual else self.closes_s
        return max(0.0, self.opens_s - at_s, at_s - until_s)


class Doors:
    """What attempts will find at doors, whenever they are made.

    Parameters
    ----------
    world
        The day as it will turn out.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        rules = world.rules
        self._known_after_s = rules.latency_s + rules.per_order_s / rules.dispatchers
        ends = [duty.shift.closes_at_s + duty.overtime_s for duty in world.duties]
        self._ends_s = max(ends, default=rules.begins_at_s) + AFTER_S
        self._changes: dict[OrderId, list[Change]] = {}
        for change in world.changes:
            self._changes.setdefault(change.order, []).append(change)

    def pieces(self, order: Order) -> tuple[Piece, ...]:
        """Return when an attempt succeeds, in order; nothing if never, or if it is cancelled.

        Where each attempt has a draw of its own, it is the first one that can succeed, if the
        class lets it be made on this day.
        """
        asked = self._changes.get(order.id, [])
        if any(change.cancels for change in asked):
            return ()
        versions = [(self._known_s(order), order)]
        for change in asked:
            changed = change.asked_of(versions[-1][1])
            versions += [(max(change.at_s, versions[0][0]), after) for _, after in changed]
        for attempt in range(self._attempts(order)):
            found: list[Piece] = []
            for (from_s, version), (until_s, _) in pairwise([*versions, (inf, order)]):
                _join(found, self._successes(version, from_s, until_s, attempt))
            if found:
                return tuple(found)
        return ()

    def _known_s(self, order: Order) -> float:
        """Return when a plan with an order can take force."""
        begins_at_s = self._world.rules.begins_at_s
        if order.placed_at_s <= begins_at_s:
            return begins_at_s
        return order.placed_at_s + self._known_after_s

    def ready_s(self, order: Order) -> float:
        """Return when its goods can be handled, its order being known."""
        ready_s = self._world.ready_at_s.get(order.id, order.ready_at_s)
        return max(ready_s, self._known_s(order))

    def _attempts(self, order: Order) -> int:
        """Return how many attempts may differ from the first, and be made today."""
        presence = self._world.presence.get(order.customer)
        kind = self._world.service_classes[order.service_class]
        if presence is None or presence.renewed_at_s or kind.retry is not Retry.TODAY:
            return 1
        return max(1, kind.max_attempts - order.attempts_before)

    def _successes(
        self, order: Order, from_s: float, until_s: float, attempt: int
    ) -> Iterable[Piece]:
        world, door = self._world, self._world.places[order.customer]
        kind = world.service_classes[order.service_class]
        if order.kind is OrderKind.COLLECTION:
            from_s = max(from_s, self.ready_s(order))
        if not kind.serve_early:
            from_s = max(from_s, order.window.opens_at_s)
        last_s = min(until_s - TICK_S, self._ends_s)
        if kind.hard_window:
            last_s = min(last_s, order.window.closes_at_s)
        from_s, last_s = tick_up_s(from_s), _tick_down_s(last_s)
        if from_s > last_s:
            return
        changes = {from_s, *(at_s for at_s in self._changing(order, door) if from_s < at_s)}
        state = State()
        state.services_at[door.id] = attempt
        state.orders[order.id] = OrderView(order, Status.READY, order.origin)
        for first_s, next_s in pairwise(
            [*sorted(s for s in changes if s <= last_s), last_s + TICK_S]
        ):
            if Door(world, state, door, first_s).outcome(order).cause is None:
                yield Piece(first_s, next_s - TICK_S, order.promise.closes_at_s)

    def _changing(self, order: Order, door: Place) -> Iterable[float]:
        """Yield every tick from which on an attempt may find something else."""
        world = self._world
        for presence in (world.presence.get(door.id), world.neighbours.get(door.id)):
            for at_s in _renewals(presence):
                yield tick_up_s(at_s)
        for at_s in world.lockers.get(door.id, ()):
            yield tick_up_s(at_s)
        for window in (*door.hours, order.window):
            yield tick_up_s(window.opens_at_s)
            yield _tick_down_s(window.closes_at_s) + TICK_S


def _tick_down_s(at_s: float) -> float:
    return floor(at_s / TICK_S) * TICK_S


def _renewals(presence: Presence | None) -> tuple[float, ...]:
    return () if presence is None else (*presence.renewed_at_s, *presence.changes_at_s)


def _join(found: list[Piece], more: Iterable[Piece]) -> None:
    """Add pieces, each to the last one if nothing lies between and the promise is the same."""
    for piece in more:
        last = found[-1] if found else None
        if (
            last is not None
            and last.closes_s + TICK_S == piece.opens_s
            and last.promised_until_s == piece.promised_until_s
        ):
            found[-1] = Piece(last.opens_s, piece.closes_s, last.promised_until_s)
        else:
            found.append(piece)


def pieces_of_day(world: World) -> dict[OrderId, tuple[Piece, ...]]:
    """Return when attempts succeed, for each order that can be served at all."""
    doors = Doors(world)
    found = {order.id: doors.pieces(order) for order in world.orders}
    return {order_id: pieces for order_id, pieces in found.items() if pieces}
