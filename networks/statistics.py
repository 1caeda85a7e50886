"""What a street network is like: the figures by which towns are compared.

Definitions are those of OSMnx's basic statistics (Boeing 2017), computed from the arrays: a street
is one way or two, counted once; a junction's streets are those that end in it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.graph import RoadGraph
from networks.sphere import great_circle_m
from twin.model import DRIVE, Mode
from twin.units import EARTH_RADIUS_M

_SAME_M = 0.5
"""Ways there and back of one street differ in length by less."""


@dataclass(frozen=True, slots=True)
class StreetFigures:
    """Figures of the streets that a mode may use.

    Attributes
    ----------
    nodes, streets
        Junctions (dead ends are some), and pieces of street between them.
    streets_per_node
        Mean number of streets that end in a node.
    dead_end_share, four_way_share
        Nodes with one street, and with four, over all nodes.
    mean_street_m
        Mean length of a street.
    circuity
        Length of all streets over the straight lines between their ends.
    one_way_share
        Streets that can be driven in one direction only.
    junctions_per_km2
        Nodes with two streets or more over the area of the convex hull of all nodes.
    """

    nodes: int
    streets: int
    streets_per_node: float
    dead_end_share: float
    four_way_share: float
    mean_street_m: float
    circuity: float
    one_way_share: float
    junctions_per_km2: float


def street_figures(graph: RoadGraph, mode: Mode = DRIVE) -> StreetFigures:
    """Return the figures of the streets open to a mode.

    Compare only graphs made for that mode alone: junctions with a street of another mode cut
    streets in two.
    """
    is_open = graph.free_mps[mode] > 0
    low = np.minimum(graph.edge_from, graph.edge_to)[is_open]
    high = np.maximum(graph.edge_from, graph.edge_to)[is_open]
    metres = graph.edge_m[is_open]
    onward = (graph.edge_from[is_open] == low) & (low != high)
    order = np.lexsort((metres, high, low))
    low, high, metres, onward = low[order], high[order], metres[order], onward[order]
    again = _is_way_back(low, high, metres, onward)
    street = ~again
    ends = np.concatenate([low[street], high[street]])
    touched, per_node = np.unique(ends, return_counts=True)
    straight_m = great_circle_m(
        graph.node_lat[low[street]],
        graph.node_lon[low[street]],
        graph.node_lat[high[street]],
        graph.node_lon[high[street]],
    )
    streets = int(street.sum())
    return StreetFigures(
        nodes=len(touched),
        streets=streets,
        streets_per_node=float(per_node.mean()),
        dead_end_share=float((per_node == 1).mean()),
        four_way_share=float((per_node == 4).mean()),  # noqa: PLR2004
        mean_street_m=float(metres[street].mean()),
        circuity=float(metres[street].sum() / straight_m.sum()),
        one_way_share=1 - int(again.sum()) / streets,
        junctions_per_km2=float((per_node > 1).sum() / _hull_km2(graph, touched)),
    )


def _is_way_back(
    low: NDArray[np.int32],
    high: NDArray[np.int32],
    metres: NDArray[np.float64],
    onward: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which edges are the other direction of the edge before, sorted by ends and length."""
    again = np.zeros(len(low), np.bool_)
    pairs = (
        (low[1:] == low[:-1])
        & (high[1:] == high[:-1])
        & (np.abs(np.diff(metres)) < _SAME_M)
        & ((onward[1:] != onward[:-1]) | (low[1:] == high[1:]))
    )
    for i in np.flatnonzero(pairs):  # an edge is the way back of one edge only
        again[i + 1] = not again[i]
    return again


def _hull_km2(graph: RoadGraph, nodes: NDArray[np.int32]) -> float:
    """Return the area of the convex hull of nodes on a local plane."""
    from scipy.spatial import ConvexHull  # noqa: PLC0415, slow to import

    lat, lon = np.radians(graph.node_lat[nodes]), np.radians(graph.node_lon[nodes])
    east_m = lon * np.cos(lat.mean()) * EARTH_RADIUS_M
    north_m = lat * EARTH_RADIUS_M
    plane = np.stack([east_m - east_m.mean(), north_m - north_m.mean()], axis=1)
    return float(ConvexHull(plane).volume) / 1e6
