"""Closed streets: known before, met on the way, with a way round or without one."""

import pytest
from dispatchers import decides, scripted
from lived import day, deliver, duty, facts, load, of, order, plan, story, times, van
from worlds import streets

from twin import Plan, Rules, State, run
from twin.events import (
    ActionsDropped,
    BrokeDown,
    Delivered,
    Departed,
    Diverted,
    IncidentKnown,
    IncidentOver,
    WaitBegan,
)
from twin.streets import Incident
from twin.surprises import Breakdown

# 0 depot, 1 near, 2 mid, 3 far in a row of 600 m each; from 1 to 2 also over 4, twice 900 m
EDGES = (
    (0, 1, 600), (1, 0, 600), (1, 2, 600), (1, 4, 900), (2, 1, 600),
    (2, 3, 600), (2, 4, 900), (3, 2, 600), (4, 1, 900), (4, 2, 900),
)  # fmt: skip
TOWN = streets(5, EDGES, 10)
OUT, ROUND = (0, 2, 5), (0, 3, 9, 5)
"""Edges from the depot to the far door: 180 s, or 300 s over junction 4."""
FAR = [order("a", "far")]
TO_FAR = scripted({0: plan(load("a"), deliver("far", "a"))})


def closed(edges, begins_at_s, ends_at_s, known_at_s, name="i"):
    return Incident(name, "closure", edges, begins_at_s, ends_at_s, known_at_s)


def lived(*incidents, orders=FAR, script=TO_FAR, **more):
    """Return the journal of a day on the town, a minute a block of the straight road."""
    return run(day(orders, travel=TOWN, incidents=incidents, **more), script)


def ways(journal):
    return [(event.at_s, event.edges) for event in of(journal, Departed)]


def test_a_closure_known_before_is_driven_round():
    """From near to mid no way through until 1000 s: out over junction 4, home on the open side."""
    journal = lived(closed((2,), 0.0, 1000.0, 0.0))

    assert ways(journal) == [(0, ROUND), (300, (7, 4, 1))]
    assert times(journal, Delivered) == [300]
    assert not journal.of(Diverted)


def test_a_closure_nobody_knows_of_is_met_and_driven_round_from_there():
    """At the barrier at 60 s; 90 + 90 + 60 s from there: the same 300 s in the end."""
    journal = lived(closed((2,), 0.0, 1000.0, 1000.0))

    assert ways(journal)[:2] == [(0, OUT), (60, (3, 9, 5))]
    assert facts(journal, Diverted, "node", "edges", "entered_at_s", "why") == [
        (60, 1, (0,), (0,), "closed")
    ]
    assert times(journal, Delivered) == [300]


@pytest.mark.parametrize(
    ("begins_at_s", "ends_at_s", "delivered_at_s"),
    [
        (60.0, 500.0, 300),  # closed the moment it would be entered
        (60.125, 500.0, 180),  # entered a tick before: who is on it leaves
        (0.0, 60.0, 180),  # open again that moment
        (0.0, 60.125, 300),  # met a tick too early: round, on the way chosen then
    ],
)
def test_a_street_is_closed_to_those_who_would_enter_it_meanwhile(
    begins_at_s, ends_at_s, delivered_at_s
):
    """The street from near to mid would be entered at 60 s; its closure is told when it ends."""
    journal = lived(closed((2,), begins_at_s, ends_at_s, ends_at_s))

    assert times(journal, Delivered) == [delivered_at_s]


def test_what_becomes_known_on_the_way_is_driven_round_at_the_barrier():
    """Told at 30 s that the next street is closed: the leg goes on to it, then round."""
    journal = lived(closed((2,), 0.0, 1000.0, 30.0))

    assert times(journal, Diverted) == [60]
    assert times(journal, Delivered) == [300]


def test_with_all_ways_closed_a_van_waits_for_the_first_to_open():
    """Before two barriers at 60 s, one of which is there until 300 s, the other until 500 s."""
    journal = lived(
        closed((2,), 0.0, 500.0, 500.0, "straight"), closed((3,), 0.0, 300.0, 300.0, "round")
    )

    assert story(journal)[:4] == [
        "0 ShiftBegan LoadingBegan Loaded Departed",
        "60 Diverted WaitBegan",
        "300 Departed",
        "540 Arrived ServiceBegan Delivered VehicleFree Departed",
    ]
    assert facts(journal, WaitBegan, "place", "reason") == [(60, None, "road")]
    assert ways(journal)[1] == (300, (3, 9, 5))


def test_a_van_that_waits_for_a_street_can_be_sent_elsewhere():
    """Before the barriers from 60 s; at 100 s it is told to serve the near door, where it is."""
    script = scripted(
        {
            0: plan(load("a", "n"), deliver("far", "a")),
            100: plan(deliver("near", "n"), deliver("far", "a")),
        }
    )

    journal = lived(
        closed((2, 3), 0.0, 500.0, 500.0), orders=[*FAR, order("n", "near")], script=script
    )

    assert facts(journal, Delivered, "order") == [(100, "n"), (620, "a")]


def test_a_van_waits_for_a_street_no_longer_than_its_shift():
    """Nothing opens before 5000 s, the shift ends at 400 s: home then, with its goods."""
    journal = lived(closed((2, 3), 0.0, 5000.0, 0.0), duties=[duty(closes_at_s=400)])

    assert story(journal) == [
        "0 ShiftBegan LoadingBegan Loaded WaitBegan",
        "400 ShiftEnded ActionsDropped LoadingBegan Unloaded VehicleFree DutyEnded",
    ]


def test_a_van_before_a_barrier_goes_home_when_its_shift_is_over():
    """At the barrier at 60 s, the shift ends at 400 s: a minute home, unloaded there."""
    journal = lived(closed((2, 3), 0.0, 5000.0, 5000.0), duties=[duty(closes_at_s=400)])

    assert story(journal)[1:] == [
        "60 Diverted WaitBegan",
        "400 ShiftEnded ActionsDropped VehicleFree Departed",
        "460 Arrived LoadingBegan Unloaded DutyEnded",
    ]
    assert facts(journal, ActionsDropped, "orders", "why") == [(400, ("a",), "the shift is over")]


def test_a_van_whose_way_home_is_closed_waits_beyond_its_shift():
    """Delivered at 180 s, the way back closed until 700 s: at home at 880 s, in overtime."""
    journal = lived(closed((7,), 100.0, 700.0, 100.0), duties=[duty(closes_at_s=400)])

    assert story(journal)[1:] == [
        "180 Arrived ServiceBegan Delivered VehicleFree WaitBegan",
        "400 ShiftEnded",
        "700 Departed",
        "880 Arrived DutyEnded",
    ]


@pytest.mark.parametrize(
    ("known_at_s", "chosen", "diverted"), [(35.0, (0, 3, 9, 5), 0), (900.0, OUT, 1)]
)
def test_after_a_breakdown_the_rest_of_the_street_is_driven_before_a_closed_one(
    known_at_s, chosen, diverted
):
    """Down at 30 s, on again at 40 s, at the junction at 70 s: the next street closed at 35 s."""
    journal = lived(
        closed((2,), 35.0, 900.0, known_at_s), breakdowns={"v1": (Breakdown(300.0, 0.0, 10.0),)}
    )

    assert times(journal, BrokeDown) == [30]
    assert ways(journal)[1] == (40, chosen)
    assert times(journal, Diverted) == [70] * diverted
    assert times(journal, Delivered) == [70 + 90 + 90 + 60]


def test_a_van_that_is_down_in_a_street_that_is_closed_leaves_it():
    """Down at 30 s in the first street, which is closed from 35 s: who is in it drives on."""
    journal = lived(
        closed((0,), 35.0, 900.0, 35.0), breakdowns={"v1": (Breakdown(300.0, 0.0, 10.0),)}
    )

    assert times(journal, Delivered) == [40 + 30 + 60 + 60]


def test_when_a_closure_is_over_the_street_is_driven_again():
    """Known from the beginning until 50 s; an order of 100 s takes the straight road."""
    late = [order("a", "far", placed_at_s=100.0, ready_at_s=100.0)]

    journal = lived(
        closed((2,), 0.0, 50.0, 0.0), orders=late,
        script=scripted({100: plan(load("a"), deliver("far", "a"))}),
    )  # fmt: skip

    assert times(journal, IncidentKnown) == [0]
    assert times(journal, IncidentOver) == [50]
    assert ways(journal)[0] == (100, OUT)
    assert list(State.replay(journal, until_s=40.0).incidents) == ["i"]
    assert not State.replay(journal).incidents


def test_a_closure_that_ended_before_it_would_be_known_is_still_told():
    """Known as it ends: both facts in that instant, in this order."""
    journal = lived(closed((4,), 0.0, 77.0, 77.0))

    told = [e for e in journal if isinstance(e, IncidentKnown | IncidentOver)]
    assert [type(event) for event in told] == [IncidentKnown, IncidentOver]
    assert {event.at_s for event in told} == {77}


def test_an_accident_that_slows_a_street_closes_nothing():
    """A factor above 0 is in the speeds already: the leg is driven as it was chosen."""
    slow = Incident("i", "accident", (2,), 0.0, 900.0, 0.0, speed=0.5)

    journal = lived(slow)

    assert ways(journal)[0] == (0, OUT)
    assert not journal.of(Diverted)


def test_what_one_driver_met_another_does_not_know():
    """v1 meets the barrier at 60 s; v2 leaves at 100 s and meets it too, at 160 s."""
    orders = [order("a", "far"), order("b", "far")]
    script = {
        0: plan(load("a"), deliver("far", "a")),
        100: plan(load("b"), deliver("far", "b"), to="v2"),
    }

    journal = run(
        day(orders, [van("v1"), van("v2")], travel=TOWN, rules=Rules(),
            incidents=(closed((2,), 0.0, 1000.0, 1000.0),)),
        scripted(script),
    )  # fmt: skip

    assert facts(journal, Diverted, "vehicle") == [(60, "v1"), (160, "v2")]


@pytest.mark.parametrize(
    ("began_s", "known_s", "told"),
    [(50.0, 60.0, float("inf")), (50.0, 0.0, 400.0), (60.0, 60.0, 400.0), (-900.0, 0.0, 400.0)],
)
def test_nobody_is_told_when_an_accident_will_be_over(began_s, known_s, told):
    """What is known before it begins, or with the day, is planned; its end is known too."""
    seen = []

    def watch(view):
        seen.extend(e.incident.ends_at_s for e in view.because if isinstance(e, IncidentKnown))
        return Plan()

    journal = lived(closed((4,), began_s, 400.0, known_s), script=decides(watch))

    assert seen == [told]
    assert [event.incident.ends_at_s for event in journal.of(IncidentKnown)] == [400]
    assert times(journal, IncidentOver) == [400]
