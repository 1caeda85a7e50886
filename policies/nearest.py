"""The baseline everybody understands: a free van fills up with the nearest open orders.

It is the nearest neighbour rule of dynamic routing (Bertsimas and van Ryzin 1991, "A stochastic and
dynamic vehicle routing problem in the Euclidean plane", where one vehicle always goes to the
nearest open demand next), for a fleet that loads at depots.
"""

from collections.abc import Sequence
from math import inf

import numpy as np

from policies.blocks.believed import Believed
from policies.blocks.depots import (
    by_depot,
    next_call_s,
    sent_and_counted,
    stands_at_depot,
    way_s,
)
from policies.blocks.homecoming import then
from policies.blocks.stops import fits, may_have, needs_goods, route_of
from twin import Briefing, Load, OrderView, PlaceKind, Plan, Route, VehicleView, View
from twin.model import OrderId, PlaceId, VehicleId
from twin.rows import Status
from twin.view import expected_stop_s


class Nearest:
    """A van free at its depot takes orders one by one, each the open one nearest to the last.

    It stops when nothing more fits in, or when the nearest would keep it out beyond its shift,
    and then drives them in that order. Windows are not looked at. A van that waits for work
    elsewhere, and will not come to a depot by itself, begins at the nearest depot with orders. A
    hired van is called, at its last call, by what would be left over if all vans that stand at
    depots went out now.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    """

    def __init__(self, briefing: Briefing) -> None:
        self._rules = briefing.rules
        self._believed = Believed(briefing.travel)

    def decide(self, view: View) -> Plan:
        """Return a route for each van that waits for work and finds orders."""
        self._believed.follow(view.travel)
        goods = [row for row in view.unplanned if row.status is Status.READY]
        depots = list(by_depot([row for row in goods if needs_goods(row)], view))
        routes: dict[VehicleId, Route] = {}
        left: dict[tuple[object, ...], list[OrderView]] = {}
        taken_by: set[OrderId] = set()
        going, counted = sent_and_counted(view, self._rules)
        for vehicle in counted:
            start = _begins_at(vehicle, depots, view)
            alike = (
                start,
                vehicle.vehicle.mode,
                vehicle.capacity,
                vehicle.vehicle.longest_mm,
                vehicle.driver.skills,
            )
            if alike not in left:
                left[alike] = [
                    row for row in goods if _is_at(start, row) and fits(vehicle, row, view)
                ]
            left[alike] = [row for row in left[alike] if row.id not in taken_by]
            mine = [row for row in left[alike] if may_have(vehicle, row)]
            taken = self._fill(vehicle, start, mine, view) if mine and start else []
            taken_by.update(row.id for row in taken)
            if taken and start and vehicle.id in going:
                tour = route_of(start, taken)
                routes[vehicle.id] = then(vehicle, start, tour) if _is_depot(start, view) else tour
        call_s = next_call_s(view, self._rules)
        return Plan(routes, ask_again_at_s=call_s if call_s < inf else None)

    def _fill(
        self, vehicle: VehicleView, start_id: PlaceId, orders: list[OrderView], view: View
    ) -> list[OrderView]:
        """Return the orders of a tour from a place, in the sequence in which they are taken."""
        mode, shift = vehicle.vehicle.mode, vehicle.duty.shift
        doors = [view.places[row.order.customer] for row in orders]
        nodes = [door.nodes[mode] for door in doors]
        ends = np.array(nodes)
        start = view.places[start_id]
        way = way_s(vehicle, start, view)
        now_s = max(view.now_s, shift.opens_at_s) + way
        free_load = self._rules.preloaded and now_s == shift.opens_at_s
        home = vehicle.vehicle.ends_at
        home_node = None if home is None else view.places[home].nodes[mode]
        node, last_door = start.nodes[mode], start.id
        if not free_load:
            now_s += start.expected.fixed_s
        load = Load() if _is_depot(start_id, view) else vehicle.load
        taken: list[OrderView] = []
        open_ = np.array([row.order.load.fits_in(vehicle.capacity) for row in orders], dtype=bool)
        while open_.any():
            away_s = np.where(open_, self._believed.row(node, ends, mode), np.inf)
            k = int(np.argmin(away_s))
            row, door = orders[k], doors[k]
            if not np.isfinite(away_s[k]):
                break
            open_[k] = False
            if not (load + row.order.load).fits_in(vehicle.capacity):
                continue
            there_s = now_s + self._believed.seconds(node, nodes[k], mode, now_s)
            handling_s = expected_stop_s(
                door, (row.order,), parks=vehicle.vehicle.looks_for_parking
            )
            if door.id == last_door:
                handling_s = door.expected.per_parcel_s * row.order.load.parcels
            opening_s = door.opens_s(there_s)
            begins_s = max(there_s, row.order.window.opens_at_s, opening_s or there_s)
            done_s = begins_s + handling_s
            if not free_load:
                done_s += start.expected.per_parcel_s * row.order.load.parcels
            back_s = 0.0
            if home_node is not None:
                back_s = self._believed.seconds(nodes[k], home_node, mode, done_s)
            if done_s + back_s > shift.closes_at_s:
                break
            now_s, node, last_door = done_s, nodes[k], door.id
            load = load + row.order.load
            taken.append(row)
        return taken


def _begins_at(vehicle: VehicleView, depots: Sequence[PlaceId], view: View) -> PlaceId | None:
    """Return where a vehicle begins a tour: where it stands, or at the nearest of some depots."""
    if stands_at_depot(vehicle, view):
        return vehicle.place
    ways = ((way_s(vehicle, view.places[depot], view), depot) for depot in depots)
    way, depot = min(ways, default=(inf, vehicle.place))
    return depot if way < inf else vehicle.place


def _is_depot(place: PlaceId, view: View) -> bool:
    """Whether a tour that begins there puts down first what is aboard."""
    return view.places[place].kind is PlaceKind.DEPOT


def _is_at(start: PlaceId | None, row: OrderView) -> bool:
    """Whether the goods are where a tour begins, or it would fetch them from the customer."""
    return not needs_goods(row) or row.place == start
