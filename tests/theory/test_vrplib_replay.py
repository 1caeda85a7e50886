"""Published solutions driven by the twin with all noise off cost what was published.

Best known routes of two benchmark instances of vehicle routing with time windows (Gehring and
Homberger C1_10_1 with 1,000 customers, Solomon RC208) under the truncated distances of the DIMACS
challenge, and Solomon C101, which our solver solves first: 828.94 on real distances, ten routes.
One unit of an instance is a kilometre and 60 s, so a tenth of it is 48 ticks.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from policies.replay import replay_of
from policies.static import Static
from scenarios.importers.vrplib import read_solution
from scenarios.load import load_text
from scenarios.realise import realise
from twin import Deliver, Journal, LoadOrders, Rates, Route, Stop, World, run
from twin.events import Arrived, AttemptFailed, DayEnded, Delivered, Departed, PlanMade
from twin.model import OrderId, VehicleId

PUBLISHED = [("VRPTW_C1_10_1", 42_444.8), ("VRPTW_RC208", 776.1)]
KM_M = 1000.0


def instance(folder: Path, file: str, rounding: str = "tenths") -> World:
    """Return the day that an instance is."""
    text = f"name: x\norders: {{vrplib: {file}, rounding: {rounding}}}\n"
    loaded = load_text(text, "day.yaml", folder / "vrp_benchmarks")
    assert loaded.tables.instance is not None
    assert loaded.tables.instance.network is not None
    return realise(loaded.spec, loaded.tables.instance.network, 1, 1, loaded.tables)


def solution(folder: Path, name: str, world: World) -> dict[VehicleId, Route]:
    """Return the published routes; customer n is the order of that name."""
    given, _ = read_solution(folder / "vrp_benchmarks" / f"{name}.sol", name)
    return {
        vehicle.id: driven(customers, world)
        for vehicle, customers in zip(world.vehicles, given, strict=False)
        if customers
    }


def driven(customers: Sequence[str], world: World) -> Route:
    """Return one tour: everything loaded, then the customers in their order."""
    orders = {order.id: order for order in world.orders}
    ids = [OrderId(customer) for customer in customers]
    origin = orders[ids[0]].origin
    visits = [Stop(orders[one].customer, (Deliver(one),)) for one in ids]
    return (Stop(origin, (LoadOrders(tuple(ids)),)), *visits)


def cost(journal: Journal) -> float:
    """Return the sum of the distances driven, in units of the instance."""
    return sum(sum(event.lengths_m) for event in journal.of(Arrived)) / KM_M


def assert_punctual(journal: Journal, world: World) -> None:
    """Check that every customer was served within the window."""
    windows = {order.id: order.window for order in world.orders}
    began = {event.order: event.began_at_s for event in journal.of(Delivered)}
    assert sorted(began) == sorted(windows)
    assert all(at_s in windows[order] for order, at_s in began.items())
    assert not journal.of(AttemptFailed)
    assert journal.of(DayEnded)[0].carried_over == ()


@pytest.mark.parametrize(("name", "published"), PUBLISHED)
def test_best_known_routes_cost_what_is_published(
    data_dir: Path, name: str, published: float
) -> None:
    """Every customer in the window, every load in the capacity, and the same total."""
    world = instance(data_dir, f"{name}.vrp")

    journal = run(world, replay_of(solution(data_dir, name, world)))

    assert_punctual(journal, world)
    assert cost(journal) == pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize(("name", "published"), PUBLISHED)
def test_a_unit_more_at_each_customer_misses_windows(
    data_dir: Path, name: str, published: float
) -> None:
    """The routes leave no unit to spare: were time at a stop counted wrongly, it would show."""
    world = instance(data_dir, f"{name}.vrp")
    longer = {
        place: replace(visit, fixed_s=tuple(60.0 + fixed_s for fixed_s in visit.fixed_s))
        for place, visit in world.visits.items()
    }

    journal = run(replace(world, visits=longer), replay_of(solution(data_dir, name, world)))

    assert {event.cause for event in journal.of(AttemptFailed)} == {"window missed"}
    assert cost(journal) == pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize(("name", "published"), PUBLISHED)
def test_real_distances_cost_more_than_truncated_ones(
    data_dir: Path, name: str, published: float
) -> None:
    """Up to a tenth for each leg: were truncation forgotten, it would show."""
    world = instance(data_dir, f"{name}.vrp", "none")

    journal = run(world, replay_of(solution(data_dir, name, world)))

    legs = len(journal.of(Arrived))
    assert published + 0.01 * legs < cost(journal) < published + 0.1 * legs


def test_solomon_c101_is_solved_and_driven_at_its_optimum(data_dir: Path) -> None:
    """Ten routes of 828.9369 in all on real distances, driven again from the plan alike."""
    world = instance(data_dir, "solomon_C101.txt", "none")
    per_km = {vehicle.type: Decimal(1) for vehicle in world.vehicles}
    world = replace(world, rates=Rates(vehicle_km=per_km))

    journal = run(world, partial(Static, iterations=300))
    again = run(world, replay_of(journal.of(PlanMade)[0].routes))

    for driven_day in (journal, again):
        assert_punctual(driven_day, world)
        assert len([leg for leg in driven_day.of(Departed) if leg.home]) == 10
        assert cost(driven_day) == pytest.approx(828.9369, abs=5e-5)
