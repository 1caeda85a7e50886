"""Days of a scenario under policies: which are wanted, which are missing, and living those."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import join as quoted
from typing import Any

from experiments.chosen import Chosen
from experiments.day import Cell
from experiments.exits import Exit, StoppedError, say
from experiments.files import safe_name
from experiments.given import Given
from experiments.manifest import manifest
from experiments.progress import watched
from experiments.record import DayRecord, Ended
from experiments.runner import ANSWER_LIMIT_S, Limits, cpus, days_as_finished
from experiments.store import RunFolder

DAY = 1
"""The day that a run of one day lives, and whose journal is always kept."""


@dataclass(frozen=True)
class Asked:
    """How a verb that lives days was asked to behave.

    Attributes
    ----------
    overrides
        ``path=value`` over the scenario's file.
    answer_s
        Longest wall time of one answer.
    days
        Numbers of the days of the seed.
    jobs
        How many are lived at once; None is one for each processor.
    all_journals
        Whether the journals of all days are kept; else of the first.
    """

    overrides: tuple[str, ...] = ()
    seed: int = 1
    out: Path | None = None
    as_json: bool = False
    quiet: bool = False
    answer_s: float = ANSWER_LIMIT_S
    days: tuple[int, ...] = (DAY,)
    jobs: int | None = None
    all_journals: bool = False


def manifest_of(given: Given, policies: Sequence[Chosen], asked: Asked) -> dict[str, Any]:
    """Return what names the results of a scenario under policies."""
    return manifest(
        scenario=given.scenario_identity(),
        network=given.network_identity(),
        policies=policies,
        seed=asked.seed,
        days=asked.days,
    )


def cells_of(
    given: Given, policies: Sequence[Chosen], asked: Asked, store: RunFolder
) -> list[Cell]:
    """Return every wanted day under each policy, day by day; the first keeps journal and picture.

    Day by day, so that what cannot be lived shows soon, and what was stopped early compares.
    """
    loaded = given.loaded
    first = min(asked.days)
    return [
        Cell(
            text=loaded.text,
            source=given.source,
            base_dir=str(loaded.base_dir.absolute()),  # a policy may change the current folder
            policy=chosen.name,
            overrides=given.overrides,
            typed=chosen.typed,
            seed=asked.seed,
            day=day,
            journal_path=(
                str(store.journal_path(chosen.label, day).absolute())
                if day == first or asked.all_journals
                else None
            ),
            picture_path=(
                str(store.folder.absolute() / picture_name(chosen, policies))
                if day == first
                else None
            ),
        )
        for day in sorted(asked.days)
        for chosen in policies
    ]


def picture_name(chosen: Chosen, policies: Sequence[Chosen]) -> str:
    """Return the name of the picture of a policy's routes."""
    return "routes.png" if len(policies) == 1 else f"routes-{safe_name(chosen.label)}.png"


def missing(cells: Sequence[Cell], store: RunFolder) -> list[Cell]:
    """Return the cells that a folder does not hold to the end, or not with the journal wanted."""
    kept = _finished(store)
    return [
        cell
        for cell in cells
        if (cell.chosen.label, cell.day) not in kept
        or (cell.journal_path is not None and not Path(cell.journal_path).exists())
    ]


def live(cells: Sequence[Cell], asked: Asked, store: RunFolder) -> list[DayRecord]:
    """Live days, keep each as soon as it is over, and return what became of them, sorted by cell.

    Raises
    ------
    StoppedError
        If a day cannot be simulated at all; nothing is kept of it.
    KeyboardInterrupt
        On Ctrl-C and SIGTERM; every day that was over is kept.
    """
    workers = max(1, min(len(cells), asked.jobs or cpus()))
    before = _finished(store)
    records: dict[int, DayRecord] = {}
    with watched(len(cells), quiet=asked.quiet) as on_progress:
        finished = days_as_finished(
            cells,
            workers=workers,
            limits=Limits.of_machine(workers, asked.answer_s),
            on_progress=on_progress,
            quiet=asked.quiet,
        )
        with closing(finished):
            for place, record in finished:
                if record.ended is Ended.REFUSED:
                    raise StoppedError(Exit.REFUSED, record.why)
                records[place] = record
                if on_progress is not None:
                    on_progress.over(record.policy, record.day)
                if record.ended is Ended.FINISHED or (record.policy, record.day) not in before:
                    store.keep(record)
                else:
                    say(f"day {record.day} of {record.policy} is kept as it was: {record.why}")
    in_order = [records[place] for place in sorted(records)]
    store.keep_times(
        {_named(record, asked): record.seconds for record in in_order} if in_order else {}
    )
    return in_order


def lived_days(
    given: Given, policies: Sequence[Chosen], asked: Asked, store: RunFolder
) -> list[DayRecord]:
    """Live the days that a folder does not hold yet; return what became of all, as it is kept."""
    cells = cells_of(given, policies, asked, store)
    live(missing(cells, store), asked, store)
    wanted = {(cell.chosen.label, cell.day) for cell in cells}
    return [one for one in store.records() if (one.policy, one.day) in wanted]


@contextmanager
def interrupted(
    store: RunFolder, policies: Sequence[Chosen], asked: Asked, command: Sequence[str]
) -> Iterator[None]:
    """Say on Ctrl-C and SIGTERM how many of the wanted days are kept, and how to go on.

    Parameters
    ----------
    command
        Verb, file and what belongs to the verb alone.

    Raises
    ------
    StoppedError
        In place of a `KeyboardInterrupt`.
    """
    try:
        yield
    except KeyboardInterrupt:
        labels = {chosen.label for chosen in policies}
        kept = [one for one in _finished(store) if one[0] in labels and one[1] in asked.days]
        wanted = len(labels) * len(asked.days)
        words = quoted(["twin", *command, *_typed(asked)])
        message = f"interrupted; {len(kept):,} of {wanted:,} days are kept; go on with:\n  {words}"
        raise StoppedError(Exit.INTERRUPTED, message) from None


def _typed(asked: Asked) -> list[str]:
    """Return what has to be typed for days to be lived as asked."""
    first, last = min(asked.days), max(asked.days)
    days = ["--days", str(last)] if first == DAY else ["--day", str(first)]
    typed = [*days, "--seed", str(asked.seed)]
    for override in asked.overrides:
        typed += ["--set", override]
    if asked.jobs is not None:
        typed += ["--jobs", str(asked.jobs)]
    if asked.answer_s != ANSWER_LIMIT_S:
        typed += ["--answer-limit", f"{asked.answer_s:g}"]
    flags = {"--journals": asked.all_journals, "--json": asked.as_json, "--quiet": asked.quiet}
    typed += [flag for flag, is_on in flags.items() if is_on]
    return [*typed, "-o", str(asked.out)] if asked.out is not None else typed


def _named(record: DayRecord, asked: Asked) -> str:
    return record.policy if len(asked.days) == 1 else f"{record.policy}, day {record.day}"


def _finished(store: RunFolder) -> set[tuple[str, int]]:
    return {
        (record.policy, record.day) for record in store.records() if record.ended is Ended.FINISHED
    }
