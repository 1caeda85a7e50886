"""Days changed in ways that must change nothing, or only what they say.

Each change is a function from a World to another one. What must come of it is in
`experiments.promises_kept`; whether it does is tried by `experiments.promises`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, TypeVar, cast

import numpy as np

from networks.network import Network, RoadNetwork
from networks.routing import RoadStreets, RoadTravel
from networks.traffic import SpeedProfile
from twin.model import (
    ALWAYS,
    EdgeId,
    Mode,
    NodeId,
    Order,
    OrderId,
    PlaceKind,
    TimeWindow,
    Vehicle,
    VehicleId,
)
from twin.rng import draw
from twin.rules import BreakdownClock
from twin.streets import Closable, Path
from twin.surprises import Change, Outside, Presence
from twin.units import DAY_S, tick_s
from twin.world import World

HOUR_S: Final = 3600.0
NEVER_S: Final = 1e9
"""From here on a time is a bound that never binds, and stays where it is."""
_Thing = TypeVar("_Thing")

_TIMES: Final = frozenset(
    {"tender_by_s", "call_by_s", "horizon_s", "absent", "lockers", "arrivals"}
)
"""Fields that hold instants though their name does not end in ``at_s``."""


class NotApplicableError(Exception):
    """A change means nothing for a day; the text says why."""


def middle_s(day: World) -> float:
    """Return 14:00 if the shifts of a day reach around it, else the middle of them."""
    opens = [duty.shift.opens_at_s for duty in day.duties]
    closes = [duty.shift.closes_at_s for duty in day.duties]
    if not opens:
        raise NotApplicableError("nobody works")
    if min(opens) < 14 * HOUR_S < max(closes):
        return 14 * HOUR_S
    return tick_s((min(opens) + max(closes)) / 2)


# The same day in other words


def other_rows(day: World) -> World:
    """Return the day with the rows of its tables in another order."""

    def shuffled(name: str, rows: Sequence[_Thing]) -> list[_Thing]:
        numbered = enumerate(rows)
        return [row for _, row in sorted(numbered, key=lambda one: draw(1, 1, name, str(one[0])))]

    rows: dict[str, Any] = {
        name: tuple(shuffled(name, getattr(day, name)))
        for name in ("orders", "vehicles", "duties", "drivers", "changes", "incidents")
    }
    return replace(day, places=dict(shuffled("places", list(day.places.items()))), **rows)


def other_names(day: World) -> World:
    """Return the day with orders and vehicles named so that every tie goes the other way."""
    names = sorted(order.id for order in day.orders)
    order_name = {one: OrderId(f"t{len(names) - k:06d}") for k, one in enumerate(names)}
    vans = sorted(vehicle.id for vehicle in day.vehicles)
    van_name = {one: VehicleId(f"t{len(vans) - k:06d}") for k, one in enumerate(vans)}
    by_order: dict[str, Any] = {
        name: {order_name[one]: row for one, row in getattr(day, name).items() if one in order_name}
        for name in ("failures", "ready_at_s", "search_s", "tendered", "replies")
    }
    return replace(
        day,
        orders=tuple(replace(one, id=order_name[one.id]) for one in day.orders),
        vehicles=tuple(replace(one, id=van_name[one.id]) for one in day.vehicles),
        duties=tuple(replace(one, vehicle=van_name[one.vehicle]) for one in day.duties),
        changes=tuple(replace(one, order=order_name[one.order]) for one in day.changes),
        safe_places=frozenset(order_name[one] for one in day.safe_places if one in order_name),
        spares=tuple(van_name[one] for one in day.spares),
        breakdowns={van_name[v]: rows for v, rows in day.breakdowns.items() if v in van_name},
        pins={order_name[one]: van_name[van] for one, van in day.pins.items()},
        forbidden=frozenset((order_name[one], van_name[van]) for one, van in day.forbidden),
        routes={
            van_name[van]: tuple(order_name[one] for one in route)
            for van, route in day.routes.items()
        },
        **by_order,
    )


def idle_van(day: World) -> World:
    """Return the day with a vehicle more that nobody drives."""
    if not day.vehicles:
        raise NotApplicableError("there is no vehicle")
    parked = replace(day.vehicles[0], id=VehicleId("~ nobody's"))
    return replace(day, vehicles=(*day.vehicles, parked))


def far_junction(day: World, network: Network) -> World:
    """Return the day on streets with a junction more that none of them leads to."""
    road = _road(network)
    graph = road.graph
    strong = {mode: np.append(inside, False) for mode, inside in graph.strong.items()}
    lat, lon = np.append(graph.node_lat, 0.0), np.append(graph.node_lon, 0.0)
    return _on(day, replace(graph, node_lat=lat, node_lon=lon, strong=strong))


# Shifted and stretched


def without_feed(day: World) -> World:
    """Return the day with beliefs that stay as they were in the morning."""
    return replace(day, feed=None)


def free_kilometres(day: World) -> World:
    """Return the day with beliefs of the morning and no cost by the kilometre.

    Solvers count lengths in whole decimetres, and half of one is none.
    """
    return replace(without_feed(day), rates=replace(day.rates, vehicle_km={}))


def flat(day: World, network: Network) -> World:
    """Return the day on empty streets, at every hour the same."""
    profile = SpeedProfile.flat()
    travel = network.travel(profile)
    steps = {mode: network.steps(profile, mode) for mode in network.modes}
    return replace(day, travel=travel, streets=network.streets(steps, travel), feed=None)


def later(day: World, by_s: float = HOUR_S) -> World:
    """Return the day with every instant in it later; its streets stay."""
    return shifted(day, by_s, leave=("travel", "streets", "feed", "identity", "rates"))


def shifted(thing: _Thing, by_s: float, leave: Sequence[str] = ()) -> _Thing:
    """Return a thing made of dataclasses with every instant in it later.

    Parameters
    ----------
    leave
        Fields that stay as they are.
    """
    return cast("_Thing", _later(thing, by_s, leave=leave))


def _later(thing: Any, by_s: float, *, is_time: bool = False, leave: Sequence[str] = ()) -> Any:  # noqa: ANN401 # whatever a day is made of
    if isinstance(thing, bool) or thing is None:
        return thing
    if isinstance(thing, float | int):
        return thing + by_s if is_time and abs(thing) < NEVER_S else thing
    if isinstance(thing, tuple):
        return tuple(_later(part, by_s, is_time=is_time) for part in thing)
    if isinstance(thing, Mapping):
        return {key: _later(part, by_s, is_time=is_time) for key, part in thing.items()}
    if is_dataclass(thing) and not isinstance(thing, type):
        changed = {
            one.name: _later(
                getattr(thing, one.name),
                by_s,
                is_time=one.name.endswith("at_s") or one.name in _TIMES,
            )
            for one in fields(thing)
            if one.init and one.name not in leave
        }
        return replace(thing, **changed)
    return thing


def faster(day: World, network: Network, factor: float = 0.5) -> World:
    """Return the day on streets so many times as long, at as many times the speed.

    What goes by the kilometre (breakdowns, consumption) goes by as many kilometres more.
    """
    graph = _road(network).graph
    wide = replace(
        graph,
        edge_m=graph.edge_m * factor,
        free_mps={mode: speeds * factor for mode, speeds in graph.free_mps.items()},
    )
    by_km = day.rules.breakdown_clock is BreakdownClock.KM
    return replace(
        _on(day, wide),
        vehicles=tuple(
            replace(one, energy=replace(one.energy, per_km=one.energy.per_km / factor))
            for one in day.vehicles
        ),
        breakdowns={
            vehicle: tuple(replace(one, after=one.after * factor) for one in rows)
            for vehicle, rows in day.breakdowns.items()
        }
        if by_km
        else day.breakdowns,
    )


def _road(network: Network) -> RoadNetwork:
    if not isinstance(network, RoadNetwork):
        raise NotApplicableError("the network is no road graph: each leg is given")
    return network


def _on(day: World, graph: Any) -> World:  # noqa: ANN401 # a road graph
    """Return the day with the same speed steps on another graph of the same edges."""
    if not isinstance(day.travel, RoadTravel) or not isinstance(day.streets, RoadStreets):
        raise NotApplicableError("the network is no road graph: each leg is given")
    network = RoadNetwork(graph)
    believed = {mode: day.travel.steps(mode) for mode in graph.modes}
    actual = {mode: day.streets.steps(mode) for mode in graph.modes}
    travel = network.travel(believed)
    return replace(day, travel=travel, streets=network.streets(actual, travel), feed=None)


# Nobody there


def nobody_home(day: World) -> World:
    """Return the day with nobody at any door, nor a neighbour or a safe place."""
    doors = {PlaceKind.HOUSEHOLD, PlaceKind.BUSINESS}
    empty = Presence(0.0, (0.5,))
    return replace(
        day,
        presence={place.id: empty for place in day.places.values() if place.kind in doors},
        neighbours={},
        safe_places=frozenset(),
    )


# Another future


def another_order(day: World) -> World:
    """Return the day with an order more that nobody knows of before its middle."""
    if not day.orders:
        raise NotApplicableError("there is no order")
    at_s = middle_s(day)
    like = day.orders[0]
    new = replace(
        like,
        id=OrderId("~ another"),
        placed_at_s=at_s,
        ready_at_s=at_s,
        window=ALWAYS,
        promise=TimeWindow(0.0, max(DAY_S, at_s)),
        pick_up_window=ALWAYS,
        attempts_before=0,
    )
    return replace(day, orders=(*day.orders, new))


def changed_mind(day: World) -> World:
    """Return the day with a customer more who asks for something else in the middle of it."""
    at_s = middle_s(day)
    known = [order for order in day.orders if order.placed_at_s < at_s]
    if not known:
        raise NotApplicableError(f"no order is known by {at_s:g} s")
    one = known[-1]
    change = Change(one.id, at_s, priority=one.priority + 5, window=TimeWindow(at_s, at_s + 600))
    return replace(day, changes=(*day.changes, change))


def other_future(day: World) -> World:
    """Return the day with nothing from its middle on as it was to be: orders, doors, streets."""
    at_s = middle_s(day)
    kept = tuple(order for order in day.orders if order.placed_at_s < at_s)
    less = only(day, kept, day.vehicles)
    return replace(
        less,
        streets=SlowerLater(day.streets, at_s),
        changes=tuple(one for one in less.changes if one.at_s < at_s),
        incidents=tuple(
            one for one in day.incidents if min(one.known_at_s, one.begins_at_s) < at_s
        ),
        absent={duty: told_s for duty, told_s in day.absent.items() if told_s < at_s},
        ready_at_s={
            one: ready_s if ready_s < at_s else ready_s + HOUR_S
            for one, ready_s in less.ready_at_s.items()
        },
        presence={door: _else_from(there, at_s) for door, there in day.presence.items()},
        tendered={
            one: outside if outside.told_at_s < at_s else Outside(None, outside.told_at_s + HOUR_S)
            for one, outside in less.tendered.items()
        },
    )


def _else_from(there: Presence, at_s: float) -> Presence:
    """Return a presence that is another one from an instant on; its first number holds before."""
    if not there.renewed_at_s:
        return there
    first, *rest = zip(there.renewed_at_s, there.uniforms, strict=True)
    others = (u if since_s < at_s else 1.0 - u for since_s, u in rest)
    return replace(there, uniforms=(first[1], *others))


@dataclass(frozen=True)
class SlowerLater:
    """Streets that are as they are until an instant, and half as fast from then on."""

    streets: Any
    from_s: float

    def drive(self, path: Path, mode: Mode, depart_at_s: float) -> tuple[float, ...]:
        """Return when each edge is entered, then when the end is reached."""
        back_s = self._as_before(depart_at_s)
        times: tuple[float, ...] = self.streets.drive(path, mode, back_s)
        return (depart_at_s, *(self._stretched(at_s) for at_s in times[1:]))

    def _stretched(self, at_s: float) -> float:
        return at_s if at_s <= self.from_s else self.from_s + 2 * (at_s - self.from_s)

    def _as_before(self, at_s: float) -> float:
        return at_s if at_s <= self.from_s else self.from_s + (at_s - self.from_s) / 2

    def way_round(  # as in `twin.streets.Closable`
        self,
        origin: NodeId,
        destination: NodeId,
        mode: Mode,
        at_s: float,
        closed: frozenset[EdgeId],
    ) -> Path:
        """Return the way round closed streets."""
        return cast("Closable", self.streets).way_round(origin, destination, mode, at_s, closed)


# Fewer


def thinned(day: World, most: int) -> World:
    """Return the day with at most so many orders, every k-th, and fewer vehicles in proportion."""
    step = -(-len(day.orders) // most)
    if step <= 1:
        return day
    vehicles = day.vehicles[:: min(step, max(1, len(day.vehicles) // 2))]
    return only(day, day.orders[::step], vehicles)


def only(day: World, orders: tuple[Order, ...], vehicles: tuple[Vehicle, ...]) -> World:
    """Return the day with some of its orders and vehicles only, and nothing about the others."""
    ids = frozenset(order.id for order in orders)
    vans = frozenset(vehicle.id for vehicle in vehicles)
    duties = tuple(one for one in day.duties if one.vehicle in vans)
    duty_ids = frozenset(duty.id for duty in duties)
    about: dict[str, Any] = {
        name: {key: row for key, row in getattr(day, name).items() if key in kept}
        for kept, names in (
            (ids, ("failures", "ready_at_s", "search_s", "tendered", "replies")),
            (vans, ("breakdowns",)),
            (duty_ids, ("absent", "deviations")),
        )
        for name in names
    }
    return replace(
        day,
        orders=orders,
        vehicles=vehicles,
        duties=duties,
        spares=tuple(one for one in day.spares if one in vans),
        safe_places=day.safe_places & ids,
        changes=tuple(one for one in day.changes if one.order in ids),
        pins={one: van for one, van in day.pins.items() if one in ids and van in vans},
        forbidden=frozenset((one, van) for one, van in day.forbidden if one in ids and van in vans),
        routes={
            van: tuple(one for one in route if one in ids)
            for van, route in day.routes.items()
            if van in vans
        },
        **about,
    )
