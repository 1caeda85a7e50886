"""How long tours are: points in a strip visited from end to end, and the lattice.

Points uniform in a strip of length l and width w, rectilinear streets, visited in the order of x:
E[L] = (n - 1) w / 3 + l (n - 1) / (n + 1) and
Var[L] = w^2 ((n - 1) / 18 + (n - 2) / 90) + 2 l^2 (n - 1) / ((n + 1)^2 (n + 2)).
"""

from functools import partial
from itertools import pairwise
from math import inf, sqrt

import numpy as np
import pytest
from dispatchers import AllAboard, scripted
from verdicts import Disagrees, agrees
from worlds import depot, lattice, order, place, van, world

from networks.plane import PlaneNetwork
from networks.traffic import SpeedProfile
from twin import Deliver, LoadOrders, Plan, Stop, run
from twin.events import Departed
from twin.plugins import installed, load
from twin.rng import draw

SEED = 10
POINTS, LENGTH_KM, WIDTH_KM = 50, 20.0, 1.0


def mean_km(width_km: float) -> float:
    n = POINTS
    return (n - 1) * width_km / 3 + LENGTH_KM * (n - 1) / (n + 1)


def variance_km2(width_km: float) -> float:
    n = POINTS
    across = width_km**2 * ((n - 1) / 18 + (n - 2) / 90)
    return across + 2 * LENGTH_KM**2 * (n - 1) / ((n + 1) ** 2 * (n + 2))


def strip_km(day: int, width_km: float) -> float:
    """Return the kilometres from the first door to the last, as driven on a day."""
    x_km = [LENGTH_KM * draw(SEED, day, "x", str(k)) for k in range(POINTS)]
    y_km = [width_km * draw(SEED, day, "y", str(k)) for k in range(POINTS)]
    along = sorted(range(POINTS), key=x_km.__getitem__)
    plane = PlaneNetwork(
        "strip",
        np.array([0.0, *x_km]) * 1000,
        np.array([0.0, *y_km]) * 1000,
        metric="rectilinear",
    )
    made = world(
        plane.travel(SpeedProfile.flat()),
        [depot(0), *(place(f"door {k}", k + 1) for k in range(POINTS))],
        [order(f"o{rank:02d}", f"door {k}") for rank, k in enumerate(along)],
        [van()],
    )
    legs = run(made, AllAboard).of(Departed)
    between = legs[1:-1]  # without the way out and the way home
    assert [leg.to for leg in between] == [f"door {k}" for k in along[1:]]
    return sum(sum(leg.lengths_m) for leg in between) / 1000


def strips_km(days: int, width_km: float = WIDTH_KM) -> list[float]:
    return [strip_km(day, width_km) for day in range(1, days + 1)]


def test_the_known_length_follows_from_the_formula():
    """35.549 km with a standard deviation of 1.883 km."""
    assert mean_km(WIDTH_KM) == pytest.approx(35.549020, abs=5e-7)
    assert sqrt(variance_km2(WIDTH_KM)) == pytest.approx(1.882919, abs=5e-7)


def test_a_strip_is_as_long_to_drive_as_known():
    """The quick look: 60 strips see a strip that is a tenth wider."""
    bug = mean_km(1.1 * WIDTH_KM) - mean_km(WIDTH_KM)

    agrees("length", mean_km(WIDTH_KM), strips_km(60), bug=bug)
    with pytest.raises(Disagrees):
        agrees("length", mean_km(WIDTH_KM), strips_km(60, 1.1 * WIDTH_KM), bug=inf)


@pytest.mark.slow
def test_strips_are_as_long_to_drive_as_known_and_vary_as_much():
    """1300 strips: two percent in the width, and a quarter in the variance, must be seen."""
    mean, variance = mean_km(WIDTH_KM), variance_km2(WIDTH_KM)
    lengths_km = np.array(strips_km(1300))

    agrees("length", mean, lengths_km, bug=mean_km(1.02 * WIDTH_KM) - mean)
    agrees("variance", variance, (lengths_km - mean) ** 2, bug=0.25 * variance)
    with pytest.raises(Disagrees, match="length"):
        agrees("length", mean, strips_km(1300, 1.02 * WIDTH_KM), bug=inf)


SIDE = 10


def lattice_day():
    """Return a day with a door at every junction of a 10 x 10 lattice, blocks of 100 m."""
    doors = [place(f"door {node:02d}", node) for node in range(SIDE * SIDE)]
    orders = [order(f"o{node:02d}", f"door {node:02d}") for node in range(SIDE * SIDE)]
    return world(lattice(SIDE, SIDE, 100, 10), [depot(0), *doors], orders, [van()])


def driven_blocks(journal) -> float:
    return sum(sum(leg.lengths_m) for leg in journal.of(Departed)) / 100


def round_of_the_lattice() -> list[int]:
    """Return a closed tour: up and down the columns beyond the first row, home along that row."""
    columns = [[y * SIDE + x for y in range(1, SIDE)] for x in range(SIDE)]
    there = [node for x, column in enumerate(columns) for node in column[:: 1 - 2 * (x % 2)]]
    return [0, *there, *range(SIDE - 1, 0, -1)]


def test_a_closed_tour_over_a_lattice_is_as_long_as_it_has_junctions():
    """Every junction once and home again: 100 blocks, the shortest there is."""
    tour = round_of_the_lattice()
    assert sorted(tour) == list(range(SIDE * SIDE))
    names = [f"o{node:02d}" for node in tour]
    stops = [Stop(f"door {node:02d}", (Deliver(f"o{node:02d}"),)) for node in tour]
    route = (Stop("depot", (LoadOrders(tuple(names)),)), *stops)

    journal = run(lattice_day(), scripted({0: Plan({"v1": route})}))

    assert driven_blocks(journal) == SIDE * SIDE
    assert all(len(leg.edges) == 1 for leg in journal.of(Departed)[1:])
    assert all(abs(b - a) in {1, SIDE} for a, b in pairwise(tour))


@pytest.mark.slow
@pytest.mark.skipif("static" not in installed(), reason="the policy 'static' is not installed")
def test_the_solver_finds_the_shortest_tour_over_a_lattice():
    """Of three tries under `static` the best has 100 blocks; none has fewer, nor many more."""
    make = partial(load("static"), iterations=2000)

    tries = [driven_blocks(run(lattice_day(), make, name=name)) for name in ("a", "b", "c")]

    assert min(tries) == SIDE * SIDE
    assert max(tries) <= SIDE * SIDE + 4
