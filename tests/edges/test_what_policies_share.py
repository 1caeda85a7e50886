"""What every policy meets on a day is the same, byte for byte, whatever the policy does of it."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from consistency import POLICIES, ended_well
from pydantic import TypeAdapter

from scenarios.load import load_text
from scenarios.network import network_of
from scenarios.realise import realise
from twin import Journal, World
from twin.events import IncidentKnown, IncidentOver, OrderPlaced, OrderReady
from twin.journal import to_line

SHARED = (OrderPlaced, OrderReady, IncidentKnown, IncidentOver)
STREETS = ("travel", "streets", "feed")
"""What of a World is no data: it is compared by what it answers."""
EVERYTHING = """\
name: everything
network: demo-city
orders:
  count: {mean: 60, cv: 19 %}
  arrivals: {known: 50 %, by_hour: {9: 1, 10: 1, 11: 1}, ready_after: 15 min}
  windows: {share: 40 %, width: 2 h, between: 09:00-17:00}
  changes: {cancelled: 10 %}
fleet: {van: 3}
presence: attended
failures: {no_access: 2 %, wrong_address: 2 %}
traffic: {incidents: 20}
breakdowns: {every: 200 km}
weather: drawn
policies: [nearest, insertion, static]
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Callable[[int], World]:
    """Return what draws a day anew each time."""
    loaded = load_text(EVERYTHING, "everything.yaml", tmp_path_factory.mktemp("everything"))
    network = network_of(loaded.spec, loaded.base_dir, loaded.tables)
    return lambda day: realise(loaded.spec, network, 1, day, loaded.tables)


def fingerprint(world: World) -> str:
    """Return a hash of everything in a World, its streets by the times of some ways."""
    digest = sha256()
    for name in world.__slots__:
        if name not in STREETS:
            value = getattr(world, name)
            sorted_value = sorted(value) if isinstance(value, frozenset) else value
            digest.update(TypeAdapter(object).dump_json(sorted_value))
    nodes = [next(iter(place.nodes.items())) for place in world.places.values()][:12]
    for mode, one in nodes:
        for _, other in nodes:
            path = world.travel.path(one, other, mode, 0.0)
            times = [world.streets.drive(path, mode, hour * 3600.0) for hour in (8, 12, 17)]
            digest.update(repr((path, times)).encode())
    return digest.hexdigest()


def shared(journal: Journal) -> list[bytes]:
    """Return the lines of a journal that no policy can change."""
    return [to_line(event) for event in journal if isinstance(event, SHARED)]


@pytest.mark.parametrize("day", [1, 2])
def test_orders_and_incidents_are_the_same_lines_under_every_policy(drawn, day):
    """A draw of one day for each policy: one fingerprint, and the same lines of journals."""
    worlds = {name: drawn(day) for name in POLICIES}
    before = {name: fingerprint(world) for name, world in worlds.items()}
    journals = {name: ended_well(worlds[name], make, name) for name, make in POLICIES.items()}

    assert len(set(before.values())) == 1
    assert {name: fingerprint(world) for name, world in worlds.items()} == before
    lines = {name: shared(journal) for name, journal in journals.items()}
    assert all(mine == lines["nearest"] for mine in lines.values())
    kinds = {type(event) for event in journals["nearest"] if isinstance(event, SHARED)}
    assert kinds == set(SHARED)
    assert len({journal.fingerprint() for journal in journals.values()}) == len(POLICIES)
