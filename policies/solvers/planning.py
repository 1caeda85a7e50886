"""All orders of a depot planned at once by an installed solver."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np

from policies.blocks.depots import by_depot, working_from
from policies.blocks.rests import rests_kept_in
from policies.solvers.begun import solved_routes
from policies.solvers.districts import Districts
from policies.solvers.posing import Posed
from twin import Briefing, OrderView, Place, Route, VehicleView, View
from twin.model import OrderId, VehicleId
from twin.plugins import SOLVERS, load
from twin.solver import Effort, Problem, Solver

LEAST_ITERATIONS: Final = 500
"""Steps of the search beside one for each order."""

DISTRICTS_FROM: Final = 1_500
"""Visits from which on a depot is planned by districts. With so many steps, on the streets of
Porto Alegre, districts came out as cheap as PyVRP on the whole of 1,000 stops, and 3 to 4 %
cheaper in about half the CPU time of 1,500, 2,000 and 3,000; one problem each."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Routes, and the steps that a solver made for them."""

    routes: Mapping[VehicleId, Route]
    effort: int


class Planner:
    """Asks a solver for routes from one depot, again with less strictness for what it left out.

    Parameters
    ----------
    briefing
        What is fixed for the day; the solver's seed is drawn from its stream.
    iterations
        Steps of the solver for each depot; None is `LEAST_ITERATIONS` and one for each order.
    solver
        Name of an installed solver.
    districts_from
        Visits from which on that solver is given one district after another.

    Raises
    ------
    InputError
        If the number of steps is none.
    """

    def __init__(
        self,
        briefing: Briefing,
        *,
        iterations: int | None,
        solver: str,
        districts_from: int = DISTRICTS_FROM,
    ) -> None:
        if iterations is not None:
            Effort(iterations)  # refuses what is no number of steps
        self._briefing = briefing
        self._iterations = iterations
        self._whole = cast("Solver", load(solver, SOLVERS))
        self._by_districts = Districts(inner=self._whole)
        self._districts_from = districts_from
        self._seed = int(briefing.random.integers(2**32))

    def plan_all(self, view: View, begins_with: Mapping[VehicleId, Route] | None = None) -> Planned:
        """Return routes for all unplanned orders that go through a depot, each depot for itself.

        A vehicle works from the depot where it stands, or from the nearest one with orders.

        Parameters
        ----------
        begins_with
            Routes that the search begins with; left out, the solver begins by itself.
        """
        view = rests_kept_in(view)
        routes: dict[VehicleId, Route] = {}
        steps, waiting = 0, by_depot(view.unplanned, view)
        vehicles = working_from(waiting, view) if waiting else {}
        for depot, orders in waiting.items():
            if vehicles[depot]:
                planned = self.plan(
                    view, view.places[depot], orders, vehicles[depot], begins_with=begins_with
                )
                routes.update(planned.routes)
                steps += planned.effort
        return Planned(routes, steps)

    def plan(
        self,
        view: View,
        depot: Place,
        orders: Sequence[OrderView],
        vehicles: Sequence[VehicleView],
        *,
        weights: Mapping[OrderId, float] | None = None,
        relaxes: bool = True,
        begins_with: Mapping[VehicleId, Route] | None = None,
    ) -> Planned:
        """Return routes for orders of a depot, of vehicles that can come to it.

        Parameters
        ----------
        orders, vehicles
            At least one of each.
        weights
            How much more than usual leaving an order out weighs; left out, 1 for each.
        relaxes
            Whether what fits nowhere is planned into allowed overtime, or late where it may be.
        begins_with
            Routes that the search begins with; left out, the solver begins by itself.
        """
        iterations = self._iterations
        if iterations is None:
            iterations = LEAST_ITERATIONS + len(orders)
        posed = Posed(view, self._briefing, depot, orders, vehicles)
        problem = posed.problem if weights is None else _weighed(posed, weights)
        if begins_with is not None:
            begun = solved_routes(begins_with, posed.visits, posed.fleet)
            problem = replace(problem, initial=begun)
        is_large = len(problem.clients) >= self._districts_from
        solver: Solver = self._by_districts if is_large else self._whole
        solution = solver(problem, Effort(iterations, seed=self._seed))
        steps = solution.iterations
        relaxed = posed.relaxed(solution) if relaxes else None
        if relaxed is not None:
            solution = solver(relaxed, Effort(iterations // 2, seed=self._seed))
            steps += solution.iterations
        return Planned(posed.routes(solution), steps)


def _weighed(posed: Posed, weights: Mapping[OrderId, float]) -> Problem:
    """Return the problem with the prize of each visit times the weight of its dearest order."""
    more = np.array([max(weights[row.id] for row in visit.orders) for visit in posed.visits])
    clients = posed.problem.clients
    return replace(posed.problem, clients=replace(clients, prize=clients.prize * more))
