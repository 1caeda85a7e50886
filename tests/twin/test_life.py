"""What one vehicle does at and between its stops, each case worked by hand to the second."""

from dataclasses import replace

import pytest
from dispatchers import AllAboard, Fifo, scripted, trip
from worlds import depot, duty, line, order, place, van, world

from twin import (
    Collect,
    Deliver,
    Driver,
    Load,
    LoadOrders,
    OrderKind,
    OrderView,
    Plan,
    Retry,
    Rules,
    ServiceClass,
    State,
    Stop,
    TimeWindow,
    UnloadOrders,
    Visit,
    measure,
    run,
)
from twin.events import (
    ActionsDropped,
    Arrived,
    AttemptFailed,
    Collected,
    DayEnded,
    Delivered,
    Departed,
    Diverted,
    DutyEnded,
    Loaded,
    LoadingBegan,
    ParkingBegan,
    PlanMade,
    Returned,
    ServiceBegan,
    ShiftBegan,
    ShiftEnded,
    Unloaded,
    VehicleFree,
    WaitBegan,
    WalkingBegan,
)
from twin.rows import Status
from twin.world import WhenIdle

ROAD = line([600, 600, 600], 10)  # a minute from junction to junction
ONE = Load(10**9, 10**9, 1)


def day(orders, vans=None, duties=None, *, docks=None, **more):
    places = [depot(0, docks=docks), place("near", 1), place("mid", 2), place("far", 3)]
    return world(ROAD, places, orders, vans or [van()], duties, **more)


def load(*orders, at="depot"):
    return Stop(at, (LoadOrders(orders),))


def deliver(door, *orders):
    return Stop(door, tuple(Deliver(name) for name in orders))


def collect(door, *orders):
    return Stop(door, tuple(Collect(name) for name in orders))


def plan(*stops, to="v1"):
    return Plan({to: stops})


def times(journal, kind, vehicle=None):
    return [event.at_s for event in journal.of(kind) if vehicle is None or event.vehicle == vehicle]


def log(journal, *kinds, vehicle="v1"):
    return [
        (event.at_s, type(event).__name__)
        for event in journal
        if type(event) in kinds and event.vehicle == vehicle
    ]


# One door, several parcels

TWO = [order("a", "near"), order("b", "near")]
PER_PARCEL = {"near": Visit(per_parcel_s=(90.0,))}
PER_VISIT = {"near": Visit(fixed_s=(90.0,))}


@pytest.mark.parametrize(
    ("make", "delivered_at_s"),
    [
        (Fifo, [150, 360]),  # out 60, serve 90; back 60, out 60, serve 90
        (AllAboard, [150, 240]),  # both aboard, two stops of one halt: no second drive
        (scripted({0: plan(load("a", "b"), deliver("near", "a", "b"))}), [240, 240]),  # one stop
    ],
)
def test_two_parcels_for_one_door(make, delivered_at_s):
    """A door 600 m away at 10 m/s, 90 s for each parcel; one stop is one service of both."""
    assert times(run(day(TWO, visits=PER_PARCEL), make), Delivered) == delivered_at_s


def test_stops_in_a_row_at_one_place_are_one_halt():
    """Parked, walked and the fixed time taken once: 60 + 30 + 20 + 90, then nothing more."""
    visits = {"near": Visit(parking_s=(30.0,), walk_s=20.0, fixed_s=(90.0,))}

    journal = run(day(TWO, visits=visits), AllAboard)

    assert times(journal, ParkingBegan) == [60]
    assert times(journal, WalkingBegan) == [90]
    assert times(journal, ServiceBegan) == [110, 200]
    assert times(journal, Delivered) == [200, 200]


def test_one_stop_with_windows_apart_is_two_services():
    """The van stays: a is served at once, b when its window opens at 300 s."""
    orders = [
        order("a", "near", window=TimeWindow(0, 100)),
        order("b", "near", window=TimeWindow(300, 400)),
    ]

    journal = run(
        day(orders, visits=PER_PARCEL),
        scripted({0: plan(load("a", "b"), deliver("near", "a", "b"))}),
    )

    assert log(journal, ServiceBegan, Delivered, WaitBegan, Departed) == [
        (0, "Departed"), (60, "ServiceBegan"), (150, "Delivered"), (150, "WaitBegan"),
        (300, "ServiceBegan"), (390, "Delivered"), (390, "Departed"),
    ]  # fmt: skip


def test_a_slow_driver_takes_longer_at_doors_only():
    """Pace 1.5: 60 s of driving, 20 x 1.5 of walking, 90 x 1.5 at the door."""
    made = day([order("a", "near")], visits={"near": Visit(walk_s=20.0, fixed_s=(90.0,))})
    slow = tuple(type(driver)(driver.id, (), 1.5) for driver in made.drivers)
    made = type(made)(**{name: getattr(made, name) for name in made.__slots__} | {"drivers": slow})

    assert times(run(made, Fifo), Delivered) == [60 + 30 + 135]


# Places to go to


def test_a_stop_without_actions_where_the_van_stands_is_over_at_once():
    """Sent to where it is, then to a door twice: no time is lost and the day does not hang."""
    route = plan(Stop("depot"), Stop("near"), Stop("near"))

    journal = run(day([order("a", "near")]), scripted({0: route}))

    assert times(journal, Arrived) == [0, 60, 60, 120]


# Docks


def test_one_dock_serves_vans_in_the_order_they_come():
    """Five minutes each to load, nothing preloaded: the third van waits ten minutes."""
    vans = [van(name) for name in ("v1", "v2", "v3")]
    orders = [order(name, "near") for name in "abc"]

    journal = run(
        day(orders, vans, docks=1, visits={"depot": Visit(fixed_s=(300.0,))},
            rules=Rules(preloaded=False)),
        Fifo,
    )  # fmt: skip

    assert times(journal, LoadingBegan)[:3] == [0, 300, 600]
    assert [(event.at_s, event.vehicle, event.reason) for event in journal.of(WaitBegan)] == [
        (0, "v2", "dock"),
        (0, "v3", "dock"),
    ]
    assert times(journal, Delivered) == [360, 660, 960]


def test_two_docks_serve_two_vans_at_once():
    """As before with a second dock: only the third van waits."""
    vans = [van(name) for name in ("v1", "v2", "v3")]
    orders = [order(name, "near") for name in "abc"]

    journal = run(
        day(orders, vans, docks=2, visits={"depot": Visit(fixed_s=(300.0,))},
            rules=Rules(preloaded=False)),
        Fifo,
    )  # fmt: skip

    assert times(journal, LoadingBegan)[:3] == [0, 0, 300]


def test_what_is_loaded_before_the_shift_needs_no_dock_and_no_time():
    """Both vans leave at once; their second tours take the dock and its time."""
    vans = [van("v1"), van("v2")]
    orders = [order(name, "near") for name in "abcd"]

    journal = run(day(orders, vans, docks=1, visits={"depot": Visit(fixed_s=(300.0,))}), Fifo)

    assert times(journal, LoadingBegan) == [0, 0, 120, 420]
    assert [event.preloaded for event in journal.of(LoadingBegan)] == [True, True, False, False]


def test_a_van_called_away_gives_up_its_place_at_the_dock():
    """v2 waits for the dock until v1 is through at 300 s, but is sent to a door at 100 s."""
    vans = [van("v1"), van("v2"), van("v3")]
    orders = [order("a", "near"), order("b", "near"), order("c", "near")]
    collection = order("d", "depot", "near", kind=OrderKind.COLLECTION)
    rows = {row.id: trip(OrderView(row, Status.READY, "depot")) for row in orders}
    script = {
        0: Plan({"v1": rows["a"], "v2": rows["b"], "v3": rows["c"]}),
        100: plan(collect("near", "d"), to="v2"),
    }

    journal = run(
        day([*orders, collection], vans, docks=1, visits={"depot": Visit(fixed_s=(300.0,))},
            rules=Rules(preloaded=False)),
        scripted(script),
    )  # fmt: skip

    assert times(journal, Departed, "v2")[0] == 100
    assert times(journal, LoadingBegan, "v3") == [300]


def test_a_van_given_work_while_it_waits_to_unload_keeps_what_the_work_needs():
    """Home with its failure at 120 s, the dock taken until 600 s; at 200 s it is to try again."""
    vans = [van("v1"), van("v2")]
    orders = [order("a", "near", service_class="again"), order("b", "far")]
    script = {
        0: Plan({"v1": (load("a"), deliver("near", "a"))}),
        100: Plan({"v2": (load("b"), deliver("far", "b"))}),
        200: plan(deliver("near", "a")),
    }

    journal = run(
        day(orders, vans, docks=1, failures={"a": "refused"},
            visits={"depot": Visit(fixed_s=(500.0,))},
            classes={"standard": ServiceClass(), "again": ServiceClass("again", 2, Retry.TODAY)}),
        scripted(script),
    )  # fmt: skip

    assert times(journal, AttemptFailed, "v1") == [60, 260]
    assert times(journal, Unloaded, "v1") == [320 + 280 + 500]  # the dock is free at 600 s
    assert journal.of(Returned)[0].at_s == 1100


# Diversion


def diverted(*, diversion):
    orders = [order("a", "far"), order("b", "near")]
    script = {
        0: plan(load("a", "b"), deliver("far", "a")),
        90: plan(deliver("near", "b"), deliver("far", "a")),
    }
    return run(day(orders, rules=Rules(diversion=diversion)), scripted(script))


def test_a_van_under_way_is_diverted_at_the_next_junction():
    """Sent back at 90 s between junctions 1 and 2: it turns at junction 2, at 120 s."""
    journal = diverted(diversion=True)

    (turn,) = journal.of(Diverted)
    assert (turn.at_s, turn.node, turn.edges, turn.entered_at_s) == (120, 2, (0, 2), (0, 60))
    assert turn.lengths_m == (600, 600)
    assert times(journal, Delivered) == [180, 300]
    assert measure(journal)["distance_km"] == (2 + 1 + 2 + 3) * 0.6


def test_a_van_that_cannot_be_diverted_arrives_first():
    """It reaches the far door at 180 s, does nothing there, and turns back."""
    journal = diverted(diversion=False)

    assert not journal.of(Diverted)
    assert times(journal, Arrived)[:2] == [180, 300]
    assert times(journal, Delivered) == [300, 420]


def test_a_plan_that_begins_where_the_van_is_going_leaves_the_leg_as_it_is():
    """The same first stop again at 90 s, with another after it: no diversion."""
    script = {
        0: plan(load("a", "b"), deliver("far", "a")),
        90: plan(deliver("far", "a"), deliver("near", "b")),
    }

    journal = run(day([order("a", "far"), order("b", "near")]), scripted(script))

    assert not journal.of(Diverted)
    assert times(journal, Delivered) == [180, 300]


def test_a_van_whose_route_is_emptied_turns_home_at_the_next_junction():
    """Emptied at 90 s: at junction 2 at 120 s, free there, and home at 240 s."""
    script = {0: plan(load("a"), deliver("far", "a")), 90: plan()}

    journal = run(day([order("a", "far")]), scripted(script))

    assert log(journal, Diverted, VehicleFree, Arrived, Unloaded)[:4] == [
        (120, "Diverted"), (120, "VehicleFree"), (240, "Arrived"), (240, "Unloaded"),
    ]  # fmt: skip


def test_an_idle_van_that_stays_waits_where_it_is():
    """Nothing to do after the near door: it stands there until its shift ends, then drives."""
    journal = run(
        day([order("a", "near")], None, [duty(closes_at_s=1000)],
            rules=Rules(when_idle=WhenIdle.STAY)),
        Fifo,
    )  # fmt: skip

    assert log(journal, Departed, ShiftEnded, DutyEnded) == [
        (0, "Departed"), (1000, "ShiftEnded"), (1000, "Departed"), (1060, "DutyEnded"),
    ]  # fmt: skip
    assert measure(journal)["time_idle_share"] == 940 / 1060


# Tours, collections, capacity


def test_a_second_tour_is_another_depot_stop():
    """One parcel at a time: near and back, two minutes of loading, then mid and back."""
    route = plan(load("a"), deliver("near", "a"), load("b"), deliver("mid", "b"))

    journal = run(
        day([order("a", "near"), order("b", "mid")], [van(capacity=ONE)],
            visits={"depot": Visit(fixed_s=(100.0,), per_parcel_s=(20.0,))}),
        scripted({0: route}),
    )  # fmt: skip

    assert times(journal, Loaded) == [0, 240]
    assert times(journal, Delivered) == [60, 360]


def test_a_depot_stop_puts_down_what_no_later_stop_needs():
    """The failure comes out at 120 s together with the load of the second tour."""
    route = plan(load("a"), deliver("near", "a"), load("b"), deliver("mid", "b"))

    journal = run(
        day([order("a", "near"), order("b", "mid")], failures={"a": "no access"}),
        scripted({0: route}),
    )

    moved = [(event.at_s, event.unload, event.load) for event in journal.of(LoadingBegan)]
    assert moved == [(0, (), ("a",)), (120, ("a",), ("b",))]


def test_a_failure_that_a_later_stop_needs_stays_aboard():
    """As before, but the second tour tries it again."""
    route = plan(load("a"), deliver("near", "a"))
    second = plan(load("b"), deliver("mid", "b"), deliver("near", "a"))

    journal = run(
        day([order("a", "near", service_class="again"), order("b", "mid")],
            failures={"a": "no access"},
            classes={"standard": ServiceClass(), "again": ServiceClass("again", 3, Retry.TODAY)}),
        scripted({0: route, 70: second}),
    )  # fmt: skip

    assert [(event.at_s, event.unload, event.load) for event in journal.of(LoadingBegan)] == [
        (0, (), ("a",)),
        (120, (), ("b",)),
        (360, ("a",), ()),
    ]
    assert times(journal, AttemptFailed) == [60, 300]


def test_goods_of_a_place_that_is_no_depot_are_loaded_there():
    """From the mid door to the far one: two minutes empty, one minute loaded."""
    moved = order("m", "far", origin="mid")
    route = plan(load("m", at="mid"), deliver("far", "m"))

    journal = run(day([moved]), scripted({0: route}))

    assert [event.aboard.parcels for event in journal.of(Departed)] == [0, 1, 0]
    assert times(journal, Delivered) == [180]


def test_a_collection_is_brought_to_the_depot_and_put_down():
    """Collected at the mid door at 120 + 30 s, home at 270 s, put down in 20 s."""
    collection = order("c", "depot", "mid", kind=OrderKind.COLLECTION)

    journal = run(
        day([collection], visits={"mid": Visit(fixed_s=(30.0,)), "depot": Visit(fixed_s=(20.0,))}),
        scripted({0: plan(collect("mid", "c"))}),
    )

    assert times(journal, Collected) == [150]
    assert times(journal, Unloaded) == [290]
    end = State.replay(journal).orders["c"]
    assert (end.status, end.place, end.vehicle) == (Status.COLLECTED, "depot", None)


def test_a_collection_waits_for_its_goods():
    """The van is there at 60 s, the goods are ready at 100 s, ten seconds later than announced."""
    collection = order("c", "depot", "near", kind=OrderKind.COLLECTION, ready_at_s=90.0)

    journal = run(
        day([collection], ready_at_s={"c": 100.0}, visits={"near": Visit(fixed_s=(30.0,))}),
        scripted({0: plan(collect("near", "c"))}),
    )

    assert [(event.at_s, event.reason) for event in journal.of(WaitBegan)] == [(60, "goods")]
    assert times(journal, ServiceBegan) == [100]


def test_a_delivery_waits_for_its_goods_at_the_depot():
    """Announced for 90 s, ready at 100 s: loaded then, delivered a minute later."""
    late = order("a", "near", ready_at_s=90.0)

    journal = run(
        day([late], ready_at_s={"a": 100.0}),
        scripted({0: plan(load("a"), deliver("near", "a"))}),
    )

    assert [(event.at_s, event.reason) for event in journal.of(WaitBegan)] == [(0, "goods")]
    assert times(journal, Delivered) == [160]


def test_a_collection_without_room_because_a_delivery_failed_is_dropped():
    """One parcel fits in: the refused one stays aboard, so the other is not taken over."""
    orders = [order("a", "near"), order("c", "depot", "near", kind=OrderKind.COLLECTION)]
    both = Stop("near", (Deliver("a"), Collect("c")))

    journal = run(
        day(orders, [van(capacity=ONE)], failures={"a": "refused"}),
        scripted({0: plan(load("a"), both)}),
    )

    assert [event.orders for event in journal.of(ServiceBegan)] == [("a",)]
    assert [(event.orders, event.why) for event in journal.of(ActionsDropped)] == [
        (("c",), "no room")
    ]
    assert State.replay(journal).orders["a"].status is Status.RETURNED
    assert journal.events[-1].carried_over == ("c",)


def test_a_parcel_handed_over_makes_room_for_a_collection_at_the_same_door():
    """As before without the refusal: one out, one in, in one service."""
    orders = [order("a", "near"), order("c", "depot", "near", kind=OrderKind.COLLECTION)]
    both = Stop("near", (Deliver("a"), Collect("c")))

    journal = run(day(orders, [van(capacity=ONE)]), scripted({0: plan(load("a"), both)}))

    assert [event.orders for event in journal.of(ServiceBegan)] == [("a", "c")]
    assert len(journal.of(Delivered)) == len(journal.of(Collected)) == 1


# Windows


def test_an_early_van_waits_unless_its_class_is_served_early():
    """There at 60 s, the window opens at 200 s: 200, or 60 and counted early."""
    early = order("a", "near", window=TimeWindow(200, 300), service_class="early")
    classes = {"early": ServiceClass("early", serve_early=True)}

    waits = run(day([order("a", "near", window=TimeWindow(200, 300))]), Fifo)
    serves = run(day([early], classes=classes), Fifo)

    assert times(waits, ServiceBegan) == [200]
    assert measure(waits)["early_share"] == 0
    assert times(serves, ServiceBegan) == [60]
    assert measure(serves)["early_share"] == 1


@pytest.mark.parametrize(("closes_at_s", "missed"), [(60, False), (59.875, True)])
def test_a_hard_window_is_missed_a_tick_after_its_end(closes_at_s, missed):
    """Both ends belong to it: arriving at 60 s is in time for 60 s, not for 59 7/8 s."""
    hard = order("a", "near", window=TimeWindow(0, closes_at_s), service_class="hard")

    journal = run(day([hard], classes={"hard": ServiceClass("hard", hard_window=True)}), Fifo)

    assert [event.cause for event in journal.of(AttemptFailed)] == ["window missed"] * missed
    assert len(journal.of(Delivered)) == (not missed)


def test_a_soft_window_that_has_closed_is_served_late():
    """Ten seconds late is delivered and recorded."""
    journal = run(day([order("a", "near", window=TimeWindow(0, 50))]), Fifo)

    assert times(journal, Delivered) == [60]
    assert measure(journal)["lateness_min"] == pytest.approx(10 / 60)
    assert measure(journal)["on_time_share"] == 0


# Shifts


def test_no_stop_is_departed_for_after_shift_and_overtime():
    """Shift until 100 s, 30 s more allowed: mid is left for at 90 s, far no more at 195 s."""
    visits = {"near": Visit(fixed_s=(30.0,)), "mid": Visit(fixed_s=(45.0,))}
    stops = [deliver("near", "a"), deliver("mid", "b"), deliver("far", "c")]

    journal = run(
        day([order("a", "near"), order("b", "mid"), order("c", "far")], None,
            [duty(closes_at_s=100, overtime_s=30)], visits=visits),
        scripted({0: plan(load("a", "b", "c"), *stops)}),
    )  # fmt: skip

    assert times(journal, Delivered) == [90, 195]  # left for mid at 90 s, in time
    assert [(event.at_s, event.orders, event.why) for event in journal.of(ActionsDropped)] == [
        (195, ("c",), "the shift is over")
    ]
    assert times(journal, DutyEnded) == [315]
    kpis = measure(journal)
    assert kpis["overtime_h"] == 215 / 3600
    assert kpis["bring_backs"] == 1
    assert journal.events[-1] == DayEnded(315, ("c",))


def test_a_window_that_opens_after_the_shift_is_not_waited_for_beyond_it():
    """The van waits at the door as long as it may, then goes home with the parcel."""
    late = order("a", "near", window=TimeWindow(500, 600))

    journal = run(day([late], None, [duty(closes_at_s=300, overtime_s=60)]), Fifo)

    assert [(event.at_s, event.why) for event in journal.of(ActionsDropped)] == [
        (360, "it can begin after the shift only")
    ]
    assert times(journal, DutyEnded) == [420]


def test_two_duties_share_one_van():
    """The first driver from 0 to 100 s, the second from 200 to 400 s; each its own shift."""
    first, second = duty(closes_at_s=100), duty(opens_at_s=200, closes_at_s=400)
    second = type(second)("duty-2", second.driver, second.vehicle, second.shift)
    orders = [order("a", "near"), order("b", "near", placed_at_s=150.0, ready_at_s=150.0)]

    journal = run(day(orders, None, [first, second]), Fifo)

    assert log(journal, ShiftBegan, Delivered, ShiftEnded, DutyEnded) == [
        (0, "ShiftBegan"), (60, "Delivered"), (100, "ShiftEnded"), (120, "DutyEnded"),
        (200, "ShiftBegan"), (260, "Delivered"), (400, "ShiftEnded"), (400, "DutyEnded"),
    ]  # fmt: skip
    assert measure(journal)["overtime_h"] == 20 / 3600


def test_a_second_duty_begins_when_the_first_driver_is_home():
    """Due at 150 s, but the van comes home at 180 s: half a minute of idle paid time."""
    first, second = duty(closes_at_s=100), duty(opens_at_s=150, closes_at_s=400)
    second = type(second)("duty-2", second.driver, second.vehicle, second.shift)

    journal = run(
        day([order("a", "near")], None, [first, second], visits={"near": Visit(fixed_s=(60.0,))}),
        Fifo,
    )

    assert times(journal, ShiftBegan) == [0, 180]
    assert measure(journal)["time_idle_share"] == (30 + 220) / (180 + 250)


def test_a_van_that_ends_nowhere_stays_where_it_is():
    """No drive home: the duty ends at the door."""
    journal = run(day([order("a", "mid")], [van(ends_at=None)], [duty(closes_at_s=500)]), Fifo)

    assert log(journal, Arrived, VehicleFree, DutyEnded) == [
        (120, "Arrived"), (120, "VehicleFree"), (500, "DutyEnded"),
    ]  # fmt: skip


def test_the_horizon_cuts_a_service_off():
    """At 100 s the driver is at the door: the order is carried over, aboard; nothing after."""
    journal = run(day([order("a", "near")], rules=Rules(horizon_s=100.0), visits=PER_VISIT), Fifo)

    assert journal.events[-1] == DayEnded(100, ("a",))
    assert State.replay(journal).orders["a"].status is Status.SERVING
    kpis = measure(journal)
    assert kpis["carried_over"] == 1
    assert kpis["delivered"] == 0


def test_what_happens_at_the_horizon_is_still_in_the_day():
    """Delivered at 150 s with the horizon at 150 s: in; at 149 7/8 s: out."""
    made = [order("a", "near")]

    inside = run(day(made, rules=Rules(horizon_s=150.0), visits=PER_VISIT), Fifo)
    outside = run(day(made, rules=Rules(horizon_s=149.875), visits=PER_VISIT), Fifo)

    assert len(inside.of(Delivered)) == 1
    assert len(outside.of(Delivered)) == 0


# Latency


def test_a_plan_takes_force_when_it_has_been_thought():
    """Asked at 0 s, thought for 40 s: loaded at 40 s, delivered at 100 s."""
    journal = run(day([order("a", "near")], rules=Rules(latency_s=40.0)), Fifo)

    made = journal.of(PlanMade)[0]
    assert (made.asked_at_s, made.at_s) == (0, 40)
    assert times(journal, Delivered) == [100]


def test_what_happened_meanwhile_drops_out_of_a_plan_and_is_listed():
    """Thought from 50 to 100 s: to serve a then b; but a was served at 60 s, as told before."""
    script = {
        -50: plan(load("a", "b"), deliver("near", "a")),
        50: plan(deliver("near", "a"), deliver("mid", "b")),
    }
    early = {"placed_at_s": -50.0, "ready_at_s": -50.0}

    journal = run(
        day([order("a", "near", **early), order("b", "mid", **early)],
            rules=Rules(begins_at_s=-50.0, latency_s=50.0)),
        scripted(script),
    )  # fmt: skip

    dropped = [event for event in journal.of(PlanMade) if event.dropped]
    assert [(event.asked_at_s, event.at_s, event.dropped) for event in dropped] == [
        (50, 100, ("a",))
    ]
    assert times(journal, Delivered)[0] == 60
    assert dropped[0].routes == {"v1": (deliver("mid", "b"),)}
    assert len(journal.of(Delivered)) == 2


def test_questions_while_thinking_are_gathered_into_the_next():
    """Orders placed at 10 and 20 s, while the first answer is thought until 40 s: one question."""
    orders = [order("a", "near"), *(
        order(name, "near", placed_at_s=at_s, ready_at_s=at_s) for name, at_s in
        (("b", 10.0), ("c", 20.0))
    )]  # fmt: skip

    journal = run(day(orders, rules=Rules(latency_s=40.0)), Fifo)

    second = journal.of(PlanMade)[1]
    assert (second.question, second.asked_at_s, second.at_s) == (2, 40, 80)
    assert second.because == {"OrderPlaced": 2}


def test_goods_can_be_put_down_by_name():
    """A depot stop that only unloads: the parcel is back at the depot, ready."""
    route = plan(load("a"), Stop("far"), Stop("depot", (UnloadOrders(("a",)),)))

    journal = run(day([order("a", "far")]), scripted({0: route}))

    assert times(journal, Unloaded) == [360]
    assert State.replay(journal).orders["a"].status is Status.READY


def test_a_van_that_comes_home_after_its_limit_still_unloads_as_told():
    """Left for the depot at 120 s, limit 130 s, there at 240 s: the named goods come out."""
    route = plan(load("a"), Stop("mid"), Stop("depot", (UnloadOrders(("a",)),)))

    journal = run(day([order("a", "mid")], None, [duty(closes_at_s=130)]), scripted({0: route}))

    assert times(journal, Unloaded) == [240]
    assert times(journal, DutyEnded) == [240]


def test_places_to_go_to_are_forgotten_when_the_shift_is_over():
    """Left for the far end at 0 s, limit 130 s: home with the parcel, and the day ends."""
    route = plan(load("a"), Stop("far"), Stop("depot"), Stop("far"))

    journal = run(day([order("a", "far")], None, [duty(closes_at_s=130)]), scripted({0: route}))

    assert [(event.at_s, event.orders) for event in journal.of(ActionsDropped)] == [(180, ())]
    assert times(journal, Unloaded) == [360]
    assert times(journal, DutyEnded) == [360]


def test_a_shift_cut_off_by_the_horizon_counts_as_far_as_it_was_lived():
    """Driving 60 s, serving 40 of 90 s: shares of the 100 s there were."""
    journal = run(day([order("a", "near")], rules=Rules(horizon_s=100.0), visits=PER_VISIT), Fifo)

    kpis = measure(journal)
    assert kpis["time_stem_share"] == 0.6
    assert kpis["time_serving_share"] == 0.4
    assert kpis["vehicle_utilization"] == 1


def test_a_plan_for_a_driver_who_has_gone_home_is_not_driven_by_the_next():
    """Asked at 0 s of a driver who can lift, in force at 60 s under one who cannot: listed."""
    first, second = duty(closes_at_s=30), replace(duty(opens_at_s=40), id="duty-2", driver="new")
    heavy = order("a", "near", skills=("lift",))
    made = day([heavy, order("b", "near")], None, [first, second], rules=Rules(latency_s=60.0))
    made = replace(made, drivers=(Driver(first.driver, ("lift",)), Driver("new")))

    journal = run(made, scripted({0: plan(load("a", "b"), deliver("near", "b", "a"))}))

    first_plan = journal.of(PlanMade)[0]
    assert (first_plan.at_s, first_plan.dropped) == (60, ("a",))
    assert [event.order for event in journal.of(Delivered)] == ["b"]
