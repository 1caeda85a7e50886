"""What a day holds in store: who is at a door, what a stop takes, what breaks, what is changed.

Drawn before the clock starts; when it bites depends on what is done.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

from twin.model import Order, OrderId, TimeWindow


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is at a door (S4).

    Attributes
    ----------
    probability
        Of somebody being there at any instant, 0 to 1, before the first of `changes_at_s`.
    uniforms
        The door's latent number: the k-th holds from ``renewed_at_s[k]`` until the next; without
        `renewed_at_s` the k-th belongs to the k-th attempt at the door (no memory at all).
    changes_at_s, probabilities
        From the k-th instant on, the k-th probability: hours of the day.
    agreed_share, notified_share
        What is left of the share of absence, 0 to 1, inside a window that the customer agreed
        to, and for a customer who was told when to expect it.
    """

    probability: float = 1.0
    uniforms: tuple[float, ...] = ()
    renewed_at_s: tuple[float, ...] = ()
    changes_at_s: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()
    agreed_share: float = 1.0
    notified_share: float = 1.0

    def __post_init__(self) -> None:
        for share in (self.probability, *self.probabilities):
            if not 0 <= share <= 1:
                raise ValueError(f"presence: probability must be 0 to 1, got {share}")
        for share in (self.agreed_share, self.notified_share):
            if not 0 <= share <= 1:
                raise ValueError(f"presence: shares of absence must be 0 to 1, got {share}")
        if self.renewed_at_s and len(self.renewed_at_s) != len(self.uniforms):
            raise ValueError(
                f"presence: {len(self.uniforms)} numbers for {len(self.renewed_at_s)} renewals"
            )
        if len(self.changes_at_s) != len(self.probabilities):
            raise ValueError(
                f"presence: {len(self.probabilities)} values for {len(self.changes_at_s)} changes"
            )
        for name, times in (("renewals", self.renewed_at_s), ("changes", self.changes_at_s)):
            if any(not a <= b for a, b in pairwise(times)):
                raise ValueError(f"presence: {name} are not in order: {times}")

    def chance(self, at_s: float, *, agreed: bool = False, notified: bool = False) -> float:
        """Return the probability of somebody being there at an instant.

        Parameters
        ----------
        agreed
            Whether the instant is inside a window that the customer agreed to.
        notified
            Whether the customer was told when to expect it.
        """
        k = bisect_right(self.changes_at_s, at_s)
        absent = 1 - (self.probabilities[k - 1] if k else self.probability)
        if agreed:
            absent *= self.agreed_share
        if notified:
            absent *= self.notified_share
        return 1 - absent

    def is_home(
        self, at_s: float, attempt: int, *, agreed: bool = False, notified: bool = False
    ) -> bool:
        """Whether the attempt with this number (from 0) at this instant meets somebody."""
        chance = self.chance(at_s, agreed=agreed, notified=notified)
        if not self.uniforms:
            return chance > 0
        if self.renewed_at_s:
            k = max(0, bisect_right(self.renewed_at_s, at_s) - 1)
        else:
            k = min(attempt, len(self.uniforms) - 1)
        return self.uniforms[k] < chance


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


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One failure of a vehicle (S14).

    Attributes
    ----------
    after
        Reading of the vehicle's clock since the day began or its last repair: metres for the
        clock ``km``, else seconds. Not negative.
    wait_s
        Until help is there; who repairs may then still be busy with others.
    repair_s
        What the repair takes; None if it cannot be repaired where it stands.
    tow_s
        From the coming of help until the vehicle is at a depot and its goods are put down.
    """

    after: float
    wait_s: float = 0.0
    repair_s: float | None = 0.0
    tow_s: float = 0.0

    def __post_init__(self) -> None:
        times = (self.after, self.wait_s, self.repair_s or 0.0, self.tow_s)
        if not all(0 <= value < inf for value in times):
            raise ValueError(f"breakdown: values must be finite and at least 0, got {self}")


@dataclass(frozen=True, slots=True)
class Change:
    """What a customer will ask for during the day.

    It bites if the order is still open then and its service has not begun.

    Attributes
    ----------
    cancels
        Whether the order is no longer wanted at all.
    window, promise, priority
        What it is from then on; None is as before.
    """

    order: OrderId
    at_s: float
    cancels: bool = False
    window: TimeWindow | None = None
    promise: TimeWindow | None = None
    priority: int | None = None

    def asked_of(self, order: Order) -> list[tuple[str, Order]]:
        """Return an order after each thing that is asked for, ``window`` or ``priority``."""
        found: list[tuple[str, Order]] = []
        if self.window is not None or self.promise is not None:
            order = replace(
                order,
                window=self.window or order.window,
                promise=self.promise or self.window or order.promise,
            )
            found.append(("window", order))
        if self.priority is not None:
            found.append(("priority", replace(order, priority=self.priority)))
        return found


@dataclass(frozen=True, slots=True)
class Outside:
    """What an overflow carrier will make of an order, whoever that is.

    Attributes
    ----------
    served_at_s
        When it delivers; None if it fails.
    told_at_s
        When we learn of it. Not before it happens.
    """

    served_at_s: float | None
    told_at_s: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What a customer answers when asked for another window or a locker.

    Attributes
    ----------
    windows, lockers
        Whether the k-th question is answered with yes if it is for a window, or for a locker;
        the last repeats, none is no.
    after_s
        How long the answer takes. Not negative.
    """

    windows: tuple[bool, ...] = ()
    lockers: tuple[bool, ...] = ()
    after_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.after_s < inf:
            raise ValueError(f"reply: after_s must be a time of at least 0, got {self.after_s}")

    def accepts(self, *, locker: bool, question: int) -> bool:
        """Whether the answer to the question with this number, from 0, is yes."""
        answers = self.lockers if locker else self.windows
        return bool(answers) and answers[min(question, len(answers) - 1)]
