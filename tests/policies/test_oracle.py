"""The clairvoyant reference: it does what only who knows the day can do, and no more than that."""

from dataclasses import replace
from functools import partial

import pytest
from dispatchers import Fifo
from small_days import day_of
from stormy_days import stormy_day_of
from worlds import H, depot, duty, line, order, place, streets, van, world

from networks.routing import RoadStreets, RoadTravel
from policies.blocks.foresight import AFTER_S, Doors, Piece
from policies.oracle import Oracle
from policies.static import Static
from twin import (
    DRIVE,
    Journal,
    Load,
    Order,
    Presence,
    Retry,
    Rules,
    ServiceClass,
    State,
    TimeWindow,
    Visit,
    World,
    run,
)
from twin.door import Door
from twin.errors import InputError
from twin.events import (
    Arrived,
    AttemptFailed,
    BreakBegan,
    Collected,
    DayBegan,
    DayEnded,
    Delivered,
    Departed,
    Loaded,
    OrderCancelled,
    PlanMade,
    ServiceBegan,
)
from twin.model import EdgeId, OrderId, OrderKind, PlaceId, VehicleId
from twin.plan import orders_in
from twin.plugins import load, parameters
from twin.rules import BreakdownClock
from twin.soundness import found_in
from twin.streets import Incident
from twin.surprises import Breakdown, Change
from twin.units import TICK_S

QUICK = partial(Oracle, tries=2, iterations=60)
STATIC = partial(Static, iterations=60)
DOOR = PlaceId("door")


def at_home(*hours: tuple[float, float]) -> Presence:
    """Return the presence of somebody who is in from, and until before, these hours."""
    changes = [(at_h, present) for opens_h, closes_h in hours
               for at_h, present in ((opens_h, 1.0), (closes_h, 0.0))]  # fmt: skip
    return Presence(
        0.0, (0.5,), (0.0,), tuple(at_h * H for at_h, _ in changes), tuple(p for _, p in changes)
    )


def foreseen(day: World) -> World:
    """Return the day, to be shown to who may know it."""
    return replace(day, foresight=True)


def served_at_s(journal: Journal) -> dict[str, float]:
    """Return when service of each order began."""
    return {event.order: event.began_at_s for event in journal.of(Delivered)}


def morning(journal: Journal) -> PlanMade:
    """Return the first plan with routes in it."""
    return next(event for event in journal.of(PlanMade) if event.routes)


def test_the_oracle_is_found_by_name_and_says_what_it_is() -> None:
    """With its parameters; the journal says that it knew the day."""
    assert list(parameters(load("oracle"))) == ["tries", "miss_price", "iterations", "solver"]
    day = world(line([1000], 10), [depot(), place("door", 1)], [order("o1", "door")], [van()])

    journal = run(foreseen(day), QUICK)

    assert journal.of(DayBegan)[0].clairvoyant
    assert morning(journal).why == "knows the day: best of 2 plans"


def test_it_is_refused_where_the_scenario_does_not_allow_it() -> None:
    """With what to set."""
    day = world(line([1000], 10), [depot(), place("door", 1)], [order("o1", "door")], [van()])

    with pytest.raises(InputError, match="set `foresight: true`"):
        run(day, QUICK)


def test_settings_that_make_no_sense_are_refused() -> None:
    """All of them at once."""
    day = world(line([1000], 10), [depot(), place("door", 1)], [order("o1", "door")], [van()])

    with pytest.raises(InputError, match=r"tries is 0.*\n.*miss_price is -1"):
        run(foreseen(day), partial(Oracle, tries=0, miss_price=-1.0))


def test_a_door_that_opens_at_ten_is_met_at_ten() -> None:
    """Somebody is in from 10 to 11 only, 100 s down the road; the other door is 100 s on.

    The van comes at 08:01:40, rests until 10:00:00, and is at the other door at 10:01:40 at the
    latest: either it goes there first, at 08:03:20, or after.
    """
    spots = [depot(), place("door", 1), place("far", 2)]
    orders = [order("o1", "door"), order("o2", "far")]
    day = world(
        line([1000, 1000], 10), spots, orders, [van()], [duty(opens_at_s=8 * H)],
        presence={DOOR: at_home((10, 11))},
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert not journal.of(AttemptFailed)
    began = served_at_s(journal)
    assert began["o1"] == 10 * H
    assert began["o2"] in {8 * H + 200, 10 * H + 100}
    assert sum(sum(event.lengths_m) for event in journal.of(Arrived)) == 4000
    assert run(day, load("nearest")).of(AttemptFailed)


def test_the_rest_before_a_door_is_such_that_service_begins_when_it_opens() -> None:
    """100 s to drive, 60 s to park and 40 s to walk: 6800 s of rest, until 10:00:00 at the door."""
    day = world(
        line([1000], 10), [depot(), place("door", 1)], [order("o1", "door")], [van()],
        [duty(opens_at_s=8 * H)], presence={DOOR: at_home((10, 11))},
        visits={DOOR: Visit(parking_s=(60.0,), walk_s=40.0)},
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert [event.at_s for event in journal.of(BreakBegan)] == [8 * H + 100]
    assert [event.at_s for event in journal.of(ServiceBegan)] == [10 * H]


def test_nobody_is_waited_for_when_the_door_can_be_met_on_the_way() -> None:
    """In from 8:00 to 8:05 and from 15:00 on: the door goes first, though the other is as near."""
    travel = streets(3, [(0, 1, 1000), (1, 0, 1000), (0, 2, 1000), (2, 0, 1000)], 10)
    spots = [depot(), place("door", 1), place("other", 2)]
    orders = [order("o1", "other"), order("o2", "door")]
    presence = {DOOR: at_home((8, 8 + 1 / 24), (15, 16))}  # until before 08:02:30
    day = world(travel, spots, orders, [van()], [duty(opens_at_s=8 * H)], presence=presence)

    journal = run(foreseen(day), QUICK)

    assert served_at_s(journal) == {"o2": 8 * H + 100, "o1": 8 * H + 300}


def test_an_order_that_comes_later_is_in_the_day_from_the_beginning() -> None:
    """Placed at 11:00 for the door beside the route; the other door is in from 12 to 13 only.

    Knowing both, the van leaves once, when the late order is there, and drives 4 km. It is not
    said to anybody before it is placed.
    """
    spots = [depot(), place("near", 1), place("door", 2)]
    late = order("o2", "near", placed_at_s=11 * H, ready_at_s=11 * H)
    day = world(
        line([1000, 1000], 10), spots, [order("o1", "door"), late], [van()],
        [duty(opens_at_s=8 * H)], presence={DOOR: at_home((12, 13))},
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert served_at_s(journal) == {"o1": 12 * H, "o2": 11 * H + 100}
    assert [sorted(event.orders) for event in journal.of(Loaded)] == [["o1", "o2"]]
    assert sum(sum(event.lengths_m) for event in journal.of(Arrived)) == 4000
    for event in journal.of(PlanMade):
        named = {order_id for route in event.routes.values() for order_id in orders_in(route)}
        assert event.at_s >= 11 * H or "o2" not in named


def two_doors_of_an_hour(**more: object) -> World:
    """Return a day with a door 100 s to the left and one 100 s to the right, an hour each."""
    travel = streets(3, [(0, 1, 1000), (1, 0, 1000), (0, 2, 1000), (2, 0, 1000)], 10)
    window = TimeWindow(0, 9.2 * H)
    orders = [order(f"o-{side}", side, window=window) for side in ("left", "right")]
    visits = {PlaceId(side): Visit(fixed_s=(H,)) for side in ("left", "right")}
    spots = [depot(), place("left", 1), place("right", 2)]
    return world(
        travel, spots, orders, [van()], [duty(opens_at_s=8 * H)], visits=visits, **more
    )  # fmt: skip


RIGHT_FIRST = {"o-right": 8 * H + 100, "o-left": 8 * H + 100 + H + 200}
"""By 09:05:00, and 09:12:00 is promised."""


def test_a_road_that_jams_at_nine_is_driven_before() -> None:
    """From 9 to 12 the way to the right takes ten times as long: left first, right is at 09:20."""
    day = two_doors_of_an_hour()
    usual = day.travel
    assert isinstance(usual, RoadTravel)
    jam = usual.steps(DRIVE).with_spells([((2,), (9 * H, 12 * H, 0.1))])
    jammed = RoadStreets(usual._graph, {DRIVE: jam}, ways=usual.ways)  # the same
    day = replace(day, streets=jammed)

    assert served_at_s(run(foreseen(day), partial(Oracle, iterations=60))) == RIGHT_FIRST


def test_a_street_that_will_be_closed_is_planned_round() -> None:
    """The way to the right is closed from 9 to 12, and none leads round: left first, it is noon."""
    closed = Incident("works", "closure", (EdgeId(2),), 9 * H, 12 * H, 9 * H)
    day = two_doors_of_an_hour(incidents=(closed,))

    assert served_at_s(run(foreseen(day), partial(Oracle, iterations=60))) == RIGHT_FIRST


def broken(*, repair_s: float | None) -> World:
    """Return a day for two vans, of which the first breaks down at 10:00, two hours on duty.

    Twenty doors take half an hour each: ten hours of work, and each van has eight.
    """
    spots = [depot(), *(place(f"d{k}", 1) for k in range(20))]
    orders = [order(f"o{k:02}", f"d{k}") for k in range(20)]
    visits = {PlaceId(f"d{k}"): Visit(fixed_s=(1800.0,)) for k in range(20)}
    failure = Breakdown(2 * H, 600.0, repair_s, 0.0)
    return world(
        line([1000], 10), spots, orders, [van("v1"), van("v2")],
        [duty(name, 8 * H, 17 * H) for name in ("v1", "v2")], visits=visits,
        breakdowns={VehicleId("v1"): (failure,)}, rules=Rules(breakdown_clock=BreakdownClock.DUTY),
    )  # fmt: skip


def test_a_van_that_will_break_down_has_nothing_aboard_by_then() -> None:
    """It is out for good at 10:00: three doors by then, or four if it fails at the fourth.

    The other van has time for 17 in its 9 hours. So all 20 are served, and none goes down with the
    van; who does not know it puts ten on each.
    """
    day = broken(repair_s=None)
    journal, unknowing = run(foreseen(day), partial(Oracle, iterations=200)), run(day, STATIC)

    served = journal.of(Delivered)
    assert len(served) == 20
    assert sum(event.vehicle == "v1" for event in served) in {3, 4}
    assert [event.orders for event in journal.of(Loaded) if event.vehicle == "v1"] == [
        tuple(event.order for event in served if event.vehicle == "v1")
    ]
    assert len(unknowing.of(Delivered)) < 16


def test_what_will_be_cancelled_is_not_driven_to() -> None:
    """Cancelled at 9:30, and so never loaded: it is not due, and costs nothing."""
    spots = [depot(), place("near", 1), place("door", 2)]
    orders = [order("o1", "near"), order("o2", "door")]
    day = world(
        line([1000, 1000], 10), spots, orders, [van()], [duty(opens_at_s=8 * H)],
        changes=(Change(OrderId("o2"), 9.5 * H, cancels=True),),
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert served_at_s(journal) == {"o1": 8 * H + 100}
    assert [event.orders for event in journal.of(Loaded) if event.orders] == [("o1",)]
    assert [event.order for event in journal.of(OrderCancelled)] == ["o2"]
    assert sum(sum(event.lengths_m) for event in journal.of(Arrived)) == 2000


def test_a_window_that_will_move_is_kept_as_it_will_be() -> None:
    """At 9:30 the customer moves it from the morning to 14:00; nobody is in before 9:30."""
    later = TimeWindow(14 * H, 15 * H)
    day = world(
        line([1000], 10), [depot(), place("door", 1)],
        [order("o1", "door", window=TimeWindow(8 * H, 12 * H))], [van()], [duty(opens_at_s=8 * H)],
        changes=(Change(OrderId("o1"), 9.5 * H, window=later, promise=later),),
        presence={DOOR: at_home((9.5, 24))},
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert served_at_s(journal) == {"o1": 14 * H}
    assert not journal.of(AttemptFailed)


def test_what_can_never_be_served_is_not_tried() -> None:
    """A refusal, a wrong address, and a door where nobody ever is."""
    names = ("refused", "lost", "empty", "good")
    spots = [depot(), *(place(name, 1) for name in names)]
    day = world(
        line([1000], 10), spots, [order(name, name) for name in names], [van()],
        failures={OrderId("refused"): "refused", OrderId("lost"): "wrong address"},
        presence={PlaceId("empty"): Presence(0.0)},
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert list(served_at_s(journal)) == ["good"]
    assert not journal.of(AttemptFailed)
    assert journal.of(DayEnded)[0].carried_over == ("empty", "lost", "refused")


@pytest.mark.parametrize(("retry", "tried", "delivered"), [("TODAY", 2, 1), ("TOMORROW", 0, 0)])
def test_a_door_that_opens_at_the_second_ring_is_rung_at_twice(
    retry: str, tried: int, delivered: int
) -> None:
    """Attempts have draws of their own, 0.9 and then 0.1; somebody is there below 0.5."""
    classes = {"standard": ServiceClass(max_attempts=2, retry=Retry[retry])}
    day = world(
        line([1000], 10), [depot(), place("door", 1)], [order("o1", "door")], [van()],
        classes=classes, presence={DOOR: Presence(0.5, (0.9, 0.1))},
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert len(journal.of(ServiceBegan)) == tried
    assert len(journal.of(Delivered)) == delivered


def test_a_second_tour_waits_for_its_goods_at_the_depot() -> None:
    """Room for one parcel; the second is placed at 9:00 and ready at 9:30, 100 s from its door."""
    small = van(capacity=Load(10**6, 10**6, 1))
    late = order("o2", "b", placed_at_s=9 * H, ready_at_s=9 * H)
    day = world(
        line([1000], 10), [depot(), place("a", 1), place("b", 1)], [order("o1", "a"), late],
        [small], [duty(opens_at_s=8 * H)], ready_at_s={OrderId("o2"): 9.5 * H},
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert served_at_s(journal) == {"o1": 8 * H + 100, "o2": 9.5 * H + 100}
    assert len(journal.of(Departed)) == 4


def test_a_collection_that_comes_later_is_made_on_the_way() -> None:
    """Placed at 10:00 right before a door that is met at 12:00: one way out and back."""
    fetched = order(
        "o2", "depot", "near", kind=OrderKind.COLLECTION, placed_at_s=10 * H, ready_at_s=10 * H
    )
    day = world(
        line([1000, 1000], 10), [depot(), place("near", 1), place("door", 2)],
        [order("o1", "door"), fetched], [van()], [duty(opens_at_s=8 * H)],
        presence={DOOR: at_home((12, 13))},
    )  # fmt: skip

    journal = run(foreseen(day), QUICK)

    assert served_at_s(journal) == {"o1": 12 * H}
    assert len(journal.of(Collected)) == 1
    assert sum(sum(event.lengths_m) for event in journal.of(Arrived)) == 4000


def test_what_it_says_of_arrivals_is_what_comes() -> None:
    """It has lived the day: to the tick, for every order it serves."""
    for number in range(20):
        journal = run(foreseen(replace(day_of(number), feed=None)), QUICK)
        said = {o: at_s for event in journal.of(PlanMade) for o, at_s in event.arrivals.items()}
        came = served_at_s(journal) | {e.order: e.began_at_s for e in journal.of(Collected)}
        assert {o: at_s for o, at_s in said.items() if o in came} == {
            o: at_s for o, at_s in came.items() if o in said
        }
        assert came.keys() <= said.keys()


def test_more_tries_never_make_a_worse_day() -> None:
    """The best of the plans tried is driven, by misses: the price is on nothing else here."""

    def missed(journal: Journal) -> int:
        return len(journal.of(DayEnded)[0].carried_over)

    hard = broken(repair_s=None)
    one, three = (
        run(foreseen(hard), partial(Oracle, tries=tries, iterations=40)) for tries in (1, 3)
    )
    assert missed(three) <= missed(one)


@pytest.mark.parametrize("number", range(25))
def test_days_on_which_everything_happens_are_sound(number: int) -> None:
    """Breakdowns, lockers, closures, hand-overs of duties, changes of mind, any rules."""
    journal = run(foreseen(stormy_day_of(number)), QUICK)

    assert found_in(journal) == []


def test_pieces_of_time_are_those_in_which_an_attempt_succeeds() -> None:
    """On days of all kinds, tick by tick around their ends."""
    tried = 0
    for number in range(60):
        day = day_of(number)
        doors = Doors(day)
        ends = [duty.shift.closes_at_s + duty.overtime_s for duty in day.duties]
        last_s = max(ends, default=day.rules.begins_at_s) + AFTER_S
        for one in day.orders:
            door, presence = day.places[one.customer], day.presence.get(one.customer)
            if presence is not None and presence.uniforms and not presence.renewed_at_s:
                continue  # an attempt there depends on those before it
            state = State.replay(run(day, Fifo), one.placed_at_s)
            pieces = doors.pieces(one)
            edges = {at_s for piece in pieces for at_s in (piece.opens_s, piece.closes_s)}
            for at_s in sorted({e + d for e in edges for d in (-TICK_S, 0.0, TICK_S)}):
                if not _may_begin(day, one, at_s) or at_s > last_s:
                    continue
                found = Door(day, state, door, at_s).outcome(one).cause is None
                assert found == any(p.opens_s <= at_s <= p.closes_s for p in pieces)
                tried += 1
    assert tried > 100


def _may_begin(day: World, one: Order, at_s: float) -> bool:
    """Whether a vehicle at the door would begin, from when on a plan can have the order."""
    kind = day.service_classes[one.service_class]
    known_s = max(one.placed_at_s + day.rules.latency_s, day.rules.begins_at_s)
    if one.kind is OrderKind.COLLECTION:
        known_s = max(known_s, day.ready_at_s.get(one.id, one.ready_at_s))
    in_time = not kind.hard_window or at_s <= one.window.closes_at_s
    return at_s >= known_s and in_time and (kind.serve_early or at_s >= one.window.opens_at_s)


def test_a_piece_is_as_far_away_as_its_punctual_part() -> None:
    """From 100 s to 300 s, promised until 200 s."""
    piece = Piece(100.0, 300.0, 200.0)

    assert [piece.away_s(at_s) for at_s in (40.0, 100.0, 200.0, 250.0)] == [60, 0, 0, 50]
    assert piece.earlier(60.0).punctual_until_s == 140
    assert piece.earlier(900.0).punctual_until_s == 100
    late = Piece(100.0, 300.0, 50.0)
    assert not late.is_punctual
    assert late.away_s(250.0) == 0
    assert late.earlier(10.0) == late
