"""What a policy promises, and what became of each promise, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from twin.again import MOST_QUESTIONS


class Promise(NamedTuple):
    """What is promised, and what to do where it is broken."""

    says: str
    todo: str


PROMISES: Final[Mapping[str, Promise]] = {
    "answers": Promise(
        "answers every question with a plan",
        "let `decide` return a `Plan` whatever it sees; `Plan()` means carry on",
    ),
    "legal": Promise(
        "asks for nothing that vehicles cannot do",
        "plan what `view.unplanned` and `view.vehicles` show now; `twin.problems(plan, view)` "
        "says what is wrong with a plan",
    ),
    "bounded": Promise(
        f"asks to be asked at most {MOST_QUESTIONS:,} times a day",
        "name a later `ask_again_at_s`, or none, and give no work that takes no time",
    ),
    "empty": Promise(
        "lives through a day without orders", "expect that `view.orders` may be empty"
    ),
    "no van": Promise(
        "lives through a day without vehicles", "expect that `view.vehicles` may be empty"
    ),
    "instant": Promise(
        "lives through two orders in one instant",
        "read all of `view.because` and `view.unplanned`: one question may bring several",
    ),
    "broken van": Promise(
        "lives through vehicles that break down",
        "give nothing new to a vehicle with `broken_down`; it can only be relieved of stops",
    ),
    "unchanged": Promise(
        "leaves View and Briefing as they are",
        "copy what you want to change: `dict(view.by_order)`, `list(view.vehicles)`",
    ),
    "chance": Promise(
        "leaves the random generators alone that everybody shares", "draw from `briefing.random`"
    ),
    "again": Promise(
        "lives a day again as before",
        "keep nothing from day to day in a class or module, take chance from `briefing.random` "
        "only, and the time from `view.now_s`, never from a clock",
    ),
    "elsewhere": Promise(
        "lives a day in another process as before, whatever PYTHONHASHSEED",
        "put what comes from a set or from `hash()` in an order of its own: `sorted(...)`; take "
        "the time from `view.now_s`, never from a clock",
    ),
    "sound": Promise(
        "leaves journals of days that can have happened",
        "this is a fault of the twin: please send us the policy",
    ),
}
"""By the word that finds them; tried in this order."""

ORDINARY: Final = "an ordinary morning"
"""The day that is lived first: what breaks on it is no matter of the other days."""
IS_FOR: Final = {
    "an empty day": "empty",
    "a day with no van": "no van",
    "two orders in one instant": "instant",
    "a van that breaks down, and one that is towed in": "broken van",
}
"""Days that are there for one promise."""


class Broken(NamedTuple):
    """A promise that was broken: on which day, how, and what to do if its kind says more."""

    day: str
    what: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a promise.

    Attributes
    ----------
    promise
        Its key in `PROMISES`.
    broken
        Where it was broken, day by day.
    skipped
        Why it could not be tried; empty if it was.
    """

    promise: str
    broken: tuple[Broken, ...] = ()
    skipped: str = ""

    @property
    def held(self) -> bool | None:
        """Whether it was kept; None if it could not be tried."""
        return None if self.skipped else not self.broken

    @property
    def in_words(self) -> str:
        """Where it was broken first, on which days too, and what to do."""
        first, others = self.broken[0], len({one.day for one in self.broken}) - 1
        also = f" (and on {others} other days)" if others > 1 else ""
        also = " (and on another day)" if others == 1 else also
        return f"{first.day}: {first.what}{also}; {self.todo}"

    @property
    def todo(self) -> str:
        """What to do, empty if it was not broken."""
        return self.broken[0].todo or PROMISES[self.promise].todo if self.broken else ""


def stopped_at(day: str, what: str, why: str) -> tuple[Tried, ...]:
    """Return what became of each promise where a fault on a day left nothing else to try.

    Parameters
    ----------
    what
        The fault. It counts for the promise that the day is for, else for that of an answer.
    why
        Why the others could not be tried.
    """
    guilty = IS_FOR.get(day, "answers")
    return tuple(
        Tried(key, (Broken(day, what),)) if key == guilty else Tried(key, skipped=why)
        for key in PROMISES
    )
