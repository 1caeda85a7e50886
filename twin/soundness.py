"""What must be true of any journal, told from the journal alone.

Written apart from `twin.state`, which the engine itself uses, so that a fault of the one does not
hide in the other. Every problem of a journal is found in one pass.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from twin.bindings import Bindings
from twin.errors import InputError
from twin.events import (
    CAUSES,
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
    LoadingBegan,
    OrderDeclined,
    OrderPlaced,
    OrderReady,
    ParkingBegan,
    PlanMade,
    Returned,
    ServiceBegan,
    ShiftBegan,
    Unloaded,
    WaitBegan,
)
from twin.model import LEFT_WITH, Driver, OrderKind, PlaceKind, Retry, ServiceClass
from twin.setbacks import Setbacks
from twin.units import TICK_S, clock
from twin.whereabouts import Goods, Van

_SERVED: Final = {OrderKind.DELIVERY: Delivered, OrderKind.COLLECTION: Collected}


def assert_sound(journal: Iterable[Event]) -> None:
    """Check that a journal tells of a day that can have happened.

    Every order ends in one state, time never goes back, a vehicle is in one place and does one
    thing at a time, legs begin where the last one ended, goods are in one place and never exceed
    a capacity, windows and shifts are kept, attempts and docks are not more than there may be.
    What needs the streets (that edges exist, and take as long) is not told from a journal alone.

    Parameters
    ----------
    journal
        Events of one day, from its header to its end.

    Raises
    ------
    InputError
        With every problem: its line in the journal, the time, what was found and expected.
    """
    problems = found_in(journal)
    if problems:
        raise InputError("journal", problems)


def found_in(journal: Iterable[Event]) -> list[str]:
    """Return what `assert_sound` would raise, one sentence each; empty if the journal is sound."""
    audit = _Audit()
    for event in journal:
        audit.take(event)
    return audit.problems()


class _Audit(Setbacks):
    """Follows a journal event by event and notes what cannot be."""

    def __init__(self) -> None:
        super().__init__()
        self._began: DayBegan | None = None
        self._ended: DayEnded | None = None
        self._question = 0
        self._in_lockers: dict[str, int] = {}
        self._drivers: dict[str, Driver] = {}
        self._classes: Mapping[str, ServiceClass] = {}
        self._bindings = Bindings()
        self._take: dict[type, Callable[[Any], None]] = {
            DayBegan: self._day_began,
            DayEnded: self._day_ended,
            OrderPlaced: self._order_placed,
            OrderReady: self._order_ready,
            OrderDeclined: self._order_declined,
            PlanMade: self._plan_made,
            ShiftBegan: self._shift_began,
            DutyEnded: self._duty_ended,
            Departed: self._departed,
            Arrived: self._leg_ended,
            Diverted: self._leg_ended,
            ParkingBegan: self._stands,
            WaitBegan: self._stands,
            ServiceBegan: self._service_began,
            Delivered: self._served,
            Collected: self._served,
            AttemptFailed: self._failed,
            LoadingBegan: self._loading_began,
            Unloaded: self._unloaded,
            Loaded: self._loaded,
            Returned: self._returned,
            **self.looks,
        }

    def take(self, event: Event) -> None:
        """Look at the next event."""
        self.line += 1
        before, self.event = self.event, event
        at_s = event.at_s
        self.check(at_s % TICK_S == 0, f"at {at_s!r} s, which is on no eighth of a second")
        if before is not None:
            self.check(at_s >= before.at_s, f"earlier than the line before, {clock(before.at_s)}")
        self.check(self._ended is None, "after the day ended")
        if self._began is None and not isinstance(event, DayBegan):
            self.says("before the day began")
            return
        self.listens(event)
        for problem in self._bindings.against(event):
            self.says(problem)
        try:
            self._take.get(type(event), lambda _: None)(event)
        except KeyError as error:
            self.says(f"names {error}, which no earlier line made known")

    def problems(self) -> list[str]:
        """Return all that was found, and what is missing at the end."""
        if self._began is None:
            return [*self.found, "no event: a journal begins with DayBegan"]
        if self._ended is None:
            return [*self.found, f"line {self.line}: the last one, expected DayEnded"]
        return self.found

    # The day

    def _day_began(self, event: DayBegan) -> None:
        self.check(self._began is None, "the day began before")
        self._began = event
        self.places = {place.id: place for place in event.places}
        self.duties = {duty.id: duty for duty in event.duties}
        self._drivers = {driver.id: driver for driver in event.drivers}
        self._classes = event.service_classes
        self.carriers = {carrier.id: carrier for carrier in event.carriers}
        self.lock_s = event.rules.load_lock_s
        for vehicle in event.vehicles:
            start = self.places[vehicle.starts_at]
            self.vans[vehicle.id] = Van(vehicle, start.nodes.get(vehicle.mode), start.id)

    def _day_ended(self, event: DayEnded) -> None:
        self._ended = event
        still_open = tuple(sorted(order_id for order_id, row in self.orders.items() if not row.end))
        self.check(
            event.carried_over == still_open,
            f"carried over {event.carried_over}, open are {still_open}",
        )

    def _plan_made(self, event: PlanMade) -> None:
        self.check(event.question > self._question, f"question {event.question} out of turn")
        self._question = event.question
        self.check(event.asked_at_s <= event.at_s, "answered before it was asked")
        self.plans_to_say(event)

    # Orders

    def _order_placed(self, event: OrderPlaced) -> None:
        order = event.order
        self.check(order.id not in self.orders, f"order {order.id} was placed before")
        self.places.update((place.id, place) for place in event.places)
        for place_id in (order.origin, order.destination):
            self.check(place_id in self.places, f"place {place_id} is not known")
        kind = self._classes[order.service_class]
        goods = Goods(order, kind, order.origin, order.ready_at_s, order.attempts_before)
        self.orders[order.id] = goods

    def _order_ready(self, event: OrderReady) -> None:
        self.orders[event.order].ready_at_s = event.at_s

    def _order_declined(self, event: OrderDeclined) -> None:
        row = self.orders[event.order]
        self.check(row.at in self.places, f"order {event.order} is declined, but aboard {row.at}")
        self.ends(row, "declined")

    def _returned(self, event: Returned) -> None:
        row = self.orders[event.order]
        self.check(row.at == event.place, f"order {event.order} is at {row.at}, not {event.place}")
        used_up = row.attempts >= row.kind.max_attempts
        tried = row.attempts > row.order.attempts_before
        gives_up = used_up or (tried and row.kind.retry is Retry.RETURN)
        self.check(gives_up, f"order {event.order} was tried {row.attempts} times only")
        self.ends(row, "returned")

    # Duties and legs

    def _shift_began(self, event: ShiftBegan) -> None:
        van, duty = self.vans[event.vehicle], self.duties[event.duty]
        self.check(van.duty is None, f"{event.vehicle} is on another duty")
        self.check(event.duty not in self.worked, f"duty {event.duty} began before")
        owner = self.moved.get(event.duty, duty.vehicle)
        self.check(owner == event.vehicle, f"duty {event.duty} is of {owner}")
        self.check(not van.towed, f"{event.vehicle} was towed in")
        self.check(event.at_s >= duty.shift.opens_at_s, f"the shift is {duty.shift}")
        self.check(event.place == van.place, f"at {event.place}, the vehicle is at {van.place}")
        busy = [v.vehicle.id for v in self.vans.values() if v.duty and v.duty.driver == duty.driver]
        self.check(not busy, f"driver {duty.driver} is on {', '.join(busy)}")
        van.duty = duty
        self.worked[duty.id] = None

    def _duty_ended(self, event: DutyEnded) -> None:
        van = self.on_duty(event.vehicle)
        self.check(van.towed or not van.doing, f"{event.vehicle} is {van.doing}")
        if van.duty is not None:
            self.check(van.duty.id == event.duty, f"{event.vehicle} is on {van.duty.id}")
            closes_at_s = van.duty.shift.closes_at_s
            self.check(event.at_s >= closes_at_s, f"before the shift's end, {clock(closes_at_s)}")
        van.duty = None

    def _departed(self, event: Departed) -> None:
        van = self.on_duty(event.vehicle)
        self.check(not van.doing, f"{event.vehicle} is {van.doing}")
        self.check(
            (event.node, event.place) == (van.node, van.place),
            f"leaves node {event.node} ({event.place}), is at node {van.node} ({van.place})",
        )
        self.check(van.parked is None, f"its driver is at {van.place}, not at {van.parked}")
        if van.rest_m is not None:
            begins = tuple(zip(event.edges[:1], event.lengths_m[:1], strict=False))
            self.check(
                begins == (van.rest_m,), f"begins with {begins}, of a street left {van.rest_m}"
            )
            van.rest_m = None
        way = (len(event.edges), len(event.lengths_m), len(event.nodes) - 1)
        self.check(len(set(way)) == 1, f"edges, lengths and junctions do not match: {way}")
        self.check(event.nodes[0] == event.node, f"its way begins at node {event.nodes[0]}")
        end = self.places[event.to].nodes.get(van.vehicle.mode)
        self.check(event.nodes[-1] == end, f"its way ends at {event.nodes[-1]}, not at {event.to}")
        self.check(event.aboard == van.load, f"carries {event.aboard}, loaded {van.load}")
        if van.duty is not None and not event.home:
            limit_s = van.duty.shift.closes_at_s + van.duty.overtime_s
            self.check(event.at_s <= limit_s, f"shift and overtime ended at {clock(limit_s)}")
        van.leg, van.place = event, None

    def _leg_ended(self, event: Arrived | Diverted) -> None:
        van = self.on_duty(event.vehicle)
        leg, driven = van.leg, len(event.edges)
        if leg is None:
            self.says(f"{event.vehicle} was not under way")
            return
        self.check(
            (event.edges, event.lengths_m) == (leg.edges[:driven], leg.lengths_m[:driven]),
            "drove other edges than it departed on",
        )
        times = (leg.at_s, *event.entered_at_s[1:], event.at_s)
        self.check(
            len(event.entered_at_s) == driven
            and event.entered_at_s[:1] in ((), (leg.at_s,))
            and all(a <= b for a, b in pairwise(times)),
            f"entered its edges at {event.entered_at_s}, departed {leg.at_s}, ends {event.at_s}",
        )
        self.check(
            driven < len(leg.nodes) and event.node == leg.nodes[driven],
            f"ends at node {event.node}, its edges lead elsewhere",
        )
        if isinstance(event, Arrived):
            self.check(event.place == leg.to, f"was on its way to {leg.to}")
            self.check(driven == len(leg.edges), "arrived before the end of its way")
            van.place = event.place
        van.node, van.leg = event.node, None

    # At a place

    def _stands(self, event: ParkingBegan | WaitBegan) -> None:
        self.at(event.vehicle, event.place)

    def _service_began(self, event: ServiceBegan) -> None:
        van = self.at(event.vehicle, event.place)
        self.check(bool(event.orders), "serves nobody")
        driver = None if van.duty is None else self._drivers[van.duty.driver]
        for order_id in event.orders:
            row = self.orders[order_id]
            order = row.order
            self.check(not row.end, f"order {order_id} is {row.end}")
            tried = row.attempts > order.attempts_before
            again = not tried or row.kind.retry in {Retry.TODAY, Retry.LOCKER}
            self.check(again, f"order {order_id} is tried again {row.kind.retry.value}")
            self.check(order.customer == event.place, f"order {order_id} is for {order.customer}")
            self.check(
                (row.at == event.vehicle) == (order.kind is OrderKind.DELIVERY),
                f"the goods of {order_id} are at {row.at}",
            )
            window = order.window
            early = event.at_s < window.opens_at_s and not row.kind.serve_early
            late = event.at_s > window.closes_at_s and row.kind.hard_window
            self.check(not early and not late, f"order {order_id} has its window {window}")
            lacks = [s for s in order.skills if driver is not None and s not in driver.skills]
            self.check(not lacks, f"order {order_id} needs {', '.join(lacks)}")
        van.serving, van.outcomes = event, list(event.orders)
        self.docks_taken(event.place)

    def _outcome(self, event: Delivered | Collected | AttemptFailed) -> Goods:
        van, row = self.vans[event.vehicle], self.orders[event.order]
        missed = isinstance(event, AttemptFailed) and event.cause == "window missed"
        if missed and van.serving is None:
            self.at(event.vehicle, event.place)
            closes_at_s = row.order.window.closes_at_s
            self.check(
                row.kind.hard_window and event.began_at_s > closes_at_s,
                f"order {event.order} was in time for {clock(closes_at_s)}",
            )
        else:
            began = None if van.serving is None else (van.serving.at_s, van.serving.place)
            self.check(
                event.order in van.outcomes and began == (event.began_at_s, event.place),
                f"no service of {event.order} began at {clock(event.began_at_s)}",
            )
            van.outcomes = [order_id for order_id in van.outcomes if order_id != event.order]
            van.serving = van.serving if van.outcomes else None
        row.attempts += 1
        self.check(event.attempt == row.attempts, f"attempt {event.attempt} is no. {row.attempts}")
        most = row.kind.max_attempts
        self.check(row.attempts <= most, f"order {event.order}: at most {most} attempts")
        return row

    def _served(self, event: Delivered | Collected) -> None:
        row = self._outcome(event)
        expected = _SERVED[row.order.kind]
        self.check(type(event) is expected, f"order {event.order} is a {row.order.kind.value}")
        self._is_open(event)
        if isinstance(event, Delivered):
            self._lockers_hold(row)
            self.leaves(event.vehicle, event.order, event.place)
            self.ends(row, "delivered")
        else:
            self.enters(event.vehicle, event.order)
            self.ends(row, "collected")

    def _is_open(self, event: Delivered | Collected) -> None:
        left = isinstance(event, Delivered) and event.how in LEFT_WITH
        opens_at_s = self.places[event.place].opens_s(event.began_at_s)
        self.check(left or opens_at_s == event.began_at_s, f"{event.place} is closed")

    def _lockers_hold(self, row: Goods) -> None:
        place = self.places[row.order.destination]
        if place.kind is PlaceKind.LOCKER and place.slots is not None:
            self._in_lockers[place.id] = self._in_lockers.get(place.id, 0) + row.order.load.parcels
            inside = self._in_lockers[place.id]
            self.check(inside <= place.slots, f"{inside} parcels in {place.slots} slots")

    def _failed(self, event: AttemptFailed) -> None:
        self._outcome(event)
        self.check(event.cause in CAUSES, f"cause {event.cause!r}, expected one of {CAUSES}")

    # Goods

    def _loading_began(self, event: LoadingBegan) -> None:
        van = self.vans[event.vehicle]
        if event.preloaded:
            begins = [
                d.shift.opens_at_s for d in self.duties.values() if d.vehicle == event.vehicle
            ]
            early_s = [opens_at_s - event.at_s for opens_at_s in begins]
            in_time = any(0 <= seconds <= self.lock_s for seconds in early_s)
            self.check(in_time, "preloaded, and no shift of it begins then")
        else:
            self.at(event.vehicle, event.place)
        for order_id in event.load:
            end = self.orders[order_id].end
            self.check(not end, f"order {order_id} is {end}")
        van.handling = event
        self.docks_taken(event.place)

    def _unloaded(self, event: Unloaded) -> None:
        van = self.vans[event.vehicle]
        begun = None if van.handling is None else (van.handling.unload, van.handling.place)
        self.check(begun == (event.orders, event.place), f"{event.orders} were not to be unloaded")
        is_depot = self.places[event.place].kind is PlaceKind.DEPOT
        self.check(is_depot, f"{event.place} is no depot")
        for order_id in event.orders:
            self.leaves(event.vehicle, order_id, event.place)
        if van.handling is not None and not van.handling.load:
            van.handling = None

    def _loaded(self, event: Loaded) -> None:
        van = self.vans[event.vehicle]
        begun = None if van.handling is None else (van.handling.load, van.handling.place)
        self.check(begun == (event.orders, event.place), f"{event.orders} were not to be loaded")
        began_at_s = event.at_s if van.handling is None else van.handling.at_s
        van.handling = None
        for order_id in event.orders:
            row = self.orders[order_id]
            # What is loaded is fixed when loading begins: a cancelled order comes along.
            self.check(row.end in {"", "cancelled"}, f"order {order_id} is {row.end}")
            self.check(row.at == event.place, f"the goods of {order_id} are at {row.at}")
            ready = f"order {order_id} is ready at {clock(row.ready_at_s)}"
            self.check(row.ready_at_s <= began_at_s, ready)
            self.enters(event.vehicle, order_id)
