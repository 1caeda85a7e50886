"""Ways and times on a road graph: implements `twin.world.Travel`.

Which way is `networks.ways`: chosen on one set of weights a mode. How long a path takes is
another question: `RoadStreets.drive` walks it edge by edge through the speed steps (Ichoua,
Gendreau and Potvin 2003), which is first in, first out; questions about many pairs are answered
with the speeds of the slot of departure.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.graph import RoadGraph
from networks.kept import KeptRows, Key
from networks.search import exact
from networks.traffic import SpeedProfile, SpeedSteps
from networks.walk import Walk
from networks.ways import Ways
from twin.errors import NetworkError, Unreachable
from twin.model import EdgeId, Mode, NodeId
from twin.world import Metres, Nodes, Path, Seconds

Floats = NDArray[np.float64]

_BATCH_CELLS: Final = 2**20
"""Roots times nodes searched at once: what bounds the memory of a large question."""
_FOLLOWED: Final = 12
"""Single ways from one root that are followed before a whole row is worth its time."""
_METRES: Final = -2
_FREE: Final = -3
"""What a kept row holds, if not the seconds with the time factors of a slot."""


class RoadStreets:
    """How long paths take on a road graph, given the speed steps of each mode.

    Parameters
    ----------
    steps
        Speed steps of every mode of the graph, noise included where there is any.
    ways
        Ways of those who drive here: what they believe, not what the streets are like. Left
        out, ways are shortest on the mean of `steps`.
    """

    def __init__(
        self, graph: RoadGraph, steps: Mapping[Mode, SpeedSteps], ways: Ways | None = None
    ) -> None:
        self._graph = graph
        self._steps = dict(steps)
        self.ways = Ways(graph, self._steps) if ways is None else ways
        self._closed: frozenset[EdgeId] = frozenset()
        self._open_ways = self.ways
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
        return walk.forth(works_s, rows, depart_at_s, path.edges)

    def latest_departure(self, path: Path, mode: Mode, arrive_at_s: float) -> float:
        """Return when to leave so as to arrive at an instant: `drive` backwards.

        Raises
        ------
        Unreachable
            If an edge is closed to the mode.
        """
        walk, works_s, rows = self._walk(path, mode)
        return walk.back(works_s, rows, arrive_at_s, path.edges)

    def way_round(
        self,
        origin: NodeId,
        destination: NodeId,
        mode: Mode,
        at_s: float,  # noqa: ARG002, the weights are those of the whole day
        closed: frozenset[EdgeId],
    ) -> Path:
        """Return the way that would be driven with some edges closed, on the believed weights.

        Raises
        ------
        Unreachable
            If no open road leads there for this mode.
        """
        self.steps(mode)
        if closed != self._closed:  # one set is kept: closures are few and last for hours
            self._closed, self._open_ways = closed, self.ways.without(closed)
        return self._open_ways.path(origin, destination, mode)

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
    ways
        Ways chosen on other weights than the mean of what is believed of times, to be shared.
    cache_bytes
        Room for rows that were asked for before; the longest unused go first. Answers do not
        depend on it.
    """

    def __init__(
        self,
        graph: RoadGraph,
        profile: SpeedProfile | Mapping[Mode, SpeedSteps],
        *,
        ways: Ways | None = None,
        cache_bytes: int = 2**30,
    ) -> None:
        if isinstance(profile, SpeedProfile):
            profile = {mode: profile.steps(graph.edge_class, mode) for mode in graph.modes}
        super().__init__(graph, profile, ways)
        self._weights: dict[tuple[Mode, int], Floats] = {}
        self._weight_lists: dict[tuple[Mode, int], list[float]] = {}
        self._asked: dict[Key, int] = {}
        self._slot_kind: dict[Mode, list[int]] = {}
        self._cache = KeptRows(cache_bytes)

    def between(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> float:
        """Return seconds from one junction to another, ``inf`` where no road leads."""
        self.ways.known_ends(origin, destination)
        if origin == destination:
            return 0.0
        kind, factor = self._kind(mode, at_s)
        key = (mode, False, origin, kind)
        row = self._cache.get(key)
        if row is None:
            asked = self._asked[key] = self._asked.get(key, 0) + 1
            if asked <= _FOLLOWED:
                return self._followed_s(origin, destination, mode, kind) * factor
            row = self._rows(np.array([origin]), mode, kind, backward=False)[0]
        return float(row[destination]) * factor

    def _followed_s(self, origin: NodeId, destination: NodeId, mode: Mode, kind: int) -> float:
        """Return the weight of one way, edge by edge: exactly what its row would say."""
        ways = self.ways
        choice = ways.choice(origin, mode)
        way = ways.trees(mode, backward=False).trace(choice, int(origin), int(destination))
        if way is None:
            return float("inf")
        if (mode, kind) not in self._weight_lists:
            self._weight_lists[mode, kind] = self._weight(mode, kind).tolist()
        weights = self._weight_lists[mode, kind]
        return sum([weights[edge] for edge in way[1]])

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
        self.steps(mode)
        return self.ways.path(origin, destination, mode)

    def _table(
        self, roots: ArrayLike, ends: ArrayLike, mode: Mode, kind: int, *, backward: bool
    ) -> Floats:
        sources, targets = self.ways.known(roots), self.ways.known(ends)
        self.steps(mode)
        if len(sources) == 1:
            row = self._rows(sources, mode, kind, backward=backward)[0]
            return row[targets][None, :]
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
            choice = self.ways.choices(asked, mode, backward=backward)
            trees = self.ways.trees(mode, backward=backward)
            sums = trees.sums(asked, choice, self._weight(mode, kind))
            for i, row in zip(missing, sums, strict=True):
                found[i] = row
                self._cache.put(keys[i], row.copy() if len(missing) > 1 else row)
        return [row for row in found if row is not None]

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
            first: dict[bytes, int] = {}
            self._slot_kind[mode] = [
                first.setdefault(pace.tobytes(), k) for k, pace in enumerate(steps.pace)
            ]
        return self._slot_kind[mode][slot], 1.0

    def _weight(self, mode: Mode, kind: int) -> Floats:
        if (mode, kind) not in self._weights:
            if kind == _METRES:
                weight = self._graph.edge_m
            elif kind == _FREE:
                weight = self.ways.free_s(mode)
            else:
                steps = self.steps(mode)
                weight = self.ways.free_s(mode) * steps.pace[kind][steps.row]
            self._weights[mode, kind] = exact(weight)
        return self._weights[mode, kind]
