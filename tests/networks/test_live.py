"""Live speeds: what was seen some minutes ago is believed to last."""

import gc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from networks.grid import grid_town
from networks.live import LiveFeed
from networks.matrix import MatrixNetwork
from networks.network import Network, RoadNetwork
from networks.noise import TrafficNoise
from networks.traffic import SpeedProfile, SpeedSteps
from twin.model import DRIVE, NodeId
from twin.rng import Streams

PROFILE = SpeedProfile.calibrated()
LAG_S = 300.0
H = 3600.0


def fed(network: Network, actual: SpeedSteps) -> LiveFeed:
    """Return the feed of a network whose real speeds are given."""
    usual = network.travel(PROFILE)
    believed = network.steps(PROFILE, DRIVE)
    return LiveFeed(
        {DRIVE: believed}, {DRIVE: actual}, LAG_S, usual, lambda steps: network.travel(steps, usual)
    )


def hourly(network: Network, factors: list[float]) -> SpeedSteps:
    """Return the profile's steps with a factor on the time of all edges in each hour."""
    speed = 1 / np.array(factors)[:, None]
    steps = network.steps(PROFILE, DRIVE)
    return steps.with_noise(H, speed, np.zeros(len(steps.row), np.int32))


def networks() -> list[Network]:
    """Return a town and a table, 2 km between places 0 and 1 of the table."""
    return [
        RoadNetwork(grid_town(4)),
        MatrixNetwork.of_streets("line", [("a", "b", 2000.0)], mps=10),
    ]


@pytest.mark.parametrize("network", networks(), ids=["road", "matrix"])
def test_what_was_seen_a_lag_ago_is_believed_for_every_hour_to_come(network: Network) -> None:
    """Hour 9 takes 1.5 of its usual time: known from 09:05 on, and believed of hour 17 too."""
    feed = fed(network, hourly(network, [1.0] * 9 + [1.5] + [1.0] * 14))
    usual = network.travel(PROFILE)
    ends = (NodeId(0), NodeId(1), DRIVE)

    def ratio(now_s: float, at_s: float) -> float:
        return feed.travel(now_s).between(*ends, at_s) / usual.between(*ends, at_s)

    assert ratio(9 * H + 299, 17 * H) == pytest.approx(1)
    assert ratio(9 * H + 300, 9.5 * H) == pytest.approx(1.5)
    assert ratio(9 * H + 300, 17 * H) == pytest.approx(1.5)
    assert ratio(10 * H + 300, 17 * H) == pytest.approx(1)


def test_before_anything_was_seen_the_usual_is_believed() -> None:
    """At two past midnight the feed, five minutes old, is of yesterday."""
    network = networks()[0]
    feed = fed(network, hourly(network, [3.0] * 24))

    assert feed.travel(120.0) is feed.travel(0.0)
    assert feed.travel(120.0).between(NodeId(0), NodeId(1), DRIVE, 0.0) == pytest.approx(
        network.travel(PROFILE).between(NodeId(0), NodeId(1), DRIVE, 0.0)
    )


def test_ways_stay_as_they_are() -> None:
    """With noise on every link, live beliefs change every time and no way."""
    network = RoadNetwork(grid_town(6))
    noisy = TrafficNoise(0.08, 0.1, 0.7, 0.25, 0.4).on(
        network.steps(PROFILE, DRIVE), network.districts(), Streams(1, 1)
    )
    feed, usual = fed(network, noisy), network.travel(PROFILE)
    live = feed.travel(10 * H)

    for origin in range(0, 49, 7):
        for destination in range(3, 49, 5):
            ends = (NodeId(origin), NodeId(destination), DRIVE, 10 * H)
            assert live.path(*ends) == usual.path(*ends)
            if origin != destination:
                assert live.between(*ends) != usual.between(*ends)


def test_a_new_sight_is_a_new_object_and_the_same_sight_the_same() -> None:
    """Answers are kept as long as nothing new is seen, a spell of slow driving for one."""
    network = networks()[0]
    steps = network.steps(PROFILE, DRIVE).with_spells([((0,), (9.25 * H, 9.5 * H, 0.5))])
    feed = fed(network, steps)

    seen = [feed.travel(at_s + LAG_S) for at_s in (9 * H, 9.2 * H, 9.25 * H, 9.4 * H, 9.5 * H)]

    assert seen[0] is seen[1]
    assert seen[2] is seen[3]
    assert len({id(travel) for travel in seen}) == 3
    way = seen[0].path(NodeId(0), NodeId(1), DRIVE, 0.0)
    assert way.edges[0] == 0
    times = [travel.between(NodeId(0), NodeId(1), DRIVE, 12 * H) for travel in seen]
    assert times[2] == pytest.approx(2 * times[0])
    assert times[4] == times[0]


def reached(thing: Any, seen: set[int]) -> Iterator[Any]:
    """Yield everything that can be got at from an object, arrays under views included."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type) or type(one).__name__ == "module":
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, np.ndarray) and one.base is not None:
            waiting.append(one.base)
        if callable(one) and hasattr(one, "__globals__"):
            waiting.extend(cell.cell_contents for cell in one.__closure__ or ())
            continue
        waiting.extend(gc.get_referents(one))


@pytest.mark.parametrize("network", networks(), ids=["road", "matrix"])
def test_nothing_later_than_the_lag_can_be_got_at(network: Network) -> None:
    """Two days alike until 10 h: all arrays and floats behind what is believed at 10 h agree.

    And on each day the feed's own arrays are none of those that can be reached.
    """
    early = [1.0, 1.1, 0.9, 1.2] * 2 + [1.3, 0.8]
    actual = [hourly(network, early + [factor] * 14) for factor in (2.0, 5.0)]
    held: list[list[bytes]] = []
    for steps in actual:
        travel = fed(network, steps).travel(10 * H + LAG_S - 1)
        travel.between(NodeId(0), NodeId(1), DRIVE, 15 * H)
        arrays = [one for one in reached(travel, set()) if isinstance(one, np.ndarray)]
        assert not any(np.shares_memory(one, steps.pace) for one in arrays)
        assert not any(isinstance(one, LiveFeed) for one in reached(travel, set()))
        held.append(sorted(one.tobytes() for one in arrays if one.dtype != object))

    assert held[0] == held[1]
    assert len(held[0]) > 3
