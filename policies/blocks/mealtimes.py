"""What drivers will rest in the rest of their shifts: meals, and breaks for work."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from twin import VehicleView
from twin.events import BreakBegan, BreakEnded, DutyMoved, Event, ShiftBegan
from twin.model import DutyId, HoursRules, VehicleId


@dataclass(slots=True)
class Rests:
    """The rests of one driver from now on.

    Breaks for driving alone are not among them: how long it will drive is not known before it is
    planned.

    Attributes
    ----------
    meal_at_s
        From when on the meal is due; ``inf`` for none.
    rested_at_s
        When the driver last began to work.
    """

    hours: HoursRules
    meal_at_s: float
    rested_at_s: float

    def due_s(self, at_s: float, work_s: float) -> float:
        """Return how long the driver rests before more work at an instant, and count it."""
        rest_s = 0.0
        if at_s >= self.meal_at_s:
            rest_s, self.meal_at_s = self.hours.meal_s, inf
        elif self.hours.work_rest_s and at_s - self.rested_at_s + work_s > self.hours.work_most_s:
            rest_s = self.hours.work_rest_s
        if rest_s and rest_s >= self.hours.work_rest_s:  # a short meal is no break for work
            self.rested_at_s = at_s + rest_s
        return rest_s

    def rests_s(self, from_s: float, ends_s: float) -> float:
        """Return how long the driver rests from an instant to the end of a shift, and count it.

        Every rest begins when it is due, or at once if it was due before. One that would begin at
        the end or later is not taken, and no break for work is longer than what is left of the
        shift: nothing is done after it.
        """
        total_s, at_s = 0.0, max(from_s, self._next_s())
        while at_s < ends_s:
            is_meal = at_s >= self.meal_at_s
            rest_s = self.due_s(at_s, inf)
            total_s += rest_s if is_meal else min(rest_s, ends_s - at_s)
            at_s = max(at_s + rest_s, self._next_s())
        return total_s

    def _next_s(self) -> float:
        """Return when the next rest is due."""
        works_until_s = self.rested_at_s + self.hours.work_most_s if self.hours.work_rest_s else inf
        return min(self.meal_at_s, works_until_s)


class Mealtimes:
    """Follows who has eaten and who rested when, from the events that a policy is shown."""

    def __init__(self) -> None:
        self._ate: dict[VehicleId, float] = {}
        self._began_s: dict[DutyId, float] = {}
        self._resting_since_s: dict[VehicleId, float] = {}
        self._breaks: dict[VehicleId, list[tuple[float, float]]] = {}

    def hear(self, because: Iterable[Event]) -> None:
        """Take what has happened since the last question."""
        for event in because:
            if isinstance(event, ShiftBegan):
                self._began_s.setdefault(event.duty, event.at_s)
            elif isinstance(event, BreakBegan):
                self._resting_since_s[event.vehicle] = event.at_s
                if event.why == "meal":
                    self._ate[event.vehicle] = event.at_s
            elif isinstance(event, BreakEnded):
                since_s = self._resting_since_s.pop(event.vehicle, event.at_s)
                self._breaks.setdefault(event.vehicle, []).append((since_s, event.at_s))
            elif isinstance(event, DutyMoved):
                self._moves(event.vehicle, event.spare)

    def ahead(self, vehicle: VehicleView) -> Rests:
        """Return what a driver has still to rest on the duty, after a rest that is under way."""
        hours, begins_s = vehicle.duty.hours, vehicle.duty.shift.opens_at_s
        has_eaten = self._ate.get(vehicle.id, -inf) >= begins_s
        none = has_eaten or hours.meal is None or not hours.meal_s
        meal_at_s = inf if none or hours.meal is None else hours.meal.opens_at_s
        breaks = list(self._breaks.get(vehicle.id, ()))
        if vehicle.id in self._resting_since_s:
            breaks.append((self._resting_since_s[vehicle.id], vehicle.free_at_s))
        rested_s = (till_s for since_s, till_s in breaks if till_s - since_s >= hours.work_rest_s)
        began_s = max(begins_s, self._began_s.get(vehicle.duty.id, -inf))
        return Rests(hours, meal_at_s, max((began_s, *rested_s)))

    def _moves(self, vehicle: VehicleId, spare: VehicleId) -> None:
        """Let the driver of a vehicle be that of another."""
        for known in (self._ate, self._resting_since_s):
            if vehicle in known:
                known[spare] = known.pop(vehicle)
        self._breaks[spare] = self._breaks.pop(vehicle, [])


def rested_as_due(vehicle: VehicleView, from_s: float) -> Rests:
    """Return what a driver has still to rest who rested before an instant whenever it was due.

    For a policy that has followed nobody.
    """
    rests = Mealtimes().ahead(vehicle)
    rests.rests_s(vehicle.duty.shift.opens_at_s, from_s)
    return rests
