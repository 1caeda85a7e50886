"""Policies on the same days: how the others differ from the base, and how surely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from experiments.clairvoyant import Lived, Regret, lived_of, regrets, with_best_days
from experiments.estimates import NO_DAY, ONE_DAY, SAME, ZERO_ONE, Estimate, Series
from experiments.estimates import estimates as estimates_of
from experiments.estimates import series as series_of
from experiments.intervals import Days, doubts, paired_interval, paired_ratio_interval, pairing
from experiments.over_days import is_conclusive
from experiments.record import DayRecord
from twin.kpi import KPIS, Kpi

JUDGED: Final = (
    "delivered_share", "on_time_share", "lateness_min", "cost_per_delivery", "cost_total",
    "distance_per_delivery_km", "overtime_h",
)  # fmt: skip
"""KPIs of which differences are shown: service first, since costs are read beside it."""
COSTS: Final = frozenset({"cost_per_delivery", "cost_total"})
EFFORTS: Final = COSTS | {"distance_per_delivery_km", "overtime_h"}
"""What is spent: only to be held against each other where as much is served."""
SERVICE: Final = "delivered_share"
SAME_SERVICE: Final = 0.001
"""Two policies serve alike if their shares served are no farther apart: 0.1 point, a choice."""
BETTER: Final = "better"
WORSE: Final = "worse"
UNSHOWN: Final = "no difference shown"
UNJUDGED: Final = "not judged"
_KPI: Final = {kpi.name: kpi for kpi in KPIS}


@dataclass(frozen=True)
class Difference:
    """How a policy differs from the base by a KPI, on the days that both came to the end of.

    Attributes
    ----------
    days
        On which both were measured.
    value
        Of the policy less that of the base; None where nothing was measured.
    base
        Of the base.
    low, high
        Ends of the interval, None where none is offered.
    not_offered
        Why there is none.
    better, worse, equal
        On how many days the policy was.
    correlation, saving
        Of the two over days; how many times fewer days the same days needed. None where a policy's
        days are all equal.
    verdict
        ``better``, ``worse``, ``no difference shown`` or ``not judged``.
    at_different_service
        Whether it is of money, way or time spent, and the policies do not serve alike.
    """

    policy: str
    kpi: Kpi
    days: int
    value: float | None
    base: float | None = None
    low: float | None = None
    high: float | None = None
    not_offered: str = ""
    doubts: tuple[str, ...] = ()
    better: int = 0
    worse: int = 0
    equal: int = 0
    correlation: float | None = None
    saving: float | None = None
    verdict: str = UNJUDGED
    at_different_service: bool = False


@dataclass(frozen=True)
class Comparison:
    """Policies on the same days.

    Attributes
    ----------
    policies
        In the order in which they were named.
    days
        All that were wanted.
    records
        What became of each, sorted by policy and day.
    lived
        The days that came to their end, those of the clairvoyant reference the best of all.
    taken
        Days of the reference that are another policy's, and whose.
    differences
        From the base, by policy.
    """

    policies: tuple[str, ...]
    base: str
    days: tuple[int, ...]
    records: tuple[DayRecord, ...]
    miss_price: float
    lived: Lived
    taken: Mapping[int, str]
    estimates: Mapping[str, Mapping[str, Estimate]]
    differences: Mapping[str, Sequence[Difference]]
    regrets: Sequence[Regret]

    @property
    def is_conclusive(self) -> bool:
        """Whether so few days failed that the others may be concluded from."""
        return is_conclusive(self.records)

    @property
    def currency(self) -> str:
        """Of the money."""
        return next((one.currency for days in self.lived.values() for one in days.values()), "")

    @property
    def intervals(self) -> int:
        """How many differences were judged at once."""
        judged = [one for listed in self.differences.values() for one in listed]
        return sum(one.low is not None for one in judged)


def compared(
    records: Sequence[DayRecord], policies: Sequence[str], base: str, miss_price: float
) -> Comparison:
    """Return the comparison of policies on the same days.

    Parameters
    ----------
    records
        Every wanted day of each policy, in any order.
    policies
        Labels, the base among them.
    miss_price
        Of a due order not served on time, where days are held against the reference's.
    """
    in_order = tuple(sorted(records, key=lambda record: (record.policy, record.day)))
    lived, taken = with_best_days(lived_of(in_order), miss_price)
    of = {policy: list(lived[policy].values()) for policy in policies}
    return Comparison(
        policies=tuple(policies),
        base=base,
        days=tuple(sorted({record.day for record in in_order})),
        records=in_order,
        miss_price=miss_price,
        lived=lived,
        taken=taken,
        estimates={policy: estimates_of(of[policy]) for policy in policies},
        differences={
            policy: differences(policy, of[policy], of[base])
            for policy in policies
            if policy != base
        },
        regrets=regrets(lived, policies, miss_price),
    )


def differences(
    policy: str, own: Sequence[DayRecord], base: Sequence[DayRecord]
) -> list[Difference]:
    """Return how the days of a policy differ from those of the base, a line a judged KPI."""
    both = {record.day for record in own} & {record.day for record in base}
    found = {
        name: _difference(
            policy,
            series_of(_KPI[name], [record for record in own if record.day in both]),
            series_of(_KPI[name], [record for record in base if record.day in both]),
        )
        for name in JUDGED
    }
    apart = serves_otherwise(found[SERVICE])
    return [
        replace(one, at_different_service=True) if apart and name in EFFORTS else one
        for name, one in found.items()
    ]


def serves_otherwise(service: Difference) -> bool:
    """Whether two policies do not serve alike: surely so, or by more than 0.1 point.

    Parameters
    ----------
    service
        Their difference in the share served.
    """
    if service.value is None:
        return False
    return abs(service.value) > SAME_SERVICE or service.verdict in {BETTER, WORSE}


def _difference(policy: str, own: Series, base: Series) -> Difference:
    days = sorted({*own.days} & {*base.days})
    one, other = own.on(days), base.on(days)
    kpi = own.kpi
    if not (one.is_measured and other.is_measured):
        return Difference(policy, kpi, len(days), None, not_offered=NO_DAY)
    better, worse, equal = _counted(kpi, one.values, other.values)
    seen = Difference(
        policy,
        kpi,
        len(days),
        one.estimate() - other.estimate(),
        other.estimate(),
        not_offered=_not_offered(one.values, other.values),
        better=better,
        worse=worse,
        equal=equal,
    )
    if seen.not_offered:
        return replace(seen, verdict=UNSHOWN if seen.not_offered == SAME else UNJUDGED)
    if one.parts is not None and other.parts is not None:
        interval = paired_ratio_interval(one.parts, other.parts)
    else:
        interval = paired_interval(one.values, other.values)
    low, high = float(interval.low), float(interval.high)
    paired = pairing(one.moved, other.moved)
    correlation, saving = paired or (None, None)
    apart = one.values - other.values
    return replace(
        seen,
        low=low,
        high=high,
        doubts=doubts(apart[~np.isnan(apart)], one.moved - other.moved),
        correlation=correlation,
        saving=saving,
        verdict=_verdict(kpi, low, high),
    )


def _not_offered(one: Days, other: Days) -> str:
    """Return why there is no interval of a difference, empty if there is one."""
    if len(one) == 1:
        return ONE_DAY
    if np.array_equal(one, other, equal_nan=True):
        return SAME
    both = np.concatenate([one, other])
    return ZERO_ONE if bool(np.isin(both[~np.isnan(both)], (0.0, 1.0)).all()) else ""


def _counted(kpi: Kpi, one: Days, other: Days) -> tuple[int, int, int]:
    """Return on how many days the one was better, worse and equal; only days with values count."""
    apart = one - other if kpi.better == "more" else other - one
    apart = apart[~np.isnan(apart)]
    return int((apart > 0).sum()), int((apart < 0).sum()), int((apart == 0).sum())


def _verdict(kpi: Kpi, low: float, high: float) -> str:
    if low <= 0.0 <= high:
        return UNSHOWN
    return BETTER if (low > 0) == (kpi.better == "more") else WORSE
