"""What a dispatcher is shown: where and when vehicles are free, and what they will carry."""

from dataclasses import replace

import pytest
from dispatchers import Scripted
from hypothesis import given
from small_days import policies, small_days, tried
from worlds import depot, duty, line, order, place, van, world

from twin import Deliver, LoadOrders, Plan, Rules, State, Stop, StopTime, View, Visit, run
from twin.engine import Day
from twin.view import Viewer, expected_stop_s
from twin.world import WhenIdle

EXPECTED = StopTime(parking_s=30.0, walk_s=20.0, fixed_s=60.0, per_parcel_s=5.0)


def views(*at_s: float, route=("far",), diversion=True, orders=(), **more) -> dict[float, View]:
    """Return what is known at some instants of a day: left at 0 s, a minute a block, to `route`."""
    made: list[Scripted] = []
    doors = {"near": 1, "mid": 2, "far": 3}
    stops = tuple(Stop(door, (Deliver(door[0]),)) for door in route)
    load = Stop("depot", (LoadOrders(tuple(door[0] for door in route)),))
    script = {0.0: Plan({"v1": (load, *stops)}), **{t: Plan() for t in at_s}}

    def make(briefing):
        made.append(Scripted(briefing, script))
        return made[-1]

    day = world(
        line([600, 600, 600], 10),
        [depot(0), *(place(door, node, expected=EXPECTED) for door, node in doors.items())],
        [*(order(door[0], door) for door in doors), *orders],
        [van("v1"), van("v2")],
        [duty("v1", 0.0, 5000.0), duty("v2", 400.0, 600.0)],
        rules=Rules(diversion=diversion, when_idle=WhenIdle.STAY),
        **more,
    )
    run(day, make)
    return {view.now_s: view for view in made[0].views}


def free(view: View, vehicle: str = "v1") -> tuple[int, float]:
    row = view.by_vehicle[vehicle]
    return row.free_at_node, row.free_at_s


def test_a_vehicle_under_way_is_free_at_the_next_junction():
    """Left at 0 s: at 30 s junction 1 at 60 s, at 90 s junction 2 at 120 s."""
    seen = views(30.0, 60.0, 90.0)

    assert free(seen[30]) == (1, 60)
    assert free(seen[90]) == (2, 120)
    assert seen[90].by_vehicle["v1"].place is None
    assert seen[90].by_vehicle["v1"].busy


def test_a_vehicle_that_cannot_be_diverted_is_free_where_it_is_going():
    """At the far door at 180 s, from the start."""
    seen = views(30.0, 90.0, diversion=False)

    assert free(seen[30]) == free(seen[90]) == (3, 180)


def test_beliefs_are_of_what_is_expected_not_of_what_will_be():
    """The road takes twice as long as believed; an edge is known to be driven when it is over."""
    slow = line([600, 600, 600], 10, time_factors=[2.0])
    made: list[Scripted] = []
    day = world(
        line([600, 600, 600], 10), [depot(0), place("far", 3)], [order("f", "far")], [van()]
    )
    load = Stop("depot", (LoadOrders(("f",)),))
    script = {0.0: Plan({"v1": (load, Stop("far", (Deliver("f"),)))}), 90.0: Plan(), 150.0: Plan()}

    def make(briefing):
        made.append(Scripted(briefing, script))
        return made[-1]

    run(replace(day, streets=slow), make)
    seen = {view.now_s: view for view in made[0].views}

    assert free(seen[90]) == (1, 60)  # it should have been there by now
    assert free(seen[150]) == (2, 180)  # the first edge ended at 120 s


def test_a_vehicle_at_a_door_is_free_when_its_service_is_expected_to_end():
    """At the near door at 60 s; 60 s fixed and 5 s for the parcel are believed, 500 s are real."""
    seen = views(100.0, route=("near", "far"), visits={"near": Visit(fixed_s=(500.0,))})

    row = seen[100].by_vehicle["v1"]
    assert free(seen[100]) == (1, 125)
    assert (row.aboard, row.load.parcels) == (("f",), 1)
    assert [stop.place for stop in row.route] == ["far"]
    assert row.busy


def test_a_vehicle_before_its_shift_is_free_when_that_begins():
    """v2 works from 400 to 600 s; after that it is no longer there to be planned."""
    seen = views(100.0, 450.0, 600.0, 700.0)

    assert free(seen[100], "v2") == (0, 400)
    assert not seen[100].by_vehicle["v2"].on_duty
    assert seen[450].by_vehicle["v2"].on_duty
    assert "v2" not in seen[600].by_vehicle
    assert list(seen[700].by_vehicle) == ["v1"]


def test_an_idle_vehicle_is_free_since_it_stands():
    """Delivered at the far door at 180 s and told to stay."""
    seen = views(300.0)

    row = seen[300].by_vehicle["v1"]
    assert free(seen[300]) == (3, 180)
    assert (row.place, row.busy, row.route) == ("far", False, ())


def test_because_holds_every_event_since_the_last_answer():
    """The first names the header; each event is told exactly once."""
    journal_of: list[View] = []

    def make(briefing):
        policy = Scripted(briefing, {0.0: Plan()})
        policy.views = journal_of
        return policy

    day = world(line([600], 10), [depot(0), place("near", 1)], [order("a", "near")], [van()])
    journal = run(day, make)

    told = [event for view in journal_of for event in view.because]
    assert told == journal.events[: len(told)]
    assert len(told) >= len(journal) - 3


@pytest.mark.parametrize(
    ("parks", "orders", "expected_s"),
    [(True, 1, 115), (False, 1, 85), (True, 2, 120), (True, 0, 110)],
)
def test_what_a_stop_is_expected_to_take(parks, orders, expected_s):
    """30 s of parking for those that park, 20 of walking, 60 fixed, 5 for each parcel."""
    given_orders = tuple(order(f"o{k}", "near") for k in range(orders))

    assert (
        expected_stop_s(place("near", 1, expected=EXPECTED), given_orders, parks=parks)
        == expected_s
    )


def test_an_order_that_brings_its_own_handling_time_takes_that():
    """12 s instead of 5."""
    own = order("o", "near", unload_s=12.0)

    assert expected_stop_s(place("near", 1, expected=EXPECTED), (own,)) == 122


@tried(50)
@given(day=small_days(), make=policies)
def test_rows_that_are_kept_are_what_they_would_be_made_anew(day, make):
    """At every question the view equals that of a viewer that never saw anything before."""
    living: list[Day] = []

    def watching(briefing):
        policy = make(briefing)
        decide = policy.decide

        def look(view: View):
            lived = living[0]
            state = State.replay(lived.journal)
            diversion = day.rules.diversion
            fresh = Viewer(state, day.travel, Rules(diversion=diversion))
            anew = fresh.view(view.now_s, view.because, lived.entered_at_s)
            assert anew.vehicles == view.vehicles
            assert anew.orders == view.orders
            assert anew.unplanned == view.unplanned
            assert anew.places == view.places
            return decide(view)

        policy.decide = look
        return policy

    living.append(Day(day, watching, "watched"))
    living[0].live()
