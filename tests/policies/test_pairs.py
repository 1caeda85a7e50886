"""Every policy keeps pins and forbidden pairs; those that plan ahead start from given routes."""

from functools import partial

import pytest
from lived import day, order, van

from policies.insertion import Insertion
from policies.nearest import Nearest
from policies.replay import Replay
from policies.static import Static
from twin import Load, Parcel, run
from twin.events import Delivered, PlanMade
from twin.plan import orders_in
from twin.solver import Effort, Problem, Solution
from twin.surprises import Change

VANS = tuple(van(f"v{k}") for k in (1, 2, 3))
ORDERS = [order(f"{door} {k}", door) for door in ("near", "mid", "far") for k in (1, 2)]
QUICK = partial(Static, iterations=60)
MAKERS = {"nearest": Nearest, "insertion": Insertion, "static": QUICK}


def served(make, **more):
    """Return who delivered which order."""
    journal = run(day(ORDERS, VANS, **more), make)
    return {event.order: event.vehicle for event in journal.of(Delivered)}


@pytest.mark.parametrize("name", MAKERS)
def test_all_would_go_on_one_van_if_nothing_were_told(name):
    """So that what follows shows what pins do: one tour holds it all, on one road."""
    found = served(MAKERS[name])

    assert len(found) == len(ORDERS)
    assert len(set(found.values())) == 1


@pytest.mark.parametrize("name", MAKERS)
def test_a_pinned_order_goes_on_its_van(name):
    """Whichever of the three it is, and the other order of its door need not."""
    for vehicle in ("v1", "v2", "v3"):
        found = served(MAKERS[name], pins={"mid 1": vehicle})

        assert found["mid 1"] == vehicle
        assert len(found) == len(ORDERS)


@pytest.mark.parametrize("name", MAKERS)
def test_a_forbidden_order_goes_on_none_of_its_vans(name):
    """Two of three are forbidden: the third has it."""
    for allowed in ("v1", "v2", "v3"):
        others = {one.id for one in VANS} - {allowed}
        found = served(MAKERS[name], forbidden=frozenset(("far 2", one) for one in others))

        assert found["far 2"] == allowed
        assert len(found) == len(ORDERS)


@pytest.mark.parametrize("name", MAKERS)
def test_an_order_that_no_van_may_have_stays_at_the_depot(name):
    """It is carried over, the others are served."""
    found = served(MAKERS[name], forbidden=frozenset(("near 1", one.id) for one in VANS))

    assert set(found) == {one.id for one in ORDERS} - {"near 1"}


def test_two_orders_of_one_door_pinned_to_two_vans_are_two_visits():
    """The solver is not asked to serve them together."""
    found = served(QUICK, pins={"mid 1": "v1", "mid 2": "v2"})

    assert (found["mid 1"], found["mid 2"]) == ("v1", "v2")
    assert len(found) == len(ORDERS)


def test_vans_alike_are_one_type_for_the_solver_unless_something_is_told_of_them(monkeypatch):
    """Three of a kind; with a pin to one of them, that one and the other two."""
    asked: list[Problem] = []
    first: list[Problem] = []

    def nothing(problem: Problem, _: Effort, /) -> Solution:
        asked.append(problem)
        return Solution((), tuple(range(len(problem.clients))), 0.0, 0, feasible=True)

    monkeypatch.setattr("policies.solvers.planning.load", lambda *_: nothing)
    for more in ({}, {"pins": {"far 1": "v2"}}, {"forbidden": frozenset({("far 1", "v2")})}):
        asked.clear()
        served(QUICK, **more)
        first.append(asked[0])

    assert [[kind.count for kind in problem.vehicle_types] for problem in first] == [
        [3], [2, 1], [2, 1],
    ]  # fmt: skip
    allowed = [problem.clients.allowed.all(axis=0).tolist() for problem in first]
    assert allowed == [[True], [False, True], [True, False]]


GIVEN = {"v2": ("far 1", "near 1", "mid 2")}


def routes_of(make, **more):
    """Return the orders of each van in the first plan with routes in it, and who delivered what."""
    journal = run(day(ORDERS, VANS, **more), make)
    first = next(event for event in journal.of(PlanMade) if event.routes)
    delivered = {event.order: event.vehicle for event in journal.of(Delivered)}
    return {name: orders_in(route) for name, route in first.routes.items() if route}, delivered


@pytest.mark.parametrize("vehicle", ["v1", "v2", "v3"])
def test_static_drives_a_given_route_as_it_is_and_plans_the_rest_around_it(vehicle):
    """Against the sense of the road, and nothing is added to it, whichever van it is."""
    routes, delivered = routes_of(QUICK, routes={vehicle: GIVEN["v2"]})

    assert routes[vehicle] == GIVEN["v2"]
    assert set(delivered) == {one.id for one in ORDERS}
    assert {one for one, by in delivered.items() if by == vehicle} == set(GIVEN["v2"])


def test_static_with_nothing_but_given_routes_asks_no_solver():
    """All orders are in one."""
    everything = {"v3": tuple(one.id for one in ORDERS)}

    routes, delivered = routes_of(QUICK, routes=everything)

    assert routes == everything
    assert set(delivered.values()) == {"v3"}


def test_insertion_puts_orders_into_given_routes_and_keeps_their_sequence():
    """The door of near is passed on the way to far: its other order is served then."""
    routes, delivered = routes_of(Insertion, routes=GIVEN)

    assert tuple(one for one in routes["v2"] if one in GIVEN["v2"]) == GIVEN["v2"]
    assert set(routes["v2"]) > set(GIVEN["v2"])
    assert set(delivered) == {one.id for one in ORDERS}


def test_insertion_leaves_a_full_given_route_as_it_is():
    """What does not fit in goes on another van."""
    small = tuple(van(f"v{k}", capacity=Load(3000, 10**9, 99)) for k in (1, 2, 3))
    orders = [order(f"o{k}", "mid", parcels=(Parcel(1000),)) for k in range(6)]
    full = {"v2": ("o5", "o3", "o1")}

    journal = run(day(orders, small, routes=full), Insertion)

    first = next(event for event in journal.of(PlanMade) if event.routes)
    assert orders_in(first.routes["v2"]) == full["v2"]
    assert {one.order: one.vehicle for one in journal.of(Delivered)}.keys() == {
        one.id for one in orders
    }


def test_replay_drives_given_routes_and_nothing_else():
    """What is in none stays open."""
    routes, delivered = routes_of(Replay, routes=GIVEN)

    assert routes == GIVEN
    assert list(delivered) == ["far 1", "near 1", "mid 2"]


def test_an_order_that_is_cancelled_before_the_first_plan_is_left_out_of_a_given_route():
    """It is gone at the instant at which the day begins."""
    gone = (Change("near 1", 0.0, cancels=True),)
    for make in (QUICK, Insertion):
        routes, delivered = routes_of(make, routes=GIVEN, changes=gone)

        assert tuple(one for one in routes["v2"] if one in GIVEN["v2"]) == ("far 1", "mid 2")
        assert "near 1" not in delivered
