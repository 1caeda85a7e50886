"""When goods can be loaded: announced with the order, and in truth.

Goods of orders placed in the day are picked, first come first served; what was ordered before
comes with a truck and is sorted; waves release both. What waits in a queue waits for others, so
here, and only here, an order's time depends on the rest of the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heapreplace

from scenarios.demand import Chance
from scenarios.localday import LocalDay
from scenarios.requests import Request
from scenarios.schema import ScenarioSpec
from scenarios.schema_fleet import DepotSpec
from scenarios.schema_readiness import LinehaulSpec, PickingSpec
from twin.model import Order, OrderId, OrderKind
from twin.units import DAY_S, tick_s


@dataclass(frozen=True, slots=True)
class Goods:
    """An order that leaves a depot, with what was asked for."""

    order: Order
    request: Request

    @property
    def is_of_the_day(self) -> bool:
        """Whether it was placed at a time of its own, not with those known in the morning."""
        return self.request.placed_at_s is not None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Says when goods are ready, told and in truth.

    Attributes
    ----------
    begins_at_s
        When the day begins: nothing is ready before.
    """

    spec: ScenarioSpec
    local: LocalDay
    begins_at_s: float
    chance: Chance

    def of(
        self, orders: Sequence[Order], requests: Sequence[Request]
    ) -> tuple[tuple[Order, ...], dict[OrderId, float]]:
        """Return orders with what is announced, and when goods really are ready where it differs.

        Parameters
        ----------
        requests
            What the orders were made of.
        """
        asked = {OrderId(request.id): request for request in requests}
        told = {order.id: order.ready_at_s for order in orders}
        real = {
            order_id: max(request.really_ready_at_s, self.begins_at_s)
            for order_id, request in asked.items()
            if request.really_ready_at_s is not None
        }
        for name, depot in self.spec.depots.items():
            leaving = [
                Goods(order, asked[order.id])
                for order in orders
                if order.origin == name and order.kind is OrderKind.DELIVERY
            ]
            self._at_depot(name, depot, leaving, told, real)
        announced = tuple(replace(order, ready_at_s=told[order.id]) for order in orders)
        if self.spec.noise == "off":
            return announced, {}
        return announced, {o: at_s for o, at_s in real.items() if at_s != told[o]}

    def _at_depot(
        self,
        name: str,
        depot: DepotSpec,
        leaving: Sequence[Goods],
        told: dict[OrderId, float],
        real: dict[OrderId, float],
    ) -> None:
        if depot.picking is not None:
            picked = [goods for goods in leaving if goods.is_of_the_day]
            for goods in picked:
                if goods.request.ready_at_s is None:
                    mean_s = tick_s(depot.picking.per_order_s.mean)
                    told[goods.order.id] = goods.order.placed_at_s + mean_s
            real.update(self._picked(depot.picking, picked))
        if depot.linehaul is not None:
            brought = [goods for goods in leaving if self._is_brought(goods, depot.linehaul)]
            due_s = depot.linehaul.announced_s
            due_s = depot.linehaul.arrives_s if due_s is None else due_s
            for goods in brought:
                placed_s = goods.order.placed_at_s
                told[goods.order.id] = max(placed_s, self.local.elapsed_s(due_s))
            real.update(self._sorted(name, depot.linehaul, brought))
        if depot.waves:
            for goods in leaving:
                order_id = goods.order.id
                if order_id in real:
                    real[order_id] = self._wave(depot.waves, real[order_id])
                told[order_id] = self._wave(depot.waves, told[order_id])

    def _picked(self, picking: PickingSpec, picked: Sequence[Goods]) -> Mapping[OrderId, float]:
        """Return when each order leaves the pickers' queue."""
        free_at_s = [float("-inf")] * picking.pickers
        heapify(free_at_s)
        done: dict[OrderId, float] = {}
        for placed_s, order_id in sorted(
            (goods.request.placed_at_s or 0.0, goods.order.id) for goods in picked
        ):
            takes_s = tick_s(picking.per_order_s.at(self.chance.uniform("picking", order_id)))
            done_s = max(placed_s, free_at_s[0]) + takes_s
            heapreplace(free_at_s, done_s)
            done[order_id] = max(done_s, self.begins_at_s)
        return done

    def _is_brought(self, goods: Goods, linehaul: LinehaulSpec) -> bool:
        if goods.is_of_the_day:
            return False
        return self.chance.uniform("linehaul", goods.order.id) < linehaul.share

    def _sorted(
        self, name: str, linehaul: LinehaulSpec, brought: Sequence[Goods]
    ) -> Mapping[OrderId, float]:
        """Return when the goods of each order are sorted, in the order in which they come out."""
        late_s = linehaul.late_s.at(self.chance.uniform("linehaul late", name))
        arrives_s = self.local.elapsed_s(linehaul.arrives_s) + tick_s(late_s)
        done: dict[OrderId, float] = {}
        parcels = 0
        for _, order_id, goods in sorted(
            (self.chance.uniform("sorting", goods.order.id), goods.order.id, goods.order)
            for goods in brought
        ):
            parcels += goods.load.parcels
            hours = 0.0 if linehaul.sort_rate is None else parcels / linehaul.sort_rate
            done[order_id] = max(arrives_s + tick_s(hours * 3600), goods.placed_at_s)
        return done

    def _wave(self, waves: Sequence[float], at_s: float) -> float:
        """Return the first wave no earlier than an instant, be it tomorrow's."""
        day = 0
        while True:
            for clock_s in waves:
                wave_s = self.local.elapsed_s(day * DAY_S + clock_s)
                if wave_s >= at_s:
                    return wave_s
            day += 1
