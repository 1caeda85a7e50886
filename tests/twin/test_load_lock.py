"""What is fixed before the shift, and what a sequence changed afterwards costs (S12)."""

from dataclasses import replace

import pytest
from dispatchers import AllAboard, decides, scripted
from lived import collect, day, deliver, duty, facts, load, order, plan, story, times, van

from twin import OrderKind, Parcel, Plan, Rules, State, Visit, problems, run
from twin.events import Delivered, DutyCancelled, Loaded, LoadingBegan, ServiceBegan
from twin.rows import Status
from twin.rules import BreakdownClock
from twin.surprises import Breakdown

DOORS = ("near", "mid", "far")
ORDERS = [order(door[0], door) for door in DOORS]
SHIFT = duty(opens_at_s=1000, closes_at_s=3000)
DEPOT = {"depot": Visit(fixed_s=(30.0,), per_parcel_s=(5.0,))}


def tour(*doors):
    names = tuple(door[0] for door in doors)
    return (load(*names), *(deliver(door, door[0]) for door in doors))


def locked(script, orders=ORDERS, vans=None, duties=(SHIFT,), *, search_s=0.0, **more):
    """Return the journal of a day whose shifts begin at 1000 s, fixed from 600 s on."""
    rules = Rules(load_lock_s=400.0, search_s=search_s)
    return run(day(orders, vans, duties, rules=rules, **more), scripted(script))


def test_what_is_planned_at_the_lock_is_aboard_then_and_takes_no_time():
    """Loaded at 600 s, driven off with at 1000 s."""
    journal = locked({0: plan(*tour(*DOORS))}, visits=DEPOT)

    assert story(journal)[:3] == [
        "600 LoadingBegan Loaded",
        "1000 ShiftBegan Departed",
        "1060 Arrived ServiceBegan Delivered Departed",
    ]
    assert [event.preloaded for event in journal.of(LoadingBegan)] == [True]


def test_before_the_lock_an_order_changes_vans_freely():
    """On v1 at first, on v2 from 500 s on."""
    script = {0: plan(*tour("near")), 500: Plan({"v1": (), "v2": tour("near")})}
    duties = [SHIFT, duty("v2", opens_at_s=1000, closes_at_s=3000)]

    journal = locked(script, ORDERS[:1], [van("v1"), van("v2")], duties)

    assert facts(journal, Loaded, "vehicle") == [(600, "v2")]
    assert facts(journal, Delivered, "vehicle") == [(1060, "v2")]


def test_what_is_planned_after_the_lock_is_loaded_in_the_shift_and_takes_its_time():
    """Near was planned before, mid at 700 s: 30 s and 5 s for its parcel, from 1000 s on."""
    script = {
        0: plan(*tour("near")),
        700: plan(load("m"), deliver("near", "n"), deliver("mid", "m")),
    }

    journal = locked(script, visits=DEPOT)

    assert story(journal)[:4] == [
        "600 LoadingBegan Loaded",
        "1000 ShiftBegan LoadingBegan",
        "1035 Loaded Departed",
        "1095 Arrived ServiceBegan Delivered Departed",
    ]
    assert [event.orders for event in journal.of(Loaded)][:2] == [("n",), ("m",)]


def test_goods_that_are_not_ready_at_the_lock_are_loaded_in_the_shift():
    """Mid is ready at 800 s: near is aboard at 600 s, mid from 1000 s to 1035 s."""
    orders = [ORDERS[0], order("m", "mid", ready_at_s=800.0)]

    journal = locked({0: plan(*tour("near", "mid"))}, orders, visits=DEPOT)

    assert [(e.at_s, e.orders) for e in journal.of(Loaded)] == [(600, ("n",)), (1035, ("m",))]
    assert times(journal, Delivered) == [1095, 1155]


def test_a_plan_that_comes_after_the_lock_finds_nothing_preloaded():
    """Planned at 601 s: all of it is loaded when the shift begins, 30 s and 15 s."""
    journal = locked({601: plan(*tour(*DOORS))}, visits=DEPOT)

    assert times(journal, LoadingBegan) == [1000]
    assert times(journal, Loaded) == [1045]


def test_another_van_cannot_load_what_is_locked_in():
    """At 700 s it is aboard v1: said in a sentence."""
    said: list[list[str]] = []

    def answer(view):
        if view.now_s == 0:
            return plan(*tour("near"), ask_again_at_s=700.0)
        if view.now_s == 700:
            said.append(problems(Plan({"v1": (), "v2": tour("near")}), view))
            said.append([view.by_order["n"].vehicle, view.by_order["n"].status.value])
        return Plan()

    duties = [SHIFT, duty("v2", opens_at_s=1000, closes_at_s=3000)]
    made = day(ORDERS[:1], [van("v1"), van("v2")], duties, rules=Rules(load_lock_s=400.0))
    run(made, decides(answer))

    assert said[0][0] == "vehicle v2: order n is loaded at depot, but its goods are aboard v1"
    assert said[1] == ["v1", "aboard"]


def test_a_driver_who_does_not_come_after_the_lock_leaves_the_goods_at_the_depot():
    """Loaded at 600 s, absent from 800 s on: put down again, and free for another van."""
    script = {0: plan(*tour("near")), 900: plan(*tour("near"), to="v2")}
    duties = [SHIFT, duty("v2", opens_at_s=1000, closes_at_s=3000)]

    journal = locked(script, ORDERS[:1], [van("v1"), van("v2")], duties, absent={SHIFT.id: 800.0})

    assert story(journal) == ["600 LoadingBegan Loaded", "800 DutyCancelled"]
    assert facts(journal, DutyCancelled, "why") == [(800, "driver absent")]
    row = State.replay(journal, until_s=850.0).orders["n"]
    assert (row.status, row.place, row.vehicle, row.planned_on) == (
        Status.READY, "depot", None, None,
    )  # fmt: skip
    assert facts(journal, Delivered, "vehicle") == [(1060, "v2")]


# A sequence changed after loading


def searched(journal):
    return [(event.at_s, event.searched) for event in journal.of(ServiceBegan)]


def test_goods_taken_out_as_they_were_loaded_are_not_searched_for():
    """Near, mid and far as planned at the lock: no time at the doors."""
    journal = locked({0: plan(*tour(*DOORS))}, search_s=20.0)

    assert searched(journal) == [(1060, ()), (1120, ()), (1180, ())]
    assert times(journal, Delivered) == [1060, 1120, 1180]


def test_a_changed_sequence_costs_a_search_for_each_parcel_out_of_turn():
    """Far first, with two parcels: 40 s; near, which lay before it, 20 s; mid lies next: none."""
    orders = [*ORDERS[:2], order("f", "far", parcels=(Parcel(), Parcel()))]
    script = {
        0: plan(*tour(*DOORS)),
        1001: plan(deliver("far", "f"), deliver("near", "n"), deliver("mid", "m")),
    }

    journal = locked(script, orders, search_s=20.0)

    # diverted at the near junction at 1060 s, at the far door at 1180 s; back at near at 1340 s
    assert searched(journal) == [(1180, ("f",)), (1340, ("n",)), (1420, ())]
    assert times(journal, Delivered) == [1220, 1360, 1420]


@pytest.mark.parametrize(("served", "found"), [(("n", "m"), ()), (("m", "n"), ("m", "n"))])
def test_orders_of_one_stop_are_taken_one_after_another(served, found):
    """Loaded n, m, f; n and m at one door: as they lie, or m first and then back to n."""
    orders = [order("n", "mid"), order("m", "mid"), order("f", "far")]
    script = {
        0: plan(load("n", "m", "f"), deliver("mid", "n", "m"), deliver("far", "f")),
        1001: plan(deliver("mid", *served), deliver("far", "f")),
    }

    journal = locked(script, orders, search_s=20.0)

    assert [event.searched for event in journal.of(ServiceBegan)] == [found, ()]


def test_a_slow_driver_searches_slowly():
    """Pace 1.5: 30 s instead of 20."""
    script = {0: plan(*tour("near", "mid")), 1001: plan(deliver("mid", "m"), deliver("near", "n"))}
    made = day(ORDERS[:2], None, [SHIFT], rules=Rules(load_lock_s=400.0, search_s=20.0))
    made = replace(made, drivers=tuple(replace(one, pace=1.5) for one in made.drivers))

    journal = run(made, scripted(script))

    assert times(journal, Delivered) == [1120 + 30, 1150 + 60 + 30]


def test_a_failed_attempt_does_not_put_the_rest_out_of_turn():
    """Near is refused and stays aboard: mid and far are where they were."""
    journal = locked({0: plan(*tour(*DOORS))}, search_s=20.0, failures={"n": "refused"})

    assert searched(journal) == [(1060, ()), (1120, ()), (1180, ())]


def test_goods_of_a_second_tour_lie_as_they_were_loaded_then():
    """Far goes out with the second tour, after near came out of the first."""
    route = plan(load("n"), deliver("near", "n"), load("f", "m"), deliver("mid", "m"),
                 deliver("far", "f"))  # fmt: skip

    assert not any(found for _, found in searched(locked({0: route}, search_s=20.0)))


def test_what_is_collected_is_not_searched_for():
    """A collection between two deliveries changes nothing."""
    orders = [*ORDERS[:2], order("c", "depot", "mid", kind=OrderKind.COLLECTION)]
    route = plan(load("n", "m"), deliver("near", "n"), collect("mid", "c"), deliver("mid", "m"))

    assert not any(found for _, found in searched(locked({0: route}, orders, search_s=20.0)))


def test_a_spare_that_is_taken_as_the_shift_begins_was_not_loaded_before():
    """v1 is towed in at 390 s; the second duty begins at 1000 s on s1: 30 s and 5 s for near."""
    early = replace(duty(closes_at_s=500), id="duty-0")
    made = day(
        [order("n", "near", placed_at_s=900.0, ready_at_s=900.0)], [van("v1"), van("s1")],
        [early, SHIFT], spares=("s1",), visits=DEPOT,
        breakdowns={"v1": (Breakdown(90.0, repair_s=None, tow_s=300.0),)},
        rules=Rules(breakdown_clock=BreakdownClock.DUTY),
    )  # fmt: skip

    journal = run(made, AllAboard)

    assert story(journal, "s1")[2:4] == ["1000 ShiftBegan LoadingBegan", "1035 Loaded Departed"]
    assert [event.preloaded for event in journal.of(LoadingBegan)] == [False]
