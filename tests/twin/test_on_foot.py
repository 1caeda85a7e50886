"""Doors near the parked vehicle are served on foot, within a radius and a carrying limit (S3)."""

from dataclasses import replace
from math import degrees

import pytest
from dispatchers import Scripted, scripted
from lived import day, deliver, load, order, place, plan, story, times

from twin import Load, Parcel, PlaceKind, Plan, Rules, TimeWindow, Visit, run
from twin.events import BrokeDown, Departed, ParkingBegan, ServiceBegan, Walked
from twin.rules import BreakdownClock
from twin.surprises import Breakdown
from twin.units import EARTH_RADIUS_M


def door(name, node, east_m, north_m=0.0, **more):
    """Return a door at some metres from the first one, at the equator."""
    lat, lon = degrees(north_m / EARTH_RADIUS_M), degrees(east_m / EARTH_RADIUS_M)
    return place(name, node, lat=lat, lon=lon, **more)


DOORS = [door("A", 1, 0.0), door("B", 2, 60.0), door("C", 3, 120.0), door("N", 3, 0.0, 60.0)]
STOP = Visit(parking_s=(30.0,), walk_s=20.0, fixed_s=(10.0,))
VISITS = dict.fromkeys("ABCN", STOP)
RULES = Rules(walking_radius_m=100.0, walking_mps=1.2)  # 60 m are 50 s
AT_A = [
    "0 ShiftBegan LoadingBegan Loaded Departed",
    "60 Arrived ParkingBegan",
    "90 WalkingBegan",
    "110 ServiceBegan",
]


def walked(doors="ABC", parcels=None, *, rules=RULES, places=DOORS, windows=None, **more):
    """Return the journal of a day with an order at each door, served in this sequence."""
    orders = [
        order(
            f"{name.lower()}{k}", name,
            parcels=(Parcel(),) * (parcels or {}).get(name, 1),
            window=(windows or {}).get(name, TimeWindow(0, 86_400)),
        )
        for k, name in enumerate(doors)
    ]  # fmt: skip
    stops = (deliver(one.destination, one.id) for one in orders)
    script = scripted({0: plan(load(*(one.id for one in orders)), *stops)})
    visits = dict.fromkeys((spot.id for spot in places), STOP)
    made = day(orders, places=places, visits=visits, rules=rules, **more)
    return run(made, script)


def test_doors_within_the_radius_are_walked_to_those_beyond_are_driven_to():
    """B is 60 m from where the van is parked at A; C is 60 m from B but 120 m from the van."""
    journal = walked()

    assert story(journal) == [
        *AT_A,
        "120 Delivered WalkingBegan",
        "170 Walked ServiceBegan",  # neither parked nor walked from the van
        "180 Delivered WalkingBegan",
        "230 Walked Departed",  # back at A, then two blocks
        "350 Arrived ParkingBegan",
        "380 WalkingBegan",
        "400 ServiceBegan",
        "410 Delivered VehicleFree Departed",
        "590 Arrived VehicleFree",
        "2000 ShiftEnded DutyEnded",
    ]
    assert [(e.at_s, e.place) for e in journal.of(Walked)] == [(170, "B"), (230, "A")]
    assert [e.walk_m for e in journal.of(Walked)] == pytest.approx([60, 60])


def test_without_a_radius_every_door_is_driven_to():
    """A at 60 s, then B a block further: parked and walked to at each."""
    journal = walked("AB", rules=Rules())

    assert times(journal, ParkingBegan) == [60, 180]
    assert not journal.of(Walked)


def test_the_driver_walks_back_before_driving_home():
    """After B at 180 s back to A, and only then the van is free."""
    assert story(walked("AB"))[4:8] == [
        "120 Delivered WalkingBegan",
        "170 Walked ServiceBegan",
        "180 Delivered WalkingBegan",
        "230 Walked VehicleFree Departed",
    ]


def test_a_second_time_at_the_door_where_the_van_is_parked_is_not_parked_again():
    """A, B and A again: there on foot at 230 s, served until 240 s."""
    journal = walked("ABA")

    assert times(journal, ParkingBegan) == [60]
    assert times(journal, ServiceBegan) == [110, 170, 230]
    assert times(journal, Departed) == [0, 240]


def carrying(parcels):
    return replace(RULES, carrying=Load(10**9, 10**9, parcels))


def test_what_fits_in_one_walk_is_carried_from_door_to_door():
    """One parcel for B and two for N, 84.9 m apart: three can be carried; 70 3/4 s on the tick."""
    journal = walked("ABN", {"N": 2}, rules=carrying(3))

    assert [(e.at_s, e.place) for e in journal.of(Walked)] == [
        (170, "B"),
        (180 + 70.75, "N"),
        (180 + 70.75 + 10 + 50, "A"),
    ]


def test_what_does_not_fit_in_one_walk_is_fetched_from_the_van():
    """Two can be carried: from B back to the van, 50 s, and with two parcels to N, 50 s."""
    journal = walked("ABN", {"N": 2}, rules=carrying(2))

    assert [(e.at_s, e.place) for e in journal.of(Walked)] == [
        (170, "B"),
        (230, "A"),
        (280, "N"),
        (340, "A"),
    ]
    assert times(journal, ParkingBegan) == [60]


def test_what_one_door_gets_and_nobody_can_carry_is_driven_to_it():
    """Three parcels for B, two can be carried."""
    journal = walked("AB", {"B": 3}, rules=carrying(2))

    assert not journal.of(Walked)
    assert times(journal, ParkingBegan) == [60, 180]


def test_what_is_handed_out_at_the_parked_van_is_not_carried():
    """Five parcels for A, one for B: one can be carried."""
    assert times(walked("AB", {"A": 5}, rules=carrying(1)), Walked) == [170, 230]


def test_a_slow_driver_walks_slowly():
    """Pace 2: 40 s from the van, 20 s at the door, 100 s from A to B."""
    made = day([order("a0", "A"), order("b1", "B")], places=DOORS, visits=VISITS, rules=RULES)
    slow = tuple(replace(driver, pace=2.0) for driver in made.drivers)
    route = plan(load("a0", "b1"), deliver("A", "a0"), deliver("B", "b1"))

    journal = run(replace(made, drivers=slow), scripted({0: route}))

    assert story(journal)[2:6] == [
        "90 WalkingBegan",
        "130 ServiceBegan",
        "150 Delivered WalkingBegan",
        "250 Walked ServiceBegan",
    ]


def test_doors_with_docks_and_depots_are_not_walked_to():
    """The same 60 m, but B has a loading bay."""
    bay = replace(DOORS[1], kind=PlaceKind.BUSINESS, docks=1)

    assert not walked("AB", places=[DOORS[0], bay]).of(Walked)


def test_places_without_coordinates_are_not_walked_to():
    """Nobody knows how far it is."""
    assert not walked("AB", places=[DOORS[0], place("B", 2)]).of(Walked)


def test_a_van_does_not_break_down_while_its_driver_is_on_foot():
    """Its clock runs out at 175 s at B; the driver finds out back at the van at 230 s."""
    journal = walked(
        rules=replace(RULES, breakdown_clock=BreakdownClock.DUTY),
        breakdowns={"v1": (Breakdown(175.0, repair_s=40.0),)},
    )

    assert [(e.at_s, e.place.id) for e in journal.of(BrokeDown)] == [(230, "A")]
    assert times(journal, Departed) == [0, 270, 450]  # two blocks, a minute at C


def test_a_driver_who_waits_on_foot_does_not_see_that_the_van_broke_down():
    """B opens at 400 s; the clock runs out at 300 s, found out at 460 s."""
    journal = walked(
        "AB",
        windows={"B": TimeWindow(400, 500)},
        rules=replace(RULES, breakdown_clock=BreakdownClock.DUTY),
        breakdowns={"v1": (Breakdown(300.0, repair_s=40.0),)},
    )

    assert story(journal)[4:] == [
        "120 Delivered WalkingBegan",
        "170 Walked WaitBegan",
        "400 ServiceBegan",
        "410 Delivered WalkingBegan",
        "460 Walked BrokeDown RepairBegan",
        "500 Repaired VehicleFree Departed",
        "560 Arrived VehicleFree",
        "2000 ShiftEnded DutyEnded",
    ]


def test_a_view_says_where_the_van_is_parked():
    """At 175 s the driver is at B, the van at A; at 235 s it is under way."""
    made: list[Scripted] = []

    def make(briefing):
        stops = (deliver(one.destination, one.id) for one in orders)
        script = {0: plan(load("a0", "b1", "c2"), *stops), 175: Plan(), 235: Plan()}
        made.append(Scripted(briefing, script))
        return made[-1]

    orders = [order(f"{d.lower()}{k}", d) for k, d in enumerate("ABC")]
    run(day(orders, places=DOORS, visits=VISITS, rules=RULES), make)
    seen = {view.now_s: view.by_vehicle.get("v1") for view in made[0].views}

    assert (seen[175].place, seen[175].parked) == ("B", "A")
    assert (seen[235].place, seen[235].parked) == (None, None)
