"""Towns whose every time is known beforehand."""

import numpy as np
import pytest

from networks.grid import grid_town, line_town
from networks.routing import RoadTravel
from networks.traffic import SpeedProfile
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, NodeId


def test_the_town_of_the_queue_on_a_street_grid() -> None:
    """11 x 11 junctions, 200 m blocks, 10 m/s: from the centre 109.09 s on average one way."""
    graph = grid_town(10, 200.0, 10.0)
    travel = RoadTravel(graph, SpeedProfile.flat())
    everywhere = [NodeId(node) for node in range(121)]

    times_s = travel.rows([graph.depot or NodeId(0)], everywhere, DRIVE, 0.0)[0]

    assert (graph.node_count, graph.edge_count) == (121, 440)
    assert graph.depot == 60
    assert times_s.mean() == 13_200 / 121  # two coordinates, each 30/11 blocks of 20 s away
    assert (times_s == times_s.round()).all()
    assert (travel.columns(everywhere, [NodeId(60)], DRIVE, 0.0)[:, 0] == times_s).all()


def test_blocks_lie_where_their_length_says() -> None:
    """Neighbouring junctions are 200 m apart on the ground, to a millimetre in a metre."""
    from networks.sphere import great_circle_m  # noqa: PLC0415

    graph = grid_town(10)
    a, b = graph.edge_from, graph.edge_to

    metres = great_circle_m(
        graph.node_lat[a], graph.node_lon[a], graph.node_lat[b], graph.node_lon[b]
    )

    assert np.abs(metres - 200).max() < 0.2


def test_a_line_is_as_long_as_its_streets() -> None:
    """600 m and 400 m at 5 m/s: 200 s from end to end, for bikes too."""
    travel = RoadTravel(line_town([600.0, 400.0], 5.0), SpeedProfile.flat())

    assert travel.between(NodeId(0), NodeId(2), BIKE, 0.0) == 200
    assert travel.path(NodeId(2), NodeId(0), DRIVE, 0.0).lengths_m == (400, 600)


@pytest.mark.parametrize(
    ("blocks", "block_m", "mps"), [(0, 200.0, 10.0), (3, -1.0, 10.0), (3, 200.0, 0.0)]
)
def test_an_impossible_town_is_refused(blocks: int, block_m: float, mps: float) -> None:
    """No street, a negative length, no speed."""
    with pytest.raises(NetworkError):
        grid_town(blocks, block_m, mps)
