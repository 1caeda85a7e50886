"""Results as people and programs read them: KPI tables, and JSON without machine or folder."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from experiments.record import DayRecord
from experiments.show import number, table
from twin.kpi import KPIS, Kpi

_COST: Final = "cost_"
COMPARED: Final = (
    "cost_per_delivery", "cost_total", "on_time_share", "delivered_share", "first_attempt_share",
    "late_15_share", "carried_over", "vehicle_utilization", "stops_per_hour",
    "distance_per_delivery_km", "overtime_h", "policy_faults",
)  # fmt: skip
"""KPIs shown where policies stand side by side."""
_MOST_POLICIES: Final = 6
_LISTED: Final = 5


def kpi_tables(record: DayRecord, title: str) -> list[Table | str]:
    """Return the tables of one day: costs with what is not in them, then the rest."""
    costs = [kpi for kpi in KPIS if kpi.name.startswith(_COST) and _is_shown(kpi, record)]
    others = [kpi for kpi in KPIS if not kpi.name.startswith(_COST)]
    return [
        _kpi_table(f"{title}: costs", costs, record),
        cost_note(record),
        _kpi_table(f"{title}: service, time and distance", others, record),
    ]


def _is_shown(kpi: Kpi, record: DayRecord) -> bool:
    """Whether a ledger line has a rate: without one its zero would look like a result."""
    line = kpi.name.removeprefix(_COST)
    return line not in record.not_included


def _kpi_table(title: str, kpis: Iterable[Kpi], record: DayRecord) -> Table:
    rows = [
        (kpi.name, number(record.value(kpi.name), kpi.unit), unit(kpi, record), kpi.meaning)
        for kpi in kpis
    ]
    return table(title, (("KPI", "<"), ("value", ">"), ("unit", "<"), ("meaning", "<")), rows)


def unit(kpi: Kpi, record: DayRecord) -> str:
    """Return a KPI's unit as it is shown: the day's currency by its code, shares as share."""
    if kpi.unit == "currency":
        return record.currency or kpi.unit
    return "" if kpi.unit == "1" else kpi.unit


def cost_note(record: DayRecord) -> str:
    """Return what stands beside every cost: the share served, and what is not in it."""
    return f"Costs at {served(record)}. {_missing(record)}"


def _missing(record: DayRecord) -> str:
    return f"Not included in the costs: {', '.join(record.not_included) or 'nothing'}"


def served(record: DayRecord) -> str:
    """Return how many of the due orders were served, in words."""
    figure = record.figures["delivered_share"]
    if not figure.denominator:
        return "no due orders"
    share = (figure.numerator or 0.0) / figure.denominator
    return f"{figure.numerator:,.0f} of {figure.denominator:,.0f} due orders served ({share:.1%})"


def far_note(record: DayRecord) -> str:
    """Return which orders stand far from the streets, empty if none does."""
    if not record.far:
        return ""
    named = ", ".join(f"{one.order} {one.snap_m:,.0f} m" for one in record.far[:_LISTED])
    more = ", ..." if len(record.far) > _LISTED else ""
    return f"{len(record.far)} orders are farther from a street than max_snap: {named}{more}"


def comparison(records: Sequence[DayRecord], title: str) -> list[Table | str]:
    """Return policies side by side on one day, with what is not in their costs."""
    shown = [record for record in records if record.figures][:_MOST_POLICIES]
    by_name = {kpi.name: kpi for kpi in KPIS}
    rows = [
        (
            name,
            *(number(record.value(name), by_name[name].unit) for record in shown),
            unit(by_name[name], shown[0]) if shown else "",
        )
        for name in COMPARED
    ]
    columns = (("KPI", "<"), *((record.policy, ">") for record in shown), ("unit", "<"))
    lines = [f"{record.policy}: {served(record)}" for record in shown]
    missing = list(dict.fromkeys(_missing(record) for record in shown))
    return [table(title, columns, rows), *lines, *missing]


def as_json(record: DayRecord) -> dict[str, Any]:
    """Return one day as plain data: nothing of machine, time or folder."""
    return {
        "kpis": {
            kpi.name: {"value": record.value(kpi.name), "unit": kpi.unit}
            for kpi in KPIS
            if kpi.name in record.figures
        },
        "currency": record.currency,
        "not_included": list(record.not_included),
        "policy": record.policy,
        "day": record.day,
        "ended": str(record.ended),
        "why": record.why,
        "journal_sha256": record.journal_sha256,
        "far": [{"order": one.order, "snap_m": one.snap_m} for one in record.far],
    }


def named(made_from: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a manifest what results carry: which scenario, streets and seed."""
    return {
        "scenario": made_from["scenario"]["name"],
        "scenario_sha256": made_from["scenario"]["sha256"],
        "network": made_from["network"]["name"],
        "network_sha256": made_from["network"]["sha256"],
        "attribution": made_from["network"]["attribution"],
        "seed": made_from["seed"],
    }
