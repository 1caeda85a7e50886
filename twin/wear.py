"""A vehicle's own clock, and the breakdowns that wait on it (S14)."""

from collections.abc import Iterable
from math import inf

from twin.rules import BreakdownClock
from twin.surprises import Breakdown
from twin.units import tick_up_s


class Wear:
    """Counts kilometres, or time, towards the next breakdown; never while the vehicle is down.

    Parameters
    ----------
    failures
        The vehicle's breakdowns, one after the other.
    counts
        What is counted.
    """

    def __init__(self, failures: Iterable[Breakdown], counts: BreakdownClock) -> None:
        self._failures = iter(failures)
        self._counts = counts
        self._next = next(self._failures, None)
        self._read = 0.0
        self._since_s: float | None = None

    @property
    def is_due(self) -> bool:
        """Whether a breakdown is left to come."""
        return self._next is not None

    @property
    def counts_time(self) -> bool:
        """Whether its clock runs while the vehicle stands."""
        return self._counts in {BreakdownClock.DUTY, BreakdownClock.CALENDAR}

    def runs(self, at_s: float) -> None:
        """Let a clock that counts time run from an instant on."""
        if self.counts_time and self._since_s is None:
            self._since_s = at_s

    def stops(self, at_s: float) -> None:
        """Let a clock that counts time stand still from an instant on."""
        if self._since_s is not None:
            self._read += at_s - self._since_s
            self._since_s = None

    def drove(self, took_s: float, way_m: float) -> None:
        """Count a way driven."""
        if self._counts is BreakdownClock.DRIVING:
            self._read += took_s
        elif self._counts is BreakdownClock.KM:
            self._read += way_m

    def strikes_at_s(self, departs_at_s: float | None = None) -> float:
        """Return when the next breakdown comes by time; ``inf`` if never.

        Parameters
        ----------
        departs_at_s
            Since when it drives, for a clock that counts driving.
        """
        if self._next is None:
            return inf
        left_s = self._next.after - self._read
        if self._since_s is not None:
            return tick_up_s(self._since_s + left_s)
        if self._counts is BreakdownClock.DRIVING and departs_at_s is not None:
            return tick_up_s(departs_at_s + left_s)
        return inf

    def strikes_after_m(self) -> float:
        """Return after how many metres the next breakdown comes; ``inf`` if never by distance."""
        if self._next is None or self._counts is not BreakdownClock.KM:
            return inf
        return max(0.0, self._next.after - self._read)

    def struck(self, at_s: float) -> Breakdown:
        """Return the breakdown that came at an instant; the clock begins anew when told to run."""
        if self._next is None:
            raise ValueError("no breakdown is left to come")
        self.stops(at_s)
        failure, self._next = self._next, next(self._failures, None)
        self._read = 0.0
        return failure
