"""How numbers are made from a day: figures that keep what they are made of, and their parts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from twin.busy import Peak, peak
from twin.energy import Emissions, emissions
from twin.facts import Facts
from twin.ledger import Ledger
from twin.model import Load
from twin.tables import DutyFacts, OrderFacts

CARRIERS_FAULT: Final = frozenset({"window missed", "damaged"})
"""Causes of a failed attempt that are of the carrier's making."""
LONG_DUTY_S: Final = 10 * 3600.0
WORK: Final = ("stem", "driving", "parking", "walking", "serving")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value.

    Attributes
    ----------
    value
        In the KPI's unit; None where there is nothing to measure.
    numerator, denominator
        What a ratio is made of; None for what is no ratio.
    note
        What belongs beside it: which resource, which scope, why there is no value.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What KPIs are made from: a day's tables, books and emissions."""

    facts: Facts
    ledger: Ledger
    emissions: Emissions

    @classmethod
    def of_facts(cls, facts: Facts) -> "Day":
        """Return the day that these tables are of."""
        return cls(facts, Ledger.of_facts(facts), emissions(facts))

    @property
    def orders(self) -> list[OrderFacts]:
        """Every order that became known."""
        return list(self.facts.orders.values())

    @property
    def due(self) -> list[OrderFacts]:
        """Orders whose promise ends on this day, not cancelled before they were loaded (S9)."""
        return self._due(lambda row: row.order.promise.closes_at_s)

    @property
    def due_first(self) -> list[OrderFacts]:
        """Orders that were due by their first promise, as `due` else."""
        return self._due(lambda row: row.first_until_s)

    def _due(self, until_s: Callable[[OrderFacts], float]) -> list[OrderFacts]:
        ends_at_s = self.facts.ends_at_s
        # A promise that ended by this midnight was due the day before: it is missed only once.
        begins_at_s = min(0.0, ends_at_s if self.facts.began is None else self.facts.began.at_s)
        return [
            row
            for row in self.facts.orders.values()
            if begins_at_s < until_s(row) <= ends_at_s and not row.cancelled_unloaded
        ]

    @property
    def served(self) -> list[OrderFacts]:
        """Orders delivered or collected, by us or by an overflow carrier."""
        return [row for row in self.facts.orders.values() if row.served_at_s is not None]


Measure = Callable[[Day], Figure]


def ratio(numerator: float, denominator: float, note: str = "") -> Figure:
    """Return a figure that keeps what it is made of; no value where it is over nothing."""
    value = numerator / denominator if denominator else None
    return Figure(value, float(numerator), float(denominator), note)


def count(value: float) -> Figure:
    """Return a figure that is no ratio."""
    return Figure(float(value))


def mean(values: list[float]) -> Figure:
    """Return the mean of values; no value of none."""
    return ratio(sum(values), len(values))


def quantile(values: Iterable[float], share: float) -> Figure:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    if not ordered:
        return Figure(None)
    rank = -int(-share * len(ordered) // 1)  # the ceiling
    return Figure(ordered[max(0, min(len(ordered), rank) - 1)])


def cycles_min(day: Day) -> list[float]:
    """Return how long each answer took that changed something, from question to plan in force."""
    return [(to_s - from_s) / 60 for from_s, to_s in day.facts.cycles]


def orders_that(test: Callable[[OrderFacts], bool]) -> Measure:
    """Return how many orders pass a test."""
    return lambda day: count(sum(test(row) for row in day.orders))


# Money


def cost_per(quantity: Callable[[Day], float]) -> Measure:
    """Return the total of the books over a quantity."""
    return lambda day: ratio(day.ledger.total_cents / 100, quantity(day))


def cost_of(name: str) -> Measure:
    """Return what the lines of a name come to; no value where they have no rate."""

    def measure(day: Day) -> Figure:
        cents = day.ledger.cents(name)
        if cents is None:
            return Figure(None)
        rates = [line.rate for line in day.ledger.lines if line.name == name and line.is_default]
        note = f"default: the day's average cost of a stop, {float(rates[0]):.2f}" if rates else ""
        return Figure(cents / 100, note=note)

    return measure


def parcels(day: Day) -> float:
    """Return how many parcels were served."""
    return sum(row.order.load.parcels for row in day.served)


def kilometres(day: Day) -> float:
    """Return kilometres driven."""
    return sum(leg.leg_m for leg in day.facts.legs) / 1000


def co2e_per(quantity: Callable[[Day], float]) -> Measure:
    """Return kilograms of CO2 equivalent over a quantity; none without one scope for all."""

    def measure(day: Day) -> Figure:
        note = day.emissions.in_words()
        if day.emissions.kg is None:
            return Figure(None, note=note)
        return ratio(day.emissions.kg, quantity(day), note)

    return measure


# Service


def on_time(rows: Iterable[OrderFacts]) -> int:
    """Return how many orders were served no later than their promise's end."""
    return sum(row.late_s == 0 for row in rows)


def on_time_as_first_promised(day: Day) -> Figure:
    """Return the share on time by first promises, of the orders due by them."""
    due = day.due_first
    kept = [
        row
        for row in due
        if row.served_began_at_s is not None and row.served_began_at_s <= row.first_until_s
    ]
    return ratio(len(kept), len(due))


def is_controllable(row: OrderFacts) -> bool:
    """Whether it was served, or was not for a reason of the carrier's making."""
    if row.served_at_s is not None:
        return True
    return not row.cancelled and not (row.causes and row.causes[-1] not in CARRIERS_FAULT)


def share_of_due(test: Callable[[OrderFacts], bool]) -> Measure:
    """Return the share of due orders that pass a test."""
    return lambda day: ratio(sum(test(row) for row in day.due), len(day.due))


def on_time_among(test: Callable[[OrderFacts], bool]) -> Measure:
    """Return the share on time of the due orders that pass a test."""

    def measure(day: Day) -> Figure:
        among = [row for row in day.due if test(row)]
        return ratio(on_time(among), len(among))

    return measure


def is_early(row: OrderFacts) -> bool:
    """Whether service began before the window opened."""
    began = row.served_began_at_s
    return began is not None and began < row.order.window.opens_at_s


def later_than(minutes: float) -> Callable[[OrderFacts], bool]:
    """Return the test whether an order was served more than so many minutes late."""
    return lambda row: row.late_s is not None and row.late_s > minutes * 60


def of_tried(test: Callable[[OrderFacts], bool]) -> Measure:
    """Return the share of the orders that we tried that pass a test."""

    def measure(day: Day) -> Figure:
        tried = [row for row in day.orders if row.tries]
        return ratio(sum(test(row) for row in tried), len(tried))

    return measure


def failed_by(cause: str) -> Measure:
    """Return how many attempts failed with a cause."""
    return lambda day: count(sum(row.causes.count(cause) for row in day.orders))


def delivery_times_min(day: Day) -> list[float]:
    """Return minutes from placement to hand-over of same-day orders."""
    return [((row.served_at_s or 0.0) - row.placed_at_s) / 60 for row in day.served if row.same_day]


def lateness_min(day: Day) -> list[float]:
    """Return the lateness of each due order that was served."""
    return [row.late_s / 60 for row in day.due if row.late_s is not None]


# Time and ways


def duty_ratio(part: Callable[[DutyFacts], float], whole: Callable[[DutyFacts], float]) -> Measure:
    """Return a share of duties' time."""
    return lambda day: ratio(
        sum(part(duty) for duty in day.facts.duties),
        sum(whole(duty) for duty in day.facts.duties),
    )


def spent(*activities: str) -> Callable[[DutyFacts], float]:
    """Return what a duty spent on activities."""
    return lambda duty: sum(duty.seconds[activity] for activity in activities)


def paid(duty: DutyFacts) -> float:
    """Return the paid time of a duty."""
    return duty.paid_s


def paid_h(day: Day) -> float:
    """Return the paid hours of a day."""
    return sum(duty.paid_s for duty in day.facts.duties) / 3600


def stops(day: Day) -> int:
    """Return the halts with a success."""
    return sum(halt.served > 0 for halt in day.facts.halts)


def route_h(day: Day) -> float:
    """Return hours from leaving to regaining the depot, or to the end of the duty."""
    routes = [(route.left_at_s, route.back_at_s) for route in day.facts.routes]
    return sum(back_at_s - left_at_s for left_at_s, back_at_s in routes if back_at_s) / 3600


def workload_spread(day: Day) -> Figure:
    """Return the coefficient of variation (n in the denominator) of work over duties."""
    doing = spent(*WORK, "loading", "handing over")
    work = [doing(duty) for duty in day.facts.duties]
    average = sum(work) / len(work) if work else 0.0
    if not average:
        return Figure(None)
    variance = sum((seconds - average) ** 2 for seconds in work) / len(work)
    return Figure(variance**0.5 / average)


def dwell_min(day: Day) -> Figure:
    """Return the mean time from coming to a door to going on."""
    return mean(
        [
            (halt.departed_at_s - halt.arrived_at_s) / 60
            for halt in day.facts.halts
            if halt.departed_at_s is not None
        ]
    )


def empty_m(day: Day) -> Figure:
    """Return the share of metres that were driven with nothing aboard."""
    legs = day.facts.legs
    return ratio(
        sum(leg.leg_m for leg in legs if leg.aboard == Load()), sum(leg.leg_m for leg in legs)
    )


def load_factor(day: Day) -> Figure:
    """Return how full vehicles leave depots, and which dimension binds how often."""
    left = day.facts.fullness
    bound: dict[str, int] = {}
    for one in left:
        bound[one.dimension] = bound.get(one.dimension, 0) + 1
    listed = sorted(bound.items(), key=lambda pair: (-pair[1], pair[0]))
    which = ", ".join(f"{dimension} {times}" for dimension, times in listed)
    note = f"fullest in {len(left)} departures: {which}" if which else ""
    return ratio(sum(one.share for one in left), len(left), note)


def busiest(*resources: Callable[[Facts], Iterable[Peak]]) -> Measure:
    """Return the highest share of any hour of these resources, with which and when."""

    def measure(day: Day) -> Figure:
        found = peak(one for resource in resources for one in resource(day.facts))
        return Figure(None) if found is None else Figure(found.share, note=found.in_words())

    return measure
