"""What a dispatcher may know at this instant: a snapshot, with nothing of the future in it."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from twin.events import Event
from twin.model import (
    CarrierId,
    CarrierKind,
    Driver,
    Duty,
    Load,
    NodeId,
    Order,
    OrderId,
    OrderKind,
    Place,
    PlaceId,
    Vehicle,
    VehicleId,
)
from twin.plan import Route
from twin.rows import OrderView, VehicleState
from twin.rules import Rules
from twin.state import State
from twin.streets import Path, Travel

__all__ = ["OrderView", "VehicleView", "View", "Viewer", "expected_stop_s"]


_AT_EASE: Final = frozenset({"idle", "waiting", "off duty"})


@dataclass(frozen=True, slots=True)
class VehicleView:
    """A vehicle as a dispatcher knows it.

    Attributes
    ----------
    duty
        The duty it is on, or will be on next.
    on_duty
        Whether that duty has begun.
    place
        Where it stands; None under way.
    busy
        Whether it is driving, parking, serving or loading; else it stands and could leave at once.
    free_at_node, free_at_s
        Where and when a new route would begin, as far as is known: the next junction if it can
        be diverted, else the end of what it is doing. An instant already past says since when
        it is free, or, if it is busy, when it should have been.
    aboard
        Goods it will carry then, in the order loaded.
    load
        How much that is.
    route
        What is planned after what it is doing now.
    broken_down
        Whether it stands with a breakdown: until it is repaired it can be relieved of stops, not
        given new ones. `free_at_s` then is when breakdowns are believed to be over, and `place`
        where another vehicle can take its goods over.
    charge_kwh
        What was in its battery when it last stood; None without one.
    parked
        Where the vehicle stands while its driver is on foot at another place; else None.
    """

    vehicle: Vehicle
    driver: Driver
    duty: Duty
    on_duty: bool
    place: PlaceId | None
    busy: bool
    free_at_node: NodeId
    free_at_s: float
    aboard: tuple[OrderId, ...]
    load: Load
    route: Route
    broken_down: bool = False
    charge_kwh: float | None = None
    parked: PlaceId | None = None

    @property
    def id(self) -> VehicleId:
        """The id of the vehicle."""
        return self.vehicle.id

    @property
    def capacity(self) -> Load:
        """What fits in."""
        return self.vehicle.capacity


@dataclass(frozen=True, slots=True)
class View:
    """What the dispatcher knows now.

    Attributes
    ----------
    because
        Every event since the last answer.
    orders
        Each open order, and those collected or cancelled whose goods are still aboard.
    unplanned
        Those of them that can be planned and are in no route, aboard or not.
    vehicles
        Each vehicle that can still be given a stop, now or on a duty to come.
    travel
        Believed times and paths.
    overflow
        Overflow carriers that still take orders, and how many; None is no limit.
    """

    now_s: float
    because: tuple[Event, ...]
    orders: tuple[OrderView, ...]
    unplanned: tuple[OrderView, ...]
    vehicles: tuple[VehicleView, ...]
    travel: Travel
    by_order: Mapping[OrderId, OrderView]
    by_vehicle: Mapping[VehicleId, VehicleView]
    places: Mapping[PlaceId, Place]
    overflow: Mapping[CarrierId, int | None] = field(default_factory=dict)


def expected_stop_s(place: Place, orders: tuple[Order, ...], *, parks: bool = True) -> float:
    """Return what serving these orders at a door in one visit is expected to take, seconds.

    Parameters
    ----------
    parks
        Whether the vehicle looks for a parking place.
    """
    expected = place.expected
    handled = 0.0
    for order in orders:
        given = order.unload_s if order.kind is OrderKind.DELIVERY else order.load_s
        handled += expected.per_parcel_s * order.load.parcels if given is None else given
    parking_s = expected.parking_s if parks else 0.0
    return parking_s + expected.walk_s + expected.fixed_s + handled


class Viewer:
    """Makes views of a state, remaking only the rows of vehicles that something happened to.

    Parameters
    ----------
    state
        Watched; its `touched` is cleared here.
    travel
        Believed travel, of the moment.
    rules
        Whether a vehicle under way is free at the next junction, and what things are believed to
        take.
    """

    def __init__(self, state: State, travel: Travel, rules: Rules) -> None:
        self._state = state
        self.travel = travel
        self._rules = rules
        self._diversion = rules.diversion
        self._rows: dict[VehicleId, VehicleView | None] = {}
        self._good_until_s: dict[VehicleId, float] = {}
        self._next_stale_s = float("inf")
        self._by_vehicle: dict[VehicleId, VehicleView] = {}
        self._vehicles: tuple[VehicleView, ...] = ()
        self._places: dict[PlaceId, Place] = {}

    def view(
        self,
        now_s: float,
        because: tuple[Event, ...],
        entered_at_s: Mapping[VehicleId, tuple[float, ...]],
    ) -> View:
        """Return what is known at an instant.

        Parameters
        ----------
        entered_at_s
            For each vehicle under way, when it enters each edge of its leg and arrives. Only
            instants already past are read.
        """
        state = self._state
        self._remake_stale(now_s, entered_at_s)
        if len(self._places) != len(state.places):
            self._places = dict(state.places)
        orders = state.orders
        return View(
            now_s,
            because,
            tuple(state.open_orders.values()),
            tuple([orders[order_id] for order_id in state.unplanned]),
            self._vehicles,
            self.travel,
            dict(state.open_orders),
            dict(self._by_vehicle),
            self._places,
            self.overflow(now_s),
        )

    def overflow(self, now_s: float) -> dict[CarrierId, int | None]:
        """Return how many orders overflow carriers still take, of those whose time is not over."""
        began = self._state.began
        left: dict[CarrierId, int | None] = {}
        for carrier in () if began is None else began.carriers:
            if carrier.kind is not CarrierKind.OVERFLOW:
                continue
            if carrier.tender_by_s is not None and now_s > carrier.tender_by_s:
                continue
            taken = self._state.tendered.get(carrier.id, 0)
            left[carrier.id] = None if carrier.cap is None else max(0, carrier.cap - taken)
        return left

    def _remake_stale(
        self, now_s: float, entered_at_s: Mapping[VehicleId, tuple[float, ...]]
    ) -> None:
        """Remake the rows of vehicles that something happened to, or whose time has come."""
        state = self._state
        stale = dict.fromkeys(state.vehicles) if not self._rows else dict(state.touched)
        state.touched.clear()
        if self._next_stale_s <= now_s:
            stale.update((v, None) for v, at_s in self._good_until_s.items() if at_s <= now_s)
        if not stale:
            return
        for vehicle_id in stale:
            self._remake(state.vehicles[vehicle_id], now_s, entered_at_s.get(vehicle_id))
        self._next_stale_s = min(self._good_until_s.values())
        self._by_vehicle = {
            vehicle_id: row for vehicle_id, row in self._rows.items() if row is not None
        }
        self._vehicles = tuple(self._by_vehicle.values())

    def _remake(self, row: VehicleState, now_s: float, times: tuple[float, ...] | None) -> None:
        vehicle_id = row.vehicle.id
        duty = row.duty
        over_at_s = float("inf") if duty is None else duty.shift.closes_at_s + duty.overtime_s
        over = row.out_of_service or row.driven_out or (row.on_duty and now_s >= over_at_s)
        if duty is None or row.driver is None or over:
            self._rows[vehicle_id] = None
            self._good_until_s[vehicle_id] = float("inf")
            return
        node, free_at_s, good_until_s = self._free(row, now_s, times)
        aboard, load = self._will_carry(row)
        self._rows[vehicle_id] = VehicleView(
            row.vehicle,
            row.driver,
            duty,
            row.on_duty,
            row.place,
            row.activity not in _AT_EASE and not (row.charging is not None and row.charging.idle),
            node,
            free_at_s,
            aboard,
            load,
            row.route,
            row.down is not None,
            row.charge_kwh,
            row.parked,
        )
        if row.on_duty:
            good_until_s = min(good_until_s, over_at_s)
        self._good_until_s[vehicle_id] = good_until_s

    def _free(
        self, row: VehicleState, now_s: float, times: tuple[float, ...] | None
    ) -> tuple[NodeId, float, float]:
        """Return where and when a vehicle is free, and until when that answer holds."""
        forever = float("inf")
        if row.leg is not None and times is not None:
            leg = row.leg
            path = Path(leg.nodes, leg.edges, leg.lengths_m)
            if not path.edges:
                return leg.nodes[-1], now_s, forever
            on = min(bisect_right(times, now_s) - 1, len(path.edges) - 1)
            until = on + 1 if self._diversion else len(path.edges)
            rest = Path(path.nodes[on : until + 1], path.edges[on:until], path.lengths_m[on:until])
            there_s = self.travel.drive(rest, row.vehicle.mode, times[on])[-1]
            return path.nodes[until], there_s, times[on + 1] if self._diversion else forever
        node = row.node
        if row.down is not None:
            node = row.node if row.rest_m is None else row.rest_m[1]
            return (node, *self._back_s(now_s, row.down.at_s))
        if row.serving is not None:
            place = self._state.places[row.serving.place]
            orders = tuple(self._state.orders[o].order for o in row.serving.orders)
            took_s = expected_stop_s(place, orders, parks=False)
            free_at_s = row.serving.at_s + max(0.0, took_s - place.expected.walk_s)
        elif row.handling is not None:
            place = self._state.places[row.handling.place]
            moved = (*row.handling.unload, *row.handling.load)
            parcels = sum(self._state.orders[o].order.load.parcels for o in moved)
            expected = place.expected
            took_s = 0.0 if row.handling.preloaded else expected.fixed_s
            took_s += 0.0 if row.handling.preloaded else expected.per_parcel_s * parcels
            free_at_s = row.handling.at_s + took_s
        elif row.handing is not None:
            parcels = sum(self._state.orders[o].order.load.parcels for o in row.handing.orders)
            free_at_s = row.handing.at_s + self._rules.hand_over_s * parcels
        elif row.charging is not None and row.charge_kwh is not None and not row.charging.idle:
            missing_kwh = (row.vehicle.energy.battery_kwh or 0.0) - row.charge_kwh
            free_at_s = row.charging.at_s + missing_kwh / row.charging.kw * 3600
        elif row.resting is not None and row.duty is not None:
            hours = row.duty.hours
            due_s = {"meal": hours.meal_s, "driving": hours.drive_rest_s, "work": hours.work_rest_s}
            free_at_s = row.resting.at_s + due_s.get(row.resting.why, 0.0)
        elif not row.on_duty and row.duty is not None:
            free_at_s = row.duty.shift.opens_at_s
        else:
            free_at_s = row.since_s
        return node, free_at_s, forever

    def _back_s(self, now_s: float, down_since_s: float) -> tuple[float, float]:
        """Return when a vehicle that is down is believed to go on, and until when.

        What has lasted longer than believed is believed to last as long again: help that did not
        come in time is not due any second.
        """
        back_at_s = down_since_s + self._rules.expected_down_s
        if now_s < back_at_s:
            return back_at_s, back_at_s
        return 2 * now_s - down_since_s, now_s

    def _will_carry(self, row: VehicleState) -> tuple[tuple[OrderId, ...], Load]:
        """Return what a vehicle will have aboard when it has done what it is doing."""
        state = self._state
        aboard, load = row.aboard, row.load
        leaving: tuple[OrderId, ...] = ()
        entering: tuple[OrderId, ...] = ()
        if row.serving is not None:
            kinds = {o: state.orders[o].order.kind for o in row.serving.orders}
            leaving = tuple(o for o, kind in kinds.items() if kind is OrderKind.DELIVERY)
            entering = tuple(o for o, kind in kinds.items() if kind is OrderKind.COLLECTION)
        elif row.handling is not None:
            leaving, entering = row.handling.unload, row.handling.load
        elif row.handing is not None:
            orders = tuple(row.handing.orders)
            leaving, entering = (orders, ()) if row.handing.gives else ((), orders)
        if not leaving and not entering:
            return tuple(aboard), load
        gone = frozenset(leaving)
        for order_id in leaving:
            if order_id in aboard:
                load = load - state.orders[order_id].order.load
        for order_id in entering:
            load = load + state.orders[order_id].order.load
        return (*(o for o in aboard if o not in gone), *entering), load
