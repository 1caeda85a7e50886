"""When service at each open stop will begin, and how sure that is.

The mean is that of the believed times along a vehicle's line; the variance grows with the work in
between. Times are taken as normal: a stop far ahead is a sum of dozens of legs and services, and
for a normal time the wait for a window has known moments (Clark 1961, "The greatest of a finite
set of random variables", doi 10.1287/opre.9.2.145). A gamma would fit the next one or two stops
better, whose service is skewed, but is no longer one after the first wait. What begins when a
window opens lies there and not around it: there the middle of the normal is too late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot, inf
from statistics import NormalDist
from typing import Final

from policies.blocks.gaps import LATE_WEIGHT
from policies.blocks.items import Item
from policies.blocks.lines import Line
from policies.blocks.mealtimes import Mealtimes
from policies.blocks.weighing import Prices, work_s
from twin import Collect, Deliver, Rules, VehicleView, View
from twin.model import OrderId, VehicleId
from twin.plan import HandOver

DAY_SHARE: Final = 0.13
"""Standard deviation of what all driving still to come has in common, as a share of it: a day that
is 8 % off and an hour that is 10 % off, the priors of the twin's own traffic noise, together."""

LEG_SHARE: Final = 0.15
"""That of each leg by itself: with `DAY_SHARE` a single trip varies by 20 % from day to day, the
middle of the 15 to 25 % that travel time studies give. A prior, not measured here."""

STOP_SHARE: Final = 0.81
"""That of the time at a stop: of a lognormal with sigma 0.709, fitted to 7,910 stops of Chicago,
2018 (Amazon Last Mile data)."""

DOWN_SHARE: Final = 0.5
"""That of the time until a broken vehicle goes on. A choice: help comes after 45 to 120 min."""

STANDARD: Final = NormalDist()
CERTAIN: Final = 8.0
"""So many standard deviations are certainty, to the precision of the numbers."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """When service of an order will begin.

    Attributes
    ----------
    vehicle
        Who is to serve it.
    begins_s, spread_s
        Mean and standard deviation, seconds since midnight and seconds.
    last_s
        Later than this the stop is no longer gone to: the shift with its overtime is over.
    """

    order: OrderId
    vehicle: VehicleId
    begins_s: float
    spread_s: float
    last_s: float

    def later_than(self, until_s: float) -> float:
        """Return the probability that it begins after an instant, or not at all."""
        until_s = min(until_s, self.last_s)
        if self.spread_s == 0:
            return float(self.begins_s > until_s)
        return 1 - STANDARD.cdf((until_s - self.begins_s) / self.spread_s)

    def later_by_s(self, until_s: float) -> float:
        """Return by how much it is expected to begin after an instant; what is before counts 0."""
        ahead_s = until_s - self.begins_s
        if self.spread_s == 0:
            return max(0.0, -ahead_s)
        z = ahead_s / self.spread_s
        return self.spread_s * STANDARD.pdf(z) - ahead_s * (1 - STANDARD.cdf(z))

    def by(self, share: float) -> float:
        """Return the instant by which it begins with this probability, above 0 and below 1."""
        return self.begins_s + self.spread_s * STANDARD.inv_cdf(share)


@dataclass(slots=True)
class Clock:
    """A time that is not known for certain, on its way along a line.

    Attributes
    ----------
    at_s
        Mean.
    apart_s2
        Variance of what is independent from leg to leg and from stop to stop.
    drive_s
        Driving so far, whose pace has a part in common.
    """

    at_s: float
    apart_s2: float
    drive_s: float = 0.0

    @property
    def spread_s(self) -> float:
        """Standard deviation."""
        return hypot(self.apart_s2**0.5, DAY_SHARE * self.drive_s)

    def drives(self, leg_s: float) -> None:
        """Go on by a leg."""
        self.at_s += leg_s
        self.drive_s += leg_s
        self.apart_s2 += (LEG_SHARE * leg_s) ** 2

    def stays(self, stop_s: float, share: float) -> None:
        """Go on by a time at a place that varies by a share of itself."""
        self.at_s += stop_s
        self.apart_s2 += (share * stop_s) ** 2

    def waits(self, until_s: float) -> None:
        """Go on to an instant, if it is not later yet: mean and variance as Clark gives them."""
        spread_s = self.spread_s
        if spread_s == 0 or self.at_s - until_s > CERTAIN * spread_s:
            self.at_s = max(self.at_s, until_s)
            return
        z = (self.at_s - until_s) / spread_s
        after, density = STANDARD.cdf(z), STANDARD.pdf(z)
        over_s = (self.at_s - until_s) * after + spread_s * density
        square_s2 = ((self.at_s - until_s) ** 2 + spread_s**2) * after
        square_s2 += (self.at_s - until_s) * spread_s * density
        left = max(0.0, square_s2 - over_s**2) / spread_s**2
        self.at_s = until_s + over_s
        self.apart_s2 *= left
        self.drive_s *= left**0.5


class Forecast:
    """Predicts when each stop of some lines begins.

    Vehicles that meet for a hand-over wait for one another. The driver's pace, the meal and the
    breaks for work are counted, breaks for driving are not.

    Parameters
    ----------
    rules
        How long breakdowns are believed to last.
    mealtimes
        What drivers still have to rest.
    """

    def __init__(self, rules: Rules, mealtimes: Mealtimes) -> None:
        self._rules = rules
        self._mealtimes = mealtimes

    def of(self, lines: Iterable[Line]) -> dict[OrderId, Prediction]:
        """Return the prediction of every order that is served in some lines."""
        listed = list(lines)
        there_s: dict[HandOver, list[float]] = {}
        for line in listed:
            if any(isinstance(one, HandOver) for item in line.items for one in item.actions):
                self._walk(line, {}, there_s)
        meets_s = {one: max(both) for one, both in there_s.items()}
        found: dict[OrderId, Prediction] = {}
        for line in listed:
            found.update((one.order, one) for one in self._walk(line, meets_s, {}))
        return found

    def _walk(
        self,
        line: Line,
        meets_s: Mapping[HandOver, float],
        there_s: dict[HandOver, list[float]],
    ) -> list[Prediction]:
        """Return what a line comes to when; `there_s` gets when it is where it meets others."""
        vehicle = line.vehicle
        clock = Clock(float(line.departs_s[0]), self._now_s2(vehicle, line.view))
        rests = self._mealtimes.ahead(vehicle)
        limit_s = vehicle.duty.shift.closes_at_s + vehicle.duty.overtime_s
        pace = vehicle.driver.pace
        found: list[Prediction] = []
        for k, item in enumerate(line.items):
            leg_s = float(line.leg_s[k])
            clock.at_s += rests.due_s(clock.at_s, leg_s)
            clock.drives(leg_s)
            to_door_s = _to_the_door_s(item, vehicle)
            clock.stays(to_door_s, STOP_SHARE)
            for meeting in _meetings(item):
                there_s.setdefault(meeting, []).append(clock.at_s)
            clock.at_s += rests.due_s(clock.at_s, item.takes_s)
            clock.waits(max([item.opens_s, *(meets_s.get(one, -inf) for one in _meetings(item))]))
            last_s = limit_s + leg_s + to_door_s
            found += [
                Prediction(one.order, vehicle.id, clock.at_s, clock.spread_s, last_s)
                for one in item.actions
                if isinstance(one, Deliver | Collect)
            ]
            rest_s = float(line.departs_s[k + 1] - line.begins_s[k])
            if item.served:
                clock.stays(max(0.0, rest_s) * pace, STOP_SHARE)
            else:  # loading and handing over hardly vary
                clock.at_s += max(0.0, rest_s)
        return found

    def _now_s2(self, vehicle: VehicleView, view: View) -> float:
        """Return the variance of when a vehicle is done with what it is doing."""
        if vehicle.broken_down:
            return (DOWN_SHARE * self._rules.expected_down_s) ** 2
        if not vehicle.busy or vehicle.place is None:
            return 0.0
        return (STOP_SHARE * view.places[vehicle.place].expected.fixed_s) ** 2

    def worth_s(self, line: Line, weight: float, prices: Prices) -> float:
        """Return what a line is expected to cost: work, and lateness by its probability, seconds.

        Parameters
        ----------
        weight
            What a second of the vehicle is worth against the dearest one.
        """
        found = self.of([line])
        worth_s = work_s(line, weight)
        for item in line.items:
            for one in item.actions:
                if isinstance(one, Deliver | Collect):
                    late = found[one.order].later_than(item.closes_s)
                    late_s = found[one.order].later_by_s(item.closes_s)
                    worth_s += prices.late_s * late + LATE_WEIGHT * late_s
        return worth_s


def _to_the_door_s(item: Item, vehicle: VehicleView) -> float:
    """Return the expected time from arrival to the door, at the pace of who walks it."""
    if not item.served:
        return 0.0
    return item.to_door_s + (vehicle.driver.pace - 1) * item.place.expected.walk_s


def _meetings(item: Item) -> list[HandOver]:
    return [one for one in item.actions if isinstance(one, HandOver)]
