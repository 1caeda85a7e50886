"""Where in a policy's own file an error arose."""

import traceback
from pathlib import Path
from types import TracebackType
from typing import Final

_ASKS: Final = ("twin", "experiments")
"""Rooms whose frames lie between a question and the policy that is asked."""


def own_line(error: BaseException) -> str:
    """Return the last place in the policy's own file that an error came through.

    The policy's own file is the first that was entered from ours. An error that was made of
    another one is looked for in that one too.

    Returns
    -------
    place
        Such as ``greedy.py, line 13, in decide``; empty if no code of a policy had begun.
    """
    looked: BaseException | None = error
    while looked is not None:
        place = _last_of_its_own(looked.__traceback__)
        if place:
            return place
        looked = looked.__cause__
    return ""


def with_line(what: str, error: BaseException) -> str:
    """Return what is said of an error with the line that it came through, if there is one."""
    place = own_line(error)
    return f"{what} ({place})" if place else what


def _last_of_its_own(trace: TracebackType | None) -> str:
    frames = [(frame, line) for frame, line in traceback.walk_tb(trace)]
    while frames and str(frames[0][0].f_globals.get("__name__")).partition(".")[0] in _ASKS:
        frames = frames[1:]
    if not frames:
        return ""
    file = frames[0][0].f_code.co_filename
    frame, line = [one for one in frames if one[0].f_code.co_filename == file][-1]
    return f"{Path(file).name}, line {line}, in {frame.f_code.co_name}"
