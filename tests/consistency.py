"""Whether a day, however odd, ended as every day must: one state an order, books that add up."""

from fractions import Fraction
from functools import partial

from experiments.checker import check_lines
from twin import Journal, Ledger, State, World, figures, run
from twin.facts import Facts
from twin.plugins import load
from twin.policy import MakePolicy
from twin.soundness import assert_sound

ENDS = ("delivered", "returned", "declined", "cancelled", "carried_over")
"""KPIs that count orders by how their day ended; collected ones are with the delivered."""

POLICIES: dict[str, MakePolicy] = {
    "nearest": load("nearest"),
    "insertion": load("insertion"),
    "static": partial(load("static"), iterations=30),
    "waves": load("waves"),
    "rolling": partial(load("rolling"), iterations=10, morning_iterations=30),
    "risk": partial(load("risk"), iterations=5, morning_iterations=10),
}
"""Policies of every make by name, those that search with little effort."""


def ended_well(world: World, make: MakePolicy, name: str = "policy") -> Journal:
    """Return the journal of a day after checking it in every way that needs no streets.

    The rules that the twin ships, the independent checker, the fold, the books and the KPIs.
    """
    journal = run(world, make, name=name)
    assert_sound(journal)
    ledger = Ledger.of(journal)
    kept = [{"name": one.name, "what": one.what, "cents": one.cents} for one in ledger.lines]
    assert check_lines(journal.lines(), books_kept=kept) == []
    state = State.replay(journal)
    assert state.ended
    assert sum(line.cents for line in ledger.lines) == ledger.total_cents
    for line in ledger.lines:
        assert abs(line.quantity * Fraction(line.rate) * 100 - line.cents) <= Fraction(1, 2)
    kpis = figures(journal)
    assert sum(kpis[name].value for name in ENDS) == len(state.orders)
    for duty in Facts(journal).duties:
        assert duty.ended_at_s is not None
        assert sum(duty.seconds.values()) == duty.ended_at_s - duty.duty.shift.opens_at_s
    return journal


def ended(journal: Journal) -> dict[str, str]:
    """Return how the day ended for each order: its last state."""
    return {name: row.status.value for name, row in State.replay(journal).orders.items()}
