"""Ways and times on a road graph: implements `twin.world.Travel`.

Paths are chosen on one set of weights a mode: the mean time factors from 07 to 21 h. How long a
path takes is another question: `RoadStreets.drive` walks it edge by edge through the speed steps
(Ichoua, Gendreau and Potvin 2003), which is first in, first out; questions about many pairs are
answered with the speeds of the slot of departure.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.graph import RoadGraph
from networks.search import Choice, ShortestTrees, exact
from networks.traffic import SpeedProfile, SpeedSteps, daytime_pace
from networks.walk import Walk
from twin.errors import NetworkError, UnknownNode, Unreachable
from twin.model import EdgeId, Mode, NodeId
from twin.world import Metres, Nodes, Path, Seconds

Floats = NDArray[np.float64]

_BATCH_CELLS: Final = 2**20
"""Roots times nodes searched at once: what bounds the memory of a large question."""
_CHOICE: Final = -1
_METRES: Final = -2
_FREE: Final = -3
"""What a kept row holds, if not the seconds with the time factors of a slot."""


class RoadStreets:
    """How long paths take on a road graph, given the speed steps of each mode.

    Parameters
    ----------
    steps
        Speed steps of every mode of the graph, noise included where there is any.
    """

    def __init__(self, graph: RoadGraph, steps: Mapping[Mode, SpeedSteps]) -> None:
        self._graph = graph
        self._steps = dict(steps)
        self._walks: dict[Mode, tuple[Walk, list[float], list[int]]] = {}

    def steps(self, mode: Mode) -> SpeedSteps:
        """Return the speed steps of a mode.

        Raises
        ------
        NetworkError
            If the network has no such mode.
        """
        if mode not in self._steps:
            raise NetworkError(
                self._graph.name, [f"has no mode {mode!r}, only {', '.join(self._graph.modes)}"]
            )
        return self._steps[mode]

    def drive(self, path: Path, mode: Mode, depart_at_s: float) -> tuple[float, ...]:
        """Return when each edge of a path is entered, then when its end is reached.

        The lengths of the path count, so a path may begin or end inside an edge.

        Raises
        ------
        Unreachable
            If an edge is closed to the mode.
        """
        walk, works_s, rows = self._walk(path, mode)
        return walk.forth(works_s, rows, depart_at_s)

    def latest_departure(self, path: Path, mode: Mode, arrive_at_s: float) -> float:
        """Return when to leave so as to arrive at an instant: `drive` backwards.

        Raises
        ------
        Unreachable
            If an edge is closed to the mode.
        """
        walk, works_s, rows = self._walk(path, mode)
        return walk.back(works_s, rows, arrive_at_s)

    def _walk(self, path: Path, mode: Mode) -> tuple[Walk, list[float], list[int]]:
        """Return the mode's steps, and free-flow seconds and row of each edge of a path."""
        if mode not in self._walks:
            steps = self.steps(mode)
            free_mps = self._graph.free_mps[mode].tolist()
            self._walks[mode] = (Walk(steps), free_mps, steps.row.tolist())
        walk, mps, row = self._walks[mode]
        try:
            works_s = [
                leg_m / mps[edge] for edge, leg_m in zip(path.edges, path.lengths_m, strict=True)
            ]
        except ZeroDivisionError:
            closed = next(edge for edge in path.edges if not mps[edge])
            tail, head = self._graph.edge_from[closed], self._graph.edge_to[closed]
            raise Unreachable(int(tail), int(head), mode) from None
        return walk, works_s, [row[edge] for edge in path.edges]


class RoadTravel(RoadStreets):
    """Shortest ways on a road graph and what they take: `twin.world.Travel`.

    Parameters
    ----------
    profile
        Speeds over the day that are believed in, by class of street; or the speed steps of each
        mode, where more is known than that.
    cache_bytes
        Room for rows that were asked for before; the longest unused go first. Answers do not
        depend on it.
    """

    def __init__(
        self,
        graph: RoadGraph,
        profile: SpeedProfile | Mapping[Mode, SpeedSteps],
        *,
        cache_bytes: int = 2**30,
    ) -> None:
        if isinstance(profile, SpeedProfile):
            profile = {mode: profile.steps(graph.edge_class, mode) for mode in graph.modes}
        super().__init__(graph, profile)
        self._trees: dict[tuple[Mode, bool], ShortestTrees] = {}
        self._weights: dict[tuple[Mode, int], Floats] = {}
        self._slot_kind: dict[Mode, list[int]] = {}
        self._lengths_m: list[float] = []
        self._cache = _Rows(cache_bytes)

    def between(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> float:
        """Return seconds from one junction to another, ``inf`` where no road leads."""
        self._known((origin, destination))
        if origin == destination:
            return 0.0
        kind, factor = self._kind(mode, at_s)
        row = self._cache.get((mode, False, origin, kind))
        if row is None:
            row = self._rows(np.array([origin]), mode, kind, backward=False)[0]
        return float(row[destination]) * factor

    def rows(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations), searched forward from each origin."""
        kind, factor = self._kind(mode, at_s)
        return self._table(origins, destinations, mode, kind, backward=False) * factor

    def columns(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations), searched back from each destination.

        The same numbers as `rows`: ways are unique and sums are exact.
        """
        kind, factor = self._kind(mode, at_s)
        return self._table(destinations, origins, mode, kind, backward=True).T * factor

    def matrix(self, nodes: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds between all pairs, shape (n, n), row = from; zero diagonal."""
        return self.rows(nodes, nodes, mode, at_s)

    def lengths(self, nodes: Nodes, mode: Mode) -> Metres:
        """Return metres of the paths that `matrix` times, shape (n, n), row = from."""
        return self._table(nodes, nodes, mode, _METRES, backward=False)

    def path(
        self,
        origin: NodeId,
        destination: NodeId,
        mode: Mode,
        at_s: float,  # noqa: ARG002, one set of weights a day: the hour changes no way yet
    ) -> Path:
        """Return the way that would be driven.

        Raises
        ------
        Unreachable
            If no road leads there for this mode.
        """
        self._known((origin, destination))
        if origin == destination:
            return Path((origin,), (), ())
        choice = self._choices(np.array([origin]), mode, backward=False)[0]
        way = self._tree(mode, backward=False).trace(choice, int(origin), int(destination))
        if way is None:
            raise Unreachable(int(origin), int(destination), mode)
        nodes, edges = (tuple(reversed(part)) for part in way)
        if not self._lengths_m:
            self._lengths_m = self._graph.edge_m.tolist()
        lengths_m = self._lengths_m
        return Path(
            cast("tuple[NodeId, ...]", nodes),
            cast("tuple[EdgeId, ...]", edges),
            tuple([lengths_m[edge] for edge in edges]),
        )

    def _table(
        self, roots: ArrayLike, ends: ArrayLike, mode: Mode, kind: int, *, backward: bool
    ) -> Floats:
        sources, targets = self._known(roots), self._known(ends)
        self.steps(mode)
        distinct, place = np.unique(sources, return_inverse=True)
        table = np.empty((len(distinct), len(targets)))
        batch = max(1, _BATCH_CELLS // self._graph.node_count)
        for first in range(0, len(distinct), batch):
            some = distinct[first : first + batch]
            for offset, row in enumerate(self._rows(some, mode, kind, backward=backward)):
                table[first + offset] = row[targets]
        return table[place.reshape(-1)]

    def _rows(
        self, roots: NDArray[np.int64], mode: Mode, kind: int, *, backward: bool
    ) -> list[Floats]:
        """Return a full row for each root, from the cache where it has it."""
        keys = [(mode, backward, int(root), kind) for root in roots]
        found = [self._cache.get(key) for key in keys]
        missing = [i for i, row in enumerate(found) if row is None]
        if missing:
            asked = roots[missing]
            choice = self._choices(asked, mode, backward=backward)
            trees = self._tree(mode, backward=backward)
            sums = trees.sums(asked, choice, self._weight(mode, kind))
            for i, row in zip(missing, sums, strict=True):
                found[i] = row
                self._cache.put(keys[i], row.copy() if len(missing) > 1 else row)
        return [row for row in found if row is not None]

    def _choices(self, roots: NDArray[np.int64], mode: Mode, *, backward: bool) -> Choice:
        keys = [(mode, backward, int(root), _CHOICE) for root in roots]
        found = [self._cache.get(key) for key in keys]
        missing = [i for i, row in enumerate(found) if row is None]
        if missing:
            grown = self._tree(mode, backward=backward).grow(roots[missing])
            for i, row in zip(missing, grown, strict=True):
                found[i] = row
                self._cache.put(keys[i], row.copy() if len(missing) > 1 else row)
        return np.stack([row for row in found if row is not None])

    def _tree(self, mode: Mode, *, backward: bool) -> ShortestTrees:
        if (mode, backward) not in self._trees:
            graph, steps = self._graph, self.steps(mode)
            seconds = self._free_s(mode)
            if steps.pace.shape[1] > 1:  # else all streets slow alike and the ways are the same
                seconds = seconds * daytime_pace(steps)[steps.row]
            ends = (graph.edge_from, graph.edge_to)
            tail, head = ends[::-1] if backward else ends
            self._trees[mode, backward] = ShortestTrees(graph.node_count, tail, head, seconds)
        return self._trees[mode, backward]

    def _free_s(self, mode: Mode) -> Floats:
        mps = self._graph.free_mps[mode]
        with np.errstate(divide="ignore"):
            return np.asarray(self._graph.edge_m / mps)

    def _kind(self, mode: Mode, at_s: float) -> tuple[int, float]:
        """Return which kept row answers for an instant, and the factor to put on it.

        Where all streets slow alike, free-flow rows serve every slot. Otherwise each slot has
        its own rows, and slots with equal factors share them.
        """
        steps = self.steps(mode)
        slot = steps.slot_at(at_s)
        if steps.pace.shape[1] == 1:
            return _FREE, float(steps.pace[slot, 0])
        if mode not in self._slot_kind:
            _, first, kinds = np.unique(steps.pace, axis=0, return_index=True, return_inverse=True)
            self._slot_kind[mode] = first[kinds.reshape(-1)].tolist()
        return self._slot_kind[mode][slot], 1.0

    def _weight(self, mode: Mode, kind: int) -> Floats:
        if (mode, kind) not in self._weights:
            if kind == _METRES:
                weight = self._graph.edge_m
            elif kind == _FREE:
                weight = self._free_s(mode)
            else:
                steps = self.steps(mode)
                weight = self._free_s(mode) * steps.pace[kind][steps.row]
            self._weights[mode, kind] = exact(weight)
        return self._weights[mode, kind]

    def _known(self, nodes: ArrayLike) -> NDArray[np.int64]:
        rows = np.asarray(nodes, np.int64).reshape(-1)
        bad = rows[(rows < 0) | (rows >= self._graph.node_count)]
        if len(bad):
            raise UnknownNode(int(bad[0]), self._graph.name, self._graph.node_count)
        return rows


class _Rows:
    """Rows by what was asked, the least recently used dropped first; bounded in bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held_bytes = 0
        self._rows: OrderedDict[tuple[Mode, bool, int, int], NDArray[Any]] = OrderedDict()

    def get(self, key: tuple[Mode, bool, int, int]) -> NDArray[Any] | None:
        """Return a row and note that it was used."""
        row = self._rows.get(key)
        if row is not None:
            self._rows.move_to_end(key)
        return row

    def put(self, key: tuple[Mode, bool, int, int], row: NDArray[Any]) -> None:
        """Keep a row, dropping others if there is no room."""
        self._rows[key] = row
        self._held_bytes += row.nbytes
        while self._held_bytes > self._limit_bytes and self._rows:
            _, dropped = self._rows.popitem(last=False)
            self._held_bytes -= dropped.nbytes
