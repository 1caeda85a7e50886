"""How a command ends: what its exit code means, and which error leads to which.

Imported at every start, so nothing heavy is: the room of errors brings the whole twin with it and
is loaded when a command begins.
"""
# ruff: noqa: PLC0415

import json
import platform
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn

from experiments.streams import UnreadError, to_stderr

DISTRIBUTION: Final = "last-mile-twin"
ROOMS: Final = ("twin", "networks", "scenarios", "policies", "experiments")
"""The packages that are installed together."""
BUG_FILE: Final = "twin-bug.json"


class Exit(IntEnum):
    """What the exit code of a command says."""

    OK = 0
    BUG = 1
    """A fault of ours; a file to send us is written."""
    REFUSED = 2
    """The input was refused and nothing was simulated."""
    FAULTS_KEPT = 3
    """Finished, with faults of a policy that were contained and counted."""
    POLICY_STOPPED = 4
    """Stopped by a fault of a policy."""
    MACHINE = 5
    """Disk, memory or permissions."""
    INTERRUPTED = 6
    NOT_HELD = 7
    """A promise that was to be verified did not hold."""


class StoppedError(Exception):
    """A command cannot go on.

    Parameters
    ----------
    code
        How it exits.
    message
        What the user is told.
    """

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(code, message)

    @property
    def code(self) -> Exit:
        """How the command exits."""
        code: Exit = self.args[0]
        return code

    def __str__(self) -> str:
        return str(self.args[1])


def printable(text: str) -> str:
    """Return a text with what would steer a terminal made visible; line breaks stay."""
    return "".join(
        character if character.isprintable() or character == "\n" else ascii(character)[1:-1]
        for character in text
    )


def say(message: str) -> None:
    """Write lines for people to stderr, if anybody reads it; data goes to stdout."""
    to_stderr(printable(message) + "\n")


@contextmanager
def told() -> Iterator[None]:
    """Turn what users, policies and machines do wrong into a message and an exit code.

    Raises
    ------
    SystemExit
        With the code of `Exit`. A fault of ours goes on to `send_us`.
    """
    from twin.errors import (
        InputError,
        JournalError,
        Livelock,
        PlanError,
        PolicyFault,
        PolicyNotFound,
    )

    try:
        yield
    except StoppedError as stopped:
        _leave(stopped.code, str(stopped))
    except (InputError, PolicyNotFound, JournalError) as error:
        _leave(Exit.REFUSED, str(error))
    except (PlanError, PolicyFault, Livelock) as error:
        _leave(Exit.POLICY_STOPPED, str(error))
    except UnreadError:
        raise SystemExit(Exit.OK) from None  # whoever read our results has enough of them
    except OSError as error:
        _leave(Exit.MACHINE, of_machine(error))
    except MemoryError as error:
        _leave(Exit.MACHINE, of_machine(error))
    except KeyboardInterrupt:
        _leave(
            Exit.INTERRUPTED,
            "interrupted; what was finished is kept; run the same command again",
        )


def _leave(code: Exit, message: str) -> NoReturn:
    say(message)
    raise SystemExit(code)


def of_machine(error: OSError | MemoryError) -> str:
    """Return what is said of a disk, a memory or a permission that failed."""
    if isinstance(error, MemoryError):
        return "out of memory; fewer orders or a smaller network need less"
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}; what was stored before is unchanged"


def has_text(error: BaseException) -> bool:
    """Whether an error of a stranger has a text: making one runs its code too."""
    try:
        str(error)
    except BaseException:  # noqa: BLE001 # said in other words by whoever asks
        return False
    return True


def of_stranger(error: BaseException) -> str:
    """Return what a stranger's code raised, in words."""
    if isinstance(error, SystemExit):
        return f"called sys.exit({error.code!r})"
    kind = type(error).__name__
    if not has_text(error):
        return f"{kind}, which has no text"
    return f"{kind}: {error}" if str(error) else kind


def install_bug_reporter() -> None:
    """From now on a fault of ours writes a file to send us instead of printing a traceback."""
    sys.excepthook = send_us


def send_us(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """Write what is needed to mend a fault of ours and tell where it is; the exit code is 1."""
    trace = traceback.format_exception(error)
    report_bug(f"{kind.__name__}: {error}", "".join(trace))


def report_bug(summary: str, trace: str) -> None:
    """Write the file for a fault of ours into the current folder, and say so."""
    report = {
        "version": version(DISTRIBUTION),
        "python": platform.python_version(),
        "arguments": sys.argv[1:],
        "summary": summary,
        "traceback": trace.splitlines(),
    }
    path = Path(BUG_FILE)
    say(f"a fault of the twin, not of yours: {summary.splitlines()[0][:300]}")
    try:
        path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        say(f"{path} cannot be written ({error.strerror}); this would be in it:\n{trace}")
        return
    say(f"what is needed to mend it is in {path.resolve()}: please send us that file")


def require_one_place(origin: Callable[[str], str | None]) -> None:
    """Stop unless all rooms come from one place.

    Other people's repositories have folders called ``policies`` and ``experiments`` too; one of
    them on the import path would silently stand in for ours.

    Parameters
    ----------
    origin
        From a package's name to the file it is read from, None if there is none.

    Raises
    ------
    StoppedError
        Naming a room that is elsewhere, with both places.
    """
    ours = origin("experiments")
    home = Path(ours).resolve().parent.parent if ours else None
    for room in ROOMS:
        found = origin(room)
        place = Path(found).resolve().parent.parent if found else None
        if place is None or place != home:
            raise StoppedError(
                Exit.BUG,
                f"the package {room!r} comes from {place or 'nowhere'}, the command from {home}; "
                f"another package of that name hides ours: uninstall it, or leave its folder",
            )
