"""Pins, forbidden pairs and given routes of a scenario, from its settings and its tables."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from scenarios.demand import burst_count
from scenarios.fleet import spare_name, vehicle_name
from scenarios.problems import KeyPath, did_you_mean, shown
from scenarios.requests import Request
from scenarios.schema import ScenarioSpec, SyntheticOrders
from scenarios.tables import Tables
from scenarios.weather import DRY
from twin.model import Order, OrderId, VehicleId

_DRAWN: Final = re.compile(r"(?:o|burst([0-9]+)-)([0-9]{4,})(r?)")
"""Ids of drawn orders: rush, number, and r for the return of a delivery."""
_NAMED: Final = 10
"""Ids listed where one is not known."""


@dataclass(frozen=True, slots=True)
class Told:
    """What binds orders to vehicles, as `twin.World` has it."""

    pins: Mapping[OrderId, VehicleId]
    forbidden: frozenset[tuple[OrderId, VehicleId]]
    routes: Mapping[VehicleId, tuple[OrderId, ...]]


def told_of(spec: ScenarioSpec, tables: Tables, orders: Collection[Order]) -> Told:
    """Return what is told of the orders of a day; drawn ones may not be there every day."""
    there = {order.id for order in orders}
    rows = {one.id: one.pinned_to for one in _requests(tables) if one.pinned_to is not None}
    pins = {**rows, **(spec.dispatch.pins or {})}
    forbidden = [
        *((one.id, van) for one in _requests(tables) for van in one.not_on),
        *((one, van) for one, vans in (spec.dispatch.forbidden or {}).items() for van in vans),
    ]
    return Told(
        {OrderId(one): VehicleId(van) for one, van in pins.items() if one in there},
        frozenset((OrderId(one), VehicleId(van)) for one, van in forbidden if one in there),
        {
            VehicleId(van): known
            for van, route in _routes(spec, tables).items()
            if (known := tuple(OrderId(one) for one in route if one in there))
        },
    )


def pair_problems(spec: ScenarioSpec, tables: Tables) -> Iterator[tuple[KeyPath, str]]:
    """Yield the settings that name orders or vehicles which are not there, and why.

    A problem of a row of a table has no setting: its words begin with the file and the line.
    """
    known = _Known(spec, tables)
    pins, forbidden = spec.dispatch.pins or {}, spec.dispatch.forbidden or {}
    for order, van in pins.items():
        at: KeyPath = ("dispatch", "pins", order)
        yield from ((at, words) for words in (*known.order(order), *known.vehicle(van)))
    for order, vans in forbidden.items():
        at = ("dispatch", "forbidden", order)
        yield from ((at, words) for words in known.order(order))
        yield from ((at, words) for van in vans for words in known.vehicle(van))
        if not vans:
            yield at, "no vehicle (an empty list), expected one or more; name them, or remove it"
    yield from _nowhere(spec, tables, list(known.vehicles))
    routes = _routes(spec, tables)
    is_table = isinstance(spec.dispatch.routes, str)
    for van, route in routes.items():
        at = ("dispatch", "routes") if is_table else ("dispatch", "routes", van)
        yield from ((at, words) for words in known.vehicle(van))
        yield from ((at, words) for order in route for words in known.order(order))
        if not route:
            yield at, "no order (an empty list), expected one or more; name them, or remove it"
    if not is_table:  # the lines of a table are told where it is read
        yield from _twice(routes)
    for request in tables.requests:
        row = f"{getattr(spec.orders, 'csv', 'orders')}:{request.line}: "
        named = [("not_on", van) for van in request.not_on]
        if request.pinned_to is not None:
            named.insert(0, ("vehicle", request.pinned_to))
        yield from (((), f"{row}{name}: {w}") for name, van in named for w in known.vehicle(van))
        other = pins.get(request.id, request.pinned_to)
        if request.pinned_to is not None and other != request.pinned_to:
            words = (
                f"{shown(other)}, and its row in the table says {shown(request.pinned_to)} "
                f"(line {request.line}), expected one of them; remove the other"
            )
            yield ("dispatch", "pins", request.id), words


def _nowhere(
    spec: ScenarioSpec, tables: Tables, vehicles: Collection[str]
) -> Iterator[tuple[KeyPath, str]]:
    """Yield the orders that no vehicle may take, where no overflow carrier takes what is left."""
    if any(carrier.kind == "overflow" for carrier in spec.carriers.values()):
        return
    said = spec.dispatch.forbidden or {}
    rows = {one.id: one for one in _requests(tables) if one.not_on}
    for order in dict.fromkeys((*said, *rows)):
        row = rows.get(order)
        vans = {*said.get(order, ()), *(row.not_on if row else ())}
        if not vehicles or not vans.issuperset(vehicles):
            continue
        words = (
            f"order {order} is forbidden on every vehicle ({_some(vehicles)}), expected one that "
            "may take it; take one of them back"
        )
        if order in said:
            yield ("dispatch", "forbidden", order), words
        elif row is not None:
            yield (), f"{getattr(spec.orders, 'csv', 'orders')}:{row.line}: not_on: {words}"


def _twice(routes: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the orders that stand more than once in given routes, at the later place."""
    first: dict[str, str] = {}
    for van, route in routes.items():
        for order in route:
            if order in first:
                where = "this route" if first[order] == van else f"the route of {first[order]}"
                yield (
                    ("dispatch", "routes", van),
                    (
                        f"order {order} stands in {where} already, expected it once; remove it "
                        "from one of them"
                    ),
                )
            first.setdefault(order, van)


def _requests(tables: Tables) -> tuple[Request, ...]:
    return tables.requests if tables.instance is None else tables.instance.requests


def _routes(spec: ScenarioSpec, tables: Tables) -> Mapping[str, tuple[str, ...]]:
    given = spec.dispatch.routes
    return tables.routes if given is None or isinstance(given, str) else given


class _Known:
    """The orders and vehicles that a scenario has."""

    def __init__(self, spec: ScenarioSpec, tables: Tables) -> None:
        self._spec = spec
        self._orders = {request.id: None for request in _requests(tables)}
        self.vehicles = dict.fromkeys(_vehicles(spec, tables))

    def order(self, order_id: str) -> Iterator[str]:
        if isinstance(self._spec.orders, SyntheticOrders):
            yield from _never_drawn(order_id, self._spec, self._spec.orders)
        elif order_id not in self._orders:
            yield _unknown("order", order_id, self._orders)

    def vehicle(self, vehicle_id: str) -> Iterator[str]:
        if vehicle_id not in self.vehicles:
            yield _unknown("vehicle", vehicle_id, self.vehicles)


def _never_drawn(order_id: str, spec: ScenarioSpec, orders: SyntheticOrders) -> Iterator[str]:
    """Yield why no day can draw an order of this id, as far as settings alone tell."""
    parts = _DRAWN.fullmatch(order_id)
    if parts is None:
        yield (
            f"no id of a drawn order ({shown(order_id)}), expected such as o0012, its "
            "return o0012r, or burst1-0003 of a rush"
        )
        return
    burst, number, is_return = parts.groups()
    if is_return and orders.returns == 0:
        yield (
            f"no return of that id ({shown(order_id)}), since no order has one, expected the id "
            f"of an order ({order_id[:-1]}); or say `orders: {{returns: }}`"
        )
    most = _most_drawn(spec, orders, burst)
    if most is None or (1 <= int(number) <= most and number == f"{int(number):04d}"):
        return
    begins = "o" if burst is None else f"burst{burst}-"
    there = f"{begins}0001 to {begins}{most:04d}" if most else "another"
    yield (
        f"no order of that id ({shown(order_id)}), since {most:,} "
        f"{'orders are' if burst is None else 'of that rush are'} drawn every day, expected "
        f"{there}; name one that is drawn, or remove it"
    )


def _most_drawn(spec: ScenarioSpec, orders: SyntheticOrders, burst: str | None) -> int | None:
    """Return how many orders of a day or of a rush are drawn every day; None where that varies."""
    if burst is not None and not 1 <= int(burst) <= len(orders.bursts):
        return 0
    if not orders.count.is_fixed or spec.weather.kind != DRY:
        return None
    count = round(orders.count.first * orders.scale)
    return (
        count
        if burst is None
        else burst_count(orders.bursts[int(burst) - 1], orders.arrivals, count)
    )


def _unknown(what: str, given: str, known: Collection[str]) -> str:
    return (
        f"no {what} of that id ({shown(given)}){did_you_mean(given, known)}, expected one of "
        f"{_some(known)}"
    )


def _some(names: Collection[str]) -> str:
    """Return the first few names, and how many more there are."""
    listed = ", ".join(shown(name, quote=False) for name in list(names)[:_NAMED]) or "none"
    return listed + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")


def _vehicles(spec: ScenarioSpec, tables: Tables) -> Iterator[str]:
    """Yield the ids of a scenario's vehicles, named as `scenarios.fleet` names them."""
    if spec.fleet is not None:
        for name, group in spec.fleet.items():
            yield from (vehicle_name(name, k) for k in range(1, group.count + 1))
            yield from (spare_name(name, k) for k in range(1, group.spares + 1))
        return
    rows = tables.vehicles
    if not rows and tables.instance is not None:
        rows = tables.instance.vehicles
    yield from (row.id for row in rows)
