"""What a World refuses, and what is known of it before the day begins."""

from dataclasses import replace

import pytest
from worlds import depot, duty, line, order, place, van, world

from twin import Driver, Presence, Rules, TimeWindow, Visit, World
from twin.errors import InputError
from twin.model import (
    BIKE,
    Carrier,
    CarrierId,
    CarrierKind,
    DriverId,
    EdgeId,
    NodeId,
    Place,
    PlaceId,
    PlaceKind,
    VehicleId,
)
from twin.streets import Incident
from twin.surprises import Breakdown, Change, Outside

ROAD = line([600, 600], 10)
NAN, INF = float("nan"), float("inf")


def day() -> World:
    return world(
        ROAD,
        [depot(0), place("door", 1), place("hut", 2, PlaceKind.SITE)],
        [order("o2", "door"), order("o1", "door"), order("o3", "door", placed_at_s=-5.0)],
        [van("v2"), van("v1")],
    )


def test_rows_are_sorted_however_they_are_given():
    """Orders by when they are placed and by id; the others by id."""
    made = day()

    assert [one.id for one in made.orders] == ["o3", "o1", "o2"]
    assert [one.id for one in made.vehicles] == ["v1", "v2"]
    assert [one.id for one in made.duties] == ["duty-v1", "duty-v2"]


def test_doors_are_unknown_until_an_order_names_them():
    """Depots, sites and where vehicles stand are known before the first order."""
    made = day()
    parked = replace(made, vehicles=(van("v1", "door"), van("v2")))

    assert list(made.known_places()) == ["depot", "hut"]
    assert list(parked.known_places()) == ["depot", "door", "hut"]


def test_everything_that_does_not_fit_together_is_told_at_once():
    """Seven problems of one World, each with what was found."""
    by_bike = Place(PlaceId("shed"), PlaceKind.SITE, {BIKE: NodeId(2)})
    late = duty("v1", 80_000.0, 90_000.0)

    with pytest.raises(InputError) as refused:
        world(
            ROAD,
            [depot(0), place("door", 1), by_bike],
            [order("o1", "door"), order("o1", "door"), order("o2", "attic"),
             order("o3", "door", service_class="gold")],
            [van("v1", ends_at="moon"), van("v2", "shed")],
            [duty("v1"), replace(late, id="duty-2"), duty("v9")],
        )  # fmt: skip

    assert str(refused.value) == (
        "the day of made by hand: 7 problems\n"
        "  two orders are called 'o1': every id is given once\n"
        "  vehicle v1 ends at 'moon', which is no place\n"
        "  vehicle v2 starts at 'shed', out of reach of its mode 'drive'\n"
        "  duty duty-v9: there is no vehicle 'v9'\n"
        "  duties duty-v1 and duty-2 of v1 overlap: 00:00:00-24:00:00, 22:13:20-25:00:00\n"
        "  order o2: there is no place 'attic'\n"
        "  order o3: there is no service class 'gold'; there are standard"
    )


def test_a_place_under_another_name_and_a_duty_without_its_driver_are_told():
    """The key of a place is its id; a duty's driver is one of the drivers."""
    made = day()

    with pytest.raises(InputError, match="place 'door' is listed as 'dor'"):
        replace(made, places={**made.places, PlaceId("dor"): made.places[PlaceId("door")]})
    with pytest.raises(InputError, match="duty duty-v1: there is no driver 'driver-v1'"):
        replace(made, drivers=(Driver(DriverId("driver-v2")),))


def test_duties_may_follow_one_another_without_a_gap():
    """Noon belongs to both, and to no overlap."""
    first, second = duty(closes_at_s=43_200.0), replace(duty(opens_at_s=43_200.0), id="duty-2")

    assert len(world(ROAD, [depot(0)], [], [van()], [first, second]).duties) == 2


@pytest.mark.parametrize(
    "times",
    [
        {"parking_s": (-1.0,)}, {"parking_s": ()}, {"walk_s": NAN}, {"fixed_s": (1.0, INF)},
        {"per_parcel_s": (NAN,)},
    ],
)  # fmt: skip
def test_a_visit_takes_no_negative_and_no_unknown_time(times):
    """Named with the field."""
    with pytest.raises(ValueError, match=f"visit: {next(iter(times))} must be times of at least 0"):
        Visit(**times)


def test_the_last_time_of_a_visit_repeats():
    """Three are drawn; the fourth visit takes as long as the third."""
    visit = Visit(fixed_s=(10.0, 20.0, 30.0))

    assert [visit.nth(visit.fixed_s, k) for k in range(5)] == [10, 20, 30, 30, 30]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"begins_at_s": NAN}, "begins_at_s must be a time, got nan"),
        ({"horizon_s": -1.0}, "horizon_s must not be before the day begins, got -1.0"),
        ({"horizon_s": INF}, "horizon_s must not be before the day begins, got inf"),
        ({"latency_s": -1.0}, "latency_s must be at least 0, got -1.0"),
        ({"latency_s": NAN}, "latency_s must be at least 0, got nan"),
    ],
)
def test_rules_refuse_times_that_are_none(rules, words):
    """Before the clock would run backwards."""
    with pytest.raises(ValueError, match=words):
        Rules(**rules)


def test_somebody_is_there_while_the_latent_number_is_below_the_probability():
    """Renewed at 0, 100 and 200 s: 0.3, 0.7, 0.5 against 0.6."""
    door = Presence(0.6, (0.3, 0.7, 0.5), (0.0, 100.0, 200.0))

    at_s = [-50, 0, 99.875, 100, 199.875, 200, 5000]
    assert [door.is_home(t, 0) for t in at_s] == [True, True, True, False, False, True, True]
    assert [door.is_home(150, attempt) for attempt in range(3)] == [False] * 3


def test_without_renewals_each_attempt_has_its_number():
    """The last one for all attempts beyond."""
    door = Presence(0.6, (0.9, 0.1))

    assert [door.is_home(0, attempt) for attempt in range(4)] == [False, True, True, True]
    assert Presence(0.0).is_home(0, 0) is False
    assert Presence(1.0).is_home(0, 0) is True


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((1.2,), "probability must be 0 to 1, got 1.2"),
        ((NAN,), "probability must be 0 to 1, got nan"),
        ((0.5, (0.1, 0.2), (0.0,)), "2 numbers for 1 renewals"),
        ((0.5, (0.1, 0.2), (5.0, 0.0)), "renewals are not in order"),
    ],
)
def test_presence_refuses_what_is_no_probability_or_no_course_of_time(given, words):
    """Named with what was found."""
    with pytest.raises(ValueError, match=words):
        Presence(*given)


def test_a_window_is_finite_so_that_it_can_be_written():
    """ALWAYS is thirty years long instead."""
    with pytest.raises(ValueError, match="use ALWAYS for one that never binds"):
        TimeWindow(0.0, INF)


# What is in store must be for what is there


def with_more() -> World:
    """Return a day with a locker, a shop, a spare and a carrier, in which all fits together."""
    return world(
        ROAD,
        [depot(0), place("door", 1), place("box", 2, PlaceKind.LOCKER, slots=2),
         place("open box", 2, PlaceKind.LOCKER)],
        [order("o1", "door", locker="box"), order("o2", "door", placed_at_s=100.0,
                                                  ready_at_s=100.0)],
        [van("v1"), van("v2"), van("s1")],
        [duty("v1"), duty("v2")],
        spares=(VehicleId("s1"),),
        carriers=(Carrier(CarrierId("post"), CarrierKind.OVERFLOW),),
        lockers={PlaceId("box"): (500.0, 700.0)},
    )  # fmt: skip


def shut(*edges, name="i") -> Incident:
    return Incident(name, "closure", tuple(EdgeId(edge) for edge in edges), 0.0, 50.0, 0.0)


class Open:
    """Streets that nobody can close."""

    def drive(self, path, mode, depart_at_s):
        """Return what the road says."""
        return ROAD.drive(path, mode, depart_at_s)


V1 = van("v1")
SLOTS = replace(depot(0), slots=4)
TWICE = replace(duty("v2"), driver="driver-v1")


MISFITS = {
    "a breakdown of nothing": (
        {"breakdowns": {"v9": (Breakdown(10.0),)}},
        "breakdowns: there is no vehicle 'v9'; leave it out"),
    "an absence from no duty": (
        {"absent": {"duty-9": 10.0}}, "absent: there is no duty 'duty-9'; leave it out"),
    "deviations of no duty": (
        {"deviations": {"duty-9": (0.1,)}}, "deviations: there is no duty 'duty-9'; leave it out"),
    "a number that is none": (
        {"deviations": {"duty-v1": (0.1, 1.5)}},
        "duty duty-v1: deviations are uniform numbers from 0 to 1, got (0.1, 1.5)"),
    "a change of nothing": (
        {"changes": (Change("o9", 10.0),)}, "changes: there is no order 'o9'; leave it out"),
    "a change before its order": (
        {"changes": (Change("o2", 99.875, cancels=True),)},
        "order o2 is changed at 00:01:39.875, before it is placed at 00:01:40"),
    "a tender of nothing": (
        {"tendered": {"o9": Outside(10.0, 20.0)}},
        "tendered: there is no order 'o9'; leave it out"),
    "told before it happens": (
        {"tendered": {"o1": Outside(20.0, 10.0)}},
        ("order o1: an overflow carrier tells at 00:00:10 what it does at 00:00:20; "
         "it is told then or later")),
    "a failure of nothing": (
        {"failures": {"o9": "refused"}}, "failures: there is no order 'o9'; leave it out"),
    "a failure that follows from the day": (
        {"failures": {"o1": "absent"}},
        "order o1: fails for 'absent', expected one of no access, wrong address, refused, damaged"),
    "goods of nothing": (
        {"ready_at_s": {"o9": 10.0}}, "ready_at_s: there is no order 'o9'; leave it out"),
    "a search for nothing": (
        {"search_s": {"o9": 10.0}}, "search_s: there is no order 'o9'; leave it out"),
    "a search of less than no time": (
        {"search_s": {"o1": -1.0}}, "order o1: search_s is -1.0, expected seconds of at least 0"),
    "a safe place of nothing": (
        {"safe_places": frozenset({"o9"})}, "safe_places: there is no order 'o9'; leave it out"),
    "a spare that is not there": (
        {"spares": ("s1", "s9")}, "spares: there is no vehicle 's9'; leave it out"),
    "a spare with a duty": (
        {"spares": ("s1", "v1")},
        "vehicle v1 is a spare and has duty duty-v1, it can be only one of both"),
    "a spare at a door": (
        {"vehicles": (V1, van("v2"), van("s1", "door"))},
        "vehicle s1 is a spare and stands at 'door', not a depot"),
    "a spare named twice": (
        {"spares": ("s1", "s1")}, "vehicle s1 is a spare twice: every spare is named once"),
    "a locker that is not there": (
        {"lockers": {"bin": (1.0,)}}, "lockers: there is no place 'bin'; leave it out"),
    "a locker that is a door": (
        {"lockers": {"door": (1.0,)}}, "lockers: place 'door' is no locker, but a household"),
    "slots without a number": (
        {"lockers": {"open box": (1.0,)}},
        "lockers: others hold slots of 'open box', which has no number of slots; give it one"),
    "more held than there are": (
        {"lockers": {"box": (1.0, 2.0, 3.0)}},
        "lockers: others hold 3 slots of 'box', which has 2"),
    "slots that fall back": (
        {"lockers": {"box": (2.0, 1.0)}}, "lockers: the times of 'box' are not in rising order"),
    "slots at a depot": (
        {"places": {**with_more().places, "depot": SLOTS}},
        "place 'depot' has slots and is no locker, but a depot"),
    "a locker of an order that is none": (
        {"orders": (order("o1", "door", locker="door"),)},
        "order o1: its locker 'door' is no locker of the day"),
    "a locker of an order that is not there": (
        {"orders": (order("o1", "door", locker="bin"),)},
        "order o1: its locker 'bin' is no locker of the day"),
    "attempts used up": (
        {"orders": (order("o1", "door", attempts_before=1),)},
        "order o1: tried 1 times before, its class 'standard' allows 1; it goes back instead"),
    "two incidents of a name": (
        {"incidents": (shut(0), shut(1))}, "two incidents are called 'i': every id is given once"),
    "an incident nowhere": (
        {"incidents": (shut(),)}, "incident i is on no edge: name the edges, or leave it out"),
    "streets that cannot be closed": (
        {"incidents": (shut(0),), "streets": Open()},
        "incident i closes streets that cannot be closed: they have no way_round"),
    "a vehicle of an overflow carrier": (
        {"vehicles": (replace(V1, carrier="post"), van("v2"), van("s1"))},
        "vehicle v1 belongs to 'post', an overflow carrier, whose vehicles are not ours to see"),
    "a pay rule without rates": (
        {"duties": (replace(duty("v1"), pay="piece"), duty("v2"))},
        "duty duty-v1: there is no pay rule 'piece' in the rates; there are none"),
    "one driver in two vans": (
        {"duties": (duty("v1"), TWICE)},
        ("duties duty-v1 and duty-v2 of driver driver-v1 overlap: 00:00:00-24:00:00, "
         "00:00:00-24:00:00")),
}  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), MISFITS.values(), ids=MISFITS)
def test_what_does_not_fit_together_is_said_in_a_sentence(given, sentence):
    """With what was found and what to do."""
    with pytest.raises(InputError) as refused:
        replace(with_more(), **given)

    assert sentence in refused.value.problems


def test_an_accident_needs_no_streets_that_can_be_closed():
    """It is in their speeds."""
    slow = replace(shut(0), speed=0.5)

    assert replace(with_more(), incidents=(slow,), streets=Open()).incidents == (slow,)
