"""What physics forbids a plan to ask for, each problem in its whole sentence."""

from dataclasses import replace

import pytest
from dispatchers import decides
from worlds import depot, duty, line, order, place, van, world

from twin import (
    BIKE,
    Collect,
    Deliver,
    Driver,
    Load,
    LoadOrders,
    Notify,
    OrderKind,
    Parcel,
    Place,
    PlaceKind,
    Plan,
    Retry,
    Rules,
    ServiceClass,
    Stop,
    TimeWindow,
    UnloadOrders,
    View,
    problems,
    run,
)
from twin.model import Carrier, CarrierKind, Chargers, Energy, NodeId
from twin.plan import Break, HandOver, Recharge
from twin.surprises import Breakdown
from twin.world import WhenIdle


def the_day():
    """Return a day with two vans; at 1000 s b is aboard v1, r was refused and waits to go back."""
    orders = [
        order("a", "near", parcels=(Parcel(2000, 4000),)),
        order("b", "far", parcels=(Parcel(2500, 4000),)),
        order("c", "depot", "mid", kind=OrderKind.COLLECTION, parcels=(Parcel(3000, 4000),)),
        order("k", "mid", skills=("lift", "piano")),
        order("long", "mid", parcels=(Parcel(longest_mm=2500),)),
        order("r", "near"),
        order("many", "near", parcels=(Parcel(),) * 4),
        order("wide", "near", parcels=(Parcel(0, 12_000),)),
        order("later", "near", placed_at_s=5000.0, ready_at_s=5000.0),
    ]
    island = Place("island", PlaceKind.HOUSEHOLD, {BIKE: NodeId(2)})
    day = world(
        line([600, 600, 600], 10),
        [depot(0), depot(3, "other"), place("near", 1), place("mid", 2), place("far", 3), island],
        [*orders, order("boat", "island")],
        [replace(van("v1", capacity=Load(5000, 10_000, 3)), longest_mm=2000), van("v2"),
         van("old", ends_at=None)],
        [duty("v1", 0.0, 5000.0), duty("v2", 0.0, 5000.0), duty("old", 0.0, 100.0)],
        classes={"standard": ServiceClass(retry=Retry.TODAY)},
        failures={"r": "refused"},
    )  # fmt: skip
    drivers = tuple(Driver(d.id, ("lift",) if d.id == "driver-v1" else ()) for d in day.drivers)
    return replace(day, drivers=drivers, rules=replace(day.rules, when_idle=WhenIdle.STAY))


def load(*orders, at="depot"):
    return Stop(at, (LoadOrders(orders),))


MORNING = Plan({
    "v1": (load("b", "r"), Stop("near", (Deliver("r"),)), Stop("far")),
    "v2": (load("k"), Stop("far")),
})  # fmt: skip


@pytest.fixture(scope="module")
def view() -> View:
    """Return what is known at 1000 s, with nothing planned."""
    seen: list[View] = []
    calls = {0: MORNING, 1000: Plan()}

    def answer(view: View) -> Plan:
        if view.now_s == 1000:
            seen.append(view)
        due = [at_s for at_s in calls if at_s <= view.now_s]
        plan = calls.pop(due[0]) if due else Plan()
        return replace(plan, ask_again_at_s=1000.0 if 1000 in calls else None)

    run(
        replace(the_day(), rules=replace(the_day().rules, when_idle=WhenIdle.STAY)), decides(answer)
    )
    return seen[0]


def deliver(door, *names):
    return Stop(door, tuple(Deliver(name) for name in names))


def collect(door, *names):
    return Stop(door, tuple(Collect(name) for name in names))


def of(*stops, to="v1"):
    return Plan({to: stops})


LEGAL = {
    "nothing": Plan(),
    "an empty route": of(),
    "what is aboard": of(deliver("far", "b")),
    "goods loaded before": of(load("a"), deliver("near", "a"), deliver("far", "b")),
    "put down and loaded again": of(
        Stop("depot", (UnloadOrders(("b",)),)), load("b"), deliver("far", "b")
    ),
    "room made at the door": of(load("a"), deliver("near", "a"), collect("mid", "c")),
    "a place to go to": of(Stop("mid"), Stop("mid")),
    "a refusal": Plan(declined=("a", "k2")[:1]),
    "another time": Plan(ask_again_at_s=1000.125, why="to see"),
    "aboard and left there": of(load("wide", at="depot"), to="v2"),
}


@pytest.mark.parametrize("plan", LEGAL.values(), ids=LEGAL)
def test_what_physics_allows_is_legal(view, plan):
    """Whether it is wise is measured, never judged here."""
    assert problems(plan, view) == []


NOT_LOADED = "and no earlier stop of this route loads them"
ILLEGAL = {
    "an unknown vehicle": (
        of(to="v9"), "vehicle v9: unknown, or its duties are over; there are v1, v2"),
    "a vehicle whose duties are over": (
        of(to="old"), "vehicle old: unknown, or its duties are over; there are v1, v2"),
    "an unknown order": (
        of(deliver("near", "x")), "vehicle v1: order x is unknown or not open"),
    "an order not placed yet": (
        of(load("later")), "vehicle v1: order later is unknown or not open"),
    "an unknown place": (
        of(Stop("moon")), "vehicle v1: place moon is unknown"),
    "a place out of reach": (
        of(load("boat"), deliver("island", "boat")),
        "vehicle v1: no way to island for mode 'drive'"),
    "one order on two vehicles": (
        Plan({"v1": (load("a"), deliver("near", "a")), "v2": (load("a"), deliver("near", "a"))}),
        "order a: in the routes of v1 and v2"),
    "goods at the depot not loaded": (
        of(deliver("near", "a")),
        f"vehicle v1: order a is delivered, but its goods are at depot {NOT_LOADED}"),
    "goods aboard another": (
        of(deliver("far", "b"), to="v2"),
        f"vehicle v2: order b is delivered, but its goods are aboard v1 {NOT_LOADED}"),
    "goods put down before": (
        of(Stop("depot", (UnloadOrders(("b",)),)), deliver("far", "b")),
        f"vehicle v1: order b is delivered, but its goods are aboard v1 {NOT_LOADED}"),
    "loaded though aboard": (
        of(load("b")), "vehicle v1: order b is loaded at depot, but already aboard"),
    "loaded where it is not": (
        of(load("a", at="other")),
        "vehicle v1: order a is loaded at other, but its goods are at depot"),
    "loaded from another vehicle": (
        of(load("b"), to="v2"),
        "vehicle v2: order b is loaded at depot, but its goods are aboard v1"),
    "a collection loaded": (
        of(load("c", at="mid")), "vehicle v1: order c is a collection: use Collect"),
    "a collection delivered": (
        of(deliver("depot", "c")), "vehicle v1: order c is a collection"),
    "a delivery collected": (
        of(collect("far", "b")), "vehicle v1: order b is a delivery"),
    "served at another door": (
        of(deliver("mid", "b")), "vehicle v1: order b is served at mid, its door is far"),
    "served twice": (
        of(collect("mid", "c", "c")), "vehicle v1: order c is served twice"),
    "loaded after it was served": (
        of(load("a"), deliver("near", "a"), load("a")),
        "vehicle v1: order a is loaded after it was served"),
    "unloaded at a door": (
        of(Stop("mid", (UnloadOrders(("b",)),))),
        "vehicle v1: order b is unloaded at mid, which is no depot"),
    "unloaded though not aboard": (
        of(Stop("depot", (UnloadOrders(("a",)),))),
        "vehicle v1: order a is unloaded, but not aboard"),
    "a skill missing": (
        of(load("k"), deliver("mid", "k")),
        "vehicle v1: order k needs piano, the driver has no such skill"),
    "too heavy": (
        of(collect("mid", "c")), "vehicle v1: 5.5 kg of 5 kg aboard after order c"),
    "too big": (
        of(load("wide")), "vehicle v1: 12 l of 10 l aboard after order wide"),
    "too many": (
        of(load("many")), "vehicle v1: 4 parcels of 3 aboard after order many"),
    "too long": (
        of(load("long")), "vehicle v1: order long is 2500 mm long, 2000 mm fit in"),
    "waiting to go back": (
        of(deliver("near", "r")),
        "vehicle v1: order r cannot be served: after 1 failed attempts it waits for: return"),
    "hand-over": (
        of(Stop("mid", (HandOver(("b",), "v2", "v1"),))),
        "vehicle v1: hand-over at mid: the route of v2 has no such one"),
    "recharge": (
        of(Stop("mid", (Recharge(),))), "vehicle v1: recharges at mid and has no battery"),
    "break": (
        of(Stop("mid", (Break(0.0),))), "vehicle v1: a break of 0.0 s"),
    "messages": (
        Plan(messages=(Notify("x", TimeWindow(0, 2000)),)),
        "order x: notify, but unknown, served or not open"),
    "an unknown order declined": (
        Plan(declined=("x",)), "order x: declined, but unknown or not open"),
    "a loaded order declined": (
        Plan(declined=("b",)), "order b: declined, but aboard v1"),
    "a planned order declined": (
        replace(of(load("a"), deliver("near", "a")), declined=("a",)),
        "order a: declined, but in the route of v1"),
    "a time gone by": (
        Plan(ask_again_at_s=1000.0), "ask_again_at_s 1000.0 is not later than now, 00:16:40"),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "sentence"), ILLEGAL.values(), ids=ILLEGAL)
def test_what_physics_forbids_is_said_in_a_sentence(view, plan, sentence):
    """With vehicle, order and what is in the way."""
    assert sentence in problems(plan, view)


def test_all_problems_of_a_plan_are_told_at_once(view):
    """Three of them, in the order of the plan."""
    plan = Plan({"v1": (Stop("moon"), deliver("mid", "b")), "v9": ()}, declined=("x",))

    assert problems(plan, view) == [
        "vehicle v1: place moon is unknown",
        "vehicle v1: order b is served at mid, its door is far",
        "vehicle v9: unknown, or its duties are over; there are v1, v2",
        "order x: declined, but unknown or not open",
    ]


def test_an_order_stays_with_the_vehicle_that_a_plan_leaves_out():
    """v1 has it already: v2 may have it only if v1's new route is without it."""
    said: list[list[str]] = []
    mine = (load("a"), deliver("near", "a"))

    def answer(view: View) -> Plan:
        if view.by_order["a"].planned_on is None:
            return Plan({"v1": mine})
        if not said:
            said.append(problems(Plan({"v2": mine}), view))
            said.append(problems(Plan({"v2": mine, "v1": ()}), view))
            said.append(problems(Plan(declined=("a",)), view))
        return Plan()

    late = [duty("v1", 500.0, 900.0), duty("v2", 500.0, 900.0)]
    day = world(
        line([600], 10), [depot(0), place("near", 1)],
        [order("a", "near"), order("z", "near", placed_at_s=10.0, ready_at_s=10.0)],
        [van("v1"), van("v2")], late,
    )  # fmt: skip
    run(replace(day, rules=replace(day.rules, horizon_s=100.0)), decides(answer))

    assert said == [
        ["order a: in the routes of v1 and v2"],
        [],
        ["order a: declined, but in the route of v1"],
    ]


# On a day on which things go wrong


def stormy_day():
    """Return a day with b aboard v1, d1 down with x and y, e1 with a battery, r refused."""
    late = {"placed_at_s": 600.0, "ready_at_s": 600.0}  # after the time of one carrier
    orders = [
        order("a", "near", **late), order("b", "far"), order("e", "near", **late),
        order("x", "far"),
        order("y", "far"), order("r", "near"),
        order("c", "depot", "mid", kind=OrderKind.COLLECTION),
    ]  # fmt: skip
    battery = Energy("electricity", 0.1, 10.0)
    return world(
        line([600, 600, 600], 10),
        [depot(0), depot(3, "other", chargers=Chargers(1, 11.0)), place("near", 1),
         place("mid", 2), place("far", 3), place("square", 2, PlaceKind.SITE)],
        orders,
        [van("v1"), van("v2", capacity=Load(10**9, 10**9, 1)), replace(van("e1"), energy=battery),
         van("d1")],
        [duty(name, 0.0, 9000.0) for name in ("v1", "v2", "e1", "d1")],
        classes={"standard": ServiceClass("standard", 3, Retry.TODAY)},
        failures={"r": "refused"},
        carriers=[Carrier("post", CarrierKind.OVERFLOW, None, 2),
                  Carrier("gone", CarrierKind.OVERFLOW, 500.0)],
        breakdowns={"d1": (Breakdown(900.0, wait_s=5000.0, repair_s=100.0),)},
        rules=Rules(when_idle=WhenIdle.STAY),
    )  # fmt: skip


STORMY_MORNING = Plan({
    "v1": (load("b", "r"), Stop("near", (Deliver("r"),)), Stop("square")),
    "d1": (load("x", "y"), Stop("far", (Deliver("x"),))),
})  # fmt: skip


@pytest.fixture(scope="module")
def stormy() -> View:
    """Return what is known at 1000 s: d1 stands between near and mid."""
    seen: list[View] = []
    calls = {0: STORMY_MORNING, 1000: Plan()}

    def answer(view: View) -> Plan:
        if view.now_s == 1000:
            seen.append(view)
        due = [at_s for at_s in calls if at_s <= view.now_s]
        return replace(calls.pop(due[0]) if due else Plan(),
                       ask_again_at_s=1000.0 if 1000 in calls else None)  # fmt: skip

    run(stormy_day(), decides(answer))
    return seen[0]


DOWN = "breakdown/d1/1"


def gives(*orders, giver="v1", taker="v2", place="square"):
    return Stop(place, (HandOver(orders, giver, taker),))


STORMY_LEGAL = {
    "two vans meet": Plan({
        "v1": (gives("b"),), "v2": (gives("b"), deliver("far", "b"))}),
    "who is down gives without being told": Plan({
        "d1": (), "v2": (gives("x", giver="d1", place=DOWN), deliver("far", "x"))}),
    "who is down is relieved": Plan({"d1": ()}),
    "who is down keeps its own": of(deliver("far", "y"), deliver("far", "x"), to="d1"),
    "a battery is filled where there are chargers": of(Stop("other", (Recharge(0.5),)), to="e1"),
    "a break of an eighth": of(Stop("mid", (Break(0.125),))),
    "two given to the carrier": Plan(tendered={"post": ("a", "e")}),
    "out of the route and to the carrier": replace(of(), tendered={"post": ("a",)}),
}  # fmt: skip


@pytest.mark.parametrize("plan", STORMY_LEGAL.values(), ids=STORMY_LEGAL)
def test_what_physics_allows_when_things_go_wrong(stormy, plan):
    """Goods change vehicles, batteries are filled, orders are given away."""
    assert problems(plan, stormy) == []


STORMY_ILLEGAL = {
    "a hand-over between others": (
        of(gives("b", taker="e1"), to="v2"),
        "vehicle v2: hand-over from v1 to e1 in the route of v2"),
    "a hand-over with itself": (
        of(gives("b", taker="v1")), "vehicle v1: hand-over from v1 to v1 in the route of v1"),
    "a hand-over with nobody": (
        of(gives("b", taker="v9")),
        "vehicle v1: hand-over with v9: unknown, or its duties are over"),
    "a hand-over that the other does not know of": (
        of(gives("b")), "vehicle v1: hand-over at square: the route of v2 has no such one"),
    "a hand-over at another place": (
        Plan({"v1": (gives("b"),), "v2": (gives("b", place="mid"),)}),
        "vehicle v1: hand-over at square: the route of v2 has no such one"),
    "from one that is down elsewhere": (
        of(gives("x", giver="d1"), to="v2"),
        f"vehicle v2: hand-over with d1 at square, it is down at {DOWN}"),
    "to one that is down": (
        of(gives("b", taker="d1", place=DOWN)),
        f"vehicle v1: hand-over with d1 at {DOWN}, it is down at {DOWN}"),
    "handed over and not aboard": (
        Plan({"v1": (gives("a"),), "v2": (gives("a"),)}),
        "vehicle v1: order a is handed over, but not aboard"),
    "taken over from the depot": (
        Plan({"v1": (gives("a"),), "v2": (gives("a"),)}),
        "vehicle v2: order a is taken over from v1, but it is at depot"),
    "taken over from another": (
        Plan({"d1": (), "v2": (gives("b", giver="d1", place=DOWN),)}),
        "vehicle v2: order b is taken over from d1, but it is aboard v1"),
    "no room for it": (
        Plan({"d1": (), "v2": (gives("x", "y", giver="d1", place=DOWN),)}),
        "vehicle v2: 2 parcels of 1 aboard after order y"),
    "delivered after it was handed over": (
        Plan({"v1": (gives("b"), deliver("far", "b")), "v2": (gives("b"),)}),
        f"vehicle v1: order b is delivered, but its goods are aboard v1 {NOT_LOADED}"),
    "new work for one that is down": (
        of(deliver("far", "x"), load("a"), deliver("near", "a"), to="d1"),
        "vehicle d1 is broken down and is given a"),
    "no battery": (
        of(Stop("other", (Recharge(),))), "vehicle v1: recharges at other and has no battery"),
    "no chargers": (
        of(Stop("mid", (Recharge(),)), to="e1"),
        "vehicle e1: recharges at mid, which has no chargers"),
    "more than full": (
        of(Stop("other", (Recharge(1.5),)), to="e1"),
        "vehicle e1: recharges to a share of 1.5, expected 0 to 1"),
    "filled to nothing": (
        of(Stop("other", (Recharge(0.0),)), to="e1"),
        "vehicle e1: recharges to a share of 0.0, expected 0 to 1"),
    "an endless break": (
        of(Stop("mid", (Break(float("inf")),))), "vehicle v1: a break of inf s"),
    "a break off the tick": (
        of(Stop("mid", (Break(0.1),))),
        "vehicle v1: a break of 0.1 s, expected whole eighths of a second"),
    "a break of words": (
        of(Stop("mid", (Break("long"),))), "vehicle v1: a break of 'long' s"),
    "a share of words": (
        of(Stop("other", (Recharge("full"),)), to="e1"),
        "vehicle e1: recharges to a share of 'full', expected 0 to 1"),
    "an unknown carrier": (
        Plan(tendered={"dhl": ("a",)}),
        "carrier dhl: takes no orders now; those that do: post"),
    "a carrier whose time is over": (
        Plan(tendered={"gone": ("a",)}),
        "carrier gone: takes no orders now; those that do: post"),
    "beyond its cap": (
        Plan(tendered={"post": ("a", "e", "c")}), "carrier post: 3 orders, it takes 2 more"),
    "an unknown order": (
        Plan(tendered={"post": ("z",)}), "order z: tendered, but unknown or not open"),
    "goods aboard": (
        Plan(tendered={"post": ("b",)}),
        "order b: tendered, but its goods are aboard v1, at no depot"),
    "goods at a door": (
        Plan(tendered={"post": ("c",)}),
        "order c: tendered, but its goods are at mid, at no depot"),
    "given away twice": (
        Plan(tendered={"post": ("a", "a")}), "order a: tendered twice, or declined too"),
    "declined and given away": (
        Plan(tendered={"post": ("a",)}, declined=("a",)),
        "order a: tendered twice, or declined too"),
    "planned and given away": (
        replace(of(load("a"), deliver("near", "a")), tendered={"post": ("a",)}),
        "order a: tendered, but in the route of v1"),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "sentence"), STORMY_ILLEGAL.values(), ids=STORMY_ILLEGAL)
def test_what_physics_forbids_when_things_go_wrong(stormy, plan, sentence):
    """With vehicle, order and what is in the way."""
    assert sentence in problems(plan, stormy)


def test_an_order_that_was_tried_is_not_given_away():
    """Refused at 60 s, back at the depot at 120 s: the carrier takes only what was never tried."""
    said: list[list[str]] = []

    def answer(view: View) -> Plan:
        if view.now_s == 0:
            return Plan({"v1": (load("r"), deliver("near", "r"))}, ask_again_at_s=500.0)
        if view.now_s == 500:
            said.append(problems(Plan(tendered={"post": ("r",)}), view))
        return Plan()

    day = replace(stormy_day(), rules=Rules())
    run(day, decides(answer))

    assert said == [["order r: tendered, but it was tried already"]]
