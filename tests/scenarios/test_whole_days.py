"""From a scenario's text to the end of its day: what was asked for is what was lived."""

from collections import Counter
from pathlib import Path

import pytest

from policies.insertion import Insertion
from policies.nearest import Nearest
from scenarios.load import load_text
from scenarios.network import network_of
from scenarios.realise import realise
from twin import run
from twin.events import Collected, Delivered, Departed, Unloaded
from twin.model import OrderKind
from twin.rows import Status
from twin.state import State

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


RIO = "name: rio\nnetwork: {plane: {}}\norders: {loggibud: %s.json}\npolicies: [nearest]\n"


@pytest.mark.parametrize("make", [Nearest, Insertion])
@pytest.mark.parametrize(
    ("name", "amounts"), [("cvrp-0-rj-0", (221, 1179, 8)), ("cvrp-0-rj-3", (158, 838, 6))]
)
def test_real_loggibud_days_are_lived_on_straight_lines(data_dir: Path, name, amounts, make):
    """1179 / 180 = 6.55, so seven vans hold all and one more comes; 838 / 180 = 4.66: five, six."""
    deliveries, parcels, vans = amounts
    folder = data_dir / "loggibud_rio"
    loaded = load_text(RIO % name, "day.yaml", folder)
    network = network_of(loaded.spec, folder, loaded.tables)
    world = realise(loaded.spec, network, 1, 1, loaded.tables)
    assert len(world.orders) == deliveries
    assert sum(order.load.parcels for order in world.orders) == parcels
    assert [van.capacity.parcels for van in world.vehicles] == [180] * vans

    journal = run(world, make)
    state = State.replay(journal)

    assert all(event.aboard.parcels <= 180 for event in journal.of(Departed))
    assert len(state.orders) == deliveries
    ended = Counter(row.status for row in state.orders.values())
    assert ended[Status.DELIVERED] == len(journal.of(Delivered)) > 0.9 * deliveries
    assert ended[Status.DELIVERED] + ended[Status.READY] + ended[Status.RETURNED] == deliveries
    assert all(not van.aboard for van in state.vehicles.values())


def test_a_fleet_of_ones_own_carries_what_the_file_allows(data_dir: Path):
    """180 parcels a vehicle, unless the scenario says otherwise."""
    folder = data_dir / "loggibud_rio"

    def capacities(fleet):
        loaded = load_text(RIO % "cvrp-0-rj-0" + fleet, "day.yaml", folder)
        network = network_of(loaded.spec, folder, loaded.tables)
        world = realise(loaded.spec, network, 1, 1, loaded.tables)
        return [(van.type, van.capacity.parcels) for van in world.vehicles]

    assert capacities("fleet: {van: 2}\n") == [("van", 180)] * 2
    own = "fleet: {van: {count: 1, capacity: {parcels: 60}}, cargo_bike: 1}\n"
    assert capacities(own) == [("cargo_bike", 180), ("van", 60)]
