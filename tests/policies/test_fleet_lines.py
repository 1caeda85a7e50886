"""What the lines of a fleet keep from question to question, and what they must not."""

from lived import day, duty, load, order, place, plan
from lived import deliver as to

from policies.blocks.believed import Believed
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.lines import window_of
from twin import Plan, ServiceClass, TimeWindow, run
from twin.surprises import Change


def test_a_window_that_is_moved_is_the_window_of_a_stop_planned_before():
    """Its vehicle has nothing new to do, so its line is kept but for this stop."""
    later = TimeWindow(900.0, 1000.0)
    opens_s = {}

    class Watches:
        def __init__(self, briefing):
            self._fleet = FleetLines(briefing, Believed(briefing.travel))

        def decide(self, view):
            """Send the van out, and look at its line at each question."""
            if view.now_s == 0:
                return plan(load("b", "a"), to("near", "b"), to("far", "a"))
            if view.now_s > 30:
                return Plan()
            self._fleet.take(view, view.vehicles)
            items = self._fleet.lines[0].items
            opens_s[view.now_s] = [item.opens_s for item in items if item.place.id == "far"]
            return Plan(ask_again_at_s=20.0 if view.now_s < 20 else None)

    world = day(
        [order("a", "far", window=TimeWindow(100.0, 500.0)), order("b", "near")],
        None,
        [duty("v1", closes_at_s=2000.0)],
        changes=(Change("a", 30.0, window=later), Change("b", 10.0, priority=1)),
    )
    run(world, Watches)

    assert opens_s[10.0] == [100.0]
    assert opens_s[20.0] == [100.0]
    assert opens_s[30.0] == [900.0]


def test_where_the_promise_is_broken_the_window_agreed_later_is_to_be_kept():
    """Promised by 100 s, agreed to 400 to 500 s since; without that the promise ends first."""
    broken = order("a", "far", window=TimeWindow(400.0, 500.0), promise=TimeWindow(0.0, 100.0))
    kept = order("a", "far", window=TimeWindow(400.0, 500.0), promise=TimeWindow(0.0, 450.0))

    for one, closes_s in ((broken, 500.0), (kept, 450.0)):
        assert window_of(one, ServiceClass(), place("far", 3))[:2] == (400.0, closes_s)
