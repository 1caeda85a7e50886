"""The clock on the wall and the seconds that passed (S25)."""

import datetime as dt

import pytest

from scenarios.localday import LocalDay

PLAIN = LocalDay("2026-01-05", "Europe/Brussels")
SHORT = LocalDay("2026-03-29", "Europe/Brussels")  # 2:00 becomes 3:00
LONG = LocalDay("2026-10-25", "Europe/Brussels")  # 3:00 becomes 2:00


def test_days_have_24_23_or_25_hours():
    """By what the clock does."""
    assert [day.length_s / 3600 for day in (PLAIN, SHORT, LONG)] == [24, 23, 25]


@pytest.mark.parametrize(
    ("day", "clock_h", "elapsed_h"),
    [
        (PLAIN, 8, 8),
        (SHORT, 1, 1),
        (SHORT, 8, 7),
        (SHORT, 24, 23),
        (LONG, 1, 1),
        (LONG, 8, 9),
        (LONG, 24, 25),
    ],
)
def test_elapsed_is_what_a_stopwatch_shows(day, clock_h, elapsed_h):
    """From local midnight."""
    assert day.elapsed_s(clock_h * 3600) == elapsed_h * 3600


def test_a_time_that_is_skipped_or_comes_twice_is_refused():
    """2:30 is neither on the one day nor once on the other."""
    assert PLAIN.problem(2.5 * 3600) is None
    assert "is skipped by the clock" in SHORT.problem(2.5 * 3600)
    assert "comes twice" in LONG.problem(2.5 * 3600)


def test_a_shift_at_a_skipped_time_is_told(problems):
    """With the line of the group."""
    (told,) = problems(
        "name: x\nnetwork: demo-city\norders: 3\ndate: 2026-03-29\ntime_zone: Europe/Brussels\n"
        "fleet: {van: {count: 1, shift: 02:30-10:00}}\n"
    )

    assert told.startswith("day.yaml:6: fleet.van.shift: 02:30 is skipped by the clock")


def test_a_table_with_a_time_that_comes_twice_is_told(problems):
    """With the line of the row; with its offset the same moment is one."""
    text = (
        "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 1}\n"
        "date: 2026-10-25\ntime_zone: Europe/Brussels\n"
    )

    (told,) = problems(
        text, orders="id,lat,lon,placed\n1,0,0,02:30\n2,0,0,2026-10-25T02:30+01:00\n"
    )

    assert told.startswith("orders.csv:2: placed: 02:30 comes twice")


def test_a_moment_with_its_offset_is_one_moment():
    """2:30 at +02:00 is 2.5 hours after midnight, at +01:00 an hour more."""
    summer = dt.datetime.fromisoformat("2026-10-25T02:30+02:00")
    winter = dt.datetime.fromisoformat("2026-10-25T02:30+01:00")

    assert (LONG.at(summer), LONG.at(winter)) == (9000, 12_600)


def test_the_kind_of_day():
    """Monday, Saturday, Sunday."""
    kinds = [LocalDay(date, "UTC").kind for date in ("2026-01-05", "2026-01-10", "2026-01-11")]
    assert kinds == ["weekday", "saturday", "sunday"]
