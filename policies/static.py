"""One plan in the morning, by a solver, and never another: what routing software sells."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from policies.blocks.arrivals import arrivals_of, lines_of
from policies.blocks.believed import Believed
from policies.blocks.given import Given
from policies.blocks.knobs import check_knobs
from policies.solvers.planning import DISTRICTS_FROM, Planner
from twin import Briefing, Plan, Route, View
from twin.model import VehicleId
from twin.plan import orders_in

NAMED: Final = 5
"""Orders left out that are named in the plan's one line; the rest are counted."""


class Static:
    """All orders known at the first question are planned at once, and that plan is driven.

    Orders that come later stay open, and a failed attempt is not made again. An order that no
    vehicle can serve in its shift is planned into allowed overtime, or late if its window is
    soft; what cannot be served even so is left out, and the plan says so. A vehicle works from
    the depot where it stands in the morning, one that stands elsewhere from the nearest depot
    with orders.

    A given route is driven as it is, and its vehicle gets nothing else; the rest of the orders is
    planned for the rest of the vehicles.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    iterations
        Steps of the solver for each depot; left out, 500 and one for each order.
    solver
        Name of an installed solver.
    districts_from
        So many visits of a depot, and more, are planned by districts
        (`policies.solvers.districts`), each by that solver.

    Raises
    ------
    InputError
        If a setting makes no sense.
    """

    def __init__(
        self,
        briefing: Briefing,
        *,
        iterations: int | None = None,
        solver: str = "pyvrp",
        districts_from: int = DISTRICTS_FROM,
    ) -> None:
        check_knobs("static", ("districts_from", districts_from, 1))
        self._briefing = briefing
        self._planner = Planner(
            briefing, iterations=iterations, solver=solver, districts_from=districts_from
        )
        self._given = Given(briefing)
        self._has_planned = False

    def decide(self, view: View) -> Plan:
        """Return the plan of the day once, and then carry on."""
        if self._has_planned or not view.unplanned or not view.vehicles:
            return Plan()
        self._has_planned = True
        asked = view
        view, routes = self._given.begun(view)
        others = tuple(one for one in view.vehicles if one.id not in routes)
        planned = self._planner.plan_all(replace(view, vehicles=others))
        routes.update(planned.routes)
        lines = lines_of(routes, asked, self._briefing, Believed(view.travel))
        return Plan(
            routes, why=_why(asked, routes), arrivals=arrivals_of(lines), effort=planned.effort
        )


def _why(view: View, routes: Mapping[VehicleId, Route]) -> str:
    planned = {order for route in routes.values() for order in orders_in(route)}
    left = [row.id for row in view.unplanned if row.id not in planned]
    said = f"{len(planned)} of {len(view.unplanned)} orders in {len(routes)} routes"
    if not left:
        return said
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return f"{said}; no room or time for {', '.join(left[:NAMED])}{more}"
