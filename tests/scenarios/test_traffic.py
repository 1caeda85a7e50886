"""The streets of a day: noise, what is in the way, what is believed."""

from collections import Counter
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
from twin.streets import Closable, Incident
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


# Incidents


def drawn(live: Callable[..., World], days: int, rate: float = 5) -> list[Incident]:
    """Return the incidents of many days."""
    text = DAY + f"traffic: {{incidents: {rate}}}\ndispatch: {{plans_at: 00:00}}\n"
    return [one for day in range(days) for one in live(text, day=day).incidents]


def test_incidents_come_as_often_as_the_length_of_streets_says(live: Callable[..., World]) -> None:
    """336 km of directed street, 5 on 100 km: 16.8 a day, Poisson; 60 days within 3 deviations."""
    days = 60
    mean = 336 * 5 / 100

    counts = Counter(0 for _ in drawn(live, days))

    assert counts[0] == pytest.approx(days * mean, abs=3 * (days * mean) ** 0.5)


def test_incidents_have_their_mix_hours_and_lengths(live: Callable[..., World]) -> None:
    """About 1,000 of them: 75 % beside the lanes at 0.81 of the speed and 34 min long."""
    found = drawn(live, 60)
    beside = [one for one in found if one.speed == 0.81]
    lasts_min = [(one.ends_at_s - one.begins_at_s) / 60 for one in beside]
    hours = Counter(int(one.begins_at_s // H) for one in found)

    assert len(beside) / len(found) == pytest.approx(0.75, abs=0.05)
    assert np.mean(lasts_min) == pytest.approx(34, abs=2)
    assert np.std(lasts_min) == pytest.approx(15, abs=2.5)
    assert hours[17] > 5 * hours[3]
    told_min = [(one.known_at_s - one.begins_at_s) / 60 for one in beside]
    assert np.median(told_min) == pytest.approx(5, abs=0.7)
    assert all(one.begins_at_s <= one.known_at_s <= one.ends_at_s for one in found)


def test_two_lanes_of_a_narrow_street_are_all_of_it(
    live: Callable[..., World], town: RoadNetwork
) -> None:
    """3 % of two lanes and 2 % closed: both close the street, in both directions."""
    closed = [one for one in drawn(live, 60) if not one.speed]
    graph = town.graph

    assert closed
    for one in closed:
        first, second = one.edges
        assert graph.edge_from[first] == graph.edge_to[second]
        assert graph.edge_to[first] == graph.edge_from[second]


def test_what_slows_a_street_is_in_its_speed(live: Callable[..., World]) -> None:
    """Half way through an incident its edge takes 1 / speed of what it takes in a day without."""
    text = DAY + "traffic: {noise: off, incidents: 5}\n"
    world, without = live(text), live(DAY + "noise: off\n")
    slowed = [one for one in world.incidents if one.speed]

    assert slowed
    for one in slowed:
        at_s = (one.begins_at_s + one.ends_at_s) / 2
        streets, plain = world.streets, without.streets
        assert isinstance(streets, RoadStreets)
        assert isinstance(plain, RoadStreets)
        ratio = streets.steps(DRIVE).at(at_s) / plain.steps(DRIVE).at(at_s)
        assert ratio[one.edges[0]] == pytest.approx(1 / one.speed)


def test_one_more_incident_moves_no_other(live: Callable[..., World]) -> None:
    """Twice the rate: the first ones are where and when they were."""
    few = live(DAY + "traffic: {incidents: 2}\n").incidents
    many = {one.id: one for one in live(DAY + "traffic: {incidents: 4}\n").incidents}

    assert few
    assert all(many[one.id] == one for one in few)


# Closures


def middle(town: RoadNetwork) -> tuple[float, float]:
    """Return where junction 220, the middle of the town, is."""
    lats, lons = town.coordinates([220])
    return float(lats[0]), float(lons[0])


def test_a_circle_closes_the_streets_that_end_in_it(
    live: Callable[..., World], town: RoadNetwork
) -> None:
    """120 m around a junction of 200 m blocks: its four streets, in both directions."""
    lat, lon = middle(town)
    at = f"{{at: {{lat: {lat}, lon: {lon}}}, radius: 90 m, when: 10:00-12:00, name: works}}"

    (works,) = live(DAY + f"noise: off\nclosures: [{at}]\n").incidents

    graph = town.graph
    touching = np.flatnonzero((graph.edge_from == 220) | (graph.edge_to == 220))
    assert list(works.edges) == touching.tolist()
    assert (works.kind, works.speed) == ("works", 0)
    assert (works.begins_at_s, works.ends_at_s, works.known_at_s) == (10 * H, 12 * H, 0)


def test_a_street_between_two_places_is_closed_in_both_directions_or_in_one(
    live: Callable[..., World], town: RoadNetwork
) -> None:
    """From junction 220 to its neighbour 221; whoever drives there goes round."""
    sites = []
    for node in (220, 221):
        lats, lons = town.coordinates([node])
        sites.append(f"{{lat: {lats[0]}, lon: {lons[0]}}}")
    between = f"between: [{', '.join(sites)}]"

    both = live(DAY + f"noise: off\nclosures: [{{{between}, known_at: 09:30}}]\n")
    one = live(DAY + f"noise: off\nclosures: [{{{between}, one_way: true}}]\n")

    graph = town.graph
    ends = [(int(graph.edge_from[e]), int(graph.edge_to[e])) for e in both.incidents[0].edges]
    assert sorted(ends) == [(220, 221), (221, 220)]
    assert both.incidents[0].known_at_s == 9.5 * H
    (edge,) = one.incidents[0].edges
    assert (graph.edge_from[edge], graph.edge_to[edge]) == (220, 221)
    streets: Closable = both.streets  # type: ignore[assignment]
    round_ = streets.way_round(
        NodeId(220), NodeId(221), DRIVE, 0.0, frozenset(both.incidents[0].edges)
    )
    assert sum(round_.lengths_m) == pytest.approx(3 * 200, abs=1)


def test_a_narrowing_slows_motor_vehicles(live: Callable[..., World], town: RoadNetwork) -> None:
    """40 % of the speed is left: the first block of the way takes 2.5 times as long."""
    lat, lon = (float(part[0]) for part in town.coordinates([0]))
    narrow = f"closures: [{{at: {{lat: {lat}, lon: {lon}}}, radius: 50 m, speed: 40 %}}]\n"
    world, without = live(DAY + "noise: off\n" + narrow), live(DAY + "noise: off\n")
    path = world.travel.path(NodeId(0), NodeId(1), DRIVE, 12 * H)

    taken_s = world.streets.drive(path, DRIVE, 12 * H)[-1] - 12 * H
    usual_s = without.streets.drive(path, DRIVE, 12 * H)[-1] - 12 * H

    assert taken_s == pytest.approx(2.5 * usual_s)


def test_a_closure_that_is_over_before_the_day_is_none(live: Callable[..., World]) -> None:
    """Works from 01:00 to 03:00, and the day begins at 06:00; but the place is looked at."""
    at = "{at: {lat: 0.0, lon: 0.0}, radius: 1 km, when: 01:00-03:00}"

    assert live(DAY + f"noise: off\nclosures: [{at}]\n").incidents == ()


def test_closures_that_are_nowhere_are_refused_all_at_once(live: Callable[..., World]) -> None:
    """A circle without streets, and a way that begins far from any junction."""
    from twin.errors import ScenarioError  # noqa: PLC0415

    nowhere = "{at: {lat: 50.0, lon: 8.0}, radius: 100 m}"
    far = "{between: [{lat: 50.0, lon: 8.0}, {lat: 0.0, lon: 0.0}]}"

    with pytest.raises(ScenarioError) as caught:
        live(DAY + f"closures: [{nowhere}, {far}]\n")

    first, second = caught.value.problems
    assert "closures.0: at: no street within 100 m" in first
    assert "closures.1: between:" in second


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{at: {lat: 0.0, lon: 0.0}}", "add `radius:`"),
        ("{radius: 10 m}", "either at and radius, or between"),
        ("{at: {lat: 0.0, lon: 0.0}, radius: 10 m, one_way: true}", "one_way says nothing"),
        (
            "{at: {lat: 0.0, lon: 0.0}, radius: 10 m, when: 10:00-11:00, known_at: 11:30}",
            "known when it is over (11:30), expected by 11:00",
        ),
    ],
)
def test_a_closure_that_says_too_little_or_too_much_is_refused(
    given: str, words: str, problems: Callable[..., list[str]]
) -> None:
    """In words, with the way out."""
    (problem,) = problems(DAY + f"closures: [{given}]\n")

    assert words in problem


# Beliefs


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{believed: everything}", "for the oracle only"),
        ("{feed_lag: 5 min}", "add `believed: live`"),
        ("{noise: {day: 200 %}}", "outside 0 % to 100 %"),
        ("{incidents: {kinds: {crash: 100 %}}}", "no kind of incident ('crash')"),
        ("{incidents: {per_100_km: -1}}", "out of range (-1)"),
        ("{incidents: {duration: {closed: 1 h}}}", "did you mean 'closure'"),
        ("{noise: loud}", "not a section ('loud')"),
        ("{closures: []}", "it stands at the top"),
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
