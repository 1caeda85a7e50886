"""Drawn days on which vans break down with parcels aboard, and others come for them."""

from functools import partial
from pathlib import Path

import pytest

from experiments.checker import check_lines
from scenarios.load import load_text
from scenarios.network import network_of
from scenarios.realise import realise
from twin import run
from twin.events import HandedOver
from twin.journal import to_line
from twin.plugins import load
from twin.soundness import found_in

FEW_REPAIRED = """\
name: few repaired
network: {city: {km2: 6, seed: 1}}
orders: {count: 60, windows: {share: 50 %, width: 1 h}}
breakdowns: {every: 5 h, clock: duty}
fleet: {van: 4}
"""
SOME_TOWED = """\
name: some towed
network: {city: {km2: 6, seed: 1}}
orders: {count: 60, windows: {share: 50 %, width: 1 h}}
breakdowns: {every: 3 h, clock: duty}
fleet:
  bad: {type: van, count: 2, breakdowns: {at_roadside: 0 %, wait: 12 min, tow: 10 min}}
  van: {count: 2, breakdowns: none}
dispatch: {hand_over: 5 s}
"""
QUICK = {"iterations": 10, "morning_iterations": 50}


@pytest.fixture(scope="module", params=[FEW_REPAIRED, SOME_TOWED], ids=["repaired", "towed"])
def town(request):
    """Return a scenario and its network."""
    loaded = load_text(request.param, "rescues.yaml", Path())
    return loaded, network_of(loaded.spec, loaded.base_dir, loaded.tables)


@pytest.mark.parametrize("name", ["rolling", "risk"])
@pytest.mark.parametrize(
    "days", [range(1, 4), pytest.param(range(4, 24), marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_rescues_are_legal_and_can_have_happened(town, name, days):
    """Both readers of the journals agree, and there is something to read."""
    (loaded, network), handed = town, 0
    make = partial(load(name), **QUICK)
    for day in days:
        journal = run(realise(loaded.spec, network, 1, day, loaded.tables), make)
        handed += len(journal.of(HandedOver))
        assert found_in(journal) == [], day
        assert check_lines([to_line(event) for event in journal]) == [], day
    assert handed
