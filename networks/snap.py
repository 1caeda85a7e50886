"""From coordinates to the junction that a place is reached from."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.graph import RoadGraph
from networks.sphere import unit_vectors
from twin.errors import NetworkError
from twin.model import Mode
from twin.units import EARTH_RADIUS_M

_RIVALS = 8
"""Equally near junctions that are compared; on a street grid four are possible."""
_SAME_M = 1e-6
"""Nearer to each other than this is equally near."""


class Snapper:
    """Finds the nearest junction from which everything can be reached.

    Only the strongly connected part of a mode is looked at, so that no order ends in a one-way
    trap. How far is too far is for the caller to say: the distance comes with the junction.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        self._trees: dict[Mode, tuple[Any, NDArray[np.int64]]] = {}

    def nearest(
        self, lats: ArrayLike, lons: ArrayLike, mode: Mode
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nearest junctions and how far they are.

        Parameters
        ----------
        lats, lons
            Degrees, shape (n,).

        Returns
        -------
        nodes
            Shape (n,). Of equally near junctions the lowest.
        metres
            Great-circle distance, shape (n,).

        Raises
        ------
        NetworkError
            If a coordinate is no place on earth, or the network is closed to the mode.
        """
        lat = np.atleast_1d(np.asarray(lats, np.float64))
        lon = np.atleast_1d(np.asarray(lons, np.float64))
        bad = np.flatnonzero(~((np.abs(lat) <= 90) & (np.abs(lon) <= 180)))  # noqa: PLR2004
        if len(bad):
            raise NetworkError(
                self._graph.name,
                [f"point {i}: lat {lat[i]}, lon {lon[i]} is no place on earth" for i in bad[:20]],
            )
        tree, nodes = self._tree(mode)
        if not len(lat):
            return np.empty(0, np.int64), np.empty(0)
        chords, rows = tree.query(unit_vectors(lat, lon), k=np.arange(1, _RIVALS + 1))
        same = (chords - chords[:, :1]) * EARTH_RADIUS_M <= _SAME_M
        candidates = np.where(same, nodes[np.minimum(rows, len(nodes) - 1)], np.iinfo(np.int64).max)
        half = np.minimum(chords[:, 0] / 2, 1.0)
        return candidates.min(axis=1), 2 * EARTH_RADIUS_M * np.arcsin(half)

    def _tree(self, mode: Mode) -> tuple[Any, NDArray[np.int64]]:
        if mode not in self._trees:
            from scipy.spatial import cKDTree  # noqa: PLC0415, slow to import

            graph = self._graph
            if mode not in graph.strong or not graph.strong[mode].any():
                raise NetworkError(
                    graph.name,
                    [f"is closed to mode {mode!r}; it has {', '.join(graph.modes)}"],
                )
            inside = np.flatnonzero(graph.strong[mode])
            places = np.stack([graph.node_lat[inside], graph.node_lon[inside]], axis=1)
            _, first = np.unique(places, axis=0, return_index=True)
            nodes = inside[np.sort(first)]
            tree = cKDTree(unit_vectors(graph.node_lat[nodes], graph.node_lon[nodes]))
            self._trees[mode] = (tree, nodes)
        return self._trees[mode]
