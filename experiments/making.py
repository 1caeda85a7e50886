"""Whether policies can be made for a scenario's day with the parameters that it gives them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.chosen import Chosen
from experiments.day import Cell, Unwatched, Watch, guarded, maker_of, recorded
from experiments.given import Given, given_day
from experiments.named import LOAD_LIMIT_S
from experiments.record import DayRecord, Ended
from experiments.runner import Limits, cpus, run_days
from twin.errors import InputError, JournalError, PolicyFault
from twin.policy import Briefing, MakePolicy, is_clairvoyant
from twin.world import World


@dataclass(frozen=True)
class Making(Cell):
    """A policy to make for a day, in place of the day to live."""

    def live(self, watch: Watch) -> DayRecord:
        """Return that it was made, or what stopped that."""
        return recorded(self, lambda _: self._made(watch))

    def _made(self, watch: Watch) -> DayRecord:
        chosen = self.chosen
        watch.asks(0, 0.0)  # loading its module runs its code
        make = maker_of(chosen)
        watch.answered()
        given = given_day(self.text, self.source, Path(self.base_dir), self.overrides)
        _make(chosen, make, given.world(self.seed, self.day), watch)
        return DayRecord(chosen.label, self.day, Ended.FINISHED)


def _make(chosen: Chosen, make: MakePolicy, world: World, watch: Watch) -> None:
    briefing = Briefing.of(world, chosen.called, clairvoyant=is_clairvoyant(make))
    guarded(make, chosen.label, watch)(briefing)


def refusals(
    given: Given, policies: Mapping[str, Chosen], world: World, seed: int, day: int
) -> Iterator[str]:
    """Yield what policies have against the parameters that a scenario gives them.

    Parameters are judged by the policy when it is made, and it may do so by the day (a table that
    must name a driver of it), so each is made for the day itself: what is installed here, code of
    a file in a process of its own, which makes the day again. One without parameters is not tried:
    it has nothing to refuse them for. One that fails otherwise, or of a file and needs more than
    `LOAD_LIMIT_S`, is left to the run.

    Parameters
    ----------
    policies
        By the place where the scenario names them.
    world, seed, day
        The day, and what names it.
    """
    typed = {place: chosen for place, chosen in policies.items() if chosen.typed}
    apart = {place: chosen for place, chosen in typed.items() if ":" in chosen.name}
    records = _made_apart(given, list(apart.values()), seed, day)
    for place, chosen in typed.items():
        for problem in next(records) if place in apart else _refused(chosen, world):
            yield f"{place}: {chosen.label}: {problem}"


def _refused(chosen: Chosen, world: World) -> Sequence[str]:
    try:
        _make(chosen, maker_of(chosen), world, Unwatched())
    except InputError as error:
        return error.problems
    except JournalError as error:
        return [str(error)]
    except PolicyFault:
        return []
    return []


def _made_apart(
    given: Given, policies: Sequence[Chosen], seed: int, day: int
) -> Iterator[list[str]]:
    """Yield for each policy what it refuses, made in a process of its own."""
    loaded = given.loaded
    cells = [
        Making(
            text=loaded.text,
            source=given.source,
            base_dir=str(loaded.base_dir.absolute()),
            policy=chosen.name,
            overrides=given.overrides,
            typed=chosen.typed,
            alias=chosen.alias,
            seed=seed,
            day=day,
        )
        for chosen in policies
    ]
    workers = max(1, min(len(cells), cpus()))
    limits = Limits.of_machine(workers, LOAD_LIMIT_S)
    for record in run_days(cells, workers=workers, limits=limits, quiet=True):
        first, *problems = record.why.splitlines() or [""]
        is_refused = record.ended is Ended.REFUSED
        yield [problem.strip() for problem in problems or [first]] if is_refused else []
