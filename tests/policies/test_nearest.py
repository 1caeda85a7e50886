"""Nearest first: a van that waits for work fills up wherever it is, and hired ones are called."""

from dataclasses import replace

import pytest
from lived import day, duty, order, van

from policies.nearest import Nearest
from twin import Load, OrderKind, Rules, run
from twin.events import Collected, Delivered, DutyCancelled, PlanMade
from twin.model import PlaceId
from twin.rules import WhenIdle
from twin.units import TICK_S

TWO = Load(parcels=2)


def times_of(journal):
    return [event.at_s for event in journal.of(Delivered)]


def sent(journal):
    return [made.at_s for made in journal.of(PlanMade) if made.routes]


@pytest.mark.parametrize("when_idle", list(WhenIdle))
def test_a_van_that_stays_where_it_was_last_comes_back_for_more(when_idle):
    """Six parcels for far, three minutes away, in a van for two: three tours of six minutes."""
    orders = [order(f"o{k}", "far") for k in range(6)]
    world = day(orders, [van(capacity=TWO)], rules=Rules(when_idle=when_idle))

    journal = run(world, Nearest)

    assert times_of(journal) == [180, 180, 540, 540, 900, 900]


def test_a_van_that_stays_collects_from_where_it_stands():
    """It has been to far, and nothing waits at the depot: mid is a minute from there."""
    pick_up = replace(
        order("c", "mid", placed_at_s=300.0, ready_at_s=300.0),
        kind=OrderKind.COLLECTION,
        origin=PlaceId("mid"),
        destination=PlaceId("depot"),
    )
    world = day([order("o", "far"), pick_up], rules=Rules(when_idle=WhenIdle.STAY))

    assert [event.at_s for event in run(world, Nearest).of(Collected)] == [360]


@pytest.mark.parametrize(("orders", "called"), [(2, False), (3, True)])
def test_a_hired_van_is_called_for_what_the_own_van_has_no_room_for(orders, called):
    """Room for two parcels; by 500 s it must be called, shifts begin at 1,000 s."""
    vans = [van("own", capacity=TWO), van("hired", capacity=TWO)]
    hired = replace(duty("hired", 1000, 4000), call_by_s=500.0)
    rows = [order(f"o{k}", "far") for k in range(orders)]
    world = day(rows, vans, [duty("own", 1000, 4000), hired])

    journal = run(world, Nearest)

    assert [event.why for event in journal.of(DutyCancelled)] == ([] if called else ["not called"])
    assert sent(journal) == ([500 - TICK_S, 1000] if called else [1000])
    assert times_of(journal) == [1180] * orders
