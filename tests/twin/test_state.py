"""The fold of events: what cannot follow from what happened before is refused."""

from dataclasses import replace

import pytest
from dispatchers import Fifo
from worlds import depot, line, order, place, van, world

from twin import Journal, State, run
from twin.errors import Impossible
from twin.events import (
    Arrived,
    AttemptFailed,
    DayBegan,
    DayEnded,
    Delivered,
    Departed,
    DutyEnded,
    Loaded,
    LoadingBegan,
    OrderDeclined,
    OrderPlaced,
    OrderReady,
    ParkingBegan,
    Returned,
    ServiceBegan,
    ShiftBegan,
    Unloaded,
)
from twin.state import Status


@pytest.fixture(scope="module")
def journal() -> Journal:
    """Return a day of one order: loaded and left at 0 s, delivered at 60 s, home at 120 s."""
    day = world(line([600], 10), [depot(0), place("door", 1)], [order("a", "door")], [van()])
    return run(day, Fifo)


def until(journal: Journal, kind: type) -> State:
    """Return what was true just before the first event of a kind."""
    state = State()
    for event in journal:
        if type(event) is kind:
            break
        state.apply(event)
    return state


def first(journal: Journal, kind: type):
    return journal.of(kind)[0]


def test_an_order_goes_from_ready_to_delivered(journal):
    """Where it is, on what, planned or not, at each turn."""
    at = {
        kind: until(journal, kind).orders["a"]
        for kind in (LoadingBegan, Loaded, Departed, ServiceBegan, Delivered, DutyEnded)
    }

    assert [row.status.value for row in at.values()] == [
        "ready", "aboard", "aboard", "aboard", "serving", "delivered",
    ]  # fmt: skip
    assert [row.place for row in at.values()] == ["depot", None, None, None, None, "door"]
    assert [row.vehicle for row in at.values()] == [None, "v1", "v1", "v1", "v1", None]
    assert [row.planned_on for row in at.values()] == ["v1", "v1", "v1", "v1", None, None]


def test_a_vehicle_is_what_it_does_since_when(journal):
    """Off duty, driving, serving for no time, driving home, off duty again."""
    row = until(journal, Arrived).vehicles["v1"]
    assert (row.activity, row.since_s, row.place, row.load.parcels) == ("driving", 0, None, 1)
    row = until(journal, DayEnded).vehicles["v1"]
    assert (row.activity, row.since_s, row.place) == ("off duty", 86_400, "depot")
    assert not row.on_duty
    assert row.duty is None


IMPOSSIBLE = {
    "an event before now": (Arrived, lambda j: replace(first(j, ShiftBegan), at_s=-1.0),
                            "ShiftBegan at -00:00:01, now 00:00:00"),
    "a second header": (OrderPlaced, lambda j: first(j, DayBegan), "the day began twice"),
    "an order placed twice": (Loaded, lambda j: first(j, OrderPlaced), "order a was placed twice"),
    "an unknown order ready": (Loaded, lambda _: OrderReady(0.0, "x"),
                               "order x is unknown, not placed or ready"),
    "a loaded order declined": (Departed, lambda _: OrderDeclined(0.0, "a"),
                                "order a is aboard, not placed or ready"),
    "another duty": (ShiftBegan, lambda j: replace(first(j, ShiftBegan), duty="x"),
                     "duty x began while v1 had another"),
    "the end of a duty on the road": (Arrived, lambda j: replace(first(j, DutyEnded), at_s=30.0),
                                      "duty duty-v1 of v1 ended in the middle of work"),
    "a leg from elsewhere": (Departed, lambda j: replace(first(j, Departed), node=1),
                             "v1 departed from node 1, is at 0"),
    "an arrival without a leg": (Departed, lambda j: first(j, Arrived),
                                 "v1 ended a leg that it did not begin, at 1"),
    "an arrival elsewhere": (Arrived, lambda j: replace(first(j, Arrived), place="depot"),
                             "v1 arrived at depot on the way"),
    "parking elsewhere": (Departed, lambda _: ParkingBegan(0.0, "v1", "door"), "v1 is not at door"),
    "work off duty": (ShiftBegan, lambda _: ParkingBegan(0.0, "v1", "depot"),
                      "v1 does something off duty at 00:00:00"),
    "service elsewhere": (Departed, lambda _: ServiceBegan(0.0, "v1", "door", ("a",)),
                          "v1 begins work at door while busy or elsewhere"),
    "service of what is not aboard": (LoadingBegan, lambda _: ServiceBegan(0.0, "v1", "depot",
                                      ("a",)), "v1 serves a, not its own, at depot"),
    "a delivery without service": (ServiceBegan, lambda j: first(j, Delivered),
                                   "order a is aboard, not serving"),
    "the second attempt first": (Delivered, lambda j: replace(first(j, Delivered), attempt=2),
                                 "attempt 2 of a out of turn"),
    "loading what is elsewhere": (LoadingBegan, lambda j: replace(first(j, LoadingBegan),
                                  place="door"), "v1 begins work at door while busy or elsewhere"),
    "unloading what is not aboard": (LoadingBegan, lambda j: replace(first(j, LoadingBegan),
                                     unload=("a",)), "a is unloaded from v1: not aboard"),
    "loaded what was not begun": (Loaded, lambda j: replace(first(j, Loaded), orders=()),
                                  "v1 loaded what it never began to"),
    "unloaded what was not begun": (Loaded, lambda _: Unloaded(0.0, "v1", "depot", ("a",)),
                                    "v1 unloaded what it never began to"),
    "a return without a try": (LoadingBegan, lambda _: Returned(0.0, "a", "depot"),
                               "order a was returned before its attempts were used up"),
    "an end with other orders left": (Delivered, lambda j: first(j, DayEnded),
                                      "the orders carried over are not the open ones"),
    "a failure out of turn": (Delivered, lambda _: AttemptFailed(60.0, "v1", "door", "a", 3, 60.0,
                              "absent"), "attempt 3 of a out of turn"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "event", "words"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_event_that_cannot_follow_is_impossible(journal, before, event, words):
    """Said as a fault of whoever wrote it, with what is true instead."""
    state = until(journal, before)

    with pytest.raises(Impossible) as refused:
        state.apply(event(journal))

    assert words in str(refused.value)


def test_nothing_follows_the_end(journal):
    """The day is over."""
    state = State.replay(journal)

    assert state.ended
    with pytest.raises(Impossible, match="OrderReady at 24:00:00, now 24:00:00"):
        state.apply(OrderReady(86_400.0, "a"))


def test_a_replay_stops_after_its_instant(journal):
    """All that happened at 60 s is in it, nothing of 120 s."""
    state = State.replay(journal, 60.0)

    assert state.now_s == 60
    assert state.orders["a"].status is Status.DELIVERED
    assert state.vehicles["v1"].leg is not None
