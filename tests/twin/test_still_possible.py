"""What is left of a plan after it was thought about: nobody's fault, and listed (S16)."""

from dataclasses import replace

import pytest
from dispatchers import scripted
from lived import at, collect, day, deliver, duty, load, order, place, plan, van

from twin import OrderKind, PlaceKind, Plan, Retry, Rules, ServiceClass, State, Stop, run
from twin.events import PlanMade
from twin.model import Carrier, CarrierKind, Chargers, Energy
from twin.plan import Break, HandOver, Recharge
from twin.still_possible import still_possible
from twin.surprises import Breakdown, Change

SQUARE = place("square", 2, PlaceKind.SITE)
THOUGHT_S = 40.0
VANS = [van("v1"), van("v2")]
BOTH = [order("a", "far"), order("b", "near")]


def thought(first, asked_at_s, second, orders=BOTH, vans=VANS, **more):
    """Return the plan that was asked for at an instant, as it took force 40 s later."""
    rules = Rules(begins_at_s=-THOUGHT_S, latency_s=THOUGHT_S)
    known = {"placed_at_s": -THOUGHT_S, "ready_at_s": -THOUGHT_S}
    orders = [replace(one, **known) for one in orders]
    places = [SQUARE, *more.pop("places", ())]
    journal = run(
        day(orders, vans, rules=rules, places=places, **more),
        scripted({-THOUGHT_S: first, asked_at_s: second}),
    )
    return next(event for event in journal.of(PlanMade) if event.asked_at_s == asked_at_s)


def given(*orders):
    return HandOver(orders, "v1", "v2")


TOUR = plan(load("a", "b"), deliver("near", "b"), deliver("far", "a"))


def test_what_was_delivered_meanwhile_is_out_of_a_hand_over():
    """Asked at 45 s: both to v2 at the square; b is delivered at 60 s, in force at 85 s."""
    made = thought(
        TOUR, 45.0,
        Plan({"v1": (at("square", given("b", "a")),),
              "v2": (at("square", given("b", "a")), deliver("near", "b"), deliver("far", "a"))}),
    )  # fmt: skip

    assert made.dropped == ("b",)
    assert made.routes == {
        "v1": (at("square", given("a")),),
        "v2": (at("square", given("a")), deliver("far", "a")),
    }


def test_a_hand_over_of_nothing_is_none():
    """B alone, delivered at 60 s: both routes are empty."""
    made = thought(
        TOUR, 45.0,
        Plan({"v1": (at("square", given("b")), deliver("far", "a")),
              "v2": (at("square", given("b")), deliver("near", "b"))}),
    )  # fmt: skip

    assert (made.dropped, made.routes) == (("b",), {"v1": (deliver("far", "a"),), "v2": ()})


def test_what_was_cancelled_meanwhile_is_dropped():
    """Asked at 90 s for a, cancelled at 100 s."""
    made = thought(
        TOUR, 90.0, plan(deliver("far", "a")), changes=(Change("a", 100.0, cancels=True),)
    )

    assert (made.dropped, made.routes) == (("a",), {"v1": ()})


def test_a_vehicle_towed_in_meanwhile_gets_nothing():
    """Down at 90 s, asked about then, towed in at 110 s: neither its own nor its hand-over."""
    made = thought(
        TOUR, 90.0, plan(deliver("far", "a")),
        breakdowns={"v1": (Breakdown(900.0, 0.0, None, 20.0),)},
    )  # fmt: skip

    assert (made.dropped, made.routes) == (("a",), {})


def test_a_vehicle_that_broke_down_meanwhile_keeps_its_work():
    """Asked at 70 s, down from 90 s on, in force at 110 s: it is done when it is repaired."""
    made = thought(
        TOUR, 70.0, plan(deliver("far", "a"), Stop("depot")),
        breakdowns={"v1": (Breakdown(900.0, 1000.0, 10.0),)},
    )  # fmt: skip

    assert (made.dropped, made.routes) == ((), {"v1": (deliver("far", "a"), Stop("depot"))})


def test_a_vehicle_whose_duties_are_over_meanwhile_gets_nothing():
    """Asked at 180 s, home and off duty at 200 s."""
    made = thought(
        plan(),
        180.0,
        plan(load("a"), deliver("far", "a")),
        duties=[duty("v1", closes_at_s=200), duty("v2", closes_at_s=2000)],
    )

    assert (made.dropped, made.routes) == (("a",), {})


def test_a_driver_who_moved_to_a_spare_is_not_followed_by_the_plan():
    """Towed in at 110 s and gone on with s1: what v1 was told is dropped."""
    made = thought(
        TOUR, 90.0, plan(deliver("far", "a")), vans=[van("v1"), van("s1")], spares=("s1",),
        breakdowns={"v1": (Breakdown(900.0, 0.0, None, 20.0),)},
    )  # fmt: skip

    assert (made.dropped, made.routes) == (("a",), {})


def test_breaks_recharges_and_places_to_go_to_stay_possible():
    """Nothing about them can be over by itself."""
    battery = Energy("electricity", 0.1, 10.0)
    electric = replace(van(), energy=battery)
    route = (at("hub", Recharge(0.5)), at("hub", Break(60.0)), Stop("square"))

    made = thought(
        plan(), 90.0, Plan({"v1": route}), vans=[electric],
        places=[place("hub", 2, PlaceKind.DEPOT, chargers=Chargers(1, 11.0))],
    )  # fmt: skip

    assert made.routes == {"v1": route}


def test_an_order_sent_to_its_locker_meanwhile_is_not_tried_at_the_old_door():
    """Asked at 45 s, before b is refused at 60 s and goes to the box; in force at 85 s."""
    made = thought(
        TOUR, 45.0, plan(deliver("near", "b"), deliver("far", "a")),
        orders=[BOTH[0], order("b", "near", locker="box")], failures={"b": "refused"},
        places=[place("box", 2, PlaceKind.LOCKER)],
        classes={"standard": ServiceClass("standard", 3, Retry.LOCKER)},
    )  # fmt: skip

    assert (made.dropped, made.routes) == (("b",), {"v1": (deliver("far", "a"),)})


def test_what_another_van_took_over_meanwhile_is_no_longer_delivered_by_the_first():
    """Asked at 90 s, while both drive to the square; they met at 120 s."""
    meet = Plan({
        "v1": (load("a"), Stop("square")), "v2": (Stop("square"),),
    })  # fmt: skip
    rules = Rules(begins_at_s=-THOUGHT_S, latency_s=THOUGHT_S)
    known = {"placed_at_s": -THOUGHT_S, "ready_at_s": -THOUGHT_S}
    script = {
        -THOUGHT_S: meet,
        1: Plan({"v1": (at("square", given("a")),),
                 "v2": (at("square", given("a")), deliver("far", "a"))}),
        90: Plan({"v1": (deliver("far", "a"),), "v2": ()}),
    }  # fmt: skip
    journal = run(
        day([order("a", "far", **known)], VANS, rules=rules, places=[SQUARE]), scripted(script)
    )
    (made,) = (event for event in journal.of(PlanMade) if event.asked_at_s == 90)

    assert (made.at_s, made.dropped, made.routes) == (130, ("a",), {"v1": (), "v2": ()})


def test_a_collection_made_meanwhile_is_dropped():
    """Collected at 60 s, in force at 85 s."""
    made = thought(
        plan(collect("near", "c")), 45.0, plan(collect("near", "c")),
        orders=[order("c", "depot", "near", kind=OrderKind.COLLECTION)],
    )  # fmt: skip

    assert (made.dropped, made.routes) == (("c",), {"v1": ()})


@pytest.mark.parametrize(
    ("now_s", "cap", "left"), [(100.0, None, ("a", "n")), (100.125, None, ()), (60.0, 1, ("a",))]
)
def test_a_carrier_takes_nothing_after_its_time_and_no_more_than_its_cap(now_s, cap, left):
    """Until 100 s, that included; whatever happened last, here at 0 s."""
    post = Carrier("post", CarrierKind.OVERFLOW, 100.0, cap)
    orders = [order("a", "far"), order("n", "near")]
    journal = run(day(orders, carriers=(post,)), scripted({}))
    state = State.replay(journal, until_s=50.0)

    found = still_possible(Plan(tendered={"post": ("a", "n")}), state, now_s)

    assert state.now_s == 0
    assert found.tendered == ({"post": left} if left else {})
    assert found.dropped == tuple(name for name in ("a", "n") if name not in left)
