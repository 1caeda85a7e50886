"""Territories first: whose door is whose, who helps, and what a driver learns."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from stormy_days import stormy_day_of
from worlds import H, depot, duty, line, order, place, van, world

from experiments.checker import check_lines
from policies.districts import Districts
from twin import Journal, Order, TimeWindow, Visit, World, run
from twin.errors import InputError
from twin.events import BrokeDown, Delivered, PlanMade, ServiceBegan
from twin.journal import to_line
from twin.model import PlaceId, VehicleId
from twin.plugins import load
from twin.soundness import found_in
from twin.testing import check_policy
from twin.world import Breakdown, BreakdownClock

QUICK = partial(Districts, iterations=30)


def served(journal: Journal) -> dict[str, str]:
    """Return who delivered which order."""
    return {event.order: event.vehicle for event in journal.of(Delivered)}


def test_it_is_found_by_name() -> None:
    """As a policy that scenarios can name."""
    assert load("districts") is Districts


@pytest.mark.parametrize("settings", [{}, {"territories": "fixed"}, {"help_neighbours": 0}])
def test_it_keeps_the_contract(settings: dict[str, object]) -> None:
    """Every promise of a policy, with each kind of territory."""
    check_policy(partial(Districts, iterations=30, **settings))


@pytest.mark.parametrize("settings", [{}, {"territories": "fixed", "help_neighbours": 0}])
def test_sixty_days_on_which_everything_goes_wrong_can_have_happened(
    settings: dict[str, object],
) -> None:
    """Neither of two readers of the journal, made independently, finds what cannot be."""
    delivered = 0
    for number in range(60):
        journal = run(stormy_day_of(number * 7919), partial(QUICK, **settings))

        assert found_in(journal) == []
        assert check_lines([to_line(event) for event in journal]) == []
        delivered += len(journal.of(Delivered))
    assert delivered > 30


def two_sides(*more: Order, **fields: Any) -> World:
    """Return a road of 10 km with the depot in the middle: five doors west, five doors east.

    One junction each kilometre, 10 m/s; two vans from 08:00 to 18:00; nothing takes any time.
    """
    doors = [
        place(f"d{k}", k, lat=0.0, lon=k * 0.01, zone="west" if k < 5 else "east")
        for k in range(11)
        if k != 5
    ]
    orders = [order(f"o{k}", f"d{k}") for k in range(11) if k != 5]
    duties = [duty(name, 8 * H, 18 * H) for name in ("v1", "v2")]
    return world(
        line([1000] * 10, 10), [depot(5), *doors], [*orders, *more], [van("v1"), van("v2")],
        duties, **fields,
    )  # fmt: skip


WEST, EAST = [f"o{k}" for k in range(5)], [f"o{k}" for k in range(6, 11)]


def who(journal: Journal, orders: list[str]) -> set[str]:
    """Return who delivered any of some orders."""
    return {served(journal)[name] for name in orders}


def test_each_van_has_a_side_of_its_own() -> None:
    """Five doors each; one van could do all ten by noon, and would be cheaper."""
    journal = run(two_sides(), QUICK)

    assert len(who(journal, WEST)) == len(who(journal, EAST)) == 1
    assert who(journal, WEST) != who(journal, EAST)
    (made,) = [event for event in journal.of(PlanMade) if event.routes]
    assert made.why == "10 of 10 orders in 2 territories"


def test_an_order_of_later_goes_to_the_van_of_its_territory() -> None:
    """Placed at 08:05 for the door next to the depot in the west."""
    late = order("late", "d4", placed_at_s=8 * H + 300, ready_at_s=8 * H + 300)

    journal = run(two_sides(late), QUICK)

    assert who(journal, ["late"]) == who(journal, WEST)


def pressed() -> World:
    """Return the two sides with an order that only the eastern van can bring on time.

    The western van is expected 5 km out at 08:08:20, by 08:09. An order of 08:04 for 1 km out is
    to be served by 08:12: that van would have to turn back for its goods, or come for them after
    its last door, and be there at 08:18:20; the eastern one, 2.4 km out, turns at the next
    junction and is there before 08:12.
    """
    first = order("o0", "d0", window=TimeWindow(0, 8 * H + 540))
    late = order(
        "late", "d4", placed_at_s=8 * H + 240, ready_at_s=8 * H + 240,
        window=TimeWindow(0, 8 * H + 720),
    )  # fmt: skip
    day = two_sides(late)
    return replace(day, orders=tuple(first if one.id == "o0" else one for one in day.orders))


def begun_s(journal: Journal, name: str) -> float:
    """Return when an order was served, seconds after 08:00."""
    (event,) = [event for event in journal.of(Delivered) if event.order == name]
    return event.began_at_s - 8 * H


def test_a_neighbour_helps_where_the_own_van_would_be_late() -> None:
    """The eastern van turns back for it; both are on time."""
    journal = run(pressed(), QUICK)

    assert who(journal, ["late"]) == who(journal, EAST)
    assert begun_s(journal, "late") <= 720
    assert begun_s(journal, "o0") == 500


def test_with_strict_borders_the_own_van_spoils_its_own() -> None:
    """It turns back for the order of 08:04, and comes to the door 5 km out after 08:09."""
    journal = run(pressed(), partial(QUICK, help_neighbours=0))

    assert who(journal, ["late"]) == who(journal, WEST)
    assert begun_s(journal, "o0") > 540


def test_doors_of_a_van_that_broke_down_belong_to_the_nearest_that_works() -> None:
    """The western van is down for good from its first second: an order of later goes east."""
    late = order("late", "d4", placed_at_s=8 * H + 300, ready_at_s=8 * H + 300)
    day = two_sides(late)
    (west,) = who(run(day, QUICK), WEST)
    rules = replace(day.rules, breakdown_clock=BreakdownClock.DUTY)
    broken = {VehicleId(west): (Breakdown(1.0, 0.0, None, 0.0),)}

    journal = run(replace(day, breakdowns=broken, rules=rules), partial(QUICK, help_neighbours=0))

    assert journal.of(BrokeDown)
    assert who(journal, ["late"]) == who(journal, EAST)


def knowing(day: World, west: str, east: str) -> World:
    """Return the day with drivers who made fifty stops on one side each."""
    zones = {f"driver-{west}": "west", f"driver-{east}": "east"}
    drivers = tuple(replace(one, visits=((zones[one.id], 50),)) for one in day.drivers)
    return replace(day, drivers=drivers)


@pytest.mark.parametrize(("west", "east"), [("v1", "v2"), ("v2", "v1")])
def test_fixed_territories_are_those_that_drivers_know(west: str, east: str) -> None:
    """Whoever made stops on a side before has it today."""
    journal = run(knowing(two_sides(), west, east), partial(QUICK, territories="fixed"))

    assert (who(journal, WEST), who(journal, EAST)) == ({west}, {east})


def test_territories_drawn_beforehand_go_before_what_drivers_know(tmp_path: Path) -> None:
    """The driver of the second van knows the west; it is drawn for the first."""
    drawn = tmp_path / "drawn.csv"
    drawn.write_text("zone,driver,note\nwest,driver-v1,\neast,driver-v2,since May\n")
    day = knowing(two_sides(), "v2", "v1")

    journal = run(day, partial(QUICK, territories="fixed", drawn=str(drawn)))

    assert (who(journal, WEST), who(journal, EAST)) == ({"v1"}, {"v2"})


def test_a_zone_that_nobody_knows_belongs_to_the_nearest_territory() -> None:
    """One door of the west, the nearest to the depot, is in a zone of its own."""
    day = knowing(two_sides(), "v2", "v1")
    new = replace(day.places[PlaceId("d3")], zone="new")

    journal = run(replace(day, places={**day.places, new.id: new}),
                  partial(QUICK, territories="fixed"))  # fmt: skip

    assert served(journal)["o3"] == "v2"


def at_doors_s(journal: Journal) -> float:
    """Return the seconds spent in service."""
    began: dict[str, float] = {}
    total = 0.0
    for event in journal:
        if isinstance(event, ServiceBegan):
            began[event.vehicle] = event.at_s
        elif isinstance(event, Delivered):
            total += event.at_s - began[event.vehicle]
    return total


def test_fixed_territories_save_time_at_doors_where_drivers_learn_and_none_where_not() -> None:
    """Each driver knows the side that the dynamic cut gives to the other.

    Stops of 60 s. With a third more where nobody was before, and an e-th of that after each ten
    visits, fifty stops leave hardly anything of it. Without it both kinds take ten minutes.
    """
    base = two_sides(visits={PlaceId(f"d{k}"): Visit(fixed_s=(60.0,)) for k in range(11)})
    (west,), (east,) = who(run(base, QUICK), WEST), who(run(base, QUICK), EAST)
    spent = {}
    for share in (0.0, 0.3):
        rules = replace(base.rules, unfamiliar_share=share, learning_visits=10.0)
        day = knowing(replace(base, rules=rules), east, west)
        for kind in ("fixed", "dynamic"):
            spent[share, kind] = at_doors_s(run(day, partial(QUICK, territories=kind)))

    assert spent[0.0, "fixed"] == spent[0.0, "dynamic"] == 600
    assert spent[0.3, "fixed"] < 603
    assert spent[0.3, "dynamic"] > 700


def test_dynamic_territories_are_balanced_where_fixed_ones_are_not() -> None:
    """All ten doors are in the west; one driver knows it, so strict borders leave him all of it."""
    day = two_sides()
    places = {
        name: replace(one, zone="west") if one.zone else one for name, one in day.places.items()
    }
    day = knowing(replace(day, places=places), "v1", "v2")

    strict = run(day, partial(QUICK, territories="fixed", help_neighbours=0))
    dynamic = run(day, partial(QUICK, help_neighbours=0))

    assert set(served(strict).values()) == {"v1"}
    assert sorted(map(list(served(dynamic).values()).count, ("v1", "v2"))) == [5, 5]


def test_settings_that_make_no_sense_are_refused() -> None:
    """A kind that is none, half a neighbour, territories drawn and not fixed."""
    day = two_sides()
    with pytest.raises(InputError, match="territories is 'round', expected one of fixed, dynamic"):
        run(day, partial(QUICK, territories="round"))
    with pytest.raises(InputError, match=r"help_neighbours is 1.5, expected a whole number"):
        run(day, partial(QUICK, help_neighbours=1.5))
    with pytest.raises(InputError, match="drawn is for fixed territories"):
        run(day, partial(QUICK, drawn="drawn.csv"))


TWICE = (
    "line 3: zone west is 'driver-v2''s, but 'driver-v1''s above; expected one driver for each zone"
)


@pytest.mark.parametrize(
    ("table", "problems"),
    [
        ("zone,name\nwest,driver-v1\n", ("has no column driver, expected zone and driver",)),
        (
            "zone,driver\nwest,driver-v1\nwest,driver-v2\n",
            (TWICE,),
        ),
        (
            "zone,driver\nwest,nobody\n",
            ("names no driver of this day; they are driver-v1, driver-v2",),
        ),
    ],
)
def test_a_table_of_territories_that_says_nothing_is_refused(
    tmp_path: Path, table: str, problems: tuple[str, ...]
) -> None:
    """A column missing, a zone given twice, drivers of somewhere else."""
    drawn = tmp_path / "drawn.csv"
    drawn.write_text(table)

    with pytest.raises(InputError) as caught:
        run(two_sides(), partial(QUICK, territories="fixed", drawn=str(drawn)))

    assert caught.value.problems == problems


def test_a_table_of_territories_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(InputError, match="cannot be read"):
        run(two_sides(), partial(QUICK, territories="fixed", drawn=str(tmp_path / "none.csv")))
