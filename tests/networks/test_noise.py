"""How a day's streets differ from their profile."""

import numpy as np
import pytest

from networks.districts import districts_of
from networks.noise import HOURS, PEAK, TrafficNoise
from networks.traffic import SpeedProfile, SpeedSteps
from twin.errors import NetworkError
from twin.rng import Streams

LINKS = 400
DISTRICTS = np.repeat(np.arange(4, dtype=np.int32), LINKS // 4)
STEPS = SpeedSteps(3600.0, np.ones((24, 1)), np.zeros(LINKS, np.int32))
ALL = TrafficNoise(day=0.08, district=0.10, memory=0.7, link=0.25, link_peak=0.40)


def factors(noise: TrafficNoise, day: int, steps: SpeedSteps = STEPS) -> np.ndarray:
    """Return the factor on time of each hour and link, shape (HOURS, LINKS)."""
    noisy = noise.on(steps, DISTRICTS, Streams(1, day))
    return noisy.pace[:, noisy.row]


def test_no_noise_is_the_profile() -> None:
    """Factor 1 everywhere."""
    assert (factors(TrafficNoise(), 1) == 1).all()


@pytest.mark.parametrize(
    "noise",
    [
        TrafficNoise(day=0.08),
        TrafficNoise(district=0.10, memory=0.7),
        TrafficNoise(link=0.25, link_peak=0.40),
        ALL,
    ],
)
def test_noise_leaves_the_level_as_it_is(noise: TrafficNoise) -> None:
    """Mean factor 1 over 400 days; the day shock alone has a standard error of 0.08 / 20."""
    mean = np.mean([factors(noise, day).mean() for day in range(400)])

    assert mean == pytest.approx(1, abs=0.015)


def test_by_day_streets_take_as_much_more_than_free_flow_as_the_profile_says() -> None:
    """Hours 7 to 20 of a calibrated weekday: 1.39 on average, with noise as without."""
    steps = SpeedProfile.calibrated().steps(np.zeros(LINKS, np.int16), SpeedProfile.flat().modes[0])

    found = np.mean([factors(ALL, day, steps)[7:21].mean() for day in range(400)])

    assert found == pytest.approx(1.39, abs=0.02)


def test_links_spread_as_they_should() -> None:
    """Standard deviation of the logarithm of 400 links an hour: 0.40 in the peak, else 0.25."""
    spread = np.log(factors(TrafficNoise(link=0.25, link_peak=0.40), 1)).std(axis=1)
    in_peak = np.array([hour % 24 in PEAK for hour in range(HOURS)])

    assert spread[in_peak].mean() == pytest.approx(0.40, abs=0.02)
    assert spread[~in_peak].mean() == pytest.approx(0.25, abs=0.02)


def test_a_quiet_day_has_no_peak() -> None:
    """With no hours of peak all hours spread alike."""
    noisy = ALL.on(STEPS, DISTRICTS, Streams(1, 1), peak=())
    same = TrafficNoise(0.08, 0.10, 0.7, 0.25, 0.25).on(STEPS, DISTRICTS, Streams(1, 1))

    assert (noisy.pace == same.pace).all()


def test_a_district_remembers_the_hour_before() -> None:
    """Correlation from hour to hour 0.7, sd 0.10, over 4 districts and 300 days; links as one."""
    noise = TrafficNoise(district=0.10, memory=0.7)
    logs = np.concatenate(
        [np.log(factors(noise, day))[:, :: LINKS // 4].T for day in range(300)]
    )  # rows: a district of a day

    same = np.corrcoef(logs[:, :-1].ravel(), logs[:, 1:].ravel())[0, 1]

    assert same == pytest.approx(0.7, abs=0.03)
    assert logs.std() == pytest.approx(0.10, abs=0.005)
    by_district = factors(noise, 1).reshape(HOURS, 4, -1)
    assert (by_district == by_district[:, :, :1]).all()
    assert len(np.unique(by_district[0, :, 0])) == 4


def test_a_way_across_town_varies_from_day_to_day_as_trips_do() -> None:
    """60 links of two districts at 8 h: a coefficient of variation between 0.1 and 0.25."""
    way = slice(LINKS // 4 - 30, LINKS // 4 + 30)

    taken = np.array([factors(ALL, day)[8, way].sum() for day in range(300)])

    assert 0.1 < taken.std() / taken.mean() < 0.25


def test_each_factor_has_a_stream_of_its_own() -> None:
    """Switching one off leaves the others as they were: all is the product of each alone."""
    alone = [
        TrafficNoise(day=0.08),
        TrafficNoise(district=0.10, memory=0.7),
        TrafficNoise(link=0.25, link_peak=0.40),
    ]

    product = np.prod([factors(noise, 3) for noise in alone], axis=0)

    assert product == pytest.approx(factors(ALL, 3))


def test_the_same_day_is_the_same_and_another_is_not() -> None:
    """Seed and day say it all."""
    assert (factors(ALL, 5) == factors(ALL, 5)).all()
    assert not (factors(ALL, 5) == factors(ALL, 6)).any()


def test_spreads_below_zero_are_refused_all_at_once() -> None:
    """Two numbers, two problems."""
    with pytest.raises(NetworkError) as caught:
        TrafficNoise(day=-0.1, memory=1.5)

    assert len(caught.value.problems) == 2


def test_districts_are_squares_from_the_south_west() -> None:
    """1.5 km are 0.01349 degrees of latitude; at 60 north the same in longitude is 0.02698."""
    lat = np.array([60.0, 60.0, 60.0, 60.014, np.nan])
    lon = np.array([0.0, 0.02, 0.03, 0.0, 0.0])

    assert districts_of(lat, lon).tolist() == [0, 0, 1, 2, 0]


def test_places_nobody_located_are_one_district() -> None:
    """A table of legs without coordinates."""
    assert districts_of(np.full(3, np.nan), np.full(3, np.nan)).tolist() == [0, 0, 0]
