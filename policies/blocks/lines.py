"""A vehicle's planned line of stops with its believed times: what an insertion is judged on.

Between two neighbours of the line lies a gap, where a stop could be put in. All gaps of the fleet
are kept as arrays, so that one order is tried everywhere at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from policies.blocks.believed import HOUR_S, HOURS, Believed
from policies.blocks.items import (
    FOREVER_S,
    Item,
    before_door_s,
    loading_too,
    serving_after,
    serving_first,
    takes_over,
    window_of,
)
from twin import (
    Collect,
    Deliver,
    LoadOrders,
    Order,
    OrderKind,
    Place,
    Route,
    Rules,
    Stop,
    VehicleView,
    View,
)
from twin.clients import amounts
from twin.model import OrderId, PlaceId, PlaceKind, ServiceClass
from twin.plan import Break, HandOver, UnloadOrders, orders_in, orders_of
from twin.view import expected_stop_s


class Line:
    """What a vehicle is going to do, timed.

    Parameters
    ----------
    vehicle
        As the view shows it.
    classes
        Service classes by name.
    known
        Stops worked out before, with whether the vehicle parks; more are added.
    rules
        Whether what is loaded at the beginning of the shift takes no time, and what hand-overs do.

    Attributes
    ----------
    view
        The newest view, where orders are looked up.
    items
        The stops.
    ends_s, last_s
        End of the shift, and with the overtime that is allowed.
    kept
        How many stops stay as they are; 0 unless somebody says more.
    loads_free
        Whether the first stop, if it loads where the vehicle stands, takes no time.
    """

    def __init__(
        self,
        vehicle: VehicleView,
        view: View,
        believed: Believed,
        classes: Mapping[str, ServiceClass],
        known: dict[tuple[Stop, bool], Item],
        *,
        rules: Rules,
    ) -> None:
        self.vehicle = vehicle
        self.view = view
        self._believed = believed
        self._classes = classes
        self._known = known
        self._rules = rules
        shift = vehicle.duty.shift
        self._starts_s = max(vehicle.free_at_s, shift.opens_at_s, view.now_s)
        self.loads_free = rules.preloaded and view.now_s <= shift.opens_at_s
        self.ends_s = shift.closes_at_s
        self.last_s = shift.closes_at_s + vehicle.duty.overtime_s
        self.capacity = amounts(vehicle.capacity)
        ends_at = vehicle.vehicle.ends_at
        self.home = None if ends_at is None else view.places[ends_at]
        self.kept = 0
        self._needed = frozenset(orders_in(vehicle.route))
        self.items = [self._item(stop) for stop in vehicle.route]
        self.measure()

    def _order(self, order_id: OrderId) -> Order:
        return self.view.by_order[order_id].order

    def _item(self, stop: Stop) -> Item:
        """Return what is known of a stop, worked out once for each."""
        if any(isinstance(action, HandOver) for action in stop.actions):
            return self._work_out(stop)  # it is another thing for who gives than for who takes
        key = (stop, self.vehicle.vehicle.looks_for_parking)
        item = self._known.get(key)
        if item is None or not item.is_of(self.view):
            item = self._known[key] = self._work_out(stop)
        return item

    def _work_out(self, stop: Stop) -> Item:
        place = self.view.places[stop.place]
        opens_s, closes_s, hard_s = -FOREVER_S, FOREVER_S, FOREVER_S
        change = np.zeros(3, dtype=np.int64)
        collected = np.zeros(3, dtype=np.int64)
        takes_s = 0.0
        served: list[Order] = []
        loaded: list[Order] = []
        loads = False
        for action in stop.actions:
            if isinstance(action, LoadOrders | UnloadOrders):
                loads = True
                loaded.extend(self._order(o) for o in orders_of(action) if o in self.view.by_order)
                continue
            if isinstance(action, HandOver):
                handed = self._handed_over(action)
                takes_s += self._rules.hand_over_s * int(handed[2])
                change += handed if action.taker == self.vehicle.id else -handed
                continue
            if isinstance(action, Break):
                takes_s += action.rest_s
                continue
            for order_id in orders_of(action):
                order = self._order(order_id)
                served.append(order)
                door = self.view.places[order.customer]
                window = window_of(order, self._classes[order.service_class], door)
                opens_s = max(opens_s, window[0])
                closes_s, hard_s = min(closes_s, window[1]), min(hard_s, window[2])
                if order.kind is OrderKind.COLLECTION:
                    collected += amounts(order.load)
                else:
                    change -= amounts(order.load)
        for order in loaded:
            change += amounts(order.load)
        change += collected
        parks, to_door_s = self.vehicle.vehicle.looks_for_parking, 0.0
        if served:
            to_door_s = before_door_s(place, parks=parks)
            takes_s += expected_stop_s(place, tuple(served), parks=parks)
        if loads:
            takes_s += self.load_s(place, loaded)
        return Item(
            place, stop.actions, takes_s, to_door_s, opens_s, closes_s, hard_s, change,
            collected, place.id if loads else None, tuple(served),
        )  # fmt: skip

    def _handed_over(self, action: HandOver) -> NDArray[np.int64]:
        """Return how much changes vehicles."""
        handed = np.zeros(3, dtype=np.int64)
        for order_id in action.orders:
            if order_id in self.view.by_order:
                handed += amounts(self._order(order_id).load)
        return handed

    def load_s(self, place: Place, orders: Iterable[Order], *, begun: bool = False) -> float:
        """Return the time that loading orders takes; `begun` leaves the fixed time out."""
        handled_s = sum(
            place.expected.per_parcel_s * order.load.parcels
            if order.load_s is None
            else order.load_s
            for order in orders
        )
        return handled_s if begun else handled_s + place.expected.fixed_s

    def measure(self) -> None:
        """Work out times, slack and room along the line, one entry a gap."""
        self._measure_times()
        self._measure_room()

    def _measure_times(self) -> None:
        mode, items = self.vehicle.vehicle.mode, self.items
        nodes = [self.vehicle.free_at_node, *(item.place.nodes[mode] for item in items)]
        if self.home is not None:
            nodes.append(self.home.nodes[mode])
        known = self._believed.reference_s
        legs_s = [known(one, other, mode) for one, other in pairwise(nodes)]
        paces = self._believed.paces(mode)
        departs_s, leg_s, took_s, begins_s = [self._starts_s], [], [], []
        now_s = self._starts_s
        for k, item in enumerate(items):
            drive_s = legs_s[k] * paces[int(now_s // HOUR_S) % HOURS]
            leg_s.append(drive_s)
            free = self.loads_free and k == 0 and item.loads_at is not None and drive_s == 0
            took_s.append(0.0 if free else item.takes_s)
            begins_s.append(max(now_s + drive_s + item.to_door_s, item.opens_s))
            now_s = begins_s[k] + took_s[k] - item.to_door_s
            departs_s.append(now_s)
        last = legs_s[-1] * paces[int(now_s // HOUR_S) % HOURS] if self.home is not None else 0.0
        leg_s.append(last)
        self.nodes = nodes
        self.departs_s, self.leg_s = np.array(departs_s), np.array(leg_s)
        self.begins_s = np.array(begins_s)
        self._measure_slack(leg_s, took_s)

    def _measure_slack(self, leg_s: list[float], took_s: list[float]) -> None:
        """Work out the latest arrival at the stop after each gap that spoils nothing from there.

        What is late as things stand cannot be spoilt. Overtime spoils; what is impossible is to
        come home later than with all that is allowed.
        """
        latest_s, hard_s, shift_s = [self.ends_s], [self.last_s], [self.ends_s]
        for k in range(len(self.items) - 1, -1, -1):
            item, after_s = self.items[k], leg_s[k + 1] + took_s[k]
            is_late = self.begins_s[k] > item.closes_s
            closes_s = item.hard_closes_s if is_late else item.closes_s
            latest_s.append(min(closes_s - item.to_door_s, latest_s[-1] - after_s))
            hard_s.append(min(item.hard_closes_s - item.to_door_s, hard_s[-1] - after_s))
            shift_s.append(shift_s[-1] - after_s)
        self.latest_s, self.hard_latest_s = np.array(latest_s[::-1]), np.array(hard_s[::-1])
        self.in_shift_s = np.array(shift_s[::-1])

    def _measure_room(self) -> None:
        """Work out the room in each gap, and over all gaps until goods are put down at a depot."""
        count = len(self.items)
        change = np.zeros((count + 1, 3), dtype=np.int64)
        change[0] = amounts(self.vehicle.load)
        for k, item in enumerate(self.items):
            change[k + 1] = item.change
        depots = [
            k
            for k, item in enumerate(self.items)
            if item.loads_at is not None and item.place.kind is PlaceKind.DEPOT
        ]
        before, put_down = 0, self._unneeded()
        for k in depots:
            for item in self.items[before:k]:
                put_down = put_down + item.collected
            change[k + 1] -= put_down
            before, put_down = k, np.zeros(3, dtype=np.int64)
        self.room = self.capacity - np.cumsum(change, axis=0)
        self.room_to_depot = self.room.copy()
        for first, last in pairwise([0, *(k + 1 for k in depots), count + 1]):
            part = self.room_to_depot[first:last][::-1]
            self.room_to_depot[first:last] = np.minimum.accumulate(part, axis=0)[::-1]
        gaps = np.arange(count + 1)
        taken_over = [k for k, item in enumerate(self.items) if takes_over(item, self.vehicle.id)]
        self.has_aboard = gaps <= (depots[0] if depots else count)
        self.has_aboard &= gaps > (taken_over[-1] if taken_over else -1)

    @property
    def fits(self) -> bool:
        """Whether what is planned fits in: not if a failed delivery takes up the room."""
        return bool((self.room >= 0).all())

    def _unneeded(self) -> NDArray[np.int64]:
        """Return how much is aboard that no stop of the line needs."""
        unneeded = np.zeros(3, dtype=np.int64)
        for order_id in self.vehicle.aboard:
            if order_id not in self._needed and order_id in self.view.by_order:
                unneeded += amounts(self._order(order_id).load)
        return unneeded

    def joining(self, place: PlaceId) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return, for each gap, the last stop before it that loads at a place, and the room since.

        Returns
        -------
        stop
            Shape (gaps,); -1 where none does.
        room
            Shape (gaps, 3): least room from that stop to the gap.
        """
        stop = np.full(len(self.items) + 1, -1, dtype=np.int64)
        room = np.full((len(self.items) + 1, 3), -1, dtype=np.int64)
        loading = [k for k, item in enumerate(self.items) if item.loads_at == place]
        for k, following in pairwise([*loading, len(self.items)]):
            stop[k + 1 : following + 1] = k
            least = np.minimum.accumulate(self.room[k + 1 : following + 1], axis=0)
            room[k + 1 : following + 1] = least
        return stop, room

    def is_of(self, view: View) -> bool:
        """Whether all orders that it serves are still what they were."""
        known = view.by_order
        for item in self.items:  # a loop, since it is gone through for every line at every question
            for order in item.served:
                row = known.get(order.id)
                if row is not None and row.order is not order:
                    return False
        return True

    def late(self) -> Iterator[tuple[Order, float]]:
        """Yield each order served after it should have been, and by how much, seconds.

        Infinite for what is driven to no more, since the shift is over with its overtime.
        """
        for departs_s, begins_s, item in zip(
            self.departs_s.tolist(), self.begins_s.tolist(), self.items, strict=False
        ):
            if departs_s <= self.last_s and begins_s <= item.closes_s:
                continue
            for order in item.served:
                service_class = self._classes[order.service_class]
                door = self.view.places[order.customer]
                late_s = begins_s - window_of(order, service_class, door)[1]
                if departs_s > self.last_s:
                    yield order, inf
                elif late_s > 0:
                    yield order, late_s

    def begun_by(self, until_s: float) -> int:
        """Return how many stops the vehicle comes to by an instant."""
        there_s = self.departs_s[: len(self.items)] + self.leg_s[: len(self.items)]
        return int((there_s <= until_s).cumprod().sum())

    def route(self) -> Route:
        """Return the line as a route."""
        return tuple(Stop(item.place.id, item.actions) for item in self.items)

    def put_in(self, gap: int, order: Order, load_at: PlaceId | None, joins: int) -> None:
        """Put an order into a gap.

        Parameters
        ----------
        load_at
            Where its goods are loaded; None if they are aboard or with the customer.
        joins
            The stop that loads them too; -1 for a stop of their own right before the customer.
        """
        self._needed |= {order.id}
        serve = Deliver(order.id) if order.kind is OrderKind.DELIVERY else Collect(order.id)
        door = self.view.places[order.customer]
        if gap > 0 and self.items[gap - 1].place.id == door.id and (load_at is None or joins >= 0):
            merged = serving_after(self.items[gap - 1].actions, serve)
            self.items[gap - 1] = self._item(Stop(door.id, merged))
        elif (
            gap < len(self.items)
            and self.items[gap].place.id == door.id
            and (load_at is None or joins >= 0)
        ):
            merged = serving_first(self.items[gap].actions, serve)
            self.items[gap] = self._item(Stop(door.id, merged))
        else:
            self.items.insert(gap, self._item(Stop(door.id, (serve,))))
        if load_at is not None and joins < 0:
            self.items.insert(gap, self._item(Stop(load_at, (LoadOrders((order.id,)),))))
        elif load_at is not None:
            actions = loading_too(self.items[joins].actions, order.id)
            self.items[joins] = self._item(Stop(self.items[joins].place.id, actions))
        self.measure()
