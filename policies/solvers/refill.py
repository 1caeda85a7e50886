"""Clients left out, put in behind a reload of a vehicle under way.

A move that PyVRP's search does not make: it puts a reload only beside a client that stays where
its neighbours are, so a vehicle that holds nothing for anybody never gets to its first one.
"""

from collections.abc import Iterator

import pyvrp

Cost = int
Activities = list[pyvrp.Activity]


def refilled(
    data: pyvrp.ProblemData, found: pyvrp.Solution, under_way: list[int]
) -> pyvrp.Solution:
    """Return a feasible solution in which no client can be put in so and be worth its cost.

    Parameters
    ----------
    under_way
        The vehicle types whose routes are tried. Others stay as they are.
    """
    routes = list(found.routes())
    for left_out in _by_prize(data, found):
        free = _unused(data, routes, under_way)
        tried = [(k, one) for k, one in enumerate(routes) if one.vehicle_type() in under_way]
        best: tuple[Cost, int, pyvrp.Route] | None = None
        for number, route in [*tried, *((-1, pyvrp.Route(data, _none(), kind)) for kind in free)]:
            before = _cost(route) if len(route) > 2 else 0  # noqa: PLR2004, start and end
            for candidate in _candidates(data, route, left_out):
                cost = _cost(candidate) - before
                if candidate.is_feasible() and (best is None or cost < best[0]):
                    best = (cost, number, candidate)
        if best is not None and best[0] < data.client(left_out).prize:
            _, number, candidate = best
            routes = [*routes[:number], *routes[number + 1 :]] if number >= 0 else routes
            routes.append(candidate)
    return pyvrp.Solution(data, routes)


def _by_prize(data: pyvrp.ProblemData, found: pyvrp.Solution) -> list[int]:
    """Return the clients left out, the dearest first, then by number."""
    left_out = [activity.idx for activity in found.unplanned()]
    return sorted(left_out, key=lambda client: (-data.client(client).prize, client))


def _none() -> Activities:
    return []


def _unused(data: pyvrp.ProblemData, routes: list[pyvrp.Route], types: list[int]) -> list[int]:
    used = [route.vehicle_type() for route in routes]
    return [kind for kind in types if used.count(kind) < data.vehicle_type(kind).num_available]


def _candidates(data: pyvrp.ProblemData, route: pyvrp.Route, client: int) -> Iterator[pyvrp.Route]:
    """Yield a route with a client at each place, with and without a reload before it."""
    number = route.vehicle_type()
    kind = data.vehicle_type(number)
    done = [pyvrp.Activity(one.type, one.idx) for one in route][1:-1]
    visit = pyvrp.Activity(pyvrp.ActivityType.CLIENT, client)
    can_reload = route.num_trips() < kind.max_trips
    reloads = [
        [pyvrp.Activity(pyvrp.ActivityType.DEPOT, depot)]
        for depot in (kind.reload_depots if can_reload else [])
    ]
    for place in range(len(done) + 1):
        for reload in [_none(), *reloads]:
            yield pyvrp.Route(data, [*done[:place], *reload, visit, *done[place:]], number)


def _cost(route: pyvrp.Route) -> Cost:
    return route.fixed_vehicle_cost() + route.distance_cost() + route.duration_cost()
