"""Given routes: what the scenario has planned before any policy does."""

from collections.abc import Mapping
from dataclasses import replace

from twin import Briefing, Route, View
from twin.model import VehicleId
from twin.plan import orders_in, without


class Given:
    """The given routes of a day, planned into the first view that a policy sees of it."""

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing
        self._has_begun = False

    def begun(self, view: View) -> tuple[View, dict[VehicleId, Route]]:
        """Return the first view with given routes in it, and those; a later one as it is."""
        if self._has_begun:
            return view, {}
        self._has_begun = True
        routes = _given_routes(self._briefing, view)
        return begun_with(view, routes), routes


def _given_routes(briefing: Briefing, view: View) -> dict[VehicleId, Route]:
    """Return the given routes of vehicles that can begin them, without orders that are gone."""
    found: dict[VehicleId, Route] = {}
    waiting = frozenset(row.id for row in view.unplanned) if briefing.routes else frozenset()
    for vehicle_id, route in briefing.routes.items():
        vehicle = view.by_vehicle.get(vehicle_id)
        if vehicle is None or vehicle.broken_down:
            continue
        gone = frozenset(order for order in orders_in(route) if order not in waiting)
        left = without(route, gone)
        if left:
            found[vehicle_id] = left
    return found


def begun_with(view: View, given: Mapping[VehicleId, Route]) -> View:
    """Return a view in which vehicles have these routes, and their orders are planned."""
    if not given:
        return view
    taken = frozenset(order for route in given.values() for order in orders_in(route))
    vehicles = tuple(
        replace(one, route=given[one.id]) if one.id in given else one for one in view.vehicles
    )
    return replace(
        view,
        unplanned=tuple(row for row in view.unplanned if row.id not in taken),
        vehicles=vehicles,
        by_vehicle={one.id: one for one in vehicles},
    )
