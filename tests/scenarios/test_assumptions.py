"""What a scenario leaves to defaults, with mark, plausible range and source in sight."""

import pytest

from scenarios.assumptions import as_comments, assumptions
from scenarios.defaults import DEFAULTS
from scenarios.load import library, library_text
from scenarios.resolve import resolve, to_yaml
from scenarios.vehicle_types import VEHICLE_TYPES

TOWN = "name: x\nnetwork: demo-city\norders: 60\nfleet: {van: 3}\n"


def settings(loaded):
    """Return the settings left to defaults."""
    return {one.setting for one in assumptions(loaded)}


def test_every_default_has_a_mark_a_range_and_a_source():
    """Those of vehicle types too."""
    for row in (*DEFAULTS, *VEHICLE_TYPES.values()):
        assert row.mark in ("computed", "read", "general", "choice"), row
        assert row.plausible, row
        assert row.source, row


def test_no_default_is_given_twice():
    """A second one would be the one in force, unseen."""
    paths = [row.path for row in DEFAULTS]
    assert len(paths) == len(set(paths))


def test_what_is_said_is_no_default(read):
    """Whole, in a short form, or inside a group."""
    plain = settings(read(TOWN))
    assert {
        "breakdowns.every",
        "breakdowns.wait",
        "fleet.shift",
        "costs.EUR",
        "fleet: van",
    } <= plain

    said = settings(
        read(TOWN.replace("3}", "{count: 3, shift: 07:00-15:00}}") + "breakdowns: 9 h\n")
    )
    assert plain - said == {"breakdowns.every", "fleet.shift"}
    assert "service.fixed" not in settings(read(TOWN + "service: 90 s\n"))
    inside = settings(read(TOWN.replace("3}", "{count: 3, energy: {full_load: 10 %}}}")))
    assert plain - inside == {"fleet.energy.full_load"}


def test_what_nothing_asks_for_is_not_assumed(read):
    """Who breaks down how, where nothing does; what other carriers do, where there are none."""
    plain = settings(read(TOWN))
    assert not any(setting.startswith("carriers") for setting in plain)
    assert "depots.chargers.power" not in plain
    assert "breakdowns.wait" not in settings(read(TOWN + "breakdowns: none\n"))
    carried = settings(read(TOWN + "carriers: {post: {kind: overflow, tender_by: 07:00}}\n"))
    assert {"carriers.delivers", "carriers.success", "carriers.told_after"} <= carried
    wheel = settings(read(TOWN + "emissions: tank-to-wheel\n"))
    assert "emissions.tank-to-wheel" in wheel
    assert "emissions.well-to-wheel" not in wheel


@pytest.mark.parametrize("name", library())
def test_a_resolved_scenario_names_its_defaults_and_is_read_again(read, name):
    """As comments at its end: the settings before them are what they were."""
    loaded = read(library_text(name))
    comments = as_comments(assumptions(loaded))
    text = to_yaml(resolve(loaded.spec)) + comments

    assert all(line.startswith("#") and len(line) <= 120 for line in comments.splitlines())
    assert "- breakdowns.every: 100000 km (general; 33,000 km (old) to" in comments
    again = read(text)
    assert to_yaml(resolve(again.spec)) == to_yaml(resolve(loaded.spec))
