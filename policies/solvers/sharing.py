"""Who gets what: clients and routes shared out over districts, and vehicles by their work."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policies.blocks.bisection import bisected
from policies.solvers.parts import Part
from twin.clients import VehicleType, amounts
from twin.solver import Problem, SolvedRoute

Floats = NDArray[np.float64]

LEAST_WORK: Final = 1e-9
"""Of a client in vehicles, so that clients that need nothing are shared out evenly too."""


class Town:
    """A problem with what each client needs, ready to be cut into districts.

    Attributes
    ----------
    needs
        What share of a vehicle each client takes up, of its shift or of what it can carry in it,
        whichever is more, shape (k,). Time is service, the way from the nearest other client,
        and as much of a way out and back as the client takes of a tour; so it follows the
        continuous approximation of Daganzo (1984), with the nearest neighbour for the density.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        counts = [kind.count for kind in problem.vehicle_types]
        usual = problem.vehicle_types[int(np.argmax(counts))].profile
        self._times_s = problem.times_s[usual]
        self.needs = self._needs()

    def parts(self, routes: Sequence[SolvedRoute], count: int) -> list[Part]:
        """Return districts of equal work; routes stay whole, with their vehicles.

        Vehicles without a route go one by one to where most are lacking for the work. A client
        without a route whom no vehicle of its district may serve goes to the nearest district
        with one that may, so districts that vehicles are bound to can have more work.
        """
        routed = [route for route in routes if _clients_of(route)]
        district = self._districts(routed, count)
        of_route = [int(district[_clients_of(route)[0]]) for route in routed]
        vehicles = self._vehicles(district, routed, of_route, count)
        self._move_the_bound(district, routed, vehicles)
        return [
            Part(
                self._problem,
                np.flatnonzero(district == number).tolist(),
                dict(enumerate(vehicles[number].tolist())),
                [route for route, there in zip(routed, of_route, strict=True) if there == number],
            )
            for number in range(count)
        ]

    # Work

    def _needs(self) -> Floats:
        clients, kinds = self._problem.clients, self._problem.vehicle_types
        counts = np.array([kind.count for kind in kinds], float)
        counts /= counts.sum()
        shift_s = float(counts @ [kind.closes_at_s - kind.opens_at_s for kind in kinds])
        room = np.maximum(1.0, counts @ np.array([amounts(kind.capacity) for kind in kinds]))
        trips = float(counts @ [1.0 + kind.max_reloads for kind in kinds])
        handled = np.maximum(clients.delivery, clients.pick_up)
        of_load = np.asarray((handled / room).max(axis=1))
        here_s = clients.service_s + self._nearest_s()
        shift_s = max(shift_s, 1.0)
        away_s = self._out_and_back_s(counts)
        of_shift = (here_s + away_s * np.maximum(of_load, here_s / shift_s)) / shift_s
        return np.asarray(np.maximum(np.maximum(of_shift, of_load / trips), LEAST_WORK))

    def _nearest_s(self) -> Floats:
        """Return the way from the nearest other client, 0 for one that nobody is near."""
        places = self._problem.clients.location
        found = np.empty(len(places))
        for k, place in enumerate(places.tolist()):
            there = self._times_s[place, places]
            there[k] = np.inf
            found[k] = there.min()
        return np.where(np.isfinite(found), found, 0.0)

    def _out_and_back_s(self, counts: Floats) -> Floats:
        """Return the way to each client and back, a mean over the vehicles that know one."""
        places = self._problem.clients.location
        total, known = np.zeros(len(places)), np.zeros(len(places))
        for share, kind in zip(counts.tolist(), self._problem.vehicle_types, strict=True):
            base = kind.reload_at[0] if kind.under_way and kind.reload_at else kind.starts_at
            times_s = self._problem.times_s[kind.profile]
            back = base if kind.ends_at is None else kind.ends_at
            way_s = times_s[base, places] + times_s[places, back]
            way = np.isfinite(way_s)
            total[way] += share * way_s[way]
            known[way] += share
        return np.asarray(total / np.maximum(known, LEAST_WORK))

    # Districts

    def _districts(self, routes: Sequence[SolvedRoute], count: int) -> NDArray[np.int64]:
        """Return the district of each client, the same for all of a route."""
        item_of = np.full(len(self.needs), -1, np.int64)
        for number, route in enumerate(routes):
            item_of[_clients_of(route)] = number
        loose = np.flatnonzero(item_of < 0)
        item_of[loose] = len(routes) + np.arange(len(loose))
        _, item_of = np.unique(item_of, return_inverse=True)
        spots = self._problem.clients.location

        def away_s(point: int) -> Floats:
            there = spots[point]
            return np.asarray((self._times_s[there, spots] + self._times_s[spots, there]) / 2)

        work = np.asarray(np.bincount(item_of, self.needs), np.float64)
        district = np.empty(len(self.needs), np.int64)
        for number, items in enumerate(bisected(work, [1.0] * count, away_s, item_of)):
            district[np.isin(item_of, items)] = number
        return district

    # Vehicles

    def _vehicles(
        self,
        district: NDArray[np.int64],
        routes: Sequence[SolvedRoute],
        of_route: Sequence[int],
        count: int,
    ) -> NDArray[np.int64]:
        """Return how many vehicles of each type are in each district, shape (count, types)."""
        kinds = self._problem.vehicle_types
        given = np.zeros((count, len(kinds)), np.int64)
        for route, number in zip(routes, of_route, strict=True):
            given[number, route.vehicle_type] += 1
        idle = np.maximum(0, [kind.count for kind in kinds] - given.sum(axis=0))
        share = np.bincount(district, self.needs, count) / self.needs.sum()
        in_route = np.zeros(len(district), bool)
        for route in routes:
            in_route[_clients_of(route)] = True
        own = self._own_clients(kinds) & ~in_route[:, None]
        for number in np.flatnonzero((idle > 0) & own.any(axis=0)).tolist():
            there = np.bincount(district[own[:, number]], minlength=count)
            given[int(np.argmax(there)), number] += 1
            idle[number] -= 1
        for number in np.argsort(-idle, kind="stable").tolist():
            for _ in range(int(idle[number])):
                lacking = share * (given.sum() + 1) - given.sum(axis=1)
                given[int(np.argmax(lacking)), number] += 1
        return given

    def _own_clients(self, kinds: Sequence[VehicleType]) -> NDArray[np.bool_]:
        """Return whom a type of one vehicle alone may serve, shape (k, types)."""
        allowed = self._problem.clients.allowed
        alone = allowed.sum(axis=1) == 1
        single = np.array([kind.count == 1 for kind in kinds])
        return np.asarray(allowed & alone[:, None] & single[None, :])

    def _move_the_bound(
        self,
        district: NDArray[np.int64],
        routes: Sequence[SolvedRoute],
        vehicles: NDArray[np.int64],
    ) -> None:
        """Move clients whom no vehicle of their district may serve to the nearest that has one."""
        allowed, places = self._problem.clients.allowed, self._problem.clients.location
        there = allowed @ (vehicles > 0).T.astype(np.int64) > 0
        in_route = {client for route in routes for client in _clients_of(route)}
        stuck = np.flatnonzero(~there[np.arange(len(district)), district] & there.any(axis=1))
        before = district.copy()
        for client in stuck.tolist():
            if client in in_route:
                continue
            fitting = there[client][before]
            way_s = np.where(fitting, self._times_s[places[client], places], np.inf)
            nearest = int(np.argmin(way_s))
            empty = not np.isfinite(way_s[nearest])
            district[client] = np.argmax(there[client]) if empty else before[nearest]


def _clients_of(route: SolvedRoute) -> list[int]:
    return [client for trip in route.trips for client in trip.clients]
