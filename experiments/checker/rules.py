"""What a rule is: a name, what it says, and a look at each line before it is folded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from experiments.checker.day import Day
from experiments.checker.streets import Streets
from experiments.checker.words import Event

Look = Callable[[Day, Event], Iterable[str]]
"""Yields what is wrong with a line, given all that was told before it."""


@dataclass(frozen=True)
class Given:
    """What a journal is compared with, beside itself.

    Attributes
    ----------
    streets
        None leaves out what needs them.
    books
        Rows of the ledger that the run kept: ``name``, ``what`` and ``cents`` each; None leaves
        out the comparison.
    seconds
        What the run took each duty's seconds for, by duty and activity; None likewise.
    """

    streets: Streets | None = None
    books: tuple[Mapping[str, Any], ...] | None = None
    seconds: Mapping[str, Mapping[str, float]] | None = None

    def has(self, needed: str) -> bool:
        """Whether there is what a rule needs."""
        return not needed or getattr(self, needed) is not None


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    kinds
        Kinds of event that it looks at; empty for all.
    make
        Returns a look for one journal, with a memory of its own if it needs one.
    needs
        ``streets``, ``books`` or ``seconds`` if it says nothing without them.
    """

    name: str
    meaning: str
    kinds: frozenset[str]
    make: Callable[[Given], Look]
    needs: str = ""


@dataclass(frozen=True)
class Finding:
    """A line that breaks a rule; line 0 is the journal as a whole."""

    rule: str
    line: int
    at_s: float | None
    what: str
    event: str = field(default="")

    def __str__(self) -> str:
        when = "" if self.at_s is None else f"{clock(self.at_s)} "
        return f"line {self.line}: {when}{self.event}: {self.what} [{self.rule}]"


def rule(*kinds: str) -> Callable[[Look], Rule]:
    """Make a rule of a function; its name says the rule's, its docstring what it means."""

    def made(look: Look) -> Rule:
        return Rule(_name(look), _meaning(look), frozenset(kinds), lambda _: look)

    return made


def remembering(*kinds: str, needs: str = "") -> Callable[[Callable[[Given], Look]], Rule]:
    """Make a rule of a function that returns the look for one journal, with its memory."""

    def made(maker: Callable[[Given], Look]) -> Rule:
        return Rule(_name(maker), _meaning(maker), frozenset(kinds), maker, needs)

    return made


def _name(thing: Callable[..., Any]) -> str:
    return thing.__name__.replace("_", "-")


def _meaning(thing: Callable[..., Any]) -> str:
    return (thing.__doc__ or "").split("\n", maxsplit=1)[0]


def clock(at_s: float) -> str:
    """Return an instant as people say it, ``09:41:07.125``."""
    whole, part = divmod(at_s, 1)
    minutes, seconds = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}" + (f"{part:.3f}"[1:] if part else "")


TICK_S: Final = 0.125
"""Every instant is a multiple of it."""

OF_VEHICLES: Final = (
    "Departed", "ParkingBegan", "WalkingBegan", "WaitBegan", "ServiceBegan", "LoadingBegan",
    "HandOverBegan", "RechargeBegan", "BreakBegan", "IdleBegan",
)  # fmt: skip
"""What a vehicle on duty can begin."""
