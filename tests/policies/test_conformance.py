"""Every installed policy keeps the promises that a stranger's has to keep."""

from functools import partial

import pytest

from twin.plugins import installed, load
from twin.testing import check_policy

LITTLE = {
    "static": {"iterations": 20},
    "manual": {"iterations": 20},
    "waves": {"iterations": 20},
    "districts": {"iterations": 20},
    "rolling": {"iterations": 10, "morning_iterations": 20},
    "risk": {"iterations": 10, "morning_iterations": 20},
    "oracle": {"iterations": 20, "tries": 2},
}
"""Settings with which policies that search do so with little effort."""


@pytest.mark.parametrize("name", sorted(set(installed()) - {"replay"}))
def test_it_keeps_what_every_policy_promises(name):
    """`replay` needs a journal to replay: tests of its own drive it again."""
    check_policy(partial(load(name), **LITTLE.get(name, {})))
