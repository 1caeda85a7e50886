"""What rates must agree with: the vehicles there are, and each other."""

from collections.abc import Iterable, Iterator
from typing import Final

from scenarios.carriers import carrier_of, vehicle_type
from scenarios.energy import filled_energy
from scenarios.problems import Finding, KeyPath, did_you_mean, shown
from scenarios.schema import ScenarioSpec
from scenarios.schema_costs import KNOWN_CURRENCIES
from scenarios.vehicle_types import VEHICLE_TYPES

_RESTS: Final = frozenset({"fleet", "costs", "carriers", "emissions", "currency"})


def cost_findings(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield what is wrong between rates, factors and the rest of a scenario."""
    yield from _one_cost_per_type(spec)
    yield from _types_exist(spec)
    yield from _energy_is_paid_once(spec)


def _one_cost_per_type(spec: ScenarioSpec) -> Iterator[Finding]:
    first: dict[str, str] = {}
    groups = spec.fleet or {}
    for name, group in groups.items():
        if group.cost.model_dump(exclude_none=True):
            kind = vehicle_type(spec, name, group)
            before = first.setdefault(kind, name)
            if groups[before].cost != group.cost:
                yield Finding(
                    ("fleet", name, "cost"),
                    f"another cost of {shown(kind)} than in group {shown(before)}, expected one "
                    "cost per type; give one of the groups a `type:` of its own",
                    frozenset({"fleet", "carriers"}),
                )


def _types_exist(spec: ScenarioSpec) -> Iterator[Finding]:
    if spec.fleet is None:
        return
    named = {vehicle_type(spec, name, group) for name, group in spec.fleet.items()}
    bare = {group.type or name for name, group in spec.fleet.items()}
    for rate in ("vehicle_day", "vehicle_km", "labour_hour", "overtime_hour"):
        for kind in getattr(spec.costs, rate) or {}:
            yield from _type_exists(("costs", rate, kind), named | {"all"}, named | bare)
    for kind in spec.emissions.types:
        yield from _type_exists(("emissions", "types", kind), named, named | bare)


def _type_exists(path: KeyPath, expected: Iterable[str], known: set[str]) -> Iterator[Finding]:
    kind = str(path[-1])
    if kind not in known | set(expected) | set(VEHICLE_TYPES):
        yield Finding(
            path,
            f"no vehicles of that type ({shown(kind)}){did_you_mean(kind, known)}, expected one "
            f"of {', '.join(sorted(expected))}",
            _RESTS,
        )


def _energy_is_paid_once(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check that no vehicle's energy is in the price of its kilometres too."""
    if not spec.costs.energy:
        return
    has_default = spec.currency in KNOWN_CURRENCIES and not spec.brings_network
    groups = (spec.fleet or {}).items()
    at_default = [name for name, group in groups if group.cost.km is None]
    if has_default and spec.costs.vehicle_km is None and (at_default or spec.fleet is None):
        yield Finding(
            ("costs", "energy"),
            "energy is priced twice: the default of vehicle_km holds it, expected both said; add "
            "`vehicle_km:` without energy, or remove `energy:`",
            _RESTS,
        )
    for name, group in groups:
        fuel = filled_energy(group.energy, group.type or name).fuel or ""
        if fuel in spec.costs.energy and carrier_of(spec, group).kind == "contracted":
            yield Finding(
                ("costs", "energy", fuel),
                f"{fuel} is paid for by carrier {shown(group.carrier)}, whose pay holds it, and "
                "would be priced for its vehicles too, expected none; price kilometres instead",
                _RESTS,
            )
