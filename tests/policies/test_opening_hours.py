"""Policies know when a door is open: nobody waits before a shut one while others are due."""

from dataclasses import replace
from functools import partial

import pytest

from twin import TimeWindow, measure, run
from twin.events import AttemptFailed
from twin.model import PlaceId
from twin.plugins import load
from twin.testing import tiny_worlds

H = 3600.0
AFTERNOON = TimeWindow(14 * H, 15 * H)
MORNING = TimeWindow(6 * H, 12 * H)


@pytest.mark.parametrize("policy", ["insertion", "manual", "slack", "static", "waves"])
@pytest.mark.parametrize("shut", [f"door {k}" for k in range(6)])
def test_a_door_that_opens_in_the_afternoon_is_left_for_then(policy, shut):
    """One van, five doors promised by noon, and a sixth open 14:00-15:00, wherever it is."""
    day = tiny_worlds()["an ordinary morning"]
    places = {**day.places, PlaceId(shut): replace(day.places[PlaceId(shut)], hours=(AFTERNOON,))}
    orders = tuple(
        one if one.destination == shut else replace(one, promise=MORNING) for one in day.orders
    )
    make = load(policy)
    if policy in {"manual", "static"}:
        make = partial(make, iterations=50)

    journal = run(replace(day, places=places, orders=orders, duties=day.duties[:1]), make)

    assert not journal.of(AttemptFailed)
    assert measure(journal)["on_time_share"] == 1
