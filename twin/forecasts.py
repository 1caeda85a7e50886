"""What a policy believed would happen, against what did: arrivals, warnings, and what was said."""

from collections.abc import Iterator
from dataclasses import dataclass

from twin.events import (
    CustomerTold,
    DayBegan,
    Departed,
    Event,
    OfferMade,
    OrderChanged,
    OrderPlaced,
    PlanMade,
    ServiceBegan,
)
from twin.model import OrderId, PlaceId, PlaceKind, TimeWindow, VehicleId

AHEAD_S = 45 * 60.0
"""How long ahead a control tower should know: the industry's figure for a warning."""


@dataclass(frozen=True, slots=True)
class Warned:
    """The first time that a policy warned about an order.

    Attributes
    ----------
    promised_until_s
        End of the promise that was in force then.
    """

    at_s: float
    promised_until_s: float

    @property
    def is_ahead(self) -> bool:
        """Whether the promise could still be kept then."""
        return self.at_s < self.promised_until_s


class Forecasts:
    """Follows what a policy said about orders.

    Attributes
    ----------
    warned
        First warnings.
    messages
        How many messages and offers customers got.
    retold
        How often a customer was told a time that does not meet the one told before.
    effort
        Steps that solvers made.
    """

    def __init__(self) -> None:
        self.warned: dict[OrderId, Warned] = {}
        self.messages = 0
        self.retold = 0
        self.effort = 0
        self._believed: dict[OrderId, list[tuple[float, float]]] = {}
        self._promised_until_s: dict[OrderId, float] = {}
        self._began: list[tuple[OrderId, float, float | None]] = []
        self._tried: dict[OrderId, None] = {}
        self._told: dict[OrderId, TimeWindow] = {}
        self._depots: frozenset[PlaceId] = frozenset()
        self._left_depot_at_s: dict[VehicleId, float] = {}

    def take(self, event: Event) -> None:
        """Take the next event of a journal."""
        if isinstance(event, PlanMade):
            self._plan_made(event)
        elif isinstance(event, ServiceBegan):
            self._service_began(event)
        elif isinstance(event, Departed):
            if event.place in self._depots:
                self._left_depot_at_s[event.vehicle] = event.at_s
        elif isinstance(event, OrderPlaced | OrderChanged):
            self._promised_until_s[event.order.id] = event.order.promise.closes_at_s
        elif isinstance(event, CustomerTold):
            before = self._told.get(event.order)
            self.retold += before is not None and not _meet(before, event.expected)
            self._told[event.order] = event.expected
            self.messages += 1
        elif isinstance(event, OfferMade):
            self.messages += 1
        elif isinstance(event, DayBegan):
            self._depots = frozenset(
                place.id for place in event.places if place.kind is PlaceKind.DEPOT
            )

    def _plan_made(self, event: PlanMade) -> None:
        self.effort += event.effort
        for order_id, begins_at_s in event.arrivals.items():
            self._believed.setdefault(order_id, []).append((event.at_s, begins_at_s))
        for order_id in event.warned:
            until_s = self._promised_until_s.get(order_id)
            if until_s is not None:
                self.warned.setdefault(order_id, Warned(event.at_s, until_s))

    def _service_began(self, event: ServiceBegan) -> None:
        for order_id in event.orders:
            if order_id not in self._tried:
                self._tried[order_id] = None
                left_at_s = self._left_depot_at_s.get(event.vehicle)
                self._began.append((order_id, event.at_s, left_at_s))

    def errors_at_departure_s(self) -> Iterator[float]:
        """Yield actual minus believed begin of first services, as believed on leaving the depot."""
        for order_id, began_at_s, left_at_s in self._began:
            believed_s = None if left_at_s is None else self._believed_at(order_id, left_at_s)
            if believed_s is not None:
                yield began_at_s - believed_s

    def errors_ahead_s(self) -> Iterator[float]:
        """Yield the same, as believed 45 minutes before the service really began."""
        for order_id, began_at_s, _ in self._began:
            believed_s = self._believed_at(order_id, began_at_s - AHEAD_S)
            if believed_s is not None:
                yield began_at_s - believed_s

    def _believed_at(self, order_id: OrderId, at_s: float) -> float | None:
        """Return what was believed last at an instant; None if nothing was yet."""
        beliefs = self._believed.get(order_id, ())
        return next((begins_s for since_s, begins_s in reversed(beliefs) if since_s <= at_s), None)


def _meet(one: TimeWindow, other: TimeWindow) -> bool:
    return one.opens_at_s <= other.closes_at_s and other.opens_at_s <= one.closes_at_s
