"""The words that a line of a journal may hold, written down a second time.

What an event is called and which fields it must have, so that the rules can rely on them. Fields
that are not listed here are left alone: a later version may say more.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

Event = dict[str, Any]
"""A line of a journal, as it was read."""

_TEXT, _MAYBE, _NUMBER, _WHOLE, _YES = "text", "text or null", "number", "whole number", "yes or no"
_TEXTS, _NUMBERS, _WHOLES = "texts", "numbers", "whole numbers"
_OBJECT, _OBJECTS = "object", "objects"


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, float) and abs(value) < float("inf"))


def _all(value: object, fits: Any) -> bool:  # noqa: ANN401 # a function of a part
    return isinstance(value, list) and all(fits(part) for part in value)


_FITS: Final[dict[str, Callable[[Any], bool]]] = {
    _TEXT: lambda value: isinstance(value, str),
    _MAYBE: lambda value: value is None or isinstance(value, str),
    _NUMBER: _is_number,
    _WHOLE: _is_whole,
    _YES: lambda value: isinstance(value, bool),
    _TEXTS: lambda value: _all(value, lambda part: isinstance(part, str)),
    _NUMBERS: lambda value: _all(value, _is_number),
    _WHOLES: lambda value: _all(value, _is_whole),
    _OBJECT: lambda value: isinstance(value, dict),
    _OBJECTS: lambda value: _all(value, lambda part: isinstance(part, dict)),
}

_OF_ORDER = {"order": _TEXT}
_OF_VEHICLE = {"vehicle": _TEXT}
_AT_PLACE = {**_OF_VEHICLE, "place": _TEXT}
_WITH_ORDERS = {**_AT_PLACE, "orders": _TEXTS}
_OF_DUTY = {**_OF_VEHICLE, "duty": _TEXT}
_DRIVEN = {
    **_OF_VEHICLE,
    "node": _WHOLE,
    "edges": _WHOLES,
    "lengths_m": _NUMBERS,
    "entered_at_s": _NUMBERS,
}
_TRIED = {**_AT_PLACE, "order": _TEXT, "attempt": _WHOLE, "began_at_s": _NUMBER}
_BY_CARRIER = {**_OF_ORDER, "carrier": _TEXT}

WORDS: Final[dict[str, dict[str, str]]] = {
    "DayBegan": {
        "identity": _OBJECT,
        "policy": _TEXT,
        "carriers": _OBJECTS,
        "vehicles": _OBJECTS,
        "drivers": _OBJECTS,
        "duties": _OBJECTS,
        "places": _OBJECTS,
        "service_classes": _OBJECT,
        "rules": _OBJECT,
        "rates": _OBJECT,
        "clairvoyant": _YES,
    },
    "IncidentKnown": {"incident": _OBJECT},
    "IncidentOver": {"incident": _TEXT},
    "OrderPlaced": {"order": _OBJECT, "places": _OBJECTS},
    "OrderBound": {**_OF_ORDER, "pinned_to": _MAYBE, "not_on": _TEXTS},
    "OrderReady": _OF_ORDER,
    "OrderChanged": {"order": _OBJECT, "what": _TEXT, "places": _OBJECTS},
    "OrderCancelled": _OF_ORDER,
    "CustomerTold": {**_OF_ORDER, "expected": _OBJECT},
    "OfferMade": {"offer": _OBJECT},
    "OfferAnswered": {**_OF_ORDER, "accepted": _YES},
    "OrderTendered": _BY_CARRIER,
    "CarrierDelivered": {**_BY_CARRIER, "began_at_s": _NUMBER},
    "CarrierFailed": {**_BY_CARRIER, "cause": _TEXT},
    "OrderDeclined": _OF_ORDER,
    "ShiftBegan": {**_OF_DUTY, "place": _MAYBE},
    "ShiftEnded": _OF_DUTY,
    "DutyEnded": _OF_DUTY,
    "DutyCancelled": {**_OF_DUTY, "why": _TEXT},
    "DutyMoved": {**_OF_DUTY, "spare": _TEXT},
    "PlanMade": {
        "question": _WHOLE,
        "asked_at_s": _NUMBER,
        "routes": _OBJECT,
        "declined": _TEXTS,
        "messages": _OBJECTS,
        "dropped": _TEXTS,
        "arrivals": _OBJECT,
        "warned": _TEXTS,
        "effort": _WHOLE,
    },
    "PolicyFailed": {"question": _WHOLE, "problems": _TEXTS},
    "ActionsDropped": {**_OF_VEHICLE, "orders": _TEXTS, "why": _TEXT},
    "Departed": {
        **_OF_VEHICLE,
        "node": _WHOLE,
        "place": _MAYBE,
        "to": _TEXT,
        "home": _YES,
        "nodes": _WHOLES,
        "edges": _WHOLES,
        "lengths_m": _NUMBERS,
        "aboard": _OBJECT,
    },
    "Diverted": _DRIVEN,
    "Arrived": {**_DRIVEN, "place": _TEXT},
    "SequenceLeft": _AT_PLACE,
    "BrokeDown": {**_DRIVEN, "cause": _TEXT, "place": _OBJECT},
    "RepairBegan": _OF_VEHICLE,
    "Repaired": _OF_VEHICLE,
    "Towed": {**_WITH_ORDERS, "node": _WHOLE},
    "ParkingBegan": _AT_PLACE,
    "WalkingBegan": _AT_PLACE,
    "Walked": {**_AT_PLACE, "walk_m": _NUMBER},
    "BreakBegan": {**_OF_VEHICLE, "place": _MAYBE, "why": _TEXT},
    "BreakEnded": _OF_VEHICLE,
    "RechargeBegan": {**_AT_PLACE, "kw": _NUMBER},
    "Recharged": {**_AT_PLACE, "kwh": _NUMBER},
    "HandOverBegan": {**_WITH_ORDERS, "other": _TEXT, "gives": _YES},
    "HandedOver": {**_WITH_ORDERS, "taker": _TEXT},
    "TakenOver": {**_WITH_ORDERS, "giver": _TEXT},
    "WaitBegan": {**_OF_VEHICLE, "place": _MAYBE, "reason": _TEXT},
    "ServiceBegan": _WITH_ORDERS,
    "Delivered": _TRIED,
    "Collected": _TRIED,
    "AttemptFailed": {**_TRIED, "cause": _TEXT},
    "LoadingBegan": {**_AT_PLACE, "unload": _TEXTS, "load": _TEXTS, "preloaded": _YES},
    "Unloaded": _WITH_ORDERS,
    "Loaded": _WITH_ORDERS,
    "Returned": {**_OF_ORDER, "place": _TEXT},
    "VehicleFree": _OF_VEHICLE,
    "IdleBegan": _OF_VEHICLE,
    "DayEnded": {"carried_over": _TEXTS},
}
"""Fields of every kind of event, beside ``at_s`` and ``event``."""

CAUSES: Final = (
    "absent", "no access", "wrong address", "refused", "damaged", "window missed", "locker full",
)  # fmt: skip
HOW: Final = ("in person", "neighbour", "safe place", "locker")
WAITS: Final = ("window", "opening", "dock", "goods", "charger", "hand-over", "road")


def misspelt(event: Event) -> Iterator[str]:
    """Yield what keeps a line from being an event that the rules can read."""
    kind = event.get("event")
    if not isinstance(kind, str) or kind not in WORDS:
        yield f"{kind!r} is no kind of event"
        return
    for name, shape in {"at_s": _NUMBER, **WORDS[kind]}.items():
        if name not in event:
            yield f"has no {name}"
        elif not _FITS[shape](event[name]):
            yield f"{name} is {event[name]!r:.80}, expected {shape}"


def strange_words(event: Event) -> Iterator[str]:
    """Yield words of an event that mean nothing: causes, ways of handing over, reasons."""
    known = {"AttemptFailed": ("cause", CAUSES), "Delivered": ("how", HOW)}
    known["WaitBegan"] = ("reason", WAITS)
    if event["event"] in known:
        name, words = known[event["event"]]
        word = event.get(name, words[0])
        if word not in words:
            yield f"{name} {word!r}, expected one of {', '.join(words)}"
