"""Whether simulated days agree with a known answer: the rule of all statistical tests.

A test may fail once in ten thousand when the twin is right (|z| <= 3.891), and must catch a bug of
a stated size with probability 0.99 (standard error at most bug / 6.217: 3.891 + 2.326). Seeds are
fixed, so it cannot flake. The unit is the day: orders within one are dependent.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

WIDEST_Z = 3.891
"""Two-sided 1e-4 quantile of the normal law."""
BUG_OVER_ERROR = 6.217
"""What a bug must be worth in standard errors to be caught with probability 0.99."""
FALSE_ALARM = 1e-4


class Disagrees(AssertionError):
    """The days and the known answer differ by more than chance."""


def agrees(
    name: str,
    truth: float,
    amounts: ArrayLike,
    sizes: ArrayLike | None = None,
    *,
    bug: float,
) -> None:
    """Check that days agree with a known mean or ratio.

    Parameters
    ----------
    truth
        The known answer.
    amounts
        For each day (or batch), what is summed.
    sizes
        For each day, what it is summed over: the ratio of sums is judged, with the error of the
        linearised ratio. Left out, the mean over days is judged.
    bug
        How far a wrong answer would be from the truth.

    Raises
    ------
    Disagrees
        If they do not.
    """
    amount = np.asarray(amounts, float)
    size = np.ones(len(amount)) if sizes is None else np.asarray(sizes, float)
    found = amount.sum() / size.sum()
    residual = amount - found * size
    error = residual.std(ddof=1) / np.sqrt(len(amount)) / size.mean()
    assert error <= abs(bug) / BUG_OVER_ERROR, (
        f"{name}: too few days to see {bug:g}: standard error {error:g}, "
        f"needed {abs(bug) / BUG_OVER_ERROR:g}"
    )
    z = (found - truth) / error if error else (0.0 if found == truth else float("inf"))
    if not abs(z) <= WIDEST_Z:
        raise Disagrees(f"{name}: {found:g} on average, known {truth:g}, z = {z:.2f}")


def cells_agree(name: str, shares: Sequence[float], counts: Sequence[int]) -> None:
    """Check by chi-square that counts of independent things follow given shares.

    Raises
    ------
    Disagrees
        If they do not.
    """
    expected = np.asarray(shares) * sum(counts)
    assert abs(sum(shares) - 1) < 1e-12, f"{name}: shares add up to {sum(shares)}"
    assert expected.min() >= 5, f"{name}: too few for a chi-square in a cell: {expected.min():g}"
    found = float(((np.asarray(counts) - expected) ** 2 / expected).sum())
    limit = float(chi2.isf(FALSE_ALARM, len(shares) - 1))
    if not found <= limit:
        raise Disagrees(f"{name}: chi-square {found:.1f}, at most {limit:.1f} by chance")
