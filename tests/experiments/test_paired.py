"""What the same days save, by hand and on thirty days lived under three policies."""

import numpy as np
import pytest

from experiments.bench.paired import MEASURES, Saving, saving, savings, values


def test_the_saving_follows_from_variances_and_covariance():
    """1, 2, 3 against 2, 2, 5: variances 1 and 3, covariance 1.5, so 4 days become 1."""
    found = saving(("a", "b"), "cost", np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 5.0]))

    assert found.correlation == pytest.approx(1.5 / 3**0.5)
    assert found.paired_sd**2 == pytest.approx(1 + 3 - 2 * 1.5)
    assert found.independent_sd**2 == pytest.approx(1 + 3)
    assert found.days == pytest.approx(4)


def test_it_is_said_in_words():
    """Policies, measure, correlation, both spreads, and the days saved."""
    assert str(Saving(("nearest", "static"), "cost", 0.5, 10.0, 20.0)) == (
        "nearest against static, cost: correlation 0.50, sd of the difference 10 against 20 on "
        "independent days, 4.0 times fewer days"
    )


@pytest.mark.slow
def test_days_that_are_the_same_make_differences_of_policies_smaller():
    """Thirty days: every measure of every two policies goes along with itself, some strongly.

    The bounds lie well below what was found: 0.89 and 0.59 for the first two policies.
    """
    found = {(one.policies, one.measure): one for one in savings(values(range(1, 31)))}
    assert len(found) == 3 * len(MEASURES)

    for one in found.values():
        assert one.correlation > 0.1
        assert one.paired_sd < one.independent_sd
    first = ("nearest", "insertion")
    assert found[first, "cost per delivery"].correlation > 0.7
    assert found[first, "cost per delivery"].days > 3
    assert found[first, "order to door"].correlation > 0.4
