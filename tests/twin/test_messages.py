"""What customers are told and asked, and what they answer: every instant by hand.

Depot, near, mid and far are a minute from each other; the box is a locker beside near.
"""

from decimal import Decimal
from functools import partial

import pytest
from dispatchers import decides, scripted
from lived import collect, day, deliver, duty, facts, load, order, place, plan, story, times, van

from policies.replay import Replay
from twin import (
    Ledger,
    Notify,
    OfferLocker,
    OfferWindow,
    OrderKind,
    PlaceKind,
    Plan,
    Presence,
    Rates,
    Retry,
    Rules,
    ServiceClass,
    State,
    TimeWindow,
    Visit,
    measure,
    problems,
    run,
)
from twin.events import (
    AttemptFailed,
    CustomerTold,
    DayBegan,
    DayEnded,
    Delivered,
    HandedOver,
    IdleBegan,
    Loaded,
    OfferAnswered,
    OfferMade,
    OrderChanged,
    PlanMade,
    Unloaded,
    WaitBegan,
)
from twin.journal import from_line, to_line
from twin.model import ALWAYS, Carrier, CarrierId, CarrierKind
from twin.plan import HandOver, Stop, UnloadOrders
from twin.rows import Status
from twin.soundness import found_in
from twin.surprises import Breakdown, Change, Reply
from twin.world import BreakdownClock, WhenIdle

A = order("a", "far")
BOX = place("box", 1, PlaceKind.LOCKER)
LATER = TimeWindow(400.0, 500.0)
WINDOW, LOCKER = OfferWindow("a", LATER), OfferLocker("a", "box")
FAR = (load("a"), deliver("far", "a"))


def said(*messages, reply=None, orders=(A,), then=None, at_s=0, **more):
    """Return the journal of a day on which the van goes to far, and messages are sent."""
    script = {0: plan(*FAR), **(then or {})}
    at_once = script.get(at_s, Plan())
    script[at_s] = Plan(at_once.routes, at_once.declined, messages, tendered=at_once.tendered)
    replies = {} if reply is None else {"a": reply}
    journal = run(day(orders, places=[BOX], replies=replies, **more), scripted(script))
    assert found_in(journal) == []
    return journal


def yes(after_s=0.0):
    """Return a customer who says yes to all, after a time."""
    return Reply((True,), (True,), after_s)


# Told


def test_a_customer_who_is_told_has_the_same_window_and_promise():
    """Told when the plan takes force; the order stays what it was."""
    journal = said(Notify("a", TimeWindow(100, 300)))

    assert facts(journal, CustomerTold, "order") == [(0, "a")]
    assert not journal.of(OrderChanged)
    row = State.replay(journal).orders["a"]
    assert (row.order, row.contact.told) == (A, TimeWindow(100, 300))


@pytest.mark.parametrize(
    ("opens_s", "closes_s", "notice_s", "is_home"),
    [
        (100.0, 300.0, 7200.0, True),
        (180.0, 300.0, 7200.0, True),  # both ends belong to it
        (100.0, 180.0, 7200.0, True),
        (180.125, 300.0, 7200.0, False),
        (100.0, 179.875, 7200.0, False),
        (100.0, 300.0, 200.0, True),  # just not too long to stay in for
        (100.0, 300.125, 200.0, False),
    ],
)
def test_who_is_told_stays_in_for_the_time_told(opens_s, closes_s, notice_s, is_home):
    """0.7 is out at 50 %, and in where half of that absence is left; the van comes at 180 s."""
    out = Presence(0.5, (0.7,), notified_share=0.5)

    journal = said(
        Notify("a", TimeWindow(opens_s, closes_s)),
        presence={"far": out},
        rules=Rules(notice_s=notice_s),
    )

    assert len(journal.of(Delivered)) == is_home
    assert len(journal.of(AttemptFailed)) == (not is_home)


def test_what_was_told_last_counts():
    """First 100 to 300 s, then, at 50 s, 900 to 1000 s: nobody stays in for the van at 180 s."""
    out = Presence(0.5, (0.7,), notified_share=0.5)
    again = Plan(messages=(Notify("a", TimeWindow(900, 1000)),))

    journal = said(Notify("a", TimeWindow(100, 300)), then={50: again}, presence={"far": out})

    assert times(journal, CustomerTold) == [0, 50]
    assert not journal.of(Delivered)


def test_times_said_lie_on_the_tick():
    """100.03 and 200.07 s are told as 100 and 200.125 s, in the plan too."""
    journal = said(Notify("a", TimeWindow(100.03, 200.07)))

    told = TimeWindow(100.0, 200.125)
    assert [event.expected for event in journal.of(CustomerTold)] == [told]
    assert journal.of(PlanMade)[0].messages == (Notify("a", told),)


# Asked


def test_a_window_agreed_is_the_order_s_window_and_promise():
    """Asked at 0 s, yes at 30 s; the van is there at 180 s and waits until 400 s."""
    journal = said(WINDOW, reply=yes(30.0))

    assert facts(journal, OfferMade, "offer") == [(0, WINDOW)]
    assert facts(journal, OfferAnswered, "order", "accepted") == [(30, "a", True)]
    [changed] = journal.of(OrderChanged)
    assert (changed.at_s, changed.what) == (30, "window agreed")
    now = changed.order
    assert (now.window, now.promise, now.agreed) == (LATER, LATER, True)
    assert times(journal, WaitBegan) == [180]
    assert times(journal, Delivered) == [400]


def test_who_agreed_to_a_window_is_in_during_it():
    """0.7 is out at 50 %, in where half of that absence is left: at 400 s, inside the window."""
    out = Presence(0.5, (0.7,), agreed_share=0.5)

    agreed = said(WINDOW, reply=yes(), presence={"far": out})
    not_agreed = said(presence={"far": out})

    assert times(agreed, Delivered) == [400]
    assert times(not_agreed, AttemptFailed) == [180]


def test_a_van_that_waits_for_a_window_goes_by_the_one_agreed_to():
    """There at 180 s for the window at 1000 s; asked at 170 s, yes at 300 s: served from 400 s."""
    late = order("a", "far", window=TimeWindow(1000, 1200), promise=TimeWindow(1000, 1200))

    journal = said(WINDOW, at_s=170, reply=yes(130.0), orders=[late])

    assert times(journal, OfferAnswered) == [300]
    assert times(journal, Delivered) == [400]


def test_a_van_that_has_nothing_to_do_with_an_answer_is_left_alone():
    """Sent to no stop at 90 s, it stands at mid from 120 s with a aboard; yes at 150 s."""
    journal = said(
        WINDOW,
        reply=yes(150.0),
        then={90: plan()},
        rules=Rules(when_idle=WhenIdle.STAY),
        duties=[duty(closes_at_s=300)],
    )

    assert times(journal, OrderChanged) == [150]
    assert times(journal, IdleBegan) == [120]


def test_a_no_changes_nothing():
    """No at 30 s; served at 180 s."""
    journal = said(WINDOW, reply=Reply((False,), (True,), 30.0))

    assert facts(journal, OfferAnswered, "accepted") == [(30, False)]
    assert not journal.of(OrderChanged)
    assert times(journal, Delivered) == [180]


def test_customers_of_whom_nothing_is_known_say_no_at_once():
    """Neither to a window nor to a locker."""
    for offer in (WINDOW, LOCKER):
        journal = said(offer)

        assert facts(journal, OfferAnswered, "accepted") == [(0, False)]


def test_a_locker_agreed_to_turns_the_van():
    """Yes at 90 s, between near and mid: off the route, from mid at 120 s to the box by 180 s."""
    journal = said(LOCKER, reply=yes(90.0), then={90: plan(deliver("box", "a"))})

    [changed] = journal.of(OrderChanged)
    assert (changed.at_s, changed.what) == (90, "locker agreed")
    now = changed.order
    assert (now.destination, now.window, now.promise) == ("box", ALWAYS, A.promise)
    assert story(journal)[1:3] == [
        "120 Diverted Departed",
        "180 Arrived ServiceBegan Delivered VehicleFree Departed",
    ]
    assert facts(journal, Delivered, "how") == [(180, "locker")]


def test_goods_for_a_locker_that_nobody_plans_come_home():
    """The van turns at mid at 120 s, is home at 240 s, and the order is open there."""
    journal = said(LOCKER, reply=yes(90.0))

    assert facts(journal, Unloaded, "orders") == [(240, ("a",))]
    row = State.replay(journal).orders["a"]
    assert (row.status, row.place, row.planned_on) == (Status.READY, "depot", None)
    assert journal.events[-1].carried_over == ("a",)


def test_a_locker_agreed_while_the_van_waits_at_the_door_lets_it_go():
    """There at 180 s for a window from 400 s; yes at 300 s: free, and off to the box at once."""
    late = order("a", "far", window=LATER)

    journal = said(LOCKER, reply=yes(300.0), orders=[late], then={300: plan(deliver("box", "a"))})

    assert story(journal)[2] == "300 Departed"
    assert times(journal, Delivered) == [420]


def test_a_locker_agreed_while_the_goods_are_loaded():
    """Loading takes from 0 to 50 s, yes at 20 s: aboard all the same, and to the box by 110 s."""
    journal = said(
        LOCKER,
        reply=yes(20.0),
        then={20: plan(deliver("box", "a"))},
        visits={"depot": Visit(fixed_s=(50.0,))},
        rules=Rules(preloaded=False),
    )

    assert times(journal, Loaded) == [50]
    assert times(journal, Delivered) == [110]


def test_a_locker_agreed_while_the_goods_are_put_down():
    """Sent home at 30 s, unloading from 120 s (near at 60 s) to 170 s; yes at 150 s."""
    journal = said(
        LOCKER,
        reply=yes(150.0),
        then={30: plan()},
        visits={"depot": Visit(fixed_s=(50.0,))},
    )

    assert facts(journal, OrderChanged, "what") == [(150, "locker agreed")]
    assert times(journal, Unloaded) == [170]
    row = State.replay(journal).orders["a"]
    assert (row.status, row.order.destination) == (Status.READY, "box")


def test_a_locker_agreed_while_the_goods_change_vans():
    """Both at near by 70 s, handed over until 170 s; yes at 120 s: v2 has it, and no plan for it.

    It comes aboard all the same, and is put down at home by 230 s.
    """
    meeting = Stop("near", (HandOver(("a",), "v1", "v2"),))
    meet = Plan({"v1": (meeting,), "v2": (meeting, deliver("far", "a"))})
    leave = Plan({"v1": (load("a"), Stop("near"))}, messages=(LOCKER,))

    journal = run(
        day(
            [A, order("n", "near")],
            [van("v1"), van("v2")],
            places=[BOX],
            replies={"a": yes(120.0)},
            rules=Rules(hand_over_s=100.0),
        ),
        scripted({0: leave, 10: meet}),
    )

    assert found_in(journal) == []
    assert facts(journal, HandedOver, "orders") == [(170, ("a",))]
    assert facts(journal, OrderChanged, "what") == [(120, "locker agreed")]
    assert facts(journal, Unloaded, "vehicle") == [(230, "v2")]


def test_a_locker_agreed_to_while_the_van_is_broken_down():
    """Down from 60 s to 160 s with it aboard, yes at 100 s: repaired, it goes home."""
    journal = said(
        LOCKER,
        reply=yes(100.0),
        breakdowns={"v1": (Breakdown(60.0, repair_s=100.0),)},
        rules=Rules(breakdown_clock=BreakdownClock.DUTY),
    )

    assert facts(journal, OrderChanged, "what") == [(100, "locker agreed")]
    assert not journal.of(Delivered)
    assert facts(journal, Unloaded, "orders") == [(220, ("a",))]


def test_a_locker_agreed_while_a_retry_waits_for_tomorrow_is_too_late():
    """Failed at 180 s, tomorrow is its turn; the yes of 300 s counts as a no."""
    journal = said(
        LOCKER, reply=yes(300.0), presence={"far": Presence(0.0)},
        classes={"standard": ServiceClass(max_attempts=2, retry=Retry.TOMORROW)},
    )  # fmt: skip

    assert facts(journal, OfferAnswered, "accepted") == [(300, False)]
    assert not journal.of(OrderChanged)


# Too late


@pytest.mark.parametrize(
    ("after_s", "in_time"), [(180.0, True), (180.125, False), (200.0, False), (900.0, False)]
)
def test_an_answer_counts_until_service_begins(after_s, in_time):
    """Served from 180 to 280 s; what is said in that very instant comes first."""
    journal = said(WINDOW, reply=yes(after_s), visits={"far": Visit(fixed_s=(100.0,))})

    assert facts(journal, OfferAnswered, "accepted") == [(after_s, in_time)]
    assert len(journal.of(OrderChanged)) == in_time
    assert times(journal, Delivered) == [500 if in_time else 280]


def test_an_answer_to_a_window_that_is_over_comes_too_late():
    """Until 100 s, and the yes is of 100.125 s."""
    soon = OfferWindow("a", TimeWindow(50, 100))

    assert said(soon, reply=yes(100.0)).of(OrderChanged)
    assert not said(soon, reply=yes(100.125)).of(OrderChanged)


def test_an_answer_of_who_wants_nothing_any_more_is_a_no():
    """Cancelled at 20 s, declined at 20 s, given away at 20 s; the yes comes at 30 s."""
    waits = {"duties": [duty(opens_at_s=1000, closes_at_s=2000)]}
    other = Carrier(CarrierId("other"), CarrierKind.OVERFLOW)
    ends = {
        "cancelled": {"changes": (Change("a", 20.0, cancels=True),)},
        "declined": {"then": {0: Plan(), 20: Plan(declined=("a",))}},
        "given away": {
            "then": {0: Plan(), 20: Plan(tendered={"other": ("a",)})}, "carriers": (other,)
        },
    }  # fmt: skip
    for more in ends.values():
        journal = said(WINDOW, reply=yes(30.0), **more, **waits)

        assert facts(journal, OfferAnswered, "accepted") == [(30, False)]


def test_the_day_goes_on_until_the_answer_or_its_horizon():
    """Over at 2000 s with the last duty, but for the answer of 3000 s; cut off at 2500 s."""
    assert times(said(WINDOW, reply=yes(3000.0)), DayEnded) == [3000]

    cut = said(WINDOW, reply=yes(3000.0), rules=Rules(horizon_s=2500.0))

    assert times(cut, DayEnded) == [2500]
    assert not cut.of(OfferAnswered)
    assert times(said(WINDOW, reply=yes(2500.0), rules=Rules(horizon_s=2500.0)), OfferAnswered) == [
        2500
    ]


# More than once


def test_each_question_has_its_own_answer_and_the_last_one_holds():
    """No to the first, yes to the second; asked at 0 and 20 s, answered 10 s later each time."""
    again = Plan(messages=(WINDOW,))

    journal = said(WINDOW, then={20: again}, reply=Reply((False, True), (), 10.0))

    assert facts(journal, OfferAnswered, "accepted") == [(10, False), (30, True)]
    assert State.replay(journal).orders["a"].contact.offers == 2


# Latency


def thought(*messages, latency_s, **more):
    """Return the journal of a day whose first plan is thought about for a while."""
    return said(*messages, rules=Rules(latency_s=latency_s), **more)


def test_what_is_over_when_the_plan_takes_force_is_not_said():
    """A window until 60 s; the plan takes force at 60 s, or a tick later."""
    told = Notify("a", TimeWindow(0, 60))

    in_time = thought(told, latency_s=60.0)
    late = thought(told, latency_s=60.125)

    assert times(in_time, CustomerTold) == [60]
    assert not late.of(CustomerTold)
    made = late.of(PlanMade)[0]
    assert (made.messages, made.dropped) == ((), ("a",))


def test_nothing_is_said_for_the_record_of_what_is_done_when_the_plan_takes_force():
    """Begun at 120 s, so a is served at 300 s; decided at 250 s and in force at 370 s is a rest."""
    later = Plan(warned=("a", "b"), arrivals={"a": 300.0, "b": 900.0})
    script = scripted({0: plan(*FAR), 250: later})

    journal = run(day([A, order("b", "far")], rules=Rules(latency_s=120.0)), script)

    assert times(journal, Delivered) == [300]
    [made] = [event for event in journal.of(PlanMade) if event.at_s == 370]
    assert (made.warned, made.arrivals) == (("b",), {"b": 900.0})


@pytest.mark.parametrize(("door", "asked"), [("far", [115]), ("near", [])])
def test_who_is_being_served_by_then_is_not_asked(door, asked):
    """Decided at 85 s, in force at 115 s; service begins at 90 s at near and at 210 s at far."""
    journal = thought(
        WINDOW,
        latency_s=30.0,
        at_s=85,
        reply=yes(900.0),
        orders=[order("a", door)],
        then={0: plan(load("a"), deliver(door, "a"))},
        visits={door: Visit(fixed_s=(100.0,))},
    )

    assert times(journal, OfferMade) == asked


def test_the_work_of_people_on_an_answer_is_added_to_the_latency():
    """10 s of the day's own and 20 s said; what is asked at 25 s waits for the answer at 30 s."""
    questions = []

    def answer(view):
        questions.append(view.now_s)
        if view.now_s == 0:
            return Plan({"v1": FAR}, worked_s=20.0)
        return Plan()

    journal = run(
        day(
            [A, order("b", "near", placed_at_s=25.0, ready_at_s=25.0)], rules=Rules(latency_s=10.0)
        ),
        decides(answer),
    )

    assert questions[:2] == [0, 30]
    assert facts(journal, PlanMade, "asked_at_s")[:2] == [(30, 0), (40, 30)]


# Money and measures


def test_messages_cost_what_is_said_each():
    """Two told and one asked at 10 cents."""
    again = Plan(messages=(Notify("a", TimeWindow(150, 350)), WINDOW))

    journal = said(
        Notify("a", TimeWindow(100, 300)), then={20: again}, rates=Rates(message=Decimal("0.10"))
    )

    assert Ledger.of(journal).cents("message") == 30
    assert measure(journal)["messages"] == 3


def test_a_customer_told_another_time_is_a_changed_promise():
    """100-300 s, then 300-350 s, which meets it, then 351-400 s, which does not."""
    more = {
        20: Plan(messages=(Notify("a", TimeWindow(300, 350)),)),
        40: Plan(messages=(Notify("a", TimeWindow(351, 400)),)),
    }

    journal = said(Notify("a", TimeWindow(100, 300)), then=more)

    assert measure(journal)["promise_changes"] == 1


def test_a_window_agreed_is_a_changed_promise():
    """One order, one promise that became another; a locker changes none."""
    assert measure(said(WINDOW, reply=yes()))["promise_changes"] == 1
    assert measure(said(LOCKER, reply=yes()))["promise_changes"] == 0


@pytest.mark.parametrize(
    ("until_s", "asked_s", "on_time", "first"),
    [
        (600, 0, 1, 1),  # needless: served at 400 s in any case
        (100, 0, 1, 0),  # on time by what was agreed, late by what was first promised
        (100, 100, 1, 0),  # asked in the last instant of the promise
        (100, 101, 0, 0),  # the promise is broken: it cannot be talked away
    ],
)
def test_a_promise_that_is_over_is_broken_whatever_is_agreed_to(until_s, asked_s, on_time, first):
    """The window agreed to is 400 to 500 s; the van waits for it either way."""
    promised = order("a", "far", promise=TimeWindow(0, until_s))

    journal = said(WINDOW, reply=yes(), orders=[promised], at_s=asked_s)

    assert times(journal, Delivered) == [400]
    kpis = measure(journal)
    assert (kpis["on_time_share"], kpis["on_time_first_share"]) == (on_time, first)


def test_another_day_agreed_to_is_no_first_promise_kept():
    """Promised by 100 s; tomorrow is agreed to, and it is not due today any more by that."""
    promised = order("a", "far", promise=TimeWindow(0, 100))
    tomorrow = OfferWindow("a", TimeWindow(100_000, 110_000))

    kpis = measure(said(tomorrow, reply=yes(), orders=[promised]))

    assert (kpis["orders_due"], kpis["on_time_share"]) == (0, None)
    assert kpis["on_time_first_share"] == 0


def test_what_a_customer_asked_for_is_the_first_promise():
    """Moved by the customer from 100 s to 400 s: that is what was to be kept."""
    promised = order("a", "far", promise=TimeWindow(0, 100))
    change = Change("a", 50.0, window=TimeWindow(0, 400))
    journal = run(day([promised], changes=[change]), scripted({0: plan(*FAR)}))

    assert times(journal, Delivered) == [180]
    assert measure(journal)["on_time_first_share"] == 1


def test_what_was_said_is_said_again_by_a_replay(tmp_path):
    """Told, asked, given away, believed and warned: the same day, line for line."""
    other = Carrier(CarrierId("other"), CarrierKind.OVERFLOW)
    later = Plan(
        messages=(Notify("a", TimeWindow(200, 900)),),
        tendered={"other": ("b",)},
        arrivals={"a": 420.0},
        warned=("a",),
    )
    made = day(
        [A, order("b", "near")], places=[BOX], replies={"a": yes(30.0)}, carriers=(other,),
    )  # fmt: skip
    first = run(made, scripted({0: plan(*FAR, messages=(WINDOW,)), 50: later}))
    path = tmp_path / "day.jsonl"
    first.write(path)

    again = run(made, partial(Replay, journal=str(path)))

    assert times(first, OfferMade) == [0]
    assert times(first, CustomerTold) == [50]
    plans = {PlanMade, DayBegan}
    assert [e for e in again if type(e) not in plans] == [e for e in first if type(e) not in plans]
    assert measure(again)["risk_lead_time_min"] == measure(first)["risk_lead_time_min"]
    assert measure(again)["eta_error_min"] == measure(first)["eta_error_min"]


def test_messages_are_read_back_as_they_were_written():
    """Each kind by its own word, in plans and in offers."""
    messages = (Notify("a", TimeWindow(100, 300)), WINDOW)
    journal = said(*messages, reply=yes(), then={20: Plan(messages=(LOCKER,))})

    assert [from_line(to_line(event)) for event in journal] == journal.events


# Refused

C = order("c", "depot", "near", kind=OrderKind.COLLECTION)


def seen(at_s, **more):
    """Return what is known of a day with a, b and c at an instant, a being asked since 0 s."""
    views = []

    def answer(view):
        views.append(view)
        if view.now_s == 0:
            route = (*FAR, collect("near", "c"))
            return Plan({"v1": route}, messages=(LOCKER,), ask_again_at_s=at_s)
        return Plan()

    orders = [A, order("b", "mid"), C]
    run(day(orders, places=[BOX], replies={"a": yes(900.0)}, **more), decides(answer))
    return next(view for view in views if view.now_s == at_s)


REFUSED = {
    "an unknown order": (
        [Notify("x", LATER)], "order x: notify, but unknown, served or not open"),
    "a window gone by": (
        [Notify("b", TimeWindow(0, 40))], "order b: notify until 00:00:40, now is 00:00:50"),
    "an offer gone by": (
        [OfferWindow("b", TimeWindow(0, 40))],
        "order b: offer window until 00:00:40, now is 00:00:50"),
    "told twice": (
        [Notify("b", LATER), Notify("b", LATER)],
        "order b: 2 messages of the kind 'notify' in one plan"),
    "two offers": (
        [OfferWindow("b", LATER), OfferLocker("b", "box")],
        "order b: 2 offers in one plan, expected one at a time"),
    "an offer before the answer": (
        [WINDOW], "order a: offer window, but its customer has not answered the last"),
    "no locker": (
        [OfferLocker("b", "near")], "order b: 'near' is no locker; there are box"),
    "a collection to a locker": (
        [OfferLocker("c", "box")], "order c: a collection cannot go to a locker"),
}  # fmt: skip


@pytest.mark.parametrize(("messages", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_to_say_is_refused_in_a_sentence(messages, sentence):
    """At 50 s, a aboard and asked, b and c waiting."""
    assert problems(Plan(messages=tuple(messages)), seen(50.0)) == [sentence]


def test_who_is_declined_by_the_same_plan_is_told_nothing():
    """Nor is who is given away."""
    asked = Plan(declined=("b",), messages=(Notify("b", LATER),))

    assert problems(asked, seen(50.0)) == [
        "order b: notify, but declined or tendered by the same plan"
    ]


def test_who_is_being_served_is_told_nothing():
    """At the far door from 180 to 280 s."""
    view = seen(200.0, visits={"far": Visit(fixed_s=(100.0,))})

    assert problems(Plan(messages=(Notify("a", LATER),)), view) == [
        "order a: notify, but unknown, served or not open"
    ]


def test_a_locker_is_not_offered_to_who_has_it_already():
    """B goes to the box anyway."""
    views = []
    boxed = order("b", "box")
    run(day([boxed], places=[BOX]), decides(lambda view: views.append(view) or Plan()))

    assert problems(Plan(messages=(OfferLocker("b", "box"),)), views[0]) == [
        "order b: goes to locker box already"
    ]


@pytest.mark.parametrize(
    "strange",
    [
        "hello",
        Notify("a", "soon"),
        Notify(7, LATER),
        OfferLocker("a", LATER),
        OfferWindow("a", TimeWindow(0, 2e9)),
    ],
)
def test_what_is_no_message_is_refused(strange):
    """With what was found."""
    [said] = problems(Plan(messages=(strange,)), seen(50.0))

    assert "is no message: expected Notify, OfferWindow or OfferLocker" in said


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"arrivals": {"x": 5.0}}, "order x: in arrivals, but unknown or not open"),
        ({"warned": ("x",)}, "order x: in warned, but unknown or not open"),
        ({"arrivals": {"a": float("nan")}}, "arrivals is {'a': nan}, expected seconds"),
        ({"arrivals": {"a": 10**400}}, "expected seconds since midnight by order"),
        ({"arrivals": [("a", 5.0)]}, "arrivals is [('a', 5.0)], expected seconds"),
        ({"warned": ["a"]}, "warned is ['a'], expected a tuple of order ids"),
        ({"effort": -1}, "effort is -1, expected a number of steps"),
        ({"effort": 1.5}, "effort is 1.5, expected a number of steps"),
        ({"worked_s": -1.0}, "worked_s is -1.0, expected seconds, at least 0"),
        ({"worked_s": float("inf")}, "worked_s is inf, expected seconds, at least 0"),
        ({"ask_again_at_s": 10**400}, "expected seconds since midnight"),
    ],
)
def test_what_is_told_for_the_record_is_checked(more, sentence):
    """Orders must be open, numbers be numbers."""
    [said] = problems(Plan(**more), seen(50.0))

    assert sentence in said


def test_put_down_and_asked():
    """Unloaded on purpose at the depot by 170 s: it can be asked while that goes on, at 150 s."""
    journal = said(
        Notify("a", LATER),
        at_s=150,
        then={30: plan(Stop("depot", (UnloadOrders(("a",)),)))},
        visits={"depot": Visit(fixed_s=(50.0,))},
    )

    assert times(journal, CustomerTold) == [150]
    assert times(journal, Unloaded) == [170]
