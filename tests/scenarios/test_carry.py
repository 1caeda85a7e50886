"""What a day hands on to the next, thing by thing."""

from dataclasses import replace

import pytest
from dispatchers import AllAboard, decides, scripted
from worlds import depot, duty, line, order, place, van, world

from scenarios.carry import NOTHING, Carried, carried, next_day
from twin import (
    Deliver,
    Identity,
    LoadOrders,
    PlaceKind,
    Plan,
    Presence,
    Retry,
    Rules,
    ServiceClass,
    Stop,
    TimeWindow,
    Visit,
    figures,
    run,
)
from twin.events import AttemptFailed, Returned
from twin.model import (
    ALWAYS,
    Chargers,
    Driver,
    Energy,
    OrderKind,
)
from twin.units import DAY_S

H = 3600.0
ROAD = line([3600, 3600], 10)  # six minutes each
NOBODY = Presence(0.0)
TOMORROW = {"standard": ServiceClass(max_attempts=3, retry=Retry.TOMORROW)}


def idle(_: object) -> Plan:
    return Plan()


def day_with(*orders, places=(), day: int = 1, **more):
    """Return a day with one van on a road: the depot at junction 0, doors at 1 and 2."""
    more = {"classes": TOMORROW, "duties": [duty("v1", 8 * H, 17 * H)], **more}
    made = world(
        ROAD,
        [depot(0), place("a", 1, zone="west"), place("b", 2, zone="east"), *places],
        orders,
        more.pop("vehicles", [van()]),
        **more,
    )
    return replace(made, identity=replace(Identity("a day"), day=day))


def test_a_failed_order_is_there_tomorrow_with_the_attempts_made():
    """Nobody at door a; the order keeps its count of attempts, under a name that says its day."""
    first = run(day_with(order("o1", "a"), order("o2", "b"), presence={"a": NOBODY}), AllAboard)
    (left,) = carried(first).orders

    assert (left.id, left.destination, left.origin) == ("o1 of day 1", "a of day 1", "depot")
    assert left.attempts_before == 1
    assert carried(first).places["a of day 1"].nodes == {"drive": 1}

    made = next_day(day_with(order("o1", "b"), day=2), carried(first))
    there = {one.id: one for one in made.orders}

    assert sorted(there) == ["o1", "o1 of day 1"]
    assert there["o1 of day 1"].attempts_before == 1
    assert there["o1"].attempts_before == 0


def test_a_name_that_says_its_day_is_kept_on_further_days():
    """Carried over twice it is still the order of the first day, with two attempts."""
    before = carried(run(day_with(order("o1", "a"), presence={"a": NOBODY}), AllAboard))
    second = next_day(day_with(day=2), before)
    left = replace(second, presence={"a of day 1": NOBODY})
    (again,) = carried(run(left, AllAboard), before).orders

    assert (again.id, again.destination, again.attempts_before) == ("o1 of day 1", "a of day 1", 2)


def test_an_order_that_was_never_tried_is_carried_without_an_attempt():
    """A policy that does nothing leaves both where they are: at the depot."""
    orders = carried(run(day_with(order("o1", "a"), order("o2", "b")), decides(idle))).orders

    assert [(one.id, one.attempts_before) for one in orders] == [
        ("o1 of day 1", 0), ("o2 of day 1", 0),
    ]  # fmt: skip


def test_a_promise_stays_where_it_was_and_a_window_is_at_the_same_hours():
    """Promised for noon yesterday: 12 h before midnight. Its window is 11 to 12 again."""
    noon = TimeWindow(11 * H, 12 * H)
    (left,) = carried(run(day_with(order("o1", "a", window=noon)), decides(idle))).orders

    assert left.window == noon
    assert left.promise == TimeWindow(-13 * H, -12 * H)
    assert (left.placed_at_s, left.ready_at_s) == (-24 * H, -24 * H)


@pytest.mark.parametrize(
    ("window", "tomorrow"),
    [
        (ALWAYS, ALWAYS),
        (TimeWindow(20 * H, 30 * H), TimeWindow(-4 * H, 6 * H)),  # across midnight: what is left
        (TimeWindow(33 * H, 36 * H), TimeWindow(9 * H, 12 * H)),  # an order placed for tomorrow
    ],
)
def test_a_window_that_reaches_into_tomorrow_is_where_it_was(window, tomorrow):
    """Windows are moved to the clock of the new day, those that are over are not."""
    (left,) = carried(run(day_with(order("o1", "a", window=window)), decides(idle))).orders

    assert left.window == tomorrow


def test_a_day_of_23_hours_moves_promises_by_23_hours():
    """29 March 2026 in Berlin: noon by the clock is 11 h after midnight, 12 h before the next."""
    made = day_with(order("o1", "a", promise=TimeWindow(0.0, 11 * H)))
    spring = replace(made.identity, date="2026-03-29", time_zone="Europe/Berlin")
    (left,) = carried(run(replace(made, identity=spring), decides(idle))).orders

    assert left.promise.closes_at_s == -12 * H


def test_what_cannot_be_served_cannot_be_served_tomorrow():
    """A wrong address is wrong until somebody corrects it; an absent customer may be there."""
    made = day_with(
        order("o1", "a"), order("o2", "b"), presence={"b": NOBODY}, failures={"o1": "wrong address"}
    )
    before = carried(run(made, AllAboard))

    assert before.failures == {"o1 of day 1": "wrong address"}
    assert next_day(day_with(day=2), before).failures == before.failures


def test_goods_still_aboard_when_the_day_is_cut_off_are_at_the_depot_in_the_morning():
    """The horizon comes at 08:05, the van is on its way to door a with both orders."""
    made = day_with(order("o1", "a"), order("o2", "b"), rules=Rules(horizon_s=8 * H + 300))
    before = carried(run(made, AllAboard))

    assert [one.origin for one in before.orders] == ["depot", "depot"]
    assert before.ended_at_s == 8 * H + 300 - DAY_S


def test_a_collection_waits_at_its_door():
    """Its goods never left; it begins at the door of its day."""
    asked = order("c1", "depot", origin="a", kind=OrderKind.COLLECTION)
    (left,) = carried(run(day_with(asked), decides(idle))).orders

    assert (left.origin, left.destination) == ("a of day 1", "depot")


def test_what_is_out_of_attempts_goes_back_and_is_no_order_of_tomorrow():
    """One attempt allowed, cut off on the way home: the goods go back to the sender."""
    made = day_with(
        order("o1", "a"),
        presence={"a": NOBODY},
        classes={"standard": ServiceClass(max_attempts=1)},
        rules=Rules(horizon_s=8 * H + 500),
    )
    before = carried(run(made, AllAboard))

    assert (before.orders, before.returns) == ((), ("o1",))


def test_a_locker_keeps_its_name():
    """Only doors are of a day; a locker is there tomorrow as itself."""
    box = place("box", 2, PlaceKind.LOCKER)
    (left,) = carried(run(day_with(order("o1", "box"), places=[box]), decides(idle))).orders

    assert left.destination == "box"


def test_drivers_know_the_zones_that_they_have_served_in():
    """One stop in each zone, and three in the west before."""
    made = day_with(order("o1", "a"), order("o2", "b"))
    old = replace(made, drivers=(Driver(made.drivers[0].id, visits=(("west", 3),)),))
    before = carried(run(old, AllAboard))
    driver = made.drivers[0].id

    assert before.visits == {driver: (("east", 1), ("west", 4))}
    assert next_day(made, before).drivers[0].visits == (("east", 1), ("west", 4))


def test_hours_worked_add_up_over_the_days():
    """Nine hours a day, three days."""
    before = NOTHING
    for day in (1, 2, 3):
        before = carried(run(next_day(day_with(day=day), before), decides(idle)), before)

    assert before.worked_s == {"driver-v1": 27 * H}


def e_van(charge_kw: float | None = None):
    """Return a van with 50 kWh that takes 1 kWh a kilometre."""
    energy = Energy("electricity", 1.0, battery_kwh=50.0, charge_kw=charge_kw)
    return replace(van(), energy=energy)


@pytest.mark.parametrize(
    ("chargers", "charge_kw", "share"),
    [
        (None, None, (50 - 14.4) / 50),  # 14.4 km driven, no charger anywhere
        (Chargers(1, 11.0), None, 1.0),  # 15 h from 17:00 to 08:00 are more than enough
        (Chargers(1, 11.0), 0.48, (50 - 14.4 + 0.48 * 15) / 50),  # a slow battery
        (Chargers(2, 11.0, site_kw=0.8), None, (50 - 14.4 + 0.8 * 15) / 50),  # a weak site
    ],
)
def test_a_battery_begins_as_it_ended_and_fills_at_chargers_through_the_night(
    chargers, charge_kw, share
):
    """Out to door b and home is 14.4 km, 14.4 kWh; the night at the depot has 15 hours."""
    vehicles = [e_van(charge_kw)]
    before = carried(run(day_with(order("o1", "b"), vehicles=vehicles), AllAboard))
    made = day_with(day=2, vehicles=vehicles)
    made = replace(made, places={**made.places, "depot": replace(depot(0), chargers=chargers)})

    assert before.charge_kwh == {"v1": pytest.approx(50 - 14.4)}
    assert next_day(made, before).vehicles[0].energy.begins_share == pytest.approx(share)


def test_an_order_that_the_day_has_already_keeps_its_place_there():
    """Who draws tomorrow's doors may put the order there himself: only its past is filled in."""
    before = carried(run(day_with(order("o1", "a"), presence={"a": NOBODY}), AllAboard))
    drawn = day_with(order("o1 of day 1", "b"), day=2, visits={"b": Visit(fixed_s=(60.0,))})
    (one,) = next_day(drawn, before).orders

    assert (one.destination, one.attempts_before) == ("b", 1)


def test_a_last_attempt_on_the_next_day_sends_the_goods_back():
    """Two attempts on two days with nobody there: nothing is carried on, the order is returned."""
    classes = {"standard": ServiceClass(max_attempts=2, retry=Retry.TOMORROW)}
    first = day_with(order("o1", "a"), presence={"a": NOBODY}, classes=classes)
    before = carried(run(first, AllAboard))
    second = next_day(day_with(day=2, classes=classes), before)
    journal = run(replace(second, presence={"a of day 1": NOBODY}), AllAboard)

    assert carried(journal, before).orders == ()
    its = [event for event in journal if getattr(event, "order", "") == "o1 of day 1"]
    assert [type(event) for event in its] == [AttemptFailed, Returned]


def test_a_journal_without_an_end_hands_nothing_on():
    """What is open is only known when the day is over."""
    journal = run(day_with(order("o1", "a")), AllAboard)
    journal.events.pop()

    with pytest.raises(ValueError, match="has no end"):
        carried(journal)


def test_nothing_carried_is_the_day_itself_but_for_what_is_charged():
    """The first day of a sequence: the same world, and what is open costs nothing."""
    made = day_with(order("o1", "a"))
    first = next_day(made)

    assert first.rates.carried_over == 0
    assert replace(first, rates=made.rates) == made
    assert Carried() == NOTHING


def test_a_plan_given_by_hand_serves_what_was_carried_over():
    """The order is an order like any other: loaded at the depot, delivered at its door."""
    before = carried(run(day_with(order("o1", "a"), presence={"a": NOBODY}), AllAboard))
    name = "o1 of day 1"
    tour = (Stop("depot", (LoadOrders((name,)),)), Stop("a of day 1", (Deliver(name),)))
    journal = run(next_day(day_with(day=2), before), scripted({0.0: Plan({"v1": tour})}))

    assert journal.events[-1].carried_over == ()


def test_an_order_carried_over_was_due_yesterday_and_is_not_due_again():
    """Promised for yesterday: it counts there as not on time, and today not at all."""
    first = run(day_with(order("o1", "a"), presence={"a": NOBODY}), AllAboard)
    second = run(next_day(day_with(order("o2", "b"), day=2), carried(first)), AllAboard)

    assert (figures(first)["orders_due"].value, figures(first)["on_time_share"].value) == (1, 0)
    assert figures(second)["delivered"].value == 2
    assert (figures(second)["orders_due"].value, figures(second)["on_time_share"].value) == (1, 1)
