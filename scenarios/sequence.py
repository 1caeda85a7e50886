"""Days of a scenario one after the other: each begins with what the one before left open (S23)."""

import datetime as dt
from collections.abc import Iterator

from networks.network import Network
from scenarios.carry import NOTHING, Carried, carried, next_day
from scenarios.realise import realise
from scenarios.requests import Request, Spot
from scenarios.schema import ScenarioSpec
from scenarios.tables import NO_TABLES, Tables
from twin.engine import run
from twin.journal import Journal
from twin.model import Order, PlaceKind
from twin.policy import MakePolicy


def days_in_a_row(
    spec: ScenarioSpec,
    network: Network,
    seed: int,
    days: int,
    make_policy: MakePolicy,
    *,
    name: str = "policy",
    tables: Tables = NO_TABLES,
) -> Iterator[Journal]:
    """Live days of a scenario under one policy and yield their journals, the first day first.

    The first day has the scenario's date, the next ones those after it. What is open in the
    evening is an order of the next day: what happens at its door then is drawn for that day, as
    for any other order.

    Parameters
    ----------
    seed, days
        The days 1 to `days` of the seed.
    tables
        Rows of the files that the scenario names; they come anew each day.
    """
    before = NOTHING
    for day in range(1, days + 1):
        today = spec.model_copy(update={"date": _date(spec.date, day)})
        world = realise(today, network, seed, day, tables, also=requests_of(before))
        journal = run(next_day(world, before), make_policy, name=name)
        yield journal
        before = carried(journal, before)


def _date(first: str, day: int) -> str:
    return (dt.date.fromisoformat(first) + dt.timedelta(days=day - 1)).isoformat()


def requests_of(before: Carried) -> tuple[Request, ...]:
    """Return what a day hands on as requests, so that what belongs to their doors is drawn."""
    return tuple(_request(order, before) for order in before.orders)


def _request(order: Order, before: Carried) -> Request:
    door = before.places[order.customer]
    in_locker = door.kind is PlaceKind.LOCKER
    node = next(iter(door.nodes.values())) if door.lat is None else None
    key = door.id.partition("/")[2] or door.id
    return Request(
        id=order.id,
        door=Spot(key, door.lat, door.lon, node, door.kind, door.zone, door.hours),
        kind=order.kind,
        placed_at_s=order.placed_at_s,
        ready_at_s=order.ready_at_s,
        window=order.window,
        promise=order.promise,
        parcels=order.parcels,
        service_class=order.service_class,
        client=order.client,
        priority=order.priority,
        skills=order.skills,
        load_s=order.load_s,
        unload_s=order.unload_s,
        agreed=order.agreed,
        notified=order.notified,
        out_of_home=in_locker,
        locker=key if in_locker else None,
    )
