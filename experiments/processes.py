"""What a policy starts besides itself: in one group with its worker, and ended with it."""

import ctypes
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
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


def _send(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)


def _descendants(process: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for listed in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            # "12 (a name (with brackets)) S 1 ...": the parent's number follows the state.
            parent = listed.read_text(errors="replace").rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(listed.parent.name))
    left = children.get(process, [])
    while left:
        child = left.pop()
        yield child
        left += children.get(child, [])
