"""What the scenario says of the day itself: doors, attempts, traffic."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from scenarios.defaults import default
from scenarios.fields import (
    Flag,
    PositiveCount,
    PositiveDurationS,
    Section,
    Share,
)
from scenarios.problems import Refused, shown
from scenarios.quantities import TIME
from scenarios.spreads import TimeSpread


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
    parking_s: TimeSpread = Field(
        default=default("service.parking"),
        alias="parking",
        validate_default=True,
        description="Looking for and taking a parking place, drawn for each door and visit; of "
        "vehicles that look for one.",
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


class PresenceSpec(Section):
    """Whether somebody is at a door (semantics S4)."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"type": "string", "pattern": r"^[0-9.]+ ?%$"},
        {"type": "number", "minimum": 0, "maximum": 1},
    )

    probability: Share = Field(
        default=default("presence.probability"),
        validate_default=True,
        description="Of somebody being at a door, at any time.",
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


class FailuresSpec(Section):
    """Orders that cannot be served whoever is there: one draw each, split in this order."""

    no_access: Share = Field(default="0 %", validate_default=True, description="Nobody gets in.")
    wrong_address: Share = Field(
        default="0 %", validate_default=True, description="The address is wrong."
    )
    refused: Share = Field(
        default="0 %", validate_default=True, description="The customer refuses it."
    )

    @model_validator(mode="after")
    def _fit(self) -> "FailuresSpec":
        total = self.no_access + self.wrong_address + self.refused
        if total > 1 + 1e-9:
            raise Refused(f"failures add up to {total * 100:.6g} %, expected at most 100 %")
        return self


class ServiceClassSpec(Section):
    """What a client has bought (semantics S5, S7, S8)."""

    max_attempts: PositiveCount = Field(
        default=default("service_classes.max_attempts"),
        description="Then the goods go back to the sender.",
    )
    retry: Literal["today", "tomorrow", "return"] = Field(
        default="tomorrow", description="What happens after a failed attempt that was not the last."
    )
    window: Literal["soft", "hard"] = Field(
        default="soft", description="Hard: no service once the window has closed."
    )
    serve_early: Flag = Field(default=False, description="Before the window, instead of waiting.")
    same_day: Flag = Field(default=False, description="Minutes from order to door count.")
    promise_s: PositiveDurationS | None = Field(
        default=None, alias="promise", description="From placed; default: the window, or the day."
    )


class TrafficSpec(Section):
    """How fast streets are, and what is believed of it (semantics S27)."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"enum": ["calibrated", "flat", "free flow"]},
    )

    profile: Literal["calibrated", "flat", "free flow"] = Field(
        default="calibrated",
        description="calibrated: by hour; flat: the same extra time all day; free flow: none.",
    )
    level: Share = Field(
        default=default("traffic.level"),
        validate_default=True,
        description="Extra time over free flow, mean of 7 to 20 h of a weekday.",
    )
    day: Literal["by date", "weekday", "saturday", "sunday"] = Field(
        default="by date",
        description="Kind of day; Saturday has 0.55 and Sunday 0.35 of the extra time.",
    )
    believed: Literal["profile", "free flow"] = Field(
        default="profile", description="What policies know of it."
    )
