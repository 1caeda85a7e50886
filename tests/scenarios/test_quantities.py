"""Quantities carry their unit, and what has none is told which it lacks."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.quantities import (
    LENGTH,
    SPEED,
    TIME,
    VOLUME,
    WEIGHT,
    read_clock,
    read_share,
    read_window,
    write_clock,
    write_share,
    write_window,
)
from twin.model import TimeWindow


@pytest.mark.parametrize(
    ("dimension", "written", "inside"),
    [
        (TIME, "90 s", 90),
        (TIME, "15min", 900),
        (TIME, "1 h 30 min", 5400),  # 3600 + 1800
        (TIME, "0.5 h", 1800),
        (TIME, "2 hours", 7200),
        (SPEED, "45 km/h", 12.5),  # 45,000 m in 3,600 s
        (SPEED, "30 mph", 13.4112),  # 30 x 1,609.344 m in 3,600 s
        (SPEED, "10 m/s", 10),
        (LENGTH, "300 m", 300),
        (LENGTH, "1.5 km", 1500),
        (LENGTH, "0.2 mi", 321.8688),
        (LENGTH, "100 ft", 30.48),
        (WEIGHT, "12 kg", 12_000),
        (WEIGHT, "25 lb", 11_339.80925),
        (WEIGHT, "3.5 t", 3_500_000),
        (VOLUME, "40 l", 40_000),
        (VOLUME, "8 m3", 8_000_000),
        (VOLUME, "1 ft3", 28_316.846592),
    ],
)
def test_a_quantity_becomes_the_unit_inside_exactly(dimension, written, inside):
    """Both systems of units; factors are exact decimals, so nothing is off in the last digit."""
    assert dimension.read(written) == inside


@pytest.mark.parametrize("dimension", [TIME, SPEED, LENGTH, WEIGHT, VOLUME])
@pytest.mark.parametrize("given", [90, "90", 1.5, "0"])
def test_a_missing_unit_is_named(dimension, given):
    """The message says that there is no unit, which there are, and how to write it."""
    with pytest.raises(ValueError, match="no unit") as caught:
        dimension.read(given)

    assert dimension.examples[0] in str(caught.value)
    assert "write '" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("-3 min", "negative ('-3 min')"),
        ("3 parsecs", "unknown unit 'parsecs'"),
        ("3 m", "unknown unit 'm'"),  # metres or minutes: never guessed
        ("1,5 h", "a decimal comma"),
        ("soon", "not a time"),
        ("", "not a time"),
        (None, "not a time (nothing)"),
        (True, "not a time (true)"),
        ([1], "not a time (a list of 1)"),
        ("1 h until 2 h", "not a time"),
        ("9" * 80 + " s", "not a time"),
    ],
)
def test_what_is_no_time_is_refused_in_words(given, said):
    """What was found and what was expected, whatever was given."""
    with pytest.raises(ValueError, match=r"expected|write") as caught:
        TIME.read(given)

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("written", "share"),
    [("12 %", 0.12), ("12%", 0.12), (0.12, 0.12), (0, 0), (1, 1), ("100 %", 1)],
)
def test_a_share_is_a_percentage_or_a_number_up_to_one(written, share):
    """12 % and 0.12 are the same."""
    assert read_share(written) == share


@pytest.mark.parametrize(
    "given", [1.2, -0.1, "120 %", "-1 %", 12, "0.12", "a", None, True, "1,2 %"]
)
def test_what_is_no_share_is_refused(given):
    """P = 1.2 is no probability, and 12 might be 12 %: it is asked, not guessed."""
    with pytest.raises(ValueError, match="share"):
        read_share(given)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("08:30", 30_600), ("8:30", 30_600), ("24:00", 86_400), ("25:10", 90_600), ("00:00:30", 30)],
)
def test_a_clock_runs_past_midnight(written, seconds):
    """25:10 is ten past one the next night: 25 x 3,600 + 600 s."""
    assert read_clock(written) == seconds


@pytest.mark.parametrize("given", ["8", 8, "08:60", "8.30", "49:00", "noon", None, "-1:00"])
def test_what_is_no_clock_is_refused(given):
    """With an example of what is."""
    with pytest.raises(ValueError, match="08:30"):
        read_clock(given)


@pytest.mark.parametrize(
    ("written", "opens_at_s", "closes_at_s"),
    [
        ("08:00-17:00", 28_800, 61_200),
        ("08:00 - 17:00", 28_800, 61_200),
        ("22:00-06:00", 79_200, 108_000),  # 6:00 the next day is 30:00
        ("22:00-30:00", 79_200, 108_000),
    ],
)
def test_a_window_may_end_the_next_day(written, opens_at_s, closes_at_s):
    """Across midnight hours run past 24."""
    assert read_window(written) == TimeWindow(opens_at_s, closes_at_s)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("17:00-08:00", "closes before it opens"),  # 15 hours at night: a slip
        ("08:00-08:00", "without length"),
        ("08:00", "not a window"),
        (8, "not a window"),
        ("08:00-25", "not a time of day"),
    ],
)
def test_what_is_no_window_is_refused(given, said):
    """A window of more than 14 hours across midnight is taken for two times swapped."""
    with pytest.raises(ValueError, match=said):
        read_window(given)


@given(st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 6)))
def test_a_quantity_written_is_read_back(seconds):
    """What `check` prints can be typed again."""
    assert TIME.read(TIME.write(seconds)) == seconds


@given(st.floats(0, 1).map(lambda x: round(x, 12)))
def test_a_share_written_is_read_back(share):
    """To the last digit: the percentage is made in decimals."""
    assert read_share(write_share(share)) == share


@given(st.integers(0, 100_000), st.integers(1, 50_000))
def test_a_window_written_is_read_back(opens_at_s, length_s):
    """To the second."""
    window = TimeWindow(opens_at_s, opens_at_s + length_s)
    assert read_window(write_window(window)) == window
    assert read_clock(write_clock(opens_at_s)) == opens_at_s


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_value_is_a_quantity_or_refused(given):
    """Nothing but ValueError ever comes out of a reader."""
    readers = [d.read for d in (TIME, SPEED, LENGTH, WEIGHT, VOLUME)]
    for read in [*readers, read_share, read_clock, read_window]:
        with suppress(ValueError):
            read(given)
