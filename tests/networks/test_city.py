"""A made-up city is like a real one, and always the same."""

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from networks.city import CENTRE, CityMap, city_graph, draw_city, write_osm
from networks.classes import CLASSES
from networks.osm import read_osm
from networks.routing import RoadTravel
from networks.sphere import great_circle_m
from networks.statistics import street_figures
from networks.traffic import SpeedProfile
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE

EXTRACTS = (
    "osm_tiny_krems/krems.osm.gz",
    "osm_tiny_west_oakland/west-oakland.osm.bz2",
    "osm_small_monaco/monaco.osm.pbf",
    "osm_small_liechtenstein/liechtenstein.osm.pbf",
    "osm_mid_baltimore/baltimore.osm.pbf",
    "osm_mid_portland_or/portland_central.osm.pbf",
    "osm_mid_porto_alegre/poa.osm.pbf",
)
FIGURES = (
    "streets_per_node",
    "dead_end_share",
    "four_way_share",
    "mean_street_m",
    "circuity",
    "one_way_share",
    "junctions_per_km2",
)


@pytest.fixture(scope="module")
def demo() -> CityMap:
    """Return the map of the demo city."""
    return draw_city(40, 1)


def test_the_demo_city_has_about_a_hundred_junctions_a_square_kilometre(demo: CityMap) -> None:
    """About 4,000 on 40 km2, all of them in the strong part of both modes."""
    graph = city_graph(demo)

    assert 3_800 < graph.node_count < 4_200
    assert graph.strong[DRIVE].all()
    assert graph.strong[BIKE].all()
    assert graph.attribution == ""


def test_the_same_seed_gives_the_same_city_and_another_another(demo: CityMap) -> None:
    """The hash is of streets, speeds and addresses."""
    again, other = city_graph(draw_city(40, 1)), city_graph(draw_city(40, 2))

    assert again.sha256 == city_graph(demo).sha256 != other.sha256


def test_a_city_written_as_osm_is_read_back_the_same(demo: CityMap, tmp_path: Path) -> None:
    """Our own importer reads the file we wrote: the same hash, so the same network."""
    path = tmp_path / "city.osm"

    write_osm(demo, path)

    assert read_osm(path).sha256 == city_graph(demo).sha256


def test_a_city_has_everything_that_streets_have(demo: CityMap) -> None:
    """All classes, one-ways both ways of drawing, contraflow, bridges, paths, service roads."""
    graph = city_graph(demo)
    found = {CLASSES[number] for number in np.unique(graph.edge_class)}
    tags = [tags for _, tags in demo.ways]

    assert found >= {
        "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
        "service", "cycleway", "path",
    }  # fmt: skip
    assert {tag.get("oneway") for tag in tags} == {None, "yes", "-1"}
    assert any(tag.get("oneway:bicycle") == "no" for tag in tags)
    assert 5 < sum(tag.get("bridge") == "yes" for tag in tags) < 40
    assert len({tag["name"] for tag in tags if "name" in tag}) > 300


def test_doors_are_dense_in_the_middle(demo: CityMap) -> None:
    """Per square kilometre more than twice as many within 1 km as beyond 2.5; one in 14 a shop."""
    doors = city_graph(demo).addresses
    away_m = great_circle_m(*CENTRE, doors.lat, doors.lon)
    inside = (away_m < 1_000).sum() / np.pi
    outside = (away_m > 2_500).sum() / (40 - 2.5**2 * np.pi)

    assert inside > 2 * outside
    assert 0.04 < doors.kind.mean() < 0.15
    assert len(set(doors.labels)) > 0.9 * len(doors)


def test_a_city_has_the_figures_of_real_towns(
    data_dir: Path, demo: CityMap, tmp_path: Path
) -> None:
    """Each figure lies in the range that seven real extracts span, read by the same importer."""
    write_osm(demo, tmp_path / "city.osm")
    paths = [tmp_path / "city.osm", *(data_dir / extract for extract in EXTRACTS)]
    ours, *theirs = (
        asdict(street_figures(read_osm(path, modes=(DRIVE,), service_roads=False, addresses=False)))
        for path in paths
    )

    for figure in FIGURES:
        real = [one[figure] for one in theirs]
        assert min(real) <= ours[figure] <= max(real), figure


@pytest.mark.parametrize(("km2", "seed"), [(1, 1), (1, 7), (2.5, 3), (12, 4), (60, 5)])
def test_a_city_of_any_size_can_be_driven_and_ridden(km2: float, seed: int) -> None:
    """From anywhere to anywhere, about a hundred junctions a square kilometre."""
    graph = city_graph(draw_city(km2, seed))
    nodes = np.arange(0, graph.node_count, max(1, graph.node_count // 8))

    assert 70 * km2 < graph.node_count < 130 * km2
    for mode in (DRIVE, BIKE):
        times_s = RoadTravel(graph, SpeedProfile.flat()).matrix(nodes, mode, 0.0)
        assert np.isfinite(times_s).all()


@pytest.mark.parametrize("km2", [0.5, 0.0, -3.0, float("nan"), 1e9])
def test_an_impossible_area_is_refused(km2: float) -> None:
    """Less than one square kilometre, and more than any city."""
    with pytest.raises(NetworkError, match="expected 1 to 2000"):
        draw_city(km2, 1)


@pytest.mark.slow
def test_a_city_does_not_depend_on_the_machine(tmp_path: Path) -> None:
    """Two fresh interpreters with other hash seeds, locales and time zones: the same hash."""
    code = "from networks.city import *; print(city_graph(draw_city(3, 1)).sha256)"
    prints = {
        subprocess.run(  # noqa: S603, our own interpreter and code
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone},
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, locale, zone, folder in [
            ("1", "C", "UTC", tmp_path),
            ("2", "de_DE.UTF-8", "Asia/Tokyo", Path.cwd()),
        ]
    }

    assert len(prints) == 1


@pytest.mark.slow
def test_a_metropolitan_area_can_be_drawn() -> None:
    """Fifty thousand junctions, the size that benchmarks ask for."""
    graph = city_graph(draw_city(490, 1))

    assert graph.node_count > 48_000
    assert graph.strong[DRIVE].all()
