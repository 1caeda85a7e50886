"""Rules about breakdowns: a vehicle that is down does nothing, and its goods stay."""

from collections.abc import Iterator
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import OF_VEHICLES, Rule, clock, rule
from experiments.checker.words import Event


@rule(*OF_VEHICLES, "Arrived", "Diverted", "Delivered", "Collected", "AttemptFailed", "Loaded",
      "Unloaded", "Walked", "Recharged", "BreakEnded", "VehicleFree", "BrokeDown",
      "TakenOver")  # fmt: skip
def down_does_nothing(day: Day, event: Event) -> Iterator[str]:
    """A vehicle that is broken down or was towed in does nothing."""
    van = day.van(event["vehicle"])
    if van.out:
        yield f"{event['vehicle']} was towed in"
    elif van.down is not None:
        yield f"{event['vehicle']} is down since {clock(van.down['at_s'])}"


@rule("RepairBegan", "Repaired", "Towed")
def helped_when_down(day: Day, event: Event) -> Iterator[str]:
    """Only what is broken down is repaired or towed in, once."""
    van = day.van(event["vehicle"])
    if van.down is None:
        yield f"{event['vehicle']} is not broken down"
    if van.out:
        yield f"{event['vehicle']} was towed in before"


@rule("Towed")
def towed_with_its_goods(day: Day, event: Event) -> Iterator[str]:
    """What was aboard a vehicle that is towed in is put down at the depot it comes to."""
    van = day.van(event["vehicle"])
    if sorted(event["orders"]) != sorted(van.aboard):
        yield f"{', '.join(van.aboard) or 'nothing'} was aboard"
    place = day.place(event["place"])
    if place["kind"] != "depot":
        yield f"{event['place']} is no depot"
    if place["nodes"].get(van.vehicle["mode"]) != event["node"]:
        yield f"{event['place']} is not at junction {event['node']}"


@rule("RepairBegan")
def repair_crews(day: Day, event: Event) -> Iterator[str]:
    """No more vehicles are repaired at once than there are crews."""
    crews = day.rule("repair_crews", None)
    busy = [
        vehicle_id
        for vehicle_id, van in day.vans.items()
        if vehicle_id != event["vehicle"] and van.down is not None and van.helped and not van.out
    ]
    if crews is not None and len(busy) >= crews:
        yield f"{', '.join(busy)} have the {crews} crews"
    if day.van(event["vehicle"]).helped:
        yield f"the repair of {event['vehicle']} began before"


RULES: Final[tuple[Rule, ...]] = (
    down_does_nothing,
    helped_when_down,
    towed_with_its_goods,
    repair_crews,
)
