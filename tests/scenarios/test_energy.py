"""What vehicles run on, where batteries are filled, and what the cold takes."""

import pytest

from scenarios.resolve import resolve, to_yaml
from scenarios.schema_energy import cold_factor
from twin.model import Chargers, Energy

TOWN = "name: x\nnetwork: demo-city\norders: 20\n"
MIXED = TOWN + "fleet: {van: 1, e_van: 1, cargo_bike: 1}\n"


def energy(world, vehicle="van-001"):
    """Return what a vehicle runs on."""
    return next(one for one in world.vehicles if one.id == vehicle).energy


def test_a_type_says_what_its_vehicles_run_on(live):
    """11 l of diesel on 100 km; 0.30 kWh/km of a battery of 68; no charger, an ordinary day."""
    world = live(MIXED)

    assert energy(world) == Energy("diesel", 0.11)
    assert energy(world, "e_van-001") == Energy("electricity", 0.30, 68.0)
    assert world.rules.consumption == 1
    assert world.places["depot"].chargers is None


def test_a_group_may_run_on_something_else(live):
    """A larger battery, more with a load, half full in the morning; or another fuel altogether."""
    more = "{count: 1, energy: {battery: 90 kWh, full_load: 20 %, charge: 11 kW, begins: 50 %}}"
    world = live(TOWN + f"fleet: {{e_van: {more}}}\n")
    assert energy(world, "e_van-001") == Energy("electricity", 0.30, 90.0, 0.2, 11.0, 0.5)

    petrol = live(TOWN + "fleet: {van: {count: 1, energy: {fuel: petrol, per_km: 12 l/100km}}}\n")
    assert energy(petrol) == Energy("petrol", 0.12)
    miles = live(
        TOWN + "fleet: {van: {count: 1, energy: {fuel: electricity, per_km: 0.5 kWh/mi}}}\n"
    )
    assert energy(miles).per_km == pytest.approx(0.5 / 1.609344)
    own = TOWN + (
        "fleet: {trike: {count: 1, mode: drive, energy: {fuel: electricity, per_km: 40 Wh/km}}}\n"
    )
    assert energy(live(own), "trike-001") == Energy("electricity", 0.04)


def test_vehicles_of_a_table_run_on_what_their_type_does(live):
    """As before; cold counts for them too."""
    text = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nvehicles: {csv: vans.csv}\n"
    files = {
        "orders": "id,lat,lon\n1,0.001,0.001\n",
        "vans": "id,type,shift_begins,shift_ends\na,van,08:00,16:00\nb,e_van,08:00,16:00\n",
    }
    world = live(text + "temperature: -5 C\n", **files)

    assert energy(world, "a").per_km * world.rules.consumption == pytest.approx(0.11)
    assert energy(world, "b") == Energy("electricity", 0.30, 68.0)


def test_the_cold_takes_from_batteries_and_not_from_tanks(live):
    """0.45 kWh/km at -5 C and 0.25 at 20 C, 0.30 in between; diesel stays at 11 l on 100 km."""
    for celsius, kwh_per_km in (("-5 C", 0.45), ("20 C", 0.25), ("50 F", 0.30), ("0 C", 0.40)):
        world = live(MIXED + f"temperature: {celsius}\n")
        factor = world.rules.consumption
        assert energy(world, "e_van-001").used(1000, 0, factor) == pytest.approx(kwh_per_km)
        assert energy(world).used(1000, 0, factor) == pytest.approx(0.11)


def test_the_factor_of_the_cold_is_level_outside_its_table():
    """Nothing is known beyond, so nothing is made up."""
    assert cold_factor(-30) == cold_factor(-5) == pytest.approx(1.5)
    assert cold_factor(35) == cold_factor(20) == pytest.approx(0.25 / 0.30)


def test_depots_may_have_chargers(live):
    """Four of 22 kW each on a connection of 60 kW."""
    world = live(MIXED + "depots: {depot: {chargers: {count: 4, site: 60 kW}}}\n")
    assert world.places["depot"].chargers == Chargers(4, 22.0, 60.0)


def test_energy_moves_no_draw(live):
    """Orders, doors, drivers and breakdowns are those of any other day."""
    warm = live(MIXED)
    cold = live(MIXED + "temperature: -5 C\ndepots: {depot: {chargers: {count: 1}}}\n")

    for name in ("orders", "visits", "presence", "breakdowns", "drivers", "duties"):
        assert getattr(cold, name) == getattr(warm, name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fleet: {van: {count: 1, energy: {battery: 60 kWh}}}", "add `fuel: electricity`"),
        ("fleet: {van: {count: 1, energy: {per_km: 0.3 kWh/km}}}", "say its `fuel:` too"),
        ("fleet: {van: {count: 1, energy: {per_km: 0.3}}}", "no unit (0.3)"),
        ("fleet: {van: {count: 1, energy: {fuel: hydrogen}}}", "not an option ('hydrogen')"),
        ("fleet: {van: {count: 1, energy: {fuel: petrol}}}", "add `per_km: 11 l/100km`"),
        (
            "fleet: {van: {count: 1, energy: {fuel: petrol, per_km: 1 kWh/km}}}",
            "in another unit than petrol has",
        ),
        (
            "fleet: {van: {count: 1, energy: {fuel: muscle, battery: 2 kWh}}}",
            "`battery` of a vehicle on muscle",
        ),
        ("fleet: {e_van: {count: 1, energy: {battery: 0 kWh}}}", "zero"),
        ("fleet: {x: {count: 1, mode: drive, energy: {per_km: 1 l/km}}}", "without a fuel"),
        (
            "fleet: {van: 1, b: {type: van, count: 1, energy: {fuel: petrol, per_km: 1 l/km}}}",
            "another fuel (petrol) than 'van' of the same type has (diesel)",
        ),
        ("fleet: {van: 1}\ntemperature: 5", "expected degrees such as 5 C"),
        ("fleet: {van: 1}\ntemperature: 300 C", "no weather of any town"),
        ("fleet: {van: 1}\ndepots: {depot: {chargers: {count: 0}}}", "too small (0)"),
        ("fleet: {van: 1}\ndepots: {depot: {chargers: {count: 1, power: 22}}}", "no unit (22)"),
        ("fleet: {van: 1}\ndispatch: {dispatchers: 0}", "too small (0)"),
        ("fleet: {van: 1}\ndispatch: {per_order: 2}", "no unit (2)"),
        ("fleet: {van: 1}\ndispatch: {minutes_per_order: 2}", "write `per_order: 1 min`"),
        ("fleet: {van: {count: 1, breaks: 1}}", "write `hours: eu-working-time`"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_out(problems, text, words):
    """One slip each, in the words of the setting."""
    assert words in "\n".join(problems(TOWN + text + "\n"))


def test_dispatchers_take_time_where_it_is_said(live):
    """Two people, a minute for an order, five for anything else; none by default."""
    plain = live(MIXED).rules
    assert (plain.dispatchers, plain.per_order_s, plain.per_exception_s) == (1, 0, 0)
    said = "dispatch: {dispatchers: 2, per_order: 1 min, per_exception: 5 min, latency: 30 s}\n"
    rules = live(MIXED + said).rules
    assert (rules.dispatchers, rules.per_order_s, rules.per_exception_s) == (2, 60, 300)
    assert rules.latency_s == 30


def test_energy_is_written_out_and_read_again(read, live):
    """Resolved, every group says what it runs on, and the day is the same."""
    text = MIXED + "temperature: 41 F\ndepots: {depot: {chargers: {count: 2}}}\n"
    resolved = resolve(read(text).spec)
    first, again = live(text), live(to_yaml(resolved))

    assert resolved["fleet"]["e_van"]["energy"] == {
        "fuel": "electricity",
        "per_km": "0.3 kWh/km",
        "full_load": "0 %",
        "battery": "68 kWh",
        "begins": "100 %",
    }
    assert resolved["fleet"]["van"]["energy"]["per_km"] == "0.11 l/km"
    assert resolved["temperature"] == "5 C"
    assert resolved["depots"]["depot"]["chargers"]["power"] == "22 kW"
    assert again.vehicles == first.vehicles
    assert again.places == first.places
    assert again.rules == first.rules
