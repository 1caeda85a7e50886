"""What a policy starts besides itself: in one group with its process, and ended with it."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.resource_tracker import ensure_running
from pathlib import Path
from typing import Final

_PR_SET_CHILD_SUBREAPER: Final = 36
"""Of Linux's ``prctl``, see ``linux/prctl.h``."""


def lead_a_group() -> None:
    """Make this process the first of a group of its own, which all that it starts belongs to.

    Where the system offers it, what such a process leaves behind becomes a child of this one.
    """
    os.setsid()
    with suppress(AttributeError):  # not Linux
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_living(leader: int) -> None:
    """End a process that leads a group, all in it, and what it started that has left the group.

    It is stopped first: one that waits for a child could start another while its children end.
    """
    _send(leader, signal.SIGSTOP)
    children = tuple(_descendants(leader))
    end_group(leader)
    for child in (leader, *children):
        _send(child, signal.SIGKILL)


def end_group(leader: int) -> None:
    """End all who are left of a group, whether or not its leader lives."""
    with suppress(ProcessLookupError, PermissionError):  # nobody left, or no group yet
        os.killpg(leader, signal.SIGKILL)


def end_descendants(process: int) -> None:
    """End what a living process has started, and what that has, as far as the system shows it."""
    for child in tuple(_descendants(process)):
        _send(child, signal.SIGKILL)


@contextmanager
def nothing_left() -> Iterator[None]:
    """End what this process starts meanwhile and leaves behind, however this ends.

    Processes of `multiprocessing` stay: a pool may serve later calls, and Python ends it. So does
    what has lost its parent and its way to us, where this process adopts nobody.
    """
    ensure_running()  # the tracker of `multiprocessing` serves the whole life of this process
    before = {*_descendants(os.getpid())}
    try:
        yield
    finally:
        python_s = {child.pid for child in multiprocessing.active_children()}
        for child in tuple(_descendants(os.getpid(), python_s)):
            if child not in before:
                _send(child, signal.SIGKILL)
                with suppress(ChildProcessError):  # a child of a child is not ours to wait for
                    os.waitpid(child, 0)


def how_it_ended(code: int) -> str:
    """Return the exit code of a process in words; a negative one is a signal."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def leave_if_copied(original: int) -> None:
    """End this process, a copy that a policy has made, if it is not the original one."""
    if os.getpid() != original:
        os._exit(1)


def _send(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)


def _descendants(process: int, spared: Collection[int | None] = ()) -> Iterator[int]:
    """Yield children and theirs; not those that are spared, nor theirs."""
    children: dict[int, list[int]] = {}
    for listed in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            # "12 (a name (with brackets)) S 1 ...": the parent's number follows the state.
            parent = listed.read_text(errors="replace").rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(listed.parent.name))
    left = children.get(process, [])
    while left:
        child = left.pop()
        if child not in spared:
            yield child
            left += children.get(child, [])
