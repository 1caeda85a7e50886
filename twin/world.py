"""One day as it will turn out, whatever anyone decides.

All chance is in here before the clock starts. The engine reads it; a policy never does.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from math import inf, isfinite
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError
from twin.misfits import misfits
from twin.model import (
    Carrier,
    Driver,
    Duty,
    EdgeId,
    Mode,
    NodeId,
    Order,
    OrderId,
    Place,
    PlaceId,
    PlaceKind,
    ServiceClass,
    Vehicle,
)

Seconds = NDArray[np.float64]
"""An array of times in seconds."""
Nodes = Sequence[NodeId] | NDArray[np.integer[Any]]
"""Junctions, as a list or an array."""
Metres = NDArray[np.float64]
"""An array of lengths in metres."""


@dataclass(frozen=True, slots=True)
class Path:
    """A way through the streets: which edges, not how long they take.

    Attributes
    ----------
    nodes
        Junctions passed, the first and the last included: one more than edges.
    edges
        Directed edges in the order driven; none if it begins where it ends.
    lengths_m
        Length of each edge, metres.
    """

    nodes: tuple[NodeId, ...]
    edges: tuple[EdgeId, ...]
    lengths_m: tuple[float, ...]


class Streets(Protocol):
    """How long a given path takes from a given moment. First in, first out on every edge."""

    def drive(self, path: Path, mode: Mode, depart_at_s: float) -> tuple[float, ...]:
        """Return when each edge of a path is entered, then when its end is reached.

        Parameters
        ----------
        path
            k edges.
        depart_at_s
            When the first edge is entered, seconds since midnight.

        Returns
        -------
        times_s
            k + 1 instants, never falling, not rounded to the tick; the first is
            `depart_at_s`, the last the arrival (the only one for a path without edges).
        """
        ...


class Travel(Streets, Protocol):
    """Believed travel: which way, and how long it is thought to take.

    Times asked for many pairs at once are those of the speeds at departure; `drive` walks
    through the speed steps. All paths are chosen on one set of weights a mode and day.
    """

    def between(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> float:
        """Return seconds from one junction to another, ``inf`` where no road leads."""
        ...

    def rows(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations), searched forward from each origin."""
        ...

    def columns(self, origins: Nodes, destinations: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds, shape (origins, destinations), searched back from each destination."""
        ...

    def matrix(self, nodes: Nodes, mode: Mode, at_s: float) -> Seconds:
        """Return seconds between all pairs, shape (n, n), row = from; zero diagonal."""
        ...

    def lengths(self, nodes: Nodes, mode: Mode) -> Metres:
        """Return metres of the paths that `matrix` times, shape (n, n), row = from."""
        ...

    def path(self, origin: NodeId, destination: NodeId, mode: Mode, at_s: float) -> Path:
        """Return the way that would be driven.

        Raises
        ------
        twin.errors.Unreachable
            If no road leads there for this mode.
        """
        ...


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is at a door (S4).

    Attributes
    ----------
    probability
        Of somebody being there at any instant, 0 to 1.
    uniforms
        The door's latent number: the k-th holds from ``renewed_at_s[k]`` until the next; without
        `renewed_at_s` the k-th belongs to the k-th attempt at the door (no memory at all).
    """

    probability: float = 1.0
    uniforms: tuple[float, ...] = ()
    renewed_at_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"presence: probability must be 0 to 1, got {self.probability}")
        if self.renewed_at_s and len(self.renewed_at_s) != len(self.uniforms):
            raise ValueError(
                f"presence: {len(self.uniforms)} numbers for {len(self.renewed_at_s)} renewals"
            )
        if any(not a <= b for a, b in pairwise(self.renewed_at_s)):
            raise ValueError(f"presence: renewals are not in order: {self.renewed_at_s}")

    def is_home(self, at_s: float, attempt: int) -> bool:
        """Whether the attempt with this number (from 0) at this instant meets somebody."""
        if not self.uniforms:
            return self.probability > 0
        if self.renewed_at_s:
            k = max(0, bisect_right(self.renewed_at_s, at_s) - 1)
        else:
            k = min(attempt, len(self.uniforms) - 1)
        return self.uniforms[k] < self.probability


@dataclass(frozen=True, slots=True)
class Visit:
    """What stopping at a place will take; the k-th entry is for the k-th visit, the last repeats.

    Attributes
    ----------
    parking_s
        Looking for and taking a parking place, before each visit of a vehicle that does.
    walk_s
        From the vehicle to the door, once a visit (the way back is in it).
    fixed_s
        Once a visit: docking at a dock, the hand-over at a door.
    per_parcel_s
        For each parcel handled.
    """

    parking_s: tuple[float, ...] = (0.0,)
    walk_s: float = 0.0
    fixed_s: tuple[float, ...] = (0.0,)
    per_parcel_s: tuple[float, ...] = (0.0,)

    def __post_init__(self) -> None:
        times = {
            "parking_s": self.parking_s,
            "walk_s": (self.walk_s,),
            "fixed_s": self.fixed_s,
            "per_parcel_s": self.per_parcel_s,
        }
        for name, values in times.items():
            if not values or not all(0 <= value < inf for value in values):
                raise ValueError(f"visit: {name} must be times of at least 0, got {values}")

    def nth(self, times: tuple[float, ...], visit: int) -> float:
        """Return the time that belongs to the visit with this number, counted from 0."""
        return times[min(visit, len(times) - 1)]


class WhenIdle(StrEnum):
    """Where a vehicle with an empty route goes."""

    HOME = "home"
    STAY = "stay"


class OnFault(StrEnum):
    """What an illegal or failing answer of a policy does to the day."""

    STOP = "stop"
    KEEP_LAST = "keep_last"


@dataclass(frozen=True, slots=True)
class Rules:
    """How the day is run: the settings that physics and dispatch follow.

    Attributes
    ----------
    begins_at_s
        When the day begins and the orders known in the morning are placed.
    horizon_s
        When the day is cut off; None lets it run until all duties and arrivals are over. What
        happens at this very instant still belongs to the day.
    diversion
        Whether a vehicle under way can be sent elsewhere at the next junction.
    preloaded
        Whether what a duty takes along at the start of its shift is already aboard.
    latency_s
        Simulated time from a question to the plan taking force. Not negative.
    """

    begins_at_s: float = 0.0
    horizon_s: float | None = None
    diversion: bool = True
    when_idle: WhenIdle = WhenIdle.HOME
    preloaded: bool = True
    latency_s: float = 0.0
    on_fault: OnFault = OnFault.STOP

    def __post_init__(self) -> None:
        if not isfinite(self.begins_at_s):
            raise ValueError(f"rules: begins_at_s must be a time, got {self.begins_at_s}")
        if self.horizon_s is not None and not self.begins_at_s <= self.horizon_s < inf:
            raise ValueError(
                f"rules: horizon_s must not be before the day begins, got {self.horizon_s}"
            )
        if not 0 <= self.latency_s < inf:
            raise ValueError(f"rules: latency_s must be at least 0, got {self.latency_s}")


@dataclass(frozen=True, slots=True)
class Rates:
    """What things cost, in major units of one currency; a line without a rate is not included.

    Attributes
    ----------
    vehicle_day, vehicle_km
        By vehicle type.
    labour_hour, overtime_hour
        Paid hour inside and after the shift, by vehicle type.
    late_order, late_minute
        For each order served late, and for each minute of it.
    failed_attempt, returned, declined, carried_over
        For each.
    """

    currency: str = "EUR"
    vehicle_day: Mapping[str, Decimal] = field(default_factory=dict)
    vehicle_km: Mapping[str, Decimal] = field(default_factory=dict)
    labour_hour: Mapping[str, Decimal] = field(default_factory=dict)
    overtime_hour: Mapping[str, Decimal] = field(default_factory=dict)
    late_order: Decimal | None = None
    late_minute: Decimal | None = None
    failed_attempt: Decimal | None = None
    returned: Decimal | None = None
    declined: Decimal | None = None
    carried_over: Decimal | None = None
    depot_parcel: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What made this day: enough to make it again.

    Attributes
    ----------
    date
        ISO date of the day, for display and calendars.
    network, network_sha256
        Name and content hash of the streets; edges in the journal are theirs.
    attribution
        Credit that the map data asks for wherever it shows; empty without map data.
    """

    scenario: str
    seed: int = 0
    day: int = 1
    date: str = "2026-01-05"
    time_zone: str = "UTC"
    network: str = ""
    network_sha256: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """One day as it will turn out.

    Attributes
    ----------
    places
        Every place of the day, doors of orders to come included.
    orders
        Every order of the day, sorted by when it is placed, then by id.
    travel
        What the scenario lets policies believe about the streets.
    streets
        How long paths really take.
    visits
        By place; a place left out takes no time.
    presence
        By door; at a door left out somebody always is.
    failures
        Orders that cannot be served whoever is at the door, with the cause.
    ready_at_s
        When goods really are ready, for orders whose goods are not ready as announced.

    Raises
    ------
    InputError
        With everything in it that does not fit together.
    """

    identity: Identity
    places: Mapping[PlaceId, Place]
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Driver, ...]
    duties: tuple[Duty, ...]
    orders: tuple[Order, ...]
    travel: Travel
    streets: Streets
    carriers: tuple[Carrier, ...] = ()
    service_classes: Mapping[str, ServiceClass] = field(default_factory=dict)
    visits: Mapping[PlaceId, Visit] = field(default_factory=dict)
    presence: Mapping[PlaceId, Presence] = field(default_factory=dict)
    failures: Mapping[OrderId, str] = field(default_factory=dict)
    ready_at_s: Mapping[OrderId, float] = field(default_factory=dict)
    rules: Rules = Rules()
    rates: Rates = Rates()

    def __post_init__(self) -> None:
        orders = tuple(sorted(self.orders, key=lambda order: (order.placed_at_s, order.id)))
        object.__setattr__(self, "orders", orders)
        for name in ("vehicles", "drivers", "duties", "carriers"):
            object.__setattr__(
                self, name, tuple(sorted(getattr(self, name), key=lambda thing: thing.id))
            )
        problems = misfits(self)
        if problems:
            raise InputError(f"the day of {self.identity.scenario}", problems)

    def known_places(self) -> dict[PlaceId, Place]:
        """Return what is known before any order: all but doors, and where vehicles start or end."""
        stands = {vehicle.starts_at for vehicle in self.vehicles}
        stands |= {vehicle.ends_at for vehicle in self.vehicles if vehicle.ends_at is not None}
        known = {PlaceKind.DEPOT, PlaceKind.LOCKER, PlaceKind.SITE}
        return {
            place_id: place
            for place_id, place in sorted(self.places.items())
            if place.kind in known or place_id in stands
        }
