"""One draw of a scenario: everything left to chance belongs to a thing, and nothing else moves."""

from collections import Counter
from dataclasses import replace
from math import log

import pytest

from networks.catalogue import City, open_network
from networks.grid import grid_town
from networks.matrix import MatrixNetwork
from networks.network import RoadNetwork
from scenarios.load import load_text
from scenarios.placing import merge_doors
from scenarios.realise import believed_travel, realise
from scenarios.requests import Request, Spot
from scenarios.resolve import resolve, to_yaml
from twin.errors import ScenarioError
from twin.model import ALWAYS, BIKE, DRIVE, OrderKind, PlaceKind, TimeWindow
from twin.world import World

TOWN = "name: x\nnetwork: demo-city\norders: 60\nfleet: {van: 3}\n"
RICH = """\
name: rich
network: demo-city
orders:
  count: 80
  arrivals: {known: 60 %, by_hour: {8: 1, 9: 2, 10: 1}, ready_after: {mean: 20 min, cv: 30 %}}
  windows: {share: 50 %, width: {1 h: 50 %, 2 h: 50 %}, between: 09:00-17:00}
  parcels: typical
  classes: {standard: 70 %, express: 30 %}
service_classes:
  standard: {}
  express: {promise: 3 h, window: hard}
fleet:
  van: {count: 3, pace: {mean: 1, cv: 10 %}}
  cargo_bike: 1
service: {parking: {from: 0 s, to: 60 s}, per_parcel: {mean: 20 s, cv: 50 %}}
presence: 80 %
failures: {no_access: 5 %, wrong_address: 5 %}
"""
CSV = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 1}\n"


def drawn(world: World) -> dict[str, tuple]:
    """Return all that chance decided about each order, its door included."""
    return {
        order.id: (
            order,
            world.visits[order.customer],
            world.presence.get(order.customer),
            world.places[order.customer],
            world.failures.get(order.id),
            world.ready_at_s.get(order.id),
        )
        for order in world.orders
    }


def test_six_lines_become_a_day(live):
    """60 orders of one parcel from the network's depot, known at 6:00 for a shift from 8:00."""
    world = live(TOWN)

    assert len(world.orders) == 60
    assert world.rules.begins_at_s == 6 * 3600
    for order in world.orders:
        assert order.load.parcels == 1
        assert order.origin == "depot"
        assert order.window == ALWAYS
        assert order.placed_at_s == order.ready_at_s == 6 * 3600
        assert order.promise == TimeWindow(0, 86_400)
        assert world.places[order.customer].nodes[DRIVE] >= 0
    assert [vehicle.id for vehicle in world.vehicles] == ["van-001", "van-002", "van-003"]
    assert [duty.vehicle for duty in world.duties] == ["van-001", "van-002", "van-003"]
    assert world.identity.scenario == "x"


def test_the_same_seed_and_day_are_the_same_world(live):
    """Whoever asks, in whatever order; another day or seed is another draw."""
    first, again = live(RICH), live(RICH)

    assert drawn(first) == drawn(again)
    assert first.drivers == again.drivers
    assert drawn(live(RICH, day=2)) != drawn(first)
    assert drawn(live(RICH, seed=2)) != drawn(first)


def test_demand_scaled_up_contains_the_smaller_day(live):
    """S24: order k of the 1x day is order k of the 2x day, with all its draws."""
    small, large = drawn(live(RICH)), drawn(live(RICH, "orders.scale=2"))

    assert len(large) == 2 * len(small)
    assert {order_id: large[order_id] for order_id in small} == small


def test_a_drawn_number_of_orders_nests_too(live):
    """The draw of a day's level is one number; the scale multiplies what it gives."""
    text = TOWN.replace("60", "{mean: 60, cv: 40 %}")
    for day in range(1, 6):
        small, large = drawn(live(text, day=day)), drawn(live(text, "orders.scale=3", day=day))
        assert set(small) <= set(large)
        assert abs(len(large) - 3 * len(small)) <= 1.5  # rounded once, not three times


def test_another_van_changes_no_other_draw(live):
    """Orders, doors and the drivers that were there stay what they were."""
    few, many = live(RICH), live(RICH, "fleet.van=5")

    assert drawn(many) == drawn(few)
    assert set(few.drivers) < set(many.drivers)
    assert set(few.duties) < set(many.duties)


def test_another_order_in_a_table_changes_no_other_draw(live):
    """A door's draws belong to the door, an order's to its id."""
    head, rows = "id,lat,lon\n", "1,0.001,0.001\n2,0.002,0.001\n"
    text = CSV + "presence: 80 %\nfailures: {refused: 50 %}\n"

    few = drawn(live(text, orders=head + rows))
    many = drawn(live(text, orders=head + "0,0.003,0\n" + rows + "3,0.001,0.003\n"))

    assert {order_id: many[order_id] for order_id in few} == few


def test_the_order_of_rows_changes_nothing(live):
    """The same table upside down is the same day."""
    rows = [f"{n},0.00{n},0.001\n" for n in range(1, 9)]
    text = CSV + "presence: 80 %\n"

    there = live(text, orders="id,lat,lon\n" + "".join(rows))
    back = live(text, orders="id,lat,lon\n" + "".join(rows[::-1]))

    assert drawn(there) == drawn(back)


def test_a_share_of_orders_is_collected_and_no_other_draw_moves(live):
    """From the customer's door to the depot, ready when placed; all else stays what it was."""
    none, some = live(RICH), live(RICH, "orders.collections=25 %")
    collected = [order for order in some.orders if order.kind is OrderKind.COLLECTION]

    assert 0.15 < len(collected) / len(some.orders) < 0.35
    assert (none.visits, none.presence, none.places) == (some.visits, some.presence, some.places)
    assert none.failures == some.failures
    for before, after in zip(none.orders, some.orders, strict=True):
        if after.kind is OrderKind.COLLECTION:
            assert after.ready_at_s == after.placed_at_s
            assert after.id not in some.ready_at_s
            assert (after.origin, after.destination) == (before.destination, before.origin)
            assert after.customer == before.customer
            ends = {"kind": before.kind, "origin": before.origin, "destination": before.destination}
            assert replace(after, **ends, ready_at_s=before.ready_at_s) == before
        else:
            assert after == before
            assert none.ready_at_s.get(after.id) == some.ready_at_s.get(after.id)


def test_more_collections_contain_the_fewer_and_demand_nests(live):
    """S24: what is collected at 25 % is collected at 50 %; order k stays order k at 2x."""

    def collected(*settings):
        orders = live(RICH, *settings).orders
        return {order.id for order in orders if order.kind is OrderKind.COLLECTION}

    quarter, half = collected("orders.collections=25 %"), collected("orders.collections=50 %")
    assert quarter < half
    assert len(collected("orders.collections=100 %")) == 80
    small = drawn(live(RICH, "orders.collections=25 %"))
    large = drawn(live(RICH, "orders.collections=25 %", "orders.scale=2"))
    assert {order_id: large[order_id] for order_id in small} == small


def test_a_table_says_which_orders_are_collected(live):
    """`kind` is delivery where it is empty; `ready` of a collection is when the customer is."""
    table = (
        "id,kind,lat,lon,door,placed,ready\n"
        "1,,0.001,0,household,,\n"
        "2,collection,0.001,0,household,08:00,10:30\n"
        "3,delivery,0.002,0,business,,\n"
    )

    world = live(CSV, orders=table)
    delivery, collection, shop = sorted(world.orders, key=lambda order: order.id)

    assert delivery.kind is shop.kind is OrderKind.DELIVERY
    assert collection.kind is OrderKind.COLLECTION
    assert collection.origin == delivery.destination == collection.customer
    assert collection.destination == delivery.origin == "depot"
    assert (collection.placed_at_s, collection.ready_at_s) == (8 * 3600, 10.5 * 3600)
    assert world.places[shop.customer].kind is PlaceKind.BUSINESS


def test_rows_of_one_order_are_of_one_kind(problems):
    """Half an order cannot be collected and half delivered."""
    table = "id,parcel,kind,lat,lon\n1,a,delivery,0,0\n1,b,collection,0,0\n"

    (told,) = problems(CSV, orders=table)

    assert told.startswith("orders.csv:3: id: order '1' differs from its row on line 2")


def test_skills_and_priorities_are_drawn_and_move_nothing_else(live):
    """About 20 % ask for cold, 30 % are urgent; each skill has a stream of its own."""
    plain = live(RICH, "orders.count=400")
    urgent = live(RICH, "orders.count=400", "orders.priorities={2: 10 %, 1: 20 %}")
    cold = live(RICH, "orders.count=400", "orders.skills={cold: 20 %}")
    both = live(RICH, "orders.count=400", "orders.skills={cold: 20 %, alcohol: 50 %}")

    levels = Counter(order.priority for order in urgent.orders)
    assert set(levels) == {0, 1, 2}
    assert 0.06 < levels[2] / 400 < 0.14
    assert 0.15 < levels[1] / 400 < 0.25
    assert 0.15 < sum("cold" in order.skills for order in cold.orders) / 400 < 0.25
    assert {order.skills for order in both.orders} == {
        (), ("alcohol",), ("cold",), ("alcohol", "cold"),
    }  # fmt: skip
    for at, order in enumerate(plain.orders):
        assert replace(urgent.orders[at], priority=0) == order
        assert replace(cold.orders[at], skills=()) == order
        assert ("cold" in both.orders[at].skills) == ("cold" in cold.orders[at].skills)


def test_one_row_a_parcel_or_one_row_a_door_is_the_same_day(live):
    """S2: the manifest's layout is not part of the day."""
    by_parcel = "id,parcel,lat,lon,kg\n1,a,0.001,0,2\n1,b,0.001,0,2\n2,a,0.002,0,1\n"
    by_door = "id,parcels,lat,lon,kg\n1,2,0.001,0,4\n2,1,0.002,0,1\n"
    text = CSV + "presence: 80 %\n"

    assert drawn(live(text, orders=by_parcel)) == drawn(live(text, orders=by_door))


def test_orders_at_one_door_share_it(live):
    """One place, one visit time, one presence; `merge: off` makes each door its own."""
    table = "id,lat,lon\n1,0.001,0.001\n2,0.001,0.001\n3,0.0011,0.001\n"

    same = live(CSV, orders=table)
    near = live(CSV.replace("csv}", "csv, merge: 30 m}"), orders=table)
    off = live(CSV.replace("csv}", "csv, merge: off}"), orders=table)

    assert len({order.customer for order in same.orders}) == 2
    assert len({order.customer for order in near.orders}) == 1  # 0.0001 degrees are 11 m
    assert len({order.customer for order in off.orders}) == 3


def test_windows_fit_their_bounds_and_never_close_before_the_order_is_placed(live):
    """On the half hour, between 9:00 and 17:00, of the widths asked for."""
    world = live(RICH, "orders.count=400")

    windowed = [order for order in world.orders if order.window != ALWAYS]
    assert 0.4 < len(windowed) / 400 < 0.6
    for order in windowed:
        assert order.window.opens_at_s % 1800 == 0
        assert order.window.closes_at_s - order.window.opens_at_s in (3600, 7200)
        assert 9 * 3600 <= order.window.opens_at_s < order.window.closes_at_s <= 17 * 3600
        assert order.window.opens_at_s >= order.placed_at_s


def test_orders_of_the_day_come_in_their_hours(live):
    """40 % of 400 orders between 8:00 and 11:00, half of them in the hour of weight 2."""
    world = live(RICH, "orders.count=400")

    later = [order for order in world.orders if order.placed_at_s > world.rules.begins_at_s]
    assert 0.3 < len(later) / 400 < 0.5
    assert all(8 * 3600 <= order.placed_at_s < 11 * 3600 for order in later)
    busy = sum(9 * 3600 <= order.placed_at_s < 10 * 3600 for order in later)
    assert 0.35 < busy / len(later) < 0.65
    for order in later:
        assert order.ready_at_s == order.placed_at_s + 1200  # told: 20 minutes on average
        assert world.ready_at_s[order.id] > order.placed_at_s  # and in truth, drawn


def test_the_promise_is_what_was_told(live):
    """S8: of an express order three hours from placed, else the window, else the day."""
    for order in live(RICH).orders:
        if order.service_class == "express":
            assert order.promise == TimeWindow(order.placed_at_s, order.placed_at_s + 3 * 3600)
        elif order.window != ALWAYS:
            assert order.promise == order.window
        else:
            assert order.promise == TimeWindow(0, 86_400)


def test_every_time_lies_on_the_tick(live):
    """Eighths of a second, so that sums are exact."""
    world = live(RICH)

    times = [t for v in world.visits.values() for t in (*v.fixed_s, *v.parking_s, *v.per_parcel_s)]
    times += [t for p in world.presence.values() for t in p.renewed_at_s]
    times += [order.placed_at_s for order in world.orders] + list(world.ready_at_s.values())
    assert all(time * 8 == round(time * 8) for time in times)


def test_a_day_that_lies_beyond_its_window_has_the_next_midnight(live):
    """A night shift's orders are promised until it ends, not until midnight."""
    world = live(TOWN.replace("{van: 3}", "{van: {count: 1, shift: 22:00-06:00}}"))

    assert world.rules.begins_at_s == 20 * 3600
    assert world.duties[0].shift == TimeWindow(22 * 3600, 30 * 3600)
    assert world.orders[0].promise.closes_at_s == 30 * 3600


def test_places_too_far_from_every_street_are_all_named(live):
    """With the way out; where most are, another town is suspected."""
    table = "id,lat,lon\n1,0.001,0.001\n2,0.5,0.5\n3,0.9,0.5\n"
    with pytest.raises(ScenarioError) as caught:
        live(CSV, orders=table)

    first, second, doubt = caught.value.problems
    assert doubt.startswith("2 of 3 places are that far: is ")
    assert first.startswith("orders.csv:3: order 2: ")
    assert "km from the nearest street, expected at most 300 m" in first
    assert "`unreachable: nearest`" in first
    assert second.startswith("orders.csv:4: order 3: ")


def test_swapped_coordinates_are_suspected(read):
    """A town at 0 N 50 E, and a table that says 50 N 0 E."""
    graph = grid_town(4)
    away = RoadNetwork(replace(graph, node_lon=graph.node_lon + 50.0))
    loaded = read(CSV, orders="id,lat,lon\n1,50.001,0.001\n2,50.002,0.002\n")

    with pytest.raises(ScenarioError, match="are the two columns swapped"):
        realise(loaded.spec, away, 1, 1, loaded.tables)


def test_what_is_too_far_can_be_served_from_the_nearest_junction(live):
    """When the scenario says so; how far stays with the place."""
    text = CSV.replace("csv}", "csv, unreachable: nearest}")

    world = live(text, orders="id,lat,lon\n1,0.1,0\n")

    place = world.places[world.orders[0].customer]
    assert place.snap_m > 8000  # 0.1 degrees are 11.1 km, the town reaches 2 km
    assert DRIVE in place.nodes


def test_a_place_is_reached_from_a_junction_of_each_mode(live):
    """Vans and bikes may leave it from different junctions."""
    world = live(RICH)

    assert {vehicle.mode for vehicle in world.vehicles} == {DRIVE, BIKE}
    assert all(set(place.nodes) == {DRIVE, BIKE} for place in world.places.values())


def test_several_depots_share_the_orders(live):
    """By share where shares are given, else each order from the depot nearest to it."""
    fleet = "fleet: {van: {count: 2, depot: a}, truck: {count: 1, depot: b}}\n"
    head = "name: x\nnetwork: demo-city\norders: 200\n" + fleet
    west, east = "lat: 0, lon: -0.01", "lat: 0, lon: 0.01"
    shared = live(f"{head}depots: {{a: {{{west}, share: 75 %}}, b: {{{east}, share: 25 %}}}}\n")
    nearest = live(f"{head}depots: {{a: {{{west}}}, b: {{{east}}}}}\n")

    assert 0.65 < sum(order.origin == "a" for order in shared.orders) / 200 < 0.85
    for order in nearest.orders:
        lon = nearest.places[order.customer].lon
        assert order.origin == ("a" if lon < 0 else "b") or abs(lon) < 1e-9
    assert {vehicle.starts_at for vehicle in nearest.vehicles} == {"a", "b"}


def test_vehicles_may_start_and_end_elsewhere(live):
    """At a place of their own, or where they are when the day is over."""
    text = TOWN.replace(
        "{van: 3}",
        "{van: {count: 1, start: {lat: 0.001, lon: 0.001}, end: none}, "
        "truck: {count: 1, end: {lat: 0, lon: 0.002}}}",
    )

    truck, van = live(text).vehicles

    assert (van.starts_at, van.ends_at) == ("site/van start", None)
    assert (truck.starts_at, truck.ends_at) == ("depot", "site/truck end")


def test_two_shifts_are_two_duties_of_one_vehicle(live):
    """S10: vehicle, driver and duty are three things."""
    world = live(TOWN.replace("{van: 3}", "{van: {count: 1, shift: [14:00-22:00, 06:00-14:00]}}"))

    first, second = world.duties
    assert (first.shift.opens_at_s, second.shift.opens_at_s) == (6 * 3600, 14 * 3600)
    assert first.driver != second.driver
    assert world.rules.begins_at_s == 4 * 3600


def test_presence_is_a_share_of_time(live):
    """S4: over 2,000 doors somebody is in at 11:00 in 80 %; standard error 0.9 %."""
    world = live(TOWN.replace("60", "{count: 2000, merge: off}") + "presence: 80 %\n")

    home = sum(world.presence[o.customer].is_home(11 * 3600, 0) for o in world.orders)
    assert abs(home / 2000 - 0.8) < 4 * 0.009


def test_a_door_keeps_its_answer_for_a_while(live):
    """Renewals every 75 min on average: a minute later 1 in 75 doors has been renewed."""
    world = live(TOWN.replace("60", "{count: 2000, merge: off}") + "presence: 50 %\n")

    doors = [world.presence[order.customer] for order in world.orders]
    changed = sum(p.is_home(11 * 3600, 0) != p.is_home(11 * 3600 + 60, 1) for p in doors)
    # A renewal changes the answer with probability 1/2: 2000 x (1 - exp(-1/75)) / 2 = 13.2.
    assert changed < 13.2 + 4 * 13.2**0.5
    later = sum(p.is_home(9 * 3600, 0) != p.is_home(16 * 3600, 1) for p in doors)
    assert 800 < later < 1200  # seven hours later the answers are independent


def test_without_memory_attempts_are_independent(live):
    """`holds: none`: the k-th attempt has its own draw, the same at every time."""
    text = TOWN.replace("60", "{count: 500, merge: off}")
    world = live(text + "presence: {probability: 50 %, holds: none}\n")

    doors = [world.presence[order.customer] for order in world.orders]
    assert all(p.is_home(9 * 3600, 0) == p.is_home(16 * 3600, 0) for p in doors)
    differ = sum(p.is_home(9 * 3600, 0) != p.is_home(9 * 3600, 1) for p in doors)
    assert abs(differ - 250) < 4 * 125**0.5  # binomial(500, 1/2)


def test_more_presence_never_shuts_a_door(live):
    """S4: the latent number stays, only the bar moves."""
    low = live(TOWN + "presence: 70 %\n")
    high = live(TOWN + "presence: 90 %\n")

    for door, presence in low.presence.items():
        for at_s in range(6 * 3600, 20 * 3600, 1800):
            assert high.presence[door].is_home(at_s, 0) or not presence.is_home(at_s, 0)


def test_somebody_is_always_there_at_100_percent(live):
    """Then there is nothing to draw."""
    assert live(TOWN + "presence: 100 %\n").presence == {}


def test_failures_split_one_draw_in_a_fixed_order(live):
    """10 % no access and 20 % refused of 2,000; more of the one never changes the other's sum."""
    text = TOWN.replace("60", "2000") + "failures: {no_access: 10 %, refused: 20 %}\n"

    causes = list(live(text).failures.values())

    assert abs(causes.count("no access") - 200) < 4 * 180**0.5
    assert abs(causes.count("refused") - 400) < 4 * 320**0.5


def test_service_times_follow_their_law(live):
    """lognormal(4.325, 0.709): over 2,000 doors the mean log is within 4 standard errors."""
    world = live(TOWN.replace("60", "{count: 2000, merge: off}"))

    logs = [log(world.visits[order.customer].fixed_s[0]) for order in world.orders]
    mean = sum(logs) / len(logs)
    sd = (sum((x - mean) ** 2 for x in logs) / (len(logs) - 1)) ** 0.5
    assert abs(mean - 4.325) < 4 * 0.709 / 2000**0.5
    assert abs(sd - 0.709) < 4 * 0.709 / 4000**0.5


def test_given_times_are_not_drawn(live):
    """The longest of the times that orders at one door give."""
    table = "id,lat,lon,fixed_s,per_parcel_s\n1,0.001,0,60,10\n2,0.001,0,90,\n"

    world = live(CSV, orders=table)

    visit = world.visits[world.orders[0].customer]
    assert (visit.fixed_s, visit.per_parcel_s) == ((90,), (10,))
    assert world.places[world.orders[0].customer].expected.fixed_s == 90


def test_a_planner_expects_the_mean(live):
    """What is told of a door is the mean of its law, not what was drawn for it."""
    service = "{fixed: {mean: 80 s, cv: 50 %}, parking: {from: 0 s, to: 60 s}}"
    world = live(f"{TOWN}service: {service}\n")

    expected = {world.places[order.customer].expected for order in world.orders}
    (told,) = expected
    assert (told.fixed_s, told.parking_s) == (80, 30)


def test_traffic_is_real_and_believed(live):
    """Policies believe the hour's profile, or free flow where the scenario says so."""
    jam = live(TOWN)
    naive = live(TOWN + "noise: off\ntraffic: {believed: free flow}\n")
    free = live(TOWN + "traffic: free flow\n")

    def leg_s(world, at_s):
        return world.travel.between(0, 20, DRIVE, at_s)  # 20 blocks of 200 m at 10 m/s: 400 s

    assert leg_s(free, 17 * 3600) == pytest.approx(400)
    assert leg_s(naive, 17 * 3600) == pytest.approx(400)
    assert leg_s(jam, 17 * 3600) == pytest.approx(400 * 1.58)
    path = naive.travel.path(0, 20, DRIVE, 17 * 3600)
    assert naive.streets.drive(path, DRIVE, 17 * 3600)[-1] - 17 * 3600 == pytest.approx(400 * 1.58)


def test_the_kind_of_day_follows_the_date(live):
    """Saturday has 0.55 of a weekday's excess: at 17:00 1 + 0.55 x 0.58 = 1.319."""
    world = live(TOWN + "date: 2026-01-10\n")

    assert world.travel.between(0, 20, DRIVE, 17 * 3600) == pytest.approx(400 * 1.319)


def test_believed_travel_can_be_shared_by_days(read, town):
    """Its cache holds ways, not orders: the day is the same with it."""
    loaded = read(RICH)
    shared = believed_travel(loaded.spec, town)

    alone = realise(loaded.spec, town, 1, 2, loaded.tables)
    with_shared = realise(loaded.spec, town, 1, 2, loaded.tables, shared)

    assert with_shared.travel is shared
    assert drawn(alone) == drawn(with_shared)


def test_yesterdays_orders_are_known_when_the_day_is_planned(live):
    """Placed at 15:00 the day before, known at 6:00; a promise counts from when it was given."""
    text = CSV + "service_classes: {standard: {}, express: {promise: 20 h}}\n"
    table = (
        "id,lat,lon,placed,class\n1,0,0,2026-01-04T15:00,standard\n"
        "2,0,0,2026-01-04T15:00,express\n3,0,0,10:00,standard\n"
    )

    one, two, three = live(text, orders=table).orders

    assert [order.placed_at_s for order in (one, two, three)] == [21_600, 21_600, 36_000]
    assert two.promise.closes_at_s == 11 * 3600  # 15:00 and 20 hours


def test_a_mode_that_the_network_does_not_have_is_refused(read):
    """Bikes on a table of legs for cars."""
    network = MatrixNetwork.of_streets("line", [("D", "A", 600.0)], mps=10.0)
    loaded = read(
        CSV.replace("van: 1", "van: 1, cargo_bike: 1") + "depots: {depot: {node: D}}\n",
        orders="id,node\n1,A\n",
    )

    with pytest.raises(ScenarioError, match="mode bike on line, which is open to drive"):
        realise(loaded.spec, network, 1, 1, loaded.tables)


def test_merged_doors_nest_beyond_ten_thousand_orders():
    """o10000 comes after o2000, although it sorts before it as text: 0.0001 degrees are 11 m."""
    early = Request("o2000", Spot("early", 0.0, 0.0))
    late = Request("o10000", Spot("late", 0.0001, 0.0))

    merged = merge_doors([late, early], 30.0)

    assert [(request.id, request.door.key) for request in merged] == [
        ("o2000", "early"),
        ("o10000", "early"),
    ]


def test_empty_days_are_days(live):
    """No orders, or no vehicles, is legal."""
    assert live(TOWN.replace("60", "0")).orders == ()
    world = live(TOWN.replace("{van: 3}", "{van: 0}"))
    assert world.vehicles == ()
    assert len(world.orders) == 60


def test_all_orders_at_one_door(live):
    """A hotspot of one metre, merged within 30 m: one door, 60 orders."""
    text = TOWN.replace(
        "60",
        "{count: 60, merge: 30 m, "
        "where: {hotspots: [{lat: 0, lon: 0, radius: 1 m, share: 100 %}]}}",
    )

    world = live(text)

    assert len({order.customer for order in world.orders}) == 1


def test_demand_follows_the_population(live):
    """Three quarters of the people in the west: three quarters of 400 orders, within 4 sd."""
    text = TOWN.replace("60", "{count: 400, where: {population: {csv: a.csv}}}")

    world = live(text, a="id,lat,lon,population\nw,0,-0.01,300\ne,0,0.01,100\n")

    west = sum(world.places[order.customer].lon < 0 for order in world.orders)
    assert abs(west - 300) < 4 * (400 * 0.75 * 0.25) ** 0.5


def test_demand_at_addresses_knows_households_and_businesses(tmp_path):
    """The made-up city has both; their share can be set."""
    network = open_network(City(2.0, 1), cache_dir=tmp_path)
    text = TOWN.replace("60", "{count: 200, where: {businesses: 25 %}}")
    loaded = load_text(text, "day.yaml", tmp_path)

    world = realise(loaded.spec, network, 1, 1)

    kinds = [world.places[order.customer].kind for order in world.orders]
    assert abs(kinds.count(PlaceKind.BUSINESS) - 50) < 4 * (200 * 0.25 * 0.75) ** 0.5


def test_a_matrix_is_a_network_too(read):
    """Orders name their stop; no coordinates are needed."""
    network = MatrixNetwork.of_streets("line", [("D", "A", 600.0), ("A", "B", 400.0)], mps=10.0)
    text = CSV + "depots: {depot: {node: D}}\ntraffic: free flow\n"
    loaded = read(text, orders="id,node\n1,A\n2,B\n")

    world = realise(loaded.spec, network, 1, 1, loaded.tables)

    assert [world.places[o.customer].nodes[DRIVE] for o in world.orders] == [1, 2]
    assert world.travel.between(0, 2, DRIVE, 0.0) == 100
    bad = read(text, orders="id,node\n1,C\n")
    with pytest.raises(ScenarioError, match=r"orders\.csv:2: order 1: line has no stop 'C'"):
        realise(bad.spec, network, 1, 1, bad.tables)


def test_rates_come_with_the_currency_unless_given(live):
    """35 EUR a van and day; pounds have no defaults, so what is not given is not included."""
    assert live(TOWN).rates.vehicle_day == {"van": 35}
    pounds = live(TOWN + "currency: GBP\ncosts: {vehicle_km: 0.3}\n").rates
    assert pounds.vehicle_day == {}
    assert str(pounds.vehicle_km["van"]) == "0.3"
    own = live(TOWN.replace("{van: 3}", "{van: {count: 3, cost: {day: 50}}}")).rates
    assert own.vehicle_day == {"van": 50}


def test_clock_times_are_elapsed_on_the_day_the_clock_changes(live):
    """29 March 2026 in Brussels has no 2 o'clock: at 8:00 seven hours have passed."""
    world = live(TOWN + "date: 2026-03-29\ntime_zone: Europe/Brussels\n")

    assert world.duties[0].shift == TimeWindow(7 * 3600, 16 * 3600)
    assert world.rules.begins_at_s == 5 * 3600


def test_a_cargo_bike_looks_for_no_parking_place_unless_it_is_said_to(live):
    """By its type in a group and in a table; a type of one's own looks for one."""

    def looking(text, **files):
        return {one.type: one.looks_for_parking for one in live(text, **files).vehicles}

    fleet = "fleet: {van: 1, cargo_bike: 1, trike: {count: 1, mode: drive}}"
    text = TOWN.replace("fleet: {van: 3}", fleet)
    assert looking(text) == {"van": True, "cargo_bike": False, "trike": True}
    assert looking(text.replace("cargo_bike: 1", "cargo_bike: {count: 1, parking: true}")) == {
        "van": True, "cargo_bike": True, "trike": True,
    }  # fmt: skip
    assert looking(text.replace("van: 1", "van: {count: 1, parking: false}"))["van"] is False
    table = "id,type,shift_begins,shift_ends\n1,van,08:00,17:00\n2,cargo_bike,08:00,17:00\n"
    text = TOWN.replace("fleet: {van: 3}", "vehicles: {csv: vehicles.csv}")
    assert looking(text, vehicles=table) == {"van": True, "cargo_bike": False}


def test_a_resolved_scenario_gives_the_same_day(read, town):
    """Written out with every default and read again: collections, skills, urgency, parking."""
    settings = (
        "orders.collections=25 %",
        "orders.skills={cold: 10 %}",
        "orders.priorities={1: 20 %, 3: 5 %}",
        "fleet.cargo_bike={count: 1, parking: true}",
    )
    spec = read(RICH, *settings).spec

    again = read(to_yaml(resolve(spec))).spec

    there, back = realise(spec, town, 1, 1), realise(again, town, 1, 1)
    assert drawn(there) == drawn(back)
    assert there.vehicles == back.vehicles
    assert {order.priority for order in there.orders} == {0, 1, 3}
