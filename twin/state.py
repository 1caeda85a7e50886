"""What a journal adds up to so far: the fold of its events, and the invariants of a day.

`State.apply` is the only place where what is true changes. Replaying a journal into a fresh
state ends equal to the state the engine held. An event that physics or the books forbid raises
`Impossible`: a fault of whoever wrote the journal, never of a user's scenario. What each kind of
event does is in `twin.fold_orders`, `twin.fold_duties` and `twin.fold_places`.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from twin.errors import Impossible
from twin.events import ACTIVITY, DayBegan, DutyMoved, Event, Loaded, LoadingBegan
from twin.fold_duties import DUTIES
from twin.fold_orders import ORDERS
from twin.fold_places import PLACES
from twin.model import (
    CarrierId,
    Driver,
    DriverId,
    Duty,
    DutyId,
    Order,
    OrderId,
    Place,
    PlaceId,
    PlaceKind,
    ServiceClass,
    VehicleId,
)
from twin.rows import OPEN, PLANNABLE, OrderView, Status, VehicleState
from twin.streets import Incident
from twin.units import clock

APPLY: dict[type, Callable[["State", Any], None]] = {**ORDERS, **DUTIES, **PLACES}
"""What each kind of event does to the state."""

_OFF_DUTY: Final = frozenset({LoadingBegan, Loaded, DutyMoved})
"""What can happen off duty: a vehicle is loaded by its depot, or its next driver takes a spare."""


class State:
    """What is true after the events applied so far.

    Attributes
    ----------
    orders
        Every order placed, by id; rows are never changed, only replaced.
    open_orders, unplanned
        Those without a final state, or with one but still aboard; those of them that could be
        planned and are in no route.
    vehicles
        Every vehicle, by id.
    places
        Every place known by now.
    services_at
        How often service began at a place; handling of goods at depots is not counted.
    visits
        How often each driver served in each zone, today and before.
    in_lockers
        Parcels of today in each locker.
    tendered
        Orders that each overflow carrier took.
    incidents
        What is known on the streets and not over.
    unpinned
        Vehicles whose pins bind no more: they broke down, or a duty of theirs is not worked.
    duties_begun, duties_to_come
        Which were ever begun, and what each vehicle has after its present one.
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
        self.visits: dict[tuple[DriverId, str], int] = {}
        self.in_lockers: dict[PlaceId, int] = {}
        self.tendered: dict[CarrierId, int] = {}
        self.incidents: dict[str, Incident] = {}
        self.unpinned: dict[VehicleId, None] = {}
        self.duties_begun: dict[DutyId, None] = {}
        self.duties_to_come: dict[VehicleId, list[Duty]] = {}
        self.drivers: dict[DriverId, Driver] = {}

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
            "visits": dict(self.visits),
            "in_lockers": dict(self.in_lockers),
            "tendered": dict(self.tendered),
            "incidents": tuple(self.incidents),
            "unpinned": tuple(self.unpinned),
            "vehicles": {
                vehicle_id: tuple(
                    tuple(value.items()) if isinstance(value, dict) else value
                    for value in (getattr(row, name) for name in row.__slots__)
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
        APPLY[kind](self, event)
        activity = ACTIVITY.get(kind)
        if activity is not None:
            row = self.vehicles[event.vehicle]  # type: ignore[union-attr] # every class in ACTIVITY has a vehicle
            self.touched[row.vehicle.id] = None
            if not row.on_duty and row.activity == "off duty":
                if kind not in _OFF_DUTY:
                    raise Impossible(f"{row.vehicle.id} does something off duty at {clock(at_s)}")
            elif row.activity != activity:
                row.activity = activity
                row.since_s = at_s

    # Rows of orders

    def put(self, row: OrderView) -> None:
        """Let an order stand as this row says."""
        order_id, status = row.order.id, row.status
        self.orders[order_id] = row
        if status in OPEN or (
            row.vehicle is not None and status in {Status.COLLECTED, Status.CANCELLED}
        ):
            self.open_orders[order_id] = row
        else:
            self.open_orders.pop(order_id, None)
        if row.planned_on is None and row.waits_for is None and status in PLANNABLE:
            self.unplanned[order_id] = None
        else:
            self.unplanned.pop(order_id, None)

    def order(self, order_id: OrderId, *allowed: Status) -> OrderView:
        """Return an order's row, which must stand as one of these.

        Raises
        ------
        Impossible
            If it does not.
        """
        row = self.orders.get(order_id)
        if row is None or row.status not in allowed:
            found = "unknown" if row is None else row.status.value
            raise Impossible(f"order {order_id} is {found}, not {' or '.join(allowed)}")
        return row

    def plan_order(self, order_id: OrderId, vehicle_id: VehicleId | None) -> None:
        """Let an order be in the route of a vehicle, or in none."""
        row = self.orders[order_id]
        if row.planned_on != vehicle_id:
            self.put(
                OrderView(
                    row.order,
                    row.status,
                    row.place,
                    row.vehicle,
                    vehicle_id,
                    row.attempts,
                    row.waits_for,
                    row.carrier,
                    row.contact,
                    row.bound,
                )
            )

    def unpin(self, vehicle_id: VehicleId) -> None:
        """Let orders that were pinned to a vehicle go on any other from now on."""
        if vehicle_id in self.unpinned:
            return
        self.unpinned[vehicle_id] = None
        for row in list(self.open_orders.values()):
            if row.bound.pinned_to == vehicle_id:
                self.put(replace(row, bound=replace(row.bound, pinned_to=None)))

    def next_duty(self, row: VehicleState) -> None:
        """Let a vehicle have its next duty, if there is one."""
        duties = self.duties_to_come[row.vehicle.id]
        row.duty = duties.pop(0) if duties else None
        row.driver = None if row.duty is None else self.drivers[row.duty.driver]

    # Goods

    def enters(self, row: VehicleState, order: Order) -> None:
        """Let goods be aboard.

        Raises
        ------
        Impossible
            If they do not fit in.
        """
        row.aboard[order.id] = None
        row.load = row.load + order.load
        if not row.load.fits_in(row.vehicle.capacity):
            raise Impossible(f"{row.vehicle.id} carries {row.load} after loading {order.id}")

    def leaves(self, row: VehicleState, order: Order) -> None:
        """Let goods be aboard no more.

        Raises
        ------
        Impossible
            If they are not.
        """
        if order.id not in row.aboard:
            raise Impossible(f"{order.id} left {row.vehicle.id}, which does not carry it")
        del row.aboard[order.id]
        row.load = row.load - order.load
        at = row.packed.pop(order.id, None)
        if at is not None:
            row.reached = at

    def stands_free(self, row: VehicleState, place: PlaceId) -> None:
        """Check that a vehicle, with its driver, is at a place and does nothing.

        Raises
        ------
        Impossible
            If it is elsewhere, busy or off duty.
        """
        if row.place != place or row.busy or not row.on_duty:
            raise Impossible(f"{row.vehicle.id} begins work at {place} while busy or elsewhere")

    def carried_over(self) -> tuple[OrderId, ...]:
        """Return the orders that have no final state, sorted."""
        return tuple(sorted(row.id for row in self.open_orders.values() if row.is_open))

    def is_depot(self, place_id: PlaceId) -> bool:
        """Whether goods can be put down at a place."""
        return self.places[place_id].kind is PlaceKind.DEPOT
