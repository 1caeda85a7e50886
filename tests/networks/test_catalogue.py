"""From what a scenario says to the network it means."""

import logging
from pathlib import Path

import numpy as np
import pytest

from networks.catalogue import (
    BUNDLED,
    Bundled,
    City,
    LegTable,
    MapFile,
    Place,
    default_cache_dir,
    open_network,
    source_of,
)
from networks.city import city_graph, draw_city, write_osm
from networks.grid import grid_town
from networks.network import RoadNetwork
from networks.traffic import SpeedProfile
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, NodeId


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("demo-city", Bundled("demo-city")),
        ({"place": "Ghent, Belgium"}, Place("Ghent, Belgium")),
        ({"file": "city.osm.pbf"}, MapFile(Path("city.osm.pbf"))),
        ({"city": {"km2": 40, "seed": 2}}, City(40.0, 2)),
        ({"city": {"km2": 40}}, City(40.0, 1)),
        ({"matrix": "legs.csv"}, LegTable(Path("legs.csv"))),
    ],
)
def test_every_form_of_a_scenario_is_understood(value, source) -> None:
    """A name, a place, a file, a city, a table of legs."""
    assert source_of(value) == source


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({}, r"expected a name, \{place"),
        ({"file": "a.osm", "place": "b"}, "expected a name"),
        ({"town": "x"}, "expected a name"),
        ({"file": 7}, "expected a name"),
        ({"city": {"km2": "big"}}, "km2 is 'big', expected a number"),
        ({"city": {"km": 40}}, "no such field 'km'; it has km2 and seed"),
        ({"city": {"km2": 40, "seed": -1}}, "seed is -1, expected a whole number"),
        ({"city": {"km2": True}}, "km2 is True"),
    ],
)
def test_any_other_form_is_refused(value, problem: str) -> None:
    """With the forms there are."""
    with pytest.raises(NetworkError, match=problem):
        source_of(value)


def test_a_misspelt_name_gets_a_hint(tmp_path: Path) -> None:
    """Did you mean; and without a likeness the forms there are."""
    with pytest.raises(NetworkError, match="called 'demo-ctiy'; did you mean 'demo-city'"):
        open_network(Bundled("demo-ctiy"), cache_dir=tmp_path)
    with pytest.raises(NetworkError, match="expected a name"):
        open_network(Bundled("zzz"), cache_dir=tmp_path)


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_networks_need_nothing_else(name: str, tmp_path: Path) -> None:
    """They open without data or connection, and have addresses and a depot in both modes."""
    network = open_network(Bundled(name), cache_dir=tmp_path)
    depot = network.depot_node()
    doors = network.addresses()
    nodes, metres = network.nearest(doors.lat[:50], doors.lon[:50], DRIVE)

    times_s = network.travel(SpeedProfile.calibrated()).rows([depot], nodes, DRIVE, 8 * 3600.0)

    assert network.name == name
    assert network.modes == (BIKE, DRIVE)
    assert len(doors) > 2_000
    assert np.isfinite(times_s).all()
    assert metres.max() < 500
    assert network.nearest(*network.coordinates([depot]), BIKE)[0].tolist() == [depot]


def test_the_map_extract_is_credited_and_the_made_up_city_needs_none(tmp_path: Path) -> None:
    """Attribution travels with the data."""
    helsinki = open_network(Bundled("helsinki-centre"), cache_dir=tmp_path)

    assert "OpenStreetMap contributors" in helsinki.attribution
    assert "ODbL" in helsinki.describe()["licence"]
    assert open_network(City(1.0), cache_dir=tmp_path).describe()["licence"] == "none needed"


def test_a_map_file_is_compiled_once(tmp_path: Path) -> None:
    """The kept network is the same; another name for the same file is the same network."""
    write_osm(draw_city(1, 1), tmp_path / "a.osm")
    (tmp_path / "b.osm").write_bytes((tmp_path / "a.osm").read_bytes())
    cache = tmp_path / "cache"

    first = open_network(MapFile(Path("a.osm")), tmp_path, cache)
    kept = list(cache.iterdir())
    written = kept[0].stat().st_mtime_ns
    second = open_network(MapFile(Path("a.osm")), tmp_path, cache)
    other = open_network(MapFile(Path("b.osm")), tmp_path, cache)

    assert len(kept) == len(list(cache.iterdir())) == 1
    assert kept[0].stat().st_mtime_ns == written
    assert first.sha256 == second.sha256 == other.sha256
    assert first.describe() == second.describe()
    assert (first.name, other.name) == ("a.osm", "b.osm")


def test_a_broken_cache_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A cut file in the cache costs time, not the day."""
    cache = tmp_path / "cache"
    first = open_network(City(1.0), cache_dir=cache)
    kept = next(cache.iterdir())
    kept.write_bytes(kept.read_bytes()[:1000])

    with caplog.at_level(logging.WARNING):
        again = open_network(City(1.0), cache_dir=cache)

    assert again.sha256 == first.sha256
    assert "made again" in caplog.text
    assert len(kept.read_bytes()) > 1000


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    """The cache's place is a file here."""
    (tmp_path / "cache").write_text("in the way")

    network = open_network(City(1.0), cache_dir=tmp_path / "cache")

    assert network.node_count > 50


def test_the_cache_is_where_the_desktop_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CACHE_HOME if set, else ~/.cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert default_cache_dir() == Path("/somewhere/last-mile-twin")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert default_cache_dir() == Path.home() / ".cache/last-mile-twin"


def test_a_compiled_network_is_a_file_like_any_other(tmp_path: Path) -> None:
    """An .npz opens by its path; one that is not there is refused by name."""
    grid_town(3).save(tmp_path / "town.npz")

    network = open_network(MapFile(Path("town.npz")), tmp_path)

    assert network.node_count == 16
    with pytest.raises(NetworkError, match="No such file"):
        open_network(MapFile(Path("none.npz")), tmp_path)
    with pytest.raises(NetworkError, match="cannot be read"):
        open_network(MapFile(Path("none.osm.pbf")), tmp_path, tmp_path)
    (tmp_path / "map.geojson").write_text("{}")
    with pytest.raises(NetworkError, match="the name must end in one of"):
        open_network(MapFile(Path("map.geojson")), tmp_path, tmp_path)


def test_a_table_of_legs_is_a_network(tmp_path: Path) -> None:
    """Stops are found by name, and there are no addresses to draw from."""
    (tmp_path / "legs.csv").write_text("from,to,m,s\nD,A,1000,100\nA,D,1000,100\n")

    network = open_network(LegTable(Path("legs.csv")), tmp_path)

    assert network.node_of("A") == 1
    assert len(network.addresses()) == 0
    assert network.depot_node() == 0
    with pytest.raises(NetworkError, match="no coordinates; name places by stop id"):
        network.nearest([0.0], [0.0], DRIVE)


def test_a_depot_is_central_and_on_an_arterial() -> None:
    """Of the demo city: within 1 km of the middle, at a junction of three streets or more."""
    network = RoadNetwork(city_graph(draw_city(40, 1)))
    graph = network.graph
    depot = network.depot_node()
    lat, lon = network.coordinates([depot])

    _, away_m = RoadNetwork(grid_town(1)).nearest(lat - 45, lon + 30, DRIVE)
    assert away_m[0] < 1_000
    first, end = graph.edge_start[depot], graph.edge_start[depot + 1]
    assert end - first >= 3
    assert network.depot_node() == depot
    assert RoadNetwork(grid_town(4)).depot_node() == 12


def test_junctions_have_no_names() -> None:
    """A road network asks for coordinates instead."""
    with pytest.raises(NetworkError, match="give lat and lon"):
        RoadNetwork(grid_town(2)).node_of("A")


def test_noisy_streets_come_from_believed_steps() -> None:
    """A network makes streets of any speed steps; with half speed everything takes twice."""
    network = RoadNetwork(grid_town(2))
    believed = network.travel(SpeedProfile.flat())
    path = believed.path(NodeId(0), NodeId(8), DRIVE, 0.0)
    steps = network.steps(SpeedProfile.flat(), DRIVE)
    edges = network.graph.edge_count
    slow = steps.with_noise(86_400.0, np.full((1, edges), 0.5))

    streets = network.streets({DRIVE: slow})

    assert streets.drive(path, DRIVE, 0.0)[-1] == 2 * believed.drive(path, DRIVE, 0.0)[-1] == 160
