"""One day worked by hand, to the second and the cent, without and with its breakdown.

A road D -6 km- A -4- B -2- C, and D -5- E; 30 km/h, but half of that from 08:00 to 08:30; three
minutes at a door, five at the depot. The second program is pencil and paper.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest
from worlds import depot, duty, order, place, streets, van, world

from experiments.checker import check_lines
from policies.replay import Replay
from twin import (
    Deliver,
    Journal,
    Ledger,
    LoadOrders,
    Plan,
    Rates,
    Retry,
    Rules,
    ServiceClass,
    State,
    Stop,
    TimeWindow,
    UnloadOrders,
    Visit,
    World,
    figures,
    run,
)
from twin.events import (
    Arrived,
    AttemptFailed,
    BrokeDown,
    Delivered,
    Departed,
    Repaired,
    ServiceBegan,
)
from twin.facts import Facts
from twin.units import clock, parse_clock
from twin.world import Breakdown, BreakdownClock

D, A, B, C, E = range(5)
AT = parse_clock


def window(opens: str, closes: str) -> TimeWindow:
    return TimeWindow(AT(opens), AT(closes))


def the_day(breakdowns: dict[str, tuple[Breakdown, ...]]) -> World:
    """Return the day: two vans, seven orders, and what breaks down after driving how long."""
    half_hours = [1.0] * 48
    half_hours[16] = 2.0  # 08:00 to 08:30 takes twice as long
    edges = [(D, A, 6000), (A, B, 4000), (B, C, 2000), (D, E, 5000)]
    travel = streets(
        5, [*edges, *((b, a, m) for a, b, m in edges)], 30 / 3.6, time_factors=half_hours
    )
    doors = [place("A", A), place("B", B), place("C", C), place("E", E)]
    soft, hard = {"service_class": "soft"}, {"service_class": "hard"}
    orders = [
        order("O1", "A", window=window("07:30", "08:00"), **hard),
        order("O2", "B", window=window("08:00", "08:10"), **soft),
        order("O3", "C", **soft),
        order("O4", "A", window=window("08:15", "08:20"), **soft),
        order("O5", "E", window=window("08:20", "09:15"), placed_at_s=AT("08:20"),
              ready_at_s=AT("08:20"), **hard),
        order("O6", "C", window=window("09:00", "09:10"), **hard),
        order("O7", "C", window=window("08:30", "08:35"), placed_at_s=AT("08:30"),
              ready_at_s=AT("08:30"), **hard),
    ]  # fmt: skip
    three_minutes = Visit(fixed_s=(180.0,))
    return world(
        travel,
        [depot(D), *doors],
        orders,
        [van("V1"), van("V2")],
        [duty("V1", AT("07:30"), AT("10:30")), duty("V2", AT("08:00"), AT("10:00"))],
        rules=Rules(begins_at_s=AT("07:00"), breakdown_clock=BreakdownClock.DRIVING),
        breakdowns=breakdowns,
        classes={
            "soft": ServiceClass("soft", retry=Retry.RETURN),
            "hard": ServiceClass("hard", hard_window=True),
        },
        visits={
            **{door.id: three_minutes for door in doors},
            "depot": Visit(fixed_s=(300.0,)),
        },
        failures={"O3": "refused"},
        rates=Rates(
            vehicle_day={"van": Decimal(50)},
            vehicle_km={"van": Decimal("0.30")},
            labour_hour={"van": Decimal(18)},
            late_order=Decimal(5),
            late_minute=Decimal("0.20"),
            failed_attempt=Decimal(2),
            returned=Decimal(4),
            declined=Decimal(10),
            repair=Decimal(60),
        ),
    )


def load(*orders: str) -> Stop:
    return Stop("depot", (LoadOrders(orders),))


def deliver(door: str, name: str) -> Stop:
    return Stop(door, (Deliver(name),))


MORNING = Plan(
    {
        "V1": (load("O1", "O2", "O3"), deliver("A", "O1"), deliver("B", "O2"), deliver("C", "O3")),
        "V2": (load("O4", "O6"), deliver("A", "O4"), deliver("C", "O6")),
    }
)
AT_08_20 = Plan(
    {
        "V1": (
            Stop("depot", (UnloadOrders(("O3",)), LoadOrders(("O5",)))),
            deliver("E", "O5"),
        )
    }
)
AT_08_30 = Plan(declined=("O7",))
DECISIONS = [(AT("07:00"), MORNING), (AT("08:20"), AT_08_20), (AT("08:30"), AT_08_30)]


@pytest.fixture(scope="module")
def journal() -> Journal:
    """Return the day on which nothing breaks."""
    return run(the_day({}), partial(Replay, plans=DECISIONS), name="replay")


V2_BREAKS = {"V2": (Breakdown(30 * 60.0, wait_s=0.0, repair_s=25 * 60.0),)}
"""After 30 minutes of driving; 25 minutes of repair where it stands."""


@pytest.fixture(scope="module")
def whole() -> Journal:
    """Return the day on which the second van breaks down."""
    return run(the_day(V2_BREAKS), partial(Replay, plans=DECISIONS), name="replay")


def log_of(journal: Journal, vehicle: str) -> list[str]:
    kinds = {Departed: "dep", Arrived: "arr", ServiceBegan: "begins", Delivered: "done",
             AttemptFailed: "failed", BrokeDown: "broke", Repaired: "repaired"}  # fmt: skip
    return [
        f"{clock(event.at_s)} {kinds[type(event)]}"
        for event in journal
        if type(event) in kinds and event.vehicle == vehicle
    ]


def test_the_first_van_lives_its_day_to_the_second(journal):
    """Twice the time on the road until 08:30: 4 km of the way home then, the other 8 km after."""
    assert log_of(journal, "V1") == [
        "07:30:00 dep", "07:42:00 arr", "07:42:00 begins", "07:45:00 done",
        "07:45:00 dep", "07:53:00 arr", "08:00:00 begins", "08:03:00 done",
        "08:03:00 dep", "08:11:00 arr", "08:11:00 begins", "08:14:00 failed",
        "08:14:00 dep", "08:46:00 arr",
        "08:51:00 dep", "09:01:00 arr", "09:01:00 begins", "09:04:00 done",
        "09:04:00 dep", "09:14:00 arr",
    ]  # fmt: skip


def test_the_second_van_is_late_once_and_waits_once(journal):
    """6 km at half speed take 24 min; to C 0.75 km slow and 5.25 km fast take 13.5 min."""
    assert log_of(journal, "V2") == [
        "08:00:00 dep", "08:24:00 arr", "08:24:00 begins", "08:27:00 done",
        "08:27:00 dep", "08:40:30 arr", "09:00:00 begins", "09:03:00 done",
        "09:03:00 dep", "09:27:00 arr",
    ]  # fmt: skip


def test_every_minute_of_both_vans_is_accounted_for(journal):
    """V1: drive 80, wait 7, serve 12, load 5, idle 76. V2: drive 61.5, wait 19.5, 6, idle 33."""
    minutes = {
        duty.vehicle.id: {name: spent / 60 for name, spent in duty.seconds.items() if spent}
        for duty in Facts(journal).duties
    }

    first, second = minutes["V1"], minutes["V2"]
    assert first.pop("stem") + first.pop("driving") == 80
    assert first == {"waiting": 7, "serving": 12, "loading": 5, "idle": 76}
    assert second.pop("stem") + second.pop("driving") == 61.5
    assert second == {"waiting": 19.5, "serving": 6, "idle": 33}


def test_seven_orders_end_once_each(journal):
    """Five delivered, one of them late, O3 returned and O7 declined."""
    assert {name: row.status.value for name, row in State.replay(journal).orders.items()} == {
        "O1": "delivered", "O2": "delivered", "O3": "returned", "O4": "delivered",
        "O5": "delivered", "O6": "delivered", "O7": "declined",
    }  # fmt: skip


def test_the_books_add_up_to_the_cent(journal):
    """100 + 58 km x 0.30 + 5 h x 18 + late 5 + 4 x 0.20 + failed 2 + return 4 + rejection 10."""
    ledger = Ledger.of(journal)

    assert {line.name: line.cents for line in ledger.lines} == {
        "vehicle_day": 100_00, "vehicle_km": 17_40, "labour_hour": 90_00, "late_order": 5_00,
        "late_minute": 80, "failed_attempt": 2_00, "returned": 4_00, "declined": 10_00,
        "repair": 0,
    }  # fmt: skip
    assert ledger.total_cents == 229_20
    assert next(line.quantity for line in ledger.lines if line.name == "vehicle_km") == 58


def test_shares_and_their_three_denominators(journal):
    """On time are 4 of 5 delivered, 4 of 6 accepted, 4 of 7 due; at work 159.5 of 300 minutes."""
    day = figures(journal)

    assert Fraction(day["on_time_delivered_share"].value).limit_denominator() == Fraction(4, 5)
    assert Fraction(day["on_time_accepted_share"].value).limit_denominator() == Fraction(4, 6)
    assert Fraction(day["on_time_share"].value).limit_denominator() == Fraction(4, 7)
    assert day["vehicle_utilization"].numerator == 159.5 * 60
    assert day["vehicle_utilization"].denominator == 300 * 60
    assert day["distance_km"].value == 58
    assert day["failed_attempts"].value == day["failed_refused"].value == 1
    assert day["delivered_share"].numerator == 5
    assert day["cost_per_delivery"].value == pytest.approx(229.20 / 5)


# With the breakdown


def test_the_first_van_lives_the_same_day(journal, whole):
    """What happens to the other van changes nothing for it."""
    assert log_of(whole, "V1") == log_of(journal, "V1")


def test_the_second_van_breaks_down_on_the_way_and_goes_on_from_there(whole):
    """24 min to A, 6 min on (0.75 km slow, 1.5 km fast), then 3.75 km to C in 7.5 min."""
    assert log_of(whole, "V2") == [
        "08:00:00 dep", "08:24:00 arr", "08:24:00 begins", "08:27:00 done",
        "08:27:00 dep", "08:33:00 broke", "08:58:00 repaired",
        "08:58:00 dep", "09:05:30 arr", "09:05:30 begins", "09:08:30 done",
        "09:08:30 dep", "09:32:30 arr",
    ]  # fmt: skip


def test_it_stands_where_it_broke_down_to_the_metre(whole):
    """2.25 of the 4 km from A to B; the first street of the next leg is the other 1.75 km of it."""
    (broke,) = whole.of(BrokeDown)
    rest = next(e for e in whole.of(Departed) if e.vehicle == "V2" and e.at_s == AT("08:58"))

    assert (broke.node, broke.cause) == (A, "breakdown")
    assert broke.lengths_m == pytest.approx((2250,))
    assert rest.edges[0] == broke.edges[0]
    assert rest.lengths_m == pytest.approx((1750, 2000))
    assert broke.lengths_m[0] + rest.lengths_m[0] == 4000


def test_every_minute_of_the_broken_down_van_is_accounted_for(whole):
    """V2: drive 61.5, serve 6, down 25, idle 27.5: 120. It waits for no window any more."""
    spent = next(duty.seconds for duty in Facts(whole).duties if duty.vehicle.id == "V2")
    minutes = {name: seconds / 60 for name, seconds in spent.items() if seconds}

    assert minutes.pop("stem") + minutes.pop("driving") == 61.5
    assert minutes == {"serving": 6, "down": 25, "idle": 27.5}


def test_the_books_of_the_whole_day_come_to_289_20(whole):
    """Every line as before, and 60 for the repair; 57.84 for each of five delivered."""
    ledger = Ledger.of(whole)

    assert {line.name: line.cents for line in ledger.lines} == {
        "vehicle_day": 100_00, "vehicle_km": 17_40, "labour_hour": 90_00, "late_order": 5_00,
        "late_minute": 80, "failed_attempt": 2_00, "returned": 4_00, "declined": 10_00,
        "repair": 60_00,
    }  # fmt: skip
    assert ledger.total_cents == 289_20
    assert figures(whole)["cost_per_delivery"].value == pytest.approx(57.84)


def test_the_shares_of_the_whole_day(whole):
    """At work V1 92/180, V2 67.5/120, both 159.5/300 (not the mean of the two, 0.5368)."""
    day = figures(whole)
    work = ("stem", "driving", "serving")
    shares = {
        duty.vehicle.id: Fraction(sum(duty.seconds[name] for name in work)) / Fraction(duty.shift_s)
        for duty in Facts(whole).duties
    }

    assert shares == {"V1": Fraction(92, 180), "V2": Fraction(675, 1200)}
    assert day["vehicle_utilization"].value == pytest.approx(159.5 / 300)
    assert day["vehicle_utilization"].denominator == 300 * 60
    assert day["time_down_share"].numerator == 25 * 60
    assert day["breakdowns"].value == 1
    assert day["distance_km"].value == 58
    assert Fraction(day["on_time_delivered_share"].value).limit_denominator() == Fraction(4, 5)
    assert Fraction(day["on_time_accepted_share"].value).limit_denominator() == Fraction(4, 6)
    assert Fraction(day["on_time_share"].value).limit_denominator() == Fraction(4, 7)


@pytest.mark.parametrize(
    ("clock_of", "after", "broke"),
    [
        (BreakdownClock.DUTY, 30 * 60.0, "08:30:00"),  # three minutes at door A count
        (BreakdownClock.CALENDAR, 90 * 60.0, "08:30:00"),  # so does the hour before the shift
        (BreakdownClock.KM, 6750.0, "08:30:00"),  # 6 km to A and 0.75 on
        (BreakdownClock.DRIVING, 27 * 60.0, "08:30:00"),
        (BreakdownClock.DRIVING, 30 * 60.0, "08:33:00"),
    ],
)
def test_what_the_vehicles_own_clock_counts_moves_the_breakdown(clock_of, after, broke):
    """At 08:30 it has driven 27 min and 6.75 km, is 30 min on duty and 90 min into the day."""
    world = the_day({"V2": (Breakdown(after, 0.0, 25 * 60.0),)})
    rules = replace(world.rules, breakdown_clock=clock_of)
    journal = run(replace(world, rules=rules), partial(Replay, plans=DECISIONS))

    assert [clock(event.at_s) for event in journal.of(BrokeDown)] == [broke]


def test_the_independent_checker_finds_nothing_in_either_day(journal, whole):
    """Read line by line, with the books, by a program that shares nothing with the twin."""
    for lived in (journal, whole):
        lines = Ledger.of(lived).lines
        kept = [{"name": one.name, "what": one.what, "cents": one.cents} for one in lines]

        assert check_lines(lived.lines(), books_kept=kept) == []
