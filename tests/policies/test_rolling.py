"""What `rolling` does when a day turns out otherwise, on one road with a minute between doors."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from lived import day, duty, facts, order, times, van

from policies.solvers import pyvrp
from twin import Load, OrderKind, Rates, Rules, TimeWindow, measure, run
from twin.errors import InputError
from twin.events import (
    Collected,
    Delivered,
    HandedOver,
    OrderDeclined,
    OrderTendered,
    PlanMade,
    ServiceBegan,
)
from twin.model import Carrier, CarrierId, CarrierKind, PlaceId, VehicleId
from twin.plan import Deliver
from twin.plugins import load as policy_named
from twin.policy import Briefing
from twin.rules import BreakdownClock
from twin.surprises import Breakdown

ONE = Load(parcels=1)
RULES = Rules(
    breakdown_clock=BreakdownClock.DRIVING, expected_down_s=3000.0, hand_over_s=30.0, preloaded=True
)


def rolling(**knobs):
    return partial(policy_named("rolling"), **{"iterations": 20, "frozen_s": 0.0, **knobs})


def until(closes_s, opens_s=0.0):
    window = TimeWindow(opens_s, closes_s)
    return {"window": window, "promise": window}


def served_by(journal):
    return {
        order_id: vehicle for _, order_id, vehicle in facts(journal, Delivered, "order", "vehicle")
    }


def breaks_at_90_s(repair_s):
    return {VehicleId("v1"): (Breakdown(90.0, repair_s=repair_s),)}


def two_tours(**more):
    """Van v1 can hold one parcel and has two tours; v2 is dearer, so nothing is planned on it."""
    return day(
        [order("a", "far", **until(800)), order("b", "near", **until(900))],
        [van("v1", capacity=ONE), van("v2", capacity=ONE, type_="truck")],
        rates=Rates(labour_hour={"van": Decimal(10), "truck": Decimal(90)}),
        rules=RULES,
        **more,
    )


def test_without_trouble_the_cheap_van_does_both_tours():
    journal = run(two_tours(), rolling())

    assert served_by(journal) == {"a": "v1", "b": "v1"}
    assert measure(journal)["plan_churn"] == 0


@pytest.mark.parametrize("mode", ["all", "keep_vehicle", "keep_sequence"])
def test_what_a_broken_van_has_not_loaded_goes_on_another_one(mode):
    """v1 stands from 90 s to 3,090 s as is believed; b, promised by 900 s, is not aboard it."""
    broken = two_tours(breakdowns=breaks_at_90_s(repair_s=3000.0))

    journal = run(broken, rolling(mode=mode, rescues=True))

    assert served_by(journal)["b"] == "v2"
    assert measure(journal)["on_time_share"] >= 0.5


def test_goods_of_a_broken_van_are_fetched_where_waiting_would_be_late():
    """v1 stands between near and mid with a parcel for far, promised by 900 s.

    The other van drives there, takes it over in 30 s and delivers it.
    """
    journal = run(two_tours(breakdowns=breaks_at_90_s(repair_s=3000.0)), rolling())

    handed = facts(journal, HandedOver, "vehicle", "orders")
    assert [(vehicle, orders) for _, vehicle, orders in handed] == [("v1", ("a",))]
    assert served_by(journal)["a"] == "v2"


def test_nobody_is_sent_where_the_repair_is_believed_to_be_quick():
    quick = Rules(breakdown_clock=BreakdownClock.DRIVING, expected_down_s=60.0, hand_over_s=30.0)
    world = day(
        [order("a", "far", **until(800))],
        [van("v1"), van("v2")],
        rules=quick,
        breakdowns=breaks_at_90_s(repair_s=60.0),
    )

    journal = run(world, rolling())

    assert not journal.of(HandedOver)
    assert times(journal, ServiceBegan) == [240.0]


def test_rescue_can_be_switched_off():
    journal = run(two_tours(breakdowns=breaks_at_90_s(repair_s=3000.0)), rolling(rescues=False))

    assert not journal.of(HandedOver)


def late_order_on_the_way(**more):
    """One van to far with a parcel for near and one for far; c for near, later, needs the depot."""
    return day(
        [
            order("a", "near", **until(1900)),
            order("b", "far", **until(1900)),
            order("c", "mid", placed_at_s=100.0, ready_at_s=100.0, **until(1900, opens_s=0.0)),
        ],
        rules=RULES,
        **more,
    )


def test_an_order_that_comes_in_the_day_is_fetched_from_the_depot():
    journal = run(late_order_on_the_way(), rolling())

    assert measure(journal)["delivered_share"] == 1


def test_it_plans_anew_on_its_clock_and_only_if_something_happened():
    """Orders come at 0 s and 1,000 s; the clock strikes every 300 s, the shift is later."""
    world = day(
        [
            order("a", "near", **until(9000)),
            order("b", "far", placed_at_s=1000.0, ready_at_s=1000.0, **until(9000)),
        ],
        duties=[duty(opens_at_s=5000, closes_at_s=9000)],
        rules=RULES,
    )

    journal = run(world, rolling(every_s=300.0))
    solved = [event.at_s for event in journal.of(PlanMade) if event.effort and event.at_s < 5000]

    # b comes at 1,000 s, between two strokes of the clock: it is put in then, and at 1,200 s all
    # is planned anew.
    assert solved == [0.0, 1200.0]


def test_orders_beyond_the_horizon_are_left_for_later():
    world = day(
        [order("a", "near", **until(1900)), order("b", "mid", **until(1900, opens_s=1500))],
        rules=RULES,
    )

    journal = run(world, rolling(horizon_s=600.0, every_s=100.0))
    first = journal.of(PlanMade)[0]

    planned = [
        action.order
        for stop in first.routes["v1"]
        for action in stop.actions
        if isinstance(action, Deliver)
    ]
    assert planned == ["a"]
    assert measure(journal)["on_time_share"] == 1


def test_an_unimportant_order_that_cannot_be_on_time_is_declined():
    """The door is three minutes away and the promise ends in two."""
    world = day(
        [
            order("hopeless", "far", priority=0, **until(120)),
            order("urgent", "far", priority=2, **until(120)),
        ],
        rules=RULES,
    )

    journal = run(world, rolling(declines_below=1))

    assert [event.order for event in journal.of(OrderDeclined)] == ["hopeless"]
    assert served_by(journal) == {"urgent": "v1"}


def test_a_collection_that_cannot_be_on_time_is_declined_like_a_delivery():
    """Far is three minutes away and promised by two, mid is two minutes away."""
    rows = [
        replace(
            order(name, door, **until(120)),
            kind=OrderKind.COLLECTION,
            origin=PlaceId(door),
            destination=PlaceId("depot"),
        )
        for name, door in (("hopeless", "far"), ("fine", "mid"))
    ]

    journal = run(day(rows, rules=RULES), rolling(declines_below=1))

    assert [event.order for event in journal.of(OrderDeclined)] == ["hopeless"]
    assert [event.order for event in journal.of(Collected)] == ["fine"]


def test_what_is_not_ready_before_its_promise_ends_is_declined_at_once():
    """And not when it is ready; one that is ready at the very end is waited for until then."""
    rows = [
        order(name, "near", ready_at_s=ready_at_s, **until(1000))
        for name, ready_at_s in (("hopeless", 1001.0), ("perhaps", 1000.0))
    ]

    journal = run(day(rows, rules=RULES), rolling(declines_below=1))

    declined = [(event.order, event.at_s) for event in journal.of(OrderDeclined)]
    assert declined == [("hopeless", 0), ("perhaps", 1000)]


def test_nothing_is_declined_unless_it_is_asked_for():
    world = day([order("hopeless", "far", **until(120))], rules=RULES)

    journal = run(world, rolling())

    assert not journal.of(OrderDeclined)
    assert times(journal, ServiceBegan) == [180.0]


def test_what_would_be_late_goes_to_the_overflow_carrier_at_its_last_call():
    """Both wait for one van whose shift begins late; the carrier takes orders until 500 s."""
    carrier = Carrier(CarrierId("courier"), CarrierKind.OVERFLOW, tender_by_s=500.0)
    world = day(
        [order("late", "near", **until(1000)), order("fine", "far", **until(5000))],
        duties=[duty(opens_at_s=3000, closes_at_s=9000)],
        carriers=(carrier,),
        rules=RULES,
    )

    journal = run(world, rolling(every_s=400.0))

    assert [(e.order, e.at_s <= 500) for e in journal.of(OrderTendered)] == [("late", True)]
    assert served_by(journal) == {"fine": "v1"}


def test_parameters_that_mean_nothing_are_refused_together():
    briefing = Briefing.of(two_tours(), "rolling")

    with pytest.raises(InputError) as refused:
        policy_named("rolling")(briefing, mode="sometimes", every_s=0.0, iterations=0)

    said = str(refused.value)
    assert "mode is 'sometimes', expected one of all, keep_vehicle, keep_sequence" in said
    assert "every_s is 0.0, expected a number of at least 1" in said
    assert "iterations is 0, expected a number of at least 1" in said


# What it may change of a plan that is there: a given route is the plan at the first question.


def wrong_way_round(**more):
    """Near is promised by 70 s, but the given route goes to far first and is at near at 300 s."""
    return day(
        [order("a", "near", **until(70)), order("b", "far", **until(1900))],
        rules=RULES,
        routes={VehicleId("v1"): ("b", "a")},
        **more,
    )


def sequence_of(journal):
    return [order_id for _, order_id in facts(journal, Delivered, "order")]


@pytest.mark.parametrize(
    ("mode", "sequence", "on_time"),
    [("all", ["a", "b"], 1), ("keep_vehicle", ["a", "b"], 1), ("keep_sequence", ["b", "a"], 0.5)],
)
def test_the_mode_says_whether_a_sequence_may_change(mode, sequence, on_time):
    journal = run(wrong_way_round(), rolling(mode=mode))

    assert sequence_of(journal) == sequence
    assert measure(journal)["on_time_share"] == on_time


@pytest.mark.parametrize(("mode", "vans"), [("all", {"v1", "v2"}), ("keep_vehicle", {"v1"})])
def test_the_mode_says_whether_a_stop_may_change_its_vehicle(mode, vans):
    """Serving near takes ten minutes, so one van cannot be at mid by 800 s as well; two can.

    Shifts begin at 600 s: nothing is loaded yet.
    """
    world = day(
        [order("a", "near", unload_s=600.0, **until(700)), order("b", "mid", **until(800))],
        [van("v1"), van("v2")],
        [duty(one, opens_at_s=600, closes_at_s=3000) for one in ("v1", "v2")],
        rules=RULES,
        routes={VehicleId("v1"): ("a", "b")},
    )

    journal = run(world, rolling(mode=mode))

    assert set(served_by(journal).values()) == vans


@pytest.mark.parametrize(("churn_s", "sequence"), [(4050.0, ["a", "b"]), (4070.0, ["b", "a"])])
def test_a_change_must_save_what_its_moves_cost(churn_s, sequence):
    """One stop is moved past another to keep a promise, worth an hour and its lateness: 4,060 s.

    They also save the way back: a is served 240 s earlier, at no more driving.
    """
    journal = run(wrong_way_round(), rolling(churn_s=churn_s))

    assert sequence_of(journal) == sequence


def test_stops_that_are_near_in_time_stay():
    journal = run(wrong_way_round(), rolling(frozen_s=301.0))

    assert sequence_of(journal) == ["b", "a"]


def test_goods_packed_otherwise_cost_their_search():
    """With an hour and a half for each parcel taken out of sequence, the sequence stays."""
    rules = Rules(search_s=5400.0, load_lock_s=600.0)
    packed = day(
        [order("a", "near", **until(670)), order("b", "far", **until(2900))],
        duties=[duty(opens_at_s=600, closes_at_s=3000)],
        rules=rules,
        routes={VehicleId("v1"): ("b", "a")},
    )

    journal = run(packed, rolling(mode="keep_sequence"))
    same = run(packed, rolling(every_s=100.0, churn_s=0.0))

    assert sequence_of(journal) == ["b", "a"]
    assert sequence_of(same) == ["a", "b"]  # planned anew at once, before the lock


def test_what_fitted_nowhere_is_told_to_the_solver_all_the_same():
    """Of a and urgent, that comes at 100 s, 490 s hold one; all is planned anew at 300 s."""
    orders = [
        order("a", "far", unload_s=120.0),
        order("urgent", "mid", unload_s=150.0, priority=9, placed_at_s=100.0, ready_at_s=100.0),
    ]
    tight = day(orders, duties=[duty(opens_at_s=600, closes_at_s=1090)])

    journal = run(tight, rolling(every_s=300.0, try_again_s=9000.0, frozen_s=0.0, iterations=200))

    assert sequence_of(journal) == ["urgent"]


def test_the_first_search_is_a_morning_s_also_where_routes_are_given():
    """Left out, 500 steps and one an order: not the 20 of a later search."""
    orders = [order(f"o{k}", door) for k, door in enumerate(["near", "mid", "far"] * 4)]
    given = day(orders, routes={VehicleId("v1"): ("o0",)}, duties=[duty(opens_at_s=600)])

    journal = run(given, rolling(iterations=20, morning_iterations=None))

    assert journal.of(PlanMade)[0].effort == 500 + 12
    assert any(
        isinstance(action, Deliver)
        for stop in journal.of(PlanMade)[0].routes["v1"]
        for action in stop.actions
    )


@pytest.mark.parametrize(("orders", "by_districts"), [(2, False), (3, True)])
def test_a_large_plan_is_made_by_districts_in_the_day_too(monkeypatch, orders, by_districts):
    """Large is from three visits on here; each search is of all of them."""
    asked = []

    class Districts:
        def __init__(self, inner):
            self._inner = inner

        def __call__(self, problem, effort):
            """Take a note, and solve."""
            asked.append(len(problem.clients))
            return self._inner(problem, effort)

    monkeypatch.setattr("policies.solvers.replanning.DISTRICTS_FROM", 3)
    monkeypatch.setattr("policies.solvers.replanning.Districts", Districts)
    doors = ["near", "mid", "far"][:orders]

    journal = run(day([order(f"o {door}", door) for door in doors]), rolling())

    assert len(sequence_of(journal)) == orders
    assert set(asked) == ({3} if by_districts else set())


@pytest.mark.parametrize(("overtime_s", "kept"), [(0.0, 1), (240.0, 2)])
def test_what_is_planned_into_overtime_is_told_to_the_solver(monkeypatch, overtime_s, kept):
    """Far and mid with their services take 720 s of a shift of 480 s; all is planned anew at 200 s.

    A solver that knew no overtime would have to leave one of them out of what it begins with.
    """
    begun = []

    def solve(problem, effort):
        """Take a note of how many can be served, and solve."""
        found = pyvrp.solve(problem, effort)
        begun.append(len(problem.clients) - len(found.unserved))
        return found

    monkeypatch.setattr("policies.rolling.load", lambda *_: solve)
    orders = [order("a", "far", unload_s=120.0), order("b", "mid", unload_s=240.0)]
    late = order("c", "near", placed_at_s=150.0, ready_at_s=90_000.0)
    shift = replace(duty(opens_at_s=600, closes_at_s=1080), overtime_s=overtime_s)

    run(day([*orders, late], duties=[shift]), rolling(every_s=200.0, frozen_s=0.0))

    assert begun[1] == kept
