"""What one answer takes: a fleet planned anew after a breakdown, one order put into a large plan.

``python -m experiments.bench.answers`` prints both. CPU seconds are those of the policy's answer,
matrices and searches on the streets included.
"""

import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from experiments.bench.clocks import Row
from scenarios.load import load
from scenarios.network import network_of
from scenarios.realise import realise
from twin import Briefing, MakePolicy, Order, Plan, Policy, View, World, run
from twin.events import BrokeDown, OrderPlaced
from twin.model import DRIVE, OrderId, VehicleId
from twin.plugins import make_policy
from twin.rules import BreakdownClock
from twin.surprises import Breakdown

REPLANNING_S: Final = 1.0
INSERTING_S: Final = 0.020
"""Targets, CPU seconds."""

BROKEN: Final = """
name: breakdown
network: {file: poa.osm.pbf}
orders:
  count: 345
  where: {population: {csv: poa_hexgrid.csv}}
  windows: {share: 30 %, width: {2 h: 100 %}, between: 09:00-17:00}
fleet: {van: 20}
depots: {centre: {lat: -30.04, lon: -51.20}}
"""
LARGE: Final = """
name: large-plan
network: {city: {km2: 100, seed: 1}}
orders: {count: 5050, arrivals: {known: 99 %, by_hour: {6: 1, 7: 1}}}
fleet: {van: 100}
"""


@dataclass
class Answers:
    """Collects the CPU seconds of the answers that somebody is interested in.

    Attributes
    ----------
    picks
        Whether an answer to a view counts.
    seconds, open_stops
        Of each answer that did.
    """

    picks: Callable[[View], bool]
    seconds: list[float] = field(default_factory=list)
    open_stops: list[int] = field(default_factory=list)

    def of(self, make: MakePolicy) -> MakePolicy:
        """Return a maker of the same policies, watched."""
        return lambda briefing: _Watched(make(briefing), self)


class _Watched:
    def __init__(self, policy: Policy, answers: Answers) -> None:
        self._policy = policy
        self._answers = answers

    def decide(self, view: View) -> Plan:
        if not self._answers.picks(view):
            return self._policy.decide(view)
        self._answers.open_stops.append(sum(row.can_be_planned for row in view.orders))
        began = time.process_time()
        plan = self._policy.decide(view)
        self._answers.seconds.append(time.process_time() - began)
        return plan


class _Enough(Exception):  # no error: what was to be measured is measured
    """Ends a day of which nothing more is of interest."""


def rows(data: Path, folder: Path) -> list[Row]:
    """Return both measurements; the scenarios and copies of their data go to a folder."""
    source = data / "osm_mid_porto_alegre"
    for name in ("poa.osm.pbf", "poa_hexgrid.csv"):
        (folder / name).write_bytes((source / name).read_bytes())
    return [replanning(folder), inserting(folder)]


def replanning(folder: Path) -> Row:
    """Return what `rolling` takes after a breakdown, against the morning plan of the same stops."""
    world = _world(folder, "breakdown", BROKEN)
    broken = {world.vehicles[0].id: (Breakdown(5400.0, repair_s=None),)}
    rules = replace(world.rules, breakdown_clock=BreakdownClock.DUTY, expected_down_s=7200.0)
    world = replace(world, breakdowns=broken, rules=rules)
    upset = Answers(lambda view: any(isinstance(event, BrokeDown) for event in view.because))
    run(world, upset.of(make_policy("rolling")), name="rolling")
    morning = Answers(lambda view: bool(view.unplanned))
    run(world, morning.of(make_policy("static")), name="static")
    note = f"{upset.open_stops[0]} open stops of {len(world.duties)} vehicles, Porto Alegre"
    return Row(
        "planned anew after a breakdown", upset.seconds[0], "its morning plan", morning.seconds[0],
        f"{REPLANNING_S:g} s", note,
    )  # fmt: skip


def inserting(folder: Path) -> Row:
    """Return what `insertion` takes for one more order, against putting in all that were there."""
    world = _world(folder, "large-plan", LARGE)
    known = [order for order in world.orders if order.placed_at_s <= world.rules.begins_at_s]
    world = replace(world, routes=_swept(world, known))
    late = Answers(_is_one_late_order)
    with _ended_early():
        run(world, _until(20, late.of(make_policy("insertion")), late), name="insertion")
    middle = sorted(late.seconds)[len(late.seconds) // 2]
    note = (
        f"median of {len(late.seconds)} orders, worst {max(late.seconds) * 1000:.1f} ms, "
        f"{late.open_stops[0]:,} open stops of {len(world.duties)} vehicles, a city of 100 km2; "
        "two searches on its streets included"
    )
    return Row("one order put into that plan", middle, target=f"{INSERTING_S:g} s", note=note)


def _is_one_late_order(view: View) -> bool:
    placed = [event for event in view.because if isinstance(event, OrderPlaced)]
    return len(placed) == 1


def _until(count: int, make: MakePolicy, answers: Answers) -> MakePolicy:
    """Return a maker whose policies end the day after so many answers of interest."""

    class Until:
        def __init__(self, briefing: Briefing) -> None:
            self._policy = make(briefing)

        def decide(self, view: View) -> Plan:
            if len(answers.seconds) >= count:
                raise _Enough
            return self._policy.decide(view)

    return Until


@contextmanager
def _ended_early() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not isinstance(error.__cause__, _Enough):
            raise


def _world(folder: Path, name: str, text: str) -> World:
    path = folder / f"{name}.yaml"
    path.write_text(text)
    loaded = load(path)
    network = network_of(loaded.spec, loaded.base_dir, loaded.tables)
    return realise(loaded.spec, network, 1, 1, loaded.tables)


def _swept(world: World, orders: list[Order]) -> dict[VehicleId, tuple[OrderId, ...]]:
    """Return given routes: orders by their direction from the depot, an equal share a vehicle."""
    depot = world.places[world.vehicles[0].starts_at]

    def direction(order: Order) -> float:
        door = world.places[order.customer]
        return math.atan2((door.lat or 0) - (depot.lat or 0), (door.lon or 0) - (depot.lon or 0))

    swept = sorted(orders, key=lambda order: (direction(order), order.id))
    vehicles = [duty.vehicle for duty in world.duties]
    cuts = [round(k * len(swept) / len(vehicles)) for k in range(len(vehicles) + 1)]
    return {
        vehicle: tuple(order.id for order in _nearest_first(world, swept[first:last]))
        for vehicle, (first, last) in zip(vehicles, pairwise(cuts), strict=True)
    }


def _nearest_first(world: World, orders: list[Order]) -> list[Order]:
    """Return orders each followed by the one nearest to it."""
    here = world.places[world.vehicles[0].starts_at].nodes[DRIVE]
    left, found = list(orders), []
    while left:
        ends = [world.places[order.customer].nodes[DRIVE] for order in left]
        away_s = world.travel.rows([here], ends, DRIVE, world.rules.begins_at_s)[0]
        k = int(away_s.argmin())
        found.append(left.pop(k))
        here = ends[k]
    return found


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[2]
    where = Path(os.environ.get("TWIN_DATA", root.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as scratch:
        for row in rows(where, Path(scratch)):
            sys.stdout.write(
                f"{row.work}: {row.ours_s:.4f} s {row.rival} {row.rival_s} {row.note}\n"
            )
