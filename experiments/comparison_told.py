"""A comparison of policies, as people and programs read it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from experiments.clairvoyant import is_clairvoyant, marked, regret_as_json
from experiments.comparison import Comparison, Difference
from experiments.estimates import IN_WORDS, SAME_APART, UNCUT, Estimate
from experiments.gists import is_share
from experiments.intervals import FEWEST_DAYS
from experiments.over_days import (
    by_day,
    days_in_words,
    estimate_as_json,
    failed_as_json,
    failed_in_words,
    warnings,
)
from experiments.record import DayRecord
from experiments.regret_told import LONGEST_NAME, regret_tables
from experiments.results import missing_lines, unit
from experiments.show import number, table

_COLUMNS: Final[Mapping[str, str]] = {
    "delivered_share": "served\n%",
    "on_time_share": "on time\n%",
    "lateness_min": "lateness\nmin",
    "cost_per_delivery": "money per\ndelivery",
    "cost_total": "money\na day",
    "distance_per_delivery_km": "km per\ndelivery",
    "overtime_h": "overtime\nh a day",
}
_ROWS: Final[Mapping[str, str]] = {
    "delivered_share": "served",
    "on_time_share": "on time",
    "on_time_first_share": "as first promised",
    "lateness_min": "lateness",
    "cost_per_delivery": "cost per delivery",
    "cost_total": "cost a day",
    "distance_per_delivery_km": "way per delivery",
    "overtime_h": "overtime a day",
}
_INCONCLUSIVE: Final = "no conclusion"
WHAT_DIFFERENCES_ARE: Final = (
    "Differences: the policy less the base, over the days that both came to the end of; 95 % "
    "t-intervals over the differences of the same day, of ratios linearised (delta method)."
)

_WHAT_PAIRING_IS: Final = (
    "Correlation: of the two over days. Days saved: how many times fewer days the same days needed "
    "than days drawn anew for each policy; below 1 they needed more. Ten days are the fewest that "
    "tell."
)
_MOST_SAVED: Final = 100.0
"""Times fewer days above which the figure is no more than large, a choice."""
_WHAT_FEW_DAYS_ARE: Final = (
    f"Few days: so it was on the days lived, fewer than {FEWEST_DAYS}; days to come may turn it. "
    "Decide nothing by it."
)
_WHAT_SAME_APART_IS: Final = (
    "Equal differences: the two differed by the same on every day, so nothing tells how much other "
    "days would vary, and no interval is given."
)


def comparison_tables(found: Comparison, title: str) -> list[Table | str]:
    """Return policies side by side, each against the base, and what has to be known of both."""
    if not any(found.lived[policy] for policy in found.policies):
        return [*failed_in_words(found.records)]
    records = [one for policy in found.policies for one in found.lived[policy].values()]
    return [
        table(
            f"{title}: {len(found.policies)} policies on {_days_of_table(found)}",
            _heading(found),
            [_policy_row(found, policy) for policy in found.policies],
            longest_name=LONGEST_NAME,
        ),
        _what_figures_are(found),
        *dict.fromkeys(missing_lines(record) for record in records),
        *_carried_over(records),
        *failed_in_words(found.records),
        *_left_out(found),
        *(
            _difference_table(found, policy)
            for policy in found.policies
            if policy != found.base and found.differences[policy][0].value is not None
        ),
        *_unpriced(found),
        *_what_differences_are(found),
        *regret_tables(found),
    ]


def _days_of_table(found: Comparison) -> str:
    """Return over which days the table of all policies is."""
    if not found.common:
        return "no day that all came to the end of"
    days = "day" if len(found.common) == 1 else f"{len(found.common):,} days"
    return f"the same {days} ({days_in_words(found.common)})"


def _left_out(found: Comparison) -> list[str]:
    """Return which days the table of all policies is not over, and for whom."""
    lived = {policy: found.lived[policy] for policy in found.policies}
    lost = {
        policy: [day for day in found.days if day not in days]
        for policy, days in lived.items()
        if 0 < len(days) < len(found.days)
    }
    empty = [marked(policy, found.records) for policy, days in lived.items() if not days]
    lines = []
    if lost:
        why = "; ".join(
            f"{days_in_words(days)} for {marked(policy, found.records)}"
            for policy, days in lost.items()
        )
        every = "every policy that has any" if empty else "every policy"
        lines.append(
            f"The table is over the {len(found.common):,} of {len(found.days):,} days that {every} "
            f"came to the end of; left out: {why}."
        )
    if empty:
        lines.append(f"No day came to its end under {', '.join(empty)}: no figures.")
    return lines


def _heading(found: Comparison) -> list[tuple[str, str]]:
    money = found.currency or "cost"
    return [
        ("policy", "<"),
        *((words.replace("money", money), ">") for words in _COLUMNS.values()),
    ]


def _policy_row(found: Comparison, policy: str) -> list[str]:
    """Return the figures of a policy, half the width of each interval below it."""
    cells = [marked(policy, found.records)]
    for name in _COLUMNS:
        one = found.estimates[policy][name]
        shown = unit(one.kpi, found.currency)
        half = _half(one, shown) if found.is_conclusive else ""
        cells.append(number(one.value, shown) + half)
    return cells


def _half(one: Estimate, shown: str) -> str:
    return "" if one.half_width is None else f"\n± {number(one.half_width, shown, one.value)}"


def _what_figures_are(found: Comparison) -> str:
    of = "Shares and figures per delivery are ratios of sums over days, the others means a day"
    if len(found.common) > 1 and found.is_conclusive:
        half = "half of its 95 % interval (t over days, ratios linearised)"
        return f"{of}; below each ± {half}. {UNCUT}"
    return f"{of}."


def _carried_over(records: Iterable[DayRecord]) -> list[str]:
    if not any(record.figures["cost_carried_over"].note for record in records):
        return []
    return ["Orders carried over are charged at the day's own average cost of a stop (a default)."]


def _difference_table(found: Comparison, policy: str) -> Table:
    listed = found.differences[policy]
    both = sorted(found.lived[policy].keys() & found.lived[found.base].keys())
    columns = (
        ("", "<"), ("difference", ">"), ("unit", "<"), ("better on", "<"),
        ("correlation,\ndays saved", ">"), ("in words", "<"),
    )  # fmt: skip
    own, base = (marked(label, found.records) for label in (policy, found.base))
    title = f"{own} against {base}, the base, on {days_in_words(both)}"
    return table(title, columns, [_difference_row(found, one) for one in listed])


def _difference_row(found: Comparison, one: Difference) -> tuple[str, ...]:
    shown = unit(one.kpi, found.currency)
    days = one.better + one.worse + one.equal
    equal = f"\n({one.equal} equal)" if one.equal else ""
    pairing = "-"
    if one.correlation is not None and one.saving is not None:
        pairing = f"{one.correlation:.2f}, {_saved(one.saving, one.days)}"
    return (
        _ROWS[one.kpi.name],
        signed(one.value, shown, one.base) + _plus_minus(found, one, shown),
        "points" if shown == "%" else shown,
        f"{one.better} of {days} days{equal}",
        pairing,
        verdict_in_words(one) if found.is_conclusive else _INCONCLUSIVE,
    )


def _plus_minus(found: Comparison, one: Difference, shown: str) -> str:
    """Return half of an interval, marked where it is doubted; few days are told of at the end."""
    if one.low is None or one.high is None or not found.is_conclusive:
        return ""
    mark = " ?" if one.doubts and one.days >= FEWEST_DAYS else ""
    return f" ± {number((one.high - one.low) / 2, shown, one.base)}{mark}"


def _saved(times: float, days: int) -> str:
    """Return how many times fewer days were needed, as far as so many days can tell."""
    if days < FEWEST_DAYS:
        return "-"
    return f">{_MOST_SAVED:.0f} x" if times > _MOST_SAVED else f"{times:.1f} x"


def verdict_in_words(one: Difference) -> str:
    """Return what a difference comes to; of what is spent, whether service differs too."""
    words = f"{one.verdict}, few days" if one.is_of_few_days else one.verdict
    if one.not_offered == SAME_APART:
        words = f"{words},\nequal differences"
    return f"{words},\nat different service" if one.at_different_service else words


def signed(value: float | None, shown: str, like: float | None = None) -> str:
    """Return a difference as people read it, with its sign; what rounds to zero has none."""
    if value is None:
        return "-"
    text = number(abs(value), shown, like)
    if not text.strip("0.,"):
        return text
    return f"{'-' if value < 0 else '+'}{text}"


def _what_differences_are(found: Comparison) -> list[str]:
    if len(found.policies) < 2 or not found.is_conclusive:  # noqa: PLR2004 # nothing to differ
        return []
    listed = [one for differences in found.differences.values() for one in differences]
    lines = ["How to read it. " + WHAT_DIFFERENCES_ARE, _WHAT_PAIRING_IS]
    if any(one.at_different_service for one in listed):
        lines.append(
            "At different service: the two serve another share of due orders (surely, or by more "
            "than 0.1 point), so that less spent may only mean less done, and more spent more "
            "done; so with lateness, since an order that is never served counts as not late."
        )
    if any(one.is_of_few_days for one in listed):
        lines.append(_WHAT_FEW_DAYS_ARE)
    if any(one.not_offered == SAME_APART for one in listed):
        lines.append(_WHAT_SAME_APART_IS)
    if any(one.correlation is not None and one.correlation <= 0 for one in listed):
        lines.append("Where the correlation is not above 0, the same days saved nothing.")
    doubted = any(one.doubts and one.days >= FEWEST_DAYS for one in listed)
    lines += warnings(len(found.common), doubted=doubted)
    if found.intervals:
        lines.append(
            f"{found.intervals} differences are judged, each at 95 %, with no correction for "
            "several comparisons: of twenty where there is none, one shows by chance."
        )
    more = 2 * max(FEWEST_DAYS, len(found.days))
    lines.append(
        f"A verdict takes more days: the same command with --days {more} lives only the new ones."
    )
    return lines


def _unpriced(found: Comparison) -> list[str]:
    """Return on how many days a delivery had no price, since that is not seen in ratios of sums."""
    counts: dict[str, int] = {}
    for policy, listed in found.differences.items():
        for one in listed:
            for label, days in zip((policy, found.base), one.unpriced, strict=True):
                counts[label] = max(counts.get(label, 0), days)
    served = [
        f"{marked(label, found.records)} on {days:,} {'day' if days == 1 else 'days'}"
        for label, days in counts.items()
        if days
    ]
    if not served:
        return []
    what = (
        "what a delivery took was without bound then, which counts as worse than on any day with "
        "one (better on); the ratio of sums hides it, since it spreads what such a day cost over "
        "the deliveries of the others."
    )
    return [f"Nobody was served by {', '.join(served)}: {what}"]


# JSON


def comparison_as_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data: nothing of machine, time or folder."""
    return {
        "policies": {policy: _policy_as_json(found, policy) for policy in found.policies},
        "base": found.base,
        "days": list(found.days),
        "common_days": list(found.common),
        "currency": found.currency,
        "failed": failed_as_json(found.records),
        "conclusive": found.is_conclusive,
        "differences": {
            policy: {one.kpi.name: _difference_as_json(found, one) for one in listed}
            for policy, listed in found.differences.items()
        },
        "comparisons": found.intervals,
        "corrected_for_several": False,
        "intervals": f"{IN_WORDS} {WHAT_DIFFERENCES_ARE}",
        **_regrets_as_json(found),
    }


def _policy_as_json(found: Comparison, policy: str) -> dict[str, Any]:
    lived: Sequence[DayRecord] = list(found.lived[policy].values())
    return {
        "clairvoyant": is_clairvoyant(policy, found.records),
        "days": len(lived),
        "not_included": sorted({line for record in lived for line in record.not_included}),
        "kpis": {name: estimate_as_json(one) for name, one in found.estimates[policy].items()},
        "by_day": by_day(lived),
    }


def _difference_as_json(found: Comparison, one: Difference) -> dict[str, Any]:
    return {
        "value": one.value,
        "unit": one.kpi.unit,
        "is_share": is_share(one.kpi),
        "days": one.days,
        "low": one.low,
        "high": one.high,
        "not_offered": one.not_offered,
        "doubts": list(one.doubts),
        "better": one.better,
        "worse": one.worse,
        "equal": one.equal,
        "days_serving_nobody": dict(zip(("policy", "base"), one.unpriced, strict=True)),
        "correlation": one.correlation,
        "days_saved": one.saving,
        "verdict": one.verdict if found.is_conclusive else _INCONCLUSIVE,
        "few_days": one.is_of_few_days,
        "at_different_service": one.at_different_service,
    }


def _regrets_as_json(found: Comparison) -> dict[str, Any]:
    if not found.regrets:
        return {}
    return {
        "regret": {one.policy: regret_as_json(one) for one in found.regrets},
        "objective": {
            "is": "cost_total + miss_price x (due orders - those on time)",
            "miss_price": found.miss_price,
        },
        "taken": [{"day": day, "policy": policy} for day, policy in sorted(found.taken.items())],
    }
