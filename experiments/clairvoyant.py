"""The clairvoyant reference: a policy that knows the day, and what not knowing it costs others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from experiments.estimates import NO_DAY, ONE_DAY, SAME
from experiments.intervals import Days, doubts, mean_interval
from experiments.record import DayRecord, Ended

NAME: Final = "oracle"
MARK: Final = "clairvoyant, knows the day"
MISS_PRICE: Final = 17.2
"""Of a due order that was not served on time: $17.20 is what a failed delivery costs fully loaded
(Loqate, Fixing failed deliveries); here in the scenario's currency, a choice."""

Lived = Mapping[str, Mapping[int, DayRecord]]
"""Days that came to their end, by policy and number."""


@dataclass(frozen=True)
class Regret:
    """What a policy's days cost beyond those of the clairvoyant reference, by the objective.

    Attributes
    ----------
    by_day
        Never negative.
    mean, low, high
        Money a day; None where there is no day, or no interval.
    """

    policy: str
    by_day: Mapping[int, float]
    mean: float | None
    low: float | None = None
    high: float | None = None
    not_offered: str = ""
    doubts: tuple[str, ...] = ()


def marked(label: str, records: Iterable[DayRecord]) -> str:
    """Return a policy's label as it is shown: one that knows the day is never shown bare.

    Parameters
    ----------
    records
        Days, of this policy and others.
    """
    return f"{label} ({MARK})" if is_clairvoyant(label, records) else label


def is_clairvoyant(label: str, records: Iterable[DayRecord]) -> bool:
    """Whether a policy is the reference, or says that it was shown any of these days."""
    return label == NAME or any(one.clairvoyant for one in records if one.policy == label)


def objective(record: DayRecord, miss_price: float) -> float:
    """Return what a day is judged by: all its costs, and a price for each promise not kept.

    ``cost_total + miss_price * (due orders - due orders on time)``.
    """
    on_time = record.figures["on_time_share"]
    missed = (on_time.denominator or 0.0) - (on_time.numerator or 0.0)
    return (record.value("cost_total") or 0.0) + miss_price * missed


def with_best_days(lived: Lived, miss_price: float) -> tuple[Lived, dict[int, str]]:
    """Return the days with each of the reference's the best that any policy lived.

    A reference that is worse than a policy has not found the best that the day allows; what was
    lived shows that more is possible.

    Returns
    -------
    lived
        As given, but for the reference's figures on days that another policy did better on.
    taken
        From whom, by day. Of several that are equally good the first by name.
    """
    if NAME not in lived:
        return lived, {}
    best: dict[int, DayRecord] = {}
    taken: dict[int, str] = {}
    for day, own in lived[NAME].items():
        best[day] = own
        for policy in sorted(lived):
            other = lived[policy].get(day)
            if other is not None and objective(other, miss_price) < objective(
                best[day], miss_price
            ):
                best[day] = replace(other, policy=NAME, clairvoyant=True)
                taken[day] = policy
    return {**lived, NAME: best}, taken


def regrets(lived: Lived, policies: Sequence[str], miss_price: float) -> list[Regret]:
    """Return the regret of each policy, over the days that it and the reference came to the end of.

    Parameters
    ----------
    lived
        Of `with_best_days`.
    policies
        In the order wanted; the reference itself is left out. None at all without one.
    """
    if NAME not in lived:
        return []
    return [
        _regret(policy, lived[policy], lived[NAME], miss_price)
        for policy in policies
        if policy != NAME
    ]


def _regret(
    policy: str,
    own: Mapping[int, DayRecord],
    best: Mapping[int, DayRecord],
    miss_price: float,
) -> Regret:
    days = sorted(own.keys() & best.keys())
    by_day = {
        day: objective(own[day], miss_price) - objective(best[day], miss_price) for day in days
    }
    values: Days = np.array(list(by_day.values()), np.float64)
    if not days:
        return Regret(policy, by_day, None, not_offered=NO_DAY)
    mean = float(values.mean())
    if len(days) == 1 or len(np.unique(values)) == 1:
        return Regret(policy, by_day, mean, not_offered=ONE_DAY if len(days) == 1 else SAME)
    interval = mean_interval(values)
    low, high = float(interval.low), float(interval.high)
    return Regret(policy, by_day, mean, low, high, doubts=doubts(values, values))


def lived_of(records: Sequence[DayRecord]) -> dict[str, dict[int, DayRecord]]:
    """Return the days that came to their end by policy and number, every policy among them."""
    found: dict[str, dict[int, DayRecord]] = {record.policy: {} for record in records}
    for record in sorted(records, key=lambda record: (record.policy, record.day)):
        if record.ended is Ended.FINISHED:
            found[record.policy][record.day] = record
    return found


def regret_as_json(one: Regret) -> dict[str, Any]:
    """Return a regret as plain data."""
    return {
        "mean": one.mean,
        "low": one.low,
        "high": one.high,
        "days": len(one.by_day),
        "not_offered": one.not_offered,
        "doubts": list(one.doubts),
        "by_day": [{"day": day, "regret": value} for day, value in one.by_day.items()],
    }
