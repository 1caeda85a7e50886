"""Actions in a recorded plan are what they were."""

import pytest

from twin import Collect, Deliver, LoadOrders, Stop, UnloadOrders
from twin.events import PlanMade
from twin.journal import from_line, to_line
from twin.plan import Break, HandOver, Recharge


@pytest.mark.parametrize(
    "action",
    [
        LoadOrders(("o1", "o2")),
        UnloadOrders(("o1",)),
        UnloadOrders(),
        Deliver("o1"),
        Collect("o1"),
        HandOver(("o1",), "v1", "v2"),
        Recharge(0.5),
        Break(900.0),
    ],
)
def test_bug_a_collection_read_back_was_a_delivery(action):
    """Two actions with the same fields are told apart by what they do."""
    event = PlanMade(0.0, 1, 0.0, {}, {"v1": (Stop("a", (action,)),)}, (), (), (), "")

    assert from_line(to_line(event)) == event
