"""Whole numbers for solvers: ticks, decimetres, units of cost, and what no vehicle can reach.

A time is a count of ticks (1/8 s) from the first moment that any vehicle works, rounded to the
nearest, as the twin rounds a leg; a length is a count of decimetres, rounded to the nearest; costs
are scaled so that the dearest tick or decimetre costs `FINEST` units, so a rate is off by at most
one part in twice `FINEST` of the dearest.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.clients import Clients, VehicleType
from twin.solver import Problem, Solution
from twin.units import TICK_S

FINEST: Final = 2_000
"""Units of the objective for a tick or a decimetre, whichever is dearer."""

DECIMETRES: Final = 10
"""Units of length in a metre."""

Matrix = np.ndarray[Any, np.dtype[np.int64]]


def left_out(problem: Problem, unserved: tuple[int, ...], iterations: int) -> Solution:
    """Return the solution that leaves these clients out and makes no route."""
    prize = problem.clients.prize[list(unserved)]
    lost = float(prize[np.isfinite(prize)].sum())
    return Solution((), unserved, lost, iterations, bool(np.isfinite(prize).all()))


@dataclass(frozen=True, slots=True)
class Scale:
    """From the units of a problem to whole numbers.

    Attributes
    ----------
    origin_s
        Instant of tick 0.
    horizon
        Tick after which no vehicle works.
    units
        Units of the objective for one unit of cost.
    """

    origin_s: float
    horizon: int
    units: float

    @classmethod
    def of(cls, types: tuple[VehicleType, ...], clients: Clients) -> "Scale":
        """Return the scale that fits the hours and rates of vehicle types.

        Where neither time nor way costs anything, the dearest surcharge costs `FINEST` units.
        """
        origin_s = min(kind.opens_at_s for kind in types)
        last_s = max(kind.closes_at_s + kind.overtime_s for kind in types)
        per_tick = max(kind.cost_per_s + kind.overtime_cost_per_s for kind in types) * TICK_S
        per_decimetre = max(kind.cost_per_m for kind in types) / DECIMETRES
        dearest = max(per_tick, per_decimetre) or float(clients.surcharge.max(initial=0.0))
        units = FINEST / dearest if dearest > 0 else 1.0
        return cls(origin_s, round((last_s - origin_s) / TICK_S), units)

    @property
    def no_way(self) -> int:
        """Ticks and decimetres where no way leads: no working day is that long."""
        return 2 * self.horizon + 1

    def ticks(self, seconds: float) -> int:
        """Return a length of time, rounded to the nearest."""
        return round(seconds / TICK_S)

    def not_before(self, at_s: float) -> int:
        """Return the first tick at or after an instant, moved into the working day."""
        return min(max(ceil(max(at_s - self.origin_s, -1.0) / TICK_S), 0), self.horizon)

    def not_after(self, at_s: float) -> int:
        """Return the last tick at or before an instant, moved into the working day."""
        last_s = self.horizon * TICK_S
        return max(floor(min(at_s - self.origin_s, last_s) / TICK_S), 0)

    def cost(self, amount: float) -> int:
        """Return a cost, rounded to the nearest."""
        return round(amount * self.units)

    def matrices(self, problem: Problem, profile: int) -> tuple[Matrix, Matrix]:
        """Return lengths and times of a profile, with an end that is anywhere as the last row."""
        count = problem.locations
        way = np.isfinite(problem.lengths_m[profile]) & np.isfinite(problem.times_s[profile])
        made = []
        for matrix, each in (
            (problem.lengths_m[profile], DECIMETRES),
            (problem.times_s[profile], 1 / TICK_S),
        ):
            whole = np.zeros((count + 1, count + 1), np.int64)
            scaled = np.where(way, matrix, 0.0) * each
            whole[:count, :count] = np.where(way, np.rint(scaled), self.no_way)
            whole[count, :count] = self.no_way
            np.fill_diagonal(whole, 0)
            made.append(whole)
        return made[0], made[1]


def who_is_asked(problem: Problem, scale: Scale) -> tuple[list[int], NDArray[np.bool_]]:
    """Return the clients that some vehicle could serve as far as windows and ways go.

    And which vehicle type may serve a client of the problem and finds a way, shape (k, types).
    """
    clients = problem.clients
    allowed = clients.allowed & _reachable(problem)
    last_s = scale.origin_s + scale.horizon * TICK_S
    in_day = (clients.closes_at_s >= scale.origin_s) & (clients.opens_at_s <= last_s)
    in_day &= clients.released_at_s <= np.minimum(last_s, clients.closes_at_s)
    return [int(k) for k in np.flatnonzero(allowed.any(axis=1) & in_day)], allowed


def _reachable(problem: Problem) -> NDArray[np.bool_]:
    """Return which vehicle type finds a way to a client and on to its end, shape (k, types)."""
    clients, location = problem.clients, problem.clients.location
    columns = []
    for kind in problem.vehicle_types:
        times_s = problem.times_s[kind.profile]
        way = np.isfinite(times_s[kind.starts_at, location])
        if kind.under_way:
            reloads = np.array(kind.reload_at if kind.max_reloads else (), np.int64)
            from_reload = np.isfinite(times_s[np.ix_(reloads, location)]).any(axis=0)
            way = from_reload | (way & ~clients.needs_loading)
        if kind.ends_at is not None:
            way &= np.isfinite(times_s[location, kind.ends_at])
        columns.append(way)
    return np.stack(columns, axis=1)
