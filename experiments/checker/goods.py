"""Rules about what fits and what may be moved: capacities, docks, chargers, hand-overs."""

from collections.abc import Iterator, Sequence
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import Given, Look, Rule, clock, remembering, rule
from experiments.checker.things import Amount, Van, tuple_sum
from experiments.checker.words import Event

_NAMES: Final = ("grams", "millilitres", "parcels")
_EXACT_KWH: Final = 1e-6


def _too_much(load: Amount, capacity: Event) -> str:
    """Return which dimensions a load exceeds, empty if none."""
    return ", ".join(
        f"{amount} {name}, {capacity[name]} fit"
        for amount, name in zip(load, _NAMES, strict=True)
        if amount > capacity[name]
    )


@rule("Loaded", "Collected", "TakenOver")
def capacity(day: Day, event: Event) -> Iterator[str]:
    """No vehicle holds more weight, volume or parcels than fit, nor a parcel that is too long."""
    van = day.van(event["vehicle"])
    new = event["orders"] if "orders" in event else [event["order"]]
    aboard = {**van.aboard, **dict.fromkeys(new)}
    load = tuple_sum([day.order(order_id).amount for order_id in aboard])
    problem = _too_much(load, van.vehicle["capacity"])
    if problem:
        yield f"{event['vehicle']} holds {problem}"
    for order_id in new:
        longest_mm = max(parcel["longest_mm"] for parcel in day.order(order_id).order["parcels"])
        if longest_mm > van.vehicle["longest_mm"]:
            yield f"{order_id} is {longest_mm} mm long, {van.vehicle['longest_mm']} fit"


@rule("Loaded", "Unloaded")
def handled_as_begun(day: Day, event: Event) -> Iterator[str]:
    """What is loaded or put down was fixed when its handling began; only depots take goods."""
    handling = day.van(event["vehicle"]).handling
    if handling is None:
        return
    begun = handling["load" if event["event"] == "Loaded" else "unload"]
    if (handling["place"], begun) != (event["place"], event["orders"]):
        yield f"{', '.join(begun) or 'nothing'} was to be moved, at {handling['place']}"
    if event["event"] == "Unloaded" and day.place(event["place"])["kind"] != "depot":
        yield f"{event['place']} is no depot"


@rule("LoadingBegan")
def ready_to_load(day: Day, event: Event) -> Iterator[str]:
    """Goods are loaded when they are ready, inside their pick-up window."""
    for order_id in event["load"]:
        goods = day.order(order_id)
        from_s = max(goods.ready_at_s, goods.order["pick_up_window"]["opens_at_s"])
        if event["at_s"] < from_s:
            yield f"order {order_id} can be loaded from {clock(from_s)}"
        if goods.end:
            yield f"order {order_id} is {goods.end}"


@rule("LoadingBegan")
def preloaded_before(day: Day, event: Event) -> Iterator[str]:
    """What is preloaded is aboard when the shift begins, loaded no earlier than the load lock."""
    if not event["preloaded"]:
        return
    lock_s = day.rule("load_lock_s", 0.0)
    shifts = [
        duty["shift"]["opens_at_s"]
        for duty in day.duties.values()
        if duty["vehicle"] == event["vehicle"]
    ]
    if not any(opens_at_s - lock_s <= event["at_s"] <= opens_at_s for opens_at_s in shifts):
        yield f"{event['vehicle']} has no shift that begins then"
    if not day.rule("preloaded", otherwise=True):
        yield "the day's rules have nothing preloaded"


@rule("LoadingBegan", "ServiceBegan")
def docks(day: Day, event: Event) -> Iterator[str]:
    """No more vehicles are handled at a place than it has docks."""
    count = day.place(event["place"]).get("docks")
    if count is None or event.get("preloaded"):
        return
    busy = [
        vehicle_id
        for vehicle_id, van in day.vans.items()
        if vehicle_id != event["vehicle"] and _is_handled(van, event["place"])
    ]
    if len(busy) >= count:
        yield f"{', '.join(busy)} are at its {count} docks"


def _is_handled(van: Van, place_id: str) -> bool:
    begun = van.serving or van.handling
    return begun is not None and begun["place"] == place_id and not begun.get("preloaded")


@rule("HandOverBegan", "HandedOver", "TakenOver")
def both_present(day: Day, event: Event) -> Iterator[str]:
    """Goods change vehicles where both are, and both say so; one that is down only gives."""
    other_id = event.get("other") or event.get("taker") or event.get("giver")
    van, other = day.van(event["vehicle"]), day.van(str(other_id))
    if other.place != event["place"]:
        yield f"{other_id} is at {other.place}, not at {event['place']}"
    if van is other:
        yield f"{other_id} gives to itself"
    if event["event"] == "HandOverBegan":
        return
    gives = event["event"] == "HandedOver"
    begun, theirs = van.exchange, other.exchange
    if begun is None and not (gives and van.down is not None):
        yield f"{event['vehicle']} did not begin to hand over"
    if begun is not None and (begun["orders"], begun["other"]) != (event["orders"], other_id):
        yield f"{begun['orders']} were to change vehicles with {begun['other']}"
    if gives and theirs is None:
        yield f"{other_id} did not begin to take over"


class _HandedOverAndTaken:
    def __init__(self, _: Given) -> None:
        self._given: list[tuple[float, str, str, Sequence[str]]] = []

    def look(self, _: Day, event: Event) -> Iterator[str]:
        if event["event"] == "HandedOver":
            both = (event["vehicle"], event["taker"])
            self._given.append((event["at_s"], *both, event["orders"]))
        elif event["event"] == "TakenOver":
            took = (event["at_s"], event["giver"], event["vehicle"], event["orders"])
            if took in self._given:
                self._given.remove(took)
            else:
                yield f"{event['giver']} gave nothing of the kind"
        else:
            for at_s, giver, taker, orders in self._given:
                yield f"{', '.join(orders)} left {giver} at {clock(at_s)}, {taker} never took them"


@remembering("HandedOver", "TakenOver", "DayEnded")
def handed_over_and_taken(given: Given) -> Look:
    """What one vehicle gives the other takes, at the same instant."""
    return _HandedOverAndTaken(given).look


@rule("RechargeBegan")
def chargers(day: Day, event: Event) -> Iterator[str]:
    """No more vehicles charge at a place than it has chargers, nor with more power than it has."""
    has = day.place(event["place"]).get("chargers")
    if has is None:
        yield f"{event['place']} has no chargers"
        return
    plugged = {
        vehicle_id: van.charging["kw"]
        for vehicle_id, van in day.vans.items()
        if van.charging is not None and van.charging["place"] == event["place"]
    }
    plugged[event["vehicle"]] = event["kw"]
    if len(plugged) > has["count"]:
        yield f"{', '.join(plugged)} at {has['count']} chargers"
    accepts_kw = day.van(event["vehicle"]).vehicle["energy"].get("charge_kw")
    most_kw = has["kw"] if accepts_kw is None else min(has["kw"], accepts_kw)
    if not 0 <= event["kw"] <= most_kw + _EXACT_KWH:
        yield f"{event['kw']} kW, at most {most_kw}"
    site_kw = has.get("site_kw")
    if site_kw is not None and sum(plugged.values()) > site_kw + _EXACT_KWH:
        yield f"{sum(plugged.values())} kW together, the site has {site_kw}"


class _Battery:
    def __init__(self, _: Given) -> None:
        self._kwh: dict[str, float] = {}

    def look(self, day: Day, event: Event) -> Iterator[str]:
        van = day.van(event["vehicle"])
        energy = van.vehicle["energy"]
        size_kwh = energy.get("battery_kwh")
        if size_kwh is None:
            return
        now_kwh = self._kwh.get(event["vehicle"], size_kwh * energy["begins_share"])
        if event["event"] == "Recharged":
            yield from self._charged(event, van, now_kwh, size_kwh)
            self._kwh[event["vehicle"]] = min(size_kwh, now_kwh + event["kwh"])
            return
        used_kwh = self._used(day, van, event)
        if now_kwh - used_kwh < -_EXACT_KWH:
            yield f"{event['vehicle']} had {now_kwh:.3f} kWh and used {used_kwh:.3f}"
        self._kwh[event["vehicle"]] = now_kwh - used_kwh

    def _charged(self, event: Event, van: Van, now_kwh: float, size_kwh: float) -> Iterator[str]:
        if van.charging is not None:
            most_kwh = van.charging["kw"] * (event["at_s"] - van.charging["at_s"]) / 3600
            if event["kwh"] > most_kwh + _EXACT_KWH:
                yield f"{event['kwh']} kWh, in that time at most {most_kwh:.3f}"
        if now_kwh + event["kwh"] > size_kwh + _EXACT_KWH:
            yield f"{now_kwh:.3f} kWh and {event['kwh']} more in {size_kwh}"

    def _used(self, day: Day, van: Van, event: Event) -> float:
        """Return kWh for what was driven of a leg, with what was aboard."""
        energy, fits_g = van.vehicle["energy"], van.vehicle["capacity"]["grams"]
        share = day.load(van)[0] / fits_g if fits_g else 0.0
        per_km = energy["per_km"] * (1 + energy["full_load_share"] * share)
        factor = float(day.rule("consumption", 1.0))
        return float(sum(event["lengths_m"]) / 1000 * per_km * factor)


@remembering("Arrived", "Diverted", "BrokeDown", "Recharged")
def battery(given: Given) -> Look:
    """A battery holds what was put in less what was driven: never below nothing or above full."""
    return _Battery(given).look


RULES: Final[tuple[Rule, ...]] = (
    capacity,
    handled_as_begun,
    ready_to_load,
    preloaded_before,
    docks,
    both_present,
    handed_over_and_taken,
    chargers,
    battery,
)
