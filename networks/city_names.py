"""Names of streets in a made-up city."""

from typing import Final

_STEMS: Final = (
    "Acorn", "Anchor", "Apple", "Baker", "Barley", "Beacon", "Birch", "Bramble", "Brook", "Castle",
    "Cedar", "Chapel", "Cherry", "Clover", "Cooper", "Copper", "Elm", "Falcon", "Ferry", "Forge",
    "Garden", "Granary", "Harbour", "Hazel", "Heron", "Ivy", "Juniper", "Lantern", "Larch",
    "Linden", "Maple", "Market", "Meadow", "Mill", "Oak", "Orchard", "Otter", "Park", "Pine",
    "Plum", "Poplar", "Quarry", "Quay", "River", "Rowan", "Sexton", "Station", "Thistle", "Tower",
    "Walnut", "Weaver", "Willow",
)  # fmt: skip
_TYPES: Final = ("Street", "Road", "Lane", "Way", "Walk", "Row", "Terrace", "Place")
_ARTERIALS: Final = ("Avenue", "Boulevard")


def street_name(number: int) -> str:
    """Return the name of the street with a number; all differ."""
    turn, stem = divmod(number, len(_STEMS))
    again, kind = divmod(turn, len(_TYPES))
    name = f"{_STEMS[stem]} {_TYPES[kind]}"
    return f"{name} {again + 1}" if again else name


def arterial_name(number: int) -> str:
    """Return the name of the ring or radial with a number; no street is called so."""
    again, stem = divmod(number, len(_STEMS))
    name = f"{_STEMS[stem]} {_ARTERIALS[number % 2]}"
    return f"{name} {again + 1}" if again else name


def close_name(number: int) -> str:
    """Return the name of the cul-de-sac with a number; no street is called so."""
    again, stem = divmod(number, len(_STEMS))
    name = f"{_STEMS[stem]} Close"
    return f"{name} {again + 1}" if again else name
