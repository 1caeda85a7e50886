"""What the streets will really be like, asked like believed travel: for who may know the day."""

from collections.abc import Mapping
from math import inf
from typing import Final, cast

import numpy as np

from twin import World
from twin.errors import Unreachable
from twin.model import EdgeId, Mode, NodeId
from twin.streets import Closable, Metres, Nodes, Path, Seconds

HOUR_S: Final = 3600.0

NEAR: Final = 12
"""To how many of the nearest places each way in a table is walked; to the others the believed time
is scaled as theirs was. Routes go from near place to near place. A choice."""


class RealStreets:
    """Real times on believed ways, round what is closed: `twin.Travel`.

    `between` and `drive` are exact: the way is walked through the real speeds. Tables walk the
    ways to the nearest `NEAR` places and scale what is believed of the others.

    Parameters
    ----------
    world
        The day as it will turn out.
    leaves_at_s
        When a junction is going to be left: its row of `matrix` is of that hour, whatever is
        asked for.
    """

    def __init__(self, world: World, leaves_at_s: Mapping[NodeId, float] | None = None) -> None:
        self._world = world
        self._leaves_at_s = dict(leaves_at_s or {})
        self._is_believed = world.streets is world.travel and not world.incidents
        self._paths: dict[tuple[NodeId, NodeId, Mode], Path | None] = {}
        self._known: dict[tuple[NodeId, NodeId, Mode, float], float] = {}

    def as_left(self, leaves_at_s: Mapping[NodeId, float]) -> "RealStreets":
        """Return the same streets, with rows of `matrix` of these hours."""
        other = RealStreets(self._world, leaves_at_s)
        other._paths, other._known = self._paths, self._known
        return other

    def drive(self, path: Path, mode: Mode, depart_at_s: float) -> tuple[float, ...]:
        """Return when each edge is entered, then when its end is reached."""
        return self._world.streets.drive(path, mode, depart_at_s)

    def path(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> Path:
        """Return the way that is driven by who knows what is closed.

        Raises
        ------
        twin.errors.Unreachable
            If no open road leads there for this mode.
        """
        way = self._believed_path(origin, destination, mode)
        if way is None:
            raise Unreachable(origin, destination, mode)
        closed = frozenset(self._closed(at_s))
        if closed.isdisjoint(way.edges):
            return way
        streets = cast("Closable", self._world.streets)
        return streets.way_round(origin, destination, mode, at_s, closed)

    def between(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> float:
        """Return seconds from one junction to another, ``inf`` where no road leads.

        Where all ways are closed, the wait until the first of them opens is in it.
        """
        if origin == destination:
            return 0.0
        key = (origin, destination, mode, at_s)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._walked_s(origin, destination, mode, at_s)
        return known

    def rows(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations)."""
        table = self._world.travel.rows(origins, destinations, mode, at_s)
        return self._walked(table, origins, destinations, mode, at_s)

    def columns(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations)."""
        table = self._world.travel.columns(origins, destinations, mode, at_s)
        return self._walked(table, origins, destinations, mode, at_s, backward=True)

    def matrix(self, nodes: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds between all pairs, shape (n, n), each row of when its junction is left."""
        by_hour: dict[float, list[int]] = {}
        for row, node in enumerate(nodes):
            leaves_at_s = self._leaves_at_s.get(NodeId(int(node)))
            asked_s = at_s if leaves_at_s is None else (leaves_at_s // HOUR_S + 0.5) * HOUR_S
            by_hour.setdefault(asked_s, []).append(row)
        table = np.empty((len(nodes), len(nodes)))
        for asked_s, some in by_hour.items():
            table[some] = self.rows([NodeId(int(nodes[row])) for row in some], nodes, mode, asked_s)
        return table

    def lengths(self, nodes: Nodes, mode: Mode) -> Metres:
        """Return metres of the believed ways, shape (n, n), row = from."""
        return self._world.travel.lengths(nodes, mode)

    def _believed_path(self, origin: NodeId, destination: NodeId, mode: Mode) -> Path | None:
        key = (origin, destination, mode)
        if key not in self._paths:
            try:
                self._paths[key] = self._world.travel.path(origin, destination, mode, 0.0)
            except Unreachable:
                self._paths[key] = None
        return self._paths[key]

    def _closed(self, at_s: float) -> dict[EdgeId, float]:
        """Return the closed edges, each with when it opens."""
        return {
            edge: incident.ends_at_s
            for incident in self._world.incidents
            if not incident.speed and incident.begins_at_s <= at_s < incident.ends_at_s
            for edge in incident.edges
        }

    def _walked_s(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> float:
        """Return how long a way takes, with the wait for a street to open where it has to."""
        leaves_at_s = at_s
        while True:
            try:
                way = self.path(origin, destination, mode, leaves_at_s)
            except Unreachable:
                leaves_at_s = min(self._closed(leaves_at_s).values(), default=inf)
                if leaves_at_s == inf:
                    return inf
                continue
            return self._world.streets.drive(way, mode, leaves_at_s)[-1] - at_s

    def _walked(
        self,
        table: Seconds,
        origins: Nodes,
        destinations: Nodes,
        mode: Mode,
        at_s: float,
        *,
        backward: bool = False,
    ) -> Seconds:
        """Return a table of believed times made real, line by line from what each begins at."""
        if self._is_believed:
            return table
        lines = table.T if backward else table
        roots, others = (destinations, origins) if backward else (origins, destinations)
        made = np.array(lines, dtype=float)
        for root, line in zip(roots, made, strict=True):
            away = np.flatnonzero(np.isfinite(line) & (line > 0))
            near = away[np.argsort(line[away], kind="stable")[:NEAR]]
            if not len(near):
                continue
            pairs = [(root, others[k]) for k in near]
            real_s = np.array(
                [
                    self.between(NodeId(int(b)), NodeId(int(a)), mode, at_s)
                    if backward
                    else self.between(NodeId(int(a)), NodeId(int(b)), mode, at_s)
                    for a, b in pairs
                ]
            )
            open_ = np.isfinite(real_s)
            if open_.any():
                line[away] *= real_s[open_].sum() / line[near[open_]].sum()
            line[near] = real_s
        return made.T if backward else made
