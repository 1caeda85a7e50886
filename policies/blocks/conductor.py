"""Drives a plan of the whole day as its orders become known, for whoever may know the day."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from policies.blocks.agenda import Agenda
from policies.blocks.believed import Believed
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.foreseen import NO_TIME, Foreseen
from policies.blocks.foresight import Piece
from twin import (
    Briefing,
    Collect,
    Deliver,
    OrderKind,
    OrderView,
    Plan,
    Route,
    VehicleView,
    View,
)
from twin.events import (
    Arrived,
    BreakBegan,
    BreakEnded,
    Collected,
    Delivered,
    Departed,
    Loaded,
    LoadingBegan,
    ParkingBegan,
    PlanMade,
    Repaired,
    ServiceBegan,
    ShiftBegan,
    Unloaded,
    WaitBegan,
    WalkingBegan,
)
from twin.model import OrderId, PlaceId, VehicleId
from twin.plan import orders_in
from twin.units import tick_s

MOST_WAIT_S: Final = 900.0
"""How long a vehicle that comes too late for the time planned waits at the door for the next one;
for more, the order is put elsewhere. A choice."""

TRIED: Final = 3
"""Times in which an order that fell out is tried to be put in. A choice."""


AS_PLANNED: Final = frozenset(
    {
        *(Arrived, BreakBegan, BreakEnded, Collected, Delivered, Departed, Loaded, LoadingBegan),
        *(ParkingBegan, PlanMade, ServiceBegan, Unloaded, WaitBegan, WalkingBegan),
    }
)
"""Events after which no vehicle has to be told anything, but for one that just came to a door."""


class Conductor:
    """Gives each vehicle what is known by now of its route for the day, and waits with the rest.

    A tour is given out when all goods that it loads are known. Before a door where nobody is yet,
    the vehicle rests until somebody is there: a plan has no other word for waiting. What falls out
    because an attempt failed, a vehicle is out or comes too late is put in where it adds least, at
    a time when it will succeed.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    foreseen
        The day.
    routes
        What each vehicle does all day.
    chosen
        When each order is to be served.
    begins_s
        When service will begin, for the record; what is left out is not said.
    """

    also_asks = (Arrived,)

    def __init__(
        self,
        briefing: Briefing,
        foreseen: Foreseen,
        routes: Mapping[VehicleId, Route],
        chosen: Mapping[OrderId, Piece],
        begins_s: Mapping[OrderId, float],
    ) -> None:
        self._briefing = foreseen.briefing(briefing)
        self._foreseen = foreseen
        self._agenda = Agenda(routes)
        self._chosen = dict(chosen)
        self._begins_s = begins_s
        self._given_up: dict[OrderId, None] = {}
        self._services_at: dict[PlaceId, int] = {}
        self._has_lost = False

    def decide(self, view: View) -> Plan:
        """Return what each vehicle does from now on, as far as that can be said."""
        arrived = self._note(view)
        whole = [one for one in view.vehicles if not one.broken_down]
        looked_at = whole if self._has_lost else [one for one in whole if one.id in arrived]
        rests_s: dict[VehicleId, float] = {}
        for vehicle in looked_at:
            self._agenda.catch_up(vehicle, view)
            if vehicle.place is not None and arrived.get(vehicle.id) == vehicle.place:
                rests_s[vehicle.id] = self._rest_s(vehicle, view)
        if self._has_lost:
            for vehicle in whole if looked_at is not whole else ():
                self._agenda.catch_up(vehicle, view)
            looked_at = whole
            self._mend(view)
        routes = {}
        for vehicle in looked_at:
            route = self._agenda.said_now(vehicle, view, rests_s.get(vehicle.id, 0.0))
            if route != vehicle.route:
                routes[vehicle.id] = route
        said = [order_id for route in routes.values() for order_id in orders_in(route)]
        begins_s = {o: self._begins_s[o] for o in said if o in self._begins_s}
        return Plan(routes, arrivals=begins_s)

    def _note(self, view: View) -> dict[VehicleId, PlaceId]:
        """Take note of what happened; return where vehicles came to."""
        arrived: dict[VehicleId, PlaceId] = {}
        self._has_lost = False
        for event in view.because:
            self._agenda.note(event)
            self._has_lost |= type(event) not in AS_PLANNED
            if isinstance(event, Arrived):
                arrived[event.vehicle] = event.place
            elif isinstance(event, ServiceBegan):
                self._services_at[event.place] = self._services_at.get(event.place, 0) + 1
            elif isinstance(event, ShiftBegan | Repaired):
                self._given_up.clear()
        return arrived

    # Doors

    def _rest_s(self, vehicle: VehicleView, view: View) -> float:
        """Return how long to rest before the door where a vehicle just came, so as to succeed.

        Orders that would keep it too long are taken out of its route.
        """
        left = self._agenda.left[vehicle.id]
        if not left or left[0].place != vehicle.place:
            return 0.0
        rows = [
            view.by_order[action.order]
            for action in left[0].actions
            if isinstance(action, Deliver | Collect) and action.order in view.by_order
        ]
        there_s = view.now_s + self._to_the_door_s(vehicle, left[0].place)
        while rows:
            begins_s = self._lets_begin_s(rows, there_s, view)
            meets_s = self._meets_s(rows, begins_s)
            if meets_s == begins_s:
                return 0.0
            planned_s = max(self._chosen[row.id].opens_s for row in rows)
            if meets_s is not None and meets_s <= max(planned_s, begins_s + MOST_WAIT_S):
                return meets_s - there_s
            self._agenda.take_out(vehicle.id, (rows.pop().id,))
            self._has_lost = True
        return 0.0

    def _to_the_door_s(self, vehicle: VehicleView, place: PlaceId) -> float:
        """Return what parking and the walk take for the visit that comes now."""
        visit = self._foreseen.world.visits.get(place, NO_TIME)
        walk_s = tick_s(visit.walk_s * vehicle.driver.pace)
        if not vehicle.vehicle.looks_for_parking:
            return walk_s
        return visit.nth(visit.parking_s, self._services_at.get(place, 0)) + walk_s

    def _lets_begin_s(self, rows: Iterable[OrderView], there_s: float, view: View) -> float:
        """Return when service would begin without a rest."""
        begins_s = there_s
        for row in rows:
            kind = self._foreseen.world.service_classes[row.order.service_class]
            if not kind.serve_early:
                begins_s = max(begins_s, row.order.window.opens_at_s)
            if row.order.kind is OrderKind.COLLECTION:
                begins_s = max(begins_s, self._foreseen.ready_s(row.id))
            opening_s = view.places[row.order.customer].opens_s(begins_s)
            begins_s = max(begins_s, begins_s if opening_s is None else opening_s)
        return begins_s

    def _meets_s(self, rows: Iterable[OrderView], from_s: float) -> float | None:
        """Return the first instant at which all attempts succeed, None if there is none."""
        at_s = from_s
        while True:
            later_s = at_s
            for row in rows:
                pieces = self._foreseen.pieces[row.id]
                piece = next((one for one in pieces if one.closes_s >= later_s), None)
                if piece is None:
                    return None
                later_s = max(later_s, piece.opens_s)
            if later_s == at_s:
                return at_s
            at_s = later_s

    # What fell out

    def _mend(self, view: View) -> None:
        """Put orders that are in no route, and could be served, where they add least."""
        self._given_up.update(self._agenda.dropped)
        self._agenda.dropped.clear()
        planned, down = self._agenda.orders(), [v.id for v in view.vehicles if v.broken_down]
        lost = [
            row
            for row in view.orders
            if row.can_be_planned
            and row.id in self._foreseen.pieces
            and row.id not in planned
            and row.id not in self._given_up
            and row.planned_on not in down
        ]
        working = [one.id for one in view.vehicles if one.id not in down]
        if not lost or not working:
            return
        later = self._foreseen.now(view, self._chosen, self._agenda.left)
        by_order = dict(later.by_order)
        later = replace(later, by_order=by_order)
        fleet = FleetLines(self._briefing, Believed(later.travel))
        fleet.take(later, [later.by_vehicle[one] for one in working])
        for row in sorted(lost, key=lambda row: (row.order.promise.closes_at_s, row.id)):
            self._put_in(row, fleet, by_order, view.now_s)
        for line in fleet.changed:
            self._agenda.left[line.vehicle.id] = line.route()

    def _put_in(
        self, row: OrderView, fleet: FleetLines, by_order: dict[OrderId, OrderView], now_s: float
    ) -> None:
        """Put an order in where it adds least, in the first time in which it can be."""
        late = None
        for piece in self._foreseen.after(row.id, now_s)[:TRIED]:
            window = (piece.opens_s, piece.punctual_until_s, piece.closes_s)
            places = fleet.find(row, window)
            if places.punctual is not None:
                found = (piece, places.punctual)
                break
            if late is None and places.possible is not None:
                late = (piece, places.possible)
        else:
            if late is None:
                self._given_up[row.id] = None
                return
            found = late
        self._chosen[row.id] = found[0]
        by_order[row.id] = replace(row, order=self._foreseen.order(row.id, found[0]))
        fleet.put(by_order[row.id], found[1])
