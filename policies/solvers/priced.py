"""Locations and matrices in the words of PyVRP, with surcharges as longer ways into a client.

In general PyVRP's locations and profiles are the problem's. A surcharge belongs to a client and
not to its place, so with one each client has a location of its own; and a type that has any has a
profile of its own, whose lengths are units of cost at a rate of 1, so that a surcharge is exact
whatever a metre costs. So it is, too, where vehicles are under way, each with goods of its own:
types have no way to clients that they may not serve, which is as exact as a dimension of load for
each kind of client, and faster. The matrices take 16 bytes for each pair of locations and type.
"""

from itertools import pairwise

import numpy as np

from policies.solvers.scale import DECIMETRES, Matrix, Scale
from twin.clients import Flags
from twin.solver import Problem


class Streets:
    """Where everything is, as PyVRP numbers it.

    Parameters
    ----------
    asked
        Positions of the clients that are asked for.
    allowed
        Which vehicle type may serve each of them, shape (asked, types).

    Attributes
    ----------
    lengths, times
        One matrix for each of PyVRP's profiles.
    client
        PyVRP's location of each client that is asked for.
    profile, is_priced
        PyVRP's profile of each vehicle type, and whether its lengths are units of cost.
    forbids
        Whether clients that a type may not serve are out of its reach.
    """

    def __init__(self, problem: Problem, scale: Scale, asked: list[int], allowed: Flags) -> None:
        self._problem, self._scale, self._allowed = problem, scale, allowed
        self._plain = [scale.matrices(problem, p) for p in range(len(problem.times_s))]
        self._places: list[int] = list(range(problem.locations + 1))
        self._surcharge = np.rint(problem.clients.surcharge[asked] * scale.units).astype(np.int64)
        self.is_priced = [bool(column.any()) for column in self._surcharge.T]
        self.client: list[int] = problem.clients.location[asked].tolist()
        self.forbids = any(self.is_priced) or any(kind.under_way for kind in problem.vehicle_types)
        if self.forbids:
            self._give_each_a_location()
        else:
            self.lengths = [lengths for lengths, _ in self._plain]
            self.times = [times for _, times in self._plain]
            self.profile = [kind.profile for kind in problem.vehicle_types]

    def _give_each_a_location(self) -> None:
        anywhere = self._problem.locations
        types = self._problem.vehicle_types
        ends = [anywhere if kind.ends_at is None else kind.ends_at for kind in types]
        starts = [place for kind in types for place in (kind.starts_at, *kind.reload_at)]
        self._places = list(dict.fromkeys([*starts, *ends]))
        row = np.array([*self._places, *self.client])
        first = len(self._places)
        self.client = list(range(first, len(row)))
        self.lengths, self.times, self.profile = [], [], []
        known: dict[tuple[int, int, bytes, bytes], int] = {}
        for number, kind in enumerate(types):
            surcharge, may = self._surcharge[:, number], self._allowed[:, number]
            rate = self._per_decimetre(number) if self.is_priced[number] else 1
            key = (kind.profile, rate, surcharge.tobytes(), may.tobytes())
            if key not in known:
                known[key] = len(self.lengths)
                lengths, times = (plain[np.ix_(row, row)] for plain in self._plain[kind.profile])
                lengths = lengths * rate
                lengths[:, first:] += surcharge
                times[:, first:][:, ~may] = self._scale.no_way
                np.fill_diagonal(lengths, 0)
                np.fill_diagonal(times, 0)
                self.lengths.append(lengths)
                self.times.append(times)
            self.profile.append(known[key])

    def __len__(self) -> int:
        return len(self.lengths[0])

    def row(self, place: int | None) -> int:
        """Return PyVRP's location of a place where trips begin or end; None is anywhere."""
        return self._places.index(self._problem.locations if place is None else place)

    def unit_cost(self, number: int) -> int:
        """Return what a unit of length costs a vehicle type."""
        return 1 if self.is_priced[number] else self._per_decimetre(number)

    def decimetres(self, number: int, places: list[int]) -> int:
        """Return the length of a vehicle type's way through places of the problem."""
        lengths, _ = self.plain(number)
        return sum(int(lengths[one, other]) for one, other in pairwise(places))

    def plain(self, number: int) -> tuple[Matrix, Matrix]:
        """Return lengths and times for a vehicle type between the problem's own locations."""
        return self._plain[self._problem.vehicle_types[number].profile]

    def _per_decimetre(self, number: int) -> int:
        return self._scale.cost(self._problem.vehicle_types[number].cost_per_m / DECIMETRES)
