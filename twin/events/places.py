"""What happens at a place."""

from dataclasses import dataclass
from typing import Final

from twin.model import (
    OrderId,
    PlaceId,
    VehicleId,
)


@dataclass(frozen=True, slots=True)
class ParkingBegan:
    """A vehicle looks for a place to park and takes it."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId


@dataclass(frozen=True, slots=True)
class WalkingBegan:
    """The driver walks between vehicle and door."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId


@dataclass(frozen=True, slots=True)
class Walked:
    """The driver stands at another place; the vehicle stays parked where it was.

    Attributes
    ----------
    walk_m
        How far it was.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    walk_m: float


WAITS: Final = ("window", "opening", "dock", "goods", "charger", "hand-over", "road")
"""What a vehicle can wait for: a window, a place's hours, a dock, goods that are not ready, a
charger, the other vehicle, and, with nothing but closed streets ahead, one to be open again."""


@dataclass(frozen=True, slots=True)
class WaitBegan:
    """A vehicle waits, for one of `WAITS`, at a place or a junction."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId | None
    reason: str


@dataclass(frozen=True, slots=True)
class ServiceBegan:
    """Service at the customer's began: one attempt for each of the orders.

    Attributes
    ----------
    searched
        Orders whose parcels had to be searched for, taken in another sequence than loaded.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]
    searched: tuple[OrderId, ...] = ()


HOW: Final = ("in person", "neighbour", "safe place", "locker")
"""To whom goods were handed over, or where they were left."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Goods were handed over.

    Attributes
    ----------
    attempt
        Number of the attempt, from 1.
    began_at_s
        When its service began: the instant that punctuality is judged by.
    how
        One of `HOW`.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    order: OrderId
    attempt: int
    began_at_s: float
    how: str = "in person"


@dataclass(frozen=True, slots=True)
class Collected:
    """Goods were taken over from a customer; fields as in `Delivered`."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    order: OrderId
    attempt: int
    began_at_s: float


CAUSES: Final = (
    "absent",
    "no access",
    "wrong address",
    "refused",
    "damaged",
    "window missed",
    "locker full",
)
"""What an attempt can fail for."""


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """An attempt came to nothing; `cause` is one of `CAUSES`."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    order: OrderId
    attempt: int
    began_at_s: float
    cause: str


@dataclass(frozen=True, slots=True)
class LoadingBegan:
    """Handling of goods at a place began; what is moved is fixed from now on.

    Attributes
    ----------
    unload, load
        Orders whose goods leave and enter the vehicle.
    preloaded
        Whether it was done before the shift, taking no time of it.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    unload: tuple[OrderId, ...]
    load: tuple[OrderId, ...]
    preloaded: bool


@dataclass(frozen=True, slots=True)
class Unloaded:
    """Goods were put down."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Goods are aboard."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class HandOverBegan:
    """A vehicle began to give goods to another one at the same place, or to take them from it.

    A giver that is broken down has no such event of its own.
    """

    at_s: float
    vehicle: VehicleId
    other: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]
    gives: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Goods left a vehicle for another one."""

    at_s: float
    vehicle: VehicleId
    taker: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Goods that another vehicle gave are aboard."""

    at_s: float
    vehicle: VehicleId
    giver: VehicleId
    place: PlaceId
    orders: tuple[OrderId, ...]
