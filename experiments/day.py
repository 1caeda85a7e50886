"""One day under one policy: a pure function from what names it to what became of it.

It is called in a worker process, so that whatever a policy does (raise, exit, crash, eat memory)
ends in a record. Nothing of a stranger's crosses back but text and numbers.
"""

import os
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol

from experiments.chosen import Chosen, Typed
from experiments.exits import has_text, of_machine, of_stranger
from experiments.files import write_whole
from experiments.given import Given, given_day
from experiments.record import DayRecord, Ended, Far
from twin import plugins
from twin.engine import run
from twin.errors import (
    Impossible,
    InputError,
    JournalError,
    Livelock,
    PlanError,
    PolicyFault,
    PolicyNotFound,
    TwinError,
)
from twin.events import Event, OrderPlaced
from twin.facts import Facts
from twin.journal import Journal
from twin.kpi import figures_of
from twin.measures import Day
from twin.plan import Plan
from twin.policy import Briefing, MakePolicy, Policy, is_clairvoyant
from twin.processes import leave_if_copied
from twin.traced import with_line
from twin.view import View
from twin.world import World

_LONGEST_WHY: Final = 4000
_LONGEST_LINE: Final = 300


@dataclass(frozen=True)
class Cell:
    """What names one day under one policy: enough to make it again anywhere.

    Attributes
    ----------
    text, source, base_dir, overrides
        The scenario as read, what it is called, the folder its paths start from, what was set.
    policy, typed
        Name and parameters as typed.
    alias
        What the scenario calls the policy beside others of the name.
    journal_path, picture_path
        Where the journal and a picture of the routes go; None keeps none.
    kept_sha256
        Fingerprint of the journal of this day as it is kept, empty if it is not. A day that comes
        out otherwise writes neither, so that what is there goes on belonging to what is kept.
    """

    text: str
    source: str
    base_dir: str
    policy: str
    overrides: tuple[str, ...] = ()
    typed: Mapping[str, Typed] = field(default_factory=dict)
    seed: int = 1
    day: int = 1
    journal_path: str | None = None
    picture_path: str | None = None
    kept_sha256: str = ""
    alias: str = ""

    @property
    def chosen(self) -> Chosen:
        """The policy."""
        return Chosen(self.policy, self.typed, self.alias)

    def live(self, watch: "Watch") -> DayRecord:
        """Return what became of it, lived in this process."""
        return run_day(self, watch)

    def beside(self, given: Given, day: World, make: Callable[[], MakePolicy]) -> None:
        """Do what else is wanted where the day was lived; by itself nothing.

        Parameters
        ----------
        make
            Returns a maker of the policy, guarded and watched.
        """


class Watch(Protocol):
    """Is told when a policy begins to think and when it answers."""

    def asks(self, question: int, at_s: float) -> None:
        """Note that a question begins at this instant of the day; number 0 makes the policy."""
        ...

    def answered(self) -> None:
        """Note that it was answered, one way or another."""
        ...


class Unwatched:
    """Watches nothing."""

    def asks(self, question: int, at_s: float) -> None:
        """Take no note."""

    def answered(self) -> None:
        """Take no note."""


class _DayLost(BaseException):  # no error to be contained: it must get through
    """A fault that ends the day even where the scenario keeps the last plan.

    Parameters
    ----------
    fault
        What the policy is told to have done.
    """

    def __init__(self, fault: PolicyFault) -> None:
        super().__init__(fault)
        self.fault = fault


class _Guarded:
    """A policy that cannot end the process, and whose thinking is watched.

    What it raises goes to the engine, which decides by the day's rules. Memory that runs out ends
    the day whatever the rules say: what is left of the process cannot be trusted.
    """

    def __init__(self, policy: Policy, label: str, watch: Watch) -> None:
        self._policy = policy
        self._label = label
        self._watch = watch
        self._questions = 0
        self._process = os.getpid()
        self.also_asks = getattr(policy, "also_asks", ())

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # whatever the policy offers
        return getattr(self._policy, name)

    def decide(self, view: View) -> Plan:
        self._questions += 1
        self._watch.asks(self._questions, view.now_s)
        try:
            answer = _in_plain_tables(self._policy.decide(view))
        except MemoryError as error:
            what = with_line("ran out of memory", error)
            fault = PolicyFault(self._label, view.now_s, self._questions, what)
            raise _DayLost(fault) from error
        except BaseException as error:
            if isinstance(error, Exception) and has_text(error):
                raise
            # Ctrl-C never reaches a worker, so whatever else comes is the policy's own doing.
            raise RuntimeError(of_stranger(error)) from error
        finally:
            self._watch.answered()
            leave_if_copied(self._process)
        return answer


def _in_plain_tables(answer: Plan) -> Plan:
    """Return an answer whose tables are our own: reading a stranger's may fail or never end."""
    if not isinstance(answer, Plan):
        return answer  # which the engine says in words
    return replace(
        answer,
        routes=_our_own(answer.routes),
        tendered=_our_own(answer.tendered),
        arrivals=_our_own(answer.arrivals),
    )


def _our_own(table: Any) -> Any:  # noqa: ANN401 # whatever a stranger put there
    return dict(table) if isinstance(table, Mapping) else table


def guarded(make: MakePolicy, label: str, watch: Watch) -> MakePolicy:
    """Return a maker whose policies cannot end the process; a maker that fails is a fault."""
    return _GuardedMaker(make, label, watch)


class _GuardedMaker:
    """Makes guarded policies, and declares what the maker that it stands for declares."""

    def __init__(self, make: MakePolicy, label: str, watch: Watch) -> None:
        self._make = make
        self._label = label
        self._watch = watch
        self.clairvoyant = is_clairvoyant(make)

    def __call__(self, briefing: Briefing, /) -> Policy:
        begins_at_s = briefing.rules.begins_at_s
        self._watch.asks(0, begins_at_s)
        try:
            return _Guarded(self._make(briefing), self._label, self._watch)
        except (InputError, JournalError):  # such as a file that it was given and cannot be read
            raise
        except BaseException as error:
            fault = with_line(f"could not be made: {of_stranger(error)}", error)
            raise PolicyFault(self._label, begins_at_s, 0, fault) from error
        finally:
            self._watch.answered()


def run_day(cell: Cell, watch: Watch | None = None) -> DayRecord:
    """Return what became of a day; its journal is on disk if the cell says where.

    Never raises: what went wrong is in the record.
    """
    return recorded(cell, lambda seconds: _lived(cell, watch or Unwatched(), seconds))


def recorded(cell: Cell, live: Callable[[dict[str, float]], DayRecord]) -> DayRecord:
    """Return the record that a call returns, or one of what it raised.

    Parameters
    ----------
    live
        Given where to note how long its parts took, seconds.
    """
    seconds: dict[str, float] = {}
    try:
        return live(seconds)
    except (InputError, PolicyNotFound, JournalError) as error:
        return _stopped(cell, Ended.REFUSED, str(error), error, seconds)
    except (PlanError, PolicyFault, Livelock) as error:
        return _stopped(cell, Ended.POLICY, str(error), error, seconds)
    except _DayLost as lost:
        return _stopped(cell, Ended.POLICY, str(lost.fault), lost, seconds)
    except (OSError, MemoryError) as error:
        return _stopped(cell, Ended.MACHINE, of_machine(error), error, seconds)
    except Impossible as error:
        return _stopped(cell, Ended.BUG, str(error), error, seconds)
    except Exception as error:  # noqa: BLE001 # stored with its trace, and the command says so
        return _stopped(cell, Ended.BUG, f"{type(error).__name__}: {error}", error, seconds)


def _stopped(
    cell: Cell, ended: Ended, why: str, error: BaseException, seconds: Mapping[str, float]
) -> DayRecord:
    trace = "\n".join(map(_short, "".join(traceback.format_exception(error)).splitlines()))
    label = cell.chosen.label
    said = "\n".join(_short(line) for line in why.splitlines())[:_LONGEST_WHY]
    return DayRecord(label, cell.day, ended, why=said, trace=trace, seconds=seconds)


def _short(line: str) -> str:
    more = len(line) - _LONGEST_LINE
    return f"{line[:_LONGEST_LINE]}... ({more:,} characters more)" if more > 0 else line


def _lived(cell: Cell, watch: Watch, seconds: dict[str, float]) -> DayRecord:
    chosen = cell.chosen
    clock = _Stopwatch(seconds)
    watch.asks(0, 0.0)  # loading its module runs its code
    make = maker_of(chosen)
    watch.answered()
    clock("policy loaded")
    given = given_day(cell.text, cell.source, Path(cell.base_dir), cell.overrides)
    world = given.world(cell.seed, cell.day)
    clock("day made")
    journal = run(world, guarded(make, chosen.label, watch), name=chosen.called)
    clock("day lived")
    measured = Day.of_facts(Facts(journal))
    shown = figures_of(measured)
    clock("measured")
    fingerprint = journal.fingerprint()
    is_as_kept = cell.kept_sha256 in {"", fingerprint}
    if cell.journal_path is not None and is_as_kept:
        journal.write(Path(cell.journal_path))
    clock("journal written")
    cell.beside(given, world, lambda: guarded(make, chosen.label, watch))
    clock("lived beside")
    drawn = (
        cell.picture_path is not None
        and is_as_kept
        and _draw(journal, given, Path(cell.picture_path))
    )
    clock("picture drawn")
    return DayRecord(
        policy=chosen.label,
        day=cell.day,
        ended=Ended.FINISHED,
        figures=shown,
        currency=measured.ledger.currency,
        not_included=measured.ledger.not_included,
        far=far_places(journal, given.loaded.spec.orders.max_snap_m),
        is_drawn=drawn,
        clairvoyant=is_clairvoyant(make),
        journal_sha256=fingerprint,
        seconds=seconds,
    )


def far_places(events: Iterable[Event], max_snap_m: float) -> tuple[Far, ...]:
    """Return the doors that are farther from their junction than this, farthest first."""
    far = [
        Far(str(event.order.id), place.snap_m)
        for event in events
        if isinstance(event, OrderPlaced)
        for place in event.places
        if place.snap_m > max_snap_m
    ]
    return tuple(sorted(far, key=lambda one: (-one.snap_m, one.order)))


def _draw(journal: Journal, given: Given, path: Path) -> bool:
    """Write a picture of the routes; False where nothing is known of where things are."""
    # Drawing is loaded only where a picture is wanted: it takes a second.
    from experiments.picture import routes_png  # noqa: PLC0415

    picture = routes_png(journal, given.network)
    if picture is not None:
        write_whole(path, picture)
    return picture is not None


def maker_of(chosen: Chosen) -> MakePolicy:
    """Return the maker of a policy with its parameters.

    Raises
    ------
    InputError
        If its module cannot be loaded; what that raised is named.
    """
    try:
        return plugins.make_policy(chosen.name, chosen.settings())
    except TwinError:
        raise
    except BaseException as error:
        what = f"cannot be imported: {of_stranger(error)}"
        raise InputError(f"policy {chosen.label}", [what]) from error


class _Stopwatch:
    """Notes how long each part of the work took."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds
        self._since_s = time.perf_counter()

    def __call__(self, part: str) -> None:
        now_s = time.perf_counter()
        self._seconds[part] = round(now_s - self._since_s, 3)
        self._since_s = now_s
