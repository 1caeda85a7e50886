"""What a journal must agree with beside itself: the streets, the World, the fold, the books."""

from fractions import Fraction
from itertools import pairwise

from networks.routing import RoadTravel
from twin import Journal, Ledger, State, World, figures
from twin.engine import Day
from twin.events import (
    ActionsDropped,
    Arrived,
    AttemptFailed,
    Collected,
    Delivered,
    Departed,
    Diverted,
    OrderPlaced,
    PlanMade,
    PolicyFailed,
    ServiceBegan,
)
from twin.facts import Facts
from twin.policy import MakePolicy
from twin.soundness import assert_sound
from twin.world import Path


def lived(world: World, make: MakePolicy, name: str = "policy") -> Day:
    """Return a day after it was lived."""
    day = Day(world, make, name)
    day.live()
    return day


def assert_physical(world: World, journal: Journal) -> None:
    """Check a journal against itself, the streets, the World, and what follows from it."""
    assert_sound(journal)
    _driven_on_the_streets(world, journal)
    _happened_in_the_world(world, journal)
    _adds_up(journal)


def _driven_on_the_streets(world: World, journal: Journal) -> None:
    """Each leg goes along edges that exist, in their direction, as long as they are and take."""
    travel = world.travel
    assert isinstance(travel, RoadTravel)
    graph = travel._graph
    legs: dict[str, Departed] = {}
    modes = {vehicle.id: vehicle.mode for vehicle in world.vehicles}
    for event in journal:
        if isinstance(event, Departed):
            legs[event.vehicle] = event
            ends = [(int(graph.edge_from[e]), int(graph.edge_to[e])) for e in event.edges]
            assert ends == list(pairwise(event.nodes))
            assert [float(graph.edge_m[e]) for e in event.edges] == list(event.lengths_m)
        elif isinstance(event, Arrived | Diverted):
            leg = legs[event.vehicle]
            path = Path(leg.nodes, leg.edges, leg.lengths_m)
            exact_s = world.streets.drive(path, modes[event.vehicle], leg.at_s)
            ticks_s = [round(at_s * 8) / 8 for at_s in exact_s]
            driven = len(event.edges)
            assert [*event.entered_at_s, event.at_s] == ticks_s[: driven + 1]


def _happened_in_the_world(world: World, journal: Journal) -> None:
    """Orders come when they come; who is there, and what cannot be served, is as it was drawn."""
    placed = [(event.at_s, event.order) for event in journal.of(OrderPlaced)]
    last_s = journal.events[-1].at_s
    come = [(max(o.placed_at_s, world.rules.begins_at_s), o) for o in world.orders]
    assert placed == [pair for pair in come if pair[0] <= last_s]
    visits: dict[str, int] = {}
    home: dict[tuple[str, float], bool] = {}
    for event in journal:
        if isinstance(event, ServiceBegan):
            there = world.presence.get(event.place)
            number = visits.get(event.place, 0)
            home[event.vehicle, event.at_s] = there is None or there.is_home(event.at_s, number)
            visits[event.place] = number + 1
        elif isinstance(event, Delivered | Collected):
            assert home[event.vehicle, event.began_at_s]
            assert event.order not in world.failures
        elif isinstance(event, AttemptFailed) and event.cause == "absent":
            assert not home[event.vehicle, event.began_at_s]
        elif isinstance(event, AttemptFailed) and event.cause != "window missed":
            assert event.cause == world.failures[event.order]
    ready = {
        o.id: max(world.ready_at_s.get(o.id, o.ready_at_s), o.placed_at_s) for o in world.orders
    }
    for event in journal:
        if isinstance(event, Collected):
            assert event.began_at_s >= ready[event.order]


def _adds_up(journal: Journal) -> None:
    """Every second of a shift is in one activity; shares add up to one, lines to the total."""
    facts = Facts(journal)
    for duty in facts.duties:
        assert duty.ended_at_s is not None
        assert sum(duty.seconds.values()) == duty.ended_at_s - duty.duty.shift.opens_at_s
        assert all(seconds >= 0 for seconds in duty.seconds.values())
    day = figures(journal)
    shares = [day[name].numerator for name in day if name.startswith("time_")]
    paid_s = day["time_idle_share"].denominator
    assert sum(shares) == paid_s
    ledger = Ledger.of(journal)
    assert sum(line.cents for line in ledger.lines) == ledger.total_cents
    for line in ledger.lines:
        assert abs(line.quantity * Fraction(line.rate) * 100 - line.cents) <= Fraction(1, 2)
    ends = ("delivered", "returned", "declined", "cancelled", "carried_over")
    assert sum(day[name].value for name in ends) == day["orders_placed"].value


def assert_state_is_the_fold(day: Day) -> None:
    """Replaying the journal ends where the engine ended."""
    assert State.replay(day.journal).snapshot() == day.state.snapshot()


def refusals(journal: Journal) -> list[str]:
    """Return what answers were refused for."""
    return [problem for event in journal.of(PolicyFailed) for problem in event.problems]


def dropped(journal: Journal) -> int:
    """Return how many actions were dropped, in force or before."""
    late = sum(len(event.dropped) for event in journal.of(PlanMade))
    return late + sum(len(event.orders) for event in journal.of(ActionsDropped))
