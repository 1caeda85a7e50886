"""From orders to stops: what a vehicle may serve, and the actions that serve it."""

from collections.abc import Iterable

from twin import (
    Collect,
    Deliver,
    LoadOrders,
    OrderKind,
    OrderView,
    Route,
    Stop,
    VehicleView,
    View,
)
from twin.model import PlaceId
from twin.plan import Action


def needs_goods(row: OrderView) -> bool:
    """Whether goods must be aboard before the customer is served."""
    return row.order.kind is OrderKind.DELIVERY


def serve(row: OrderView) -> Action:
    """Return the action at the customer's door."""
    return Deliver(row.id) if needs_goods(row) else Collect(row.id)


def can_serve(vehicle: VehicleView, row: OrderView, view: View) -> bool:
    """Whether a vehicle and its driver could serve an order at all, empty and with time."""
    order = row.order
    longest_mm = max(parcel.longest_mm for parcel in order.parcels)
    return (
        vehicle.vehicle.mode in view.places[order.customer].nodes
        and longest_mm <= vehicle.vehicle.longest_mm
        and order.load.fits_in(vehicle.capacity)
        and all(skill in vehicle.driver.skills for skill in order.skills)
    )


def route_of(place: PlaceId, rows: Iterable[OrderView]) -> Route:
    """Return one tour: load what is to be delivered here, then serve the orders in their order.

    Orders at one door that follow one another are one stop.
    """
    listed = list(rows)
    load = tuple(row.id for row in listed if needs_goods(row) and row.place == place)
    stops = [Stop(place, (LoadOrders(load),))] if load else []
    for row in listed:
        door = row.order.customer
        if stops and stops[-1].place == door:
            stops[-1] = Stop(door, (*stops[-1].actions, serve(row)))
        else:
            stops.append(Stop(door, (serve(row),)))
    return tuple(stops)
