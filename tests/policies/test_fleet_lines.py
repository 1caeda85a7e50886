"""What the lines of a fleet keep from question to question, and what they must not."""

from dataclasses import replace
from math import inf

from lived import day, duty, load, order, place, plan
from lived import deliver as to

from policies.blocks.believed import Believed
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.items import window_of
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


def test_an_order_in_time_is_not_late_for_sharing_its_stop_with_one_that_is():
    """Both are begun at 180 s; a should have been by 100 s, b by 200 s, and c is at far at 180 s.

    The shift ends at 100 s without overtime: near, left for at 0 s, is driven to, mid is not.
    """
    found = {}

    class Looks:
        def __init__(self, briefing):
            self._fleet = FleetLines(briefing, Believed(briefing.travel))

        def decide(self, view):
            """Look at a line that the van could have."""
            if not found:
                routes = {
                    "shared": plan(load("a", "b"), to("far", "a", "b")),
                    "long": plan(load("c", "d"), to("near", "c"), to("mid", "d")),
                }
                for name, planned in routes.items():
                    van = replace(view.vehicles[0], route=planned.routes["v1"])
                    self._fleet.forget()
                    self._fleet.take(view, [van])
                    late = self._fleet.lines[0].late()
                    found[name] = {one.id: late_s for one, late_s in late}
            return Plan()

    orders = [
        order("a", "far", window=TimeWindow(0.0, 100.0)),
        order("b", "far", window=TimeWindow(0.0, 200.0)),
        order("c", "near", unload_s=100.0),
        order("d", "mid"),
    ]
    run(day(orders, duties=[duty(closes_at_s=100)]), Looks)

    assert found == {"shared": {"a": 80.0}, "long": {"d": inf}}
