"""The vocabulary of the journal: what can have happened, past tense, one frozen class each.

The first field of every event is when it happened. `ACTIVITY` says what a vehicle does from an
event on, until its next one in that table: every second of a duty is in exactly one activity.
"""

from collections.abc import Mapping
from typing import Final

from twin.events.day import (
    FULL,
    OVER,
    ActionsDropped,
    DayBegan,
    DayEnded,
    IncidentKnown,
    IncidentOver,
    PlanMade,
    PolicyFailed,
)
from twin.events.duties import (
    BreakBegan,
    BreakEnded,
    DutyCancelled,
    DutyEnded,
    DutyMoved,
    IdleBegan,
    RechargeBegan,
    Recharged,
    ShiftBegan,
    ShiftEnded,
    VehicleFree,
)
from twin.events.orders import (
    CarrierDelivered,
    CarrierFailed,
    CustomerTold,
    OfferAnswered,
    OfferMade,
    OrderBound,
    OrderCancelled,
    OrderChanged,
    OrderDeclined,
    OrderPlaced,
    OrderReady,
    OrderTendered,
    Returned,
)
from twin.events.places import (
    CAUSES,
    HOW,
    WAITS,
    AttemptFailed,
    Collected,
    Delivered,
    HandedOver,
    HandOverBegan,
    Loaded,
    LoadingBegan,
    ParkingBegan,
    ServiceBegan,
    TakenOver,
    Unloaded,
    WaitBegan,
    Walked,
    WalkingBegan,
)
from twin.events.road import (
    Arrived,
    BrokeDown,
    Departed,
    Diverted,
    RepairBegan,
    Repaired,
    SequenceLeft,
    Towed,
)

__all__ = [
    "ACTIVITIES",
    "ACTIVITY",
    "ASKS",
    "CAUSES",
    "FULL",
    "HOW",
    "MAY_ASK",
    "OVER",
    "SCHEMA",
    "WAITS",
    "ActionsDropped",
    "Arrived",
    "AttemptFailed",
    "BreakBegan",
    "BreakEnded",
    "BrokeDown",
    "CarrierDelivered",
    "CarrierFailed",
    "Collected",
    "CustomerTold",
    "DayBegan",
    "DayEnded",
    "Delivered",
    "Departed",
    "Diverted",
    "DutyCancelled",
    "DutyEnded",
    "DutyMoved",
    "Event",
    "HandOverBegan",
    "HandedOver",
    "IdleBegan",
    "IncidentKnown",
    "IncidentOver",
    "Loaded",
    "LoadingBegan",
    "OfferAnswered",
    "OfferMade",
    "OrderBound",
    "OrderCancelled",
    "OrderChanged",
    "OrderDeclined",
    "OrderPlaced",
    "OrderReady",
    "OrderTendered",
    "ParkingBegan",
    "PlanMade",
    "PolicyFailed",
    "RechargeBegan",
    "Recharged",
    "RepairBegan",
    "Repaired",
    "Returned",
    "SequenceLeft",
    "ServiceBegan",
    "ShiftBegan",
    "ShiftEnded",
    "TakenOver",
    "Towed",
    "Unloaded",
    "VehicleFree",
    "WaitBegan",
    "Walked",
    "WalkingBegan",
]

SCHEMA: Final = 2
"""Version of the journal's words. A change that a reader must know of raises it."""

Event = (
    DayBegan
    | IncidentKnown
    | IncidentOver
    | OrderPlaced
    | OrderBound
    | OrderReady
    | OrderChanged
    | OrderCancelled
    | CustomerTold
    | OfferMade
    | OfferAnswered
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
        OfferAnswered,
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
