"""What was said to customers and what a decision believed, in words, and how it came out."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from experiments.explain_day import DayTold
from experiments.explain_words import counted, hm, is_bound, named, span, took
from twin.events import CustomerTold, OfferAnswered, OfferMade, PlanMade, ServiceBegan
from twin.messages import Message, Notify, OfferWindow
from twin.model import Order, OrderId

_MOST_BELIEFS: Final = 12
"""Arrivals that are told one by one, those first that were farthest off."""


AGREED: Final[Mapping[str, Callable[[Order], str]]] = {
    "window agreed": lambda order: f"the customer agreed to the window {span(order.window)}",
    "locker agreed": lambda order: f"the customer agreed to take it from {order.destination}",
}
"""What a customer agreed to, by what changed and the order after it."""


def heard(event: CustomerTold | OfferMade | OfferAnswered) -> str:
    """Return what a customer was told or asked, or answered."""
    if isinstance(event, CustomerTold):
        return f"the customer was told to expect us {span(event.expected)}"
    if isinstance(event, OfferAnswered):
        return f"the customer said {'yes' if event.accepted else 'no, or yes too late'}"
    if isinstance(event.offer, OfferWindow):
        return f"the customer was asked for the window {span(event.offer.window)}"
    return f"the customer was asked to take it from {event.offer.locker}"


def said(message: Message) -> str:
    """Return what was said to a customer, as what a decision did: ``told a to expect us ...``."""
    if isinstance(message, Notify):
        return f"told {message.order} to expect us {span(message.expected)}"
    if isinstance(message, OfferWindow):
        return f"asked {message.order} for the window {span(message.window)}"
    return f"asked {message.order} to take its goods from {message.locker}"


def tally(plan: PlanMade) -> list[str]:
    """Return how much a decision said, beside what it changed."""
    listed = []
    if plan.messages:
        listed.append(f"sent {counted(len(plan.messages), 'message')}")
    if plan.warned:
        listed.append(f"warned about {named(plan.warned, 'order')}")
    return listed


def beliefs(day: DayTold, plan: PlanMade) -> Iterator[str]:
    """Yield what a decision said and believed, and how that came out, a line each."""
    if plan.effort:
        yield f"its solver made {counted(plan.effort, 'step')}"
    yield from map(said, plan.messages)
    for order_id in plan.warned:
        yield f"warned about {order_id}{_promised(day, plan, order_id)}; {_came_out(day, order_id)}"
    came = {order_id: _began_at_s(day, order_id, plan.at_s) for order_id in plan.arrivals}
    off_s = {
        order_id: None if began_at_s is None else abs(began_at_s - plan.arrivals[order_id])
        for order_id, began_at_s in came.items()
    }
    farthest = sorted(off_s, key=lambda one: (-_or_endless(off_s[one]), one))
    for order_id in farthest[:_MOST_BELIEFS]:
        yield _belief(order_id, plan.arrivals[order_id], came[order_id])
    rest = [off for order_id in farthest[_MOST_BELIEFS:] if (off := off_s[order_id]) is not None]
    if rest:
        yield f"believed {counted(len(rest), 'more arrival')}, off by {took(rest[0])} or less"


def _or_endless(off_s: float | None) -> float:
    return float("inf") if off_s is None else off_s


def _began_at_s(day: DayTold, order_id: OrderId, since_s: float) -> float | None:
    """Return when service of an order began first, from an instant on; None if it never did."""
    return next(
        (
            event.at_s
            for _, event in day.of_order(order_id)
            if isinstance(event, ServiceBegan) and event.at_s >= since_s
        ),
        None,
    )


def _belief(order_id: OrderId, believed_s: float, began_at_s: float | None) -> str:
    head = f"believed that service of {order_id} would begin at {hm(believed_s)}"
    if began_at_s is None:
        return f"{head}; it never did"
    later_s = began_at_s - believed_s
    if not later_s:
        return f"{head}, as it did"
    return f"{head}; it did {took(abs(later_s))} {'later' if later_s > 0 else 'earlier'}"


def _promised(day: DayTold, plan: PlanMade, order_id: OrderId) -> str:
    """Return until when an order was promised when a decision was made."""
    until_s = day.promised_until_s(order_id, plan.at_s)
    return f", promised by {hm(until_s)}" if is_bound(until_s) else ""


def _came_out(day: DayTold, order_id: OrderId) -> str:
    """Return when an order was served, if it ever was."""
    began_at_s = next(
        (
            event.began_at_s
            for _, event in day.of_order(order_id)
            if type(event).__name__ in {"Delivered", "Collected", "CarrierDelivered"}
        ),
        None,
    )
    return "it was never served" if began_at_s is None else f"it was served from {hm(began_at_s)}"
