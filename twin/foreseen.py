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
    return ratio(sum(_broke(day, order_id) for order_id in kept), len(kept))


def _broke(day: Day, order_id: OrderId) -> bool:
    """Whether no success had begun at the end of the promise that was warned about."""
    began_at_s = day.facts.orders[order_id].served_began_at_s
    return began_at_s is None or began_at_s > day.facts.forecasts.warned[order_id].promised_until_s


def risk_recall(day: Day) -> Figure:
    """Return the share of misses that were warned about in time; none where nobody warns."""
    warned = day.facts.forecasts.warned
    if not warned:
        return ratio(0, 0)
    missed = [row for row in day.due if row.served_began_at_s is None or row.late_s]
    told = [
        row
        for row in missed
        if (one := warned.get(row.order.id)) is not None and one.at_s < one.promised_until_s
    ]
    return ratio(len(told), len(missed))
