"""Policies on the same days, worked by hand on days that were made up."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from experiments.clairvoyant import MARK, objective
from experiments.comparison import BETTER, UNJUDGED, UNSHOWN, WORSE, Difference, compared
from experiments.comparison_told import comparison_as_json, comparison_tables, signed
from experiments.estimates import MEAN, NO_DAY, ONE_DAY, RATIO, SAME, ZERO_ONE, estimates
from experiments.intervals import paired_ratio_interval
from experiments.over_days import days_as_json, days_in_words, days_tables, failed_in_words
from experiments.record import DayRecord, Ended
from experiments.show import put
from twin.kpi import KPIS, Figure


def day(
    number: int,
    policy: str = "a",
    *,
    cost: float = 1000.0,
    served: float = 90.0,
    on_time: float = 80.0,
    due: float = 100.0,
    **values: float,
) -> DayRecord:
    """Return a day with these figures; what else there is has no value."""
    figures = {kpi.name: Figure(None) for kpi in KPIS} | {
        "cost_total": Figure(cost),
        "cost_per_delivery": Figure(cost / served if served else None, cost, served),
        "delivered_share": Figure(served / due, served, due),
        "on_time_share": Figure(on_time / due, on_time, due),
        "vehicle_utilization": Figure(0.5, 9.0, 18.0),
        **{name: Figure(value) for name, value in values.items()},
    }
    return DayRecord(policy, number, Ended.FINISHED, figures, currency="EUR")


def failed(number: int, policy: str = "a") -> DayRecord:
    return DayRecord(policy, number, Ended.POLICY, why=f"{policy} failed at 08:30")


def difference(records: Sequence[DayRecord], kpi: str, policy: str = "b") -> Difference:
    found = compared(records, sorted({one.policy for one in records}), "a", 17.2)
    return next(one for one in found.differences[policy] if one.kpi.name == kpi)


def printed(things: Sequence[object], capsys: pytest.CaptureFixture[str]) -> str:
    put(*things)  # type: ignore[arg-type] # tables and lines
    return capsys.readouterr().out


# One policy over days


def test_a_ratio_over_days_is_one_of_sums_and_its_worst_day_is_named() -> None:
    """200 for 10 and 100 for 20: 300 / 30 = 10, not the mean of 20 and 5; day 1 is dearest."""
    found = estimates([day(1, cost=200, served=10), day(2, cost=100, served=20)])

    cost = found["cost_per_delivery"]
    assert (cost.value, cost.of, cost.days) == (10.0, RATIO, 2)
    assert (cost.worst_day, cost.worst) == (1, 20.0)
    assert (found["cost_total"].value, found["cost_total"].of) == (150.0, MEAN)
    assert found["delivered_share"].worst_day == 1


def test_a_day_on_which_nothing_was_delivered_still_has_its_costs() -> None:
    """100 for none and 200 for 20: 300 / 20 a delivery."""
    found = estimates([day(1, cost=100, served=0), day(2, cost=200, served=20)])

    assert found["cost_per_delivery"].value == 15.0


def test_an_interval_is_offered_only_where_it_means_something() -> None:
    """Not of one day, of 0/1 days, of days all the same, nor where nothing was measured."""
    both = [day(1, overtime_h=0.0, breakdowns=3.0), day(2, overtime_h=1.0, breakdowns=3.0)]

    found = estimates(both)

    assert found["overtime_h"].not_offered == ZERO_ONE
    assert found["breakdowns"].not_offered == SAME
    assert found["breakdowns"].worst_day is None
    assert found["stops_per_hour"].not_offered == NO_DAY
    assert estimates(both[:1])["cost_total"].not_offered == ONE_DAY
    assert all(found[name].low is None for name in ("overtime_h", "breakdowns"))


def test_a_failed_day_is_named_and_its_figures_are_not_made_up(capsys) -> None:
    """One of three is more than 1 %: no interval is shown, and that is said."""
    records = [day(1), failed(2), day(3, cost=1200)]

    said = printed(days_tables(records, "x"), capsys)

    assert "a failed on 1 of 3 days (day 2): a failed at 08:30" in said
    assert "33.3% of all days failed, more than 1%: nothing is concluded" in " ".join(said.split())
    assert estimates(records)["cost_total"].value == 1100.0
    assert "95 % interval 1" not in said
    assert days_as_json(records)["failed"][0]["why"] == "a failed at 08:30"
    assert days_as_json(records)["conclusive"] is False


def test_the_tables_of_a_policy_fit_the_page_and_say_what_their_intervals_are(capsys) -> None:
    """A hundred columns; too few days are told of."""
    records = [day(n, cost=1e6 + n, due=1e5, served=9e4 + n, on_time=8e4) for n in range(1, 4)]

    said = printed(days_tables(records, "x, a, seed 1"), capsys)

    assert max(map(len, said.splitlines())) <= 100
    assert said.startswith("x, a, seed 1, days 1 to 3\n")
    assert "Only 3 days: too few to trust an interval" in said
    assert "t over days; ratios of sums by linearisation" in said
    assert "; worst on day 1: " in said


def test_skewed_days_and_few_values_are_marked_once_there_are_ten_days(capsys) -> None:
    """Eleven cheap days and a dear one; 25 x skewness^2 is 230 days."""
    records = [day(n, cost=100 + n / 10) for n in range(1, 12)] + [day(12, cost=9000)]

    said = printed(days_tables(records, "x"), capsys)

    row = next(line for line in said.splitlines() if line.strip().startswith("cost_total"))
    assert " ? " in row
    assert "25 x skewness^2" in said
    assert estimates(records)["cost_total"].doubts == ("skewed days",)


@pytest.mark.parametrize(
    ("days", "words"),
    [([3], "day 3"), ([2, 1, 3], "days 1 to 3"), ([1, 3, 9], "days 1, 3, 9")],
)
def test_days_are_named_as_people_do(days, words) -> None:
    assert days_in_words(days) == words


# Two policies


def test_a_difference_is_paired_by_day_and_judged_by_its_interval() -> None:
    """100 less on each of three days that differ by hundreds among themselves: cheaper, surely."""
    costs = (1000.0, 2000.0, 1500.0)
    base = [day(n, cost=cost) for n, cost in enumerate(costs, 1)]
    own = [day(n, "b", cost=cost - 100 - n) for n, cost in enumerate(costs, 1)]

    found = difference([*base, *own], "cost_total")

    assert found.value == pytest.approx(-102.0)
    # The differences -101, -102, -103 have s = 1: 4.3027 / sqrt(3) to both sides.
    assert (found.low, found.high) == pytest.approx((-102 - 2.484, -102 + 2.484), abs=1e-3)
    assert (found.better, found.worse, found.equal) == (3, 0, 0)
    assert found.verdict == BETTER
    assert found.correlation == pytest.approx(1.0, abs=1e-4)
    assert found.saving == pytest.approx(2 * 250_000, rel=0.01)
    assert difference([*base, *own], "delivered_share").verdict == UNSHOWN


def test_the_difference_of_a_ratio_uses_sums_and_residuals_of_both() -> None:
    """The estimate by hand; the interval from the function whose coverage is known."""
    base = [day(1, cost=200, served=10), day(2, cost=100, served=20), day(3, cost=300, served=25)]
    own = [
        day(1, "b", cost=100, served=10),
        day(2, "b", cost=130, served=20),
        day(3, "b", cost=200, served=26),
    ]

    found = difference([*base, *own], "cost_per_delivery")

    assert found.value == pytest.approx(430 / 56 - 600 / 55)
    right = paired_ratio_interval(
        (np.array([100.0, 130, 200]), np.array([10.0, 20, 26])),
        (np.array([200.0, 100, 300]), np.array([10.0, 20, 25])),
    )
    assert (found.low, found.high) == (float(right.low), float(right.high))
    assert (found.better, found.worse, found.equal) == (2, 1, 0)


@pytest.mark.parametrize(
    ("apart", "verdict"), [([10, 11, 12], BETTER), ([-10, -11, -9], WORSE), ([-9, 1, 10], UNSHOWN)]
)
def test_more_orders_served_is_better_and_fewer_worse(apart, verdict) -> None:
    """As the dictionary says of the KPI."""
    base = [day(n, served=60 + n) for n in (1, 2, 3)]
    own = [day(n, "b", served=60 + n + apart[n - 1]) for n in (1, 2, 3)]

    assert difference([*base, *own], "delivered_share").verdict == verdict


def test_days_that_are_equal_are_counted_apart() -> None:
    """Cheaper, dearer, equal."""
    records = [day(n) for n in (1, 2, 3)]
    records += [day(1, "b", cost=900), day(2, "b", cost=1100), day(3, "b")]

    found = difference(records, "cost_total")

    assert (found.better, found.worse, found.equal) == (1, 1, 1)


def test_one_day_and_days_of_0_and_1_are_not_judged() -> None:
    """No interval, no word."""
    one = [day(1, overtime_h=0.0), day(1, "b", cost=900, overtime_h=1.0)]
    more = [day(2, overtime_h=1.0), day(2, "b", cost=900, overtime_h=1.0)]

    assert difference(one, "cost_total").verdict == UNJUDGED
    assert difference(one, "cost_total").not_offered == ONE_DAY
    assert difference([*one, *more], "overtime_h").not_offered == ZERO_ONE
    assert difference([*one, *more], "overtime_h").verdict == UNJUDGED


@pytest.mark.parametrize(("extra", "apart"), [(0.0, False), (0.1, False), (0.3, True)])
def test_costs_are_called_of_different_service_from_a_tenth_of_a_point(extra, apart) -> None:
    """By more than 0.1 point, of days whose shares vary by more than that; never of service."""
    base = [day(n, served=80 + 3 * n) for n in (1, 2, 3)]
    own = [
        day(n, "b", cost=900 + n, served=80 + 3 * n + extra + noise)
        for n, noise in ((1, 1), (2, -1), (3, 0))
    ]

    # 0.1 of 100 orders: a tenth of a point, less what a float leaves out.
    assert difference([*base, *own], "cost_total").at_different_service is apart
    assert difference([*base, *own], "cost_per_delivery").at_different_service is apart
    assert not difference([*base, *own], "on_time_share").at_different_service


def test_a_sure_difference_in_service_counts_however_small() -> None:
    """Five hundredths of a point more on every day."""
    base = [day(n, served=8000 + n, due=10000) for n in (1, 2, 3)]
    own = [day(n, "b", served=8005 + n, due=10000) for n in (1, 2, 3)]

    assert difference([*base, *own], "cost_total").at_different_service


def test_differences_are_over_the_days_that_both_came_to_the_end_of() -> None:
    """The dear day 2 of the base is left out with the failed one of the other."""
    records = [day(1), day(2, cost=9999), day(3, cost=1010)]
    records += [day(1, "b", cost=900), failed(2, "b"), day(3, "b", cost=910)]

    found = difference(records, "cost_total")

    assert (found.days, found.value) == (2, -100.0)


@pytest.mark.parametrize(("days", "concluded"), [(50, True), (49, False)])
def test_more_than_one_failed_day_in_a_hundred_and_nothing_is_concluded(
    days, concluded, capsys
) -> None:
    """One of 100 days may fail; one of 98 may not. It is named either way."""
    records = [day(n, cost=1000 + n % 7) for n in range(1, days + 1)]
    records += [day(n, "b", cost=900 + n % 5) for n in range(1, days)] + [failed(days, "b")]

    found = compared(records, ["a", "b"], "a", 17.2)
    said = printed(comparison_tables(found, "x"), capsys)

    assert f"b failed on 1 of {days} days (day {days}): b failed at 08:30" in said
    assert found.is_conclusive is concluded
    assert ("nothing is concluded" in said) is not concluded
    assert ("no conclusion" in said) is not concluded
    assert ("better" in said.replace("better on", "")) is concluded
    verdict = comparison_as_json(found)["differences"]["b"]["cost_total"]["verdict"]
    assert verdict == (BETTER if concluded else "no conclusion")


def test_a_policy_of_which_no_day_came_to_its_end_has_no_figures(capsys) -> None:
    """It stays in the table, empty, and what stopped it is said."""
    records = [day(1), day(2), failed(1, "b"), failed(2, "b"), day(1, "c"), day(2, "c")]

    found = compared(records, ["a", "b", "c"], "a", 17.2)
    said = printed(comparison_tables(found, "x"), capsys)

    assert "b failed on 2 of 2 days (days 1 to 2)" in said
    assert "c against a" in said
    assert "b against a" not in said
    assert found.estimates["b"]["cost_total"].value is None


def test_how_many_are_judged_and_that_nothing_is_corrected_is_said(capsys) -> None:
    """Two policies against the base by the KPIs that have an interval."""
    records = [
        day(n, policy, cost=1000 + shift + n * n, served=80 + n)
        for policy, shift in (("a", 0), ("b", 7), ("c", -9))
        for n in range(1, 5)
    ]
    found = compared(records, ["a", "b", "c"], "a", 17.2)

    said = printed(comparison_tables(found, "x"), capsys)

    assert found.intervals == sum(
        one.low is not None for listed in found.differences.values() for one in listed
    )
    assert f"{found.intervals} differences are judged" in said
    assert "no correction for several comparisons" in " ".join(said.split())


def test_a_comparison_of_many_with_long_names_fits_the_page(capsys) -> None:
    """Eight policies, names of sixty characters, millions of money: a hundred columns."""
    names = [
        f"{k}-a-policy-with-a-name-that-nobody-would-type-a-second-time.py:P" for k in range(8)
    ]
    records = [
        day(n, name, cost=12_345_678.9 + 1000 * k * n, served=9e5 + n, on_time=8e5 - k * n, due=1e6)
        for k, name in enumerate(names)
        for n in range(1, 13)
    ]

    said = printed(comparison_tables(compared(records, names, names[0], 1.0), "x"), capsys)

    assert max(map(len, said.splitlines())) <= 100
    assert "12,345,679" in said


@pytest.mark.parametrize(
    ("value", "text"), [(-0.001, "0.00"), (0.004, "0.00"), (-1.5, "-1.50"), (1234.5, "+1,234")]
)
def test_a_difference_has_a_sign_unless_it_is_shown_as_nothing(value, text) -> None:
    assert signed(value, "EUR") == text


# The clairvoyant reference


def with_oracle() -> list[DayRecord]:
    """Return two days: the reference is best on the first, ``b`` by its promises on the second."""
    return [
        day(1, "oracle", cost=800, on_time=95),  # 800 + 5 x 10 = 850
        day(1, "a", cost=900, on_time=90),  # 900 + 10 x 10 = 1000
        day(1, "b", cost=700, on_time=70),  # 700 + 30 x 10 = 1000
        day(2, "oracle", cost=800, on_time=90),  # 900
        day(2, "a", cost=1000, on_time=90),  # 1100
        day(2, "b", cost=830, on_time=99),  # 840
    ]


def test_the_objective_is_costs_and_a_price_for_each_promise_not_kept() -> None:
    """1000 + 17.20 x (100 - 80)."""
    assert objective(day(1), 17.2) == pytest.approx(1344.0)


def test_the_reference_takes_the_better_day_of_another_and_says_so(capsys) -> None:
    """Day 2 is that of ``b``, figures and all; regret is against the better one."""
    found = compared(with_oracle(), ["a", "oracle", "b"], "a", 10.0)

    assert found.taken == {2: "b"}
    assert found.estimates["oracle"]["cost_total"].value == (800 + 830) / 2
    regret = {one.policy: one for one in found.regrets}
    assert dict(regret["a"].by_day) == {1: 150.0, 2: 260.0}
    assert dict(regret["b"].by_day) == {1: 150.0, 2: 0.0}
    assert regret["a"].mean == 205.0
    assert min(min(one.by_day.values()) for one in found.regrets) >= 0
    said = " ".join(printed(comparison_tables(found, "x"), capsys).split())
    assert "on 1 of 2 it is another's (day 2 of b)" in said
    assert "cost_total + 10.00 EUR x (due orders - those on time)" in said
    assert f"oracle ({MARK}) against a" in said
    assert said.count("oracle") == said.count("clairvoyant") == 4


def test_the_price_of_a_missed_promise_decides_which_day_is_better() -> None:
    """At no price for a promise, the cheap day of ``b`` is the best of day 1."""
    found = compared(with_oracle(), ["a", "oracle", "b"], "a", 0.0)

    assert found.taken == {1: "b"}


def test_any_policy_that_was_shown_the_day_is_marked(capsys) -> None:
    """Whatever its name; it takes nobody's days."""
    records = [replace(one, clairvoyant=True) for one in (day(1, "b"), day(2, "b", cost=9e3))]
    found = compared([day(1), day(2), *records], ["a", "b"], "a", 10.0)

    said = " ".join(printed(comparison_tables(found, "x"), capsys).split())

    assert f"b ({MARK}) against a" in said
    assert comparison_as_json(found)["policies"]["b"]["clairvoyant"] is True
    assert not found.taken


def test_without_the_reference_there_is_no_regret(capsys) -> None:
    records = [one for one in with_oracle() if one.policy != "oracle"]

    found = compared(records, ["a", "b"], "a", 10.0)

    assert list(found.regrets) == []
    assert "egret" not in printed(comparison_tables(found, "x"), capsys)
    assert "regret" not in comparison_as_json(found)


def test_a_failed_day_of_the_reference_is_nobodys_regret() -> None:
    """It stays failed; the other day counts."""
    records = with_oracle()
    records[0] = failed(1, "oracle")

    found = compared(records, ["a", "oracle", "b"], "a", 10.0)

    assert dict(found.regrets[0].by_day) == {2: 260.0}
    assert f"oracle ({MARK}) failed on 1 of 2 days" in failed_in_words(found.records)[0]


def test_the_order_of_records_changes_nothing() -> None:
    """To the last bit: they are sorted before any arithmetic."""
    records = [
        day(n, policy, cost=1000 / 3 + n * shift, served=71 + n % 5)
        for policy, shift in (("a", 0.1), ("b", 0.7))
        for n in range(1, 20)
    ]

    one, other = (
        json.dumps(comparison_as_json(compared(listed, ["a", "b"], "a", 17.2)))
        for listed in (records, records[::-1])
    )

    assert one == other


def test_a_default_rate_for_what_is_carried_over_is_told(capsys) -> None:
    records = [day(n, policy) for policy in "ab" for n in (1, 2)]
    note = "default: the day's average cost of a stop, 4.21"
    carried = {**records[0].figures, "cost_carried_over": Figure(42.1, note=note)}
    told = compared([replace(records[0], figures=carried), *records[1:]], ["a", "b"], "a", 1.0)

    assert "own average cost of a stop" in printed(comparison_tables(told, "x"), capsys)
    plain = compared(records, ["a", "b"], "a", 1.0)
    assert "own average cost of a stop" not in printed(comparison_tables(plain, "x"), capsys)
