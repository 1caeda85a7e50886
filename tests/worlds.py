"""Small worlds for tests, made by hand: every number in them is given in the call."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from networks.classes import CLASSES
from networks.graph import RoadGraph
from networks.routing import RoadTravel
from networks.traffic import SpeedProfile
from twin import (
    DRIVE,
    Driver,
    Duty,
    Identity,
    Load,
    Order,
    Place,
    PlaceKind,
    Rules,
    ServiceClass,
    TimeWindow,
    Vehicle,
    World,
)
from twin.model import (
    UNLIMITED,
    DriverId,
    DutyId,
    Mode,
    NodeId,
    OrderId,
    PlaceId,
    VehicleId,
)

RESIDENTIAL = CLASSES.index("residential")
H = 3600.0


def streets(
    nodes: int,
    edges: Sequence[tuple[int, int, float]],
    speed_mps: float,
    *,
    time_factors: Sequence[float] = (1.0,),
    modes: Sequence[Mode] = (DRIVE,),
) -> RoadTravel:
    """Return travel on directed edges (from, to, metres), all at one free-flow speed.

    `time_factors` are observed over free-flow time in equal slots of the day.
    """
    graph = RoadGraph.build(
        name="made by hand",
        node_lat=np.zeros(nodes),
        node_lon=np.arange(nodes) * 0.01,
        edge_from=np.array([edge[0] for edge in edges]),
        edge_to=np.array([edge[1] for edge in edges]),
        edge_m=np.array([edge[2] for edge in edges], dtype=float),
        edge_class=np.full(len(edges), RESIDENTIAL),
        free_mps={mode: np.full(len(edges), speed_mps) for mode in modes},
    )
    return RoadTravel(graph, SpeedProfile.of_times({}, time_factors))


def line(lengths_m: Sequence[float], speed_mps: float, **more: object) -> RoadTravel:
    """Return a road of junctions 0, 1, 2, ... in a line, driven both ways."""
    edges: list[tuple[int, int, float]] = []
    for k, length_m in enumerate(lengths_m):
        edges += [(k, k + 1, length_m), (k + 1, k, length_m)]
    return streets(len(lengths_m) + 1, edges, speed_mps, **more)  # type: ignore[arg-type] # passed on


def lattice(columns: int, rows: int, block_m: float, speed_mps: float) -> RoadTravel:
    """Return a grid of two-way streets; junction (x, y) is ``y * columns + x``."""
    edges: list[tuple[int, int, float]] = []
    for y in range(rows):
        for x in range(columns):
            here = y * columns + x
            if x + 1 < columns:
                edges += [(here, here + 1, block_m), (here + 1, here, block_m)]
            if y + 1 < rows:
                edges += [(here, here + columns, block_m), (here + columns, here, block_m)]
    return streets(columns * rows, edges, speed_mps)


def place(name: str, node: int, kind: PlaceKind = PlaceKind.HOUSEHOLD, **more: object) -> Place:
    """Return a place at a junction, reached by car."""
    return Place(PlaceId(name), kind, {DRIVE: NodeId(node)}, **more)  # type: ignore[arg-type] # passed on


def depot(node: int = 0, name: str = "depot", **more: object) -> Place:
    """Return a depot at a junction."""
    return place(name, node, PlaceKind.DEPOT, **more)


def order(name: str, door: str, origin: str = "depot", **more: object) -> Order:
    """Return a delivery of one parcel from the depot to a door."""
    return Order(OrderId(name), PlaceId(origin), PlaceId(door), **more)  # type: ignore[arg-type] # passed on


def van(
    name: str = "v1",
    at: str = "depot",
    *,
    ends_at: str | None = "depot",
    capacity: Load = UNLIMITED,
    type_: str = "van",
) -> Vehicle:
    """Return a van."""
    end = None if ends_at is None else PlaceId(ends_at)
    return Vehicle(VehicleId(name), type_, DRIVE, capacity, PlaceId(at), end)


def duty(
    vehicle: str = "v1", opens_at_s: float = 0.0, closes_at_s: float = 24 * H, overtime_s: float = 0
) -> Duty:
    """Return a duty of the vehicle's own driver."""
    window = TimeWindow(opens_at_s, closes_at_s)
    driver = DriverId(f"driver-{vehicle}")
    return Duty(DutyId(f"duty-{vehicle}"), driver, VehicleId(vehicle), window, overtime_s)


def world(
    travel: RoadTravel,
    places: Sequence[Place],
    orders: Sequence[Order],
    vehicles: Sequence[Vehicle],
    duties: Sequence[Duty] | None = None,
    *,
    rules: Rules | None = None,
    classes: Mapping[str, ServiceClass] | None = None,
    **more: object,
) -> World:
    """Return a World whose believed streets are the real ones."""
    duties = [duty(vehicle.id) for vehicle in vehicles] if duties is None else duties
    return World(
        identity=Identity("made by hand"),
        places={spot.id: spot for spot in places},
        vehicles=tuple(vehicles),
        drivers=tuple({one.driver: Driver(one.driver) for one in duties}.values()),
        duties=tuple(duties),
        orders=tuple(orders),
        travel=travel,
        streets=travel,
        service_classes=classes or {"standard": ServiceClass()},
        rules=rules or Rules(),
        **more,  # type: ignore[arg-type] # passed on
    )


def seconds_of(events: Sequence[object]) -> list[float]:
    """Return the differences between successive instants of events."""
    times = [event.at_s for event in events]  # type: ignore[attr-defined] # every event has one
    return [later - earlier for earlier, later in pairwise(times)]
