"""One plan in the morning, by a solver, and never another: what routing software sells."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, cast

from policies.blocks.stops import needs_goods
from policies.solvers.posing import Posed
from twin import Briefing, OrderView, Place, PlaceKind, Plan, Route, VehicleView, View
from twin.model import PlaceId, VehicleId
from twin.plan import orders_in
from twin.plugins import SOLVERS, load
from twin.solver import Effort, Solver

LEAST_ITERATIONS: Final = 500
"""Steps of the search beside one for each order."""

NAMED: Final = 5
"""Orders left out that are named in the plan's one line; the rest are counted."""


class Static:
    """All orders known at the first question are planned at once, and that plan is driven.

    Orders that come later stay open, and a failed attempt is not made again. An order that no
    vehicle can serve in its shift is planned into allowed overtime, or late if its window is
    soft; what cannot be served even so is left out, and the plan says so. A vehicle works from
    the depot where it stands in the morning, one that stands elsewhere from the nearest depot
    with orders.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    iterations
        Steps of the solver for each depot; left out, `LEAST_ITERATIONS` and one for each order.
    solver
        Name of an installed solver.
    """

    def __init__(
        self, briefing: Briefing, *, iterations: int | None = None, solver: str = "pyvrp"
    ) -> None:
        if iterations is not None:
            Effort(iterations)  # refuses what is no number of steps
        self._briefing = briefing
        self._iterations = iterations
        self._solver = cast("Solver", load(solver, SOLVERS))
        self._seed = int(briefing.random.integers(2**32))
        self._has_planned = False

    def decide(self, view: View) -> Plan:
        """Return the plan of the day once, and then carry on."""
        if self._has_planned or not view.unplanned or not view.vehicles:
            return Plan()
        self._has_planned = True
        routes: dict[VehicleId, Route] = {}
        by_depot = _by_depot(view)
        vehicles = _working_from(by_depot, view)
        for depot, orders in by_depot.items():
            if vehicles[depot]:
                routes.update(self._solved(view, view.places[depot], orders, vehicles[depot]))
        return Plan(routes, why=_why(view, routes))

    def _solved(
        self, view: View, depot: Place, orders: list[OrderView], vehicles: list[VehicleView]
    ) -> dict[VehicleId, Route]:
        iterations = self._iterations
        if iterations is None:
            iterations = LEAST_ITERATIONS + len(orders)
        posed = Posed(view, self._briefing, depot, orders, vehicles)
        solution = self._solver(posed.problem, Effort(iterations, seed=self._seed))
        relaxed = posed.relaxed(solution)
        if relaxed is not None:
            solution = self._solver(relaxed, Effort(iterations // 2, seed=self._seed))
        return posed.routes(solution)


def _by_depot(view: View) -> dict[PlaceId, list[OrderView]]:
    """Return the orders whose goods are at a depot, or that are to be brought to one, by it."""
    found: dict[PlaceId, list[OrderView]] = {}
    for row in view.unplanned:
        depot = row.place if needs_goods(row) else row.order.destination
        if depot is not None and view.places[depot].kind is PlaceKind.DEPOT:
            found.setdefault(depot, []).append(row)
    return found


def _working_from(
    depots: Mapping[PlaceId, Sequence[OrderView]], view: View
) -> dict[PlaceId, list[VehicleView]]:
    """Return the vehicles that work from each depot and can get there within their hours."""
    found: dict[PlaceId, list[VehicleView]] = {depot: [] for depot in depots}
    for vehicle in view.vehicles:
        if vehicle.broken_down:
            continue
        place = vehicle.place
        stands_at_depot = place is not None and view.places[place].kind is PlaceKind.DEPOT
        near = [place] if stands_at_depot else list(depots)
        way_s, _, depot = min(
            (_way_s(vehicle, view.places[depot], view), number, depot)
            for number, depot in enumerate(near)
            if depot is not None
        )
        duty = vehicle.duty
        begins_s = max(duty.shift.opens_at_s, vehicle.free_at_s) + way_s
        if depot in found and begins_s <= duty.shift.closes_at_s + duty.overtime_s:
            found[depot].append(vehicle)
    return found


def _way_s(vehicle: VehicleView, depot: Place, view: View) -> float:
    """Return seconds to a depot, ``inf`` where no way leads."""
    if vehicle.place == depot.id:
        return 0.0
    mode = vehicle.vehicle.mode
    if mode not in depot.nodes:
        return math.inf
    at_s = max(vehicle.duty.shift.opens_at_s, vehicle.free_at_s)
    return view.travel.between(vehicle.free_at_node, depot.nodes[mode], mode, at_s)


def _why(view: View, routes: Mapping[VehicleId, Route]) -> str:
    planned = {order for route in routes.values() for order in orders_in(route)}
    left = [row.id for row in view.unplanned if row.id not in planned]
    said = f"{len(planned)} of {len(view.unplanned)} orders in {len(routes)} routes"
    if not left:
        return said
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return f"{said}; no room or time for {', '.join(left[:NAMED])}{more}"
