"""Waves: orders wait for the clock, a count, or one that cannot wait, to the instant."""

from dataclasses import replace
from functools import partial

import pytest
from worlds import depot, duty, line, order, place, van, world

from policies.waves import Waves
from twin import Journal, Order, OrderKind, Rules, TimeWindow, UnloadOrders, World, run
from twin.errors import InputError
from twin.events import BrokeDown, Delivered, DutyCancelled, PlanMade
from twin.model import PlaceId, VehicleId
from twin.plan import orders_in
from twin.surprises import Breakdown
from twin.testing import check_policy
from twin.units import TICK_S
from twin.world import BreakdownClock

SIDES = line([10_000, 3000, 1000], 10)
"""A door 1300 s to the left of the depot, one 300 s, and one 100 s to the right."""
PLACES = [depot(2), place("far", 0), place("left", 1), place("right", 3)]
HALF_HOURS = partial(Waves, every_s=1800.0, count=9)


def late(name: str, at_s: float, door: str = "right", **more: object) -> Order:
    """Return an order that comes at an instant and is ready at once."""
    return order(name, door, placed_at_s=at_s, ready_at_s=at_s, **more)


def day_of(*orders: Order, vans: tuple[str, ...] = ("v1",), **more: object) -> World:
    """Return a day of vans that stand at the depot from midnight on."""
    return world(SIDES, PLACES, orders, [van(name) for name in vans], **more)


def waves(journal: Journal) -> list[tuple[float, str]]:
    """Return when waves were released, and what the plan says about them."""
    return [(made.at_s, made.why) for made in journal.of(PlanMade) if made.why]


def began(journal: Journal) -> dict[str, float]:
    """Return when each delivery began."""
    return {event.order: event.began_at_s for event in journal.of(Delivered)}


@pytest.mark.parametrize("make", [Waves, partial(Waves, planner="solver", iterations=30)])
def test_the_policy_holds_to_the_contract(make):
    """On all tiny days, with either planner."""
    check_policy(make)


def test_a_wave_is_released_by_the_clock():
    """Orders of 00:01:40 and 00:20 go together at half past."""
    journal = run(day_of(late("o1", 100), late("o2", 1200, "left")), HALF_HOURS)

    assert waves(journal) == [(1800, "depot: by time, 2 of 2 orders")]
    assert began(journal) == {"o1": 1900, "o2": 2300}


def test_the_clock_strikes_from_the_beginning_of_the_day():
    """The day begins at 1000 s: waves are at 2800 s, 4600 s and so on."""
    day = day_of(late("o1", 3000), rules=Rules(begins_at_s=1000.0))

    assert waves(run(day, HALF_HOURS))[0][0] == 4600


def test_a_wave_is_released_as_soon_as_enough_orders_wait():
    """Two are enough: the first waits for the second, the third for the clock."""
    day = day_of(late("o1", 100), late("o2", 150), late("o3", 160), vans=("v1", "v2"))

    journal = run(day, partial(Waves, every_s=1800.0, count=2))

    assert waves(journal) == [
        (150, "depot: by count, 2 of 2 orders"),
        (1800, "depot: by time, 1 of 1 orders"),
    ]


def test_an_order_that_must_leave_releases_its_wave():
    """Due by 1000 s and 100 s away, it goes at 900 s, and takes what waits for the clock along."""
    due = late("o1", 100, promise=TimeWindow(0, 1000))

    journal = run(day_of(due, late("o2", 200)), HALF_HOURS)

    assert waves(journal) == [(900, "depot: by slack, 2 of 2 orders")]
    assert began(journal)["o1"] == 1000


def test_what_an_answer_takes_is_counted():
    """It takes a minute: the wave is released at 840 s, and in force at 900 s."""
    due = late("o1", 100, promise=TimeWindow(0, 1000))

    assert began(run(day_of(due, rules=Rules(latency_s=60.0)), HALF_HOURS)) == {"o1": 1000}


def test_an_order_that_is_too_late_when_it_comes_waits_for_the_clock():
    """Promised by 150 s, placed at 100 s, 100 s away: hurrying saves nothing."""
    hopeless = late("o1", 100, promise=TimeWindow(0, 150))

    assert waves(run(day_of(hopeless), HALF_HOURS))[0] == (1800, "depot: by time, 1 of 1 orders")


def test_a_van_that_comes_home_before_the_next_wave_is_given_its_next_tour():
    """Out to far at 0, home at 2600 s. The wave of 1800 s counts on it, for it is home by 3600."""
    day = day_of(order("o1", "far"), late("o2", 100))

    journal = run(day, HALF_HOURS)

    assert [at_s for at_s, _ in waves(journal)] == [0, 1800]
    assert began(journal) == {"o1": 1300, "o2": 2700}


def test_a_van_that_comes_home_later_is_not():
    """Waves at 0, 1000, 2000: home at 2600 s, it is before the next wave at 2000 only."""
    journal = run(day_of(order("o1", "far"), late("o2", 100)), partial(Waves, every_s=1000.0))

    assert [made.at_s for made in journal.of(PlanMade) if made.routes] == [0, 2000]


def test_what_would_keep_a_van_out_too_long_waits_for_the_next_wave():
    """Back within 700 s: left takes 600, right 200 more. Home at 600 s, and the wave at 1800."""
    day = day_of(order("o1", "left"), order("o2", "right"))

    journal = run(day, partial(HALF_HOURS, back_within_s=700.0))

    assert began(journal) == {"o1": 300, "o2": 1900}


@pytest.mark.parametrize("planner", ["insertion", "solver"])
def test_an_order_that_cannot_wait_makes_the_tour_longer(planner):
    """Far takes 2600 s, and a van is to be back within 700. It must leave at 2200 s, and does."""
    day = day_of(order("o1", "far", promise=TimeWindow(0, 3500)))

    journal = run(day, partial(HALF_HOURS, back_within_s=700.0, planner=planner))

    made = [made for made in journal.of(PlanMade) if made.routes]
    assert [one.at_s for one in made] == [1800]
    assert began(journal) == {"o1": 3100}


def test_what_cannot_wait_is_told_to_the_solver_by_its_weight():
    """A tour of 700 s holds one side: left, due by 900 s, or two orders on the right.

    Two are more than one, but they can wait: they go with the next wave.
    """
    urgent = order("o1", "left", promise=TimeWindow(0, 900))
    day = day_of(urgent, order("o2", "right"), order("o3", "right"))

    journal = run(day, partial(HALF_HOURS, back_within_s=700.0, planner="solver", iterations=50))

    assert began(journal) == {"o1": 300, "o2": 1900, "o3": 1900}
    assert sum(made.effort for made in journal.of(PlanMade)) >= 50


def test_what_was_collected_is_put_down_before_another_tour_without_goods():
    """It comes home at 600 s with o1, and is to fetch o2 next: the wave of 500 s says so."""
    collections = [
        order("o1", "depot", "left", kind=OrderKind.COLLECTION),
        late("o2", 100, "depot", origin=PlaceId("right"), kind=OrderKind.COLLECTION),
    ]

    journal = run(day_of(*collections), partial(Waves, every_s=500.0))

    (_, again) = [made for made in journal.of(PlanMade) if made.routes]
    actions = [action for stop in again.routes[VehicleId("v1")] for action in stop.actions]
    assert UnloadOrders() in actions


def test_a_broken_van_gets_nothing():
    """It breaks down at 50 s for an hour; the wave of 1800 s is for the other one."""
    rules = Rules(breakdown_clock=BreakdownClock.DUTY, expected_down_s=60.0)
    broken = {VehicleId("v1"): (Breakdown(50.0, repair_s=3600.0),)}
    day = day_of(order("o1", "left"), late("o2", 100), vans=("v1", "v2"), rules=rules,
                 breakdowns=broken)  # fmt: skip

    journal = run(day, HALF_HOURS)

    assert journal.of(BrokeDown)
    (wave,) = [made for made in journal.of(PlanMade) if made.at_s == 1800]
    assert {name: orders_in(route) for name, route in wave.routes.items()} == {"v2": ("o2",)}


def test_a_hired_van_is_called_by_a_wave_before_it_is_too_late():
    """By 1000 s it must be called, no wave of the clock is due, and its shift begins at 2000."""
    shifts = [replace(duty("v1", 2000), call_by_s=1000.0)]

    journal = run(day_of(late("o1", 100), duties=shifts), HALF_HOURS)

    assert waves(journal) == [(1000 - TICK_S, "depot: by call, 1 of 1 orders")]
    assert not journal.of(DutyCancelled)
    assert began(journal) == {"o1": 2100}


def test_settings_that_make_no_sense_are_refused():
    """Before the day begins, with what is allowed."""
    with pytest.raises(InputError, match="every_s is 0"):
        run(day_of(), partial(Waves, every_s=0))
    with pytest.raises(InputError, match="planner is 'gut', expected one of insertion, solver"):
        run(day_of(), partial(Waves, planner="gut"))
