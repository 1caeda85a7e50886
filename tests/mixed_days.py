"""Days with something of everything, by a formula, for laws that hold whatever the day."""

from dataclasses import replace
from typing import Any

from worlds import H, depot, duty, lattice, order, place, van, world

from twin import (
    Driver,
    Load,
    Order,
    OrderKind,
    Parcel,
    Rules,
    ServiceClass,
    StopTime,
    TimeWindow,
    World,
)
from twin.model import PlaceId


def mixed(seed: int, count: int) -> World:
    """Return a day on a grid by a formula: two depots, windows, skills, collections, tours."""
    places = [depot(0, "west"), depot(24, "east", expected=StopTime(fixed_s=120, per_parcel_s=5))]
    orders = []
    for k in range(count):
        number = k * 7 + seed
        door = place(
            f"door{number % 19}", number * 5 % 25, expected=StopTime(30, 10, 60.0, float(k % 3))
        )
        places.append(door)
        at = "west" if number % 3 else "east"
        opens_at_s = (8 + number % 8) * H
        window = TimeWindow(opens_at_s, opens_at_s + 2 * H)
        more: dict[str, Any] = {
            "parcels": (Parcel(1000 + number % 5 * 4000),) * (1 + number % 2),
            "skills": ("identity",) if number % 6 == 0 else (),
            "service_class": "hard" if number % 4 == 0 else "standard",
        }
        if number % 5 < 2:
            more["window"] = window
        if number % 7 == 0:
            more["ready_at_s"] = 9 * H
        if number % 11 == 0:
            del more["skills"]
            orders.append(
                Order(
                    order(f"o{k}", door.id).id, door.id, PlaceId(at), OrderKind.COLLECTION, **more
                )
            )
        else:
            orders.append(order(f"o{k}", door.id, at, **more))
    small = Load(30_000, 10**6, 6)
    vans = [
        van("v1", "west", ends_at="west", capacity=small),
        van("v2", "west", ends_at=None),
        van("v3", "east", ends_at="west", capacity=small),
        van("v4", "door0" if count and seed % 19 == 0 else "east", ends_at="east"),
    ]
    duties = [duty(f"v{k}", 8 * H, (13 + k) * H, overtime_s=600.0 * (k % 2)) for k in range(1, 5)]
    by_id = {spot.id: spot for spot in places}
    day = world(
        lattice(5, 5, 400, 6), list(by_id.values()), orders, vans, duties,
        classes={"standard": ServiceClass(), "hard": ServiceClass("hard", hard_window=True)},
        rules=Rules(begins_at_s=6 * H, preloaded=seed % 2 == 0),
    )  # fmt: skip
    drivers = tuple(
        Driver(d.id, ("identity",) * (k % 2), 1 + k / 10) for k, d in enumerate(day.drivers)
    )
    return replace(day, drivers=drivers)
