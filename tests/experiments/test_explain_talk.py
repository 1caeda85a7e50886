"""What customers were told and answered, and what decisions believed: days told by hand."""

from dataclasses import replace

from told import at, began, begins, decides, drives, ends, loads, placed, route, serves, told
from worlds import order

from experiments.explain import explain_order
from experiments.explain_day import DayTold
from experiments.explain_decision import explain_decision
from twin import Notify, OfferLocker, OfferWindow, TimeWindow
from twin.events import CustomerTold, DayEnded, OfferAnswered, OfferMade, OrderChanged
from twin.model import OrderId

A, B = OrderId("a"), OrderId("b")
FORENOON, NOON = TimeWindow(at("09:00"), at("10:00")), TimeWindow(at("11:30"), at("12:30"))
ORDER = order("a", "A", promise=TimeWindow(0, at("10:00")))
TOLD, LATER, BOX = Notify(A, FORENOON), OfferWindow(A, NOON), OfferLocker(A, "box")


def the_day(*parts):
    """Return a day on which a is served at 12:00 after what the parts say."""
    return DayTold(
        told(
            began(),
            placed(ORDER, order("b", "B")),
            *parts,
            begins("08:00"),
            loads("08:00", "a"),
            drives("11:00", "11:20", "depot", "A", 6000.0),
            serves("12:00", "12:02", "A", "a"),
            drives("12:02", "12:22", "A", "depot", 6000.0, home=True),
            ends("16:00"),
            DayEnded(at("16:00"), ("b",)),
        )
    )


def talk(day, since="07:00", until="11:00"):
    """Return what the chain of order a says before the van leaves."""
    moments = explain_order(day, "a").chain
    return [one.what for one in moments if at(since) < one.at_s < at(until) and one.at_s % 3600]


def test_an_order_s_chain_tells_what_its_customer_was_told_asked_and_answered():
    """Told at 07:10, asked for noon at 07:20, yes at 07:30: on time for what was agreed to."""
    agreed = replace(ORDER, window=NOON, promise=NOON, agreed=True)
    day = the_day(
        CustomerTold(at("07:10"), A, FORENOON),
        OfferMade(at("07:20"), LATER),
        OfferAnswered(at("07:30"), A, accepted=True),
        OrderChanged(at("07:30"), agreed, "window agreed", ()),
    )

    assert talk(day) == [
        "the customer was told to expect us 09:00-10:00",
        "the customer was asked for the window 11:30-12:30",
        "the customer said yes",
        "the customer agreed to the window 11:30-12:30",
    ]
    story = explain_order(day, "a")
    assert story.status == "on time"
    assert "the customer agreed to the window 11:30-12:30 at 07:30" in story.answer


def test_an_order_s_chain_tells_of_a_locker():
    """Asked at 07:20, yes at 07:30."""
    boxed = replace(ORDER, destination="box")
    day = the_day(
        OfferMade(at("07:20"), BOX),
        OfferAnswered(at("07:30"), A, accepted=True),
        OrderChanged(at("07:30"), boxed, "locker agreed", ()),
    )

    assert talk(day) == [
        "the customer was asked to take it from box",
        "the customer said yes",
        "the customer agreed to take it from box",
    ]


def test_an_order_s_chain_tells_of_a_no_and_of_the_first_warning():
    """Asked at 07:20, no at 07:30; warned about at 07:40 and 07:50."""
    day = the_day(
        OfferMade(at("07:20"), LATER),
        OfferAnswered(at("07:30"), A, accepted=False),
        replace(decides("07:40", 1), warned=(A,)),
        replace(decides("07:50", 2), warned=(A,)),
    )

    assert talk(day) == [
        "the customer was asked for the window 11:30-12:30",
        "the customer said no, or yes too late",
        "decision 1 warned that its promise may be broken",
    ]


def test_a_decision_tells_what_it_said_and_believed_and_how_that_came_out():
    """Of a and b: a is served at 12:00, an hour later than believed, b never is."""
    plan = replace(
        decides("07:10", 1, {"V1": route(("A", "a"), ("B", "b"))}),
        because={"OfferAnswered": 2},
        messages=(TOLD, LATER, BOX),
        arrivals={A: at("11:00"), B: at("12:30")},
        warned=(A, B),
        effort=1200,
    )
    story = explain_decision(the_day(plan), 1)

    assert story.answer == (
        "decision 1 at 07:10 was made because 2 customers answered; it planned 2 orders, sent 3 "
        "messages and warned about a and b."
    )
    assert [moment.what for moment in story.chain][2:] == [
        "its solver made 1,200 steps",
        "told a to expect us 09:00-10:00",
        "asked a for the window 11:30-12:30",
        "asked a to take its goods from box",
        "warned about a, promised by 10:00; it was served from 12:00",
        "warned about b, promised by 24:00; it was never served",
        "believed that service of b would begin at 12:30; it never did",
        "believed that service of a would begin at 11:00; it did 1 h later",
    ]


def test_a_promise_is_told_as_it_was_when_it_was_warned_about():
    """By 10:00 at 07:40; by 12:30 from 07:45 on."""
    moved = replace(ORDER, window=NOON, promise=NOON)
    day = the_day(
        replace(decides("07:40", 1), warned=(A,)),
        OrderChanged(at("07:45"), moved, "window", ()),
        replace(decides("07:50", 2), warned=(A,)),
    )

    [before] = [one.what for one in explain_decision(day, 1).chain]
    [after] = [one.what for one in explain_decision(day, 2).chain]
    assert before == "warned about a, promised by 10:00; it was served from 12:00"
    assert after == "warned about a, promised by 12:30; it was served from 12:00"


def test_of_many_beliefs_the_farthest_off_are_told_one_by_one():
    """Fifteen orders served at once at 12:00, the k-th believed k minutes before."""
    names = [f"o{k:02d}" for k in range(15)]
    arrivals = {OrderId(name): at("12:00") - 60 * k for k, name in enumerate(names)}
    day = DayTold(
        told(
            began(),
            placed(*(order(name, "A") for name in names)),
            replace(decides("07:10", 1), arrivals=arrivals),
            begins("08:00"),
            loads("08:00", *names),
            drives("11:00", "11:20", "depot", "A", 6000.0),
            serves("12:00", "12:02", "A", *names),
            ends("16:00"),
            DayEnded(at("16:00"), ()),
        )
    )

    lines = [moment.what for moment in explain_decision(day, 1).chain]

    assert lines[0] == "believed that service of o14 would begin at 11:46; it did 14 min later"
    assert lines[11] == "believed that service of o03 would begin at 11:57; it did 3 min later"
    assert lines[12:] == ["believed 3 more arrivals, off by 2 min or less"]
