"""What the scenario says of fuel, batteries, chargers and the cold."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from scenarios.defaults import default
from scenarios.fields import PositiveCount, Section, Share
from scenarios.problems import Refused, shown
from scenarios.quantities import Dimension, plain

Fuel: TypeAlias = Literal["diesel", "petrol", "electricity", "muscle"]

ENERGY: Final = Dimension(
    "battery size",
    MappingProxyType({"kWh": Decimal(1), "Wh": Decimal("0.001"), "MWh": Decimal(1000)}),
    "kWh",
    ("68 kWh",),
)
POWER: Final = Dimension(
    "power",
    MappingProxyType({"kW": Decimal(1), "W": Decimal("0.001"), "MW": Decimal(1000)}),
    "kW",
    ("22 kW",),
)
_KM_PER_MILE: Final = Decimal("1.609344")
PER_KM_KWH: Final = Dimension(
    "consumption",
    MappingProxyType(
        {
            "kWh/km": Decimal(1),
            "Wh/km": Decimal("0.001"),
            "kWh/100km": Decimal("0.01"),
            "kWh/mi": 1 / _KM_PER_MILE,
        }
    ),
    "kWh/km",
    ("0.30 kWh/km",),
)
PER_KM_L: Final = Dimension(
    "consumption",
    MappingProxyType({"l/km": Decimal(1), "l/100km": Decimal("0.01"), "L/100km": Decimal("0.01")}),
    "l/km",
    ("11 l/100km",),
)


@dataclass(frozen=True, slots=True)
class Consumption:
    """What a kilometre takes.

    Attributes
    ----------
    per_km
        Litres or kWh.
    is_kwh
        Whether it is kWh.
    """

    per_km: float
    is_kwh: bool


def _consumption(given: object) -> Consumption:
    if isinstance(given, str) and "l/" in given.replace("L", "l"):
        return Consumption(PER_KM_L.read(given), is_kwh=False)
    try:
        return Consumption(PER_KM_KWH.read(given), is_kwh=True)
    except Refused as error:
        raise Refused(f"{error}; or 11 l/100km") from None


def _write_consumption(given: Consumption) -> str:
    return (PER_KM_KWH if given.is_kwh else PER_KM_L).write(given.per_km)


ConsumptionField: TypeAlias = Annotated[
    Consumption,
    BeforeValidator(_consumption),
    PlainSerializer(_write_consumption),
    WithJsonSchema({"type": "string", "examples": ["0.30 kWh/km", "11 l/100km"]}),
]


def _positive(dimension: Dimension) -> Any:  # noqa: ANN401 - a validator for pydantic
    def read(given: object) -> float:
        value = dimension.read(given)
        if not value > 0:
            raise Refused(f"zero ({shown(given)}), expected more than 0")
        return value

    return BeforeValidator(read)


EnergyKwh: TypeAlias = Annotated[
    float,
    _positive(ENERGY),
    PlainSerializer(ENERGY.write),
    WithJsonSchema({"type": "string", "examples": list(ENERGY.examples)}),
]
PowerKw: TypeAlias = Annotated[
    float,
    _positive(POWER),
    PlainSerializer(POWER.write),
    WithJsonSchema({"type": "string", "examples": list(POWER.examples)}),
]


_OF_BATTERIES: Final = {"battery": "battery_kwh", "charge": "charge_kw", "begins": "begins"}


class EnergySpec(Section):
    """What the vehicles of a group run on; what is left out is as for their type."""

    fuel: Fuel | None = Field(default=None, description="Default: that of its type.")
    per_km: ConsumptionField | None = Field(
        default=None, description="Empty, on a day of 10 C; default: that of its type."
    )
    full_load: Share | None = Field(
        default=None,
        description="How much more of it at full weight; default "
        f"{default('fleet.energy.full_load')}.",
    )
    battery_kwh: EnergyKwh | None = Field(
        default=None, alias="battery", description="Usable; default: that of its type."
    )
    charge_kw: PowerKw | None = Field(
        default=None,
        alias="charge",
        description="What the battery takes in at most; default: whatever the charger gives.",
    )
    begins: Share | None = Field(
        default=None,
        description="How full the battery is in the morning; default "
        f"{default('fleet.energy.begins')}.",
    )

    @model_validator(mode="after")
    def _fits_fuel(self) -> "EnergySpec":
        if self.fuel is None:
            return self
        if self.fuel != "electricity":
            for typed, name in _OF_BATTERIES.items():
                if getattr(self, name) is not None:
                    raise Refused(
                        f"`{typed}` of a vehicle on {self.fuel}, expected none; remove it"
                    )
        if self.fuel != "muscle" and self.per_km is None:
            example = "0.30 kWh/km" if self.fuel == "electricity" else "11 l/100km"
            raise Refused(f"a fuel without what a kilometre takes; add `per_km: {example}`")
        if self.per_km is not None and self.per_km.is_kwh != (self.fuel == "electricity"):
            raise Refused(
                f"per_km ({_write_consumption(self.per_km)}) in another unit than {self.fuel} has"
            )
        return self


class ChargersSpec(Section):
    """Chargers of a depot."""

    count: PositiveCount = Field(description="How many vehicles can be plugged in at once.")
    power_kw: PowerKw = Field(
        default=default("depots.chargers.power"),
        alias="power",
        validate_default=True,
        description="What one gives at most.",
    )
    site_kw: PowerKw | None = Field(
        default=None, alias="site", description="What all may draw together; none: no limit."
    )


_CELSIUS: Final = re.compile(r"([-+]?\d{1,3}(?:\.\d+)?)\s*°?\s*([CF])")
_COLDEST_C, _HOTTEST_C = -60.0, 60.0


def read_celsius(given: object) -> float:
    """Return degrees Celsius of ``5 C`` or ``41 F``.

    Raises
    ------
    Refused
        If it is neither, or colder or hotter than any town.
    """
    expected = "expected degrees such as 5 C or 41 F"
    match = _CELSIUS.fullmatch(given.strip()[:20]) if isinstance(given, str) else None
    if match is None:
        raise Refused(f"not a temperature ({shown(given)}), {expected}")
    degrees = float(match.group(1))
    celsius = degrees if match.group(2) == "C" else (degrees - 32) * 5 / 9
    if not _COLDEST_C <= celsius <= _HOTTEST_C:
        raise Refused(f"no weather of any town ({shown(given)}), {expected}")
    return celsius


CelsiusField: TypeAlias = Annotated[
    float,
    BeforeValidator(read_celsius),
    PlainSerializer(lambda celsius: f"{plain(celsius)} C"),
    WithJsonSchema({"type": "string", "examples": ["5 C", "41 F"]}),
]


def cold_factor(celsius: float) -> float:
    """Return what a battery vehicle takes per km on a day, over what it takes at 10 degrees.

    Straight lines between the points of the default table, level outside them.
    """
    table = default("energy.by_temperature")
    points = sorted((read_celsius(at), PER_KM_KWH.read(per_km)) for at, per_km in table.items())
    ordinary = dict(points)[10.0]
    if celsius <= points[0][0]:
        return points[0][1] / ordinary
    for (low_c, low), (high_c, high) in pairwise(points):
        if celsius <= high_c:
            share = (celsius - low_c) / (high_c - low_c)
            return (low + share * (high - low)) / ordinary
    return points[-1][1] / ordinary
