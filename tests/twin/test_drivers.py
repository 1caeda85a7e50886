"""Drivers who leave the plan, and who learn their way in the course of the day (S3, S13)."""

from dataclasses import replace

import pytest
from dispatchers import scripted
from lived import day, deliver, duty, facts, load, order, place, plan, story, times, van

from twin import Driver, Rules, State, Visit, run
from twin.events import Delivered, SequenceLeft
from twin.surprises import Breakdown

DOORS = ("near", "mid", "far")
ORDERS = [order(door[0], door) for door in DOORS]
IN_ZONE = [place(door, node, zone="z") for node, door in enumerate(DOORS, start=1)]
BACKWARDS = plan(
    load("n", "m", "f"), deliver("far", "f"), deliver("mid", "m"), deliver("near", "n")
)


def strays(*draws, adherence=0.5, script=None, places=IN_ZONE, orders=ORDERS, **more):
    """Return the journal of a day of a driver who was told far, mid, near."""
    made = day(orders, places=places, deviations={"duty-v1": draws}, **more)
    drivers = tuple(replace(driver, adherence=adherence) for driver in made.drivers)
    return run(replace(made, drivers=drivers), scripted(script or {0: BACKWARDS}))


def served(journal):
    return [(event.at_s, event.order) for event in journal.of(Delivered)]


AS_TOLD = [(180, "f"), (240, "m"), (300, "n")]


def test_a_driver_leaves_the_plan_for_the_nearest_where_the_number_says_so():
    """0.9 at the depot: the near door first; 0.1 there: far as told; then mid is left."""
    journal = strays(0.9, 0.1, 0.1)

    assert facts(journal, SequenceLeft, "place") == [(0, "near")]
    assert served(journal) == [(60, "n"), (180, "f"), (240, "m")]
    assert story(journal)[0] == "0 ShiftBegan LoadingBegan Loaded SequenceLeft Departed"


def test_each_departure_to_a_stop_has_its_number_and_the_last_repeats():
    """0.9 every time: near, mid, far; where the nearest is the next there is nothing to leave."""
    journal = strays(0.9)

    assert served(journal) == [(60, "n"), (120, "m"), (180, "f")]
    assert facts(journal, SequenceLeft, "place") == [(0, "near"), (60, "mid")]


@pytest.mark.parametrize(("adherence", "draws"), [(1.0, (0.99,)), (0.5, (0.49,)), (0.5, ())])
def test_a_driver_keeps_to_the_plan_where_the_number_is_below_the_adherence(adherence, draws):
    """And where no numbers are drawn for the duty."""
    assert served(strays(*draws, adherence=adherence)) == AS_TOLD


def test_a_number_that_equals_the_adherence_leaves_the_plan():
    """0.5 is not below 0.5."""
    assert served(strays(0.5, 0.1)) == [(60, "n"), (180, "f"), (240, "m")]


def test_a_driver_stays_in_the_zone_of_the_next_stop():
    """Near is in another zone: of far and mid, mid is nearer; then far is the only one of its."""
    journal = strays(0.9, places=[replace(IN_ZONE[0], zone="y"), *IN_ZONE[1:]])

    assert served(journal) == [(120, "m"), (180, "f"), (300, "n")]


def test_a_driver_does_not_go_to_a_door_whose_goods_are_not_aboard():
    """Near comes with the second tour only."""
    route = plan(
        load("m", "f"), deliver("far", "f"), deliver("mid", "m"), load("n"), deliver("near", "n")
    )

    journal = strays(0.9, script={0: route})

    assert served(journal) == [(120, "m"), (180, "f"), (420, "n")]


def test_a_second_duty_begins_with_its_own_first_number():
    """One departure on the first; on the second 0.9 comes first: near before far."""
    orders = [ORDERS[1], ORDERS[0], ORDERS[2]]
    duties = [duty(closes_at_s=1000), replace(duty(opens_at_s=1000, closes_at_s=2000), id="duty-2")]
    made = day(
        orders, None, duties, places=IN_ZONE,
        deviations={"duty-v1": (0.1,), "duty-2": (0.9, 0.1)},
    )  # fmt: skip
    drivers = tuple(replace(driver, adherence=0.5) for driver in made.drivers)
    script = {
        0: plan(load("m"), deliver("mid", "m")),
        1001: plan(load("n", "f"), deliver("far", "f"), deliver("near", "n")),
    }

    journal = run(replace(made, drivers=drivers), scripted(script))

    assert facts(journal, SequenceLeft, "place") == [(1001, "near")]


def test_on_a_spare_the_numbers_of_the_duty_go_on():
    """Two departures on v1, which is towed in; the third number belongs to the first on s1."""
    script = {
        0: plan(load("n"), deliver("near", "n")),
        130: plan(load("m", "f"), deliver("mid", "m"), deliver("far", "f")),
        700: plan(load("m", "f"), deliver("far", "f"), deliver("mid", "m"), to="s1"),
    }
    journal = strays(
        0.1, 0.1, 0.9, script=script, vans=[van("v1"), van("s1")], spares=("s1",),
        breakdowns={"v1": (Breakdown(1500.0, 0.0, None, 300.0),)},
    )  # fmt: skip

    # home at 120 s after 1200 m, down 300 m further at 160 s, towed in at 460 s
    assert facts(journal, SequenceLeft, "vehicle", "place") == [(700, "s1", "mid")]


# Learning the town

LEARNS = Rules(unfamiliar_share=0.5, learning_visits=2.0)
SLOW_DOORS = {door: Visit(fixed_s=(100.0,)) for door in DOORS}


def learns(visits=(), pace=1.0, **more):
    """Return the journal of a tour by a driver who was in some zones before."""
    places = [*IN_ZONE[:2], place("far", 3)]
    made = day(ORDERS, places=places, rules=LEARNS, visits=SLOW_DOORS, **more)
    driver = Driver("driver-v1", (), pace, visits=visits)
    route = plan(
        load("n", "m", "f"), deliver("near", "n"), deliver("mid", "m"), deliver("far", "f")
    )
    return run(replace(made, drivers=(driver,)), scripted({0: route}))


def test_a_driver_is_slow_where_he_has_never_been_and_learns_within_the_day():
    """100 s x (1 + 0.5) at first, x (1 + 0.5 e^-1/2) next time; no zone, no difference."""
    journal = learns()

    # e^-0.5 = 0.60653: 130.327 s, on the tick 130.375
    assert times(journal, Delivered) == [
        60 + 150,
        210 + 60 + 130.375,
        400.375 + 60 + 100,
    ]
    assert State.replay(journal).visits == {("driver-v1", "z"): 2}


def test_stops_of_days_before_count():
    """Once before: 130.327 s and, with e^-1 = 0.36788, 118.394 s, on the tick 118.375."""
    journal = learns((("z", 1),))

    assert times(journal, Delivered)[:2] == [60 + 130.375, 190.375 + 60 + 118.375]


def test_stops_in_another_zone_teach_nothing():
    """A hundred of them."""
    assert times(learns((("y", 100),)), Delivered)[0] == 210


def test_a_slow_driver_is_slower_still():
    """Pace 1.2 x 1.5: 180 s."""
    assert times(learns(pace=1.2), Delivered)[0] == 60 + 180
