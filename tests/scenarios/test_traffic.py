"""The streets of a day: noise, weather, what is believed."""

from collections.abc import Callable

import numpy as np
import pytest

from networks.network import RoadNetwork
from networks.routing import RoadStreets
from scenarios.assumptions import assumptions
from scenarios.check import check
from scenarios.load import Loaded
from scenarios.network import network_of
from scenarios.realise import realise
from scenarios.resolve import fill, resolve, to_yaml
from twin.model import BIKE, DRIVE, NodeId
from twin.world import World

H = 3600.0
DAY = "name: d\norders: 5\nfleet: {van: 1}\nnetwork: demo-city\n"
PLANE = (
    "name: d\norders: {csv: orders.csv}\nfleet: {van: 1}\nnetwork: {plane: {}}\n"
    "depots: {depot: {lat: 0.0, lon: 0.0}}\n"
)
ORDERS = "id,lat,lon\na,0.01,0.0\nb,0.02,0.0\n"


def time_s(world: World, at_s: float = 8 * H, mode=DRIVE) -> float:
    """Return how long the way across the small town takes."""
    path = world.travel.path(NodeId(0), NodeId(440), mode, at_s)
    return world.streets.drive(path, mode, at_s)[-1] - at_s


def test_every_day_has_streets_of_its_own_around_the_same_level(live: Callable[..., World]) -> None:
    """8 km across the town at 8 h: free flow 800 s, the profile 1.52 times that.

    60 days with a coefficient of variation of about 0.13 have a mean within 5 %.
    """
    times_s = [time_s(live(DAY, day=day)) for day in range(60)]

    assert len(set(times_s)) == 60
    assert np.mean(times_s) == pytest.approx(800 * 1.52, rel=0.05)
    assert 0.08 < np.std(times_s) / np.mean(times_s) < 0.25


def test_without_noise_streets_keep_to_their_profile(live: Callable[..., World]) -> None:
    """`noise: off` is the day without chance; so is noise and incidents switched off by name."""
    off = live(DAY + "noise: off\n")
    by_name = live(DAY + "traffic: {noise: off, incidents: off}\n")

    assert time_s(off) == pytest.approx(800 * 1.52)
    assert time_s(by_name) == pytest.approx(800 * 1.52)
    assert off.incidents == by_name.incidents == ()


def test_free_flow_has_neither_noise_nor_incidents(live: Callable[..., World]) -> None:
    """No traffic, no accident; what is asked for by name is there all the same."""
    free = live(DAY + "traffic: free flow\n")
    asked = live(DAY + "traffic: {profile: free flow, noise: {day: 30 %}, incidents: 5}\n")

    assert time_s(free) == pytest.approx(800)
    assert free.incidents == ()
    assert time_s(asked) != pytest.approx(800)
    assert asked.incidents


def test_hours_can_be_given_by_class_of_street(live: Callable[..., World]) -> None:
    """Twice the time on every street until noon and three times after it; a Saturday has 0.55.

    Where the groups differ, so do the times: arterials alone slow down less than all.
    """
    calm = "noise: off\n"
    tables = "traffic: {by_class: {motorway: [2, 3], arterial: [2, 3], local: [2, 3]}}\n"
    free = time_s(live(DAY + calm + "traffic: free flow\n"))
    all_alike, others = (
        live(DAY + calm + tables),
        live(DAY + calm + "traffic: {by_class: {others: [2, 3]}}\n"),
    )
    saturday = live(DAY + calm + tables.replace("{by_class", "{day: saturday, by_class"))
    some = live(DAY + calm + "traffic: {by_class: {residential: [2, 3]}}\n")

    assert time_s(all_alike, 8 * H) == time_s(others, 8 * H) == pytest.approx(2 * free)
    assert time_s(all_alike, 13 * H) == pytest.approx(3 * free)
    assert time_s(saturday, 8 * H) == pytest.approx(1.55 * free)
    assert free <= time_s(some, 8 * H) <= 2 * free


def test_switching_one_factor_off_changes_no_other(live: Callable[..., World]) -> None:
    """At 8 h with the day's shock alone, the ratio to the profile is the same at 17 h.

    And accidents are where they were, whatever the noise.
    """
    shock = "{day: 8 %, district: 0 %, link: 0 %, link_peak: 0 %}"
    alone = live(DAY + f"traffic: {{noise: {shock}, incidents: off}}\n")
    whole = live(DAY)
    calm = live(DAY + "traffic: {noise: off}\n")

    shift = time_s(alone, 8 * H) / (800 * 1.52)
    assert shift != 1
    assert time_s(alone, 17 * H) / (800 * 1.58) == pytest.approx(shift)
    assert whole.incidents == calm.incidents


def test_rain_slows_every_mode_and_noise_motor_vehicles_only(live: Callable[..., World]) -> None:
    """A cargo bike needs 1.07 of its time in rain, and the same every dry day."""
    fleet = "name: d\norders: 5\nfleet: {cargo_bike: 1}\nnetwork: demo-city\n"
    dry = time_s(live(fleet), mode=BIKE)

    assert time_s(live(fleet, day=2), mode=BIKE) == dry
    assert time_s(live(fleet + "weather: rain\n"), mode=BIKE) == pytest.approx(1.07 * dry)
    off = DAY + "noise: off\n"
    assert time_s(live(off + "weather: rain\n")) == pytest.approx(1.07 * time_s(live(off)))


def test_weekends_have_no_peak(live: Callable[..., World]) -> None:
    """The spread of links at 8 h on a Sunday is that of any hour."""
    only = (
        "traffic: {noise: {day: 0 %, district: 0 %, link: 10 %, link_peak: 60 %}, incidents: off}\n"
    )

    def spread(date: str) -> float:
        streets = live(DAY + only + f"date: {date}\n").streets
        assert isinstance(streets, RoadStreets)
        return float(np.log(streets.steps(DRIVE).at(8 * H)).std())

    assert spread("2026-01-05") == pytest.approx(0.6, abs=0.05)  # a Monday
    assert spread("2026-01-04") == pytest.approx(0.1, abs=0.01)  # a Sunday


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{believed: everything}", "set `foresight: true` and run the policy oracle"),
        ("{feed_lag: 5 min}", "add `believed: live`"),
        ("{noise: {day: 200 %}}", "outside 0 % to 100 %"),
        ("{incidents: {kinds: {crash: 100 %}}}", "no kind of incident ('crash')"),
        ("{incidents: {per_100_km: -1}}", "out of range (-1)"),
        ("{incidents: {duration: {closed: 1 h}}}", "did you mean 'closure'"),
        ("{noise: loud}", "not a section ('loud')"),
        ("{closures: []}", "it stands at the top"),
        ("{by_class: 1.4}", "no tables by class"),
        ("{by_class: {motorways: [1.2]}}", "did you mean 'motorway'?"),
        ("{by_class: {local: [1.2, 1.3, 1.4, 1.5, 1.6]}}", "local: 5 values, expected a list of"),
        ("{by_class: {local: [1.2, 0]}}", "expected driving time over free-flow time"),
        ("{by_class: {local: [1.2]}, profile: flat}", "by_class beside profile flat"),
        ("{by_class: {local: [1.2]}, level: 50 %}", "by_class beside level"),
    ],
)
def test_what_is_no_traffic_is_refused(
    given: str, words: str, problems: Callable[..., list[str]]
) -> None:
    """With what was found and what was expected."""
    (problem,) = problems(DAY + f"traffic: {given}\n")

    assert words in problem


def test_live_beliefs_come_with_a_lag(live: Callable[..., World]) -> None:
    """Default five minutes; usual speeds before the day is seen, and for who does not ask."""
    world = live(DAY + "traffic: {believed: live}\n")

    assert live(DAY).feed is None
    assert world.feed is not None
    assert world.feed.travel(0.0) is world.travel
    at_s = 10 * H
    seen = world.feed.travel(at_s + 300)
    path = seen.path(NodeId(0), NodeId(440), DRIVE, at_s)
    assert path == world.travel.path(NodeId(0), NodeId(440), DRIVE, at_s)
    assert seen.drive(path, DRIVE, at_s)[-1] == pytest.approx(
        world.streets.drive(path, DRIVE, at_s)[-1]
    )
    assert world.feed.travel(at_s + 299) is not seen


def test_legs_have_the_noise_of_the_day_and_of_hours(read: Callable[..., Loaded]) -> None:
    """A plane has neither links nor accidents, and says so when it is resolved."""
    spec = fill(read(PLANE, orders=ORDERS).spec)

    assert spec.traffic.noise is not None
    assert spec.traffic.incidents is not None
    assert (spec.traffic.noise.day, spec.traffic.noise.link) == (0.08, 0)
    assert spec.traffic.incidents.per_100_km == 0


def test_noise_of_links_and_incidents_need_streets(problems: Callable[..., list[str]]) -> None:
    """Asked for by name on straight lines, they are refused by name."""
    given = "traffic: {noise: {link: 25 %}, incidents: 1}\n"

    found = problems(PLANE + given, orders=ORDERS)

    assert any("traffic.noise.link: of pieces of street" in problem for problem in found)
    assert any("traffic.incidents: they happen on streets" in problem for problem in found)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "traffic: {noise: off, incidents: off}\n",
        "traffic: {by_class: {local: [1.5, 2.5], others: [1.1]}}\n",
        "traffic: {believed: live, noise: {day: 12 %}, incidents: {duration: {closure: 2 h}}}\n",
        "closures: [{at: {lat: 0.01, lon: 0.01}, radius: 1 km, when: 22:00-26:00}]\n",
        "weather: {kind: drawn, rain: {driving: 1.3}}\nnoise: off\n",
    ],
)
def test_a_resolved_scenario_has_the_same_streets(
    given: str, read: Callable[..., Loaded], live: Callable[..., World]
) -> None:
    """Written out and read again: the same speeds, incidents and beliefs."""
    text = to_yaml(resolve(read(DAY + given).spec))

    first, again = live(DAY + given), live(text)

    assert first.incidents == again.incidents
    assert time_s(first) == time_s(again)
    assert (first.feed is None) == (again.feed is None)
    assert to_yaml(resolve(read(text).spec)) == text


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("", {"level", "day", "district", "memory", "link", "link_peak", "incidents"}),
        ("noise: off\n", {"level"}),
        ("traffic: free flow\n", set()),
        ("traffic: {noise: off}\n", {"level", "incidents"}),
        ("traffic: {noise: {day: 5 %}, incidents: off}\n",
         {"level", "district", "memory", "link", "link_peak"}),
    ],
)  # fmt: skip
def test_only_defaults_that_are_in_force_are_told(
    given: str, named: set[str], read: Callable[..., Loaded]
) -> None:
    """What a scenario says itself, or leaves out altogether, rests on no default."""
    found = [one.setting.split(".") for one in assumptions(read(DAY + given))]

    traffic = {path[2] if path[1] == "noise" else path[1] for path in found if path[0] == "traffic"}
    assert traffic == named


def test_check_counts_what_is_in_the_way(live: Callable[..., World], town: RoadNetwork) -> None:
    """One planned closure; the accidents of the first day beside it."""
    at = "{at: {lat: 0.0, lon: 0.0}, radius: 1 km}"
    world = live(DAY + f"closures: [{at}]\ntraffic: {{incidents: 5}}\n")

    facts = check(world, town).facts

    assert facts["closures"] == 1
    assert facts["incidents"] == len(world.incidents) - 1 > 0


def test_on_straight_lines_all_legs_are_slow_together(read: Callable[..., Loaded]) -> None:
    """A factor of the day and of each hour: 60 days around the profile, all legs of one alike."""
    loaded = read(PLANE, orders=ORDERS)
    network = network_of(loaded.spec, loaded.base_dir, loaded.tables)
    legs = [(0, 1), (1, 2), (2, 0)]
    found = []
    for day in range(60):
        world = realise(loaded.spec, network, 1, day, loaded.tables)
        usual = world.travel.rows([0, 1, 2], [0, 1, 2], DRIVE, 8 * H)
        paths = [world.travel.path(NodeId(a), NodeId(b), DRIVE, 0.0) for a, b in legs]
        taken_s = [world.streets.drive(path, DRIVE, 8 * H)[-1] - 8 * H for path in paths]
        ratios = [taken_s[k] / usual[leg] for k, leg in enumerate(legs)]
        assert ratios == pytest.approx([ratios[0]] * 3)
        found.append(ratios[0])

    assert np.mean(found) == pytest.approx(1, abs=0.06)
    assert 0.08 < np.std(found) < 0.18  # sqrt(0.08^2 + 0.10^2) = 0.128
