"""What a run folder holds before anything is written to it: more of the same, or something else."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments.manifest import clashes, days_by_policy, grown, policy_differences, with_days
from experiments.record import Ended
from twin.errors import InputError

MANIFEST: Final = "manifest.json"
RESULTS: Final = "results.sqlite"
LOCK: Final = ".lock"
_MOST_DIFFERENCES: Final = 12


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


def held(folder: Path, made_from: Mapping[str, Any]) -> Held:
    """Return what a folder holds.

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
    more = len(found) - _MOST_DIFFERENCES
    tail = [f"and {more} more"] if more > 0 else []
    raise InputError(
        f"{folder} holds results of something else; keep them and add -o {folder}-2, or remove "
        "the folder",
        [*found[:_MOST_DIFFERENCES], *tail],
    )


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
