"""Every policy keeps what the dispatcher told, on whatever day."""

from hypothesis import given
from small_days import policies, small_days, solver, tried
from stormy_days import stormy_days

from experiments.checker import check_lines
from twin import Journal, World, run
from twin.events import (
    BrokeDown,
    Collected,
    Delivered,
    DutyCancelled,
    Loaded,
    OrderBound,
    OrderTendered,
    TakenOver,
)
from twin.journal import to_line
from twin.policy import MakePolicy


def against(journal: Journal) -> list[str]:
    """Return what went where it must not, read from the journal alone."""
    pins: dict[str, str] = {}
    pairs: set[tuple[str, str]] = set()
    unpinned: set[str] = set()
    found: list[str] = []
    for event in journal:
        if isinstance(event, OrderBound):
            pairs |= {(event.order, vehicle) for vehicle in event.not_on}
            if event.pinned_to is not None and event.pinned_to not in unpinned:
                pins[event.order] = event.pinned_to
        elif isinstance(event, BrokeDown | DutyCancelled):
            unpinned.add(event.vehicle)
            pins = {order: vehicle for order, vehicle in pins.items() if vehicle != event.vehicle}
        elif isinstance(event, OrderTendered):
            found += [f"{event.order} tendered"] if event.order in pins else []
        elif isinstance(event, Loaded | TakenOver | Delivered | Collected):
            orders = event.orders if isinstance(event, Loaded | TakenOver) else (event.order,)
            found += [
                f"{order} on {event.vehicle}"
                for order in orders
                if pins.get(order, event.vehicle) != event.vehicle
                or (order, event.vehicle) in pairs
            ]
    return found


def assert_kept(day: World, make: MakePolicy) -> None:
    """Check a day with two readers of its journal; an illegal plan would have stopped it."""
    journal = run(day, make)
    assert against(journal) == []
    assert check_lines([to_line(event) for event in journal]) == []


@tried(100)
@given(day=small_days() | stormy_days(), make=policies)
def test_orders_go_where_they_were_told_to(day, make):
    """Pins until their vehicle breaks down or is not driven, forbidden pairs always."""
    assert_kept(day, make)


@tried(20)
@given(day=small_days())
def test_a_solver_plans_what_was_told(day):
    """The same under `static`."""
    assert_kept(day, solver)


def test_the_drawn_days_have_enough_that_is_told():
    """Pins that bind and pairs that forbid, on more than one day in ten."""
    days = [0, 0]

    @tried(100)
    @given(day=small_days())
    def count(day):
        days[0] += bool(day.pins)
        days[1] += bool(day.forbidden)

    count()
    assert min(days) > 10
