"""Rules about breaks and hours of service."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import Given, Look, Rule, clock, remembering, rule
from experiments.checker.things import Van
from experiments.checker.words import Event


@dataclass(slots=True)
class _Driver:
    """What a driver did on a duty so far.

    Attributes
    ----------
    rested_at_s
        When the last rest that counts for work ended, or the duty began.
    drove_s, today_s
        Driving since the last rest that counts for driving, and on the whole duty.
    ate
        Whether there was a meal.
    """

    rested_at_s: float
    drove_s: float = 0.0
    today_s: float = 0.0
    ate: bool = False


class _Hours:
    """Follows the drivers of all duties."""

    def __init__(self) -> None:
        self._drivers: dict[str, _Driver] = {}

    def look(self, day: Day, event: Event) -> Iterator[str]:
        kind = event["event"]
        if kind == "ShiftBegan":
            self._drivers.setdefault(event["duty"], _Driver(event["at_s"]))
            return
        van = day.van(event["vehicle"])
        if van.work is None:
            return
        rules = van.work.duty["hours"]
        driver = self._drivers.setdefault(van.work.duty["id"], _Driver(van.work.began_at_s))
        if kind == "BreakEnded":
            self._rests(driver, rules, van, event)
        elif van.leg is not None:
            yield from self._drove(driver, rules, van, event)
        elif van.serving is not None:
            yield from self._worked(driver, rules, van.serving["at_s"])

    def _rests(self, driver: _Driver, rules: Event, van: Van, event: Event) -> None:
        took_s = event["at_s"] - van.since_s
        if took_s >= rules["drive_rest_s"]:
            driver.drove_s = 0.0
        if took_s >= rules["work_rest_s"]:
            driver.rested_at_s = event["at_s"]

    def _drove(self, driver: _Driver, rules: Event, van: Van, event: Event) -> Iterator[str]:
        """Judge the begin of the last street of a leg: once entered it is driven to its end."""
        took_s, most_s = event["at_s"] - van.since_s, rules["drive_most_s"]
        last_s = max([van.since_s, *event["entered_at_s"]])
        until_last_s = last_s - van.since_s
        if rules["drive_rest_s"] and until_last_s and driver.drove_s + until_last_s >= most_s:
            yield f"{driver.drove_s + until_last_s} s of driving, and on, at most {most_s}"
        most_s = rules["day_drive_most_s"]
        goes_home = van.leg is not None and van.leg["home"]
        if not goes_home and until_last_s and driver.today_s + until_last_s >= most_s:
            yield f"{driver.today_s + until_last_s} s of driving in the duty, and on to a stop"
        driver.drove_s += took_s
        driver.today_s += took_s
        yield from self._worked(driver, rules, last_s)

    def _worked(self, driver: _Driver, rules: Event, began_at_s: float) -> Iterator[str]:
        worked_s, most_s = began_at_s - driver.rested_at_s, rules["work_most_s"]
        if rules["work_rest_s"] and worked_s > most_s:
            yield f"{worked_s} s of work without a rest, and on, at most {most_s}"


@remembering("ShiftBegan", "BreakEnded", "Arrived", "Diverted", "BrokeDown", "Delivered",
             "Collected", "AttemptFailed")  # fmt: skip
def hours_of_service(_: Given) -> Look:
    """Nobody enters a street or begins a service without a rest when the hours of it are over.

    A street once entered is driven to its end, and a service once begun is finished.
    """
    return _Hours().look


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
    def __init__(self) -> None:
        self._eaten: dict[str, None] = {}

    def look(self, day: Day, event: Event) -> Iterator[str]:
        van = day.van(event["vehicle"])
        if van.work is None:
            return
        duty = van.work.duty
        meal, had_one = duty["hours"]["meal"], duty["id"] in self._eaten
        if event["event"] == "BreakBegan":
            if event["why"] == "meal":
                if had_one:
                    yield f"a second meal on duty {duty['id']}"
                if meal is None or event["at_s"] < meal["opens_at_s"]:
                    yield "the hours of the duty have no meal then"
                self._eaten[duty["id"]] = None
        elif meal is not None and duty["hours"]["meal_s"] and not had_one:
            yield from self._hungry(event, meal)

    def _hungry(self, event: Event, meal: Event) -> Iterator[str]:
        if event["at_s"] >= meal["opens_at_s"]:
            yield f"no meal yet, its window opened at {clock(meal['opens_at_s'])}"


@remembering("BreakBegan", "Departed", "ServiceBegan")
def meals(_: Given) -> Look:
    """One meal is had in a duty, before driving or serving on once its window is open."""
    return _Meals().look


RULES: Final[tuple[Rule, ...]] = (hours_of_service, breaks_whole, meals)
