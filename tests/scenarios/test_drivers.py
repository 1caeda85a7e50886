"""Who comes to work, who knows the town, who keeps to the plan, and when they rest."""

from dataclasses import replace

import pytest

from scenarios.check import check
from scenarios.demand import Chance
from scenarios.drivers import with_visits
from scenarios.hours import HOURS_LAWS
from scenarios.resolve import resolve, to_yaml
from twin.model import NO_RULES, TimeWindow

TOWN = "name: x\nnetwork: demo-city\norders: 20\nfleet: {van: 40}\n"
CSV = "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nvehicles: {csv: vans.csv}\n"
DOOR = "id,lat,lon\n1,0.001,0.001\n"


def test_every_driver_comes_and_keeps_to_the_plan_unless_said_otherwise(live):
    """No absence, no spares, no breaks; every zone known."""
    world = live(TOWN)

    assert world.absent == {}
    assert world.spares == ()
    assert world.deviations == {}
    assert world.rules.unfamiliar_share == 0
    assert {duty.hours for duty in world.duties} == {NO_RULES}
    assert {(driver.adherence, driver.visits) for driver in world.drivers} == {(1.0, ())}


def test_a_share_of_drivers_does_not_come(live):
    """Each by its own number, so a larger share only adds to those of a smaller one."""
    few, more = live(TOWN + "absence: 10 %\n"), live(TOWN + "absence: 40 %\n")
    all_of_them = live(TOWN + "absence: 100 %\n")

    assert set(few.absent) < set(more.absent) < set(all_of_them.absent)
    assert len(all_of_them.absent) == 40
    assert set(more.absent.values()) == {8 * 3600}  # known when the shift begins
    assert set(live(TOWN + "absence: 40 %\n", "fleet.van=60").absent) >= set(more.absent)
    assert live(TOWN + "absence: 40 %\nnoise: off\n").absent == {}


def test_absence_is_known_no_later_than_at_the_shift_and_no_earlier_than_the_day(live):
    """A call at 7:00 for shifts from 8:00; one at 9:00 or at 3:00 of a day from 6:00."""

    def known(at):
        return set(live(TOWN + f"absence: {{share: 100 %, known_at: {at}}}\n").absent.values())

    assert known("07:00") == {7 * 3600}
    assert known("09:00") == {8 * 3600}
    assert known("03:00") == {6 * 3600}


def test_the_weather_keeps_drivers_at_home(live):
    """Snow multiplies the share: those who stay home in the dry do so in snow too."""
    snow = "weather: {kind: snow, snow: {driver_absence: 3}}\n"
    dry, snowy = live(TOWN + "absence: 20 %\n"), live(TOWN + snow + "absence: 20 %\n")

    assert set(dry.absent) < set(snowy.absent)
    assert snowy.absent == live(TOWN + "absence: 60 %\n").absent


def test_spares_are_vehicles_that_nobody_drives(live):
    """They stand at the depot, break down like others, and change no other vehicle."""
    plain = live(TOWN)
    world = live(TOWN.replace("40", "{count: 40, spares: 2}"))

    assert world.spares == ("van-s001", "van-s002")
    assert len(world.vehicles) == 42
    assert world.duties == plain.duties
    assert world.drivers == plain.drivers
    spare = next(vehicle for vehicle in world.vehicles if vehicle.id == "van-s001")
    assert spare.starts_at == "depot"
    assert set(world.breakdowns) - set(plain.breakdowns) == {"van-s001", "van-s002"}
    assert {van: world.breakdowns[van] for van in plain.breakdowns} == plain.breakdowns


def test_spares_stand_at_the_depot_wherever_the_others_start(live):
    """A group that starts elsewhere and stays where it is still has its spares at the depot."""
    world = live(
        TOWN.replace("40", "{count: 1, spares: 1, start: {lat: 0.001, lon: 0.002}, end: none}")
    )
    ends = {vehicle.id: (vehicle.starts_at, vehicle.ends_at) for vehicle in world.vehicles}

    assert ends == {"van-001": ("site/van start", None), "van-s001": ("depot", "depot")}


def test_two_duties_on_one_van_have_two_drivers(live):
    """One can be absent without the other; both rest by the same rules."""
    text = TOWN.replace("40", "{count: 20, shift: [06:00-14:00, 14:00-22:00], hours: eu-561}")
    world = live(text + "absence: 30 %\n")

    assert len(world.duties) == len(world.drivers) == 40
    assert set(world.absent.values()) == {6 * 3600, 14 * 3600}
    assert {duty.hours.name for duty in world.duties} == {"eu-561"}


def test_breaks_follow_the_named_rules(live):
    """EU 561: 45 min after 4.5 h of driving, 30 min after 6 h of work, 9 h of driving a day."""
    rules = live(TOWN + "hours: eu-561\nmeal: 12:00-13:00 30 min\n").duties[0].hours

    assert (rules.drive_most_s, rules.drive_rest_s) == (4.5 * 3600, 45 * 60)
    assert (rules.work_most_s, rules.work_rest_s) == (6 * 3600, 30 * 60)
    assert rules.day_drive_most_s == 9 * 3600
    assert (rules.meal, rules.meal_s) == (TimeWindow(12 * 3600, 13 * 3600), 1800)


def test_a_group_may_rest_by_other_rules(live):
    """What it says holds for it, the rest for all; `none` takes a break away."""
    text = "meal: 12:00-13:00 30 min\nhours: eu-working-time\n" + TOWN.replace(
        "van: 40", "van: 1, truck: {count: 1, hours: eu-561, meal: none}"
    )
    of = {duty.vehicle: duty.hours for duty in live(text).duties}

    assert of["van-001"].name == "eu-working-time"
    assert of["van-001"].meal is not None
    assert of["truck-001"].name == "eu-561"
    assert of["truck-001"].meal is None


def test_vehicles_of_a_table_follow_what_holds_for_all(live):
    """A row has no settings of its own for breaks or adherence."""
    table = "id,shift_begins,shift_ends\na,08:00,16:00\n"
    world = live(CSV + "hours: us-hos\nadherence: 90 %\nabsence: 100 %\n", orders=DOOR, vans=table)

    assert world.duties[0].hours.name == "us-hos"
    assert world.drivers[0].adherence == 0.9
    assert set(world.absent) == {"duty of a"}


def test_every_rule_set_names_its_law():
    """And can be a duty's rules."""
    for name, law in HOURS_LAWS.items():
        assert law.source
        assert law.work_rest_s < 3600
        assert law.duty_most_s > 8 * 3600, name


def test_duties_longer_than_their_rules_allow_are_warned_of(live, town):
    """GB domestic rules end at 11 h, overtime included."""
    text = TOWN.replace("40", "{count: 2, shift: 08:00-18:00, overtime: 90 min}")
    warnings = "\n".join(check(live(text + "hours: gb-domestic\n"), town).warnings)

    assert (
        "2 duties of van-001 and the like may last longer than the 11 h of gb-domestic" in warnings
    )
    assert "may last longer" not in "\n".join(check(live(text), town).warnings)


def test_a_driver_who_strays_has_a_number_for_each_departure(live):
    """Numbers belong to the driver; adherence decides what they mean; none without noise."""
    often, seldom = live(TOWN + "adherence: 90 %\n"), live(TOWN + "adherence: 50 %\n")

    assert often.deviations == seldom.deviations
    assert len(often.deviations) == 40
    assert {len(numbers) for numbers in often.deviations.values()} == {1000}
    quiet = live(TOWN + "adherence: 90 %\nnoise: off\n")
    assert quiet.deviations == {}
    assert {driver.adherence for driver in quiet.drivers} == {1.0}
    own = live("adherence: 90 %\n" + TOWN.replace("40", "{count: 2, adherence: 70 %}"))
    assert {driver.adherence for driver in own.drivers} == {0.7}


def test_without_noise_every_driver_has_the_mean_pace(live):
    """A spread is drawn only where there is chance."""
    text = TOWN.replace("40", "{count: 3, pace: {mean: 1.1, cv: 10 %}}")

    assert {driver.pace for driver in live(text + "noise: off\n").drivers} == {1.1}
    assert len({driver.pace for driver in live(text).drivers}) == 3


def test_what_drivers_know_is_drawn_for_each_driver_and_zone(live, read):
    """A zone more, or a driver more, changes nothing of what was known."""
    text = TOWN.replace("40", "3") + "familiarity: {share: 30 %, known: {mean: 80, cv: 50 %}}\n"
    world, spec = live(text), read(text).spec
    door = next(place for key, place in world.places.items() if key.startswith("door/"))
    zones = [replace(door, zone=name) for name in ("1/1", "1/2", "2/1")]
    plain = [replace(driver, visits=()) for driver in world.drivers]

    two = with_visits(plain, zones[:2], spec, Chance(1, 1))
    three = with_visits(plain, zones, spec, Chance(1, 1))

    assert world.rules.unfamiliar_share == 0.3
    assert world.rules.learning_visits == 100
    for fewer, more in zip(two, three, strict=True):
        assert [zone for zone, _ in more.visits] == ["1/1", "1/2", "2/1"]
        assert set(fewer.visits) < set(more.visits)
    assert len({driver.visits for driver in three}) == 3
    quiet = with_visits(plain, zones, read(text + "noise: off\n").spec, Chance(1, 1))
    assert {driver.visits for driver in quiet} == {(("1/1", 80), ("1/2", 80), ("2/1", 80))}
    named = text.replace("{mean: 80, cv: 50 %}", "{1/2: 500}")
    (only,) = {
        driver.visits for driver in with_visits(plain, zones, read(named).spec, Chance(1, 1))
    }
    assert only == (("1/2", 500),)


def test_changing_a_loaded_tour_is_never_free_by_omission(live):
    """S12: 20 s for a parcel out of sequence, 30 s for one handed over; or as said."""
    rules = live(TOWN).rules
    assert (rules.load_lock_s, rules.search_s, rules.hand_over_s) == (0, 20, 30)
    said = live(TOWN + "dispatch: {load_lock: 30 min, search: 5 s, hand_over: 1 min}\n").rules
    assert (said.load_lock_s, said.search_s, said.hand_over_s) == (1800, 5, 60)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("absence: 120 %", "outside 0 % to 100 %"),
        (
            "dispatch: {preloaded: false, load_lock: 30 min}",
            "1800 s where nothing is loaded before the shift",
        ),
        ("absence: {share: 5 %, known_at: early}", "or at_shift"),
        ("hours: eu-651", "did you mean 'eu-561'?"),
        ("meal: 30 min", "expected when and how long, such as 12:00-13:00 30 min"),
        ("meal: 12:00-13:00 0 min", "no length"),
        ("meal: 12:00-13:00 30", "no unit"),
        ("meal: 12:00-13:00 9 h", "a break of 32400 s in a shift of 32400 s of 'van'"),
        ("adherence: 2", "outside 0 % to 100 %"),
        ("familiarity: {share: 10 %, learning_visits: 0}", "expected a plain number, more than 0"),
        ("familiarity: {known: {1/1: many}}", "has no number of stops"),
        ("familiarity: {known: -3}", "negative"),
        ("dispatch: {search: 20}", "no unit"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_out(problems, settings, words):
    """One bad value each, in the words of the setting."""
    assert words in "\n".join(problems(TOWN + settings + "\n"))


def test_what_is_said_of_drivers_is_written_out_and_read_again(read, live):
    """Resolved, groups say what holds for them, and the day is the same."""
    text = (
        "absence: {share: 20 %, known_at: 06:30}\nmeal: 12:00-13:00 30 min\nhours: us-hos\n"
        "adherence: 80 %\nfamiliarity: {share: 20 %, known: {1/1: 5}}\n"
        + TOWN.replace("40", "{count: 3, meal: none, spares: 1}")
    )
    resolved = resolve(read(text).spec)
    first, again = live(text), live(to_yaml(resolved))

    assert resolved["fleet"]["van"]["hours"] == "us-hos"
    assert resolved["fleet"]["van"]["meal"] == "none"
    for name in ("absent", "duties", "drivers", "spares", "deviations", "rules"):
        assert getattr(again, name) == getattr(first, name)
