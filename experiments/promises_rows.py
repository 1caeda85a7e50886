"""What is promised, in words, and what was found of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

DETERMINISM: Final = "Determinism and chance"
PHYSICS: Final = "Physics and books"
RELATIONS: Final = "Metamorphic relations"
GROUPS: Final = (DETERMINISM, PHYSICS, RELATIONS)


@dataclass(frozen=True)
class Row:
    """One promise on one scenario.

    Attributes
    ----------
    looked_at
        What it was tried on.
    found
        What does not hold, a sentence each.
    skipped
        Why it was not tried; empty if it was.
    """

    group: str
    promise: str
    looked_at: str
    found: Sequence[str] = ()
    skipped: str = ""

    @property
    def held(self) -> bool | None:
        """Whether it held; None if it was not tried."""
        return None if self.skipped else not self.found

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "group": self.group,
            "promise": self.promise,
            "held": self.held,
            "looked_at": self.looked_at,
            "found": list(self.found),
            "skipped": self.skipped,
        }


CHECKED: Final[Mapping[str, tuple[str, ...]]] = {
    "every order ends in exactly one state": (
        "order-placed-once", "order-ends-once", "all-orders-accounted-for",
        "changed-in-words-only", "tender-kept", "told-by-its-carrier",
    ),
    "parcels are conserved; a vehicle that is down does nothing and keeps its goods": (
        "parcels-conserved", "handled-as-begun", "both-present", "handed-over-and-taken",
        "down-does-nothing", "helped-when-down", "towed-with-its-goods", "repair-crews", "aboard",
    ),
    "each second of a duty is in exactly one activity": (
        "one-activity", "ends-what-began", "no-gap", "whole-duty", "seconds-as-kept", "on-duty",
        "outcomes-for-all",
    ),
    "cash: each line is quantity times rate, recomputed from the journal, to the cent": ("cents",),
    "no teleporting: paths of existing, directed, open edges, at the times of the day's speeds": (
        "named-network", "leaves-from-where-it-is", "drives-the-way-it-took", "edge-exists",
        "one-way", "edge-length", "access", "no-teleporting", "travel-time", "closed-street",
        "where-it-stands", "on-foot",
    ),
    "time never goes back; nothing happens before its cause; first in, first out on every edge": (
        "readable", "known-words", "begins-and-ends", "order-of-time", "on-the-tick",
        "cause-before-effect", "placed-when-it-comes", "answers-follow-questions",
        "incidents-in-order", "first-in-first-out", "as-planned",
    ),
    "capacities, docks, chargers, batteries and lockers are never exceeded": (
        "capacity", "docks", "chargers", "battery", "lockers", "ready-to-load", "preloaded-before",
    ),
    "windows, skills, shifts, hours and breaks are kept; overtime only where allowed": (
        "not-early", "hard-window", "missed-in-earnest", "opening-hours", "right-door", "skills",
        "shift-begins", "shift-ends", "overtime", "hours-of-service", "breaks-whole", "meals",
    ),
    "an order goes on the vehicle it is pinned to, and on none that is forbidden for it": (
        "vehicles-as-told",
    ),
    "customers are told and asked what a plan says, and a yes changes what was offered at once": (
        "told-while-open", "said-as-planned", "answers-follow-offers", "beliefs-of-known-orders",
    ),
    "attempts at most the maximum, one outcome each": (
        "one-outcome", "attempts-counted", "attempts-at-most", "returned-after-failing",
    ),
    "Little's law, exactly": ("littles-law",),
}  # fmt: skip
"""Rules of the checker by the promise that they stand for."""
