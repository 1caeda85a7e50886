"""Live beliefs: what policies are told of the streets changes; what the streets are does not."""

from dispatchers import Scripted
from lived import ROAD, day, deliver, load, order, plan, times
from worlds import line

from twin import Plan, run
from twin.events import Delivered
from twin.model import DRIVE

SLOW = line([600, 600, 600], 5)
"""Two minutes a block."""


class Jam:
    """A feed that believes in a jam from an instant on."""

    def __init__(self, from_s: float) -> None:
        self.from_s = from_s
        self.asked_at_s: list[float] = []

    def travel(self, now_s):
        """Return the road without or with the jam."""
        self.asked_at_s.append(now_s)
        return ROAD if now_s < self.from_s else SLOW


def seen(feed):
    """Return the journal of a day and what was seen of it at 0, 90 and 130 s."""
    made: list[Scripted] = []

    def make(briefing):
        script = {0: plan(load("a"), deliver("far", "a")), 90: Plan(), 130: Plan()}
        made.append(Scripted(briefing, script))
        return made[-1]

    journal = run(day([order("a", "far")], feed=feed), make)
    return journal, {view.now_s: view for view in made[0].views}


def test_a_view_holds_what_the_feed_believes_at_that_instant():
    """A block is a minute at 0 s, two minutes at 90 s."""
    _, views = seen(Jam(from_s=90.0))

    assert views[0].travel.between(0, 1, DRIVE, 0.0) == 60
    assert views[90].travel.between(0, 1, DRIVE, 90.0) == 120


def test_a_van_is_believed_to_be_free_as_the_feed_says():
    """On the second block since 60 s: done at 120 s without a jam, at 180 s with one."""
    _, with_jam = seen(Jam(from_s=90.0))
    _, without = seen(None)

    assert without[90].by_vehicle["v1"].free_at_s == 120
    assert with_jam[90].by_vehicle["v1"].free_at_s == 180


def test_what_is_believed_moves_nobody():
    """Delivered at 180 s whatever the feed says."""
    journal, _ = seen(Jam(from_s=0.0))

    assert times(journal, Delivered) == [180]


def test_a_feed_is_asked_at_questions_only_and_never_for_another_time():
    """As often as the policy."""
    feed = Jam(from_s=90.0)

    _, views = seen(feed)

    assert feed.asked_at_s == list(views)
