"""What tags of a way mean to cars and bikes."""

import pytest

from networks.classes import BIKE_KMH, CAR_KMH, CLASS_GROUP, CLASSES, GROUPS
from networks.tags import KEYS, parse_maxspeed_kmh, use
from twin.model import BIKE, DRIVE


def open_ways(mode: str, **tags: str) -> tuple[bool, bool]:
    """Return whether a way is open along and against; ``_`` stands for ``:`` in keys."""
    given = {key.replace("__", ":"): value for key, value in tags.items()}
    found = use(
        {"highway": "residential"} | given, DRIVE if mode == "drive" else BIKE, service_roads=True
    )
    return found.forward_mps > 0, found.backward_mps > 0


BOTH, ALONG, AGAINST, CLOSED = (True, True), (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("tags", "cars", "bikes"),
    [
        ({}, BOTH, BOTH),
        ({"access": "no"}, CLOSED, CLOSED),
        ({"access": "private", "bicycle": "yes"}, CLOSED, BOTH),
        ({"access": "no", "motor_vehicle": "yes"}, BOTH, CLOSED),
        ({"motor_vehicle": "no", "motorcar": "yes"}, BOTH, BOTH),
        ({"motor_vehicle": "yes", "motorcar": "private"}, CLOSED, BOTH),
        ({"vehicle": "no"}, CLOSED, CLOSED),
        ({"vehicle": "no", "bicycle": "yes"}, CLOSED, BOTH),
        ({"motor_vehicle": "agricultural;forestry"}, CLOSED, BOTH),
        ({"motor_vehicle": "agricultural;delivery"}, BOTH, BOTH),
        ({"access": "military"}, CLOSED, CLOSED),
        ({"access": "destination"}, BOTH, BOTH),
        ({"bicycle": "dismount"}, BOTH, CLOSED),
        ({"motor_vehicle__backward": "no"}, ALONG, BOTH),
        ({"oneway": "yes"}, ALONG, ALONG),
        ({"oneway": "-1"}, AGAINST, AGAINST),
        ({"oneway": "no", "junction": "roundabout"}, BOTH, BOTH),
        ({"junction": "roundabout"}, ALONG, ALONG),
        ({"oneway": "reversible"}, CLOSED, CLOSED),
        ({"oneway": "yes", "oneway__bicycle": "no"}, ALONG, BOTH),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, ALONG, BOTH),
        ({"oneway": "yes", "cycleway__left": "opposite_track"}, ALONG, BOTH),
        ({"oneway": "-1", "oneway__bicycle": "yes"}, AGAINST, ALONG),
        ({"oneway__bicycle": "-1"}, BOTH, AGAINST),
        ({"highway": "motorway"}, ALONG, CLOSED),
        ({"highway": "motorway", "oneway": "no"}, BOTH, CLOSED),
        ({"highway": "trunk"}, BOTH, CLOSED),
        ({"highway": "trunk", "bicycle": "yes"}, BOTH, BOTH),
        ({"highway": "cycleway"}, CLOSED, BOTH),
        ({"highway": "footway"}, CLOSED, CLOSED),
        ({"highway": "footway", "bicycle": "designated"}, CLOSED, BOTH),
        ({"highway": "pedestrian", "bicycle": "yes"}, CLOSED, BOTH),
        ({"highway": "track", "motor_vehicle": "yes"}, CLOSED, CLOSED),
        ({"highway": "steps", "bicycle": "yes"}, CLOSED, CLOSED),
        ({"highway": "construction"}, CLOSED, CLOSED),
        ({"highway": "service"}, BOTH, BOTH),
        ({"highway": "service", "service": "driveway"}, CLOSED, CLOSED),
        ({"highway": "service", "service": "parking_aisle"}, CLOSED, CLOSED),
        ({"highway": "service", "service": "alley"}, CLOSED, CLOSED),
        ({"area": "yes"}, CLOSED, CLOSED),
    ],
)
def test_who_may_use_a_way_and_in_which_direction(
    tags: dict[str, str], cars: tuple[bool, bool], bikes: tuple[bool, bool]
) -> None:
    """The most specific tag decides; implied one-ways; contraflow for bikes."""
    assert open_ways("drive", **tags) == cars
    assert open_ways("bike", **tags) == bikes


def test_service_roads_can_be_left_out() -> None:
    """The switch of the importer closes highway=service and nothing else."""
    assert use({"highway": "service"}, DRIVE, service_roads=False).why_closed == "service road"
    assert use({"highway": "residential"}, DRIVE, service_roads=False).why_closed == ""


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("20 knots", 37.04),
        ("50;30", 30),
        ("80 km/h", 80),
        ("walk", 6),
        ("DE:urban", 50),
        ("AT:motorway", 130),
        ("GB:nsl_single", 96.56),
        ("IT:rural", 90),
        ("DE:zone:30", 30),
        ("FR:zone30", 30),
        ("none", None),
        ("signals", None),
        ("fast", None),
        ("0", None),
        ("999", None),
        ("", None),
        ("none;50", 50),
    ],
)
def test_a_speed_limit_is_understood(text: str, kmh: float | None) -> None:
    """km/h by default, mph, knots, named limits, several values; nonsense is no limit."""
    assert parse_maxspeed_kmh(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize("highway", sorted(CAR_KMH))
def test_without_a_limit_a_van_does_nine_tenths_of_the_class_speed(highway: str) -> None:
    """OSRM's table times 0.9; a mapped limit is taken as it is."""
    unlimited = use({"highway": highway}, DRIVE, service_roads=True)
    limited = use({"highway": highway, "maxspeed": "36"}, DRIVE, service_roads=True)

    assert unlimited.forward_mps == pytest.approx(0.9 * CAR_KMH[highway] / 3.6)
    assert limited.forward_mps == 10


def test_each_direction_may_have_its_limit() -> None:
    """maxspeed:forward goes before maxspeed; a bike keeps to a lower limit."""
    tags = {"highway": "residential", "maxspeed": "36", "maxspeed:forward": "18"}

    assert use(tags, DRIVE, service_roads=True).forward_mps == 5
    assert use(tags, DRIVE, service_roads=True).backward_mps == 10
    assert use(tags, BIKE, service_roads=True).forward_mps == pytest.approx(BIKE_KMH / 3.6)
    slow = use(tags | {"maxspeed": "walk"}, BIKE, service_roads=True)
    assert slow.backward_mps == pytest.approx(6 / 3.6)


def test_the_table_of_classes_is_whole() -> None:
    """Every class has a group; every tag looked at is in the list of keys."""
    assert len(CLASS_GROUP) == len(CLASSES)
    assert {GROUPS[group] for group in CLASS_GROUP} == set(GROUPS)
    assert {"motorcar", "bicycle:backward", "maxspeed:forward", "oneway:bicycle"} <= set(KEYS)
