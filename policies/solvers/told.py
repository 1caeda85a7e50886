"""A problem in the words of PyVRP: whole numbers, depots, load dimensions, penalties.

A time is a count of ticks (1/8 s) from the first moment that any vehicle works, rounded to the
nearest, as the twin rounds a leg; a length is a count of decimetres, rounded to the nearest; costs
are scaled so that the dearest tick or decimetre costs `FINEST` units, so a rate is off by at most
one part in twice `FINEST` of the dearest.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Final

import numpy as np
import pyvrp
from numpy.typing import NDArray

from twin.solver import DIMENSIONS, Problem, Solution, SolvedRoute, Trip, VehicleType
from twin.units import TICK_S

FINEST: Final = 2_000
"""Units of the objective for a tick or a decimetre, whichever is dearer."""

DECIMETRES: Final = 10
"""Units of length in a metre."""

MOST_PENALTY: Final = 1e9
"""Bound of the penalty for a unit too much: far under what would overflow 64 bits."""

_MOST_STRICT: Final = 1e11
"""The same for a single repair, where a whole day too late must still be a number."""

Matrix = np.ndarray[Any, np.dtype[np.int64]]
Penalties = tuple[list[float], float, float]


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
    def of(cls, types: tuple[VehicleType, ...]) -> "Scale":
        """Return the scale that fits the hours and rates of vehicle types."""
        origin_s = min(kind.opens_at_s for kind in types)
        last_s = max(kind.closes_at_s + kind.overtime_s for kind in types)
        per_tick = max(kind.cost_per_s + kind.overtime_cost_per_s for kind in types) * TICK_S
        per_decimetre = max(kind.cost_per_m for kind in types) / DECIMETRES
        dearest = max(per_tick, per_decimetre)
        units = FINEST / dearest if dearest > 0 else 1.0
        return cls(origin_s, round((last_s - origin_s) / TICK_S), units)

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


class Told:
    """A problem in PyVRP's words.

    Attributes
    ----------
    data
        What PyVRP searches on.
    asked
        Positions in the problem of the clients that are asked for; PyVRP numbers them from 0.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._scale = Scale.of(problem.vehicle_types)
        allowed = problem.clients.allowed & _reachable(problem)
        self.asked = self._who_is_asked(allowed)
        self._classes, self._class_of = _classes(allowed[self.asked])
        self._depots: list[tuple[int, int]] = []
        self._nowhere = problem.locations
        if not self.asked:
            return
        self._binding = self._binding_dimensions()
        types = [self._type(number) for number in range(len(problem.vehicle_types))]
        self._matrices = [self._profile(profile) for profile in range(len(problem.times_s))]
        self.data = pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in range(problem.locations + 1)],
            [self._client(number, client) for number, client in enumerate(self.asked)],
            [pyvrp.Depot(place, service_duration=ticks) for place, ticks in self._depots],
            types,
            [lengths for lengths, _ in self._matrices],
            [times for _, times in self._matrices],
        )

    def _who_is_asked(self, allowed: NDArray[np.bool_]) -> list[int]:
        """Return the clients that some vehicle could serve as far as windows and load go."""
        clients, scale = self._problem.clients, self._scale
        last_s = scale.origin_s + scale.horizon * TICK_S
        in_day = (clients.closes_at_s >= scale.origin_s) & (clients.opens_at_s <= last_s)
        in_day &= clients.released_at_s <= np.minimum(last_s, clients.closes_at_s)
        return [int(k) for k in np.flatnonzero(allowed.any(axis=1) & in_day)]

    def _binding_dimensions(self) -> list[int]:
        """Return the dimensions of load that can bind at all."""
        clients, asked = self._problem.clients, self.asked
        total = clients.delivery[asked].sum(axis=0) + clients.pick_up[asked].sum(axis=0)
        capacities = np.array([_row(kind) for kind in self._problem.vehicle_types])
        return [d for d in range(DIMENSIONS) if total[d] > capacities[:, d].min()]

    def _depot(self, place: int, seconds: float) -> int:
        """Return PyVRP's number of a depot with a loading time."""
        key = (place, self._scale.ticks(seconds))
        if key not in self._depots:
            self._depots.append(key)
        return self._depots.index(key)

    def _type(self, number: int) -> pyvrp.VehicleType:
        kind, scale = self._problem.vehicle_types[number], self._scale
        end = self._nowhere if kind.ends_at is None else kind.ends_at
        opens, closes = scale.not_before(kind.opens_at_s), scale.not_after(kind.closes_at_s)
        capacity = [_row(kind)[d] for d in self._binding]
        capacity += [len(self.asked) if may else 0 for may in self._classes[:, number].tolist()]
        return pyvrp.VehicleType(
            num_available=kind.count,
            capacity=capacity,
            start_depot=self._depot(kind.starts_at, kind.first_loading_s),
            end_depot=self._depot(end, 0.0),
            fixed_cost=scale.cost(kind.fixed_cost),
            tw_early=opens,
            tw_late=scale.not_after(kind.closes_at_s + kind.overtime_s),
            # Overtime is what is worked after the shift's end, so the shift must be counted from
            # its beginning; without overtime a vehicle may as well leave later and wait less.
            start_late=opens if kind.overtime_s > 0 else None,
            shift_duration=closes - opens,
            max_overtime=scale.ticks(kind.overtime_s),
            unit_overtime_cost=scale.cost(kind.overtime_cost_per_s * TICK_S),
            unit_distance_cost=scale.cost(kind.cost_per_m / DECIMETRES),
            unit_duration_cost=scale.cost(kind.cost_per_s * TICK_S),
            profile=kind.profile,
            reload_depots=[self._depot(place, kind.reload_s) for place in kind.reload_at],
            max_reloads=kind.max_reloads if kind.reload_at else 0,
        )

    def _client(self, number: int, client: int) -> pyvrp.Client:
        clients, scale = self._problem.clients, self._scale
        prize = float(clients.prize[client])
        opens = scale.not_before(float(clients.opens_at_s[client]))
        marks = [0] * len(self._classes)
        if self._class_of[number] >= 0:
            marks[self._class_of[number]] = 1
        delivery, pick_up = clients.delivery[client], clients.pick_up[client]
        return pyvrp.Client(
            location=int(clients.location[client]),
            delivery=[int(delivery[d]) for d in self._binding] + marks,
            pickup=[int(pick_up[d]) for d in self._binding] + [0] * len(marks),
            service_duration=scale.ticks(float(clients.service_s[client])),
            tw_early=opens,
            tw_late=max(opens, scale.not_after(float(clients.closes_at_s[client]))),
            release_time=scale.not_before(float(clients.released_at_s[client])),
            prize=0 if np.isinf(prize) else scale.cost(prize),
            required=bool(np.isinf(prize)),
        )

    def _profile(self, profile: int) -> tuple[Matrix, Matrix]:
        """Return lengths and times of a profile, with the end that is anywhere."""
        count, problem = self._problem.locations, self._problem
        no_way = 2 * self._scale.horizon + 1  # no working day is that long
        made = []
        for matrix, each in (
            (problem.lengths_m[profile], DECIMETRES),
            (problem.times_s[profile], 1 / TICK_S),
        ):
            whole = np.zeros((count + 1, count + 1), np.int64)
            way = np.isfinite(matrix) & np.isfinite(problem.times_s[profile])
            scaled = np.where(way, matrix, 0.0) * each
            whole[:count, :count] = np.where(way, np.rint(scaled), no_way)
            whole[count, :count] = no_way
            np.fill_diagonal(whole, 0)
            made.append(whole)
        return made[0], made[1]

    def penalties(self, *, scarce: bool = False) -> Penalties:
        """Return what a unit of load, time and length too much costs at first.

        A broken rule must cost about what keeping it would: a client's load too much as much as
        one more tour to that client, a type that may not serve a client as much as leaving it
        out, a tick too late as much as the dearest tick. Where room or time is scarce, keeping a
        rule means leaving a client out, so its load or its time costs an ordinary prize.
        """
        clients, units = self._problem.clients, self._scale.units
        tour = max(1.0, max(map(self._tour_cost, self._problem.vehicle_types)) * units)
        prizes = clients.prize[self.asked]
        prizes = prizes[np.isfinite(prizes)] * units
        lost, tick = tour, float(FINEST)
        if scarce and len(prizes):
            lost = max(tour, float(np.median(prizes)))
            service_s = float(clients.service_s[self.asked].mean())
            tick = max(tick, lost / (1.0 + self._scale.ticks(service_s)))
        handled = (clients.delivery + clients.pick_up)[self.asked]
        load = [lost / max(1.0, float(handled[:, d].mean())) for d in self._binding]
        out = max(tour, float(prizes.max(initial=0.0)))
        marks = [min(out, MOST_PENALTY)] * len(self._classes)
        return load + marks, tick, float(FINEST)

    def strict(self) -> pyvrp.CostEvaluator:
        """Return costs under which the least break of a rule is dearer than any client's prize.

        The best solution of a search is the best that keeps all rules, so one must be at its
        beginning: it might be short.
        """
        prizes = self._problem.clients.prize[self.asked]
        dearest = float(prizes[np.isfinite(prizes)].max(initial=0.0)) * self._scale.units
        load, _, _ = self.penalties()
        most = min(max(dearest, *load, float(FINEST)) * 2.0, _MOST_STRICT)
        return pyvrp.CostEvaluator([most] * len(load), most, most)

    def _tour_cost(self, kind: VehicleType) -> float:
        """Return what a tour to one ordinary client costs."""
        places = self._problem.clients.location[self.asked]
        lengths, times = self._matrices[kind.profile]
        out_m = np.median(lengths[kind.starts_at, places] + lengths[places, kind.starts_at])
        out_s = np.median(times[kind.starts_at, places] + times[places, kind.starts_at])
        tour_s = float(out_s) * TICK_S + kind.reload_s
        return kind.cost_per_m * float(out_m) / DECIMETRES + kind.cost_per_s * tour_s

    def initial(self, routes: tuple[SolvedRoute, ...]) -> pyvrp.Solution | None:
        """Return given routes as PyVRP's, without clients that are not asked for."""
        number = {client: k for k, client in enumerate(self.asked)}
        made = []
        for route in routes:
            kind = self._problem.vehicle_types[route.vehicle_type]
            activities: list[pyvrp.Activity] = []
            for trip in route.trips:
                visits = [number[client] for client in trip.clients if client in number]
                if activities and visits:
                    depot = self._depot(trip.starts_at, kind.reload_s)
                    activities.append(pyvrp.Activity(pyvrp.ActivityType.DEPOT, depot))
                activities += [pyvrp.Activity(pyvrp.ActivityType.CLIENT, k) for k in visits]
            if activities:
                made.append(pyvrp.Route(self.data, activities, route.vehicle_type))
        return pyvrp.Solution(self.data, made) if made else None

    def solution(self, best: pyvrp.Solution, iterations: int) -> Solution:
        """Return PyVRP's routes in the words of the problem, the feasible ones only."""
        kept = [route for route in best.routes() if route.is_feasible()]
        routes = tuple(self._route(route) for route in kept)
        served = {client for route in routes for trip in route.trips for client in trip.clients}
        unserved = tuple(k for k in range(len(self._problem.clients)) if k not in served)
        rest = left_out(self._problem, unserved, iterations)
        cost = rest.objective + sum(self._cost(route) for route in kept)
        return Solution(routes, unserved, cost, iterations, rest.feasible)

    def _cost(self, route: pyvrp.Route) -> float:
        """Return what a route costs at the rates given, not at the rounded ones."""
        kind = self._problem.vehicle_types[route.vehicle_type()]
        return (
            kind.fixed_cost
            + kind.cost_per_m * route.distance() / DECIMETRES
            + kind.cost_per_s * route.duration() * TICK_S
            + kind.overtime_cost_per_s * route.overtime() * TICK_S
        )

    def _route(self, route: pyvrp.Route) -> SolvedRoute:
        trips: list[tuple[int, list[int]]] = []
        for activity in list(route)[:-1]:  # the last is the end
            if activity.is_depot():
                trips.append((self._depots[activity.idx][0], []))
            else:
                trips[-1][1].append(self.asked[activity.idx])
        return SolvedRoute(
            route.vehicle_type(),
            tuple(Trip(place, tuple(clients)) for place, clients in trips if clients),
        )


def _row(kind: VehicleType) -> tuple[int, int, int]:
    return (kind.capacity.grams, kind.capacity.millilitres, kind.capacity.parcels)


def _reachable(problem: Problem) -> NDArray[np.bool_]:
    """Return which vehicle type finds a way to a client and on to its end, shape (k, types)."""
    location = problem.clients.location
    columns = []
    for kind in problem.vehicle_types:
        times_s = problem.times_s[kind.profile]
        way = np.isfinite(times_s[kind.starts_at, location])
        if kind.ends_at is not None:
            way &= np.isfinite(times_s[location, kind.ends_at])
        columns.append(way)
    return np.stack(columns, axis=1)


def _classes(allowed: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], list[int]]:
    """Return the different rows that forbid something, and which of them each client has.

    Clients that every type may serve have -1.
    """
    number: dict[bytes, int] = {}
    rows: list[NDArray[np.bool_]] = []
    of: list[int] = []
    for row in allowed:
        if row.all():
            of.append(-1)
            continue
        key = row.tobytes()
        if key not in number:
            number[key] = len(rows)
            rows.append(row)
        of.append(number[key])
    return np.array(rows, dtype=bool).reshape(len(rows), allowed.shape[1]), of
