"""Orders, vehicles and areas as they were asked for, before they stand on the map."""

from dataclasses import dataclass

from twin.model import ALWAYS, NodeId, OrderKind, Parcel, PlaceKind, TimeWindow


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is said to be: coordinates, or a junction.

    Attributes
    ----------
    key
        What its draws belong to, and what makes two orders' doors the same one.
    node
        The name of a stop of the network, or a node's number where the network itself gave it.
    zone
        Its district, where it is given; empty: the square of the grid that it lies in.
    hours
        When it is open, where that is given.
    """

    key: str
    lat: float | None = None
    lon: float | None = None
    node: str | NodeId | None = None
    kind: PlaceKind = PlaceKind.HOUSEHOLD
    zone: str = ""
    hours: tuple[TimeWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One order as it was asked for; times are elapsed seconds since midnight.

    Attributes
    ----------
    line
        In its table; 0 if it was drawn.
    placed_at_s, ready_at_s
        None: known in the morning, ready when placed.
    really_ready_at_s
        When its goods are ready in truth, where that differs from what is told.
    promise
        None: what its class says, else the window, else the day.
    kind
        A delivery ends at the door, a collection begins there.
    depot
        The depot it comes from, as a collection goes to; None: follows from the depots' shares,
        or the nearest.
    origin
        Where a delivery is picked up, if that is no depot.
    fixed_s, per_parcel_s
        Time at its door, where it is given instead of drawn.
    load_s, unload_s
        Handling of this very order, where it is given.
    agreed, notified
        Whether the customer chose the window; whether it was told when to expect us.
    out_of_home
        Whether a delivery goes to a locker instead of the door.
    locker
        The name of that locker; None: the nearest.
    cancelled_at_s
        When the customer cancelled it, where that is known.
    return_of
        The id of the delivery that it goes back from; it goes where that came from.
    burst
        Which rush of orders it belongs to, from 1; 0 for none.
    pinned_to, not_on
        The vehicle that its row says it must go on, and those that it must not, sorted.
    """

    id: str
    door: Spot
    kind: OrderKind = OrderKind.DELIVERY
    line: int = 0
    placed_at_s: float | None = None
    ready_at_s: float | None = None
    really_ready_at_s: float | None = None
    window: TimeWindow = ALWAYS
    promise: TimeWindow | None = None
    parcels: tuple[Parcel, ...] = (Parcel(),)
    service_class: str = "standard"
    depot: str | None = None
    origin: Spot | None = None
    client: str = ""
    priority: int = 0
    skills: tuple[str, ...] = ()
    fixed_s: float | None = None
    per_parcel_s: float | None = None
    load_s: float | None = None
    unload_s: float | None = None
    agreed: bool = False
    notified: bool = False
    out_of_home: bool = False
    locker: str | None = None
    cancelled_at_s: float | None = None
    return_of: str | None = None
    burst: int = 0
    pinned_to: str | None = None
    not_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VehicleRow:
    """One vehicle of a table, with its one duty.

    Attributes
    ----------
    starts, ends
        None: at its depot. `ends_anywhere`: it stays where it is.
    grams, millilitres, parcels
        Capacity; None: that of its type, or without limit.
    """

    id: str
    type: str
    shift: TimeWindow
    line: int = 0
    mode: str | None = None
    depot: str | None = None
    starts: Spot | None = None
    ends_anywhere: bool = False
    grams: int | None = None
    millilitres: int | None = None
    parcels: int | None = None
    overtime_s: float = 0.0
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A place on the map and how much demand it has."""

    id: str
    lat: float
    lon: float
    weight: float


def row_of(request: Request, orders: object) -> str:
    """Return how an order is called in messages: the row of its table, and its id.

    Parameters
    ----------
    orders
        The source of orders as the scenario says it; a table has a name in `csv`.
    """
    table = getattr(orders, "csv", "line")
    row = f"{table}:{request.line}: " if request.line else ""
    return f"{row}order {request.id}"
