"""Several days of one policy, as people and programs read them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from experiments.clairvoyant import marked
from experiments.estimates import IN_WORDS, Estimate, estimates, finished, series
from experiments.gists import grouped
from experiments.intervals import FEWEST_DAYS, FEWEST_VALUES, SKEWED
from experiments.record import DayRecord, Ended
from experiments.results import is_shown, missing_lines, unit
from experiments.show import grouped_table, number
from twin.kpi import KPIS

MOST_FAILED: Final = 0.01
"""Share of a policy's days that did not come to their end, above which nothing is concluded."""
_HEADLINE: Final[Mapping[str, tuple[str, str]]] = {
    "delivered_share": ("served", "due orders"),
    "on_time_share": ("on time", "due orders"),
    "cost_per_delivery": ("cost per delivery", ""),
    "vehicle_utilization": ("vehicles busy", ""),
}
_WIDEST: Final = len("cost per delivery") + 2
_LISTED: Final = 8
_OVER_OTHERS: Final = "What is shown is over the days that came to their end."


def days_tables(records: Sequence[DayRecord], title: str) -> list[Table | str]:
    """Return the tables of several days of a policy: the answer first, then every KPI.

    Parameters
    ----------
    records
        What became of each day, those included that did not come to their end.
    """
    lived = finished(records)
    found = estimates(records)
    sure = is_conclusive(records)
    currency = lived[0].currency
    groups = {
        group: [
            _row(found[kpi.name], currency, sure=sure)
            for kpi in kpis
            if any(is_shown(kpi, record) for record in lived)
        ]
        for group, kpis in grouped().items()
    }
    columns = (
        ("KPI", "<"), ("all days", ">"), ("95 % interval", ">"), ("", "<"), ("unit", "<"),
        ("worst day", ">"), ("what it is", "<"),
    )  # fmt: skip
    return [
        f"{title}, {days_in_words([record.day for record in lived])}",
        *(f"  {what:<{_WIDEST}}{answer}" for what, answer in _headline(found, lived, sure=sure)),
        *dict.fromkeys(missing_lines(record) for record in lived),
        *failed_in_words(records),
        *([_OVER_OTHERS] if len(lived) < len(records) else []),
        grouped_table("", columns, groups),
        *warnings(
            len(lived),
            doubted=sure
            and len(lived) >= FEWEST_DAYS
            and any(one.doubts for one in found.values()),
        ),
        IN_WORDS,
    ]


def _row(one: Estimate, currency: str, *, sure: bool) -> tuple[str, ...]:
    shown = unit(one.kpi, currency)
    return (
        one.kpi.name,
        number(one.value, shown),
        interval_in_words(one, shown) if sure else "-",
        "?" if one.doubts and sure and one.days >= FEWEST_DAYS else "",
        shown,
        "-" if one.worst_day is None else str(one.worst_day),
        "" if one.value is None else one.of,
    )


def _headline(
    found: Mapping[str, Estimate], lived: Sequence[DayRecord], *, sure: bool
) -> Iterable[tuple[str, str]]:
    """Yield what is asked first, with its interval and its worst day."""
    for name, (what, whole) in _HEADLINE.items():
        one = found[name]
        shown = unit(one.kpi, lived[0].currency)
        if one.value is None:
            yield what, one.not_offered
            continue
        per_cent = "%" if shown == "%" else f" {shown}"
        words = f"{number(one.value, shown)}{per_cent}"
        parts = series(one.kpi, lived).parts
        if whole and parts is not None:
            words += f" of {parts[1].sum():,.0f} {whole}"
        if one.low is not None and sure:
            words += f", 95 % interval {interval_in_words(one, shown)}"
        if one.worst_day is not None:
            words += f"; worst on day {one.worst_day}: {number(one.worst, shown)}"
        yield what, words


def interval_in_words(one: Estimate, shown: str) -> str:
    """Return an interval as it was computed, ``-`` where there is none."""
    if one.low is None or one.high is None:
        return "-"
    return f"{number(one.low, shown, one.value)} to {number(one.high, shown, one.value)}"


def days_in_words(days: Sequence[int]) -> str:
    """Return days as people name them: ``days 1 to 4``, ``days 1, 2, 5``."""
    listed = sorted(days)
    if len(listed) == 1:
        return f"day {listed[0]}"
    if listed == list(range(listed[0], listed[-1] + 1)):
        return f"days {listed[0]} to {listed[-1]}"
    named = ", ".join(map(str, listed[:_LISTED]))
    more = f" and {len(listed) - _LISTED:,} more" if len(listed) > _LISTED else ""
    return f"days {named}{more}"


def is_conclusive(records: Sequence[DayRecord]) -> bool:
    """Whether each policy lost so few of its days that the others may be concluded from."""
    return not any(share > MOST_FAILED for share in _failed_shares(records).values())


def _failed_shares(records: Sequence[DayRecord]) -> dict[str, float]:
    """Return which share of its days each policy that failed on any has lost.

    Each by itself: among the days of ten policies, the ten hardest days of one would be few.
    """
    wanted = Counter(record.policy for record in records)
    failed = Counter(record.policy for record in records if record.ended is not Ended.FINISHED)
    return {policy: lost / wanted[policy] for policy, lost in failed.items()}


def failed_in_words(records: Sequence[DayRecord]) -> list[str]:
    """Return which days did not come to their end and what that does to the figures."""
    failed = [record for record in records if record.ended is not Ended.FINISHED]
    if not failed:
        return []
    lines = []
    for policy in dict.fromkeys(record.policy for record in failed):
        alike = [record for record in failed if record.policy == policy]
        lived = sum(record.policy == policy for record in records)
        why = alike[0].why.splitlines()[0] if alike[0].why else str(alike[0].ended)
        days = days_in_words([record.day for record in alike])
        lines.append(
            f"{marked(policy, records)} failed on {len(alike):,} of {lived:,} days ({days}): {why}"
        )
    lost = [
        f"{share:.1%} of the days of {marked(policy, records)}"
        for policy, share in _failed_shares(records).items()
        if share > MOST_FAILED
    ]
    if lost:
        lines.append(
            f"{', '.join(lost)} failed, more than {MOST_FAILED:.0%}: nothing is concluded."
        )
    return lines


def warnings(days: int, *, doubted: bool) -> list[str]:
    """Return what speaks against trusting the intervals, a line each.

    Parameters
    ----------
    doubted
        Whether any interval is marked.
    """
    lines = []
    if 1 < days < FEWEST_DAYS:
        lines.append(
            f"Only {days} days: too few to trust an interval; live {FEWEST_DAYS} or more (--days)."
        )
    if doubted:
        lines.append(
            f"? not more than {SKEWED:.0f} x skewness^2 days (Cochran's rule), or fewer than "
            f"{FEWEST_VALUES} different values: the interval may cover less than 95 %."
        )
    return lines


def days_as_json(records: Sequence[DayRecord]) -> dict[str, Any]:
    """Return several days of a policy as plain data: nothing of machine, time or folder."""
    lived = finished(records)
    return {
        "policy": records[0].policy,
        "clairvoyant": records[0].clairvoyant,
        "days": [record.day for record in records],
        "finished": len(lived),
        "failed": failed_as_json(records),
        "conclusive": is_conclusive(records),
        "currency": lived[0].currency,
        "not_included": sorted({line for record in lived for line in record.not_included}),
        "intervals": IN_WORDS,
        "kpis": {name: estimate_as_json(one) for name, one in estimates(records).items()},
        "by_day": by_day(lived),
    }


def by_day(lived: Sequence[DayRecord]) -> list[dict[str, Any]]:
    """Return the value of every KPI on every day, with the fingerprint of its journal."""
    return [
        {
            "day": record.day,
            "journal_sha256": record.journal_sha256,
            "kpis": {kpi.name: record.value(kpi.name) for kpi in KPIS},
        }
        for record in lived
    ]


def failed_as_json(records: Sequence[DayRecord]) -> list[dict[str, Any]]:
    """Return the days that did not come to their end, with why."""
    return [
        {
            "policy": record.policy,
            "day": record.day,
            "ended": str(record.ended),
            "why": record.why,
        }
        for record in records
        if record.ended is not Ended.FINISHED
    ]


def estimate_as_json(one: Estimate) -> dict[str, Any]:
    """Return an estimate as plain data."""
    return {
        "value": one.value,
        "unit": one.kpi.unit,
        "what": one.of,
        "days": one.days,
        "low": one.low,
        "high": one.high,
        "not_offered": one.not_offered,
        "doubts": list(one.doubts),
        "worst_day": one.worst_day,
        "worst": one.worst,
    }
