"""Ways round what is closed, and paths that begin or end inside an edge."""

from itertools import pairwise, permutations
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.classes import CLASS_INDEX
from networks.graph import RoadGraph
from networks.matrix import MatrixNetwork
from networks.network import Network, RoadNetwork
from networks.plane import PlaneNetwork
from networks.traffic import SpeedProfile
from twin.errors import UnknownNode, Unreachable
from twin.model import DRIVE, EdgeId, NodeId
from twin.streets import Path

FLAT = SpeedProfile.flat()
A, B, C = NodeId(0), NodeId(1), NodeId(2)


def town(links: list[tuple[int, int, float]], nodes: int = 5) -> RoadGraph:
    """Return directed links (from, to, metres) at 10 m/s."""
    table = np.array(links, np.float64).reshape(-1, 3)
    return RoadGraph.build(
        name="town",
        node_lat=np.zeros(nodes),
        node_lon=np.arange(nodes) / 1000,
        edge_from=table[:, 0].astype(int),
        edge_to=table[:, 1].astype(int),
        edge_m=table[:, 2],
        edge_class=np.full(len(table), CLASS_INDEX["residential"]),
        free_mps={DRIVE: np.full(len(table), 10.0)},
    )


def shortest_m(graph: RoadGraph, origin: int, destination: int, closed: frozenset[EdgeId]) -> float:
    """Return the length of the shortest open way by trying every simple one."""
    open_m: dict[tuple[int, int], float] = {}
    for edge in range(graph.edge_count):
        ends = (int(graph.edge_from[edge]), int(graph.edge_to[edge]))
        if edge not in closed:
            open_m[ends] = min(open_m.get(ends, inf), float(graph.edge_m[edge]))
    between = [node for node in range(graph.node_count) if node not in (origin, destination)]
    best_m = inf
    for count in range(len(between) + 1):
        for via in permutations(between, count):
            way = (origin, *via, destination)
            best_m = min(best_m, sum(open_m.get(ends, inf) for ends in pairwise(way)))
    return best_m


@settings(max_examples=150, deadline=None)
@given(
    links=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 5_000).map(float)),
        min_size=1,
        max_size=16,
    ),
    data=st.data(),
)
def test_the_way_round_is_the_shortest_open_one(
    links: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    """On random towns of five junctions with any edges closed, against trying every way."""
    graph = town(links)
    closed = frozenset(
        map(EdgeId, data.draw(st.sets(st.integers(0, graph.edge_count - 1), max_size=6)))
    )
    network = RoadNetwork(graph)
    streets = network.streets({DRIVE: network.steps(FLAT, DRIVE)})

    for origin in range(graph.node_count):
        for destination in range(graph.node_count):
            ends = (NodeId(origin), NodeId(destination))
            if origin == destination:
                assert streets.way_round(*ends, DRIVE, 0.0, closed) == Path((ends[0],), (), ())
                continue
            shortest = shortest_m(graph, origin, destination, closed)
            if shortest == inf:
                with pytest.raises(Unreachable):
                    streets.way_round(*ends, DRIVE, 0.0, closed)
                continue
            path = streets.way_round(*ends, DRIVE, 0.0, closed)
            assert sum(path.lengths_m) == shortest
            assert closed.isdisjoint(path.edges)
            assert (path.nodes[0], path.nodes[-1]) == ends


def test_with_nothing_closed_the_way_round_is_the_believed_way() -> None:
    """Real streets are slow on 0 to 1, believed ones are not: ways follow what is believed."""
    network = RoadNetwork(town([(0, 1, 100), (0, 2, 60), (2, 1, 60)], nodes=3))
    steps = network.steps(FLAT, DRIVE)
    believed = network.travel({DRIVE: steps})
    direct = believed.path(A, B, DRIVE, 0.0)
    slow = np.ones((1, 3))
    slow[0, direct.edges[0]] = 0.1

    streets = network.streets({DRIVE: steps.with_noise(86_400.0, slow)}, believed)

    assert streets.way_round(A, B, DRIVE, 0.0, frozenset()) == direct
    assert streets.way_round(A, B, DRIVE, 0.0, frozenset(direct.edges)).nodes == (A, C, B)
    assert streets.drive(direct, DRIVE, 0.0)[-1] == 100  # 10 s at a tenth of the speed


def test_a_way_round_leaves_no_trace_in_what_is_believed() -> None:
    """Asked again, everybody drives the usual way, and closed streets are nobody's memory."""
    network = RoadNetwork(town([(0, 1, 100), (0, 2, 60), (2, 1, 60)], nodes=3))
    believed = network.travel(FLAT)
    streets = network.streets({DRIVE: network.steps(FLAT, DRIVE)}, believed)
    before = believed.path(A, B, DRIVE, 0.0)

    streets.way_round(A, B, DRIVE, 0.0, frozenset(before.edges))

    assert believed.path(A, B, DRIVE, 0.0) == before


def test_a_way_round_between_strange_junctions_is_refused() -> None:
    """Junction 9 of a town of three."""
    network = RoadNetwork(town([(0, 1, 100)], nodes=3))
    streets = network.streets({DRIVE: network.steps(FLAT, DRIVE)})

    with pytest.raises(UnknownNode):
        streets.way_round(A, NodeId(9), DRIVE, 0.0, frozenset())


def pairs() -> list[Network]:
    """Return two networks without streets, 1,000 m between places 0 and 1, 10 m/s."""
    line = MatrixNetwork.of_streets("line", [("a", "b", 1000.0), ("b", "c", 500.0)], mps=10)
    plane = PlaneNetwork("plane", np.array([0.0, 1000.0, 1500.0]), np.zeros(3))
    return [line, plane]


@pytest.mark.parametrize("network", pairs(), ids=["matrix", "plane"])
def test_a_table_knows_no_way_round(network: Network) -> None:
    """A closed leg cannot be driven, another one as always."""
    streets = network.streets({DRIVE: network.steps(FLAT, DRIVE)})
    closed = frozenset(network.travel(FLAT).path(A, B, DRIVE, 0.0).edges)

    with pytest.raises(Unreachable):
        streets.way_round(A, B, DRIVE, 0.0, closed)

    assert streets.way_round(B, A, DRIVE, 0.0, closed).nodes == (B, A)
    assert streets.way_round(A, A, DRIVE, 0.0, closed).edges == ()


@pytest.mark.parametrize(
    "network",
    [RoadNetwork(town([(0, 1, 1000), (1, 2, 500)], nodes=3)), *pairs()],
    ids=["road", "matrix", "plane"],
)
def test_part_of_an_edge_takes_part_of_its_time(network: Network) -> None:
    """At half speed from 01:00: 1,000 m left at 00:59:10 are 500 m in 50 s, 500 m in 100 s."""
    profile = SpeedProfile.of_times({}, [1.0, *[2.0] * 23])
    streets = network.streets({DRIVE: network.steps(profile, DRIVE)})
    whole = network.travel(profile).path(A, B, DRIVE, 0.0)

    def part(driven_m: float) -> Path:
        return Path(whole.nodes, whole.edges, (driven_m,))

    assert streets.drive(whole, DRIVE, 3550.0) == (3550.0, 3700.0)
    assert streets.drive(part(500.0), DRIVE, 3550.0) == (3550.0, 3600.0)
    assert streets.drive(part(250.0), DRIVE, 3600.0) == (3600.0, 3650.0)
    assert streets.drive(part(0.0), DRIVE, 3600.0) == (3600.0, 3600.0)


def test_a_leg_without_length_takes_its_time_whole() -> None:
    """Two stops at one spot with 90 s between them, as tables of real days have it."""
    network = MatrixNetwork(
        "lift", ("ground", "roof"), np.zeros((2, 2)), np.array([[0.0, 90.0], [90.0, 0.0]])
    )
    streets = network.streets({DRIVE: network.steps(FLAT, DRIVE)})
    path = network.travel(FLAT).path(A, B, DRIVE, 0.0)

    assert path.lengths_m == (0.0,)
    assert streets.drive(path, DRIVE, 0.0) == (0.0, 90.0)
