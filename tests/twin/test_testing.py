"""The conformance suite: each promise that a policy breaks is told, and only those."""

import inspect
import json
import logging
import multiprocessing
import operator
import os
import random  # noqa: TID251 # watched here too
import runpy
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from breakers import BREAKERS, Fetchless, Gambles, OrderOfASet, Remembers, Restless, Tidies
from dispatchers import AllAboard, Fifo, Urgent

from twin import Briefing, Plan, conformance
from twin.again import MOST_QUESTIONS, Again, again_of, lived_again
from twin.conformance import promises_tried
from twin.errors import InputError
from twin.model import DRIVE, NodeId
from twin.plugins import load
from twin.processes import nothing_left
from twin.promises import PROMISES
from twin.remedies import READ_ONLY
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


def test_a_fault_of_every_day_is_told_once_and_with_its_line():
    """The other promises are not blamed for it, and were not kept either."""
    line = inspect.getsourcelines(Raises)[1] + 5

    [problem] = found(Raises)

    assert problem == (
        "answers every question with a plan: an ordinary morning: Raises failed at 06:00:00, "
        f"question 1: RuntimeError: not today (test_testing.py, line {line}, in decide) (and on "
        "16 other days); let `decide` return a `Plan` whatever it sees; `Plan()` means carry on"
    )


class Decides(Fifo):
    """Answers as it is told to."""

    answer = staticmethod(Plan)

    def decide(self, view):
        """Return whatever it is."""
        return self.answer(view)


class Undecided:
    """Has no `decide`."""

    def __init__(self, _):
        """Remember nothing."""


def deciding(answer):
    return type("Deciding", (Decides,), {"answer": staticmethod(answer)})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (deciding(lambda view: {}[view.now_s]), "KeyError: 21600.0"),
        (deciding(lambda _: None), "answered with NoneType"),
        (deciding(lambda _: sys.exit("bye")), "called sys.exit('bye')"),
        (Undecided, "give the policy a method `decide(self, view)` that returns a `Plan`"),
        (deciding(lambda _: Plan({"v99": ()})), "vehicle v99: unknown"),
    ],
)
def test_what_breaks_the_ordinary_morning_breaks_one_promise(make, words):
    """All others could not be tried: no day got as far as saying anything of them."""
    tried = promises_tried(make, "x", "it is not tried elsewhere here")

    [broken] = [one for one in tried if one.broken]
    assert broken.promise == ("legal" if "v99" in words else "answers")
    assert words in broken.in_words
    assert {one.held for one in tried if one is not broken} == {None}
    by_name = {one.promise: one.skipped for one in tried}
    assert by_name["no van"] == "a day with no van did not come to its end"
    assert by_name["unchanged"] == "an ordinary morning did not come to its end"


def test_another_fault_on_a_special_day_is_told_for_itself():
    """It may need another remedy; the day of two orders in one instant begins empty, too."""

    def answer(view):
        return {}[view.orders[0].id] if view.orders else 1 / len(view.orders)

    tried = promises_tried(deciding(answer), "x", "it is not tried elsewhere here")

    assert [one.promise for one in tried if one.broken] == ["answers", "empty", "instant"]


@pytest.mark.parametrize(
    "change",
    [
        lambda view: view.orders.append(1),
        lambda view: setattr(view, "now_s", 5.0),
        lambda view: view.orders.__setitem__(0, None),
        lambda view: operator.setitem(view.orders, 0, None),
    ],
    ids=["append", "attribute", "no method", "item"],
)
def test_who_changes_what_is_shown_is_told_to_copy_it(change):
    """It is read-only: `let decide return a Plan` would not help. What no name tells is left."""
    tried = promises_tried(deciding(change), "x", "it is not tried elsewhere here")

    [broken] = [one for one in tried if one.broken]
    is_known = "__setitem__" not in broken.broken[0].what
    assert broken.in_words.endswith(READ_ONLY if is_known else PROMISES["answers"].todo)


def test_an_error_of_the_policys_own_list_is_no_change_of_a_view():
    """A list that has no such entry."""

    def answer(_):
        return [].remove(1)

    [broken] = [one for one in promises_tried(deciding(answer), "x", "not here") if one.broken]

    assert broken.in_words.endswith(PROMISES["answers"].todo)


def test_a_day_that_differs_may_go_by_a_clock():
    """The third usual cause is named, too."""
    assert "`view.now_s`, never from a clock" in found(Remembers)[0]


class Needs(Fifo):
    """Needs a parameter."""

    def __init__(self, briefing, *, every_s):
        super().__init__(briefing)
        self.every_s = every_s


class Strict(Fifo):
    """Refuses a parameter."""

    def __init__(self, briefing, mode="fast"):
        super().__init__(briefing)
        if mode != "fast":
            raise InputError("policy strict", [f"mode is {mode!r}, expected fast"])


class Unbriefed:
    """Takes no briefing."""


TAKES_NONE = (
    "takes no Briefing, expected a maker that is called with one: `def __init__(self, briefing)`"
)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (Needs, "every_s: has no default, expected a value for it"),
        (
            Unbriefed,
            TAKES_NONE,
        ),
        (partial(Strict, mode="slow"), "mode is 'slow', expected fast"),
    ],
)
def test_a_policy_that_cannot_be_made_breaks_no_promise(make, problem):
    """What was given is wrong; nothing was tried."""
    assert found(make) == (problem,)
    check_policy(partial(Needs, every_s=60.0))


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

    ended = "its process ended (exit code 7) before its verdict"
    assert said == [("all days", f"with PYTHONHASHSEED=1: {ended}")]


LEAVES = """
import os, subprocess, sys, threading, time
from dispatchers import Fifo
from twin.testing import check_policy

class Leaves(Fifo):
    def decide(self, view):
        if not hasattr(self, "asked"):
            self.asked = 1
            FAULT
        return super().decide(view)

if __name__ == "__main__":
    from twin.plugins import load
    check_policy(load(f"{__file__}:Leaves"))
    print("kept", flush=True)
"""


def checked_apart(tmp_path, fault):
    """Return how a process of its own checks a policy with a fault, within two minutes."""
    path = tmp_path / "leaves.py"
    path.write_text(LEAVES.replace("FAULT", fault), encoding="utf-8")
    return subprocess.run(  # noqa: S603 # our own code
        [sys.executable, str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def still_there(word: str) -> list[str]:
    """Return the processes that have a word among their arguments."""
    found = []
    for listed in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            if word in listed.read_bytes().decode("utf-8", "replace").split("\0"):
                found.append(listed.parent.name)
    return found


@pytest.mark.parametrize(
    "fault",
    [
        'subprocess.Popen(["sleep", "86397.25"])',
        'os.fork() or os.execvp("sleep", ["sleep", "86397.25"])',
        "os.fork()",
        "threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()",
    ],
)
def test_what_a_policy_leaves_behind_keeps_nobody_waiting(tmp_path, fault):
    """A child, a copy that becomes something else, a copy that comes back, a thread."""
    done = checked_apart(tmp_path, fault)

    assert done.stdout == "kept\n", done.stderr
    assert still_there("86397.25") == []


def test_a_process_that_was_there_before_is_left_alone():
    """As are those of `multiprocessing`: a pool may serve the next check."""

    class Starts(Fifo):
        def __init__(self, briefing):
            super().__init__(briefing)
            self.child = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,))
            self.child.daemon = True
            self.child.start()

    with subprocess.Popen(["sleep", "86397.5"]) as before:  # noqa: S607
        with nothing_left():
            Starts(Briefing.of(tiny_worlds()["an empty day"], "x"))
            late = subprocess.Popen(["sleep", "86397.75"])  # noqa: S607
        [pool] = multiprocessing.active_children()

        assert before.poll() is None
        assert pool.is_alive()
        assert late.wait(timeout=10) is not None
        assert still_there("86397.75") == []
        pool.kill()
        pool.join()
        before.kill()


def test_a_policy_that_ends_its_process_does_not_end_the_one_that_checks_it(tmp_path):
    """Another one was ended first, and that is told."""
    done = checked_apart(tmp_path, "os._exit(0)")

    assert done.returncode == 1
    assert (
        "answers every question with a plan: an ordinary morning: its process ended (exit code 0) "
        "before its verdict" in done.stderr
    )


def test_a_policy_that_hangs_in_another_process_is_ended_with_its_children(tmp_path, monkeypatch):
    """After a time that is told."""
    path = tmp_path / "hangs.py"
    path.write_text(
        "import subprocess\ndef hang(briefing):\n    subprocess.run(['sleep', '86397.125'])\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("twin.again.PATIENCE_S", 5.0)

    said = lived_again(Again(f"{path}:hang"), "x", {"an empty day": "0"}, (1,))

    assert said == [
        ("all days", "with PYTHONHASHSEED=1: took longer than 5 s; its process was ended")
    ]
    assert still_there("86397.125") == []


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
