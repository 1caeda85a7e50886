"""What must be true of talk with customers in a journal: the part of `twin.soundness` about it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from twin.events import (
    CustomerTold,
    DayEnded,
    Event,
    OfferAnswered,
    OfferMade,
    OrderChanged,
    PlanMade,
)
from twin.messages import Message, Notify, Offer, OfferWindow
from twin.model import ALWAYS, Order, OrderId
from twin.units import clock
from twin.whereabouts import Goods, Whereabouts


class Talks(Whereabouts):
    """Follows what customers are told, asked and answer.

    Attributes
    ----------
    hears
        What is done with each kind of event here.
    """

    def __init__(self) -> None:
        super().__init__()
        self._to_say: list[Message] = []
        self._said_at_s = 0.0
        self._asked: dict[OrderId, Offer] = {}
        self._agreed: Order | None = None
        self.hears: dict[type, Callable[[Any], None]] = {
            CustomerTold: self._customer_told,
            OfferMade: self._offer_made,
            OfferAnswered: self._offer_answered,
        }

    def listens(self, event: Event) -> None:
        """Check that what was to be said, and what was agreed to, is not late by now."""
        agreed, self._agreed = self._agreed, None
        if agreed is not None:
            kept = isinstance(event, OrderChanged) and event.order == agreed
            self.check(kept, f"order {agreed.id} is not changed as its customer agreed")
        elif isinstance(event, OrderChanged):
            self.check("agreed" not in event.what, "nobody agreed to anything just now")
        if self._to_say and (event.at_s > self._said_at_s or isinstance(event, DayEnded)):
            one = self._to_say[0]
            self.says(f"{one.say!r} of order {one.order} was planned and never said")
            self._to_say = []

    def plans_to_say(self, event: PlanMade) -> None:
        """Remember what a plan wants said, and check that it speaks of known orders."""
        self._to_say, self._said_at_s = list(event.messages), event.at_s
        named = (*event.arrivals, *event.warned, *(one.order for one in event.messages))
        for order_id in named:
            self.check(order_id in self.orders, f"order {order_id} is not known")

    def _says(self, message: Message) -> None:
        expected = self._to_say.pop(0) if self._to_say else None
        self.check(message == expected, f"says {message}, the plan says {expected}")
        self._waits(self.orders[message.order])
        if isinstance(message, Notify | OfferWindow):
            window = message.expected if isinstance(message, Notify) else message.window
            until = clock(window.closes_at_s)
            self.check(window.closes_at_s >= self._said_at_s, f"speaks of {until}, which is over")

    def _waits(self, row: Goods) -> None:
        """Check that an order is open, and nobody serves it yet."""
        order_id = row.order.id
        self.check(not row.end, f"order {order_id} is {row.end}")
        served = [van.vehicle.id for van in self.vans.values() if order_id in van.outcomes]
        self.check(not served, f"order {order_id} is being served by {', '.join(served)}")
        away = row.at is not None and row.at not in self.places and row.at not in self.vans
        self.check(not away, f"order {order_id} is with {row.at}")

    def _customer_told(self, event: CustomerTold) -> None:
        self._says(Notify(event.order, event.expected))

    def _offer_made(self, event: OfferMade) -> None:
        self._says(event.offer)
        order_id = event.offer.order
        self.check(order_id not in self._asked, f"order {order_id}: not answered yet")
        self._asked[order_id] = event.offer

    def _offer_answered(self, event: OfferAnswered) -> None:
        offer = self._asked.pop(event.order, None)
        if offer is None:
            self.says(f"order {event.order}: nothing was asked")
            return
        if not event.accepted:
            return
        row = self.orders[event.order]
        self._waits(row)
        if isinstance(offer, OfferWindow):
            window = offer.window
            self.check(window.closes_at_s >= event.at_s, f"agrees to {window}, which is over")
            is_over = row.order.promise.closes_at_s < event.at_s
            promise = row.order.promise if is_over else window
            self._agreed = replace(row.order, window=window, promise=promise, agreed=True)
        else:
            to_locker = replace(row.order, destination=offer.locker, window=ALWAYS)
            self._agreed = replace(to_locker, agreed=False)
