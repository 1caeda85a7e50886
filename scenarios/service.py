"""What happens at doors: how long a stop takes, who is there when, what cannot be served.

All of it belongs to the door, so two orders at one door meet the same people (semantics S3, S4).
"""

import math
from typing import Final

from scenarios.demand import Chance
from scenarios.schema_day import FailuresSpec, PresenceSpec, ServiceSpec
from scenarios.spreads import Spread
from twin.model import PlaceKind, StopTime
from twin.units import DAY_S, tick_s
from twin.world import Presence, Visit

AFTER_S: Final = 4 * 3600.0
"""How long after the last duty an attempt can still begin: a leg to drive, a window to wait for."""
_FEWEST_ATTEMPTS: Final = 16
"""Attempts at one door that have a draw of their own, however many orders it has."""


def draw_visit(
    service: ServiceSpec,
    door: str,
    visits: int,
    chance: Chance,
    *,
    fixed_s: float | None = None,
    per_parcel_s: float | None = None,
) -> Visit:
    """Return what stopping at a door takes.

    Parameters
    ----------
    visits
        How many visits have a draw of their own.
    fixed_s, per_parcel_s
        Where they are given instead of drawn.
    """

    def times(spread: Spread, stream: str, given_s: float | None = None) -> tuple[float, ...]:
        if given_s is not None:
            return (tick_s(given_s),)
        if spread.is_fixed:
            return (tick_s(spread.first),)
        return tuple(tick_s(spread.at(chance.uniform(stream, door, k))) for k in range(visits))

    return Visit(
        parking_s=times(service.parking_s, "parking"),
        walk_s=times(service.walk_s, "walk")[0],
        fixed_s=times(service.fixed_s, "service", fixed_s),
        per_parcel_s=times(service.per_parcel_s, "per parcel", per_parcel_s),
    )


def expected_time(
    service: ServiceSpec, fixed_s: float | None = None, per_parcel_s: float | None = None
) -> StopTime:
    """Return what a planner expects a stop to take: the means."""
    return StopTime(
        parking_s=tick_s(service.parking_s.mean),
        walk_s=tick_s(service.walk_s.mean),
        fixed_s=tick_s(service.fixed_s.mean if fixed_s is None else fixed_s),
        per_parcel_s=tick_s(service.per_parcel_s.mean if per_parcel_s is None else per_parcel_s),
    )


def drawn_until_s(last_s: float) -> float:
    """Return how far presence is drawn for duties that end at some time.

    Whole days, so that a van with a later shift adds nothing to a day that had room for it.
    """
    return math.ceil((last_s + AFTER_S) / DAY_S) * DAY_S


def draw_presence(
    presence: PresenceSpec,
    door: str,
    kind: PlaceKind,
    chance: Chance,
    *,
    attempts: int,
    until_s: float,
) -> Presence | None:
    """Return whether somebody is at a door through the day, None if somebody always is.

    Parameters
    ----------
    attempts
        Most attempts that can be made there; counts only where attempts are independent.
    until_s
        Until when to draw, from midnight.
    """
    probability = presence.probability
    if kind is PlaceKind.BUSINESS and presence.business is not None:
        probability = presence.business
    if probability >= 1:
        return None
    if presence.holds_s is None:
        number = max(attempts, _FEWEST_ATTEMPTS)
        uniforms = tuple(chance.uniform("presence", door, k) for k in range(number))
        return Presence(probability, uniforms)
    held: list[float] = []
    renewed_at_s: list[float] = []
    at_s, k = 0.0, 0
    while at_s < until_s:
        held.append(chance.uniform("presence", door, k))
        renewed_at_s.append(at_s)
        # The interval until the next renewal is exponential: no memory of how long it has been.
        at_s += tick_s(-math.log(chance.uniform("presence holds", door, k)) * presence.holds_s)
        k += 1
    return Presence(probability, tuple(held), tuple(renewed_at_s))


def draw_failure(failures: FailuresSpec, order_id: str, chance: Chance) -> str | None:
    """Return why an order cannot be served whoever is at the door, None if it can."""
    uniform = chance.uniform("failure", order_id)
    edge = 0.0
    for cause, share in (
        ("no access", failures.no_access),
        ("wrong address", failures.wrong_address),
        ("refused", failures.refused),
    ):
        edge += share
        if uniform < edge:
            return cause
    return None
