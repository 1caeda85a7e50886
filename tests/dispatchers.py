"""Policies for tests: simple enough that what they do is beyond doubt."""

from collections.abc import Callable, Mapping, Sequence

from twin import Briefing, Load, OrderView, Plan, Route, VehicleView, View
from twin.model import OrderKind, VehicleId
from twin.plan import Collect, Deliver, LoadOrders, Stop
from twin.state import Status


def serve(row: OrderView) -> Stop:
    """Return the stop at the customer's door."""
    kind = Deliver if row.order.kind is OrderKind.DELIVERY else Collect
    return Stop(row.order.customer, (kind(row.id),))


def trip(row: OrderView) -> Route:
    """Return one tour with one order: load it where its goods are, serve it."""
    if row.order.kind is OrderKind.COLLECTION:
        return (serve(row),)
    return (Stop(row.order.origin, (LoadOrders((row.id,)),)), serve(row))


def can_take(vehicle: VehicleView, row: OrderView) -> bool:
    """Whether an empty vehicle and its driver can serve an order."""
    order = row.order
    return (
        order.load.fits_in(vehicle.capacity)
        and max(parcel.longest_mm for parcel in order.parcels) <= vehicle.vehicle.longest_mm
        and all(skill in vehicle.driver.skills for skill in order.skills)
    )


def is_free_at_home(vehicle: VehicleView) -> bool:
    """Whether a van on duty stands empty where its tours begin, with nothing planned."""
    return (
        vehicle.on_duty
        and not vehicle.route
        and not vehicle.aboard
        and vehicle.place == vehicle.vehicle.starts_at
    )


class Fifo:
    """One order per trip, first come first served, to the free van with the lowest id."""

    def __init__(self, briefing: Briefing) -> None:
        """Remember nothing: every answer follows from the view."""

    def queue(self, view: View) -> Sequence[OrderView]:
        """Return the orders that wait, first the next to be served."""
        return [row for row in view.unplanned if row.status is Status.READY]

    def decide(self, view: View) -> Plan:
        """Return a trip for each free van and the first of the queue that it can take."""
        free = [vehicle for vehicle in view.vehicles if is_free_at_home(vehicle)]
        routes: dict[VehicleId, Route] = {}
        queue = list(self.queue(view)) if free else []
        for vehicle in free:
            row = next((row for row in queue if can_take(vehicle, row)), None)
            if row is not None:
                queue.remove(row)
                routes[vehicle.id] = trip(row)
        return Plan(routes)


class Urgent(Fifo):
    """One order per trip, the most urgent first, the oldest of equals."""

    def queue(self, view: View) -> Sequence[OrderView]:
        """Return the orders that wait, by priority and then by age."""
        return sorted(super().queue(view), key=lambda row: -row.order.priority)


class AllAboard:
    """What fits goes onto the first free van of its depot, in the order placed; failures again.

    An order that failed and may be tried again today is tried again after the others, without
    coming home in between.
    """

    def __init__(self, briefing: Briefing) -> None:
        """Remember nothing: every answer follows from the view."""

    def decide(self, view: View) -> Plan:
        """Return tours of all that waits, and the rest of a tour with its failures at the end."""
        routes: dict[VehicleId, Route] = {}
        waiting = [row for row in view.unplanned if row.status is Status.READY]
        for vehicle in view.vehicles:
            again = [row for row in view.unplanned if row.vehicle == vehicle.id]
            if again:
                routes[vehicle.id] = (*vehicle.route, *(serve(row) for row in again))
            elif is_free_at_home(vehicle):
                mine = _what_fits(vehicle, waiting)
                if mine:
                    waiting = [row for row in waiting if row not in mine]
                    load = LoadOrders(tuple(row.id for row in mine))
                    tour = tuple(serve(row) for row in mine)
                    routes[vehicle.id] = (Stop(mine[0].order.origin, (load,)), *tour)
        return Plan(routes)


def _what_fits(vehicle: VehicleView, waiting: Sequence[OrderView]) -> list[OrderView]:
    load, mine = Load(), []
    for row in waiting:
        is_here = row.place == vehicle.place and row.order.kind is OrderKind.DELIVERY
        if is_here and can_take(vehicle, row) and (load + row.order.load).fits_in(vehicle.capacity):
            load = load + row.order.load
            mine.append(row)
    return mine


class Scripted:
    """Gives the plan of an instant at the first question from then on.

    Parameters
    ----------
    script
        Plans by when they are given, seconds since midnight.

    Attributes
    ----------
    views
        Every view that it was shown.
    """

    def __init__(self, _: Briefing, script: Mapping[float, Plan]) -> None:
        self._script = sorted(script.items())
        self.views: list[View] = []

    def decide(self, view: View) -> Plan:
        """Return the plan whose time has come, and ask to be asked for the next."""
        self.views.append(view)
        plan = Plan()
        if self._script and self._script[0][0] <= view.now_s:
            _, plan = self._script.pop(0)
        again_at_s = max(self._script[0][0], view.now_s + 1) if self._script else None
        return Plan(plan.routes, plan.declined, plan.messages, again_at_s, plan.why)


def scripted(script: Mapping[float, Plan]) -> Callable[[Briefing], Scripted]:
    """Return the maker of a policy that gives these plans."""
    return lambda briefing: Scripted(briefing, script)


def decides(answer: Callable[[View], object]) -> Callable[[Briefing], object]:
    """Return the maker of a policy whose every answer is that of a function."""

    class Asked:
        def __init__(self, _: Briefing) -> None:
            """Remember nothing."""

        def decide(self, view: View) -> object:
            return answer(view)

    return Asked
