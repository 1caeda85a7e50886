"""How plans change after they were released, on plans told by hand."""

import pytest
from told import at, began, begins, departs, serves, told
from worlds import van

from twin import Deliver, LoadOrders, Stop
from twin.churn import Churn
from twin.events import ActionsDropped, OrderCancelled, PlanMade, SequenceLeft


def route(*stops: str):
    """Return a route that loads and delivers: each stop is at a door, one letter an order."""
    doors = (Stop(f"door {stop}", tuple(Deliver(name) for name in stop)) for stop in stops)
    return (Stop("depot", (LoadOrders(tuple("".join(stops))),)), *doors)


def plan(when: str, declined: str = "", tendered: str = "", **routes: tuple):
    """Return a decision; what is tendered goes to one carrier."""
    given = {"carrier": tuple(tendered)} if tendered else {}
    return PlanMade(at(when), 1, at(when), {}, routes, tuple(declined), (), (), "", given)


def churn(*events) -> tuple[str, str]:
    """Return which orders were released, and which of them changed."""
    followed = Churn()
    for event in told(began([van("v1"), van("v2")]), *events):
        followed.take(event)
    return "".join(sorted(followed.released)), "".join(sorted(followed.changed))


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ({"v1": route("a", "b", "c")}, ""),  # as before
        ({"v1": route("a", "x", "b", "c")}, ""),  # put in between
        ({"v1": route("a", "c", "b")}, "bc"),  # two change places
        ({"v1": route("c", "a", "b")}, "abc"),  # each stands elsewhere in line
        ({"v1": route("a", "b"), "v2": route("c")}, "c"),  # another vehicle
        ({"v2": route("b")}, "b"),  # the other vehicle keeps its route
        ({"v1": route("a", "b")}, "c"),  # put aside
        ({"v1": route("ab", "c")}, "bc"),  # one stop less before them
    ],
)
def test_an_order_changes_with_its_vehicle_or_its_place_in_line(after, changed):
    """First a, b, c on one van, then another plan."""
    assert churn(plan("07:00", v1=route("a", "b", "c")), plan("07:30", **after))[1] == changed


def test_what_was_done_or_dropped_or_called_off_changes_nobodys_place():
    """Served is a, dropped by the day b, cancelled c: e is still the next. Declined is d."""
    events = [
        plan("07:00", v1=route("a", "b", "c", "d", "e")),
        begins("08:00", "v1"),
        departs("08:00", "depot", "door a", 1.0, vehicle="v1"),
        serves("08:10", "08:15", "door a", "a", vehicle="v1"),
        ActionsDropped(at("08:16"), "v1", ("b",), "not ready within the shift"),
        OrderCancelled(at("08:17"), "c"),
        plan("08:20", declined="d", v1=route("e")),
    ]
    assert churn(*events) == ("abcde", "d")


def test_a_driver_who_goes_elsewhere_first_changes_no_plan():
    """He goes to b: a plan that repeats his line moves nobody, one that turns it back does."""
    begun = [plan("07:00", v1=route("a", "b", "c")), begins("08:00", "v1")]
    left = SequenceLeft(at("08:00"), "v1", "door b")

    assert churn(*begun, left, plan("08:10", v1=route("b", "a", "c"))) == ("abc", "")
    assert churn(*begun, left, plan("08:10", v1=route("a", "b", "c"))) == ("abc", "ab")


def test_what_is_given_to_a_carrier_after_it_was_planned_has_changed():
    """B goes to the carrier; c was never planned."""
    events = [plan("07:00", v1=route("a", "b")), plan("08:00", tendered="bc")]

    assert churn(*events) == ("ab", "b")


def test_an_order_that_comes_back_to_another_vehicle_later_has_changed():
    """Dropped by one, taken by the other."""
    events = [
        plan("07:00", v1=route("a", "b")),
        ActionsDropped(at("08:16"), "v1", ("b",), "no room"),
        plan("08:20", v2=route("b")),
    ]
    assert churn(*events) == ("ab", "b")
