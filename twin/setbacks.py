"""What must be true of setbacks in a journal: changed minds, carriers, breakdowns, rest, meetings.

The part of `twin.soundness` about what goes otherwise than planned.
"""

from collections.abc import Callable
from typing import Any, Final

from twin.events import (
    BreakBegan,
    BreakEnded,
    BrokeDown,
    CarrierDelivered,
    CarrierFailed,
    DutyCancelled,
    DutyMoved,
    HandedOver,
    HandOverBegan,
    IncidentKnown,
    IncidentOver,
    OrderCancelled,
    OrderChanged,
    OrderTendered,
    RechargeBegan,
    Recharged,
    RepairBegan,
    Repaired,
    TakenOver,
    Towed,
    Walked,
    WalkingBegan,
)
from twin.model import Carrier, CarrierKind, Duty, DutyId, OrderId, PlaceKind, VehicleId
from twin.talks import Talks
from twin.units import clock

_KWH_ROUNDING: Final = 1e-6


class Setbacks(Talks):
    """Follows what goes otherwise than planned.

    Attributes
    ----------
    duties, worked, moved
        Duties of the day, those that were begun, and those that a spare vehicle took over.
    carriers, given
        Carriers of the day, and what each overflow carrier was given.
    lock_s
        How long before a shift vehicles may be loaded for it.
    looks
        What is done with each kind of event here.
    """

    def __init__(self) -> None:
        super().__init__()
        self.duties: dict[DutyId, Duty] = {}
        self.worked: dict[DutyId, None] = {}
        self.moved: dict[DutyId, VehicleId] = {}
        self.carriers: dict[str, Carrier] = {}
        self.given: dict[OrderId, str] = {}
        self.lock_s = 0.0
        self._incidents: dict[str, None] = {}
        self._on_the_way: dict[OrderId, VehicleId] = {}
        self.looks: dict[type, Callable[[Any], None]] = {
            **self.hears,
            IncidentKnown: self._incident_known,
            IncidentOver: self._incident_over,
            OrderChanged: self._order_changed,
            OrderCancelled: self._order_cancelled,
            OrderTendered: self._order_tendered,
            CarrierDelivered: self._carrier_told,
            CarrierFailed: self._carrier_told,
            DutyCancelled: self._duty_cancelled,
            DutyMoved: self._duty_moved,
            BrokeDown: self._broke_down,
            RepairBegan: self._helped,
            Repaired: self._repaired,
            Towed: self._towed,
            WalkingBegan: self._walks,
            Walked: self._walked,
            BreakBegan: self._break_began,
            BreakEnded: self._break_ended,
            RechargeBegan: self._recharge_began,
            Recharged: self._recharged,
            HandOverBegan: self._hand_over_began,
            HandedOver: self._handed_over,
            TakenOver: self._taken_over,
        }

    # The streets, customers and carriers

    def _incident_known(self, event: IncidentKnown) -> None:
        self.check(event.incident.id not in self._incidents, "was known before")
        self._incidents[event.incident.id] = None

    def _incident_over(self, event: IncidentOver) -> None:
        self.check(event.incident in self._incidents, f"{event.incident} was not known")

    def _order_changed(self, event: OrderChanged) -> None:
        row, now = self.orders[event.order.id], event.order
        self.places.update((place.id, place) for place in event.places)
        self.check(not row.end, f"order {now.id} was {row.end} before")
        was = (row.order.kind, row.order.parcels, row.order.origin)
        self.check(was == (now.kind, now.parcels, now.origin), f"order {now.id} is another one")
        told = row.order.notified == now.notified
        self.check(told, f"order {now.id} changes whether its customer was told before the day")
        self.check(now.destination in self.places, f"place {now.destination} is not known")
        row.order = now

    def _order_cancelled(self, event: OrderCancelled) -> None:
        self.ends(self.orders[event.order], "cancelled")

    def _order_tendered(self, event: OrderTendered) -> None:
        row, carrier = self.orders[event.order], self.carriers[event.carrier]
        self.check(not row.end, f"order {event.order} is {row.end}")
        self.check(row.attempts == row.order.attempts_before, f"order {event.order} was tried")
        at_depot = row.at in self.places and self._is_depot(str(row.at))
        self.check(at_depot, f"the goods of {event.order} are at {row.at}, no depot")
        self.check(carrier.kind is CarrierKind.OVERFLOW, f"{carrier.id} is {carrier.kind.value}")
        by_s = carrier.tender_by_s
        self.check(by_s is None or event.at_s <= by_s, f"{carrier.id} takes orders no more")
        self.given[event.order] = event.carrier
        count = sum(given == event.carrier for given in self.given.values())
        fits = carrier.cap is None or count <= carrier.cap
        self.check(fits, f"{carrier.id} takes {carrier.cap} orders")
        row.at = event.carrier

    def _carrier_told(self, event: CarrierDelivered | CarrierFailed) -> None:
        given = self.given.get(event.order)
        self.check(given == event.carrier, f"order {event.order} was given to {given}")
        if isinstance(event, CarrierDelivered):
            self.check(event.began_at_s <= event.at_s, "told before it happened")
            self.ends(self.orders[event.order], "delivered")

    def _is_depot(self, place_id: str) -> bool:
        return any(p.id == place_id and p.kind is PlaceKind.DEPOT for p in self.places.values())

    # Duties

    def _duty_cancelled(self, event: DutyCancelled) -> None:
        van = self.vans[event.vehicle]
        self.check(event.duty not in self.worked, f"duty {event.duty} began before")
        self.worked[event.duty] = None
        for order_id in tuple(van.aboard):
            if van.place is not None:
                self.leaves(event.vehicle, order_id, van.place)

    def _duty_moved(self, event: DutyMoved) -> None:
        van, spare = self.vans[event.vehicle], self.vans[event.spare]
        self.check(van.towed, f"{event.vehicle} was not towed in")
        self.check(spare.duty is None and not spare.towed, f"{event.spare} is not free")
        self.check(spare.place == van.place, f"{event.spare} is at {spare.place}")
        van.duty = None
        self.moved[event.duty] = event.spare
        self.worked.pop(event.duty, None)

    # Breakdowns

    def _broke_down(self, event: BrokeDown) -> None:
        van = self.on_duty(event.vehicle)
        self.check(van.doing in {"", "driving"}, f"{event.vehicle} is {van.doing}")
        self.places[event.place.id] = event.place
        leg, driven = van.leg, len(event.edges)
        if leg is None:
            self.check(not driven and event.node == van.node, f"is at node {van.node}")
        else:
            same = event.edges == leg.edges[:driven]
            same = same and event.lengths_m[:-1] == leg.lengths_m[: max(0, driven - 1)]
            self.check(same, "drove other edges than it departed on")
            if driven:
                rest_m = leg.lengths_m[driven - 1] - event.lengths_m[-1]
                self.check(rest_m >= 0, f"drove {-rest_m} m more than the street is long")
                van.rest_m = (event.edges[-1], rest_m) if rest_m else None
            at_node = leg.nodes[driven - (van.rest_m is not None)]
            self.check(event.node == at_node, f"passed junction {at_node} last")
        van.leg, van.node, van.place, van.down = None, event.node, event.place.id, event

    def _helped(self, event: RepairBegan | Repaired | Towed) -> None:
        van = self.vans[event.vehicle]
        self.check(van.down is not None and not van.towed, f"{event.vehicle} is not broken down")

    def _repaired(self, event: Repaired) -> None:
        self._helped(event)
        self.vans[event.vehicle].down = None

    def _towed(self, event: Towed) -> None:
        self._helped(event)
        van = self.vans[event.vehicle]
        aboard = tuple(van.aboard)
        self.check(event.orders == aboard, f"{event.orders} are put down, aboard are {aboard}")
        for order_id in event.orders:
            self.leaves(event.vehicle, order_id, event.place)
        van.towed, van.node, van.place, van.rest_m = True, event.node, event.place, None

    # On foot, at rest, at a charger

    def _walks(self, event: WalkingBegan) -> None:
        van = self.on_duty(event.vehicle)
        self.check(not van.doing, f"{event.vehicle} is {van.doing}")
        self.check(van.place is not None, f"{event.vehicle} is at no place")

    def _walked(self, event: Walked) -> None:
        self._walks(WalkingBegan(event.at_s, event.vehicle, event.place))
        van = self.vans[event.vehicle]
        parked = van.parked or van.place
        van.place, van.parked = event.place, None if event.place == parked else parked

    def _break_began(self, event: BreakBegan) -> None:
        self.at(event.vehicle, event.place).resting = event

    def _break_ended(self, event: BreakEnded) -> None:
        van = self.vans[event.vehicle]
        self.check(van.resting is not None, f"{event.vehicle} is on no break")
        if van.resting is not None and van.duty is not None:
            rules, why = van.duty.hours, van.resting.why
            least_s = {"driving": rules.drive_rest_s, "work": rules.work_rest_s}.get(why, 0.0)
            rested_s = event.at_s - van.resting.at_s
            self.check(rested_s >= least_s, f"rested {rested_s} s of {least_s} s")
        van.resting = None

    def _recharge_began(self, event: RechargeBegan) -> None:
        self.at(event.vehicle, event.place).charging = event
        chargers = self.places[event.place].chargers
        busy = [
            van.vehicle.id
            for van in self.vans.values()
            if van.charging is not None and van.charging.place == event.place
        ]
        count = 0 if chargers is None else chargers.count
        self.check(len(busy) <= count, f"{', '.join(busy)} at {count} chargers of {event.place}")

    def _recharged(self, event: Recharged) -> None:
        van = self.vans[event.vehicle]
        plugged, van.charging = van.charging, None
        if plugged is None:
            self.says(f"{event.vehicle} was not plugged in")
            return
        most_kwh = plugged.kw * (event.at_s - plugged.at_s) / 3600
        fits = event.kwh <= most_kwh + _KWH_ROUNDING
        self.check(fits, f"{event.kwh} kWh since {clock(plugged.at_s)}, at most {most_kwh}")

    # Hand-overs

    def _hand_over_began(self, event: HandOverBegan) -> None:
        self.at(event.vehicle, event.place).exchange = event
        other = self.vans[event.other]
        self.check(other.place == event.place, f"{event.other} is at {other.place}")

    def _handed_over(self, event: HandedOver) -> None:
        van, taker = self.vans[event.vehicle], self.vans[event.taker]
        begun = van.exchange is not None or van.down is not None
        self.check(begun, f"{event.vehicle} hands nothing over")
        self.check(taker.exchange is not None, f"{event.taker} takes nothing over")
        van.exchange = None
        for order_id in event.orders:
            self.leaves(event.vehicle, order_id, event.place)
            self._on_the_way[order_id] = event.taker

    def _taken_over(self, event: TakenOver) -> None:
        van = self.vans[event.vehicle]
        self.check(van.exchange is not None, f"{event.vehicle} takes nothing over")
        van.exchange = None
        for order_id in event.orders:
            taker = self._on_the_way.pop(order_id, None)
            self.check(taker == event.vehicle, f"{order_id} was given to {taker}")
            self.enters(event.vehicle, order_id)
