"""Ways and times on a road graph."""

from itertools import pairwise
from pathlib import Path as FilePath

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.classes import CLASS_INDEX
from networks.graph import RoadGraph
from networks.osm import read_osm
from networks.routing import RoadStreets, RoadTravel
from networks.traffic import SpeedProfile
from twin.errors import NetworkError, UnknownNode, Unreachable
from twin.model import BIKE, DRIVE, EdgeId, Mode, NodeId
from twin.world import Path

PEAKY = SpeedProfile.of_times(
    {"arterial": [1.0, 3.0, 1.5, 1.0], "local": [1.0, 1.2, 1.1, 1.0]}, [1.0, 1.0, 1.0, 1.0]
)


def town(links: list[tuple[int, int, float, float]], nodes: int = 6) -> RoadGraph:
    """Return directed links (from, to, metres, m/s); even links are primary, odd residential."""
    table = np.array(links, np.float64).reshape(-1, 4)
    kinds = np.where(np.arange(len(table)) % 2, CLASS_INDEX["residential"], CLASS_INDEX["primary"])
    return RoadGraph.build(
        name="town",
        node_lat=np.zeros(nodes),
        node_lon=np.arange(nodes) / 1000,
        edge_from=table[:, 0].astype(int),
        edge_to=table[:, 1].astype(int),
        edge_m=table[:, 2],
        edge_class=kinds,
        free_mps={DRIVE: table[:, 3]},
    )


links = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(1, 5_000).map(float),
        st.sampled_from([0.0, 2.0, 5.0, 10.0]),
    ),
    min_size=1,
    max_size=24,
)


def weights(graph: RoadGraph, pace: dict[int, float]) -> nx.DiGraph:
    """Return the town in networkx, the fastest of parallel links, seconds as weight."""
    net = nx.DiGraph()
    net.add_nodes_from(range(graph.node_count))
    for edge in range(graph.edge_count):
        mps = graph.free_mps[DRIVE][edge]
        if mps:
            tail, head = int(graph.edge_from[edge]), int(graph.edge_to[edge])
            taken_s = graph.edge_m[edge] / mps * pace[int(graph.edge_class[edge])]
            known_s = net.get_edge_data(tail, head, {"weight": np.inf})["weight"]
            net.add_edge(tail, head, weight=min(taken_s, known_s))
    return net


@settings(max_examples=150, deadline=None)
@given(links=links)
def test_times_are_those_of_the_shortest_ways(links: list[tuple[int, int, float, float]]) -> None:
    """On random towns of six junctions, all pairs, against networkx; a flat day."""
    graph = town(links)
    pace = {CLASS_INDEX["primary"]: 1.0, CLASS_INDEX["residential"]: 1.0}
    expected = dict(nx.all_pairs_dijkstra_path_length(weights(graph, pace)))
    travel = RoadTravel(graph, SpeedProfile.flat())
    nodes = [NodeId(node) for node in range(6)]

    times_s = travel.matrix(nodes, DRIVE, 0.0)

    for a in nodes:
        for b in nodes:
            assert times_s[a, b] == pytest.approx(expected[a].get(b, np.inf), abs=1e-3)
            assert travel.between(a, b, DRIVE, 0.0) == times_s[a, b]
    assert (travel.columns(nodes, nodes, DRIVE, 0.0) == times_s).all()


@settings(max_examples=100, deadline=None)
@given(links=links, hour=st.integers(-30, 50))
def test_ways_are_chosen_by_day_and_timed_by_the_hour(
    links: list[tuple[int, int, float, float]], hour: int
) -> None:
    """A path is shortest on the mean of 07-21 h, and its time is that of the departure's slot."""
    graph = town(links)
    travel = RoadTravel(graph, PEAKY)
    steps = travel.steps(DRIVE)
    at_s = hour * 3600.0
    by_day = {  # quarters of the day from 07 to 21 h: the last three
        CLASS_INDEX["primary"]: (3.0 + 1.5 + 1.0) / 3,
        CLASS_INDEX["residential"]: (1.2 + 1.1 + 1.0) / 3,
    }
    expected = dict(nx.all_pairs_dijkstra_path_length(weights(graph, by_day)))
    nodes = [NodeId(node) for node in range(6)]
    times_s = travel.rows(nodes, nodes, DRIVE, at_s)
    lengths_m = travel.lengths(nodes, DRIVE)

    for a in nodes:
        for b in nodes:
            if b not in expected[a]:
                with pytest.raises(Unreachable):
                    travel.path(a, b, DRIVE, at_s)
                continue
            path = travel.path(a, b, DRIVE, at_s)
            free_s = [
                length / graph.free_mps[DRIVE][edge]
                for edge, length in zip(path.edges, path.lengths_m, strict=True)
            ]
            rows = steps.row[list(path.edges)]
            means = [by_day[int(graph.edge_class[edge])] for edge in path.edges]
            now = steps.pace[steps.slot_at(at_s)][rows]
            assert np.dot(free_s, means) == pytest.approx(expected[a][b], abs=1e-3)
            assert np.dot(free_s, now) == pytest.approx(times_s[a, b], abs=1e-3)
            assert sum(path.lengths_m) == pytest.approx(lengths_m[a, b], abs=1e-3)
            assert path.nodes[0] == a
            assert path.nodes[-1] == b
            for edge, (tail, head) in zip(path.edges, pairwise(path.nodes), strict=True):
                assert (graph.edge_from[edge], graph.edge_to[edge]) == (tail, head)
    assert (travel.columns(nodes, nodes, DRIVE, at_s) == times_s).all()


def test_driving_in_one_slot_takes_what_was_believed(data_dir: FilePath) -> None:
    """On real streets at night, the walk of a path and the matrix agree to a millisecond."""
    graph = read_osm(data_dir / "osm_tiny_krems/krems.osm.gz")
    travel = RoadTravel(graph, PEAKY)
    nodes = np.flatnonzero(graph.strong[DRIVE])[::40]

    times_s = travel.matrix(nodes, DRIVE, 1800.0)

    for i, a in enumerate(nodes):
        for j, b in enumerate(nodes):
            path = travel.path(a, b, DRIVE, 1800.0)
            walked_s = travel.drive(path, DRIVE, 1800.0)
            assert len(walked_s) == len(path.edges) + 1
            assert walked_s[-1] - 1800 == pytest.approx(times_s[i, j], abs=1e-3)


def test_answers_do_not_depend_on_what_is_asked_together(data_dir: FilePath) -> None:
    """One by one, all at once, in another order, with no cache: the same bits."""
    graph = read_osm(data_dir / "osm_tiny_krems/krems.osm.gz")
    nodes = np.flatnonzero(graph.strong[DRIVE])[::17]
    at_s = 8 * 3600.0
    whole = RoadTravel(graph, PEAKY).matrix(nodes, DRIVE, at_s)

    no_cache = RoadTravel(graph, PEAKY, cache_bytes=0)
    one_by_one = RoadTravel(graph, PEAKY)

    assert (no_cache.matrix(nodes[::-1], DRIVE, at_s)[::-1, ::-1] == whole).all()
    assert (no_cache.columns(nodes, nodes, DRIVE, at_s) == whole).all()
    for i, a in enumerate(nodes[:6]):
        for j, b in enumerate(nodes):
            assert one_by_one.between(a, b, DRIVE, at_s) == whole[i, j]
            assert one_by_one.path(a, b, DRIVE, at_s) == no_cache.path(a, b, DRIVE, at_s)


def test_of_equally_short_ways_always_the_same_is_taken() -> None:
    """Round a square block both ways are equal; forwards, backwards and alone one is taken."""
    around = [(0, 1), (1, 2), (0, 3), (3, 2)]
    graph = town([(a, b, 100.0, 10.0) for a, b in around], nodes=4)
    travel = RoadTravel(graph, PEAKY)
    nodes = [NodeId(node) for node in range(4)]

    forward = travel.rows(nodes, nodes, DRIVE, 8 * 3600.0)
    backward = travel.columns(nodes, nodes, DRIVE, 8 * 3600.0)

    assert (forward == backward).all()
    assert travel.between(NodeId(0), NodeId(2), DRIVE, 0.0) == 20.0


def test_the_fastest_of_parallel_streets_is_driven() -> None:
    """A short slow street and a long fast one between the same junctions."""
    graph = town([(0, 1, 100.0, 2.0), (0, 1, 300.0, 10.0), (1, 1, 50.0, 10.0)], nodes=2)
    travel = RoadTravel(graph, SpeedProfile.flat())

    assert travel.between(NodeId(0), NodeId(1), DRIVE, 0.0) == 30
    assert travel.path(NodeId(0), NodeId(1), DRIVE, 0.0).lengths_m == (300,)


def test_nowhere_is_infinitely_far_and_here_is_no_way() -> None:
    """A one-way street cannot be driven back; a junction is zero from itself."""
    travel = RoadTravel(town([(0, 1, 100.0, 10.0)], nodes=3), SpeedProfile.flat())
    nodes = [NodeId(0), NodeId(1), NodeId(2)]

    times_s = travel.matrix(nodes, DRIVE, 0.0)

    assert times_s.tolist() == [[0, 10, np.inf], [np.inf, 0, np.inf], [np.inf, np.inf, 0]]
    assert travel.path(NodeId(1), NodeId(1), DRIVE, 5.0).edges == ()
    assert travel.drive(travel.path(NodeId(1), NodeId(1), DRIVE, 5.0), DRIVE, 5.0) == (5.0,)
    with pytest.raises(Unreachable, match="from node 1 to node 0 for mode 'drive'"):
        travel.path(NodeId(1), NodeId(0), DRIVE, 0.0)


def test_a_node_or_mode_that_does_not_exist_is_named() -> None:
    """Questions about nodes and modes outside the network are errors, not answers."""
    travel = RoadTravel(town([(0, 1, 100.0, 10.0)], nodes=3), SpeedProfile.flat())

    with pytest.raises(UnknownNode, match="node 7 is not in town, whose nodes are 0 to 2"):
        travel.between(NodeId(0), NodeId(7), DRIVE, 0.0)
    with pytest.raises(UnknownNode, match="node -1"):
        travel.matrix([NodeId(-1)], DRIVE, 0.0)
    with pytest.raises(NetworkError, match="has no mode 'boat', only drive"):
        travel.matrix([NodeId(0)], Mode("boat"), 0.0)
    with pytest.raises(NetworkError, match="has no mode 'bike'"):
        travel.between(NodeId(0), NodeId(1), BIKE, 0.0)


def test_a_path_may_end_inside_a_street() -> None:
    """Half of a street takes half its time: the lengths of the path count."""
    graph = town([(0, 1, 100.0, 10.0)], nodes=2)
    travel = RoadTravel(graph, SpeedProfile.flat())
    whole = travel.path(NodeId(0), NodeId(1), DRIVE, 0.0)
    half = type(whole)(whole.nodes, whole.edges, (50.0,))

    assert travel.drive(half, DRIVE, 7.0) == (7.0, 12.0)


def test_a_closed_street_cannot_be_driven() -> None:
    """A path over an edge that is closed to the mode is refused, not driven at no speed."""
    graph = town([(0, 1, 100.0, 0.0), (1, 0, 100.0, 10.0)], nodes=2)
    travel = RoadTravel(graph, SpeedProfile.flat())
    there = travel.path(NodeId(1), NodeId(0), DRIVE, 0.0)
    closed = type(there)((NodeId(0), NodeId(1)), (0,), (100.0,))  # type: ignore[arg-type]

    with pytest.raises(Unreachable, match="from node 0 to node 1"):
        travel.drive(closed, DRIVE, 0.0)


def test_latest_departure_is_driving_backwards(data_dir: FilePath) -> None:
    """On real streets through two speed steps, back to a microsecond."""
    graph = read_osm(data_dir / "osm_tiny_krems/krems.osm.gz")
    travel = RoadTravel(graph, PEAKY)
    nodes = np.flatnonzero(graph.strong[DRIVE])
    path = travel.path(nodes[0], nodes[-1], DRIVE, 0.0)

    for depart_at_s in (6 * 3600.0 - 60, 6 * 3600.0, 12 * 3600.0 - 30, 20_000.0):
        arrive_at_s = travel.drive(path, DRIVE, depart_at_s)[-1]
        assert travel.latest_departure(path, DRIVE, arrive_at_s) == pytest.approx(
            depart_at_s, abs=1e-6
        )


def test_noise_changes_times_but_not_ways() -> None:
    """Real streets are the believed ones with a factor on each link and slot."""
    graph = town([(0, 1, 100.0, 10.0), (1, 2, 100.0, 10.0)], nodes=3)
    travel = RoadTravel(graph, SpeedProfile.flat())
    path = travel.path(NodeId(0), NodeId(2), DRIVE, 0.0)
    noisy = travel.steps(DRIVE).with_noise(43_200.0, np.array([[0.5, 1.0], [1.0, 1.0]]))

    streets = RoadStreets(graph, {DRIVE: noisy})

    assert streets.drive(path, DRIVE, 0.0) == (0.0, 20.0, 30.0)
    assert streets.drive(path, DRIVE, 43_200.0) == (43_200.0, 43_210.0, 43_220.0)


def test_whoever_knows_the_noise_finds_other_ways() -> None:
    """With steps instead of a profile, ways are shortest on what those steps say of the day."""
    graph = town([(0, 1, 100.0, 10.0), (0, 2, 60.0, 10.0), (2, 1, 60.0, 10.0)], nodes=3)
    believed = RoadTravel(graph, SpeedProfile.flat())
    direct = believed.path(NodeId(0), NodeId(1), DRIVE, 0.0)
    slow = np.ones((1, 3))
    slow[0, direct.edges[0]] = 0.5

    knowing = RoadTravel(graph, {DRIVE: believed.steps(DRIVE).with_noise(86_400.0, slow)})

    assert direct.nodes == (0, 1)
    assert knowing.path(NodeId(0), NodeId(1), DRIVE, 0.0).nodes == (0, 2, 1)
    assert knowing.between(NodeId(0), NodeId(1), DRIVE, 0.0) == 12


@settings(max_examples=60, deadline=None)
@given(links=links, depart_at_s=st.floats(0, 86_400))
def test_earliest_arrival_by_labels_is_that_of_all_ways(
    links: list[tuple[int, int, float, float]], depart_at_s: float
) -> None:
    """Roads are first in, first out: Dijkstra on arrival times equals trying every simple way."""
    graph = town(links)
    travel = RoadTravel(graph, PEAKY)

    by_labels = earliest_by_labels(graph, travel, depart_at_s)
    by_trying = earliest_by_trying(graph, travel, depart_at_s)

    assert by_labels == pytest.approx(by_trying, abs=1e-6)


def street(graph: RoadGraph, edge: int) -> Path:
    """Return one edge as a path."""
    ends = (NodeId(int(graph.edge_from[edge])), NodeId(int(graph.edge_to[edge])))
    return Path(ends, (EdgeId(edge),), (float(graph.edge_m[edge]),))


def leaving(graph: RoadGraph, node: int) -> list[int]:
    """Return the open edges that leave a junction."""
    edges = range(graph.edge_start[node], graph.edge_start[node + 1])
    return [edge for edge in edges if graph.free_mps[DRIVE][edge] > 0]


def earliest_by_labels(graph: RoadGraph, travel: RoadTravel, depart_at_s: float) -> list[float]:
    """Return earliest arrivals from junction 0: each junction is settled once."""
    best = [float("inf")] * graph.node_count
    best[0] = depart_at_s
    unsettled = set(range(graph.node_count))
    while unsettled:
        node = min(unsettled, key=lambda one: (best[one], one))
        unsettled.remove(node)
        if best[node] == float("inf"):
            break
        for edge in leaving(graph, node):
            head = int(graph.edge_to[edge])
            best[head] = min(best[head], travel.drive(street(graph, edge), DRIVE, best[node])[-1])
    return best


def earliest_by_trying(graph: RoadGraph, travel: RoadTravel, depart_at_s: float) -> list[float]:
    """Return earliest arrivals from junction 0: every way that passes no junction twice."""
    best = [float("inf")] * graph.node_count

    def try_on(node: int, at_s: float, passed: tuple[int, ...]) -> None:
        best[node] = min(best[node], at_s)
        for edge in leaving(graph, node):
            head = int(graph.edge_to[edge])
            if head not in passed:
                arrive_at_s = travel.drive(street(graph, edge), DRIVE, at_s)[-1]
                try_on(head, arrive_at_s, (*passed, head))

    try_on(0, depart_at_s, (0,))
    return best
