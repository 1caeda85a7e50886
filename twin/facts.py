"""What a journal says about orders, duties, legs and halts: what KPIs and books are made from.

One pass over the events; nothing but the journal is read.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from twin.churn import Churn
from twin.events import (
    ACTIVITY,
    Arrived,
    AttemptFailed,
    BreakBegan,
    BreakEnded,
    BrokeDown,
    Collected,
    DayBegan,
    DayEnded,
    Delivered,
    Departed,
    Diverted,
    DutyEnded,
    DutyMoved,
    Event,
    Loaded,
    OrderChanged,
    OrderPlaced,
    PlanMade,
    PolicyFailed,
    Repaired,
    SequenceLeft,
    ServiceBegan,
    ShiftBegan,
    Towed,
    Unloaded,
    Walked,
    WalkingBegan,
)
from twin.fates import Fates
from twin.forecasts import Forecasts
from twin.model import (
    UNLIMITED,
    Duty,
    DutyId,
    Load,
    OrderId,
    Place,
    PlaceId,
    PlaceKind,
    Vehicle,
    VehicleId,
)
from twin.tables import DutyFacts, Fullness, HaltFacts, LegFacts, OrderFacts, RouteFacts, Span
from twin.units import DAY_S

OFF_DUTY: Final = "off duty"


class Facts:
    """The tables of one day.

    Parameters
    ----------
    events
        A journal from its header to its end.

    Attributes
    ----------
    began, ended_at_s
        The header, None without one, and when the day was over.
    vehicles, places
        Every vehicle of the day, and every place that became known.
    thinking
        When each question was asked, and when its plan took force.
    cycles
        The same of the answers that changed something: a route, or anybody's order otherwise.
    forecasts
        What the policy believed, warned of and said, against what came.
    depot_parcels
        Parcels loaded or unloaded at depots.
    goings, left_sequence
        How often a driver went on to a stop, and how often to another one than planned.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self.began: DayBegan | None = None
        self.ended_at_s = 0.0
        self._fates = Fates()
        self.orders: Mapping[OrderId, OrderFacts] = self._fates.rows
        self.duties: list[DutyFacts] = []
        self.legs: list[LegFacts] = []
        self.routes: list[RouteFacts] = []
        self.halts: list[HaltFacts] = []
        self.fullness: list[Fullness] = []
        self.thinking: list[tuple[float, float]] = []
        self.cycles: list[tuple[float, float]] = []
        self.churn = Churn()
        self.forecasts = Forecasts()
        self.policy_faults = 0
        self.breakdowns = 0
        self.repairs = 0
        self.tows = 0
        self.goings = 0
        self.left_sequence = 0
        self.depot_parcels = 0
        self.ends_at_s = DAY_S
        self.vehicles: dict[VehicleId, Vehicle] = {}
        self.places: dict[PlaceId, Place] = {}
        self._duties: dict[DutyId, Duty] = {}
        self._worked: dict[DutyId, DutyFacts] = {}
        self._arrived_at_s: dict[VehicleId, float] = {}
        self._now: dict[VehicleId, DutyFacts] = {}
        self._since: dict[VehicleId, tuple[str, float, PlaceId | None]] = {}
        self._leg: dict[VehicleId, Departed] = {}
        self._halt: dict[VehicleId, HaltFacts] = {}
        self._route: dict[VehicleId, RouteFacts] = {}
        self._parked: dict[VehicleId, PlaceId] = {}
        self._set_off_at_s: dict[VehicleId, float] = {}
        self._rests_since_s: dict[VehicleId, float] = {}
        self._take: dict[type, Callable[[Any], None]] = self._taken()
        for event in events:
            self._happens(event)

    def _taken(self) -> dict[type, Callable[[Any], None]]:
        return {
            DayBegan: self._day_began,
            OrderPlaced: self._order_known,
            OrderChanged: self._order_known,
            ShiftBegan: self._shift_began,
            DutyEnded: self._duty_ended,
            DutyMoved: self._duty_moved,
            Departed: self._departed,
            Arrived: self._leg_ended,
            Diverted: self._leg_ended,
            BrokeDown: self._broke_down,
            Repaired: self._repaired,
            Towed: self._towed,
            SequenceLeft: self._sequence_left,
            WalkingBegan: self._walking_began,
            Walked: self._walked,
            BreakBegan: self._break_began,
            BreakEnded: self._break_ended,
            ServiceBegan: self._service_began,
            Delivered: self._served,
            Collected: self._served,
            AttemptFailed: self._failed,
            Loaded: self._handled,
            Unloaded: self._handled,
            PlanMade: self._plan_made,
            PolicyFailed: self._policy_failed,
            DayEnded: self._day_ended,
        }

    def _happens(self, event: Event) -> None:
        kind = type(event)
        activity = ACTIVITY.get(kind)
        if activity is not None and kind is not ShiftBegan:
            place = getattr(event, "place", None)
            self._does(event.vehicle, activity, event.at_s, place)  # type: ignore[union-attr] # every class in ACTIVITY has a vehicle
        self._fates.take(event)
        self.churn.take(event)
        self.forecasts.take(event)
        take = self._take.get(kind)
        if take is not None:
            take(event)

    def _does(
        self, vehicle: VehicleId, activity: str, at_s: float, place: PlaceId | Place | None = None
    ) -> None:
        """Book the time since the last event to what the vehicle was doing, if it is on duty."""
        duty = self._now.get(vehicle)
        if duty is None:  # what is loaded before a shift, or mended after it, is nobody's time
            return
        was, since_s, where = self._since[vehicle]
        duty.seconds[was] += at_s - since_s
        if at_s > since_s:
            duty.spans.append(Span("driving" if was == "stem" else was, since_s, at_s, where))
        at = place.id if isinstance(place, Place) else place
        self._since[vehicle] = activity, at_s, at

    def _is_depot(self, place: PlaceId | None) -> bool:
        return place is not None and self.places[place].kind is PlaceKind.DEPOT

    def _day_began(self, event: DayBegan) -> None:
        self.began = event
        self.vehicles = {vehicle.id: vehicle for vehicle in event.vehicles}
        self._duties = {duty.id: duty for duty in event.duties}
        self.places = {place.id: place for place in event.places}
        ends = [duty.shift.closes_at_s + duty.overtime_s for duty in event.duties]
        self.ends_at_s = max([DAY_S, *ends])

    def _order_known(self, event: OrderPlaced | OrderChanged) -> None:
        self.places.update((place.id, place) for place in event.places)

    # Duties

    def _shift_began(self, event: ShiftBegan) -> None:
        vehicle = self.vehicles[event.vehicle]
        facts = self._worked.get(event.duty)
        if facts is None:
            duty = self._duties[event.duty]
            own = self.vehicles[duty.vehicle]
            facts = self._worked[event.duty] = DutyFacts(duty, own, event.at_s)
            facts.seconds["idle"] += event.at_s - duty.shift.opens_at_s
            self.duties.append(facts)
        else:  # goes on with a spare vehicle
            last_s = facts.spans[-1].ended_at_s if facts.spans else facts.began_at_s
            facts.seconds["idle"] += event.at_s - last_s
        facts.vehicles.append(vehicle)
        self._now[vehicle.id] = facts
        self._since[vehicle.id] = "idle", event.at_s, event.place
        self._arrived_at_s[vehicle.id] = event.at_s

    def _duty_ended(self, event: DutyEnded) -> None:
        facts = self._leaves_vehicle(event.vehicle, event.at_s)
        if facts is not None:
            facts.ended_at_s = event.at_s

    def _duty_moved(self, event: DutyMoved) -> None:
        self._leaves_vehicle(event.vehicle, event.at_s)

    def _leaves_vehicle(self, vehicle: VehicleId, at_s: float) -> DutyFacts | None:
        """Let nobody be on a vehicle any more, and return whose duty it was."""
        self._break_ends(vehicle, at_s)
        self._leaves_halt(vehicle, at_s)
        self._route_ends(vehicle, at_s)
        return self._now.pop(vehicle, None)

    def _break_began(self, event: BreakBegan) -> None:
        self._rests_since_s[event.vehicle] = event.at_s

    def _break_ended(self, event: BreakEnded) -> None:
        self._break_ends(event.vehicle, event.at_s)

    def _break_ends(self, vehicle: VehicleId, at_s: float) -> None:
        since_s = self._rests_since_s.pop(vehicle, None)
        if since_s is not None and vehicle in self._now:
            self._now[vehicle].breaks.append((since_s, at_s))

    # Legs and routes

    def _departed(self, event: Departed) -> None:
        vehicle = event.vehicle
        self._leaves_halt(vehicle, event.at_s)
        self._leg[vehicle] = event
        self.goings += not event.home
        at_depot = self._is_depot(event.place)
        if (at_depot or self._is_depot(event.to)) and vehicle in self._now:
            self._since[vehicle] = "stem", event.at_s, None
        if at_depot and not event.home:
            self._route_begins(vehicle, event.at_s)
            if event.aboard != Load():
                share = _fullest(event.aboard, self.vehicles[vehicle].capacity)
                self.fullness.append(Fullness(event.at_s, *share))

    def _route_begins(self, vehicle: VehicleId, at_s: float) -> None:
        if vehicle not in self._route:
            self._route[vehicle] = RouteFacts(vehicle, at_s)
            self.routes.append(self._route[vehicle])
            if vehicle in self._now:
                self._now[vehicle].routes += 1

    def _route_ends(self, vehicle: VehicleId, at_s: float) -> None:
        route = self._route.pop(vehicle, None)
        if route is not None:
            route.back_at_s = at_s

    def _leg_ended(self, event: Arrived | Diverted) -> None:
        self._drove(event)
        self._arrived_at_s[event.vehicle] = event.at_s
        if isinstance(event, Arrived):
            self._parked[event.vehicle] = event.place
            if self._is_depot(event.place):
                self._route_ends(event.vehicle, event.at_s)

    def _drove(self, event: Arrived | Diverted | BrokeDown) -> None:
        leg = self._leg.pop(event.vehicle, None)
        if leg is None:  # it broke down where it stood
            return
        stem = self._is_depot(leg.place) or self._is_depot(leg.to)
        lengths_m = event.lengths_m
        times_s = (leg.at_s, event.at_s)
        self.legs.append(
            LegFacts(event.vehicle, sum(lengths_m), *times_s, leg.aboard, stem, lengths_m)
        )

    def _broke_down(self, event: BrokeDown) -> None:
        self.places[event.place.id] = event.place
        self.breakdowns += 1
        self._drove(event)
        self._leaves_halt(event.vehicle, event.at_s)

    def _repaired(self, event: Repaired) -> None:
        self.repairs += 1
        self._arrived_at_s[event.vehicle] = event.at_s

    def _towed(self, event: Towed) -> None:
        self.tows += 1
        self._route_ends(event.vehicle, event.at_s)

    def _sequence_left(self, _: SequenceLeft) -> None:
        self.left_sequence += 1

    # Halts

    def _walking_began(self, event: WalkingBegan) -> None:
        self._set_off_at_s[event.vehicle] = event.at_s

    def _walked(self, event: Walked) -> None:
        halt = self._halt.get(event.vehicle)
        if halt is not None and halt.place != event.place:
            self._leaves_halt(event.vehicle, self._set_off_at_s.get(event.vehicle, event.at_s))
        self.goings += event.place != self._parked.get(event.vehicle)  # not back to the vehicle
        self._arrived_at_s[event.vehicle] = event.at_s

    def _leaves_halt(self, vehicle: VehicleId, at_s: float) -> None:
        halt = self._halt.pop(vehicle, None)
        if halt is None:
            return
        halt.departed_at_s = at_s
        if vehicle in self._now:
            self._now[vehicle].stops += halt.served > 0
            self._now[vehicle].parcels += halt.parcels

    def _service_began(self, event: ServiceBegan) -> None:
        self._stands(event.vehicle, event.place, event.at_s).tried += len(event.orders)

    def _stands(self, vehicle: VehicleId, place: PlaceId, at_s: float) -> HaltFacts:
        halt = self._halt.get(vehicle)
        if halt is not None and halt.place != place:
            self._leaves_halt(vehicle, at_s)
            halt = None
        if halt is None:
            arrived_at_s = self._arrived_at_s.get(vehicle, at_s)
            duty = self._now.get(vehicle)
            duty_id = None if duty is None else duty.duty.id
            halt = self._halt[vehicle] = HaltFacts(vehicle, duty_id, place, arrived_at_s)
            self.halts.append(halt)
        return halt

    def _served(self, event: Delivered | Collected) -> None:
        halt = self._stands(event.vehicle, event.place, event.at_s)
        halt.served += 1
        halt.parcels += self.orders[event.order].order.load.parcels

    def _failed(self, event: AttemptFailed) -> None:
        self._stands(event.vehicle, event.place, event.at_s)

    def _handled(self, event: Loaded | Unloaded) -> None:
        if self._is_depot(event.place):
            self.depot_parcels += sum(self.orders[o].order.load.parcels for o in event.orders)

    # Decisions, and the end

    def _plan_made(self, event: PlanMade) -> None:
        span = (event.asked_at_s, event.at_s)
        self.thinking.append(span)
        if self.churn.is_other_line or event.declined or event.tendered or event.messages:
            self.cycles.append(span)

    def _policy_failed(self, _: PolicyFailed) -> None:
        self.policy_faults += 1

    def _day_ended(self, event: DayEnded) -> None:
        self.ended_at_s = event.at_s
        for vehicle in list(self._now):  # cut off by the horizon
            self._does(vehicle, OFF_DUTY, event.at_s)
            facts = self._leaves_vehicle(vehicle, event.at_s)
            if facts is not None:
                facts.ended_at_s = event.at_s


def _fullest(aboard: Load, capacity: Load) -> tuple[float, str]:
    """Return the fullest dimension's share of the capacity and its name; what never binds is 0."""
    shares = (
        (aboard.grams / capacity.grams if capacity.grams else 0.0, "kg"),
        (aboard.millilitres / capacity.millilitres if capacity.millilitres else 0.0, "litres"),
        (aboard.parcels / capacity.parcels if capacity.parcels else 0.0, "parcels"),
    )
    return max(shares) if capacity != UNLIMITED else (0.0, "none")
