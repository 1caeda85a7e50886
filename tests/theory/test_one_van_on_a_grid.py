"""Poisson orders to a single van on a grid of streets, over the real router.

11 x 11 junctions, 200 m blocks, 10 m/s, the depot in the middle, doors uniform over all junctions,
two minutes at the door, one order per trip, nine orders an hour. Any fault in routing, units or
directions moves the answer by several percent.
"""

from itertools import pairwise
from math import inf

import pytest
from queueing import HOUR_S, Customer, Lived, days_of, poisson_times_s, queue_day
from verdicts import Disagrees, agrees
from worlds import depot, lattice

from twin.rng import draw

SEED = 4
SIDE = 11
PER_HOUR = 9.0
DWELL_S = 120.0
MIDDLE = SIDE * SIDE // 2


def known(per_hour: float) -> dict[str, float]:
    """Return the answers from the moments of a round trip over all 121 junctions."""
    blocks = [abs(x - 5) + abs(y - 5) for x in range(SIDE) for y in range(SIDE)]
    services_s = [2 * 20.0 * n + DWELL_S for n in blocks]
    first = sum(services_s) / 121
    second = sum(s**2 for s in services_s) / 121
    lam = per_hour / HOUR_S
    wq = lam * second / (2 * (1 - lam * first))
    one_way_s = sum(20.0 * n for n in blocks) / 121
    return {
        "one way": one_way_s,
        "service": first,
        "Wq": wq,
        "order to door": wq + one_way_s + DWELL_S,
        "km per order": 2 * one_way_s / 100,
        "van at work": lam * first,
    }


def town(block_m: float = 200.0):
    """Return the grid."""
    return lattice(SIDE, SIDE, block_m, 10)


def day_of(hours: float, travel, *, rate: float = 1.0):
    """Return the maker of a day; a `rate` or a block that is not the given one is a mutant's."""

    def make(day: int):
        customers = [
            Customer(at_s, DWELL_S, int(draw(SEED, day, "door", str(k)) * SIDE**2))
            for k, at_s in enumerate(
                poisson_times_s(SEED, day, "come", PER_HOUR * rate, hours * HOUR_S)
            )
        ]
        return queue_day(travel, depot(MIDDLE), customers, 1)

    return make


def compare(days: list[Lived], hours: float, warm_up_h: float, rate: float) -> None:
    """Compare with the known answers; power is stated for a higher rate, infinite for none."""
    truth = known(PER_HOUR)
    wrong = known(PER_HOUR * rate) if rate < inf else dict.fromkeys(truth, inf)
    new = [lived.from_(warm_up_h * HOUR_S) for lived in days]
    orders = [int(m.sum()) for m in new]
    waits = [(d.left_at_s - d.placed_at_s)[m].sum() for d, m in zip(days, new, strict=True)]
    agrees("Wq", truth["Wq"], waits, orders, bug=wrong["Wq"] - truth["Wq"])
    stays = [(d.done_at_s - d.placed_at_s)[m].sum() for d, m in zip(days, new, strict=True)]
    bug = wrong["order to door"] - truth["order to door"]
    agrees("order to door", truth["order to door"], stays, orders, bug=bug)
    ways = [(d.began_at_s - d.left_at_s).sum() for d in days]
    every = [len(d.placed_at_s) for d in days]
    agrees("one way", truth["one way"], ways, every, bug=0.1 * truth["one way"])
    metres = [d.driven_m / 1000 for d in days]
    agrees("km per order", truth["km per order"], metres, every, bug=0.1 * truth["km per order"])
    at_work = [(2 * (d.began_at_s - d.left_at_s) + DWELL_S).sum() / HOUR_S for d in days]
    hours_s = [hours] * len(days)
    agrees("van at work", truth["van at work"], at_work, hours_s, bug=0.2 * truth["van at work"])


def test_the_known_answers_follow_from_the_distances_by_hand():
    """Wq = 185380 / 187 s, 1220.43 s to the door, 2.18 km an order, the van at work 0.845."""
    truth = known(PER_HOUR)

    assert truth["one way"] == pytest.approx(109.0909, abs=5e-5)
    assert truth["service"] == pytest.approx(338.181818)
    assert truth["Wq"] == pytest.approx(185380 / 187)
    assert truth["order to door"] == pytest.approx(1220.427807)
    assert truth["km per order"] == pytest.approx(2.181818, abs=5e-7)
    assert truth["van at work"] == pytest.approx(0.845454545)


def test_every_way_of_the_router_is_as_long_as_the_blocks_between():
    """From the middle to each junction and back: as many blocks as columns and rows apart."""
    travel = town()
    for node in range(SIDE**2):
        blocks = abs(node % SIDE - 5) + abs(node // SIDE - 5)
        there = travel.path(MIDDLE, node, "drive", 0.0)
        back = travel.path(node, MIDDLE, "drive", 0.0)

        assert len(there.edges) == len(back.edges) == blocks
        assert all(abs(b - a) in {1, SIDE} for a, b in pairwise(there.nodes))


def test_the_van_on_the_grid_keeps_orders_waiting_as_known():
    """The quick look: 20 days of 20 h after the warm-up; an eighth more orders are seen."""
    travel = town()
    compare(days_of(day_of(30, travel), 20), 30, 10, 1.125)
    busier = days_of(day_of(30, travel, rate=1.125), 20)
    with pytest.raises(Disagrees):
        compare(busier, 30, 10, inf)


@pytest.mark.slow
def test_the_van_on_the_grid_keeps_orders_waiting_to_the_minute():
    """Five percent more orders must be seen, and blocks five percent longer."""
    travel = town()
    compare(days_of(day_of(300, travel), 24), 300, 60, 1.05)
    busier = days_of(day_of(300, travel, rate=1.05), 24)
    with pytest.raises(Disagrees):
        compare(busier, 300, 60, inf)
    longer = days_of(day_of(300, town(block_m=210.0)), 12)
    with pytest.raises(Disagrees):
        compare(longer, 300, 60, inf)
