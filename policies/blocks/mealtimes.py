"""What drivers will rest on the way: when a meal or a break for work comes between their stops."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from twin import VehicleView
from twin.events import BreakBegan, BreakEnded, Event
from twin.model import HoursRules, VehicleId


@dataclass(slots=True)
class Rests:
    """The rests of one driver from now on.

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
        if rest_s:
            self.rested_at_s = at_s + rest_s
        return rest_s


class Mealtimes:
    """Follows who has eaten and who rested when, from the events that a policy is shown."""

    def __init__(self) -> None:
        self._ate: dict[VehicleId, float] = {}
        self._rested_at_s: dict[VehicleId, float] = {}

    def hear(self, because: Iterable[Event]) -> None:
        """Take what has happened since the last question."""
        for event in because:
            if isinstance(event, BreakBegan) and event.why == "meal":
                self._ate[event.vehicle] = event.at_s
            elif isinstance(event, BreakEnded):
                self._rested_at_s[event.vehicle] = event.at_s

    def ahead(self, vehicle: VehicleView) -> Rests:
        """Return what a driver has still to rest on the duty."""
        hours, begins_s = vehicle.duty.hours, vehicle.duty.shift.opens_at_s
        has_eaten = self._ate.get(vehicle.id, -inf) >= begins_s
        none = has_eaten or hours.meal is None or not hours.meal_s
        meal_at_s = inf if none or hours.meal is None else hours.meal.opens_at_s
        return Rests(hours, meal_at_s, max(begins_s, self._rested_at_s.get(vehicle.id, -inf)))
