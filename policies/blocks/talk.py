"""What customers are told and asked: when we come, and whether later or a locker would do.

Telling changes no promise; only a customer who says yes to an offer does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Final

from policies.blocks.forecast import Prediction
from policies.blocks.knobs import wrong_knobs
from twin import ALWAYS, Briefing, OrderKind, OrderView, PlaceKind, Retry, TimeWindow, View
from twin.messages import Message, Notify, Offer, OfferLocker, OfferWindow
from twin.model import OrderId
from twin.rows import CHANGEABLE

ROUND_S: Final = 300.0
"""Times told are full five minutes. A choice: nobody is told 10:03:17."""

Reaches = Callable[[OrderView], bool]
"""Whether an order as it would be could be served on time."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How customers are spoken to.

    Attributes
    ----------
    ahead_s
        How long before the predicted begin a customer is told; None is when the vehicle leaves
        the depot with the goods.
    told_share
        Probability with which a window that is told holds, above 0 and below 1.
    told_s
        A window told is at least so long.
    tolerance_s
        How far the prediction may leave the window told before it is told anew.
    offer_ahead_s
        How long before the end of a promise its customer is asked at the earliest.
    kept_share
        Probability with which an offered window will be kept, above 0.5 and below 1.
    most_offers
        How often a customer is asked anything in a day.
    """

    ahead_s: float | None
    told_share: float
    told_s: float
    tolerance_s: float
    offer_ahead_s: float
    kept_share: float
    most_offers: int

    def wrong(self) -> list[str]:
        """Return what is wrong with it, by the names that its settings have in a scenario."""
        return wrong_knobs(
            ("notify_ahead_s", self.ahead_s, 0),
            ("told_share", self.told_share, 0.01),
            ("told_s", self.told_s, 0),
            ("tolerance_s", self.tolerance_s, 0),
            ("offer_ahead_s", self.offer_ahead_s, 0),
            ("kept_share", self.kept_share, 0.5),
            ("most_offers", self.most_offers, 0),
            most={"told_share": 0.99, "kept_share": 0.99},
        )


class Talk:
    """Says what customers should know, and asks those whose promise will be broken.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    manner
        How.
    """

    def __init__(self, briefing: Briefing, manner: Manner) -> None:
        self._classes = briefing.service_classes
        self._notice_s = briefing.rules.notice_s
        self._manner = manner
        self._offered: dict[OrderId, TimeWindow] = {}

    # Telling

    def tells(self, outlook: Mapping[OrderId, Prediction], view: View) -> list[Message]:
        """Return what customers are to be told now."""
        found: list[Message] = []
        for order_id, one in outlook.items():
            row = view.by_order.get(order_id)
            if row is not None and row.status in CHANGEABLE and self._is_told(row, one, view):
                window = self._around(one, view.now_s)
                found.append(Notify(order_id, window))
        return found

    def _is_told(self, row: OrderView, one: Prediction, view: View) -> bool:
        """Whether a customer does not know yet what is expected now."""
        knows = row.contact.told or (row.order.window if row.order.agreed else None)
        if knows is not None:
            slack_s = self._manner.tolerance_s
            return not knows.opens_at_s - slack_s <= one.begins_s <= knows.closes_at_s + slack_s
        if self._manner.ahead_s is not None:
            return one.begins_s - self._manner.ahead_s <= view.now_s
        return row.vehicle is not None and _is_out(row, view)

    def _around(self, one: Prediction, now_s: float) -> TimeWindow:
        """Return the window in which service begins with the share told, in full five minutes.

        It is no longer than one that customers stay in for, and not shorter than what is told.
        """
        tail = (1 - self._manner.told_share) / 2
        wide_s = max(one.by(1 - tail) - one.by(tail), self._manner.told_s)
        steps = ceil(wide_s / ROUND_S)
        if self._notice_s >= ROUND_S:
            steps = min(steps, floor(self._notice_s / ROUND_S))
        opens_s = floor((one.begins_s - steps * ROUND_S / 2) / ROUND_S) * ROUND_S
        opens_s = max(opens_s, floor(now_s / ROUND_S) * ROUND_S)
        return TimeWindow(opens_s, opens_s + steps * ROUND_S)

    # Asking

    def asks(
        self,
        in_danger: Iterable[OrderId],
        outlook: Mapping[OrderId, Prediction],
        view: View,
        *,
        windows: bool,
        lockers: bool,
        reaches: Reaches,
    ) -> list[Message]:
        """Return what is offered to customers whose promise will be broken.

        A later window is offered first, and again only where service is expected after the one
        offered before; who said no, or cannot be offered one, is offered the locker.

        Parameters
        ----------
        windows, lockers
            Whether these are offered at all.
        """
        found: list[Message] = []
        for order_id in in_danger:
            row = view.by_order[order_id]
            contact = row.contact
            if row.order.promise.closes_at_s - view.now_s > self._manner.offer_ahead_s:
                continue  # a plan may still be found that keeps it
            asked_enough = contact.offers >= self._manner.most_offers
            if contact.offer is not None or asked_enough or row.status not in CHANGEABLE:
                continue
            offer = self._window(row, outlook.get(order_id), view) if windows else None
            if offer is None and lockers and row.can_be_planned:
                offer = self._locker(row, view, reaches)
            if offer is not None:
                found.append(offer)
        return found

    def _window(self, row: OrderView, one: Prediction | None, view: View) -> Offer | None:
        """Return the offer of a later window that will be kept; None if there is none."""
        if one is None:
            return None
        kept = self._manner.kept_share
        opens_s = max(floor(one.by(1 - kept) / ROUND_S) * ROUND_S, view.now_s)
        closes_s = max(ceil(one.by(kept) / ROUND_S) * ROUND_S, opens_s + self._manner.told_s)
        closes_s = min(closes_s, floor(one.last_s / ROUND_S) * ROUND_S)
        door = view.places[row.order.customer]
        if door.hours:
            hours = next((h for h in door.hours if one.begins_s <= h.closes_at_s), None)
            if hours is None:
                return None
            opens_s, closes_s = max(opens_s, hours.opens_at_s), min(closes_s, hours.closes_at_s)
        before = self._offered.get(row.id)
        is_new = before is None or one.begins_s > before.closes_at_s
        is_kept = opens_s < closes_s and one.later_than(closes_s) <= 1 - kept
        if not is_new or not is_kept or closes_s <= row.order.promise.closes_at_s:
            return None
        window = self._offered[row.id] = TimeWindow(opens_s, closes_s)
        return OfferWindow(row.id, window)

    def _locker(self, row: OrderView, view: View, reaches: Reaches) -> Offer | None:
        """Return the offer of the order's locker, where its class allows one and it helps."""
        order = row.order
        locker = None if order.locker is None else view.places.get(order.locker)
        allowed = self._classes[order.service_class].retry is Retry.LOCKER
        if locker is None or not allowed or order.kind is not OrderKind.DELIVERY:
            return None
        if order.destination == locker.id:
            return None
        there = replace(order, destination=locker.id, window=ALWAYS, agreed=False)
        return OfferLocker(row.id, locker.id) if reaches(replace(row, order=there)) else None


def _is_out(row: OrderView, view: View) -> bool:
    """Whether the vehicle that carries an order has left the depot with it."""
    vehicle = view.by_vehicle.get(row.vehicle) if row.vehicle is not None else None
    if vehicle is None or not vehicle.on_duty:
        return False
    return vehicle.place is None or view.places[vehicle.place].kind is not PlaceKind.DEPOT
