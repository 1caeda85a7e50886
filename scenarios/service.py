"""What happens at doors: how long a stop takes, and what cannot be served whoever is there.

Times belong to the door, so two orders at one door meet the same (semantics S3); what cannot be
served belongs to the order (S4).
"""

from collections.abc import Mapping
from typing import Final

from networks.sphere import great_circle_m
from scenarios.demand import Chance
from scenarios.schema_doors import FailuresSpec, ServiceSpec
from scenarios.spreads import Spread
from twin.model import StopTime
from twin.units import tick_s
from twin.world import Visit

AT_THE_DOOR: Final = ("no access", "wrong address", "refused")
"""Causes that a locker does not have."""
SEARCHED: Final = ("no access", "wrong address")
"""Causes that take time to find out."""


def parking_at(service: ServiceSpec, lat: float | None, lon: float | None) -> Spread:
    """Return the law of parking at a point: that of the first area that holds it."""
    if lat is None or lon is None:
        return service.parking_s
    for area in service.parking_areas:
        if great_circle_m(lat, lon, area.lat, area.lon) <= area.radius_m:
            return area.parking_s
    return service.parking_s


def draw_visit(
    service: ServiceSpec,
    door: str,
    visits: int,
    chance: Chance,
    *,
    parking: Spread | None = None,
    fixed_s: float | None = None,
    per_parcel_s: float | None = None,
    factor: float = 1.0,
    noise: bool = True,
) -> Visit:
    """Return what stopping at a door takes.

    Parameters
    ----------
    visits
        How many visits have a draw of their own.
    parking
        The law of parking there, where it is not that of the whole town.
    fixed_s, per_parcel_s
        Where they are given instead of drawn.
    factor
        Of the weather, on every time that is not given.
    noise
        Whether to draw; else every time is its mean.
    """

    def times(spread: Spread, stream: str, given_s: float | None = None) -> tuple[float, ...]:
        if given_s is not None:
            return (tick_s(given_s),)
        if spread.is_fixed or not noise:
            return (tick_s(spread.mean * factor),)
        return tuple(
            tick_s(spread.at(chance.uniform(stream, door, k)) * factor) for k in range(visits)
        )

    return Visit(
        parking_s=times(service.parking_s if parking is None else parking, "parking"),
        walk_s=times(service.walk_s, "walk")[0],
        fixed_s=times(service.fixed_s, "service", fixed_s),
        per_parcel_s=times(service.per_parcel_s, "per parcel", per_parcel_s),
    )


def expected_time(
    service: ServiceSpec,
    fixed_s: float | None = None,
    per_parcel_s: float | None = None,
    parking: Spread | None = None,
) -> StopTime:
    """Return what a planner expects a stop to take: the means on an ordinary day."""
    return StopTime(
        parking_s=tick_s((service.parking_s if parking is None else parking).mean),
        walk_s=tick_s(service.walk_s.mean),
        fixed_s=tick_s(service.fixed_s.mean if fixed_s is None else fixed_s),
        per_parcel_s=tick_s(service.per_parcel_s.mean if per_parcel_s is None else per_parcel_s),
    )


def draw_failure(failures: FailuresSpec, order_id: str, chance: Chance) -> str | None:
    """Return why an order cannot be served whoever is at the door, None if it can."""
    uniform = chance.uniform("failure", order_id)
    edge = 0.0
    # A cause is added at the end: what the others get of the range stays theirs.
    shares: Mapping[str, float] = {
        "no access": failures.no_access,
        "wrong address": failures.wrong_address,
        "refused": failures.refused,
        "damaged": failures.damaged,
    }
    for cause, share in shares.items():
        edge += share
        if uniform < edge:
            return cause
    return None
