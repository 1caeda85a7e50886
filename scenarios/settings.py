"""A policy's settings as typed in the scenario, as the keyword arguments of its maker.

The unit comes from the end of the maker's keyword: ``reach: 15 min`` reaches ``reach_s=900.0``.
"""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from scenarios.problems import did_you_mean, shown
from scenarios.quantities import LENGTH, SPEED, TIME, VOLUME, WEIGHT, read_clock, read_share
from twin.errors import ScenarioError


def _in(read: Callable[[object], float], per: str) -> Callable[[object], float]:
    """Return a reader whose value is given in a larger unit."""
    return lambda given: float(Decimal(repr(read(given))) / Decimal(per))


_READERS: Final[Mapping[str, Callable[[object], Any]]] = MappingProxyType(
    {
        "_at_s": read_clock,
        "_s": TIME.read,
        "_min": _in(TIME.read, "60"),
        "_h": _in(TIME.read, "3600"),
        "_m": LENGTH.read,
        "_km": _in(LENGTH.read, "1000"),
        "_mps": SPEED.read,
        "_kmh": lambda given: float(Decimal(repr(SPEED.read(given))) * Decimal("3.6")),
        "_g": WEIGHT.read,
        "_kg": _in(WEIGHT.read, "1000"),
        "_ml": VOLUME.read,
        "_l": _in(VOLUME.read, "1000"),
        "_share": read_share,
    }
)
"""How a keyword's value is read, by the end of its name; the first end that fits counts."""


def maker_arguments(
    policy: str, settings: Mapping[str, Any], keywords: Collection[str]
) -> dict[str, Any]:
    """Return the keyword arguments that a policy's settings mean.

    Parameters
    ----------
    policy
        Its name, for messages.
    settings
        As typed.
    keywords
        What the maker takes.

    Raises
    ------
    ScenarioError
        For every setting that the maker does not take, or whose unit is missing or wrong.
    """
    arguments: dict[str, Any] = {}
    problems = []
    for name, given in settings.items():
        matches = _matches(name, keywords)
        where = f"policies: {policy}.{name}"
        if len(matches) != 1:
            known = sorted({_stem(keyword) for keyword in keywords})
            said = "not one setting" if matches else "unknown setting"
            expected = (
                f"expected one of {', '.join(matches or known) or 'none: it has no settings'}"
            )
            hint = "" if matches else did_you_mean(name, known)
            problems.append(f"{where}: {said} ({shown(given)}){hint}, {expected}")
            continue
        keyword = matches[0]
        try:
            arguments[keyword] = _value(name, keyword, given)
        except ValueError as error:
            problems.append(f"{where}: {error}")
    if problems:
        raise ScenarioError(policy, problems)
    return arguments


def _matches(name: str, keywords: Collection[str]) -> list[str]:
    """Return the keywords that a setting's name can mean: itself, or itself with a unit."""
    if name in keywords:
        return [name]
    return sorted(keyword for keyword in keywords if _ending(keyword) and _stem(keyword) == name)


def _ending(keyword: str) -> str:
    return next((end for end in _READERS if keyword.endswith(end)), "")


def _stem(keyword: str) -> str:
    return keyword.removesuffix(_ending(keyword))


def _value(name: str, keyword: str, given: object) -> object:
    ending = _ending(keyword)
    is_plain = isinstance(given, int | float) and not isinstance(given, bool)
    if not ending or (name == keyword and is_plain):
        # The unit stands in the name, or there is none.
        return given
    return _READERS[ending](given)
