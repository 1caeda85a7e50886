"""Lockers: slots that others hold, goods that stay, and orders that are sent there after all."""

import pytest
from dispatchers import scripted
from lived import collect, day, deliver, facts, load, order, place, plan, times

from twin import OrderKind, Parcel, PlaceKind, Retry, ServiceClass, State, TimeWindow, Visit, run
from twin.events import AttemptFailed, Collected, Delivered, OrderChanged, Returned, ServiceBegan
from twin.model import ALWAYS
from twin.rows import Status


def locker(node=1, slots=None, name="box", **more):
    return place(name, node, PlaceKind.LOCKER, slots=slots, **more)


def boxed(orders, *stops, box=None, then=None, **more):
    """Return the journal of a day with a locker a minute from the depot."""
    names = tuple(o.id for o in orders if o.kind is OrderKind.DELIVERY and not o.placed_at_s)
    script = {0: plan(load(*names), *stops), **(then or {})}
    return run(day(orders, places=[box or locker()], **more), scripted(script))


AB = [order("a", "box"), order("b", "box")]


def test_what_goes_into_a_locker_is_delivered_there():
    """Nobody has to be in; fixed time once, and its time for each parcel."""
    journal = boxed(
        AB, deliver("box", "a", "b"), box=locker(slots=2),
        visits={"box": Visit(fixed_s=(10.0,), per_parcel_s=(5.0,))},
    )  # fmt: skip

    assert facts(journal, Delivered, "order", "how") == [(80, "a", "locker"), (80, "b", "locker")]
    assert State.replay(journal).in_lockers == {"box": 2}


def test_a_full_locker_takes_no_more():
    """One slot: the first gets it, the second fails, in one service."""
    journal = boxed(AB, deliver("box", "a", "b"), box=locker(slots=1))

    assert facts(journal, Delivered, "order") == [(60, "a")]
    assert facts(journal, AttemptFailed, "order", "cause") == [(60, "b", "locker full")]


def test_an_order_needs_a_slot_for_each_of_its_parcels():
    """Two parcels and one slot: not even one of them goes in, but the next order's does."""
    orders = [order("a", "box", parcels=(Parcel(), Parcel())), order("b", "box")]

    journal = boxed(orders, deliver("box", "a", "b"), box=locker(slots=1))

    assert facts(journal, AttemptFailed, "order") == [(60, "a")]
    assert facts(journal, Delivered, "order") == [(60, "b")]


@pytest.mark.parametrize(("free_at_s", "fits"), [(60.0, True), (60.125, False)])
def test_slots_that_others_hold_become_free(free_at_s, fits):
    """Two slots, one held all day, the other until about when the van is there at 60 s."""
    journal = boxed(
        AB[:1], deliver("box", "a"), box=locker(slots=2), lockers={"box": (free_at_s, 90_000.0)}
    )

    assert len(journal.of(Delivered)) == fits
    assert len(journal.of(AttemptFailed)) == (not fits)


def test_what_was_left_today_stays_in_its_slot():
    """One slot: a at 60 s; b on the next tour, at 180 s."""
    orders = [AB[0], order("b", "box", placed_at_s=10.0, ready_at_s=10.0)]

    journal = boxed(
        orders, deliver("box", "a"), box=locker(slots=1),
        then={70: plan(load("b"), deliver("box", "b"))},
    )  # fmt: skip

    assert facts(journal, AttemptFailed, "order", "cause") == [(180, "b", "locker full")]


def test_a_closed_locker_is_no_access_and_one_that_opens_is_waited_for():
    """There at 60 s: open from 100 s on, or closed since 50 s."""
    opens, closed = (TimeWindow(100, 200),), (TimeWindow(0, 50),)

    early = boxed(AB[:1], deliver("box", "a"), box=locker(hours=opens))
    late = boxed(AB[:1], deliver("box", "a"), box=locker(hours=closed))

    assert times(early, ServiceBegan) == [100]
    assert facts(late, AttemptFailed, "cause") == [(60, "no access")]


def test_damaged_goods_are_not_put_into_a_locker_but_a_wrong_address_does_not_matter():
    """What would be wrong at a door is right at a box."""
    journal = boxed(
        AB, deliver("box", "a", "b"), failures={"a": "damaged", "b": "wrong address"},
        search_s={"b": 300.0},
    )  # fmt: skip

    assert facts(journal, AttemptFailed, "order", "cause") == [(60, "a", "damaged")]
    assert facts(journal, Delivered, "order") == [(60, "b")]


# After a failed attempt

CLASS = {"standard": ServiceClass("standard", max_attempts=3, retry=Retry.LOCKER)}
AT_DOOR = [order("a", "mid", locker="box", window=TimeWindow(0, 500))]


def redirected(*, then=None, orders=AT_DOOR, **more):
    """Return a day on which nobody accepts a at the mid door at 120 s."""
    return boxed(
        orders, deliver("mid", "a"), then=then, classes=more.pop("classes", CLASS),
        failures={"a": "refused"}, **more,
    )  # fmt: skip


def test_after_a_failed_attempt_the_order_goes_to_its_locker():
    """Refused at 120 s; at 130 s planned for the locker, on the way home: there at 180 s."""
    journal = redirected(then={130: plan(deliver("box", "a"))})

    (change,) = journal.of(OrderChanged)
    assert (change.at_s, change.what, change.places) == (120, "locker", ())
    assert (change.order.destination, change.order.window) == ("box", ALWAYS)
    assert change.order.promise == TimeWindow(0, 500)
    assert facts(journal, Delivered, "place", "attempt", "how") == [(180, "box", 2, "locker")]


def test_a_full_locker_is_not_tried_again_today():
    """Refused at the door and no slot: it waits for tomorrow, two of three attempts made."""
    journal = redirected(then={130: plan(deliver("box", "a"))}, box=locker(slots=0))

    row = State.replay(journal).orders["a"]
    assert [attempt.cause for attempt in row.attempts] == ["refused", "locker full"]
    assert (row.status, row.waits_for, row.place) == (Status.READY, Retry.TOMORROW, "depot")
    assert len(journal.of(OrderChanged)) == 1


@pytest.mark.parametrize("missing", ["locker", "attempts"])
def test_without_a_locker_or_another_attempt_it_is_not_redirected(missing):
    """Tomorrow again, or back to the sender after the only attempt."""
    orders = [order("a", "mid")] if missing == "locker" else AT_DOOR
    classes = CLASS if missing == "locker" else {"standard": ServiceClass(retry=Retry.LOCKER)}

    journal = redirected(orders=orders, classes=classes)

    assert not journal.of(OrderChanged)
    assert State.replay(journal, until_s=130.0).orders["a"].waits_for is (
        Retry.TOMORROW if missing == "locker" else Retry.RETURN
    )
    assert len(journal.of(Returned)) == (missing == "attempts")


def test_a_missed_window_sends_the_order_to_its_locker_too():
    """Hard until 100 s, there at 120 s."""
    hard = {"standard": ServiceClass("standard", 3, Retry.LOCKER, hard_window=True)}

    journal = boxed(
        [order("a", "mid", locker="box", window=TimeWindow(0, 100))], deliver("mid", "a"),
        classes=hard,
    )  # fmt: skip

    assert facts(journal, OrderChanged, "what") == [(120, "locker")]


def test_a_collection_does_not_go_to_a_locker():
    """Nobody hands it over at 120 s: tried again tomorrow, its destination stays the depot."""
    orders = [order("c", "depot", "mid", kind=OrderKind.COLLECTION, locker="box")]

    journal = boxed(orders, collect("mid", "c"), classes=CLASS, failures={"c": "refused"})

    row = State.replay(journal).orders["c"]
    assert (row.order.destination, row.waits_for) == ("depot", Retry.TOMORROW)
    assert not journal.of(OrderChanged)


def test_what_is_collected_from_a_locker_is_handed_out():
    """A return that a customer left in it: collected, whatever slots there are."""
    orders = [order("c", "depot", "box", kind=OrderKind.COLLECTION)]

    journal = boxed(orders, collect("box", "c"), box=locker(slots=0))

    assert times(journal, Collected) == [60]
