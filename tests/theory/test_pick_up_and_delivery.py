"""A published day of dynamic pick-up and delivery, against an independent simulation of it.

The instance is the first of the dynamic pick-up and delivery problem of ICAPS 2021: 154 factories,
a given table of legs, docks, five vans. The numbers come from a second program.
"""

import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from dpdp_dispatcher import EPOCH_S, Dealer, order_of, van_of

from scenarios.load import load
from scenarios.realise import realise
from twin import Journal, World, run
from twin.events import ACTIVITY, Arrived, Delivered

ENDS_AT_S = 106_200.0
SCENARIO = """
name: dpdp
orders: {dpdp: dpdp_huawei, instance: 1, starts: [98, 107, 10, 66, 130]}
dispatch: {when_idle: stay}
"""


def the_day(data_dir: Path, folder: Path) -> World:
    shutil.copytree(data_dir / "dpdp_huawei", folder / "dpdp_huawei")
    file = folder / "day.yaml"
    file.write_text(SCENARIO)
    loaded = load(file)
    assert loaded.tables.instance is not None
    assert loaded.tables.instance.network is not None
    return realise(loaded.spec, loaded.tables.instance.network, 1, 1, loaded.tables)


@pytest.fixture
def journal(data_dir, tmp_path) -> Journal:
    return run(the_day(data_dir, tmp_path), Dealer, name="dealer")


def spent_s(journal: Journal) -> dict[str, dict[str, float]]:
    """Return seconds by van and activity until the day's end."""
    spent: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    since: dict[str, tuple[str, float]] = {}
    for event in journal:
        activity = ACTIVITY.get(type(event))
        if activity is None:
            continue
        van = event.vehicle
        was, at_s = since.get(van, ("idle", 0.0))
        spent[van][was] += min(event.at_s, ENDS_AT_S) - min(at_s, ENDS_AT_S)
        since[van] = activity, event.at_s
    return spent


def tardiness_s(journal: Journal, world_orders: dict[str, float]) -> dict[str, float]:
    """Return, for each order, how long after its committed time the last of its items arrived."""
    arrived: dict[str, float] = {}
    late: dict[str, float] = defaultdict(float)
    for event in journal:
        if isinstance(event, Arrived):
            arrived[event.vehicle] = event.at_s
        elif isinstance(event, Delivered):
            order = order_of(event.order)
            late_s = arrived[event.vehicle] - world_orders[event.order]
            late[order] = max(late[order], late_s, 0.0)
    return late


def test_the_vans_drive_serve_and_stand_as_the_second_program_says(journal):
    """Distance, moving, service and idle of each van; sum 5 x 106 200 s, nobody waits at a dock."""
    spent = spent_s(journal)
    km: dict[str, float] = defaultdict(float)
    for event in journal.of(Arrived):
        km[event.vehicle] += sum(event.lengths_m) / 1000

    found = {
        van: (
            round(km[van], 1),
            spent[van]["driving"],
            spent[van]["serving"] + spent[van]["loading"],
            spent[van]["idle"],
            spent[van]["waiting"],
        )
        for van in km
    }

    assert found == {
        van_of(1): (402.5, 48_300, 56_880, 1_020, 0),
        van_of(2): (281.4, 33_768, 66_600, 5_832, 0),
        van_of(3): (203.1, 24_372, 45_000, 36_828, 0),
        van_of(4): (120.0, 14_400, 25_800, 66_000, 0),
        van_of(5): (50.0, 6_000, 14_880, 85_320, 0),
    }
    assert round(sum(km.values()), 1) == 1057.0


def test_orders_are_late_as_the_second_program_says(journal):
    """Tardiness of 57 558 s over ten orders; nothing is open at the epoch of 106 200 s."""
    promised = {
        event.order.id: event.order.promise.closes_at_s
        for event in journal
        if type(event).__name__ == "OrderPlaced"
    }
    late = tardiness_s(journal, promised)
    last_s = max(event.at_s for event in journal.of(Delivered))

    assert sum(late.values()) == 57_558
    assert sum(late_s > 0 for late_s in late.values()) == 10
    assert (last_s // EPOCH_S + 1) * EPOCH_S == ENDS_AT_S


def test_a_dock_that_takes_a_minute_more_is_noticed(data_dir, tmp_path):
    """The mutant: 1 860 s a visit instead of 1 800 s moves the tardiness."""
    day = the_day(data_dir, tmp_path)
    for visit in day.visits.values():
        object.__setattr__(visit, "fixed_s", (1860.0,))
    promised = {order.id: order.promise.closes_at_s for order in day.orders}

    assert sum(tardiness_s(run(day, Dealer), promised).values()) != 57_558
