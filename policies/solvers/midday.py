"""From the open stops of a fleet in the middle of its day to a problem for a solver, and back.

A vehicle under way begins where it comes to after the stops that stay; what is aboard it then is
for it alone, what waits at the depot can be had after a visit there. Each visit knows which
vehicle has it now, so that moving it can be given a price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policies.blocks.stops import needs_goods, route_of
from policies.solvers.costs import Costs
from policies.solvers.matrices import HOUR_S, matrices
from policies.solvers.posing import MOST_TOURS, SURE, alike
from policies.solvers.spots import Spots
from policies.solvers.starts import Start
from policies.solvers.visits import Visit, can_make, handling_s, merged
from twin import (
    Briefing,
    Collect,
    Deliver,
    Load,
    LoadOrders,
    OrderView,
    Place,
    Route,
    Stop,
    UnloadOrders,
    View,
)
from twin.clients import amounts
from twin.model import OrderId, Retry, VehicleId
from twin.plan import orders_in
from twin.solver import Clients, Problem, Solution, SolvedRoute, Trip, VehicleType
from twin.units import TICK_S

DEPOT: Final = 0
"""The depot's location in the problem."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What moving stops costs, and what may be moved.

    Attributes
    ----------
    churn_s
        Seconds of work that giving a planned order to another vehicle must save.
    margin_s
        How long before the end of its window service is planned to begin.
    second_try_s
        How much longer before that, and before the end of the shifts, where a failed attempt
        could be made good on the same day. Both give way to half of the time that there is.
    stays_on
        Orders that stay on a vehicle, whatever another would save.
    """

    churn_s: float
    margin_s: float
    second_try_s: float
    stays_on: Mapping[OrderId, VehicleId]


class Midday:
    """The open stops of vehicles that work from one depot.

    Parameters
    ----------
    depot
        Where goods wait.
    waiting
        Deliveries whose goods are there, and collections; planned or not.
    starts
        How each vehicle goes on. At least one.

    Attributes
    ----------
    problem
        For a solver; it begins with the routes as they are.
    visits
        The problem's clients.
    """

    def __init__(
        self,
        view: View,
        briefing: Briefing,
        depot: Place,
        waiting: Sequence[OrderView],
        starts: Sequence[Start],
        *,
        terms: Terms,
    ) -> None:
        self._view = view
        self._depot = depot
        self._terms = terms
        self._classes = briefing.service_classes
        self._costs = Costs(briefing.rates, [start.line.vehicle.vehicle.type for start in starts])
        self._has = {
            order_id: start.line.vehicle.id
            for start in starts
            for order_id in orders_in(start.line.vehicle.route, start.line.vehicle.id)
        }
        self._aboard = frozenset(row.id for start in starts for row in start.to_deliver)
        self.fleet = _kinds(starts, waiting, depot)
        self.visits, self._only_on = self._all_visits(briefing, waiting, starts)
        spots = Spots(depot)
        doors = [spots.of_place(view.places[visit.door]) for visit in self.visits]
        modes = dict.fromkeys(kind[0].line.vehicle.vehicle.mode for kind in self.fleet)
        types = tuple(
            self._type(kind, spots, list(modes).index(kind[0].line.vehicle.vehicle.mode))
            for kind in self.fleet
        )
        tables = [matrices(spots.nodes, mode, view.travel, self._hours()) for mode in modes]
        self._times_s = tuple(seconds for seconds, _ in tables)
        self._lengths_m = tuple(metres for _, metres in tables)
        self.problem = Problem(
            self._times_s,
            self._lengths_m,
            self._clients(np.array(doors, dtype=np.int64), types),
            types,
            self._as_planned(types),
        )

    def routes(self, solution: Solution) -> dict[VehicleId, Route]:
        """Return what each vehicle does, stops that stay included, as a plan says it."""
        free = [iter(kind) for kind in self.fleet]
        found: dict[VehicleId, Route] = {}
        for solved in solution.routes:
            start = next(free[solved.vehicle_type])
            found[start.line.vehicle.id] = start.route + self._stops(solved, start)
        for rest in free:
            found.update((start.line.vehicle.id, start.route) for start in rest)
        return found

    def _stops(self, solved: SolvedRoute, start: Start) -> Route:
        """Return the stops of a solved route, with a visit to the depot before each later trip."""
        stops: Route = ()
        for number, trip in enumerate(solved.trips):
            tour = route_of(
                self._depot.id, [row for k in trip.clients for row in self.visits[k].orders]
            )
            comes_by = number > 0 or (_is_under_way(start, self._depot) and trip.starts_at == DEPOT)
            if comes_by and tour and tour[0].place != self._depot.id:
                stops += (Stop(self._depot.id, (UnloadOrders(),)),)
            stops += tour
        return stops

    # Vehicles

    def _type(self, kind: Sequence[Start], spots: Spots, profile: int) -> VehicleType:
        start = kind[0]
        van = start.line.vehicle.vehicle
        per_m, per_s, overtime_per_s = self._costs.of(van.type)
        under_way = _is_under_way(start, self._depot)
        loading_s = self._loading_s()
        # On a tick, since who is free after the end of the shift has no ordinary time at all.
        opens_s = max(start.line.vehicle.duty.shift.opens_at_s, ceil(start.at_s / TICK_S) * TICK_S)
        return VehicleType(
            count=len(kind),
            capacity=van.capacity,
            starts_at=spots.of_node(start.node, van.mode) if under_way else DEPOT,
            ends_at=None if van.ends_at is None else spots.of_place(self._view.places[van.ends_at]),
            opens_at_s=opens_s,
            closes_at_s=max(opens_s, start.line.ends_s),
            overtime_s=max(0.0, start.line.last_s - max(opens_s, start.line.ends_s)),
            profile=profile,
            first_loading_s=0.0 if under_way or start.line.loads_free else loading_s,
            reload_s=loading_s,
            cost_per_m=per_m,
            cost_per_s=per_s,
            # The shift is paid for in any case: overtime costs its whole wage more.
            overtime_cost_per_s=overtime_per_s + per_s,
            reload_at=(DEPOT,),
            max_reloads=MOST_TOURS,
            under_way=under_way,
            load_at_start=start.other if under_way else Load(),
        )

    def _loading_s(self) -> float:
        """Return the time for loading an equal share of what waits."""
        parcels = sum(
            visit.delivered.parcels
            for visit in self.visits
            if visit.orders[0].id not in self._aboard
        )
        vehicles = sum(len(kind) for kind in self.fleet)
        expected = self._depot.expected
        return expected.fixed_s + expected.per_parcel_s * parcels / vehicles

    def _hours(self) -> range:
        """Return the hours of the day that are left to work in."""
        opens_s = min(start.at_s for kind in self.fleet for start in kind)
        closes_s = max(start.line.last_s for kind in self.fleet for start in kind)
        first_h = int(max(opens_s, self._view.now_s) // HOUR_S)
        return range(first_h, max(first_h + 1, min(ceil(closes_s / HOUR_S), first_h + 24)))

    # Orders

    def _all_visits(
        self, briefing: Briefing, waiting: Sequence[OrderView], starts: Sequence[Start]
    ) -> tuple[tuple[Visit, ...], tuple[VehicleId | None, ...]]:
        """Return visits, and for each the vehicle that alone can make it, None for any.

        Goods aboard are their vehicle's; of the others, those that stay on one are.
        """
        vehicles = {start.line.vehicle.id: start.line.vehicle for start in starts}
        bound: dict[tuple[VehicleId | None, bool], list[OrderView]] = {}
        for start in starts:
            bound[start.line.vehicle.id, True] = list(start.to_deliver)
        for row in waiting:
            bound.setdefault((self._terms.stays_on.get(row.id), False), []).append(row)
        visits: list[Visit] = []
        only_on: list[VehicleId | None] = []
        for (vehicle_id, _), rows in bound.items():
            could = list(vehicles.values()) if vehicle_id is None else [vehicles[vehicle_id]]
            made = merged(rows, self._view, briefing, could)
            visits += made
            only_on += [vehicle_id] * len(made)
        return tuple(visits), tuple(only_on)

    def _clients(self, doors: NDArray[np.int64], types: Sequence[VehicleType]) -> Clients:
        visits = self.visits
        vehicles = [start.line.vehicle for kind in self.fleet for start in kind]
        before_s, service_s = handling_s(visits, self._view, vehicles)
        opens_s = np.array([visit.opens_s for visit in visits]) - before_s
        allowed = np.array(
            [self._allowed(visit, one) for visit, one in zip(visits, self._only_on, strict=True)]
        )
        aboard = np.array([visit.orders[0].id in self._aboard for visit in visits])
        soonest_s = np.maximum(opens_s, self._soonest_s(doors, types, allowed, aboard))
        closes_s = np.array([visit.closes_s for visit in visits]) - before_s
        # What can only be late is planned late where it may be, and the rest with time to spare.
        latest_s = np.array([visit.latest_s for visit in visits]) - before_s
        last_s = max(kind.closes_at_s + kind.overtime_s for kind in types)
        ends_s = np.minimum(closes_s, last_s)
        wanted_s = self._terms.margin_s + np.array([self._for_second_s(visit) for visit in visits])
        spare_s = np.clip((ends_s - soonest_s) / 2, 0.0, wanted_s)
        closes_s = np.where(closes_s < soonest_s, latest_s, ends_s - spare_s)
        far_m = max(float(metres[np.isfinite(metres)].max()) for metres in self._lengths_m)
        dearest = SURE * max(
            kind.cost_per_s * (kind.closes_at_s - kind.opens_at_s)
            + (kind.cost_per_s + kind.overtime_cost_per_s) * kind.overtime_s
            + kind.cost_per_m * 2 * far_m
            for kind in types
        )
        return Clients(
            location=doors,
            delivery=np.array([amounts(visit.delivered) for visit in visits]),
            pick_up=np.array([amounts(visit.collected) for visit in visits]),
            service_s=service_s,
            opens_at_s=opens_s,
            closes_at_s=np.maximum(opens_s, closes_s),
            released_at_s=np.array([self._released_s(visit) for visit in visits]),
            prize=np.array([dearest * visit.weight for visit in visits]),
            allowed=allowed,
            aboard=aboard,
            surcharge=np.array([self._surcharge(visit, types) for visit in visits]),
        )

    def _for_second_s(self, visit: Visit) -> float:
        """Return how much time to keep free for trying a visit again today."""
        classes = self._classes
        again = any(
            classes[row.order.service_class].retry is Retry.TODAY
            and classes[row.order.service_class].max_attempts > len(row.attempts) + 1
            for row in visit.orders
        )
        return self._terms.second_try_s if again else 0.0

    def _soonest_s(
        self,
        doors: NDArray[np.int64],
        types: Sequence[VehicleType],
        allowed: NDArray[np.bool_],
        aboard: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        """Return when any vehicle could be at each door if it went there first, shape (visits,)."""
        soonest_s = np.full(len(doors), np.inf)
        for number, kind in enumerate(types):
            times_s = self._times_s[kind.profile]
            straight_s = kind.opens_at_s + times_s[kind.starts_at, doors]
            loaded_s = kind.opens_at_s + kind.first_loading_s
            if kind.under_way:
                loaded_s += float(times_s[kind.starts_at, DEPOT]) + kind.reload_s
            there_s = np.where(aboard, straight_s, loaded_s + times_s[DEPOT, doors])
            soonest_s = np.where(allowed[:, number], np.minimum(soonest_s, there_s), soonest_s)
        return soonest_s

    def _released_s(self, visit: Visit) -> float:
        """Return when the goods of a visit can be loaded."""
        if visit.orders[0].id in self._aboard:
            return self._view.now_s
        ready_s = (
            max(row.order.ready_at_s, row.order.pick_up_window.opens_at_s)
            for row in visit.orders
            if needs_goods(row)
        )
        return max(ready_s, default=self._view.now_s)

    def _allowed(self, visit: Visit, only_on: VehicleId | None) -> list[bool]:
        return [
            (only_on is None or kind[0].line.vehicle.id == only_on)
            and can_make(kind[0].line.vehicle, visit, self._view)
            for kind in self.fleet
        ]

    def _surcharge(self, visit: Visit, types: Sequence[VehicleType]) -> list[float]:
        """Return what taking a visit's planned orders from their vehicles costs, by type."""
        has = [self._has[row.id] for row in visit.orders if row.id in self._has]
        return [
            self._terms.churn_s * per.cost_per_s * sum(one not in ids for one in has)
            for kind, per in zip(self.fleet, types, strict=True)
            for ids in ([start.line.vehicle.id for start in kind],)
        ]

    def _as_planned(self, types: Sequence[VehicleType]) -> tuple[SolvedRoute, ...]:
        """Return the routes as they are, after the stops that stay."""
        number = {row.id: k for k, visit in enumerate(self.visits) for row in visit.orders}
        found: list[SolvedRoute] = []
        for kind, starts in enumerate(self.fleet):
            for start in starts:
                trips = _trips(start, number, types[kind].starts_at)
                if trips:
                    found.append(SolvedRoute(kind, trips))
        return tuple(found)


def _trips(start: Start, number: Mapping[OrderId, int], starts_at: int) -> tuple[Trip, ...]:
    """Return the trips of the stops that do not stay; a visit stands where it is first made."""
    trips: list[tuple[int, list[int]]] = [(starts_at, [])]
    seen: set[int] = set()
    for item in start.line.items[start.kept :]:
        for action in item.actions:
            if isinstance(action, LoadOrders | UnloadOrders) and (
                trips[-1][1] or starts_at != DEPOT
            ):
                trips.append((DEPOT, []))
            elif isinstance(action, Deliver | Collect) and action.order in number:
                visit = number[action.order]
                if visit not in seen:
                    trips[-1][1].append(visit)
                seen.add(visit)
    kept = [trip for k, trip in enumerate(trips) if trip[1] or (k == 0 and starts_at != DEPOT)]
    has_clients = any(clients for _, clients in kept)
    return tuple(Trip(place, tuple(clients)) for place, clients in kept) if has_clients else ()


def _is_under_way(start: Start, depot: Place) -> bool:
    return not (start.is_empty and start.place == depot.id)


def _kinds(
    starts: Sequence[Start], waiting: Sequence[OrderView], depot: Place
) -> tuple[tuple[Start, ...], ...]:
    """Return vehicles that a solver need not tell apart: those that wait at the depot alike."""
    by_id = {start.line.vehicle.id: start for start in starts}
    fresh = [
        start.line.vehicle
        for start in starts
        if not _is_under_way(start, depot) and not start.line.items
    ]
    groups = [tuple(by_id[one.id] for one in group) for group in alike(fresh, waiting)]
    grouped = {one.id for one in fresh}
    return (*groups, *((start,) for start in starts if start.line.vehicle.id not in grouped))
