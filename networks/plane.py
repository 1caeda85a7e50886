"""A plane without streets: straight lines times a detour factor, at a constant speed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.pairs import PairNetwork, Rows
from networks.sphere import great_circle_m
from twin.errors import NetworkError
from twin.model import DRIVE, Mode, NodeId
from twin.units import EARTH_RADIUS_M

Floats = NDArray[np.float64]

METRICS: Final = ("euclidean", "rectilinear")


@dataclass(frozen=True, eq=False)
class PlaneNetwork(PairNetwork):
    """Places on a plane. No table is kept, so ten thousand places cost nothing.

    Attributes
    ----------
    x_m, y_m
        East and north, metres, shape (n,). As coordinates they lie around latitude and longitude
        zero, where a metre is a metre in both directions.
    mps
        Speed of each mode, metres per second.
    detour
        Way over straight line, at least 1. Streets of real towns have about 1.2 to 1.4.
    metric
        ``euclidean``, or ``rectilinear`` for streets in two directions only.

    Raises
    ------
    NetworkError
        With every problem of the numbers.
    """

    name: str
    x_m: Floats
    y_m: Floats
    mps: Mapping[Mode, float] = field(default_factory=lambda: {DRIVE: 10.0})
    detour: float = 1.0
    metric: str = "euclidean"
    attribution: str = ""

    def __post_init__(self) -> None:
        problems = []
        if self.x_m.shape != self.y_m.shape or self.x_m.ndim != 1 or not len(self.x_m):
            problems.append(f"x_m {self.x_m.shape} and y_m {self.y_m.shape} must be equally long")
        elif not (np.isfinite(self.x_m).all() and np.isfinite(self.y_m).all()):
            problems.append("x_m and y_m must be finite")
        for mode, speed in self.mps.items():
            if not (speed > 0 and np.isfinite(speed)):
                problems.append(f"speed of {mode} is {speed} m/s, expected a positive number")
        if not (self.detour >= 1 and np.isfinite(self.detour)):
            problems.append(f"detour is {self.detour}, expected at least 1")
        if self.metric not in METRICS:
            problems.append(f"metric is {self.metric!r}, expected one of {', '.join(METRICS)}")
        if problems:
            raise NetworkError(self.name, problems)

    @property
    def modes(self) -> tuple[Mode, ...]:  # type: ignore[override]
        """Modes that have a speed, sorted."""
        return tuple(sorted(self.mps))

    @property
    def node_count(self) -> int:  # type: ignore[override]
        """Number of places."""
        return len(self.x_m)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over places, speeds, detour and metric."""
        digest = sha256(f"plane {self.detour!r} {self.metric}".encode())
        for mode in self.modes:
            digest.update(f" {mode} {self.mps[mode]!r}".encode())
        digest.update(self.x_m.astype("<f8").tobytes() + self.y_m.astype("<f8").tobytes())
        return digest.hexdigest()

    def legs_m(self, origins: Rows, destinations: Rows, mode: Mode) -> Floats:
        """Return metres between places, elementwise with broadcasting."""
        self.require(mode)
        east = self.x_m[origins] - self.x_m[destinations]
        north = self.y_m[origins] - self.y_m[destinations]
        if self.metric == "rectilinear":
            return np.asarray((np.abs(east) + np.abs(north)) * self.detour)
        return np.asarray(np.hypot(east, north) * self.detour)

    def legs_s(self, origins: Rows, destinations: Rows, mode: Mode) -> Floats:
        """Return free-flow seconds between places, likewise."""
        return np.asarray(self.legs_m(origins, destinations, mode) / self.mps[mode])

    def nearest(
        self, lats: ArrayLike, lons: ArrayLike, mode: Mode
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nearest places, of equals the lowest, and the metres to them."""
        self.require(mode)
        return nearest_by_hand(lats, lons, *self.coordinates(np.arange(self.node_count)))

    def node_of(self, stop: str) -> NodeId:
        """Return the place with a number.

        Raises
        ------
        NetworkError
            If it is no number of a place.
        """
        if stop.isascii() and stop.isdigit() and int(stop) < self.node_count:
            return NodeId(int(stop))
        raise NetworkError(
            self.name, [f"has no place {stop!r}; places are 0 to {self.node_count - 1}"]
        )

    def coordinates(self, nodes: ArrayLike) -> tuple[Floats, Floats]:
        """Return latitudes and longitudes of places, degrees around zero."""
        rows = np.asarray(nodes, np.int64)
        degrees_per_m = np.degrees(1 / EARTH_RADIUS_M)
        return self.y_m[rows] * degrees_per_m, self.x_m[rows] * degrees_per_m

    def describe(self) -> dict[str, Any]:
        """Return what the plane is: plain values."""
        return {
            "name": self.name,
            "kind": "plane",
            "sha256": self.sha256,
            "licence": self.attribution or "none needed",
            "modes": [str(mode) for mode in self.modes],
            "nodes": self.node_count,
            "detour": self.detour,
            "metric": self.metric,
            "speed_mps": {str(mode): self.mps[mode] for mode in self.modes},
        }


def nearest_by_hand(
    lats: ArrayLike, lons: ArrayLike, node_lat: Floats, node_lon: Floats
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest of few places for each point, of equals the lowest, and the metres."""
    lat = np.atleast_1d(np.asarray(lats, np.float64))
    lon = np.atleast_1d(np.asarray(lons, np.float64))
    nodes = np.empty(len(lat), np.int64)
    metres = np.empty(len(lat))
    for i in range(len(lat)):  # one point at a time: no table of points times places
        away_m = great_circle_m(lat[i], lon[i], node_lat, node_lon)
        nodes[i] = np.argmin(away_m)
        metres[i] = away_m[nodes[i]]
    return nodes, metres
