"""The engine against bare SimPy and against dvrpsim, on the same day on a plane."""

from experiments.bench.clocks import Row, cpu_s
from experiments.bench.coordinates_day import Given, OneByOne, Points, bare_simpy, live, world_of
from experiments.bench.dvrpsim_day import Rival


def rows() -> list[Row]:
    """Return the measurements, from a thousand orders to ten thousand."""
    found = [row for size in ((1_000, 20), (10_000, 140)) for row in _given(*size)]
    points = Points.make(10_000, 140)
    world = world_of(points, known_at_start=False)
    work = "10,000 orders, a decision for each"
    ours_s = cpu_s(lambda: live(world, OneByOne), repeats=1)
    return [*found, Row(work, ours_s, "dvrpsim", _rival_s(points, known_at_start=False), "0.2")]


def _given(orders: int, vans: int) -> list[Row]:
    points = Points.make(orders, vans)
    world = world_of(points, known_at_start=True)
    work = f"{orders:,} orders, plan given"
    ours_s = cpu_s(lambda: live(world, Given))
    bare_s = cpu_s(lambda: bare_simpy(points))
    rival_s = _rival_s(points, known_at_start=True)
    return [
        Row(work, ours_s, "bare SimPy, 2 events a stop", bare_s, "30"),
        Row(work, ours_s, "dvrpsim", rival_s, "2"),
    ]


def _rival_s(points: Points, *, known_at_start: bool) -> float:
    rival = Rival(points, known_at_start=known_at_start)
    return cpu_s(rival.live, repeats=1)
