"""Journals told by hand, event by event, for what follows from a journal alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from worlds import depot, duty, place, van

from twin import Driver, Duty, Identity, Load, Order, Place, Rates, Rules, ServiceClass, Vehicle
from twin.events import (
    SCHEMA,
    Arrived,
    AttemptFailed,
    DayBegan,
    Delivered,
    Departed,
    DutyEnded,
    Event,
    Loaded,
    LoadingBegan,
    OrderPlaced,
    PlanMade,
    ServiceBegan,
    ShiftBegan,
)
from twin.model import Carrier, CarrierId, DutyId, NodeId, OrderId, PlaceId, VehicleId
from twin.plan import Deliver, LoadOrders, Route, Stop
from twin.units import parse_clock

at = parse_clock
DOORS = tuple(place(name, node) for node, name in enumerate(("A", "B", "C"), start=1))


def began(
    vehicles: Sequence[Vehicle] = (van("V1"),),
    duties: Sequence[Duty] | None = None,
    *,
    places: Sequence[Place] = (depot(0), *DOORS),
    rules: Rules | None = None,
    rates: Rates | None = None,
    classes: Mapping[str, ServiceClass] | None = None,
    carriers: Sequence[Carrier] = (),
    spares: Sequence[str] = (),
) -> DayBegan:
    """Return the header of a day from 07:00; without duties each vehicle works 08:00 to 16:00."""
    if duties is None:
        duties = [shift(vehicle.id) for vehicle in vehicles if vehicle.id not in spares]
    return DayBegan(
        at("07:00"),
        SCHEMA,
        Identity("told by hand"),
        "nobody",
        tuple(carriers),
        tuple(vehicles),
        tuple(Driver(one.driver) for one in duties),
        tuple(duties),
        tuple(places),
        classes or {"standard": ServiceClass()},
        rules or Rules(begins_at_s=at("07:00")),
        rates or Rates(),
        tuple(VehicleId(name) for name in spares),
    )


def shift(vehicle: str = "V1", opens: str = "08:00", closes: str = "16:00", **more: object) -> Duty:
    """Return a duty; its id is that of the vehicle in front of ``-duty``."""
    made = duty(vehicle, at(opens), at(closes))
    return replace(made, id=DutyId(f"{vehicle}-duty"), **more)  # type: ignore[arg-type] # passed on


def placed(*orders: Order, known: str = "07:00") -> list[Event]:
    """Return that orders became known."""
    return [OrderPlaced(at(known), order, ()) for order in orders]


def begins(when: str, vehicle: str = "V1", duty_of: str | None = None) -> Event:
    """Return that a vehicle's shift began at the depot, or that it goes on with another's duty."""
    duty_id = DutyId(f"{duty_of or vehicle}-duty")
    return ShiftBegan(at(when), VehicleId(vehicle), duty_id, PlaceId("depot"))


def ends(when: str, vehicle: str = "V1", duty_of: str | None = None) -> Event:
    """Return that a duty ended."""
    return DutyEnded(at(when), VehicleId(vehicle), DutyId(f"{duty_of or vehicle}-duty"))


def departs(
    when: str,
    origin: str | None,
    to: str,
    *metres: float,
    vehicle: str = "V1",
    home: bool = False,
    aboard: Load | None = None,
) -> Departed:
    """Return that a vehicle set out on a way of edges of these lengths."""
    nodes = tuple(NodeId(k) for k in range(len(metres) + 1))
    start = None if origin is None else PlaceId(origin)
    return Departed(
        at(when), VehicleId(vehicle), nodes[0], start, PlaceId(to), home, nodes,
        tuple(range(len(metres))), metres, aboard or Load(),  # type: ignore[arg-type] # numbers of edges
    )  # fmt: skip


def drives(
    when: str,
    until: str,
    origin: str | None,
    to: str,
    *metres: float,
    vehicle: str = "V1",
    home: bool = False,
    aboard: Load | None = None,
) -> list[Event]:
    """Return a leg from one place to another; every edge is entered when it departs."""
    leg = departs(when, origin, to, *metres, vehicle=vehicle, home=home, aboard=aboard)
    entered_at_s = (leg.at_s,) * len(metres)
    arrived = Arrived(
        at(until), leg.vehicle, leg.nodes[-1], leg.to, leg.edges, metres, entered_at_s
    )
    return [leg, arrived]


def loads(
    when: str, *orders: str, vehicle: str = "V1", where: str = "depot", preloaded: bool = True
) -> list[Event]:
    """Return that goods came aboard, in no time."""
    ids = tuple(OrderId(name) for name in orders)
    one = VehicleId(vehicle), PlaceId(where)
    return [LoadingBegan(at(when), *one, (), ids, preloaded), Loaded(at(when), *one, ids)]


def serves(
    when: str, until: str, where: str, *orders: str, vehicle: str = "V1", attempt: int = 1
) -> list[Event]:
    """Return that orders were delivered at a door."""
    ids = tuple(OrderId(name) for name in orders)
    one = VehicleId(vehicle), PlaceId(where)
    done = [Delivered(at(until), *one, order_id, attempt, at(when)) for order_id in ids]
    return [ServiceBegan(at(when), *one, ids), *done]


def fails(
    when: str,
    until: str,
    where: str,
    name: str,
    cause: str,
    *,
    vehicle: str = "V1",
    attempt: int = 1,
) -> list[Event]:
    """Return that an attempt failed at a door."""
    one = VehicleId(vehicle), PlaceId(where), OrderId(name)
    failed = AttemptFailed(at(until), *one, attempt, at(when), cause)
    if cause == "window missed":
        return [failed]
    return [ServiceBegan(at(when), *one[:2], one[2:]), failed]


def decides(
    when: str,
    question: int,
    routes: Mapping[str, Route] | None = None,
    *,
    declined: Sequence[str] = (),
    tendered: Mapping[str, Sequence[str]] | None = None,
    why: str = "",
) -> Event:
    """Return that a decision took force."""
    given = {
        CarrierId(name): tuple(map(OrderId, orders)) for name, orders in (tendered or {}).items()
    }
    by_vehicle = {VehicleId(name): route for name, route in (routes or {}).items()}
    gone = tuple(map(OrderId, declined))
    now_s = at(when)
    return PlanMade(now_s, question, now_s, {}, by_vehicle, gone, (), (), why, given)


def route(*stops: tuple[str, str]) -> Route:
    """Return a route: the depot, where all is loaded, and doors with what is delivered there."""
    doors = [
        Stop(PlaceId(door), tuple(Deliver(OrderId(name)) for name in names.split()))
        for door, names in stops
    ]
    names = [action.order for stop in doors for action in stop.actions]
    return (Stop(PlaceId("depot"), (LoadOrders(tuple(names)),)), *doors)


def told(*parts: Event | Sequence[Event]) -> list[Event]:
    """Return events and lists of them as one journal, in the order of time."""
    events = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return sorted(events, key=lambda event: event.at_s)
