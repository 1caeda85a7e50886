"""Days with lockers, shut doors and changed minds, lived to the end: each setting is honoured."""

from pathlib import Path

import jsonschema
import pytest

from experiments.checker import check_lines
from policies.insertion import Insertion
from policies.nearest import Nearest
from scenarios.load import load_text
from scenarios.network import network_of
from scenarios.realise import realise
from scenarios.resolve import resolve, to_yaml
from scenarios.schema import scenario_schema
from scenarios.yaml import parse
from twin import run
from twin.events import (
    AttemptFailed,
    Delivered,
    Loaded,
    OrderCancelled,
    OrderChanged,
    OrderReady,
    ServiceBegan,
)

EVERYTHING = """\
name: everything at doors
network: demo-city
orders:
  count: 90
  arrivals: {known: 60 %, by_hour: {8: 1, 9: 2, 10: 3, 11: 2, 12: 2}}
  windows: {share: 40 %, width: 2 h, agreed: 50 %}
  bursts: [{at: 11:00, lasts: 1 h, factor: 2}]
  returns: 10 %
  collections: 5 %
  out_of_home: 15 %
  notified: 30 %
  changes: {cancelled: 8 %, moved: 8 %, urgent: 8 %}
  classes: {standard: 30 %, box: 25 %, left: 45 %}
  where: {businesses: 30 %}
service_classes:
  standard: {max_attempts: 2, retry: today}
  box: {retry: locker}
  left: {leaves_with: [neighbour, safe place], retry: tomorrow}
lockers: {count: 5, slots: 12, occupied: 60 %, hours: 06:00-22:00}
businesses: {hours: [09:00-12:00, 13:00-17:00], docks: 1}
walking: {radius: 120 m, carrying: {parcels: 6}}
zones: 800 m
presence:
  probability: 55 %
  by_hour: attended
  spread: {a: 2, b: 18}
  household: {mean: 1, cv: 40 %}
  neighbour: 50 %
  safe_place: 50 %
failures: {no_access: 4 %, wrong_address: 4 %, refused: 3 %, damaged: 3 %}
service: {parking: residential, parking_areas: [{lat: 0, lon: 0, radius: 800 m}]}
depots:
  depot:
    picking: {pickers: 2, per_order: {mean: 5 min, cv: 50 %}}
    linehaul: {arrives: 06:30, late: {mean: 10 min, cv: 100 %, law: gamma}, sort_rate: 2000}
    waves: [07:15, 09:00, 10:00, 11:00, 12:00, 13:00, 14:00]
fleet: {van: 3, cargo_bike: 1}
"""


@pytest.fixture(scope="module")
def city():
    """Return the bundled city, whose addresses are households and businesses."""
    loaded = load_text(EVERYTHING, "day.yaml", Path())
    return network_of(loaded.spec, Path(), loaded.tables)


@pytest.fixture(scope="module", params=[Nearest, Insertion])
def lived(request, city):
    """Return three days of it, with their journals."""
    loaded = load_text(EVERYTHING, "day.yaml", Path())
    worlds = [realise(loaded.spec, city, 3, day, loaded.tables) for day in (1, 2, 3)]
    return [(world, run(world, request.param)) for world in worlds]


def test_days_with_everything_at_doors_can_have_happened(lived):
    """Not one line breaks a rule of the checker that shares nothing with the twin."""
    for _, journal in lived:
        assert check_lines(journal.lines()) == []


def test_a_scenario_with_everything_at_doors_resolves_to_the_same_days(city):
    """What it resolves to is read again, follows the schema, and draws the same day."""
    given = load_text(EVERYTHING, "day.yaml", Path()).spec
    text = to_yaml(resolve(given))
    again = load_text(text, "resolved.yaml", Path()).spec

    one, other = (realise(spec, city, 3, 1) for spec in (given, again))

    jsonschema.validate(parse(text, "resolved.yaml").value, scenario_schema())
    jsonschema.validate(parse(EVERYTHING, "day.yaml").value, scenario_schema())
    for name in ("orders", "places", "visits", "presence", "neighbours", "safe_places", "failures",
                 "search_s", "lockers", "changes", "ready_at_s", "rules"):  # fmt: skip
        assert getattr(one, name) == getattr(other, name), name


def test_goods_are_handed_over_in_every_way_there_is(lived):
    """In person, with a neighbour, in a safe place, in a locker, each where it may be."""
    found = set()
    for world, journal in lived:
        orders = {order.id: order for order in world.orders}
        for event in journal.of(Delivered):
            found.add(event.how)
            order = orders[event.order]
            assert (event.how == "locker") == event.place.startswith("locker/")
            if event.how == "locker":
                assert event.place in (order.customer, order.locker)
            if event.how == "safe place":
                assert order.id in world.safe_places
            if event.how == "neighbour":
                neighbour = world.neighbours[event.place]
                assert neighbour.is_home(event.began_at_s, event.attempt - 1)
    assert found == {"in person", "neighbour", "safe place", "locker"}


def test_after_a_failed_attempt_a_box_is_sent_to_its_locker(lived):
    """The order says so from then on."""
    sent = 0
    for world, journal in lived:
        orders = {order.id: order for order in world.orders}
        for event in journal.of(OrderChanged):
            if event.what == "locker":
                sent += 1
                assert event.order.destination == orders[event.order.id].locker
                assert orders[event.order.id].service_class == "box"
    assert sent > 0


def test_every_cause_is_met_where_it_was_drawn(lived):
    """And no order that was to fail was handed to its customer."""
    met = set()
    for world, journal in lived:
        for event in journal.of(AttemptFailed):
            met.add(event.cause)
            if event.cause in ("no access", "wrong address", "refused", "damaged"):
                assert world.failures[event.order] == event.cause
        by_hand = {event.order for event in journal.of(Delivered) if event.how == "in person"}
        assert not by_hand & set(world.failures)
    assert {"absent", "no access", "wrong address"} <= met


def test_nobody_is_served_while_a_place_is_closed(lived):
    """Businesses from 9 to 12 and 13 to 17, lockers from 6 to 22."""
    served = 0
    for world, journal in lived:
        for event in journal.of(ServiceBegan):
            hours = world.places[event.place].hours
            if hours and not event.place.startswith("locker/"):
                served += 1
                assert any(event.at_s in opening for opening in hours)
    assert served > 5


def test_what_customers_ask_for_happens_when_they_ask(lived):
    """If the order is still open then; what was delivered before stays delivered."""
    cancelled = 0
    for world, journal in lived:
        asked = {change.order: change for change in world.changes}
        for event in journal.of(OrderCancelled):
            cancelled += 1
            assert asked[event.order].cancels
            assert event.at_s == asked[event.order].at_s
        late = {event.order for event in journal.of(OrderCancelled)}
        assert not late & {event.order for event in journal.of(Delivered)}
        for event in journal.of(OrderChanged):
            if event.what in ("window", "priority"):
                assert event.at_s == asked[event.order.id].at_s
    assert cancelled > 0


def test_nothing_is_loaded_before_it_is_really_ready(lived):
    """Whatever was announced."""
    for world, journal in lived:
        ready = {o.id: world.ready_at_s.get(o.id, o.ready_at_s) for o in world.orders}
        for event in journal.of(OrderReady):
            assert event.at_s == ready[event.order]
        for event in journal.of(Loaded):
            for order_id in event.orders:
                if world.places[event.place].kind == "depot":
                    assert event.at_s >= min(ready[order_id], event.at_s + 1)
