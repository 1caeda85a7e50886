"""Which vehicles orders are bound to, followed through a journal: a part of `twin.soundness`."""

from collections.abc import Iterator

from twin.events import (
    BrokeDown,
    Collected,
    Delivered,
    DutyCancelled,
    Event,
    Loaded,
    OrderBound,
    OrderTendered,
    TakenOver,
)
from twin.model import OrderId, VehicleId


class Bindings:
    """Remembers what the dispatcher was told of orders and vehicles, and who is free of it.

    A pin holds until its vehicle breaks down or a duty of it is cancelled; what is forbidden stays
    forbidden.
    """

    def __init__(self) -> None:
        self._told: dict[OrderId, OrderBound] = {}
        self._unpinned: dict[VehicleId, None] = {}

    def against(self, event: Event) -> Iterator[str]:
        """Take the next event, and yield what about it is against what was told."""
        if isinstance(event, OrderBound):
            self._told[event.order] = event
        elif isinstance(event, BrokeDown | DutyCancelled):
            self._unpinned[event.vehicle] = None
        elif isinstance(event, OrderTendered):
            yield from self._of(event.order, None)
        elif isinstance(event, Loaded | TakenOver):
            for order_id in event.orders:
                yield from self._of(order_id, event.vehicle)
        elif isinstance(event, Delivered | Collected):
            yield from self._of(event.order, event.vehicle)

    def _of(self, order_id: OrderId, vehicle_id: VehicleId | None) -> Iterator[str]:
        """Yield what is wrong with an order on a vehicle, or given away where that is None."""
        told = self._told.get(order_id)
        if told is None:
            return
        pinned_to = None if told.pinned_to in self._unpinned else told.pinned_to
        if pinned_to not in {None, vehicle_id}:
            yield f"order {order_id} is pinned to {pinned_to}, not {vehicle_id or 'a carrier'}"
        if vehicle_id in told.not_on:
            yield f"order {order_id} must not go on {vehicle_id}"
