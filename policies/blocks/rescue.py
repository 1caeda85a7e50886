"""Goods aboard a vehicle that is broken down: who fetches them, and whether that is worth it."""

from collections.abc import Sequence
from dataclasses import replace

from policies.blocks.believed import Believed
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.lines import Line
from policies.blocks.planned import planned_with, served_in
from policies.blocks.stops import can_serve, needs_goods
from policies.blocks.weighing import Prices, lateness_s, left_out_s, work_s
from twin import Briefing, OrderView, Route, Stop, VehicleView, View
from twin.model import OrderId, VehicleId
from twin.plan import HandOver, orders_in, without

MOST_TAKERS = 5
"""Vehicles that are tried for a rescue, nearest first. A choice: one far away rarely pays."""

MOST_RESCUERS = 4
"""Vehicles that are sent to one that is broken down, one after another. A choice."""

AGAIN_S = 300.0
"""How long nobody is sought for goods for which none was found that pays. A choice."""


class Rescue:
    """Sends vehicles to one that is broken down, where waiting for the repair would cost more.

    What fits nowhere on a vehicle that is sent waits for the next, or for the repair.

    Parameters
    ----------
    prices
        What broken promises are worth against work.
    """

    def __init__(self, briefing: Briefing, believed: Believed, prices: Prices) -> None:
        self._believed = believed
        self._prices = prices
        self._trial = FleetLines(briefing, believed)
        self._not_before_s: dict[VehicleId, float] = {}

    def planned(self, view: View) -> View:
        """Return the view with the rescues that pay planned into it."""
        for broken in view.vehicles:
            if not broken.broken_down:
                self._not_before_s.pop(broken.id, None)
            elif view.now_s >= self._not_before_s.get(broken.id, view.now_s):
                for _ in range(MOST_RESCUERS):
                    with_it = self._rescued(view.by_vehicle[broken.id], view)
                    if with_it is view:
                        self._not_before_s[broken.id] = view.now_s + AGAIN_S
                        break
                    view = with_it
        return view

    def _rescued(self, broken: VehicleView, view: View) -> View:
        """Return the view with one more vehicle sent to a broken one; itself, if none pays."""
        fetched = _being_fetched(view)
        goods = [
            row
            for order_id in broken.aboard
            if (row := view.by_order.get(order_id)) is not None
            and row.can_be_planned
            and needs_goods(row)
            and order_id not in fetched
        ]
        if not goods:
            return view
        goods.sort(key=lambda row: (row.order.promise.closes_at_s, row.id))
        waiting_s = self._worth_s(broken, view, goods)
        best: tuple[float, dict[VehicleId, Route]] | None = None
        for taker in self._nearest(broken, goods, view):
            found = self._with(taker, broken, goods, view)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        if best is None or best[0] >= waiting_s:
            return view
        return planned_with(view, best[1])

    def _worth_s(self, vehicle: VehicleView, view: View, goods: Sequence[OrderView]) -> float:
        """Return what these goods cost on the vehicle: late, or not delivered at all."""
        self._trial.forget()
        self._trial.take(view, [vehicle])
        planned = set(served_in(vehicle.route))
        forgotten = left_out_s([row for row in goods if row.id not in planned], self._prices)
        return forgotten + sum(
            work_s(line, self._trial.weight(line)) + lateness_s(line, self._prices)
            for line in self._trial.lines
        )

    def _nearest(
        self, broken: VehicleView, goods: Sequence[OrderView], view: View
    ) -> list[VehicleView]:
        """Return whole vehicles on duty that could take any of the goods, nearest first."""
        place = view.places[broken.place] if broken.place is not None else None
        found: list[tuple[float, VehicleId]] = []
        for one in view.vehicles:
            mode = one.vehicle.mode
            if one.broken_down or not one.on_duty or place is None or mode not in place.nodes:
                continue
            if not any(_takes(one, row, view) for row in goods):
                continue
            away_s = self._believed.reference_s(one.free_at_node, place.nodes[mode], mode)
            if away_s < float("inf"):
                found.append((max(one.free_at_s, view.now_s) + away_s, one.id))
        return [view.by_vehicle[vehicle_id] for _, vehicle_id in sorted(found)[:MOST_TAKERS]]

    def _with(
        self, taker: VehicleView, broken: VehicleView, goods: Sequence[OrderView], view: View
    ) -> tuple[float, dict[VehicleId, Route]] | None:
        """Return what sending a vehicle is worth and the routes then; None if it can take none."""
        before_s = self._worth_s(taker, view, ())
        line = self._fetching(taker, broken, goods, view)
        if line is None:
            return None
        ids = frozenset(
            order_id
            for item in line.items
            for action in item.actions
            if isinstance(action, HandOver) and action.giver == broken.id
            for order_id in action.orders
        )
        after_s = work_s(line, self._trial.weight(line)) + lateness_s(line, self._prices)
        rest = [row for row in goods if row.id not in ids]
        left = self._left(broken, ids, view)
        worth_s = after_s - before_s + self._worth_s(left, view, rest)
        return worth_s, {taker.id: line.route(), broken.id: left.route}

    def _fetching(
        self, taker: VehicleView, broken: VehicleView, goods: Sequence[OrderView], view: View
    ) -> Line | None:
        """Return the line of a vehicle that fetches as much as fits; None if nothing does.

        Half as much is tried where goods fetched would leave no room for what is loaded later.
        """
        load, taken = taker.load, []
        for row in goods:
            if _takes(replace(taker, load=load), row, view):
                load = load + row.order.load
                taken.append(row)
        while taken and broken.place is not None:
            ids = tuple(row.id for row in taken)
            meeting = Stop(broken.place, (HandOver(ids, broken.id, taker.id),))
            self._trial.forget()
            self._trial.try_out(view, replace(taker, route=(meeting, *taker.route)))
            placed = {row.id for row in taken if self._place(replace(row, vehicle=taker.id))}
            skipped = frozenset(ids) - placed
            route = without(self._trial.lines[0].route(), skipped)
            self._trial.forget()
            self._trial.take(view, [replace(taker, route=route)])
            if placed and self._trial.lines:
                return self._trial.lines[0]
            taken = taken[: len(taken) // 2]
        return None

    def _place(self, row: OrderView) -> bool:
        """Put an order where it fits, late if need be; return whether it does."""
        found = self._trial.find(row, self._trial.window(row)).best
        if found is not None:
            self._trial.put(row, found)
        return found is not None

    def _left(self, broken: VehicleView, fetched: frozenset[OrderId], view: View) -> VehicleView:
        """Return a broken vehicle without stops about goods that are fetched.

        They are aboard until somebody comes: what it cannot take beside them is for others too.
        """
        left = replace(broken, route=without(broken.route, fetched))
        self._trial.forget()
        self._trial.take(view, [left])
        if self._trial.lines:
            return left
        others = frozenset(o for o in orders_in(left.route, left.id) if o not in left.aboard)
        return replace(left, route=without(left.route, others))


def _takes(vehicle: VehicleView, row: OrderView, view: View) -> bool:
    """Whether a vehicle could serve an order, and has room for it as it is now."""
    return can_serve(vehicle, row, view) and (vehicle.load + row.order.load).fits_in(
        vehicle.capacity
    )


def _being_fetched(view: View) -> frozenset[OrderId]:
    """Return the orders that somebody comes to take over, or is taking over just now."""
    coming = (
        order_id
        for one in view.vehicles
        for stop in one.route
        for action in stop.actions
        if isinstance(action, HandOver) and action.taker == one.id
        for order_id in action.orders
    )
    taking = (o for one in view.vehicles if not one.broken_down for o in one.aboard)
    return frozenset((*coming, *taking))
