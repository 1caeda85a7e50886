"""Least slack first: who must leave soonest goes first, neighbours go along, the rest waits."""

from dataclasses import replace
from functools import partial

import pytest
from dispatchers import decides
from worlds import H, depot, duty, line, order, place, van, world

from policies.blocks.believed import Believed
from policies.blocks.slackness import Limits, Slackness
from policies.slack import Slack
from twin import (
    Briefing,
    Journal,
    Load,
    Plan,
    Policy,
    Presence,
    Retry,
    ServiceClass,
    StopTime,
    TimeWindow,
    View,
    World,
    run,
)
from twin.errors import InputError
from twin.events import AttemptFailed, Delivered, DutyCancelled, PlanMade
from twin.model import HoursRules, PlaceId
from twin.plugins import load
from twin.testing import check_policy
from twin.units import TICK_S

SIDES = line([3000, 1000], 10)
"""A door 300 s to the left of the depot, at junction 1, and one 100 s to the right."""
LEFT, RIGHT = place("left", 0), place("right", 2)


def by(closes_at_s: float) -> dict[str, TimeWindow]:
    """Return a promise, as a field of an order."""
    return {"promise": TimeWindow(0, closes_at_s)}


def sides(*orders: object, **more: object) -> World:
    """Return a day with one van at the depot in the middle, from midnight on."""
    return world(SIDES, [depot(1), LEFT, RIGHT], list(orders), [van()], **more)


def began(journal: Journal) -> dict[str, float]:
    """Return when each delivery began."""
    return {event.order: event.began_at_s for event in journal.of(Delivered)}


def sent(journal: Journal) -> list[float]:
    """Return when somebody was given a route."""
    return [made.at_s for made in journal.of(PlanMade) if made.routes]


def test_the_policy_holds_to_the_contract():
    """On all tiny days, in a fresh process too."""
    check_policy(Slack)


def test_what_cannot_wait_goes_before_what_is_near():
    """Left must be reached by 400 s and takes 300; by way of right it would be 100 + 100 + 300.

    Nearest goes right first and is 100 s late. Slack goes left, and right on the same tour: 300
    back and 100 on, 700 s.
    """
    day = sides(order("o1", "left", **by(400)), order("o2", "right"))

    assert began(run(day, load("nearest"))) == {"o2": 100, "o1": 500}
    assert began(run(day, Slack)) == {"o1": 300, "o2": 700}


def test_of_what_is_urgent_the_one_with_less_slack_is_saved():
    """Both cannot be: left by 340 s leaves 40 s of slack, right by 300 s leaves 200."""
    day = sides(order("o1", "left", **by(340)), order("o2", "right", **by(300)))

    assert began(run(day, Slack))["o1"] == 300


def test_what_is_too_late_comes_after_what_can_be_saved():
    """Right was promised by 50 s, 100 s away: lost. Left, by 310 s, is still in time, barely."""
    day = sides(order("o1", "left", **by(310)), order("o2", "right", **by(50)))

    assert began(run(day, Slack)) == {"o1": 300, "o2": 700}


def test_an_order_with_time_waits_until_it_is_urgent():
    """Due by 7200 s, 100 s away: it must leave by 7100, and is urgent half an hour before."""
    day = sides(order("o1", "right", **by(7200)))

    assert sent(run(day, partial(Slack, look_ahead_s=1800.0, company=2))) == [5300]
    assert sent(run(day, partial(Slack, look_ahead_s=1800.0, company=1))) == [0]


def test_company_sends_a_van_out_before_anything_is_urgent():
    """The second order comes at 1000 s, and both go then: 100 s to right, 400 s on to left."""
    second = order("o2", "right", placed_at_s=1000.0, ready_at_s=1000.0)
    day = sides(order("o1", "left"), second)

    journal = run(day, partial(Slack, company=2))

    assert sent(journal) == [1000]
    assert began(journal) == {"o2": 1100, "o1": 1500}


@pytest.mark.parametrize("unload_s", [0.0, 480.0])
@pytest.mark.parametrize(("detour_s", "along"), [(199.0, set()), (200.0, {"o2"})])
def test_what_can_wait_goes_along_only_for_a_small_detour(detour_s, along, unload_s):
    """Left is urgent. Right adds 100 s there and 100 s back to that tour, and can wait.

    The eight minutes at its door are no detour: they are the same on whatever tour it goes.
    """
    at_door = StopTime(parking_s=60, walk_s=30, fixed_s=20)
    day = sides(order("o1", "left", **by(400)), order("o2", "right", unload_s=unload_s))
    day = replace(day, places={**day.places, "right": place("right", 2, expected=at_door)})

    journal = run(day, partial(Slack, detour_s=detour_s, look_ahead_s=600.0))

    first = next(made for made in journal.of(PlanMade) if made.routes)
    assert set(first.arrivals) == {"o1"} | along


def test_a_tour_ends_with_the_most_stops():
    """One door a tour: left, home at 600 s, and right 100 s later."""
    day = sides(order("o1", "left", **by(400)), order("o2", "right", **by(1000)))

    assert began(run(day, partial(Slack, most_stops=1))) == {"o1": 300, "o2": 700}
    assert sent(run(day, partial(Slack, most_stops=1))) == [0, 600]


def test_a_failed_attempt_is_made_again_after_a_while():
    """Nobody is there at 100 s; a thousand seconds later the van leaves for it again."""
    day = sides(
        order("o1", "right", **by(150)),
        classes={"standard": ServiceClass(max_attempts=2, retry=Retry.TODAY)},
        presence={PlaceId("right"): Presence(0.0)},
    )

    journal = run(day, partial(Slack, retry_after_s=1000.0, look_ahead_s=90_000.0))

    assert [event.began_at_s for event in journal.of(AttemptFailed)] == [100, 1200]


@pytest.mark.parametrize(("policy", "knobs"), [("slack", {"company": 1}), ("waves", {})])
def test_where_a_shift_ends_before_the_next_attempt_it_is_made_sooner(policy, knobs):
    """Nobody is there at 100 s of a shift of 5,500 s: the next would be at 7,300 s.

    An hour of the shift is kept for it: 5,400 s are left, of which 2,700 s, the half, go by first,
    and `waves` waits for its clock, until 3,600 s. The way there takes 100 s.
    """
    day = sides(
        order("o1", "right", **by(150)),
        classes={"standard": ServiceClass(max_attempts=2, retry=Retry.TODAY)},
        presence={PlaceId("right"): Presence(0.0)},
        duties=[duty(closes_at_s=5500)],
    )

    journal = run(day, partial(load(policy), retry_after_s=7200.0, **knobs))

    again_s = {"slack": 2900.0, "waves": 3700.0}[policy]
    assert [event.began_at_s for event in journal.of(AttemptFailed)] == [100, again_s]


@pytest.mark.parametrize(("meal_s", "times"), [(2900.0, 1), (3100.0, 0)])
def test_the_time_to_rest_is_kept_free(meal_s, times):
    """A shift of 3600 s, 600 s out and back, and a meal in it: 3500 s fit, 3700 s do not."""
    hours = HoursRules("meal", meal=TimeWindow(1000, 2000), meal_s=meal_s)
    day = sides(order("o1", "left"), duties=[replace(duty(closes_at_s=3600), hours=hours)])

    assert len(run(day, Slack).of(Delivered)) == times


@pytest.mark.parametrize(("orders", "called"), [(2, False), (3, True)])
def test_a_hired_van_is_called_for_what_the_own_van_has_no_room_for(orders, called):
    """Room for two parcels; by 1800 s it must be called, shifts begin at 3600 s."""
    rows = [order(f"o{k}", "right") for k in range(orders)]
    small = Load(10**6, 10**6, 2)
    vans = [van("own", capacity=small), van("hired", capacity=small)]
    shifts = [duty("own", 3600), replace(duty("hired", 3600), call_by_s=1800.0)]
    day = world(SIDES, [depot(1), LEFT, RIGHT], rows, vans, shifts)

    journal = run(day, partial(Slack, company=1))

    assert [event.why for event in journal.of(DutyCancelled)] == ([] if called else ["not called"])
    assert sent(journal) == ([1800 - TICK_S, 3600] if called else [3600])
    assert len(journal.of(Delivered)) == orders


def test_a_van_that_waits_elsewhere_fetches_the_goods_itself():
    """It lives at right, without a depot to end at: 100 s to the depot, and 300 s to left."""
    day = world(
        SIDES,
        [depot(1), LEFT, RIGHT],
        [order("o1", "left", **by(500))],
        [van(at="right", ends_at=None)],
    )

    assert began(run(day, Slack)) == {"o1": 400}


def test_slack_is_what_is_left_before_loading_must_begin():
    """Due by 10:00: 50 s from the street to the door, 100 s of driving and 310 s of loading.

    And to be home by 17:00, a minute for the service and 100 s for the way home besides.
    """
    at_depot = StopTime(fixed_s=300, per_parcel_s=10)
    at_door = StopTime(parking_s=30, walk_s=20, fixed_s=60)
    places = [depot(1, expected=at_depot), place("door", 2, expected=at_door)]
    day = world(SIDES, places, [order("o1", "door", **by(10 * H))], [van()],
                [duty(closes_at_s=17 * H)])  # fmt: skip
    seen: list[Limits] = []

    def makes(briefing: Briefing) -> Policy:
        slackness = Slackness(briefing, Believed(briefing.travel))

        def answer(view: View) -> Plan:
            seen.append(slackness.limits(view.by_order["o1"], view))
            return Plan()

        return decides(answer)(briefing)

    run(day, makes)

    limits = seen[0]
    assert limits.promised_s == 10 * H - 50 - 100 - 310
    assert limits.last_s == 17 * H - 100 - 60 - 50 - 100 - 310
    assert limits.next_s(limits.promised_s) == limits.promised_s
    assert limits.next_s(limits.promised_s + 1) == limits.last_s


def test_settings_that_make_no_sense_are_refused_all_at_once():
    """Before the day begins."""
    with pytest.raises(InputError) as caught:
        run(sides(), partial(Slack, most_stops=0, look_ahead_s=float("nan")))
    assert "most_stops is 0" in str(caught.value)
    assert "look_ahead_s is nan" in str(caught.value)
