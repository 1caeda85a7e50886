"""Two small days and their journals as they were: a change is read as a diff."""

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from dispatchers import scripted
from worlds import depot, duty, lattice, line, order, place, van, world

from policies.nearest import Nearest
from twin import (
    Collect,
    Deliver,
    Journal,
    Load,
    LoadOrders,
    OrderKind,
    Parcel,
    Plan,
    Presence,
    Rates,
    Retry,
    Rules,
    ServiceClass,
    Stop,
    StopTime,
    TimeWindow,
    UnloadOrders,
    Visit,
    run,
)
from twin.soundness import assert_sound
from twin.units import parse_clock as at

HERE = Path(__file__).parent
REGENERATE = os.environ.get("TWIN_REGENERATE") == "1"


def morning() -> Journal:
    """Two vans of a small depot, nine parcels over a grid, as `nearest` sends them."""
    expected = StopTime(fixed_s=90.0)
    doors = [place(f"door {node}", node, expected=expected) for node in (1, 3, 5, 7, 9, 10, 11)]
    orders = [
        order(f"o{k}", f"door {node}", parcels=(Parcel(2500 + 500 * k, 8000),),
              placed_at_s=at("07:00"), ready_at_s=at("07:00"))
        for k, node in enumerate((1, 3, 5, 7, 9, 10, 11))
    ]  # fmt: skip
    later = {"placed_at_s": at("08:40"), "ready_at_s": at("08:45")}
    orders += [order("o8", "door 5", **later), order("o9", "door 9", **later)]
    day = world(
        lattice(4, 3, 400, 8),
        [depot(0, expected=StopTime(fixed_s=300.0, per_parcel_s=20.0)), *doors],
        orders,
        [van("v1", capacity=Load(20_000, 40_000, 4)), van("v2", capacity=Load(20_000, 40_000, 4))],
        [duty("v1", at("08:00"), at("10:00")), duty("v2", at("08:30"), at("10:00"))],
        rules=Rules(begins_at_s=at("07:00")),
        visits={
            "depot": Visit(fixed_s=(300.0,), per_parcel_s=(20.0,)),
            **{door.id: Visit(fixed_s=(75.0 + 7.125 * k,)) for k, door in enumerate(doors)},
        },
        rates=Rates(
            vehicle_day={"van": Decimal(40)},
            vehicle_km={"van": Decimal("0.28")},
            labour_hour={"van": Decimal(19)},
            carried_over=Decimal(6),
        ),
    )
    return run(day, Nearest, name="nearest")


def eventful() -> Journal:
    """One van, one dock: a failure tried again, a collection, a turn on the way, a refusal."""
    soon = {"placed_at_s": at("09:00"), "ready_at_s": at("09:00")}
    orders = [
        order("absent", "near", service_class="again", **soon),
        order("hard", "far", service_class="hard", window=TimeWindow(at("09:00"), at("09:20")),
              **soon),
        order("soft", "mid", window=TimeWindow(at("09:30"), at("09:40")), **soon),
        order("fetched", "depot", "mid", kind=OrderKind.COLLECTION,
              parcels=(Parcel(900), Parcel(50)), **soon),
        order("refused", "near", **soon),
        order("late", "near", placed_at_s=at("09:45"), ready_at_s=at("09:50")),
        order("far away", "far", **soon),
    ]  # fmt: skip
    load = LoadOrders(("absent", "soft", "hard", "refused"))
    plans = {
        at("09:00"): Plan(
            {"v1": (
                Stop("depot", (load,)),
                Stop("near", (Deliver("absent"), Deliver("refused"))),
                Stop("mid", (Deliver("soft"), Collect("fetched"))),
                Stop("far", (Deliver("hard"),)),
            )},
            declined=("far away",), why="the morning",
        ),
        at("09:33"): Plan({"v1": (Stop("near", (Deliver("absent"),)),)}, why="hard is lost"),
        at("09:47"): Plan(
            {"v1": (
                Stop("depot", (UnloadOrders(), LoadOrders(("late",)))),
                Stop("near", (Deliver("late"),)),
            )},
            why="a second tour",
        ),
    }  # fmt: skip
    day = world(
        line([900, 900, 900, 900], 7.5, time_factors=[1.0] * 9 + [1.5] + [1.0] * 14),
        [depot(0, docks=1), place("near", 1), place("mid", 2), place("far", 4)],
        orders,
        [van("v1")],
        [duty("v1", at("09:00"), at("10:00"), 900.0)],
        rules=Rules(begins_at_s=at("08:30")),
        classes={
            "standard": ServiceClass(),
            "again": ServiceClass("again", 3, Retry.TODAY, same_day=True),
            "hard": ServiceClass("hard", hard_window=True),
        },
        visits={
            "depot": Visit(fixed_s=(120.0,), per_parcel_s=(15.0,)),
            "near": Visit((40.0, 25.5), 12.0, (60.0, 80.0), (10.0,)),
            "mid": Visit((0.0,), 20.0, (45.125,), (10.0,)),
        },
        presence={"near": Presence(0.5, (0.9, 0.2), (0.0, at("09:35")))},
        failures={"refused": "wrong address"},
        rates=Rates(failed_attempt=Decimal("1.5"), late_minute=Decimal("0.2")),
    )
    return run(day, scripted(plans), name="scripted")


@pytest.mark.parametrize("make", [morning, eventful], ids=["morning", "eventful"])
def test_a_day_is_as_it_was(make: Callable[[], Journal]):
    """Line by line. If it is meant to change, see the README here and read the diff."""
    path = HERE / f"{make.__name__}.jsonl"
    journal = make()
    assert_sound(journal)
    if REGENERATE:
        journal.write(path)

    lines = [text.decode() for text in journal.lines()]

    assert lines == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", ["morning", "eventful"])
def test_a_journal_on_disk_is_read_as_it_was_written(name):
    """Also the committed ones, so an older journal can still be read."""
    path = HERE / f"{name}.jsonl"
    journal = Journal.read(path)

    assert_sound(journal)
    assert [text.decode() for text in journal.lines()] == path.read_text("utf-8").splitlines()
