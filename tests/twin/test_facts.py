"""Tables, shares and peaks of days told by hand, with everything that can go wrong on one."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from small_days import policies, tried
from stormy_days import stormy_days
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
from worlds import depot, order, place, van

from twin import Load, PlaceKind, Rates, Rules, TimeWindow, figures, run
from twin.events import (
    BreakBegan,
    BreakEnded,
    BrokeDown,
    CarrierDelivered,
    CarrierFailed,
    DayEnded,
    Delivered,
    DutyMoved,
    HandOverBegan,
    OrderCancelled,
    OrderChanged,
    OrderTendered,
    RechargeBegan,
    Recharged,
    Repaired,
    SequenceLeft,
    ServiceBegan,
    TakenOver,
    Towed,
    WaitBegan,
    Walked,
    WalkingBegan,
)
from twin.facts import Facts
from twin.model import BIKE, Carrier, CarrierId, CarrierKind, Chargers, PlaceId, VehicleId
from twin.rates import EmissionFactor

V1, D = VehicleId("V1"), PlaceId("depot")
HERE = replace(DOORS[0], id=PlaceId("here"), kind=PlaceKind.SITE)
THE_END = DayEnded(at("16:00"), ())


def broke_down(when: str, metres: tuple[float, ...], since: str, vehicle: str = "V1") -> BrokeDown:
    """Return that a vehicle stopped on a leg after these metres."""
    edges = tuple(range(len(metres)))
    times_s = (at(since),) * len(metres)
    return BrokeDown(at(when), VehicleId(vehicle), "breakdown", 0, edges, metres, times_s, HERE)


def test_every_second_of_a_duty_is_in_one_activity_whatever_it_does():
    """Eight hours: 1 down, 0.5 break, 0.5 recharging, 0.25 handing over, 0.5 waiting, the rest."""
    journal = told(
        began([van("V1"), van("V2")], [shift()]),
        placed(order("a", "A")),
        begins("08:00"),
        loads("08:00", "a"),
        departs("08:00", "depot", "A", 6000.0),
        broke_down("08:15", (3000.0,), "08:00"),
        Repaired(at("09:15"), V1),
        drives("09:15", "09:30", "here", "A", 3000.0),
        WaitBegan(at("09:30"), V1, PlaceId("A"), "window"),
        serves("10:00", "10:05", "A", "a"),
        HandOverBegan(at("10:05"), V1, VehicleId("V2"), PlaceId("A"), (), gives=False),
        TakenOver(at("10:20"), V1, VehicleId("V2"), PlaceId("A"), ()),
        BreakBegan(at("10:20"), V1, PlaceId("A"), "meal"),
        BreakEnded(at("10:50"), V1),
        drives("10:50", "11:20", "A", "depot", 6000.0, home=True),
        RechargeBegan(at("11:20"), V1, D, 11.0),
        Recharged(at("11:50"), V1, D, 5.5),
        ends("16:00"),
        THE_END,
    )
    day = figures(journal)
    hours = {
        name: day[name].numerator / 3600
        for name in day
        if name.startswith("time_") and day[name].numerator
    }

    assert hours == {
        "time_stem_share": 0.75,  # the way there until it broke down, and the way home
        "time_between_share": 0.25,  # on from where it stood
        "time_serving_share": pytest.approx(5 / 60),
        "time_waiting_share": 0.5,
        "time_handover_share": 0.25,
        "time_recharging_share": 0.5,
        "time_break_share": 0.5,
        "time_down_share": 1.0,
        "time_idle_share": pytest.approx(8 - 3.75 - 5 / 60),
    }
    assert sum(day[name].value for name in day if name.startswith("time_")) == pytest.approx(1)
    assert day["breakdowns"].value == 1
    assert day["distance_km"].value == 12
    assert day["stops_per_hour"].value == 1 / (10 / 3)  # from 08:00 to 11:20
    assert day["busy_duties_share"].value == 1  # in the hour of the breakdown, for one


def test_a_duty_on_a_spare_is_one_duty_of_one_shift():
    """Towed in at 09:00 with its route; the spare goes out again: two routes, eight hours."""
    journal = told(
        began([van("V1"), van("S")], [shift()], spares=["S"]),
        placed(order("a", "A")),
        begins("08:00"),
        loads("08:00", "a"),
        departs("08:00", "depot", "A", 6000.0),
        broke_down("08:30", (5000.0,), "08:00"),
        Towed(at("09:00"), V1, 0, D, ("a",)),
        DutyMoved(at("09:00"), V1, "V1-duty", "S"),
        begins("09:00", "S", duty_of="V1"),
        loads("09:00", "a", vehicle="S", preloaded=False),
        drives("09:00", "09:30", "depot", "A", 6000.0, vehicle="S"),
        serves("09:30", "09:40", "A", "a", vehicle="S"),
        drives("09:40", "10:10", "A", "depot", 6000.0, vehicle="S", home=True),
        ends("16:00", "S", duty_of="V1"),
        THE_END,
    )
    [duty] = Facts(journal).duties
    day = figures(journal)

    assert [vehicle.id for vehicle in duty.vehicles] == ["V1", "S"]
    assert (duty.paid_s, duty.routes, duty.stops, duty.parcels) == (8 * 3600, 2, 1, 1)
    assert sum(duty.seconds.values()) == 8 * 3600
    assert duty.seconds["down"] == 1800
    assert day["distance_km"].value == 17  # towing is not driven
    assert day["vehicle_utilization"].denominator == 8 * 3600


def test_doors_walked_to_are_stops_of_their_own():
    """Parked at A from 08:20, B on foot from 08:32: two stops of 10 and 8 min, one leg."""
    journal = told(
        began(),
        placed(order("a", "A"), order("b", "B")),
        begins("08:00"),
        loads("08:00", "a", "b"),
        drives("08:00", "08:20", "depot", "A", 6000.0),
        serves("08:20", "08:30", "A", "a"),
        WalkingBegan(at("08:30"), V1, PlaceId("B")),
        Walked(at("08:32"), V1, PlaceId("B"), 140.0),
        serves("08:32", "08:40", "B", "b"),
        drives("08:40", "09:00", "A", "depot", 6000.0, home=True),
        ends("16:00"),
        THE_END,
    )
    facts = Facts(journal)

    assert [(halt.place, halt.served) for halt in facts.halts] == [("A", 1), ("B", 1)]
    assert figures(journal)["dwell_min"].value == 9
    assert facts.duties[0].stops == 2
    assert facts.goings == 2


def test_an_order_is_due_unless_it_was_cancelled_before_it_was_loaded():
    """Cancelled in time, cancelled aboard, given away and cancelled, open: three are due."""
    journal = told(
        began(carriers=[Carrier(CarrierId("dhl"), CarrierKind.OVERFLOW)]),
        placed(*(order(name, "A") for name in ("early", "aboard", "away", "open"))),
        OrderCancelled(at("07:30"), "early"),
        OrderTendered(at("07:30"), "away", "dhl"),
        OrderCancelled(at("07:40"), "away"),
        begins("08:00"),
        loads("08:00", "aboard"),
        OrderCancelled(at("08:10"), "aboard"),
        ends("16:00"),
        DayEnded(at("16:00"), ("open",)),
    )
    day = figures(journal)

    assert day["orders_due"].value == 3
    assert day["cancelled"].value == 3
    assert day["delivered_share"].denominator == 3
    assert day["on_time_controllable_share"].denominator == 1  # the others the customers ended
    assert day["bring_backs"].value == 1


def test_what_a_carrier_delivers_is_served_and_tried_but_no_attempt_of_ours():
    """One in time, one 30 min late, one failed, one of which nothing is heard."""
    dhl, noon = CarrierId("dhl"), {"promise": TimeWindow(0, at("12:00"))}
    names = ("in time", "late", "failed", "unheard")
    journal = told(
        began(carriers=[Carrier(dhl, CarrierKind.OVERFLOW)]),
        placed(*(order(name, "A", **noon) for name in names)),
        *(OrderTendered(at("07:30"), name, dhl) for name in names),
        CarrierDelivered(at("14:00"), "in time", dhl, at("12:00")),
        CarrierDelivered(at("14:00"), "late", dhl, at("12:30")),
        CarrierFailed(at("14:00"), "failed", dhl, "not delivered"),
        DayEnded(at("16:00"), ("failed", "unheard")),
    )
    day = figures(journal)

    assert day["tendered"].value == 4
    assert day["delivered_share"].value == 2 / 4
    assert day["on_time_share"].value == 1 / 4
    assert day["late_15_share"].value == 1 / 4
    assert day["attempted_share"].value == 3 / 4
    assert day["first_attempt_share"].value is None
    assert day["failed_attempts"].value == 0


def test_adherence_counts_how_often_another_stop_was_gone_to():
    """Four times on to a stop, one of them on foot; once to another; home and back are none."""
    journal = told(
        began(),
        placed(*(order(name, name.upper()) for name in "abc")),
        begins("08:00"),
        loads("08:00", "a", "b", "c"),
        SequenceLeft(at("08:00"), V1, PlaceId("B")),
        drives("08:00", "08:10", "depot", "B", 1000.0),
        serves("08:10", "08:15", "B", "b"),
        drives("08:15", "08:20", "B", "A", 1000.0),
        serves("08:20", "08:25", "A", "a"),
        Walked(at("08:26"), V1, PlaceId("C"), 100.0),
        serves("08:26", "08:29", "C", "c"),
        Walked(at("08:30"), V1, PlaceId("A"), 100.0),
        drives("08:30", "08:40", "A", "B", 1000.0),
        drives("08:40", "08:50", "B", "depot", 1000.0, home=True),
        ends("16:00"),
        THE_END,
    )
    assert figures(journal)["route_adherence"].value == 3 / 4


def test_a_promise_that_the_customer_changes_is_counted():
    """One promise twice, one priority once: two changes over two orders."""
    first, second = order("a", "A"), order("b", "B")
    by = [replace(first, promise=TimeWindow(0, at(when))) for when in ("12:00", "13:00")]
    journal = told(
        began(),
        placed(first, second),
        OrderChanged(at("07:10"), by[0], "window", ()),
        OrderChanged(at("07:20"), by[1], "window", ()),
        OrderChanged(at("07:30"), replace(second, priority=2), "priority", ()),
        DayEnded(at("16:00"), ("a", "b")),
    )
    assert figures(journal)["promise_changes"].value == 1


def emitting(*factors: tuple[str, EmissionFactor]) -> dict:
    """Return the figures of a day: a van drives 10 km with an order, a bike 4 km."""
    bike = replace(van("bike", type_="cargo_bike"), mode=BIKE)
    spots = [depot(0), place("A", 1), place("B", 2)]
    journal = told(
        began([van("V1"), bike], places=spots, rates=Rates(emissions=dict(factors))),
        placed(order("a", "A")),
        begins("08:00"),
        begins("08:00", "bike"),
        loads("08:00", "a"),
        drives("08:00", "08:30", "depot", "A", 10_000.0),
        drives("08:00", "08:30", "depot", "B", 4000.0, vehicle="bike"),
        serves("08:30", "08:35", "A", "a"),
        ends("16:00"),
        ends("16:00", "bike"),
        THE_END,
    )
    return figures(journal)


def test_emissions_of_one_scope_are_one_figure():
    """10 km at 0.25 kg and 4 km at 0.05 kg: 2.7 kg for one order, over 14 km."""
    wheel = "tank-to-wheel"
    day = emitting(
        ("van", EmissionFactor(0.25, "km", wheel)),
        ("cargo_bike", EmissionFactor(0.05, "km", wheel)),
    )
    assert day["co2e_per_delivery_kg"].value == pytest.approx(2.7)
    assert day["co2e_per_km"].value == pytest.approx(2.7 / 14)
    assert day["co2e_per_km"].note == (
        "bike 0.200 kg, tank-to-wheel; drive 2.500 kg, tank-to-wheel"
    )


def test_emissions_of_different_scope_are_never_added():
    """The parts stay, the figure does not."""
    day = emitting(
        ("van", EmissionFactor(0.25, "km", "tank-to-wheel")),
        ("cargo_bike", EmissionFactor(0.05, "km", "well-to-wheel")),
    )
    assert day["co2e_per_km"].value is None
    assert day["co2e_per_km"].note == (
        "factors of different scope: tank-to-wheel and well-to-wheel: "
        "bike 0.200 kg, well-to-wheel; drive 2.500 kg, tank-to-wheel"
    )


def test_emissions_with_a_vehicle_left_out_are_no_figure():
    """Half a fleet would look clean."""
    day = emitting(("van", EmissionFactor(0.25, "km", "tank-to-wheel")))

    assert day["co2e_per_delivery_kg"].value is None
    assert day["co2e_per_delivery_kg"].note.startswith("no emission factor for cargo_bike")


def test_emissions_of_fuel_follow_what_was_used():
    """10 km at 0.1 litres, a quarter of the weight at +100 %, cold by 1.2: 1.5 litres at 2 kg."""
    car = replace(
        van("V1", capacity=Load(400, 0, 0)),
        energy=replace(van().energy, per_km=0.1, full_load_share=1.0),
    )
    journal = told(
        began(
            [car],
            rules=Rules(consumption=1.2),
            rates=Rates(emissions={"van": EmissionFactor(2.0, "unit", "tank-to-wheel")}),
        ),
        begins("08:00"),
        drives("08:00", "08:30", "depot", "A", 10_000.0, aboard=Load(100, 0, 0)),
        ends("16:00"),
        THE_END,
    )
    assert figures(journal)["co2e_per_km"].numerator == pytest.approx(3.0)


def test_the_busiest_resource_is_named_with_its_hour():
    """Two docks loading 20 min each from 10:50: 10 min in this hour, 30 of 120 in the next."""
    yard = depot(0, docks=2, chargers=Chargers(1, 11.0))
    spots = [yard, *DOORS]
    journal = told(
        began([van("V1"), van("V2")], places=spots),
        placed(order("a", "A"), order("b", "B")),
        begins("08:00"),
        begins("08:00", "V2"),
        loads("10:50", "a", preloaded=False)[:1],
        loads("11:10", "a", preloaded=False)[1:],
        loads("11:00", "b", vehicle="V2", preloaded=False)[:1],
        loads("11:20", "b", vehicle="V2", preloaded=False)[1:],
        RechargeBegan(at("12:00"), V1, D, 11.0),
        Recharged(at("12:45"), V1, D, 8.25),
        ends("16:00"),
        ends("16:00", "V2"),
        DayEnded(at("16:00"), ("a", "b")),
    )
    day = figures(journal)

    assert day["busy_docks_share"].value == 30 / 120
    assert day["busy_docks_share"].note == "docks of depot, 11:00"
    assert day["busy_chargers_share"].value == 45 / 60
    assert day["busiest_resource"].value == 45 / 60
    assert day["busiest_resource"].note == "chargers of depot, 12:00"
    assert day["busy_duties_share"].value == 30 / 120  # of both shifts; charging is no use


def test_damage_is_the_carriers_fault_and_a_full_locker_is_not():
    """Of two due orders that failed only the damaged one counts against the carrier."""
    journal = told(
        began(),
        placed(order("a", "A"), order("b", "A")),
        begins("08:00"),
        loads("08:00", "a", "b"),
        drives("08:00", "08:30", "depot", "A", 1000.0),
        fails("08:30", "08:35", "A", "a", "damaged"),
        fails("08:35", "08:40", "A", "b", "locker full"),
        ends("16:00"),
        DayEnded(at("16:00"), ("a", "b")),
    )
    day = figures(journal)

    assert day["on_time_controllable_share"].denominator == 1
    assert (day["failed_damaged"].value, day["failed_locker_full"].value) == (1, 1)


def test_a_cost_line_without_a_rate_has_no_value_and_a_default_says_so():
    """Nothing is known of what was not rated; the average of a stop is told as such."""
    journal = told(
        began(rates=Rates(vehicle_day={"van": Decimal(50)})),
        placed(order("a", "A"), order("b", "B")),
        begins("08:00"),
        loads("08:00", "a"),
        drives("08:00", "08:30", "depot", "A", 1000.0),
        serves("08:30", "08:35", "A", "a"),
        ends("16:00"),
        DayEnded(at("16:00"), ("b",)),
    )
    day = figures(journal)

    assert day["cost_repair"].value is None
    assert day["cost_carried_over"].value == 50
    assert day["cost_carried_over"].note == "default: the day's average cost of a stop, 50.00"
    assert day["cost_total"].value == 100


def test_a_stop_that_is_served_twice_without_leaving_is_one_halt():
    """Two services at one door, then a plan that comes back to it: two halts."""
    again = [
        ServiceBegan(at("09:00"), V1, PlaceId("A"), ("c",)),
        Delivered(at("09:05"), V1, PlaceId("A"), "c", 1, at("09:00")),
    ]
    journal = told(
        began(),
        placed(order("a", "A"), order("b", "A"), order("c", "A")),
        begins("08:00"),
        loads("08:00", "a", "b", "c"),
        drives("08:00", "08:30", "depot", "A", 1000.0),
        serves("08:30", "08:35", "A", "a"),
        serves("08:40", "08:45", "A", "b"),
        drives("08:45", "08:50", "A", "B", 1000.0),
        drives("08:50", "09:00", "B", "A", 1000.0),
        again,
        ends("16:00"),
        THE_END,
    )
    facts = Facts(journal)

    assert [halt.served for halt in facts.halts] == [2, 1]
    assert facts.duties[0].stops == 2


@tried(60)
@given(day=stormy_days(), make=policies)
def test_whatever_goes_wrong_the_tables_add_up(day, make):
    """Every second of a duty in one activity, no order lost, shares from 0 to 1."""
    journal = run(day, make)
    for duty in Facts(journal).duties:
        assert sum(duty.seconds.values()) == duty.ended_at_s - duty.duty.shift.opens_at_s
        assert "off duty" not in duty.seconds
        spans = duty.spans
        assert all(a.ended_at_s == b.began_at_s for a, b in pairwise(spans))
    shown = figures(journal)
    shares = [shown[name].numerator for name in shown if name.startswith("time_")]
    assert sum(shares) == shown["time_idle_share"].denominator
    ends = ("delivered", "returned", "declined", "cancelled", "carried_over")
    assert sum(shown[name].value for name in ends) == shown["orders_placed"].value
    for name, figure in shown.items():
        if name.endswith("_share") and figure.value is not None:
            assert 0 <= figure.value <= 1, name
