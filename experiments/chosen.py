"""A policy as it was chosen: its name, its parameters as typed, and what code is behind it."""

import importlib.util
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from scenarios.problems import did_you_mean, shown
from scenarios.quantities import LENGTH, SPEED, TIME, VOLUME, WEIGHT, read_clock, read_share
from scenarios.schema import PolicySpec, ScenarioSpec
from twin import plugins
from twin.errors import InputError

Typed = bool | int | float | str
"""A parameter as typed in a scenario."""


def _in(read: Callable[[object], float], per: str) -> Callable[[object], float]:
    """Return a reader whose value arrives in a larger unit."""
    return lambda given: float(Decimal(repr(read(given))) / Decimal(per))


_READERS: Final[Mapping[str, Callable[[object], float]]] = MappingProxyType(
    {
        "_at_s": read_clock,
        "_s": TIME.read,
        "_min": _in(TIME.read, "60"),
        "_h": _in(TIME.read, "3600"),
        "_m": LENGTH.read,
        "_km": _in(LENGTH.read, "1000"),
        "_mps": SPEED.read,
        # 50 km/h are 13.888... m/s; rounded so that they come back as 50.
        "_kmh": lambda given: round(SPEED.read(given) * 3.6, 9),
        "_g": WEIGHT.read,
        "_kg": _in(WEIGHT.read, "1000"),
        "_ml": VOLUME.read,
        "_l": _in(VOLUME.read, "1000"),
        "_share": read_share,
    }
)
"""How a parameter is read whose keyword ends like this; the first end that fits counts."""


@dataclass(frozen=True)
class Chosen:
    """One policy to run.

    Attributes
    ----------
    name
        As given: an installed name, ``module:Name`` or ``file.py:Name``.
    typed
        Its parameters as typed: ``{"reach": "15 min"}``.
    alias
        What a scenario calls it beside others of the name; empty where it does not.
    """

    name: str
    typed: Mapping[str, Typed] = field(default_factory=dict)
    alias: str = ""

    @property
    def label(self) -> str:
        """What it is called in results, tables and folders."""
        return self.alias or self.called

    @property
    def asked_as(self) -> str:
        """What has to be typed for it: ``--policy NAME``."""
        return self.alias or self.name

    @property
    def called(self) -> str:
        """What it is called on its day and in its journal: the name, a file without its folder.

        Its chance is drawn by it, so what a scenario calls it in tables changes no day.
        """
        where, colon, what = self.name.rpartition(":")
        return f"{Path(where).name}:{what}" if where.endswith(".py") else f"{where}{colon}{what}"

    def settings(self) -> dict[str, object]:
        """Return its parameters as the keyword arguments of its maker.

        A quantity reaches the keyword that has its name and a unit: ``reach: 15 min`` arrives as
        ``reach_s=900.0``.

        Raises
        ------
        PolicyNotFound, InputError
            If there is no such policy or parameter, or a value is not of its kind.
        """
        make = plugins.load(self.name)
        known = plugins.parameters(make)
        made: dict[str, object] = {}
        problems: list[str] = []
        needed = dict.fromkeys(plugins.needed_by(make))
        for name, value in self.typed.items():
            keywords = _meant(name, known)
            needed = dict.fromkeys(keyword for keyword in needed if keyword not in keywords)
            if len(keywords) != 1:
                problems.append(f"{name}: {_which(name, keywords, known)}")
                continue
            try:
                made[keywords[0]] = _value(name, known[keywords[0]], value)
            except ValueError as error:
                problems.append(f"{name}: {error}")
        problems += [_needs(keyword) for keyword in needed]
        if problems:
            raise InputError(f"policy {self.label}", problems)
        return made

    def code(self) -> dict[str, str]:
        """Return where its code comes from: the target, and the SHA-256 of its file.

        Nothing of it is run.

        Raises
        ------
        PolicyNotFound, InputError
            If nothing installed has the name, or there is no such file.
        """
        target = self.name
        if ":" not in target:
            points = plugins.installed()
            if target not in points:
                plugins.load(target)  # says which are there, and the nearest
            target = points[target].value
        where = target.rpartition(":")[0]
        path = Path(where) if where.endswith(".py") else _file_of(where)
        if path is None or not path.is_file():
            problem = f"no such file or module ({where}), expected file.py:Name or module:Name"
            raise InputError(f"policy {self.name}", [problem])
        if where.endswith(".py"):
            target = self.called
        return {"target": target, "sha256": sha256(path.read_bytes()).hexdigest()}


def _file_of(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):  # "..x", "", "__main__"
        return None
    return Path(spec.origin) if spec is not None and spec.origin else None


_EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "_at_s": "10:30",
        "_s": "15 min",
        "_min": "15 min",
        "_h": "2 h",
        "_m": "500 m",
        "_km": "2 km",
        "_mps": "30 km/h",
        "_kmh": "30 km/h",
        "_g": "500 g",
        "_kg": "20 kg",
        "_ml": "500 ml",
        "_l": "2 l",
        "_share": "20 %",
    }
)
"""A value as it can be typed for a keyword with this end; any that can be read would do."""


def _ending(keyword: str) -> str:
    return next((end for end in _READERS if keyword.endswith(end)), "")


def _stem(keyword: str) -> str:
    return keyword.removesuffix(_ending(keyword))


def _meant(name: str, known: Collection[str]) -> list[str]:
    """Return the keywords that a name can mean: itself, or itself with a unit."""
    if name in known:
        return [name]
    return sorted(keyword for keyword in known if _ending(keyword) and _stem(keyword) == name)


def _which(name: str, meant: Sequence[str], known: Collection[str]) -> str:
    """Return what is wrong with a name that means no parameter, or several."""
    if meant:
        return f"stands for several parameters, expected one of {', '.join(meant)}"
    stems = sorted({_stem(keyword) for keyword in known})
    expected = f"expected one of {', '.join(stems)}" if stems else "it has none"
    return f"no such parameter{did_you_mean(name, stems)}, {expected}"


def _needs(keyword: str) -> str:
    """Return what is said of a parameter that must be given and was not."""
    name, example = _stem(keyword), _EXAMPLES.get(_ending(keyword), "...")
    return (
        f"{name}: has no default, expected a value for it: `{name}: {example}` in a scenario, "
        f"`--with {name}='{example}'` in `twin policies check`"
    )


def _value(name: str, parameter: inspect.Parameter, given: Typed) -> object:
    """Return a typed value as it reaches a parameter.

    Raises
    ------
    ValueError
        If it is not of the parameter's kind; says what was expected.
    """
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    ending = _ending(parameter.name)
    if ending and not (name == parameter.name and is_number):
        return _READERS[ending](given)
    default: Any = parameter.default
    kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    fits = {
        bool: isinstance(given, bool),
        int: isinstance(given, int) and not isinstance(given, bool),
        float: is_number,
        str: isinstance(given, str),
    }
    if not fits.get(type(default), True):
        kind = kinds[type(default)]
        raise ValueError(f"not {kind} ({shown(given)}), expected one such as {default}")
    return given


def chosen_of(policy: PolicySpec) -> Chosen:
    """Return a policy as a scenario lists it."""
    return Chosen(policy.name, dict(policy.settings), policy.label or "")


def label_problems(policies: Sequence[Chosen]) -> list[str]:
    """Return what keeps policies from being told apart by what they are called."""
    labels = [chosen.label for chosen in policies]
    there = plugins.installed()
    problems = [
        f"{label}: named {labels.count(label)} times, expected each once; leave one out, or call "
        f"them differently: `{{name: {chosen.name}, as: {_free(chosen, labels)}, ...}}`"
        for label, chosen in dict(zip(labels, policies, strict=True)).items()
        if labels.count(label) > 1
    ]
    problems += [
        f"as: {chosen.alias} is the name of another policy, expected one that is free, such as "
        f"{_free(chosen, labels)}"
        for chosen in policies
        if chosen.alias != chosen.name and chosen.alias in there
    ]
    return problems


def _free(chosen: Chosen, labels: Collection[str]) -> str:
    """Return a name for a policy that no other has."""
    stem = chosen.name.rpartition(":")[2]
    return next(name for k in count(2) if (name := f"{stem}-{k}") not in labels)


def choose(spec: ScenarioSpec, name: str | None = None) -> Chosen:
    """Return the policy of a scenario that is called so, else has the name; the first without one.

    A name that the scenario does not list is taken with no parameters.

    Raises
    ------
    InputError
        If no name is given and the scenario lists no policy, or if several have the name and none
        is called so.
    """
    if name is None:
        if not spec.policies:
            names = ", ".join(plugins.installed()) or "none"
            problem = f"no policy: name one with --policy or in `policies:`; installed: {names}"
            raise InputError(spec.name, [problem])
        return chosen_of(spec.policies[0])
    listed = [chosen_of(policy) for policy in spec.policies]
    called = [one for one in listed if one.asked_as == name]
    found = called[:1] or [one for one in listed if one.name == name]
    if len(found) > 1:
        labels = ", ".join(one.label for one in found)
        problem = f"{shown(name)} stands for several policies, expected one of {labels}"
        raise InputError(spec.name, [problem])
    return found[0] if found else Chosen(name)
