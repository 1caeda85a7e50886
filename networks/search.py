"""Shortest-path trees on arrays, the same whatever they are asked together with.

Weights are whole multiples of 2**-20 s (a microsecond), so sums of them are exact in whatever
order they are added. Each link also gets its own tiny surcharge, a number below 2**-22 s made
from its row, so that of several equally short ways always the same one is taken, forwards,
backwards and in any batch, on a street grid above all.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Choice = NDArray[np.uint8]

NO_WAY: Final = 255
"""In a row of choices: the root itself, or a node that no road reaches."""

_AT_ONCE: Final = 4
"""Trees summed together: few enough to stay in the processor's cache."""

_PER_UNIT: Final = 2.0**20
_SURCHARGE_S: Final = 2.0**-36
_SURCHARGES: Final = 2**14


def exact(values: Floats) -> Floats:
    """Return values rounded to multiples of 2**-20, so that sums of them are exact."""
    return np.rint(values * _PER_UNIT) / _PER_UNIT


def _surcharges_s(links: NDArray[np.int64]) -> Floats:
    """Return the surcharge of each edge: splitmix64 of its row, never zero."""
    mixed = links.astype(np.uint64) + np.uint64(1)
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (mixed % np.uint64(_SURCHARGES)).astype(np.float64) * _SURCHARGE_S + _SURCHARGE_S


class ShortestTrees:
    """Shortest-path trees of a directed graph on one set of weights.

    Parameters
    ----------
    nodes
        Number of nodes.
    tail, head
        Ends of each edge. Swap them for trees that lead to their root.
    seconds
        Weight of each edge; ``inf`` is closed. Of parallel edges the fastest is used.
    """

    def __init__(
        self, nodes: int, tail: NDArray[np.int32], head: NDArray[np.int32], seconds: Floats
    ) -> None:
        from scipy.sparse import csr_array  # noqa: PLC0415, slow to import

        edges = np.flatnonzero(np.isfinite(seconds) & (tail != head))
        weight_s = exact(seconds[edges]) + _surcharges_s(edges)
        order = np.lexsort((weight_s, tail[edges], head[edges]))
        edges, weight_s = edges[order], weight_s[order]
        tails, heads = tail[edges].astype(np.int64), head[edges].astype(np.int64)
        key = heads * nodes + tails
        fastest = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else key
        edges, tails, heads = edges[fastest], tails[fastest], heads[fastest]
        self.nodes = nodes
        self._links = csr_array((weight_s[fastest], (tails, heads)), shape=(nodes, nodes))
        start = np.searchsorted(heads, np.arange(nodes + 1))
        place = np.arange(len(heads)) - start[heads]
        width = int(place.max()) + 1 if len(place) else 1
        if width >= NO_WAY:
            raise ValueError(f"{width} streets meet in one node; at most {NO_WAY - 1} can")
        self.from_node = np.full((nodes, width), -1, np.int32)
        self.by_edge = np.full((nodes, width), -1, np.int32)
        self._lists: tuple[list[int], list[int]] | None = None
        self.from_node[heads, place] = tails
        self.by_edge[heads, place] = edges

    def grow(self, roots: NDArray[np.int64]) -> Choice:
        """Return by which of its entries each node is reached from each root.

        Returns
        -------
        choice
            Shape (roots, nodes): column of `from_node` and `by_edge`, or `NO_WAY`.
        """
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415, slow to import

        _, before = dijkstra(self._links, directed=True, indices=roots, return_predecessors=True)
        choice = np.full(before.shape, NO_WAY, np.uint8)
        for column in range(self.from_node.shape[1]):
            # unreached nodes have a negative predecessor other than the filler -1
            choice[before == self.from_node[:, column]] = column
        return choice

    def trace(self, choice: Choice, root: int, end: int) -> tuple[list[int], list[int]] | None:
        """Return nodes and edges from an end back to the root; None if nothing leads there.

        Parameters
        ----------
        choice
            The root's row of `grow`.
        """
        if self._lists is None:
            self._lists = (self.from_node.ravel().tolist(), self.by_edge.ravel().tolist())
        from_node, by_edge = self._lists
        width = self.from_node.shape[1]
        columns = choice.tobytes()  # plain bytes are read faster than an array, one at a time
        nodes, edges = [end], []
        node = end
        while node != root:
            column = columns[node]
            if column == NO_WAY:
                return None
            place = node * width + column
            edges.append(by_edge[place])
            node = from_node[place]
            nodes.append(node)
        return nodes, edges

    def sums(self, roots: NDArray[np.int64], choice: Choice, weight: Floats) -> Floats:
        """Return the sum of an edge weight along the trees, ``inf`` where nothing leads.

        Parameters
        ----------
        roots, choice
            As given to and returned by `grow`.
        weight
            Of each edge; multiples of 2**-20 give exact sums.

        Returns
        -------
        sums
            Shape (roots, nodes), 0 at the root.

        Notes
        -----
        Pointer doubling: after k rounds a node knows the sum of its last 2**k edges.
        """
        sums = [
            self._sums(roots[first : first + _AT_ONCE], choice[first : first + _AT_ONCE], weight)
            for first in range(0, len(roots), _AT_ONCE)
        ]
        return np.concatenate(sums) if sums else np.empty(choice.shape)

    def _sums(self, roots: NDArray[np.int64], choice: Choice, weight: Floats) -> Floats:
        count, nodes = choice.shape
        reached = choice != NO_WAY
        column = np.where(reached, choice, 0)
        own = np.arange(nodes)
        step = np.where(reached, self.from_node[own, column], own).astype(np.int64)
        total = np.where(reached, weight[self.by_edge[own, column]], 0.0)
        step += np.arange(count)[:, None] * nodes
        flat_step, flat_total = step.ravel(), total.ravel()
        while True:
            flat_total += flat_total[flat_step]
            further = flat_step[flat_step]
            if np.array_equal(further, flat_step):
                break
            flat_step = further
        sums: Floats = flat_total.reshape(count, nodes)
        sums[~reached] = np.inf
        sums[np.arange(count), roots] = 0.0
        return sums
