"""What a dispatcher can say to a customer, and what an offer asks.

Each kind carries its name as a word (``say``), so that it can be told from the others where only
its fields are left, in a journal.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from twin.model import OrderId, PlaceId, TimeWindow
from twin.units import tick_s


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell a customer when to expect us: who was told is more often there. No promise changes.

    Attributes
    ----------
    expected
        From when to when, as the policy believes.
    """

    order: OrderId
    expected: TimeWindow
    say: Literal["notify"] = field(default="notify", repr=False)


@dataclass(frozen=True, slots=True)
class OfferWindow:
    """Ask whether another window would suit. Accepted, it is the order's window and promise."""

    order: OrderId
    window: TimeWindow
    say: Literal["offer window"] = field(default="offer window", repr=False)


@dataclass(frozen=True, slots=True)
class OfferLocker:
    """Ask whether the goods may go to a locker. Accepted, it is where the order goes."""

    order: OrderId
    locker: PlaceId
    say: Literal["offer locker"] = field(default="offer locker", repr=False)


Message = Notify | OfferWindow | OfferLocker
Offer = OfferWindow | OfferLocker


def span(message: Message) -> TimeWindow | None:
    """Return the window that a message tells or offers; None if it has none."""
    if isinstance(message, Notify):
        return message.expected
    return message.window if isinstance(message, OfferWindow) else None


def on_ticks(message: Message) -> Message:
    """Return the message with its window between the nearest eighths of a second."""
    window = span(message)
    if window is None:
        return message
    rounded = TimeWindow(tick_s(float(window.opens_at_s)), tick_s(float(window.closes_at_s)))
    if isinstance(message, Notify):
        return replace(message, expected=rounded)
    return OfferWindow(message.order, rounded)
