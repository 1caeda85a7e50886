"""Vehicles as they will be when they have done what they are to do and stand at a depot."""

from dataclasses import replace

from policies.blocks.believed import Believed
from policies.blocks.lines import Line
from twin import Load, LoadOrders, Place, PlaceKind, Route, Stop, UnloadOrders, VehicleView, View
from twin.model import PlaceId


def home_depot(vehicle: VehicleView, view: View) -> PlaceId | None:
    """Return the depot that a vehicle comes to by itself: where it stands idle, or where it ends.

    None if that is no depot.
    """
    idle = not vehicle.busy and not vehicle.route
    for place in (vehicle.place if idle else None, vehicle.vehicle.ends_at):
        if place is not None and view.places[place].kind is PlaceKind.DEPOT:
            return place
    return None


def at_depot(line: Line, depot: Place, believed: Believed) -> VehicleView:
    """Return a vehicle as it will stand at a depot, empty, when it has done its line.

    Returns
    -------
    vehicle
        Its `free_at_s` is when it is believed to be there, ``inf`` without a way.
    """
    vehicle = line.vehicle
    mode, done_s = vehicle.vehicle.mode, float(line.departs_s[-1])
    there_s, node = float("inf"), vehicle.free_at_node
    if mode in depot.nodes:
        node = depot.nodes[mode]
        there_s = done_s + believed.seconds(line.nodes[len(line.items)], node, mode, done_s)
    return replace(
        vehicle,
        place=depot.id,
        busy=False,
        free_at_node=node,
        free_at_s=there_s,
        aboard=(),
        load=Load(),
        route=(),
    )


def then(vehicle: VehicleView, depot: PlaceId, tour: Route) -> Route:
    """Return what a vehicle is to do already and after it a tour that begins at a depot.

    Where the tour loads nothing there, what is aboard is put down first all the same.
    """
    loads = tour[0].place == depot and isinstance(tour[0].actions[0], LoadOrders)
    if loads or not (vehicle.route or vehicle.aboard):
        return (*vehicle.route, *tour)
    return (*vehicle.route, Stop(depot, (UnloadOrders(),)), *tour)
