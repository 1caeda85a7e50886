"""Who operates the vehicles of a day, how duties are paid, and what others make of our orders."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from scenarios.demand import Chance
from scenarios.localday import LocalDay
from scenarios.schema import ScenarioSpec
from scenarios.schema_carriers import OWN, CarrierSpec, PaySpec
from scenarios.schema_fleet import GroupSpec
from twin.model import Carrier, CarrierId, CarrierKind, Order, OrderId
from twin.units import tick_s
from twin.world import Outside, Pay


def carriers_of(spec: ScenarioSpec) -> tuple[Carrier, ...]:
    """Return the carriers of a day; our own is always one."""
    local = LocalDay(spec.date, spec.time_zone)
    given = {OWN: CarrierSpec(), **spec.carriers}
    return tuple(
        Carrier(
            id=CarrierId(name),
            kind=CarrierKind(carrier.kind),
            tender_by_s=(
                None if carrier.tender_by_s is None else local.elapsed_s(carrier.tender_by_s)
            ),
            cap=carrier.cap,
        )
        for name, carrier in given.items()
    )


def carrier_of(spec: ScenarioSpec, group: GroupSpec) -> CarrierSpec:
    """Return what the scenario says of the carrier of a group."""
    return spec.carriers.get(group.carrier, CarrierSpec())


def vehicle_type(spec: ScenarioSpec, name: str, group: GroupSpec) -> str:
    """Return the type that the books know a group's vehicles by.

    A van of another carrier costs us what that carrier takes and not what our own vans do, so it
    is a type of its own.
    """
    kind = group.type or name
    is_own = carrier_of(spec, group).kind == "own"
    return kind if is_own else f"{kind} of {group.carrier}"


def pay_rule(spec: ScenarioSpec, name: str, group: GroupSpec) -> str:
    """Return the name of the pay rule of a group's duties, empty for the rates of its type."""
    if group.pay is not None:
        return f"group {name}"
    return group.carrier if carrier_of(spec, group).pay is not None else ""


def own_pay_rule(spec: ScenarioSpec) -> str:
    """Return the name of the pay rule of duties of no group."""
    return OWN if OWN in spec.carriers and spec.carriers[OWN].pay is not None else ""


def pay_rules(spec: ScenarioSpec) -> dict[str, Pay]:
    """Return all pay rules, by the name that duties carry."""
    given = {name: carrier.pay for name, carrier in spec.carriers.items()}
    given.update({f"group {name}": group.pay for name, group in (spec.fleet or {}).items()})
    return {name: _pay(pay) for name, pay in given.items() if pay is not None}


def _pay(given: PaySpec) -> Pay:
    return Pay(
        duty=given.duty,
        hour=given.hour,
        overtime_hour=given.overtime_hour,
        least_hours=0.0 if given.least_s is None else given.least_s / 3600,
        stop=given.stop,
        parcel=given.parcel,
        route=given.route,
        guarantee=given.guarantee,
        breaks_paid=given.breaks_paid,
    )


def tender_prices(spec: ScenarioSpec) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return what overflow carriers take for each order, and for each parcel."""
    by_order = {name: one.order for name, one in spec.carriers.items() if one.order is not None}
    by_parcel = {name: one.parcel for name, one in spec.carriers.items() if one.parcel is not None}
    return by_order, by_parcel


def overflow(carriers: Mapping[str, CarrierSpec]) -> dict[str, CarrierSpec]:
    """Return the carriers that take single orders off our hands."""
    return {name: one for name, one in carriers.items() if one.kind == "overflow"}


def tendered_of(
    spec: ScenarioSpec, orders: Iterable[Order], local: LocalDay, chance: Chance
) -> dict[OrderId, Outside]:
    """Return what an overflow carrier would make of each order, whoever that is.

    Their carriers deliver alike, so an order has one fate outside, whichever of them takes it.
    Without noise all are delivered in the middle of the time they deliver in.
    """
    carriers = overflow(spec.carriers)
    if not carriers:
        return {}
    how = next(iter(carriers.values()))
    assert how.delivers is not None  # noqa: S101 - filled in
    assert how.success is not None  # noqa: S101
    assert how.told_after_s is not None  # noqa: S101
    window = local.elapsed(how.delivers)
    found = {}
    for order in orders:
        share, is_served = 0.5, True
        if spec.noise == "on":
            share = chance.uniform("tendered", order.id)
            is_served = chance.uniform("tendered success", order.id) < how.success
        at_s = tick_s(window.opens_at_s + share * (window.closes_at_s - window.opens_at_s))
        told_at_s = at_s + tick_s(how.told_after_s)
        found[order.id] = Outside(at_s if is_served else None, told_at_s)
    return found
