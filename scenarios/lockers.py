"""Lockers: where they stand, what they hold in the morning, which one is nearest to a door."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import floor

import numpy as np

from networks.network import Network
from networks.sphere import great_circle_m
from scenarios.demand import Chance
from scenarios.localday import LocalDay
from scenarios.requests import Spot
from scenarios.schema import ScenarioSpec
from scenarios.schema_lockers import LockerSpec, LockersSpec
from scenarios.service import expected_time, parking_at
from scenarios.zones import zone_of
from twin.errors import ScenarioError
from twin.model import NodeId, Place, PlaceId, PlaceKind
from twin.units import tick_s


def locker_id(name: str) -> PlaceId:
    """Return the place of a locker by its name."""
    return PlaceId(f"locker/{name}")


def locker_spots(spec: ScenarioSpec, network: Network, seed: int) -> dict[PlaceId, Spot]:
    """Return where the lockers of a scenario are.

    Lockers stay where they are: the drawn ones belong to the seed, not to the day, and those of
    a smaller number are the first of a larger one.
    """
    spots = {
        locker_id(name): Spot(name, given.lat, given.lon, given.node, PlaceKind.LOCKER)
        for name, given in spec.lockers.at.items()
    }
    if spec.lockers.count == 0:
        return spots
    rows = _usable_junctions(network)
    lats, lons = network.coordinates(rows)
    chance = Chance(seed, 0)
    for number in range(1, spec.lockers.count + 1):
        name = f"{number:02d}"
        at = int(chance.uniform("locker", name) * len(rows))
        spots[locker_id(name)] = Spot(
            name, float(lats[at]), float(lons[at]), NodeId(int(rows[at])), PlaceKind.LOCKER
        )
    return spots


def _usable_junctions(network: Network) -> np.ndarray:
    """Return the junctions in the connected part of every mode."""
    rows = np.arange(network.node_count)
    lats, lons = network.coordinates(rows)
    if np.isnan(lats).any():
        words = (
            f"lockers.count: {network.name} does not say where its stops are, expected lockers at "
            "given ones; write `lockers: {at: {north: {node: }}}`"
        )
        raise ScenarioError("lockers", [words])
    inside = np.ones(len(rows), np.bool_)
    for mode in network.modes:
        # In the connected part of a mode a junction is its own nearest.
        inside &= network.nearest(lats, lons, mode)[1] <= 1.0
    return np.asarray(rows[inside])


def as_lockers(
    places: Mapping[PlaceId, Place], spec: ScenarioSpec, local: LocalDay
) -> dict[PlaceId, Place]:
    """Return lockers with their slots and hours, and what a planner expects of a visit."""
    found: dict[PlaceId, Place] = {}
    for place_id, place in places.items():
        given = _given(spec.lockers, place_id)
        hours = spec.lockers.hours if given.hours is None else given.hours
        found[place_id] = replace(
            place,
            slots=spec.lockers.slots if given.slots is None else given.slots,
            hours=tuple(local.elapsed(window) for window in hours),
            zone=zone_of(place.lat, place.lon, spec.zones.size_m),
            expected=expected_time(
                spec.service,
                spec.lockers.fixed_s,
                spec.lockers.per_parcel_s,
                parking_at(spec.service, place.lat, place.lon),
            ),
        )
    return found


def _given(lockers: LockersSpec, place_id: PlaceId) -> LockerSpec:
    named = {locker_id(name): given for name, given in lockers.at.items()}
    return named.get(place_id) or LockerSpec.model_construct()


def held_of(
    lockers: LockersSpec, places: Iterable[Place], chance: Chance, *, noise: bool
) -> dict[PlaceId, tuple[float, ...]]:
    """Return when each slot that others hold at midnight becomes free, in rising order."""
    found: dict[PlaceId, tuple[float, ...]] = {}
    for place in places:
        slots = place.slots or 0
        if not noise:
            number = floor(slots * lockers.occupied + 0.5)
            times = [tick_s(lockers.collected_s.mean)] * number
        else:
            times = [
                tick_s(lockers.collected_s.at(chance.uniform("slot free", place.id, k)))
                for k in range(slots)
                if chance.uniform("slot held", place.id, k) < lockers.occupied
            ]
        if times:
            found[place.id] = tuple(sorted(times))
    return found


class NearestLocker:
    """Finds the locker nearest to a point as the crow flies, the first by id of equals.

    Parameters
    ----------
    lockers
        All there are, by id.
    """

    def __init__(self, lockers: Mapping[PlaceId, Place]) -> None:
        self._ids = sorted(lockers)
        points = [(lockers[one].lat, lockers[one].lon) for one in self._ids]
        self._are_placed = all(lat is not None and lon is not None for lat, lon in points)
        self._lats, self._lons = (
            np.array([point[axis] or 0.0 for point in points], np.float64) for axis in (0, 1)
        )

    def to(self, lat: float | None, lon: float | None, whose: str) -> PlaceId:
        """Return the nearest locker to a point.

        Parameters
        ----------
        whose
            How the point is called in messages.

        Raises
        ------
        ScenarioError
            If there are several and they, or the point, have no coordinates.
        """
        if len(self._ids) == 1:
            return self._ids[0]
        if lat is None or lon is None or not self._are_placed:
            words = (
                f"lockers: which of {', '.join(self._ids)} is nearest to {whose} cannot be told "
                "without coordinates; give one locker only, or orders a column locker"
            )
            raise ScenarioError("lockers", [words])
        return self._ids[int(np.argmin(great_circle_m(lat, lon, self._lats, self._lons)))]
