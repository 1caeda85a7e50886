"""What a file of the literature brings: orders, and maybe its own network, depots and vehicles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

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
    capacity_parcels
        What fits in vehicles of which nobody says how many parcels do; None: no limit.
    docks
        How many vehicles can be handled at once, by place id.
    visit_s
        What each visit takes, by place id, where the file says so.
    vehicle_day, vehicle_km
        Rates by vehicle type, where the file says so and the scenario does not.
    starts_empty
        Whether vehicles begin without goods: all loading is part of the day.
    """

    name: str
    requests: tuple[Request, ...]
    vehicles: tuple[VehicleRow, ...] = ()
    network: Network | None = None
    depots: Mapping[str, Spot] = field(default_factory=dict)
    capacity_parcels: int | None = None
    docks: Mapping[str, int] = field(default_factory=dict)
    visit_s: Mapping[str, float] = field(default_factory=dict)
    vehicle_day: Mapping[str, Decimal] = field(default_factory=dict)
    vehicle_km: Mapping[str, Decimal] = field(default_factory=dict)
    starts_empty: bool = False
