"""A dispatch policy for the last-mile twin: what can begin soonest goes next."""

import numpy as np

from twin import Briefing, Deliver, LoadOrders, OrderView, Plan, Stop, VehicleView, View, problems


class Soonest:
    """A vehicle that stands idle fills up: next comes always the order it could begin soonest.

    Parameters
    ----------
    most
        Orders of one tour.
    before_end_s
        How long before its shift ends a vehicle begins its last tour, at the latest.
    """

    def __init__(self, _: Briefing, most: int = 25, before_end_s: float = 3600.0) -> None:
        self.most, self.before_end_s = most, before_end_s

    def decide(self, view: View) -> Plan:
        """Return a tour for each vehicle that could leave now; the others keep their routes."""
        plan, waiting = Plan(), [row for row in view.unplanned if row.status == "ready"]
        for van in view.vehicles:
            last_s = van.duty.shift.closes_at_s - self.before_end_s
            if van.on_duty and not van.busy and not van.route and view.now_s <= last_s:
                taken = self.taken(van, [row for row in waiting if row.place == van.place], view)
                waiting = [row for row in waiting if row not in taken]
                plan = with_tour(plan, van, taken)
        return plan

    def taken(self, van: VehicleView, left: list[OrderView], view: View) -> list[OrderView]:
        """Return what a vehicle takes of what is left, in the order of its stops."""
        taken: list[OrderView] = []
        node, at_s, mode = van.free_at_node, view.now_s, van.vehicle.mode
        while left and len(taken) < self.most:
            doors = [view.places[row.order.destination].nodes.get(mode, node) for row in left]
            drives_s = view.travel.rows((node,), doors, mode, at_s)[0]
            # Who comes before a window opens waits for it. Of equals the first placed is next.
            begins_s = np.maximum(at_s + drives_s, [row.order.window.opens_at_s for row in left])
            row = left.pop(k := int(begins_s.argmin()))
            # What a vehicle cannot do (capacity, access, skills) would be refused: ask before.
            if not problems(with_tour(Plan(), van, [*taken, row]), view):
                taken, node, at_s = [*taken, row], doors[k], float(begins_s[k])
        return taken


def with_tour(plan: Plan, van: VehicleView, rows: list[OrderView]) -> Plan:
    """Return the plan with a tour that loads the goods of all rows and delivers them in turn."""
    load = Stop(van.place or van.vehicle.starts_at, (LoadOrders(tuple(r.id for r in rows)),))
    doors = [Stop(row.order.destination, (Deliver(row.id),)) for row in rows]
    return Plan({**plan.routes, van.id: (load, *doors)}) if rows else plan
