"""Batteries: filled as planned or while there is nothing to do, from chargers that are shared."""

from dataclasses import replace

import pytest
from dispatchers import Scripted, scripted
from lived import at, day, deliver, depot, duty, facts, load, order, plan, story, times, van

from twin import Plan, State, run
from twin.events import ActionsDropped, Delivered, RechargeBegan, Recharged, WaitBegan
from twin.model import Chargers, Energy
from twin.plan import Recharge

A = [order("a", "near")]


def electric(name="v1", *, kwh=10.0, share=0.5, charge_kw=None):
    """Return a van that takes 1 kWh a kilometre: 0.6 kWh a block."""
    return replace(van(name), energy=Energy("electricity", 1.0, kwh, 0.0, charge_kw, share))


def charged(script, vans=None, *, orders=A, count=1, kw=36.0, site_kw=None, **more):
    """Return the journal of a day with chargers at the depot; 36 kW are 0.01 kWh a second."""
    places = [depot(0, chargers=Chargers(count, kw, site_kw))]
    return run(day(orders, vans or [electric()], places=places, **more), scripted(script))


FILL = at("depot", Recharge())


def fills(*names):
    return {0: Plan(dict.fromkeys(names, (FILL,)))}


def test_a_van_is_filled_to_the_share_planned_and_then_as_there_is_time():
    """Home at 120 s with 3.8 kWh: 420 s to 8 kWh as planned, 200 s more with nothing to do."""
    route = plan(load("a"), deliver("near", "a"), at("depot", Recharge(0.8)))

    journal = charged({0: route})

    assert story(journal) == [
        "0 ShiftBegan LoadingBegan Loaded Departed",
        "60 Arrived ServiceBegan Delivered Departed",
        "120 Arrived RechargeBegan",
        "540 Recharged VehicleFree RechargeBegan",
        "740 Recharged",
        "2000 ShiftEnded DutyEnded",
    ]
    assert [event.kwh for event in journal.of(Recharged)] == pytest.approx([4.2, 2.0])
    assert State.replay(journal).vehicles["v1"].charge_kwh == pytest.approx(10.0)


def test_a_battery_takes_no_more_than_it_can():
    """18 kW into it, 36 kW at the charger: 5 kWh in 1000 s."""
    journal = charged(fills("v1"), [electric(charge_kw=18.0)])

    assert facts(journal, RechargeBegan, "kw") == [(0, 18)]
    assert times(journal, Recharged) == [1000]


def test_a_planned_recharge_is_finished_before_anything_else():
    """A plan of 100 s is looked at when the battery is full, at 500 s."""
    script = {**fills("v1"), 100: plan(load("a"), deliver("near", "a"))}

    assert times(charged(script), Delivered) == [560]


def test_one_charger_serves_the_vans_in_the_order_they_come():
    """500 s each."""
    vans = [electric("v1"), electric("v2"), electric("v3")]

    journal = charged(fills("v1", "v2", "v3"), vans)

    assert facts(journal, RechargeBegan, "vehicle") == [(0, "v1"), (500, "v2"), (1000, "v3")]
    assert facts(journal, WaitBegan, "vehicle", "reason") == [
        (0, "v2", "charger"),
        (0, "v3", "charger"),
    ]


def test_idle_vans_share_a_charger_too():
    """The same without any plan: the second is plugged in when the first is full."""
    vans = [electric("v1"), electric("v2"), electric("v3")]

    journal = charged({}, vans, orders=())

    assert facts(journal, RechargeBegan, "vehicle") == [(0, "v1"), (500, "v2"), (1000, "v3")]
    assert story(journal, "v3") == [
        "0 ShiftBegan",
        "1000 RechargeBegan",
        "1500 Recharged",
        "2000 ShiftEnded DutyEnded",
    ]


def test_a_van_gets_what_is_left_of_the_power_of_the_site_and_keeps_it():
    """54 kW for the site: 36 for the first, 18 for the second, also when the first is full."""
    journal = charged(fills("v1", "v2"), [electric("v1"), electric("v2")], count=2, site_kw=54.0)

    assert facts(journal, RechargeBegan, "vehicle", "kw") == [(0, "v1", 36), (0, "v2", 18)]
    assert facts(journal, Recharged, "vehicle") == [(500, "v1"), (1000, "v2")]


def test_without_power_left_a_van_waits_at_a_free_charger():
    """36 kW for the site, all of it for the first until 500 s."""
    journal = charged(fills("v1", "v2"), [electric("v1"), electric("v2")], count=2, site_kw=36.0)

    assert facts(journal, RechargeBegan, "vehicle") == [(0, "v1"), (500, "v2")]


@pytest.mark.parametrize("idle", [True, False])
def test_power_that_becomes_free_goes_to_all_who_can_use_it(idle):
    """72 kW for v1 until 250 s; then 36 kW for v2 and 36 kW for v3 at once."""
    vans = [electric("v1"), electric("v2", charge_kw=36.0), electric("v3", charge_kw=36.0)]
    script = {} if idle else fills("v1", "v2", "v3")

    journal = charged(script, vans, orders=(), count=3, kw=72.0, site_kw=72.0)

    assert facts(journal, RechargeBegan, "vehicle", "kw") == [
        (0, "v1", 72),
        (250, "v2", 36),
        (250, "v3", 36),
    ]


def test_a_full_battery_is_not_filled():
    """The action is dropped at once, and what comes after it is done."""
    journal = charged({0: plan(FILL, load("a"), deliver("near", "a"))}, [electric(share=1.0)])

    assert facts(journal, ActionsDropped, "orders", "why") == [(0, (), "battery full")]
    assert times(journal, Delivered) == [60]


@pytest.mark.parametrize("share", [k / 37 for k in range(1, 37)])
def test_a_battery_filled_meanwhile_is_full_whatever_the_rounding(share):
    """Filled with nothing to do; the action of 1900 s finds it full and waits for nothing."""
    journal = charged({1900: plan(FILL)}, [electric(kwh=9.7, share=share)], orders=(), kw=22.0)

    assert facts(journal, ActionsDropped, "why") == [(1900, "battery full")]
    assert not journal.of(WaitBegan)


def test_an_idle_van_is_unplugged_by_a_plan():
    """Plugged in at 0 s, sent at 200 s: 2 kWh by then."""
    journal = charged({200: plan(load("a"), deliver("near", "a"))})

    assert story(journal)[:3] == [
        "0 ShiftBegan RechargeBegan",
        "200 Recharged LoadingBegan Loaded Departed",
        "260 Arrived ServiceBegan Delivered VehicleFree Departed",
    ]
    assert journal.of(Recharged)[0].kwh == pytest.approx(2.0)


@pytest.mark.parametrize("told", [True, False])
def test_a_van_that_charges_for_want_of_work_can_be_given_some(told):
    """Plugged in at 0 s without being told, it is at ease at 200 s; told to fill up, it is busy."""
    made: list[Scripted] = []

    def make(briefing):
        made.append(Scripted(briefing, {**(fills("v1") if told else {}), 200: Plan()}))
        return made[-1]

    places = [depot(0, chargers=Chargers(1, 36.0))]
    run(day(A, [electric()], places=places), make)
    van = next(view.by_vehicle["v1"] for view in made[0].views if view.now_s == 200)

    assert van.busy is told
    assert (van.free_at_s > 200) is told


def test_a_van_that_is_sent_away_gives_up_its_place_in_the_queue():
    """v2 waits until it is sent at 100 s; at 500 s v3 is next."""
    vans = [electric("v1"), electric("v2"), electric("v3")]
    script = {
        **fills("v1", "v2", "v3"),
        100: Plan({"v2": (load("a"), deliver("near", "a"))}),
    }

    journal = charged(script, vans)

    assert times(journal, Delivered) == [160]
    assert facts(journal, RechargeBegan, "vehicle")[:3] == [(0, "v1"), (500, "v3"), (1000, "v2")]


def test_nobody_waits_for_a_charger_longer_than_the_shift():
    """v1 is filled until 500 s; the shift of v2 ends at 300 s."""
    duties = [duty("v1", closes_at_s=2000), duty("v2", closes_at_s=300)]

    journal = charged(fills("v1", "v2"), [electric("v1"), electric("v2")], duties=duties)

    assert story(journal, "v2") == [
        "0 ShiftBegan WaitBegan",
        "300 ShiftEnded ActionsDropped VehicleFree DutyEnded",
    ]


def test_an_idle_van_that_is_told_to_go_on_so_keeps_its_place_in_the_queue():
    """v2 is given an empty route at 100 s: it is still the next at 500 s."""
    vans = [electric("v1"), electric("v2"), electric("v3")]

    journal = charged({100: Plan({"v2": ()})}, vans, orders=())

    assert facts(journal, RechargeBegan, "vehicle") == [(0, "v1"), (500, "v2"), (1000, "v3")]


def test_an_idle_van_is_unplugged_when_its_shift_ends():
    """5 kWh are missing, the shift of 300 s is enough for 3."""
    journal = charged({}, orders=(), duties=[duty(closes_at_s=300)])

    assert story(journal) == ["0 ShiftBegan RechargeBegan", "300 ShiftEnded Recharged DutyEnded"]
    assert journal.of(Recharged)[0].kwh == pytest.approx(3.0)
