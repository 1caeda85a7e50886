"""The rule about what the dispatcher was told: which vehicle an order goes on, and which not."""

from collections.abc import Iterator, Sequence
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import Given, Look, Rule, remembering
from experiments.checker.words import Event


class _VehiclesAsTold:
    def __init__(self, _: Given) -> None:
        self._pinned_to: dict[str, str] = {}
        self._not_on: dict[str, Sequence[str]] = {}
        self._unpinned: dict[str, None] = {}

    def look(self, day: Day, event: Event) -> Iterator[str]:
        kind = event["event"]
        if kind == "OrderBound":
            self._told(day, event)
        elif kind in {"BrokeDown", "DutyCancelled"}:
            self._unpinned[event["vehicle"]] = None
        elif kind == "OrderTendered":
            pinned_to = self._pin(event["order"])
            if pinned_to is not None:
                yield f"order {event['order']} is pinned to {pinned_to}"
        else:
            for order_id in event["orders"] if "orders" in event else [event["order"]]:
                yield from self._against(order_id, event["vehicle"])

    def _told(self, day: Day, event: Event) -> None:
        order_id = day.order(event["order"]).order["id"]
        self._not_on[order_id] = event["not_on"]
        if event["pinned_to"] is not None:
            self._pinned_to[order_id] = event["pinned_to"]

    def _pin(self, order_id: str) -> str | None:
        """Return the vehicle that an order must go on as things stand."""
        pinned_to = self._pinned_to.get(order_id)
        return None if pinned_to in self._unpinned else pinned_to

    def _against(self, order_id: str, vehicle_id: str) -> Iterator[str]:
        pinned_to = self._pin(order_id)
        if pinned_to is not None and pinned_to != vehicle_id:
            yield f"order {order_id} is pinned to {pinned_to}, not {vehicle_id}"
        if vehicle_id in self._not_on.get(order_id, ()):
            yield f"order {order_id} must not go on {vehicle_id}"


@remembering(
    "OrderBound", "BrokeDown", "DutyCancelled", "OrderTendered",
    "Loaded", "TakenOver", "Delivered", "Collected", "AttemptFailed",
)  # fmt: skip
def vehicles_as_told(given: Given) -> Look:
    """An order goes on the vehicle it is pinned to, and on none that is forbidden for it."""
    return _VehiclesAsTold(given).look


RULES: Final[tuple[Rule, ...]] = (vehicles_as_told,)
