"""What holds on any day, under any policy, whatever goes wrong."""

from typing import get_args

from hypothesis import given, reject
from hypothesis import strategies as st
from small_days import QUICK, policies, tried
from stormy_days import stormy_days

from experiments.checker import check_lines
from experiments.promises_days import NotApplicableError, middle_s, other_future
from twin import Journal, Ledger, State, measure, run
from twin.events import Event, PolicyFailed
from twin.journal import to_line
from twin.soundness import found_in


@tried(120)
@given(day=stormy_days(), make=policies)
def test_a_day_on_which_everything_goes_wrong_can_have_happened(day, make):
    """Neither of two readers of the journal, made independently, finds what cannot be."""
    journal = run(day, make)

    assert found_in(journal) == []
    assert check_lines([to_line(event) for event in journal]) == []


@tried(40)
@given(day=stormy_days(), make=policies, share=st.floats(0, 1))
def test_the_state_is_the_fold_of_what_happened_wherever_it_is_cut(day, make, share):
    """The fold of the first part and then of the rest is the fold of all."""
    journal = run(day, make)
    begins_s, ends_s = journal.events[0].at_s, journal.events[-1].at_s
    until_s = begins_s + share * (ends_s - begins_s)

    state = State.replay(journal, until_s)
    for event in journal:
        if event.at_s > until_s:
            state.apply(event)

    assert state.snapshot() == State.replay(journal).snapshot()


@tried(30)
@given(day=stormy_days(), make=policies)
def test_a_journal_of_mishaps_written_and_read_is_the_same(tmp_path_factory, day, make):
    """Event for event, in its KPIs and in its books; and the same day again is the same."""
    journal = run(day, make)
    path = tmp_path_factory.mktemp("journals") / "day.jsonl.gz"
    journal.write(path)
    again = Journal.read(path)

    assert again.events == journal.events
    assert measure(again) == measure(journal)
    assert Ledger.of(again) == Ledger.of(journal)
    assert run(day, make).fingerprint() == journal.fingerprint()


@tried(40)
@given(day=stormy_days(), make=policies)
def test_another_future_changes_nothing_before_it(day, make):
    """Streets, doors and minds differ from the middle of the day on: until then nothing does."""
    try:
        at_s, other = middle_s(day), other_future(day)
    except NotApplicableError:
        reject()

    journals = [run(world, make).events[1:] for world in (day, other)]
    until_s = min(at_s, *(events[-1].at_s for events in journals))  # with nothing to come it ends
    before = [[event for event in events if event.at_s < until_s] for events in journals]

    assert before[0] == before[1]


def test_the_drawn_days_have_every_kind_of_event():
    """What the laws are tried on is no quieter than what can happen; chance does most of it."""
    seen: set[type] = set()

    @tried(600)
    @given(day=stormy_days(), make=policies | st.just(QUICK["chaos"]))
    def live(day, make):
        seen.update(type(event) for event in run(day, make))

    live()
    assert seen == set(get_args(Event)) - {PolicyFailed}
