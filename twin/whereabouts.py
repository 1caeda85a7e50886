"""Where goods and vehicles are, as a journal tells it: what `twin.soundness` keeps in mind."""

from dataclasses import dataclass, field

from twin.events import (
    BreakBegan,
    BrokeDown,
    Departed,
    Event,
    HandOverBegan,
    LoadingBegan,
    RechargeBegan,
    ServiceBegan,
)
from twin.model import (
    CarrierId,
    Duty,
    EdgeId,
    Load,
    NodeId,
    Order,
    OrderId,
    Place,
    PlaceId,
    ServiceClass,
    Vehicle,
    VehicleId,
)
from twin.units import clock


@dataclass(slots=True)
class Goods:
    """An order and where its goods are."""

    order: Order
    kind: ServiceClass
    at: PlaceId | VehicleId | CarrierId | None
    ready_at_s: float
    attempts: int = 0
    end: str = ""


@dataclass(slots=True)
class Van:
    """A vehicle, what it does and what it holds.

    Attributes
    ----------
    place, parked
        Where its driver is, and where the vehicle is if that is elsewhere.
    rest_m
        Edge and metres that are left of the street in which it broke down.
    towed
        Whether it is out of service.
    """

    vehicle: Vehicle
    node: NodeId | None
    place: PlaceId | None
    duty: Duty | None = None
    leg: Departed | None = None
    serving: ServiceBegan | None = None
    outcomes: list[OrderId] = field(default_factory=list)
    handling: LoadingBegan | None = None
    exchange: HandOverBegan | None = None
    charging: RechargeBegan | None = None
    resting: BreakBegan | None = None
    down: BrokeDown | None = None
    towed: bool = False
    parked: PlaceId | None = None
    rest_m: tuple[EdgeId, float] | None = None
    aboard: dict[OrderId, None] = field(default_factory=dict)
    load: Load = field(default_factory=Load)

    @property
    def doing(self) -> str:
        """What keeps it from beginning something else; empty if nothing does."""
        begun = {
            "driving": self.leg,
            "serving": self.serving,
            "loading": self.handling,
            "handing over": self.exchange,
            "charging": self.charging,
            "on a break": self.resting,
            "broken down": self.down,
        }
        return next((name for name, event in begun.items() if event is not None), "")


class Whereabouts:
    """Every order and vehicle of a journal so far, and what was found wrong.

    Attributes
    ----------
    found
        Problems, one sentence each.
    line, event
        What is looked at, lines counted from 1.
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self.line = 0
        self.event: Event | None = None
        self.orders: dict[OrderId, Goods] = {}
        self.vans: dict[VehicleId, Van] = {}
        self.places: dict[PlaceId, Place] = {}

    def says(self, problem: str) -> None:
        """Note what is wrong with the event looked at."""
        if self.event is not None:
            when, name = clock(self.event.at_s), type(self.event).__name__
            self.found.append(f"line {self.line}: {when} {name}: {problem}")

    def check(self, holds: bool, problem: str) -> None:
        """Note a problem unless something holds."""
        if not holds:
            self.says(problem)

    def on_duty(self, vehicle_id: VehicleId) -> Van:
        """Return a vehicle, which must be on a duty."""
        van = self.vans[vehicle_id]
        self.check(van.duty is not None, f"{vehicle_id} is on no duty")
        return van

    def at(self, vehicle_id: VehicleId, place: PlaceId | None) -> Van:
        """Return a vehicle, which must stand at a place with its hands free."""
        van = self.on_duty(vehicle_id)
        self.check(van.place == place, f"{vehicle_id} is at {van.place}, not at {place}")
        self.check(not van.doing, f"{vehicle_id} is {van.doing}")
        return van

    def ends(self, row: Goods, end: str) -> None:
        """Let an order have come to its end, which it has only once."""
        self.check(not row.end, f"order {row.order.id} was {row.end} before")
        row.end = end

    def docks_taken(self, place_id: PlaceId) -> None:
        """Check that no more vehicles are handled at a place than it has docks."""
        docks = self.places[place_id].docks
        if docks is not None:
            busy = [
                van.vehicle.id
                for van in self.vans.values()
                if van.place == place_id
                and (van.serving or (van.handling is not None and not van.handling.preloaded))
            ]
            self.check(len(busy) <= docks, f"{', '.join(busy)} at {docks} docks of {place_id}")

    def enters(self, vehicle_id: VehicleId, order_id: OrderId) -> None:
        """Let goods be aboard."""
        van, row = self.vans[vehicle_id], self.orders[order_id]
        if order_id not in van.aboard:
            van.aboard[order_id] = None
            van.load = van.load + row.order.load
        row.at = vehicle_id
        self.check(van.load.fits_in(van.vehicle.capacity), f"{van.load} in {van.vehicle.capacity}")
        longest_mm = max(parcel.longest_mm for parcel in row.order.parcels)
        most_mm = van.vehicle.longest_mm
        self.check(longest_mm <= most_mm, f"{order_id} is {longest_mm} mm long, {most_mm} fit in")

    def leaves(self, vehicle_id: VehicleId, order_id: OrderId, place: PlaceId) -> None:
        """Let goods be put down at a place."""
        van, row = self.vans[vehicle_id], self.orders[order_id]
        self.check(order_id in van.aboard, f"{order_id} is not aboard {vehicle_id}")
        if order_id in van.aboard:
            del van.aboard[order_id]
            van.load = van.load - row.order.load
        row.at = place
