"""When orders that are held back run out of slack: told once for each thing that is at stake."""

from collections.abc import Iterable
from math import floor, inf

from policies.blocks.slackness import Slackness
from twin import OrderView, TimeWindow, View
from twin.model import OrderId
from twin.units import TICK_S

Stake = tuple[OrderId, str, TimeWindow, TimeWindow]
"""An order, whether its promise or its day is at stake, its window and its promise."""


class Alarms:
    """Says that an order must leave now: for its promise, and again to be served today at all.

    An order that has no slack left when it is first seen rings no alarm: it is too late for it.

    Parameters
    ----------
    early_s
        How long before, seconds: what an answer takes to be in force.
    """

    def __init__(self, slackness: Slackness, early_s: float) -> None:
        self._slackness = slackness
        self._early_s = early_s
        self._first_seen_s: dict[OrderId, float] = {}
        self._rung: dict[Stake, None] = {}

    def ring(self, rows: Iterable[OrderView], view: View) -> bool:
        """Return whether an order must leave now; the same is not said again."""
        rings = False
        for row in rows:
            since_s = self._first_seen_s.setdefault(row.id, view.now_s)
            for stake, at_s in self._stakes(row, view):
                if since_s <= at_s <= view.now_s and stake not in self._rung:
                    self._rung[stake] = None
                    rings = True
        return rings

    def next_s(self, rows: Iterable[OrderView], view: View) -> float:
        """Return when the next alarm is due, ``inf`` for none."""
        coming = (at_s for row in rows for _, at_s in self._stakes(row, view) if at_s > view.now_s)
        return min(coming, default=inf)

    def _stakes(self, row: OrderView, view: View) -> tuple[tuple[Stake, float], ...]:
        """Return what is at stake with an order, and the last tick at which it can be saved."""
        window, promise = row.order.window, row.order.promise
        limits = self._slackness.limits(row, view)
        return tuple(
            ((row.id, name, window, promise), floor((limit_s - self._early_s) / TICK_S) * TICK_S)
            for name, limit_s in zip(("promise", "day"), limits, strict=True)
        )
