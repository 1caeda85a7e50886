"""Straight lines for days without a map: places where the scenario says, and nothing between.

For orders of a file whose town is not at hand. Ways are straight lines on a plane around the
depot times a detour, at one speed by mode, which traffic slows down as it slows down streets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from networks.plane import PlaneNetwork
from networks.sphere import great_circle_m
from scenarios.requests import Request, Spot, row_of
from scenarios.schema import PlaneSpec, ScenarioSpec
from scenarios.tables import Tables
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, Mode, NodeId
from twin.units import EARTH_RADIUS_M

Floats = NDArray[np.float64]

FARTHEST_M: Final = 200_000.0
"""From the depot. So far north of one at latitude 45 an east-west line is 3 % off, beyond it more:
one town is a plane, a country is not."""
MAX_LISTED: Final = 20


@dataclass(frozen=True, eq=False, kw_only=True)
class LocalPlane(PlaneNetwork):
    """A plane that lies somewhere on earth: its places have coordinates.

    Attributes
    ----------
    lat, lon
        Of the places, degrees, shape (n,); the first is the middle of the plane.
    """

    lat: Floats
    lon: Floats

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over places, speeds and detour."""
        digest = sha256(f"local plane {self.detour!r} {self.metric}".encode())
        for mode in self.modes:
            digest.update(f" {mode} {self.mps[mode]!r}".encode())
        digest.update(self.lat.astype("<f8").tobytes() + self.lon.astype("<f8").tobytes())
        return digest.hexdigest()

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(np.stack([self.x_m, self.y_m], axis=1))

    def nearest(
        self, lats: ArrayLike, lons: ArrayLike, mode: Mode
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nearest places, and the metres to them."""
        self.require(mode)
        lat = np.atleast_1d(np.asarray(lats, np.float64))
        lon = np.atleast_1d(np.asarray(lons, np.float64))
        x_m, y_m = projected(lat, lon, (float(self.lat[0]), float(self.lon[0])))
        nodes = np.asarray(self._tree.query(np.stack([x_m, y_m], axis=1))[1], np.int64)
        metres = great_circle_m(lat, lon, self.lat[nodes], self.lon[nodes])
        return nodes, np.asarray(metres, np.float64)

    def node_of(self, stop: str) -> NodeId:
        """Refuse: places of the plane have no names."""
        raise NetworkError(
            self.name, [f"has no stop {stop!r}: straight lines know coordinates; give lat and lon"]
        )

    def coordinates(self, nodes: ArrayLike) -> tuple[Floats, Floats]:
        """Return latitudes and longitudes of places, degrees."""
        rows = np.asarray(nodes, np.int64)
        return self.lat[rows], self.lon[rows]

    def describe(self) -> dict[str, Any]:
        """Return what the plane is: plain values."""
        return {
            **super().describe(),
            "not_honoured": [f"streets: ways are straight lines times {self.detour:g}"],
        }


def projected(lat: Floats, lon: Floats, middle: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return metres east and north of a middle: degrees at their lengths there."""
    east = np.mod(lon - middle[1] + 180, 360) - 180  # the short way round the earth
    metres_per_degree = np.radians(EARTH_RADIUS_M)
    shrinks = np.cos(np.radians(middle[0]))
    return east * metres_per_degree * shrinks, (lat - middle[0]) * metres_per_degree


def plane_of(given: PlaneSpec, spec: ScenarioSpec, tables: Tables) -> LocalPlane:
    """Return the plane of a scenario: the depot first, then every place that it names.

    Raises
    ------
    NetworkError
        If no depot has coordinates, or places are too far from the first to be on its plane.
    """
    depots = list(_depots(spec, tables))
    if not depots:
        problem = "straight lines have no depot of their own; add `depots: {depot: {lat: , lon: }}`"
        raise NetworkError("network", [problem])
    places = list(_places(spec, tables))
    points = [depots[0], *sorted({*depots[1:], *(point for _, point in places)} - {depots[0]})]
    lat, lon = (np.array(part, np.float64) for part in zip(*points, strict=True))
    _refuse_far(places, depots[0])
    x_m, y_m = projected(lat, lon, depots[0])
    return LocalPlane(
        name="straight lines",
        x_m=x_m,
        y_m=y_m,
        lat=lat,
        lon=lon,
        mps={DRIVE: given.speed_mps, BIKE: given.bike_speed_mps},
        detour=given.detour,
    )


def _refuse_far(places: list[tuple[str, tuple[float, float]]], middle: tuple[float, float]) -> None:
    """Raise with every place that is too far from the middle."""
    if not places:
        return
    lat, lon = np.array([point for _, point in places], np.float64).T
    away_m = great_circle_m(*middle, lat, lon)
    far = np.flatnonzero(away_m > FARTHEST_M)
    problems = [
        f"{places[row][0]}: {away_m[row] / 1000:,.0f} km from the depot, expected at most "
        f"{FARTHEST_M / 1000:g} km on a plane; correct its place, or name a map"
        for row in far[:MAX_LISTED].tolist()
    ]
    if len(far) > MAX_LISTED:
        problems.append(f"... and {len(far) - MAX_LISTED:,} more places too far")
    if problems:
        raise NetworkError("network", problems)


def _depots(spec: ScenarioSpec, tables: Tables) -> Iterator[tuple[float, float]]:
    """Yield where depots are: as the scenario says, else as the orders' file does."""
    brought = () if tables.instance is None else tuple(tables.instance.depots.values())
    for depot in spec.depots.values():
        if depot.lat is not None and depot.lon is not None:
            yield depot.lat, depot.lon
        elif not depot.is_given:
            yield from _point(brought[0]) if brought else ()


def _places(spec: ScenarioSpec, tables: Tables) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield places that are no depots, with how they are called in messages."""
    for name, group in (spec.fleet or {}).items():
        for end in ("start", "end"):
            given = getattr(group, end)
            lat, lon = getattr(given, "lat", None), getattr(given, "lon", None)
            if lat is not None and lon is not None:
                yield f"{end} of {name}", (lat, lon)
    for name, locker in spec.lockers.at.items():
        if locker.lat is not None and locker.lon is not None:
            yield f"locker {name}", (locker.lat, locker.lon)
    for request in _requests(tables):
        for spot in (request.door, request.origin):
            for point in () if spot is None else _point(spot):
                yield row_of(request, spec.orders), point


def _requests(tables: Tables) -> tuple[Request, ...]:
    return tables.requests if tables.instance is None else tables.instance.requests


def _point(spot: Spot) -> Iterator[tuple[float, float]]:
    if spot.lat is not None and spot.lon is not None:
        yield spot.lat, spot.lon
