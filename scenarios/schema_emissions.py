"""What the scenario says of emissions: one scope for all that is added (semantics S22)."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from scenarios.defaults import default
from scenarios.fields import Section, Text
from scenarios.problems import Refused
from scenarios.quantities import Dimension

_G: Final = Decimal("0.001")


def _per(unit: str, example: str) -> Dimension:
    units = {f"kg/{unit}": Decimal(1), f"g/{unit}": _G}
    return Dimension("factor", MappingProxyType(units), f"kg/{unit}", (example,))


KG_PER_L: Final = _per("l", "3.2 kg/l")
KG_PER_KWH: Final = _per("kWh", "0.29 kg/kWh")
KG_PER_KM: Final = Dimension(
    "factor",
    MappingProxyType(
        {
            "kg/km": Decimal(1),
            "g/km": _G,
            "kg/mi": 1 / Decimal("1.609344"),
            "g/mi": _G / Decimal("1.609344"),
        }
    ),
    "kg/km",
    ("0.28 kg/km",),
)


KgPerL: TypeAlias = Annotated[
    float,
    BeforeValidator(KG_PER_L.read),
    PlainSerializer(KG_PER_L.write),
    WithJsonSchema({"type": "string", "examples": list(KG_PER_L.examples)}),
]
KgPerKwh: TypeAlias = Annotated[
    float,
    BeforeValidator(KG_PER_KWH.read),
    PlainSerializer(KG_PER_KWH.write),
    WithJsonSchema({"type": "string", "examples": list(KG_PER_KWH.examples)}),
]
KgPerKm: TypeAlias = Annotated[
    float,
    BeforeValidator(KG_PER_KM.read),
    PlainSerializer(KG_PER_KM.write),
    WithJsonSchema({"type": "string", "examples": list(KG_PER_KM.examples)}),
]


class EmissionsSpec(Section):
    """What litres, kilowatt hours and kilometres emit, kg of CO2 equivalent."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"enum": ["well-to-wheel", "tank-to-wheel", "none"]},
    )

    scope: Literal["well-to-wheel", "tank-to-wheel", "none"] = Field(
        default=default("emissions.scope"),
        description="Of every factor, own ones included; tank-to-wheel leaves out what making fuel "
        "and electricity emits; none: emissions are not told.",
    )
    diesel: KgPerL | None = Field(default=None, description="A litre; default by scope.")
    petrol: KgPerL | None = Field(default=None, description="A litre; default by scope.")
    electricity: KgPerKwh | None = Field(
        default=None, description="A kWh; differs by country and year; default by scope."
    )
    types: Mapping[Text, KgPerKm] = Field(
        default={}, description="A kilometre by vehicle type, instead of what its fuel emits."
    )
    source: Text | None = Field(
        default=None, description="Who says so, and for which year: goes with every own figure."
    )

    @model_validator(mode="after")
    def _has_scope(self) -> "EmissionsSpec":
        said = [name for name in ("diesel", "petrol", "electricity") if getattr(self, name)]
        if self.scope == "none" and (said or self.types):
            raise Refused("factors without a scope; add `scope: well-to-wheel` or tank-to-wheel")
        return self
