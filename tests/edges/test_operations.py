"""Odd days of an operation: each ends consistently, whoever decides."""

from dataclasses import replace

import pytest
from consistency import ended

from twin.events import (
    BreakEnded,
    BrokeDown,
    Delivered,
    Departed,
    Loaded,
    LoadingBegan,
    OrderCancelled,
    ServiceBegan,
    Towed,
    Unloaded,
)
from twin.model import HoursRules, TimeWindow
from twin.world import Breakdown, BreakdownClock, Change

H = 3600.0
SMALL = """\
name: small
network: demo-city
orders: 12
fleet: {van: 2}
presence: 100 %
noise: off
breakdowns: {every: none}
policies: [nearest]
"""


def test_a_day_without_vans_leaves_every_order_where_it_is(day_of, lived):
    """Nobody comes: all twelve are carried over, nothing is driven."""
    journal = lived(day_of(SMALL, "fleet={van: 0}"))

    assert not journal.of(Departed)
    assert len(journal.events[-1].carried_over) == 12


def test_a_day_without_orders_is_two_idle_shifts(day_of, lived):
    """Both vans stand at the depot for nine hours."""
    journal = lived(day_of(SMALL, "orders=0"))

    assert not journal.of(Departed)
    assert journal.events[-1].carried_over == ()


def test_nobody_and_nothing_is_a_day_too(day_of, lived):
    """No van and no order."""
    assert ended(lived(day_of(SMALL, "fleet={van: 0}", "orders=0"))) == {}


ONE_DOOR = "id,lat,lon,address\n" + "".join(f"o{k},%s,%s,at home\n" for k in range(30))


def test_thirty_orders_for_one_door_are_one_stop(day_of, town, lived):
    """One customer, thirty orders: all served by one halt of one van (or as many as fit)."""
    lat, lon = (float(town.coordinates([60])[k][0]) for k in (0, 1))
    table = ONE_DOOR.replace("%s,%s", f"{lat:.6f},{lon:.6f}")
    journal = lived(day_of(SMALL.replace("orders: 12", "orders: {csv: orders.csv}"), orders=table))

    assert set(ended(journal).values()) == {"delivered"}
    assert len(journal.of(ServiceBegan)) == 1


def test_a_peak_of_a_hundred_times_the_orders_leaves_most_of_them(day_of, lived):
    """Eight orders become eight hundred for one van of an hour."""
    peak = day_of(SMALL, "orders={count: 8, scale: 100}",
                  "fleet={van: {count: 1, shift: 08:00-09:00}}")  # fmt: skip
    states = list(ended(lived(peak)).values())

    assert len(states) == 800
    assert 0 < states.count("delivered") < 80
    assert states.count("delivered") + states.count("ready") == 800


def test_a_parcel_heavier_than_every_van_stays_behind(day_of, town, lived):
    """Two tonnes do not fit into a van of one; the other order is delivered."""
    lat, lon = (float(town.coordinates([60])[k][0]) for k in (0, 1))
    table = f"id,lat,lon,kg\nheavy,{lat},{lon},2000\nlight,{lat},{lon},2\n"
    journal = lived(day_of(SMALL.replace("orders: 12", "orders: {csv: orders.csv}"), orders=table))

    assert ended(journal) == {"heavy": "ready", "light": "delivered"}


def every_second(world, repair_s: float | None, clock: BreakdownClock):
    """Return the day on which each van breaks down after each second, a hundred times."""
    failure = Breakdown(1.0, 0.0, repair_s, 0.0)
    return replace(
        world,
        breakdowns={van.id: (failure,) * 100 for van in world.vehicles},
        rules=replace(world.rules, breakdown_clock=clock, expected_down_s=repair_s or 0.0),
    )


@pytest.mark.parametrize("clock", [BreakdownClock.DRIVING, BreakdownClock.DUTY])
def test_vans_that_break_down_every_second_crawl_on(day_of, lived, clock):
    """A second of work, a second of repair, a hundred times; then they are as good as new."""
    journal = lived(every_second(day_of(SMALL), 1.0, clock))
    broke = [event.vehicle for event in journal.of(BrokeDown)]

    assert broke
    assert all(broke.count(van) == 100 for van in set(broke))
    assert list(ended(journal).values()).count("delivered") == 12


def test_a_mean_of_one_second_between_breakdowns_can_be_typed(day_of, lived):
    """The vans hardly move all shift; what they carried comes home or is towed in."""
    text = SMALL.replace("{every: none}", "{every: 1 s, repair: 1 h}").replace("noise: off\n", "")
    world = day_of(text, "fleet={van: {count: 2, shift: 08:00-10:00}}", "orders=4")
    journal = lived(world)

    assert journal.of(BrokeDown)
    assert set(ended(journal).values()) <= {"delivered", "ready"}


@pytest.mark.parametrize("clock", list(BreakdownClock))
def test_all_vans_towed_in_at_once_leave_all_orders_open(day_of, lived, clock):
    """Each breaks down as it begins and cannot be repaired: nothing more happens all day."""
    made = every_second(day_of(SMALL), None, clock)
    gone = {van: (Breakdown(0.0, 600.0, None, 1200.0),) for van in made.breakdowns}
    journal = lived(replace(made, breakdowns=gone))

    assert not journal.of(Delivered)
    assert set(ended(journal).values()) == {"ready"}


def test_a_cancellation_while_the_door_is_open_comes_too_late(day_of, lived):
    """The van is serving it: service that began is finished, the order is delivered."""
    world = day_of(SMALL, "orders=1")
    began = lived(world).of(ServiceBegan)[0]
    (order,) = world.orders
    at_s = began.at_s + 1.0
    journal = lived(replace(world, changes=(Change(order.id, at_s, cancels=True),)))

    assert not journal.of(OrderCancelled)
    assert ended(journal) == {order.id: "delivered"}


def test_a_cancellation_on_the_way_brings_the_goods_home(day_of, lived):
    """A minute before the door: nobody is visited, the parcel is unloaded at the depot."""
    world = day_of(SMALL, "orders=1")
    began = lived(world).of(ServiceBegan)[0]
    (order,) = world.orders
    change = Change(order.id, began.at_s - 10.0, cancels=True)
    journal = lived(replace(world, changes=(change,)))

    assert ended(journal) == {order.id: "cancelled"}
    assert not journal.of(ServiceBegan)


def test_a_break_longer_than_the_shift_is_taken_whole(day_of, lived):
    """Twelve hours in a shift of nine, due from 08:01 on: nothing is departed for afterwards.

    A policy that keeps time free for breaks plans nothing at all, and nobody need rest from that.
    """
    world = day_of(SMALL, "service={parking: 0 s}")
    meal = HoursRules("long lunch", meal=TimeWindow(8 * H + 60, 9 * H), meal_s=12 * H)
    duties = tuple(replace(duty, hours=meal) for duty in world.duties)
    journal = lived(replace(world, duties=duties))
    ends = [event.at_s for event in journal.of(BreakEnded)]

    assert ends or not journal.of(Departed)
    assert all(20 * H <= at_s <= 22 * H for at_s in ends)
    assert all(event.home for event in journal.of(Departed) if event.at_s >= min(ends, default=0))
    assert set(ended(journal).values()) <= {"delivered", "ready"}


def test_all_vans_down_can_be_typed(day_of, lived):
    """A breakdown after each second of duty, none of them mended at the roadside."""
    broken = SMALL.replace("{every: none}", "{every: 1 s, clock: duty, at_roadside: 0 %}")
    journal = lived(day_of(broken.replace("noise: off\n", "")))

    assert len(journal.of(Towed)) == len(journal.of(BrokeDown)) == 2
    assert set(ended(journal).values()) == {"ready"}


def test_a_typed_break_longer_than_the_shift_is_refused_with_both_lengths(refused):
    """Twelve hours of lunch in nine of work is a slip of whoever typed it."""
    said = refused(SMALL + "meal: 08:01-09:00 12 h\n")

    assert "day.yaml:9: meal" in said
    assert "43200 s in a shift of 32400 s" in said
    assert "expected a shorter one" in said


def test_everybody_cancels(day_of, lived):
    """All twelve ask between 07:00 and 09:00; for those that are served by then it is too late."""
    text = SMALL.replace("12\n", "{count: 12, changes: {cancelled: 100 %, between: 07:00-09:00}}\n")
    journal = lived(day_of(text.replace("noise: off\n", "")))
    states = ended(journal)

    assert set(states.values()) == {"cancelled", "delivered"}
    gone = {event.order: event.at_s for event in journal.of(OrderCancelled)}
    assert gone
    assert set(gone) == {name for name, state in states.items() if state == "cancelled"}
    assert not any(event.order in gone for event in journal.of(Delivered))


def test_a_cancellation_while_it_is_loaded_goes_along_and_comes_home(day_of, lived):
    """What is loaded is fixed when loading begins; nobody is visited, the goods come back."""
    world = day_of(SMALL, "orders=1", "dispatch={preloaded: false}")
    (order,) = world.orders
    began, done = (lived(world).of(kind)[0].at_s for kind in (LoadingBegan, Loaded))
    change = Change(order.id, (began + done) / 2, cancels=True)
    journal = lived(replace(world, changes=(change,)))

    assert ended(journal) == {order.id: "cancelled"}
    assert [event.orders for event in journal.of(Unloaded)] == [(order.id,)]
    assert not journal.of(ServiceBegan)
