"""Worker processes, one a day, with a watchdog around each.

A worker is started afresh (spawn), so nothing of this process reaches a policy, and is ended from
outside: an alarm inside the process would never come while a policy hangs in compiled code.
"""

import math
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.resource_tracker import ensure_running
from types import FrameType
from typing import Any, Final

from experiments.day import Cell
from experiments.printed import Printed
from experiments.record import DayRecord, Ended
from twin.processes import (
    end_descendants,
    end_group,
    end_living,
    how_it_ended,
    lead_a_group,
)
from twin.units import clock

ANSWER_LIMIT_S: Final = 600.0
"""Longest wall time that one answer of a policy may take, unless told otherwise."""
MEMORY_SHARE: Final = 0.8
"""Of the machine's memory that all workers together may take."""
_LOOK_EVERY_S: Final = 0.2
_LAST_WORDS_S: Final = 2.0
"""How long a worker may take to end after its day: a thread of its policy may still run."""
_IDLE: Final = -math.inf


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may take.

    Attributes
    ----------
    answer_s
        Wall time of one answer.
    memory_bytes
        Of one worker; None is no limit.
    """

    answer_s: float = ANSWER_LIMIT_S
    memory_bytes: int | None = None

    @classmethod
    def of_machine(cls, workers: int, answer_s: float = ANSWER_LIMIT_S) -> "Limits":
        """Return limits under which this many workers fit into the machine together."""
        has_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cls(answer_s, int(has_bytes * MEMORY_SHARE / workers))


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a worker is: question number and the instant of the day that it is about."""

    cell: Cell
    question: int
    at_s: float


OnProgress = Callable[[Progress], None]


def cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_days(
    cells: Sequence[Cell],
    *,
    workers: int = 1,
    limits: Limits | None = None,
    on_progress: OnProgress | None = None,
    quiet: bool = False,
) -> Iterator[DayRecord]:
    """Yield what became of each day, in the order of the cells.

    As `days_as_finished`, but a day is held back until those before it are over.
    """
    done: dict[int, DayRecord] = {}
    next_out = 0
    finished = days_as_finished(
        cells, workers=workers, limits=limits, on_progress=on_progress, quiet=quiet
    )
    with closing(finished):
        for place, record in finished:
            done[place] = record
            while next_out in done:
                yield done.pop(next_out)
                next_out += 1


def days_as_finished(
    cells: Sequence[Cell],
    *,
    workers: int = 1,
    limits: Limits | None = None,
    on_progress: OnProgress | None = None,
    quiet: bool = False,
) -> Generator[tuple[int, DayRecord]]:
    """Yield the place of each cell and what became of its day, as soon as the day is over.

    Parameters
    ----------
    workers
        How many days are lived at once.
    on_progress
        Called now and then with where a worker is.
    quiet
        Whether what policies print is dropped; otherwise the beginning of it goes to stderr.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C and SIGTERM, after every day that was over has been yielded and the workers were
        ended. A second one does not wait for that.
    """
    limits = limits or Limits.of_machine(workers)
    waiting = list(enumerate(cells))[::-1]
    running: list[_Worker] = []
    ensure_running()  # its start would end the blocking of signals at the first worker
    with _interruptible() as is_stopped:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    place, cell = waiting.pop()
                    running.append(_Worker(place, cell, limits, quiet=quiet))
                _wait_for(running)
                for worker in list(running):
                    record = worker.look()
                    if record is not None:
                        running.remove(worker)
                        yield worker.place, record
                    elif on_progress is not None:
                        on_progress(worker.progress())
                if is_stopped():
                    raise KeyboardInterrupt
        finally:
            for worker in running:
                worker.end()


def _wait_for(running: Sequence["_Worker"]) -> None:
    """Sleep until a worker has something to say, or it is time to look at their pulses."""
    ends: list[Connection | int] = []
    for worker in running:
        ends += [worker.answers, worker.process.sentinel, *worker.printed.waits_on]
    wait(ends, timeout=_LOOK_EVERY_S)


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C and SIGTERM be heard between days, where this is the main thread of the program.

    An exception at any instant could come between a day's end and its keeping.

    Yields
    ------
    is_stopped
        Whether one of them came. The second is a `KeyboardInterrupt` at once.
    """
    came: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        if len(came) > 1:
            raise KeyboardInterrupt

    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, stop)
    except ValueError:  # signals belong to the main thread; whoever runs us in another has its own
        yield lambda: False
        return
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Let a process that is started now not hear Ctrl-C: it is for the driver, who ends it.

    What comes meanwhile waits for the driver.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass
class _Worker:
    """A process that lives one day, seen from outside."""

    place: int
    cell: Cell
    limits: Limits
    quiet: bool = field(kw_only=True)

    def __post_init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        # Question number, the instant it is about (or _IDLE): written by the worker alone, a
        # double each, so that no lock is needed to read them.
        self._pulse = context.RawArray("d", [0.0, _IDLE])
        self.answers, theirs = context.Pipe(duplex=False)
        printed, prints = context.Pipe(duplex=False)
        self.printed = Printed(self.cell.chosen.label, printed)
        self.process: SpawnProcess = context.Process(
            target=_work, args=(self.cell, self._pulse, theirs, prints, self.limits, self.quiet)
        )
        with _sigint_blocked():
            self.process.start()
        theirs.close()
        prints.close()
        self._question = -1.0
        self._since_s = time.monotonic()

    def look(self) -> DayRecord | None:
        """Return the day's record if it is over, one way or another."""
        self.printed.pass_on()
        if self.answers.poll():
            try:
                data = self.answers.recv_bytes()
            except (EOFError, OSError):  # before its record, or in the midst of it
                return self._crashed()
            self._close()
            return DayRecord.from_bytes(data)
        if not self.process.is_alive():
            return self._crashed()
        question, at_s = self._pulse
        if question != self._question or at_s == _IDLE:
            self._question, self._since_s = question, time.monotonic()
        elif time.monotonic() - self._since_s > self.limits.answer_s:
            self.end()
            what = f"gave no answer within {self.limits.answer_s:g} s; its process was ended"
            return self._fault(what, question, at_s)
        return None

    def progress(self) -> Progress:
        """Return where the day is."""
        return Progress(self.cell, int(self._pulse[0]), max(0.0, self._pulse[1]))

    def end(self) -> None:
        """End the process, whatever it is doing, and all that it has started."""
        if self.process.pid is not None and self.process.is_alive():
            end_living(self.process.pid)
        self._close()

    def _close(self) -> None:
        """Let the process end by itself, then end what is left of it."""
        until_s = time.monotonic() + _LAST_WORDS_S
        while self.process.is_alive() and time.monotonic() < until_s:
            self.printed.pass_on()  # it waits for that if it has much to say
            self.process.join(_LOOK_EVERY_S)
        if self.process.pid is not None:
            (end_living if self.process.is_alive() else end_group)(self.process.pid)
        self.process.join()
        self.printed.close()
        self.answers.close()

    def _crashed(self) -> DayRecord:
        self._close()
        how = how_it_ended(self.process.exitcode or 0)
        question, at_s = self._pulse
        if at_s == _IDLE:
            why = f"the worker process ended ({how}) outside of any answer of the policy"
            return DayRecord(self.cell.chosen.label, self.cell.day, Ended.MACHINE, why=why)
        return self._fault(f"its process ended ({how}) instead of an answer", question, at_s)

    def _fault(self, what: str, question: float, at_s: float) -> DayRecord:
        label = self.cell.chosen.label
        why = f"{label} failed at {clock(at_s)}, question {question:.0f}: {what}"
        return DayRecord(label, self.cell.day, Ended.POLICY, why=why)


class _Pulse:
    """The worker's side of the watchdog: says when the policy thinks."""

    def __init__(self, pulse: Any) -> None:  # noqa: ANN401 # an array of ctypes
        self._pulse = pulse
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()

    def asks(self, question: int, at_s: float) -> None:
        self._pulse[0] = question
        self._pulse[1] = at_s

    def answered(self) -> None:
        self._pulse[1] = _IDLE


def _end_with(parent: int) -> None:
    """End this process once whoever asked for its day is gone without a chance to end it."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    end_descendants(os.getpid())
    end_group(os.getpid())
    os._exit(1)


def _work(  # noqa: PLR0917 # the arguments of a process
    cell: Cell,
    pulse: Any,  # noqa: ANN401 # an array of ctypes
    answers: Connection,
    prints: Connection,
    limits: Limits,
    quiet: bool,
) -> None:
    """Live a day in this process and send the record: the whole life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    lead_a_group()
    _keep_terminal_clean(prints, quiet=quiet)
    if limits.memory_bytes is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        soft = limits.memory_bytes if hard < 0 else min(limits.memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    record = cell.live(_Pulse(pulse))
    answers.send_bytes(record.to_bytes())
    answers.close()
    end_descendants(os.getpid())


def _keep_terminal_clean(prints: Connection, *, quiet: bool) -> None:
    """Let whatever a policy prints go to the driver or nowhere: stdout is for results."""
    sys.stdout.flush()
    sys.stderr.flush()
    target = os.open(os.devnull, os.O_WRONLY) if quiet else prints.fileno()
    os.dup2(target, 1)
    os.dup2(target, 2)
    if quiet:
        os.close(target)
    prints.close()
