"""What is drawn for the doors of a day: orders at one door share it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scenarios.demand import Chance
from scenarios.importers.instance import Instance
from scenarios.localday import LocalDay
from scenarios.presence import (
    draw_neighbour,
    draw_presence,
    drawn_until_s,
    has_safe_place,
    zone_factor,
)
from scenarios.requests import Request
from scenarios.schema import ScenarioSpec
from scenarios.service import AT_THE_DOOR, SEARCHED, draw_failure, draw_visit, parking_at
from scenarios.weather import WeatherDay
from twin.model import OrderId, OrderKind, Place, PlaceId, PlaceKind, StopTime
from twin.units import tick_s
from twin.world import Presence, Visit

_MOST_VISITS: Final = 8
"""Visits to one door that have draws of their own, whatever a class allows."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of a day and who orders there.

    Attributes
    ----------
    places
        By id; only doors, no lockers.
    there
        The requests of each door.
    last_s
        When the last duty ends at the latest.
    """

    spec: ScenarioSpec
    local: LocalDay
    places: Mapping[PlaceId, Place]
    there: Mapping[PlaceId, Sequence[Request]]
    last_s: float
    weather: WeatherDay

    @property
    def noise(self) -> bool:
        """Whether doors are left to chance at all."""
        return self.spec.noise == "on"

    def presence(self, chance: Chance) -> dict[PlaceId, Presence]:
        """Return who is at which door when; nobody is out at a door left out."""
        if not self.noise:
            return {}
        settings = self.spec.presence
        day = self.weather.absence * (settings.saturday if self.local.kind == "saturday" else 1)
        zones = {place.zone: 1.0 for place in self.places.values()}
        zones = {zone: zone_factor(settings, zone, chance) for zone in zones}
        found: dict[PlaceId, Presence] = {}
        for place_id, requests in self.there.items():
            door = requests[0].door
            presence = draw_presence(
                settings,
                door.key,
                door.kind,
                chance,
                attempts=self._attempts(requests),
                until_s=drawn_until_s(self.last_s),
                local=self.local,
                factor=day * zones[self.places[place_id].zone],
            )
            if presence is not None:
                found[place_id] = presence
        return found

    def neighbours(self, chance: Chance) -> dict[PlaceId, Presence]:
        """Return whether neighbours would take goods, at doors where goods may be left so."""
        found: dict[PlaceId, Presence] = {}
        for place_id, requests in self._leaving("neighbour"):
            presence = draw_neighbour(
                self.spec.presence,
                requests[0].door.key,
                chance,
                attempts=self._attempts(self.there[place_id]),
                until_s=drawn_until_s(self.last_s),
            )
            if presence is not None:
                found[place_id] = presence
        return found

    def safe_places(self, chance: Chance) -> frozenset[OrderId]:
        """Return the orders that could be left in a safe place."""
        return frozenset(
            OrderId(request.id)
            for _, requests in self._leaving("safe place")
            if has_safe_place(self.spec.presence, requests[0].door.key, chance)
            for request in requests
        )

    def _leaving(self, where: str) -> Iterable[tuple[PlaceId, list[Request]]]:
        """Yield the doors of households with the deliveries that may be left somewhere."""
        if not self.noise:
            return
        classes = self.spec.service_classes
        for place_id, requests in self.there.items():
            leaving = [
                request
                for request in requests
                if request.kind is OrderKind.DELIVERY
                and where in classes[request.service_class].leaves_with
            ]
            if leaving and requests[0].door.kind is PlaceKind.HOUSEHOLD:
                yield place_id, leaving

    def _attempts(self, requests: Sequence[Request]) -> int:
        classes = self.spec.service_classes
        return sum(classes[request.service_class].max_attempts for request in requests)

    def visits(self, chance: Chance) -> dict[PlaceId, Visit]:
        """Return what stopping at doors takes."""
        spec = self.spec
        number = min(_MOST_VISITS, max(c.max_attempts for c in spec.service_classes.values()))
        visits: dict[PlaceId, Visit] = {}
        for place_id, requests in self.there.items():
            fixed_s, per_parcel_s = given_times(requests)
            place = self.places[place_id]
            visits[place_id] = draw_visit(
                spec.service,
                requests[0].door.key,
                number,
                chance,
                parking=parking_at(spec.service, place.lat, place.lon),
                fixed_s=fixed_s,
                per_parcel_s=per_parcel_s,
                factor=self.weather.service,
                noise=self.noise,
            )
        return visits


def door_id(request: Request) -> PlaceId:
    """Return the place of an order's door."""
    return PlaceId(f"door/{request.door.key}")


def by_door(requests: Sequence[Request]) -> dict[PlaceId, list[Request]]:
    """Return requests by the place of their door; those for a locker have none."""
    found: dict[PlaceId, list[Request]] = {}
    for request in requests:
        if not request.out_of_home:
            found.setdefault(door_id(request), []).append(request)
    return found


def given_times(requests: Iterable[Request]) -> tuple[float | None, float | None]:
    """Return the longest times that orders at one door give for it, None if none does."""
    fixed = [request.fixed_s for request in requests if request.fixed_s is not None]
    per_parcel = [request.per_parcel_s for request in requests if request.per_parcel_s is not None]
    return max(fixed, default=None), max(per_parcel, default=None)


def visits_elsewhere(
    spec: ScenarioSpec,
    depots: Mapping[PlaceId, Place],
    lockers: Mapping[PlaceId, Place],
    instance: Instance | None,
    chance: Chance,
) -> dict[PlaceId, Visit]:
    """Return what stopping takes at depots and lockers, and where the orders' file says so."""
    visits: dict[PlaceId, Visit] = {}
    for place_id, locker in lockers.items():
        visits[place_id] = draw_visit(
            spec.service,
            place_id,
            _MOST_VISITS,
            chance,
            parking=parking_at(spec.service, locker.lat, locker.lon),
            fixed_s=spec.lockers.fixed_s,
            per_parcel_s=spec.lockers.per_parcel_s,
            noise=spec.noise == "on",
        )
    for place_id, depot in depots.items():
        times = depot.expected
        if times != StopTime():
            visits[place_id] = Visit(fixed_s=(times.fixed_s,), per_parcel_s=(times.per_parcel_s,))
    given = instance.visit_s if instance is not None else {}
    visits.update({PlaceId(key): Visit(fixed_s=(fixed_s,)) for key, fixed_s in given.items()})
    return visits


def failures_of(
    spec: ScenarioSpec, requests: Sequence[Request], chance: Chance
) -> dict[OrderId, str]:
    """Return the orders that cannot be served whoever is at the door, with the cause.

    A locker has no door to be kept out of, no wrong address and nobody to refuse.
    """
    found: dict[OrderId, str] = {}
    if spec.noise != "on":
        return found
    for request in requests:
        cause = draw_failure(spec.failures, request.id, chance)
        if cause is not None and not (request.out_of_home and cause in AT_THE_DOOR):
            found[OrderId(request.id)] = cause
    return found


def searches_of(
    spec: ScenarioSpec, failures: Mapping[OrderId, str], chance: Chance
) -> dict[OrderId, float]:
    """Return how long it takes to find out that an order cannot be served."""
    search_s = spec.failures.search_s
    return {
        order_id: tick_s(search_s.at(chance.uniform("search", order_id)))
        for order_id, cause in failures.items()
        if cause in SEARCHED
    }
