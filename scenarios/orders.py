"""The orders of a day: requests with both of their ends on the map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scenarios.demand import Chance, pick
from scenarios.doors import door_id
from scenarios.lockers import NearestLocker, locker_id
from scenarios.places import Places
from scenarios.placing import nearest_depot
from scenarios.requests import Request
from scenarios.schema import ScenarioSpec
from twin.model import ALWAYS, ClientId, Order, OrderId, OrderKind, PlaceId, TimeWindow
from twin.units import DAY_S, tick_s


@dataclass(frozen=True, slots=True)
class Desk:
    """Makes orders of requests.

    Attributes
    ----------
    begins_at_s, last_s
        When the day begins, and when its duties end at the latest.
    """

    spec: ScenarioSpec
    places: Places
    begins_at_s: float
    last_s: float
    chance: Chance
    _nearest_locker: NearestLocker = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_nearest_locker", NearestLocker(self.places.lockers))

    def orders(self, requests: Sequence[Request]) -> Iterator[Order]:
        """Yield the order of each request."""
        for request in requests:
            yield self._order(request)

    def _order(self, request: Request) -> Order:
        placed_at_s = self.begins_at_s
        if request.placed_at_s is not None:
            placed_at_s = max(self.begins_at_s, request.placed_at_s)
        customer = self._customer(request)
        other_end = self._other_end(request, customer)
        is_delivery = request.kind is OrderKind.DELIVERY
        return Order(
            id=OrderId(request.id),
            origin=other_end if is_delivery else customer,
            destination=customer if is_delivery else other_end,
            kind=request.kind,
            parcels=request.parcels,
            window=request.window,
            promise=self._promise(request),
            placed_at_s=placed_at_s,
            ready_at_s=max(placed_at_s, request.ready_at_s or placed_at_s),
            service_class=request.service_class,
            client=ClientId(request.client),
            priority=request.priority,
            skills=request.skills,
            load_s=request.load_s,
            unload_s=request.unload_s,
            agreed=request.agreed,
            notified=request.notified,
            locker=self._locker_after_failure(request, customer),
        )

    def _promise(self, request: Request) -> TimeWindow:
        if request.promise is not None:
            return request.promise
        promise_s = self.spec.service_classes[request.service_class].promise_s
        if promise_s is not None:
            told_at_s = self.begins_at_s if request.placed_at_s is None else request.placed_at_s
            return TimeWindow(told_at_s, told_at_s + tick_s(promise_s))
        if request.window == ALWAYS:
            # The day of the customer ends at midnight, or with a later shift.
            return TimeWindow(min(0.0, self.begins_at_s), max(DAY_S, self.last_s))
        return request.window

    def _customer(self, request: Request) -> PlaceId:
        """Return the customer's end: the door, or the locker that it chose."""
        if not request.out_of_home:
            return door_id(request)
        if request.locker is not None:
            return locker_id(request.locker)
        door = request.door
        return self._nearest_locker.to(door.lat, door.lon, f"order {request.id}")

    def _locker_after_failure(self, request: Request, customer: PlaceId) -> PlaceId | None:
        retry = self.spec.service_classes[request.service_class].retry
        if retry != "locker" or request.out_of_home or request.kind is not OrderKind.DELIVERY:
            return None
        door = self.places.doors[customer]
        return self._nearest_locker.to(door.lat, door.lon, f"order {request.id}")

    def _other_end(self, request: Request, customer: PlaceId) -> PlaceId:
        """Return the end of an order that is not the customer's: a depot, as a rule."""
        if request.origin is not None:
            return PlaceId(request.origin.key)
        if self.spec.orders.served_by == "given":
            if request.depot is not None:
                return PlaceId(request.depot)
            depots = self.spec.depots
            shares = {name: one.share for name, one in depots.items() if one.share is not None}
            if shares:
                return PlaceId(
                    pick(shares, self.chance.uniform("depot", request.return_of or request.id))
                )
        customers = self.places.lockers if request.out_of_home else self.places.doors
        return nearest_depot(customers[customer], self.places.depots)
