"""The clock of a day: arrivals, questions to the policy, and the end. With `twin.life`, SimPy.

Nothing is drawn here. Processes hold no truth: they read the state, wait, and emit. All events of
an instant are processed before the policy is asked, once; vehicles that wait for its answer go
on after it.
"""

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from functools import partial
from math import ceil
from typing import Any, Final

import simpy

from twin.customers import Customers
from twin.errors import Livelock, PlanError, PolicyFault, TwinError
from twin.events import (
    ASKS,
    MAY_ASK,
    SCHEMA,
    ActionsDropped,
    AttemptFailed,
    BrokeDown,
    CarrierDelivered,
    CarrierFailed,
    DayBegan,
    DayEnded,
    DutyCancelled,
    Event,
    IncidentKnown,
    IncidentOver,
    OrderBound,
    OrderCancelled,
    OrderChanged,
    OrderDeclined,
    OrderPlaced,
    OrderReady,
    OrderTendered,
    PlanMade,
    PolicyFailed,
    Towed,
)
from twin.journal import Journal
from twin.legality import problems
from twin.life import Life
from twin.messages import on_ticks
from twin.model import CarrierId, CarrierKind, Order, OrderId, VehicleId
from twin.plan import Plan
from twin.plugs import Plugs
from twin.policy import Briefing, MakePolicy, Policy, is_clairvoyant
from twin.rows import CHANGEABLE
from twin.state import State
from twin.still_possible import Left, still_possible
from twin.streets import Incident
from twin.surprises import Change
from twin.traced import with_line
from twin.units import TICK_S, tick_s
from twin.view import View, Viewer
from twin.world import OnFault, World

FACTS: Final = 1
"""Priority of what happens (SimPy's NORMAL)."""
QUESTION: Final = 2
"""Priority of asking the policy: after all facts of the instant."""
AFTER: Final = 3
"""Priority of vehicles that wait for the answer."""
CLOSE: Final = 4
"""Priority of ending the day: after everything else at its last instant."""


_WORK: Final = (OrderPlaced, OrderReady, OrderChanged)
_EXCEPTIONS: Final = (
    ActionsDropped,
    AttemptFailed,
    BrokeDown,
    DutyCancelled,
    IncidentKnown,
    OrderCancelled,
    Towed,
)
"""What takes the time of people who plan by hand."""


class _At(simpy.Event):
    """A SimPy event that will happen after a delay, with a priority among its instant."""

    def __init__(self, env: simpy.Environment, delay_s: float, priority: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, priority=priority, delay=delay_s)  # type: ignore[arg-type] # SimPy's EventPriority is a NewType of int


def _as_told(event: Event) -> Event:
    return event.as_told() if isinstance(event, IncidentKnown) else event


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def run(world: World, make_policy: MakePolicy, *, name: str = "policy") -> Journal:
    """Live a day under a policy and return all that happened.

    Parameters
    ----------
    world
        The day as it will turn out.
    make_policy
        Called once with what is fixed for the day.
    name
        What the policy is called in the journal.

    Raises
    ------
    PlanError
        If the policy asks for what physics forbids, and the day's rules say that this stops it.
    PolicyFault
        If the policy raises or answers with no plan, and the rules say that this stops the day.
    Livelock
        If events follow one another without time passing.
    Impossible
        If the twin itself has a fault.
    """
    day = Day(world, make_policy, name)
    day.live()
    return day.journal


class Day:
    """One day being lived.

    Attributes
    ----------
    world, state, journal
        What is given, what is true now, what happened so far.
    entered_at_s
        For each vehicle under way, when it enters each edge of its leg and arrives.
    docks
        For each place with docks, who holds them and who waits.
    plugs
        For each place with chargers, who is plugged in and who waits.
    meetings
        For each vehicle that is giving goods to another one, the end of that.
    crews
        Who repairs, None if there is no limit to them.
    lives
        What each vehicle does all day.
    question_pending
        Whether the policy will be asked in this instant.
    """

    def __init__(self, world: World, make_policy: MakePolicy, name: str) -> None:
        self.world = world
        self.env = simpy.Environment(initial_time=world.rules.begins_at_s)
        self.state = State()
        self.journal = Journal()
        self.entered_at_s: dict[VehicleId, tuple[float, ...]] = {}
        self.question_pending = False
        self._name = name
        self._bound = world.bound()
        self._viewer = Viewer(self.state, world.travel, world.rules)
        self._clairvoyant = is_clairvoyant(make_policy)
        self._briefing = Briefing.of(world, name, clairvoyant=self._clairvoyant)
        self._customers = Customers(self)
        self._policy = self._made(make_policy)
        self._asks = ASKS | self._also_asks()
        self._thinking = False
        self._asked_meanwhile = False
        self._answered = 0
        self._questions = 0
        self._ask_again_at_s: float | None = None
        self.docks = {
            place.id: simpy.Resource(self.env, place.docks)
            for place in world.places.values()
            if place.docks is not None
        }
        self.plugs = {
            place.id: Plugs(place.chargers)
            for place in world.places.values()
            if place.chargers is not None
        }
        self.meetings: dict[VehicleId, simpy.Event] = {}
        crews = world.rules.repair_crews
        self.crews = None if crews is None else simpy.Resource(self.env, crews)
        self.lives = {vehicle.id: Life(self, vehicle.id) for vehicle in world.vehicles}
        self._going_on = len(self.lives) - len(world.spares)
        self._to_come = 0
        self._over = simpy.Event(self.env)
        self._instant_s = float("-inf")
        self._since_instant = 0
        entities = len(world.orders) + len(world.vehicles)
        self._most_at_once = 10_000 + 50 * entities

    def _made(self, make_policy: MakePolicy) -> Policy:
        try:
            return make_policy(self._briefing)
        except TwinError:  # such as a file that it was given and cannot be read
            raise
        except Exception as error:
            raise self._fault(error, 0) from error

    def _also_asks(self) -> frozenset[type]:
        also = tuple(getattr(self._policy, "also_asks", ()))
        strange = ", ".join(str(kind) for kind in also if kind not in MAY_ASK)
        if strange:
            raise PolicyFault(
                self._name, self.now_s, 0, f"also_asks holds {strange}, not of MAY_ASK"
            )
        return frozenset(also)

    def _fault(self, error: Exception, question: int) -> PolicyFault:
        return PolicyFault(self._name, self.now_s, question, with_line(_said(error), error))

    @property
    def now_s(self) -> float:
        """Now, seconds since midnight."""
        now: float = self.env.now
        return now

    def live(self) -> None:
        """Let the day happen, from its beginning to its end."""
        world = self.world
        self.emit(
            DayBegan(
                self.now_s,
                SCHEMA,
                world.identity,
                self._name,
                world.carriers,
                world.vehicles,
                world.drivers,
                world.duties,
                tuple(world.known_places().values()),
                world.service_classes,
                world.rules,
                world.rates,
                world.spares,
                clairvoyant=self._clairvoyant,
            )
        )
        self._to_come += 1
        self.env.process(self._place_orders())
        self._schedule()
        spares = frozenset(world.spares)
        for vehicle_id, life in self.lives.items():
            life.row = self.state.vehicles[vehicle_id]
            if vehicle_id not in spares:
                life.process = self.env.process(life.live())
        if world.rules.horizon_s is not None:
            self.at(world.rules.horizon_s, self._end, CLOSE)
        self.env.run(until=self._over)

    def emit(self, event: Event) -> None:
        """Let something have happened: the one place where the journal grows."""
        self.journal.append(event)
        self.state.apply(event)
        if event.at_s == self._instant_s:
            self._since_instant += 1
            if self._since_instant > self._most_at_once:
                last = tuple(repr(late)[:120] for late in self.journal.events[-6:])
                raise Livelock(self._name, self._instant_s, self._since_instant, last)
        else:
            self._instant_s = event.at_s
            self._since_instant = 0
        if type(event) in self._asks:
            self._want_question()

    def at(self, at_s: float, call: Callable[[], None], priority: int = FACTS) -> None:
        """Let something be called at an instant, not before now."""
        event = _At(self.env, max(0.0, at_s - self.now_s), priority)
        event.callbacks.append(lambda _: call())

    def after_question(self) -> simpy.Event:
        """Return a SimPy event of this instant, after the policy's answer."""
        return _At(self.env, 0.0, AFTER)

    def life_ended(self) -> None:
        """Let a vehicle be done for the day."""
        self._going_on -= 1
        self._end_if_over()

    # What comes whatever anyone does

    def _place_orders(self) -> Generator[simpy.Event, Any, None]:
        world, known = self.world, set(self.world.known_places())
        now_s = self.now_s
        for order in world.orders:
            if order.placed_at_s > now_s:
                yield self.env.timeout(order.placed_at_s - now_s)
                now_s = self.now_s
            new = [p for p in (order.origin, order.destination) if p not in known]
            known.update(new)
            self.emit(OrderPlaced(now_s, order, tuple([world.places[p] for p in new])))
            bound = self._bound.get(order.id)
            if bound is not None:
                self.emit(OrderBound(now_s, order.id, bound.pinned_to, bound.not_on))
            ready_at_s = self.ready_at_s(order)
            if ready_at_s > now_s:
                self._to_come += 1
                self.at(ready_at_s, partial(self._becomes_ready, order.id))
            elif order.ready_at_s > now_s:
                self.emit(OrderReady(now_s, order.id))
        self._to_come -= 1
        self._end_if_over()

    def _schedule(self) -> None:
        """Let come what has its time already: incidents, what customers ask for, tenders."""
        for incident in self.world.incidents:
            self.comes(incident.known_at_s, partial(self._incident_known, incident))
        for change in self.world.changes:
            self.comes(change.at_s, partial(self._changes, change))
        for carrier in self.world.carriers:
            if carrier.kind is CarrierKind.OVERFLOW and carrier.tender_by_s is not None:
                self.comes(carrier.tender_by_s, partial(self._tenders_rest, carrier.id))

    def comes(self, at_s: float, call: Callable[[], None]) -> None:
        """Let something be called at an instant; the day goes on until then."""

        def comes() -> None:
            call()
            self._to_come -= 1
            self._end_if_over()

        self._to_come += 1
        self.at(at_s, comes)

    def _incident_known(self, incident: Incident) -> None:
        self.emit(IncidentKnown(self.now_s, incident))
        self.comes(incident.ends_at_s, partial(self._incident_over, incident))

    def _incident_over(self, incident: Incident) -> None:
        self.emit(IncidentOver(self.now_s, incident.id))

    def _changes(self, change: Change) -> None:
        """Let a customer ask for something, if it is not too late for it."""
        row = self.state.orders.get(change.order)
        if row is None or row.status not in CHANGEABLE:
            return
        planned_on = row.planned_on
        if change.cancels:
            self.emit(OrderCancelled(self.now_s, change.order))
        else:
            for what, order in change.asked_of(row.order):
                self.emit(OrderChanged(self.now_s, order, what, ()))
        if planned_on is not None:
            self.lives[planned_on].plan_changed()

    def _tenders_rest(self, carrier_id: CarrierId) -> None:
        """Give a carrier what is unplanned at a depot, and pinned to none of ours, in time."""
        left = self._viewer.overflow(self.now_s).get(carrier_id)
        rows = [self.state.orders[order_id] for order_id in self.state.unplanned]
        waiting = [
            row
            for row in rows
            if row.place is not None
            and self.state.is_depot(row.place)
            and not row.attempts
            and row.bound.pinned_to is None
        ]
        waiting.sort(key=lambda row: (-row.order.priority, row.order.promise.closes_at_s, row.id))
        for row in waiting[:left]:
            self._tenders(row.id, carrier_id)

    def _tenders(self, order_id: OrderId, carrier_id: CarrierId) -> None:
        self.emit(OrderTendered(self.now_s, order_id, carrier_id))
        outside = self.world.tendered.get(order_id)
        if outside is None:
            self.emit(CarrierDelivered(self.now_s, order_id, carrier_id, self.now_s))
            return
        told_at_s = max(self.now_s, outside.told_at_s)
        if outside.served_at_s is None:
            event: Event = CarrierFailed(told_at_s, order_id, carrier_id, "not delivered")
        else:
            began_at_s = max(self.now_s, outside.served_at_s)
            event = CarrierDelivered(max(told_at_s, began_at_s), order_id, carrier_id, began_at_s)
        self.comes(event.at_s, partial(self.emit, event))

    def ready_at_s(self, order: Order) -> float:
        """Return when the goods of an order really are ready."""
        return self.world.ready_at_s.get(order.id, order.ready_at_s)

    def _becomes_ready(self, order_id: OrderId) -> None:
        self.emit(OrderReady(self.now_s, order_id))
        self._to_come -= 1
        self._end_if_over()

    def _end_if_over(self) -> None:
        if self._going_on == 0 and self._to_come == 0:
            self.at(self.now_s, self._end, CLOSE)

    def _end(self) -> None:
        if not self.state.ended:
            self.emit(DayEnded(self.now_s, self.state.carried_over()))
            self._over.succeed()

    # Questions

    def _want_question(self) -> None:
        if self._thinking:
            self._asked_meanwhile = True
        elif not self.question_pending:
            self.question_pending = True
            self.at(self.now_s, self._ask, QUESTION)

    def _named_time_came(self, at_s: float) -> None:
        if self._ask_again_at_s == at_s:
            self._ask_again_at_s = None
            self._want_question()

    def _ask(self) -> None:
        self.question_pending = False
        self._questions += 1
        because = tuple(map(_as_told, self.journal.events[self._answered :]))
        self._answered = len(self.journal)
        if self.world.feed is not None:
            self._viewer.travel = self.world.feed.travel(self.now_s)
        view = self._viewer.view(self.now_s, because, self.entered_at_s)
        plan = self._answer(view)
        if plan is None:
            return
        asking = Counter(type(event).__name__ for event in because if type(event) in self._asks)
        reasons = dict(sorted(asking.items()))
        latency_s = self._latency_s(plan, because)
        if latency_s == 0:
            self._takes_force(plan, self._questions, self.now_s, reasons)
            return
        self._thinking = True
        question, asked_at_s = self._questions, self.now_s
        self.at(self.now_s + latency_s, lambda: self._thought(plan, question, asked_at_s, reasons))

    def _latency_s(self, plan: Plan, because: tuple[Event, ...]) -> float:
        """Return how long the answer takes: a machine's latency, and the work of people (S16)."""
        rules = self.world.rules
        work = sum(isinstance(event, _WORK) for event in because)
        exceptions = sum(isinstance(event, _EXCEPTIONS) for event in because)
        people_s = work * rules.per_order_s + exceptions * rules.per_exception_s
        return tick_s(rules.latency_s + people_s / rules.dispatchers + float(plan.worked_s))

    def _answer(self, view: View) -> Plan | None:
        """Return the policy's answer, or None where a fault is kept and the last plan stays."""
        try:
            plan = self._policy.decide(view)
        except Exception as error:
            if self.world.rules.on_fault is OnFault.STOP:
                raise self._fault(error, self._questions) from error
            self.emit(PolicyFailed(self.now_s, self._questions, (_said(error),)))
            return None
        found = problems(plan, view)
        if not found:
            return plan
        if self.world.rules.on_fault is OnFault.STOP:
            raise PlanError(self._name, self.now_s, self._questions, found)
        self.emit(PolicyFailed(self.now_s, self._questions, tuple(found)))
        return None

    def _thought(
        self, plan: Plan, question: int, asked_at_s: float, reasons: Mapping[str, int]
    ) -> None:
        self._thinking = False
        self._takes_force(plan, question, asked_at_s, reasons)
        if self._asked_meanwhile:
            self._asked_meanwhile = False
            self._want_question()

    def _takes_force(
        self, plan: Plan, question: int, asked_at_s: float, reasons: Mapping[str, int]
    ) -> None:
        left = Left(
            plan.routes, plan.declined, plan.tendered, plan.messages, plan.arrivals, plan.warned
        )
        if asked_at_s < self.now_s:
            left = still_possible(plan, self.state, self.now_s)
        messages = tuple(on_ticks(message) for message in left.messages)
        self.emit(
            PlanMade(
                self.now_s,
                question,
                asked_at_s,
                reasons,
                dict(left.routes),
                left.declined,
                messages,
                left.dropped,
                plan.why,
                dict(left.tendered),
                {order: tick_s(float(begins_at_s)) for order, begins_at_s in left.arrivals.items()},
                left.warned,
                int(plan.effort),
            )
        )
        for carrier_id, orders in left.tendered.items():
            for order_id in orders:
                self._tenders(order_id, carrier_id)
        for order_id in left.declined:
            self.emit(OrderDeclined(self.now_s, order_id))
        for message in messages:
            self._customers.say(message)
        if plan.ask_again_at_s is not None:
            at_s = max(self.now_s, ceil(float(plan.ask_again_at_s) / TICK_S) * TICK_S)
            self._ask_again_at_s = at_s
            self.at(at_s, lambda: self._named_time_came(at_s))
        for vehicle_id in left.routes:
            self.lives[vehicle_id].plan_changed()
