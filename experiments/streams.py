"""Writing to stdout and stderr, whoever still reads them.

What is said to people on stderr may be lost and ends nothing. Results that nobody reads any more
end a command, which has kept them before.
"""

import os
import sys
from pathlib import Path
from typing import Final, TextIO

_STREAMS: Final = (0, 1, 2)


class UnreadError(Exception):
    """Whoever read our results has closed their end."""


def stand_in_for_closed() -> None:
    """Let standard streams that were closed before we began lead nowhere.

    Else the next files that are opened would take their numbers, and a process that writes to
    stderr would write into them.
    """
    for number in _STREAMS:
        try:
            os.fstat(number)
        except OSError:
            _lead_nowhere(number)
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()


def to_stderr(text: str) -> None:
    """Write to stderr; what cannot be written is lost, and so is all that follows."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _lead_nowhere(sys.stderr.fileno())


def to_stdout(text: str) -> None:
    """Write results to stdout.

    Raises
    ------
    UnreadError
        If nobody reads them any more.
    OSError
        If they cannot be written, such as to a full disk.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _lead_nowhere(sys.stdout.fileno())
        raise UnreadError from None
    except OSError:
        _lead_nowhere(sys.stdout.fileno())
        raise


def _lead_nowhere(number: int) -> None:
    """Let a stream lead nowhere, for the interpreter flushes what is left in it at its end."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
    os.set_inheritable(number, True)  # noqa: FBT003 # it takes no name


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")
