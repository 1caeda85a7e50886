"""Chance belongs to things, not to the order of calls."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from twin.rng import Streams, draw

whole = st.integers(0, 10**6)


@given(whole, whole, st.text(), st.text(), whole)
def test_a_draw_is_between_nought_and_one_and_always_the_same(seed, day, stream, thing, index):
    """Both ends excluded, so every inverse can take it; any text is a name."""
    found = draw(seed, day, stream, thing, index)

    assert 0 < found < 1
    assert draw(seed, day, stream, thing, index) == found


def test_a_draw_is_what_it_was():
    """The first of a few: a change here would change every day ever drawn."""
    assert draw(1, 1, "service", "o0001", 0) == 0.30728471194094426
    assert draw(1, 1, "service", "o0001", 1) == 0.537850129561557
    assert draw(2, 7, "presence", "door/4", 3) == 0.8706275472906311


def test_keys_are_not_run_together():
    """A stream's name that ends where a thing's begins is another stream."""
    keys = [("ab", "c"), ("a", "bc"), ("a\x1fb", "c"), ("a", "b\x1fc"), ("", "abc")]
    assert len({draw(1, 1, stream, thing) for stream, thing in keys}) == len(keys)
    assert draw(1, 11, "a", "b") != draw(11, 1, "a", "b")


def test_draws_are_uniform_and_neighbours_have_nothing_to_do_with_one_another():
    """20 000 of one stream, by Kolmogorov and Smirnov; and the correlation with the next day's."""
    today = np.array([draw(5, 1, "s", f"o{k}") for k in range(20_000)])
    tomorrow = np.array([draw(5, 2, "s", f"o{k}") for k in range(20_000)])

    assert kstest(today, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(today, tomorrow)[0, 1]) < 3.891 / np.sqrt(20_000)


def test_a_stream_begins_anew_each_time_and_has_its_own_numbers():
    """By seed, day and name."""
    streams = Streams(3, 1)
    first = streams.generator("traffic").random(4).tolist()

    assert streams.generator("traffic").random(4).tolist() == first
    others = (streams.generator("weather"), Streams(3, 2).generator("traffic"),
              Streams(4, 1).generator("traffic"))  # fmt: skip
    assert all(other.random(4).tolist() != first for other in others)
