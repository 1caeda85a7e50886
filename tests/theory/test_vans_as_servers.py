"""M/M/c: every door at the depot's own junction, so a van is a server and nothing else (Erlang).

The day begins in the steady state: as many orders wait or are served as the stationary law says,
and an exponential service that has begun is as good as new, so no warm-up is cut off.
"""

from dataclasses import dataclass
from math import exp, factorial, inf

import numpy as np
import pytest
from queueing import HOUR_S, Customer, Lived, days_of, exponential, poisson_times_s, queue_day
from verdicts import Disagrees, agrees
from worlds import depot, line

from twin.rng import draw
from twin.units import tick_s

SEED = 20


@dataclass(frozen=True)
class Erlang:
    """c vans that each serve one order an hour on average, lam orders an hour; times in hours."""

    lam: float
    c: int

    def share(self, n: int) -> float:
        """Return the stationary probability of n orders present."""
        weights = [self.lam**k / factorial(k) for k in range(self.c)]
        tail = self.lam**self.c / factorial(self.c) * self.c / (self.c - self.lam)
        if n < self.c:
            return weights[n] / (sum(weights) + tail)
        return (
            tail
            * (1 - self.lam / self.c)
            * (self.lam / self.c) ** (n - self.c)
            / (sum(weights) + tail)
        )

    @property
    def waits(self) -> float:
        """The probability of having to wait."""
        return 1 - sum(self.share(n) for n in range(self.c))

    def waits_longer(self, hours: float) -> float:
        """Return the probability of waiting longer."""
        return self.waits * exp(-(self.c - self.lam) * hours)

    @property
    def wq(self) -> float:
        """The mean wait."""
        return self.waits / (self.c - self.lam)

    def known(self) -> dict[str, float]:
        """Return the answers by name."""
        return {
            "P(wait)": self.waits,
            "Wq": self.wq,
            "Lq": self.lam * self.wq,
            "W": self.wq + 1,
            "L": self.lam * (self.wq + 1),
            "P(Wq > 0.5)": self.waits_longer(0.5),
        }


ONE, THREE, FIVE = Erlang(0.8, 1), Erlang(2.0, 3), Erlang(4.0, 5)
ROAD = line([100], 10)


def at_start(row: Erlang, day: int) -> int:
    """Return the number of orders present when the day begins."""
    uniform = draw(SEED, day, "present", "", row.c)
    n = 0
    while uniform > row.share(n):
        uniform -= row.share(n)
        n += 1
    return n


def day_of(row: Erlang, hours: float, *, rate: float = 1.0):
    """Return the maker of a day; a `rate` that is not 1 is a mutant's."""

    def make(day: int):
        first = at_start(row, day)
        times_s = [0.0] * first
        times_s += poisson_times_s(SEED, day, f"come {row.c}", row.lam * rate, hours * HOUR_S)
        customers = [
            Customer(at_s, tick_s(exponential(draw(SEED, day, "dwell", str(k)), HOUR_S)))
            for k, at_s in enumerate(times_s)
        ]
        return queue_day(ROAD, depot(0), customers, row.c, first=first)

    return make


def found(days: list[Lived], hours: float) -> dict[str, tuple[list[float], list[float]]]:
    """Return the answers of simulated days: for each, amounts and what they are over, by day."""
    new = [lived.from_(0.0) for lived in days]
    waits_h = [(d.began_at_s - d.placed_at_s)[m] / HOUR_S for d, m in zip(days, new, strict=True)]
    stays_h = [(d.done_at_s - d.placed_at_s)[m] / HOUR_S for d, m in zip(days, new, strict=True)]
    orders = [len(day) for day in waits_h]
    until_s = hours * HOUR_S
    return {
        "Wq": ([day.sum() for day in waits_h], orders),
        "W": ([day.sum() for day in stays_h], orders),
        "P(wait)": ([(day > 0).sum() for day in waits_h], orders),
        "P(Wq > 0.5)": ([(day > 0.5).sum() for day in waits_h], orders),
        "Lq": ([d.present_s(d.began_at_s, until_s) for d in days], [until_s] * len(days)),
        "L": ([d.present_s(d.done_at_s, until_s) for d in days], [until_s] * len(days)),
    }


def check(row: Erlang, rate: float, days: int, hours: float) -> None:
    """Compare all answers with the known ones, then live a busier day and see that it fails."""
    known, busier = row.known(), Erlang(row.lam * rate, row.c).known()

    def compare(lived: list[Lived], *, powerful: bool) -> None:
        for name, (amounts, sizes) in found(lived, hours).items():
            bug = busier[name] - known[name] if powerful else inf
            agrees(name, known[name], amounts, sizes, bug=bug)

    compare(days_of(day_of(row, hours), days), powerful=True)
    wrong = days_of(day_of(row, hours, rate=rate), days)
    with pytest.raises(Disagrees):
        compare(wrong, powerful=False)


PRINTED = {
    ONE: [0.8, 4, 3.2, 5, 4, 0.7238699],
    THREE: [4 / 9, 4 / 9, 8 / 9, 1.4444444, 2.8888889, 0.2695692],
    FIVE: [0.5541126, 0.5541126, 2.2164502, 1.5541126, 6.2164502, 0.3360863],
}


@pytest.mark.parametrize("row", PRINTED)
def test_the_table_follows_from_its_formulas(row):
    """C, Wq, Lq, W, L and P(Wq > 0.5) = C exp(-(c mu - lam) / 2), to the digits printed."""
    assert list(row.known().values()) == pytest.approx(PRINTED[row], abs=5e-8)
    assert sum(row.share(n) for n in range(500)) == pytest.approx(1)


def test_orders_wait_for_three_vans_as_erlang_says():
    """The quick look: 40 days of 25 h, enough to see a rate that is 30 % too high."""
    check(THREE, 1.3, days=40, hours=25)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "days", "hours"),
    [(ONE, 60, 1100), (THREE, 66, 650), (FIVE, 60, 300)],
    ids=["one van", "three vans", "five vans"],
)
def test_orders_wait_for_vans_as_erlang_says(row, days, hours):
    """The three rows of the table; five percent more orders must be seen in every column."""
    check(row, 1.05, days, hours)


def test_littles_law_holds_exactly_from_empty_to_empty():
    """Time that orders spend and the area under their number are the same sum, to the tick."""
    for lived in days_of(day_of(THREE, 20), 5):
        steps = sorted([*((at_s, 1) for at_s in lived.placed_at_s),
                        *((at_s, -1) for at_s in lived.done_at_s)])  # fmt: skip
        area_s, present, since_s = 0.0, 0, 0.0
        for at_s, step in steps:
            area_s += present * (at_s - since_s)
            present, since_s = present + step, at_s

        assert present == 0
        assert area_s == np.sum(lived.done_at_s - lived.placed_at_s)
