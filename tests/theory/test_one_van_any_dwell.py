"""M/G/1: one van, one order per trip, a door three minutes away, any law of the time at the door.

Pollaczek and Khinchine: Wq = lam E[S^2] / 2(1 - rho), E[Wq^2] = 2 Wq^2 + lam E[S^3] / 3(1 - rho),
where the service S is the round trip of six minutes and the dwell. Minutes throughout.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import pytest
from dispatchers import Fifo, Urgent
from queueing import HOUR_S, Customer, Lived, days_of, poisson_times_s, queue_day
from scipy.special import ndtri
from verdicts import Disagrees, agrees
from worlds import depot, line

from twin.rng import draw
from twin.units import tick_s

SEED = 3
PER_HOUR = 4.0
TRIP_MIN = 6.0
TO_THE_DOOR = line([1800], 10)  # three minutes
AT_THE_DEPOT = line([100], 10)
SIGMA = sqrt(log(1 + (3 / 4) ** 2))
MU = log(4) - SIGMA**2 / 2


def lognormal_min(uniform: float) -> float:
    """Return a dwell with mean 4 and standard deviation 3 minutes."""
    return exp(MU + SIGMA * float(ndtri(uniform)))


@dataclass(frozen=True)
class Law:
    """A law of the service: how the dwell is drawn, where the door is, moments of S in minutes."""

    dwell_min: Callable[[float], float]
    second: float
    third: float
    trip: bool = True
    first: float = 10.0

    def wq(self, per_min: float) -> float:
        """Return the mean wait."""
        return per_min * self.second / (2 * (1 - per_min * self.first))

    def wq2(self, per_min: float) -> float:
        """Return the mean square of the wait."""
        rest = per_min * self.third / (3 * (1 - per_min * self.first))
        return 2 * self.wq(per_min) ** 2 + rest


LAWS = {
    "lognormal dwell": Law(lognormal_min, 109.0, 1342.140625),
    "the same dwell always": Law(lambda _: 4.0, 100.0, 1000.0),
    "exponential service": Law(lambda u: -10 * log(u), 200.0, 6000.0, trip=False),
}


def day_of(law: Law, hours: float, *, rate: float = 1.0, express_share: float = 0.0):
    """Return the maker of a day; a `rate` that is not 1 is a mutant's."""

    def make(day: int):
        times_s = poisson_times_s(SEED, day, "come", PER_HOUR * rate, hours * HOUR_S)
        customers = []
        for k, at_s in enumerate(times_s):
            dwell_s = tick_s(60 * law.dwell_min(draw(SEED, day, "dwell", str(k))))
            urgent = draw(SEED, day, "express", str(k)) < express_share
            customers.append(Customer(at_s, dwell_s, int(law.trip), int(urgent)))
        return queue_day(TO_THE_DOOR if law.trip else AT_THE_DEPOT, depot(0), customers, 1)

    return make


def waits_min(days: list[Lived], warm_up_h: float, priority: int | None = None):
    """Return the waits of each day's orders after the warm-up: placed to leaving the depot."""
    found = []
    for lived in days:
        counted = lived.from_(warm_up_h * HOUR_S)
        if priority is not None:
            counted &= lived.priority == priority
        found.append((lived.left_at_s - lived.placed_at_s)[counted] / 60)
    return found


def check(law: Law, rate: float, days: int, hours: float, warm_up_h: float) -> None:
    """Compare Wq, Lq and, less sharply, E[Wq^2] with the formulas; the mutant has a higher rate.

    The warm-up is ten times (five in the quick look) the time in which a queue of this load
    forgets that it began empty.
    """
    lam, busier = PER_HOUR / 60, PER_HOUR * rate / 60
    minutes = [(hours - warm_up_h) * 60] * days

    def compare(lived: list[Lived], *, powerful: bool) -> None:
        found = waits_min(lived, warm_up_h)
        sums, sizes = [day.sum() for day in found], [len(day) for day in found]
        squares = [(day**2).sum() for day in found]
        for name, known, wrong, amounts, over in (
            ("Wq", law.wq(lam), law.wq(busier), sums, sizes),
            ("E[Wq^2]", law.wq2(lam), law.wq2(busier) * 1.3, squares, sizes),
            ("Lq", lam * law.wq(lam), busier * law.wq(busier), sums, minutes),
        ):
            agrees(name, known, amounts, over, bug=wrong - known if powerful else inf)

    compare(days_of(day_of(law, hours), days), powerful=True)
    wrong_days = days_of(day_of(law, hours, rate=rate), days)
    with pytest.raises(Disagrees):
        compare(wrong_days, powerful=False)


def test_the_known_answers_follow_from_the_formulas():
    """10.9, 10 and 20 minutes; sd of the wait 14.43 under the lognormal dwell; W = 20.9."""
    lam = PER_HOUR / 60
    lognormal, fixed, exponential = LAWS.values()

    assert pytest.approx(1.1631508, abs=5e-8) == MU
    assert pytest.approx(0.6680472, abs=5e-8) == SIGMA
    assert [law.wq(lam) for law in LAWS.values()] == pytest.approx([10.9, 10, 20])
    assert sqrt(lognormal.wq2(lam) - lognormal.wq(lam) ** 2) == pytest.approx(14.4321184, abs=5e-8)
    assert lam * lognormal.wq(lam) == pytest.approx(0.7266667, abs=5e-8)
    assert lognormal.wq(lam) + lognormal.first == pytest.approx(20.9)
    assert fixed.first == exponential.first == 10


def test_orders_wait_for_one_van_as_pollaczek_and_khinchine_say():
    """The quick look: 24 days of 12 h after the warm-up see a rate that is 40 % too high."""
    check(LAWS["lognormal dwell"], 1.4, days=24, hours=22, warm_up_h=10)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "days"), list(zip(LAWS, (30, 30, 54), strict=True)))
def test_orders_wait_for_one_van_whatever_the_law_of_its_dwell(name, days):
    """Three laws with one mean; five percent more orders must be seen."""
    check(LAWS[name], 1.05, days=days, hours=300, warm_up_h=50)


EXPRESS_MIN, STANDARD_MIN = 5.45, 16.35


def test_waits_of_two_classes_follow_from_the_formulas_and_are_conserved():
    """W0 = lam E[S^2] / 2, W1 = W0 / (1 - rho1), W2 = W1 / (1 - rho); rho1 W1 + rho2 W2 = 7.267."""
    w0, rho = PER_HOUR / 60 * 109 / 2, PER_HOUR / 60 * 10
    express = w0 / (1 - rho / 2)

    assert [express, express / (1 - rho)] == pytest.approx([EXPRESS_MIN, STANDARD_MIN])
    assert rho / 2 * (EXPRESS_MIN + STANDARD_MIN) == pytest.approx(7.2666667, abs=5e-8)


def check_classes(rate: float, days: int, hours: float, warm_up_h: float) -> None:
    """Express goes first and interrupts nobody; the mutant is first come, first served.

    Whoever goes first, the work that waits is the same: rho1 W1 + rho2 W2.
    """
    law = LAWS["lognormal dwell"]
    bug = law.wq(PER_HOUR * rate / 60) / law.wq(PER_HOUR / 60) - 1
    make = day_of(law, hours, express_share=0.5)
    urgent, in_turn = days_of(make, days, Urgent), days_of(make, days, Fifo)

    def compare(lived: list[Lived], priority: int, known: float, to_see: float) -> None:
        waits = waits_min(lived, warm_up_h, priority)
        sums, sizes = [day.sum() for day in waits], [len(day) for day in waits]
        agrees(f"priority {priority}", known, sums, sizes, bug=to_see)

    compare(urgent, 1, EXPRESS_MIN, bug * EXPRESS_MIN)
    compare(urgent, 0, STANDARD_MIN, bug * STANDARD_MIN)
    for lived in (urgent, in_turn):
        every = waits_min(lived, warm_up_h)
        sums, sizes = [day.sum() for day in every], [len(day) for day in every]
        agrees("both", law.wq(PER_HOUR / 60), sums, sizes, bug=bug * law.wq(PER_HOUR / 60))
    with pytest.raises(Disagrees):
        compare(in_turn, 1, EXPRESS_MIN, inf)


def test_express_orders_go_first_and_interrupt_nobody():
    """The quick look: 30 days of 20 h after the warm-up."""
    check_classes(1.25, days=30, hours=30, warm_up_h=10)


@pytest.mark.slow
def test_two_classes_share_the_van_as_cobham_says():
    """The full look, with the power to see five percent more orders."""
    check_classes(1.05, days=42, hours=300, warm_up_h=50)
