"""What is known of one order and one vehicle at an instant: the rows of the state.

Rows of orders are never changed, only replaced, so a view may hold them.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from twin.events import Departed, LoadingBegan, ServiceBegan
from twin.model import (
    Driver,
    Duty,
    Load,
    NodeId,
    Order,
    OrderId,
    PlaceId,
    Retry,
    Vehicle,
    VehicleId,
)
from twin.plan import Route

NOWHERE = NodeId(-1)
NOTHING = Load()


class Status(StrEnum):
    """Where an order stands. The last five are final; the others are open."""

    PLACED = "placed"
    READY = "ready"
    ABOARD = "aboard"
    SERVING = "serving"
    UNLOADING = "unloading"
    DELIVERED = "delivered"
    COLLECTED = "collected"
    RETURNED = "returned"
    DECLINED = "declined"
    CANCELLED = "cancelled"


OPEN = frozenset({Status.PLACED, Status.READY, Status.ABOARD, Status.SERVING, Status.UNLOADING})
"""States of an order that has no final one yet."""
PLANNABLE = frozenset({Status.PLACED, Status.READY, Status.ABOARD})
"""Of these, where an order could still be planned."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that failed: when its service began, where, on which vehicle, and the reason seen."""

    at_s: float
    place: PlaceId
    vehicle: VehicleId
    cause: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as it is known now.

    Attributes
    ----------
    place
        Where the goods are; None while they are aboard.
    vehicle
        The vehicle that carries them, or serves the order just now.
    planned_on
        The vehicle whose route has an action about it.
    waits_for
        What a failed attempt left to be done with it, if it cannot be served again today.
    """

    order: Order
    status: Status
    place: PlaceId | None
    vehicle: VehicleId | None = None
    planned_on: VehicleId | None = None
    attempts: tuple[Attempt, ...] = ()
    waits_for: Retry | None = None

    @property
    def id(self) -> OrderId:
        """The id of the order."""
        return self.order.id

    @property
    def is_open(self) -> bool:
        """Whether the order has no final state yet."""
        return self.status in OPEN

    @property
    def can_be_planned(self) -> bool:
        """Whether a plan may serve it: open, not being served, not waiting for another day."""
        return self.status in PLANNABLE and self.waits_for is None


@dataclass(slots=True)
class VehicleState:
    """A vehicle now.

    Attributes
    ----------
    duty, driver
        The duty it is on; before and between duties the next one; None after the last.
    place
        Where it stands; None under way or at a junction.
    node
        The junction it stands at, or the one its leg began at.
    route
        What is planned and not begun.
    leg
        How it departed, while it drives.
    serving, handling
        What it is busy with at a place.
    """

    vehicle: Vehicle
    duty: Duty | None
    driver: Driver | None
    place: PlaceId | None
    node: NodeId
    activity: str = "off duty"
    since_s: float = 0.0
    on_duty: bool = False
    aboard: dict[OrderId, None] = field(default_factory=dict)
    load: Load = NOTHING
    route: Route = ()
    leg: Departed | None = None
    serving: ServiceBegan | None = None
    handling: LoadingBegan | None = None
