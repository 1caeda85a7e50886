"""The shape of a scenario: what may be said, in which unit, and what is meant otherwise.

Fields are named with the unit inside (``overtime_s``), their aliases are what is typed
(``overtime``). Unknown settings are errors. Short forms (``orders: 600``) are written out by
`scenarios.shorthand` before they come here.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from scenarios.defaults import default
from scenarios.fields import DetourFactor, Flag, PositiveNumber, Section, Share, SpeedMps, Text
from scenarios.hours import HoursName
from scenarios.problems import Refused, did_you_mean, shown
from scenarios.schema_breakdowns import BreakdownsSpec
from scenarios.schema_carriers import CarrierSpec
from scenarios.schema_costs import CostsSpec, Currency
from scenarios.schema_customers import CustomersSpec
from scenarios.schema_dispatch import DispatchSpec
from scenarios.schema_doors import (
    FailuresSpec,
    PresenceSpec,
    ServiceClassSpec,
    ServiceSpec,
    WalkingSpec,
    ZonesSpec,
)
from scenarios.schema_drivers import AbsenceSpec, FamiliaritySpec, MealField
from scenarios.schema_emissions import EmissionsSpec
from scenarios.schema_energy import CelsiusField
from scenarios.schema_fleet import DepotSpec, GroupSpec, VehiclesSpec
from scenarios.schema_lockers import BusinessesSpec, LockersSpec
from scenarios.schema_orders import (
    CsvOrders,
    DpdpOrders,
    LoggibudOrders,
    OrdersSpec,
    SyntheticOrders,
    VrplibOrders,
)
from scenarios.schema_traffic import Closures, TrafficSpec
from scenarios.schema_weather import WeatherSpec
from scenarios.vehicle_types import VEHICLE_TYPES

_NAME = re.compile(r"[\w][\w .,+-]{0,99}")


def _name(given: object) -> str:
    expected = "expected letters, digits, spaces, - and _, such as downtown"
    if not isinstance(given, str) or not _NAME.fullmatch(given) or ".." in given:
        quotes = "; put it in quotes" if isinstance(given, int | float) else ""
        raise Refused(f"not a name ({shown(given)}), {expected}{quotes}")
    return given


def _date(given: object) -> str:
    expected = "expected a date such as 2026-01-05, year first"
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", given):
        raise Refused(f"not a date ({shown(given)}), {expected}")
    try:
        dt.date.fromisoformat(given)
    except ValueError:
        raise Refused(f"no such day ({shown(given)}), {expected}") from None
    return given


def _time_zone(given: object) -> str:
    expected = "expected a name such as Europe/Helsinki"
    if not isinstance(given, str):
        raise Refused(f"not a time zone ({shown(given)}), {expected}")
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(given, available_timezones())
        raise Refused(f"unknown time zone ({shown(given)}){hint}, {expected}") from None
    return given


def _seed(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**63:
        raise Refused(f"not a seed ({shown(given)}), expected a whole number, 0 or more")
    return given


Seed: TypeAlias = Annotated[
    int, BeforeValidator(_seed), WithJsonSchema({"type": "integer", "minimum": 0})
]


class CitySpec(Section):
    """A synthetic city."""

    km2: PositiveNumber = Field(description="Area.")
    seed: Seed = Field(default=1, description="Which city.")


class PlaneSpec(Section):
    """Straight lines between the places that the scenario names, for days without a map."""

    detour: DetourFactor = Field(
        default=default("network.plane: detour"),
        validate_default=True,
        description="Way over straight line.",
    )
    speed_mps: SpeedMps = Field(
        default=default("network.plane: speed"),
        alias="speed",
        validate_default=True,
        description="Of motor vehicles without traffic; traffic slows it down.",
    )
    bike_speed_mps: SpeedMps = Field(
        default=default("network.plane: bike_speed"),
        alias="bike_speed",
        validate_default=True,
        description="Of cargo bikes.",
    )


class NetworkSpec(Section):
    """Where the streets come from: one of these."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "string"},)

    name: Text | None = Field(default=None, description="A bundled network such as demo-city.")
    place: Text | None = Field(default=None, description="A place by its name, fetched from OSM.")
    file: Text | None = Field(default=None, description="An OSM extract or a compiled network.")
    city: CitySpec | None = Field(default=None, description="A synthetic city.")
    matrix: Text | None = Field(default=None, description="A csv of legs: from, to, m, s.")
    plane: PlaneSpec | None = Field(
        default=None, description="Straight lines, where no map is at hand: {plane: {}}."
    )

    @model_validator(mode="after")
    def _one(self) -> "NetworkSpec":
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise Refused(
                f"{len(given)} sources ({', '.join(given) or 'none'}), expected one of name, "
                "place, file, city, matrix, plane"
            )
        return self


def _policy_name(given: object) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > 200:  # noqa: PLR2004
        raise Refused(f"not a policy ({shown(given)}), expected a name, or file.py:Name")
    return given


_LABEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def _policy_label(given: object) -> str:
    if not isinstance(given, str) or not _LABEL.fullmatch(given) or given.endswith("."):
        raise Refused(
            f"not what a policy can be called ({shown(given)}), expected a name for its files: "
            "letters, digits, `.`, `_` and `-`, such as `as: rolling-10`"
        )
    return given


class PolicySpec(Section):
    """A policy by name, with the keyword arguments of its maker."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"type": "string"},
        {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    )

    name: Annotated[str, BeforeValidator(_policy_name), WithJsonSchema({"type": "string"})] = Field(
        description="Installed, or file.py:Name."
    )
    label: (
        Annotated[str, BeforeValidator(_policy_label), WithJsonSchema({"type": "string"})] | None
    ) = Field(
        default=None,
        alias="as",
        description="What it is called in tables, folders and `--policies`; default: its name. "
        "Several settings of one policy need one each.",
    )
    settings: Mapping[str, bool | int | float | str] = Field(
        default={}, description="Quantities as typed: `reach: 15 min` reaches `reach_s=900.0`."
    )


class ScenarioSpec(Section):
    """A kind of day, as asked for."""

    name: Annotated[str, BeforeValidator(_name), WithJsonSchema({"type": "string"})] = Field(
        description="Of the run folder and the report."
    )
    date: Annotated[
        str, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})
    ] = Field(
        default=default("date"), description="Of the day: its kind, and when its clock changes."
    )
    time_zone: Annotated[str, BeforeValidator(_time_zone), WithJsonSchema({"type": "string"})] = (
        Field(default=(default("time_zone")), description="IANA name.")
    )
    network: NetworkSpec | None = Field(
        default=None, description="Needed unless the orders' file brings its own."
    )
    orders: OrdersSpec
    fleet: Mapping[Text, GroupSpec] | None = Field(
        default=None,
        description="Vehicles by group; a group's name is its type by default: "
        f"{', '.join(VEHICLE_TYPES)}.",
    )
    vehicles: VehiclesSpec | None = Field(default=None, description="Vehicles of a table instead.")
    depots: Mapping[Text, DepotSpec] = Field(
        default={"depot": DepotSpec()}, description="By name; default: the network's own."
    )
    zones: ZonesSpec = ZonesSpec()
    lockers: LockersSpec = LockersSpec()
    businesses: BusinessesSpec = BusinessesSpec()
    walking: WalkingSpec = WalkingSpec()
    service: ServiceSpec = ServiceSpec()
    presence: PresenceSpec = PresenceSpec()
    customers: CustomersSpec = CustomersSpec()
    failures: FailuresSpec = FailuresSpec()
    service_classes: Mapping[Text, ServiceClassSpec] = {"standard": ServiceClassSpec()}
    traffic: TrafficSpec = TrafficSpec()
    closures: Closures = Field(default=(), description="What is planned to be closed.")
    weather: WeatherSpec = WeatherSpec()
    temperature_c: CelsiusField = Field(
        default=default("temperature"),
        alias="temperature",
        validate_default=True,
        description="Of the day: cold takes more from batteries.",
    )
    carriers: Mapping[Text, CarrierSpec] = Field(
        default={}, description="By name; `own` operates what says nothing else."
    )
    absence: AbsenceSpec = AbsenceSpec()
    hours: HoursName = Field(
        default=default("hours"),
        description="Breaks and hours of service of every driver, by the name of the rule set.",
    )
    meal: MealField = Field(
        default=None, description="A meal break: when it begins and how long it is."
    )
    adherence: Share = Field(
        default=default("adherence"),
        validate_default=True,
        description="How often drivers go to the planned next stop; else to the nearest left of "
        "the tour in the same zone.",
    )
    familiarity: FamiliaritySpec = FamiliaritySpec()
    breakdowns: BreakdownsSpec = BreakdownsSpec()
    dispatch: DispatchSpec = DispatchSpec()
    noise: Literal["on", "off"] = Field(
        default="on",
        description="off: the day without chance. Streets keep to their profile, nothing breaks, "
        "nobody is out, nothing fails or is changed, and what would be drawn around a mean takes "
        "it; but which orders there are, and how large, is drawn all the same.",
    )
    foresight: Flag = Field(
        default=False,
        description="Whether a policy that declares itself clairvoyant, as the oracle does, is "
        "shown the day as it will turn out. What it comes to is marked wherever it is shown.",
    )
    currency: Currency = Field(default="EUR", description="Of every amount.")
    costs: CostsSpec = CostsSpec()
    emissions: EmissionsSpec = EmissionsSpec()
    policies: tuple[PolicySpec, ...] = ()

    @property
    def brings_network(self) -> bool:
        """Whether the orders' file has the streets in it."""
        return isinstance(self.orders, VrplibOrders | DpdpOrders)

    @property
    def has_streets(self) -> bool:
        """Whether its network has streets, not a table of legs or straight lines."""
        given = self.network
        return given is not None and given.matrix is None and given.plane is None

    @property
    def brings_fleet(self) -> bool:
        """Whether the orders' file has vehicles in it, used unless the scenario gives some."""
        return isinstance(self.orders, VrplibOrders | DpdpOrders | LoggibudOrders)


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, for editors and for `twin schema`."""
    schema = ScenarioSpec.model_json_schema(by_alias=True)
    # A list of groups is written out as a mapping before the models see it.
    schema["properties"]["fleet"]["anyOf"].append({"type": "array", "items": {"type": "object"}})
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "A scenario in the same folder or below, whose settings hold where this "
        "one says nothing.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of last-mile twin",
        **{key: value for key, value in schema.items() if key != "title"},
    }


__all__ = [
    "CsvOrders",
    "DpdpOrders",
    "LoggibudOrders",
    "NetworkSpec",
    "PlaneSpec",
    "PolicySpec",
    "ScenarioSpec",
    "SyntheticOrders",
    "VrplibOrders",
    "scenario_schema",
]
