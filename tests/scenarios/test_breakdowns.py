"""When vehicles break down: each on its own clock, whatever else is in the scenario."""

import math

import pytest

from scenarios.breakdowns import Life, breakdowns_of
from scenarios.demand import Chance
from scenarios.resolve import resolve, to_yaml
from scenarios.schema_breakdowns import Every
from scenarios.spreads import Law, Spread
from twin.errors import ScenarioError
from twin.world import BreakdownClock

TOWN = "name: x\nnetwork: demo-city\norders: 20\nfleet: {van: 3}\n"
OFTEN = TOWN + "breakdowns: {every: 4 h, wait: 20 min, at_roadside: 60 %}\n"


def thresholds(world):
    """Return the first threshold of each vehicle."""
    return {vehicle: downs[0].after for vehicle, downs in world.breakdowns.items()}


def life(law, shape=1.0, *, from_new=False):
    """Return a life of mean 1,000 km."""
    fixed = Spread(Law.FIXED, 60.0)
    return Life(Every(1e6, is_length=True), law, shape, from_new, 0.5, fixed, fixed, fixed)


def test_every_vehicle_has_one_breakdown_per_100_000_km_unless_said_otherwise(live):
    """-ln(1 - u) * 100,000 km; the clock counts metres; 60 min of waiting and 35 of repair."""
    world = live(TOWN)

    assert set(world.breakdowns) == {"van-001", "van-002", "van-003"}
    assert world.rules.breakdown_clock is BreakdownClock.KM
    mean_wait_s = 3600 * math.exp(0.4**2 / 2)
    assert world.rules.expected_down_s == pytest.approx(mean_wait_s + 2100, abs=0.1)
    assert world.rules.repair_crews is None


def test_nothing_breaks_down_without_noise_or_when_said_so(live):
    """`noise: off`, and `breakdowns: none`."""
    assert live(TOWN + "noise: off\n").breakdowns == {}
    assert live(TOWN + "breakdowns: none\n").breakdowns == {}


def test_thresholds_belong_to_the_vehicle_and_move_with_nothing_else(live):
    """Another van, order, shift, wait or share of repairs leaves them where they were."""
    before = thresholds(live(OFTEN))
    for override in (
        "fleet.van.count=5",
        "orders=80",
        "fleet.van.shift=06:00-20:00",
        "breakdowns.wait=3 h",
        "breakdowns.at_roadside=5 %",
        "breakdowns.crews=1",
        "presence=50 %",
    ):
        after = thresholds(live(OFTEN, override))
        assert {vehicle: after[vehicle] for vehicle in before} == before
    assert thresholds(live(OFTEN, day=2)) != before


def test_twice_as_long_between_breakdowns_is_twice_the_threshold(live):
    """The same uniform number through the same law; ticks of 1/8 s."""
    once, twice = thresholds(live(OFTEN)), thresholds(live(OFTEN, "breakdowns.every=8 h"))

    for vehicle, after in once.items():
        assert twice[vehicle] == pytest.approx(2 * after, abs=0.25)


def test_there_are_as_many_breakdowns_as_the_day_can_have(live):
    """Threshold, wait and repair of all but the last fill less than duty and a day, all more."""
    world = live(OFTEN, "breakdowns.at_roadside=100 %")
    lasts_s = 17 * 3600 - 6 * 3600 + 86_400

    for downs in world.breakdowns.values():
        gone_s = [one.after + one.wait_s + one.repair_s for one in downs]
        assert sum(gone_s) > lasts_s >= sum(gone_s[:-1])


def test_a_vehicle_that_is_towed_is_out_for_the_day(live):
    """No breakdown follows one that cannot be repaired where it stands."""
    world = live(OFTEN, "breakdowns.at_roadside=0 %", "breakdowns.tow=50 min")

    for (one,) in world.breakdowns.values():
        assert one.repair_s is None
        assert one.tow_s == 3000


def test_a_group_may_break_down_in_its_own_way(live):
    """What it does not say is as for all; another group is left alone."""
    text = TOWN.replace("3}", "2, truck: {count: 1, breakdowns: {every: 2 h, wait: 5 min}}}")
    world = live(text + "breakdowns: {every: 4 h, wait: 20 min}\n")

    assert {one.wait_s for one in world.breakdowns["van-001"]} == {1200}
    assert {one.wait_s for one in world.breakdowns["truck-001"]} == {300}
    same = live(text + "breakdowns: {every: 2 h, wait: 20 min}\n")
    assert thresholds(same)["truck-001"] == thresholds(world)["truck-001"]
    never = live(text.replace("{every: 2 h, wait: 5 min}", "none") + "breakdowns: 4 h\n")
    assert set(never.breakdowns) == {"van-001", "van-002"}


def test_the_clock_follows_the_unit(live):
    """Ways in km, hours of driving for a time, or as said."""
    assert live(OFTEN).rules.breakdown_clock is BreakdownClock.DRIVING
    assert live(OFTEN, "breakdowns.clock=duty").rules.breakdown_clock is BreakdownClock.DUTY
    assert live(TOWN + "breakdowns: 300 km\n").rules.breakdown_clock is BreakdownClock.KM


@pytest.mark.parametrize(
    ("law", "shape", "sd"),
    [("exponential", 1.0, 1e6), ("weibull", 2.0, 522_723.2), ("erlang", 4.0, 5e5)],
)
def test_a_life_has_its_mean_and_spread(law, shape, sd):
    """Weibull 2: sd/mean = sqrt(4/pi - 1) = 0.5227; Erlang 4: 1/2. 20,001 quantiles."""
    uniforms = [(k + 0.5) / 20_001 for k in range(20_001)]
    found = [life(law, shape).after(u, is_first=False) for u in uniforms]
    mean = sum(found) / len(found)

    assert mean == pytest.approx(1e6, rel=2e-3)
    assert math.sqrt(sum((x - mean) ** 2 for x in found) / len(found)) == pytest.approx(
        sd, rel=1e-2
    )


@pytest.mark.parametrize(("law", "shape"), [("weibull", 2.0), ("erlang", 4.0), ("erlang", 2.0)])
def test_a_life_met_at_any_moment_leaves_its_residual(law, shape):
    """Mean of the rest is (mean^2 + variance) / (2 mean): renewal theory, shape by shape."""
    variation = 4 / math.pi - 1 if law == "weibull" else 1 / shape
    uniforms = [(k + 0.5) / 20_001 for k in range(20_001)]
    rests = [life(law, shape).after(u, is_first=True) for u in uniforms]

    assert sum(rests) / len(rests) == pytest.approx(1e6 * (1 + variation) / 2, rel=3e-3)
    new = life(law, shape, from_new=True)
    assert new.after(0.3, is_first=True) == new.after(0.3, is_first=False)


def test_breakdowns_come_as_often_as_their_law_says():
    """B7: 8 h of driving at one in 40 h go without with chance exp(-0.2) = 0.8187308.

    20,000 vehicles: sd sqrt(0.8187 x 0.1813 / 20,000) = 0.0027; within four of them.
    """
    fixed = Spread(Law.FIXED, 7200.0)
    forty_h = Every(40 * 3600.0, is_length=False)
    how = Life(forty_h, "exponential", 1.0, False, 1.0, fixed, fixed, fixed)  # noqa: FBT003
    chance = Chance(1, 1)
    firsts = [breakdowns_of(f"van-{k}", how, 8 * 3600, chance)[0].after for k in range(20_000)]

    spared = sum(after > 8 * 3600 for after in firsts) / len(firsts)
    assert spared == pytest.approx(math.exp(-0.2), abs=4 * 0.0027)


def test_shape_one_is_the_exponential():
    """Of both laws, from new and met at any moment."""
    for uniform in (0.01, 0.5, 0.99):
        expected = life("exponential").after(uniform, is_first=True)
        for law in ("weibull", "erlang"):
            for first in (True, False):
                found = life(law, 1.0).after(uniform, is_first=first)
                assert found == pytest.approx(expected, rel=1e-9)


def test_what_cannot_be_meant_is_refused_with_the_way_out(problems):
    """Each bad value by name, and all of them at once."""

    def words(settings):
        return "\n".join(problems(TOWN + settings))

    assert "expected a way or a time such as 100000 km or 40 h" in words("breakdowns: 12\n")
    assert "expected a way or a time" in words("breakdowns: {every: often}\n")
    assert "zero" in words("breakdowns: {every: 0 km}\n")
    assert "add `shape: 2`" in words("breakdowns: {law: weibull}\n")
    assert "expected none; remove it" in words("breakdowns: {shape: 2}\n")
    assert "no whole number" in words("breakdowns: {law: erlang, shape: 1.5}\n")
    assert "another unit than the clock counts in" in words(
        "breakdowns: {every: 40 h, clock: km}\n"
    )
    mixed = TOWN.replace("3}", "{count: 3, breakdowns: 40 h}}")
    assert "one clock counts for all vehicles" in "\n".join(problems(mixed))
    lawless = TOWN.replace("3}", "{count: 3, breakdowns: {shape: 2}}}")
    assert "a shape without its law" in "\n".join(problems(lawless))


def test_a_vehicle_that_breaks_down_all_the_time_is_refused_or_waits(live):
    """Once a second: with help an hour away a handful, with none needed over a thousand."""
    assert len(live(TOWN + "breakdowns: 1 s\n").breakdowns["van-001"]) < 100
    with pytest.raises(ScenarioError, match="more than 1,000 times in a day"):
        live(TOWN + "breakdowns: {every: 1 s, wait: 0 s, repair: 0 s, at_roadside: 100 %}\n")


def test_breakdowns_are_written_out_and_read_again(read, live):
    """Resolved, the clock and what is believed are in sight, and the day is the same."""
    text = OFTEN.replace("van: 3", "van: 3, truck: {count: 1, breakdowns: {wait: 5 min}}")
    resolved = resolve(read(text).spec)

    assert resolved["breakdowns"]["clock"] == "driving"
    assert resolved["breakdowns"]["believed"] == "3300 s"
    assert resolved["fleet"]["truck"]["breakdowns"] == {"every": "14400 s", "wait": "300 s"}
    assert live(to_yaml(resolved)).breakdowns == live(text).breakdowns
