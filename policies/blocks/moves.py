"""An order that would be late on its vehicle, moved to one that can still be on time (S12).

What is not loaded changes vehicles in the plan alone. What is aboard changes them by a hand-over
at one of the giver's next stops; who comes first waits, and that is counted for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from policies.blocks.believed import Believed
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.forecast import Forecast
from policies.blocks.judging import LEAST_GAIN_S, by_vehicle
from policies.blocks.lines import Line
from policies.blocks.planned import binds, planned_with, served_in
from policies.blocks.retries import Retries
from policies.blocks.stops import can_serve
from policies.blocks.weighing import Prices, late_in
from twin import Briefing, Load, OrderView, Place, Route, Stop, View
from twin.model import VehicleId
from twin.plan import HandOver, without

MOST_MEETINGS: Final = 3
"""Stops of the giver at which a hand-over is tried. A choice: what is further ahead can wait."""

MOST_TAKERS: Final = 5
"""Vehicles that are tried for each, those first that pass by nearest in way and time. A choice."""

Lines = Mapping[VehicleId, Line]


@dataclass(frozen=True, slots=True)
class MoveTerms:
    """What a move must save.

    Attributes
    ----------
    prices
        What broken promises are worth.
    churn_s
        Seconds of work that each order moved must save.
    """

    prices: Prices
    churn_s: float


class Meeting(NamedTuple):
    """Where the giver could meet another vehicle, before which of its stops, and when."""

    place: Place
    stop: int
    there_s: float


class PassingBy(NamedTuple):
    """A gap in a line in which a vehicle could come to a place, and what that takes."""

    cost_s: float
    vehicle: VehicleId
    gap: int


class Moves:
    """Moves orders between lines where that is expected to cost less than leaving them.

    Parameters
    ----------
    believed
        Driving times.
    retries
        When orders that failed may be tried again.
    """

    def __init__(
        self,
        briefing: Briefing,
        believed: Believed,
        forecast: Forecast,
        retries: Retries,
        terms: MoveTerms,
    ) -> None:
        self._rules = briefing.rules
        self._believed = believed
        self._forecast = forecast
        self._retries = retries
        self._terms = terms
        self._trial = FleetLines(briefing, believed)

    def forget(self) -> None:
        """Keep no line: other driving times are believed."""
        self._trial.forget()

    # Before loading

    def freely(self, row: OrderView, giver: VehicleId, lines: Lines, view: View) -> dict[
        VehicleId, Line
    ]:  # fmt: skip
        """Return the lines that change if an order that is not aboard goes on another vehicle.

        None do where no vehicle can take it without being late somewhere, or where it costs more.
        """
        rest = without(lines[giver].route(), frozenset([row.id]))
        now = planned_with(view, _changed(lines, view, {giver: rest}))
        self._trial.take(now, [now.by_vehicle[one] for one in lines])
        window = self._retries.window(self._trial, row)
        found = self._trial.find(row, window, lambda line: line.vehicle.id != giver).punctual
        if found is None:
            return {}
        self._trial.put(row, found)
        new = by_vehicle(self._trial.lines)
        taker = self._trial.lines[found.line].vehicle.id
        after = {one: new[one] for one in (giver, taker) if one in new}
        pays = self._saved_s(after, lines, [row], 0.0) > LEAST_GAIN_S
        return after if pays and _breaks_none(after, lines) else {}

    def reaches(self, row: OrderView, lines: Lines, view: View) -> bool:
        """Whether an order as it would be, at another place, could be served on time."""
        routes: dict[VehicleId, Route] = {}
        for one, line in lines.items():
            if row.id in served_in(line.route()):
                routes[one] = without(line.route(), frozenset([row.id]))
        now = planned_with(view, _changed(lines, view, routes))
        self._trial.take(now, [now.by_vehicle[one] for one in lines])
        return self._trial.find(row, self._trial.window(row)).punctual is not None

    # Aboard

    def handed_over(
        self, rows: Sequence[OrderView], giver: VehicleId, lines: Lines, view: View
    ) -> dict[VehicleId, Line]:
        """Return the lines that change if goods aboard a vehicle are handed to another one.

        A vehicle has one meeting before it at a time: where each of three waited for the next,
        nobody would ever come.

        Parameters
        ----------
        rows
            Orders aboard the giver, at least one; all go, or else the first alone.
        """
        if _meets_somebody(lines[giver]):
            return {}
        best: tuple[float, dict[VehicleId, Line]] | None = None
        for moved in (tuple(rows), tuple(rows[:1]))[: 1 + (len(rows) > 1)]:
            for meeting in self._places(moved, lines[giver]):
                for comes in self._passing_by(meeting, giver, lines):
                    found = self._with(moved, giver, meeting, comes, lines, view)
                    if found is not None and (best is None or found[0] > best[0]):
                        best = found
            if best is not None:
                return best[1]
        return {}

    def _places(self, rows: Sequence[OrderView], line: Line) -> list[Meeting]:
        """Return where the giver could meet another: on coming to a stop, or when done there."""
        ids = {row.id for row in rows}
        doors = {row.order.customer for row in rows}
        found: list[Meeting] = []
        for k, item in enumerate(line.items[:MOST_MEETINGS]):
            if any(order.id in ids for order in item.served):
                break
            if any(map(binds, item.actions)):
                found.clear()
            elif item.place.id not in doors:
                there_s = float(line.departs_s[k] + line.leg_s[k])
                found.append(Meeting(item.place, k, there_s))
                found.append(Meeting(item.place, k + 1, float(line.departs_s[k + 1])))
        return found

    def _passing_by(self, meeting: Meeting, giver: VehicleId, lines: Lines) -> list[PassingBy]:
        """Return the vehicles that come by with least way and waiting, and in which gap."""
        modes = meeting.place.nodes
        found = [
            self._nearest_gap(meeting.place, meeting.there_s, line)
            for one, line in lines.items()
            if one != giver
            and line.vehicle.on_duty
            and line.vehicle.vehicle.mode in modes
            and not _meets_somebody(line)
        ]
        return sorted(found)[:MOST_TAKERS]

    def _nearest_gap(self, place: Place, there_s: float, line: Line) -> PassingBy:
        mode, gaps = line.vehicle.vehicle.mode, len(line.leg_s)
        node = place.nodes[mode]
        pace = self._believed.pace(mode, there_s)
        in_s = self._believed.column(line.nodes[:gaps], node, mode) * pace
        after = [*line.nodes[1 : gaps + 1], *line.nodes[-1:]][:gaps]
        out_s = self._believed.row(node, after, mode) * pace
        if line.home is None:
            out_s[-1] = 0.0
        cost_s = in_s + out_s - line.leg_s + np.abs(line.departs_s + in_s - there_s)
        bound = [k for k, item in enumerate(line.items) if any(map(binds, item.actions))]
        cost_s[: bound[-1] + 1 if bound else 0] = np.inf
        gap = int(np.argmin(cost_s))
        return PassingBy(float(cost_s[gap]), line.vehicle.id, gap)

    def _with(  # noqa: PLR0917 # who gives what to whom, where, and what else is planned
        self,
        rows: Sequence[OrderView],
        giver: VehicleId,
        meeting: Meeting,
        comes: PassingBy,
        lines: Lines,
        view: View,
    ) -> tuple[float, dict[VehicleId, Line]] | None:
        """Return what a hand-over saves, and the lines with it; None if it cannot be."""
        stop, gap, taker = meeting.stop, comes.gap, comes.vehicle
        vehicle = lines[taker].vehicle
        goods = sum((row.order.load for row in rows), Load())
        if not all(can_serve(vehicle, row, view) for row in rows):
            return None
        ids = tuple(row.id for row in rows)
        action = HandOver(ids, giver, taker)
        there = Stop(meeting.place.id, (action,))
        had, has = lines[giver].route(), lines[taker].route()
        routes = {
            giver: (*had[:stop], there, *without(had[stop:], frozenset(ids))),
            taker: (*has[:gap], there, *has[gap:]),
        }
        now = planned_with(view, _changed(lines, view, routes))
        self._trial.take(now, [now.by_vehicle[one] for one in routes])
        if len(self._trial.lines) < len(routes):
            return None  # there is no room for the goods
        self._meet(action)
        for row in rows:
            mine = replace(row, vehicle=taker)
            window = self._retries.window(self._trial, row)
            found = self._trial.find(mine, window, lambda line: line.vehicle.id == taker).punctual
            if found is None:
                return None
            self._trial.put(mine, found)
        after = by_vehicle(self._trial.lines)
        work_s = 2 * self._rules.hand_over_s * goods.parcels
        saved_s = self._saved_s(after, lines, rows, work_s)
        return (saved_s, after) if saved_s > LEAST_GAIN_S and _breaks_none(after, lines) else None

    def _meet(self, action: HandOver) -> None:
        """Let who comes first to a hand-over wait."""
        found: list[tuple[int, int, float]] = []
        for number, line in enumerate(self._trial.lines):
            for k, item in enumerate(line.items):
                if action in item.actions:
                    found.append((number, k, float(line.departs_s[k] + line.leg_s[k])))
        meet_s = max(there_s for _, _, there_s in found)
        for number, k, _ in found:
            self._trial.hold(number, k, meet_s)

    # Judging

    def _saved_s(
        self, after: Lines, before: Lines, rows: Sequence[OrderView], work_s: float
    ) -> float:
        """Return what moving some orders is expected to save, seconds of work."""
        moved_s = self._terms.churn_s * len(rows) + work_s
        saved = (self._worth_s(before[one]) - self._worth_s(after[one]) for one in after)
        return sum(saved) - moved_s

    def _worth_s(self, line: Line) -> float:
        return self._forecast.worth_s(line, self._trial.weight(line), self._terms.prices)


def _changed(lines: Lines, view: View, routes: Mapping[VehicleId, Route]) -> dict[VehicleId, Route]:
    """Return the routes of lines that are others than the view has, and some instead of theirs."""
    mine = {one: line.route() for one, line in lines.items() if one not in routes}
    changed = {one: r for one, r in mine.items() if r != view.by_vehicle[one].route}
    return {**changed, **routes}


def _meets_somebody(line: Line) -> bool:
    """Whether a hand-over is ahead of a vehicle."""
    return any(isinstance(action, HandOver) for item in line.items for action in item.actions)


def _breaks_none(after: Lines, before: Lines) -> bool:
    """Whether no order is late that was on time, as believed."""
    was = {row.id for one in after for row in late_in([before[one]], before[one].view)}
    return all(row.id in was for one in after.values() for row in late_in([one], one.view))
