"""From orders and vehicles at a depot to a problem for a solver, and from its routes to a plan.

One client of the problem is one visit: the orders of one door whose windows share an instant.
Vehicles that are alike are one type. Driving times are the mean over the hours of work, since a
solver knows one time for each pair of places.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from math import ceil
from operator import add
from typing import Final

import numpy as np

from policies.blocks.stops import needs_goods, route_of
from policies.solvers.costs import Costs
from policies.solvers.matrices import HOUR_S, matrices
from policies.solvers.visits import Visit, can_make, handling_s, merged, total
from twin import Briefing, Load, OrderView, Place, Route, Stop, UnloadOrders, VehicleView, View
from twin.clients import amounts
from twin.model import Mode, OrderId, VehicleId
from twin.solver import Clients, Problem, Solution, VehicleType
from twin.world import Metres, Seconds

MOST_TOURS: Final = 20
"""Tours of one vehicle in one shift at most."""

SURE: Final = 2.0
"""How many times the dearest way of serving a visit leaving it out costs: never worth it."""


class Posed:
    """A problem, and what its numbers stand for.

    Parameters
    ----------
    depot
        Where the goods are loaded.
    orders
        Deliveries whose goods are there, and collections that go there. At least one.
    vehicles
        Those that will work from there, each with a way to it. At least one.

    Attributes
    ----------
    problem
        For a solver, within the shifts and on time; the depot is location 0.
    visits
        The problem's clients.
    fleet
        The vehicles of each of the problem's types.
    """

    def __init__(
        self,
        view: View,
        briefing: Briefing,
        depot: Place,
        orders: Sequence[OrderView],
        vehicles: Sequence[VehicleView],
    ) -> None:
        self._view = view
        self._briefing = briefing
        self._depot = depot
        self._costs = Costs(briefing.rates, [one.vehicle.type for one in vehicles])
        self.fleet = alike(vehicles, orders)
        self.visits = merged(orders, view, briefing, [kind[0] for kind in self.fleet])
        ends = [kind[0].vehicle.ends_at for kind in self.fleet]
        spots = [depot.id, *(end for end in ends if end), *(visit.door for visit in self.visits)]
        self._location = {place: row for row, place in enumerate(dict.fromkeys(spots))}
        modes = dict.fromkeys(kind[0].vehicle.mode for kind in self.fleet)
        self._profile = {mode: number for number, mode in enumerate(modes)}
        matrices = [self._matrices(mode) for mode in modes]
        types = tuple(self._type(kind) for kind in self.fleet)
        lengths_m = tuple(metres for _, metres in matrices)
        self.problem = Problem(
            tuple(seconds for seconds, _ in matrices),
            lengths_m,
            self._clients(types, lengths_m),
            types,
        )

    def relaxed(self, solution: Solution) -> Problem | None:
        """Return the problem with overtime allowed, and late service where it may be late.

        For visits that a solution left out. The search is to begin with its routes. None if
        nothing was left out, or nothing can be relaxed.
        """
        clients = self.problem.clients
        left = [k for k in solution.unserved if clients.allowed[k].any()]
        late = [k for k in left if self.visits[k].latest_s > self.visits[k].closes_s]
        allowed_s = [kind[0].duty.overtime_s for kind in self.fleet]
        if not late and not (left and any(allowed_s)):
            return None
        closes_at_s = clients.closes_at_s.copy()
        for k in late:
            closes_at_s[k] += self.visits[k].latest_s - self.visits[k].closes_s
        types = tuple(
            replace(kind, overtime_s=overtime_s)
            for kind, overtime_s in zip(self.problem.vehicle_types, allowed_s, strict=True)
        )
        clients = replace(clients, closes_at_s=closes_at_s)
        return replace(self.problem, clients=clients, vehicle_types=types, initial=solution.routes)

    def routes(self, solution: Solution) -> dict[VehicleId, Route]:
        """Return what each vehicle does, as a plan says it."""
        free = [iter(alike) for alike in self.fleet]
        routes: dict[VehicleId, Route] = {}
        for solved in solution.routes:
            vehicle = next(free[solved.vehicle_type])
            stops: Route = ()
            for number, trip in enumerate(solved.trips):
                visits = [self.visits[k] for k in trip.clients]
                tour = route_of(self._depot.id, [row for v in visits for row in v.orders])
                if number and tour[0].place != self._depot.id:
                    stops += (Stop(self._depot.id, (UnloadOrders(),)),)
                stops += tour
            routes[vehicle.id] = stops
        return routes

    # Vehicles

    def _type(self, alike: Sequence[VehicleView]) -> VehicleType:
        one = alike[0]
        van, shift = one.vehicle, one.duty.shift
        per_m, per_s, overtime_per_s = self._costs.of(van.type)
        loading_s = self._loading_s(van.capacity)
        opens_s, fixed_cost, first_s = max(shift.opens_at_s, one.free_at_s), 0.0, loading_s
        if one.place != self._depot.id:
            way_s, way_m = self._way_to_depot(one)
            opens_s, fixed_cost = opens_s + way_s, per_s * way_s + per_m * way_m
        elif self._briefing.rules.preloaded and self._view.now_s <= shift.opens_at_s:
            first_s = 0.0
        return VehicleType(
            count=len(alike),
            capacity=van.capacity,
            starts_at=0,
            ends_at=None if van.ends_at is None else self._location[van.ends_at],
            opens_at_s=opens_s,
            closes_at_s=max(opens_s, shift.closes_at_s),
            profile=self._profile[van.mode],
            first_loading_s=first_s,
            reload_s=loading_s,
            fixed_cost=fixed_cost,
            cost_per_m=per_m,
            cost_per_s=per_s,
            overtime_cost_per_s=overtime_per_s,
            reload_at=(0,),
            max_reloads=self._most_tours(van.capacity) - 1,
        )

    def _way_to_depot(self, one: VehicleView) -> tuple[float, float]:
        """Return seconds and metres from where a vehicle is free to the depot."""
        mode, travel = one.vehicle.mode, self._view.travel
        nodes = (one.free_at_node, self._depot.nodes[mode])
        at_s = max(one.duty.shift.opens_at_s, one.free_at_s)
        return travel.between(*nodes, mode, at_s), float(travel.lengths(nodes, mode)[0, 1])

    def _loading_s(self, capacity: Load) -> float:
        """Return the time for loading an ordinary tour: full, or an equal share if that is less."""
        delivered = reduce(add, (amounts(visit.delivered) for visit in self.visits))
        vehicles = sum(len(alike) for alike in self.fleet)
        share = 1 / vehicles
        for needed, room in zip(delivered, amounts(capacity), strict=True):
            if needed > 0:
                share = min(share, float(room / needed))
        expected = self._depot.expected
        return expected.fixed_s + expected.per_parcel_s * float(delivered[2]) * share

    def _most_tours(self, capacity: Load) -> int:
        """Return how many tours could make sense: one if one vehicle could hold everything."""
        everything = [total(row for v in self.visits for row in v.orders if needs_goods(row))]
        everything.append(total(row for v in self.visits for row in v.orders))
        if everything[1].fits_in(capacity) and not any(map(self._released_s, self.visits)):
            return 1
        return MOST_TOURS

    # Orders

    def _released_s(self, visit: Visit) -> float:
        """Return when a visit's goods can be loaded; 0 if they are there in the morning."""
        ready_s = max(
            (
                max(row.order.ready_at_s, row.order.pick_up_window.opens_at_s)
                for row in visit.orders
                if needs_goods(row)
            ),
            default=0.0,
        )
        first_s = min(max(k[0].duty.shift.opens_at_s, k[0].free_at_s) for k in self.fleet)
        return 0.0 if ready_s <= first_s else ready_s

    def _clients(self, types: Sequence[VehicleType], lengths_m: Sequence[Metres]) -> Clients:
        visits = self.visits
        vehicles = [one for kind in self.fleet for one in kind]
        before_s, service_s = handling_s(visits, self._view, vehicles)
        dearest = SURE * max(
            kind.fixed_cost
            + (kind.cost_per_s + kind.overtime_cost_per_s)
            * (kind.closes_at_s + group[0].duty.overtime_s - kind.opens_at_s)
            + kind.cost_per_m * 2 * float(metres[np.isfinite(metres)].max())
            for kind, group in zip(types, self.fleet, strict=True)
            for metres in (lengths_m[kind.profile],)
        )
        return Clients(
            location=np.array([self._location[visit.door] for visit in visits]),
            delivery=np.array([amounts(visit.delivered) for visit in visits]),
            pick_up=np.array([amounts(visit.collected) for visit in visits]),
            service_s=service_s,
            opens_at_s=np.array([visit.opens_s for visit in visits]) - before_s,
            closes_at_s=np.array([visit.closes_s for visit in visits]) - before_s,
            released_at_s=np.array([self._released_s(visit) for visit in visits]),
            prize=np.array([dearest * visit.weight for visit in visits]),
            allowed=np.array(
                [[can_make(kind[0], visit, self._view) for kind in self.fleet] for visit in visits]
            ),
        )

    # Streets

    def _matrices(self, mode: Mode) -> tuple[Seconds, Metres]:
        """Return seconds, as a mean over the hours of work, and metres between all locations."""
        shifts = [kind[0].duty.shift for kind in self.fleet]
        first_h = int(min(shift.opens_at_s for shift in shifts) // HOUR_S)
        last_h = max(first_h + 1, ceil(max(shift.closes_at_s for shift in shifts) / HOUR_S))
        spots = [self._view.places[place].nodes for place in self._location]
        return matrices(spots, mode, self._view.travel, range(first_h, min(last_h, first_h + 24)))


def alike(
    vehicles: Iterable[VehicleView], orders: Iterable[OrderView]
) -> tuple[tuple[VehicleView, ...], ...]:
    """Return vehicles by all that makes a difference to a plan, orders bound to them included."""
    named: dict[VehicleId, list[tuple[str, OrderId]]] = {}
    for row in orders:
        if row.bound.pinned_to is not None:
            named.setdefault(row.bound.pinned_to, []).append(("pinned", row.id))
        for vehicle_id in row.bound.not_on:
            named.setdefault(vehicle_id, []).append(("not on", row.id))
    groups: dict[tuple[object, ...], list[VehicleView]] = {}
    for one in vehicles:
        van, shift = one.vehicle, one.duty.shift
        key = (
            *(van.type, van.mode, van.capacity, van.longest_mm, van.ends_at),
            van.looks_for_parking,
            *(one.driver.skills, one.free_at_node, one.free_at_s),
            *(shift.opens_at_s, shift.closes_at_s, one.duty.overtime_s),
            tuple(named.get(one.id, ())),
        )
        groups.setdefault(key, []).append(one)
    return tuple(tuple(group) for group in groups.values())
