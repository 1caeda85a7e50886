"""Solvers compared at equal CPU: the problems, the steps of a budget, the line of a table."""

import numpy as np
import pytest

from experiments.bench import solvers
from experiments.bench.instances import instance
from networks.grid import grid_town
from networks.network import RoadNetwork
from twin.errors import InputError
from twin.plugins import SOLVERS, installed, load
from twin.solver import Effort, Solution

TOWN = RoadNetwork(grid_town(10))


def test_a_problem_is_what_its_page_says() -> None:
    """Metres are seconds and only they cost; three in ten have a window of two hours; 1.3 rooms."""
    problem = instance(TOWN, 300, 1)
    rows, types = problem.clients, problem.vehicle_types

    assert problem.lengths_m[0] is problem.times_s[0]
    assert len(rows) == 300
    assert [(one.fixed_cost, one.cost_per_m, one.cost_per_s) for one in types] == [(1800, 1, 0)] * 2
    assert [one.capacity.parcels for one in types] == [120, 200]
    width_h = ((rows.closes_at_s - rows.opens_at_s) / 3600).round(6)
    assert set(width_h.tolist()) == {2.0, 8.0}
    assert 0.2 < (width_h == 2).mean() < 0.4
    room = sum(one.count * one.capacity.parcels for one in types)
    asked = rows.delivery[:, 2].sum()
    assert 1.3 * asked <= room < 1.3 * asked + 320
    assert set(rows.delivery[:, 2].tolist()) == {1, 2, 3, 4, 5}


def test_a_problem_belongs_to_its_seed() -> None:
    """The same again, another with another."""
    one, again, other = (instance(TOWN, 50, seed) for seed in (1, 1, 2))

    assert np.array_equal(one.clients.location, again.clients.location)
    assert np.array_equal(one.times_s[0], again.times_s[0])
    assert not np.array_equal(one.clients.delivery, other.clients.delivery)


def test_steps_of_a_budget_follow_from_two_short_searches() -> None:
    """100 steps in 2 s and 300 in 4 s: a step is 10 ms, so 20 s are 1,600 more than 300."""
    assert solvers.steps_for(20.0, (100, 2.0), (300, 4.0)) == 1900


def test_a_search_is_about_as_long_as_its_budget() -> None:
    """Whatever the machine: a third of the budget to three times as much, for a solver that works.

    What is asked last is what is returned.
    """
    asked: list[int] = []

    def busy(_: object, effort: Effort, /) -> Solution:
        asked.append(effort.iterations)
        total = 0
        for k in range(2000 * effort.iterations):
            total += k
        return Solution((), (), float(total), effort.iterations, feasible=True)

    found, cpu_s = solvers.in_budget(busy, instance(TOWN, 5, 1), 1.0)

    assert found.iterations == asked[-1] == max(asked)
    assert 1 / 3 < cpu_s < 3


def test_a_solver_without_its_extra_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others stay, PyVRP first."""

    def without(name: str, group: str) -> object:
        if name != "districts":
            return load(name, group)

        def missing(*_: object) -> Solution:
            raise InputError("solver districts", ["needs something"])

        return missing

    monkeypatch.setattr(solvers, "load", without)
    found, said = solvers.solvers()

    assert next(iter(found)) == "pyvrp"
    assert set(found) < set(installed(SOLVERS))
    assert any("districts left out" in one and "needs something" in one for one in said)


def test_a_line_of_the_table_has_what_was_found() -> None:
    """Cost, vehicles, who was left out, steps, CPU, and the ratio to PyVRP on the whole."""
    one = solvers.Found("city", 1000, 1, "districts", 105_000.4, 21, 2, 9000, 59.96, 0.9876)

    assert str(one) == "| city | 1,000 | 1 | districts | 105,000 | 21 | 2 | 9,000 | 60.0 | 0.988 |"


def test_the_table_can_be_asked_for_in_parts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One network, one size, one seed: a line for each solver, PyVRP's ratio 1."""
    monkeypatch.setattr(solvers, "NETWORKS", {"city": lambda _: TOWN})
    monkeypatch.setattr(solvers, "BUDGET_S", {200: 0.3})

    solvers.main(["--stops", "200", "--network", "city", "--seed", "1"])

    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| city")]
    assert len(lines) == len(solvers.solvers()[0])
    assert lines[0].startswith("| city | 200 | 1 | pyvrp |")
    assert lines[0].endswith("| 1.000 |")
