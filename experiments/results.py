"""Results as people and programs read them: KPI tables, and JSON without machine or folder."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from experiments.gists import gist, grouped, is_share
from experiments.record import DayRecord
from experiments.show import grouped_table, number, table
from twin.kpi import KPIS, Kpi

COMPARED: Final = (
    "cost_per_delivery", "cost_total", "on_time_share", "delivered_share", "first_attempt_share",
    "late_15_share", "carried_over", "vehicle_utilization", "stops_per_hour",
    "distance_per_delivery_km", "overtime_h", "policy_faults",
)  # fmt: skip
"""KPIs shown where policies stand side by side."""
_MOST_POLICIES: Final = 6
_LISTED: Final = 5
_WIDEST: Final = len("cost per delivery") + 2


def kpi_tables(record: DayRecord, title: str) -> list[Table | str]:
    """Return the tables of one day: the answer first, then every KPI in its group."""
    rows = {
        group: [
            (
                kpi.name,
                number(record.value(kpi.name), unit(kpi, record.currency)),
                unit(kpi, record.currency),
                words,
            )
            for kpi, words in ((kpi, gist(kpi)) for kpi in kpis if is_shown(kpi, record))
        ]
        for group, kpis in grouped().items()
    }
    columns = (("KPI", "<"), ("value", ">"), ("unit", "<"), ("in short; in full: twin kpis", "<"))
    return [
        title,
        *(f"  {what:<{_WIDEST}}{answer}" for what, answer in headline(record)),
        missing_lines(record),
        grouped_table("", columns, rows),
        *notes(record),
    ]


def headline(record: DayRecord) -> list[tuple[str, str]]:
    """Return what is asked first: served, on time, what a delivery costs, how busy vehicles are."""
    busy = record.figures["vehicle_utilization"]
    return [
        ("served", _share_of(record, "delivered_share", "due orders")),
        ("on time", _share_of(record, "on_time_share", "due orders")),
        ("cost per delivery", _cost_in_words(record)),
        ("vehicles busy", _per_cent(busy.value, "of their shift hours")),
    ]


def _cost_in_words(record: DayRecord) -> str:
    cost = record.value("cost_per_delivery")
    if cost is None:
        return "nothing was delivered"
    if not cost:
        return "nothing that happened has a rate; name some in `costs:`"
    lines = len(record.not_included)
    more = f", without the {lines} lines named below" if lines else ""
    return f"{number(cost)} {record.currency}{more}"


def _per_cent(value: float | None, of: str) -> str:
    return "-" if value is None else f"{value:.1%} {of}"


def _share_of(record: DayRecord, name: str, whole: str) -> str:
    figure = record.figures[name]
    if not figure.denominator or figure.value is None:
        return f"no {whole}"
    return f"{figure.numerator or 0:,.0f} of {figure.denominator:,.0f} {whole} ({figure.value:.1%})"


def is_shown(kpi: Kpi, record: DayRecord) -> bool:
    """Whether a ledger line has a rate: without one its zero would look like a result."""
    if not kpi.name.startswith("cost_"):
        return True
    if record.value(kpi.name) is None:
        return False
    line = kpi.name.removeprefix("cost_")
    for_no_type = any(left.startswith(f"{line} of ") for left in record.not_included)
    return line not in record.not_included and not (for_no_type and not record.value(kpi.name))


def notes(record: DayRecord) -> list[str]:
    """Return what belongs beside the figures of a day, a line each."""
    return [
        f"{name}: {figure.note}"
        for name, figure in record.figures.items()
        if figure.note and not name.startswith("busy_")
    ]


def unit(kpi: Kpi, currency: str) -> str:
    """Return a KPI's unit as it is shown: money by its code, shares in per cent."""
    if kpi.unit == "currency":
        return currency or kpi.unit
    if is_share(kpi):
        return "%"
    return "" if kpi.unit == "1" else kpi.unit


def missing_lines(record: DayRecord) -> str:
    """Return which lines of the books have no rate, in words."""
    return f"Not included in the costs: {', '.join(_by_line(record)) or 'nothing'}"


def _by_line(record: DayRecord) -> list[str]:
    """Return the lines without a rate; several types of vehicle under one line as one."""
    types: dict[str, list[str]] = {}
    for left in record.not_included:
        line, _, kind = left.partition(" of ")
        types.setdefault(line, []).extend([kind] if kind else [])
    return [
        f"{line} of {' and '.join(kinds) if len(kinds) <= 2 else f'{len(kinds)} types'}"  # noqa: PLR2004
        if kinds
        else line
        for line, kinds in types.items()
    ]


def served(record: DayRecord) -> str:
    """Return how many of the due orders were served, in words."""
    return _share_of(record, "delivered_share", "due orders") + " served"


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
            *(number(record.value(name), unit(by_name[name], record.currency)) for record in shown),
            unit(by_name[name], shown[0].currency),
        )
        for name in COMPARED
        if shown
    ]
    columns = (("KPI", "<"), *((record.policy, ">") for record in shown), ("unit", "<"))
    lines = [f"{record.policy}: {served(record)}" for record in shown]
    missing = list(dict.fromkeys(missing_lines(record) for record in shown))
    return [table(title, columns, rows), *lines, *_defaults(shown), *missing]


def _defaults(records: Sequence[DayRecord]) -> list[str]:
    """Return which costs nobody gave a rate for, with what stands in for it."""
    notes = {
        record.policy: figure.note.rpartition(", ")[2]
        for record in records
        if (figure := record.figures["cost_carried_over"]).note
    }
    if not notes:
        return []
    listed = ", ".join(f"{policy} {rate}" for policy, rate in notes.items())
    return [f"Carried over is charged at each day's own average cost of a stop: {listed}"]


def as_json(record: DayRecord) -> dict[str, Any]:
    """Return one day as plain data: nothing of machine, time or folder."""
    return {
        "kpis": {
            kpi.name: _figure_as_json(kpi, record) for kpi in KPIS if kpi.name in record.figures
        },
        "currency": record.currency,
        "not_included": list(record.not_included),
        "policy": record.policy,
        "clairvoyant": record.clairvoyant,
        "day": record.day,
        "ended": str(record.ended),
        "why": record.why,
        "journal_sha256": record.journal_sha256,
        "far": [{"order": one.order, "snap_m": one.snap_m} for one in record.far],
    }


def _figure_as_json(kpi: Kpi, record: DayRecord) -> dict[str, Any]:
    note = record.figures[kpi.name].note
    value = {"value": record.value(kpi.name), "unit": kpi.unit}
    return {**value, "note": note} if note else value


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
