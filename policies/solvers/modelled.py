"""A problem as a routing model of OR-Tools: arcs, dimensions, disjunctions.

Time, load, releases and number of reloads are dimensions, which grow along a route. Matrices are
registered as they are, without a callback.
"""

from typing import Any, Final

import numpy as np

from policies.solvers.nodes import Nodes
from twin.clients import DIMENSIONS, amounts
from twin.solver import SolvedRoute
from twin.units import TICK_S

NOBODY: Final = -1
"""OR-Tools' vehicle of a node that is left out."""


class Modelled:
    """A problem in OR-Tools' words.

    Parameters
    ----------
    pywrapcp
        OR-Tools' module.

    Attributes
    ----------
    routing
        The model.
    joins_dimensions
        Whether a constraint joins two dimensions, which the library's search that rebuilds routes
        does not see: it would build routes for ever that are refused.
    """

    def __init__(self, nodes: Nodes, pywrapcp: Any) -> None:  # noqa: ANN401, a module
        self.nodes = nodes
        self._vehicles = nodes.vehicles
        self._manager = pywrapcp.RoutingIndexManager(
            len(nodes),
            len(self._vehicles),
            [nodes.start(number) for number in self._vehicles],
            [nodes.end(number) for number in self._vehicles],
        )
        self.routing = pywrapcp.RoutingModel(self._manager)
        self._starts = [self.routing.Start(vehicle) for vehicle in range(len(self._vehicles))]
        self._ends = [self.routing.End(vehicle) for vehicle in range(len(self._vehicles))]
        self._clients = [self._index(node) for node in range(len(nodes.asked))]
        self._reloads = [self._index(node) for node in range(len(nodes.asked), nodes.depots)]
        self.joins_dimensions = bool(nodes.reloads)
        self._cost_ways()
        self._keep_time()
        self._keep_releases()
        self._count_reloads()
        for dimension in range(DIMENSIONS):
            self._keep_room(dimension)
        self._let_go()
        self.routing.CloseModel()

    def given(self, routes: tuple[SolvedRoute, ...]) -> list[list[int]]:
        """Return routes as OR-Tools' indices for each vehicle; none if none is given."""
        indices: list[list[int]] = [[] for _ in self._vehicles]
        taken: set[int] = set()
        for route in routes:
            alike = [v for v, number in enumerate(self._vehicles) if number == route.vehicle_type]
            free = next((vehicle for vehicle in alike if not indices[vehicle]), None)
            if free is not None:
                indices[free] = [self._index(node) for node in self.nodes.of(route, taken)]
        return indices if any(indices) else []

    def walked(self, assignment: Any) -> list[list[int]]:  # noqa: ANN401, without types
        """Return the nodes that each vehicle visits, up to its last client."""
        walked = []
        for start in self._starts:
            index = assignment.Value(self.routing.NextVar(start))
            visited: list[int] = []
            while not self.routing.IsEnd(index):
                visited.append(int(self._manager.IndexToNode(index)))
                index = assignment.Value(self.routing.NextVar(index))
            while visited and not self.nodes.is_client(visited[-1]):
                visited.pop()
            walked.append(visited)
        return walked

    def _index(self, node: int) -> int:
        return int(self._manager.NodeToIndex(node))

    # Ways and time

    def _cost_ways(self) -> None:
        scale, registered = self.nodes.scale, dict[int, int]()
        for vehicle, number in enumerate(self._vehicles):
            if number not in registered:
                costs = self.nodes.costs(number).tolist()
                registered[number] = self.routing.RegisterTransitMatrix(costs)
            self.routing.SetArcCostEvaluatorOfVehicle(registered[number], vehicle)
            fixed = scale.cost(self.nodes.types[number].fixed_cost)
            self.routing.SetFixedCostOfVehicle(fixed, vehicle)

    def _keep_time(self) -> None:
        routing, nodes, scale = self.routing, self.nodes, self.nodes.scale
        registered = [
            routing.RegisterTransitMatrix(nodes.times(number).tolist())
            for number in range(len(nodes.types))
        ]
        routing.AddDimensionWithVehicleTransits(
            [registered[number] for number in self._vehicles],
            scale.horizon,
            scale.horizon,
            False,  # noqa: FBT003, a vehicle need not leave at tick 0
            "time",
        )
        self._time = time = routing.GetDimensionOrDie("time")
        for node, index in enumerate(self._clients):
            time.CumulVar(index).SetRange(*nodes.window(node))
        for vehicle, number in enumerate(self._vehicles):
            kind = nodes.types[number]
            opens, last = nodes.hours(number)
            start, end = self._starts[vehicle], self._ends[vehicle]
            time.CumulVar(start).SetRange(opens, opens if kind.overtime_s > 0 else last)
            time.CumulVar(end).SetRange(opens, last)
            time.SetSpanCostCoefficientForVehicle(scale.cost(kind.cost_per_s * TICK_S), vehicle)
            overtime = scale.cost(kind.overtime_cost_per_s * TICK_S)
            if kind.overtime_s > 0 and overtime:
                closes = scale.not_after(kind.closes_at_s)
                time.SetCumulVarSoftUpperBound(end, closes, overtime)

    def _keep_releases(self) -> None:
        """Let the loading for a trip begin after all its clients are released."""
        nodes, most = self.nodes, self.nodes.scale.horizon
        if max(nodes.released) <= min(nodes.hours(number)[0] for number in self._vehicles):
            return
        self.joins_dimensions = True
        steps = [0] * len(self._clients) + [-most] * len(self._reloads)
        last = self._dimension("release", steps, 2 * most, [most] * len(self._vehicles))
        for released, index in zip(nodes.released, self._clients, strict=True):
            last.CumulVar(index).SetMin(released)
        solver = self.routing.solver()
        for index in self._starts:
            solver.Add(self._time.CumulVar(index) >= last.CumulVar(index))
        everywhere = [
            last.CumulVar(index) for index in range(self.routing.Size() + len(self._vehicles))
        ]
        for index in self._reloads:
            # The next node's, which is all of the trip's: a sum with the slack here would be the
            # same, but would bound time too weakly for its values to be found without a search.
            after = solver.Element(everywhere, self.routing.NextVar(index))
            solver.Add(self._time.CumulVar(index) >= after)

    # Loads

    def _dimension(self, name: str, steps: list[int], slack: int, most: list[int]) -> Any:  # noqa: ANN401
        """Return a dimension that grows by so much after each node, to at most so much."""
        step = self.routing.RegisterUnaryTransitVector(
            [*steps, *[0] * (len(self.nodes) - len(steps))]
        )
        self.routing.AddDimensionWithVehicleCapacity(step, slack, most, False, name)  # noqa: FBT003
        made = self.routing.GetDimensionOrDie(name)
        if slack:
            for index in (*self._clients, *self._starts):
                made.SlackVar(index).SetValue(0)
        return made

    def _count_reloads(self) -> None:
        """Count trips that began loaded; what needs loading is served on one of them."""
        clients, types = self.nodes.problem.clients, self.nodes.types
        steps = [0] * len(self._clients) + [1] * len(self._reloads)
        kinds = [types[number] for number in self._vehicles]
        most = [kind.max_reloads + (not kind.under_way) for kind in kinds]
        trips = self._dimension("trips", steps, 0, most)
        for kind, index in zip(kinds, self._starts, strict=True):
            trips.CumulVar(index).SetValue(0 if kind.under_way else 1)
        for client, index in zip(self.nodes.asked, self._clients, strict=True):
            if clients.needs_loading[client]:
                trips.CumulVar(index).SetMin(1)

    def _keep_room(self, d: int) -> None:
        """Keep one dimension of load to what fits in, at any moment."""
        clients, asked = self.nodes.problem.clients, self.nodes.asked
        brought, taken = clients.delivery[asked, d].tolist(), clients.pick_up[asked, d].tolist()
        room = [int(amounts(self.nodes.types[number].capacity)[d]) for number in self._vehicles]
        if any(taken):
            self._keep_room_for_both(d, brought, taken, room)
        elif any(brought):
            most = max(room)
            reset = [-most] * len(self._reloads)
            sums = self._dimension(f"brought {d}", brought + reset, most, room)
            for index in self._starts:
                sums.CumulVar(index).SetValue(0)

    def _keep_room_for_both(
        self, d: int, brought: list[int], taken: list[int], room: list[int]
    ) -> None:
        """Keep room for what a trip still has to bring, and for what it has taken so far."""
        self.joins_dimensions = True
        most, nodes, solver = max(room), self.nodes, self.routing.solver()
        away = [-one for one in brought] + [0] * len(self._reloads)
        goods = self._dimension(f"goods {d}", away, most, room)
        change = [one - other for one, other in zip(taken, brought, strict=True)]
        reset = [-most] * len(self._reloads)
        aboard = self._dimension(f"aboard {d}", change + reset, 2 * most, room)
        for index in self._ends:
            goods.CumulVar(index).SetValue(0)
        for number, index in zip(self._vehicles, self._starts, strict=True):
            kind = nodes.types[number]
            if kind.under_way:
                at_start = nodes.problem.clients.room_taken(number, kind)
                aboard.CumulVar(index).SetValue(int(at_start[d]))
            else:
                solver.Add(aboard.CumulVar(index) == goods.CumulVar(index))
        for index in self._reloads:
            goods.CumulVar(index).SetValue(0)
            after = aboard.CumulVar(index) + aboard.SlackVar(index) - most
            solver.Add(after == goods.SlackVar(index))

    # Who is visited

    def _let_go(self) -> None:
        """Say what leaving a node out costs, and who may visit it."""
        nodes = self.nodes
        prizes = nodes.problem.clients.prize[nodes.asked] * nodes.scale.units
        finite = np.isfinite(prizes)
        required = self._dearest() + round(float(prizes[finite].sum()))
        for client, prize, index in zip(nodes.asked, prizes.tolist(), self._clients, strict=True):
            self.routing.AddDisjunction([index], round(prize) if np.isfinite(prize) else required)
            fit = [v for v, number in enumerate(self._vehicles) if nodes.allowed[client, number]]
            self.routing.VehicleVar(index).SetValues([NOBODY, *fit])
        for reload, index in zip(nodes.reloads, self._reloads, strict=True):
            self.routing.AddDisjunction([index], 0)
            fit = [v for v, number in enumerate(self._vehicles) if nodes.fits(reload, number)]
            self.routing.VehicleVar(index).SetValues([NOBODY, *fit])

    def _dearest(self) -> int:
        """Return more units than all routes together can cost."""
        scale, units = self.nodes.scale, 0
        for number in self._vehicles:
            kind = self.nodes.types[number]
            per_tick = scale.cost((kind.cost_per_s + kind.overtime_cost_per_s) * TICK_S)
            units += scale.cost(kind.fixed_cost) + (per_tick + 1) * scale.horizon
        ways = {number: int(self.nodes.costs(number).max()) for number in set(self._vehicles)}
        return units + max(ways.values()) * (self.nodes.depots + len(self._vehicles))
