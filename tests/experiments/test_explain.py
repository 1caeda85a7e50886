"""Why an order was late or failed, why a vehicle went there: sentences of days told by hand."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from dispatchers import AllAboard, Chaos
from hypothesis import given
from hypothesis import strategies as st
from small_days import tried
from stormy_days import stormy_days
from told import (
    DOORS,
    at,
    began,
    begins,
    decides,
    departs,
    drives,
    ends,
    fails,
    loads,
    placed,
    route,
    serves,
    shift,
    told,
)
from typer.testing import CliRunner
from worlds import order, van

from experiments.cli import app
from experiments.explain import explain_order
from experiments.explain_chain import Chain
from experiments.explain_day import DayTold
from experiments.explain_decision import _ASKED_BY, explain_decision, numbers
from experiments.explain_vehicle import explain_vehicle
from experiments.explain_way import _PLAIN
from experiments.explain_words import CAUSE_WORDS, HOW_WORDS, WAIT_WORDS, took
from twin import Journal, PlaceKind, TimeWindow, run
from twin.events import (
    ACTIVITIES,
    ASKS,
    CAUSES,
    HOW,
    MAY_ASK,
    WAITS,
    ActionsDropped,
    BreakBegan,
    BreakEnded,
    BrokeDown,
    CarrierDelivered,
    CarrierFailed,
    DayEnded,
    Diverted,
    DutyCancelled,
    HandedOver,
    HandOverBegan,
    LoadingBegan,
    OrderBound,
    OrderCancelled,
    OrderChanged,
    OrderDeclined,
    OrderReady,
    OrderTendered,
    ParkingBegan,
    PolicyFailed,
    RechargeBegan,
    Recharged,
    RepairBegan,
    Repaired,
    Returned,
    SequenceLeft,
    TakenOver,
    Towed,
    Unloaded,
    WaitBegan,
    Walked,
    WalkingBegan,
)
from twin.model import Carrier, CarrierId, CarrierKind, PlaceId, VehicleId

SMALL = """\
name: small
network: {city: {km2: 2, seed: 1}}
orders: 12
fleet: {van: 2}
policies: [nearest]
"""
V1, D, A = VehicleId("V1"), PlaceId("depot"), PlaceId("A")
HERE = replace(DOORS[0], id=PlaceId("here"), kind=PlaceKind.SITE)
BY_0820 = {"window": TimeWindow(at("08:15"), at("08:20"))}


def about(name: str, *parts: object) -> tuple[str, str]:
    """Return status and answer of an order of a day."""
    story = explain_order(DayTold(told(*parts)), name)
    return story.status, story.answer


def the_end(*still_open: str) -> list[object]:
    """Return that the duty and the day end at four, with orders still open."""
    return [ends("16:00"), DayEnded(at("16:00"), still_open)]


def test_a_drive_that_takes_longer_than_there_is_time_is_told_as_such():
    """The late order of the day worked by hand: 6 km in 24 min, its window closed after 20."""
    status, answer = about(
        "O4",
        began(),
        placed(order("O4", "A", **BY_0820)),
        decides("07:00", 1, {"V1": route(("A", "O4"))}),
        begins("08:00"),
        loads("08:00", "O4"),
        drives("08:00", "08:24", "depot", "A", 6000.0),
        serves("08:24", "08:27", "A", "O4"),
        the_end(),
    )

    assert status == "late"
    assert answer == (
        "O4 was 4 min late at A: decision 1 at 07:00 planned it on V1; V1 left depot at 08:00, "
        "when its shift began, drove 6.0 km in 24 min and began service at 08:24; the promise had "
        "ended at 08:20."
    )


def test_the_chain_names_what_happened_to_the_order_and_its_last_leg():
    """Each line with its time, in order; nothing twice."""
    day = DayTold(
        told(
            began(),
            placed(order("O4", "A", **BY_0820)),
            decides("07:00", 1, {"V1": route(("A", "O4"))}),
            begins("08:00"),
            loads("08:00", "O4"),
            drives("08:00", "08:24", "depot", "A", 6000.0),
            serves("08:24", "08:27", "A", "O4"),
            the_end(),
        )
    )
    assert [(moment.at_s, moment.what) for moment in explain_order(day, "O4").chain] == [
        (at("07:00"), "was placed, window 08:15-08:20, promised by 08:20"),
        (at("07:00"), "decision 1 planned it on V1, stop 2 of 2"),
        (at("08:00"), "was loaded onto V1 at depot"),
        (at("08:00"), "V1 left depot for A"),
        (at("08:24"), "V1 came to A after 6.0 km"),
        (at("08:24"), "V1 began service at A"),
        (at("08:27"), "was delivered by V1, at attempt 1"),
    ]


def bound_day(*then: object) -> DayTold:
    """Return a morning: an order pinned to V2, one forbidden on it, one both, one neither."""
    return DayTold(
        told(
            began((van("V1"), van("V2"))),
            placed(order("pinned", "B")),
            OrderBound(at("07:00"), "pinned", "V2", ()),
            placed(order("barred", "A")),
            OrderBound(at("07:00"), "barred", None, ("V2", "V3")),
            placed(order("both", "A")),
            OrderBound(at("07:00"), "both", "V1", ("V2",)),
            placed(order("free", "A")),
            decides(
                "07:00",
                1,
                {"V1": route(("A", "barred both free")), "V2": route(("B", "pinned"))},
            ),
            *then,
        )
    )


def test_pins_and_forbidden_vehicles_are_given_as_the_reason():
    """In the answer about an order, in its chain, and in what a decision changed."""
    day = bound_day(the_end("pinned", "barred", "both", "free"))
    answers = {name: explain_order(day, name) for name in ("pinned", "barred", "both", "free")}

    assert "planned it on V2 (pinned to it); it was in" in answers["pinned"].answer
    assert "planned it on V1 (forbidden on V2, V3); at" in answers["barred"].answer
    assert "planned it on V1 (pinned to it; forbidden on V2); at" in answers["both"].answer
    assert "planned it on V1; at" in answers["free"].answer
    assert [moment.what for moment in answers["both"].chain][1:3] == [
        "was pinned to V1 and forbidden on V2",
        "decision 1 planned it on V1, stop 2 of 2 (pinned to it; forbidden on V2)",
    ]
    changed = [moment.what for moment in explain_decision(day, 1).chain]
    assert "planned pinned on V2, stop 2 of 2 (pinned to it)" in changed
    assert "planned free on V1, stop 2 of 2" in changed


def test_a_pin_that_binds_no_more_is_said_to_when_its_order_is_moved():
    """Its vehicle broke down before the second decision."""
    day = bound_day(
        begins("08:00", "V1"),
        DutyCancelled(at("08:00"), VehicleId("V2"), "V2-duty", "driver absent"),
        decides("08:10", 2, {"V1": route(("A", "barred both free"), ("B", "pinned"))}),
        the_end("pinned", "barred", "both", "free"),
    )

    assert (
        "decision 2 at 08:10 planned it on V1 (its pin to V2 did not bind any more)"
        in explain_order(day, "pinned").answer
    )


def test_an_order_that_nobody_planned_is_told_with_what_bound_it():
    """No decision says it then."""
    _, answer = about(
        "o",
        began(),
        placed(order("o", "A")),
        OrderBound(at("07:00"), "o", "V1", ("V2",)),
        decides("07:00", 1, {}),
        the_end("o"),
    )

    assert "; it was pinned to V1 and forbidden on V2; the only decision" in answer


def test_what_a_vehicle_did_before_it_left_and_on_its_way_is_added_up():
    """Goods late, a dock, a second decision; then an order before, a window, parking, a break."""
    late = order("late", "B", placed_at_s=at("08:30"), ready_at_s=at("08:40"),
                 promise=TimeWindow(0, at("09:30")))  # fmt: skip
    status, answer = about(
        "late",
        began(),
        placed(order("first", "A")),
        decides("07:00", 1, {"V1": ()}),
        begins("08:00"),
        placed(late, known="08:30"),
        OrderReady(at("08:50"), "late"),
        decides("08:51", 2, {"V1": route(("A", "first"), ("B", "late"))}),
        WaitBegan(at("08:51"), V1, D, "dock"),
        LoadingBegan(at("08:55"), V1, D, (), ("first", "late"), preloaded=False),
        loads("09:00", "first", "late")[1:],
        drives("09:00", "09:20", "depot", "A", 6000.0),
        serves("09:20", "09:24", "A", "first"),
        drives("09:24", "09:30", "A", "B", 800.0),
        ParkingBegan(at("09:30"), V1, PlaceId("B")),
        WalkingBegan(at("09:33"), V1, PlaceId("B")),
        WaitBegan(at("09:34"), V1, PlaceId("B"), "opening"),
        BreakBegan(at("09:35"), V1, PlaceId("B"), "work"),
        BreakEnded(at("09:50"), V1),
        serves("09:50", "09:55", "B", "late"),
        the_end(),
    )

    assert status == "late"
    assert answer == (
        "late was 20 min late at B: it was placed at 08:30; its goods were ready at 08:50, 10 min "
        "later than announced; decision 2 at 08:51, 21 min after it was placed, was the first to "
        "plan it, on V1; V1 left depot at 09:00, 1 h after its shift began (it waited 4 min for a "
        "dock at depot, handled goods for 5 min and stood idle for 51 min), drove 6.8 km in "
        "26 min, served 1 order before in 4 min, waited 1 min for B to open, looked 3 min for a "
        "place to park, walked for 1 min, rested for 15 min and began service at 09:50; the "
        "promise had ended at 09:30."
    )


def test_a_vehicle_that_stood_idle_until_a_decision_is_told_by_which():
    """It came back at 08:40 and left at 09:00, when decision 2 gave it work."""
    status, answer = about(
        "second",
        began(),
        placed(order("first", "A"), order("second", "B")),
        decides("07:00", 1, {"V1": route(("A", "first"))}),
        begins("08:00"),
        loads("08:00", "first"),
        drives("08:00", "08:20", "depot", "A", 6000.0),
        serves("08:20", "08:20", "A", "first"),
        drives("08:20", "08:40", "A", "depot", 6000.0, home=True),
        decides("09:00", 2, {"V1": route(("B", "second"))}),
        loads("09:00", "second", preloaded=False),
        drives("09:00", "09:30", "depot", "B", 9000.0),
        serves("09:30", "09:35", "B", "second"),
        the_end(),
    )

    assert status == "on time"
    assert answer == (
        "second was delivered on time at B: decision 2 at 09:00, 2 h after it was placed, was the "
        "first to plan it, on V1; V1 left depot at 09:00, 20 min after it had come back (it stood "
        "idle for 20 min, until decision 2), drove 9.0 km in 30 min and began service at 09:30; "
        "the promise ended at 24:00."
    )


def test_a_breakdown_on_the_way_is_told_once_with_its_time():
    """Down for half an hour with the order aboard."""
    _, answer = about(
        "a",
        began(),
        placed(order("a", "A", promise=TimeWindow(0, at("08:30")))),
        decides("07:00", 1, {"V1": route(("A", "a"))}),
        begins("08:00"),
        loads("08:00", "a"),
        departs("08:00", "depot", "A", 6000.0),
        BrokeDown(at("08:10"), V1, "breakdown", 0, (0,), (3000.0,), (at("08:00"),), HERE),
        RepairBegan(at("08:20"), V1),
        Repaired(at("08:40"), V1),
        drives("08:40", "08:50", "here", "A", 3000.0),
        serves("08:50", "08:55", "A", "a"),
        the_end(),
    )
    assert answer == (
        "a was 20 min late at A: decision 1 at 07:00 planned it on V1; V1 left depot at 08:00, "
        "when its shift began, drove 6.0 km in 20 min, was broken down for 30 min and began "
        "service at 08:50; the promise had ended at 08:30."
    )


def test_goods_that_another_vehicle_took_over_are_told_with_why():
    """V1 breaks down at 08:10, V2 comes for the parcel and delivers it from there."""
    hand = (VehicleId("V2"), PlaceId("here"), ("a",))
    _, answer = about(
        "a",
        began([van("V1"), van("V2")]),
        placed(order("a", "A", promise=TimeWindow(0, at("09:00")))),
        decides("07:00", 1, {"V1": route(("A", "a"))}),
        begins("08:00"),
        begins("08:00", "V2"),
        loads("08:00", "a"),
        departs("08:00", "depot", "A", 6000.0),
        BrokeDown(at("08:10"), V1, "breakdown", 0, (0,), (3000.0,), (at("08:00"),), HERE),
        decides("08:10", 2, {"V1": (), "V2": route(("A", "a"))[1:]}),
        drives("08:10", "08:30", "depot", "here", 3000.0, vehicle="V2"),
        HandOverBegan(at("08:30"), VehicleId("V2"), V1, PlaceId("here"), ("a",), gives=False),
        HandedOver(at("08:35"), V1, *hand),
        TakenOver(at("08:35"), VehicleId("V2"), V1, PlaceId("here"), ("a",)),
        drives("08:35", "08:50", "here", "A", 3000.0, vehicle="V2"),
        serves("08:50", "08:55", "A", "a", vehicle="V2"),
        ends("16:00", "V2"),
        the_end(),
    )
    assert answer == (
        "a was delivered on time at A: decision 1 at 07:00 planned it on V1; V1 broke down at "
        "08:10 with it aboard; decision 2 moved it from V1 to V2 at 08:10; V1 handed it over to V2 "
        "at here at 08:35; V2 left depot at 08:10, 10 min after its shift began (it stood idle for "
        "10 min, until decision 2), drove 6.0 km in 35 min, spent 5 min handing goods over and "
        "began service at 08:50; the promise ended at 09:00."
    )


def test_turns_other_sequences_searches_and_walks_are_told():
    """Sent on once, another stop first, one parcel searched for, the last door on foot."""
    diverted = Diverted(at("08:05"), V1, 7, (0,), (1000.0,), (at("08:00"),))
    first = [replace(event, searched=("a",)) if hasattr(event, "searched") else event
             for event in serves("08:20", "08:25", "A", "a")]  # fmt: skip
    _, answer = about(
        "b",
        began(),
        placed(order("a", "A"), order("b", "B")),
        decides("07:00", 1, {"V1": route(("B", "b"), ("A", "a"))}),
        begins("08:00"),
        loads("08:00", "a", "b"),
        departs("08:00", "depot", "C", 2000.0),
        diverted,
        SequenceLeft(at("08:05"), V1, A),
        drives("08:05", "08:20", None, "A", 3000.0),
        first,
        WalkingBegan(at("08:25"), V1, PlaceId("B")),
        Walked(at("08:27"), V1, PlaceId("B"), 120.0),
        serves("08:27", "08:30", "B", "b"),
        the_end(),
    )
    assert answer == (
        "b was delivered on time at B: decision 1 at 07:00 planned it on V1; V1 left depot at "
        "08:00, when its shift began, drove 4.0 km in 20 min, served 1 order before in 5 min, "
        "walked for 2 min and began service at 08:27; V1 was sent elsewhere once on the way; its "
        "driver went to another stop than planned once; parcels of 1 order had to be searched "
        "for; the promise ended at 24:00."
    )


def test_an_attempt_before_is_part_of_why_it_was_late():
    """Nobody there at 08:20; a later decision has it tried again at 09:00."""
    _, answer = about(
        "a",
        began(),
        placed(order("a", "A", promise=TimeWindow(0, at("08:30")))),
        decides("07:00", 1, {"V1": route(("A", "a"))}),
        begins("08:00"),
        loads("08:00", "a"),
        drives("08:00", "08:20", "depot", "A", 6000.0),
        fails("08:20", "08:25", "A", "a", "absent"),
        decides("08:25", 2, {"V1": route(("A", "a"))[1:]}),
        drives("08:25", "08:40", "A", "B", 6000.0),
        drives("08:40", "09:00", "B", "A", 6000.0),
        serves("09:00", "09:05", "A", "a", attempt=2),
        the_end(),
    )
    assert answer == (
        "a was 30 min late at A: decision 1 at 07:00 planned it on V1; V1 tried it at 08:20 in "
        "vain (nobody was there); decision 2 at 08:25 planned it on V1; V1 left depot at 08:00, "
        "when its shift began, drove 18.0 km in 55 min, tried 1 order before, 1 in vain, in 5 min "
        "and began service at 09:00; the promise had ended at 08:30."
    )


def test_an_order_that_came_back_is_told_with_every_attempt():
    """The third order of the day worked by hand."""
    status, answer = about(
        "O3",
        began(),
        placed(order("O3", "A")),
        decides("07:00", 1, {"V1": route(("A", "O3"))}),
        begins("08:00"),
        loads("08:00", "O3"),
        drives("08:00", "08:11", "depot", "A", 6000.0),
        fails("08:11", "08:14", "A", "O3", "refused"),
        drives("08:14", "08:46", "A", "depot", 6000.0, home=True),
        LoadingBegan(at("08:46"), V1, D, ("O3",), (), preloaded=False),
        Unloaded(at("08:51"), V1, D, ("O3",)),
        Returned(at("08:51"), "O3", D),
        the_end(),
    )

    assert status == "returned"
    assert answer == (
        "O3 was not delivered and was sent back at 08:51: decision 1 at 07:00 planned it on V1; V1 "
        "tried it at 08:11 in vain (the customer did not want it); V1 put it down at depot at "
        "08:51."
    )


def test_a_missed_window_is_told_with_the_way_that_was_too_long():
    """The window as it was then, not as the customer wants it later."""
    hard = order("a", "A", **BY_0820)
    _, answer = about(
        "a",
        began(),
        placed(hard),
        decides("07:00", 1, {"V1": route(("A", "a"))}),
        begins("08:00"),
        loads("08:00", "a"),
        drives("08:00", "08:24", "depot", "A", 6000.0),
        fails("08:24", "08:24", "A", "a", "window missed"),
        OrderChanged(at("10:00"), replace(hard, window=TimeWindow(at("11:00"), at("12:00"))),
                     "window", ()),
        the_end("a"),
    )  # fmt: skip
    assert answer == (
        "a was not delivered: it was still open when the day ended at 16:00, aboard V1; decision 1 "
        "at 07:00 planned it on V1; V1 tried it at 08:24 in vain (its window had closed at 08:20); "
        "the customer changed the window (window 11:00-12:00, promised by 08:20) at 10:00; V1 left "
        "depot at 08:00, when its shift began, drove 6.0 km in 24 min and stood at A at 08:24; no "
        "later decision planned it again."
    )


NOT_DELIVERED = "a was not delivered: it was still open when the day ended at 16:00, "


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        (
            [decides("07:00", 1), decides("08:00", 2)],
            "not aboard any vehicle; none of the 2 decisions since it was placed planned it.",
        ),
        (
            [decides("07:00", 1)],
            "not aboard any vehicle; the only decision since it was placed did not plan it.",
        ),
        ([], "not aboard any vehicle; no decision was made since it was placed."),
        (
            [decides("07:00", 1, {"V1": route(("A", "a"))}), decides("09:00", 2, {"V1": ()})],
            ("not aboard any vehicle; decision 2 took it out of the route of V1 at 09:00; no later "
            "decision planned it again."),
        ),
        (
            [
                decides("07:00", 1, {"V1": route(("A", "a"))}),
                ActionsDropped(at("15:00"), V1, ("a",), "the shift is over"),
            ],
            ("not aboard any vehicle; decision 1 at 07:00 planned it on V1; V1 dropped it at 15:00 "
            "(the shift is over); no later decision planned it again."),
        ),
        (
            [
                decides("07:00", 1, {"V1": route(("A", "a"))}),
                DutyCancelled(at("07:50"), V1, "V1-duty", "driver absent"),
            ],
            ("not aboard any vehicle; decision 1 at 07:00 planned it on V1; at 07:50 the duty of "
            "V1 was cancelled (driver absent) with it in its route; no later decision planned it "
            "again."),
        ),
        (
            [decides("07:00", 1, {"V1": route(("A", "a"))}), begins("08:00"), loads("08:00", "a")],
            ("aboard V1; decision 1 at 07:00 planned it on V1; it was in the route of V1 to the "
            "end."),
        ),
        (
            [
                decides("07:00", 1, {"V1": route(("A", "a"))}),
                begins("08:00"),
                loads("08:00", "a"),
                BrokeDown(at("08:10"), V1, "battery empty", 0, (), (), (), HERE),
                Towed(at("09:00"), V1, 0, D, ("a",)),
            ],
            ("not aboard any vehicle; decision 1 at 07:00 planned it on V1; V1 ran out of battery "
            "at 08:10 with it aboard; V1 was towed in with it by 09:00; at 09:00 V1 was out of "
            "service from then on, with it in its route; no later decision planned it again."),
        ),
    ],
    ids=["never planned", "one decision", "no decision", "taken out", "dropped", "nobody came",
         "to the end", "towed in"],
)  # fmt: skip
def test_an_open_order_is_told_with_what_became_of_its_plans(parts, why):
    """Where its goods are at the end, and the last that was decided about it."""
    day = (began(), placed(order("a", "A")), *parts, DayEnded(at("16:00"), ("a",)))
    assert about("a", *day) == ("carried over", NOT_DELIVERED + why)


def given_away(*parts: object, tender: object = None) -> tuple[str, str]:
    """Return status and answer of an order that a carrier took at 07:30."""
    dhl = CarrierId("dhl")
    first = decides("07:30", 2, tendered={"dhl": ["a"]}) if tender is None else tender
    return about(
        "a",
        began(carriers=[Carrier(dhl, CarrierKind.OVERFLOW, at("07:30"))]),
        placed(order("a", "A", promise=TimeWindow(0, at("12:00")))),
        decides("07:00", 1),
        first,
        OrderTendered(at("07:30"), "a", dhl),
        *parts,
        DayEnded(at("16:00"), ("a",)),
    )


def test_an_order_that_a_carrier_served_late():
    """Told at three, delivered at half past twelve."""
    assert given_away(CarrierDelivered(at("15:00"), "a", "dhl", at("12:30"))) == (
        "late",
        (
            "a was delivered 30 min late by dhl: it was given away at 07:30, by decision 2; dhl "
            "served it at 12:30; the promise had ended at 12:00."
        ),
    )


def test_an_order_that_a_carrier_took_because_nobody_had_planned_it():
    """At its time, without a decision."""
    told_of = CarrierDelivered(at("15:00"), "a", "dhl", at("11:00"))
    assert given_away(told_of, tender=decides("07:20", 2))[1] == (
        "a was delivered on time by dhl: it was given away at 07:30, in no route when dhl stopped "
        "taking orders; dhl served it at 11:00; the promise ended at 12:00."
    )


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        (
            [CarrierFailed(at("15:00"), "a", "dhl", "not delivered")],
            "dhl could not deliver it (not delivered).",
        ),
        ([], "dhl did not tell of it by then."),
    ],
)
def test_an_order_that_a_carrier_did_not_deliver(parts, why):
    """It said so, or said nothing."""
    status, answer = given_away(*parts)

    assert status == "carried over"
    assert answer == f"{NOT_DELIVERED}in the hands of dhl; {why}"


def test_an_order_that_was_declined_is_told_with_the_decisions_own_words():
    """By which, and why."""
    assert about(
        "a",
        began(),
        placed(order("a", "A", placed_at_s=at("08:30"), ready_at_s=at("08:30")), known="08:30"),
        decides("08:30", 7, declined=["a"], why="too far"),
        OrderDeclined(at("08:30"), "a"),
        DayEnded(at("16:00"), ()),
    ) == (
        "declined",
        "a was declined at 08:30 by decision 7 (too far): it was placed at 08:30.",
    )


def test_an_order_that_was_cancelled_is_told_with_where_it_was():
    """Aboard by then; it comes home later."""
    status, answer = about(
        "a",
        began(),
        placed(order("a", "A")),
        decides("07:00", 1, {"V1": route(("A", "a"))}),
        begins("08:00"),
        loads("08:00", "a"),
        OrderCancelled(at("08:10"), "a"),
        the_end(),
    )
    assert (status, answer) == (
        "cancelled",
        (
            "a was cancelled by its customer at 08:10, aboard V1: decision 1 at 07:00 planned it "
            "on V1."
        ),
    )


def test_where_a_vehicle_went_is_told_leg_by_leg_with_who_wanted_it():
    """Every leg with its purpose and decision; home, charging and breaks as they were."""
    day = DayTold(
        told(
            began(),
            placed(order("a", "A", promise=TimeWindow(0, at("08:10"))), order("b", "B")),
            decides("07:00", 1, {"V1": route(("A", "a"))}),
            decides("07:30", 2, {"V1": route(("A", "a"), ("B", "b"))}),
            begins("08:00"),
            loads("08:00", "a", "b"),
            SequenceLeft(at("08:00"), V1, PlaceId("B")),
            drives("08:00", "08:20", "depot", "B", 6000.0),
            fails("08:20", "08:25", "B", "b", "absent"),
            drives("08:25", "08:30", "B", "A", 900.0),
            WaitBegan(at("08:30"), V1, A, "window"),
            serves("08:35", "08:40", "A", "a"),
            BreakBegan(at("08:40"), V1, A, "meal"),
            BreakEnded(at("09:10"), V1),
            drives("09:10", "09:30", "A", "depot", 6000.0, home=True),
            RechargeBegan(at("09:30"), V1, D, 11.0),
            Recharged(at("10:00"), V1, D, 5.5),
            the_end("b"),
        )
    )
    story = explain_vehicle(day, "V1")

    assert story.answer == (
        "V1 worked from 08:00 to 16:00: it served 1 order, 1 of them late, tried 1 in vain; it "
        "drove 12.9 km in 45 min, waited 5 min for a window at A, recharged for 30 min, rested for "
        "30 min and stood idle for 6 h."
    )
    assert [moment.what for moment in story.chain] == [
        "its shift began at depot (duty V1-duty)",
        "loaded a and b at depot",
        (
            "left depot for B to deliver b, by decision 2 at 07:30; A was next in its route, but "
            "the driver chose another stop"
        ),
        "came to B after 6.0 km",
        "tried b in vain: nobody was there",
        "left B for A to deliver a, by decision 1 at 07:00",
        "came to A after 900 m",
        "waited for a window at A",
        "delivered a, late",
        "its driver took a break (meal)",
        "left A for depot: nothing was left to do",
        "came to depot after 6.0 km",
        "was plugged in at depot, 11 kW",
        "was unplugged with 5.5 kWh more",
        "its duty ended (V1-duty)",
    ]


def test_a_vehicle_whose_shift_is_over_goes_home_for_that():
    """With an order undone."""
    day = DayTold(
        told(
            began(),
            placed(order("a", "A")),
            decides("07:00", 1, {"V1": route(("A", "a"))}),
            begins("08:00"),
            drives("08:00", "08:20", "depot", "C", 6000.0),
            ActionsDropped(at("16:00"), V1, ("a",), "the shift is over"),
            drives("16:00", "16:20", "C", "depot", 6000.0, home=True),
            ends("16:20"),
            DayEnded(at("16:20"), ("a",)),
        )
    )
    assert [moment.what for moment in explain_vehicle(day, "V1").chain][-4:-2] == [
        "left a undone: the shift is over",
        "left C for depot: the shift is over",
    ]


def test_a_vehicle_that_did_not_work_is_told_with_why():
    """Nobody came, or it has no duty at all."""
    day = DayTold(
        told(
            began([van("V1"), van("V2")], [shift()]),
            DutyCancelled(at("07:50"), V1, "V1-duty", "driver absent"),
            DayEnded(at("16:00"), ()),
        )
    )
    assert explain_vehicle(day, "V1").answer == (
        "V1 did not work on this day: its duty V1-duty was cancelled (driver absent)."
    )
    assert explain_vehicle(day, "V2").answer == (
        "V2 did not work on this day: no duty of its began."
    )


def test_a_decision_is_told_with_what_it_answered_and_changed():
    """Two orders are new on V1, one goes to V2, one is put aside, one declined, one given away."""
    routes = {"V1": route(("A", "new"), ("B", "other")), "V2": route(("C", "moves"))}
    asked = replace(
        decides("09:10", 2, routes, declined=["far"], tendered={"dhl": ["away"]}, why="regret 3"),
        asked_at_s=at("09:00"),
        because={"OrderPlaced": 2, "VehicleFree": 1, "DutyCancelled": 2},
        dropped=("gone",),
    )
    names = ("stays", "moves", "new", "other", "far", "away", "gone")
    day = DayTold(
        told(
            began([van("V1"), van("V2")]),
            placed(*(order(name, "A") for name in names)),
            decides("07:00", 1, {"V1": route(("A", "stays"), ("C", "moves"))}),
            asked,
            DayEnded(at("16:00"), names),
        )
    )
    story = explain_decision(day, 2)

    assert story.answer == (
        "decision 2 at 09:10 answered the question of 09:00, 10 min before, because 2 orders were "
        "placed, 1 vehicle was free and 2 duties were cancelled; it planned 2 orders, moved 1 "
        "order to another vehicle, took 1 order out of a route, declined 1 order, gave 1 order to "
        "carriers and was too late for gone. It said: regret 3."
    )
    assert [moment.what for moment in story.chain] == [
        "took stays out of the route of V1",
        "moved moves from V1 to V2",
        "planned new on V1, stop 2 of 3",
        "planned other on V1, stop 3 of 3",
        "declined far",
        "gave away to dhl",
    ]


def test_a_decision_that_changes_no_vehicle_says_so():
    """Asked at its own time, it turns a route around."""
    day = DayTold(
        told(
            began(),
            placed(order("a", "A"), order("b", "B")),
            decides("07:00", 1, {"V1": route(("A", "a"), ("B", "b"))}),
            decides("09:00", 2, {"V1": route(("B", "b"), ("A", "a"))}),
            DayEnded(at("16:00"), ("a", "b")),
        )
    )
    story = explain_decision(day, 2)

    assert story.answer == (
        "decision 2 at 09:00 was made because its time had come; it changed no order's vehicle."
    )
    assert [moment.what for moment in story.chain] == ["said the route of V1 anew, 3 stops"]


def test_everything_that_can_make_a_policy_be_asked_has_words():
    """Also what only some policies are asked for."""
    assert set(_ASKED_BY) == {kind.__name__ for kind in ASKS | MAY_ASK}


def test_everything_that_an_event_can_name_has_words():
    """Causes, ways of delivering, what is waited for, and what the activities are."""
    assert set(CAUSE_WORDS) == set(CAUSES)
    assert set(HOW_WORDS) == set(HOW)
    assert set(WAIT_WORDS) == set(WAITS)
    special = {"driving", "serving", "waiting", "down", "idle"}
    assert set(_PLAIN) | special == set(ACTIVITIES)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (0.125, "0.125 s"), (45, "45 s"), (240, "4 min"), (810, "13 min 30 s"),
     (3900, "1 h 5 min"), (59.75, "1 min"), (3600, "1 h"), (7201, "2 h 1 s")],
)  # fmt: skip
def test_lengths_of_time_are_said_as_people_do(seconds, words):
    """Short ones exactly, longer ones to the second."""
    assert took(seconds) == words


@tried(60)
@given(day=stormy_days(), make=st.sampled_from([AllAboard, Chaos]))
def test_whatever_goes_wrong_every_second_before_the_door_is_told(day, make):
    """The parts of each way add up to it, and no order or vehicle is without an answer."""
    told_day = DayTold(run(day, make))
    for order_id, one in told_day.orders.items():
        for found in Chain(told_day, one).ways:
            split_s = found.since.at_s if found.left is None else found.left.at_s
            assert sum(doing.seconds for doing in found.before) == split_s - found.since.at_s
            assert sum(doing.seconds for doing in found.between) == found.at_s - split_s
        answer = explain_order(told_day, order_id).answer
        assert answer.startswith(f"{order_id} was ")
        assert answer.endswith(".")
    for _, plan in told_day.plans:
        assert explain_decision(told_day, plan.question).answer.startswith("decision ")
    for vehicle_id in told_day.of_vehicle:
        assert explain_vehicle(told_day, vehicle_id).answer.startswith(f"{vehicle_id} ")


# The command


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the small day was run, into ``kept``."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "small.yaml").write_text(SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        ran = CliRunner().invoke(app, ["run", "small.yaml", "--quiet", "-o", "kept"])
    assert ran.exit_code == 0
    return folder


@pytest.fixture
def kept(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the folder of that run, in the current folder."""
    shutil.copytree(home / "kept", tmp_path / "kept")
    monkeypatch.chdir(tmp_path)
    return Path("kept")


def test_the_command_tells_the_answer_and_the_chain(twin, kept) -> None:
    """First the sentence, then when and what."""
    journal = Journal.read(next(kept.glob("journals/*/*.gz")))
    name = next(iter(DayTold(journal).orders))

    said = twin("explain", kept, "--order", name)

    assert said.code == 0
    assert said.out.startswith(f"Under nearest, day 1 of seed 1:\n{name} was ")
    assert "when" in said.out
    assert "was placed" in said.out


@pytest.mark.usefixtures("small")
def test_it_is_said_whose_day_is_told_and_which_others_are_kept(twin) -> None:
    """The first that the scenario lists, which is not the first by name."""
    file = Path("small.yaml")
    file.write_text(file.read_text().replace("[nearest]", "[nearest, insertion]"))
    lived = twin("compare", file, "--days", "2", "--journals", "-o", "out", "--quiet")
    assert lived.code == 0, lived.err
    order_id = next(
        iter(DayTold(Journal.read(Path("out/journals/nearest/day-0001.jsonl.gz"))).orders)
    )

    first = twin("explain", "out", "--order", order_id)
    other = twin("explain", "out", "--order", order_id, "--policy", "insertion", "--day", "2")
    read = twin("explain", "out", "--order", order_id, "--json").json

    assert first.out.startswith(
        "Under nearest, day 1 of seed 1 (kept too: --policy insertion, --day 2):\n"
    )
    assert other.out.startswith(
        "Under insertion, day 2 of seed 1 (kept too: --policy nearest, --day 1):\n"
    )
    assert (read["policy"], read["kept_too"]) == (
        "nearest", {"policies": ["insertion"], "days": [2]},
    )  # fmt: skip


def test_json_has_the_same_as_data(twin, kept) -> None:
    """Answer, status and chain; of the file of a journal too."""
    journal = next(kept.glob("journals/*/*.gz"))
    vehicle = Journal.read(journal).events[0].vehicles[0].id

    said = twin("explain", journal, "--vehicle", vehicle, "--json")
    read = json.loads(said.out)

    assert read["vehicle"] == vehicle
    assert read["policy"] == "nearest"
    assert read["day"] == 1
    assert read["answer"].startswith(vehicle)
    assert {"at_s", "what"} == set(read["chain"][0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["kept"], "name one of --order ID, --vehicle ID and"),
        (
            ["kept", "--order", "x", "--vehicle", "y"],
            "name one of --order ID, --vehicle ID and --decision N",
        ),
        (["kept", "--order", "o00001x"], "no order 'o00001x'; did you mean"),
        (["kept", "--vehicle", "vna-1"], "no vehicle 'vna-1'; did you mean"),
        (["kept", "--order", "x", "--policy", "nearst"], "no policy 'nearst'; did you mean 'near"),
        (["kept", "--decision", "9999"], "no decision '9999'"),
        (["kept", "--order", "x", "--day", "7"], "no day 7; there is 1"),
        (["nowhere", "--order", "x"], "is no run folder and no journal"),
        (["no.jsonl.gz", "--order", "x"], "there is no such journal"),
        (["cut.jsonl", "--order", "x"], "is no whole day"),
        (["empty.jsonl", "--order", "x"], "is no whole day"),
        (["odd", "--order", "x"], "is no manifest of a run"),
    ],
)
@pytest.mark.usefixtures("kept")
def test_what_cannot_be_explained_is_refused_by_name(twin, arguments, words) -> None:
    """With what there is, and no traceback."""
    Path("cut.jsonl").write_bytes(next(Journal(told(began())).lines()) + b"\n")
    Path("empty.jsonl").write_bytes(b"")
    Path("odd").mkdir()
    Path("odd/manifest.json").write_text("[]")

    said = twin("explain", *arguments)

    assert said.code == 2
    assert words in " ".join(said.err.split())
    assert said.out == ""


def test_a_journal_that_is_not_there_is_told_how_to_make_again(twin, kept) -> None:
    """The command that is named makes it."""
    next(kept.glob("journals/*/*.gz")).unlink()

    said = twin("explain", kept, "--order", "x")

    assert said.code == 2
    assert (
        "was not kept; make it again with: twin run kept/resolved.yaml --policy nearest" in said.err
    )
    command = said.err.partition("again with: twin ")[2].partition(", and explain")[0]
    assert twin(*command.split(), "--quiet").code == 0
    assert "no order 'x'" in twin("explain", "kept-again", "--order", "x").err


def test_a_damaged_journal_is_told_how_to_make_again(twin, kept) -> None:
    """Cut short; then that of another day, whose story is not told for this one's."""
    path = next(kept.glob("journals/*/*.gz"))
    order_id = next(iter(DayTold(Journal.read(path)).orders))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    cut = twin("explain", kept, "--order", order_id)
    alone = twin("explain", path, "--order", order_id)
    Journal(told(began())).write(path)
    other = twin("explain", kept, "--order", order_id)
    path.write_bytes(whole)

    assert (cut.code, alone.code, other.code) == (2, 2, 2)
    assert "under nearest is cut short or damaged" in cut.err
    assert "under nearest is another one" in other.err
    for said in (cut, other):
        assert "make it again with: twin run kept/resolved.yaml --policy nearest" in said.err
    assert "live its day again with its journal: twin run" in alone.err
    assert twin("explain", kept, "--order", order_id).code == 0


def test_a_journal_of_a_folder_without_its_store_is_still_told(twin, kept) -> None:
    """There is nothing to hold it against."""
    order_id = next(iter(DayTold(Journal.read(next(kept.glob("journals/*/*.gz")))).orders))
    for file in kept.glob("results.sqlite*"):
        file.unlink()

    assert twin("explain", kept, "--order", order_id).code == 0


def test_a_decision_that_was_refused_is_told_with_what_was_wrong() -> None:
    """The plan of the decision before it stays; the first may have none."""
    day = DayTold(
        told(
            began(),
            PolicyFailed(at("07:00"), 1, ("ValueError: no idea",)),
            decides("07:10", 2, {"V1": route()}),
            PolicyFailed(at("07:30"), 3, ("V1: too heavy", "V1: too late")),
            DayEnded(at("16:00"), ()),
        )
    )

    none, some = explain_decision(day, 1), explain_decision(day, 3)

    policy = day.began.policy
    assert none.answer == (
        f"decision 1 at 07:00 was never made: {policy} failed (ValueError: no idea); no plan was "
        "in force yet."
    )
    assert some.answer == (
        f"decision 3 at 07:30 was never made: {policy} failed (V1: too heavy; V1: too late); the "
        "plan of decision 2 stayed in force."
    )
    assert [moment.what for moment in some.chain] == ["V1: too heavy", "V1: too late"]
    assert numbers(day) == [1, 2, 3]


@pytest.mark.usefixtures("small")
def test_a_refused_decision_is_found_by_its_number(twin, policy_file) -> None:
    """Under a scenario that keeps the plan before; the neighbours are told as ever."""
    mine = policy_file("return 'x' if self.asked == 2 else Plan(ask_again_at_s=view.now_s + 600)")
    keeps = ("--set", "dispatch.on_fault=keep_last")
    lived = twin("run", "small.yaml", "--policy", mine, *keeps, "-o", "out", "--quiet")
    assert lived.code == 3, lived.err

    refused = twin("explain", "out", "--decision", "2")

    assert refused.code == 0, refused.err
    said = " ".join(refused.out.split())
    assert "decision 2 at" in said
    assert "mine.py:Mine failed (answered with str, expected a Plan" in said
    assert "was made because" in twin("explain", "out", "--decision", "3").out
    assert "2, 3, 4" in twin("explain", "out", "--decision", "9999").err
