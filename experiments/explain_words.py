"""Instants, lengths of time, lists and causes as people say them in one sentence."""

from collections.abc import Sequence
from typing import Final

from twin.model import TimeWindow
from twin.units import clock

_NAMED: Final = 4

CAUSE_WORDS: Final = {
    "absent": "nobody was there",
    "no access": "there was no way in",
    "wrong address": "the address was wrong",
    "refused": "the customer did not want it",
    "damaged": "the goods were damaged",
    "window missed": "its window had closed",
    "locker full": "the locker was full",
}
"""What each cause of a failed attempt means, as a clause."""
HOW_WORDS: Final = {
    "in person": "",
    "neighbour": ", to a neighbour",
    "safe place": ", in a safe place",
    "locker": ", in a locker",
}
"""To whom goods went, after 'delivered'."""
WAIT_WORDS: Final = {
    "window": "a window at {place}",
    "opening": "{place} to open",
    "dock": "a dock at {place}",
    "goods": "goods at {place}",
    "charger": "a charger at {place}",
    "hand-over": "the other vehicle at {place}",
    "road": "a closed street to open",
}
"""What was waited for, after 'for'."""
DOWN_WORDS: Final = {
    "breakdown": "was broken down for {time}",
    "battery empty": "stood for {time} with an empty battery",
}


_NO_END_S: Final = 1e8
"""An instant that stands for never: windows that do not bind close there."""
_SHORT_S: Final = 10


def hm(at_s: float) -> str:
    """Return an instant: ``08:24``, with whole seconds where there are some begun."""
    return clock(at_s // 1).removesuffix(":00")


def span(window: TimeWindow) -> str:
    """Return from when to when: ``08:24-09:30``."""
    return f"{hm(window.opens_at_s)}-{hm(window.closes_at_s)}"


def is_bound(at_s: float) -> bool:
    """Whether an instant is one of the day's, not one that stands for never."""
    return abs(at_s) < _NO_END_S


def took(seconds: float) -> str:
    """Return a length of time: ``45 s``, ``4 min``, ``13 min 30 s``, ``1 h 5 min``.

    From ten seconds on to the second.
    """
    if seconds >= _SHORT_S:
        seconds = round(seconds)
    whole, fraction = divmod(seconds, 1)
    hours, rest = divmod(int(whole), 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    if left or fraction or not parts:
        parts.append(f"{left + fraction:g} s")
    return " ".join(parts)


def way(metres: float) -> str:
    """Return a length: ``6.0 km``, ``140 m``."""
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"  # noqa: PLR2004


def counted(number: int, thing: str) -> str:
    """Return ``1 stop`` or ``3 stops``."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def several(parts: Sequence[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def named(things: Sequence[str], thing: str) -> str:
    """Return a few things by name, more than a few by their number."""
    if len(things) > _NAMED:
        return counted(len(things), thing)
    return several(list(things))
