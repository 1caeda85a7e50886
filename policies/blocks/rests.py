"""Time that drivers will rest, kept free in a plan."""

from dataclasses import replace

from twin import TimeWindow, VehicleView, View


def rests_s(vehicle: VehicleView, from_s: float) -> float:
    """Return how long a driver will rest from an instant to the end of the shift.

    The meal, if its window is not over by then, and a break for every full stretch of work that
    the rules allow. Breaks for driving alone are not foreseen: how long it will drive is not known
    before it is planned.
    """
    hours, ends_s = vehicle.duty.hours, vehicle.duty.shift.closes_at_s
    meal_s = 0.0
    if hours.meal is not None and from_s <= hours.meal.closes_at_s:
        meal_s = hours.meal_s
    works_s = max(0.0, ends_s - from_s - meal_s)
    return meal_s + hours.work_rest_s * (works_s // hours.work_most_s)


def keeping_rests(vehicle: VehicleView, now_s: float) -> VehicleView:
    """Return a vehicle whose shift is shorter by the time that its driver will rest."""
    shift = vehicle.duty.shift
    rest_s = rests_s(vehicle, max(now_s, vehicle.free_at_s, shift.opens_at_s))
    if not rest_s:
        return vehicle
    closes_at_s = max(shift.opens_at_s, shift.closes_at_s - rest_s)
    shorter = TimeWindow(shift.opens_at_s, closes_at_s)
    return replace(vehicle, duty=replace(vehicle.duty, shift=shorter))


def rests_kept_in(view: View) -> View:
    """Return a view in which every shift is shorter by the time that its driver will rest."""
    vehicles = tuple(keeping_rests(one, view.now_s) for one in view.vehicles)
    if all(new is old for new, old in zip(vehicles, view.vehicles, strict=True)):
        return view
    return replace(view, vehicles=vehicles, by_vehicle={one.id: one for one in vehicles})
