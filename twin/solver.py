"""The contract between policies that plan and solvers that search: arrays in, routes out.

A solver is a function found by name among the entry points ``twin.solvers``. It knows no orders
and no streets: locations are rows of matrices, clients and vehicle types are positions. All times
are seconds from one origin that the asker chooses, all costs are in one unit that the asker
chooses. How a solver rounds to whole numbers is its own business, said in its docstring.
"""

from dataclasses import dataclass
from typing import Protocol

from twin.clients import DIMENSIONS, Clients, VehicleType
from twin.errors import InputError
from twin.world import Metres, Seconds

__all__ = [
    "DIMENSIONS",
    "Clients",
    "Effort",
    "Problem",
    "Solution",
    "SolvedRoute",
    "Solver",
    "Trip",
    "VehicleType",
]


@dataclass(frozen=True, slots=True)
class Trip:
    """From a place where goods are loaded, or where a vehicle under way is, through clients.

    Attributes
    ----------
    starts_at
        The location where it begins.
    clients
        Positions in the problem's clients, in the order of service.
    """

    starts_at: int
    clients: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SolvedRoute:
    """What one vehicle does: one trip or several.

    Attributes
    ----------
    vehicle_type
        Position in the problem's vehicle types.
    trips
        Each with clients, but for the first one of a vehicle under way: that is always what it
        does before its first reload, and empty if it reloads at once.
    """

    vehicle_type: int
    trips: tuple[Trip, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Who is to be visited, by what, and how far everything is apart.

    Attributes
    ----------
    times_s, lengths_m
        One matrix for each profile, shape (n, n), row = from; ``inf`` where no way leads.
    initial
        Routes to begin the search with; none lets the solver begin by itself.

    Raises
    ------
    InputError
        With every inconsistency.
    """

    times_s: tuple[Seconds, ...]
    lengths_m: tuple[Metres, ...]
    clients: Clients
    vehicle_types: tuple[VehicleType, ...]
    initial: tuple[SolvedRoute, ...] = ()

    def __post_init__(self) -> None:
        found = [
            *self._bad_matrices(),
            *self.clients.problems(self.locations, self.vehicle_types),
            *self._bad_initial(),
        ]
        for number, kind in enumerate(self.vehicle_types):
            bad = kind.problems(self.locations, len(self.times_s))
            found.extend(f"vehicle type {number}: {one}" for one in bad)
        if found:
            raise InputError("problem for a solver", found)

    @property
    def locations(self) -> int:
        """Number of locations."""
        return len(self.times_s[0]) if self.times_s else 0

    def _bad_matrices(self) -> list[str]:
        found = []
        if not self.times_s or len(self.times_s) != len(self.lengths_m):
            found.append(
                f"{len(self.times_s)} time and {len(self.lengths_m)} length matrices, "
                "expected one of each for every profile, and at least one profile"
            )
        square = (self.locations, self.locations)
        for name, matrices in (("times_s", self.times_s), ("lengths_m", self.lengths_m)):
            for profile, matrix in enumerate(matrices):
                if matrix.shape != square:
                    found.append(f"{name}[{profile}] has shape {matrix.shape}, expected {square}")
                elif not (matrix >= 0).all():  # also refuses nan
                    found.append(f"{name}[{profile}] has entries that are negative or no numbers")
        return found

    def _bad_initial(self) -> list[str]:
        found = []
        seen: set[int] = set()
        for number, route in enumerate(self.initial):
            if not 0 <= route.vehicle_type < len(self.vehicle_types):
                found.append(f"initial route {number} is for vehicle type {route.vehicle_type}")
            else:
                kind = self.vehicle_types[route.vehicle_type]
                if kind.under_way and [trip.starts_at for trip in route.trips[:1]] != [
                    kind.starts_at
                ]:
                    found.append(
                        f"initial route {number} is of a vehicle under way at {kind.starts_at}: "
                        "expected a first trip from there, empty if it reloads at once"
                    )
            for client in (client for trip in route.trips for client in trip.clients):
                if not 0 <= client < len(self.clients):
                    found.append(f"initial route {number} visits client {client}, which is unknown")
                elif client in seen:
                    found.append(f"initial route {number} visits client {client} a second time")
                seen.add(client)
        return found


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: counted in steps, never in seconds, so that a result has no clock in it.

    Attributes
    ----------
    iterations
        Steps of improvement at most. Not negative.
    no_improvement
        Stop earlier after so many steps without a better solution; None does not.
    seed
        For the solver's own chance, 0 to 2**32 - 1. Equal seeds give equal solutions.
    """

    iterations: int
    no_improvement: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        found = []
        if self.iterations < 0:
            found.append(f"iterations is {self.iterations}, expected at least 0")
        if self.no_improvement is not None and self.no_improvement < 1:
            found.append(f"no_improvement is {self.no_improvement}, expected at least 1 or None")
        if not 0 <= self.seed < 2**32:
            found.append(f"seed is {self.seed}, expected 0 to {2**32 - 1}")
        if found:
            raise InputError("effort of a solver", found)


@dataclass(frozen=True, slots=True)
class Solution:
    """Routes that keep every rule, and who is left out.

    Attributes
    ----------
    routes
        Each keeps capacities, windows, releases and working time: a route that a solver could not
        mend is left out, and its clients with it.
    unserved
        Positions of the clients in no route, rising.
    objective
        Cost of the routes with their surcharges, plus the finite prizes of the clients left out.
    iterations
        Steps that were made.
    feasible
        Whether every client that must be served is.
    """

    routes: tuple[SolvedRoute, ...]
    unserved: tuple[int, ...]
    objective: float
    iterations: int
    feasible: bool


class Solver(Protocol):
    """Finds routes. Equal problems and efforts give equal solutions, in any process."""

    def __call__(self, problem: Problem, effort: Effort, /) -> Solution:
        """Return routes for a problem."""
        ...
