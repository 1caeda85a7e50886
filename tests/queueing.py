"""Days that are queues: vans are servers, doors are customers, and all chance is drawn before.

Everything goes through `twin.run`: what is measured is read from the journal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from dispatchers import Fifo
from numpy.typing import NDArray
from worlds import duty, order, place, van, world

from twin import Journal, Place, Travel, Visit, World, run
from twin.events import Delivered, Departed, OrderPlaced, ServiceBegan
from twin.policy import MakePolicy
from twin.rng import draw
from twin.units import tick_s

HOUR_S = 3600.0
FOR_EVER_S = 1e9


def exponential(uniform: float, mean: float) -> float:
    """Return the exponential value that belongs to a uniform number."""
    return -mean * log(uniform)


def poisson_times_s(seed: int, day: int, stream: str, per_hour: float, until_s: float):
    """Return the instants of a Poisson stream up to a time, on the tick."""
    times: list[float] = []
    at_s = 0.0
    while True:
        gap_s = exponential(draw(seed, day, stream, str(len(times))), HOUR_S / per_hour)
        at_s += tick_s(gap_s)
        if at_s > until_s:
            return times
        times.append(at_s)


@dataclass(frozen=True)
class Customer:
    """Somebody who comes at a time, at a door, and is served for a time."""

    at_s: float
    dwell_s: float
    node: int = 0
    priority: int = 0


def queue_day(
    travel: Travel,
    depot: Place,
    customers: Sequence[Customer],
    vans: int,
    *,
    first: int = 0,
) -> World:
    """Return a day with one order and one door for each customer.

    `first` customers are there from the beginning and are ahead of the others.
    """
    places = [depot]
    visits = {}
    orders = []
    for k, customer in enumerate(customers):
        door = f"door {k}"
        name = f"{'early' if k < first else 'order'} {k:07d}"
        places.append(place(door, customer.node))
        visits[door] = Visit(fixed_s=(customer.dwell_s,))
        orders.append(
            order(name, door, depot.id, placed_at_s=customer.at_s, ready_at_s=customer.at_s,
                  priority=customer.priority)
        )  # fmt: skip
    fleet = [van(f"v{number:02d}", depot.id) for number in range(vans)]
    duties = [duty(one.id, 0.0, FOR_EVER_S) for one in fleet]
    return world(travel, places, orders, fleet, duties, visits=visits)


@dataclass(frozen=True)
class Lived:
    """What became of the orders of a day, in the order placed, seconds.

    Attributes
    ----------
    left_at_s
        When the van that brought it left the depot with it.
    """

    placed_at_s: NDArray[np.float64]
    left_at_s: NDArray[np.float64]
    began_at_s: NDArray[np.float64]
    done_at_s: NDArray[np.float64]
    early: NDArray[np.bool_]
    priority: NDArray[np.int64]
    driven_m: float

    @classmethod
    def read(cls, journal: Journal) -> "Lived":
        """Return the times in a journal of a day on which every order was delivered."""
        orders = {event.order.id: event.order for event in journal.of(OrderPlaced)}
        began = {o: e.at_s for e in journal.of(ServiceBegan) for o in e.orders}
        done = {event.order: event.at_s for event in journal.of(Delivered)}
        left: dict[str, float] = {}
        by_door = {order.destination: name for name, order in orders.items()}
        metres = 0.0
        for event in journal.of(Departed):
            metres += sum(event.lengths_m)
            if event.to in by_door:
                left[by_door[event.to]] = event.at_s
        assert len(done) == len(orders)
        return cls(
            np.array([orders[name].placed_at_s for name in orders]),
            np.array([left[name] for name in orders]),
            np.array([began[name] for name in orders]),
            np.array([done[name] for name in orders]),
            np.array([name.startswith("early") for name in orders], dtype=bool),
            np.array([orders[name].priority for name in orders]),
            metres,
        )

    def from_(self, at_s: float) -> NDArray[np.bool_]:
        """Return which orders came at an instant or later, those of the start left out."""
        return ~self.early & (self.placed_at_s >= at_s)

    def present_s(self, since: NDArray[np.float64], until_s: float) -> float:
        """Return the time that orders spent from an instant of theirs on, up to a common end."""
        return float((np.minimum(since, until_s) - np.minimum(self.placed_at_s, until_s)).sum())


def live(world_: World, make: MakePolicy = Fifo) -> Lived:
    """Return what became of the orders of a day."""
    return Lived.read(run(world_, make))


def days_of(make_day: Callable[[int], World], days: int, make: MakePolicy = Fifo) -> list[Lived]:
    """Return days 1 to n of a kind, lived."""
    return [live(make_day(day), make) for day in range(1, days + 1)]
