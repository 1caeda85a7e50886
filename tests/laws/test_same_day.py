"""Changes to a day that must change nothing, or only what they say."""

from dataclasses import replace

import pytest
from dispatchers import AllAboard, Fifo, scripted
from hypothesis import assume, given
from hypothesis import strategies as st
from small_days import BEGINS_S, QUICK, policies, shares, small_days, town, tried
from worlds import depot, lattice, line, order, place, van, world

from experiments.promises_days import HOUR_S, later, other_rows, shifted
from twin import (
    DRIVE,
    Deliver,
    Journal,
    LoadOrders,
    Order,
    Parcel,
    Place,
    PlaceKind,
    Plan,
    Presence,
    Retry,
    ServiceClass,
    Stop,
    TimeWindow,
    Visit,
    measure,
    run,
)
from twin.events import AttemptFailed, DayBegan, DayEnded, Delivered, Event, PlanMade
from twin.journal import to_line
from twin.model import UNLIMITED, NodeId, PlaceId, Vehicle, VehicleId


def after_the_header(journal: Journal) -> list[Event]:
    return journal.events[1:]


@tried(60)
@given(day=small_days(), make=policies, data=st.data())
def test_the_order_of_input_rows_does_not_matter(day, make, data):
    """Orders, vehicles, duties, drivers and places shuffled: the same bytes."""
    shuffled = replace(
        day,
        **{
            name: tuple(data.draw(st.permutations(getattr(day, name))))
            for name in ("orders", "vehicles", "duties", "drivers")
        },
        places=dict(data.draw(st.permutations(list(day.places.items())))),
    )

    journal = run(day, make)
    assert run(shuffled, make).fingerprint() == journal.fingerprint()
    assert run(other_rows(day), make).fingerprint() == journal.fingerprint()


@tried(60)
@given(day=small_days(towns=("grid", "one way")), make=policies)
def test_everything_an_hour_later_is_the_same_an_hour_later(day, make):
    """With traffic that is the same all day, the journal is shifted and nothing else."""
    journal = run(day, make)
    an_hour_later = run(later(day), make)

    told = after_the_header(an_hour_later)
    assert told == [shifted(event, HOUR_S) for event in after_the_header(journal)]


@tried(40)
@given(day=small_days(), make=policies)
def test_twice_as_far_at_twice_the_speed_takes_as_long(day, make):
    """Every instant is the same; the kilometres are twice as many."""
    slower = 1.5 if day.streets is town(day.identity.network, slower=1.5) else 1.0
    kind = day.identity.network
    wide = replace(
        day, travel=town(kind, stretch=2.0), streets=town(kind, slower=slower, stretch=2.0)
    )

    near, far = run(day, make), run(wide, make)

    assert [(type(e), e.at_s) for e in far] == [(type(e), e.at_s) for e in near]
    assert measure(far)["distance_km"] == 2 * measure(near)["distance_km"]


@tried(40)
@given(day=small_days(), make=policies)
def test_a_junction_that_no_street_leads_to_changes_nothing(day, make):
    """An unused place there too: known from the start, used by nobody."""
    kind = day.identity.network
    slower = 1.5 if day.streets is town(kind, slower=1.5) else 1.0
    island = replace(day, travel=town(kind, extra=1), streets=town(kind, slower=slower, extra=1))
    beyond = Place(PlaceId("zz"), PlaceKind.SITE, {DRIVE: NodeId(12)})
    inhabited = replace(island, places={**day.places, beyond.id: beyond})

    journal = run(day, make)

    assert run(island, make).fingerprint() == journal.fingerprint()
    assert after_the_header(run(inhabited, make)) == after_the_header(journal)


@tried(40)
@given(day=small_days(), make=policies)
def test_a_van_without_a_shift_changes_nothing(day, make):
    """Nobody drives it: it is in the header and nowhere else."""
    parked = Vehicle(VehicleId("v9"), "van", DRIVE, UNLIMITED, PlaceId("depot a"), None)

    journal = run(replace(day, vehicles=(*day.vehicles, parked)), make)

    assert after_the_header(journal) == after_the_header(run(day, make))


@tried(40)
@given(
    day=small_days(),
    make=policies,
    placed_s=st.integers(1, 60).map(lambda minutes: BEGINS_S + 60.0 * minutes),
)
def test_what_comes_later_does_not_change_what_was_before(day, make, placed_s):
    """Another order at t: up to t the journal is the same, the header apart."""
    new = order("zz", "door 1", "depot a", placed_at_s=placed_s, ready_at_s=placed_s)
    new = replace(new, service_class="one")
    longer = replace(day, orders=(*day.orders, new))

    journal = run(day, make)
    ended_at_s = journal.events[-1].at_s  # the shorter day may be over before

    def before(journal: Journal) -> list[Event]:
        happened = [e for e in after_the_header(journal) if not isinstance(e, DayEnded)]
        return [e for e in happened if e.at_s < placed_s and e.at_s <= ended_at_s]

    assert before(run(longer, make)) == before(journal)


@tried(30)
@given(day=small_days(), make=policies, other=shares)
def test_an_order_changed_at_two_in_the_afternoon_leaves_the_morning_as_it_was(day, make, other):
    """Its door, its window, its goods and what it meets there are another's: nothing is seen."""
    assume(day.orders)
    last = max(day.orders, key=lambda one: (one.placed_at_s, one.id))
    at_s = last.placed_at_s
    assume(at_s > BEGINS_S and all(o is last or o.placed_at_s < at_s for o in day.orders))
    changed = replace(
        last,
        parcels=(Parcel(int(9000 * other)),),
        window=TimeWindow(at_s, at_s + 60),
        priority=9,
    )
    orders = tuple(changed if one is last else one for one in day.orders)
    fate = {} if last.id in day.failures else {last.id: "refused"}
    second = replace(day, orders=orders, failures={
        **{name: cause for name, cause in day.failures.items() if name != last.id}, **fate
    })  # fmt: skip

    def morning(journal: Journal) -> list[bytes]:
        return [to_line(e) for e in after_the_header(journal) if e.at_s < at_s]

    assert morning(run(second, make)) == morning(run(day, make))


@tried(40)
@given(day=small_days(), make=policies)
def test_where_nobody_is_ever_home_nothing_is_delivered(day, make):
    """Every attempt at a door fails, and no order has more of them than it may."""
    nobody = Presence(0.0, (0.5,))
    empty = replace(day, presence=dict.fromkeys(day.places, nobody))

    journal = run(empty, make)

    assert measure(journal)["delivered"] == 0
    assert {e.cause for e in journal.of(AttemptFailed)} <= {
        "absent",
        "no access",
        "wrong address",
        "window missed",
    }


@pytest.mark.parametrize("make", [Fifo, AllAboard])
@pytest.mark.parametrize("most", [1, 2, 3])
def test_where_nobody_is_ever_home_attempts_are_at_their_maximum(make, most):
    """Again today until the last attempt, then the goods go back: all day there is time."""
    doors = [place(f"door {k}", k) for k in range(1, 6)]
    day = world(
        lattice(3, 2, 300, 6),
        [depot(0), *doors],
        [order(f"o{k}", f"door {k}") for k in range(1, 6)],
        [van("v1"), van("v2")],
        classes={"standard": ServiceClass(max_attempts=most, retry=Retry.TODAY)},
        presence={door.id: Presence(0.0, (0.5,)) for door in doors},
    )

    kpis = measure(run(day, make))

    assert kpis["failed_absent"] == kpis["failed_attempts"] == 5 * most
    assert kpis["returned"] == 5
    assert kpis["delivered"] == 0


def test_an_attempt_a_minute_after_a_failed_one_fails_again():
    """Nobody is there at 50 s nor, by way of the next door, at 110 s; at 1050 s somebody is."""
    day = world(
        line([300, 180], 6),
        [depot(0), place("door", 1), place("next", 2)],
        [order("a", "door"), order("b", "next", priority=1)],
        [van()],
        classes={"standard": ServiceClass(max_attempts=9, retry=Retry.TODAY)},
        presence={"door": Presence(0.5, (0.9, 0.1), (0.0, 1000.0))},
    )
    both = (Stop("depot", (LoadOrders(("a", "b")),)), Stop("door", (Deliver("a"),)))
    again = (Stop("next", (Deliver("b"),)), Stop("door", (Deliver("a"),)))
    script = {0: Plan({"v1": (*both, *again[:1])}), 51: Plan({"v1": again}), 1000: Plan(
        {"v1": (Stop("depot", (LoadOrders(("a",)),)), Stop("door", (Deliver("a"),)))}
    )}  # fmt: skip

    journal = run(day, scripted(script))

    assert [event.began_at_s for event in journal.of(AttemptFailed)] == [50, 110]
    assert [event.began_at_s for event in journal.of(Delivered) if event.order == "a"] == [1050]


@tried(60)
@given(day=small_days(), low=shares, high=shares)
def test_more_presence_never_turns_a_success_into_a_failure(day, low, high):
    """At the same instant the same door is open to more: S4, for every door and time."""
    low, high = sorted((low, high))
    for there in day.presence.values():
        for at_s in (BEGINS_S, BEGINS_S + 1000, BEGINS_S + 5000):
            for attempt in range(3):
                less = replace(there, probability=low).is_home(at_s, attempt)
                more = replace(there, probability=high).is_home(at_s, attempt)
                assert more or not less


ROWS = st.lists(st.integers(1, 5), min_size=1, max_size=6)


@tried(50)
@given(doors=ROWS, parcels=st.integers(2, 4), away=shares)
@pytest.mark.parametrize("make", ["nearest", "insertion"])
def test_a_row_per_parcel_or_a_row_per_door_is_the_same_day(make, doors, parcels, away):
    """Two orders of one parcel or one of two, at one door: the same times, legs and failures."""
    doors = sorted(set(doors))
    spots = [depot(0), *(place(f"door {k}", k) for k in doors)]
    visits = {f"door {k}": Visit((15.0,), 5.0, (40.0,), (20.0,)) for k in doors}
    presence = {f"door {k}": Presence(away, (k / 10, 0.1), (0.0, 400.0)) for k in doors}

    def lived(rows: list[Order]) -> list[tuple[str, float]]:
        day = world(
            lattice(3, 2, 300, 6), spots, rows, [van(capacity=UNLIMITED)],
            visits=visits, presence=presence,
        )  # fmt: skip
        journal = run(day, QUICK[make])
        told = (Delivered, AttemptFailed)
        return list(dict.fromkeys((type(e).__name__, e.at_s) for e in journal
                    if not isinstance(e, PlanMade | DayBegan) and (isinstance(e, told)
                    or hasattr(e, "vehicle"))))  # fmt: skip

    by_parcel = [order(f"o{k}-{n}", f"door {k}") for k in doors for n in range(parcels)]
    whole = {"parcels": (Parcel(),) * parcels}
    by_door = [order(f"o{k}", f"door {k}", **whole) for k in doors]

    assert lived(by_parcel) == lived(by_door)
