"""Days of a scenario under policies: which are wanted, which are missing, and living those."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join as quoted
from typing import Any

from experiments.chosen import Chosen
from experiments.day import Cell
from experiments.exits import Exit, StoppedError, say
from experiments.files import safe_name
from experiments.given import Given
from experiments.kept_journals import journal_problem, short
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
            alias=chosen.alias,
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
    """Return the cells that a folder does not hold to the end, or not with the journal wanted.

    A journal that is damaged or of another day is not there; that is said.
    """
    kept = _finished(store)
    return [cell for cell in cells if not _is_held(cell, kept.get((cell.chosen.label, cell.day)))]


def _is_held(cell: Cell, kept: DayRecord | None) -> bool:
    if kept is None:
        return False
    if cell.journal_path is None:
        return True
    path = Path(cell.journal_path)
    if not path.is_file():
        return False
    wrong = journal_problem(path, kept.journal_sha256)
    if wrong:
        say(f"{path}: {wrong}; day {kept.day} of {kept.policy} is lived again for it")
    return not wrong


def live(cells: Sequence[Cell], asked: Asked, store: RunFolder) -> list[DayRecord]:
    """Live days, keep each as soon as it is over, and return what became of them, sorted by cell.

    A kept day that is lived again and comes out otherwise stays as it was kept; that is said, and
    noted in the store.

    Raises
    ------
    StoppedError
        If a day cannot be simulated at all; nothing is kept of it.
    KeyboardInterrupt
        On Ctrl-C and SIGTERM; every day that was over is kept.
    """
    workers = max(1, min(len(cells), asked.jobs or cpus()))
    before = _finished(store)
    cells = [_as_kept(cell, before.get((cell.chosen.label, cell.day))) for cell in cells]
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
                if on_progress is not None:
                    on_progress.over(record.policy, record.day)
                kept = before.get((record.policy, record.day))
                records[place] = _stored(record, kept, cells[place], store)
    in_order = [records[place] for place in sorted(records)]
    store.keep_times(
        {_named(record, asked): record.seconds for record in in_order} if in_order else {}
    )
    return in_order


def _as_kept(cell: Cell, kept: DayRecord | None) -> Cell:
    return cell if kept is None else replace(cell, kept_sha256=kept.journal_sha256)


def _stored(record: DayRecord, kept: DayRecord | None, cell: Cell, store: RunFolder) -> DayRecord:
    """Store a day unless it is kept and has come out otherwise; return what became of it.

    Parameters
    ----------
    kept
        The same day as it was finished before.
    """
    if kept is not None and record.ended is not Ended.FINISHED:
        say(f"day {record.day} of {record.policy} is kept as it was: {record.why}")
        return record
    if kept is not None and record.journal_sha256 != kept.journal_sha256:
        store.came_out_otherwise.append((record.policy, record.day))
        say(_otherwise_in_words(record, kept, cell))
        return kept
    store.keep(record)
    return record


def _otherwise_in_words(record: DayRecord, kept: DayRecord, cell: Cell) -> str:
    settings = [f"--with={key}={value}" for key, value in cell.typed.items()]
    ways = [["policies", "check", cell.policy, *settings]]
    if Path(cell.source).is_file():  # a scenario that is shipped has none
        overrides = [f"--set={override}" for override in cell.overrides]
        seed = ["--seed", str(cell.seed)]
        ways.append(["verify", cell.source, "--policies", cell.chosen.asked_as, *seed, *overrides])
    return (
        f"day {record.day} of {record.policy} came out otherwise than before: its journal is "
        f"{short(record.journal_sha256)} now, {short(kept.journal_sha256)} is kept and stays. The "
        "same scenario, seed and code make the same day; most likely the policy goes by something "
        "else, such as the clock of the wall or chance of its own. What it breaks is told by:"
        + "".join(f"\n  {quoted(['twin', *way])}" for way in ways)
    )


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


def _finished(store: RunFolder) -> dict[tuple[str, int], DayRecord]:
    """Return the days that are kept to their end, by policy and number."""
    return {
        (record.policy, record.day): record
        for record in store.records()
        if record.ended is Ended.FINISHED
    }
