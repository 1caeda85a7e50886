"""A part of a problem: some of its clients and vehicles, as a problem of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from policies.solvers.scale import left_out
from twin.clients import Clients, VehicleType
from twin.solver import Problem, Solution, SolvedRoute, Trip


class Part:
    """Some clients of a problem with vehicles of their own.

    Parameters
    ----------
    clients
        Positions in the problem's clients.
    vehicles
        How many of each of the problem's vehicle types; those with none may be left out.
    routes
        Of these clients by these vehicles, to begin the search with.
    """

    def __init__(
        self,
        whole: Problem,
        clients: Sequence[int],
        vehicles: Mapping[int, int],
        routes: Sequence[SolvedRoute] = (),
    ) -> None:
        self._whole = whole
        self.clients = sorted(clients)
        self.types = sorted(number for number, count in vehicles.items() if count)
        self._counts = [vehicles[number] for number in self.types]
        self._routes = routes
        kinds = [whole.vehicle_types[number] for number in self.types]
        places = {*whole.clients.location[self.clients].tolist()}
        for kind in kinds:
            places.update((kind.starts_at, *kind.reload_at))
            places.update(() if kind.ends_at is None else (kind.ends_at,))
        self._places = sorted(places)

    @cached_property
    def problem(self) -> Problem:
        """The part as a problem; matrices are copied for its own locations only."""
        row = {place: number for number, place in enumerate(self._places)}
        pick = np.ix_(self._places, self._places)
        whole = self._whole
        copied = {id(matrix): matrix[pick] for matrix in (*whole.times_s, *whole.lengths_m)}
        kinds = [whole.vehicle_types[number] for number in self.types]
        return Problem(
            tuple(copied[id(matrix)] for matrix in whole.times_s),
            tuple(copied[id(matrix)] for matrix in whole.lengths_m),
            self._rows(row),
            tuple(
                _moved(kind, count, row) for kind, count in zip(kinds, self._counts, strict=True)
            ),
            tuple(self._initial(row)),
        )

    def said_whole(self, solution: Solution) -> Solution:
        """Return a solution of the part in the numbers of the whole."""
        routes = tuple(
            SolvedRoute(
                self.types[route.vehicle_type],
                tuple(
                    Trip(self._places[trip.starts_at], tuple(self.clients[k] for k in trip.clients))
                    for trip in route.trips
                ),
            )
            for route in solution.routes
        )
        unserved = tuple(self.clients[k] for k in solution.unserved)
        return replace(solution, routes=routes, unserved=unserved)

    def left_out(self) -> Solution:
        """Return the solution that serves nobody, in the numbers of the whole."""
        return left_out(self._whole, tuple(self.clients), iterations=0)

    def _rows(self, row: Mapping[int, int]) -> Clients:
        rows, mine = self._whole.clients, self.clients
        pick = np.ix_(mine, self.types)
        return Clients(
            location=np.array([row[place] for place in rows.location[mine].tolist()], np.int64),
            delivery=rows.delivery[mine],
            pick_up=rows.pick_up[mine],
            service_s=rows.service_s[mine],
            opens_at_s=rows.opens_at_s[mine],
            closes_at_s=rows.closes_at_s[mine],
            released_at_s=rows.released_at_s[mine],
            prize=rows.prize[mine],
            allowed=rows.allowed[pick],
            aboard=rows.aboard[mine],
            surcharge=rows.surcharge[pick],
        )

    def _initial(self, row: Mapping[int, int]) -> list[SolvedRoute]:
        client = {number: k for k, number in enumerate(self.clients)}
        kind = {number: k for k, number in enumerate(self.types)}
        return [
            SolvedRoute(
                kind[route.vehicle_type],
                tuple(
                    Trip(row[trip.starts_at], tuple(client[k] for k in trip.clients))
                    for trip in route.trips
                ),
            )
            for route in self._routes
        ]


def _moved(kind: VehicleType, count: int, row: Mapping[int, int]) -> VehicleType:
    """Return a vehicle type with its places in the numbers of the part."""
    return replace(
        kind,
        count=count,
        starts_at=row[kind.starts_at],
        ends_at=None if kind.ends_at is None else row[kind.ends_at],
        reload_at=tuple(row[place] for place in kind.reload_at),
    )
