"""What runs short first: how busy docks, chargers, duties, capacity and dispatchers are by hour.

Hours are those of the clock. Each share is of what there is: all docks of one depot, all chargers
of one place, all shift time of the hour, the capacity of what leaves depots, and the hour itself
for the dispatchers, who think about one question at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from twin.facts import Facts
from twin.tables import DutyFacts
from twin.units import clock

_HOUR_S: Final = 3600.0
_FREE: Final = frozenset({"idle", "waiting", "on break", "recharging"})
"""Activities in which a duty could have done more; batteries are filled while it stands by."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The busiest hour of a resource.

    Attributes
    ----------
    share
        0 to 1.
    """

    resource: str
    share: float
    hour: int

    def in_words(self) -> str:
        """Return which resource and when."""
        return f"{self.resource}, {clock(self.hour * _HOUR_S)[:5]}"


def peak(shares: Iterable[Peak]) -> Peak | None:
    """Return the busiest one, the earliest of equals; None of none."""
    return max(shares, key=lambda one: (one.share, -one.hour), default=None)


def docks(facts: Facts) -> Iterator[Peak]:
    """Yield how busy the docks of each place were, hour by hour."""
    for place in facts.places.values():
        if place.docks is not None:
            taken = _taken(facts, place.id, ("loading", "serving"))
            yield from _peaks(f"docks of {place.id}", taken, place.docks * _HOUR_S)


def chargers(facts: Facts) -> Iterator[Peak]:
    """Yield how busy the chargers of each place were, hour by hour."""
    for place in facts.places.values():
        if place.chargers is not None:
            taken = _taken(facts, place.id, ("recharging",))
            yield from _peaks(f"chargers of {place.id}", taken, place.chargers.count * _HOUR_S)


def duties(facts: Facts) -> Iterator[Peak]:
    """Yield which share of the planned shift time of each hour was in use."""
    planned: dict[int, float] = {}
    worked: dict[int, float] = {}
    for duty in facts.duties:
        opens_at_s, closes_at_s = duty.duty.shift.opens_at_s, duty.duty.shift.closes_at_s
        _spread(planned, opens_at_s, closes_at_s)
        for began_at_s, ended_at_s in _work(duty):
            _spread(worked, began_at_s, min(ended_at_s, closes_at_s))
    for hour, seconds in sorted(worked.items()):
        yield Peak("duties", seconds / planned[hour], hour)


def capacity(facts: Facts) -> Iterator[Peak]:
    """Yield how full vehicles left depots, on average over the departures of an hour."""
    shares: dict[int, list[float]] = {}
    for left in facts.fullness:
        shares.setdefault(int(left.at_s // _HOUR_S), []).append(left.share)
    for hour, listed in sorted(shares.items()):
        yield Peak("capacity", sum(listed) / len(listed), hour)


def dispatchers(facts: Facts) -> Iterator[Peak]:
    """Yield for which share of each hour a question was being thought about."""
    yield from _peaks("dispatchers", facts.thinking, _HOUR_S)


def _work(duty: DutyFacts) -> Iterator[tuple[float, float]]:
    return ((span.began_at_s, span.ended_at_s) for span in duty.spans if span.activity not in _FREE)


def _taken(facts: Facts, place: str, activities: tuple[str, ...]) -> Iterator[tuple[float, float]]:
    return (
        (span.began_at_s, span.ended_at_s)
        for duty in facts.duties
        for span in duty.spans
        if span.place == place and span.activity in activities
    )


def _peaks(
    resource: str, taken: Iterable[tuple[float, float]], there_is_s: float
) -> Iterator[Peak]:
    by_hour: dict[int, float] = {}
    for began_at_s, ended_at_s in taken:
        _spread(by_hour, began_at_s, ended_at_s)
    for hour, seconds in sorted(by_hour.items()):
        yield Peak(resource, seconds / there_is_s, hour)


def _spread(by_hour: dict[int, float], began_at_s: float, ended_at_s: float) -> None:
    """Add a time to the hours of the clock that it falls in."""
    while began_at_s < ended_at_s:
        hour = int(began_at_s // _HOUR_S)
        until_s = min(ended_at_s, (hour + 1) * _HOUR_S)
        by_hour[hour] = by_hour.get(hour, 0.0) + until_s - began_at_s
        began_at_s = until_s
