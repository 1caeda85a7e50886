"""Nodes for a routing model: clients, reloads, starts and ends; and the ways between them.

A model of routes knows nodes, each visited once or not at all. So each reload is a node, as often
as it may be made.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policies.solvers.scale import DECIMETRES, Matrix, Scale
from twin.clients import Flags, VehicleType, amounts
from twin.solver import Problem, SolvedRoute, Trip
from twin.units import TICK_S

SPARE_TRIPS: Final = 2
"""How many times the trips that the load needs may be made, and one more for each vehicle. A
choice: each reload is a node, and nodes cost time."""

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reload:
    """A reload that may be made once, by any vehicle that may reload there and takes as long."""

    place: int
    ticks: int


class Nodes:
    """Numbers for all that a vehicle may visit: clients first, then reloads, then depots.

    Parameters
    ----------
    asked
        Positions of the clients that are asked for, in the order of their nodes. At least one.
    allowed
        Which vehicle type may serve each client of the problem, shape (k, types).

    Attributes
    ----------
    vehicles
        The type of each vehicle.
    released
        The tick of each client's release.
    reloads
        In the order of their nodes.
    depots
        The first node that is a start or an end.
    place
        The place of each node, shape (nodes,).
    """

    def __init__(self, problem: Problem, scale: Scale, asked: list[int], allowed: Flags) -> None:
        self.problem, self.scale, self.asked, self.allowed = problem, scale, asked, allowed
        self.types = problem.vehicle_types
        self.vehicles = [
            number
            for number, kind in enumerate(self.types)
            for _ in range(min(kind.count, len(asked)))
        ]
        clients = problem.clients
        self._plain = [scale.matrices(problem, p) for p in range(len(problem.times_s))]
        self.released = [scale.not_before(float(s)) for s in clients.released_at_s[asked]]
        self.reloads = self._reloads()
        self.depots = len(asked) + len(self.reloads)
        ends = [self._end_of(kind) for kind in self.types]
        self.place: NDArray[np.int64] = np.array([
            *clients.location[asked],
            *(reload.place for reload in self.reloads),
            *dict.fromkeys([*(kind.starts_at for kind in self.types), *ends]),
        ])  # fmt: skip

    def __len__(self) -> int:
        return len(self.place)

    def start(self, number: int) -> int:
        """Return the node where a vehicle type starts."""
        return self._depot(self.types[number].starts_at)

    def end(self, number: int) -> int:
        """Return the node where a vehicle type ends."""
        return self._depot(self._end_of(self.types[number]))

    def is_client(self, node: int) -> bool:
        """Say whether a node is a client's."""
        return node < len(self.asked)

    def window(self, node: int) -> Window:
        """Return the first and the last tick at which a client's service may begin."""
        clients, client = self.problem.clients, self.asked[node]
        opens = self.scale.not_before(float(clients.opens_at_s[client]))
        return opens, max(opens, self.scale.not_after(float(clients.closes_at_s[client])))

    def hours(self, number: int) -> Window:
        """Return the first and the last tick at which a vehicle type works."""
        kind, scale = self.types[number], self.scale
        last = scale.not_after(kind.closes_at_s + kind.overtime_s)
        return scale.not_before(kind.opens_at_s), last

    def fits(self, reload: Reload, number: int) -> bool:
        """Say whether a vehicle type may make a reload."""
        kind = self.types[number]
        may = kind.max_reloads > 0 and reload.place in kind.reload_at
        return may and self.scale.ticks(kind.reload_s) == reload.ticks

    # What there is

    def _end_of(self, kind: VehicleType) -> int:
        return self.problem.locations if kind.ends_at is None else kind.ends_at

    def _depot(self, place: int) -> int:
        return self.depots + int(np.argmax(self.place[self.depots :] == place))

    def _reloads(self) -> list[Reload]:
        clients = self.problem.clients
        handled = (clients.delivery + clients.pick_up)[self.asked].sum(axis=0)
        least = np.min([amounts(kind.capacity) for kind in self.types], axis=0)
        trips = [ceil(all_of / room) for all_of, room in zip(handled, least, strict=True) if room]
        sensible = SPARE_TRIPS * max(trips, default=1) + len(self.vehicles)
        most: dict[Reload, int] = {}
        for number in self.vehicles:
            kind = self.types[number]
            for place in dict.fromkeys(kind.reload_at):
                reload = Reload(place, self.scale.ticks(kind.reload_s))
                most[reload] = most.get(reload, 0) + kind.max_reloads
        return [
            reload
            for reload, count in most.items()
            for _ in range(min(count, len(self.asked), sensible))
        ]

    # Ways

    def times(self, number: int) -> Matrix:
        """Return ticks from when something begins at one node to the arrival at another."""
        kind, scale = self.types[number], self.scale
        _, times = self._plain[kind.profile]
        lasts = [scale.ticks(float(s)) for s in self.problem.clients.service_s[self.asked]]
        lasts += [reload.ticks for reload in self.reloads]
        lasts += [scale.ticks(kind.first_loading_s)] * (len(self) - self.depots)
        way = times[np.ix_(self.place, self.place)] + np.array(lasts)[:, None]
        reloads = list(range(len(self.asked), self.depots))
        # A reload comes after a client, or first of all that a vehicle under way does.
        starts = [] if kind.under_way else [self.start(number)]
        way[np.ix_([*reloads, *starts], reloads)] = scale.no_way
        np.fill_diagonal(way, 0)
        return np.asarray(way)

    def costs(self, number: int) -> Matrix:
        """Return units of cost of each way, surcharges in the ways to their clients."""
        kind, scale = self.types[number], self.scale
        lengths, _ = self._plain[kind.profile]
        rate = scale.cost(kind.cost_per_m / DECIMETRES)
        costs = lengths[np.ix_(self.place, self.place)] * rate
        surcharge = np.rint(self.problem.clients.surcharge[self.asked, number] * scale.units)
        costs[:, : len(self.asked)] += surcharge.astype(np.int64)
        return costs

    # Routes

    def of(self, route: SolvedRoute, taken: set[int]) -> list[int]:
        """Return a route as nodes, without clients that are not asked for.

        Its reloads are none of those that are taken, and are taken then. No nodes if one is
        missing.
        """
        numbers = {client: node for node, client in enumerate(self.asked)}
        kind, found = self.types[route.vehicle_type], list[int]()
        for position, trip in enumerate(route.trips):
            clients = [numbers[client] for client in trip.clients if client in numbers]
            if clients and (found or (position and kind.under_way)):
                wanted = Reload(trip.starts_at, self.scale.ticks(kind.reload_s))
                free = (len(self.asked) + k for k, one in enumerate(self.reloads) if one == wanted)
                node = next((node for node in free if node not in taken), None)
                if node is None:
                    return []
                taken.add(node)
                found.append(node)
            found += clients
        return found

    def route(self, number: int, nodes: list[int]) -> SolvedRoute:
        """Return the nodes that a vehicle visits as a route of the problem."""
        kind = self.types[number]
        trips: list[tuple[int, list[int]]] = [(kind.starts_at, [])]
        for node in nodes:
            if self.is_client(node):
                trips[-1][1].append(self.asked[node])
            else:
                trips.append((int(self.place[node]), []))
        return SolvedRoute(number, tuple(Trip(place, tuple(served)) for place, served in trips))

    def cost(self, number: int, nodes: list[int]) -> float:
        """Return what a route costs at the rates given, driven as briefly as can be."""
        kind, clients = self.types[number], self.problem.clients
        lengths, _ = self._plain[kind.profile]
        way = [self.start(number), *nodes, self.end(number)]
        length = sum(int(lengths[one, other]) for one, other in pairwise(self.place[way]))
        served = [self.asked[node] for node in nodes if self.is_client(node)]
        begin, finish = self._driven(number, way)
        overtime = max(0, finish - self.scale.not_after(kind.closes_at_s))
        return (
            kind.fixed_cost
            + kind.cost_per_m * length / DECIMETRES
            + kind.cost_per_s * (finish - begin) * TICK_S
            + kind.overtime_cost_per_s * overtime * TICK_S
            + float(clients.surcharge[served, number].sum())
        )

    def _driven(self, number: int, way: list[int]) -> Window:
        """Return when a route begins at the latest to end as early as it can, and that end."""
        opens, last = self.hours(number)
        times, trip = self.times(number), 0
        windows = [(opens, last)]
        for position, node in enumerate(way[1:], start=1):
            if self.is_client(node):
                windows.append(self.window(node))
                earliest = max(windows[trip][0], self.released[node])
                windows[trip] = (earliest, windows[trip][1])
            else:
                windows.append((opens, last))
                trip = position
        finish = windows[0][0]
        for (one, other), (earliest, _) in zip(pairwise(way), windows[1:], strict=True):
            finish = max(finish + int(times[one, other]), earliest)
        if self.types[number].overtime_s > 0:
            return opens, finish
        begin = finish
        for (one, other), (_, latest) in zip(
            reversed(list(pairwise(way))), reversed(windows[:-1]), strict=True
        ):
            begin = min(begin - int(times[one, other]), latest)
        return begin, finish
