"""One draw of a scenario: the day as it will turn out. All chance is drawn here.

Each draw is keyed by what it belongs to, so adding an order or a van changes no other draw. The
result holds no generator, and nothing is drawn after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from networks.network import Network
from scenarios.breakdowns import day_breakdowns
from scenarios.defaults import default
from scenarios.demand import Chance, drawn_requests, pick
from scenarios.doors import by_door, door_id, failures_of, given_times, presence_of, visits_of
from scenarios.fleet import Crew, group_crews, row_crews
from scenarios.importers.instance import Instance
from scenarios.localday import LocalDay
from scenarios.placing import Placing, merge_doors, nearest_depot
from scenarios.quantities import TIME
from scenarios.requests import Request, Spot, row_of
from scenarios.resolve import fill
from scenarios.schema import ScenarioSpec, SyntheticOrders
from scenarios.schema_fleet import DepotSpec
from scenarios.service import expected_time
from scenarios.tables import NO_TABLES, Tables
from scenarios.terms import actual_streets, believed_travel, rates, rules, service_classes
from twin.errors import ScenarioError
from twin.model import (
    ALWAYS,
    Carrier,
    CarrierId,
    ClientId,
    Mode,
    Order,
    OrderId,
    OrderKind,
    Place,
    PlaceId,
    PlaceKind,
    StopTime,
    TimeWindow,
)
from twin.units import DAY_S, tick_s
from twin.world import Identity, Travel, World


def realise(  # noqa: PLR0917
    spec: ScenarioSpec,
    network: Network,
    seed: int,
    day: int,
    tables: Tables = NO_TABLES,
    travel: Travel | None = None,
) -> World:
    """Return one day of a scenario.

    Parameters
    ----------
    network
        As `scenarios.network.network_of` gives it.
    seed, day
        Name the draw: the same pair gives the same day, whoever asks.
    tables
        Rows of the files that the scenario names.
    travel
        What `believed_travel` gave, to be shared by many days; made anew if left out.

    Raises
    ------
    ScenarioError
        If places cannot be found on the network; all of them at once.
    """
    spec = fill(spec)
    local = LocalDay(spec.date, spec.time_zone)
    chance = Chance(seed, day)
    crews = _crews(spec, local, chance, tables)
    requests = merge_doors(_requests(spec, network, local, chance, tables), spec.orders.merge)
    begins_at_s = _begins_at_s(spec, local, crews)
    depots, others, doors = _places(spec, network, crews, requests, tables.instance)
    limits_s = (begins_at_s, _last_s(crews))
    return World(
        identity=_identity(spec, network, seed, day),
        places=_with_docks({**depots, **others, **doors}, tables.instance),
        vehicles=tuple(crew.vehicle for crew in crews),
        drivers=tuple(driver for crew in crews for driver in crew.drivers),
        duties=tuple(duty for crew in crews for duty in crew.duties),
        orders=tuple(
            _order(request, spec, limits_s, _other_end(request, spec, depots, doors, chance))
            for request in requests
        ),
        travel=believed_travel(spec, network) if travel is None else travel,
        streets=actual_streets(spec, network, local),
        carriers=(Carrier(CarrierId("own")),),
        service_classes=service_classes(spec),
        visits=visits_of(spec, requests, depots, tables.instance, chance),
        presence=presence_of(spec, requests, _last_s(crews), chance),
        failures=failures_of(spec, requests, chance),
        ready_at_s=_really_ready(requests, begins_at_s),
        breakdowns=day_breakdowns(
            spec,
            [(crew.vehicle.id, crew.group) for crew in crews],
            _last_s(crews) - begins_at_s,
            chance,
        ),
        rules=rules(
            spec,
            local,
            begins_at_s,
            preloaded=tables.instance is None or not tables.instance.starts_empty,
        ),
        rates=rates(spec, (crew.vehicle.type for crew in crews), tables.instance),
    )


def _places(
    spec: ScenarioSpec,
    network: Network,
    crews: Sequence[Crew],
    requests: Sequence[Request],
    instance: Instance | None,
) -> tuple[dict[PlaceId, Place], dict[PlaceId, Place], dict[PlaceId, Place]]:
    """Return depots, other places of vehicles and goods, and doors.

    Raises
    ------
    ScenarioError
        With every place that cannot be found on the network.
    """
    refuses_far = spec.orders.unreachable == "refuse"
    placing = Placing(network, _modes(crews, network), spec.orders.max_snap_m, refuses_far)
    depots = _depots(spec, placing, instance)
    others = _sites(crews, requests, placing)
    doors = _doors(requests, placing, spec)
    if placing.problems:
        raise ScenarioError(spec.name, placing.problems)
    return depots, others, doors


def _really_ready(requests: Sequence[Request], begins_at_s: float) -> dict[OrderId, float]:
    """Return when goods really are ready, where that differs from what is told."""
    return {
        OrderId(request.id): max(request.really_ready_at_s, begins_at_s)
        for request in requests
        if request.really_ready_at_s is not None
    }


def _crews(spec: ScenarioSpec, local: LocalDay, chance: Chance, tables: Tables) -> tuple[Crew, ...]:
    instance = tables.instance
    parcels = None if instance is None else instance.capacity_parcels
    if spec.fleet is not None:
        return tuple(group_crews(spec, local, chance, parcels))
    if tables.vehicles:
        return tuple(row_crews(tables.vehicles, spec, parcels))
    return tuple(row_crews(instance.vehicles, spec)) if instance is not None else ()


def _requests(
    spec: ScenarioSpec, network: Network, local: LocalDay, chance: Chance, tables: Tables
) -> tuple[Request, ...]:
    if isinstance(spec.orders, SyntheticOrders):
        return drawn_requests(spec.orders, tables.areas, network, local, chance)
    if tables.instance is not None:
        return tables.instance.requests
    return tables.requests


def _modes(crews: Sequence[Crew], network: Network) -> tuple[Mode, ...]:
    """Return the modes of the fleet, or the network's first for a day without vehicles."""
    modes = tuple(sorted({crew.vehicle.mode for crew in crews})) or network.modes[:1]
    closed = [mode for mode in modes if mode not in network.modes]
    if closed:
        words = (
            f"fleet: mode {', '.join(closed)} on {network.name}, which is open to "
            f"{', '.join(network.modes)}; give those vehicles another `mode:`, or leave them out"
        )
        raise ScenarioError("fleet", [words])
    return modes


def _begins_at_s(spec: ScenarioSpec, local: LocalDay, crews: Sequence[Crew]) -> float:
    """Return when the day begins: when it is planned, and no later than the first shift.

    Orders placed before it, yesterday's for one, are known by then.
    """
    first_s = _first_s(crews)
    if spec.dispatch.plans_at_s is None:
        return max(0.0, first_s - TIME.read(default("dispatch.plans_before_shift")))
    return min(local.elapsed_s(spec.dispatch.plans_at_s), first_s)


def _first_s(crews: Sequence[Crew]) -> float:
    shifts = [duty.shift.opens_at_s for crew in crews for duty in crew.duties]
    return min(shifts, default=8 * 3600.0)


def _last_s(crews: Sequence[Crew]) -> float:
    ends = [duty.shift.closes_at_s + duty.overtime_s for crew in crews for duty in crew.duties]
    return max(ends, default=0.0)


def _depots(
    spec: ScenarioSpec, placing: Placing, instance: Instance | None
) -> dict[PlaceId, Place]:
    spots: list[tuple[PlaceId, Spot, str]] = []
    settings: dict[PlaceId, DepotSpec] = {}
    for name, depot in spec.depots.items():
        place_id = PlaceId(name)
        settings[place_id] = depot
        spot = Spot(name, depot.lat, depot.lon, depot.node, PlaceKind.DEPOT)
        if not depot.is_given:
            spot = _own_depot(name, placing.network, instance)
        spots.append((place_id, spot, f"depot {name}"))
    found = placing.stand(spots)
    return {
        place_id: replace(
            place,
            docks=settings[place_id].docks,
            expected=StopTime(
                fixed_s=tick_s(settings[place_id].loading.fixed_s),
                per_parcel_s=tick_s(settings[place_id].loading.per_parcel_s),
            ),
        )
        for place_id, place in found.items()
    }


def _own_depot(name: str, network: Network, instance: Instance | None) -> Spot:
    """Return the depot that the orders' file or the network knows."""
    if instance is not None and instance.depots:
        return replace(next(iter(instance.depots.values())), kind=PlaceKind.DEPOT)
    return Spot(name, node=network.depot_node(), kind=PlaceKind.DEPOT)


def _sites(
    crews: Sequence[Crew], requests: Sequence[Request], placing: Placing
) -> dict[PlaceId, Place]:
    """Return places of vehicles and of goods that are no depot."""
    spots: dict[PlaceId, Spot] = {}
    for crew in crews:
        spots.update(crew.sites)
    for request in requests:
        if request.origin is not None:
            spots[PlaceId(request.origin.key)] = request.origin
    return placing.stand([(place_id, spots[place_id], place_id) for place_id in sorted(spots)])


def _with_docks(places: dict[PlaceId, Place], instance: Instance | None) -> dict[PlaceId, Place]:
    """Return places with the docks and visit times that the orders' file gives them."""
    if instance is None:
        return places
    for place_id, docks in instance.docks.items():
        if PlaceId(place_id) in places:
            expected = StopTime(fixed_s=instance.visit_s.get(place_id, 0.0))
            place = places[PlaceId(place_id)]
            places[PlaceId(place_id)] = replace(place, docks=docks, expected=expected)
    return places


def _doors(
    requests: Sequence[Request], placing: Placing, spec: ScenarioSpec
) -> dict[PlaceId, Place]:
    """Return the places of all doors; one that several orders share is one place."""
    there = by_door(requests)
    spots = []
    for place_id, (first, *_) in there.items():
        spots.append((place_id, first.door, row_of(first, spec.orders)))
    return {
        place_id: replace(
            place, expected=expected_time(spec.service, *given_times(there[place_id]))
        )
        for place_id, place in placing.stand(spots).items()
    }


def _order(
    request: Request, spec: ScenarioSpec, limits_s: tuple[float, float], other_end: PlaceId
) -> Order:
    """Return an order of a day that begins, and whose duties end, at given times.

    Parameters
    ----------
    other_end
        Where its goods are taken from, or as a collection brought to.
    """
    begins_at_s, last_s = limits_s
    placed_at_s = begins_at_s
    if request.placed_at_s is not None:
        placed_at_s = max(begins_at_s, request.placed_at_s)
    service_class = spec.service_classes[request.service_class]
    promise = request.promise
    if promise is None and service_class.promise_s is not None:
        told_at_s = begins_at_s if request.placed_at_s is None else request.placed_at_s
        promise = TimeWindow(told_at_s, told_at_s + tick_s(service_class.promise_s))
    elif promise is None and request.window == ALWAYS:
        # The day of the customer ends at midnight, or with a later shift.
        promise = TimeWindow(min(0.0, begins_at_s), max(DAY_S, last_s))
    elif promise is None:
        promise = request.window
    door = door_id(request)
    is_delivery = request.kind is OrderKind.DELIVERY
    return Order(
        id=OrderId(request.id),
        origin=other_end if is_delivery else door,
        destination=door if is_delivery else other_end,
        kind=request.kind,
        parcels=request.parcels,
        window=request.window,
        promise=promise,
        placed_at_s=placed_at_s,
        ready_at_s=max(placed_at_s, request.ready_at_s or placed_at_s),
        service_class=request.service_class,
        client=ClientId(request.client),
        priority=request.priority,
        skills=request.skills,
        load_s=request.load_s,
        unload_s=request.unload_s,
    )


def _other_end(
    request: Request,
    spec: ScenarioSpec,
    depots: Mapping[PlaceId, Place],
    doors: Mapping[PlaceId, Place],
    chance: Chance,
) -> PlaceId:
    """Return the end of an order that is not the customer's: a depot, as a rule."""
    if request.origin is not None:
        return PlaceId(request.origin.key)
    if request.depot is not None:
        return PlaceId(request.depot)
    shares = {name: depot.share for name, depot in spec.depots.items() if depot.share is not None}
    if shares:
        return PlaceId(pick(shares, chance.uniform("depot", request.id)))
    return nearest_depot(doors[door_id(request)], depots)


def _identity(spec: ScenarioSpec, network: Network, seed: int, day: int) -> Identity:
    return Identity(
        scenario=spec.name,
        seed=seed,
        day=day,
        date=spec.date,
        time_zone=spec.time_zone,
        network=network.name,
        network_sha256=network.sha256,
        attribution=network.attribution,
    )
