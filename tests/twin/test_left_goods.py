"""Where goods are left if nobody is at the door, and what goes wrong before anybody could open."""

from dataclasses import replace

import pytest
from dispatchers import scripted
from lived import collect, day, deliver, duty, facts, load, order, place, plan, story, times

from twin import (
    OrderKind,
    PlaceKind,
    Plan,
    Presence,
    Retry,
    ServiceClass,
    State,
    Stop,
    TimeWindow,
    Visit,
    run,
)
from twin.events import AttemptFailed, Delivered, ServiceBegan, WaitBegan

IN, OUT = Presence(1.0), Presence(0.0)
A = [order("a", "near")]
TO_NEAR = {0: plan(load("a"), deliver("near", "a"))}


def left(*where, neighbour=OUT, safe=False, home=OUT, orders=A, script=TO_NEAR, **more):
    """Return the journal of a day on which a door a minute away is tried at 60 s."""
    names = [one.service_class for one in orders]
    classes = more.pop("classes", dict.fromkeys(names, ServiceClass(leaves_with=where)))
    return run(
        day(orders, presence={"near": home}, neighbours={"near": neighbour}, classes=classes,
            safe_places=frozenset({"a"}) if safe else frozenset(), **more),
        scripted(script),
    )  # fmt: skip


BOTH = ("neighbour", "safe place")


@pytest.mark.parametrize(
    ("where", "neighbour", "safe", "how"),
    [
        (BOTH, IN, True, "neighbour"),
        (BOTH[::-1], IN, True, "safe place"),
        (BOTH, OUT, True, "safe place"),
        (BOTH[::-1], IN, False, "neighbour"),
        (("neighbour",), OUT, True, None),
        (("safe place",), IN, False, None),
        ((), IN, True, None),
    ],
)
def test_goods_are_left_where_the_class_allows_in_its_order(where, neighbour, safe, how):
    """Nobody is in; without any of the places the attempt fails."""
    journal = left(*where, neighbour=neighbour, safe=safe)

    assert [event.how for event in journal.of(Delivered)] == ([how] if how else [])
    assert [event.cause for event in journal.of(AttemptFailed)] == ([] if how else ["absent"])


def test_who_is_in_takes_the_goods_in_person():
    """Whoever else could."""
    journal = left(*BOTH, neighbour=IN, safe=True, home=IN)

    assert [event.how for event in journal.of(Delivered)] == ["in person"]


def test_leaving_goods_takes_as_long_as_handing_them_over():
    """10 s and 5 s for the parcel; an attempt that fails takes only the 10 s."""
    visits = {"near": Visit(fixed_s=(10.0,), per_parcel_s=(5.0,))}

    assert times(left(*BOTH, neighbour=IN, visits=visits), Delivered) == [75]
    assert times(left(visits=visits), AttemptFailed) == [70]


@pytest.mark.parametrize("fault", ["wrong address", "no access"])
def test_what_is_wrong_before_the_door_comes_first_and_takes_a_search(fault):
    """Somebody is in and a neighbour too, but nobody gets there: 10 s and 30 s of search."""
    journal = left(
        *BOTH, neighbour=IN, home=IN, failures={"a": fault}, search_s={"a": 30.0},
        visits={"near": Visit(fixed_s=(10.0,), per_parcel_s=(5.0,))},
    )  # fmt: skip

    assert facts(journal, AttemptFailed, "cause", "began_at_s") == [(100, fault, 60)]


def test_a_slow_driver_searches_slowly():
    """Pace 2: 60 s instead of 30."""
    made = day(A, failures={"a": "no access"}, search_s={"a": 30.0})
    made = replace(made, drivers=tuple(replace(driver, pace=2.0) for driver in made.drivers))

    assert times(run(made, scripted(TO_NEAR)), AttemptFailed) == [120]


def test_damaged_goods_are_not_left_anywhere():
    """Seen when they are taken out, whoever is in."""
    journal = left(*BOTH, neighbour=IN, safe=True, failures={"a": "damaged"})

    assert [event.cause for event in journal.of(AttemptFailed)] == ["damaged"]


def test_goods_nobody_is_in_to_refuse_are_left():
    """The customer would refuse them at the door."""
    assert [e.how for e in left(*BOTH, neighbour=IN, failures={"a": "refused"}).of(Delivered)] == [
        "neighbour"
    ]
    assert [e.cause for e in left(home=IN, failures={"a": "refused"}).of(AttemptFailed)] == [
        "refused"
    ]


def test_a_collection_is_left_with_nobody():
    """The neighbour has nothing to hand over."""
    orders = [order("c", "depot", "near", kind=OrderKind.COLLECTION)]

    journal = left(*BOTH, neighbour=IN, orders=orders, script={0: plan(collect("near", "c"))})

    assert [event.cause for event in journal.of(AttemptFailed)] == ["absent"]


def test_a_neighbour_is_there_or_not_in_the_course_of_the_day():
    """0.9 until 100 s, 0.1 from then on, against 0.6: not at 60 s, at 180 s yes."""
    neighbour = Presence(0.6, (0.9, 0.1), (0.0, 100.0))
    classes = {"standard": ServiceClass("standard", 2, Retry.TODAY, leaves_with=("neighbour",))}
    script = {**TO_NEAR, 61: plan(Stop("depot"), deliver("near", "a"))}

    journal = left(neighbour=neighbour, classes=classes, script=script)

    assert times(journal, AttemptFailed) == [60]
    assert facts(journal, Delivered, "how", "attempt") == [(180, "neighbour", 2)]


def test_each_order_of_a_service_has_its_own_outcome():
    """Nobody in, a safe place for a only: b fails, in one service."""
    orders = [*A, order("b", "near")]
    script = {0: plan(load("a", "b"), deliver("near", "a", "b"))}

    journal = left("safe place", safe=True, orders=orders, script=script)

    assert facts(journal, ServiceBegan, "orders") == [(60, ("a", "b"))]
    assert [event.order for event in journal.of(Delivered)] == ["a"]
    assert [event.order for event in journal.of(AttemptFailed)] == ["b"]


# Business hours


def shop(*hours):
    return place("near", 1, PlaceKind.BUSINESS, hours=tuple(TimeWindow(*pair) for pair in hours))


def test_a_business_that_opens_later_is_waited_for():
    """There at 60 s, open from 100 s on."""
    journal = run(day(A, places=[shop((100, 200))]), scripted(TO_NEAR))

    assert facts(journal, WaitBegan, "reason") == [(60, "opening")]
    assert times(journal, Delivered) == [100]


@pytest.mark.parametrize(("closes_at_s", "cause"), [(60, None), (59.875, "absent")])
def test_nobody_is_in_after_the_last_closing(closes_at_s, cause):
    """Both ends belong to the hours: at 60 s somebody is there until 60 s, not until 59 7/8 s."""
    journal = run(day(A, places=[shop((0, closes_at_s))]), scripted(TO_NEAR))

    assert [event.cause for event in journal.of(AttemptFailed)] == ([cause] if cause else [])


def test_a_lunch_break_is_waited_out():
    """Open until 50 s and again from 90 s."""
    journal = run(day(A, places=[shop((0, 50), (90, 200))]), scripted(TO_NEAR))

    assert times(journal, Delivered) == [90]


def test_a_business_that_opens_after_the_shift_is_not_waited_for():
    """It opens at 500 s, the shift ends at 300 s: tried at 60 s, nobody there."""
    journal = run(
        day(A, None, [duty(closes_at_s=300)], places=[shop((500, 900))]), scripted(TO_NEAR)
    )

    assert story(journal)[1] == "60 Arrived ServiceBegan AttemptFailed VehicleFree Departed"
    assert State.replay(journal).orders["a"].attempts[0].cause == "absent"


def test_service_that_began_before_closing_is_finished():
    """From 60 s to 160 s, closed at 100 s."""
    journal = run(
        day(A, places=[shop((0, 100))], visits={"near": Visit(fixed_s=(100.0,))}),
        scripted({0: Plan({"v1": (load("a"), deliver("near", "a"))})}),
    )

    assert times(journal, Delivered) == [160]
