"""What vehicles are to do all day, orders to come included, and what of it can be said now."""

from collections.abc import Iterable, Mapping

from policies.blocks.stops import needs_goods
from twin import (
    Collect,
    Deliver,
    LoadOrders,
    PlaceKind,
    Route,
    Stop,
    UnloadOrders,
    VehicleView,
    View,
)
from twin.events import (
    ActionsDropped,
    AttemptFailed,
    DutyCancelled,
    DutyEnded,
    DutyMoved,
    Event,
    OrderPlaced,
    SequenceLeft,
    Towed,
)
from twin.model import OrderId, VehicleId
from twin.plan import Action, Break, orders_in, orders_of, without


class Agenda:
    """The routes of a day, kept in step with what happens.

    Parameters
    ----------
    routes
        What each vehicle does all day.

    Attributes
    ----------
    left
        What is left of that.
    dropped
        Orders that the day itself took out of a route: they cannot be served like that.
    """

    def __init__(self, routes: Mapping[VehicleId, Route]) -> None:
        self.left = dict(routes)
        self.dropped: dict[OrderId, None] = {}
        self._placed: dict[OrderId, None] = {}
        self._given: dict[VehicleId, Route] = {}

    def note(self, event: Event) -> None:
        """Take note of something that happened."""
        if isinstance(event, OrderPlaced):
            self._placed[event.order.id] = None
        elif isinstance(event, AttemptFailed):
            self.take_out(event.vehicle, (event.order,))
        elif isinstance(event, ActionsDropped):
            self.take_out(event.vehicle, event.orders)
            self.dropped.update((order_id, None) for order_id in event.orders)
        elif isinstance(event, DutyEnded | DutyCancelled | DutyMoved | Towed):
            self.left.pop(event.vehicle, None)
        elif isinstance(event, SequenceLeft):
            route = self.left.get(event.vehicle, ())
            first = next((stop for stop in route if stop.place == event.place), None)
            if first is not None:
                rest = list(route)
                rest.remove(first)
                self.left[event.vehicle] = (first, *rest)

    def take_out(self, vehicle_id: VehicleId, orders: Iterable[OrderId]) -> None:
        """Let a vehicle have nothing to do with some orders any more."""
        self.left[vehicle_id] = without(self.left.get(vehicle_id, ()), frozenset(orders))

    def orders(self) -> dict[OrderId, None]:
        """Return every order that is left in a route."""
        return {order_id: None for route in self.left.values() for order_id in orders_in(route)}

    def catch_up(self, vehicle: VehicleView, view: View) -> None:
        """Leave out what a vehicle has done by now, and what cannot be done any more."""
        stops, loaded = [], dict.fromkeys(vehicle.aboard)
        for stop in self.left.get(vehicle.id, ()):
            if any(orders_of(action) for action in stop.actions):
                actions = tuple(
                    rest
                    for action in stop.actions
                    if (rest := self._rest(action, stop, view, loaded)) is not None
                )
                if actions:
                    stops.append(Stop(stop.place, actions))
            elif stop not in self._given.get(vehicle.id, ()) or stop in vehicle.route:
                stops.append(stop)
        self.left[vehicle.id] = tuple(stops)

    def _rest(
        self,
        action: Action,
        stop: Stop,
        view: View,
        loaded: dict[OrderId, None],
    ) -> Action | None:
        """Return what is left of an action; `loaded` is what will be aboard by then."""
        possible = []
        for order_id in orders_of(action):
            row = view.by_order.get(order_id)
            is_to_come = order_id not in self._placed
            if isinstance(action, LoadOrders):
                is_there = row is not None and row.can_be_planned and row.place == stop.place
                if order_id not in loaded and (is_to_come or is_there):
                    possible.append(order_id)
            elif is_to_come or (
                row is not None
                and row.can_be_planned
                and (order_id in loaded or not needs_goods(row))
            ):
                possible.append(order_id)
        if not possible:
            return None
        if isinstance(action, LoadOrders):
            loaded.update(dict.fromkeys(possible))
            return LoadOrders(tuple(possible))
        return action

    def said_now(self, vehicle: VehicleView, view: View, rest_s: float = 0.0) -> Route:
        """Return what a vehicle can be told of what is left to it.

        Up to the first tour whose goods are not all known, or for which there is no room because
        something came back; collections that are not known are left out for now. A hired vehicle
        that would not be called without a route is told to stay.

        Parameters
        ----------
        rest_s
            How long it is to rest where it stands, before it does the first of it.
        """
        stops: list[Stop] = []
        left = self.left.get(vehicle.id, ())
        for stop in left:
            unknown = [o for a in stop.actions for o in orders_of(a) if o not in self._placed]
            if unknown and any(isinstance(action, LoadOrders) for action in stop.actions):
                break
            actions = tuple(
                action
                for action in stop.actions
                if not (isinstance(action, Deliver | Collect) and action.order in unknown)
            )
            if actions:
                stops.append(Stop(stop.place, actions))
        stops = stops[: _with_room(stops, vehicle, view)]
        if stops and rest_s > 0:
            stops[0] = Stop(stops[0].place, (Break(rest_s), *stops[0].actions))
        elif stops and vehicle.route and _is_resting_next(vehicle.route[0], stops[0]):
            stops[0] = vehicle.route[0]
        if left and not stops and not vehicle.on_duty and vehicle.duty.call_by_s is not None:
            stops.append(Stop(vehicle.vehicle.starts_at))
        self._given[vehicle.id] = tuple(stops)
        return tuple(stops)


def _with_room(stops: list[Stop], vehicle: VehicleView, view: View) -> int:
    """Return how many of the stops a vehicle has room for, one after the other."""
    last = {o: k for k, stop in enumerate(stops) for a in stop.actions for o in orders_of(a)}
    aboard, load = dict.fromkeys(vehicle.aboard), vehicle.load
    for number, stop in enumerate(stops):
        handles = any(isinstance(action, LoadOrders | UnloadOrders) for action in stop.actions)
        if handles and view.places[stop.place].kind is PlaceKind.DEPOT:
            for order_id in [o for o in aboard if last.get(o, -1) < number]:
                del aboard[order_id]
                load = load - view.by_order[order_id].order.load
        for action in stop.actions:
            enters = isinstance(action, LoadOrders | Collect)
            for order_id in orders_of(action):
                goods = view.by_order[order_id].order.load
                if enters:
                    aboard[order_id] = None
                    load = load + goods
                elif order_id in aboard:
                    del aboard[order_id]
                    load = load - goods
            if enters and not load.fits_in(vehicle.capacity):
                return number
    return len(stops)


def _is_resting_next(told: Stop, stop: Stop) -> bool:
    """Whether a stop is the one that a vehicle was told before, but for the rest before it."""
    begins_with_rest = bool(told.actions) and isinstance(told.actions[0], Break)
    return begins_with_rest and told.place == stop.place and told.actions[1:] == stop.actions
