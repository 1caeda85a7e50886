"""The day on a plane as dvrpsim lives it, decided in the same two ways.

dvrpsim is a published SimPy framework for dynamic vehicle routing, installed for benchmarks only.
It is used as its documents say: a subclass of its model answers `routing_callback`; its own log
goes to nobody.
"""

import logging
from typing import Any

from dvrpsim import Location, Model, Order, Vehicle
from dvrpsim.utils.logging import LoggingCallback

from experiments.bench.coordinates_day import SERVICE_S, Points


class Silent(LoggingCallback):  # type: ignore[misc] # dvrpsim has no types
    """Logs nothing, so that only the simulation is timed."""

    def _configure_logger(self) -> None:
        self.logger = logging.getLogger("dvrpsim silent")
        self.logger.setLevel(logging.CRITICAL)


class Rival(Model):  # type: ignore[misc] # dvrpsim has no types
    """Vans at a depot, orders at points; decides as its subclass says."""

    def __init__(self, points: Points, *, known_at_start: bool) -> None:
        super().__init__()
        self.points = points
        self.node = {"depot": 0} | {f"d{k}": k + 1 for k in range(points.orders)}
        for name in self.node:
            self.add_location(Location(name))
        for k in range(points.vans):
            vehicle = Van(f"v{k:04d}")
            vehicle.initial_location = self.get_location_by_id("depot")
            self.add_vehicle(vehicle)
        self.asks_each_order = not known_at_start
        for k in range(points.orders):
            order = Order(f"o{k:05d}")
            order.pickup_location = self.get_location_by_id("depot")
            order.delivery_location = self.get_location_by_id(f"d{k}")
            order.release_date = 0.0 if known_at_start else points.placed_at_s[k]
            order.quantity = 1
            order.pickup_duration, order.delivery_duration = 0.0, SERVICE_S
            self.request_order(order, decision_point_on_request=True)
        self.decided = 0

    def _init_logger(self) -> None:
        self.log = Silent(self)

    def live(self) -> None:
        """Live the day; every order must have been delivered."""
        self.run()
        if len(list(self.delivered_orders)) != self.points.orders:
            raise RuntimeError("dvrpsim left orders open: the comparison means nothing")

    def routing_callback(self) -> dict[str, Any]:
        """Return the decision on what is new."""
        state = self.get_state()
        new = [
            order_id
            for order_id, row in state["open_orders"].items()
            if row["assigned_vehicle"] is None
        ]
        vans = list(state["vehicles"])
        routes: dict[str, list[dict[str, Any]]] = {}
        if self.asks_each_order:
            for order_id in new:
                van = vans[self.decided % len(vans)]
                self.decided += 1
                route = routes.setdefault(van, list(state["vehicles"][van]["next_visits"]))
                route += [
                    {"location": "depot", "pickup_list": [order_id], "delivery_list": []},
                    self._door(order_id),
                ]
        else:
            for k, van in enumerate(vans):
                mine = new[k :: len(vans)]
                load = {"location": "depot", "pickup_list": mine, "delivery_list": []}
                routes[van] = [load, *(self._door(order_id) for order_id in mine)]
        return {
            "vehicles": {van: {"next_visits": route} for van, route in routes.items()},
            "orders": {order_id: {"status": "accepted"} for order_id in new},
        }

    def _door(self, order_id: str) -> dict[str, Any]:
        door = f"d{int(order_id[1:])}"
        return {"location": door, "pickup_list": [], "delivery_list": [order_id]}


class Van(Vehicle):  # type: ignore[misc] # dvrpsim has no types
    """Drives straight and serves for the order's durations."""

    def travel_time(self, origin: Location, destination: Location) -> float:
        """Return seconds from one location to another."""
        node = self.model.node
        seconds: float = self.model.points.drive_s(node[origin.id], node[destination.id])
        return seconds
