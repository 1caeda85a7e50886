"""A place by its name, from a recorded answer of the map servers."""

import sys
from copy import deepcopy
from typing import Any

import pytest

from networks.places import fetch_place
from networks.routing import RoadTravel
from networks.snap import Snapper
from networks.traffic import SpeedProfile
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE

osmnx = pytest.importorskip("osmnx")

AREA = [[10.0, 50.0], [10.02, 50.0], [10.02, 50.02], [10.0, 50.02], [10.0, 50.0]]
FOUND = [
    {
        "place_id": 1,
        "osm_type": "relation",
        "osm_id": 1,
        "lat": "50.01",
        "lon": "10.01",
        "importance": 0.5,
        "display_name": "Littleton",
        "boundingbox": ["50.0", "50.02", "10.0", "10.02"],
        "geojson": {"type": "Polygon", "coordinates": [AREA]},
    }
]
"""What the gazetteer says of Littleton."""


def node(number: int, lat: float, lon: float, **tags: str) -> dict[str, Any]:
    """Return a map node as the server sends it."""
    return {"type": "node", "id": number, "lat": lat, "lon": lon, "tags": tags}


def way(number: int, nodes: list[int], **tags: str) -> dict[str, Any]:
    """Return a way as the server sends it; ``__`` stands for a colon."""
    named = {key.replace("__", ":"): value for key, value in tags.items()}
    return {"type": "way", "id": number, "nodes": nodes, "tags": named}


CORNERS = [
    node(1, 50.005, 10.005),
    node(2, 50.005, 10.015),
    node(3, 50.015, 10.015),
    node(4, 50.015, 10.005),
    node(5, 50.010, 10.015),
    node(6, 50.010, 10.010),
    node(7, 50.004, 10.004),
    node(8, 50.004, 10.016),
    node(9, 50.016, 10.016),
    node(10, 50.016, 10.004),
]
STREETS = {
    "elements": [
        *CORNERS,
        way(11, [1, 2], highway="primary", name="South Road", maxspeed="36"),
        way(12, [2, 5, 3], highway="residential", name="East Road"),
        way(13, [3, 4], highway="residential", motor_vehicle="no", motorcar="yes"),
        way(14, [1, 4], highway="residential", oneway="-1", oneway__bicycle="no"),
        way(15, [5, 6], highway="footway"),
        way(16, [6, 1], highway="cycleway"),
        *(way(16 + n, [n, n + 6], highway="residential") for n in (1, 2, 3, 4)),  # blind alleys
    ]
}
DOORS = {
    "elements": [
        node(21, 50.0051, 10.010, **{"addr:housenumber": "7", "addr:street": "South Road"}),
        node(22, 50.0052, 10.011, shop="bakery", name="Bun"),
        node(23, 50.0101, 10.0149),
        node(24, 50.0101, 10.0151),
        node(25, 50.0103, 10.0150),
        way(31, [23, 24, 25, 23], building="house"),
    ]
}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer what OSMnx would send to the servers from the records above."""

    def overpass(data: dict[str, str]) -> dict[str, Any]:
        return deepcopy(STREETS if "highway" in data["data"] else DOORS)  # OSMnx takes it apart

    monkeypatch.setattr("osmnx._nominatim._nominatim_request", lambda **_: FOUND)
    monkeypatch.setattr("osmnx._overpass._overpass_request", overpass)


@pytest.mark.usefixtures("recorded")
def test_a_place_is_read_by_our_own_tag_rules() -> None:
    """Specific access tags, one-way against the drawing, contraflow, classes, names, doors."""
    graph = fetch_place("Littleton")
    (a, b, c), _ = Snapper(graph).nearest([50.005, 50.005, 50.015], [10.005, 10.015, 10.005], BIKE)
    travel = RoadTravel(graph, SpeedProfile.flat())

    west_m = 1_112.0  # a hundredth of a degree of latitude
    assert travel.lengths([a, c], BIKE)[0, 1] == pytest.approx(west_m, abs=1)
    there, back = travel.path(c, a, DRIVE, 0.0), travel.path(a, c, DRIVE, 0.0)
    assert sum(there.lengths_m) == pytest.approx(west_m, abs=1)  # drawn 1-4, driven 4-1
    assert sum(back.lengths_m) > 2 * west_m  # round the square, over motorcar=yes
    assert travel.between(a, b, DRIVE, 0.0) == pytest.approx(715 / 10, abs=0.5)  # 36 km/h
    assert set(graph.names) >= {"", "South Road", "East Road"}
    assert "OpenStreetMap" in graph.attribution
    assert graph.report["ways"]["skipped"] == {"highway=footway is no street for drive": 1}
    assert list(zip(graph.addresses.labels, graph.addresses.kind.tolist(), strict=True)) == [
        ("South Road 7", 0),
        ("Bun", 1),
        ("", 0),
    ]


@pytest.mark.usefixtures("recorded")
def test_settings_of_osmnx_are_as_before_and_nothing_is_written(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are global and another program's; no cache folder appears."""
    monkeypatch.chdir(tmp_path)
    before = (osmnx.settings.all_oneway, osmnx.settings.use_cache, osmnx.settings.useful_tags_way)

    fetch_place("Littleton")

    now = (osmnx.settings.all_oneway, osmnx.settings.use_cache, osmnx.settings.useful_tags_way)
    assert now == before
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_place_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gazetteer answers with nothing."""
    monkeypatch.setattr("osmnx._nominatim._nominatim_request", lambda **_: [])

    with pytest.raises(
        NetworkError, match=r"(?s)Nowhereville.*cannot be fetched.*check its name"
    ) as no:
        fetch_place("Nowhereville")
    assert len(no.value.problems) == 1


def test_a_failing_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection is no traceback."""

    def broken(**_: Any) -> None:
        raise ConnectionError("no route to host")

    monkeypatch.setattr("osmnx._nominatim._nominatim_request", broken)

    with pytest.raises(NetworkError, match="no route to host"):
        fetch_place("Littleton")


def test_a_missing_extra_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """OSMnx is optional: the error says how to get it."""
    monkeypatch.setitem(sys.modules, "osmnx", None)

    with pytest.raises(NetworkError, match=r"pip install \"last-mile-twin\[places\]\""):
        fetch_place("Littleton")


@pytest.mark.usefixtures("recorded")
def test_a_place_without_doors_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has streets but no addresses, or nobody asked for them."""
    monkeypatch.setitem(DOORS, "elements", [])

    assert len(fetch_place("Littleton").addresses) == 0
    assert len(fetch_place("Littleton", addresses=False).addresses) == 0
