"""Orders given to an overflow carrier: by a plan, by the rule, within its cap, told later (S15)."""

from dispatchers import decides, scripted
from lived import day, deliver, duty, facts, load, order, plan, times

from twin import OrderKind, Plan, Rules, State, TimeWindow, problems, run
from twin.events import (
    CarrierDelivered,
    CarrierFailed,
    DayEnded,
    OrderReady,
    OrderTendered,
    PlanMade,
)
from twin.model import Carrier, CarrierKind
from twin.rows import Status
from twin.surprises import Outside

A, B, C = (order(name, "near") for name in "abc")


def carrier(tender_by_s=None, cap=None, name="post"):
    return Carrier(name, CarrierKind.OVERFLOW, tender_by_s, cap)


def given(script, orders=(A, B, C), *, by=None, **more):
    """Return the journal of a day with an overflow carrier."""
    return run(day(orders, carriers=(by or carrier(),), **more), scripted(script))


def tender(*names, to="post", routes=None):
    return Plan(routes or {}, tendered={to: names})


def test_an_order_given_away_is_delivered_when_we_are_told():
    """Given at 0 s, delivered by it at 300 s, told at 500 s: open until then."""
    journal = given({0: tender("a")}, tendered={"a": Outside(300.0, 500.0)})

    assert facts(journal, OrderTendered, "order", "carrier") == [(0, "a", "post")]
    assert facts(journal, CarrierDelivered, "order", "began_at_s") == [(500, "a", 300)]
    row = State.replay(journal, until_s=400.0).orders["a"]
    assert (row.status, row.place, row.carrier) == (Status.TENDERED, None, "post")
    assert State.replay(journal).orders["a"].status is Status.DELIVERED


def test_an_order_nothing_is_drawn_for_is_delivered_at_once():
    """As a world made by hand leaves it out."""
    assert facts(given({7: tender("a")}), CarrierDelivered, "began_at_s") == [(7, 7)]


def test_nothing_is_delivered_before_it_was_given_away():
    """It would have come at 300 s; given at 400 s, told at 400 s."""
    journal = given({400: tender("a")}, tendered={"a": Outside(300.0, 350.0)})

    assert facts(journal, CarrierDelivered, "began_at_s") == [(400, 400)]


def test_what_it_could_not_deliver_is_told_and_carried_over():
    """Told at 600 s."""
    journal = given({0: tender("a")}, tendered={"a": Outside(None, 600.0)})

    assert facts(journal, CarrierFailed, "order", "cause") == [(600, "a", "not delivered")]
    assert "a" in journal.events[-1].carried_over


def test_the_day_lasts_until_the_last_word_or_to_its_horizon():
    """Shifts end at 2000 s, the word comes at 5000 s; a horizon of 3000 s leaves it open."""
    late = {"a": Outside(4000.0, 5000.0)}

    told = given({0: tender("a")}, [A], tendered=late)
    cut = given({0: tender("a")}, [A], tendered=late, rules=Rules(horizon_s=3000.0))

    assert told.events[-1] == DayEnded(5000, ())
    assert cut.events[-1] == DayEnded(3000, ("a",))


def test_what_is_left_at_its_tender_by_time_goes_to_it_by_rule():
    """At 100 s: the urgent one first, then the earliest promise, then the id; planned is kept."""
    orders = [
        A,
        B,
        order("p", "near", promise=TimeWindow(0, 900)),
        order("u", "near", priority=2),
        order("v", "near"),
    ]
    script = {0: plan(load("v"), deliver("near", "v"))}

    journal = given(
        script, orders, by=carrier(100.0), duties=[duty(opens_at_s=500, closes_at_s=2000)]
    )

    assert facts(journal, OrderTendered, "order") == [
        (100, "u"), (100, "p"), (100, "a"), (100, "b"),
    ]  # fmt: skip


def test_it_takes_no_more_than_its_cap():
    """Two in all: one by plan at 0 s, one by the rule at 100 s."""
    journal = given({0: tender("c")}, by=carrier(100.0, 2))

    assert facts(journal, OrderTendered, "order") == [(0, "c"), (100, "a")]
    assert journal.events[-1].carried_over == ("b",)


def test_what_was_tried_or_is_aboard_is_not_given_away():
    """At 200 s a was refused and is back at the depot, b is on its way, c goes."""
    script = {
        0: plan(load("a"), deliver("near", "a")),
        121: plan(load("b"), deliver("near", "b")),
    }

    journal = given(script, by=carrier(150.0), failures={"a": "refused"})

    assert facts(journal, OrderTendered, "order") == [(150, "c")]


def test_goods_that_are_not_ready_can_be_given_away():
    """Ready at 300 s, which is told all the same."""
    journal = given(
        {0: tender("s")},
        [order("s", "near", ready_at_s=300.0)],
        tendered={"s": Outside(900.0, 950.0)},
    )

    assert facts(journal, OrderReady, "order") == [(300, "s")]
    assert State.replay(journal).orders["s"].status is Status.DELIVERED


def test_a_collection_at_a_customer_cannot_be_given_away():
    """Its goods are at a door: not by plan, not by the rule."""
    said: list[list[str]] = []

    def answer(view):
        if not said:
            said.append(problems(tender("k"), view))
        return Plan()

    pick_up = order("k", "depot", "near", kind=OrderKind.COLLECTION)
    journal = run(day([pick_up], carriers=(carrier(100.0),)), decides(answer))

    assert said == [["order k: tendered, but its goods are at near, at no depot"]]
    assert not journal.of(OrderTendered)


def test_what_the_carrier_still_takes_is_in_the_view():
    """Two of three at 0 s; after its time none."""
    seen: dict[float, dict[str, int | None]] = {}

    def answer(view):
        seen[view.now_s] = dict(view.overflow)
        if view.now_s == 0:
            return Plan(tendered={"post": ("a",)}, ask_again_at_s=50.0)
        return Plan(ask_again_at_s=100.125 if view.now_s == 50 else None)

    run(
        day([A], carriers=(carrier(100.0, 3), carrier(name="unlimited"))),
        decides(answer),
    )

    assert seen[0] == {"post": 3, "unlimited": None}
    assert seen[50] == {"post": 2, "unlimited": None}
    assert seen[100.125] == {"unlimited": None}


# After thinking


def thought(by, script, latency_s=30.0, orders=(A, B)):
    return given(script, orders, by=by, rules=Rules(latency_s=latency_s))


def test_a_plan_thought_about_past_its_time_gives_nothing_away():
    """Asked at 90 s, in force at 120 s; the carrier came at 100 s, and only for a."""
    journal = thought(carrier(100.0, 1), {90: tender("b")})

    assert facts(journal, OrderTendered, "order") == [(100, "a")]
    (made,) = (event for event in journal.of(PlanMade) if event.asked_at_s == 90)
    assert (made.at_s, made.dropped, made.tendered) == (120, ("b",), {})


def test_a_plan_thought_about_in_time_gives_away_what_is_still_there():
    """Asked at 40 s, in force at 70 s."""
    journal = thought(carrier(100.0), {40: tender("b")})

    assert facts(journal, OrderTendered, "order") == [(70, "b"), (100, "a")]


def test_what_the_rule_gave_away_meanwhile_is_out_of_a_plan_for_a_van():
    """Asked at 90 s for a van, in force at 120 s: the carrier fetched it at 100 s."""
    journal = thought(carrier(100.0), {90: plan(load("a"), deliver("near", "a"))})

    (made,) = (event for event in journal.of(PlanMade) if event.asked_at_s == 90)
    assert made.dropped == ("a",)
    assert times(journal, OrderTendered) == [100, 100]
