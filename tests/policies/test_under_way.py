"""Planning again in the middle of a day: vehicles under way, goods aboard, prices of moving."""

import sys
from dataclasses import replace

import exhaustive
import numpy as np
import pytest
from exhaustive import ROADSIDE, optimum, small, without
from hypothesis import given, settings
from hypothesis import strategies as st
from solved import kind, on_a_line

from twin.errors import InputError
from twin.model import Load
from twin.plugins import SOLVERS, load
from twin.solver import Effort, SolvedRoute, Solver, Trip, VehicleType

NAMES = ("ortools", "pyvrp")
SHORT = Effort(200, seed=1)
HALF_WAY = 1
PARCEL, NONE = [0, 0, 1], [0, 0, 0]


@pytest.fixture(params=NAMES)
def solve(request: pytest.FixtureRequest) -> Solver:
    """Return each of our solvers in turn."""
    return load(request.param, SOLVERS)


def under_way(**given: object) -> VehicleType:
    """Return a van on the line at the first client's place, that may reload at location 0."""
    return kind(under_way=True, starts_at=HALF_WAY, reload_at=(0,), max_reloads=3, **given)


def best_found(name: str, seed: int, iterations: int) -> None:
    problem = small(seed)

    solution = load(name, SOLVERS)(problem, Effort(iterations, seed=seed))

    assert exhaustive.faults(problem, solution) == []
    least = optimum(problem)
    assert solution.objective >= least - 1e-6
    if solution.iterations <= iterations:  # more: searched again with less room than there is
        assert solution.objective == pytest.approx(least, rel=1e-3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(8))
def test_nothing_beats_what_is_found_for_a_small_day(name: str, seed: int) -> None:
    """Against every route there is: two vans, one under way, five clients."""
    best_found(name, seed, 700)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(8, 120))
def test_nothing_beats_what_is_found_for_many_small_days(name: str, seed: int) -> None:
    """The same for a hundred more days."""
    best_found(name, seed, 1500)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_short_search_breaks_no_rule_either(name: str, seed: int) -> None:
    """Twenty steps: perhaps not the best, but legal, and its cost is what it says."""
    problem = small(seed)

    solution = load(name, SOLVERS)(problem, Effort(20, seed=seed))

    assert exhaustive.faults(problem, solution) == []


def test_a_van_under_way_reloads_before_it_brings_what_it_does_not_hold(solve: Solver) -> None:
    """It is at the first door, 100 m out; the next is at 150 m, where its goods are not aboard.

    Back to the depot, loading for 60 s, out to 150 m and back: 100 + 60 + 300 s. With the goods
    aboard it is 50 s out and 150 s back.
    """
    van = under_way(reload_s=60.0)
    problem = on_a_line([100, 150], [van], aboard=[True, False], closes_at_s=[50.0, 1e9])

    solution = solve(problem, SHORT)

    assert solution.routes == (SolvedRoute(0, (Trip(1, (0,)), Trip(0, (1,)))),)
    assert solution.objective == pytest.approx(460)
    everything_aboard = without(problem, aboard=np.array([True, True]))
    assert solve(everything_aboard, SHORT).objective == pytest.approx(200)
    stuck = replace(problem, vehicle_types=(replace(van, max_reloads=0),))
    assert solve(stuck, SHORT).unserved == (1,)


def test_a_van_that_reloads_at_once_has_an_empty_first_trip(solve: Solver) -> None:
    """Nothing is aboard, so its first trip serves nobody; and it can begin the search so."""
    problem = on_a_line([100, 150], [under_way()])

    solution = solve(problem, SHORT)

    assert [trip.starts_at for trip in solution.routes[0].trips] == [1, 0]
    assert solution.routes[0].trips[0].clients == ()
    assert solve(replace(problem, initial=solution.routes), Effort(0)).routes == solution.routes


def test_a_collection_needs_no_loading(solve: Solver) -> None:
    """It lies on the way home, 50 m from where the van is."""
    problem = on_a_line([100, 50], [under_way()], delivery=[PARCEL, NONE], aboard=[True, False])
    problem = without(problem, pick_up=np.array([NONE, PARCEL]))

    solution = solve(problem, SHORT)

    assert solution.routes == (SolvedRoute(0, (Trip(1, (0, 1)),)),)
    assert solution.objective == pytest.approx(100)


def test_what_nobody_takes_is_in_the_way_until_the_first_reload(solve: Solver) -> None:
    """A failed parcel in a van for two: two parcels cannot be collected before the reload.

    100 s back and then 150 m out and back; without the failed parcel 50 s out and 150 s back.
    """
    van = under_way(capacity=Load(0, 0, 2), load_at_start=Load(0, 0, 1))
    problem = on_a_line([100, 150], [van], delivery=[NONE, NONE], pick_up=[NONE, [0, 0, 2]])

    assert solve(problem, SHORT).objective == pytest.approx(400)
    emptied = replace(problem, vehicle_types=(replace(van, load_at_start=Load()),))
    assert solve(emptied, SHORT).objective == pytest.approx(200)


def test_goods_aboard_take_room_although_nobody_is_there_to_take_them(solve: Solver) -> None:
    """Two parcels fill the van; their door opens too late, so a collection waits for a reload."""
    van = under_way(capacity=Load(0, 0, 2), closes_at_s=1000.0)
    problem = on_a_line(
        [100, 150], [van], delivery=[[0, 0, 2], NONE], pick_up=[NONE, PARCEL],
        aboard=[True, False], opens_at_s=[2000, 0], closes_at_s=[3000, 1000],
    )  # fmt: skip

    solution = solve(problem, SHORT)

    assert solution.unserved == (0,)
    assert solution.routes == (SolvedRoute(0, (Trip(1, ()), Trip(0, (1,)))),)


def test_goods_aboard_may_go_out_again_after_a_reload(solve: Solver) -> None:
    """A door that opens at 1,000 s, and a parcel to be fetched for one that closes at 400 s."""
    problem = on_a_line(
        [100, 150], [under_way()], aboard=[True, False],
        opens_at_s=[1000, 0], closes_at_s=[2000, 400],
    )  # fmt: skip

    solution = solve(problem, SHORT)

    assert exhaustive.faults(problem, solution) == []
    assert [trip.clients for trip in solution.routes[0].trips] == [(), (1, 0)]


@pytest.mark.parametrize("cost_per_m", [0.0, 0.5])
def test_an_order_is_moved_only_for_more_than_the_price_of_moving(
    solve: Solver, cost_per_m: float
) -> None:
    """The first van is 3 a second, the second 1: 200 s, so 400 are saved, less the surcharge."""
    dear, cheap = (kind(cost_per_s=rate, cost_per_m=cost_per_m) for rate in (3.0, 1.0))
    way = 200 * cost_per_m
    for surcharge, by, cost in ((399.0, 1, 599.0), (401.0, 0, 600.0)):
        problem = on_a_line([100], [dear, cheap], surcharge=[[0.0, surcharge]])
        solution = solve(problem, SHORT)
        assert [route.vehicle_type for route in solution.routes] == [by]
        assert solution.objective == pytest.approx(cost + way)


def test_a_surcharge_is_the_clients_and_not_the_doors(solve: Solver) -> None:
    """Two clients at one door, of whom one would cost 500 by the only van, and is worth 300."""
    problem = on_a_line([100], [kind()], location=[1])
    both = on_a_line(
        [100, 100], [kind()], location=[1, 1], surcharge=[[500.0], [7.0]], prize=[300.0, 300.0]
    )

    assert solve(problem, SHORT).objective == pytest.approx(200)
    solution = solve(both, SHORT)
    assert solution.unserved == (0,)
    assert solution.objective == pytest.approx(200 + 7 + 300)


def test_where_nothing_but_moving_costs_the_cheapest_is_found(solve: Solver) -> None:
    """Vans for nothing: surcharges of a tenth decide all the same."""
    free = kind(cost_per_s=0.0)
    problem = on_a_line([100, 200], [free, free], surcharge=[[0.3, 0.2], [0.1, 0.2]])

    assert solve(problem, SHORT).objective == pytest.approx(0.3)


def test_an_idle_reload_is_no_way_to_load_faster(solve: Solver) -> None:
    """Loading takes 300 s at the start and 10 s at a reload; nobody loads nothing at first.

    Released at 500 s and 100 s away: served at 900 s, not at 610 s.
    """
    van = kind(first_loading_s=300.0, reload_s=10.0, reload_at=(0,), max_reloads=2)
    for closes_at_s, unserved in ((900.0, ()), (899.0, (0,))):
        problem = on_a_line([100], [van], released_at_s=[500.0], closes_at_s=[closes_at_s])
        assert solve(problem, SHORT).unserved == unserved


def test_nonsense_is_refused_all_at_once() -> None:
    """Each line says what is wrong; columns of the wrong shape or sign are named."""
    vans = [
        under_way(first_loading_s=5.0, capacity=Load(0, 0, 1)),
        kind(count=2, load_at_start=Load(1, 0, 0)),
    ]
    with pytest.raises(InputError) as refused:
        on_a_line([1, 2], vans, delivery=[[0, 0, 2]] * 2, aboard=[True, False])
    told = str(refused.value)
    assert len(refused.value.problems) == 4
    assert "client 0 is aboard, but may be served by 3 vehicles" in told
    assert "begins with [0, 0, 2] aboard, its capacity is [0, 0, 1]" in told
    assert "first_loading_s is 5.0, expected 0" in told
    assert "vehicle type 1: load_at_start is" in told
    with pytest.raises(InputError, match=r"surcharge has shape \(1, 2\), expected \(1, 1\)"):
        on_a_line([1], [kind()], surcharge=[[1.0, 2.0]])
    with pytest.raises(InputError, match="surcharge has entries that are negative"):
        on_a_line([1], [kind()], surcharge=[[-1.0]])
    with pytest.raises(InputError, match="infinite"):
        on_a_line([1], [kind()], surcharge=[[np.inf]])


def test_a_route_to_begin_with_says_what_comes_before_the_first_reload() -> None:
    """Left out, the first trip of a van under way would look loaded."""
    problem = on_a_line([100], [under_way()])

    with pytest.raises(InputError, match="expected a first trip from there"):
        replace(problem, initial=(SolvedRoute(0, (Trip(0, (0,)),)),))


def test_a_missing_library_is_told_with_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As where the extra was not installed."""
    monkeypatch.delitem(sys.modules, "policies.solvers.ortools", raising=False)
    monkeypatch.setitem(sys.modules, "ortools.constraint_solver", None)

    with pytest.raises(InputError, match=r'pip install "last-mile-twin\[ortools\]"'):
        load("ortools", SOLVERS)


def test_the_measure_itself_sees_what_is_illegal() -> None:
    """Goods that are not aboard, too many reloads, a trip that begins elsewhere, too much load."""
    vans = (under_way(capacity=Load(9999, 0, 1)), kind())
    problem = on_a_line(
        [100, 150], vans, aboard=[True, False], allowed=[[True, False], [True, True]]
    )
    unlawful = [
        SolvedRoute(0, (Trip(ROADSIDE, (1,)),)),
        SolvedRoute(0, (Trip(0, (1,)),)),
        SolvedRoute(0, (Trip(ROADSIDE, ()), Trip(0, (0, 1)))),
        SolvedRoute(1, (Trip(0, (0,)),)),
        SolvedRoute(1, (Trip(0, ()), Trip(0, (1,)))),
    ]

    assert [exhaustive.price(problem, route) for route in unlawful] == [None] * 5
    assert exhaustive.price(problem, SolvedRoute(0, (Trip(ROADSIDE, (0,)),))) == 100
