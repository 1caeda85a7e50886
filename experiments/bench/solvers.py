"""Solver quality at equal CPU: the installed solvers on the same problems, against PyVRP whole.

``python -m experiments.bench.solvers`` prints the table: three networks, three seeds, 200, 1,000
and 5,000 stops. ``--stops 1000 --network city --seed 2`` does a part, ``--quick`` 200 stops and
one seed. A solver stops on steps, so how many make up a budget of CPU seconds is measured in the
same run: shorter searches on the same problem say what a beginning and a step cost. Each solver
works in a process of its own, which ends where one search takes `PATIENCE` budgets.
"""

import argparse
import gc
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from multiprocessing.connection import Connection
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

NEAR: Final = 0.1
"""A search that missed the budget by more than this share of it is made again, with steps from what
it took itself, and at most `TRIES` times in all: late steps cost less than early ones."""
TRIES: Final = 3

PATIENCE: Final = 3.0
"""Budgets of CPU that one search may take, its beginning in. If it is the first, its solver is said
to have found nothing."""

SEEDS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Found:
    """What a solver found on one problem.

    Attributes
    ----------
    cost
        None where patience ended before a first search did; nothing else is known then either.
    unserved
        Stops left out; their prize is in the cost.
    cpu_s
        Of this process, from the problem to the routes.
    ratio
        Cost over that of PyVRP on the whole problem; None if either is not known.
    """

    network: str
    stops: int
    seed: int
    solver: str
    cpu_s: float
    cost: float | None = None
    vehicles: int = 0
    unserved: int = 0
    steps: int = 0
    ratio: float | None = None

    def __str__(self) -> str:
        """Return one line of the table."""
        if self.cost is None:
            told = f"| {self.network} | {self.stops:,} | {self.seed} | {self.solver} "
            return f"{told}| none | - | - | - | {self.cpu_s:.0f} | - |"
        ratio = "-" if self.ratio is None else f"{self.ratio:.3f}"
        return (
            f"| {self.network} | {self.stops:,} | {self.seed} | {self.solver} | {self.cost:,.0f} "
            f"| {self.vehicles} | {self.unserved} | {self.steps:,} | {self.cpu_s:.1f} | {ratio} |"
        )


_FORK: Final = multiprocessing.get_context("fork")
"""So that a problem need not be sent: with 5,000 stops its matrix has 200 MB."""

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


def searches(solver: Solver, problem: Problem, budget_s: float) -> Iterator[tuple[Solution, float]]:
    """Yield what searches find and the CPU seconds they took; the last is of about the budget.

    What already begins with more than the budget is given `FIRST` steps.
    """
    few, steps = (0, 0.0), FIRST
    solution, last_s = searched(solver, problem, steps)
    yield solution, last_s
    first_s = last_s
    while last_s < min(max(LONGER * first_s, SHARE * budget_s), budget_s / 2):
        few, steps = (steps, last_s), steps * MORE
        solution, last_s = searched(solver, problem, steps)
        yield solution, last_s
    if steps == FIRST and last_s >= budget_s:
        return
    for _ in range(TRIES):
        if abs(last_s - budget_s) <= NEAR * budget_s:
            return
        more = (steps, last_s)
        steps = steps_for(budget_s, few, more)
        solution, last_s = searched(solver, problem, steps)
        yield solution, last_s
        few = more


def steps_for(budget_s: float, few: tuple[int, float], more: tuple[int, float]) -> int:
    """Return how many steps make up a budget, from what two other searches took.

    Parameters
    ----------
    few, more
        Steps and CPU seconds.
    """
    few, more = sorted((few, more))
    longer_s = more[1] - few[1]
    # Where the longer search happened to take less, the mean step is the better witness.
    each_s = longer_s / max(1, more[0] - few[0]) if longer_s > 0 else more[1] / more[0]
    return max(FIRST, more[0] + int((budget_s - more[1]) / each_s))


def apart(
    solver: Solver, problem: Problem, budget_s: float, patience: float = PATIENCE
) -> tuple[Solution, float] | None:
    """Return what the last of `searches` finds, in a process of its own.

    Where patience ended one, that is the one before it; None if it was the first.

    Raises
    ------
    RuntimeError
        If the process ended in another way.
    """
    ours, its = _FORK.Pipe(duplex=False)
    most_s = patience * budget_s
    work = _FORK.Process(target=_tell, args=(its, solver, problem, budget_s, most_s))
    work.start()
    its.close()
    found: tuple[Solution, float] | None = None
    with suppress(EOFError):
        while True:
            found = cast("tuple[Solution, float]", ours.recv())
    work.join()
    if work.exitcode not in {0, -signal.SIGXCPU}:
        raise RuntimeError(f"a solver's process ended with {work.exitcode}")
    return found


def _tell(
    out: Connection, solver: Solver, problem: Problem, budget_s: float, most_s: float
) -> None:
    """Search within a budget and send all that is found; the system ends too long a search."""

    def limited(problem: Problem, effort: Effort, /) -> Solution:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        ends_s = ceil(time.process_time() + most_s)
        resource.setrlimit(resource.RLIMIT_CPU, (ends_s, hard))
        return solver(problem, effort)

    for found in searches(limited, problem, budget_s):
        out.send(found)


def compared(
    network: str, town: RoadNetwork, stops: int, seed: int, only: Collection[str] = ()
) -> Iterator[Found]:
    """Yield what each installed solver, or only some, finds on one problem in its budget."""
    problem, whole = instance(town, stops, seed), None
    for name, solver in solvers()[0].items():
        if only and name not in only:
            continue
        told = apart(solver, problem, BUDGET_S[stops])
        if told is None:
            yield Found(network, stops, seed, name, PATIENCE * BUDGET_S[stops])
            continue
        solution, cpu_s = told
        if name == WHOLE:
            whole = solution.objective
        yield Found(
            network, stops, seed, name, cpu_s, solution.objective, len(solution.routes),
            len(solution.unserved), solution.iterations,
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
    said.add_argument("--solver", action="append", help="the ratio needs pyvrp too")
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
                for one in compared(network, town, stops, seed, asked.solver or ()):
                    sys.stdout.write(f"{one}\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
