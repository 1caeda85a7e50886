"""Problems for solvers made by hand, and a check of solutions that shares nothing with solvers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from policies.solvers.pyvrp import solve
from twin.model import Load
from twin.solver import Clients, Effort, Problem, Solution, SolvedRoute, VehicleType
from twin.units import TICK_S

HOUR_S = 3600.0

ASKED: list[Problem] = []
"""What `recorded` was asked, the last at the end."""


def recorded(problem: Problem, effort: Effort, /) -> Solution:
    """Return what PyVRP does, and remember the question; as a solver it is ``solved:recorded``."""
    ASKED.append(problem)
    return solve(problem, effort)


def kind(**given: Any) -> VehicleType:
    """Return one vehicle with room for everything, at location 0 from 0 to 10 h."""
    usual: dict[str, Any] = {
        "count": 1,
        "capacity": Load(10**9, 10**9, 10**6),
        "starts_at": 0,
        "ends_at": 0,
        "opens_at_s": 0.0,
        "closes_at_s": 10 * HOUR_S,
    }
    return VehicleType(**{**usual, **given})


def on_a_line(at_m: Sequence[float], types: Sequence[VehicleType], **columns: Any) -> Problem:
    """Return clients on a line through location 0, one metre a second.

    Clients weigh 1 kg each, take no time, may be served at any time by anything, and leaving one
    out costs a million, unless `columns` say otherwise.
    """
    spots = np.array([0.0, *at_m])
    matrix = np.abs(spots[:, None] - spots[None, :])
    profiles = max(one.profile for one in types) + 1
    return Problem(
        (matrix,) * profiles, (matrix,) * profiles, clients(len(at_m), len(types), **columns),
        tuple(types),
    )  # fmt: skip


def clients(count: int, types: int, **columns: Any) -> Clients:
    """Return clients at locations 1, 2, ..."""
    usual = Clients(
        location=np.arange(1, count + 1),
        delivery=np.tile([1000, 0, 1], (count, 1)),
        pick_up=np.zeros((count, 3), np.int64),
        service_s=np.zeros(count),
        opens_at_s=np.full(count, -1e9),
        closes_at_s=np.full(count, 1e9),
        released_at_s=np.full(count, -1e9),
        prize=np.full(count, 1e6),
        allowed=np.ones((count, types), bool),
    )
    return replace(usual, **{name: np.asarray(value) for name, value in columns.items()})


def town(seed: int, count: int) -> Problem:
    """Return clients of a small town by a formula: windows, three loads, two types, tours."""
    number = np.arange(count)
    spots = np.stack([(number * 37 + seed * 11) % 101, (number * 53 + seed * 29) % 103]) * 40.0
    points = np.concatenate([[[2000.0], [2000.0]], spots], axis=1)
    matrix = np.abs(points[:, :, None] - points[:, None, :]).sum(axis=0)
    opens_at_s = (number * 17 % 5) * 1200.0
    vans = kind(
        count=3, capacity=Load(9000, 10**6, 100), closes_at_s=2.5 * HOUR_S, cost_per_m=0.2e-3,
        cost_per_s=25 / 3600, reload_at=(0,), reload_s=300.0, max_reloads=3,
    )  # fmt: skip
    bikes = kind(
        count=2, capacity=Load(4000, 10**6, 4), closes_at_s=2 * HOUR_S, overtime_s=900.0,
        cost_per_s=20 / 3600, overtime_cost_per_s=10 / 3600, reload_at=(0,), reload_s=60.0,
        max_reloads=5,
    )  # fmt: skip
    problem = on_a_line(
        [0.0] * count,
        [vans, bikes],
        service_s=np.full(count, 90.0) + number % 7,
        opens_at_s=np.where(number % 3 == 0, opens_at_s, -1e9),
        closes_at_s=np.where(number % 3 == 0, opens_at_s + 1800.0, 1e9),
        released_at_s=np.where(number % 8 == 0, 1000.0, -1e9),
        pick_up=np.stack([(number % 9 == 0) * 700, 0 * number, number % 9 == 0], axis=1),
        allowed=np.stack([number % 11 != 5, number % 4 != 1], axis=1),
        prize=np.full(count, 50.0),
    )
    return replace(problem, times_s=(matrix / 5.0,), lengths_m=(matrix,))


def faults(problem: Problem, solution: Solution) -> list[str]:
    """Return every rule that a solution breaks: who is served, load, windows, working time."""
    served = [k for route in solution.routes for trip in route.trips for k in trip.clients]
    found = []
    if sorted([*served, *solution.unserved]) != list(range(len(problem.clients))):
        found.append("clients are not each in one route or left out")
    for number, one in enumerate(problem.vehicle_types):
        used = sum(route.vehicle_type == number for route in solution.routes)
        if used > one.count:
            found.append(f"{used} vehicles of type {number}, there are {one.count}")
    for route in solution.routes:
        found.extend(_overload(problem, route))
        found.extend(_late(problem, route))
    return found


def _overload(problem: Problem, route: SolvedRoute) -> list[str]:
    one, rows = problem.vehicle_types[route.vehicle_type], problem.clients
    capacity = np.array([one.capacity.grams, one.capacity.millilitres, one.capacity.parcels])
    found = [] if len(route.trips) <= one.max_reloads + 1 else ["too many trips"]
    for trip in route.trips:
        aboard = rows.delivery[list(trip.clients)].sum(axis=0)
        if (aboard > capacity).any():
            found.append(f"{aboard} loaded of {capacity}")
        for client in trip.clients:
            if not rows.allowed[client, route.vehicle_type]:
                found.append(f"client {client} by type {route.vehicle_type}")
            aboard = aboard - rows.delivery[client] + rows.pick_up[client]
            if (aboard > capacity).any():
                found.append(f"{aboard} aboard of {capacity} after client {client}")
    return found


def _late(problem: Problem, route: SolvedRoute) -> list[str]:
    """Drive a route as early as it can be; each leg may be rounded by half a tick."""
    one, rows = problem.vehicle_types[route.vehicle_type], problem.clients
    times_s = problem.times_s[one.profile]
    at_s, place, legs, found = one.opens_at_s, one.starts_at, 0, []
    for number, trip in enumerate(route.trips):
        at_s += times_s[place, trip.starts_at]
        released_at_s = max(rows.released_at_s[client] for client in trip.clients)
        at_s = max(at_s, released_at_s) + (one.reload_s if number else one.first_loading_s)
        place = trip.starts_at
        for client in trip.clients:
            at_s, legs = at_s + times_s[place, rows.location[client]], legs + 1
            place = int(rows.location[client])
            at_s = max(at_s, rows.opens_at_s[client])
            if at_s > rows.closes_at_s[client] + legs * TICK_S:
                found.append(f"client {client} at {at_s}, closed at {rows.closes_at_s[client]}")
            at_s += rows.service_s[client]
    if one.ends_at is not None:
        at_s += times_s[place, one.ends_at]
    if at_s > one.closes_at_s + one.overtime_s + (legs + 1) * TICK_S:
        found.append(f"ends at {at_s}, works until {one.closes_at_s + one.overtime_s}")
    return found
