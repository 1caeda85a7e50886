"""What results look like: groups, gists and figures as people read them."""

from dataclasses import replace

import pytest

from experiments.gists import LONGEST, gist, grouped
from experiments.record import DayRecord, Ended
from experiments.results import comparison, headline, kpi_tables, notes
from experiments.show import number
from twin.kpi import KPIS, Figure


def record(cost: float | None = 5.0, not_included: tuple[str, ...] = ()) -> DayRecord:
    """Return a day of 8 due orders, 6 served, 4 on time; half of the shift hours worked."""
    figures = {kpi.name: Figure(None) for kpi in KPIS} | {
        "delivered_share": Figure(0.75, 6.0, 8.0),
        "on_time_share": Figure(0.5, 4.0, 8.0),
        "cost_per_delivery": Figure(cost),
        "cost_vehicle_day": Figure(0.0),
        "vehicle_utilization": Figure(0.5, 9.0, 18.0),
    }
    return DayRecord(
        "nearest", 1, Ended.FINISHED, figures, currency="EUR", not_included=not_included
    )


def test_every_kpi_stands_in_one_group_in_few_words() -> None:
    """None is lost, none is told twice, and none needs a second line."""
    shown = [kpi.name for kpis in grouped().values() for kpi in kpis]

    assert sorted(shown) == sorted(kpi.name for kpi in KPIS)
    assert max(len(gist(kpi)) for kpi in KPIS) <= LONGEST
    assert not [kpi.name for kpi in KPIS if gist(kpi).endswith("...")]


def test_the_headline_answers_what_is_asked_first() -> None:
    """6 of 8 is 75 %, 4 of 8 is 50 %."""
    assert headline(record(not_included=("hire", "claims"))) == [
        ("served", "6 of 8 due orders (75.0%)"),
        ("on time", "4 of 8 due orders (50.0%)"),
        ("cost per delivery", "5.00 EUR, without the 2 lines named below"),
        ("vehicles busy", "50.0% of their shift hours"),
    ]


@pytest.mark.parametrize(
    ("cost", "words"), [(0.0, "nothing that happened has a rate"), (None, "nothing was delivered")]
)
def test_a_cost_of_nothing_is_no_result(cost: float | None, words: str) -> None:
    """A day without rates is not a cheap day."""
    assert words in dict(headline(record(cost)))["cost per delivery"]


def test_lines_without_a_rate_for_many_types_are_told_once() -> None:
    """Nine types of vehicle are no nine lines."""
    left = tuple(f"vehicle_day of type {k}" for k in range(1, 10))

    said = [part for part in kpi_tables(record(not_included=left), "x") if isinstance(part, str)]

    assert said[-1] == "Not included in the costs: vehicle_day of 9 types"


def test_a_default_rate_is_told_where_policies_stand_side_by_side() -> None:
    """For the one that carried something over; nothing is said where nothing was."""
    carried = record()
    note = "default: the day's average cost of a stop, 4.21"
    carried = replace(
        carried, figures={**carried.figures, "cost_carried_over": Figure(42.1, note=note)}
    )

    said = comparison([carried, record()], "x")

    assert "Carried over is charged at each day's own average cost of a stop: nearest 4.21" in said
    assert not [line for line in comparison([record()], "x") if "average cost" in str(line)]
    assert f"cost_carried_over: {note}" in notes(carried)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9917, "%", "99.2"),
        (1234.5, "EUR", "1,234"),
        (3.0, "count", "3"),
        (3.456, "km", "3.46"),
        (None, "%", "-"),
    ],
)
def test_figures_have_sensible_digits(value: float | None, unit: str, text: str) -> None:
    """Shares in per cent, large numbers without decimals."""
    assert number(value, unit) == text
