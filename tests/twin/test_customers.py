"""Customers who change their minds, at every stage of an order's day."""

import pytest
from dispatchers import Scripted, scripted
from lived import day, deliver, duty, facts, load, order, plan, story, times

from twin import Plan, Presence, Retry, Rules, ServiceClass, State, TimeWindow, Visit, run
from twin.events import (
    AttemptFailed,
    Delivered,
    Loaded,
    OrderCancelled,
    OrderChanged,
    Returned,
    ServiceBegan,
    Unloaded,
)
from twin.rows import Status
from twin.surprises import Change

A = [order("a", "far")]
TO_FAR = {0: plan(load("a"), deliver("far", "a"))}


def cancelled(at_s, orders=A, script=TO_FAR, name="a", **more):
    """Return the journal of a day on which a is cancelled at an instant."""
    changes = (Change(name, at_s, cancels=True),)
    return run(day(orders, changes=changes, **more), scripted(script))


def test_an_order_cancelled_at_the_depot_is_never_loaded():
    """Planned for a shift from 100 s on, cancelled at 50 s; the other order goes out alone."""
    orders = [*A, order("n", "near")]
    script = {0: plan(load("a", "n"), deliver("near", "n"), deliver("far", "a"))}

    journal = cancelled(50.0, orders, script, duties=[duty(opens_at_s=100, closes_at_s=2000)])

    assert [event.orders for event in journal.of(Loaded)] == [("n",)]
    row = State.replay(journal).orders["a"]
    assert (row.status, row.place, row.planned_on) == (Status.CANCELLED, "depot", None)
    assert not journal.events[-1].carried_over


def test_an_order_cancelled_on_the_way_to_it_turns_the_van_at_the_next_junction():
    """At 90 s between near and mid: home from mid at 120 s, unloaded at 240 s."""
    journal = cancelled(90.0)

    assert story(journal)[1:3] == [
        "120 Diverted VehicleFree Departed",
        "240 Arrived LoadingBegan Unloaded VehicleFree",
    ]
    row = State.replay(journal).orders["a"]
    assert (row.status, row.place, row.vehicle) == (Status.CANCELLED, "depot", None)
    assert State.replay(journal, until_s=200.0).orders["a"].vehicle == "v1"


def test_a_van_that_cannot_be_diverted_goes_there_for_nothing():
    """At the far door at 180 s, nothing to do."""
    journal = cancelled(90.0, rules=Rules(diversion=False))

    assert story(journal)[1] == "180 Arrived VehicleFree Departed"


def test_a_van_goes_on_to_what_is_left():
    """N is cancelled at 30 s: the van passes its door at 60 s without a word."""
    orders = [*A, order("n", "near")]
    script = {0: plan(load("a", "n"), deliver("near", "n"), deliver("far", "a"))}

    journal = cancelled(30.0, orders, script, "n")

    assert story(journal)[1:3] == [
        "60 Arrived Departed",
        "180 Arrived ServiceBegan Delivered VehicleFree Departed",
    ]


def test_a_service_that_began_is_finished():
    """At the far door from 180 s to 280 s: cancelling at 200 s is too late."""
    journal = cancelled(200.0, visits={"far": Visit(fixed_s=(100.0,))})

    assert not journal.of(OrderCancelled)
    assert times(journal, Delivered) == [280]


@pytest.mark.parametrize(
    ("at_s", "is_cancelled"), [(180.0, True), (180.125, False), (500.0, False)]
)
def test_an_order_can_be_cancelled_until_its_service_begins(at_s, is_cancelled):
    """Served at 180 s in no time at all; what is asked for in that very instant comes first."""
    journal = cancelled(at_s)

    assert len(journal.of(OrderCancelled)) == is_cancelled
    assert len(journal.of(Delivered)) == (not is_cancelled)


def test_an_order_cancelled_while_it_waits_at_its_door_lets_the_van_go():
    """There at 180 s, the window opens at 400 s, cancelled at 300 s."""
    journal = cancelled(300.0, [order("a", "far", window=TimeWindow(400, 500))])

    assert story(journal)[1:3] == [
        "180 Arrived WaitBegan",
        "300 VehicleFree Departed",
    ]


def test_an_order_cancelled_while_it_is_loaded_comes_home():
    """Loading takes from 0 s to 50 s; cancelled at 20 s: aboard, and out again at once."""
    journal = cancelled(
        20.0, visits={"depot": Visit(fixed_s=(50.0,))}, rules=Rules(preloaded=False)
    )

    assert story(journal)[:3] == [
        "0 ShiftBegan LoadingBegan",
        "50 Loaded LoadingBegan",
        "100 Unloaded VehicleFree",
    ]
    assert State.replay(journal).orders["a"].status is Status.CANCELLED


def test_an_order_on_its_way_back_to_the_sender_can_be_cancelled_and_is_not_returned():
    """Refused at 180 s, cancelled at 200 s: home at 360 s, nobody is charged for a return."""
    journal = cancelled(200.0, failures={"a": "refused"})

    assert times(journal, AttemptFailed) == [180]
    assert not journal.of(Returned)
    assert State.replay(journal).orders["a"].status is Status.CANCELLED


def test_an_order_that_waits_for_tomorrow_can_be_cancelled():
    """Nobody in at 180 s, tomorrow again; cancelled at 500 s at the depot."""
    classes = {"standard": ServiceClass("standard", 2, Retry.TOMORROW)}

    journal = cancelled(500.0, failures={"a": "no access"}, classes=classes)

    assert journal.events[-1].carried_over == ()


# Other changes


def changed(*changes, orders, script=TO_FAR, **more):
    return run(day(orders, changes=changes, **more), scripted(script))


def test_a_van_that_waits_for_a_window_serves_as_soon_as_it_is_another():
    """There at 180 s, open from 400 s; at 200 s it is moved to 250 s."""
    journal = changed(
        Change("a", 200.0, window=TimeWindow(250, 300)),
        orders=[order("a", "far", window=TimeWindow(400, 500))],
    )

    assert times(journal, ServiceBegan) == [250]
    (change,) = journal.of(OrderChanged)
    assert (change.at_s, change.what) == (200, "window")
    assert change.order.promise == change.order.window == TimeWindow(250, 300)


def test_a_window_moved_away_is_waited_for():
    """Open when planned; at 100 s, under way, it is moved to 600 s."""
    journal = changed(Change("a", 100.0, window=TimeWindow(600, 700)), orders=A)

    assert story(journal)[1:3] == [
        "180 Arrived WaitBegan",
        "600 ServiceBegan Delivered VehicleFree Departed",
    ]


def test_a_hard_window_moved_ahead_is_missed():
    """Until 170 s as from 100 s on; there at 180 s."""
    journal = changed(
        Change("a", 100.0, window=TimeWindow(0, 170)), orders=A,
        classes={"standard": ServiceClass(hard_window=True)},
    )  # fmt: skip

    assert facts(journal, AttemptFailed, "cause") == [(180, "window missed")]


def test_a_promise_of_its_own_is_kept_beside_the_window():
    """The customer is told until 900 s, the door is served until 300 s."""
    journal = changed(
        Change("a", 50.0, window=TimeWindow(0, 300), promise=TimeWindow(0, 900)), orders=A
    )

    order_now = State.replay(journal).orders["a"].order
    assert (order_now.window, order_now.promise) == (TimeWindow(0, 300), TimeWindow(0, 900))


def test_a_raised_priority_is_told_and_seen():
    """The policy is asked at 50 s, and its view has it."""
    made: list[Scripted] = []

    def make(briefing):
        made.append(Scripted(briefing, TO_FAR))
        return made[-1]

    journal = run(day(A, changes=(Change("a", 50.0, priority=3),)), make)
    (view,) = (view for view in made[0].views if view.now_s == 50)

    assert facts(journal, OrderChanged, "what") == [(50, "priority")]
    assert view.by_order["a"].order.priority == 3
    assert view.by_order["a"].planned_on == "v1"
    assert times(journal, Delivered) == [180]


def test_two_things_asked_for_at_once_are_two_facts():
    """First the window, then the priority; the second holds both."""
    journal = changed(Change("a", 50.0, window=TimeWindow(0, 400), priority=2), orders=A)

    told = journal.of(OrderChanged)
    assert [event.what for event in told] == ["window", "priority"]
    assert told[0].order.priority == 0
    assert (told[1].order.window, told[1].order.priority) == (TimeWindow(0, 400), 2)


def test_what_is_asked_for_after_the_end_of_an_order_changes_nothing():
    """Delivered at 180 s; cancelled before, it is not cancelled again."""
    late = changed(Change("a", 181.0, priority=2), orders=A)
    twice = changed(
        Change("a", 50.0, cancels=True), Change("a", 60.0, cancels=True), orders=A,
        script={0: Plan()},
    )  # fmt: skip

    assert not late.of(OrderChanged)
    assert times(twice, OrderCancelled) == [50]


def test_an_order_cancelled_while_it_is_unloaded_is_cancelled_all_the_same():
    """Home at 360 s after nobody was in; unloaded until 460 s, cancelled at 400 s."""
    nobody = {"far": Presence(0.0, (0.5,))}
    visits = {"depot": Visit(fixed_s=(100.0,))}

    journal = cancelled(400.0, presence=nobody, visits=visits)

    assert times(journal, Unloaded) == [460]
    row = State.replay(journal).orders["a"]
    assert (row.status, row.place, row.vehicle) == (Status.CANCELLED, "depot", None)
    assert not journal.events[-1].carried_over
