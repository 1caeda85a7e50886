"""Pins, forbidden pairs and given routes of a scenario: settings, columns, and what is refused."""

import pytest
import yaml

from scenarios.resolve import resolve, to_yaml
from twin.errors import InputError

DRAWN = "name: x\nnetwork: demo-city\norders: 12\nfleet: {van: 3}\n"
TABLE = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 3}\n"
ROWS = "id,lat,lon\na,0,0\nb,0,0.001\nc,0.001,0\nd,0.001,0.001\n"
TOLD = (
    "dispatch:\n"
    "  pins: {o0002: van-003}\n"
    "  forbidden: {o0005: [van-001, van-002], o0006: van-002}\n"
    "  routes: {van-001: [o0004, o0001]}\n"
)


def test_what_is_told_of_drawn_orders_reaches_the_day(live):
    """A single forbidden vehicle needs no list."""
    world = live(DRAWN + TOLD)

    assert world.pins == {"o0002": "van-003"}
    assert world.forbidden == {
        ("o0005", "van-001"), ("o0005", "van-002"), ("o0006", "van-002"),
    }  # fmt: skip
    assert world.routes == {"van-001": ("o0004", "o0001")}


def test_it_changes_nothing_else_of_the_day(live):
    """No draw depends on it."""
    plain, told = live(DRAWN), live(DRAWN + TOLD)

    assert told.orders == plain.orders
    assert told.vehicles == plain.vehicles
    assert told.visits == plain.visits
    assert (plain.pins, plain.forbidden, plain.routes) == ({}, frozenset(), {})


def test_a_drawn_order_that_a_day_does_not_have_is_left_out_on_that_day(live):
    """Order 40 of a day of about 12; in a route the others stay."""
    told = "dispatch: {pins: {o0040: van-001}, routes: {van-002: [o0040, o0001], van-003: [o0041]}}"
    world = live(DRAWN.replace("orders: 12", "orders: {count: {mean: 12, cv: 10 %}}") + told)

    assert (world.pins, world.routes) == ({}, {"van-002": ("o0001",)})


def test_a_table_of_orders_has_them_as_columns(live):
    """Several vehicles are separated by a semicolon."""
    table = "id,lat,lon,vehicle,not_on\na,0,0,van-002,\nb,0,0.001,,van-003;van-001\nc,0.001,0,,\n"
    world = live(TABLE + "dispatch: {pins: {c: van-001}}\n", orders=table)

    assert world.pins == {"a": "van-002", "c": "van-001"}
    assert world.forbidden == {("b", "van-001"), ("b", "van-003")}


def test_rows_of_one_order_must_agree_on_its_vehicle(problems):
    """As on everything else."""
    table = "id,parcel,lat,lon,vehicle\na,1,0,0,van-001\na,2,0,0,van-002\n"

    (found,) = problems(TABLE, orders=table)

    assert found.startswith("orders.csv:3: id: order 'a' differs from its row on line 2")


def test_given_routes_come_from_a_table(live):
    """Rows in any order; the sequence counts, not its size."""
    routes = "vehicle,sequence,order\nvan-002,30,a\nvan-001,1,d\nvan-002,4,c\n"
    world = live(TABLE + "dispatch: {routes: {csv: routes.csv}}\n", orders=ROWS, routes=routes)

    assert world.routes == {"van-001": ("d",), "van-002": ("c", "a")}


def test_a_table_of_routes_is_part_of_what_made_the_day(read):
    """Its hash is kept with those of the other files."""
    text = TABLE + "dispatch: {routes: {csv: routes.csv}}\n"
    loaded = read(text, orders=ROWS, routes="vehicle,sequence,order\nvan-001,1,a\n")

    assert [name for name, _ in loaded.tables.files] == ["orders.csv", "routes.csv"]


def test_vehicles_of_a_table_are_known_by_their_ids(live, problems):
    """As those of groups are."""
    text = TABLE.replace("fleet: {van: 3}", "vehicles: {csv: vehicles.csv}")
    vans = "id,shift_begins,shift_ends\nred,08:00,17:00\nblue,08:00,17:00\n"

    world = live(text + "dispatch: {pins: {a: red}}\n", orders=ROWS, vehicles=vans)
    assert world.pins == {"a": "red"}
    (found,) = problems(text + "dispatch: {pins: {a: van-001}}\n", orders=ROWS, vehicles=vans)
    assert "no vehicle of that id ('van-001'), expected one of blue, red" in found


def test_spares_have_ids_too(live):
    """They can be forbidden."""
    text = DRAWN.replace("van: 3", "van: {count: 3, spares: 1}")

    world = live(text + "dispatch: {forbidden: {o0001: van-s001}}\n")

    assert world.forbidden == {("o0001", "van-s001")}


def test_unknown_ids_are_listed_all_at_once_with_the_line_and_what_is_valid(problems):
    """Orders and vehicles of pins, pairs, routes, and of the table's own columns."""
    told = (
        "dispatch:\n"
        "  pins: {e: van-001}\n"
        "  forbidden:\n"
        "    a: [van-004]\n"
        "  routes:\n"
        "    van-1: [a]\n"
        "    van-002: [b, z]\n"
    )
    table = ROWS.replace("lon\n", "lon,vehicle,not_on\n").replace(
        "a,0,0\n", "a,0,0,van-009,lorry\n"
    )
    table = table.replace("0.001\n", "0.001,,\n").replace("0.001,0\n", "0.001,0,,\n")
    ids = "expected one of a, b, c, d"
    vans = "expected one of van-001, van-002, van-003"

    assert sorted(problems(TABLE + told, orders=table)) == sorted(
        [
            f"day.yaml:6: dispatch.pins.e: no order of that id ('e'), {ids}",
            (
                "day.yaml:8: dispatch.forbidden.a: no vehicle of that id ('van-004'); did you mean "
                f"'van-003'?, {vans}"
            ),
            (
                "day.yaml:10: dispatch.routes.van-1: no vehicle of that id ('van-1'); did you mean "
                f"'van-001'?, {vans}"
            ),
            f"day.yaml:11: dispatch.routes.van-002: no order of that id ('z'), {ids}",
            (
                "orders.csv:2: vehicle: no vehicle of that id ('van-009'); "
                f"did you mean 'van-003'?, {vans}"
            ),
            f"orders.csv:2: not_on: no vehicle of that id ('lorry'), {vans}",
        ]
    )


def test_an_id_that_no_drawn_order_can_have_is_refused_with_their_shape(problems):
    """Drawn orders have ids of their own."""
    (found,) = problems(DRAWN + "dispatch: {pins: {parcel 7: van-001}}\n")

    assert found == (
        "day.yaml:5: dispatch.pins.parcel 7: no id of a drawn order ('parcel 7'), expected such as "
        "o0012, its return o0012r, or burst1-0003 of a rush"
    )


def test_a_pin_said_twice_and_differently_is_refused(problems):
    """In the table and in the settings; the same twice is none."""
    table = "id,lat,lon,vehicle\na,0,0,van-001\nb,0,0.001,van-002\n"

    (found,) = problems(TABLE + "dispatch: {pins: {a: van-003, b: van-002}}\n", orders=table)

    assert found == (
        "day.yaml:5: dispatch.pins.a: 'van-003', and its row in the table says 'van-001' (line 2), "
        "expected one of them; remove the other"
    )


def test_words_that_cannot_be_read_are_refused_with_an_example(problems):
    """One for each of the three, and what stands at the top belongs below."""
    told = "dispatch: {pins: [o1], forbidden: van-001, routes: routes.csv}\npins: {}\n"

    found = "\n".join(problems(DRAWN + told))

    assert "dispatch.pins: not pins (a list of 1), expected {order: vehicle}" in found
    assert "dispatch.forbidden: not forbidden pairs ('van-001')" in found
    assert (
        "dispatch.routes: not routes ('routes.csv'), expected {vehicle: [orders in turn]}" in found
    )
    assert "they belong to dispatch: `dispatch: {pins: {o0012: van-003}}`" in found
    (number,) = problems(DRAWN + "dispatch: {pins: {o0001: 3}}\n")
    assert "o0001: not the id of a vehicle (3), expected text; put it in quotes: '3'" in number
    (listed,) = problems(DRAWN + "dispatch: {pins: {o0001: van-001, o0002: [van-003]}}\n")
    assert "dispatch.pins: o0002: not the id of a vehicle (a list of 1), expected text" in listed
    (inside,) = problems(DRAWN + "dispatch: {forbidden: {o0002: [van-001, 3]}}\n")
    assert "dispatch.forbidden: o0002: not the id of a vehicle (3)" in inside
    (route,) = problems(DRAWN + "dispatch: {routes: {van-002: [7]}}\n")
    assert "dispatch.routes: van-002: not the id of an order (7)" in route
    (alone,) = problems(DRAWN + "dispatch: {routes: {van-001: o0001}}\n")
    assert "van-001: no list ('o0001')" in alone


def test_an_order_that_no_vehicle_may_take_is_refused_with_its_line(problems, live):
    """In settings, in the table, in both together; who takes the rest will do."""
    every = "dispatch:\n  forbidden:\n    o0005: [van-001, van-002, van-003]\n"
    words = (
        "is forbidden on every vehicle (van-001, van-002, van-003), expected one that may take "
        "it; take one of them back"
    )
    table = "id,lat,lon,not_on\na,0,0,van-003;van-001\nb,0,0.001,van-002;van-001;van-003\n"
    both = "dispatch: {forbidden: {a: [van-002]}}\n"

    assert problems(DRAWN + every) == [f"day.yaml:7: dispatch.forbidden.o0005: order o0005 {words}"]
    assert problems(TABLE + both, orders=table) == [
        f"day.yaml:5: dispatch.forbidden.a: order a {words}",
        f"orders.csv:3: not_on: order b {words}",
    ]
    post = "carriers: {post: {kind: overflow, tender_by: 07:00, order: 5}}\n"
    assert len(live(DRAWN + every + post).forbidden) == 3
    assert len(live(DRAWN.replace("van: 3", "van: 4") + every).forbidden) == 3
    spare = DRAWN.replace("van: 3", "van: {count: 3, spares: 1}")
    assert len(live(spare + every).forbidden) == 3


def test_an_order_is_refused_that_only_vehicles_may_take_which_cannot(live):
    """50 kg: the vans are forbidden, and a bike holds 20 kg; without the pairs a van takes it."""
    text = DRAWN.replace(
        "{van: 3}", "{van: 2, bike: {count: 1, mode: drive, capacity: {weight: 20 kg}}}"
    )
    text = text.replace("orders: 12", "orders: {count: 12, weight: 50 kg}")

    with pytest.raises(InputError) as caught:
        live(text + "dispatch: {forbidden: {o0003: [van-001, van-002]}}\n")

    assert caught.value.problems == (
        (
            "dispatch: forbidden: order o0003 is forbidden on van-001, van-002, and no other "
            "vehicle can serve it; take one of them back"
        ),
    )
    assert live(text + "dispatch: {forbidden: {o0003: van-001}}\n").forbidden
    lighter = text.replace("weight: 50 kg", "weight: 5 kg")
    assert live(lighter + "dispatch: {forbidden: {o0003: [van-001, van-002]}}\n").forbidden
    nobody = text.replace("weight: 50 kg", "weight: 5000 kg")
    assert live(nobody + "dispatch: {forbidden: {o0003: [van-001, van-002]}}\n").forbidden


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("o0013", "12 orders are drawn every day, expected o0001 to o0012; name one that is drawn"),
        ("o0000", "12 orders are drawn every day, expected o0001 to o0012"),
        ("o00012", "12 orders are drawn every day, expected o0001 to o0012"),
        ("o0003r", "no return of that id ('o0003r'), since no order has one, expected the id of"),
        ("burst1-0001", "since 0 of that rush are drawn every day, expected another; name one"),
    ],
)
def test_an_id_that_a_fixed_number_of_orders_cannot_have_is_refused(problems, named, words):
    """In a pin, a pair and a route; the twelfth is there."""
    told = "dispatch:\n  pins: {o0012: van-001, X: van-001}\n"
    (pin,) = problems(DRAWN + told.replace("X", named))
    (pair,) = problems(DRAWN + f"dispatch: {{forbidden: {{{named}: van-001}}}}\n")
    (route,) = problems(DRAWN + f"dispatch: {{routes: {{van-001: [{named}, o0012]}}}}\n")

    assert pin.startswith(f"day.yaml:6: dispatch.pins.{named}: ")
    assert all(words in found for found in (pin, pair, route))


def test_what_may_be_drawn_on_some_day_is_not_refused(read):
    """A number that varies, twice the orders, weather that brings more, returns, and a rush."""
    told = "dispatch: {pins: {ID: van-001}}\n"
    rush = (
        "orders: {count: 12, arrivals: {known: 0 %, by_hour: {8: 1, 9: 1}}, "
        "bursts: [{at: 08:00, lasts: 1 h, factor: 3}]}"
    )
    allowed = (
        ("orders: {count: {mean: 12, cv: 30 %}}", "o0099"),
        ("orders: {count: 12, scale: 2}", "o0024"),
        ("orders: 12\nweather: rain", "o0013"),
        ("orders: {count: 12, returns: 10 %}", "o0012r"),
        (rush, "burst1-0012"),
    )

    for orders, named in allowed:
        text = DRAWN.replace("orders: 12", orders) + told.replace("ID", named)
        assert read(text).spec.dispatch.pins == {named: "van-001"}


def test_a_rush_of_a_fixed_number_of_orders_has_no_more(problems):
    """Twelve in two hours, six in the first: three times as many are twelve more."""
    rush = (
        "orders: {count: 12, arrivals: {known: 0 %, by_hour: {8: 1, 9: 1}}, "
        "bursts: [{at: 08:00, lasts: 1 h, factor: 3}]}"
    )
    text = DRAWN.replace("orders: 12", rush)

    (found,) = problems(text + "dispatch: {pins: {burst1-0013: van-001}}\n")

    assert "12 of that rush are drawn every day, expected burst1-0001 to burst1-0012" in found


def test_pairs_and_routes_that_name_nothing_are_refused(problems):
    """Each by its line, both at once."""
    told = "dispatch:\n  forbidden:\n    o0005: []\n  routes:\n    van-001: []\n"

    assert problems(DRAWN + told) == [
        (
            "day.yaml:7: dispatch.forbidden.o0005: no vehicle (an empty list), expected one or "
            "more; name them, or remove it"
        ),
        (
            "day.yaml:9: dispatch.routes.van-001: no order (an empty list), expected one or more; "
            "name them, or remove it"
        ),
    ]


def test_an_order_in_two_given_routes_is_refused_with_both_and_the_line(problems):
    """In two, or twice in one; of a table both lines are named."""
    told = (
        "dispatch:\n  routes:\n    van-001: [o0003, o0001]\n"
        "    van-002: [o0004, o0004]\n    van-003: [o0003]\n"
    )
    routes = "vehicle,sequence,order\nvan-001,1,a\nvan-002,1,b\nvan-002,2,a\n"
    table = TABLE + "dispatch: {routes: {csv: routes.csv}}\n"
    once = "expected it once; remove it from one of them"

    assert problems(DRAWN + told) == [
        f"day.yaml:8: dispatch.routes.van-002: order o0004 stands in this route already, {once}",
        (
            "day.yaml:9: dispatch.routes.van-003: order o0003 stands in the route of van-001 "
            f"already, {once}"
        ),
    ]
    assert problems(table, orders=ROWS, routes=routes) == [
        (
            "routes.csv:4: order: 'a' of 'van-002' stands on line 2 too, in the route of "
            "'van-001', expected each once; remove one of them"
        )
    ]


def test_a_table_of_routes_is_read_strictly(problems):
    """Every row has its line."""
    text = TABLE + "dispatch: {routes: {csv: routes.csv}}\n"

    def refused(routes):
        return problems(text, orders=ROWS, routes=routes)

    assert refused("vehicle,sequence,order\nvan-001,1,a\nvan-001,1,b\n") == [
        "routes.csv:3: sequence: 1 of 'van-001' stands on line 2 too, expected each once"
    ]
    assert (
        "sequence: not a whole number ('first')"
        in refused("vehicle,sequence,order\nvan-001,first,a\n")[0]
    )
    assert "no column 'order'" in refused("vehicle,sequence\nvan-001,1\n")[0]
    assert "no order of that id ('z')" in refused("vehicle,sequence,order\nvan-001,1,z\n")[0]
    (missing,) = problems(text.replace("routes.csv", "plan.csv"), orders=ROWS)
    assert "no such file ('plan.csv')" in missing


def test_a_scenario_resolves_to_what_was_told_and_to_nothing_where_nothing_was(read):
    """And what it resolves to is read as the same scenario."""
    assert {"pins", "forbidden", "routes"}.isdisjoint(resolve(read(DRAWN).spec)["dispatch"])

    spec = read(DRAWN + TOLD).spec
    resolved = resolve(spec)
    again = read(to_yaml(resolved)).spec

    assert resolved["dispatch"]["routes"] == {"van-001": ["o0004", "o0001"]}
    assert again.dispatch.pins == spec.dispatch.pins
    assert again.dispatch.forbidden == spec.dispatch.forbidden
    assert again.dispatch.routes == spec.dispatch.routes
    table = TABLE + "dispatch: {routes: {csv: routes.csv}}\n"
    files = {"orders": ROWS, "routes": "vehicle,sequence,order\n"}
    named = yaml.safe_load(to_yaml(resolve(read(table, **files).spec)))
    assert named["dispatch"]["routes"] == {"csv": "routes.csv"}
