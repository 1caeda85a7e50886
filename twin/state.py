"""What a journal adds up to so far: the fold of its events, and the invariants of a day.

`State.apply` is the only place where what is true changes. Replaying a journal into a fresh
state ends equal to the state the engine held. An event that physics or the books forbid raises
`Impossible`: a fault of whoever wrote the journal, never of a user's scenario.
"""

from collections.abc import Callable, Iterable
from typing import Any

from twin.errors import Impossible
from twin.events import (
    ACTIVITY,
    ActionsDropped,
    Arrived,
    AttemptFailed,
    Collected,
    DayBegan,
    DayEnded,
    Delivered,
    Departed,
    Diverted,
    DutyEnded,
    Event,
    IdleBegan,
    Loaded,
    LoadingBegan,
    OrderDeclined,
    OrderPlaced,
    OrderReady,
    ParkingBegan,
    PlanMade,
    PolicyFailed,
    Returned,
    ServiceBegan,
    ShiftBegan,
    ShiftEnded,
    Unloaded,
    VehicleFree,
    WaitBegan,
    WalkingBegan,
)
from twin.model import (
    Driver,
    Duty,
    Order,
    OrderId,
    OrderKind,
    Place,
    PlaceId,
    PlaceKind,
    Retry,
    ServiceClass,
    VehicleId,
)
from twin.plan import (
    Action,
    Collect,
    Deliver,
    LoadOrders,
    Stop,
    UnloadOrders,
    orders_in,
    without,
)
from twin.rows import NOWHERE, OPEN, PLANNABLE, Attempt, OrderView, Status, VehicleState
from twin.units import clock


class State:
    """What is true after the events applied so far.

    Attributes
    ----------
    orders
        Every order placed, by id; rows are never changed, only replaced.
    open_orders, unplanned
        Those without a final state, or collected and still aboard; those of them that could be
        planned and are in no route.
    vehicles
        Every vehicle, by id.
    places
        Every place known by now.
    services_at
        How often service began at a place; handling of goods at depots is not counted.
    touched
        Vehicles that something happened to since whoever reads this last cleared it.
    """

    def __init__(self) -> None:
        self.now_s = float("-inf")
        self.began: DayBegan | None = None
        self.ended = False
        self.orders: dict[OrderId, OrderView] = {}
        self.open_orders: dict[OrderId, OrderView] = {}
        self.unplanned: dict[OrderId, None] = {}
        self.vehicles: dict[VehicleId, VehicleState] = {}
        self.places: dict[PlaceId, Place] = {}
        self.service_classes: dict[str, ServiceClass] = {}
        self.touched: dict[VehicleId, None] = {}
        self.services_at: dict[PlaceId, int] = {}
        self._duties: dict[VehicleId, list[Duty]] = {}
        self._drivers: dict[str, Driver] = {}
        self._apply: dict[type, Callable[[Any], None]] = {
            DayBegan: self._day_began,
            OrderPlaced: self._order_placed,
            OrderReady: self._order_ready,
            OrderDeclined: self._order_declined,
            ShiftBegan: self._shift_began,
            ShiftEnded: self._nothing,
            DutyEnded: self._duty_ended,
            PlanMade: self._plan_made,
            PolicyFailed: self._nothing,
            ActionsDropped: self._actions_dropped,
            Departed: self._departed,
            Diverted: self._leg_ended,
            Arrived: self._leg_ended,
            ParkingBegan: self._stands,
            WalkingBegan: self._stands,
            WaitBegan: self._stands,
            ServiceBegan: self._service_began,
            Delivered: self._delivered,
            Collected: self._collected,
            AttemptFailed: self._attempt_failed,
            LoadingBegan: self._loading_began,
            Unloaded: self._unloaded,
            Loaded: self._loaded,
            Returned: self._returned,
            VehicleFree: self._nothing,
            IdleBegan: self._nothing,
            DayEnded: self._day_ended,
        }

    @classmethod
    def replay(cls, events: Iterable[Event], until_s: float = float("inf")) -> "State":
        """Return the state after all events up to an instant, those at it included."""
        state = cls()
        for event in events:
            if event.at_s > until_s:
                break
            state.apply(event)
        return state

    def snapshot(self) -> dict[str, object]:
        """Return everything that is true as plain comparable data."""
        return {
            "now_s": self.now_s,
            "ended": self.ended,
            "orders": dict(self.orders),
            "unplanned": tuple(self.unplanned),
            "vehicles": {
                vehicle_id: (
                    row.duty,
                    row.place,
                    row.node,
                    row.activity,
                    row.since_s,
                    row.on_duty,
                    tuple(row.aboard),
                    row.load,
                    row.route,
                    row.leg,
                    row.serving,
                    row.handling,
                )
                for vehicle_id, row in self.vehicles.items()
            },
        }

    def apply(self, event: Event) -> None:
        """Let an event have happened.

        Raises
        ------
        Impossible
            If it cannot follow what happened before.
        """
        at_s = event.at_s
        if at_s < self.now_s or self.ended:
            raise Impossible(f"{type(event).__name__} at {clock(at_s)}, now {clock(self.now_s)}")
        self.now_s = at_s
        kind = type(event)
        self._apply[kind](event)
        activity = ACTIVITY.get(kind)
        if activity is not None:
            self._is_doing(self.vehicles[event.vehicle], activity, at_s)  # type: ignore[union-attr] # every class in ACTIVITY has a vehicle

    def _is_doing(self, row: VehicleState, activity: str, at_s: float) -> None:
        self.touched[row.vehicle.id] = None
        if row.activity != activity:
            if row.activity == "off duty" and not row.on_duty:
                raise Impossible(f"{row.vehicle.id} does something off duty at {clock(at_s)}")
            row.activity = activity
            row.since_s = at_s

    def _nothing(self, event: Event) -> None:
        """Change nothing: the fact is for the record."""

    def _day_began(self, event: DayBegan) -> None:
        if self.began is not None:
            raise Impossible("the day began twice")
        self.began = event
        self.places.update((place.id, place) for place in event.places)
        self.service_classes.update(event.service_classes)
        self._drivers.update((driver.id, driver) for driver in event.drivers)
        for vehicle in event.vehicles:
            duties = sorted(
                (duty for duty in event.duties if duty.vehicle == vehicle.id),
                key=lambda duty: (duty.shift.opens_at_s, duty.id),
            )
            self._duties[vehicle.id] = duties
            start = self.places[vehicle.starts_at]
            node = start.nodes.get(vehicle.mode, NOWHERE)
            row = VehicleState(vehicle, None, None, start.id, node, since_s=event.at_s)
            self.vehicles[vehicle.id] = row
            self._next_duty(row)

    def _next_duty(self, row: VehicleState) -> None:
        duties = self._duties[row.vehicle.id]
        row.duty = duties.pop(0) if duties else None
        row.driver = None if row.duty is None else self._drivers[row.duty.driver]

    # Orders

    def _put(self, row: OrderView) -> None:
        order_id = row.order.id
        self.orders[order_id] = row
        if row.status in OPEN or (row.status is Status.COLLECTED and row.vehicle is not None):
            self.open_orders[order_id] = row
        else:
            self.open_orders.pop(order_id, None)
        if row.planned_on is None and row.waits_for is None and row.status in PLANNABLE:
            self.unplanned[order_id] = None
        else:
            self.unplanned.pop(order_id, None)

    def _order(self, order_id: OrderId, *allowed: Status) -> OrderView:
        row = self.orders.get(order_id)
        if row is None or row.status not in allowed:
            found = "unknown" if row is None else row.status.value
            raise Impossible(f"order {order_id} is {found}, not {' or '.join(allowed)}")
        return row

    def _order_placed(self, event: OrderPlaced) -> None:
        order = event.order
        if order.id in self.orders:
            raise Impossible(f"order {order.id} was placed twice")
        self.places.update((place.id, place) for place in event.places)
        ready = order.ready_at_s <= event.at_s
        self._put(OrderView(order, Status.READY if ready else Status.PLACED, order.origin))

    def _order_ready(self, event: OrderReady) -> None:
        row = self._order(event.order, Status.PLACED, Status.READY)
        self._put(OrderView(row.order, Status.READY, row.place, None, row.planned_on, row.attempts))

    def _order_declined(self, event: OrderDeclined) -> None:
        row = self._order(event.order, Status.PLACED, Status.READY)
        self._put(OrderView(row.order, Status.DECLINED, row.place, attempts=row.attempts))

    # Plans

    def _plan_made(self, event: PlanMade) -> None:
        left_out: dict[OrderId, None] = {}
        for vehicle_id in event.routes:
            for order_id in orders_in(self.vehicles[vehicle_id].route):
                left_out[order_id] = None
        for vehicle_id, route in event.routes.items():
            self.vehicles[vehicle_id].route = route
            self.touched[vehicle_id] = None
            for order_id in orders_in(route):
                left_out.pop(order_id, None)
                self._plan_order(order_id, vehicle_id)
        for order_id in left_out:
            self._plan_order(order_id, None)

    def _plan_order(self, order_id: OrderId, vehicle_id: VehicleId | None) -> None:
        row = self.orders[order_id]
        if row.planned_on != vehicle_id:
            self._put(
                OrderView(
                    row.order,
                    row.status,
                    row.place,
                    row.vehicle,
                    vehicle_id,
                    row.attempts,
                    row.waits_for,
                )
            )

    def _actions_dropped(self, event: ActionsDropped) -> None:
        row = self.vehicles[event.vehicle]
        row.route = without(row.route, frozenset(event.orders))
        if row.duty is not None and not orders_in(row.route):
            limit_s = row.duty.shift.closes_at_s + row.duty.overtime_s
            if event.at_s > limit_s:  # places to go to, but nothing is departed for any more
                row.route = ()
        self.touched[event.vehicle] = None
        for order_id in event.orders:
            self._plan_order(order_id, None)

    def _begin_actions(self, row: VehicleState, rest: tuple[Action, ...]) -> None:
        """Leave only the rest of the first stop in the route."""
        first = row.route[0]
        row.route = (Stop(first.place, rest), *row.route[1:]) if rest else row.route[1:]

    def _begin_service(self, row: VehicleState, orders: tuple[OrderId, ...]) -> None:
        if not row.route:
            raise Impossible(f"{row.vehicle.id} serves {orders} without a route")
        self._begin_actions(
            row,
            tuple(
                action
                for action in row.route[0].actions
                if not isinstance(action, Deliver | Collect) or action.order not in orders
            ),
        )

    # Duties and driving

    def _shift_began(self, event: ShiftBegan) -> None:
        row = self.vehicles[event.vehicle]
        if row.on_duty or row.duty is None or row.duty.id != event.duty:
            raise Impossible(f"duty {event.duty} began while {event.vehicle} had another")
        row.on_duty = True

    def _duty_ended(self, event: DutyEnded) -> None:
        row = self.vehicles[event.vehicle]
        if not row.on_duty or row.leg is not None or row.serving or row.handling:
            raise Impossible(f"duty {event.duty} of {event.vehicle} ended in the middle of work")
        row.on_duty = False
        for order_id in orders_in(row.route):
            self._plan_order(order_id, None)
        row.route = ()
        self._next_duty(row)

    def _departed(self, event: Departed) -> None:
        row = self.vehicles[event.vehicle]
        if row.leg is not None or row.serving or row.handling or event.node != row.node:
            raise Impossible(f"{event.vehicle} departed from node {event.node}, is at {row.node}")
        row.leg = event
        row.place = None

    def _leg_ended(self, event: Arrived | Diverted) -> None:
        row = self.vehicles[event.vehicle]
        leg, driven = row.leg, len(event.edges)
        if leg is None or leg.edges[:driven] != event.edges or leg.nodes[driven] != event.node:
            raise Impossible(f"{event.vehicle} ended a leg that it did not begin, at {event.node}")
        row.leg = None
        row.node = event.node
        if isinstance(event, Arrived):
            if driven != len(leg.edges) or event.place != leg.to:
                raise Impossible(f"{event.vehicle} arrived at {event.place} on the way")
            row.place = event.place
            if row.route and row.route[0] == Stop(event.place):
                row.route = row.route[1:]

    # At a place

    def _stands(self, event: ParkingBegan | WalkingBegan | WaitBegan) -> None:
        if self.vehicles[event.vehicle].place != event.place:
            raise Impossible(f"{event.vehicle} is not at {event.place}")

    def _service_began(self, event: ServiceBegan) -> None:
        row = self.vehicles[event.vehicle]
        self._stands_free(row, event.place)
        for order_id in event.orders:
            order = self._order(order_id, *PLANNABLE)
            if order.order.customer != event.place or (
                order.order.kind is OrderKind.DELIVERY and order_id not in row.aboard
            ):
                raise Impossible(
                    f"{event.vehicle} serves {order_id}, not its own, at {event.place}"
                )
            self._put(
                OrderView(
                    order.order,
                    Status.SERVING,
                    order.place,
                    event.vehicle,
                    None,
                    order.attempts,
                )
            )
        row.serving = event
        self.services_at[event.place] = self.services_at.get(event.place, 0) + 1
        self._begin_service(row, event.orders)

    def _stands_free(self, row: VehicleState, place: PlaceId) -> None:
        if row.place != place or row.serving or row.handling or not row.on_duty:
            raise Impossible(f"{row.vehicle.id} begins work at {place} while busy or elsewhere")

    def _ends_service(self, event: Delivered | Collected | AttemptFailed) -> OrderView:
        row = self.vehicles[event.vehicle]
        serving = row.serving
        order = self._order(event.order, Status.SERVING)
        if serving is None or event.order not in serving.orders:
            raise Impossible(f"{event.vehicle} ended a service of {event.order} it never began")
        if event.order == serving.orders[-1]:
            row.serving = None
        if event.attempt != len(order.attempts) + 1:
            raise Impossible(f"attempt {event.attempt} of {event.order} out of turn")
        return order

    def _delivered(self, event: Delivered) -> None:
        order = self._ends_service(event)
        self._leaves(self.vehicles[event.vehicle], order.order)
        self._put(OrderView(order.order, Status.DELIVERED, event.place, attempts=order.attempts))

    def _collected(self, event: Collected) -> None:
        order = self._ends_service(event)
        self._enters(self.vehicles[event.vehicle], order.order)
        self._put(
            OrderView(order.order, Status.COLLECTED, None, event.vehicle, attempts=order.attempts)
        )

    def _attempt_failed(self, event: AttemptFailed) -> None:
        row = self.vehicles[event.vehicle]
        if event.began_at_s == event.at_s and row.serving is None:  # no service: window missed
            order = self._order(event.order, *PLANNABLE)
            self._stands_free(row, event.place)
            self._begin_service(row, (event.order,))
        else:
            order = self._ends_service(event)
        attempt = Attempt(event.began_at_s, event.place, event.vehicle, event.cause)
        attempts = (*order.attempts, attempt)
        service_class = self.service_classes[order.order.service_class]
        waits_for: Retry | None = service_class.retry
        if len(attempts) > service_class.max_attempts:
            raise Impossible(f"order {event.order} was tried {len(attempts)} times")
        if len(attempts) == service_class.max_attempts:
            waits_for = Retry.RETURN
        elif waits_for is Retry.TODAY:
            waits_for = None
        aboard = event.order in row.aboard
        self._put(
            OrderView(
                order.order,
                Status.ABOARD if aboard else Status.READY,
                None if aboard else order.place,
                event.vehicle if aboard else None,
                None,
                attempts,
                waits_for,
            )
        )

    # Goods

    def _enters(self, row: VehicleState, order: Order) -> None:
        row.aboard[order.id] = None
        row.load = row.load + order.load
        if not row.load.fits_in(row.vehicle.capacity):
            raise Impossible(f"{row.vehicle.id} carries {row.load} after loading {order.id}")

    def _leaves(self, row: VehicleState, order: Order) -> None:
        if order.id not in row.aboard:
            raise Impossible(f"{order.id} left {row.vehicle.id}, which does not carry it")
        del row.aboard[order.id]
        row.load = row.load - order.load

    def _loading_began(self, event: LoadingBegan) -> None:
        row = self.vehicles[event.vehicle]
        self._stands_free(row, event.place)
        for order_id in event.unload:
            if order_id not in row.aboard:
                raise Impossible(f"{order_id} is unloaded from {event.vehicle}: not aboard")
        for order_id in event.load:
            order = self._order(order_id, Status.READY)
            if order.place != event.place:
                raise Impossible(f"{order_id} is loaded at {event.place}, it is at {order.place}")
        row.handling = event
        if row.route and row.route[0].place == event.place:
            actions = row.route[0].actions
            goods = 0
            while goods < len(actions) and isinstance(actions[goods], LoadOrders | UnloadOrders):
                goods += 1
            if goods:
                self._begin_actions(row, actions[goods:])
        for order_id in event.unload:
            self._begins_to_leave(self.orders[order_id])
        planned = frozenset(orders_in(row.route))
        for order_id in event.load:
            order = self.orders[order_id]
            self._put(
                OrderView(
                    order.order,
                    Status.ABOARD,
                    None,
                    event.vehicle,
                    event.vehicle if order_id in planned else None,
                    order.attempts,
                )
            )

    def _begins_to_leave(self, order: OrderView) -> None:
        if order.status is Status.ABOARD:
            self._put(
                OrderView(
                    order.order,
                    Status.UNLOADING,
                    None,
                    order.vehicle,
                    order.planned_on,
                    order.attempts,
                    order.waits_for,
                )
            )

    def _unloaded(self, event: Unloaded) -> None:
        row = self.vehicles[event.vehicle]
        if row.handling is None or event.orders != row.handling.unload:
            raise Impossible(f"{event.vehicle} unloaded what it never began to")
        if not row.handling.load:
            row.handling = None
        route = frozenset(orders_in(row.route))
        for order_id in event.orders:
            order = self.orders[order_id]
            self._leaves(row, order.order)
            status = Status.COLLECTED if order.status is Status.COLLECTED else Status.READY
            planned = event.vehicle if status is Status.READY and order_id in route else None
            self._put(
                OrderView(
                    order.order,
                    status,
                    event.place,
                    None,
                    planned,
                    order.attempts,
                    order.waits_for,
                )
            )

    def _loaded(self, event: Loaded) -> None:
        row = self.vehicles[event.vehicle]
        if row.handling is None or event.orders != row.handling.load:
            raise Impossible(f"{event.vehicle} loaded what it never began to")
        row.handling = None
        for order_id in event.orders:
            self._enters(row, self.orders[order_id].order)

    def _returned(self, event: Returned) -> None:
        order = self._order(event.order, Status.READY)
        if order.waits_for is not Retry.RETURN:
            raise Impossible(f"order {event.order} was returned before its attempts were used up")
        self._put(OrderView(order.order, Status.RETURNED, event.place, attempts=order.attempts))

    def _day_ended(self, event: DayEnded) -> None:
        if event.carried_over != self.carried_over():
            raise Impossible("the orders carried over are not the open ones")
        self.ended = True

    def carried_over(self) -> tuple[OrderId, ...]:
        """Return the orders that have no final state, sorted."""
        return tuple(sorted(row.id for row in self.open_orders.values() if row.is_open))

    def is_depot(self, place_id: PlaceId) -> bool:
        """Whether goods can be put down at a place."""
        return self.places[place_id].kind is PlaceKind.DEPOT
