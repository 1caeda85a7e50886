"""What a plan says, to customers and for the record, judged against the view that it answers."""

from collections import Counter

from twin.messages import Message, Notify, OfferLocker, span
from twin.model import OrderKind, PlaceKind
from twin.plan import Plan
from twin.rows import CHANGEABLE, OrderView
from twin.units import clock
from twin.view import View


def message_problems(plan: Plan, view: View) -> list[str]:
    """Return what is wrong with the messages of a plan, a sentence each.

    A message is about an open order whose service has not begun, one of a kind for each order.
    A window told or offered is not over. Nobody is asked while an answer is outstanding, and
    a locker is offered for a delivery that does not go there anyway.
    """
    found: list[str] = []
    times = Counter((message.order, message.say) for message in plan.messages)
    for (order_id, say), count in times.items():
        if count > 1:
            found.append(f"order {order_id}: {count} messages of the kind {say!r} in one plan")
    asked = Counter(message.order for message in plan.messages if not isinstance(message, Notify))
    for order_id, count in asked.items():
        if count > 1:
            found.append(f"order {order_id}: {count} offers in one plan, expected one at a time")
    for message in plan.messages:
        row = view.by_order.get(message.order)
        if row is None or row.status not in CHANGEABLE:
            found.append(f"order {message.order}: {message.say}, but unknown, served or not open")
        else:
            found.extend(_problems(message, row, view, plan))
    return found


def _problems(message: Message, row: OrderView, view: View, plan: Plan) -> list[str]:
    found: list[str] = []
    given_away = [*plan.declined, *(o for orders in plan.tendered.values() for o in orders)]
    if row.id in given_away:
        found.append(f"order {row.id}: {message.say}, but declined or tendered by the same plan")
    if not isinstance(message, Notify) and row.contact.offer is not None:
        found.append(f"order {row.id}: {message.say}, but its customer has not answered the last")
    window = span(message)
    if window is not None and window.closes_at_s < view.now_s:
        until, now = clock(window.closes_at_s), clock(view.now_s)
        found.append(f"order {row.id}: {message.say} until {until}, now is {now}")
    if isinstance(message, OfferLocker):
        found.extend(_no_locker(message, row, view))
    return found


def _no_locker(message: OfferLocker, row: OrderView, view: View) -> list[str]:
    place = view.places.get(message.locker)
    if place is None or place.kind is not PlaceKind.LOCKER:
        lockers = [one.id for one in view.places.values() if one.kind is PlaceKind.LOCKER]
        known = ", ".join(lockers[:5]) or "none"
        return [f"order {row.id}: {message.locker!r} is no locker; there are {known}"]
    if row.order.kind is not OrderKind.DELIVERY:
        return [f"order {row.id}: a collection cannot go to a locker"]
    if row.order.destination == message.locker:
        return [f"order {row.id}: goes to locker {message.locker} already"]
    return []


def record_problems(plan: Plan, view: View) -> list[str]:
    """Return which orders a plan believes or warns something about that are not open."""
    believed = [("arrivals", order_id) for order_id in plan.arrivals]
    named = [*believed, *(("warned", order_id) for order_id in plan.warned)]
    return [
        f"order {order_id}: in {where}, but unknown or not open"
        for where, order_id in named
        if order_id not in view.by_order or not view.by_order[order_id].is_open
    ]
