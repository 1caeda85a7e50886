"""Re-optimisation on a clock and on events: the rolling horizon of dynamic vehicle routing.

The idea is that of Psaraftis (1988), "Dynamic vehicle routing problems", and of the event-driven
re-optimisation surveyed by Pillac, Gendreau, Guéret and Medaglia (2013), "A review of dynamic
vehicle routing problems": between two optimisations an order is inserted where it adds least; at
each of them all open stops are planned anew from what the fleet is doing.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

from policies.blocks.arrivals import arrivals_of
from policies.blocks.believed import Believed
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.given import Given
from policies.blocks.judging import Judge, by_vehicle
from policies.blocks.knobs import check_knobs
from policies.blocks.leftovers import Leftovers
from policies.blocks.lines import Line
from policies.blocks.mealtimes import Mealtimes
from policies.blocks.meetings import possible_meetings
from policies.blocks.planned import served_in
from policies.blocks.relief import relieved
from policies.blocks.rescue import Rescue
from policies.blocks.rests import rests_kept_in
from policies.blocks.retries import Retries, is_here
from policies.blocks.weighing import Prices
from policies.solvers.midday import Terms
from policies.solvers.replanning import Improved, Replanning, starts_of
from twin import Briefing, OrderView, Plan, Route, View
from twin.events import (
    BrokeDown,
    DutyCancelled,
    DutyMoved,
    IncidentKnown,
    PlanMade,
    Repaired,
    Towed,
)
from twin.model import OrderId, VehicleId
from twin.plan import without
from twin.plugins import SOLVERS, load
from twin.solver import Effort, Solver

Mode = Literal["all", "keep_vehicle", "keep_sequence"]
MODES: Final[tuple[Mode, ...]] = ("all", "keep_vehicle", "keep_sequence")

LEAST_ITERATIONS: Final = 500
"""Steps of the first plan's search beside one for each order."""

UPSETS: Final = (BrokeDown, DutyCancelled, DutyMoved, IncidentKnown, Repaired, Towed)
"""Events after which everything is planned anew at once."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided at one question, before it is a plan.

    Attributes
    ----------
    shown, view
        What was seen, and that with rescues and given routes planned into it.
    improved
        What every vehicle that can drive is to do.
    tells_all
        Whether everything was planned anew.
    """

    shown: View
    view: View
    improved: Improved
    tells_all: bool


class Rolling:
    """Plans everything in the morning, puts each late order in, and plans anew again and again.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    mode
        What planning anew may change: ``all``; ``keep_vehicle``, where each planned stop stays on
        its vehicle and only the sequence changes; ``keep_sequence``, where nothing planned moves
        and orders are only put in.
    every_s
        Time between two optimisations, seconds; events in `UPSETS` ask for one at once.
    horizon_s
        Orders whose window opens later than this from now are left for later, seconds.
    frozen_s
        Stops that a vehicle comes to within this time stay as they are, seconds.
    churn_s
        Work that each stop moved after it was planned must save, seconds: drivers and customers
        were told. What the day itself charges for goods packed otherwise is counted beside it.
    margin_s
        How long before the end of its window service is planned to begin, seconds.
    second_try_s
        How much longer before that, and before the end of the shifts, an order is planned that
        could be tried again today if nobody is there, seconds: early tries leave time for it.
    late_s
        What a broken promise is worth: the work that the fleet would rather do than break one,
        seconds. An order that is left out is worth four of them.
    iterations
        Steps of the solver for each depot and optimisation during the day.
    morning_iterations
        The same for the first search of the day; left out, 500 and one for each order.
    solver
        Name of an installed solver.
    retry_after_s, try_again_s
        How long after a failed attempt the next one is planned, and how long an order that fitted
        nowhere is left alone, seconds.
    rescues
        Whether a vehicle is sent for the goods of one that is broken down, where that pays.
    declines_below
        Orders of a lower priority than this that no vehicle can serve on time are declined at
        once; left out, none is.
    tenders
        Whether overflow carriers are given what would be late, at their last call.

    Attributes
    ----------
    believed
        Driving times as of the last question.
    churn_s
        Its parameter.
    prices
        What broken promises are worth.
    retries
        When orders that failed are tried again.

    Raises
    ------
    InputError
        If a setting makes no sense.

    Notes
    -----
    The defaults of `every_s`, `frozen_s`, `churn_s` and `late_s` are choices of the kind that an
    operations team argues about; they are what a planner would set, not measured optima. Three
    hours until a second try are long enough that who is at a door has changed with 91 %, where it
    changes every 75 minutes as a mean: 1 - exp(-180 / 75).
    """

    def __init__(  # each is a knob that dispatchers know
        self,
        briefing: Briefing,
        *,
        mode: Mode = "all",
        every_s: float = 900.0,
        horizon_s: float | None = None,
        frozen_s: float = 300.0,
        churn_s: float = 60.0,
        margin_s: float = 300.0,
        second_try_s: float = 10800.0,
        late_s: float = 3600.0,
        iterations: int = 100,
        morning_iterations: int | None = None,
        solver: str = "pyvrp",
        retry_after_s: float = 10800.0,
        try_again_s: float = 900.0,
        rescues: bool = True,
        declines_below: int | None = None,
        tenders: bool = True,
    ) -> None:
        check_knobs(
            "rolling",
            ("every_s", every_s, 1),
            ("horizon_s", horizon_s, 0),
            ("frozen_s", frozen_s, 0),
            ("churn_s", churn_s, 0),
            ("margin_s", margin_s, 0),
            ("second_try_s", second_try_s, 0),
            ("late_s", late_s, 0),
            ("iterations", iterations, 1),
            ("morning_iterations", morning_iterations, 1),
            ("retry_after_s", retry_after_s, 0),
            ("try_again_s", try_again_s, 0),
            words={"mode": (mode, MODES)},
        )
        self._mode = mode
        self._every_s, self._horizon_s, self._frozen_s = every_s, horizon_s, frozen_s
        self.churn_s, self._margin_s, self._second_try_s = churn_s, margin_s, second_try_s
        self._iterations, self._morning_iterations = iterations, morning_iterations
        self._seed = int(briefing.random.integers(2**32))
        self.believed = Believed(briefing.travel)
        self._given = Given(briefing)
        self._mealtimes = Mealtimes()
        self._fleet = FleetLines(briefing, self.believed)
        self._trial = FleetLines(briefing, self.believed)
        self.retries = Retries(briefing, retry_after_s, try_again_s)
        self.prices = Prices(late_s=late_s, left_out_s=4 * late_s)
        self._judge = Judge(self.prices, briefing.rules, churn_s, self._fleet.weights)
        self._replanning = Replanning(
            briefing, self._trial, cast("Solver", load(solver, SOLVERS)), self.retries
        )
        self._rescue = Rescue(briefing, self.believed, self.prices) if rescues else None
        self._leftovers = Leftovers(briefing, declines_below, tenders=tenders, every_s=every_s)
        self._next_s: float | None = None
        self._has_news = False
        self._has_searched = False

    def decide(self, view: View) -> Plan:
        """Return the routes that change, and when to be asked again."""
        return self.plan_of(self.decided(view))

    def decided(self, view: View) -> Decided:
        """Return what every vehicle is to do."""
        self._mealtimes.hear(view.because)
        shown, view = view, rests_kept_in(view, self._mealtimes)
        if self.believed.follow(view.travel):
            self._fleet.forget()
            self._trial.forget()
        view, _ = self._given.begun(view)
        view = relieved(possible_meetings(view), self._trial)
        if self._rescue is not None:
            view = self._rescue.planned(view)
        working = [vehicle for vehicle in view.vehicles if not vehicle.broken_down]
        self._fleet.take(view, working, keep_until_s=view.now_s + self._frozen_s)
        waiting = [row for row in view.unplanned if self._is_asked(row, view.now_s)]
        is_time = self._is_time(view)
        lines = self._fleet.lines
        if is_time and self._is_blank():
            improved = self._improved(view, lines, waiting)
        else:
            alone = [row for row in waiting if self.retries.is_left_alone(row, view.now_s)]
            left = self._put_in([row for row in waiting if self.retries.is_due(row, view.now_s)])
            improved = Improved(tuple(lines), tuple(left), 0)
            if is_time and self._mode != "keep_sequence":
                improved = self._improved(view, lines, [*left, *alone])
        self._has_searched = self._has_searched or improved.effort > 0
        return Decided(shown, view, improved, tells_all=is_time)

    def again(self, decided: Decided, vehicles: Collection[VehicleId]) -> Decided:
        """Plan some vehicles anew at once, on top of what was decided for them."""
        was = decided.improved
        mine = [line for line in was.lines if line.vehicle.id in vehicles]
        if self._mode == "keep_sequence" or not mine:
            return decided
        found = self._improved(decided.view, mine, ())
        new = by_vehicle(found.lines)
        lines = tuple(new.get(line.vehicle.id, line) for line in was.lines)
        improved = Improved(lines, (*was.left, *found.left), was.effort + found.effort)
        return replace(decided, improved=improved)

    def _is_time(self, view: View) -> bool:
        """Whether everything is planned anew now: not where nothing has happened meanwhile."""
        happened = any(not isinstance(event, PlanMade) for event in view.because)
        self._has_news = self._has_news or happened
        upset = any(isinstance(event, UPSETS) for event in view.because)
        if self._next_s is not None and view.now_s < self._next_s and not upset:
            return False
        is_time, self._has_news = self._has_news, False
        self._next_s = view.now_s + self._every_s
        return is_time

    def _is_blank(self) -> bool:
        """Whether no vehicle has anything to do yet."""
        return not any(line.items for line in self._fleet.lines)

    def _is_asked(self, row: OrderView, now_s: float) -> bool:
        """Whether an order is to be planned now."""
        ends_s = now_s + (math.inf if self._horizon_s is None else self._horizon_s)
        return is_here(row) and row.order.window.opens_at_s <= ends_s

    def _put_in(self, waiting: Sequence[OrderView]) -> list[OrderView]:
        """Put orders where they add least, and return what fits nowhere.

        The higher priority goes first, then the promise that ends sooner.
        """
        left: list[OrderView] = []
        for row in sorted(waiting, key=_urgency):
            found = self._fleet.find(row, self.retries.window(self._fleet, row)).best
            if found is None:
                left.append(row)
            else:
                self._fleet.put(row, found)
        return left

    def _improved(
        self,
        view: View,
        lines: Sequence[Line],
        waiting: Sequence[OrderView],
    ) -> Improved:
        """Plan anew, and put what the solver left out where it fits, late if need be."""
        iterations = self._iterations
        if not self._has_searched:
            iterations = self._morning_iterations or LEAST_ITERATIONS + len(view.orders)
        stays_on: Mapping[OrderId, VehicleId] = {}
        if self._mode == "keep_vehicle":
            stays_on = {
                order_id: line.vehicle.id for line in lines for order_id in served_in(line.route())
            }
        return self._replanning.improved(
            view,
            starts_of(lines, view.now_s + self._frozen_s),
            waiting,
            terms=Terms(self.churn_s, self._margin_s, self._second_try_s, stays_on),
            effort=Effort(iterations, seed=self._seed),
            judge=self._judge,
        )

    def plan_of(self, decided: Decided) -> Plan:
        """Return the plan: routes other than those that the vehicles have."""
        shown, view, improved = decided.shown, decided.view, decided.improved
        for row in improved.left:
            self.retries.leave_alone(row, view.now_s)
        given_up = self._leftovers.of(improved.lines, improved.left, view)
        routes: dict[VehicleId, Route] = {
            one.id: one.route
            for one in view.vehicles
            if one.broken_down and one.route != shown.by_vehicle[one.id].route
        }
        changed: list[Line] = []
        for line in improved.lines:
            route = without(line.route(), given_up.orders)
            if route != shown.by_vehicle[line.vehicle.id].route:
                routes[line.vehicle.id] = route
                changed.append(line)
        return Plan(
            routes,
            declined=given_up.declined,
            tendered=given_up.tendered,
            ask_again_at_s=self._next_s,
            arrivals=arrivals_of(improved.lines if decided.tells_all else changed),
            effort=improved.effort,
        )


def _urgency(row: OrderView) -> tuple[int, float, str]:
    return -row.order.priority, row.order.promise.closes_at_s, row.id
