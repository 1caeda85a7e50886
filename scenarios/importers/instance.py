"""What a file of the literature brings: orders, and maybe its own network, depots and vehicles."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from networks.network import Network
from scenarios.requests import Request, Spot, VehicleRow


@dataclass(frozen=True, slots=True)
class Instance:
    """One day as a file gives it.

    Attributes
    ----------
    network
        None: the scenario's.
    depots
        By name; empty: the scenario's.
    docks
        How many vehicles can be handled at once, by the key of a spot.
    visit_s
        What each visit to a depot or site takes, by the key of a spot, where the file says so.
    starts_empty
        Whether vehicles begin without goods: all loading is part of the day.
    """

    name: str
    requests: tuple[Request, ...]
    vehicles: tuple[VehicleRow, ...] = ()
    network: Network | None = None
    depots: Mapping[str, Spot] = field(default_factory=dict)
    docks: Mapping[str, int] = field(default_factory=dict)
    visit_s: Mapping[str, float] = field(default_factory=dict)
    starts_empty: bool = False
