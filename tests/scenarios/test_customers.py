"""What customers answer, how long they stay in for what they are told, and who may know the day."""

import math
from statistics import median

import pytest

from scenarios.resolve import fill, resolve, to_yaml
from twin import OfferWindow, Plan, Rates, TimeWindow, run
from twin.events import OfferAnswered
from twin.surprises import Reply

TOWN = "name: x\nnetwork: demo-city\norders: 400\nfleet: {van: 3}\n"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("customers: {accept_window: 120 %}", "customers.accept_window: outside 0 % to 100 %"),
        ("customers: {accept_window: 60}", "write '60 %'"),
        ("customers: {accept_locker: -1 %}", "customers.accept_locker"),
        ("customers: {accept_lockers: 1 %}", "did you mean 'accept_locker'?"),
        ("customers: {answer: 10}", "customers.answer"),
        ("customers: {answer: -10 min}", "customers.answer"),
        ("customers: {answer: {median: 10 min, log_sd: 50}}", "log_sd is out of range (50)"),
        ("customers: {notice: 2}", "customers.notice: no unit (2)"),
        ("customers: 60 %", "customers: not a section ('60 %')"),
        ("customers: [60 %]", "customers: not a section"),
        ("costs: {message: -1}", "costs.message"),
        ("costs: {message: 5 ct}", "costs.message"),
        ("foresight: maybe", "foresight"),
        ("foresight: 1", "foresight"),
        ("offers: {answer: 10 min}", "write `customers: {accept_window: 60 %"),
        ("messages: 60 %", "policies send them"),
        ("traffic: {foresight: true}", "it stands at the top: `foresight: true`"),
        ("traffic: {believed: everything}", "set `foresight: true` and run the policy oracle"),
    ],
)
def test_a_bad_setting_is_told_with_place_and_remedy(problems, given, words):
    """Each alone, among good ones."""
    assert any(words in problem for problem in problems(TOWN + given + "\n"))


def test_shares_of_customers_say_yes_after_a_time_of_their_own(live):
    """400 customers: 60 % and 44 %, and a median of 10 min, each within three standard errors."""
    replies = live(TOWN).replies

    windows = sum(reply.windows == (True,) for reply in replies.values()) / 400
    lockers = sum(reply.lockers == (True,) for reply in replies.values()) / 400
    assert len(replies) == 400
    assert abs(windows - 0.60) < 3 * math.sqrt(0.6 * 0.4 / 400)
    assert abs(lockers - 0.44) < 3 * math.sqrt(0.44 * 0.56 / 400)
    # The median of n logarithms has a standard error of 1.2533 s / sqrt(n).
    middle_s = median(reply.after_s for reply in replies.values())
    assert abs(math.log(middle_s / 600)) < 3 * 1.2533 / math.sqrt(400)
    assert all(reply.after_s % 0.125 == 0 for reply in replies.values())


def test_more_willing_customers_are_the_same_and_more(live):
    """Who says yes at 20 % says yes at 80 %, after the same time."""
    few = live(TOWN, "customers.accept_window=20 %").replies
    many = live(TOWN, "customers.accept_window=80 %").replies

    assert all(few[one].after_s == many[one].after_s for one in few)
    assert all(few[one].lockers == many[one].lockers for one in few)
    yes, more = (
        {one for one, reply in replies.items() if reply.windows[0]} for replies in (few, many)
    )
    assert yes < more


def test_what_customers_answer_moves_nothing_else(live):
    """Draws of their own: places, presence, visits and orders are what they were."""
    plain = live(TOWN)
    other = live(TOWN, "customers={accept_window: 5 %, accept_locker: 95 %, answer: 1 min}")

    assert plain.replies != other.replies
    for name in ("orders", "places", "visits", "presence", "failures", "breakdowns", "changes"):
        assert getattr(plain, name) == getattr(other, name)


def test_a_customer_keeps_its_answer_in_a_larger_day(live):
    """Order o0007 of 400 is order o0007 of 800."""
    small, large = live(TOWN).replies, live(TOWN, "orders=800").replies

    assert {one: large[one] for one in small} == small


def test_without_noise_nobody_agrees_and_answers_take_the_mean(live):
    """10 min for all, or the mean of the law: 10 min x exp(1/2)."""
    fixed = live(TOWN, "noise=off", "customers.answer=10 min").replies
    drawn = live(TOWN, "noise=off").replies

    assert set(fixed.values()) == {Reply(after_s=600.0)}
    assert {reply.after_s for reply in drawn.values()} == {round(600 * math.exp(0.5) * 8) / 8}


def test_in_a_day_from_a_file_customers_agree_to_nothing_unless_the_scenario_says_so(read):
    """It has no chance but what the scenario asks for."""
    text = "name: x\norders: {vrplib: three.vrp}\nfleet: {van: 1}\n"
    day = {"three_vrp": THREE}

    assert fill(read(text, **day).spec).customers.accept_window == 0
    asked = read(text, "customers.accept_window=50 %", **day)
    assert fill(asked.spec).customers.accept_window == 0.5


THREE = """\
NAME : three
TYPE : CVRP
DIMENSION : 3
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
DEMAND_SECTION
1 0
2 1
3 1
DEPOT_SECTION
1
-1
"""


def test_a_policy_that_asks_is_answered(live):
    """Every customer is asked for the afternoon once; as many agree as the World says."""
    afternoon = TimeWindow(13 * 3600, 15 * 3600)

    class Asking:
        def __init__(self, _):
            self.has_asked = False

        def decide(self, view):
            """Return questions to all, once."""
            if self.has_asked:
                return Plan()
            self.has_asked = True
            return Plan(messages=tuple(OfferWindow(row.id, afternoon) for row in view.orders))

    world = live(TOWN.replace("400", "40"))
    answers = run(world, Asking).of(OfferAnswered)

    assert len(answers) == 40
    assert all(one.accepted == world.replies[one.order].windows[0] for one in answers)


def test_notice_message_and_foresight_reach_the_day(live):
    """The longest time told, the rate, and whether the day may be foreseen."""
    plain = live(TOWN)
    said = live(TOWN, "customers.notice=90 min", "costs.message=0.05", "foresight=true")

    assert (plain.rules.notice_s, plain.rates.message, plain.foresight) == (7200, None, False)
    assert (said.rules.notice_s, float(said.rates.message), said.foresight) == (5400, 0.05, True)
    assert plain.rates.message == Rates().message


def test_what_is_said_of_customers_is_written_back_and_read_again(read):
    """Resolved, and resolved again."""
    text = TOWN + "customers: {accept_window: 33 %, answer: {from: 1 min, to: 9 min}}\n"
    text += "foresight: true\n"
    resolved = to_yaml(resolve(read(text).spec))

    assert "accept_window: 33 %" in resolved
    assert "foresight: true" in resolved
    assert to_yaml(resolve(read(resolved).spec)) == resolved
