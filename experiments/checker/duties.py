"""Rules about duties: who works when, and one thing at a time."""

from collections.abc import Iterator
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import OF_VEHICLES, Given, Look, Rule, clock, remembering, rule
from experiments.checker.things import DOES
from experiments.checker.words import Event

_ENDS_WHAT: Final = {
    "Arrived": "driving",
    "Diverted": "driving",
    "Delivered": "serving",
    "Collected": "serving",
    "Unloaded": "loading",
    "Loaded": "loading",
    "Recharged": "recharging",
    "BreakEnded": "on break",
    "Repaired": "down",
    "Towed": "down",
    "TakenOver": "handing over",
}


@rule(*OF_VEHICLES, "DutyEnded")
def one_activity(day: Day, event: Event) -> Iterator[str]:
    """A vehicle ends what it does before it begins something else."""
    van = day.van(event["vehicle"])
    if van.doing and van.doing != "down":
        yield f"{event['vehicle']} is {van.doing}"


@rule(*_ENDS_WHAT)
def ends_what_began(day: Day, event: Event) -> Iterator[str]:
    """Only what was begun comes to an end."""
    van = day.van(event["vehicle"])
    expected = _ENDS_WHAT[event["event"]]
    if van.doing != expected:
        yield f"{event['vehicle']} is not {expected}, but {van.doing or van.activity}"


@rule(*OF_VEHICLES)
def no_gap(day: Day, event: Event) -> Iterator[str]:
    """Every second is in an activity: who is done goes on at once, or stands idle until told."""
    van = day.van(event["vehicle"])
    stands = van.activity == "idle" and van.work is not None
    if stands and event["at_s"] > max(van.since_s, van.woken_at_s):
        yield (
            f"{event['vehicle']} did nothing since {clock(van.since_s)} and nobody told it "
            "anything now"
        )


@rule(*OF_VEHICLES, "Arrived", "Diverted", "Delivered", "Collected", "AttemptFailed", "Unloaded",
      "Loaded", "Walked", "Recharged", "BreakEnded", "HandedOver", "TakenOver", "DutyEnded",
      "VehicleFree")  # fmt: skip
def on_duty(day: Day, event: Event) -> Iterator[str]:
    """Only a vehicle with a driver on duty does anything; what is preloaded is loaded before."""
    van = day.van(event["vehicle"])
    handling = event if event["event"] == "LoadingBegan" else van.handling
    is_preloaded = handling is not None and handling["preloaded"]
    if van.work is None and not (is_preloaded and event["event"] in {"LoadingBegan", "Loaded"}):
        yield f"{event['vehicle']} is on no duty"


@rule("ShiftBegan")
def shift_begins(day: Day, event: Event) -> Iterator[str]:
    """A duty begins once, in its shift, on its vehicle where that stands, with its driver free."""
    van, duty = day.van(event["vehicle"]), day.duty(event["duty"])
    moved = day.moved_duties.get(event["duty"]) == event["vehicle"]
    if van.work is not None and not moved:
        yield f"{event['vehicle']} is on duty {van.work.duty['id']}"
    if event["duty"] in day.works and not moved:
        yield f"duty {event['duty']} began before"
    if event["duty"] in day.cancelled_duties:
        yield f"duty {event['duty']} was cancelled"
    if duty["vehicle"] != event["vehicle"] and not moved:
        yield f"duty {event['duty']} is of {duty['vehicle']}"
    if event["at_s"] < duty["shift"]["opens_at_s"]:
        yield f"its shift begins at {clock(duty['shift']['opens_at_s'])}"
    if event["place"] != van.place:
        yield f"at {event['place']}, {event['vehicle']} is at {van.place}"
    for other_id, other in day.vans.items():
        busy = other.work is not None and other.work.duty["driver"] == duty["driver"]
        if busy and other_id != event["vehicle"]:
            yield f"driver {duty['driver']} is on {other_id}"


@rule("ShiftEnded", "DutyEnded")
def shift_ends(day: Day, event: Event) -> Iterator[str]:
    """A shift ends when it says; who has ended it is home, with nothing left to do."""
    van, duty = day.van(event["vehicle"]), day.duty(event["duty"])
    if van.work is None or van.work.duty["id"] != event["duty"]:
        yield f"{event['vehicle']} is not on duty {event['duty']}"
    closes_at_s = duty["shift"]["closes_at_s"]
    if event["event"] == "ShiftEnded":
        began_at_s = closes_at_s if van.work is None else van.work.began_at_s
        if event["at_s"] != max(closes_at_s, began_at_s):
            yield f"the shift ends at {clock(closes_at_s)}"
        return
    if event["at_s"] < closes_at_s and not van.out:
        yield f"before the shift's end, {clock(closes_at_s)}"
    home = van.vehicle["ends_at"]
    if home is not None and van.place != home and van.down is None:
        yield f"{event['vehicle']} is at {van.place}, its home is {home}"


@rule("Departed")
def overtime(day: Day, event: Event) -> Iterator[str]:
    """No stop is departed for after the shift and the overtime that is allowed; only home is."""
    van = day.van(event["vehicle"])
    if van.work is None or event["home"]:
        return
    duty = van.work.duty
    limit_s = duty["shift"]["closes_at_s"] + duty["overtime_s"]
    if event["at_s"] > limit_s:
        yield f"shift and overtime of {duty['id']} ended at {clock(limit_s)}"


@rule(*DOES)
def whole_duty(day: Day, event: Event) -> Iterator[str]:
    """The seconds of a duty's activities, none of them negative, add up to the duty."""
    van = day.van(event["vehicle"])
    if van.work is None:
        return
    took_s = event["at_s"] - van.since_s
    if took_s < 0:
        yield f"{event['vehicle']} was {van.activity} for {took_s} s"
    whole_s = event["at_s"] - van.work.began_at_s
    lived_s = sum(van.work.seconds.values()) + took_s
    if event["event"] == "DutyEnded" and lived_s != whole_s:
        yield f"activities take {lived_s} s, the duty {whole_s} s"


@remembering("DutyEnded", needs="seconds")
def seconds_as_kept(given: Given) -> Look:
    """What the run says that a duty's seconds went into is what the journal says."""

    def look(day: Day, event: Event) -> Iterator[str]:
        van, told = day.van(event["vehicle"]), given.seconds or {}
        if van.work is None:
            return
        spent_s, duty = {**van.work.seconds}, van.work.duty
        late_s = van.work.began_at_s - duty["shift"]["opens_at_s"]  # nobody was there: idle
        for activity, took_s in ((van.activity, event["at_s"] - van.since_s), ("idle", late_s)):
            spent_s[activity] = spent_s.get(activity, 0.0) + took_s
        kept_s = dict(told.get(duty["id"], {}))
        kept_s["driving"] = kept_s.get("driving", 0.0) + kept_s.pop("stem", 0.0)
        for activity in sorted({*spent_s, *kept_s}):
            ours, theirs = spent_s.get(activity, 0.0), kept_s.get(activity, 0.0)
            if ours != theirs:
                yield f"{duty['id']}: {ours} s {activity} by the journal, kept are {theirs} s"

    return look


@rule("ServiceBegan")
def skills(day: Day, event: Event) -> Iterator[str]:
    """Who serves has the skills that the order needs."""
    driver = day.driver(day.van(event["vehicle"]))
    for order_id in event["orders"]:
        needs = day.order(order_id).order["skills"]
        lacks = [skill for skill in needs if driver is not None and skill not in driver["skills"]]
        if lacks:
            yield f"order {order_id} needs {', '.join(lacks)}"


RULES: Final[tuple[Rule, ...]] = (
    one_activity,
    ends_what_began,
    no_gap,
    on_duty,
    shift_begins,
    shift_ends,
    overtime,
    whole_duty,
    seconds_as_kept,
    skills,
)
