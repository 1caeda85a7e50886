"""Seconds since midnight, on eighths, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.units import TICK_S, clock, parse_clock, tick_s

eighths = st.integers(-10 * 86_400 * 8, 99 * 3600 * 8).map(lambda n: n / 8)


@given(st.floats(-1e9, 1e9))
def test_a_tick_is_the_nearest_eighth(seconds):
    """No further away than a sixteenth."""
    assert abs(tick_s(seconds) - seconds) <= TICK_S / 2
    assert tick_s(seconds) * 8 == int(tick_s(seconds) * 8)


@given(st.lists(eighths, max_size=30), st.randoms(use_true_random=False))
def test_sums_of_eighths_do_not_depend_on_their_order(times, shuffler):
    """Exact in binary, so ties are ties."""
    shuffled = list(times)
    shuffler.shuffle(shuffled)

    assert sum(shuffled) == sum(times)


@pytest.mark.parametrize(
    ("seconds", "nearest"), [(0.0625, 0.0), (0.1875, 0.25), (0.07, 0.125), (-0.0625, 0.0)]
)
def test_halves_between_eighths_go_to_the_even_one(seconds, nearest):
    """1/16 is between 0/8 and 1/8, 3/16 between 1/8 and 2/8."""
    assert tick_s(seconds) == nearest


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_time_has_no_tick(seconds):
    """A clock that was given it would run backwards."""
    with pytest.raises(ValueError, match="a time must be finite"):
        tick_s(seconds)


@given(eighths.filter(lambda at_s: at_s >= 0))
def test_a_time_that_was_said_is_read_back(at_s):
    """Up to 99 hours, with its eighths."""
    assert parse_clock(clock(at_s)) == at_s


@pytest.mark.parametrize(
    ("at_s", "said"),
    [(34867, "09:41:07"), (34867.125, "09:41:07.125"), (90600, "25:10:00"), (-60, "-00:01:00")],
)
def test_times_are_said_as_people_say_them(at_s, said):
    """Beyond midnight the hours go on."""
    assert clock(at_s) == said


@pytest.mark.parametrize(
    "text", ["8", "8:3", "08:60", "08:30:60", "8.30", "100:00", "-1:00", " 08:30", "08:30 ", "",
             "٠٨:٣٠ "],
)  # fmt: skip
def test_what_is_no_time_of_day_is_refused_with_an_example(text):
    """The error shows how to write it."""
    with pytest.raises(ValueError, match="is not a time of day; write it as 08:30 or 08:30:15"):
        parse_clock(text)
