"""Rules about breaks and hours of service."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import OF_VEHICLES, Given, Look, Rule, clock, remembering, rule
from experiments.checker.things import Van
from experiments.checker.words import Event

_WORK: Final = frozenset(
    {"driving", "parking", "walking", "waiting", "serving", "loading", "handing over"}
)


@dataclass(slots=True)
class _Since:
    """What a driver did since the last rest long enough for each limit.

    Attributes
    ----------
    driven_s, worked_s
        Before the activity under way.
    today_s
        Driving in this duty.
    """

    driven_s: float = 0.0
    worked_s: float = 0.0
    today_s: float = 0.0
    had_meal: bool = False


class _HoursOfService:
    def __init__(self, _: Given) -> None:
        self._since: dict[str, _Since] = {}

    def look(self, day: Day, event: Event) -> Iterator[str]:
        if event["event"] == "ShiftBegan":
            self._since.setdefault(event["duty"], _Since())
            return
        van = day.van(event["vehicle"])
        if van.work is None:
            return
        rules = van.work.duty["hours"]
        since = self._since.setdefault(van.work.duty["id"], _Since())
        took_s = event["at_s"] - van.since_s
        if van.activity == "on break":
            self._rested(since, rules, took_s)
        else:
            yield from self._worked(since, rules, van, took_s)

    def _rested(self, since: _Since, rules: Event, took_s: float) -> None:
        if took_s >= rules["drive_rest_s"]:
            since.driven_s = 0.0
        if took_s >= rules["work_rest_s"]:
            since.worked_s = 0.0

    def _worked(self, since: _Since, rules: Event, van: Van, took_s: float) -> Iterator[str]:
        if van.activity == "driving":
            if since.driven_s and since.driven_s + took_s > rules["drive_most_s"]:
                yield f"drove {since.driven_s + took_s} s without {rules['drive_rest_s']} s of rest"
            since.driven_s += took_s
            since.today_s += took_s
        if van.activity in _WORK:
            if since.worked_s and since.worked_s + took_s > rules["work_most_s"]:
                yield f"worked {since.worked_s + took_s} s without {rules['work_rest_s']} s of rest"
            since.worked_s += took_s


@remembering("ShiftBegan", "BreakBegan", "BreakEnded", *OF_VEHICLES, "Arrived", "Diverted",
             "BrokeDown", "Delivered", "Collected", "AttemptFailed", "Unloaded", "Loaded",
             "Walked", "TakenOver", "Recharged", "Repaired", "DutyEnded")  # fmt: skip
def hours_of_service(given: Given) -> Look:
    """Nobody drives or works longer without a rest than the rules of the duty allow.

    What alone is longer than a limit may be done after a rest.
    """
    return _HoursOfService(given).look


@rule("BreakEnded")
def breaks_whole(day: Day, event: Event) -> Iterator[str]:
    """A break that the rules ask for lasts as long as they say."""
    van = day.van(event["vehicle"])
    if van.resting is None or van.work is None:
        return
    rules = van.work.duty["hours"]
    least_s = {
        "driving": rules["drive_rest_s"], "work": rules["work_rest_s"], "meal": rules["meal_s"],
    }.get(van.resting["why"], 0.0)  # fmt: skip
    took_s = event["at_s"] - van.resting["at_s"]
    if took_s < least_s:
        yield f"a break for {van.resting['why']} of {took_s} s, {least_s} s were due"


class _Meals:
    def __init__(self, _: Given) -> None:
        self._eaten: dict[str, None] = {}

    def look(self, day: Day, event: Event) -> Iterator[str]:
        van = day.van(event["vehicle"])
        if van.work is None:
            return
        duty = van.work.duty
        meal = duty["hours"]["meal"]
        if event["event"] == "BreakBegan":
            if event["why"] == "meal":
                if duty["id"] in self._eaten:
                    yield f"a second meal on duty {duty['id']}"
                elif meal is not None and event["at_s"] < meal["opens_at_s"]:
                    yield f"meals are from {clock(meal['opens_at_s'])}"
                self._eaten[duty["id"]] = None
        elif (
            meal is not None
            and duty["id"] not in self._eaten
            and event["at_s"] > meal["opens_at_s"]
            and van.place is not None
            and not event.get("preloaded")
        ):
            yield f"no meal yet, its window opened at {clock(meal['opens_at_s'])}"


@remembering("BreakBegan", "Departed", "ParkingBegan", "ServiceBegan", "LoadingBegan")
def meals(given: Given) -> Look:
    """A meal break is taken at the first place stood at in its window, before going on."""
    return _Meals(given).look


RULES: Final[tuple[Rule, ...]] = (hours_of_service, breaks_whole, meals)
