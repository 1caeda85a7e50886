"""What no single setting can know: names that must exist, and settings that must agree."""

from collections.abc import Iterator

from networks.catalogue import BUNDLED
from scenarios.carrierchecks import carrier_findings
from scenarios.clockchecks import clock_findings
from scenarios.costchecks import cost_findings
from scenarios.demand import weight_until
from scenarios.energy import energy_findings
from scenarios.problems import Finding, KeyPath, did_you_mean, shown
from scenarios.quantities import TIME, write_clock
from scenarios.schema import CsvOrders, ScenarioSpec, SyntheticOrders
from scenarios.schema_breakdowns import Every
from scenarios.vehicle_types import VEHICLE_TYPES


def cross_check(spec: ScenarioSpec) -> Iterator[Finding]:
    """Yield what is wrong between the parts of a scenario."""
    yield from _sources(spec)
    yield from _plane(spec)
    yield from _fleet(spec)
    yield from _breakdowns(spec)
    yield from _meals(spec)
    yield from _load_lock(spec)
    yield from carrier_findings(spec)
    yield from energy_findings(spec)
    yield from cost_findings(spec)
    yield from _depots(spec)
    yield from _classes(spec)
    yield from _served(spec)
    yield from _lockers(spec)
    yield from _traffic(spec)
    yield from clock_findings(spec)
    yield from _limits_of_day(spec)


def _sources(spec: ScenarioSpec) -> Iterator[Finding]:
    rests = frozenset({"network", "orders", "fleet", "vehicles"})
    if spec.network is None and not spec.brings_network:
        yield Finding(
            ("network",),
            "missing, expected where the streets come from; add `network: demo-city`",
            rests,
        )
    if spec.network is not None and spec.network.name not in (None, *BUNDLED):
        name = str(spec.network.name)
        yield Finding(
            ("network",),
            f"no network of that name ({shown(name)}){did_you_mean(name, BUNDLED)}, expected one "
            f"of {', '.join(BUNDLED)}, or {{file: city.osm.pbf}}",
            frozenset({"network"}),
        )
    if spec.network is not None and spec.brings_network:
        yield Finding(
            ("network",),
            "two networks (the orders' file brings its own), expected one; remove it",
            rests,
        )
    if spec.fleet is not None and spec.vehicles is not None:
        yield Finding(
            ("vehicles",), "two fleets, expected either fleet or vehicles; remove one", rests
        )
    if spec.fleet is None and spec.vehicles is None and not spec.brings_fleet:
        yield Finding(("fleet",), "missing, expected vehicles; add `fleet: {van: 12}`", rests)


def _plane(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check what straight lines cannot say: they know no streets, doors or depots of their own."""
    if spec.network is None or spec.network.plane is None:
        return
    rests = frozenset({"network", "orders", "depots"})
    if isinstance(spec.orders, SyntheticOrders):
        yield Finding(
            ("network", "plane"),
            "drawn orders need streets to be drawn on, and straight lines have none, expected a "
            "map; write `network: demo-city`, or take orders from a csv",
            rests,
        )
    unplaced = [name for name, depot in spec.depots.items() if not depot.is_given]
    if isinstance(spec.orders, CsvOrders) and len(spec.depots) == 1 and unplaced:
        yield Finding(
            ("depots",),
            "no place, and straight lines have no depot of their own, expected one; add "
            f"`depots: {{{unplaced[0]}: {{lat: , lon: }}}}`",
            rests,
        )


def _fleet(spec: ScenarioSpec) -> Iterator[Finding]:
    rests = frozenset({"fleet", "depots"})
    for name, group in (spec.fleet or {}).items():
        kind = group.type or name
        at: KeyPath = ("fleet", name)
        if kind not in VEHICLE_TYPES and group.mode is None:
            where = (*at, "type") if group.type else at
            yield Finding(
                where,
                f"unknown vehicle type ({shown(kind)}){did_you_mean(kind, VEHICLE_TYPES)}, "
                f"expected one of {', '.join(VEHICLE_TYPES)}; or give it `mode: drive` and a "
                "capacity",
                rests,
            )
        if spec.brings_network and group.mode not in (None, "drive"):
            yield Finding((*at, "mode"), "a file with its own network has mode drive only", rests)
        if group.depot is not None and group.depot not in spec.depots:
            yield Finding(
                (*at, "depot"),
                f"unknown depot ({shown(group.depot)}){did_you_mean(group.depot, spec.depots)}, "
                f"expected one of {', '.join(spec.depots)}",
                rests,
            )
        if group.depot is None and len(spec.depots) > 1:
            yield Finding(
                at,
                f"no depot, expected one of {', '.join(spec.depots)}; add `depot:`",
                rests,
            )


def _breakdowns(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check that everything counts the same: one clock for all vehicles."""
    rests = frozenset({"breakdowns", "fleet"})
    said: list[tuple[KeyPath, Every | None]] = [(("breakdowns", "every"), spec.breakdowns.every)]
    for name, group in (spec.fleet or {}).items():
        if group.breakdowns is not None:
            said.append((("fleet", name, "breakdowns", "every"), group.breakdowns.every))
    counted = [(path, every) for path, every in said if every is not None]
    if not counted:
        return
    clock = spec.breakdowns.clock or ("km" if counted[0][1].is_length else "driving")
    for path, every in counted:
        if every.is_length != (clock == "km"):
            unit = "a way such as 100000 km" if clock == "km" else "a time such as 40 h"
            yield Finding(
                path,
                f"another unit than the clock counts in (`clock: {clock}`), expected {unit}; one "
                "clock counts for all vehicles",
                rests,
            )


def _meals(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check that a meal break leaves something of the shift."""
    for name, group in (spec.fleet or {}).items():
        is_own = "meal" in group.model_fields_set
        meal = group.meal if is_own else spec.meal
        shortest_s = min(shift.closes_at_s - shift.opens_at_s for shift in group.shifts)
        if meal is not None and meal.lasts_s >= shortest_s:
            yield Finding(
                ("fleet", name, "meal") if is_own else ("meal",),
                f"a break of {TIME.write(meal.lasts_s)} in a shift of {TIME.write(shortest_s)} of "
                f"{shown(name)}, expected a shorter one; mend one of them",
                frozenset({"fleet", "meal"}),
            )


def _load_lock(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check that there is something to lock."""
    lock_s = spec.dispatch.load_lock_s
    if lock_s and not spec.dispatch.preloaded:
        yield Finding(
            ("dispatch", "load_lock"),
            f"{TIME.write(lock_s)} where nothing is loaded before the shift, expected "
            "`preloaded: true` beside it; remove one of them",
            frozenset({"dispatch"}),
        )


def _depots(spec: ScenarioSpec) -> Iterator[Finding]:
    rests = frozenset({"depots"})
    if not spec.depots:
        yield Finding(
            ("depots",),
            "no depot (an empty mapping), expected one; leave it out for the network's own",
            rests,
        )
    for name in spec.depots:
        if name.startswith(("door/", "site/", "locker/")):
            yield Finding(
                ("depots", name),
                f"a name of doors and sites ({shown(name)}), expected another beginning",
                rests,
            )
    unplaced = [name for name, depot in spec.depots.items() if not depot.is_given]
    if len(spec.depots) > 1:
        for name in unplaced:
            yield Finding(
                ("depots", name),
                "no place, expected lat and lon, or node; the network has one depot only",
                rests,
            )
    shares = [depot.share for depot in spec.depots.values() if depot.share is not None]
    if shares and len(shares) < len(spec.depots):
        for name, depot in spec.depots.items():
            if depot.share is None:
                yield Finding(
                    ("depots", name),
                    "no share, expected one as the other depots have; add `share:`",
                    rests,
                )
    elif shares and abs(sum(shares) - 1) > 1e-9:  # noqa: PLR2004
        yield Finding(
            ("depots",),
            f"shares add up to {sum(shares) * 100:.6g} %, expected 100 %; mend one of them",
            rests,
        )


def _classes(spec: ScenarioSpec) -> Iterator[Finding]:
    if not spec.service_classes:
        yield Finding(
            ("service_classes",),
            "no class (an empty mapping), expected one or leave it out",
            frozenset({"service_classes"}),
        )
        return
    if not isinstance(spec.orders, SyntheticOrders):
        return
    if "classes" not in spec.orders.model_fields_set and "standard" not in spec.service_classes:
        names = ", ".join(spec.service_classes)
        yield Finding(
            ("service_classes",),
            f"no class standard, which orders have by default (found {names}); say "
            "`orders: {classes: }` or name one of them standard",
            frozenset({"orders", "service_classes"}),
        )
        return
    for name in spec.orders.classes:
        if name not in spec.service_classes:
            yield Finding(
                ("orders", "classes", name),
                f"unknown service class ({shown(name)}){did_you_mean(name, spec.service_classes)}, "
                f"expected one of {', '.join(spec.service_classes)}",
                frozenset({"orders", "service_classes"}),
            )


def _served(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check that depots are told once which orders they serve, and once when goods are ready."""
    rests = frozenset({"orders", "depots"})
    if spec.orders.served_by == "nearest":
        for name, depot in spec.depots.items():
            if depot.share is not None:
                yield Finding(
                    ("depots", name, "share"),
                    "a share, and every order goes to the nearest depot, expected one of the two; "
                    "remove it, or `served_by: nearest`",
                    rests,
                )
    if not isinstance(spec.orders, SyntheticOrders):
        return
    weights = spec.orders.arrivals.by_hour or {}
    for k, burst in enumerate(spec.orders.bursts):
        hours = (burst.at_s / 3600, (burst.at_s + burst.lasts_s) / 3600)
        if weight_until(weights, hours[0]) >= weight_until(weights, hours[1]):
            yield Finding(
                ("orders", "bursts", k, "at"),
                "no orders are placed in these hours, expected some to multiply; give them a "
                "weight in `arrivals: {by_hour: }`",
                rests,
            )
    after = spec.orders.arrivals.ready_after
    for name, depot in spec.depots.items():
        if depot.picking is not None and not (after.is_fixed and after.first == 0):
            yield Finding(
                ("depots", name, "picking"),
                "goods are ready after picking and after `ready_after`, expected one of the two; "
                "remove one of them",
                rests,
            )


def _lockers(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check that there are lockers where goods are to go to one."""
    rests = frozenset({"lockers", "orders", "service_classes", "network"})
    plane = spec.network is not None and spec.network.plane is not None
    if plane and spec.lockers.count > 0:
        yield Finding(
            ("lockers", "count"),
            "drawn lockers need junctions to be drawn at, and straight lines have none, expected "
            "them at given places; write `lockers: {at: {north: {lat: , lon: }}}`",
            rests,
        )
    for name in spec.lockers.at:
        if name.isdecimal():
            yield Finding(
                ("lockers", "at", name),
                f"a name of drawn lockers ({shown(name)}), expected letters in it",
                rests,
            )
    if spec.lockers.exist:
        return
    wanted: list[KeyPath] = [
        ("service_classes", name, "retry")
        for name, given in spec.service_classes.items()
        if given.retry == "locker"
    ]
    if isinstance(spec.orders, SyntheticOrders) and spec.orders.out_of_home > 0:
        wanted.append(("orders", "out_of_home"))
    for path in wanted:
        yield Finding(path, "no lockers to bring it to, expected some; add `lockers: 12`", rests)


def _traffic(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check what needs streets, and live speeds, against what there is."""
    rests = frozenset({"network", "orders", "traffic"})
    traffic = spec.traffic
    if traffic.feed_lag_s is not None and traffic.believed != "live":
        yield Finding(
            ("traffic", "feed_lag"),
            f"of live speeds, and what is believed is {traffic.believed}, expected them together; "
            "add `believed: live` or remove it",
            rests,
        )
    if spec.has_streets or (spec.network is None and not spec.brings_network):
        return
    nowhere = "and this network has none but legs between places"
    if traffic.incidents is not None and traffic.incidents.per_100_km > 0:
        yield Finding(
            ("traffic", "incidents"),
            f"they happen on streets, {nowhere}, expected none; remove it",
            rests,
        )
    noise = traffic.noise
    for name in ("link", "link_peak"):
        if noise is not None and name in noise.model_fields_set and getattr(noise, name) > 0:
            yield Finding(
                ("traffic", "noise", name),
                f"of pieces of street, {nowhere}, expected 0 %; remove it",
                rests,
            )


def _limits_of_day(spec: ScenarioSpec) -> Iterator[Finding]:
    """Check when the day begins against the shifts and against when it ends."""
    plans_at_s, horizon_s = spec.dispatch.plans_at_s, spec.dispatch.horizon_s
    rests = frozenset({"fleet", "dispatch"})
    firsts = [group.shifts[0].opens_at_s for group in (spec.fleet or {}).values()]
    if plans_at_s is not None and firsts and plans_at_s > min(firsts):
        yield Finding(
            ("dispatch", "plans_at"),
            f"after the first shift begins ({write_clock(plans_at_s)} > "
            f"{write_clock(min(firsts))}), expected no later; set it earlier",
            rests,
        )
    begins_at_s = min(firsts, default=0.0) if plans_at_s is None else plans_at_s
    if horizon_s is not None and horizon_s <= begins_at_s:
        yield Finding(
            ("dispatch", "horizon"),
            f"the day ends ({write_clock(horizon_s)}) before it begins "
            f"({write_clock(begins_at_s)}), expected later; move one of them",
            rests,
        )
