"""Figures of streets are those that OSMnx computes."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from networks.graph import RoadGraph
from networks.grid import grid_town
from networks.osm import read_osm
from networks.statistics import street_figures
from twin.model import DRIVE


def as_osmnx(graph: RoadGraph) -> nx.MultiDiGraph:
    """Return the graph in the form OSMnx measures."""
    shapely = pytest.importorskip("shapely")
    net = nx.MultiDiGraph(crs="epsg:4326")
    for node in range(graph.node_count):
        net.add_node(node, x=graph.node_lon[node], y=graph.node_lat[node])
    for edge in range(graph.edge_count):
        lat, lon = graph.shape(edge)
        net.add_edge(
            int(graph.edge_from[edge]),
            int(graph.edge_to[edge]),
            osmid=0,
            length=float(graph.edge_m[edge]),
            geometry=shapely.LineString(np.stack([lon, lat], axis=1)),
        )
    return net


def test_figures_of_a_real_town_are_those_of_osmnx(data_dir: Path) -> None:
    """Krems, cars without service roads, each figure to a thousandth."""
    osmnx = pytest.importorskip("osmnx")
    graph = read_osm(data_dir / "osm_tiny_krems/krems.osm.gz", modes=(DRIVE,), service_roads=False)
    ours = street_figures(graph)
    net = as_osmnx(graph)
    counts = osmnx.stats.count_streets_per_node(net)
    nx.set_node_attributes(net, values=counts, name="street_count")

    theirs = osmnx.stats.basic_stats(net)

    assert ours.nodes == theirs["n"]
    assert ours.streets == theirs["street_segment_count"]
    assert ours.streets_per_node == pytest.approx(theirs["streets_per_node_avg"], rel=1e-3)
    assert ours.dead_end_share == pytest.approx(theirs["streets_per_node_proportions"][1], rel=1e-3)
    assert ours.four_way_share == pytest.approx(theirs["streets_per_node_proportions"][4], rel=1e-3)
    assert ours.mean_street_m == pytest.approx(theirs["street_length_avg"], rel=1e-3)
    assert ours.circuity == pytest.approx(theirs["circuity_avg"], rel=1e-3)


def test_figures_of_a_grid_are_known() -> None:
    """10 x 10 blocks of 200 m: 81 of 121 junctions have four streets, none is a dead end."""
    figures = street_figures(grid_town(10))

    assert (figures.nodes, figures.streets) == (121, 220)
    assert figures.streets_per_node == pytest.approx(440 / 121)
    assert figures.four_way_share == pytest.approx(81 / 121)
    assert figures.dead_end_share == 0
    assert figures.mean_street_m == 200
    assert figures.circuity == pytest.approx(1, abs=1e-3)
    assert figures.one_way_share == 0
    assert figures.junctions_per_km2 == pytest.approx(121 / 4, rel=1e-3)
