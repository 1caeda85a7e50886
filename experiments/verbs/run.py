"""``twin run``: days of a scenario under one policy, and its KPIs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.chosen import choose
from experiments.clairvoyant import MARK
from experiments.ended import exit_of
from experiments.exits import Exit, say
from experiments.files import safe_name
from experiments.given import Given
from experiments.lived import Asked, cells_of, interrupted, live, lived_days, manifest_of
from experiments.over_days import days_as_json, days_tables
from experiments.record import DayRecord, Ended
from experiments.results import as_json, far_note, kpi_tables, named
from experiments.show import put, put_json
from experiments.store import RunFolder
from scenarios.load import load
from twin.errors import InputError

__all__ = ["RUNS", "Asked", "exit_of", "manifest_of", "run", "wrote"]

RUNS = Path("runs")


def days_of(days: int | None, day: int | None) -> tuple[int, ...]:
    """Return which days are wanted by ``--days`` and ``--day``.

    Raises
    ------
    InputError
        If both are given.
    """
    if days is not None and day is not None:
        problem = f"--days {days} and --day {day} are two wishes; give one of them"
        raise InputError("twin run", [problem])
    return (day,) if day is not None else tuple(range(1, (days or 1) + 1))


def run(file: Path, policy: str | None, asked: Asked) -> Exit:
    """Live days under a policy, keep their results, print its KPIs."""
    given = Given(load(file, asked.overrides), str(file), asked.overrides)
    chosen = choose(given.loaded.spec, policy)
    if policy is None and not asked.quiet:
        say(f"no --policy: running the first of the scenario, {chosen.label}")
    folder = asked.out or RUNS / safe_name(given.loaded.spec.name)
    made_from = manifest_of(given, [chosen], asked)
    opened = RunFolder.opened(folder, made_from, given.loaded.text, given.resolved)
    with opened as store:
        again = ["run", str(file), "--policy", chosen.asked_as]
        with interrupted(store, [chosen], replace(asked, out=folder), again):
            if len(asked.days) == 1:  # lived again, kept or not: people try things on one day
                records = live(cells_of(given, [chosen], asked, store), asked, store)
            else:
                records = lived_days(given, [chosen], asked, store)
        is_over = any(record.ended is Ended.FINISHED for record in records)
        written = wrote(store, records) if is_over else []
    if is_over:
        _tell(records, made_from, given, asked)
    if written and not asked.quiet:
        say("wrote " + ", ".join(str(path) for path in written))
    return exit_of(records, store.came_out_otherwise)


def wrote(store: RunFolder, records: Sequence[DayRecord]) -> list[Path]:
    """Complete a run folder and return the files that people will want to open."""
    paths = [store.complete()]
    journals = [
        store.journal_path(record.policy, record.day)
        for record in records
        if record.ended is Ended.FINISHED
    ]
    paths += [path for path in journals if path.exists()][:_MOST_NAMED]
    paths += sorted(store.folder.glob("routes*.png"))
    return paths


_MOST_NAMED = 6
"""Journals that are named one by one."""


def _tell(
    records: Sequence[DayRecord], made_from: Mapping[str, Any], given: Given, asked: Asked
) -> None:
    if len(asked.days) > 1:
        if asked.as_json:
            put_json({**days_as_json(records), **named(made_from)})
            return
        title = f"{given.loaded.spec.name}, {_policy_of(records[0])}, seed {asked.seed}"
        notes = [given.network.attribution] if given.network.attribution else []
        put(*days_tables(records, title), *notes)
        return
    [record] = records
    if asked.as_json:
        put_json({**as_json(record), **named(made_from)})
        return
    title = f"{given.loaded.spec.name}, {_policy_of(record)}, seed {asked.seed}"
    notes = [note for note in (far_note(record), given.network.attribution) if note]
    put(*kpi_tables(record, title), *notes)


def _policy_of(record: DayRecord) -> str:
    """Return the policy's name, and that it knows the day if it does."""
    return f"{record.policy} ({MARK})" if record.clairvoyant else record.policy
