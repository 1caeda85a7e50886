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
    OrderKind,
    Parcel,
    Place,
    PlaceKind,
    Plan,
    Retry,
    ServiceClass,
    Stop,
    UnloadOrders,
    View,
    problems,
    run,
)
from twin.model import NodeId
from twin.plan import Break, HandOver, Message, Recharge
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
        Plan(messages=(Message("a", "notify"),)), "messages to customers are not in this version"),
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
