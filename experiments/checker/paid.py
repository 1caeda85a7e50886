"""What a duty is paid for, as the words of pay rules have it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from experiments.checker.day import Day
from experiments.checker.things import Van
from experiments.checker.words import Event

_SERVED = ("Delivered", "Collected")


class Paid:
    """Quantities of one duty that was worked.

    Attributes
    ----------
    duty
        As the header has it.
    stops, parcels, routes
        Stops with a success, parcels delivered or collected, ways from depot to depot begun.
    """

    def __init__(self, duty: Event) -> None:
        self.duty = duty
        self.stops = 0
        self.parcels = 0
        self.routes = 0
        self._ended_at_s = Fraction(duty["shift"]["closes_at_s"])
        self._breaks: list[tuple[Fraction, Fraction]] = []
        self._resting_since_s: Fraction | None = None
        self._stop_counted = False

    def take(self, day: Day, van: Van, event: Event) -> None:
        """Take a line about the duty's vehicle, before it is folded."""
        kind = event["event"]
        if kind in {"Departed", "Arrived", "BrokeDown"} or (
            kind == "Walked" and event["place"] != van.stands_at
        ):
            self._stop_counted = False
        if kind == "Departed" and not event["home"] and event["place"] is not None:
            self.routes += day.place(event["place"])["kind"] == "depot"
        elif kind in _SERVED:
            self.parcels += len(day.order(event["order"]).order["parcels"])
            self.stops += not self._stop_counted
            self._stop_counted = True
        elif kind == "BreakBegan":
            self._resting_since_s = Fraction(event["at_s"])
        elif kind == "BreakEnded":
            self._rested(event["at_s"])
        elif kind == "DutyEnded":
            self.ends(event["at_s"])

    def _rested(self, at_s: float) -> None:
        if self._resting_since_s is not None:
            self._breaks.append((self._resting_since_s, Fraction(at_s)))
        self._resting_since_s = None

    def ends(self, at_s: float) -> None:
        """Let the duty have ended."""
        self._rested(at_s)
        self._ended_at_s = Fraction(at_s)

    @property
    def shift_h(self) -> Fraction:
        """Hours of the shift as planned."""
        return (self._closes_s - Fraction(self.duty["shift"]["opens_at_s"])) / 3600

    @property
    def overtime_h(self) -> Fraction:
        """Hours from the shift's planned end to the end of the duty."""
        return max(Fraction(0), self._ended_at_s - self._closes_s) / 3600

    @property
    def _closes_s(self) -> Fraction:
        return Fraction(self.duty["shift"]["closes_at_s"])

    def _break_h(self, from_s: Fraction, until_s: Fraction) -> Fraction:
        """Return the hours of break between two instants."""
        within = [min(end, until_s) - max(begin, from_s) for begin, end in self._breaks]
        return sum((max(Fraction(0), part_s) for part_s in within), Fraction(0)) / 3600

    def by_rule(self, pay: Mapping[str, Any]) -> dict[str, tuple[Fraction, Fraction]]:
        """Return quantity and rate of each line of a pay rule that has a rate."""
        opens_s = Fraction(self.duty["shift"]["opens_at_s"])
        inside, after = self.shift_h, self.overtime_h
        if not pay["breaks_paid"]:
            inside -= self._break_h(opens_s, self._closes_s)
            after -= self._break_h(self._closes_s, max(self._closes_s, self._ended_at_s))
        inside += max(Fraction(0), Fraction(pay["least_hours"]) - inside - after)
        amounts = {
            "duty": Fraction(1),
            "hour": inside,
            "overtime_hour": after,
            "stop": Fraction(self.stops),
            "parcel": Fraction(self.parcels),
            "route": Fraction(self.routes),
        }
        lines = {
            f"pay_{name}": (amount, Fraction(pay[name]))
            for name, amount in amounts.items()
            if pay[name] is not None
        }
        if pay["guarantee"] is not None:
            earned = sum((amount * rate for amount, rate in lines.values()), Fraction(0))
            missing = max(Fraction(0), Fraction(pay["guarantee"]) - earned)
            lines["pay_guarantee"] = (missing, Fraction(1))
        return lines
