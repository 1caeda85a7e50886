"""Where orders are put one by one: by priority, into the shift, then into allowed overtime."""

from dataclasses import replace
from functools import partial

import pytest
from lived import day, duty, facts, order, times, van

from policies.insertion import Insertion
from twin import Load, run
from twin.events import Delivered, DutyEnded
from twin.plugins import load as policy_named


def rolling(**knobs):
    return partial(policy_named("rolling"), **{"iterations": 20, "morning_iterations": 50, **knobs})


def served(journal):
    return [one for _, one in facts(journal, Delivered, "order")]


@pytest.mark.parametrize("make", [Insertion, rolling()])
def test_where_there_is_no_room_for_all_the_higher_priority_goes(make):
    """One tour of two parcels in 150 s: the two of priority 3, though they are the nearest."""
    orders = [
        order("far 1", "far"),
        order("far 2", "far"),
        order("near 1", "near", priority=3),
        order("near 2", "near", priority=3),
    ]
    short = day(orders, [van(capacity=Load(parcels=2))], [duty(closes_at_s=150)])

    assert sorted(served(run(short, make))) == ["near 1", "near 2"]


@pytest.mark.parametrize("make", [Insertion, rolling()])
@pytest.mark.parametrize(("overtime_s", "count"), [(0, 1), (239, 1), (240, 2), (900, 2)])
def test_what_would_be_left_out_is_served_in_overtime_that_is_allowed(make, overtime_s, count):
    """To far and back takes 360 s, both services as long: 720 s in a shift of 480 s."""
    orders = [order("a", "far", unload_s=120.0), order("b", "mid", unload_s=240.0)]
    one = replace(duty(closes_at_s=480), overtime_s=float(overtime_s))

    journal = run(day(orders, duties=[one]), make)

    assert len(served(journal)) == count
    assert times(journal, DutyEnded)[0] <= 480 + overtime_s


def test_overtime_is_not_used_for_what_another_van_can_do_in_its_shift():
    """The first van is full of work until its end; the second has to come all the way for b."""
    orders = [order("a", "far", unload_s=100.0), order("b", "far", unload_s=100.0)]
    vans = [van("v1", capacity=Load(parcels=1)), van("v2", capacity=Load(parcels=1))]
    duties = [replace(duty(one.id, closes_at_s=470), overtime_s=2000.0) for one in vans]

    journal = run(day(orders, vans, duties), Insertion)

    assert {vehicle for _, vehicle in facts(journal, Delivered, "vehicle")} == {"v1", "v2"}


@pytest.mark.parametrize(("frozen_s", "sequence"), [(0.0, ["c", "b"]), (1000.0, ["b", "c"])])
def test_nothing_is_put_in_before_stops_that_are_near_in_time(frozen_s, sequence):
    """On the way to far with b, at 10 s, one for near comes: v1 turns back, or goes later."""
    later = order("c", "near", placed_at_s=10.0, ready_at_s=10.0)
    again = day([order("b", "far"), later])

    journal = run(again, rolling(frozen_s=frozen_s, every_s=5000.0))

    assert served(journal) == sequence
