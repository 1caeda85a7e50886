"""The contract with whoever decides.

A policy is made for one day and thrown away after it, so nothing leaks from day to day. It has
one method, and its answer is a wished end (`twin.plan.Plan`), never commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from twin.errors import InputError
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
from twin.tours import given_tour
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
        on, and pairs of order and vehicle that must not be. Of orders that are placed later, a
        pin is known with the order: `twin.rows.OrderView.bound` has what binds each order now.
    foresight
        The day as it will turn out, for a policy that is made by a maker with ``clairvoyant =
        True``, on a day that allows it (S19). None for all others. What is planned with it is a
        reference to compare with, no policy that anyone could run, and is marked everywhere.
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
    forbidden: tuple[tuple[OrderId, VehicleId], ...] = ()
    foresight: World | None = None

    @classmethod
    def of(cls, world: World, policy: str, *, clairvoyant: bool = False) -> "Briefing":
        """Return what a World tells a policy of this name.

        Raises
        ------
        InputError
            If the policy is clairvoyant, and the day does not allow that.
        """
        if clairvoyant and not world.foresight:
            problem = (
                "is clairvoyant: it plans with the day as it will turn out, and this scenario does "
                "not allow that; set `foresight: true`"
            )
            raise InputError(f"policy {policy}", [problem])
        orders = {order.id: order for order in world.orders}
        known = {o.id for o in world.orders if o.placed_at_s <= world.rules.begins_at_s}
        return cls(
            vehicles=world.vehicles,
            drivers=world.drivers,
            duties=world.duties,
            carriers=world.carriers,
            places=world.known_places(),
            service_classes=dict(world.service_classes),
            rules=world.rules,
            rates=world.rates,
            travel=world.travel,
            random=Streams(world.identity.seed, world.identity.day).generator(f"policy {policy}"),
            foresight=world if clairvoyant else None,
            routes={
                vehicle_id: given_tour(orders[order_id] for order_id in route)
                for vehicle_id, route in sorted(world.routes.items())
            },
            pins={o: v for o, v in sorted(world.pins.items()) if o in known},
            forbidden=tuple(sorted(pair for pair in world.forbidden if pair[0] in known)),
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
    """Called once, before the day begins. A policy's parameters are its keyword arguments.

    A maker with an attribute ``clairvoyant`` that is true is given `Briefing.foresight`.
    """

    def __call__(self, briefing: Briefing, /) -> Policy:
        """Return the policy for one day."""
        ...


def is_clairvoyant(make: MakePolicy) -> bool:
    """Whether a maker declares that its policies are to be shown the day as it will turn out."""
    inner = make.func if isinstance(make, partial) else make
    return bool(getattr(inner, "clairvoyant", False))
