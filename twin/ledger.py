"""From the journal to cents, line by line: quantity times rate, and nothing kept beside it.

Every line's amount is rounded once, half to even, to whole minor units of the currency; the total
is the sum of the lines, so it adds up to the cent. Lines without a rate are named as not included.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, Final

from twin.events import (
    Arrived,
    AttemptFailed,
    Collected,
    DayBegan,
    DayEnded,
    Delivered,
    Diverted,
    DutyEnded,
    Event,
    Loaded,
    OrderDeclined,
    OrderPlaced,
    Returned,
    ShiftBegan,
    Unloaded,
)
from twin.model import DutyId, Order, OrderId, TimeWindow, VehicleId
from twin.world import Rates


@dataclass(frozen=True, slots=True)
class LineKind:
    """One kind of ledger line: its name, the unit of its quantity, and what it means."""

    name: str
    unit: str
    meaning: str


LINES: Final = (
    LineKind("vehicle_day", "day", "each vehicle that came to work"),
    LineKind("vehicle_km", "km", "kilometres driven"),
    LineKind("labour_hour", "h", "hours of shifts that were begun"),
    LineKind("overtime_hour", "h", "hours worked after the shift's end, the drive home included"),
    LineKind("late_order", "order", "orders served after the end of their promise"),
    LineKind("late_minute", "min", "minutes of that lateness"),
    LineKind("failed_attempt", "attempt", "attempts that failed: only what is not simulated"),
    LineKind("returned", "order", "orders sent back after their last attempt"),
    LineKind("declined", "order", "orders never accepted"),
    LineKind("carried_over", "order", "orders still open at the end of the day"),
    LineKind("depot_parcel", "parcel", "parcels loaded or unloaded at a place"),
)

NOT_SIMULATED: Final = (
    "hire",
    "contracted parcels",
    "dispatchers",
    "customer contacts",
    "claims",
    "overhead",
)
"""Lines of a carrier's books that this version has no events for: never included."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the books.

    Attributes
    ----------
    name
        One of `LINES`.
    what
        What it is split by: the vehicle type, or empty.
    quantity, unit
        Exactly as it follows from the journal.
    rate
        Major units for one unit of quantity.
    cents
        Quantity times rate in minor units, rounded half to even.
    """

    name: str
    what: str
    quantity: Fraction
    unit: str
    rate: Decimal
    cents: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The books of a day.

    Attributes
    ----------
    not_included
        Kinds of line that have no rate, or no events in this version.
    """

    currency: str
    lines: tuple[Line, ...]
    not_included: tuple[str, ...]

    @property
    def total_cents(self) -> int:
        """The sum of all lines, minor units."""
        return sum(line.cents for line in self.lines)

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Ledger":
        """Return the books that a journal of one day adds up to."""
        count = _Quantities()
        for event in events:
            count.add(event)
        if count.rates is None:
            raise ValueError("a journal begins with DayBegan, which names the rates")
        lines: list[Line] = []
        missing: list[str] = []
        for kind in LINES:
            rate = getattr(count.rates, kind.name)
            quantities = count.quantities.get(kind.name, {})
            if isinstance(rate, Mapping):
                lines.extend(
                    _line(kind, what, quantity, rate[what])
                    for what, quantity in sorted(quantities.items())
                    if what in rate
                )
                missing.extend(
                    f"{kind.name} of {what}" for what in sorted(count.types) if what not in rate
                )
            elif rate is None:
                missing.append(kind.name)
            else:
                lines.append(_line(kind, "", quantities.get("", Fraction(0)), rate))
        return cls(count.rates.currency, tuple(lines), (*missing, *NOT_SIMULATED))


def _line(kind: LineKind, what: str, quantity: Fraction, rate: Decimal) -> Line:
    exact = quantity * Fraction(rate) * 100
    cents = Decimal(exact.numerator) / Decimal(exact.denominator)
    whole = int(cents.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    return Line(kind.name, what, quantity, kind.unit, rate, whole)


class _Quantities:
    """Adds up what is charged for, exactly."""

    def __init__(self) -> None:
        self.rates: Rates | None = None
        self.types: set[str] = set()
        self.quantities: dict[str, dict[str, Fraction]] = {}
        self._type: dict[VehicleId, str] = {}
        self._orders: dict[OrderId, Order] = {}
        self._shifts: dict[DutyId, TimeWindow] = {}
        self._seen: set[VehicleId] = set()
        self._take: dict[type, Callable[[Any], None]] = {
            DayBegan: self._day_began,
            OrderPlaced: self._order_placed,
            Arrived: self._drove,
            Diverted: self._drove,
            Delivered: self._served,
            Collected: self._served,
            Loaded: self._handled,
            Unloaded: self._handled,
            AttemptFailed: lambda _: self._add("failed_attempt", 1),
            Returned: lambda _: self._add("returned", 1),
            OrderDeclined: lambda _: self._add("declined", 1),
            DayEnded: lambda event: self._add("carried_over", len(event.carried_over)),
            ShiftBegan: self._works,
            DutyEnded: self._works,
        }

    def _add(self, name: str, quantity: Fraction | int, what: str = "") -> None:
        row = self.quantities.setdefault(name, {})
        row[what] = row.get(what, Fraction(0)) + quantity

    def add(self, event: Event) -> None:
        """Take one event into the books."""
        take = self._take.get(type(event))
        if take is not None:
            take(event)

    def _day_began(self, event: DayBegan) -> None:
        self.rates = event.rates
        self._type = {vehicle.id: vehicle.type for vehicle in event.vehicles}
        self.types = set(self._type.values())
        self._shifts = {duty.id: duty.shift for duty in event.duties}

    def _order_placed(self, event: OrderPlaced) -> None:
        self._orders[event.order.id] = event.order

    def _drove(self, event: Arrived | Diverted) -> None:
        metres = sum((Fraction(length_m) for length_m in event.lengths_m), Fraction(0))
        self._add("vehicle_km", metres / 1000, self._type[event.vehicle])

    def _served(self, event: Delivered | Collected) -> None:
        late_s = event.began_at_s - self._orders[event.order].promise.closes_at_s
        if late_s > 0:
            self._add("late_order", 1)
            self._add("late_minute", Fraction(late_s) / 60)

    def _handled(self, event: Loaded | Unloaded) -> None:
        self._add("depot_parcel", sum(self._orders[o].load.parcels for o in event.orders))

    def _works(self, event: ShiftBegan | DutyEnded) -> None:
        what = self._type[event.vehicle]
        opens_at_s = self._shifts[event.duty].opens_at_s
        closes_at_s = self._shifts[event.duty].closes_at_s
        if isinstance(event, ShiftBegan):
            self._add("labour_hour", Fraction(closes_at_s - opens_at_s) / 3600, what)
            if event.vehicle not in self._seen:
                self._seen.add(event.vehicle)
                self._add("vehicle_day", 1, what)
        elif event.at_s > closes_at_s:
            self._add("overtime_hour", Fraction(event.at_s - closes_at_s) / 3600, what)
