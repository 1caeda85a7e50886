"""Tables of strangers: nothing is guessed, and every problem has its line."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.load import load_text
from twin.errors import ScenarioError
from twin.model import Load, Parcel

TABLE = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 1}\n"
AREAS = (
    "name: x\nnetwork: demo-city\nfleet: {van: 1}\n"
    "orders: {count: 3, where: {population: {csv: areas.csv}}}\n"
)
VEHICLES = "name: x\nnetwork: demo-city\norders: 3\nvehicles: {csv: vehicles.csv}\n"


def requests(read, table, text=TABLE):
    return read(text, orders=table).tables.requests


def test_ids_are_text(read):
    """007 and 7 are two orders, NA and null are names, and a formula is only text."""
    ids = ["007", "7", "NA", "null", "=cmd|' /C calc'!A0", "../../x", "'; DROP TABLE orders", "🚚"]
    rows = "".join(f"{order_id},0,0\n" for order_id in ids)

    assert {r.id for r in requests(read, "id,lat,lon\n" + rows)} == set(ids)


@pytest.mark.parametrize(
    ("table", "line", "said"),
    [
        ("id,lat,lon\n1,0,0\n1,0,1\n", 3, "id: '1' stands on line 2 too"),
        ("id,parcel,lat,lon\n1,a,0,0\n1,a,0,0\n", 3, "parcel: 'a' of order '1' stands on line 2"),
        ("id,parcel,lat,lon\n1,a,0,0\n1,b,0,1\n", 3, "differs from its row on line 2"),
        ("id,lat,lon\n1,0\n", 2, "2 cells, expected 3 as in the first row"),
        ("id,lat,lon\n1,0,0,9\n", 2, "4 cells, expected 3"),
        ("id,lat,lat\n1,0,0\n", 1, "column 'lat' stands 2 times, expected once"),
        ("lat,lon\n0,0\n", 1, "no column 'id'"),
        ("id;lat;lon\n1;0;0\n", 1, "no commas in the first row"),
        ("id,lat,lon,window_open\n1,0,0,08:00\n", 1, "'window_open' is not known; did you mean"),
        ("id,lat,lon,weight\n1,0,0,3 kg\n", 1, "'weight' is not read; did you mean 'kg'"),
        ("id,lat,lon,Time window\n1,0,0,8-9\n", 1, "did you mean 'window_opens'"),
        ('id,lat,lon\n1,"48,2",16\n', 2, "lat: a decimal comma ('48,2'), expected a point"),
        ("id,lat,lon,kg\n1,0,0,1e400\n", 2, "kg: a number too large ('1e400')"),
        ("id,lat,lon,kg\n1,0,0,NaN\n", 2, "kg: not a number ('NaN')"),
        ("id,lat,lon,kg\n1,0,0,-3\n", 2, "kg: negative (-3), expected 0 or more"),
        ("id,lat,lon,kg\n1,0,0,1_000\n", 2, "kg: not a number ('1_000')"),
        ("id,lat,lon,kg\n1,0,0,\u0661\n", 2, "kg: not a number"),
        ("id,lat,lon,parcels\n1,0,0,0\n", 2, "parcels: not a count ('0')"),
        ("id,lat,lon\n1,116.6,40.2\n", 2, "lat: out of range (116.6)"),
        ("id,lat,lon\n1,,40.2\n", 2, "no place, expected lat and lon, or node"),
        ("id,lat,lon\n,1,1\n", 2, "id: empty, expected the order's id"),
        (
            "id,lat,lon,window_opens,window_closes\n1,0,0,12:00,10:00\n",
            2,
            "window_closes: 10:00 is before window_opens 12:00",
        ),
        (
            "id,lat,lon,placed,promised\n1,0,0,12:00,11:00\n",
            2,
            "promised: 11:00 is before it was placed at 12:00",
        ),
        ("id,lat,lon,placed,ready\n1,0,0,12:00,11:00\n", 2, "ready: 11:00 is before it was placed"),
        ("id,lat,lon,placed\n1,0,0,05/01/2026 08:00\n", 2, "day and month can be taken for each"),
        ("id,lat,lon,placed\n1,0,0,5.1.2026\n", 2, "year first"),
        ("id,lat,lon,placed\n1,0,0,2027-01-05T08:00\n", 2, "more than 7 days from the scenario's"),
        ("id,lat,lon,placed\n1,0,0,8.30\n", 2, "placed: not a time ('8.30'), expected 08:30"),
        ("id,lat,lon,class\n1,0,0,gold\n", 2, "class: unknown ('gold')"),
        ("id,lat,lon,depot\n1,0,0,north\n", 2, "depot: unknown ('north')"),
        ("id,lat,lon,door\n1,0,0,castle\n", 2, "door: not a kind of door ('castle')"),
        ("id,lat,lon,kind\n1,0,0,Pickup\n", 2, "kind: not a kind of order ('Pickup'), expected"),
        ("id,lat,lon,kind\n1,0,0,business\n", 2, "put what a door is into a column door"),
        ('id,lat,lon\n"1,0,0\n', 2, "not csv"),
        ("id,lat,lon\n1,0,0\n\x1b[31m,0,0\n", 3, "id: control characters ('\\x1b[31m')"),
        ("id,lat,lon\n" + "x" * 300 + ",0,0\n", 2, "id: too long"),
        ("id,lat,lon\n" + "x" * 1_000_001 + ",0,0\n", 2, "a line of 1,000,006 characters"),
        ("", 1, "an empty table"),
        ("id,lat,lon\n1,0,0\n2,\x000,0\n", 3, "a NUL byte"),
    ],
)
def test_a_bad_row_is_told_with_its_line(problems, table, line, said):
    """File, line, column, what was found and what was expected."""
    told = problems(TABLE, orders=table)

    assert told[0].startswith(f"orders.csv:{line}: ")
    assert said in told[0]


def test_lines_count_from_the_file_not_from_the_rows(problems):
    """A cell that runs over two lines, and an empty line, both count."""
    table = 'id,lat,lon,client\n1,0,0,"two\nlines"\n\n2,99,0,x\n'

    told = problems(TABLE, orders=table)

    assert told[0].startswith("orders.csv:2: client: control characters")
    assert told[1].startswith("orders.csv:5: lat: out of range (99)")


def test_twenty_problems_are_listed_and_the_rest_is_counted(problems):
    """A table that is wrong all through does not flood the screen."""
    table = "id,lat,lon\n" + "".join(f"{n},99,0\n" for n in range(100))

    told = problems(TABLE, orders=table)

    assert len(told) == 21
    assert told[-1] == "orders.csv: ... and 80 more of this table"


def test_utf_16_is_refused_and_a_byte_order_mark_is_not(tmp_path):
    """Spreadsheets write both."""
    (tmp_path / "orders.csv").write_bytes("id,lat,lon\n1,0,0\n".encode("utf-16"))
    with pytest.raises(ScenarioError, match="UTF-16"):
        load_text(TABLE, "day.yaml", tmp_path)

    (tmp_path / "orders.csv").write_bytes("id,lat,lon\n1,0,0\n".encode("utf-8-sig"))
    assert load_text(TABLE, "day.yaml", tmp_path).tables.requests[0].id == "1"

    (tmp_path / "orders.csv").write_bytes(b"id,lat,lon\n\xff,0,0\n")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        load_text(TABLE, "day.yaml", tmp_path)


def test_too_many_rows_are_refused_before_they_are_read(tmp_path):
    """Ten million rows cost a scan for line ends, not ten million orders."""
    with (tmp_path / "orders.csv").open("w") as file:
        file.write("id,lat,lon\n")
        for _ in range(40):
            file.write("1,0,0\n" * 10_000)

    with pytest.raises(ScenarioError, match="more than 300,000 rows"):
        load_text(TABLE, "day.yaml", tmp_path)


def test_the_order_of_rows_means_nothing(read):
    """The same rows upside down are the same orders."""
    rows = ["1,0,0,3\n", "2,0,0.001,4\n", "10,0,0.002,5\n"]
    head = "id,lat,lon,kg\n"

    there = [(r.id, r.door, r.parcels) for r in requests(read, head + "".join(rows))]
    back = [(r.id, r.door, r.parcels) for r in requests(read, head + "".join(rows[::-1]))]

    assert there == back


def test_one_row_a_parcel_or_one_row_a_door_is_the_same_order(read):
    """6 kg in 3 parcels: three rows of 2 kg, or one row of 6 kg."""
    by_parcel = "id,parcel,lat,lon,kg\n1,a,0,0,2\n1,b,0,0,2\n1,c,0,0,2\n"
    by_door = "id,parcels,lat,lon,kg\n1,3,0,0,6\n"

    assert requests(read, by_parcel) == requests(read, by_door)
    assert requests(read, by_door)[0].parcels == (Parcel(2000),) * 3


def test_what_does_not_divide_is_dealt_in_whole_grams(read):
    """1 kg in 3 parcels is 334 + 333 + 333 g: nothing is lost."""
    (request,) = requests(read, "id,parcels,lat,lon,kg\n1,3,0,0,1\n")

    total = sum((Load(p.grams) for p in request.parcels), Load())
    assert total.grams == 1000
    assert sorted(p.grams for p in request.parcels) == [333, 333, 334]


def test_columns_can_have_other_names(read, problems):
    """`mapping:` names ours first; a name that is not there is told with the nearest."""
    text = TABLE.replace("{csv: orders.csv}", "{csv: orders.csv, mapping: {id: Order No, lat: Y}}")

    assert requests(read, "Order No,Y,lon\n5,0,0\n", text)[0].id == "5"
    (told,) = problems(text, orders="Order no,Y,lon\n5,0,0\n")
    assert "no column 'Order No'; did you mean 'Order no'?" in told


def test_times_may_be_dates_and_times(read):
    """2026-01-05 is the scenario's own day; 09:30+01:00 is 08:30 in UTC."""
    times = ["2026-01-05T08:30", "2026-01-05 09:30+01:00", "08:30", "2026-01-04T23:00"]
    rows = "".join(f"{n},0,0,{time}\n" for n, time in enumerate(times, start=1))

    found = {r.id: r.placed_at_s for r in requests(read, "id,lat,lon,placed\n" + rows)}

    assert found == {"1": 30_600, "2": 30_600, "3": 30_600, "4": -3600}


def test_vehicles_come_from_a_table(read, problems):
    """One row a vehicle; its shift is needed, its type gives what it leaves open."""
    head = "id,type,shift_begins,shift_ends,kg,parcels\n"

    (one, two) = read(
        VEHICLES, vehicles=head + "b,van,22:00,30:00,800,\na,cargo_bike,08:00,16:00,,40\n"
    ).tables.vehicles

    assert (one.id, one.parcels, one.grams) == ("a", 40, None)
    assert (two.id, two.grams, two.shift.closes_at_s) == ("b", 800_000, 108_000)
    told = problems(VEHICLES, vehicles=head + "a,van,08:00,07:00,,\na,van,08:00,,,\n")
    assert told[0].startswith("vehicles.csv:2: shift_ends: 07:00 is not after 08:00")
    assert told[1].startswith("vehicles.csv:3: shift_ends: empty")


def test_areas_come_from_a_table(read, problems):
    """Areas without people are left out; a weight column must be there."""
    table = "id,lon,lat,population\nh1,0.001,0.002,10\nh2,0,0,0\n"

    (area,) = read(AREAS, areas=table).tables.areas

    assert (area.id, area.lat, area.lon, area.weight) == ("h1", 0.002, 0.001, 10)
    assert (
        "no area with 'population' above 0"
        in problems(AREAS, areas="id,lon,lat,population\nh2,0,0,0\n")[0]
    )
    assert "no column 'population'" in problems(AREAS, areas="id,lon,lat\nh2,0,0\n")[0]


def test_the_files_of_a_day_are_part_of_what_made_it(read):
    """Name as given and content hash of each."""
    loaded = read(TABLE, orders="id,lat,lon\n1,0,0\n")

    ((name, digest),) = loaded.tables.files
    assert name == "orders.csv"
    assert len(digest) == 64


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='id,lat,lon\n"019.-:;\x00é🚚=kg', max_size=200))
def test_any_table_is_read_or_refused(tmp_path_factory, content):
    """Whatever is in it, nothing but ScenarioError comes out."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "orders.csv").write_text("id,lat,lon\n" + content, encoding="utf-8")

    with suppress(ScenarioError):
        requests = load_text(TABLE, "day.yaml", folder).tables.requests
        assert [r.id for r in requests] == sorted({r.id for r in requests})
