"""Every place of a day on the network: depots, sites of vehicles and goods, lockers, doors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from networks.network import Network
from scenarios.doors import by_door, given_times
from scenarios.fleet import Crew
from scenarios.importers.instance import Instance
from scenarios.localday import LocalDay
from scenarios.lockers import as_lockers, locker_spots
from scenarios.placing import Placing
from scenarios.requests import Request, Spot, row_of
from scenarios.schema import ScenarioSpec
from scenarios.schema_fleet import DepotSpec
from scenarios.service import expected_time, parking_at
from scenarios.zones import zone_of
from twin.errors import ScenarioError
from twin.model import Chargers, Mode, Place, PlaceId, PlaceKind, StopTime
from twin.units import tick_s


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a day, by what they are.

    Attributes
    ----------
    others
        Places of vehicles and of goods that are no depot.
    """

    depots: Mapping[PlaceId, Place]
    others: Mapping[PlaceId, Place]
    lockers: Mapping[PlaceId, Place]
    doors: Mapping[PlaceId, Place]

    def all(self, instance: Instance | None) -> dict[PlaceId, Place]:
        """Return them as one, with docks and visit times where the orders' file gives them."""
        places = {**self.depots, **self.others, **self.lockers, **self.doors}
        return _with_docks(places, instance)


def places_of(
    spec: ScenarioSpec,
    network: Network,
    seed: int,
    crews: Sequence[Crew],
    requests: Sequence[Request],
    *,
    instance: Instance | None,
) -> Places:
    """Return the places of a day.

    Parameters
    ----------
    seed
        Says where drawn lockers stand, on every day.

    Raises
    ------
    ScenarioError
        With every place that cannot be found on the network.
    """
    refuses_far = spec.orders.unreachable == "refuse"
    placing = Placing(network, _modes(crews, network), spec.orders.max_snap_m, refuses_far)
    local = LocalDay(spec.date, spec.time_zone)
    depots = _depots(spec, placing, instance)
    others = _sites(crews, requests, placing)
    spots = locker_spots(spec, network, seed)
    standing = placing.stand([(place_id, spot, place_id) for place_id, spot in spots.items()])
    doors = _doors(requests, placing, spec, local)
    if placing.problems:
        raise ScenarioError(spec.name, placing.problems)
    return Places(depots, others, as_lockers(standing, spec, local), doors)


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
            chargers=_chargers(settings[place_id]),
            expected=StopTime(
                fixed_s=tick_s(settings[place_id].loading.fixed_s),
                per_parcel_s=tick_s(settings[place_id].loading.per_parcel_s),
            ),
        )
        for place_id, place in found.items()
    }


def _chargers(depot: DepotSpec) -> Chargers | None:
    given = depot.chargers
    return None if given is None else Chargers(given.count, given.power_kw, given.site_kw)


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
    requests: Sequence[Request], placing: Placing, spec: ScenarioSpec, local: LocalDay
) -> dict[PlaceId, Place]:
    """Return the places of all doors; one that several orders share is one place."""
    there = by_door(requests)
    spots = []
    for place_id, (first, *_) in there.items():
        spots.append((place_id, first.door, row_of(first, spec.orders)))
    return {
        place_id: _door(place, there[place_id], spec, local)
        for place_id, place in placing.stand(spots).items()
    }


def _door(place: Place, there: Sequence[Request], spec: ScenarioSpec, local: LocalDay) -> Place:
    """Return a door with its zone, its hours and docks, and what a planner expects of a visit."""
    spot = there[0].door
    is_business = spot.kind is PlaceKind.BUSINESS
    hours = next((request.door.hours for request in there if request.door.hours), ())
    zone = next((request.door.zone for request in there if request.door.zone), "")
    if not hours and is_business:
        hours = tuple(local.elapsed(window) for window in spec.businesses.hours)
    parking = parking_at(spec.service, place.lat, place.lon)
    return replace(
        place,
        zone=zone or zone_of(place.lat, place.lon, spec.zones.size_m),
        hours=hours,
        docks=spec.businesses.docks if is_business else None,
        expected=expected_time(spec.service, *given_times(there), parking),
    )
