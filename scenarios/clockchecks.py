"""Times of day that the clock of a scenario's date skips, or shows twice."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from scenarios.localday import LocalDay
from scenarios.problems import Finding, KeyPath
from scenarios.quantities import write_clock
from scenarios.schema import ScenarioSpec, SyntheticOrders
from twin.model import TimeWindow

Moment: TypeAlias = tuple[KeyPath, float]
"""A setting, and a time on the clock in it."""
_RESTS: Final = frozenset(
    {
        "date",
        "time_zone",
        "fleet",
        "orders",
        "dispatch",
        "businesses",
        "lockers",
        "absence",
        "meal",
        "closures",
        "depots",
        "carriers",
    }
)


def clock_findings(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check every time of day against the clock of that date."""
    local = LocalDay(spec.date, spec.time_zone)
    for moments in (_of_work, _of_carriers, _of_customers, _of_dispatch):
        for path, clock_s in moments(spec):
            problem = local.problem(clock_s)
            if problem is not None:
                yield Finding(path, f"{write_clock(clock_s)} {problem}", _RESTS)


def _of_work(spec: ScenarioSpec) -> Iterator[Moment]:
    for name, group in (spec.fleet or {}).items():
        for shift in group.shifts:
            yield from _ends(("fleet", name, "shift"), shift)
        if group.meal is not None:
            yield from _ends(("fleet", name, "meal"), group.meal.window)
    if spec.meal is not None:
        yield from _ends(("meal",), spec.meal.window)
    for name, depot in spec.depots.items():
        for wave_s in depot.waves:
            yield ("depots", name, "waves"), wave_s
        if depot.linehaul is not None:
            yield ("depots", name, "linehaul", "arrives"), depot.linehaul.arrives_s
            if depot.linehaul.announced_s is not None:
                yield ("depots", name, "linehaul", "announced"), depot.linehaul.announced_s
    if spec.absence.known_at_s is not None:
        yield ("absence", "known_at"), spec.absence.known_at_s


def _of_carriers(spec: ScenarioSpec) -> Iterator[Moment]:
    for name, carrier in spec.carriers.items():
        for typed, clock_s in (("call_by", carrier.call_by_s), ("tender_by", carrier.tender_by_s)):
            if clock_s is not None:
                yield ("carriers", name, typed), clock_s
        if carrier.delivers is not None:
            yield from _ends(("carriers", name, "delivers"), carrier.delivers)


def _of_customers(spec: ScenarioSpec) -> Iterator[Moment]:
    if isinstance(spec.orders, SyntheticOrders) and spec.orders.windows.share > 0:
        yield from _ends(("orders", "windows", "between"), spec.orders.windows.between)
    if isinstance(spec.orders, SyntheticOrders):
        for k, burst in enumerate(spec.orders.bursts):
            yield ("orders", "bursts", k, "at"), burst.at_s
            yield ("orders", "bursts", k, "lasts"), burst.at_s + burst.lasts_s
    changes = spec.orders.changes
    if changes.total > 0:
        yield from _ends(("orders", "changes", "between"), changes.between)
    for window in spec.businesses.hours:
        yield from _ends(("businesses", "hours"), window)
    for window in spec.lockers.hours:
        yield from _ends(("lockers", "hours"), window)
    for name, locker in spec.lockers.at.items():
        for window in locker.hours or ():
            yield from _ends(("lockers", "at", name, "hours"), window)


def _of_dispatch(spec: ScenarioSpec) -> Iterator[Moment]:
    for k, closure in enumerate(spec.closures):
        yield from _ends(("closures", k, "when"), closure.when)
        if closure.known_at_s is not None:
            yield ("closures", k, "known_at"), closure.known_at_s
    for name in ("plans_at", "horizon"):
        clock_s = getattr(spec.dispatch, f"{name}_s")
        if clock_s is not None:
            yield ("dispatch", name), clock_s


def _ends(path: KeyPath, window: TimeWindow) -> tuple[Moment, Moment]:
    return (path, window.opens_at_s), (path, window.closes_at_s)
