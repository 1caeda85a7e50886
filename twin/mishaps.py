"""What follows when a vehicle cannot go on: waiting for help, repair, towing, a spare (S14)."""

from typing import TYPE_CHECKING

from twin.driving import Leg, LegEnd
from twin.events import BrokeDown, DutyMoved, RepairBegan, Repaired, Returned, Towed
from twin.model import Duty, NodeId, Place, PlaceId, PlaceKind, Retry, VehicleId
from twin.rules import BreakdownClock
from twin.surprises import Breakdown
from twin.waits import Goes, Waits

if TYPE_CHECKING:
    from twin.life import Life


def breaks_down(life: "Life", duty: Duty, end: LegEnd, leg: Leg | None) -> Goes:
    """Break down where a leg ended, or where the vehicle stands; return whether the duty goes on.

    Parameters
    ----------
    leg
        The leg it was on, None if it stands.
    """
    day, row = life.day, life.row
    if end.why == "battery empty":
        failure = Breakdown(0.0, day.world.rules.stranded_s, None)
    else:
        failure = life.wear.struck(day.now_s)
    life.wear.stops(day.now_s)
    day.emit(_broke_down(life, end, leg))
    yield from life.sleep(failure.wait_s)
    if failure.repair_s is None:
        yield from life.sleep(failure.tow_s)
        yield from _until_handed_over(life)
        depot = _depot(life)
        node = day.state.places[depot].nodes[row.vehicle.mode]
        orders = tuple(row.aboard)
        day.emit(Towed(day.now_s, life.id, node, depot, orders))
        for order_id in orders:
            if day.state.orders[order_id].waits_for is Retry.RETURN:
                day.emit(Returned(day.now_s, order_id, depot))
        life.tells_who_waits()
        yield from life.settle()
        if (yield from moves_to_spare(life, duty)):
            return False
        yield from life.sleep_until(max(day.now_s, duty.shift.closes_at_s))
        return False
    crew = None if day.crews is None else day.crews.request()
    if crew is not None:
        yield crew
    day.emit(RepairBegan(day.now_s, life.id))
    yield from life.sleep(failure.repair_s)
    if crew is not None and day.crews is not None:
        day.crews.release(crew)
    yield from _until_handed_over(life)
    day.emit(Repaired(day.now_s, life.id))
    if day.world.rules.breakdown_clock in {BreakdownClock.DUTY, BreakdownClock.CALENDAR}:
        life.wear.runs(day.now_s)
    return True


def _until_handed_over(life: "Life") -> Waits:
    """Wait until nobody is taking goods out of the vehicle."""
    while (meeting := life.day.meetings.get(life.id)) is not None:
        yield meeting


def _broke_down(life: "Life", end: LegEnd, leg: Leg | None) -> BrokeDown:
    day, row = life.day, life.row
    if leg is None:
        place = _site(life, row.node) if row.place is None else day.state.places[row.place]
        return BrokeDown(day.now_s, life.id, end.why, row.node, (), (), (), place)
    edges, lengths_m = leg.driven(end)
    whole = end.part_m is None or end.part_m >= leg.path.lengths_m[end.edges - 1]
    node = leg.path.nodes[end.edges if whole else end.edges - 1]
    place = _site(life, leg.path.nodes[end.edges])
    entered = leg.times[: end.edges]
    return BrokeDown(day.now_s, life.id, end.why, node, edges, lengths_m, entered, place)


def _site(life: "Life", node: NodeId) -> Place:
    """Return a new place where the vehicle can be found, reached from a junction."""
    number = sum(place_id.startswith(f"breakdown/{life.id}/") for place_id in life.day.state.places)
    place_id = PlaceId(f"breakdown/{life.id}/{number + 1}")
    return Place(place_id, PlaceKind.SITE, {life.row.vehicle.mode: node})


def _depot(life: "Life") -> PlaceId:
    """Return where a vehicle is towed to: its own depot, else the first that it can reach."""
    places, vehicle = life.day.state.places, life.row.vehicle
    for place_id in (vehicle.ends_at, vehicle.starts_at):
        if place_id is not None and places[place_id].kind is PlaceKind.DEPOT:
            return place_id
    depots = sorted(
        place.id
        for place in places.values()
        if place.kind is PlaceKind.DEPOT and vehicle.mode in place.nodes
    )
    return depots[0] if depots else vehicle.starts_at


def moves_to_spare(life: "Life", duty: Duty) -> Goes:
    """Let the driver of a vehicle that is out of service go on with a spare one, if one is there.

    Returns whether there was one; its duty is over then.
    """
    day, row = life.day, life.row
    spare = _spare(life)
    if spare is None or day.now_s >= duty.shift.closes_at_s:
        return False
    day.emit(DutyMoved(day.now_s, row.vehicle.id, duty.id, spare))
    other = day.lives[spare]
    other.process, other.choices = life.process, life.choices
    yield from other.work(duty)
    return True


def _spare(life: "Life") -> VehicleId | None:
    state, mine = life.day.state, life.row
    for vehicle_id in life.day.world.spares:
        row = state.vehicles[vehicle_id]
        free = row.duty is None and not row.on_duty and not row.out_of_service
        if free and row.place == mine.place and row.vehicle.mode == mine.vehicle.mode:
            return vehicle_id
    return None
