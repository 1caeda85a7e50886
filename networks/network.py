"""What every kind of network offers to whoever makes a day of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.addresses import Addresses
from networks.classes import CLASSES
from networks.districts import districts_of
from networks.graph import RoadGraph
from networks.routing import RoadStreets, RoadTravel
from networks.snap import Snapper
from networks.sphere import great_circle_m
from networks.traffic import SpeedProfile, SpeedSteps
from networks.ways import Ways
from twin.errors import NetworkError
from twin.model import Mode, NodeId
from twin.world import Closable, Travel


class Network(ABC):
    """Streets, a table of legs, or a plane: where things are and how long it takes to get there.

    Attributes
    ----------
    name
        As the scenario calls it.
    sha256
        Over all that can change a day; journals carry it.
    attribution
        Credit to be shown with anything made from it; empty if none is due.
    modes
        Sorted.
    node_count
        Nodes are 0 to this, less one.
    """

    name: str
    attribution: str
    modes: tuple[Mode, ...]
    node_count: int

    @property
    @abstractmethod
    def sha256(self) -> str:
        """SHA-256 over all that can change a day."""

    @abstractmethod
    def nearest(
        self, lats: ArrayLike, lons: ArrayLike, mode: Mode
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nodes nearest to coordinates, and how many metres away they are."""

    @abstractmethod
    def node_of(self, stop: str) -> NodeId:
        """Return the node of a named stop.

        Raises
        ------
        NetworkError
            If there is none of that name, or the network's nodes have no names.
        """

    @abstractmethod
    def coordinates(self, nodes: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return latitudes and longitudes of nodes, degrees; NaN where none are known."""

    @abstractmethod
    def addresses(self) -> Addresses:
        """Return the points of possible demand; none if the network knows none."""

    @abstractmethod
    def depot_node(self) -> NodeId:
        """Return a node that suits a depot, reachable and leaving for every mode."""

    @abstractmethod
    def steps(self, profile: SpeedProfile, mode: Mode) -> SpeedSteps:
        """Return the speed steps that a profile gives the edges for a mode."""

    @abstractmethod
    def districts(self) -> NDArray[np.int32]:
        """Return the district of each edge of `steps`, shape as their `row`; see `districts`."""

    @abstractmethod
    def travel(
        self, profile: SpeedProfile | Mapping[Mode, SpeedSteps], like: Travel | None = None
    ) -> Travel:
        """Return ways and times under believed speeds: a profile, or steps of every mode.

        Parameters
        ----------
        like
            Travel of this network whose ways are kept; left out, ways are shortest on the
            believed speeds.
        """

    @abstractmethod
    def streets(self, steps: Mapping[Mode, SpeedSteps], believed: Travel | None = None) -> Closable:
        """Return how long paths take under given speed steps, such as those with noise.

        Parameters
        ----------
        believed
            Travel of this network whose ways are driven, round closed streets too; left out,
            ways are shortest on `steps`.
        """

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Return size, modes, what was dropped, licence: plain values for people."""


@dataclass(frozen=True)
class RoadNetwork(Network):
    """A road graph as a network."""

    graph: RoadGraph

    @property
    def name(self) -> str:  # type: ignore[override]
        """As the scenario calls it."""
        return self.graph.name

    @property
    def sha256(self) -> str:
        """SHA-256 over streets, speeds, addresses and depot."""
        return self.graph.sha256

    @property
    def attribution(self) -> str:  # type: ignore[override]
        """Credit of the map data."""
        return self.graph.attribution

    @property
    def modes(self) -> tuple[Mode, ...]:  # type: ignore[override]
        """Modes with at least one street."""
        return self.graph.modes

    @property
    def node_count(self) -> int:  # type: ignore[override]
        """Number of junctions."""
        return self.graph.node_count

    @cached_property
    def _snapper(self) -> Snapper:
        return Snapper(self.graph)

    def nearest(
        self, lats: ArrayLike, lons: ArrayLike, mode: Mode
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nearest junctions of the mode's strong part, and the metres to them."""
        return self._snapper.nearest(lats, lons, mode)

    def node_of(self, stop: str) -> NodeId:
        """Refuse: junctions have no names."""
        raise NetworkError(
            self.name, [f"has no stop {stop!r}: its junctions have no names; give lat and lon"]
        )

    def coordinates(self, nodes: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return latitudes and longitudes of junctions, degrees."""
        rows = np.asarray(nodes, np.int64)
        return self.graph.node_lat[rows], self.graph.node_lon[rows]

    def addresses(self) -> Addresses:
        """Return the address points of the map."""
        return self.graph.addresses

    def depot_node(self) -> NodeId:
        """Return the graph's own depot, else a central junction of arterial streets.

        Central is nearest to the median of all junctions that every mode can reach and leave;
        of these, junctions of three or more streets of which one is primary to tertiary go first.
        """
        if self.graph.depot is not None:
            return self.graph.depot
        return central_junction(self.graph)

    def steps(self, profile: SpeedProfile, mode: Mode) -> SpeedSteps:
        """Return the speed steps of the edges, by their class."""
        return profile.steps(self.graph.edge_class, mode)

    def districts(self) -> NDArray[np.int32]:
        """Return the district of each edge: that of the junction it leaves."""
        return self._districts

    @cached_property
    def _districts(self) -> NDArray[np.int32]:
        return districts_of(*self.coordinates(self.graph.edge_from))

    def travel(
        self, profile: SpeedProfile | Mapping[Mode, SpeedSteps], like: Travel | None = None
    ) -> RoadTravel:
        """Return ways and times under believed speeds: a profile, or steps of every mode."""
        return RoadTravel(self.graph, profile, ways=_ways_of(like))

    def streets(
        self, steps: Mapping[Mode, SpeedSteps], believed: Travel | None = None
    ) -> RoadStreets:
        """Return how long paths take under given speed steps."""
        return RoadStreets(self.graph, steps, _ways_of(believed))

    def describe(self) -> dict[str, Any]:
        """Return what the graph is and what was left out on the way to it."""
        graph = self.graph
        classes = np.bincount(graph.edge_class, graph.edge_m, len(CLASSES)) / 1000
        return {
            "name": graph.name,
            "kind": "road graph",
            "origin": graph.origin,
            "sha256": graph.sha256,
            "licence": graph.attribution or "none needed",
            "modes": [str(mode) for mode in graph.modes],
            "nodes": graph.node_count,
            "edges": graph.edge_count,
            "street_km": round(float(graph.edge_m.sum()) / 1000, 1),
            "street_km_by_class": {
                name: round(float(km), 1)
                for name, km in zip(CLASSES, classes, strict=True)
                if km > 0
            },
            "depot_node": int(self.depot_node()),
            "addresses": len(graph.addresses),
            "report": dict(graph.report),
            "not_honoured": ["turn restrictions", "turn costs"],
            "ways": "chosen on one set of weights a mode, timed with the speeds of the hour",
        }


def _ways_of(travel: Travel | None) -> Ways | None:
    return travel.ways if isinstance(travel, RoadTravel) else None


def central_junction(graph: RoadGraph) -> NodeId:
    """Return the junction nearest to the middle that suits a depot.

    Raises
    ------
    NetworkError
        If no junction can be reached and left by every mode.
    """
    usable = np.all([graph.strong[mode] for mode in graph.modes], axis=0)
    if not usable.any():
        problem = (
            f"no junction can be reached and left by all of {', '.join(graph.modes)}; "
            f"name a depot or use fewer modes"
        )
        raise NetworkError(graph.name, [problem])
    first, last = CLASSES.index("primary"), CLASSES.index("tertiary_link")
    is_arterial = (graph.edge_class >= first) & (graph.edge_class <= last)
    on_arterial = np.zeros(graph.node_count, np.bool_)
    on_arterial[graph.edge_from[is_arterial]] = True
    on_arterial[graph.edge_to[is_arterial]] = True
    ends = np.concatenate(
        [
            np.stack([graph.edge_from, graph.edge_to], axis=1),
            np.stack([graph.edge_to, graph.edge_from], axis=1),
        ]
    )
    streets = np.bincount(np.unique(ends, axis=0)[:, 0], minlength=graph.node_count)
    for wanted in (usable & on_arterial & (streets > 2), usable & (streets > 2), usable):  # noqa: PLR2004
        if wanted.any():
            break
    candidates = np.flatnonzero(wanted)
    lat, lon = np.median(graph.node_lat[usable]), np.median(graph.node_lon[usable])
    away_m = great_circle_m(lat, lon, graph.node_lat[candidates], graph.node_lon[candidates])
    return NodeId(int(candidates[np.argmin(away_m)]))
