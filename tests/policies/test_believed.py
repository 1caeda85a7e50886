"""What a dispatcher believes of driving times."""

import pytest
from worlds import line

from policies.blocks.believed import Believed
from twin.model import DRIVE, NodeId

A, B = NodeId(0), NodeId(1)


def test_who_follows_forgets_what_was_believed_before() -> None:
    """600 m at 10 m/s, then live speeds of half of it; the same object is nothing new."""
    usual, slow = line([600.0], 10.0), line([600.0], 5.0)
    believed = Believed(usual)

    assert believed.seconds(A, B, DRIVE, 0.0) == 60
    assert not believed.follow(usual)
    assert believed.follow(slow)
    assert believed.seconds(A, B, DRIVE, 0.0) == pytest.approx(120)
