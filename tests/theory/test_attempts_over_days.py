"""Attempts over a sequence of days: 120 new parcels a day, p = 0.85, at most three, one a day.

What fails is carried over and tried again on the next day. An average parcel takes
(1 - q^3) / p = 1.1725 attempts, so that from the third day on 140.7 doors a day are visited.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf

import pytest
from dispatchers import AllAboard
from scipy.special import betaincinv
from verdicts import Disagrees, agrees, cells_agree
from worlds import depot, duty, line, order, place, van, world

from scenarios.carry import NOTHING, Carried, carried, next_day
from twin import (
    Identity,
    Ledger,
    Presence,
    Rates,
    Retry,
    ServiceClass,
    World,
    figures,
    run,
)
from twin.events import AttemptFailed, DayEnded, Delivered, Returned
from twin.rng import draw
from twin.soundness import assert_sound

SEED = 88
P = 0.85
Q = 1 - P
NEW, FEW = 120, 40
"""Parcels that come every day, and in the quick looks."""
WARM_UP = 2
"""Days until parcels of all three ages are there: the third day is in the steady state."""
SHARES = (P, Q * P, Q**2 * P, Q**3)
"""Delivered at attempt 1, 2, 3, and returned, when attempts are independent."""
ROAD = line([100], 10)


@dataclass(frozen=True)
class Independent:
    """Every attempt is a draw of its own."""

    p: float = P

    def presence(self, sequence: int, day: int, door: str) -> Presence:
        """Return who is there on a day."""
        return Presence(self.p, (draw(SEED, sequence, "home", door, day),))

    def attempts(self) -> float:
        """Return the mean number of attempts at a parcel."""
        q = 1 - self.p
        return 1 + q + q**2

    def shares(self) -> tuple[float, ...]:
        """Return the geometric law, cut at three."""
        return SHARES


@dataclass(frozen=True)
class Household:
    """All attempts at a door share its own probability, Beta(a, b), for as long as it takes."""

    a: float = 3.4
    b: float = 0.6

    def presence(self, sequence: int, day: int, door: str) -> Presence:
        """Return who is there on a day."""
        p = float(betaincinv(self.a, self.b, draw(SEED, sequence, "household", door)))
        return Presence(p, (draw(SEED, sequence, "home", door, day),))

    def attempts(self) -> float:
        """Return the mean number of attempts at a parcel."""
        a, b = self.a, self.b
        return 1 + b / (a + b) + b * (b + 1) / ((a + b) * (a + b + 1))

    def shares(self) -> tuple[float, ...]:
        """Return the beta-geometric law, cut at three."""
        a, b = self.a, self.b
        first = a / (a + b)
        second = a * b / ((a + b) * (a + b + 1))
        third = a * b * (b + 1) / ((a + b) * (a + b + 1) * (a + b + 2))
        return first, second, third, 1 - first - second - third


@dataclass
class Sequence:
    """What became of the parcels of a sequence: visits a day in the steady state, and the cells."""

    new: int
    visits: list[int]
    cells: list[int]


def day_of(kind, number: int, day: int, before: Carried, new: int = FEW) -> World:
    """Return a day with its new parcels, which begins with what the day before left open."""
    names = {f"o{k:03d} of day {day}": f"door {k:03d} of day {day}" for k in range(new)}
    doors = [*names.values(), *(one.destination for one in before.orders)]
    alone = world(
        ROAD,
        [depot(0), *(place(door, 0) for door in doors)],
        [order(name, door) for name, door in names.items()],
        [van()],
        [duty(closes_at_s=3600)],
        classes={"standard": ServiceClass(max_attempts=3, retry=Retry.TOMORROW)},
        presence={door: kind.presence(number, day, door) for door in doors},
    )
    return replace(next_day(alone, before), identity=Identity("a sequence of days", SEED, day))


def sequence_of(kind, number: int, days: int, new: int = FEW, *, forgets: bool = False) -> Sequence:
    """Live days one after the other.

    Parameters
    ----------
    new
        Parcels that come every day.
    forgets
        Whether attempts of days before do not count: a mutant's.
    """
    found, before = Sequence(new, [], [0, 0, 0, 0]), NOTHING
    for day in range(1, days + 1):
        journal = run(day_of(kind, number, day, before, new), AllAboard)
        delivered = [event.attempt for event in journal.of(Delivered)]
        visits = len(delivered) + len(journal.of(AttemptFailed))
        assert visits == new + len(before.orders)
        if day > WARM_UP:
            found.visits.append(visits)
            found.cells[3] += len(journal.of(Returned))
        for attempt in delivered:  # of parcels that come early enough to be followed to the end
            if day - attempt < days - WARM_UP:
                found.cells[attempt - 1] += 1
        before = carried(journal, before)
        if forgets:
            again = tuple(replace(one, attempts_before=0) for one in before.orders)
            before = replace(before, orders=again)
    return found


def sequences_of(kind, number: int, days: int, new: int = FEW, **more) -> list[Sequence]:
    return [sequence_of(kind, k, days, new, **more) for k in range(1, number + 1)]


def compare(truth, sequences: list[Sequence], bug: float) -> None:
    """Compare visits a day and the four cells of parcels with the law of `truth`."""
    visits = [sum(one.visits) for one in sequences]
    days = [len(one.visits) for one in sequences]
    known = sequences[0].new * truth.attempts()
    agrees("visits a day", known, visits, days, bug=bug * known)
    cells = [sum(counts) for counts in zip(*(one.cells for one in sequences), strict=True)]
    cells_agree("cells", truth.shares(), cells)


def test_the_steady_state_follows_from_p():
    """1.1725 attempts a parcel make 140.7 visits a day; correlated ones make more."""
    assert NEW * Independent().attempts() == pytest.approx(140.7)
    assert sum(Household().shares()) == pytest.approx(1)
    assert Household().shares()[0] == pytest.approx(P)
    assert NEW * Household().attempts() == pytest.approx(143.76)


def test_what_is_carried_over_is_tried_again_and_fills_the_steady_state():
    """The quick look: 12 x 8 days of 40 parcels would show six percent more visits."""
    compare(Independent(), sequences_of(Independent(), 12, 10), 0.06)
    often, forgotten = (
        sequences_of(Independent(0.79), 12, 10),
        sequences_of(Independent(), 6, 10, forgets=True),
    )
    with pytest.raises(Disagrees):
        compare(Independent(), often, inf)
    with pytest.raises(Disagrees):
        compare(Independent(), forgotten, inf)


def test_correlated_attempts_have_a_steady_state_of_their_own():
    """The quick look at the beta-binomial law: 3 840 parcels, of which far more come back."""
    days = sequences_of(Household(), 12, 10)

    compare(Household(), days, 0.06)
    with pytest.raises(Disagrees):
        compare(Independent(), days, inf)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "sequences", "bug"),
    [(Independent(), 64, 0.005), (Household(), 28, 0.01)],
    ids=["independent", "household"],
)
def test_half_a_percent_more_visits_is_seen_with_230_400_parcels(kind, sequences, bug):
    """Sequences of 32 days; beta-binomial attempts are judged by their own law, to one percent."""
    compare(kind, sequences_of(kind, sequences, 32, NEW), bug)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mutant", "sequences"),
    [(Independent(0.84), 20), (Household(), 8)],
    ids=["p 0.84", "household"],
)
def test_the_full_look_sees_attempts_that_are_not_these(mutant, sequences):
    """One percent less presence, or the same at the first attempt but correlated ones after."""
    days = sequences_of(mutant, sequences, 32, NEW)
    with pytest.raises(Disagrees):
        compare(Independent(), days, inf)


def test_a_sequence_is_sound_and_charges_nothing_for_what_it_lives():
    """Alone a day charges 7.00 for each order carried over; in a sequence it is lived instead."""
    before, first = NOTHING, None
    for day in range(1, 4):
        made = day_of(Independent(0.5), 1, day, before)
        journal = run(replace(made, rates=replace(made.rates, labour_hour={})), AllAboard)
        assert_sound(journal)
        assert not figures(journal)["cost_total"].value
        before, first = carried(journal, before), first or journal
    alone = replace(day_of(Independent(0.5), 1, 1, NOTHING), rates=Rates(carried_over=Decimal(7)))
    open_orders = len(first.of(DayEnded)[0].carried_over)

    assert Ledger.of(run(alone, AllAboard)).total_cents == 700 * open_orders > 0
