"""Laws of quantities, drawn through their inverse."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.quantities import TIME
from scenarios.spreads import Law, Spread, read_spread, write_spread

SPREADS = [
    Spread(Law.FIXED, 90.0),
    Spread(Law.LOGNORMAL, 90.0, 0.5),
    Spread(Law.GAMMA, 90.0, 0.5),
    Spread(Law.MEDIAN, 90.0, 0.7),
    Spread(Law.UNIFORM, 30.0, 60.0),
]


@pytest.mark.parametrize(
    ("spread", "uniform", "value"),
    [
        (Spread(Law.FIXED, 90.0), 0.3, 90),
        (Spread(Law.UNIFORM, 30.0, 60.0), 0.25, 37.5),
        (Spread(Law.MEDIAN, 75.0, 0.7), 0.5, 75),
        # An exponential is the gamma of cv 1: quantile -mean ln(1 - u).
        (Spread(Law.GAMMA, 60.0, 1.0), 0.8, -60 * math.log(0.2)),
        # Lognormal of cv c: median = mean / sqrt(1 + c^2).
        (Spread(Law.LOGNORMAL, 90.0, 0.75), 0.5, 90 / 1.25),
    ],
)
def test_quantiles_worked_by_hand(spread, uniform, value):
    """Each law at one point where it can be said without a table."""
    assert spread.at(uniform) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("spread", SPREADS, ids=lambda s: s.law)
def test_the_mean_is_the_mean(spread):
    """Of 20,000 equally likely quantiles, within a part in a hundred of the stated mean."""
    values = [spread.at((k + 0.5) / 20_000) for k in range(20_000)]

    assert sum(values) / len(values) == pytest.approx(spread.mean, rel=0.01)


@pytest.mark.parametrize("spread", SPREADS, ids=lambda s: s.law)
def test_a_spread_written_is_read_back(spread):
    """What `check` prints can be typed again."""
    assert read_spread(write_spread(spread, TIME.write), TIME.read) == spread


@pytest.mark.parametrize("spread", SPREADS, ids=lambda s: s.law)
@given(low=st.floats(1e-12, 1 - 1e-12), high=st.floats(1e-12, 1 - 1e-12))
def test_a_higher_rank_is_never_a_lower_value(spread, low, high):
    """So the ranks of things stay when the law changes."""
    low, high = sorted((low, high))
    assert spread.at(low) <= spread.at(high) * (1 + 1e-12)
    assert math.isfinite(spread.at(low))
    assert spread.at(low) >= 0
