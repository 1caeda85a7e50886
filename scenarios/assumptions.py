"""The defaults that a scenario leaves in force, each with its source, mark and plausible range."""

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from scenarios.carriers import overflow
from scenarios.defaults import DEFAULTS, Default
from scenarios.energy import filled_energy
from scenarios.load import Loaded
from scenarios.resolve import filled_traffic
from scenarios.schema import CsvOrders, ScenarioSpec, SyntheticOrders
from scenarios.schema_costs import KNOWN_CURRENCIES
from scenarios.schema_traffic import NoiseSpec
from scenarios.vehicle_types import VEHICLE_TYPES


class Assumption(NamedTuple):
    """One default in force.

    Attributes
    ----------
    setting
        Where it would be said.
    value
        As it would be typed.
    mark
        ``computed``, ``read``, ``general`` or ``choice``.
    plausible
        Between what it may lie.
    source
        Where it comes from.
    """

    setting: str
    value: Any
    mark: str
    plausible: str
    source: str


def assumptions(loaded: Loaded) -> tuple[Assumption, ...]:
    """Return what a scenario leaves to defaults, in the order of their table.

    A setting inside a named part (a vehicle group, a depot, a class) counts as said if any of
    them says it. Profiles that a scenario names (``orders.parcels: typical``) are no defaults of
    a day, and neither is what nothing in the scenario asks for.
    """
    spec = loaded.spec
    said = tuple(_paths(loaded.where.value))
    found = [
        Assumption(row.path, row.value, row.mark, row.plausible, row.source)
        for row in DEFAULTS
        if _is_in_force(row, said, spec)
    ]
    types = {group.type or name for name, group in (spec.fleet or {}).items()}
    types |= {row.type for row in loaded.tables.vehicles}
    found += [
        Assumption(
            f"fleet: {name}",
            f"{kind.mode}, {kind.weight}, {kind.volume}, {kind.per_km} {kind.fuel}/km",
            kind.mark,
            kind.plausible,
            kind.source,
        )
        for name, kind in VEHICLE_TYPES.items()
        if name in types
    ]
    return tuple(found)


def as_comments(found: tuple[Assumption, ...]) -> str:
    """Return defaults in force as lines of comment for the end of a resolved scenario."""
    lines = ["# Defaults in force: value (mark; plausible range): source"]
    for one in found:
        text = f"{one.setting}: {_typed(one.value)} ({one.mark}; {one.plausible}): {one.source}"
        lines += textwrap.wrap(
            text, 100, initial_indent="# - ", subsequent_indent="#   ", break_long_words=False
        )
    return "\n".join(lines) + "\n"


def _typed(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_typed(part)}" for key, part in value.items()) + "}"
    return str(value)


Path = tuple[str, ...]


def _paths(settings: Any, path: Path = ()) -> Iterator[Path]:  # noqa: ANN401
    """Yield every setting that is said, its sections too."""
    if path:
        yield path
    if isinstance(settings, Mapping):
        for key, part in settings.items():
            yield from _paths(part, (*path, str(key)))


def _is_in_force(row: Default, said: tuple[Path, ...], spec: ScenarioSpec) -> bool:
    if ": " in row.path:
        return False
    asked = next((asks for path, asks in _ASKED if _is_below(row.path, path)), None)
    if asked is not None and not asked(spec):
        return False
    if row.path.startswith(("costs.", "carriers.")) and row.path.endswith(KNOWN_CURRENCIES):
        return row.path.endswith(spec.currency) and (row.path.split(".")[0],) not in said
    return not any(_says(one, tuple(row.path.split("."))) for one in said)


def _is_below(path: str, section: str) -> bool:
    return path == section or path.startswith(f"{section}.")


def _says(said: Path, wanted: Path) -> bool:
    """Whether a setting that is said is the wanted one, of whatever named part."""
    rest = iter(said)
    return said[0] == wanted[0] and all(part in rest for part in wanted)


def _breaks_down(spec: ScenarioSpec) -> bool:
    own = [group.breakdowns for group in (spec.fleet or {}).values()]
    return spec.breakdowns.every is not None or any(one and one.every for one in own)


def _has_batteries(spec: ScenarioSpec) -> bool:
    groups = (spec.fleet or {}).items()
    return any(
        filled_energy(group.energy, group.type or name).battery_kwh is not None
        for name, group in groups
    )


def _leaves(spec: ScenarioSpec, where: str) -> bool:
    return any(where in given.leaves_with for given in spec.service_classes.values())


def _spreads(name: str) -> Callable[[ScenarioSpec], bool]:
    def is_drawn(spec: ScenarioSpec) -> bool:
        noise = filled_traffic(spec).noise
        return spec.noise == "on" and noise is not None and getattr(noise, name) > 0

    return is_drawn


def _has_incidents(spec: ScenarioSpec) -> bool:
    incidents = filled_traffic(spec).incidents
    return spec.noise == "on" and incidents is not None and incidents.per_100_km > 0


_TALK: Final = ("presence.agreed", "presence.notified", "customers")
"""What matters as soon as a policy tells customers something, or asks them for it."""

_ASKED: Final[tuple[tuple[str, Callable[[ScenarioSpec], bool]], ...]] = (
    ("carriers", lambda spec: bool(overflow(spec.carriers))),
    ("breakdowns.every", lambda _: True),
    ("breakdowns.stranded", _has_batteries),
    ("breakdowns", _breaks_down),
    ("absence.known_at", lambda spec: spec.absence.share > 0),
    ("familiarity.share", lambda _: True),
    ("familiarity", lambda spec: spec.familiarity.share > 0),
    ("emissions.well-to-wheel", lambda spec: spec.emissions.scope == "well-to-wheel"),
    ("emissions.tank-to-wheel", lambda spec: spec.emissions.scope == "tank-to-wheel"),
    (
        "depots.chargers",
        lambda spec: any(depot.chargers is not None for depot in spec.depots.values()),
    ),
    (
        "depots.picking",
        lambda spec: any(depot.picking is not None for depot in spec.depots.values()),
    ),
    ("lockers", lambda spec: spec.lockers.exist),
    ("presence.spread", lambda spec: spec.presence.spread != "none"),
    *((talk, lambda spec: spec.noise == "on") for talk in _TALK),
    ("presence.neighbour", lambda spec: _leaves(spec, "neighbour")),
    ("presence.safe_place", lambda spec: _leaves(spec, "safe place")),
    (
        "failures.search",
        lambda spec: spec.failures.no_access + spec.failures.wrong_address > 0,
    ),
    ("service.parking_areas.parking", lambda spec: bool(spec.service.parking_areas)),
    ("walking.speed", lambda spec: spec.walking.radius_m > 0),
    ("traffic.level", lambda spec: spec.traffic.profile != "free flow"),
    *((f"traffic.noise.{name}", _spreads(name)) for name in NoiseSpec.model_fields),
    ("traffic.incidents", _has_incidents),
    ("traffic.feed_lag", lambda spec: spec.traffic.believed == "live"),
    (
        "orders.changes",
        lambda spec: isinstance(spec.orders, SyntheticOrders) and spec.orders.changes.total > 0,
    ),
    ("energy.by_temperature", lambda spec: spec.temperature_c != 10),  # noqa: PLR2004
    ("weather.shares", lambda spec: spec.weather.kind == "drawn"),
    ("weather.rain", lambda spec: spec.weather.kind in ("rain", "drawn")),
    ("weather.snow", lambda spec: spec.weather.kind in ("snow", "drawn")),
    ("weather.storm", lambda spec: spec.weather.kind in ("storm", "drawn")),
    (
        "orders.windows",
        lambda spec: isinstance(spec.orders, SyntheticOrders) and spec.orders.windows.share > 0,
    ),
    ("orders.max_snap", lambda spec: isinstance(spec.orders, SyntheticOrders | CsvOrders)),
    ("orders", lambda spec: isinstance(spec.orders, SyntheticOrders)),
)
"""What decides whether the defaults of a section matter to a scenario; the first that fits."""
