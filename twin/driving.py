"""One leg of a vehicle: which way, how far it comes, and what stops it on the way."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING, cast

from twin.errors import Unreachable
from twin.model import NO_RULES, EdgeId, Mode, NodeId, PlaceId
from twin.rows import VehicleState
from twin.streets import Closable, Incident, Path
from twin.units import tick_s
from twin.wear import Wear

if TYPE_CHECKING:
    from twin.engine import Day


@dataclass(slots=True)
class LegEnd:
    """Where a leg ends if nobody changes the plan.

    Attributes
    ----------
    at_s
        When.
    edges
        How many edges are entered by then.
    part_m
        How much of the last of them is driven; None is all of it.
    why
        ``arrives``, ``closed``, ``rest``, ``breakdown`` or ``battery empty``.
    """

    at_s: float
    edges: int
    part_m: float | None = None
    why: str = "arrives"


@dataclass(slots=True)
class Leg:
    """A way and when each of its edges is entered and its end reached, on the tick.

    Attributes
    ----------
    first
        The first junction that it can end at: 1 for a leg that begins inside a street.
    """

    path: Path
    times: tuple[float, ...]
    first: int = 0

    def driven(self, end: LegEnd) -> tuple[tuple[EdgeId, ...], tuple[float, ...]]:
        """Return the edges driven until an end, and their lengths, the last as far as it came."""
        if end.why == "arrives":
            return self.path.edges, self.path.lengths_m
        edges, lengths_m = self.path.edges[: end.edges], self.path.lengths_m[: end.edges]
        if end.part_m is not None:
            lengths_m = (*lengths_m[:-1], end.part_m)
        return edges, lengths_m

    def next_junction(self, now_s: float) -> int:
        """Return the number of the first junction not passed yet."""
        return max(self.first, next(k for k, at_s in enumerate(self.times) if at_s >= now_s))

    def ends_at(self, k: int, why: str) -> LegEnd:
        """Return the end of this leg at its k-th junction, or where it began inside a street."""
        if k < self.first:
            return LegEnd(self.times[0], self.first, 0.0, why)
        return LegEnd(self.times[k], k, why=why)


class Roads:
    """What a driver finds out about the streets: closures met, and how far a leg comes.

    Parameters
    ----------
    day
        The day it is in.
    """

    def __init__(self, day: "Day") -> None:
        self._day = day
        self._met: dict[str, Incident] = {}
        self._closing: dict[EdgeId, list[Incident]] = {}
        for incident in day.world.incidents:
            for edge in () if incident.speed else incident.edges:
                self._closing.setdefault(edge, []).append(incident)

    def leg(self, row: VehicleState, to: PlaceId) -> Leg | None:
        """Return the leg to a place that would be driven now; None if all ways are closed."""
        day, world, mode = self._day, self._day.world, row.vehicle.mode
        destination = day.state.places[to].nodes[mode]
        origin = row.node if row.rest_m is None else row.rest_m[1]
        path = world.travel.path(origin, destination, mode, day.now_s)
        while True:
            closed = self._known_closed()
            if not closed.isdisjoint(path.edges):
                way = self._way_round(origin, destination, mode, closed)
                if way is None:
                    return None
                path = way
            leg = self._timed(row, path)
            first = self._closed_at(leg, 0) if leg.path.edges and not leg.first else None
            if first is None:
                return leg
            self._met[first.id] = first

    def _way_round(
        self, origin: NodeId, destination: NodeId, mode: Mode, closed: frozenset[EdgeId]
    ) -> Path | None:
        streets = cast("Closable", self._day.world.streets)
        try:
            return streets.way_round(origin, destination, mode, self._day.now_s, closed)
        except Unreachable:
            return None

    def _timed(self, row: VehicleState, path: Path) -> Leg:
        if row.rest_m is not None:
            edge, _, rest_m = row.rest_m
            path = Path((row.node, *path.nodes), (edge, *path.edges), (rest_m, *path.lengths_m))
        driven = self._day.world.streets.drive(path, row.vehicle.mode, self._day.now_s)
        times = tuple([round(at_s * 8) / 8 for at_s in driven])
        return Leg(path, times, 0 if row.rest_m is None else 1)

    def _known_closed(self) -> frozenset[EdgeId]:
        """Return the edges that dispatch or this driver knows to be closed now."""
        if not self._closing:
            return frozenset()
        now_s = self._day.now_s
        known = (*self._day.state.incidents.values(), *self._met.values())
        return frozenset(
            edge
            for incident in known
            if not incident.speed and incident.begins_at_s <= now_s < incident.ends_at_s
            for edge in incident.edges
        )

    def opens_at_s(self) -> float:
        """Return when the first of the closures known now is over."""
        now_s = self._day.now_s
        known = (*self._day.state.incidents.values(), *self._met.values())
        return min((i.ends_at_s for i in known if not i.speed and i.ends_at_s > now_s), default=inf)

    def _closed_at(self, leg: Leg, k: int) -> Incident | None:
        """Return what closes the k-th edge of a leg when it would be entered."""
        edge, at_s = leg.path.edges[k], leg.times[k]
        return next((i for i in self._closing.get(edge, ()) if i.closes(edge, at_s)), None)

    # How far a leg comes

    def end(self, row: VehicleState, leg: Leg, wear: Wear) -> LegEnd:
        """Return where a leg that begins now ends if nobody changes the plan."""
        arrives = LegEnd(leg.times[-1], len(leg.path.edges))
        ends = [arrives, *self._at_limit(row, leg)]
        if row.charge_kwh is None and not self._closing and not wear.is_due:
            return ends[-1]
        if self._closing:
            barred = (k for k in range(leg.first, len(leg.path.edges)) if self._closed_at(leg, k))
            ends.extend(leg.ends_at(k, "closed") for k in barred)
        strikes_at_s = wear.strikes_at_s(leg.times[0])
        if strikes_at_s < arrives.at_s:
            ends.append(self._at_time(row, leg, max(strikes_at_s, leg.times[0])))
        ends.extend(self._at_length(row, leg, wear.strikes_after_m(), "breakdown"))
        if row.charge_kwh is not None:
            ends.extend(self._at_length(row, leg, self._range_m(row), "battery empty"))
        return min(ends, key=lambda end: end.at_s)

    def _at_limit(self, row: VehicleState, leg: Leg) -> list[LegEnd]:
        """Return the first junction at which hours of driving or work are used up, if any is."""
        rules = NO_RULES if row.duty is None else row.duty.hours
        if rules is NO_RULES:
            return []
        limits_s = [inf]
        if rules.drive_rest_s > 0:
            limits_s.append(leg.times[0] + rules.drive_most_s - row.drove_s)
        if rules.work_rest_s > 0:
            limits_s.append(row.rested_at_s + rules.work_most_s)
        if row.leg is not None and not row.leg.home:
            limits_s.append(leg.times[0] + rules.day_drive_most_s - row.drove_today_s)
        limit_s = min(limits_s)
        junctions = range(1, len(leg.path.edges))
        passed = next((k for k in junctions if leg.times[k] >= limit_s), None)
        return [] if passed is None else [leg.ends_at(passed, "rest")]

    def _range_m(self, row: VehicleState) -> float:
        full_g = row.vehicle.capacity.grams
        share = row.load.grams / full_g if full_g else 0.0
        per_m = row.vehicle.energy.used(1.0, share, self._day.world.rules.consumption)
        return inf if not per_m else (row.charge_kwh or 0.0) / per_m

    def _at_time(self, row: VehicleState, leg: Leg, at_s: float) -> LegEnd:
        """Return the breakdown at an instant of a leg."""
        k = bisect_right(leg.times, at_s) - 1
        if leg.times[k] == at_s or not leg.path.lengths_m[k]:  # at a junction, or at its next one
            k += leg.times[k] != at_s
            return leg.ends_at(k, "breakdown")
        low_m, high_m = 0.0, leg.path.lengths_m[k]
        for _ in range(_HALVINGS):
            middle_m = (low_m + high_m) / 2
            if self._reached_s(row, leg, k, middle_m) <= at_s:
                low_m = middle_m
            else:
                high_m = middle_m
        return LegEnd(at_s, k + 1, low_m, "breakdown")

    def _at_length(self, row: VehicleState, leg: Leg, way_m: float, why: str) -> list[LegEnd]:
        """Return the end of a leg after so many metres, if it is longer."""
        lengths_m = leg.path.lengths_m
        if not way_m < sum(lengths_m):
            return []
        ways_m = list(accumulate(lengths_m, initial=0.0))
        k = bisect_right(ways_m, way_m) - 1
        part_m = way_m - ways_m[k]
        if not part_m:
            return [leg.ends_at(k, why)]
        at_s = tick_s(self._reached_s(row, leg, k, part_m))
        return [LegEnd(min(max(at_s, leg.times[k]), leg.times[k + 1]), k + 1, part_m, why)]

    def _reached_s(self, row: VehicleState, leg: Leg, k: int, part_m: float) -> float:
        """Return when a part of the k-th edge of a leg is driven."""
        part = Path(leg.path.nodes[k : k + 2], leg.path.edges[k : k + 1], (part_m,))
        return self._day.world.streets.drive(part, row.vehicle.mode, leg.times[k])[-1]


_HALVINGS = 50
"""Of an edge, to find where a vehicle is at an instant: a kilometre to less than an atom."""
