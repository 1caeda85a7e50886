"""Rules about customers: windows, attempts, outcomes, and what happens after a failure."""

from collections.abc import Iterator
from math import asin, cos, radians, sin, sqrt
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import TICK_S, Rule, clock, rule
from experiments.checker.words import Event

_TRIES: Final = ("Delivered", "Collected", "AttemptFailed")
_EARTH_RADIUS_M: Final = 6_371_009.0
"""Mean radius of the IUGG, (2 a + b) / 3."""
_EXACT_M: Final = 1e-6
_GONE_TODAY: Final = ("tomorrow", "return")


@rule("ParkingBegan", "WaitBegan", "ServiceBegan", "LoadingBegan", "HandOverBegan",
      "RechargeBegan", "Recharged", "Delivered", "Collected", "AttemptFailed", "Loaded",
      "Unloaded", "HandedOver", "TakenOver")  # fmt: skip
def where_it_stands(day: Day, event: Event) -> Iterator[str]:
    """What is done at a place is done by who stands there."""
    van = day.van(event["vehicle"])
    if event["place"] is None:  # before a closed street, at a junction
        if van.place is not None or van.leg is not None:
            yield f"{event['vehicle']} is at {van.place}, not at a junction"
        return
    day.place(event["place"])
    if event["place"] not in {van.stands_at, van.place}:
        yield f"{event['vehicle']} is at {van.stands_at}, not at {event['place']}"


@rule("Walked")
def on_foot(day: Day, event: Event) -> Iterator[str]:
    """Who walks takes the time for it, to where that is, no farther than walking is meant for."""
    van, rules = day.van(event["vehicle"]), day.header["rules"]
    stands_at, parked = van.stands_at, van.place
    if stands_at is None or parked is None:
        yield f"{event['vehicle']} is at no place"
        return
    walk_m = crow_m(day.place(stands_at), day.place(event["place"]))
    if walk_m is not None and abs(walk_m - event["walk_m"]) > _EXACT_M:
        yield f"says {event['walk_m']} m, {event['place']} is {walk_m:.1f} m away"
    driver = day.driver(van)
    must_s = event["walk_m"] / rules["walking_mps"] * (1.0 if driver is None else driver["pace"])
    if abs(event["at_s"] - van.since_s - must_s) > TICK_S / 2 + _EXACT_M:
        yield f"took {event['at_s'] - van.since_s} s, {must_s:.3f} s for {event['walk_m']} m"
    away_m = crow_m(day.place(parked), day.place(event["place"]))
    if away_m is not None and away_m > rules["walking_radius_m"] + _EXACT_M:
        yield f"{away_m:.1f} m from the vehicle, at most {rules['walking_radius_m']} m are walked"


def crow_m(here: Event, there: Event) -> float | None:
    """Return metres as the crow flies (haversine), None where coordinates are missing."""
    degrees = [place.get(name) for place in (here, there) for name in ("lat", "lon")]
    if None in degrees:
        return None
    lat, lon, lat_to, lon_to = (radians(float(part or 0.0)) for part in degrees)
    chord = sin((lat_to - lat) / 2) ** 2
    chord += cos(lat) * cos(lat_to) * sin((lon_to - lon) / 2) ** 2
    return 2 * _EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


@rule("ServiceBegan")
def right_door(day: Day, event: Event) -> Iterator[str]:
    """Orders are served at their customer's door, deliveries with their goods aboard."""
    if not event["orders"]:
        yield "serves nobody"
    for order_id in event["orders"]:
        goods = day.order(order_id)
        if goods.customer != event["place"]:
            yield f"order {order_id} is for {goods.customer}"
        if goods.is_delivery and goods.at != event["vehicle"]:
            yield f"the goods of {order_id} are at {goods.at}"


@rule("ServiceBegan")
def not_early(day: Day, event: Event) -> Iterator[str]:
    """Service begins in its window, unless its class serves early."""
    for order_id in event["orders"]:
        goods = day.order(order_id)
        opens_at_s = goods.order["window"]["opens_at_s"]
        if event["at_s"] < opens_at_s and not goods.kind["serve_early"]:
            yield f"the window of {order_id} opens at {clock(opens_at_s)}"


@rule("ServiceBegan")
def hard_window(day: Day, event: Event) -> Iterator[str]:
    """No service begins after a hard window has closed."""
    for order_id in event["orders"]:
        goods = day.order(order_id)
        closes_at_s = goods.order["window"]["closes_at_s"]
        if event["at_s"] > closes_at_s and goods.kind["hard_window"]:
            yield f"the window of {order_id} closed at {clock(closes_at_s)}"


@rule("AttemptFailed")
def missed_in_earnest(day: Day, event: Event) -> Iterator[str]:
    """A window counts as missed only if it is hard and has closed."""
    if event["cause"] != "window missed":
        return
    goods = day.order(event["order"])
    closes_at_s = goods.order["window"]["closes_at_s"]
    if not goods.kind["hard_window"] or event["began_at_s"] <= closes_at_s:
        yield f"order {event['order']} was in time for {clock(closes_at_s)}, or need not be"


@rule("Delivered", "Collected")
def opening_hours(day: Day, event: Event) -> Iterator[str]:
    """Nobody is served in person at a place that is not open when service begins."""
    hours = day.place(event["place"]).get("hours") or ()
    began_at_s = event["began_at_s"]
    is_left = event.get("how") in {"neighbour", "safe place"}
    if (
        hours
        and not is_left
        and not any(h["opens_at_s"] <= began_at_s <= h["closes_at_s"] for h in hours)
    ):
        yield f"{event['place']} is not open at {clock(began_at_s)}"


@rule(*_TRIES)
def one_outcome(day: Day, event: Event) -> Iterator[str]:
    """Each attempt has one outcome, of the kind of its order, and began when its service did."""
    van, goods = day.van(event["vehicle"]), day.order(event["order"])
    kind = event["event"]
    if kind != "AttemptFailed" and goods.is_delivery != (kind == "Delivered"):
        yield f"order {event['order']} is a {goods.order['kind']}"
    serving = van.serving
    if kind == "AttemptFailed" and event["cause"] == "window missed" and serving is None:
        if van.doing or event["began_at_s"] != event["at_s"]:
            yield f"{event['vehicle']} is {van.doing or 'late to say so'}"
    elif serving is None or event["order"] not in van.awaited:
        yield f"no service of {event['order']} is under way, or it has its outcome"
    elif (serving["at_s"], serving["place"]) != (event["began_at_s"], event["place"]):
        yield f"its service began at {clock(serving['at_s'])}, at {serving['place']}"


@rule(*_TRIES)
def attempts_counted(day: Day, event: Event) -> Iterator[str]:
    """Attempts are numbered one after the other."""
    number = day.order(event["order"]).attempts + 1
    if event["attempt"] != number:
        yield f"says attempt {event['attempt']}, it is no. {number}"


@rule(*_TRIES, "ServiceBegan")
def attempts_at_most(day: Day, event: Event) -> Iterator[str]:
    """No order is tried more often than its class allows, nor after its retry rule says no."""
    begins = event["event"] == "ServiceBegan"
    for order_id in event["orders"] if begins else [event["order"]]:
        goods = day.order(order_id)
        most = goods.kind["max_attempts"]
        if goods.attempts >= most:
            yield f"order {order_id} was tried {goods.attempts} times, at most {most}"
        elif begins and goods.tried_today and goods.kind["retry"] in _GONE_TODAY:
            yield f"order {order_id} failed, its next try is not today ({goods.kind['retry']})"


@rule("Returned")
def returned_after_failing(day: Day, event: Event) -> Iterator[str]:
    """Goods go back to the sender after their last attempt, from where they are put down."""
    goods = day.order(event["order"])
    used_up = goods.attempts >= goods.kind["max_attempts"]
    if not used_up and not (goods.tried_today and goods.kind["retry"] == "return"):
        yield f"order {event['order']} was tried {goods.attempts} times"
    if goods.is_delivery and day.place(event["place"])["kind"] != "depot":
        yield f"{event['place']} is no depot"


@rule("Delivered", "CarrierDelivered")
def lockers(day: Day, event: Event) -> Iterator[str]:
    """A locker never holds more parcels than it has slots."""
    if "place" not in event:
        return
    place = day.place(event["place"])
    slots = place.get("slots")
    if place["kind"] != "locker" or slots is None:
        return
    held = sum(
        len(goods.order["parcels"])
        for goods in day.orders.values()
        if goods.end == "delivered" and not goods.carrier and goods.customer == event["place"]
    )
    parcels = len(day.order(event["order"]).order["parcels"])
    if held + parcels > slots:
        yield f"{event['place']} has {slots} slots, holds {held}, and gets {parcels} more"


@rule("DayEnded")
def outcomes_for_all(day: Day, _: Event) -> Iterator[str]:
    """Every service that the horizon did not cut off came to an outcome."""
    if day.rule("horizon_s", None) is not None:
        return
    for vehicle_id, van in day.vans.items():
        if van.doing and van.doing != "down":
            yield f"{vehicle_id} is still {van.doing}"
        if van.work is not None:
            yield f"{vehicle_id} is still on duty {van.work.duty['id']}"


RULES: Final[tuple[Rule, ...]] = (
    where_it_stands,
    on_foot,
    right_door,
    not_early,
    hard_window,
    missed_in_earnest,
    opening_hours,
    one_outcome,
    attempts_counted,
    attempts_at_most,
    returned_after_failing,
    lockers,
    outcomes_for_all,
)
