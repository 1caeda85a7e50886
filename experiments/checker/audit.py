"""Follows a journal from its first line to its last, and collects what breaks a rule."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from experiments.checker import (
    books,
    doors,
    duties,
    goods,
    hours,
    legs,
    littles_law,
    orders,
    pairs,
    talks,
    trouble,
)
from experiments.checker.day import Day
from experiments.checker.reading import events_of, lines_of
from experiments.checker.rules import Finding, Given, Look, Rule, rule
from experiments.checker.streets import Streets
from experiments.checker.things import UnknownError
from experiments.checker.words import Event, misspelt, strange_words

_DEEP_FAULTS: Final = (KeyError, TypeError, ValueError, IndexError, AttributeError)
"""What looking into a line can raise whose parts are not what they should be."""


@rule()
def readable(_: Day, event: Event) -> Iterable[str]:
    """Every line is an event with the fields that its kind has."""
    return misspelt(event)


@rule()
def known_words(_: Day, event: Event) -> Iterable[str]:
    """Causes, reasons and ways of handing over are of those that mean something."""
    return strange_words(event)


RULES: Final[Mapping[str, Rule]] = {
    one.name: one
    for one in (
        readable,
        known_words,
        *orders.RULES,
        *pairs.RULES,
        *duties.RULES,
        *hours.RULES,
        *legs.RULES,
        *doors.RULES,
        *goods.RULES,
        *trouble.RULES,
        *talks.RULES,
        *books.RULES,
        *littles_law.RULES,
    )
}
"""Every rule by its name."""


def check_lines(
    lines: Iterable[bytes],
    *,
    streets: Streets | None = None,
    books_kept: Sequence[Mapping[str, Any]] | None = None,
    seconds_kept: Mapping[str, Mapping[str, float]] | None = None,
) -> list[Finding]:
    """Return every line of a journal that breaks a rule; none if the day can have happened.

    Parameters
    ----------
    lines
        JSON, one event each.
    streets
        The network that the header names; left out, what needs it is not checked.
    books_kept
        The ledger of the run: ``name``, ``what`` and ``cents`` of each line; left out, only the
        journal is checked.
    seconds_kept
        What the run took the seconds of each duty for, by duty and activity; likewise.
    """
    books = None if books_kept is None else tuple(books_kept)
    audit = _Audit(Given(streets, books, seconds_kept))
    for event in events_of(lines):
        audit.take(event)
    return audit.done()


def check_file(
    path: Path,
    *,
    network: Path | Streets | None = None,
    books_kept: Sequence[Mapping[str, Any]] | None = None,
    seconds_kept: Mapping[str, Mapping[str, float]] | None = None,
) -> list[Finding]:
    """Return what breaks a rule in a journal's file.

    Parameters
    ----------
    network
        The compiled network that the journal names, a folder that holds it, or its arrays.

    Raises
    ------
    ValueError
        If the journal is damaged, or the network is not there.
    """
    streets = network if isinstance(network, Streets) or network is None else None
    if isinstance(network, Path):
        streets = (
            Streets.of_folder(network, _named_network(path))
            if network.is_dir()
            else Streets.of_file(network)
        )
    return check_lines(
        lines_of(path), streets=streets, books_kept=books_kept, seconds_kept=seconds_kept
    )


def _named_network(path: Path) -> str:
    """Return the hash of the network that a journal names."""
    first = next(events_of(lines_of(path)), {})
    return str(first.get("identity", {}).get("network_sha256", ""))


class _Audit:
    """One journal being followed."""

    def __init__(self, given: Given) -> None:
        self._day = Day()
        self._found: list[Finding] = []
        self._last: Event = {}
        self._looks: dict[str, list[tuple[str, Look]]] = {}
        self._all: list[tuple[str, Look]] = []
        for one in RULES.values():
            if one.name == "readable" or not given.has(one.needs):
                continue
            look = (one.name, one.make(given))
            for kind in one.kinds:
                self._looks.setdefault(kind, []).append(look)
            if not one.kinds:
                self._all.append(look)

    def take(self, event: Event) -> None:
        """Look at the next line, then let it have happened."""
        self._day.line += 1
        problems = list(misspelt(event))
        for problem in problems:
            self._note("readable", event, problem)
        if problems:
            return
        for name, look in (*self._all, *self._looks.get(event["event"], ())):
            try:
                for problem in look(self._day, event):
                    self._note(name, event, problem)
            except UnknownError as unknown:
                self._note("cause-before-effect", event, str(unknown))
            except _DEEP_FAULTS as fault:
                self._note("readable", event, f"{name} cannot read it: {fault!r}")
        try:
            self._day.apply(event)
        except UnknownError as unknown:
            self._note("cause-before-effect", event, str(unknown))
        except _DEEP_FAULTS as fault:
            self._note("readable", event, f"cannot be followed: {fault!r}")
        self._last = event

    def _note(self, name: str, event: Event, what: str) -> None:
        at_s = event.get("at_s")
        when = float(at_s) if isinstance(at_s, int | float) else None
        found = Finding(name, self._day.line, when, what, str(event.get("event"))[:40])
        if found not in self._found[-8:]:
            self._found.append(found)

    def done(self) -> list[Finding]:
        """Return all that was found, in the order of lines."""
        if not self._day.ended:
            self._note("begins-and-ends", self._last, "the last line, expected DayEnded")
        return self._found
