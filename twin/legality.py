"""What physics forbids a plan to ask for. Quality is measured, never judged here."""

from collections import Counter
from collections.abc import Mapping
from math import inf
from numbers import Real
from typing import TypeGuard

from twin.malformed import malformed
from twin.may_be_said import message_problems, record_problems
from twin.model import Load, OrderId, OrderKind, PlaceKind, VehicleId
from twin.plan import (
    Action,
    Break,
    Deliver,
    HandOver,
    LoadOrders,
    Plan,
    Recharge,
    Route,
    Stop,
    UnloadOrders,
    orders_in,
    orders_of,
)
from twin.rows import OrderView
from twin.units import clock, tick_s
from twin.view import VehicleView, View


def problems(plan: Plan, view: View) -> list[str]:
    """Return everything that physics forbids in a plan, judged against the view it answers.

    Returns
    -------
    problems
        One sentence each; empty if the plan is legal.
    """
    found = malformed(plan)
    if found:
        return found
    claimed: dict[OrderId, str] = {}
    for vehicle_id, route in plan.routes.items():
        vehicle = view.by_vehicle.get(vehicle_id)
        if vehicle is None:
            known = ", ".join(view.by_vehicle) or "none"
            found.append(
                f"vehicle {vehicle_id}: unknown, or its duties are over; there are {known}"
            )
            continue
        for order_id in orders_in(route, vehicle_id):
            holder = _holder(order_id, vehicle.id, plan, view, claimed)
            if holder is not None:
                found.append(f"order {order_id}: in the routes of {holder} and {vehicle_id}")
            found.extend(_against_pairs(order_id, vehicle.id, view))
            claimed[order_id] = vehicle_id
        found.extend(_new_while_down(vehicle, route))
        found.extend(_RouteCheck(vehicle, view, plan).problems(route))
    for order_id, times in Counter(plan.declined).items():
        found.extend(_declined(order_id, view, claimed, plan))
        if times > 1:
            found.append(f"order {order_id}: declined {times} times")
    found.extend(_tendered(plan, view, claimed))
    found.extend(message_problems(plan, view))
    found.extend(record_problems(plan, view))
    if plan.ask_again_at_s is not None and not plan.ask_again_at_s > view.now_s:
        found.append(
            f"ask_again_at_s {plan.ask_again_at_s} is not later than now, {clock(view.now_s)}"
        )
    return found


def _holder(
    order_id: OrderId, vehicle_id: str, plan: Plan, view: View, claimed: Mapping[OrderId, str]
) -> str | None:
    """Return another vehicle that has the order in a route that would stay in force."""
    if claimed.get(order_id, vehicle_id) != vehicle_id:
        return claimed[order_id]
    order = view.by_order.get(order_id)
    if order is None or order.planned_on is None or order.planned_on == vehicle_id:
        return None
    return None if order.planned_on in plan.routes else order.planned_on


def _against_pairs(order_id: OrderId, vehicle_id: VehicleId, view: View) -> list[str]:
    """Return what the dispatcher said against an order on this vehicle."""
    order = view.by_order.get(order_id)
    if order is None or order.bound.allows(vehicle_id):
        return []
    pinned_to = order.bound.pinned_to
    if pinned_to not in {None, vehicle_id}:
        return [f"order {order_id}: in the route of {vehicle_id}, but pinned to {pinned_to}"]
    return [f"order {order_id}: in the route of {vehicle_id}, but forbidden on it"]


def _declined(
    order_id: OrderId, view: View, claimed: Mapping[OrderId, str], plan: Plan
) -> list[str]:
    order = view.by_order.get(order_id)
    if order is None:
        return [f"order {order_id}: declined, but unknown or not open"]
    if order.vehicle is not None:
        return [f"order {order_id}: declined, but aboard {order.vehicle}"]
    if order.attempts:
        return [f"order {order_id}: declined, but it was tried already"]
    kept = order.planned_on if order.planned_on not in plan.routes else None
    on = claimed.get(order_id) or kept
    return [f"order {order_id}: declined, but in the route of {on}"] if on else []


def _new_while_down(vehicle: VehicleView, route: Route) -> list[str]:
    """Return new work of a vehicle that stands broken down: it can only be relieved of stops."""
    if not vehicle.broken_down:
        return []
    has = {*orders_in(vehicle.route), *vehicle.aboard}
    new = [order_id for order_id in orders_in(route) if order_id not in has]
    if not new:
        return []
    return [f"vehicle {vehicle.id} is broken down and is given {', '.join(new[:5])}"]


def _tendered(plan: Plan, view: View, claimed: Mapping[OrderId, str]) -> list[str]:
    found: list[str] = []
    seen: dict[OrderId, None] = dict.fromkeys(plan.declined)
    for carrier_id, orders in plan.tendered.items():
        if carrier_id not in view.overflow:
            known = ", ".join(view.overflow) or "none"
            found.append(f"carrier {carrier_id}: takes no orders now; those that do: {known}")
            continue
        left = view.overflow[carrier_id]
        if left is not None and len(orders) > left:
            found.append(f"carrier {carrier_id}: {len(orders)} orders, it takes {left} more")
        for order_id in orders:
            found.extend(_cannot_be_tendered(order_id, plan, view, claimed, seen))
            seen[order_id] = None
    return found


def _cannot_be_tendered(
    order_id: OrderId,
    plan: Plan,
    view: View,
    claimed: Mapping[OrderId, str],
    seen: Mapping[OrderId, None],
) -> list[str]:
    order = view.by_order.get(order_id)
    if order is None or not order.can_be_planned:
        return [f"order {order_id}: tendered, but unknown or not open"]
    place = None if order.place is None else view.places.get(order.place)
    if place is None or place.kind is not PlaceKind.DEPOT:
        where = f"aboard {order.vehicle}" if order.vehicle else f"at {order.place}"
        return [f"order {order_id}: tendered, but its goods are {where}, at no depot"]
    if order.attempts:
        return [f"order {order_id}: tendered, but it was tried already"]
    if order.bound.pinned_to is not None:
        return [f"order {order_id}: tendered, but pinned to {order.bound.pinned_to}"]
    if order_id in seen:
        return [f"order {order_id}: tendered twice, or declined too"]
    kept = order.planned_on if order.planned_on not in plan.routes else None
    on = claimed.get(order_id) or kept
    return [f"order {order_id}: tendered, but in the route of {on}"] if on else []


class _RouteCheck:
    """Walks one route and remembers what would be aboard."""

    def __init__(self, vehicle: VehicleView, view: View, plan: Plan) -> None:
        self._vehicle = vehicle
        self._view = view
        self._plan = plan
        self._aboard = dict.fromkeys(vehicle.aboard)
        self._load = vehicle.load
        self._put_down: dict[OrderId, str] = {}
        self._served: dict[OrderId, None] = {}
        self._found: list[str] = []

    def problems(self, route: Route) -> list[str]:
        """Return what is wrong with a route."""
        last_needed: dict[OrderId, int] = {}
        for number, stop in enumerate(route):
            for action in stop.actions:
                for order_id in orders_of(action):
                    last_needed[order_id] = number
        for number, stop in enumerate(route):
            place = self._view.places.get(stop.place)
            if place is None:
                self._says(f"place {stop.place} is unknown")
            elif self._vehicle.vehicle.mode not in place.nodes:
                self._says(f"no way to {stop.place} for mode {self._vehicle.vehicle.mode!r}")
            elif place.kind is PlaceKind.DEPOT and any(
                isinstance(action, LoadOrders | UnloadOrders) for action in stop.actions
            ):
                self._put_down_unneeded(stop, number, last_needed)
            for action in stop.actions:
                self._act(stop, action)
        return self._found

    def _says(self, problem: str) -> None:
        self._found.append(f"vehicle {self._vehicle.id}: {problem}")

    def _put_down_unneeded(
        self, stop: Stop, number: int, last_needed: Mapping[OrderId, int]
    ) -> None:
        for order_id in list(self._aboard):
            if last_needed.get(order_id, -1) < number:
                self._leaves(order_id)
                self._put_down[order_id] = stop.place

    def _act(self, stop: Stop, action: Action) -> None:
        if isinstance(action, Recharge):
            self._recharges(stop, action)
        elif isinstance(action, Break):
            self._rests(action.rest_s)
        elif isinstance(action, HandOver) and not self._meets(stop, action):
            return
        for order_id in orders_of(action):
            order = self._view.by_order.get(order_id)
            if order is None:
                self._says(f"order {order_id} is unknown or not open")
            else:
                self._act_on(order, stop, action)

    def _act_on(self, order: OrderView, stop: Stop, action: Action) -> None:
        if not order.can_be_planned and not isinstance(action, UnloadOrders):
            self._says(f"order {order.id} cannot be served: {_reason(order)}")
        elif isinstance(action, LoadOrders):
            self._loads(stop, order)
        elif isinstance(action, UnloadOrders):
            self._unloads(stop, order)
        elif isinstance(action, Deliver):
            self._delivers(stop, order)
        elif isinstance(action, HandOver):
            self._changes_vehicle(action, order)
        else:
            self._collects(stop, order)

    def _rests(self, rest_s: object) -> None:
        if not _is_number(rest_s) or not 0 < rest_s < inf:
            self._says(f"a break of {rest_s!r:.80} s")
        elif rest_s != tick_s(rest_s):
            self._says(f"a break of {rest_s} s, expected whole eighths of a second")

    def _recharges(self, stop: Stop, action: Recharge) -> None:
        place = self._view.places.get(stop.place)
        if self._vehicle.charge_kwh is None:
            self._says(f"recharges at {stop.place} and has no battery")
        elif place is not None and place.chargers is None:
            self._says(f"recharges at {stop.place}, which has no chargers")
        share: object = action.until_share
        if not _is_number(share) or not 0 < share <= 1:
            self._says(f"recharges to a share of {share!r:.80}, expected 0 to 1")

    def _meets(self, stop: Stop, action: HandOver) -> bool:
        """Whether a hand-over is with another vehicle that will be there for it."""
        mine = self._vehicle.id
        if mine not in {action.giver, action.taker} or action.giver == action.taker:
            self._says(f"hand-over from {action.giver} to {action.taker} in the route of {mine}")
            return False
        other_id = action.taker if action.giver == mine else action.giver
        other = self._view.by_vehicle.get(other_id)
        if other is None:
            self._says(f"hand-over with {other_id}: unknown, or its duties are over")
            return False
        if other.broken_down:
            if other.id == action.giver and other.place == stop.place:
                return True
            self._says(f"hand-over with {other_id} at {stop.place}, it is down at {other.place}")
            return False
        route = self._plan.routes.get(other_id, other.route)
        if any(there.place == stop.place and action in there.actions for there in route):
            return True
        self._says(f"hand-over at {stop.place}: the route of {other_id} has no such one")
        return False

    def _changes_vehicle(self, action: HandOver, order: OrderView) -> None:
        if action.giver == self._vehicle.id:
            if order.id in self._aboard:
                self._leaves(order.id)
            else:
                self._says(f"order {order.id} is handed over, but not aboard")
        elif order.vehicle != action.giver:
            held = f"aboard {order.vehicle}" if order.vehicle else f"at {order.place}"
            self._says(f"order {order.id} is taken over from {action.giver}, but it is {held}")
        elif order.id in self._aboard:
            self._says(f"order {order.id} is taken over, but already aboard")
        else:
            self._enters(order)

    def _loads(self, stop: Stop, order: OrderView) -> None:
        where = self._put_down.get(order.id, order.place)
        if order.id in self._aboard:
            self._says(f"order {order.id} is loaded at {stop.place}, but already aboard")
        elif order.order.kind is OrderKind.COLLECTION:
            self._says(f"order {order.id} is a collection: use Collect")
        elif order.id in self._served:
            self._says(f"order {order.id} is loaded after it was served")
        elif where != stop.place:
            held = f"aboard {order.vehicle}" if order.vehicle else f"at {where}"
            self._says(f"order {order.id} is loaded at {stop.place}, but its goods are {held}")
        else:
            self._enters(order)

    def _unloads(self, stop: Stop, order: OrderView) -> None:
        place = self._view.places.get(stop.place)
        if place is None or place.kind is not PlaceKind.DEPOT:
            self._says(f"order {order.id} is unloaded at {stop.place}, which is no depot")
        elif order.id in self._aboard:
            self._leaves(order.id)
            self._put_down[order.id] = stop.place
        elif order.id not in self._put_down:
            self._says(f"order {order.id} is unloaded, but not aboard")

    def _delivers(self, stop: Stop, order: OrderView) -> None:
        if not self._is_hers(stop, order, OrderKind.DELIVERY):
            return
        if order.id not in self._aboard:
            where = f"aboard {order.vehicle}" if order.vehicle else f"at {order.place}"
            self._says(
                f"order {order.id} is delivered, but its goods are {where} "
                "and no earlier stop of this route loads them"
            )
            return
        self._leaves(order.id)
        self._served[order.id] = None

    def _collects(self, stop: Stop, order: OrderView) -> None:
        if self._is_hers(stop, order, OrderKind.COLLECTION):
            self._served[order.id] = None
            self._enters(order)

    def _is_hers(self, stop: Stop, order: OrderView, kind: OrderKind) -> bool:
        """Whether the order can be served here by this vehicle and driver, once."""
        if order.order.kind is not kind:
            self._says(f"order {order.id} is a {order.order.kind.value}")
        elif order.id in self._served:
            self._says(f"order {order.id} is served twice")
        elif order.order.customer != stop.place:
            self._says(
                f"order {order.id} is served at {stop.place}, its door is {order.order.customer}"
            )
        elif missing := [s for s in order.order.skills if s not in self._vehicle.driver.skills]:
            self._says(f"order {order.id} needs {', '.join(missing)}, the driver has no such skill")
        else:
            return True
        return False

    def _enters(self, order: OrderView) -> None:
        vehicle = self._vehicle.vehicle
        longest_mm = max(parcel.longest_mm for parcel in order.order.parcels)
        if longest_mm > vehicle.longest_mm:
            self._says(f"order {order.id} is {longest_mm} mm long, {vehicle.longest_mm} mm fit in")
        self._aboard[order.id] = None
        before, self._load = self._load, self._load + order.order.load
        if before.fits_in(vehicle.capacity) and not self._load.fits_in(vehicle.capacity):
            self._says(f"{_excess(self._load, vehicle.capacity)} aboard after order {order.id}")

    def _leaves(self, order_id: OrderId) -> None:
        if order_id in self._aboard:
            del self._aboard[order_id]
            row = self._view.by_order.get(order_id)
            if row is not None:
                self._load = self._load - row.order.load


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real)


def _reason(order: OrderView) -> str:
    if order.waits_for is not None:
        return f"after {len(order.attempts)} failed attempts it waits for: {order.waits_for.value}"
    return f"it is {order.status.value}"


def _excess(load: Load, capacity: Load) -> str:
    if load.grams > capacity.grams:
        return f"{load.grams / 1000:g} kg of {capacity.grams / 1000:g} kg"
    if load.millilitres > capacity.millilitres:
        return f"{load.millilitres / 1000:g} l of {capacity.millilitres / 1000:g} l"
    return f"{load.parcels} parcels of {capacity.parcels}"
