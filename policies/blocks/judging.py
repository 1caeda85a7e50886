"""Whether a new plan saves more than its moves cost, for each group of vehicles that exchange."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.blocks.lines import Line
from policies.blocks.planned import moved, out_of_sequence, served_in
from policies.blocks.weighing import Prices, lateness_s, left_out_s, work_s
from twin import OrderView, Rules
from twin.model import OrderId, VehicleId
from twin.rows import Status


@dataclass(frozen=True, slots=True)
class Judge:
    """Compares lines as they are with lines as they could be.

    Attributes
    ----------
    churn_s
        Seconds of work that each moved stop must save.
    weights
        What a second of each type of vehicle is worth against the dearest one.
    """

    prices: Prices
    rules: Rules
    churn_s: float
    weights: Mapping[str, float]

    def better(
        self,
        now: Mapping[VehicleId, Line],
        new: Mapping[VehicleId, Line],
        orders: Mapping[OrderId, OrderView],
    ) -> list[VehicleId]:
        """Return the vehicles whose new lines should be driven.

        Parameters
        ----------
        now, new
            Lines as they are and as they could be. A vehicle without a new line stays as it is,
            and so does every one that would exchange orders with it.
        orders
            Every order that could be in any of them; one that is in no line is left out.
        """
        return [
            vehicle_id
            for group in _exchanging(now, new)
            if all(one in new for one in group)
            and self._worth_s(new, group, orders, now) + self._moves_s(now, new, group, orders)
            < self._worth_s(now, group, orders, new) - LEAST_GAIN_S
            for vehicle_id in group
        ]

    def _worth_s(
        self,
        lines: Mapping[VehicleId, Line],
        group: Sequence[VehicleId],
        orders: Mapping[OrderId, OrderView],
        other: Mapping[VehicleId, Line],
    ) -> float:
        """Return what lines cost, with the orders that only the other lines of the group serve."""
        mine = {order_id for one in group for order_id in served_in(lines[one].route())}
        theirs = [order_id for one in group for order_id in served_in(other[one].route())]
        missing = [orders[order_id] for order_id in theirs if order_id not in mine]
        return left_out_s(missing, self.prices) + sum(
            work_s(lines[one], self.weights[lines[one].vehicle.vehicle.type])
            + lateness_s(lines[one], self.prices)
            for one in group
        )

    def _moves_s(
        self,
        now: Mapping[VehicleId, Line],
        new: Mapping[VehicleId, Line],
        group: Sequence[VehicleId],
        orders: Mapping[OrderId, OrderView],
    ) -> float:
        """Return what moving stops costs: their price, and searching for what is packed.

        Goods aboard are believed to lie in the sequence in which they would be delivered as things
        stand: that in which they were packed is not shown.
        """
        released = {one: now[one].vehicle.route for one in group}
        vehicle, place = moved(released, {one: new[one].route() for one in group})
        searched = 0
        for one in group:
            lies = [o for o in served_in(released[one]) if _is_aboard(o, one, orders)]
            taken = out_of_sequence(lies, served_in(new[one].route()))
            searched += sum(orders[o].order.load.parcels for o in taken)
        return self.churn_s * (len(vehicle) + len(place)) + self.rules.search_s * searched


LEAST_GAIN_S = 1.0
"""What a change must save at all: less is the rounding of times."""


def _is_aboard(order_id: OrderId, vehicle: VehicleId, orders: Mapping[OrderId, OrderView]) -> bool:
    row = orders.get(order_id)
    return row is not None and row.status is Status.ABOARD and row.vehicle == vehicle


def _exchanging(
    now: Mapping[VehicleId, Line], new: Mapping[VehicleId, Line]
) -> list[tuple[VehicleId, ...]]:
    """Return groups of vehicles of which orders go from one to another, those without new too."""
    leader = {vehicle_id: vehicle_id for vehicle_id in now}

    def find(one: VehicleId) -> VehicleId:
        while leader[one] != one:
            one = leader[one]
        return one

    had = {o: one for one, line in now.items() for o in served_in(line.route())}
    for one, line in new.items():
        for order_id in served_in(line.route()):
            other = find(had.get(order_id, one))
            leader[max(other, find(one))] = min(other, find(one))
    groups: dict[VehicleId, list[VehicleId]] = {}
    for one in now:
        groups.setdefault(find(one), []).append(one)
    return [tuple(group) for group in groups.values()]


def by_vehicle(lines: Iterable[Line]) -> dict[VehicleId, Line]:
    """Return lines by their vehicle."""
    return {line.vehicle.id: line for line in lines}
