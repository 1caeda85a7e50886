"""Delivery attempts: the number of the attempt that succeeds, of at most three, with p = 0.85.

Three kinds of absence, each with its own known shares: independent attempts; a household factor
Beta(a, b) that all attempts at a door share; and a latent state that is renewed now and then.
"""

from dataclasses import dataclass
from math import exp, inf, log

import pytest
from scipy.special import betaincinv
from verdicts import Disagrees, agrees, cells_agree
from worlds import depot, duty, line, order, place, van, world

from twin import (
    Briefing,
    Deliver,
    LoadOrders,
    Plan,
    Presence,
    Retry,
    ServiceClass,
    Stop,
    View,
    run,
)
from twin.events import AttemptFailed, Delivered, Returned
from twin.rng import draw

SEED = 8
P = 0.85
Q = 1 - P
PARCELS = 500
"""A day's worth."""
ROUND_S = 3600.0
"""From round to round over all doors: how far apart two attempts at a door are."""
ROAD = line([100], 10)
SHARES = (P, Q * P, Q**2 * P, Q**3)
"""Delivered at attempt 1, 2, 3, and returned, when attempts are independent."""


@dataclass(frozen=True)
class Independent:
    """Every attempt is a draw of its own."""

    p: float = P

    def presence(self, day: int, door: str) -> Presence:
        """Return who is there when."""
        return Presence(self.p, tuple(draw(SEED, day, "home", door, k) for k in range(3)))


@dataclass(frozen=True)
class Household:
    """Attempts at a door share the door's own probability, drawn from Beta(a, b)."""

    a: float = 3.4
    b: float = 0.6

    def presence(self, day: int, door: str) -> Presence:
        """Return who is there when."""
        p = float(betaincinv(self.a, self.b, draw(SEED, day, "household", door)))
        return Presence(p, tuple(draw(SEED, day, "home", door, k) for k in range(3)))

    def shares(self) -> tuple[float, ...]:
        """Return the beta-geometric law, cut at three."""
        a, b = self.a, self.b
        first = a / (a + b)
        second = a * b / ((a + b) * (a + b + 1))
        third = a * b * (b + 1) / ((a + b) * (a + b + 1) * (a + b + 2))
        return first, second, third, 1 - first - second - third


@dataclass(frozen=True)
class Renewed:
    """The door's latent state holds for exponential times of this mean."""

    holds_s: float = 3600.0

    def presence(self, day: int, door: str) -> Presence:
        """Return who is there when."""
        held, renewed_at_s, at_s = [], [], 0.0
        while at_s < 4 * ROUND_S:
            k = len(held)
            held.append(draw(SEED, day, "home", door, k))
            renewed_at_s.append(at_s)
            at_s -= self.holds_s * log(draw(SEED, day, "holds", door, k))
        return Presence(P, tuple(held), tuple(renewed_at_s))

    def shares(self) -> tuple[float, ...]:
        """Return the law: after a failure the state holds on with probability exp(-round/mean)."""
        same = exp(-ROUND_S / self.holds_s)
        again = same + (1 - same) * Q
        return P, Q * (1 - same) * P, Q * again * (1 - same) * P, Q * again**2


@dataclass(frozen=True)
class Counts:
    """What became of the parcels of a day: delivered at attempt 1, 2, 3, and returned."""

    cells: tuple[int, int, int, int]
    attempts: int


class Rounds:
    """Tries every parcel that is left on the hour; in between the van is home and unloads."""

    def __init__(self, _: Briefing) -> None:
        self._round = 0

    def decide(self, view: View) -> Plan:
        """Return the next round when its time has come, and ask to be asked then."""
        if view.now_s < self._round * ROUND_S or not view.vehicles[0].on_duty:
            return Plan()
        self._round += 1
        waiting = view.unplanned
        load = Stop("depot", (LoadOrders(tuple(row.id for row in waiting)),))
        tour = (Stop(row.order.customer, (Deliver(row.id),)) for row in waiting)
        routes = {view.vehicles[0].id: (load, *tour)} if waiting else {}
        return Plan(routes, ask_again_at_s=self._round * ROUND_S)


def lived(kind, day: int) -> Counts:
    """Return a day: three rounds over its doors, each of no time at all."""
    doors = [f"door {k:04d}" for k in range(PARCELS)]
    made = world(
        ROAD,
        [depot(0), *(place(door, 0) for door in doors)],
        [order(f"o{k:04d}", door) for k, door in enumerate(doors)],
        [van()],
        [duty(closes_at_s=3.5 * ROUND_S)],
        classes={"standard": ServiceClass(max_attempts=3, retry=Retry.TODAY)},
        presence={door: kind.presence(day, door) for door in doors},
    )
    journal = run(made, Rounds)
    delivered = [event.attempt for event in journal.of(Delivered)]
    cells = (delivered.count(1), delivered.count(2), delivered.count(3), len(journal.of(Returned)))
    assert sum(cells) == PARCELS
    return Counts(cells, len(delivered) + len(journal.of(AttemptFailed)))


def days_of(kind, days: int) -> list[Counts]:
    return [lived(kind, day) for day in range(1, days + 1)]


def follows(shares: tuple[float, ...], days: list[Counts]) -> None:
    """Compare the four cells over all days: parcels are independent."""
    cells_agree(
        "cells", shares, [sum(cells) for cells in zip(*(d.cells for d in days), strict=True)]
    )


def independent(days: list[Counts], bug_share: float) -> None:
    """Compare cells, mean attempts, attempts per delivery and the first-attempt share."""
    follows(SHARES, days)
    tried = [day.attempts for day in days]
    parcels = [PARCELS] * len(days)
    delivered = [PARCELS - day.cells[3] for day in days]
    first = [day.cells[0] for day in days]
    for name, known, amounts, sizes in (
        ("attempts a parcel", (1 - Q**3) / P, tried, parcels),
        ("attempts a delivery", 1 / P, tried, delivered),
        ("first of delivered", P / (1 - Q**3), first, delivered),
    ):
        agrees(name, known, amounts, sizes, bug=bug_share * known)


def test_the_known_shares_follow_from_p():
    """0.85, 0.1275, 0.019125, returned 0.003375; 1.1725 attempts, 0.8529 at once."""
    assert pytest.approx((0.85, 0.1275, 0.019125, 0.003375)) == SHARES
    assert pytest.approx(1.1725) == (1 - Q**3) / P
    assert pytest.approx(0.8528785, abs=5e-8) == P / (1 - Q**3)
    assert sum(Household().shares()) == pytest.approx(1)
    assert Household().shares()[0] == pytest.approx(P)
    assert sum(Renewed().shares()) == pytest.approx(1)
    assert Renewed(1e-9).shares() == pytest.approx(SHARES)


def test_independent_attempts_fill_the_four_cells():
    """The quick look: 6 000 parcels would show an error of three percent in the mean."""
    independent(days_of(Independent(), 12), 0.035)
    with pytest.raises(Disagrees):
        independent(days_of(Independent(0.82), 12), inf)


@pytest.mark.parametrize("kind", [Household(), Renewed()], ids=["household", "renewed"])
def test_correlated_attempts_follow_their_own_law_and_not_the_independent_one(kind):
    """6 000 parcels: the same share at the first attempt, but far more of them come back."""
    days = days_of(kind, 12)

    follows(kind.shares(), days)
    with pytest.raises(Disagrees):
        follows(SHARES, days)


@pytest.mark.slow
def test_independent_attempts_fill_the_four_cells_with_280_000_parcels():
    """Half a percent in the mean number of attempts must be seen; the mutant has p = 0.845."""
    independent(days_of(Independent(), 560), 0.005)
    with pytest.raises(Disagrees):
        independent(days_of(Independent(0.845), 560), inf)
