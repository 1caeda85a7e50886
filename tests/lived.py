"""Days on one road, and what a test reads from their journals: every event of a vehicle, timed."""

from collections.abc import Sequence

from worlds import depot, duty, line, order, place, van, world

from twin import (
    Collect,
    Deliver,
    Duty,
    Journal,
    LoadOrders,
    Order,
    Place,
    Plan,
    Stop,
    Vehicle,
    World,
)
from twin.events import Event
from twin.plan import Action

ROAD = line([600, 600, 600], 10)
"""Depot, near, mid and far in a row, a minute from each to the next; out on edges 0, 2, 4."""
OVER_S = 2000.0
"""When shifts end if nothing else is said."""

__all__ = [
    "OVER_S",
    "ROAD",
    "at",
    "collect",
    "day",
    "deliver",
    "depot",
    "duty",
    "facts",
    "line",
    "load",
    "of",
    "order",
    "place",
    "plan",
    "story",
    "times",
    "van",
    "world",
]  # fmt: skip


def day(
    orders: Sequence[Order],
    vans: Sequence[Vehicle] | None = None,
    duties: Sequence[Duty] | None = None,
    *,
    places: Sequence[Place] = (),
    **more: object,
) -> World:
    """Return a day on the road; places given replace those of the same name."""
    usual = [depot(0), place("near", 1), place("mid", 2), place("far", 3)]
    named = {spot.id: spot for spot in (*usual, *places)}
    vans = [van()] if vans is None else vans
    if duties is None:
        spares = more.get("spares", ())
        duties = [
            duty(one.id, closes_at_s=OVER_S)
            for one in vans
            if one.id not in spares  # type: ignore[operator] # a tuple of ids
        ]
    travel = more.pop("travel", ROAD)
    return world(travel, list(named.values()), orders, vans, duties, **more)  # type: ignore[arg-type] # passed on


def load(*orders: str, at: str = "depot") -> Stop:
    """Return a stop that loads."""
    return Stop(at, (LoadOrders(orders),))


def deliver(door: str, *orders: str) -> Stop:
    """Return a stop that delivers."""
    return Stop(door, tuple(Deliver(name) for name in orders))


def collect(door: str, *orders: str) -> Stop:
    """Return a stop that collects."""
    return Stop(door, tuple(Collect(name) for name in orders))


def plan(*stops: Stop, to: str = "v1", **more: object) -> Plan:
    """Return a plan for one vehicle."""
    return Plan({to: stops}, **more)  # type: ignore[arg-type] # passed on


def at(door: str, *actions: Action) -> Stop:
    """Return a stop with any actions."""
    return Stop(door, actions)


def story(journal: Journal, vehicle: str = "v1", until_s: float = float("inf")) -> list[str]:
    """Return every event of a vehicle: one line an instant, its time and the names in order."""
    lines: dict[float, str] = {}
    for event in journal:
        if getattr(event, "vehicle", None) == vehicle and event.at_s < until_s:
            before = lines.get(event.at_s, f"{event.at_s:g}")
            lines[event.at_s] = f"{before} {type(event).__name__}"
    return list(lines.values())


def times(journal: Journal, kind: type, vehicle: str | None = None) -> list[float]:
    """Return when events of a kind happened."""
    return [event.at_s for event in of(journal, kind, vehicle)]


def of(journal: Journal, kind: type, vehicle: str | None = None) -> list[Event]:
    """Return the events of a kind, of one vehicle."""
    return [e for e in journal.of(kind) if vehicle is None or e.vehicle == vehicle]  # type: ignore[union-attr] # asked of kinds that have one


def facts(journal: Journal, kind: type, *fields: str) -> list[tuple[object, ...]]:
    """Return some fields of each event of a kind, its time first."""
    return [(e.at_s, *(getattr(e, name) for name in fields)) for e in journal.of(kind)]
