"""The baseline everybody understands: a free van fills up with the nearest open orders.

It is the nearest neighbour rule of dynamic routing (Bertsimas and van Ryzin 1991, "A stochastic and
dynamic vehicle routing problem in the Euclidean plane", where one vehicle always goes to the
nearest open demand next), for a fleet that loads at depots.
"""

import numpy as np

from policies.blocks.believed import Believed
from policies.blocks.depots import is_free_at_depot
from policies.blocks.stops import fits, may_have, needs_goods, route_of
from twin import Briefing, Load, OrderView, Plan, Route, VehicleView, View
from twin.model import OrderId, VehicleId
from twin.rows import Status
from twin.view import expected_stop_s


class Nearest:
    """A van free at its depot takes orders one by one, each the open one nearest to the last.

    It stops when nothing more fits in, or when the nearest would keep it out beyond its shift,
    and then drives them in that order. Windows are not looked at.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    """

    def __init__(self, briefing: Briefing) -> None:
        self._preloaded = briefing.rules.preloaded
        self._believed = Believed(briefing.travel)

    def decide(self, view: View) -> Plan:
        """Return a route for each van that is free at a depot with open orders."""
        self._believed.follow(view.travel)
        goods = [row for row in view.unplanned if row.status is Status.READY]
        routes: dict[VehicleId, Route] = {}
        left: dict[tuple[object, ...], list[OrderView]] = {}
        taken_by: set[OrderId] = set()
        for vehicle in view.vehicles:
            if not is_free_at_depot(vehicle, view):
                continue
            alike = (
                vehicle.place,
                vehicle.vehicle.mode,
                vehicle.capacity,
                vehicle.vehicle.longest_mm,
                vehicle.driver.skills,
            )
            if alike not in left:
                left[alike] = [
                    row for row in goods if _is_at(vehicle, row) and fits(vehicle, row, view)
                ]
            left[alike] = [row for row in left[alike] if row.id not in taken_by]
            mine = [row for row in left[alike] if may_have(vehicle, row)]
            taken = self._fill(vehicle, mine, view) if mine else []
            if taken and vehicle.place is not None:
                routes[vehicle.id] = route_of(vehicle.place, taken)
                taken_by.update(row.id for row in taken)
        return Plan(routes)

    def _fill(self, vehicle: VehicleView, orders: list[OrderView], view: View) -> list[OrderView]:
        mode, shift = vehicle.vehicle.mode, vehicle.duty.shift
        doors = [view.places[row.order.customer] for row in orders]
        nodes = [door.nodes[mode] for door in doors]
        ends = np.array(nodes)
        start = view.places[vehicle.place or vehicle.vehicle.starts_at]
        free_load = self._preloaded and view.now_s == shift.opens_at_s
        home = vehicle.vehicle.ends_at
        home_node = None if home is None else view.places[home].nodes[mode]
        now_s, node, last_door = view.now_s, start.nodes[mode], start.id
        if not free_load:
            now_s += start.expected.fixed_s
        load, taken = Load(), []
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


def _is_at(vehicle: VehicleView, row: OrderView) -> bool:
    """Whether the goods are where the van stands, or it would fetch them from the customer."""
    return not needs_goods(row) or row.place == vehicle.place
