"""Straight lines times a detour factor."""

import numpy as np
import pytest

from networks.plane import PlaneNetwork
from networks.traffic import SpeedProfile
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, NodeId


def test_three_four_five() -> None:
    """300 m east and 400 m north are 500 m, at 10 m/s 50 s; 700 m in streets of two directions."""
    x_m, y_m = np.array([0.0, 300.0]), np.array([0.0, 400.0])
    here, there = NodeId(0), NodeId(1)

    straight = PlaneNetwork("plane", x_m, y_m).travel(SpeedProfile.flat())
    winding = PlaneNetwork("plane", x_m, y_m, detour=1.3).travel(SpeedProfile.flat())
    blocks = PlaneNetwork("plane", x_m, y_m, metric="rectilinear").travel(SpeedProfile.flat())

    assert straight.between(here, there, DRIVE, 0.0) == 50
    assert winding.between(here, there, DRIVE, 0.0) == 65
    assert blocks.between(here, there, DRIVE, 0.0) == 70
    assert straight.path(here, there, DRIVE, 0.0).lengths_m == (500,)
    assert straight.drive(straight.path(here, there, DRIVE, 0.0), DRIVE, 8.0) == (8, 58)
    assert straight.columns([here], [there], DRIVE, 0.0).tolist() == [[50]]


def test_ten_thousand_places_cost_nothing() -> None:
    """No table is kept: a row of 10,000 is computed when asked for."""
    x_m = np.arange(10_000.0)
    travel = PlaneNetwork("plane", x_m, np.zeros(10_000)).travel(SpeedProfile.calibrated())

    times_s = travel.rows([NodeId(9_999)], [NodeId(i) for i in range(10_000)], DRIVE, 0.0)

    assert times_s.shape == (1, 10_000)
    assert times_s[0, 0] == pytest.approx(999.9 * 1.02)


def test_each_mode_has_its_speed() -> None:
    """A bike at half the van's speed takes twice as long, and no traffic slows it."""
    network = PlaneNetwork(
        "plane", np.array([0.0, 1000.0]), np.zeros(2), mps={DRIVE: 10.0, BIKE: 5.0}
    )
    travel = network.travel(SpeedProfile.of_times({}, [2.0]))

    assert network.modes == (BIKE, DRIVE)
    assert travel.between(NodeId(0), NodeId(1), DRIVE, 0.0) == 200
    assert travel.between(NodeId(0), NodeId(1), BIKE, 0.0) == 200


def test_places_are_found_by_coordinates_and_number() -> None:
    """Coordinates lie around zero, so metres there are metres here."""
    network = PlaneNetwork("plane", np.array([0.0, 1000.0]), np.array([0.0, 500.0]))
    lat, lon = network.coordinates([1])

    nodes, metres = network.nearest(lat, lon + 0.001, DRIVE)

    assert nodes.tolist() == [1]
    assert metres[0] == pytest.approx(111.2, abs=0.1)
    assert network.node_of("1") == 1
    with pytest.raises(NetworkError, match="has no place '2'; places are 0 to 1"):
        network.node_of("2")


def test_every_problem_of_a_plane_is_named() -> None:
    """Not finite, no speed, a detour that is none, an unknown metric."""
    with pytest.raises(NetworkError) as refused:
        PlaneNetwork(
            "plane", np.array([np.nan]), np.zeros(1), mps={DRIVE: 0.0}, detour=0.5, metric="taxi"
        )

    assert len(refused.value.problems) == 4
