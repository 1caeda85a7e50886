"""A specification with every default filled in: what a scenario resolves to."""

from decimal import Decimal
from typing import Any, Final, Literal

import yaml

from scenarios.carriers import overflow, vehicle_type
from scenarios.defaults import default
from scenarios.emissions import filled_emissions
from scenarios.energy import filled_energy
from scenarios.quantities import TIME, VOLUME, WEIGHT, read_share, read_window
from scenarios.schema import DpdpOrders, ScenarioSpec, VrplibOrders
from scenarios.schema_breakdowns import BreakdownsSpec
from scenarios.schema_carriers import CarrierSpec
from scenarios.schema_costs import KNOWN_CURRENCIES, CostsSpec
from scenarios.schema_doors import ServiceClassSpec
from scenarios.schema_fleet import DepotSpec, GroupSpec, LoadingSpec
from scenarios.schema_traffic import (
    NO_INCIDENTS,
    NO_NOISE,
    IncidentsSpec,
    NoiseSpec,
    TrafficSpec,
)
from scenarios.spreads import Law, Spread
from scenarios.vehicle_types import VEHICLE_TYPES
from twin.units import tick_s

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
    filled = filled.model_copy(update={"carriers": _fill_carriers(spec)})
    filled = filled.model_copy(update={"breakdowns": _fill_breakdowns(filled)})
    if spec.brings_network:
        filled = _as_the_file_says(filled)
    filled = filled.model_copy(update={"emissions": filled_emissions(filled.emissions)})
    filled = filled.model_copy(update={"traffic": filled_traffic(filled)})
    if spec.dispatch.plans_at_s is None and fleet:
        first_s = min(group.shifts[0].opens_at_s for group in fleet.values())
        plans_at_s = max(0.0, first_s - TIME.read(default("dispatch.plans_before_shift")))
        dispatch = filled.dispatch.model_copy(update={"plans_at_s": plans_at_s})
        filled = filled.model_copy(update={"dispatch": dispatch})
    return filled


def _as_the_file_says(spec: ScenarioSpec) -> ScenarioSpec:
    """Return a specification whose file is a whole day: what it leaves open takes no time.

    Streets are free, somebody is at every door, stops take what the file says. What the scenario
    says itself holds.
    """
    nothing = Spread(Law.FIXED, 0.0)
    times = ("fixed_s", "per_parcel_s", "parking_s", "walk_s")
    open_times = {name: nothing for name in times if name not in spec.service.model_fields_set}
    update: dict[str, Any] = {"service": spec.service.model_copy(update=open_times)}
    if "probability" not in spec.presence.model_fields_set:
        update["presence"] = spec.presence.model_copy(update={"probability": 1.0, "spread": "none"})
    if "customers" not in spec.model_fields_set:
        nobody = {"accept_window": 0.0, "accept_locker": 0.0}
        update["customers"] = spec.customers.model_copy(update=nobody)
    if "profile" not in spec.traffic.model_fields_set:
        update["traffic"] = spec.traffic.model_copy(update={"profile": "free flow"})
    if "service_classes" not in spec.model_fields_set:
        window: Literal["hard", "soft"]
        window = "hard" if isinstance(spec.orders, VrplibOrders) else "soft"
        update["service_classes"] = {"standard": ServiceClassSpec(max_attempts=1, window=window)}
    said_of_dispatch = spec.dispatch.model_fields_set
    if "when_idle" not in said_of_dispatch and isinstance(spec.orders, DpdpOrders):
        update["dispatch"] = spec.dispatch.model_copy(update={"when_idle": "stay"})
    free = {name: 0.0 for name in ("search_s", "hand_over_s") if name not in said_of_dispatch}
    dispatch = update.get("dispatch", spec.dispatch)
    update["dispatch"] = dispatch.model_copy(update=free)
    if "depots" not in spec.model_fields_set:
        loading = LoadingSpec.model_construct(fixed_s=0.0, per_parcel_s=0.0)
        update["depots"] = {"depot": DepotSpec().model_copy(update={"loading": loading})}
    if "scope" not in spec.emissions.model_fields_set:
        update["emissions"] = spec.emissions.model_copy(update={"scope": "none"})
    if "every" not in spec.breakdowns.model_fields_set:
        update["breakdowns"] = spec.breakdowns.model_copy(update={"every": None})
    return spec.model_copy(update=update)


def filled_traffic(spec: ScenarioSpec) -> TrafficSpec:
    """Return traffic with its chance: none in free flow, and of streets only where there are some.

    A file that is a whole day has no chance but what the scenario asks for.
    """
    traffic = spec.traffic
    flows = traffic.profile != "free flow" and not spec.brings_network
    noise, incidents = traffic.noise, traffic.incidents
    if noise is None:
        noise = NoiseSpec() if flows else NO_NOISE
    if incidents is None:
        incidents = IncidentsSpec() if flows and spec.has_streets else NO_INCIDENTS
    if not spec.has_streets:
        noise = noise.model_copy(update={"link": 0.0, "link_peak": 0.0})
    update: dict[str, Any] = {"noise": noise, "incidents": incidents}
    if traffic.believed == "live" and traffic.feed_lag_s is None:
        update["feed_lag_s"] = TIME.read(default("traffic.feed_lag"))
    return traffic.model_copy(update=update)


def _fill_group(name: str, group: GroupSpec, spec: ScenarioSpec) -> GroupSpec:
    kind = group.type or name
    given = group.capacity
    known = VEHICLE_TYPES.get(kind)
    update: dict[str, Any] = {"type": kind}
    if group.parking is None:
        update["parking"] = known is None or known.parking
    if group.depot is None:
        update["depot"] = next(iter(spec.depots))
    update["energy"] = filled_energy(group.energy, kind)
    update["hours"] = spec.hours if group.hours is None else group.hours
    update["meal"] = group.meal if "meal" in group.model_fields_set else spec.meal
    update["adherence"] = spec.adherence if group.adherence is None else group.adherence
    if group.breakdowns is not None and "every" not in group.breakdowns.model_fields_set:
        every = {"every": spec.breakdowns.every}
        update["breakdowns"] = group.breakdowns.model_copy(update=every)
    if known is not None:
        update["mode"] = group.mode or ("drive" if spec.brings_network else known.mode)
        weight_g = WEIGHT.read(known.weight) if given.weight_g is None else given.weight_g
        volume_ml = VOLUME.read(known.volume) if given.volume_ml is None else given.volume_ml
        update["capacity"] = given.model_copy(update={"weight_g": weight_g, "volume_ml": volume_ml})
    return group.model_copy(update=update)


def _fill_carriers(spec: ScenarioSpec) -> dict[str, CarrierSpec]:
    """Return carriers of which those that take single orders say when, how well and for what."""
    filled = dict(spec.carriers)
    for name, given in overflow(spec.carriers).items():
        update: dict[str, Any] = {}
        if given.delivers is None:
            update["delivers"] = read_window(default("carriers.delivers"))
        if given.success is None:
            update["success"] = read_share(default("carriers.success"))
        if given.told_after_s is None:
            update["told_after_s"] = TIME.read(default("carriers.told_after"))
        if given.order is None and given.parcel is None and spec.currency in KNOWN_CURRENCIES:
            parcel = default(f"carriers.{spec.currency}")["parcel"]
            update["parcel"] = Decimal(str(parcel))
        filled[name] = given.model_copy(update=update)
    return filled


def _fill_breakdowns(spec: ScenarioSpec) -> BreakdownsSpec:
    """Return what counts until a breakdown, and how long policies expect one to last."""
    given = spec.breakdowns
    own = [group.breakdowns for group in (spec.fleet or {}).values() if group.breakdowns]
    every = [one for one in (given.every, *(group.every for group in own)) if one is not None]
    update: dict[str, Any] = {}
    if given.clock is None and every:
        update["clock"] = "km" if every[0].is_length else "driving"
    if given.believed_s is None:
        update["believed_s"] = tick_s(given.wait_s.mean + given.repair_s.mean)
    return given.model_copy(update=update)


def _fill_costs(spec: ScenarioSpec) -> CostsSpec:
    """Return the rates: those of a group over those of a type over those of the currency."""
    costs = spec.costs
    has_rates = spec.currency in KNOWN_CURRENCIES and not spec.brings_network
    known = default(f"costs.{spec.currency}") if has_rates else {}
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
                update[rate] = {**(update[rate] or {}), vehicle_type(spec, name, group): amount}
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
