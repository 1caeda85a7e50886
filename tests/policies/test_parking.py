"""Planners expect a search for parking of vehicles that make one, and of no others."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from worlds import H, depot, duty, line, order, place, van, world

from policies.districts import Districts
from policies.insertion import Insertion
from policies.nearest import Nearest
from policies.rolling import Rolling
from policies.slack import Slack
from policies.static import Static
from policies.waves import Waves
from twin import (
    Rules,
    ServiceClass,
    StopTime,
    TimeWindow,
    Vehicle,
    Visit,
    World,
    run,
)
from twin.events import AttemptFailed, Delivered

VAN = van("a van")
BIKE = replace(van("bike", type_="cargo_bike"), looks_for_parking=False)


def five_minutes(vehicles: Sequence[Vehicle]) -> World:
    """Return a day of 300 s: 60 s out, 300 s of parking, 90 s of service, 60 s home."""
    door = place("door", 1, expected=StopTime(parking_s=300.0, fixed_s=90.0))
    return world(
        line([600], 10),
        [depot(0), door],
        [order("o", "door")],
        vehicles,
        [duty(vehicle.id, 8 * H, 8 * H + 300) for vehicle in vehicles],
        rules=Rules(begins_at_s=6 * H),
        visits={door.id: Visit(parking_s=(300.0,), fixed_s=(90.0,))},
    )


@pytest.mark.parametrize("make", [Nearest, Insertion, Static])
@pytest.mark.parametrize(("vehicles", "by"), [([VAN], []), ([BIKE], ["bike"])])
def test_only_who_needs_no_parking_place_is_back_in_time(make, vehicles, by):
    """510 s with parking do not fit in a shift of 300 s, 210 s without do."""
    journal = run(five_minutes(vehicles), make)

    assert [event.vehicle for event in journal.of(Delivered)] == by


@pytest.mark.parametrize("make", [Nearest, Insertion])
def test_of_two_kinds_the_one_that_is_back_in_time_goes(make):
    """Each vehicle is judged by its own time. A solver's visit has one: the mean of the fleet."""
    journal = run(five_minutes([VAN, BIKE]), make)

    assert [event.vehicle for event in journal.of(Delivered)] == ["bike"]


PLANNERS = [Static, Insertion, Districts, Rolling, Slack, Waves]


@pytest.mark.parametrize("make", PLANNERS)
@pytest.mark.parametrize(("closes_at_s", "planned"), [(8 * H + 200, 1), (8 * H + 199, 0)])
def test_a_window_is_for_the_service_not_for_the_parking(make, closes_at_s, planned):
    """100 s of driving, 60 s to park and 40 s to walk from 08:00: service at 08:03:20 at best."""
    door = place("door", 1, expected=StopTime(parking_s=60, walk_s=40))
    day = world(
        line([1000], 10),
        [depot(), door],
        [order("o1", "door", window=TimeWindow(8 * H, closes_at_s))],
        [VAN],
        [duty(VAN.id, 8 * H)],
        visits={door.id: Visit(parking_s=(60.0,), walk_s=40.0)},
        classes={"standard": ServiceClass(hard_window=True)},
    )

    journal = run(day, make)

    assert len(journal.of(Delivered)) == planned
    assert not journal.of(AttemptFailed)


@pytest.mark.parametrize(("closes_s", "first"), [(200, "far"), (209, "far"), (210, "near")])
def test_what_goes_in_before_a_stop_leaves_it_time_to_park(closes_s, first):
    """The far door is begun at 200 s, or at 210 s where 10 s are spent on the way to it.

    Only where its window allows that is the near one put in before it: drivers park and walk.
    """
    near = place("near", 1, expected=StopTime(fixed_s=10))
    far = place("far", 2, expected=StopTime(parking_s=60, walk_s=40))
    day = world(
        line([500, 500], 10),
        [depot(), near, far],
        [order("far", "far", window=TimeWindow(0, closes_s)), order("near", "near")],
        [van()],
        visits={
            near.id: Visit(fixed_s=(10.0,)),
            far.id: Visit(parking_s=(60.0,), walk_s=40.0),
        },
    )

    journal = run(day, Insertion)

    assert journal.of(Delivered)[0].order == first
