"""What is drawn for the doors of a day: orders at one door share it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from scenarios.demand import Chance
from scenarios.importers.instance import Instance
from scenarios.requests import Request
from scenarios.schema import ScenarioSpec
from scenarios.service import draw_failure, draw_presence, draw_visit, drawn_until_s
from twin.model import OrderId, Place, PlaceId, StopTime
from twin.world import Presence, Visit

_MOST_VISITS: Final = 8
"""Visits to one door that have draws of their own, whatever a class allows."""


def door_id(request: Request) -> PlaceId:
    """Return the place of an order's door."""
    return PlaceId(f"door/{request.door.key}")


def by_door(requests: Sequence[Request]) -> dict[PlaceId, list[Request]]:
    """Return requests by the place of their door."""
    found: dict[PlaceId, list[Request]] = {}
    for request in requests:
        found.setdefault(door_id(request), []).append(request)
    return found


def given_times(requests: Iterable[Request]) -> tuple[float | None, float | None]:
    """Return the longest times that orders at one door give for it, None if none does."""
    fixed = [request.fixed_s for request in requests if request.fixed_s is not None]
    per_parcel = [request.per_parcel_s for request in requests if request.per_parcel_s is not None]
    return max(fixed, default=None), max(per_parcel, default=None)


def visits_of(
    spec: ScenarioSpec,
    requests: Sequence[Request],
    depots: Mapping[PlaceId, Place],
    instance: Instance | None,
    chance: Chance,
) -> dict[PlaceId, Visit]:
    """Return what stopping takes, at doors, at depots, and where the orders' file says so."""
    visits: dict[PlaceId, Visit] = {}
    number = min(_MOST_VISITS, max(c.max_attempts for c in spec.service_classes.values()))
    for place_id, there in by_door(requests).items():
        fixed_s, per_parcel_s = given_times(there)
        key = there[0].door.key
        visits[place_id] = draw_visit(
            spec.service, key, number, chance, fixed_s=fixed_s, per_parcel_s=per_parcel_s
        )
    for place_id, depot in depots.items():
        times = depot.expected
        if times != StopTime():
            visits[place_id] = Visit(fixed_s=(times.fixed_s,), per_parcel_s=(times.per_parcel_s,))
    given = instance.visit_s if instance is not None else {}
    visits.update({PlaceId(key): Visit(fixed_s=(fixed_s,)) for key, fixed_s in given.items()})
    return visits


def presence_of(
    spec: ScenarioSpec, requests: Sequence[Request], last_s: float, chance: Chance
) -> dict[PlaceId, Presence]:
    """Return who is at which door when, for duties that end at some time."""
    most = {name: given.max_attempts for name, given in spec.service_classes.items()}
    until_s = drawn_until_s(last_s)
    found: dict[PlaceId, Presence] = {}
    for place_id, there in by_door(requests).items():
        door = there[0].door
        presence = draw_presence(
            spec.presence,
            door.key,
            door.kind,
            chance,
            attempts=sum(most[request.service_class] for request in there),
            until_s=until_s,
        )
        if presence is not None:
            found[place_id] = presence
    return found


def failures_of(
    spec: ScenarioSpec, requests: Sequence[Request], chance: Chance
) -> dict[OrderId, str]:
    """Return the orders that cannot be served whoever is at the door, with the cause."""
    causes = ((request.id, draw_failure(spec.failures, request.id, chance)) for request in requests)
    return {OrderId(order_id): cause for order_id, cause in causes if cause is not None}
