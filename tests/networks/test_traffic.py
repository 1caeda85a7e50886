"""Speeds over the day, and driving through their steps."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.classes import CLASSES
from networks.traffic import DAYTIME, SpeedProfile, SpeedSteps, daytime_pace
from networks.walk import Walk
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE
from twin.units import clock, tick_s

KMH = [40] * 7 + [20] * 2 + [40] * 7 + [15] * 2 + [40] * 6
"""Speed in each hour: 40 km/h, but 20 from 07 to 09 and 15 from 16 to 18."""


def walk_of(kmh: list[int]) -> Walk:
    """Return steps whose work is kilometres at 1 km/s: seconds of work are kilometres."""
    pace = np.array([[3600 / speed] for speed in kmh], np.float64)
    return Walk(SpeedSteps(3600.0, pace, np.zeros(1, np.int32)))


def at(text: str) -> float:
    """Return seconds since midnight of hh:mm."""
    hours, minutes = text.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0


@pytest.mark.parametrize(
    ("km", "depart", "minutes", "arrive"),
    [
        (10, "06:50", Fraction(20), "07:10:00"),  # 6.67 km by 07:00, the rest at 20 km/h
        (10, "08:45", Fraction(45, 2), "09:07:30"),
        (10, "08:50", Fraction(20), "09:10:00"),
        (10, "08:59", Fraction(31, 2), "09:14:30"),  # not 09:29, as the departure speed has it
        (10, "09:00", Fraction(15), "09:15:00"),
        (10, "15:50", Fraction(70, 3), "16:13:20"),
        (10, "17:55", Fraction(145, 8), "18:13:07.500"),
        (60, "06:30", Fraction(150), "09:00:00"),  # ends on a step
        (30, "15:30", Fraction(70), "16:40:00"),
    ],
)
def test_an_edge_is_driven_through_the_speed_steps(
    km: int, depart: str, minutes: Fraction, arrive: str
) -> None:
    """Ichoua, Gendreau and Potvin's rule in exact fractions of minutes, and back again."""
    walk = walk_of(KMH)

    arrive_at_s = walk.forth([float(km)], [0], at(depart))[-1]

    assert clock(tick_s(arrive_at_s)) == arrive
    assert tick_s(arrive_at_s - at(depart)) == tick_s(float(minutes * 60))
    assert walk.back([float(km)], [0], arrive_at_s) == pytest.approx(at(depart), abs=1e-6)


def test_a_street_cut_in_two_takes_as_long() -> None:
    """4 km then 6 km from 08:45 take 12 and 10.5 min, together the 22.5 of 10 km."""
    walk = walk_of(KMH)

    times_s = walk.forth([4.0, 6.0], [0, 0], at("08:45"))

    assert [tick_s(time - at("08:45")) / 60 for time in times_s] == [0, 12, 22.5]


pace_tables = st.lists(st.lists(st.floats(0.2, 5), min_size=2, max_size=2), min_size=1, max_size=12)
works = st.lists(st.floats(0.01, 20_000), min_size=1, max_size=5)


@settings(max_examples=300, deadline=None)
@given(
    pace=pace_tables,
    works_s=works,
    slot_s=st.sampled_from([300.0, 900.0, 3600.0]),
    depart_at_s=st.floats(-90_000, 180_000),
    later_s=st.floats(0.125, 7_200),
)
def test_who_leaves_later_arrives_later_everywhere(
    pace: list[list[float]],
    works_s: list[float],
    slot_s: float,
    depart_at_s: float,
    later_s: float,
) -> None:
    """First in, first out on every edge, and the latest departure is the departure to 0 ms."""
    walk = Walk(SpeedSteps(slot_s, np.array(pace), np.zeros(1, np.int32)))
    rows = [i % 2 for i in range(len(works_s))]

    first = walk.forth(works_s, rows, depart_at_s)
    second = walk.forth(works_s, rows, depart_at_s + later_s)

    assert all(a < b for a, b in zip(first, second, strict=True))
    assert all(a < b for a, b in pairwise(first))
    assert walk.back(works_s, rows, first[-1]) == pytest.approx(depart_at_s, abs=5e-4)


@pytest.mark.slow
def test_a_hundred_thousand_random_profiles_are_first_in_first_out() -> None:
    """Arrival strictly rises with departure; the latest departure is found again to 1 ms."""
    from twin.rng import Streams  # noqa: PLC0415

    numbers = Streams(1, 1).generator("profiles")
    for _ in range(20_000):
        pace = numbers.uniform(0.2, 5, (8, 1))
        walk = Walk(SpeedSteps(900.0, pace, np.zeros(1, np.int32)))
        work_s = float(numbers.uniform(1, 4_000))
        departures = np.sort(numbers.uniform(0, 7_200, 5))
        arrivals = [walk.forth([work_s], [0], at_s)[-1] for at_s in departures]
        assert (np.diff(arrivals) > 0).all()
        found = [walk.back([work_s], [0], at_s) for at_s in arrivals]
        assert np.abs(found - departures).max() < 1e-6


def test_the_weekday_is_as_slow_as_calibrated() -> None:
    """Over the hours 7 to 20 the mean is 1.39; a level of 0.26 has two thirds of the excess."""
    classes = np.zeros(1, np.int16)

    assert daytime_pace(SpeedProfile.calibrated().steps(classes, DRIVE))[0] == pytest.approx(
        1.39, abs=0.002
    )
    weekday, two_thirds, saturday, sunday = (
        SpeedProfile.calibrated(level, day).steps(classes, DRIVE).pace[17, 0]
        for level, day in [
            (0.39, "weekday"),
            (0.26, "weekday"),
            (0.39, "saturday"),
            (0.39, "sunday"),
        ]
    )
    assert weekday == pytest.approx(1.58)
    assert two_thirds == pytest.approx(1 + 0.58 * 2 / 3)
    assert saturday == pytest.approx(1 + 0.58 * 0.55)
    assert sunday == pytest.approx(1 + 0.58 * 0.35)
    assert DAYTIME == (7, 21)


def test_bikes_ride_past_the_traffic() -> None:
    """The calibrated profile slows cars, never bikes."""
    steps = SpeedProfile.calibrated().steps(np.arange(len(CLASSES), dtype=np.int16), BIKE)

    assert (steps.pace == 1).all()
    assert steps.slot_at(-1.0) == steps.slot_at(200_000.0) == 0


def test_a_class_goes_before_its_group() -> None:
    """Primary has its own table, secondary that of the arterials, residential that of the rest."""
    profile = SpeedProfile.of_times({"arterial": [2.0, 1.0], "primary": [4.0, 1.0]}, [1.0])

    at_night = dict(zip(CLASSES, profile.speed[:, 0], strict=True))
    assert profile.slot_s == 43_200
    assert (at_night["primary"], at_night["secondary"], at_night["residential"]) == (0.25, 0.5, 1)


def test_slots_repeat_before_midnight_and_after() -> None:
    """One hour before midnight is hour 23, one hour after the next midnight hour 0."""
    steps = SpeedProfile.calibrated().steps(np.zeros(1, np.int16), DRIVE)

    assert steps.slot_at(-3600.0) == 23
    assert steps.slot_at(86_400.0) == 0


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_factor_must_be_positive(factor: float) -> None:
    """A speed that is zero, negative or no number is refused with class and slot."""
    speed = np.ones((len(CLASSES), 24))
    speed[3, 17] = factor

    with pytest.raises(NetworkError, match=r"trunk_link, slot 17: factor .*expected a positive"):
        SpeedProfile(speed)


def test_a_table_with_gaps_is_refused() -> None:
    """23 hours leave one open; all problems are named together."""
    with pytest.raises(NetworkError) as refused:
        SpeedProfile.of_times({"local": [1.0] * 23, "cowpath": [1.0] * 24})

    assert refused.value.problems == (
        "'cowpath' is neither a class of street nor one of the groups motorway, arterial, local",
        "local: 23 slots leave gaps in a day of 24",
    )


@pytest.mark.parametrize(
    ("level", "day"), [(-0.1, "weekday"), (float("nan"), "weekday"), (0.3, "mon")]
)
def test_an_impossible_city_is_refused(level: float, day: str) -> None:
    """A negative level of congestion and an unknown kind of day are refused."""
    with pytest.raises(NetworkError):
        SpeedProfile.calibrated(level, day)


def test_noise_multiplies_the_speed_of_each_link_and_slot() -> None:
    """Two edges of one class, half-hour noise for a day on an hourly profile: paces divide."""
    steps = SpeedProfile.calibrated().steps(np.array([10, 10], np.int16), DRIVE)
    speed = np.ones((48, 2))
    speed[17, 1] = 0.5  # 08:30 to 09:00 at half speed

    noisy = steps.with_noise(1800.0, speed)

    assert noisy.slot_s == 1800
    assert noisy.pace[17, noisy.row[1]] == pytest.approx(2 * 1.52)
    assert noisy.pace[17, noisy.row[0]] == pytest.approx(1.52)
    assert noisy.pace[18, noisy.row[1]] == pytest.approx(1.40)


def test_noise_that_does_not_fit_is_refused() -> None:
    """Slots that do not nest and factors that are not positive are named together."""
    steps = SpeedProfile.calibrated().steps(np.zeros(1, np.int16), DRIVE)

    with pytest.raises(NetworkError) as refused:
        steps.with_noise(2500.0, np.zeros((2, 1)))

    assert len(refused.value.problems) == 2


spells = st.lists(
    st.tuples(st.floats(0, 20_000), st.floats(0, 9_000), st.floats(0.1, 1)).map(
        lambda spell: (spell[0], spell[0] + spell[1], spell[2])
    ),
    max_size=3,
)


@settings(max_examples=200, deadline=None)
@given(
    pace=pace_tables, works_s=works, slow=spells, depart_at_s=st.floats(0, 20_000),
    later_s=st.floats(0.125, 7_200),
)  # fmt: skip
def test_through_spells_of_slow_driving_work_is_done_at_the_speed_of_each_moment(
    pace: list[list[float]],
    works_s: list[float],
    slow: list[tuple[float, float, float]],
    depart_at_s: float,
    later_s: float,
) -> None:
    """The integral of the speed over the time on an edge is its work; and first in, first out."""
    steps = SpeedSteps(900.0, np.array(pace), np.zeros(1, np.int32)).with_spells(
        [((7,), one) for one in slow]
    )
    walk = Walk(steps)
    rows, edges = [0] * len(works_s), [7] * len(works_s)

    times_s = walk.forth(works_s, rows, depart_at_s, edges)

    for work_s, (enter_s, leave_s) in zip(works_s, pairwise(times_s), strict=True):
        ends = {enter_s, leave_s, *(end for spell in slow for end in spell[:2])}
        ends |= {900.0 * k for k in range(int(leave_s // 900) + 2)}
        done_s = 0.0
        for one, other in pairwise(sorted(end for end in ends if enter_s <= end <= leave_s)):
            middle_s = (one + other) / 2
            speed = 1 / pace[int(middle_s // 900) % len(pace)][0]
            for from_s, until_s, factor in slow:
                speed *= factor if from_s <= middle_s < until_s else 1
            done_s += (other - one) * speed
        assert done_s == pytest.approx(work_s, rel=1e-6, abs=1e-6)
    assert walk.forth(works_s, rows, depart_at_s + later_s, edges)[-1] >= times_s[-1] - 1e-6
    back_s = walk.back(works_s, rows, times_s[-1], edges)
    assert walk.forth(works_s, rows, back_s, edges)[-1] == pytest.approx(times_s[-1], abs=1e-3)


def test_a_spell_slows_its_edge_and_no_other() -> None:
    """100 s of driving at a quarter of the speed from 50 s to 150 s: 50 + 100 (25 done) + 25."""
    steps = SpeedSteps(3600.0, np.ones((1, 1)), np.zeros(2, np.int32))
    walk = Walk(steps.with_spells([((0,), (50.0, 150.0, 0.25))]))

    assert walk.forth([100.0], [0], 0.0, [0]) == (0.0, 175.0)
    assert walk.forth([100.0], [0], 0.0, [1]) == (0.0, 100.0)
    assert walk.forth([100.0], [0], 150.0, [0]) == (150.0, 250.0)


def test_the_factor_of_an_instant_knows_slots_and_spells() -> None:
    """Half speed in the second hour, and on edge 1 a third of it from 01:10 to 01:20."""
    steps = SpeedSteps(3600.0, np.array([[1.0], [2.0]]), np.zeros(2, np.int32))
    slow = steps.with_spells([((1,), (at("01:10"), at("01:20"), 1 / 3))])

    assert slow.at(0.0).tolist() == [1, 1]
    assert slow.at(at("01:05")).tolist() == [2, 2]
    assert slow.at(at("01:10")).tolist() == pytest.approx([2, 6])
    assert slow.at(at("01:20")).tolist() == [2, 2]


def test_a_spell_without_speed_is_refused() -> None:
    """Closed streets are not slow ones: their edges cannot be entered at all."""
    steps = SpeedSteps(3600.0, np.ones((1, 1)), np.zeros(2, np.int32))

    with pytest.raises(NetworkError, match="factor above 0"):
        steps.with_spells([((0,), (0.0, 1.0, 0.0))])


def test_a_slower_day_is_slower_by_its_factor() -> None:
    """1.07 on every time."""
    steps = SpeedProfile.calibrated().steps(np.zeros(1, np.int16), DRIVE)

    assert steps.slower(1.07).pace == pytest.approx(1.07 * steps.pace)
