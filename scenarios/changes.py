"""What customers will ask for in the course of a day: cancelled, moved, more urgent."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scenarios.demand import Chance
from scenarios.localday import LocalDay
from scenarios.requests import Request
from scenarios.schema import ScenarioSpec
from scenarios.schema_changes import ChangesSpec
from twin.model import Order, OrderId, TimeWindow
from twin.units import tick_s
from twin.world import Change

STEP_S: Final = 1800.0
"""New windows open on the half hour."""


def changes_of(
    spec: ScenarioSpec,
    orders: Sequence[Order],
    requests: Sequence[Request],
    local: LocalDay,
    chance: Chance,
) -> tuple[Change, ...]:
    """Return what customers will ask for; without noise only what a table says they did.

    Parameters
    ----------
    requests
        What the orders were made of.
    """
    asked = {OrderId(request.id): request for request in requests}
    changes = Changes(ChangesSpec() if spec.noise == "off" else spec.orders.changes, local, chance)
    return tuple(change for order in orders for change in changes.of_order(order, asked[order.id]))


@dataclass(frozen=True, slots=True)
class Changes:
    """Draws what customers will ask for.

    Each order has one number that says what is asked for, and one that says when.
    """

    spec: ChangesSpec
    local: LocalDay
    chance: Chance

    def of_order(self, order: Order, request: Request) -> Iterator[Change]:
        """Yield what the customer of an order will ask for."""
        if request.cancelled_at_s is not None:
            yield Change(order.id, max(request.cancelled_at_s, order.placed_at_s), cancels=True)
            return
        kind = self._kind(order.id)
        at_s = None if kind is None else self._at_s(order, request)
        if at_s is None:
            return
        if kind == "cancelled":
            yield Change(order.id, at_s, cancels=True)
        elif kind == "urgent":
            yield Change(order.id, at_s, priority=order.priority + 1)
        else:
            window = self._window(order.id, at_s)
            if window is not None:
                yield Change(order.id, at_s, window=window, promise=window)

    def _kind(self, order_id: str) -> str | None:
        uniform = self.chance.uniform("change", order_id)
        edge = 0.0
        for kind in ("cancelled", "moved", "urgent"):
            edge += getattr(self.spec, kind)
            if uniform < edge:
                return kind
        return None

    def _at_s(self, order: Order, request: Request) -> float | None:
        """Return when a customer asks, None if there is no time left for it."""
        between = self.local.elapsed(self.spec.between)
        begins_s = between.opens_at_s
        if request.placed_at_s is not None:
            begins_s = max(begins_s, request.placed_at_s)
        if begins_s >= between.closes_at_s:
            return None
        uniform = self.chance.uniform("changed at", order.id)
        at_s = tick_s(begins_s + uniform * (between.closes_at_s - begins_s))
        # What was asked for before the day was planned is in the plan.
        return at_s if at_s > order.placed_at_s else None

    def _window(self, order_id: str, at_s: float) -> TimeWindow | None:
        """Return the new window, None if none of its width is left of the day."""
        closes_s = self.local.elapsed(self.spec.between).closes_at_s
        first = math.ceil((at_s + self.spec.notice_s) / STEP_S)
        last = math.floor((closes_s - self.spec.width_s) / STEP_S)
        if last < first:
            return None
        slot = first + int(self.chance.uniform("new window", order_id) * (last - first + 1))
        return TimeWindow(slot * STEP_S, slot * STEP_S + self.spec.width_s)
