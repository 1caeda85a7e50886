"""Travel without streets: each ordered pair of places is one edge."""

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.addresses import Addresses
from networks.classes import CLASS_INDEX
from networks.network import Network
from networks.traffic import SpeedProfile, SpeedSteps
from networks.walk import Walk
from twin.errors import NetworkError, UnknownNode, Unreachable
from twin.model import EdgeId, Mode, NodeId
from twin.world import Metres, Nodes, Path, Seconds, Travel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

STREET_CLASS = "secondary"
"""What a leg counts as where a speed profile asks for a class: legs in a town are mostly that."""


class PairNetwork(Network):
    """Places and what lies between two of them; edge ``i * node_count + j`` leads from i to j."""

    @abstractmethod
    def legs_m(self, origins: Rows, destinations: Rows, mode: Mode) -> Floats:
        """Return metres between places, elementwise with broadcasting; ``inf`` without a way."""

    @abstractmethod
    def legs_s(self, origins: Rows, destinations: Rows, mode: Mode) -> Floats:
        """Return free-flow seconds between places, likewise."""

    def addresses(self) -> Addresses:
        """Return none: places of a table are given, not drawn."""
        return Addresses.none()

    def depot_node(self) -> NodeId:
        """Return the first place."""
        return NodeId(0)

    def steps(self, profile: SpeedProfile, mode: Mode) -> SpeedSteps:
        """Return the speed steps that all legs share, or each leg's own under noise."""
        self.require(mode)
        return profile.steps(np.array([CLASS_INDEX[STREET_CLASS]], np.int16), mode)

    def districts(self) -> NDArray[np.int32]:
        """Return one district for all legs: they cross the town."""
        return np.zeros(1, np.int32)

    def travel(
        self,
        profile: SpeedProfile | Mapping[Mode, SpeedSteps],
        like: Travel | None = None,  # noqa: ARG002, there is one way between two places
    ) -> "PairTravel":
        """Return times under believed speeds: a profile, or steps of every mode."""
        if isinstance(profile, SpeedProfile):
            profile = {mode: self.steps(profile, mode) for mode in self.modes}
        return PairTravel(self, profile)

    def streets(
        self,
        steps: Mapping[Mode, SpeedSteps],
        believed: Travel | None = None,  # noqa: ARG002, there is one way between two places
    ) -> "PairTravel":
        """Return how long legs take under given speed steps."""
        return PairTravel(self, steps)

    def require(self, mode: Mode) -> None:
        """Raise if the network has no such mode.

        Raises
        ------
        NetworkError
            Naming the modes there are.
        """
        if mode not in self.modes:
            raise NetworkError(
                self.name, [f"has no mode {mode!r}, only {', '.join(self.modes) or 'none'}"]
            )

    def known(self, nodes: ArrayLike) -> Rows:
        """Return nodes as an array.

        Raises
        ------
        UnknownNode
            If one is outside the network.
        """
        rows = np.asarray(nodes, np.int64).reshape(-1)
        bad = rows[(rows < 0) | (rows >= self.node_count)]
        if len(bad):
            raise UnknownNode(int(bad[0]), self.name, self.node_count)
        return rows


class PairTravel:
    """Times between places: `twin.world.Travel` without a search.

    Parameters
    ----------
    steps
        Speed steps of each mode: one row for all legs, or one for each edge.
    """

    def __init__(self, network: PairNetwork, steps: Mapping[Mode, SpeedSteps]) -> None:
        self._network = network
        self._steps = dict(steps)
        self._walks = {mode: Walk(one) for mode, one in self._steps.items()}
        self._count = network.node_count
        self._legs: dict[tuple[int, Mode], tuple[float, float, int]] = {}

    def between(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> float:
        """Return seconds from one place to another, ``inf`` where no way leads."""
        return float(self.rows((origin,), (destination,), mode, at_s)[0, 0])

    def rows(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations)."""
        self._network.require(mode)
        a = self._network.known(origins)[:, None]
        b = self._network.known(destinations)[None, :]
        steps = self._steps[mode]
        pace = steps.pace[steps.slot_at(at_s)]
        factor = pace[steps.row[self._row(a, b, mode)]]
        return np.asarray(self._network.legs_s(a, b, mode) * factor)

    def columns(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations)."""
        return self.rows(origins, destinations, mode, at_s)

    def matrix(self, nodes: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds between all pairs, shape (n, n), row = from; zero diagonal."""
        return self.rows(nodes, nodes, mode, at_s)

    def lengths(self, nodes: Nodes, mode: Mode) -> Metres:
        """Return metres between all pairs, shape (n, n), row = from."""
        self._network.require(mode)
        rows = self._network.known(nodes)
        return self._network.legs_m(rows[:, None], rows[None, :], mode)

    def path(
        self,
        origin: NodeId,
        destination: NodeId,
        mode: Mode,
        at_s: float,  # noqa: ARG002, there is one way at any hour
    ) -> Path:
        """Return the one edge that leads there.

        Raises
        ------
        Unreachable
            If none does.
        """
        self._network.require(mode)
        if not (0 <= origin < self._count and 0 <= destination < self._count):
            self._network.known((origin, destination))  # says which one it does not know
        if origin == destination:
            return Path((origin,), (), ())
        edge = EdgeId(int(origin) * self._count + int(destination))
        leg_m = self._leg(edge, mode)[0]
        return Path((origin, destination), (edge,), (leg_m,))

    def way_round(
        self,
        origin: NodeId,
        destination: NodeId,
        mode: Mode,
        at_s: float,
        closed: frozenset[EdgeId],
    ) -> Path:
        """Return the one edge that leads there, if it is open.

        Raises
        ------
        Unreachable
            If there is none, or it is closed: a table knows no other way.
        """
        path = self.path(origin, destination, mode, at_s)
        if not closed.isdisjoint(path.edges):
            raise Unreachable(int(origin), int(destination), mode)
        return path

    def _leg(self, edge: int, mode: Mode) -> tuple[float, float, int]:
        """Return metres, free-flow seconds and row of an edge, kept once asked for."""
        leg = self._legs.get((edge, mode))
        if leg is None:
            a, b = divmod(edge, self._count)
            ends = np.array([a]), np.array([b])
            leg_s = float(self._network.legs_s(*ends, mode)[0])
            if not math.isfinite(leg_s):
                raise Unreachable(a, b, mode)
            row = 0 if len(self._steps[mode].row) == 1 else edge
            leg_m = float(self._network.legs_m(*ends, mode)[0])
            leg = self._legs[edge, mode] = leg_m, leg_s, int(self._steps[mode].row[row])
        return leg

    def drive(self, path: Path, mode: Mode, depart_at_s: float) -> tuple[float, ...]:
        """Return when each edge of a path is entered, then when its end is reached.

        The lengths of the path count, so a path may begin or end inside a leg.

        Raises
        ------
        Unreachable
            If a leg has no way.
        """
        return self._walks[mode].forth(*self._works(path, mode), depart_at_s, path.edges)

    def latest_departure(self, path: Path, mode: Mode, arrive_at_s: float) -> float:
        """Return when to leave so as to arrive at an instant: `drive` backwards."""
        return self._walks[mode].back(*self._works(path, mode), arrive_at_s, path.edges)

    def _works(self, path: Path, mode: Mode) -> tuple[list[float], list[int]]:
        self._network.require(mode)
        works_s: list[float] = []
        rows: list[int] = []
        for edge, driven_m in zip(path.edges, path.lengths_m, strict=True):
            leg_m, leg_s, row = self._leg(edge, mode)
            # Of a leg without length there is no part: it takes its time whole.
            whole = driven_m == leg_m or not leg_m
            works_s.append(leg_s if whole else leg_s * (driven_m / leg_m))
            rows.append(row)
        return works_s, rows

    def _row(self, origins: Rows, destinations: Rows, mode: Mode) -> Any:  # noqa: ANN401
        """Return where a leg's row stands: one for all, or one for each edge."""
        if len(self._steps[mode].row) == 1:
            return np.zeros(np.broadcast(origins, destinations).shape, np.int64)
        return origins * self._network.node_count + destinations
