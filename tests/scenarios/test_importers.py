"""Instances of the literature as days."""

import json
from contextlib import suppress
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.grid import grid_town
from networks.network import RoadNetwork
from scenarios.importers.dpdp import read_dpdp
from scenarios.importers.loggibud import read_loggibud
from scenarios.importers.vrp import distance_table
from scenarios.importers.vrplib import read_solution, read_vrplib
from scenarios.load import load_text
from scenarios.network import network_of
from scenarios.realise import realise
from twin.errors import ScenarioError
from twin.model import Load, TimeWindow
from twin.units import DAY_S

TINY = """\
NAME : tiny
TYPE : VRPTW
DIMENSION : 3
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 1 1
DEMAND_SECTION
1 0
2 4
3 6
TIME_WINDOW_SECTION
1 0 100
2 10 20
3 0 100
DEPOT_SECTION
1
-1
EOF
"""
SOLOMON = """\
C000

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       100          0
    1      3         4          4         10        20          5
    2      1         1          6          0       100          5
"""
STARTS = [98, 107, 10, 66, 130]


def lived(folder, orders):
    loaded = load_text(f"name: x\norders: {orders}\n", "day.yaml", folder)
    network = network_of(loaded.spec, folder, loaded.tables)
    return network, realise(loaded.spec, network, 1, 1, loaded.tables)


def test_a_vrplib_file_is_a_day_with_all_noise_off(tmp_path):
    """One unit is 60 s and a kilometre: stop 1 lies at distance 5, window 10 to 20."""
    (tmp_path / "tiny.vrp").write_text(TINY)

    network, world = lived(tmp_path, "{vrplib: tiny.vrp}")

    first, second = world.orders
    assert (first.id, first.load, first.window) == ("1", Load(4000, 0, 1), TimeWindow(600, 1200))
    assert world.visits[first.customer].fixed_s == (300,)
    assert world.presence == {}
    assert world.service_classes["standard"].hard_window
    assert [v.capacity.grams for v in world.vehicles] == [10_000, 10_000]
    assert world.duties[0].shift == TimeWindow(0, 6000)
    ends = [world.places[p].nodes["drive"] for p in ("depot", first.customer, second.customer)]
    assert world.travel.between(ends[0], ends[1], "drive", 0.0) == 300  # 5 units
    assert network.metres[ends[0], ends[2]] == 1400  # floor(10 sqrt 2) / 10 km


def test_solomons_table_is_the_same_instance(tmp_path):
    """The same numbers in the other format."""
    (tmp_path / "tiny.vrp").write_text(TINY)
    (tmp_path / "tiny.txt").write_text(SOLOMON)

    one = read_vrplib(tmp_path / "tiny.vrp", "tiny.vrp")
    other = read_vrplib(tmp_path / "tiny.txt", "tiny.txt")

    assert np.array_equal(one.coordinates, other.coordinates)
    assert np.array_equal(one.demands, other.demands)
    assert np.array_equal(one.windows, other.windows)
    assert np.array_equal(one.services, other.services)
    assert one.capacities == other.capacities


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("DIMENSION : 3", "DIMENSION : three", "tiny.vrp:3: DIMENSION is 'three'"),
        ("DIMENSION : 3", "DIMENSION : 4", "NODE_COORD_SECTION lacks 1 of 4 ids, the first 4"),
        ("EUC_2D", "GEO", "tiny.vrp:7: EDGE_WEIGHT_TYPE 'GEO', expected EUC_2D or EXPLICIT"),
        ("2 3 4", "2 3", "tiny.vrp:10: 2 numbers in NODE_COORD_SECTION, expected 3"),
        ("2 3 4", "2 3 nan", "tiny.vrp:10: '2 3 nan' in NODE_COORD_SECTION, expected numbers"),
        ("2 3 4", "2 3 1e999", "expected numbers"),
        ("3 1 1", "2 1 1", "tiny.vrp:11: id 2 stands twice"),
        ("3 1 1", "9 1 1", "tiny.vrp:11: id 9 in NODE_COORD_SECTION, expected 1 to 3"),
        ("2 10 20", "2 20 10", "stop 1 has a window that closes before it opens"),
        ("2 4", "2 -4", "stop 1 has a negative demand"),
        ("CAPACITY : 10", "CAPACITY : 0", "tiny.vrp:5: CAPACITY is '0'"),
        ("1\n-1", "2\n-1", "depots [2], expected one, the first stop"),
        ("TYPE : VRPTW", "COLOUR : red", "tiny.vrp:2: setting 'COLOUR' is not read"),
        ("DEMAND_SECTION", "BACKHAUL_SECTION", "'BACKHAUL_SECTION' is not read"),
    ],
)
def test_a_bad_vrplib_file_is_told_with_its_line(tmp_path, old, new, said):
    """What is not read is refused: a section left out would be another problem."""
    (tmp_path / "tiny.vrp").write_text(TINY.replace(old, new, 1))

    with pytest.raises(ScenarioError) as caught:
        read_vrplib(tmp_path / "tiny.vrp", "tiny.vrp")

    assert said in str(caught.value)


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, len(TINY)), text=st.text(alphabet="0129 -:\nA_é", max_size=12))
def test_any_vrplib_file_is_read_or_refused(tmp_path_factory, at, text):
    """A good file with anything put in anywhere."""
    path = tmp_path_factory.mktemp("vrp") / "x.vrp"
    path.write_text(TINY[:at] + text + TINY[at:], encoding="utf-8")

    with suppress(ScenarioError):
        assert len(read_vrplib(path, "x.vrp").demands) >= 2


@pytest.mark.parametrize(("name", "cost"), [("VRPTW_C1_10_1", 42_444.8), ("VRPTW_RC208", 776.1)])
def test_published_solutions_cost_what_they_say(data_dir, name, cost):
    """The sum of given distances of the best known routes, to the tenth."""
    folder = data_dir / "vrp_benchmarks"
    routes, stated = read_solution(folder / f"{name}.sol", name)
    tenths = np.rint(distance_table(read_vrplib(folder / f"{name}.vrp", name), "tenths") * 10)

    ways = [["0", *route, "0"] for route in routes]
    total = sum(int(tenths[int(a), int(b)]) for way in ways for a, b in pairwise(way))

    assert total / 10 == stated == cost


def test_vehicles_of_different_kinds_cost_what_the_solution_says(data_dir):
    """256 stops, fixed cost and cost per distance by vehicle; costs are in hundredths."""
    folder = data_dir / "vrp_benchmarks"
    network, world = lived(folder, "{vrplib: HFVRP_X256-FSMF.vrp, rounding: none}")
    routes, stated = read_solution(folder / "HFVRP_X256-FSMF.sol", "sol")

    total = 0.0
    for vehicle, route in zip(world.vehicles, routes, strict=True):
        km = sum(network.metres[a, b] for a, b in pairwise([0, *map(int, route), 0])) / 1000
        day, per_km = (
            float(rates[vehicle.type])
            for rates in (world.rates.vehicle_day, world.rates.vehicle_km)
        )
        total += day + km * per_km if route else 0.0

    assert total / 100 == pytest.approx(stated, abs=0.005)  # stated to the cent


def test_a_solution_that_is_none_is_told(tmp_path):
    """With the line."""
    (tmp_path / "x.sol").write_text("Route #1: 1 2\nRoute #2: \nCost 3\nhello\n")

    with pytest.raises(ScenarioError, match=r"x\.sol:4: 'hello'"):
        read_solution(tmp_path / "x.sol", "x.sol")


def loggibud(folder, **changes):
    day = {
        "name": "tiny",
        "origin": {"lng": 0.0, "lat": 0.001},
        "vehicle_capacity": 5,
        "deliveries": [
            {"id": "a", "point": {"lng": 0.001, "lat": 0.001}, "size": 3},
            {"id": "b", "point": {"lng": 0.002, "lat": 0.001}, "size": 4},
        ],
    }
    (folder / "day.json").write_text(json.dumps(day | changes))
    return folder / "day.json"


def test_loggibud_brings_hub_orders_and_vehicles(tmp_path):
    """Sizes are parcels; 7 parcels in vans of 5 need two, and one more stands ready."""
    loggibud(tmp_path)
    loaded = load_text(
        "name: x\nnetwork: demo-city\norders: {loggibud: day.json}\n", "day.yaml", tmp_path
    )

    world = realise(loaded.spec, RoadNetwork(grid_town(4)), 1, 1, loaded.tables)

    assert [(o.id, o.load.parcels) for o in world.orders] == [("a", 3), ("b", 4)]
    assert [v.capacity.parcels for v in world.vehicles] == [5, 5, 5]
    assert world.places["depot"].lat == 0.001


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"origin": None}, "origin: nothing, expected lat and lng"),
        ({"origin": {"lat": 100, "lng": 0}}, "origin: a mapping of 2 keys"),
        ({"vehicle_capacity": 0}, "vehicle_capacity: 0, expected a whole number from 1"),
        ({"deliveries": {}}, "deliveries: an empty mapping, expected a list"),
        ({"deliveries": [3]}, "deliveries[0]: 3, expected an object"),
        ({"max_hubs": 3}, "max_hubs: a field that is not honoured, expected only name, region"),
        (
            {"deliveries": [{"id": "a", "point": {"lat": 0, "lng": 0}, "size": 1, "window": 9}]},
            "deliveries[0].window: a field that is not honoured",
        ),
        (
            {"deliveries": [{"id": "a", "point": {"lat": 0, "lng": 0}, "size": 1.5}]},
            "deliveries[0].size: 1.5",
        ),
    ],
)
def test_a_bad_loggibud_file_is_told_with_its_place(tmp_path, changes, said):
    """Which delivery, which key."""
    path = loggibud(tmp_path, **changes)

    with pytest.raises(ScenarioError) as caught:
        read_loggibud(path, "day.json", TimeWindow(0, 1))

    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"a": NaN}', "\ufeff", "9" * 9999])
def test_what_is_no_json_is_refused(tmp_path, text):
    """Neither deep nesting nor NaN is a way around."""
    (tmp_path / "x.json").write_text(text, encoding="utf-8")

    with pytest.raises(ScenarioError, match=r"x\.json"):
        read_loggibud(tmp_path / "x.json", "x.json", TimeWindow(0, 1))


def test_two_deliveries_of_one_id_are_two_orders(tmp_path):
    """Published files have a few; none is lost."""
    twice = [{"id": "a", "point": {"lat": 0, "lng": 0}, "size": 1}] * 3

    day = read_loggibud(loggibud(tmp_path, deliveries=twice), "day.json", TimeWindow(0, 1))

    assert [request.id for request in day.requests] == ["a", "a#2", "a#3"]


def test_real_loggibud_files_are_read(data_dir):
    """Both instances, hub and all deliveries near Rio."""
    for name in ("cvrp-0-rj-0", "cvrp-0-rj-3"):
        path = data_dir / "loggibud_rio" / f"{name}.json"
        day = read_loggibud(path, name, TimeWindow(0, 1))
        assert day.name == name
        assert all(vehicle.parcels == 180 for vehicle in day.vehicles)
        assert len(day.requests) == len(json.loads(path.read_text())["deliveries"])


def test_a_dpdp_day_splits_orders_into_items(data_dir):
    """95 items of 50 orders; five vehicles begin empty at the factories of their rows."""
    network, world = lived(data_dir, f"{{dpdp: dpdp_huawei, instance: 1, starts: {STARTS}}}")

    assert len(world.orders) == 95
    assert network.node_count == 154
    assert [world.places[v.starts_at].nodes["drive"] for v in world.vehicles] == STARTS
    assert all(v.ends_at is None and v.capacity.grams == 15_000 for v in world.vehicles)
    assert not world.rules.preloaded
    assert world.rules.begins_at_s == 0
    for order in world.orders:
        assert order.load_s == order.unload_s == 240 * order.load.grams / 1000
        assert order.promise.closes_at_s > order.placed_at_s
        for place in (order.origin, order.destination):
            assert world.visits[place].fixed_s == (1800,)
            assert world.places[place].docks is not None
    # The first order of the file is one item of half a pallet, created at 00:03:48.
    first = world.orders[0]
    assert (first.id, first.placed_at_s, first.load.grams) == ("0003480001-1", 228, 500)


def test_a_committed_time_before_the_creation_is_of_the_next_day(data_dir):
    """Orders created after 20:00 are due four hours later, past midnight."""
    day = read_dpdp(data_dir / "dpdp_huawei", "dpdp", 1, STARTS)

    late = [request for request in day.requests if request.promise.closes_at_s > DAY_S]
    assert late
    assert all(request.placed_at_s > 19 * 3600 for request in late)


def test_dpdp_starts_must_fit_the_vehicles(data_dir):
    """One row for each vehicle, and rows that exist."""
    folder = data_dir / "dpdp_huawei"
    with pytest.raises(ScenarioError, match="2 starts for 5 vehicles"):
        read_dpdp(folder, "dpdp", 1, [1, 2])
    with pytest.raises(ScenarioError, match="start at row 154, expected 0 to 153"):
        read_dpdp(folder, "dpdp", 1, [154, 1, 2, 3, 4])
    with pytest.raises(ScenarioError, match="0 files instance_7"):
        read_dpdp(folder, "dpdp", 7, [])
