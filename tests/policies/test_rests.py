"""Policies keep time free for rests: no more is planned than a shift with them can hold."""

from dataclasses import replace
from functools import partial

import pytest
from dispatchers import decides
from lived import day, duty, order, place, van

from policies.blocks.mealtimes import Mealtimes
from policies.blocks.rests import keeping_rests
from twin import Plan, TimeWindow, run
from twin.events import BreakBegan, BreakEnded, Delivered, DutyMoved, PlanMade, ShiftBegan
from twin.model import HoursRules
from twin.plan import orders_in
from twin.plugins import load

MEAL = HoursRules("meal", meal=TimeWindow(0, 1500), meal_s=900)
POLICIES = {
    "static": partial(load("static"), iterations=50),
    "insertion": load("insertion"),
    "rolling": partial(load("rolling"), iterations=50, morning_iterations=50),
    "districts": partial(load("districts"), iterations=50),
}


@pytest.mark.parametrize("policy", sorted(POLICIES))
@pytest.mark.parametrize(("hours", "planned"), [(HoursRules(), 3), (MEAL, 2)])
def test_a_meal_takes_the_time_of_a_stop(policy, hours, planned):
    """Three services of 500 s at neighbours, with the way, take 1,620 s of a shift of 2,100 s.

    A meal of 900 s leaves room for two of them: 900 + 60 + 1,000 + 60 = 2,020 s.
    """
    doors = [place(name, 1) for name in ("one", "two", "three")]
    orders = [order(door.id, door.id, unload_s=500.0) for door in doors]
    world = day(orders, [van()], [replace(duty(closes_at_s=2100), hours=hours)], places=doors)

    first = run(world, POLICIES[policy]).of(PlanMade)[0]

    assert len(orders_in(first.routes["v1"])) == planned


# A break for work falls due by what was worked since the last rest, not since the question.

WORK = HoursRules("work", work_most_s=1900.0, work_rest_s=300.0)
DAY_POLICIES = {
    "insertion": load("insertion"),
    "rolling": partial(load("rolling"), iterations=50, morning_iterations=50),
    "slack": partial(load("slack"), company=1, detour_s=9000.0),
    "waves": partial(load("waves"), every_s=60.0, detour_s=9000.0),
}


@pytest.mark.parametrize("policy", sorted(DAY_POLICIES))
@pytest.mark.parametrize(("hours", "planned"), [(HoursRules(), 5), (WORK, 4)])
def test_a_break_that_began_to_count_in_the_morning_is_kept_free_in_the_day(policy, hours, planned):
    """At 600 s six orders come, and 1,800 s of the shift are left: less than a whole stretch.

    The van is back at the depot at 660 s; five services of 300 s and the way make 660 + 60 + 1,500
    + 60 = 2,280 s of 2,400. The break falls due at 1,900 s and leaves room for four: 2,280 s.
    """
    doors = [place(f"d{k}", 1) for k in range(6)]
    orders = [
        order("first", "near", unload_s=540.0),
        *(order(f"o{k}", f"d{k}", unload_s=300.0, placed_at_s=600.0, ready_at_s=600.0)
          for k in range(6)),
    ]  # fmt: skip
    shift = replace(duty(closes_at_s=2400), hours=hours)

    journal = run(day(orders, [van()], [shift], places=doors), DAY_POLICIES[policy])

    later = [made for made in journal.of(PlanMade) if made.routes and made.at_s >= 600]
    assert len(orders_in(later[0].routes["v1"])) == planned
    assert max(event.at_s for event in journal) <= 2400


@pytest.mark.parametrize("policy", sorted(DAY_POLICIES))
def test_a_break_that_was_taken_is_not_kept_free_again(policy):
    """The service of 1,400 s would end after 2,000 s of work, so the driver rests before, from 720.

    Rested at 1,020 s, the next break is due after the shift, which ends at 3,000. The van is home
    at 2,480; of the orders of 2,500 s three fit in, 2,500 + 60 + 300 + 60 = 2,920 s.
    """
    journal = run(day_with_a_long_service(work_most_s=2000.0), DAY_POLICIES[policy])

    assert [event.at_s for event in journal.of(BreakBegan)] == [720]
    later = [made for made in journal.of(PlanMade) if made.routes and made.at_s >= 2500]
    assert len(orders_in(later[0].routes["v1"])) == 3


@pytest.mark.parametrize("policy", sorted(DAY_POLICIES))
def test_a_break_that_fell_due_while_there_was_no_work_is_still_to_be_taken(policy):
    """Nobody has rested at 2,400 s: with the break before more work not one order fits in.

    2,500 + 300 + 60 + 100 + 60 = 3,020 s of 3,000.
    """
    journal = run(day_with_a_long_service(work_most_s=2400.0), DAY_POLICIES[policy])

    assert not [made for made in journal.of(PlanMade) if made.routes and made.at_s >= 2500]
    assert len(journal.of(Delivered)) == 2


def day_with_a_long_service(work_most_s):
    """Return a day of one van until 3,000 s: ten minutes of work, a long service, and six short."""
    doors = [place(f"d{k}", 1) for k in range(6)]
    late = {"placed_at_s": 2500.0, "ready_at_s": 2500.0}
    orders = [
        order("first", "near", unload_s=540.0),
        order("long", "near", unload_s=1400.0, placed_at_s=620.0, ready_at_s=620.0),
        *(order(door.id, door.id, unload_s=100.0, **late) for door in doors),
    ]
    hours = HoursRules("work", work_most_s=work_most_s, work_rest_s=300.0)
    return day(orders, [van()], [replace(duty(closes_at_s=3000), hours=hours)], places=doors)


def looked_at(hours, opens_at_s=0.0):
    """Return a van as a policy sees it before its shift, which ends at ten thousand seconds."""
    seen = []

    def look(view):
        seen.extend(view.vehicles)
        return Plan()

    shift = replace(duty(opens_at_s=opens_at_s, closes_at_s=10_000), hours=hours)
    run(day([order("a", "near")], [van()], [shift]), decides(look))
    return seen[0]


@pytest.mark.parametrize(
    ("hours", "from_s", "rests_s"),
    [
        (HoursRules(), 0, 0),
        (HoursRules(work_most_s=3000, work_rest_s=600), 0, 1200),  # at 3000 and at 6600
        (HoursRules(work_most_s=4000, work_rest_s=600), 0, 1200),  # at 4000 and at 8600
        (HoursRules(work_most_s=4000, work_rest_s=600), 4000, 1200),  # due this very instant
        (HoursRules(work_most_s=4000, work_rest_s=600), 5000, 600),  # the first one is over
        (HoursRules(work_most_s=9700, work_rest_s=600), 0, 300),  # what is left after 9700
        (HoursRules(work_most_s=10_000, work_rest_s=600), 0, 0),  # nothing is left
        (HoursRules(meal=TimeWindow(2000, 3000), meal_s=900), 0, 900),
        (HoursRules(meal=TimeWindow(2000, 3000), meal_s=900), 2001, 0),
        (HoursRules(meal=TimeWindow(10_000, 11_000), meal_s=900), 0, 0),  # after the shift
        (HoursRules(work_most_s=6000, work_rest_s=600, meal=TimeWindow(5000, 6000), meal_s=600),
         0, 600),  # the meal is the break, and the next is due at 11,600
        (HoursRules(work_most_s=6000, work_rest_s=600, meal=TimeWindow(5000, 6000), meal_s=500),
         0, 1100),  # too short to be one: the break at 6000 as well
    ],
)  # fmt: skip
def test_the_rests_of_a_shift_by_hand(hours, from_s, rests_s):
    vehicle = looked_at(hours)

    shorter = keeping_rests(vehicle, from_s)

    assert shorter.duty.shift.closes_at_s == 10_000 - rests_s


@pytest.mark.parametrize(
    ("heard", "rests_s"),
    [
        ([], 600),  # at 6000
        ([ShiftBegan(500.0, "v1", "duty-v1", None)], 600),
        ([ShiftBegan(5000.0, "v1", "duty-v1", None)], 0),  # a late begin: due at 11,000
        ([BreakBegan(3400.0, "v1", None, "work"), BreakEnded(4000.0, "v1")], 0),  # due at 10,000
        ([BreakBegan(3500.0, "v1", None, "work"), BreakEnded(4000.0, "v1")], 600),  # too short
        ([BreakBegan(3400.0, "v2", None, "work"), BreakEnded(4000.0, "v2")], 600),
    ],
)
def test_who_follows_a_driver_knows_when_the_last_rest_was(heard, rests_s):
    vehicle = looked_at(HoursRules(work_most_s=6000, work_rest_s=600))
    mealtimes = Mealtimes()
    mealtimes.hear(heard)

    shorter = keeping_rests(vehicle, 4100.0, mealtimes)

    assert shorter.duty.shift.closes_at_s == 10_000 - rests_s


def test_a_break_under_way_is_not_counted_again():
    """Begun at 5,400 s, it is over when the van is free, at 6,000; the next is due at 12,000."""
    resting = replace(looked_at(HoursRules(work_most_s=6000, work_rest_s=600)), free_at_s=6000.0)
    mealtimes = Mealtimes()
    mealtimes.hear([BreakBegan(5400.0, "v1", None, "work")])

    assert keeping_rests(resting, 5500.0, mealtimes) is resting


def test_who_goes_on_with_a_spare_van_is_as_rested_as_before():
    hours = HoursRules(work_most_s=6000, work_rest_s=600, meal=TimeWindow(3000, 4000), meal_s=600)
    one = looked_at(hours)
    spare = replace(one, vehicle=van("v2"))
    mealtimes = Mealtimes()
    mealtimes.hear([BreakBegan(3400.0, "v1", None, "meal"), BreakEnded(4000.0, "v1")])
    assert keeping_rests(one, 4100.0, mealtimes) is one

    mealtimes.hear([DutyMoved(4050.0, "v1", "duty-v1", "v2")])

    assert keeping_rests(spare, 4100.0, mealtimes) is spare
