"""``twin explain``: why an order was late, why a vehicle went there, what a decision changed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, Final

from experiments.exits import Exit
from experiments.explain import explain_order
from experiments.explain_day import DayTold
from experiments.explain_decision import explain_decision, numbers
from experiments.explain_story import Story
from experiments.explain_vehicle import explain_vehicle
from experiments.explain_words import hm
from experiments.files import safe_name
from experiments.held import MANIFEST, RESOLVED
from experiments.kept_journals import journal_problem
from experiments.manifest import days_by_policy
from experiments.named import listed_in
from experiments.show import put, put_json, table
from experiments.store import kept_fingerprint
from scenarios.problems import did_you_mean, shown
from twin.errors import InputError, JournalError
from twin.journal import Journal
from twin.model import OrderId, VehicleId

_MOST_NAMED: Final = 8
_SUFFIXES: Final = (".jsonl", ".gz")


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be explained.

    Attributes
    ----------
    order, vehicle, decision
        One of them is given.
    policy, day
        Which kept journal of a run folder; None is the only one, else the first: the first policy
        that the scenario lists, and the first day.
    """

    order: str | None = None
    vehicle: str | None = None
    decision: int | None = None
    policy: str | None = None
    day: int | None = None


def explain(run: Path, question: Question, *, as_json: bool) -> Exit:
    """Print what became of an order, where a vehicle went or what a decision changed, and why.

    Parameters
    ----------
    run
        A run folder, or the file of a journal.

    Raises
    ------
    InputError
        If there is no such run, journal, order or vehicle; names what there is.
    JournalError
        If a line of the journal cannot be read.
    """
    asked = (question.order, question.vehicle, question.decision)
    if sum(one is not None for one in asked) != 1:
        problem = "name one of --order ID, --vehicle ID and --decision N: what is to be explained"
        raise InputError("twin explain", [problem])
    kept = _Kept(run) if run.suffix in _SUFFIXES and not run.is_dir() else _kept(run, question)
    path = kept.journal
    if not path.is_file():
        raise InputError(str(path), ["there is no such journal, expected a file of lines of JSON"])
    day = _told(path)
    story = _story(day, path, question)
    if as_json:
        put_json(_as_json(day, story, question, kept))
    else:
        rows = [(hm(moment.at_s), moment.what) for moment in story.chain]
        put(
            _whose(day, kept),
            story.answer,
            table("", (("when", ">"), ("what happened", "<")), rows),
        )
    return Exit.OK


def _whose(day: DayTold, kept: "_Kept") -> str:
    """Return which day under whom is told of, and what else the folder could tell of."""
    others = [f"--policy {quote(policy)}" for policy in kept.policies]
    others += [f"--day {number}" for number in kept.days]
    more = f", and {len(others) - _MOST_NAMED:,} more" if len(others) > _MOST_NAMED else ""
    too = f" (kept too: {', '.join(others[:_MOST_NAMED])}{more})" if others else ""
    identity = day.began.identity
    policy = kept.policy or day.began.policy
    return f"Under {policy}, day {identity.day} of seed {identity.seed}{too}:"


def _told(path: Path) -> DayTold:
    try:
        journal = Journal.read(path)
    except JournalError as error:
        source, line, problem = error.args
        again = (
            "it is cut short or damaged; copy it again, or live its day again with its journal: "
            "twin run FILE --policy NAME --seed SEED --day DAY"
        )
        raise JournalError(source, line, f"{problem}; {again}") from error
    try:
        return DayTold(journal)
    except (ValueError, IndexError) as error:
        problem = "is no whole day: a journal begins with DayBegan and ends with DayEnded"
        raise InputError(str(path), [problem]) from error


def _story(day: DayTold, path: Path, question: Question) -> Story:
    if question.order is not None:
        _require("order", question.order, day.orders, path)
        return explain_order(day, OrderId(question.order))
    if question.vehicle is not None:
        _require("vehicle", question.vehicle, day.of_vehicle, path)
        return explain_vehicle(day, VehicleId(question.vehicle))
    number = question.decision or 0
    _require("decision", str(number), map(str, numbers(day)), path)
    return explain_decision(day, number)


def _require(kind: str, name: str, known: Iterable[str], path: Path) -> None:
    """Refuse a name that the day does not know, with the nearest that it does."""
    names = list(known)
    if name not in names:
        some = ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
        problem = (
            f"no {kind} {shown(name)}{did_you_mean(name, names)}; "
            f"there are {len(names):,}: {some or 'none'}"
        )
        raise InputError(str(path), [problem])


def _as_json(day: DayTold, story: Story, question: Question, kept: "_Kept") -> dict[str, Any]:
    named = {
        "order": question.order,
        "vehicle": question.vehicle,
        "decision": question.decision,
    }
    about = {kind: name for kind, name in named.items() if name is not None}
    status = {"status": story.status} if story.status else {}
    return {
        **about,
        "policy": kept.policy or day.began.policy,
        "scenario": day.began.identity.scenario,
        "day": day.began.identity.day,
        "seed": day.began.identity.seed,
        **status,
        "kept_too": {"policies": list(kept.policies), "days": list(kept.days)},
        "answer": story.answer,
        "chain": [{"at_s": one.at_s, "what": one.what} for one in story.chain],
    }


# Run folders


@dataclass(frozen=True, slots=True)
class _Kept:
    """The journal that a question is about, and which others of its folder could be told of.

    Attributes
    ----------
    policy
        What it is called in the folder; empty outside one.
    policies
        Others whose journal of the day is kept.
    days
        Others of which that of the policy is kept.
    """

    journal: Path
    policy: str = ""
    policies: tuple[str, ...] = ()
    days: tuple[int, ...] = ()


def _kept(folder: Path, question: Question) -> _Kept:
    """Return the journal of a run folder that a question is about."""
    manifest = _manifest(folder)
    by_policy = days_by_policy(manifest)
    policies = _in_turn(list(by_policy), folder)
    policy = _one_of("policy", question.policy, policies, folder)
    days = by_policy[policy]
    day = _one_of("day", question.day, days, folder)
    path = _journal(folder, policy, day)
    wrong = "was not kept"
    if path.is_file():
        fingerprint = kept_fingerprint(folder, policy, day)
        wrong = journal_problem(path, fingerprint) if fingerprint else ""
    if wrong:
        again = quote(f"{folder}-again")
        problem = (
            f"the journal of day {day} under {policy} {wrong}; make it again with: "
            f"twin run {quote(str(folder / 'resolved.yaml'))} --policy {quote(policy)} "
            f"--seed {manifest['seed']} --day {day} -o {again}, and explain {again}"
        )
        raise InputError(str(folder), [problem])
    return _Kept(
        path,
        policy,
        tuple(one for one in policies if one != policy and _journal(folder, one, day).is_file()),
        tuple(one for one in days if one != day and _journal(folder, policy, one).is_file()),
    )


def _journal(folder: Path, policy: str, day: int) -> Path:
    return folder / "journals" / safe_name(policy) / f"day-{day:04d}.jsonl.gz"


def _in_turn(policies: Sequence[str], folder: Path) -> list[str]:
    """Return policies as the scenario lists them, those that it does not list by name after them.

    A manifest has them by name, however they were asked for.
    """
    listed = [chosen.label for chosen in listed_in(folder / RESOLVED)]
    return sorted(policies, key=lambda one: listed.index(one) if one in listed else len(listed))


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        problem = "is no run folder and no journal, expected a folder that twin run has written"
        raise InputError(str(folder), [problem])
    try:
        read: dict[str, Any] = json.loads(path.read_bytes())
        if not (read["policies"] and read["days"] and "seed" in read):
            raise ValueError  # noqa: TRY301 # the same words as for what is no JSON
    except (ValueError, KeyError, TypeError):
        raise InputError(
            str(path), ["is no manifest of a run, expected what twin run wrote"]
        ) from None
    return read


def _one_of(what: str, asked: Any, there: Sequence[Any], folder: Path) -> Any:  # noqa: ANN401 # a label or a number
    """Return what was asked for, or the first; refuse what is not there."""
    if asked is None:
        return there[0]
    if asked not in there:
        near = did_you_mean(str(asked), map(str, there))
        listed = ", ".join(map(str, there))
        raise InputError(str(folder), [f"no {what} {shown(asked)}{near}; there is {listed}"])
    return asked
