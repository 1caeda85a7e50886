"""From orders to stops: what a vehicle may serve, and the actions that serve it."""

from collections.abc import Iterable

from twin import OrderKind, OrderView, Route, VehicleView, View
from twin.model import PlaceId
from twin.plan import Action
from twin.rows import Status
from twin.tours import loading, tour
from twin.tours import serve as served


def needs_goods(row: OrderView) -> bool:
    """Whether goods must be aboard before the customer is served."""
    return row.order.kind is OrderKind.DELIVERY


def is_on_board(row: OrderView) -> bool:
    """Whether a dispatcher can give an order out: its goods are there, or are to be collected."""
    return row.status is Status.READY or (row.status is Status.PLACED and not needs_goods(row))


def serve(row: OrderView) -> Action:
    """Return the action at the customer's door."""
    return served(row.order)


def may_have(vehicle: VehicleView, row: OrderView) -> bool:
    """Whether no pin and no forbidden pair keeps an order from a vehicle."""
    return row.bound.allows(vehicle.id)


def fits(vehicle: VehicleView, row: OrderView, view: View) -> bool:
    """Whether a vehicle and its driver could serve an order at all, empty and with time."""
    order = row.order
    longest_mm = max(parcel.longest_mm for parcel in order.parcels)
    return (
        vehicle.vehicle.mode in view.places[order.customer].nodes
        and longest_mm <= vehicle.vehicle.longest_mm
        and order.load.fits_in(vehicle.capacity)
        and all(skill in vehicle.driver.skills for skill in order.skills)
    )


def can_serve(vehicle: VehicleView, row: OrderView, view: View) -> bool:
    """Whether a vehicle could and may serve an order: it fits, and no pin or pair is against it."""
    return may_have(vehicle, row) and fits(vehicle, row, view)


def route_of(place: PlaceId, rows: Iterable[OrderView]) -> Route:
    """Return one tour: load what is to be delivered here, then serve the orders in their order.

    Orders at one door that follow one another are one stop.
    """
    listed = list(rows)
    load = tuple(row.id for row in listed if needs_goods(row) and row.place == place)
    return tour(loading(place, load), [row.order for row in listed])
