"""The life of a vehicle through its duties: load, drive, park, wait, serve, come home.

A life holds no truth: what is planned, where the vehicle is and what it carries it reads from
the state. It waits, and it emits. Written with SimPy's process generators.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import simpy

from twin.events import (
    ActionsDropped,
    Arrived,
    AttemptFailed,
    Collected,
    Delivered,
    Departed,
    Diverted,
    DutyEnded,
    IdleBegan,
    Loaded,
    LoadingBegan,
    ParkingBegan,
    Returned,
    ServiceBegan,
    ShiftBegan,
    ShiftEnded,
    Unloaded,
    VehicleFree,
    WaitBegan,
    WalkingBegan,
)
from twin.model import Duty, Order, OrderId, OrderKind, Place, PlaceId, Retry, VehicleId
from twin.plan import Collect, Deliver, LoadOrders, UnloadOrders, orders_in
from twin.rows import VehicleState
from twin.units import tick_s
from twin.world import Path, Visit, WhenIdle

if TYPE_CHECKING:
    from twin.engine import Day

Waits = Generator[simpy.Event, Any, None]
NO_TIME = Visit()


@dataclass(slots=True)
class _Halt:
    """One halt at a place: parked once, docked once, the fixed time taken once."""

    place: Place
    times: Visit
    number: int
    parked: bool = False
    fixed_taken: bool = False
    waits_for: str = ""
    dock: Any = None

    def fixed_s(self) -> float:
        """Return the fixed time if it has not been taken at this halt yet, and take it."""
        if self.fixed_taken:
            return 0.0
        self.fixed_taken = True
        return self.times.nth(self.times.fixed_s, self.number)


class Life:
    """What one vehicle does all day.

    Parameters
    ----------
    day
        The day it lives in.
    vehicle_id
        Which vehicle.
    """

    process: simpy.Process

    def __init__(self, day: "Day", vehicle_id: VehicleId) -> None:
        self._day = day
        self._id = vehicle_id
        self._listens = False
        self._target: PlaceId | None = None
        self._limit_s = 0.0
        self._told_free = True
        self._has_departed = False
        self._pace = 1.0

    @property
    def _row(self) -> VehicleState:
        return self._day.state.vehicles[self._id]

    def live(self) -> Waits:
        """Live through all duties of the vehicle."""
        day = self._day
        while (duty := self._row.duty) is not None:
            if duty.shift.opens_at_s > day.now_s:
                yield day.env.timeout(duty.shift.opens_at_s - day.now_s)
            yield from self._work(duty)
        day.life_ended()

    def plan_changed(self) -> None:
        """Let the vehicle look at its route again, if what it is doing can be left for it."""
        if self._listens and (self._target is None or self._wants_elsewhere()):
            self._listens = False
            self.process.interrupt()

    def _sleep(self, seconds: float) -> Waits:
        """Be busy for a time; a changed plan is looked at afterwards."""
        if seconds > 0:
            yield self._day.env.timeout(seconds)

    def _listen_until(self, at_s: float) -> Generator[simpy.Event, Any, bool]:
        """Wait until an instant or a changed plan; return whether the instant came."""
        self._listens = True
        try:
            yield self._day.env.timeout(at_s - self._day.now_s)
        except simpy.Interrupt:
            return False
        self._listens = False
        return True

    def _settle(self) -> Waits:
        """Wait for the answer to what happened in this instant."""
        while self._day.question_pending:
            yield self._day.after_question()

    # A duty

    def _work(self, duty: Duty) -> Waits:
        day, row = self._day, self._row
        self._limit_s = duty.shift.closes_at_s + duty.overtime_s
        self._told_free = True
        self._has_departed = False
        self._pace = 1.0 if row.driver is None else row.driver.pace
        day.emit(ShiftBegan(day.now_s, self._id, duty.id, row.place))
        day.at(
            duty.shift.closes_at_s,
            lambda: day.emit(ShiftEnded(day.now_s, self._id, duty.id)) if row.on_duty else None,
        )
        going_on = True
        while going_on:
            yield from self._settle()
            if row.route and day.now_s <= self._limit_s:
                yield from self._next_stop(row)
            else:
                going_on = yield from self._without_work(row, duty)
        day.emit(DutyEnded(day.now_s, self._id, duty.id))

    def _without_work(self, row: VehicleState, duty: Duty) -> Generator[simpy.Event, Any, bool]:
        """Do one thing of a vehicle with no stop to go to; return whether the duty goes on."""
        day = self._day
        if row.route:
            orders = orders_in(row.route)
            day.emit(ActionsDropped(day.now_s, self._id, orders, "the shift is over"))
            told = True
        else:
            told = self._told_free or day.now_s > self._limit_s
        if not told and row.place != row.vehicle.ends_at:
            self._told_free = True
            day.emit(VehicleFree(day.now_s, self._id))
            return True
        home = row.vehicle.ends_at
        in_shift = day.now_s < duty.shift.closes_at_s
        stays = in_shift and day.world.rules.when_idle is WhenIdle.STAY
        if home is not None and row.place != home and not stays:
            if (yield from self._drive(row, home, home=True)):
                self._told_free = False
            return True
        if row.aboard and row.place is not None and day.state.is_depot(row.place):
            yield from self._bring_in(row, row.place)
            return True
        if not told:
            self._told_free = True
            day.emit(VehicleFree(day.now_s, self._id))
            return True
        if not in_shift:
            return False
        if row.activity != "idle" or row.place is None:
            day.emit(IdleBegan(day.now_s, self._id))
        self._target = None
        yield from self._listen_until(duty.shift.closes_at_s)
        return True

    def _bring_in(self, row: VehicleState, place_id: PlaceId) -> Waits:
        """Unload all that came home, unless the vehicle is given work while it waits to."""
        halt = self._halt(place_id)
        yield from self._dock(row, halt)
        if not row.route and (halt.dock is not None or halt.place.docks is None):
            yield from self._move_goods(halt, tuple(row.aboard), ())
        self._leave(halt)

    # Driving

    def _wants_elsewhere(self) -> bool:
        day, row = self._day, self._row
        if not day.world.rules.diversion:
            return False
        if self._target == row.vehicle.ends_at and not row.route:
            return False
        if day.now_s > self._limit_s:
            return False
        return not row.route or row.route[0].place != self._target

    def _drive(
        self, row: VehicleState, to: PlaceId, *, home: bool
    ) -> Generator[simpy.Event, Any, bool]:
        """Drive to a place; return whether it got there, not sent elsewhere on the way."""
        day, mode = self._day, row.vehicle.mode
        node = day.state.places[to].nodes[mode]
        path = day.world.travel.path(row.node, node, mode, day.now_s)
        driven = day.world.streets.drive(path, mode, day.now_s)
        times = tuple([round(at_s * 8) / 8 for at_s in driven])
        day.emit(
            Departed(
                day.now_s,
                self._id,
                row.node,
                row.place,
                to,
                home,
                path.nodes,
                path.edges,
                path.lengths_m,
                row.load,
            )
        )
        self._has_departed = True
        day.entered_at_s[self._id] = times
        while day.now_s < times[-1]:
            self._target = to
            if (yield from self._listen_until(times[-1])):
                break
            junction = self._next_junction(times)
            if junction < len(path.edges):
                yield from self._sleep_to(times[junction])
                if self._wants_elsewhere():
                    self._ends_leg(path, times, junction, None)
                    return False
            else:
                yield from self._sleep_to(times[-1])
        self._ends_leg(path, times, len(path.edges), to)
        return True

    def _sleep_to(self, at_s: float) -> Waits:
        yield from self._sleep(at_s - self._day.now_s)

    def _next_junction(self, times: tuple[float, ...]) -> int:
        """Return the index of the first junction not passed yet."""
        return next(k for k, at_s in enumerate(times) if at_s >= self._day.now_s)

    def _ends_leg(
        self, path: Path, times: tuple[float, ...], driven: int, place: PlaceId | None
    ) -> None:
        day, node = self._day, path.nodes[driven]
        del day.entered_at_s[self._id]
        edges, lengths_m, entered = path.edges[:driven], path.lengths_m[:driven], times[:driven]
        if place is None:
            day.emit(Diverted(day.now_s, self._id, node, edges, lengths_m, entered))
        else:
            day.emit(Arrived(day.now_s, self._id, node, place, edges, lengths_m, entered))

    # Stops

    def _halt(self, place_id: PlaceId) -> _Halt:
        day = self._day
        times = day.world.visits.get(place_id, NO_TIME)
        return _Halt(day.state.places[place_id], times, day.state.services_at.get(place_id, 0))

    def _leave(self, halt: _Halt) -> None:
        if halt.dock is not None:
            self._day.docks[halt.place.id].release(halt.dock)
            halt.dock = None

    def _next_stop(self, row: VehicleState) -> Waits:
        self._told_free = False
        place = row.route[0].place
        is_there = row.place == place and bool(row.route[0].actions)
        if not is_there and not (yield from self._drive(row, place, home=False)):
            return
        halt = self._halt(place)
        yield from self._settle()
        while row.route and row.route[0].place == place and row.route[0].actions:
            if isinstance(row.route[0].actions[0], LoadOrders | UnloadOrders):
                yield from self._goods(row, halt)
            else:
                yield from self._attempt(row, halt)
            yield from self._settle()
        self._leave(halt)

    def _wait(self, row: VehicleState, halt: _Halt, until_s: float, reason: str) -> Waits:
        """Wait at a place until an instant or a changed plan."""
        if row.activity != "waiting" or halt.waits_for != reason:
            halt.waits_for = reason
            self._day.emit(WaitBegan(self._day.now_s, self._id, halt.place.id, reason))
        self._target = None
        yield from self._listen_until(until_s)

    def _dock(self, row: VehicleState, halt: _Halt) -> Waits:
        """Take a dock where there are docks, first come first served."""
        if halt.place.docks is None or halt.dock is not None:
            return
        day = self._day
        dock = day.docks[halt.place.id]
        request = dock.request()
        if not request.triggered:
            halt.waits_for = "dock"
            day.emit(WaitBegan(day.now_s, self._id, halt.place.id, "dock"))
        while not request.processed:
            self._listens, self._target = True, None
            try:
                yield request
            except simpy.Interrupt:
                if row.route and row.route[0].place != halt.place.id and not request.triggered:
                    request.cancel()
                    return
        self._listens = False
        halt.dock = request

    # Goods

    def _goods(self, row: VehicleState, halt: _Halt) -> Waits:
        """Load and unload what the route says next, or wait for what that needs."""
        day = self._day
        load, unload = self._named_goods(row)
        before_shift = (
            day.world.rules.preloaded
            and not self._has_departed
            and row.duty is not None
            and day.now_s == row.duty.shift.opens_at_s
        )
        ready_at_s = max((self._ready_at_s(order) for order in load), default=float("-inf"))
        if ready_at_s > self._limit_s <= day.now_s:
            late = tuple(o.id for o in load if self._ready_at_s(o) > self._limit_s)
            day.emit(ActionsDropped(day.now_s, self._id, late, "not ready within the shift"))
            return
        if ready_at_s > day.now_s:
            yield from self._wait(row, halt, min(ready_at_s, self._limit_s), "goods")
            return
        if halt.place.docks is not None and halt.dock is None and not before_shift:
            yield from self._dock(row, halt)
            return
        room, no_room = self._what_fits(row, load, unload)
        if no_room:
            day.emit(ActionsDropped(day.now_s, self._id, no_room, "no room"))
            return
        yield from self._move_goods(halt, unload, room, preloaded=before_shift)

    def _ready_at_s(self, order: Order) -> float:
        return max(self._day.ready_at_s(order), order.pick_up_window.opens_at_s)

    def _named_goods(self, row: VehicleState) -> tuple[list[Order], tuple[OrderId, ...]]:
        """Return what the next actions load, and what leaves the vehicle here."""
        orders = self._day.state.orders
        load: list[Order] = []
        unload: dict[OrderId, None] = {}
        stop = row.route[0]
        for action in stop.actions:
            if isinstance(action, LoadOrders):
                load.extend(orders[order_id].order for order_id in action.orders)
            elif isinstance(action, UnloadOrders):
                unload.update((o, None) for o in action.orders if o in row.aboard)
            else:
                break
        if self._day.state.is_depot(stop.place):
            later = frozenset(orders_in(row.route))
            unload.update((o, None) for o in row.aboard if o not in later)
        return load, tuple(unload)

    def _what_fits(
        self, row: VehicleState, load: list[Order], unload: tuple[OrderId, ...]
    ) -> tuple[tuple[OrderId, ...], tuple[OrderId, ...]]:
        orders = self._day.state.orders
        total = row.load
        for order_id in unload:
            total = total - orders[order_id].order.load
        room: list[OrderId] = []
        no_room: list[OrderId] = []
        for order in load:
            if (total + order.load).fits_in(row.vehicle.capacity):
                total = total + order.load
                room.append(order.id)
            else:
                no_room.append(order.id)
        return tuple(room), tuple(no_room)

    def _move_goods(
        self,
        halt: _Halt,
        unload: tuple[OrderId, ...],
        load: tuple[OrderId, ...],
        *,
        preloaded: bool = False,
    ) -> Waits:
        day, place = self._day, halt.place.id
        took_s = 0.0
        if (unload or load) and not preloaded:
            took_s = halt.fixed_s()
            for order_id in unload:
                took_s += self._handling_s(halt, order_id, loading=False)
            for order_id in load:
                took_s += self._handling_s(halt, order_id, loading=True)
        day.emit(LoadingBegan(day.now_s, self._id, place, unload, load, preloaded))
        yield from self._sleep(tick_s(took_s))
        if unload:
            day.emit(Unloaded(day.now_s, self._id, place, unload))
            for order_id in unload:
                if day.state.orders[order_id].waits_for is Retry.RETURN:
                    day.emit(Returned(day.now_s, order_id, place))
        if load or not unload:
            day.emit(Loaded(day.now_s, self._id, place, load))

    def _handling_s(self, halt: _Halt, order_id: OrderId, *, loading: bool) -> float:
        order = self._day.state.orders[order_id].order
        given = order.load_s if loading else order.unload_s
        if given is not None:
            return given
        return halt.times.nth(halt.times.per_parcel_s, halt.number) * order.load.parcels

    # Customers

    def _attempt(self, row: VehicleState, halt: _Halt) -> Waits:
        """Make one attempt for the next orders at this door, or wait for what that needs."""
        day = self._day
        if not halt.parked:
            halt.parked = True
            yield from self._park(halt)
            return
        if halt.place.docks is not None and halt.dock is None:
            yield from self._dock(row, halt)
            return
        orders = self._served_together(row)
        opens_at_s = max((self._can_begin_at_s(order) for order in orders), default=day.now_s)
        if opens_at_s > self._limit_s <= day.now_s:
            late = tuple(order.id for order in orders)
            day.emit(ActionsDropped(day.now_s, self._id, late, "it can begin after the shift only"))
            return
        if opens_at_s > day.now_s:
            in_window = all(self._opens_at_s(order) <= day.now_s for order in orders)
            reason = "goods" if in_window else "window"
            yield from self._wait(row, halt, min(opens_at_s, self._limit_s), reason)
            return
        too_much = self._too_much(row, orders)
        if too_much:
            day.emit(ActionsDropped(day.now_s, self._id, too_much, "no room"))
            return
        missed = [order for order in orders if self._has_missed(order)]
        if missed:
            for order in missed:
                self._fails(halt, order, day.now_s, "window missed")
            return
        yield from self._serve(row, halt, orders)

    def _park(self, halt: _Halt) -> Waits:
        day, times = self._day, halt.times
        parking_s = times.nth(times.parking_s, halt.number)
        if parking_s > 0 and self._row.vehicle.looks_for_parking:
            day.emit(ParkingBegan(day.now_s, self._id, halt.place.id))
            yield from self._sleep(parking_s)
        if times.walk_s > 0:
            day.emit(WalkingBegan(day.now_s, self._id, halt.place.id))
            yield from self._sleep(tick_s(times.walk_s * self._pace))

    def _served_together(self, row: VehicleState) -> list[Order]:
        """Return the next orders at this door that can begin at one instant of the shift (S2)."""
        orders: list[Order] = []
        opens_at_s, closes_at_s = float("-inf"), float("inf")
        for action in row.route[0].actions:
            if not isinstance(action, Deliver | Collect):
                break
            order = self._day.state.orders[action.order].order
            can_begin_at_s = self._can_begin_at_s(order)
            opens_at_s = max(opens_at_s, order.window.opens_at_s, can_begin_at_s)
            closes_at_s = min(closes_at_s, order.window.closes_at_s)
            if orders and (opens_at_s > closes_at_s or can_begin_at_s > self._limit_s):
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
        return service_class.hard_window and self._day.now_s > order.window.closes_at_s

    def _too_much(self, row: VehicleState, orders: list[Order]) -> tuple[OrderId, ...]:
        """Return collections without room even if every delivery before them succeeds."""
        load = row.load
        too_much = []
        for order in orders:
            if order.kind is OrderKind.DELIVERY:
                load = load - order.load
            elif (load + order.load).fits_in(row.vehicle.capacity):
                load = load + order.load
            else:
                too_much.append(order.id)
        return tuple(too_much)

    def _outcomes(
        self, row: VehicleState, halt: _Halt, orders: list[Order]
    ) -> list[tuple[Order, str | None]]:
        """Return the orders tried in one service, each with why it fails, None if it does not.

        A collection for which there is no room, because a delivery before it failed, is not tried.
        """
        day, place_id = self._day, halt.place.id
        presence = day.world.presence.get(place_id)
        attempt_at_door = day.state.services_at.get(place_id, 0)
        is_home = presence is None or presence.is_home(day.now_s, attempt_at_door)
        outcomes: list[tuple[Order, str | None]] = []
        load = row.load
        for order in orders:
            cause = day.world.failures.get(order.id) if is_home else "absent"
            if cause is None and order.kind is OrderKind.DELIVERY:
                load = load - order.load
            elif cause is None:
                if not (load + order.load).fits_in(row.vehicle.capacity):
                    break
                load = load + order.load
            outcomes.append((order, cause))
        return outcomes

    def _serve(self, row: VehicleState, halt: _Halt, orders: list[Order]) -> Waits:
        day, began_at_s = self._day, self._day.now_s
        outcomes = self._outcomes(row, halt, orders)
        ids = tuple(order.id for order, _ in outcomes)
        day.emit(ServiceBegan(began_at_s, self._id, halt.place.id, ids))
        took_s = halt.fixed_s()
        for order, cause in outcomes:
            if cause is None:
                loading = order.kind is OrderKind.COLLECTION
                took_s += self._handling_s(halt, order.id, loading=loading)
        yield from self._sleep(tick_s(took_s * self._pace))
        for order, cause in outcomes:
            if cause is not None:
                self._fails(halt, order, began_at_s, cause)
            else:
                kind = Delivered if order.kind is OrderKind.DELIVERY else Collected
                attempt = len(day.state.orders[order.id].attempts) + 1
                day.emit(kind(day.now_s, self._id, halt.place.id, order.id, attempt, began_at_s))

    def _fails(self, halt: _Halt, order: Order, began_at_s: float, cause: str) -> None:
        day = self._day
        attempt = len(day.state.orders[order.id].attempts) + 1
        day.emit(
            AttemptFailed(day.now_s, self._id, halt.place.id, order.id, attempt, began_at_s, cause)
        )
        row = day.state.orders[order.id]
        if order.kind is OrderKind.COLLECTION and row.waits_for is Retry.RETURN:
            day.emit(Returned(day.now_s, order.id, halt.place.id))
