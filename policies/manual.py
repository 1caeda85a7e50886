"""Dispatch by hand: the plan that software would make, made by people who take their time.

It is what planning software is compared with. The morning plan is that of `static` and the mending
of the day that of `insertion`, so that what differs from them is people's time: vans wait for a
plan that is released late, and exceptions wait for one another.
"""

from collections import deque
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from policies.blocks.believed import Believed
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.knobs import check_knobs
from policies.blocks.stops import needs_goods
from policies.static import Static
from twin import Briefing, OrderView, Plan, View
from twin.events import AttemptFailed, BrokeDown, OrderChanged, OrderPlaced, OrderReady
from twin.model import OrderId, VehicleId
from twin.plan import orders_in, without
from twin.rows import Status
from twin.units import TICK_S

HERE: Final = (Status.READY, Status.ABOARD)
"""Where goods are when a van can be told to deliver them."""


class Case(NamedTuple):
    """One exception on the desk: an order without a van, a failed attempt, a van broken down."""

    kind: Literal["order", "failed", "broken"]
    about: str


class Manual:
    """People plan the morning order by order, and then take exceptions one at a time.

    The orders known when they begin to work are planned as `static` plans them, and the plan is
    released when they have spent their time on each order; until then vans wait. Then exceptions
    lie on one pile, the oldest on top. An order without a van, because it came late or lost its
    van, is put where `insertion` would put it, and left for tomorrow if it fits nowhere. A failed
    attempt is noted and not made again. A van that breaks down is relieved of what it has not
    loaded; each of these orders is then a case of its own. One case is done after the other, by
    all dispatchers together, with what was known when it was begun; by the time it is done the
    vans have gone on, and what is no longer possible is dropped.

    Their time comes on top of the latency and the people's times of the scenario's `dispatch`. A
    hired vehicle that had to be called before the morning plan is released stays at home.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    dispatchers
        People who share the work.
    per_order_s
        A person's time for an order in the morning, seconds. The default is a choice, as no
        measured figure is known to us: with it two people plan 300 orders in two and a half hours.
    per_exception_s
        A person's time for an exception, phone call included, seconds. A choice.
    works_from_s, works_until_s
        When they come and go, seconds since midnight: what comes up earlier waits, what lies on
        the pile later is not done. None is from the beginning of the day, and until it ends.
    iterations, solver
        Of the morning plan, as in `static`.

    Raises
    ------
    InputError
        If a setting makes no sense.
    """

    def __init__(
        self,
        briefing: Briefing,
        *,
        dispatchers: int = 2,
        per_order_s: float = 60.0,
        per_exception_s: float = 300.0,
        works_from_s: float | None = None,
        works_until_s: float | None = None,
        iterations: int | None = None,
        solver: str = "pyvrp",
    ) -> None:
        check_knobs(
            "manual",
            ("dispatchers", dispatchers, 1),
            ("per_order_s", per_order_s, 0),
            ("per_exception_s", per_exception_s, 0),
            ("works_from_s", works_from_s, 0),
            ("works_until_s", works_until_s, works_from_s or 0),
        )
        self._per_order_s = per_order_s / dispatchers
        self._per_exception_s = per_exception_s / dispatchers
        self._works_from_s = works_from_s
        self._works_until_s = works_until_s
        self._morning = Static(briefing, iterations=iterations, solver=solver)
        self._has_planned = False
        self._believed = Believed(briefing.travel)
        self._fleet = FleetLines(briefing, self._believed)
        self._pile: deque[Case] = deque()
        self._left: dict[OrderId, None] = {}

    def decide(self, view: View) -> Plan:
        """Return the morning plan, or what is done about the exception on top of the pile."""
        if self._works_from_s is not None and view.now_s < self._works_from_s:
            return Plan(ask_again_at_s=self._works_from_s)
        if self._works_until_s is not None and view.now_s >= self._works_until_s:
            return Plan()
        if not self._has_planned:
            return self._planned_morning(view)
        self._put_on_pile(view)
        while self._pile:
            done = self._done(self._pile.popleft(), view)
            if done is not None:
                at_once_s = view.now_s + TICK_S  # that is, as soon as this answer is in force
                return replace(done, worked_s=self._per_exception_s, ask_again_at_s=at_once_s)
        return Plan()

    def _planned_morning(self, view: View) -> Plan:
        """Return the plan of `static`, and note what it leaves out."""
        plan = self._morning.decide(view)
        if not view.unplanned or not view.vehicles:
            return plan
        self._has_planned = True
        planned = {order for route in plan.routes.values() for order in orders_in(route)}
        self._left.update((row.id, None) for row in view.unplanned if row.id not in planned)
        return replace(plan, worked_s=len(view.unplanned) * self._per_order_s)

    # The pile

    def _put_on_pile(self, view: View) -> None:
        """Put on the pile what came up since the last question, in the order in which it did."""
        cases: list[Case] = []
        for event in view.because:
            if isinstance(event, AttemptFailed):
                cases.append(Case("failed", event.order))
            elif isinstance(event, BrokeDown):
                cases.append(Case("broken", event.vehicle))
            elif isinstance(event, OrderReady):
                cases.append(Case("order", event.order))
            elif isinstance(event, OrderPlaced | OrderChanged):
                cases.append(Case("order", event.order.id))
                self._left.pop(event.order.id, None)
        cases.extend(Case("order", row.id) for row in view.unplanned)
        lying = dict.fromkeys(self._pile)
        for case in dict.fromkeys(cases):
            if case not in lying and (case.kind != "order" or self._needs_van(case.about, view)):
                self._pile.append(case)

    def _needs_van(self, order_id: str, view: View) -> bool:
        """Whether an order can be served now, has no van, was not tried, and is not left."""
        row = view.by_order.get(OrderId(order_id))
        if row is None or row.attempts or row.planned_on is not None or row.id in self._left:
            return False
        return row.can_be_planned and (row.status in HERE or not needs_goods(row))

    def _done(self, case: Case, view: View) -> Plan | None:
        """Return what is done about a case; None if there is nothing to do any more."""
        if case.kind == "failed":
            return Plan(why=f"order {case.about}: failed attempt noted")
        if case.kind == "broken":
            return _relieved(VehicleId(case.about), view)
        if not self._needs_van(case.about, view):
            return None
        return self._inserted(view.by_order[OrderId(case.about)], view)

    def _inserted(self, row: OrderView, view: View) -> Plan:
        """Return the route that takes an order in at the least cost."""
        if self._believed.follow(view.travel):
            self._fleet.forget()
        self._fleet.take(view, [one for one in view.vehicles if not one.broken_down])
        found = self._fleet.find(row, self._fleet.window(row)).best
        if found is None:
            self._left[row.id] = None
            return Plan(why=f"order {row.id}: fits nowhere, left")
        self._fleet.put(row, found)
        routes = self._fleet.routes()
        why = f"order {row.id}: given to {', '.join(routes)}"
        return Plan(routes, arrivals=self._fleet.arrivals(), why=why)


def _relieved(vehicle_id: VehicleId, view: View) -> Plan:
    """Return the route of a broken van without what it has not loaded yet."""
    vehicle = view.by_vehicle.get(vehicle_id)
    if vehicle is None or not vehicle.broken_down:
        return Plan(why=f"vehicle {vehicle_id}: breakdown noted, it is over")
    gone = frozenset(orders_in(vehicle.route)) - frozenset(vehicle.aboard)
    why = f"vehicle {vehicle_id}: broken down, relieved of {len(gone)} orders"
    return Plan({vehicle_id: without(vehicle.route, gone)} if gone else {}, why=why)
