"""Who is at a door when: a latent number of the door against a probability that varies.

The share of absence is that of the kind of customer times the factors of the hour, the day, the
zone and the household. Factors move the bar, never the latent number, so more presence never turns
a success into a failure (semantics S4).
"""

import math
from collections.abc import Mapping
from typing import Final

from scipy.special import betaincinv

from scenarios.demand import Chance
from scenarios.localday import LocalDay
from scenarios.schema_doors import AreaSpreadSpec, PresenceSpec
from twin.model import PlaceKind
from twin.units import DAY_S, tick_s
from twin.world import Presence

AFTER_S: Final = 4 * 3600.0
"""How long after the last duty an attempt can still begin: a leg to drive, a window to wait for."""
_FEWEST_ATTEMPTS: Final = 16
"""Attempts at one door that have a draw of their own, however many orders it has."""


def drawn_until_s(last_s: float) -> float:
    """Return how far presence is drawn for duties that end at some time.

    Whole days, so that a van with a later shift adds nothing to a day that had room for it.
    """
    return math.ceil((last_s + AFTER_S) / DAY_S) * DAY_S


def zone_factor(presence: PresenceSpec, zone: str, chance: Chance) -> float:
    """Return the factor on absence of a zone on this day: a Beta number over its mean."""
    spread = presence.spread
    if not isinstance(spread, AreaSpreadSpec):
        return 1.0
    drawn = float(betaincinv(spread.a, spread.b, chance.uniform("zone absence", zone)))
    return drawn * (spread.a + spread.b) / spread.a


def draw_presence(
    presence: PresenceSpec,
    door: str,
    kind: PlaceKind,
    chance: Chance,
    *,
    attempts: int,
    until_s: float,
    local: LocalDay,
    factor: float = 1.0,
) -> Presence | None:
    """Return whether somebody is at a door through the day, None if somebody always is.

    Parameters
    ----------
    attempts
        Most attempts that can be made there; counts only where attempts are independent.
    until_s
        Until when to draw, from midnight.
    factor
        On the share of absence: of the day, the weather and the zone.
    """
    probability = presence.probability
    if kind is PlaceKind.BUSINESS and presence.business is not None:
        probability = presence.business
    absent = (1 - probability) * factor
    if not presence.household.is_fixed or presence.household.first != 1:
        absent *= presence.household.at(chance.uniform("household", door))
    if absent <= 0:
        return None
    changes_at_s, factors = _course(presence.by_hour, local, until_s)
    uniforms, renewed_at_s = _held(presence, ("presence", door), chance, attempts, until_s)
    return Presence(
        1 - min(1.0, absent),
        uniforms,
        renewed_at_s,
        changes_at_s,
        tuple(1 - min(1.0, absent * hourly) for hourly in factors),
        presence.agreed_share,
        presence.notified_share,
    )


def draw_neighbour(
    presence: PresenceSpec, door: str, chance: Chance, *, attempts: int, until_s: float
) -> Presence | None:
    """Return whether a neighbour of a door is there who takes goods, None if nobody ever is."""
    if presence.neighbour <= 0:
        return None
    uniforms, renewed_at_s = _held(presence, ("neighbour", door), chance, attempts, until_s)
    return Presence(presence.neighbour, uniforms, renewed_at_s)


def has_safe_place(presence: PresenceSpec, door: str, chance: Chance) -> bool:
    """Whether a door has a safe place for goods; all orders there share it."""
    return chance.uniform("safe place", door) < presence.safe_place


def _course(
    by_hour: Mapping[int, float], local: LocalDay, until_s: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return from when each factor of the hour holds, on every day until some time."""
    if not by_hour:
        return (), ()
    daily = {0: 1.0, **by_hour}
    changes_at_s: list[float] = []
    factors: list[float] = []
    for day in range(math.ceil(until_s / DAY_S)):
        for hour, factor in daily.items():
            clock_s = day * DAY_S + hour * 3600.0
            changes_at_s.append(local.elapsed_s(clock_s))
            factors.append(factor)
    return tuple(changes_at_s), tuple(factors)


def _held(
    presence: PresenceSpec, of: tuple[str, str], chance: Chance, attempts: int, until_s: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the latent numbers of a stream and a door, and from when each of them holds."""
    stream, door = of
    if presence.holds_s is None:
        number = max(attempts, _FEWEST_ATTEMPTS)
        return tuple(chance.uniform(stream, door, k) for k in range(number)), ()
    held: list[float] = []
    renewed_at_s: list[float] = []
    at_s, k = 0.0, 0
    while at_s < until_s:
        held.append(chance.uniform(stream, door, k))
        renewed_at_s.append(at_s)
        # The interval until the next renewal is exponential: no memory of how long it has been.
        at_s += tick_s(-math.log(chance.uniform(f"{stream} holds", door, k)) * presence.holds_s)
        k += 1
    return tuple(held), tuple(renewed_at_s)
