"""Waves: orders are held, and given out together by time, by count, or when one cannot wait.

How a warehouse works: picked orders are released to dispatch in waves, and the more wait
together, the better they go together. When to release is the question of Klapp, Erera and
Toriello (2018), "The dynamic dispatch waves problem for same-day delivery",
doi 10.1016/j.ejor.2018.05.032; here the rule is the plain one of a clock, a count, and the slack
of what waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, floor, inf
from typing import Final, Literal

from policies.blocks.alarms import Alarms
from policies.blocks.arrivals import arrivals_of, lines_of
from policies.blocks.believed import Believed
from policies.blocks.depots import by_depot, last_call, next_call_s, way_s
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.given import Given
from policies.blocks.homecoming import at_depot, home_depot, then
from policies.blocks.knobs import check_knobs
from policies.blocks.mealtimes import Mealtimes
from policies.blocks.rests import keeping_rests
from policies.blocks.retries import Retries
from policies.blocks.slackness import Slackness
from policies.blocks.stops import is_on_board
from policies.blocks.tours import Tours
from policies.solvers.planning import Planned, Planner
from twin import Briefing, OrderView, Plan, Route, TimeWindow, VehicleView, View
from twin.model import OrderId, PlaceId, VehicleId
from twin.plan import orders_in

URGENT: Final = 10.0
"""How much more than another order one weighs for the solver that cannot wait for the next wave.
A choice: leaving out nine that can wait is better than one that cannot."""


class Waves:
    """Orders wait at their depot until a wave takes all of them that it can.

    A wave is released every `every_s` from the beginning of the day on, as soon as `count` orders
    wait that no wave has seen, and when an order is about to run out of slack: somebody must leave
    with it now to keep its promise, or to serve it today at all (`policies.blocks.slackness`).
    Each of these is for one depot. It is also released when a hired vehicle of the depot must be
    called now or not at all.

    A wave is planned whole for the vehicles that are at the depot before the next wave by the
    clock: those that stand there, whose shift begins, or that come home by then. Each gets one
    tour more after what it is doing, over within `back_within_s`; only an order that cannot wait
    for the next wave makes a tour longer. What is left over waits for the next wave. An order that
    cannot be on time any more goes along where it spoils no promise. Shifts with the time to rest,
    windows, capacities and skills are kept. Goods that lie at no depot are not served.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    every_s
        Time between waves, seconds. The default is a choice: half an hour, short against promises
        of hours.
    count
        So many new orders at a depot release a wave at once. A choice: about what one van takes.
    back_within_s
        How long after it can leave a vehicle is to be back, seconds. A choice.
    planner
        ``insertion`` gives the orders that cannot wait out first, and fills up with neighbours;
        ``solver`` lets a solver plan the wave.
    detour_s
        The detour that an order that can wait may be for a tour into which it is inserted, its own
        service left out, seconds. As in `slack`: over ten days of the demo 200 s served 408 orders
        a day on 559 km, 300 s 408 on 524 km and 400 s 407 on 537 km.
    iterations
        With ``solver``: its steps for each wave; left out, 500 and one for each order.
    solver
        With ``solver``: its name, of an installed one.
    retry_after_s
        How long after a failed attempt an order joins a wave again, seconds; sooner where the last
        shift ends before. As in `insertion`.

    Raises
    ------
    InputError
        If a setting makes no sense.
    """

    def __init__(
        self,
        briefing: Briefing,
        *,
        every_s: float = 1800.0,
        count: int = 30,
        back_within_s: float = 10800.0,
        planner: Literal["insertion", "solver"] = "insertion",
        detour_s: float = 300.0,
        iterations: int | None = None,
        solver: str = "pyvrp",
        retry_after_s: float = 7200.0,
    ) -> None:
        check_knobs(
            "waves",
            ("every_s", every_s, 1),
            ("count", count, 1),
            ("back_within_s", back_within_s, 1),
            ("detour_s", detour_s, 0),
            ("retry_after_s", retry_after_s, 0),
            words={"planner": (planner, ("insertion", "solver"))},
        )
        self._briefing = briefing
        self._every_s = every_s
        self._count = count
        self._back_within_s = back_within_s
        self._detour_s = detour_s
        self._retries = Retries(briefing, retry_after_s)
        self._planner: Planner | None = None
        if planner == "solver":
            self._planner = Planner(briefing, iterations=iterations, solver=solver)
        self._believed = Believed(briefing.travel)
        self._slackness = Slackness(briefing, self._believed)
        self._fleet = FleetLines(briefing, self._believed)
        self._alarms = Alarms(self._slackness, briefing.rules.latency_s)
        self._given = Given(briefing)
        self._mealtimes = Mealtimes()
        self._held_any = False
        self._next_wave_s = briefing.rules.begins_at_s
        self._seen: dict[OrderId, None] = {}

    def decide(self, view: View) -> Plan:
        """Return the tours of the waves that are released now."""
        self._mealtimes.hear(view.because)
        view, given = self._given.begun(view)
        if self._believed.follow(view.travel):
            self._slackness.forget()
        board = [row for row in view.unplanned if is_on_board(row)]
        held = by_depot([row for row in board if self._retries.again_s(row) <= view.now_s], view)
        by_clock = self._clock_strikes(view.now_s)
        self._held_any = bool(board)
        routes, steps, why = dict(given), 0, []
        for depot, rows in held.items():
            reason = self._released(depot, rows, view, by_clock=by_clock)
            if not reason:
                continue
            wave = self._wave(depot, rows, list(held), view)
            self._seen.update((row.id, None) for row in rows)
            routes.update(wave.routes)
            steps += wave.effort
            taken = len(rows) - len(_not_in(wave.routes, rows))
            why.append(f"{depot}: by {reason}, {taken} of {len(rows)} orders")
        lines = lines_of(routes, view, self._briefing, self._believed)
        return Plan(
            routes,
            arrivals=arrivals_of(lines),
            effort=steps,
            why="; ".join(why),
            ask_again_at_s=self._next_look_s(held, view) if board else None,
        )

    # When

    def _clock_strikes(self, now_s: float) -> bool:
        """Whether a wave is due by the clock, for which something waited; set the next one."""
        begins_s, every_s = self._briefing.rules.begins_at_s, self._every_s
        if not self._held_any:  # nothing waited since the last question, so no wave was missed
            self._next_wave_s = begins_s + ceil((now_s - begins_s) / every_s) * every_s
        strikes = now_s >= self._next_wave_s
        if strikes:
            self._next_wave_s = begins_s + (floor((now_s - begins_s) / every_s) + 1) * every_s
        return strikes

    def _released(
        self, depot: PlaceId, rows: Sequence[OrderView], view: View, *, by_clock: bool
    ) -> str:
        """Return what releases the wave of a depot now; nothing if it is not."""
        rings = self._alarms.ring(rows, view)
        if by_clock:
            return "time"
        if sum(row.id not in self._seen for row in rows) >= self._count:
            return "count"
        if rings:
            return "slack"
        calls = any(
            last_call(one, view.now_s, self._briefing.rules) and home_depot(one, view) == depot
            for one in view.vehicles
        )
        return "call" if calls else ""

    def _next_look_s(self, held: Mapping[PlaceId, Sequence[OrderView]], view: View) -> float:
        """Return when the next wave may be due though nothing happens."""
        waiting = [row for rows in held.values() for row in rows]
        return min(
            self._next_wave_s,
            self._alarms.next_s(waiting, view),
            next_call_s(view, self._briefing.rules),
        )

    # What

    def _wave(
        self, depot: PlaceId, rows: Sequence[OrderView], depots: Sequence[PlaceId], view: View
    ) -> Planned:
        """Return the routes of the vehicles that take a tour of a wave after what they do."""
        homes = self._homes(depot, depots, view)
        if not homes:
            return Planned({}, 0)
        short = [self._back_in_time(one) for one in homes]
        planned = Planned({}, 0)
        if self._planner is not None:
            weights = {row.id: URGENT if self._is_urgent(row, view) else 1.0 for row in rows}
            planned = self._planner.plan(
                view, view.places[depot], rows, short, weights=weights, relaxes=False
            )
        tours = dict(planned.routes)
        self._give_out(_not_in(tours, rows), short, tours, view)
        urgent = [row for row in _not_in(tours, rows) if self._is_urgent(row, view)]
        self._give_out(urgent, homes, tours, view)
        routes = {
            vehicle_id: then(view.by_vehicle[vehicle_id], depot, tour)
            for vehicle_id, tour in tours.items()
        }
        return Planned(routes, planned.effort)

    def _homes(self, depot: PlaceId, depots: Sequence[PlaceId], view: View) -> list[VehicleView]:
        """Return the vehicles that are at a depot before the next wave, as they will be then."""
        rules, found = self._briefing.rules, []
        calls = any(last_call(one, view.now_s, rules) for one in view.vehicles)
        soon_s = self._next_wave_s + rules.latency_s
        for one in view.vehicles:
            if one.broken_down or self._works_from(one, depots, view) != depot:
                continue
            (line,) = lines_of({one.id: one.route}, view, self._briefing, self._believed)
            if not line.fits:
                continue  # a failed delivery takes up the room that its route needs
            home = at_depot(line, view.places[depot], self._believed)
            is_called_with = calls and not (one.on_duty or one.route)
            if home.free_at_s < (inf if is_called_with else soon_s):
                rested = keeping_rests(one, view.now_s, self._mealtimes)
                found.append(replace(home, duty=rested.duty))
        return [one for one in found if one.free_at_s < one.duty.shift.closes_at_s]

    def _works_from(self, vehicle: VehicleView, depots: Sequence[PlaceId], view: View) -> PlaceId:
        """Return the depot that a vehicle comes to by itself, or else the nearest with orders."""
        own = home_depot(vehicle, view)
        if own is not None:
            return own
        ways_s = [way_s(vehicle, view.places[depot], view) for depot in depots]
        return depots[ways_s.index(min(ways_s))]

    def _back_in_time(self, home: VehicleView) -> VehicleView:
        """Return a vehicle with a shift that is over when it is to be back."""
        shift = home.duty.shift
        begins_s = max(shift.opens_at_s, home.free_at_s)
        closes_at_s = min(shift.closes_at_s, begins_s + self._back_within_s)
        short = replace(home.duty, shift=TimeWindow(shift.opens_at_s, closes_at_s))
        return replace(home, duty=short)

    def _is_urgent(self, row: OrderView, view: View) -> bool:
        """Whether an order cannot wait for the next wave."""
        return self._slackness.limits(row, view).next_s(view.now_s) < self._next_wave_s

    def _give_out(
        self,
        rows: Sequence[OrderView],
        homes: Sequence[VehicleView],
        tours: dict[VehicleId, Route],
        view: View,
    ) -> None:
        """Put orders into the tours of vehicles, those that cannot wait first."""
        if not rows:
            return
        self._fleet.forget()
        self._fleet.take(view, [replace(one, route=tours.get(one.id, ())) for one in homes])
        Tours(view, self._fleet, self._slackness, self._believed).give_out(
            rows, urgent_until_s=self._next_wave_s, company=1, most_added_s=self._detour_s
        )
        tours.update(self._fleet.routes())


def _not_in(tours: Mapping[VehicleId, Route], rows: Sequence[OrderView]) -> list[OrderView]:
    """Return the orders that no tour serves."""
    served = {order for tour in tours.values() for order in orders_in(tour)}
    return [row for row in rows if row.id not in served]
