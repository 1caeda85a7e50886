"""Changed days: each law on days on which everything goes wrong, and each is seen to be broken."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from kept_days import quiet_day
from small_days import QUICK, day_of, policies, tried
from stormy_days import stormy_days

from experiments.checker import RULES, check_lines
from experiments.promises_days import (
    HOUR_S,
    NotApplicableError,
    SlowerLater,
    later,
    middle_s,
    other_future,
    shifted,
    thinned,
)
from experiments.promises_kept import Line, lines_of, relations
from experiments.promises_rows import CHECKED, Row
from networks.network import RoadNetwork
from twin import World, run
from twin.errors import Livelock, PlanError
from twin.policy import MakePolicy

NAMES = tuple(one.name for one in relations(day_of(7)))


def lived(day: World, make: MakePolicy) -> list[Line]:
    """Return the lines of a day; a day that its policy's fault stops is not tried."""
    try:
        return lines_of(b"\n".join(run(day, make).lines()))
    except (PlanError, Livelock):
        assume(False)  # noqa: FBT003
        raise


@pytest.mark.parametrize("name", NAMES)
@tried(25)
@given(day=stormy_days(), make=policies)
def test_what_must_come_of_a_changed_day_comes_of_it(name, day, make):
    """On streets that are a road network, whatever goes wrong and whoever decides."""
    relation = next(one for one in relations(day) if one.name == name)
    network = RoadNetwork(day.travel._graph)
    try:
        after = relation.after(day, network)
    except NotApplicableError:
        assume(False)  # noqa: FBT003

    before, then = lived(relation.before(day, network), make), lived(after, make)

    if relation.holds is None:
        assert check_lines(json.dumps(one).encode() for one in then) == []
    else:
        assert list(relation.holds(before, then)) == []


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"ties", "nobody-home"}))
def test_a_comparison_sees_a_tick_of_difference(name):
    """In the last line that it looks at."""
    day = day_of(33)
    relation = next(one for one in relations(day) if one.name == name)
    network = RoadNetwork(day.travel._graph)
    before = lived(relation.before(day, network), QUICK["insertion"])
    after = lived(relation.after(day, network), QUICK["insertion"])
    assert list(relation.holds(before, after)) == []
    limit_s = middle_s(day) if name in {"another-order", "changed-mind", "other-future"} else 1e9
    over_s = min(before[-1]["at_s"], after[-1]["at_s"])
    last = [one for one in after[1:-1] if one["at_s"] < limit_s and one["at_s"] <= over_s][-1]

    last["at_s"] -= 0.125

    assert len(list(relation.holds(before, after))) == 1


def test_a_delivery_at_a_door_where_nobody_is_is_seen():
    """Whoever is said to have taken it."""
    relation = next(one for one in relations(day_of(7)) if one.name == "nobody-home")

    assert list(relation.holds([], quiet_day().lines)) != []


@given(day=stormy_days())
@tried(30)
def test_an_hour_later_and_an_hour_earlier_is_the_same_day(day):
    """Nothing of a day is left behind; what never binds stays where it is."""
    there = later(day)
    back = later(there, -HOUR_S)

    assert back == day
    assert there.rules.begins_at_s == day.rules.begins_at_s + HOUR_S
    assert all(
        one.window == other.window or one.window.opens_at_s == other.window.opens_at_s + HOUR_S
        for one, other in zip(there.orders, day.orders, strict=True)
    )


def test_shifting_knows_instants_by_their_names():
    """Lengths of time, weights and words are no instants."""
    day = day_of(7)

    order = shifted(day.orders[0], 60.0)

    assert order.placed_at_s == day.orders[0].placed_at_s + 60.0
    assert order.parcels == day.orders[0].parcels
    assert order.load_s == day.orders[0].load_s
    assert shifted(day.rules, 60.0).latency_s == day.rules.latency_s


@given(from_s=st.integers(0, 100), at_s=st.integers(0, 100), work_s=st.integers(0, 50))
def test_streets_slower_from_an_instant_on_are_first_in_first_out(from_s, at_s, work_s):
    """Work of w seconds ends at w from then until the instant, and takes twice as long after."""

    class Free:
        def drive(self, _path, _mode, depart_at_s):
            return depart_at_s, depart_at_s + work_s

    _, ends_s = SlowerLater(Free(), float(from_s)).drive(None, "drive", float(at_s))

    before_s = min(work_s, max(0, from_s - at_s))
    assert ends_s == at_s + before_s + 2 * (work_s - before_s)


@given(day=stormy_days(), most=st.integers(1, 8))
@tried(30)
def test_a_thinned_day_is_a_day(day, most):
    """At most so many orders, and it can be lived."""
    small = thinned(day, most)

    assert len(small.orders) <= most
    assert set(small.orders) <= set(day.orders)
    lived(small, QUICK["nearest"])


def test_another_future_is_another_one():
    """Of a day with orders that come late, those are gone, and streets are slower."""
    day = day_of(33)
    other = other_future(day)

    assert all(order.placed_at_s < middle_s(day) for order in other.orders)
    assert isinstance(other.streets, SlowerLater)


def test_every_rule_stands_for_one_promise():
    """In the table that `verify` prints."""
    named = [name for names in CHECKED.values() for name in names]

    assert sorted(named) == sorted(RULES)


def test_a_row_says_whether_it_held():
    """Held without findings, not with one, neither if it was skipped."""
    assert Row("g", "p", "x").held is True
    assert Row("g", "p", "x", ["this"]).held is False
    assert Row("g", "p", "", skipped="why").held is None
