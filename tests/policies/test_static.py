"""One plan in the morning: legal, whole, and never changed."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mixed_days import mixed
from solved import ASKED
from worlds import H, depot, duty, line, order, place, streets, van, world

from policies.static import Static
from twin import (
    BIKE,
    DRIVE,
    Briefing,
    Journal,
    Load,
    Order,
    OrderKind,
    Parcel,
    Place,
    PlaceKind,
    Plan,
    Policy,
    Rates,
    Rules,
    ServiceClass,
    StopTime,
    TimeWindow,
    Vehicle,
    View,
    Visit,
    World,
    problems,
    run,
)
from twin.errors import InputError
from twin.events import (
    AttemptFailed,
    Collected,
    DayEnded,
    Delivered,
    Departed,
    Loaded,
    LoadingBegan,
    PlanMade,
    ServiceBegan,
)
from twin.model import NodeId, PlaceId, VehicleId
from twin.plan import LoadOrders
from twin.plugins import load, parameters
from twin.world import Presence

QUICK = partial(Static, iterations=100)


def one_plan(journal: Journal) -> PlanMade:
    """Return the only plan of a day with routes in it."""
    made = [event for event in journal.of(PlanMade) if event.routes]
    assert len(made) == 1
    return made[0]


def served(journal: Journal) -> dict[str, str]:
    """Return who delivered which order."""
    return {event.order: event.vehicle for event in journal.of(Delivered)}


def test_a_static_policy_is_found_by_name() -> None:
    """With its parameters."""
    assert list(parameters(load("static"))) == ["iterations", "solver", "districts_from"]


def test_the_morning_plan_is_driven_and_what_comes_later_stays_open() -> None:
    """Two orders on a line 1 and 2 km out, at 10 m/s; a third placed at 08:01 is never planned."""
    places = [depot(), place("near", 1), place("far", 2)]
    late = order("o3", "near", placed_at_s=8 * H + 60, ready_at_s=8 * H + 60)
    orders = [order("o1", "far"), order("o2", "near"), late]
    day = world(line([1000, 1000], 10), places, orders, [van()], [duty(opens_at_s=8 * H)])

    journal = run(day, QUICK)

    made = one_plan(journal)
    assert made.at_s == 0
    assert made.why == "2 of 2 orders in 1 routes"
    assert served(journal) == {"o1": "v1", "o2": "v1"}
    assert journal.of(DayEnded)[0].carried_over == ("o3",)


def test_a_failed_attempt_is_not_made_again() -> None:
    """Nobody is ever at home; the class would allow three attempts today."""
    classes = {"standard": ServiceClass(max_attempts=3)}
    day = world(
        line([1000], 10), [depot(), place("door", 1)], [order("o1", "door")], [van()],
        classes=classes, presence={PlaceId("door"): Presence(0.0)},
    )  # fmt: skip

    assert len(run(day, QUICK).of(AttemptFailed)) == 1


def test_what_does_not_fit_one_load_goes_on_a_second_tour() -> None:
    """Room for two parcels, three orders 1 km out at 10 m/s, 5 min and 10 s a parcel to reload.

    The first load is free, before the shift. Tour 1 is out and back, 200 s; then one parcel is
    loaded for 310 s, or two for 320 s.
    """
    loading = StopTime(fixed_s=300, per_parcel_s=10)
    spots = [depot(expected=loading), place("a", 1), place("b", 1), place("c", 1)]
    orders = [order("o1", "a"), order("o2", "b"), order("o3", "c")]
    small = van(capacity=Load(10**6, 10**6, 2))
    visits = {PlaceId("depot"): Visit(fixed_s=(300.0,), per_parcel_s=(10.0,))}
    day = world(line([1000], 10), spots, orders, [small], visits=visits)

    journal = run(day, QUICK)

    loaded = journal.of(Loaded)
    assert sorted(len(event.orders) for event in loaded if event.orders) == [1, 2]
    began = [event.at_s for event in journal.of(LoadingBegan)]
    ended = [event.at_s for event in loaded]
    assert (began[0], ended[0]) == (0, 0)
    assert began[1] == 200
    assert ended[1] - began[1] == 300 + 10 * len(loaded[1].orders)
    assert len(served(journal)) == 3


def test_orders_at_one_door_whose_windows_overlap_are_one_stop() -> None:
    """08:00-10:00 and 09:00-12:00 share an hour, 14:00-15:00 is another visit."""
    windows = {"o1": (8, 10), "o2": (9, 12), "o3": (14, 15)}
    orders = [
        order(name, "door", window=TimeWindow(first * H, last * H))
        for name, (first, last) in windows.items()
    ]
    day = world(line([1000], 10), [depot(), place("door", 1)], orders, [van()])

    journal = run(day, QUICK)

    visits = [(event.at_s / H, event.orders) for event in journal.of(ServiceBegan)]
    assert [orders for _, orders in visits] == [("o1", "o2"), ("o3",)]
    assert 9 <= visits[0][0] <= 10
    assert 14 <= visits[1][0] <= 15


def test_a_soft_window_that_cannot_be_met_is_served_late_and_a_hard_one_left_out() -> None:
    """The door is 1,000 s away and closes after 500 s."""
    for hard in (False, True):
        classes = {"standard": ServiceClass(hard_window=hard)}
        orders = [order("o1", "door", window=TimeWindow(0, 500))]
        day = world(line([1000], 1), [depot(), place("door", 1)], orders, [van()], classes=classes)
        journal = run(day, QUICK)
        if hard:
            assert not journal.of(Departed)
            assert (
                journal.of(PlanMade)[0].why == "0 of 1 orders in 0 routes; no room or time for o1"
            )
        else:
            assert [event.at_s for event in journal.of(ServiceBegan)] == [1000]


def test_overtime_is_used_when_something_would_be_left_out() -> None:
    """A shift of 1,000 s holds one of two doors 400 s out on either side; 600 s more hold both."""
    travel = streets(3, [(0, 1, 400), (1, 0, 400), (0, 2, 400), (2, 0, 400)], 1)
    places = [depot(), place("left", 1), place("right", 2)]
    orders = [order("o1", "left"), order("o2", "right")]
    for overtime_s, count in ((0.0, 1), (600.0, 2)):
        duties = [duty(closes_at_s=1000.0, overtime_s=overtime_s)]
        journal = run(world(travel, places, orders, [van()], duties), QUICK)
        assert len(journal.of(Delivered)) == count


def test_each_depot_is_served_by_its_own_vans() -> None:
    """Depots at both ends of a road; each order is right beside the other depot."""
    places = [depot(0, "west"), depot(3, "east"), place("a", 1), place("b", 2)]
    orders = [order("o1", "b", "west"), order("o2", "a", "east")]
    vans = [van("v1", "west", ends_at="west"), van("v2", "east", ends_at="east")]

    journal = run(world(line([500, 500, 500], 10), places, orders, vans), QUICK)

    assert served(journal) == {"o1": "v1", "o2": "v2"}


def test_a_van_that_starts_elsewhere_fetches_the_goods_first() -> None:
    """It stands at the driver's home, one street beyond the door, and ends there."""
    home = place("home", 2, PlaceKind.SITE)
    places = [depot(), place("door", 1), home]
    own = van(at="home", ends_at="home")

    journal = run(world(line([1000, 1000], 10), places, [order("o1", "door")], [own]), QUICK)

    assert [event.to for event in journal.of(Departed)] == ["depot", "door", "home"]
    assert served(journal) == {"o1": "v1"}


def test_the_way_to_the_goods_is_part_of_the_shift() -> None:
    """200 s from home to the depot and 100 s on to the door: 300 s is in time, 299 s is not."""
    places = [depot(), place("door", 1), place("home", 2, PlaceKind.SITE)]
    hard = {"standard": ServiceClass(hard_window=True)}
    for closes_at_s, count in ((300.0, 1), (299.0, 0)):
        orders = [order("o1", "door", window=TimeWindow(0, closes_at_s))]
        own = van(at="home", ends_at="home")
        journal = run(world(line([1000, 1000], 10), places, orders, [own], classes=hard), QUICK)
        assert len(journal.of(Delivered)) == count
        assert not journal.of(AttemptFailed)


def test_vans_of_a_depot_without_orders_stay_there() -> None:
    """Goods change depots by no van's morning plan."""
    places = [depot(0, "west"), depot(1, "east"), place("a", 2)]
    orders = [order("o1", "a", "west")]

    journal = run(
        world(line([500, 500], 10), places, orders, [van("v1", "east", ends_at="east")]), QUICK
    )

    assert not journal.of(Departed)
    assert journal.of(PlanMade)[0].why == "0 of 1 orders in 0 routes; no room or time for o1"


def test_loading_counts_but_for_the_first_tour_of_a_preloaded_van() -> None:
    """Doors 100 s away, room for one parcel, 310 s to load one.

    Preloaded: there at 100 s, back at 200 s, loaded at 510 s, at the second door at 610 s. Not
    preloaded: loaded at 310 s, at the first door at 410 s.
    """
    loading = StopTime(fixed_s=300, per_parcel_s=10)
    spots = [depot(expected=loading), place("a", 1), place("b", 1)]
    visits = {PlaceId("depot"): Visit(fixed_s=(300.0,), per_parcel_s=(10.0,))}
    small = van(capacity=Load(10**6, 10**6, 1))
    hard = {"standard": ServiceClass(hard_window=True)}
    for preloaded, first_s, second_s, count in (
        (True, 100, 610, 2),
        (True, 100, 609, 1),
        (True, 99, 610, 1),
        (False, 410, 9e9, 2),
        (False, 409, 9e9, 1),
    ):
        orders = [
            order("o1", "a", window=TimeWindow(0, first_s)),
            order("o2", "b", window=TimeWindow(0, second_s)),
        ]
        day = world(
            line([1000], 10), spots, orders, [small], visits=visits, classes=hard,
            rules=Rules(preloaded=preloaded),
        )  # fmt: skip
        journal = run(day, QUICK)
        assert len(journal.of(Delivered)) == count
        assert not journal.of(AttemptFailed)


def test_visits_are_as_few_as_windows_and_room_allow() -> None:
    """Overlapping windows are one visit; other hours, or more than any van holds, are another."""
    windows = [TimeWindow(8 * H, 10 * H), TimeWindow(9 * H, 12 * H), TimeWindow(14 * H, 15 * H)]
    orders = [order(f"o{k}", "door", window=window) for k, window in enumerate(windows)]
    spots = [depot(), place("door", 1)]
    for room, visits in ((9, 2), (1, 3)):
        small = van(capacity=Load(10**6, 10**6, room))
        day = world(line([1000], 10), spots, orders, [small])
        run(day, partial(Static, iterations=10, solver="solved:recorded"))
        assert len(ASKED[-1].clients) == visits


def test_at_one_door_the_delivery_makes_room_for_the_collection() -> None:
    """Room for one parcel; both in one visit, and nothing illegal."""
    places = [depot(), place("a", 1)]
    fetched = Order(order("o0", "a").id, PlaceId("a"), PlaceId("depot"), OrderKind.COLLECTION)
    small = van(capacity=Load(10**6, 10**6, 1))

    journal = run(world(line([1000], 10), places, [fetched, order("o1", "a")], [small]), QUICK)

    assert [event.orders for event in journal.of(ServiceBegan)] == [("o1", "o0")]


def test_between_tours_of_collections_the_van_is_emptied() -> None:
    """Two collections, room for one: home in between, where the first is put down."""
    places = [depot(), place("a", 1), place("b", 1)]
    orders = [
        Order(order(name, door).id, PlaceId(door), PlaceId("depot"), OrderKind.COLLECTION)
        for name, door in (("o1", "a"), ("o2", "b"))
    ]
    small = van(capacity=Load(10**6, 10**6, 1))

    journal = run(world(line([1000], 10), places, orders, [small]), QUICK)

    assert len(journal.of(Collected)) == 2
    assert journal.of(DayEnded)[0].carried_over == ()


def test_collections_ride_along_and_take_the_room_of_what_was_delivered() -> None:
    """Room for one parcel: the delivery first, then the collection, on one tour."""
    places = [depot(), place("a", 1), place("b", 2)]
    fetched = Order(order("o2", "a").id, PlaceId("a"), PlaceId("depot"), OrderKind.COLLECTION)
    small = van(capacity=Load(10**6, 10**6, 1))

    journal = run(
        world(line([1000, 1000], 10), places, [order("o1", "b"), fetched], [small]), QUICK
    )

    route = one_plan(journal).routes[VehicleId("v1")]
    assert [stop.place for stop in route] == ["depot", "b", "a"]
    assert journal.of(DayEnded)[0].carried_over == ()


def test_skills_decide_who_goes() -> None:
    """Only the second driver may ask for identity cards."""
    places = [depot(), place("a", 1), place("b", 1)]
    orders = [order("o1", "a", skills=("identity",)), order("o2", "b")]
    day = world(line([1000], 10), places, orders, [van("v1"), van("v2")])
    day = replace(
        day,
        drivers=tuple(replace(d, skills=("identity",) * d.id.endswith("v2")) for d in day.drivers),
    )

    assert served(run(day, QUICK))["o1"] == "v2"


def bike_and_van() -> World:
    """Return a van and a cheap bike; one door only a bike reaches, one order only a van holds."""
    edges = [(0, 1, 1000.0), (1, 0, 1000.0), (1, 2, 1000.0), (2, 1, 1000.0)]
    travel = streets(3, edges, 5, modes=(BIKE, DRIVE))
    nodes = [{DRIVE: NodeId(k), BIKE: NodeId(k)} for k in range(3)]
    places = [
        Place(PlaceId("depot"), PlaceKind.DEPOT, nodes[0]),
        Place(PlaceId("street"), PlaceKind.HOUSEHOLD, nodes[1]),
        Place(PlaceId("alley"), PlaceKind.HOUSEHOLD, {BIKE: NodeId(2)}),
    ]
    bike = Vehicle(
        VehicleId("bike"), "bike", BIKE, Load(50_000, 10**6, 9), PlaceId("depot"), PlaceId("depot")
    )
    orders = [
        order("heavy", "street", parcels=(Parcel(60_000),)),
        order("light", "street", parcels=(Parcel(1_000),)),
        order("hidden", "alley", parcels=(Parcel(1_000),)),
    ]
    rates = Rates(
        labour_hour={"bike": Decimal(20), "van": Decimal(25)},
        vehicle_km={"bike": Decimal("0.05"), "van": Decimal("0.20")},
    )
    return world(travel, places, orders, [bike, van("van", capacity=Load(10**6, 10**7, 99))],
                 rates=rates)  # fmt: skip


def test_a_bike_and_a_van_get_what_suits_them() -> None:
    """What weighs 60 kg goes by van, what lies in the alley by bike."""
    who = served(run(bike_and_van(), QUICK))

    assert (who["heavy"], who["hidden"]) == ("van", "bike")
    assert len(who) == 3


def test_the_cheaper_of_two_equal_vans_drives() -> None:
    """The same but for the rate of an hour; nothing but the road to pay by is left out."""
    places = [depot(), place("door", 1)]
    vans = [van("v1", type_="dear"), van("v2", type_="cheap")]
    rates = Rates(labour_hour={"dear": Decimal(30), "cheap": Decimal(20)})

    journal = run(world(line([1000], 10), places, [order("o1", "door")], vans, rates=rates), QUICK)

    assert served(journal) == {"o1": "v2"}


def test_where_not_all_can_be_served_the_urgent_ones_are() -> None:
    """A shift of 1,000 s, doors 400 s out on either side, one of them urgent."""
    travel = streets(3, [(0, 1, 400), (1, 0, 400), (0, 2, 400), (2, 0, 400)], 1)
    places = [depot(), place("left", 1), place("right", 2)]
    for urgent in ("o1", "o2"):
        orders = [
            order(name, door, priority=int(name == urgent))
            for name, door in (("o1", "left"), ("o2", "right"))
        ]
        day = world(travel, places, orders, [van()], [duty(closes_at_s=1000.0)])
        assert list(served(run(day, QUICK))) == [urgent]


def test_goods_that_come_later_go_on_a_tour_that_waits_for_them() -> None:
    """Known in the morning, ready at 10:00; the other order must be served before 09:00."""
    places = [depot(), place("a", 1), place("b", 1)]
    early = order("o1", "a", window=TimeWindow(8 * H, 9 * H))
    later = order("o2", "b", ready_at_s=10 * H)
    day = world(line([1000], 10), places, [early, later], [van()], [duty(opens_at_s=8 * H)])

    journal = run(day, QUICK)

    began = {str(event.order): event.began_at_s for event in journal.of(Delivered)}
    assert 8 * H <= began["o1"] <= 9 * H
    assert began["o2"] == 10 * H + 100


def test_what_nobody_can_serve_is_said() -> None:
    """Too heavy for all, without a way, without a skill: open at the end, and named in the plan."""
    travel = streets(3, [(0, 1, 1000), (1, 0, 1000)], 10)
    orders = [
        order("o1", "door", parcels=(Parcel(99_000),)),
        order("o2", "island"),
        order("o3", "door", skills=("crane",)),
        order("o4", "door"),
    ]
    small = van(capacity=Load(50_000, 10**6, 9))
    places = [depot(), place("door", 1), place("island", 2)]

    journal = run(world(travel, places, orders, [small]), QUICK)

    assert one_plan(journal).why == "1 of 4 orders in 1 routes; no room or time for o1, o2, o3"
    assert journal.of(DayEnded)[0].carried_over == ("o1", "o2", "o3")


def test_without_orders_or_vans_there_is_nothing_to_plan() -> None:
    """Nothing fails, and nothing is asked of a solver."""
    spots = [depot(), place("door", 1)]
    assert not run(world(line([9], 1), spots, [], [van()]), QUICK).of(Departed)
    assert not run(world(line([9], 1), spots, [order("o1", "door")], []), QUICK).of(Departed)


def test_a_number_of_steps_that_is_none_is_refused() -> None:
    """Before the day begins, with what was found."""
    day = world(line([9], 1), [depot()], [], [van()])
    with pytest.raises(InputError, match="iterations is -1"):
        run(day, partial(Static, iterations=-1))


def checked(make: Callable[[Briefing], Policy]) -> Callable[[Briefing], Policy]:
    """Return a maker whose every plan is judged by physics at once."""

    class Checked:
        def __init__(self, briefing: Briefing) -> None:
            self._policy = make(briefing)

        def decide(self, view: View) -> Plan:
            plan = self._policy.decide(view)
            assert problems(plan, view) == []
            return plan

    return Checked


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 1000), count=st.integers(0, 40))
def test_the_plan_is_legal_and_loads_all_that_it_delivers(seed: int, count: int) -> None:
    """Whatever the day: physics objects to nothing, and no order is loaded twice."""
    journal = run(mixed(seed, count), checked(partial(Static, iterations=20)))

    loaded = [
        order_id
        for made in journal.of(PlanMade)
        for route in made.routes.values()
        for stop in route
        for action in stop.actions
        if isinstance(action, LoadOrders)
        for order_id in action.orders
    ]
    assert len(loaded) == len(set(loaded))


PRINTED = """
from functools import partial

from mixed_days import mixed
from policies.static import Static
from twin import run

print(run(mixed(3, 30), partial(Static, iterations=60)).fingerprint())
"""


def test_the_same_day_is_planned_alike_in_any_process() -> None:
    """A fresh process under another hash seed writes the same journal."""
    here = run(mixed(3, 30), partial(Static, iterations=60)).fingerprint()

    there = subprocess.run(  # noqa: S603
        [sys.executable, "-c", PRINTED],
        env={**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here
