"""The world, its clock, and the contract with policies.

A run is a pure function, ``run(world, make_policy) -> Journal``. All chance is in the World
before the clock starts; all truth is in the Journal after it stops.
"""

from twin.engine import run
from twin.journal import Journal
from twin.kpi import KPIS, figures, measure
from twin.ledger import Ledger
from twin.legality import problems
from twin.messages import Message, Notify, OfferLocker, OfferWindow
from twin.model import (
    ALWAYS,
    BIKE,
    DRIVE,
    Carrier,
    Driver,
    Duty,
    Load,
    Order,
    OrderKind,
    Parcel,
    Place,
    PlaceKind,
    Retry,
    ServiceClass,
    StopTime,
    TimeWindow,
    Vehicle,
)
from twin.plan import Collect, Deliver, LoadOrders, Plan, Route, Stop, UnloadOrders
from twin.policy import Briefing, MakePolicy, Policy
from twin.state import State
from twin.view import OrderView, VehicleView, View
from twin.world import (
    Identity,
    Path,
    Presence,
    Rates,
    Rules,
    Streets,
    Travel,
    Visit,
    World,
)

__all__ = [
    "ALWAYS",
    "BIKE",
    "DRIVE",
    "KPIS",
    "Briefing",
    "Carrier",
    "Collect",
    "Deliver",
    "Driver",
    "Duty",
    "Identity",
    "Journal",
    "Ledger",
    "Load",
    "LoadOrders",
    "MakePolicy",
    "Message",
    "Notify",
    "OfferLocker",
    "OfferWindow",
    "Order",
    "OrderKind",
    "OrderView",
    "Parcel",
    "Path",
    "Place",
    "PlaceKind",
    "Plan",
    "Policy",
    "Presence",
    "Rates",
    "Retry",
    "Route",
    "Rules",
    "ServiceClass",
    "State",
    "Stop",
    "StopTime",
    "Streets",
    "TimeWindow",
    "Travel",
    "UnloadOrders",
    "Vehicle",
    "VehicleView",
    "View",
    "Visit",
    "World",
    "figures",
    "measure",
    "problems",
    "run",
]
