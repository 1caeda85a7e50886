"""KPIs: name, unit, meaning, and how each follows from a journal alone.

Shares and ratios keep their numerator and denominator, so that over several days they are ratios
of sums, never means of ratios. `KPIS` is the data dictionary that code and documents read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from twin.events import Event
from twin.facts import DutyFacts, Facts, OrderFacts
from twin.ledger import LINES, Ledger
from twin.model import Load

CARRIERS_FAULT: Final = frozenset({"window missed"})
"""Causes of a failed attempt that are of the carrier's making."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value.

    Attributes
    ----------
    value
        In the KPI's unit; None where there is nothing to measure.
    numerator, denominator
        What a ratio is made of; None for what is no ratio.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What KPIs are made from: a day's tables and books."""

    facts: Facts
    ledger: Ledger

    @property
    def due(self) -> list[OrderFacts]:
        """Orders whose promise ends on this day (S9)."""
        ends_at_s = self.facts.ends_at_s
        return [row for row in self.facts.orders.values() if _due(row, ends_at_s)]


def _due(row: OrderFacts, ends_at_s: float) -> bool:
    return row.order.promise.closes_at_s <= ends_at_s


@dataclass(frozen=True, slots=True)
class Kpi:
    """A named number.

    Attributes
    ----------
    unit
        ``1`` for shares and pure numbers, ``currency`` for major units of the day's currency.
    better
        ``more``, ``less`` or ``neither``.
    measure
        From a day to its figure.
    """

    name: str
    unit: str
    better: str
    meaning: str
    measure: Callable[[Day], Figure]


def _ratio(numerator: float, denominator: float) -> Figure:
    value = numerator / denominator if denominator else None
    return Figure(value, float(numerator), float(denominator))


def _count(value: float) -> Figure:
    return Figure(float(value))


def _quantile(values: Iterable[float], share: float) -> Figure:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    if not ordered:
        return Figure(None)
    rank = -int(-share * len(ordered) // 1)  # the ceiling
    return Figure(ordered[max(0, min(len(ordered), rank) - 1)])


# Money


def _cost_per(quantity: Callable[[Day], float]) -> Callable[[Day], Figure]:
    return lambda day: _ratio(day.ledger.total_cents / 100, quantity(day))


def _line(name: str) -> Callable[[Day], Figure]:
    return lambda day: _count(
        sum(line.cents for line in day.ledger.lines if line.name == name) / 100
    )


def _served(rows: Iterable[OrderFacts]) -> list[OrderFacts]:
    return [row for row in rows if row.served_at_s is not None]


def _parcels(day: Day) -> float:
    return sum(row.order.load.parcels for row in _served(day.facts.orders.values()))


def _kilometres(day: Day) -> float:
    return sum(leg.leg_m for leg in day.facts.legs) / 1000


# Service


def _on_time(rows: Iterable[OrderFacts]) -> int:
    return sum(row.late_s == 0 for row in rows)


def _controllable(row: OrderFacts) -> bool:
    unserved = row.served_at_s is None and bool(row.causes)
    return not (unserved and row.causes[-1] not in CARRIERS_FAULT)


def _share_of_due(test: Callable[[OrderFacts], bool]) -> Callable[[Day], Figure]:
    return lambda day: _ratio(sum(test(row) for row in day.due), len(day.due))


def _on_time_among(test: Callable[[OrderFacts], bool]) -> Callable[[Day], Figure]:
    def measure(day: Day) -> Figure:
        among = [row for row in day.due if test(row)]
        return _ratio(_on_time(among), len(among))

    return measure


def _is_early(row: OrderFacts) -> bool:
    began = row.served_began_at_s
    return began is not None and began < row.order.window.opens_at_s


def _later_than(minutes: float) -> Callable[[OrderFacts], bool]:
    return lambda row: row.late_s is not None and row.late_s > minutes * 60


def _tried(day: Day) -> list[OrderFacts]:
    return [row for row in day.facts.orders.values() if row.tries]


def _first_attempt(day: Day) -> Figure:
    tried = _tried(day)
    first = sum(row.served_at_s is not None and not row.causes for row in tried)
    return _ratio(first, len(tried))


def _redelivery(day: Day) -> Figure:
    tried = _tried(day)
    again = sum(bool(row.causes) and not row.returned for row in tried)
    return _ratio(again, len(tried))


def _failed_by(cause: str) -> Callable[[Day], Figure]:
    return lambda day: _count(sum(row.causes.count(cause) for row in day.facts.orders.values()))


# Time


def _duty_ratio(
    part: Callable[[DutyFacts], float], whole: Callable[[DutyFacts], float]
) -> Callable[[Day], Figure]:
    return lambda day: _ratio(
        sum(part(duty) for duty in day.facts.duties),
        sum(whole(duty) for duty in day.facts.duties),
    )


def _spent(*activities: str) -> Callable[[DutyFacts], float]:
    return lambda duty: sum(duty.seconds[activity] for activity in activities)


def _paid(duty: DutyFacts) -> float:
    return duty.paid_s


_LONG_DUTY_S: Final = 10 * 3600.0
_WORK: Final = ("stem", "driving", "parking", "walking", "serving")


def _stops(day: Day) -> int:
    return sum(halt.served > 0 for halt in day.facts.halts)


def _delivery_times_min(day: Day) -> list[float]:
    same_day = [row for row in _served(day.facts.orders.values()) if row.same_day]
    return [((row.served_at_s or 0.0) - row.placed_at_s) / 60 for row in same_day]


def _lateness_min(day: Day) -> list[float]:
    return [row.late_s / 60 for row in day.due if row.late_s is not None]


def _mean(values: list[float]) -> Figure:
    return _ratio(sum(values), len(values))


def _workload_spread(day: Day) -> Figure:
    """Return the coefficient of variation (n in the denominator) of work over duties."""
    work = [_spent(*_WORK, "loading")(duty) for duty in day.facts.duties]
    mean = sum(work) / len(work) if work else 0.0
    if not mean:
        return Figure(None)
    variance = sum((hours - mean) ** 2 for hours in work) / len(work)
    return Figure(variance**0.5 / mean)


def _dwell_min(day: Day) -> Figure:
    spent = [
        (halt.departed_at_s - halt.arrived_at_s) / 60
        for halt in day.facts.halts
        if halt.departed_at_s is not None
    ]
    return _mean(spent)


def _empty_m(day: Day) -> Figure:
    legs = day.facts.legs
    return _ratio(
        sum(leg.leg_m for leg in legs if leg.aboard == Load()), sum(leg.leg_m for leg in legs)
    )


def _load_factor(day: Day) -> Figure:
    return _mean([share for share, _ in day.facts.load_shares])


_TIME_SHARES: Final = (
    ("stem", "stem", "driving to and from a depot"),
    ("between", "driving", "driving between stops"),
    ("parking", "parking", "looking for a place to park"),
    ("walking", "walking", "walking between vehicle and door"),
    ("serving", "serving", "serving at the door, failed attempts included"),
    ("waiting", "waiting", "waiting for a window, a dock or goods"),
    ("loading", "loading", "loading and unloading"),
    ("idle", "idle", "standing with nothing to do"),
)

KPIS: Final[tuple[Kpi, ...]] = (
    Kpi(
        "cost_per_delivery", "currency", "less",
        "ledger total over orders served; see the lines that are not included",
        _cost_per(lambda day: len(_served(day.facts.orders.values()))),
    ),
    Kpi(
        "cost_total", "currency", "less",
        "sum of the ledger's lines, to the cent",
        lambda day: _count(day.ledger.total_cents / 100),
    ),
    *(
        Kpi(f"cost_{kind.name}", "currency", "less", f"ledger line: {kind.meaning}",
            _line(kind.name))
        for kind in LINES
    ),
    Kpi("cost_per_parcel", "currency", "less", "ledger total over parcels served",
        _cost_per(_parcels)),
    Kpi("cost_per_stop", "currency", "less", "ledger total over halts with a success",
        _cost_per(_stops)),
    Kpi("cost_per_km", "currency", "less", "ledger total over kilometres driven",
        _cost_per(_kilometres)),
    Kpi(
        "on_time_share", "1", "more",
        "orders whose successful service began no later than their promise's end, over due orders",
        _share_of_due(lambda row: row.late_s == 0),
    ),
    Kpi("on_time_accepted_share", "1", "more", "on time over due orders that were not declined",
        _on_time_among(lambda row: not row.declined)),
    Kpi("on_time_delivered_share", "1", "more",
        "on time over due orders served: what carriers publish",
        _on_time_among(lambda row: row.served_at_s is not None)),
    Kpi("on_time_controllable_share", "1", "more",
        "on time over due orders, failures not of the carrier's making left out",
        _on_time_among(_controllable)),
    Kpi("early_share", "1", "less", "served before the window opened, over due orders",
        _share_of_due(_is_early)),
    Kpi("delivered_share", "1", "more", "orders served over due orders",
        _share_of_due(lambda row: row.served_at_s is not None)),
    Kpi("attempted_share", "1", "more", "orders tried at least once over due orders",
        _share_of_due(lambda row: row.tries > 0)),
    Kpi("first_attempt_share", "1", "more", "served at the first try over orders tried",
        _first_attempt),
    Kpi("failed_attempts", "count", "less", "attempts that failed",
        lambda day: _count(sum(len(row.causes) for row in day.facts.orders.values()))),
    *(
        Kpi(f"failed_{cause.replace(' ', '_')}", "count", "less",
            f"attempts that failed with the cause: {cause}", _failed_by(cause))
        for cause in ("absent", "no access", "wrong address", "refused", "window missed")
    ),
    Kpi("redelivery_share", "1", "less", "orders that need or got another try, over orders tried",
        _redelivery),
    Kpi("bring_backs", "count", "less", "orders loaded and never tried",
        lambda day: _count(
            sum(row.loaded and not row.tries for row in day.facts.orders.values())
        )),
    Kpi(
        "vehicle_utilization", "1", "more",
        "driving, parking, walking and serving, failed tries and the drive home included, over "
        "shift hours of vehicles that came to work",
        _duty_ratio(_spent(*_WORK), lambda duty: duty.shift_s),
    ),
    Kpi("productive_share", "1", "more",
        "driving between stops, parking, walking and serving, over paid hours",
        _duty_ratio(_spent("driving", "parking", "walking", "serving"), _paid)),
    *(
        Kpi(f"time_{name}_share", "1", "neither", f"share of paid time: {meaning}",
            _duty_ratio(_spent(activity), _paid))
        for name, activity, meaning in _TIME_SHARES
    ),
    Kpi("load_factor", "1", "more",
        "mean over loaded departures from a depot of the fullest dimension's share of capacity",
        _load_factor),
    Kpi("stops_per_hour", "1/h", "more",
        "halts with a success over hours from leaving to regaining the depot",
        lambda day: _ratio(_stops(day), day.facts.route_s / 3600)),
    Kpi("stops_per_paid_hour", "1/h", "more", "halts with a success over paid hours",
        lambda day: _ratio(_stops(day), sum(map(_paid, day.facts.duties)) / 3600)),
    Kpi("stops_per_route", "1", "neither", "halts at doors over routes from depot to depot",
        lambda day: _ratio(len(day.facts.halts), day.facts.routes)),
    Kpi("parcels_per_hour", "1/h", "more", "parcels served over paid hours",
        lambda day: _ratio(_parcels(day), sum(map(_paid, day.facts.duties)) / 3600)),
    Kpi("distance_km", "km", "less", "kilometres driven", lambda day: _count(_kilometres(day))),
    Kpi("distance_per_delivery_km", "km", "less", "kilometres driven over orders served",
        lambda day: _ratio(_kilometres(day), len(_served(day.facts.orders.values())))),
    Kpi("empty_distance_share", "1", "less", "metres driven with nothing aboard over all metres",
        _empty_m),
    Kpi("dwell_min", "min", "less", "mean time from arrival at a door to departure", _dwell_min),
    Kpi("delivery_time_min", "min", "less",
        "mean time from placement to hand-over, same-day classes only",
        lambda day: _mean(_delivery_times_min(day))),
    Kpi("delivery_time_p50_min", "min", "less", "median of that time",
        lambda day: _quantile(_delivery_times_min(day), 0.5)),
    Kpi("delivery_time_p95_min", "min", "less", "95th percentile of that time",
        lambda day: _quantile(_delivery_times_min(day), 0.95)),
    Kpi("lateness_min", "min", "less",
        "minutes by which service began after the promise's end, summed, over all due orders",
        lambda day: _ratio(sum(row.late_s or 0.0 for row in day.due) / 60, len(day.due))),
    Kpi("lateness_p95_min", "min", "less", "95th percentile of that over due orders served",
        lambda day: _quantile(_lateness_min(day), 0.95)),
    Kpi("late_15_share", "1", "less", "served more than 15 min late, over due orders",
        _share_of_due(_later_than(15))),
    Kpi("late_60_share", "1", "less", "served more than 60 min late, over due orders",
        _share_of_due(_later_than(60))),
    Kpi("planning_cycle_min", "min", "less", "mean simulated time from question to plan in force",
        lambda day: _mean([seconds / 60 for seconds in day.facts.planning_s])),
    Kpi("workload_spread", "1", "less", "coefficient of variation of work over duties",
        _workload_spread),
    Kpi("overtime_h", "h", "less", "hours worked after shifts' ends",
        lambda day: _count(sum(duty.overtime_s for duty in day.facts.duties) / 3600)),
    Kpi("duties_over_10h", "count", "less", "duties paid for more than ten hours",
        lambda day: _count(sum(duty.paid_s > _LONG_DUTY_S for duty in day.facts.duties))),
    Kpi("orders_placed", "count", "neither", "orders that became known",
        lambda day: _count(len(day.facts.orders))),
    Kpi("orders_due", "count", "neither", "orders whose promise ends on this day",
        lambda day: _count(len(day.due))),
    Kpi("delivered", "count", "more", "orders delivered or collected",
        lambda day: _count(len(_served(day.facts.orders.values())))),
    Kpi("returned", "count", "less", "orders sent back after their last attempt",
        lambda day: _count(sum(row.returned for row in day.facts.orders.values()))),
    Kpi("declined", "count", "less", "orders never accepted",
        lambda day: _count(sum(row.declined for row in day.facts.orders.values()))),
    Kpi("carried_over", "count", "less", "orders still open at the end of the day",
        lambda day: _count(sum(row.carried_over for row in day.facts.orders.values()))),
    Kpi("policy_faults", "count", "less", "answers of the policy that were refused or never came",
        lambda day: _count(day.facts.policy_faults)),
)  # fmt: skip
"""Every KPI of this version, in the order in which they are shown."""


def figures(events: Iterable[Event]) -> dict[str, Figure]:
    """Return every KPI of a day with its numerator and denominator.

    Parameters
    ----------
    events
        A journal from its header to its end; nothing else is read.
    """
    listed = list(events)
    day = Day(Facts(listed), Ledger.of(listed))
    return {kpi.name: kpi.measure(day) for kpi in KPIS}


def measure(events: Iterable[Event]) -> dict[str, float | None]:
    """Return the value of every KPI of a day, None where there is nothing to measure."""
    return {name: figure.value for name, figure in figures(events).items()}
