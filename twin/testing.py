"""For authors of policies: one call that says whether a policy keeps the contract.

``check_policy(MyPolicy)`` in a test of yours is enough; nothing here needs a test framework.
"""

import functools
import importlib
import json
import logging
import os
import random  # noqa: TID251 # watched, never drawn from
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from twin.engine import run
from twin.errors import InputError, TwinError
from twin.plugins import import_named
from twin.policy import MakePolicy
from twin.soundness import assert_sound, found_in
from twin.tiny import LineTravel, tiny_worlds

__all__ = ["LineTravel", "assert_sound", "check_policy", "tiny_worlds"]

_log = logging.getLogger(__name__)

_CHILD_PATIENCE_S: Final = 300.0


def check_policy(make: MakePolicy) -> None:
    """Check that a policy can be used for experiments.

    On each of `tiny_worlds` it must answer with legal plans and leave a sound journal. The same
    day twice must give the same journal, also with other days in between and in a freshly spawned
    process with another hash seed; and the global random generators must not be touched.

    Parameters
    ----------
    make
        The policy's maker: its class, or `functools.partial` of it with parameters. Only what
        can be imported by name is run in a fresh process; for anything else that check is left
        out and a warning is logged.

    Raises
    ------
    InputError
        With everything that was found, day by day.

    Notes
    -----
    Runs some forty tiny days, in seconds for a policy that answers in milliseconds.
    """
    name = _name_of(make)
    problems: list[str] = []
    fingerprints: dict[str, str] = {}
    before = _global_generators()
    for day in tiny_worlds():
        _live(make, day, fingerprints, problems)
    if _global_generators() != before:
        problems.append(
            "draws from (or seeds) a global random generator: use `briefing.random` instead"
        )
    again: dict[str, str] = {}
    for day in reversed(tiny_worlds()):
        _live(make, day, again, [])
    problems += [
        f"{day}: another journal when lived again: something is kept from day to day, or chance "
        "does not come from `briefing.random`"
        for day, fingerprint in fingerprints.items()
        if again.get(day) != fingerprint
    ]
    if not problems:
        problems += _in_a_fresh_process(make, fingerprints)
    if problems:
        raise InputError(f"policy {name}", problems)


def fingerprints_of(make: MakePolicy) -> dict[str, str]:
    """Return the fingerprint of the journal of each tiny day under a policy."""
    return {day: run(world, make).fingerprint() for day, world in tiny_worlds().items()}


def _live(make: MakePolicy, day: str, fingerprints: dict[str, str], problems: list[str]) -> None:
    """Live one tiny day; note its journal's fingerprint or what went wrong."""
    try:
        journal = run(tiny_worlds()[day], make)
    except TwinError as error:
        problems.append(f"{day}: {error}")
        return
    problems.extend(f"{day}: {problem}" for problem in found_in(journal))
    fingerprints[day] = journal.fingerprint()


def _global_generators() -> tuple[object, str]:
    """Return where the generators stand that everybody shares."""
    state: Any = np.random.get_state()  # noqa: TID251, NPY002 # watched, never drawn from
    return random.getstate(), repr(state)


def _name_of(make: MakePolicy) -> str:
    if isinstance(make, functools.partial):
        return _name_of(make.func)
    return getattr(make, "__qualname__", type(make).__name__)


def _in_a_fresh_process(make: MakePolicy, fingerprints: dict[str, str]) -> list[str]:
    target = _importable(make)
    if target is None:
        _log.warning(
            "%s cannot be imported by name: not checked in a fresh process", _name_of(make)
        )
        return []
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    code = f"from twin.testing import _child; _child({json.dumps([*target, sys.path])!r})"
    done = subprocess.run(  # noqa: S603 # our own interpreter with our own code
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=_CHILD_PATIENCE_S,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        return [f"fails in a fresh process: {last[0]}"]
    found = json.loads(done.stdout.splitlines()[-1])
    return [
        f"{day}: another journal in a fresh process with another PYTHONHASHSEED: an order of "
        "things that comes from a set or from hash()?"
        for day, fingerprint in fingerprints.items()
        if found.get(day) != fingerprint
    ]


def _importable(make: MakePolicy) -> tuple[str, str] | None:
    """Return module and name under which another process finds the same maker, if any."""
    module, name = getattr(make, "__module__", ""), getattr(make, "__qualname__", "")
    if isinstance(make, functools.partial) or not module or not name.isidentifier():
        return None
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
    return (module, name) if found is make and module != "__main__" else None


def _child(given: str) -> None:
    """Print the fingerprints of the tiny days as the last line, in a process of its own."""
    module, name, path = json.loads(given)
    sys.path[:] = path
    make: Callable[..., Any] = getattr(import_named(module), name)
    sys.stdout.write("\n" + json.dumps(fingerprints_of(make)) + "\n")
