"""The rows that a journal's facts stand in: orders, duties, legs, routes and halts."""

from collections import defaultdict
from dataclasses import dataclass, field

from twin.model import CarrierId, Duty, DutyId, Load, Order, PlaceId, Vehicle, VehicleId


@dataclass(slots=True)
class OrderFacts:
    """What became of an order.

    Attributes
    ----------
    order
        As it was last known.
    causes
        Why each failed attempt of ours failed.
    served_began_at_s, served_at_s
        When the successful service began and ended; None without one. Of an overflow carrier
        both are the instant of the delivery.
    carrier
        The overflow carrier that it was given to.
    carrier_failed
        Why that carrier could not deliver it; empty if it did not say so.
    cancelled_unloaded
        Whether it was cancelled before its goods were ever aboard or given away.
    promises
        How often the promise became another one.
    first_until_s
        End of the promise without what we asked its customer to agree to: that of the beginning,
        or what the customer asked for since.
    """

    order: Order
    placed_at_s: float
    causes: list[str] = field(default_factory=list)
    served_began_at_s: float | None = None
    served_at_s: float | None = None
    same_day: bool = False
    loaded: bool = False
    declined: bool = False
    returned: bool = False
    cancelled: bool = False
    cancelled_unloaded: bool = False
    carried_over: bool = False
    carrier: CarrierId | None = None
    carrier_delivered: bool = False
    carrier_failed: str = ""
    promises: int = 0
    first_until_s: float = 0.0

    @property
    def tries(self) -> int:
        """How often we tried it."""
        ours = self.served_at_s is not None and not self.carrier_delivered
        return len(self.causes) + ours

    @property
    def was_tried(self) -> bool:
        """Whether anybody tried it: we, or the carrier that it was given to."""
        return self.tries > 0 or self.carrier_delivered or bool(self.carrier_failed)

    @property
    def late_s(self) -> float | None:
        """How long after its promise service began, 0 if not; None if it was never served."""
        if self.served_began_at_s is None:
            return None
        return max(0.0, self.served_began_at_s - self.order.promise.closes_at_s)


@dataclass(frozen=True, slots=True)
class Span:
    """A time that a duty spent on one thing, and where, if at a place."""

    activity: str
    began_at_s: float
    ended_at_s: float
    place: PlaceId | None


@dataclass(slots=True)
class DutyFacts:
    """What a duty's paid time went into.

    Attributes
    ----------
    vehicle, vehicles
        The duty's own; and those that it was worked with, spare ones after.
    seconds
        By activity; driving is split into ``stem`` (to or from a depot) and ``driving`` between
        stops.
    spans
        The same, one after the other, with the words of `ACTIVITIES`.
    breaks
        When each break began and ended.
    stops, parcels, routes
        Halts with a success, parcels delivered or collected, routes begun.
    """

    duty: Duty
    vehicle: Vehicle
    began_at_s: float
    ended_at_s: float | None = None
    vehicles: list[Vehicle] = field(default_factory=list)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    spans: list[Span] = field(default_factory=list)
    breaks: list[tuple[float, float]] = field(default_factory=list)
    stops: int = 0
    parcels: int = 0
    routes: int = 0

    @property
    def shift_s(self) -> float:
        """Planned length of the shift, as far as the day goes if the horizon cuts it off."""
        shift = self.duty.shift
        ended_at_s = shift.closes_at_s if self.ended_at_s is None else self.ended_at_s
        return min(shift.closes_at_s, ended_at_s) - shift.opens_at_s

    @property
    def overtime_s(self) -> float:
        """Time after the shift's end."""
        return max(0.0, (self.ended_at_s or 0.0) - self.duty.shift.closes_at_s)

    @property
    def paid_s(self) -> float:
        """Shift and overtime."""
        return self.shift_s + self.overtime_s


@dataclass(frozen=True, slots=True)
class LegFacts:
    """What was driven of one leg: how far, from when to when, and with what aboard.

    Attributes
    ----------
    lengths_m
        Of each edge, the last one only as far as it was driven.
    stem
        Whether it leaves a depot or was to end at one.
    """

    vehicle: VehicleId
    leg_m: float
    departed_at_s: float
    ended_at_s: float
    aboard: Load
    stem: bool
    lengths_m: tuple[float, ...] = ()


@dataclass(slots=True)
class RouteFacts:
    """One way from depot to depot, or to the end of the duty where none was regained."""

    vehicle: VehicleId
    left_at_s: float
    back_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Fullness:
    """How full a vehicle left a depot: the fullest dimension's share of the capacity, and which."""

    at_s: float
    share: float
    dimension: str


@dataclass(slots=True)
class HaltFacts:
    """One halt at a door: from coming there, on wheels or on foot, until going on.

    However many orders are served there: parked once, or walked to once.
    """

    vehicle: VehicleId
    duty: DutyId | None
    place: PlaceId
    arrived_at_s: float
    departed_at_s: float | None = None
    tried: int = 0
    served: int = 0
    parcels: int = 0
