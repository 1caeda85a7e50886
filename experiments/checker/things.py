"""Orders, vehicles and duties as the checker keeps them in mind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from experiments.checker.words import Event

HANDED_OVER: Final = "the customer"
NOWHERE: Final = "nowhere"

DOES: Final[Mapping[str, str]] = {
    "ShiftBegan": "idle",
    "Departed": "driving",
    "ParkingBegan": "parking",
    "WalkingBegan": "walking",
    "WaitBegan": "waiting",
    "ServiceBegan": "serving",
    "LoadingBegan": "loading",
    "HandOverBegan": "handing over",
    "RechargeBegan": "recharging",
    "BreakBegan": "on break",
    "BrokeDown": "down",
    "IdleBegan": "idle",
    **dict.fromkeys(
        (
            "Diverted",
            "Arrived",
            "Unloaded",
            "Loaded",
            "Delivered",
            "Collected",
            "AttemptFailed",
            "Walked",
            "Repaired",
            "BreakEnded",
            "Recharged",
            "TakenOver",
        ),
        "idle",
    ),
    "DutyMoved": "off duty",
    "DutyEnded": "off duty",
}
"""What a vehicle does from an event on."""

Amount = tuple[int, int, int]
"""Grams, millilitres, parcels."""


class UnknownError(Exception):
    """A line names something that no earlier line made known; the text says what."""


@dataclass(slots=True)
class Goods:
    """An order as it is now, and where its goods are.

    Attributes
    ----------
    attempts, tried_today
        Attempts so far, with those of days before, and without.
    at
        A place, a vehicle, `HANDED_OVER` or the carrier that fetched them.
    end
        The state that it ended in; empty while it is open.
    """

    order: Event
    kind: Event
    at: str
    ready_at_s: float
    placed_at_s: float
    attempts: int = 0
    tried_today: int = 0
    last_cause: str = ""
    end: str = ""
    ended_at_s: float | None = None
    carrier: str = ""

    @property
    def is_delivery(self) -> bool:
        """Whether goods go to the customer."""
        return bool(self.order["kind"] == "delivery")

    @property
    def customer(self) -> str:
        """The customer's door."""
        return str(self.order["destination" if self.is_delivery else "origin"])

    @property
    def amount(self) -> Amount:
        """How much it is."""
        parcels = self.order["parcels"]
        return (
            sum(parcel["grams"] for parcel in parcels),
            sum(parcel["millilitres"] for parcel in parcels),
            len(parcels),
        )


@dataclass(slots=True)
class Work:
    """A duty that was begun.

    Attributes
    ----------
    seconds
        By activity.
    """

    duty: Event
    vehicle: str
    began_at_s: float
    ended_at_s: float | None = None
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Van:
    """A vehicle: where it is, what it does, and what it holds.

    Attributes
    ----------
    driver_at
        Where its driver is on foot; None with the vehicle.
    woken_at_s
        When it was last told something that a vehicle with nothing to do acts on.
    rest_of_edge
        Edge and metres that it still has to drive of where it broke down.
    began_inside
        Whether its leg began with such a rest: it entered that edge before.
    awaited
        Orders of the service under way that have no outcome yet.
    """

    vehicle: Event
    node: int | None
    place: str | None
    since_s: float
    driver_at: str | None = None
    activity: str = "off duty"
    work: Work | None = None
    leg: Event | None = None
    serving: Event | None = None
    awaited: list[str] = field(default_factory=list)
    handling: Event | None = None
    exchange: Event | None = None
    charging: Event | None = None
    resting: Event | None = None
    down: Event | None = None
    helped: bool = False
    out: bool = False
    rest_of_edge: tuple[int, float] | None = None
    began_inside: bool = False
    woken_at_s: float = float("-inf")
    aboard: dict[str, None] = field(default_factory=dict)
    route: list[Event] = field(default_factory=list)

    @property
    def doing(self) -> str:
        """What it has begun and must end before anything else; empty if nothing."""
        if self.leg is not None:
            return "driving"
        begun = {
            "serving": self.serving,
            "loading": self.handling,
            "handing over": self.exchange,
            "recharging": self.charging,
            "on break": self.resting,
            "down": self.down,
        }
        return next((name for name, event in begun.items() if event is not None), "")

    @property
    def stands_at(self) -> str | None:
        """Where its driver is: at the place of the vehicle unless on foot."""
        return self.driver_at or self.place


def tuple_sum(amounts: list[Amount]) -> Amount:
    """Return the sum of amounts, each dimension for itself."""
    return (
        sum(amount[0] for amount in amounts),
        sum(amount[1] for amount in amounts),
        sum(amount[2] for amount in amounts),
    )
