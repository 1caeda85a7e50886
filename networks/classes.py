"""Kinds of street: the OSM highway values that roads here are made of, and what each is worth.

Speeds are those of a car on an empty street where no speed limit is mapped.
"""

from typing import Final

CLASSES: Final = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "cycleway",
    "pedestrian",
    "path",
    "track",
    "footway",
)
"""OSM highway values; the class of an edge is its place in here. Only ever appended to: stored
networks carry the numbers."""

CLASS_INDEX: Final = {name: index for index, name in enumerate(CLASSES)}

CAR_KMH: Final = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 85.0,
    "trunk_link": 40.0,
    "primary": 65.0,
    "primary_link": 30.0,
    "secondary": 55.0,
    "secondary_link": 25.0,
    "tertiary": 40.0,
    "tertiary_link": 20.0,
    "unclassified": 25.0,
    "residential": 25.0,
    "living_street": 10.0,
    "service": 15.0,
    "road": 25.0,
}
"""Car speed by class where no limit is mapped. Source: OSRM, profiles/car.lua at 4fc76cad;
``road`` (class unknown to the mapper) is taken as unclassified. The keys are the classes that
motor vehicles may use at all."""

VAN_FACTOR: Final = 0.9
"""A loaded van against the car of `CAR_KMH`; general knowledge, no source. A mapped limit is taken
as it is: it binds cars and vans alike."""

BIKE_KMH: Final = 15.0
"""Cargo bike in a town, every class alike; general knowledge, no source."""

BIKE_CLASSES: Final = tuple(name for name in CLASSES if not name.startswith(("motorway", "trunk")))
"""Classes that a bike may use by default or with ``bicycle=yes``."""

BIKE_ASKS: Final = ("pedestrian", "path", "track", "footway")
"""Classes open to bikes only where a tag says so."""

GROUPS: Final = ("motorway", "arterial", "local")
"""Groups of classes that traffic slows alike."""

_GROUP_OF: Final = {
    "motorway": ("motorway", "motorway_link", "trunk", "trunk_link"),
    "arterial": (
        "primary",
        "primary_link",
        "secondary",
        "secondary_link",
        "tertiary",
        "tertiary_link",
    ),
}

CLASS_GROUP: Final = tuple(
    next((GROUPS.index(group) for group, names in _GROUP_OF.items() if name in names), 2)
    for name in CLASSES
)
"""The group of each class, as a place in `GROUPS`."""
