"""What happens on the way."""

from dataclasses import dataclass

from twin.model import (
    EdgeId,
    Load,
    NodeId,
    OrderId,
    Place,
    PlaceId,
    VehicleId,
)


@dataclass(frozen=True, slots=True)
class Departed:
    """A vehicle began a leg.

    Attributes
    ----------
    node, place
        The junction it leaves, and the place if it stood at one.
    to
        Where it is going.
    home
        Whether it goes home with nothing left to do.
    edges, nodes, lengths_m
        The way chosen.
    aboard
        What it carries.
    """

    at_s: float
    vehicle: VehicleId
    node: NodeId
    place: PlaceId | None
    to: PlaceId
    home: bool
    nodes: tuple[NodeId, ...]
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    aboard: Load


@dataclass(frozen=True, slots=True)
class Diverted:
    """A vehicle ended its leg at a junction: sent elsewhere, before a closed street, or to rest.

    Attributes
    ----------
    why
        ``plan``, ``closed``, or ``rest`` where hours of driving or work are used up.
    edges, lengths_m, entered_at_s
        What was driven of the leg: edges, their lengths and when each was entered.
    """

    at_s: float
    vehicle: VehicleId
    node: NodeId
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    entered_at_s: tuple[float, ...]
    why: str = "plan"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A vehicle ended its leg where it was going; `edges` and the rest as in `Diverted`."""

    at_s: float
    vehicle: VehicleId
    node: NodeId
    place: PlaceId
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    entered_at_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SequenceLeft:
    """A driver goes to another stop of the route first than the planned one."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId


@dataclass(frozen=True, slots=True)
class BrokeDown:
    """A vehicle cannot go on. Goods stay aboard.

    Attributes
    ----------
    cause
        ``breakdown`` or ``battery empty``.
    node
        The junction it passed last, or stands at.
    edges, lengths_m, entered_at_s
        What was driven of the leg it was on, as in `Diverted`; the last edge only as far as it
        came.
    place
        Where it can be found: the place it stands at, or, on the way, one made known by this
        event, reached from the junction at the end of the street it stands in.
    """

    at_s: float
    vehicle: VehicleId
    cause: str
    node: NodeId
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]
    entered_at_s: tuple[float, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class RepairBegan:
    """Help has come to a broken down vehicle, and is free for it."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class Repaired:
    """A vehicle can go on from where it broke down, the first edge being the rest of that one."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class Towed:
    """A vehicle was brought in and its goods put down; it is out of service for the day."""

    at_s: float
    vehicle: VehicleId
    node: NodeId
    place: PlaceId
    orders: tuple[OrderId, ...]
