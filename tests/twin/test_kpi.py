"""KPIs: every one defined, and each worked by hand on one small day."""

import math
from types import MappingProxyType

import pytest
from dispatchers import AllAboard, scripted
from told import at, began, begins, ends, placed, told
from worlds import depot, duty, line, order, place, van, world

from twin import (
    KPIS,
    Deliver,
    Load,
    LoadOrders,
    Parcel,
    Plan,
    Retry,
    Rules,
    ServiceClass,
    Stop,
    TimeWindow,
    Visit,
    figures,
    measure,
    run,
)
from twin.events import DayEnded, OrderDeclined, PlanMade


@pytest.fixture(scope="module")
def day():
    """Return the figures of a day: an hour of shift, six orders of which three are served.

    Depot 0, near 1, mid 2, a minute apart. a and b are at the near door, c and d at the next.
    0 load all but e (preloaded); 60 near: parking 30, walking 20, 40 at the door, a and b served
    at 110 to 150; 210 mid: parking 30, walking 20, d absent, c served at 260 to 300; 420 home,
    unload d for 100 s; e was declined at the start.
    """
    promised = {"promise": TimeWindow(0, 120)}
    late = {"promise": TimeWindow(0, 200)}
    same_day = {"service_class": "same day"}
    orders = [
        order("a", "near", parcels=(Parcel(100),) * 2, **promised),
        order("b", "near", **late, **same_day),
        order("c", "mid", **late),
        order("d", "mid", window=TimeWindow(0, 100), service_class="hard"),
        order("e", "mid"),
        order("tomorrow", "near", promise=TimeWindow(90_000, 100_000)),
    ]
    halt = Visit((30.0,), 20.0, (40.0,))
    made = world(
        line([600, 600], 10),
        [depot(0), place("near", 1), place("mid", 2)],
        orders,
        [van(capacity=Load(1000, 10**6, 8)), van("v2")],
        [duty("v1", 0.0, 3600.0)],
        classes={
            "standard": ServiceClass(),
            "hard": ServiceClass("hard", hard_window=True),
            "same day": ServiceClass("same day", 2, Retry.TODAY, same_day=True),
        },
        visits={"near": halt, "mid": halt, "depot": Visit(fixed_s=(100.0,))},
        rules=Rules(latency_s=0.0),
    )
    route = (
        Stop("depot", (LoadOrders(("a", "b", "c", "d")),)),
        Stop("near", (Deliver("a"), Deliver("b"))),
        Stop("mid", (Deliver("d"), Deliver("c"))),
    )
    return figures(run(made, scripted({0: Plan({"v1": route}, declined=("e",))})))


HAND = {
    "orders_placed": 6,
    "orders_due": 5,  # not tomorrow's
    "delivered": 3,
    "declined": 1,
    "carried_over": 1,
    "returned": 1,  # one attempt is all that d has
    "failed_attempts": 1,
    "failed_window_missed": 1,
    "failed_absent": 0,
    "delivered_share": 3 / 5,
    "attempted_share": 4 / 5,
    "on_time_share": 2 / 5,  # a and b begin at 110 s, c at 260 s
    "on_time_accepted_share": 2 / 4,
    "on_time_delivered_share": 2 / 3,
    "on_time_first_share": 2 / 5,
    "on_time_controllable_share": 2 / 5,  # a missed window is the carrier's
    "early_share": 0,
    "first_attempt_share": 3 / 4,
    "redelivery_share": 0,  # d goes back
    "risk_recall": 0,
    "bring_backs": 0,
    "vehicle_utilization": 420 / 3600,  # 240 driving, 60 parking, 40 walking, 80 serving
    "productive_share": (60 + 60 + 40 + 80) / 3600,  # 60 s between the doors
    "time_stem_share": 180 / 3600,
    "time_between_share": 60 / 3600,
    "time_parking_share": 60 / 3600,
    "time_walking_share": 40 / 3600,
    "time_serving_share": 80 / 3600,
    "time_waiting_share": 0,
    "time_loading_share": 100 / 3600,
    "time_idle_share": (3600 - 420 - 100) / 3600,
    "load_factor": 5 / 8,  # five parcels of eight
    "stops_per_hour": 2 / (420 / 3600),
    "stops_per_paid_hour": 2,
    "stops_per_route": 2,
    "parcels_per_hour": 4,
    "distance_km": 2.4,
    "distance_per_delivery_km": 0.8,
    "empty_distance_share": 0,  # d is aboard all the way home
    "dwell_min": (90 + 90) / 2 / 60,
    "delivery_time_min": 150 / 60,  # b alone is of the same day
    "delivery_time_p50_min": 150 / 60,
    "delivery_time_p95_min": 150 / 60,
    "lateness_min": 1 / 5,  # c one minute, over five
    "lateness_p95_min": 1,
    "late_15_share": 0,
    "late_60_share": 0,
    "planning_cycle_min": 0,
    "planning_cycle_max_min": 0,
    "workload_spread": 0,
    "overtime_h": 0,
    "duties_over_10h": 0,
    "policy_faults": 0,
    "cancelled": 0,
    "tendered": 0,
    "breakdowns": 0,
    "failed_damaged": 0,
    "failed_locker_full": 0,
    "time_handover_share": 0,
    "time_recharging_share": 0,
    "time_break_share": 0,
    "time_down_share": 0,
    "route_adherence": 1,  # two doors, in the order planned
    "plan_churn": 0,
    "promise_changes": 0,
    "messages": 0,
    "solver_effort": 0,
    "busy_duties_share": (420 + 100) / 3600,  # the only hour
    "busy_capacity_share": 5 / 8,
    "busiest_resource": 5 / 8,
}


@pytest.mark.parametrize("name", HAND)
def test_a_kpi_is_what_it_is_by_hand(day, name):
    """Each worked in the head of the day's docstring and in the line of its number."""
    assert day[name].value == pytest.approx(HAND[name])


def test_every_kpi_is_defined_and_every_one_that_is_no_cost_was_worked(day):
    """A name, a unit, which way is better, and a meaning; none twice."""
    names = [kpi.name for kpi in KPIS]
    assert len(set(names)) == len(names)
    assert list(day) == names
    for kpi in KPIS:
        assert kpi.unit in {"currency", "1", "1/h", "count", "min", "h", "km", "kg", "kg/km"}
        assert kpi.better in {"more", "less", "neither"}
        assert len(kpi.meaning) > 10
    costs = {name for name in names if name.startswith("cost_")}
    causes = {name for name in names if name.startswith("failed_")}
    no_resource = {"busy_docks_share", "busy_chargers_share", "busy_dispatchers_share"}
    no_factor = {"co2e_per_delivery_kg", "co2e_per_km"}
    nothing_foreseen = {name for name in names if name.startswith(("eta_", "risk_"))}
    nothing_foreseen -= {"risk_recall"}  # who never warns has warned of no miss
    not_worked = no_resource | no_factor | nothing_foreseen
    rest = set(names) - costs - causes
    assert rest - not_worked == set(HAND) - causes
    assert all(day[name].value is None for name in not_worked)


def test_a_ratio_keeps_what_it_is_made_of(day):
    """So that days are added before they are divided."""
    for kpi in KPIS:
        figure = day[kpi.name]
        if figure.denominator:
            assert figure.value == figure.numerator / figure.denominator


def test_answers_that_change_nothing_do_not_shorten_the_planning_cycle():
    """22 min for the plan of the morning and 4 for a decline: 13 on average, the longest 22.

    Empty answers, and one that says the route again that is driven, took 1 and 2 min.
    """
    route = (
        Stop("depot", (LoadOrders(("a", "b")),)), Stop("A", (Deliver("a"),)),
        Stop("B", (Deliver("b"),)),
    )  # fmt: skip

    def answer(asked: str, when: str, routes=MappingProxyType({}), declined=()):
        return PlanMade(at(when), 1, at(asked), {}, routes, declined, (), (), "")

    found = measure(
        told(
            began(),
            placed(order("a", "A"), order("b", "B"), order("c", "C")),
            answer("07:00", "07:22", {"V1": route}),
            [answer("07:30", "07:31"), answer("07:40", "07:41")],
            answer("07:50", "07:52", {"V1": route}),
            begins("08:00"),
            answer("08:00", "08:04", declined=("c",)),
            OrderDeclined(at("08:04"), "c"),
            ends("16:00"),
            DayEnded(at("16:00"), ("a", "b")),
        )
    )

    assert found["planning_cycle_min"] == (22 + 4) / 2
    assert found["planning_cycle_max_min"] == 22


def test_a_day_with_nothing_has_nothing_to_measure():
    """No van, no order: counts are 0, ratios are None, nothing is divided by nothing."""
    values = measure(run(world(line([600], 10), [depot(0)], [], []), AllAboard))

    assert values["delivered"] == values["cost_total"] == 0
    assert values["on_time_share"] is None
    assert values["load_factor"] is None
    assert all(value is None or math.isfinite(value) for value in values.values())
