"""Breaks and hours of service: when a driver rests, and when he only drives home any more."""

from dataclasses import replace

import pytest
from dispatchers import Scripted, scripted
from lived import at, day, deliver, duty, facts, load, order, plan, story, times

from twin import Plan, TimeWindow, Visit, run
from twin.events import ActionsDropped, BreakBegan, BreakEnded, Diverted, ServiceBegan
from twin.model import HoursRules, StopTime
from twin.plan import Break

DOORS = ("near", "mid", "far")
ORDERS = [order(door[0], door) for door in DOORS]
TOUR = plan(load("n", "m", "f"), *(deliver(door, door[0]) for door in DOORS))


def rested(*, script=None, orders=ORDERS, closes_at_s=2000.0, **rules):
    """Return the journal of a tour to the three doors under some rules about hours."""
    more = {name: rules.pop(name) for name in ("visits", "world_rules") if name in rules}
    hours = HoursRules("by hand", **rules)
    duties = [replace(duty(closes_at_s=closes_at_s), hours=hours)]
    return run(expecting(day(orders, None, duties, **more)), scripted(script or {0: TOUR}))


def expecting(world):
    """Return the day with stops that are expected to take what they take."""
    places = dict(world.places)
    for place_id, visit in world.visits.items():
        expected = StopTime(visit.parking_s[0], visit.walk_s, visit.fixed_s[0])
        places[place_id] = replace(places[place_id], expected=expected)
    return replace(world, places=places)


def breaks(journal):
    """Return begin, end and reason of each break."""
    ends = times(journal, BreakEnded)
    return [(e.at_s, end, e.why) for e, end in zip(journal.of(BreakBegan), ends, strict=True)]


def test_a_break_comes_before_the_drive_that_would_exceed_the_limit():
    """60 + 60 s driven, 60 more would be over 150; then 60, and 180 s home alone are over it."""
    journal = rested(drive_most_s=150.0, drive_rest_s=40.0)

    assert story(journal) == [
        "0 ShiftBegan LoadingBegan Loaded Departed",
        "60 Arrived ServiceBegan Delivered Departed",
        "120 Arrived ServiceBegan Delivered BreakBegan",
        "160 BreakEnded Departed",
        "220 Arrived ServiceBegan Delivered VehicleFree BreakBegan",
        "260 BreakEnded Departed",  # longer than the limit: begun rested, and finished
        "440 Arrived VehicleFree",
        "2000 ShiftEnded DutyEnded",
    ]
    assert breaks(journal) == [(120, 160, "driving"), (220, 260, "driving")]
    assert [event.place for event in journal.of(BreakBegan)] == ["mid", "far"]


def test_a_limit_that_is_met_exactly_is_kept():
    """180 s to the far door with 180 s allowed: no break before it."""
    assert breaks(rested(drive_most_s=180.0, drive_rest_s=40.0)) == [(180, 220, "driving")]


@pytest.mark.parametrize(
    ("planned_s", "breaks_at_s"),
    [(40.0, [60, 220]), (39.875, [60, 159.875, 259.875])],
)
def test_a_planned_break_counts_if_it_is_long_enough(planned_s, breaks_at_s):
    """At the near door, 60 s driven: 40 s are a rest, a tick less is none."""
    route = plan(
        load("n", "m", "f"), at("near", *deliver("near", "n").actions, Break(planned_s)),
        deliver("mid", "m"), deliver("far", "f"),
    )  # fmt: skip

    journal = rested(script={0: route}, drive_most_s=150.0, drive_rest_s=40.0)

    assert times(journal, BreakBegan) == breaks_at_s
    assert journal.of(BreakBegan)[0].why == "planned"


def test_work_of_any_kind_asks_for_a_break():
    """100 s at each door: 60 + 100 + 60 s are over 200; after 50 s of rest 60 + 100 are not."""
    journal = rested(
        work_most_s=200.0, work_rest_s=50.0,
        visits={door: Visit(fixed_s=(100.0,)) for door in DOORS},
    )  # fmt: skip

    assert story(journal)[1:7] == [
        "60 Arrived ServiceBegan",
        "160 Delivered BreakBegan",
        "210 BreakEnded Departed",
        "270 Arrived ServiceBegan",
        "370 Delivered BreakBegan",
        "420 BreakEnded Departed",
    ]
    assert {why for _, _, why in breaks(journal)} == {"work"}


def test_a_break_comes_before_a_service_that_would_exceed_the_limit():
    """At the near door at 60 s, 50 s of service are over 100: rested first, then served."""
    journal = rested(work_most_s=100.0, work_rest_s=30.0, visits={"near": Visit(fixed_s=(50.0,))})

    assert story(journal)[1:3] == ["60 Arrived BreakBegan", "90 BreakEnded ServiceBegan"]


def test_a_break_comes_before_looking_for_a_place_to_park():
    """30 s of search and 20 of walking after 60 s of driving are over 100."""
    journal = rested(work_most_s=100.0, work_rest_s=30.0, visits={"near": Visit((30.0,), 20.0)})

    assert story(journal)[1:3] == ["60 Arrived BreakBegan", "90 BreakEnded ParkingBegan"]


def test_waiting_is_work():
    """Waited at the near door from 60 s to 180 s: 20 s of service would be over 190."""
    waits = [order("n", "near", window=TimeWindow(180, 300))]

    journal = rested(
        orders=waits, script={0: plan(load("n"), deliver("near", "n"))},
        work_most_s=190.0, work_rest_s=30.0, visits={"near": Visit(fixed_s=(20.0,))},
    )  # fmt: skip

    assert story(journal)[1:4] == [
        "60 Arrived WaitBegan",
        "180 BreakBegan",
        "210 BreakEnded ServiceBegan",
    ]


def test_a_rest_for_driving_is_no_rest_for_work_if_it_is_too_short():
    """Rest of 40 s at 120 s for driving; for work 50 s are asked: 160 + 60 s are over 200."""
    journal = rested(drive_most_s=150.0, drive_rest_s=40.0, work_most_s=200.0, work_rest_s=50.0)

    assert breaks(journal)[:2] == [(120, 160, "driving"), (160, 210, "work")]


def test_when_the_driving_of_the_day_is_used_up_there_is_only_the_way_home():
    """150 s are allowed: the far door would be 180 s; home is 120 s more all the same."""
    journal = rested(day_drive_most_s=150.0)

    assert story(journal)[2:] == [
        "120 Arrived ServiceBegan Delivered ActionsDropped Departed",
        "240 Arrived LoadingBegan Unloaded",
        "2000 ShiftEnded DutyEnded",
    ]
    assert facts(journal, ActionsDropped, "orders", "why") == [
        (120, ("f",), "driving hours are used up")
    ]


def test_a_van_whose_driver_may_drive_no_more_is_shown_again_for_its_next_duty():
    """Driven out at 120 s, home at 240 s, the duty over at 300 s; the next begins at 500 s."""
    made: list[Scripted] = []

    def make(briefing):
        made.append(Scripted(briefing, {0: TOUR, 200: Plan(), 400: Plan()}))
        return made[-1]

    hours = HoursRules("by hand", day_drive_most_s=150.0)
    first = replace(duty(closes_at_s=300), hours=hours)
    second = replace(duty(opens_at_s=500, closes_at_s=2000), id="duty-2", hours=hours)
    run(day(ORDERS, None, [first, second]), make)
    seen = {view.now_s: list(view.by_vehicle) for view in made[0].views}

    assert seen[200] == []
    assert seen[400] == ["v1"]


# Meals


def test_the_meal_is_taken_at_the_first_place_in_its_window():
    """At the near door at 60 s it is too early; at the mid door at 120 s it is time."""
    journal = rested(meal=TimeWindow(100, 300), meal_s=30.0)

    assert story(journal)[2:4] == [
        "120 Arrived BreakBegan",
        "150 BreakEnded ServiceBegan Delivered Departed",
    ]
    assert breaks(journal) == [(120, 150, "meal")]


def test_a_meal_whose_window_opened_and_closed_under_way_is_taken_after_it():
    """From 70 s to 80 s the van is between two doors: never under way."""
    assert breaks(rested(meal=TimeWindow(70, 80), meal_s=30.0)) == [(120, 150, "meal")]


def test_who_waits_for_a_window_eats_meanwhile():
    """At the near door from 60 s, its window opens at 200 s: from 100 s to 130 s there is time."""
    waits = [order("n", "near", window=TimeWindow(200, 300))]

    journal = rested(
        orders=waits, script={0: plan(load("n"), deliver("near", "n"))},
        meal=TimeWindow(100, 300), meal_s=30.0,
    )  # fmt: skip

    assert story(journal)[1:5] == [
        "60 Arrived WaitBegan",
        "100 BreakBegan",
        "130 BreakEnded WaitBegan",
        "200 ServiceBegan Delivered VehicleFree Departed",
    ]


def test_a_meal_can_be_the_rest_that_driving_asks_for():
    """40 s at the mid door at 120 s count for driving too: the far door without another break."""
    journal = rested(meal=TimeWindow(100, 300), meal_s=40.0, drive_most_s=150.0, drive_rest_s=40.0)

    assert breaks(journal) == [(120, 160, "meal"), (220, 260, "driving")]


def test_a_window_for_a_meal_of_no_time_changes_nothing():
    """No meal, but the break for driving at 120 s is taken."""
    journal = rested(meal=TimeWindow(0, 300), drive_most_s=150.0, drive_rest_s=40.0)

    assert breaks(journal)[0] == (120, 160, "driving")


def test_whose_limit_comes_on_the_way_rests_at_the_next_junction():
    """50 s of driving are allowed and a street takes 60 s: it is driven to its end each time.

    At 60 s it is also time for the meal, too short to count as a rest from driving.
    """
    route = plan(load("f"), deliver("far", "f"))

    journal = rested(
        orders=[ORDERS[2]], script={0: route}, drive_most_s=50.0, drive_rest_s=40.0,
        meal=TimeWindow(50, 300), meal_s=30.0,
    )  # fmt: skip

    assert breaks(journal) == [
        (60, 90, "meal"),
        (90, 130, "driving"),
        (190, 230, "driving"),
        (290, 330, "driving"),
        (390, 430, "driving"),
        (490, 530, "driving"),
    ]
    assert times(journal, ServiceBegan) == [330]
    assert {turn.why for turn in journal.of(Diverted)} == {"rest"}


def test_a_service_that_takes_longer_than_expected_is_finished():
    """Expected to take nothing, so begun at 60 s; it takes 50 s, and the rest comes after it."""
    hours = HoursRules("by hand", work_most_s=100.0, work_rest_s=30.0)
    duties = [replace(duty(closes_at_s=2000.0), hours=hours)]
    world = day(ORDERS, None, duties, visits={"near": Visit(fixed_s=(50.0,))})

    journal = run(world, scripted({0: TOUR}))

    assert story(journal)[1:3] == ["60 Arrived ServiceBegan", "110 Delivered BreakBegan"]


@pytest.mark.parametrize(
    ("rules", "rest_s"),
    [
        ({"drive_most_s": 100.0, "drive_rest_s": 40.0}, 40),
        ({"work_most_s": 100.0, "work_rest_s": 50.0}, 50),
        ({"meal": TimeWindow(50, 90), "meal_s": 60.0}, 60),
    ],
)
def test_who_rests_is_believed_to_be_free_at_the_end_of_the_break(rules, rest_s):
    """At the near door from 60 s on; asked at 70 s."""
    made: list[Scripted] = []

    def make(briefing):
        made.append(Scripted(briefing, {0: TOUR, 70: Plan()}))
        return made[-1]

    duties = [replace(duty(closes_at_s=2000), hours=HoursRules("by hand", **rules))]
    run(day(ORDERS, None, duties), make)
    (row,) = (view.by_vehicle["v1"] for view in made[0].views if view.now_s == 70)

    assert (row.free_at_s, row.busy, row.place) == (60 + rest_s, True, "near")
