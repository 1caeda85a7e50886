"""The conformance suite finds what is wrong with a policy, and says so day by day."""

import logging
import random  # noqa: TID251 # what a bad policy does
from functools import partial
from typing import ClassVar

import numpy as np
import pytest
from dispatchers import AllAboard, Fifo, Urgent

from twin import Plan, Stop
from twin.errors import InputError
from twin.model import DRIVE, NodeId
from twin.plan import Deliver
from twin.testing import LineTravel, check_policy, tiny_worlds


@pytest.mark.parametrize("make", [Fifo, Urgent, AllAboard])
def test_a_policy_that_keeps_the_contract_passes(make):
    """Three of our own, in a fresh process too."""
    check_policy(make)


def found(make) -> tuple[str, ...]:
    with pytest.raises(InputError) as refused:
        check_policy(make)
    return refused.value.problems


class Raises(Fifo):
    """Raises at every question."""

    def decide(self, _):
        """Raise."""
        raise RuntimeError("not today")


def test_a_policy_that_raises_is_found_with_time_and_question():
    """On each of the tiny days, and the list names the policy."""
    problems = found(Raises)

    assert len(problems) == len(tiny_worlds())
    assert problems[0] == (
        "an ordinary morning: policy failed at 06:00:00, question 1: RuntimeError: not today"
    )


class Gambles(Fifo):
    """Draws from the global generator and does nothing with it."""

    def decide(self, view):
        """Draw."""
        random.random()  # noqa: S311
        return super().decide(view)


class GamblesWithNumpy(Fifo):
    """Draws from numpy's global generator and does nothing with it."""

    def decide(self, view):
        """Draw."""
        np.random.random()  # noqa: NPY002, TID251
        return super().decide(view)


@pytest.mark.parametrize("make", [Gambles, GamblesWithNumpy])
def test_a_policy_that_draws_from_a_global_generator_is_found(make):
    """Even if its plans do not depend on it."""
    assert found(make) == (
        "draws from (or seeds) a global random generator: use `briefing.random` instead",
    )


class Remembers(Fifo):
    """Counts its answers over all days of a process."""

    seen: ClassVar[dict[int, None]] = {}

    def decide(self, view):
        """Count."""
        self.seen[len(self.seen)] = None
        return Plan({**super().decide(view).routes}, why=f"answer {len(self.seen)}")


def test_a_policy_that_keeps_something_from_day_to_day_is_found():
    """Its second life of a day differs from the first."""
    problems = found(Remembers)

    assert len(problems) == len(tiny_worlds())
    assert problems[0].startswith("an ordinary morning: another journal when lived again")


class Nonsense(Fifo):
    """Answers with a list of views."""

    def decide(self, view):
        """Return no plan."""
        return [view]


class Illegal(Fifo):
    """Delivers what was never loaded."""

    def decide(self, _):
        """Return what cannot be."""
        return Plan({"van 1": (Stop("door 1", (Deliver("o1"),)),)})


def test_a_policy_that_answers_with_nonsense_is_found():
    """What came and what was expected."""
    assert "answered with list, expected a Plan" in found(Nonsense)[0]


def test_a_policy_with_illegal_plans_is_found():
    """Where there is no such van it is told so; where there is, that nothing was loaded."""
    problems = "\n".join(found(Illegal))

    assert "no earlier stop of this route loads them" in problems
    assert "vehicle van 1: unknown, or its duties are over; there are none" in problems


class OrderOfASet(Fifo):
    """Serves orders in the order in which a set of their ids happens to be."""

    def queue(self, view):
        """Return the queue in no order."""
        rows = {row.id: row for row in super().queue(view)}
        return [rows[order_id] for order_id in set(rows)]


def test_a_policy_that_depends_on_the_order_of_a_set_is_found():
    """Another process has another hash seed, so the same day becomes another."""
    assert any("with another PYTHONHASHSEED" in problem for problem in found(OrderOfASet))


def test_a_policy_without_a_name_to_import_is_checked_but_for_the_fresh_process(caplog):
    """A partial is checked here; a word says that no other process could be asked."""

    class Local(Fifo):
        pass

    with caplog.at_level(logging.WARNING):
        check_policy(partial(Fifo))
        check_policy(Local)

    first, second = (record.getMessage() for record in caplog.records)
    assert first == "Fifo cannot be imported by name: not checked in a fresh process"
    assert second.endswith(".Local cannot be imported by name: not checked in a fresh process")


def test_tiny_worlds_are_the_same_at_every_call():
    """Nothing drawn, nothing shared: equal but for the identity of their streets."""
    first, second = tiny_worlds(), tiny_worlds()

    assert list(first) == list(second)
    for name, day in first.items():
        assert day.orders == second[name].orders
        assert day.presence == second[name].presence
        assert day is not second[name]


def test_the_line_is_as_long_as_its_blocks():
    """Four blocks of 400 m at 8 m/s: 1600 m and 200 s, there and back by other edges."""
    travel = LineTravel(12)
    there = travel.path(NodeId(1), NodeId(5), DRIVE, 0.0)
    back = travel.path(NodeId(5), NodeId(1), DRIVE, 0.0)

    assert there.nodes == (1, 2, 3, 4, 5)
    assert (there.edges, back.edges) == ((2, 4, 6, 8), (9, 7, 5, 3))
    assert travel.drive(there, DRIVE, 100.0) == (100, 150, 200, 250, 300)
    assert travel.between(NodeId(1), NodeId(5), DRIVE, 0.0) == 200
    assert travel.lengths([NodeId(1), NodeId(5)], DRIVE).tolist() == [[0, 1600], [1600, 0]]
