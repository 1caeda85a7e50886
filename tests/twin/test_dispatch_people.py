"""People who plan: what they look at takes their time, and the next question waits (S16)."""

import pytest
from dispatchers import decides, scripted
from lived import day, deliver, duty, facts, load, order, plan, times, van

from twin import Plan, Rules, TimeWindow, run
from twin.events import AttemptFailed, Delivered, PlanMade
from twin.surprises import Breakdown, Change

NOBODY = decides(lambda _: Plan())


def asked(journal):
    """Return when each question was asked and when its answer took force."""
    return [(event.asked_at_s, event.at_s) for event in journal.of(PlanMade)]


@pytest.mark.parametrize(
    ("rules", "latency_s"),
    [
        (Rules(per_order_s=10.0), 40),
        (Rules(per_order_s=10.0, dispatchers=2), 20),
        (Rules(per_order_s=10.0, dispatchers=2, latency_s=5.0), 25),
        (Rules(per_order_s=10.0, dispatchers=3), 13.375),  # 13 1/3 on the tick
        (Rules(per_exception_s=99.0), 0),
    ],
)
def test_each_order_takes_time_shared_by_the_people(rules, latency_s):
    """Four orders in the morning."""
    journal = run(day([order(name, "near") for name in "abcd"], rules=rules), NOBODY)

    assert asked(journal)[0] == (0, latency_s)


def test_what_comes_while_they_think_is_looked_at_together_afterwards():
    """One order at 0 s: thought until 10 s; two came at 4 s and 6 s: 20 s more from then on."""
    orders = [
        order("a", "near"),
        order("b", "near", placed_at_s=4.0, ready_at_s=4.0),
        order("c", "near", placed_at_s=6.0, ready_at_s=6.0),
    ]

    journal = run(day(orders, rules=Rules(per_order_s=10.0)), NOBODY)

    assert asked(journal)[:2] == [(0, 10), (10, 30)]
    assert journal.of(PlanMade)[1].because == {"OrderPlaced": 2}


def test_an_order_that_is_ready_or_changed_is_looked_at_again():
    """Announced for 100 s, changed at 200 s in two ways: 10, 10 and 20 s."""
    orders = [order("a", "near", ready_at_s=100.0)]

    journal = run(
        day(orders, changes=(Change("a", 200.0, priority=1, window=TimeWindow(0, 900)),),
            rules=Rules(per_order_s=10.0)),
        NOBODY,
    )  # fmt: skip

    assert asked(journal)[:3] == [(0, 10), (100, 110), (200, 220)]


def test_exceptions_take_their_own_time():
    """A refusal at 60 s + 5 s, a cancellation at 300 s: 30 s each; a van free takes none."""
    journal = run(
        day([order("a", "near"), order("b", "near")], failures={"a": "refused"},
            changes=(Change("b", 300.0, cancels=True),),
            rules=Rules(per_exception_s=30.0)),
        scripted({0: plan(load("a"), deliver("near", "a"))}),
    )  # fmt: skip

    assert times(journal, AttemptFailed) == [60]
    assert asked(journal)[:5] == [(0, 0), (60, 90), (90, 90), (120, 120), (300, 330)]


def test_a_breakdown_and_a_tow_are_exceptions():
    """Down at 30 s, looked at until 50 s; towed in at 100 s, looked at until 120 s."""
    journal = run(
        day([order("a", "near")], breakdowns={"v1": (Breakdown(300.0, 0.0, None, 70.0),)},
            rules=Rules(per_exception_s=20.0)),
        scripted({0: plan(load("a"), deliver("near", "a"))}),
    )  # fmt: skip

    assert asked(journal)[:3] == [(0, 0), (30, 50), (100, 120)]


def test_an_absent_driver_is_an_exception():
    """Told at 50 s."""
    journal = run(
        day([], [van("v1"), van("v2")],
            [duty("v1", opens_at_s=100, closes_at_s=200), duty("v2", closes_at_s=200)],
            absent={"duty-v1": 50.0},
            rules=Rules(per_exception_s=20.0)),
        NOBODY,
    )  # fmt: skip

    assert asked(journal)[:2] == [(0, 0), (50, 70)]


def test_a_plan_of_people_takes_force_when_they_are_done():
    """Two orders at 10 s each: loaded at 20 s, delivered at 80 s."""
    orders = [order("a", "near"), order("b", "near")]

    journal = run(
        day(orders, rules=Rules(per_order_s=10.0)),
        scripted({0: plan(load("a", "b"), deliver("near", "a", "b"))}),
    )

    assert facts(journal, Delivered, "order") == [(80, "a"), (80, "b")]
