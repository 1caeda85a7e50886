"""Orders in the course of a day: rushes, returns, changed minds, and when goods can be loaded."""

from collections import Counter
from dataclasses import replace
from heapq import heapify, heapreplace

import pytest

from scenarios.placing import merge_doors
from scenarios.requests import Request, Spot
from twin.model import ALWAYS, OrderKind, TimeWindow

H = 3600.0
ARRIVALS = "arrivals: {known: 40 %, by_hour: {8: 1, 9: 2, 10: 3, 11: 2, 12: 2, 13: 1, 14: 1}}"
TOWN = (
    f"name: x\nnetwork: demo-city\norders: {{count: 300, {ARRIVALS}}}\nfleet: {{van: 3}}\n"
    "presence: 80 %\nfailures: {refused: 10 %}\n"
)
CSV = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 1}\n"
SALE = "orders.bursts=[{at: 12:00, lasts: 1 h, factor: 2}]"


def orders(text):
    return TOWN.replace("count: 300", f"count: 300, {text}")


BAD = [
    (orders("bursts: [{at: 12:00, lasts: 1 h, factor: 0.5}]"), "a factor below 1 (0.5)", "by_hour"),
    (orders("bursts: [{at: 12:00, factor: 2}]"), "orders.bursts.0.lasts: missing", "add `lasts:`"),
    (orders("bursts: [{at: noon, lasts: 1 h, factor: 2}]"), "not a time of day ('noon')", "08:30"),
    (
        orders("bursts: [{at: 20:00, lasts: 1 h, factor: 2}]"),
        "orders.bursts.0.at: no orders are placed in these hours",
        "give them a weight",
    ),
    (
        TOWN.replace(ARRIVALS, "bursts: [{at: 12:00, lasts: 1 h, factor: 2}]"),
        "bursts multiply the orders that arrive in the day, and there are none",
        "known: 80 %",
    ),
    (orders("returns: 5"), "orders.returns: outside 0 % to 100 % (5)", "write '5 %'"),
    (orders("changes: {cancelled: 3}"), "orders.changes.cancelled: outside", "write '3 %'"),
    (orders("changes: {canceled: 3 %}"), "unknown setting ('canceled'); did you mean", "cancelled"),
    (
        orders("changes: {cancelled: 60 %, moved: 50 %}"),
        "changes add up to 110 %",
        "at most 100 %",
    ),
    (orders("changes: {width: 2}"), "orders.changes.width: no unit (2)", "write '2 s'"),
    (orders("served_by: nearst"), "not an option ('nearst')", "given or nearest"),
    (
        orders("served_by: nearest")
        + "depots: {a: {lat: 0, lon: 0, share: 50 %}, b: {lat: 0, lon: 0.01, share: 50 %}}\n",
        "depots.a.share: a share, and every order goes to the nearest depot",
        "remove it",
    ),
    (TOWN + "depots: {depot: {picking: {pickers: 0}}}\n", "pickers: too small (0)", "1 or more"),
    (TOWN + "depots: {depot: {picking: {}}}\n", "depots.depot.picking.pickers: missing", "add"),
    (
        TOWN.replace("8: 1, 9", "8: 1, 9").replace("by_hour:", "ready_after: 9 min, by_hour:")
        + "depots: {depot: {picking: {pickers: 2}}}\n",
        "goods are ready after picking and after `ready_after`",
        "remove one of them",
    ),
    (TOWN + "depots: {depot: {linehaul: {late: 5 min}}}\n", "linehaul.arrives: missing", "add"),
    (
        TOWN + "depots: {depot: {linehaul: {arrives: 05:00, sort_rate: 0}}}\n",
        "linehaul.sort_rate: too small (0)",
        "more than 0",
    ),
    (TOWN + "depots: {depot: {waves: [7]}}\n", "depots.depot.waves: not a time of day", "08:30"),
    (
        TOWN + "depots: {depot: {waves: [07:00, 07:00]}}\n",
        "the wave at 07:00 is there twice",
        "expected it once",
    ),
]


@pytest.mark.parametrize(("text", "found", "remedy"), BAD, ids=[row[1] for row in BAD])
def test_a_bad_setting_of_orders_is_told_with_place_and_remedy(problems, text, found, remedy):
    """What was found, and what was expected or how to mend it."""
    said = "\n".join(problems(text))

    assert found in said
    assert remedy in said


def drawn(world):
    """Return all that chance decided about each order, its door included."""
    return {
        order.id: (
            order,
            world.visits[order.customer],
            world.presence.get(order.customer),
            world.places[order.customer],
            world.failures.get(order.id),
            world.ready_at_s.get(order.id),
            [change for change in world.changes if change.order == order.id],
        )
        for order in world.orders
    }


def test_a_flash_sale_doubles_the_orders_of_its_hour(live):
    """2 of 12 weights of 60 % of 300 are expected from 12:00 to 13:00: 30 more come then."""
    before, after = live(TOWN), live(TOWN, SALE)

    rush = [order for order in after.orders if order.id.startswith("burst1-")]
    assert len(rush) == 30
    assert all(12 * H <= order.placed_at_s < 13 * H for order in rush)
    assert len(after.orders) == 300 + 30
    ordinary = drawn(before)
    assert {k: row for k, row in drawn(after).items() if k in ordinary} == ordinary


def test_a_rush_comes_by_the_weights_of_its_hours(live):
    """From 9:30 to 11:30: half of 2, 3 and half of 2; 60 % of 3000 x 5/12 = 750 more."""
    long = "orders.bursts=[{at: 09:30, lasts: 2 h, factor: 2}]"
    world = live(TOWN, "orders.count=3000", long)

    at_s = [order.placed_at_s for order in world.orders if order.id.startswith("burst1-")]
    assert len(at_s) == 750
    busiest = sum(10 * H <= at < 11 * H for at in at_s)
    assert abs(busiest - 450) < 4 * (750 * 0.6 * 0.4) ** 0.5
    assert min(at_s) >= 9.5 * H
    assert max(at_s) < 11.5 * H


@pytest.mark.parametrize("merge", ["same address", "150 m", "off"])
def test_more_demand_and_a_larger_rush_contain_the_smaller_day(live, merge):
    """S24: 1x in 2x, no rush in a rush, factor 2 in factor 3: order for order, with their doors."""
    text = TOWN.replace("count: 300", f"count: 150, merge: {merge}, returns: 20 %")
    none, sale = drawn(live(text)), drawn(live(text, SALE))
    scaled = drawn(live(text, SALE, "orders.scale=2"))
    huge = drawn(live(text, SALE.replace("2}", "9}")))

    assert len(none) < len(sale) < len(scaled)
    for small, large in ((none, sale), (sale, scaled), (sale, huge)):
        assert {order_id: large[order_id] for order_id in small} == small


def test_orders_of_a_rush_share_doors_with_no_others_within_a_radius():
    """An ordinary order of a larger day must not move the door of one of the rush."""
    usual = Request("o0009", Spot("usual", 0.0, 0.0))
    rush = [Request(f"burst1-000{k}", Spot(f"rush {k}", 0.0, 0.00001 * k), burst=1) for k in (1, 2)]

    merged = merge_doors([*rush, usual], 30.0)

    assert [request.door.key for request in merged] == ["usual", "rush 1", "rush 1"]


def test_weather_changes_how_many_order_and_nothing_of_those_who_do(live):
    """Rain is 1.05 times as many; snow 0.95, and these are the first of them."""
    dry, rain, snow = (drawn(live(TOWN + f"weather: {kind}\n", "service=60 s"))
                       for kind in ("dry", "rain", "snow"))  # fmt: skip

    assert (len(dry), len(rain), len(snow)) == (300, 315, 285)
    assert [row[0] for row in dry.values()] == [rain[order_id][0] for order_id in dry]
    assert set(snow) < set(dry)


def test_returns_are_collected_where_the_delivery_is_made(live):
    """20 % of deliveries to a door: one parcel, same window, to the depot; no other draw moves."""
    text = TOWN.replace("count: 300", "count: 300, windows: {share: 50 %}, parcels: typical")
    none, some = live(text), live(text, "orders.returns=20 %")

    back = [order for order in some.orders if order.id.endswith("r")]
    assert abs(len(back) - 60) < 4 * 48**0.5
    there = drawn(some)
    for order in back:
        sent = there[order.id[:-1]][0]
        assert order.kind is OrderKind.COLLECTION
        assert (order.customer, order.destination) == (sent.customer, sent.origin)
        assert (order.window, order.placed_at_s) == (sent.window, sent.placed_at_s)
        assert order.load.parcels == 1
        assert order.ready_at_s == order.placed_at_s
    before = drawn(none)
    assert {k: there[k] for k in before} == before


def test_a_return_goes_where_its_delivery_came_from(live):
    """With two depots that share the orders too."""
    west, east = "lat: 0, lon: -0.01, share: 50 %", "lat: 0, lon: 0.01, share: 50 %"
    text = TOWN.replace("{van: 3}", "{van: {count: 3, depot: a}}")
    world = live(f"{text}depots: {{a: {{{west}}}, b: {{{east}}}}}\n", "orders.returns=30 %")

    sent = {order.id: order for order in world.orders}
    back = [order for order in world.orders if order.id.endswith("r")]
    assert {order.destination for order in back} == {"a", "b"}
    assert all(order.destination == sent[order.id[:-1]].origin for order in back)


def test_nothing_returns_from_a_locker(live):
    """Nor from a collection."""
    text = TOWN + "lockers: 2\n"
    world = live(text, "orders.returns=100 %", "orders.out_of_home=50 %", "orders.collections=20 %")

    kinds = {order.id: order for order in world.orders}
    for order_id, order in kinds.items():
        if order_id.endswith("r"):
            continue
        returns = order.kind is OrderKind.DELIVERY and order.customer.startswith("door/")
        assert returns == (f"{order_id}r" in kinds)


CHANGING = "orders.changes={cancelled: 20 %, moved: 30 %, urgent: 10 %}"


def test_customers_change_their_minds_and_no_order_moves(live):
    """A fifth cancels, three in ten ask for another window, a tenth is in a hurry."""
    none, some = live(TOWN), live(TOWN, CHANGING)

    assert none.changes == ()
    assert some.orders == none.orders
    assert (some.presence, some.visits, some.failures) == (
        none.presence, none.visits, none.failures,
    )  # fmt: skip
    placed = {order.id: order for order in some.orders}
    count = Counter()
    for change in some.changes:
        order = placed[change.order]
        assert max(7 * H, order.placed_at_s) < change.at_s <= 17 * H
        if change.cancels:
            count["cancelled"] += 1
        elif change.window is not None:
            count["moved"] += 1
            assert change.promise == change.window
            assert change.window.opens_at_s >= change.at_s + H
            assert change.window.closes_at_s == change.window.opens_at_s + 2 * H <= 17 * H
            assert change.window.opens_at_s % 1800 == 0
        else:
            count["urgent"] += 1
            assert change.priority == order.priority + 1
    assert abs(count["cancelled"] - 60) < 4 * 48**0.5
    assert abs(count["urgent"] - 30) < 4 * 27**0.5
    assert 30 < count["moved"] < 90 + 4 * 63**0.5  # some ask when no such window is left
    assert list(some.changes) == sorted(some.changes, key=lambda one: (one.at_s, one.order))


def test_one_draw_is_split_so_that_more_of_a_kind_contains_the_fewer(live):
    """Who cancels at 10 % cancels at the same time at 20 %."""

    def cancelled(share):
        world = live(TOWN, f"orders.changes.cancelled={share} %")
        return {(change.order, change.at_s) for change in world.changes}

    assert cancelled(10) < cancelled(20)


def test_nothing_changes_without_noise(live):
    """`noise: off` is the day as it was planned."""
    assert live(TOWN + "noise: off\n", CHANGING).changes == ()


def test_a_table_says_who_cancelled_when(live, problems):
    """That is a fact, with noise or without; cancelled before it was placed is refused."""
    table = "id,lat,lon,placed,cancelled\n1,0.001,0,,10:30\n2,0.002,0,09:00,11:00\n3,0,0,,\n"
    text = CSV.replace("orders.csv}", "orders.csv, changes: {urgent: 100 %}}")

    world = live(text, orders=table)
    still = live(text + "noise: off\n", orders=table)
    (told,) = problems(CSV, orders="id,lat,lon,placed,cancelled\n1,0,0,10:00,09:00\n")

    assert [(c.order, c.at_s) for c in world.changes if c.cancels] == [
        ("1", 10.5 * H), ("2", 11 * H),
    ]  # fmt: skip
    assert {change.order for change in world.changes if change.priority == 1} == {"3"}
    assert still.changes == tuple(change for change in world.changes if change.cancels)
    assert "cancelled: 09:00 is before it was placed at 10:00" in told


PICKING = "depots={depot: {picking: {pickers: %d, per_order: {mean: 6 min, cv: 50 %%}}}}"


def test_orders_of_the_day_wait_for_a_picker_first_come_first_served(live):
    """Announced as if nobody waited; in truth by a queue worked out again from the gaps."""
    plain, world = live(TOWN), live(TOWN, PICKING % 2)

    assert [replace(o, ready_at_s=o.placed_at_s) for o in world.orders] == [
        replace(o, ready_at_s=o.placed_at_s) for o in plain.orders
    ]
    today = [order for order in world.orders if order.placed_at_s > world.rules.begins_at_s]
    assert all(order.ready_at_s == order.placed_at_s + 360 for order in today)
    morning = {order.id for order in world.orders} - {order.id for order in today}
    assert not morning & set(world.ready_at_s)
    # With as many pickers as orders nobody waits: that is what each takes.
    alone = live(TOWN, PICKING % len(today))
    takes = {o.id: alone.ready_at_s[o.id] - o.placed_at_s for o in today}
    free = [0.0, 0.0]
    heapify(free)
    waited = 0
    for order in sorted(today, key=lambda one: (one.placed_at_s, one.id)):
        waited += free[0] > order.placed_at_s
        done = max(order.placed_at_s, free[0]) + takes[order.id]
        heapreplace(free, done)
        assert world.ready_at_s[order.id] == done
    assert waited > 20
    assert len(set(takes.values())) > len(today) * 0.9


def test_more_pickers_make_nothing_later(live):
    """Of the same orders, each as early or earlier."""
    two, three = live(TOWN, PICKING % 2).ready_at_s, live(TOWN, PICKING % 3).ready_at_s

    assert all(three[order_id] <= two[order_id] for order_id in two)
    assert any(three[order_id] < two[order_id] for order_id in two)


def test_without_noise_goods_are_ready_as_announced(live):
    """Queues, late trucks and sorting are what differs from the announcement."""
    text = TOWN + "noise: off\n"
    haul = "depots={depot: {linehaul: {arrives: 07:00, late: 9 min, sort_rate: 100}}}"

    assert live(text, PICKING % 1).ready_at_s == {}
    assert live(text, haul).ready_at_s == {}


def test_a_late_truck_makes_the_morning_late_and_is_sorted_parcel_by_parcel(live):
    """Due at 5:00, announced for 7:00, an hour late, 300 parcels an hour: the last after it all."""
    haul = "{arrives: 05:00, late: 2 h, sort_rate: 300, announced: 06:30}"
    plain, world = live(TOWN), live(TOWN, f"depots={{depot: {{linehaul: {haul}}}}}")

    early = [o for o in world.orders if o.placed_at_s == world.rules.begins_at_s]
    assert all(order.ready_at_s == 6.5 * H for order in early)
    ready = sorted(world.ready_at_s[order.id] for order in early)
    # One parcel each: the k-th is sorted k times 12 s after 7:00.
    assert ready == [7 * H + 12 * k for k in range(1, len(early) + 1)]
    today = {o.id: o for o in plain.orders if o.placed_at_s > plain.rules.begins_at_s}
    assert {o.id: o for o in world.orders if o.id in today} == today
    assert not set(today) & set(world.ready_at_s)


def test_a_share_of_the_morning_comes_by_truck(live):
    """Half of it; the other half lies there already."""
    world = live(TOWN, "depots={depot: {linehaul: {arrives: 07:00, share: 50 %}}}")

    early = [o for o in world.orders if o.placed_at_s == world.rules.begins_at_s]
    brought = sum(order.ready_at_s == 7 * H for order in early)
    assert abs(brought - len(early) / 2) < 4 * (len(early) / 4) ** 0.5
    assert world.ready_at_s == {}  # on time and nothing to sort


def test_waves_release_what_is_there(live):
    """At 7:00, 10:00 and 13:00, told and in truth; what is later leaves with tomorrow's first."""
    waves = "waves: [13:00, 07:00, 10:00]"
    picking = "picking: {pickers: 2, per_order: {mean: 6 min, cv: 50 %}}"
    queue = live(TOWN, PICKING % 2)
    world = live(TOWN, f"depots={{depot: {{{picking}, {waves}}}}}")

    def wave(at_s):
        return next((w * H for w in (7, 10, 13) if at_s <= w * H), 31 * H)

    for before, after in zip(queue.orders, world.orders, strict=True):
        assert after.ready_at_s == wave(before.ready_at_s)
        real = queue.ready_at_s.get(before.id, before.ready_at_s)
        assert world.ready_at_s.get(after.id, after.ready_at_s) == wave(real)
    assert any(order.ready_at_s == 31 * H for order in world.orders)


def test_collections_are_neither_picked_nor_released(live):
    """They are ready at the customer."""
    world = live(
        TOWN + "depots: {depot: {waves: [12:00], linehaul: {arrives: 07:00}}}\n",
        "orders.collections=40 %",
    )

    for order in world.orders:
        if order.kind is OrderKind.COLLECTION:
            assert order.ready_at_s == order.placed_at_s
            assert order.id not in world.ready_at_s


def test_each_depot_has_a_queue_of_its_own(live):
    """One picks, the other does not; nearest serves whatever the row says."""
    west, east = "lat: 0, lon: -0.01", "lat: 0, lon: 0.01"
    text = CSV.replace("van: 1", "van: {count: 1, depot: a}") + (
        f"depots: {{a: {{{west}, picking: {{pickers: 1, per_order: 10 min}}}}, b: {{{east}}}}}\n"
    )
    rows = "1,0,-0.009,09:00,a\n2,0,-0.009,09:00,b\n3,0,0.009,09:00,a\n4,0,0.009,09:05,\n"
    table = "id,lat,lon,placed,depot\n" + rows

    given = live(text, orders=table)
    nearest = live(text, "orders.served_by=nearest", orders=table)

    assert [order.origin for order in given.orders] == ["a", "b", "a", "b"]
    assert given.ready_at_s == {"3": 9 * H + 1200}  # 1 as announced, 3 waits for it
    assert [order.origin for order in nearest.orders] == ["a", "a", "b", "b"]
    assert nearest.ready_at_s == {"2": 9 * H + 1200}


def test_an_order_without_a_window_can_be_given_one(live):
    """Whatever it had before."""
    world = live(TOWN, "orders.changes.moved=100 %")

    assert all(order.window == ALWAYS for order in world.orders)
    assert world.changes
    assert all(isinstance(change.window, TimeWindow) for change in world.changes)
