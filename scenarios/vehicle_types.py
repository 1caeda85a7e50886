"""The catalogue of vehicles: what a kind is when a scenario says no more than its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from scenarios.defaults import Mark


@dataclass(frozen=True, slots=True)
class VehicleType:
    """What a kind of vehicle is when a scenario says no more than its name.

    Attributes
    ----------
    mode
        Which streets it may use: ``drive`` or ``bike``.
    weight, volume
        Capacity, as typed.
    fuel, per_km
        Litres or kWh per kilometre.
    parking
        Whether it looks for a parking place at a stop.
    plausible
        Between what its figures may lie.
    """

    mode: Literal["drive", "bike"]
    weight: str
    volume: str
    fuel: str
    per_km: float
    battery_kwh: float | None
    source: str
    mark: Mark
    parking: bool = True
    plausible: str = ""


VEHICLE_TYPES: Final[Mapping[str, VehicleType]] = MappingProxyType(
    {
        "van": VehicleType(
            "drive", "1000 kg", "10 m3", "diesel", 0.11, None,
            "A 3.5 t panel van; fuel from 0.280 kg CO2e/km over 2.51 kg/l (UK factors)", "general",
            plausible="1,000 to 1,400 kg, 8 to 14 m3, 0.08 to 0.13 l/km",
        ),
        "e_van": VehicleType(
            "drive", "950 kg", "10 m3", "electricity", 0.30, 68.0,
            "Published payloads of 860 to 1,040 kg; 0.298 kWh/km measured (E-Transit)", "read",
            plausible="860 to 1,040 kg, 0.25 to 0.45 kWh/km, 43 to 113 kWh",
        ),
        "truck": VehicleType(
            "drive", "5 t", "30 m3", "diesel", 0.22, None, "A 12 t truck", "general",
            plausible="3 to 7 t, 25 to 45 m3, 0.18 to 0.28 l/km",
        ),
        "cargo_bike": VehicleType(
            "bike", "125 kg", "1500 l", "electricity", 0.03, None,
            "100 to 150 kg, 1 to 2 m3, 0.03 kWh/km; looks for no parking place (read: Dalla Chiara "
            "et al. 2023, Transp. Res. A 167)", "general", parking=False,
            plausible="100 to 150 kg, 1 to 2 m3, 0.02 to 0.05 kWh/km",
        ),
    }
)  # fmt: skip
