"""Which way is driven: chosen on one set of weights a mode, whatever the streets are like (S27)."""

from collections.abc import Mapping
from typing import Final, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.graph import RoadGraph
from networks.kept import KeptRows
from networks.search import Choice, ShortestTrees
from networks.traffic import SpeedSteps, daytime_pace
from twin.errors import UnknownNode, Unreachable
from twin.model import EdgeId, Mode, NodeId
from twin.streets import Path

Floats = NDArray[np.float64]

_CHOICE: Final = -1
"""What a kept row holds: by which street each junction is reached."""


class Ways:
    """The ways of a road graph, for all who believe the same of it.

    Parameters
    ----------
    steps
        Believed speed steps of each mode. Ways are shortest on their mean from 07 to 21 h.
    cache_bytes
        Room for trees that were grown before; the longest unused go first. Answers do not
        depend on it.
    closed
        Edges that no way leads over.
    """

    def __init__(
        self,
        graph: RoadGraph,
        steps: Mapping[Mode, SpeedSteps],
        cache_bytes: int = 2**28,
        closed: frozenset[EdgeId] = frozenset(),
    ) -> None:
        self.graph = graph
        self._steps = dict(steps)
        self._cache_bytes = cache_bytes
        self._closed = sorted(closed)
        self._trees: dict[tuple[Mode, bool], ShortestTrees] = {}
        self._lengths_m: list[float] = []
        self._cache = KeptRows(cache_bytes)

    def path(self, origin: NodeId, destination: NodeId, mode: Mode) -> Path:
        """Return the way that is driven.

        Raises
        ------
        UnknownNode
            If an end is outside the network.
        Unreachable
            If no road leads there for this mode.
        """
        self.known_ends(origin, destination)
        if origin == destination:
            return Path((origin,), (), ())
        choice = self.choice(origin, mode)
        way = self.trees(mode, backward=False).trace(choice, int(origin), int(destination))
        if way is None:
            raise Unreachable(int(origin), int(destination), mode)
        nodes, edges = (tuple(reversed(part)) for part in way)
        if not self._lengths_m:
            self._lengths_m = self.graph.edge_m.tolist()
        lengths_m = self._lengths_m
        return Path(
            cast("tuple[NodeId, ...]", nodes),
            cast("tuple[EdgeId, ...]", edges),
            tuple([lengths_m[edge] for edge in edges]),
        )

    def without(self, closed: frozenset[EdgeId]) -> "Ways":
        """Return the ways that are left when some edges are closed; these here stay as they are."""
        return Ways(self.graph, self._steps, self._cache_bytes, closed)

    def choice(self, root: NodeId, mode: Mode) -> Choice:
        """Return how each junction is reached from one root; see `ShortestTrees.grow`."""
        kept = self._cache.get((mode, False, root, _CHOICE))
        if kept is None:
            kept = self.choices(np.array([root]), mode, backward=False)[0]
        return np.asarray(kept, np.uint8)

    def choices(self, roots: NDArray[np.int64], mode: Mode, *, backward: bool) -> Choice:
        """Return how each junction is reached from each root; see `ShortestTrees.grow`."""
        keys = [(mode, backward, int(root), _CHOICE) for root in roots]
        found = [self._cache.get(key) for key in keys]
        missing = [i for i, row in enumerate(found) if row is None]
        if missing:
            grown = self.trees(mode, backward=backward).grow(roots[missing])
            for i, row in zip(missing, grown, strict=True):
                found[i] = row
                self._cache.put(keys[i], row.copy() if len(missing) > 1 else row)
        return np.stack([row for row in found if row is not None])

    def trees(self, mode: Mode, *, backward: bool) -> ShortestTrees:
        """Return the shortest-path trees of a mode."""
        if (mode, backward) not in self._trees:
            graph = self.graph
            ends = (graph.edge_from, graph.edge_to)
            tail, head = ends[::-1] if backward else ends
            self._trees[mode, backward] = ShortestTrees(
                graph.node_count, tail, head, self._seconds(mode)
            )
        return self._trees[mode, backward]

    def free_s(self, mode: Mode) -> Floats:
        """Return the seconds of each edge on empty streets, ``inf`` where it is closed."""
        with np.errstate(divide="ignore"):
            return np.asarray(self.graph.edge_m / self.graph.free_mps[mode])

    def known_ends(self, origin: NodeId, destination: NodeId) -> None:
        """Refuse two junctions of which one is outside the network, as `known` does."""
        count = self.graph.node_count
        if not (0 <= origin < count and 0 <= destination < count):
            self.known((origin, destination))

    def known(self, nodes: ArrayLike) -> NDArray[np.int64]:
        """Return junctions as an array.

        Raises
        ------
        UnknownNode
            If one is outside the network.
        """
        rows = np.asarray(nodes, np.int64).reshape(-1)
        bad = rows[(rows < 0) | (rows >= self.graph.node_count)]
        if len(bad):
            raise UnknownNode(int(bad[0]), self.graph.name, self.graph.node_count)
        return rows

    def _seconds(self, mode: Mode) -> Floats:
        """Return the weights on which ways are chosen."""
        steps, seconds = self._steps[mode], self.free_s(mode)
        if steps.pace.shape[1] > 1:  # else all streets slow alike and the ways are the same
            seconds = seconds * daytime_pace(steps)[steps.row]
        seconds[self._closed] = np.inf
        return seconds
