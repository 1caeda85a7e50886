"""Intervals over days: of means, of ratios of sums, and of their differences on the same days.

Every function takes one value a day along its last axis and works on all other axes at once, so
that the coverage of an interval is simulated through the very function that a command calls.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Days = NDArray[np.float64]
"""One value a day along the last axis, shape (..., n)."""

LEVEL: Final = 0.95
FEWEST_DAYS: Final = 10
"""Below it an interval is shown with a warning: one skewed day decides it."""
FEWEST_VALUES: Final = 6
"""Different values below which days look like a choice among few, not like a mean's parts."""
_FEWEST_FOR_A_LINE: Final = 3
SKEWED: Final = 25.0
"""Days needed for each unit of squared skewness (Cochran 1977, Sampling Techniques, 2.15)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and how far its interval reaches to both sides, shape (...)."""

    estimate: Days
    half_width: Days

    @property
    def low(self) -> Days:
        """The lower ends."""
        return self.estimate - self.half_width

    @property
    def high(self) -> Days:
        """The upper ends."""
        return self.estimate + self.half_width


def mean_interval(values: Days) -> Interval:
    """Return the t-interval of a mean over days: m +- t(n - 1) s / sqrt(n).

    Parameters
    ----------
    values
        At least two days.
    """
    return Interval(values.mean(axis=-1), _half_width(values))


def ratio_interval(numerators: Days, denominators: Days) -> Interval:
    """Return the interval of a ratio of sums by linearisation (the delta method).

    With R = sum(y) / sum(x), the error of R is near the mean over days of
    (y - R x) / mean(x), whose t-interval this is (Cochran 1977, 6.4; Law 2015, 9.5).

    Parameters
    ----------
    numerators, denominators
        At least two days; the denominators are not all zero.
    """
    return Interval(
        ratio(numerators, denominators), _half_width(influence(numerators, denominators))
    )


def paired_interval(one: Days, other: Days) -> Interval:
    """Return the t-interval of the mean difference of two policies on the same days."""
    return mean_interval(one - other)


def paired_ratio_interval(one: tuple[Days, Days], other: tuple[Days, Days]) -> Interval:
    """Return the interval of the difference of two ratios of sums on the same days.

    Each ratio is linearised as in `ratio_interval`; the parts of one day are subtracted, so what
    the day did to both drops out.

    Parameters
    ----------
    one, other
        Numerators and denominators.
    """
    return Interval(ratio(*one) - ratio(*other), _half_width(influence(*one) - influence(*other)))


def ratio(numerators: Days, denominators: Days) -> Days:
    """Return the ratio of sums over days."""
    return np.asarray(numerators.sum(axis=-1) / denominators.sum(axis=-1))


def influence(numerators: Days, denominators: Days) -> Days:
    """Return by how much each day moves a ratio of sums, times the number of days; mean zero."""
    residuals = numerators - ratio(numerators, denominators)[..., None] * denominators
    return np.asarray(residuals / denominators.mean(axis=-1, keepdims=True))


def _half_width(values: Days) -> Days:
    n = values.shape[-1]
    quantile = stdtrit(n - 1, 0.5 + LEVEL / 2)
    return np.asarray(quantile * values.std(axis=-1, ddof=1) / np.sqrt(n))


def pairing(one: Days, other: Days) -> tuple[float, float] | None:
    """Return what the same days gave the comparison of two policies.

    Parameters
    ----------
    one, other
        The values of one policy and of the other, or their `influence`; shape (n,).

    Returns
    -------
    pairing
        Correlation over days; and the variance of a difference of two independent days over that
        of the same day: how many times fewer days this comparison needed. None where a policy's
        days are all equal, and of two days, which always lie on a line.
    """
    if len(one) < _FEWEST_FOR_A_LINE:
        return None
    spread, other_spread = float(one.var(ddof=1)), float(other.var(ddof=1))
    paired = float((one - other).var(ddof=1))
    if not (spread > 0 and other_spread > 0 and paired > 0):
        return None
    independent = spread + other_spread
    correlation = (independent - paired) / (2 * np.sqrt(spread * other_spread))
    return float(np.clip(correlation, -1.0, 1.0)), independent / paired


def skewness(values: Days) -> float:
    """Return the skewness of days, m3 / m2^1.5; zero where all are equal. Shape (n,)."""
    away = values - values.mean()
    second = float((away**2).mean())
    return float((away**3).mean() / second**1.5) if second > 0 else 0.0


def doubts(values: Days, moved: Days) -> tuple[str, ...]:
    """Return why an interval may cover less than it says, in words; empty if nothing speaks so.

    Parameters
    ----------
    values
        What was seen on each day, shape (n,).
    moved
        What the interval was made of: the values themselves, or their `influence`.
    """
    n = len(values)
    found = []
    if n < FEWEST_DAYS:
        found.append(f"fewer than {FEWEST_DAYS} days")
    if n <= SKEWED * skewness(moved) ** 2:
        found.append("skewed days")
    if len(np.unique(values)) < FEWEST_VALUES:
        found.append(f"fewer than {FEWEST_VALUES} different values")
    return tuple(found)
