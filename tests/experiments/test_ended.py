"""How a command exits after days of several policies."""

import pytest

from experiments.ended import exit_of
from experiments.exits import Exit
from experiments.record import DayRecord, Ended
from twin.kpi import Figure


def day(policy: str, number: int, ended: Ended = Ended.FINISHED, faults: float = 0) -> DayRecord:
    figures = {"policy_faults": Figure(faults)} if ended is Ended.FINISHED else {}
    return DayRecord(policy, number, ended, figures, why="" if figures else f"{policy}: why")


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([day("a", 1), day("b", 1)], Exit.OK),
        ([day("a", 1, faults=2), day("b", 1)], Exit.FAULTS_KEPT),
        ([day("a", 1), day("a", 2, Ended.POLICY)], Exit.FAULTS_KEPT),
        ([day("a", 1), day("b", 1, Ended.POLICY)], Exit.POLICY_STOPPED),
        ([day("a", 1), day("b", 1, Ended.MACHINE), day("c", 1, Ended.POLICY)], Exit.MACHINE),
    ],
)
def test_the_worst_that_happened_decides(records, code) -> None:
    """A policy with some days left is contained; one without any is stopped."""
    assert exit_of(records) is code


def test_a_day_that_came_out_otherwise_is_a_fault_that_was_contained() -> None:
    """What was kept stays; whatever is worse decides."""
    assert exit_of([day("a", 1)], [("a", 1)]) is Exit.FAULTS_KEPT
    assert exit_of([day("a", 1, Ended.POLICY)], [("b", 1)]) is Exit.POLICY_STOPPED


def test_what_stopped_many_days_is_said_once_and_counted(capsys) -> None:
    """A hundred days that all failed alike are one line."""
    exit_of([day("a", number, Ended.POLICY) for number in range(100)])

    said = capsys.readouterr().err
    assert said == "stopped by its policy: a: why (and 99 more of its days)\n"
