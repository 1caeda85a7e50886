"""Days as a run keeps them: lines, books and streets, all that the checker is given."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
from dispatchers import Chaos, scripted
from stormy_days import stormy_day_of
from worlds import depot, duty, line, order, place, van, world

from experiments.checker import Finding, Pace, Streets, check_lines
from experiments.promises import seconds_of
from networks.routing import RoadTravel
from twin import (
    Collect,
    Deliver,
    Journal,
    Ledger,
    Load,
    LoadOrders,
    OrderKind,
    Parcel,
    Plan,
    Retry,
    Rules,
    ServiceClass,
    Stop,
    TimeWindow,
    Visit,
    World,
    run,
)
from twin.errors import Livelock, PlanError
from twin.policy import MakePolicy
from twin.rates import Pay, Rates

Line = dict[str, Any]
Lines = list[Line]
Damage = Callable[[Lines], Lines]
"""What is done to the lines of a day."""


@dataclass(frozen=True)
class Kept:
    """A day as a run keeps it: lines, books, what duties did, and the streets it was driven on."""

    lines: Lines
    books: tuple[Line, ...]
    streets: Streets
    seconds: dict[str, dict[str, float]]

    def check(
        self, lines: Lines | None = None, books: tuple[Line, ...] | None = None
    ) -> list[Finding]:
        """Return what the checker finds, in these lines or in others."""
        return check_lines(
            (json.dumps(one).encode() for one in (self.lines if lines is None else lines)),
            streets=self.streets,
            books_kept=self.books if books is None else books,
            seconds_kept=self.seconds,
        )


def streets_of(day: World) -> Streets:
    """Return the streets of a day as plain arrays, with the speeds that it was driven at."""
    travel = day.streets
    assert isinstance(travel, RoadTravel)
    graph = travel._graph
    return Streets(
        day.identity.network_sha256,
        graph.edge_from.astype(np.int64),
        graph.edge_to.astype(np.int64),
        graph.edge_m,
        {str(mode): speeds for mode, speeds in graph.free_mps.items()},
        {str(mode): Pace(s.slot_s, s.pace, s.row) for mode, s in travel._steps.items()},
    )


def books_of(journal: Journal) -> tuple[Line, ...]:
    """Return the ledger's lines as the checker is given them."""
    lines = Ledger.of(journal).lines
    return tuple({"name": one.name, "what": one.what, "cents": one.cents} for one in lines)


def kept(day: World, journal: Journal) -> Kept:
    """Return a day that was lived as a run keeps it."""
    lines = [json.loads(one) for one in journal.lines()]
    return Kept(lines, books_of(journal), streets_of(day), seconds_of(journal))


RATES = Rates(
    vehicle_day={"van": Decimal("35.50")},
    vehicle_km={"van": Decimal("0.317")},
    labour_hour={"van": Decimal("25.13"), "truck": Decimal(31)},
    overtime_hour={"van": Decimal(40)},
    late_order=Decimal("2.17"),
    late_minute=Decimal("0.13"),
    failed_attempt=Decimal("3.33"),
    declined=Decimal(7),
    depot_parcel=Decimal("0.11"),
    pay={
        "by the piece": Pay(
            Decimal(10), Decimal("11.1"), Decimal(20), 3.0, Decimal("0.3"), Decimal("0.2"),
            Decimal(2), Decimal(60), breaks_paid=False,
        )
    },
    energy_unit={"diesel": Decimal("1.7"), "electricity": Decimal("0.23")},
    tendered_order={"overflow": Decimal(5)},
    tendered_parcel={"overflow": Decimal("0.5")},
    dispatcher_hour=Decimal("30.7"),
    contact=Decimal("1.1"),
    message=Decimal("0.07"),
    claim=Decimal(20),
    repair=Decimal(200),
    tow=Decimal(350),
    overhead_day=Decimal("99.99"),
)  # fmt: skip
"""A rate for every kind of line; trucks have no kilometres, so that their energy is paid for."""


def priced(day: World) -> World:
    """Return a day with `RATES`, every second duty under a pay rule."""
    duties = [replace(one, pay="by the piece" if k % 2 else "") for k, one in enumerate(day.duties)]
    return replace(day, rates=RATES, duties=tuple(duties))


@cache
def quiet_day() -> Kept:
    """Return a day of two vans on a road of three edges, 60 s each, without any mishap.

    From 0 s both load at the docks of the depot, v2 for 70 s, v1 for 90 s. ``a`` has a hard window,
    ``f`` one that is over when v1 comes, ``b`` is refused twice, ``c`` is a collection, ``d`` comes
    at 700 s, ``e`` is declined, ``g`` needs a skill and is the only one of v2.
    """
    hard = {"service_class": "hard"}
    orders = [
        order("a", "near", window=TimeWindow(0, 600), parcels=(Parcel(1000, 2000),), **hard),
        order("b", "far", service_class="twice"),
        order("c", "depot", "mid", kind=OrderKind.COLLECTION, parcels=(Parcel(100),)),
        order("d", "mid", placed_at_s=700.0, ready_at_s=700.0, promise=TimeWindow(0, 800)),
        order("e", "near"),
        order("f", "mid", window=TimeWindow(0, 10), **hard),
        order("g", "near", skills=("lift",), parcels=(Parcel(3000, 4000), Parcel(2000, 10))),
    ]
    route = (
        Stop("depot", (LoadOrders(("a", "b", "f")),)),
        Stop("near", (Deliver("a"),)),
        Stop("mid", (Collect("c"), Deliver("f"))),
        Stop("far", (Deliver("b"),)),
    )
    lift = (Stop("depot", (LoadOrders(("g",)),)), Stop("near", (Deliver("g"),)))
    again = (Stop("far", (Deliver("b"),)),)
    second = (Stop("depot", (LoadOrders(("d",)),)), Stop("mid", (Deliver("d"),)))
    script = {
        0: Plan({"v1": route, "v2": lift}, declined=("e",)),
        400: Plan({"v1": again}),  # on the way home: it turns at the next junction
        700: Plan({"v2": second}),
    }
    small = Load(5000, 10**6, 3)
    day = world(
        line([600, 600, 600], 10),
        [depot(0, docks=2), *(place(name, k) for k, name in enumerate(("near", "mid", "far"), 1))],
        orders,
        [van("v1", capacity=small), van("v2", capacity=small)],
        [duty("v1", 0.0, 2000.0), duty("v2", 0.0, 2000.0)],
        classes={
            "standard": ServiceClass(),
            "hard": ServiceClass("hard", hard_window=True),
            "twice": ServiceClass("twice", 2, Retry.TODAY),
        },
        failures={"b": "refused"},
        visits={
            "depot": Visit(fixed_s=(60.0,), per_parcel_s=(10.0,)),
            **dict.fromkeys(("near", "far"), Visit(fixed_s=(30.0,))),
        },
        rules=Rules(preloaded=False),
        rates=RATES,
    )
    drivers = tuple(replace(one, skills=("lift",)) for one in day.drivers)
    day = replace(day, drivers=drivers)
    return kept(day, run(day, scripted(script)))


def lived(day: World, make: MakePolicy) -> Kept | None:
    """Return a day as it is kept after being lived; None if its policy's fault stopped it."""
    day = priced(day)
    try:
        return kept(day, run(day, make))
    except (PlanError, Livelock):
        return None


@cache
def stormy(number: int) -> Kept | None:
    """Return a day on which everything can go wrong, decided by chance."""
    return lived(stormy_day_of(number), Chaos)
