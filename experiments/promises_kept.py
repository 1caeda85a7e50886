"""What must come of a changed day: comparisons of two journals, line by line."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from experiments import promises_days as days
from networks.network import Network
from twin.units import clock
from twin.world import World

Line = dict[str, Any]
"""A line of a journal."""
Compare = Callable[[Sequence[Line], Sequence[Line]], Iterator[str]]
"""Yields how a changed day differs from what must come of it: first the day before, then after."""

_SHOWN: Final = 160


@dataclass(frozen=True)
class Relation:
    """A change, what it is made to, and what must come of it.

    Attributes
    ----------
    name
        Of its files.
    promise
        What is promised, in a sentence.
    after
        The changed day.
    before
        The day that it is compared with.
    holds
        The comparison; None where only the checker looks at the changed day.
    """

    name: str
    promise: str
    after: Callable[[World, Network], World]
    holds: Compare | None
    before: Callable[[World, Network], World] = field(default=lambda day, _: day)

    @property
    def has_own_base(self) -> bool:
        """Whether it is compared with another day than the one that is given."""
        return self.name in _OWN_BASE


def lines_of(data: bytes) -> list[Line]:
    """Return the lines of a journal."""
    return [json.loads(line) for line in data.splitlines()]


def equal(before: Sequence[Line], after: Sequence[Line]) -> Iterator[str]:
    """Compare all lines."""
    for number, (one, other) in enumerate(zip_longest(before, after), start=1):
        if one != other:
            yield f"line {number}: {_short(one)} before, {_short(other)} after"
            return


def equal_after_the_header(before: Sequence[Line], after: Sequence[Line]) -> Iterator[str]:
    """Compare all lines but the first."""
    return equal(before[1:], after[1:])


def an_hour_later(before: Sequence[Line], after: Sequence[Line]) -> Iterator[str]:
    """Compare all lines but the first with the same an hour later."""
    return equal(
        [_moved(_without_words(one)) for one in before[1:]],
        [_without_words(one) for one in after[1:]],
    )


def same_times(before: Sequence[Line], after: Sequence[Line]) -> Iterator[str]:
    """Compare what happens, to whom and when, and not how far it was."""
    return equal(*([_when(one) for one in lines[1:]] for lines in (before, after)))


def _when(line: Line) -> Line:
    told = ("at_s", "event", "vehicle", "place", "order", "cause", "entered_at_s", "duty")
    found = {name: line.get(name) for name in told}
    return {name: part["id"] if isinstance(part, dict) else part for name, part in found.items()}


def until(at_s: float) -> Compare:
    """Return the comparison of what happened before an instant, the header apart."""

    def same_until(before: Sequence[Line], after: Sequence[Line]) -> Iterator[str]:
        over_at_s = min(lines[-1]["at_s"] for lines in (before, after))  # one day may be shorter
        early = [
            [
                one
                for one in lines[1:]
                if one["at_s"] < at_s and one["at_s"] <= over_at_s and one["event"] != "DayEnded"
            ]
            for lines in (before, after)
        ]
        for problem in equal(*early):
            yield f"before {clock(at_s)}, {problem}"

    return same_until


def nothing_handed_over(_: Sequence[Line], after: Sequence[Line]) -> Iterator[str]:
    """Look for something that was handed over at a door."""
    lockers = {
        place["id"]
        for one in after
        for place in one.get("places", ())
        if isinstance(place, dict) and place["kind"] not in {"household", "business"}
    }
    for number, one in enumerate(after, start=1):
        if one["event"] in {"Delivered", "Collected"} and one["place"] not in lockers:
            yield f"line {number}: {_short(one)}"
            return


def _moved(thing: Any, *, is_time: bool = False) -> Any:  # noqa: ANN401 # a part of a line
    """Return a part of a line with every instant in it an hour later."""
    if isinstance(thing, dict):
        return {
            name: _moved(part, is_time=is_time or name.endswith("at_s") or name == "arrivals")
            for name, part in thing.items()
        }
    if isinstance(thing, list):
        return [_moved(part, is_time=is_time) for part in thing]
    if is_time and isinstance(thing, float | int) and abs(thing) < days.NEVER_S:
        return thing + days.HOUR_S
    return thing


def _without_words(line: Line) -> Line:
    """Return a line without what a policy says for people, which may name the hour.

    Where on a street a vehicle breaks down is searched for in floats: to the micrometre.
    """
    told = {name: part for name, part in line.items() if name != "why"}
    if "lengths_m" in told:
        told["lengths_m"] = [round(length_m, 6) for length_m in told["lengths_m"]]
    return told


def _short(line: Line | None) -> str:
    if line is None:
        return "nothing"
    text = json.dumps({name: part for name, part in line.items() if name not in {"at_s", "event"}})
    more = "..." if len(text) > _SHOWN else ""
    return f"{clock(line['at_s'])} {line['event']} {text[:_SHOWN]}{more}"


_OWN_BASE: Final = frozenset({"later", "faster", "far-junction"})


def relations(day: World) -> tuple[Relation, ...]:
    """Return all that is tried on a day."""
    try:
        at_s = days.middle_s(day)
    except days.NotApplicableError:
        at_s = day.rules.begins_at_s
    o_clock = clock(at_s)[:5]
    return (
        Relation("rows", "rows of tables in another order: the same journal",
                 lambda day, _: days.other_rows(day), equal),
        Relation("ties", "ties decided the other way: every rule still holds",
                 lambda day, _: days.other_names(day), None),
        Relation("another-order", f"an order more at {o_clock}: nothing before it changes",
                 lambda day, _: days.another_order(day), until(at_s)),
        Relation("other-future", f"all else after {o_clock}: nothing before it changes",
                 lambda day, _: days.other_future(day), until(at_s)),
        Relation("changed-mind", f"a change at {o_clock}: the morning stays as it was",
                 lambda day, _: days.changed_mind(day), until(at_s)),
        Relation("later", "everything an hour later on empty streets: the journal is shifted",
                 lambda day, net: days.later(days.flat(day, net)), an_hour_later, days.flat),
        Relation("faster", "half as far at half the speed: the same at the same times",
                 lambda day, net: days.faster(days.free_kilometres(day), net), same_times,
                 lambda day, _: days.free_kilometres(day)),
        Relation("far-junction", "a junction that no street leads to: no change",
                 lambda day, net: days.far_junction(days.without_feed(day), net),
                 equal_after_the_header, lambda day, _: days.without_feed(day)),
        Relation("idle-van", "a van more that nobody drives: no change",
                 lambda day, _: days.idle_van(day), equal_after_the_header),
        Relation("nobody-home", "nobody at home: nothing handed over at a door",
                 lambda day, _: days.nobody_home(day), nothing_handed_over),
    )  # fmt: skip
