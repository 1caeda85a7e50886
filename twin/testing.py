"""For authors of policies: one call that says whether a policy keeps the contract.

``check_policy(MyPolicy)`` in a test of yours is enough; nothing here needs a test framework.
"""

import functools
import logging

from twin.again import again_of
from twin.conformance import PROMISES, promises_tried
from twin.errors import InputError
from twin.policy import MakePolicy
from twin.soundness import assert_sound
from twin.tiny import LineTravel, tiny_worlds

__all__ = ["LineTravel", "assert_sound", "check_policy", "tiny_worlds"]

_log = logging.getLogger(__name__)


def check_policy(make: MakePolicy) -> None:
    """Check that a policy can be used for experiments.

    On each of `tiny_worlds` it must answer with legal plans, a bounded number of times, and leave
    what it is shown and the global random generators as they are. The same day must give the same
    journal when it is lived again, also with other days in between and in two fresh processes with
    different hash seeds. `twin.conformance.PROMISES` lists all that is tried.

    Parameters
    ----------
    make
        The policy's maker: its class, or `functools.partial` of it with parameters. Only what
        can be imported by name, or stands in a file of its own, is lived again in fresh
        processes; for anything else that promise is left out and a warning is logged.

    Raises
    ------
    InputError
        With every promise that was broken: on which day, how, and what to do.

    Notes
    -----
    Lives some seventy tiny days, in about two seconds for a policy that answers in a millisecond.
    """
    name = name_of(make)
    tried = promises_tried(make, name, again_of(make))
    for one in tried:
        if one.skipped:
            _log.warning("%s: not tried whether it %s: %s", name, says(one.promise), one.skipped)
    broken = [f"{says(one.promise)}: {one.in_words}" for one in tried if one.broken]
    if broken:
        raise InputError(f"policy {name} breaks what it promises", broken)


def says(promise: str) -> str:
    """Return a promise in words."""
    return PROMISES[promise].says


def name_of(make: MakePolicy) -> str:
    """Return what a policy is called where it was given no name."""
    if isinstance(make, functools.partial):
        return name_of(make.func)
    return getattr(make, "__qualname__", type(make).__name__)
