"""A day as it will turn out, in the words in which policies plan: a View with foreseen figures.

What is planned with it is a reference, no policy that anyone could run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf
from typing import Final

from policies.blocks.foresight import Doors, Piece, pieces_of_day
from policies.blocks.real_streets import RealStreets
from twin import (
    Briefing,
    Order,
    OrderView,
    Place,
    Route,
    StopTime,
    TimeWindow,
    VehicleView,
    View,
    Visit,
    World,
)
from twin.model import OrderId, PlaceId, VehicleId
from twin.pairs import FREE
from twin.rows import Status

NO_TIME: Final = Visit()


class Foreseen:
    """The day, for whoever may know it.

    Parameters
    ----------
    world
        The day as it will turn out.

    Attributes
    ----------
    streets
        Real driving times.
    pieces
        When attempts succeed, for each order that can be served and is not cancelled.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.streets = RealStreets(world)
        self.pieces = pieces_of_day(world)
        self._doors = Doors(world)
        self._bound = world.bound()
        self._orders = {order.id: order for order in world.orders}
        self._places = {place.id: self._foreseen(place) for place in world.places.values()}

    def _foreseen(self, place: Place) -> Place:
        """Return a place that is expected to take what a first visit will take."""
        visit = self.world.visits.get(place.id, NO_TIME)
        expected = StopTime(
            visit.parking_s[0], visit.walk_s, visit.fixed_s[0], visit.per_parcel_s[0]
        )
        return replace(place, expected=expected)

    def order(self, order_id: OrderId, piece: Piece) -> Order:
        """Return an order whose window is one piece of time, and whose promise is that of then."""
        order = self._orders[order_id]
        return replace(
            order,
            window=TimeWindow(piece.opens_s, piece.closes_s),
            promise=TimeWindow(
                min(order.promise.opens_at_s, piece.promised_until_s), piece.promised_until_s
            ),
            ready_at_s=self._doors.ready_s(order),
        )

    def ready_s(self, order_id: OrderId) -> float:
        """Return when the goods of an order can be handled."""
        return self._doors.ready_s(self._orders[order_id])

    def chosen(self, liked_s: Mapping[OrderId, float], view: View) -> dict[OrderId, Piece]:
        """Return one piece of time for each order: a solver knows one window for a client.

        It is the one nearest to when the order is liked to be served, punctual ones first, or
        else the longest within the hours of work. Orders with none within them are left out.
        """
        hours = [
            (one.duty.shift.opens_at_s, one.duty.shift.closes_at_s + one.duty.overtime_s)
            for one in view.vehicles
        ]
        first_s = min((opens_s for opens_s, _ in hours), default=inf)
        last_s = max((closes_s for _, closes_s in hours), default=-inf)
        found = {}
        for order_id, pieces in self.pieces.items():
            possible = [one for one in pieces if one.closes_s >= first_s and one.opens_s <= last_s]
            if possible:
                liked = liked_s.get(order_id)
                found[order_id] = min(
                    possible,
                    key=lambda one: (
                        not one.is_punctual,
                        -_shared_s(one, first_s, last_s) if liked is None else one.away_s(liked),
                        one.opens_s,
                    ),
                )
        return found

    def unbroken(self) -> dict[OrderId, Piece]:
        """Return each order's time from its first success to its last, as if it had no gaps."""
        return {
            order_id: Piece(
                pieces[0].opens_s,
                pieces[-1].closes_s,
                max(piece.promised_until_s for piece in pieces),
            )
            for order_id, pieces in self.pieces.items()
        }

    def after(self, order_id: OrderId, at_s: float) -> list[Piece]:
        """Return the pieces of time that an order has left, punctual ones first."""
        left = [piece for piece in self.pieces.get(order_id, ()) if piece.closes_s >= at_s]
        return sorted(left, key=lambda one: (one.punctual_until_s < at_s, one.opens_s))

    def briefing(self, briefing: Briefing) -> Briefing:
        """Return a briefing under which windows bind: outside of them nothing succeeds."""
        classes = {
            name: replace(kind, hard_window=True, serve_early=False)
            for name, kind in briefing.service_classes.items()
        }
        return replace(briefing, service_classes=classes, foresight=None)

    def morning(
        self,
        view: View,
        chosen: Mapping[OrderId, Piece],
        until_s: Mapping[VehicleId, float],
    ) -> View:
        """Return a view of all orders of the day and real driving times, for a plan of it.

        Parameters
        ----------
        chosen
            The orders that are shown, each with its window.
        until_s
            When vehicles are to be home before the end of their shift.
        """
        rows = tuple(self._row(self.order(order_id, piece)) for order_id, piece in chosen.items())
        vehicles = tuple(
            _working_until(one, until_s.get(one.id, inf))
            for one in view.vehicles
            if one.duty.id not in self.world.absent
        )
        return replace(self._view(view, rows, vehicles), travel=self.streets)

    def now(
        self, view: View, chosen: Mapping[OrderId, Piece], routes: Mapping[VehicleId, Route]
    ) -> View:
        """Return a view with orders to come and given routes, for whoever mends a plan.

        Its driving times are those believed, which is what insertion is made for.

        Parameters
        ----------
        chosen
            The window of each order; one without is shown as it is known.
        routes
            What vehicles are going to do.
        """
        rows = {
            order_id: self._row(self.order(order_id, piece))
            for order_id, piece in chosen.items()
            if self._orders[order_id].placed_at_s > view.now_s
        }
        for row in view.orders:
            piece = chosen.get(row.id)
            rows[row.id] = row if piece is None else replace(row, order=self.order(row.id, piece))
        vehicles = tuple(replace(one, route=routes.get(one.id, ())) for one in view.vehicles)
        return self._view(view, rows.values(), vehicles)

    def _row(self, order: Order) -> OrderView:
        return OrderView(order, Status.READY, order.origin, bound=self._bound.get(order.id, FREE))

    def _view(
        self,
        view: View,
        rows: Iterable[OrderView],
        vehicles: tuple[VehicleView, ...],
    ) -> View:
        orders = tuple(rows)
        places: dict[PlaceId, Place] = {**view.places, **self._places}
        return replace(
            view,
            orders=orders,
            unplanned=orders,
            vehicles=vehicles,
            by_order={row.id: row for row in orders},
            by_vehicle={one.id: one for one in vehicles},
            places=places,
        )


def _shared_s(piece: Piece, first_s: float, last_s: float) -> float:
    """Return how much of a piece, punctual if any of it is, lies within the hours of work."""
    until_s = piece.punctual_until_s if piece.is_punctual else piece.closes_s
    return max(0.0, min(until_s, last_s) - max(piece.opens_s, first_s))


def _working_until(vehicle: VehicleView, until_s: float) -> VehicleView:
    duty, shift = vehicle.duty, vehicle.duty.shift
    if until_s >= shift.closes_at_s + duty.overtime_s:
        return vehicle
    overtime_s = max(0.0, until_s - shift.closes_at_s)
    closes_at_s = min(shift.closes_at_s, max(shift.opens_at_s, until_s))
    shift = TimeWindow(shift.opens_at_s, closes_at_s)
    return replace(vehicle, duty=replace(duty, shift=shift, overtime_s=overtime_s))
