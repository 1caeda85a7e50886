"""Small days with something of everything, drawn by Hypothesis, for laws that hold on any day."""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TypeVar

from dispatchers import AllAboard, Chaos, Fifo
from hypothesis import settings
from hypothesis import strategies as st
from worlds import streets

from networks.routing import RoadTravel
from twin import (
    ALWAYS,
    DRIVE,
    Driver,
    Duty,
    Identity,
    Load,
    Order,
    OrderKind,
    Parcel,
    Place,
    PlaceKind,
    Presence,
    Retry,
    Rules,
    ServiceClass,
    TimeWindow,
    Vehicle,
    Visit,
    World,
)
from twin.events import CAUSES
from twin.model import UNLIMITED, DriverId, DutyId, NodeId, OrderId, PlaceId, VehicleId
from twin.plugins import load
from twin.policy import MakePolicy
from twin.rng import draw as uniform
from twin.world import WhenIdle

BEGINS_S = 8 * 3600.0
COLUMNS, ROWS = 4, 3
NODES = COLUMNS * ROWS
TOWNS = ("grid", "one way", "rush hour")
T = TypeVar("T")
BLOCK_M = 300.0
MPS = 6.0


@cache
def town(kind: str, *, slower: float = 1.0, stretch: float = 1.0, extra: int = 0) -> RoadTravel:
    """Return streets: a grid, one of one-way streets, or one whose speed steps every half hour.

    Parameters
    ----------
    slower
        Driving time over that of the town as it is believed.
    stretch
        Factor on all lengths and speeds: times stay.
    extra
        Junctions more, which no street leads to.
    """
    edges: list[tuple[int, int]] = []
    for y in range(ROWS):
        for x in range(COLUMNS):
            here = y * COLUMNS + x
            if x + 1 < COLUMNS:
                east = (here, here + 1)
                edges += _directed(east, forth=y > 0, both=kind != "one way")
            if y + 1 < ROWS:
                south = (here, here + COLUMNS)
                edges += _directed(south, forth=x < 2, both=kind != "one way")
    ways = [(a, b, BLOCK_M * stretch) for a, b in edges]
    factors = [slower] * 48
    if kind == "rush hour":
        factors = [slower * (1 + slot % 3) for slot in range(48)]
    return streets(NODES + extra, ways, MPS * stretch, time_factors=factors)


def _directed(edge: tuple[int, int], *, forth: bool, both: bool) -> list[tuple[int, int]]:
    """Return the ways along a street; with one-way streets the outer ones are a ring."""
    ways = [edge, edge[::-1]]
    return ways if both else ways[: 1 if forth else 2][-1:]


DEPOTS = ("depot a", "depot b")
DOORS = ("door 1", "door 2", "door 3", "door 4")
SITE = "yard"


def tried(days: int) -> settings:
    """Return the setting that a law is tried on so many days, or TWIN_EXPLORE times as many."""
    return settings(max_examples=days * max(1, int(os.environ.get("TWIN_EXPLORE", "0"))))


class Dice:
    """Choices for one day: as many as are asked for, the same for the same number."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._thrown = 0

    def uniform(self) -> float:
        """Return a number in (0, 1)."""
        self._thrown += 1
        return uniform(self._number, 1, "small day", "", self._thrown)

    def chance(self, share: float) -> bool:
        """Return whether something happens that does so in this share of cases."""
        return self.uniform() < share

    def whole(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        return low + int(self.uniform() * (high - low + 1))

    def one_of(self, *choices: T) -> T:
        """Return one of the choices, all alike."""
        return choices[self.whole(0, len(choices) - 1)]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Return the things in another order."""
        return sorted(things, key=lambda _: self.uniform())

    def minutes(self, low: int, high: int) -> float:
        """Return a time in whole half minutes, seldom in odd ticks."""
        if self.chance(0.25):
            return self.whole(low * 480, high * 480) / 8
        return self.whole(2 * low, 2 * high) * 30.0

    def several(self, *choices: T) -> tuple[T, ...]:
        """Return one to three of the choices."""
        return tuple(self.one_of(*choices) for _ in range(self.whole(1, 3)))


def _visit(dice: Dice) -> Visit:
    return Visit(
        dice.several(0.0, 20.0, 45.0),
        dice.one_of(0.0, 0.0, 25.0),
        dice.several(0.0, 20.0, 45.0, 90.125),
        dice.several(0.0, 10.0, 15.5),
    )


def _presence(dice: Dice) -> Presence:
    held = dice.several(0.05, 0.3, 0.7, 0.95)
    since = sorted(BEGINS_S + dice.minutes(0, 90) for _ in held) if dice.chance(0.6) else ()
    return Presence(dice.one_of(0.0, 0.5, 0.9), held, tuple(since))


def _service_class(dice: Dice, name: str) -> ServiceClass:
    return ServiceClass(
        name,
        dice.whole(1, 3),
        dice.one_of(*Retry),
        hard_window=dice.chance(0.4),
        serve_early=dice.chance(0.3),
        same_day=dice.chance(0.5),
    )


def _window(dice: Dice) -> TimeWindow:
    if dice.chance(0.6):
        return ALWAYS
    opens_at_s = BEGINS_S + dice.minutes(-10, 60)
    return TimeWindow(opens_at_s, opens_at_s + dice.minutes(0, 40))


def _order(dice: Dice, number: int) -> Order:
    door, depot = dice.one_of(*DOORS), dice.one_of(*DEPOTS)
    kind = OrderKind.COLLECTION if dice.chance(0.3) else OrderKind.DELIVERY
    ends = (depot, door) if kind is OrderKind.DELIVERY else (door, depot)
    if kind is OrderKind.DELIVERY and dice.chance(0.1):
        ends = (SITE, door)  # goods that wait where no depot is
    placed_at_s = BEGINS_S + (dice.minutes(0, 70) if dice.chance(0.5) else 0.0)
    later_s = dice.minutes(0, 30) if dice.chance(0.3) else 0.0
    promise = TimeWindow(0.0, BEGINS_S + dice.minutes(0, 90)) if dice.chance(0.5) else None
    return Order(
        OrderId(f"o{number}"),
        PlaceId(ends[0]),
        PlaceId(ends[1]),
        kind,
        tuple(
            Parcel(dice.whole(0, 4000), dice.whole(0, 3000), dice.one_of(0, 500, 1500))
            for _ in range(dice.whole(1, 2))
        ),
        _window(dice),
        promise,  # type: ignore[arg-type] # left out, it follows from the window
        placed_at_s,
        placed_at_s + later_s,
        dice.one_of("one", "two"),
        priority=dice.whole(0, 1),
        skills=dice.one_of((), (), (), ("lift",)),
        load_s=dice.one_of(None, None, 30.0),
        unload_s=dice.one_of(None, None, 12.5),
    )


def _duties(dice: Dice, vehicle: str) -> list[Duty]:
    found, free_from_s = [], BEGINS_S
    for number in range(dice.one_of(0, 1, 1, 1, 1, 1, 2, 2)):
        opens_at_s = free_from_s + dice.one_of(0.0, 0.0, 300.0, 1800.0)
        long_s = dice.one_of(0.0, dice.minutes(0, 90), 3600.0, 5400.0, 7200.0)
        shift = TimeWindow(opens_at_s, opens_at_s + long_s)
        found.append(
            Duty(
                DutyId(f"duty {number} of {vehicle}"),
                DriverId(f"driver {number} of {vehicle}"),
                VehicleId(vehicle),
                shift,
                dice.one_of(0.0, 0.0, 900.0),
            )
        )
        free_from_s = shift.closes_at_s
    return found


def _vehicle(dice: Dice, name: str) -> Vehicle:
    small = (Load(8000, 10_000, 3), Load(5000, 10**6, 2))
    ends = (*DEPOTS, *DEPOTS, SITE, None)
    end = dice.one_of(*ends)
    return Vehicle(
        VehicleId(name),
        dice.one_of("van", "truck"),
        DRIVE,
        dice.one_of(UNLIMITED, UNLIMITED, *small),
        PlaceId(dice.one_of(*DEPOTS, *DEPOTS, SITE)),
        None if end is None else PlaceId(end),
        longest_mm=dice.one_of(2**53, 2**53, 1000),
    )


def _places(dice: Dice) -> list[Place]:
    """Return places at different junctions, so that there is something to drive; two may share."""
    names = (*DEPOTS, *DOORS, SITE)
    nodes = [NodeId(node) for node in dice.shuffled(range(NODES))[: len(names)]]
    nodes[-2] = dice.one_of(*nodes)
    kinds = [*[PlaceKind.DEPOT] * len(DEPOTS), *[PlaceKind.HOUSEHOLD] * len(DOORS), PlaceKind.SITE]
    return [
        Place(
            PlaceId(name),
            kind,
            {DRIVE: node},
            docks=None if kind is PlaceKind.SITE else dice.one_of(None, None, 1, 2),
        )
        for name, kind, node in zip(names, kinds, nodes, strict=True)
    ]


def _rules(dice: Dice) -> Rules:
    horizon_s = dice.one_of(None, None, None, None, dice.minutes(1, 120))
    return Rules(
        begins_at_s=BEGINS_S - dice.one_of(0.0, 600.0),
        horizon_s=None if horizon_s is None else BEGINS_S + horizon_s,
        diversion=dice.chance(0.7),
        when_idle=dice.one_of(*WhenIdle),
        preloaded=dice.chance(0.5),
        latency_s=dice.one_of(0.0, 0.0, 0.0, 30.0, 95.125),
    )


def day_of(number: int, towns: Sequence[str] = TOWNS) -> World:
    """Return the day with a number: up to eight orders, three vans, two depots, and any rules."""
    dice = Dice(number)
    kind = dice.one_of(*towns)
    places = _places(dice)
    vehicles = [_vehicle(dice, f"v{k}") for k in range(dice.one_of(0, 1, 1, 2, 2, 3, 3))]
    duties = [duty for one in vehicles for duty in _duties(dice, one.id)]
    orders = [_order(dice, k) for k in range(dice.one_of(0, 1, 3, 5, 6, 7, 8))]
    unlucky = [one.id for one in orders if dice.chance(0.1)]
    slow = [one for one in orders if dice.chance(0.15)]
    day = World(
        Identity("small", seed=number, network=kind),
        {place.id: place for place in places},
        tuple(vehicles),
        tuple(
            Driver(duty.driver, dice.one_of((), ("lift",)), dice.one_of(1.0, 1.0, 1.25))
            for duty in duties
        ),
        tuple(duties),
        tuple(orders),
        town(kind),
        town(kind, slower=dice.one_of(1.0, 1.0, 1.5)),
        service_classes={name: _service_class(dice, name) for name in ("one", "two")},
        visits={place.id: _visit(dice) for place in places if dice.chance(0.5)},
        presence={PlaceId(door): _presence(dice) for door in DOORS if dice.chance(0.3)},
        failures={order_id: dice.one_of(*CAUSES[1:4]) for order_id in unlucky},
        ready_at_s={one.id: one.placed_at_s + dice.minutes(0, 40) for one in slow},
        rules=_rules(dice),
    )
    return _told(Dice(number + 2**42), day)


def _told(dice: Dice, day: World) -> World:
    """Return a day on which, one time in three, some orders are bound to vehicles."""
    if dice.chance(2 / 3) or not day.vehicles:
        return day
    forbidden = frozenset(
        (order.id, dice.one_of(*day.vehicles).id) for order in day.orders if dice.chance(0.3)
    )
    pins = {
        order.id: dice.one_of(*day.duties).vehicle
        for order in day.orders
        if day.duties and dice.chance(0.4)
    }
    kept = {order: van for order, van in pins.items() if _can_be_pinned(order, van, day)}
    return replace(day, pins=kept, forbidden=forbidden - frozenset(kept.items()))


def _can_be_pinned(order_id: OrderId, vehicle_id: VehicleId, day: World) -> bool:
    """Whether a vehicle and one of its drivers could serve an order."""
    order = next(one for one in day.orders if one.id == order_id)
    van = next(one for one in day.vehicles if one.id == vehicle_id)
    drivers = {duty.driver for duty in day.duties if duty.vehicle == vehicle_id}
    return (
        order.load.fits_in(van.capacity)
        and max(parcel.longest_mm for parcel in order.parcels) <= van.longest_mm
        and any(set(order.skills) <= set(one.skills) for one in day.drivers if one.id in drivers)
    )


def small_days(towns: Sequence[str] = TOWNS) -> st.SearchStrategy[World]:
    """Return all days that `day_of` makes; a failing one names its number as its seed."""
    return st.integers(0, 2**40).map(lambda number: day_of(number, towns))


shares = st.integers(1, 99).map(lambda n: n / 100)
"""Probabilities away from 0 and 1."""

QUICK: dict[str, MakePolicy] = {
    "nearest": load("nearest"),
    "insertion": load("insertion"),
    "slack": load("slack"),
    "waves": partial(load("waves"), every_s=600.0, count=2, back_within_s=1800.0),
    "manual": partial(load("manual"), iterations=10, per_order_s=20.0, per_exception_s=60.0),
    "districts": partial(load("districts"), iterations=10),
    "risk": partial(load("risk"), iterations=5, morning_iterations=5),
    "rolling": partial(load("rolling"), iterations=10, every_s=300.0, morning_iterations=20),
    "one per trip": Fifo,
    "all aboard": AllAboard,
    "chaos": Chaos,
}
"""Policies that do not search for long, by name."""

policies = st.sampled_from(sorted(QUICK)).map(QUICK.__getitem__)


def with_rules(day: World, **fields: object) -> World:
    """Return the same day under other rules."""
    return replace(day, rules=replace(day.rules, **fields))


solver = partial(load("static"), iterations=30)
"""The policy that plans the morning with a solver, with little effort."""
