"""How much plans change after they were released: which orders change vehicle or place in line."""

from typing import NamedTuple

from twin.events import (
    ActionsDropped,
    AttemptFailed,
    Collected,
    Delivered,
    DutyCancelled,
    DutyEnded,
    DutyMoved,
    Event,
    OrderCancelled,
    OrderTendered,
    PlanMade,
    SequenceLeft,
    ServiceBegan,
    Towed,
)
from twin.model import OrderId, PlaceId, VehicleId
from twin.plan import Collect, Deliver, Route


class _Served(NamedTuple):
    """A stop of a line, and the orders that are served there."""

    place: PlaceId
    orders: tuple[OrderId, ...]


class Churn:
    """Follows which orders each vehicle is to serve, in which sequence, plan after plan.

    An order has changed if a plan gives it to another vehicle or a carrier than the last plan that
    had it, declines it or puts it aside, or lets it stand at another place in line among the stops
    that its vehicle keeps. What was done, dropped by the day itself or cancelled is no longer in
    line, nor is what a duty left when it ended; orders put in between change nobody's place, nor
    does a driver who goes elsewhere first.

    Attributes
    ----------
    released, changed
        Orders that any plan had in a route, and those of them that ever changed.
    is_other_line
        Whether the last plan let any vehicle serve other orders than before, or in another turn.
    """

    def __init__(self) -> None:
        self.released: dict[OrderId, VehicleId] = {}
        self.changed: dict[OrderId, None] = {}
        self.is_other_line = False
        self._lines: dict[VehicleId, list[_Served]] = {}

    def take(self, event: Event) -> None:
        """Take the next event of a journal."""
        if isinstance(event, PlanMade):
            self._plan_made(event)
        elif isinstance(event, ServiceBegan | ActionsDropped):
            self._leave(event.vehicle, event.orders)
        elif isinstance(event, Delivered | Collected | AttemptFailed):
            self._leave(event.vehicle, (event.order,))
        elif isinstance(event, OrderCancelled | OrderTendered):
            self._leave(self.released.get(event.order), (event.order,))
        elif isinstance(event, DutyEnded | DutyCancelled | DutyMoved | Towed):
            self._lines.pop(event.vehicle, None)
        elif isinstance(event, SequenceLeft):
            self._goes_first(event.vehicle, event.place)

    def _goes_first(self, vehicle: VehicleId, place: PlaceId) -> None:
        line = self._lines.get(vehicle, [])
        at = next((k for k, stop in enumerate(line) if stop.place == place), 0)
        self._lines[vehicle] = [*line[at : at + 1], *line[:at], *line[at + 1 :]]

    def _leave(self, vehicle: VehicleId | None, orders: tuple[OrderId, ...]) -> None:
        if vehicle in self._lines:
            gone = set(orders)
            left = (
                _Served(stop.place, tuple(o for o in stop.orders if o not in gone))
                for stop in self._lines[vehicle]
            )
            self._lines[vehicle] = [stop for stop in left if stop.orders]

    def _plan_made(self, event: PlanMade) -> None:
        before = {vehicle: self._lines.get(vehicle, []) for vehicle in event.routes}
        for vehicle, route in event.routes.items():
            self._lines[vehicle] = _line_of(route)
        self.is_other_line = any(line != self._lines[vehicle] for vehicle, line in before.items())
        for vehicle, line in before.items():
            self._note_moves(line, self._lines[vehicle])
        now = {o: vehicle for vehicle in event.routes for o in _orders(self._lines[vehicle])}
        away = {*event.declined, *(o for orders in event.tendered.values() for o in orders)}
        self.changed.update((o, None) for o in self.released if o in away)
        for line in before.values():
            self.changed.update((o, None) for o in _orders(line) if o not in now)
        for order_id, vehicle in now.items():
            if self.released.get(order_id, vehicle) != vehicle:
                self.changed[order_id] = None
                self._leave_others(order_id, vehicle)
            self.released[order_id] = vehicle

    def _note_moves(self, before: list[_Served], after: list[_Served]) -> None:
        """Note which of the orders in both lines stand at another place among these."""
        kept = set(_orders(before)) & set(_orders(after))
        was, is_now = _places(before, kept), _places(after, kept)
        self.changed.update((o, None) for o, place in was.items() if is_now[o] != place)

    def _leave_others(self, order_id: OrderId, vehicle: VehicleId) -> None:
        for other in self._lines:
            if other != vehicle:
                self._leave(other, (order_id,))


def _line_of(route: Route) -> list[_Served]:
    """Return the stops of a route at which any order is served."""
    stops = (
        _Served(
            stop.place,
            tuple(action.order for action in stop.actions if isinstance(action, Deliver | Collect)),
        )
        for stop in route
    )
    return [stop for stop in stops if stop.orders]


def _orders(line: list[_Served]) -> list[OrderId]:
    return [order_id for stop in line for order_id in stop.orders]


def _places(line: list[_Served], kept: set[OrderId]) -> dict[OrderId, int]:
    """Return at which place in line each of these orders stands, stops without any left out."""
    stops = [stop.orders for stop in line if any(order_id in kept for order_id in stop.orders)]
    return {o: place for place, stop in enumerate(stops) for o in stop if o in kept}
