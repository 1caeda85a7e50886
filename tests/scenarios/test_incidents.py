"""What is in the way on a day's streets: accidents that are drawn, closures that are planned."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from networks.network import RoadNetwork
from networks.routing import RoadStreets
from policies.nearest import Nearest
from scenarios.load import Loaded
from scenarios.network import network_of
from scenarios.realise import realise
from twin import run
from twin.errors import ScenarioError
from twin.events import Departed
from twin.model import DRIVE, NodeId
from twin.streets import Closable, Incident
from twin.world import World

H = 3600.0
DAY = "name: d\norders: 5\nfleet: {van: 1}\nnetwork: demo-city\n"


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


MATRIX = (
    "name: d\norders: {csv: orders.csv}\nfleet: {van: 1}\nnetwork: {matrix: legs.csv}\n"
    "depots: {depot: {node: a}}\nnoise: off\n"
)
STOPS = "id,node\no,b\n"
LEGS = "from,to,m,s\na,b,1000,100\nb,a,1000,100\n"


def on_matrix(read: Callable[..., Loaded], given: str) -> World:
    """Return the day of two stops."""
    loaded = read(MATRIX + given, orders=STOPS, legs=LEGS)
    network = network_of(loaded.spec, loaded.base_dir, loaded.tables)
    return realise(loaded.spec, network, 1, 1, loaded.tables)


def test_legs_of_a_table_are_closed_by_the_names_of_their_stops(
    read: Callable[..., Loaded],
) -> None:
    """Stops a and b are nodes 0 and 1: the leg there is edge 1, the leg back edge 2."""
    both = on_matrix(read, "closures: [{between: [{node: a}, {node: b}]}]\n")
    one = on_matrix(read, "closures: [{between: [{node: a}, {node: b}], one_way: true}]\n")

    assert both.incidents[0].edges == (1, 2)
    assert one.incidents[0].edges == (1,)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{between: [{node: a}, {node: c}]}", "has no stop 'c'"),
        ("{between: [{node: a}, {node: a}]}", "both places are at one junction"),
        ("{at: {lat: 0.0, lon: 0.0}, radius: 1 km}", "which has no streets"),
        ("{between: [{lat: 0.0, lon: 0.0}, {node: a}]}", "have no coordinates"),
    ],
)
def test_closures_that_a_table_does_not_know_are_refused(
    given: str, words: str, read: Callable[..., Loaded]
) -> None:
    """In words, with the closure's place in the list."""
    with pytest.raises(ScenarioError) as caught:
        on_matrix(read, f"closures: [{given}]\n")

    (problem,) = caught.value.problems
    assert problem.startswith("closures.0: ")
    assert words in problem


def test_a_van_drives_round_what_is_closed(live: Callable[..., World], town: RoadNetwork) -> None:
    """From junction 220 to its neighbour 221, 200 m away: closed all day, it is 600 m."""
    sites = []
    for node in (220, 221):
        lats, lons = town.coordinates([node])
        sites.append((float(lats[0]), float(lons[0])))
    (depot, door) = sites
    day = (
        "name: d\norders: {csv: orders.csv}\nfleet: {van: 1}\nnetwork: demo-city\nnoise: off\n"
        f"presence: 100 %\ndepots: {{depot: {{lat: {depot[0]}, lon: {depot[1]}}}}}\n"
    )
    orders = f"id,lat,lon\no,{door[0]},{door[1]}\n"
    ends = ", ".join(f"{{lat: {lat}, lon: {lon}}}" for lat, lon in sites)
    closed = live(day + f"closures: [{{between: [{ends}]}}]\n", orders=orders)

    driven_m = [
        sum(event.lengths_m) for event in run(closed, Nearest) if isinstance(event, Departed)
    ]

    assert driven_m == pytest.approx([600, 600], abs=2)
    usual_m = [
        sum(event.lengths_m)
        for event in run(live(day, orders=orders), Nearest)
        if isinstance(event, Departed)
    ]
    assert usual_m == pytest.approx([200, 200], abs=1)
