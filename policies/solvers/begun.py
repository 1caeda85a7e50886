"""From routes of a plan back to those of a problem: what a search is to begin with."""

from collections.abc import Mapping, Sequence

from policies.solvers.visits import Visit
from twin import LoadOrders, Route, UnloadOrders, VehicleView
from twin.model import VehicleId
from twin.plan import orders_in
from twin.solver import SolvedRoute, Trip


def solved_routes(
    routes: Mapping[VehicleId, Route],
    visits: Sequence[Visit],
    fleet: Sequence[Sequence[VehicleView]],
) -> tuple[SolvedRoute, ...]:
    """Return routes as a solver's, as far as the problem knows their vehicles and orders.

    Every stop where goods are loaded or put down begins a trip from the depot, location 0.

    Parameters
    ----------
    visits, fleet
        The problem's clients, and the vehicles of each of its types.
    """
    number = {row.id: k for k, visit in enumerate(visits) for row in visit.orders}
    kinds = {one.id: kind for kind, alike in enumerate(fleet) for one in alike}
    found = []
    seen: dict[int, None] = {}
    for vehicle_id, route in routes.items():
        trips: list[list[int]] = [[]]
        for stop in route:
            if any(isinstance(action, LoadOrders | UnloadOrders) for action in stop.actions):
                trips.append([])
                continue
            for order_id in orders_in((stop,)):
                client = number.get(order_id)
                if client is not None and client not in seen:
                    seen[client] = None
                    trips[-1].append(client)
        made = tuple(Trip(0, tuple(clients)) for clients in trips if clients)
        if made and vehicle_id in kinds:
            found.append(SolvedRoute(kinds[vehicle_id], made))
    return tuple(found)
