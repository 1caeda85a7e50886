"""What becomes of each order, event by event."""

from collections.abc import Callable, Mapping
from typing import Any

from twin.events import (
    AttemptFailed,
    CarrierDelivered,
    CarrierFailed,
    Collected,
    DayBegan,
    DayEnded,
    Delivered,
    Event,
    Loaded,
    OrderCancelled,
    OrderChanged,
    OrderDeclined,
    OrderPlaced,
    OrderTendered,
    Returned,
)
from twin.model import OrderId, ServiceClass
from twin.tables import OrderFacts


class Fates:
    """Follows the orders of a day.

    Attributes
    ----------
    rows
        What became of each order so far.
    """

    def __init__(self) -> None:
        self.rows: dict[OrderId, OrderFacts] = {}
        self._classes: Mapping[str, ServiceClass] = {}
        self._take: dict[type, Callable[[Any], None]] = {
            DayBegan: self._day_began,
            OrderPlaced: self._placed,
            OrderChanged: self._changed,
            OrderCancelled: self._cancelled,
            OrderTendered: self._tendered,
            CarrierDelivered: self._carrier_delivered,
            CarrierFailed: self._carrier_failed,
            OrderDeclined: self._declined,
            Loaded: self._loaded,
            Delivered: self._served,
            Collected: self._served,
            AttemptFailed: self._failed,
            Returned: self._returned,
            DayEnded: self._day_ended,
        }

    def take(self, event: Event) -> None:
        """Take the next event of a journal."""
        take = self._take.get(type(event))
        if take is not None:
            take(event)

    def _day_began(self, event: DayBegan) -> None:
        self._classes = event.service_classes

    def _placed(self, event: OrderPlaced) -> None:
        same_day = self._classes[event.order.service_class].same_day
        order = event.order
        self.rows[order.id] = OrderFacts(
            order, event.at_s, same_day=same_day, first_until_s=order.promise.closes_at_s
        )

    def _changed(self, event: OrderChanged) -> None:
        row = self.rows[event.order.id]
        row.promises += event.order.promise != row.order.promise
        if "agreed" not in event.what:
            row.first_until_s = event.order.promise.closes_at_s
        row.order = event.order

    def _cancelled(self, event: OrderCancelled) -> None:
        row = self.rows[event.order]
        row.cancelled = True
        row.cancelled_unloaded = not row.loaded and row.carrier is None

    def _tendered(self, event: OrderTendered) -> None:
        self.rows[event.order].carrier = event.carrier

    def _carrier_delivered(self, event: CarrierDelivered) -> None:
        row = self.rows[event.order]
        row.carrier_delivered = True
        row.served_began_at_s = row.served_at_s = event.began_at_s

    def _carrier_failed(self, event: CarrierFailed) -> None:
        self.rows[event.order].carrier_failed = event.cause

    def _declined(self, event: OrderDeclined) -> None:
        self.rows[event.order].declined = True

    def _loaded(self, event: Loaded) -> None:
        for order_id in event.orders:
            self.rows[order_id].loaded = True

    def _served(self, event: Delivered | Collected) -> None:
        row = self.rows[event.order]
        row.served_began_at_s = event.began_at_s
        row.served_at_s = event.at_s

    def _failed(self, event: AttemptFailed) -> None:
        self.rows[event.order].causes.append(event.cause)

    def _returned(self, event: Returned) -> None:
        self.rows[event.order].returned = True

    def _day_ended(self, event: DayEnded) -> None:
        for order_id in event.carried_over:
            self.rows[order_id].carried_over = True
