"""What the scenario says of money (semantics S20)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema

from scenarios.fields import Money, Section, Text
from scenarios.problems import Refused, shown
from scenarios.schema_energy import Fuel

KNOWN_CURRENCIES: Final = ("EUR", "USD")
"""Those that we know some rates in."""


def _currency(given: object) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"[A-Z]{3}", given):
        raise Refused(f"not a currency ({shown(given)}), expected its code such as EUR or USD")
    return given


Currency: TypeAlias = Annotated[
    str, BeforeValidator(_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})
]


def _for_all(given: object) -> object:
    return given if isinstance(given, dict) else {"all": given}


RateByType: TypeAlias = Annotated[
    Mapping[Text, Money],
    BeforeValidator(_for_all),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
            ]
        }
    ),
]
"""An amount for every vehicle type (``all``), or by type."""


class CostsSpec(Section):
    """Rates (semantics S20); what has none is listed beside every cost as not included."""

    vehicle_day: RateByType | None = Field(
        default=None, description="For each vehicle and day: one amount, or by type."
    )
    vehicle_km: RateByType | None = Field(
        default=None, description="For each kilometre: one amount, or by type."
    )
    labour_hour: RateByType | None = Field(
        default=None, description="A paid hour of a shift: one amount, or by type of vehicle."
    )
    overtime_hour: RateByType | None = Field(
        default=None, description="A paid hour after it: one amount, or by type of vehicle."
    )
    late_order: Money | None = Field(default=None, description="Each order served late.")
    late_minute: Money | None = Field(default=None, description="Each minute of it.")
    failed_attempt: Money | None = Field(
        default=None, description="Each failed attempt, beyond what is simulated."
    )
    returned: Money | None = Field(default=None, description="Each order returned.")
    declined: Money | None = Field(default=None, description="Each order declined.")
    carried_over: Money | None = Field(
        default=None, description="Each order left over; none: the day's own cost per stop."
    )
    depot_parcel: Money | None = Field(default=None, description="Each parcel handled at a depot.")
    energy: Mapping[Fuel, Money] = Field(
        default={},
        description="Each litre or kWh, by fuel, of all vehicles; the default of vehicle_km holds "
        "energy already, so say both.",
    )
    dispatcher_hour: Money | None = Field(
        default=None, description="Each dispatcher and hour, from the day's begin to its last duty."
    )
    contact: Money | None = Field(
        default=None, description="Each failed attempt that the customer is contacted about."
    )
    message: Money | None = Field(
        default=None, description="Each message to a customer: told when to expect us, or asked."
    )
    claim: Money | None = Field(default=None, description="Each parcel damaged.")
    repair: Money | None = Field(
        default=None, description="Each breakdown repaired where it happened."
    )
    tow: Money | None = Field(default=None, description="Each vehicle towed in.")
    overhead_day: Money | None = Field(default=None, description="Once a day.")

    def by_type(self, name: str, vehicle_type: str) -> Decimal | None:
        """Return a rate of a vehicle type, None if it has none."""
        rates: Mapping[str, Decimal] | None = getattr(self, name)
        if rates is None:
            return None
        return rates.get(vehicle_type, rates.get("all"))
