"""Why a vehicle went where it went: one sentence on its day, and a line for each thing it did."""

from collections.abc import Callable, Iterator
from typing import Any

from experiments.explain_day import DayTold
from experiments.explain_story import Moment, Story
from experiments.explain_way import spent
from experiments.explain_words import (
    CAUSE_WORDS,
    HOW_WORDS,
    WAIT_WORDS,
    counted,
    hm,
    named,
    several,
    way,
)
from twin.events import (
    OVER,
    ActionsDropped,
    Arrived,
    AttemptFailed,
    BreakBegan,
    BrokeDown,
    Collected,
    Delivered,
    Departed,
    Diverted,
    DutyCancelled,
    DutyEnded,
    DutyMoved,
    HandedOver,
    Loaded,
    PlanMade,
    RechargeBegan,
    Recharged,
    Repaired,
    SequenceLeft,
    ServiceBegan,
    ShiftBegan,
    TakenOver,
    Towed,
    Unloaded,
    WaitBegan,
    Walked,
)
from twin.model import OrderId, PlaceId, VehicleId
from twin.plan import (
    Action,
    Break,
    Collect,
    Deliver,
    HandOver,
    LoadOrders,
    Recharge,
    Route,
    Stop,
    UnloadOrders,
)


def explain_vehicle(day: DayTold, vehicle_id: VehicleId) -> Story:
    """Return where a vehicle went and why.

    Raises
    ------
    KeyError
        If the day has no such vehicle.
    """
    teller = _Teller(day, vehicle_id)
    for number, event in enumerate(day.events):
        teller.take(number, event)
    return Story("", teller.answer(), teller.chain)


class _Teller:
    """Follows one vehicle through the journal, with the plan that is in force for it.

    Attributes
    ----------
    route, plan
        What its last plan wants of it, done or not, and that plan.
    over
        Why it may go nowhere but home; empty while it may.
    """

    def __init__(self, day: DayTold, vehicle_id: VehicleId) -> None:
        self.day = day
        self.id = vehicle_id
        self.chain: list[Moment] = []
        self.route: Route = ()
        self.plan: PlanMade | None = None
        self.first: dict[OrderId, PlanMade] = {}
        self.done: dict[OrderId, None] = {}
        self.loaded: dict[OrderId, None] = {}
        self.left_for: PlaceId | None = None
        self.over = ""
        self._take: dict[type, Callable[[Any], str]] = {
            ShiftBegan: lambda e: f"its shift began{_at(e.place)} (duty {e.duty})",
            DutyEnded: lambda e: f"its duty ended ({e.duty})",
            DutyCancelled: lambda e: f"its duty was cancelled ({e.duty}): {e.why}",
            DutyMoved: lambda e: f"its driver went on with {e.spare}",
            ActionsDropped: self._dropped,
            SequenceLeft: self._sequence_left,
            Departed: self._departed,
            Arrived: lambda e: f"came to {e.place} after {way(sum(e.lengths_m))}",
            Diverted: self._diverted,
            BrokeDown: self._broke_down,
            Repaired: lambda _: "could go on",
            Towed: lambda e: f"was towed in to {e.place}",
            Walked: lambda e: f"its driver walked {way(e.walk_m)} to {e.place}",
            WaitBegan: lambda e: f"waited for {WAIT_WORDS[e.reason].format(place=e.place)}",
            BreakBegan: lambda e: f"its driver took a break ({e.why})",
            RechargeBegan: lambda e: f"was plugged in at {e.place}, {e.kw:g} kW",
            Recharged: lambda e: f"was unplugged with {e.kwh:.1f} kWh more",
            Loaded: self._loads,
            Unloaded: lambda e: f"put down {named(e.orders, 'order')} at {e.place}",
            HandedOver: lambda e: f"handed {named(e.orders, 'order')} over to {e.taker}",
            TakenOver: lambda e: f"took {named(e.orders, 'order')} over from {e.giver}",
            ServiceBegan: lambda _: "",
            Delivered: self._served,
            Collected: self._served,
            AttemptFailed: self._failed,
        }

    def take(self, number: int, event: Any) -> None:  # noqa: ANN401 # any event
        """Take the next event of the journal."""
        if isinstance(event, PlanMade):
            self._planned(event)
        elif getattr(event, "vehicle", None) == self.id and type(event) in self._take:
            what = self._take[type(event)](event)
            if what:
                self.chain.append(Moment(event.at_s, number, what))

    def _planned(self, event: PlanMade) -> None:
        if self.id in event.routes:
            self.route, self.plan, self.over = event.routes[self.id], event, ""
            served = [o for stop in self.route for o in _served_in(stop)]
            self.first = {o: self.first.get(o, event) for o in served}
            self.done = {o: None for o in self.done if o not in self.first}

    # What it did

    def _departed(self, event: Departed) -> str:
        origin = event.place or f"junction {event.node}"
        if event.home:
            why = self.over or "nothing was left to do"
            return f"left {origin} for {event.to}: {why}"
        why = several(list(self._purpose(event.to))) or "as its route said"
        left = ""
        if self.left_for is not None:
            left = f"; {self.left_for} was next in its route, but the driver chose another stop"
            self.left_for = None
        return f"left {origin} for {event.to} {why}{self._decided(event.to)}{left}"

    def _purpose(self, place: PlaceId) -> Iterator[str]:
        """Yield what the route wants at the next stop at a place."""
        for stop in self.route:
            actions = [action for action in stop.actions if self._is_open(action)]
            if stop.place == place and (actions or not stop.actions):
                yield from _purposes(actions)
                return

    def _is_open(self, action: Action) -> bool:
        if isinstance(action, Deliver | Collect):
            return action.order not in self.done
        if isinstance(action, LoadOrders):
            return any(o not in self.loaded and o not in self.done for o in action.orders)
        return True

    def _decided(self, place: PlaceId) -> str:
        """Return which decision wanted the next stop at a place."""
        stops = (stop for stop in self.route if stop.place == place)
        orders = [o for stop in stops for o in _served_in(stop) if o not in self.done]
        plan = self.first.get(orders[0]) if orders else self.plan
        return "" if plan is None else f", by decision {plan.question} at {hm(plan.at_s)}"

    def _sequence_left(self, event: SequenceLeft) -> str:
        """Remember which stop the route named, for the leg that follows."""
        for stop in self.route:
            if stop.place != event.place and any(o not in self.done for o in _served_in(stop)):
                self.left_for = stop.place
                break
        return ""

    def _dropped(self, event: ActionsDropped) -> str:
        self.done.update(dict.fromkeys(event.orders))
        if event.why in OVER:
            self.over = event.why
        return f"left {named(event.orders, 'order')} undone: {event.why}"

    def _diverted(self, event: Diverted) -> str:
        driven = way(sum(event.lengths_m))
        if event.why == "closed":
            return f"stopped before a closed street after {driven}"
        if event.why == "rest":
            return f"stopped to rest after {driven}"
        return f"was sent elsewhere after {driven}, at junction {event.node}"

    def _broke_down(self, event: BrokeDown) -> str:
        what = "broke down" if event.cause == "breakdown" else "had an empty battery"
        driven = f" after {way(sum(event.lengths_m))}" if event.lengths_m else ""
        return f"{what}{driven}"

    def _loads(self, event: Loaded) -> str:
        self.loaded.update(dict.fromkeys(event.orders))
        return f"loaded {named(event.orders, 'order')} at {event.place}" if event.orders else ""

    def _served(self, event: Delivered | Collected) -> str:
        self.done[event.order] = None
        late_s = event.began_at_s - self.day.orders[event.order].promise.closes_at_s
        late = ", late" if late_s > 0 else ""
        if isinstance(event, Collected):
            return f"collected {event.order}{late}"
        return f"delivered {event.order}{HOW_WORDS[event.how]}{late}"

    def _failed(self, event: AttemptFailed) -> str:
        self.done[event.order] = None
        return f"tried {event.order} in vain: {CAUSE_WORDS[event.cause]}"

    # The answer

    def answer(self) -> str:
        """Return what its day came to."""
        events = [event for _, event in self.day.of_vehicle[self.id]]
        shifts = [event for event in events if isinstance(event, ShiftBegan)]
        if not shifts:
            why = [
                f"its duty {e.duty} was cancelled ({e.why})"
                for e in events
                if isinstance(e, DutyCancelled)
            ]
            return f"{self.id} did not work on this day{_because(why)}."
        ends = [event.at_s for event in events if isinstance(event, DutyEnded | DutyMoved)]
        until_s = ends[-1] if len(ends) >= len(shifts) else self.day.ended.at_s
        done = [doing for doing in self.day.doings(self.id) if doing.seconds]
        told = spent([doing for doing in done if doing.activity != "serving"], ())
        served = [e for e in events if isinstance(e, Delivered | Collected)]
        failed = [e for e in events if isinstance(e, AttemptFailed)]
        late = sum(e.began_at_s > self.day.orders[e.order].promise.closes_at_s for e in served)
        tally = f"served {counted(len(served), 'order')}" + (
            f", {late} of them late" if late else ""
        )
        tally += f", tried {len(failed)} in vain" if failed else ""
        return (
            f"{self.id} worked from {hm(shifts[0].at_s)} to {hm(until_s)}: it {tally}"
            f"{'; it ' + several(told) if told else ''}."
        )


def _because(reasons: list[str]) -> str:
    return f": {'; '.join(reasons)}" if reasons else ": no duty of its began"


def _at(place: PlaceId | None) -> str:
    return f" at {place}" if place is not None else ""


def _served_in(stop: Stop) -> tuple[OrderId, ...]:
    return tuple(action.order for action in stop.actions if isinstance(action, Deliver | Collect))


def _purposes(actions: list[Action]) -> Iterator[str]:
    """Yield what actions at one stop are for, the same kind of them together."""
    deliver = [action.order for action in actions if isinstance(action, Deliver)]
    collect = [action.order for action in actions if isinstance(action, Collect)]
    load = [o for action in actions if isinstance(action, LoadOrders) for o in action.orders]
    if any(isinstance(action, UnloadOrders) for action in actions):
        yield "to unload"
    if load:
        yield f"to load {named(load, 'order')}"
    if deliver:
        yield f"to deliver {named(deliver, 'order')}"
    if collect:
        yield f"to collect {named(collect, 'order')}"
    for action in actions:
        if isinstance(action, HandOver):
            yield f"to meet ({action.giver} gives to {action.taker})"
        elif isinstance(action, Recharge):
            yield "to recharge"
        elif isinstance(action, Break):
            yield "to rest"
