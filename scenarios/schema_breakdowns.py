"""What the scenario says of vehicles that break down (semantics S14)."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from scenarios.defaults import default
from scenarios.fields import DurationS, Flag, PositiveCount, PositiveNumber, Section, Share
from scenarios.problems import Refused, shown
from scenarios.quantities import LENGTH, TIME
from scenarios.spreads import TimeSpread

Law: TypeAlias = Literal["exponential", "weibull", "erlang"]
Clock: TypeAlias = Literal["km", "driving", "duty", "calendar"]


@dataclass(frozen=True, slots=True)
class Every:
    """How far or how long a vehicle goes between breakdowns, on average.

    Attributes
    ----------
    mean
        Metres or seconds, more than 0.
    is_length
        Whether it is metres.
    """

    mean: float
    is_length: bool


_EXPECTED = "expected a way or a time such as 100000 km or 40 h, or none"


def _every(given: object) -> Every | None:
    if given is None or given == "none":
        return None
    if not isinstance(given, str):
        raise Refused(f"not a way or a time ({shown(given)}), {_EXPECTED}")
    letters = "".join(c if c.isalpha() else " " for c in given).split()
    dimension = LENGTH if any(word in LENGTH.units for word in letters) else TIME
    if not any(word in dimension.units for word in letters):
        raise Refused(f"not a way or a time ({shown(given)}), {_EXPECTED}")
    mean = dimension.read(given)
    if not mean > 0:
        raise Refused(f"zero ({shown(given)}), {_EXPECTED}")
    return Every(mean, dimension is LENGTH)


def _write_every(every: Every | None) -> str:
    if every is None:
        return "none"
    return (LENGTH if every.is_length else TIME).write(every.mean)


_FORMS = WithJsonSchema({"type": ["string", "null"], "examples": ["100000 km", "40 h", "none"]})
EveryField: TypeAlias = Annotated[
    Every | None, BeforeValidator(_every), PlainSerializer(_write_every), _FORMS
]
_SHORT: tuple[dict[str, Any], ...] = ({"type": "string", "examples": ["30000 km", "none"]},)


def _check_shape(law: str | None, shape: float | None) -> None:
    if law == "exponential" and shape is not None:
        raise Refused(
            f"a shape ({shape:g}) of the exponential law, expected none; remove it, or write "
            "`law: weibull`"
        )
    if law in ("weibull", "erlang") and shape is None:
        raise Refused(f"no shape of the law {law}, expected one; add `shape: 2`")
    if law == "erlang" and shape is not None and not shape.is_integer():
        raise Refused(
            f"a shape ({shape:g}) that is no whole number, which law erlang needs; write "
            f"{max(1, round(shape))}"
        )


class GroupBreakdownsSpec(Section):
    """How the vehicles of one group break down; what is left out is as for all."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = _SHORT

    every: EveryField = Field(default=None, description="Default: as for all vehicles.")
    law: Law | None = Field(default=None, description="Default: as for all; with its shape.")
    shape: PositiveNumber | None = Field(default=None, description="Of weibull and erlang.")
    at_roadside: Share | None = Field(default=None, description="Default: as for all.")
    wait_s: TimeSpread | None = Field(
        default=None, alias="wait", description="Default: as for all."
    )
    repair_s: TimeSpread | None = Field(
        default=None, alias="repair", description="Default: as for all."
    )
    tow_s: TimeSpread | None = Field(default=None, alias="tow", description="Default: as for all.")

    @model_validator(mode="after")
    def _shape_fits(self) -> "GroupBreakdownsSpec":
        if self.law is None and self.shape is not None:
            raise Refused("a shape without its law, expected both; add `law: weibull`")
        _check_shape(self.law, self.shape)
        return self


class BreakdownsSpec(Section):
    """How vehicles break down: each has a clock, and stops where it reaches its next threshold."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = _SHORT

    every: EveryField = Field(
        default=default("breakdowns.every"),
        validate_default=True,
        description="Mean way or time between breakdowns of a vehicle; none: they never do.",
    )
    law: Law = Field(
        default=default("breakdowns.law"), description="Of what lies between breakdowns."
    )
    shape: PositiveNumber | None = Field(
        default=None, description="Of weibull and erlang: above 1 wears out, 1 is exponential."
    )
    clock: Clock | None = Field(
        default=None,
        description="What counts: km, or hours driving, on duty or on the calendar; never while "
        "it is down. Default: km for a way, driving for a time.",
    )
    from_new: Flag = Field(
        default=False,
        description="Whether every vehicle begins the day as good as new; else it is met at any "
        "moment of its life. The same under the exponential law.",
    )
    wait_s: TimeSpread = Field(
        default=default("breakdowns.wait"),
        alias="wait",
        validate_default=True,
        description="Until help is there.",
    )
    at_roadside: Share = Field(
        default=default("breakdowns.at_roadside"),
        validate_default=True,
        description="Repaired where it stands; the others are towed and out for the day.",
    )
    repair_s: TimeSpread = Field(
        default=default("breakdowns.repair"),
        alias="repair",
        validate_default=True,
        description="What a repair takes.",
    )
    tow_s: TimeSpread = Field(
        default=default("breakdowns.tow"),
        alias="tow",
        validate_default=True,
        description="From the coming of help until its goods are put down at a depot.",
    )
    stranded_s: DurationS = Field(
        default=default("breakdowns.stranded"),
        alias="stranded",
        validate_default=True,
        description="How long until a vehicle whose battery is empty has been towed in.",
    )
    crews: PositiveCount | None = Field(
        default=None, description="How many can be repaired at once; none: no limit."
    )
    believed_s: DurationS | None = Field(
        default=None,
        alias="believed",
        description="How long policies expect a breakdown to last; default: mean wait and repair.",
    )

    @model_validator(mode="after")
    def _shape_fits(self) -> "BreakdownsSpec":
        _check_shape(self.law, self.shape)
        return self
