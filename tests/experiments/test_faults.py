"""What a policy does wrong ends its own day at most, is told, and leaves nothing behind."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.resource_tracker import ensure_running
from pathlib import Path

import faulty
import pytest

from experiments.day import Cell, run_day
from experiments.exits import Exit
from experiments.record import DayRecord, Ended
from experiments.runner import Limits, Progress, days_as_finished
from experiments.verbs.run import exit_of
from twin.events import Delivered, OrderPlaced, PlanMade, PolicyFailed, Unloaded
from twin.journal import Journal

DAY = """\
name: faults
network: {city: {km2: 2, seed: 1}}
orders:
  count: {mean: 16, cv: 20 %}
  arrivals: {known: 60 %, by_hour: {9: 1, 10: 1, 11: 1}}
fleet: {van: 2}
breakdowns: {every: 30 min, clock: duty, at_roadside: 100 %}
policies: [nearest]
"""
KEEPS = "dispatch.on_fault=keep_last"
GONE_S = 10.0
"""How long a process that was killed may take to be gone, on a machine with other work."""
ANSWER_S = 3.0
LATE_S = 6.0
"""How much longer than the limit a verdict may take: a look, the end of a process, a busy machine.
A choice."""
MARK = "TWIN_TEST_OF_FAULTS"

ENDS_ITS_PROCESS = {
    faulty.Leaves: "its process ended (exit code 0) instead of an answer",
    faulty.Sleeps: "gave no answer within 3 s; its process was ended",
    faulty.Spins: "gave no answer within 3 s; its process was ended",
    faulty.SpinsWhenRead: "gave no answer within 3 s; its process was ended",
    faulty.SpinsInC: "gave no answer within 3 s; its process was ended",
    faulty.Segfaults: "its process ended (signal SIGSEGV) instead of an answer",
    faulty.KillsItself: "its process ended (signal SIGKILL) instead of an answer",
    faulty.EatsMemory: "ran out of memory",
    faulty.Floods: "gave no answer within 3 s; its process was ended",
    faulty.SleepsOverChild: "gave no answer within 3 s; its process was ended",
    faulty.CrashesOverChild: "its process ended (exit code 3) instead of an answer",
}
"""What no rule of the scenario can keep, and how it is told."""

IS_AN_ANSWER = {
    faulty.Raises: "KeyError: 'o7'",
    faulty.Exits: "RuntimeError: called sys.exit(0)",
    faulty.RaisesWhenRead: "RuntimeError: called sys.exit(0)",
    faulty.AnswersNothing: "answered with NoneType, expected a Plan",
    faulty.AnswersText: "answered with str, expected a Plan",
    faulty.AnswersDict: "answered with dict, expected a Plan",
    faulty.AnswersNoTime: "ask_again_at_s is nan, expected seconds since midnight",
    faulty.DeliversUnloaded: "and no earlier stop of this route loads them",
    faulty.DeliversUnknown: "order o-none is unknown or not open",
    faulty.DeliversTwice: "in the routes of van-001 and van-002",
    faulty.DeliversAgain: "is unknown or not open",
    faulty.Foresees: "order o0002 is unknown or not open",
    faulty.DeclinesLoaded: "declined, but aboard",
    faulty.UnloadsAnywhere: "which is no depot",
    faulty.MovesBroken: "is broken down and is given",
}
"""What the scenario may say to keep, and how it is told."""

TRIED_TO_KEEP = (
    faulty.Raises,
    faulty.Exits,
    faulty.AnswersNothing,
    faulty.AnswersNoTime,
    faulty.DeliversTwice,
    faulty.DeclinesLoaded,
    faulty.MovesBroken,
)
"""Of these, one of each kind is lived where the scenario says so."""

IS_NO_FAULT = (
    faulty.ForgetsLoaded,
    faulty.LeavesChild,
    faulty.LeavesDaemon,
    faulty.Forks,
    faulty.ForksAndStays,
    faulty.LeavesThread,
)
"""What is allowed, or does no harm: the day comes to its end."""


def cell(policy: type | str, day: int = 1, *overrides: str, kept: Path | None = None) -> Cell:
    """Return a day under a policy of `faulty`, or one by its name."""
    name = policy if isinstance(policy, str) else f"{faulty.__file__}:{policy.__name__}"
    journal = None if kept is None else str(kept / f"{name.rpartition(':')[2]}.jsonl")
    return Cell(DAY, "faults.yaml", "/", name, overrides, day=day, journal_path=journal)


@dataclass
class Lived:
    """All days of this page, lived side by side.

    Attributes
    ----------
    records
        What became of each cell, by its text.
    took_s
        For each cell that was seen at its last question, how long after that its verdict came.
    left
        Command lines of processes that were still there afterwards.
    folder
        Where journals of kept days are.
    """

    records: dict[str, DayRecord]
    took_s: dict[str, float]
    left: list[str]
    folder: Path


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Live days under every faulty policy, two at a time, with good ones between them."""
    folder = tmp_path_factory.mktemp("kept")
    faults = [
        *(cell(policy) for policy in ENDS_ITS_PROCESS),
        *(cell(policy) for policy in IS_AN_ANSWER),
        *(cell(policy, 1, KEEPS, kept=folder) for policy in TRIED_TO_KEEP),
        cell(faulty.Leaves, 1, KEEPS),
        *(cell(policy, 1, kept=folder) for policy in IS_NO_FAULT),
        *(cell(faulty.RaisesOnOneDay, day) for day in (1, 2, 3)),
    ]
    third = len(faults) // 3
    cells = [*faults[:third], cell("nearest", 1), *faults[third : 2 * third], cell("nearest", 2)]
    cells += [*faults[2 * third :], cell("nearest", 3)]
    ensure_running()  # it stays, and has nothing to do with policies
    os.environ[MARK] = "1"
    try:
        seen_s: dict[tuple[str, int], float] = {}

        def look(progress: Progress) -> None:
            seen_s.setdefault((repr(progress.cell), progress.question), time.monotonic())

        records, took_s = {}, {}
        limits = Limits(ANSWER_S, memory_bytes=700_000_000)
        days = days_as_finished(cells, workers=2, limits=limits, on_progress=look, quiet=True)
        for place, record in days:
            one = cells[place]
            records[repr(one)] = record
            seen = seen_s.get((repr(one), faulty.FIRST))
            if seen is not None:
                took_s[repr(one)] = time.monotonic() - seen
        deadline_s = time.monotonic() + GONE_S
        while (left := list(marked())) and time.monotonic() < deadline_s:
            time.sleep(0.1)
        yield Lived(records, took_s, left, folder)
    finally:
        del os.environ[MARK]


def marked() -> Iterator[str]:
    """Yield the command lines of processes that were started with our mark in their environment."""
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{MARK}=1".encode() in environ.read_bytes().split(b"\0"):
                yield environ.with_name("cmdline").read_text().replace("\0", " ")
        except OSError:  # not ours, or over
            continue


def of(lived: Lived, *given: object) -> DayRecord:
    """Return the record of a cell."""
    return lived.records[repr(cell(*given))]  # type: ignore[arg-type] # as given


def is_told(record: DayRecord, policy: type, what: str) -> None:
    """Check that a fault is told with its policy, the simulated time and the question."""
    assert record.ended is Ended.POLICY, (policy, record)
    first = record.why.splitlines()[0]
    assert first.startswith(f"faulty.py:{policy.__name__} "), first
    assert " at 0" in first or " at 1" in first, first
    assert ", question " in first, first
    assert what in record.why, record.why
    assert exit_of([record]) is Exit.POLICY_STOPPED


@pytest.mark.slow
@pytest.mark.parametrize(("policy", "what"), ENDS_ITS_PROCESS.items(), ids=str)
def test_what_ends_a_process_ends_one_day(lived, policy, what):
    """With the question at which it happened, and the instant of the day."""
    record = of(lived, policy)

    is_told(record, policy, what)
    assert f"question {faulty.FIRST}: " in record.why


@pytest.mark.slow
@pytest.mark.parametrize(("policy", "what"), IS_AN_ANSWER.items(), ids=str)
def test_a_wrong_answer_stops_the_day(lived, policy, what):
    """Where the scenario says nothing else."""
    is_told(of(lived, policy), policy, what)


@pytest.mark.slow
@pytest.mark.parametrize("policy", TRIED_TO_KEEP, ids=str)
def test_a_wrong_answer_is_kept_out_and_counted(lived, policy):
    """Where the scenario says so: the day comes to its end, with one fault in it."""
    one = cell(policy, 1, KEEPS, kept=lived.folder)
    record = lived.records[repr(one)]

    assert record.ended is Ended.FINISHED, record.why
    assert record.value("policy_faults") == 1
    assert exit_of([record]) is Exit.FAULTS_KEPT
    journal = Journal.read(Path(one.journal_path))
    [failed] = journal.of(PolicyFailed)
    assert IS_AN_ANSWER[policy] in "; ".join(failed.problems)
    answered = {event.question for event in journal.of(PlanMade)}
    assert failed.question not in answered
    assert {failed.question - 1, failed.question + 1} <= answered


@pytest.mark.slow
def test_what_ends_a_process_cannot_be_kept(lived):
    """Whatever the scenario says."""
    is_told(of(lived, faulty.Leaves, 1, KEEPS), faulty.Leaves, ENDS_ITS_PROCESS[faulty.Leaves])


@pytest.mark.slow
@pytest.mark.parametrize("policy", IS_NO_FAULT, ids=str)
def test_what_is_allowed_stops_no_day(lived, policy):
    """Processes, copies and threads of a policy are its own affair, until its day is over."""
    record = lived.records[repr(cell(policy, 1, kept=lived.folder))]

    assert record.ended is Ended.FINISHED, record.why
    assert record.value("policy_faults") == 0
    assert exit_of([record]) is Exit.OK


@pytest.mark.slow
def test_goods_without_a_planned_action_come_home(lived):
    """Goods aboard may stay there: the van puts them down at its depot, and nothing is lost."""
    one = cell(faulty.ForgetsLoaded, 1, kept=lived.folder)

    journal = Journal.read(Path(one.journal_path))

    brought_back = {order for event in journal.of(Unloaded) for order in event.orders}
    assert len(brought_back) > 3
    assert brought_back <= {event.order for event in journal.of(Delivered)}
    assert lived.records[repr(one)].value("delivered") == of(lived, "nearest").value("delivered")


@pytest.mark.slow
def test_an_order_of_the_day_is_unknown_until_it_is_placed(lived):
    """What `Foresees` guessed is an order of that day indeed."""
    one = cell(faulty.ForgetsLoaded, 1, kept=lived.folder)

    [placed] = [
        event
        for event in Journal.read(Path(one.journal_path)).of(OrderPlaced)
        if event.order.id == "o0002"
    ]

    assert placed.at_s > 9 * 3600
    assert "at 08:32:10, question 3" in of(lived, faulty.Foresees).why


@pytest.mark.slow
def test_one_bad_day_of_three_is_one_bad_day(lived):
    """Day 2 fails at its first question; days 1 and 3 are the baseline's own."""
    first, second, third = (of(lived, faulty.RaisesOnOneDay, day) for day in (1, 2, 3))

    is_told(second, faulty.RaisesOnOneDay, "ZeroDivisionError: a day like no other")
    assert "failed at 06:00:00, question 1: " in second.why
    assert first.ended is third.ended is Ended.FINISHED
    assert first.figures == of(lived, "nearest", 1).figures
    assert third.figures == of(lived, "nearest", 3).figures
    assert exit_of([first, second, third]) is Exit.FAULTS_KEPT


@pytest.mark.slow
@pytest.mark.parametrize("day", [1, 2, 3])
def test_days_beside_faulty_ones_are_as_without_them(lived, day):
    """To the byte: the fingerprint of the journal."""
    record = of(lived, "nearest", day)

    assert record.ended is Ended.FINISHED
    assert record.journal_sha256 == run_day(cell("nearest", day)).journal_sha256


@pytest.mark.slow
def test_verdicts_come_soon(lived):
    """Of every hang, not long after the limit of an answer."""
    hangs = [policy for policy, what in ENDS_ITS_PROCESS.items() if "no answer within" in what]

    took_s = {policy.__name__: lived.took_s[repr(cell(policy))] for policy in hangs}

    assert len(took_s) == 6
    assert max(took_s.values()) < ANSWER_S + LATE_S, took_s


@pytest.mark.slow
def test_nothing_that_a_policy_started_is_left(lived):
    """No worker, no copy of one, no child that was to stay."""
    assert lived.left == []
