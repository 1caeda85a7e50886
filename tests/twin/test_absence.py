"""Drivers who do not come, and hired duties that are not called."""

from dataclasses import replace

from dispatchers import Scripted, scripted
from lived import day, deliver, duty, facts, load, order, plan, story, van

from twin import Rules, State, run
from twin.events import Delivered, DutyCancelled, ShiftBegan, ShiftEnded

A = [order("a", "near")]
TO_NEAR = plan(load("a"), deliver("near", "a"))
LATER = duty(opens_at_s=1000, closes_at_s=2000)


def absent(at_s, script, duties=(LATER,), vans=None, **more):
    """Return the journal of a day on which the driver of v1 does not come at 1000 s."""
    return run(day(A, vans, duties, absent={"duty-v1": at_s}, **more), scripted(script))


def test_who_calls_in_sick_is_known_to_be_absent_from_then_on():
    """Told at 300 s: its order is in no route any more."""
    journal = absent(300.0, {0: TO_NEAR})

    assert story(journal) == ["300 DutyCancelled"]
    assert facts(journal, DutyCancelled, "duty", "why") == [(300, "duty-v1", "driver absent")]
    assert State.replay(journal, until_s=299.0).orders["a"].planned_on == "v1"
    assert State.replay(journal).orders["a"].planned_on is None
    assert not journal.of(ShiftBegan)


def test_who_does_not_show_up_is_missed_when_the_shift_begins():
    """Nobody said a word: found out at 1000 s, not later."""
    journal = absent(5000.0, {0: TO_NEAR})

    assert facts(journal, DutyCancelled, "why") == [(1000, "driver absent")]


def test_another_van_takes_over_what_an_absent_driver_had():
    """Told at 300 s, replanned at 300 s, delivered in the shift of v2."""
    duties = (LATER, duty("v2", opens_at_s=1000, closes_at_s=2000))
    again = plan(load("a"), deliver("near", "a"), to="v2")

    journal = absent(300.0, {0: TO_NEAR, 300: again}, duties, [van("v1"), van("v2")])

    assert facts(journal, Delivered, "vehicle") == [(1060, "v2")]


def test_a_view_shows_the_next_duty_of_the_van_instead():
    """Before 300 s the first driver, after it the second, who comes at 3000 s."""
    made: list[Scripted] = []

    def make(briefing):
        made.append(Scripted(briefing, {0: plan(), 400: plan(), 2500: plan()}))
        return made[-1]

    second = replace(duty(opens_at_s=3000, closes_at_s=4000), id="duty-2")
    journal = run(day(A, None, (LATER, second), absent={"duty-v1": 300.0}), make)
    seen = {view.now_s: view.by_vehicle["v1"].duty.id for view in made[0].views if view.vehicles}

    assert (seen[0], seen[400]) == ("duty-v1", "duty-2")
    assert facts(journal, ShiftBegan, "duty") == [(3000, "duty-2")]


# Hired duties

HIRED = replace(LATER, call_by_s=600.0)


def hired(script, duties=(HIRED,), **more):
    return run(day(A, None, duties, **more), scripted(script))


def test_a_hired_duty_without_a_route_by_its_time_is_not_called():
    """Nothing is planned: it costs nothing."""
    journal = hired({})

    assert facts(journal, DutyCancelled, "why") == [(600, "not called")]
    assert not journal.of(ShiftBegan)


def test_a_hired_duty_with_a_route_by_its_time_comes():
    """Planned a second before; its route may be taken away again afterwards."""
    called = hired({599: TO_NEAR})
    emptied = hired({0: TO_NEAR, 700: plan()})

    assert facts(called, Delivered) == [(1060,)]
    assert not emptied.of(DutyCancelled)
    assert story(emptied) == ["1000 ShiftBegan", "2000 ShiftEnded DutyEnded"]


def test_a_plan_that_is_being_thought_about_calls_nobody():
    """Asked at 580 s, in force at 630 s: there is no route at 600 s."""
    journal = hired({580: TO_NEAR}, rules=Rules(latency_s=50.0))

    assert facts(journal, DutyCancelled, "why") == [(600, "not called")]
    assert State.replay(journal).orders["a"].planned_on is None


def test_of_two_duties_only_the_hired_one_needs_a_call():
    """The first is not called; the second comes in any case."""
    second = replace(duty(opens_at_s=2000, closes_at_s=3000), id="duty-2")

    journal = hired({}, (HIRED, second))

    assert story(journal) == ["600 DutyCancelled", "2000 ShiftBegan", "3000 ShiftEnded DutyEnded"]


def test_what_was_called_may_still_be_absent():
    """Called at 600 s, told at 700 s."""
    journal = hired({0: TO_NEAR}, absent={"duty-v1": 700.0})

    assert facts(journal, DutyCancelled, "why") == [(700, "driver absent")]


def test_a_shift_of_no_length_leaves_the_next_one_its_own_end():
    """Begun and over at 1000 s; the second duty of that van begins then and ends at 2000 s."""
    nothing = replace(duty(opens_at_s=1000, closes_at_s=1000), id="duty-1")
    second = replace(LATER, id="duty-2")

    thinking = [order("b", "near", placed_at_s=980.0, ready_at_s=980.0)]  # until 1030 s

    journal = run(day(thinking, None, (nothing, second), rules=Rules(latency_s=50.0)), scripted({}))

    assert facts(journal, ShiftEnded, "duty") == [(2000, "duty-2")]
    assert story(journal) == ["1000 ShiftBegan DutyEnded ShiftBegan", "2000 ShiftEnded DutyEnded"]
