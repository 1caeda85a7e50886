"""From coordinates to junctions."""

import numpy as np
import pytest

from networks.classes import CLASS_INDEX
from networks.graph import RoadGraph
from networks.grid import grid_town
from networks.snap import Snapper
from networks.sphere import great_circle_m
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, Mode


def test_a_place_goes_to_the_nearest_junction() -> None:
    """Against a comparison with all junctions, on random places in and around a grid town."""
    graph = grid_town(10)
    places = np.stack(np.meshgrid(np.linspace(-0.02, 0.02, 23), np.linspace(-0.02, 0.02, 29)))
    lat, lon = places.reshape(2, -1)

    nodes, metres = Snapper(graph).nearest(lat, lon, DRIVE)

    for i in range(len(lat)):
        away_m = great_circle_m(lat[i], lon[i], graph.node_lat, graph.node_lon)
        assert metres[i] == pytest.approx(away_m.min(), abs=1e-6)
        assert away_m[nodes[i]] == pytest.approx(away_m.min(), abs=1e-6)


def test_of_equally_near_junctions_the_lowest_is_taken() -> None:
    """In the middle of a block four corners are equally near; on a street two."""
    graph = grid_town(2)
    lat, lon = graph.node_lat, graph.node_lon

    nodes, _ = Snapper(graph).nearest(
        [(lat[4] + lat[8]) / 2, lat[4]], [(lon[4] + lon[8]) / 2, (lon[3] + lon[4]) / 2], DRIVE
    )

    assert nodes.tolist() == [4, 3]


def test_a_one_way_trap_is_never_snapped_to() -> None:
    """The nearest junction can be entered but not left: the next one is taken, and it is far."""
    graph = RoadGraph.build(
        name="trap",
        node_lat=np.zeros(3),
        node_lon=np.array([0.0, 0.001, 0.002]),
        edge_from=np.array([0, 1, 1]),
        edge_to=np.array([1, 0, 2]),
        edge_m=np.full(3, 111.0),
        edge_class=np.full(3, CLASS_INDEX["residential"]),
        free_mps={DRIVE: np.ones(3), BIKE: np.zeros(3)},
    )
    snapper = Snapper(graph)

    nodes, metres = snapper.nearest(0.0, 0.002, DRIVE)

    assert nodes.tolist() == [1]
    assert metres[0] == pytest.approx(111.2, abs=0.1)
    with pytest.raises(NetworkError, match="closed to mode 'boat'; it has bike, drive"):
        snapper.nearest(0.0, 0.0, Mode("boat"))


def test_a_place_forty_kilometres_away_says_so() -> None:
    """How far is too far is for the caller to judge."""
    _, metres = Snapper(grid_town(2)).nearest(0.36, 0.0, DRIVE)

    assert metres[0] == pytest.approx(40_000, rel=0.01)


@pytest.mark.parametrize(("lat", "lon"), [(np.nan, 0.0), (91.0, 0.0), (0.0, 181.0), (0.0, np.inf)])
def test_what_is_no_place_on_earth_is_refused(lat: float, lon: float) -> None:
    """With the number of the point."""
    with pytest.raises(NetworkError, match=r"point 1: .* is no place on earth"):
        Snapper(grid_town(2)).nearest([0.0, lat], [0.0, lon], DRIVE)


def test_no_places_give_no_junctions() -> None:
    """An empty question has an empty answer."""
    nodes, metres = Snapper(grid_town(2)).nearest([], [], DRIVE)

    assert len(nodes) == len(metres) == 0
