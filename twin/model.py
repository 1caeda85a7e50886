"""What is given for a day and never changes while it is lived.

The types carry the whole domain: several depots, carriers, modes, three capacities, deliveries
and collections, skills, lockers. Words are defined in this room's README (semantics S1 to S15).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
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
class Chargers:
    """Where batteries are filled.

    Attributes
    ----------
    count
        How many vehicles can be plugged in at once, first come first served.
    kw
        What one charger gives at most.
    site_kw
        What all together may draw; a vehicle plugged in gets what is left of it, and waits if
        nothing is. None is no limit.
    """

    count: int
    kw: float
    site_kw: float | None = None

    def __post_init__(self) -> None:
        powers_kw = (self.kw,) if self.site_kw is None else (self.kw, self.site_kw)
        if self.count < 1 or not all(0 < kw < math.inf for kw in powers_kw):
            raise ValueError(f"chargers: count, kw and site_kw must be positive, got {self}")


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
    hours
        When it is open for service, in rising order; always if empty. Service that began is
        finished. After the last closing an attempt finds nobody.
    chargers
        Where batteries can be filled, None nowhere.
    slots
        How many parcels a locker holds; None is no limit. What others leave in it is in the World.
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
    hours: tuple[TimeWindow, ...] = ()
    chargers: Chargers | None = None
    slots: int | None = None

    def __post_init__(self) -> None:
        if self.docks is not None and self.docks < 1:
            raise ValueError(f"place {self.id}: docks must be at least 1, got {self.docks}")
        if self.slots is not None and self.slots < 0:
            raise ValueError(f"place {self.id}: slots must be at least 0, got {self.slots}")
        if any(a.closes_at_s >= b.opens_at_s for a, b in pairwise(self.hours)):
            raise ValueError(f"place {self.id}: hours overlap or are not in order")

    def opens_s(self, at_s: float) -> float | None:
        """Return when it is open, no earlier than an instant; None if not again this day."""
        if not self.hours:
            return at_s
        return next((max(at_s, o.opens_at_s) for o in self.hours if at_s <= o.closes_at_s), None)


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
    LOCKER = "locker"
    """The goods now go to the order's locker; the policy plans them again."""
    RETURN = "return"


LEFT_WITH = ("neighbour", "safe place")
"""Where goods can be left if nobody is at the door."""


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
    leaves_with
        Where goods may be left if nobody is at the door, tried in this order: ``neighbour``,
        ``safe place``.
    """

    name: str = "standard"
    max_attempts: int = 1
    retry: Retry = Retry.TOMORROW
    hard_window: bool = False
    serve_early: bool = False
    same_day: bool = False
    leaves_with: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(
                f"service class {self.name}: max_attempts >= 1, got {self.max_attempts}"
            )
        if strange := [where for where in self.leaves_with if where not in LEFT_WITH]:
            raise ValueError(
                f"service class {self.name}: leaves_with {', '.join(strange)}, expected some of "
                f"{', '.join(LEFT_WITH)}"
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
    agreed
        Whether the customer chose the window, so that somebody is likelier to be in during it.
    notified
        Whether the customer was told when to expect it, so that somebody is likelier to be in.
    locker
        Where its goods go after a failed attempt, if the retry rule of its class says so.
    attempts_before
        Attempts made on days before; they count towards the most that its class allows.
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
    agreed: bool = False
    notified: bool = False
    locker: PlaceId | None = None
    attempts_before: int = 0
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
        if self.attempts_before < 0:
            raise ValueError(f"order {self.id}: attempts_before is {self.attempts_before}, below 0")
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
    OVERFLOW = "overflow"
    """Takes single orders off our hands; its vehicles are not ours to see."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who operates vehicles.

    Attributes
    ----------
    tender_by_s
        Until when an overflow carrier takes orders. What is unplanned at a depot then is given
        to it, the highest priority and the earliest promise first.
    cap
        How many orders it takes in a day at most; None is no limit.
    """

    id: CarrierId
    kind: CarrierKind = CarrierKind.OWN
    tender_by_s: float | None = None
    cap: int | None = None

    def __post_init__(self) -> None:
        if self.cap is not None and self.cap < 0:
            raise ValueError(f"carrier {self.id}: cap must be at least 0, got {self.cap}")
        if self.tender_by_s is not None and self.kind is not CarrierKind.OVERFLOW:
            raise ValueError(f"carrier {self.id}: only an overflow carrier has a tender_by_s")


@dataclass(frozen=True, slots=True)
class Energy:
    """What a vehicle runs on and how much of it a kilometre takes.

    Attributes
    ----------
    fuel
        ``diesel``, ``petrol``, ``electricity`` or ``muscle``.
    per_km
        Litres or kWh per kilometre, empty and at mild temperatures.
    full_load_share
        How much more of it at full weight, as a share; in between in proportion to the weight.
    battery_kwh
        Usable battery, None for anything without one.
    charge_kw
        What the battery takes in at most; None is whatever a charger gives.
    begins_share
        How full the battery is when the day begins, 0 to 1.
    """

    fuel: str = "diesel"
    per_km: float = 0.0
    battery_kwh: float | None = None
    full_load_share: float = 0.0
    charge_kw: float | None = None
    begins_share: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.per_km < math.inf and 0 <= self.full_load_share < math.inf):
            raise ValueError(f"energy: per_km and full_load_share must be at least 0, got {self}")
        if self.battery_kwh is not None and not 0 < self.battery_kwh < math.inf:
            raise ValueError(f"energy: battery_kwh must be positive, got {self.battery_kwh}")
        if self.charge_kw is not None and not 0 < self.charge_kw < math.inf:
            raise ValueError(f"energy: charge_kw must be positive, got {self.charge_kw}")
        if not 0 <= self.begins_share <= 1:
            raise ValueError(f"energy: begins_share is 0 to 1, got {self.begins_share}")

    def used(self, leg_m: float, weight_share: float, factor: float = 1.0) -> float:
        """Return litres or kWh for a way driven.

        Parameters
        ----------
        leg_m
            Metres.
        weight_share
            Weight aboard over the weight that fits in, 0 to 1.
        factor
            Of the day: cold, heat.
        """
        return leg_m / 1000 * self.per_km * (1 + self.full_load_share * weight_share) * factor


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
    adherence
        How often the next stop is the planned one, 0 to 1; else it is the nearest of the rest of
        the tour in the same zone.
    visits
        Zones with the stops made in each before today, sorted: how well the driver knows it.
    """

    id: DriverId
    skills: tuple[str, ...] = ()
    pace: float = 1.0
    adherence: float = 1.0
    visits: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if not (self.pace > 0 and math.isfinite(self.pace)):
            raise ValueError(f"driver {self.id}: pace must be positive, got {self.pace}")
        if not 0 <= self.adherence <= 1:
            raise ValueError(f"driver {self.id}: adherence is 0 to 1, got {self.adherence}")


UNBOUNDED_S = 1e9
"""A limit that never binds, finite so that it can be written."""


@dataclass(frozen=True, slots=True)
class HoursRules:
    """Breaks and hours of service, by the name of the rule set.

    A driver takes the break before beginning what is believed to exceed a limit: a leg, the search
    for a place to park, a service, handling goods. Whose limit comes on the way rests at the next
    junction; a street once entered is driven to its end, and a service once begun is finished.

    Attributes
    ----------
    drive_most_s, drive_rest_s
        Driving after which a break of this length is due.
    work_most_s, work_rest_s
        Any work, waiting included, after which a break of this length is due.
    day_drive_most_s
        Driving in a duty after which no stop is departed for; home is still driven to.
    meal, meal_s
        When a meal break of this length is taken, at the first place stood at in this window, or
        the first after it; None without.
    """

    name: str = "none"
    drive_most_s: float = UNBOUNDED_S
    drive_rest_s: float = 0.0
    work_most_s: float = UNBOUNDED_S
    work_rest_s: float = 0.0
    day_drive_most_s: float = UNBOUNDED_S
    meal: TimeWindow | None = None
    meal_s: float = 0.0

    def __post_init__(self) -> None:
        most = (self.drive_most_s, self.work_most_s, self.day_drive_most_s)
        rest = (self.drive_rest_s, self.work_rest_s, self.meal_s)
        if not (all(0 < m < math.inf for m in most) and all(0 <= r < math.inf for r in rest)):
            raise ValueError(f"hours {self.name}: limits must be positive, rests at least 0")


NO_RULES = HoursRules()
"""No breaks and no limits."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A driver on a vehicle from one time to another (S10).

    Attributes
    ----------
    shift
        Paid time. A vehicle has at most one duty at any instant.
    overtime_s
        How long after the shift's end a stop may still be departed for. Not negative.
    hours
        Breaks and hours of service.
    pay
        Name of the pay rule in the day's rates; empty for the rates of the vehicle type.
    call_by_s
        A hired duty that has no route by then is not called, and costs nothing; None is a duty
        that comes in any case.
    """

    id: DutyId
    driver: DriverId
    vehicle: VehicleId
    shift: TimeWindow
    overtime_s: float = 0.0
    hours: HoursRules = NO_RULES
    pay: str = ""
    call_by_s: float | None = None

    def __post_init__(self) -> None:
        if not self.overtime_s >= 0:
            raise ValueError(f"duty {self.id}: overtime_s must be >= 0, got {self.overtime_s}")
        if self.call_by_s is not None and not self.call_by_s <= self.shift.opens_at_s:
            raise ValueError(
                f"duty {self.id}: is called by {clock(self.call_by_s)}, after its shift begins"
            )
