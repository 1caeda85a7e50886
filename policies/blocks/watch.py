"""Which promises are about to be broken, and which of that was already said."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from policies.blocks.forecast import Prediction
from twin import Briefing, OrderView, View
from twin.model import OrderId
from twin.rows import Status

AWAY = (Status.SERVING, Status.TENDERED)
"""States of open orders that no plan can change."""

HALF_A_DAY_S = 12 * 3600.0
"""A promise that ends longer than this after the last duty is kept on another day."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a warning is given.

    Attributes
    ----------
    above
        Probability of a broken promise above which its order is in danger.
    ahead_s
        How long before the end of a promise every order is looked at, and warned about if nobody
        is going to serve it.
    """

    above: float
    ahead_s: float


class Watch:
    """Watches over open orders.

    An order is in danger when it will probably not be served in time: before the end of its
    promise, before its hard window closes, and before its vehicle's shift is over. So is one that
    cannot be served today any more, and one that nobody is going to serve shortly before the end.
    """

    def __init__(self, briefing: Briefing, limits: Limits) -> None:
        self._classes = briefing.service_classes
        self._limits = limits
        ends_s = (duty.shift.closes_at_s + duty.overtime_s for duty in briefing.duties)
        self._last_duty_s = max(ends_s, default=inf)
        self._day_s = self._last_duty_s + HALF_A_DAY_S
        self._warned: dict[OrderId, None] = {}

    def until_s(self, row: OrderView) -> float:
        """Return by when service must begin: the promise, or the window if it is hard."""
        order = row.order
        is_hard = self._classes[order.service_class].hard_window
        window_s = order.window.closes_at_s if is_hard else inf
        return min(order.promise.closes_at_s, window_s)

    def risk(self, row: OrderView, outlook: Mapping[OrderId, Prediction], now_s: float) -> float:
        """Return the probability that a promise of this day is broken, as far as is known."""
        until_s = self.until_s(row)
        if not row.is_open or row.status in AWAY or until_s > self._day_s:
            return 0.0
        found = outlook.get(row.id)
        if found is not None:
            return found.later_than(until_s)
        if row.waits_for is not None:
            return 1.0
        return float(now_s >= self._look_s(row))

    def in_danger(self, outlook: Mapping[OrderId, Prediction], view: View) -> dict[OrderId, float]:
        """Return the orders in danger with their probability, the likeliest first."""
        risks = {row.id: self.risk(row, outlook, view.now_s) for row in view.orders}
        found = [(-risk, order_id) for order_id, risk in risks.items() if risk > self._limits.above]
        return {order_id: -risk for risk, order_id in sorted(found)}

    def warns(self, in_danger: Mapping[OrderId, float]) -> tuple[OrderId, ...]:
        """Return the orders to warn about now; none of them is returned again."""
        new = tuple(order_id for order_id in in_danger if order_id not in self._warned)
        self._warned.update(dict.fromkeys(new))
        return new

    def next_s(self, view: View) -> float:
        """Return when the next order comes so near to the end of its promise, ``inf`` if none."""
        looks = (self._look_s(row) for row in view.orders if row.status not in AWAY)
        return min((at_s for at_s in looks if at_s > view.now_s), default=inf)

    def _look_s(self, row: OrderView) -> float:
        """Return when an order is looked at at the latest."""
        return min(self.until_s(row), self._last_duty_s) - self._limits.ahead_s
