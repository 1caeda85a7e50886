"""Intervals over days against their known coverage, and against intervals that are wrong."""

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.intervals import (
    Interval,
    doubts,
    mean_interval,
    paired_interval,
    paired_ratio_interval,
    pairing,
    ratio_interval,
    skewness,
)
from twin.rng import Streams

Days = NDArray[np.float64]
TRIALS = 20_000
"""Days are arrays, so all of it takes under a second."""
TRUTH = 13.0
"""(200 + 3 x 20) / 20: what a delivery costs in the case of ratios."""
MEAN_OF_RATIOS = 14.104942
"""3 + 200 x the mean of 1/N over 10..30: where the mean of daily ratios goes instead."""


def normal_days(trials: int, n: int) -> Days:
    return Streams(1, n).generator("normal").normal(50.0, 10.0, (trials, n))


def costs_and_deliveries(trials: int, n: int) -> tuple[Days, Days]:
    """Return costs of 200 a day and 3 a delivery, sd 20, and 10 to 30 deliveries a day."""
    chance = Streams(2, n).generator("ratio")
    deliveries = chance.integers(10, 31, (trials, n)).astype(float)
    return 200 + 3 * deliveries + chance.normal(0.0, 20.0, (trials, n)), deliveries


def two_policies(trials: int, n: int, correlation: float) -> tuple[Days, Days]:
    """Return values with sd 10, the first higher by 1, on days that both share."""
    chance = Streams(3, n).generator(f"paired {correlation}")
    shared, first, second = chance.normal(0.0, 1.0, (3, trials, n))
    sign = -1.0 if correlation < 0 else 1.0
    both, own = sqrt(abs(correlation)), sqrt(1 - abs(correlation))
    return 51 + 10 * (both * shared + own * first), 50 + 10 * (sign * both * shared + own * second)


def covered(interval: Interval, truth: float) -> float:
    """Return the share of intervals that hold the truth."""
    return float(((interval.low <= truth) & (truth <= interval.high)).mean())


def band(trials: int, share: float = 0.95) -> float:
    """Return how far a true coverage strays by chance, once in ten thousand (two-sided)."""
    return 3.89 * sqrt(share * (1 - share) / trials)


# Intervals that are wrong, each in a way that somebody has taken for right


def normal_quantile(values: Days) -> Interval:
    """Take 1.96 for the quantile of t."""
    n = values.shape[-1]
    return Interval(values.mean(axis=-1), 1.96 * values.std(axis=-1, ddof=1) / sqrt(n))


def variance_over_n(values: Days) -> Interval:
    """Take n for n - 1 in the spread."""
    right = mean_interval(values)
    n = values.shape[-1]
    return Interval(right.estimate, right.half_width * sqrt((n - 1) / n))


def mean_of_ratios(numerators: Days, denominators: Days) -> Interval:
    """Take the mean of daily ratios for the ratio of sums."""
    return mean_interval(numerators / denominators)


def fixed_denominators(numerators: Days, denominators: Days) -> Interval:
    """Take the spread of the numerators alone, as if every day had as many deliveries."""
    right = ratio_interval(numerators, denominators)
    alone = mean_interval(numerators).half_width / denominators.mean(axis=-1)
    return Interval(right.estimate, alone)


def unpaired(one: Days, other: Days) -> Interval:
    """Take the days of the two for independent, and add their squares."""
    first, second = mean_interval(one), mean_interval(other)
    both = np.hypot(first.half_width, second.half_width)
    return Interval(first.estimate - second.estimate, both)


# By hand


def test_the_interval_of_a_mean_by_hand() -> None:
    """1, 2, 3: mean 2, s = 1, t(2) = 4.3027, so 2 +- 4.3027 / sqrt(3)."""
    found = mean_interval(np.array([1.0, 2.0, 3.0]))

    assert float(found.estimate) == 2.0
    assert float(found.half_width) == pytest.approx(4.302653 / sqrt(3), rel=1e-6)
    assert (float(found.low), float(found.high)) == pytest.approx((-0.484, 4.484), abs=1e-3)


def test_the_interval_of_a_ratio_by_hand() -> None:
    """10 of 2, 20 of 2: R = 7.5; residuals -5 and 5 over a mean of 2; t(1) = 12.706."""
    found = ratio_interval(np.array([10.0, 20.0]), np.array([2.0, 2.0]))

    assert float(found.estimate) == 7.5
    assert float(found.half_width) == pytest.approx(12.706205 * sqrt(12.5) / sqrt(2), rel=1e-6)


def test_a_ratio_weighs_days_by_their_size() -> None:
    """100 for 10 and 10 for 5 are 110 / 15, not the mean of 10 and 2."""
    found = ratio_interval(np.array([100.0, 10.0]), np.array([10.0, 5.0]))

    assert float(found.estimate) == pytest.approx(110 / 15)


def test_what_a_day_does_to_both_drops_out() -> None:
    """Costs 5 apart on every day, for as many deliveries: no spread is left."""
    n = np.array([10.0, 20.0, 40.0])
    found = paired_ratio_interval((3 * n + 5 * n, n), (3 * n, n))

    assert float(found.estimate) == pytest.approx(5.0)
    assert float(found.half_width) == pytest.approx(0.0, abs=1e-12)


def test_the_pairing_by_hand() -> None:
    """1, 2, 3 against 2, 2, 5: variances 1 and 3, covariance 1.5, so 4 days become 1."""
    found = pairing(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 5.0]))

    assert found == pytest.approx((1.5 / sqrt(3), 4.0))
    assert pairing(np.array([1.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0])) is None
    assert pairing(np.array([1.0, 2.0]), np.array([1.0, 3.0])) is None


def test_skewness_and_doubts_by_hand() -> None:
    """0, 0, 0, 1: m2 = 3/16, m3 = 3/32, skewness 1.1547; 25 x 1.33 days would be needed."""
    days = np.array([0.0, 0.0, 0.0, 1.0])

    assert skewness(days) == pytest.approx(2 / sqrt(3))
    assert doubts(days, days) == (
        "fewer than 10 days", "skewed days", "fewer than 6 different values",
    )  # fmt: skip
    even = np.arange(12.0)
    assert doubts(even, even) == ()
    assert doubts(np.ones(12), np.zeros(12)) == ("fewer than 6 different values",)


# Coverage


@pytest.mark.parametrize("n", [5, 10, 20])
def test_the_interval_of_a_mean_covers_what_it_says(n: int) -> None:
    """Exact for normal days: 95 % at any number of days."""
    assert abs(covered(mean_interval(normal_days(TRIALS, n)), 50.0) - 0.95) < band(TRIALS)


@pytest.mark.parametrize("wrong", [normal_quantile, variance_over_n])
def test_a_mean_with_another_quantile_or_spread_is_found(
    wrong: Callable[[Days], Interval],
) -> None:
    """They cover 88 % and 93 % at five days."""
    assert 0.95 - covered(wrong(normal_days(TRIALS, 5)), 50.0) > band(TRIALS)


def test_the_interval_of_a_ratio_covers_what_is_known_of_it() -> None:
    """Ten days: 94.8 % of linearised intervals hold 13.0; the ratio is biased by 0.10 only."""
    found = ratio_interval(*costs_and_deliveries(TRIALS, 10))

    assert abs(covered(found, TRUTH) - 0.948) < band(TRIALS)
    error = 3.89 * float(found.estimate.std()) / sqrt(TRIALS)
    assert abs(float(found.estimate.mean()) - TRUTH - 0.101) < error


def test_the_mean_of_daily_ratios_is_found_to_be_another_figure() -> None:
    """It goes to 14.10, and its intervals lose the truth the more days there are."""
    found = mean_of_ratios(*costs_and_deliveries(TRIALS, 50))

    error = 3.89 * float(found.estimate.std()) / sqrt(TRIALS)
    assert abs(float(found.estimate.mean()) - MEAN_OF_RATIOS) < error
    assert covered(found, TRUTH) < 0.6
    right = ratio_interval(*costs_and_deliveries(TRIALS, 50))
    assert abs(covered(right, TRUTH) - 0.95) < band(TRIALS)


def test_a_ratio_whose_deliveries_are_taken_as_fixed_is_found() -> None:
    """The spread of the costs alone is another spread than that of the ratio."""
    found = covered(fixed_denominators(*costs_and_deliveries(TRIALS, 10)), TRUTH)

    assert abs(found - 0.948) > band(TRIALS)


@pytest.mark.parametrize("correlation", [0.9, 0.0, -0.5])
def test_the_paired_interval_covers_what_it_says(correlation: float) -> None:
    """Exact for normal days whatever the correlation."""
    found = paired_interval(*two_policies(TRIALS, 10, correlation))

    assert abs(covered(found, 1.0) - 0.95) < band(TRIALS)


def test_the_same_days_make_the_interval_three_times_as_narrow() -> None:
    """At a correlation of 0.9 half of it is 3.11 against 9.19; four days become less than one."""
    one, other = two_policies(TRIALS, 10, 0.9)

    assert float(paired_interval(one, other).half_width.mean()) == pytest.approx(3.11, abs=0.06)
    saved = [pairing(a, b) for a, b in zip(one[:200], other[:200], strict=True)]
    assert float(np.median([found[1] for found in saved if found])) == pytest.approx(10, abs=2)


@pytest.mark.parametrize(("correlation", "too_much"), [(0.9, True), (-0.5, False)])
def test_an_interval_that_forgets_the_pairs_is_found(correlation: float, too_much: bool) -> None:
    """It covers always where days go along, and too seldom where they go against each other."""
    found = covered(unpaired(*two_policies(TRIALS, 10, correlation)), 1.0)

    assert abs(found - 0.95) > band(TRIALS)
    assert (found > 0.95) is too_much


def test_the_interval_of_a_difference_of_ratios_covers() -> None:
    """The case of ratios twice, 1.5 a delivery apart, on the same 10 to 30 deliveries a day."""
    chance = Streams(4, 10).generator("difference")
    n = chance.integers(10, 31, (TRIALS, 10)).astype(float)
    shared = chance.normal(0.0, 20.0, n.shape)
    one = 200 + 4.5 * n + shared + chance.normal(0.0, 5.0, n.shape)
    other = 200 + 3 * n + shared + chance.normal(0.0, 5.0, n.shape)

    found = paired_ratio_interval((one, n), (other, n))

    # 0.01 for what linearising costs at ten days; it is 0.002 for a single ratio.
    assert abs(covered(found, 1.5) - 0.95) < band(TRIALS) + 0.01
