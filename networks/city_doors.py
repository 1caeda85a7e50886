"""The doors of a made-up city: addresses along its streets, dense in the middle."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from networks.city_plan import CYCLEWAY, PRIMARY, SECONDARY, TERTIARY
from networks.sphere import Floats
from twin.rng import Streams

Ints = NDArray[np.int64]

_DOORS_PER_KM: Final = 62.0
"""On a street in the centre; at the edge of the city a quarter of it."""
_FRONT_SHARE: Final = {PRIMARY: 0.5, SECONDARY: 0.8, CYCLEWAY: 0.0}
_SET_BACK_M: Final = (9.0, 22.0)
_BUSINESS: Final = {PRIMARY: 0.30, SECONDARY: 0.25, TERTIARY: 0.12}
_BUSINESS_ELSEWHERE: Final = 0.03
_DOWNTOWN: Final = 0.15
"""Additional share of businesses at the very centre."""
_TRADES: Final = (
    {"shop": "convenience"},
    {"shop": "clothes"},
    {"shop": "bakery"},
    {"office": "company"},
    {"office": "lawyer"},
    {"amenity": "restaurant"},
    {"amenity": "cafe"},
    {"amenity": "doctors"},
)


@dataclass(frozen=True)
class Fronts:
    """Streets as curves from one point to another, which doors look on.

    Attributes
    ----------
    ax_m, ay_m, bx_m, by_m
        Ends, metres east and north of the centre.
    bend
        Height of the arch over its span, to the left if positive.
    kind
        Place in `networks.city_plan.KINDS`.
    names
        Of the streets; empty for those without.
    """

    ax_m: Floats
    ay_m: Floats
    bx_m: Floats
    by_m: Floats
    bend: Floats
    kind: Ints
    names: list[str]

    @property
    def span_m(self) -> Floats:
        """Straight length."""
        return np.asarray(np.hypot(self.bx_m - self.ax_m, self.by_m - self.ay_m))

    def followed_by(self, others: "Fronts") -> "Fronts":
        """Return these streets and then others."""
        parts = ("ax_m", "ay_m", "bx_m", "by_m", "bend", "kind")
        joined = (np.concatenate([getattr(self, part), getattr(others, part)]) for part in parts)
        ax_m, ay_m, bx_m, by_m, bend, kind = joined
        return Fronts(ax_m, ay_m, bx_m, by_m, bend, kind, self.names + others.names)

    def at(
        self, which: Ints, share: Floats, aside_m: Floats | float = 0.0
    ) -> tuple[Floats, Floats]:
        """Return points at a share of the way along streets, and to the left of them."""
        east, north = (self.bx_m - self.ax_m)[which], (self.by_m - self.ay_m)[which]
        arch = self.bend[which] * np.sin(np.pi * share)
        out = arch + aside_m / np.maximum(self.span_m[which], 1e-9)
        x_m = self.ax_m[which] + share * east - out * north
        return x_m, self.ay_m[which] + share * north + out * east


@dataclass(frozen=True)
class Doors:
    """Address points of a made-up city: coordinates in steps of 1e-7 degrees, and tags."""

    lat: NDArray[np.int32]
    lon: NDArray[np.int32]
    tags: list[dict[str, str]]


def draw_doors(
    fronts: Fronts,
    radius_m: float,
    on_earth: Callable[[Floats, Floats], tuple[NDArray[np.int32], NDArray[np.int32]]],
    streams: Streams,
) -> Doors:
    """Return doors on both sides of the streets.

    Parameters
    ----------
    radius_m
        Of the city; how many doors a street has falls from the centre outwards.
    on_earth
        From metres east and north to steps of latitude and longitude.
    """
    numbers = streams.generator("city doors")
    everyone = np.arange(len(fronts.kind))
    x_m, y_m = fronts.at(everyone, np.full(len(everyone), 0.5))
    out = np.hypot(x_m, y_m) / radius_m
    per_km = _DOORS_PER_KM * np.maximum(0.25, np.exp(-1.4 * out))
    for kind, share in _FRONT_SHARE.items():
        per_km = np.where(fronts.kind == kind, per_km * share, per_km)
    per_km = np.where([bool(name) for name in fronts.names], per_km, 0.0)
    expected = per_km * fronts.span_m / 1000
    count = np.floor(expected + numbers.random(len(expected))).astype(np.int64)
    owner = np.repeat(everyone, count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    uniform = numbers.random((4, len(owner)))
    share = (place + 0.2 + 0.6 * uniform[0]) / count[owner]
    side = np.where(place % 2, 1.0, -1.0)
    back_m = _SET_BACK_M[0] + (_SET_BACK_M[1] - _SET_BACK_M[0]) * uniform[1]
    door_x, door_y = fronts.at(owner, share, side * back_m)
    business = np.full(len(owner), _BUSINESS_ELSEWHERE)
    for kind, share_of_kind in _BUSINESS.items():
        business = np.where(fronts.kind[owner] == kind, share_of_kind, business)
    business = business + _DOWNTOWN * np.exp(-((out[owner] / 0.15) ** 2))
    trade = np.where(uniform[2] < business, (uniform[3] * len(_TRADES)).astype(np.int64), -1)
    lat, lon = on_earth(door_x, door_y)
    return Doors(lat, lon, _door_tags(fronts, owner, trade))


def _door_tags(fronts: Fronts, owner: Ints, trade: Ints) -> list[dict[str, str]]:
    """Return the tags of doors, numbered along each street in the order of its pieces."""
    last: dict[str, int] = {}
    tags = []
    for street, kind in zip(owner.tolist(), trade.tolist(), strict=True):
        name = fronts.names[street]
        number = last[name] = last.get(name, 0) + 1
        door = {"addr:street": name, "addr:housenumber": str(number)}
        if kind >= 0:
            door |= _TRADES[kind]
        tags.append(door)
    return tags
