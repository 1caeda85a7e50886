"""What a journal adds up to, line by line: where goods and vehicles are, and who does what.

Folded by hand from the meaning of each event, so that what the rules judge by is not what the
engine believed. A line that breaks a rule is folded as well as can be, and the rest is judged on.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from experiments.checker.things import (
    DOES,
    HANDED_OVER,
    NOWHERE,
    Amount,
    Goods,
    UnknownError,
    Van,
    Work,
    tuple_sum,
)
from experiments.checker.words import Event

_Row = TypeVar("_Row")


class Day:
    """All that a journal told so far.

    Attributes
    ----------
    header
        The line with which the day began; empty before it.
    line, now_s, question
        Number of the line looked at, from 1; time of the line before it; last question answered.
    """

    def __init__(self) -> None:
        self.header: Event = {}
        self.line = 0
        self.now_s = float("-inf")
        self.question = 0
        self.ended = False
        self.orders: dict[str, Goods] = {}
        self.vans: dict[str, Van] = {}
        self.places: dict[str, Event] = {}
        self.duties: dict[str, Event] = {}
        self.drivers: dict[str, Event] = {}
        self.works: dict[str, Work] = {}
        self.cancelled_duties: dict[str, None] = {}
        self.moved_duties: dict[str, str] = {}
        self.incidents: dict[str, Event] = {}
        self._fold: dict[str, Callable[[Event], None]] = {
            "DayBegan": self._day_began,
            "DayEnded": self._day_ended,
            "IncidentKnown": self._incident_known,
            "IncidentOver": self._incident_over,
            "PlanMade": self._plan_made,
            "ActionsDropped": self._actions_dropped,
            "OrderPlaced": self._order_placed,
            "OrderReady": self._order_ready,
            "OrderChanged": self._order_changed,
            "OrderCancelled": self._order_cancelled,
            "OrderDeclined": self._order_declined,
            "Returned": self._returned,
            "OrderTendered": self._order_tendered,
            "CarrierDelivered": self._carrier_delivered,
            "CarrierFailed": self._carrier_failed,
            "ShiftBegan": self._shift_began,
            "ShiftEnded": self._shift_ended,
            "DutyEnded": self._duty_ended,
            "DutyCancelled": self._duty_cancelled,
            "DutyMoved": self._duty_moved,
            "Departed": self._departed,
            "Arrived": self._arrived,
            "Diverted": self._diverted,
            "BrokeDown": self._broke_down,
            "RepairBegan": self._repair_began,
            "Repaired": self._repaired,
            "Towed": self._towed,
            "Walked": self._walked,
            "BreakBegan": self._break_began,
            "BreakEnded": self._break_ended,
            "RechargeBegan": self._recharge_began,
            "Recharged": self._recharged,
            "ServiceBegan": self._service_began,
            "Delivered": self._delivered,
            "Collected": self._collected,
            "AttemptFailed": self._attempt_failed,
            "LoadingBegan": self._loading_began,
            "Unloaded": self._unloaded,
            "Loaded": self._loaded,
            "HandOverBegan": self._hand_over_began,
            "HandedOver": self._handed_over,
            "TakenOver": self._taken_over,
        }

    def order(self, order_id: str) -> Goods:
        """Return an order by its id.

        Raises
        ------
        UnknownError
            If it was never placed.
        """
        return _known(self.orders, order_id, "order")

    def van(self, vehicle_id: str) -> Van:
        """Return a vehicle by its id; raises `UnknownError` as all of these do."""
        return _known(self.vans, vehicle_id, "vehicle")

    def place(self, place_id: str) -> Event:
        """Return a place by its id."""
        return _known(self.places, place_id, "place")

    def duty(self, duty_id: str) -> Event:
        """Return a duty by its id."""
        return _known(self.duties, duty_id, "duty")

    def rule(self, name: str, otherwise: Any) -> Any:  # noqa: ANN401 # as written in the header
        """Return a setting of the day's rules."""
        return self.header.get("rules", {}).get(name, otherwise)

    def load(self, van: Van) -> Amount:
        """Return what a vehicle carries, added up from its goods."""
        amounts = [self.orders[order_id].amount for order_id in van.aboard]
        return tuple_sum(amounts)

    def driver(self, van: Van) -> Event | None:
        """Return who drives a vehicle now."""
        return None if van.work is None else self.drivers.get(van.work.duty["driver"])

    def apply(self, event: Event) -> None:
        """Let a line have happened.

        Raises
        ------
        UnknownError
            If it names what is not known; what could be folded before that is.
        """
        kind, at_s = event["event"], float(event["at_s"])
        self.now_s = max(self.now_s, at_s)
        vehicle_id = event.get("vehicle")
        if kind in DOES and vehicle_id in self.vans:
            self._does(self.vans[vehicle_id], DOES[kind], at_s)
        if kind in self._fold:
            self._fold[kind](event)

    def _does(self, van: Van, activity: str, at_s: float) -> None:
        if van.work is not None:
            spent_s = van.work.seconds
            spent_s[van.activity] = spent_s.get(van.activity, 0.0) + at_s - van.since_s
        van.activity, van.since_s = activity, at_s

    # The day

    def _day_began(self, event: Event) -> None:
        self.header = event
        self.places.update((place["id"], place) for place in event["places"])
        self.duties.update((duty["id"], duty) for duty in event["duties"])
        self.drivers.update((driver["id"], driver) for driver in event["drivers"])
        for vehicle in event["vehicles"]:
            nodes = self.place(vehicle["starts_at"])["nodes"]
            node = nodes.get(vehicle["mode"])
            van = Van(vehicle, node, vehicle["starts_at"], event["at_s"])
            self.vans[vehicle["id"]] = van

    def _day_ended(self, _: Event) -> None:
        self.ended = True

    def _incident_known(self, event: Event) -> None:
        self.incidents[event["incident"]["id"]] = event["incident"]
        self._wake_all(event)

    def _incident_over(self, event: Event) -> None:
        self._wake_all(event)

    def _wake_all(self, event: Event) -> None:
        for van in self.vans.values():
            van.woken_at_s = event["at_s"]

    def _plan_made(self, event: Event) -> None:
        self.question = event["question"]
        for vehicle_id, route in event["routes"].items():
            van = self.van(vehicle_id)
            van.route, van.woken_at_s = list(route), event["at_s"]

    def _actions_dropped(self, event: Event) -> None:
        self.van(event["vehicle"]).woken_at_s = event["at_s"]

    # Orders

    def _order_placed(self, event: Event) -> None:
        order = event["order"]
        self.places.update((place["id"], place) for place in event["places"])
        kind = _known(self.header["service_classes"], order["service_class"], "service class")
        self.orders[order["id"]] = Goods(
            order,
            kind,
            order["origin"],
            order["ready_at_s"],
            event["at_s"],
            attempts=order.get("attempts_before", 0),
        )

    def _order_ready(self, event: Event) -> None:
        self.order(event["order"]).ready_at_s = event["at_s"]

    def _order_changed(self, event: Event) -> None:
        self.places.update((place["id"], place) for place in event["places"])
        goods = self.order(event["order"]["id"])
        goods.order = event["order"]

    def _order_cancelled(self, event: Event) -> None:
        self._ends(event, "cancelled")

    def _order_declined(self, event: Event) -> None:
        self._ends(event, "declined")

    def _returned(self, event: Event) -> None:
        self._ends(event, "returned")

    def _order_tendered(self, event: Event) -> None:
        goods = self.order(event["order"])
        goods.carrier = goods.at = event["carrier"]

    def _carrier_delivered(self, event: Event) -> None:
        self._ends(event, "delivered").at = HANDED_OVER

    def _carrier_failed(self, event: Event) -> None:
        self.order(event["order"]).last_cause = event["cause"]

    def _ends(self, event: Event, end: str) -> Goods:
        goods = self.order(event["order"])
        if not goods.end:
            goods.end, goods.ended_at_s = end, event["at_s"]
        return goods

    # Duties

    def _shift_began(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        work = self.works.get(event["duty"])
        if work is None or event["duty"] not in self.moved_duties:
            work = Work(self.duty(event["duty"]), event["vehicle"], event["at_s"])
        work.vehicle = event["vehicle"]
        self.works[event["duty"]] = van.work = work
        van.woken_at_s = event["at_s"]

    def _shift_ended(self, event: Event) -> None:
        self.van(event["vehicle"]).woken_at_s = event["at_s"]

    def _duty_ended(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        if van.work is not None:
            van.work.ended_at_s = event["at_s"]
        van.work = None
        van.route = []

    def _duty_cancelled(self, event: Event) -> None:
        self.cancelled_duties[event["duty"]] = None
        van = self.van(event["vehicle"])
        van.route = []
        for order_id in list(van.aboard):  # loaded for a duty that is not worked: put down again
            self._leaves(van, order_id, van.place or NOWHERE)

    def _duty_moved(self, event: Event) -> None:
        van, spare = self.van(event["vehicle"]), self.van(event["spare"])
        self.moved_duties[event["duty"]] = event["spare"]
        spare.work, van.work = van.work, None
        if spare.work is not None:
            spare.work.vehicle = event["spare"]
            spare.activity, spare.since_s = "idle", event["at_s"]
        spare.woken_at_s = event["at_s"]
        van.route = []

    # Driving

    def _departed(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        van.began_inside = van.rest_of_edge is not None
        van.leg, van.place, van.driver_at, van.rest_of_edge = event, None, None, None

    def _arrived(self, event: Event) -> None:
        self._ends_leg(event).place = event["place"]

    def _diverted(self, event: Event) -> None:
        self._ends_leg(event)

    def _ends_leg(self, event: Event) -> Van:
        van = self.van(event["vehicle"])
        van.leg, van.node = None, event["node"]
        return van

    def _broke_down(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        place = event["place"]
        self.places.setdefault(place["id"], place)
        leg, driven = van.leg, len(event["edges"])
        if leg is not None and 0 < driven <= len(leg["edges"]):
            rest_m = leg["lengths_m"][driven - 1] - event["lengths_m"][-1]
            van.rest_of_edge = (event["edges"][-1], rest_m)
        van.leg, van.node, van.place, van.down = None, event["node"], place["id"], event

    def _repair_began(self, event: Event) -> None:
        self.van(event["vehicle"]).helped = True

    def _repaired(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        van.down, van.helped, van.woken_at_s = None, False, event["at_s"]

    def _towed(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        van.node, van.place, van.out, van.rest_of_edge = event["node"], event["place"], True, None
        for order_id in event["orders"]:
            self._leaves(van, order_id, event["place"])

    # At a place

    def _walked(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        van.driver_at = None if event["place"] == van.place else event["place"]

    def _break_began(self, event: Event) -> None:
        self.van(event["vehicle"]).resting = event

    def _break_ended(self, event: Event) -> None:
        self.van(event["vehicle"]).resting = None

    def _recharge_began(self, event: Event) -> None:
        self.van(event["vehicle"]).charging = event

    def _recharged(self, event: Event) -> None:
        self.van(event["vehicle"]).charging = None
        for van in self.vans.values():  # who waits for a charger
            if van.place == event["place"]:
                van.woken_at_s = event["at_s"]

    def _service_began(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        van.serving, van.awaited = event, list(event["orders"])

    def _delivered(self, event: Event) -> None:
        van, _ = self._tried(event)
        self._leaves(van, event["order"], HANDED_OVER)
        self._ends(event, "delivered")

    def _collected(self, event: Event) -> None:
        van, _ = self._tried(event)
        self._enters(van, event["order"])
        self._ends(event, "collected")

    def _attempt_failed(self, event: Event) -> None:
        self._tried(event)[1].last_cause = event["cause"]

    def _tried(self, event: Event) -> tuple[Van, Goods]:
        van, goods = self.van(event["vehicle"]), self.order(event["order"])
        goods.attempts += 1
        goods.tried_today += 1
        if event["order"] in van.awaited:
            van.awaited.remove(event["order"])
        if not van.awaited:
            van.serving = None
        return van, goods

    # Goods

    def _loading_began(self, event: Event) -> None:
        self.van(event["vehicle"]).handling = event

    def _unloaded(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        for order_id in event["orders"]:
            self._leaves(van, order_id, event["place"])
        if van.handling is not None and not van.handling["load"]:
            van.handling = None

    def _loaded(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        van.handling = None
        for order_id in event["orders"]:
            self._enters(van, order_id)

    def _hand_over_began(self, event: Event) -> None:
        self.van(event["vehicle"]).exchange = event

    def _handed_over(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        van.exchange = None
        for order_id in event["orders"]:
            self._leaves(van, order_id, NOWHERE)

    def _taken_over(self, event: Event) -> None:
        van = self.van(event["vehicle"])
        van.exchange = None
        for order_id in event["orders"]:
            self._enters(van, order_id)

    def _enters(self, van: Van, order_id: str) -> None:
        goods = self.order(order_id)
        for other in self.vans.values():
            other.aboard.pop(order_id, None)
        van.aboard[order_id] = None
        goods.at = van.vehicle["id"]

    def _leaves(self, van: Van, order_id: str, to: str) -> None:
        van.aboard.pop(order_id, None)
        self.order(order_id).at = to


def _known(table: Mapping[str, _Row], key: str, what: str) -> _Row:
    if key not in table:
        raise UnknownError(f"{what} {key!r} is not known by now")
    return table[key]
