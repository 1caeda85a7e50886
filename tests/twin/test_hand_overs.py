"""Goods that change vehicles on the way: two vehicles, one place, seconds for each parcel (S12)."""

from dispatchers import scripted
from lived import at, day, deliver, duty, facts, load, order, place, plan, story, times, van

from twin import Load, Parcel, PlaceKind, Plan, Rules, State, run
from twin.events import ActionsDropped, Delivered, HandedOver, Repaired, TakenOver, WaitBegan
from twin.plan import HandOver, Stop
from twin.rows import Status
from twin.surprises import Breakdown, Change

VANS = [van("v1"), van("v2")]
RULES = Rules(hand_over_s=15.0)
SITE = "breakdown/v1/1"
SQUARE = place("square", 2, PlaceKind.SITE)
BOTH = [order("a", "far"), order("b", "far")]


def given(*orders):
    return HandOver(orders, "v1", "v2")


def rescue(*failures, orders=BOTH, then=None, **more):
    """Return a day on which v1 is down 900 m out at 90 s, and v2 is sent for its goods at once."""
    names = tuple(one.id for one in orders)
    script = {
        0: plan(load(*names), deliver("far", *names)),
        90: Plan({"v1": (), "v2": (at(SITE, given(*names)), deliver("far", *names))}),
        **(then or {}),
    }
    return run(
        day(orders, VANS, breakdowns={"v1": failures}, rules=RULES, **more), scripted(script)
    )


def test_goods_of_a_broken_down_van_are_delivered_by_another():
    """v2 drives 1200 m to the end of the street where v1 stands, takes two parcels in 30 s."""
    journal = rescue(Breakdown(900.0, wait_s=1000.0, repair_s=500.0))

    assert story(journal, "v2") == [
        "0 ShiftBegan",
        "90 Departed",
        "210 Arrived HandOverBegan",
        "240 TakenOver Departed",
        "300 Arrived ServiceBegan Delivered Delivered VehicleFree Departed",
        "480 Arrived VehicleFree",
        "2000 ShiftEnded DutyEnded",
    ]
    assert story(journal) == [
        "0 ShiftBegan LoadingBegan Loaded Departed",
        "90 BrokeDown",
        "240 HandedOver",
        "1090 RepairBegan",
        "1590 Repaired VehicleFree Departed",
        "1740 Arrived VehicleFree",  # 300 m on, then 1200 m home
        "2000 ShiftEnded DutyEnded",
    ]
    assert facts(journal, HandedOver, "taker", "place", "orders") == [(240, "v2", SITE, ("a", "b"))]


def test_a_repair_that_ends_in_the_middle_of_a_hand_over_waits_for_its_end():
    """Repaired at 220 s, but goods are taken out from 210 s to 240 s."""
    journal = rescue(Breakdown(900.0, repair_s=130.0))

    assert times(journal, TakenOver) == [240]
    assert times(journal, Repaired) == [240]


def test_nobody_is_there_any_more_if_the_van_was_repaired_before():
    """Repaired at 150 s, emptied of its route, it drives home; v2 finds nobody at 210 s."""
    journal = rescue(Breakdown(900.0, repair_s=60.0))

    assert facts(journal, ActionsDropped, "vehicle", "orders", "why") == [
        (210, "v2", ("a", "b"), "nobody meets it")
    ]
    assert story(journal, "v2")[1:4] == [
        "90 Departed",
        "210 Arrived ActionsDropped VehicleFree Departed",
        "330 Arrived VehicleFree",
    ]
    assert story(journal)[2] == "150 Repaired VehicleFree Departed"
    assert State.replay(journal).orders["a"].place == "depot"


def test_a_van_that_is_towed_in_before_gives_nothing():
    """Towed in at 200 s; v2 is there at 210 s and finds neither van nor goods."""
    journal = rescue(Breakdown(900.0, wait_s=100.0, repair_s=None, tow_s=10.0))

    assert facts(journal, ActionsDropped, "vehicle", "why") == [(210, "v2", "nobody meets it")]


# Two healthy vans


def meeting(orders=BOTH, *, opens=(0.0, 0.0), asked_at_s=1.0, vans=VANS, first=(), **more):
    """Return a day on which v1 gives goods to v2 at the square, planned while it drives there."""
    names = tuple(one.id for one in orders if one.destination == "far")
    duties = more.pop("duties", None) or [
        duty(f"v{k}", opens_at_s=opens_at_s, closes_at_s=2000)
        for k, opens_at_s in enumerate(opens, start=1)
    ]
    script = {
        0: Plan({"v1": (load(*names), Stop("square")), "v2": first}),
        asked_at_s: Plan(
            {"v1": (at("square", given(*names)),), "v2": (*first[1:], at("square", given(*names)),
             deliver("far", *names))}
        ),
        **more.pop("then", {}),
    }  # fmt: skip
    return run(day(orders, vans, duties, places=[SQUARE], rules=RULES, **more), scripted(script))


def test_the_giver_waits_for_the_taker():
    """v1 is at the square at 120 s; v2 begins at 100 s and is there at 220 s."""
    journal = meeting(opens=(0.0, 100.0))

    assert story(journal)[1:5] == [
        "120 Arrived WaitBegan",
        "220 HandOverBegan",
        "250 HandedOver VehicleFree Departed",
        "370 Arrived VehicleFree",
    ]
    assert story(journal, "v2")[:4] == [
        "100 ShiftBegan Departed",
        "220 Arrived HandOverBegan",
        "250 TakenOver Departed",
        "310 Arrived ServiceBegan Delivered Delivered VehicleFree Departed",
    ]
    assert facts(journal, WaitBegan, "vehicle", "reason") == [(120, "v1", "hand-over")]


def test_the_taker_waits_for_the_giver():
    """v2 is sent to the square at 0 s and is there at 120 s; v1 begins at 100 s."""
    journal = meeting(opens=(100.0, 0.0), asked_at_s=101.0, first=(Stop("square"),))

    assert story(journal, "v2")[:5] == [
        "0 ShiftBegan Departed",
        "120 Arrived WaitBegan",
        "220 HandOverBegan",
        "250 TakenOver Departed",
        "310 Arrived ServiceBegan Delivered Delivered VehicleFree Departed",
    ]
    assert story(journal)[1:3] == [
        "220 Arrived WaitBegan HandOverBegan",
        "250 HandedOver VehicleFree Departed",
    ]


def test_goods_without_room_in_the_other_van_stay_where_they_are():
    """One parcel fits in v2, whose own was refused at the near door: a comes home with v1."""
    one = Load(10**9, 10**9, 1)

    journal = meeting(
        [order("a", "far"), order("c", "near")], opens=(0.0, 10.0), asked_at_s=10.5,
        vans=[van("v1"), van("v2", capacity=one)], first=(load("c"), deliver("near", "c")),
        failures={"c": "refused"},
    )  # fmt: skip

    assert facts(journal, ActionsDropped, "vehicle", "orders", "why") == [
        (130, "v2", ("a",), "not to be had, or no room")
    ]
    assert State.replay(journal).orders["a"].place == "depot"
    assert not journal.of(Delivered)


def test_an_order_cancelled_before_the_hand_over_stays_aboard_and_the_other_changes_vans():
    """B is cancelled at 150 s, while v1 waits: one parcel in 15 s, b comes home with v1."""
    journal = meeting(opens=(0.0, 100.0), changes=(Change("b", 150.0, cancels=True),))

    assert facts(journal, TakenOver, "orders") == [(235, ("a",))]
    assert facts(journal, Delivered, "order", "vehicle") == [(295, "a", "v2")]
    assert not journal.of(ActionsDropped)
    end = State.replay(journal).orders["b"]
    assert (end.status, end.place) == (Status.CANCELLED, "depot")


def test_an_order_cancelled_during_the_hand_over_comes_home_with_the_taker():
    """Both parcels are carried over from 220 s to 250 s; b is cancelled at 225 s."""
    journal = meeting(opens=(0.0, 100.0), changes=(Change("b", 225.0, cancels=True),))

    assert facts(journal, TakenOver, "orders") == [(250, ("a", "b"))]
    assert facts(journal, Delivered, "order", "vehicle") == [(310, "a", "v2")]
    assert State.replay(journal, until_s=400.0).vehicles["v2"].aboard == {"b": None}
    assert State.replay(journal).orders["b"].place == "depot"


def test_a_van_waits_for_nobody_longer_than_its_shift():
    """v2 would begin at 1000 s only; the shift of v1 ends at 500 s: home with its goods."""
    journal = meeting(
        duties=[duty("v1", closes_at_s=500), duty("v2", opens_at_s=1000, closes_at_s=2000)]
    )

    assert story(journal)[1:] == [
        "120 Arrived WaitBegan",
        "500 ShiftEnded ActionsDropped VehicleFree Departed",
        "620 Arrived LoadingBegan Unloaded DutyEnded",
    ]
    assert facts(journal, ActionsDropped, "vehicle", "why") == [
        (500, "v1", "nobody meets it"),
        (1120, "v2", "nobody meets it"),
    ]


def test_a_van_whose_partner_gets_another_plan_waits_no_longer():
    """v2 is told at 150 s to stay at home: v1, waiting since 120 s, goes home at once."""
    journal = meeting(opens=(0.0, 140.0), then={150: Plan({"v2": ()})})

    assert story(journal)[1:3] == [
        "120 Arrived WaitBegan",
        "150 ActionsDropped VehicleFree Departed",
    ]


def test_a_van_whose_partner_is_towed_in_waits_no_longer():
    """v2 breaks down at 200 s on its way and is towed in at 230 s."""
    journal = meeting(
        opens=(0.0, 140.0), breakdowns={"v2": (Breakdown(600.0, repair_s=None, tow_s=30.0),)}
    )

    assert story(journal)[1:3] == [
        "120 Arrived WaitBegan",
        "230 ActionsDropped VehicleFree Departed",
    ]


def test_whoever_comes_first_waits_for_one_that_is_down_on_its_way():
    """v1 is down at 30 s for 300 s, v2 is at the square at 120 s: they meet at 420 s."""
    journal = meeting(
        first=(Stop("square"),),
        asked_at_s=1.0,
        breakdowns={"v1": (Breakdown(300.0, repair_s=300.0),)},
    )

    assert story(journal, "v2")[1:4] == [
        "120 Arrived WaitBegan",
        "420 HandOverBegan",
        "450 TakenOver Departed",
    ]


def test_a_hand_over_that_the_shift_leaves_no_time_for_is_dropped_once():
    """At the near door from 60 s to 260 s, the shift ends at 200 s: one word, then home."""
    journal = run(
        day(
            [order("a", "far"), order("n", "near", unload_s=200.0)],
            VANS,
            [duty("v1", closes_at_s=200), duty("v2", closes_at_s=2000)],
            places=[SQUARE],
        ),
        scripted(
            {
                0: plan(load("a", "n"), deliver("near", "n")),
                1: Plan(
                    {
                        "v1": (deliver("near", "n"), at("square", given("a"))),
                        "v2": (at("square", given("a")), deliver("far", "a")),
                    }
                ),
            }
        ),
    )

    assert story(journal)[1:] == [
        "60 Arrived ServiceBegan",
        "200 ShiftEnded",
        "260 Delivered ActionsDropped Departed",
        "320 Arrived LoadingBegan Unloaded DutyEnded",
    ]


def test_what_is_handed_over_needs_room_for_its_weight():
    """Legal if the other van has it: 3 kg into 5 kg; the sum aboard is right afterwards."""
    heavy = [order("a", "far", parcels=(Parcel(3000), Parcel(1000)))]

    journal = meeting(heavy, opens=(0.0, 100.0))

    assert times(journal, TakenOver) == [250]  # two parcels of one order
    assert State.replay(journal, until_s=260.0).vehicles["v2"].load == Load(4000, 0, 2)


def test_two_vans_take_goods_out_of_a_broken_down_one_one_after_the_other():
    """v2 and v3 are there at 210 s: v2 takes a until 225 s, then v3 takes b until 240 s."""
    script = {
        0: plan(load("a", "b"), deliver("far", "a", "b")),
        90: Plan({
            "v1": (),
            "v2": (at(SITE, given("a")), deliver("far", "a")),
            "v3": (at(SITE, HandOver(("b",), "v1", "v3")), deliver("far", "b")),
        }),
    }  # fmt: skip

    journal = run(
        day(BOTH, [*VANS, van("v3")], breakdowns={"v1": (Breakdown(900.0, 1000.0, 500.0),)},
            rules=RULES),
        scripted(script),
    )  # fmt: skip

    assert facts(journal, TakenOver, "vehicle", "orders") == [
        (225, "v2", ("a",)),
        (240, "v3", ("b",)),
    ]
    assert story(journal, "v3")[2:4] == [
        "210 Arrived WaitBegan",
        "225 HandOverBegan",
    ]
    assert facts(journal, Delivered, "order") == [(285, "a"), (300, "b")]


def test_a_van_that_was_towed_in_to_the_meeting_place_gives_nothing():
    """They were to meet at the depot; v1 is down at 30 s and towed in there at 50 s."""
    script = {
        0: plan(load("a"), Stop("square")),
        1: Plan({
            "v1": (Stop("square"), at("depot", given("a"))),
            "v2": (Stop("square"), at("depot", given("a"))),
        }),
    }  # fmt: skip

    journal = run(
        day([order("a", "far")], VANS, places=[SQUARE], rules=RULES,
            breakdowns={"v1": (Breakdown(300.0, 0.0, None, 20.0),)}),
        scripted(script),
    )  # fmt: skip

    assert not journal.of(HandedOver)
    assert facts(journal, ActionsDropped, "vehicle", "why") == [(241, "v2", "nobody meets it")]
