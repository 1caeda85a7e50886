"""What holds on any day, under any policy."""

from dataclasses import replace
from functools import partial

import pytest
from dispatchers import Fifo
from hypothesis import assume, given
from hypothesis import strategies as st
from mixed_days import mixed
from physics import assert_physical, assert_state_is_the_fold, lived
from small_days import BEGINS_S, QUICK, policies, small_days, solver, tried, with_rules

from policies.replay import Replay
from twin import Journal, Ledger, State, measure, run
from twin.events import DayBegan, Event, PlanMade, ServiceBegan, VehicleFree
from twin.model import OrderKind
from twin.plugins import installed, load
from twin.world import World


@tried(150)
@given(day=small_days(), make=policies)
def test_a_day_is_physical_and_its_books_add_up(day, make):
    """One end per order, one activity per second, nothing teleports, nothing overflows, in time."""
    assert_physical(day, run(day, make))


@tried(15)
@given(day=small_days())
def test_a_day_planned_by_the_solver_is_physical(day):
    """The same laws under `static`."""
    assert_physical(day, run(day, solver))


@tried(15)
@given(day=small_days())
def test_a_day_of_who_knows_it_is_physical(day):
    """The same laws under `oracle`: it may know the day, and can do no more than others."""
    oracle = partial(load("oracle"), tries=1, iterations=30)
    assert_physical(day, run(replace(day, foresight=True), oracle))


@tried(60)
@given(day=small_days(), make=policies)
def test_the_state_is_the_fold_of_the_journal(day, make):
    """What the engine held at the end is what a replay of its journal ends with."""
    assert_state_is_the_fold(lived(day, make))


@tried(30)
@given(day=small_days(), make=policies, share=st.floats(0, 1))
def test_a_replay_up_to_an_instant_holds_what_had_happened_by_then(day, make, share):
    """Cut anywhere, the fold of the first part and then of the rest is the fold of all."""
    journal = run(day, make)
    begins_s, ends_s = journal.events[0].at_s, journal.events[-1].at_s
    until_s = begins_s + share * (ends_s - begins_s)

    state = State.replay(journal, until_s)
    assert state.now_s <= until_s
    for event in journal:
        if event.at_s > until_s:
            state.apply(event)

    assert state.snapshot() == State.replay(journal).snapshot()


@tried(40)
@given(day=small_days(), make=policies)
def test_a_journal_written_and_read_is_the_same(tmp_path_factory, day, make):
    """Event for event, by fingerprint, in its KPIs and in its books; packed or not."""
    journal = run(day, make)
    folder = tmp_path_factory.mktemp("journals")
    for name in ("day.jsonl", "day.jsonl.gz"):
        journal.write(folder / name)
        again = Journal.read(folder / name)

        assert again.events == journal.events
        assert again.fingerprint() == journal.fingerprint()
        assert measure(again) == measure(journal)
        assert Ledger.of(again) == Ledger.of(journal)


@tried(40)
@given(day=small_days(), make=policies)
def test_the_same_day_twice_is_the_same_journal(day, make):
    """Nothing is kept from day to day."""
    assert run(day, make).fingerprint() == run(day, make).fingerprint()


def smooth(day: World) -> World:
    """Return the day without what makes a van come home with something, and one duty a van."""
    soft = {name: replace(kind, hard_window=False) for name, kind in day.service_classes.items()}
    orders = tuple(one for one in day.orders if one.kind is OrderKind.DELIVERY)
    first = {duty.vehicle: duty for duty in reversed(day.duties)}
    duties = tuple(duty for duty in first.values() if duty.shift.closes_at_s > BEGINS_S + 60)
    return replace(day, orders=orders, duties=duties, service_classes=soft, presence={},
                   failures={}, ready_at_s={}, pins={}, forbidden=frozenset())  # fmt: skip


@tried(40)
@given(day=small_days())
def test_the_decisions_of_a_journal_can_be_made_again(tmp_path_factory, day):
    """What `nearest` decided, given by `replay` at the same instants, is the same day.

    Where every instant has one question; plans of one instant are given at its first, which is
    before services that begin in it: vans wait for an answer first.
    """
    path = tmp_path_factory.mktemp("journals") / "day.jsonl"
    day = with_rules(smooth(day), latency_s=0.0)
    first = run(day, load("nearest"))
    first.write(path)
    at_first = {event.at_s: event.question for event in reversed(first.of(PlanMade))}
    begun = {event.at_s for event in first.of(ServiceBegan)}
    planned = [event for event in first.of(PlanMade) if event.routes]
    assume(all(at_first[e.at_s] == e.question and e.at_s not in begun for e in planned))

    again = run(day, partial(Replay, journal=str(path)))

    assert_physical(day, again)
    assert [e for e in again if _is_fact(e)] == [e for e in first if _is_fact(e)]


def _is_fact(event: Event) -> bool:
    return not isinstance(event, DayBegan | PlanMade | VehicleFree)


def test_every_installed_policy_is_under_these_laws():
    """A new policy has to be added to the laws."""
    others = {"static", "replay", "oracle"}
    assert set(installed()) <= {*QUICK, *others}


@pytest.mark.parametrize("count", [10, 60, 200])
def test_each_order_of_a_longer_day_ends_once(count):
    """Ten to two hundred orders for three vans, one at a time."""
    day = mixed(3, count)
    assert_physical(day, run(day, Fifo))
