"""What happened to one order, event by event, in words."""

from collections.abc import Callable
from typing import Any

from experiments.explain_day import Assigned, DayTold
from experiments.explain_story import Moment
from experiments.explain_talk import AGREED, heard
from experiments.explain_way import WayTo, way_to
from experiments.explain_words import CAUSE_WORDS, HOW_WORDS, hm, is_bound, span, took, way
from twin.events import (
    ActionsDropped,
    Arrived,
    AttemptFailed,
    BrokeDown,
    CarrierDelivered,
    CarrierFailed,
    Collected,
    CustomerTold,
    Delivered,
    Departed,
    DutyCancelled,
    DutyEnded,
    DutyMoved,
    HandedOver,
    Loaded,
    OfferAnswered,
    OfferMade,
    OrderBound,
    OrderCancelled,
    OrderChanged,
    OrderDeclined,
    OrderPlaced,
    OrderReady,
    OrderTendered,
    Repaired,
    Returned,
    TakenOver,
    Towed,
    Unloaded,
    Walked,
)
from twin.model import ALWAYS, Order, VehicleId


class Chain:
    """Follows one order through the journal.

    Attributes
    ----------
    order
        As it is known after all that was followed.
    ways
        How vehicles came to its door, attempt by attempt.
    end
        The event that decided what became of it; None while it is open.
    aboard
        The vehicle that its goods are in.
    last_out
        Which event of the journal took it out of a route last, other than a decision.
    """

    def __init__(self, day: DayTold, order: Order) -> None:
        self.day = day
        self.order = day.placed[order.id]
        self.moments: list[Moment] = []
        self.ways: list[WayTo] = []
        self.attempts: list[AttemptFailed] = []
        self.end: Any = None
        self.aboard: VehicleId | None = None
        self.was_loaded = False
        self.tendered: OrderTendered | None = None
        self.carrier_failed: CarrierFailed | None = None
        self.last_out = -1
        self.placed_at_s = day.began.at_s
        self._take: dict[type, Callable[[int, Any], None]] = {
            OrderPlaced: self._placed,
            OrderBound: self._bound,
            OrderReady: self._ready,
            OrderChanged: self._changed,
            **dict.fromkeys((CustomerTold, OfferMade, OfferAnswered), self._talked),
            OrderCancelled: self._cancelled,
            OrderTendered: self._tendered,
            CarrierDelivered: self._carrier_delivered,
            CarrierFailed: self._carrier_told,
            OrderDeclined: self._declined,
            ActionsDropped: self._dropped,
            Loaded: self._loaded,
            Unloaded: self._unloaded,
            HandedOver: self._handed_over,
            TakenOver: self._taken_over,
            Towed: self._towed,
            AttemptFailed: self._failed,
            Delivered: self._served,
            Collected: self._served,
            Returned: self._returned,
        }
        self.assigned = day.assigned.get(order.id, [])
        for number, event in day.of_order(order.id):
            take = self._take.get(type(event))
            if take is not None:
                take(number, event)
        for one in self.assigned:
            self._planned(one)
        self._warned()
        for number, event in day.undone.get(order.id, []):
            self._undone(number, event)
        self._breakdowns()
        self.moments = list({(m.number, m.what): m for m in self.moments}.values())
        self.moments.sort(key=lambda moment: moment.number)

    # What happened

    def _add(self, number: int, what: str, clause: str = "", kind: str = "") -> None:
        at_s = self.day.events[number].at_s
        self.moments.append(Moment(at_s, number, what, clause, kind))

    def _placed(self, number: int, event: OrderPlaced) -> None:
        self.placed_at_s = event.at_s
        order = event.order
        window = "" if order.window == ALWAYS else f", window {span(order.window)}"
        promise = ""
        if is_bound(order.promise.closes_at_s):
            promise = f", promised by {hm(order.promise.closes_at_s)}"
        ready = ""
        if order.ready_at_s > event.at_s:
            ready = f", goods announced for {hm(order.ready_at_s)}"
        clause = ""
        if event.at_s > self.day.began.at_s:
            clause = f"it was placed at {hm(event.at_s)}"
        self._add(number, f"was placed{window}{promise}{ready}", clause)

    def _bound(self, number: int, event: OrderBound) -> None:
        said = [] if event.pinned_to is None else [f"pinned to {event.pinned_to}"]
        if event.not_on:
            said.append(f"forbidden on {', '.join(event.not_on)}")
        what = f"was {' and '.join(said)}"
        is_planned = any(one.vehicle is not None for one in self.assigned)
        self._add(number, what, "" if is_planned else f"it {what}")

    def _ready(self, number: int, event: OrderReady) -> None:
        later_s = event.at_s - self.day.placed[self.order.id].ready_at_s
        told = "as announced"
        clause = ""
        if later_s:
            told = f"{took(abs(later_s))} {'later' if later_s > 0 else 'earlier'} than announced"
        if later_s > 0:
            clause = f"its goods were ready at {hm(event.at_s)}, {told}"
        self._add(number, f"its goods were ready, {told}", clause)

    def _changed(self, number: int, event: OrderChanged) -> None:
        order = self.order = event.order
        if event.what == "locker":
            self._add(number, f"its goods go to {order.customer} from now on")
            return
        if event.what in AGREED:
            what = AGREED[event.what](order)
            self._add(number, what, f"{what} at {hm(event.at_s)}")
            return
        if event.what == "priority":
            self._add(number, f"the customer changed the priority to {order.priority}")
            return
        now = [] if order.window == ALWAYS else [f"window {span(order.window)}"]
        if is_bound(order.promise.closes_at_s):
            now.append(f"promised by {hm(order.promise.closes_at_s)}")
        what = f"the customer changed the {event.what}" + (f" ({', '.join(now)})" if now else "")
        self._add(number, what, f"{what} at {hm(event.at_s)}")

    def _talked(self, number: int, event: CustomerTold | OfferMade | OfferAnswered) -> None:
        self._add(number, heard(event))

    def _warned(self) -> None:
        """Note the first decision that expected its promise to be broken."""
        for number, plan in self.day.plans:
            if self.order.id in plan.warned:
                self._add(number, f"decision {plan.question} warned that its promise may be broken")
                return

    def _cancelled(self, number: int, event: OrderCancelled) -> None:
        self.end = event
        self._add(number, f"was cancelled by its customer, {self._whereabouts()}")

    def _tendered(self, number: int, event: OrderTendered) -> None:
        self.tendered = event
        why = self.why_tendered(event)
        self._add(number, f"was given to {event.carrier}, {why}")

    def why_tendered(self, event: OrderTendered) -> str:
        """Return which decision gave it away, or that none had planned it by then."""
        for _, plan in self.day.plans:
            given = plan.tendered.get(event.carrier, ())
            if plan.at_s == event.at_s and self.order.id in given:
                return f"by decision {plan.question}"
        return f"in no route when {event.carrier} stopped taking orders"

    def _carrier_delivered(self, number: int, event: CarrierDelivered) -> None:
        self.end = event
        what = f"{event.carrier} told that it had delivered it at {hm(event.began_at_s)}"
        self._add(number, what)

    def _carrier_told(self, number: int, event: CarrierFailed) -> None:
        self.carrier_failed = event
        self._add(number, f"{event.carrier} told that it could not deliver it: {event.cause}")

    def _declined(self, number: int, event: OrderDeclined) -> None:
        self.end = event
        self._add(number, f"was declined{self.by_decision(event)}")

    def by_decision(self, event: OrderDeclined) -> str:
        """Return which decision declined it, with its own words for why."""
        for _, plan in self.day.plans:
            if plan.at_s == event.at_s and self.order.id in plan.declined:
                why = f" ({plan.why})" if plan.why else ""
                return f" by decision {plan.question}{why}"
        return ""

    def _dropped(self, number: int, event: ActionsDropped) -> None:
        self.last_out = number
        clause = f"{event.vehicle} dropped it at {hm(event.at_s)} ({event.why})"
        self._add(number, f"left the route of {event.vehicle} undone: {event.why}", clause)

    def _loaded(self, number: int, event: Loaded) -> None:
        self.aboard, self.was_loaded = event.vehicle, True
        self._add(number, f"was loaded onto {event.vehicle} at {event.place}")

    def _unloaded(self, number: int, event: Unloaded) -> None:
        self.aboard = None
        clause = f"{event.vehicle} put it down at {event.place} at {hm(event.at_s)}"
        self._add(number, f"was put down at {event.place} by {event.vehicle}", clause)

    def _handed_over(self, number: int, event: HandedOver) -> None:
        self.aboard = None
        clause = (
            f"{event.vehicle} handed it over to {event.taker} at {event.place} at {hm(event.at_s)}"
        )
        self._add(number, f"was handed over by {event.vehicle} to {event.taker}", clause)

    def _taken_over(self, number: int, event: TakenOver) -> None:
        self.aboard, self.was_loaded = event.vehicle, True
        self._add(number, f"was aboard {event.vehicle}")

    def _towed(self, number: int, event: Towed) -> None:
        self.aboard = None
        clause = f"{event.vehicle} was towed in with it by {hm(event.at_s)}"
        self._add(number, f"was towed in to {event.place} with {event.vehicle}", clause)

    def _failed(self, number: int, event: AttemptFailed) -> None:
        self.attempts.append(event)
        self.last_out = number
        why = self._why_failed(event)
        clause = f"{event.vehicle} tried it at {hm(event.began_at_s)} in vain ({why})"
        self._add(number, f"attempt {event.attempt} by {event.vehicle} failed: {why}", clause)
        self._came(number, event)

    def _why_failed(self, event: AttemptFailed) -> str:
        words = CAUSE_WORDS[event.cause]
        if event.cause == "window missed":
            return f"{words} at {hm(self.order.window.closes_at_s)}"
        return words

    def _served(self, number: int, event: Delivered | Collected) -> None:
        self.end = event
        self.last_out = number
        self.aboard = event.vehicle if isinstance(event, Collected) else None
        how = HOW_WORDS[event.how] if isinstance(event, Delivered) else ""
        done = "collected" if isinstance(event, Collected) else "delivered"
        self._add(number, f"was {done} by {event.vehicle}{how}, at attempt {event.attempt}")
        self._came(number, event)

    def _returned(self, number: int, event: Returned) -> None:
        self.end = event
        self._add(number, f"was sent back to its sender from {event.place}")

    def _came(self, number: int, event: Delivered | Collected | AttemptFailed) -> None:
        """Note the way of a vehicle to the door, and its last leg in the chain."""
        vehicle, began_at_s = event.vehicle, event.began_at_s
        found = way_to(self.day, vehicle, number, began_at_s, event.place)
        if found is not None:
            self.ways.append(found)
        begun = [n for n, e in self.day.of_vehicle[vehicle] if n < number and e.at_s <= began_at_s]
        legs = [n for n in begun if isinstance(self.day.events[n], Departed | Arrived | Walked)]
        for n in legs[-2:]:
            self._leg(n)
        if found is not None and found.left is not None:
            self._leg(found.number)
        if begun and self.day.events[number].at_s > began_at_s:
            self._add(begun[-1], f"{vehicle} began service at {event.place}")

    def _leg(self, number: int) -> None:
        event: Any = self.day.events[number]
        if isinstance(event, Departed):
            origin = event.place or f"junction {event.node}"
            self._add(number, f"{event.vehicle} left {origin} for {event.to}")
        elif isinstance(event, Walked):
            self._add(number, f"the driver of {event.vehicle} had walked {way(event.walk_m)} to it")
        else:
            driven = way(sum(event.lengths_m))
            self._add(number, f"{event.vehicle} came to {event.place} after {driven}")

    def _planned(self, one: Assigned) -> None:
        """Note a change of the vehicle that it is planned on."""
        by = f"decision {one.plan.question}"
        at_s, first = one.plan.at_s, one is self.assigned[0]
        told = ""
        if one.vehicle is not None:
            told = self.day.bound_to(self.order.id, one.vehicle, one.number)
        if one.vehicle is None:
            what = f"{by} took it out of the route of {one.before}"
            self._add(one.number, what, f"{what} at {hm(at_s)}", "plan")
        elif one.before is not None:
            what = f"{by} moved it from {one.before} to {one.vehicle}{told}"
            self._add(one.number, what, f"{what} at {hm(at_s)}", "plan")
        else:
            what = f"{by} planned it on {one.vehicle}, stop {one.stop} of {one.stops}{told}"
            waited_s = at_s - self.placed_at_s
            clause, kind = f"{by} at {hm(at_s)} planned it on {one.vehicle}{told}", "plan"
            if first and waited_s > 0:
                after = f"{took(waited_s)} after it was placed"
                clause = (
                    f"{by} at {hm(at_s)}, {after}, was the first to plan it, on {one.vehicle}{told}"
                )
                kind = ""
            self._add(one.number, what, clause, kind)

    def _undone(self, number: int, event: Any) -> None:  # noqa: ANN401 # one of four classes
        """Note that a duty left it undone."""
        self.last_out = max(self.last_out, number)
        vehicle, when = event.vehicle, hm(event.at_s)
        if isinstance(event, DutyCancelled):
            what = f"the duty of {vehicle} was cancelled ({event.why}) with it in its route"
        elif isinstance(event, DutyEnded):
            what = f"the duty of {vehicle} ended with it in its route"
        elif isinstance(event, DutyMoved):
            what = f"the driver of {vehicle} went on with {event.spare}, without a route"
        else:
            what = f"{vehicle} was out of service from then on, with it in its route"
        self._add(number, what, f"at {when} {what}")

    def _breakdowns(self) -> None:
        """Note breakdowns of the vehicle that has it aboard."""
        aboard: VehicleId | None = None
        down = False
        for number, event in enumerate(self.day.events):
            mine = self.order.id in getattr(event, "orders", ())
            if isinstance(event, Loaded | TakenOver) and mine:
                aboard = event.vehicle
            elif isinstance(event, Unloaded | HandedOver | Towed) and mine:
                aboard = None
            elif event is self.end:
                return
            elif isinstance(event, BrokeDown) and event.vehicle == aboard:
                down = True
                words = "broke down" if event.cause == "breakdown" else "ran out of battery"
                clause = f"{event.vehicle} {words} at {hm(event.at_s)} with it aboard"
                what = f"{event.vehicle} {words} with it aboard"
                self._add(number, what, clause, "way")
            elif isinstance(event, Repaired) and event.vehicle == aboard and down:
                down = False
                self._add(number, f"{event.vehicle} could go on")

    def _whereabouts(self) -> str:
        if self.aboard is not None:
            return f"aboard {self.aboard}"
        if self.tendered is not None:
            return f"in the hands of {self.tendered.carrier}"
        return "after its goods had been loaded once" if self.was_loaded else "before it was loaded"
