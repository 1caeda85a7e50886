"""What a plan tells of when service will begin comes true where the day goes as believed."""

from functools import partial

import pytest
from worlds import depot, lattice, order, place, van, world

from twin import Collect, Deliver, OrderKind, StopTime, TimeWindow, Visit, World, run
from twin.events import Collected, Delivered, PlanMade
from twin.plugins import load

MAKERS = {
    "insertion": load("insertion"),
    "static": partial(load("static"), iterations=30),
    "slack": partial(load("slack"), company=1),
    "waves": load("waves"),
    "waves by a solver": partial(load("waves"), planner="solver", iterations=30),
    "manual": partial(load("manual"), iterations=30, per_order_s=0.0),
}


def day_of_doors() -> World:
    """Return a day with five doors, parked and walked to, and a collection; nothing is drawn."""
    at_door = StopTime(parking_s=30, walk_s=20, fixed_s=60, per_parcel_s=5)
    visit = Visit(fixed_s=(60.0,), walk_s=20.0, per_parcel_s=(5.0,), parking_s=(30.0,))
    doors = [place(f"door {k}", k, expected=at_door) for k in range(1, 6)]
    orders = [order(f"o{k}", f"door {k}") for k in range(1, 5)]
    orders.append(order("o5", "depot", "door 5", kind=OrderKind.COLLECTION))
    return world(
        lattice(3, 2, 600, 6),
        [depot(0), *doors],
        orders,
        [van()],
        visits={door.id: visit for door in doors},
    )


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_service_begins_when_the_plan_says(name):
    """Every order that a route serves is told of, and the instants are those of the journal."""
    journal = run(day_of_doors(), MAKERS[name])

    (made,) = [made for made in journal.of(PlanMade) if made.routes]
    served = {
        action.order
        for route in made.routes.values()
        for stop in route
        for action in stop.actions
        if isinstance(action, Deliver | Collect)
    }
    began = {
        event.order: event.began_at_s for event in (*journal.of(Delivered), *journal.of(Collected))
    }
    assert set(made.arrivals) == served == set(began)
    assert dict(made.arrivals) == began


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_nobody_is_told_a_time_before_the_window(name):
    """The van is at the door by 100 + 30 + 20 s, and the window opens at 1000 s."""
    day = day_of_doors()
    orders = [order("o1", "door 1", window=TimeWindow(1000, 2000))]

    journal = run(world(day.streets, day.places.values(), orders, [van()], visits=day.visits),
                  MAKERS[name])  # fmt: skip

    assert journal.of(PlanMade)[0].arrivals == {"o1": 1000}


@pytest.mark.parametrize("name", ["static", "waves by a solver", "manual"])
def test_the_steps_of_the_solver_are_in_the_record(name):
    """As many as were asked for: a search of this size never ends by itself."""
    made = run(day_of_doors(), MAKERS[name]).of(PlanMade)[0]

    assert made.effort == 30
