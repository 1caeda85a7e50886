"""What a vehicle did on its way to a door: from leaving its depot, or its shift's begin, on."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.explain_day import DayTold, Doing
from experiments.explain_words import DOWN_WORDS, WAIT_WORDS, counted, hm, several, took, way
from twin.events import (
    Arrived,
    AttemptFailed,
    BrokeDown,
    Departed,
    Diverted,
    Event,
    SequenceLeft,
    ServiceBegan,
    ShiftBegan,
    WaitBegan,
)
from twin.model import PlaceId, VehicleId

_PLAIN = {
    "parking": "looked {time} for a place to park",
    "walking": "walked for {time}",
    "loading": "handled goods for {time}",
    "handing over": "spent {time} handing goods over",
    "recharging": "recharged for {time}",
    "on break": "rested for {time}",
}


@dataclass(frozen=True, slots=True)
class WayTo:
    """How a vehicle came to stand before a door at an instant.

    Attributes
    ----------
    since
        Where it begins: the shift, or coming back to a depot, before it left for the door.
    left, number
        The first leg after that, None if there was none; and which event of the journal it is.
    before, between
        What the vehicle did until it left, and from then on until `at_s`.
    events
        What else happened to it from leaving on.
    """

    vehicle: VehicleId
    at_s: float
    since: ShiftBegan | Arrived
    left: Departed | None
    number: int
    before: tuple[Doing, ...]
    between: tuple[Doing, ...]
    events: tuple[Event, ...]

    def in_words(self, day: DayTold, then: str) -> str:
        """Return the way in one clause: when it left and why then, what it did, and then what."""
        did = [*spent(self.between, self.events), then]
        if self.left is None:
            began = f"the shift of {self.vehicle} began at {hm(self.since.at_s)}"
            return f"{began}; it {several(did)}"
        origin = self.left.place or f"junction {self.left.node}"
        why = self._why_then(day)
        return f"{self.vehicle} left {origin} at {hm(self.left.at_s)}, {why}, {several(did)}"

    def asides(self) -> list[str]:
        """Return what else is worth a sentence: turns, other sequences, parcels searched for."""
        sent = sum(isinstance(e, Diverted) and e.why == "plan" for e in self.events)
        turned = sum(isinstance(e, Diverted) and e.why == "closed" for e in self.events)
        other = sum(isinstance(e, SequenceLeft) for e in self.events)
        searched = sum(len(e.searched) for e in self.events if isinstance(e, ServiceBegan))
        said = {
            f"{self.vehicle} was sent elsewhere {_times(sent)} on the way": sent,
            f"{self.vehicle} turned before a closed street {_times(turned)}": turned,
            f"its driver went to another stop than planned {_times(other)}": other,
            f"parcels of {counted(searched, 'order')} had to be searched for": searched,
        }
        return [text for text, number in said.items() if number]

    def _why_then(self, day: DayTold) -> str:
        if self.left is None:
            return ""
        waited_s = self.left.at_s - self.since.at_s
        if isinstance(self.since, Arrived):
            if not waited_s:
                return "as soon as it had come back"
            began = f"{took(waited_s)} after it had come back"
        else:
            own = next(duty.vehicle for duty in day.began.duties if duty.id == self.since.duty)
            began = "its shift began"
            if own != self.vehicle:
                began = f"it took over the duty of {own}"
            if not waited_s:
                return f"when {began}"
            began = f"{took(waited_s)} after {began}"
        did = spent(self.before, ())
        until = self._until_decision(day)
        return f"{began} (it {several(did)}{until})" if did else began

    def _until_decision(self, day: DayTold) -> str:
        """Return which decision ended the idle time before it left, if one did."""
        last = self.before[-1] if self.before else None
        if last is None or last.activity != "idle":
            return ""
        for _, plan in day.plans:
            if plan.at_s == last.ended_at_s and plan.routes.get(self.vehicle):
                return f", until decision {plan.question}"
        return ""


def way_to(
    day: DayTold, vehicle_id: VehicleId, number: int, at_s: float, door: PlaceId
) -> WayTo | None:
    """Return how a vehicle came to a door where something happened; None if it never set out.

    Parameters
    ----------
    number
        Which event of the journal that was.
    """
    listed = [(n, e) for n, e in day.of_vehicle[vehicle_id] if n < number]
    left: Departed | None = None
    since: ShiftBegan | Arrived | None = None
    first = number
    for n, event in reversed(listed):
        if isinstance(event, Departed):
            left, first = event, n
        elif isinstance(event, ShiftBegan) or (
            isinstance(event, Arrived)
            and day.is_depot(event.place)
            and (left is not None or event.place != door)
        ):
            since = event
            break
    if since is None:
        return None
    split_s = since.at_s if left is None else left.at_s
    done = [
        doing
        for doing in day.doings(vehicle_id)
        if doing.began_at_s >= since.at_s and doing.ended_at_s <= at_s and doing.seconds
    ]
    return WayTo(
        vehicle_id,
        at_s,
        since,
        left,
        first,
        tuple(doing for doing in done if doing.ended_at_s <= split_s),
        tuple(doing for doing in done if doing.began_at_s >= split_s),
        tuple(event for n, event in listed if n >= first),
    )


def spent(doings: Sequence[Doing], events: Sequence[Event]) -> list[str]:
    """Return what a vehicle did, each thing once with its time, as verbs in the past tense."""
    times: dict[str, float] = {}
    for doing in doings:
        times[doing.activity] = times.get(doing.activity, 0.0) + doing.seconds
    said: list[str] = []
    if "driving" in times:
        driven_m = sum(doing.driven_m for doing in doings)
        said.append(f"drove {way(driven_m)} in {took(times['driving'])}")
    if "serving" in times:
        said.append(_served(doings, events, times["serving"]))
    said += _waited(doings) + _was_down(doings)
    said += [
        words.format(time=took(times[name])) for name, words in _PLAIN.items() if name in times
    ]
    if "idle" in times:
        said.append(f"stood idle for {took(times['idle'])}")
    return said


def _served(doings: Sequence[Doing], events: Sequence[Event], seconds: float) -> str:
    begun = [doing.began for doing in doings if isinstance(doing.began, ServiceBegan)]
    tried = sum(len(event.orders) for event in begun)
    starts = {(event.at_s, event.place) for event in begun}
    failed = sum(isinstance(e, AttemptFailed) and (e.began_at_s, e.place) in starts for e in events)
    words = f"served {counted(tried, 'order')} before"
    if failed:
        words = f"tried {counted(tried, 'order')} before, {failed} in vain,"
    return f"{words} in {took(seconds)}"


def _waited(doings: Sequence[Doing]) -> list[str]:
    places: dict[str, list[PlaceId | None]] = {}
    times: dict[str, float] = {}
    for doing in doings:
        if isinstance(doing.began, WaitBegan):
            reason = doing.began.reason
            places.setdefault(reason, []).append(doing.began.place)
            times[reason] = times.get(reason, 0.0) + doing.seconds
    said = []
    for reason, seconds in times.items():
        where = list(dict.fromkeys(map(str, places[reason])))
        at = where[0] if len(where) == 1 else f"{len(where)} places"
        said.append(f"waited {took(seconds)} for {WAIT_WORDS[reason].format(place=at)}")
    return said


def _was_down(doings: Sequence[Doing]) -> list[str]:
    times: dict[str, float] = {}
    for doing in doings:
        if isinstance(doing.began, BrokeDown):
            times[doing.began.cause] = times.get(doing.began.cause, 0.0) + doing.seconds
    return [DOWN_WORDS[cause].format(time=took(seconds)) for cause, seconds in times.items()]


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
