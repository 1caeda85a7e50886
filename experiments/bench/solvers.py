"""Solver quality at equal CPU: the installed solvers on the same problems, against PyVRP whole.

``python -m experiments.bench.solvers`` prints the table: three networks, three seeds, 200, 1,000
and 5,000 stops. ``--stops 1000 --network city --seed 2`` does a part, ``--quick`` 200 stops and
one seed. A solver stops on steps, so how many make up a budget of CPU seconds is measured in the
same run: short searches on the same problem say what a beginning and a step cost.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from experiments.bench.clocks import Row
from experiments.bench.instances import NETWORKS, instance, nothing
from networks.network import RoadNetwork
from twin.errors import InputError
from twin.plugins import SOLVERS, installed, load
from twin.solver import Effort, Problem, Solution, Solver

BUDGET_S: Final[Mapping[int, float]] = {200: 10.0, 1_000: 30.0, 5_000: 60.0}
"""CPU seconds for one search, by stops."""

WHOLE: Final = "pyvrp"
"""What the others are compared with: PyVRP on the whole problem."""

FIRST: Final = 100
"""Steps of the first short search; each further one has `MORE` times as many."""
MORE: Final = 4
LONGER: Final = 2.0
SHARE: Final = 0.1
"""Searches get longer until one takes `LONGER` times what the first took and this share of the
budget, or half the budget: then the difference is the steps' and not the clock's."""

SEEDS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Found:
    """What a solver found on one problem.

    Attributes
    ----------
    unserved
        Stops left out; their prize is in the cost.
    cpu_s
        Of this process, from the problem to the routes.
    ratio
        Cost over that of PyVRP on the whole problem; None if that was left out.
    """

    network: str
    stops: int
    seed: int
    solver: str
    cost: float
    vehicles: int
    unserved: int
    steps: int
    cpu_s: float
    ratio: float | None

    def __str__(self) -> str:
        """Return one line of the table."""
        ratio = "-" if self.ratio is None else f"{self.ratio:.3f}"
        return (
            f"| {self.network} | {self.stops:,} | {self.seed} | {self.solver} | {self.cost:,.0f} "
            f"| {self.vehicles} | {self.unserved} | {self.steps:,} | {self.cpu_s:.1f} | {ratio} |"
        )


HEADING: Final = (
    "| network | stops | seed | solver | cost | vehicles | unserved | steps | CPU s | to whole |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


def solvers() -> tuple[dict[str, Solver], list[str]]:
    """Return the solvers that are installed, and what is said of those that are not."""
    found, missing = {}, []
    for name in sorted(installed(SOLVERS), key=lambda name: (name != WHOLE, name)):
        solver = cast("Solver", load(name, SOLVERS))
        try:
            solver(nothing(), Effort(0))
        except InputError as error:
            missing.append(f"{name} left out: {error}")
        else:
            found[name] = solver
    return found, missing


def searched(solver: Solver, problem: Problem, steps: int) -> tuple[Solution, float]:
    """Return what a solver finds in so many steps, and the CPU seconds that it took."""
    gc.collect()
    began = time.process_time()
    solution = solver(problem, Effort(steps, seed=1))
    return solution, time.process_time() - began


def in_budget(solver: Solver, problem: Problem, budget_s: float) -> tuple[Solution, float]:
    """Return what a solver finds in about so many CPU seconds, and those that it took.

    What already begins with more than the budget is given `FIRST` steps.
    """
    steps = FIRST
    solution, first_s = searched(solver, problem, steps)
    last_s = first_s
    while last_s < min(max(LONGER * first_s, SHARE * budget_s), budget_s / 2):
        steps *= MORE
        solution, last_s = searched(solver, problem, steps)
    if last_s >= budget_s:
        return solution, last_s
    steps = steps_for(budget_s, (FIRST, first_s), (steps, last_s))
    return searched(solver, problem, steps)


def steps_for(budget_s: float, few: tuple[int, float], more: tuple[int, float]) -> int:
    """Return how many steps make up a budget, from what two shorter searches took.

    Parameters
    ----------
    few, more
        Steps and CPU seconds, each more in the second or alike.
    """
    each_s = max(1e-6, more[1] - few[1]) / max(1, more[0] - few[0])
    return more[0] + int((budget_s - more[1]) / each_s)


def compared(network: str, town: RoadNetwork, stops: int, seed: int) -> Iterator[Found]:
    """Yield what each installed solver finds on one problem in the budget of its size."""
    problem, whole = instance(town, stops, seed), None
    for name, solver in solvers()[0].items():
        solution, cpu_s = in_budget(solver, problem, BUDGET_S[stops])
        if name == WHOLE:
            whole = solution.objective
        yield Found(
            network, stops, seed, name, solution.objective, len(solution.routes),
            len(solution.unserved), solution.iterations, cpu_s,
            None if whole is None else solution.objective / whole,
        )  # fmt: skip


def rows(data: Path) -> list[Row]:
    """Return the smallest problem on a real map as lines for the table of all measurements."""
    stops, network = min(BUDGET_S), "porto-alegre"
    found = list(compared(network, NETWORKS[network](data), stops, SEEDS[0]))
    whole = found[0]
    return [
        Row(
            f"{stops} stops by {one.solver}", one.cpu_s, whole.solver, whole.cpu_s,
            note=f"cost {one.cost:,.0f}, {one.ratio:.3f} of the rival's, {one.unserved} unserved",
        )
        for one in found
        if one.ratio is not None
    ]  # fmt: skip


def main(given: Sequence[str] | None = None) -> None:
    """Print the table, line by line as it comes, or the part of it that is asked for."""
    root = Path(__file__).resolve().parents[2]
    data = Path(os.environ.get("TWIN_DATA", root.parent / "shared" / "data"))
    said = argparse.ArgumentParser(prog="python -m experiments.bench.solvers")
    said.add_argument("--stops", type=int, choices=sorted(BUDGET_S), action="append")
    said.add_argument("--network", choices=sorted(NETWORKS), action="append")
    said.add_argument("--seed", type=int, action="append")
    said.add_argument("--quick", action="store_true", help="200 stops and one seed")
    asked = said.parse_args(given)
    sizes = asked.stops or ([min(BUDGET_S)] if asked.quick else sorted(BUDGET_S))
    seeds = asked.seed or (SEEDS[:1] if asked.quick else SEEDS)
    for line in (*solvers()[1], HEADING):
        sys.stdout.write(f"{line}\n")
    for network in asked.network or NETWORKS:
        town = NETWORKS[network](data)
        for stops in sizes:
            for seed in seeds:
                for one in compared(network, town, stops, seed):
                    sys.stdout.write(f"{one}\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
