"""A handful of tiny days on one street, for checking policies: no network, nothing drawn.

Each has its own twist, so that a policy that was only tried on ordinary days meets the others.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.errors import UnknownNode
from twin.model import (
    DRIVE,
    UNLIMITED,
    Carrier,
    CarrierId,
    CarrierKind,
    Driver,
    DriverId,
    Duty,
    DutyId,
    EdgeId,
    Load,
    Mode,
    NodeId,
    Order,
    OrderId,
    OrderKind,
    Parcel,
    Place,
    PlaceId,
    PlaceKind,
    Retry,
    ServiceClass,
    StopTime,
    TimeWindow,
    Vehicle,
    VehicleId,
)
from twin.world import (
    Breakdown,
    BreakdownClock,
    Change,
    Identity,
    Metres,
    Nodes,
    Path,
    Presence,
    Rules,
    Seconds,
    Visit,
    World,
)

H: Final = 3600.0
_BLOCK_M: Final = 400.0
_MPS: Final = 8.0
_DEPOT: Final = PlaceId("depot")


class LineTravel:
    """A street of equal blocks, driven both ways at one speed: `twin.world.Travel`.

    Edge 2k leads from junction k to k + 1, edge 2k + 1 back.

    Parameters
    ----------
    blocks
        Number of blocks; junctions are 0 to that number.
    block_m, mps
        Length of a block and speed of every mode.
    """

    def __init__(self, blocks: int, block_m: float = _BLOCK_M, mps: float = _MPS) -> None:
        self._blocks = blocks
        self._block_m = block_m
        self._mps = mps

    def lengths(self, nodes: Nodes, mode: Mode) -> Metres:
        """Return metres between all pairs, shape (n, n)."""
        return self.matrix(nodes, mode, 0.0) * self._mps

    def rows(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations); the same at any hour, for any mode."""
        del mode, at_s
        a, b = (self._known(nodes) for nodes in (origins, destinations))
        return np.asarray(np.abs(a[:, None] - b[None, :]) * (self._block_m / self._mps))

    columns = rows

    def matrix(self, nodes: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds between all pairs, shape (n, n)."""
        return self.rows(nodes, nodes, mode, at_s)

    def between(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> float:
        """Return seconds from one junction to another."""
        return float(self.rows((origin,), (destination,), mode, at_s)[0, 0])

    def path(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> Path:
        """Return the only way there is."""
        del mode, at_s
        self._known((origin, destination))
        step = 1 if destination >= origin else -1
        nodes = tuple(NodeId(k) for k in range(origin, destination + step, step))
        edges = tuple(EdgeId(2 * min(k, k + step) + (step < 0)) for k in nodes[:-1])
        return Path(nodes, edges, (self._block_m,) * len(edges))

    def drive(self, path: Path, mode: Mode, depart_at_s: float) -> tuple[float, ...]:
        """Return when each edge is entered, then when its end is reached."""
        del mode
        times_s = [depart_at_s]
        for length_m in path.lengths_m:
            times_s.append(times_s[-1] + length_m / self._mps)
        return tuple(times_s)

    def _known(self, nodes: Nodes) -> NDArray[np.float64]:
        rows = np.asarray(nodes, float)
        for row in rows:
            if not 0 <= row <= self._blocks:
                raise UnknownNode(int(row), "the line", self._blocks + 1)
        return rows


def tiny_worlds() -> dict[str, World]:
    """Return tiny days by name, the same at every call.

    Returns
    -------
    worlds
        From the empty day to failures, windows, collections, second tours, late orders,
        breakdowns, absent drivers and changes of mind; all on one street, ten minutes from end
        to end, with at most two vans and eight orders.
    """
    return {
        "an ordinary morning": _day([_order(k) for k in range(6)]),
        "an empty day": _day([]),
        "a day with no van": _day([_order(1), _order(2)], vans=0),
        "no order until the shift is half over": _day([_order(3, placed_at_s=10 * H)]),
        "two orders in one instant": _day(
            [_order(2, placed_at_s=9 * H), _order(5, placed_at_s=9 * H)]
        ),
        "more than one van can carry": _day(
            [_order(k, parcels=2) for k in range(8)], capacity=Load(60_000, 2**40, 4)
        ),
        "nobody home": _failing(),
        "windows, hard and soft": _windows(),
        "a collection on the way": _collection(),
        "orders through the day, thought about for a minute": _day(
            [_order(k, placed_at_s=(8 + k / 4) * H) for k in range(8)], Rules(latency_s=60.0)
        ),
        "a parcel that no van can take": _day([_order(1), _order(2, grams=10**9)]),
        "work for longer than the shift": _day(
            [_order(k) for k in range(8)], door_s=3600.0, shift_h=2.0
        ),
        "a van that breaks down, and one that is towed in": _broken(),
        "a driver who does not come": replace(
            _day([_order(k) for k in range(6)]), absent={DutyId("duty of van 1"): 8 * H}
        ),
        "customers who change their minds": _changing(),
        "a van that is loaded an hour before": _day(
            [_order(k, placed_at_s=(6 + k / 4) * H) for k in range(8)],
            Rules(load_lock_s=3600.0, search_s=30.0),
        ),
        "a carrier that takes what is left": _tendered(),
    }


def _order(
    number: int, *, placed_at_s: float = 6 * H, parcels: int = 1, grams: int = 10_000
) -> Order:
    return Order(
        OrderId(f"o{number}"),
        _DEPOT,
        PlaceId(f"door {number % 6}"),
        parcels=(Parcel(grams, 5_000, 300),) * parcels,
        placed_at_s=placed_at_s,
        ready_at_s=placed_at_s,
    )


def _day(
    orders: Sequence[Order],
    rules: Rules | None = None,
    *,
    vans: int = 2,
    capacity: Load = UNLIMITED,
    door_s: float = 120.0,
    shift_h: float = 8.0,
) -> World:
    capacity = replace(capacity, grams=min(capacity.grams, 500_000))
    depot = Place(_DEPOT, PlaceKind.DEPOT, {DRIVE: NodeId(2)}, expected=StopTime(fixed_s=300.0))
    doors = [
        Place(
            PlaceId(f"door {k}"),
            PlaceKind.HOUSEHOLD,
            {DRIVE: NodeId(2 * k)},
            expected=StopTime(fixed_s=door_s),
        )
        for k in range(6)
    ]
    names = [f"van {k}" for k in range(1, vans + 1)]
    travel = LineTravel(12)
    return World(
        identity=Identity("tiny"),
        places={place.id: place for place in (depot, *doors)},
        vehicles=tuple(
            Vehicle(VehicleId(name), "van", DRIVE, capacity, _DEPOT, _DEPOT) for name in names
        ),
        drivers=tuple(Driver(DriverId(f"driver of {name}")) for name in names),
        duties=tuple(
            Duty(
                DutyId(f"duty of {name}"),
                DriverId(f"driver of {name}"),
                VehicleId(name),
                TimeWindow(8 * H, (8 + shift_h) * H),
            )
            for name in names
        ),
        orders=tuple(orders),
        travel=travel,
        streets=travel,
        service_classes={"standard": ServiceClass()},
        visits={
            _DEPOT: Visit(fixed_s=(300.0,)),
            **{door.id: Visit(fixed_s=(door_s,)) for door in doors},
        },
        rules=replace(rules or Rules(), begins_at_s=6 * H),
    )


def _failing() -> World:
    """Nobody is at any door before ten; three attempts, again today."""
    day = _day([_order(k) for k in range(4)])
    away = Presence(0.5, (0.9, 0.1), (0.0, 10 * H))
    return replace(
        day,
        service_classes={"standard": ServiceClass(max_attempts=3, retry=Retry.TODAY)},
        presence={place_id: away for place_id in day.places if place_id != _DEPOT},
    )


def _windows() -> World:
    """Two hard windows, of which one cannot be kept, and two soft ones."""
    windows = [TimeWindow(9 * H, 10 * H), TimeWindow(6 * H, 7 * H)] * 2
    orders = [
        replace(_order(k), window=window, promise=window, service_class=kind)
        for k, (window, kind) in enumerate(
            zip(windows, ("hard", "hard", "standard", "standard"), strict=True)
        )
    ]
    classes = {"standard": ServiceClass(), "hard": ServiceClass("hard", hard_window=True)}
    return replace(_day([]), orders=tuple(orders), service_classes=classes)


def _collection() -> World:
    """Two deliveries, and goods to fetch from a third door."""
    fetched = Order(
        OrderId("o9"), PlaceId("door 4"), _DEPOT, OrderKind.COLLECTION, placed_at_s=6 * H,
        ready_at_s=9 * H,
    )  # fmt: skip
    return _day([_order(1), _order(5), fetched])


def _broken() -> World:
    """One van stands for an hour at half past eight, the other is out from nine on."""
    day = _day([_order(k) for k in range(8)], Rules(breakdown_clock=BreakdownClock.DUTY))
    stands, is_out = Breakdown(1800.0, repair_s=3600.0), Breakdown(3600.0, 600.0, None, 600.0)
    return replace(day, breakdowns={VehicleId("van 1"): (stands,), VehicleId("van 2"): (is_out,)})


def _changing() -> World:
    """One order is cancelled, one becomes urgent, one moves to the afternoon."""
    later = TimeWindow(13 * H, 14 * H)
    changes = (
        Change(OrderId("o1"), 8 * H + 360, cancels=True),
        Change(OrderId("o2"), 8 * H + 180, priority=2),
        Change(OrderId("o5"), 8 * H + 180, window=later, promise=later),
    )
    return replace(_day([_order(k) for k in range(6)]), changes=changes)


def _tendered() -> World:
    """More than a van can carry, and a carrier that takes two orders until ten."""
    day = _day([_order(k, parcels=2) for k in range(8)], capacity=Load(60_000, 2**40, 4), vans=1)
    carrier = Carrier(CarrierId("other"), CarrierKind.OVERFLOW, 10 * H, 2)
    return replace(day, carriers=(carrier,))
