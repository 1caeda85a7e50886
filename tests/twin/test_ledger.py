"""The books: quantity times rate, rounded once, and nothing left out in silence."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from dispatchers import Fifo
from worlds import depot, duty, line, order, place, van, world

from twin import Ledger, Parcel, Rates, TimeWindow, Visit, run
from twin.events import DutyEnded
from twin.ledger import LINES, NOT_SIMULATED

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
    """Also a type of vehicle that a rate does not know."""
    ledger = books(
        Rates(
            vehicle_day={"truck": Decimal(1)}, labour_hour={"van": Decimal(1)}, returned=Decimal(1)
        )
    )

    assert ledger.not_included == (
        "vehicle_day of van", "vehicle_km of van", "overtime_hour of van", "late_order",
        "late_minute", "failed_attempt", "declined", "carried_over", "depot_parcel",
        *NOT_SIMULATED,
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
