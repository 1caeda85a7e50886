"""A day on a plane: the same stops for us, for dvrpsim and for bare SimPy.

Vans start at a depot in the middle of a square; an order is a point in it. Given a plan, a van
takes all its orders aboard and drives them in their order; deciding per order, each order is put
at the end of the route of the next van, with a loading of its own.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from networks.plane import PlaneNetwork
from networks.traffic import SpeedProfile
from twin import (
    DRIVE,
    Briefing,
    Deliver,
    Driver,
    Duty,
    Identity,
    Journal,
    LoadOrders,
    Order,
    Place,
    PlaceKind,
    Plan,
    Rules,
    ServiceClass,
    Stop,
    TimeWindow,
    Vehicle,
    View,
    Visit,
    World,
    run,
)
from twin.events import OrderPlaced
from twin.model import UNLIMITED, DriverId, DutyId, NodeId, OrderId, PlaceId, VehicleId
from twin.rng import draw
from twin.units import tick_s

SIDE_M = 10_000.0
SPEED_MPS = 20.0
SERVICE_S = 60.0
DAY_S = 8 * 3600.0
DEPOT = PlaceId("depot")


@dataclass(frozen=True)
class Points:
    """Where the orders are and when they come: point 0 is the depot."""

    x_m: np.ndarray[tuple[int], np.dtype[np.float64]]
    y_m: np.ndarray[tuple[int], np.dtype[np.float64]]
    placed_at_s: tuple[float, ...]
    vans: int

    @classmethod
    def make(cls, orders: int, vans: int) -> "Points":
        """Return the same points for the same numbers, whoever asks."""
        x = [SIDE_M / 2] + [SIDE_M * draw(1, 1, "x", str(k)) for k in range(orders)]
        y = [SIDE_M / 2] + [SIDE_M * draw(1, 1, "y", str(k)) for k in range(orders)]
        placed = tuple(tick_s(DAY_S * draw(1, 1, "placed", str(k))) for k in range(orders))
        return cls(np.array(x), np.array(y), placed, vans)

    @property
    def orders(self) -> int:
        """Number of orders."""
        return len(self.placed_at_s)

    def drive_s(self, one: int, other: int) -> float:
        """Return seconds from one point to another."""
        return float(
            np.hypot(self.x_m[one] - self.x_m[other], self.y_m[one] - self.y_m[other]) / SPEED_MPS
        )


def world_of(points: Points, *, known_at_start: bool) -> World:
    """Return the day as a World."""
    travel = PlaneNetwork("square", points.x_m, points.y_m, {DRIVE: SPEED_MPS}).travel(
        SpeedProfile.flat()
    )
    depot = Place(DEPOT, PlaceKind.DEPOT, {DRIVE: NodeId(0)})
    doors = [
        Place(PlaceId(f"d{k}"), PlaceKind.HOUSEHOLD, {DRIVE: NodeId(k + 1)})
        for k in range(points.orders)
    ]
    placed = [0.0 if known_at_start else at_s for at_s in points.placed_at_s]
    vans = [f"v{k:04d}" for k in range(points.vans)]
    return World(
        identity=Identity("square"),
        places={place.id: place for place in (depot, *doors)},
        vehicles=tuple(
            Vehicle(VehicleId(name), "van", DRIVE, UNLIMITED, DEPOT, DEPOT) for name in vans
        ),
        drivers=tuple(Driver(DriverId(name)) for name in vans),
        duties=tuple(
            Duty(DutyId(name), DriverId(name), VehicleId(name), TimeWindow(0.0, 4 * DAY_S))
            for name in vans
        ),
        orders=tuple(
            Order(OrderId(f"o{k:05d}"), DEPOT, doors[k].id, placed_at_s=placed[k],
                  ready_at_s=placed[k])
            for k in range(points.orders)
        ),
        travel=travel,
        streets=travel,
        service_classes={"standard": ServiceClass()},
        visits={door.id: Visit(fixed_s=(SERVICE_S,)) for door in doors},
        rules=Rules(diversion=False),
    )  # fmt: skip


class Given:
    """Gives every van its share of the orders at the start."""

    def __init__(self, briefing: Briefing) -> None:
        self._vans = [vehicle.id for vehicle in briefing.vehicles]
        self._given = False

    def decide(self, view: View) -> Plan:
        """Return all routes the first time."""
        if self._given or not view.unplanned:
            return Plan()
        self._given = True
        routes = {}
        for k, van in enumerate(self._vans):
            mine = view.unplanned[k :: len(self._vans)]
            load = Stop(DEPOT, (LoadOrders(tuple(row.id for row in mine)),))
            doors = (Stop(row.order.destination, (Deliver(row.id),)) for row in mine)
            routes[van] = (load, *doors)
        return Plan(routes)


class OneByOne:
    """Puts each new order at the end of the route of the next van."""

    def __init__(self, briefing: Briefing) -> None:
        self._vans = [vehicle.id for vehicle in briefing.vehicles]
        self._next = 0

    def decide(self, view: View) -> Plan:
        """Return the longer routes."""
        routes: dict[VehicleId, tuple[Stop, ...]] = {}
        for event in view.because:
            if isinstance(event, OrderPlaced):
                order = event.order
                van = self._vans[self._next % len(self._vans)]
                self._next += 1
                before = routes.get(van, view.by_vehicle[van].route)
                routes[van] = (
                    *before,
                    Stop(DEPOT, (LoadOrders((order.id,)),)),
                    Stop(order.destination, (Deliver(order.id),)),
                )
        return Plan(routes)


def live(world: World, policy: type[Given | OneByOne]) -> Journal:
    """Return the journal of the day; every order must have been delivered."""
    journal = run(world, policy)
    if journal.events[-1].carried_over:  # type: ignore[union-attr] # the last event is DayEnded
        raise RuntimeError("the benchmark's day left orders open: its numbers mean nothing")
    return journal


def bare_simpy(points: Points) -> int:
    """Live the given plan with two SimPy events a stop and nothing else; return the stops."""
    env = simpy.Environment()
    done = 0

    def van(first: int) -> Generator[simpy.Event, Any, None]:
        nonlocal done
        here = 0
        for k in range(first, points.orders, points.vans):
            yield env.timeout(points.drive_s(here, k + 1))
            yield env.timeout(SERVICE_S)
            here = k + 1
            done += 1

    for k in range(points.vans):
        env.process(van(k))
    env.run()
    return done
