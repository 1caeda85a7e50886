"""What became of one day under one policy, in plain values that cross processes as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from twin.kpi import Figure


class Ended(StrEnum):
    """How a day ended, and so how the command exits."""

    FINISHED = "finished"
    REFUSED = "refused"
    """Its input cannot be simulated."""
    POLICY = "stopped by its policy"
    MACHINE = "stopped by the machine"
    BUG = "stopped by a fault of the twin"


@dataclass(frozen=True, slots=True)
class Far:
    """An order whose door is far from the junction it is reached from, metres."""

    order: str
    snap_m: float


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One day.

    Attributes
    ----------
    policy
        Its label.
    figures
        Every KPI by name; empty unless the day finished.
    not_included
        Lines of the books that have no rate.
    far
        Orders that snapped farther than the scenario's `max_snap`, farthest first.
    is_drawn
        Whether there is a picture of the routes.
    clairvoyant
        Whether the policy was shown the day as it would turn out: a reference, no plan to follow.
    journal_sha256
        Fingerprint of the journal; empty unless the day finished.
    why
        What stopped it, in words for the user.
    trace
        Where in the code, for who mends it.
    seconds
        Wall time of each part of the work: the only thing here that may differ between two runs.
    """

    policy: str
    day: int
    ended: Ended
    figures: Mapping[str, Figure] = field(default_factory=dict)
    currency: str = ""
    not_included: tuple[str, ...] = ()
    far: tuple[Far, ...] = ()
    is_drawn: bool = False
    clairvoyant: bool = False
    journal_sha256: str = ""
    why: str = ""
    trace: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)

    def value(self, kpi: str) -> float | None:
        """Return the value of a KPI, None if there is nothing to measure."""
        figure = self.figures.get(kpi)
        return None if figure is None else figure.value

    def to_bytes(self) -> bytes:
        """Return it as JSON; floats keep every bit."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "DayRecord":
        """Return the record that `to_bytes` wrote."""
        fields: dict[str, Any] = json.loads(data)
        fields["ended"] = Ended(fields["ended"])
        fields["figures"] = {name: Figure(**figure) for name, figure in fields["figures"].items()}
        fields["not_included"] = tuple(fields["not_included"])
        fields["far"] = tuple(Far(**far) for far in fields["far"])
        return cls(**fields)
