"""Quantities as people write them, with their unit, turned into the units inside.

A time becomes seconds, a length metres, a speed metres per second, a weight grams, a volume
millilitres, a share a number from 0 to 1. A missing unit is an error that names it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from scenarios.problems import Refused, shown
from twin.model import TimeWindow
from twin.units import DAY_S, clock, parse_clock

_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_PART = re.compile(rf"([-+]?{_NUMBER})\s*([A-Za-zµ³/%][A-Za-z0-9³/%]*)")
_BARE = re.compile(rf"[-+]?{_NUMBER}")
_COMMA = re.compile(r"\d,\d")
_MAX_CHARACTERS: Final = 60
NIGHT_S: Final = 14 * 3600.0
"""Longest window that may be read as one across midnight; a longer one is taken for a slip."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A kind of quantity: its units, and how it is asked for.

    Attributes
    ----------
    what
        As it is called in messages.
    units
        What one of each unit is in the unit inside.
    inside
        The unit it is written back in.
    examples
        How to write it.
    has_parts
        Whether several parts add up, as in ``1 h 30 min``.
    """

    what: str
    units: Mapping[str, Decimal]
    inside: str
    examples: tuple[str, ...]
    has_parts: bool = False

    @property
    def expected(self) -> str:
        """What a message asks for."""
        return f"expected a {self.what} with its unit such as {', '.join(self.examples)}"

    def read(self, given: object) -> float:
        """Return a quantity in the unit inside.

        Raises
        ------
        ValueError
            If it is not this kind of quantity, has no unit, or is negative.
        """
        if isinstance(given, bool) or given is None or isinstance(given, list | dict):
            raise Refused(f"not a {self.what} ({shown(given)}), {self.expected}")
        text = given.strip() if isinstance(given, str) else str(given)
        if len(text) > _MAX_CHARACTERS:
            raise Refused(f"not a {self.what} ({shown(text)}), {self.expected}")
        if not isinstance(given, str) or _BARE.fullmatch(text):
            unit = self.examples[0].split()[-1]
            raise Refused(
                f"no unit ({text}), {self.expected}; write '{text} {unit}' if that is meant"
            )
        if _COMMA.search(text):
            point = text.replace(",", ".")
            raise Refused(f"a decimal comma ({shown(text)}); write '{point}' if that is meant")
        return self._add_parts(text)

    def _add_parts(self, text: str) -> float:
        parts = _PART.findall(text)
        left = _PART.sub("", text).strip()
        if not parts or left or (len(parts) > 1 and not self.has_parts):
            raise Refused(f"not a {self.what} ({shown(text)}), {self.expected}")
        total = Decimal(0)
        for number, unit in parts:
            if unit not in self.units:
                raise Refused(
                    f"unknown unit '{unit}' ({shown(text)}), {self.expected}; "
                    f"units are {', '.join(self.units)}"
                )
            if number.startswith("-"):
                raise Refused(f"negative ({shown(text)}), expected 0 or more")
            total += Decimal(number) * self.units[unit]
        return float(total)

    def write(self, value: float) -> str:
        """Return a quantity as text that `read` gives back exactly."""
        return f"{plain(value)} {self.inside}"


def plain(value: float) -> str:
    """Return a number without an exponent, with all its digits and no more."""
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def _units(**sizes: str) -> Mapping[str, Decimal]:
    return MappingProxyType({unit: Decimal(size) for unit, size in sizes.items()})


TIME: Final = Dimension(
    "time",
    _units(
        s="1", sec="1", second="1", seconds="1",
        min="60", minute="60", minutes="60",
        h="3600", hour="3600", hours="3600",
        d="86400", day="86400", days="86400",
    ),
    "s",
    ("90 s", "15 min", "2 h"),
    has_parts=True,
)  # fmt: skip
LENGTH: Final = Dimension(
    "length",
    # The international mile and foot, exact since 1959.
    _units(m="1", km="1000", mm="0.001", cm="0.01", mi="1609.344", ft="0.3048"),
    "m",
    ("300 m", "1.5 km", "0.2 mi"),
)
SPEED: Final = Dimension(
    "speed",
    MappingProxyType(
        {
            "km/h": Decimal(1000) / Decimal(3600),
            "mph": Decimal("0.44704"),  # 1609.344 m in 3600 s
            "m/s": Decimal(1),
        }
    ),
    "m/s",
    ("45 km/h", "30 mph", "10 m/s"),
)
WEIGHT: Final = Dimension(
    "weight",
    # The international avoirdupois pound, exact since 1959.
    _units(g="1", kg="1000", t="1000000", lb="453.59237", lbs="453.59237"),
    "g",
    ("12 kg", "800 g", "25 lb"),
)
VOLUME: Final = Dimension(
    "volume",
    MappingProxyType(
        {
            "l": Decimal(1000), "L": Decimal(1000), "litres": Decimal(1000), "ml": Decimal(1),
            "m3": Decimal(1_000_000), "m³": Decimal(1_000_000),
            # (0.3048 m)^3
            "ft3": Decimal("28316.846592"), "ft³": Decimal("28316.846592"),
        }
    ),
    "ml",
    ("40 l", "8 m3", "280 ft3"),
)  # fmt: skip


def read_share(given: object) -> float:
    """Return a share from 0 to 1 of ``12 %``, ``12%`` or ``0.12``.

    Raises
    ------
    Refused
        If it is neither, or outside 0 to 100 %.
    """
    expected = "expected a share from 0 % to 100 % such as 12 % or 0.12"
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise Refused(f"not a share ({shown(given)}), {expected}")
    if isinstance(given, str):
        text = given.strip()
        if _COMMA.search(text):
            raise Refused(f"a decimal comma ({shown(text)}), {expected}; write a point")
        match = re.fullmatch(rf"(-?{_NUMBER})\s*%", text[:_MAX_CHARACTERS])
        if match is None:
            raise Refused(f"not a share ({shown(given)}), {expected}")
        share = float(Decimal(match.group(1)) / 100)
    else:
        share = float(given)
    if not 0 <= share <= 1:
        remedy = f"; write '{given} %' if that is meant" if 1 < share <= 100 else ""  # noqa: PLR2004
        found = given if isinstance(given, str) else plain(share)
        raise Refused(f"outside 0 % to 100 % ({found}), {expected}" + remedy * (found != given))
    return share


def write_share(share: float) -> str:
    """Return a share as ``12.5 %``."""
    percent = format(Decimal(repr(share)) * 100, "f")
    return f"{percent.rstrip('0').rstrip('.') if '.' in percent else percent} %"


def read_clock(given: object) -> float:
    """Return seconds on the clock since midnight of ``08:30``, ``24:00`` or ``25:10``.

    Raises
    ------
    Refused
        If it is not a time of day.
    """
    expected = "expected a time of day such as 08:30, or 25:10 for ten past one the next night"
    if not isinstance(given, str):
        raise Refused(f"not a time of day ({shown(given)}), {expected}")
    try:
        at_s = parse_clock(given.strip())
    except ValueError:
        raise Refused(f"not a time of day ({shown(given)}), {expected}") from None
    if at_s > 2 * DAY_S:
        raise Refused(f"later than 48:00 ({shown(given)}), {expected}")
    return at_s


def write_clock(at_s: float) -> str:
    """Return a time on the clock as ``08:30``, with seconds only where there are some."""
    return clock(at_s).removesuffix(":00")


def read_window(given: object) -> TimeWindow:
    """Return the window of ``08:00-17:00``; ``22:00-06:00`` ends on the next day.

    Raises
    ------
    Refused
        If it is not a window, is empty, or would be longer than `NIGHT_S` across midnight.
    """
    expected = "expected a window such as 08:00-17:00"
    if not isinstance(given, str):
        raise Refused(f"not a window ({shown(given)}), {expected}")
    ends = re.split(r"\s*[-–]\s*", given.strip()[:_MAX_CHARACTERS])  # noqa: RUF001
    if len(ends) != 2:  # noqa: PLR2004
        raise Refused(f"not a window ({shown(given)}), {expected}")
    opens_at_s, closes_at_s = (read_clock(end) for end in ends)
    if closes_at_s == opens_at_s:
        raise Refused(f"a window without length ({shown(given)}), {expected}")
    if closes_at_s < opens_at_s:
        closes_at_s += DAY_S
        if closes_at_s - opens_at_s > NIGHT_S or opens_at_s >= DAY_S:
            raise Refused(
                f"closes before it opens ({shown(given)}), {expected}; if it does end on the next "
                f"day, write {ends[0]}-{write_clock(closes_at_s)}"
            )
    return TimeWindow(opens_at_s, closes_at_s)


def write_window(window: TimeWindow) -> str:
    """Return a window as ``08:00-17:00``; hours run past 24 rather than wrap."""
    return f"{write_clock(window.opens_at_s)}-{write_clock(window.closes_at_s)}"
