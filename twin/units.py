"""Seconds, metres, grams and cents: the units inside, and the tick all times lie on.

Inside the twin an instant is seconds since local midnight of the day, a length of time is
seconds, a length is metres, a weight whole grams, a volume whole millilitres, money whole minor
units (cents). Conversion happens at the doors, in sight.
"""

import math
import re
from typing import Final

TICK_S: Final = 0.125
"""All instants and durations are multiples of this. Eighths are exact in binary, so sums of them
are exact and associative: ties are ties, and laws can be tested with ``==``."""

DAY_S: Final = 86_400.0

EARTH_RADIUS_M: Final = 6_371_009.0
"""Mean radius of the IUGG (2 a + b) / 3, rounded to the metre."""

_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")


def tick_s(seconds: float) -> float:
    """Return the multiple of `TICK_S` nearest to a time; halves go to the even one.

    Raises
    ------
    ValueError
        If the time is not finite.
    """
    if not math.isfinite(seconds):
        raise ValueError(f"a time must be finite, got {seconds}")
    return round(seconds * 8) / 8


def tick_up_s(at_s: float) -> float:
    """Return the first multiple of `TICK_S` that is not before an instant."""
    return math.ceil(at_s * 8) / 8


def clock(at_s: float) -> str:
    """Return an instant as people say it: ``09:41:07``, ``09:41:07.125``, ``25:10:00``."""
    sign = "-" if at_s < 0 else ""
    whole, fraction = divmod(abs(at_s), 1)
    minutes, seconds = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{fraction:.3f}"[1:] if fraction else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}{tail}"


def parse_clock(text: str) -> float:
    """Return seconds since midnight of ``8:30``, ``08:30`` or ``08:30:15.5``; hours up to 99.

    Raises
    ------
    ValueError
        If the text is not a time of day in that form.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time of day; write it as 08:30 or 08:30:15")
    hours, minutes, seconds = match.groups()
    return tick_s(int(hours) * 3600 + int(minutes) * 60 + float(seconds or 0))
