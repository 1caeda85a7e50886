"""A problem in the words of PyVRP: depots, load dimensions, profiles, penalties.

Whole numbers are those of `policies.solvers.scale`.
"""

from typing import Final

import numpy as np
import pyvrp
from numpy.typing import NDArray

from policies.solvers.priced import Streets
from policies.solvers.scale import DECIMETRES, FINEST, Scale, left_out, who_is_asked
from twin.clients import DIMENSIONS, amounts
from twin.solver import Problem, Solution, SolvedRoute, Trip
from twin.units import TICK_S

MOST_PENALTY: Final = 1e9
"""Bound of the penalty for a unit too much: far under what would overflow 64 bits."""

_MOST_STRICT: Final = 1e11
"""The same for a single repair, where a whole day too late must still be a number."""

Penalties = tuple[list[float], float, float]


class Told:
    """A problem in PyVRP's words.

    Parameters
    ----------
    sparing
        Whether vehicles under way collect before their first reload only what fits in beside all
        that was aboard at their start.

    Attributes
    ----------
    data
        What PyVRP searches on.
    asked
        Positions in the problem of the clients that are asked for; PyVRP numbers them from 0.
    under_way
        The vehicle types that are.
    """

    def __init__(self, problem: Problem, *, sparing: bool = False) -> None:
        self._problem, self._sparing = problem, sparing
        self._scale = Scale.of(problem.vehicle_types, problem.clients)
        self.asked, allowed = who_is_asked(problem, self._scale)
        self._depots: list[tuple[int, int]] = []
        self._depot_places: list[int] = []
        if not self.asked:
            return
        self._binding = self._binding_dimensions()
        self.under_way = [k for k, kind in enumerate(problem.vehicle_types) if kind.under_way]
        self._streets = Streets(problem, self._scale, self.asked, allowed[self.asked])
        marked = allowed[self.asked] | self._streets.forbids
        self._classes, self._class_of = _classes(marked)
        types = [self._type(number) for number in range(len(problem.vehicle_types))]
        self.data = pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in range(len(self._streets))],
            [self._client(number, client) for number, client in enumerate(self.asked)],
            [pyvrp.Depot(row, service_duration=ticks) for row, ticks in self._depots],
            types,
            self._streets.lengths,
            self._streets.times,
        )

    def _binding_dimensions(self) -> list[int]:
        """Return the dimensions of load that can bind at all."""
        clients, types = self._problem.clients, self._problem.vehicle_types
        total = (clients.delivery + clients.pick_up)[self.asked].sum(axis=0)
        taken = np.array([clients.room_taken(k, kind) for k, kind in enumerate(types)])
        taken[[not kind.under_way for kind in types]] = 0
        room = np.array([amounts(kind.capacity) for kind in types]) - taken
        return [d for d in range(DIMENSIONS) if total[d] > room[:, d].min()]

    def _depot(self, place: int | None, seconds: float) -> int:
        """Return PyVRP's number of a depot with a loading time."""
        key = (self._streets.row(place), self._scale.ticks(seconds))
        if key not in self._depots:
            self._depots.append(key)
            self._depot_places.append(self._problem.locations if place is None else place)
        return self._depots.index(key)

    def _type(self, number: int) -> pyvrp.VehicleType:
        kind, scale = self._problem.vehicle_types[number], self._scale
        opens, closes = scale.not_before(kind.opens_at_s), scale.not_after(kind.closes_at_s)
        capacity, initial = self._room(number)
        return pyvrp.VehicleType(
            num_available=kind.count,
            capacity=capacity,
            start_depot=self._depot(kind.starts_at, kind.first_loading_s),
            end_depot=self._depot(kind.ends_at, 0.0),
            fixed_cost=scale.cost(kind.fixed_cost),
            tw_early=opens,
            tw_late=scale.not_after(kind.closes_at_s + kind.overtime_s),
            # Overtime is what is worked after the shift's end, so the shift must be counted from
            # its beginning; without overtime a vehicle may as well leave later and wait less.
            start_late=opens if kind.overtime_s > 0 else None,
            shift_duration=closes - opens,
            max_overtime=scale.ticks(kind.overtime_s),
            unit_overtime_cost=scale.cost(kind.overtime_cost_per_s * TICK_S),
            unit_distance_cost=self._streets.unit_cost(number),
            unit_duration_cost=scale.cost(kind.cost_per_s * TICK_S),
            profile=self._streets.profile[number],
            initial_load=initial,
            reload_depots=[self._depot(place, kind.reload_s) for place in kind.reload_at],
            max_reloads=kind.max_reloads if kind.reload_at else 0,
        )

    def _room(self, number: int) -> tuple[list[int], list[int]]:
        """Return what fits in each of PyVRP's dimensions, and what is in it until a reload."""
        kind, many = self._problem.vehicle_types[number], len(self.asked)
        room, left = amounts(kind.capacity), amounts(kind.load_at_start)
        capacity = [int(room[d]) for d in self._binding]
        initial = [int(left[d]) for d in self._binding]
        classes = [many if may else 0 for may in self._classes[:, number].tolist()]
        capacity, initial = capacity + classes, initial + [0] * len(classes)
        if self.under_way:
            capacity, initial = [*capacity, many], [*initial, many if kind.under_way else 0]
        if self._sparing:
            taken = self._problem.clients.room_taken(number, kind)
            capacity += [int(room[d]) for d in self._binding]
            initial += [int(taken[d]) if kind.under_way else 0 for d in self._binding]
        return capacity, initial

    def _client(self, number: int, client: int) -> pyvrp.Client:
        clients, scale = self._problem.clients, self._scale
        prize = float(clients.prize[client])
        opens = scale.not_before(float(clients.opens_at_s[client]))
        delivery = [int(clients.delivery[client, d]) for d in self._binding]
        picked_up = [int(clients.pick_up[client, d]) for d in self._binding]
        marks = [
            int(number_of == self._class_of[number]) for number_of in range(len(self._classes))
        ]
        if self.under_way:
            marks.append(int(clients.needs_loading[client]))
        spared = picked_up if self._sparing else []
        return pyvrp.Client(
            location=self._streets.client[number],
            delivery=delivery + marks + [0] * len(spared),
            pickup=picked_up + [0] * len(marks) + spared,
            service_duration=scale.ticks(float(clients.service_s[client])),
            tw_early=opens,
            tw_late=max(opens, scale.not_after(float(clients.closes_at_s[client]))),
            release_time=scale.not_before(float(clients.released_at_s[client])),
            prize=0 if np.isinf(prize) else scale.cost(prize),
            required=bool(np.isinf(prize)),
        )

    def penalties(self, *, scarce: bool = False) -> Penalties:
        """Return what a unit of load, time and length too much costs at first.

        A broken rule must cost about what keeping it would: a client's load too much as much as
        one more tour to that client, a type that may not serve a client as much as leaving it
        out, a tick too late as much as the dearest tick. Where room or time is scarce, keeping a
        rule means leaving a client out, so its load or its time costs an ordinary prize.
        """
        clients, units = self._problem.clients, self._scale.units
        types = range(len(self._problem.vehicle_types))
        tour = max(1.0, max(map(self._tour_cost, types)) * units)
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
        marks = [min(out, MOST_PENALTY)] * (len(self._classes) + bool(self.under_way))
        return load + marks + (load if self._sparing else []), tick, float(FINEST)

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

    def _tour_cost(self, number: int) -> float:
        """Return what a tour to one ordinary client costs."""
        kind = self._problem.vehicle_types[number]
        places = self._problem.clients.location[self.asked]
        lengths, times = self._streets.plain(number)
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
            for position, trip in enumerate(route.trips):
                visits = [number[client] for client in trip.clients if client in number]
                if visits and (activities or (position and kind.under_way)):
                    depot = self._depot(trip.starts_at, kind.reload_s)
                    activities.append(pyvrp.Activity(pyvrp.ActivityType.DEPOT, depot))
                activities += [pyvrp.Activity(pyvrp.ActivityType.CLIENT, k) for k in visits]
            if activities:
                made.append(pyvrp.Route(self.data, activities, route.vehicle_type))
        return pyvrp.Solution(self.data, made) if made else None

    def solution(self, best: pyvrp.Solution, iterations: int) -> Solution:
        """Return PyVRP's routes in the words of the problem, the feasible ones only."""
        kept = [route for route in map(self._tidy, best.routes()) if route.is_feasible()]
        routes = tuple(self._route(route) for route in kept)
        served = {client for route in routes for trip in route.trips for client in trip.clients}
        unserved = tuple(k for k in range(len(self._problem.clients)) if k not in served)
        rest = left_out(self._problem, unserved, iterations)
        cost = rest.objective + sum(self._cost(route) for route in kept)
        return Solution(routes, unserved, cost, iterations, rest.feasible)

    def _tidy(self, route: pyvrp.Route) -> pyvrp.Route:
        """Return a route without reloads that no client follows, or that come at its start."""
        number = route.vehicle_type()
        under_way = self._problem.vehicle_types[number].under_way
        done = [pyvrp.Activity(one.type, one.idx) for one in route][1:-1]
        kept: list[pyvrp.Activity] = []
        for one, after in zip(done, [*done[1:], None], strict=True):
            if one.is_client() or (after and after.is_client() and (kept or under_way)):
                kept.append(one)
        return route if len(kept) == len(done) else pyvrp.Route(self.data, kept, number)

    def _cost(self, route: pyvrp.Route) -> float:
        """Return what a route costs at the rates given, not at the rounded ones."""
        number, clients = route.vehicle_type(), self._problem.clients
        kind = self._problem.vehicle_types[number]
        served = [self.asked[activity.idx] for activity in route if activity.is_client()]
        surcharges = clients.surcharge[served, number]
        length = route.distance()
        if self._streets.is_priced[number]:
            length = self._streets.decimetres(number, [self._place(one) for one in route])
        return (
            kind.fixed_cost
            + kind.cost_per_m * length / DECIMETRES
            + kind.cost_per_s * route.duration() * TICK_S
            + kind.overtime_cost_per_s * route.overtime() * TICK_S
            + float(surcharges.sum())
        )

    def _place(self, activity: pyvrp.Activity) -> int:
        """Return where something is done, as the problem numbers places."""
        if activity.is_depot():
            return self._depot_places[activity.idx]
        return int(self._problem.clients.location[self.asked[activity.idx]])

    def _route(self, route: pyvrp.Route) -> SolvedRoute:
        trips: list[tuple[int, list[int]]] = []
        for activity in list(route)[:-1]:  # the last is the end
            if activity.is_depot():
                trips.append((self._place(activity), []))
            else:
                trips[-1][1].append(self.asked[activity.idx])
        under_way = self._problem.vehicle_types[route.vehicle_type()].under_way
        return SolvedRoute(
            route.vehicle_type(),
            tuple(
                Trip(place, tuple(clients))
                for number, (place, clients) in enumerate(trips)
                if clients or (under_way and not number)
            ),
        )


def overfills(problem: Problem, routes: tuple[SolvedRoute, ...]) -> bool:
    """Return whether a vehicle under way collects more than fits in beside what is still aboard.

    PyVRP sees goods aboard only on the trip that serves their clients. They take room before the
    first reload even if their clients are served after it, or by nobody.
    """
    clients = problem.clients
    for route in routes:
        kind = problem.vehicle_types[route.vehicle_type]
        first = list(route.trips[0].clients)
        if kind.under_way and first:
            change = (clients.pick_up - clients.delivery)[first].cumsum(axis=0)
            most = clients.room_taken(route.vehicle_type, kind) + change.max(axis=0)
            if (most > amounts(kind.capacity)).any():
                return True
    return False


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
