"""The decision of a policy, and what physics forbids it to ask for.

A plan is the wished end, not the moves: the remaining route of each vehicle it names. Vehicles
it leaves out keep theirs. Lateness is legal and shows in the KPIs; impossibilities are not.

Each action carries what it does as a word (``do``), so that it can be told from the others where
only its fields are left, in a journal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from twin.messages import Message
from twin.model import CarrierId, OrderId, PlaceId, VehicleId


@dataclass(frozen=True, slots=True)
class LoadOrders:
    """Take the goods of these orders aboard, where they are."""

    orders: tuple[OrderId, ...]
    do: Literal["load"] = field(default="load", repr=False)


@dataclass(frozen=True, slots=True)
class UnloadOrders:
    """Put these goods down at a depot.

    What no later action of the route needs is put down at every depot stop without being named.
    """

    orders: tuple[OrderId, ...] = ()
    do: Literal["unload"] = field(default="unload", repr=False)


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand the goods of an order over at its destination."""

    order: OrderId
    do: Literal["deliver"] = field(default="deliver", repr=False)


@dataclass(frozen=True, slots=True)
class Collect:
    """Take the goods of a collection over at the customer's door."""

    order: OrderId
    do: Literal["collect"] = field(default="collect", repr=False)


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give goods to another vehicle, or take them from it: both are at the same place (S12).

    Each of the two has it in its route, naming the other; who comes first waits. A vehicle that
    is broken down gives without being told, at the place that its breakdown made known.

    Attributes
    ----------
    orders
        Whose goods change vehicles.
    giver, taker
        From which vehicle to which.
    """

    orders: tuple[OrderId, ...]
    giver: VehicleId
    taker: VehicleId
    do: Literal["hand over"] = field(default="hand over", repr=False)


@dataclass(frozen=True, slots=True)
class Recharge:
    """Fill the battery at a place with chargers, to a share of it, above 0 and up to 1."""

    until_share: float = 1.0
    do: Literal["recharge"] = field(default="recharge", repr=False)


@dataclass(frozen=True, slots=True)
class Break:
    """Rest for a time, as a break. Positive, a whole number of eighths of a second."""

    rest_s: float
    do: Literal["break"] = field(default="break", repr=False)


Action = LoadOrders | UnloadOrders | Deliver | Collect | HandOver | Recharge | Break


@dataclass(frozen=True, slots=True)
class Stop:
    """A place and what is done there, in this order. Without actions it is a place to go to."""

    place: PlaceId
    actions: tuple[Action, ...] = ()


Route = tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the dispatcher wants from now on.

    Attributes
    ----------
    routes
        For each vehicle named, every stop after what it is doing now.
    declined
        Open orders that will not be served.
    tendered
        Orders given to an overflow carrier, by carrier: at a depot, never tried, before its
        tender-by time and within its cap.
    messages
        What customers are told and asked when the plan takes force.
    ask_again_at_s
        When to be asked again even if nothing happens; None keeps the time named before.
    why
        One line for the record.
    arrivals
        When the policy believes that service of these orders will begin, for the record: what
        it would tell a customer who asks. Orders left out keep what was believed before.
    warned
        Orders that the policy warns about: it expects their promise to be broken.
    effort
        Steps that a solver made for this answer. Not negative.
    worked_s
        How long people worked on this answer, added to the day's own latency. Not negative.
    """

    routes: Mapping[VehicleId, Route] = field(default_factory=dict)
    declined: tuple[OrderId, ...] = ()
    messages: tuple[Message, ...] = ()
    ask_again_at_s: float | None = None
    why: str = ""
    tendered: Mapping[CarrierId, tuple[OrderId, ...]] = field(default_factory=dict)
    arrivals: Mapping[OrderId, float] = field(default_factory=dict)
    warned: tuple[OrderId, ...] = ()
    effort: int = 0
    worked_s: float = 0.0


def orders_of(action: Action) -> tuple[OrderId, ...]:
    """Return the orders that an action is about."""
    if isinstance(action, Deliver | Collect):
        return (action.order,)
    if isinstance(action, LoadOrders | UnloadOrders | HandOver):
        return action.orders
    return ()


def orders_in(route: Route, giver: VehicleId | None = None) -> tuple[OrderId, ...]:
    """Return each order of a route once, by its first action that serves or moves it.

    Parameters
    ----------
    giver
        Whose route it is: what it only hands over to others is in the routes of those.
    """
    return tuple(
        dict.fromkeys(
            order
            for stop in route
            for action in stop.actions
            if not (isinstance(action, HandOver) and action.giver == giver)
            for order in orders_of(action)
        )
    )


def without(route: Route, orders: frozenset[OrderId]) -> Route:
    """Return the route without any action about these orders; stops left without any go too."""
    kept: list[Stop] = []
    for stop in route:
        actions = tuple(
            remaining
            for action in stop.actions
            if (remaining := _action_without(action, orders)) is not None
        )
        if actions or not stop.actions:
            kept.append(stop if actions == stop.actions else Stop(stop.place, actions))
    return tuple(kept)


def _action_without(action: Action, orders: frozenset[OrderId]) -> Action | None:
    if isinstance(action, Deliver | Collect):
        return None if action.order in orders else action
    if isinstance(action, LoadOrders):
        left = tuple(order for order in action.orders if order not in orders)
        return LoadOrders(left) if left else None
    if isinstance(action, UnloadOrders) and action.orders:
        left = tuple(order for order in action.orders if order not in orders)
        return UnloadOrders(left) if left else None
    if isinstance(action, HandOver):
        left = tuple(order for order in action.orders if order not in orders)
        return replace(action, orders=left) if left else None
    return action
