"""Talking with customers: what is told, what is asked, and what they answer."""

from dataclasses import replace
from typing import TYPE_CHECKING

from twin.events import CustomerTold, OfferAnswered, OfferMade, OrderChanged
from twin.messages import Message, Notify, Offer, OfferWindow
from twin.model import ALWAYS, Order
from twin.rows import CHANGEABLE
from twin.surprises import Reply

if TYPE_CHECKING:
    from twin.engine import Day

_SILENT = Reply()


class Customers:
    """Says what a plan wants said, and lets the answers come.

    Parameters
    ----------
    day
        The day being lived.
    """

    def __init__(self, day: "Day") -> None:
        self._day = day

    def say(self, message: Message) -> None:
        """Let a message reach its customer, and the answer come if it asks for one."""
        day = self._day
        if isinstance(message, Notify):
            day.emit(CustomerTold(day.now_s, message.order, message.expected))
            return
        row = day.state.orders[message.order]
        reply = day.world.replies.get(message.order, _SILENT)
        accepts = reply.accepts(
            locker=not isinstance(message, OfferWindow), question=row.contact.offers
        )
        day.emit(OfferMade(day.now_s, message))
        day.comes(day.now_s + reply.after_s, lambda: self._answers(message, accepts=accepts))

    def _answers(self, offer: Offer, *, accepts: bool) -> None:
        """Let an answer come; a yes that comes too late changes nothing and counts as a no."""
        day = self._day
        row = day.state.orders[offer.order]
        in_time = row.status in CHANGEABLE and row.waits_for is None
        if isinstance(offer, OfferWindow):
            in_time = in_time and offer.window.closes_at_s >= day.now_s
        day.emit(OfferAnswered(day.now_s, offer.order, accepts and in_time))
        if not (accepts and in_time):
            return
        what, changed = _agreed(offer, row.order, day.now_s)
        day.emit(OrderChanged(day.now_s, changed, what, ()))
        if row.planned_on is not None:
            day.lives[row.planned_on].plan_changed()


def _agreed(offer: Offer, order: Order, now_s: float) -> tuple[str, Order]:
    """Return what an accepted offer changes, and the order after it.

    A promise that is over is broken, whatever the customer agrees to afterwards.
    """
    if isinstance(offer, OfferWindow):
        window, is_over = offer.window, order.promise.closes_at_s < now_s
        promise = order.promise if is_over else window
        return "window agreed", replace(order, window=window, promise=promise, agreed=True)
    return "locker agreed", replace(order, destination=offer.locker, window=ALWAYS, agreed=False)
