"""The books: quantity times rate, rounded once, and nothing left out in silence."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from dispatchers import Fifo
from told import (
    DOORS,
    at,
    began,
    begins,
    departs,
    drives,
    ends,
    fails,
    loads,
    placed,
    serves,
    shift,
    told,
)
from worlds import depot, duty, line, order, place, van, world

from twin import Ledger, Load, Parcel, PlaceKind, Rates, Rules, TimeWindow, Visit, run
from twin.events import (
    BreakBegan,
    BreakEnded,
    BrokeDown,
    CarrierDelivered,
    CarrierFailed,
    DayEnded,
    DutyCancelled,
    DutyEnded,
    DutyMoved,
    OrderChanged,
    OrderDeclined,
    OrderTendered,
    RepairBegan,
    Towed,
)
from twin.ledger import LINES
from twin.model import Carrier, CarrierId, CarrierKind, Energy, PlaceId, VehicleId
from twin.rates import Pay

V1, D = VehicleId("V1"), PlaceId("depot")

ONE_ORDER = [order("a", "near", parcels=(Parcel(),) * 2, promise=TimeWindow(0, 29.5))]


def books(rates: Rates, *, orders=ONE_ORDER, type_="van", metres=600.0) -> Ledger:
    """Return the books of a day: out and back a minute each, 15 s at the door, shift of 100 s."""
    day = world(
        line([metres], metres / 60),
        [depot(0), place("near", 1)],
        orders,
        [van(type_=type_)],
        [duty(closes_at_s=100.0)],
        visits={"near": Visit(fixed_s=(15.0,))},
        rates=rates,
    )
    return Ledger.of(run(day, Fifo))


def line_of(ledger: Ledger, name: str):
    (found,) = [line for line in ledger.lines if line.name == name]
    return found


@pytest.mark.parametrize(
    ("rates", "name", "quantity", "cents"),
    [
        ({"vehicle_day": {"van": Decimal(50)}}, "vehicle_day", 1, 50_00),
        ({"vehicle_km": {"van": Decimal("0.30")}}, "vehicle_km", Fraction(6, 5), 36),
        ({"labour_hour": {"van": Decimal(18)}}, "labour_hour", Fraction(100, 3600), 50),
        ({"overtime_hour": {"van": Decimal(36)}}, "overtime_hour", Fraction(35, 3600), 35),
        ({"late_order": Decimal(5)}, "late_order", 1, 5_00),
        ({"late_minute": Decimal("0.20")}, "late_minute", Fraction(61, 120), 10),
        ({"depot_parcel": Decimal("0.11")}, "depot_parcel", 2, 22),
        ({"failed_attempt": Decimal(2)}, "failed_attempt", 0, 0),
        ({"returned": Decimal(4)}, "returned", 0, 0),
        ({"declined": Decimal(10)}, "declined", 0, 0),
        ({"carried_over": Decimal(3)}, "carried_over", 0, 0),
        ({"contact": Decimal(3)}, "contact", 0, 0),
        ({"claim": Decimal(3)}, "claim", 0, 0),
        ({"repair": Decimal(3)}, "repair", 0, 0),
        ({"tow": Decimal(3)}, "tow", 0, 0),
        ({"dispatcher_hour": Decimal(24)}, "dispatcher_hour", Fraction(135, 3600), 90),
        ({"overhead_day": Decimal("9.99")}, "overhead_day", 1, 9_99),
    ],
)
def test_a_line_is_quantity_times_rate(rates, name, quantity, cents):
    """1.2 km, 100 s of shift, 35 s over it, one order 30.5 s late, two parcels."""
    line = line_of(books(Rates(**rates)), name)

    assert (line.quantity, line.cents) == (quantity, cents)
    assert line.unit == next(kind.unit for kind in LINES if kind.name == name)


@pytest.mark.parametrize(
    ("rate", "cents"), [("0.025", 2), ("0.035", 4), ("0.0250001", 3), ("0.015", 2), ("-0.025", -2)]
)
def test_half_a_cent_goes_to_the_even_one(rate, cents):
    """One vehicle day at 2.5 cents is 2 cents, at 3.5 cents 4."""
    assert line_of(books(Rates(vehicle_day={"van": Decimal(rate)})), "vehicle_day").cents == cents


def test_lines_are_rounded_each_once_and_add_up():
    """Three lines of 0.4 cents are nothing, also together."""
    tiny = Decimal("0.004")
    ledger = books(Rates(vehicle_day={"van": tiny}, late_order=tiny, depot_parcel=tiny / 2))

    assert [line.cents for line in ledger.lines] == [0, 0, 0]
    assert ledger.total_cents == 0


def test_kilometres_are_added_before_they_are_charged():
    """Ten legs of a third of a kilometre at three cents: one amount of ten thirds."""
    orders = [order(f"o{k}", "near") for k in range(5)]
    ledger = books(Rates(vehicle_km={"van": Decimal("0.03")}), orders=orders, metres=1000 / 3)

    quantity = line_of(ledger, "vehicle_km").quantity
    assert quantity == Fraction(1000 / 3) * 2 / 1000  # one tour: the shift ends before a second


def test_what_has_no_rate_is_named_as_not_included():
    """Also a type of vehicle that a rate does not know. Nothing is carried over: nothing missed."""
    ledger = books(
        Rates(
            vehicle_day={"truck": Decimal(1)}, labour_hour={"van": Decimal(1)}, returned=Decimal(1)
        )
    )

    assert ledger.not_included == (
        "vehicle_day of van", "vehicle_km of van", "overtime_hour of van", "late_order",
        "late_minute", "failed_attempt", "contact", "message", "claim", "declined", "depot_parcel",
        "repair", "tow", "dispatcher_hour", "overhead_day",
    )  # fmt: skip
    assert {line.name for line in ledger.lines} == {"labour_hour", "returned"}


def test_twice_the_wages_are_twice_that_line_and_nothing_else():
    """The day is the same; only the line of labour moves."""
    rates = Rates(vehicle_day={"van": Decimal(50)}, labour_hour={"van": Decimal(18)})
    once, twice = books(rates), books(replace(rates, labour_hour={"van": Decimal(36)}))

    assert line_of(twice, "labour_hour").cents == 2 * line_of(once, "labour_hour").cents
    assert line_of(twice, "vehicle_day") == line_of(once, "vehicle_day")
    assert twice.total_cents - once.total_cents == line_of(once, "labour_hour").cents


def test_a_vehicle_that_came_twice_is_paid_for_one_day():
    """Two duties, one vehicle day; both shifts are paid."""
    first, second = duty(closes_at_s=1800.0), duty(opens_at_s=1800.0, closes_at_s=3600.0)
    day = world(
        line([600], 10), [depot(0)], [], [van()], [first, replace(second, id="duty-2")],
        rates=Rates(vehicle_day={"van": Decimal(1)}, labour_hour={"van": Decimal(10)}),
    )  # fmt: skip
    ledger = Ledger.of(run(day, Fifo))

    assert line_of(ledger, "vehicle_day").quantity == 1
    assert line_of(ledger, "labour_hour").quantity == 1


def test_books_need_a_header():
    """It names the rates."""
    with pytest.raises(ValueError, match="a journal begins with DayBegan, which names the rates"):
        Ledger.of([DutyEnded(0.0, "v1", "d")][:0])


HIRED = Pay(
    duty=Decimal(30), hour=Decimal(12), overtime_hour=Decimal(24), least_hours=5.0,
    stop=Decimal("1.50"), parcel=Decimal("0.25"), route=Decimal(4), guarantee=Decimal(150),
    breaks_paid=False,
)  # fmt: skip


def hired(pay: Pay, closes: str = "12:00", ended: str = "12:15") -> Ledger:
    """Return the books of a hired duty from 08:00: two routes, three stops, five parcels.

    Breaks from 09:40 to 10:00 and from 11:50 to 12:10. Out to A and B, then out to A again.
    """
    orders = [
        order("a", "A", parcels=(Parcel(),) * 3),
        order("b", "B"),
        order("c", "A"),
        order("d", "B"),
    ]
    return Ledger.of(
        told(
            began(duties=[shift(closes=closes, pay="hired")], rates=Rates(pay={"hired": pay})),
            placed(*orders),
            begins("08:00"),
            loads("08:00", "a", "b", "c", "d"),
            drives("08:00", "08:20", "depot", "A", 5000.0),
            serves("08:20", "08:25", "A", "a"),
            drives("08:25", "08:35", "A", "B", 5000.0),
            serves("08:35", "08:40", "B", "b"),
            fails("08:40", "08:45", "B", "d", "absent"),
            drives("08:45", "09:30", "B", "depot", 9000.0),
            BreakBegan(at("09:40"), V1, D, "work"),
            BreakEnded(at("10:00"), V1),
            drives("10:00", "10:20", "depot", "A", 5000.0),
            serves("10:20", "10:25", "A", "c"),
            drives("10:25", "10:45", "A", "depot", 5000.0, home=True),
            BreakBegan(at("11:50"), V1, D, "planned"),
            BreakEnded(at("12:10"), V1),
            ends(ended),
            DayEnded(at("13:00"), ("d",)),
        )
    )


def test_a_pay_rule_is_a_line_for_each_thing_that_it_pays_for():
    """Shift 4 h less 20 min and 10 min of breaks: 3.5; overtime 15 min less 10: 1/12; least 5."""
    ledger = hired(HIRED)

    assert {line.name: (line.quantity, line.cents) for line in ledger.lines} == {
        "pay_duty": (1, 30_00),
        "pay_hour": (Fraction(59, 12), 59_00),  # what is missing to five hours is in it
        "pay_overtime_hour": (Fraction(1, 12), 2_00),
        "pay_stop": (3, 4_50),
        "pay_parcel": (5, 1_25),
        "pay_route": (2, 8_00),
        "pay_guarantee": (Fraction("45.25"), 45_25),  # 150 less 104.75
        "carried_over": (1, 50_00),  # 150 over three stops
    }
    assert {line.what for line in ledger.lines if line.name.startswith("pay_")} == {"hired"}


def test_what_a_pay_rule_leaves_out_is_not_paid_by_and_not_missed():
    """By the hour only, breaks paid: four hours and a quarter at no rate for overtime."""
    ledger = hired(Pay(hour=Decimal(10)))

    assert line_of(ledger, "pay_hour").cents == 40_00
    assert ledger.total_cents == 40_00 + round(40_00 / 3)  # and one order carried over
    assert not [name for name in ledger.not_included if "pay" in name or "hour of" in name]
    assert ledger.cents("pay_stop") is None


def test_a_guarantee_that_was_earned_adds_nothing():
    """A line of zero, so that it is seen that there is one."""
    assert line_of(hired(replace(HIRED, guarantee=Decimal(100))), "pay_guarantee").cents == 0


def test_a_duty_whose_pay_rule_is_not_there_is_named():
    """By the name of the rule, not as hours without a rate."""
    journal = told(began(duties=[shift(pay="gig")]), begins("08:00"), ends("16:00"),
                   DayEnded(at("16:00"), ()))  # fmt: skip
    assert "pay of gig" in Ledger.of(journal).not_included
    assert "labour_hour of van" not in Ledger.of(journal).not_included


def test_a_duty_that_goes_on_with_a_spare_is_paid_once():
    """Eight hours and two vehicle days; the spare is a truck, the hours are those of the van."""
    rates = Rates(
        vehicle_day={"van": Decimal(50), "truck": Decimal(80)},
        labour_hour={"van": Decimal(20), "truck": Decimal(30)},
        tow=Decimal(150),
        repair=Decimal(60),
    )
    vehicles = [van("V1"), van("S", type_="truck")]
    ledger = Ledger.of(
        told(
            began(vehicles, [shift()], rates=rates, spares=["S"]),
            begins("08:00"),
            departs("08:00", "depot", "A", 3000.0, 3000.0),
            BrokeDown(at("08:10"), V1, "breakdown", 1, (0, 1), (3000.0, 500.0),
                      (at("08:00"),) * 2, replace(DOORS[0], id="here", kind=PlaceKind.SITE)),
            RepairBegan(at("08:30"), V1),
            Towed(at("09:00"), V1, 0, D, ()),
            DutyMoved(at("09:00"), V1, "V1-duty", "S"),
            begins("09:00", "S", duty_of="V1"),
            ends("16:30", "S", duty_of="V1"),
            DayEnded(at("16:30"), ()),
        )
    )  # fmt: skip

    assert {(line.name, line.what): line.cents for line in ledger.lines} == {
        ("vehicle_day", "truck"): 80_00,
        ("vehicle_day", "van"): 50_00,
        ("labour_hour", "van"): 160_00,
        ("repair", ""): 0,
        ("tow", ""): 150_00,
    }
    assert "overtime_hour of van" in ledger.not_included


def test_a_duty_that_nobody_works_costs_nothing():
    """Neither hire nor hours nor a vehicle's day."""
    rates = Rates(
        vehicle_day={"van": Decimal(50)}, pay={"hired": Pay(Decimal(30), guarantee=Decimal(99))}
    )
    journal = told(
        began(duties=[shift(pay="hired")], rates=rates),
        DutyCancelled(at("08:00"), V1, "V1-duty", "not called"),
        DayEnded(at("16:00"), ()),
    )
    assert Ledger.of(journal).lines == ()


def test_energy_is_what_each_leg_took_by_the_weight_aboard():
    """100 kg of 400 aboard: 10 km x 0.125 x (1 + 0.5 / 4) x 1.25, then 2 km until it breaks."""
    light = replace(
        van("V1", capacity=Load(400_000, 1, 1)), energy=Energy("diesel", 0.125, None, 0.5)
    )
    where = replace(DOORS[0], id="here", kind=PlaceKind.SITE)
    journal = told(
        began(
            [light],
            rules=Rules(consumption=1.25),
            rates=Rates(energy_unit={"diesel": Decimal("1.60")}),
        ),
        begins("08:00"),
        drives("08:00", "08:30", "depot", "A", 6000.0, 4000.0, aboard=Load(100_000, 0, 0)),
        departs("08:40", "A", "depot", 10_000.0),
        BrokeDown(at("08:50"), V1, "breakdown", 0, (0,), (2000.0,), (at("08:40"),), where),
        ends("16:00"),
        DayEnded(at("16:00"), ()),
    )
    line = line_of(Ledger.of(journal), "energy_unit")

    assert line.what == "diesel"
    assert line.quantity == Fraction(10 * 9, 64) * Fraction(5, 4) + Fraction(2 * 5, 32)
    assert line.cents == 331  # 2.0703125 litres at 1.60 are 3.3125


def test_energy_is_missed_only_where_kilometres_have_no_rate():
    """A rate for a kilometre is taken to hold its energy."""
    thirsty = replace(van("V1"), energy=Energy("diesel", 0.1))
    end = DayEnded(at("16:00"), ())
    per_km = Rates(vehicle_km={"van": Decimal("0.3")})

    assert "energy_unit of diesel" in Ledger.of([began([thirsty]), end]).not_included
    books = Ledger.of([began([thirsty], rates=per_km), end])
    assert "energy_unit of diesel" not in books.not_included


def outside(rates: Rates) -> Ledger:
    """Return the books of a day on which four orders were given to one of two carriers."""
    promise = {"promise": TimeWindow(0, at("12:00"))}
    dhl = CarrierId("dhl")
    return Ledger.of(
        told(
            began(
                carriers=[
                    Carrier(dhl, CarrierKind.OVERFLOW),
                    Carrier(CarrierId("ups"), CarrierKind.OVERFLOW),
                ],
                rates=rates,
            ),
            placed(
                order("late", "A", parcels=(Parcel(),) * 2, **promise),
                order("lost", "B", **promise),
                order("open", "C", **promise),
            ),
            *(OrderTendered(at("07:30"), name, dhl) for name in ("late", "lost", "open")),
            CarrierDelivered(at("15:00"), "late", dhl, at("12:30")),
            CarrierFailed(at("15:00"), "lost", dhl, "not delivered"),
            DayEnded(at("16:00"), ("lost", "open")),
        )
    )


def test_orders_given_away_are_paid_for_whatever_becomes_of_them():
    """Three orders, four parcels; the one delivered is 30 min late, as if it were ours."""
    ledger = outside(
        Rates(
            tendered_order={"dhl": Decimal("4.50")},
            tendered_parcel={"dhl": Decimal("0.50")},
            late_minute=Decimal("0.10"),
        )
    )
    assert {line.name: (line.what, line.cents) for line in ledger.lines} == {
        "tendered_order": ("dhl", 13_50),
        "tendered_parcel": ("dhl", 2_00),
        "late_minute": ("", 3_00),
    }
    assert "tendered_order of ups" in ledger.not_included
    assert "carried_over" in ledger.not_included  # without a stop of ours there is no average


def test_a_carrier_by_the_parcel_misses_no_rate_by_the_order():
    """It is paid by one of them."""
    ledger = outside(Rates(tendered_parcel={"dhl": Decimal(2), "ups": Decimal(2)}))

    assert not [name for name in ledger.not_included if name.startswith("tendered")]


def undone(rates: Rates) -> Ledger:
    """Return the books of a day with two stops, one order declined and three left over."""
    orders = [order(name, door) for name, door in zip("abcdef", "ABCCCC", strict=True)]
    return Ledger.of(
        told(
            began(rates=rates),
            placed(*orders),
            OrderDeclined(at("07:00"), "f"),
            begins("08:00"),
            loads("08:00", "a", "b"),
            drives("08:00", "08:30", "depot", "A", 1000.0),
            serves("08:30", "08:35", "A", "a"),
            drives("08:35", "08:40", "A", "B", 1000.0),
            serves("08:40", "08:45", "B", "b"),
            drives("08:45", "09:00", "B", "depot", 1000.0, home=True),
            ends("16:00"),
            DayEnded(at("16:00"), ("c", "d", "e")),
        )
    )


def test_what_is_carried_over_costs_the_average_stop_where_no_rate_is_given():
    """50 for the van over two stops; what was declined is no cost of a stop: 3 x 25."""
    ledger = undone(Rates(vehicle_day={"van": Decimal(50)}, declined=Decimal(10)))
    line = line_of(ledger, "carried_over")

    assert (line.quantity, line.rate, line.cents, line.is_default) == (3, 25, 75_00, True)
    assert ledger.total_cents == 50_00 + 10_00 + 75_00
    assert "carried_over" not in ledger.not_included


def test_the_default_is_rounded_once_for_all_that_is_carried_over():
    """0.25 over two stops are 12.5 cents; three of them 37.5, half to even 38."""
    assert line_of(undone(Rates(vehicle_day={"van": Decimal("0.25")})), "carried_over").cents == 38


def test_a_given_rate_is_not_flagged_as_a_default():
    """Three at 6."""
    line = line_of(undone(Rates(carried_over=Decimal(6))), "carried_over")

    assert (line.cents, line.is_default) == (18_00, False)


def test_without_any_other_line_there_is_no_average():
    """It is named as not included."""
    assert "carried_over" in undone(Rates(declined=Decimal(10))).not_included


def test_depot_handling_is_counted_at_depots_only():
    """Two parcels before the shift; what is loaded at a door is no depot's work."""
    journal = told(
        began(rates=Rates(depot_parcel=Decimal("0.10"))),
        placed(order("a", "A", parcels=(Parcel(),) * 2), order("b", "C", origin="B")),
        begins("08:00"),
        loads("08:00", "a"),
        drives("08:00", "08:30", "depot", "B", 1000.0),
        loads("08:30", "b", where="B", preloaded=False),
        ends("16:00"),
        DayEnded(at("16:00"), ("a", "b")),
    )
    assert line_of(Ledger.of(journal), "depot_parcel").quantity == 2


def test_contacts_and_claims_follow_from_causes():
    """One missed window: nobody is told. One damaged order of three parcels, one absent."""
    orders = [order("a", "A"), order("b", "A", parcels=(Parcel(),) * 3), order("c", "A")]
    journal = told(
        began(rates=Rates(contact=Decimal(1), claim=Decimal(20), failed_attempt=Decimal(2))),
        placed(*orders),
        begins("08:00"),
        loads("08:00", "a", "b", "c"),
        drives("08:00", "08:30", "depot", "A", 1000.0),
        fails("08:30", "08:30", "A", "a", "window missed"),
        fails("08:30", "08:35", "A", "b", "damaged"),
        fails("08:35", "08:40", "A", "c", "absent"),
        ends("16:00"),
        DayEnded(at("16:00"), ("a", "b", "c")),
    )
    ledger = Ledger.of(journal)

    assert line_of(ledger, "contact").cents == 2_00
    assert line_of(ledger, "claim").cents == 60_00
    assert line_of(ledger, "failed_attempt").cents == 6_00


def test_a_duty_cut_off_by_the_horizon_ends_with_the_day():
    """Its shift is paid in full; two hours after it are overtime, for it and the dispatchers."""
    rates = Rates(
        labour_hour={"van": Decimal(20)},
        overtime_hour={"van": Decimal(30)},
        dispatcher_hour=Decimal(10),
    )
    journal = told(
        began(duties=[shift(closes="10:00")], rates=rates, rules=Rules(dispatchers=2)),
        begins("08:00"),
        DayEnded(at("12:00"), ()),
    )
    ledger = Ledger.of(journal)

    assert line_of(ledger, "labour_hour").quantity == 2
    assert line_of(ledger, "overtime_hour").quantity == 2
    assert line_of(ledger, "dispatcher_hour").quantity == 10  # two of them from 07:00


def test_lateness_is_judged_by_the_promise_as_it_was_last_known():
    """The customer asked for an hour more: 08:35 is in time."""
    early = order("a", "A", promise=TimeWindow(0, at("08:00")))
    later = replace(early, promise=TimeWindow(0, at("09:00")))
    journal = told(
        began(rates=Rates(late_order=Decimal(5))),
        placed(early),
        OrderChanged(at("07:30"), later, "window", ()),
        begins("08:00"),
        loads("08:00", "a"),
        drives("08:00", "08:35", "depot", "A", 1000.0),
        serves("08:35", "08:40", "A", "a"),
        ends("16:00"),
        DayEnded(at("16:00"), ()),
    )
    assert line_of(Ledger.of(journal), "late_order").quantity == 0
