"""What a policy's settings may be: refused before the day, all at once."""

from collections.abc import Collection, Mapping
from math import isfinite
from types import MappingProxyType

from twin.errors import InputError


def wrong_knobs(
    *least: tuple[str, float | None, float],
    most: Mapping[str, float] = MappingProxyType({}),
    words: Mapping[str, tuple[str, Collection[str]]] = MappingProxyType({}),
) -> list[str]:
    """Return what is wrong with settings: no numbers, too little or too much, no word allowed.

    Parameters
    ----------
    least
        For each setting its name, its value, and the least it may be; None is not checked.
    most
        The most that some of them may be, by their names.
    words
        For each setting that is a word its value, and the words allowed.
    """
    found = [
        f"{name} is {value}, expected a number of at least {lowest:g}"
        for name, value, lowest in least
        if value is not None and not (isfinite(value) and value >= lowest)
    ]
    found += [
        f"{name} is {value}, expected a number of at most {most[name]:g}"
        for name, value, _ in least
        if value is not None and name in most and value > most[name]
    ]
    found += [
        f"{name} is {value!r}, expected one of {', '.join(allowed)}"
        for name, (value, allowed) in words.items()
        if value not in allowed
    ]
    return found


def check_knobs(
    policy: str,
    *least: tuple[str, float | None, float],
    most: Mapping[str, float] = MappingProxyType({}),
    words: Mapping[str, tuple[str, Collection[str]]] = MappingProxyType({}),
) -> None:
    """Refuse settings that `wrong_knobs` finds something wrong with.

    Raises
    ------
    InputError
        With every setting that is wrong.
    """
    if found := wrong_knobs(*least, most=most, words=words):
        raise InputError(f"policy {policy}", found)
