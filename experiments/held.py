"""What a run folder holds before anything is written to it: more of the same, or something else."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments.manifest import (
    clashes,
    days_by_policy,
    differences,
    grown,
    policy_differences,
    with_days,
)
from experiments.record import Ended
from scenarios.yaml import parse, read_text
from twin.errors import InputError, ScenarioError

MANIFEST: Final = "manifest.json"
RESULTS: Final = "results.sqlite"
RESOLVED: Final = "resolved.yaml"
LOCK: Final = ".lock"
_MOST_DIFFERENCES: Final = 12
_NAMED: Final = {"code_sha256": "the twin's own code"}
"""What parts of a manifest are called where their names say too little."""


@dataclass(frozen=True)
class Held:
    """What a folder holds, seen from what is wanted.

    Attributes
    ----------
    made_from
        The manifest of what is there and wanted together.
    is_of_something_else
        Whether what is there is to go.
    changed
        Policies of which what is there is to go.
    """

    made_from: Mapping[str, Any]
    is_of_something_else: bool = False
    changed: tuple[str, ...] = ()


def held(folder: Path, made_from: Mapping[str, Any], resolved: str = "") -> Held:
    """Return what a folder holds.

    Parameters
    ----------
    resolved
        The scenario that is wanted with every default filled in, to say how another one differs.

    Raises
    ------
    InputError
        If it holds finished days of something else; names what differs.
    """
    path = folder / MANIFEST
    if not path.exists():
        return Held(made_from)
    try:
        there = json.loads(path.read_bytes())
        found, changed = clashes(made_from, there)
        together = grown(made_from, there)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            str(path), ["is no manifest; remove the folder or give another with -o"]
        ) from None
    if not found and not changed:
        return Held(together)
    finished = finished_policies(folder)
    if finished is not None and not finished:
        return Held(made_from, is_of_something_else=True)
    if not found and finished is not None and not finished & set(changed):
        days = {**days_by_policy(together), **days_by_policy(made_from)}
        return Held(with_days(together, days), changed=tuple(changed))
    for name in changed:
        if finished is None or name in finished:
            found += policy_differences(name, made_from, there)
    found = _told(found, folder, resolved)
    more = len(found) - _MOST_DIFFERENCES
    tail = [f"and {more} more"] if more > 0 else []
    raise InputError(
        f"{folder} holds results of something else; keep them and add -o {folder}-2, or remove "
        "the folder",
        [*found[:_MOST_DIFFERENCES], *tail],
    )


def _told(found: Sequence[str], folder: Path, resolved: str) -> list[str]:
    """Return differences of manifests as people read them: settings in place of fingerprints."""
    lines = []
    for line in found:
        what, colon, values = line.partition(": ")
        if what == "scenario.sha256":
            lines += _settings_apart(folder / RESOLVED, resolved, values)
        else:
            lines.append(f"{_NAMED.get(what, what)}{colon}{values}")
    return lines


def _settings_apart(path: Path, resolved: str, values: str) -> list[str]:
    """Return which settings of two scenarios differ; as given where that cannot be told."""
    try:
        data = path.read_bytes()
        there = parse(read_text(data, str(path)), str(path)).value
        now = parse(resolved, "resolved").value
    except (OSError, ScenarioError):
        return [f"scenario.sha256: {values}"]
    return differences(now, there) or [f"content of the scenario's tables: {values}"]


def finished_policies(folder: Path) -> set[str] | None:
    """Return the policies of which any day came to its end; None if the store cannot be read."""
    if not (folder / RESULTS).exists():
        return set()
    database = sqlite3.connect(f"{(folder / RESULTS).resolve().as_uri()}?mode=ro", uri=True)
    try:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'days'").fetchall():
            return set()  # ended while it was made
        found = database.execute(
            "SELECT DISTINCT policy FROM days WHERE ended = ?", (Ended.FINISHED,)
        )
        return {policy for (policy,) in found}
    except sqlite3.DatabaseError:
        return None
    finally:
        database.close()


def refuse_other_things(folder: Path) -> None:
    """Refuse a folder that is neither empty nor a run's.

    Raises
    ------
    InputError
        Naming what is in it.
    """
    if (folder / MANIFEST).exists():
        return
    strange = sorted(entry.name for entry in folder.iterdir() if entry.name != LOCK)
    # A run that was ended while it wrote its first file leaves that one behind.
    if strange and strange != [f"{MANIFEST}.part"]:
        problem = (
            f"holds other things ({', '.join(strange[:5])}), expected a run folder or an empty "
            "one; give another with -o"
        )
        raise InputError(str(folder), [problem])
