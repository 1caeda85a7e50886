"""What is set for a day and not drawn: classes, rules, rates."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from scenarios.carriers import carriers_of, pay_rules, tender_prices
from scenarios.emissions import emission_factors
from scenarios.energy import consumption
from scenarios.importers.instance import Instance
from scenarios.localday import LocalDay
from scenarios.schema import ScenarioSpec
from twin.model import UNLIMITED, CarrierKind, Load, Retry, ServiceClass, Vehicle
from twin.units import tick_s
from twin.world import BreakdownClock, OnFault, Rates, Rules, WhenIdle

_RETRY: Final = {
    "today": Retry.TODAY,
    "tomorrow": Retry.TOMORROW,
    "locker": Retry.LOCKER,
    "return": Retry.RETURN,
}


def service_classes(spec: ScenarioSpec) -> dict[str, ServiceClass]:
    """Return what clients have bought, by name."""
    return {
        name: ServiceClass(
            name=name,
            max_attempts=given.max_attempts,
            retry=_RETRY[given.retry],
            hard_window=given.window == "hard",
            serve_early=given.serve_early,
            same_day=given.same_day,
            leaves_with=given.leaves_with,
        )
        for name, given in spec.service_classes.items()
    }


def rules(spec: ScenarioSpec, local: LocalDay, begins_at_s: float, *, preloaded: bool) -> Rules:
    """Return how the day is run.

    Parameters
    ----------
    preloaded
        Whether vehicles can have their first tour aboard at all.
    """
    dispatch = spec.dispatch
    horizon_s = None if dispatch.horizon_s is None else local.elapsed_s(dispatch.horizon_s)
    return Rules(
        begins_at_s=begins_at_s,
        horizon_s=horizon_s,
        diversion=dispatch.diversion,
        when_idle=WhenIdle(dispatch.when_idle),
        preloaded=dispatch.preloaded and preloaded,
        latency_s=tick_s(dispatch.latency_s),
        on_fault=OnFault(dispatch.on_fault),
        dispatchers=dispatch.dispatchers,
        per_order_s=tick_s(dispatch.per_order_s),
        per_exception_s=tick_s(dispatch.per_exception_s),
        consumption=consumption(spec),
        stranded_s=tick_s(spec.breakdowns.stranded_s),
        load_lock_s=tick_s(dispatch.load_lock_s),
        search_s=tick_s(dispatch.search_s),
        hand_over_s=tick_s(dispatch.hand_over_s),
        unfamiliar_share=spec.familiarity.share,
        learning_visits=spec.familiarity.learning_visits,
        breakdown_clock=BreakdownClock(spec.breakdowns.clock or "km"),
        repair_crews=spec.breakdowns.crews,
        expected_down_s=tick_s(spec.breakdowns.believed_s or 0.0),
        walking_radius_m=spec.walking.radius_m,
        walking_mps=spec.walking.speed_mps,
        carrying=_carrying(spec),
        notice_s=tick_s(spec.customers.notice_s),
    )


def _carrying(spec: ScenarioSpec) -> Load:
    given = spec.walking.carrying
    return Load(
        UNLIMITED.grams if given.weight_g is None else int(given.weight_g),
        UNLIMITED.millilitres if given.volume_ml is None else int(given.volume_ml),
        UNLIMITED.parcels if given.parcels is None else given.parcels,
    )


def rates(spec: ScenarioSpec, vehicles: Sequence[Vehicle], instance: Instance | None) -> Rates:
    """Return what things cost, for the vehicles of the day."""
    given = (
        {}
        if instance is None
        else {"vehicle_day": instance.vehicle_day, "vehicle_km": instance.vehicle_km}
    )
    costs = spec.costs
    types = {vehicle.type: vehicle.carrier for vehicle in vehicles}
    own = {carrier.id for carrier in carriers_of(spec) if carrier.kind is CarrierKind.OWN}
    by_order, by_parcel = tender_prices(spec)

    def by_type(name: str) -> dict[str, Decimal]:
        found = {}
        for kind, carrier in sorted(types.items()):
            if carrier not in own:
                # What its carrier takes holds its vehicle, unless the scenario says so itself.
                found[kind] = (getattr(costs, name) or {}).get(kind, Decimal(0))
                continue
            rate = costs.by_type(name, kind)
            rate = given.get(name, {}).get(kind) if rate is None else rate
            if rate is not None:
                found[kind] = rate
        return found

    return Rates(
        currency=spec.currency,
        vehicle_day=by_type("vehicle_day"),
        vehicle_km=by_type("vehicle_km"),
        labour_hour=by_type("labour_hour"),
        overtime_hour=by_type("overtime_hour"),
        pay=pay_rules(spec),
        tendered_order=by_order,
        tendered_parcel=by_parcel,
        late_order=costs.late_order,
        late_minute=costs.late_minute,
        failed_attempt=costs.failed_attempt,
        returned=costs.returned,
        declined=costs.declined,
        carried_over=costs.carried_over,
        depot_parcel=costs.depot_parcel,
        energy_unit={str(fuel): amount for fuel, amount in costs.energy.items()},
        dispatcher_hour=costs.dispatcher_hour,
        contact=costs.contact,
        message=costs.message,
        claim=costs.claim,
        repair=costs.repair,
        tow=costs.tow,
        overhead_day=costs.overhead_day,
        emissions=emission_factors(spec, vehicles),
    )
