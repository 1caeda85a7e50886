"""Problems for solvers on real and made-up streets, from a town's travel times.

Cost is travel seconds and 1,800 for each vehicle. 30 % of the stops have a window of two hours,
shifts last eight hours, there are two types of vehicle by capacity. Stops lie at junctions that a
car reaches and leaves, each as likely; the depot lies at the middle one.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from networks.city import city_graph, draw_city
from networks.network import RoadNetwork
from networks.osm import read_osm
from networks.traffic import SpeedProfile
from twin import DRIVE, Load
from twin.model import NodeId
from twin.rng import Streams
from twin.solver import Clients, Problem, VehicleType

HOUR_S: Final = 3600.0
OPENS_S: Final = 8 * HOUR_S
SHIFT_S: Final = 8 * HOUR_S
WINDOW_S: Final = 2 * HOUR_S
WINDOWS: Final = 0.3
"""Share of stops with a window."""
SERVICE_S: Final = 120.0
"""At each stop. A choice."""
PARCELS: Final = 5
"""A stop has one to so many parcels, each as likely. A choice."""
CAPACITIES: Final = (120, 200)
"""Parcels that the two types hold. A choice: a shift and a load are both nearly full."""
SPARE: Final = 1.3
"""Room in the whole fleet over what is asked for. A choice."""
PER_VEHICLE: Final = 1_800.0
PRIZE: Final = 100_000.0
"""Of a stop that is left out: more than any vehicle costs all day."""

NETWORKS: Final[Mapping[str, Callable[[Path], RoadNetwork]]] = {
    "porto-alegre": lambda data: _extract(data / "osm_mid_porto_alegre" / "poa.osm.pbf"),
    "baltimore": lambda data: _extract(data / "osm_mid_baltimore" / "baltimore.osm.pbf"),
    "city": lambda _: RoadNetwork(city_graph(draw_city(100.0, 1))),
}
"""What each network is read or drawn from; the city is made up, 100 km2."""


def _extract(path: Path) -> RoadNetwork:
    return RoadNetwork(read_osm(path, modes=(DRIVE,), addresses=False))


def instance(network: RoadNetwork, stops: int, seed: int) -> Problem:
    """Return a problem with so many stops; a metre of it is a second, and only metres cost.

    Parameters
    ----------
    seed
        Of the places, parcels and windows.
    """
    generator = Streams(seed, 0).generator("bench solvers")
    drivable = np.flatnonzero(network.graph.strong[DRIVE])
    nodes = [network.depot_node(), *map(NodeId, generator.choice(drivable, stops).tolist())]
    travel = network.travel(SpeedProfile.flat())
    asked, row = np.unique(nodes, return_inverse=True)
    times_s = travel.matrix([NodeId(node) for node in asked.tolist()], DRIVE, OPENS_S)
    parcels = generator.integers(1, PARCELS + 1, stops)
    opens_s = OPENS_S + generator.random(stops) * (SHIFT_S - WINDOW_S)
    windowed = generator.random(stops) < WINDOWS
    load = np.zeros((stops, 3), np.int64)
    load[:, 2] = parcels
    each = int(np.ceil(SPARE * int(parcels.sum()) / sum(CAPACITIES)))
    return Problem(
        (times_s,),
        (times_s,),
        Clients(
            location=row[1:].astype(np.int64),
            delivery=load,
            pick_up=np.zeros((stops, 3), np.int64),
            service_s=np.full(stops, SERVICE_S),
            opens_at_s=np.where(windowed, opens_s, OPENS_S),
            closes_at_s=np.where(windowed, opens_s + WINDOW_S, OPENS_S + SHIFT_S),
            released_at_s=np.full(stops, OPENS_S),
            prize=np.full(stops, PRIZE),
            allowed=np.ones((stops, len(CAPACITIES)), bool),
        ),
        tuple(_vehicles(each, capacity, int(row[0])) for capacity in CAPACITIES),
    )


def nothing() -> Problem:
    """Return a problem without a client, which a solver answers if it is there at all."""
    none, nobody = np.zeros(0), np.zeros((0, 3), np.int64)
    return Problem(
        (np.zeros((1, 1)),),
        (np.zeros((1, 1)),),
        Clients(
            np.zeros(0, np.int64), nobody, nobody, none, none, none, none, none,
            np.zeros((0, 1), bool),
        ),
        (_vehicles(1, CAPACITIES[0], 0),),
    )  # fmt: skip


def _vehicles(count: int, capacity: int, depot: int) -> VehicleType:
    return VehicleType(
        count=count,
        capacity=Load(0, 0, capacity),
        starts_at=depot,
        ends_at=depot,
        opens_at_s=OPENS_S,
        closes_at_s=OPENS_S + SHIFT_S,
        fixed_cost=PER_VEHICLE,
        cost_per_m=1.0,
        cost_per_s=0.0,
    )
