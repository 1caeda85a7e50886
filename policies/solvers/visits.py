"""Orders served together at one door: what a solver sees as one client."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from policies.blocks.items import window_of
from policies.blocks.stops import can_serve, needs_goods
from twin import Briefing, Load, OrderView, VehicleView, View
from twin.model import PlaceId
from twin.view import expected_stop_s


@dataclass(frozen=True, slots=True)
class Visit:
    """Orders served together at one door, deliveries first.

    Attributes
    ----------
    opens_s, closes_s
        When service may begin and should have begun.
    latest_s
        When it must have begun; beyond the day where all windows are soft.
    """

    orders: tuple[OrderView, ...]
    opens_s: float
    closes_s: float
    latest_s: float

    @property
    def door(self) -> PlaceId:
        """Where it is made."""
        return self.orders[0].order.customer

    @property
    def delivered(self) -> Load:
        """What is brought."""
        return total(row for row in self.orders if needs_goods(row))

    @property
    def collected(self) -> Load:
        """What is taken along."""
        return total(row for row in self.orders if not needs_goods(row))

    @property
    def weight(self) -> int:
        """How much leaving it out weighs: its orders, urgent ones more."""
        return sum(1 + max(0, row.order.priority) for row in self.orders)


def total(rows: Iterable[OrderView]) -> Load:
    """Return what orders hold together."""
    return reduce(add, (row.order.load for row in rows), Load())


def merged(
    orders: Iterable[OrderView], view: View, briefing: Briefing, vehicles: Sequence[VehicleView]
) -> tuple[Visit, ...]:
    """Return orders as visits (S2): those of one door are one while windows share an instant.

    They stay apart where none of the vehicles could take them together.
    """
    by_door: dict[PlaceId, list[OrderView]] = {}
    for row in orders:
        by_door.setdefault(row.order.customer, []).append(row)
    visits: list[Visit] = []
    for rows in by_door.values():
        rows.sort(key=lambda row: (*_window(row), row.id))
        together: list[OrderView] = []
        for row in rows:
            more = [*together, row]
            if together and not _go_together(more, view, briefing, vehicles):
                visits.append(visit_of(together, view, briefing))
                together = []
            together.append(row)
        visits.append(visit_of(together, view, briefing))
    return tuple(visits)


def _go_together(
    rows: Sequence[OrderView], view: View, briefing: Briefing, vehicles: Sequence[VehicleView]
) -> bool:
    opens_s = max(_window(row)[0] for row in rows)
    closes_s = min(_window(row)[1] for row in rows)
    visit = visit_of(rows, view, briefing)
    return opens_s <= closes_s and any(can_make(vehicle, visit, view) for vehicle in vehicles)


def can_make(vehicle: VehicleView, visit: Visit, view: View) -> bool:
    """Whether a vehicle could make a visit, empty and with time."""
    return (
        all(can_serve(vehicle, row, view) for row in visit.orders)
        and visit.delivered.fits_in(vehicle.capacity)
        and visit.collected.fits_in(vehicle.capacity)
    )


def visit_of(rows: Sequence[OrderView], view: View, briefing: Briefing) -> Visit:
    """Return the visit that serves orders of one door."""
    classes = briefing.service_classes
    door = view.places[rows[0].order.customer]
    windows = [window_of(row.order, classes[row.order.service_class], door) for row in rows]
    opens_s = max(window[0] for window in windows)
    closes_s = min(window[1] for window in windows)
    if closes_s < opens_s:  # a promise that ends before the window opens cannot be kept
        closes_s = max(opens_s, min(row.order.window.closes_at_s for row in rows))
    deliveries_first = tuple(sorted(rows, key=lambda row: not needs_goods(row)))
    return Visit(deliveries_first, opens_s, closes_s, min(window[2] for window in windows))


def handling_s(
    visits: Sequence[Visit], view: View, vehicles: Sequence[VehicleView]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each visit takes from arrival to the door, and in all, seconds, shape (visits,).

    A window is for the service, a solver's for the arrival: parking and the walk lie between. Both
    are means over the vehicles, some of which may not look for parking.
    """
    pace = sum(one.driver.pace for one in vehicles) / len(vehicles)
    parks = sum(one.vehicle.looks_for_parking for one in vehicles) / len(vehicles)
    before_s, service_s = np.empty(len(visits)), np.empty(len(visits))
    for k, visit in enumerate(visits):
        door = view.places[visit.door]
        orders = tuple(row.order for row in visit.orders)
        parking_s = parks * door.expected.parking_s
        before_s[k] = parking_s + pace * door.expected.walk_s
        service_s[k] = parking_s + pace * expected_stop_s(door, orders, parks=False)
    return before_s, service_s


def _window(row: OrderView) -> tuple[float, float]:
    return row.order.window.opens_at_s, row.order.window.closes_at_s
