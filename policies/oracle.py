"""The clairvoyant reference: it knows the day as it will turn out, and plans it in the morning.

No policy that anyone could run, and no proven bound (S19): what others lose against it is what not
knowing costs at most as far as this search could see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from policies.blocks.arrivals import arrivals_of, lines_of
from policies.blocks.believed import Believed
from policies.blocks.conductor import Conductor
from policies.blocks.foreseen import Foreseen
from policies.blocks.foresight import Piece
from policies.blocks.knobs import check_knobs
from policies.solvers.planning import Planner
from twin import Briefing, Journal, Plan, Route, View, run
from twin.errors import InputError
from twin.events import Arrived, BrokeDown, Departed
from twin.facts import Facts
from twin.measures import Day
from twin.model import NodeId, OrderId, VehicleId
from twin.plan import without

CENTS: Final = 100

MISS_PRICE: Final = 17.2
"""What a failed delivery costs fully loaded, $17.20 (Loqate, Fixing failed deliveries); here in the
currency of the rates, and for every miss, a choice."""

MOST_HURRY_S: Final = 900.0
"""Lateness up to which an order was late by chance of the streets, and is planned earlier the next
time; beyond it there was no time for it. A choice."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What living the day with one plan taught for the next.

    Attributes
    ----------
    liked_s
        When orders were served in time, or would be if doors never shut.
    until_s
        When vehicles broke down.
    leaves_at_s
        When junctions were left that were left once.
    hurry_s
        By how much to be earlier than punctual at orders that were late.
    """

    liked_s: Mapping[OrderId, float] = field(default_factory=dict)
    until_s: Mapping[VehicleId, float] = field(default_factory=dict)
    leaves_at_s: Mapping[NodeId, float] = field(default_factory=dict)
    hurry_s: Mapping[OrderId, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan of the whole day, and how the day goes with it.

    Attributes
    ----------
    price
        What the day comes to: cents with the price of misses, then metres.
    begins_s
        When service of each order begins.
    kept
        The routes without orders that are late with them.
    """

    routes: Mapping[VehicleId, Route]
    kept: Mapping[VehicleId, Route]
    chosen: Mapping[OrderId, Piece]
    price: tuple[float, float]
    begins_s: Mapping[OrderId, float]


class Oracle:
    """Knows the day: a reference to compare with, no policy that anyone could run.

    It plans all orders of the day at once by a solver: with real driving times and times at doors,
    with orders that are placed later, each not loaded before it is placed and ready, without those
    that are cancelled or never succeed, each at a time when somebody will be there. It lives the
    day with that plan, learns from it (when streets are driven, what was late, when vehicles break
    down) and plans again, `tries` times; the best day is the one it drives. Given routes are no
    more to it than any other; pins and forbidden pairs bind it as they bind all.

    Of each route it gives out what is known by then, as every plan must. It is shown the day
    (`Briefing.foresight`), so the scenario has to allow it: ``foresight: true``.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    tries
        How often it plans and lives the day before it decides. The default is a choice.
    miss_price
        What a due order that is not served on time weighs against cost, in major units of the
        rates' currency.
    iterations
        Steps of the solver for each plan and depot; left out, 500 and one for each order.
    solver
        Name of an installed solver.

    Raises
    ------
    InputError
        If it is not shown the day, or a setting makes no sense.
    """

    clairvoyant = True
    also_asks = (Arrived,)

    def __init__(
        self,
        briefing: Briefing,
        *,
        tries: int = 3,
        miss_price: float = MISS_PRICE,
        iterations: int | None = None,
        solver: str = "pyvrp",
    ) -> None:
        check_knobs("oracle", ("tries", tries, 1), ("miss_price", miss_price, 0))
        if briefing.foresight is None:
            raise InputError("policy oracle", ["it is not shown the day; set `foresight: true`"])
        self._briefing = briefing
        self._world = briefing.foresight
        self._tries = tries
        self._miss_price = miss_price
        self._foreseen = Foreseen(briefing.foresight)
        # Shifts are paid for however they are spent, so only what a plan can change is its cost.
        binding = self._foreseen.briefing(briefing)
        self._binding = replace(binding, rates=replace(binding.rates, labour_hour={}))
        self._planners = [
            Planner(self._binding, iterations=iterations, solver=solver) for _ in range(tries + 1)
        ]
        self._conductor: Conductor | None = None

    def decide(self, view: View) -> Plan:
        """Return what each vehicle does from now on, as far as that can be said."""
        if self._conductor is not None:
            return self._conductor.decide(view)
        best, effort = self._best(view)
        self._conductor = self._conducting(best)
        plan = self._conductor.decide(view)
        return replace(plan, effort=effort, why=f"knows the day: best of {self._tries} plans")

    def _conducting(self, tried: Tried) -> Conductor:
        return Conductor(self._briefing, self._foreseen, tried.routes, tried.chosen, tried.begins_s)

    def _best(self, view: View) -> tuple[Tried, int]:
        """Return the best of the plans tried, and the steps made for all of them."""
        shown = self._foreseen.morning(view, self._foreseen.unbroken(), {})
        planned = self._planners[0].plan_all(shown)
        effort = planned.effort
        lines = lines_of(planned.routes, shown, self._binding, Believed(view.travel))
        learned = Learned(liked_s=arrivals_of(lines))
        best: Tried | None = None
        for number, planner in enumerate(self._planners[1:]):
            chosen = {
                order_id: piece.earlier(learned.hurry_s.get(order_id, 0.0))
                for order_id, piece in self._foreseen.chosen(learned.liked_s, view).items()
            }
            shown = self._foreseen.morning(view, chosen, learned.until_s)
            if number % 2:  # else with the mean over the hours of work, which is seldom far off
                streets = self._foreseen.streets.as_left(learned.leaves_at_s)
                shown = replace(shown, travel=streets)
            begins_with = planned.routes if best is None else best.kept
            planned = planner.plan_all(shown, begins_with)
            effort += planned.effort
            tried, taught = self._lived(planned.routes, chosen, learned)
            if best is None or tried.price < best.price:
                best, learned = tried, taught
        if best is None:
            raise AssertionError("no plan was tried")
        return best, effort

    def _lived(
        self, routes: Mapping[VehicleId, Route], chosen: Mapping[OrderId, Piece], learned: Learned
    ) -> tuple[Tried, Learned]:
        """Live the day with a plan; return what it comes to, and what it teaches."""

        def conducting(briefing: Briefing) -> Conductor:
            return Conductor(briefing, self._foreseen, routes, chosen, {})

        journal = run(self._world, conducting, name="oracle")
        day = Day.of_facts(Facts(journal))
        missed = sum(row.late_s != 0 for row in day.due)
        metres = sum(sum(leg.lengths_m) for leg in day.facts.legs)
        price = day.ledger.total_cents + missed * self._miss_price * CENTS
        begins_s = {
            row.order.id: row.served_began_at_s
            for row in day.served
            if row.served_began_at_s is not None
        }
        in_time = {row.order.id for row in day.due if row.late_s == 0}
        late = frozenset(chosen) - in_time
        kept = {vehicle_id: without(route, late) for vehicle_id, route in routes.items()}
        tried = Tried(routes, kept, chosen, (price, metres), begins_s)
        return tried, Learned(
            {order_id: at_s for order_id, at_s in begins_s.items() if order_id in in_time},
            _broke_down_s(journal, learned.until_s),
            _left_once_s(journal),
            {
                row.order.id: learned.hurry_s.get(row.order.id, 0.0) + row.late_s
                for row in day.due
                if row.late_s and row.late_s < MOST_HURRY_S
            },
        )


def _left_once_s(journal: Journal) -> dict[NodeId, float]:
    """Return when each junction was left from which only one leg began."""
    found: dict[NodeId, list[float]] = {}
    for event in journal.of(Departed):
        found.setdefault(event.node, []).append(event.at_s)
    return {node: times_s[0] for node, times_s in found.items() if len(times_s) == 1}


def _broke_down_s(journal: Journal, known_s: Mapping[VehicleId, float]) -> dict[VehicleId, float]:
    """Return when each vehicle first broke down, on this day or one lived before."""
    found = dict(known_s)
    for event in journal.of(BrokeDown):
        found[event.vehicle] = min(event.at_s, found.get(event.vehicle, event.at_s))
    return found
