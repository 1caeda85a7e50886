"""What a policy promises to whoever compares it with others, tried on tiny days.

Each promise is tried apart and has its own verdict, so that one that is broken does not hide
another. What a policy does on a day that is there for one promise counts for that promise.
"""

import random  # noqa: TID251 # watched, never drawn from
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple

import numpy as np

from twin.again import Again, Maker, contained, days_for, fingerprints, in_a_line, lived_again
from twin.engine import run
from twin.errors import Livelock, PlanError, TwinError
from twin.malformed import malformed
from twin.plan import Plan
from twin.policy import Briefing, MakePolicy, Policy, is_clairvoyant
from twin.soundness import found_in
from twin.units import clock
from twin.view import View
from twin.world import World

MOST_QUESTIONS: Final = 5_000
"""On one tiny day of eight hours: one every six seconds. A choice."""
HASH_SEEDS: Final = (1, 2)
"""Of the processes in which every day is lived again."""
ELSEWHERE: Final = "all days in other processes"
"""What is told in place of a day's name while those processes live."""


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
        "keep nothing from day to day in a class or module, and take chance from "
        "`briefing.random` only",
    ),
    "elsewhere": Promise(
        "lives a day in another process as before, whatever PYTHONHASHSEED",
        "put what comes from a set or from `hash()` in an order of its own: `sorted(...)`",
    ),
    "sound": Promise(
        "leaves journals of days that can have happened",
        "this is a fault of the twin: please send us the policy",
    ),
}
"""By the word that finds them; tried in this order."""

_IS_FOR: Final = {
    "an empty day": "empty",
    "a day with no van": "no van",
    "two orders in one instant": "instant",
    "a van that breaks down, and one that is towed in": "broken van",
}
"""Days that are there for one promise."""


class Broken(NamedTuple):
    """A promise that was broken: on which day, and how."""

    day: str
    what: str


def guilty_on(day: str, promise: str = "answers") -> str:
    """Return the promise that a fault on a day counts for: the day's own, else the one given."""
    return _IS_FOR.get(day, promise)


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
        return f"{first.day}: {first.what}{also}; {PROMISES[self.promise].todo}"


def promises_tried(
    make: MakePolicy,
    name: str,
    again: Again | str,
    on_day: Callable[[str], None] = lambda _: None,
) -> tuple[Tried, ...]:
    """Return what became of each promise of a policy.

    Parameters
    ----------
    name
        What the policy is called in messages; its random stream has this name.
    again
        How another process finds the policy, or why it cannot.
    on_day
        Told the name of each day before it is lived here, and `ELSEWHERE` before other processes
        live them all.

    Raises
    ------
    KeyboardInterrupt
        If the user wants no more of it.
    """
    found: dict[str, list[Broken]] = {key: [] for key in PROMISES}
    days = days_for(make)
    prints: dict[str, str] = {}
    for day, world in days.items():
        on_day(day)
        life = _Life(day, found)
        fingerprint = life.live(world, make, name)
        if fingerprint is not None:
            prints[day] = fingerprint
    skipped: dict[str, str] = {}
    if not prints:
        skipped |= dict.fromkeys(("again", "elsewhere"), "no day came to its end")
    same: dict[str, str] = {}
    for day in reversed(prints):  # other days in between than the first time
        on_day(day)
        fingerprint = fingerprints(make, name, [day])[day]
        if fingerprint == prints[day]:
            same[day] = fingerprint
        else:
            how = fingerprint if fingerprint.startswith("(") else "another journal"
            found["again"].append(Broken(day, f"{how} when lived again"))
    found["again"].reverse()
    if isinstance(again, str):
        skipped["elsewhere"] = again
    elif prints and not same:
        skipped["elsewhere"] = "no day is the same when it is lived again in one process"
    elif same:
        on_day(ELSEWHERE)
        wanted = {day: prints[day] for day in prints if day in same}
        elsewhere = lived_again(again, name, wanted, HASH_SEEDS)
        if isinstance(elsewhere, str):
            skipped["elsewhere"] = elsewhere
        else:
            found["elsewhere"] += [Broken(day, what) for day, what in elsewhere]
    return tuple(Tried(key, tuple(found[key]), skipped.get(key, "")) for key in PROMISES)


class _Ended(BaseException):  # no error to be kept or blamed on an answer: the day is over
    """A promise was broken in a way after which nothing of the day says anything."""


class _Life:
    """One day, lived and watched; what is broken on it goes to its promise."""

    def __init__(self, day: str, found: Mapping[str, list[Broken]]) -> None:
        self._day = day
        self._found = found
        self._has_drawn = False
        self.is_no_plan = False

    def live(self, world: World, make: MakePolicy, name: str) -> str | None:
        """Return the fingerprint of the day's journal, if it came to its end."""

        def made(briefing: Briefing) -> Policy:
            before, stands = _shown(briefing), _global_generators()
            policy = contained(make)(briefing)
            self.looked(stands, briefing.rules.begins_at_s, 0)
            return _Watched(policy, self, briefing, before)

        try:
            journal = run(world, Maker(made, is_clairvoyant(make)), name=name)
        except _Ended:
            return None
        except Livelock as error:
            self.broke("bounded", in_a_line(error))
            return None
        except PlanError as error:
            self.broke("answers" if self.is_no_plan else "legal", in_a_line(error))
            return None
        except TwinError as error:
            self.broke("answers", in_a_line(error))
            return None
        for problem in found_in(journal):
            self.broke("sound", problem)
        return journal.fingerprint()

    def broke(self, promise: str, what: str) -> None:
        """Note that a promise was broken, or the one that this day is for."""
        if promise in {"answers", "legal"}:
            promise = guilty_on(self._day, promise)
        self._found[promise].append(Broken(self._day, what))

    def looked(self, before: object, at_s: float, question: int) -> None:
        """Note if a shared generator is not where it was; once a day is enough."""
        if not self._has_drawn and _global_generators() != before:
            self._has_drawn = True
            self.broke(
                "chance",
                f"drew from a global random generator, or seeded it, {_at(at_s, question)}",
            )


class _Watched:
    """A policy whose every answer is looked at."""

    def __init__(
        self, policy: Policy, life: _Life, briefing: Briefing, before: Mapping[str, str]
    ) -> None:
        self._policy = policy
        self._life = life
        self._briefing = briefing
        self._before = before
        self._questions = 0
        self._unchanged("Briefing", before, _shown(briefing), briefing.rules.begins_at_s)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # whatever the policy offers
        return getattr(self._policy, name)

    def decide(self, view: View) -> Plan:
        """Return its answer."""
        self._questions += 1
        if self._questions > MOST_QUESTIONS:
            self._life.broke("bounded", f"asked again and again until {clock(view.now_s)}")
            raise _Ended
        before, stands = _shown(view), _global_generators()
        answer = self._policy.decide(view)
        self._life.looked(stands, view.now_s, self._questions)
        self._unchanged("View", before, _shown(view), view.now_s)
        self._unchanged("Briefing", self._before, _shown(self._briefing), view.now_s)
        self._life.is_no_plan = bool(malformed(answer))
        return answer

    def _unchanged(
        self, what: str, before: Mapping[str, str], after: Mapping[str, str], at_s: float
    ) -> None:
        changed = ", ".join(key for key, shown in before.items() if after[key] != shown)
        if changed:
            where = _at(at_s, self._questions)
            self._life.broke("unchanged", f"changed {changed} of its {what} {where}")
            raise _Ended


def _shown(given: View | Briefing) -> dict[str, str]:
    """Return what a policy is shown, as text; not what it may use up, or what asking it fills."""
    own = {"random", "travel", "foresight"}
    return {
        field.name: repr(getattr(given, field.name))
        for field in fields(given)
        if field.name not in own
    }


def _global_generators() -> tuple[object, object]:
    """Return where the generators stand that everybody shares."""
    state: Any = np.random.get_state()  # noqa: TID251, NPY002 # watched, never drawn from
    return random.getstate(), (state[1].tobytes(), *state[2:])


def _at(at_s: float, question: int) -> str:
    return f"at {clock(at_s)}, question {question}"
