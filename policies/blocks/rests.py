"""Time that drivers will rest, kept free in a plan."""

from dataclasses import replace

from policies.blocks.mealtimes import Mealtimes, rested_as_due
from twin import TimeWindow, VehicleView, View


def keeping_rests(
    vehicle: VehicleView, now_s: float, mealtimes: Mealtimes | None = None
) -> VehicleView:
    """Return a vehicle whose shift is shorter by the time that its driver will rest.

    Parameters
    ----------
    mealtimes
        Who has rested when; left out, the driver is believed to have rested whenever it was due.
    """
    shift = vehicle.duty.shift
    from_s = max(now_s, vehicle.free_at_s, shift.opens_at_s)
    rests = mealtimes.ahead(vehicle) if mealtimes else rested_as_due(vehicle, from_s)
    rest_s = rests.rests_s(from_s, shift.closes_at_s)
    if not rest_s:
        return vehicle
    closes_at_s = max(shift.opens_at_s, shift.closes_at_s - rest_s)
    shorter = TimeWindow(shift.opens_at_s, closes_at_s)
    return replace(vehicle, duty=replace(vehicle.duty, shift=shorter))


def rests_kept_in(view: View, mealtimes: Mealtimes | None = None) -> View:
    """Return a view in which every shift is shorter by the time that its driver will rest."""
    vehicles = tuple(keeping_rests(one, view.now_s, mealtimes) for one in view.vehicles)
    if all(new is old for new, old in zip(vehicles, view.vehicles, strict=True)):
        return view
    return replace(view, vehicles=vehicles, by_vehicle={one.id: one for one in vehicles})
