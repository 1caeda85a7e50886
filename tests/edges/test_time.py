"""Odd days of the calendar and the clock: each ends consistently, or is refused in words."""

import pytest
from consistency import ended

from twin.events import (
    Arrived,
    DayEnded,
    Delivered,
    DutyEnded,
    OrderPlaced,
    ServiceBegan,
    ShiftBegan,
)
from twin.units import DAY_S, clock

H = 3600.0
SMALL = """\
name: small
%snetwork: demo-city
orders: %s
fleet: {van: {count: 2, shift: %s}}
presence: 100 %%
noise: off
breakdowns: {every: none}
policies: [nearest]
"""
BERLIN = "date: %s\ntime_zone: Europe/Berlin\n"
SPRING, AUTUMN = BERLIN % "2026-03-29", BERLIN % "2026-10-25"
"""The clock jumps from 02:00 to 03:00, and back from 03:00 to 02:00."""


@pytest.mark.parametrize(("date", "less_h"), [(SPRING, 1), (AUTUMN, -1)])
def test_a_shift_on_the_day_the_clock_changes_is_as_long_as_the_clock_says(
    day_of, lived, date, less_h
):
    """08:00 to 17:00 are nine hours; they begin 7 or 9 h after midnight."""
    journal = lived(day_of(SMALL % (date, 6, "08:00-17:00")))

    assert {event.at_s for event in journal.of(ShiftBegan)} == {(8 - less_h) * H}
    assert all(event.at_s >= (17 - less_h) * H for event in journal.of(DutyEnded))
    assert set(ended(journal).values()) == {"delivered"}


@pytest.mark.parametrize(("date", "hours"), [(SPRING, 8), (AUTUMN, 10)])
def test_a_night_shift_across_the_change_has_an_hour_less_or_more(day_of, lived, date, hours):
    """00:00 to 09:00 by the clock."""
    journal = lived(day_of(SMALL % (date, 2, "00:00-09:00")))

    assert {event.at_s for event in journal.of(ShiftBegan)} == {0.0}
    assert {event.at_s for event in journal.of(DutyEnded)} == {hours * H}


@pytest.mark.parametrize(
    ("date", "shift", "why"),
    [
        (SPRING, "02:30-12:00", "is skipped by the clock on 2026-03-29"),
        (AUTUMN, "02:30-12:00", "comes twice on 2026-10-25"),
        (AUTUMN, "00:00-02:30", "comes twice on 2026-10-25"),
    ],
)
def test_a_time_that_the_clock_never_or_twice_shows_is_refused(refused, date, shift, why):
    """Nobody can say when 02:30 is on these two days."""
    said = refused(SMALL % (date, 6, shift))

    assert why in said
    assert "day.yaml:6" in said
    assert "move it by an hour" in said


def test_an_order_for_a_time_that_the_clock_skips_is_refused_with_its_row(refused):
    """The table's row and column, and the remedy."""
    text = SMALL % (SPRING, "{csv: orders.csv}", "08:00-17:00")
    said = refused(text, orders="id,node,window_opens,window_closes\na,1,02:15,04:00\n")

    assert "orders.csv:2" in said
    assert "is skipped by the clock" in said


def test_a_shift_across_midnight_is_worked_to_its_end(day_of, lived):
    """22:00 to 06:00: the day runs to 30:00 and belongs to the date on which it began."""
    journal = lived(day_of(SMALL % ("", 6, "22:00-06:00")))

    assert {clock(event.at_s) for event in journal.of(ShiftBegan)} == {"22:00:00"}
    assert {clock(event.at_s) for event in journal.of(DutyEnded)} == {"30:00:00"}
    assert set(ended(journal).values()) == {"delivered"}


TABLE = "id,lat,lon,window_opens,window_closes\n%s"


def rows_at(town, *windows: tuple[str, str]) -> str:
    """Return a table of orders at different junctions with given windows."""
    lats, lons = town.coordinates(list(range(20, 20 + len(windows))))
    rows = [
        f"o{k},{lats[k]:.7f},{lons[k]:.7f},{opens},{closes}\n"
        for k, (opens, closes) in enumerate(windows)
    ]
    return TABLE % "".join(rows)


def test_windows_across_midnight_are_kept(day_of, town, lived):
    """23:30 to 00:30 the next day, and one that opens at 24:00 sharp."""
    table = rows_at(town, ("23:30", "24:30"), ("24:00", "25:00"))
    journal = lived(day_of(SMALL % ("", "{csv: orders.csv}", "22:00-06:00"), orders=table))
    begins = {event.orders[0]: event.at_s for event in journal.of(ServiceBegan)}

    assert 23.5 * H <= begins["o0"] <= 24.5 * H
    assert 24 * H <= begins["o1"] <= 25 * H
    assert all(event.attempt == 1 for event in journal.of(Delivered))


def test_what_happens_at_24_00_belongs_to_the_day(day_of, town, lived):
    """A shift that ends, an order placed and a window that opens, all at 24:00."""
    lats, lons = town.coordinates([20, 21])
    table = (
        "id,lat,lon,placed,window_opens\n"
        f"late,{lats[0]:.7f},{lons[0]:.7f},24:00,\nopens,{lats[1]:.7f},{lons[1]:.7f},,24:00\n"
    )
    journal = lived(day_of(SMALL % ("", "{csv: orders.csv}", "16:00-24:00"), orders=table))

    assert [e.at_s for e in journal.of(OrderPlaced) if e.order.id == "late"] == [DAY_S]
    assert journal.events[-1].at_s >= DAY_S
    assert ended(journal)["late"] == "ready"


@pytest.mark.parametrize("horizon", ["24:00", "08:07:30", "08:00:01"])
def test_a_day_is_cut_off_at_its_horizon(day_of, lived, horizon):
    """At 24:00 all is over; at 08:07:30 vans are on the road; at 08:00:01 they have just left."""
    world = day_of(SMALL % ("", 12, "08:00-17:00"), f"dispatch={{horizon: '{horizon}'}}")
    journal = lived(world)
    last = journal.of(DayEnded)[0]

    assert last.at_s <= world.rules.horizon_s
    assert last.at_s == world.rules.horizon_s or horizon == "24:00"
    assert (last.carried_over == ()) == (horizon == "24:00")


def test_a_horizon_in_the_middle_of_a_service_leaves_that_order_open(day_of, lived):
    """Ten seconds into the first service: what is served is not yet delivered."""
    text = SMALL % ("", 12, "08:00-17:00")
    whole = lived(day_of(text))
    first = whole.of(ServiceBegan)[0]
    at = clock(first.at_s + 10)
    journal = lived(day_of(text, f"dispatch={{horizon: '{at}'}}"))

    assert first.orders[0] in journal.events[-1].carried_over
    assert first.orders[0] not in {event.order for event in journal.of(Delivered)}


def test_an_arrival_at_the_horizon_itself_belongs_to_the_day(day_of, lived):
    """Cut off at the very instant of the first arrival, which still happens."""
    text = SMALL % ("", 12, "08:00-17:00")
    first = lived(day_of(text)).of(Arrived)[0]
    journal = lived(day_of(text, f"dispatch={{horizon: '{clock(first.at_s)}'}}"))

    assert [event.at_s for event in journal.of(Arrived)][:1] == [first.at_s]
