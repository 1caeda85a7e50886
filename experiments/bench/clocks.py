"""Measuring: CPU seconds of this process, the best of several, and peak memory."""

import gc
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    work
        What was done by both.
    ours_s, rival_s
        CPU seconds; `rival_s` None where there is no rival on this work.
    rival
        Who the rival is.
    target
        The bound on ours over the rival's, or in words; empty without one.
    note
        What else was measured.
    """

    work: str
    ours_s: float
    rival: str = ""
    rival_s: float | None = None
    target: str = ""
    note: str = ""


def cpu_s(work: Callable[[], object], *, repeats: int = 3) -> float:
    """Return the least CPU seconds of several runs, collected garbage before each."""
    best = float("inf")
    for _ in range(repeats):
        gc.collect()
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def peak_mb() -> float:
    """Return the most memory this process ever held, megabytes.

    Read from Linux, whose count begins anew with each program; that of ``getrusage`` begins with
    what the parent held.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise RuntimeError("this system does not say how much memory a process held at most")
    return int(found[1]) / 1024
