"""Which things on a map could receive a delivery: the tag rules of address points."""

from collections.abc import Mapping
from typing import Final

from networks.addresses import BUSINESS, HOUSEHOLD

KEYS: Final = ("addr:housenumber", "building", "shop", "office", "amenity", "tourism")
"""A thing without any of these tags is never looked at."""

LABEL_KEYS: Final = ("addr:street", "addr:place", "name")

_BUSINESS_AMENITIES: Final = frozenset(
    {
        "bank", "bar", "biergarten", "cafe", "car_rental", "cinema", "clinic", "college",
        "courthouse", "dentist", "doctors", "fast_food", "food_court", "fuel", "hospital",
        "ice_cream", "kindergarten", "library", "marketplace", "nightclub", "nursing_home",
        "pharmacy", "police", "post_office", "pub", "restaurant", "school", "social_facility",
        "theatre", "townhall", "university", "veterinary",
    }
)  # fmt: skip
_BUSINESS_TOURISM: Final = frozenset(
    {"apartment", "gallery", "guest_house", "hostel", "hotel", "motel", "museum"}
)
_BUSINESS_BUILDINGS: Final = frozenset(
    {
        "commercial", "hospital", "hotel", "industrial", "kindergarten", "office", "retail",
        "school", "supermarket", "university", "warehouse",
    }
)  # fmt: skip
_NOBODY_THERE: Final = frozenset(
    {
        "barn", "carport", "church", "chapel", "construction", "cowshed", "farm_auxiliary",
        "garage", "garages", "greenhouse", "hut", "no", "parking", "roof", "ruins", "service",
        "shed", "stable", "sty", "transformer_tower", "bridge", "bunker", "cathedral", "hangar",
    }
)  # fmt: skip


def address_of(tags: Mapping[str, str]) -> tuple[int, bool, str] | None:
    """Return kind, whether it has a house number, and a label; None if nothing is delivered there.

    A shop, an office or an amenity with staff is a business, everything else with a house number
    or a building that people live or work in is a household.
    """
    number = tags.get("addr:housenumber", "")
    building = tags.get("building", "")
    is_business = (
        "shop" in tags
        or "office" in tags
        or tags.get("amenity") in _BUSINESS_AMENITIES
        or tags.get("tourism") in _BUSINESS_TOURISM
        or building in _BUSINESS_BUILDINGS
    )
    lived_in = bool(building) and building not in _NOBODY_THERE
    if not (number or is_business or lived_in):
        return None
    street = tags.get("addr:street") or tags.get("addr:place") or ""
    address = f"{street} {number}".strip() if number else ""
    name = tags.get("name", "") if is_business else ""
    label = ", ".join(part for part in (name, address) if part)
    return BUSINESS if is_business else HOUSEHOLD, bool(number), label
