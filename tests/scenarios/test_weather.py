"""The weather of a day."""

from collections import Counter
from collections.abc import Callable

import pytest

from scenarios.load import Loaded
from scenarios.weather import WeatherDay, weather_of

DAY = "name: d\norders: 5\nfleet: {van: 1}\nnetwork: demo-city\n"


def test_an_ordinary_day_is_dry_and_changes_nothing(read: Callable[..., Loaded]) -> None:
    """Without a word on it, every factor is 1."""
    assert weather_of(read(DAY).spec, 1, 1) == WeatherDay("dry", 1, 1, 1, 1, 1)


def test_a_kind_brings_its_factors_and_a_given_one_goes_before(read: Callable[..., Loaded]) -> None:
    """Rain: 1.07 on driving by default, 1.2 where the scenario says so; the others stay."""
    plain = weather_of(read(DAY + "weather: rain").spec, 1, 1)
    own = weather_of(read(DAY + "weather: {kind: rain, rain: {driving: 1.2}}").spec, 1, 1)

    assert (plain.kind, plain.driving, plain.service) == ("rain", 1.07, 1.03)
    assert (own.driving, own.service) == (1.2, 1.03)


def test_drawn_days_come_in_the_shares_given(read: Callable[..., Loaded]) -> None:
    """Of 2,000 days a quarter is rainy: 500, standard deviation 19, so within 430 to 570."""
    shares = "{kind: drawn, shares: {dry: 70 %, rain: 25 %, snow: 5 %}}"
    spec = read(DAY + f"weather: {shares}").spec

    found = Counter(weather_of(spec, 1, day).kind for day in range(2000))

    assert 430 < found["rain"] < 570
    assert set(found) == {"dry", "rain", "snow"}


def test_the_weather_depends_on_seed_and_day_only(read: Callable[..., Loaded]) -> None:
    """Twice the demand is under the same sky."""
    once = read(DAY + "weather: drawn").spec
    twice = read(DAY.replace("orders: 5", "orders: 10") + "weather: drawn").spec

    kinds = [weather_of(once, 1, day).kind for day in range(50)]

    assert kinds == [weather_of(twice, 1, day).kind for day in range(50)]
    assert kinds != [weather_of(once, 2, day).kind for day in range(50)]


def test_without_noise_the_drawn_weather_is_the_likeliest(read: Callable[..., Loaded]) -> None:
    """A kind that is set stays: only chance is switched off."""
    shares = "{kind: drawn, shares: {dry: 30 %, rain: 70 %}}"

    drawn = read(DAY + f"noise: off\nweather: {shares}").spec
    stays = read(DAY + "noise: off\nweather: storm").spec

    assert {weather_of(drawn, 1, day).kind for day in range(20)} == {"rain"}
    assert weather_of(stays, 1, 1).kind == "storm"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("hail", "not an option ('hail')"),
        ("{kind: drawn, shares: {dri: 100 %}}", "no kind of weather ('dri'); did you mean 'dry'?"),
        ("{kind: drawn, shares: {dry: 90 %}}", "shares add up to 90 %"),
        ("{kind: rain, rain: {driving: 0}}", "too small (0)"),
    ],
)
def test_what_is_no_weather_is_refused(
    given: str, words: str, problems: Callable[..., list[str]]
) -> None:
    """With what was found and what was expected."""
    (problem,) = problems(DAY + f"weather: {given}")

    assert words in problem
