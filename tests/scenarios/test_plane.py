"""Straight lines for days without a map."""

import numpy as np
import pytest

from scenarios.network import network_of
from scenarios.plane import projected
from scenarios.realise import realise
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE

PLANE = """\
name: x
network: {plane: {detour: 1.5, speed: 36 km/h, bike_speed: 18 km/h}}
orders: {csv: orders.csv}
depots: {depot: {lat: 60, lon: 179.99}}
fleet: {van: 1, cargo_bike: 1}
traffic: free flow
"""
ORDERS = "id,lat,lon\n1,60.01,179.99\n2,60,-179.99\n"
"""One order a hundredth of a degree north, one two hundredths east, across the date line."""


def lived(read, text, *overrides, **files):
    loaded = read(text, *overrides, **files)
    network = network_of(loaded.spec, loaded.base_dir, loaded.tables)
    return network, realise(loaded.spec, network, 1, 1, loaded.tables)


def test_legs_are_straight_lines_times_the_detour_at_the_speed_of_the_mode(read):
    """0.01 degrees are 1,112 m north, and 0.02 at latitude 60 as many east: cos 60 is 1/2."""
    network, world = lived(read, PLANE, orders=ORDERS)

    depot, north, east = (
        world.places[place].nodes for place in ("depot", *(o.customer for o in world.orders))
    )
    leg_m = 0.01 * np.pi / 180 * 6_371_008.8  # 1,111.95
    for end in (north, east):
        path = world.travel.path(depot[DRIVE], end[DRIVE], DRIVE, 0.0)
        assert sum(path.lengths_m) == pytest.approx(1.5 * leg_m, rel=1e-6)
        assert world.travel.between(depot[DRIVE], end[DRIVE], DRIVE, 0) == pytest.approx(
            1.5 * leg_m / 10, rel=1e-6
        )
        assert world.travel.between(depot[BIKE], end[BIKE], BIKE, 0) == pytest.approx(
            1.5 * leg_m / 5, rel=1e-6
        )
    assert network.node_count == 3
    assert all(place.snap_m == 0 for place in world.places.values())


def test_places_keep_their_coordinates(read):
    """A map of the day shows them where they are."""
    _, world = lived(read, PLANE, orders=ORDERS)

    assert (world.places["depot"].lat, world.places["depot"].lon) == (60, 179.99)
    assert [(world.places[o.customer].lat, world.places[o.customer].lon) for o in world.orders] == [
        (60.01, 179.99),
        (60, -179.99),
    ]


def test_the_order_of_rows_changes_nothing(read):
    """Nodes follow from coordinates, not from the file."""
    head, *rows = ORDERS.splitlines(keepends=True)

    there, _ = lived(read, PLANE, orders=ORDERS)
    back, _ = lived(read, PLANE, orders=head + "".join(rows[::-1]))

    assert there.sha256 == back.sha256


def test_defaults_have_their_sources(read):
    """`{plane: {}}` is a detour of 1.41, and a speed that traffic makes 18 km/h in the day."""
    text = PLANE.replace("{detour: 1.5, speed: 36 km/h, bike_speed: 18 km/h}", "{}")

    network, _ = lived(read, text, orders=ORDERS)

    assert network.detour == 1.41
    assert network.describe()["not_honoured"] == ["streets: ways are straight lines times 1.41"]
    assert network.mps[DRIVE] * 3.6 / 1.39 == pytest.approx(18, abs=0.02)


@pytest.mark.parametrize(
    ("old", "new", "said", "remedy"),
    [
        ("orders: {csv: orders.csv}", "orders: 6", "drawn orders need streets", "demo-city"),
        (
            "depots: {depot: {lat: 60, lon: 179.99}}\n",
            "",
            "no depot of their own",
            "{lat: , lon: }",
        ),
        ("detour: 1.5", "detour: 0.9", "network.plane.detour: too small (0.9)", "at least 1"),
        ("speed: 36 km/h", "speed: 36", "network.plane.speed: no unit (36)", "km/h"),
        ("speed: 36 km/h", "speed: 0 km/h", "network.plane.speed: zero", "more than 0"),
        ("detour: 1.5", "metric: euclidean", "unknown setting ('metric')", "detour"),
    ],
)
def test_what_straight_lines_cannot_say_is_refused(problems, old, new, said, remedy):
    """By name, with the way out."""
    told = "\n".join(problems(PLANE.replace(old, new, 1), orders=ORDERS))

    assert said in told
    assert remedy in told


def test_places_too_far_for_a_plane_are_listed(read):
    """A row at zero and zero is a slip, and no straight line."""
    with pytest.raises(NetworkError) as caught:
        lived(read, PLANE, orders=ORDERS + "3,0,0\n")

    (told,) = caught.value.problems
    assert told.startswith(
        "orders.csv:4: order 3: 13,343 km from the depot, expected at most 200 km"
    )


def test_a_junction_of_no_network_is_refused(read):
    """Straight lines have places with coordinates only."""
    text = PLANE.replace("fleet: {van: 1,", "fleet: {van: {count: 1, start: {node: 3}},")

    with pytest.raises(ValueError, match="straight lines know coordinates; give lat and lon"):
        lived(read, text, orders=ORDERS)


def test_the_projection_has_its_middle_at_zero():
    """A degree east at the equator is as long as one north: 111,195 m."""
    x_m, y_m = projected(np.array([0.0, 0.0, 1.0]), np.array([10.0, 11.0, 10.0]), (0.0, 10.0))

    assert x_m == pytest.approx([0, 111_195, 0], abs=1)
    assert y_m == pytest.approx([0, 0, 111_195], abs=1)
