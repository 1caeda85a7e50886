"""What the scenario says of doors and attempts: times, presence, failures, classes."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias

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
    Flag,
    Latitude,
    LengthM,
    Longitude,
    PositiveCount,
    PositiveDurationS,
    PositiveLengthM,
    PositiveNumber,
    Section,
    Share,
    SpeedMps,
    VolumeMl,
    WeightG,
)
from scenarios.problems import Refused, did_you_mean, shown
from scenarios.quantities import TIME
from scenarios.spreads import NumberSpread, TimeSpread

MOST_FACTOR: Final = 100.0
"""Largest factor on a share of absence that is no slip."""


def _parking(given: object) -> object:
    if given in ("residential", "downtown"):
        return default(f"service.parking: {given}")
    return given


ParkingSpread: TypeAlias = Annotated[TimeSpread, BeforeValidator(_parking)]
"""Seconds, or the word ``residential`` or ``downtown``."""


class ParkingAreaSpec(Section):
    """Part of the town where parking takes another time."""

    lat: Latitude = Field(description="Middle, degrees.")
    lon: Longitude = Field(description="Middle, degrees.")
    radius_m: PositiveLengthM = Field(alias="radius", description="Of the disc.")
    parking_s: ParkingSpread = Field(
        default=default("service.parking_areas.parking"),
        alias="parking",
        validate_default=True,
        description="As `service.parking`; also residential or downtown.",
    )


class ServiceSpec(Section):
    """How long a stop at a door takes (semantics S3)."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "string"},)

    fixed_s: TimeSpread = Field(
        default=default("service.fixed"),
        alias="fixed",
        validate_default=True,
        description="Once a visit, drawn for each door and visit.",
    )
    per_parcel_s: TimeSpread = Field(
        default=default("service.per_parcel"),
        alias="per_parcel",
        validate_default=True,
        description="For each parcel handled.",
    )
    parking_s: ParkingSpread = Field(
        default=default("service.parking"),
        alias="parking",
        validate_default=True,
        description="Looking for and taking a parking place, drawn for each door and visit; of "
        "vehicles that look for one. Also residential or downtown.",
    )
    parking_areas: tuple[ParkingAreaSpec, ...] = Field(
        default=(), description="Where parking takes another time; the first that holds a door."
    )
    walk_s: TimeSpread = Field(
        default=default("service.walk"),
        alias="walk",
        validate_default=True,
        description="From the vehicle to the door and back, drawn for each door.",
    )


def _holds(given: object) -> float | None:
    if given is None or given == "none":
        return None
    seconds = TIME.read(given)
    if not seconds > 0:
        raise Refused(f"zero ({shown(given)}), expected more, or none for no memory at all")
    return seconds


def _factor(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Refused(f"not a factor ({shown(given)}), expected a plain number such as 1.2")
    if not 0 <= given <= MOST_FACTOR:
        raise Refused(f"a factor out of range ({given}), expected 0 to {MOST_FACTOR:g}")
    return float(given)


def _by_hour(given: object) -> Mapping[int, float]:
    expected = "expected factors from an hour on such as {9: 1.1, 16: 0.8}, or attended"
    if isinstance(given, str) and given != "none":
        if given != "attended":
            raise Refused(
                f"no such course ({shown(given)}){did_you_mean(given, ['attended'])}, {expected}"
            )
        given = default("presence.by_hour: attended")
    if given is None or given == "none":
        given = {}
    if not isinstance(given, dict):
        raise Refused(f"not a course of the day ({shown(given)}), {expected}")
    factors = {}
    for key, value in given.items():
        if not str(key).isdecimal() or not int(key) <= 23:  # noqa: PLR2004
            raise Refused(f"not an hour ({shown(key)}), {expected}")
        factors[int(key)] = _factor(value)
    return dict(sorted(factors.items()))


class AreaSpreadSpec(Section):
    """How absence differs between zones and days: a Beta(a, b) number over its mean."""

    a: PositiveNumber = Field(description="First parameter.")
    b: PositiveNumber = Field(description="Second parameter.")


class PresenceSpec(Section):
    """Whether somebody is at a door (semantics S4).

    The share of absence is that of the kind of customer times the factors of the hour, the day,
    the weather, the zone and the household, at most 1.
    """

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"type": "string", "pattern": r"^[0-9.]+ ?%$|^attended$|^unattended$"},
        {"type": "number", "minimum": 0, "maximum": 1},
    )

    probability: Share = Field(
        default=default("presence.probability"),
        validate_default=True,
        description="Of somebody being at a door, before every factor below. `presence: attended` "
        "and `presence: unattended` stand for defaults that belong together.",
    )
    business: Share | None = Field(
        default=None, description="At addresses that are businesses; default: as elsewhere."
    )
    holds_s: Annotated[
        float | None,
        BeforeValidator(_holds),
        PlainSerializer(lambda holds: "none" if holds is None else TIME.write(holds)),
        WithJsonSchema({"type": ["string", "null"], "examples": ["75 min", "none"]}),
    ] = Field(
        default=default("presence.holds"),
        alias="holds",
        validate_default=True,
        description="Mean time somebody stays in or out; none: attempts are independent.",
    )
    by_hour: Annotated[
        Mapping[int, float],
        BeforeValidator(_by_hour),
        PlainSerializer(lambda factors: {str(hour): value for hour, value in factors.items()}),
        WithJsonSchema({"type": ["object", "string"]}),
    ] = Field(
        default={},
        description="Factors on the share of absence, each from its hour on; 1 before the first. "
        "Or the word attended.",
    )
    saturday: Annotated[
        float,
        BeforeValidator(_factor),
        WithJsonSchema({"type": "number", "minimum": 0}),
    ] = Field(
        default=default("presence.saturday"),
        description="Factor on the share of absence on a Saturday.",
    )
    household: NumberSpread = Field(
        default=default("presence.household"),
        validate_default=True,
        description="Factor on the share of absence; a spread is drawn for each door and day.",
    )
    spread: Annotated[
        Annotated[Literal["none"], Tag("<word>")] | Annotated[AreaSpreadSpec, Tag("<beta>")],
        Discriminator(lambda given: "<word>" if isinstance(given, str) else "<beta>"),
    ] = Field(
        default=default("presence.spread"),
        validate_default=True,
        description="Factor on the share of absence of each zone and day, a Beta(a, b) number "
        "over its mean: {a: 0.66, b: 67.4}, or none. None where a probability is given without it.",
    )
    agreed_share: Share = Field(
        default=default("presence.agreed"),
        alias="agreed",
        validate_default=True,
        description="What is left of the share of absence inside a window that the customer "
        "agreed to.",
    )
    notified_share: Share = Field(
        default=default("presence.notified"),
        alias="notified",
        validate_default=True,
        description="What is left of it where the customer was told when to expect us.",
    )
    neighbour: Share = Field(
        default=default("presence.neighbour"),
        validate_default=True,
        description="Of a neighbour who takes goods, for classes that leave them with one.",
    )
    safe_place: Share = Field(
        default=default("presence.safe_place"),
        validate_default=True,
        description="Share of doors with a safe place, for classes that leave goods there.",
    )

    @model_validator(mode="before")
    @classmethod
    def _comes_as_a_pair(cls, given: Any) -> Any:  # noqa: ANN401
        """Drop the default spread, which belongs to the default probability, for another one."""
        if isinstance(given, dict) and "probability" in given and "spread" not in given:
            return {**given, "spread": "none"}
        return given


class FailuresSpec(Section):
    """Orders that cannot be served whoever is there: one draw each, split in this order."""

    no_access: Share = Field(
        default=default("failures.no_access"), validate_default=True, description="Nobody gets in."
    )
    wrong_address: Share = Field(
        default=default("failures.wrong_address"),
        validate_default=True,
        description="The address is wrong.",
    )
    refused: Share = Field(
        default=default("failures.refused"),
        validate_default=True,
        description="The customer refuses it.",
    )
    damaged: Share = Field(
        default=default("failures.damaged"),
        validate_default=True,
        description="It is damaged; also at a locker.",
    )
    search_s: TimeSpread = Field(
        default=default("failures.search"),
        alias="search",
        validate_default=True,
        description="Until it is clear that there is no access or the address is wrong, drawn for "
        "each order.",
    )

    @property
    def total(self) -> float:
        """Share of orders that cannot be served."""
        return self.no_access + self.wrong_address + self.refused + self.damaged

    @model_validator(mode="after")
    def _fit(self) -> "FailuresSpec":
        if self.total > 1 + 1e-9:
            raise Refused(f"failures add up to {self.total * 100:.6g} %, expected at most 100 %")
        return self


class ServiceClassSpec(Section):
    """What a client has bought (semantics S5, S7, S8)."""

    max_attempts: PositiveCount = Field(
        default=default("service_classes.max_attempts"),
        description="Then the goods go back to the sender.",
    )
    retry: Literal["today", "tomorrow", "locker", "return"] = Field(
        default="tomorrow",
        description="What happens after a failed attempt that was not the last; locker: the "
        "nearest one to the door.",
    )
    leaves_with: tuple[Literal["neighbour", "safe place"], ...] = Field(
        default=(),
        description="Where goods may be left if nobody is at the door, tried in this order: "
        "[neighbour, safe place].",
    )
    window: Literal["soft", "hard"] = Field(
        default="soft", description="Hard: no service once the window has closed."
    )
    serve_early: Flag = Field(default=False, description="Before the window, instead of waiting.")
    same_day: Flag = Field(default=False, description="Minutes from order to door count.")
    promise_s: PositiveDurationS | None = Field(
        default=None, alias="promise", description="From placed; default: the window, or the day."
    )


class ZonesSpec(Section):
    """Districts of about one route's work: squares of a fixed grid over the earth."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "string"},)

    size_m: PositiveLengthM = Field(
        default=default("zones.size"),
        alias="size",
        validate_default=True,
        description="Side of a square.",
    )


class CarryingSpec(Section):
    """What a driver carries from one parking place."""

    weight_g: WeightG | None = Field(default=None, alias="weight", description="None: no limit.")
    volume_ml: VolumeMl | None = Field(default=None, alias="volume", description="None: no limit.")
    parcels: PositiveCount | None = Field(default=None, description="None: no limit.")


class WalkingSpec(Section):
    """Doors served on foot from one parking place (semantics S3)."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "string"},)

    radius_m: LengthM = Field(
        default=default("walking.radius"),
        alias="radius",
        validate_default=True,
        description="How far from the parked vehicle; 0 m: every door is driven to.",
    )
    speed_mps: SpeedMps = Field(
        default=default("walking.speed"),
        alias="speed",
        validate_default=True,
        description="On foot.",
    )
    carrying: CarryingSpec = CarryingSpec()
