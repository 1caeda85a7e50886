"""Workers and their watchdog: what ends a process ends one day and nothing else."""

import os
import select
import signal
import subprocess
import sys

import pytest

from experiments.day import run_day
from experiments.record import Ended
from experiments.runner import Limits, cpus, days_as_finished, run_days

SHORT = Limits(answer_s=1.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("time.sleep(3600)", "gave no answer within 1 s"),
        ("os._exit(7)", "exit code 7"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "signal SIGKILL"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal SIGSEGV"),
    ],
)
def test_a_policy_that_takes_its_process_along_is_reported(cell, policy_file, body, words) -> None:
    """With its name, the instant of the day and the number of the question."""
    [record] = run_days([cell(policy_file(body))], limits=SHORT, quiet=True)

    assert record.ended is Ended.POLICY
    assert words in record.why
    assert record.why.startswith("mine.py:Mine failed at 06:00:00, question 1")


@pytest.mark.slow
def test_a_policy_that_eats_memory_is_stopped_by_its_limit(cell, policy_file) -> None:
    """700 MB under a limit of 600."""
    limits = Limits(memory_bytes=600_000_000)

    [record] = run_days(
        [cell(policy_file("self.hoard = bytearray(700_000_000)"))], limits=limits, quiet=True
    )

    assert record.ended is Ended.POLICY
    assert "ran out of memory" in record.why


@pytest.mark.slow
def test_one_lost_day_loses_no_other_and_results_come_in_order(cell, policy_file) -> None:
    """Three cells on two workers; the one in the middle takes its process along."""
    cells = [cell(seed=1), cell(policy_file("os._exit(1)")), cell(seed=2)]

    records = list(run_days(cells, workers=2, limits=SHORT, quiet=True))

    assert [record.ended for record in records] == [Ended.FINISHED, Ended.POLICY, Ended.FINISHED]
    assert records[0].journal_sha256 != records[2].journal_sha256


HALF_SENT = """
import gc, struct
from multiprocessing.connection import Connection


def half_sent():
    for one in gc.get_objects():
        if isinstance(one, Connection) and not one.closed and one.writable:
            os.write(one.fileno(), struct.pack("!i", 200_000) + b"x" * 30_000)
    os.kill(os.getpid(), signal.SIGKILL)
"""
"""Ends its worker as if in the midst of sending a record that is larger than a pipe holds."""


@pytest.mark.slow
def test_a_worker_that_is_killed_while_it_sends_loses_its_own_day_only(cell, policy_file) -> None:
    """30 kB of 200 have come; the day beside it comes to its end."""
    cells = [cell(policy_file("half_sent()", HALF_SENT)), cell()]

    records = list(run_days(cells, workers=2, quiet=True))

    assert [record.ended for record in records] == [Ended.POLICY, Ended.FINISHED]
    assert "its process ended (signal SIGKILL)" in records[0].why


@pytest.mark.slow
def test_days_come_as_soon_as_they_are_over(cell, policy_file) -> None:
    """The first hangs for a while; the second does not wait for it."""
    cells = [cell(policy_file("time.sleep(8 / self.asked**9); return Plan()")), cell()]

    places = [place for place, _ in days_as_finished(cells, workers=2, quiet=True)]

    assert places == [1, 0]


def test_no_more_processors_are_counted_than_there_are() -> None:
    assert 1 <= cpus() <= (os.cpu_count() or 1)


def test_a_worker_gives_what_this_process_would(cell, capfd) -> None:
    """The process it runs in changes nothing, and stdout stays clean."""
    [record] = run_days([cell()], quiet=True)

    assert record.figures == run_day(cell()).figures
    assert capfd.readouterr().out == ""


@pytest.mark.slow
def test_a_flood_on_stdout_does_not_reach_the_results(cell, policy_file, capfd) -> None:
    """What a policy prints goes to stderr, and nowhere if all is to be quiet."""
    policy = policy_file("print('flood ' * 1000); return Plan()")

    list(run_days([cell(policy)], limits=SHORT))
    loud = capfd.readouterr()
    list(run_days([cell(policy)], limits=SHORT, quiet=True))
    quiet = capfd.readouterr()

    assert loud.out == quiet.out == quiet.err == ""
    assert "flood" in loud.err


@pytest.mark.slow
def test_what_a_policy_prints_steers_no_terminal_and_is_cut_short(cell, policy_file, capfd) -> None:
    """Ten million characters, the first of them an escape."""
    policy = policy_file("print('\\x1b[31m' + 'x' * 10_000_000); return Plan()")

    [record] = run_days([cell(policy)], limits=Limits(answer_s=20.0))

    said = capfd.readouterr().err
    assert record.ended is Ended.FINISHED, record.why
    assert said.startswith(r"\x1b[31mxxx")
    assert len(said) < 21_000
    assert said.endswith("mine.py:Mine printed more than 20,000 characters; the rest is dropped\n")


@pytest.mark.slow
def test_a_copy_of_the_worker_that_a_policy_makes_lives_no_second_day(cell, policy_file) -> None:
    """One day, one record, whoever forks."""
    [record] = run_days([cell(policy_file("os.fork(); return Plan()"))], quiet=True)

    assert record.ended is Ended.FINISHED, record.why


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_command_ends_its_workers_and_exits_6(small, policy_file, number) -> None:
    """The policy says which process it is, then hangs; nothing is left behind."""
    policy = policy_file("print(os.getpid(), file=sys.stderr, flush=True); time.sleep(3600)")
    start = [sys.executable, "-c", "from experiments.cli import main; main()"]
    command = [*start, "run", str(small), "--policy", policy]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as driver:  # noqa: S603
        worker = int(driver.stderr.readline())

        driver.send_signal(number)
        _, said = driver.communicate(timeout=30)

    assert driver.returncode == 6
    assert "interrupted" in said
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


@pytest.mark.slow
def test_a_worker_outlives_a_killed_driver_by_moments_only(small, policy_file) -> None:
    """Even one whose policy computes for ever."""
    policy = policy_file(
        "print(os.getpid(), file=sys.stderr, flush=True)\n        while True: pass"
    )
    start = [sys.executable, "-c", "from experiments.cli import main; main()"]
    command = [*start, "run", str(small), "--policy", policy]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as driver:  # noqa: S603
        worker = int(driver.stderr.readline())
        ended = os.pidfd_open(worker)

        driver.kill()

        assert select.select([ended], [], [], 10.0)[0], "still running after ten seconds"
        os.close(ended)
