"""Solvers behind the contract: every rule kept, nothing left to chance or the clock."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solved import faults, kind, on_a_line, town

from twin.errors import InputError
from twin.model import Load
from twin.plugins import SOLVERS, installed, load
from twin.solver import Effort, SolvedRoute, Solver, Trip

SHORT = Effort(200, seed=1)


NAMES = sorted(name for name, point in installed(SOLVERS).items() if "policies" in point.value)


@pytest.fixture(params=NAMES)
def solve(request: pytest.FixtureRequest) -> Solver:
    """Return each of our solvers in turn."""
    return load(request.param, SOLVERS)


def test_solvers_are_found_by_name() -> None:
    """They are behind their entry points."""
    assert {"ortools", "pyvrp"} <= set(NAMES)


def test_one_vehicle_goes_out_and_back_along_the_line(solve: Solver) -> None:
    """Doors 100, 300 and 200 m out, 1 m/s at 1 a second: out and back is 600 s."""
    problem = on_a_line([100, 300, 200], [kind()])

    solution = solve(problem, SHORT)

    assert faults(problem, solution) == []
    assert solution.unserved == ()
    assert solution.feasible
    assert solution.objective == pytest.approx(600)


def test_load_binds_in_each_dimension(solve: Solver) -> None:
    """Three parcels of 1 kg: a vehicle for two of them makes a second one necessary."""
    for capacity in (Load(2000, 9, 9), Load(9999, 9, 2)):
        problem = on_a_line([100, 110, 120], [kind(count=2, capacity=capacity)])

        solution = solve(problem, SHORT)

        assert faults(problem, solution) == []
        assert len(solution.routes) == 2
        assert solution.unserved == ()


def test_what_does_not_fit_one_load_is_fetched_on_a_second_tour(solve: Solver) -> None:
    """One vehicle for two of three parcels: two trips, the second loaded for 600 s.

    Out to 120 and back, 600 s of loading, out to 100 and back: 240 + 600 + 200 = 1,040 s, or
    with the nearer two first the same.
    """
    tours = kind(capacity=Load(2000, 9, 9), reload_at=(0,), reload_s=600.0, max_reloads=5)
    problem = on_a_line([100, 110, 120], [tours])

    solution = solve(problem, SHORT)

    assert faults(problem, solution) == []
    assert solution.unserved == ()
    assert [len(route.trips) for route in solution.routes] == [2]
    assert solution.objective == pytest.approx(1040)


def test_loading_at_the_start_takes_its_time(solve: Solver) -> None:
    """300 s of loading before 100 s of driving: a window that closes at 399 s is missed."""
    for closes_at_s, unserved in ((400.0, ()), (399.0, (0,))):
        problem = on_a_line([100], [kind(first_loading_s=300.0)], closes_at_s=[closes_at_s])
        assert solve(problem, SHORT).unserved == unserved


def test_windows_belong_to_the_service_with_both_ends(solve: Solver) -> None:
    """Reached after 100 s at the earliest: windows that close at 100 s and at 99.875 s."""
    for closes_at_s, unserved in ((100.0, ()), (99.875, (0,))):
        problem = on_a_line([100], [kind()], closes_at_s=[closes_at_s])
        assert solve(problem, SHORT).unserved == unserved


def test_a_trip_waits_for_goods_to_be_released(solve: Solver) -> None:
    """Released at 500 s and 100 s away: open until 600 s is enough, until 599 s is not."""
    for closes_at_s, unserved in ((600.0, ()), (599.0, (0,))):
        problem = on_a_line([100], [kind()], released_at_s=[500.0], closes_at_s=[closes_at_s])
        assert solve(problem, SHORT).unserved == unserved


def test_working_time_ends_with_the_overtime_allowed(solve: Solver) -> None:
    """200 s of driving in a shift of 150 s: only with 50 s of overtime, which is paid extra."""
    short = kind(closes_at_s=150.0)
    paid = replace(short, overtime_s=50.0, overtime_cost_per_s=2.0)

    assert solve(on_a_line([100], [short]), SHORT).unserved == (0,)
    solution = solve(on_a_line([100], [paid]), SHORT)
    assert solution.unserved == ()
    assert solution.objective == pytest.approx(200 + 50 * 2)


def test_overtime_counts_from_the_end_of_the_shift_not_from_when_the_van_left(
    solve: Solver,
) -> None:
    """A shift from 1,000 to 1,150 s and a door that opens at 1,300 s, 100 s away.

    On the way from the shift's begin to 1,400 s: 400 s, and 250 s of them overtime at 2 more.
    """
    late = kind(opens_at_s=1000.0, closes_at_s=1150.0, overtime_s=400.0, overtime_cost_per_s=2.0)
    problem = on_a_line([100], [late, kind()], opens_at_s=[1300.0], allowed=[[True, False]])

    assert solve(problem, SHORT).objective == pytest.approx(400 + 250 * 2)


def test_what_is_dearer_than_its_prize_is_left_out_and_counted(solve: Solver) -> None:
    """A door 1,000 m out costs 2,000; for a prize of 1,999 nobody goes."""
    for prize, unserved in ((1999.0, (0,)), (2001.0, ())):
        problem = on_a_line([1000], [kind()], prize=[prize])
        solution = solve(problem, SHORT)
        assert solution.unserved == unserved
        assert solution.objective == pytest.approx(min(prize, 2000))
        assert solution.feasible


def test_a_client_that_must_be_served_and_cannot_makes_a_solution_infeasible(
    solve: Solver,
) -> None:
    """The other client is served all the same."""
    problem = on_a_line([100, 200], [kind()], prize=[np.inf, np.inf], closes_at_s=[1e9, 10.0])

    solution = solve(problem, SHORT)

    assert faults(problem, solution) == []
    assert not solution.feasible
    assert 1 in solution.unserved


def test_types_serve_only_whom_they_may(solve: Solver) -> None:
    """The second type costs nothing, but may serve only the first two."""
    free = kind(cost_per_s=0.0)
    allowed = [[True, True], [True, True], [True, False], [False, False]]
    problem = on_a_line([100, 110, 120, 130], [kind(), free], allowed=allowed, service_s=[10.0] * 4)

    solution = solve(problem, SHORT)

    assert faults(problem, solution) == []
    assert solution.unserved == (3,)
    by_type = {route.vehicle_type: route.trips[0].clients for route in solution.routes}
    assert by_type[0] == (2,)
    assert sorted(by_type[1]) == [0, 1]


def test_a_vehicle_without_an_end_stays_where_its_last_client_is(solve: Solver) -> None:
    """Doors 100 m and 300 m out: 300 s, and no way back."""
    problem = on_a_line([100, 300], [kind(ends_at=None)])

    solution = solve(problem, SHORT)

    assert solution.routes == (SolvedRoute(0, (Trip(0, (0, 1)),)),)
    assert solution.objective == pytest.approx(300)


def test_where_no_way_leads_nobody_goes(solve: Solver) -> None:
    """Only the dearer type knows a way to the second door, and the first lies on it."""
    problem = on_a_line([100, 200], [kind(), kind(profile=1, cost_per_s=9.0)])
    closed = problem.times_s[0].copy()
    closed[:, 2] = np.inf
    problem = replace(problem, times_s=(closed, problem.times_s[1]))

    solution = solve(problem, SHORT)

    assert faults(problem, solution) == []
    assert [route.vehicle_type for route in solution.routes] == [1]
    assert solution.unserved == ()


def test_collections_take_room_that_deliveries_left(solve: Solver) -> None:
    """Room for one parcel: delivering before collecting on the way out, never the other way."""
    problem = on_a_line(
        [100, 100],
        [kind(capacity=Load(10**6, 9, 1))],
        delivery=[[0, 0, 1], [0, 0, 0]],
        pick_up=[[0, 0, 0], [0, 0, 1]],
    )

    solution = solve(problem, SHORT)

    assert solution.routes == (SolvedRoute(0, (Trip(0, (0, 1)),)),)


def test_given_routes_are_where_the_search_begins(solve: Solver) -> None:
    """With no step to make, the routes that were given come back."""
    problem = on_a_line([100, 300, 200], [kind(max_reloads=1, reload_at=(0,))])
    given_routes = (SolvedRoute(0, (Trip(0, (2, 0)), Trip(0, (1,)))),)

    solution = solve(replace(problem, initial=given_routes), Effort(0))

    assert solution.routes == given_routes
    assert solution.iterations == 0


def test_nothing_to_do_and_nobody_to_do_it(solve: Solver) -> None:
    """No client, no vehicle, no client that anyone may serve: no routes, and no failure."""
    assert solve(on_a_line([], [kind()]), SHORT).routes == ()
    nobody = on_a_line([100], [kind()])
    nobody = replace(
        nobody, vehicle_types=(), clients=replace(nobody.clients, allowed=np.ones((1, 0), bool))
    )
    assert solve(nobody, SHORT).unserved == (0,)
    assert solve(on_a_line([100], [kind()], allowed=[[False]]), SHORT).unserved == (0,)


def test_too_much_work_is_done_in_part_even_without_a_search(solve: Solver) -> None:
    """Ten doors 100 m out, 600 s at each, one shift of 2,000 s: three fit, whatever the effort.

    Out and back is 200 s, so 1,800 s are left for three at most.
    """
    spots = {"service_s": [600.0] * 10, "prize": [1e7] * 10}
    problem = on_a_line([100.0] * 10, [kind(closes_at_s=2000.0)], **spots)

    for iterations in (0, 1, 300):
        solution = solve(problem, Effort(iterations))
        assert faults(problem, solution) == []
        assert len(solution.unserved) == 7


def test_search_stops_on_steps(solve: Solver) -> None:
    """As many steps as asked for, or fewer when nothing improves."""
    problem = on_a_line([100, 300, 200], [kind()])

    assert solve(problem, Effort(30)).iterations == 30
    assert solve(problem, Effort(500, no_improvement=10)).iterations < 500


def test_a_crooked_problem_is_refused_with_every_fault() -> None:
    """A location that is not there, a window that never opens, a type without a vehicle."""
    with pytest.raises(InputError) as refused:
        on_a_line([1, 2], [kind(count=0, starts_at=7)], opens_at_s=[5, 5], closes_at_s=[9, 4])
    assert len(refused.value.problems) == 3
    assert "client 1 has a window that never opens" in str(refused.value)
    with pytest.raises(InputError, match="seed"):
        Effort(1, seed=-1)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 60))
def test_routes_share_the_clients_out_and_keep_every_rule(name: str, seed: int, count: int) -> None:
    """Each client once or left out; load, windows, releases, tours, types and shifts kept."""
    problem = town(seed, count)

    assert faults(problem, load(name, SOLVERS)(problem, Effort(60, seed=seed))) == []


PRINTED = """
from policies.solvers.{name} import solve
from solved import town
from twin.solver import Effort

print(solve(town(3, 40), Effort(100, seed=7)))
"""


@pytest.mark.parametrize("name", NAMES)
def test_equal_seeds_give_equal_routes_in_any_process(name: str) -> None:
    """A fresh process under another hash seed prints the same solution, to the last digit."""
    solve = load(name, SOLVERS)
    here = repr(solve(town(3, 40), Effort(100, seed=7)))
    path = os.pathsep.join(sys.path)

    for hash_seed in ("0", "4711"):
        there = subprocess.run(  # noqa: S603
            [sys.executable, "-c", PRINTED.format(name=name)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout.strip() == here
    if name == "pyvrp":  # the other one draws nothing
        assert repr(solve(town(3, 40), Effort(100, seed=8))) != here
