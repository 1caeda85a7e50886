"""The tiny days lived again: here, and in fresh processes with other hash seeds."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from twin import plugins
from twin.engine import run
from twin.errors import TwinError
from twin.plan import Plan
from twin.policy import Briefing, MakePolicy, Policy, is_clairvoyant
from twin.tiny import tiny_worlds
from twin.view import View
from twin.world import World

_T = TypeVar("_T")

PATIENCE_S: Final = 300.0
"""Longest wall time that all days may take in a fresh process."""


@dataclass(frozen=True, slots=True)
class Again:
    """How another process makes the same policy.

    Attributes
    ----------
    target
        An installed name, ``module:Name`` or ``file.py:Name``.
    settings
        Keyword arguments of its maker; plain values.
    """

    target: str
    settings: Mapping[str, Any] = field(default_factory=dict)


def again_of(make: MakePolicy) -> Again | str:
    """Return how another process makes the same policy, or why it cannot."""
    if isinstance(make, partial):
        inner = again_of(make.func)
        if isinstance(inner, str):
            return inner
        if make.args or not _is_plain(make.keywords):
            return "its parameters are no plain values, which other processes cannot be given"
        return Again(inner.target, make.keywords)
    module, name = getattr(make, "__module__", ""), getattr(make, "__qualname__", "")
    if not module or not name.isidentifier():
        return f"{name or type(make).__name__} has no name of its own in a module"
    if module == "__main__":
        return (
            f"{name} is in __main__, which other processes cannot import; try it with "
            f"`twin policies check FILE.py:{name}`"
        )
    found = sys.modules.get(module)
    if getattr(found, name, None) is not make:
        return f"{module} has another {name} now"
    file = getattr(found, "__file__", None)
    is_alone = not getattr(found, "__package__", "") and str(file).endswith(".py")
    return Again(f"{Path(str(file)).resolve()}:{name}" if is_alone else f"{module}:{name}")


def _is_plain(settings: Mapping[str, Any]) -> bool:
    try:
        return bool(json.loads(json.dumps(settings)) == settings)
    except (TypeError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker of policies that shows what another one declares."""

    make: Callable[[Briefing], Policy]
    clairvoyant: bool

    def __call__(self, briefing: Briefing, /) -> Policy:
        """Return the policy for one day."""
        return self.make(briefing)


class _Contained:
    """A policy that raises where it would end the process."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # whatever the policy offers
        return getattr(self._policy, name)

    def decide(self, view: View) -> Plan:
        """Return its answer."""
        return _staying(lambda: self._policy.decide(view))


def contained(make: MakePolicy) -> Maker:
    """Return a maker whose policies raise where they would end the process."""

    def made(briefing: Briefing) -> Policy:
        return _Contained(_staying(lambda: make(briefing)))

    return Maker(made, is_clairvoyant(make))


def _staying(call: Callable[[], _T]) -> _T:
    try:
        return call()
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        what = f"called sys.exit({error.code!r})" if isinstance(error, SystemExit) else repr(error)
        raise RuntimeError(what) from error


def days_for(make: MakePolicy) -> dict[str, World]:
    """Return the tiny days by name; a policy that is clairvoyant may foresee them."""
    foresight = is_clairvoyant(make)
    return {day: replace(world, foresight=foresight) for day, world in tiny_worlds().items()}


def fingerprints(make: MakePolicy, name: str, days: Iterable[str]) -> dict[str, str]:
    """Return by day the fingerprint of its journal, or in brackets what ended it."""
    worlds = days_for(make)
    found: dict[str, str] = {}
    for day in days:
        try:
            found[day] = run(worlds[day], contained(make), name=name).fingerprint()
        except TwinError as error:
            found[day] = f"({in_a_line(error)})"
    return found


def in_a_line(error: TwinError) -> str:
    """Return the text of an error in one line."""
    first, *more = (part.strip().removeprefix("- ") for part in str(error).splitlines())
    return f"{first} {'; '.join(more)}" if more else first


def lived_again(
    again: Again, name: str, before: Mapping[str, str], hash_seeds: Sequence[int]
) -> list[tuple[str, str]] | str:
    """Return the days on which fresh processes differ and how, or why no process could try.

    Parameters
    ----------
    name
        What the policy is called; its random stream has this name.
    before
        By day the fingerprint to expect.
    hash_seeds
        ``PYTHONHASHSEED`` of each process; they run side by side.
    """
    given = json.dumps([again.target, dict(again.settings), name, list(before), sys.path])
    command = [sys.executable, "-c", "from twin.again import child; child()", given]
    processes = [
        subprocess.Popen(  # noqa: S603 # our own interpreter with our own code
            command,
            env={
                **os.environ,
                "PYTHONHASHSEED": str(seed),
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in hash_seeds
    ]
    found: dict[str, str] = {}
    cannot = ""
    for seed, process in zip(hash_seeds, processes, strict=True):
        said = _said_by(process)
        if isinstance(said, str):
            found.setdefault("all days", f"with PYTHONHASHSEED={seed}: {said}")
        elif "cannot" in said:
            cannot = said["cannot"]
        else:
            for day, fingerprint in before.items():
                if said[day] != fingerprint:
                    how = said[day] if said[day].startswith("(") else "another journal"
                    found.setdefault(day, f"{how} with PYTHONHASHSEED={seed}")
    return cannot or list(found.items())


def _said_by(process: subprocess.Popen[str]) -> dict[str, str] | str:
    """Return what a process found, or how it ended instead."""
    try:
        out, err = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"took longer than {PATIENCE_S:g} s"
    if process.returncode != 0:
        last = err.strip().splitlines()[-1:] or ["no word"]
        return f"ended with code {process.returncode}: {last[0]}"
    read: dict[str, str] = json.loads(out.splitlines()[-1])
    return read


def child() -> None:
    """Print fingerprints as the last line: the whole life of a fresh process."""
    target, settings, name, days, path = json.loads(sys.argv[1])
    sys.path[:] = path
    importlib.invalidate_caches()
    try:
        make = plugins.make_policy(target, settings)
    except (ImportError, TwinError) as error:
        said = str(error) if isinstance(error, TwinError) else f"{target}: {error}"
        found = {"cannot": " ".join(f"other processes cannot import it: {said}".split())}
    else:
        found = fingerprints(make, name, days)
    sys.stdout.write("\n" + json.dumps(found) + "\n")
