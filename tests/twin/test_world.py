"""What a World refuses, and what is known of it before the day begins."""

from dataclasses import replace

import pytest
from worlds import depot, duty, line, order, place, van, world

from twin import Driver, Presence, Rules, TimeWindow, Visit, World
from twin.errors import InputError
from twin.model import BIKE, DriverId, NodeId, Place, PlaceId, PlaceKind

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
