"""Vehicles that break down: the machine repairman, renewals, and a way that is driven with stops.

Vans that do nothing stand at the depot with their clocks running; thresholds and repairs are drawn
before. Hours throughout.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import exp, gamma, inf, log, sqrt

import pytest
from dispatchers import AllAboard, decides
from queueing import HOUR_S
from scipy.special import gammaincinv
from verdicts import Disagrees, agrees
from worlds import depot, duty, line, order, place, van, world

from twin import Journal, Load, Plan, Rules, run
from twin.events import Arrived, BrokeDown, RepairBegan, Repaired
from twin.rng import draw
from twin.units import tick_s
from twin.world import Breakdown, BreakdownClock, Visit

SEED = 7
ROAD = line([100], 10)
Law = Callable[[float], float]
"""From a uniform number to a time, hours."""


def exponential(mean_h: float) -> Law:
    return lambda uniform: -mean_h * log(uniform)


def weibull(mean_h: float, shape: float) -> Law:
    scale_h = mean_h / gamma(1 + 1 / shape)
    return lambda uniform: scale_h * (-log(uniform)) ** (1 / shape)


def erlang(mean_h: float, shape: int) -> Law:
    return lambda uniform: mean_h / shape * float(gammaincinv(shape, uniform))


def fixed(hours: float) -> Law:
    return lambda _: hours


def failures(day: int, name: str, up: Law, repair: Law, until_h: float) -> tuple[Breakdown, ...]:
    """Return breakdowns of a van, enough for a time."""
    found, at_h = [], 0.0
    while at_h < until_h:
        k = len(found)
        up_h = up(draw(SEED, day, "up", name, k))
        repair_s = tick_s(HOUR_S * repair(draw(SEED, day, "repair", name, k)))
        found.append(Breakdown(tick_s(HOUR_S * up_h), 0.0, repair_s))
        at_h += up_h
    return tuple(found)


@dataclass(frozen=True)
class Fleet:
    """Vans that stand at the depot, all as good as new when the day begins.

    Attributes
    ----------
    crews
        Who repairs; None is one for each van.
    """

    vans: int
    hours: float
    up: Law
    repair: Law
    crews: int | None = None

    def lived(self, day: int) -> "Down":
        """Return when which van was down on a day."""
        names = [f"v{k:03d}" for k in range(self.vans)]
        made = world(
            ROAD,
            [depot(0)],
            [],
            [van(name) for name in names],
            [duty(name, 0.0, HOUR_S * self.hours) for name in names],
            rules=Rules(breakdown_clock=BreakdownClock.CALENDAR, repair_crews=self.crews),
            breakdowns={n: failures(day, n, self.up, self.repair, self.hours) for n in names},
        )
        return Down.read(run(made, decides(lambda _: Plan())), self.vans)


@dataclass(frozen=True)
class Down:
    """When vans were down: for each breakdown its begin, the begin of its repair, its end."""

    spells: tuple[tuple[float, float, float], ...]
    vans: int

    @classmethod
    def read(cls, journal: Journal, vans: int) -> "Down":
        """Return the breakdowns in a journal, those that were not over by its end left open."""
        found: list[list[float]] = []
        last: dict[str, list[float]] = {}
        for event in journal:
            if isinstance(event, BrokeDown):
                last[event.vehicle] = [event.at_s / HOUR_S, inf, inf]
                found.append(last[event.vehicle])
            elif isinstance(event, RepairBegan):
                last[event.vehicle][1] = event.at_s / HOUR_S
            elif isinstance(event, Repaired):
                last[event.vehicle][2] = event.at_s / HOUR_S
        return cls(tuple((a, b, c) for a, b, c in found), vans)

    def down_h(self, from_h: float, to_h: float, *, first: int = 0) -> float:
        """Return van-hours down in a time; those in repair only with ``first=1``."""
        return sum(
            max(0.0, min(spell[2], to_h) - max(spell[first], from_h)) for spell in self.spells
        )

    def down_at(self, at_h: float) -> int:
        """Return how many vans are down at an instant."""
        return sum(spell[0] <= at_h < spell[2] for spell in self.spells)

    def began(self, from_h: float, to_h: float) -> list[tuple[float, float, float]]:
        """Return the breakdowns of a time."""
        return [spell for spell in self.spells if from_h <= spell[0] < to_h]

    def all_up_h(self, from_h: float, to_h: float) -> float:
        """Return the hours of a time in which no van is down."""
        steps = sorted([(s[0], 1) for s in self.spells] + [(s[2], -1) for s in self.spells])
        moments = [(from_h, 0), *((max(at, from_h), step) for at, step in steps), (to_h, 0)]
        down, found = 0, 0.0
        for (at_h, step), (next_h, _) in pairwise(moments):
            down += step
            if not down:
                found += max(0.0, min(next_h, to_h) - at_h)
        return found


# The machine repairman


@dataclass(frozen=True)
class Repairmen:
    """Ten vans that fail after 40 h on average, each repair 4 h, and so many crews: p_n."""

    crews: int | None
    mttr_h: float = 4.0
    vans: int = 10
    mtbf_h: float = 40.0

    def down_shares(self) -> list[float]:
        """Return the stationary probabilities of n vans down."""
        most = self.vans if self.crews is None else self.crews
        weights = [1.0]
        for n in range(self.vans):
            rate = (self.vans - n) / self.mtbf_h / (min(n + 1, most) / self.mttr_h)
            weights.append(weights[-1] * rate)
        return [weight / sum(weights) for weight in weights]

    def known(self) -> dict[str, float]:
        """Return the answers by name."""
        shares = self.down_shares()
        down = sum(n * share for n, share in enumerate(shares))
        failures_per_h = (self.vans - down) / self.mtbf_h
        found = {
            "vans up": self.vans - down,
            "failures an hour": failures_per_h,
            "all up": shares[0],
        }
        if self.crews is not None:
            found["wait for a crew"] = down / failures_per_h - self.mttr_h
            found["crews at work"] = failures_per_h * self.mttr_h / self.crews
        return found

    def fleet(self, hours: float) -> Fleet:
        """Return the vans."""
        up, repair = exponential(self.mtbf_h), exponential(self.mttr_h)
        return Fleet(self.vans, hours, up, repair, self.crews)


WARM_UP_H = 200.0


def found(row: Repairmen, days: list[Down], hours: float) -> dict[str, tuple[list, list]]:
    """Return the answers of simulated days: for each, amounts and what they are over, by day."""
    span_h = [hours - WARM_UP_H] * len(days)
    spells = [day.began(WARM_UP_H, hours) for day in days]
    up_h = [row.vans * (hours - WARM_UP_H) - day.down_h(WARM_UP_H, hours) for day in days]
    result = {
        "vans up": (up_h, span_h),
        "failures an hour": ([len(day) for day in spells], span_h),
        "all up": ([day.all_up_h(WARM_UP_H, hours) for day in days], span_h),
    }
    if row.crews is not None:
        served = [[spell for spell in day if spell[1] < inf] for day in spells]
        waits_h = [sum(spell[1] - spell[0] for spell in day) for day in served]
        result["wait for a crew"] = (waits_h, [len(day) for day in served])
        at_work_h = [day.down_h(WARM_UP_H, hours, first=1) / row.crews for day in days]
        result["crews at work"] = (at_work_h, span_h)
    return result


PRINTED = {
    Repairmen(1): (7.8541766, 0.1963544, 6.9283178, 0.7854177),
    Repairmen(2): (8.9613622, 0.2240341, 0.6360712, 0.4480681),
}


@pytest.mark.parametrize("row", PRINTED)
def test_the_repairmans_table_follows_from_its_formula(row):
    """E[up], failures an hour, wait for a crew and crews at work, to the digits printed."""
    known = row.known()
    names = ("vans up", "failures an hour", "wait for a crew", "crews at work")

    assert [known[name] for name in names] == pytest.approx(PRINTED[row], abs=5e-8)


def test_with_a_crew_for_each_van_they_are_independent():
    """E[up] = 10 x 40 / 44, and all ten are up with probability (10/11)^10 = 0.3855433."""
    known = Repairmen(None).known()

    assert known["vans up"] == pytest.approx(9.0909091, abs=5e-8)
    assert known["all up"] == pytest.approx(0.3855433, abs=5e-8)


@pytest.mark.parametrize("crews", [1, 2, None])
@pytest.mark.parametrize(
    ("mtbf_h", "days", "hours"),
    [(20.0, 10, 1000.0), pytest.param(36.0, 60, 4000.0, marks=pytest.mark.slow)],
    ids=["quick", "full"],
)
def test_vans_wait_for_repair_crews_as_the_repairman_says(crews, mtbf_h, days, hours):
    """Failures every 20 h instead of 40 are seen in 10 x 1,000 h, every 36 h in 60 x 4,000 h."""
    right, wrong = Repairmen(crews), Repairmen(crews, mtbf_h=mtbf_h)
    known, mutants = right.known(), wrong.known()

    def compare(row: Repairmen, *, powerful: bool) -> None:
        lived = [row.fleet(hours).lived(day) for day in range(1, days + 1)]
        for name, (amounts, sizes) in found(row, lived, hours).items():
            bug = mutants[name] - known[name] if powerful else inf
            agrees(name, known[name], amounts, sizes, bug=bug)

    compare(right, powerful=True)
    with pytest.raises(Disagrees):
        compare(wrong, powerful=False)


# Renewals

LAWS = {
    "exponential": (exponential(40.0), exponential, 4.0),
    "weibull, fixed repair": (weibull(40.0, 2), fixed, 4.0),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize(
    ("longer", "days"), [(1.5, 6), pytest.param(1.1, 40, marks=pytest.mark.slow)],
    ids=["quick", "full"],
)  # fmt: skip
def test_in_the_long_run_vans_are_up_ten_elevenths_of_the_time(name, longer, days):
    """40 / 44 whatever the laws; repairs 50 % (in 40 days of 16,000 van-hours 10 %) longer show."""
    up, repair, mttr_h = LAWS[name]
    hours, known = 1200.0, 40 / 44

    def up_share(mean_h: float, *, bug: float) -> None:
        fleet = Fleet(20, hours, up, repair(mean_h))
        down = [fleet.lived(day).down_h(400.0, hours) for day in range(1, days + 1)]
        size = 20 * (hours - 400.0)
        agrees(name, known, [size - h for h in down], [size] * days, bug=bug)

    up_share(mttr_h, bug=40 / (40 + mttr_h * longer) - known)
    with pytest.raises(Disagrees):
        up_share(mttr_h * longer, bug=inf)


def point_availability(at_h: float, mttr_h: float = 4.0) -> float:
    """Return the probability of being up at an instant, from new, both laws exponential."""
    lam, mu = 1 / 40, 1 / mttr_h
    return mu / (lam + mu) + lam / (lam + mu) * exp(-(lam + mu) * at_h)


def interval_availability(to_h: float, mttr_h: float = 4.0) -> float:
    """Return the expected share of a time from new spent up."""
    lam, mu = 1 / 40, 1 / mttr_h
    total = lam + mu
    return mu / total + lam / total**2 / to_h * (1 - exp(-total * to_h))


def test_availability_from_new_follows_from_its_formula():
    """A(4), A(8), A(24), and over the first eight hours: a day is not in the steady state."""
    assert [point_availability(t) for t in (4, 8, 24)] == pytest.approx(
        [0.9393519, 0.9191640, 0.9092146], abs=1e-7
    )
    assert interval_availability(8) == pytest.approx(0.9458346, abs=5e-8)


@pytest.mark.parametrize(
    ("longer", "days"), [(3.0, 36), pytest.param(1.25, 860, marks=pytest.mark.slow)],
    ids=["quick", "full"],
)  # fmt: skip
def test_a_fleet_that_begins_as_new_is_up_as_often_as_known(longer, days):
    """100 vans a day; repairs of 12 h are seen in 36 days, 25 % longer ones in 860."""

    def compare(mttr_h: float, *, powerful: bool) -> None:
        fleet = Fleet(100, 24.5, exponential(40.0), exponential(mttr_h))
        lived = [fleet.lived(day) for day in range(1, days + 1)]
        for at_h in (4.0, 8.0, 24.0):
            known = point_availability(at_h)
            bug = point_availability(at_h, 4.0 * longer) - known if powerful else inf
            agrees(f"A({at_h:g})", known, [1 - d.down_at(at_h) / d.vans for d in lived], bug=bug)
        known = interval_availability(8)
        bug = interval_availability(8, 4.0 * longer) - known if powerful else inf
        up = [1 - d.down_h(0.0, 8.0) / 8 / d.vans for d in lived]
        agrees("up in 8 h", known, up, bug=bug)

    compare(4.0, powerful=True)
    with pytest.raises(Disagrees):
        compare(4.0 * longer, powerful=False)


def renewals(to_h: float, mean_h: float = 40.0) -> float:
    """Return the expected number of Erlang-2 lives that end by an instant."""
    rate = 2 / mean_h
    return rate * to_h / 2 - 0.25 + exp(-2 * rate * to_h) / 4


def test_renewals_follow_from_their_formula():
    """m(40), m(80), m(200) of Erlang-2 lives with mean 40."""
    assert [renewals(t) for t in (40, 80, 200)] == pytest.approx(
        [0.7545789, 1.7500839, 4.7500000], abs=5e-8
    )


@pytest.mark.parametrize(
    ("shorter", "days"), [(0.8, 14), pytest.param(0.95, 190, marks=pytest.mark.slow)],
    ids=["quick", "full"],
)  # fmt: skip
def test_breakdowns_that_are_repaired_at_once_are_renewals(shorter, days):
    """50 vans a day; lives a fifth shorter are seen in 14 days, five percent in 190."""

    def compare(mean_h: float, *, powerful: bool) -> None:
        fleet = Fleet(50, 200.5, erlang(mean_h, 2), fixed(0.0))
        lived = [fleet.lived(day) for day in range(1, days + 1)]
        for to_h in (40.0, 80.0, 200.0):
            known = renewals(to_h)
            bug = renewals(to_h, 40.0 * shorter) - known if powerful else inf
            counts = [len(day.began(0.0, to_h)) for day in lived]
            agrees(f"m({to_h:g})", known, counts, [50] * days, bug=bug)

    compare(40.0, powerful=True)
    with pytest.raises(Disagrees):
        compare(40.0 * shorter, powerful=False)


# On the way

FLEET = 10


def trips(
    day: int,
    clock: BreakdownClock,
    repair: Law,
    *,
    mtbf_h: float = 40.0,
    legs_h: tuple[float, ...] = (8.0,),
    door_h: float = 0.0,
    opens_h: float = 0.0,
) -> list[tuple[float, int]]:
    """Return for each of ten vans how long it took to its last door, and its breakdowns.

    Parameters
    ----------
    legs_h
        Driving time from the depot to the first door, to the next, and so on.
    door_h
        What service at each door takes.
    opens_h
        When the shift begins, from the day's beginning.
    """
    names = [f"v{k:02d}" for k in range(FLEET)]
    doors = [f"door {k}" for k in range(len(legs_h))]
    road = line([10 * HOUR_S * leg_h for leg_h in legs_h], 10)
    made = world(
        road,
        [depot(0), *(place(door, k + 1) for k, door in enumerate(doors))],
        [order(f"{name} {door}", door) for name in names for door in doors],
        [van(name, ends_at=None, capacity=Load(parcels=len(doors))) for name in names],
        [duty(name, HOUR_S * opens_h, HOUR_S * 500) for name in names],
        rules=Rules(breakdown_clock=clock, horizon_s=HOUR_S * 400),
        breakdowns={n: failures(day, n, exponential(mtbf_h), repair, 100.0) for n in names},
        visits={door: Visit(fixed_s=(HOUR_S * door_h,)) for door in doors[:-1]},
    )
    journal = run(made, AllAboard)
    arrived = {e.vehicle: e.at_s for e in journal.of(Arrived) if e.place == doors[-1]}
    broke = [e.vehicle for e in journal.of(BrokeDown) if e.at_s < arrived[e.vehicle]]
    return [(arrived[name] / HOUR_S - opens_h, broke.count(name)) for name in names]


def on_the_way(days: list[list[tuple[float, int]]], mtbf_h: float, *, powerful: bool) -> None:
    """Compare 8 h of driving with repairs of 2 h on average; `mtbf_h` is what is to be seen."""
    number, wrong = 8 / 40, 8 / mtbf_h
    for name, known, mutant, amount in (
        ("E[T]", 8 + 2 * number, 8 + 2 * wrong, lambda t, _: t),
        ("Var[T]", 8 * number, 8 * wrong, lambda t, _: (t - 8 - 2 * number) ** 2),
        ("no breakdown", exp(-number), exp(-wrong), lambda _, n: n == 0),
        ("breakdowns", number, wrong, lambda _, n: n),
    ):
        sums = [sum(amount(*trip) for trip in day) for day in days]
        bug = mutant - known if powerful else inf
        agrees(name, known, sums, [FLEET] * len(days), bug=bug)


REPEATED_H = (exp(8 / 40) - 1) * (40 + 2)
"""What it would take if the way were begun anew after each breakdown."""


def test_the_answers_for_a_way_with_breakdowns_follow_from_their_formulas():
    """E[T] = 8.4 h, sd 1.2649111, none 0.8187308; begun anew each time it would be 9.2989158 h."""
    assert pytest.approx(8.4) == 8 + 8 / 40 * 2
    assert sqrt(8 / 40 * 8) == pytest.approx(1.2649111, abs=5e-8)
    assert exp(-8 / 40) == pytest.approx(0.8187308, abs=5e-8)
    assert pytest.approx(9.2989158, abs=5e-8) == REPEATED_H


@pytest.mark.parametrize(
    ("mtbf_h", "days"), [(12.0, 40), pytest.param(30.0, 1200, marks=pytest.mark.slow)],
    ids=["quick", "full"],
)  # fmt: skip
def test_a_way_with_breakdowns_is_resumed_where_it_stopped(mtbf_h, days):
    """Eight hours, one breakdown in 40 h of driving; the mutant has one in 12 h, or in 30 h."""
    driving = BreakdownClock.DRIVING
    numbers = range(1, days + 1)
    right = [trips(day, driving, exponential(2.0)) for day in numbers]
    on_the_way(right, mtbf_h, powerful=True)
    often = [trips(day, driving, exponential(2.0), mtbf_h=mtbf_h) for day in numbers]
    with pytest.raises(Disagrees):
        on_the_way(often, inf, powerful=False)
    sharp = [trips(day, driving, fixed(2.0)) for day in numbers]  # the mean is the same
    with pytest.raises(Disagrees, match="Var"):
        on_the_way(sharp, inf, powerful=False)
    with pytest.raises(Disagrees):
        agrees("begun anew", REPEATED_H, [sum(t for t, _ in day) for day in right],
               [FLEET] * days, bug=inf)  # fmt: skip


def counted(clock: BreakdownClock, mtbf_h: float) -> float:
    """Return the expected breakdowns: 4 h before the shift, 4 h driven, 4 h at a door, 4 h driven.

    What strikes before the shift or at the door strikes at its end, once.
    """
    standing = 1 - exp(-4 / mtbf_h)
    stood = {BreakdownClock.DRIVING: 0, BreakdownClock.DUTY: 1, BreakdownClock.CALENDAR: 2}[clock]
    return 8 / mtbf_h + stood * standing


CLOCKS = (BreakdownClock.DRIVING, BreakdownClock.DUTY, BreakdownClock.CALENDAR)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(
    ("mtbf_h", "days"), [(10.0, 110), pytest.param(40.0, 440, marks=pytest.mark.slow)],
    ids=["quick", "full"],
)  # fmt: skip
def test_the_three_clocks_of_a_vehicle_give_three_answers(clock, mtbf_h, days):
    """Driving hours, hours on duty and calendar hours: each agrees with its own answer only."""
    way = {"mtbf_h": mtbf_h, "legs_h": (4.0, 4.0), "door_h": 4.0, "opens_h": 4.0}
    lived = [trips(day, clock, exponential(2.0), **way) for day in range(1, days + 1)]
    sizes = [FLEET] * days

    def compare(known_clock: BreakdownClock, bug: float) -> None:
        number = counted(known_clock, mtbf_h)
        agrees("breakdowns", number, [sum(n for _, n in day) for day in lived], sizes, bug=bug)
        agrees("E[T]", 12 + 2 * number, [sum(t for t, _ in day) for day in lived], sizes,
               bug=2 * bug)  # fmt: skip

    compare(clock, 1 - exp(-4 / mtbf_h))
    for other in CLOCKS:
        if other is not clock:
            with pytest.raises(Disagrees):
                compare(other, inf)
