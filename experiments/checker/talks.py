"""Rules about talk with customers: what they are told and asked, what comes of their answers."""

from collections.abc import Iterator
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import Given, Look, Rule, clock, remembering, rule
from experiments.checker.words import Event

_ALWAYS: Final = {"opens_at_s": -1e9, "closes_at_s": 1e9}
"""A window that never binds, as the header's orders without one have it."""
_SAID: Final = ("CustomerTold", "OfferMade")


def _message(event: Event) -> Event:
    """Return what was said as a plan would say it."""
    if event["event"] == "OfferMade":
        offer: Event = event["offer"]
        return offer
    return {"order": event["order"], "expected": event["expected"], "say": "notify"}


def _unreachable(day: Day, order_id: str) -> Iterator[str]:
    """Yield why a customer can be told nothing any more."""
    goods = day.order(order_id)
    if goods.end:
        yield f"order {order_id} was {goods.end} at {clock(goods.ended_at_s or 0.0)}"
    elif goods.carrier:
        yield f"order {order_id} was given to {goods.carrier}"
    yield from (
        f"order {order_id} is being served by {vehicle_id}"
        for vehicle_id, van in day.vans.items()
        if order_id in van.awaited
    )


@rule("PlanMade")
def beliefs_of_known_orders(day: Day, event: Event) -> Iterator[str]:
    """A plan believes, warns and speaks of orders that are known."""
    named = [*event["arrivals"], *event["warned"], *(one["order"] for one in event["messages"])]
    for order_id in named:
        if order_id not in day.orders:
            yield f"order {order_id!r} is not known by now"
    if event["effort"] < 0:
        yield f"a solver made {event['effort']} steps"


@rule(*_SAID)
def told_while_open(day: Day, event: Event) -> Iterator[str]:
    """Customers are told and asked while their order is open and nobody serves it yet."""
    message = _message(event)
    yield from _unreachable(day, message["order"])
    window = message.get("expected") or message.get("window")
    if window is not None and window["closes_at_s"] < event["at_s"]:
        yield f"speaks of a time until {clock(window['closes_at_s'])}, which is over"


class _SaidAsPlanned:
    def __init__(self, _: Given) -> None:
        self._left: list[Event] = []
        self._at_s = 0.0

    def look(self, _: Day, event: Event) -> Iterator[str]:
        kind = event["event"]
        if kind in _SAID:
            said = _message(event)
            if not self._left or self._left.pop(0) != said:
                yield f"no plan wants this said now: {said}"
            return
        if self._left and (event["at_s"] > self._at_s or kind in {"DayEnded", "PlanMade"}):
            yield f"planned at {clock(self._at_s)} and never said: {self._left[0]}"
            self._left = []
        if kind == "PlanMade":
            self._left, self._at_s = list(event["messages"]), event["at_s"]


@remembering()
def said_as_planned(given: Given) -> Look:
    """What a plan wants said is said in its instant, in its order, and nothing else ever is."""
    return _SaidAsPlanned(given).look


class _Answers:
    def __init__(self, _: Given) -> None:
        self._asked: dict[str, Event] = {}
        self._agreed: Event | None = None

    def look(self, day: Day, event: Event) -> Iterator[str]:
        kind = event["event"]
        agreed, self._agreed = self._agreed, None
        if kind == "OrderChanged":
            if agreed is None:
                yield from self._uncalled(day, event)
            elif event["order"] != agreed:
                yield f"is not what the customer of {agreed['id']} agreed to"
        elif agreed is not None:
            yield f"the line after a yes, expected order {agreed['id']} changed by it"
        if kind == "OfferMade":
            order_id = event["offer"]["order"]
            if order_id in self._asked:
                yield f"the customer of {order_id} has not answered the last question"
            self._asked[order_id] = event["offer"]
        elif kind == "OfferAnswered":
            yield from self._answered(day, event)

    def _uncalled(self, day: Day, event: Event) -> Iterator[str]:
        now = event["order"]
        before = day.order(now["id"]).order
        if "agreed" in event["what"]:
            yield f"the customer of {now['id']} agreed to nothing just now"
        for name in ("agreed", "notified"):
            if before.get(name, False) != now.get(name, False):
                yield f"{name} of {now['id']} becomes {now.get(name)} without a question"

    def _answered(self, day: Day, event: Event) -> Iterator[str]:
        offer = self._asked.pop(event["order"], None)
        if offer is None:
            yield f"the customer of {event['order']} was asked nothing"
        elif event["accepted"]:
            yield from _unreachable(day, event["order"])
            self._agreed = _changed(day.order(event["order"]).order, offer, event["at_s"])
            window = offer.get("window")
            if window is not None and window["closes_at_s"] < event["at_s"]:
                yield f"agrees to a time until {clock(window['closes_at_s'])}, which is over"


def _changed(order: Event, offer: Event, at_s: float) -> Event:
    """Return an order after its customer said yes: a promise that is over stays broken."""
    if "window" in offer:
        window = offer["window"]
        promise = order["promise"] if order["promise"]["closes_at_s"] < at_s else window
        return {**order, "window": window, "promise": promise, "agreed": True}
    return {**order, "destination": offer["locker"], "window": _ALWAYS, "agreed": False}


@remembering()
def answers_follow_offers(given: Given) -> Look:
    """Each answer is to one question, and a yes changes the order as offered, at once."""
    return _Answers(given).look


RULES: Final[tuple[Rule, ...]] = (
    beliefs_of_known_orders,
    told_while_open,
    said_as_planned,
    answers_follow_offers,
)
