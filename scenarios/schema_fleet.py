"""What the scenario says of vehicles, who drives them when, and the depots they serve."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)

from scenarios.defaults import default
from scenarios.fields import (
    Count,
    DurationS,
    Flag,
    Latitude,
    Longitude,
    Money,
    PositiveCount,
    PositiveLengthM,
    Section,
    Share,
    Text,
    VolumeMl,
    WeightG,
)
from scenarios.hours import HoursName
from scenarios.problems import Refused, shown
from scenarios.quantities import read_window, write_window
from scenarios.schema_breakdowns import GroupBreakdownsSpec
from scenarios.schema_carriers import OWN, PaySpec
from scenarios.schema_drivers import MealField
from scenarios.schema_energy import ChargersSpec, EnergySpec
from scenarios.schema_readiness import LinehaulSpec, PickingSpec, Waves
from scenarios.spreads import NumberSpread
from twin.model import TimeWindow


def _node(given: object) -> str:
    if isinstance(given, bool) or not isinstance(given, int | str) or given == "":
        raise Refused(f"not a junction ({shown(given)}), expected its id or number")
    return str(given)


NodeName: TypeAlias = Annotated[
    str, BeforeValidator(_node), WithJsonSchema({"type": ["string", "integer"]})
]
"""A junction as its network calls it: the id of a matrix's row, or a node's number."""


class PointSpec(Section):
    """Somewhere on the map: coordinates, or a junction of the network."""

    lat: Latitude | None = Field(default=None, description="Degrees; with lon.")
    lon: Longitude | None = Field(default=None, description="Degrees; with lat.")
    node: NodeName | None = Field(
        default=None, description="A stop of a matrix by its id, instead of lat and lon."
    )

    @property
    def is_given(self) -> bool:
        """Whether it says where it is at all."""
        return self.node is not None or self.lat is not None

    @model_validator(mode="after")
    def _one_way(self) -> "PointSpec":
        if (self.lat is None) != (self.lon is None):
            missing = "lat" if self.lat is None else "lon"
            raise Refused(f"only half a place, expected lat and lon; add `{missing}:`")
        if self.node is not None and self.lat is not None:
            raise Refused("two places, expected either lat and lon or node; remove one")
        return self


class SiteSpec(PointSpec):
    """A place of its own where vehicles start or end."""

    @model_validator(mode="after")
    def _given(self) -> "SiteSpec":
        if not self.is_given:
            raise Refused("no place, expected lat and lon, or node")
        return self


class LoadingSpec(Section):
    """How long loading and unloading takes at a depot."""

    fixed_s: DurationS = Field(
        default=default("depots.loading.fixed"),
        alias="fixed",
        validate_default=True,
        description="Once for each loading or unloading after the first tour.",
    )
    per_parcel_s: DurationS = Field(
        default=default("depots.loading.per_parcel"),
        alias="per_parcel",
        validate_default=True,
        description="For each parcel loaded or unloaded.",
    )


class DepotSpec(PointSpec):
    """Where goods and vehicles come from."""

    docks: PositiveCount | None = Field(
        default=None, description="How many vehicles are loaded at once; none: no limit."
    )
    chargers: ChargersSpec | None = Field(
        default=None, description="Where batteries are filled; none: over night only."
    )
    loading: LoadingSpec = LoadingSpec()
    share: Share | None = Field(
        default=None, description="Share of drawn orders it serves; none: those nearest to it."
    )
    picking: PickingSpec | None = None
    linehaul: LinehaulSpec | None = None
    waves: Waves = Field(
        default=(),
        description="When goods are released for loading: each at the first wave after it is "
        "there; none: at once.",
    )


class CapacitySpec(Section):
    """What fits in a vehicle; a dimension left out follows from its type."""

    weight_g: WeightG | None = Field(
        default=None, alias="weight", description="Default: that of its type."
    )
    volume_ml: VolumeMl | None = Field(
        default=None, alias="volume", description="Default: that of its type."
    )
    parcels: Count | None = Field(default=None, description="Default: no limit.")
    longest_m: PositiveLengthM | None = Field(
        default=None, alias="longest", description="Longest parcel that fits."
    )


class VehicleCostSpec(Section):
    """What a vehicle of this type costs, in the scenario's currency."""

    day: Money | None = Field(default=None, description="For each day.")
    km: Money | None = Field(default=None, description="For each kilometre.")
    hour: Money | None = Field(default=None, description="A paid hour of its driver.")
    overtime_hour: Money | None = Field(default=None, description="A paid hour after the shift.")


def _shifts(given: object) -> tuple[TimeWindow, ...]:
    texts = given if isinstance(given, list) else [given]
    if not texts:
        raise Refused("no shift (an empty list), expected a window such as 08:00-17:00")
    shifts = sorted((read_window(text) for text in texts), key=lambda shift: shift.opens_at_s)
    for before, after in pairwise(shifts):
        if after.opens_at_s < before.closes_at_s:
            raise Refused(
                f"shifts {before} and {after} of one vehicle overlap, expected one after the "
                "other; make them two groups"
            )
    return tuple(shifts)


Shifts: TypeAlias = Annotated[
    tuple[TimeWindow, ...],
    BeforeValidator(_shifts),
    PlainSerializer(
        lambda shifts: (
            write_window(shifts[0])
            if len(shifts) == 1
            else [write_window(shift) for shift in shifts]
        )
    ),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "examples": ["08:00-17:00", ["06:00-14:00", "14:00-22:00"]],
        }
    ),
]
"""One duty of each vehicle per window, in rising order."""


def _kind_of_end(given: object) -> str:
    return "<place>" if isinstance(given, dict | SiteSpec) else "<word>"


class GroupSpec(Section):
    """Vehicles that are alike."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "integer", "minimum": 0},)

    count: Count = Field(description="How many there are; 0 is legal.")
    type: Text | None = Field(default=None, description="Default: the name of the group.")
    mode: Literal["drive", "bike"] | None = Field(
        default=None, description="Which streets it may use; default: that of its type."
    )
    depot: Text | None = Field(default=None, description="Default: the only depot.")
    capacity: CapacitySpec = CapacitySpec()
    shifts: Shifts = Field(
        default=default("fleet.shift"),
        alias="shift",
        validate_default=True,
        description="One window, or several for as many duties; across midnight 22:00-06:00.",
    )
    overtime_s: DurationS = Field(
        default=default("fleet.overtime"),
        alias="overtime",
        validate_default=True,
        description="How long after the shift a stop may still be departed for.",
    )
    start: SiteSpec | None = Field(default=None, description="Default: the depot.")
    end: Annotated[
        Annotated[Literal["depot", "none"], Tag("<word>")] | Annotated[SiteSpec, Tag("<place>")],
        Discriminator(_kind_of_end),
    ] = Field(default="depot", description="depot, none (stays where it is), or a place.")
    skills: tuple[Text, ...] = Field(default=(), description="What its drivers may do.")
    pace: NumberSpread = Field(
        default=default("fleet.pace"),
        validate_default=True,
        description="Multiplies the time at stops; a spread is drawn for each driver.",
    )
    parking: Flag | None = Field(
        default=None,
        description="Whether it looks for a parking place at each stop; default: that of its type.",
    )
    carrier: Text = Field(default=OWN, description="Who operates it.")
    pay: PaySpec | None = Field(
        default=None, description="Of its duties; default: as its carrier's are."
    )
    spares: Count = Field(
        default=0, description="Vehicles more that stand by at the depot without a driver."
    )
    hours: HoursName | None = Field(
        default=None, description="Breaks and hours of service; default: as for all."
    )
    meal: MealField = Field(default=None, description="A meal break; default: as for all.")
    adherence: Share | None = Field(
        default=None, description="To the planned sequence; default: as for all."
    )
    breakdowns: GroupBreakdownsSpec | None = Field(
        default=None, description="How its vehicles break down; default: as all do."
    )
    energy: EnergySpec = EnergySpec()
    cost: VehicleCostSpec = VehicleCostSpec()


class VehiclesSpec(Section):
    """Vehicles of a table: one row each."""

    csv: Text = Field(description="A file in the scenario's folder.")
    mapping: Mapping[str, Text] = Field(
        default={}, description="Our column name: the name in the file."
    )
