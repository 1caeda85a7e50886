"""OR-Tools' routing library behind the contract of solvers.

Raises
------
InputError
    On import, if OR-Tools is not installed.
"""

from typing import Any, Final

from policies.solvers.modelled import Modelled
from policies.solvers.nodes import Nodes
from policies.solvers.scale import Scale, left_out, who_is_asked
from twin.errors import InputError
from twin.rng import draw
from twin.solver import Effort, Problem, Solution

try:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2
except ImportError as fault:
    raise InputError(
        "solver ortools",
        ['needs OR-Tools: pip install "last-mile-twin[ortools]", or use solver pyvrp instead'],
    ) from fault

LOOKS: Final = 200
"""Looks at a solution's neighbours for each pair of nodes before nothing acceptable is said to be
near. Guided local search would look for ever where nothing can be changed. A choice: with 5 to 200
clients, 2 to about 90 were needed."""

RUINED: Final = 10
"""Clients that a rebuilding step takes out on average, and out of one route at most: what
Christiaens and Vanden Berghe (2020) use for the removal that is used here."""

KEPT: Final = 0.01
"""How likely such a step spares one more client among those it takes out; from the same paper."""

_NEVER_S: Final = 10**9
"""A limit of seconds that no search reaches: none may depend on a clock."""


def solve(problem: Problem, effort: Effort, /) -> Solution:
    """Return routes found by OR-Tools.

    Parameters
    ----------
    problem
        Clients that no vehicle type can reach or may serve are left out beforehand.
    effort
        Where no rule joins two dimensions (no reloads, releases or collections) and no routes to
        begin with are given, a step takes about `RUINED` clients out, puts them back where they
        cost least, and improves the routes around them. Elsewhere a step is one move that guided
        local search accepts, and there may be fewer: see `LOOKS`. The seed decides the order in
        which clients are told, which decides between equals; the library's own chance has a fixed
        seed. No clock is read, so equal efforts give equal solutions.

    Notes
    -----
    All rules are constraints of the model, none is a price, so every solution on the way is legal.
    A reload is a node that may be left out; there are not more of them than could make sense, see
    `policies.solvers.nodes.SPARE_TRIPS`.
    """
    everyone = tuple(range(len(problem.clients)))
    if not everyone or not problem.vehicle_types:
        return left_out(problem, everyone, iterations=0)
    scale = Scale.of(problem.vehicle_types, problem.clients)
    asked, allowed = who_is_asked(problem, scale)
    if not asked:
        return left_out(problem, everyone, iterations=0)
    asked.sort(key=lambda client: draw(effort.seed, 0, "order of clients", str(client)))
    nodes = Nodes(problem, scale, asked, allowed)
    return _read(nodes, *_search(Modelled(nodes, pywrapcp), effort))


class _Stop:
    """Counts the steps of a guided search, and ends it when nothing more comes of it."""

    def __init__(self, model: Modelled, effort: Effort) -> None:
        self._routing, self._effort = model.routing, effort
        self._most_looks = LOOKS * len(model.nodes) ** 2
        self.steps = self._looks = self._since = 0
        self._best: int | None = None
        limit = model.routing.solver().CustomLimit(self._has_looked_enough)
        model.routing.AddSearchMonitor(limit)
        model.routing.AddAtSolutionCallback(self._step)

    def _has_looked_enough(self) -> bool:
        self._looks += 1
        return self._looks > self._most_looks or self._since == self._effort.no_improvement

    def _step(self) -> None:
        cost = self._routing.CostVar().Value()
        self.steps, self._since, self._looks = self.steps + 1, self._since + 1, 0
        if self._best is None or cost < self._best:
            self._best, self._since = cost, 0


def _search(model: Modelled, effort: Effort) -> tuple[list[list[int]], int]:
    """Return the nodes of each vehicle in the best solution found, and the steps made."""
    routing, begin = model.routing, None
    given = model.given(model.nodes.problem.initial)
    if given:
        begin = routing.ReadAssignmentFromRoutes(given, True)  # noqa: FBT003, others are left out
    if begin and not effort.iterations:
        return model.walked(begin), 0
    stops_early = (effort.no_improvement or effort.iterations) < effort.iterations
    if not (begin or stops_early or model.joins_dimensions):
        found = routing.SolveWithIteratedLocalSearch(_rebuilding(effort))
        return model.walked(found) if found else [], effort.iterations
    stop, parameters = _Stop(model, effort), _guided(effort)
    if begin:
        found = routing.SolveFromAssignmentWithParameters(begin, parameters)
    else:
        found = routing.SolveWithParameters(parameters)
    # The first solution is where the steps begin.
    return model.walked(found) if found else [], max(0, min(stop.steps - 1, effort.iterations))


def _guided(effort: Effort) -> Any:  # noqa: ANN401, without types
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.solution_limit = effort.iterations + 1
    parameters.lns_time_limit.seconds = _NEVER_S
    first = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.first_solution_strategy = first
    guided = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.local_search_metaheuristic = guided
    return parameters


def _rebuilding(effort: Effort) -> Any:  # noqa: ANN401, without types
    parameters = _guided(effort)
    automatic = routing_enums_pb2.LocalSearchMetaheuristic.AUTOMATIC
    parameters.local_search_metaheuristic = automatic
    parameters.use_iterated_local_search = True
    steps = parameters.iterated_local_search_parameters
    steps.reference_solution_acceptance_strategy.simulated_annealing.automatic_temperatures = True
    ruin = steps.ruin_recreate_parameters.ruin_strategies.add().sisr
    ruin.max_removed_sequence_size = RUINED
    ruin.avg_num_removed_visits = RUINED
    ruin.bypass_factor = KEPT
    return parameters


def _read(nodes: Nodes, walked: list[list[int]], steps: int) -> Solution:
    """Return a solution in the words of the problem, with the cost at the rates given."""
    used = [one for one in zip(nodes.vehicles, walked, strict=False) if one[1]]
    routes = tuple(nodes.route(number, visited) for number, visited in used)
    cost = sum(nodes.cost(number, visited) for number, visited in used)
    served = {client for route in routes for trip in route.trips for client in trip.clients}
    unserved = tuple(k for k in range(len(nodes.problem.clients)) if k not in served)
    rest = left_out(nodes.problem, unserved, steps)
    return Solution(routes, unserved, rest.objective + cost, steps, rest.feasible)
