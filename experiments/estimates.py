"""What a KPI is over several days of one policy: an estimate, its interval, its worst day.

Shares and other ratios are ratios of sums over days; counts, money and what has no parts are
means over days. A day that did not come to its end, or has nothing to measure, is not among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.intervals import Days, Interval, doubts, influence, mean_interval, ratio_interval
from experiments.record import DayRecord, Ended
from twin.kpi import KPIS, Figure, Kpi

RATIO: Final = "ratio of sums"
MEAN: Final = "mean a day"
NO_DAY: Final = "nothing was measured"
ONE_DAY: Final = "one day"
ZERO_ONE: Final = "days of 0 or 1"
SAME: Final = "the same on every day"
SAME_APART: Final = "the same difference on every day"
UNCUT: Final = (
    "No interval is cut at what a figure can be (0, or 100 %): one that reaches beyond tells of "
    "few or skewed days."
)
IN_WORDS: Final = (
    "Intervals: 95 %, t over days; ratios of sums by linearisation (delta method). None is shown "
    "where days are only 0 or 1 (a share of days needs another kind) or all the same. "
    f"{UNCUT}"
)


@dataclass(frozen=True)
class Series:
    """A KPI on days of a policy.

    Attributes
    ----------
    days
        Those on which it was measured, ascending.
    values
        What it was on each, NaN where a ratio was over nothing; shape (days,).
    parts
        Numerators and denominators, None for what is no ratio.
    """

    kpi: Kpi
    days: tuple[int, ...]
    values: Days
    parts: tuple[Days, Days] | None

    def on(self, days: Sequence[int]) -> "Series":
        """Return it on these of its days alone."""
        wanted = set(days)
        keep = np.array([day in wanted for day in self.days], dtype=bool)
        parts = None if self.parts is None else (self.parts[0][keep], self.parts[1][keep])
        return Series(
            self.kpi,
            tuple(day for day in self.days if day in wanted),
            self.values[keep],
            parts,
        )

    @property
    def is_measured(self) -> bool:
        """Whether there is anything to estimate."""
        return bool(self.days) and (self.parts is None or bool(self.parts[1].sum()))

    @property
    def moved(self) -> Days:
        """What each day adds to the estimate: its value, or its influence on the ratio."""
        return self.values if self.parts is None else influence(*self.parts)

    def interval(self) -> Interval:
        """Return estimate and interval; of at least two days."""
        return mean_interval(self.values) if self.parts is None else ratio_interval(*self.parts)

    def estimate(self) -> float:
        """Return the ratio of sums, or the mean a day."""
        if self.parts is None:
            return float(self.values.mean())
        return float(self.parts[0].sum() / self.parts[1].sum())

    def not_offered(self) -> str:
        """Return why there is no interval, empty if there is one."""
        seen = self.values[~np.isnan(self.values)]
        if not self.is_measured:
            return NO_DAY
        if len(self.days) == 1:
            return ONE_DAY
        if len(np.unique(seen)) == 1:
            return SAME
        return ZERO_ONE if bool(np.isin(seen, (0.0, 1.0)).all()) else ""


@dataclass(frozen=True)
class Estimate:
    """A KPI over days of one policy.

    Attributes
    ----------
    value
        None where nothing was measured.
    low, high
        Ends of the interval, None where none is offered.
    not_offered
        Why there is none.
    doubts
        Why the interval may cover less than it says.
    worst_day, worst
        The day on which it was worst (the first of several), and what it was then; None for what
        is neither good nor bad, or the same on every day.
    """

    kpi: Kpi
    days: int
    of: str
    value: float | None
    low: float | None = None
    high: float | None = None
    not_offered: str = ""
    doubts: tuple[str, ...] = ()
    worst_day: int | None = None
    worst: float | None = None

    @property
    def half_width(self) -> float | None:
        """Half of the interval's width."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


def finished(records: Sequence[DayRecord]) -> list[DayRecord]:
    """Return the days that came to their end, ascending."""
    ended = [record for record in records if record.ended is Ended.FINISHED]
    return sorted(ended, key=lambda record: record.day)


def series(kpi: Kpi, records: Sequence[DayRecord]) -> Series:
    """Return a KPI on the days of one policy that came to their end."""
    listed = [(record.day, record.figures.get(kpi.name)) for record in finished(records)]
    found = [(day, figure) for day, figure in listed if figure is not None]
    is_ratio = any(figure.denominator is not None for _, figure in found)
    kept = [(day, figure) for day, figure in found if _has(figure, is_ratio=is_ratio)]
    figures = [figure for _, figure in kept]
    values = np.array([_or_nan(figure.value) for figure in figures], np.float64)
    parts = None
    if is_ratio:
        parts = (
            np.array([_or_nan(figure.numerator) for figure in figures], np.float64),
            np.array([_or_nan(figure.denominator) for figure in figures], np.float64),
        )
    return Series(kpi, tuple(day for day, _ in kept), values, parts)


def _has(figure: Figure, *, is_ratio: bool) -> bool:
    return (figure.denominator if is_ratio else figure.value) is not None


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def estimate(one: Series) -> Estimate:
    """Return a KPI over the days of a series."""
    of = MEAN if one.parts is None else RATIO
    missing = one.not_offered()
    if missing == NO_DAY:
        return Estimate(one.kpi, len(one.days), of, None, not_offered=missing)
    worst = _worst(one)
    worst_day, worst_value = worst or (None, None)
    low = high = None
    found: tuple[str, ...] = ()
    if not missing:
        interval = one.interval()
        low, high = float(interval.low), float(interval.high)
        found = doubts(one.values[~np.isnan(one.values)], one.moved)
    return Estimate(
        kpi=one.kpi,
        days=len(one.days),
        of=of,
        value=one.estimate(),
        low=low,
        high=high,
        not_offered=missing,
        doubts=found,
        worst_day=worst_day,
        worst=worst_value,
    )


def _worst(one: Series) -> tuple[int, float] | None:
    sign = {"more": 1.0, "less": -1.0}.get(one.kpi.better)
    seen = [
        (float(value), day)
        for day, value in zip(one.days, one.values, strict=True)
        if not np.isnan(value)
    ]
    if sign is None or not seen or len({value for value, _ in seen}) == 1:
        return None
    value, day = min(seen, key=lambda pair: (sign * pair[0], pair[1]))
    return day, value


def estimates(records: Sequence[DayRecord]) -> dict[str, Estimate]:
    """Return every KPI over the days of one policy, in the order of the dictionary."""
    return {kpi.name: estimate(series(kpi, records)) for kpi in KPIS}
