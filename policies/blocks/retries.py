"""When an order that failed, or fitted nowhere, is tried again."""

from dataclasses import replace
from math import inf

from policies.blocks.fleet_lines import FleetLines, Window
from policies.blocks.items import FOREVER_S
from policies.blocks.stops import needs_goods
from twin import Briefing, OrderView, TimeWindow
from twin.model import OrderId
from twin.rows import Status

LAST_HOUR_S = 3600.0
"""What is left of the last shift, at least, when a failed order is tried again: a vehicle must
still get there."""


def is_here(row: OrderView) -> bool:
    """Whether an order is there to be planned: its goods are ready or aboard, or not needed."""
    return row.status in (Status.READY, Status.ABOARD) or not needs_goods(row)


class Retries:
    """Keeps orders from being tried again too soon.

    Parameters
    ----------
    after_s
        How long after a failed attempt the next one is planned, sooner where the last shift ends
        before: a second try in half an hour is better than none today.
    alone_s
        How long an order that fitted nowhere is left alone.
    """

    def __init__(self, briefing: Briefing, after_s: float, alone_s: float = 0.0) -> None:
        self._after_s = after_s
        self._alone_s = alone_s
        self._ends_s = max((duty.shift.closes_at_s for duty in briefing.duties), default=0.0)
        self._left_alone_until_s: dict[OrderId, float] = {}

    def is_due(self, row: OrderView, now_s: float) -> bool:
        """Whether an order is there to be planned, and not left alone."""
        return is_here(row) and not self.is_left_alone(row, now_s)

    def is_left_alone(self, row: OrderView, now_s: float) -> bool:
        """Whether an order fitted nowhere a while ago."""
        return now_s < self._left_alone_until_s.get(row.id, now_s)

    def leave_alone(self, row: OrderView, now_s: float) -> None:
        """Leave an order alone for a while."""
        self._left_alone_until_s[row.id] = now_s + self._alone_s

    def window(self, lines: FleetLines, row: OrderView) -> Window:
        """Return the window of an order, moved to after its last failed attempt."""
        if not row.attempts:
            return lines.window(row)
        return lines.window(row, not_before_s=self.again_s(row))

    def again_s(self, row: OrderView) -> float:
        """Return from when on an order may be tried again, long ago if it never failed."""
        if not row.attempts:
            return -inf
        failed_s = row.attempts[-1].at_s
        left_s = max(0.0, self._ends_s - failed_s)
        return failed_s + min(self._after_s, max(left_s / 2, left_s - LAST_HOUR_S))

    def postponed(self, row: OrderView) -> OrderView:
        """Return an order with its window so moved, for who knows nothing of attempts."""
        if not row.attempts:
            return row
        again_s = self.again_s(row)
        order = row.order
        window = _from(again_s, order.window)
        return replace(
            row, order=replace(order, window=window, promise=_from(again_s, order.promise))
        )


def _from(at_s: float, window: TimeWindow) -> TimeWindow:
    """Return a window from an instant on; one that is over by then has no end any more."""
    closes_s = window.closes_at_s if window.closes_at_s >= at_s else FOREVER_S
    return TimeWindow(max(window.opens_at_s, at_s), closes_s)
