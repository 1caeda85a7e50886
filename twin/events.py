"""The vocabulary of the journal: what can have happened, past tense, one frozen class each.

The first field of every event is when it happened. `ACTIVITY` says what a vehicle does from an
event on, until its next one in that table: every second of a duty is in exactly one activity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from twin.model import (
    Carrier,
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
from twin.world import Identity, Rates, Rules

SCHEMA: Final = 1
"""Version of the journal's words. A change that a reader must know of raises it."""


@dataclass(frozen=True, slots=True)
class DayBegan:
    """The header: what the day is given, and who decides."""

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


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order became known, with those of its places that were not known before."""

    at_s: float
    order: Order
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class OrderReady:
    """The goods of an order, not ready when it was placed, can be loaded now."""

    at_s: float
    order: OrderId


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


@dataclass(frozen=True, slots=True)
class PolicyFailed:
    """An answer was refused or never came; the plan before stays in force."""

    at_s: float
    question: int
    problems: tuple[str, ...]


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
    """A vehicle was sent elsewhere and ended its leg at a junction.

    Attributes
    ----------
    edges, lengths_m, entered_at_s
        What was driven of the leg: edges, their lengths and when each was entered.
    """

    at_s: float
    vehicle: VehicleId
    node: NodeId
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    entered_at_s: tuple[float, ...]


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
class WaitBegan:
    """A vehicle waits: for a ``window`` to open, a ``dock``, or ``goods`` to be ready."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    reason: str


@dataclass(frozen=True, slots=True)
class ServiceBegan:
    """Service at the customer's began: one attempt for each of the orders."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """Goods were handed over.

    Attributes
    ----------
    attempt
        Number of the attempt, from 1.
    began_at_s
        When its service began: the instant that punctuality is judged by.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    order: OrderId
    attempt: int
    began_at_s: float


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


CAUSES: Final = ("absent", "no access", "wrong address", "refused", "window missed")
"""What an attempt can fail for in this version."""


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
    | OrderPlaced
    | OrderReady
    | OrderDeclined
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
    DutyEnded: "off duty",
}
"""What a vehicle does from an event on. Events that end something leave it idle, for no time at
all where the next event follows in the same instant."""

ACTIVITIES: Final = ("driving", "parking", "walking", "waiting", "serving", "loading", "idle")
"""The activities of a duty, in the order in which they are shown."""

ASKS: Final[frozenset[type]] = frozenset(
    {
        OrderPlaced,
        OrderReady,
        AttemptFailed,
        ActionsDropped,
        VehicleFree,
        ShiftBegan,
        ShiftEnded,
    }
)
"""Events after which every policy is asked (S16)."""

MAY_ASK: Final[frozenset[type]] = frozenset({Departed, Diverted, Arrived, Delivered, Collected})
"""Events after which only a policy that declares them in ``also_asks`` is asked."""
