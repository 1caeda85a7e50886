"""The tiny days lived again: here, and in fresh processes with other hash seeds."""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

from twin import plugins
from twin.engine import run
from twin.errors import TwinError
from twin.plan import Plan
from twin.policy import Briefing, MakePolicy, Policy, is_clairvoyant
from twin.processes import (
    end_descendants,
    end_group,
    end_living,
    how_it_ended,
    lead_a_group,
    leave_if_copied,
)
from twin.tiny import tiny_worlds
from twin.view import View
from twin.world import World

_T = TypeVar("_T")

MOST_QUESTIONS: Final = 5_000
"""On one tiny day of eight hours: one every six seconds. A choice."""
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


class Contained(Maker):
    """A maker whose policies end no process: what they raise besides errors ends their day."""


class _Contained:
    """A policy that raises where it would end the process, and whose copies end at once."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._process = os.getpid()
        self._questions = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # whatever the policy offers
        return getattr(self._policy, name)

    def decide(self, view: View) -> Plan:
        """Return its answer."""
        self._questions += 1
        if self._questions > MOST_QUESTIONS:
            raise RuntimeError(f"was asked more than {MOST_QUESTIONS:,} times")
        try:
            return _staying(lambda: self._policy.decide(view))
        finally:
            leave_if_copied(self._process)


def contained(make: MakePolicy) -> Contained:
    """Return a maker whose policies raise where they would end the process."""
    if isinstance(make, Contained):
        return make

    def made(briefing: Briefing) -> Policy:
        original = os.getpid()
        try:
            return _Contained(_staying(lambda: make(briefing)))
        finally:
            leave_if_copied(original)

    return Contained(made, is_clairvoyant(make))


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
    found: dict[str, str] = {}
    cannot = ""
    for seed, said in zip(hash_seeds, _apart(again, name, list(before), hash_seeds), strict=True):
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


def ended_apart(again: Again, name: str, day: str) -> str:
    """Return how a fresh process ended that was to live a day; empty if it came to a verdict."""
    [said] = _apart(again, name, [day], (0,))
    return said if isinstance(said, str) else ""


def _apart(
    again: Again, name: str, days: Sequence[str], hash_seeds: Sequence[int]
) -> list[dict[str, str] | str]:
    """Return what fresh processes found, one for each seed, or how one ended instead.

    Each leads a group, and nothing of it or of what it has started is left afterwards. Its verdict
    comes by a file: a pipe would stay open as long as anything that a policy has left behind.
    """
    with TemporaryDirectory(prefix="twin-again-") as folder:
        files = [Path(folder) / f"{seed}.json" for seed in hash_seeds]
        processes = [
            _started(again, name, days, seed, file)
            for seed, file in zip(hash_seeds, files, strict=True)
        ]
        until_s = time.monotonic() + PATIENCE_S
        try:
            return [
                _said_by(process, file, until_s)
                for process, file in zip(processes, files, strict=True)
            ]
        finally:
            for process in processes:
                _end(process)


def _started(
    again: Again, name: str, days: Sequence[str], hash_seed: int, file: Path
) -> subprocess.Popen[bytes]:
    given = json.dumps([again.target, dict(again.settings), name, days, sys.path, str(file)])
    return subprocess.Popen(  # noqa: S603 # our own interpreter with our own code
        [sys.executable, "-c", "from twin.again import child; child()", given],
        env={
            **os.environ,
            "PYTHONHASHSEED": str(hash_seed),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _said_by(process: subprocess.Popen[bytes], file: Path, until_s: float) -> dict[str, str] | str:
    """Return what a process found, or how it ended instead."""
    try:
        code = process.wait(timeout=max(0.0, until_s - time.monotonic()))
    except subprocess.TimeoutExpired:
        return f"took longer than {PATIENCE_S:g} s; its process was ended"
    if not file.is_file():
        return f"its process ended ({how_it_ended(code)}) before its verdict"
    read: dict[str, str] = json.loads(file.read_bytes())
    return read


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, whatever it is doing, and all that it has started."""
    (end_living if process.poll() is None else end_group)(process.pid)
    process.wait()


def child() -> None:
    """Leave fingerprints in a file: the whole life of a fresh process."""
    target, settings, name, days, path, file = json.loads(sys.argv[1])
    lead_a_group()
    sys.path[:] = path
    importlib.invalidate_caches()
    try:
        make = plugins.make_policy(target, settings)
    except (ImportError, TwinError) as error:
        said = str(error) if isinstance(error, TwinError) else f"{target}: {error}"
        found = {"cannot": " ".join(f"other processes cannot import it: {said}".split())}
    else:
        found = fingerprints(make, name, days)
    whole = Path(f"{file}.part")
    whole.write_text(json.dumps(found), encoding="utf-8")
    whole.rename(file)
    end_descendants(os.getpid())
    os._exit(0)  # a thread that a policy has left behind would keep this process
