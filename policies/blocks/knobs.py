"""What a policy's settings may be: refused before the day, all at once."""

from collections.abc import Collection, Mapping
from math import isfinite
from types import MappingProxyType

from twin.errors import InputError


def check_knobs(
    policy: str,
    *least: tuple[str, float | None, float],
    most: Mapping[str, float] = MappingProxyType({}),
) -> None:
    """Refuse settings that are no numbers, below the least that makes sense, or above the most.

    Parameters
    ----------
    least
        For each setting its name, its value, and the least it may be; None is not checked.
    most
        The most that some of them may be, by their names.

    Raises
    ------
    InputError
        With every setting that is wrong.
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
    if found:
        raise InputError(f"policy {policy}", found)


def check_choice(policy: str, name: str, value: str, allowed: Collection[str]) -> None:
    """Refuse a setting that is none of the words allowed.

    Raises
    ------
    InputError
        With what was found and what is allowed.
    """
    if value not in allowed:
        raise InputError(
            f"policy {policy}", [f"{name} is {value!r}, expected one of {', '.join(allowed)}"]
        )
