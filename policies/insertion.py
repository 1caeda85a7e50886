"""Cheapest feasible insertion: every order goes where it adds the least time.

Solomon (1987), "Algorithms for the vehicle routing and scheduling problems with time window
constraints", gives the idea of judging an insertion by the time it adds and the slack it uses.
"""

from collections.abc import Mapping

from policies.blocks.believed import Believed
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.gaps import Found
from policies.blocks.given import Given
from policies.blocks.mealtimes import Mealtimes
from policies.blocks.relief import relieved
from policies.blocks.rests import rests_kept_in
from policies.blocks.retries import Retries
from twin import Briefing, OrderView, Plan, Route, View
from twin.model import OrderId, VehicleId
from twin.plan import orders_in, without


class Insertion:
    """Puts each open order into the route where it adds the least time, and moves nothing else.

    Only what a broken vehicle has not loaded and would deliver late goes to another, where it fits.

    Windows, promises, three capacities, skills, shifts and several tours a shift are kept. Where
    nothing punctual is possible, an order is planned late rather than not at all, unless a hard
    window or the shift forbids it; what fits nowhere stays open and is tried again. The first
    orders are put into the given routes, if there are any.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    retry_after_s
        How long after a failed attempt the next one is planned, seconds.
    try_again_s
        How long an order that fitted nowhere is left alone, seconds.
    """

    def __init__(
        self, briefing: Briefing, *, retry_after_s: float = 7200.0, try_again_s: float = 900.0
    ) -> None:
        self._briefing = briefing
        self._believed = Believed(briefing.travel)
        self._retries = Retries(briefing, retry_after_s, try_again_s)
        self._fleet = FleetLines(briefing, self._believed)
        self._trial = FleetLines(briefing, self._believed)
        self._given = Given(briefing)
        self._mealtimes = Mealtimes()

    def decide(self, view: View) -> Plan:
        """Return the routes that took orders in."""
        self._mealtimes.hear(view.because)
        shown, begun = self._begun(rests_kept_in(view, self._mealtimes))
        view = relieved(shown, self._trial)
        orders = [row for row in view.unplanned if self._retries.is_due(row, view.now_s)]
        if self._believed.follow(view.travel):
            self._fleet.forget()
        working = [vehicle for vehicle in view.vehicles if not vehicle.broken_down]
        again_s = _overdue_s(view)
        if not orders or not working:
            return Plan(begun, ask_again_at_s=again_s)
        self._fleet.take(view, working)
        placed: dict[OrderId, None] = {}
        for row in sorted(orders, key=lambda row: self._urgency(row, view)):
            found = self._place(row, view)
            if found is None:
                self._retries.leave_alone(row, view.now_s)
            else:
                self._fleet.put(row, found)
                placed[row.id] = None
        relief = _without(frozenset(placed), shown)
        routes = {**begun, **relief, **self._fleet.routes()}
        return Plan(routes, arrivals=self._fleet.arrivals(), ask_again_at_s=again_s)

    def _begun(self, view: View) -> tuple[View, Mapping[VehicleId, Route]]:
        """Return the view with what vehicles begin with, and that, if it is not told yet."""
        return self._given.begun(view)

    def _place(self, row: OrderView, _: View) -> Found | None:
        """Return where an order is put, if it fits anywhere."""
        return self._fleet.find(row, self._retries.window(self._fleet, row)).best

    def _urgency(self, row: OrderView, view: View) -> tuple[int, float, str]:
        """Return higher priority first, then the farthest: what is near fills routes up."""
        start = view.places[row.place] if row.place is not None else None
        door = view.places[row.order.customer]
        mode = min(door.nodes)
        if start is None or mode not in start.nodes:
            return (-row.order.priority, 0.0, row.id)
        away_s = self._believed.reference_s(start.nodes[mode], door.nodes[mode], mode)
        return (-row.order.priority, -away_s, row.id)


def _overdue_s(view: View) -> float | None:
    """Return when the next broken vehicle that still has something to do will be overdue."""
    broken = (one for one in view.vehicles if one.broken_down and one.route)
    return min((one.free_at_s for one in broken if one.free_at_s > view.now_s), default=None)


def _without(orders: frozenset[OrderId], view: View) -> dict[VehicleId, Route]:
    """Return the routes of broken vehicles that had any of these orders, without them."""
    return {
        one.id: without(one.route, orders)
        for one in view.vehicles
        if one.broken_down and not orders.isdisjoint(orders_in(one.route))
    }
