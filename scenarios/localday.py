"""The clock on the wall of one date, and the seconds that have passed: not the same twice a year.

Inside the twin an instant is elapsed seconds since local midnight (semantics S25). A day on which
the clocks change has 23 or 25 hours; a time that its clock skips or shows twice is refused.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from twin.model import TimeWindow
from twin.units import DAY_S, tick_s


class LocalDay:
    """One date in one time zone.

    Parameters
    ----------
    date
        ISO date.
    time_zone
        IANA name.
    """

    def __init__(self, date: str, time_zone: str) -> None:
        self.date = dt.date.fromisoformat(date)
        self._zone = ZoneInfo(time_zone)
        self._midnight = self._instant(0.0)
        # Only around a change of the clock is there anything to convert.
        self._is_plain = all(
            (self._instant(hours * 3600.0) - self._midnight).total_seconds() == hours * 3600.0
            for hours in (24, 48, 100)
        )

    def _naive(self, clock_s: float) -> dt.datetime:
        return dt.datetime.combine(self.date, dt.time()) + dt.timedelta(seconds=clock_s)

    def _instant(self, clock_s: float, fold: int = 0) -> dt.datetime:
        local = self._naive(clock_s).replace(tzinfo=self._zone, fold=fold)
        return local.astimezone(dt.UTC)

    @property
    def length_s(self) -> float:
        """Seconds from this midnight to the next: 86,400, or an hour more or less."""
        return (self._instant(DAY_S) - self._midnight).total_seconds()

    @property
    def kind(self) -> str:
        """``weekday``, ``saturday`` or ``sunday``."""
        return {5: "saturday", 6: "sunday"}.get(self.date.weekday(), "weekday")

    def problem(self, clock_s: float) -> str | None:
        """Return why a time on the clock names no instant, or two; None if it names one."""
        if self._is_plain:
            return None
        first, second = self._instant(clock_s), self._instant(clock_s, fold=1)
        if first == second:
            return None
        shows = first.astimezone(self._zone).replace(tzinfo=None)
        if shows != self._naive(clock_s):
            return (
                f"is skipped by the clock on {self.date} in {self._zone.key}, expected a time "
                "that exists; move it by an hour"
            )
        return (
            f"comes twice on {self.date} in {self._zone.key}, expected a time that comes once; "
            "move it by an hour"
        )

    def elapsed_s(self, clock_s: float) -> float:
        """Return the seconds passed since midnight when the clock shows a time."""
        if self._is_plain:
            return tick_s(clock_s)
        return tick_s((self._instant(clock_s) - self._midnight).total_seconds())

    def elapsed(self, window: TimeWindow) -> TimeWindow:
        """Return a window on the clock as one of elapsed seconds."""
        return TimeWindow(self.elapsed_s(window.opens_at_s), self.elapsed_s(window.closes_at_s))

    def at(self, moment: dt.datetime) -> float:
        """Return the elapsed seconds of a moment, given in local time or with its offset."""
        if moment.tzinfo is None:
            return self.elapsed_s(
                (moment - dt.datetime.combine(self.date, dt.time())).total_seconds()
            )
        return tick_s((moment.astimezone(dt.UTC) - self._midnight).total_seconds())
