"""What `twin check` says of a day before it is run."""

from scenarios.check import check

TOWN = "name: x\nnetwork: demo-city\norders: 60\nfleet: {van: 3}\n"
CSV = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 1}\n"


def test_facts_of_a_day(live, town):
    """60 orders for three vans of nine hours; service 97.125 + 10 s at each of 60 doors."""
    facts = check(live(TOWN), town).facts

    assert facts["orders"] == facts["doors"] == facts["parcels"] == 60
    assert facts["orders_per_vehicle"] == 20
    assert facts["shift_hours"] == 27
    assert facts["vehicles"] == {"van": 3}
    assert facts["service_hours"] == round(60 * 107.125 / 3600, 1)
    assert facts["junctions"] == 441
    assert facts["known_at_begin"] == 60
    assert 0 < facts["driving_hours_estimate"] < 4
    assert check(live(TOWN), town).warnings == ()


def test_lockers_are_no_doors(live, town):
    """One order for each of two lockers, one for a door."""
    at = "{a: {lat: 0.001, lon: 0}, b: {lat: 0.002, lon: 0}}"
    table = "id,lat,lon,locker\n1,,,a\n2,,,b\n3,0,0,\n"

    facts = check(live(CSV + f"lockers: {{at: {at}}}\n", orders=table), town).facts

    assert (facts["doors"], facts["lockers"], facts["to_lockers"]) == (1, 2, 2)


def test_odd_days_are_warned_of(live, town):
    """Legal, but probably not meant."""

    def warnings(text, **files):
        return "\n".join(check(live(text, **files), town).warnings)

    assert "no orders" in warnings(TOWN.replace("60", "0"))
    assert "no vehicles" in warnings(TOWN.replace("van: 3", "van: 0"))
    assert "expect orders to be left over" in warnings(TOWN.replace("60", "3000"))
    heavy = "id,lat,lon,kg\n1,0,0,2\n2,0,0,1500\n"
    assert "1 order (2) larger or heavier than every vehicle" in warnings(CSV, orders=heavy)
    skilled = "id,lat,lon,skills\n1,0,0,crane;cold\n"
    assert "1 order (1) asking for skills" in warnings(CSV, orders=skilled)
    late = "id,lat,lon,placed\n1,0,0,23:00\n"
    assert "placed after the last shift ended at 17:00:00" in warnings(CSV, orders=late)
    outside = "id,lat,lon,window_opens,window_closes\n1,0,0,19:00,20:00\n"
    assert "with a window outside every shift" in warnings(CSV, orders=outside)
    night = "id,lat,lon,opens,closes\n1,0,0,20:00,23:00\n2,0,0.001,16:00,23:00\n"
    assert "1 order (1) at places that are closed during every shift" in warnings(CSV, orders=night)
    waves = CSV + "depots: {depot: {waves: [20:00]}}\n"
    assert "1 order (1) announced to be ready after the last shift" in warnings(
        waves, orders="id,lat,lon\n1,0,0\n"
    )
    away = CSV.replace("csv}", "csv, unreachable: nearest}")
    assert "1 order (1) more than 300 m from every street" in warnings(
        away, orders="id,lat,lon\n1,0.1,0\n"
    )


def test_many_orders_are_counted_not_listed(live, town):
    """Five by name, the rest as a number."""
    table = "id,lat,lon,kg\n" + "".join(f"{n:02d},0,0,1500\n" for n in range(12))

    (warning,) = check(live(CSV, orders=table), town).warnings

    assert warning.startswith("12 orders (00, 01, 02, 03, 04 and 7 more) larger or heavier")
