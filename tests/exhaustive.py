"""Small problems for solvers, and their best solution by trying every route there is.

Nothing here is shared with a solver: a route is driven second by second of its own arithmetic.
All times are whole seconds, so no solver rounds any of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, permutations, product

import numpy as np
from solved import clients, kind

from twin.model import Load
from twin.rng import Streams
from twin.solver import Problem, Solution, SolvedRoute, Trip, VehicleType

DEPOT, ROADSIDE = 0, 1


def load_row(load: Load) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array([load.grams, load.millilitres, load.parcels])


def price(problem: Problem, route: SolvedRoute) -> float | None:
    """Return what a route costs, None if it breaks a rule."""
    number, rows = route.vehicle_type, problem.clients
    one = problem.vehicle_types[number]
    served = [client for trip in route.trips for client in trip.clients]
    if len(set(served)) != len(served) or not rows.allowed[served, number].all():
        return None
    if len(route.trips) - 1 > one.max_reloads or not _holds(problem, route):
        return None
    times_s = _times(problem, route)
    if times_s is None:
        return None
    begins_s, ends_s = times_s
    if ends_s > one.closes_at_s + one.overtime_s:
        return None
    return (
        one.fixed_cost
        + one.cost_per_m * _length_m(problem, route)
        + one.cost_per_s * (ends_s - begins_s)
        + one.overtime_cost_per_s * max(0.0, ends_s - one.closes_at_s)
        + float(rows.surcharge[served, number].sum())
    )


def _holds(problem: Problem, route: SolvedRoute) -> bool:
    """Say whether each trip begins where it may, loads what it must, and all of it fits in."""
    rows, one = problem.clients, problem.vehicle_types[route.vehicle_type]
    for number, trip in enumerate(route.trips):
        may_begin = (one.starts_at,) if number == 0 else one.reload_at
        if trip.starts_at not in may_begin:
            return False
        aboard = rows.delivery[list(trip.clients)].sum(axis=0)
        if number == 0 and one.under_way:
            if any(rows.delivery[k].any() and not rows.aboard[k] for k in trip.clients):
                return False
            theirs = rows.aboard & rows.allowed[:, route.vehicle_type]
            aboard = rows.delivery[theirs].sum(axis=0) + load_row(one.load_at_start)
        elif not trip.clients:
            return False
        if (aboard > load_row(one.capacity)).any():
            return False
        for k in trip.clients:
            aboard = aboard - rows.delivery[k] + rows.pick_up[k]
            if (aboard > load_row(one.capacity)).any():
                return False
    return True


def _legs(problem: Problem, route: SolvedRoute) -> Iterator[tuple[int, float, float, float]]:
    """Yield place, earliest, latest and duration of all that is done, in order."""
    rows, one = problem.clients, problem.vehicle_types[route.vehicle_type]
    for number, trip in enumerate(route.trips):
        released_s = max((rows.released_at_s[k] for k in trip.clients), default=-np.inf)
        if number == 0:
            yield one.starts_at, max(one.opens_at_s, released_s), np.inf, one.first_loading_s
        else:
            yield trip.starts_at, released_s, np.inf, one.reload_s
        for k in trip.clients:
            window = rows.opens_at_s[k], rows.closes_at_s[k]
            yield int(rows.location[k]), *window, rows.service_s[k]
    if one.ends_at is not None:
        yield one.ends_at, -np.inf, np.inf, 0.0


def _times(problem: Problem, route: SolvedRoute) -> tuple[float, float] | None:
    """Return when a route is begun at the latest to end as early as it can, and when it ends."""
    one = problem.vehicle_types[route.vehicle_type]
    way_s = problem.times_s[one.profile]
    legs = list(_legs(problem, route))
    now_s, place = one.opens_at_s, one.starts_at
    for where, earliest_s, latest_s, lasts_s in legs:
        now_s = max(now_s + way_s[place, where], earliest_s)
        if now_s > latest_s:
            return None
        now_s, place = now_s + lasts_s, where
    if one.overtime_s > 0:
        return one.opens_at_s, now_s
    begin_s, after = now_s, None
    for where, _, latest_s, lasts_s in reversed(legs):
        begin_s = begin_s - (0.0 if after is None else way_s[where, after])
        begin_s, after = min(begin_s - lasts_s, latest_s), where
    return begin_s, now_s


def _length_m(problem: Problem, route: SolvedRoute) -> float:
    one = problem.vehicle_types[route.vehicle_type]
    places = [where for where, *_ in _legs(problem, route)]
    lengths_m = problem.lengths_m[one.profile]
    return float(sum(lengths_m[a, b] for a, b in pairwise(places)))


def _cut(one: VehicleType, order: Sequence[int]) -> Iterator[tuple[Trip, ...]]:
    """Yield an order of clients as trips: with and without a reload before each of them."""
    choices = (None, *one.reload_at)
    for reloads in product(choices, repeat=len(order)):
        if reloads[0] is not None and not one.under_way:
            continue
        trips: list[tuple[int, list[int]]] = [(one.starts_at, [])]
        for client, place in zip(order, reloads, strict=True):
            if place is not None:
                trips.append((place, []))
            trips[-1][1].append(client)
        if len(trips) <= one.max_reloads + 1:
            yield tuple(Trip(place, tuple(served)) for place, served in trips)


def optimum(problem: Problem) -> float:
    """Return the least cost of routes and prizes; each vehicle type is to have one vehicle."""
    assert all(one.count == 1 for one in problem.vehicle_types)
    count, prize = len(problem.clients), problem.clients.prize

    @cache
    def best(number: int, served: tuple[int, ...]) -> float:
        if not served:
            return 0.0
        one = problem.vehicle_types[number]
        prices = (
            price(problem, SolvedRoute(number, trips))
            for order in permutations(served)
            for trips in _cut(one, order)
        )
        return min((cost for cost in prices if cost is not None), default=np.inf)

    least = np.inf
    for by in product(range(-1, len(problem.vehicle_types)), repeat=count):
        cost = sum(float(prize[k]) for k in range(count) if by[k] == -1)
        for number in range(len(problem.vehicle_types)):
            if cost >= least:
                break
            cost += best(number, tuple(k for k in range(count) if by[k] == number))
        least = min(least, cost)
    return least


def faults(problem: Problem, solution: Solution) -> list[str]:
    """Return what is wrong with a solution, to the second and to the cent."""
    served = [k for route in solution.routes for trip in route.trips for k in trip.clients]
    found = []
    if sorted([*served, *solution.unserved]) != list(range(len(problem.clients))):
        found.append("clients are not each in one route or left out")
    used = [route.vehicle_type for route in solution.routes]
    if len(set(used)) != len(used):
        found.append("a vehicle drives two routes")
    prices = [price(problem, route) for route in solution.routes]
    found += [f"{r} is illegal" for r, p in zip(solution.routes, prices, strict=True) if p is None]
    if not found:
        costs = sum(cost for cost in prices if cost is not None)
        costs += float(problem.clients.prize[list(solution.unserved)].sum())
        if abs(costs - solution.objective) > 1e-6 * max(1.0, costs):
            found.append(f"costs {costs}, not {solution.objective}")
    return found


def small(seed: int) -> Problem:
    """Return five clients, a van under way with goods aboard, and one at the depot.

    Windows, releases, collections, surcharges, overtime, reloads, ends, and room are drawn; about
    half of the draws bind in one way or another.
    """
    draw = Streams(seed, 0).generator("small")
    count = 5
    points = draw.integers(-60, 61, (count + 2, 2)) * 5
    points[DEPOT] = 0
    lengths_m = np.abs(points[:, None] - points[None, :]).sum(axis=2).astype(float)
    times_s = np.ceil(lengths_m / 8)
    aboard = np.arange(count) < 2
    is_collection = (draw.random(count) < 0.3) & ~aboard
    parcels = draw.integers(1, 4, count)
    amount = np.stack([0 * parcels, 0 * parcels, parcels], axis=1)
    opens_s = draw.integers(0, 400, count).astype(float)
    has_window = draw.random(count) < 0.5
    allowed = draw.random((count, 2)) < 0.85
    allowed[aboard] = [True, False]
    left = int(draw.integers(0, 3))
    common = {"closes_at_s": 900.0, "reload_at": (DEPOT,), "cost_per_m": 0.125}
    under_way = kind(
        **common,
        capacity=Load(0, 0, int(max(parcels[aboard].sum() + left, draw.integers(5, 9)))),
        starts_at=ROADSIDE, ends_at=None if draw.random() < 0.3 else DEPOT,
        under_way=True, load_at_start=Load(0, 0, left),
        reload_s=float(draw.integers(0, 60)), max_reloads=int(draw.integers(0, 3)),
        overtime_s=300.0 if draw.random() < 0.3 else 0.0, overtime_cost_per_s=1.0,
    )  # fmt: skip
    at_depot = kind(
        **common,
        capacity=Load(0, 0, int(draw.integers(3, 7))), fixed_cost=float(draw.integers(0, 80)),
        first_loading_s=float(draw.integers(0, 60)), reload_s=60.0,
        max_reloads=int(draw.integers(0, 2)), cost_per_s=0.5,
    )  # fmt: skip
    rows = clients(
        count, 2,
        location=np.arange(2, count + 2),
        delivery=np.where(is_collection[:, None], 0, amount),
        pick_up=np.where(is_collection[:, None], amount, 0),
        service_s=draw.integers(0, 40, count).astype(float),
        opens_at_s=np.where(has_window, opens_s, -1e9),
        closes_at_s=np.where(has_window, opens_s + draw.integers(0, 300, count), 1e9),
        released_at_s=np.where(
            aboard | is_collection | (draw.random(count) < 0.6), -1e9,
            draw.integers(0, 200, count),
        ).astype(float),
        prize=draw.integers(100, 900, count).astype(float),
        allowed=allowed, aboard=aboard,
        surcharge=draw.integers(0, 120, (count, 2)) * (draw.random((count, 2)) < 0.4).astype(float),
    )  # fmt: skip
    return Problem((times_s,), (lengths_m,), rows, (under_way, at_depot))


def without(problem: Problem, **columns: object) -> Problem:
    """Return a problem with columns of its clients replaced."""
    return replace(problem, clients=replace(problem.clients, **columns))
