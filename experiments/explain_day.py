"""A journal read for questions: what was planned for whom, and what each vehicle was doing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from twin.events import (
    ACTIVITY,
    ActionsDropped,
    Arrived,
    BrokeDown,
    DayBegan,
    DayEnded,
    Diverted,
    DutyCancelled,
    DutyEnded,
    DutyMoved,
    Event,
    OrderBound,
    OrderCancelled,
    OrderChanged,
    OrderDeclined,
    OrderPlaced,
    OrderTendered,
    PlanMade,
    PolicyFailed,
    ServiceBegan,
    ShiftBegan,
    Towed,
)
from twin.model import Order, OrderId, Place, PlaceId, PlaceKind, VehicleId
from twin.plan import Collect, Deliver, Route

_DRIVEN = (Arrived, Diverted, BrokeDown)


@dataclass(frozen=True, slots=True)
class Assigned:
    """A decision that changed which vehicle an order is planned on.

    Attributes
    ----------
    number
        Which event of the journal it is, from 0.
    vehicle, before
        Now and before; None in no route.
    stop, stops
        At which of how many stops of the route it is served.
    """

    number: int
    plan: PlanMade
    vehicle: VehicleId | None
    before: VehicleId | None
    stop: int = 0
    stops: int = 0


@dataclass(frozen=True, slots=True)
class Doing:
    """A time that a vehicle on duty spent on one thing.

    Attributes
    ----------
    began, ended
        The event that it began with, and the one that ended it; None where the day cut it off.
    """

    activity: str
    began_at_s: float
    ended_at_s: float
    began: Event
    ended: Event | None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended_at_s - self.began_at_s

    @property
    def driven_m(self) -> float:
        """Metres driven in it."""
        return sum(self.ended.lengths_m) if isinstance(self.ended, _DRIVEN) else 0.0


class DayTold:
    """A day as its journal tells it.

    Parameters
    ----------
    events
        A journal from its header to its end.

    Attributes
    ----------
    placed, orders
        Each order as it was placed, and as it was last known.
    of_vehicle
        What happened to each vehicle: number of the event in the journal, and the event.
    plans, failures
        Each decision that was made, and each that was refused or never came, with the number of
        its event in the journal.
    assigned
        By order: how its place in the plans changed.
    bound
        By order: which vehicle it was pinned to, and which were forbidden to it.
    undone
        By order: when a duty ended, was cancelled or could not go on with it in its route.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self.events = list(events)
        first, last = self.events[0], self.events[-1]
        if not isinstance(first, DayBegan) or not isinstance(last, DayEnded):
            raise ValueError("a journal begins with DayBegan and ends with DayEnded")  # noqa: TRY004
        self.began, self.ended = first, last
        self.placed: dict[OrderId, Order] = {}
        self.orders: dict[OrderId, Order] = {}
        self.places: dict[PlaceId, Place] = {place.id: place for place in first.places}
        self.of_vehicle: dict[VehicleId, list[tuple[int, Any]]] = {
            vehicle.id: [] for vehicle in first.vehicles
        }
        self.plans: list[tuple[int, PlanMade]] = []
        self.failures = [
            (number, event)
            for number, event in enumerate(self.events)
            if isinstance(event, PolicyFailed)
        ]
        self.assigned: dict[OrderId, list[Assigned]] = {}
        self.undone: dict[OrderId, list[tuple[int, Any]]] = {}
        self.bound = {one.order: one for one in self.events if isinstance(one, OrderBound)}
        self._on: dict[OrderId, VehicleId] = {}
        self._line: dict[VehicleId, dict[OrderId, None]] = {}
        for number, event in enumerate(self.events):
            self._read(number, event)

    def is_depot(self, place: PlaceId | None) -> bool:
        """Whether a place is a depot."""
        return place is not None and self.places[place].kind is PlaceKind.DEPOT

    def bound_to(self, order_id: OrderId, vehicle_id: VehicleId, number: int) -> str:
        """Return what was told of orders and vehicles that bears on planning one on the other.

        Parameters
        ----------
        number
            Event at which it was planned: a pin binds until its vehicle breaks down or a duty of
            it is cancelled.

        Returns
        -------
        words
            `` (pinned to it)``, or nothing.
        """
        told = self.bound.get(order_id)
        if told is None:
            return ""
        said = []
        if told.pinned_to is not None and self._is_free_of(told.pinned_to, number):
            said.append(f"its pin to {told.pinned_to} did not bind any more")
        elif told.pinned_to == vehicle_id:
            said.append("pinned to it")
        if told.not_on:
            said.append(f"forbidden on {', '.join(told.not_on)}")
        return f" ({'; '.join(said)})" if said else ""

    def _is_free_of(self, pinned_to: VehicleId, number: int) -> bool:
        """Whether the pins to a vehicle bind no more when an event happens."""
        return any(
            before < number and isinstance(event, BrokeDown | DutyCancelled)
            for before, event in self.of_vehicle.get(pinned_to, ())
        )

    def of_order(self, order_id: OrderId) -> Iterator[tuple[int, Any]]:
        """Yield the events that name an order, plans apart, with their numbers."""
        for number, event in enumerate(self.events):
            if not isinstance(event, PlanMade) and order_id in _names(event):
                yield number, event

    def promised_until_s(self, order_id: OrderId, at_s: float) -> float:
        """Return the end of an order's promise as it was in force at an instant."""
        until_s = self.placed[order_id].promise.closes_at_s
        for _, event in self.of_order(order_id):
            if isinstance(event, OrderChanged) and event.at_s <= at_s:
                until_s = event.order.promise.closes_at_s
        return until_s

    def doings(self, vehicle_id: VehicleId) -> list[Doing]:
        """Return what a vehicle did on duty, one thing after the other, without gaps."""
        done: list[Doing] = []
        begun: Any = None
        for _, event in self.of_vehicle[vehicle_id]:
            if type(event) not in ACTIVITY:
                continue
            if begun is not None:
                activity = ACTIVITY[type(begun)]
                done.append(Doing(activity, begun.at_s, event.at_s, begun, event))
            if isinstance(event, DutyEnded | DutyMoved):
                begun = None
            elif begun is not None or isinstance(event, ShiftBegan):
                begun = event
        if begun is not None:
            activity = ACTIVITY[type(begun)]
            done.append(Doing(activity, begun.at_s, self.ended.at_s, begun, None))
        return done

    def _read(self, number: int, event: Event) -> None:
        vehicle_id = getattr(event, "vehicle", None)
        if vehicle_id is not None:
            self.of_vehicle[vehicle_id].append((number, event))
        if isinstance(event, OrderPlaced | OrderChanged):
            self.places.update((place.id, place) for place in event.places)
            self.orders[event.order.id] = event.order
            self.placed.setdefault(event.order.id, event.order)
        elif isinstance(event, BrokeDown):
            self.places[event.place.id] = event.place
        elif isinstance(event, PlanMade):
            self.plans.append((number, event))
            self._plan(number, event)
        elif isinstance(event, ActionsDropped | ServiceBegan):
            self._leave(*event.orders)
        elif isinstance(event, DutyEnded | DutyCancelled | DutyMoved | Towed):
            for order_id in list(self._line.get(event.vehicle, {})):
                self.undone.setdefault(order_id, []).append((number, event))
                self._leave(order_id)
        elif isinstance(event, OrderCancelled | OrderDeclined | OrderTendered):
            self._leave(event.order)
        elif type(event).__name__ in {"Delivered", "Collected", "AttemptFailed"}:
            self._leave(event.order)  # type: ignore[union-attr] # these three have one

    def _leave(self, *orders: OrderId) -> None:
        """Let orders be in no route any more, for a reason that is no decision."""
        for order_id in orders:
            vehicle_id = self._on.pop(order_id, None)
            if vehicle_id is not None:
                self._line[vehicle_id].pop(order_id, None)

    def _plan(self, number: int, event: PlanMade) -> None:
        new: dict[OrderId, tuple[VehicleId, int, int]] = {}
        for vehicle_id, route in event.routes.items():
            stops = _served_at(route)
            new.update((o, (vehicle_id, stop, len(route))) for o, stop in stops.items())
        gone = [
            order_id
            for vehicle_id in event.routes
            for order_id in self._line.get(vehicle_id, {})
            if order_id not in new
        ]
        for order_id in gone:
            if order_id not in event.declined:
                self._note(order_id, Assigned(number, event, None, self._on[order_id]))
            self._leave(order_id)
        for order_id, (vehicle_id, stop, stops_) in new.items():
            before = self._on.get(order_id)
            if before != vehicle_id:
                self._leave(order_id)
                self._on[order_id] = vehicle_id
                self._note(order_id, Assigned(number, event, vehicle_id, before, stop, stops_))
            self._line.setdefault(vehicle_id, {})[order_id] = None

    def _note(self, order_id: OrderId, assigned: Assigned) -> None:
        self.assigned.setdefault(order_id, []).append(assigned)


def _served_at(route: Route) -> dict[OrderId, int]:
    """Return at which stop of a route, from 1, each order is served."""
    return {
        action.order: number
        for number, stop in enumerate(route, start=1)
        for action in stop.actions
        if isinstance(action, Deliver | Collect)
    }


def _names(event: Any) -> tuple[OrderId, ...]:  # noqa: ANN401 # any of forty classes
    """Return the orders that an event is about."""
    order = getattr(getattr(event, "offer", event), "order", None)
    if order is not None:
        return (order.id if isinstance(order, Order) else order,)
    return (
        *getattr(event, "orders", ()),
        *getattr(event, "load", ()),
        *getattr(event, "unload", ()),
        *getattr(event, "carried_over", ()),
    )
