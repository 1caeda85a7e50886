"""From the journal to cents, line by line: quantity times rate, and nothing kept beside it.

Every line's amount is rounded once, half to even, to whole minor units of the currency; the total
is the sum of the lines, so it adds up to the cent. Lines without a rate are named as not included.
What each rate is charged for is told with it, in `twin.rates.Rates`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from twin.energy import exact_m, exact_units
from twin.events import DayBegan, Event
from twin.facts import Facts
from twin.model import CarrierKind
from twin.pay import PAID_BY, hours, quantities, topped_up
from twin.rates import Rates
from twin.tables import DutyFacts, OrderFacts


@dataclass(frozen=True, slots=True)
class LineKind:
    """One kind of ledger line: its name, the unit of its quantity, and what it means."""

    name: str
    unit: str
    meaning: str


LINES: Final = (
    LineKind("vehicle_day", "day", "each vehicle that came to work"),
    LineKind("vehicle_km", "km", "kilometres driven"),
    LineKind("energy_unit", "litre or kWh", "litres and kilowatt hours that driving took"),
    LineKind("labour_hour", "h", "hours of shifts that were begun, without a pay rule"),
    LineKind("overtime_hour", "h", "hours worked after the shift's end, the drive home included"),
    LineKind("pay_duty", "duty", "pay rules: for each duty worked (hire)"),
    LineKind("pay_hour", "h", "pay rules: hours of shifts that were begun, the least included"),
    LineKind("pay_overtime_hour", "h", "pay rules: hours worked after the shift's end"),
    LineKind("pay_stop", "stop", "pay rules: stops with a success"),
    LineKind("pay_parcel", "parcel", "pay rules: parcels delivered or collected"),
    LineKind("pay_route", "route", "pay rules: ways from depot to depot"),
    LineKind("pay_guarantee", "currency", "pay rules: what was missing to what is guaranteed"),
    LineKind("tendered_order", "order", "orders given to overflow carriers"),
    LineKind("tendered_parcel", "parcel", "parcels given to overflow carriers"),
    LineKind("late_order", "order", "orders served after the end of their promise"),
    LineKind("late_minute", "min", "minutes of that lateness"),
    LineKind("failed_attempt", "attempt", "attempts that failed: only what is not simulated"),
    LineKind("contact", "attempt", "failed attempts that customers are contacted about"),
    LineKind("message", "message", "messages and offers to customers"),
    LineKind("claim", "parcel", "parcels damaged"),
    LineKind("returned", "order", "orders sent back after their last attempt"),
    LineKind("declined", "order", "orders never accepted"),
    LineKind("carried_over", "order", "orders still open at the end of the day"),
    LineKind("depot_parcel", "parcel", "parcels loaded or unloaded at a depot"),
    LineKind("repair", "breakdown", "breakdowns repaired where they happened"),
    LineKind("tow", "vehicle", "vehicles towed in"),
    LineKind("dispatcher_hour", "h", "dispatchers, from the day's begin to its last duty's end"),
    LineKind("overhead_day", "day", "overhead, once"),
)

NOT_DONE: Final = frozenset(
    {"returned", "declined", "carried_over", "tendered_order", "tendered_parcel"}
)
"""Lines that are no cost of our own stops: the default rate of what is carried over leaves them
out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the books.

    Attributes
    ----------
    name
        One of `LINES`.
    what
        What it is split by: the vehicle type, fuel, pay rule or carrier, or empty.
    quantity, unit
        Exactly as it follows from the journal.
    rate
        Major units for one unit of quantity.
    cents
        Quantity times rate in minor units, rounded half to even.
    is_default
        Whether nobody gave the rate: it is the day's own average cost of a stop (S21).
    """

    name: str
    what: str
    quantity: Fraction
    unit: str
    rate: Decimal | Fraction
    cents: int
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """The books of a day.

    Attributes
    ----------
    not_included
        Kinds of line that have no rate.
    rated
        Names of lines that have one, for something of this day; what is not here is unknown, not
        nothing.
    """

    currency: str
    lines: tuple[Line, ...]
    not_included: tuple[str, ...]
    rated: frozenset[str] = field(default=frozenset())

    @property
    def total_cents(self) -> int:
        """The sum of all lines, minor units."""
        return sum(line.cents for line in self.lines)

    def cents(self, name: str) -> int | None:
        """Return what the lines of a name come to, minor units; None where they have no rate."""
        if name not in self.rated:
            return None
        return sum(line.cents for line in self.lines if line.name == name)

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Ledger":
        """Return the books that a journal of one day adds up to."""
        return cls.of_facts(Facts(events))

    @classmethod
    def of_facts(cls, facts: Facts) -> "Ledger":
        """Return the books of a day from its tables."""
        if facts.began is None:
            raise ValueError("a journal begins with DayBegan, which names the rates")
        count = _Quantities(facts, facts.began)
        rates = facts.began.rates
        lines: list[Line] = []
        missing: list[str] = []
        rated: set[str] = set()
        for kind in LINES:
            rate = _rate(rates, kind.name)
            if isinstance(rate, Mapping):
                split = count.quantities.get(kind.name, {})
                known = [_line(kind, w, split[w], rate[w]) for w in sorted(split) if w in rate]
                without = sorted(w for w in count.needed.get(kind.name, {}) if w not in rate)
                lines.extend(known)
                missing.extend(f"{kind.name} of {what}" for what in without)
                rated |= {kind.name} if rate else set()
            elif rate is not None:
                lines.append(_line(kind, "", count.of(kind.name), rate))
                rated.add(kind.name)
            elif kind.name != "carried_over":
                missing.append(kind.name)
        if "carried_over" not in rated:
            _carry_over(count.of("carried_over"), facts, lines, missing, rated)
        place = {kind.name: number for number, kind in enumerate(LINES)}
        lines.sort(key=lambda line: place[line.name])
        missing.extend(f"pay of {rule}" for rule in sorted(count.unknown_rules))
        return cls(rates.currency, tuple(lines), tuple(missing), frozenset(rated))


def _rate(rates: Rates, name: str) -> Mapping[str, Decimal] | Decimal | None:
    """Return the rate of a line: one, one for each thing that it is split by, or none."""
    by = name.removeprefix("pay_")
    if by == name:
        rate: Mapping[str, Decimal] | Decimal | None = getattr(rates, name)
        return rate
    given = {rule: getattr(pay, by) for rule, pay in rates.pay.items()}
    if by == "guarantee":  # its quantity is money already
        return {rule: Decimal(1) for rule, amount in given.items() if amount is not None}
    return {rule: amount for rule, amount in given.items() if amount is not None}


def _carry_over(
    quantity: Fraction, facts: Facts, lines: list[Line], missing: list[str], rated: set[str]
) -> None:
    """Add what carrying over costs where no rate is given: the average cost of a stop (S21)."""
    kind = next(kind for kind in LINES if kind.name == "carried_over")
    if not quantity:
        rated.add(kind.name)
        return
    own = [line.cents for line in lines if line.name not in NOT_DONE]
    stops = sum(duty.stops for duty in facts.duties)
    if not own or not stops:
        missing.append(kind.name)
        return
    rated.add(kind.name)
    lines.append(_line(kind, "", quantity, Fraction(sum(own), 100 * stops), is_default=True))


def _line(
    kind: LineKind,
    what: str,
    quantity: Fraction,
    rate: Decimal | Fraction,
    *,
    is_default: bool = False,
) -> Line:
    cents = round(quantity * Fraction(rate) * 100)  # of a Fraction: exact, half to even
    return Line(kind.name, what, quantity, kind.unit, rate, cents, is_default)


class _Quantities:
    """Adds up what is charged for, exactly.

    Attributes
    ----------
    needed
        By line that is split: for what of the day a rate would be needed.
    unknown_rules
        Pay rules that duties carry and the rates do not know.
    """

    def __init__(self, facts: Facts, began: DayBegan) -> None:
        self.quantities: dict[str, dict[str, Fraction]] = {}
        self.needed: dict[str, dict[str, None]] = {}
        self.unknown_rules: dict[str, None] = {}
        self._facts = facts
        self._began = began
        self._rates = began.rates
        self._vehicles()
        self._duties()
        self._carriers()
        for row in facts.orders.values():
            self._order(row)
        self._day()

    def of(self, name: str) -> Fraction:
        """Return the quantity of a line that is not split."""
        return self.quantities.get(name, {}).get("", Fraction(0))

    def _add(self, name: str, quantity: Fraction | int, what: str = "") -> None:
        row = self.quantities.setdefault(name, {})
        row[what] = row.get(what, Fraction(0)) + quantity

    def _need(self, name: str, what: str) -> None:
        self.needed.setdefault(name, {})[what] = None

    def _vehicles(self) -> None:
        facts, rates = self._facts, self._rates
        for vehicle in facts.vehicles.values():
            self._need("vehicle_day", vehicle.type)
            self._need("vehicle_km", vehicle.type)
            if vehicle.energy.per_km and vehicle.type not in rates.vehicle_km:
                self._need("energy_unit", vehicle.energy.fuel)
        came = {vehicle.id: vehicle for duty in facts.duties for vehicle in duty.vehicles}
        for vehicle in came.values():
            self._add("vehicle_day", 1, vehicle.type)
        for leg in facts.legs:
            vehicle = facts.vehicles[leg.vehicle]
            self._add("vehicle_km", exact_m(leg) / 1000, vehicle.type)
            if vehicle.energy.per_km:
                used = exact_units(leg, vehicle, self._began.rules.consumption)
                self._add("energy_unit", used, vehicle.energy.fuel)

    def _duties(self) -> None:
        for duty in self._began.duties:
            kind = self._facts.vehicles[duty.vehicle].type
            if duty.pay and duty.pay not in self._rates.pay:
                self.unknown_rules[duty.pay] = None
            elif not duty.pay:
                self._need("labour_hour", kind)
                self._need("overtime_hour", kind)
        for row in self._facts.duties:
            self._worked(row)

    def _worked(self, row: DutyFacts) -> None:
        rule = row.duty.pay
        if not rule:
            inside, after = hours(row)
            self._add("labour_hour", inside, row.vehicle.type)
            if after:
                self._add("overtime_hour", after, row.vehicle.type)
        elif rule in self._rates.pay:
            pay = self._rates.pay[rule]
            amounts = quantities(row, pay)
            for name in PAID_BY:
                self._add(f"pay_{name}", amounts[name], rule)
            self._add("pay_guarantee", topped_up(amounts, pay), rule)

    def _carriers(self) -> None:
        by_order, by_parcel = self._rates.tendered_order, self._rates.tendered_parcel
        for carrier in self._began.carriers:
            is_priced = carrier.id in by_order or carrier.id in by_parcel
            if carrier.kind is CarrierKind.OVERFLOW and not is_priced:
                self._need("tendered_order", carrier.id)

    def _order(self, row: OrderFacts) -> None:
        parcels = row.order.load.parcels
        if row.carrier is not None:
            self._add("tendered_order", 1, row.carrier)
            self._add("tendered_parcel", parcels, row.carrier)
        if row.served_began_at_s is not None:
            late_s = Fraction(row.served_began_at_s) - Fraction(row.order.promise.closes_at_s)
            if late_s > 0:
                self._add("late_order", 1)
                self._add("late_minute", late_s / 60)
        self._add("failed_attempt", len(row.causes))
        self._add("contact", sum(cause != "window missed" for cause in row.causes))
        self._add("claim", parcels * row.causes.count("damaged"))
        self._add("returned", row.returned)
        self._add("declined", row.declined)
        self._add("carried_over", row.carried_over)

    def _day(self) -> None:
        facts = self._facts
        self._add("depot_parcel", facts.depot_parcels)
        self._add("message", facts.forecasts.messages)
        self._add("repair", facts.repairs)
        self._add("tow", facts.tows)
        self._add("overhead_day", 1)
        ends = [duty.ended_at_s for duty in facts.duties if duty.ended_at_s is not None]
        if ends:
            spent_s = Fraction(max(ends)) - Fraction(self._began.at_s)
            self._add("dispatcher_hour", self._began.rules.dispatchers * spent_s / 3600)
