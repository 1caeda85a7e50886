"""One day as it will turn out, whatever anyone decides.

All chance is in here before the clock starts. The engine reads it; a policy never does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from twin.errors import InputError
from twin.misfits import misfits
from twin.model import (
    Carrier,
    Driver,
    Duty,
    DutyId,
    Order,
    OrderId,
    Place,
    PlaceId,
    PlaceKind,
    ServiceClass,
    Vehicle,
    VehicleId,
)
from twin.pairs import Bound
from twin.rates import EmissionFactor, Pay, Rates
from twin.rules import BreakdownClock, OnFault, Rules, WhenIdle
from twin.streets import (
    Closable,
    Feed,
    Incident,
    Metres,
    Nodes,
    Path,
    Seconds,
    Streets,
    Travel,
)
from twin.surprises import Breakdown, Change, Outside, Presence, Reply, Visit

__all__ = [
    "Breakdown",
    "BreakdownClock",
    "Change",
    "Closable",
    "EmissionFactor",
    "Feed",
    "Identity",
    "Incident",
    "Metres",
    "Nodes",
    "OnFault",
    "Outside",
    "Path",
    "Pay",
    "Presence",
    "Rates",
    "Reply",
    "Rules",
    "Seconds",
    "Streets",
    "Travel",
    "Visit",
    "WhenIdle",
    "World",
]


@dataclass(frozen=True, slots=True)
class Identity:
    """What made this day: enough to make it again.

    Attributes
    ----------
    date
        ISO date of the day, for display and calendars.
    network, network_sha256
        Name and content hash of the streets; edges in the journal are theirs.
    attribution
        Credit that the map data asks for wherever it shows; empty without map data.
    """

    scenario: str
    seed: int = 0
    day: int = 1
    date: str = "2026-01-05"
    time_zone: str = "UTC"
    network: str = ""
    network_sha256: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """One day as it will turn out.

    Attributes
    ----------
    places
        Every place of the day, doors of orders to come included.
    orders
        Every order of the day, sorted by when it is placed, then by id.
    travel
        What the scenario lets policies believe about the streets.
    streets
        How long paths really take.
    visits
        By place; a place left out takes no time.
    presence
        By door; at a door left out somebody always is.
    failures
        Orders that cannot be served whoever is at the door, with the cause.
    ready_at_s
        When goods really are ready, for orders whose goods are not ready as announced.
    search_s
        What finding out costs at a door, for orders in `failures` with a wrong address or no
        access.
    neighbours
        By door: whether a neighbour is there who would take goods. Nobody at a door left out.
    safe_places
        Orders that could be left in a safe place.
    lockers
        By locker: when each slot that others hold today becomes free, in rising order; slots
        left out are free all day. Goods of today stay in it.
    changes
        What customers will ask for, in the order of time.
    tendered
        What overflow carriers would make of each order; they deliver what is left out at once.
    feed
        Live beliefs; None is `travel` all day.
    incidents
        Closures and incidents of the day, in the order in which they become known.
    breakdowns
        By vehicle, one after the other.
    absent
        When it becomes known that the driver of a duty will not come, by duty.
    spares
        Vehicles without a duty that stand by at a depot.
    deviations
        By duty: uniform numbers, one for each departure to a stop; the driver leaves the plan
        where the number is not below the adherence. The last repeats.
    replies
        What customers answer when asked for another window or a locker; who is left out says no
        at once.
    pins
        The vehicle that an order must go on: known with the order, and binding until the vehicle
        breaks down or a duty of it is cancelled.
    forbidden
        Orders that must not go on a vehicle.
    routes
        Given routes: the orders that a vehicle serves, in this order, after loading their goods.
        All are placed when the day begins.
    foresight
        Whether a policy that declares itself clairvoyant may be shown this day (S19).

    Raises
    ------
    InputError
        With everything in it that does not fit together.
    """

    identity: Identity
    places: Mapping[PlaceId, Place]
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Driver, ...]
    duties: tuple[Duty, ...]
    orders: tuple[Order, ...]
    travel: Travel
    streets: Streets
    carriers: tuple[Carrier, ...] = ()
    service_classes: Mapping[str, ServiceClass] = field(default_factory=dict)
    visits: Mapping[PlaceId, Visit] = field(default_factory=dict)
    presence: Mapping[PlaceId, Presence] = field(default_factory=dict)
    failures: Mapping[OrderId, str] = field(default_factory=dict)
    ready_at_s: Mapping[OrderId, float] = field(default_factory=dict)
    search_s: Mapping[OrderId, float] = field(default_factory=dict)
    neighbours: Mapping[PlaceId, Presence] = field(default_factory=dict)
    safe_places: frozenset[OrderId] = frozenset()
    lockers: Mapping[PlaceId, tuple[float, ...]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    tendered: Mapping[OrderId, Outside] = field(default_factory=dict)
    feed: Feed | None = None
    incidents: tuple[Incident, ...] = ()
    breakdowns: Mapping[VehicleId, tuple[Breakdown, ...]] = field(default_factory=dict)
    absent: Mapping[DutyId, float] = field(default_factory=dict)
    spares: tuple[VehicleId, ...] = ()
    deviations: Mapping[DutyId, tuple[float, ...]] = field(default_factory=dict)
    replies: Mapping[OrderId, Reply] = field(default_factory=dict)
    foresight: bool = False
    pins: Mapping[OrderId, VehicleId] = field(default_factory=dict)
    forbidden: frozenset[tuple[OrderId, VehicleId]] = frozenset()
    routes: Mapping[VehicleId, tuple[OrderId, ...]] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    rates: Rates = field(default_factory=Rates)

    def __post_init__(self) -> None:
        orders = tuple(sorted(self.orders, key=lambda order: (order.placed_at_s, order.id)))
        object.__setattr__(self, "orders", orders)
        for name in ("vehicles", "drivers", "duties", "carriers"):
            object.__setattr__(
                self, name, tuple(sorted(getattr(self, name), key=lambda thing: thing.id))
            )
        changes = tuple(sorted(self.changes, key=lambda change: (change.at_s, change.order)))
        object.__setattr__(self, "changes", changes)
        incidents = tuple(sorted(self.incidents, key=lambda one: (one.known_at_s, one.id)))
        object.__setattr__(self, "incidents", incidents)
        object.__setattr__(self, "spares", tuple(sorted(self.spares)))
        problems = misfits(self)
        if problems:
            raise InputError(f"the day of {self.identity.scenario}", problems)

    def bound(self) -> dict[OrderId, Bound]:
        """Return what binds orders to vehicles, of those that anything does."""
        not_on: dict[OrderId, list[VehicleId]] = {}
        for order_id, vehicle_id in sorted(self.forbidden):
            not_on.setdefault(order_id, []).append(vehicle_id)
        return {
            order_id: Bound(self.pins.get(order_id), tuple(not_on.get(order_id, ())))
            for order_id in sorted({*self.pins, *not_on})
        }

    def known_places(self) -> dict[PlaceId, Place]:
        """Return what is known before any order: all but doors, and where vehicles start or end."""
        stands = {vehicle.starts_at for vehicle in self.vehicles}
        stands |= {vehicle.ends_at for vehicle in self.vehicles if vehicle.ends_at is not None}
        known = {PlaceKind.DEPOT, PlaceKind.LOCKER, PlaceKind.SITE}
        return {
            place_id: place
            for place_id, place in sorted(self.places.items())
            if place.kind in known or place_id in stands
        }
