"""The streets of a day: speeds with their noise, what is in the way, and what is believed."""

from dataclasses import dataclass

from networks.live import LiveFeed, StepsByMode
from networks.network import Network
from networks.noise import PEAK, TrafficNoise
from networks.traffic import SpeedProfile, SpeedSteps
from scenarios.demand import Chance
from scenarios.incidents import accidents, planned
from scenarios.localday import LocalDay
from scenarios.schema import ScenarioSpec
from scenarios.schema_traffic import NO_NOISE, NoiseSpec
from scenarios.weather import WeatherDay
from twin.model import Mode
from twin.rng import Streams
from twin.streets import Closable, Feed, Incident, Travel


@dataclass(frozen=True, slots=True)
class TrafficDay:
    """What a day's streets are.

    Attributes
    ----------
    feed
        Live beliefs; None where policies believe the same all day.
    """

    streets: Closable
    incidents: tuple[Incident, ...]
    feed: Feed | None


def believed_travel(spec: ScenarioSpec, network: Network) -> Travel:
    """Return what policies of a scenario may believe of the streets before a day begins."""
    if spec.traffic.believed == "free flow":
        return network.travel(SpeedProfile.flat())
    return network.travel(_profile(spec, LocalDay(spec.date, spec.time_zone)))


def traffic_of(  # noqa: PLR0917
    spec: ScenarioSpec,
    network: Network,
    travel: Travel,
    weather: WeatherDay,
    chance: Chance,
    begins_at_s: float,
) -> TrafficDay:
    """Return the streets of a day of a filled scenario.

    Speeds are the profile's, times the weather's factor for all, times noise for the modes that
    traffic slows; what lessens the speed of a street is in them.

    Parameters
    ----------
    travel
        What `believed_travel` gave: ways are its ways.
    begins_at_s
        Of the day: incidents that are over by then are nobody's concern.

    Raises
    ------
    ScenarioError
        If closures cannot be found on the network; all of them at once.
    """
    local = LocalDay(spec.date, spec.time_zone)
    profile = _profile(spec, local)
    incidents = planned(spec.closures, network, travel, local, begins_at_s)
    if spec.noise == "on" and spec.traffic.incidents is not None:
        drawn = accidents(spec.traffic.incidents, network, chance)
        incidents += tuple(one for one in drawn if one.ends_at_s > begins_at_s)
    actual = _actual(spec, network, incidents, weather, chance)
    feed = None
    if spec.traffic.believed == "live":
        usual = {mode: network.steps(profile, mode) for mode in network.modes}
        lag_s = spec.traffic.feed_lag_s
        assert lag_s is not None  # noqa: S101, the scenario is filled
        feed = LiveFeed(usual, actual, lag_s, travel, lambda steps: network.travel(steps, travel))
    return TrafficDay(network.streets(actual, travel), incidents, feed)


def _actual(
    spec: ScenarioSpec,
    network: Network,
    incidents: tuple[Incident, ...],
    weather: WeatherDay,
    chance: Chance,
) -> StepsByMode:
    """Return the speeds of a day."""
    local = LocalDay(spec.date, spec.time_zone)
    profile = _profile(spec, local)
    spells = [
        (one.edges, (one.begins_at_s, one.ends_at_s, one.speed)) for one in incidents if one.speed
    ]
    actual: dict[Mode, SpeedSteps] = {}
    for mode in network.modes:
        steps = network.steps(profile, mode)
        if weather.driving != 1:
            steps = steps.slower(weather.driving)
        if mode in profile.modes:
            noise = spec.traffic.noise
            if spec.noise == "on" and noise is not None and noise != NO_NOISE:
                steps = _noise(noise).on(
                    steps,
                    network.districts(),
                    Streams(chance.seed, chance.day),
                    PEAK if _kind_of_day(spec, local) == "weekday" else (),
                )
            steps = steps.with_spells(spells)
        actual[mode] = steps
    return actual


def _profile(spec: ScenarioSpec, local: LocalDay) -> SpeedProfile:
    """Return the speeds of an ordinary day of its kind."""
    traffic = spec.traffic
    if traffic.profile == "free flow":
        return SpeedProfile.flat()
    if traffic.profile == "flat":
        return SpeedProfile.of_times({}, [1 + traffic.level])
    if traffic.by_class:
        return SpeedProfile.by_class(traffic.by_class, _kind_of_day(spec, local))
    return SpeedProfile.calibrated(traffic.level, _kind_of_day(spec, local))


def _kind_of_day(spec: ScenarioSpec, local: LocalDay) -> str:
    return local.kind if spec.traffic.day == "by date" else spec.traffic.day


def _noise(given: NoiseSpec) -> TrafficNoise:
    return TrafficNoise(given.day, given.district, given.memory, given.link, given.link_peak)
