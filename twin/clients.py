"""Whom a solver is asked to serve, and what with: clients and vehicle types, each row checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.model import Load

DIMENSIONS: Final = 3
"""Columns of a load: grams, millilitres, parcels, as in `twin.model.Load`."""

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOTHING: Final = Load()

_AMOUNTS: Final = ("delivery", "pick_up", "service_s", "prize", "surcharge")


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Vehicles that are alike in all that a solver sees.

    Attributes
    ----------
    count
        How many there are. At least 1.
    profile
        Which of the problem's matrices are theirs.
    capacity
        What fits in at any moment.
    starts_at, ends_at
        Locations; None as the end is wherever the last client is.
    opens_at_s, closes_at_s
        Ordinary time: no vehicle leaves before, and time after it is overtime. Finite.
    overtime_s
        How long after `closes_at_s` a vehicle may come to its end. Where it is not 0 the time of
        a vehicle that is used counts from `opens_at_s`.
    first_loading_s, reload_s
        Time for loading at the start, and at each reload.
    fixed_cost
        For each vehicle that is used.
    cost_per_m, cost_per_s, overtime_cost_per_s
        For each metre, and for each second from when its first loading begins, or it leaves, to
        the end; the last is what a second of overtime costs in addition. Not negative.
    reload_at
        Locations where it may end a trip and begin the next one.
    max_reloads
        How often it may do so.
    under_way
        It begins in the middle of a trip, with no more than the goods of clients that are aboard
        it: others to whom something is brought can be served only after its first reload.
    load_at_start
        For a vehicle under way: what is aboard that no client of the problem takes. It takes
        room until the first reload, where it is put down.
    """

    count: int
    capacity: Load
    starts_at: int
    ends_at: int | None
    opens_at_s: float
    closes_at_s: float
    profile: int = 0
    overtime_s: float = 0.0
    first_loading_s: float = 0.0
    reload_s: float = 0.0
    fixed_cost: float = 0.0
    cost_per_m: float = 0.0
    cost_per_s: float = 1.0
    overtime_cost_per_s: float = 0.0
    reload_at: tuple[int, ...] = ()
    max_reloads: int = 0
    under_way: bool = False
    load_at_start: Load = NOTHING

    def problems(self, locations: int, profiles: int) -> list[str]:
        """Return what is wrong with it among so many locations and profiles."""
        found = []
        if self.count < 1:
            found.append(f"count is {self.count}, expected at least 1")
        if not 0 <= self.profile < profiles:
            found.append(f"profile is {self.profile}, there are {profiles}")
        ends = () if self.ends_at is None else (self.ends_at,)
        found.extend(
            f"location {place} is not among the {locations}"
            for place in (self.starts_at, *ends, *self.reload_at)
            if not 0 <= place < locations
        )
        if not -np.inf < self.opens_at_s <= self.closes_at_s < np.inf:
            found.append(f"works from {self.opens_at_s} to {self.closes_at_s}")
        amounts = ("overtime_s", "first_loading_s", "reload_s", "fixed_cost", "max_reloads")
        found.extend(
            f"{name} is {getattr(self, name)}, expected a number of at least 0"
            for name in (*amounts, "cost_per_m", "cost_per_s", "overtime_cost_per_s")
            if not 0 <= getattr(self, name) < np.inf
        )
        if self.under_way and self.first_loading_s:
            found.append(
                f"first_loading_s is {self.first_loading_s}, expected 0: it is under way and loads "
                "nothing at its start"
            )
        if not self.under_way and self.load_at_start != NOTHING:
            found.append(
                f"load_at_start is {self.load_at_start}, but it is not under way: what is aboard "
                "would be put down where it loads; set under_way, or no load_at_start"
            )
        return found


def amounts(load: Load) -> Whole:
    """Return a load as a row, shape (3,)."""
    return np.array([load.grams, load.millilitres, load.parcels], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Clients:
    """k visits to be made, each once, each on one trip. One row of every array is one client.

    Attributes
    ----------
    location
        Rows of the matrices, shape (k,).
    delivery, pick_up
        What is brought there from the trip's start, and what is taken along to its end, whole
        grams, millilitres and parcels, shape (k, 3).
    service_s
        Time there, shape (k,).
    opens_at_s, closes_at_s
        When service may begin, both ends included, shape (k,).
    released_at_s
        When loading for a trip that serves the client may begin, shape (k,); where a trip begins
        without loading, when it may leave.
    prize
        What leaving the client out costs, shape (k,); ``inf`` for one that must be served.
    allowed
        Whether a vehicle type may serve the client, shape (k, vehicle types).
    aboard
        Whether the client's goods are aboard the one vehicle that may serve it, so that they need
        no loading, shape (k,); none where it is left out. Aboard a vehicle under way they take
        room until they are handed over or the vehicle reloads, whether or not the client is
        served.
    surcharge
        What it costs in addition that a vehicle type serves the client, shape (k, vehicle types);
        nothing where it is left out. Finite.
    """

    location: Whole
    delivery: Whole
    pick_up: Whole
    service_s: Floats
    opens_at_s: Floats
    closes_at_s: Floats
    released_at_s: Floats
    prize: Floats
    allowed: Flags
    aboard: Flags = field(default_factory=lambda: np.zeros(0, bool))
    surcharge: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        if not self.aboard.any():
            object.__setattr__(self, "aboard", np.zeros(len(self), bool))
        if not self.surcharge.any():
            object.__setattr__(self, "surcharge", np.zeros(self.allowed.shape))

    def __len__(self) -> int:
        return len(self.location)

    @property
    def needs_loading(self) -> Flags:
        """Which clients' goods must be loaded before, shape (k,)."""
        return self.delivery.any(axis=1) & ~self.aboard

    def problems(self, locations: int, types: Sequence[VehicleType]) -> list[str]:
        """Return what is wrong with them among so many locations and these vehicle types."""
        found = self._misshapen(len(types))
        if found:
            return found
        outside = (self.location < 0) | (self.location >= locations)
        if outside.any():
            found.append(
                f"client {int(np.argmax(outside))} is at location "
                f"{int(self.location[np.argmax(outside)])}, there are {locations}"
            )
        unopened = ~(self.opens_at_s <= self.closes_at_s)
        if unopened.any():
            found.append(f"client {int(np.argmax(unopened))} has a window that never opens")
        if np.isinf(self.surcharge).any():
            found.append(
                "clients.surcharge has infinite entries; say in `allowed` who may not serve"
            )
        found.extend(self._aboard_nowhere(types))
        found.extend(self._overfull(types))
        return found

    def room_taken(self, number: int, kind: VehicleType) -> Whole:
        """Return what is aboard a vehicle under way at its start, shape (3,)."""
        theirs = self.aboard & self.allowed[:, number]
        return np.asarray(self.delivery[theirs].sum(axis=0) + amounts(kind.load_at_start))

    def _misshapen(self, types: int) -> list[str]:
        count = len(self)
        shapes: Mapping[str, tuple[int, ...]] = {
            "location": (count,),
            "delivery": (count, DIMENSIONS),
            "pick_up": (count, DIMENSIONS),
            "service_s": (count,),
            "opens_at_s": (count,),
            "closes_at_s": (count,),
            "released_at_s": (count,),
            "prize": (count,),
            "allowed": (count, types),
            "aboard": (count,),
            "surcharge": (count, types),
        }
        found = []
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array.shape != shape:
                found.append(f"clients.{name} has shape {array.shape}, expected {shape}")
            elif name in _AMOUNTS and not (array >= 0).all():  # also refuses nan
                found.append(f"clients.{name} has entries that are negative or no numbers")
        return found

    def _aboard_nowhere(self, types: Sequence[VehicleType]) -> list[str]:
        """Return which goods are said to be aboard several vehicles."""
        counts = np.array([kind.count for kind in types], np.int64)
        vehicles = self.allowed @ counts if len(types) else np.zeros(len(self), np.int64)
        return [
            f"client {k} is aboard, but may be served by {int(vehicles[k])} vehicles; goods are in "
            "one: allow one type, of count 1"
            for k in np.flatnonzero(self.aboard & (vehicles > 1)).tolist()
        ]

    def _overfull(self, types: Sequence[VehicleType]) -> list[str]:
        found = []
        for number, kind in enumerate(types):
            taken, room = self.room_taken(number, kind), amounts(kind.capacity)
            if kind.under_way and (taken > room).any():
                found.append(
                    f"vehicle type {number} begins with {taken.tolist()} aboard, its capacity is "
                    f"{room.tolist()} (grams, millilitres, parcels)"
                )
        return found
