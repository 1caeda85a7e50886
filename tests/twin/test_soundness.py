"""An audit is worth what it finds: every kind of damage to a sound journal must be named."""

import json
from copy import deepcopy
from dataclasses import replace

import pytest
from dispatchers import AllAboard, Fifo, scripted
from kept_days import quiet_day, stormy
from mutants import MUTANTS
from stormy_mutants import STORMY
from worlds import depot, duty, line, order, place, van, world

from twin import (
    Collect,
    Deliver,
    Journal,
    Load,
    LoadOrders,
    OrderKind,
    Parcel,
    Plan,
    Retry,
    Rules,
    ServiceClass,
    Stop,
    TimeWindow,
    Visit,
    run,
)
from twin.errors import InputError
from twin.events import (
    Arrived,
    AttemptFailed,
    Collected,
    DayEnded,
    Delivered,
    Departed,
    Diverted,
    DutyEnded,
    Loaded,
    LoadingBegan,
    OrderDeclined,
    OrderPlaced,
    PlanMade,
    Returned,
    ServiceBegan,
    ShiftBegan,
    Unloaded,
)
from twin.journal import from_line
from twin.soundness import assert_sound, found_in
from twin.testing import tiny_worlds


def a_day():
    """Return a day with something of everything: two vans, docks, a failure, a diversion."""
    hard = {"service_class": "hard"}
    orders = [
        order("a", "near", window=TimeWindow(0, 600), parcels=(Parcel(1000),), **hard),
        order("b", "far", service_class="twice"),
        order("c", "depot", "mid", kind=OrderKind.COLLECTION),
        order("d", "mid", placed_at_s=700.0, ready_at_s=700.0),
        order("e", "near"),
        order("f", "mid", window=TimeWindow(0, 10), **hard),
    ]
    route = (
        Stop("depot", (LoadOrders(("a", "b", "f")),)),
        Stop("near", (Deliver("a"),)),
        Stop("mid", (Collect("c"), Deliver("f"))),
        Stop("far", (Deliver("b"),)),
    )
    again = (Stop("far", (Deliver("b"),)),)
    second = (Stop("depot", (LoadOrders(("d",)),)), Stop("mid", (Deliver("d"),)))
    script = {
        0: Plan({"v1": route}, declined=("e",)),
        290: Plan({"v1": again}),  # on the way home: it turns at the next junction
        700: Plan({"v1": second}),
    }
    day = world(
        line([600, 600, 600], 10),
        [depot(0, docks=1), place("near", 1), place("mid", 2), place("far", 3)],
        orders,
        [van("v1", capacity=Load(5000, 10**6, 3)), van("v2")],
        [duty("v1", 0.0, 2000.0), duty("v2", 0.0, 2000.0)],
        classes={
            "standard": ServiceClass(),
            "hard": ServiceClass("hard", hard_window=True),
            "twice": ServiceClass("twice", 2, Retry.TODAY),
        },
        failures={"b": "refused"},
        visits={"depot": Visit(fixed_s=(60.0,)), "near": Visit(fixed_s=(30.0,))},
        rules=Rules(preloaded=False),
    )
    return run(day, scripted(script))


@pytest.fixture(scope="module")
def journal() -> Journal:
    return a_day()


def test_the_day_itself_is_sound(journal):
    """And has all kinds of events that the damages below are done to."""
    assert_sound(journal)
    kinds = {type(event) for event in journal}
    assert {AttemptFailed, Collected, OrderDeclined, Unloaded, Returned} <= kinds


@pytest.mark.parametrize("make", [Fifo, AllAboard])
def test_all_tiny_days_are_sound(make):
    """Under two policies."""
    for day in tiny_worlds().values():
        assert_sound(run(day, make))


def first(kind, **fields):
    """Return a damage: other fields in the first event of a kind."""

    def damage(events):
        k = next(k for k, event in enumerate(events) if type(event) is kind)
        return [*events[:k], replace(events[k], **fields), *events[k + 1 :]]

    return damage


def each(kind, change):
    """Return a damage: every event of a kind changed."""
    return lambda events: [change(event) if type(event) is kind else event for event in events]


def lost(kind, which=0):
    """Return a damage: an event of a kind is missing."""

    def damage(events):
        found = [k for k, event in enumerate(events) if type(event) is kind]
        return events[: found[which]] + events[found[which] + 1 :]

    return damage


def twice(kind):
    """Return a damage: the first event of a kind is there twice in a row."""

    def damage(events):
        k = next(k for k, event in enumerate(events) if type(event) is kind)
        return [*events[:k], events[k], *events[k:]]

    return damage


def swapped(kind):
    """Return a damage: the first event of a kind comes after the one that follows it."""

    def damage(events):
        k = next(k for k, event in enumerate(events) if type(event) is kind)
        return [*events[:k], events[k + 1], events[k], *events[k + 2 :]]

    return damage


def only_one_attempt(events):
    """Return the damage: classes allow one attempt, and two were made."""
    header = events[0]
    classes = {name: replace(kind, max_attempts=1) for name, kind in header.service_classes.items()}
    return [replace(header, service_classes=classes), *events[1:]]


def order_with(name, **fields):
    """Return a damage: an order was placed as another one."""
    return each(
        OrderPlaced,
        lambda event: (
            replace(event, order=replace(event.order, **fields))
            if event.order.id == name
            else event
        ),
    )


def header_with(change):
    """Return a damage: another header."""
    return lambda events: [change(events[0]), *events[1:]]


DAMAGES = {
    "no header": (lambda events: events[1:], "before the day began"),
    "two headers": (lambda events: [events[0], *events], "the day began before"),
    "no end": (lambda events: events[:-1], "the last one, expected DayEnded"),
    "something after the end": (lambda events: [*events, events[-2]], "after the day ended"),
    "nothing": (lambda _: [], "a journal begins with DayBegan"),
    "between two ticks": (first(Arrived, at_s=120.3), "on no eighth of a second"),
    "earlier than before": (first(Departed, at_s=30.0), "earlier than the line before, 00:01:00"),
    "an order lost": (lost(OrderPlaced), "names 'a', which no earlier line made known"),
    "an order placed twice": (twice(OrderPlaced), "order a was placed before"),
    "an unknown door": (lambda events: [replace(e, places=()) if type(e) is OrderPlaced else e
                                        for e in events], "place near is not known"),
    "a delivery lost": (lost(Delivered), "carried over (), open are ('a',)"),
    "a delivery twice": (twice(Delivered), "order a was delivered before"),
    "carried over though delivered": (first(DayEnded, carried_over=("a",)), "open are ()"),
    "declined though delivered": (first(OrderDeclined, order="a"), "order a was declined before"),
    "returned without a try": (first(Returned, order="e"), "order e was tried 0 times only"),
    "a question asked before": (first(PlanMade, question=9), "out of turn"),
    "answered before it was asked": (first(PlanMade, asked_at_s=5.0), "before it was asked"),
    "a shift too early": (header_with(lambda e: replace(e, duties=tuple(
        replace(d, shift=TimeWindow(10, 2000)) for d in e.duties))), "the shift is 00:00:10-"),
    "a duty begun twice": (twice(ShiftBegan), "duty duty-v1 began before"),
    "the other van's duty": (first(ShiftBegan, duty="duty-v2"), "duty duty-v2 is of v2"),
    "a shift that begins elsewhere": (first(ShiftBegan, place="mid"), "the vehicle is at depot"),
    "work without a duty": (lost(ShiftBegan), "v1 is on no duty"),
    "a duty that ends too soon": (header_with(lambda e: replace(e, duties=tuple(
        replace(d, shift=TimeWindow(0, 9000)) for d in e.duties))), "before the shift's end"),
    "a leg from elsewhere": (first(Departed, node=2), "leaves node 2 (depot), is at node 0"),
    "a jump": (lost(Departed, 1), "v1 was not under way"),
    "a leg without an end": (lost(Arrived), "v1 is driving"),
    "an edge too many": (first(Departed, edges=(0, 2)), "edges, lengths and junctions do not"),
    "a way to elsewhere": (first(Departed, to="far"), "its way ends at 1, not at far"),
    "one parcel more aboard": (first(Departed, aboard=Load(1000, 0, 4)), "loaded Load(grams=1000"),
    "other edges driven": (first(Arrived, edges=(7,)), "drove other edges than it departed on"),
    "an edge entered too early": (first(Arrived, entered_at_s=(59.875,)), "entered its edges at"),
    "an arrival elsewhere": (first(Arrived, place="far"), "was on its way to near"),
    "an arrival at another node": (first(Arrived, node=3), "ends at node 3"),
    "a turn that drove too far": (first(Diverted, node=3), "its edges lead elsewhere"),
    "a stop left for too late": (header_with(lambda e: replace(e, duties=tuple(
        replace(d, shift=TimeWindow(0, 100)) for d in e.duties))), "shift and overtime ended at"),
    "service elsewhere": (first(ServiceBegan, place="far"), "v1 is at near, not at far"),
    "service at another's door": (order_with("a", destination="mid"), "order a is for mid"),
    "service of nobody": (first(ServiceBegan, orders=()), "serves nobody"),
    "a delivery of what is not aboard": (first(ServiceBegan, orders=("d",)),
                                         "names 'd', which no earlier line"),
    "a hard window broken": (order_with("a", window=TimeWindow(0, 100)), "has its window 00:00"),
    "a window opened later": (order_with("b", window=TimeWindow(5000, 6000)), "has its window 01"),
    "missed though in time": (order_with("f", window=TimeWindow(0, 5000)), "was in time for"),
    "a skill that nobody has": (order_with("a", skills=("piano",)), "order a needs piano"),
    "a service that began later": (first(Delivered, began_at_s=130.0), "no service of a began at"),
    "the second attempt first": (first(Delivered, attempt=2), "attempt 2 is no. 1"),
    "too many attempts": (only_one_attempt, "order b: at most 1 attempts"),
    "a strange cause": (first(AttemptFailed, cause="ghosts"), "cause 'ghosts', expected one of"),
    "collected what was to be brought": (order_with("c", kind=OrderKind.DELIVERY, origin="depot",
                                                    destination="mid"), "order c is a delivery"),
    "one gram too much": (header_with(lambda e: replace(e, vehicles=tuple(
        replace(v, capacity=Load(999, 10**6, 3)) for v in e.vehicles))), "Load(grams=1000"),
    "too long a parcel": (order_with("a", parcels=(Parcel(1000, 0, 2**60),)), "mm long"),
    "goods from elsewhere": (order_with("a", origin="far"), "the goods of a are at far"),
    "goods not ready": (order_with("a", ready_at_s=70.0), "order a is ready at 00:01:10"),
    "loaded what was not to be": (first(Loaded, orders=("a",)), "were not to be loaded"),
    "unloaded what was not to be": (first(Unloaded, orders=()), "were not to be unloaded"),
    "unloaded at a door": (header_with(lambda e: replace(e, places=tuple(
        replace(p, kind="site") for p in e.places))), "depot is no depot"),
    "loading that never ended": (lost(Loaded), "v1 is loading"),
    "preloaded in the shift": (each(LoadingBegan, lambda e: replace(e, preloaded=True)),
                               "preloaded, and no shift of it begins then"),
    "the end of a duty at work": (swapped(Arrived), "v1 is driving"),
    "a duty that ends twice": (twice(DutyEnded), "v2 is on no duty"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "words"), DAMAGES.values(), ids=DAMAGES)
def test_every_damage_to_a_journal_is_named(journal, damage, words):
    """The right sentence is among the problems, with line and time."""
    with pytest.raises(InputError) as refused:
        assert_sound(damage(list(journal.events)))

    assert any(words in problem for problem in refused.value.problems), refused.value.problems


NEEDS_MORE = {
    "named-network", "edge-exists", "one-way", "edge-length", "travel-time", "closed-street",
    "placed-when-it-comes", "as-planned", "no-gap", "shift-ends", "hours-of-service", "meals",
    "battery", "chargers", "on-foot",
}  # fmt: skip
"""Rules of the checker of journals that need the streets, or more bookkeeping than an audit has."""


def sounds(lines):
    """Return what is found in the lines of a journal, or that they cannot be read."""
    try:
        return found_in([from_line(json.dumps(one)) for one in lines])
    except ValueError as error:
        return [str(error)]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_the_checker_finds_the_audit_finds_too(mutant):
    """Where it needs neither streets nor hours nor batteries."""
    if mutant.rule not in NEEDS_MORE:
        assert sounds(mutant.damage(deepcopy(quiet_day().lines))) != []


@pytest.mark.parametrize("mutant", STORMY, ids=lambda mutant: mutant.name)
def test_what_the_checker_finds_in_a_storm_the_audit_finds_too(mutant):
    """Likewise, on the first day that has what is damaged."""
    for day in filter(None, (stormy(number) for number in range(400))):
        try:
            damaged = mutant.damage(deepcopy(day.lines))
        except (IndexError, StopIteration):  # nothing of the kind on this day
            continue
        assert sounds(day.lines) == []
        assert sounds(damaged) != [] or mutant.rule in NEEDS_MORE
        return
    pytest.fail("no such day")
