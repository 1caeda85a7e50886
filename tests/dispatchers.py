"""Policies for tests: simple enough that what they do is beyond doubt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from twin import (
    Briefing,
    Load,
    Message,
    Notify,
    OfferLocker,
    OfferWindow,
    OrderView,
    Plan,
    Route,
    TimeWindow,
    VehicleView,
    View,
    problems,
)
from twin.model import OrderId, OrderKind, PlaceKind, VehicleId
from twin.plan import (
    Break,
    Collect,
    Deliver,
    HandOver,
    LoadOrders,
    Recharge,
    Stop,
    UnloadOrders,
    orders_in,
)
from twin.rows import CHANGEABLE, Status


def serve(row: OrderView) -> Stop:
    """Return the stop at the customer's door."""
    kind = Deliver if row.order.kind is OrderKind.DELIVERY else Collect
    return Stop(row.order.customer, (kind(row.id),))


def trip(row: OrderView) -> Route:
    """Return one tour with one order: load it where its goods are, serve it."""
    if row.order.kind is OrderKind.COLLECTION:
        return (serve(row),)
    return (Stop(row.place or row.order.origin, (LoadOrders((row.id,)),)), serve(row))


def can_take(vehicle: VehicleView, row: OrderView) -> bool:
    """Whether an empty vehicle and its driver can serve an order, and may have it."""
    order = row.order
    return (
        row.bound.allows(vehicle.id)
        and order.load.fits_in(vehicle.capacity)
        and max(parcel.longest_mm for parcel in order.parcels) <= vehicle.vehicle.longest_mm
        and all(skill in vehicle.driver.skills for skill in order.skills)
    )


def is_free_at_home(vehicle: VehicleView) -> bool:
    """Whether a van on duty stands empty where its tours begin, with nothing planned."""
    return (
        vehicle.on_duty
        and not vehicle.broken_down
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
            left = [row for row in view.unplanned if row.vehicle == vehicle.id]
            again = [row for row in left if can_take(vehicle, row)]
            if vehicle.broken_down:
                continue
            if again:
                routes[vehicle.id] = (*vehicle.route, *(serve(row) for row in again))
            elif is_free_at_home(vehicle):
                mine = _what_fits(vehicle, waiting)
                if mine:
                    waiting = [row for row in waiting if row not in mine]
                    load = LoadOrders(tuple(row.id for row in mine))
                    tour = tuple(serve(row) for row in mine)
                    routes[vehicle.id] = (Stop(vehicle.vehicle.starts_at, (load,)), *tour)
        return Plan(routes)


def _what_fits(vehicle: VehicleView, waiting: Sequence[OrderView]) -> list[OrderView]:
    load, mine = Load(), []
    for row in waiting:
        is_here = row.place == vehicle.place and row.order.kind is OrderKind.DELIVERY
        if is_here and can_take(vehicle, row) and (load + row.order.load).fits_in(vehicle.capacity):
            load = load + row.order.load
            mine.append(row)
    return mine


class Chaos:
    """Anything that is legal: at each question some vehicles are given routes by chance.

    Some customers are told something or asked for it, whatever they said before.

    What physics forbids is never said: a draft that is refused is thrown away.
    """

    def __init__(self, briefing: Briefing) -> None:
        self._random = briefing.random
        self._depots = [
            place.id for place in briefing.places.values() if place.kind is PlaceKind.DEPOT
        ]

    def decide(self, view: View) -> Plan:
        """Return one of a few drafts that is legal, or carry on."""
        for _ in range(4):
            plan = self._draft(view)
            if not problems(plan, view):
                return plan
        return Plan()

    def _chance(self, share: float) -> bool:
        return bool(self._random.random() < share)

    def _draft(self, view: View) -> Plan:
        routes: dict[VehicleId, Route] = {}
        taken: dict[OrderId, None] = {}
        for vehicle in view.vehicles:
            meets = any(isinstance(one, HandOver) for stop in vehicle.route for one in stop.actions)
            if vehicle.broken_down or self._chance(0.95 if meets else 0.6):
                continue
            rows = [row for row in view.orders if row.can_be_planned and self._chance(0.7)]
            mine = [row for row in rows if self._is_for(vehicle, row) and row.id not in taken]
            taken.update((row.id, None) for row in mine)
            taken.update((order_id, None) for order_id in orders_in(vehicle.route))
            routes[vehicle.id] = (*self._route(mine), *self._other_stops(vehicle))
        if self._chance(0.3):
            routes.update(self._meeting(view, routes))
        idle = [row for row in view.unplanned if row.vehicle is None and not row.attempts]
        declined = tuple(row.id for row in idle if row.id not in taken and self._chance(0.03))
        again_at_s = view.now_s + 300 * self._random.random() if self._chance(0.2) else None
        gone = {*taken, *declined}
        tendered = {
            carrier: tuple(row.id for row in idle if row.id not in gone and self._chance(0.5))[
                :left
            ]
            for carrier, left in view.overflow.items()
            if self._chance(0.3)
        }
        gone.update((order_id, None) for orders in tendered.values() for order_id in orders)
        told = Plan(routes, declined, self._messages(view, gone), again_at_s, tendered=tendered)
        return self._for_the_record(told, view)

    def _messages(self, view: View, gone: Mapping[OrderId, None]) -> tuple[Message, ...]:
        """Return what some customers are told, and some are asked."""
        lockers = [one.id for one in view.places.values() if one.kind is PlaceKind.LOCKER]
        said: list[Message] = []
        for row in view.orders:
            if row.id in gone or row.status not in CHANGEABLE:
                continue
            opens_s = view.now_s + 1800 * self._random.random() - 600
            window = TimeWindow(opens_s, opens_s + 600 + 3600 * self._random.random())
            if self._chance(0.1):
                said.append(Notify(row.id, window))
            if row.contact.offer is not None or not self._chance(0.15):
                continue
            boxed = row.order.destination in lockers or row.order.kind is not OrderKind.DELIVERY
            if lockers and not boxed and self._chance(0.5):
                said.append(OfferLocker(row.id, lockers[0]))
            else:
                said.append(OfferWindow(row.id, window))
        return tuple(said)

    def _for_the_record(self, plan: Plan, view: View) -> Plan:
        """Return a plan that believes and warns something of some orders, and took some work."""
        rows = [row for row in view.orders if row.is_open]
        return replace(
            plan,
            arrivals={
                row.id: view.now_s + 3600 * self._random.random()
                for row in rows
                if self._chance(0.5)
            },
            warned=tuple(row.id for row in rows if self._chance(0.1)),
            effort=int(self._random.integers(100)),
            worked_s=60 * self._random.random() if self._chance(0.1) else 0.0,
        )

    def _other_stops(self, vehicle: VehicleView) -> Route:
        """Return a break or a recharge to end with, at times."""
        stops: list[Stop] = []
        if self._depots and self._chance(0.15):
            stops.append(Stop(self._depots[0], (Break(90.0),)))
        if self._depots and vehicle.charge_kwh is not None and self._chance(0.3):
            stops.append(Stop(self._depots[-1], (Recharge(0.8),)))
        return tuple(stops)

    def _meeting(self, view: View, routes: Mapping[VehicleId, Route]) -> dict[VehicleId, Route]:
        """Return routes in which a vehicle gives all that it carries to another one."""
        givers = [van for van in view.vehicles if van.aboard and van.id not in routes]
        takers = [van for van in view.vehicles if not van.broken_down and van.id not in routes]
        if not givers or not takers:
            return {}
        giver = givers[int(self._random.integers(len(givers)))]
        taker = takers[int(self._random.integers(len(takers)))]
        rows = [view.by_order[o] for o in giver.aboard if view.by_order[o].can_be_planned]
        place = giver.place if giver.broken_down else self._depots[0] if self._depots else None
        if giver is taker or place is None or not rows:
            return {}
        given = HandOver(tuple(row.id for row in rows), giver.id, taker.id)
        meeting = Stop(place, (given,))
        return {
            giver.id: () if giver.broken_down else (meeting,),
            taker.id: (meeting, *(serve(row) for row in rows if can_take(taker, row))),
        }

    def _is_for(self, vehicle: VehicleView, row: OrderView) -> bool:
        if row.vehicle is not None:
            return row.vehicle == vehicle.id
        return can_take(vehicle, row) and row.planned_on in {None, vehicle.id}

    def _route(self, rows: list[OrderView]) -> Route:
        stops: list[Stop] = []
        for row in (rows[k] for k in self._random.permutation(len(rows))):
            here: list[Stop] = []
            if row.order.kind is OrderKind.DELIVERY and row.vehicle is None:
                here.append(Stop(row.place or row.order.origin, (LoadOrders((row.id,)),)))
            here.append(serve(row))
            at = int(self._random.integers(len(stops) + 1))
            if self._chance(0.5):  # anywhere in the route, or loaded early and served late
                stops[at:at] = here
            else:
                stops = [*here[:-1], *stops, here[-1]]
        if self._depots and self._chance(0.2):
            actions = (UnloadOrders(),) if self._chance(0.5) else ()
            stops.append(Stop(self._depots[0], actions))
        return tuple(self._merged(stops))

    def _merged(self, stops: list[Stop]) -> list[Stop]:
        """Return stops of which some that follow one another at one place are one."""
        merged: list[Stop] = []
        for stop in stops:
            if merged and merged[-1].place == stop.place and self._chance(0.7):
                merged[-1] = Stop(stop.place, (*merged[-1].actions, *stop.actions))
            else:
                merged.append(stop)
        return merged


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
        return replace(plan, ask_again_at_s=again_at_s)


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
