"""Policies keep time free for the meal: no more is planned than a shift with it can hold."""

from dataclasses import replace
from functools import partial

import pytest
from lived import day, duty, order, place, van

from twin import TimeWindow, run
from twin.events import PlanMade
from twin.model import HoursRules
from twin.plan import orders_in
from twin.plugins import load

MEAL = HoursRules("meal", meal=TimeWindow(0, 1500), meal_s=900)
POLICIES = {
    "static": partial(load("static"), iterations=50),
    "insertion": load("insertion"),
    "rolling": partial(load("rolling"), iterations=50, morning_iterations=50),
    "districts": partial(load("districts"), iterations=50),
}


@pytest.mark.parametrize("policy", sorted(POLICIES))
@pytest.mark.parametrize(("hours", "planned"), [(HoursRules(), 3), (MEAL, 2)])
def test_a_meal_takes_the_time_of_a_stop(policy, hours, planned):
    """Three services of 500 s at neighbours, with the way, take 1,620 s of a shift of 2,100 s.

    A meal of 900 s leaves room for two of them: 900 + 60 + 1,000 + 60 = 2,020 s.
    """
    doors = [place(name, 1) for name in ("one", "two", "three")]
    orders = [order(door.id, door.id, unload_s=500.0) for door in doors]
    world = day(orders, [van()], [replace(duty(closes_at_s=2100), hours=hours)], places=doors)

    first = run(world, POLICIES[policy]).of(PlanMade)[0]

    assert len(orders_in(first.routes["v1"])) == planned
