"""The road graph: checked when made, the same bytes when stored."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from networks import storage
from networks.addresses import Addresses
from networks.city import city_graph, draw_city
from networks.classes import CLASS_INDEX
from networks.graph import RoadGraph, strong_part
from networks.grid import grid_town
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, NodeId


@pytest.fixture
def graph() -> RoadGraph:
    """Return a small city with everything a graph can carry."""
    return city_graph(draw_city(1, 1))


def test_edges_do_not_depend_on_the_order_they_were_given_in() -> None:
    """The same streets shuffled are the same network, hash and all, shapes with their edge."""
    ends = np.array([[0, 1], [1, 2], [2, 0], [0, 2]])
    metres = np.array([10.0, 20.0, 30.0, 40.0])

    def made(order: list[int]) -> RoadGraph:
        return RoadGraph.build(
            name="triangle",
            node_lat=np.zeros(3),
            node_lon=np.array([0.0, 0.1, 0.2]),
            edge_from=ends[order, 0],
            edge_to=ends[order, 1],
            edge_m=metres[order],
            edge_class=np.zeros(4, int),
            free_mps={DRIVE: metres[order] / 2},
            shapes=(
                np.array([0, 1, 2, 3, 4]),
                np.array([order[i] + 1 for i in range(4)]),
                np.array([5, 5, 5, 5]),
            ),
        )

    one, other = made([0, 1, 2, 3]), made([3, 1, 0, 2])

    assert one.sha256 == other.sha256
    assert one.edge_m.tolist() == [10, 40, 20, 30]
    lat, lon = one.shape(1)  # the fourth as given
    assert lat.tolist() == [0, 4e-7, 0]
    assert lon.tolist() == [0, 5e-7, 0.2]
    assert one.edge_start.tolist() == [0, 2, 3, 4]


def test_every_problem_of_the_arrays_is_named_at_once(graph: RoadGraph) -> None:
    """NaN, zero and negative lengths, impossible speeds and classes, places off the earth."""
    lengths, speeds = graph.edge_m.copy(), graph.free_mps[DRIVE].copy()
    lengths[3], lengths[4], lengths[5] = np.nan, 0.0, -1.0
    speeds[7] = 400.0
    lat, classes = graph.node_lat.copy(), graph.edge_class.copy()
    lat[2] = 91.0
    classes[1] = 99

    with pytest.raises(NetworkError) as refused:
        replace(
            graph,
            edge_m=lengths,
            free_mps={**graph.free_mps, DRIVE: speeds},
            node_lat=lat,
            edge_class=classes,
            depot=NodeId(-1),
        )

    assert refused.value.problems == (
        "node 2: lat cannot be 91.0; 1 such nodes",
        "edge 3: length in m cannot be nan; 3 such edges",
        "edge 1: class cannot be 99; 1 such edges",
        "edge 7: drive speed in m/s (0 to 111) cannot be 400.0; 1 such edges",
        "depot node -1 is not declared",
    )


def test_an_edge_to_an_undeclared_node_is_refused() -> None:
    """Before anything is computed with it."""
    with pytest.raises(NetworkError, match="edge 0 leads to node 5, which is not declared"):
        RoadGraph.build(
            name="hole",
            node_lat=np.zeros(2),
            node_lon=np.zeros(2),
            edge_from=np.array([0]),
            edge_to=np.array([5]),
            edge_m=np.ones(1),
            edge_class=np.zeros(1, int),
            free_mps={DRIVE: np.ones(1)},
        )


def test_arrays_of_different_lengths_are_refused(graph: RoadGraph) -> None:
    """With the shape found and the shape expected."""
    with pytest.raises(NetworkError, match=r"edge_class has shape \(3,\), expected"):
        replace(graph, edge_class=graph.edge_class[:3])


def test_an_unsorted_graph_is_refused() -> None:
    """Edges are found by their first junction, so their order is a promise."""
    town = grid_town(2)

    with pytest.raises(NetworkError, match="edges must be sorted"):
        replace(town, edge_from=town.edge_from[::-1].copy(), edge_to=town.edge_to[::-1].copy())


def test_the_strong_part_leaves_one_way_traps_out() -> None:
    """Two junctions there and back, a trap that is only entered, a source that is only left."""
    inside = strong_part(4, np.array([0, 1, 1, 3]), np.array([1, 0, 2, 0]))

    assert inside.tolist() == [True, True, False, False]


def test_of_equal_parts_the_one_with_the_lowest_node_is_strong() -> None:
    """Two pairs of junctions, equally large."""
    inside = strong_part(4, np.array([2, 3, 0, 1]), np.array([3, 2, 1, 0]))

    assert inside.tolist() == [True, True, False, False]


def test_what_was_dropped_is_reported() -> None:
    """A trap of one junction: one edge to it cannot be part of any round trip."""
    graph = RoadGraph.build(
        name="trap",
        node_lat=np.zeros(3),
        node_lon=np.arange(3) / 100,
        edge_from=np.array([0, 1, 1]),
        edge_to=np.array([1, 0, 2]),
        edge_m=np.ones(3),
        edge_class=np.full(3, CLASS_INDEX["residential"]),
        free_mps={DRIVE: np.ones(3), BIKE: np.array([1.0, 1.0, 0.0])},
    )

    assert graph.report["strong"] == {
        "drive": {"nodes": 2, "edges": 2, "dropped_nodes": 1, "dropped_edges": 1},
        "bike": {"nodes": 2, "edges": 2, "dropped_nodes": 0, "dropped_edges": 0},
    }


def test_a_graph_comes_back_from_disk_as_it_was(graph: RoadGraph, tmp_path: Path) -> None:
    """Every array, text and hash; stored twice, the same bytes; readable by others."""
    path = tmp_path / "kept" / "city.npz"

    graph.save(path)
    loaded = RoadGraph.load(path)

    assert loaded.sha256 == graph.sha256
    assert loaded.report == graph.report
    assert loaded.names == graph.names
    assert loaded.addresses.labels == graph.addresses.labels
    assert (loaded.name, loaded.origin, loaded.depot) == (graph.name, graph.origin, graph.depot)
    for name, array in graph.arrays().items():
        assert (loaded.arrays()[name] == array).all()
    assert storage.to_bytes(loaded) == path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in path.parent.iterdir()] == ["city.npz"]


def test_the_hash_is_of_the_streets_and_not_of_the_name(graph: RoadGraph) -> None:
    """Another name or origin is the same network; a metre more is another."""
    longer = graph.edge_m.copy()
    longer[0] += 1

    assert replace(graph, name="other", origin="elsewhere").sha256 == graph.sha256
    assert replace(graph, edge_m=longer).sha256 != graph.sha256
    assert replace(graph, depot=NodeId(0)).sha256 != graph.sha256


def test_a_cut_file_is_refused_wherever_it_is_cut(graph: RoadGraph) -> None:
    """At any of thirty places: an error with a remedy, never a traceback or a wrong graph."""
    content = storage.to_bytes(graph)

    for cut in range(0, len(content), len(content) // 30):
        with pytest.raises(NetworkError, match="build"):
            storage.from_bytes(content[:cut], "cut.npz")


def test_a_flipped_byte_is_found(graph: RoadGraph) -> None:
    """A byte changed anywhere in the content is refused, or was in no content at all."""
    content = storage.to_bytes(graph)

    for place in range(0, len(content), len(content) // 60):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        try:
            loaded = storage.from_bytes(bytes(flipped), "flipped.npz")
        except NetworkError:
            continue
        assert loaded.sha256 == graph.sha256


def test_a_file_that_is_not_there_or_no_network_is_refused(tmp_path: Path) -> None:
    """A missing file and one of text."""
    with pytest.raises(NetworkError, match="No such file"):
        RoadGraph.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("no network")
    with pytest.raises(NetworkError, match="is not a whole network file"):
        RoadGraph.load(tmp_path / "text.npz")


def test_a_file_of_objects_is_never_unpacked(tmp_path: Path) -> None:
    """An array of Python objects would run code when read: refused unread."""
    path = tmp_path / "objects.npz"
    np.savez(path, about=np.array([{}], dtype=object))

    with pytest.raises(NetworkError, match="array of objects"):
        RoadGraph.load(path)


def test_addresses_are_checked_too(graph: RoadGraph) -> None:
    """Arrays of different length, NaN, an unknown kind."""
    found = graph.addresses
    with pytest.raises(NetworkError, match="address arrays differ in length"):
        replace(graph, addresses=replace(found, lat=found.lat[:-1]))
    with pytest.raises(NetworkError, match="address kinds must be 0 or 1"):
        replace(graph, addresses=replace(found, kind=found.kind + 5))
    with pytest.raises(NetworkError, match="address coordinates must be finite"):
        replace(graph, addresses=replace(found, lon=found.lon * np.nan))
    assert len(Addresses.none()) == 0


def test_a_graph_without_nodes_or_modes_is_refused() -> None:
    """Nothing to travel on, nothing to travel with."""
    with pytest.raises(NetworkError) as refused:
        RoadGraph.build(
            name="nothing",
            node_lat=np.empty(0),
            node_lon=np.empty(0),
            edge_from=np.empty(0, int),
            edge_to=np.empty(0, int),
            edge_m=np.empty(0),
            edge_class=np.empty(0, int),
            free_mps={},
        )

    assert len(refused.value.problems) == 2
