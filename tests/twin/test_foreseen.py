"""What a policy believed against what came, on days told by hand; and who may know the day."""

from dataclasses import replace
from functools import partial

import pytest
from dispatchers import AllAboard
from told import at, began, begins, decides, drives, ends, loads, placed, route, serves, told
from worlds import order

from twin import TimeWindow, measure, run
from twin.errors import InputError
from twin.events import DayBegan, DayEnded, OrderCancelled, OrderChanged, OrderDeclined
from twin.model import OrderId
from twin.tiny import tiny_worlds


def by(when):
    """Return a promise from midnight to an instant."""
    return TimeWindow(0, at(when))


def promised(name, door, when):
    """Return an order that is promised by an instant."""
    return order(name, door, promise=by(when))


def believes(when, question, arrivals=None, *, warned=(), routes=None, effort=0):
    """Return a decision that believes service to begin, by ``HH:MM``, and warns."""
    believed = {OrderId(name): at(then) for name, then in (arrivals or {}).items()}
    made = decides(when, question, routes)
    return replace(made, arrivals=believed, warned=tuple(warned), effort=effort)


def the_day(*more, orders=(("a", "A", "10:00"), ("b", "B", "10:00"), ("c", "C", "25:00"))):
    """Return a day: leaves at 08:05, serves a at 09:00, b at 10:20; c is never tried."""
    return told(
        began(),
        placed(*(promised(*one) for one in orders)),
        begins("08:00"),
        loads("08:00", "a", "b"),
        drives("08:05", "08:30", "depot", "A", 600.0),
        serves("09:00", "09:02", "A", "a"),
        drives("09:02", "10:20", "A", "B", 600.0),
        serves("10:20", "10:22", "B", "b"),
        drives("10:22", "10:40", "B", "depot", 600.0, home=True),
        ends("16:00"),
        DayEnded(at("16:00"), ("c",)),
        *more,
    )


ROUTES = {"V1": route(("A", "a"), ("B", "b"))}
MORNING = believes("07:00", 1, {"a": "08:50", "b": "09:50"}, routes=ROUTES, effort=30)


def test_beliefs_are_judged_as_they_were_when_the_vehicle_left():
    """10 and 30 min off, said at 07:00; what is said at 08:06 is too late for it."""
    kpis = measure(the_day(MORNING, believes("08:06", 2, {"a": "09:00", "b": "10:20"})))

    assert kpis["eta_error_min"] == 20
    assert kpis["eta_within_15_share"] == 1 / 2


def test_a_later_belief_replaces_an_earlier_one_until_the_vehicle_leaves():
    """Said anew at 08:05, in the instant of leaving: 5 and 16 min off."""
    kpis = measure(the_day(MORNING, believes("08:05", 2, {"a": "08:55", "b": "10:36"})))

    assert kpis["eta_error_min"] == (5 + 16) / 2
    assert kpis["eta_within_15_share"] == 1 / 2


def test_beliefs_are_judged_as_they_were_45_minutes_before():
    """By 08:15 a was expected at 09:05, by 09:35 b at 10:35: 5 min off, and just 15."""
    journal = the_day(
        MORNING,
        believes("08:15", 2, {"a": "09:05"}),
        believes("08:16", 3, {"a": "09:00"}),
        believes("09:35", 4, {"b": "10:35"}),
        believes("09:36", 5, {"b": "10:20"}),
    )

    kpis = measure(journal)

    assert kpis["eta_error_ahead_min"] == 10
    assert kpis["eta_within_15_ahead_share"] == 1


def test_what_nobody_said_anything_about_is_not_judged():
    """B alone was believed to begin at some time; without any belief there is nothing to judge."""
    alone = measure(the_day(believes("07:00", 1, {"b": "10:20"}, routes=ROUTES)))
    without = measure(the_day(decides("07:00", 1, ROUTES)))

    assert (alone["eta_error_min"], alone["eta_within_15_share"]) == (0, 1)
    for name in ("eta_error_min", "eta_error_ahead_min", "eta_within_15_share"):
        assert without[name] is None


def test_warnings_are_judged_by_the_promise_that_they_were_about():
    """A and b promised by 10:00, warned at 08:00 and 09:30: 120 and 30 min ahead, b came true.

    The promise of b is moved to 11:00 at 09:40: it is on time then, and the warning was right all
    the same. Nothing is missed in the end but c, which nobody warned about, and it is not due.
    """
    moved = promised("b", "B", "11:00")
    journal = the_day(
        believes("08:00", 1, warned=("a",), routes=ROUTES),
        believes("09:30", 2, warned=("b", "a")),
        OrderChanged(at("09:40"), moved, "window", ()),
    )

    kpis = measure(journal)

    assert kpis["risk_lead_time_min"] == (120 + 30) / 2
    assert kpis["risk_precision"] == 1 / 2
    assert kpis["risk_recall"] is None


def test_misses_are_warned_about_before_the_promise_ends():
    """B and c are missed, both promised by 10:00; b is warned about at 09:59, c at 10:00.

    What is said at the end of a promise is no news: it counts for neither.
    """
    orders = [("a", "A", "10:00"), ("b", "B", "10:00"), ("c", "C", "10:00")]
    journal = the_day(
        believes("09:59", 1, warned=("b",), routes=ROUTES),
        believes("10:00", 2, warned=("c",)),
        orders=orders,
    )

    kpis = measure(journal)

    assert kpis["risk_recall"] == 1 / 2
    assert kpis["risk_precision"] == 1 / 2


def test_who_never_warns_has_warned_of_no_miss():
    """Else nine silent days would not count beside the one on which a policy warned."""
    orders = [("a", "A", "10:00"), ("b", "B", "10:00"), ("c", "C", "10:00")]

    kpis = measure(the_day(MORNING, orders=orders))

    assert kpis["risk_recall"] == 0
    assert (kpis["risk_precision"], kpis["risk_lead_time_min"]) == (None, None)


def test_what_can_no_longer_be_missed_is_no_miss_to_be_warned_about():
    """Of the misses b, warned of, and c: without c if it is cancelled, without b if declined."""
    orders = [("a", "A", "10:00"), ("b", "B", "10:00"), ("c", "C", "10:00")]
    declined, cancelled = OrderDeclined(at("07:10"), "b"), OrderCancelled(at("09:10"), "c")
    warned = believes("07:00", 1, routes=ROUTES, warned=("b",))

    assert measure(the_day(warned, orders=orders))["risk_recall"] == 1 / 2
    assert measure(the_day(warned, cancelled, orders=orders))["risk_recall"] == 1
    assert measure(the_day(warned, declined, orders=orders))["risk_recall"] == 0


def test_a_warning_about_who_cancels_counts_for_nothing():
    """C is cancelled at 09:00: neither true nor false."""
    journal = [
        one if not isinstance(one, DayEnded) else DayEnded(one.at_s, ())
        for one in the_day(
            believes("08:00", 1, warned=("b", "c"), routes=ROUTES),
            OrderCancelled(at("09:00"), OrderId("c")),
        )
    ]

    assert measure(journal)["risk_precision"] == 1


def test_steps_of_solvers_are_added_up():
    """30 and 12."""
    kpis = measure(the_day(MORNING, believes("08:06", 2, effort=12)))

    assert kpis["solver_effort"] == 42


# Foresight


class Seer(AllAboard):
    """Says in its first plan what it was given to know."""

    clairvoyant = True

    def __init__(self, briefing, *, loud=False):
        super().__init__(briefing)
        self.foresight = briefing.foresight
        self.loud = loud

    def decide(self, view):
        """Return a plan whose reason is the kind of what is foreseen."""
        return replace(super().decide(view), why=type(self.foresight).__name__)


DAY = tiny_worlds()["an ordinary morning"]


@pytest.mark.parametrize("make", [Seer, partial(Seer, loud=True)])
def test_a_clairvoyant_policy_is_given_the_day_and_the_journal_says_so(make):
    """However its maker is wrapped."""
    journal = run(replace(DAY, foresight=True), make)

    assert journal.of(DayBegan)[0].clairvoyant
    assert journal.events[7].why == "World"


def test_other_policies_are_given_nothing_and_are_not_marked():
    """Also on a day that allows it."""

    class Blind(Seer):
        clairvoyant = False

    journal = run(replace(DAY, foresight=True), Blind)

    assert not journal.of(DayBegan)[0].clairvoyant
    assert journal.events[7].why == "NoneType"


def test_a_clairvoyant_policy_is_refused_where_the_day_does_not_allow_it():
    """With what to set."""
    with pytest.raises(InputError, match="set `foresight: true`") as refused:
        run(DAY, Seer, name="seer")

    assert "policy seer" in str(refused.value)
