"""Policies on the same days, worked by hand on days that were made up."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from experiments.clairvoyant import MARK, objective
from experiments.comparison import BETTER, UNJUDGED, UNSHOWN, WORSE, Difference, compared
from experiments.comparison_told import comparison_as_json, comparison_tables, signed
from experiments.estimates import (
    MEAN,
    NO_DAY,
    ONE_DAY,
    RATIO,
    SAME,
    SAME_APART,
    UNCUT,
    ZERO_ONE,
    estimates,
)
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
    words = " ".join(said.split())
    assert "33.3% of the days of a failed, more than 1%: nothing is concluded." in words
    assert "What is shown is over the days that came to their end." in words
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


@pytest.mark.parametrize(
    ("kpi", "apart"),
    [("cost_total", {"cost": 1100.1}), ("delivered_share", {"served": 93})],
)
def test_days_that_differ_by_the_same_are_not_judged(kpi, apart, capsys) -> None:
    """An interval without a width would be no proof: 3 of 100 orders more on every day, or 100."""
    records = [day(n) for n in (1, 2, 3)] + [day(n, "b", **apart) for n in (1, 2, 3)]

    found = difference(records, kpi)
    said = printed(comparison_tables(compared(records, ["a", "b"], "a", 17.2), "x"), capsys)

    assert (found.low, found.high, found.not_offered) == (None, None, SAME_APART)
    assert found.verdict == UNJUDGED
    assert "equal differences" in said
    assert "± 0.0" not in said
    assert "Equal differences: the two differed by the same on every day" in " ".join(said.split())


def test_shares_that_weigh_the_days_otherwise_differ_by_the_same_up_to_rounding() -> None:
    """A third, a seventh and more of other orders due: the parts differ, the differences do not."""
    dues = (60.0, 61.0, 67.0, 71.0)
    base = [day(n, due=due, served=due / 3) for n, due in enumerate(dues, 1)]
    own = [day(n, "b", due=due, served=due / 7) for n, due in enumerate(dues, 1)]

    assert difference([*base, *own], "delivered_share").not_offered == SAME_APART


@pytest.mark.parametrize(("days", "few"), [(9, True), (10, False)])
def test_below_ten_days_a_verdict_is_marked_and_nothing_is_said_to_be_saved(
    days, few, capsys
) -> None:
    """Costs that rise together by thousands and differ by 100 or so: alike in all but a day."""
    base = [day(n, cost=1000.0 * n) for n in range(1, days + 1)]
    own = [day(n, "b", cost=1000.0 * n - 100 - n % 3) for n in range(1, days + 1)]
    found = compared([*base, *own], ["a", "b"], "a", 17.2)

    said = printed(comparison_tables(found, "x"), capsys)
    told = comparison_as_json(found)["differences"]["b"]["cost_total"]

    assert (told["verdict"], told["few_days"]) == (BETTER, few)
    assert ("better, few days" in said) is few
    assert ("Decide nothing by it." in " ".join(said.split())) is few
    row = next(line for line in said.splitlines() if line.strip().startswith("cost a day"))
    assert ("1.00, -" in row, "1.00, >100 x" in row) == (few, not few)


def test_days_saved_are_told_as_they_are_up_to_a_hundred(capsys) -> None:
    """Ten days whose costs rise together and differ by up to 500: some times fewer."""
    base = [day(n, cost=1000.0 + 100 * n) for n in range(1, 11)]
    own = [day(n, "b", cost=900.0 + 100 * n + 50 * (n % 4)) for n in range(1, 11)]
    found = compared([*base, *own], ["a", "b"], "a", 17.2)

    saving = next(one.saving for one in found.differences["b"] if one.kpi.name == "cost_total")

    assert 2 < saving < 100
    assert f", {saving:.1f} x" in printed(comparison_tables(found, "x"), capsys)


def test_no_interval_is_cut_and_that_is_said_wherever_there_is_one(capsys) -> None:
    """100 and 95 of 100 served, and regrets of 0 and 500: each reaches beyond what there is."""
    records = [day(1, served=100), day(2, served=95)]
    reference = [
        replace(one, policy="oracle", figures={**one.figures, "cost_total": Figure(cost)})
        for one, cost in zip(records, (1000, 500), strict=True)
    ]

    run = printed(days_tables(records, "x"), capsys)
    found = compared([*records, *reference], ["a", "oracle"], "a", 17.2)
    comparison = printed(comparison_tables(found, "x"), capsys)

    # t(1) = 12.706: 97.5 -+ 31.8 points, 250 -+ 3,177.
    assert "65.7 to 129.3" in run
    assert "-2,927 to 3,427" in comparison
    for said in (run, comparison):
        assert UNCUT in " ".join(said.split())


def test_on_time_by_the_first_promise_stands_below_on_time() -> None:
    """A policy that asks customers for later windows is on time by them, and not by the first."""
    asked = {"on_time_first_share": Figure(0.5, 50.0, 100.0)}
    records = [replace(one, figures={**one.figures, **asked}) for one in (day(1, "b"), day(2, "b"))]
    kept = {"on_time_first_share": Figure(0.8, 80.0, 100.0)}
    base = [replace(day(n), figures={**day(n).figures, **kept}) for n in (1, 2)]

    found = compared([*base, *records], ["a", "b"], "a", 17.2).differences["b"]

    names = [one.kpi.name for one in found]
    assert names[1:3] == ["on_time_share", "on_time_first_share"]
    assert found[1].value == 0
    assert found[2].value == pytest.approx(-0.3)


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


def test_lateness_is_called_of_different_service_too(capsys) -> None:
    """Half of the orders served and none late: those that nobody served are not late either."""
    base = [replace_lateness(day(n, served=98 - n), 200.0 + n) for n in (1, 2, 3)]
    own = [replace_lateness(day(n, "b", served=50), float(n % 2)) for n in (1, 2, 3)]

    found = difference([*base, *own], "lateness_min")
    tables = comparison_tables(compared([*base, *own], ["a", "b"], "a", 17.2), "x")
    said = " ".join(printed(tables, capsys).split())

    assert found.verdict == BETTER
    assert found.at_different_service
    assert "an order that is never served counts as not late" in said


def test_days_that_serve_nobody_are_lost_days_of_what_a_delivery_takes(capsys) -> None:
    """Two of five serve nobody and one of these is the base's too; no ratio of sums shows it."""
    base = [day(n, served=0 if n == 2 else 90) for n in range(1, 6)]
    own = [day(n, "b", cost=900, served=0 if n < 3 else 90) for n in range(1, 6)]

    found = difference([*base, *own], "cost_per_delivery")
    tables = comparison_tables(compared([*base, *own], ["a", "b"], "a", 17.2), "x")
    said = " ".join(printed(tables, capsys).split())

    assert (found.better, found.worse, found.equal) == (3, 1, 1)
    assert found.unpriced == (2, 1)
    assert "Nobody was served by b on 2 days, a on 1 day: what a delivery took" in said
    failing = [*base, *own, failed(6), failed(6, "b")]
    tables = comparison_tables(compared(failing, ["a", "b"], "a", 17.2), "x")
    assert "Nobody was served by b on 2 days" in printed(tables, capsys)


def test_who_never_serves_anybody_is_worse_on_every_day() -> None:
    """There is no ratio to differ from, but no doubt about who paid more for a delivery."""
    records = [day(n) for n in (1, 2)] + [day(n, "b", served=0) for n in (1, 2)]

    found = difference(records, "cost_per_delivery")

    assert (found.value, found.not_offered) == (None, NO_DAY)
    assert (found.better, found.worse, found.equal) == (0, 2, 0)


def test_days_with_nothing_to_measure_win_and_lose_nothing() -> None:
    """No order was due on day 1: 0 of 0 is no share."""
    records = [day(1), day(2)]
    records[0] = replace(
        records[0],
        figures={**records[0].figures, "delivered_share": Figure(None, 0.0, 0.0)},
    )
    records += [replace(one, policy="b") for one in records]

    found = difference(records, "delivered_share")

    assert (found.better, found.worse, found.equal) == (0, 0, 1)


def test_equal_shares_of_days_that_weigh_otherwise_are_not_the_same() -> None:
    """Half and nine tenths on alternate days: 91 of 102 and 59 of 110 of all."""
    own = [day(n, "b", served=1 if n % 2 else 90, due=2 if n % 2 else 100) for n in range(1, 7)]
    base = [day(n, served=50 if n % 2 else 9, due=100 if n % 2 else 10) for n in range(1, 7)]

    found = difference([*base, *own], "delivered_share")

    assert found.value == pytest.approx(91 / 102 - 59 / 110)
    assert found.not_offered == ""
    assert found.verdict == BETTER
    assert found.equal == 6
    assert difference([*base, *own], "cost_total").not_offered == SAME


def replace_lateness(one: DayRecord, minutes: float) -> DayRecord:
    """Return a day with so many minutes of lateness over a hundred due orders."""
    late = Figure(minutes / 100, minutes, 100.0)
    return replace(one, figures={**one.figures, "lateness_min": late})


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


@pytest.mark.parametrize(("days", "concluded"), [(100, True), (99, False)])
def test_more_than_one_failed_day_in_a_hundred_and_nothing_is_concluded(
    days, concluded, capsys
) -> None:
    """One of its 100 days may fail; one of 99 may not. It is named either way."""
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


def test_the_failures_of_one_policy_are_not_few_because_there_are_many_policies(capsys) -> None:
    """Ten of its hundred days, which are 1 % of the days of all ten."""
    names = "abcdefghij"
    records = [
        failed(n, name) if name == "b" and n % 10 == 0 else day(n, name, served=80 + n % 7)
        for name in names
        for n in range(1, 101)
    ]

    found = compared(records, list(names), "a", 17.2)
    said = " ".join(printed(comparison_tables(found, "x"), capsys).split())

    assert not found.is_conclusive
    assert "10.0% of the days of b failed, more than 1%: nothing is concluded" in said
    assert "better" not in said.replace("better on", "")


def test_a_policy_that_fails_on_hard_days_does_not_look_better_for_it(capsys) -> None:
    """Alike on days 1 and 2, hard day 3 is left out for all: 90 of 100, and 1000 a day, each."""
    records = [day(1), day(2), day(3, served=30, cost=4000)]
    records += [day(1, "b"), day(2, "b"), failed(3, "b")]
    records += [day(1, "c"), day(2, "c"), day(3, "c", served=30, cost=4000)]

    found = compared(records, ["a", "b", "c"], "a", 17.2)
    said = " ".join(printed(comparison_tables(found, "x"), capsys).split())

    assert found.common == (1, 2)
    for policy in "abc":
        assert found.estimates[policy]["delivered_share"].value == 0.9
        assert found.estimates[policy]["cost_total"].value == 1000.0
    assert found.differences["c"][0].days == 3
    assert "x: 3 policies on the same 2 days (days 1 to 2)" in said
    assert (
        "The table is over the 2 of 3 days that every policy came to the end of; left out: day 3 "
        "for b." in said
    )
    told = comparison_as_json(found)
    assert (told["days"], told["common_days"]) == ([1, 2, 3], [1, 2])
    assert told["policies"]["a"]["kpis"]["cost_total"]["days"] == 2


def test_policies_without_a_day_in_common_have_no_figures_in_the_table(capsys) -> None:
    records = [day(1), failed(2), failed(1, "b"), day(2, "b")]

    found = compared(records, ["a", "b"], "a", 17.2)
    said = " ".join(printed(comparison_tables(found, "x"), capsys).split())

    assert found.common == ()
    assert found.estimates["a"]["cost_total"].value is None
    assert "2 policies on no day that all came to the end of" in said
    assert "the 0 of 2 days" in said
    assert "day 2 for a; day 1 for b." in said


def test_a_policy_of_which_no_day_came_to_its_end_has_no_figures(capsys) -> None:
    """It stays in the table, empty, and what stopped it is said."""
    records = [day(1), day(2), failed(1, "b"), failed(2, "b"), day(1, "c"), day(2, "c")]

    found = compared(records, ["a", "b", "c"], "a", 17.2)
    said = printed(comparison_tables(found, "x"), capsys)

    assert "b failed on 2 of 2 days (days 1 to 2)" in said
    assert "c against a" in said
    assert "b against a" not in said
    assert found.estimates["b"]["cost_total"].value is None
    assert found.estimates["a"]["cost_total"].value == 1000.0
    assert "No day came to its end under b: no figures." in said
    assert "left out" not in said


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


def test_a_failed_day_of_the_reference_is_nobodys_regret(capsys) -> None:
    """It stays failed; the other day counts, and the table says that it is one of two."""
    records = with_oracle()
    records[0] = failed(1, "oracle")

    found = compared(records, ["a", "oracle", "b"], "a", 10.0)

    assert dict(found.regrets[0].by_day) == {2: 260.0}
    assert f"oracle ({MARK}) failed on 1 of 2 days" in failed_in_words(found.records)[0]
    said = printed(comparison_tables(found, "x"), capsys)
    regret = said.partition("Regret:")[2]
    assert "over the days that both came to the end of" in " ".join(regret.split())
    assert [line.split()[:4] for line in regret.splitlines() if " of 2 " in line][:2] == [
        ["a", "1", "of", "2"], ["b", "1", "of", "2"],
    ]  # fmt: skip


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
