"""Days of a scenario in a row, from its text to the last evening."""

import pytest
from consistency import POLICIES
from dispatchers import decides

from scenarios.carry import carried
from scenarios.sequence import days_in_a_row, requests_of
from twin import Plan, State, figures
from twin.events import AttemptFailed, Delivered, OrderPlaced, Returned, ServiceBegan
from twin.soundness import assert_sound

TEXT = """\
name: a week
network: demo-city
date: 2026-01-09
orders: {count: 30, windows: {share: 30 %, width: 2 h, between: 09:00-17:00}}
presence: {probability: 60 %, holds: none}
failures: {wrong_address: 5 %}
fleet: {van: 2}
policies: [nearest]
"""


@pytest.fixture
def week(read, town):
    """Return what lives days of the scenario in a row."""

    def live(days: int, make=POLICIES["nearest"], text: str = TEXT, *overrides: str):
        loaded = read(text, *overrides)
        return list(days_in_a_row(loaded.spec, town, 1, days, make, tables=loaded.tables))

    return live


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_order_of_a_week_ends_once_in_it_or_is_open_at_its_end(week, name):
    """Thirty new orders a day; each is delivered once, returned once, or left at the end."""
    journals = week(5, POLICIES[name])
    ends: dict[str, int] = {}
    for journal in journals:
        assert_sound(journal)
        day = State.replay(journal).began.identity.day
        for event in journal:
            if isinstance(event, Delivered | Returned):
                order = event.order if " of day " in event.order else f"{event.order} of day {day}"
                ends[order] = ends.get(order, 0) + 1
    left = len(carried(journals[-1]).orders)

    assert set(ends.values()) == {1}
    assert len(ends) + left == 5 * 30


def test_attempts_go_on_over_days_and_end_with_the_third(week):
    """Absent and wrong addresses are tried on three days, then the goods go back."""
    journals = week(5)
    failed = [event for journal in journals for event in journal.of(AttemptFailed)]
    returned = [event.order for journal in journals for event in journal.of(Returned)]
    wrong = {e.order for e in failed if e.cause == "wrong address" and e.attempt == 3}

    assert {event.attempt for event in failed} == {1, 2, 3}
    assert set(returned) == {event.order for event in failed if event.attempt == 3}
    assert wrong


def test_what_happens_at_the_door_of_a_carried_order_is_drawn_for_the_new_day(week):
    """Its service takes time there, and with 60 % presence not all find somebody."""
    second = week(2)[1]
    old = {e.order.id for e in second.of(OrderPlaced) if " of day 1" in e.order.id}
    began = {o: e.at_s for e in second.of(ServiceBegan) for o in e.orders if o in old}
    delivered = {e.order: e.at_s for e in second.of(Delivered) if e.order in old}
    absent = [e for e in second.of(AttemptFailed) if e.order in old and e.cause == "absent"]

    assert delivered
    assert absent
    assert all(at_s > began[order] for order, at_s in delivered.items())


def test_dates_follow_one_another(week):
    """From a Friday on: the third day is a Sunday, with its traffic."""
    dates = [State.replay(journal).began.identity.date for journal in week(4)]

    assert dates == ["2026-01-09", "2026-01-10", "2026-01-11", "2026-01-12"]


def test_nothing_is_charged_for_what_is_lived_on_the_next_day(week):
    """A policy that does nothing leaves thirty orders more each evening, at no charge."""
    journals = week(3, decides(lambda _: Plan()))

    assert [len(carried(one).orders) for one in journals] == [30, 60, 90]
    assert all(not figures(one)["cost_carried_over"].value for one in journals)


def test_a_locker_order_goes_to_its_locker_again(week):
    """All go to lockers, nobody drives: on the second day they are for the same lockers."""
    text = TEXT.replace("count: 30,", "count: 30, out_of_home: 100 %,") + "lockers: {count: 2}\n"
    first, second = week(2, decides(lambda _: Plan()), text)
    asked = {e.order.id: e.order.destination for e in first.of(OrderPlaced)}
    again = {e.order.id: e.order.destination for e in second.of(OrderPlaced)}

    assert all(again[f"{name} of day 1"] == locker for name, locker in asked.items())
    assert {one.out_of_home for one in requests_of(carried(first))} == {True}
