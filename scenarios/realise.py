"""One draw of a scenario: the day as it will turn out. All chance is drawn here.

Each draw is keyed by what it belongs to, so adding an order or a van changes no other draw. The
result holds no generator, and nothing is drawn after it.
"""

from collections.abc import Sequence

from networks.network import Network
from scenarios.breakdowns import day_breakdowns
from scenarios.carriers import carriers_of, tendered_of
from scenarios.changes import changes_of
from scenarios.customers import replies_of
from scenarios.defaults import default
from scenarios.demand import Chance, drawn_requests, with_returns
from scenarios.doors import Doors, by_door, failures_of, searches_of, visits_elsewhere
from scenarios.drivers import absent_of, deviations_of, with_visits
from scenarios.fleet import Crew, group_crews, row_crews
from scenarios.localday import LocalDay
from scenarios.lockers import held_of
from scenarios.orders import Desk
from scenarios.pairs import told_of
from scenarios.places import places_of
from scenarios.placing import merge_doors
from scenarios.quantities import TIME
from scenarios.readiness import Readiness
from scenarios.requests import Request
from scenarios.resolve import fill
from scenarios.schema import ScenarioSpec, SyntheticOrders
from scenarios.tables import NO_TABLES, Tables
from scenarios.terms import rates, rules, service_classes
from scenarios.traffic import believed_travel, traffic_of
from scenarios.weather import weather_of
from twin.errors import ScenarioError
from twin.pair_misfits import barred
from twin.world import Identity, Travel, World


def realise(  # noqa: PLR0917
    spec: ScenarioSpec,
    network: Network,
    seed: int,
    day: int,
    tables: Tables = NO_TABLES,
    travel: Travel | None = None,
    *,
    also: Sequence[Request] = (),
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
    also
        Orders beside those of the scenario, such as yesterday's.

    Raises
    ------
    ScenarioError
        If places cannot be found on the network, or orders are forbidden on all vehicles that
        could serve them; all of them at once.
    """
    spec = fill(spec)
    local = LocalDay(spec.date, spec.time_zone)
    chance = Chance(seed, day)
    crews = _crews(spec, local, chance, tables)
    weather = weather_of(spec, seed, day)
    asked = _requests(spec, network, local, chance, tables, factor=weather.demand)
    requests = merge_doors((*asked, *also), spec.orders.merge) if also else asked
    begins_at_s = _begins_at_s(spec, local, crews)
    places = places_of(spec, network, seed, crews, requests, instance=tables.instance)
    doors = Doors(spec, local, places.doors, by_door(requests), _last_s(crews), weather)
    desk = Desk(spec, places, begins_at_s, _last_s(crews), chance)
    orders, ready_at_s = Readiness(spec, local, begins_at_s, chance).of(
        tuple(desk.orders(requests)), requests
    )
    failures = failures_of(spec, requests, chance)
    travel = believed_travel(spec, network) if travel is None else travel
    traffic = traffic_of(spec, network, travel, weather, chance, begins_at_s)
    duties = tuple(duty for crew in crews for duty in crew.duties)
    drivers = tuple(driver for crew in crews for driver in crew.drivers)
    there = places.all(tables.instance)
    told = told_of(spec, tables, orders)
    world = World(
        identity=_identity(spec, network, seed, day),
        places=there,
        vehicles=tuple(crew.vehicle for crew in crews),
        drivers=with_visits(drivers, there.values(), spec, chance),
        duties=duties,
        orders=orders,
        tendered=tendered_of(spec, orders, local, chance),
        travel=travel,
        streets=traffic.streets,
        incidents=traffic.incidents,
        feed=traffic.feed,
        carriers=carriers_of(spec),
        service_classes=service_classes(spec),
        visits={
            **doors.visits(chance),
            **visits_elsewhere(spec, places.depots, places.lockers, tables.instance, chance),
        },
        presence=doors.presence(chance),
        neighbours=doors.neighbours(chance),
        safe_places=doors.safe_places(chance),
        failures=failures,
        search_s=searches_of(spec, failures, chance),
        lockers=held_of(spec.lockers, places.lockers.values(), chance, noise=spec.noise == "on"),
        ready_at_s=ready_at_s,
        changes=changes_of(spec, orders, requests, local, chance),
        replies=replies_of(spec, orders, chance),
        foresight=spec.foresight,
        breakdowns=day_breakdowns(
            spec,
            [(crew.vehicle.id, crew.group) for crew in crews],
            _last_s(crews) - begins_at_s,
            chance,
        ),
        absent=absent_of(spec, duties, local, begins_at_s, chance, factor=weather.driver_absence),
        spares=tuple(crew.vehicle.id for crew in crews if not crew.duties),
        deviations=deviations_of(drivers, duties, chance),
        pins=told.pins,
        forbidden=told.forbidden,
        routes=told.routes,
        rules=rules(
            spec,
            local,
            begins_at_s,
            preloaded=tables.instance is None or not tables.instance.starts_empty,
        ),
        rates=rates(spec, [crew.vehicle for crew in crews], tables.instance),
    )
    if problems := barred(world):
        raise ScenarioError("dispatch", [f"dispatch: {problem}" for problem in problems])
    return world


def _crews(spec: ScenarioSpec, local: LocalDay, chance: Chance, tables: Tables) -> tuple[Crew, ...]:
    instance = tables.instance
    parcels = None if instance is None else instance.capacity_parcels
    if spec.fleet is not None:
        return tuple(group_crews(spec, local, chance, parcels))
    if tables.vehicles:
        return tuple(row_crews(tables.vehicles, spec, local, parcels))
    return tuple(row_crews(instance.vehicles, spec, local)) if instance is not None else ()


def _requests(
    spec: ScenarioSpec,
    network: Network,
    local: LocalDay,
    chance: Chance,
    tables: Tables,
    *,
    factor: float,
) -> tuple[Request, ...]:
    """Return what was asked for, with the doors that orders share."""
    orders = spec.orders
    if isinstance(orders, SyntheticOrders):
        drawn = drawn_requests(orders, tables.areas, network, local, chance, factor=factor)
        return with_returns(merge_doors(drawn, orders.merge), orders.returns, chance)
    given = tables.requests if tables.instance is None else tables.instance.requests
    return merge_doors(given, orders.merge)


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
