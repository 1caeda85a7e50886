"""From where something is said to be to a place on the network, for every mode of the fleet."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from networks.network import Network
from networks.sphere import great_circle_m
from scenarios.requests import Request, Spot
from twin.errors import NetworkError, ScenarioError
from twin.model import Mode, NodeId, Place, PlaceId

Floats = NDArray[np.float64]

MAX_LISTED: Final = 20
"""Places too far from every street that are listed; the rest is counted."""


@dataclass(slots=True)
class Placing:
    """Finds places on a network.

    Attributes
    ----------
    modes
        Of the fleet, sorted.
    max_snap_m
        How far from the nearest street is too far.
    refuses_far
        Whether what is too far is an error; else it is reached from the nearest junction.
    far
        What was too far, with the metres.
    """

    network: Network
    modes: tuple[Mode, ...]
    max_snap_m: float
    refuses_far: bool = True
    far: list[tuple[str, float]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def stand(self, spots: Sequence[tuple[PlaceId, Spot, str]]) -> dict[PlaceId, Place]:
        """Return the places of spots.

        Parameters
        ----------
        spots
            Place id, where it is said to be, and how it is called in messages.
        """
        located = [row for row, (_, spot, _) in enumerate(spots) if spot.node is None]
        lats = np.array([spots[row][1].lat for row in located], np.float64)
        lons = np.array([spots[row][1].lon for row in located], np.float64)
        nodes_of, snap_m = self._snapped(lats, lons)
        places: dict[PlaceId, Place] = {}
        at = 0
        for place_id, spot, name in spots:
            if spot.node is not None:
                place = self._named(place_id, spot, name)
                if place is not None:
                    places[place_id] = place
                continue
            if snap_m[at] > self.max_snap_m:
                self.far.append((name, snap_m[at]))
            if nodes_of[at]:
                metres = round(snap_m[at], 1)
                places[place_id] = Place(
                    place_id, spot.kind, nodes_of[at], spot.lat, spot.lon, metres
                )
            at += 1
        if self.refuses_far:
            self._note_far(lats, lons)
        return places

    def _snapped(self, lats: Floats, lons: Floats) -> tuple[list[dict[Mode, NodeId]], list[float]]:
        """Return for each point its junction by mode, and how far the nearest of them is."""
        nodes_of: list[dict[Mode, NodeId]] = [{} for _ in lats]
        snap_m = [math.inf] * len(lats)
        if not len(lats):
            return nodes_of, snap_m
        for mode in self.modes:
            nodes, metres = self.network.nearest(lats, lons, mode)
            for row, (node, away_m) in enumerate(zip(nodes.tolist(), metres.tolist(), strict=True)):
                if away_m <= self.max_snap_m or not self.refuses_far:
                    nodes_of[row][mode] = NodeId(node)
                snap_m[row] = min(snap_m[row], away_m)
        return nodes_of, snap_m

    def _named(self, place_id: PlaceId, spot: Spot, name: str) -> Place | None:
        """Return a place that is a node of the network, with its coordinates if it has some."""
        node = None if spot.node is None else self._node(spot.node, name)
        if node is None:
            return None
        lats, lons = self.network.coordinates([node])
        lat, lon = float(lats[0]), float(lons[0])
        nodes = dict.fromkeys(self.modes, node)
        if math.isnan(lat) or math.isnan(lon):
            return Place(place_id, spot.kind, nodes)
        return Place(place_id, spot.kind, nodes, lat, lon)

    def _node(self, node: str | NodeId, what: str) -> NodeId | None:
        if isinstance(node, int):
            return node
        try:
            return self.network.node_of(node)
        except NetworkError as error:
            self.problems.append(f"{what}: {error.args[0]} {'; '.join(error.problems)}")
            return None

    def _note_far(self, lats: Floats, lons: Floats) -> None:
        if not self.far:
            return
        for name, away_m in self.far[:MAX_LISTED]:
            self.problems.append(
                f"{name}: {_distance(away_m)} from the nearest street, expected at most "
                f"{_distance(self.max_snap_m)}; correct its place, raise `max_snap:`, or set "
                "`unreachable: nearest`"
            )
        if len(self.far) > MAX_LISTED:
            self.problems.append(f"... and {len(self.far) - MAX_LISTED:,} more places too far")
        if self._look_swapped(lats, lons):
            self.problems.append(
                "with lat and lon exchanged they would be near: are the two columns swapped?"
            )
        elif len(self.far) > len(lats) / 2:
            self.problems.append(
                f"{len(self.far):,} of {len(lats):,} places are that far: is "
                f"{self.network.name} the town of these orders?"
            )
        self.far.clear()

    def _look_swapped(self, lats: Floats, lons: Floats) -> bool:
        """Whether most of the far places are near a street when read the other way round."""
        if not len(lats) or np.abs(lons).max() > 90:  # noqa: PLR2004
            return False
        _, metres = self.network.nearest(lons, lats, self.modes[0])
        return bool(np.mean(metres <= self.max_snap_m) > 0.5)  # noqa: PLR2004


def _distance(metres: float) -> str:
    return f"{metres / 1000:,.1f} km" if metres >= 1000 else f"{metres:.0f} m"  # noqa: PLR2004


def merge_doors(requests: Sequence[Request], merging: str | float) -> tuple[Request, ...]:
    """Return requests whose doors are shared as the scenario says, sorted by length of id and id.

    Within a radius, an order joins the first door (by its founder's order id) that is near; so
    an order that comes later in that order moves no other. Orders of a rush come after all
    others, and share doors within a radius only with those of the same rush.
    """
    # Drawn orders sort by number, so that o10000 comes after o2000 and founds no door before it.
    ordered = sorted(requests, key=lambda request: (request.burst, len(request.id), request.id))
    if merging == "off":
        return tuple(
            replace(request, door=replace(request.door, key=request.id)) for request in ordered
        )
    if not isinstance(merging, float):
        return tuple(ordered)
    return _within_radius(ordered, merging)


def _within_radius(ordered: Sequence[Request], radius_m: float) -> tuple[Request, ...]:
    # Cells a radius high and wide: a near founder is in the same or a neighbouring cell.
    step = radius_m / 111_195.0
    founders: dict[tuple[int, int, int], list[tuple[int, Spot]]] = {}
    merged = []
    for number, request in enumerate(ordered):
        door = request.door
        if door.lat is None or door.lon is None:
            merged.append(request)
            continue
        row = math.floor(door.lat / step)
        near = [
            (place, spot)
            for r in (row - 1, row, row + 1)
            for c in _columns(door, step, r)
            for place, spot in founders.get((request.burst, r, c), ())
            if _apart_m(door, spot) <= radius_m
        ]
        if near:
            merged.append(replace(request, door=min(near, key=lambda pair: pair[0])[1]))
        else:
            column = _columns(door, step, row)[1]
            founders.setdefault((request.burst, row, column), []).append((number, door))
            merged.append(request)
    return tuple(merged)


def _apart_m(a: Spot, b: Spot) -> float:
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return math.inf
    return float(great_circle_m(a.lat, a.lon, b.lat, b.lon))


def _columns(door: Spot, step: float, row: int) -> tuple[int, int, int]:
    """Return the columns of a row of cells that may hold a near founder."""
    # All points of a row use one width, that of its edge nearest the equator.
    nearest = min(abs(row), abs(row + 1)) * step
    width = step / max(math.cos(math.radians(min(nearest, 89.0))), 1e-3)
    column = math.floor((door.lon or 0.0) / width)
    return column - 1, column, column + 1


def nearest_depot(door: Place, depots: Mapping[PlaceId, Place]) -> PlaceId:
    """Return the depot nearest to a door as the crow flies; the first by id of equally near ones.

    Raises
    ------
    ScenarioError
        If a place has no coordinates.
    """
    if len(depots) == 1:
        return next(iter(depots))
    away: list[tuple[float, PlaceId]] = []
    for depot_id, depot in depots.items():
        if depot.lat is None or depot.lon is None or door.lat is None or door.lon is None:
            words = (
                f"depots: which of {', '.join(depots)} serves {door.id} cannot be told without "
                "coordinates; give each depot a `share:`, or orders a column depot"
            )
            raise ScenarioError("depots", [words])
        away.append((float(great_circle_m(door.lat, door.lon, depot.lat, depot.lon)), depot_id))
    return min(away)[1]
