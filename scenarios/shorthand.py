"""Short forms written out, and one layer of settings laid over another.

A layer is what one file or one ``--set`` says. Laying knows which settings are sections whose
parts are inherited one by one, and which are values that are replaced whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from scenarios.defaults import default
from scenarios.problems import KeyPath, Problem, shown
from scenarios.yaml import YamlValue

Where: TypeAlias = tuple[str, int | None]
"""A source and a line in it."""
Settings: TypeAlias = dict[str, YamlValue]


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings, and where each of them was said."""

    value: Settings
    where: Mapping[KeyPath, Where]

    def place_of(self, path: KeyPath) -> Where:
        """Return where a setting was said, or else the nearest section around it."""
        while path and path not in self.where:
            path = path[:-1]
        return self.where.get(path, ("", None))


ORDER_SOURCES: Final = ("csv", "loggibud", "vrplib", "dpdp")

_SECTIONS: Final = (
    ("orders",), ("orders", "where"), ("orders", "arrivals"), ("orders", "windows"),
    ("orders", "changes"),
    ("fleet",), ("fleet", "*"), ("fleet", "*", "capacity"), ("fleet", "*", "cost"),
    ("carriers",), ("carriers", "*"), ("carriers", "*", "pay"), ("fleet", "*", "pay"),
    ("fleet", "*", "energy"), ("depots", "*", "chargers"),
    ("emissions",), ("emissions", "*"),
    ("absence",), ("familiarity",), ("breakdowns",), ("fleet", "*", "breakdowns"),
    ("depots",), ("depots", "*"), ("depots", "*", "loading"), ("depots", "*", "picking"),
    ("depots", "*", "linehaul"),
    ("service_classes",), ("service_classes", "*"),
    ("service",), ("presence",), ("failures",), ("traffic",), ("dispatch",),
    ("lockers",), ("lockers", "at"), ("lockers", "at", "*"), ("businesses",), ("walking",),
    ("walking", "carrying"),
    ("traffic", "noise"), ("traffic", "incidents"), ("weather",), ("weather", "*"),
    ("costs",), ("costs", "*"),
)  # fmt: skip
"""Settings whose parts are inherited one by one; ``*`` is any name."""

_SHORT: Final[Mapping[KeyPath, str]] = {
    ("network",): "name",
    ("orders",): "count",
    ("orders", "where"): "places",
    ("fleet", "*"): "count",
    ("absence",): "share",
    ("emissions",): "scope",
    ("familiarity",): "share",
    ("breakdowns",): "every",
    ("fleet", "*", "breakdowns"): "every",
    ("presence",): "probability",
    ("service",): "fixed",
    ("zones",): "size",
    ("lockers",): "count",
    ("walking",): "radius",
    ("traffic",): "profile",
    ("weather",): "kind",
}
"""Where a single value may stand for a section: which setting of it is meant."""


_WORDS: Final[Mapping[tuple[KeyPath, str], Settings]] = {
    (("presence",), "unattended"): default("presence: unattended"),
    (("presence",), "attended"): default("presence: attended"),
}
"""Words that stand for several settings of a section."""


def _matches(path: KeyPath, pattern: KeyPath) -> bool:
    return len(path) == len(pattern) and all(
        part in ("*", key) for key, part in zip(path, pattern, strict=True)
    )


def write_out(layer: Layer) -> tuple[Layer, list[Problem]]:
    """Return a layer with its short forms written out, and what cannot be."""
    problems: list[Problem] = []
    where = dict(layer.where)
    value = dict(layer.value)
    fleet = value.get("fleet")
    if isinstance(fleet, list):
        value["fleet"] = _named_groups(fleet, layer, where, problems)
    policies = value.get("policies")
    if isinstance(policies, str):
        policies = [policies]
    if isinstance(policies, list):
        value["policies"] = [_policy(policy) for policy in policies]
    written: Settings = {}
    for key, part in value.items():
        written[key] = _expand(part, (key,))
    return Layer(written, where), problems


def _expand(value: YamlValue, path: KeyPath) -> YamlValue:
    if isinstance(value, str) and (path, value) in _WORDS:
        return dict(_WORDS[path, value])
    short = next((key for pattern, key in _SHORT.items() if _matches(path, pattern)), None)
    if short is not None and value is not None and not isinstance(value, dict | list):
        return {short: value}
    if not isinstance(value, dict):
        return value
    if path == ("orders",) and "mean" in value:
        spread = {key: part for key, part in value.items() if key in ("mean", "cv", "law")}
        rest = {key: part for key, part in value.items() if key not in spread}
        value = {"count": spread, **rest}
    return {key: _expand(part, (*path, key)) for key, part in value.items()}


def _named_groups(
    groups: list[YamlValue], layer: Layer, where: dict[KeyPath, Where], problems: list[Problem]
) -> Settings:
    """Return a list of vehicle groups as a mapping by name."""
    named: Settings = {}
    for position, group in enumerate(groups):
        path: KeyPath = ("fleet", position)
        source, line = layer.place_of(path)
        if not isinstance(group, dict):
            words = f"not a group of vehicles ({shown(group)}), expected {{type: van, count: 6}}"
            problems.append(Problem(source, line, path, words))
            continue
        name = group.get("name", group.get("type"))
        if not isinstance(name, str):
            words = "a group without a type, expected {type: van, count: 6}"
            problems.append(Problem(source, line, path, words))
            continue
        if name in named:
            words = f"a second group called {shown(name)}, expected each once; add `name:`"
            problems.append(Problem(source, line, path, words))
            continue
        named[name] = {key: part for key, part in group.items() if key != "name"}
        for known, place in layer.where.items():
            if known[:2] == path:
                where["fleet", name, *known[2:]] = place
    return named


def _policy(policy: YamlValue) -> YamlValue:
    if isinstance(policy, str):
        return {"name": policy}
    if not isinstance(policy, dict):
        return policy
    own = {key: part for key, part in policy.items() if key in ("name", "as", "settings")}
    inline = {key: part for key, part in policy.items() if key not in own}
    settings = own.get("settings", {})
    if inline and isinstance(settings, dict):
        own["settings"] = {**settings, **inline}
    return own


def _source(orders: Settings) -> str:
    return next((source for source in ORDER_SOURCES if source in orders), "count")


def lay(below: Layer, above: Layer) -> Layer:
    """Return one layer over another: what is above holds, the rest is inherited."""
    where = dict(below.where)
    value = _lay(below.value, above.value, (), where)
    where.update(above.where)
    return Layer(value, where)


def _lay(below: Settings, above: Settings, path: KeyPath, where: dict[KeyPath, Where]) -> Settings:
    value = dict(below)
    for key, part in above.items():
        here = (*path, key)
        old = below.get(key)
        is_section = any(_matches(here, pattern) for pattern in _SECTIONS)
        if is_section and isinstance(part, dict) and isinstance(old, dict):
            same = here != ("orders",) or _source(part) == _source(old) or _is_partial(part)
            if same:
                value[key] = _lay(old, part, here, where)
                continue
        for known in [known for known in where if known[: len(here)] == here]:
            del where[known]
        value[key] = part
    return value


def _is_partial(orders: Settings) -> bool:
    """Whether orders name no source of their own, and so change that of the layer below."""
    return "count" not in orders and not any(source in orders for source in ORDER_SOURCES)
