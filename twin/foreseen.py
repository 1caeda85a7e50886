"""Measures of what a policy foresaw: arrivals, and promises about to be broken."""

from collections.abc import Iterable, Sequence

from twin.measures import Day, Figure, ratio
from twin.model import OrderId


def misjudged_min(errors_s: Iterable[float]) -> list[float]:
    """Return how far off beliefs were, minutes, whichever way."""
    return [abs(error_s) / 60 for error_s in errors_s]


def within(minutes: float, misjudged: Sequence[float]) -> Figure:
    """Return the share of beliefs that were off by no more than these minutes."""
    return ratio(sum(one <= minutes for one in misjudged), len(misjudged))


def lead_times_min(day: Day) -> list[float]:
    """Return minutes from each order's first warning to the end of its promise then."""
    warned = day.facts.forecasts.warned.values()
    return [(one.promised_until_s - one.at_s) / 60 for one in warned]


def risk_precision(day: Day) -> Figure:
    """Return the share of warnings that came true."""
    warned = day.facts.forecasts.warned
    kept = [order_id for order_id in warned if not day.facts.orders[order_id].cancelled]
    return ratio(sum(_came_true(day, order_id) for order_id in kept), len(kept))


def _came_true(day: Day, order_id: OrderId) -> bool:
    """Whether a promise was warned about before its end, and no success had begun by then."""
    one = day.facts.forecasts.warned[order_id]
    began_at_s = day.facts.orders[order_id].served_began_at_s
    is_broken = began_at_s is None or began_at_s > one.promised_until_s
    return is_broken and one.is_ahead


def risk_recall(day: Day) -> Figure:
    """Return the share of misses that were warned about in time; 0 where nobody warns."""
    warned = day.facts.forecasts.warned
    missed = [
        row.order.id
        for row in day.due
        if not (row.cancelled or row.declined) and (row.served_began_at_s is None or row.late_s)
    ]
    told = [order_id for order_id in missed if order_id in warned and warned[order_id].is_ahead]
    return ratio(len(told), len(missed))
