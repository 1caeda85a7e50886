"""Policies on the same days: how the others differ from the base, and how surely."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from experiments.clairvoyant import Lived, Regret, lived_of, regrets, with_best_days
from experiments.estimates import NO_DAY, ONE_DAY, SAME, SAME_APART, ZERO_ONE, Estimate, Series
from experiments.estimates import estimates as estimates_of
from experiments.estimates import series as series_of
from experiments.intervals import (
    FEWEST_DAYS,
    Days,
    doubts,
    paired_interval,
    paired_ratio_interval,
    pairing,
)
from experiments.over_days import is_conclusive
from experiments.record import DayRecord
from twin.kpi import KPIS, Kpi

JUDGED: Final = (
    "delivered_share", "on_time_share", "on_time_first_share", "lateness_min", "cost_per_delivery",
    "cost_total", "distance_per_delivery_km", "overtime_h",
)  # fmt: skip
"""KPIs of which differences are shown: service first, since costs are read beside it."""
COSTS: Final = frozenset({"cost_per_delivery", "cost_total"})
EFFORTS: Final = COSTS | {"distance_per_delivery_km", "overtime_h"}
"""What is spent."""
READ_BESIDE_SERVICE: Final = EFFORTS | {"lateness_min"}
"""Only to be held against each other where as much is served: who serves fewer spends less, and an
order that is never served counts as not late."""
SERVICE: Final = "delivered_share"
SAME_SERVICE: Final = 0.001
"""Two policies serve alike if their shares served are no farther apart: 0.1 point, a choice."""
BETTER: Final = "better"
WORSE: Final = "worse"
UNSHOWN: Final = "no difference shown"
UNJUDGED: Final = "not judged"
_ROUNDING: Final = 1e-9
"""Of the largest figure: differences that lie no farther apart are the same, a choice far above
what floats leave out and far below what one order or cent of a day makes."""
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
    unpriced
        Days on which the policy, and on which the base, spent something and served nobody, so that
        what a delivery took has no bound: worse than on any day with one.
    at_different_service
        Whether it is of what is spent or of lateness, and the policies do not serve alike.
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
    unpriced: tuple[int, int] = (0, 0)
    at_different_service: bool = False

    @property
    def is_of_few_days(self) -> bool:
        """Whether its verdict rests on so few days that one more may turn it."""
        return self.verdict in {BETTER, WORSE} and self.days < FEWEST_DAYS


@dataclass(frozen=True)
class Comparison:
    """Policies on the same days.

    Attributes
    ----------
    policies
        In the order in which they were named.
    days
        All that were asked for.
    records
        What became of each, sorted by policy and day.
    lived
        The days that came to their end, those of the clairvoyant reference the best of all.
    taken
        Days of the reference that are another policy's, and whose.
    common
        The days that every policy came to the end of, but for policies that have none.
    estimates
        Over the common days, by policy, so that none looks better for having failed on hard days.
    differences
        From the base, by policy, each over the days that both came to the end of.
    """

    policies: tuple[str, ...]
    base: str
    days: tuple[int, ...]
    records: tuple[DayRecord, ...]
    miss_price: float
    lived: Lived
    taken: Mapping[int, str]
    common: tuple[int, ...]
    estimates: Mapping[str, Mapping[str, Estimate]]
    differences: Mapping[str, Sequence[Difference]]
    regrets: Sequence[Regret]

    @property
    def is_conclusive(self) -> bool:
        """Whether each policy lost so few of its days that the others may be concluded from."""
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
    common = _common(of.values())
    return Comparison(
        policies=tuple(policies),
        base=base,
        days=tuple(sorted({record.day for record in in_order})),
        records=in_order,
        miss_price=miss_price,
        lived=lived,
        taken=taken,
        common=common,
        estimates={
            policy: estimates_of([one for one in of[policy] if one.day in common])
            for policy in policies
        },
        differences={
            policy: differences(policy, of[policy], of[base])
            for policy in policies
            if policy != base
        },
        regrets=regrets(lived, policies, miss_price),
    )


def _common(lived: Iterable[Sequence[DayRecord]]) -> tuple[int, ...]:
    """Return the days that all policies came to the end of, those left out that have none."""
    ended = [{record.day for record in days} for days in lived if days]
    return tuple(sorted(set[int]().union(*ended).intersection(*ended)))


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
        replace(one, at_different_service=True) if apart and name in READ_BESIDE_SERVICE else one
        for name, one in found.items()
    ]


def serves_otherwise(service: Difference) -> bool:
    """Whether two policies do not serve alike: surely so, by more than 0.1 point, or day by day.

    Parameters
    ----------
    service
        Their difference in the share served.
    """
    if service.value is None:
        return False
    surely = service.verdict in {BETTER, WORSE} or service.not_offered == SAME_APART
    return surely or abs(service.value) > SAME_SERVICE


def _difference(policy: str, own: Series, base: Series) -> Difference:
    days = sorted({*own.days} & {*base.days})
    one, other = own.on(days), base.on(days)
    kpi = own.kpi
    better, worse, equal = _counted(kpi, _with_unbounded(one), _with_unbounded(other))
    seen = Difference(
        policy,
        kpi,
        len(days),
        None,
        not_offered=NO_DAY,
        better=better,
        worse=worse,
        equal=equal,
        unpriced=(_unbounded_days(one), _unbounded_days(other)),
    )
    if not (one.is_measured and other.is_measured):
        return seen
    seen = replace(
        seen,
        value=one.estimate() - other.estimate(),
        base=other.estimate(),
        not_offered=_not_offered(one, other),
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


def _not_offered(one: Series, other: Series) -> str:
    """Return why there is no interval of a difference, empty if there is one."""
    if len(one.days) == 1:
        return ONE_DAY
    if _is_same(one, other):
        return SAME
    both = np.concatenate([one.values, other.values])
    if bool(np.isin(both[~np.isnan(both)], (0.0, 1.0)).all()):
        return ZERO_ONE
    return SAME_APART if _is_constant(one, other) else ""


def _is_constant(one: Series, other: Series) -> bool:
    """Whether what an interval is made of is the same on each day, so that it has no width."""
    apart = one.moved - other.moved
    seen = np.concatenate([one.moved, other.moved, [one.estimate(), other.estimate()]])
    return bool(np.ptp(apart) <= _ROUNDING * np.abs(seen).max())


def _is_same(one: Series, other: Series) -> bool:
    """Whether two series are equal on each day, of ratios in what they are made of.

    Ratios that are equal on each day have another ratio of sums where the days weigh otherwise.
    """
    if one.parts is None or other.parts is None:
        return np.array_equal(one.values, other.values, equal_nan=True)
    return all(map(np.array_equal, one.parts, other.parts))


def _with_unbounded(one: Series) -> Days:
    """Return the values of the days, infinite where something was spent on nothing."""
    if one.parts is None:
        return one.values
    numerators, denominators = one.parts
    return np.where((denominators == 0) & (numerators > 0), np.inf, one.values)


def _unbounded_days(one: Series) -> int:
    return int(np.isinf(_with_unbounded(one)).sum())


def _counted(kpi: Kpi, one: Days, other: Days) -> tuple[int, int, int]:
    """Return on how many days the one was better, worse and equal; only days with values count."""
    more, less = (one, other) if kpi.better == "more" else (other, one)
    return int((more > less).sum()), int((more < less).sum()), int((one == other).sum())


def _verdict(kpi: Kpi, low: float, high: float) -> str:
    if low <= 0.0 <= high:
        return UNSHOWN
    return BETTER if (low > 0) == (kpi.better == "more") else WORSE
