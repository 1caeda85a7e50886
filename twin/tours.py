"""From orders to stops: one tour of a vehicle."""

from collections.abc import Iterable

from twin.model import Order, OrderId, OrderKind, PlaceId
from twin.plan import Action, Collect, Deliver, LoadOrders, Route, Stop


def serve(order: Order) -> Action:
    """Return the action at the customer's door."""
    return Deliver(order.id) if order.kind is OrderKind.DELIVERY else Collect(order.id)


def loading(place: PlaceId, orders: tuple[OrderId, ...]) -> Route:
    """Return the stop that loads the goods of orders; nothing where there are none."""
    return (Stop(place, (LoadOrders(orders),)),) if orders else ()


def tour(first: Route, orders: Iterable[Order]) -> Route:
    """Return these stops, and then those that serve orders in their order.

    Orders at one door that follow one another are one stop.
    """
    stops = list(first)
    for order in orders:
        door = order.customer
        if stops and stops[-1].place == door:
            stops[-1] = Stop(door, (*stops[-1].actions, serve(order)))
        else:
            stops.append(Stop(door, (serve(order),)))
    return tuple(stops)


def given_tour(orders: Iterable[Order]) -> Route:
    """Return the tour that serves orders in their order, its goods loaded where they come from.

    Parameters
    ----------
    orders
        Their deliveries all have one origin, as `twin.World` makes sure of given routes.
    """
    listed = list(orders)
    goods = [order for order in listed if order.kind is OrderKind.DELIVERY]
    first = loading(goods[0].origin, tuple(order.id for order in goods)) if goods else ()
    return tour(first, listed)
