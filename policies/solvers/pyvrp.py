"""PyVRP, an iterated local search for vehicle routing, behind the contract of solvers."""

import warnings
from dataclasses import replace
from typing import Final

import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.search import (
    OPERATORS,
    LocalSearch,
    NeighbourhoodParams,
    PerturbationManager,
    compute_neighbours,
)
from pyvrp.stop import MaxIterations, MultipleCriteria, NoImprovement, StoppingCriterion

from policies.solvers.refill import refilled
from policies.solvers.scale import left_out
from policies.solvers.told import MOST_PENALTY, Told, overfills
from twin.solver import Effort, Problem, Solution

NEIGHBOURS: Final = 20
"""How many near clients each client is tried beside."""

HISTORY: Final = 50
"""How many steps back a worse solution may still be as good as. With 600 to 1,000 clients and the
one to three thousand steps that a morning's plan has, these two, and no exhaustive search after
each improvement, gave costs 2 % below those of PyVRP's defaults (50, 300, with) for equal time:
the defaults are for searches twenty times as long."""

_UPDATES: Final = 40
"""How often penalties are adapted in the course of a search."""


def solve(problem: Problem, effort: Effort, /) -> Solution:
    """Return routes found by PyVRP.

    Parameters
    ----------
    problem
        Clients that no vehicle type can reach or may serve are left out beforehand.
    effort
        Decides alone when to stop; no clock is read for it.

    Notes
    -----
    That a type may not serve a client is told as one more dimension of load, of which the client
    takes one and the type holds none: exact, and as cheap as a capacity. An end wherever the last
    client is, is told as a location that is near from everywhere. One dimension more holds back
    what needs loading from a vehicle under way, which is full of nothing until its first reload.
    A surcharge is a longer way into a client.

    Goods aboard a vehicle under way whose clients it does not serve before its first reload take
    room until then, which PyVRP cannot be told. Where routes collect too much beside them, there
    is a second search, in which a vehicle under way collects before its first reload only what
    fits in beside all that was aboard at its start: legal, and perhaps not the best.
    """
    everyone = tuple(range(len(problem.clients)))
    if not everyone or not problem.vehicle_types:
        return left_out(problem, everyone, iterations=0)
    told = Told(problem)
    if not told.asked:
        return left_out(problem, everyone, iterations=0)
    solution = _found(told, problem, effort)
    if not overfills(problem, solution.routes):
        return solution
    again = _found(Told(problem, sparing=True), problem, effort)
    return replace(again, iterations=solution.iterations + again.iterations)


def _found(told: Told, problem: Problem, effort: Effort) -> Solution:
    with warnings.catch_warnings():
        # It says that no feasible routes were found yet. What is returned says so too.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        best, iterations = _search(told, problem, effort)
    return told.solution(best, iterations)


def _search(told: Told, problem: Problem, effort: Effort) -> tuple[pyvrp.Solution, int]:
    """Run the search as PyVRP composes it, with penalties of the size of this problem's costs."""
    data = told.data
    rng = pyvrp.RandomNumberGenerator(seed=effort.seed)
    neighbours = compute_neighbours(data, NeighbourhoodParams(num_neighbours=NEIGHBOURS))
    search = LocalSearch(data, rng, neighbours, PerturbationManager())
    for operator in OPERATORS:
        if operator.supports(data):
            search.add_operator(operator(data))
    every = max(20, effort.iterations // _UPDATES)
    params = pyvrp.PenaltyParams(solutions_between_updates=every, max_penalty=MOST_PENALTY)
    manager = pyvrp.PenaltyManager(told.penalties(), params)
    initial = told.initial(problem.initial)
    if initial is None:
        drawn = pyvrp.Solution.make_random(data, rng)
        initial = search(drawn, manager.cost_evaluator(), exhaustive=True)
    if not initial.is_feasible():
        initial = search(initial, told.strict(), exhaustive=True)
        manager = pyvrp.PenaltyManager(told.penalties(scarce=True), params)
    under_way = told.under_way if effort.iterations else []
    if under_way:
        initial = refilled(data, initial, under_way)
    stop: StoppingCriterion = MaxIterations(effort.iterations)
    if effort.no_improvement is not None:
        stop = MultipleCriteria([stop, NoImprovement(effort.no_improvement)])
    steps = pyvrp.IteratedLocalSearchParams(history_length=HISTORY, exhaustive_on_best=False)
    algorithm = pyvrp.IteratedLocalSearch(data, manager, search, initial, steps)
    result = algorithm.run(stop, collect_stats=False, display=False)
    best = refilled(data, result.best, under_way) if under_way else result.best
    return best, result.num_iterations
