"""The promises of the twin, tried on a user's own scenario: what `twin verify` does."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.checker import Pace, Streets, check_file
from experiments.chosen import Chosen
from experiments.day import Cell
from experiments.files import safe_name
from experiments.given import Given
from experiments.promises_days import thinned
from experiments.promises_draws import draw_promises
from experiments.promises_kept import Line, Relation, equal, lines_of, relations
from experiments.promises_rows import CHECKED, DETERMINISM, GROUPS, PHYSICS, RELATIONS, Row
from experiments.promises_trial import BASE, Trial
from experiments.record import DayRecord, Ended
from experiments.runner import Limits, OnProgress, run_days
from networks.network import Network, RoadNetwork
from networks.pairs import PairNetwork
from networks.routing import RoadStreets
from twin.events import DayBegan, Event
from twin.facts import Facts
from twin.journal import Journal
from twin.ledger import Ledger
from twin.world import World

SMALL: Final = 60
"""Days with more orders are thinned to so many where they are changed."""
_MOST_PLACES: Final = 3000
"""Tables of more places are not laid out leg by leg: 3000 take 72 MB."""
_SAME: Final = frozenset(
    {"OrderPlaced", "OrderBound", "OrderReady", "IncidentKnown", "IncidentOver"}
)
"""What every policy meets, byte for byte (S26)."""


@dataclass(frozen=True)
class Asked:
    """What is verified.

    Attributes
    ----------
    days
        Days 1 to this.
    jobs
        How many are lived at once.
    """

    given: Given
    policies: Sequence[Chosen]
    seed: int = 1
    days: int = 1
    jobs: int = 2
    answer_s: float = 600.0
    quiet: bool = False


class Trials:
    """Everything that was lived for a verification, on disk.

    Parameters
    ----------
    folder
        An empty one; journals go there.
    """

    def __init__(self, asked: Asked, folder: Path) -> None:
        self.asked = asked
        self.folder = folder
        self.stopped: list[DayRecord] = []

    def live(self, on_progress: OnProgress | None) -> None:
        """Live every day twice under every policy, and changed days beside the first."""
        for again in (False, True):
            cells = [
                self._cell(chosen, day, again=again)
                for chosen in self.asked.policies
                for day in range(1, self.asked.days + 1)
            ]
            cells = cells[::-1] if again else cells
            limits = Limits.of_machine(self.asked.jobs, self.asked.answer_s)
            with _hash_seed(2 if again else 1):
                records = run_days(
                    cells,
                    workers=self.asked.jobs,
                    limits=limits,
                    on_progress=on_progress,
                    quiet=self.asked.quiet,
                )
                self.stopped += [one for one in records if one.ended is not Ended.FINISHED]
            if self.stopped:
                return

    def _cell(self, chosen: Chosen, day: int, *, again: bool) -> Cell:
        loaded = self.asked.given.loaded
        cell = Trial(
            text=loaded.text,
            source=self.asked.given.source,
            base_dir=str(loaded.base_dir.absolute()),
            policy=chosen.name,
            overrides=self.asked.given.overrides,
            typed=chosen.typed,
            alias=chosen.alias,
            seed=self.asked.seed,
            day=day,
            journal_path=str(self.path(chosen, day, again=again)),
            most_orders=SMALL,
        )
        if again or day > 1:
            return Cell(**{name: getattr(cell, name) for name in Cell.__dataclass_fields__})
        changed = self.changed(chosen)
        changed.mkdir(parents=True, exist_ok=True)
        return replace(cell, folder=str(changed))

    def path(self, chosen: Chosen, day: int, *, again: bool = False) -> Path:
        """Return where the journal of a day is."""
        folder = self.folder / safe_name(chosen.label)
        folder.mkdir(exist_ok=True)
        return folder / f"day-{day}{'-again' * again}.jsonl"

    def changed(self, chosen: Chosen) -> Path:
        """Return the folder of the changed days of a policy."""
        return self.folder / safe_name(chosen.label) / "changed"


@contextmanager
def _hash_seed(seed: int) -> Iterator[None]:
    """Let processes that are started now hash texts by another seed."""
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = str(seed)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONHASHSEED"]
        else:
            os.environ["PYTHONHASHSEED"] = before


def verify(asked: Asked, folder: Path, on_progress: OnProgress | None = None) -> "Verified":
    """Try every promise on a scenario.

    Parameters
    ----------
    folder
        An empty one, for journals.
    """
    trials = Trials(asked, folder)
    trials.live(on_progress)
    if trials.stopped:
        return Verified((), tuple(trials.stopped))
    rows = [
        _same_bytes(trials),
        _same_day(trials),
        *draw_promises(asked.given, asked.seed),
        *_checked(trials),
        *_related(trials),
    ]
    return Verified(tuple(sorted(rows, key=lambda row: GROUPS.index(row.group))), ())


@dataclass(frozen=True)
class Verified:
    """What became of a verification: a row for each promise, or the days that did not end."""

    rows: tuple[Row, ...]
    stopped: tuple[DayRecord, ...]


# Determinism


def _same_bytes(trials: Trials) -> Row:
    asked, found = trials.asked, []
    for chosen in asked.policies:
        for day in range(1, asked.days + 1):
            first, second = (
                trials.path(chosen, day, again=again).read_bytes() for again in (False, True)
            )
            if first != second:
                differs = next(equal(lines_of(first), lines_of(second)), "the bytes differ")
                found.append(f"{chosen.label}, day {day}: {differs}")
    count = len(asked.policies) * asked.days
    looked = f"{count} days lived twice, in two processes with two hash seeds, in two orders"
    return Row(DETERMINISM, "the same day twice is the same journal, byte for byte", looked, found)


def _same_day(trials: Trials) -> Row:
    asked, found = trials.asked, []
    lines = 0
    for day in range(1, asked.days + 1):
        met = {one.label: _met(trials.path(one, day)) for one in asked.policies}
        (first, told), *others = met.items()
        lines += len(told)
        found += [
            f"day {day}, {first} and {label}: {problem}"
            for label, other in others
            for problem in equal(told, other)
        ]
    promise = "every policy meets the same day: orders placed and ready, incidents"
    if len(asked.policies) < 2:  # noqa: PLR2004 # there is nothing to compare one with
        return Row(DETERMINISM, promise, "", skipped="one policy only; name others with --policies")
    names = ", ".join(one.label for one in asked.policies)
    return Row(DETERMINISM, promise, f"{lines} lines under each of {names}", found)


def _met(path: Path) -> list[Line]:
    return [one for one in lines_of(path.read_bytes()) if one["event"] in _SAME]


# Physics


def streets_of(network: Network, day: World) -> Streets:
    """Return the streets of a day as the checker takes them: plain arrays, and their speeds."""
    if isinstance(network, PairNetwork):
        count = network.node_count
        rows = np.arange(count)
        legs_m = None
        if count <= _MOST_PLACES:
            legs_m = network.legs_m(rows[:, None], rows[None, :], network.modes[0]).ravel()
        return Streets(network.sha256, edge_m=legs_m, pairs=count)
    assert isinstance(network, RoadNetwork)  # noqa: S101 # there is no third kind
    graph = network.graph
    pace = {}
    if isinstance(day.streets, RoadStreets):
        for mode in graph.modes:
            steps = day.streets.steps(mode)
            pace[str(mode)] = Pace(steps.slot_s, steps.pace, steps.row, steps.slow)
    return Streets(
        network.sha256,
        graph.edge_from.astype("int64"),
        graph.edge_to.astype("int64"),
        graph.edge_m,
        {str(mode): speeds for mode, speeds in graph.free_mps.items()},
        pace,
    )


def books_of(journal: Journal) -> list[dict[str, Any]]:
    """Return the ledger of a journal as the checker takes it."""
    lines = Ledger.of(journal).lines
    return [{"name": one.name, "what": one.what, "cents": one.cents} for one in lines]


def seconds_of(journal: Journal) -> dict[str, dict[str, float]]:
    """Return what KPIs take each duty's seconds for, as the checker takes it."""
    return {row.duty.id: dict(row.seconds) for row in Facts(journal).duties}


def _checked(trials: Trials) -> Iterator[Row]:
    asked = trials.asked
    found: dict[str, list[str]] = {}
    lines, journals, timed = 0, 0, True
    for day in range(1, asked.days + 1):
        streets = streets_of(asked.given.network, asked.given.world(asked.seed, day))
        timed = timed and bool(streets.pace)
        for chosen in asked.policies:
            path = trials.path(chosen, day)
            lines += path.read_bytes().count(b"\n")
            journals += 1
            kept = Journal.read(path)
            checked = check_file(
                path, network=streets, books_kept=books_of(kept), seconds_kept=seconds_of(kept)
            )
            for one in checked:
                found.setdefault(one.rule, []).append(f"{chosen.label}, day {day}: {one}")
    looked = f"{journals} journals, {lines} lines"
    for promise, names in CHECKED.items():
        problems = [problem for name in names for problem in found.get(name, ())]
        rules = f"{len(names)} rule{'s' * (len(names) > 1)}"
        also = "; the times of a table's legs are not" * ("travel-time" in names and not timed)
        yield Row(PHYSICS, promise, f"{looked}; {rules}{also}", problems)


# Relations


def _related(trials: Trials) -> Iterator[Row]:
    asked = trials.asked
    day = asked.given.world(asked.seed, 1)
    count, kept = len(day.orders), len(thinned(day, SMALL).orders)
    note = f"{count} orders" if kept == count else f"{kept} of {count} orders, every k-th"
    for relation in relations(thinned(day, SMALL)):
        yield _relation(trials, relation, note)
    yield _wages(trials)


def _relation(trials: Trials, relation: Relation, note: str) -> Row:
    found: list[str] = []
    skipped: dict[str, None] = {}
    held = []
    for chosen in trials.asked.policies:
        folder = trials.changed(chosen)
        names = (relation.name, f"{relation.name}.before" if relation.has_own_base else BASE)
        why = [_text(folder / f"{name}.{end}") for name in names for end in ("skipped", "stopped")]
        if any(why):
            skipped.update((f"{chosen.label}: {one}", None) for one in why if one)
            continue
        after, before = (folder / f"{name}.jsonl" for name in names)
        problems = _problems(relation, before, after)
        held.append(chosen.label)
        found += [f"{chosen.label}: {problem}" for problem in problems]
    group = DETERMINISM if relation.name in _OF_CHANCE else RELATIONS
    if not held:
        return Row(group, relation.promise, "", skipped="; ".join(skipped))
    also = f"; not under {'; '.join(skipped)}" if skipped else ""
    return Row(group, relation.promise, f"{note} under {', '.join(held)}{also}", found)


_OF_CHANCE: Final = frozenset({"ties", "another-order", "other-future"})


def _problems(relation: Relation, before: Path, after: Path) -> list[str]:
    if relation.holds is not None:
        lines = (lines_of(path.read_bytes()) for path in (before, after))
        return list(relation.holds(*lines))
    return [str(one) for one in check_file(after, books_kept=books_of(Journal.read(after)))]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0] if path.exists() else ""


def _wages(trials: Trials) -> Row:
    """Wages twice as high: that line twice, and nothing else but averages of all lines."""
    promise = "wages twice as high: that line twice, every other as it was"
    found: list[str] = []
    lines = 0
    for chosen in trials.asked.policies:
        journal = Journal.read(trials.path(chosen, 1))
        before, after = Ledger.of(journal), Ledger.of(_dearer(journal))
        for one, other in zip(before.lines, after.lines, strict=True):
            if one.is_default:  # the average of the other lines follows them
                continue
            lines += 1
            factor = 2 if one.name == "labour_hour" else 1
            if other.cents != round(one.quantity * Fraction(one.rate) * factor * 100):
                found.append(f"{chosen.label}, {one.name}: {one.cents} before, {other.cents} after")
    if not lines:
        return Row(RELATIONS, promise, "", skipped="nothing has a rate")
    return Row(RELATIONS, promise, f"{lines} lines of the books of day 1", found)


def _dearer(journal: Journal) -> list[Event]:
    """Return the events of a journal under wages twice as high."""
    [header] = journal.of(DayBegan)
    rates = header.rates
    double = {kind: 2 * rate for kind, rate in rates.labour_hour.items()}
    dearer = replace(header, rates=replace(rates, labour_hour=double))
    return [dearer, *journal.events[1:]]
