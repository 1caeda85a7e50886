"""Large problems by districts: whole, within the fleet, never worse for a second round."""

from dataclasses import replace
from functools import partial
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mixed_days import mixed
from solved import ASKED, clients, faults, kind, on_a_line, town

from policies.blocks.bisection import bisected
from policies.solvers import pyvrp
from policies.solvers.districts import Districts, solve
from policies.solvers.sharing import Town
from policies.static import Static
from twin import run
from twin.errors import InputError
from twin.model import Load
from twin.plugins import SOLVERS, load
from twin.solver import Effort, Problem, Solution, SolvedRoute, Trip, VehicleType

SHORT = Effort(120, seed=1)


def on_a_plane(
    points: list[tuple[float, float]], types: list[VehicleType], **columns: Any
) -> Problem:
    """Return clients on a plane, the first point the depot; one metre a second."""
    spots = np.array(points)
    matrix = np.hypot(*(spots[:, None, :] - spots[None, :, :]).transpose(2, 0, 1))
    rows = clients(len(points) - 1, len(types), **columns)
    return Problem((matrix,), (matrix,), rows, tuple(types))


def two_towns(types: list[VehicleType], **columns: Any) -> Problem:
    """Return six doors 1 km west of the depot, 10 m apart in two rows, and six 1 km east."""
    blocks = [
        (side * (1000.0 + 10.0 * (k % 3)), 10.0 * (k // 3)) for side in (-1, 1) for k in range(6)
    ]
    return on_a_plane([(0.0, 0.0), *blocks], types, **columns)


WEST, EAST = list(range(6)), list(range(6, 12))


def test_it_is_found_by_name() -> None:
    """As a solver that scenarios and benchmarks can name."""
    assert load("districts", SOLVERS) is solve


def test_two_towns_are_two_districts_with_a_vehicle_each() -> None:
    """One vehicle goes west, one east, each on the shortest of all 720 tours through six doors."""
    problem = two_towns([kind(count=2, capacity=Load(6000, 9, 9))])
    way = problem.times_s[0]
    tours = [(0, *order, 0) for order in permutations(range(1, 7))]
    shortest = min(sum(way[a, b] for a, b in pairwise(tour)) for tour in tours)

    parts = Town(problem).parts((), 2)
    found = Districts(size=6)(problem, SHORT)

    assert sorted(part.clients for part in parts) == [WEST, EAST]
    assert [part.problem.vehicle_types[0].count for part in parts] == [1, 1]
    assert sorted(sorted(route.trips[0].clients) for route in found.routes) == [WEST, EAST]
    assert found.objective == pytest.approx(2 * shortest, abs=2.0)
    assert found.feasible


def test_vehicles_go_where_the_work_is() -> None:
    """Service of 10 min in the west and of 30 min in the east: of four vehicles one and three.

    Both towns have a route, so they stay whole; the two vehicles without one go where they lack.
    """
    service_s = [600.0] * 6 + [1800.0] * 6
    problem = two_towns([kind(count=4, closes_at_s=7200.0)], service_s=service_s)
    routes = [SolvedRoute(0, (Trip(0, tuple(doors)),)) for doors in (WEST, EAST)]

    parts = Town(problem).parts(routes, 2)

    shares = {tuple(part.clients): part.problem.vehicle_types[0].count for part in parts}
    assert shares == {tuple(WEST): 1, tuple(EAST): 3}


def test_whoever_one_vehicle_alone_may_serve_is_in_its_district() -> None:
    """The goods for a door in the east are aboard a vehicle under way in the west.

    So are those for five doors in the west.
    """
    van = kind(count=1, under_way=True, starts_at=1, load_at_start=Load(1000, 0, 1))
    others = kind(count=2)
    aboard = np.array([k < 5 or k == 11 for k in range(12)])
    problem = two_towns([van, others], aboard=aboard, allowed=np.stack([aboard, ~aboard], axis=1))

    parts = Town(problem).parts((), 2)
    found = Districts(size=6)(problem, SHORT)

    with_van = next(part for part in parts if 0 in part.types)
    assert {0, 1, 2, 3, 4, 11} <= set(with_van.clients)
    assert found.unserved == ()
    (mine,) = [route for route in found.routes if route.vehicle_type == 0]
    assert sorted(mine.trips[0].clients) == [0, 1, 2, 3, 4, 11]
    assert mine.trips[0].starts_at == 1


def test_surcharges_are_carried_into_districts() -> None:
    """Two vehicles alike, but a stop by the first costs 100 more: the dear one stays at home."""
    surcharge = np.stack([np.full(12, 100.0), np.zeros(12)], axis=1)
    problem = two_towns([kind(count=2), kind(count=2)], surcharge=surcharge)

    found = Districts(size=6)(problem, SHORT)

    assert {route.vehicle_type for route in found.routes} == {1}


def test_a_small_problem_is_solved_as_a_whole() -> None:
    """Fewer than one and a half districts: what the solver inside finds, step for step."""
    problem = town(1, 20)

    assert solve(problem, SHORT) == pyvrp.solve(problem, SHORT)
    assert Districts(size=14)(problem, SHORT) == pyvrp.solve(problem, SHORT)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 500), size=st.integers(5, 20), rounds=st.integers(1, 3))
def test_every_client_once_no_vehicle_twice_and_every_rule_kept(
    seed: int, size: int, rounds: int
) -> None:
    """Windows, three loads, tours, releases, two types that may not serve everybody."""
    problem = town(seed, 40)

    solution = Districts(size=size, rounds=rounds)(problem, SHORT)

    assert faults(problem, solution) == []
    assert solution.iterations <= SHORT.iterations


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 500), count=st.integers(2, 6))
def test_districts_hold_each_client_and_each_vehicle_once(seed: int, count: int) -> None:
    """With routes to keep whole and without; a vehicle with a route is where its route is."""
    problem = town(seed, 40)
    routes = pyvrp.solve(problem, Effort(20)).routes

    for kept in ((), routes):
        parts = Town(problem).parts(kept, count)

        assert sorted(client for part in parts for client in part.clients) == list(range(40))
        for number, one in enumerate(problem.vehicle_types):
            there = [
                part.problem.vehicle_types[part.types.index(number)].count
                for part in parts
                if number in part.types
            ]
            assert sum(there) == one.count
        begun = [len(part.problem.initial) for part in parts]
        assert sum(begun) == len(kept)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 500))
def test_a_second_round_is_never_worse_than_the_first(seed: int) -> None:
    """With the steps of the first round the same: more rounds of them only ever gain."""
    problem = town(seed, 45)

    costs = [
        Districts(size=15, rounds=rounds)(problem, Effort(40 * rounds, seed=2)).objective
        for rounds in (1, 2, 3)
    ]

    assert costs[1] <= costs[0]
    assert costs[2] <= costs[1]


def test_a_round_that_finds_nothing_better_changes_nothing() -> None:
    """A solver that serves nobody from its third call on: the routes of the first round stay."""
    problem = two_towns([kind(count=2)])
    calls: list[int] = []

    def tired(part: Problem, effort: Effort, /) -> Solution:
        calls.append(len(part.clients))
        if len(calls) <= 2:
            return pyvrp.solve(part, effort)
        left = tuple(range(len(part.clients)))
        return Solution((), left, 1e6 * len(left), 0, feasible=True)

    found = Districts(size=6, rounds=2, inner=tired)(problem, SHORT)

    assert len(calls) > 2
    assert found.unserved == ()
    assert sum(calls[:2]) == sum(calls[2:]) == 12


def test_what_was_left_out_is_tried_again_across_the_border() -> None:
    """Twelve doors on a line, three vehicles for four each, two districts.

    One of them has six doors and one vehicle, so two doors are left out; in the second round the
    borders lie elsewhere, and the third vehicle takes them.
    """
    problem = on_a_line(list(range(100, 1300, 100)), [kind(count=3, capacity=Load(4000, 9, 9))])

    first = Districts(size=6, rounds=1)(problem, SHORT)
    second = Districts(size=6, rounds=2)(problem, SHORT)

    assert len(first.unserved) == 2  # six doors, one vehicle for four: three vehicles on two halves
    assert second.unserved == ()


def test_equal_problems_give_equal_solutions() -> None:
    """Nothing is kept from the first time."""
    problem, by_districts = town(7, 60), Districts(size=15)

    assert by_districts(problem, SHORT) == by_districts(problem, SHORT)


def test_many_steps_make_more_rounds() -> None:
    """A step and a half for each client a round: 12 clients and 90 steps are 5 rounds of 18.

    Two districts of six clients with 9 of them each; three make no third out of two routes.
    """
    asked: list[int] = []

    def counted(part: Problem, effort: Effort, /) -> Solution:
        asked.append(effort.iterations)
        return pyvrp.solve(part, effort)

    Districts(size=6, inner=counted)(two_towns([kind(count=12)]), Effort(90))

    assert asked == [9] * 10


def test_routes_to_begin_with_are_begun_with() -> None:
    """With no step to make and one round, the routes that were given come back."""
    problem = two_towns([kind(count=2)])
    given_routes = (
        SolvedRoute(0, (Trip(0, tuple(WEST)),)),
        SolvedRoute(0, (Trip(0, tuple(EAST)),)),
    )

    found = Districts(size=6, rounds=1)(replace(problem, initial=given_routes), Effort(0))

    assert set(found.routes) == set(given_routes)


def test_static_plans_many_visits_by_districts(monkeypatch: pytest.MonkeyPatch) -> None:
    """From ten visits on by districts of five: the solver never sees them all at once."""
    monkeypatch.setattr("policies.solvers.planning.Districts", partial(Districts, size=5))
    day, largest = mixed(3, 60), {}
    for districts_from in (10, 1500):
        ASKED.clear()
        make = partial(
            Static, iterations=30, solver="solved:recorded", districts_from=districts_from
        )
        run(day, make)
        largest[districts_from] = max(len(problem.clients) for problem in ASKED)

    assert largest[1500] >= 15
    assert largest[10] < largest[1500]


def test_sizes_that_make_no_sense_are_refused_together() -> None:
    """Both, with their values."""
    with pytest.raises(InputError) as caught:
        Districts(size=0, rounds=0)

    assert caught.value.problems == (
        "size is 0, expected at least 1",
        "rounds is 0, expected at least 1",
    )


@settings(max_examples=60, deadline=None)
@given(
    work=st.lists(st.integers(1, 20), min_size=1, max_size=60),
    parts=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_work_is_balanced_within_one_and_a_half_items(
    work: list[int], parts: int, seed: int
) -> None:
    """Every item in one part, and no part off its equal share by more than the stated bound."""
    number = np.arange(len(work))
    spots = np.stack([(number * 37 + seed * 11) % 101, (number * 53 + seed * 29) % 103]) * 1.0

    def away_s(point: int) -> np.ndarray:
        return np.hypot(*(spots - spots[:, [point]]))

    cut = bisected(np.array(work, float), [1.0] * parts, away_s)

    assert sorted(np.concatenate(cut).tolist()) == number.tolist()
    for part in cut:
        off = abs(sum(work[k] for k in part) - sum(work) / parts)
        assert off <= 1.5 * max(work)


def test_shares_decide_who_gets_more() -> None:
    """Twelve equal doors on a line, shares of one and three: three doors and nine."""
    spots = np.arange(12.0)

    first, second = bisected(np.ones(12), [1.0, 3.0], lambda point: abs(spots - spots[point]))

    assert sorted([len(first), len(second)]) == [3, 9]
    assert len(first) == 3
    assert np.ptp(first) == 2


def test_an_item_of_several_points_is_never_cut() -> None:
    """Three zones of four doors on a line, two parts: one zone, and the two others."""
    spots, zone = np.arange(12.0), np.repeat([0, 1, 2], 4)

    cut = bisected(np.ones(3), [1.0, 2.0], lambda point: abs(spots - spots[point]), zone)

    assert [part.tolist() for part in cut] in ([[0], [1, 2]], [[2], [0, 1]])


def test_where_no_way_leads_is_far_away() -> None:
    """Two islands: each is a part, whatever way there is between them."""
    island = np.array([0, 0, 0, 1, 1, 1])

    cut = bisected(
        np.ones(6), [1.0, 1.0], lambda point: np.where(island == island[point], 1.0, np.inf)
    )

    assert sorted(part.tolist() for part in cut) == [[0, 1, 2], [3, 4, 5]]
