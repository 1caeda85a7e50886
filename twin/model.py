"""What is given for a day and never changes while it is lived.

The types carry the whole domain: several depots, carriers, modes, three capacities, deliveries
and collections, skills, lockers. Words are defined in this room's README (semantics S1 to S15).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from twin.units import DAY_S, clock

NodeId = NewType("NodeId", int)
"""A junction: the row of a node in the network's arrays."""
EdgeId = NewType("EdgeId", int)
"""A directed piece of street between two junctions: its row in the network's arrays."""
Mode = NewType("Mode", str)
"""What network access and speeds depend on: ``drive``, ``bike``."""
OrderId = NewType("OrderId", str)
PlaceId = NewType("PlaceId", str)
VehicleId = NewType("VehicleId", str)
DriverId = NewType("DriverId", str)
DutyId = NewType("DutyId", str)
CarrierId = NewType("CarrierId", str)
ClientId = NewType("ClientId", str)

DRIVE = Mode("drive")
BIKE = Mode("bike")


@dataclass(frozen=True, slots=True)
class Load:
    """How much: of parcels, of an order, aboard a vehicle, or what fits in it.

    Attributes
    ----------
    grams, millilitres
        Whole numbers, so that a sum over any order is exact. Not negative.
    parcels
        Number of parcels. Not negative.
    """

    grams: int = 0
    millilitres: int = 0
    parcels: int = 0

    def __post_init__(self) -> None:
        if self.grams < 0 or self.millilitres < 0 or self.parcels < 0:
            raise ValueError(f"a load cannot be negative, got {self}")

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.grams + other.grams,
            self.millilitres + other.millilitres,
            self.parcels + other.parcels,
        )

    def __sub__(self, other: "Load") -> "Load":
        return Load(
            self.grams - other.grams,
            self.millilitres - other.millilitres,
            self.parcels - other.parcels,
        )

    def fits_in(self, capacity: "Load") -> bool:
        """Whether no dimension exceeds that of the capacity."""
        return (
            self.grams <= capacity.grams
            and self.millilitres <= capacity.millilitres
            and self.parcels <= capacity.parcels
        )


UNLIMITED = Load(2**53, 2**53, 2**53)
"""A capacity that never binds."""


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From one instant to another, both belonging to it; seconds since midnight."""

    opens_at_s: float
    closes_at_s: float

    def __post_init__(self) -> None:
        if not self.opens_at_s <= self.closes_at_s:  # also refuses nan
            raise ValueError(
                f"a window closes ({self.closes_at_s}) no earlier than it opens ({self.opens_at_s})"
            )
        if not (math.isfinite(self.opens_at_s) and math.isfinite(self.closes_at_s)):
            raise ValueError(
                f"a window from {self.opens_at_s} to {self.closes_at_s} is not finite; "
                "use ALWAYS for one that never binds"
            )

    def __contains__(self, at_s: float) -> bool:
        return self.opens_at_s <= at_s <= self.closes_at_s

    def __str__(self) -> str:
        return f"{clock(self.opens_at_s)}-{clock(self.closes_at_s)}"

    def overlaps(self, other: "TimeWindow") -> bool:
        """Whether some instant belongs to both."""
        return self.opens_at_s <= other.closes_at_s and other.opens_at_s <= self.closes_at_s


ALWAYS = TimeWindow(-1e9, 1e9)
"""A window that never binds: thirty years around the day, finite so that it can be written."""


class PlaceKind(StrEnum):
    """What a place is to a delivery day."""

    DEPOT = "depot"
    HOUSEHOLD = "household"
    BUSINESS = "business"
    LOCKER = "locker"
    SITE = "site"
    """Somewhere a vehicle may start, end or be: no people, no goods of ours."""


@dataclass(frozen=True, slots=True)
class StopTime:
    """What a visit to a place is expected to take, as a planner would say it.

    Attributes
    ----------
    parking_s
        Looking for and taking a parking place.
    walk_s
        From the vehicle to the door and back.
    fixed_s
        Once a visit.
    per_parcel_s
        For each parcel handled.
    """

    parking_s: float = 0.0
    walk_s: float = 0.0
    fixed_s: float = 0.0
    per_parcel_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a vehicle can stop: a door, a depot, a locker, a site.

    Attributes
    ----------
    nodes
        The junction it is reached from, for each mode that can reach it.
    snap_m
        How far the junction is from the coordinates, metres.
    docks
        How many vehicles can be handled at once, first come first served; None is no limit.
    zone
        A district of the city, for fields over zones and for slices; empty if none.
    expected
        What a planner expects a visit to take. What it really takes is in the World.
    """

    id: PlaceId
    kind: PlaceKind
    nodes: Mapping[Mode, NodeId]
    lat: float | None = None
    lon: float | None = None
    snap_m: float = 0.0
    docks: int | None = None
    zone: str = ""
    expected: StopTime = StopTime()

    def __post_init__(self) -> None:
        if self.docks is not None and self.docks < 1:
            raise ValueError(f"place {self.id}: docks must be at least 1, got {self.docks}")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing that is carried."""

    grams: int = 0
    millilitres: int = 0
    longest_mm: int = 0


class OrderKind(StrEnum):
    """Goods to the customer, or goods from the customer."""

    DELIVERY = "delivery"
    COLLECTION = "collection"


class Retry(StrEnum):
    """What happens to the goods after a failed attempt, while attempts are left."""

    TODAY = "again today"
    TOMORROW = "tomorrow"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class ServiceClass:
    """What a client has bought: how often it is tried, and what a window means.

    Attributes
    ----------
    max_attempts
        Attempts after which the goods go back to the sender. At least 1.
    retry
        What happens after a failed attempt that was not the last.
    hard_window
        A closed hard window means no service; a closed soft one means lateness.
    serve_early
        Whether an early vehicle serves at once instead of waiting for the window.
    same_day
        Whether minutes from placement to door mean something for it.
    """

    name: str = "standard"
    max_attempts: int = 1
    retry: Retry = Retry.TOMORROW
    hard_window: bool = False
    serve_early: bool = False
    same_day: bool = False

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(
                f"service class {self.name}: max_attempts >= 1, got {self.max_attempts}"
            )


@dataclass(frozen=True, slots=True)
class Order:
    """What one customer was promised (S1).

    Attributes
    ----------
    origin, destination
        Where the goods are taken from and brought to. A delivery ends at the customer, a
        collection begins there.
    window
        When service at the customer may begin, both ends included.
    promise
        What the customer was told. On time means served no later than its end (S8). Left out,
        it is the window, or the day if there is none.
    placed_at_s
        When it becomes known. Orders known in the morning carry the planning time.
    ready_at_s
        When the goods are expected to be ready to load, as told at placement. Not before
        `placed_at_s`. When they really are is in the World.
    priority
        Higher is more urgent; 0 is ordinary.
    skills
        What a duty must bring to serve it, sorted.
    load_s, unload_s
        Handling time of this order at its origin and at its destination, when it is given with
        the order instead of following from the place's time per parcel.
    pick_up_window
        When loading at the origin may begin.
    """

    id: OrderId
    origin: PlaceId
    destination: PlaceId
    kind: OrderKind = OrderKind.DELIVERY
    parcels: tuple[Parcel, ...] = (Parcel(),)
    window: TimeWindow = ALWAYS
    promise: TimeWindow = None  # type: ignore[assignment] # set below, never None outside
    placed_at_s: float = 0.0
    ready_at_s: float = 0.0
    service_class: str = "standard"
    client: ClientId = ClientId("")
    priority: int = 0
    skills: tuple[str, ...] = ()
    load_s: float | None = None
    unload_s: float | None = None
    pick_up_window: TimeWindow = ALWAYS
    load: Load = field(init=False)

    def __post_init__(self) -> None:
        if not self.parcels:
            raise ValueError(f"order {self.id}: needs at least one parcel")
        if not (math.isfinite(self.placed_at_s) and math.isfinite(self.ready_at_s)):
            raise ValueError(
                f"order {self.id}: placed at {self.placed_at_s}, ready at {self.ready_at_s}; "
                "both must be times"
            )
        if self.ready_at_s < self.placed_at_s:
            raise ValueError(
                f"order {self.id}: ready at {clock(self.ready_at_s)}, "
                f"before it was placed at {clock(self.placed_at_s)}"
            )
        if self.origin == self.destination:
            raise ValueError(f"order {self.id}: origin and destination are both {self.origin}")
        if self.promise is None:
            promise = TimeWindow(0.0, DAY_S) if self.window == ALWAYS else self.window
            object.__setattr__(self, "promise", promise)
        load = Load(
            sum(parcel.grams for parcel in self.parcels),
            sum(parcel.millilitres for parcel in self.parcels),
            len(self.parcels),
        )
        object.__setattr__(self, "load", load)

    @property
    def customer(self) -> PlaceId:
        """The customer's door: where a delivery ends and a collection begins."""
        return self.destination if self.kind is OrderKind.DELIVERY else self.origin


class CarrierKind(StrEnum):
    """Whose vehicle it is, and so how it is paid (S15)."""

    OWN = "own"
    HIRED = "hired"
    CONTRACTED = "contracted"
    GIG = "gig"


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who operates vehicles."""

    id: CarrierId
    kind: CarrierKind = CarrierKind.OWN


@dataclass(frozen=True, slots=True)
class Energy:
    """What a vehicle runs on and how much of it a kilometre takes.

    Attributes
    ----------
    fuel
        ``diesel``, ``petrol``, ``electricity`` or ``muscle``.
    per_km
        Litres or kWh per kilometre.
    battery_kwh
        Usable battery, None for anything without one.
    """

    fuel: str = "diesel"
    per_km: float = 0.0
    battery_kwh: float | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A van, truck or cargo bike as the depot knows it before the day begins.

    Attributes
    ----------
    starts_at
        Where it stands when its first duty begins.
    ends_at
        Where it goes when there is nothing to do and at the end; None stays where it is.
    longest_mm
        Longest parcel that fits.
    looks_for_parking
        Whether a stop begins with the search for a parking place; a cargo bike stops at the door.
    """

    id: VehicleId
    type: str
    mode: Mode
    capacity: Load
    starts_at: PlaceId
    ends_at: PlaceId | None
    carrier: CarrierId = CarrierId("own")
    longest_mm: int = 2**53
    energy: Energy = Energy()
    looks_for_parking: bool = True


@dataclass(frozen=True, slots=True)
class Driver:
    """A person who drives.

    Attributes
    ----------
    skills
        What this driver may do, sorted.
    pace
        Multiplies the time at a stop; 1 is ordinary, 1.1 is ten percent slower. Positive.
    """

    id: DriverId
    skills: tuple[str, ...] = ()
    pace: float = 1.0

    def __post_init__(self) -> None:
        if not (self.pace > 0 and math.isfinite(self.pace)):
            raise ValueError(f"driver {self.id}: pace must be positive, got {self.pace}")


@dataclass(frozen=True, slots=True)
class Duty:
    """A driver on a vehicle from one time to another (S10).

    Attributes
    ----------
    shift
        Paid time. A vehicle has at most one duty at any instant.
    overtime_s
        How long after the shift's end a stop may still be departed for. Not negative.
    """

    id: DutyId
    driver: DriverId
    vehicle: VehicleId
    shift: TimeWindow
    overtime_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.overtime_s >= 0:
            raise ValueError(f"duty {self.id}: overtime_s must be >= 0, got {self.overtime_s}")
