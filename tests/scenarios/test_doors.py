"""Doors: who is there by hour, zone and household; where goods are left; what cannot be served."""

from collections import Counter
from dataclasses import replace

import pytest
from scipy.special import betainc

from scenarios.assumptions import assumptions
from scenarios.zones import zone_of
from twin.model import PlaceKind, Retry, TimeWindow

TOWN = "name: x\nnetwork: demo-city\norders: {count: 300, merge: off}\nfleet: {van: 3}\n"
CSV = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 1}\n"
H = 3600.0

BAD = [
    ("presence: {by_hour: {24: 1}}", "presence.by_hour: not an hour ('24')", "{9: 1.1, 16: 0.8}"),
    ("presence: {by_hour: {9: -1}}", "a factor out of range (-1)", "0 to 100"),
    ("presence: {by_hour: {9: 10 %}}", "not a factor ('10 %')", "plain number such as 1.2"),
    ("presence: {by_hour: atended}", "no such course ('atended'); did you mean 'attended'?", "{9:"),
    ("presence: {saturday: 75 %}", "presence.saturday: not a factor ('75 %')", "such as 1.2"),
    ("presence: {household: 0}", "presence.household: zero (0)", "more than 0"),
    ("presence: {spread: {a: 0, b: 67}}", "presence.spread.a: too small (0)", "more than 0"),
    ("presence: {spread: {a: 1}}", "presence.spread.b: missing", "expected a value"),
    ("presence: {spread: wide}", "presence.spread: not an option ('wide')", "none"),
    ("presence: {agreed: 120 %}", "presence.agreed: outside 0 % to 100 % (120 %)", "share"),
    ("presence: {neighbour: 3}", "presence.neighbour: outside 0 % to 100 % (3)", "write '3 %'"),
    ("failures: {damaged: 101 %}", "failures.damaged: outside 0 % to 100 %", "share"),
    ("failures: {refused: 60 %, damaged: 50 %}", "failures add up to 110 %", "at most 100 %"),
    ("failures: {search: 3}", "failures.search: no unit (3)", "write '3 s'"),
    (
        "service_classes: {standard: {leaves_with: [shed]}}",
        "not an option ('shed')",
        "neighbour or safe place",
    ),
    ("service_classes: {standard: {leaves_with: neighbour}}", "not a list ('neighbour')", "[a, b]"),
    ("service_classes: {standard: {retry: locker}}", "no lockers to bring it to", "`lockers: 12`"),
    ("zones: 2", "zones.size: no unit (2)", "write '2 m'"),
    ("zones: 0 m", "zones.size: zero ('0 m')", "more than 0"),
    ("businesses: {hours: 9-17}", "businesses.hours: not a time of day ('9')", "08:30"),
    (
        "businesses: {hours: [09:00-12:00, 12:00-18:00]}",
        "hours 09:00-12:00 and 12:00-18:00 overlap or touch",
        "write them as one",
    ),
    ("businesses: {docks: 0}", "businesses.docks: too small (0)", "1 or more"),
    ("walking: 50", "walking.radius: no unit (50)", "write '50 m'"),
    ("walking: {speed: 0 km/h}", "walking.speed: zero", "more than 0"),
    ("walking: {carrying: {parcels: 0}}", "walking.carrying.parcels: too small (0)", "1 or more"),
    ("service: {parking: uptown}", "service.parking:", "expected a time with its unit"),
    (
        "service: {parking_areas: [{lat: 0, lon: 0, radius: 0 m}]}",
        "service.parking_areas.0.radius: zero",
        "more than 0",
    ),
]


@pytest.mark.parametrize(("setting", "found", "remedy"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_setting_of_doors_is_told_with_place_and_remedy(problems, setting, found, remedy):
    """What was found, and what was expected or how to mend it."""
    said = "\n".join(problems(TOWN + setting + "\n"))

    assert found in said
    assert remedy in said


def doors(world):
    """Return all that chance decided about doors and what belongs to orders there."""
    return {
        order.id: (
            order,
            world.visits[order.customer],
            world.presence.get(order.customer),
            world.neighbours.get(order.customer),
            order.id in world.safe_places,
            world.failures.get(order.id),
            world.search_s.get(order.id),
            world.places[order.customer],
        )
        for order in world.orders
    }


def test_absence_follows_the_hour(live):
    """20 % out before 9:00, 1.1 times as many from 9, 0.6 times from 19:00; so the next day."""
    night = "fleet.van={count: 1, shift: 22:00-06:00}"
    world = live(TOWN + "presence: {probability: 80 %, by_hour: attended}\n", night)

    (door, *_) = world.presence.values()
    course = {0: 0.2, 8.99: 0.2, 9: 0.22, 12: 0.24, 16: 0.16, 19: 0.12, 21: 0.2, 24: 0.2, 33: 0.22}
    for clock_h, absent in course.items():
        assert door.chance(clock_h * H) == pytest.approx(1 - absent), clock_h


def test_the_course_of_the_day_moves_the_bar_and_not_the_number(live):
    """S4: another course of the day, the same latent numbers; more presence never shuts a door."""
    plain = live(TOWN + "presence: 80 %\n")
    evening = live(TOWN + "presence: {probability: 80 %, by_hour: {16: 0.5}}\n")

    for door, before in plain.presence.items():
        after = evening.presence[door]
        assert (before.uniforms, before.renewed_at_s) == (after.uniforms, after.renewed_at_s)
        assert before.is_home(15 * H, 0) == after.is_home(15 * H, 0)
        assert after.is_home(18 * H, 0) or not before.is_home(18 * H, 0)


def test_the_clock_of_the_day_decides_when_an_hour_begins(live):
    """On the short day of Brussels 9:00 on the clock is after eight hours."""
    text = TOWN + "presence: {probability: 80 %, by_hour: {9: 2}}\n"
    world = live(text + "date: 2026-03-29\ntime_zone: Europe/Brussels\n")

    (door, *_) = world.presence.values()
    assert door.chance(8 * H - 1) == pytest.approx(0.8)
    assert door.chance(8 * H) == pytest.approx(0.6)


def test_factors_never_make_more_absence_than_all(live):
    """60 % out, twice as many at noon: nobody is there, and no probability is below zero."""
    world = live(TOWN + "presence: {probability: 40 %, by_hour: {12: 2}}\n")

    assert {door.chance(13 * H) for door in world.presence.values()} == {0.0}


def test_saturday_and_weather_are_factors_on_absence(live):
    """Attended doors: 8.4 % out, 0.75 of it on a Saturday, 0.95 of that in rain."""
    monday = live(TOWN + "presence: attended\n")
    saturday = live(TOWN + "presence: attended\ndate: 2026-01-10\n")
    wet = live(TOWN + "presence: attended\ndate: 2026-01-10\nweather: rain\n")

    for world, absent in ((monday, 0.084), (saturday, 0.063), (wet, 0.05985)):
        assert {round(door.chance(8 * H), 9) for door in world.presence.values()} == {1 - absent}


def test_words_stand_for_settings_that_belong_together(read):
    """`presence: attended` is a probability, a course of the day and a Saturday, and no spread."""
    presence = read(TOWN + "presence: attended\n").spec.presence
    changed = read(TOWN + "presence: attended\n", "presence.saturday=1").spec.presence
    left = read(TOWN + "presence: unattended\n").spec.presence

    assert (presence.probability, presence.saturday, presence.spread) == (0.916, 0.75, "none")
    assert presence.by_hour[12] == 1.2
    assert (changed.probability, changed.saturday) == (0.916, 1)
    assert left == read(TOWN).spec.presence.model_copy(update={"by_hour": {}})


def test_the_spread_comes_with_the_default_share_and_with_no_other(read):
    """It was fitted with that share; a probability of one's own has none unless it is given."""

    def spread(text):
        return read(TOWN + text).spec.presence.spread

    assert (spread("").a, spread("").b) == (0.66, 67.4)
    assert spread("presence: 80 %\n") == "none"
    assert spread("presence: {spread: none}\n") == "none"
    assert spread("presence: {holds: none}\n").a == 0.66
    assert spread("presence: {probability: 80 %, spread: {a: 2, b: 8}}\n").b == 8


def test_defaults_of_doors_are_in_force_where_they_matter(read):
    """The spread with its own share only; neighbours where goods may be left with them."""

    def named(text):
        return {one.setting for one in assumptions(read(TOWN + text))}

    assert "presence.spread" in named("")
    assert "presence.spread" not in named("presence: 80 %\n")
    classes = "service_classes: {standard: {leaves_with: [neighbour]}}\n"
    assert not {"presence.neighbour", "presence.safe_place"} & named("")
    assert {"presence.neighbour", "presence.safe_place"} & named(classes) == {"presence.neighbour"}
    assert "failures.search" not in named("")
    assert "failures.search" in named("failures: {no_access: 1 %}\n")
    assert {"presence.notified", "customers.notice"} <= named("")  # any policy may tell them
    assert not {"presence.notified", "customers.notice"} & named("noise: off\n")


def test_doors_of_a_zone_share_a_factor_and_zones_differ(live):
    """A zone's doors have one probability; over 400 zone-days it follows Beta(2, 18)."""
    text = TOWN + "zones: 400 m\npresence: {probability: 90 %, spread: {a: 2, b: 18}}\n"
    drawn = {}
    for day in range(1, 6):
        world = live(text, day=day)
        for order in world.orders:
            place = world.places[order.customer]
            absent = 1 - world.presence[order.customer].probability
            assert drawn.setdefault((day, place.zone), absent) == absent
    shares = sorted(drawn.values())
    assert len(shares) > 300
    # Kolmogorov-Smirnov: beyond 2.03 / sqrt(n) once in 2,000 times.
    distance = max(abs((k + 0.5) / len(shares) - betainc(2, 18, x)) for k, x in enumerate(shares))
    assert distance < 2.03 / len(shares) ** 0.5


def test_households_differ_and_no_other_draw_moves(live):
    """A factor of cv 50 % on the absence of each door, and the same latent numbers."""
    plain = live(TOWN + "presence: 80 %\n")
    mixed = live(TOWN + "presence: {probability: 80 %, household: {mean: 1, cv: 50 %}}\n")

    factors = [(1 - door.probability) / 0.2 for door in mixed.presence.values()]
    mean = sum(factors) / len(factors)
    sd = (sum((x - mean) ** 2 for x in factors) / len(factors)) ** 0.5
    assert mean == pytest.approx(1, abs=4 * 0.5 / 300**0.5)
    assert 0.35 < sd < 0.65
    for door, presence in plain.presence.items():
        assert mixed.presence[door].uniforms == presence.uniforms


def test_a_zone_is_a_square_of_the_earth_whatever_else_is_in_the_day(live):
    """About 2.3 km on each side; scale, vans and other orders move no door to another zone."""
    assert zone_of(0.001, 0.001, 1000) == zone_of(0.008, 0.008, 1000) == "0/0"
    assert zone_of(0.0091, 0.001, 1000) == "1/0"  # 1,012 m north
    assert zone_of(-0.001, -0.001, 1000) == "-1/-1"
    assert zone_of(60.0, 0.0178, 1000) == "6671/0"  # half as many metres to a degree: 990 m
    assert zone_of(60.0, 0.0182, 1000) == "6671/1"
    assert zone_of(None, None, 1000) == ""
    small, large = live(TOWN), live(TOWN, "orders.scale=2", "fleet.van=5")
    zones = {order.id: small.places[order.customer].zone for order in small.orders}
    assert all(zones.values())
    assert zones == {
        order.id: large.places[order.customer].zone for order in large.orders if order.id in zones
    }


def test_where_agreed_and_notified_windows_are_a_share_of_absence_is_left(live):
    """Half of the windows are agreed, 30 % of the customers told; nothing else of them moves."""
    text = TOWN.replace("merge: off", "merge: off, windows: {share: 50 %}") + "presence: 80 %\n"
    plain = live(text)
    some = live(text, "orders.windows.agreed=50 %", "orders.notified=30 %")

    assert not any(order.agreed or order.notified for order in plain.orders)
    agreed = [order for order in some.orders if order.agreed]
    assert 45 < len(agreed) < 105
    assert all(order.window.opens_at_s > 0 for order in agreed)
    assert 60 < sum(order.notified for order in some.orders) < 120
    (door, *_) = some.presence.values()
    assert door.chance(8 * H, agreed=True) == pytest.approx(0.9)
    assert door.chance(8 * H, notified=True) == pytest.approx(0.94)
    assert some.presence == plain.presence
    for before, after in zip(plain.orders, some.orders, strict=True):
        assert replace(after, agreed=False, notified=False) == before


@pytest.mark.parametrize(
    "knob",
    [
        "presence={probability: 80 %, spread: {a: 1, b: 5}}",
        "presence={probability: 80 %, household: {mean: 1, cv: 80 %}, saturday: 0.5}",
        "presence={probability: 80 %, by_hour: attended, agreed: 10 %, notified: 5 %}",
        "presence={probability: 80 %, neighbour: 90 %, safe_place: 90 %}",
        "zones=900 m",
        "businesses={hours: 09:00-17:00, docks: 1}",
        "walking={radius: 90 m, carrying: {weight: 20 kg}}",
        "failures={refused: 10 %, damaged: 10 %, search: {from: 1 min, to: 9 min}}",
        "service={parking_areas: [{lat: 0, lon: 0, radius: 2 km}]}",
        "lockers={count: 4, slots: 20, occupied: 50 %}",
        "orders={windows: {share: 40 %, agreed: 70 %}, notified: 60 %}",
        "service_classes={standard: {leaves_with: [neighbour, safe place], retry: today}}",
    ],
)
def test_no_setting_of_doors_moves_a_draw_that_is_not_its_own(live, knob):
    """Who is where, what a stop takes, what is refused: the numbers behind them stay."""
    text = TOWN.replace("merge: off", "merge: off, windows: {share: 40 %}")
    text += "presence: 80 %\nfailures: {refused: 10 %}\n"
    before, after = live(text), live(text, knob)

    assert [replace(o, agreed=False, notified=False) for o in after.orders] == list(before.orders)
    for order in before.orders:
        door = order.customer
        was, now = before.presence[door], after.presence[door]
        assert (was.uniforms, was.renewed_at_s) == (now.uniforms, now.renewed_at_s)
        assert before.visits[door].fixed_s == after.visits[door].fixed_s
        assert before.places[door].nodes == after.places[door].nodes
        if before.failures.get(order.id):
            assert before.failures[order.id] == after.failures[order.id]
    assert before.ready_at_s == after.ready_at_s
    assert before.drivers == after.drivers
    assert before.duties == after.duties


def test_goods_are_left_only_where_the_class_says_so(live):
    """With a neighbour in 40 %, in a safe place in 25 %, each with draws of its own."""
    text = TOWN + "presence: {probability: 80 %, neighbour: 40 %, safe_place: 25 %}\n"
    plain = live(text)
    left = live(text + "service_classes: {standard: {leaves_with: [neighbour, safe place]}}\n")

    assert (plain.neighbours, plain.safe_places) == ({}, frozenset())
    assert left.service_classes["standard"].leaves_with == ("neighbour", "safe place")
    there = [left.neighbours[order.customer].is_home(12 * H, 0) for order in left.orders]
    assert abs(sum(there) - 120) < 4 * (300 * 0.4 * 0.6) ** 0.5
    assert abs(len(left.safe_places) - 75) < 4 * (300 * 0.25 * 0.75) ** 0.5
    assert (left.presence, left.visits, left.orders) == (plain.presence, plain.visits, plain.orders)


def test_a_business_leaves_no_goods_with_neighbours(live):
    """Nor a collection anywhere: only deliveries to households."""
    table = (
        "id,lat,lon,door,kind\n1,0.001,0,household,\n2,0.002,0,business,\n"
        "3,0.003,0,household,collection\n"
    )
    text = CSV + "service_classes: {standard: {leaves_with: [neighbour, safe place]}}\n"

    world = live(text + "presence: {safe_place: 100 %}\n", orders=table)

    assert world.safe_places == {"1"}
    assert set(world.neighbours) == {world.orders[0].customer}


def test_damage_is_the_last_part_of_the_draw_and_moves_no_other_cause(live):
    """10 % refused stay the same orders when 20 % are damaged."""
    text = TOWN + "failures: {no_access: 10 %, refused: 10 %}\n"
    before, after = live(text).failures, live(text, "failures.damaged=20 %").failures

    assert {order for order, cause in after.items() if cause != "damaged"} == set(before)
    assert all(after[order] == cause for order, cause in before.items())
    assert abs(Counter(after.values())["damaged"] - 60) < 4 * 48**0.5


def test_finding_out_takes_time_where_there_is_something_to_find(live):
    """No access and wrong addresses are searched for, the door that refuses is found."""
    text = TOWN + "failures: {no_access: 20 %, wrong_address: 20 %, refused: 20 %}\n"
    world = live(text + "", "failures.search={from: 1 min, to: 5 min}")

    searched = {o for o, cause in world.failures.items() if cause in ("no access", "wrong address")}
    assert set(world.search_s) == searched
    assert all(60 <= took <= 300 for took in world.search_s.values())
    assert len(set(world.search_s.values())) > len(searched) / 2


def test_businesses_open_in_their_hours(live):
    """As all do, or as their row of the table says; households have none."""
    table = (
        "id,lat,lon,door,opens,closes,zone\n1,0.001,0,business,,,\n"
        "2,0.002,0,business,07:00,11:00,north\n3,0.003,0,household,,,\n"
    )
    text = CSV + "businesses: {hours: [09:00-12:00, 14:00-18:00], docks: 2}\n"

    world = live(text, orders=table)
    usual, early, home = (world.places[order.customer] for order in world.orders)

    assert usual.hours == (TimeWindow(9 * H, 12 * H), TimeWindow(14 * H, 18 * H))
    assert early.hours == (TimeWindow(7 * H, 11 * H),)
    assert (usual.docks, early.docks, home.docks) == (2, 2, None)
    assert home.hours == ()
    assert home.kind is PlaceKind.HOUSEHOLD
    assert early.zone == "north"


def test_what_one_row_says_of_a_door_holds_for_all_its_orders(live, problems):
    """Whichever row it is; two rows that say different things are refused."""
    head = "id,lat,lon,opens,closes,zone\n"

    world = live(CSV, orders=head + "1,0,0,,,\n2,0,0,10:00,12:00,west\n3,0,0,10:00,12:00,west\n")
    (told,) = problems(CSV, orders=head + "1,0,0,10:00,12:00,\n2,0,0,10:00,13:00,\n")

    (door,) = {order.customer for order in world.orders}
    assert world.places[door].hours == (TimeWindow(10 * H, 12 * H),)
    assert world.places[door].zone == "west"
    assert told.startswith("orders.csv:3: zone, opens and closes differ")


def test_half_of_the_hours_and_hours_backwards_are_refused(problems):
    """With the line of the row."""
    table = (
        "id,lat,lon,opens,closes,agreed\n1,0,0,09:00,,\n2,0,0,12:00,09:00,\n"
        "3,0,0,,,maybe\n4,0,0,,,yes\n"
    )

    said = problems(CSV, orders=table)

    assert [line.split(": ")[0] for line in said] == [f"orders.csv:{n}" for n in (2, 3, 4, 5)]
    assert "only half of the hours" in said[0]
    assert "closes: 09:00 is before opens 12:00" in said[1]
    assert "neither yes nor no ('maybe')" in said[2]
    assert "agreed: without a window" in said[3]


def test_parking_takes_longer_in_some_parts_of_the_town(live):
    """In the disc the law of downtown, with the same uniform number; elsewhere as before."""
    plain = live(TOWN + "service: {parking: residential}\n")
    area = "parking_areas: [{lat: 0, lon: 0, radius: 800 m}]"
    mixed = live(TOWN + f"service: {{parking: residential, {area}}}\n")

    times = {"inside": [], "outside": []}
    for before, after in zip(plain.orders, mixed.orders, strict=True):
        was, now = plain.visits[before.customer], mixed.visits[after.customer]
        if was.parking_s == now.parking_s:
            times["outside"].append(now.parking_s[0])
        else:
            times["inside"].append(now.parking_s[0])
            assert mixed.places[after.customer].expected.parking_s == 136.75  # 2.28 min
        assert was.fixed_s == now.fixed_s
    assert len(times["inside"]) > 20
    assert len(times["outside"]) > 20
    assert max(times["outside"]) <= 20
    assert sum(times["inside"]) / len(times["inside"]) > 80


def test_weather_lengthens_what_is_drawn_at_doors(live):
    """Rain is 3 % on every time that is not given by a table."""
    table = "id,lat,lon,fixed_s\n1,0.001,0,60\n2,0.002,0,\n"
    text = CSV + "service: {fixed: 100 s, parking: 50 s}\n"

    given, drawn = (
        live(text + "weather: rain\n", orders=table).visits[f"door/0.00{n}000,0.000000"]
        for n in (1, 2)
    )

    assert (given.fixed_s, given.parking_s) == ((60,), (51.5,))
    assert drawn.fixed_s == (103,)


def test_without_noise_everybody_is_home_and_nothing_varies(live):
    """Durations are their means, nothing fails, goods are ready as announced."""
    text = TOWN + (
        "presence: 50 %\nfailures: {no_access: 30 %, damaged: 30 %}\nnoise: off\n"
        "service: {parking: {from: 0 s, to: 60 s}}\n"
        "service_classes: {standard: {leaves_with: [neighbour, safe place]}}\n"
    )
    world = live(
        text, "orders.arrivals={known: 50 %, by_hour: {9: 1}, ready_after: {mean: 9 min, cv: 1}}"
    )

    assert (world.presence, world.neighbours, world.safe_places) == ({}, {}, frozenset())
    assert (world.failures, world.search_s, world.ready_at_s) == ({}, {}, {})
    assert {world.visits[order.customer].parking_s for order in world.orders} == {(30,)}
    for order in world.orders:
        visit, expected = world.visits[order.customer], world.places[order.customer].expected
        assert visit.fixed_s == (expected.fixed_s,)


def test_walking_is_a_rule_of_the_day(live):
    """Off by default; what is carried is without limit unless it is said."""
    off = live(TOWN).rules
    on = live(TOWN + "walking: {radius: 80 m, speed: 3.6 km/h, carrying: {parcels: 4}}\n").rules

    assert off.walking_radius_m == 0
    assert (on.walking_radius_m, on.walking_mps) == (80, 1)
    assert (on.carrying.parcels, on.carrying.grams) == (4, 2**53)


def test_retries_are_those_of_the_class(live):
    """Today, tomorrow, a locker or the sender."""
    text = TOWN + "lockers: 2\nservice_classes: {standard: {retry: locker}}\n"

    assert live(text).service_classes["standard"].retry is Retry.LOCKER
