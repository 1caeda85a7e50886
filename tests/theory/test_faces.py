"""Whether days with the default settings look like real ones: stops an hour, congestion.

A constructed round: 146 stops, 154 minutes of driving on empty streets (what real van rounds in
Austin have), service lognormal(4.325, 0.709) s a stop, traffic as by default, no parking search.
Real rounds make 18 to 22 stops an hour; observed over free-flow time by day is about 1.4.
"""

from itertools import pairwise
from math import exp
from pathlib import Path

import numpy as np
import pytest
from dispatchers import AllAboard

from networks.matrix import MatrixNetwork
from scenarios.load import load_text
from scenarios.realise import realise
from twin import World, figures, run
from twin.facts import Facts

STOPS = 146
FREE_FLOW_MIN = 154.0
STEM_MIN = 24.0
"""Of the driving, from the depot to the first stop and back: 26 km at 65 km/h each."""
MPS = 10.0


def ring() -> MatrixNetwork:
    """Return the depot and the stops on a ring, in the order of the round."""
    names = ["depot", *(f"s{k:03d}" for k in range(STOPS)), "depot"]
    between_min = (FREE_FLOW_MIN - 2 * STEM_MIN) / (STOPS - 1)
    minutes = [STEM_MIN, *[between_min] * (STOPS - 1), STEM_MIN]
    return MatrixNetwork.of_streets(
        "round",
        [(a, b, 60 * m * MPS) for (a, b), m in zip(pairwise(names), minutes, strict=True)],
        mps=MPS,
    )


ROUND = """\
name: round
network: {matrix: round.csv}
orders: {csv: orders.csv}
depots: {depot: {node: depot}}
fleet: {van: {count: 1, shift: %s, overtime: 8 h, parking: false}}
policies: [nearest]
"""


@pytest.fixture(scope="module")
def day_of(tmp_path_factory):
    """Return what draws a day of the round, whose shift begins at an hour."""
    folder = tmp_path_factory.mktemp("round")
    network = ring()
    table = "id,node\n" + "".join(f"o{k:03d},s{k:03d}\n" for k in range(STOPS))
    (folder / "orders.csv").write_text(table)
    legs = [f"{a},{b},1,1" for a in network.ids for b in network.ids if a != b]
    (folder / "round.csv").write_text("\n".join(["from,to,m,s", *legs]))

    def draw_day(day: int, *overrides: str, shift: str = "08:00-17:00") -> World:
        loaded = load_text(ROUND % shift, "round.yaml", Path(folder), overrides)
        return realise(loaded.spec, network, 1, day, loaded.tables)

    return draw_day


def minutes_driven(world: World) -> float:
    """Return the minutes on the road on a day of the round."""
    seconds = Facts(run(world, AllAboard)).duties[0].seconds
    return (seconds["stem"] + seconds["driving"]) / 60


def test_the_round_is_as_long_as_it_was_constructed(day_of):
    """154 minutes and 146 doors on empty streets; a stop takes 97 s on average."""
    world = day_of(1, "traffic=free flow", "noise=off")
    journal = run(world, AllAboard)

    assert minutes_driven(world) == pytest.approx(FREE_FLOW_MIN, abs=0.1)
    assert figures(journal)["delivered"].value == STOPS
    assert exp(4.325 + 0.709**2 / 2) == pytest.approx(97.2, abs=0.1)


def test_a_van_makes_eighteen_to_twenty_two_stops_an_hour(day_of):
    """Thirty days, with noise on the streets: as a whole, and two days of three."""
    days = [figures(run(day_of(day), AllAboard))["stops_per_hour"] for day in range(1, 31)]
    overall = sum(d.numerator for d in days) / sum(d.denominator for d in days)

    assert 18 <= overall <= 22
    assert sum(18 <= day.value <= 22 for day in days) >= 20


def test_driving_by_day_takes_about_one_point_four_times_as_long_as_on_empty_streets(day_of):
    """Rounds from 7, 11 and 15 h cover the day to 20 h; from day to day they vary by a tenth."""
    shifts = ("07:00-12:00", "11:00-16:00", "15:00-20:00")
    without_noise = [minutes_driven(day_of(1, "noise=off", shift=shift)) for shift in shifts]
    ratios = np.array(
        [[minutes_driven(day_of(day, shift=shift)) for shift in shifts] for day in range(1, 21)]
    )

    assert sum(without_noise) / len(shifts) / FREE_FLOW_MIN == pytest.approx(1.4, abs=0.03)
    assert ratios.mean() / FREE_FLOW_MIN == pytest.approx(1.4, abs=0.1)
    assert 0.05 < (ratios.mean(axis=1) / ratios.mean()).std(ddof=1) < 0.25
