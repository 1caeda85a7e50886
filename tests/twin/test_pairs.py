"""Pins, forbidden pairs, given routes: known with the order, kept by plans, off after trouble."""

import pytest
from dispatchers import decides, scripted
from lived import collect, day, deliver, duty, facts, load, order, plan, van

from twin import (
    Briefing,
    Journal,
    Load,
    LoadOrders,
    OrderKind,
    Parcel,
    Plan,
    Rules,
    State,
    Stop,
    View,
    problems,
    run,
)
from twin.errors import InputError, PlanError
from twin.events import CarrierDelivered, Delivered, OrderBound, OrderTendered
from twin.model import Carrier, CarrierKind
from twin.pairs import Bound
from twin.plan import Collect, Deliver, HandOver
from twin.surprises import Breakdown

TWO = (van("v1"), van("v2"))
LATER = {"placed_at_s": 700.0, "ready_at_s": 700.0}


def told(orders, **more):
    """Return a day of two vans on which something is told of orders."""
    return day(orders, TWO, **more)


def views(world):
    """Return what a policy that does nothing is shown."""
    seen: list[View] = []

    def answer(view: View) -> Plan:
        seen.append(view)
        return Plan()

    run(world, decides(answer))
    return seen


def first_view(world):
    return views(world)[0]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (plan(load("a"), deliver("near", "a"), to="v2"),
         "order a: in the route of v2, but pinned to v1"),
        (plan(load("a"), to="v2"), "order a: in the route of v2, but pinned to v1"),
        (plan(load("b"), deliver("mid", "b")), "order b: in the route of v1, but forbidden on it"),
        (plan(collect("far", "c"), to="v2"), "order c: in the route of v2, but pinned to v1"),
    ],
)  # fmt: skip
def test_a_plan_against_what_was_told_is_refused_with_both_names(asked, sentence):
    """Loading alone is against it too: goods on the wrong van could not be delivered."""
    orders = [order("a", "near"), order("b", "mid"),
              order("c", "depot", "far", kind=OrderKind.COLLECTION)]  # fmt: skip
    world = told(orders, pins={"a": "v1", "c": "v1"}, forbidden=frozenset({("b", "v1")}))

    assert problems(asked, first_view(world)) == [sentence]


def test_what_was_told_is_kept_by_the_other_van_and_refuses_nothing_else():
    """The pinned one on its van, the forbidden one on the other, a free one anywhere; declining."""
    orders = [order("a", "near"), order("b", "mid"), order("c", "far")]
    view = first_view(told(orders, pins={"a": "v1"}, forbidden=frozenset({("b", "v1")})))
    routes = {
        "v1": (load("a", "c"), deliver("near", "a"), deliver("far", "c")),
        "v2": (load("b"), deliver("mid", "b")),
    }

    assert problems(Plan(routes), view) == []
    assert problems(Plan(declined=("a", "b")), view) == []


def test_a_plan_against_a_pin_stops_the_day():
    """As every illegal plan does."""
    world = told([order("a", "near")], pins={"a": "v2"})

    with pytest.raises(PlanError, match="order a: in the route of v1, but pinned to v2"):
        run(world, scripted({0: plan(load("a"), deliver("near", "a"))}))


def test_a_pin_is_known_with_its_order_and_not_before():
    """Neither the briefing nor the first view names what is placed at 700 s."""
    briefed: list[Briefing] = []
    seen: list[View] = []

    def make(briefing):
        briefed.append(briefing)
        return decides(lambda view: seen.append(view) or Plan())(briefing)

    pins = {"a": "v1", "d": "v2"}
    pairs = frozenset({("a", "v2"), ("d", "v1")})
    world = told([order("a", "near"), order("d", "mid", **LATER)], pins=pins, forbidden=pairs)
    journal = run(world, make)

    assert (briefed[0].pins, briefed[0].forbidden) == ({"a": "v1"}, (("a", "v2"),))
    assert facts(journal, OrderBound, "order", "pinned_to", "not_on") == [
        (0, "a", "v1", ("v2",)),
        (700, "d", "v2", ("v1",)),
    ]
    assert "'d'" not in repr((seen[0].orders, seen[0].because))
    last = seen[-1].by_order["d"]
    assert last.bound == Bound("v2", ("v1",))
    assert (last.bound.allows("v1"), last.bound.allows("v2")) == (False, True)


def test_a_day_of_which_nothing_is_told_has_no_line_about_it():
    """So that journals of such days are as they were."""
    journal = run(told([order("a", "near")]), scripted({}))

    assert journal.of(OrderBound) == []


def rescue(second, **more):
    """Return the journal of a day whose v1 breaks down at mid, 120 s after it left with a."""
    world = told(
        [order("a", "far"), order("d", "near", **LATER)],
        breakdowns={"v1": (Breakdown(1200.0, wait_s=100.0, repair_s=3000.0),)},
        rules=Rules(hand_over_s=10.0),
        **more,
    )
    return run(world, scripted({0: plan(load("a"), deliver("far", "a")), **second}))


TAKES_OVER = Plan(
    {
        "v1": (),
        "v2": (
            Stop("breakdown/v1/1", (HandOver(("a",), "v1", "v2"),)),
            deliver("far", "a"),
        ),
    }
)


def test_a_pin_binds_until_its_vehicle_breaks_down():
    """The rescue by v2 is legal then; and the pin does not come back."""
    journal = rescue({200: TAKES_OVER}, pins={"a": "v1"})

    assert [event.vehicle for event in journal.of(Delivered)] == ["v2"]
    state = State.replay(journal, until_s=119.0)
    assert state.orders["a"].bound == Bound("v1")
    assert State.replay(journal).unpinned == {"v1": None}


def test_a_forbidden_pair_binds_in_a_rescue_too():
    """What must not go on v2 is not taken over by it."""
    with pytest.raises(PlanError, match="order a: in the route of v2, but forbidden on it"):
        rescue({200: TAKES_OVER}, forbidden=frozenset({("a", "v2")}))


def test_a_pin_to_a_vehicle_that_is_down_already_binds_nothing():
    """Order d comes at 700 s, pinned to what broke down at 120 s; v2 may have it."""
    journal = rescue({700: plan(load("d"), deliver("near", "d"), to="v2")}, pins={"d": "v1"})

    assert ("d", "v2") in {(one.order, one.vehicle) for one in journal.of(Delivered)}


def test_a_pin_binds_until_a_duty_of_its_vehicle_is_cancelled():
    """Nobody comes to drive v1 at 100 s: from then on v2 may have its order."""
    duties = [duty("v1", 100.0, 2000.0), duty("v2", 0.0, 2000.0)]
    goes = {150: plan(load("a"), deliver("near", "a"), to="v2")}
    world = day([order("a", "near")], TWO, duties, pins={"a": "v1"}, absent={"duty-v1": 100.0})

    journal = run(world, scripted(goes))

    assert [event.vehicle for event in journal.of(Delivered)] == ["v2"]
    with pytest.raises(PlanError, match="pinned to v1"):
        run(world, scripted({50: goes[150]}))


POST = Carrier("post", CarrierKind.OVERFLOW, 500.0)


def test_a_pinned_order_is_not_given_away():
    """Neither by a plan nor, at the tender-by time, by the rule; a forbidden one may be."""
    orders = [order("a", "near"), order("b", "near")]
    world = told(
        orders, carriers=(POST,), pins={"a": "v1"}, forbidden=frozenset({("b", "v1"), ("b", "v2")})
    )

    assert problems(Plan(tendered={"post": ("a", "b")}), first_view(world)) == [
        "order a: tendered, but pinned to v1"
    ]
    journal = run(world, scripted({}))
    assert facts(journal, OrderTendered, "order") == [(500, "b")]
    assert [event.order for event in journal.of(CarrierDelivered)] == ["b"]


def test_a_given_route_is_one_tour_in_the_given_order():
    """Loaded at the depot, orders of one door at one stop, a collection among them."""
    orders = [order("a", "mid"), order("b", "near"), order("c", "mid"),
              order("e", "depot", "far", kind=OrderKind.COLLECTION)]  # fmt: skip
    world = told(orders, routes={"v2": ("c", "a", "e", "b")})

    assert Briefing.of(world, "any").routes == {
        "v2": (
            Stop("depot", (LoadOrders(("c", "a", "b")),)),
            Stop("mid", (Deliver("c"), Deliver("a"))),
            Stop("far", (Collect("e"),)),
            Stop("near", (Deliver("b"),)),
        )
    }


def test_the_journal_is_read_as_it_was_written(tmp_path):
    """With what binds orders."""
    world = told([order("a", "near"), order("b", "mid")], pins={"a": "v1"},
                 forbidden=frozenset({("b", "v2"), ("b", "v1")}))  # fmt: skip
    journal = run(world, scripted({}))
    journal.write(tmp_path / "day.jsonl")

    again = Journal.read(tmp_path / "day.jsonl")
    assert again.events == journal.events
    assert again.of(OrderBound)[1].not_on == ("v1", "v2")


SMALL = van("small", capacity=Load(1000, 10**6, 9))
HEAVY = order("heavy", "near", parcels=(Parcel(2000),))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"pins": {"x": "v1"}}, "pins: there is no order 'x'; leave it out"),
        ({"pins": {"a": "v9"}}, "pins: there is no vehicle 'v9'; leave it out"),
        ({"forbidden": frozenset({("x", "v9")})}, "forbidden: there is no order 'x'; leave it out"),
        ({"forbidden": frozenset({("a", "v9")})},
         "forbidden: there is no vehicle 'v9'; leave it out"),
        ({"pins": {"a": "v1"}, "forbidden": frozenset({("a", "v1")})},
         "pins: order a is pinned to v1 and forbidden on it; take one of the two back"),
        ({"pins": {"heavy": "small"}},
         "pins: order heavy is pinned to small, into which it does not fit"),
        ({"pins": {"lift": "v1"}},
         "pins: order lift is pinned to v1, whose driver lacks a skill that it needs (lift)"),
        ({"pins": {"a": "idle"}}, "pins: order a is pinned to idle, which has no duty"),
        ({"routes": {"v9": ("a",)}}, "routes: there is no vehicle 'v9'; leave it out"),
        ({"routes": {"v1": ("x",)}},
         "routes: there is no order 'x'; leave it out of the route of v1"),
        ({"routes": {"v1": ("a",), "v2": ("a",)}},
         "routes: order a is in given routes 2 times, expected once"),
        ({"routes": {"v1": ("a", "a")}},
         "routes: order a is in given routes 2 times, expected once"),
        ({"routes": {"v1": ("late",)}},
         ("routes: order late of v1 is placed at 00:11:40, after the day begins at 00:00:00; "
          "leave it out")),
        ({"routes": {"v1": ("a",)}, "pins": {"a": "v2"}},
         "routes: order a is in the route of v1, pinned to v2"),
        ({"routes": {"v1": ("a",)}, "forbidden": frozenset({("a", "v1")})},
         "routes: order a is in the route of v1 and forbidden on it"),
        ({"routes": {"small": ("heavy",)}},
         "routes: order heavy goes on small, into which it does not fit"),
        ({"routes": {"small": ("half", "other half", "a")}},
         "routes: what small is to deliver does not fit in at once; a given route is one tour"),
        ({"routes": {"small": ("fetched", "half")}},
         "routes: order fetched does not fit into small when it is collected"),
        ({"routes": {"v1": ("a", "elsewhere")}},
         "routes: the goods of v1 come from depot and far; a given route is loaded at one place"),
        ({"routes": {"idle": ("a",)}}, "routes: vehicle idle has a given route and no duty"),
    ],
)  # fmt: skip
def test_what_nobody_could_keep_is_said_before_the_day_begins(more, words):
    """One sentence each, with what it is about."""
    orders = [
        order("a", "near", parcels=(Parcel(500),)), HEAVY, order("late", "near", **LATER),
        order("lift", "mid", skills=("lift",)), order("elsewhere", "near", "far"),
        order("half", "near", parcels=(Parcel(600),)),
        order("other half", "near", parcels=(Parcel(400),)),
        order("fetched", "depot", "mid", kind=OrderKind.COLLECTION, parcels=(Parcel(500),)),
    ]  # fmt: skip
    duties = [duty(name) for name in ("v1", "v2", "small")]

    with pytest.raises(InputError) as caught:
        day(orders, [*TWO, SMALL, van("idle")], duties, **more)

    assert words in caught.value.problems


def test_what_just_fits_is_a_given_route():
    """A kilogram of deliveries into a van of one, and a collection when room was made for it."""
    orders = [
        order("half", "near", parcels=(Parcel(600),)),
        order("other half", "near", parcels=(Parcel(400),)),
        order("fetched", "depot", "mid", kind=OrderKind.COLLECTION, parcels=(Parcel(1000),)),
    ]

    world = day(orders, [SMALL], routes={"small": ("half", "other half", "fetched")})

    assert list(Briefing.of(world, "any").routes) == ["small"]
