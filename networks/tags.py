"""What the tags of an OSM way mean to a mode: may it be used, in which direction, how fast.

The only module that knows tags of ways. Rules follow the OSM wiki's access hierarchy: the most
specific tag that is present decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from networks.classes import (
    BIKE_ASKS,
    BIKE_CLASSES,
    BIKE_KMH,
    CAR_KMH,
    VAN_FACTOR,
)
from twin.model import BIKE, DRIVE, Mode

Tags = Mapping[str, str]

_LADDERS: Final = {
    DRIVE: ("motorcar", "motor_vehicle", "vehicle", "access"),
    BIKE: ("bicycle", "vehicle", "access"),
}
KEYS: Final = (
    "highway",
    "name",
    "area",
    "service",
    "junction",
    "oneway",
    "oneway:bicycle",
    "oneway:motor_vehicle",
    "maxspeed",
    "maxspeed:forward",
    "maxspeed:backward",
    "cycleway",
    "cycleway:left",
    "cycleway:right",
    "cycleway:both",
    *(
        f"{key}{direction}"
        for key in ("motorcar", "motor_vehicle", "vehicle", "bicycle", "access")
        for direction in ("", ":forward", ":backward")
    ),
)
"""Every tag of a way that is looked at."""

_CLOSED: Final = frozenset({"no", "private", "agricultural", "forestry", "military"})
_CLOSED_TO_BIKES: Final = _CLOSED | {"dismount", "use_sidepath"}
_MINOR_SERVICE: Final = frozenset({"driveway", "parking_aisle", "alley"})
_YES: Final = frozenset({"yes", "true", "1", "designated", "permissive", "official"})

_KMH_PER: Final = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_SPEED: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?")
_ZONE: Final = re.compile(r"[A-Za-z]{2}:(?:zone:?)?(\d{1,3})")
_FASTEST_KMH: Final = 200.0
"""A mapped limit above it is a slip of the keyboard and is not believed."""

_LEGAL_KMH: Final = {
    "walk": 6.0,
    "living_street": 10.0,
    "pedestrian": 6.0,
    "school": 30.0,
    "bicycle_road": 30.0,
    "urban": 50.0,
    "rural": 90.0,
    "trunk": 100.0,
    "motorway": 120.0,
}
"""Limits that are named instead of given (``DE:urban``): common European values, general
knowledge; countries that differ by more than a tenth are in `_LEGAL_KMH_OF`."""

_LEGAL_KMH_OF: Final = {
    "AT:rural": 100.0,
    "AT:motorway": 130.0,
    "DE:rural": 100.0,
    "DE:motorway": 130.0,
    "FR:rural": 80.0,
    "FR:motorway": 130.0,
    "GB:urban": 48.28,
    "GB:rural": 96.56,
    "GB:nsl_single": 96.56,
    "GB:nsl_dual": 112.65,
    "GB:motorway": 112.65,
    "UK:urban": 48.28,
}


@dataclass(frozen=True, slots=True)
class Use:
    """What a way is to one mode.

    Attributes
    ----------
    forward_mps, backward_mps
        Speed on the empty street along and against the direction it is drawn in; 0 is closed.
    why_closed
        The reason if both are 0, else empty.
    """

    forward_mps: float = 0.0
    backward_mps: float = 0.0
    why_closed: str = ""


def never_street(highway: str, modes: Sequence[Mode]) -> bool:
    """Whether a highway value is closed to all of the modes whatever the other tags say."""
    return highway not in CAR_KMH and (BIKE not in modes or highway not in BIKE_CLASSES)


def use(tags: Tags, mode: Mode, *, service_roads: bool) -> Use:
    """Return what a way with a highway tag is to a mode.

    Parameters
    ----------
    mode
        ``drive`` or ``bike``.
    service_roads
        Whether ``highway=service`` counts; driveways, parking aisles and alleys never do.
    """
    reason = _not_a_street(tags, mode, service_roads=service_roads)
    if reason:
        return Use(why_closed=reason)
    forward = not _is_closed(tags, mode, "forward")
    backward = not _is_closed(tags, mode, "backward")
    if not (forward or backward):
        return Use(why_closed=f"closed to {mode}")
    along, against = _directions(tags, mode)
    if not (along or against):
        return Use(why_closed="reversible")
    speed = _drive_kmh if mode == DRIVE else _bike_kmh
    forward_mps = speed(tags, "forward") / 3.6 if forward and along else 0.0
    backward_mps = speed(tags, "backward") / 3.6 if backward and against else 0.0
    why = "" if forward_mps or backward_mps else f"closed to {mode}"
    return Use(forward_mps, backward_mps, why)


def parse_maxspeed_kmh(text: str) -> float | None:
    """Return the limit that a maxspeed value says, km/h; None if it says none.

    The lowest of several values (``50;30``) counts. Without a unit it is km/h.
    """
    limits = [limit for part in text.split(";") if (limit := _one_limit(part.strip())) is not None]
    return min(limits) if limits else None


def _one_limit(text: str) -> float | None:
    number = _SPEED.fullmatch(text)
    if number is not None:
        value = float(number[1]) * _KMH_PER[number[2] or ""]
        return value if 0 < value <= _FASTEST_KMH else None
    zone = _ZONE.fullmatch(text)
    if zone is not None:
        return float(zone[1]) if 0 < float(zone[1]) <= _FASTEST_KMH else None
    return _LEGAL_KMH_OF.get(text, _LEGAL_KMH.get(text.rpartition(":")[2]))


def _not_a_street(tags: Tags, mode: Mode, *, service_roads: bool) -> str:
    """Return why a way is none of the mode's streets whatever the signs say, or nothing."""
    highway = tags["highway"]
    if tags.get("area") == "yes":
        return "area"
    if highway == "service" and (not service_roads or tags.get("service") in _MINOR_SERVICE):
        return "service road"
    if mode == DRIVE:
        return "" if highway in CAR_KMH else f"highway={highway} is no street for {mode}"
    if highway not in BIKE_CLASSES and tags.get("bicycle") not in _YES:
        return f"highway={highway} is no street for {mode}"
    if highway in BIKE_ASKS and tags.get("bicycle") not in _YES:
        return f"highway={highway} without bicycle=yes"
    if highway not in BIKE_CLASSES and highway not in CAR_KMH:
        return f"highway={highway} is no street for {mode}"
    return ""


def _is_closed(tags: Tags, mode: Mode, direction: str) -> bool:
    closed = _CLOSED if mode == DRIVE else _CLOSED_TO_BIKES
    for key in _LADDERS[mode]:
        value = tags.get(f"{key}:{direction}") or tags.get(key)
        if value:
            return all(part.strip() in closed for part in value.split(";"))
    return False


def _directions(tags: Tags, mode: Mode) -> tuple[bool, bool]:
    """Return whether a way may be used along and against the direction it is drawn in."""
    keys = ("oneway:bicycle", "oneway") if mode == BIKE else ("oneway:motor_vehicle", "oneway")
    value = next((tags[key] for key in keys if key in tags), "")
    if value == "reversible":
        return False, False
    if value in {"yes", "true", "1"}:
        along, against = True, False
    elif value in {"-1", "reverse"}:
        along, against = False, True
    elif value in {"no", "false", "0", "alternating"}:
        along, against = True, True
    else:
        implied = tags.get("junction") in {"roundabout", "circular"}
        along, against = True, not (implied or tags["highway"] == "motorway")
    if mode == BIKE and "oneway:bicycle" not in tags and _has_contraflow(tags):
        return True, True
    return along, against


def _has_contraflow(tags: Tags) -> bool:
    keys = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    return any(tags.get(key, "").startswith("opposite") for key in keys)


def _drive_kmh(tags: Tags, direction: str) -> float:
    for key in (f"maxspeed:{direction}", "maxspeed"):
        if key in tags:
            limit_kmh = parse_maxspeed_kmh(tags[key])
            if limit_kmh is not None:
                return limit_kmh
    return CAR_KMH[tags["highway"]] * VAN_FACTOR


def _bike_kmh(tags: Tags, direction: str) -> float:
    limit_kmh = parse_maxspeed_kmh(tags.get(f"maxspeed:{direction}", tags.get("maxspeed", "")))
    return min(BIKE_KMH, limit_kmh) if limit_kmh is not None else BIKE_KMH
