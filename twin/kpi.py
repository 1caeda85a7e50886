"""KPIs: name, unit, meaning, and how each follows from a journal alone.

Shares and ratios keep their numerator and denominator, so that over several days they are ratios
of sums, never means of ratios. `KPIS` is the data dictionary that code and documents read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from twin import busy
from twin.events import CAUSES, Event
from twin.facts import Facts
from twin.foreseen import lead_times_min, misjudged_min, risk_precision, risk_recall, within
from twin.ledger import LINES
from twin.measures import (
    LONG_DUTY_S,
    WORK,
    Day,
    Figure,
    Measure,
    busiest,
    co2e_per,
    cost_of,
    cost_per,
    count,
    cycles_min,
    delivery_times_min,
    duty_ratio,
    dwell_min,
    empty_m,
    failed_by,
    is_controllable,
    is_early,
    kilometres,
    lateness_min,
    later_than,
    load_factor,
    mean,
    of_tried,
    on_time_among,
    on_time_as_first_promised,
    orders_that,
    paid,
    paid_h,
    parcels,
    quantile,
    ratio,
    route_h,
    share_of_due,
    spent,
    stops,
    workload_spread,
)

__all__ = ["KPIS", "Day", "Figure", "Kpi", "figures", "figures_of", "measure"]


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
    measure: Measure


_TIME_SHARES: Final = (
    ("stem", "stem", "driving to and from a depot"),
    ("between", "driving", "driving between stops"),
    ("parking", "parking", "looking for a place to park"),
    ("walking", "walking", "walking between vehicle and door, and from door to door"),
    ("serving", "serving", "serving at the door, failed attempts included"),
    ("waiting", "waiting", "waiting for a window, a dock, goods, a charger or a street to open"),
    ("loading", "loading", "loading and unloading"),
    ("handover", "handing over", "giving goods to another vehicle, or taking them from it"),
    ("recharging", "recharging", "filling the battery"),
    ("break", "on break", "breaks"),
    ("down", "down", "broken down"),
    ("idle", "idle", "standing with nothing to do"),
)

_BUSY: Final = (
    ("docks", busy.docks, "time that docks of a depot were taken, of all of them"),
    ("chargers", busy.chargers, "time that chargers of a place were taken, of all of them"),
    ("duties", busy.duties, "planned shift time, but idle, waiting, breaks and recharging"),
    ("capacity", busy.capacity, "how full vehicles left depots, on average"),
    ("dispatchers", busy.dispatchers, "time in which a plan was being thought about"),
)

_MONEY: Final = (
    Kpi("cost_per_delivery", "currency", "less",
        "ledger total over orders served; see the lines that are not included",
        cost_per(lambda day: len(day.served))),
    Kpi("cost_total", "currency", "less", "sum of the ledger's lines, to the cent",
        lambda day: count(day.ledger.total_cents / 100)),
    *(
        Kpi(f"cost_{kind.name}", "currency", "less", f"ledger line: {kind.meaning}",
            cost_of(kind.name))
        for kind in LINES
    ),
    Kpi("cost_per_parcel", "currency", "less", "ledger total over parcels served",
        cost_per(parcels)),
    Kpi("cost_per_stop", "currency", "less", "ledger total over halts with a success",
        cost_per(stops)),
    Kpi("cost_per_km", "currency", "less", "ledger total over kilometres driven",
        cost_per(kilometres)),
)  # fmt: skip

_SERVICE: Final = (
    Kpi("on_time_share", "1", "more",
        "orders whose successful service began no later than their promise's end, over due orders",
        share_of_due(lambda row: row.late_s == 0)),
    Kpi("on_time_accepted_share", "1", "more", "on time over due orders that were not declined",
        on_time_among(lambda row: not row.declined)),
    Kpi("on_time_delivered_share", "1", "more",
        "on time over due orders served: what carriers publish",
        on_time_among(lambda row: row.served_at_s is not None)),
    Kpi("on_time_controllable_share", "1", "more",
        "on time over due orders, those left out that were cancelled or whose last attempt failed "
        "for no fault of the carrier (window missed and damaged are its fault)",
        on_time_among(is_controllable)),
    Kpi("on_time_first_share", "1", "more",
        "the same as if no customer had been asked to agree to another window: orders whose "
        "successful service began no later than the end of their first promise, or of the one they "
        "asked for themselves, over orders due by it",
        on_time_as_first_promised),
    Kpi("early_share", "1", "less", "served before the window opened, over due orders",
        share_of_due(is_early)),
    Kpi("delivered_share", "1", "more", "orders served over due orders",
        share_of_due(lambda row: row.served_at_s is not None)),
    Kpi("attempted_share", "1", "more",
        "orders tried at least once, by us or an overflow carrier, over due orders",
        share_of_due(lambda row: row.was_tried)),
    Kpi("first_attempt_share", "1", "more", "served at our first try over orders that we tried",
        of_tried(lambda row: row.served_at_s is not None and not row.causes)),
    Kpi("failed_attempts", "count", "less", "attempts of ours that failed",
        lambda day: count(sum(len(row.causes) for row in day.orders))),
    *(
        Kpi(f"failed_{cause.replace(' ', '_')}", "count", "less",
            f"attempts of ours that failed with the cause: {cause}", failed_by(cause))
        for cause in CAUSES
    ),
    Kpi("redelivery_share", "1", "less",
        "orders that need or got another try, over orders that we tried",
        of_tried(lambda row: bool(row.causes) and not row.returned)),
    Kpi("bring_backs", "count", "less", "orders loaded and never tried",
        orders_that(lambda row: row.loaded and not row.was_tried)),
)  # fmt: skip

_WORK: Final = (
    Kpi("vehicle_utilization", "1", "more",
        "driving, parking, walking and serving, failed tries and the drive home included, over "
        "shift hours of vehicles that came to work, down time included",
        duty_ratio(spent(*WORK), lambda duty: duty.shift_s)),
    Kpi("productive_share", "1", "more",
        "driving between stops, parking, walking and serving, over paid hours",
        duty_ratio(spent("driving", "parking", "walking", "serving"), paid)),
    *(
        Kpi(f"time_{name}_share", "1", "neither", f"share of paid time: {meaning}",
            duty_ratio(spent(activity), paid))
        for name, activity, meaning in _TIME_SHARES
    ),
    Kpi("load_factor", "1", "more",
        "mean over loaded departures from a depot of the fullest dimension's share of capacity",
        load_factor),
    Kpi("stops_per_hour", "1/h", "more",
        "halts with a success over hours from leaving to regaining the depot, or to the duty's end",
        lambda day: ratio(stops(day), route_h(day))),
    Kpi("stops_per_paid_hour", "1/h", "more", "halts with a success over paid hours",
        lambda day: ratio(stops(day), paid_h(day))),
    Kpi("stops_per_route", "1", "neither", "halts at doors over routes from depot to depot",
        lambda day: ratio(len(day.facts.halts), len(day.facts.routes))),
    Kpi("parcels_per_hour", "1/h", "more", "parcels served over paid hours",
        lambda day: ratio(parcels(day), paid_h(day))),
    Kpi("distance_km", "km", "less", "kilometres driven", lambda day: count(kilometres(day))),
    Kpi("distance_per_delivery_km", "km", "less", "kilometres driven over orders served",
        lambda day: ratio(kilometres(day), len(day.served))),
    Kpi("empty_distance_share", "1", "less", "metres driven with nothing aboard over all metres",
        empty_m),
    Kpi("dwell_min", "min", "less", "mean time from coming to a door to going on", dwell_min),
    Kpi("route_adherence", "1", "more",
        "times a driver went on to the stop that the route named next, over all times one went on "
        "to a stop",
        lambda day: ratio(day.facts.goings - day.facts.left_sequence, day.facts.goings)),
    Kpi("co2e_per_delivery_kg", "kg", "less",
        "kilograms of CO2 equivalent over orders served; none where factors differ in scope",
        co2e_per(lambda day: len(day.served))),
    Kpi("co2e_per_km", "kg/km", "less",
        "kilograms of CO2 equivalent over kilometres driven; none where factors differ in scope",
        co2e_per(kilometres)),
    Kpi("breakdowns", "count", "less", "times a vehicle could not go on",
        lambda day: count(day.facts.breakdowns)),
)  # fmt: skip

_PUNCTUALITY: Final = (
    Kpi("delivery_time_min", "min", "less",
        "mean time from placement to hand-over, same-day classes only",
        lambda day: mean(delivery_times_min(day))),
    Kpi("delivery_time_p50_min", "min", "less", "median of that time",
        lambda day: quantile(delivery_times_min(day), 0.5)),
    Kpi("delivery_time_p95_min", "min", "less", "95th percentile of that time",
        lambda day: quantile(delivery_times_min(day), 0.95)),
    Kpi("lateness_min", "min", "less",
        "minutes by which service began after the promise's end, summed, over all due orders",
        lambda day: ratio(sum(row.late_s or 0.0 for row in day.due) / 60, len(day.due))),
    Kpi("lateness_p95_min", "min", "less", "95th percentile of that over due orders served",
        lambda day: quantile(lateness_min(day), 0.95)),
    Kpi("late_15_share", "1", "less", "served more than 15 min late, over due orders",
        share_of_due(later_than(15))),
    Kpi("late_60_share", "1", "less", "served more than 60 min late, over due orders",
        share_of_due(later_than(60))),
)  # fmt: skip

_PLANNING: Final = (
    Kpi("planning_cycle_min", "min", "less",
        "mean simulated time from question to plan in force, of answers that change which orders a "
        "vehicle serves or in which sequence, decline one, give one away or tell a customer",
        lambda day: mean(cycles_min(day))),
    Kpi("planning_cycle_max_min", "min", "less", "the longest of these times",
        lambda day: quantile(cycles_min(day), 1.0)),
    Kpi("plan_churn", "1", "less",
        "orders that a later plan gave to another vehicle or a carrier, declined, put aside or "
        "moved to another place in line, over orders that any plan had in a route",
        lambda day: ratio(len(day.facts.churn.changed), len(day.facts.churn.released))),
    Kpi("promise_changes", "1", "less",
        "times that a promise changed, or that a customer was told a time that does not meet the "
        "one told before, over orders placed",
        lambda day: ratio(
            sum(row.promises for row in day.orders) + day.facts.forecasts.retold, len(day.orders))),
    Kpi("solver_effort", "count", "less", "steps that the policy's solver made over the day",
        lambda day: count(day.facts.forecasts.effort)),
    Kpi("eta_error_min", "min", "less",
        "mean distance between when service began and when the policy believed it would, as "
        "believed when the vehicle left the depot",
        lambda day: mean(misjudged_min(day.facts.forecasts.errors_at_departure_s()))),
    Kpi("eta_error_ahead_min", "min", "less", "the same, as believed 45 min before it began",
        lambda day: mean(misjudged_min(day.facts.forecasts.errors_ahead_s()))),
    Kpi("eta_within_15_share", "1", "more",
        "services that began within 15 min of what was believed when the vehicle left the depot",
        lambda day: within(15, misjudged_min(day.facts.forecasts.errors_at_departure_s()))),
    Kpi("eta_within_15_ahead_share", "1", "more", "the same, as believed 45 min before",
        lambda day: within(15, misjudged_min(day.facts.forecasts.errors_ahead_s()))),
    Kpi("risk_lead_time_min", "min", "more",
        "mean time from the first warning about an order to the end of its promise then",
        lambda day: mean(lead_times_min(day))),
    Kpi("risk_precision", "1", "more",
        "orders warned about before the end of their promise of which no success had begun at it, "
        "over those warned about and not cancelled; a warning that made somebody act in time "
        "counts against it, and so does one that comes too late",
        risk_precision),
    Kpi("risk_recall", "1", "more",
        "due orders not on time that were warned about before their promise ended, over due "
        "orders not on time, neither cancelled nor declined; 0 under a policy that never warns",
        risk_recall),
    Kpi("messages", "count", "neither", "messages and offers to customers",
        lambda day: count(day.facts.forecasts.messages)),
    Kpi("busiest_resource", "1", "neither",
        "the highest of the shares below: what runs short first, and in which hour",
        busiest(*(resource for _, resource, _ in _BUSY))),
    *(
        Kpi(f"busy_{name}_share", "1", "neither", f"in the busiest hour: {meaning}",
            busiest(resource))
        for name, resource, meaning in _BUSY
    ),
)  # fmt: skip

_COUNTS: Final = (
    Kpi("workload_spread", "1", "less", "coefficient of variation of work over duties",
        workload_spread),
    Kpi("overtime_h", "h", "less", "hours worked after shifts' ends",
        lambda day: count(sum(duty.overtime_s for duty in day.facts.duties) / 3600)),
    Kpi("duties_over_10h", "count", "less", "duties paid for more than ten hours",
        lambda day: count(sum(duty.paid_s > LONG_DUTY_S for duty in day.facts.duties))),
    Kpi("orders_placed", "count", "neither", "orders that became known",
        lambda day: count(len(day.orders))),
    Kpi("orders_due", "count", "neither",
        "orders whose promise ends on this day, not cancelled before they were loaded",
        lambda day: count(len(day.due))),
    Kpi("delivered", "count", "more", "orders delivered or collected",
        lambda day: count(len(day.served))),
    Kpi("returned", "count", "less", "orders sent back after their last attempt",
        orders_that(lambda row: row.returned)),
    Kpi("declined", "count", "less", "orders never accepted",
        orders_that(lambda row: row.declined)),
    Kpi("cancelled", "count", "neither", "orders that the customer cancelled",
        orders_that(lambda row: row.cancelled)),
    Kpi("tendered", "count", "neither", "orders given to overflow carriers",
        orders_that(lambda row: row.carrier is not None)),
    Kpi("carried_over", "count", "less", "orders still open at the end of the day",
        orders_that(lambda row: row.carried_over)),
    Kpi("policy_faults", "count", "less", "answers of the policy that were refused or never came",
        lambda day: count(day.facts.policy_faults)),
)  # fmt: skip

KPIS: Final[tuple[Kpi, ...]] = (
    *_MONEY, *_SERVICE, *_WORK, *_PUNCTUALITY, *_PLANNING, *_COUNTS,
)  # fmt: skip
"""Every KPI of this version, in the order in which they are shown."""


def figures(events: Iterable[Event]) -> dict[str, Figure]:
    """Return every KPI of a day with its numerator and denominator.

    Parameters
    ----------
    events
        A journal from its header to its end; nothing else is read.
    """
    return figures_of(Day.of_facts(Facts(events)))


def figures_of(day: Day) -> dict[str, Figure]:
    """Return every KPI of a day whose tables and books are made already."""
    return {kpi.name: kpi.measure(day) for kpi in KPIS}


def measure(events: Iterable[Event]) -> dict[str, float | None]:
    """Return the value of every KPI of a day, None where there is nothing to measure."""
    return {name: figure.value for name, figure in figures(events).items()}
