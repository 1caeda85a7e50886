"""Extracts become the streets that are there."""

from pathlib import Path

import numpy as np
import pytest

from networks.osm import read_osm
from networks.routing import RoadTravel
from networks.snap import Snapper
from networks.traffic import SpeedProfile
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE

EXTRACTS = [
    ("osm_tiny_krems/krems.osm.gz", 353, 721),
    ("osm_small_monaco/monaco.osm.pbf", 1324, 2616),
    ("osm_small_liechtenstein/liechtenstein.osm.pbf", 1771, 4200),
    ("osm_mid_baltimore/baltimore.osm.pbf", 2223, 5522),
    ("osm_mid_portland_or/portland_central.osm.pbf", 3873, 10415),
    ("osm_mid_porto_alegre/poa.osm.pbf", 7784, 18447),
]


@pytest.mark.parametrize(("extract", "nodes", "edges"), EXTRACTS)
def test_streets_of_an_extract_are_as_many_as_osmnx_finds(
    data_dir: Path, extract: str, nodes: int, edges: int
) -> None:
    """Junctions and directed edges for cars without service roads, known from OSMnx, to 1 %."""
    graph = read_osm(data_dir / extract, modes=(DRIVE,), service_roads=False, addresses=False)

    assert graph.node_count == pytest.approx(nodes, rel=0.01)
    assert graph.edge_count == pytest.approx(edges, rel=0.01)


@pytest.mark.parametrize("extract", [name for name, *_ in EXTRACTS])
def test_every_extract_can_be_driven_and_ridden(data_dir: Path, extract: str) -> None:
    """Between any two junctions of a mode's strong part there is a way."""
    graph = read_osm(data_dir / extract)

    for mode in (DRIVE, BIKE):
        inside = np.flatnonzero(graph.strong[mode])
        some = inside[:: max(1, len(inside) // 20)]
        times_s = RoadTravel(graph, SpeedProfile.calibrated()).matrix(some, mode, 8 * 3600.0)
        assert np.isfinite(times_s).all()
        assert len(inside) > 0.7 * graph.report["strong"][mode]["dropped_nodes"]


def test_a_tiny_extract_in_bz2_works(data_dir: Path) -> None:
    """West Oakland: 28 junctions for cars, XML packed with bzip2."""
    path = data_dir / "osm_tiny_west_oakland/west-oakland.osm.bz2"

    graph = read_osm(path, modes=(DRIVE,), service_roads=False)

    assert graph.node_count == 28


@pytest.mark.parametrize("service_roads", [True, False])
def test_the_most_specific_access_tag_opens_the_road_to_balzers(
    data_dir: Path, *, service_roads: bool
) -> None:
    """Vaduz to Balzers is 8.83 km by car: motorcar=yes overrules motor_vehicle=no on the way."""
    path = data_dir / "osm_small_liechtenstein/liechtenstein.osm.pbf"
    graph = read_osm(path, modes=(DRIVE,), service_roads=service_roads)
    nodes, _ = Snapper(graph).nearest([47.141, 47.068], [9.521, 9.503], DRIVE)

    way = RoadTravel(graph, SpeedProfile.flat()).path(nodes[0], nodes[1], DRIVE, 0.0)

    assert sum(way.lengths_m) == pytest.approx(8_830, rel=0.01)


def test_a_cut_extract_is_refused(data_dir: Path, tmp_path: Path) -> None:
    """Half a file is no map: the error says so and what to do."""
    for extract, *_ in EXTRACTS[:2]:
        whole = (data_dir / extract).read_bytes()
        half = tmp_path / Path(extract).name
        half.write_bytes(whole[: len(whole) // 2])

        with pytest.raises(
            NetworkError, match=r"is not a whole OSM file.*download or cut it again"
        ):
            read_osm(half)
