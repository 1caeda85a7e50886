"""Whose door is whose: a town shared out among vehicles before anybody plans a route."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from policies.blocks.believed import Believed
from policies.blocks.bisection import bisected
from twin import OrderView, Place, VehicleView, View
from twin.model import Mode, NodeId, PlaceId, VehicleId
from twin.view import expected_stop_s

Floats = NDArray[np.float64]

AGAIN: Final = 2
"""Territories are formed anew when so many times the doors are known as the last time: with a
few orders in the morning there is nothing to share out yet. A choice."""

LEAST_S: Final = 1.0
"""Work at a door, and hours of a vehicle, at least, so that shares are of something."""

UNLIKE: Final = 1e12
"""What it costs to give a part to a vehicle with another share: never done."""


class Territories:
    """The doors of each vehicle that goes out from one depot.

    Parameters
    ----------
    believed
        Driving times.
    fixed
        Whether zones go to the driver who knows them, whole; else doors are shared out by the
        day's work.
    drawn
        For `fixed`: the driver of each zone that was given to one beforehand.
    """

    def __init__(self, believed: Believed, *, fixed: bool, drawn: Mapping[str, str]) -> None:
        self._believed = believed
        self._fixed = fixed
        self._drawn = drawn
        self._doors: dict[PlaceId, Place] = {}
        self._work_s: dict[PlaceId, float] = {}
        self._owner: dict[PlaceId, VehicleId] = {}
        self._formed_with = 0

    def take(self, rows: Iterable[OrderView], view: View) -> None:
        """Learn of orders, each once; another one for a door adds what handling it takes."""
        for row in rows:
            door = view.places[row.order.customer]
            stop_s = expected_stop_s(door, (row.order,), parks=True)
            if door.id in self._doors:
                expected = door.expected
                stop_s -= expected.parking_s + expected.walk_s + expected.fixed_s
            self._doors[door.id] = door
            self._work_s[door.id] = self._work_s.get(door.id, 0.0) + stop_s

    def form(self, vehicles: Sequence[VehicleView]) -> None:
        """Share the doors out, if there are enough more of them than the last time.

        Parameters
        ----------
        vehicles
            Those that will serve them, at least one.
        """
        if len(self._doors) < max(1, AGAIN * self._formed_with):
            return
        self._formed_with = len(self._doors)
        mode = vehicles[0].vehicle.mode
        items = self._items()
        names = list(items)
        owner = self._known(names, vehicles) if self._fixed else {}
        if not owner:
            owner = self._shared_out(names, items, vehicles, mode)
        found = {door: owner[name] for name in names if name in owner for door in items[name]}
        known = list(found)
        for name in names:
            if name not in owner:
                first = _node(self._doors[items[name][0]], mode)
                nodes = np.array([_node(self._doors[door], mode) for door in known])
                nearest = known[int(np.argmin(self._believed.row(first, nodes, mode)))]
                found.update(dict.fromkeys(items[name], found[nearest]))
        self._owner = found

    def nearest(
        self, row: OrderView, vehicles: Sequence[VehicleView], view: View
    ) -> Iterator[VehicleView]:
        """Yield vehicles by how near their territory is to an order's door, the owner first.

        A vehicle without a door lies where it is free.
        """
        if not vehicles:
            return
        door = view.places[row.order.customer]
        owner = self._owner.get(door.id)
        yield from (one for one in vehicles if one.id == owner)
        mode = vehicles[0].vehicle.mode
        mine: dict[VehicleId, list[NodeId]] = {}
        for place_id, vehicle_id in self._owner.items():
            mine.setdefault(vehicle_id, []).append(_node(self._doors[place_id], mode))
        nodes = [mine.get(one.id, [one.free_at_node]) for one in vehicles]
        of = np.repeat(np.arange(len(vehicles)), [len(there) for there in nodes])
        away_s = np.full(len(vehicles), np.inf)
        spots = np.array([node for there in nodes for node in there])
        np.minimum.at(away_s, of, self._believed.row(_node(door, mode), spots, mode))
        for k in np.argsort(away_s, kind="stable").tolist():
            if vehicles[k].id != owner:
                yield vehicles[k]

    # Who gets what

    def _items(self) -> dict[str, list[PlaceId]]:
        """Return what is shared out whole: doors, or zones with their doors."""
        items: dict[str, list[PlaceId]] = {}
        for place_id, door in self._doors.items():
            zone = f"zone {door.zone}" if self._fixed and door.zone else f"door {place_id}"
            items.setdefault(zone, []).append(place_id)
        return items

    def _known(self, names: Iterable[str], vehicles: Sequence[VehicleView]) -> dict[str, VehicleId]:
        """Return who serves each zone that was given to a driver, or that some driver knows.

        The driver it was given to, else the one who made most stops there, the first at a tie.
        """
        by_driver = {str(one.driver.id): one.id for one in reversed(vehicles)}
        visits = [dict(one.driver.visits) for one in vehicles]
        found: dict[str, VehicleId] = {}
        for name in names:
            zone = name.removeprefix("zone ")
            drawn = by_driver.get(self._drawn.get(zone, ""))
            stops = [known.get(zone, 0) for known in visits]
            if drawn is not None:
                found[name] = drawn
            elif any(stops):
                found[name] = vehicles[stops.index(max(stops))].id
        return found

    def _shared_out(
        self,
        names: Sequence[str],
        items: Mapping[str, Sequence[PlaceId]],
        vehicles: Sequence[VehicleView],
        mode: Mode,
    ) -> dict[str, VehicleId]:
        """Return compact parts of equal work for each hour of a vehicle."""
        doors = [door for name in names for door in items[name]]
        item_of = np.repeat(np.arange(len(names)), [len(items[name]) for name in names])
        nodes = np.array([_node(self._doors[door], mode) for door in doors])

        def away_s(point: int) -> Floats:
            node = NodeId(int(nodes[point]))
            there = self._believed.row(node, nodes, mode)
            return np.asarray((there + self._believed.column(nodes, node, mode)) / 2)

        work = np.array([self._work_s[door] for door in doors]) + self._nearest_s(nodes, mode)
        hours_s = [
            max(LEAST_S, one.duty.shift.closes_at_s - max(one.duty.shift.opens_at_s, one.free_at_s))
            / one.driver.pace
            for one in vehicles
        ]
        of_item = np.asarray(np.bincount(item_of, work, len(names)), np.float64)
        parts = bisected(of_item, hours_s, away_s, item_of)
        given = self._matched(parts, hours_s, names, items, vehicles)
        return {
            names[int(item)]: vehicles[number].id
            for part, number in zip(parts, given, strict=True)
            for item in part
        }

    def _matched(
        self,
        parts: Sequence[NDArray[np.int64]],
        hours_s: Sequence[float],
        names: Sequence[str],
        items: Mapping[str, Sequence[PlaceId]],
        vehicles: Sequence[VehicleView],
    ) -> list[int]:
        """Return the vehicle of each part: among equal ones who had most of its doors before."""
        number = {one.id: k for k, one in enumerate(vehicles)}
        cost = np.where(np.equal.outer(hours_s, hours_s), 0.0, UNLIKE)
        for k, part in enumerate(parts):
            cost[k, k] -= 1e-6  # where nobody had any, they stay in their order
            for door in (door for item in part for door in items[names[int(item)]]):
                before = number.get(self._owner.get(door, VehicleId("")))
                if before is not None:
                    cost[k, before] -= 1.0
        _, given = linear_sum_assignment(cost)
        return [int(k) for k in given]

    def _nearest_s(self, nodes: NDArray[np.int64], mode: Mode) -> Floats:
        """Return the way from each of some junctions to the nearest other, 0 if there is none."""
        found = np.zeros(len(nodes))
        for k, node in enumerate(nodes.tolist()):
            there = self._believed.row(NodeId(node), nodes, mode).copy()
            there[k] = np.inf
            nearest_s = float(there.min())
            found[k] = nearest_s if np.isfinite(nearest_s) else 0.0
        return found


def _node(place: Place, mode: Mode) -> NodeId:
    """Return a place's junction for a mode, or for another if the mode does not come there."""
    return place.nodes.get(mode, place.nodes[min(place.nodes)])
