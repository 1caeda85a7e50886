"""All gaps of a fleet's lines as arrays, and the cheapest of them for an order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policies.blocks.believed import HOUR_S, HOURS, Believed
from policies.blocks.items import FOREVER_S, before_door_s
from policies.blocks.lines import Line
from twin import Order, OrderKind, Place
from twin.clients import amounts
from twin.model import Mode, NodeId, PlaceId
from twin.view import expected_stop_s

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LATE_WEIGHT = 2.0
"""Seconds of added time that a second of the order's own lateness is worth, where it must be late.
A choice of this policy, not a measured figure."""


WAIT_WEIGHT = 0.1
"""Seconds of added time that a second of waiting for a window counts as. Waiting uses up the shift
but costs nothing more. Counted in full it scattered stops with windows over the fleet: over six
days of the demo 661 km a day instead of 547, at the same punctuality."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where an order fits cheapest.

    Attributes
    ----------
    added_s
        What it adds, seconds, weighted by what the vehicle's time costs.
    line, gap, joins
        The line's number, the gap in it, and the stop whose loading takes the goods too; -1 where
        they get a loading of their own.
    """

    added_s: float
    line: int
    gap: int
    joins: int


@dataclass(frozen=True, slots=True)
class _Visit:
    """Serving the order in each gap.

    Attributes
    ----------
    to_door_s, takes_s
        Time from arrival to the begin of service, and from there on.
    out_s
        Time on to the next stop.
    """

    to_door_s: Floats
    takes_s: Floats
    out_s: Floats
    window: tuple[float, float, float]


class Gaps:
    """The gaps of the lines of one mode.

    Parameters
    ----------
    lines
        With their numbers in the fleet.
    weights
        What a second of each line's vehicle is worth against the others.

    Attributes
    ----------
    numbers
        The lines' numbers in the fleet.
    """

    def __init__(
        self, mode: Mode, lines: list[tuple[int, Line]], believed: Believed, weights: list[float]
    ) -> None:
        self._mode = mode
        self._believed = believed
        self._lines = lines
        self._weights = weights
        self.numbers = [number for number, _ in lines]
        self._joining: dict[PlaceId, tuple[Ints, Ints]] = {}
        self._is_stale = True

    def changed(self) -> None:
        """Take the lines as they are now, when they are asked for next."""
        self._is_stale = True

    def _take(self) -> None:
        self._is_stale = False
        lines = [line for _, line in self._lines]
        sizes = [len(line.leg_s) for line in lines]
        self._line = np.repeat(np.arange(len(lines)), sizes)
        self._gap = np.concatenate([np.arange(size) for size in sizes])
        self._before: list[NodeId] = []
        self._next: list[NodeId] = []
        for line in lines:
            gaps = len(line.leg_s)
            self._before += line.nodes[:gaps]
            self._next += line.nodes[1 : gaps + 1]
            if line.home is None:
                self._next.append(line.nodes[-1])
        self._open_end = np.concatenate(
            [
                [False] * (size - 1) + [line.home is None]
                for size, line in zip(sizes, lines, strict=True)
            ]
        ).astype(bool)
        self._departs = np.concatenate([line.departs_s for line in lines])
        self._leg = np.concatenate([line.leg_s for line in lines])
        self._latest = np.concatenate([line.latest_s for line in lines])
        self._hard_latest = np.concatenate([line.hard_latest_s for line in lines])
        self._in_shift = np.concatenate([line.in_shift_s for line in lines])
        over_s = [float(line.departs_s[-1] + line.leg_s[-1]) - line.ends_s for line in lines]
        self._over = np.repeat(np.maximum(0.0, over_s), sizes)
        self._kept = np.repeat(np.array([line.kept for line in lines], dtype=np.int64), sizes)
        self._room = np.concatenate([line.room for line in lines])
        self._to_depot = np.concatenate([line.room_to_depot for line in lines])
        self._has_aboard = np.concatenate([line.has_aboard for line in lines])
        self._weight = np.repeat(self._weights, sizes)
        parks = [line.vehicle.vehicle.looks_for_parking for line in lines]
        self._parks = np.repeat(np.array(parks, dtype=bool), sizes)
        paces = np.array(self._believed.paces(self._mode))
        self._pace = paces[(self._departs // HOUR_S).astype(np.int64) % HOURS]
        self._joining.clear()

    def cheapest(
        self,
        order: Order,
        door: Place,
        load_at: Place | None,
        window: tuple[float, float, float],
        allowed: list[bool],
    ) -> tuple[Found | None, Found | None]:
        """Return the cheapest gap that makes nothing late, and the cheapest that may.

        Parameters
        ----------
        load_at
            Where the goods are; None if they need no loading.
        window
            When service may begin, should have begun by, must have begun by.
        allowed
            Whether each of the lines may take the order at all.
        """
        if self._is_stale:
            self._take()
        self._allowed = np.array(allowed)[self._line]
        node = door.nodes[self._mode]
        in_s = self._believed.column(self._before, node, self._mode) * self._pace
        out_s = self._believed.row(node, self._next, self._mode) * self._pace
        out_s[self._open_end] = 0.0
        visit = self._visit(order, door, in_s == 0, out_s, window)
        if load_at is None:
            aboard = order.kind is OrderKind.DELIVERY
            fits = self._has_aboard if aboard else _fit(order, self._to_depot)
            nothing = np.full(len(fits), -1)
            return self._best(self._departs + in_s, visit, fits, nothing)
        joined = self._joined(order, load_at, in_s, visit)
        own = self._own_load(order, load_at, node, visit)
        return less(joined[0], own[0]), less(joined[1], own[1])

    def _visit(
        self,
        order: Order,
        door: Place,
        is_there: NDArray[np.bool_],
        out_s: Floats,
        window: tuple[float, float, float],
    ) -> _Visit:
        """Return what serving takes in each gap; a vehicle that is there has parked already."""
        parks_s, walks_s = before_door_s(door, parks=True), before_door_s(door, parks=False)
        to_door_s = np.where(is_there, 0.0, np.where(self._parks, parks_s, walks_s))
        given = order.unload_s if order.kind is OrderKind.DELIVERY else order.load_s
        merged_s = door.expected.per_parcel_s * order.load.parcels if given is None else given
        alone_s = expected_stop_s(door, (order,), parks=False) - walks_s
        return _Visit(to_door_s, np.where(is_there, merged_s, alone_s), out_s, window)

    def _joined(
        self,
        order: Order,
        load_at: Place,
        in_s: Floats,
        visit: _Visit,
    ) -> tuple[Found | None, Found | None]:
        """Try every gap after a stop that loads at that place anyway."""
        if load_at.id not in self._joining:
            parts = [line.joining(load_at.id) for _, line in self._lines]
            self._joining[load_at.id] = (
                np.concatenate([stop for stop, _ in parts]),
                np.concatenate([room for _, room in parts]),
            )
        stop, room = self._joining[load_at.id]
        fits = (stop >= self._kept) & _fit(order, room)
        more_s = np.array(
            [
                0.0 if line.loads_free else line.load_s(load_at, [order], begun=True)
                for _, line in self._lines
            ]
        )[self._line]
        more_s[stop > 0] = load_at.expected.per_parcel_s * order.load.parcels
        return self._best(self._departs + more_s + in_s, visit, fits, stop)

    def _own_load(
        self,
        order: Order,
        load_at: Place,
        node: NodeId,
        visit: _Visit,
    ) -> tuple[Found | None, Found | None]:
        """Try to load and serve in every gap."""
        there = load_at.nodes[self._mode]
        to_s = self._believed.column(self._before, there, self._mode) * self._pace
        on_s = self._believed.reference_s(there, node, self._mode) * self._pace
        load_s = np.full(len(to_s), self._lines[0][1].load_s(load_at, [order]))
        free = np.array([line.loads_free for _, line in self._lines])[self._line]
        load_s[(self._gap == 0) & (to_s == 0) & free] = 0.0
        fits = _fit(order, self._room)
        arrives = self._departs + to_s + load_s + on_s
        return self._best(arrives, visit, fits, np.full(len(to_s), -1))

    def _best(
        self,
        arrives: Floats,
        visit: _Visit,
        fits: NDArray[np.bool_],
        joins: Ints,
    ) -> tuple[Found | None, Found | None]:
        opens_s, closes_s, hard_s = visit.window
        there = arrives + visit.to_door_s
        begins = np.maximum(there, opens_s)
        next_s = begins + visit.takes_s + visit.out_s
        waits_s = begins - there
        added_s = next_s - self._departs - self._leg - (1 - WAIT_WEIGHT) * waits_s
        added = added_s * self._weight
        possible = fits & self._allowed & (self._gap >= self._kept)
        possible &= (begins <= hard_s) & (next_s <= self._hard_latest)
        punctual = possible & (begins <= closes_s) & (next_s <= self._latest)
        over_s = np.maximum(0.0, next_s - self._in_shift - self._over)
        late = added + LATE_WEIGHT * np.maximum(0.0, begins - closes_s) + self._weight * over_s
        return self._pick(added, punctual, joins), self._pick(late, possible, joins)

    def _pick(self, cost: Floats, allowed: NDArray[np.bool_], joins: Ints) -> Found | None:
        if not allowed.any():
            return None
        k = int(np.argmin(np.where(allowed, cost, FOREVER_S)))
        number = self._lines[int(self._line[k])][0]
        return Found(float(cost[k]), number, int(self._gap[k]), int(joins[k]))


def _fit(order: Order, room: Ints) -> NDArray[np.bool_]:
    """Return, for each row of room, whether the order fits in every dimension."""
    return np.asarray(np.all(room >= amounts(order.load), axis=1))


def less(one: Found | None, other: Found | None) -> Found | None:
    """Return the cheaper; the first at a tie."""
    if one is None or (other is not None and other.added_s < one.added_s):
        return other
    return one
