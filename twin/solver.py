"""The contract between policies that plan and solvers that search: arrays in, routes out.

A solver is a function found by name among the entry points ``twin.solvers``. It knows no orders
and no streets: locations are rows of matrices, clients and vehicle types are positions. All times
are seconds from one origin that the asker chooses, all costs are in one unit that the asker
chooses. How a solver rounds to whole numbers is its own business, said in its docstring.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError
from twin.model import Load
from twin.world import Metres, Seconds

DIMENSIONS: Final = 3
"""Columns of a load: grams, millilitres, parcels, as in `twin.model.Load`."""

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Clients:
    """k visits to be made, each once, each on one trip. One row of every array is one client.

    Attributes
    ----------
    location
        Rows of the matrices, shape (k,).
    delivery, pick_up
        What is brought there from the trip's start, and what is taken along to its end, whole
        grams, millilitres and parcels, shape (k, 3).
    service_s
        Time there, shape (k,).
    opens_at_s, closes_at_s
        When service may begin, both ends included, shape (k,).
    released_at_s
        When a trip that serves the client may leave where it was loaded, shape (k,).
    prize
        What leaving the client out costs, shape (k,); ``inf`` for one that must be served.
    allowed
        Whether a vehicle type may serve the client, shape (k, vehicle types).
    """

    location: Whole
    delivery: Whole
    pick_up: Whole
    service_s: Floats
    opens_at_s: Floats
    closes_at_s: Floats
    released_at_s: Floats
    prize: Floats
    allowed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.location)


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Vehicles that are alike in all that a solver sees.

    Attributes
    ----------
    count
        How many there are. At least 1.
    profile
        Which of the problem's matrices are theirs.
    capacity
        What fits in at any moment.
    starts_at, ends_at
        Locations; None as the end is wherever the last client is.
    opens_at_s, closes_at_s
        Ordinary time: no vehicle leaves before, and time after it is overtime. Finite.
    overtime_s
        How long after `closes_at_s` a vehicle may come to its end.
    first_loading_s, reload_s
        Time for loading at the start, and at each reload.
    fixed_cost
        For each vehicle that is used.
    cost_per_m, cost_per_s, overtime_cost_per_s
        For each metre and for each second from leaving to the end; the last is what a second of
        overtime costs in addition. Not negative.
    reload_at
        Locations where it may end a trip and begin the next one.
    max_reloads
        How often it may do so.
    """

    count: int
    capacity: Load
    starts_at: int
    ends_at: int | None
    opens_at_s: float
    closes_at_s: float
    profile: int = 0
    overtime_s: float = 0.0
    first_loading_s: float = 0.0
    reload_s: float = 0.0
    fixed_cost: float = 0.0
    cost_per_m: float = 0.0
    cost_per_s: float = 1.0
    overtime_cost_per_s: float = 0.0
    reload_at: tuple[int, ...] = ()
    max_reloads: int = 0


@dataclass(frozen=True, slots=True)
class Trip:
    """From a place where goods are loaded through clients, in order.

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
        found = [*self._bad_matrices(), *self._bad_clients(), *self._bad_initial()]
        for number, kind in enumerate(self.vehicle_types):
            found.extend(f"vehicle type {number}: {bad}" for bad in self._bad_type(kind))
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

    def _bad_clients(self) -> list[str]:
        clients, count = self.clients, len(self.clients)
        shapes: Mapping[str, tuple[int, ...]] = {
            "location": (count,),
            "delivery": (count, DIMENSIONS),
            "pick_up": (count, DIMENSIONS),
            "service_s": (count,),
            "opens_at_s": (count,),
            "closes_at_s": (count,),
            "released_at_s": (count,),
            "prize": (count,),
            "allowed": (count, len(self.vehicle_types)),
        }
        found = []
        for name, shape in shapes.items():
            array = getattr(clients, name)
            if array.shape != shape:
                found.append(f"clients.{name} has shape {array.shape}, expected {shape}")
            elif name in ("delivery", "pick_up", "service_s", "prize") and not (array >= 0).all():
                found.append(f"clients.{name} has entries that are negative or no numbers")
        if found:
            return found
        outside = (clients.location < 0) | (clients.location >= self.locations)
        if outside.any():
            found.append(
                f"client {int(np.argmax(outside))} is at location "
                f"{int(clients.location[np.argmax(outside)])}, there are {self.locations}"
            )
        unopened = ~(clients.opens_at_s <= clients.closes_at_s)
        if unopened.any():
            found.append(f"client {int(np.argmax(unopened))} has a window that never opens")
        return found

    def _bad_type(self, kind: VehicleType) -> list[str]:
        found = []
        if kind.count < 1:
            found.append(f"count is {kind.count}, expected at least 1")
        if not 0 <= kind.profile < len(self.times_s):
            found.append(f"profile is {kind.profile}, there are {len(self.times_s)}")
        ends = () if kind.ends_at is None else (kind.ends_at,)
        found.extend(
            f"location {place} is not among the {self.locations}"
            for place in (kind.starts_at, *ends, *kind.reload_at)
            if not 0 <= place < self.locations
        )
        if not -np.inf < kind.opens_at_s <= kind.closes_at_s < np.inf:
            found.append(f"works from {kind.opens_at_s} to {kind.closes_at_s}")
        amounts = ("overtime_s", "first_loading_s", "reload_s", "fixed_cost", "max_reloads")
        found.extend(
            f"{name} is {getattr(kind, name)}, expected a number of at least 0"
            for name in (*amounts, "cost_per_m", "cost_per_s", "overtime_cost_per_s")
            if not 0 <= getattr(kind, name) < np.inf
        )
        return found

    def _bad_initial(self) -> list[str]:
        found = []
        seen: set[int] = set()
        for number, route in enumerate(self.initial):
            if not 0 <= route.vehicle_type < len(self.vehicle_types):
                found.append(f"initial route {number} is for vehicle type {route.vehicle_type}")
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
        Cost of the routes, plus the finite prizes of the clients left out.
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
