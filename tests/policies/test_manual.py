"""Dispatch by hand: what people's time does to a plan, to the second."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest
from worlds import depot, duty, line, order, place, van, world

from policies.manual import Manual
from twin import Journal, Load, Order, Parcel, Presence, Rules, Vehicle, World, run
from twin.errors import InputError
from twin.events import AttemptFailed, BrokeDown, Delivered, PlanMade
from twin.model import PlaceId, VehicleId
from twin.plan import orders_in
from twin.surprises import Breakdown
from twin.testing import check_policy
from twin.world import BreakdownClock

STREET = line([1000, 1000], 10)
"""A door 100 s from the depot, and another 100 s on."""
PLACES = [depot(), place("near", 1), place("far", 2)]
QUICK = partial(Manual, iterations=30)
ONE = partial(QUICK, dispatchers=1, per_order_s=0.0, per_exception_s=300.0)


def late(name: str, at_s: float, door: str = "near") -> Order:
    """Return an order that comes at an instant and is ready at once."""
    return order(name, door, placed_at_s=at_s, ready_at_s=at_s)


def day_of(*orders: Order, vans: Sequence[Vehicle] = (van(),), **more: object) -> World:
    """Return a day of one van that stands at the depot from midnight on."""
    return world(STREET, PLACES, orders, vans, **more)


def done(journal: Journal) -> list[tuple[float, str]]:
    """Return when something was done, and what."""
    return [(made.at_s, made.why) for made in journal.of(PlanMade) if made.why]


def began(journal: Journal) -> dict[str, float]:
    """Return when each delivery began."""
    return {event.order: event.began_at_s for event in journal.of(Delivered)}


def test_the_policy_holds_to_the_contract():
    """On all tiny days, in a fresh process too."""
    check_policy(QUICK)


def test_vans_wait_for_a_morning_plan_that_takes_minutes_an_order():
    """Four orders of a minute by two people are two minutes; then 100 s to the door."""
    orders = [order(f"o{k}", "near") for k in range(4)]

    journal = run(day_of(*orders), partial(QUICK, dispatchers=2, per_order_s=60.0))

    assert done(journal) == [(120, "4 of 4 orders in 1 routes")]
    assert set(began(journal).values()) == {220}


def test_a_plan_that_is_ready_before_the_shift_delays_nobody():
    """The day begins an hour before the shift; ten orders by one person take ten minutes."""
    orders = [order(f"o{k}", "near") for k in range(10)]
    day = day_of(*orders, duties=[duty(opens_at_s=3600)])

    journal = run(day, partial(QUICK, dispatchers=1, per_order_s=60.0))

    assert done(journal)[0][0] == 600
    assert set(began(journal).values()) == {3700}


def test_people_begin_when_they_come():
    """The day begins at midnight, they at 1000 s; what came by then is in the morning plan."""
    day = day_of(order("o1", "near"), late("o2", 900))

    journal = run(day, partial(QUICK, dispatchers=1, per_order_s=60.0, works_from_s=1000.0))

    assert done(journal) == [(1120, "2 of 2 orders in 1 routes")]


def test_exceptions_are_taken_one_at_a_time_the_oldest_first():
    """Two orders of 1000 s and 1010 s, five minutes each: one is planned at 1300, one at 1600."""
    day = day_of(order("o1", "near"), late("o3", 1000), late("o2", 1010))

    journal = run(day, ONE)

    assert done(journal)[1:] == [
        (1300, "order o3: given to v1"),
        (1600, "order o2: given to v1"),
    ]
    assert began(journal) == {"o1": 100, "o3": 1400, "o2": 1700}


def test_more_people_are_as_many_times_as_quick():
    """Three people: 100 s an exception."""
    day = day_of(order("o1", "near"), late("o2", 1000), late("o3", 1000))

    journal = run(day, partial(ONE, dispatchers=3))

    assert [at_s for at_s, _ in done(journal)[1:]] == [1100, 1200]


def test_their_time_comes_on_top_of_that_of_the_machine():
    """A latency of 10 s at each answer."""
    day = day_of(order("o1", "near"), late("o2", 1000), late("o3", 1000),
                 rules=Rules(latency_s=10.0))  # fmt: skip

    assert [at_s for at_s, _ in done(run(day, ONE))] == [10, 1310, 1620]


def test_a_failed_attempt_takes_its_turn_and_is_not_made_again():
    """It fails at 200 s and is noted by 500; the order of 250 s waits for that, until 800."""
    day = day_of(order("o1", "far"), late("o2", 250), presence={PlaceId("far"): Presence(0.0)})

    journal = run(day, ONE)

    assert [event.began_at_s for event in journal.of(AttemptFailed)] == [200]
    assert done(journal)[1:] == [
        (500, "order o1: failed attempt noted"),
        (800, "order o2: given to v1"),
    ]


def test_an_order_that_fits_nowhere_is_looked_at_once():
    """Two parcels and room for one: left, though the desk is free for the rest of the day."""
    small = van(capacity=Load(10**6, 10**6, 1))
    heavy = replace(late("o2", 500), parcels=(Parcel(), Parcel()))
    day = day_of(order("o1", "near"), heavy, late("o3", 2000), vans=[small])

    journal = run(day, ONE)

    assert done(journal)[1:] == [
        (800, "order o2: fits nowhere, left"),
        (2300, "order o3: given to v1"),
    ]


def test_a_broken_van_is_relieved_of_what_it_has_not_loaded():
    """One parcel a tour, four orders, two vans. The first breaks down at 50 s, for good.

    At 350 s it is relieved of its second order, which is given to the other van at 650 s: home at
    400 s from two tours, it is back at the door at 750.
    """
    small = Load(10**6, 10**6, 1)
    orders = [order(f"o{k}", "near") for k in range(4)]
    broken = {VehicleId("v1"): (Breakdown(50.0, repair_s=80_000.0),)}
    rules = Rules(breakdown_clock=BreakdownClock.DUTY, expected_down_s=80_000.0)
    day = day_of(*orders, vans=[van("v1", capacity=small), van("v2", capacity=small)],
                 rules=rules, breakdowns=broken)  # fmt: skip

    journal = run(day, ONE)

    morning, relieved, moved = [made for made in journal.of(PlanMade) if made.why]
    assert {name: len(orders_in(route)) for name, route in morning.routes.items()} == {
        "v1": 2,
        "v2": 2,
    }
    assert journal.of(BrokeDown)[0].at_s == 50
    second = orders_in(morning.routes[VehicleId("v1")])[1]
    assert (relieved.at_s, relieved.why) == (350, "vehicle v1: broken down, relieved of 1 orders")
    assert (moved.at_s, moved.why) == (650, f"order {second}: given to v2")
    assert began(journal)[second] == 750


def test_what_is_left_on_the_pile_when_they_go_is_not_done():
    """They go at 1200 s: the order of 1000 s was begun before, that of 1010 s was not."""
    day = day_of(order("o1", "near"), late("o2", 1000), late("o3", 1010))

    journal = run(day, partial(ONE, works_until_s=1200.0))

    assert began(journal) == {"o1": 100, "o2": 1400}


def test_settings_that_make_no_sense_are_refused_all_at_once():
    """Before the day begins."""
    with pytest.raises(InputError) as caught:
        run(day_of(), partial(Manual, dispatchers=0, works_from_s=900.0, works_until_s=100.0))
    assert "dispatchers is 0" in str(caught.value)
    assert "works_until_s is 100.0, expected a number of at least 900" in str(caught.value)
