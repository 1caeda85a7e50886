"""On foot from door to door: which stops are in reach of the parked vehicle (S3)."""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Final

from twin.model import Load, Order, Place, PlaceKind
from twin.plan import Collect, Deliver
from twin.rows import VehicleState
from twin.rules import Rules
from twin.units import EARTH_RADIUS_M

if TYPE_CHECKING:
    from twin.state import State

_DOORS: Final = frozenset({PlaceKind.HOUSEHOLD, PlaceKind.BUSINESS, PlaceKind.LOCKER})


def crow_m(here: Place, there: Place) -> float:
    """Return the metres between two places as the crow flies; 0 where coordinates are missing."""
    if here.lat is None or here.lon is None or there.lat is None or there.lon is None:
        return 0.0
    a, b = radians(here.lat), radians(there.lat)
    half = sin((b - a) / 2) ** 2
    half += cos(a) * cos(b) * sin(radians(there.lon - here.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(half, 1.0)))


def load_of(orders: Iterable[Order]) -> Load:
    """Return what some orders come to."""
    return sum((order.load for order in orders), start=Load())


def within_reach(row: VehicleState, state: "State", rules: Rules) -> Load | None:
    """Return what the driver would carry to the next stop on foot, None if it is driven to.

    It is walked to if it is a door within the radius of where the vehicle is parked at a door,
    has no docks, and its parcels can be carried at once.
    """
    if not rules.walking_radius_m or row.place is None or row.down is not None:
        return None
    stop = row.route[0]
    parked, door = state.places[row.parked or row.place], state.places[stop.place]
    if parked.kind not in _DOORS or door.kind not in _DOORS or parked.docks or door.docks:
        return None
    if parked.lat is None or door.lat is None or not stop.actions:
        return None
    if crow_m(parked, door) > rules.walking_radius_m:
        return None
    if not all(isinstance(action, Deliver | Collect) for action in stop.actions):
        return None
    goods = load_of(
        state.orders[action.order].order
        for action in stop.actions
        if isinstance(action, Deliver | Collect)
    )
    return goods if goods.fits_in(rules.carrying) else None
