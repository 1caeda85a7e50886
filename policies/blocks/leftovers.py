"""What becomes of orders that no vehicle can serve on time: declined, or given to a carrier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policies.blocks.lines import Line
from policies.blocks.stops import needs_goods
from policies.blocks.weighing import late_in
from twin import Briefing, OrderView, PlaceKind, View
from twin.model import CarrierId, OrderId
from twin.rows import Status


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Orders that leave the plan, and how."""

    declined: tuple[OrderId, ...]
    tendered: Mapping[CarrierId, tuple[OrderId, ...]]

    @property
    def orders(self) -> frozenset[OrderId]:
        """All of them."""
        return frozenset((*self.declined, *(o for given in self.tendered.values() for o in given)))


class Leftovers:
    """Gives up orders that would be late or are left out, as a dispatcher would be told to.

    Parameters
    ----------
    declines_below
        Orders of a lower priority that were never planned and cannot be served on time are
        declined: what fits nowhere, what would be late, and goods that are to be ready only when
        their promise is over. None declines none.
    tenders
        Whether overflow carriers get what would be late or is left out, at their last call: the
        last question before the time until which they take orders.
    every_s
        Longest time to the next question.
    """

    def __init__(
        self, briefing: Briefing, declines_below: int | None, *, tenders: bool, every_s: float
    ) -> None:
        self._briefing = briefing
        self._declines_below = declines_below
        self._tenders = tenders
        self._every_s = every_s

    def of(self, lines: Sequence[Line], left: Sequence[OrderView], view: View) -> GivenUp:
        """Return what is given up of lines and of orders that are in none of them."""
        unserved = [*left, *late_in(lines, view)]
        hopeless = {row.id: row for row in (*unserved, *_ready_too_late(view))}
        declined = tuple(row.id for row in hopeless.values() if self._is_declined(row))
        rest = [row for row in unserved if row.id not in declined and _waits_at_depot(row, view)]
        return GivenUp(declined, self._tendered(rest, view) if self._tenders else {})

    def _is_declined(self, row: OrderView) -> bool:
        below = self._declines_below
        is_new = _is_untried(row) and row.planned_on is None
        return below is not None and row.order.priority < below and is_new

    def _tendered(
        self, rows: Sequence[OrderView], view: View
    ) -> dict[CarrierId, tuple[OrderId, ...]]:
        """Return what each carrier gets, the cheapest first."""
        rates = self._briefing.rates.tendered_order
        by_price = sorted(
            view.overflow, key=lambda carrier: (float(rates.get(carrier, 0)), carrier)
        )
        until_s = {one.id: one.tender_by_s for one in self._briefing.carriers}
        waiting = sorted(rows, key=lambda row: (-row.order.priority, row.id))
        waiting = [row for row in waiting if row.bound.pinned_to is None]
        given: dict[CarrierId, tuple[OrderId, ...]] = {}
        for carrier in by_price:
            last_s = until_s.get(carrier)
            if last_s is None or last_s - view.now_s > self._every_s:
                continue
            most = view.overflow[carrier]
            most = len(waiting) if most is None else most
            taken, waiting = waiting[:most], waiting[most:]
            if taken:
                given[carrier] = tuple(row.id for row in taken)
        return given


def _is_untried(row: OrderView) -> bool:
    """Whether nobody has set out with an order, or been at its door."""
    return row.status in {Status.PLACED, Status.READY} and not row.attempts


def _waits_at_depot(row: OrderView, view: View) -> bool:
    """Whether an order stands at a depot and nobody has tried it."""
    place = None if row.place is None else view.places[row.place]
    return _is_untried(row) and place is not None and place.kind is PlaceKind.DEPOT


def _ready_too_late(view: View) -> list[OrderView]:
    """Return the orders without a route whose goods are not ready before their promise is over."""
    return [
        row
        for row in view.unplanned
        if row.status is Status.PLACED
        and needs_goods(row)
        and row.order.ready_at_s > row.order.promise.closes_at_s
    ]
