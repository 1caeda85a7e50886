"""What is known of one order and one vehicle at an instant: the rows of the state.

Rows of orders are never changed, only replaced, so a view may hold them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from twin.events import (
    BreakBegan,
    BrokeDown,
    Departed,
    HandOverBegan,
    LoadingBegan,
    RechargeBegan,
    ServiceBegan,
)
from twin.messages import Offer
from twin.model import (
    CarrierId,
    Driver,
    Duty,
    EdgeId,
    Load,
    NodeId,
    Order,
    OrderId,
    PlaceId,
    Retry,
    TimeWindow,
    Vehicle,
    VehicleId,
)
from twin.pairs import FREE, Bound
from twin.plan import Route

NOWHERE = NodeId(-1)
NOTHING = Load()


class Status(StrEnum):
    """Where an order stands. The last five are final; the others are open.

    Tendered is an order that an overflow carrier took: open until the carrier tells.
    """

    PLACED = "placed"
    READY = "ready"
    ABOARD = "aboard"
    SERVING = "serving"
    UNLOADING = "unloading"
    TENDERED = "tendered"
    DELIVERED = "delivered"
    COLLECTED = "collected"
    RETURNED = "returned"
    DECLINED = "declined"
    CANCELLED = "cancelled"


OPEN = frozenset(
    {
        Status.PLACED,
        Status.READY,
        Status.ABOARD,
        Status.SERVING,
        Status.UNLOADING,
        Status.TENDERED,
    }
)
"""States of an order that has no final one yet."""
PLANNABLE = frozenset({Status.PLACED, Status.READY, Status.ABOARD})
"""Of these, where an order could still be planned."""

CHANGEABLE = PLANNABLE | {Status.UNLOADING}
"""Where a customer can still ask for something else."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that failed: when its service began, where, on which vehicle, and the reason seen."""

    at_s: float
    place: PlaceId
    vehicle: VehicleId
    cause: str


@dataclass(frozen=True, slots=True)
class Contact:
    """What was said to a customer today.

    Attributes
    ----------
    told
        From when to when the customer was last told to expect us.
    offer
        What was asked last and is not answered yet.
    offers
        How often anything was asked.
    """

    told: TimeWindow | None = None
    offer: Offer | None = None
    offers: int = 0


NO_CONTACT = Contact()


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
    carrier
        The overflow carrier that took it.
    contact
        What was said to its customer.
    bound
        Which vehicle it must go on, and which it must not, as that binds now.
    """

    order: Order
    status: Status
    place: PlaceId | None
    vehicle: VehicleId | None = None
    planned_on: VehicleId | None = None
    attempts: tuple[Attempt, ...] = ()
    waits_for: Retry | None = None
    carrier: CarrierId | None = None
    contact: Contact = NO_CONTACT
    bound: Bound = FREE

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
    serving, handling, handing, charging
        What it is busy with at a place.
    parked
        Where the vehicle stands while its driver is at another place on foot; else None.
    down
        How it broke down, until it is repaired.
    out_of_service
        Whether it was towed in, and so is of no use for the rest of the day.
    rest_m
        The edge on which it broke down, the junction at its end and the metres left of it, with
        which its next leg begins; None otherwise.
    charge_kwh
        What is in its battery; None without one.
    packed, reached
        In which sequence its goods were loaded, and how far into it goods were taken out.
    rested_at_s, drove_s, drove_today_s, ate
        When its driver began to work or ended the last break; seconds driven since the last
        break that counts for driving, and on the duty; whether the meal break was taken.
    driven_out
        Whether the driving hours of the duty are used up.
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
    handing: HandOverBegan | None = None
    charging: RechargeBegan | None = None
    resting: BreakBegan | None = None
    parked: PlaceId | None = None
    down: BrokeDown | None = None
    out_of_service: bool = False
    rest_m: tuple[EdgeId, NodeId, float] | None = None
    charge_kwh: float | None = None
    packed: dict[OrderId, int] = field(default_factory=dict)
    reached: int = -1
    rested_at_s: float = 0.0
    drove_s: float = 0.0
    drove_today_s: float = 0.0
    ate: bool = False
    driven_out: bool = False

    @property
    def busy(self) -> bool:
        """Whether it does something that is finished before anything else is begun."""
        return bool(
            self.leg
            or self.serving
            or self.handling
            or self.handing
            or self.charging
            or self.resting
            or self.down
        )

    def out_of_sequence(self, orders: Iterable[OrderId]) -> tuple[OrderId, ...]:
        """Return which of these, taken one after another, are searched for.

        Taking goods that skips others packed before them, or that goes back, is searching.
        """
        reached, found = self.reached, []
        left = {order_id: at for order_id, at in self.packed.items() if order_id in self.aboard}
        for order_id in orders:
            at = self.packed.get(order_id)
            if at is None:
                continue
            if at < reached or any(reached < other < at for other in left.values()):
                found.append(order_id)
            left.pop(order_id, None)
            reached = at
        return tuple(found)
