"""A specification with every default filled in: what a scenario resolves to."""

from decimal import Decimal
from typing import Any, Final

import yaml

from scenarios.defaults import VEHICLE_TYPES, default
from scenarios.quantities import TIME, VOLUME, WEIGHT
from scenarios.schema import ScenarioSpec
from scenarios.schema_day import CostsSpec
from scenarios.schema_fleet import GroupSpec

_RATES_BY_TYPE: Final = ("vehicle_day", "vehicle_km", "labour_hour", "overtime_hour")


def fill(spec: ScenarioSpec) -> ScenarioSpec:
    """Return a specification in which nothing that has a default is left open.

    Vehicle types give mode and capacity, the only depot is everybody's, rates come with the
    currency where we know any, and the day begins two hours before the first shift.
    """
    fleet = None
    if spec.fleet is not None:
        fleet = {name: _fill_group(name, group, spec) for name, group in spec.fleet.items()}
    filled = spec.model_copy(update={"fleet": fleet, "costs": _fill_costs(spec)})
    if spec.dispatch.plans_at_s is None and fleet:
        first_s = min(group.shifts[0].opens_at_s for group in fleet.values())
        plans_at_s = max(0.0, first_s - TIME.read(default("dispatch.plans_before_shift")))
        dispatch = spec.dispatch.model_copy(update={"plans_at_s": plans_at_s})
        filled = filled.model_copy(update={"dispatch": dispatch})
    return filled


def _fill_group(name: str, group: GroupSpec, spec: ScenarioSpec) -> GroupSpec:
    kind = group.type or name
    given = group.capacity
    known = VEHICLE_TYPES.get(kind)
    update: dict[str, Any] = {"type": kind}
    if group.depot is None:
        update["depot"] = next(iter(spec.depots))
    if known is not None:
        update["mode"] = group.mode or ("drive" if spec.brings_network else known.mode)
        weight_g = WEIGHT.read(known.weight) if given.weight_g is None else given.weight_g
        volume_ml = VOLUME.read(known.volume) if given.volume_ml is None else given.volume_ml
        update["capacity"] = given.model_copy(update={"weight_g": weight_g, "volume_ml": volume_ml})
    return group.model_copy(update=update)


def _fill_costs(spec: ScenarioSpec) -> CostsSpec:
    """Return the rates: those of a group over those of a type over those of the currency."""
    costs = spec.costs
    known = default(f"costs.{spec.currency}") if spec.currency in ("EUR", "USD") else {}
    update: dict[str, Any] = {}
    for rate in _RATES_BY_TYPE:
        given = getattr(costs, rate)
        rates: dict[str, Decimal] = (
            {kind: Decimal(str(amount)) for kind, amount in known.get(rate, {}).items()}
            if given is None
            else dict(given)
        )
        update[rate] = rates or None
    for name, group in (spec.fleet or {}).items():
        own = group.cost
        amounts = zip(_RATES_BY_TYPE, (own.day, own.km, own.hour, own.overtime_hour), strict=True)
        for rate, amount in amounts:
            if amount is not None:
                update[rate] = {**(update[rate] or {}), (group.type or name): amount}
    return costs.model_copy(update=update)


def resolve(spec: ScenarioSpec) -> dict[str, Any]:
    """Return a scenario with every default filled in, as it would be typed, in stable order.

    Settings that are absent by nature (no horizon, no docks) are left out. Read again, it gives
    the same days.
    """
    dumped = fill(spec).model_dump(mode="json", by_alias=True)
    resolved: dict[str, Any] = _without_none(dumped)
    return resolved


def _without_none(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _without_none(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_without_none(part) for part in value]
    return value


class _Dumper(yaml.SafeDumper):
    """Writes what our own reader gives back: no anchors, text quoted where it must be."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002
        return True


def to_yaml(resolved: dict[str, Any]) -> str:
    """Return settings as YAML text, keys in the order given."""
    text: str = yaml.dump(
        resolved, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False
    )
    return text
