"""What the control tower foresees, says and does, on one road with a minute between doors."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from lived import day, duty, facts, order, place, times, van

from policies.risk import Risk
from policies.rolling import Rolling
from twin import (
    Load,
    PlaceKind,
    Presence,
    Rates,
    Retry,
    Rules,
    ServiceClass,
    StopTime,
    Visit,
    measure,
    run,
)
from twin.errors import InputError
from twin.events import (
    AttemptFailed,
    CustomerTold,
    Delivered,
    HandedOver,
    OfferAnswered,
    OfferMade,
    OrderDeclined,
    PlanMade,
    ServiceBegan,
)
from twin.messages import OfferLocker, OfferWindow
from twin.model import DRIVE, NodeId, Place, PlaceId, TimeWindow, VehicleId
from twin.plugins import make_policy, parameters
from twin.rules import BreakdownClock
from twin.soundness import found_in
from twin.surprises import Breakdown, Reply

LONG = [duty("v1", closes_at_s=10_000.0)]
DOWN = Rules(breakdown_clock=BreakdownClock.DRIVING, expected_down_s=3000.0, hand_over_s=30.0)
STANDS = {VehicleId("v1"): (Breakdown(90.0, repair_s=3000.0),)}
SILENT = {
    "resequences": False,
    "moves": False,
    "hands_over": False,
    "notifies": False,
    "offers_windows": False,
    "offers_lockers": False,
}
ONE = Load(parcels=1)


def risk(**knobs):
    return partial(Risk, **{"iterations": 20, "morning_iterations": 50, **knobs})


def until(closes_s, opens_s=0.0):
    window = TimeWindow(opens_s, closes_s)
    return {"window": window, "promise": window}


def lived(world, **knobs):
    """Return the journal of a day under the control tower, which can have happened."""
    journal = run(world, risk(**knobs))
    assert found_in(journal) == []
    return journal


def warnings(journal):
    return [(e.at_s, e.warned) for e in journal.of(PlanMade) if e.warned]


def stands(**more):
    """Return a day on which the only van stands from 90 s to 3,090 s, with a parcel for far."""
    return day(
        [order("a", "far", **until(800.0))], None, LONG, rules=DOWN, breakdowns=STANDS, **more
    )


# Foreseeing and warning


def test_who_stands_is_warned_about_at_once():
    """At 90 s the breakdown is known, 710 s before the end of the promise."""
    journal = lived(stands(), **SILENT)

    assert warnings(journal) == [(90.0, ("a",))]
    kpis = measure(journal)
    assert kpis["risk_lead_time_min"] == pytest.approx(710 / 60)
    assert (kpis["risk_precision"], kpis["risk_recall"]) == (1.0, 1.0)
    assert kpis["messages"] == 0


def test_a_service_that_drags_on_is_noticed_at_the_first_look_that_is_too_late():
    """The van is at near from 60 s to 1,060 s and should have left at once; far by 500 s.

    At the look of 300 s it could still be at far at 420 s, at that of 600 s no more.
    """
    slow = {PlaceId("near"): Visit(fixed_s=(1000.0,))}
    orders = [order("a", "near", **until(100.0)), order("b", "far", **until(500.0))]

    journal = lived(day(orders, visits=slow), **SILENT, look_every_s=300.0)

    assert warnings(journal) == [(600.0, ("b",))]
    assert measure(journal)["risk_recall"] == 0.0  # 100 s after the end of its promise


def test_every_order_is_looked_at_well_before_the_end_of_its_promise():
    """With looks so seldom, that of 45 minutes ahead is the one that sees it: 3,400 - 2,700 s."""
    slow = {PlaceId("near"): Visit(fixed_s=(9000.0,))}
    early = [order("a", "near", **until(100.0)), order("b", "far", **until(3400.0))]
    world = day(early, None, LONG, visits=slow)

    journal = lived(world, **SILENT, look_every_s=9000.0, every_s=9000.0)

    assert 700.0 in [event.at_s for event in journal.of(PlanMade)]


def test_an_order_that_nobody_is_going_to_serve_is_warned_about_ahead():
    """No van can hold it; its promise ends at 4,000 s, so it is said at 1,300 s."""
    heavy = order("a", "far", **until(4000.0))
    world = day([heavy], [van(capacity=Load(parcels=0))], LONG)

    journal = lived(world, **SILENT)

    assert warnings(journal) == [(1300.0, ("a",))]


def test_on_a_quiet_day_nothing_is_said_but_when_we_come():
    """Each customer is told once; without telling, nothing is said at all."""
    world = day([order("a", "near", **until(900.0)), order("b", "far", **until(1900.0))])

    told = lived(world)
    assert len(told.of(CustomerTold)) == 2
    assert told.of(OfferMade) == []
    assert warnings(told) == []
    assert measure(lived(world, notifies=False))["messages"] == 0


# Telling


def test_a_customer_who_is_told_is_in():
    """With u = 0.7 nobody is in by half the chance; of that absence a fifth is left when told."""
    half = Presence(0.5, (0.7,), (0.0,), notified_share=0.2)
    world = day([order("a", "far")], presence={PlaceId("far"): half})

    told, untold = lived(world), lived(world, notifies=False)

    assert len(told.of(CustomerTold)) == 1
    assert times(told, Delivered) == [180.0]
    assert [event.cause for event in untold.of(AttemptFailed)] == ["absent"]


def test_a_customer_is_told_anew_only_when_we_come_at_another_time():
    """Told 0:00 to 1:00 for 0:03; from 90 s on, 0:53 is expected, which is within; 1:40 is not."""
    within = lived(stands(), told_s=3600.0, offers_windows=False)
    longer = replace(stands(), rules=replace(DOWN, expected_down_s=6000.0))
    outside = lived(longer, told_s=3600.0, offers_windows=False)

    assert len(within.of(CustomerTold)) == 1
    told = [event.expected for event in outside.of(CustomerTold)]
    assert [event.at_s for event in outside.of(CustomerTold)][:2] == [0.0, 90.0]
    assert (told[0].opens_at_s, told[0].closes_at_s) == (0.0, 3600.0)
    assert 6180.0 in told[1]


def test_told_when_the_vehicle_leaves_if_no_time_is_set():
    """The look after the van has left is that of 50 s; nobody is told while it stands."""
    world = day([order("a", "far")], None, [duty("v1", 100.0, 2000.0)])

    journal = lived(world, notify_ahead_s=None, look_every_s=50.0)

    assert [event.at_s for event in journal.of(CustomerTold)] == [150.0]


# Asking


def test_a_customer_who_says_yes_to_a_later_window_is_served_on_time():
    """Asked at 90 s, agreed at 120 s, delivered at 3,180 s."""
    journal = lived(stands(replies={"a": Reply((True,), (), 30.0)}), notifies=False)

    [asked] = journal.of(OfferMade)
    assert asked.at_s == 90.0
    assert isinstance(asked.offer, OfferWindow)
    assert 3180.0 in asked.offer.window
    assert asked.offer.window.opens_at_s % 300 == 0 == asked.offer.window.closes_at_s % 300
    assert times(journal, OfferAnswered) == [120.0]
    assert times(journal, ServiceBegan) == [3180.0]
    kpis = measure(journal)
    assert kpis["on_time_share"] == 1.0
    assert kpis["promise_changes"] == 1.0
    assert kpis["risk_precision"] == 1.0


def test_a_customer_who_says_no_is_asked_once_and_served_late():
    """A no changes nothing, and the same is not asked again."""
    journal = lived(stands(replies={"a": Reply((False,), (), 30.0)}), notifies=False)

    assert len(journal.of(OfferMade)) == 1
    kpis = measure(journal)
    assert (kpis["on_time_share"], kpis["promise_changes"]) == (0.0, 0.0)
    assert kpis["lateness_min"] == pytest.approx((3180 - 800) / 60)


def test_no_window_is_offered_that_the_shift_or_the_door_does_not_allow():
    """Far would be reached at 3,180 s; the shift ends at 2,000 s, or the door shuts at 1,000 s."""
    short = replace(stands(), duties=(duty("v1", closes_at_s=2000.0),))
    shut = replace(place("far", 3), hours=(TimeWindow(0.0, 1000.0),))

    assert lived(short).of(OfferMade) == []
    assert lived(stands(places=[shut])).of(OfferMade) == []


def locker_day(retry, **more):
    """Return a day on which far is 180 s away, promised by 100 s, and a locker is on the way."""
    box = Place(PlaceId("box"), PlaceKind.LOCKER, {DRIVE: NodeId(1)})
    late = order("a", "far", locker=PlaceId("box"), **until(100.0))
    return day(
        [late], places=[box], classes={"standard": ServiceClass(retry=retry)},
        replies={"a": Reply((), (True,), 10.0)}, **more,
    )  # fmt: skip


def test_a_locker_that_is_reached_in_time_is_offered_where_the_class_has_one():
    journal = lived(locker_day(Retry.LOCKER), offers_windows=False)

    assert facts(journal, OfferMade, "offer") == [(0.0, OfferLocker("a", PlaceId("box")))]
    assert facts(journal, Delivered, "place") == [(60.0, "box")]
    assert measure(journal)["on_time_share"] == 1.0


@pytest.mark.parametrize(
    ("world", "knobs"),
    [
        (locker_day(Retry.TOMORROW), {}),
        (locker_day(Retry.LOCKER), {"offers_lockers": False}),
        (locker_day(Retry.LOCKER), {"most_offers": 0}),
        (locker_day(Retry.LOCKER), {"offer_ahead_s": 50.0}),
    ],
)
def test_no_locker_is_offered_otherwise(world, knobs):
    assert lived(world, offers_windows=False, **knobs).of(OfferMade) == []


# Acting


def second_tour():
    """v1 holds one parcel and is kept at far from 180 s to 1,180 s; b is promised by 900 s.

    v2 is dearer, so nothing is planned on it.
    """
    kept = {PlaceId("far"): Visit(fixed_s=(1000.0,))}
    vans = [van("v1", capacity=ONE), van("v2", capacity=ONE, type_="truck")]
    orders = [order("a", "far", **until(800.0)), order("b", "near", **until(900.0))]
    rates = Rates(labour_hour={"van": Decimal(10), "truck": Decimal(90)})
    return day(orders, vans, visits=kept, rates=rates)


def test_what_is_not_loaded_goes_on_another_van_in_time():
    """From far it is 240 s by the depot to near: too late at the look of 700 s; v2 leaves then."""
    moved = lived(second_tour(), notifies=False, look_every_s=100.0)
    late = lived(second_tour(), notifies=False, look_every_s=100.0, moves=False)

    assert facts(moved, Delivered, "order", "vehicle")[0] == (760.0, "b", "v2")
    assert warnings(moved) == []
    assert measure(late)["on_time_share"] == 0.5
    assert [at_s for at_s, _ in warnings(late)] == [700.0]


def handing_over(y_until_s=460.0, **more):
    """v1 is kept at near to 560 s; it serves mid for 600 s, and so is late at far, by 1,000 s.

    At 300 s it is believed to leave at once: mid at 360 s, far at 1,020 s. The other way round mid
    would be late. v2 stands at the depot, two minutes from mid.
    """
    mid = replace(place("mid", 2), expected=StopTime(fixed_s=600.0))
    orders = [
        order("x", "near", **until(100.0)),
        order("y", "mid", **until(y_until_s)),
        order("z", "far", **until(1000.0)),
        *more.pop("orders", []),
    ]
    visits = {PlaceId("near"): Visit(fixed_s=(500.0,)), PlaceId("mid"): Visit(fixed_s=(600.0,))}
    routes = {VehicleId("v1"): ("x", "y", "z")}
    return day(
        orders, [van("v1"), van("v2")], places=[mid], visits=visits, rules=DOWN, routes=routes,
        **more,
    )  # fmt: skip


def test_goods_aboard_are_handed_to_a_van_that_can_still_be_on_time():
    """They meet at mid: v2 from 420 s, v1 at 620 s; 30 s for the parcel, a minute to far."""
    journal = lived(handing_over(), notifies=False, offers_windows=False)

    assert facts(journal, HandedOver, "vehicle", "taker", "place", "orders") == [
        (650.0, "v1", "v2", "mid", ("z",))
    ]
    assert facts(journal, Delivered, "order", "vehicle")[1:] == [
        (710.0, "z", "v2"), (1250.0, "y", "v1")
    ]  # fmt: skip
    assert times(journal, ServiceBegan, "v1") == [60.0, 650.0]


def test_without_hand_overs_it_is_late():
    journal = lived(handing_over(), notifies=False, offers_windows=False, hands_over=False)

    assert journal.of(HandedOver) == []
    assert facts(journal, Delivered, "order")[-1] == (1280.0, "z")


@pytest.mark.parametrize(("until_s", "meetings"), [(450.0, 0), (2000.0, 1)])
def test_nothing_is_handed_over_where_that_would_break_a_promise_of_the_taker(until_s, meetings):
    """v2 is to be at near from 440 s to 450 s: before that it could not be at mid and back."""
    own = order("w", "near", **until(until_s, 440.0))
    world = handing_over(orders=[own], pins={"w": VehicleId("v2")})
    world = replace(world, routes={**world.routes, VehicleId("v2"): ("w",)})

    journal = lived(world, notifies=False, offers_windows=False)

    assert len(journal.of(HandedOver)) == meetings


def test_settings_that_mean_nothing_are_refused_together():
    """Its own, what it says to customers, and those of `rolling`."""
    with pytest.raises(InputError, match=r"policy risk: 4 .*") as caught:
        run(
            day([order("a", "far")]),
            risk(warn_above=2.0, kept_share=0.1, every_s=0.0, mode="sometimes"),
        )

    assert [problem.partition(" is ")[0] for problem in caught.value.problems] == [
        "kept_share",
        "warn_above",
        "every_s",
        "mode",
    ]


def test_every_knob_of_rolling_is_one_of_risk_with_its_default():
    """As lists of policies and checks of settings read them; no other name is taken."""
    known = parameters(Risk)

    assert parameters(Rolling).items() <= known.items()
    assert "rolling" not in known
    with pytest.raises(InputError, match=r"moode: no such parameter .*; did you mean 'mode'\?"):
        make_policy("risk", {"moode": "all"})


@pytest.mark.parametrize(("below", "declined"), [(None, []), (1, ["low"])])
def test_a_control_tower_can_decline_as_rolling_does(below, declined):
    """Far is three minutes away and promised by two: nobody can be on time."""
    world = day([order("low", "far", **until(120.0))])

    journal = lived(world, declines_below=below, offers_windows=False)

    assert [event.order for event in journal.of(OrderDeclined)] == declined
