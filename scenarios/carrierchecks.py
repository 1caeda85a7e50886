"""What carriers, the vehicles they operate and the day's plan must agree on."""

from collections.abc import Iterator
from typing import Final

from scenarios.carriers import carrier_of, overflow
from scenarios.defaults import default
from scenarios.problems import Finding, did_you_mean, shown
from scenarios.quantities import TIME, read_window, write_clock
from scenarios.schema import ScenarioSpec
from scenarios.schema_carriers import OWN, CarrierSpec
from scenarios.schema_fleet import GroupSpec

_RESTS: Final = frozenset({"carriers", "fleet", "dispatch"})


def carrier_findings(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield what is wrong between carriers and the rest of a scenario."""
    if OWN in spec.carriers and spec.carriers[OWN].kind != "own":
        yield Finding(
            ("carriers", OWN, "kind"),
            f"our own carrier of another kind ({spec.carriers[OWN].kind}), expected own; give it "
            "another name",
            _RESTS,
        )
    for name, group in (spec.fleet or {}).items():
        yield from _of_group(spec, name, group)
    yield from _overflow(spec)


def _of_group(spec: ScenarioSpec, name: str, group: GroupSpec) -> Iterator[Finding]:
    known = sorted({OWN, *spec.carriers} - set(overflow(spec.carriers)))
    if group.carrier not in known:
        what = "takes single orders" if group.carrier in spec.carriers else "unknown carrier"
        yield Finding(
            ("fleet", name, "carrier"),
            f"{what} ({shown(group.carrier)}){did_you_mean(group.carrier, known)}, expected one "
            f"of {', '.join(known)}",
            _RESTS,
        )
        return
    paid = group.pay is not None or carrier_of(spec, group).pay is not None
    if paid and (group.cost.hour is not None or group.cost.overtime_hour is not None):
        yield Finding(
            ("fleet", name, "cost"),
            "hours of drivers who are paid by a rule, expected them there; write `pay: {hour: }`",
            _RESTS,
        )
    call_by_s = carrier_of(spec, group).call_by_s
    if call_by_s is not None:
        yield from _call(spec, name, group, call_by_s)


def _call(spec: ScenarioSpec, name: str, group: GroupSpec, call_by_s: float) -> Iterator[Finding]:
    first_s = group.shifts[0].opens_at_s
    if call_by_s > first_s:
        yield Finding(
            ("carriers", group.carrier, "call_by"),
            f"after a shift of {shown(name)} begins ({write_clock(call_by_s)} > "
            f"{write_clock(first_s)}), expected no later; set it earlier",
            _RESTS,
        )
    begins_s = plans_at_s(spec)
    if call_by_s < begins_s:
        yield Finding(
            ("carriers", group.carrier, "call_by"),
            f"before the day is planned ({write_clock(call_by_s)} < {write_clock(begins_s)}), so "
            "nothing would ever be called; expected no earlier; set `dispatch: {plans_at: }`",
            _RESTS,
        )


def plans_at_s(spec: ScenarioSpec) -> float:
    """Return when the day begins on the clock, as far as the scenario's groups say."""
    if spec.dispatch.plans_at_s is not None:
        return spec.dispatch.plans_at_s
    firsts = [group.shifts[0].opens_at_s for group in (spec.fleet or {}).values()]
    before_s = TIME.read(default("dispatch.plans_before_shift"))
    return max(0.0, min(firsts, default=0.0) - before_s)


def _overflow(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check that an order has one fate outside, and that it comes after it is given away."""
    carriers = overflow(spec.carriers)
    first = next(iter(carriers.items()), None)
    for name, carrier in carriers.items():
        window = carrier.delivers or read_window(default("carriers.delivers"))
        assert carrier.tender_by_s is not None  # noqa: S101 - its model wants it
        if window.opens_at_s < carrier.tender_by_s:
            yield Finding(
                ("carriers", name, "delivers"),
                f"before it has the orders ({write_clock(window.opens_at_s)} < tender_by "
                f"{write_clock(carrier.tender_by_s)}), expected later; move one of them",
                _RESTS,
            )
        if first is not None and _fate(carrier) != _fate(first[1]):
            yield Finding(
                ("carriers", name),
                f"another delivers, success or told_after than {shown(first[0])}, expected the "
                "same for all overflow carriers: who takes an order is not known beforehand",
                _RESTS,
            )


def _fate(carrier: CarrierSpec) -> tuple[object, ...]:
    return carrier.delivers, carrier.success, carrier.told_after_s
