"""Vehicles that break down: where, for how long, and what becomes of goods and driver (S14)."""

from dataclasses import replace

import pytest
from dispatchers import scripted
from lived import day, deliver, duty, facts, load, order, plan, story, times, van

from twin import Load, Parcel, Place, PlaceKind, Plan, Rules, State, TimeWindow, Visit, run
from twin.events import (
    Arrived,
    BrokeDown,
    Delivered,
    Departed,
    DutyCancelled,
    DutyMoved,
    RepairBegan,
    Repaired,
    Returned,
    Towed,
)
from twin.model import DRIVE, Energy, NodeId, PlaceId
from twin.rows import Status
from twin.rules import BreakdownClock
from twin.surprises import Breakdown

TO_FAR = scripted({0: plan(load("a"), deliver("far", "a"))})
FAR = [order("a", "far")]


def broken(*failures, clock=BreakdownClock.KM, orders=FAR, script=TO_FAR, rules=None, **more):
    """Return the journal of a day whose v1 breaks down."""
    rules = replace(rules or Rules(), breakdown_clock=clock)
    return run(day(orders, breakdowns={"v1": failures}, rules=rules, **more), script)


HOME_AGAIN = [
    "330 Arrived ServiceBegan Delivered VehicleFree Departed",
    "510 Arrived VehicleFree",
    "2000 ShiftEnded DutyEnded",
]


@pytest.mark.parametrize(
    ("clock", "after"),
    [
        (BreakdownClock.KM, 900.0),  # metres: one and a half blocks
        (BreakdownClock.DRIVING, 90.0),  # seconds at the wheel
        (BreakdownClock.DUTY, 90.0),  # seconds since the shift began
        (BreakdownClock.CALENDAR, 90.0),  # seconds since the day began
    ],
)
def test_a_van_that_breaks_down_on_an_edge_drives_the_rest_of_it_when_it_is_repaired(clock, after):
    """Down at 90 s halfway on the second edge, repaired at 240 s: 30 s for its rest, then 60 s."""
    journal = broken(Breakdown(after, wait_s=100.0, repair_s=50.0), clock=clock)

    assert story(journal) == [
        "0 ShiftBegan LoadingBegan Loaded Departed",
        "90 BrokeDown",
        "190 RepairBegan",
        "240 Repaired Departed",
        *HOME_AGAIN,
    ]
    (down,) = journal.of(BrokeDown)
    assert (down.cause, down.node, down.edges, down.entered_at_s) == (
        "breakdown", 1, (0, 2), (0, 60),
    )  # fmt: skip
    assert down.lengths_m == pytest.approx((600, 300))
    assert down.place == Place(PlaceId("breakdown/v1/1"), PlaceKind.SITE, {DRIVE: NodeId(2)})
    again = journal.of(Departed)[1]
    assert (again.node, again.place, again.nodes) == (1, "breakdown/v1/1", (1, 2, 3))
    assert again.lengths_m == pytest.approx((300, 600))
    assert journal.of(Arrived)[0].entered_at_s == (240, 270)


@pytest.mark.parametrize(
    ("clock", "before_duty_s"),
    [(BreakdownClock.DUTY, 40.0), (BreakdownClock.CALENDAR, 0.0)],
)
def test_the_clock_of_a_duty_runs_with_the_shift_that_of_the_calendar_with_the_day(
    clock, before_duty_s
):
    """The day begins at 0 s, the shift at 40 s: a clock of 90 s strikes at 130 s or at 90 s."""
    journal = broken(
        Breakdown(90.0, repair_s=10.0), clock=clock, duties=[duty(opens_at_s=40, closes_at_s=2000)]
    )

    assert times(journal, BrokeDown) == [90 + before_duty_s]


def test_the_clock_of_driving_stands_still_at_doors():
    """60 s to the near door, 500 s there, then 30 of 60 s: 90 s of driving, down at 590 s."""
    journal = broken(
        Breakdown(90.0, repair_s=10.0),
        clock=BreakdownClock.DRIVING,
        orders=[order("a", "near"), order("b", "mid")],
        script=scripted({0: plan(load("a", "b"), deliver("near", "a"), deliver("mid", "b"))}),
        visits={"near": Visit(fixed_s=(500.0,))},
    )

    assert facts(journal, BrokeDown, "node") == [(590, 1)]
    assert times(journal, Delivered) == [560, 630]  # down for 10 s, half a minute left


def test_at_a_junction_the_next_leg_begins_with_a_whole_edge():
    """600 m from the depot, at 60 s: nothing of the second edge is driven yet."""
    journal = broken(Breakdown(600.0, repair_s=50.0))

    (down,) = journal.of(BrokeDown)
    assert (down.at_s, down.node, down.edges, down.lengths_m) == (60, 1, (0,), (600,))
    assert down.place.nodes == {DRIVE: 1}
    again = journal.of(Departed)[1]
    assert (again.at_s, again.lengths_m) == (110, (600, 600))
    assert times(journal, Delivered) == [230]


def test_a_way_that_ends_where_the_clock_does_is_driven_and_the_next_not_begun():
    """1800 m to the far door: delivered at 180 s; the drive home ends where it begins."""
    journal = broken(Breakdown(1800.0, repair_s=50.0))

    assert times(journal, Delivered) == [180]
    (down,) = journal.of(BrokeDown)
    assert (down.at_s, down.node, down.edges) == (180, 3, ())
    assert times(journal, Departed) == [0, 180, 230]


def test_a_van_that_breaks_down_while_it_is_served_from_breaks_down_after_it():
    """At the far door from 180 s to 280 s; its clock runs out at 200 s."""
    journal = broken(
        Breakdown(200.0, wait_s=10.0, repair_s=50.0),
        clock=BreakdownClock.DUTY,
        visits={"far": Visit(fixed_s=(100.0,))},
    )

    assert story(journal)[1:4] == [
        "180 Arrived ServiceBegan",
        "280 Delivered BrokeDown",
        "290 RepairBegan",
    ]
    (down,) = journal.of(BrokeDown)
    assert (down.place.id, down.edges, down.node) == ("far", (), 3)
    assert times(journal, Repaired) == [340]


def test_an_idle_van_breaks_down_where_it_stands():
    """Nothing to do at the depot, the clock runs out at 300 s."""
    journal = broken(
        Breakdown(300.0, repair_s=50.0), clock=BreakdownClock.CALENDAR, script=scripted({})
    )

    assert story(journal) == [
        "0 ShiftBegan",
        "300 BrokeDown RepairBegan",
        "350 Repaired",
        "2000 ShiftEnded DutyEnded",
    ]


def test_a_van_that_waits_for_a_window_breaks_down_while_it_waits():
    """At the far door at 180 s, the window opens at 400 s; down from 300 s to 350 s, then again."""
    journal = broken(
        Breakdown(300.0, repair_s=50.0),
        clock=BreakdownClock.DUTY,
        orders=[order("a", "far", window=TimeWindow(400, 500))],
    )

    assert story(journal)[1:5] == [
        "180 Arrived WaitBegan",
        "300 BrokeDown RepairBegan",
        "350 Repaired WaitBegan",
        "400 ServiceBegan Delivered VehicleFree Departed",
    ]


def test_a_van_can_break_down_twice_on_one_edge():
    """Down at 100 m and, 200 m later, at 300 m of the first edge: 10 s, down, 20 s, down, 30 s."""
    journal = broken(
        Breakdown(100.0, repair_s=50.0), Breakdown(200.0, repair_s=40.0),
        orders=[order("a", "near")], script=scripted({0: plan(load("a"), deliver("near", "a"))}),
    )  # fmt: skip

    assert story(journal)[1:5] == [
        "10 BrokeDown RepairBegan",
        "60 Repaired Departed",
        "80 BrokeDown RepairBegan",
        "120 Repaired Departed",
    ]
    assert [(e.node, e.lengths_m, e.place.id) for e in journal.of(BrokeDown)] == [
        (0, (100,), "breakdown/v1/1"),
        (0, (200,), "breakdown/v1/2"),
    ]
    assert [e.lengths_m for e in journal.of(Departed)][:3] == [(600,), (500,), (300,)]
    assert times(journal, Delivered) == [150]


def test_a_single_crew_repairs_one_van_after_the_other():
    """Both are down at 30 s; help is there at 40 s and at 50 s; the second waits until 140 s."""
    vans = [van("v1"), van("v2")]
    orders = [order("a", "near"), order("b", "near")]
    failures = {
        "v1": (Breakdown(300.0, wait_s=10.0, repair_s=100.0),),
        "v2": (Breakdown(300.0, wait_s=20.0, repair_s=100.0),),
    }
    routes = {"v1": (load("a"), deliver("near", "a")), "v2": (load("b"), deliver("near", "b"))}
    script = {0: Plan(routes)}

    one = run(day(orders, vans, breakdowns=failures, rules=Rules(repair_crews=1)), scripted(script))
    two = run(day(orders, vans, breakdowns=failures, rules=Rules(repair_crews=2)), scripted(script))

    assert facts(one, RepairBegan, "vehicle") == [(40, "v1"), (140, "v2")]
    assert facts(one, Repaired, "vehicle") == [(140, "v1"), (240, "v2")]
    assert facts(two, Repaired, "vehicle") == [(140, "v1"), (150, "v2")]


# Towed in

TOW = Breakdown(900.0, wait_s=100.0, repair_s=None, tow_s=200.0)


def test_a_van_that_cannot_be_repaired_is_towed_and_its_goods_are_at_the_depot():
    """Down at 90 s, help 100 s later, towed for 200 s; its driver has nothing more to do."""
    journal = broken(TOW)

    assert story(journal) == [
        "0 ShiftBegan LoadingBegan Loaded Departed",
        "90 BrokeDown",
        "390 Towed",
        "2000 ShiftEnded DutyEnded",
    ]
    assert facts(journal, Towed, "node", "place", "orders") == [(390, 0, "depot", ("a",))]
    end = State.replay(journal)
    assert (end.orders["a"].status, end.orders["a"].place) == (Status.READY, "depot")
    assert journal.events[-1].carried_over == ("a",)
    assert not end.vehicles["v1"].aboard


def test_what_was_towed_in_is_delivered_by_another_van():
    """At the depot from 390 s: loaded by v2 then, at the far door at 570 s."""
    script = scripted(
        {
            0: plan(load("a"), deliver("far", "a")),
            390: plan(load("a"), deliver("far", "a"), to="v2"),
        }
    )

    journal = broken(TOW, script=script, vans=[van("v1"), van("v2")])

    assert facts(journal, Delivered, "vehicle") == [(570, "v2")]


def test_a_tow_that_ends_after_the_shift_ends_the_duty_then():
    """The shift ends at 300 s, the tow at 390 s: overtime, but no idle time."""
    journal = broken(TOW, duties=[duty(closes_at_s=300)])

    assert story(journal)[1:] == ["90 BrokeDown", "300 ShiftEnded", "390 Towed DutyEnded"]


def test_goods_on_their_way_back_to_the_sender_are_returned_when_towed_in():
    """Refused at the near door at 60 s, towed in on the way home: the last attempt was made."""
    journal = broken(
        replace(TOW, after=900.0),
        orders=[order("a", "near")],
        failures={"a": "refused"},
        script=scripted({0: plan(load("a"), deliver("near", "a"))}),
    )

    assert facts(journal, BrokeDown, "node") == [(90, 1)]
    assert facts(journal, Returned, "order", "place") == [(390, "a", "depot")]


SPARE = van("s1")


def test_a_spare_takes_the_duty_on_as_soon_as_the_van_is_towed_in():
    """At 390 s the driver goes on with the spare; a second later it is given the order again."""
    script = scripted(
        {
            0: plan(load("a"), deliver("far", "a")),
            391: plan(load("a"), deliver("far", "a"), to="s1"),
        }
    )

    journal = broken(TOW, script=script, vans=[van("v1"), SPARE], spares=("s1",))

    assert story(journal)[2:] == ["390 Towed DutyMoved"]
    assert facts(journal, DutyMoved, "duty", "spare") == [(390, "duty-v1", "s1")]
    assert story(journal, "s1") == [
        "390 ShiftBegan",
        "391 LoadingBegan Loaded Departed",
        "571 Arrived ServiceBegan Delivered VehicleFree Departed",
        "751 Arrived VehicleFree",
        "2000 ShiftEnded DutyEnded",
    ]


def test_no_spare_is_taken_after_the_shift_or_at_another_depot():
    """Towed in at 390 s: the shift ended at 300 s, or the spare stands elsewhere."""
    other = Place(PlaceId("other"), PlaceKind.DEPOT, {DRIVE: NodeId(3)})

    late = broken(TOW, duties=[duty(closes_at_s=300)], vans=[van("v1"), SPARE], spares=("s1",))
    away = broken(TOW, vans=[van("v1"), van("s1", "other")], spares=("s1",), places=[other])

    assert not late.of(DutyMoved)
    assert not away.of(DutyMoved)


def second_duty(opens_at_s=600.0, **more):
    return replace(duty(opens_at_s=opens_at_s, closes_at_s=1500), id="duty-2", **more)


def test_the_second_duty_of_a_van_out_of_service_has_no_vehicle_or_a_spare():
    """Towed in at 390 s, the second duty begins at 600 s: cancelled then, or on the spare."""
    duties = [duty(closes_at_s=500), second_duty()]

    without = broken(TOW, duties=duties)
    towed = broken(TOW, duties=duties, vans=[van("v1"), SPARE], spares=("s1",))

    assert facts(without, DutyCancelled, "duty", "why") == [(600, "duty-2", "no vehicle")]
    assert facts(towed, DutyMoved, "duty") == [(390, "duty-v1"), (600, "duty-2")]
    assert story(towed, "s1") == [
        "390 ShiftBegan",
        "500 ShiftEnded DutyEnded",
        "600 ShiftBegan",
        "1500 ShiftEnded DutyEnded",
    ]


@pytest.mark.parametrize("locked", [True, False])
def test_a_spare_is_not_taken_before_the_shift_begins(locked):
    """Goods are fixed 100 s before the shift: no reason to begin it then."""
    lock_s = 100.0 if locked else 0.0
    duties = [duty(closes_at_s=450), second_duty()]
    rules = Rules(load_lock_s=lock_s)

    journal = broken(TOW, duties=duties, vans=[van("v1"), SPARE], spares=("s1",), rules=rules)

    assert times(journal, DutyMoved)[-1] == 600


def test_an_absent_driver_takes_no_spare():
    """The vehicle of the second duty was towed in, and its driver does not come either."""
    duties = [duty(closes_at_s=450), second_duty()]

    journal = broken(
        TOW, duties=duties, vans=[van("v1"), SPARE], spares=("s1",), absent={"duty-2": 550.0}
    )

    assert facts(journal, DutyCancelled, "duty", "why") == [(550, "duty-2", "driver absent")]


# Batteries


def electric(kwh, per_km=1.0, share=1.0, full_load_share=0.0, capacity=None):
    energy = Energy("electricity", per_km, kwh, full_load_share, begins_share=share)
    return replace(van("v1", capacity=capacity or Load(10**9, 10**9, 9)), energy=energy)


def test_a_van_whose_battery_is_empty_is_towed_in():
    """0.9 kWh at one a kilometre are 900 m: empty at 90 s, towed in two hours later."""
    journal = broken(vans=[electric(1.8, share=0.5)], rules=Rules(stranded_s=300.0))

    assert story(journal)[1:] == ["90 BrokeDown", "390 Towed", "2000 ShiftEnded DutyEnded"]
    (down,) = journal.of(BrokeDown)
    assert (down.cause, down.node) == ("battery empty", 1)
    assert down.lengths_m == pytest.approx((600, 300))
    assert State.replay(journal).vehicles["v1"].charge_kwh == pytest.approx(0.0, abs=1e-9)


def test_what_is_aboard_and_the_weather_empty_a_battery_sooner():
    """Half full of weight at +100 % when full, a cold day of 1.2: 1 x 1.5 x 1.2 kWh a kilometre."""
    heavy = [order("a", "far", parcels=(Parcel(50_000),))]
    fits = Load(100_000, 10**9, 9)
    enough = electric(6.0, full_load_share=1.0, capacity=fits)
    too_little = electric(5.0, full_load_share=1.0, capacity=fits)

    home = broken(orders=heavy, vans=[enough], rules=Rules(consumption=1.2))
    stranded = broken(orders=heavy, vans=[too_little], rules=Rules(consumption=1.2))

    used_kwh = 1.8 * 1.8 + 1.8 * 1.2  # out loaded, home empty
    assert State.replay(home).vehicles["v1"].charge_kwh == pytest.approx(6.0 - used_kwh)
    # empty 1466 2/3 m after the far door: 146 2/3 s, on the tick 146 5/8
    assert facts(stranded, BrokeDown, "cause") == [(180 + 146.625, "battery empty")]


def test_a_breakdown_leaves_goods_aboard_and_the_order_in_its_route():
    """While it waits for help the order is still planned on it, and nothing is put down."""
    journal = broken(Breakdown(900.0, wait_s=100.0, repair_s=50.0))

    row = State.replay(journal, until_s=150.0)
    assert list(row.vehicles["v1"].aboard) == ["a"]
    assert row.orders["a"].planned_on == "v1"
    assert row.vehicles["v1"].activity == "down"
