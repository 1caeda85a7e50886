"""``twin run``: one day of a scenario under one policy, and its KPIs."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from experiments.chosen import Chosen, choose
from experiments.day import Cell
from experiments.exits import Exit, StoppedError, report_bug, say
from experiments.files import safe_name
from experiments.given import Given
from experiments.manifest import manifest
from experiments.record import DayRecord, Ended
from experiments.results import as_json, far_note, kpi_tables, named
from experiments.runner import ANSWER_LIMIT_S, Limits, OnProgress, Progress, run_days
from experiments.show import put, put_json
from experiments.store import RunFolder
from scenarios.load import load
from twin.units import clock

RUNS = Path("runs")
DAY = 1
"""The day that a run of one day lives."""


@dataclass(frozen=True)
class Asked:
    """How a verb that runs days was asked to behave.

    Attributes
    ----------
    overrides
        ``path=value`` over the scenario's file.
    answer_s
        Longest wall time of one answer.
    """

    overrides: tuple[str, ...] = ()
    seed: int = 1
    out: Path | None = None
    as_json: bool = False
    quiet: bool = False
    answer_s: float = ANSWER_LIMIT_S


def run(file: Path, policy: str | None, asked: Asked) -> Exit:
    """Live a day, keep its results, print its KPIs."""
    given = Given(load(file, asked.overrides), str(file), asked.overrides)
    chosen = choose(given.loaded.spec, policy)
    if policy is None and not asked.quiet:
        say(f"no --policy: running the first of the scenario, {chosen.label}")
    folder = asked.out or RUNS / safe_name(given.loaded.spec.name)
    made_from = manifest_of(given, [chosen], asked)
    opened = RunFolder.opened(folder, made_from, given.loaded.text, given.resolved)
    with opened as store:
        record = live(given, [chosen], asked, store)[0]
        if record.ended is Ended.FINISHED:
            written = wrote(store, [record])
            _tell(record, made_from, given, asked)
    if record.ended is Ended.FINISHED and not asked.quiet:
        say("wrote " + ", ".join(str(path) for path in written))
    return exit_of([record])


def manifest_of(given: Given, policies: Sequence[Chosen], asked: Asked) -> dict[str, Any]:
    """Return what names the results of a scenario under policies."""
    return manifest(
        scenario=given.scenario_identity(),
        network=given.network_identity(),
        policies=policies,
        seed=asked.seed,
        days=[DAY],
    )


def live(
    given: Given, policies: Sequence[Chosen], asked: Asked, store: RunFolder
) -> list[DayRecord]:
    """Live the day under each policy, and keep what became of it.

    Raises
    ------
    StoppedError
        If the day cannot be simulated at all; nothing is kept of it.
    """
    loaded = given.loaded
    cells = [
        Cell(
            text=loaded.text,
            source=given.source,
            base_dir=str(loaded.base_dir.absolute()),  # a policy may change the current folder
            policy=chosen.name,
            overrides=given.overrides,
            typed=chosen.typed,
            seed=asked.seed,
            day=DAY,
            journal_path=str(store.journal_path(chosen.label, DAY).absolute()),
            picture_path=str(store.folder.absolute() / picture_name(chosen, policies)),
        )
        for chosen in policies
    ]
    workers = min(len(cells), 2)
    records = []
    with watched(quiet=asked.quiet) as on_progress:
        for record in run_days(
            cells,
            workers=workers,
            limits=Limits.of_machine(workers, asked.answer_s),
            on_progress=on_progress,
            quiet=asked.quiet,
        ):
            if record.ended is Ended.REFUSED:
                raise StoppedError(Exit.REFUSED, record.why)
            store.keep(record)
            records.append(record)
    store.keep_times({record.policy: record.seconds for record in records})
    return records


def picture_name(chosen: Chosen, policies: Sequence[Chosen]) -> str:
    """Return the name of the picture of a policy's routes."""
    return "routes.png" if len(policies) == 1 else f"routes-{safe_name(chosen.label)}.png"


def wrote(store: RunFolder, records: Sequence[DayRecord]) -> list[Path]:
    """Complete a run folder and return the files that people will want to open."""
    paths = [store.complete()]
    paths += [store.journal_path(record.policy, record.day) for record in records]
    if any(record.is_drawn for record in records):
        paths += sorted(store.folder.glob("routes*.png"))
    return paths


def _tell(record: DayRecord, made_from: dict[str, Any], given: Given, asked: Asked) -> None:
    if asked.as_json:
        put_json({**as_json(record), **named(made_from)})
        return
    title = f"{given.loaded.spec.name}, {record.policy}, seed {asked.seed}"
    notes = [note for note in (far_note(record), given.network.attribution) if note]
    put(*kpi_tables(record, title), *notes)


def exit_of(records: Sequence[DayRecord]) -> Exit:
    """Return how a command that lived these days exits, after saying what stopped any of them."""
    for record in records:
        if record.ended is Ended.BUG:
            report_bug(f"{record.policy}: {record.why}", record.trace)
        elif record.ended is not Ended.FINISHED:
            say(f"{record.ended}: {record.why}")
    ended = {record.ended for record in records}
    if Ended.BUG in ended:
        return Exit.BUG
    if Ended.MACHINE in ended:
        return Exit.MACHINE
    stopped = {record.policy for record in records if record.ended is Ended.POLICY}
    if stopped - {record.policy for record in records if record.ended is Ended.FINISHED}:
        return Exit.POLICY_STOPPED
    faults = sum(record.value("policy_faults") or 0 for record in records)
    if stopped or faults:
        say(f"{faults:.0f} answers were refused or never came; the plan before was kept each time")
        return Exit.FAULTS_KEPT
    return Exit.OK


@contextmanager
def watched(*, quiet: bool) -> Iterator[OnProgress | None]:
    """Show on stderr where the days are, if somebody looks."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[Cell, Any] = {}

        def show(progress: Progress) -> None:
            label = progress.cell.chosen.label
            text = f"{label}: {clock(progress.at_s)[:5]}, question {progress.question}"
            if progress.cell not in tasks:
                tasks[progress.cell] = bar.add_task(text, total=None)
            bar.update(tasks[progress.cell], description=text)

        yield show
