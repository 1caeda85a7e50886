"""From a scenario's text to the end of its day: what was asked for is what was lived."""

from collections import Counter

import pytest

from policies.insertion import Insertion
from policies.nearest import Nearest
from twin import run
from twin.events import Collected, Delivered, Unloaded
from twin.model import OrderKind
from twin.state import State, Status

COLLECTIONS = """\
name: there and back
network: demo-city
orders:
  count: 40
  collections: 30 %
  arrivals: {known: 60 %, by_hour: {8: 1, 9: 1, 10: 1}}
fleet: {van: 3}
presence: 100 %
policies: [nearest, insertion]
"""
"""Forty orders for three vans of nine hours, nobody out: what is not done is the twin's fault."""


@pytest.mark.parametrize("make", [Nearest, Insertion])
def test_collections_are_collected_and_come_home(live, make):
    """Each is fetched once at its door, no earlier than it is ready, and unloaded at the depot."""
    world = live(COLLECTIONS)
    wanted = {order.id for order in world.orders if order.kind is OrderKind.COLLECTION}
    assert 6 <= len(wanted) <= 18

    journal = run(world, make)
    state = State.replay(journal)

    collected = {event.order: event for event in journal.of(Collected)}
    unloaded_at = {
        order_id: event.place for event in journal.of(Unloaded) for order_id in event.orders
    }
    assert set(collected) == wanted
    assert len(journal.of(Collected)) == len(wanted)
    for order in world.orders:
        if order.id in wanted:
            assert collected[order.id].place == order.customer
            assert collected[order.id].began_at_s >= order.ready_at_s
            assert unloaded_at[order.id] == order.destination == "depot"
            assert state.orders[order.id].status is Status.COLLECTED
    assert {event.order for event in journal.of(Delivered)} == {
        order.id for order in world.orders if order.id not in wanted
    }
    assert all(not vehicle.aboard for vehicle in state.vehicles.values())
