"""One stop of a line: its times, its window, what it changes, and how an order joins it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin import Collect, Deliver, LoadOrders, Order, Place, View
from twin.model import OrderId, PlaceId, ServiceClass, VehicleId
from twin.plan import Action, HandOver

FOREVER_S = 1e9
"""Later than anything; finite, so that differences stay numbers."""


@dataclass(slots=True)
class Item:
    """One stop of a line.

    Attributes
    ----------
    takes_s
        Expected time there from arrival, waiting left out.
    to_door_s
        How much of that passes before service begins: parking and the walk.
    opens_s, closes_s, hard_closes_s
        When service may begin, should have begun by, and must have begun by.
    change
        What it adds to the load aboard, shape (3,): grams, millilitres, parcels.
    collected
        How much of that it takes over from customers.
    loads_at
        The place whose goods it loads, where more could be loaded with them.
    served
        The orders that it serves, as they were when it was worked out.
    """

    place: Place
    actions: tuple[Action, ...]
    takes_s: float
    to_door_s: float
    opens_s: float
    closes_s: float
    hard_closes_s: float
    change: NDArray[np.int64]
    collected: NDArray[np.int64]
    loads_at: PlaceId | None
    served: tuple[Order, ...] = ()

    def is_of(self, view: View) -> bool:
        """Whether its orders are still what they were: a customer may agree to another window."""
        known = view.by_order
        return all(one.id not in known or known[one.id].order is one for one in self.served)


def window_of(order: Order, service_class: ServiceClass, door: Place) -> tuple[float, float, float]:
    """Return when service may begin, should have begun by, and must have begun by.

    A door with hours is open from the first of them to the last. A promise that ends before the
    window opens is broken: then the window, which was agreed later, is what should be kept.
    """
    opens_s = -FOREVER_S if service_class.serve_early else order.window.opens_at_s
    closes_s = order.window.closes_at_s
    if order.promise.closes_at_s >= order.window.opens_at_s:
        closes_s = min(closes_s, order.promise.closes_at_s)
    hard_s = order.window.closes_at_s if service_class.hard_window else FOREVER_S
    if door.hours:
        shuts_s = door.hours[-1].closes_at_s
        opens_s = max(opens_s, door.hours[0].opens_at_s)
        closes_s, hard_s = min(closes_s, shuts_s), min(hard_s, shuts_s)
    return opens_s, closes_s, hard_s


def before_door_s(place: Place, *, parks: bool) -> float:
    """Return the expected time from arrival to the door: parking, if it parks, and the walk."""
    return (place.expected.parking_s if parks else 0.0) + place.expected.walk_s


def takes_over(item: Item, vehicle_id: VehicleId) -> bool:
    """Whether a vehicle takes goods of another one aboard at a stop."""
    return any(isinstance(one, HandOver) and one.taker == vehicle_id for one in item.actions)


def serving_first(actions: tuple[Action, ...], serve: Deliver | Collect) -> tuple[Action, ...]:
    """Return the actions at a door with one more: what makes room goes first."""
    if isinstance(serve, Deliver):
        return (serve, *actions)
    return (*actions, serve)


def serving_after(actions: tuple[Action, ...], serve: Deliver | Collect) -> tuple[Action, ...]:
    """Return the same, but that goods which are taken over at the door are delivered after that."""
    meetings = [k for k, action in enumerate(actions) if isinstance(action, HandOver)]
    first = meetings[-1] + 1 if meetings else 0
    return (*actions[:first], *serving_first(actions[first:], serve))


def loading_too(actions: tuple[Action, ...], order_id: OrderId) -> tuple[Action, ...]:
    """Return the actions with an order added to the last that loads."""
    for k in range(len(actions) - 1, -1, -1):
        action = actions[k]
        if isinstance(action, LoadOrders):
            more = LoadOrders((*action.orders, order_id))
            return (*actions[:k], more, *actions[k + 1 :])
    return (*actions, LoadOrders((order_id,)))
