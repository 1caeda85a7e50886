"""What a policy promises to whoever compares it with others, tried on tiny days.

Each promise is tried apart and has its own verdict, so that one that is broken does not hide
another. What a policy does on a day that is there for one promise counts for that promise.
"""

import random  # noqa: TID251 # watched, never drawn from
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np

from twin.again import (
    MOST_QUESTIONS,
    Again,
    Contained,
    contained,
    days_for,
    fingerprints,
    in_a_line,
    lived_again,
)
from twin.engine import run
from twin.errors import InputError, JournalError, Livelock, PlanError, TwinError
from twin.malformed import malformed
from twin.plan import Plan
from twin.policy import Briefing, MakePolicy, Policy, is_clairvoyant
from twin.processes import nothing_left
from twin.promises import IS_FOR, ORDINARY, PROMISES, Broken, Tried
from twin.remedies import remedy
from twin.soundness import found_in
from twin.traced import own_line
from twin.units import clock
from twin.view import View
from twin.world import World

HASH_SEEDS: Final = (1, 2)
"""Of the processes in which every day is lived again."""
ELSEWHERE: Final = "all days in other processes"
"""What is told in place of a day's name while those processes live."""


def promises_tried(
    make: MakePolicy,
    name: str,
    again: Again | str,
    on_day: Callable[[str], None] = lambda _: None,
) -> tuple[Tried, ...]:
    """Return what became of each promise of a policy.

    Where one fault stops the ordinary morning and others, it counts once. What the policy starts
    and leaves behind is ended.

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
    InputError, JournalError
        If the policy refuses to be made, such as with parameters that cannot be.
    KeyboardInterrupt
        If the user wants no more of it.
    """
    with nothing_left():
        return _tried(make, name, again, on_day)


def _tried(
    make: MakePolicy, name: str, again: Again | str, on_day: Callable[[str], None]
) -> tuple[Tried, ...]:
    found: dict[str, list[Broken]] = {key: [] for key in PROMISES}
    prints: dict[str, str] = {}
    usual: str | None = None
    for day, world in days_for(make).items():
        on_day(day)
        life = _Life(day, found, usual)
        fingerprint = life.live(world, make, name)
        if fingerprint is not None:
            prints[day] = fingerprint
        usual = life.fault if usual is None else usual
    skipped = _untried(found, prints)
    prints = prints if ORDINARY in prints else {}  # what is told already comes first
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


def _untried(found: Mapping[str, list[Broken]], ended: Collection[str]) -> dict[str, str]:
    """Return why promises that nothing broke were not kept either: their day was stopped.

    Parameters
    ----------
    ended
        The days that came to their end.
    """
    is_for = {promise: day for day, promise in IS_FOR.items()}
    days = {promise: is_for.get(promise, ORDINARY) for promise in found if not found[promise]}
    return {
        promise: f"{day} did not come to its end"
        for promise, day in days.items()
        if day not in ended
    }


class _Ended(BaseException):  # no error to be kept or blamed on an answer: the day is over
    """A promise was broken in a way after which nothing of the day says anything."""


class _Life:
    """One day, lived and watched; what is broken on it goes to its promise."""

    def __init__(self, day: str, found: Mapping[str, list[Broken]], usual: str | None) -> None:
        """Be a day; what stopped the first one, if anything, is known of all others."""
        self._day = day
        self._found = found
        self._usual = usual
        self.fault = ""
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
            journal = run(world, Contained(made, is_clairvoyant(make)), name=name)
        except _Ended:
            return None
        except Livelock as error:
            self.broke("bounded", in_a_line(error))
            return None
        except TwinError as error:
            if self._usual is None and isinstance(error, InputError | JournalError):
                raise
            self._stopped(error)
            return None
        for problem in found_in(journal):
            self.broke("sound", problem)
        return journal.fingerprint()

    def broke(self, promise: str, what: str, todo: str = "") -> None:
        """Note that a promise was broken."""
        self._found[promise].append(Broken(self._day, what, todo))

    def _stopped(self, error: TwinError) -> None:
        """Note a fault for the promise that this day is for, if an ordinary day is without it."""
        self.fault = _gist(error)
        is_refused = isinstance(error, PlanError) and not self.is_no_plan
        promise = "legal" if is_refused else "answers"
        if self.fault != self._usual:
            promise = IS_FOR.get(self._day, promise)
        self.broke(promise, in_a_line(error), remedy(error))

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


def _gist(error: TwinError) -> str:
    """Return what is the same of one fault on several days, without time, question and names."""
    if isinstance(error, PlanError):
        return "an illegal plan"
    cause = error.__cause__
    place = own_line(cause) if cause is not None else ""
    return f"{type(cause).__name__} {place}" if place else str(error.args[-1])


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
