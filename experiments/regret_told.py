"""What not knowing the day costs each policy, as people read it."""

from typing import Final

from rich.table import Table

from experiments.clairvoyant import MARK, NAME, Regret, marked
from experiments.comparison import Comparison
from experiments.intervals import FEWEST_DAYS
from experiments.show import number, table

LONGEST_NAME: Final = 22
"""Characters of a policy's name that are not broken where policies stand in rows."""


def regret_tables(found: Comparison) -> list[Table | str]:
    """Return what not knowing the day costs each policy; nothing without the reference."""
    if not found.regrets:
        return []
    columns = (
        ("policy", "<"), ("days", ">"), ("regret a day", ">"), ("95 % interval", ">"), ("", "<"),
        ("least", ">"), ("most", ">"),
    )  # fmt: skip
    price = f"{found.miss_price:,.2f} {found.currency}".rstrip()
    objective = f"cost_total + {price} x (due orders - those on time)"
    return [
        table(
            f"Regret: what a day costs more than that of {marked(NAME, ())}, over the days that "
            "both came to the end of",
            columns,
            [_row(found, one) for one in found.regrets],
            longest_name=LONGEST_NAME,
        ),
        f"Objective: {objective}; the price is a choice (--miss-price).",
        _taken(found),
    ]


def _row(found: Comparison, one: Regret) -> tuple[str, ...]:
    interval = "-"
    if one.low is not None and one.high is not None and found.is_conclusive:
        interval = f"{number(one.low)} to {number(one.high)}"
    values = one.by_day.values()
    return (
        marked(one.policy, found.records),
        f"{len(values):,} of {len(found.days):,}",
        number(one.mean),
        interval,
        "?" if one.doubts and found.is_conclusive and len(values) >= FEWEST_DAYS else "",
        number(min(values, default=None)),
        number(max(values, default=None)),
    )


def _taken(found: Comparison) -> str:
    days = len(found.lived[NAME])
    by = ", ".join(f"day {day} of {policy}" for day, policy in sorted(found.taken.items())[:8])
    more = ", ..." if len(found.taken) > 8 else ""  # noqa: PLR2004 # as many as are listed
    of = f"on {len(found.taken)} of {days} it is another's{f' ({by}{more})' if by else ''}"
    return (
        f"{NAME} is {MARK}: a reference, no proven bound. Its day is the best, by the objective, "
        f"of its own and those of the other policies here; {of}."
    )
