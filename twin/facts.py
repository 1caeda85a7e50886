"""What a journal says about orders, duties, legs and halts: the tables that KPIs are made from.

One pass over the events; nothing but the journal is read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.events import (
    ACTIVITY,
    Arrived,
    AttemptFailed,
    Collected,
    DayBegan,
    DayEnded,
    Delivered,
    Departed,
    Diverted,
    DutyEnded,
    Event,
    Loaded,
    OrderDeclined,
    OrderPlaced,
    PlanMade,
    PolicyFailed,
    Returned,
    ServiceBegan,
    ShiftBegan,
)
from twin.model import (
    UNLIMITED,
    Duty,
    Load,
    Order,
    OrderId,
    Place,
    PlaceId,
    PlaceKind,
    ServiceClass,
    Vehicle,
    VehicleId,
)
from twin.units import DAY_S


@dataclass(slots=True)
class OrderFacts:
    """What became of an order.

    Attributes
    ----------
    causes
        Why each failed attempt failed.
    served_began_at_s, served_at_s
        When the successful service began and ended; None without one.
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
    carried_over: bool = False

    @property
    def tries(self) -> int:
        """How often it was tried."""
        return len(self.causes) + (self.served_at_s is not None)

    @property
    def late_s(self) -> float | None:
        """How long after its promise service began, 0 if not; None if it was never served."""
        if self.served_began_at_s is None:
            return None
        return max(0.0, self.served_began_at_s - self.order.promise.closes_at_s)


@dataclass(slots=True)
class DutyFacts:
    """What a duty's paid time went into.

    Attributes
    ----------
    seconds
        By activity; driving is split into ``stem`` (to or from a depot) and ``between`` stops.
    """

    duty: Duty
    vehicle: Vehicle
    began_at_s: float
    ended_at_s: float | None = None
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

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
    """One leg driven: how far, from when to when, and with what aboard."""

    vehicle: VehicleId
    leg_m: float
    departed_at_s: float
    ended_at_s: float
    aboard: Load
    stem: bool


@dataclass(slots=True)
class HaltFacts:
    """One halt of one vehicle at a door: parked once, however many orders."""

    vehicle: VehicleId
    place: PlaceId
    arrived_at_s: float
    departed_at_s: float | None = None
    tried: int = 0
    served: int = 0
    parcels: int = 0


class Facts:
    """The tables of one day.

    Parameters
    ----------
    events
        A journal from its header to its end.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self.orders: dict[OrderId, OrderFacts] = {}
        self.duties: list[DutyFacts] = []
        self.legs: list[LegFacts] = []
        self.halts: list[HaltFacts] = []
        self.load_shares: list[tuple[float, str]] = []
        self.route_s: float = 0.0
        self.routes: int = 0
        self.planning_s: list[float] = []
        self.policy_faults = 0
        self.ends_at_s = DAY_S
        self._vehicles: dict[VehicleId, Vehicle] = {}
        self._duties: dict[str, Duty] = {}
        self._classes: Mapping[str, ServiceClass] = {}
        self._places: dict[PlaceId, Place] = {}
        self._arrived_at_s: dict[VehicleId, float] = {}
        self._now: dict[VehicleId, DutyFacts] = {}
        self._since: dict[VehicleId, tuple[str, float]] = {}
        self._leg: dict[VehicleId, Departed] = {}
        self._halt: dict[VehicleId, HaltFacts] = {}
        self._left_depot_at_s: dict[VehicleId, float] = {}
        self._take: dict[type, Callable[[Any], None]] = {
            DayBegan: self._day_began,
            OrderPlaced: self._order_placed,
            OrderDeclined: self._order_declined,
            Returned: self._returned,
            ShiftBegan: self._shift_began,
            DutyEnded: self._duty_ended,
            Departed: self._departed,
            Arrived: self._leg_ended,
            Diverted: self._leg_ended,
            ServiceBegan: self._service_began,
            Delivered: self._served,
            Collected: self._served,
            AttemptFailed: self._failed,
            Loaded: self._loaded,
            PlanMade: self._plan_made,
            PolicyFailed: self._policy_failed,
            DayEnded: self._day_ended,
        }
        for event in events:
            kind = type(event)
            activity = ACTIVITY.get(kind)
            if activity is not None and kind is not ShiftBegan:
                self._does(event.vehicle, activity, event.at_s)  # type: ignore[union-attr] # every class in ACTIVITY has a vehicle
            take = self._take.get(kind)
            if take is not None:
                take(event)

    def _does(self, vehicle: VehicleId, activity: str, at_s: float) -> None:
        """Book the time since the last event to what the vehicle was doing."""
        was, since_s = self._since[vehicle]
        self._now[vehicle].seconds[was] += at_s - since_s
        self._since[vehicle] = activity, at_s

    def _is_depot(self, place: PlaceId | None) -> bool:
        return place is not None and self._places[place].kind is PlaceKind.DEPOT

    def _day_began(self, event: DayBegan) -> None:
        self._vehicles = {vehicle.id: vehicle for vehicle in event.vehicles}
        self._duties = {duty.id: duty for duty in event.duties}
        self._places = {place.id: place for place in event.places}
        self._classes = event.service_classes
        ends = [duty.shift.closes_at_s + duty.overtime_s for duty in event.duties]
        self.ends_at_s = max([DAY_S, *ends])

    def _order_placed(self, event: OrderPlaced) -> None:
        self._places.update((place.id, place) for place in event.places)
        same_day = self._classes[event.order.service_class].same_day
        self.orders[event.order.id] = OrderFacts(event.order, event.at_s, same_day=same_day)

    def _order_declined(self, event: OrderDeclined) -> None:
        self.orders[event.order].declined = True

    def _returned(self, event: Returned) -> None:
        self.orders[event.order].returned = True

    def _shift_began(self, event: ShiftBegan) -> None:
        duty = self._duties[event.duty]
        facts = DutyFacts(duty, self._vehicles[event.vehicle], event.at_s)
        facts.seconds["idle"] += event.at_s - duty.shift.opens_at_s
        self.duties.append(facts)
        self._now[event.vehicle] = facts
        self._since[event.vehicle] = "idle", event.at_s
        self._arrived_at_s[event.vehicle] = event.at_s

    def _duty_ended(self, event: DutyEnded) -> None:
        self._now[event.vehicle].ended_at_s = event.at_s
        self._leaves_halt(event.vehicle, event.at_s)

    def _leaves_halt(self, vehicle: VehicleId, at_s: float) -> None:
        halt = self._halt.pop(vehicle, None)
        if halt is not None:
            halt.departed_at_s = at_s

    def _departed(self, event: Departed) -> None:
        vehicle = event.vehicle
        self._leaves_halt(vehicle, event.at_s)
        self._leg[vehicle] = event
        at_depot = self._is_depot(event.place)
        if at_depot or self._is_depot(event.to):
            self._since[vehicle] = "stem", event.at_s
        if at_depot and not event.home:
            self._left_depot_at_s.setdefault(vehicle, event.at_s)
            if event.aboard != Load():
                share = _largest_share(event.aboard, self._vehicles[vehicle].capacity)
                self.load_shares.append(share)

    def _leg_ended(self, event: Arrived | Diverted) -> None:
        vehicle, leg = event.vehicle, self._leg.pop(event.vehicle)
        stem = self._is_depot(leg.place) or self._is_depot(leg.to)
        self.legs.append(
            LegFacts(vehicle, sum(event.lengths_m), leg.at_s, event.at_s, leg.aboard, stem)
        )
        self._arrived_at_s[vehicle] = event.at_s
        at_depot = isinstance(event, Arrived) and self._is_depot(event.place)
        if at_depot and vehicle in self._left_depot_at_s:
            self.routes += 1
            self.route_s += event.at_s - self._left_depot_at_s.pop(vehicle)

    def _service_began(self, event: ServiceBegan) -> None:
        self._stands(event.vehicle, event.place, event.at_s).tried += len(event.orders)

    def _stands(self, vehicle: VehicleId, place: PlaceId, at_s: float) -> HaltFacts:
        halt = self._halt.get(vehicle)
        if halt is None:
            arrived_at_s = self._arrived_at_s.get(vehicle, at_s)
            halt = self._halt[vehicle] = HaltFacts(vehicle, place, arrived_at_s)
            self.halts.append(halt)
        return halt

    def _served(self, event: Delivered | Collected) -> None:
        facts = self.orders[event.order]
        facts.served_began_at_s = event.began_at_s
        facts.served_at_s = event.at_s
        halt = self._stands(event.vehicle, event.place, event.at_s)
        halt.served += 1
        halt.parcels += facts.order.load.parcels

    def _failed(self, event: AttemptFailed) -> None:
        self.orders[event.order].causes.append(event.cause)
        self._stands(event.vehicle, event.place, event.at_s)

    def _loaded(self, event: Loaded) -> None:
        for order_id in event.orders:
            self.orders[order_id].loaded = True

    def _plan_made(self, event: PlanMade) -> None:
        self.planning_s.append(event.at_s - event.asked_at_s)

    def _policy_failed(self, _: PolicyFailed) -> None:
        self.policy_faults += 1

    def _day_ended(self, event: DayEnded) -> None:
        for order_id in event.carried_over:
            self.orders[order_id].carried_over = True
        for facts in self.duties:
            if facts.ended_at_s is None:  # cut off by the horizon
                self._does(facts.vehicle.id, "off duty", event.at_s)
                facts.ended_at_s = event.at_s


def _largest_share(aboard: Load, capacity: Load) -> tuple[float, str]:
    """Return the fullest dimension's share of the capacity and its name; what never binds is 0."""
    shares = (
        (aboard.grams / capacity.grams if capacity.grams else 0.0, "kg"),
        (aboard.millilitres / capacity.millilitres if capacity.millilitres else 0.0, "litres"),
        (aboard.parcels / capacity.parcels if capacity.parcels else 0.0, "parcels"),
    )
    return max(shares) if capacity != UNLIMITED else (0.0, "none")
