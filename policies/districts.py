"""Territories first, routes second: each driver has a part of town and is sequenced inside it.

How postal and parcel services work. Cutting a town into compact parts of equal work before the
routes are known is districting, or territory design (Kalcsics, "Districting problems", in
Location Science, 2015); Haugland, Ho and Laporte (2007), "Designing delivery districts for the
vehicle routing problem with stochastic demands", draw them before the day's demand is known.
Districts that stay are for drivers who learn them, districts of the day follow the demand; the
two are weighed by Zhong, Hall and Dessouky (2007), "Territory planning and vehicle dispatching
with driver learning".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from policies.blocks.arrivals import arrivals_of, lines_of
from policies.blocks.depots import by_depot, depot_of, working_from
from policies.blocks.drawn import read_drawn
from policies.blocks.gaps import Found
from policies.blocks.given import begun_with
from policies.blocks.knobs import check_knobs
from policies.blocks.stops import can_serve
from policies.blocks.territories import Territories
from policies.insertion import Insertion
from policies.solvers.planning import Planner
from twin import Briefing, OrderView, Plan, Route, VehicleView, View
from twin.errors import InputError
from twin.model import OrderId, PlaceId, VehicleId
from twin.plan import orders_in
from twin.rows import Status

KINDS: Final = ("fixed", "dynamic")


class Districts(Insertion):
    """Gives each vehicle the doors of its territory, and sequences each vehicle's by a solver.

    In the morning the doors of each depot are shared out, every vehicle's are planned by
    themselves, and nobody looks across a border. An order of later in the day goes to the vehicle
    of its territory, where it adds the least time. What the own vehicle cannot serve on time is
    offered to the nearest neighbours, then to the own one late, then to theirs. Doors of a driver
    who is not there belong to the nearest one who is.

    A given route is driven as it is, and its vehicle has no territory in the morning.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    territories
        ``dynamic``: compact parts of equal work for each hour of a vehicle, cut anew from the
        orders of the day. ``fixed``: whole zones (`zones` in a scenario), each the territory of
        the driver who has made most stops there before today, so that it is the same driver day
        after day; a zone that nobody knows goes to the territory nearest to it. Where nobody
        knows any zone, the first morning's work cuts the territories, in whole zones. These are
        not balanced by the day's work: that is what neighbours are for.
    drawn
        For ``fixed``: a csv with the columns zone and driver, of zones that belong to a driver
        whoever knows them. Without it, days that are no sequence have no territories that stay.
    help_neighbours
        How many neighbours may be asked for what a vehicle cannot do on time. 0 to the size of
        the fleet; 0 is strict borders. The default is a choice.
    iterations
        Steps of the solver for each vehicle; left out, 500 and one for each order.
    solver
        Name of an installed solver.
    retry_after_s
        How long after a failed attempt the next one is planned, seconds. As in `insertion`.
    try_again_s
        How long an order that fitted nowhere is left alone, seconds. As in `insertion`.

    Raises
    ------
    InputError
        If a setting makes no sense.
    """

    def __init__(
        self,
        briefing: Briefing,
        *,
        territories: str = "dynamic",
        drawn: str = "",
        help_neighbours: int = 2,
        iterations: int | None = None,
        solver: str = "pyvrp",
        retry_after_s: float = 7200.0,
        try_again_s: float = 900.0,
    ) -> None:
        check_knobs(
            "districts",
            ("help_neighbours", help_neighbours, 0),
            ("retry_after_s", retry_after_s, 0),
            ("try_again_s", try_again_s, 0),
            words={"territories": (territories, KINDS)},
        )
        if help_neighbours % 1:
            problem = f"help_neighbours is {help_neighbours}, expected a whole number"
            raise InputError("policy districts", [problem])
        if drawn and territories != "fixed":
            problem = "drawn is for fixed territories; set `territories: fixed`"
            raise InputError("policy districts", [problem])
        super().__init__(briefing, retry_after_s=retry_after_s, try_again_s=try_again_s)
        self._planner = Planner(briefing, iterations=iterations, solver=solver)
        self._is_fixed = territories == "fixed"
        drivers = [str(driver.id) for driver in briefing.drivers]
        self._drawn = read_drawn(drawn, drivers) if drawn else {}
        self._help = help_neighbours
        self._grounds: dict[PlaceId | None, Territories] = {}
        self._seen: set[OrderId] = set()
        self._has_begun = False
        self._base: dict[VehicleId, PlaceId] = {}
        self._steps = 0

    def decide(self, view: View) -> Plan:
        """Return the routes of the morning, later those that took orders in."""
        for depot, rows in _by_ground(view).items():
            self._ground(depot).take([row for row in rows if row.id not in self._seen], view)
        self._seen.update(row.id for row in view.unplanned)
        is_first = not self._has_begun
        plan = super().decide(view)
        if not is_first or not plan.routes:
            return plan
        lines = lines_of(plan.routes, view, self._briefing, self._believed)
        return replace(plan, why=_why(view, plan), arrivals=arrivals_of(lines), effort=self._steps)

    def _begun(self, view: View) -> tuple[View, Mapping[VehicleId, Route]]:
        """Return the view with given routes and those of every territory, and these routes."""
        view, given = super()._begun(view)
        if self._has_begun:
            return view, given
        self._has_begun = True
        planned = self._first_routes(view, given)
        return begun_with(view, planned), {**given, **planned}

    def _first_routes(self, view: View, given: Collection[VehicleId]) -> dict[VehicleId, Route]:
        """Return the routes of every territory, for vehicles without a given one."""
        routes: dict[VehicleId, Route] = {}
        waiting = by_depot(view.unplanned, view)
        free = tuple(one for one in view.vehicles if one.id not in given)
        working = working_from(waiting, replace(view, vehicles=free)) if waiting else {}
        for depot, vehicles in working.items():
            self._base.update((one.id, depot) for one in vehicles)
            for one, orders in self._shares(depot, waiting[depot], vehicles, view):
                planned = self._planner.plan(view, view.places[depot], orders, [one])
                routes.update(planned.routes)
                self._steps += planned.effort
        return routes

    def _shares(
        self,
        depot: PlaceId,
        rows: Sequence[OrderView],
        vehicles: Sequence[VehicleView],
        view: View,
    ) -> list[tuple[VehicleView, list[OrderView]]]:
        """Return the orders in the territory of each vehicle that has any."""
        if not vehicles:
            return []
        ground = self._ground(depot)
        ground.form(vehicles)
        mine: dict[VehicleId, list[OrderView]] = {one.id: [] for one in vehicles}
        for row in rows:
            for one in ground.nearest(row, vehicles, view):
                if can_serve(one, row, view):
                    mine[one.id].append(row)
                    break
        return [(one, mine[one.id]) for one in vehicles if mine[one.id]]

    def _ground(self, depot: PlaceId | None) -> Territories:
        """Return the territories of a depot, or of orders that pass none."""
        if depot not in self._grounds:
            self._grounds[depot] = Territories(
                self._believed, fixed=self._is_fixed, drawn=self._drawn
            )
        return self._grounds[depot]

    def _place(self, row: OrderView, view: View) -> Found | None:
        """Return where an order is put: in its territory, or with a neighbour who has time."""
        window = self._retries.window(self._fleet, row)
        if row.status is Status.ABOARD:
            return self._fleet.find(row, window).best
        depot = depot_of(row, view)
        vehicles = [line.vehicle for line in self._fleet.lines]
        based = [one for one in vehicles if self._base.get(one.id, one.vehicle.starts_at) == depot]
        ground = self._ground(depot)
        if vehicles:
            ground.form(based or vehicles)
        able = (
            one for one in ground.nearest(row, based or vehicles, view) if can_serve(one, row, view)
        )
        own, late = next(able, None), None
        if own is not None:
            mine = self._fleet.find(row, window, lambda line: line.vehicle.id == own.id)
            if mine.punctual is not None:
                return mine.punctual
            late = mine.possible
        near = frozenset(one.id for one in islice(able, self._help))
        theirs = self._fleet.find(row, window, lambda line: line.vehicle.id in near)
        return theirs.punctual or late or theirs.possible


def _by_ground(view: View) -> dict[PlaceId | None, list[OrderView]]:
    """Return the orders that can be planned, by the depot they go through."""
    found: dict[PlaceId | None, list[OrderView]] = {}
    for row in view.unplanned:
        found.setdefault(depot_of(row, view), []).append(row)
    return found


def _why(view: View, plan: Plan) -> str:
    planned = {order for route in plan.routes.values() for order in orders_in(route)}
    return (
        f"{len(planned & {row.id for row in view.unplanned})} of {len(view.unplanned)} orders in "
        f"{len(plan.routes)} territories"
    )
