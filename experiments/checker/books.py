"""The books a second time: every line's quantity times its rate, from the journal, to the cent.

What each rate is charged for follows the words of the rates themselves; the sums are exact and
each line is rounded once, half to even.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from experiments.checker.day import Day
from experiments.checker.paid import Paid
from experiments.checker.rules import Given, Look, Rule, remembering
from experiments.checker.things import Van
from experiments.checker.words import Event

Key = tuple[str, str]
"""Name of a line, and what it is split by."""

_NOT_OURS: Final = ("returned", "declined", "carried_over", "tendered_order", "tendered_parcel")
"""Lines that are no cost of our own stops."""
_HELPED: Final = {"Repaired": "repair", "Towed": "tow"}
_SPLIT: Final = (
    "vehicle_day", "vehicle_km", "energy_unit", "labour_hour", "overtime_hour", "tendered_order",
    "tendered_parcel",
)  # fmt: skip


class _Counts:
    """Quantities as the lines of a journal add them up."""

    def __init__(self) -> None:
        self.counts: dict[Key, Fraction] = {}
        self.paid: dict[str, Paid] = {}
        self._came: dict[str, None] = {}

    @property
    def stops(self) -> int:
        """Stops with a success, of all duties."""
        return sum(paid.stops for paid in self.paid.values())

    def add(self, name: str, quantity: Fraction | int, what: str = "") -> None:
        """Add to a line."""
        self.counts[name, what] = self.counts.get((name, what), Fraction(0)) + quantity

    def take(self, day: Day, event: Event) -> None:
        """Take a line of the journal, before it is folded."""
        kind = event["event"]
        if "vehicle" in event:
            self._take_of_vehicle(day, event)
        if kind == "OrderTendered":
            self.add("tendered_order", 1, event["carrier"])
            self.add("tendered_parcel", _parcels(day, event["order"]), event["carrier"])
        elif kind == "Returned":
            self.add("returned", 1)
        elif kind == "OrderDeclined":
            self.add("declined", 1)
        elif kind in {"Delivered", "Collected", "CarrierDelivered"}:
            promised_s = day.order(event["order"]).order["promise"]["closes_at_s"]
            late_s = Fraction(event["began_at_s"]) - Fraction(promised_s)
            if late_s > 0:
                self.add("late_order", 1)
                self.add("late_minute", late_s / 60)
        elif kind in {"CustomerTold", "OfferMade"}:
            self.add("message", 1)
        elif kind == "DayEnded":
            self._day_ends(day, event)

    def _take_of_vehicle(self, day: Day, event: Event) -> None:
        kind, van = event["event"], day.van(event["vehicle"])
        work = day.works.get(event["duty"]) if kind == "ShiftBegan" else van.work
        if kind == "ShiftBegan":
            if event["vehicle"] not in self._came:
                self._came[event["vehicle"]] = None
                self.add("vehicle_day", 1, van.vehicle["type"])
            if work is None:
                self.paid[event["duty"]] = Paid(day.duty(event["duty"]))
        elif kind in {"Arrived", "Diverted", "BrokeDown"}:
            self._drove(day, van, event)
        elif kind in {"Loaded", "Unloaded"} and day.place(event["place"])["kind"] == "depot":
            self.add("depot_parcel", sum(_parcels(day, order_id) for order_id in event["orders"]))
        elif kind == "AttemptFailed":
            self._failed(day, event)
        elif kind in _HELPED:
            self.add(_HELPED[kind], 1)
        if work is not None and work.duty["id"] in self.paid:
            self.paid[work.duty["id"]].take(day, van, event)

    def _failed(self, day: Day, event: Event) -> None:
        self.add("failed_attempt", 1)
        self.add("contact", event["cause"] != "window missed")
        if event["cause"] == "damaged":
            self.add("claim", _parcels(day, event["order"]))

    def _drove(self, day: Day, van: Van, event: Event) -> None:
        km = sum((Fraction(length_m) for length_m in event["lengths_m"]), Fraction(0)) / 1000
        self.add("vehicle_km", km, van.vehicle["type"])
        energy = van.vehicle["energy"]
        if energy["per_km"]:
            fits_g = van.vehicle["capacity"]["grams"]
            share = Fraction(day.load(van)[0], fits_g) if fits_g else Fraction(0)
            more = 1 + Fraction(energy["full_load_share"]) * share
            used = km * Fraction(energy["per_km"]) * more * Fraction(day.rule("consumption", 1.0))
            self.add("energy_unit", used, energy["fuel"])

    def _day_ends(self, day: Day, event: Event) -> None:
        self.add("carried_over", len(event["carried_over"]))
        self.add("overhead_day", 1)
        open_ends = [duty for duty, work in day.works.items() if work.ended_at_s is None]
        ends = [Fraction(work.ended_at_s) for work in day.works.values() if work.ended_at_s]
        for duty_id in open_ends:
            if duty_id in self.paid:
                self.paid[duty_id].ends(event["at_s"])
        if ends or open_ends:
            last_s = Fraction(event["at_s"]) if open_ends else max(ends)
            spent_s = last_s - Fraction(day.header["at_s"])
            self.add("dispatcher_hour", int(day.rule("dispatchers", 1)) * spent_s / 3600)


def _parcels(day: Day, order_id: str) -> int:
    return len(day.order(order_id).order["parcels"])


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it must be."""

    quantity: Fraction
    rate: Fraction

    @property
    def cents(self) -> int:
        """Quantity times rate, rounded once, half to even."""
        return round(self.quantity * self.rate * 100)


def _lines(day: Day, counts: _Counts) -> dict[Key, _Line]:
    """Return every line that has a rate."""
    rates: Mapping[str, Any] = day.header["rates"]
    lines: dict[Key, _Line] = {}
    for (name, what), quantity in counts.counts.items():
        rate = rates.get(name)
        if name in _SPLIT:
            rate = (rate or {}).get(what)
        if rate is not None:
            lines[name, what] = _Line(quantity, Fraction(rate))
    for paid in counts.paid.values():
        for key, quantity, amount in _pay(day, paid, rates):
            before = lines[key].quantity if key in lines else Fraction(0)
            lines[key] = _Line(before + quantity, amount)
    open_count = counts.counts.get(("carried_over", ""), Fraction(0))
    if rates.get("carried_over") is None and open_count:
        own_cents = [line.cents for (name, _), line in lines.items() if name not in _NOT_OURS]
        if own_cents and counts.stops:
            average = Fraction(sum(own_cents), 100 * counts.stops)
            lines["carried_over", ""] = _Line(open_count, average)
    return lines


def _pay(
    day: Day, paid: Paid, rates: Mapping[str, Any]
) -> Iterator[tuple[Key, Fraction, Fraction]]:
    """Yield line, quantity and rate of what a duty is paid for."""
    rule = paid.duty["pay"]
    if not rule:
        kind = day.van(paid.duty["vehicle"]).vehicle["type"]
        own = {"labour_hour": paid.shift_h, "overtime_hour": paid.overtime_h}
        for name, quantity in own.items():
            rate = (rates.get(name) or {}).get(kind)
            if rate is not None:
                yield (name, kind), quantity, Fraction(rate)
    elif rule in rates["pay"]:
        for name, (quantity, amount) in paid.by_rule(rates["pay"][rule]).items():
            yield (name, rule), quantity, amount


class _Cents:
    def __init__(self, given: Given) -> None:
        self._kept = given.books or ()
        self._counts = _Counts()

    def look(self, day: Day, event: Event) -> Iterator[str]:
        if not day.header:
            return
        self._counts.take(day, event)
        if event["event"] != "DayEnded":
            return
        lines = _lines(day, self._counts)
        kept: dict[Key, int] = {}
        for row in self._kept:
            key = (str(row["name"]), str(row["what"]))
            if key in kept:
                yield f"line {' of '.join(filter(None, key))} stands in the books twice"
            kept[key] = int(row["cents"])
        for key in dict.fromkeys((*lines, *kept)):
            name = " of ".join(filter(None, key))
            must = lines[key].cents if key in lines else 0
            if kept.get(key, 0) != must:
                said = kept.get(key, "no line, 0")
                yield f"{name}: {said} cents in the books, {must} by the journal"


@remembering(needs="books")
def cents(given: Given) -> Look:
    """Every line of the books is its quantity times its rate, to the cent, and none is missing."""
    return _Cents(given).look


RULES: Final[tuple[Rule, ...]] = (cents,)
