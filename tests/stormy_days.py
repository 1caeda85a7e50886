"""Small days on which everything happens that can: for laws that hold whatever goes wrong."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st
from small_days import BEGINS_S, DEPOTS, DOORS, TOWNS, Dice, day_of

from twin import Load, Place, PlaceKind, Presence, TimeWindow, World
from twin.model import (
    DRIVE,
    Carrier,
    CarrierId,
    CarrierKind,
    Chargers,
    Driver,
    Duty,
    EdgeId,
    Energy,
    HoursRules,
    NodeId,
    Order,
    OrderId,
    OrderKind,
    PlaceId,
    Vehicle,
    VehicleId,
)
from twin.rules import BreakdownClock, Rules
from twin.streets import Incident
from twin.surprises import Breakdown, Change, Outside, Reply

LOCKER = PlaceId("locker")
OVERFLOW = CarrierId("overflow")


def _places(dice: Dice, day: World) -> dict[PlaceId, Place]:
    places = dict(day.places)
    for k, door in enumerate(DOORS):
        place = places[PlaceId(door)]
        hours = (TimeWindow(BEGINS_S + 900, BEGINS_S + 3000),) if dice.chance(0.15) else ()
        places[place.id] = replace(
            place, lat=60.0 + k * 0.0004, lon=24.9, zone=dice.one_of("z1", "z1", ""), hours=hours
        )
    for depot in DEPOTS:
        if dice.chance(0.5):
            chargers = Chargers(dice.whole(1, 2), 50.0, dice.one_of(None, 70.0))
            places[PlaceId(depot)] = replace(places[PlaceId(depot)], chargers=chargers)
    node = NodeId(dice.whole(0, 11))
    places[LOCKER] = Place(
        LOCKER, PlaceKind.LOCKER, {DRIVE: node}, slots=dice.one_of(None, 0, 1, 3)
    )
    return places


def _vehicles(dice: Dice, day: World) -> tuple[Vehicle, ...]:
    found = []
    for vehicle in day.vehicles:
        energy = vehicle.energy
        if dice.chance(0.4):
            energy = Energy("electricity", dice.one_of(0.3, 5.0), dice.one_of(3.0, 30.0), 0.2)
        found.append(replace(vehicle, energy=energy))
    return tuple(found)


def _duties(dice: Dice, day: World) -> tuple[Duty, ...]:
    meal = TimeWindow(BEGINS_S + 1200, BEGINS_S + 2400)
    rules = (
        HoursRules(),
        HoursRules("tight", 600.0, 120.0, 1500.0, 300.0, 2400.0),
        HoursRules("meal", meal=meal, meal_s=600.0),
    )
    return tuple(
        replace(
            duty,
            hours=dice.one_of(*rules),
            call_by_s=duty.shift.opens_at_s - 60.0 if dice.chance(0.15) else None,
        )
        for duty in day.duties
    )


def _orders(dice: Dice, day: World) -> tuple[Order, ...]:
    found = []
    for order in day.orders:
        to_locker = order.kind is OrderKind.DELIVERY and dice.chance(0.15)
        found.append(
            replace(
                order,
                destination=LOCKER if to_locker else order.destination,
                locker=LOCKER if dice.chance(0.7) else None,
                agreed=dice.chance(0.3),
                notified=dice.chance(0.3),
            )
        )
    return tuple(found)


def _breakdowns(dice: Dice, clock: BreakdownClock) -> tuple[Breakdown, ...]:
    often = dice.one_of(400.0, 1500.0, 4000.0)
    return tuple(
        Breakdown(
            dice.uniform() * often * (1.0 if clock is not BreakdownClock.KM else 2.0),
            dice.one_of(0.0, 120.0),
            dice.one_of(60.0, 300.125, 900.0, None),
            60.0,
        )
        for _ in range(dice.whole(0, 3))
    )


def _incidents(dice: Dice) -> tuple[Incident, ...]:
    found = []
    for k in range(dice.whole(0, 3)):
        begins_at_s = BEGINS_S + dice.minutes(-10, 60)
        ends_at_s = begins_at_s + dice.minutes(1, 30)
        edges = tuple(sorted({EdgeId(dice.whole(0, 16)) for _ in range(dice.whole(1, 4))}))
        known_at_s = min(ends_at_s, begins_at_s + dice.minutes(-10, 10))
        known_at_s = max(known_at_s, BEGINS_S)
        if known_at_s <= ends_at_s:
            found.append(Incident(f"i{k}", "closure", edges, begins_at_s, ends_at_s, known_at_s))
    return tuple(found)


def _changes(dice: Dice, orders: Sequence[Order]) -> tuple[Change, ...]:
    found = []
    for order in orders:
        at_s = order.placed_at_s + dice.minutes(0, 40)
        if dice.chance(0.15):
            found.append(Change(order.id, at_s, cancels=True))
        elif dice.chance(0.2):
            window = TimeWindow(at_s, at_s + 1800.0) if dice.chance(0.5) else None
            found.append(Change(order.id, at_s, window=window, priority=dice.whole(0, 2)))
    return tuple(found)


def _replies(dice: Dice, orders: Sequence[Order]) -> dict[OrderId, Reply]:
    """Return what customers answer, at once, in a while or not on this day; some never agree."""
    return {
        order.id: Reply(
            tuple(dice.chance(0.6) for _ in range(dice.whole(1, 2))),
            tuple(dice.chance(0.7) for _ in range(dice.whole(1, 2))),
            dice.one_of(0.0, dice.minutes(0, 25), dice.minutes(0, 25), 86_400.0),
        )
        for order in orders
        if dice.chance(0.8)
    }


def _rules(dice: Dice, rules: Rules) -> Rules:
    return replace(
        rules,
        dispatchers=dice.whole(1, 2),
        per_order_s=dice.one_of(0.0, 0.0, 10.0),
        per_exception_s=dice.one_of(0.0, 0.0, 45.0),
        breakdown_clock=dice.one_of(*BreakdownClock),
        repair_crews=dice.one_of(None, 1),
        expected_down_s=600.0,
        stranded_s=300.0,
        load_lock_s=dice.one_of(0.0, 0.0, 300.0),
        search_s=dice.one_of(0.0, 20.0),
        hand_over_s=dice.one_of(0.0, 15.0),
        walking_radius_m=dice.one_of(0.0, 0.0, 60.0, 200.0),
        carrying=dice.one_of(Load(10**6, 10**6, 10), Load(5000, 10**6, 2)),
        unfamiliar_share=dice.one_of(0.0, 0.5),
        learning_visits=2.0,
        consumption=1.2,
    )


def stormy_day_of(number: int, towns: Sequence[str] = TOWNS) -> World:
    """Return the small day with a number, with everything that can go wrong on top of it."""
    day, dice = day_of(number, towns), Dice(number + 2**41)
    rules, orders, duties = _rules(dice, day.rules), _orders(dice, day), _duties(dice, day)
    vehicles, spares = _vehicles(dice, day), ()
    if dice.chance(0.5):
        spare = replace(
            vehicles[0] if vehicles else Vehicle(
                VehicleId("s"), "van", DRIVE, Load(10**6, 10**6, 9), PlaceId(DEPOTS[0]), None
            ),
            id=VehicleId("spare"), starts_at=PlaceId(DEPOTS[0]),
        )  # fmt: skip
        vehicles, spares = (*vehicles, spare), (spare.id,)
    classes = {
        name: replace(one, leaves_with=dice.one_of((), ("neighbour",), ("safe place", "neighbour")))
        for name, one in day.service_classes.items()
    }
    carrier = Carrier(
        OVERFLOW, CarrierKind.OVERFLOW, dice.one_of(None, BEGINS_S + 1800), dice.one_of(None, 1, 3)
    )
    drivers = tuple(
        replace(one, adherence=dice.one_of(1.0, 0.1), visits=(("z1", 3),)) for one in day.drivers
    )
    places = _places(dice, day)
    return replace(
        day,
        places=places,
        vehicles=vehicles,
        spares=spares,
        drivers=_at_most_one_each(drivers),
        duties=duties,
        orders=orders,
        carriers=(carrier,) if dice.chance(0.4) else (),
        service_classes=classes,
        safe_places=frozenset(one.id for one in orders if dice.chance(0.3)),
        neighbours={PlaceId(door): Presence(0.5, (0.2, 0.9)) for door in DOORS},
        lockers={LOCKER: (BEGINS_S + 600.0,)} if places[LOCKER].slots else {},
        search_s={one.id: 60.0 for one in orders},
        changes=_changes(dice, orders),
        tendered={
            one.id: Outside(dice.one_of(None, BEGINS_S + 3600), BEGINS_S + 4000) for one in orders
        },
        incidents=_incidents(dice),
        breakdowns={
            one.id: _breakdowns(dice, rules.breakdown_clock) for one in vehicles if dice.chance(0.6)
        },
        absent={
            duty.id: duty.shift.opens_at_s - dice.one_of(0.0, 400.0)
            for duty in duties
            if dice.chance(0.12)
        },
        deviations={duty.id: tuple(dice.uniform() for _ in range(6)) for duty in duties},
        rules=rules,
        replies=_replies(Dice(number + 2**43), orders),
        presence={
            door: replace(one, agreed_share=0.5, notified_share=0.3)
            for door, one in day.presence.items()
        },
    )


def _at_most_one_each(drivers: tuple[Driver, ...]) -> tuple[Driver, ...]:
    return tuple({driver.id: driver for driver in drivers}.values())


def stormy_days(towns: Sequence[str] = TOWNS) -> st.SearchStrategy[World]:
    """Return all days that `stormy_day_of` makes; a failing one names its number as its seed."""
    return st.integers(0, 2**40).map(lambda number: stormy_day_of(number, towns))
