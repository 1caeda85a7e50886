"""How many days the same days save: differences of two policies, paired and not.

``python -m experiments.bench.paired`` lives the days and prints the figures alone.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.bench.clocks import Row, cpu_s
from scenarios.load import load_text
from scenarios.network import network_of
from scenarios.realise import realise
from scenarios.traffic import believed_travel
from twin import measure, run
from twin.plugins import load as load_policy

DAY: Final = """
name: paired
network: demo-city
orders:
  count: {mean: 120, cv: 19 %}
  arrivals: {known: 60 %, by_hour: {9: 1, 10: 1, 11: 1, 12: 1, 13: 1}, ready_after: 10 min}
  windows: {share: 30 %, width: 2 h, between: 09:00-17:00}
  classes: {standard: 60 %, quick: 40 %}
service_classes:
  standard: {max_attempts: 2, retry: today}
  quick: {max_attempts: 2, retry: today, same_day: true, promise: 3 h}
presence: {probability: 88 %}
fleet: {van: 5}
policies: [nearest, insertion, {name: static, iterations: 200}]
"""
"""Demand, doors, streets and vehicles vary as by default; the fleet is busy, but not overrun."""

MEASURES: Final[Mapping[str, str]] = {
    "cost per delivery": "cost_per_delivery",
    "on time": "on_time_share",
    "order to door": "delivery_time_min",
}
POLICIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "nearest": {},
    "insertion": {},
    "static": {"iterations": 200},
}
DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Saving:
    """What meeting the same days is worth to the comparison of two policies by one measure.

    Attributes
    ----------
    correlation
        Of the measure under the one and under the other, over days.
    paired_sd, independent_sd
        Standard deviation of the difference of two days: the same one, or any two.
    """

    policies: tuple[str, str]
    measure: str
    correlation: float
    paired_sd: float
    independent_sd: float

    @property
    def days(self) -> float:
        """How many times as many independent days an interval of the same width needs."""
        return (self.independent_sd / self.paired_sd) ** 2 if self.paired_sd else float("inf")

    def __str__(self) -> str:
        one, other = self.policies
        return (
            f"{one} against {other}, {self.measure}: correlation {self.correlation:.2f}, sd of the "
            f"difference {self.paired_sd:.3g} against {self.independent_sd:.3g} on independent "
            f"days, {self.days:.1f} times fewer days"
        )


def saving(
    policies: tuple[str, str],
    name: str,
    one: NDArray[np.float64],
    other: NDArray[np.float64],
) -> Saving:
    """Return the saving from the values of a measure on the same days under two policies.

    Two independent days differ by the sum of both variances, the same day by that less twice
    the covariance.
    """
    (a, covariance), (_, b) = np.cov(one, other)
    return Saving(
        policies,
        name,
        float(covariance / sqrt(a * b)),
        float((one - other).std(ddof=1)),
        sqrt(a + b),
    )


def values(days: Sequence[int], scenario: str = DAY) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Return what each measure was under each policy on days of a scenario.

    Returns
    -------
    values
        By policy and measure, shape (days,); NaN where a day has nothing to measure.
    """
    loaded = load_text(scenario, "paired.yaml", Path())
    network = network_of(loaded.spec, loaded.base_dir, loaded.tables)
    travel = believed_travel(loaded.spec, network)
    found: dict[tuple[str, str], list[float]] = {
        (policy, name): [] for policy in POLICIES for name in MEASURES
    }
    for day in days:
        world = realise(loaded.spec, network, 1, day, loaded.tables, travel)
        for policy, settings in POLICIES.items():
            kpis = measure(run(world, partial(load_policy(policy), **settings), name=policy))
            for name, kpi in MEASURES.items():
                value = kpis[kpi]
                found[policy, name].append(float("nan") if value is None else value)
    return {key: np.array(listed) for key, listed in found.items()}


def savings(found: Mapping[tuple[str, str], NDArray[np.float64]]) -> list[Saving]:
    """Return the saving for each pair of policies and each measure that both have on all days."""
    listed = []
    for pair in combinations(POLICIES, 2):
        for name in MEASURES:
            one, other = found[pair[0], name], found[pair[1], name]
            if np.isfinite(one).all() and np.isfinite(other).all():
                listed.append(saving(pair, name, one, other))
    return listed


def rows() -> list[Row]:
    """Return one line for the days lived, with what pairing saved as its note."""
    found: list[Saving] = []
    days = range(1, DAYS + 1)
    seconds = cpu_s(lambda: found.extend(savings(values(days))), repeats=1)
    note = "; ".join(map(str, found))
    return [Row(f"{DAYS} days of 120 orders under {len(POLICIES)} policies", seconds, note=note)]


if __name__ == "__main__":
    for line in savings(values(range(1, DAYS + 1))):
        sys.stdout.write(f"{line}\n")
