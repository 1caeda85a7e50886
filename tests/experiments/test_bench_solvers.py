"""Solvers compared at equal CPU: the problems, the steps of a budget, the line of a table."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from experiments.bench import solvers
from experiments.bench.instances import instance
from networks.grid import grid_town
from networks.network import RoadNetwork
from twin.errors import InputError
from twin.plugins import SOLVERS, installed, load
from twin.solver import Effort, Problem, Solution

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


def test_a_longer_search_that_took_less_does_not_lead_astray() -> None:
    """1,000 steps took 60 s, 900 took 70 s: a step costs 60 ms."""
    assert solvers.steps_for(54.0, (900, 70.0), (1000, 60.0)) == 900


class Worker:
    """A solver whose steps cost what is told, on a clock that it moves itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cost_s: Callable[[int], float]) -> None:
        self.now_s, self._cost_s = 0.0, cost_s
        self.asked: list[int] = []
        monkeypatch.setattr(time, "process_time", lambda: self.now_s)

    def __call__(self, _: Problem, effort: Effort, /) -> Solution:
        """Let the seconds of so many steps pass."""
        self.asked.append(effort.iterations)
        self.now_s += self._cost_s(effort.iterations)
        return Solution((), (), 0.0, effort.iterations, feasible=True)


@pytest.mark.parametrize(
    "cost_s",
    [
        pytest.param(lambda steps: 0.01 * steps, id="steps alone"),
        pytest.param(lambda steps: 5 + 0.01 * steps, id="a beginning"),
        pytest.param(lambda steps: 5 + 0.4 * steps**0.5, id="late steps are cheap"),
        pytest.param(lambda steps: 1 + 1e-5 * steps**1.5, id="late steps are dear"),
        pytest.param(lambda steps: 16 + 0.001 * steps, id="a beginning of most of it"),
    ],
)
def test_a_search_takes_its_budget(
    monkeypatch: pytest.MonkeyPatch, cost_s: Callable[[int], float]
) -> None:
    """Within a tenth, whatever steps cost; what is asked last is what is returned."""
    worker = Worker(monkeypatch, cost_s)

    *_, (found, cpu_s) = solvers.searches(worker, instance(TOWN, 5, 1), 20.0)

    assert found.iterations == worker.asked[-1]
    assert cpu_s == pytest.approx(cost_s(found.iterations))
    assert cpu_s == pytest.approx(20.0, rel=0.1)


def test_a_beginning_longer_than_the_budget_is_all_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One search of the fewest steps, and the seconds that it took."""
    worker = Worker(monkeypatch, lambda steps: 30 + 0.01 * steps)

    [(_, cpu_s)] = solvers.searches(worker, instance(TOWN, 5, 1), 20.0)

    assert worker.asked == [solvers.FIRST]
    assert cpu_s == pytest.approx(31.0)


def _for_ever(_: Problem, __: Effort, /) -> Solution:
    while True:
        pass


def test_a_search_past_all_patience_is_ended_and_said() -> None:
    """The system ends it at a second of CPU; the line says that nothing was found, and when."""
    assert solvers.apart(_for_ever, instance(TOWN, 5, 1), 0.1, patience=1.0) is None

    line = str(solvers.Found("city", 5_000, 2, "slow", 180.0))

    assert line == "| city | 5,000 | 2 | slow | none | - | - | - | 180 | - |"


def _slow_later(_: Problem, effort: Effort, /) -> Solution:
    while effort.iterations > solvers.FIRST:
        pass
    return Solution((), (), 7.0, effort.iterations, feasible=True)


def test_what_was_found_before_patience_ended_a_search_is_kept() -> None:
    """The first search is quick, the second never ends."""
    found = solvers.apart(_slow_later, instance(TOWN, 5, 1), 0.1, patience=1.0)

    assert found is not None
    assert (found[0].objective, found[0].iterations) == (7.0, solvers.FIRST)


def _breaks(_: Problem, __: Effort, /) -> Solution:
    raise SystemExit(3)


def test_a_search_that_breaks_is_not_taken_for_a_long_one() -> None:
    """What ended its process is said."""
    with pytest.raises(RuntimeError, match="ended with 3"):
        solvers.apart(_breaks, instance(TOWN, 5, 1), 1.0)


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
    one = solvers.Found("city", 1000, 1, "districts", 59.96, 105_000.4, 21, 2, 9000, 0.9876)

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
