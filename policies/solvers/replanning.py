"""The open stops of a fleet planned anew by a solver, as far as that saves more than it moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from policies.blocks.depots import depot_of, way_s
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.judging import Judge, by_vehicle
from policies.blocks.lines import Line
from policies.blocks.planned import planned_with, served_in
from policies.blocks.retries import Retries
from policies.solvers.districts import Districts
from policies.solvers.midday import Midday, Terms
from policies.solvers.planning import DISTRICTS_FROM
from policies.solvers.starts import Start, start_of
from twin import Briefing, OrderView, PlaceKind, Route, View
from twin.model import PlaceId, VehicleId
from twin.plan import LoadOrders, orders_in
from twin.solver import Effort, Solver
from twin.tours import tour

LEAST_TIME_S = 60.0
"""Shift left below which planning a vehicle anew is of no use: no stop takes less."""


@dataclass(frozen=True, slots=True)
class Improved:
    """The lines to drive, the orders in none of them, and the steps that a solver made."""

    lines: tuple[Line, ...]
    left: tuple[OrderView, ...]
    effort: int


class Replanning:
    """Plans the open stops of a fleet anew, from each depot, and keeps what is worth its moves.

    Vehicles that exchange orders are judged together: their new routes are taken if they save
    more than what moving stops costs, and otherwise all of them stay as they are. A vehicle with
    something in its route that the solver is not told of stays as it is.

    Parameters
    ----------
    trial
        Lines for trying routes on; used by nobody else.
    retries
        When orders that failed may be tried again.
    """

    def __init__(
        self, briefing: Briefing, trial: FleetLines, solver: Solver, retries: Retries
    ) -> None:
        self._briefing = briefing
        self._trial = trial
        self._solver = solver
        self._by_districts = Districts(inner=solver)
        self._retries = retries

    def improved(
        self,
        view: View,
        starts: Sequence[Start],
        waiting: Sequence[OrderView],
        *,
        terms: Terms,
        effort: Effort,
        judge: Judge,
    ) -> Improved:
        """Return better lines than those that the vehicles have, or those.

        Parameters
        ----------
        starts
            How vehicles go on; their lines are those to improve.
        waiting
            Orders in no line that could be served.
        """
        routes: dict[VehicleId, Route] = {}
        steps = 0
        for depot, group in _by_depot(starts, view).items():
            told = [start for start in group if _can_be_told(start, depot)]
            rows = [row for start in told for row in _open_rows(start)]
            rows += [row for row in waiting if depot_of(row, view) == depot]
            if not told or not (rows or any(start.to_deliver for start in told)):
                continue
            posed = Midday(
                view,
                self._briefing,
                view.places[depot],
                [self._retries.postponed(row) for row in rows],
                [self._postponed(start) for start in told],
                terms=terms,
            )
            is_large = len(posed.visits) >= DISTRICTS_FROM
            solution = (self._by_districts if is_large else self._solver)(posed.problem, effort)
            steps += solution.iterations
            found = posed.routes(solution)
            routes.update((one.line.vehicle.id, _complete(one, found)) for one in told)
        tried = self._tried(view, starts, waiting, routes, terms)
        return _judged(starts, waiting, tried, judge, view, steps)

    def _postponed(self, start: Start) -> Start:
        rows = tuple(self._retries.postponed(row) for row in start.to_deliver)
        return replace(start, to_deliver=rows)

    def _tried(
        self,
        view: View,
        starts: Sequence[Start],
        waiting: Sequence[OrderView],
        routes: Mapping[VehicleId, Route],
        terms: Terms,
    ) -> dict[VehicleId, Line]:
        """Return the lines of new routes, with what the solver left out put in late if need be."""
        tried = planned_with(view, routes)
        self._trial.forget()
        self._trial.take(tried, [tried.by_vehicle[vehicle_id] for vehicle_id in routes])
        asked = {row.id for row in waiting}
        for start in starts:
            if start.line.vehicle.id in routes:
                asked.update(served_in(start.line.route()))
        for row in tried.unplanned:
            if row.id in asked:
                window = self._retries.window(self._trial, row)
                found = self._trial.find(row, window, partial(_may_have, row, terms)).best
                if found is not None:
                    self._trial.put(row, found)
        return by_vehicle(self._trial.lines)


def _may_have(row: OrderView, terms: Terms, line: Line) -> bool:
    """Whether what may be moved allows an order on a line."""
    vehicle_id = line.vehicle.id
    return terms.stays_on.get(row.id, vehicle_id) == vehicle_id


def _judged(  # noqa: PLR0917 # what was, what could be, and how they compare
    starts: Sequence[Start],
    waiting: Sequence[OrderView],
    new: Mapping[VehicleId, Line],
    judge: Judge,
    view: View,
    steps: int,
) -> Improved:
    """Return the new lines of the vehicles that gain by them, and the others as they are."""
    now = by_vehicle(start.line for start in starts)
    taken = set(judge.better(now, new, view.by_order))
    lines = tuple(new[one] if one in taken else line for one, line in now.items())
    served = {order_id for line in lines for order_id in served_in(line.route())}
    could = {row.id: row for row in waiting}
    known = view.by_order
    for line in now.values():
        could.update((o, known[o]) for o in served_in(line.route()) if o in known)
    return Improved(lines, tuple(row for row in could.values() if row.id not in served), steps)


def _by_depot(starts: Sequence[Start], view: View) -> dict[PlaceId, list[Start]]:
    """Return vehicles by the depot that they work from."""
    depots = [place.id for place in view.places.values() if place.kind is PlaceKind.DEPOT]
    found: dict[PlaceId, list[Start]] = {}
    for start in starts:
        vehicle = start.line.vehicle
        own = (vehicle.place, vehicle.vehicle.ends_at, vehicle.vehicle.starts_at)
        depot = next((one for one in own if one in depots), None)
        if depot is None and depots:
            depot = min(depots, key=lambda one: (way_s(vehicle, view.places[one], view), one))
        if depot is not None:
            found.setdefault(depot, []).append(start)
    return found


def _open_rows(start: Start) -> list[OrderView]:
    """Return the orders of the stops that do not stay, but for what is aboard."""
    aboard = {row.id for row in start.to_deliver}
    known = start.line.view.by_order
    later = served_in(start.line.route()[start.kept :])
    return [known[o] for o in later if o not in aboard and o in known]


def _complete(start: Start, routes: Mapping[VehicleId, Route]) -> Route:
    """Return a vehicle's new route with what the stops that stay load delivered, late if need be.

    What is aboard already is put in where it fits best, like any other order.
    """
    route = routes[start.line.vehicle.id]
    loaded, served = set(orders_in(start.route)), set(served_in(route))
    missing = [row.order for row in start.to_deliver if row.id in loaded and row.id not in served]
    return tour(route, missing)


def _can_be_told(start: Start, depot: PlaceId) -> bool:
    """Whether there is time left, and all work is about goods aboard or of this depot."""
    view = start.line.view
    if start.at_s + LEAST_TIME_S > start.line.last_s:
        return False
    if view.places[depot].nodes.get(start.line.vehicle.vehicle.mode) is None:
        return False
    loads_elsewhere = any(
        isinstance(action, LoadOrders) and item.place.id != depot
        for item in start.line.items[start.kept :]
        for action in item.actions
    )
    return not loads_elsewhere and all(depot_of(row, view) == depot for row in _open_rows(start))


def starts_of(lines: Sequence[Line], keep_until_s: float) -> list[Start]:
    """Return how vehicles go on after the stops that they come to before an instant."""
    return [start_of(line, keep_until_s) for line in lines]
