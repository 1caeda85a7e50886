"""The conformance suite: each promise that a policy breaks is told, and only those."""

import json
import logging
import random  # noqa: TID251 # watched here too
import runpy
import subprocess
import sys
from functools import partial

import pytest
from breakers import BREAKERS, Fetchless, Gambles, OrderOfASet, Remembers, Restless, Tidies
from dispatchers import AllAboard, Fifo, Urgent

from twin import conformance
from twin.again import Again, again_of, lived_again
from twin.conformance import MOST_QUESTIONS, PROMISES, promises_tried
from twin.errors import InputError
from twin.model import DRIVE, NodeId
from twin.plugins import load
from twin.testing import LineTravel, check_policy, tiny_worlds


@pytest.mark.parametrize("make", [Fifo, Urgent, AllAboard])
def test_a_policy_that_keeps_the_contract_passes(make, caplog):
    """Three of our own, with nothing left out."""
    with caplog.at_level(logging.WARNING):
        check_policy(make)

    assert not caplog.records


@pytest.mark.parametrize(("make", "promise"), BREAKERS.items(), ids=str)
def test_a_policy_that_breaks_one_promise_is_told_by_it_alone(make, promise):
    """The promise, where it was broken first, and what to do about it."""
    tried = promises_tried(make, make.__name__, again_of(make))

    assert [one.promise for one in tried if one.broken] == [promise]
    assert [one.promise for one in tried] == list(PROMISES)
    [broken] = [one for one in tried if one.broken]
    assert broken.broken[0].day in tiny_worlds()
    assert broken.in_words.startswith(f"{broken.broken[0].day}: ")
    assert broken.in_words.endswith(PROMISES[promise].todo)


def test_every_promise_has_a_policy_that_breaks_it():
    """But for soundness, which only the twin itself can break."""
    assert {*BREAKERS.values(), "sound"} == set(PROMISES)


def found(make) -> tuple[str, ...]:
    with pytest.raises(InputError) as refused:
        check_policy(make)
    return refused.value.problems


class Raises(Fifo):
    """Raises at every question."""

    def decide(self, _):
        """Raise."""
        raise RuntimeError("not today")


def test_one_error_lists_every_promise_that_is_broken():
    """On each of the tiny days: those that are for one promise count for that one."""
    problems = found(Raises)

    assert [problem.partition(":")[0] for problem in problems] == [
        PROMISES[key].says for key in ("answers", "empty", "no van", "instant", "broken van")
    ]
    assert problems[0] == (
        "answers every question with a plan: an ordinary morning: Raises failed at 06:00:00, "
        "question 1: RuntimeError: not today (and on 12 other days); let `decide` return a "
        "`Plan` whatever it sees; `Plan()` means carry on"
    )


def test_an_illegal_plan_is_told_with_time_question_and_all_that_is_wrong():
    """What `None` is, too."""
    assert (
        "Fetchless returned an illegal plan at 06:00:00, question 1: answered with NoneType"
        in (found(Fetchless)[0])
    )


def test_the_shared_generators_are_left_as_they_were_found():
    """By the suite itself."""
    before = random.getstate()

    check_policy(Fifo)

    assert random.getstate() == before
    assert "question 1 (and on 16 other days); draw from `briefing.random`" in found(Gambles)[0]


def test_a_day_ends_where_a_policy_asks_without_end_or_changes_what_it_sees():
    """Nothing that follows is held against it: what it was shown is no longer true."""
    assert f"at most {MOST_QUESTIONS:,} times a day: nobody home: asked again" in found(Restless)[0]
    assert "changed by_order of its View at 08:00:00, question 2" in found(Tidies)[0]


def test_a_policy_with_a_memory_is_told_on_the_days_in_their_order():
    """And where days differ in one process, other processes are not asked."""
    tried = {one.promise: one for one in promises_tried(Remembers, "x", again_of(Remembers))}

    assert [one.day for one in tried["again"].broken] == list(tiny_worlds())
    assert tried["elsewhere"].held is None
    assert tried["elsewhere"].skipped.startswith("no day is the same")


def test_a_journal_that_cannot_be_is_called_a_fault_of_the_twin(monkeypatch):
    """Soundness is looked at on every day."""
    monkeypatch.setattr(conformance, "found_in", lambda _: ["line 3: earlier than the line before"])

    [problem] = found(Fifo)

    assert problem.startswith("leaves journals of days that can have happened: an ordinary morning")
    assert problem.endswith("this is a fault of the twin: please send us the policy")


def test_the_user_can_still_stop_it():
    """Ctrl-C is no answer of the policy."""

    class Stopped(Fifo):
        def decide(self, _):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_policy(Stopped)


ALONE = """
from twin import Plan

class Sets:
    def __init__(self, briefing, by="names"):
        self.by = by

    def decide(self, view):
        return Plan(why=self.by + " ".join({row.id for row in view.orders}))

def quiet(briefing, by="names"):
    return Sets(briefing, by)
"""


def test_a_policy_in_a_file_of_its_own_is_tried_in_other_processes(tmp_path):
    """A class or a function, and with parameters."""
    path = tmp_path / "alone.py"
    path.write_text(ALONE, encoding="utf-8")
    sets, quiet = load(f"{path}:Sets"), load(f"{path}:quiet")

    assert again_of(sets) == Again(f"{path}:Sets")
    assert again_of(partial(quiet, by="ids")) == Again(f"{path}:quiet", {"by": "ids"})
    assert "another journal with PYTHONHASHSEED=" in found(sets)[0]
    assert "another journal with PYTHONHASHSEED=" in found(partial(quiet, by="ids"))[0]


def test_a_policy_that_no_other_process_finds_is_checked_but_for_that(caplog):
    """A word says why."""

    class Local(Fifo):
        pass

    with caplog.at_level(logging.WARNING):
        check_policy(partial(Fifo))
        check_policy(Local)

    [said] = [record.getMessage() for record in caplog.records]
    assert "Local: not tried whether it lives a day in another process" in said
    assert said.endswith(".Local has no name of its own in a module")


def test_a_class_in_main_is_sent_to_the_command(tmp_path):
    """Another process would have another __main__."""
    path = tmp_path / "alone.py"
    path.write_text(ALONE, encoding="utf-8")
    names = runpy.run_path(str(path), run_name="__main__")

    assert again_of(names["Sets"]) == (
        "Sets is in __main__, which other processes cannot import; try it with "
        "`twin policies check FILE.py:Sets`"
    )


def test_parameters_that_are_no_plain_values_are_not_sent():
    """A tuple would arrive as a list."""
    assert again_of(partial(Fifo, reach_s=9.0)) == Again(again_of(Fifo).target, {"reach_s": 9.0})
    assert again_of(partial(Fifo, zones=(1, 2))).endswith("cannot be given")
    assert again_of(partial(Fifo, made=object())).endswith("cannot be given")


def test_another_process_that_cannot_import_it_is_no_fault():
    """A module that only this process knows, say."""
    said = lived_again(Again("no_such_module:Name"), "x", {"an empty day": "0"}, (1,))

    assert said.startswith("other processes cannot import it: no_such_module:Name: 1 problem")


def test_another_process_that_ends_says_how(tmp_path):
    """Two processes, one verdict."""
    path = tmp_path / "leaves.py"
    path.write_text("import os\ndef leave(briefing):\n    os._exit(7)\n", encoding="utf-8")

    said = lived_again(Again(f"{path}:leave"), "x", {"an empty day": "0"}, (1, 2))

    assert said == [("all days", "with PYTHONHASHSEED=1: ended with code 7: no word")]


def test_an_order_of_a_set_is_found_whatever_seed_this_process_has():
    """The two other processes differ from one another."""
    code = (
        "from breakers import OrderOfASet\nfrom twin.again import again_of\n"
        "from twin.conformance import promises_tried\nimport json\n"
        "tried = promises_tried(OrderOfASet, 'x', again_of(OrderOfASet))\n"
        "print(json.dumps([one.promise for one in tried if one.broken]))"
    )
    for seed in ("1", "2"):
        done = subprocess.run(  # noqa: S603 # our own code
            [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == ["elsewhere"]
    assert BREAKERS[OrderOfASet] == "elsewhere"


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
