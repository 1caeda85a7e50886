"""One halt of a vehicle at a place: park, dock, wait, handle goods, serve customers.

Each step does one thing of the route or waits for what that needs, and then leaves it to the life
of the vehicle to look at the route again: a plan may have changed it.
"""

from dataclasses import replace
from math import exp
from typing import TYPE_CHECKING, Any

import simpy

from twin.door import Door, Outcome
from twin.events import (
    ActionsDropped,
    AttemptFailed,
    Collected,
    Delivered,
    Event,
    Loaded,
    LoadingBegan,
    OrderChanged,
    ParkingBegan,
    Returned,
    ServiceBegan,
    Unloaded,
    WaitBegan,
    WalkingBegan,
)
from twin.meeting import Meeting
from twin.model import ALWAYS, Order, OrderId, OrderKind, PlaceId, PlaceKind, Retry, VehicleId
from twin.plan import (
    Break,
    Collect,
    Deliver,
    HandOver,
    LoadOrders,
    Recharge,
    UnloadOrders,
    orders_in,
)
from twin.units import tick_s
from twin.view import expected_stop_s
from twin.waits import Waits
from twin.world import Visit

if TYPE_CHECKING:
    from twin.engine import Day
    from twin.life import Life

NO_TIME = Visit()


class Halt:
    """One halt at a place: parked once, docked once, the fixed time taken once.

    Parameters
    ----------
    day
        The day it is in.
    life
        The life of the vehicle that halts.
    vehicle_id
        Which vehicle that is.
    place_id
        Where it halts.
    on_foot
        Whether its driver came on foot, the vehicle being parked elsewhere.

    Attributes
    ----------
    dock
        What it holds of the place's docks, None without.
    """

    def __init__(
        self,
        day: "Day",
        life: "Life",
        vehicle_id: VehicleId,
        place_id: PlaceId,
        *,
        on_foot: bool = False,
    ) -> None:
        self._day = day
        self._life = life
        self._id = vehicle_id
        self._row = day.state.vehicles[vehicle_id]
        self.place = day.state.places[place_id]
        self._times = day.world.visits.get(place_id, NO_TIME)
        self._number = day.state.services_at.get(place_id, 0)
        self._parked = on_foot
        self._fixed_taken = False
        self._waits_for = ""
        self.dock: Any = None

    @property
    def may_handle(self) -> bool:
        """Whether goods can be handled now: a dock is held, or none is needed."""
        return self.dock is not None or self.place.docks is None

    def step(self) -> Waits:
        """Do the next actions of the first stop, or wait for what they need."""
        action = self._row.route[0].actions[0]
        if isinstance(action, LoadOrders | UnloadOrders):
            yield from self._goods()
        elif isinstance(action, Break):
            yield from self._life.takes_break("planned", action.rest_s)
        elif isinstance(action, Recharge):
            yield from self._life.battery.fills(action, self)
        elif isinstance(action, HandOver):
            yield from Meeting(self._day, self._life, self).meets(action)
        else:
            yield from self._attempt()

    def _fixed_left_s(self) -> float:
        """Return the fixed time of this halt, if it has not been taken yet."""
        return 0.0 if self._fixed_taken else self._times.nth(self._times.fixed_s, self._number)

    def leave(self) -> None:
        """Give the dock back, if there is one."""
        if self.dock is not None:
            self._day.docks[self.place.id].release(self.dock)
            self.dock = None
        if self._row.charging is None and self.place.id in self._day.plugs:
            self._day.plugs[self.place.id].leave(self._id)

    def wait(self, until_s: float, reason: str) -> Waits:
        """Wait at a place until an instant or a changed plan."""
        life = self._life
        if self._day.now_s >= life.meal_at_s() and (due := life.rest_due(0.0, 0.0)):
            yield from life.takes_break(*due)
            return
        self.begins_to_wait(reason)
        life.target = None
        yield from life.listen_until(min(until_s, life.meal_at_s()))

    def begins_to_wait(self, reason: str) -> None:
        """Let the vehicle wait for something, unless it does so already."""
        if self._row.activity != "waiting" or self._waits_for != reason:
            self._waits_for = reason
            self._day.emit(WaitBegan(self._day.now_s, self._id, self.place.id, reason))

    def take_dock(self) -> Waits:
        """Take a dock where there are docks, first come first served."""
        if self.place.docks is None or self.dock is not None:
            return
        day = self._day
        dock = day.docks[self.place.id]
        request = dock.request()
        if not request.triggered:
            self._waits_for = "dock"
            day.emit(WaitBegan(day.now_s, self._id, self.place.id, "dock"))
        while not request.processed:
            self._life.listens, self._life.target = True, None
            try:
                yield request
            except simpy.Interrupt:
                if (
                    self._row.route
                    and self._row.route[0].place != self.place.id
                    and not request.triggered
                ):
                    request.cancel()
                    return
        self._life.listens = False
        self.dock = request

    # Goods

    def preload(self) -> Waits:
        """Take aboard, before the shift, what the first stop loads and is ready (S12)."""
        day = self._day
        if self._row.route[0].place != self.place.id:
            return
        named, _ = self._named_goods()
        load = [order for order in named if self._ready_at_s(order) <= day.now_s]
        room, _ = self._what_fits(load, ())
        if room:
            yield from self.move_goods((), room, preloaded=True)

    def _goods(self) -> Waits:
        """Load and unload what the route says next, or wait for what that needs."""
        day = self._day
        load, unload = self._named_goods()
        before_shift = (
            day.world.rules.preloaded
            and not day.world.rules.load_lock_s
            and not self._life.has_departed
            and self._row.duty is not None
            and self._row.duty.vehicle == self._id  # nobody knew that a spare would be taken
            and day.now_s == self._row.duty.shift.opens_at_s
        )
        ready_at_s = max((self._ready_at_s(order) for order in load), default=float("-inf"))
        if ready_at_s > self._life.limit_s <= day.now_s:
            late = tuple(o.id for o in load if self._ready_at_s(o) > self._life.limit_s)
            day.emit(ActionsDropped(day.now_s, self._id, late, "not ready within the shift"))
            return
        if ready_at_s > day.now_s:
            yield from self.wait(min(ready_at_s, self._life.limit_s), "goods")
            return
        opens_at_s = self.place.opens_s(day.now_s) if load else day.now_s
        if opens_at_s is None or day.now_s < opens_at_s > self._life.limit_s:
            shut = tuple(order.id for order in load)
            day.emit(ActionsDropped(day.now_s, self._id, shut, "closed for today"))
            return
        if opens_at_s > day.now_s and not before_shift:
            yield from self.wait(opens_at_s, "opening")
            return
        if self.place.docks is not None and self.dock is None and not before_shift:
            yield from self.take_dock()
            return
        room, no_room = self._what_fits(load, unload)
        if no_room:
            day.emit(ActionsDropped(day.now_s, self._id, no_room, "no room"))
            return
        yield from self.move_goods(unload, room, preloaded=before_shift)

    def _ready_at_s(self, order: Order) -> float:
        return max(self._day.ready_at_s(order), order.pick_up_window.opens_at_s)

    def _named_goods(self) -> tuple[list[Order], tuple[OrderId, ...]]:
        """Return what the next actions load, and what leaves the vehicle here."""
        orders = self._day.state.orders
        load: list[Order] = []
        unload: dict[OrderId, None] = {}
        stop = self._row.route[0]
        for action in stop.actions:
            if isinstance(action, LoadOrders):
                load.extend(orders[order_id].order for order_id in action.orders)
            elif isinstance(action, UnloadOrders):
                unload.update((o, None) for o in action.orders if o in self._row.aboard)
            else:
                break
        if self._day.state.is_depot(stop.place):
            later = frozenset(orders_in(self._row.route))
            unload.update((o, None) for o in self._row.aboard if o not in later)
        return load, tuple(unload)

    def _what_fits(
        self, load: list[Order], unload: tuple[OrderId, ...]
    ) -> tuple[tuple[OrderId, ...], tuple[OrderId, ...]]:
        orders = self._day.state.orders
        total = self._row.load
        for order_id in unload:
            total = total - orders[order_id].order.load
        room: list[OrderId] = []
        no_room: list[OrderId] = []
        for order in load:
            if (total + order.load).fits_in(self._row.vehicle.capacity):
                total = total + order.load
                room.append(order.id)
            else:
                no_room.append(order.id)
        return tuple(room), tuple(no_room)

    def move_goods(
        self,
        unload: tuple[OrderId, ...],
        load: tuple[OrderId, ...],
        *,
        preloaded: bool = False,
    ) -> Waits:
        """Put goods down and take goods aboard, in this order."""
        day, place = self._day, self.place.id
        took_s = 0.0
        if (unload or load) and not preloaded:
            took_s = self._fixed_left_s()
            for order_id in unload:
                took_s += self._handling_s(order_id, loading=False)
            for order_id in load:
                took_s += self._handling_s(order_id, loading=True)
        took_s = tick_s(took_s)
        if not preloaded and (due := self._life.rest_due(0.0, took_s)):
            yield from self._life.takes_break(*due)
            return
        self._fixed_taken = self._fixed_taken or took_s > 0
        day.emit(LoadingBegan(day.now_s, self._id, place, unload, load, preloaded))
        yield from self._life.sleep(took_s)
        if unload:
            day.emit(Unloaded(day.now_s, self._id, place, unload))
            for order_id in unload:
                if day.state.orders[order_id].waits_for is Retry.RETURN:
                    day.emit(Returned(day.now_s, order_id, place))
        if load or not unload:
            day.emit(Loaded(day.now_s, self._id, place, load))

    def _handling_s(self, order_id: OrderId, *, loading: bool) -> float:
        order = self._day.state.orders[order_id].order
        given = order.load_s if loading else order.unload_s
        if given is not None:
            return given
        return self._times.nth(self._times.per_parcel_s, self._number) * order.load.parcels

    # Customers

    def _attempt(self) -> Waits:
        """Make one attempt for the next orders at this door, or wait for what that needs."""
        day = self._day
        if not self._parked:
            yield from self._park()
            return
        if self.place.docks is not None and self.dock is None:
            yield from self.take_dock()
            return
        now_s, limit_s = day.now_s, self._life.limit_s
        opening_s = self.place.opens_s(now_s)
        if opening_s is not None and now_s < opening_s <= limit_s:
            yield from self.wait(opening_s, "opening")
            return
        orders = self._served_together()
        opens_at_s = max([self._can_begin_at_s(order) for order in orders], default=now_s)
        if opens_at_s > limit_s <= now_s:
            late = tuple(order.id for order in orders)
            day.emit(ActionsDropped(now_s, self._id, late, "it can begin after the shift only"))
            return
        if opens_at_s > now_s:
            in_window = all(self._opens_at_s(order) <= now_s for order in orders)
            reason = "goods" if in_window else "window"
            yield from self.wait(min(opens_at_s, limit_s), reason)
            return
        too_much = self._too_much(orders)
        if too_much:
            day.emit(ActionsDropped(now_s, self._id, too_much, "no room"))
            return
        missed = [order for order in orders if self._has_missed(order)]
        if missed:
            for order in missed:
                self._fails(order, now_s, "window missed")
            return
        yield from self._serve(orders)

    def _park(self) -> Waits:
        day, times = self._day, self._times
        looks = self._row.vehicle.looks_for_parking
        parking_s = times.nth(times.parking_s, self._number) if looks else 0.0
        walk_s = tick_s(times.walk_s * self._pace())
        expected = self.place.expected
        if due := self._life.rest_due(0.0, looks * expected.parking_s + expected.walk_s):
            yield from self._life.takes_break(*due)
            return
        self._parked = True
        if parking_s > 0:
            day.emit(ParkingBegan(day.now_s, self._id, self.place.id))
            yield from self._life.sleep(parking_s)
        if times.walk_s > 0:
            day.emit(WalkingBegan(day.now_s, self._id, self.place.id))
            yield from self._life.sleep(walk_s)

    def _served_together(self) -> list[Order]:
        """Return the next orders at this door that can begin at one instant of the shift (S2)."""
        orders: list[Order] = []
        opens_at_s, closes_at_s = float("-inf"), float("inf")
        for action in self._row.route[0].actions:
            if not isinstance(action, Deliver | Collect):
                break
            order = self._day.state.orders[action.order].order
            can_begin_at_s = self._can_begin_at_s(order)
            opens_at_s = max(opens_at_s, order.window.opens_at_s, can_begin_at_s)
            closes_at_s = min(closes_at_s, order.window.closes_at_s)
            if orders and (opens_at_s > closes_at_s or can_begin_at_s > self._life.limit_s):
                break
            orders.append(order)
        return orders

    def _opens_at_s(self, order: Order) -> float:
        service_class = self._day.state.service_classes[order.service_class]
        return float("-inf") if service_class.serve_early else order.window.opens_at_s

    def _can_begin_at_s(self, order: Order) -> float:
        opens_at_s = self._opens_at_s(order)
        if order.kind is OrderKind.DELIVERY:  # its goods are aboard, so they are ready
            return opens_at_s
        return max(opens_at_s, self._day.ready_at_s(order))

    def _has_missed(self, order: Order) -> bool:
        service_class = self._day.state.service_classes[order.service_class]
        return service_class.hard_window and order.window.closes_at_s < self._day.now_s

    def _too_much(self, orders: list[Order]) -> tuple[OrderId, ...]:
        """Return collections without room even if every delivery before them succeeds."""
        if len(orders) == 1 and orders[0].kind is OrderKind.DELIVERY:
            return ()
        load = self._row.load
        too_much = []
        for order in orders:
            if order.kind is OrderKind.DELIVERY:
                load = load - order.load
            elif (load + order.load).fits_in(self._row.vehicle.capacity):
                load = load + order.load
            else:
                too_much.append(order.id)
        return tuple(too_much)

    def _pace(self) -> float:
        """Return how slow the driver is here: of himself, and where he does not know his way."""
        rules, state = self._day.world.rules, self._day.state
        if not rules.unfamiliar_share or not self.place.zone or self._row.duty is None:
            return self._life.pace
        visits = state.visits.get((self._row.duty.driver, self.place.zone), 0)
        return self._life.pace * (1 + rules.unfamiliar_share * exp(-visits / rules.learning_visits))

    @property
    def _is_special(self) -> bool:
        """Whether what an attempt meets here depends on more than the order."""
        place = self.place
        is_locker = place.kind is PlaceKind.LOCKER
        return bool(place.id in self._day.world.presence or place.hours or is_locker)

    def _outcomes(self, orders: list[Order]) -> list[Outcome]:
        """Return the orders tried in one service, each with what comes of it.

        A collection for which there is no room, because a delivery before it failed, is not tried.
        """
        world = self._day.world
        if len(orders) == 1 and not self._is_special and orders[0].id not in world.failures:
            return [Outcome(orders[0])]
        door = Door(world, self._day.state, self.place, self._day.now_s)
        outcomes: list[Outcome] = []
        load = self._row.load
        for order in orders:
            outcome = door.outcome(order)
            if outcome.cause is None and order.kind is OrderKind.DELIVERY:
                load = load - order.load
            elif outcome.cause is None:
                if not (load + order.load).fits_in(self._row.vehicle.capacity):
                    break
                load = load + order.load
            outcomes.append(outcome)
        return outcomes

    def _serve(self, orders: list[Order]) -> Waits:
        day, began_at_s, rules = self._day, self._day.now_s, self._day.world.rules
        outcomes = self._outcomes(orders)
        ids = tuple(outcome.order.id for outcome in outcomes)
        searched = self._row.out_of_sequence(ids) if rules.search_s else ()
        took_s = self._fixed_left_s()
        for outcome in outcomes:
            order = outcome.order
            if outcome.cause is None:
                took_s += self._handling_s(order.id, loading=order.kind is OrderKind.COLLECTION)
            took_s += outcome.search_s
            if searched and order.id in searched:
                took_s += rules.search_s * order.load.parcels
        took_s = tick_s(took_s * self._pace())
        if due := self._life.rest_due(0.0, self._expected_s(orders)):
            yield from self._life.takes_break(*due)
            return
        self._fixed_taken = True
        day.emit(ServiceBegan(began_at_s, self._id, self.place.id, ids, searched))
        yield from self._life.sleep(took_s)
        for outcome in outcomes:
            if outcome.cause is not None:
                self._fails(outcome.order, began_at_s, outcome.cause)
            else:
                day.emit(self._success(outcome, began_at_s))

    def _expected_s(self, orders: list[Order]) -> float:
        """Return what a service is expected to take: who serves does not know better beforehand."""
        service_s = expected_stop_s(self.place, tuple(orders), parks=False)
        return (service_s - self.place.expected.walk_s) * self._life.pace

    def _success(self, outcome: Outcome, began_at_s: float) -> Event:
        order, now_s, place_id = outcome.order, self._day.now_s, self.place.id
        attempt = self._attempt_number(order)
        if order.kind is OrderKind.COLLECTION:
            return Collected(now_s, self._id, place_id, order.id, attempt, began_at_s)
        return Delivered(now_s, self._id, place_id, order.id, attempt, began_at_s, outcome.how)

    def _attempt_number(self, order: Order) -> int:
        return order.attempts_before + len(self._day.state.orders[order.id].attempts) + 1

    def _fails(self, order: Order, began_at_s: float, cause: str) -> None:
        day, attempt = self._day, self._attempt_number(order)
        day.emit(
            AttemptFailed(day.now_s, self._id, self.place.id, order.id, attempt, began_at_s, cause)
        )
        row = day.state.orders[order.id]
        if order.kind is OrderKind.COLLECTION and row.waits_for is Retry.RETURN:
            day.emit(Returned(day.now_s, order.id, self.place.id))
        goes_on = row.waits_for is None and order.locker is not None
        service_class = day.state.service_classes[order.service_class]
        if goes_on and service_class.retry is Retry.LOCKER and order.locker is not None:
            locker = day.world.places[order.locker]
            new = () if locker.id in day.state.places else (locker,)
            sent_there = replace(order, destination=locker.id, window=ALWAYS)
            day.emit(OrderChanged(day.now_s, sent_there, "locker", new))
