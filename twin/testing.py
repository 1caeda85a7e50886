"""For authors of policies: one call that says whether a policy keeps the contract.

``check_policy(MyPolicy)`` in a test of yours is enough; nothing here needs a test framework.
"""

import functools
import logging

from twin import plugins
from twin.again import again_of, ended_apart
from twin.conformance import promises_tried
from twin.errors import InputError
from twin.policy import MakePolicy
from twin.promises import ORDINARY, PROMISES, stopped_at
from twin.soundness import assert_sound
from twin.tiny import LineTravel, tiny_worlds

__all__ = ["LineTravel", "assert_sound", "check_policy", "tiny_worlds"]

_log = logging.getLogger(__name__)


def check_policy(make: MakePolicy) -> None:
    """Check that a policy can be used for experiments.

    On each of `tiny_worlds` it must answer with legal plans, a bounded number of times, and leave
    what it is shown and the global random generators as they are. The same day must give the same
    journal when it is lived again, also with other days in between and in two fresh processes with
    different hash seeds. `twin.promises.PROMISES` lists all that is tried.

    Parameters
    ----------
    make
        The policy's maker: its class, or `functools.partial` of it with parameters. Only what
        can be imported by name, or stands in a file of its own, is lived again in fresh
        processes; for anything else that promise is left out and a warning is logged.

    Raises
    ------
    InputError
        With every promise that was broken: on which day, how, and what to do. Or if the policy
        cannot be made: it takes no briefing, or refuses its parameters.

    Notes
    -----
    Lives some seventy tiny days, in about three seconds for a policy that answers in a millisecond.
    """
    name = name_of(make)
    if problems := plugins.uncallable(make):
        raise InputError(f"policy {name}", problems)
    again = again_of(make)
    # What ends processes is to end another one first, not this one with all its other tests.
    ended = "" if isinstance(again, str) else ended_apart(again, name, ORDINARY)
    if ended:
        tried = stopped_at(ORDINARY, ended, f"{ORDINARY} did not come to its end")
    else:
        tried = promises_tried(make, name, again)
    broken = [f"{says(one.promise)}: {one.in_words}" for one in tried if one.broken]
    if broken:
        raise InputError(f"policy {name} breaks what it promises", broken)
    for one in tried:
        if one.skipped:
            _log.warning("%s: not tried whether it %s: %s", name, says(one.promise), one.skipped)


def says(promise: str) -> str:
    """Return a promise in words."""
    return PROMISES[promise].says


def name_of(make: MakePolicy) -> str:
    """Return what a policy is called where it was given no name."""
    if isinstance(make, functools.partial):
        return name_of(make.func)
    return getattr(make, "__qualname__", type(make).__name__)
