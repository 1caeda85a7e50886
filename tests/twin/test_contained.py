"""Whatever a policy answers, the day is either stopped or kept as its rules say, and named."""

import pytest
from dispatchers import Fifo, decides, scripted, trip
from worlds import depot, line, order, place, van, world

from twin import OrderView, Plan, Rules, Stop, run
from twin.errors import PlanError, PolicyFault, Unreachable
from twin.events import Delivered, PlanMade, PolicyFailed
from twin.plan import Deliver, LoadOrders, UnloadOrders
from twin.rows import Status
from twin.traced import own_line
from twin.world import OnFault

KEEP = Rules(on_fault=OnFault.KEEP_LAST)
ONE = order("o1", "door")


def day(rules=KEEP, orders=(ONE,), **more):
    return world(line([600, 600], 10), [depot(0), place("door", 1)], orders, [van()],
                 rules=rules, **more)  # fmt: skip


def a_route(*actions):
    return Plan({"v1": (Stop("depot", actions),)})


NONSENSE = {
    "a word": ("carry on", "answered with str, expected a Plan"),
    "nothing": (None, "answered with NoneType, expected a Plan"),
    "routes that are a list": (Plan([()]), "routes is list, expected a mapping"),
    "a route that is a list": (Plan({"v1": []}), "vehicle v1: route is list, expected a tuple"),
    "a stop that is a word": (Plan({"v1": ("door",)}), "vehicle v1: 'door' is no Stop"),
    "a place that is a list": (Plan({"v1": (Stop(["door"]),)}), "['door'] is no place id"),
    "actions that are a list": (Plan({"v1": (Stop("door", [Deliver("o1")]),)}),
                                "vehicle v1: the actions at door are no tuple"),
    "an action that is a class": (a_route(Deliver), "'twin.plan.Deliver'> at depot is no action"),
    "a list of orders to deliver": (a_route(Deliver(["o1"])), "Deliver(order=['o1']) at depot"),
    "no orders to load": (a_route(LoadOrders(None)), "LoadOrders(orders=None) at depot is no"),
    "a number to unload": (a_route(UnloadOrders(5)), "UnloadOrders(orders=5) at depot is no"),
    "a word of orders to load": (a_route(LoadOrders("o1")), "LoadOrders(orders='o1') at depot"),
    "refusals that are a list": (Plan(declined=["o1"]), "declined is ['o1'], expected a tuple"),
    "refusals of no order": (Plan(declined=(["o1"],)), "declined is (['o1'],), expected a tuple"),
    "one refusal twice": (Plan(declined=("o1", "o1")), "order o1: declined 2 times"),
    "messages that are a list": (Plan(messages=[]), "messages is list, expected a tuple"),
    "a reason that is no text": (Plan(why=7), "why is int, expected a text"),
    "a time in words": (Plan(ask_again_at_s="09:00"), "ask_again_at_s is '09:00', expected"),
    "no time at all": (Plan(ask_again_at_s=float("nan")), "ask_again_at_s is nan, expected"),
    "a time that never comes": (Plan(ask_again_at_s=float("inf")), "ask_again_at_s is inf"),
    "a time gone by": (Plan(ask_again_at_s=0), "ask_again_at_s 0 is not later than now"),
    "a number for a vehicle": (Plan({7: ()}), "vehicle 7: unknown, or its duties are over"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "problem"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_refused_in_words_and_the_last_plan_stays(answer, problem):
    """Every question is answered with nonsense: each is listed, and the day comes to its end."""
    journal = run(day(), decides(lambda _: answer), name="silly")

    failed = journal.of(PolicyFailed)
    assert failed
    assert all(problem in "\n".join(event.problems) for event in failed)
    assert not journal.of(PlanMade)
    assert journal.fingerprint()


@pytest.mark.parametrize(("answer", "problem"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_stops_the_day_where_the_rules_say_so(answer, problem):
    """The error names the policy, the time and what was wrong with the answer."""
    with pytest.raises(PlanError) as stopped:
        run(day(Rules()), decides(lambda _: answer), name="silly")

    assert str(stopped.value).startswith(
        "silly returned an illegal plan at 00:00:00, question 1:\n  - "
    )
    assert problem in str(stopped.value)


def raises(error):
    def answer(_):
        raise error

    return decides(answer)


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), Unreachable(0, 1, "drive")])
def test_a_policy_that_raises_is_named_with_time_and_question(error):
    """An error of the twin's own kinds, raised by a policy, is the policy's like any other."""
    with pytest.raises(PolicyFault) as stopped:
        run(day(Rules()), raises(error), name="hasty")

    assert str(stopped.value) == (
        f"hasty failed at 00:00:00, question 1: {type(error).__name__}: {error} ({own_line(error)})"
    )
    assert stopped.value.__cause__ is error


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), Unreachable(0, 1, "drive")])
def test_a_policy_that_raises_is_kept_where_the_rules_say_so(error):
    """The fault is in the journal and the day goes on to its end."""
    journal = run(day(), raises(error), name="hasty")

    first = journal.of(PolicyFailed)[0]
    assert first.problems == (f"{type(error).__name__}: {error}",)
    assert first.question == 1


def test_a_policy_that_fails_once_is_asked_again(road_of_two_orders):
    """The first answer raises; the plan of the second question is driven."""

    class Sleepy(Fifo):
        asked = 0

        def decide(self, view):
            self.asked += 1
            if self.asked == 1:
                raise KeyError("forgotten")
            return super().decide(view)

    journal = run(road_of_two_orders, Sleepy)

    assert [event.problems for event in journal.of(PolicyFailed)] == [("KeyError: 'forgotten'",)]
    assert len(journal.of(Delivered)) == 2


@pytest.fixture
def road_of_two_orders():
    """Two orders for one door, the second placed after a minute."""
    return day(orders=[ONE, order("o2", "door", placed_at_s=60.0, ready_at_s=60.0)])


def test_a_refused_plan_changes_nothing():
    """Legal for o1, illegal for an unknown order: nothing of the plan takes force."""
    row = OrderView(ONE, Status.READY, "depot")
    mixed = Plan({"v1": (*trip(row), Stop("door", (Deliver("o9"),)))}, declined=("o1",))

    journal = run(day(), scripted({0: mixed}))

    assert len(journal.of(PolicyFailed)) == 1
    assert not journal.of(Delivered)
    assert journal.events[-1].carried_over == ("o1",)


def test_a_maker_that_raises_is_a_fault_of_question_nought():
    """The policy could not even be made: nothing was simulated."""

    def maker(_):
        raise RuntimeError("no licence")

    with pytest.raises(PolicyFault) as stopped:
        run(day(), maker, name="costly")

    assert str(stopped.value) == (
        "costly failed at 00:00:00, question 0: RuntimeError: no licence "
        f"(test_contained.py, line {maker.__code__.co_firstlineno + 1}, in maker)"
    )


def test_only_events_of_the_list_may_ask_too():
    """A policy cannot ask to be asked after something that is no event."""

    class Curious:
        also_asks = (Delivered, int, "Departed")

        def __init__(self, _):
            """Remember nothing."""

    with pytest.raises(PolicyFault, match="<class 'int'>, Departed, not of"):
        run(day(), Curious)


def test_a_named_time_between_two_ticks_is_the_later_one():
    """Asked for 0.3 s after midnight, the question comes at 0.375 s, three eighths."""
    row = OrderView(ONE, Status.READY, "depot")
    times = [0.3]

    def answer(view):
        if times:
            return Plan(ask_again_at_s=times.pop())
        return Plan({"v1": trip(row)} if view.now_s < 1 else {})

    journal = run(day(), decides(answer))

    assert [event.at_s for event in journal.of(PlanMade)[:2]] == [0.0, 0.375]
    assert all(event.at_s * 8 == int(event.at_s * 8) for event in journal)
