"""The contract with whoever decides.

A policy is made for one day and thrown away after it, so nothing leaks from day to day. It has
one method, and its answer is a wished end (`twin.plan.Plan`), never commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from twin.model import (
    Carrier,
    Driver,
    Duty,
    OrderId,
    Place,
    PlaceId,
    ServiceClass,
    Vehicle,
    VehicleId,
)
from twin.plan import Plan, Route
from twin.rng import Generator, Streams
from twin.view import View
from twin.world import Rates, Rules, Travel, World


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a policy is told before the day begins, and may rely on all day.

    Attributes
    ----------
    places
        Depots and sites: every place known before the first order.
    travel
        Believed travel in the morning; a view has that of its moment.
    random
        The policy's own stream. It cannot touch the World's chance.
    routes, pins, forbidden
        What the scenario gives every policy: routes to start from, the vehicle an order must go
        on, and pairs of order and vehicle that must not be. Empty in this version.
    """

    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Driver, ...]
    duties: tuple[Duty, ...]
    carriers: tuple[Carrier, ...]
    places: Mapping[PlaceId, Place]
    service_classes: Mapping[str, ServiceClass]
    rules: Rules
    rates: Rates
    travel: Travel
    random: Generator
    routes: Mapping[VehicleId, Route] = field(default_factory=dict)
    pins: Mapping[OrderId, VehicleId] = field(default_factory=dict)
    forbidden: frozenset[tuple[OrderId, VehicleId]] = frozenset()

    @classmethod
    def of(cls, world: World, policy: str) -> "Briefing":
        """Return what a World tells a policy of this name."""
        return cls(
            vehicles=world.vehicles,
            drivers=world.drivers,
            duties=world.duties,
            carriers=world.carriers,
            places=world.known_places(),
            service_classes=world.service_classes,
            rules=world.rules,
            rates=world.rates,
            travel=world.travel,
            random=Streams(world.identity.seed, world.identity.day).generator(f"policy {policy}"),
        )


class Policy(Protocol):
    """Decides who goes where.

    A policy may also have ``also_asks``, a collection of event classes of
    `twin.events.MAY_ASK` after which it wants to be asked too, and, reserved for later versions,
    ``offer(view, request)`` and ``staff(view)``.
    """

    def decide(self, view: View) -> Plan:
        """Return the wished remaining routes; the empty plan means carry on."""
        ...


class MakePolicy(Protocol):
    """Called once, before the day begins. A policy's parameters are its keyword arguments."""

    def __call__(self, briefing: Briefing, /) -> Policy:
        """Return the policy for one day."""
        ...
