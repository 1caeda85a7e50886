"""Ways through the streets, how long they take, and what is in the way: what travel means here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from twin.model import EdgeId, Mode, NodeId

Seconds = NDArray[np.float64]
"""An array of times in seconds."""
Nodes = Sequence[NodeId] | NDArray[np.integer[Any]]
"""Junctions, as a list or an array."""
Metres = NDArray[np.float64]
"""An array of lengths in metres."""


@dataclass(frozen=True, slots=True)
class Path:
    """A way through the streets: which edges, not how long they take.

    Attributes
    ----------
    nodes
        Junctions passed, the first and the last included: one more than edges.
    edges
        Directed edges in the order driven; none if it begins where it ends.
    lengths_m
        Length of each edge, metres.
    """

    nodes: tuple[NodeId, ...]
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]


class Streets(Protocol):
    """How long a given path takes from a given moment. First in, first out on every edge.

    A path may begin or end inside an edge: its length then says how much of the edge is driven.
    On a day with closures it also has ``way_round``, see `Closable`.
    """

    def drive(self, path: Path, mode: Mode, depart_at_s: float) -> tuple[float, ...]:
        """Return when each edge of a path is entered, then when its end is reached.

        Parameters
        ----------
        path
            k edges.
        depart_at_s
            When the first edge is entered, seconds since midnight.

        Returns
        -------
        times_s
            k + 1 instants, never falling, not rounded to the tick; the first is
            `depart_at_s`, the last the arrival (the only one for a path without edges).
        """
        ...


class Closable(Streets, Protocol):
    """Streets that can be closed: what a driver who stands before a barrier finds out."""

    def way_round(
        self,
        origin: NodeId,
        destination: NodeId,
        mode: Mode,
        at_s: float,
        closed: frozenset[EdgeId],
    ) -> Path:
        """Return the way that would be driven with some edges closed, on the believed weights.

        Raises
        ------
        twin.errors.Unreachable
            If no open road leads there for this mode.
        """
        ...


class Travel(Streets, Protocol):
    """Believed travel: which way, and how long it is thought to take.

    Times asked for many pairs at once are those of the speeds at departure; `drive` walks
    through the speed steps. All paths are chosen on one set of weights a mode and day.
    """

    def between(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> float:
        """Return seconds from one junction to another, ``inf`` where no road leads."""
        ...

    def rows(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations), searched forward from each origin."""
        ...

    def columns(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations), searched back from each destination."""
        ...

    def matrix(self, nodes: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds between all pairs, shape (n, n), row = from; zero diagonal."""
        ...

    def lengths(self, nodes: Nodes, mode: Mode) -> Metres:
        """Return metres of the paths that `matrix` times, shape (n, n), row = from."""
        ...

    def path(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> Path:
        """Return the way that would be driven.

        Raises
        ------
        twin.errors.Unreachable
            If no road leads there for this mode.
        """
        ...


class Feed(Protocol):
    """What is believed of the streets as the day goes on: live speeds, late as they come (S17)."""

    def travel(self, now_s: float) -> "Travel":
        """Return what is believed at an instant; it holds nothing that is not known by then."""
        ...


@dataclass(frozen=True, slots=True)
class Incident:
    """Something on the streets: an accident, a closure planned or not.

    Attributes
    ----------
    kind
        In words, for people: ``accident``, ``closure``.
    edges
        Where it is. In order.
    begins_at_s, ends_at_s
        From when to when.
    known_at_s
        When dispatch and drivers learn of it; a driver who meets a closed street learns of that
        street at once. Not after it ends.
    speed
        Factor on the speed of these edges while it lasts; 0 closes them: nobody enters, who is
        on them leaves. Factors above 0 are part of the streets' speed steps already.
    """

    id: str
    kind: str
    edges: tuple[EdgeId, ...]
    begins_at_s: float
    ends_at_s: float
    known_at_s: float
    speed: float = 0.0

    def __post_init__(self) -> None:
        if not self.begins_at_s <= self.ends_at_s or not self.known_at_s <= self.ends_at_s:
            raise ValueError(f"incident {self.id}: ends before it begins or is known")
        if not 0 <= self.speed <= 1:
            raise ValueError(f"incident {self.id}: speed is a factor 0 to 1, got {self.speed}")

    def closes(self, edge: EdgeId, at_s: float) -> bool:
        """Whether an edge cannot be entered at an instant because of it."""
        return not self.speed and self.begins_at_s <= at_s < self.ends_at_s and edge in self.edges
