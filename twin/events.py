"""The vocabulary of the journal: what can have happened, past tense, one frozen class each.

The first field of every event is when it happened. `ACTIVITY` says what a vehicle does from an
event on, until its next one in that table: every second of a duty is in exactly one activity.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from twin.model import (
    Carrier,
    CarrierId,
    Driver,
    Duty,
    DutyId,
    EdgeId,
    Load,
    NodeId,
    Order,
    OrderId,
    Place,
    PlaceId,
    ServiceClass,
    Vehicle,
    VehicleId,
)
from twin.plan import Message, Route
from twin.world import Identity, Incident, Rates, Rules

SCHEMA: Final = 1
"""Version of the journal's words. A change that a reader must know of raises it."""


@dataclass(frozen=True, slots=True)
class DayBegan:
    """The header: what the day is given, and who decides.

    Attributes
    ----------
    spares
        Vehicles that stand by for a duty whose own is towed in.
    """

    at_s: float
    schema: int
    identity: Identity
    policy: str
    carriers: tuple[Carrier, ...]
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Driver, ...]
    duties: tuple[Duty, ...]
    places: tuple[Place, ...]
    service_classes: Mapping[str, ServiceClass]
    rules: Rules
    rates: Rates
    spares: tuple[VehicleId, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentKnown:
    """A closure, or something that slows streets down, became known."""

    at_s: float
    incident: Incident


@dataclass(frozen=True, slots=True)
class IncidentOver:
    """The streets of a known incident are as before."""

    at_s: float
    incident: str


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order became known, with those of its places that were not known before."""

    at_s: float
    order: Order
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class OrderReady:
    """The goods of an order, not ready when it was placed, are ready, wanted or not any more."""

    at_s: float
    order: OrderId


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """What a customer was promised or where goods go is different from now on.

    Attributes
    ----------
    order
        As it is from now on; its id, kind, parcels and origin are the same as before.
    what
        ``window``, ``priority`` or ``locker``: what is different.
    places
        Those of its places that were not known before.
    """

    at_s: float
    order: Order
    what: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The customer no longer wants it. Goods aboard come home with the vehicle."""

    at_s: float
    order: OrderId


@dataclass(frozen=True, slots=True)
class OrderTendered:
    """An order was given to an overflow carrier, which fetched its goods."""

    at_s: float
    order: OrderId
    carrier: CarrierId


@dataclass(frozen=True, slots=True)
class CarrierDelivered:
    """An overflow carrier told that it had delivered an order; `began_at_s` is when."""

    at_s: float
    order: OrderId
    carrier: CarrierId
    began_at_s: float


@dataclass(frozen=True, slots=True)
class CarrierFailed:
    """An overflow carrier told that it could not deliver an order today."""

    at_s: float
    order: OrderId
    carrier: CarrierId
    cause: str


@dataclass(frozen=True, slots=True)
class OrderDeclined:
    """The policy said that it will not serve an order."""

    at_s: float
    order: OrderId


@dataclass(frozen=True, slots=True)
class ShiftBegan:
    """A driver took over a vehicle where it stands."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId
    place: PlaceId | None


@dataclass(frozen=True, slots=True)
class ShiftEnded:
    """The planned end of a shift has come, wherever the vehicle is."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId


@dataclass(frozen=True, slots=True)
class DutyEnded:
    """The driver is done: home and unloaded, or where the vehicle stays."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId


@dataclass(frozen=True, slots=True)
class DutyCancelled:
    """A duty will not be worked: ``driver absent`` or ``not called``."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId
    why: str


@dataclass(frozen=True, slots=True)
class DutyMoved:
    """The driver of a vehicle that was towed in goes on with a spare one."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId
    spare: VehicleId


@dataclass(frozen=True, slots=True)
class PlanMade:
    """A decision took force.

    Attributes
    ----------
    question
        Number of the question that it answers, from 1.
    asked_at_s
        When the question was asked; the plan was judged against what was known then.
    because
        How many events of each kind made the policy be asked.
    dropped
        Orders whose actions were done, begun or gone by the time the plan took force.
    """

    at_s: float
    question: int
    asked_at_s: float
    because: Mapping[str, int]
    routes: Mapping[VehicleId, Route]
    declined: tuple[OrderId, ...]
    messages: tuple[Message, ...]
    dropped: tuple[OrderId, ...]
    why: str
    tendered: Mapping[CarrierId, tuple[OrderId, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyFailed:
    """An answer was refused or never came; the plan before stays in force."""

    at_s: float
    question: int
    problems: tuple[str, ...]


OVER: Final = ("the shift is over", "driving hours are used up")
"""Why a vehicle may go nowhere but home for the rest of its duty."""


FULL: Final = "battery full"
"""Why a vehicle does not recharge where it was to."""


@dataclass(frozen=True, slots=True)
class ActionsDropped:
    """Actions about these orders left a vehicle's route without being done, and why."""

    at_s: float
    vehicle: VehicleId
    orders: tuple[OrderId, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Departed:
    """A vehicle began a leg.

    Attributes
    ----------
    node, place
        The junction it leaves, and the place if it stood at one.
    to
        Where it is going.
    home
        Whether it goes home with nothing left to do.
    edges, nodes, lengths_m
        The way chosen.
    aboard
        What it carries.
    """

    at_s: float
    vehicle: VehicleId
    node: NodeId
    place: PlaceId | None
    to: PlaceId
    home: bool
    nodes: tuple[NodeId, ...]
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    aboard: Load


@dataclass(frozen=True, slots=True)
class Diverted:
    """A vehicle ended its leg at a junction: sent elsewhere, or before a closed street.

    Attributes
    ----------
    why
        ``plan`` or ``closed``.
    edges, lengths_m, entered_at_s
        What was driven of the leg: edges, their lengths and when each was entered.
    """

    at_s: float
    vehicle: VehicleId
    node: NodeId
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    entered_at_s: tuple[float, ...]
    why: str = "plan"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A vehicle ended its leg where it was going; `edges` and the rest as in `Diverted`."""

    at_s: float
    vehicle: VehicleId
    node: NodeId
    place: PlaceId
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    entered_at_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SequenceLeft:
    """A driver goes to another stop of the route first than the planned one."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId


@dataclass(frozen=True, slots=True)
class BrokeDown:
    """A vehicle cannot go on. Goods stay aboard.

    Attributes
    ----------
    cause
        ``breakdown`` or ``battery empty``.
    node
        The junction it passed last, or stands at.
    edges, lengths_m, entered_at_s
        What was driven of the leg it was on, as in `Diverted`; the last edge only as far as it
        came.
    place
        Where it can be found: the place it stands at, or, on the way, one made known by this
        event, reached from the junction at the end of the street it stands in.
    """

    at_s: float
    vehicle: VehicleId
    cause: str
    node: NodeId
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    entered_at_s: tuple[float, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class RepairBegan:
    """Help has come to a broken down vehicle, and is free for it."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class Repaired:
    """A vehicle can go on from where it broke down, the first edge being the rest of that one."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class Towed:
    """A vehicle was brought in and its goods put down; it is out of service for the day."""

    at_s: float
    vehicle: VehicleId
    node: NodeId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class ParkingBegan:
    """A vehicle looks for a place to park and takes it."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId


@dataclass(frozen=True, slots=True)
class WalkingBegan:
    """The driver walks between vehicle and door."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId


@dataclass(frozen=True, slots=True)
class Walked:
    """The driver stands at another place; the vehicle stays parked where it was.

    Attributes
    ----------
    walk_m
        How far it was.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    walk_m: float


@dataclass(frozen=True, slots=True)
class BreakBegan:
    """A driver rests; `why` is ``driving``, ``work``, ``meal`` or ``planned``."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId | None
    why: str


@dataclass(frozen=True, slots=True)
class BreakEnded:
    """A driver is rested."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class RechargeBegan:
    """A battery is being filled with this power."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    kw: float


@dataclass(frozen=True, slots=True)
class Recharged:
    """A vehicle was unplugged with this much more in its battery."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    kwh: float


@dataclass(frozen=True, slots=True)
class HandOverBegan:
    """A vehicle began to give goods to another one at the same place, or to take them from it.

    A giver that is broken down has no such event of its own.
    """

    at_s: float
    vehicle: VehicleId
    other: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]
    gives: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Goods left a vehicle for another one."""

    at_s: float
    vehicle: VehicleId
    taker: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Goods that another vehicle gave are aboard."""

    at_s: float
    vehicle: VehicleId
    giver: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class WaitBegan:
    """A vehicle waits, for one of `WAITS`, at a place or a junction."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId | None
    reason: str


WAITS: Final = ("window", "opening", "dock", "goods", "charger", "hand-over", "road")
"""What a vehicle can wait for: a window, a place's hours, a dock, goods that are not ready, a
charger, the other vehicle, and, with nothing but closed streets ahead, one to be open again."""


@dataclass(frozen=True, slots=True)
class ServiceBegan:
    """Service at the customer's began: one attempt for each of the orders.

    Attributes
    ----------
    searched
        Orders whose parcels had to be searched for, taken in another sequence than loaded.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]
    searched: tuple[OrderId, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivered:
    """Goods were handed over.

    Attributes
    ----------
    attempt
        Number of the attempt, from 1.
    began_at_s
        When its service began: the instant that punctuality is judged by.
    how
        One of `HOW`.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    order: OrderId
    attempt: int
    began_at_s: float
    how: str = "in person"


HOW: Final = ("in person", "neighbour", "safe place", "locker")
"""To whom goods were handed over, or where they were left."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Goods were taken over from a customer; fields as in `Delivered`."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    order: OrderId
    attempt: int
    began_at_s: float


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """An attempt came to nothing; `cause` is one of `CAUSES`."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    order: OrderId
    attempt: int
    began_at_s: float
    cause: str


CAUSES: Final = (
    "absent",
    "no access",
    "wrong address",
    "refused",
    "damaged",
    "window missed",
    "locker full",
)
"""What an attempt can fail for."""


@dataclass(frozen=True, slots=True)
class LoadingBegan:
    """Handling of goods at a place began; what is moved is fixed from now on.

    Attributes
    ----------
    unload, load
        Orders whose goods leave and enter the vehicle.
    preloaded
        Whether it was done before the shift, taking no time of it.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    unload: tuple[OrderId, ...]
    load: tuple[OrderId, ...]
    preloaded: bool


@dataclass(frozen=True, slots=True)
class Unloaded:
    """Goods were put down."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Goods are aboard."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """Goods that could not be delivered are on their way back to the sender."""

    at_s: float
    order: OrderId
    place: PlaceId


@dataclass(frozen=True, slots=True)
class VehicleFree:
    """A vehicle has nothing left to do: at its last stop, and again when home and unloaded."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class IdleBegan:
    """A vehicle stands with nothing to do."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class DayEnded:
    """Everything is over, or the horizon has come.

    Attributes
    ----------
    carried_over
        Orders still open, wherever their goods are.
    """

    at_s: float
    carried_over: tuple[OrderId, ...]


Event = (
    DayBegan
    | IncidentKnown
    | IncidentOver
    | OrderPlaced
    | OrderReady
    | OrderChanged
    | OrderCancelled
    | OrderTendered
    | CarrierDelivered
    | CarrierFailed
    | OrderDeclined
    | DutyCancelled
    | DutyMoved
    | SequenceLeft
    | BrokeDown
    | RepairBegan
    | Repaired
    | Towed
    | Walked
    | BreakBegan
    | BreakEnded
    | RechargeBegan
    | Recharged
    | HandOverBegan
    | HandedOver
    | TakenOver
    | ShiftBegan
    | ShiftEnded
    | DutyEnded
    | PlanMade
    | PolicyFailed
    | ActionsDropped
    | Departed
    | Diverted
    | Arrived
    | ParkingBegan
    | WalkingBegan
    | WaitBegan
    | ServiceBegan
    | Delivered
    | Collected
    | AttemptFailed
    | LoadingBegan
    | Unloaded
    | Loaded
    | Returned
    | VehicleFree
    | IdleBegan
    | DayEnded
)

ACTIVITY: Final[Mapping[type, str]] = {
    ShiftBegan: "idle",
    Departed: "driving",
    ParkingBegan: "parking",
    WalkingBegan: "walking",
    WaitBegan: "waiting",
    ServiceBegan: "serving",
    LoadingBegan: "loading",
    Diverted: "idle",
    Arrived: "idle",
    Unloaded: "idle",
    Loaded: "idle",
    Delivered: "idle",
    Collected: "idle",
    AttemptFailed: "idle",
    IdleBegan: "idle",
    Walked: "idle",
    BrokeDown: "down",
    Repaired: "idle",
    BreakBegan: "on break",
    BreakEnded: "idle",
    RechargeBegan: "recharging",
    Recharged: "idle",
    HandOverBegan: "handing over",
    TakenOver: "idle",
    DutyMoved: "off duty",
    DutyEnded: "off duty",
}
"""What a vehicle does from an event on. Events that end something leave it idle, for no time at
all where the next event follows in the same instant."""

ACTIVITIES: Final = (
    "driving",
    "parking",
    "walking",
    "waiting",
    "serving",
    "loading",
    "handing over",
    "recharging",
    "on break",
    "down",
    "idle",
)
"""The activities of a duty, in the order in which they are shown."""

ASKS: Final[frozenset[type]] = frozenset(
    {
        OrderPlaced,
        OrderReady,
        OrderChanged,
        OrderCancelled,
        IncidentKnown,
        IncidentOver,
        DutyCancelled,
        DutyMoved,
        BrokeDown,
        Repaired,
        Towed,
        AttemptFailed,
        ActionsDropped,
        VehicleFree,
        ShiftBegan,
        ShiftEnded,
    }
)
"""Events after which every policy is asked (S16)."""

MAY_ASK: Final[frozenset[type]] = frozenset(
    {Departed, Diverted, Arrived, SequenceLeft, Delivered, Collected, CarrierDelivered, TakenOver}
)
"""Events after which only a policy that declares them in ``also_asks`` is asked."""
