"""Rules about time, and about what becomes of orders and their goods."""

from collections.abc import Iterator
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import TICK_S, Rule, clock, rule
from experiments.checker.things import UnknownError
from experiments.checker.words import Event

_ENDS: Final = {
    "OrderDeclined": "declined",
    "OrderCancelled": "cancelled",
    "Returned": "returned",
    "Delivered": "delivered",
    "Collected": "collected",
    "CarrierDelivered": "delivered",
}


@rule()
def begins_and_ends(day: Day, event: Event) -> Iterator[str]:
    """A journal begins with the day, once, and ends with it."""
    begins = event["event"] == "DayBegan"
    if begins and day.header:
        yield "the day began before"
    if not begins and not day.header:
        yield "before the day began"
    if day.ended:
        yield "after the day ended"


@rule()
def order_of_time(day: Day, event: Event) -> Iterator[str]:
    """Time never goes back."""
    if event["at_s"] < day.now_s:
        yield f"at {clock(event['at_s'])}, a line before is of {clock(day.now_s)}"


@rule()
def on_the_tick(_: Day, event: Event) -> Iterator[str]:
    """Every instant is a whole number of eighths of a second."""
    times = [event["at_s"], event.get("began_at_s", 0.0), *event.get("entered_at_s", ())]
    for at_s in times:
        if at_s % TICK_S:
            yield f"{at_s!r} s lies between two ticks"


@rule()
def cause_before_effect(_: Day, event: Event) -> Iterator[str]:
    """Nothing ends before it begins, or is about what no earlier line made known."""
    if event.get("began_at_s", event["at_s"]) > event["at_s"]:
        yield f"began at {clock(event['began_at_s'])}, after its end"


@rule("OrderPlaced")
def placed_when_it_comes(day: Day, event: Event) -> Iterator[str]:
    """An order is placed when it says, or in the morning if it was known before."""
    begins_at_s = day.header["at_s"] if day.header else event["at_s"]
    comes_at_s = max(event["order"]["placed_at_s"], begins_at_s)
    if event["at_s"] != comes_at_s:
        yield f"is placed at {clock(comes_at_s)}"


@rule("PlanMade", "PolicyFailed")
def answers_follow_questions(day: Day, event: Event) -> Iterator[str]:
    """Plans answer questions in their order, none before it was asked."""
    if event["question"] <= day.question:
        yield f"answers question {event['question']}, the last answer was to {day.question}"
    if event.get("asked_at_s", event["at_s"]) > event["at_s"]:
        yield f"answers a question of {clock(event['asked_at_s'])}"


@rule("CarrierDelivered", "CarrierFailed")
def told_by_its_carrier(day: Day, event: Event) -> Iterator[str]:
    """Who tells of an order is the carrier that it was given to."""
    if day.order(event["order"]).carrier != event["carrier"]:
        yield f"order {event['order']} was not given to {event['carrier']}"


@rule("IncidentKnown", "IncidentOver")
def incidents_in_order(day: Day, event: Event) -> Iterator[str]:
    """An incident is known before it is over, once."""
    if event["event"] == "IncidentOver":
        if event["incident"] not in day.incidents:
            yield f"incident {event['incident']} was not known"
    elif event["at_s"] > event["incident"]["ends_at_s"]:
        yield "becomes known after it ended"
    elif event["incident"]["id"] in day.incidents:
        yield f"incident {event['incident']['id']} was known before"


@rule("OrderPlaced")
def order_placed_once(day: Day, event: Event) -> Iterator[str]:
    """An order is placed once."""
    if event["order"]["id"] in day.orders:
        yield f"order {event['order']['id']} was placed before"


@rule(*_ENDS, "ServiceBegan", "OrderTendered", "OrderChanged")
def order_ends_once(day: Day, event: Event) -> Iterator[str]:
    """Each order ends in one state, and nothing becomes of it afterwards."""
    kind = event["event"]
    if kind == "ServiceBegan":
        order_ids = event["orders"]
    else:
        order_ids = [event["order"]["id"] if kind == "OrderChanged" else event["order"]]
    for order_id in order_ids:
        goods = day.order(order_id)
        if goods.end:
            yield f"order {order_id} was {goods.end} at {clock(goods.ended_at_s or 0.0)}"


@rule("DayEnded")
def all_orders_accounted_for(day: Day, event: Event) -> Iterator[str]:
    """Orders without an end are carried over, each of them and no other."""
    still_open = sorted(order_id for order_id, goods in day.orders.items() if not goods.end)
    said = event["carried_over"]
    if sorted(said) != still_open:
        lost = ", ".join(sorted(set(still_open) - set(said))) or "none"
        more = ", ".join(sorted(set(said) - set(still_open))) or "none"
        yield f"open and not named: {lost}; named and not open: {more}"
    if len(set(said)) != len(said):
        yield "an order is named twice"


@rule("OrderChanged")
def changed_in_words_only(day: Day, event: Event) -> Iterator[str]:
    """A change leaves an order's kind, origin and parcels as they are."""
    before, now = day.order(event["order"]["id"]).order, event["order"]
    for name in ("kind", "origin", "parcels"):
        if before[name] != now[name]:
            yield f"{name} of {now['id']} was {before[name]!r:.60}, is {now[name]!r:.60}"


@rule(
    "Loaded", "Unloaded", "Delivered", "Collected", "Towed", "HandedOver", "TakenOver",
    "OrderTendered", "OrderDeclined", "Returned", "DayEnded",
)  # fmt: skip
def parcels_conserved(day: Day, event: Event) -> Iterator[str]:
    """Goods are in one place, and get to another only by an event that moves them."""
    kind = event["event"]
    if kind == "DayEnded":
        for vehicle_id, van in day.vans.items():
            yield from (
                f"{order_id} is aboard {vehicle_id} and at {day.orders[order_id].at}"
                for order_id in van.aboard
                if day.orders[order_id].at != vehicle_id
            )
        return
    order_ids = event["orders"] if "orders" in event else [event["order"]]
    for order_id in order_ids:
        goods = day.order(order_id)
        if kind in {"Loaded", "Returned"}:
            expected = event["place"]
        elif kind == "Collected":
            expected = goods.customer
        elif kind == "TakenOver":
            expected = goods.at if goods.at not in day.vans else "nowhere"
        elif kind in {"OrderTendered", "OrderDeclined"}:
            expected = goods.at if goods.at in day.places else "a place"
        else:
            expected = event["vehicle"]
        if goods.at != expected:
            yield f"the goods of {order_id} are at {goods.at}, not at {expected}"


@rule("OrderTendered")
def tender_kept(day: Day, event: Event) -> Iterator[str]:
    """An overflow carrier takes untried orders at a depot, in time and no more than its cap."""
    goods = day.order(event["order"])
    carriers = {carrier["id"]: carrier for carrier in day.header["carriers"]}
    if event["carrier"] not in carriers:
        raise UnknownError(f"carrier {event['carrier']!r} is not known")
    carrier = carriers[event["carrier"]]
    if carrier["kind"] != "overflow":
        yield f"{event['carrier']} is {carrier['kind']}, no overflow carrier"
    by_s, cap = carrier.get("tender_by_s"), carrier.get("cap")
    if by_s is not None and event["at_s"] > by_s:
        yield f"it takes orders until {clock(by_s)}"
    given = sum(other.carrier == event["carrier"] for other in day.orders.values())
    if cap is not None and given >= cap:
        yield f"it has {given} orders, its cap is {cap}"
    if goods.attempts:
        yield f"order {event['order']} was tried before"
    if goods.carrier:
        yield f"order {event['order']} was given to {goods.carrier} before"
    if goods.at in day.places and day.place(goods.at)["kind"] != "depot":
        yield f"its goods are at {goods.at}, no depot"


@rule("ServiceBegan", "LoadingBegan")
def as_planned(day: Day, event: Event) -> Iterator[str]:
    """A vehicle begins to load and to serve what its route in force says."""
    planned = {
        order_id
        for stop in day.van(event["vehicle"]).route
        for action in stop.get("actions", ())
        for order_id in (action.get("orders") or [action.get("order")])
    }
    for order_id in event["orders" if event["event"] == "ServiceBegan" else "load"]:
        if order_id not in planned:
            yield f"order {order_id} is in no plan of {event['vehicle']}"


RULES: Final[tuple[Rule, ...]] = (
    begins_and_ends,
    order_of_time,
    on_the_tick,
    cause_before_effect,
    placed_when_it_comes,
    answers_follow_questions,
    told_by_its_carrier,
    incidents_in_order,
    order_placed_once,
    order_ends_once,
    all_orders_accounted_for,
    changed_in_words_only,
    parcels_conserved,
    tender_kept,
    as_planned,
)
