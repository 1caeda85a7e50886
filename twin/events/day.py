"""What begins, ends and plans a day."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from twin.messages import Message
from twin.model import (
    Carrier,
    CarrierId,
    Driver,
    Duty,
    OrderId,
    Place,
    ServiceClass,
    Vehicle,
    VehicleId,
)
from twin.plan import Route
from twin.world import Identity, Incident, Rates, Rules


@dataclass(frozen=True, slots=True)
class DayBegan:
    """The header: what the day is given, and who decides.

    Attributes
    ----------
    spares
        Vehicles that stand by for a duty whose own is towed in.
    clairvoyant
        Whether the policy is shown the day as it will turn out.
    """

    at_s: float
    schema: int
    identity: Identity
    policy: str
    carriers: tuple[Carrier, ...]
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Driver, ...]
    duties: tuple[Duty, ...]
    places: tuple[Place, ...]
    service_classes: Mapping[str, ServiceClass]
    rules: Rules
    rates: Rates
    spares: tuple[VehicleId, ...] = ()
    clairvoyant: bool = False


@dataclass(frozen=True, slots=True)
class DayEnded:
    """Everything is over, or the horizon has come.

    Attributes
    ----------
    carried_over
        Orders still open, wherever their goods are.
    """

    at_s: float
    carried_over: tuple[OrderId, ...]


@dataclass(frozen=True, slots=True)
class IncidentKnown:
    """A closure, or something that slows streets down, became known.

    Nobody knows when an accident will be over: in the `because` of a view, `ends_at_s` of what
    began before it became known is infinite, and `IncidentOver` tells. A journal has what came.
    """

    at_s: float
    incident: Incident

    def as_told(self) -> "IncidentKnown":
        """Return what a dispatcher is told of it."""
        one = self.incident
        if one.known_at_s <= max(0.0, one.begins_at_s):
            return self
        return replace(self, incident=replace(one, ends_at_s=math.inf))


@dataclass(frozen=True, slots=True)
class IncidentOver:
    """The streets of a known incident are as before."""

    at_s: float
    incident: str


@dataclass(frozen=True, slots=True)
class PlanMade:
    """A decision took force.

    Attributes
    ----------
    question
        Number of the question that it answers, from 1.
    asked_at_s
        When the question was asked; the plan was judged against what was known then.
    because
        How many events of each kind made the policy be asked.
    dropped
        Orders whose actions were done, begun or gone by the time the plan took force.
    arrivals
        When the policy believes that service of these orders will begin.
    warned
        Orders whose promise it expects to be broken.
    effort
        Steps that a solver made for it.
    """

    at_s: float
    question: int
    asked_at_s: float
    because: Mapping[str, int]
    routes: Mapping[VehicleId, Route]
    declined: tuple[OrderId, ...]
    messages: tuple[Message, ...]
    dropped: tuple[OrderId, ...]
    why: str
    tendered: Mapping[CarrierId, tuple[OrderId, ...]] = field(default_factory=dict)
    arrivals: Mapping[OrderId, float] = field(default_factory=dict)
    warned: tuple[OrderId, ...] = ()
    effort: int = 0


@dataclass(frozen=True, slots=True)
class PolicyFailed:
    """An answer was refused or never came; the plan before stays in force."""

    at_s: float
    question: int
    problems: tuple[str, ...]


OVER: Final = ("the shift is over", "driving hours are used up")
"""Why a vehicle may go nowhere but home for the rest of its duty."""


FULL: Final = "battery full"
"""Why a vehicle does not recharge where it was to."""


@dataclass(frozen=True, slots=True)
class ActionsDropped:
    """Actions about these orders left a vehicle's route without being done, and why."""

    at_s: float
    vehicle: VehicleId
    orders: tuple[OrderId, ...]
    why: str
