"""Until when an order can wait before somebody must leave with it: its slack.

Least slack first is a rule of job shops, where what is left to be done is subtracted from the
time until a job is due (Panwalkar and Iskander 1977, "A survey of scheduling rules",
doi 10.1287/opre.25.1.45); here that is loading, the way, and the walk to the door.
"""

from typing import NamedTuple

from policies.blocks.believed import Believed
from policies.blocks.items import before_door_s, window_of
from policies.blocks.stops import needs_goods
from twin import Briefing, Order, OrderView, Place, View
from twin.model import Mode, NodeId, OrderId, PlaceId
from twin.view import expected_stop_s

NEVER_S = -1e9
"""Earlier than anything; finite, so that differences stay numbers."""


Kind = tuple[Mode, bool, PlaceId | None]
"""How a vehicle moves, whether it looks for parking, and where it ends."""


class Limits(NamedTuple):
    """The latest instants to begin with an order where it waits, seconds since midnight.

    Attributes
    ----------
    promised_s
        Later than that its promise cannot be kept.
    last_s
        Later than that it cannot be served today, by its hard window and by the shifts.
    """

    promised_s: float
    last_s: float

    def next_s(self, now_s: float) -> float:
        """Return the first of them that is not over, or else the last one."""
        return self.promised_s if self.promised_s >= now_s else self.last_s


class Slackness:
    """Until when orders can wait, by believed times, for a vehicle that serves nobody else.

    Goods wait where they are; for a collection a vehicle waits at the depot that it is brought
    to. From there it takes the expected loading, the drive at the slower of the speeds at its two
    ends, parking and the walk to the door; and after the service the way home, for a vehicle that
    has an end place, must be over with the latest shift of its kind. Of several kinds of vehicle
    the one counts that can leave last. An order whose promise can no longer be kept has the slack
    that is left until it cannot be served at all: it comes after those that can still be saved.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    believed
        Driving times; `forget` is to be called when they are others.
    """

    def __init__(self, briefing: Briefing, believed: Believed) -> None:
        self._classes = briefing.service_classes
        self._believed = believed
        self._ends_s = _shifts_end_s(briefing)
        self._known: dict[tuple[OrderId, PlaceId | None], tuple[Order, Limits]] = {}

    def forget(self) -> None:
        """Work everything out anew."""
        self._known.clear()

    def limits(self, row: OrderView, view: View) -> Limits:
        """Return until when an order that is not aboard can wait; long ago if no way leads."""
        waits_at = row.place if needs_goods(row) else row.order.destination
        key = (row.id, waits_at)
        known = self._known.get(key)
        if known is None or known[0] is not row.order:
            limits = self._limits(row, view.places[waits_at], view) if waits_at else _NEVER
            known = self._known[key] = (row.order, limits)
        return known[1]

    def _limits(self, row: OrderView, start: Place, view: View) -> Limits:
        order, door = row.order, view.places[row.order.customer]
        _, closes_s, hard_s = window_of(order, self._classes[order.service_class], door)
        promised_s, last_s = NEVER_S, NEVER_S
        for (mode, parks, ends_at), ends_s in self._ends_s.items():
            if mode not in start.nodes or mode not in door.nodes:
                continue
            before_s = before_door_s(door, parks=parks)
            stop_s = expected_stop_s(door, (order,), parks=parks) - before_s
            back_by_s = ends_s
            if ends_at is not None and mode in view.places[ends_at].nodes:
                home = view.places[ends_at].nodes[mode]
                back_by_s = self._leaves_by_s(door.nodes[mode], home, mode, ends_s)
            latest_s = min(hard_s, back_by_s - stop_s)
            way = (start.nodes[mode], door.nodes[mode], mode)
            loads_s = _load_s(order, start) if needs_goods(row) else 0.0
            last = self._leaves_by_s(*way, latest_s - before_s) - loads_s
            kept = self._leaves_by_s(*way, min(closes_s, latest_s) - before_s) - loads_s
            promised_s, last_s = max(promised_s, kept), max(last_s, last)
        return Limits(promised_s, last_s)

    def _leaves_by_s(self, origin: NodeId, end: NodeId, mode: Mode, there_by_s: float) -> float:
        """Return when a way must be begun to be at its end by an instant."""
        usual_s = self._believed.reference_s(origin, end, mode)
        if not 0 < usual_s < float("inf"):
            return there_by_s if usual_s == 0 else NEVER_S
        drive_s = usual_s * self._believed.pace(mode, there_by_s)
        slower_s = usual_s * self._believed.pace(mode, there_by_s - drive_s)
        return there_by_s - max(drive_s, slower_s)


def _shifts_end_s(briefing: Briefing) -> dict[Kind, float]:
    """Return when the last shift of each kind of vehicle ends."""
    by_id = {vehicle.id: vehicle for vehicle in briefing.vehicles}
    found: dict[Kind, float] = {}
    for duty in briefing.duties:
        one = by_id[duty.vehicle]
        kind = (one.mode, one.looks_for_parking, one.ends_at)
        found[kind] = max(duty.shift.closes_at_s, found.get(kind, NEVER_S))
    return found


def _load_s(order: Order, start: Place) -> float:
    expected = start.expected
    handled_s = expected.per_parcel_s * order.load.parcels
    return expected.fixed_s + (handled_s if order.load_s is None else order.load_s)


_NEVER = Limits(NEVER_S, NEVER_S)
