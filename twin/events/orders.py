"""What becomes of orders, wherever no vehicle of ours is needed for it."""

from dataclasses import dataclass

from twin.messages import Offer
from twin.model import (
    CarrierId,
    Order,
    OrderId,
    Place,
    PlaceId,
    TimeWindow,
    VehicleId,
)


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order became known, with those of its places that were not known before."""

    at_s: float
    order: Order
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class OrderBound:
    """With an order it became known which vehicle it must go on, and which it must not.

    Attributes
    ----------
    pinned_to
        The only vehicle that may have it, until that one breaks down or a duty of it is
        cancelled; null if any may.
    not_on
        Vehicles that must not have it, sorted.
    """

    at_s: float
    order: OrderId
    pinned_to: VehicleId | None = None
    not_on: tuple[VehicleId, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderReady:
    """The goods of an order, not ready when it was placed, are ready, wanted or not any more."""

    at_s: float
    order: OrderId


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """What a customer was promised or where goods go is different from now on.

    Attributes
    ----------
    order
        As it is from now on; its id, kind, parcels and origin are the same as before.
    what
        ``window``, ``priority`` or ``locker``: what is different; ``window agreed`` and ``locker
        agreed`` where the customer accepted an offer.
    places
        Those of its places that were not known before.
    """

    at_s: float
    order: Order
    what: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The customer no longer wants it. Goods aboard come home with the vehicle."""

    at_s: float
    order: OrderId


@dataclass(frozen=True, slots=True)
class CustomerTold:
    """A customer was told from when to when to expect us."""

    at_s: float
    order: OrderId
    expected: TimeWindow


@dataclass(frozen=True, slots=True)
class OfferMade:
    """A customer was asked whether another window, or a locker, would do."""

    at_s: float
    offer: Offer


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """A customer said yes or no to the last offer, or too late for it to matter."""

    at_s: float
    order: OrderId
    accepted: bool


@dataclass(frozen=True, slots=True)
class OrderTendered:
    """An order was given to an overflow carrier, which fetched its goods."""

    at_s: float
    order: OrderId
    carrier: CarrierId


@dataclass(frozen=True, slots=True)
class CarrierDelivered:
    """An overflow carrier told that it had delivered an order; `began_at_s` is when."""

    at_s: float
    order: OrderId
    carrier: CarrierId
    began_at_s: float


@dataclass(frozen=True, slots=True)
class CarrierFailed:
    """An overflow carrier told that it could not deliver an order today."""

    at_s: float
    order: OrderId
    carrier: CarrierId
    cause: str


@dataclass(frozen=True, slots=True)
class OrderDeclined:
    """The policy said that it will not serve an order."""

    at_s: float
    order: OrderId


@dataclass(frozen=True, slots=True)
class Returned:
    """Goods that could not be delivered are on their way back to the sender."""

    at_s: float
    order: OrderId
    place: PlaceId
