"""A made-up city in the words of OpenStreetMap, so that it is read like a real one.

It has no licence but ours, any size, and the figures of real towns (see this room's README).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from networks.city_doors import Doors, Fronts, draw_doors
from networks.city_names import arterial_name, close_name, street_name
from networks.city_plan import (
    CYCLEWAY,
    KINDS,
    PRIMARY,
    RESIDENTIAL,
    SECONDARY,
    TERTIARY,
    Plan,
    draw_plan,
)
from networks.extract import Gathered, take_point, take_street
from networks.graph import RoadGraph
from networks.osm import graph_of
from networks.sphere import Floats, to_steps
from networks.wanted import address_of
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE
from twin.rng import Streams
from twin.units import EARTH_RADIUS_M

CITY_VERSION: Final = "1"
"""Part of the key under which cities are cached; raised when the same seed gives another city."""

CENTRE: Final = (45.0, -30.0)
"""Latitude and longitude: the open Atlantic, so that nobody takes it for a real place."""

LARGEST_KM2: Final = 2000.0

_LIMITS: Final = {PRIMARY: "60", SECONDARY: "50", TERTIARY: "40", RESIDENTIAL: "30"}
_WITH_LIMIT: Final = 0.7
_CONTRAFLOW: Final = 0.4
_CLOSES: Final = 0.16
_SERVICE: Final = 0.42
_DRIVEWAYS: Final = 0.3
_LINKED: Final = 0.35
_LONGEST_PATH_M: Final = 150.0
_CURVED: Final = 0.4


@dataclass(frozen=True)
class CityMap:
    """A city as a map: nodes, ways with tags, and doors.

    Attributes
    ----------
    lat, lon
        Map nodes, steps of 1e-7 degrees; node k has the id k + 1.
    ways
        Rows of the map nodes along a way, and its tags.
    doors
        Address points.
    """

    name: str
    lat: NDArray[np.int32]
    lon: NDArray[np.int32]
    ways: list[tuple[list[int], dict[str, str]]]
    doors: Doors


def draw_city(km2: float, seed: int) -> CityMap:
    """Return the map of a city; the same for the same size and seed.

    Parameters
    ----------
    km2
        Area, 1 to `LARGEST_KM2`; about 100 junctions each, cycle paths and service roads counted.

    Raises
    ------
    NetworkError
        If the area is out of range.
    """
    if not 1 <= km2 <= LARGEST_KM2:
        problem = f"area is {km2} km2, expected 1 to {LARGEST_KM2:g}"
        raise NetworkError("synthetic city", [problem])
    streams = Streams(seed, 0)
    return _draw_map(draw_plan(km2, streams), f"city of {km2:g} km2, seed {seed}", streams)


def city_graph(city: CityMap, name: str = "") -> RoadGraph:
    """Return the road graph of a city, made by the same rules as that of a real map."""
    gathered = Gathered()
    for rows, tags in city.ways:
        take_street(gathered, tags, [row + 1 for row in rows], (DRIVE, BIKE), service_roads=True)
    doors = city.doors
    for lat, lon, tags in zip(doors.lat.tolist(), doors.lon.tolist(), doors.tags, strict=True):
        take_point(gathered, lon, lat, address_of(tags))
    places = zip(city.lon.tolist(), city.lat.tolist(), strict=True)
    gathered.where = dict(enumerate(places, start=1))
    origin = f"synthetic, {city.name}, version {CITY_VERSION}"
    return graph_of(name or city.name, origin, gathered, (DRIVE, BIKE), attribution="")


def write_osm(city: CityMap, path: Path) -> None:
    """Write a city as an ``.osm`` file; its streets come before its doors in the numbering."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write('<osm version="0.6" generator="last-mile-twin synthetic city">\n')
        for number, (lat, lon) in enumerate(
            zip(city.lat.tolist(), city.lon.tolist(), strict=True), start=1
        ):
            file.write(f' <node id="{number}" version="1" {_place(lat, lon)}/>\n')
        doors = city.doors
        places = zip(doors.lat.tolist(), doors.lon.tolist(), doors.tags, strict=True)
        for number, (lat, lon, tags) in enumerate(places, start=len(city.lat) + 1):
            file.write(
                f' <node id="{number}" version="1" {_place(lat, lon)}>{_tags(tags)}</node>\n'
            )
        for number, (rows, tags) in enumerate(city.ways, start=1):
            refs = "".join(f'<nd ref="{row + 1}"/>' for row in rows)
            file.write(f' <way id="{number}" version="1">{refs}{_tags(tags)}</way>\n')
        file.write("</osm>\n")


def _place(lat: int, lon: int) -> str:
    return f'lat="{lat / 1e7:.7f}" lon="{lon / 1e7:.7f}"'


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


@dataclass(frozen=True)
class _Spurs:
    """Streets that end blindly, each from a point on another street."""

    owner: NDArray[np.int64]
    share: Floats
    fronts: Fronts
    tags: list[dict[str, str]]


def _draw_map(plan: Plan, name: str, streams: Streams) -> CityMap:
    fronts, tags = _streets(plan, streams)
    spurs = _draw_spurs(plan, fronts, streams)
    crossings, count = len(plan.x_m), len(spurs.owner)
    curved = np.flatnonzero(fronts.bend)
    owner = np.r_[spurs.owner, curved, curved]
    share = np.r_[spurs.share, np.full(len(curved), 0.25), np.full(len(curved), 0.75)]
    bend_x, bend_y = fronts.at(owner[count:], share[count:])
    rows = np.r_[crossings + np.arange(count), crossings + 2 * count + np.arange(len(bend_x))]
    order = np.lexsort((share, owner))
    start = np.searchsorted(owner[order], np.arange(len(plan.a) + 1)).tolist()
    inner = rows[order].tolist()
    ways = [
        ([a, *inner[start[k] : start[k + 1]], b], tags[k])
        for k, (a, b) in enumerate(zip(plan.a.tolist(), plan.b.tolist(), strict=True))
    ]
    ways += [([crossings + k, crossings + count + k], tags) for k, tags in enumerate(spurs.tags)]
    ways += _cycle_links(plan, spurs, crossings + count, streams)
    lat, lon = _on_earth(
        np.r_[plan.x_m, spurs.fronts.ax_m, spurs.fronts.bx_m, bend_x],
        np.r_[plan.y_m, spurs.fronts.ay_m, spurs.fronts.by_m, bend_y],
    )
    doors = draw_doors(fronts.followed_by(spurs.fronts), plan.radius_m, _on_earth, streams)
    return CityMap(name, lat, lon, ways, doors)


def _streets(plan: Plan, streams: Streams) -> tuple[Fronts, list[dict[str, str]]]:
    """Return the streets between crossings as curves, and their tags."""
    numbers = streams.generator("city streets")
    uniform = numbers.random((2, len(plan.a)))
    by_line = numbers.random((2, int(plan.line.max()) + 1))
    bend = np.where(uniform[0] < _CURVED, (uniform[1] - 0.5) * 0.36, 0.0)
    arterial = np.unique(plan.line[plan.kind <= SECONDARY])
    local = np.setdiff1d(plan.line, arterial)
    named = {line: arterial_name(k) for k, line in enumerate(arterial.tolist())}
    named |= {line: street_name(k) for k, line in enumerate(local.tolist())}
    names, tags = [], []
    for kind, line, one_way, is_bridge in zip(
        plan.kind.tolist(),
        plan.line.tolist(),
        plan.one_way.tolist(),
        plan.bridge.tolist(),
        strict=True,
    ):
        name = "" if kind == CYCLEWAY else named[line]
        names.append(name)
        street = {"highway": KINDS[kind]}
        if name:
            street["name"] = name
        if kind in _LIMITS and by_line[0, line] < _WITH_LIMIT:
            street["maxspeed"] = _LIMITS[kind]
        if one_way:
            street["oneway"] = "yes" if one_way > 0 else "-1"
            if by_line[1, line] < _CONTRAFLOW:
                street["oneway:bicycle"] = "no"
        if is_bridge:
            street["bridge"] = "yes"
        tags.append(street)
    fronts = Fronts(
        plan.x_m[plan.a],
        plan.y_m[plan.a],
        plan.x_m[plan.b],
        plan.y_m[plan.b],
        bend,
        plan.kind,
        names,
    )
    return fronts, tags


def _draw_spurs(plan: Plan, fronts: Fronts, streams: Streams) -> _Spurs:
    """Return cul-de-sacs and service roads, each at a right angle from the side of a street."""
    numbers = streams.generator("city spurs")
    hosts = np.flatnonzero((plan.kind >= TERTIARY) & (plan.kind != CYCLEWAY) & ~plan.bridge)
    closes, services = int(_CLOSES * len(plan.x_m)), int(_SERVICE * len(plan.x_m))
    count = closes + services
    uniform = numbers.random((5, count))
    owner = hosts[(uniform[0] * len(hosts)).astype(np.int64)]
    share = 0.3 + 0.4 * uniform[1]
    is_close = np.arange(count) < closes
    length_m = np.where(is_close, 40 + 80 * uniform[2], 25 + 50 * uniform[2])
    aside_m = np.where(uniform[3] < 0.5, 1, -1) * length_m  # noqa: PLR2004
    ax_m, ay_m = fronts.at(owner, share)
    bx_m, by_m = fronts.at(owner, share + (uniform[4] - 0.5) * 0.2, aside_m)
    names = [close_name(k) if k < closes else "" for k in range(count)]
    tags = [
        {"highway": "residential", "name": name} if name else {"highway": "service"}
        for name in names
    ]
    for k in np.flatnonzero(~is_close & (uniform[2] < _DRIVEWAYS)):
        tags[k]["service"] = "driveway"
    kind = np.full(count, RESIDENTIAL)
    return _Spurs(owner, share, Fronts(ax_m, ay_m, bx_m, by_m, np.zeros(count), kind, names), tags)


def _cycle_links(
    plan: Plan, spurs: _Spurs, first_tip: int, streams: Streams
) -> list[tuple[list[int], dict[str, str]]]:
    """Return paths for bikes from the ends of some cul-de-sacs to the next crossing."""
    from scipy.spatial import cKDTree  # noqa: PLC0415, slow to import

    closes = np.flatnonzero([tags["highway"] != "service" for tags in spurs.tags])
    uniform = streams.generator("city paths").random(len(closes))
    linked = closes[uniform < _LINKED]
    tips = np.stack([spurs.fronts.bx_m[linked], spurs.fronts.by_m[linked]], axis=1)
    crossings = cKDTree(np.stack([plan.x_m, plan.y_m], axis=1))
    away_m, crossing = (np.asarray(found) for found in crossings.query(tips))
    near = away_m < _LONGEST_PATH_M
    return [
        ([first_tip + tip, node], {"highway": "path", "bicycle": "designated"})
        for tip, node in zip(linked[near].tolist(), crossing[near].tolist(), strict=True)
    ]


def _on_earth(x_m: Floats, y_m: Floats) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return steps of latitude and longitude of metres east and north of `CENTRE`."""
    lat = CENTRE[0] + np.degrees(y_m / EARTH_RADIUS_M)
    lon = CENTRE[1] + np.degrees(x_m / (EARTH_RADIUS_M * np.cos(np.radians(CENTRE[0]))))
    return to_steps(lat), to_steps(lon)
