"""Planners expect a search for parking of vehicles that make one, and of no others."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from worlds import H, depot, duty, line, order, place, van, world

from policies.insertion import Insertion
from policies.nearest import Nearest
from policies.static import Static
from twin import Rules, StopTime, Vehicle, Visit, World, run
from twin.events import Delivered

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
