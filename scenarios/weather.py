"""The weather of a day: one kind, and its factors on demand, streets, doors and drivers."""

from dataclasses import dataclass, fields
from itertools import accumulate
from typing import Final

from scenarios.defaults import default
from scenarios.schema import ScenarioSpec
from twin.rng import draw

DRY: Final = "dry"


@dataclass(frozen=True, slots=True)
class WeatherDay:
    """What the weather of one day does to it; every factor 1 is an ordinary, dry day.

    Attributes
    ----------
    kind
        ``dry``, ``rain``, ``snow`` or ``storm``.
    demand
        Factor on the number of orders that are drawn; given orders stay as they are.
    driving
        Factor on driving times, of every mode.
    service
        Factor on times at doors: parking, walk, fixed and per parcel.
    absence
        Factor on the share of absence at doors; the product is at most 1.
    driver_absence
        Factor on the share of drivers who do not come; the product is at most 1.
    """

    kind: str = DRY
    demand: float = 1.0
    driving: float = 1.0
    service: float = 1.0
    absence: float = 1.0
    driver_absence: float = 1.0


def weather_of(spec: ScenarioSpec, seed: int, day: int) -> WeatherDay:
    """Return the weather of a day of a scenario.

    It depends on the scenario, the seed and the day only, so whoever asks gets the same. The
    kind is drawn from the stream ``weather``; without noise it is the likeliest, of equals the
    first that is named.
    """
    kind = _kind(spec, seed, day)
    if kind == DRY:
        return WeatherDay()
    given = getattr(spec.weather, kind)
    meant = default(f"weather.{kind}")
    factors = {}
    for field in fields(WeatherDay)[1:]:
        own = getattr(given, field.name)
        factors[field.name] = float(meant[field.name]) if own is None else own
    return WeatherDay(kind, **factors)


def _kind(spec: ScenarioSpec, seed: int, day: int) -> str:
    weather = spec.weather
    if weather.kind != "drawn":
        return weather.kind
    if spec.noise == "off":
        return max(weather.shares, key=lambda kind: weather.shares[kind])
    kinds = [kind for kind, share in weather.shares.items() if share > 0]
    uniform = draw(seed, day, "weather", "kind")
    sums = accumulate(weather.shares[kind] for kind in kinds)
    return next((kind for kind, edge in zip(kinds, sums, strict=True) if uniform < edge), kinds[-1])
