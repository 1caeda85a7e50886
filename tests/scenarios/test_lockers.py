"""Lockers: where they stand, what is in them, and who sends goods there."""

import pytest

from networks.matrix import MatrixNetwork
from networks.sphere import great_circle_m
from scenarios.network import network_of
from scenarios.realise import realise
from twin.errors import ScenarioError
from twin.model import OrderKind, PlaceKind, TimeWindow

TOWN = "name: x\nnetwork: demo-city\norders: {count: 300, merge: off}\nfleet: {van: 3}\n"
CSV = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 1}\n"
H = 3600.0

BAD = [
    ("lockers: -1", "lockers.count: too small (-1)", "0 or more"),
    ("lockers: {cuont: 3}", "unknown setting ('cuont'); did you mean 'count'?", "expected one of"),
    ("lockers: {at: {north: {slots: 3}}}", "lockers.at.north: no place", "lat and lon, or node"),
    ("lockers: {at: {north: {lat: 1}}}", "only half a place", "add `lon:`"),
    ("lockers: {at: {07: {lat: 0, lon: 0}}}", "a name of drawn lockers ('07')", "letters in it"),
    ("lockers: {count: 3, occupied: 60 %}", "slots are occupied", "add `slots: 40`"),
    ("lockers: {count: 3, hours: 22:00-06:00-7}", "lockers.hours:", "expected"),
    ("lockers: {count: 3, per_parcel: 15}", "lockers.per_parcel: no unit (15)", "write '15 s'"),
    ("lockers: {count: 3, collected: soon}", "lockers.collected:", "expected a time"),
]


@pytest.mark.parametrize(("setting", "found", "remedy"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_setting_of_lockers_is_told_with_place_and_remedy(problems, setting, found, remedy):
    """What was found, and what was expected or how to mend it."""
    said = "\n".join(problems(TOWN + setting + "\n"))

    assert found in said
    assert remedy in said


def test_goods_for_lockers_need_lockers(problems):
    """A share out of home without a locker is refused where it was said."""
    text = TOWN.replace("merge: off", "merge: off, out_of_home: 20 %")

    (told,) = problems(text)

    assert told.startswith("day.yaml:3: orders.out_of_home: no lockers to bring it to")


def lockers(world):
    return {k: place for k, place in world.places.items() if place.kind is PlaceKind.LOCKER}


def test_lockers_stand_where_they_are_on_every_day(live):
    """Drawn once for a seed; the first two of five are the two of two."""
    text = TOWN + "lockers: {count: 5, slots: 40, hours: 06:00-22:00}\n"
    monday, later, few = live(text), live(text, day=7), live(text, "lockers.count=2")

    found = lockers(monday)
    assert set(found) == {f"locker/0{n}" for n in range(1, 6)}
    assert lockers(later) == found
    assert lockers(few) == {place_id: found[place_id] for place_id in ("locker/01", "locker/02")}
    assert set(found) <= set(monday.known_places())
    for place in found.values():
        assert place.slots == 40
        assert place.hours == (TimeWindow(6 * H, 22 * H),)
        assert place.zone
        assert (place.expected.fixed_s, place.expected.per_parcel_s) == (90, 15)
        assert monday.visits[place.id].per_parcel_s == (15,)


def test_lockers_move_no_other_draw(live):
    """Doors, orders and what happens there stay what they were."""
    text = TOWN + "presence: 80 %\nfailures: {refused: 10 %}\n"
    without, with_ = live(text), live(text + "lockers: {count: 5, slots: 9, occupied: 50 %}\n")

    assert with_.orders == without.orders
    assert (with_.presence, with_.failures) == (without.presence, without.failures)
    assert {k: v for k, v in with_.visits.items() if k in without.visits} == without.visits


def test_a_locker_given_by_name_has_what_it_says_itself(live):
    """Slots and hours of its own over those of all."""
    at = "{north: {lat: 0.002, lon: 0.001, slots: 12}, south: {lat: -0.002, lon: 0, hours: []}}"
    world = live(TOWN + f"lockers: {{at: {at}, slots: 30, hours: 08:00-20:00}}\n")

    north, south = world.places["locker/north"], world.places["locker/south"]
    assert (north.slots, south.slots) == (12, 30)
    assert (north.hours, south.hours) == ((TimeWindow(8 * H, 20 * H),), ())


def test_what_others_hold_becomes_free_in_the_day(live):
    """60 % of 50 times 40 slots are held, half of these free by 20:00, the middle of 8 to 32 h."""
    settings = "{count: 50, slots: 40, occupied: 60 %, collected: {from: 8 h, to: 32 h}}"
    world = live(TOWN + f"lockers: {settings}\n")
    fewer = live(TOWN + f"lockers: {settings}\n", "lockers.occupied=30 %")

    held = [at_s for times in world.lockers.values() for at_s in times]
    assert abs(len(held) - 1200) < 4 * (2000 * 0.6 * 0.4) ** 0.5
    free = sum(at_s <= 20 * H for at_s in held)
    assert abs(free / len(held) - 0.5) < 4 * (0.25 / len(held)) ** 0.5
    for place_id, times in world.lockers.items():
        assert list(times) == sorted(times)
        assert len(times) <= 40
        assert set(fewer.lockers[place_id]) <= set(times)
    still = live(TOWN + f"lockers: {settings}\nnoise: off\n")
    assert set(still.lockers.values()) == {(20 * H,) * 24}


def test_a_share_of_orders_goes_to_the_nearest_locker(live):
    """25 % of deliveries; the others stay what they were, and nothing of the order but its end."""
    text = TOWN + "lockers: 6\npresence: 80 %\nfailures: {refused: 50 %, damaged: 10 %}\n"
    none, some = live(text), live(text, "orders.out_of_home=25 %")

    out = [order for order in some.orders if order.customer.startswith("locker/")]
    assert abs(len(out) - 75) < 4 * (300 * 0.25 * 0.75) ** 0.5
    home = {order.id: none.places[order.customer] for order in none.orders}
    for order in out:
        door = home[order.id]
        away = {
            k: great_circle_m(door.lat, door.lon, p.lat, p.lon) for k, p in lockers(some).items()
        }
        assert order.customer == min(away, key=away.get)
        assert order.customer not in some.presence
        assert some.failures.get(order.id) in (None, "damaged")
    kept = {order.id: order for order in some.orders if order not in out}
    assert kept == {order.id: order for order in none.orders if order.id in kept}
    half = live(text, "orders.out_of_home=50 %")
    assert {order.id for order in out} < {
        order.id for order in half.orders if order.customer.startswith("locker/")
    }


def test_a_collection_is_never_out_of_home(live):
    """All deliveries go to lockers, collections begin at doors."""
    world = live(TOWN + "lockers: 3\n", "orders.out_of_home=100 %", "orders.collections=30 %")

    for order in world.orders:
        is_collection = order.kind is OrderKind.COLLECTION
        assert is_collection == order.customer.startswith("door/")


def test_after_a_failed_attempt_goods_go_to_the_nearest_locker_of_the_door(live):
    """Where the class says so; other orders name none."""
    text = TOWN.replace("merge: off", "merge: off, classes: {standard: 50 %, box: 50 %}")
    classes = "service_classes: {standard: {}, box: {retry: locker}}\n"
    world = live(text + classes + "lockers: 6\n")

    found = lockers(world)
    for order in world.orders:
        if order.service_class == "standard":
            assert order.locker is None
            continue
        door = world.places[order.customer]
        away = {k: great_circle_m(door.lat, door.lon, p.lat, p.lon) for k, p in found.items()}
        assert order.locker == min(away, key=away.get)


def test_a_table_names_the_locker_of_an_order(live, problems):
    """It needs no place of its own then; an unknown one is refused with a suggestion."""
    text = CSV + "lockers: {at: {north: {lat: 0.002, lon: 0.001}, south: {lat: -0.002, lon: 0}}}\n"

    one, two = live(text, orders="id,lat,lon,locker\n1,,,north\n2,0.001,0,\n").orders
    (told, *_) = problems(text, orders="id,locker,kind\n1,nroth,\n2,south,collection\n")

    assert (one.customer, two.customer) == ("locker/north", "door/0.001000,0.000000")
    assert told.startswith("orders.csv:2: locker: unknown ('nroth'); did you mean 'north'?")


def test_lockers_on_straight_lines_stand_at_given_places(read, problems):
    """They are part of the plane; drawn ones are refused."""
    text = (
        "name: x\nnetwork: {plane: {}}\norders: {csv: orders.csv}\nfleet: {van: 1}\n"
        "depots: {depot: {lat: 0, lon: 0}}\n"
    )
    table = "id,locker\n1,far\n"
    loaded = read(text + "lockers: {at: {far: {lat: 0.05, lon: 0.05}}}\n", orders=table)
    network = network_of(loaded.spec, loaded.base_dir, loaded.tables)

    world = realise(loaded.spec, network, 1, 1, loaded.tables)

    assert world.places[world.orders[0].customer].snap_m == 0
    (told,) = problems(text + "lockers: 3\n", orders="id,lat,lon\n1,0,0\n")
    assert "drawn lockers need junctions" in told


def test_drawn_lockers_need_a_map(read):
    """A table of legs does not say where its stops are."""
    network = MatrixNetwork.of_streets("line", [("D", "A", 600.0)], mps=10.0)
    text = CSV + "depots: {depot: {node: D}}\n"
    table = "id,node\n1,A\n"
    drawn = read(text + "lockers: 2\n", orders=table)
    with pytest.raises(ScenarioError, match="line does not say where its stops are"):
        realise(drawn.spec, network, 1, 1, drawn.tables)
    given = read(
        text + "lockers: {at: {a: {node: A}}}\nservice_classes: {standard: {retry: locker}}\n",
        orders=table,
    )

    world = realise(given.spec, network, 1, 1, given.tables)

    assert world.orders[0].locker == "locker/a"
